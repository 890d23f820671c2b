//! The OpenAPI document, generated from the handlers.

use utoipa::{
    Modify, OpenApi,
    openapi::{
        PathItem,
        path::Operation,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

use crate::cookies;

/// The security scheme of the web application.
const COOKIE: &str = "cookie";

/// What the handlers do not say themselves.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Onsale",
        description = "Ticketing for the minute when everybody wants the same seats. Errors are problem documents \
                       (RFC 9457); money is minor units with ISO 4217; times are RFC 3339 in UTC; every POST that \
                       creates takes an `Idempotency-Key`.",
        license(name = "MIT OR Apache-2.0")
    ),
    modifiers(&Security),
    components(schemas(crate::problem::Document, crate::problem::FieldError))
)]
pub struct ApiDocument;

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        let what = "The session of the web application (`Onsale-Client: web`). A method that changes something must come \
                    from a page of Onsale's own: else 403 `cross-site`.";
        let cookie = ApiKey::Cookie(ApiKeyValue::with_description(cookies::ACCESS, what));
        components.add_security_scheme(COOKIE, SecurityScheme::ApiKey(cookie));
    }
}

/// Finishes the document of all routes: names operations, and says that a cookie does where a bearer token does.
pub fn finish(document: &mut utoipa::openapi::OpenApi) {
    name_operations(document);
    for item in document.paths.paths.values_mut() {
        for operation in operations(item).into_iter().filter_map(|(_, operation)| operation.as_mut()) {
            // Only `bearer` is ever asked for; alternatives stand beside each other.
            if let Some(security) = operation.security.as_mut().filter(|security| !security.is_empty()) {
                security.push(SecurityRequirement::new(COOKIE, [] as [&str; 0]));
            }
        }
    }
}

fn operations(item: &mut PathItem) -> [(&'static str, &mut Option<Operation>); 5] {
    [
        ("get", &mut item.get),
        ("put", &mut item.put),
        ("post", &mut item.post),
        ("patch", &mut item.patch),
        ("delete", &mut item.delete),
    ]
}

/// Names every operation by its method and path: handlers of different nouns have the same names, and generated
/// clients take operations of one name for one.
fn name_operations(document: &mut utoipa::openapi::OpenApi) {
    for (path, item) in &mut document.paths.paths {
        let path = path.replace(|letter: char| !letter.is_ascii_alphanumeric(), "_");
        for (method, operation) in operations(item) {
            if let Some(operation) = operation {
                operation.operation_id = Some(format!("{method}{path}"));
            }
        }
    }
}
