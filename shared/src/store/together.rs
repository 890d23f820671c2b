//! Statements that are made for many at once.

use std::{sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use sqlx::PgPool;

use super::transient;
use crate::grouped::{Grouped, Limits};

/// Few connections, and full groups: a statement for two costs hardly more than one for one.
const LIMITS: Limits =
    Limits { together: 200, groups: 2, waiting: 20_000, pace: Duration::from_millis(25), ease: 3 };

/// A statement that answers each of many questions.
pub struct Together<Q, A> {
    grouped: Grouped<Q, Result<A, Arc<sqlx::Error>>>,
}

/// Makes one statement of all the questions that are asked at the same time; `run` answers each, in order.
///
/// # Panics
/// Outside of a tokio runtime.
#[must_use]
pub fn together<Q, A, R>(pool: &PgPool, run: R) -> Together<Q, A>
where
    Q: Send + Sync + 'static,
    A: Send + 'static,
    R: for<'a> Fn(&'a PgPool, &'a [Q]) -> BoxFuture<'a, Result<Vec<A>, sqlx::Error>> + Send + Sync + 'static,
{
    let (pool, run) = (pool.clone(), Arc::new(run));
    let grouped = Grouped::start(LIMITS, move |questions| {
        let (pool, run) = (pool.clone(), Arc::clone(&run));
        Box::pin(async move { answer(&pool, &questions, &*run).await })
    });
    Together { grouped }
}

impl<Q: Send + 'static, A: Send + 'static> Together<Q, A> {
    /// The answer to one question.
    ///
    /// # Errors
    /// When PostgreSQL is away, or too many ask.
    pub async fn ask(&self, question: Q) -> Result<A, Arc<sqlx::Error>> {
        self.grouped.ask(question).await.unwrap_or_else(|| Err(Arc::new(sqlx::Error::PoolTimedOut)))
    }
}

/// All at once; one by one where one of them is at fault.
async fn answer<Q, A, R>(pool: &PgPool, questions: &[Q], run: &R) -> Vec<Result<A, Arc<sqlx::Error>>>
where
    R: for<'a> Fn(&'a PgPool, &'a [Q]) -> BoxFuture<'a, Result<Vec<A>, sqlx::Error>>,
{
    match run(pool, questions).await {
        Ok(answers) => answers.into_iter().map(Ok).collect(),
        Err(error) if transient(&error) || questions.len() == 1 => {
            let error = Arc::new(error);
            questions.iter().map(|_| Err(Arc::clone(&error))).collect()
        }
        Err(_) => {
            let mut answers = Vec::with_capacity(questions.len());
            for question in questions {
                let alone = run(pool, std::slice::from_ref(question)).await;
                let answer = alone.and_then(|mut answers| answers.pop().ok_or(sqlx::Error::RowNotFound));
                answers.push(answer.map_err(Arc::new));
            }
            answers
        }
    }
}
