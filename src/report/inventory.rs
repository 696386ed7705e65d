//! The inventory: every client with its facts and rights, those of third parties first, then the
//! riskiest first.
//!
//! Invariant: no client is left out, and all forms contain the same clients in the same order.
//! Unknown facts are never shown as absent. Problems and rules not judged are listed with the
//! clients, so that a short list is not taken for a complete one.

mod csv;
mod json;
mod table;

pub use json::{SCHEMA, schema};

use super::look::Look;
use super::risk::{Standing, by_risk, others_by_risk};
use crate::finding::{Extent, Holding, OrganisationFacts, Profile, Report};
use jiff::civil::Date;
use std::io::{self, BufWriter, Write};

/// A form in which an inventory is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum InventoryFormat {
    /// One or two lines for each client, for people.
    #[default]
    Table,
    /// One row for each client, for spreadsheets.
    Csv,
    /// `grantlint-inventory/1`, for programs.
    Json,
}

impl InventoryFormat {
    /// Every form.
    pub const ALL: [Self; 3] = [Self::Table, Self::Csv, Self::Json];

    /// The name in options.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }

    /// The form with this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.name() == name)
    }

    /// Writes the inventory of `report`, which must contain one.
    ///
    /// # Errors
    /// If `out` cannot be written.
    pub fn write(self, report: &Report<'_>, look: Look, out: &mut dyn Write) -> io::Result<()> {
        let out = &mut BufWriter::with_capacity(1 << 16, out);
        match self {
            Self::Table => look
                .mark(report, out)
                .and_then(|()| table::write(report, look, out)),
            Self::Csv => csv::write(report, out),
            Self::Json => json::write(report, out),
        }?;
        out.flush()
    }
}

/// How to see findings that are not about a client.
const ELSEWHERE: &str = "see: grantlint check";

/// Describes a target with findings that is not a client.
fn about(standing: &Standing<'_, '_>) -> String {
    let client = standing.client;
    let words = standing.words();
    let findings = if words.is_empty() {
        "has no findings".to_owned()
    } else {
        format!("has findings: {words}")
    };
    format!(
        "{} \"{}\" is not a client and {findings}",
        client.kind, client.label
    )
}

/// A client with its facts and rights.
struct Entry<'r> {
    standing: Standing<'r, 'r>,
    profile: &'r Profile<'r>,
    organisation: &'r OrganisationFacts<'r>,
}

/// All clients: those of third parties first, then the riskiest first.
fn entries<'r>(report: &'r Report<'r>) -> Vec<Entry<'r>> {
    let organisations = report.inventory.as_ref().map(|all| &all.organisations[..]);
    let organisation = |profile: &Profile<'_>| {
        organisations.and_then(|all| all.get(profile.organisation as usize))
    };
    let mut standings = by_risk(report);
    // Stable: by risk among those of third parties and among the rest.
    standings.sort_by_key(|standing| !standing.client.is_third_party());
    standings
        .into_iter()
        .filter_map(|standing| {
            let profile = standing.profile?;
            Some(Entry {
                standing,
                profile,
                organisation: organisation(profile)?,
            })
        })
        .collect()
}

/// Targets that are not clients: all authorised applications, then credentials with findings.
fn others<'r>(report: &'r Report<'r>) -> Vec<Standing<'r, 'r>> {
    let mut others = others_by_risk(report);
    others.retain(|standing| standing.client.is_third_party() || standing.is_open());
    others.sort_by_key(|standing| !standing.client.is_third_party());
    others
}

impl Entry<'_> {
    /// The roles with their divisions in words: `Reader (Sales, Service)`.
    fn roles(&self) -> Vec<String> {
        let holdings = self.profile.holdings.items.iter();
        holdings
            .map(|holding| format!("{} ({})", holding.label, self.divisions(holding).join(", ")))
            .collect()
    }

    fn divisions(&self, holding: &Holding<'_>) -> Vec<String> {
        let extents = holding.extents.iter();
        extents
            .map(|extent| extent_words(*extent, self.organisation))
            .collect()
    }

    /// The names of all divisions in which it holds a role, each once.
    fn all_divisions(&self) -> Vec<String> {
        let holdings = self.profile.holdings.items.iter();
        let mut extents: Vec<Extent> = holdings.flat_map(|one| one.extents.clone()).collect();
        extents.sort_unstable();
        extents.dedup();
        let words = extents.into_iter();
        words
            .map(|extent| extent_words(extent, self.organisation))
            .collect()
    }

    /// The ids of the rules with findings in it, each once, the worst first.
    fn rules(&self) -> Vec<&str> {
        let mut rules: Vec<&str> = Vec::new();
        for finding in self.standing.open() {
            if !rules.contains(&&*finding.rule.id) {
                rules.push(&finding.rule.id);
            }
        }
        rules
    }

    /// Fields whose values are not known.
    fn unknown(&self) -> Vec<&'static str> {
        use crate::finding::Fact;
        let profile = self.profile;
        let all = [
            ("state", profile.state == Fact::Unknown),
            ("scopes", !profile.scopes.complete),
            ("roles", !profile.holdings.complete),
            ("token_lifetime", profile.lifetime == Fact::Unknown),
            ("redirect_hosts", !profile.hosts.complete),
            ("redirect_uris", !profile.redirect_uris.complete),
        ];
        let unknown = all.into_iter().filter(|(_, is_unknown)| *is_unknown);
        unknown.map(|(name, _)| name).collect()
    }
}

/// The name of a division, or the words that replace it.
fn extent_words(extent: Extent, facts: &OrganisationFacts<'_>) -> String {
    super::words::extent(extent, facts, |division| {
        division.label.clone().into_owned()
    })
}

/// Whole days since a day.
fn days_since(day: Option<Date>, today: Date) -> Option<i32> {
    let span = today.since(day?).ok()?;
    Some(span.get_days())
}
