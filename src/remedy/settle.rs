//! The remedies of one client as one consistent set.
//!
//! Invariant: one advice for one value. An entry that one finding removes is not rewritten by
//! another, an entry that equals another one after its change is removed, and an entry that another
//! one makes superfluous stays if that other one goes.

use crate::catalog::Confidence;
use crate::finding::{Finding, FindingTarget};
use crate::model::{
    Action, Change, Client, DefaultRole, Field, FieldName, List, Naming, NewValue, Organisation,
    Remedy, RemedyClass, Shown, Text, UriEdits,
};
use crate::text::{Place, Redactor};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// An entry of a list.
struct Entry {
    /// The text, or the id of the role.
    value: String,
    division: Option<String>,
    place: Place,
    fate: Fate,
}

/// What becomes of an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Fate {
    #[default]
    Stays,
    Goes,
    Becomes(String),
}

/// The lists of a client.
struct Lists<'c> {
    client: &'c Client<'c>,
    lists: BTreeMap<u8, Entries>,
}

/// A list.
#[derive(Default)]
struct Entries {
    by_index: BTreeMap<u32, Entry>,
    by_value: HashMap<String, Vec<u32>>,
    is_complete: bool,
}

/// The fields that are lists.
const LISTS: [FieldName; 4] = [
    FieldName::RedirectUris,
    FieldName::Scopes,
    FieldName::RoleDivisions,
    FieldName::RoleIds,
];

fn number(field: FieldName) -> Option<u8> {
    let position = LISTS.iter().position(|list| *list == field)?;
    u8::try_from(position).ok()
}

impl<'c> Lists<'c> {
    fn new(client: &'c Client<'c>) -> Self {
        let lists = LISTS.into_iter().filter_map(|field| {
            let entries = match field {
                FieldName::RedirectUris => texts(&client.redirect_uris),
                FieldName::Scopes => texts(&client.scopes),
                FieldName::RoleIds => texts(&client.role_ids),
                _ => roles(client),
            };
            Some((number(field)?, entries))
        });
        Self {
            client,
            lists: lists.collect(),
        }
    }

    fn list(&self, field: FieldName) -> Option<&Entries> {
        self.lists.get(&number(field)?)
    }

    fn list_mut(&mut self, field: FieldName) -> Option<&mut Entries> {
        self.lists.get_mut(&number(field)?)
    }

    fn entry(&self, field: FieldName, index: u32) -> Option<&Entry> {
        self.list(field)?.by_index.get(&index)
    }

    /// The entries that a change is about. A role that goes everywhere goes from both lists.
    fn targets(&self, change: &Change) -> Vec<(FieldName, u32)> {
        let Some(index) = change.index else {
            return Vec::new();
        };
        let Some(entry) = self.entry(change.field, index) else {
            return Vec::new();
        };
        if !change.every {
            return vec![(change.field, index)];
        }
        let is_role = matches!(change.field, FieldName::RoleDivisions | FieldName::RoleIds);
        let fields: &[FieldName] = if is_role {
            &[FieldName::RoleDivisions, FieldName::RoleIds]
        } else {
            std::slice::from_ref(&change.field)
        };
        let value = key(change.field, &entry.value);
        let lists = fields
            .iter()
            .filter_map(|field| Some((*field, self.list(*field)?)));
        lists
            .flat_map(|(field, list)| {
                let positions = list.by_value.get(&value).map_or(&[][..], Vec::as_slice);
                positions.iter().map(move |index| (field, *index))
            })
            .collect()
    }

    /// Whether nothing of a list stays that the client needs something in.
    fn is_emptied(&self, fields: &[FieldName]) -> bool {
        let mut had_any = false;
        for list in fields.iter().filter_map(|field| self.list(*field)) {
            had_any |= !list.by_index.is_empty();
            let mut entries = list.by_index.values();
            if !list.is_complete || entries.any(|entry| entry.fate != Fate::Goes) {
                return false;
            }
        }
        had_any && fields.iter().any(|field| self.client.uses(*field))
    }
}

fn key(field: FieldName, value: &str) -> String {
    match field {
        FieldName::RoleDivisions | FieldName::RoleIds => value.to_ascii_lowercase(),
        _ => value.to_owned(),
    }
}

fn entries(
    field: FieldName,
    is_complete: bool,
    all: impl Iterator<Item = (u32, Entry)>,
) -> Entries {
    let mut entries = Entries {
        is_complete,
        ..Entries::default()
    };
    for (index, entry) in all {
        let positions = entries.by_value.entry(key(field, &entry.value));
        positions.or_default().push(index);
        entries.by_index.insert(index, entry);
    }
    entries
}

fn texts(list: &List<Text<'_>>) -> Entries {
    let all = list.items().map(|item| {
        let entry = Entry {
            value: item.value.to_string(),
            division: None,
            place: item.place,
            fate: Fate::Stays,
        };
        (item.index, entry)
    });
    entries(FieldName::Scopes, list.is_complete(), all)
}

fn roles(client: &Client<'_>) -> Entries {
    let all = client.role_divisions.items().filter_map(|item| {
        let role = &item.value.role;
        let entry = Entry {
            value: role.text()?.to_owned(),
            division: item.value.division.text().map(str::to_owned),
            place: role.place()?,
            fate: Fate::Stays,
        };
        Some((item.index, entry))
    });
    let list = &client.role_divisions;
    let is_known =
        |item: crate::model::Item<'_, crate::model::RoleGrant<'_>>| !item.value.role.is_unknown();
    let is_complete = list.is_complete() && list.items().all(is_known);
    entries(FieldName::RoleDivisions, is_complete, all)
}

/// Lists of which something must stay, as far as the grant uses them.
const NEEDED: [&[FieldName]; 3] = [
    &[FieldName::RedirectUris],
    &[FieldName::Scopes],
    &[FieldName::RoleDivisions, FieldName::RoleIds],
];

/// Makes the remedies of `findings`, which are the open ones of `client`, one consistent set and
/// fills in what reports show. `is_grant_open` says whether a finding about the grant type is open,
/// be it accepted or not.
pub fn settle(
    client: &Client<'_>,
    findings: &mut [&mut Finding],
    is_grant_open: bool,
    organisation: &Organisation<'_>,
    redactor: &Redactor,
) {
    for finding in findings.iter_mut() {
        let is_guess = finding.confidence == Confidence::Low;
        let remedy = &mut finding.remedy;
        let empties = remedy.changes.iter().any(|change| {
            let is_list = number(change.field).is_some();
            is_list && change.index.is_none()
        });
        let takes_scim = remedy.changes.iter().any(|change| {
            change.action == Action::Remove
                && roles_at(client, change)
                    .into_iter()
                    .filter_map(|id| organisation.role(id))
                    .any(|role| role.default_role() == Some(DefaultRole::ScimIntegration))
        });
        if is_guess || takes_scim || (is_grant_open && empties) {
            demote(remedy);
        }
    }
    let mut lists = Lists::new(client);
    while !assign(&mut lists, findings) {}
    let lifetime = findings
        .iter()
        .filter(|finding| finding.remedy.class == RemedyClass::Unsafe)
        .flat_map(|finding| &finding.remedy.changes)
        .filter_map(|change| match (change.field, &change.action) {
            (FieldName::TokenLifetime, Action::Set(seconds)) => Some(*seconds),
            _ => None,
        })
        .min();
    for finding in findings.iter_mut() {
        let Remedy {
            class,
            changes,
            options,
        } = std::mem::take(&mut finding.remedy);
        let mut class = class;
        let changes = changes
            .into_iter()
            .flat_map(|change| final_changes(&lists, change, lifetime, &mut class))
            .map(|change| shown(&lists, change, organisation, redactor));
        let changes = distinct(changes.collect());
        let options = options.into_iter().filter_map(|option| {
            let changes = option_of(&lists, option)?.into_iter();
            let changes = changes.map(|change| shown(&lists, change, organisation, redactor));
            Some(distinct(changes.collect()))
        });
        finding.remedy = Remedy {
            options: options.filter(|option| !option.is_empty()).collect(),
            class,
            changes,
        };
    }
}

/// Whether the changes of a remedy are about values at `place` of a client: in another world it has
/// others there.
#[must_use]
pub fn is_of_world(client: &Client<'_>, remedy: &Remedy, place: Place) -> bool {
    let mut all = remedy.changes.iter().chain(remedy.options.iter().flatten());
    all.all(|change| match (change.field, change.index) {
        (_, None) => whole_place(client, change.field).is_none_or(|whole| whole.contains(place)),
        (FieldName::RoleDivisions, Some(index)) => {
            let grant = client.role_divisions.item(index);
            let places =
                grant.map(|grant| [grant.value.role.place(), grant.value.division.place()]);
            places.is_some_and(|places| places.contains(&Some(place)))
        }
        (field, Some(index)) => entry_place(client, field, index) == Some(place),
    })
}

/// Whether a change, as reports show it, is about a value of a client.
#[must_use]
pub fn is_about(client: &Client<'_>, change: &Change) -> bool {
    let place = match change.index {
        None => whole_place(client, change.field),
        Some(index) => entry_place(client, change.field, index),
    };
    let shown = change.shown.as_deref();
    shown.is_none_or(|shown| shown.place == place)
}

fn entry_place(client: &Client<'_>, field: FieldName, index: u32) -> Option<Place> {
    let place = |list: &List<Text<'_>>| list.item(index).map(|item| item.place);
    match field {
        FieldName::RedirectUris => place(&client.redirect_uris),
        FieldName::Scopes => place(&client.scopes),
        FieldName::RoleIds => place(&client.role_ids),
        FieldName::RoleDivisions => client.role_divisions.item(index)?.value.role.place(),
        _ => None,
    }
}

/// Whether a finding is about the grant type.
#[must_use]
pub fn is_of_grant(finding: &Finding) -> bool {
    let name = FieldName::GrantType.written(Naming::PlatformApi);
    matches!(&finding.target, FindingTarget::Field(field) if *field == name)
}

/// The ids of the roles that a change is about: of one entry, or of the whole list.
fn roles_at<'c>(client: &'c Client<'_>, change: &Change) -> Vec<&'c str> {
    let is_meant = |index: u32| change.index.is_none_or(|at| at == index);
    match change.field {
        FieldName::RoleIds => {
            let ids = client.role_ids.items();
            let ids = ids.filter(|item| is_meant(item.index));
            ids.map(|item| item.value.as_ref()).collect()
        }
        FieldName::RoleDivisions => {
            let grants = client.role_divisions.items();
            let grants = grants.filter(|item| is_meant(item.index));
            grants.filter_map(|item| item.value.role.text()).collect()
        }
        _ => Vec::new(),
    }
}

/// Leaves the changes of a remedy to a decision.
fn demote(remedy: &mut Remedy) {
    remedy.class = RemedyClass::Manual;
    if !remedy.changes.is_empty() {
        let changes = std::mem::take(&mut remedy.changes);
        remedy.options.insert(0, changes);
    }
}

/// Decides what becomes of each entry; whether that leaves the client what it needs. If it does
/// not, the remedies that take it are left to a decision.
fn assign(lists: &mut Lists<'_>, findings: &mut [&mut Finding]) -> bool {
    for list in lists.lists.values_mut() {
        for entry in list.by_index.values_mut() {
            entry.fate = Fate::Stays;
        }
    }
    let mut superfluous = Vec::new();
    let mut edits: BTreeMap<u32, UriEdits> = BTreeMap::new();
    let planned = findings
        .iter()
        .filter(|finding| finding.remedy.class != RemedyClass::Manual);
    for change in planned.flat_map(|finding| &finding.remedy.changes) {
        if !change.because.is_empty() {
            superfluous.push(change.clone());
            continue;
        }
        for (field, index) in lists.targets(change) {
            let fate = match &change.action {
                Action::Remove => Fate::Goes,
                Action::Replace(text) => Fate::Becomes(text.clone()),
                Action::Rewrite(of_uri) => {
                    let all = edits.entry(index).or_default();
                    *all = all.and(*of_uri);
                    continue;
                }
                Action::Set(_) | Action::Write(_) | Action::Move(_) | Action::Insert { .. } => {
                    continue;
                }
            };
            set_fate(lists, field, index, fate);
        }
    }
    for (index, edits) in edits {
        let edited = lists
            .entry(FieldName::RedirectUris, index)
            .map(|entry| edits.apply(&entry.value));
        if let Some(edited) = edited {
            set_fate(lists, FieldName::RedirectUris, index, Fate::Becomes(edited));
        }
    }
    for field in LISTS {
        merge_equal(lists, field);
    }
    for change in superfluous {
        let others = change.because.iter();
        let mut others = others.filter_map(|index| lists.entry(change.field, *index));
        if others.all(|other| other.fate == Fate::Stays) {
            for (field, index) in lists.targets(&change) {
                set_fate(lists, field, index, Fate::Goes);
            }
        }
    }
    let finals: HashMap<u8, HashSet<&str>> = lists
        .lists
        .iter()
        .map(|(number, list)| {
            (
                *number,
                list.by_index.values().filter_map(final_value).collect(),
            )
        })
        .collect();
    let lacks = |change: &Change| {
        let values = number(change.field).and_then(|number| finals.get(&number));
        let wanted = change.needs.as_deref();
        wanted.is_some_and(|wanted| values.is_none_or(|values| !values.contains(wanted)))
    };
    let emptied: Vec<FieldName> = NEEDED
        .into_iter()
        .filter(|fields| lists.is_emptied(fields))
        .flatten()
        .copied()
        .collect();
    let mut is_kept = true;
    for finding in findings.iter_mut() {
        let remedy = &mut finding.remedy;
        let takes = |change: &Change| change.index.is_some() && emptied.contains(&change.field);
        let is_lacking = remedy.changes.iter().any(lacks);
        if remedy.class != RemedyClass::Manual && (is_lacking || remedy.changes.iter().any(takes)) {
            demote(remedy);
            is_kept = false;
        }
    }
    is_kept
}

/// The value of an entry after all changes.
fn final_value(entry: &Entry) -> Option<&str> {
    match &entry.fate {
        Fate::Stays => Some(&entry.value),
        Fate::Becomes(text) => Some(text),
        Fate::Goes => None,
    }
}

/// Sets what becomes of an entry; one that goes does not come back.
fn set_fate(lists: &mut Lists<'_>, field: FieldName, index: u32, fate: Fate) {
    let list = lists.list_mut(field);
    if let Some(entry) = list.and_then(|list| list.by_index.get_mut(&index))
        && entry.fate != Fate::Goes
    {
        entry.fate = fate;
    }
}

/// Removes each changed entry that equals another one: one that stays, else the first.
fn merge_equal(lists: &mut Lists<'_>, field: FieldName) {
    let Some(list) = lists.list_mut(field) else {
        return;
    };
    let stays = |entry: &Entry| entry.fate == Fate::Stays;
    let kept = list.by_index.values().filter(|entry| stays(entry));
    let mut seen: HashSet<String> = kept.map(|entry| entry.value.clone()).collect();
    for entry in list.by_index.values_mut() {
        if let Fate::Becomes(text) = &entry.fate
            && !seen.insert(text.clone())
        {
            entry.fate = Fate::Goes;
        }
    }
}

/// What a change of a finding comes to in the set.
fn final_changes(
    lists: &Lists<'_>,
    change: Change,
    lifetime: Option<i64>,
    class: &mut RemedyClass,
) -> Vec<Change> {
    if change.index.is_none() {
        return vec![match (change.field, lifetime) {
            (FieldName::TokenLifetime, Some(seconds)) => {
                *class = RemedyClass::Unsafe;
                Change {
                    action: Action::Set(seconds),
                    ..change
                }
            }
            _ => change,
        }];
    }
    let mut targets = lists.targets(&change);
    let goes = |(field, index): &(FieldName, u32)| {
        let entry = lists.entry(*field, *index);
        entry.is_some_and(|entry| entry.fate != Fate::Stays)
    };
    if !change.because.is_empty() && !targets.iter().any(goes) {
        // What makes it superfluous changes itself.
        let others = change.because.iter();
        targets = others.map(|index| (change.field, *index)).collect();
        *class = (*class).max(RemedyClass::Unsafe);
    }
    targets
        .into_iter()
        .filter_map(|(field, index)| {
            let action = match &lists.entry(field, index)?.fate {
                Fate::Stays => return None,
                Fate::Goes => Action::Remove,
                Fate::Becomes(text) => Action::Replace(text.clone()),
            };
            Some(Change::of_entry(field, index, action))
        })
        .collect()
}

/// An option with all entries that it is about, if the client keeps what it needs.
fn option_of(lists: &Lists<'_>, option: Vec<Change>) -> Option<Vec<Change>> {
    let mut changes = Vec::new();
    let mut removed: BTreeSet<(u8, u32)> = BTreeSet::new();
    for change in option {
        if change.index.is_none() {
            changes.push(change);
            continue;
        }
        for (field, index) in lists.targets(&change) {
            let entry = lists.entry(field, index)?;
            let action = match &change.action {
                Action::Rewrite(edits) => Action::Replace(edits.apply(&entry.value)),
                action => action.clone(),
            };
            if action == Action::Remove {
                removed.insert((number(field)?, index));
            }
            changes.push(Change::of_entry(field, index, action));
        }
    }
    let adds = |fields: &&[FieldName]| {
        changes.iter().any(|change| {
            let is_added = matches!(change.action, Action::Insert { .. });
            is_added && fields.contains(&change.field)
        })
    };
    // What is needed depends on the grant type.
    let is_of_grant = changes
        .iter()
        .any(|change| change.field == FieldName::GrantType);
    let is_emptied = |fields: &&[FieldName]| {
        let numbers = || fields.iter().filter_map(|field| number(*field));
        let kept = numbers().filter_map(|number| lists.lists.get(&number));
        let all: usize = kept.clone().map(|list| list.by_index.len()).sum();
        let goes = numbers().flat_map(|number| {
            let entries = lists.lists.get(&number).into_iter();
            let entries = entries.flat_map(|list| &list.by_index);
            let going = entries.filter(|(_, entry)| entry.fate == Fate::Goes);
            going.map(move |(index, _)| (number, *index))
        });
        let own = removed.iter().copied();
        let own = own.filter(|(at, _)| numbers().any(|number| number == *at));
        let gone: BTreeSet<(u8, u32)> = goes.chain(own).collect();
        let is_known = kept.clone().all(|list| list.is_complete);
        let is_used = fields.iter().any(|field| lists.client.uses(*field));
        all > 0 && is_known && is_used && all == gone.len() && !adds(fields)
    };
    let is_emptied = !is_of_grant && NEEDED.iter().any(is_emptied);
    (!is_emptied).then_some(changes)
}

fn distinct(changes: Vec<Change>) -> Vec<Change> {
    let mut kept: Vec<Change> = Vec::with_capacity(changes.len());
    for change in changes {
        if kept.last() != Some(&change) {
            kept.push(change);
        }
    }
    kept
}

/// A change with what reports show of it.
fn shown(
    lists: &Lists<'_>,
    change: Change,
    organisation: &Organisation<'_>,
    redactor: &Redactor,
) -> Change {
    let client = lists.client;
    let mut shown = Shown {
        path: change.field.written(client.naming).to_owned(),
        ..Shown::default()
    };
    let mut is_masked = false;
    let mut masked = |text: &str| {
        is_masked |= redactor.hides(text);
        redactor.words(text).into_owned()
    };
    if let Some(index) = change.index {
        shown.path = format!("{}[{index}]", shown.path);
        if let Some(entry) = lists.entry(change.field, index) {
            let division = match change.action {
                Action::Move(_) => client.role_divisions.item(index),
                _ => None,
            };
            let division = division.and_then(|grant| grant.value.division.place());
            shown.place = division.or(Some(entry.place));
            shown.before = Some(match (change.field, &change.action) {
                (FieldName::RoleDivisions, Action::Move(_)) => {
                    let division = entry.division.as_deref().unwrap_or_default();
                    masked(division_name(organisation, division))
                }
                (FieldName::RoleDivisions | FieldName::RoleIds, _) => {
                    let role = masked(role_name(organisation, &entry.value));
                    match &entry.division {
                        Some(division) => {
                            let name = masked(division_name(organisation, division));
                            format!("{role} @ {name}")
                        }
                        None => role,
                    }
                }
                _ => masked(&entry.value),
            });
        }
        if matches!(change.action, Action::Move(_)) {
            let part = part(client.naming, "divisionId");
            shown.path = format!("{}.{part}", shown.path);
        }
    } else if matches!(change.action, Action::Insert { .. }) {
        shown.place = whole_place(client, change.field);
    } else {
        let list = lists.list(change.field);
        shown.place = whole_place(client, change.field);
        if change.field == FieldName::RoleDivisions {
            let entries = list.into_iter().flat_map(|list| list.by_index.values());
            shown.entries = entries.map(|entry| entry.place).collect();
        }
        shown.before = match list {
            Some(list) => {
                let values = list.by_index.values();
                let values: Vec<_> = values.map(|entry| masked(&entry.value)).collect();
                Some(values.join(", "))
            }
            None => whole(client, change.field).map(|text| masked(&text)),
        };
    }
    let placeholder = |name: &str| format!("<{}>", part(client.naming, name));
    let field = change.field.written(Naming::PlatformApi);
    shown.after = match &change.action {
        Action::Set(number) => Some(number.to_string()),
        Action::Replace(role) if change.field == FieldName::RoleDivisions => {
            Some(masked(role_name(organisation, role)))
        }
        Action::Replace(text) | Action::Write(NewValue::Known(text)) => Some(masked(text)),
        Action::Write(NewValue::Placeholder) => Some(placeholder(field)),
        Action::Move(division) => Some(match division.text() {
            Some(division) => masked(division_name(organisation, division)),
            None => placeholder("divisionId"),
        }),
        Action::Insert {
            value,
            division: None,
        } => Some(value.text().map_or_else(|| placeholder(field), &mut masked)),
        Action::Insert {
            value,
            division: Some(division),
        } => {
            let role = match value.text() {
                Some(role) => masked(role_name(organisation, role)),
                None => placeholder("roleId"),
            };
            let division = match division.text() {
                Some(division) => masked(division_name(organisation, division)),
                None => placeholder("divisionId"),
            };
            Some(format!("{role} @ {division}"))
        }
        Action::Remove | Action::Rewrite(_) => None,
    };
    shown.is_masked = is_masked;
    Change {
        every: false,
        because: Vec::new(),
        needs: None,
        shown: Some(Box::new(shown)),
        ..change
    }
}

/// A field of the Platform API in the names of the export.
fn part(naming: Naming, name: &str) -> &str {
    naming.translate(name).unwrap_or(name)
}

/// A role for reports: by its name, else its id.
fn role_name<'n>(organisation: &'n Organisation<'_>, id: &'n str) -> &'n str {
    let role = organisation.role(id);
    role.map_or(id, |role| role.label())
}

/// A division for reports: by its name, else its id.
fn division_name<'n>(organisation: &'n Organisation<'_>, id: &'n str) -> &'n str {
    let division = organisation.division(id);
    division.map_or(id, |division| &division.name)
}

fn whole_place(client: &Client<'_>, field: FieldName) -> Option<Place> {
    match field {
        FieldName::RedirectUris => client.redirect_uris.place(),
        FieldName::Scopes => client.scopes.place(),
        FieldName::RoleDivisions => client.role_divisions.place(),
        FieldName::RoleIds => client.role_ids.place(),
        FieldName::TokenLifetime => client.token_lifetime.place(),
        FieldName::Description => client.description.place(),
        FieldName::GrantType => client.grant_type.place(),
        _ => None,
    }
}

fn whole(client: &Client<'_>, field: FieldName) -> Option<String> {
    match field {
        FieldName::TokenLifetime => match &client.token_lifetime {
            Field::Present(located) => Some(located.value.written.to_string()),
            _ => None,
        },
        FieldName::Description => client.description.text().map(str::to_owned),
        FieldName::GrantType => match &client.grant_type {
            Field::Present(located) => Some(located.value.1.to_string()),
            _ => None,
        },
        _ => None,
    }
}
