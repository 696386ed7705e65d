//! For which clients a rule was not judged, and the cause.
//!
//! Invariant: the cause is the real one. A role id that roles.json lacks is not a missing file.

use crate::catalog::{Category, Need, Rule};
use crate::finding::{NotJudged, UnknownValues};
use crate::model::{Client, Field, FieldName, List, Naming, Organisation, Unknown, Why};
use crate::text::{Origin, Place, Redactor, Sources};
use std::collections::{BTreeMap, BTreeSet};

/// The clients for which a rule lacked one input.
#[derive(Clone, Debug, Default)]
pub(super) struct Unjudged {
    /// How many there are.
    pub count: u32,
    /// Their numbers, as far as they are known.
    pub clients: Vec<u32>,
    /// The cause, if the check recorded it.
    pub cause: Option<String>,
}

impl Unjudged {
    pub(super) fn add_client(&mut self, number: u32, cause: Option<String>) {
        self.count += 1;
        self.clients.push(number);
        if self.cause.is_none() {
            self.cause = cause;
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.count += other.count;
        self.clients.extend(other.clients);
        if self.cause.is_none() {
            self.cause = other.cause;
        }
    }
}

/// Looks up clients by their number through all organisations.
pub(super) struct Lookup<'o, 's> {
    organisations: &'o [Organisation<'s>],
    sources: &'o Sources,
    redactor: &'o Redactor,
}

impl<'o, 's> Lookup<'o, 's> {
    pub(super) const fn new(
        organisations: &'o [Organisation<'s>],
        sources: &'o Sources,
        redactor: &'o Redactor,
    ) -> Self {
        Self {
            organisations,
            sources,
            redactor,
        }
    }

    fn client(&self, number: u32) -> Option<(&'o Organisation<'s>, &'o Client<'s>)> {
        let mut rest = number as usize;
        for organisation in self.organisations {
            if rest < organisation.clients.len() {
                return Some((organisation, &organisation.clients[rest]));
            }
            rest -= organisation.clients.len();
        }
        None
    }

    /// The entry of a report.
    pub(super) fn entry(&self, rule: &'static Rule, need: Need, unjudged: &Unjudged) -> NotJudged {
        let mut first: Vec<u32> = Vec::with_capacity(4);
        for &number in &unjudged.clients {
            let at = first.partition_point(|&before| before < number);
            if at < 3 {
                first.insert(at, number);
                first.truncate(3);
            }
        }
        let found = first.iter().filter_map(|&number| self.client(number));
        let found: Vec<_> = found.collect();
        let cause = unjudged.cause.clone().unwrap_or_else(|| {
            found.first().map_or_else(
                || self.without_client(need),
                |(organisation, client)| self.cause(rule, need, organisation, client),
            )
        });
        NotJudged {
            rule: &rule.id,
            needs: need,
            clients: unjudged.count,
            client_names: found
                .iter()
                .map(|(_, client)| self.redactor.words(client.label()).into_owned())
                .collect(),
            cause: self.redactor.words(&cause).into_owned(),
        }
    }

    fn without_client(&self, need: Need) -> String {
        let is_missing = |given: fn(&Organisation<'_>) -> bool| {
            self.organisations
                .iter()
                .any(|organisation| !given(organisation))
        };
        let lacks = |file: &str, given| {
            if is_missing(given) {
                format!("{file} is missing")
            } else {
                format!("{file} does not contain what these clients refer to")
            }
        };
        match need {
            Need::Roles => lacks("roles.json", |organisation| organisation.roles.is_some()),
            Need::Divisions => lacks("divisions.json", |organisation| {
                organisation.divisions.is_some()
            }),
            Need::Users => lacks("users.json", |organisation| organisation.users.is_some()),
            Need::Authorisations => "authorisations.json is missing".to_owned(),
            Need::Usage => NO_USAGE.to_owned(),
            Need::Policy => NO_POLICY.to_owned(),
            Need::Value => "the export lacks a value".to_owned(),
            Need::Plan => "Terraform leaves a value open".to_owned(),
        }
    }

    fn cause(
        &self,
        rule: &Rule,
        need: Need,
        organisation: &Organisation<'_>,
        client: &Client<'_>,
    ) -> String {
        match need {
            Need::Roles => roles_cause(organisation, client),
            Need::Divisions => divisions_cause(organisation, client),
            Need::Users => users_cause(organisation, client),
            Need::Authorisations => "authorisations.json is missing".to_owned(),
            Need::Usage if organisation.usage.is_none() => NO_USAGE.to_owned(),
            Need::Usage => "no usage results cover the client".to_owned(),
            Need::Policy => NO_POLICY.to_owned(),
            Need::Value | Need::Plan => self.value_cause(rule, client),
        }
    }

    /// The unknown value that a rule of this category depends on.
    fn value_cause(&self, rule: &Rule, client: &Client<'_>) -> String {
        let unknown = unknowns(client);
        let related = fields(rule.category);
        let found = related
            .iter()
            .find_map(|field| unknown.iter().find(|(name, _)| name == field))
            .or_else(|| unknown.iter().find(|(_, unknown)| is_open(unknown)))
            .or(unknown.first());
        let Some((field, unknown)) = found else {
            return match client.naming {
                Naming::Terraform => "Terraform does not contain the value".to_owned(),
                _ => "the export lacks the value".to_owned(),
            };
        };
        let name = field.written(client.naming);
        let origin = Origin::resolve(self.sources, unknown.place);
        match unknown.why {
            Why::WrongType => format!("{name} has the wrong type ({origin})"),
            Why::NotExported => match client.naming {
                Naming::Terraform => format!("Terraform does not contain {name}"),
                _ => format!("the export lacks {name}"),
            },
            Why::Expression => match self.expression(unknown.place) {
                Some(expression) => format!("{expression} is open ({origin})"),
                None => format!("{name} is open ({origin})"),
            },
        }
    }

    /// A short expression at a place.
    fn expression(&self, place: Place) -> Option<String> {
        const LONGEST: usize = 60;
        let text = self.sources.get(place.source).text();
        let text = text.get(place.span.range())?.trim();
        let text = text.strip_prefix("\"${").unwrap_or(text);
        let text = text.strip_suffix("}\"").unwrap_or(text);
        let is_short = !text.is_empty() && text.len() <= LONGEST && !text.contains('\n');
        is_short.then(|| text.to_owned())
    }

    /// The unknown values that kept rules from judging active clients. `is_gated` is whether a
    /// finding of a rule would fail for a client.
    pub(super) fn unknown_values(
        &self,
        rules: &BTreeMap<&'static str, &'static Rule>,
        not_judged: &BTreeMap<(&'static str, Need), Unjudged>,
        is_gated: impl Fn(&Rule, u32) -> bool,
    ) -> UnknownValues {
        let mut found = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for ((id, need), unjudged) in not_judged {
            let Some(rule) = rules.get(id) else { continue };
            if !matches!(need, Need::Value | Need::Plan) {
                continue;
            }
            for &number in &unjudged.clients {
                if !is_gated(rule, number) {
                    continue;
                }
                let Some((_, client)) = self.client(number) else {
                    continue;
                };
                if client.is_active() && has_open_value(rule.category, client) {
                    found.0.insert(*id);
                    found.1.insert(number);
                    if found.2.len() < 3 {
                        found.2.insert(self.value_cause(rule, client));
                    }
                }
            }
        }
        let causes = found.2.iter();
        UnknownValues {
            rules: found.0.len(),
            clients: found.1.len(),
            causes: causes
                .map(|cause| self.redactor.words(cause).into_owned())
                .collect(),
        }
    }
}

const NO_USAGE: &str = "usage.json is missing";

const NO_POLICY: &str = "grantlint.toml does not set what the rule compares with";

fn roles_cause(organisation: &Organisation<'_>, client: &Client<'_>) -> String {
    if organisation.roles.is_none() {
        return "roles.json is missing".to_owned();
    }
    for grant in client.grants() {
        match organisation.role(grant.role) {
            None => return format!("role {} is not in roles.json", grant.role),
            Some(role) if !role.permissions_known => {
                return format!("the permissions of role {} are not known", role.label());
            }
            Some(_) => {}
        }
    }
    "roles.json does not contain all roles".to_owned()
}

fn divisions_cause(organisation: &Organisation<'_>, client: &Client<'_>) -> String {
    if organisation.divisions.is_none() {
        return "divisions.json is missing".to_owned();
    }
    for grant in client.grants() {
        let division = grant.division.filter(|division| *division != "*");
        if let Some(division) = division.filter(|id| organisation.division(id).is_none()) {
            return format!("division {division} is not in divisions.json");
        }
    }
    "divisions.json does not contain all divisions".to_owned()
}

fn users_cause(organisation: &Organisation<'_>, client: &Client<'_>) -> String {
    if organisation.users.is_none() {
        return "users.json is missing".to_owned();
    }
    for user in [&client.created_by, &client.modified_by] {
        if let Some(user) = user.text().filter(|id| organisation.user(id).is_none()) {
            return format!("user {user} is not in users.json");
        }
    }
    "users.json does not contain all users".to_owned()
}

/// The fields that rules of a category depend on.
const fn fields(category: Category) -> &'static [FieldName] {
    match category {
        Category::Grant => &[FieldName::GrantType],
        Category::Redirect => &[FieldName::RedirectUris, FieldName::GrantType],
        Category::Scope => &[FieldName::Scopes, FieldName::GrantType],
        Category::Role | Category::Scim | Category::Division => &[
            FieldName::RoleDivisions,
            FieldName::RoleIds,
            FieldName::GrantType,
        ],
        Category::Token => &[
            FieldName::TokenLifetime,
            FieldName::GrantType,
            FieldName::RoleDivisions,
        ],
        Category::Embeddable => &[
            FieldName::RedirectUris,
            FieldName::Scopes,
            FieldName::TokenLifetime,
            FieldName::GrantType,
        ],
        Category::Secret => &[FieldName::ExposesSecret, FieldName::Description],
        Category::Application | Category::Hygiene => {
            &[FieldName::Name, FieldName::Description, FieldName::State]
        }
    }
}

/// Whether a value is there that cannot be read, other than one that no export contains.
const fn is_open(unknown: &Unknown) -> bool {
    !matches!(unknown.why, Why::NotExported)
}

fn has_open_value(category: Category, client: &Client<'_>) -> bool {
    let related = fields(category);
    unknowns(client)
        .iter()
        .any(|(field, unknown)| related.contains(field) && is_open(unknown))
}

/// The fields of a client that cannot be known.
fn unknowns(client: &Client<'_>) -> Vec<(FieldName, Unknown)> {
    let mut found = Vec::new();
    let mut add = |name, unknown: Option<Unknown>| found.extend(unknown.map(|it| (name, it)));
    add(FieldName::GrantType, unknown(&client.grant_type));
    add(FieldName::RedirectUris, unknown_item(&client.redirect_uris));
    add(FieldName::Scopes, unknown_item(&client.scopes));
    add(FieldName::RoleDivisions, unknown_grant(client));
    add(FieldName::RoleIds, unknown_item(&client.role_ids));
    add(FieldName::TokenLifetime, unknown(&client.token_lifetime));
    add(
        FieldName::ExposesSecret,
        unknown(&client.rare.exposes_secret),
    );
    add(FieldName::Name, unknown(&client.name));
    add(FieldName::Description, unknown(&client.description));
    add(FieldName::State, unknown(&client.state));
    add(FieldName::DateCreated, unknown(&client.date_created));
    add(FieldName::DateModified, unknown(&client.date_modified));
    add(FieldName::CreatedBy, unknown(&client.created_by));
    found
}

const fn unknown<T>(field: &Field<T>) -> Option<Unknown> {
    match field {
        Field::Unknown(unknown) => Some(*unknown),
        _ => None,
    }
}

fn unknown_item<T>(list: &List<T>) -> Option<Unknown> {
    match list {
        Field::Present(items) => items.value.iter().find_map(unknown),
        other => unknown(other),
    }
}

fn unknown_grant(client: &Client<'_>) -> Option<Unknown> {
    let within = || {
        let mut grants = client.role_divisions.items();
        grants.find_map(|item| {
            let role = unknown(&item.value.role);
            role.or_else(|| unknown(&item.value.division))
        })
    };
    unknown_item(&client.role_divisions).or_else(within)
}
