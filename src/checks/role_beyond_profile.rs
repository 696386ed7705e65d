//! `role-beyond-profile`: what the roles of a known integration permit beyond its vendor's guide.

use crate::catalog::{Severity, Tier};
use crate::checks::calls::{covers, highest_tier};
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{ClientKind, Role};
use crate::text::first_of;
use serde::Deserialize;
use std::sync::LazyLock;

pub(super) const CHECK: Native = Native::Client(check);

/// The most permissions that a message names.
const MOST_NAMED: usize = 3;

/// What an integration needs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Profile {
    kind: String,
    name: String,
    source: String,
    read: String,
    feature: Vec<Feature>,
}

/// What a part of an integration needs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Feature {
    name: String,
    permissions: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    profile: Vec<Profile>,
}

static PROFILES: LazyLock<Vec<Profile>> = LazyLock::new(|| {
    // A test reads the file; if it were broken, the rule would report nothing.
    let file: File =
        toml::from_str(include_str!("../../rules/data/profiles.toml")).unwrap_or_default();
    file.profile
});

impl Feature {
    fn needs(&self, permission: &str) -> bool {
        let mut needed = self.permissions.iter();
        needed.any(|own| covers(own, permission))
    }
}

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    let of_client = |kind: &ClientKind| {
        let mut profiles = PROFILES.iter();
        let profile = profiles.find(|profile| profile.kind == kind.key())?;
        client.may_be(*kind).then_some((*kind, profile))
    };
    let Some((kind, profile)) = ClientKind::ALL.iter().find_map(of_client) else {
        return;
    };
    let holdings = context.holdings();
    let roles: Vec<&Role<'_>> = holdings.given().map(|(_, role)| role).collect();
    let in_policy = context.parameters.by_client("features", client);
    // Without a policy, a feature of which the client holds everything counts as used.
    let is_used = |feature: &Feature| match &in_policy {
        Some(features) => features
            .iter()
            .any(|used| used.eq_ignore_ascii_case(&feature.name)),
        None => feature.permissions.iter().all(|needed| {
            let needed = needed.as_str();
            roles.iter().any(|role| role.permits(needed).is_some())
        }),
    };
    let (used, unused): (Vec<_>, Vec<_>) =
        profile.feature.iter().partition(|feature| is_used(feature));
    for (holding, role) in holdings.given() {
        let is_extra = |name: &&str| !used.iter().any(|feature| feature.needs(name));
        let held = role.permission_strings().iter();
        let held = held.map(|(name, _)| name.as_str());
        let mut extra: Vec<&str> = held.filter(is_extra).collect();
        extra.sort_unstable();
        extra.dedup();
        if extra.is_empty() {
            continue;
        }
        let feature_of = |name: &str| unused.iter().find(|feature| feature.needs(name));
        // What no feature needs comes first.
        extra.sort_by_key(|name| feature_of(name).is_some());
        let shown = extra.iter().map(|name| {
            feature_of(name).map_or_else(
                || format!("`{name}`"),
                |feature| format!("`{name}` (for {})", feature.name),
            )
        });
        let shown = first_of(shown, MOST_NAMED);
        let violation = holdings
            .report(judgement, "main", holding, role)
            .with("names", shown)
            .with("integration", &profile.name)
            .with("source", &profile.source)
            .with("read", &profile.read)
            .guess_kind(client, kind);
        if highest_tier(&extra) >= Some(Tier::Sensitive) {
            violation.severity(Severity::Medium);
        }
    }
    holdings.report_missing(judgement);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_is_of_a_kind_and_names_its_source() {
        assert!(PROFILES.len() >= 2);
        for profile in PROFILES.iter() {
            assert!(
                ClientKind::of_key(&profile.kind).is_some(),
                "{}",
                profile.kind
            );
            assert!(profile.source.starts_with("https://"), "{}", profile.source);
            assert_eq!(profile.read.len(), 7, "{}", profile.read);
            for name in profile
                .feature
                .iter()
                .flat_map(|feature| &feature.permissions)
            {
                assert_eq!(name.split(':').count(), 3, "{name}");
            }
        }
    }
}
