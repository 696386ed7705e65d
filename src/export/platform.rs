//! Exports of the Platform API: `gc`, the SDKs, `curl`.
//!
//! Shapes: `OAuthClientEntityListing`, `OrganizationRoleEntityListing`,
//! `AuthzDivisionEntityListing` and their like, bare arrays of their entities, single entities,
//! bodies of requests (which have no id); keys in the API's spelling or in the snake case of
//! the Python SDK.

mod access;

use super::lower::{Problems, add, date, list, number, refuse, text, texts};
use super::paging::Claims;
use super::secrets::{
    Found, find_below, find_in_key, find_named, find_secrets, is_secret_key, note, note_around,
    note_loose, take_secrets,
};
use super::shape::{
    EntityKind, ItemShape, Shape, holds_clients, is_description, is_error_body, mentions_clients,
    of_address, of_item,
};
use super::spelling::{canonical, damaged, field, is_alias, is_damaged, powershell_field};
use super::{Facts, Page};
use super::{api, foreign, usage};
use crate::document::{Kind, Node};
use crate::finding::{EXPORT_CLIENTS, Problem, ProblemKind};
use crate::model::{
    Client, CredentialForm, EntityRef, Field, FieldName, GrantType, Naming, RoleGrant, Text,
};

/// Reads one top-level value.
pub(super) fn read<'a>(root: Node<'_, 'a>, facts: &mut Facts<'a>) {
    match root.kind() {
        Kind::Map => match field(root, "entities") {
            Some(entities) => page_of(root, entities, facts),
            None => single(root, facts),
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
                let cut = listed.map(|kind| Page::cut(*kind, root.place()));
                facts.pages.extend(cut);
                usage::note_cut(facts);
            }
        }
        Kind::List => match shape_of_items(root) {
            None => facts.shapes.push(Shape::Nothing),
            Some(ItemShape::Other) if usage::read(root, facts) => {}
            Some(ItemShape::Other) => other(root, facts),
            Some(ItemShape::Foreign(product)) => refuse_foreign_items(product, root, facts),
            Some(ItemShape::Of(kind)) => {
                entities_of(kind, root, facts);
                if root.is_open() {
                    facts.pages.push(Page::cut(kind, root.place()));
                }
            }
        },
        // `gc` prints `null` for a filter that nothing matched.
        Kind::Null => facts.shapes.push(Shape::Nothing),
        Kind::False
        | Kind::True
        | Kind::Number
        | Kind::Plain
        | Kind::Quoted
        | Kind::Escaped
        | Kind::Decoded
        | Kind::Expression => other(root, facts),
    }
}

/// Reads a page of a listing, whatever its `entities` are.
fn page_of<'a>(root: Node<'_, 'a>, entities: Node<'_, 'a>, facts: &mut Facts<'a>) {
    // Some shells write a list of one as its only entity.
    if let ItemShape::Of(kind) = of_item(entities) {
        facts.shapes.push(Shape::Of(kind));
        facts.listed.push(kind);
        entity(kind, entities, facts);
        facts.pages.push(page(kind, root, entities));
        return;
    }
    match entities.kind() {
        Kind::List => listing(root, entities, facts),
        Kind::Map if entities.entries().next().is_some() => other(root, facts),
        Kind::Map | Kind::Null if usage::read(root, facts) => {}
        Kind::Map | Kind::Null => {
            facts.shapes.push(Shape::Nothing);
            facts.problems.extend(claims_more(root, 0));
        }
        Kind::False
        | Kind::True
        | Kind::Number
        | Kind::Plain
        | Kind::Quoted
        | Kind::Escaped
        | Kind::Decoded
        | Kind::Expression => {
            facts.shapes.push(Shape::Nothing);
            let problem = Problem::new(
                ProblemKind::WrongType,
                format!(
                    "`entities` should be a list, and is {}",
                    entities.kind_name()
                ),
                format!(
                    "export again: {EXPORT_CLIENTS}; in PowerShell, use ConvertTo-Json -Depth 10"
                ),
            );
            facts.problems.push(problem.at(entities.place()));
        }
    }
}

/// The problem that a map claims more entities than the `given` ones in it.
fn claims_more(map: Node<'_, '_>, given: usize) -> Option<Problem> {
    let incomplete = |message: String, node: Node<'_, '_>| {
        let remedy = format!("export all pages, such as with {EXPORT_CLIENTS}");
        Some(Problem::new(ProblemKind::IncompleteListing, message, remedy).at(node.place()))
    };
    let claims = Claims::new(map);
    if let Some((total, node)) = claims.total
        && total > given as u64
    {
        let were = if given == 1 { "was" } else { "were" };
        let message = format!("the listing claims {total} entities; {given} {were} given");
        return incomplete(message, node);
    }
    if let Some(next) = claims.next {
        return incomplete(
            "the listing has a next page, which was not given".into(),
            next,
        );
    }
    let (count, pages) = claims.page_count.filter(|(count, _)| *count > 1)?;
    if given == 0 {
        let message = format!("the listing has {count} pages, but no entities");
        return incomplete(message, pages);
    }
    // A map around all pages counts them too, but does not say which of them it is.
    let number = claims.page_number.filter(|_| given < usize::MAX)?;
    incomplete(
        format!("this is page {number} of {count}; the others were not given"),
        pages,
    )
}

/// Whether a list contains exports, not entities.
fn holds_exports(list: Node<'_, '_>) -> bool {
    list.items().next().is_some_and(|first| {
        first.kind() == Kind::List
            || field(first, "entities").is_some_and(|entities| entities.kind() == Kind::List)
    })
}

fn listing<'a>(root: Node<'_, 'a>, entities: Node<'_, 'a>, facts: &mut Facts<'a>) {
    let shape = match shape_of_items(entities) {
        found @ (None | Some(ItemShape::Other)) => {
            let addresses = ["selfUri", "firstUri"].into_iter();
            let mut addresses = addresses.filter_map(|key| field(root, key));
            addresses.find_map(of_address).map(ItemShape::Of).or(found)
        }
        found => found,
    };
    match shape {
        // Only what is no other listing is looked at again, so that big listings cost no more.
        None | Some(ItemShape::Other) if usage::read(root, facts) => {}
        None => {
            facts.shapes.push(Shape::Nothing);
            facts.problems.extend(claims_more(root, 0));
        }
        Some(ItemShape::Other) => other(root, facts),
        Some(ItemShape::Foreign(product)) => refuse_foreign_items(product, entities, facts),
        Some(ItemShape::Of(kind)) => {
            entities_of(kind, entities, facts);
            let siblings = root.entries();
            let siblings = siblings.filter(|(_, value)| value.place() != entities.place());
            note_loose(siblings, CredentialForm::Export, "", facts);
            facts.pages.push(page(kind, root, entities));
        }
    }
}

fn page(shape: EntityKind, root: Node<'_, '_>, entities: Node<'_, '_>) -> Page {
    let address = |node: Option<Node<'_, '_>>| {
        let node = node?;
        let address = match node.text() {
            Some(text) => text.into_owned(),
            // The number of the next page, or that there is one.
            None if matches!(node.kind(), Kind::Number | Kind::True) => node.written().to_owned(),
            None => return None,
        };
        (!address.is_empty()).then_some(address)
    };
    let Claims {
        total,
        page_count,
        page_number,
        next,
    } = Claims::new(root);
    let claim = total.or(page_count).map(|(_, claim)| claim);
    Page {
        shape,
        total: total.map(|(total, _)| total),
        page_count: page_count.map(|(count, _)| count),
        number: page_number,
        own: address(field(root, "selfUri")),
        next: next.and_then(|next| address(Some(next)).or_else(|| Some(next.written().to_owned()))),
        place: claim.or(next).map_or(root.place(), Node::place),
        is_cut: entities.is_open(),
    }
}

fn single<'a>(root: Node<'_, 'a>, facts: &mut Facts<'a>) {
    match of_item(root) {
        ItemShape::Other if usage::read(root, facts) || api::read(root, facts) => {}
        ItemShape::Other if is_error_body(root) => {
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
        // A page that lost its entities.
        ItemShape::Other
            if field(root, "pageNumber")
                .or(field(root, "pageCount"))
                .is_some() =>
        {
            facts.shapes.push(Shape::Nothing);
            facts.problems.extend(claims_more(root, 0));
        }
        ItemShape::Other => other(root, facts),
        ItemShape::Foreign(product) => refuse_foreign(product, root, root, facts),
        ItemShape::Of(kind) => {
            facts.shapes.push(Shape::Of(kind));
            // A single entity that was cut off may lack the deciding field.
            if !root.is_open() {
                entity(kind, root, facts);
            }
        }
    }
}

/// Reads the documents of a text that prove no shape, among others that do: each is an entity like
/// the others, or a problem.
pub(super) fn read_strays<'a>(strays: &[Node<'_, 'a>], facts: &mut Facts<'a>) {
    if facts.of_terraform || facts.terraform.is_some() {
        return;
    }
    let proven = facts.shapes.iter().copied().find(|shape| match shape {
        Shape::Of(_) | Shape::Usage => true,
        Shape::UsageQuery
        | Shape::ApiDescription
        | Shape::Nothing
        | Shape::Other
        | Shape::ErrorBody
        | Shape::Foreign
        | Shape::TerraformConfiguration
        | Shape::TerraformVariables
        | Shape::TerraformModules
        | Shape::TerraformState
        | Shape::TerraformPlan => false,
    });
    for stray in strays {
        match proven {
            None => {}
            Some(Shape::Of(kind)) => entity(kind, *stray, facts),
            Some(shape) => {
                note_record(shape.name(), *stray, facts);
                add(&mut facts.problems, wrong_item(*stray, "a usage row"));
                usage::note_cut(facts);
            }
        }
    }
}

/// Reports clients of another product.
fn refuse_foreign<'a>(
    product: &str,
    client: Node<'_, 'a>,
    whole: Node<'_, 'a>,
    facts: &mut Facts<'a>,
) {
    facts.shapes.push(Shape::Foreign);
    take_secrets(whole, &mut facts.secrets);
    facts.problems.push(foreign::problem(product, client));
}

/// Reports a list of clients of another product, at the first of them.
fn refuse_foreign_items<'a>(product: &str, items: Node<'_, 'a>, facts: &mut Facts<'a>) {
    let mut all = items.items();
    let first = all.find(|item| matches!(of_item(*item), ItemShape::Foreign(_)));
    refuse_foreign(product, first.unwrap_or(items), items, facts);
}

/// The remedy for an error response with this HTTP status.
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
fn shape_of_items(items: Node<'_, '_>) -> Option<ItemShape> {
    let mut any = false;
    for item in items.items() {
        any = true;
        let shape = of_item(item);
        if shape != ItemShape::Other {
            return Some(shape);
        }
    }
    any.then_some(ItemShape::Other)
}

/// Reads the items of a listing; the first recognised item determined their kind.
fn entities_of<'a>(kind: EntityKind, items: Node<'_, 'a>, facts: &mut Facts<'a>) {
    facts.shapes.push(Shape::Of(kind));
    facts.listed.push(kind);
    for item in items.items().filter(|item| !item.is_open()) {
        entity(kind, item, facts);
    }
}

fn entity<'a>(kind: EntityKind, node: Node<'_, 'a>, facts: &mut Facts<'a>) {
    let name = Shape::Of(kind).name();
    if kind == EntityKind::Clients {
        match client_item(node, &mut facts.problems) {
            Some(client) => facts.records.clients.push(client),
            None => note_record(name, node, facts),
        }
        return;
    }
    if kind != EntityKind::Authorisations {
        note_record(name, node, facts);
    }
    let is_alike = [ItemShape::Of(kind), ItemShape::Other].contains(&of_item(node));
    if node.kind() != Kind::Map || !is_alike {
        add(&mut facts.problems, wrong_item(node, kind.entity()));
        return;
    }
    access::read(kind, node, facts);
}

/// Records the secrets of an item that is not a client, such as a role.
fn note_record(name: &str, node: Node<'_, '_>, facts: &mut Facts<'_>) {
    let mut secrets = Vec::new();
    find_secrets(node, &mut |found| secrets.push(found.into_secret()));
    if secrets.is_empty() {
        return;
    }
    let id = field(node, "id").and_then(Node::text).unwrap_or_default();
    let address = format!("{name}.{id}");
    note(
        secrets,
        node.place(),
        CredentialForm::Export,
        address,
        facts,
    );
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
    add(problems, wrong_item(node, EntityKind::Clients.entity()));
    None
}

/// Whether an item without the usual keys can be a client.
fn is_client(client: &Client<'_>, node: Node<'_, '_>) -> bool {
    match of_item(node) {
        ItemShape::Of(kind) => kind == EntityKind::Clients,
        ItemShape::Other => !(client.id.is_absent() && client.name.is_absent()),
        ItemShape::Foreign(_) => false,
    }
}

/// The problem of an item that has another shape than its list.
fn wrong_item(node: Node<'_, '_>, wanted: &str) -> Problem {
    let found = match of_item(node) {
        ItemShape::Of(kind) => kind.entity(),
        ItemShape::Foreign(_) => "not an entity that grantlint knows",
        ItemShape::Other => node.kind_name(),
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
pub(super) fn read_around_clients<'a>(root: Node<'_, 'a>, facts: &mut Facts<'a>) {
    facts.shapes.push(Shape::Of(EntityKind::Clients));
    facts.listed.push(EntityKind::Clients);
    if let Some(entities) = root.get("entities") {
        facts.pages.push(page(EntityKind::Clients, root, entities));
        let siblings = root.entries().filter(|(key, _)| !key.is_text("entities"));
        note_loose(siblings, CredentialForm::Export, "", facts);
    }
}

/// One client.
fn client<'a>(node: Node<'_, 'a>, problems: &mut Problems) -> Client<'a> {
    let mut client = Client {
        place: node.place(),
        ..Client::default()
    };
    let mut respelled = Vec::new();
    for (key, value) in node.entries() {
        let Some(name) = key.text() else { continue };
        if let Some(field) = FieldName::from_name(&name) {
            if name.contains('_') {
                client.naming = Naming::SnakeCase;
            }
            if set(&mut client, field, &name, value, problems) {
                note_secrets(&mut client, field, &name, value);
                continue;
            }
        }
        let known = canonical(&name);
        if let Some(field) = known.and_then(|known| client_field(known, value)) {
            // A name of Terraform is read, and is still not a field of the API.
            if is_alias(&name) {
                client.rare.unknown_keys.push((name.clone(), key.place()));
            }
            note_secrets(
                &mut client,
                field,
                field.written(Naming::PlatformApi),
                value,
            );
            respelled.push((field, name, key, value));
            continue;
        }
        let mut add = |found: Found<'_>| client.rare.secrets.push(found.into_secret());
        if known != Some("selfUri") {
            find_in_key(key, &mut add);
        }
        find_named(&name, value, &mut add);
        if known != Some("selfUri") && !is_secret_key(&name) {
            client.rare.unknown_keys.push((name, key.place()));
        }
    }
    for (field, name, key, value) in respelled {
        if client.presence(field).is_absent() {
            set(&mut client, field, &name, value, problems);
        } else {
            add(problems, two_spellings(field, &name, key));
        }
    }
    let unknown = client.rare.unknown_keys.iter();
    let damaged = unknown.filter_map(|(key, place)| {
        let mut fields = DECIDING.into_iter();
        let field = fields.find_map(|field| {
            let name = field.written(Naming::PlatformApi);
            (client.presence(field).is_absent() && is_damaged(key, name)).then_some(name)
        })?;
        Some(damaged(key, field, *place))
    });
    problems.extend(damaged);
    client
}

/// Fields whose absence no rule reports.
const DECIDING: [FieldName; 2] = [FieldName::RoleDivisions, FieldName::TokenLifetime];

/// Records the secrets in the value of a field of a client, whose key is `name`. Names,
/// descriptions and redirect URIs are judged as text.
fn note_secrets(client: &mut Client<'_>, field: FieldName, name: &str, value: Node<'_, '_>) {
    let mut add = |found: Found<'_>| client.rare.secrets.push(found.into_secret());
    match field {
        FieldName::Name | FieldName::Description | FieldName::RedirectUris => {
            find_below(name, value, &mut add);
        }
        FieldName::TokenLifetime if value.number().is_some() => {}
        _ => find_named(name, value, &mut add),
    }
}

/// The field of a client that the API's name of a key means.
fn client_field(name: &str, value: Node<'_, '_>) -> Option<FieldName> {
    if name == "roles" {
        // The role assignments of Terraform.
        let is_grant = |item: Node<'_, '_>| field(item, "roleId").is_some();
        let mut items = value.items().peekable();
        let are_grants = items.peek().is_some() && items.all(is_grant);
        return are_grants.then_some(FieldName::RoleDivisions);
    }
    FieldName::from_name(name).filter(|field| !is_of_terraform(*field))
}

/// Whether the Platform API does not have a field.
const fn is_of_terraform(field: FieldName) -> bool {
    use FieldName::{Client, ExposesSecret, Secret, SecretDirectory};
    matches!(field, Client | Secret | ExposesSecret | SecretDirectory)
}

/// The problem that a field of a client is given in two spellings.
fn two_spellings(field: FieldName, name: &str, key: Node<'_, '_>) -> Problem {
    let field = field.written(Naming::PlatformApi);
    Problem::new(
        ProblemKind::DuplicateKey,
        format!("`{name}` and `{field}` are spellings of one field; `{field}` was audited"),
        "remove one of the two",
    )
    .at(key.place())
}

/// Sets a field of a client, whose key is `name`; says whether the API has the field.
fn set<'a>(
    client: &mut Client<'a>,
    field: FieldName,
    name: &str,
    value: Node<'_, 'a>,
    problems: &mut Problems,
) -> bool {
    match field {
        FieldName::Id => client.id = text(name, value, problems),
        FieldName::Name => client.name = text(name, value, problems),
        FieldName::Description => client.description = text(name, value, problems),
        FieldName::GrantType => {
            client.grant_type = text(name, value, problems).map(GrantType::with_text);
        }
        FieldName::RedirectUris => client.redirect_uris = texts(name, value, problems),
        FieldName::Scopes => client.scopes = texts(name, value, problems),
        FieldName::RoleIds => client.role_ids = texts(name, value, problems),
        FieldName::RoleDivisions => {
            client.role_divisions = list(name, value, problems, role_grant);
        }
        FieldName::TokenLifetime => client.token_lifetime = number(name, value, problems),
        FieldName::State => client.state = text(name, value, problems),
        FieldName::DateCreated => client.date_created = date(name, value, problems),
        FieldName::DateModified => client.date_modified = date(name, value, problems),
        FieldName::DateToDelete => {
            let date = date(name, value, problems);
            if !date.is_absent() {
                client.rare.date_to_delete = date;
            }
        }
        FieldName::CreatedBy => client.created_by = person(name, value, problems),
        FieldName::ModifiedBy => client.modified_by = person(name, value, problems),
        FieldName::Client
        | FieldName::Secret
        | FieldName::ExposesSecret
        | FieldName::SecretDirectory => return false,
    }
    true
}

fn role_grant<'a>(node: Node<'_, 'a>, problems: &mut Problems) -> Field<RoleGrant<'a>> {
    if let Some(grant) = powershell_grant(node) {
        return grant;
    }
    if node.kind() != Kind::Map {
        return refuse("roleDivisions", "a list of objects", node, problems);
    }
    let mut grant = RoleGrant::default();
    for (key, value) in node.entries() {
        let Some(name) = key.text() else { continue };
        match canonical(&name) {
            Some("roleId") => grant.role = text(&name, value, problems).map(EntityRef::Id),
            Some("divisionId") => grant.division = text(&name, value, problems).map(EntityRef::Id),
            _ => {}
        }
    }
    // The platform requires it; without it the grant could be of any role.
    if grant.role.is_absent() {
        return refuse(
            "roleDivisions",
            "a list of objects with roleId",
            node,
            problems,
        );
    }
    Field::present(grant, node.place())
}

/// A grant that `PowerShell` wrote as text, because its output was not deep enough.
fn powershell_grant<'a>(node: Node<'_, 'a>) -> Option<Field<RoleGrant<'a>>> {
    let text = node.text()?;
    let part = |name: &str| {
        let value = powershell_field(&text, name)?;
        let id = EntityRef::Id(value.to_owned().into());
        Some(Field::present(id, node.place()))
    };
    let grant = RoleGrant {
        role: part("roleId")?,
        division: part("divisionId").unwrap_or(Field::Absent),
    };
    Some(Field::present(grant, node.place()))
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
    if let Some(product) = foreign::product(root) {
        facts.shapes.push(Shape::Foreign);
        take_secrets(root, &mut facts.secrets);
        facts.problems.push(foreign::problem(product, root));
        return;
    }
    if is_description(root) {
        facts.shapes.push(Shape::Other);
        take_secrets(root, &mut facts.secrets);
        return;
    }
    if is_plan_log(root) {
        take_secrets(root, &mut facts.secrets);
        if !facts.shapes.contains(&Shape::Other) {
            facts.problems.push(plan_log(root));
        }
        facts.shapes.push(Shape::Other);
        return;
    }
    let wrapped = Wrapped::find(root);
    if wrapped.has_exports {
        let places: Vec<_> = wrapped.parts.iter().map(|part| part.place()).collect();
        for part in wrapped.parts {
            read(part, facts);
        }
        note_around(root, &places, facts);
        facts.problems.extend(wrapped.problems);
        return;
    }
    facts.shapes.push(Shape::Other);
    take_secrets(root, &mut facts.secrets);
    let is_schema = root.get("provider_schemas").is_some();
    if !is_schema && holds_clients(root) {
        facts.problems.push(unread_clients(root));
    }
}

/// Whether a value is a line of the log that `terraform plan -json` writes.
fn is_plan_log(root: Node<'_, '_>) -> bool {
    root.get("@level").is_some() && root.get("@message").is_some()
}

fn plan_log(root: Node<'_, '_>) -> Problem {
    Problem::new(
        ProblemKind::Unrecognised,
        "this is the log of terraform plan -json, not a plan",
        "save the plan and convert it: terraform plan -out plan.out; terraform show -json plan.out > plan.json",
    )
    .at(root.place())
}

fn unread_clients(node: Node<'_, '_>) -> Problem {
    Problem::new(
        ProblemKind::Unrecognised,
        "this contains OAuth clients in a form that grantlint does not read; they were not audited",
        "extract them: give a list of clients, or the response of GET /api/v2/oauth/clients",
    )
    .at(node.place())
}

/// Exports in a wrapper, such as `{"data": {"clients": [..]}}`.
#[derive(Default)]
struct Wrapped<'d, 'a> {
    parts: Vec<Node<'d, 'a>>,
    /// Clients or roles are among the parts: other shapes can be of another program.
    has_exports: bool,
    problems: Problems,
}

impl<'d, 'a> Wrapped<'d, 'a> {
    fn find(root: Node<'d, 'a>) -> Self {
        /// So deep may wrappers nest.
        const DEEPEST: usize = 16;
        let mut wrapped = Self::default();
        wrapped.search(root, DEEPEST);
        wrapped
    }

    /// Adds the exports below a node, and returns how many entities they have.
    fn search(&mut self, node: Node<'d, 'a>, levels: usize) -> usize {
        let Some(levels) = levels.checked_sub(1) else {
            return 0;
        };
        match node.kind() {
            Kind::Map => self.search_map(node, levels),
            Kind::List => match shape_of_items(node) {
                Some(shape) if shape != ItemShape::Other => {
                    self.add(node, Some(shape));
                    node.items().count()
                }
                _ => node.items().map(|item| self.search(item, levels)).sum(),
            },
            _ => {
                if mentions_clients(node) {
                    self.problems.push(unread_clients(node));
                }
                0
            }
        }
    }

    fn search_map(&mut self, map: Node<'d, 'a>, levels: usize) -> usize {
        if let Some(entities) = field(map, "entities")
            && entities.kind() == Kind::List
        {
            self.add(map, shape_of_items(entities));
            return entities.items().count();
        }
        let shape = of_item(map);
        if shape != ItemShape::Other {
            self.add(map, Some(shape));
            return 1;
        }
        let mut count = 0;
        for (key, value) in map.entries() {
            count += self.search(value, levels);
            let has_failed = key.is_text("errors") && value.items().next().is_some();
            if has_failed {
                self.problems.push(failed_in_part(value));
            }
        }
        // A total next to no entities counts something else.
        let given = if count == 0 { usize::MAX } else { count };
        let problem = claims_more(map, given);
        // A map that describes the page was searched too.
        let is_new = |problem: &Problem| self.problems.iter().all(|one| one.place != problem.place);
        let problem = problem.filter(is_new);
        self.problems.extend(problem);
        count
    }

    fn add(&mut self, part: Node<'d, 'a>, shape: Option<ItemShape>) {
        self.parts.push(part);
        self.has_exports |= match shape {
            Some(ItemShape::Of(kind)) => matches!(kind, EntityKind::Clients | EntityKind::Roles),
            Some(ItemShape::Foreign(_)) => true,
            Some(ItemShape::Other) | None => false,
        };
    }
}

fn failed_in_part(errors: Node<'_, '_>) -> Problem {
    Problem::new(
        ProblemKind::IncompleteListing,
        "the response reports errors, so it may lack clients",
        "correct the errors, and export again",
    )
    .at(errors.place())
}
