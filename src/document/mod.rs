//! From text to the located value tree.
//!
//! Law: every format ends in the same [`Document`], a flat tape of values in which each
//! knows its byte range. Nothing here knows what a client is.

mod comments;
mod expression;
mod hcl;
mod json;
mod node;
mod split;
mod yaml;

pub use expression::{Call, Expression, For, Form, Operator, Piece, from_template};
pub use node::{Document, Entries, Fault, FaultKind, Format, Items, Kind, Limits, Node};
pub use split::{Pieces, Split};
pub use yaml::BlockList;

use crate::text::SourceId;

/// Reads `text` as what it looks like: JSON where the first character can only be JSON, HCL
/// where the first words can only be HCL, else YAML. The path never decides, since people
/// rename exports.
///
/// A document that is broken keeps the values before the break and says so in its faults.
#[must_use]
pub fn read(source: SourceId, text: &str, limits: Limits) -> Document<'_> {
    read_as(source, text, sniff(text).unwrap_or(Format::Json), limits)
}

/// What a file is read as. Its name decides where the text leaves it open: a Terraform file may
/// hold nothing but comments, or be broken in its first line.
#[must_use]
pub fn format_of(path: &str, text: &str) -> Format {
    match sniff(text) {
        Some(Format::Yaml) | None if is_terraform(path) => Format::Hcl,
        sniffed => sniffed.unwrap_or(Format::Json),
    }
}

/// Reads the text of a file.
#[must_use]
pub fn read_file<'t>(source: SourceId, path: &str, text: &'t str, limits: Limits) -> Document<'t> {
    read_as(source, text, format_of(path, text), limits)
}

/// Reads `text` as what it is.
#[must_use]
pub fn read_as(source: SourceId, text: &str, format: Format, limits: Limits) -> Document<'_> {
    match format {
        Format::Json => json::read(source, text, limits),
        Format::Yaml => yaml::read(source, text, limits),
        Format::Hcl => hcl::read(source, text, limits),
    }
}

/// Whether Terraform reads a file of this name as HCL.
fn is_terraform(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let path = path.strip_suffix(".gz").unwrap_or(&path);
    [".tf", ".tofu", ".tfvars"]
        .iter()
        .any(|end| path.ends_with(end))
}

/// JSON if the text begins as only JSON (or a flow collection of YAML) can; `None` if it holds
/// nothing.
///
/// A flow collection that is YAML and not JSON, such as `{name: x}`, is told apart by the
/// character after the brace.
fn sniff(text: &str) -> Option<Format> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let mut characters = text.chars();
    Some(match characters.next()? {
        '{' => match characters.find(|character| !character.is_whitespace()) {
            Some('"' | '}') | None => Format::Json,
            Some(_) => Format::Yaml,
        },
        '[' | '"' => Format::Json,
        _ if ["null", "true", "false"].contains(&text.trim_end()) => Format::Json,
        _ if begins_as_hcl(text) => Format::Hcl,
        _ if json::behind_preamble(text).is_some() => Format::Json,
        _ => Format::Yaml,
    })
}

/// Whether the first line begins `name =` or `name "label"`, or is of names up to a `{`, after
/// comments. In YAML all of these would be mere text.
fn begins_as_hcl(text: &str) -> bool {
    let is_name = |character: char| character.is_alphanumeric() || "_-".contains(character);
    let begins = |character: char| character.is_alphabetic() || character == '_';
    let Some(mut rest) = after_comments(text).filter(|text| text.starts_with(begins)) else {
        return false;
    };
    let mut names = 0;
    loop {
        let behind = rest.trim_start_matches(is_name);
        if behind.len() == rest.len() {
            return false;
        }
        names += 1;
        rest = behind.trim_start_matches([' ', '\t']);
        match rest.as_bytes() {
            [b'{', ..] => return true,
            [b'=', next, ..] if names == 1 => return *next != b'=',
            [b'"', ..] => return rest.len() < behind.len(),
            _ => {}
        }
    }
}

/// The text after comments of all three sorts; `None` if one never ends.
fn after_comments(text: &str) -> Option<&str> {
    let mut rest = text.trim_start();
    loop {
        rest = if rest.starts_with('#') || rest.starts_with("//") {
            rest.split_once('\n')?.1
        } else if let Some(comment) = rest.strip_prefix("/*") {
            comment.split_once("*/")?.1
        } else {
            return Some(rest);
        };
        rest = rest.trim_start();
    }
}
