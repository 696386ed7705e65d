//! The parameters of a rule in force: those of the policy, else the defaults.

use super::grouping::DedupSet;
use super::hosts::Hosts;
use crate::catalog::{Rule, Value};
use crate::model::{Client, ClientPattern};
use jiff::civil::Date;
use regex::RegexSet;
use std::sync::OnceLock;

/// The parameters of one rule.
#[derive(Debug)]
pub struct Parameters {
    values: Vec<(String, Value)>,
    patterns: Vec<(String, OnceLock<RegexSet>)>,
    hosts: Vec<(String, OnceLock<Hosts>)>,
    all_hosts: OnceLock<Hosts>,
}

impl Parameters {
    /// The defaults of a rule.
    #[must_use]
    pub fn defaults(rule: &Rule) -> Self {
        Self::with(rule, &[])
    }

    /// The defaults, overridden by `set`; names that the rule does not have are ignored,
    /// since reading a policy rejects them.
    #[must_use]
    pub fn with(rule: &Rule, set: &[(String, Value)]) -> Self {
        let values: Vec<(String, Value)> = rule
            .params
            .iter()
            .map(|parameter| {
                let value = set
                    .iter()
                    .find(|(name, _)| *name == parameter.name)
                    .map_or(&parameter.default, |(_, value)| value);
                (parameter.name.to_string(), value.clone())
            })
            .collect();
        let lists = || {
            let is_list = |(_, value): &&(String, Value)| matches!(value, Value::List(_));
            values.iter().filter(is_list).map(|(name, _)| name.clone())
        };
        Self {
            patterns: lists().map(|name| (name, OnceLock::new())).collect(),
            hosts: lists().map(|name| (name, OnceLock::new())).collect(),
            all_hosts: OnceLock::new(),
            values,
        }
    }

    /// All of them with their values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.values
            .iter()
            .map(|(name, value)| (name.as_str(), value))
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value)
    }

    /// An integer; 0 if no parameter has this name.
    #[must_use]
    pub fn integer(&self, name: &str) -> i64 {
        match self.get(name) {
            Some(Value::Integer(value)) => *value,
            _ => 0,
        }
    }

    /// A boolean; false if no parameter has this name.
    #[must_use]
    pub fn boolean(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Value::Boolean(true)))
    }

    /// A text; empty if no parameter has this name.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        match self.get(name) {
            Some(Value::Text(value)) => value,
            _ => "",
        }
    }

    /// A date, if it is one.
    #[must_use]
    pub fn date(&self, name: &str) -> Option<Date> {
        self.text(name).parse().ok()
    }

    /// A list; empty if no parameter has this name.
    pub fn list(&self, name: &str) -> impl Iterator<Item = &str> {
        let values = match self.get(name) {
            Some(Value::List(values)) => &values[..],
            _ => &[],
        };
        values.iter().map(AsRef::as_ref)
    }

    /// Whether a list holds `value`, without regard to case.
    #[must_use]
    pub fn list_holds(&self, name: &str, value: &str) -> bool {
        self.list(name)
            .any(|known| known.eq_ignore_ascii_case(value))
    }

    /// Whether one of the regular expressions in a list matches `text`, without regard to
    /// case. Each set is compiled once; reading the policy rejects invalid patterns.
    #[must_use]
    pub fn matches(&self, name: &str, text: &str) -> bool {
        self.patterns(name).is_some_and(|set| set.is_match(text))
    }

    /// The first of the regular expressions in a list that does not match `text`.
    #[must_use]
    pub fn first_unmatched(&self, name: &str, text: &str) -> Option<&str> {
        let patterns = self.patterns(name).filter(|set| !set.is_empty())?;
        let matches = patterns.matches(text);
        (0..matches.len())
            .find(|&index| !matches.matched(index))
            .and_then(|index| self.list(name).nth(index))
    }

    fn patterns(&self, name: &str) -> Option<&RegexSet> {
        let (_, cell) = self.patterns.iter().find(|(known, _)| known == name)?;
        Some(cell.get_or_init(|| {
            regex::RegexSetBuilder::new(self.list(name))
                .case_insensitive(true)
                .build()
                .unwrap_or_else(|_| RegexSet::empty())
        }))
    }

    /// Whether a list of host patterns names `host`: itself, or as `*.domain` what it is below.
    /// `host` is in lower case.
    #[must_use]
    pub fn names_host(&self, name: &str, host: &str) -> bool {
        let cell = self.hosts.iter().find(|(known, _)| known == name);
        cell.is_some_and(|(_, cell)| cell.get_or_init(|| Hosts::new(self.list(name))).name(host))
    }

    /// Whether any list names `host`, as [`Self::names_host`] reads it.
    #[must_use]
    pub fn names_host_anywhere(&self, host: &str) -> bool {
        let all = self.all_hosts.get_or_init(|| {
            let lists = self.values.iter();
            Hosts::new(lists.flat_map(|(name, _)| self.list(name)))
        });
        all.name(host)
    }

    /// Whether a list, a table by client or a text is not empty, or a boolean is true.
    #[must_use]
    pub fn is_configured(&self, name: &str) -> bool {
        match self.get(name) {
            Some(Value::List(values)) => !values.is_empty(),
            Some(Value::ByClient(table)) => !table.is_empty(),
            Some(Value::Text(text)) => !text.trim().is_empty(),
            Some(Value::Boolean(is_set)) => *is_set,
            Some(Value::Integer(_)) => true,
            None => false,
        }
    }

    /// Whether one of the client patterns in a list matches `client`.
    #[must_use]
    pub fn list_means(&self, name: &str, client: &Client<'_>) -> bool {
        self.list(name)
            .any(|pattern| matches_client(pattern, client))
    }

    /// The values that a table by client has for `client`: those of all patterns that match it,
    /// or `None` if no pattern does.
    #[must_use]
    pub fn by_client(&self, name: &str, client: &Client<'_>) -> Option<Vec<&str>> {
        let Some(Value::ByClient(table)) = self.get(name) else {
            return None;
        };
        let mut matching = table
            .iter()
            .filter(|(pattern, _)| matches_client(pattern, client))
            .peekable();
        matching.peek()?;
        Some(
            matching
                .flat_map(|(_, values)| values.iter().map(AsRef::as_ref))
                .collect(),
        )
    }
}

/// Whether a client pattern matches this client; reading the policy rejects invalid patterns.
#[must_use]
pub fn matches_client(pattern: &str, client: &Client<'_>) -> bool {
    ClientPattern::parse(pattern).is_ok_and(|pattern| pattern.matches(client))
}

/// Whether an allow-list has a name, in any case, or allows all.
pub(super) fn allows(names: &[&str], name: &str) -> bool {
    let name = name.to_lowercase();
    let mut names = names.iter();
    names.any(|allowed| *allowed == "*" || allowed.to_lowercase() == name)
}

/// The names of an allow-list for a message, each once.
pub(super) fn listed(names: &[&str]) -> String {
    let mut seen = DedupSet::default();
    let names: Vec<_> = names
        .iter()
        .filter(|name| seen.insert(**name))
        .copied()
        .collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}
