//! Builds the inventory: what every client is and can do, as plain data for reports.
//!
//! Invariant: no judgement beyond the effective tier, which [`tier_of_role`] alone decides; every
//! text is masked; an unknown value is never shown as absent. Costs nothing unless
//! it is asked for.

mod callable;
mod owner;
mod recommendation;
mod tier;

pub use recommendation::recommend;
pub use tier::tier_of_role;

use crate::finding::{
    DivisionFacts, Extent, Fact, Holding, Inventory, Listed, OrganisationFacts, Owner, OwnerSource,
    PartOf, Profile, Reach, RoleTier, UsageProfile,
};
use crate::model::{Client, Field, GrantType, Grants, List, Listing, Naming, Organisation, Text};
use crate::text::Redactor;
use crate::usage::Analyser;
use callable::CallIndex;
use jiff::civil::Date;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use url::Url;

/// The inventory of `organisations`, clients in their order.
#[must_use]
pub fn take<'s>(
    organisations: &[Organisation<'s>],
    today: Date,
    redactor: &Redactor,
) -> Inventory<'s> {
    let mut inventory = Inventory::default();
    for (index, organisation) in (0..).zip(organisations) {
        let builder = InventoryBuilder::new(organisation, index, redactor);
        let usage = organisation.usage.as_ref();
        let analyser = usage.map(|_| Analyser::new(organisation, today));
        let profiles: Vec<_> = organisation
            .clients
            .pieces()
            .par_iter()
            .flatten()
            .map(|client| Profile {
                usage: usage_profile(organisation, analyser.as_ref(), client),
                ..builder.profile(client)
            })
            .collect();
        inventory.profiles.extend(profiles);
        inventory.organisations.push(builder.facts);
    }
    inventory
}

/// A text of the export, fit to be shown; borrowed from its source where nothing is to hide.
#[must_use]
pub fn shown<'s>(text: &Text<'s>, redactor: &Redactor) -> Cow<'s, str> {
    match text {
        Cow::Borrowed(text) => redactor.words(text),
        Cow::Owned(text) => Cow::Owned(redactor.words(text).into_owned()),
    }
}

/// The description of a client in one line.
fn description(client: &Client<'_>, redactor: &Redactor) -> Option<String> {
    let text = client.description.text()?;
    let line: Vec<&str> = text.split_whitespace().collect();
    Some(redactor.words(&line.join(" ")).into_owned())
}

/// The name of a user of the organisation.
fn user_name<'o>(id: &Field<Text<'_>>, organisation: &'o Organisation<'_>) -> Option<&'o str> {
    organisation.user(id.text()?)?.name.text()
}

/// Who answers for a client: the words after a label such as `Owner:` in its description, else the
/// user who made it, if the input has the users.
#[must_use]
pub fn owner(
    client: &Client<'_>,
    organisation: &Organisation<'_>,
    redactor: &Redactor,
) -> Option<Owner> {
    let description = description(client, redactor);
    let stated = description.as_deref().and_then(owner::stated_in);
    let stated = stated.map(|name| (name.to_owned(), OwnerSource::Description));
    let creator = || {
        let name = user_name(&client.created_by, organisation)?;
        Some((redactor.words(name).into_owned(), OwnerSource::Creator))
    };
    let (name, source) = stated.or_else(creator)?;
    Some(Owner { name, source })
}

/// One organisation, with what its clients refer to looked up once.
struct InventoryBuilder<'o, 's> {
    redactor: &'o Redactor,
    organisation: &'o Organisation<'s>,
    index: u32,
    facts: OrganisationFacts<'s>,
    /// Name and tier of each role that is in the input, by id in lower case.
    roles: HashMap<String, (Cow<'s, str>, RoleTier)>,
    /// Position in `facts.divisions`, by id in lower case.
    divisions: HashMap<String, u32>,
    calls: CallIndex,
}

impl<'o, 's> InventoryBuilder<'o, 's> {
    fn new(organisation: &'o Organisation<'s>, index: u32, redactor: &'o Redactor) -> Self {
        let mut roles = HashMap::new();
        for role in organisation.roles.iter().flat_map(Listing::items) {
            let label = role.name.known().unwrap_or(role.id.text());
            roles
                .entry(role.id.to_ascii_lowercase())
                .or_insert_with(|| (shown(label, redactor), tier_of_role(role)));
        }
        let divisions = divisions_of(organisation, redactor);
        Self {
            redactor,
            organisation,
            index,
            roles,
            calls: CallIndex::new(organisation),
            divisions: (0..)
                .zip(&divisions)
                .map(|(index, (key, _))| (key.clone(), index))
                .collect(),
            facts: OrganisationFacts {
                label: redactor.words(&organisation.label).into_owned(),
                divisions: divisions.into_iter().map(|(_, facts)| facts).collect(),
                roles_given: organisation.roles.is_some(),
                divisions_given: organisation.divisions.is_some(),
            },
        }
    }

    /// The name of a user of the organisation, else the id.
    fn user(&self, id: &Field<Text<'s>>) -> Option<String> {
        let name = user_name(id, self.organisation).or_else(|| id.text())?;
        Some(self.redactor.words(name).into_owned())
    }

    fn profile(&self, client: &Client<'s>) -> Profile<'s> {
        let holdings = Listed {
            items: self.holdings(client),
            complete: client.knows_its_roles(),
        };
        let owner = owner(client, self.organisation, self.redactor);
        Profile {
            owner: owner.map(|owner| owner.name),
            description: description(client, self.redactor),
            creator: self.user(&client.created_by),
            modifier: self.user(&client.modified_by),
            organisation: self.index,
            state: match &client.state {
                Field::Present(state) => Fact::Known(shown(&state.value, self.redactor)),
                Field::Absent => Fact::Absent,
                Field::Unknown(_) => Fact::Unknown,
            },
            reach: reach(client.grant(), &holdings),
            scopes: self.texts(&client.scopes),
            holdings,
            lifetime: match &client.token_lifetime {
                Field::Present(number) => number.value.integer.map_or(Fact::Unknown, Fact::Known),
                Field::Absent => Fact::Absent,
                Field::Unknown(_) => Fact::Unknown,
            },
            hosts: self.hosts(&client.redirect_uris),
            redirect_uris: self.texts(&client.redirect_uris),
            created: client.date_created.day(),
            modified: client.date_modified.day(),
            callable: self.calls.callable(client),
            usage: None,
        }
    }

    fn texts(&self, list: &List<Text<'s>>) -> Listed<Cow<'s, str>> {
        Listed {
            items: list
                .items()
                .map(|item| shown(item.value, self.redactor))
                .collect(),
            complete: list.is_complete(),
        }
    }

    fn hosts(&self, uris: &List<Text<'s>>) -> Listed<String> {
        let mut hosts = Vec::new();
        for uri in uris.items() {
            let host = self.redactor.words(&host_of(uri.value)).into_owned();
            if !hosts.contains(&host) {
                hosts.push(host);
            }
        }
        Listed {
            items: hosts,
            complete: uris.is_complete(),
        }
    }

    /// The roles of a client, each once, with all divisions it is held in.
    fn holdings(&self, client: &Client<'s>) -> Vec<Holding<'s>> {
        let mut holdings: Vec<Holding<'s>> = Vec::new();
        let mut seen: HashMap<String, usize> = HashMap::new();
        for grant in client.grants() {
            let key = grant.role.to_ascii_lowercase();
            let at = *seen.entry(key).or_insert_with_key(|key| {
                holdings.push(self.holding(key, grant.role));
                holdings.len() - 1
            });
            if let Some(holding) = holdings.get_mut(at) {
                holding.extents.push(self.extent(&grant, client.naming));
            }
        }
        for holding in &mut holdings {
            holding.extents.sort_unstable();
            holding.extents.dedup();
        }
        holdings
    }

    fn holding(&self, key: &str, written: &str) -> Holding<'s> {
        let id: Cow<'s, str> = Cow::Owned(self.redactor.words(written).into_owned());
        let (label, tier) = self
            .roles
            .get(key)
            .cloned()
            .unwrap_or_else(|| (id.clone(), RoleTier::Unknown));
        Holding {
            id,
            label,
            tier,
            extents: Vec::new(),
        }
    }

    fn extent(&self, grant: &Grants<'_>, naming: Naming) -> Extent {
        match grant.division {
            Some("*") => Extent::All,
            Some(division) => self
                .divisions
                .get(&division.to_ascii_lowercase())
                .map_or(Extent::Unknown, |&index| Extent::In(index)),
            None if grant.division_unknown => Extent::Unknown,
            None if naming == Naming::Terraform => Extent::Home,
            None => Extent::Unstated,
        }
    }
}

/// The days of which the requests are counted.
const DAYS: i64 = 90;

/// What usage results say about a client, if they cover it.
fn usage_profile(
    organisation: &Organisation<'_>,
    analyser: Option<&Analyser<'_>>,
    client: &Client<'_>,
) -> Option<UsageProfile> {
    let usage = organisation.usage_of(client)?;
    let analysis = analyser?.analyse(client);
    let (scopes, permissions) = (&analysis.scopes, &analysis.permissions);
    let held: HashSet<&str> = client
        .scopes
        .items()
        .map(|item| item.value.as_ref())
        .collect();
    let part =
        |some: usize, all: usize| (analysis.is_judged() && all > 0).then_some(PartOf { some, all });
    let has_user = !matches!(
        client.grant(),
        None | Some(GrantType::ClientCredentials | GrantType::Other)
    );
    let all_permissions = permissions.keep.len() + permissions.removable.len();
    Some(UsageProfile {
        last_use: usage.last_use(),
        has_no_request: usage.calls.is_empty(),
        requests: usage.requests_in_last(DAYS),
        unused_scopes: part(scopes.remove.len(), if has_user { held.len() } else { 0 }),
        unused_permissions: part(permissions.removable.len(), all_permissions),
    })
}

/// The divisions that are in the input and those that clients name: the home division, then by
/// name. With each its id in lower case.
fn divisions_of<'s>(
    organisation: &Organisation<'s>,
    redactor: &Redactor,
) -> Vec<(String, DivisionFacts<'s>)> {
    let home = organisation.home.as_ref().map(|id| id.to_ascii_lowercase());
    let mut divisions: BTreeMap<String, DivisionFacts<'s>> = BTreeMap::new();
    let given = organisation.divisions.iter().flat_map(Listing::items);
    for division in given {
        let key = division.id.to_ascii_lowercase();
        let named = !division.name.trim().is_empty();
        let label = if named {
            &division.name
        } else {
            division.id.text()
        };
        let facts = DivisionFacts {
            id: shown(division.id.text(), redactor),
            label: shown(label, redactor),
            is_home: division.is_home || home.as_ref() == Some(&key),
        };
        divisions.entry(key).or_insert(facts);
    }
    for client in &organisation.clients {
        for id in client.grants().iter().filter_map(|grant| grant.division) {
            if id == "*" {
                continue;
            }
            let key = id.to_ascii_lowercase();
            let is_home = home.as_ref() == Some(&key);
            divisions.entry(key).or_insert_with(|| {
                let id: Cow<'s, str> = Cow::Owned(redactor.words(id).into_owned());
                DivisionFacts {
                    label: id.clone(),
                    id,
                    is_home,
                }
            });
        }
    }
    let mut divisions: Vec<_> = divisions.into_iter().collect();
    divisions.sort_by(|(_, a), (_, b)| {
        (!a.is_home, &a.label, &a.id).cmp(&(!b.is_home, &b.label, &b.id))
    });
    divisions
}

/// The effective tier: roles count where a client acts by itself; elsewhere its user's do.
fn reach(grant: Option<GrantType>, holdings: &Listed<Holding<'_>>) -> Reach {
    match grant {
        Some(GrantType::ClientCredentials) => {}
        Some(GrantType::Other) | None if !holdings.items.is_empty() => {}
        Some(GrantType::Other) | None => return Reach::Unknown,
        Some(_) => return Reach::User,
    }
    let tiers = holdings.items.iter().map(|holding| holding.tier);
    match tiers.clone().max() {
        Some(tier) => Reach::Roles {
            tier,
            at_least: !holdings.complete || tiers.clone().any(|tier| tier == RoleTier::Unknown),
        },
        None if holdings.complete => Reach::Nothing,
        None => Reach::Unknown,
    }
}

/// What a redirect URI leads to: its host, with its scheme unless that is https.
fn host_of(uri: &str) -> String {
    let Ok(url) = Url::parse(uri.trim()) else {
        return "not a URL".to_owned();
    };
    match (url.scheme(), url.host_str()) {
        ("https", Some(host)) => host.to_owned(),
        (scheme, Some(host)) if !host.is_empty() => format!("{scheme}://{host}"),
        (scheme, _) => format!("{scheme}:"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Division, EntityRef, Role, RoleGrant};
    use crate::text::Place;

    fn text(text: &str) -> Text<'static> {
        text.to_owned().into()
    }

    fn present<T>(value: T) -> Field<T> {
        Field::present(value, Place::default())
    }

    fn grant(role: &str, division: Option<&str>) -> Field<RoleGrant<'static>> {
        present(RoleGrant {
            role: present(EntityRef::Id(text(role))),
            division: division.map_or(Field::Absent, |id| present(EntityRef::Id(text(id)))),
        })
    }

    fn machine(grants: Vec<Field<RoleGrant<'static>>>) -> Client<'static> {
        Client {
            grant_type: present((GrantType::ClientCredentials, text("CLIENT-CREDENTIALS"))),
            role_divisions: present(grants),
            ..Client::default()
        }
    }

    fn organisation(clients: Vec<Client<'static>>) -> Organisation<'static> {
        let role = |id, name, permission| Role {
            id: EntityRef::Id(text(id)),
            name: present(text(name)),
            permissions: vec![(text(permission), Place::default())],
            permissions_known: true,
            ..Role::default()
        };
        let division = |id, name, is_home| Division {
            id: EntityRef::Id(text(id)),
            name: text(name),
            is_home,
            ..Division::default()
        };
        let roles = vec![role("r1", "Boss", "admin"), role("r2", "Reader", "reader")];
        let divisions = vec![
            division("d1", "Zebra", true),
            division("d2", "Apple", false),
        ];
        Organisation {
            clients: clients.into_iter().collect(),
            roles: Some(Listing::new(roles, true)),
            divisions: Some(Listing::new(divisions, true)),
            ..Organisation::default()
        }
    }

    #[test]
    fn roles_come_once_with_all_their_divisions_and_the_worst_decides() {
        let clients = vec![machine(vec![
            grant("r2", Some("d2")),
            grant("R2", Some("D1")),
            grant("r2", Some("d2")),
            grant("r1", Some("*")),
            grant("r9", None),
        ])];
        let inventory = take(
            &[organisation(clients)],
            jiff::civil::date(2026, 11, 22),
            &Redactor::default(),
        );
        let divisions: Vec<_> = inventory.organisations[0]
            .divisions
            .iter()
            .map(|division| &*division.label)
            .collect();
        assert_eq!(divisions, ["Zebra", "Apple"], "the home division first");
        let profile = &inventory.profiles[0];
        let held: Vec<_> = profile
            .holdings
            .items
            .iter()
            .map(|holding| (&*holding.label, holding.tier, &holding.extents[..]))
            .collect();
        assert_eq!(
            held,
            [
                (
                    "Reader",
                    RoleTier::Ordinary,
                    &[Extent::In(0), Extent::In(1)][..]
                ),
                ("Boss", RoleTier::Admin, &[Extent::All]),
                ("r9", RoleTier::Unknown, &[Extent::Unstated]),
            ]
        );
        let reach = Reach::Roles {
            tier: RoleTier::Admin,
            at_least: true,
        };
        assert_eq!(profile.reach, reach);
        assert_eq!(reach.words(), "at least admin");
    }

    #[test]
    fn what_is_not_known_is_not_nothing() {
        let hidden = Client {
            role_divisions: Field::unknown(crate::model::Why::Expression, Place::default()),
            ..machine(Vec::new())
        };
        let user = Client {
            grant_type: present((GrantType::Code, text("CODE"))),
            ..machine(vec![grant("r1", Some("*"))])
        };
        let clients = vec![machine(Vec::new()), hidden, user, Client::default()];
        let inventory = take(
            &[organisation(clients)],
            jiff::civil::date(2026, 11, 22),
            &Redactor::default(),
        );
        let words: Vec<_> = inventory
            .profiles
            .iter()
            .map(|profile| profile.reach.words())
            .collect();
        assert_eq!(words, ["none", "unknown", "as its user", "unknown"]);
        assert_eq!(inventory.profiles[0].lifetime, Fact::Absent);
    }

    #[test]
    fn hosts_name_their_scheme_unless_it_is_https() {
        for (uri, host) in [
            ("https://App.example.com:8443/callback", "app.example.com"),
            ("http://localhost:3000/", "http://localhost"),
            ("https://user:pass@host.example/", "host.example"),
            ("com.example.app:/signed-in", "com.example.app:"),
            ("javascript:alert(1)", "javascript:"),
            ("a b", "not a URL"),
            ("", "not a URL"),
        ] {
            assert_eq!(host_of(uri), host, "{uri}");
        }
    }
}
