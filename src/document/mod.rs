//! From text to the located value tree.
//!
//! Law: every format ends in the same [`Document`], a flat tape of values in which each
//! knows its byte range. Nothing here knows what a client is.

mod json;
mod node;
mod split;
mod yaml;

pub use node::{Document, Entries, Fault, FaultKind, Format, Items, Kind, Limits, Node};
pub use split::{Pieces, Split};

use crate::text::SourceId;

/// Reads `text` as what it looks like: JSON where the first character can only be JSON,
/// else YAML. The path never decides, since people rename exports.
///
/// A document that is broken keeps the values before the break and says so in its faults.
#[must_use]
pub fn read(source: SourceId, text: &str, limits: Limits) -> Document<'_> {
    match sniff(text) {
        Format::Json => json::read(source, text, limits),
        Format::Yaml => yaml::read(source, text, limits),
    }
}

/// JSON if the text begins as only JSON (or a flow collection of YAML) can.
///
/// A flow collection that is YAML and not JSON, such as `{name: x}`, is told apart by the
/// character after the brace.
fn sniff(text: &str) -> Format {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let mut characters = text.chars();
    match characters.next() {
        Some('{') => match characters.find(|character| !character.is_whitespace()) {
            Some('"' | '}') | None => Format::Json,
            Some(_) => Format::Yaml,
        },
        Some('[' | '"') | None => Format::Json,
        Some(_) if ["null", "true", "false"].contains(&text.trim_end()) => Format::Json,
        Some(_) => Format::Yaml,
    }
}
