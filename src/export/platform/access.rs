//! The exports that clients refer to: roles, divisions, grants, scopes, permissions, users.

use super::super::lower::{Problems, boolean, list, refuse, text, texts};
use super::super::secrets::find_secrets;
use super::super::spelling::{canonical, damaged, field as field_of, is_damaged};
use super::super::{EntityKind, Facts, GrantSubject, Records};
use crate::document::{Kind, Node};
use crate::finding::{Problem, ProblemKind};
use crate::model::{
    Authorisation, Division, EntityRef, Field, Permission, PermissionPolicy, PolicyCondition, Role,
    RoleGrant, Text, User,
};
use crate::text::Place;
use std::fmt::Write;

/// Reads one entity of this kind that is not a client.
pub(super) fn read<'a>(kind: EntityKind, node: Node<'_, 'a>, facts: &mut Facts<'a>) {
    let (records, problems) = (&mut facts.records, &mut facts.problems);
    match kind {
        EntityKind::Roles => records.roles.extend(role(node, problems)),
        EntityKind::Divisions => records.divisions.extend(division(node, problems)),
        EntityKind::Scopes => {
            let id = field_of(node, "id").and_then(Node::text);
            records.scopes.extend(id);
        }
        EntityKind::Users => records.users.extend(user(node, problems)),
        EntityKind::Permissions => permissions(node, records),
        EntityKind::Grants => subject(node, records, problems),
        EntityKind::Organisation => {
            let name = field_of(node, "name").and_then(Node::text);
            records.name = name.filter(|name| !name.trim().is_empty());
        }
        EntityKind::Authorisations => {
            let mut authorisation = authorisation(node, problems);
            find_secrets(node, &mut |found| {
                facts.secrets.push((found.place, found.value.clone()));
                authorisation.secrets.push(found.into_secret());
            });
            records.authorisations.push(authorisation);
        }
        // Read by the parent, which also decides whether it is one.
        EntityKind::Clients => {}
    }
}

/// The API's name of a key, else the key.
fn api_name(key: &str) -> &str {
    canonical(key).unwrap_or(key)
}

fn role<'a>(node: Node<'_, 'a>, problems: &mut Problems) -> Option<Role<'a>> {
    let mut role = Role {
        place: node.place(),
        ..Role::default()
    };
    let mut id = Field::Absent;
    let (mut given, mut hidden) = (false, false);
    let (mut has_permissions, mut unknown) = (false, None);
    for (key, value) in node.entries() {
        let Some(name) = key.text() else { continue };
        match canonical(&name).unwrap_or(&name) {
            "id" => id = text(&name, value, problems),
            "name" => role.name = text(&name, value, problems),
            "defaultRoleId" => role.default_role_id = text(&name, value, problems),
            "default" => role.is_default = boolean(&name, value, problems),
            "permissions" => {
                let permissions = texts(&name, value, problems);
                has_permissions = true;
                given |= !permissions.is_absent();
                hidden |= !permissions.is_complete();
                role.permissions = permissions.with_places();
            }
            "permissionPolicies" => {
                let policies = list(&name, value, problems, policy);
                given |= !policies.is_absent();
                hidden |= !policies.is_complete();
                role.policies = policies.items().map(|item| item.value.clone()).collect();
            }
            _ if is_damaged(&name, "permissions") => unknown = Some((name, key.place())),
            _ => {}
        }
    }
    if let Some((name, place)) = unknown.filter(|_| !has_permissions) {
        hidden = true;
        problems.push(damaged(&name, "permissions", place));
    }
    // One unreadable policy may be the one that matters.
    let colons = role.read_colon_permissions();
    hidden |= colons.are_unclear;
    if let Some(place) = colons.first {
        problems.push(colon_problem(place, colons.are_unclear));
    }
    let is_cut = role.is_marked_default() && role.lacks_permissions();
    role.permissions_known = given && !hidden && !is_cut;
    role.id = EntityRef::Id(required_id("role", id, node, problems)?);
    Some(role)
}

/// The note that permissions of a domain are in the list of general ones, or the problem that one
/// of them cannot be read.
fn colon_problem(place: Place, is_unclear: bool) -> Problem {
    if is_unclear {
        let problem = Problem::new(
            ProblemKind::WrongType,
            "`permissions` contains a permission with a colon that is not `domain:entity:action`",
            "export it again or correct the value; rules that read it did not judge it",
        );
        return problem.at(place);
    }
    Problem::new(
        ProblemKind::Coerced,
        "`permissions` contains permissions of domains, which were read as `permissionPolicies`",
        "export it again; the Platform API writes domain, entity and actions into `permissionPolicies`",
    )
    .at(place)
}

fn policy<'a>(node: Node<'_, 'a>, problems: &mut Problems) -> Field<PermissionPolicy<'a>> {
    if node.kind() != Kind::Map {
        return refuse("permissionPolicies", "a list of objects", node, problems);
    }
    let mut domain = Field::Absent;
    let mut entity = Field::Absent;
    let mut actions = Field::Absent;
    let (mut allows_conditions, mut condition) = (false, None);
    for (key, value) in node.entries() {
        match key.text().as_deref().map(api_name) {
            Some(name @ "domain") => domain = text(name, value, problems),
            Some(name @ "entityName") => entity = text(name, value, problems),
            Some(name @ ("actionSet" | "actions")) => {
                actions = texts(name, value, problems);
            }
            Some("allowConditions") => allows_conditions = value.kind() != Kind::False,
            Some("resourceConditionNode") if value.kind() != Kind::Null => {
                condition = Some(PolicyCondition::Written(as_json(value).into()));
            }
            _ => {}
        }
    }
    let has_actions = actions.is_complete() && !actions.is_absent();
    let (Field::Present(domain), Field::Present(entity), true) = (domain, entity, has_actions)
    else {
        return refuse(
            "permissionPolicies",
            "a list of objects with domain, entityName and actionSet",
            node,
            problems,
        );
    };
    Field::present(
        PermissionPolicy {
            place: node.place(),
            domain: domain.value,
            entity: entity.value,
            actions: actions.with_places(),
            condition: condition.unwrap_or(if allows_conditions {
                PolicyCondition::Unstated
            } else {
                PolicyCondition::None
            }),
        },
        node.place(),
    )
}

/// A value as JSON on one line, whatever language it was written in.
fn as_json(node: Node<'_, '_>) -> String {
    fn value(node: Node<'_, '_>, json: &mut String) {
        match node.kind() {
            Kind::Null => json.push_str("null"),
            Kind::False => json.push_str("false"),
            Kind::True => json.push_str("true"),
            Kind::Number => json.push_str(node.number().unwrap_or("null")),
            Kind::List => {
                json.push('[');
                for (at, item) in node.items().enumerate() {
                    if at > 0 {
                        json.push(',');
                    }
                    value(item, json);
                }
                json.push(']');
            }
            Kind::Map => {
                json.push('{');
                for (at, (key, item)) in node.entries().enumerate() {
                    if at > 0 {
                        json.push(',');
                    }
                    quote(key, json);
                    json.push(':');
                    value(item, json);
                }
                json.push('}');
            }
            Kind::Plain | Kind::Quoted | Kind::Escaped | Kind::Decoded | Kind::Expression => {
                quote(node, json);
            }
        }
    }
    fn quote(node: Node<'_, '_>, json: &mut String) {
        json.push('"');
        for character in node.text().unwrap_or_default().chars() {
            match character {
                '"' | '\\' => json.extend(['\\', character]),
                '\u{0}'..='\u{1f}' => {
                    let _ = write!(json, "\\u{:04x}", character as u32);
                }
                _ => json.push(character),
            }
        }
        json.push('"');
    }
    let mut json = String::new();
    value(node, &mut json);
    json
}

fn division<'a>(node: Node<'_, 'a>, problems: &mut Problems) -> Option<Division<'a>> {
    let mut division = Division {
        place: node.place(),
        ..Division::default()
    };
    let mut id = Field::Absent;
    for (key, value) in node.entries() {
        let Some(name) = key.text() else { continue };
        match canonical(&name).unwrap_or(&name) {
            "id" => id = text(&name, value, problems),
            "name" => division.name = value.text().unwrap_or_default(),
            "homeDivision" => {
                division.is_home = boolean(&name, value, problems).known() == Some(&true);
            }
            _ => {}
        }
    }
    division.id = EntityRef::Id(required_id("division", id, node, problems)?);
    Some(division)
}

fn required_id<'a>(
    what: &str,
    id: Field<Text<'a>>,
    node: Node<'_, 'a>,
    problems: &mut Problems,
) -> Option<Text<'a>> {
    match id {
        Field::Present(id) => Some(id.value),
        Field::Unknown(_) => None,
        Field::Absent => {
            problems.push(
                Problem::new(
                    ProblemKind::WrongType,
                    format!("this {what} has no id"),
                    "export the listing again; without ids grantlint cannot see which clients hold it",
                )
                .at(node.place()),
            );
            None
        }
    }
}

fn user<'a>(node: Node<'_, 'a>, problems: &mut Problems) -> Option<User<'a>> {
    let read = |key: &str, problems: &mut Problems| {
        field_of(node, key).map_or(Field::Absent, |value| text(key, value, problems))
    };
    let name = read("name", problems);
    let state = read("state", problems);
    let id = read("id", problems);
    Some(User {
        place: node.place(),
        id: required_id("user", id, node, problems)?,
        name,
        state,
    })
}

/// `DomainPermissionCollection`: the permissions of a domain by entity.
fn permissions<'a>(node: Node<'_, 'a>, records: &mut Records<'a>) {
    let map = field_of(node, "permissionMap");
    for (key, list) in map.iter().flat_map(|map| map.entries()) {
        for item in list.items() {
            let part = |key: &str| item.get(key).and_then(Node::text);
            let domain = part("domain").or_else(|| node.get("domain").and_then(Node::text));
            let entity = part("entityType")
                .or_else(|| part("entity_type"))
                .or_else(|| key.text());
            let (Some(domain), Some(entity), Some(action)) = (domain, entity, part("action"))
            else {
                continue;
            };
            let aware = item
                .get("divisionAware")
                .or_else(|| item.get("division_aware"));
            records.permissions.push(Permission {
                domain,
                entity,
                action,
                division_aware: aware.and_then(|node| match node.kind() {
                    Kind::True => Some(true),
                    Kind::False => Some(false),
                    _ => None,
                }),
            });
        }
    }
}

/// `AuthzSubject`: all grants of a subject, those made outside of `roleDivisions` too.
fn subject<'a>(node: Node<'_, 'a>, records: &mut Records<'a>, problems: &mut Problems) {
    let id = field_of(node, "id").map_or(Field::Absent, |id| text("id", id, problems));
    let Some(id) = required_id("subject", id, node, problems) else {
        return;
    };
    let mut subject = GrantSubject {
        id,
        ..GrantSubject::default()
    };
    let grants = field_of(node, "grants");
    for grant in grants.iter().flat_map(|list| list.items()) {
        let id = |key: &str, problems: &mut Problems| {
            field_of(grant, key)
                .and_then(|part| field_of(part, "id"))
                .map_or(Field::Absent, |id| text("id", id, problems))
                .map(EntityRef::Id)
        };
        let role = id("role", problems);
        let division = id("division", problems);
        records.roles.extend(granted_role(grant, problems));
        if let Some(part) = field_of(grant, "division")
            && division.text().is_some_and(|id| id != "*")
        {
            records.divisions.extend(self::division(part, problems));
        }
        let grant_field = Field::present(RoleGrant { role, division }, grant.place());
        subject.grants.push(grant_field);
    }
    records.subjects.push(subject);
}

/// The role of a grant. Its `policies` are not all that it permits: the general permissions
/// are left out.
fn granted_role<'a>(grant: Node<'_, 'a>, problems: &mut Problems) -> Option<Role<'a>> {
    let node = field_of(grant, "role")?;
    let mut role = role(node, problems)?;
    if let Some(policies) = field_of(node, "policies") {
        let policies = list("policies", policies, problems, policy);
        role.policies = policies.items().map(|item| item.value.clone()).collect();
    }
    role.permissions_known = false;
    Some(role)
}

/// `OAuthAuthorization`: a third-party application.
fn authorisation<'a>(node: Node<'_, 'a>, problems: &mut Problems) -> Authorisation<'a> {
    let mut authorisation = Authorisation {
        place: node.place(),
        ..Authorisation::default()
    };
    for (key, value) in node.entries() {
        match key.text().as_deref().map(api_name) {
            Some(name @ "state") => authorisation.state = text(name, value, problems),
            Some(name @ "scope") => authorisation.scopes = texts(name, value, problems),
            Some(name @ "roles") => authorisation.roles = texts(name, value, problems),
            Some(name @ "pending") => authorisation.pending = boolean(name, value, problems),
            Some("client") => {
                for (key, value) in value.entries() {
                    match key.text().as_deref() {
                        Some(name @ "id") => authorisation.client = text(name, value, problems),
                        Some(name @ "name") => authorisation.name = text(name, value, problems),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    authorisation
}
