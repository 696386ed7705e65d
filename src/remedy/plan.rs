//! The plan of a client: the new values of the fields that its remedies change.
//!
//! Invariant: nothing is planned for a client of a third party or of Terraform, and no value that
//! is masked or unknown is written.

use super::apply::apply;
use crate::finding::{Access, FieldChange, Finding, NamedRole, NotPlanned, PlanValue, Step};
use crate::model::{
    Change, Client, ClientKind, Field, FieldName, List, Naming, Organisation, RemedyClass, Text,
};
use crate::text::Redactor;

/// Why nothing is planned for a client.
#[must_use]
pub fn excluded(client: &Client<'_>, organisation: &Organisation<'_>) -> Option<NotPlanned> {
    if client.may_be(ClientKind::ThirdParty) || organisation.has_authorised(client) {
        return Some(NotPlanned::ThirdParty);
    }
    if client.naming == Naming::Terraform || client.address.is_some() {
        return Some(NotPlanned::Terraform);
    }
    client.id.text().is_none().then_some(NotPlanned::WithoutId)
}

/// The fields whose new values would contain what is masked or unknown, if these findings of a client
/// are cleared together.
#[must_use]
pub fn hidden_fields(
    client: &Client<'_>,
    findings: &[&Finding],
    redactor: &Redactor,
) -> Vec<FieldName> {
    let mut after = client.clone();
    let changes = findings.iter().flat_map(|finding| &finding.remedy.changes);
    let mut fields = apply(&mut after, changes).fields;
    fields.retain(|field| {
        let values = value(client, *field).zip(value(&after, *field));
        values.is_none_or(|(_, new)| !hidden(&new, redactor).is_empty())
    });
    fields
}

/// The step of a client that clears findings; none if a new value would contain what is masked or
/// unknown.
#[must_use]
pub fn step(
    client: &Client<'_>,
    position: u32,
    findings: &[&Finding],
    organisation: &Organisation<'_>,
    redactor: &Redactor,
) -> Option<Step> {
    let mut after = client.clone();
    let changes = findings.iter().flat_map(|finding| &finding.remedy.changes);
    let outcome = apply(&mut after, changes);
    let mut fields = Vec::new();
    for field in outcome.fields {
        let (before, new) = value(client, field).zip(value(&after, field))?;
        if !hidden(&new, redactor).is_empty() {
            return None;
        }
        let name = field.written(Naming::PlatformApi);
        let masked = hidden(&before, redactor);
        fields.push(FieldChange {
            field: name,
            before: masked_value(before, redactor),
            after: new,
            masked: masked.iter().map(|at| format!("{name}[{at}]")).collect(),
        });
    }
    let classes = findings.iter().map(|finding| finding.remedy.class);
    Some(Step {
        client: position,
        class: classes.max().unwrap_or(RemedyClass::Safe),
        reasons: findings.iter().map(|finding| (*finding).clone()).collect(),
        fields,
        roles: roles(client, organisation, redactor),
    })
}

/// What a client can do in each of its worlds, as far as remedies change it.
#[must_use]
pub fn access(client: &Client<'_>) -> Access {
    let fields = [
        FieldName::RedirectUris,
        FieldName::Scopes,
        FieldName::RoleIds,
        FieldName::RoleDivisions,
        FieldName::TokenLifetime,
    ];
    let worlds = client.worlds().flat_map(|world| {
        fields.map(|field| {
            let name = field.written(Naming::PlatformApi);
            (name, value(world, field))
        })
    });
    Access {
        place: client.place,
        fields: worlds.collect(),
    }
}

/// The fields that changes are about, as far as they can be planned apart from each other.
#[must_use]
pub fn group(change: &Change) -> FieldName {
    match change.field {
        FieldName::RoleIds => FieldName::RoleDivisions,
        field => field,
    }
}

/// Every role of a client.
fn roles(
    client: &Client<'_>,
    organisation: &Organisation<'_>,
    redactor: &Redactor,
) -> Vec<NamedRole> {
    let mut roles: Vec<NamedRole> = Vec::new();
    for grant in client.grants() {
        let id = redactor.words(grant.role).into_owned();
        if roles.iter().any(|role| role.id.eq_ignore_ascii_case(&id)) {
            continue;
        }
        let role = organisation.role(grant.role);
        let name = role.and_then(|role| role.name.text());
        let name = name.map(|name| redactor.words(name).into_owned());
        roles.push(NamedRole { id, name });
    }
    roles
}

/// The value of a field; none if a part of it is unknown.
fn value(client: &Client<'_>, field: FieldName) -> Option<PlanValue> {
    match field {
        FieldName::RedirectUris => texts(&client.redirect_uris),
        FieldName::Scopes => texts(&client.scopes),
        FieldName::RoleIds => texts(&client.role_ids),
        FieldName::RoleDivisions => grants(client),
        FieldName::TokenLifetime => match &client.token_lifetime {
            Field::Present(located) => match located.value.integer {
                Some(number) => Some(PlanValue::Number(number)),
                None => Some(PlanValue::Text(located.value.written.to_string())),
            },
            Field::Absent => Some(PlanValue::Unset),
            Field::Unknown(_) => None,
        },
        _ => None,
    }
}

fn texts(list: &List<Text<'_>>) -> Option<PlanValue> {
    if list.is_absent() {
        return Some(PlanValue::Unset);
    }
    let items = list.items().map(|item| item.value.to_string());
    list.is_complete()
        .then(|| PlanValue::Texts(items.collect()))
}

fn grants(client: &Client<'_>) -> Option<PlanValue> {
    let list = &client.role_divisions;
    if list.is_absent() {
        return Some(PlanValue::Unset);
    }
    let grants = list.items().map(|item| {
        let division = &item.value.division;
        let is_known = !division.is_unknown();
        let role = item.value.role.text().filter(|_| is_known)?;
        Some((role.to_owned(), division.text().map(str::to_owned)))
    });
    let grants: Option<Vec<_>> = grants.collect();
    grants.filter(|_| list.is_complete()).map(PlanValue::Grants)
}

/// The positions of masked entries; 0 for a value that is not a list.
fn hidden(value: &PlanValue, redactor: &Redactor) -> Vec<usize> {
    let positions = |texts: &mut dyn Iterator<Item = bool>| {
        let all = texts.enumerate();
        all.filter_map(|(at, is_hidden)| is_hidden.then_some(at))
            .collect()
    };
    match value {
        PlanValue::Unset | PlanValue::Number(_) => Vec::new(),
        PlanValue::Text(text) => positions(&mut [redactor.hides(text)].into_iter()),
        PlanValue::Texts(texts) => positions(&mut texts.iter().map(|text| redactor.hides(text))),
        PlanValue::Grants(grants) => positions(&mut grants.iter().map(|(role, division)| {
            redactor.hides(role) || division.as_deref().is_some_and(|id| redactor.hides(id))
        })),
    }
}

/// A value with its secrets masked.
fn masked_value(value: PlanValue, redactor: &Redactor) -> PlanValue {
    let masked = |text: String| redactor.words(&text).into_owned();
    match value {
        PlanValue::Text(text) => PlanValue::Text(masked(text)),
        PlanValue::Texts(texts) => PlanValue::Texts(texts.into_iter().map(masked).collect()),
        PlanValue::Grants(grants) => {
            let grants = grants.into_iter();
            let grants = grants.map(|(role, division)| (masked(role), division.map(masked)));
            PlanValue::Grants(grants.collect())
        }
        value @ (PlanValue::Unset | PlanValue::Number(_)) => value,
    }
}
