//! Risks that somebody accepted: an entry names one rule in one client, perhaps one field or
//! value of it, says why, who answers for it and until when.
//!
//! Law: an entry excuses what it names and nothing beside it. An entry that could mean
//! several clients excuses none of them.

use crate::catalog::Severity;
use crate::finding::{Accepted, Finding, Problem, ProblemKind};
use crate::model::{Client, ClientPattern, Organisation};
use crate::text::{Gate, Origin, SecretValue};
use jiff::civil::Date;
use std::collections::HashMap;

/// One entry.
#[derive(Clone, Debug)]
pub struct Acceptance {
    /// The rule.
    pub rule: String,
    /// The client.
    pub client: ClientPattern,
    /// The same as written.
    pub client_written: String,
    /// The directory of its organisation.
    pub organisation: Option<String>,
    /// Only findings at this field.
    pub field: Option<String>,
    /// Only findings about this value.
    pub value: Option<String>,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// Where it was decided.
    pub ticket: Option<String>,
    /// Where it stands.
    pub origin: Origin,
    /// It stands in a configuration that others extend, so it may be about another export.
    pub is_shared: bool,
    /// The policy switches its rule off for everybody.
    pub is_off: bool,
}

/// The terms on which risks may be accepted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terms {
    /// How many days ahead an acceptance may end.
    pub longest_days: i64,
    /// The severity from which it must end.
    pub dated_from: Option<Severity>,
    /// So many days before its end it is mentioned.
    pub soon_days: i64,
}

/// What an entry does for a finding that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It excuses it.
    Excuses,
    /// It did, until that day.
    Expired(Date),
    /// It would if it said until when.
    NeedsDate,
}

impl Terms {
    /// What is wrong with an entry for a rule of this severity, and what to do.
    #[must_use]
    pub fn fault(
        &self,
        acceptance: &Acceptance,
        severity: Option<Severity>,
        today: Date,
    ) -> Option<(String, &'static str)> {
        let Some(until) = acceptance.until else {
            let severity = severity.filter(|severity| self.asks_date(*severity))?;
            return Some((
                format!(
                    "`{}` is {}: an acceptance of it says until when it holds",
                    acceptance.rule,
                    severity.name()
                ),
                "add until = YYYY-MM-DD, the day on which somebody looks at it again",
            ));
        };
        (days(today, until) > self.longest_days).then(|| {
            (
                format!(
                    "this acceptance ends in {} days, and the policy allows {}",
                    days(today, until),
                    self.longest_days
                ),
                "choose an earlier day, and accept it again then if it must be",
            )
        })
    }

    fn asks_date(&self, severity: Severity) -> bool {
        self.dated_from.is_some_and(|from| severity >= from)
    }

    /// What an entry does for a finding that it names.
    #[must_use]
    pub fn effect(&self, acceptance: &Acceptance, finding: &Finding, today: Date) -> Effect {
        match acceptance.until {
            Some(until) if until < today => Effect::Expired(until),
            None if self.asks_date(finding.severity) => Effect::NeedsDate,
            _ => Effect::Excuses,
        }
    }
}

/// Days from one day to another.
#[must_use]
pub fn days(from: Date, to: Date) -> i64 {
    i64::from((to - from).get_days())
}

impl Acceptance {
    /// Whether it names this finding of its client. `raw` is the text at the finding's place.
    #[must_use]
    pub fn names(&self, finding: &Finding, raw: &str) -> bool {
        let field = self.field.as_ref().is_none_or(|field| {
            without_items(&finding.field) == *field || without_items(&finding.identity) == *field
        });
        let value = self.value.as_ref().is_none_or(|value| match &finding.item {
            // An item is named by what tells it from its siblings, and by nothing else.
            Some(item) => *item == SecretValue::new(value.as_str()),
            None => raw == value || decoded(raw).is_some_and(|raw| raw == *value),
        });
        self.rule == finding.rule.id && field && value
    }

    /// It as reports tell it.
    #[must_use]
    pub fn told(&self, today: Date, gate: &Gate) -> Accepted {
        let shown = |text: &str| gate.words(text).into_owned();
        let words = |text: &Option<String>| text.as_deref().map(shown);
        Accepted {
            rule: self.rule.clone(),
            client: shown(&self.client_written),
            field: self.field.clone(),
            value: words(&self.value),
            reason: shown(&self.reason),
            owner: shown(&self.owner),
            until: self.until,
            days_left: self.until.map(|until| (until - today).get_days()),
            ticket: words(&self.ticket),
            origin: self.origin.clone(),
        }
    }
}

/// `roleDivisions.roleId` of `roleDivisions[1].roleId`.
fn without_items(path: &str) -> String {
    match (path.find('['), path.rfind(']')) {
        (Some(from), Some(to)) if from < to => format!("{}{}", &path[..from], &path[to + 1..]),
        _ => path.to_owned(),
    }
}

/// A text as it is meant, where the source writes it with escapes.
fn decoded(raw: &str) -> Option<String> {
    raw.contains('\\')
        .then(|| serde_json::from_str(&format!("\"{raw}\"")).ok())
        .flatten()
}

/// Which entries are about which clients.
#[derive(Debug, Default)]
pub struct Docket {
    /// For a client and a rule, the entries.
    entries: HashMap<(u32, String), Vec<usize>>,
    /// For each entry, whether a client of it was found.
    pub has_client: Vec<bool>,
    /// Entries that could mean several clients.
    pub problems: Vec<Problem>,
}

impl Docket {
    /// Finds the client of each entry. `directories` are those of the organisations.
    #[must_use]
    pub fn new(
        acceptances: &[Acceptance],
        organisations: &[Organisation<'_>],
        directories: &[String],
    ) -> Self {
        let mut docket = Self::default();
        if acceptances.is_empty() {
            return docket;
        }
        let index = Index::new(organisations, directories);
        for (number, acceptance) in acceptances.iter().enumerate() {
            let found = index.clients(acceptance);
            docket.has_client.push(!found.is_empty());
            match found[..] {
                [] => {}
                [client] => docket
                    .entries
                    .entry((client, acceptance.rule.clone()))
                    .or_default()
                    .push(number),
                _ => docket.problems.push(ambiguous(acceptance, found.len())),
            }
        }
        docket
    }

    /// The entries for a rule in a client.
    #[must_use]
    pub fn entries(&self, client: u32, rule: &str) -> &[usize] {
        if self.entries.is_empty() {
            return &[];
        }
        self.entries
            .get(&(client, rule.to_owned()))
            .map_or(&[], Vec::as_slice)
    }
}

fn ambiguous(acceptance: &Acceptance, count: usize) -> Problem {
    Problem::new(
        ProblemKind::Policy,
        format!(
            "line {}: the acceptance of `{}` for `{}` could mean {count} clients, so it excuses none",
            acceptance.origin.line, acceptance.rule, acceptance.client_written
        ),
        "name the client by id:.., and its organisation if several hold it",
    )
    .in_file(acceptance.origin.path.clone())
}

/// Clients by what entries name them by.
#[derive(Default)]
struct Index<'c> {
    /// With the directory of the client's organisation.
    by_key: HashMap<String, Vec<(u32, &'c str)>>,
}

impl<'c> Index<'c> {
    fn new(organisations: &'c [Organisation<'_>], directories: &'c [String]) -> Self {
        let mut index = Self::default();
        let mut number = 0;
        for (organisation, directory) in organisations.iter().zip(directories) {
            for client in &organisation.clients {
                for key in keys(client) {
                    let place = (number, directory.as_str());
                    index.by_key.entry(key).or_default().push(place);
                }
                number += 1;
            }
        }
        index
    }

    fn clients(&self, acceptance: &Acceptance) -> Vec<u32> {
        let key = match &acceptance.client {
            ClientPattern::Id(id) => id_key(id),
            ClientPattern::Address(address) => address_key(address),
            ClientPattern::Name(name) => name_key(name),
            _ => return Vec::new(),
        };
        let found = self.by_key.get(&key).map_or(&[][..], Vec::as_slice);
        let wanted = acceptance.organisation.as_deref().map(|directory| {
            let directory = directory.trim_end_matches('/');
            directory.strip_prefix("./").unwrap_or(directory)
        });
        found
            .iter()
            .filter(|(_, directory)| wanted.is_none_or(|wanted| wanted == *directory))
            .map(|(client, _)| *client)
            .collect()
    }
}

fn id_key(id: &str) -> String {
    format!("id:{}", id.to_ascii_lowercase())
}

fn address_key(address: &str) -> String {
    format!("address:{address}")
}

fn name_key(name: &str) -> String {
    format!("name:{}", name.to_lowercase())
}

fn keys(client: &Client<'_>) -> impl Iterator<Item = String> {
    let id = client.id.text().map(id_key);
    let address = client.address.as_deref().map(address_key);
    let name = client.name.text().map(name_key);
    id.into_iter().chain(address).chain(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_loses_its_position_or_value() {
        for (path, wanted) in [
            ("registeredRedirectUri[3]", "registeredRedirectUri"),
            ("roleDivisions[a@b].divisionId", "roleDivisions.divisionId"),
            (
                "registeredRedirectUri[http://[::1]/x]",
                "registeredRedirectUri",
            ),
            ("authorizedGrantType", "authorizedGrantType"),
            ("", ""),
        ] {
            assert_eq!(without_items(path), wanted);
        }
    }
}
