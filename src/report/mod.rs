//! The drawing of a report, one file a format.
//!
//! Law: an immutable report goes in, bytes come out. Nothing is filtered and nothing decided
//! here, and source text comes only through the report's gate. A format for programs streams:
//! it keeps at most a few bytes a finding in memory. The same report gives the same bytes.

pub mod concise;
mod excerpt;
pub mod human;
pub mod json;
mod paint;
pub mod sarif;
mod shared;
mod stream;

pub use human::Look;
pub use paint::Paint;

use crate::finding::Report;
use std::io::{self, BufWriter, Write};

/// Where the reference of a rule stands, less its id.
pub const RULE_DOCS: &str = "https://github.com/grantlint/grantlint/blob/main/docs/rules.md#";

/// Where grantlint is at home.
pub const HOME: &str = "https://github.com/grantlint/grantlint";

/// A form in which a report is written. A new one is a variant, an entry in
/// [`Format::ALL`] and an arm in two matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// For people.
    Human,
    /// A line a finding.
    Concise,
    /// `grantlint-report/1`, for programs.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 4] = [Self::Human, Self::Concise, Self::Json, Self::Sarif];

    /// The word in options.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Concise => "concise",
            Self::Json => "json",
            Self::Sarif => "sarif",
        }
    }

    /// The format with this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Writes `report` in this format.
    ///
    /// # Errors
    /// If `out` takes no more.
    pub fn write(self, report: &Report<'_>, look: Look, out: &mut dyn Write) -> io::Result<()> {
        let out = &mut BufWriter::with_capacity(1 << 16, out);
        match self {
            Self::Human => human::write(report, look, out),
            Self::Concise => concise::write(report, look.color, out),
            Self::Json => json::write(report, out),
            Self::Sarif => sarif::write(report, out),
        }?;
        out.flush()
    }
}
