//! Comments that may speak to this program, each with what it stands beside.
//!
//! Law: a comment is about the value before it on its line, or, alone on its line, about what
//! begins on the next. What it says is for the policy to read.

use super::Place;

/// A comment that may speak to this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Its words, without the sign before them.
    pub place: Place,
    /// It ends with its line, as comments of one line do.
    pub is_line: bool,
    /// What it stands beside.
    pub beside: Anchor,
}

/// What a comment stands beside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// The values before it on its line.
    Line(Place),
    /// What begins on the line below it, up to its end.
    Below(Place),
    /// No value.
    Nothing,
}

/// Whether words may be meant for this program, generously: whoever misspells the one word
/// seldom misspells the other.
#[must_use]
pub fn may_speak(words: &str) -> bool {
    let words = words.to_ascii_lowercase();
    words.contains("lint") || words.contains("accept")
}
