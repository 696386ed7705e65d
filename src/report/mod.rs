//! The drawing of a report, one file a format.
//!
//! Law: an immutable report goes in, bytes come out. Nothing is filtered and nothing decided
//! here, and source text comes only through the report's gate.

pub mod concise;
mod excerpt;
pub mod human;
mod paint;

pub use human::Look;
pub use paint::Paint;

use crate::finding::Report;
use std::io::{self, Write};

/// The formats of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Human,
    /// A line a finding.
    Concise,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Human, Self::Concise];

    /// The word in options.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Concise => "concise",
        }
    }

    /// The format of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Draws a report in this format.
    ///
    /// # Errors
    /// If `out` cannot be written.
    pub fn write(self, report: &Report<'_>, look: Look, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Human => human::write(report, look, out),
            Self::Concise => concise::write(report, look.color, out),
        }
    }
}
