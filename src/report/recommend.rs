//! Recommendations: what to keep and what to remove of the rights of each client, why, and how
//! sure that is.
//!
//! Invariant: no client is left out. A client that is not judged is shown with the reason, and
//! problems and rules not judged are listed with the clients.

mod human;
mod json;
mod terraform;

pub use json::{SCHEMA, schema};

use super::look::Look;
use crate::catalog::Confidence;
use crate::finding::{BecauseOf, ClientFacts, DivisionName, Recommendation, Report};
use crate::text::counted;
use std::io::{self, BufWriter, Write};

/// A form in which recommendations are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecommendFormat {
    /// For people.
    #[default]
    Human,
    /// `grantlint-recommendation/1`, for programs.
    Json,
    /// The proposed roles as Terraform resources.
    Terraform,
}

impl RecommendFormat {
    /// Every form.
    pub const ALL: [Self; 3] = [Self::Human, Self::Json, Self::Terraform];

    /// The name in options.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Terraform => "terraform",
        }
    }

    /// Writes the recommendations of `report`, which must contain them.
    ///
    /// # Errors
    /// If `out` cannot be written.
    pub fn write(self, report: &Report<'_>, look: Look, out: &mut dyn Write) -> io::Result<()> {
        let out = &mut BufWriter::with_capacity(1 << 16, out);
        match self {
            Self::Human => look
                .mark(report, out)
                .and_then(|()| human::write(report, look, out)),
            Self::Json => json::write(report, out),
            Self::Terraform => terraform::write(report, out),
        }?;
        out.flush()
    }
}

/// A client with what to keep and remove.
#[derive(Clone, Copy)]
struct Entry<'r> {
    client: &'r ClientFacts<'r>,
    recommendation: &'r Recommendation,
}

/// All clients, in the order of the exports.
fn entries<'r>(report: &'r Report<'r>) -> impl Iterator<Item = Entry<'r>> {
    let recommendations = report.recommendations.iter();
    let recommendations = recommendations.flat_map(|all| &all.clients);
    let clients = report.clients.iter().zip(recommendations);
    clients.map(|(client, recommendation)| Entry {
        client,
        recommendation,
    })
}

/// The word for a confidence; `none` if nothing is called unused.
const fn confidence(confidence: Option<Confidence>) -> &'static str {
    match confidence {
        Some(confidence) => confidence.name(),
        None => "none",
    }
}

/// The notices about organisations, each once.
fn notices(report: &Report<'_>) -> Vec<String> {
    let organisations = report.recommendations.iter();
    let organisations = organisations.flat_map(|all| &all.organisations);
    let shown = organisations.filter(|facts| facts.shows_unenforced);
    shown
        .map(|facts| {
            format!(
                "{}: calls worked without the scope that they need, so this organisation does not enforce scopes",
                facts.label
            )
        })
        .collect()
}

/// A call in words: `GET /api/v2/routing/queues, 4,100 calls, last 2026-11-27`.
fn because_words(call: &BecauseOf) -> String {
    let requests = usize::try_from(call.requests).unwrap_or(usize::MAX);
    let mut words = format!(
        "{} {}, {}",
        call.method,
        call.path,
        counted(requests, "call")
    );
    if let Some(last) = call.last {
        words = format!("{words}, last {last}");
    }
    if call.failed {
        words += ", all failed";
    }
    words
}

fn division_names(divisions: &[DivisionName]) -> String {
    let names: Vec<&str> = divisions.iter().map(|division| &*division.name).collect();
    names.join(", ")
}
