//! From the facts of many texts to organisations.
//!
//! Invariant: files may come in any order. Each directory that contains clients is an
//! organisation; roles and divisions belong to the organisation of their own directory, else of
//! the nearest one above, else to the only one there is, and never leak across. Where the
//! policy says that a directory is one organisation, all below it is.

use super::usage;
use super::{EntityKind, Facts, GrantSubject, Page, Records, Shape, UsageQuery, UsageResults};
use crate::finding::{Problem, ProblemKind};
use crate::model::{
    ApiDescription, Applied, ById, Client, Clients, Credential, CredentialForm, Division,
    EntityRef, Field, Identified, KindOf, List, Listing, Naming, Organisation, Permission, Role,
    RoleGrant, Text, Usage, User,
};
use crate::text::{self, Place, SecretValue, SourceId, Sources, above, plural};
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// All organisations of a run.
#[derive(Debug, Default)]
pub struct Export<'a> {
    /// The organisations, in the order of their directories.
    pub organisations: Vec<Organisation<'a>>,
    /// Every secret of the run, for the redactor.
    pub secrets: Vec<(Place, SecretValue)>,
    /// Texts of clients that look like secrets, for the redactor too.
    pub recognised: Vec<SecretValue>,
    /// What went wrong.
    pub problems: Vec<Problem>,
}

/// The facts of one organisation before they are put in order.
#[derive(Default)]
struct Gathered<'a> {
    records: Records<'a>,
    pages: Vec<Page>,
    has: HashSet<Shape>,
    listed: HashSet<EntityKind>,
    /// How many entities of a shape the listings contain, with repetitions.
    in_listings: HashMap<EntityKind, usize>,
    /// Addresses of roles and divisions in Terraform's configurations.
    addresses: HashSet<String>,
    /// Those addresses that several configurations use.
    ambiguous: HashSet<String>,
}

/// Combines the facts of all texts. `whole` returns the directory of the organisation that a
/// directory belongs to, if the policy defines it.
#[must_use]
pub fn assemble<'a>(
    texts: Vec<(SourceId, Facts<'a>)>,
    sources: &Sources,
    whole: &dyn Fn(&str) -> Option<String>,
) -> Export<'a> {
    let mut export = Export::default();
    let directory = |source: SourceId| {
        let own = sources.get(source).directory();
        whole(own).map_or(Cow::Borrowed(own), Cow::Owned)
    };
    let mut homes: BTreeMap<String, Gathered<'a>> = BTreeMap::new();
    for (source, facts) in &texts {
        if !facts.records.clients.is_empty() {
            homes.entry(directory(*source).into_owned()).or_default();
        }
    }
    let mut alone: BTreeMap<String, Gathered<'a>> = BTreeMap::new();
    let mut api: Option<ApiDescription<'a>> = None;
    for (source, mut facts) in texts {
        // The platform has one description; of several the one with the most operations counts.
        let size = |api: &ApiDescription<'_>| api.operations.len();
        if facts.api.as_ref().map(size) > api.as_ref().map(size) {
            api = facts.api.take();
        }
        export.problems.append(&mut facts.problems);
        export.secrets.append(&mut facts.secrets);
        let own = directory(source);
        note_root(&mut facts, sources.get(source).directory());
        // Names of roles in another configuration have no meaning here; its secrets are secrets
        // everywhere.
        let of_terraform = |one: &Credential<'_>| one.form == CredentialForm::Terraform;
        let is_code = facts.of_terraform || facts.records.credentials.iter().any(of_terraform);
        let home = if is_code {
            homes.contains_key(&*own).then(|| own.to_string())
        } else {
            home_of(&own, &homes)
        };
        if let Some(home) = home {
            homes.entry(home).or_default().add(facts);
            continue;
        }
        if !is_code && !homes.is_empty() && facts.records.explain_clients() {
            let problem = unclear().in_file(sources.get(source).path());
            export.problems.push(problem);
        }
        let credentials = &mut facts.records.credentials;
        if credentials.iter().any(|one| !one.secrets.is_empty()) {
            let alone = alone.entry(own.into_owned()).or_default();
            alone.records.credentials.append(credentials);
        }
    }
    homes.append(&mut alone);
    let api = api.map(Arc::new);
    for (label, gathered) in homes {
        let mut organisation = organisation(label, gathered, sources, &mut export.problems);
        organisation.api.clone_from(&api);
        for client in organisation.clients.iter().flat_map(Client::worlds) {
            let secrets = client.rare.secrets.iter();
            export
                .secrets
                .extend(secrets.map(|secret| (secret.place, secret.value.clone())));
            let recognised = client.rare.recognised.iter();
            export.recognised.extend(recognised.cloned());
        }
        export.organisations.push(organisation);
    }
    export
}

/// Records the directory of the Terraform root of a text.
fn note_root(facts: &mut Facts<'_>, directory: &str) {
    if !facts.of_terraform {
        return;
    }
    let root: Arc<str> = directory.into();
    for client in facts.records.clients.pieces_mut().into_iter().flatten() {
        client.rare.root = Some(Arc::clone(&root));
    }
    for credential in &mut facts.records.credentials {
        credential.root = Some(Arc::clone(&root));
    }
}

impl<'a> Gathered<'a> {
    fn add(&mut self, facts: Facts<'a>) {
        if facts.of_terraform {
            self.note_addresses(&facts);
        } else {
            self.note_listings(&facts);
        }
        self.records.append(facts.records);
        self.pages.extend(facts.pages);
        self.has.extend(facts.shapes);
        self.listed.extend(facts.listed);
    }

    /// Counts the entities of listings. A single entity, or a resource in code, does not replace one
    /// that a listing lacks.
    fn note_listings(&mut self, facts: &Facts<'_>) {
        for (shape, count) in [
            (EntityKind::Clients, facts.records.clients.len()),
            (EntityKind::Roles, facts.records.roles.len()),
            (EntityKind::Divisions, facts.records.divisions.len()),
            (EntityKind::Users, facts.records.users.len()),
        ] {
            if count > 1 || facts.listed.contains(&shape) {
                *self.in_listings.entry(shape).or_default() += count;
            }
        }
    }

    /// The problem that a listing claims more entities than were given. `count` is the number of
    /// distinct entities of the shape in all files.
    fn missing_entities(&self, shape: EntityKind, count: usize) -> Option<Problem> {
        let listed = self.in_listings.get(&shape).copied();
        missing_entities(&self.pages, shape, listed.unwrap_or(count).min(count))
    }

    /// Records the addresses of roles and divisions: another configuration may use the same address
    /// for another role. There is only one home division.
    fn note_addresses(&mut self, facts: &Facts<'_>) {
        let roles = facts.records.roles.iter().map(|role| &role.id);
        let divisions = facts.records.divisions.iter();
        let divisions = divisions.filter(|division| !division.is_home);
        let ids = roles.chain(divisions.map(|division| &division.id));
        let own: HashSet<&str> = ids.filter(|id| !id.is_id()).map(|id| &**id).collect();
        for address in own {
            if !self.addresses.insert(address.to_owned()) {
                self.ambiguous.insert(address.to_owned());
            }
        }
    }

    /// Whether a complete listing of the shape was given.
    fn is_complete(&self, shape: EntityKind, count: usize) -> bool {
        let is_cut = |page: &Page| page.shape == shape && page.is_cut;
        self.listed.contains(&shape)
            && !self.pages.iter().any(is_cut)
            && self.missing_entities(shape, count).is_none()
    }

    /// The listing of the entities of a shape, if any were given.
    fn listing<T: Identified>(&self, shape: EntityKind, things: Vec<T>) -> Option<Listing<T>> {
        if things.is_empty() && !self.has.contains(&Shape::Of(shape)) {
            return None;
        }
        let count = distinct(&things, T::id);
        let complete = self.is_complete(shape, count);
        let listing = Listing::new(things, complete);
        Some(if prove_all(&self.pages, shape, count) {
            listing.proven()
        } else {
            listing
        })
    }
}

fn unclear() -> Problem {
    Problem::new(
        ProblemKind::Unrecognised,
        "grantlint cannot assign this file to an organisation: several were given, and none is in this directory or above it",
        "put it next to the clients of its organisation, or set in grantlint.toml which directory is one organisation: [organisations.\"directory\"] with whole = true",
    )
}

/// The organisation that a directory belongs to: itself, the nearest above it, the only one.
fn home_of<T>(own: &str, homes: &BTreeMap<String, T>) -> Option<String> {
    let mut at = Some(own);
    while let Some(directory) = at {
        if homes.contains_key(directory) {
            return Some(directory.to_owned());
        }
        at = above(directory);
    }
    if homes.len() == 1 {
        return homes.keys().next().cloned();
    }
    None
}

fn organisation<'a>(
    label: String,
    mut gathered: Gathered<'a>,
    sources: &Sources,
    problems: &mut Vec<Problem>,
) -> Organisation<'a> {
    let Records {
        mut clients,
        mut roles,
        mut divisions,
        scopes,
        users,
        name,
        permissions,
        authorisations,
        credentials,
        subjects,
        usage,
        usage_queries,
    } = std::mem::take(&mut gathered.records);
    know_by_name(&mut clients);
    let (clients, clients_by_id) = once_each(clients, problems);
    let mut clients = with_grants(clients, &clients_by_id, subjects);
    let is_unique = |id: &str| !gathered.ambiguous.contains(id);
    roles.retain(|role| is_unique(&role.id));
    know_roles_by_name(&mut roles);
    // Of two with one id the one whose permissions are known counts.
    roles.sort_by_key(|role| !role.permissions_known);
    divisions.retain(|division| is_unique(&division.id));
    know_divisions_by_name(&mut clients, &mut divisions);
    // The home division may come twice: in the listing, and by itself.
    divisions.sort_by_key(|division| !division.is_home);
    let count_scopes = distinct(&scopes, |scope| scope);
    for (shape, count) in [
        (EntityKind::Clients, clients.len()),
        (EntityKind::Roles, distinct(&roles, Role::id)),
        (EntityKind::Divisions, distinct(&divisions, Division::id)),
        (EntityKind::Users, distinct(&users, User::id)),
        (EntityKind::Scopes, count_scopes),
        (
            EntityKind::Permissions,
            distinct(&permissions, |permission| &permission.domain),
        ),
        (EntityKind::Authorisations, authorisations.len()),
    ] {
        problems.extend(gathered.missing_entities(shape, count));
    }
    let home = divisions
        .first()
        .filter(|division| division.is_home)
        .map(|division| division.id.clone());
    // A few scopes do not prove which others exist.
    let has_all_scopes =
        !scopes.is_empty() && gathered.is_complete(EntityKind::Scopes, count_scopes);
    // The home division by itself is not a listing of the divisions.
    let only_home =
        divisions.len() == 1 && home.is_some() && !gathered.listed.contains(&EntityKind::Divisions);
    let mut organisation = Organisation {
        label,
        name,
        usage: usage_of(&clients, (usage, usage_queries), sources, problems),
        roles: gathered.listing(EntityKind::Roles, roles),
        divisions: gathered
            .listing(EntityKind::Divisions, divisions)
            .filter(|_| !only_home),
        users: gathered.listing(EntityKind::Users, users),
        home,
        scopes: has_all_scopes.then_some(scopes),
        domain_permissions: domain_permissions(&permissions),
        bounded: bounded(&permissions),
        permissions: gathered
            .has
            .contains(&Shape::Of(EntityKind::Permissions))
            .then_some(permissions),
        authorisations_given: gathered
            .has
            .contains(&Shape::Of(EntityKind::Authorisations)),
        authorisations,
        credentials,
        clients_by_id,
        ..Organisation::default()
    };
    let pieces = clients.pieces_mut().into_par_iter();
    pieces.flatten().for_each(|client| {
        client.for_each_world(|client| {
            client.kind = KindOf::recognise(client, &organisation);
            let found = recognised(client);
            if !found.is_empty() {
                client.rare.recognised = found;
            }
        });
    });
    organisation.clients = clients;
    organisation
}

/// The usage of the clients, if usage results were given.
fn usage_of<'a>(
    clients: &Clients<'a>,
    (results, queries): (Vec<UsageResults<'a>>, Vec<UsageQuery>),
    sources: &Sources,
    problems: &mut Vec<Problem>,
) -> Option<Usage<'a>> {
    if results.is_empty() && queries.is_empty() {
        return None;
    }
    let ids = clients.iter().filter_map(|client| client.id.text());
    let ids = ids.map(str::to_ascii_lowercase).collect();
    usage::merge(results, &queries, sources, &ids, problems)
}

/// What looks like a secret in what people read of a client.
fn recognised(client: &Client<'_>) -> Vec<SecretValue> {
    let uris = client.redirect_uris.items();
    let uris = uris.map(|item| item.value.as_ref());
    let texts = [client.name.text(), client.description.text()];
    let texts = texts.into_iter().flatten().chain(uris);
    texts.flat_map(text::recognised).collect()
}

/// Adds the grants that clients hold in addition to those of their own export.
fn with_grants<'a>(
    mut clients: Clients<'a>,
    by_id: &ById,
    subjects: Vec<GrantSubject<'a>>,
) -> Clients<'a> {
    for subject in subjects {
        let Some(index) = by_id.get(&subject.id, |at| id_of(&clients[at])) else {
            continue;
        };
        let client = &mut clients[index];
        let pair = |role: &str, division: Option<&str>| {
            let lower = str::to_ascii_lowercase;
            (lower(role), division.map(lower))
        };
        let known: HashSet<(String, Option<String>)> = client
            .grants()
            .iter()
            .map(|grant| pair(grant.role, grant.division))
            .collect();
        let more = subject.grants.into_iter().filter(|grant| {
            grant.known().is_none_or(|grant| {
                let role = grant.role.text().unwrap_or_default();
                !known.contains(&pair(role, grant.division.text()))
            })
        });
        let more: Vec<_> = more.collect();
        name_roles(client, &more);
        let Some(place) = more.first().and_then(Field::place) else {
            continue;
        };
        match &mut client.role_divisions {
            Field::Present(list) => list.value.extend(more),
            open => *open = Field::present(more, place),
        }
    }
    clients
}

/// Adds a role that was granted outside the client's own export to `roleIds`, so that the two
/// lists do not contradict each other.
fn name_roles<'a>(client: &mut Client<'a>, more: &[Field<RoleGrant<'a>>]) {
    let Field::Present(ids) = &mut client.role_ids else {
        return;
    };
    // An empty list cannot be contradicted.
    if ids.value.is_empty() {
        return;
    }
    let roles = more.iter().filter_map(Field::known);
    let roles = roles.map(|grant| grant.role.clone().map(|role| role.text().clone()));
    ids.value.extend(roles);
}

fn distinct<T>(things: &[T], id: impl Fn(&T) -> &str) -> usize {
    things.iter().map(id).collect::<HashSet<_>>().len()
}

/// Whether pages prove that the `given` entities are all: totals and pages agree.
fn prove_all(pages: &[Page], shape: EntityKind, given: usize) -> bool {
    let pages: Vec<_> = pages.iter().filter(|page| page.shape == shape).collect();
    let agrees = |page: &&Page| {
        page.total.is_none_or(|total| total == given as u64)
            && !lacks_numbered(page, &pages)
            && !lacks_next(page, &pages)
    };
    pages.iter().any(|page| page.total.is_some()) && pages.iter().all(agrees)
}

/// Whether one of the pages that a page counts was not given. Some programs count them from 0.
fn lacks_numbered(page: &Page, pages: &[&Page]) -> bool {
    let numbers: HashSet<_> = pages.iter().filter_map(|page| page.number).collect();
    let first = u64::from(!numbers.contains(&0));
    let mut counted = first..first + page.page_count.unwrap_or(0).min(100_000);
    // A page without a number is the first.
    counted.any(|number| !numbers.contains(&number) && (number > 1 || !numbers.is_empty()))
}

/// Whether the page after a page was not given.
fn lacks_next(page: &Page, pages: &[&Page]) -> bool {
    page.next.as_ref().is_some_and(|next| {
        let is_numbered = page.number.is_some_and(|number| {
            let mut numbers = pages.iter().filter_map(|page| page.number);
            numbers.any(|other| other == number + 1)
        });
        let is_named = || pages.iter().any(|page| page.own.as_ref() == Some(next));
        !is_numbered && !is_named()
    })
}

/// The problem that pages claim more entities than the `given` ones.
fn missing_entities(pages: &[Page], shape: EntityKind, given: usize) -> Option<Problem> {
    let pages: Vec<_> = pages.iter().filter(|page| page.shape == shape).collect();
    let page = pages.iter().find(|page| {
        if page.is_cut {
            // A cut page has its own problem.
            return false;
        }
        let lacks_things = page.total.is_some_and(|total| total > given as u64);
        let lacks_pages = match (page.total, page.page_count) {
            (None, _) => lacks_numbered(page, &pages) || lacks_next(page, &pages),
            (Some(_), _) => false,
        };
        lacks_things || lacks_pages
    })?;
    let (what, command) = (shape.plural(), shape.command());
    let were = plural(given, "was", "were");
    let message = match (page.total, page.number, page.page_count) {
        (Some(total), Some(number), Some(count)) if count > 1 => {
            format!("this is page {number} of {count}: {given} of {total} {what} {were} given")
        }
        (Some(total), ..) => {
            format!("the listing claims {total} {what}; {given} {were} given")
        }
        _ => format!("the listing has more pages of {what} than were given"),
    };
    Some(
        Problem::new(
            ProblemKind::IncompleteListing,
            message,
            format!("export all pages: {command}"),
        )
        .at(page.place),
    )
}

/// Gives the clients of a configuration, which knows no ids, the id of the one client of their
/// name in the platform's own export: it is theirs, or the one that is to become theirs.
fn know_by_name(clients: &mut Clients<'_>) {
    let is_written = |client: &Client<'_>| client.naming == Naming::Terraform;
    if !clients.iter().any(is_written) || clients.iter().all(is_written) {
        return;
    }
    let mut named: HashMap<String, (Vec<usize>, Vec<usize>)> = HashMap::new();
    let mut taken: HashSet<String> = HashSet::new();
    for (index, client) in clients.iter().enumerate() {
        if let (true, Some(id)) = (is_written(client), client.id.text()) {
            taken.insert(id.to_ascii_lowercase());
        } else if let Some(name) = client.name.text() {
            let (written, exported) = named.entry(name.to_owned()).or_default();
            let side = if is_written(client) {
                written
            } else {
                exported
            };
            side.push(index);
        }
    }
    for (written, exported) in named.into_values() {
        // The same client may have been exported twice.
        let mut ids: Vec<_> = exported
            .iter()
            .map(|&index| clients[index].id.text())
            .collect();
        ids.sort_unstable();
        ids.dedup();
        let ([written], [Some(id)]) = (&written[..], &ids[..]) else {
            continue;
        };
        if !taken.contains(&id.to_ascii_lowercase()) {
            clients[*written].id = clients[exported[0]].id.clone();
        }
    }
}

/// Completes the roles that a configuration looks up by name from the platform's own export, if
/// it contains exactly one role of that name.
fn know_roles_by_name(roles: &mut [Role<'_>]) {
    let is_looked_up = |role: &Role<'_>| !role.id.is_id() && !role.permissions_known;
    if !roles.iter().any(is_looked_up) {
        return;
    }
    let mut named: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, role) in roles.iter().enumerate() {
        if let (false, Some(name)) = (is_looked_up(role), role.name.text()) {
            named.entry(name.to_owned()).or_default().push(index);
        }
    }
    for index in 0..roles.len() {
        let name = roles[index]
            .name
            .text()
            .filter(|_| is_looked_up(&roles[index]));
        let Some(others) = name.and_then(|name| named.get(name)) else {
            continue;
        };
        // The same role may have been exported twice.
        let is_one = others
            .iter()
            .all(|&other| roles[other].id == roles[others[0]].id);
        if is_one {
            let known = roles[others[0]].clone();
            let id = std::mem::take(&mut roles[index].id);
            roles[index] = Role { id, ..known };
        }
    }
}

/// Gives the divisions of a configuration, which knows no ids, the id of the one division of their
/// name in the platform's own export; the home division that of the home division.
fn know_divisions_by_name(clients: &mut Clients<'_>, divisions: &mut Vec<Division<'_>>) {
    if divisions.iter().all(|division| division.id.is_id()) {
        return;
    }
    let (exported, written): (Vec<_>, Vec<_>) = std::mem::take(divisions)
        .into_iter()
        .partition(|division| division.id.is_id());
    // The key is the name; the home division has none.
    let name = |division: &Division<'_>| (!division.is_home).then(|| division.name.to_string());
    let mut ids: HashMap<_, BTreeSet<String>> = HashMap::new();
    for division in &exported {
        let id = || division.id.to_string();
        ids.entry(name(division)).or_default().insert(id());
        // A data source may name the home division like any other.
        ids.entry(Some(division.name.to_string()))
            .or_default()
            .insert(id());
    }
    let known: HashMap<String, String> = written
        .iter()
        .filter_map(|division| {
            let mut ids = ids.get(&name(division))?.iter();
            let (id, None) = (ids.next()?, ids.next()) else {
                return None;
            };
            Some((division.id.to_string(), id.clone()))
        })
        .collect();
    *divisions = exported;
    divisions.extend(
        written
            .into_iter()
            .filter(|one| !known.contains_key(&*one.id)),
    );
    if known.is_empty() {
        return;
    }
    for client in clients.iter_mut() {
        client.for_each_world(|client| rename_divisions(client, &known));
    }
}

/// Gives the divisions of a client's roles other ids.
fn rename_divisions(client: &mut Client<'_>, known: &HashMap<String, String>) {
    let Field::Present(grants) = &mut client.role_divisions else {
        return;
    };
    for grant in &mut grants.value {
        if let Field::Present(grant) = grant
            && let Field::Present(division) = &mut grant.value.division
            && let Some(id) = known.get(&*division.value)
        {
            division.value = EntityRef::Id(id.clone().into());
        }
    }
}

/// Each client once: of two with the same id the one that was changed last.
fn once_each<'a>(mut clients: Clients<'a>, problems: &mut Vec<Problem>) -> (Clients<'a>, ById) {
    let mut by_id = ById::with_capacity(clients.len());
    let mut dropped: HashSet<usize> = HashSet::new();
    for (index, client) in clients.iter().enumerate() {
        if client.id.text().is_none() {
            continue;
        }
        // The client that represents all with its id.
        let Some(kept) = by_id.insert(index, |at| id_of(&clients[at])) else {
            continue;
        };
        let before = &clients[*kept];
        let order = age(client).cmp(&age(before));
        if order.is_gt() {
            dropped.insert(std::mem::replace(kept, index));
        } else {
            if order.is_eq() && !is_same_client(before, client) {
                problems.push(contradiction(client));
            }
            dropped.insert(index);
        }
    }
    if dropped.is_empty() {
        return (clients, by_id);
    }
    for index in 0..clients.len() {
        if !dropped.contains(&index) {
            continue;
        }
        if let Some(kept) = by_id.get(id_of(&clients[index]), |at| id_of(&clients[at])) {
            let older = std::mem::take(&mut clients[index]);
            absorb(&mut clients[kept], older);
        }
    }
    once_each(clients.filter(|index| !dropped.contains(&index)), problems)
}

fn id_of<'c>(client: &'c Client<'_>) -> &'c str {
    client.id.text().unwrap_or_default()
}

/// The permissions of each domain, as `entity:action`, all in lower case.
fn domain_permissions(permissions: &[Permission<'_>]) -> HashMap<String, HashSet<String>> {
    let mut domains: HashMap<String, HashSet<String>> = HashMap::new();
    for one in permissions {
        let name = format!("{}:{}", one.entity, one.action).to_ascii_lowercase();
        let domain = domains.entry(one.domain.to_ascii_lowercase()).or_default();
        domain.insert(name);
    }
    domains
}

/// Whether divisions bound each permission, where the catalogue says so. Of two entries that differ
/// the one that a division bounds counts.
fn bounded(permissions: &[Permission<'_>]) -> HashMap<String, bool> {
    let mut bounded = HashMap::new();
    for one in permissions {
        if let Some(aware) = one.division_aware {
            let name = format!("{}:{}:{}", one.domain, one.entity, one.action);
            *bounded.entry(name.to_ascii_lowercase()).or_insert(false) |= aware;
        }
    }
    bounded
}

/// Takes the secrets of an older export of a client over: they are still in that file. What
/// Terraform has is kept as a world of its own if it differs.
fn absorb<'a>(client: &mut Client<'a>, older: Client<'a>) {
    if is_drifted(client, &older) && client.rare.applied.is_none() {
        // Both are judged: what is live, and what the next apply makes of it.
        let mut written = older.clone();
        let others = std::mem::take(&mut written.rare.other_worlds);
        if written.rare.world.is_empty() {
            "as configured".clone_into(&mut written.rare.world);
        }
        client.rare.applied = Some(Applied::Export);
        "live, in the export".clone_into(&mut client.rare.world);
        client.rare.other_worlds.push(written);
        client.rare.other_worlds.extend(others);
    }
    client.address = client.address.take().or(older.address);
    let (rare, mut older) = (&mut client.rare, older.rare);
    rare.secrets.append(&mut older.secrets);
    if rare.exposes_secret.is_absent() {
        rare.exposes_secret = std::mem::take(&mut older.exposes_secret);
    }
    if rare.secret_directory.is_absent() {
        rare.secret_directory = std::mem::take(&mut older.secret_directory);
    }
}

/// What counts of two exports of a client: the platform's own before what Terraform has, then
/// the later change.
fn age(client: &Client<'_>) -> (bool, Option<jiff::Timestamp>) {
    let is_exported = client.naming != Naming::Terraform;
    let modified = client.date_modified.text();
    (is_exported, modified.and_then(|date| date.parse().ok()))
}

/// Whether Terraform and the platform's own export differ on a client. Values that Terraform
/// leaves open or unset do not differ.
fn is_drifted(exported: &Client<'_>, written: &Client<'_>) -> bool {
    fn differ<T: PartialEq>(one: Option<T>, other: Option<T>) -> bool {
        one.zip(other).is_some_and(|(one, other)| one != other)
    }
    let is_written = |client: &Client<'_>| client.naming == Naming::Terraform;
    if is_written(exported) || !is_written(written) {
        return false;
    }
    let seconds = |client: &Client<'_>| client.token_lifetime.known().and_then(|n| n.integer);
    let roles = |client: &Client<'_>| {
        let mut roles: Vec<_> = client
            .grants()
            .iter()
            .map(|grant| grant.role.to_ascii_lowercase())
            .collect();
        let are_known = client.knows_its_roles() && client.has_role_ids(false);
        roles.sort();
        roles.dedup();
        (are_known && !roles.is_empty()).then_some(roles)
    };
    let is_other_list = |one, other| differ(known_texts(one), known_texts(other));
    differ(written.grant(), exported.grant())
        || differ(written.state.text(), exported.state.text())
        || differ(seconds(written), seconds(exported))
        || is_other_list(&written.redirect_uris, &exported.redirect_uris)
        || is_other_list(&written.scopes, &exported.scopes)
        || differ(roles(written), roles(exported))
}

/// The sorted texts of a list that is given and complete.
fn known_texts<'c>(list: &'c List<Text<'_>>) -> Option<Vec<&'c str>> {
    let is_known = matches!(list, Field::Present(_)) && list.is_complete();
    let mut texts: Vec<&str> = list.items().map(|item| item.value.as_ref()).collect();
    texts.sort_unstable();
    texts.dedup();
    is_known.then_some(texts)
}

/// Whether two exports of a client agree on the fields that rules read.
fn is_same_client(one: &Client<'_>, other: &Client<'_>) -> bool {
    fn texts(list: &List<Text<'_>>) -> Vec<String> {
        let mut texts: Vec<_> = list.items().map(|item| item.value.to_string()).collect();
        texts.sort();
        texts
    }
    fn roles(client: &Client<'_>) -> Vec<(String, Option<String>)> {
        let mut roles: Vec<_> = client
            .grants()
            .iter()
            .map(|grant| (grant.role.to_owned(), grant.division.map(str::to_owned)))
            .collect();
        roles.sort();
        roles
    }
    let seconds = |field: &Field<crate::model::Number<'_>>| field.known().and_then(|n| n.integer);
    one.name.text() == other.name.text()
        && one.grant() == other.grant()
        && one.state.text() == other.state.text()
        && seconds(&one.token_lifetime) == seconds(&other.token_lifetime)
        && texts(&one.redirect_uris) == texts(&other.redirect_uris)
        && texts(&one.scopes) == texts(&other.scopes)
        && roles(one) == roles(other)
}

fn contradiction(client: &Client<'_>) -> Problem {
    Problem::new(
        ProblemKind::Contradiction,
        "this client was given twice with different content and no newer date; the first was audited",
        "keep the correct export",
    )
    .at(client.id.place().unwrap_or(client.place))
}
