//! A database, a broker vhost and a key prefix for one test, on the engines that `infra/engines` started.

use std::env;

use fred::interfaces::{ClientLike as _, KeysInterface as _};
use http_body_util::{BodyExt as _, Full};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::{Connection as _, Executor as _, PgConnection, PgPool};
use uuid::Uuid;

use super::in_time;
use crate::{
    broker::{BrokerAddress, answered, topology},
    config::EngineArgs,
    redis::Redis,
    store,
};

/// Key of the advisory lock under which the template database is made.
const TEMPLATE_LOCK: i64 = 0x6f6e_7361_6c65;

/// Engines of one test. [`TestEngines::finish`] removes what was made; a test that fails leaves it to look at.
pub struct TestEngines {
    /// Addresses, as a process would get them.
    pub args: EngineArgs,
    /// The test's own database, migrated.
    pub pool: PgPool,
    /// Redis below the test's own prefix.
    pub redis: Redis,
    name: String,
}

/// Which Redis a test runs on.
#[derive(Clone, Copy, Debug)]
pub enum RedisKind {
    /// One process.
    Single,
    /// A cluster of three.
    Cluster,
}

impl TestEngines {
    /// Makes them, on a single Redis.
    ///
    /// # Panics
    /// When the engines are not there: `eval "$(infra/engines env --name test)"` after `infra/engines start`.
    pub async fn start() -> Self {
        Self::on(RedisKind::Single).await
    }

    /// Makes them, on this kind of Redis.
    ///
    /// # Panics
    /// As [`Self::start`].
    pub async fn on(redis: RedisKind) -> Self {
        let redis_url = match redis {
            RedisKind::Single => "REDIS_URL",
            RedisKind::Cluster => "REDIS_CLUSTER_URL",
        };
        let name = format!("t{}", Uuid::now_v7().simple());
        let database_url = make_database(&name).await;
        make_vhost(&name).await;
        let amqp_url = with_path(&variable("AMQP_URL"), &name);
        declare_topology(&amqp_url, &name).await;
        let args = EngineArgs {
            database_url: SecretString::from(database_url),
            redis_url: SecretString::from(variable(redis_url)),
            redis_prefix: name.clone(),
            amqp_url: SecretString::from(amqp_url),
            database_connections: 8,
        };
        let pool = store::connect(&args.database_url, args.database_connections).expect("DATABASE_URL");
        let redis = Redis::connect(&args.redis_url, &args.redis_prefix).expect(redis_url);
        in_time("Redis answers", redis.ready()).await.expect("Redis");
        Self { args, pool, redis, name }
    }

    /// The broker, under the test's own vhost.
    #[must_use]
    pub fn broker(&self) -> BrokerAddress {
        BrokerAddress { url: self.args.amqp_url.clone(), name: self.name.clone() }
    }

    /// The environment a process of this test needs.
    #[must_use]
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("DATABASE_URL", self.args.database_url.expose_secret().to_owned()),
            ("REDIS_URL", self.args.redis_url.expose_secret().to_owned()),
            ("AMQP_URL", self.args.amqp_url.expose_secret().to_owned()),
            ("ONSALE_REDIS_PREFIX", self.args.redis_prefix.clone()),
            ("ONSALE_DATABASE_CONNECTIONS", "8".into()),
        ]
    }

    /// Forgets everything this test has in Redis, as a lost Redis would.
    ///
    /// # Panics
    /// When Redis is away.
    pub async fn lose_redis(&self) {
        in_time("Redis forgets", self.remove_keys()).await;
    }

    async fn remove_keys(&self) {
        use futures_util::StreamExt as _;
        let (client, pattern) = (self.redis.client(), format!("{}:*", self.name));
        let mut pages = match client.is_clustered() {
            true => client.scan_cluster(pattern, Some(1000), None).boxed(),
            false => client.scan(pattern, Some(1000), None).boxed(),
        };
        while let Some(page) = pages.next().await {
            let mut page = page.expect("SCAN");
            // One by one: on a cluster they lie in different slots.
            let keys = fred::types::scan::Scanner::take_results(&mut page).unwrap_or_default();
            let gone = keys.into_iter().map(|key| self.redis.client().del::<i64, _>(key));
            futures_util::future::try_join_all(gone).await.expect("DEL");
            fred::types::scan::Scanner::next(page);
        }
    }

    /// Removes database, vhost and keys.
    ///
    /// # Panics
    /// When an engine is away.
    pub async fn finish(self) {
        self.lose_redis().await;
        let _ = in_time("Redis is left", self.redis.client().quit()).await;
        in_time("the pool is closed", self.pool.close()).await;
        management("DELETE", &format!("/api/vhosts/{}", self.name)).await;
        let mut admin = PgConnection::connect(&variable("DATABASE_URL")).await.expect("PostgreSQL");
        let drop = sqlx::AssertSqlSafe(format!("DROP DATABASE {} WITH (FORCE)", self.name));
        admin.execute(sqlx::raw_sql(drop)).await.expect("DROP DATABASE");
    }
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set; start engines: infra/engines start --name test && eval \"$(infra/engines env --name test)\"")
    })
}

fn with_path(url: &str, path: &str) -> String {
    let after_scheme = url.find("://").map_or(0, |at| at + 3);
    let end = url[after_scheme..].find('/').map_or(url.len(), |at| after_scheme + at);
    format!("{}/{path}", &url[..end])
}

/// A copy of a template that was migrated once: far quicker than migrating each.
async fn make_database(name: &str) -> String {
    let admin_url = variable("DATABASE_URL");
    let mut admin = PgConnection::connect(&admin_url).await.expect("PostgreSQL");
    let template = format!("template_{}", migrations_hash());
    sqlx::query("SELECT pg_advisory_lock($1)").bind(TEMPLATE_LOCK).execute(&mut admin).await.expect("lock");
    let exists: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(&template)
        .fetch_one(&mut admin)
        .await
        .expect("pg_database");
    if !exists {
        let making = format!("making_{template}");
        for statement in [format!("DROP DATABASE IF EXISTS {making}"), format!("CREATE DATABASE {making}")] {
            admin.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(statement))).await.expect("template");
        }
        let pool = store::connect(&SecretString::from(with_path(&admin_url, &making)), 1).expect("template");
        store::migrate(&pool).await.expect("migrations");
        pool.close().await;
        let rename = format!("ALTER DATABASE {making} RENAME TO {template}");
        admin.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(rename))).await.expect("template");
    }
    let copy = format!("CREATE DATABASE {name} TEMPLATE {template}");
    admin.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(copy))).await.expect("CREATE DATABASE");
    sqlx::query("SELECT pg_advisory_unlock($1)")
        .bind(TEMPLATE_LOCK)
        .execute(&mut admin)
        .await
        .expect("unlock");
    with_path(&admin_url, name)
}

fn migrations_hash() -> String {
    let all: Vec<u8> = store::MIGRATIONS.iter().flat_map(|migration| migration.checksum.to_vec()).collect();
    crate::tokens::hex(&crate::tokens::sha256(&all)[..8])
}

async fn make_vhost(name: &str) {
    management("PUT", &format!("/api/vhosts/{name}")).await;
    let permissions = r#"{"configure":".*","write":".*","read":".*"}"#;
    management_with("PUT", &format!("/api/permissions/{name}/guest"), permissions).await;
}

/// Makes all lasting queues while nobody else is there. A vhost that is deleted while a process still declares a
/// queue with at-least-once dead-lettering crashes a part of RabbitMQ 3.10 that all vhosts share, for good.
async fn declare_topology(amqp_url: &str, name: &str) {
    let address = BrokerAddress { url: SecretString::from(amqp_url), name: name.to_owned() };
    let connection = address.connect().await.expect("RabbitMQ");
    let declared = async {
        let channel = connection.create_channel().await?;
        topology::declare(&channel).await?;
        connection.close(200, "bye".into()).await
    };
    answered(declared).await.expect("the topology");
}

async fn management(method: &str, path: &str) {
    management_with(method, path, "{}").await;
}

/// A call of RabbitMQ's management API, whose address carries user and password.
async fn management_with(method: &str, path: &str, body: &'static str) {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let base = variable("RABBITMQ_MANAGEMENT_URL");
    let (credentials, host) = base.trim_start_matches("http://").split_once('@').expect("user:password@host");
    let request = http::Request::builder()
        .method(method)
        .uri(format!("http://{}{path}", host.trim_end_matches('/')))
        .header("authorization", format!("Basic {}", STANDARD.encode(credentials)))
        .header("content-type", "application/json")
        .body(Full::new(bytes::Bytes::from_static(body.as_bytes())))
        .expect("a request");
    let client = Client::builder(TokioExecutor::new()).build_http();
    let asked = async {
        let response = client.request(request).await.expect("RabbitMQ management");
        let status = response.status();
        (status, response.into_body().collect().await.expect("an answer").to_bytes())
    };
    let (status, said) = in_time("RabbitMQ's management answers", asked).await;
    assert!(status.is_success(), "{method} {path}: {status} {}", String::from_utf8_lossy(&said));
}
