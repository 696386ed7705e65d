//! The plan: what to change in the platform, for review.
//!
//! Invariant: no step contains more than the fields that change, and every finding that no step
//! clears is listed with the reason. Names are escaped for the form they are printed in.

mod json;
mod markdown;

pub use json::{SCHEMA, schema};

use super::look::Look;
use crate::finding::Report;
use std::io::{self, BufWriter, Write};

/// A form in which a plan is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlanFormat {
    /// A change ticket, for people.
    #[default]
    Markdown,
    /// `grantlint-plan/1`, for programs.
    Json,
}

impl PlanFormat {
    /// Every form.
    pub const ALL: [Self; 2] = [Self::Markdown, Self::Json];

    /// The name in options.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Markdown => "markdown",
            Self::Json => "json",
        }
    }

    /// Writes the plan of `report`, which must contain one.
    ///
    /// # Errors
    /// If `out` cannot be written.
    pub fn write(self, report: &Report<'_>, _look: Look, out: &mut dyn Write) -> io::Result<()> {
        let out = &mut BufWriter::with_capacity(1 << 16, out);
        match self {
            Self::Markdown => markdown::write(report, out),
            Self::Json => json::write(report, out),
        }?;
        out.flush()
    }
}
