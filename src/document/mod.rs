//! From text to the located value tree.
//!
//! Invariant: every format is parsed into the same [`Document`]. Its values are kept on a *value
//! tape*: a flat array in document order, in which each entry has a kind, a byte range and the
//! number of entries it spans, so that a value can be skipped without visiting its children. This
//! module does not know what a client is.

mod comments;
mod escapes;
mod expression;
mod hcl;
mod json;
mod node;
mod parse_cost;
mod split;
mod yaml;

pub use expression::{Call, Expression, For, Form, Operator, Piece, from_template};
pub use node::{Document, Entries, Fault, FaultKind, Format, Items, Kind, Limits, Node};
pub use split::{Pieces, Split};
pub use yaml::BlockList;

use crate::text::SourceId;

/// Parses `text` in the format that it appears to have: JSON if the first character can only be
/// JSON, HCL if the first words can only be HCL, else YAML. The path never decides, because
/// exports get renamed.
///
/// A broken document keeps the values before the break and records the break in its faults.
#[must_use]
pub fn read(source: SourceId, text: &str, limits: Limits) -> Document<'_> {
    read_as(source, text, sniff(text).unwrap_or(Format::Json), limits)
}

/// The format of a file. Its name decides if the text does not: a Terraform file can contain
/// only comments, or be broken in its first line.
#[must_use]
pub fn format_of(path: &str, text: &str) -> Format {
    match sniff(text) {
        Some(Format::Yaml) | None if is_terraform(path) => Format::Hcl,
        sniffed => sniffed.unwrap_or(Format::Json),
    }
}

/// Parses the text of a file.
#[must_use]
pub fn read_file<'t>(source: SourceId, path: &str, text: &'t str, limits: Limits) -> Document<'t> {
    read_as(source, text, format_of(path, text), limits)
}

/// Parses `text` in the given format.
#[must_use]
pub fn read_as(source: SourceId, text: &str, format: Format, limits: Limits) -> Document<'_> {
    match format {
        Format::Json => json::parse(source, text, limits),
        Format::Yaml => yaml::parse(source, text, limits),
        Format::Hcl => hcl::parse(source, text, limits),
    }
}

/// Whether Terraform parses a file of this name as HCL.
fn is_terraform(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let path = path.strip_suffix(".gz").unwrap_or(&path);
    [".tf", ".tofu", ".tfvars", ".hcl"]
        .iter()
        .any(|end| path.ends_with(end))
}

/// The format that the beginning of the text shows; `None` if the text is empty.
///
/// The character after the brace distinguishes JSON from a flow collection of YAML, such as
/// `{name: x}`.
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
        _ if json::after_preamble(text).is_some() => Format::Json,
        _ => Format::Yaml,
    })
}

/// Whether the first line begins `name =` or `name "label"`, or is of names up to a `{`, after
/// comments. In YAML all of these would be plain text.
fn begins_as_hcl(text: &str) -> bool {
    let is_name = |character: char| character.is_alphanumeric() || "_-".contains(character);
    let begins = |character: char| character.is_alphabetic() || character == '_';
    let Some(mut rest) = after_comments(text).filter(|text| text.starts_with(begins)) else {
        return false;
    };
    let mut names = 0;
    loop {
        let after = rest.trim_start_matches(is_name);
        if after.len() == rest.len() {
            return false;
        }
        names += 1;
        rest = after.trim_start_matches([' ', '\t']);
        match rest.as_bytes() {
            [b'{', ..] => return true,
            [b'=', next, ..] if names == 1 => return *next != b'=',
            [b'"', ..] => return rest.len() < after.len(),
            _ => {}
        }
    }
}

/// The text after comments of all three kinds; `None` if a comment is not closed.
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
