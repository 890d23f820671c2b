//! Keeps `docs/seat-map.schema.json`, the JSON schema of the document, what the code takes.

use std::{env, fs, path::PathBuf};

use seat_map::SeatMapDocument;
use serde_json::{Map, Value, json};
use utoipa::{PartialSchema, ToSchema};

/// After a wanted change: `UPDATE_SCHEMA=1 cargo test -p seat-map --test schema`.
#[test]
fn the_schema_in_the_docs_is_that_of_the_document() {
    let mut parts = Vec::new();
    SeatMapDocument::schemas(&mut parts);
    let parts: Map<String, Value> =
        parts.into_iter().map(|(name, part)| (name, serde_json::to_value(part).unwrap())).collect();
    let mut schema = serde_json::to_value(SeatMapDocument::schema()).unwrap();
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("Onsale seat map");
    schema["$defs"] = Value::Object(parts);
    let text =
        serde_json::to_string_pretty(&schema).unwrap().replace("#/components/schemas/", "#/$defs/") + "\n";
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/seat-map.schema.json");
    if env::var_os("UPDATE_SCHEMA").is_some() {
        fs::write(&path, &text).unwrap();
    }
    assert!(
        fs::read_to_string(&path).unwrap() == text,
        "docs/seat-map.schema.json is not what the code takes"
    );
}
