//! What a first configuration proposes about the organisation: what is its own, whose clients are
//! those of third parties, and who holds what today.
//!
//! Invariant: a proposal is active only if it follows from a complete export and lets no finding go:
//! it can only report what changes from now on. What a person must confirm is a comment.

use crate::catalog::{self, Value, permissions};
use crate::finding::{ClientFacts, Extent, Inventory, Profile, Report, RoleTier};
use crate::model::{ClientKind, region_of_host};
use crate::text::{counted, visible};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// The most clients of a proposal.
const MOST: usize = 200;

/// A value for a parameter of a rule.
#[derive(Debug)]
pub struct Proposed {
    /// The value.
    pub value: Value,
    /// Why it is proposed, in a sentence.
    pub why: String,
    /// It is certain, so it is active.
    pub is_active: bool,
}

/// Proposals by the ids of rules and the names of their parameters.
pub type Proposals = BTreeMap<(&'static str, &'static str), Proposed>;

/// A client with its profile.
type Described<'r, 's> = (&'r ClientFacts<'s>, &'r Profile<'s>);

/// The proposals for an export.
#[must_use]
pub fn proposals(report: &Report<'_>) -> Proposals {
    let mut proposals = Proposals::new();
    let Some(inventory) = &report.inventory else {
        return proposals;
    };
    let clients: Vec<Described<'_, '_>> = report.clients.iter().zip(&inventory.profiles).collect();
    let own = own_domains(&clients);
    if !own.is_empty() {
        let why =
            "The domains to which several clients, or all, redirect. Keep those that are yours.";
        let names = own.iter().map(|name| Cow::Owned(name.clone()));
        add(
            &mut proposals,
            ("redirect-many-domains", "allowed"),
            Value::List(names.collect()),
            why.to_owned(),
        );
    }
    third_parties(&clients, &own, &mut proposals);
    roles(&clients, &mut proposals);
    divisions(&clients, inventory, &mut proposals);
    holders(report, inventory, &clients, &mut proposals);
    proposals
}

fn add(proposals: &mut Proposals, key: (&'static str, &'static str), value: Value, why: String) {
    let is_active = false;
    let proposed = Proposed {
        value,
        why,
        is_active,
    };
    proposals.insert(key, proposed);
}

/// The registered domain of a host as profiles write it, unless it is one of the platform, of this
/// machine or an address.
fn registered_domain(host: &str) -> Option<String> {
    let name = host.rsplit('/').next().unwrap_or(host).to_ascii_lowercase();
    if region_of_host(&name).is_some() {
        return None;
    }
    let domain = psl::domain(name.as_bytes())?;
    let is_known = domain.suffix().is_known();
    let domain = std::str::from_utf8(domain.as_bytes()).ok()?;
    is_known.then(|| domain.to_owned())
}

/// The registered domains to which a client redirects.
fn domains(profile: &Profile<'_>) -> BTreeSet<String> {
    let hosts = profile.hosts.items.iter();
    hosts.filter_map(|host| registered_domain(host)).collect()
}

/// The domains of two clients or more, or the only one.
fn own_domains(clients: &[Described<'_, '_>]) -> BTreeSet<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let own = clients.iter().filter(|(facts, _)| !is_third_party(facts));
    for (_, profile) in own {
        for domain in domains(profile) {
            *counts.entry(domain).or_default() += 1;
        }
    }
    let is_only = counts.len() == 1;
    let common = counts
        .into_iter()
        .filter(|(_, count)| is_only || *count > 1);
    common.map(|(domain, _)| domain).collect()
}

fn is_third_party(facts: &ClientFacts<'_>) -> bool {
    facts.kind == ClientKind::ThirdParty.name()
}

/// Clients that redirect only to foreign domains.
fn third_parties(clients: &[Described<'_, '_>], own: &BTreeSet<String>, proposals: &mut Proposals) {
    let is_foreign = |(facts, profile): &&Described<'_, '_>| {
        let domains = domains(profile);
        !own.is_empty() && !is_third_party(facts) && !domains.is_empty() && domains.is_disjoint(own)
    };
    let foreign: Vec<String> = clients
        .iter()
        .filter(is_foreign)
        .map(|(facts, _)| facts.identity())
        .collect();
    if foreign.is_empty() {
        return;
    }
    let why = format!(
        "{} to none of the domains above. Keep those of third parties.",
        match foreign.len() {
            1 => "1 client redirects".to_owned(),
            count => format!("{count} clients redirect"),
        }
    );
    let usual = format!("kind:{}", ClientKind::ThirdParty.key());
    let patterns = std::iter::once(usual).chain(foreign).take(MOST);
    let value = Value::List(patterns.map(Cow::Owned).collect());
    add(proposals, ("third-party-unreviewed", "clients"), value, why);
}

/// A table from clients to texts, without clients that have none.
fn by_client(
    clients: &[Described<'_, '_>],
    texts: impl Fn(&Profile<'_>) -> Option<BTreeSet<String>>,
) -> Option<(Value, usize)> {
    let mut entries = Vec::new();
    for (facts, profile) in clients {
        if let Some(texts) = texts(profile).filter(|texts| !texts.is_empty()) {
            let texts: Vec<Cow<'static, str>> = texts.into_iter().map(Cow::Owned).collect();
            entries.push((facts.identity().into(), texts.into()));
        }
    }
    let count = entries.len();
    entries.truncate(MOST);
    (count > 0).then(|| (Value::ByClient(entries.into()), count))
}

/// Why a table from clients to what they have today is proposed.
fn why_today(what: &str, count: usize) -> String {
    let rest = count.saturating_sub(MOST);
    let more = if rest > 0 {
        format!(" {} more are not listed.", counted(rest, "client"))
    } else {
        String::new()
    };
    format!("{what} Remove what a client does not need, then remove the #.{more}")
}

/// The roles that each client holds today.
fn roles(clients: &[Described<'_, '_>], proposals: &mut Proposals) {
    let held = |profile: &Profile<'_>| {
        let holdings = &profile.holdings;
        let labels = holdings.items.iter().map(|role| role.label.to_string());
        holdings.complete.then(|| labels.collect())
    };
    if let Some((value, count)) = by_client(clients, held) {
        let why = why_today("The roles that each client holds today.", count);
        add(proposals, ("role-not-allowed", "allowed"), value, why);
    }
}

/// The divisions that each client reaches today.
fn divisions(clients: &[Described<'_, '_>], inventory: &Inventory<'_>, proposals: &mut Proposals) {
    let reached = |profile: &Profile<'_>| {
        let organisation = inventory.organisations.get(profile.organisation as usize)?;
        let extents = profile.holdings.items.iter().flat_map(|role| &role.extents);
        let names = extents.map(|extent| match extent {
            Extent::All => Some("*".to_owned()),
            Extent::In(at) => {
                let division = organisation.divisions.get(*at as usize)?;
                Some(division.label.to_string())
            }
            Extent::Home => {
                let mut all = organisation.divisions.iter();
                Some(all.find(|division| division.is_home)?.label.to_string())
            }
            Extent::Unstated | Extent::Unknown => None,
        });
        let names: Option<BTreeSet<String>> = names.collect();
        names.filter(|_| profile.holdings.complete)
    };
    if let Some((value, count)) = by_client(clients, reached) {
        let why = why_today("The divisions that each client reaches today.", count);
        add(proposals, ("division-not-allowed", "allowed"), value, why);
    }
}

/// The clients that hold a permission today that leads to every other one.
fn holders(
    report: &Report<'_>,
    inventory: &Inventory<'_>,
    clients: &[Described<'_, '_>],
    proposals: &mut Proposals,
) {
    let is_critical = |profile: &Profile<'_>| {
        let mut roles = profile.holdings.items.iter();
        roles.any(|role| role.tier >= RoleTier::Escalating)
    };
    let holders = clients.iter().filter(|(_, profile)| is_critical(profile));
    let holders: Vec<String> = holders.map(|(facts, _)| facts.identity()).collect();
    let is_known = |profile: &Profile<'_>| {
        let mut roles = profile.holdings.items.iter();
        profile.holdings.complete && roles.all(|role| role.tier != RoleTier::Unknown)
    };
    let given = inventory.organisations.iter().all(|one| one.roles_given);
    let is_complete = report.problems.is_empty() && given;
    let is_active = is_complete && holders.len() <= MOST && inventory.profiles.iter().all(is_known);
    let critical = permissions().iter();
    let critical = critical.filter(|permission| permission.tier >= catalog::Tier::Escalating);
    let guarded: Vec<Cow<'static, str>> = critical.map(|one| one.name.clone()).collect();
    let proposed = |value, why: &str| Proposed {
        value: Value::List(value),
        why: why.to_owned(),
        is_active,
    };
    let why = "Permissions that lead to every other permission.";
    let key = ("monitor-forbidden-holder", "guarded");
    proposals.insert(key, proposed(guarded.into(), why));
    let why = match holders.len() {
        0 => "No client holds one today: a new holder is a finding.",
        _ => "The clients that hold one today: a new holder is a finding.",
    };
    let holders = holders.into_iter().take(MOST).map(Cow::Owned).collect();
    proposals.insert(
        ("monitor-forbidden-holder", "holders"),
        proposed(holders, why),
    );
}

/// The names of the clients that a proposal names by id, for a comment.
#[must_use]
pub fn names<'r>(report: &'r Report<'_>) -> BTreeMap<String, Cow<'r, str>> {
    let clients = report.clients.iter();
    let named = clients.filter(|facts| facts.id.is_some() || facts.address.is_some());
    named
        .map(|facts| (facts.identity(), visible(&facts.label)))
        .collect()
}
