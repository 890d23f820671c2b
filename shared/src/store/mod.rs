//! PostgreSQL, the truth: the pool and the migrations. Statements that one crate alone needs live in that crate.

pub mod bookings;
pub mod events;
pub mod outbox;
pub mod payments;
pub mod tickets;
mod together;

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

pub use together::{Together, together};

/// The migrations, in the order they are applied.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// A pool that connects on first use, so that a process starts while PostgreSQL is away.
///
/// # Errors
/// When the address cannot be parsed.
pub fn connect(url: &SecretString, most_connections: u32) -> Result<PgPool, sqlx::Error> {
    let options: PgConnectOptions = url.expose_secret().parse()?;
    let options =
        options.application_name("onsale").options([("statement_timeout", "15s"), ("lock_timeout", "5s")]);
    Ok(PgPoolOptions::new()
        .max_connections(most_connections)
        .acquire_timeout(Duration::from_secs(5))
        // Half the time of a short statement would go into testing; a dead connection is found by its next use.
        .test_before_acquire(false)
        // sqlx tests it too, and would wait for a peer that is gone without a word for as long as TCP does.
        .after_release(|connection, _| {
            Box::pin(async move {
                let ping = sqlx::Connection::ping(connection);
                Ok(matches!(tokio::time::timeout(Duration::from_secs(2), ping).await, Ok(Ok(()))))
            })
        })
        .connect_lazy_with(options))
}

/// Brings the schema up to date.
///
/// # Errors
/// When PostgreSQL is away or a migration fails.
pub async fn migrate(pool: &PgPool) -> Result<(), sqlx::migrate::MigrateError> {
    MIGRATIONS.run(pool).await
}

/// Whether an error is the breach of the named constraint or unique index.
#[must_use]
pub fn breaks(error: &sqlx::Error, constraint: &str) -> bool {
    error.as_database_error().and_then(|db| db.constraint()) == Some(constraint)
}

/// Whether waiting may help: PostgreSQL is away, stopping, out of something, or chose another transaction. What
/// is not known to be for good is taken to pass.
#[must_use]
pub fn transient(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(error) => {
            // 21 cardinality, 22 data, 23 integrity, 42 syntax or access, 44 check option.
            let code = error.code().unwrap_or_default();
            !["21", "22", "23", "42", "44"].iter().any(|class| code.starts_with(class))
        }
        sqlx::Error::Encode(_)
        | sqlx::Error::Decode(_)
        | sqlx::Error::ColumnDecode { .. }
        | sqlx::Error::ColumnNotFound(_)
        | sqlx::Error::ColumnIndexOutOfBounds { .. }
        | sqlx::Error::TypeNotFound { .. }
        | sqlx::Error::RowNotFound
        | sqlx::Error::InvalidArgument(_) => false,
        _ => true,
    }
}
