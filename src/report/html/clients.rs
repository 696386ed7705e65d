//! The table of clients and the cards of those that have findings.

use super::{FULL, LINES, LISTED, charts};
use crate::catalog::Severity;
use crate::finding::{
    CallableOperations, ClientFacts, Fact, Finding, PartOf, Reach, Report, UsageProfile,
};
use crate::report::folded::{Folded, fold};
use crate::report::risk::Standing;
use crate::report::words::{self, age};
use crate::text::{counted, digits};
use jiff::civil::Date;
use std::collections::BTreeSet;

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
    /// How many operations it can call, in words.
    pub calls: Option<String>,
    /// Its usage, if usage results cover it.
    pub usage: Option<UsageCell>,
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
    /// Its tier, as the chart of tiers names it: for the filter.
    pub tier: String,
    /// The severities of its open findings: for the filter.
    pub severities: String,
    /// Who answers for it.
    pub owner: Option<&'p str>,
    /// The rules with open findings, with spaces between: for the filter.
    pub rules: String,
    /// Its names in lower case: for the search.
    pub names: String,
    /// How long tokens live and how long ago it was changed, as the charts call it: for the filter.
    pub lives: &'static str,
    pub age: &'static str,
    /// Seconds that a token lives, or -1: for the order.
    pub lifetime_number: i64,
}

/// What usage results say about a client.
pub struct UsageCell {
    /// Its last use, in words.
    pub last: String,
    /// Its requests in 90 days, and what it does not use.
    pub more: Vec<String>,
}

impl UsageCell {
    fn new(usage: &UsageProfile) -> Self {
        let last = match usage.last_use {
            _ if usage.has_no_request => "no request".to_owned(),
            Some(day) => day.to_string(),
            None => "not known".to_owned(),
        };
        let requests = usage.requests.map(|count| {
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            format!("{} in 90 days", counted(count, "request"))
        });
        let unused = |part: Option<PartOf>, noun: &str| {
            let part = part.filter(|part| part.some > 0)?;
            Some(format!("{} {noun} unused", part.words()))
        };
        let scopes = unused(usage.unused_scopes, "scopes");
        let permissions = unused(usage.unused_permissions, "permissions");
        Self {
            last,
            more: [requests, scopes, permissions]
                .into_iter()
                .flatten()
                .collect(),
        }
    }
}

/// The findings of a client that the page shows.
pub struct Group<'p, 's> {
    pub row: Row<'p>,
    pub findings: Vec<Folded<'p>>,
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
            calls: profile
                .and_then(|profile| profile.callable)
                .map(CallableOperations::words),
            usage: profile
                .and_then(|profile| profile.usage.as_ref())
                .map(UsageCell::new),
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
            tier: profile.map_or_else(String::new, |profile| tier_words(profile.reach)),
            owner: profile.and_then(|profile| profile.owner.as_deref()),
            severities: severities_of(standing),
            rules: rules_of(standing),
            names: names_of(standing.client, hosts),
            lives: profile.map_or("", charts::lifetime_label),
            age: profile.map_or("", |profile| charts::age_label(profile, today)),
            lifetime_number: profile
                .and_then(|profile| profile.lifetime.known().copied())
                .unwrap_or(-1),
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

/// The rules with open findings of a client.
fn rules_of(standing: &Standing<'_, '_>) -> String {
    let rules = standing.open().map(|finding| &*finding.rule.id);
    let rules: BTreeSet<&str> = rules.collect();
    rules.into_iter().collect::<Vec<_>>().join(" ")
}

/// The severities of the open findings of a client.
fn severities_of(standing: &Standing<'_, '_>) -> String {
    let tally = standing.tally();
    let names: Vec<&str> = tally.iter().map(|(severity, _)| severity.name()).collect();
    names.join(" ")
}

/// What a client can do, without "at least".
fn tier_words(reach: Reach) -> String {
    reach
        .tier()
        .map_or_else(|| reach.words(), |tier| tier.name().to_owned())
}

/// The names that a search looks at.
fn names_of(client: &ClientFacts<'_>, hosts: &[String]) -> String {
    let names = [
        Some(&client.label),
        client.id.as_ref(),
        client.address.as_ref(),
    ];
    let names = names.into_iter().flatten().map(AsRef::as_ref);
    let names: Vec<&str> = names.chain(hosts.iter().map(String::as_str)).collect();
    names.join(" ").to_lowercase()
}

/// The values of a filter, each once; none if there is no choice.
fn offered<T: Ord + AsRef<str>>(values: impl Iterator<Item = T>) -> Vec<T> {
    let values: BTreeSet<T> = values.filter(|value| !value.as_ref().is_empty()).collect();
    if values.len() < 2 {
        return Vec::new();
    }
    values.into_iter().take(LISTED).collect()
}

/// The values that the filters of the page offer. A filter with fewer than two is left out.
pub struct Filters<'p> {
    pub kinds: Vec<&'p str>,
    pub tiers: Vec<String>,
    pub rules: Vec<&'p str>,
    pub organisations: Vec<&'p str>,
    pub owners: Vec<&'p str>,
    pub lives: Vec<&'static str>,
    pub ages: Vec<&'static str>,
}

impl<'p> Filters<'p> {
    pub fn new(report: &'p Report<'_>) -> Self {
        let profiles = report.inventory.iter().flat_map(|all| &all.profiles);
        let open = report.findings.iter().chain(&report.known);
        let tiers = profiles.clone().map(|profile| tier_words(profile.reach));
        Self {
            kinds: offered(report.clients.iter().map(|client| client.kind)),
            tiers: offered(tiers),
            rules: offered(open.map(|finding| &*finding.rule.id)),
            organisations: offered(report.clients.iter().map(|client| &*client.organisation)),
            lives: offered(profiles.clone().map(charts::lifetime_label)),
            ages: offered(
                profiles
                    .clone()
                    .map(|profile| charts::age_label(profile, report.today)),
            ),
            owners: offered(profiles.filter_map(|profile| profile.owner.as_deref())),
        }
    }
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
            findings: fold(standing.findings[..room].iter().copied()),
            known: &standing.known[..room_for_known],
            full: FULL.saturating_sub(drawn).min(room),
            standing,
        });
        drawn += room + room_for_known;
    }
    groups
}
