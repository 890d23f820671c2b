//! The OpenAPI document, generated from the handlers.

use utoipa::{
    Modify, OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};

/// What the handlers do not say themselves.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Onsale",
        description = "Ticketing for the minute when everybody wants the same seats. Errors are problem documents \
                       (RFC 9457); money is minor units with ISO 4217; times are RFC 3339 in UTC; every POST that \
                       creates takes an `Idempotency-Key`. Where `bearer` is asked for, the cookie `onsale_access` of the \
                       web application (`Onsale-Client: web`) does as well.",
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
    }
}

/// Names every operation by its method and path: handlers of different nouns have the same names, and generated
/// clients take operations of one name for one.
pub fn name_operations(document: &mut utoipa::openapi::OpenApi) {
    for (path, item) in &mut document.paths.paths {
        let path = path.replace(|letter: char| !letter.is_ascii_alphanumeric(), "_");
        let operations = [
            ("get", &mut item.get),
            ("put", &mut item.put),
            ("post", &mut item.post),
            ("patch", &mut item.patch),
            ("delete", &mut item.delete),
        ];
        for (method, operation) in operations {
            if let Some(operation) = operation {
                operation.operation_id = Some(format!("{method}{path}"));
            }
        }
    }
}
