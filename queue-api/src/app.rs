//! The API as a whole: its state and its routes.

use std::{any::Any, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse as _, Response},
};
use prometheus_client::registry::Registry;
use shared::{
    broker::{BrokerAddress, Publisher},
    clock::Clock,
    health::{self, Readiness},
    locks::Holds,
    payments::sandbox::SandboxGateway,
    processing::Processor,
    redis::Redis,
    store::{self, events::EventCache},
    tokens::Tokens,
};
use sqlx::PgPool;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{CompressionLayer, DefaultPredicate, Predicate, predicate::SizeAbove},
    cors::CorsLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    set_header::SetResponseHeaderLayer,
};
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_swagger_ui::SwaggerUi;

use crate::{
    access_codes, accounts, bookings, check_ins, checkout,
    config::Config,
    cross_site::refuse_cross_site,
    events, evidence, holds,
    idempotency::idempotent,
    openapi::{self, ApiDocument},
    orders,
    overload::{self, Overload},
    posters,
    problem::Problem,
    robots::{self, Robots},
    sales, seat_maps, socket, tickets,
    till::Till,
    turn_notices::{self, StandingWishes},
    venues, waiting_list,
    waiting_room::{self, WaitingRooms},
    web::WebFiles,
};

/// Most bytes of a body; routes that take more say so themselves.
pub(crate) const BODY_BYTES: usize = 256 * 1024;
/// A request that takes longer is answered 503: also one whose body trickles in.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Smaller answers are sent as they are.
const COMPRESS_FROM_BYTES: u64 = 1_024;

/// The browsable documentation styles itself inline.
const DOCS_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                           object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/// Evidence packs made at once; each holds a connection, and some 50 bytes for each place.
const EVIDENCE_PACKS: usize = 2;

/// What handlers work with.
pub type AppState = Arc<App>;

/// Everything the API holds for as long as it runs.
pub struct App {
    /// As started.
    pub config: Config,
    /// PostgreSQL.
    pub pool: PgPool,
    /// Redis.
    pub redis: Redis,
    /// RabbitMQ, for consuming.
    pub broker: BrokerAddress,
    /// RabbitMQ, for publishing.
    pub publisher: Publisher,
    /// Signs and checks.
    pub tokens: Arc<Tokens>,
    /// The time.
    pub clock: Clock,
    /// Hashes passwords.
    pub passwords: accounts::Passwords,
    /// Events, at most a second old.
    pub events: EventCache,
    /// Seat locks and the live view.
    pub holds: Holds,
    /// Chooses the best seats.
    pub chooser: holds::Chooser,
    /// Writes down what is paid.
    pub till: Till,
    /// Turns accepted commands into bookings, and takes bookings back.
    pub processor: Processor,
    /// Doors and views of the waiting rooms.
    pub waiting_rooms: WaitingRooms,
    /// What accounts want to be told of the places they join.
    pub standing_wishes: StandingWishes,
    /// The public key for browsers' push services; none: nobody is pushed to.
    pub push_key: Option<String>,
    /// What is done against robots.
    pub robots: Robots,
    /// Pictures at hand.
    pub posters: posters::Posters,
    /// What many accounts ask for at the same time.
    pub accounts: accounts::Desk,
    /// Turns away who has nothing to lose yet when more come than can be served.
    pub overload: Overload,
    /// How many evidence packs may be made at once.
    pub evidence_slots: Arc<Semaphore>,
    /// How the sales go, for their organisers.
    pub sales: sales::Sales,
    /// How many codes may be redeemed at once.
    pub code_slots: Semaphore,
    /// Cancelled when the process is told to stop.
    pub shutdown: CancellationToken,
}

impl App {
    /// Opens everything. Engines that are away are connected when they come.
    ///
    /// # Errors
    /// When an address or a key cannot be used.
    pub fn new(config: Config, clock: Clock, shutdown: CancellationToken) -> anyhow::Result<Arc<Self>> {
        let engines = &config.engines;
        let broker = BrokerAddress { url: engines.amqp_url.clone(), name: "queue-api".into() };
        let pool = store::connect(&engines.database_url, engines.database_connections)?;
        let redis = Redis::connect(&engines.redis_url, &engines.redis_prefix)?;
        let holds = Holds::new(redis.clone(), pool.clone());
        let publisher = Publisher::start(broker.clone(), shutdown.clone());
        let gateway = Arc::new(SandboxGateway::new(pool.clone()));
        Ok(Arc::new(Self {
            events: EventCache::new(pool.clone()),
            processor: Processor::new(pool.clone(), holds.clone(), gateway, clock.clone()),
            chooser: holds::Chooser::new(holds.clone()),
            till: Till::new(&pool),
            accounts: accounts::Desk::new(&pool),
            overload: Overload::new(config.browsing_at_once),
            holds,
            waiting_rooms: WaitingRooms::new(redis.clone(), publisher.clone()),
            standing_wishes: StandingWishes::start(pool.clone(), shutdown.clone()),
            push_key: config.push.key()?.map(|key| key.public_key().to_owned()),
            robots: Robots::new(pool.clone()),
            posters: posters::Posters::default(),
            evidence_slots: Arc::new(Semaphore::new(EVIDENCE_PACKS)),
            sales: sales::Sales::default(),
            code_slots: Semaphore::new(access_codes::REDEEMED_AT_ONCE),
            pool,
            redis,
            publisher,
            broker,
            tokens: Arc::new(Tokens::new(&config.signing)?),
            clock,
            passwords: accounts::Passwords::default(),
            shutdown,
            config,
        }))
    }
}

/// All routes of the API with their documentation.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(ApiDocument::openapi())
        .merge(accounts::routes())
        .merge(bookings::routes())
        .merge(checkout::routes())
        .merge(events::routes())
        .merge(seat_maps::routes())
        .merge(holds::routes())
        .merge(socket::routes())
        .merge(tickets::routes())
        .merge(check_ins::routes())
        .merge(waiting_list::routes())
        .merge(waiting_room::routes())
        .merge(evidence::routes())
        .merge(turn_notices::routes())
        .merge(sales::routes())
        .merge(orders::routes())
        .merge(posters::routes())
        .merge(robots::routes())
        .merge(access_codes::routes())
        .merge(venues::routes())
}

/// The finished router: routes, documentation, health, and what stands in front of every request.
pub fn router(app: &AppState, metrics: Registry) -> Router {
    let (api, mut document) = routes().split_for_parts();
    openapi::finish(&mut document);
    let docs = Router::from(SwaggerUi::new("/api/docs").url("/api/openapi.json", document));
    let docs_policy = SetResponseHeaderLayer::overriding(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(DOCS_POLICY),
    );
    let web = Arc::new(WebFiles::new(&app.config));
    let readiness = Readiness::default()
        .postgres(app.pool.clone())
        .redis(app.redis.clone())
        .broker(app.publisher.clone());
    let no_sniff = SetResponseHeaderLayer::if_not_present(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    // One stack, the outermost first: each layer that a router is given on its own costs every request two boxes.
    let in_front = ServiceBuilder::new()
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(cors(&app.config))
        .layer(no_sniff)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(Arc::clone(app), overload::turn_away))
        .layer(from_fn(timed))
        .layer(CompressionLayer::new().gzip(true).compress_when(worth_compressing()))
        .layer(from_fn(refuse_cross_site))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(from_fn_with_state(Arc::clone(app), robots::address::believe_proxy));
    api.layer(from_fn_with_state(Arc::clone(app), idempotent))
        .merge(waiting_room::page::routes())
        .with_state(Arc::clone(app))
        .merge(docs.layer(docs_policy))
        .merge(health::router(readiness, metrics))
        .fallback(move |request| async move { web.answer(request).await })
        .method_not_allowed_fallback(method_not_allowed)
        .layer(in_front)
}

fn cors(config: &Config) -> CorsLayer {
    let origins: Vec<HeaderValue> =
        config.cors_origins.iter().filter_map(|origin| origin.parse().ok()).collect();
    let own = ["idempotency-key", "onsale-pass", "onsale-place", "onsale-device", robots::PROOF_HEADER];
    let mut headers =
        vec![header::AUTHORIZATION, header::CONTENT_TYPE, header::IF_MATCH, header::IF_NONE_MATCH];
    headers.extend(own.map(HeaderName::from_static));
    CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers(headers)
        .expose_headers([
            header::ETAG,
            header::LOCATION,
            header::RETRY_AFTER,
            HeaderName::from_static("onsale-view-version"),
            HeaderName::from_static("onsale-seat-map"),
            HeaderName::from_static("onsale-event-version"),
        ])
        .max_age(Duration::from_secs(3600))
}

/// Documents of a place or a status fit one packet as they are.
fn worth_compressing() -> impl Predicate {
    DefaultPredicate::new().and(SizeAbove::new(COMPRESS_FROM_BYTES))
}

async fn timed(request: Request, next: Next) -> Response {
    match tokio::time::timeout(REQUEST_TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let detail = "The request took too long and was given up. Repeating it is safe.";
            Problem::new(StatusCode::REQUEST_TIMEOUT, "timeout", "Took too long", detail).into_response()
        }
    }
}

async fn method_not_allowed() -> Problem {
    let detail = "This address does not take this method.";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "Method not allowed", detail)
}

#[expect(clippy::needless_pass_by_value, reason = "the signature tower-http asks for")]
fn panicked(cause: Box<dyn Any + Send + 'static>) -> Response {
    let said = cause.downcast_ref::<String>().map(String::as_str);
    let said = said.or_else(|| cause.downcast_ref::<&str>().copied()).unwrap_or("a panic");
    Problem::internal(said).into_response()
}
