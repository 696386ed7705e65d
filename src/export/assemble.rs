//! From the facts of many texts to organisations.
//!
//! Law: files may come in any order. Each directory that holds clients is an organisation of
//! its own; roles and divisions belong to the organisation of their own directory, else of
//! the nearest one above, else to the only one there is, and never leak across.

use super::{Facts, Page, Shape};
use crate::finding::{Problem, ProblemKind};
use crate::model::{Client, Division, Field, KindOf, Listing, Organisation, Role, Text};
use crate::text::{Place, SecretValue, SourceId, Sources};
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

/// All organisations of a run.
#[derive(Debug, Default)]
pub struct Export<'a> {
    /// The organisations, in the order of their directories.
    pub organisations: Vec<Organisation<'a>>,
    /// Every secret of the run, for the gate.
    pub secrets: Vec<(Place, SecretValue)>,
    /// What went wrong.
    pub problems: Vec<Problem>,
}

/// The facts of one organisation before they are put in order.
#[derive(Default)]
struct Gathered<'a> {
    clients: Vec<Client<'a>>,
    roles: Vec<Role<'a>>,
    divisions: Vec<Division<'a>>,
    scopes: Vec<Text<'a>>,
    pages: Vec<Page>,
    has: HashSet<Shape>,
}

/// Puts the facts of all texts together.
#[must_use]
pub fn assemble<'a>(texts: Vec<(SourceId, Facts<'a>)>, sources: &Sources) -> Export<'a> {
    let mut export = Export::default();
    let mut homes: BTreeMap<String, Gathered<'a>> = BTreeMap::new();
    for (source, facts) in &texts {
        if !facts.clients.is_empty() {
            homes.entry(directory(sources, *source)).or_default();
        }
    }
    for (source, facts) in texts {
        export.problems.extend(facts.problems);
        export.secrets.extend(facts.secrets);
        let own = directory(sources, source);
        let Some(home) = home_of(&own, &homes) else {
            let explains = !facts.roles.is_empty() || !facts.divisions.is_empty();
            if !homes.is_empty() && explains {
                export.problems.push(
                    Problem::new(
                        ProblemKind::Unrecognised,
                        "it is not clear to which organisation this belongs: several were given, and none is in this directory or above it",
                        "put it beside the clients of its organisation, or audit one organisation at a time",
                    )
                    .in_file(sources.get(source).path()),
                );
            }
            continue;
        };
        let gathered = homes.entry(home).or_default();
        if gathered.clients.is_empty() {
            // Most organisations come in one text; many clients are costly to move.
            gathered.clients = facts.clients;
        } else {
            gathered.clients.extend(facts.clients);
        }
        gathered.roles.extend(facts.roles);
        gathered.divisions.extend(facts.divisions);
        gathered.scopes.extend(facts.scopes);
        gathered.pages.extend(facts.pages);
        gathered.has.extend(facts.shapes);
    }
    for (label, gathered) in homes {
        let organisation = organisation(label, gathered, &mut export.problems);
        for client in &organisation.clients {
            let secrets = client.secrets.iter();
            export
                .secrets
                .extend(secrets.map(|secret| (secret.place, secret.value.clone())));
        }
        export.organisations.push(organisation);
    }
    export
}

fn directory(sources: &Sources, source: SourceId) -> String {
    let path = sources.get(source).path();
    path.rsplit_once('/')
        .map_or(".", |(directory, _)| directory)
        .to_owned()
}

/// The organisation that a directory belongs to: itself, the nearest above it, the only one.
fn home_of<T>(own: &str, homes: &BTreeMap<String, T>) -> Option<String> {
    let mut at = Some(own);
    while let Some(directory) = at {
        if homes.contains_key(directory) {
            return Some(directory.to_owned());
        }
        at = directory.rsplit_once('/').map(|(above, _)| above);
    }
    if !own.starts_with('/') && homes.contains_key(".") {
        return Some(".".to_owned());
    }
    if homes.len() == 1 {
        return homes.keys().next().cloned();
    }
    None
}

fn organisation<'a>(
    label: String,
    gathered: Gathered<'a>,
    problems: &mut Vec<Problem>,
) -> Organisation<'a> {
    let Gathered {
        clients,
        roles,
        mut divisions,
        scopes,
        pages,
        has,
    } = gathered;
    let clients = once_each(clients, problems);
    // The home division may come twice: in the listing, and by itself.
    divisions.sort_by_key(|division| !division.is_home);
    let home = divisions
        .first()
        .filter(|division| division.is_home)
        .map(|division| division.id.clone());
    let complete = |shape, count| {
        let cut = pages.iter().any(|page| page.shape == shape && page.is_cut);
        !cut && promised_more(&pages, shape, count).is_none()
    };
    for (shape, count) in [
        (Shape::Clients, clients.len()),
        (Shape::Roles, distinct(&roles, |role| &role.id)),
        (
            Shape::Divisions,
            distinct(&divisions, |division| &division.id),
        ),
    ] {
        problems.extend(promised_more(&pages, shape, count));
    }
    // The home division alone is no listing of the divisions.
    let only_home =
        divisions.len() == 1 && home.is_some() && !has_listing(&pages, Shape::Divisions);
    let mut organisation = Organisation {
        label,
        roles: has.contains(&Shape::Roles).then(|| {
            let complete = complete(Shape::Roles, distinct(&roles, |role| &role.id));
            Listing::new(roles, |role| &role.id, complete)
        }),
        divisions: (has.contains(&Shape::Divisions) && !only_home).then(|| {
            let complete = complete(
                Shape::Divisions,
                distinct(&divisions, |division| &division.id),
            );
            Listing::new(divisions, |division| &division.id, complete)
        }),
        home,
        scopes: has.contains(&Shape::Scopes).then_some(scopes),
        clients,
    };
    let kinds: Vec<_> = organisation
        .clients
        .par_iter()
        .map(|client| KindOf::recognise(client, &organisation))
        .collect();
    for (client, kind) in organisation.clients.iter_mut().zip(kinds) {
        client.kind = kind;
    }
    organisation
}

fn has_listing(pages: &[Page], shape: Shape) -> bool {
    pages.iter().any(|page| page.shape == shape)
}

fn distinct<T>(things: &[T], id: impl Fn(&T) -> &str) -> usize {
    things.iter().map(id).collect::<HashSet<_>>().len()
}

/// The problem that a listing promises more than was given, if it does.
fn promised_more(pages: &[Page], shape: Shape, given: usize) -> Option<Problem> {
    let pages: Vec<_> = pages.iter().filter(|page| page.shape == shape).collect();
    let numbers: HashSet<_> = pages.iter().filter_map(|page| page.number).collect();
    let page = pages.iter().find(|page| {
        if page.is_cut {
            // Its own problem says so already.
            return false;
        }
        let lacks_things = page.total.is_some_and(|total| total > given as u64);
        let lacks_pages = match (page.total, page.page_count) {
            (None, Some(count)) => {
                (1..=count.min(100_000)).any(|number| !numbers.contains(&number))
            }
            (None, None) => {
                page.has_next
                    && page
                        .number
                        .is_none_or(|number| !numbers.contains(&(number + 1)))
            }
            _ => false,
        };
        lacks_things || lacks_pages
    })?;
    let (what, command) = match shape {
        Shape::Roles => (
            "roles",
            "gc authorization roles list -a --pageSize 100 --userCount=false > roles.json",
        ),
        Shape::Divisions => (
            "divisions",
            "gc authorization divisions list -a --pageSize 100 > divisions.json",
        ),
        _ => ("clients", "gc oauth clients list -a > clients.json"),
    };
    let message = match (page.total, page.number, page.page_count) {
        (Some(total), Some(number), Some(count)) if count > 1 => {
            format!("this is page {number} of {count}: {given} of {total} {what} were given")
        }
        (Some(total), ..) => {
            format!("the listing says that there are {total} {what}; {given} were given")
        }
        _ => format!("the listing says that there are more pages of {what} than were given"),
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

/// Each client once: of two with the same id the one that was changed last.
fn once_each<'a>(mut clients: Vec<Client<'a>>, problems: &mut Vec<Problem>) -> Vec<Client<'a>> {
    let mut kept: HashMap<Cow<'_, str>, usize> = HashMap::with_capacity(clients.len());
    let mut dropped = HashSet::new();
    for (index, client) in clients.iter().enumerate() {
        let Some(id) = client.id.text() else { continue };
        let id = if id.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Cow::Owned(id.to_ascii_lowercase())
        } else {
            Cow::Borrowed(id)
        };
        match kept.entry(id) {
            Entry::Vacant(entry) => {
                entry.insert(index);
            }
            Entry::Occupied(mut entry) => {
                let before = &clients[*entry.get()];
                let order = modified(client).cmp(&modified(before));
                if order.is_gt() {
                    dropped.insert(entry.insert(index));
                } else {
                    if order.is_eq() && !says_the_same(before, client) {
                        problems.push(contradiction(client));
                    }
                    dropped.insert(index);
                }
            }
        }
    }
    drop(kept);
    if !dropped.is_empty() {
        let mut index = 0;
        clients.retain(|_| {
            index += 1;
            !dropped.contains(&(index - 1))
        });
    }
    clients
}

fn modified(client: &Client<'_>) -> Option<jiff::Timestamp> {
    client.date_modified.text()?.parse().ok()
}

/// Whether two exports of a client agree in what rules look at.
fn says_the_same(one: &Client<'_>, other: &Client<'_>) -> bool {
    fn texts(list: &crate::model::List<Text<'_>>) -> Vec<String> {
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
        "this client was given twice with different contents, and neither is newer; the first was audited",
        "keep the export that is right",
    )
    .at(client.id.place().unwrap_or(client.place))
}
