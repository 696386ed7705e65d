//! The table of clients and the cards of those that have findings.

use super::{FULL, LINES};
use crate::catalog::Severity;
use crate::finding::{ClientFacts, Fact, Finding, Report};
use crate::report::risk::Standing;
use crate::report::words::{self, age};
use crate::text::digits;
use jiff::civil::Date;

/// Hosts that a row names; others are counted.
const HOSTS: usize = 2;

/// A client in the table.
pub struct Row<'p> {
    pub index: usize,
    pub client: &'p ClientFacts<'p>,
    /// Its card is on the page.
    pub has_card: bool,
    /// What it can do, in words, and the class of its tier.
    pub reach: Option<(String, &'static str)>,
    pub lifetime: String,
    pub lifetime_seconds: String,
    pub hosts: Vec<String>,
    pub more_hosts: usize,
    pub changed: Option<(String, String)>,
    /// Its state, unless it is active: `inactive`, `disabled`.
    pub state: Option<String>,
    /// Its open findings.
    pub tally: Vec<(Severity, usize)>,
    /// How many accepted findings it has.
    pub accepted: usize,
    /// 0 for none, 5 for critical: for the filter.
    pub rank: usize,
}

/// The findings of a client that the page shows.
pub struct Group<'p, 's> {
    pub row: Row<'p>,
    pub findings: &'p [&'p Finding],
    /// Known findings, a line each.
    pub known: &'p [&'p Finding],
    /// So many of them with an excerpt.
    pub full: usize,
    pub standing: &'p Standing<'p, 's>,
}

impl<'p> Row<'p> {
    pub fn new(standing: &'p Standing<'p, '_>, today: Date) -> Self {
        let profile = standing.profile;
        let hosts = profile.map_or(&[][..], |profile| &profile.hosts.items);
        let (lifetime, lifetime_seconds) = lifetime(profile.map(|profile| &profile.lifetime));
        let changed = profile.and_then(|profile| profile.modified.or(profile.created));
        Self {
            index: standing.index,
            client: standing.client,
            has_card: standing.is_open(),
            reach: profile.map(|profile| {
                let tier = profile.reach.tier();
                (
                    profile.reach.words(),
                    tier.map_or("plain", |tier| tier.name()),
                )
            }),
            lifetime,
            lifetime_seconds,
            hosts: hosts.iter().take(HOSTS).cloned().collect(),
            more_hosts: hosts.len().saturating_sub(HOSTS),
            changed: changed.map(|day| (day.to_string(), age(day, today))),
            state: profile
                .and_then(|profile| profile.state.known())
                .filter(|state| !state.eq_ignore_ascii_case("active"))
                .map(|state| state.clone().into_owned()),
            tally: standing.tally(),
            accepted: standing.accepted,
            rank: standing.worst().map_or(0, |worst| worst as usize + 1),
        }
    }
}

fn lifetime(fact: Option<&Fact<i64>>) -> (String, String) {
    let Some(fact) = fact else {
        return (String::new(), String::new());
    };
    let words = words::lifetime(fact);
    let exact = fact.known().map_or_else(String::new, |number| {
        let exact = usize::try_from(*number).map_or_else(|_| number.to_string(), digits);
        format!("{exact} s")
    });
    let adds_nothing = exact == words;
    (words, if adds_nothing { String::new() } else { exact })
}

/// The kinds of client that occur, for the filter.
pub fn kinds(report: &Report<'_>) -> Vec<&'static str> {
    let mut kinds: Vec<_> = report.clients.iter().map(|client| client.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// The clients that have findings, the worst first, up to the limit of the page.
pub fn groups<'p, 's>(
    report: &'p Report<'s>,
    standings: &'p [Standing<'p, 's>],
) -> Vec<Group<'p, 's>> {
    let mut drawn = 0;
    let mut groups = Vec::new();
    for standing in standings.iter().filter(|standing| standing.is_open()) {
        if drawn >= LINES {
            break;
        }
        let room = (LINES - drawn).min(standing.findings.len());
        let room_for_known = (LINES - drawn - room).min(standing.known.len());
        groups.push(Group {
            row: Row::new(standing, report.today),
            findings: &standing.findings[..room],
            known: &standing.known[..room_for_known],
            full: FULL.saturating_sub(drawn).min(room),
            standing,
        });
        drawn += room + room_for_known;
    }
    groups
}
