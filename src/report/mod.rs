//! Writes a report, one module for each format.
//!
//! Invariant: an immutable report goes in, bytes come out. Formats neither filter nor decide, and
//! source text passes the report's redactor first. Formats for programs stream: they keep at most
//! a few bytes for each finding in memory. Equal reports give equal bytes.

mod causes;
pub mod concise;
pub mod csv;
mod drawing;
mod excerpt;
mod folded;
pub mod github;
pub mod gitlab;
pub mod html;
pub mod human;
pub mod inventory;
pub mod json;
pub mod junit;
mod links;
mod look;
pub mod markdown;
mod owners;
mod paint;
pub mod plan;
mod priorities;
mod prose;
pub mod recommend;
mod risk;
mod run_facts;
pub mod sarif;
mod shared;
mod status;
mod stream;
mod view;
mod words;

pub use drawing::problems;
pub use inventory::InventoryFormat;
pub use links::Links;
pub use look::{GroupBy, Look};
pub use paint::Paint;
pub use plan::PlanFormat;
pub use recommend::RecommendFormat;

use crate::finding::Report;
use std::io::{self, BufWriter, Write};

/// The address of a rule's reference, without its id.
pub const RULE_DOCS: &str = "https://github.com/grantlint/grantlint/blob/main/docs/rules.md#";

/// The home page of grantlint.
pub const HOME: &str = "https://github.com/grantlint/grantlint";

/// An output format of a report. A new one is a variant, an entry in
/// [`Format::ALL`] and an arm in two matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// For people.
    Human,
    /// For people: counts and what to do first, without the findings.
    Summary,
    /// One line for each finding.
    Concise,
    /// One self-contained page.
    Html,
    /// `grantlint-report/1`, for programs.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// `JUnit` XML, for test pages.
    Junit,
    /// CSV, for spreadsheets.
    Csv,
    /// Markdown, for a comment on a pull request.
    Markdown,
    /// Annotations of GitHub Actions.
    Github,
    /// GitLab Code Quality.
    Gitlab,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 11] = [
        Self::Human,
        Self::Summary,
        Self::Concise,
        Self::Html,
        Self::Json,
        Self::Sarif,
        Self::Junit,
        Self::Csv,
        Self::Markdown,
        Self::Github,
        Self::Gitlab,
    ];

    /// The name in options.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Summary => "summary",
            Self::Concise => "concise",
            Self::Html => "html",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
            Self::Csv => "csv",
            Self::Markdown => "markdown",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
        }
    }

    /// The format with this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Whether it shows [`Report::inventory`], which is built only on demand.
    #[must_use]
    pub const fn needs_inventory(self) -> bool {
        matches!(self, Self::Html)
    }

    /// Writes `report` in this format.
    ///
    /// # Errors
    /// If `out` cannot be written.
    pub fn write(self, report: &Report<'_>, look: Look, out: &mut dyn Write) -> io::Result<()> {
        let out = &mut BufWriter::with_capacity(1 << 16, out);
        match self {
            Self::Human => look
                .mark(report, out)
                .and_then(|()| human::write(report, look, out)),
            Self::Summary => look
                .mark(report, out)
                .and_then(|()| human::write_summary(report, look, out)),
            Self::Concise => look
                .mark(report, out)
                .and_then(|()| concise::write(report, look, out)),
            Self::Html => html::write(report, out),
            Self::Json => json::write(report, out),
            Self::Sarif => sarif::write(report, out),
            Self::Junit => junit::write(report, out),
            Self::Csv => csv::write(report, look, out),
            Self::Markdown => markdown::write(report, look, out),
            Self::Github => github::write(report, out),
            Self::Gitlab => gitlab::write(report, out),
        }?;
        out.flush()
    }
}
