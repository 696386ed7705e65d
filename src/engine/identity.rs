//! The identities of clients and targets, as fingerprints are made of them.
//!
//! Invariant: a secret goes in masked and without its length, so no fingerprint depends on it.

use crate::finding::{FindingTarget, Fingerprint, Identity, Roots};
use crate::model::{
    Authorisation, Client, Credential, Field, Naming, Organisation, TargetKey, Text,
};
use crate::text::{Redactor, SecretValue};
use std::borrow::Cow;

/// The identity of a client. Its name belongs to it only if it has no other.
#[must_use]
pub fn client_identity(client: &Client<'_>, roots: &Roots, redactor: &Redactor) -> Identity {
    let root = client.rare.root.as_deref();
    let id = known_id(&client.id);
    let address = client.address.as_deref();
    let has_name = id.is_none() && address.is_none();
    Identity {
        id,
        address: address.map(|address| masked(address, redactor).into_owned()),
        root: root.map(|root| roots.name(root).into()),
        name: if has_name {
            name(&client.name, redactor)
        } else {
            String::new()
        },
    }
}

/// The identity of an authorised application.
#[must_use]
pub fn application_identity(application: &Authorisation<'_>, redactor: &Redactor) -> Identity {
    Identity {
        name: match application.client.text() {
            Some(_) => String::new(),
            None => name(&application.name, redactor),
        },
        id: known_id(&application.client),
        ..Identity::default()
    }
}

/// The identity of a credential.
#[must_use]
pub fn credential_identity(
    credential: &Credential<'_>,
    roots: &Roots,
    redactor: &Redactor,
) -> Identity {
    let root = credential.root.as_deref();
    Identity {
        id: None,
        address: Some(masked(&credential.address, redactor).into_owned()),
        root: root.map(|root| roots.name(root).into()),
        name: String::new(),
    }
}

fn known_id(id: &Field<Text<'_>>) -> Option<String> {
    id.text().map(|id| id.trim().to_ascii_lowercase())
}

fn name(name: &Field<Text<'_>>, redactor: &Redactor) -> String {
    masked(name.text().unwrap_or(""), redactor).into_owned()
}

/// A text with each masked part as three asterisks, so that the length of a secret is not in it.
pub(super) fn masked<'t>(text: &'t str, redactor: &Redactor) -> Cow<'t, str> {
    let words = match redactor.words(text) {
        Cow::Owned(words) if redactor.hides(text) => words,
        words => return words,
    };
    let mut masked = String::with_capacity(words.len());
    for character in words.chars() {
        if character != '*' || !masked.ends_with("***") {
            masked.push(character);
        }
    }
    Cow::Owned(masked)
}

/// The targets of a violation: the first is the one that reports show, the others name its role
/// or division by another identity. A client of Terraform holds both by address, which a state
/// next to the configuration does not change.
pub(super) fn targets(
    key: &TargetKey,
    organisation: Option<&Organisation<'_>>,
    is_terraform: bool,
    redactor: &Redactor,
) -> Vec<FindingTarget> {
    let value = |value: &str| masked(value, redactor).into_owned();
    match key {
        TargetKey::Client => vec![FindingTarget::Client],
        TargetKey::Field(field) => {
            let field = field.written(Naming::PlatformApi).into();
            vec![FindingTarget::Field(field)]
        }
        TargetKey::Item(field, item) => vec![FindingTarget::Item {
            field: field.written(Naming::PlatformApi).into(),
            value: value(item),
        }],
        TargetKey::Other(field, None) => vec![FindingTarget::Field(field.clone().into())],
        TargetKey::Other(field, Some(item)) => vec![FindingTarget::Item {
            field: field.clone().into(),
            value: value(item),
        }],
        TargetKey::Role(role) => {
            let roles = role_names(role, organisation, is_terraform, redactor);
            roles.into_iter().map(FindingTarget::Role).collect()
        }
        TargetKey::Division(role, division) => {
            let divisions = division.as_ref().map_or_else(
                || vec![None],
                |division| {
                    let names = division_names(division, organisation, is_terraform, redactor);
                    names.into_iter().map(Some).collect()
                },
            );
            let mut targets = Vec::new();
            for role in role_names(role, organisation, is_terraform, redactor) {
                targets.extend(divisions.iter().map(|division| FindingTarget::Division {
                    role: role.clone(),
                    division: division.clone(),
                }));
            }
            targets
        }
    }
}

fn role_names(
    id: &str,
    organisation: Option<&Organisation<'_>>,
    is_terraform: bool,
    redactor: &Redactor,
) -> Vec<String> {
    let role = organisation.and_then(|organisation| organisation.role(id));
    let address = role.and_then(|role| role.address.as_deref());
    both(id, address, is_terraform, redactor)
}

fn division_names(
    id: &str,
    organisation: Option<&Organisation<'_>>,
    is_terraform: bool,
    redactor: &Redactor,
) -> Vec<String> {
    let division = organisation.and_then(|organisation| organisation.division(id));
    let address = division.and_then(|division| division.address.as_deref());
    both(id, address, is_terraform, redactor)
}

/// An id, in lower case, and an address that differs from it, which comes first in Terraform. An
/// id that is an address keeps its case.
fn both(id: &str, address: Option<&str>, is_terraform: bool, redactor: &Redactor) -> Vec<String> {
    let id = if id.contains('.') {
        masked(id, redactor).into_owned()
    } else {
        masked(id, redactor).to_ascii_lowercase()
    };
    let address = address.map(|address| masked(address, redactor).into_owned());
    let address = address.filter(|address| *address != id);
    match address {
        Some(address) if is_terraform => vec![address, id],
        address => [id].into_iter().chain(address).collect(),
    }
}

/// The value that an acceptance names a target by.
pub(super) fn item(key: &TargetKey) -> Option<SecretValue> {
    let value = match key {
        TargetKey::Client | TargetKey::Field(_) | TargetKey::Other(_, None) => return None,
        TargetKey::Item(_, value) | TargetKey::Other(_, Some(value)) => value.clone(),
        TargetKey::Role(role) | TargetKey::Division(role, None) => role.clone(),
        TargetKey::Division(role, Some(division)) => format!("{role}@{division}"),
    };
    Some(SecretValue::new(value))
}

/// All fingerprints of a finding.
#[derive(Debug)]
pub(super) struct Prints {
    /// The one that reports show.
    pub first: Fingerprint,
    /// Those under its other identities.
    pub aliases: Vec<Fingerprint>,
    /// Those by address without the root.
    pub rootless: Vec<Fingerprint>,
}

impl Prints {
    /// The fingerprints of a finding of `rule`.
    pub(super) fn new(
        rule: &str,
        client: &Identity,
        targets: &[FindingTarget],
        occurrence: u32,
    ) -> Self {
        let targets: Vec<String> = targets.iter().map(ToString::to_string).collect();
        let print =
            |client: &str, target: &String| Fingerprint::new(rule, client, target, occurrence);
        let keys = client.keys();
        let mut all = keys
            .iter()
            .flat_map(|key| targets.iter().map(|target| print(key, target)));
        let first = all.next().unwrap_or_else(|| print("", &String::new()));
        Self {
            first,
            aliases: all.collect(),
            rootless: client.rootless().map_or_else(Vec::new, |key| {
                targets.iter().map(|target| print(&key, target)).collect()
            }),
        }
    }
}
