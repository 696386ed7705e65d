//! Exports of the Platform API: `gc`, the SDKs, `curl`.
//!
//! Shapes: `OAuthClientEntityListing`, `OrganizationRoleEntityListing`,
//! `AuthzDivisionEntityListing` and their like, bare arrays of their entities, single entities,
//! bodies of requests (which have no id); keys in the API's spelling or in the snake case of
//! the Python SDK.

mod access;

use super::lower::{Problems, list, number, refuse, text, texts};
use super::secrets::{collect_secrets, find_secrets, is_secret_key, take_secrets};
use super::shape::{Shape, holds_clients, is_error_body, of_address, of_item};
use super::{Facts, Page};
use crate::document::{Kind, Node};
use crate::finding::{Problem, ProblemKind};
use crate::model::{
    Client, CredentialForm, Field, FieldName, GrantType, Naming, RoleGrant, Secret, Text,
};

/// Reads one top-level value.
pub(super) fn read<'a>(root: Node<'_, 'a>, facts: &mut Facts<'a>) {
    match root.kind() {
        Kind::Map => match root.get("entities") {
            Some(entities) if entities.kind() == Kind::List => listing(root, entities, facts),
            Some(entities) if entities.kind() == Kind::Null => lost(root, entities, facts),
            _ => single(root, facts),
        },
        Kind::List if root.items().next().is_some_and(is_error_body) => {
            single(root.items().next().unwrap_or(root), facts);
        }
        // What `jq -s` makes of several pages or arrays.
        Kind::List if holds_exports(root) => {
            for item in root.items() {
                read(item, facts);
            }
            if root.is_open() {
                let listed = facts.listed.iter();
                let cut: Vec<_> = listed
                    .map(|shape| Page::cut(*shape, root.place()))
                    .collect();
                facts.pages.extend(cut);
            }
        }
        Kind::List => {
            let shape = shape_of_items(root).unwrap_or(Shape::Nothing);
            entities_of(shape, root, facts);
            facts.listed.push(shape);
            if root.is_open() {
                facts.pages.push(Page::cut(shape, root.place()));
            }
        }
        // `gc` prints `null` for a filter that nothing matched.
        Kind::Null => facts.shapes.push(Shape::Nothing),
        _ => other(root, facts),
    }
}

/// A listing whose `entities` a script lost.
fn lost<'a>(root: Node<'_, 'a>, entities: Node<'_, 'a>, facts: &mut Facts<'a>) {
    facts.shapes.push(Shape::Nothing);
    let total = root.get("total").and_then(Node::number);
    if total.is_some_and(|total| total != "0") {
        facts.problems.push(
            Problem::new(
                ProblemKind::IncompleteListing,
                "`total` is not 0, but `entities` is empty",
                "export again: gc oauth clients list -a > clients.json",
            )
            .at(entities.place()),
        );
    }
}

/// Whether a list contains exports, not entities.
fn holds_exports(list: Node<'_, '_>) -> bool {
    list.items().next().is_some_and(|first| {
        first.kind() == Kind::List
            || first
                .get("entities")
                .is_some_and(|entities| entities.kind() == Kind::List)
    })
}

fn listing<'a>(root: Node<'_, 'a>, entities: Node<'_, 'a>, facts: &mut Facts<'a>) {
    let addresses = ["selfUri", "firstUri", "self_uri", "first_uri"];
    let by_address = addresses
        .iter()
        .filter_map(|key| root.get(key))
        .map(of_address)
        .find(|shape| *shape != Shape::Other);
    let shape = shape_of_items(entities)
        .filter(|shape| *shape != Shape::Other)
        .or(by_address)
        .unwrap_or(if entities.items().next().is_none() {
            Shape::Nothing
        } else {
            Shape::Other
        });
    entities_of(shape, entities, facts);
    let siblings = root.entries().filter(|(key, _)| !key.is_text("entities"));
    super::secrets::note_loose(siblings, CredentialForm::Export, "", facts);
    if !matches!(shape, Shape::Other | Shape::Nothing) {
        facts.listed.push(shape);
        facts.pages.push(page(shape, root, entities));
    }
}

fn page(shape: Shape, root: Node<'_, '_>, entities: Node<'_, '_>) -> Page {
    let either = |camel, snake| root.get(camel).or_else(|| root.get(snake));
    let count = |node: Option<Node<'_, '_>>| node?.number()?.parse().ok();
    let address = |node: Option<Node<'_, '_>>| {
        let address = node?.text()?;
        (!address.is_empty()).then(|| address.into_owned())
    };
    let total = root.get("total");
    let page_count = either("pageCount", "page_count");
    let next = either("nextUri", "next_uri");
    Page {
        shape,
        total: count(total),
        page_count: count(page_count),
        number: count(either("pageNumber", "page_number")),
        own: address(either("selfUri", "self_uri")),
        next: address(next),
        place: total
            .or(page_count)
            .or(next)
            .map_or(root.place(), Node::place),
        is_cut: entities.is_open(),
    }
}

fn single<'a>(root: Node<'_, 'a>, facts: &mut Facts<'a>) {
    match of_item(root) {
        Shape::Other if is_error_body(root) => {
            let part = |key: &str| {
                let value = root.get(key).or_else(|| root.get("error"));
                value.map_or("", |value| value.written().trim_matches('"'))
            };
            let mut codes = vec![part("status"), part("code")];
            codes.dedup();
            facts.shapes.push(Shape::ErrorBody);
            facts.problems.push(
                Problem::new(
                    ProblemKind::Unrecognised,
                    format!(
                        "this is an error response of the platform ({}), not an export",
                        codes.join(" ")
                    ),
                    remedy(codes[0]),
                )
                .at(root.get("message").map_or(root.place(), Node::place)),
            );
        }
        Shape::Other => other(root, facts),
        // A single entity that was cut off may lack the deciding field.
        shape if root.is_open() => facts.shapes.push(shape),
        shape => {
            facts.shapes.push(shape);
            entity(shape, root, facts);
        }
    }
}

/// What to do about an answer with this HTTP status.
fn remedy(status: &str) -> &'static str {
    match status {
        "401" => "the access token has expired or is wrong: obtain a new one, and export again",
        "invalid_client" | "invalid_token" | "unauthorized" | "expired_token" => {
            "the client id, its secret or the access token is wrong or has expired: sign in again, and export again"
        }
        "429" => {
            "there were too many requests: wait as long as the response says, and export again"
        }
        _ if status.starts_with('5') => "the platform failed: wait, and export again",
        _ => {
            "give the user or client that exports the permission it lacks (oauth:client:view, authorization:role:view), and export again"
        }
    }
}

/// The shape of the first item that has one; `None` if there is no item.
fn shape_of_items(items: Node<'_, '_>) -> Option<Shape> {
    let mut any = false;
    for item in items.items() {
        any = true;
        let shape = of_item(item);
        if shape != Shape::Other {
            return Some(shape);
        }
    }
    any.then_some(Shape::Other)
}

/// Reads the items of a list; the first recognised item determined the shape.
fn entities_of<'a>(shape: Shape, items: Node<'_, 'a>, facts: &mut Facts<'a>) {
    facts.shapes.push(shape);
    match shape {
        Shape::Other => take_secrets(items, &mut facts.secrets),
        _ => {
            for item in items.items().filter(|item| !item.is_open()) {
                entity(shape, item, facts);
            }
        }
    }
}

fn entity<'a>(shape: Shape, node: Node<'_, 'a>, facts: &mut Facts<'a>) {
    if shape == Shape::Clients {
        facts.clients.extend(client_item(node, &mut facts.problems));
        return;
    }
    let own = of_item(node);
    if node.kind() != Kind::Map || ![shape, Shape::Other].contains(&own) {
        facts.problems.push(wrong_item(node, shape));
        return;
    }
    access::read(shape, node, facts);
}

/// An item of a list of clients.
fn client_item<'a>(node: Node<'_, 'a>, problems: &mut Problems) -> Option<Client<'a>> {
    if node.kind() == Kind::Map {
        let before = problems.len();
        let client = client(node, problems);
        let has_client_field = !client.grant_type.is_absent() || !client.token_lifetime.is_absent();
        if has_client_field || is_client(&client, node) {
            return Some(client);
        }
        problems.truncate(before);
    }
    problems.push(wrong_item(node, Shape::Clients));
    None
}

/// Whether an item without the usual keys can be a client.
fn is_client(client: &Client<'_>, node: Node<'_, '_>) -> bool {
    match of_item(node) {
        Shape::Clients => true,
        Shape::Other => !(client.id.is_absent() && client.name.is_absent()),
        _ => false,
    }
}

/// The problem of an item that has another shape than its list.
fn wrong_item(node: Node<'_, '_>, shape: Shape) -> Problem {
    let wanted = shape.entity();
    let found = match of_item(node) {
        Shape::Other => node.kind_name(),
        other => other.entity(),
    };
    Problem::new(
        ProblemKind::WrongType,
        format!("each item of this list should be {wanted}; this one is {found} and was not read"),
        "export each resource type into its own file",
    )
    .at(node.place())
}

/// Lowers an item of a big listing of clients.
pub(super) fn client_of_piece<'a>(
    node: Node<'_, 'a>,
    (clients, problems): &mut (Vec<Client<'a>>, Problems),
) {
    /// Clients in a piece of typical length. Unwritten memory costs nothing, and a vector that
    /// grows by doubling is written twice.
    const ROOM: usize = 1200;
    if clients.len() == clients.capacity() {
        clients.reserve_exact(ROOM);
    }
    clients.extend(client_item(node, problems));
}

/// Reads the totals of a listing of clients whose entities were read in pieces.
pub(super) fn read_around_clients(root: Node<'_, '_>, facts: &mut Facts<'_>) {
    facts.shapes.push(Shape::Clients);
    if let Some(entities) = root.get("entities") {
        facts.pages.push(page(Shape::Clients, root, entities));
    }
}

/// One client.
fn client<'a>(node: Node<'_, 'a>, problems: &mut Problems) -> Client<'a> {
    let mut client = Client {
        place: node.place(),
        ..Client::default()
    };
    for (key, value) in node.entries() {
        let Some(name) = key.text() else { continue };
        let is_snake = |field: FieldName| field.written(Naming::SnakeCase) == name;
        if name.bytes().any(|byte| byte == b'_') && FieldName::ALL.into_iter().any(is_snake) {
            client.naming = Naming::SnakeCase;
        }
        match &*name {
            "id" => client.id = text(&name, value, problems),
            "name" => client.name = text(&name, value, problems),
            "description" => client.description = text(&name, value, problems),
            "authorizedGrantType" | "authorized_grant_type" => {
                client.grant_type = grant_type(&name, value, problems);
            }
            "registeredRedirectUri" | "registered_redirect_uri" => {
                client.redirect_uris = texts(&name, value, problems);
            }
            "scope" => client.scopes = texts(&name, value, problems),
            "roleIds" | "role_ids" => client.role_ids = texts(&name, value, problems),
            "roleDivisions" | "role_divisions" => {
                client.role_divisions = list(&name, value, problems, role_grant);
            }
            "accessTokenValiditySeconds" | "access_token_validity_seconds" => {
                client.token_lifetime = number(&name, value, problems);
            }
            "state" => client.state = text(&name, value, problems),
            "dateCreated" | "date_created" => client.date_created = text(&name, value, problems),
            "dateModified" | "date_modified" => {
                client.date_modified = text(&name, value, problems);
            }
            "dateToDelete" | "date_to_delete" => {
                let date = text(&name, value, problems);
                if !date.is_absent() {
                    client.rare.date_to_delete = date;
                }
            }
            "createdBy" | "created_by" => client.created_by = person(&name, value, problems),
            "modifiedBy" | "modified_by" => client.modified_by = person(&name, value, problems),
            "selfUri" | "self_uri" => {}
            key if is_secret_key(key) => {
                collect_secrets(value, &mut |place, value| {
                    client.rare.secrets.push(Secret {
                        key: name.to_string(),
                        place,
                        value,
                    });
                });
            }
            _ => {
                find_secrets(value, &mut |key, place, value| {
                    let key = key.to_owned();
                    client.rare.secrets.push(Secret { key, place, value });
                });
                client.rare.unknown_keys.push((name, key.place()));
            }
        }
    }
    client
}

fn grant_type<'a>(
    name: &str,
    node: Node<'_, 'a>,
    problems: &mut Problems,
) -> Field<(GrantType, Text<'a>)> {
    match text(name, node, problems) {
        Field::Present(located) => Field::present(
            (GrantType::parse(&located.value), located.value),
            located.place,
        ),
        Field::Absent => Field::Absent,
        Field::Unknown(unknown) => Field::Unknown(unknown),
    }
}

fn role_grant<'a>(node: Node<'_, 'a>, problems: &mut Problems) -> Field<RoleGrant<'a>> {
    if node.kind() != Kind::Map {
        return refuse("roleDivisions", "a list of objects", node, problems);
    }
    let mut grant = RoleGrant::default();
    for (key, value) in node.entries() {
        match key.text().as_deref() {
            Some(name @ ("roleId" | "role_id")) => grant.role = text(name, value, problems),
            Some(name @ ("divisionId" | "division_id")) => {
                grant.division = text(name, value, problems);
            }
            _ => {}
        }
    }
    Field::present(grant, node.place())
}

/// The id of a user reference, which is an object with an id.
fn person<'a>(name: &str, node: Node<'_, 'a>, problems: &mut Problems) -> Field<Text<'a>> {
    match node.kind() {
        Kind::Map => node
            .get("id")
            .map_or(Field::Absent, |id| text(name, id, problems)),
        Kind::Null => Field::Absent,
        _ => refuse(name, "an object with an id", node, problems),
    }
}

fn other<'a>(root: Node<'_, 'a>, facts: &mut Facts<'a>) {
    if let Some(parts) = collected(root) {
        for part in parts {
            read(part, facts);
        }
        return;
    }
    facts.shapes.push(Shape::Other);
    take_secrets(root, &mut facts.secrets);
    if holds_clients(root) {
        facts.problems.push(
            Problem::new(
                ProblemKind::Unrecognised,
                "this contains OAuth clients in a form that grantlint does not read; they were not audited",
                "extract them: give a list of clients, or the response of GET /api/v2/oauth/clients",
            )
            .at(root.place()),
        );
    }
}

/// The exports under the keys of one map, if the map contains nothing else.
fn collected<'d, 'a>(root: Node<'d, 'a>) -> Option<Vec<Node<'d, 'a>>> {
    if root.is_open() {
        return None;
    }
    let is_list = |node: Node<'_, '_>| node.kind() == Kind::List && !node.is_open();
    let mut any = false;
    let mut parts = Vec::new();
    for (_, value) in root.entries() {
        let entities = value.get("entities").filter(|entities| is_list(*entities));
        let items = entities.or_else(|| is_list(value).then_some(value))?;
        match shape_of_items(items) {
            Some(Shape::Other) => return None,
            // What else there is may be of another program.
            Some(Shape::Clients | Shape::Roles) => any = true,
            _ => {}
        }
        parts.push(value);
    }
    any.then_some(parts)
}
