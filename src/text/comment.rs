//! Comments that may contain a directive, each with the values that it applies to.
//!
//! Invariant: a comment applies to the value before it on its line. A comment on a line of its
//! own applies to the values that begin on the next line. The policy parses the directive.

use super::Place;

/// A comment that may contain a directive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Its text, without the comment sign.
    pub place: Place,
    /// Whether it ends with its line (`#`, `//`).
    pub is_line: bool,
    /// Whether it is in an export, and so in the words of the audited party. Terraform's files
    /// are reviewed code.
    pub in_export: bool,
    /// The values that it applies to.
    pub beside: Anchor,
}

/// The values that a comment applies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// The values before it on its line.
    Line(Place),
    /// The values that begin on the line below it, up to their end.
    Below(Place),
    /// No value.
    Nothing,
}

/// Whether a comment may contain a directive. Either word is enough, because a directive
/// with one misspelt word must still be reported.
#[must_use]
pub fn may_be_directive(comment: &str) -> bool {
    let comment = comment.to_ascii_lowercase();
    comment.contains("lint") || comment.contains("accept")
}
