//! What the command line and the policy say about clients beyond judging them: who answers for
//! each, and which a terminal shows.
//!
//! Invariant: no finding, count or exit code depends on it.

use super::Request;
use crate::finding::{Inventory, Names, Owner, OwnerSource, Selection};
use crate::inventory::{self, shown};
use crate::model::{Client, ClientPattern, Listing, Organisation};
use crate::text::Redactor;

/// The clients that the command line asked to show; none if it chose none.
pub(super) fn selection(
    organisations: &[Organisation<'_>],
    request: &Request,
    redactor: &Redactor,
) -> Option<Selection> {
    if request.shown_clients.is_empty() {
        return None;
    }
    let matched = organisations.iter().map(|organisation| {
        let clients = organisation.clients.iter();
        let clients = clients.filter(|client| is_shown(request, |one| one.matches(client)));
        let applications = organisation.authorisations.iter();
        let applications = applications.filter(|one| {
            let (id, name) = (one.client.text(), one.name.text());
            is_shown(request, |pattern| pattern.matches_named(id, name, None))
        });
        let credentials = organisation.credentials.iter().filter(|one| {
            let (name, address) = (one.name.text(), Some(&*one.address));
            is_shown(request, |pattern| {
                pattern.matches_named(None, name, address)
            })
        });
        clients.count() + applications.count() + credentials.count()
    });
    let patterns = request.shown_clients.iter();
    Some(Selection {
        patterns: patterns
            .map(|(written, _)| redactor.words(written).into_owned())
            .collect(),
        matched: matched.sum(),
    })
}

/// Whether a terminal shows the client that `means` tests patterns for.
pub(super) fn is_shown(request: &Request, means: impl Fn(&ClientPattern) -> bool) -> bool {
    let patterns = &request.shown_clients;
    patterns.is_empty() || patterns.iter().any(|(_, pattern)| means(pattern))
}

/// The owner of a client: the policy's, else that of its description, else the user who made it.
pub(super) fn owner(
    client: &Client<'_>,
    organisation: &Organisation<'_>,
    request: &Request,
    redactor: &Redactor,
) -> Option<Owner> {
    let of_policy = request.scopes.owner(&|pattern| pattern.matches(client));
    let of_policy = of_policy.map(|owner| Owner {
        name: redactor.words(owner).into_owned(),
        source: OwnerSource::Policy,
    });
    of_policy.or_else(|| inventory::owner(client, organisation, redactor))
}

/// Replaces owners in the inventory by those that the policy names.
pub(super) fn name_owners(
    inventory: &mut Inventory<'_>,
    organisations: &[Organisation<'_>],
    request: &Request,
    redactor: &Redactor,
) {
    let clients = organisations.iter().flat_map(|one| &one.clients);
    for (profile, client) in inventory.profiles.iter_mut().zip(clients) {
        if let Some(owner) = request.scopes.owner(&|pattern| pattern.matches(client)) {
            profile.owner = Some(redactor.words(owner).into_owned());
        }
    }
}

/// The names of all roles and divisions.
pub(super) fn names(organisations: &[Organisation<'_>], redactor: &Redactor) -> Names {
    let mut names = Names::default();
    for organisation in organisations {
        for role in organisation.roles.iter().flat_map(Listing::items) {
            if let Some(name) = role.name.known() {
                names.add(&role.id, &shown(name, redactor));
            }
        }
        for division in organisation.divisions.iter().flat_map(Listing::items) {
            names.add(&division.id, &shown(&division.name, redactor));
        }
    }
    names
}
