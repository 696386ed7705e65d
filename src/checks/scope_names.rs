//! Scopes by name: which exist, and which of a client's scopes count.

use super::grouping::DedupSet;
use super::{Judgement, RuleContext, Violation};
use crate::catalog::Need;
use crate::model::{Client, FieldName, GrantType, Item, Organisation, Target, Text};
use serde::Deserialize;
use std::cell::OnceCell;
use std::collections::HashSet;
use std::sync::LazyLock;

/// The suffix of scopes that only read.
pub(super) const READ_ONLY: &str = ":readonly";

/// The scopes that exist, by the forms of each.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Forms {
    both: Vec<String>,
    read_write: Vec<String>,
    read_only: Vec<String>,
}

static NAMES: LazyLock<HashSet<String>> = LazyLock::new(|| {
    // A test reads the file; if it were broken, no scope would be called unknown.
    let forms: Forms =
        toml::from_str(include_str!("../../rules/data/scopes.toml")).unwrap_or_default();
    let plain = forms.both.iter().chain(&forms.read_write).cloned();
    let read_only = forms.both.iter().chain(&forms.read_only);
    plain
        .chain(read_only.map(|name| format!("{name}{READ_ONLY}")))
        .collect()
});

/// The names of all scopes that this version knows.
pub(super) fn names() -> &'static HashSet<String> {
    &NAMES
}

/// The scopes that an organisation knows.
#[derive(Clone, Copy)]
pub(super) enum Known<'o> {
    /// By its own listing.
    Listed(&'o [Text<'o>]),
    /// By what this version knows.
    BuiltIn,
}

impl<'o> Known<'o> {
    pub(super) fn to(organisation: &'o Organisation<'o>) -> Self {
        match &organisation.scopes {
            // An empty listing is not a listing: every organisation has scopes.
            Some(scopes) if !scopes.is_empty() => Self::Listed(scopes),
            _ => Self::BuiltIn,
        }
    }

    pub(super) const fn is_listing(self) -> bool {
        matches!(self, Self::Listed(_))
    }

    pub(super) fn contains(self, scope: &str) -> bool {
        match self {
            Self::Listed(scopes) => scopes.iter().any(|known| known == scope),
            Self::BuiltIn => names().contains(scope),
        }
    }

    pub(super) fn names(self) -> impl Iterator<Item = &'o str> {
        let (listed, built_in) = match self {
            Self::Listed(scopes) => (scopes, None),
            Self::BuiltIn => (&[][..], Some(names())),
        };
        let built_in = built_in.into_iter().flatten().map(String::as_str);
        listed.iter().map(AsRef::as_ref).chain(built_in)
    }
}

/// The scope that reads what `scope` reads and writes, if this version knows one.
pub(super) fn read_only_twin(scope: &str) -> Option<String> {
    if scope.ends_with(READ_ONLY) {
        return None;
    }
    let twin = format!("{scope}{READ_ONLY}");
    names().contains(&twin).then_some(twin)
}

/// The scopes that a client holds, put in order when the first is looked for.
pub(super) struct Held<'c> {
    client: &'c Client<'c>,
    names: OnceCell<HashSet<&'c str>>,
}

impl<'c> Held<'c> {
    pub(super) const fn by(client: &'c Client<'c>) -> Self {
        Self {
            client,
            names: OnceCell::new(),
        }
    }

    /// Whether it holds a scope.
    pub(super) fn holds(&self, scope: &str) -> bool {
        let all = || self.client.scopes.items().map(|item| item.value.as_ref());
        let names = self.names.get_or_init(|| all().collect());
        names.contains(scope)
    }

    /// Says what to do with the scope that a violation is about, for `{replacement}`: another one
    /// is wanted in its place.
    pub(super) fn replace(&self, violation: &mut Violation, better: &str) {
        let phrase = if self.holds(better) {
            "scope-held"
        } else {
            "scope-replaced"
        };
        violation
            .phrase("replacement", phrase)
            .with("replacement-scope", better);
    }
}

/// Whether scopes limit the client at all: they do for every grant but client credentials.
pub(super) fn apply_to(client: &Client<'_>) -> bool {
    client.grant() != Some(GrantType::ClientCredentials)
}

/// Judges each distinct scope of a client that scopes apply to; what is hidden is not judged.
pub(super) fn for_each<'c>(
    context: &RuleContext<'c, '_>,
    judgement: &mut Judgement,
    mut judge: impl FnMut(&str, &Target<'c>, &mut Judgement),
) {
    let client = context.client;
    if !apply_to(client) {
        return;
    }
    let mut seen = DedupSet::default();
    for item in client.scopes.items() {
        if seen.insert(item.value.as_ref()) {
            judge(item.value, &target(&item), judgement);
        }
    }
    if !client.scopes.is_complete() {
        judgement.not_judged(Need::Value);
    }
}

/// Where a finding about a scope points.
pub(super) fn target<'c>(item: &Item<'c, Text<'_>>) -> Target<'c> {
    Target::item(FieldName::Scopes, item)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_scopes_can_be_read() {
        for known in [
            "users",
            "users:readonly",
            "notifications",
            "audits:readonly",
        ] {
            assert!(names().contains(known), "{known}");
        }
        for unknown in [
            "notifications:readonly",
            "audits",
            "all",
            "*",
            "users:manage",
        ] {
            assert!(!names().contains(unknown), "{unknown}");
        }
        assert_eq!(read_only_twin("users").as_deref(), Some("users:readonly"));
        assert_eq!(read_only_twin("user-basic-info"), None);
    }
}
