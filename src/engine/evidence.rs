//! What makes a finding as bad as it is, where the check itself does not record it.

use super::identity::masked;
use crate::checks::Violation;
use crate::finding::Evidence;
use crate::model::{Client, Field, FieldName, List, Organisation, TargetKey, Text};
use crate::text::Redactor;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The evidence of a violation.
pub(super) fn evidence(
    violation: &Violation,
    client: Option<&Client<'_>>,
    organisation: Option<&Organisation<'_>>,
    redactor: &Redactor,
) -> Evidence {
    let mut secrets = violation.secrets.clone();
    let is_secret = matches!(violation.target, TargetKey::Field(FieldName::Secret));
    if let Some(client) = client.filter(|_| is_secret && secrets.is_empty()) {
        let own = client.rare.secrets.iter();
        let own = own.filter(|secret| secret.place == violation.place);
        secrets.extend(own.map(|secret| secret.value.clone()));
    }
    Evidence {
        number: violation.number.or_else(|| number(violation, client?)),
        values: values(violation, client, organisation, redactor),
        secrets,
    }
}

fn number(violation: &Violation, client: &Client<'_>) -> Option<i64> {
    let is_lifetime = matches!(violation.target, TargetKey::Field(FieldName::TokenLifetime));
    let lifetime = client.token_lifetime.known()?;
    lifetime.integer.filter(|_| is_lifetime)
}

/// The permissions of the role that it is about, or the values of the list.
fn values(
    violation: &Violation,
    client: Option<&Client<'_>>,
    organisation: Option<&Organisation<'_>>,
    redactor: &Redactor,
) -> Option<Arc<[String]>> {
    match &violation.target {
        TargetKey::Role(role) | TargetKey::Division(role, _) => {
            let role = organisation?.role(role)?;
            role.permissions_known.then(|| role.permission_names())
        }
        TargetKey::Field(FieldName::Scopes) => list(&client?.scopes, redactor),
        TargetKey::Field(FieldName::RedirectUris) => list(&client?.redirect_uris, redactor),
        TargetKey::Field(FieldName::RoleDivisions) => Some(grants(client?, redactor)),
        _ => None,
    }
}

fn list(list: &List<Text<'_>>, redactor: &Redactor) -> Option<Arc<[String]>> {
    if matches!(list, Field::Absent | Field::Unknown(_)) {
        return None;
    }
    let values: BTreeSet<String> = list
        .items()
        .filter(|item| !redactor.hides(item.value))
        .map(|item| item.value.to_string())
        .collect();
    Some(values.into_iter().collect())
}

fn grants(client: &Client<'_>, redactor: &Redactor) -> Arc<[String]> {
    let grants = client.grants();
    let held: BTreeSet<String> = grants
        .iter()
        .map(|grant| {
            let division = grant.division.unwrap_or("");
            let held = [masked(grant.role, redactor), masked(division, redactor)];
            held.join("@").to_ascii_lowercase()
        })
        .collect();
    held.into_iter().collect()
}
