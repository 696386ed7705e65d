//! The subjects of findings, as reports name them.

use super::Request;
use super::remedies::Changed;
use super::selection;
use crate::finding::{AUTHORISED_APPLICATION, ClientFacts, Finding, FindingSubject};
use crate::inventory::shown;
use crate::model::{Client, Field, Organisation, Text};
use crate::text::{Place, Redactor};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The numbers of the clients in the report: all clients for an inventory or a plan, else those
/// with a finding. In the second case the findings' numbers become positions in this list.
pub(super) fn reported_clients(
    findings: &mut [Finding],
    clients: usize,
    request: &Request,
) -> Vec<u32> {
    if request.inventory || request.plan {
        return (0..clients as u32).collect();
    }
    let client_of = |finding: &Finding| match finding.subject {
        FindingSubject::Client(number) => Some(number),
        FindingSubject::Other(_) => None,
    };
    let mut reported: Vec<u32> = findings.iter().filter_map(client_of).collect();
    reported.sort_unstable();
    reported.dedup();
    for finding in findings {
        if let Some(at) = client_of(finding).and_then(|number| reported.binary_search(&number).ok())
        {
            finding.subject = FindingSubject::Client(at as u32);
        }
    }
    reported
}

/// The clients of these numbers, which are sorted, as reports name them, and of these the ones at
/// the positions to keep. The rest is dropped immediately, because memory use peaks here.
pub(super) fn client_facts<'s>(
    organisations: &mut [Organisation<'s>],
    reported: &[u32],
    request: &Request,
    redactor: &Redactor,
    keep: &BTreeSet<u32>,
) -> (Vec<ClientFacts<'s>>, Changed<'s>) {
    let mut all = Vec::with_capacity(reported.len());
    let mut kept = BTreeMap::new();
    let mut reported = reported.iter().copied().peekable();
    let mut number = 0;
    for (at, organisation) in organisations.iter_mut().enumerate() {
        let label: Arc<str> = redactor.words(&organisation.label).into();
        for client in std::mem::take(&mut organisation.clients) {
            if reported.next_if_eq(&number).is_some() {
                let position = all.len() as u32;
                let owner = || selection::owner(&client, organisation, request, redactor);
                all.push(ClientFacts {
                    owner: request.owners.then(owner).flatten(),
                    is_hidden: !selection::is_shown(request, |one| one.matches(&client)),
                    ..facts_of(&client, &label, redactor)
                });
                if keep.contains(&position) {
                    kept.insert(position, (at, client));
                }
            }
            number += 1;
        }
    }
    (all, kept)
}

fn facts_of<'s>(
    client: &Client<'s>,
    organisation: &Arc<str>,
    redactor: &Redactor,
) -> ClientFacts<'s> {
    ClientFacts {
        grant: client
            .grant()
            .map_or("grant type unknown", |grant| grant.words()),
        kind: client.kind.kind.name(),
        evidence: client.kind.evidence,
        kind_is_guess: client.kind.is_guess,
        place: client.label_place(),
        ..named_facts(
            &client.id,
            &client.name,
            client.address.as_ref(),
            organisation,
            redactor,
        )
    }
}

/// The subjects of findings that are not clients, in the order in which the engine numbers them.
pub(super) fn non_clients<'s>(
    organisations: &[Organisation<'s>],
    request: &Request,
    redactor: &Redactor,
) -> Vec<ClientFacts<'s>> {
    let all = organisations.iter();
    all.flat_map(|organisation| non_clients_of(organisation, request, redactor))
        .collect()
}

fn non_clients_of<'s>(
    organisation: &Organisation<'s>,
    request: &Request,
    redactor: &Redactor,
) -> Vec<ClientFacts<'s>> {
    let is_hidden = |id: Option<&str>, name: Option<&str>, address: Option<&str>| {
        !selection::is_shown(request, |one| one.matches_named(id, name, address))
    };
    let label: Arc<str> = redactor.words(&organisation.label).into();
    let applications = organisation.authorisations.iter().map(|application| {
        let (id, name) = (&application.client, &application.name);
        ClientFacts {
            kind: AUTHORISED_APPLICATION,
            is_hidden: is_hidden(id.text(), name.text(), None),
            place: application.name.place().unwrap_or(application.place),
            ..named_facts(id, name, None, &label, redactor)
        }
    });
    let credentials = organisation.credentials.iter().map(|credential| {
        let address = Some(&credential.address);
        ClientFacts {
            kind: credential.form.words(),
            is_hidden: is_hidden(None, credential.name.text(), Some(&credential.address)),
            place: credential.place,
            ..named_facts(&Field::Absent, &credential.name, address, &label, redactor)
        }
    });
    applications.chain(credentials).collect()
}

/// The names of a subject; every other fact is left empty.
fn named_facts<'s>(
    id: &Field<Text<'s>>,
    name: &Field<Text<'s>>,
    address: Option<&Text<'s>>,
    organisation: &Arc<str>,
    redactor: &Redactor,
) -> ClientFacts<'s> {
    let id = id.known().map(|id| shown(id, redactor));
    let name = name.known().map(|name| shown(name, redactor));
    let address = address.map(|address| shown(address, redactor));
    let label = name
        .as_ref()
        .filter(|name| !name.trim().is_empty())
        .or(address.as_ref())
        .or(id.as_ref())
        .cloned();
    ClientFacts {
        label: label.unwrap_or(Cow::Borrowed("(no name)")),
        id,
        name,
        address,
        grant: "",
        kind: "",
        evidence: "",
        kind_is_guess: false,
        organisation: Arc::clone(organisation),
        owner: None,
        is_hidden: false,
        place: Place::default(),
    }
}
