//! The declarative kinds of check: a rule file describes them with data only.

use super::grouping::DedupSet;
use super::lifetimes::LifetimeRange;
use super::{Judgement, Parameters, RuleContext, options};
use crate::catalog::rule::parameter_name;
use crate::catalog::{Bound, Check, Condition, Confidence, Need, OnMissing, Rule};
use crate::model::{
    Action, Change, Client, ClientKind, Field, FieldName, GrantType, Number, Remedy, RemedyClass,
    Target, Text,
};
use regex::RegexSet;

/// A closed check with its fields, bounds and patterns resolved.
pub(super) struct DeclarativeCheck {
    condition: CompiledCondition,
    kind: Kind,
    on_missing: OnMissing,
}

enum Kind {
    ForbiddenValue(Scalar, Vec<String>),
    ForbiddenItem(Items, Vec<String>),
    NumberRange(Option<i64>, Option<i64>),
    ListSize(Items, Option<i64>, Option<i64>),
    MustBeAbsent(AnyField),
    MustBePresent(AnyField),
    ForbiddenPattern(Scalar, RegexSet),
    RequiredPattern(Scalar, RegexSet),
}

/// A condition with its names resolved.
pub(super) struct CompiledCondition {
    grants: Vec<GrantType>,
    /// `None` for an unknown kind, which matches no client.
    kinds: Vec<Option<ClientKind>>,
    not_kinds: Vec<Option<ClientKind>>,
    active: Option<bool>,
}

#[derive(Clone, Copy)]
pub(super) enum Scalar {
    GrantType,
    Text(FieldName),
}

#[derive(Clone, Copy)]
pub(super) enum Items {
    Texts(FieldName),
    Roles,
    Divisions,
}

#[derive(Clone, Copy)]
pub(super) enum AnyField {
    Scalar(Scalar),
    Lifetime,
    Items(Items),
}

impl DeclarativeCheck {
    /// Resolves a check of a closed kind.
    #[expect(clippy::too_many_lines, reason = "one arm a kind of check")]
    pub(super) fn new(rule: &Rule, check: &Check, parameters: &Parameters) -> Result<Self, String> {
        let unknown = |field: &str| {
            format!(
                "rule `{}`: no field `{field}` for this kind of check",
                rule.id
            )
        };
        let scalar_of = |field: &str| scalar(field).ok_or_else(|| unknown(field));
        let items_of = |field: &str| items(field).ok_or_else(|| unknown(field));
        let any_of = |field: &str| any(field).ok_or_else(|| unknown(field));
        let lower =
            |values: &[Text<'static>]| values.iter().map(|value| value.to_lowercase()).collect();
        let bound = |bound: &Option<Bound>| {
            bound.as_ref().map(|bound| match bound {
                Bound::Number(number) => *number,
                Bound::Parameter(name) => parameters.integer(parameter_name(name).unwrap_or("")),
            })
        };
        let (kind, condition, on_missing) = match check {
            Check::Native | Check::Expression { .. } => {
                return Err(format!("rule `{}` is of no closed kind", rule.id));
            }
            Check::ForbiddenValue {
                field,
                values,
                when,
                on_missing,
                ..
            } => (
                Kind::ForbiddenValue(scalar_of(field)?, lower(values)),
                when,
                *on_missing,
            ),
            Check::ForbiddenItem {
                field,
                values,
                when,
                on_missing,
                ..
            } => (
                Kind::ForbiddenItem(items_of(field)?, lower(values)),
                when,
                *on_missing,
            ),
            Check::NumberRange {
                field,
                min,
                max,
                when,
                on_missing,
                ..
            } => {
                if &**field != FieldName::TokenLifetime.written(crate::model::Naming::PlatformApi) {
                    return Err(unknown(field));
                }
                (Kind::NumberRange(bound(min), bound(max)), when, *on_missing)
            }
            Check::ListSize {
                field,
                min,
                max,
                when,
                on_missing,
                ..
            } => (
                Kind::ListSize(items_of(field)?, bound(min), bound(max)),
                when,
                *on_missing,
            ),
            Check::MustBeAbsent { field, when, .. } => {
                (Kind::MustBeAbsent(any_of(field)?), when, OnMissing::Pass)
            }
            Check::MustBePresent { field, when, .. } => {
                (Kind::MustBePresent(any_of(field)?), when, OnMissing::Fail)
            }
            Check::ForbiddenPattern {
                field,
                pattern,
                when,
                on_missing,
                ..
            } => (
                Kind::ForbiddenPattern(scalar_of(field)?, patterns(rule, pattern, parameters)?),
                when,
                *on_missing,
            ),
            Check::RequiredPattern {
                field,
                pattern,
                when,
                on_missing,
                ..
            } => (
                Kind::RequiredPattern(scalar_of(field)?, patterns(rule, pattern, parameters)?),
                when,
                *on_missing,
            ),
        };
        Ok(Self {
            condition: CompiledCondition::new(condition),
            kind,
            on_missing,
        })
    }

    /// Whether it limits the token lifetime.
    pub(super) const fn limits_lifetime(&self) -> bool {
        matches!(self.kind, Kind::NumberRange(..))
    }

    /// The token lifetimes that it accepts, if it is certain to apply to the client.
    pub(super) fn lifetime_range(&self, client: &Client<'_>) -> Option<LifetimeRange> {
        let Kind::NumberRange(shortest, longest) = self.kind else {
            return None;
        };
        let range = LifetimeRange {
            shortest,
            longest,
            ..LifetimeRange::default()
        };
        (self.condition.holds(client) == Some(true)).then_some(range)
    }

    /// Judges one client.
    pub(super) fn judge(&self, context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
        let client = context.client;
        match self.condition.holds(client) {
            Some(true) => {
                let found = judgement.added(|judgement| self.judge_kind(client, judgement));
                if self.condition.is_guess(client) {
                    for violation in found {
                        violation.confidence(Confidence::Low);
                    }
                }
            }
            Some(false) => {}
            // Whether the rule applies is unknown; that matters only if it would not pass.
            None => {
                let mut supposed = Judgement::default();
                self.judge_kind(client, &mut supposed);
                if !(supposed.violations.is_empty() && supposed.not_judged.is_empty()) {
                    judgement.not_judged(Need::Value);
                }
            }
        }
    }

    fn judge_kind(&self, client: &Client<'_>, judgement: &mut Judgement) {
        match &self.kind {
            Kind::ForbiddenValue(field, values) => {
                let is_forbidden = |value: &str| values.contains(&value.to_lowercase());
                let found = judgement.added(|judgement| {
                    self.judge_scalar(client, *field, judgement, is_forbidden);
                });
                for violation in found {
                    for grant in other_grants(*field, values) {
                        violation.choice(options::grant(client, grant));
                    }
                }
            }
            Kind::ForbiddenPattern(field, set) => {
                self.judge_scalar(client, *field, judgement, |value| set.is_match(value));
            }
            // Without a pattern the rule is off.
            Kind::RequiredPattern(_, set) if set.is_empty() => {}
            Kind::RequiredPattern(field, set) => {
                let found = judgement.added(|judgement| {
                    self.judge_scalar(client, *field, judgement, |value| !set.is_match(value));
                });
                if let Scalar::Text(name @ FieldName::Description) = *field {
                    for violation in found {
                        violation.choice(vec![options::placeholder(name)]);
                    }
                }
            }
            Kind::ForbiddenItem(field, values) => {
                let list = Targets::from_field(client, *field);
                for target in &list.each {
                    let value = match target.part {
                        crate::model::Part::Division => {
                            target.value.rsplit('@').next().unwrap_or("")
                        }
                        _ => &target.value,
                    };
                    if values.contains(&value.to_lowercase()) {
                        judgement
                            .report(client, "main", target)
                            .clear_every(RemedyClass::Unsafe, Action::Remove);
                    }
                }
                if list.hidden {
                    judgement.not_judged(Need::Value);
                } else if list.each.is_empty() {
                    self.judge_missing(client, &list.whole, judgement);
                }
            }
            Kind::NumberRange(min, max) => self.judge_lifetime(client, *min, *max, judgement),
            // Most lists are within the limit even with repetitions.
            Kind::ListSize(field, min, max)
                if field.fills(client, (*max).unwrap_or(i64::MAX))
                    && min.is_none_or(|min| min <= 1) => {}
            Kind::ListSize(field, min, max) => {
                let list = Targets::from_field(client, *field);
                let distinct = list.distinct();
                let count = i64::try_from(distinct.len()).unwrap_or(i64::MAX);
                if max.is_some_and(|max| count > max) {
                    let beyond = usize::try_from(max.unwrap_or(0)).unwrap_or(0);
                    judgement
                        .report(
                            client,
                            "main",
                            &list.list_target(distinct.get(beyond).copied()),
                        )
                        .with("count", count)
                        .with("limit", max.unwrap_or(0));
                } else if list.hidden {
                    judgement.not_judged(Need::Value);
                } else if count == 0 && self.on_missing != OnMissing::Fail {
                    self.judge_missing(client, &list.whole, judgement);
                } else if min.is_some_and(|min| count < min) {
                    judgement
                        .report(client, "main", &list.whole)
                        .with("count", count)
                        .with("limit", min.unwrap_or(0));
                }
            }
            Kind::MustBeAbsent(field) => match presence(client, *field) {
                Presence::Set(target, count) => {
                    judgement
                        .report(client, "main", &target)
                        .remedy(emptied(client, *field))
                        .with("count", count)
                        .with("lists", lists(client, *field));
                }
                Presence::NotSet(_) => {}
                Presence::Hidden => judgement.not_judged(Need::Value),
            },
            Kind::MustBePresent(AnyField::Items(field)) if field.fills(client, i64::MAX) => {}
            Kind::MustBePresent(field) => match presence(client, *field) {
                Presence::Set(..) => {}
                Presence::NotSet(target) => {
                    let missing = vec![options::placeholder(target.field)];
                    judgement.report(client, "main", &target).choice(missing);
                }
                Presence::Hidden => judgement.not_judged(Need::Value),
            },
        }
    }

    /// A field that is not there.
    fn judge_missing(&self, client: &Client<'_>, target: &Target<'_>, judgement: &mut Judgement) {
        match self.on_missing {
            OnMissing::Pass => {}
            OnMissing::Fail => {
                judgement.report(client, "main", target);
            }
            OnMissing::NotJudged => judgement.not_judged(Need::Value),
        }
    }

    fn judge_scalar(
        &self,
        client: &Client<'_>,
        field: Scalar,
        judgement: &mut Judgement,
        is_fault: impl Fn(&str) -> bool,
    ) {
        let (name, value) = read_scalar(client, field);
        match &value {
            Field::Present(located) if is_fault(&located.value) => {
                judgement.report_field(client, "main", name, &value);
            }
            Field::Present(_) => {}
            Field::Absent => {
                self.judge_missing(client, &Target::field(client, name, &value), judgement);
            }
            Field::Unknown(_) => judgement.not_judged(Need::Value),
        }
    }

    fn judge_lifetime(
        &self,
        client: &Client<'_>,
        min: Option<i64>,
        max: Option<i64>,
        judgement: &mut Judgement,
    ) {
        let field = &client.token_lifetime;
        let target = Target::field(client, FieldName::TokenLifetime, field);
        match field {
            Field::Present(located) => {
                let number: &Number<'_> = &located.value;
                // Not an integer is for another rule to report.
                let Some(value) = number.integer else { return };
                let below = min.filter(|min| value < *min);
                let above = max.filter(|max| value > *max);
                if let Some(limit) = below.or(above) {
                    judgement
                        .report(client, "main", &target)
                        .shorten(value, limit)
                        .with("value", value)
                        .with("limit", limit);
                }
            }
            Field::Absent => self.judge_missing(client, &target, judgement),
            Field::Unknown(_) => judgement.not_judged(Need::Value),
        }
    }
}

/// The grant types of which a check that forbids others lets one be chosen.
fn other_grants(field: Scalar, forbidden: &[String]) -> impl Iterator<Item = GrantType> {
    let grants = [GrantType::Code, GrantType::ClientCredentials].into_iter();
    let is_allowed = |grant: &GrantType| !forbidden.contains(&grant.name().to_lowercase());
    grants.filter(move |grant| matches!(field, Scalar::GrantType) && is_allowed(grant))
}

/// The regular expressions that a check names, or those of the parameter that it names.
fn patterns(rule: &Rule, pattern: &str, parameters: &Parameters) -> Result<RegexSet, String> {
    let patterns: Vec<&str> = match parameter_name(pattern) {
        Some(name) => parameters.list(name).collect(),
        None => vec![pattern],
    };
    regex::RegexSetBuilder::new(patterns)
        .case_insensitive(true)
        .build()
        .map_err(|error| format!("rule `{}`: {error}", rule.id))
}

impl CompiledCondition {
    pub(super) fn new(condition: &Condition) -> Self {
        let kinds = |keys: &[Text<'static>]| {
            let keys = keys.iter();
            keys.map(|key| ClientKind::of_key(key)).collect()
        };
        Self {
            grants: condition
                .grant
                .iter()
                .map(|grant| GrantType::parse(grant))
                .collect(),
            kinds: kinds(&condition.kind),
            not_kinds: kinds(&condition.not_kind),
            active: condition.active,
        }
    }

    /// Whether the rule applies; `None` if that depends on an unknown grant type.
    pub(super) fn holds(&self, client: &Client<'_>) -> Option<bool> {
        let is_of = |kind: &Option<ClientKind>| kind.is_some_and(|kind| client.is_of_kind(kind));
        let may_be = |kind: &Option<ClientKind>| kind.is_some_and(|kind| client.may_be(kind));
        if !self.kinds.is_empty() && !self.kinds.iter().any(may_be) {
            return Some(false);
        }
        // Only a kind that is certain exempts.
        if self.not_kinds.iter().any(is_of) {
            return Some(false);
        }
        if self
            .active
            .is_some_and(|active| active != client.is_active())
        {
            return Some(false);
        }
        if self.grants.is_empty() {
            return Some(true);
        }
        match client.grant() {
            Some(GrantType::Other) | None => None,
            Some(grant) => Some(self.grants.contains(&grant)),
        }
    }
}

impl CompiledCondition {
    /// Whether the rule applies only because of a guess at the kind of the client.
    pub(super) fn is_guess(&self, client: &Client<'_>) -> bool {
        let is_of = |kind: &Option<ClientKind>| kind.is_some_and(|kind| client.is_of_kind(kind));
        !self.kinds.is_empty() && !self.kinds.iter().any(is_of)
    }
}

impl Items {
    /// Whether there are items, at most so many with repetitions, and none is hidden.
    fn fills(self, client: &Client<'_>, most: i64) -> bool {
        let Self::Texts(name) = self else {
            return false;
        };
        let list = texts(client, name);
        let count = i64::try_from(list.items().count()).unwrap_or(i64::MAX);
        (1..=most).contains(&count) && list.is_complete()
    }
}

/// The items of a list as targets.
struct Targets<'c> {
    each: Vec<Target<'c>>,
    whole: Target<'c>,
    /// Some are hidden.
    hidden: bool,
}

impl<'c> Targets<'c> {
    fn from_field(client: &'c Client<'_>, field: Items) -> Self {
        match field {
            Items::Texts(name) => {
                let list = texts(client, name);
                Self {
                    each: list.items().map(|item| Target::item(name, &item)).collect(),
                    whole: Target::field(client, name, list),
                    hidden: !list.is_complete(),
                }
            }
            Items::Roles => Self {
                each: client
                    .grants()
                    .iter()
                    .map(crate::model::Grants::role_target)
                    .collect(),
                whole: Target::field(client, FieldName::RoleDivisions, &client.role_divisions),
                hidden: !client.knows_its_roles(),
            },
            Items::Divisions => {
                let grants = client.grants();
                Self {
                    each: grants
                        .iter()
                        .filter(|grant| grant.division.is_some())
                        .map(crate::model::Grants::division_target)
                        .collect(),
                    whole: Target::field(client, FieldName::RoleDivisions, &client.role_divisions),
                    hidden: !client.role_divisions.is_complete()
                        || grants.iter().any(|grant| grant.division_unknown),
                }
            }
        }
    }

    /// The first target of each distinct value.
    fn distinct(&self) -> Vec<&Target<'c>> {
        let mut seen = DedupSet::default();
        self.each
            .iter()
            .filter(|target| seen.insert(target.value.as_ref()))
            .collect()
    }

    /// The place of one item, without its value: the number of items is not a property of
    /// the item beyond the limit, so no fingerprint may depend on it.
    fn list_target(&self, item: Option<&Target<'c>>) -> Target<'c> {
        item.map_or_else(
            || self.whole.clone(),
            |item| Target {
                value: std::borrow::Cow::Borrowed(""),
                ..item.clone()
            },
        )
    }
}

/// A field as a whole, whatever it holds.
pub(super) fn whole<'c>(client: &'c Client<'_>, field: AnyField) -> Target<'c> {
    match field {
        AnyField::Scalar(scalar) => {
            let (name, value) = read_scalar(client, scalar);
            Target::field(client, name, &value)
        }
        AnyField::Lifetime => {
            Target::field(client, FieldName::TokenLifetime, &client.token_lifetime)
        }
        AnyField::Items(items) => Targets::from_field(client, items).whole,
    }
}

enum Presence<'c> {
    /// There, with so many items.
    Set(Target<'c>, usize),
    NotSet(Target<'c>),
    Hidden,
}

fn presence<'c>(client: &'c Client<'_>, field: AnyField) -> Presence<'c> {
    match field {
        AnyField::Scalar(scalar) => {
            let (name, value) = read_scalar(client, scalar);
            let target = Target::field(client, name, &value);
            match value {
                Field::Present(located) if !located.value.trim().is_empty() => {
                    Presence::Set(target, 1)
                }
                Field::Unknown(_) => Presence::Hidden,
                _ => Presence::NotSet(target),
            }
        }
        AnyField::Lifetime => {
            let field = &client.token_lifetime;
            let target = Target::field(client, FieldName::TokenLifetime, field);
            match field {
                Field::Present(_) => Presence::Set(target, 1),
                Field::Absent => Presence::NotSet(target),
                Field::Unknown(_) => Presence::Hidden,
            }
        }
        AnyField::Items(items) => {
            let list = Targets::from_field(client, items);
            match list.each.first() {
                Some(first) => Presence::Set(list.list_target(Some(first)), list.distinct().len()),
                None if list.hidden => Presence::Hidden,
                None => Presence::NotSet(list.whole),
            }
        }
    }
}

/// How to make a field absent: safe where it has no effect with the grant of the client.
fn emptied(client: &Client<'_>, field: AnyField) -> Remedy {
    let fields: Vec<FieldName> = match field {
        AnyField::Items(Items::Roles | Items::Divisions) => {
            vec![FieldName::RoleDivisions, FieldName::RoleIds]
        }
        AnyField::Items(Items::Texts(name)) | AnyField::Scalar(Scalar::Text(name)) => vec![name],
        AnyField::Scalar(Scalar::GrantType) => vec![FieldName::GrantType],
        AnyField::Lifetime => vec![FieldName::TokenLifetime],
    };
    let is_idle = fields.iter().all(|field| !client.uses(*field));
    let fields = fields
        .into_iter()
        .filter(|field| !client.presence(*field).is_absent());
    let changes = fields.map(|field| Change::of_field(field, Action::Remove));
    if is_idle {
        Remedy {
            class: RemedyClass::Safe,
            changes: changes.collect(),
            options: Vec::new(),
        }
    } else {
        Remedy::default()
    }
}

/// What must be emptied so that a field is absent: roles may are in two lists.
fn lists(client: &Client<'_>, field: AnyField) -> String {
    let of_roles = [
        (FieldName::RoleDivisions, client.role_divisions.is_empty()),
        (FieldName::RoleIds, client.role_ids.is_empty()),
    ];
    if let AnyField::Items(Items::Roles | Items::Divisions) = field {
        let filled = of_roles.iter().filter(|(_, is_empty)| !is_empty);
        let names: Vec<_> = filled
            .map(|(name, _)| name.written(client.naming))
            .collect();
        return names.join(" and ");
    }
    whole(client, field).path(client.naming)
}

fn read_scalar<'c>(client: &'c Client<'_>, field: Scalar) -> (FieldName, Field<Text<'c>>) {
    fn borrow<'c>(field: &'c Field<Text<'_>>) -> Field<Text<'c>> {
        match field {
            Field::Present(located) => {
                Field::present(Text::Borrowed(located.value.as_ref()), located.place)
            }
            Field::Absent => Field::Absent,
            Field::Unknown(unknown) => Field::Unknown(*unknown),
        }
    }
    match field {
        Scalar::GrantType => {
            let value = match &client.grant_type {
                Field::Present(located) => {
                    let (grant, written) = &located.value;
                    let name = match grant {
                        GrantType::Other => written.as_ref(),
                        known => known.name(),
                    };
                    Field::present(Text::Borrowed(name), located.place)
                }
                Field::Absent => Field::Absent,
                Field::Unknown(unknown) => Field::Unknown(*unknown),
            };
            (FieldName::GrantType, value)
        }
        Scalar::Text(name) => (
            name,
            borrow(match name {
                FieldName::Id => &client.id,
                FieldName::Name => &client.name,
                FieldName::State => &client.state,
                FieldName::DateToDelete => &client.rare.date_to_delete,
                FieldName::SecretDirectory => &client.rare.secret_directory,
                _ => &client.description,
            }),
        ),
    }
}

fn texts<'c, 'a>(client: &'c Client<'a>, name: FieldName) -> &'c crate::model::List<Text<'a>> {
    match name {
        FieldName::RedirectUris => &client.redirect_uris,
        FieldName::RoleIds => &client.role_ids,
        _ => &client.scopes,
    }
}

fn scalar(field: &str) -> Option<Scalar> {
    Some(match field {
        "authorizedGrantType" => Scalar::GrantType,
        "id" => Scalar::Text(FieldName::Id),
        "name" => Scalar::Text(FieldName::Name),
        "description" => Scalar::Text(FieldName::Description),
        "state" => Scalar::Text(FieldName::State),
        "dateToDelete" => Scalar::Text(FieldName::DateToDelete),
        "directory_client_secret" => Scalar::Text(FieldName::SecretDirectory),
        _ => return None,
    })
}

fn items(field: &str) -> Option<Items> {
    Some(match field {
        "registeredRedirectUri" => Items::Texts(FieldName::RedirectUris),
        "scope" => Items::Texts(FieldName::Scopes),
        "roleIds" => Items::Texts(FieldName::RoleIds),
        "roles" => Items::Roles,
        "divisions" => Items::Divisions,
        _ => return None,
    })
}

pub(super) fn any(field: &str) -> Option<AnyField> {
    if field == "accessTokenValiditySeconds" {
        return Some(AnyField::Lifetime);
    }
    scalar(field)
        .map(AnyField::Scalar)
        .or_else(|| items(field).map(AnyField::Items))
}
