//! An OAuth client, its fields under their names in the export.

use super::field::{EntityRef, Field, Item, List, Text, TextPart};
use super::fields::{FieldName, Naming, Part};
use super::kinds::KindOf;
use crate::text::{Place, SecretValue};
use std::borrow::Cow;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// An OAuth client as exported. Field meanings: Platform API `OAuthClient`.
#[derive(Clone, Debug, Default)]
pub struct Client<'a> {
    /// The whole client in its file.
    pub place: Place,
    /// How its export spells field names.
    pub naming: Naming,
    /// Its Terraform address, where it has one.
    pub address: Option<Text<'a>>,
    /// The client id, a UUID.
    pub id: Field<Text<'a>>,
    /// Its name.
    pub name: Field<Text<'a>>,
    /// What it is for, if the client says.
    pub description: Field<Text<'a>>,
    /// How it obtains tokens.
    pub grant_type: Field<(GrantType, Text<'a>)>,
    /// Where tokens and codes may be sent.
    pub redirect_uris: List<Text<'a>>,
    /// What it may ask of a user.
    pub scopes: List<Text<'a>>,
    /// Deprecated list of roles without divisions.
    pub role_ids: List<Text<'a>>,
    /// Its roles, each in a division.
    pub role_divisions: List<RoleGrant<'a>>,
    /// Seconds that a token lives.
    pub token_lifetime: Field<Number<'a>>,
    /// `active`, `inactive` or `disabled`.
    pub state: Field<Text<'a>>,
    /// When it was made, ISO 8601.
    pub date_created: Field<Text<'a>>,
    /// When it was last changed, ISO 8601.
    pub date_modified: Field<Text<'a>>,
    /// Id of the user who made it.
    pub created_by: Field<Text<'a>>,
    /// Id of the user who last changed it.
    pub modified_by: Field<Text<'a>>,
    /// What few clients have.
    pub rare: Rare<'a>,
    /// What kind of client it is, recognised once.
    pub kind: KindOf,
}

/// What few clients have, kept apart from the others: a hundred thousand clients without it
/// are ten megabytes less.
#[derive(Clone, Debug, Default)]
pub struct Rare<'a>(Option<Box<RareFields<'a>>>);

/// The fields of [`Rare`].
#[derive(Clone, Debug, Default)]
pub struct RareFields<'a> {
    /// When it will be deleted, ISO 8601.
    pub date_to_delete: Field<Text<'a>>,
    /// Terraform: the secret is written into the state.
    pub exposes_secret: Field<bool>,
    /// Terraform: the secret is written into this directory.
    pub secret_directory: Field<Text<'a>>,
    /// Secrets that are in the export.
    pub secrets: Vec<Secret>,
    /// What looks like a secret in its name, its description and its redirect URIs.
    pub recognised: Vec<SecretValue>,
    /// Keys that this version does not know.
    pub unknown_keys: Vec<(Text<'a>, Place)>,
    /// The world that it is judged in, in words; empty if there is one only.
    pub world: String,
    /// The source of its values in this world, if that is not the configuration.
    pub applied: Option<Applied>,
    /// The client in other worlds: with other values of variables, or other conditions.
    pub other_worlds: Vec<Client<'a>>,
    /// Not all combinations of values were tried.
    pub has_more_worlds: bool,
    /// Redirect URIs of which parts are known, by their positions.
    pub partial_uris: Vec<(u32, Vec<TextPart>)>,
    /// Terraform: the places of the literals that a value consists of, by its own place.
    pub parts: Vec<(Place, Vec<Place>)>,
    /// Terraform: the `module` blocks through which its root calls its module, the root's first.
    pub callers: Vec<Place>,
    /// Terraform: the directory of its root.
    pub root: Option<Arc<str>>,
}

static NOTHING_RARE: RareFields<'static> = RareFields {
    date_to_delete: Field::Absent,
    exposes_secret: Field::Absent,
    secret_directory: Field::Absent,
    secrets: Vec::new(),
    recognised: Vec::new(),
    unknown_keys: Vec::new(),
    world: String::new(),
    applied: None,
    other_worlds: Vec::new(),
    has_more_worlds: false,
    partial_uris: Vec::new(),
    parts: Vec::new(),
    callers: Vec::new(),
    root: None,
};

impl<'a> Deref for Rare<'a> {
    type Target = RareFields<'a>;

    fn deref(&self) -> &RareFields<'a> {
        self.0.as_deref().unwrap_or(&NOTHING_RARE)
    }
}

impl DerefMut for Rare<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.0.get_or_insert_default()
    }
}

impl Rare<'_> {
    /// Whether any of its fields may be set.
    #[must_use]
    pub const fn is_set(&self) -> bool {
        self.0.is_some()
    }
}

impl<'a> From<RareFields<'a>> for Rare<'a> {
    fn from(fields: RareFields<'a>) -> Self {
        Self(Some(Box::new(fields)))
    }
}

/// A source that has what is, or will be, next to what is configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// A plan: what will be.
    Plan,
    /// A state: what was, when it was last applied.
    State,
    /// An export of the platform.
    Export,
}

/// The five grant types of Genesys Cloud, and everything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GrantType {
    /// `CODE`: authorization code, with or without PKCE.
    Code,
    /// `TOKEN`: implicit.
    Token,
    /// `SAML2-BEARER`
    Saml2Bearer,
    /// `PASSWORD`
    Password,
    /// `CLIENT-CREDENTIALS`
    ClientCredentials,
    /// Any other value.
    Other,
}

impl GrantType {
    /// Reads a grant type as liberally as the Platform API does: case, `_` for `-`, and the
    /// spelling without a separator.
    #[must_use]
    pub fn parse(written: &str) -> Self {
        let written = written.trim().as_bytes();
        let alike = |one: u8, other: u8| {
            let hyphen = |byte| if byte == b'_' { b'-' } else { byte };
            hyphen(one).eq_ignore_ascii_case(&hyphen(other))
        };
        let is = |name: &str| {
            written.len() == name.len()
                && written
                    .iter()
                    .zip(name.bytes())
                    .all(|(one, other)| alike(*one, other))
        };
        let mut known = Self::SPELLINGS.into_iter();
        let found = known.find(|(spelling, _)| is(spelling));
        found.map_or(Self::Other, |(_, grant)| grant)
    }

    /// The grant type of a text, with the text.
    #[must_use]
    pub fn with_text(written: Text<'_>) -> (Self, Text<'_>) {
        (Self::parse(&written), written)
    }

    const SPELLINGS: [(&str, Self); 6] = [
        ("CODE", Self::Code),
        ("CLIENT-CREDENTIALS", Self::ClientCredentials),
        ("TOKEN", Self::Token),
        ("SAML2-BEARER", Self::Saml2Bearer),
        ("SAML2BEARER", Self::Saml2Bearer),
        ("PASSWORD", Self::Password),
    ];

    /// The name in the Platform API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Code => "CODE",
            Self::Token => "TOKEN",
            Self::Saml2Bearer => "SAML2-BEARER",
            Self::Password => "PASSWORD",
            Self::ClientCredentials => "CLIENT-CREDENTIALS",
            Self::Other => "unknown",
        }
    }

    /// The name that people say.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Code => "authorization code",
            Self::Token => "implicit",
            Self::Saml2Bearer => "SAML2 bearer",
            Self::Password => "password",
            Self::ClientCredentials => "client credentials",
            Self::Other => "unknown grant",
        }
    }
}

/// A number as written, and as an integer if it is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number<'a> {
    /// The digits in the file.
    pub written: Text<'a>,
    /// Its value, unless it has a fraction or is beyond 64 bits.
    pub integer: Option<i64>,
}

/// A role that a client holds in a division.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleGrant<'a> {
    /// The role.
    pub role: Field<EntityRef<'a>>,
    /// The division, or `*` for all. In Terraform an absent one is the home division.
    pub division: Field<EntityRef<'a>>,
}

/// A secret that is in the export: its place, and its value hidden.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// The key it is under.
    pub key: String,
    /// Where.
    pub place: Place,
    /// The value; it can be compared, not read.
    pub value: SecretValue,
}

impl Secret {
    /// Where a finding about it points; never with the secret, since a target goes into the
    /// fingerprint.
    #[must_use]
    pub const fn target(&self) -> Target<'static> {
        Target {
            place: self.place,
            field: FieldName::Secret,
            index: None,
            part: Part::Whole,
            value: Cow::Borrowed(""),
        }
    }
}

/// What a finding points at: a place, the path of the field that it is in, and the value
/// that names it among its siblings.
#[derive(Clone, Debug)]
pub struct Target<'s> {
    /// Where.
    pub place: Place,
    /// The field.
    pub field: FieldName,
    /// The position in a list.
    pub index: Option<u32>,
    /// The part of a list item, such as `roleId`.
    pub part: Part,
    /// The value of a list item, which names it in a fingerprint instead of its position.
    pub value: Cow<'s, str>,
}

/// The subject of a finding within its client, independent of export format and order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TargetKey {
    /// The client as a whole.
    Client,
    /// A field as a whole.
    Field(FieldName),
    /// A list item, by value.
    Item(FieldName, String),
    /// A role, by id.
    Role(String),
    /// A role in a division, both by id. Without a division, the role without one.
    Division(String, Option<String>),
    /// A field outside of clients, such as of an authorised application, and a value of it.
    Other(String, Option<String>),
}

impl<'s> Target<'s> {
    /// A field as a whole; if it is absent, the client's name in its stead.
    #[must_use]
    pub fn field<T>(client: &Client<'_>, field: FieldName, value: &Field<T>) -> Self {
        Self {
            place: value.place().unwrap_or_else(|| client.label_place()),
            field,
            index: None,
            part: Part::Whole,
            value: Cow::Borrowed(""),
        }
    }

    /// The client as a whole, pointed at by its name if it has one.
    #[must_use]
    pub fn client(client: &Client<'_>) -> Self {
        Self {
            place: client.label_place(),
            field: FieldName::Client,
            index: None,
            part: Part::Whole,
            value: Cow::Borrowed(""),
        }
    }

    /// An item of a list of texts.
    #[must_use]
    pub fn item(field: FieldName, item: &Item<'s, Text<'_>>) -> Self {
        Self {
            place: item.place,
            field,
            index: Some(item.index),
            part: Part::Whole,
            value: Cow::Borrowed(item.value.as_ref()),
        }
    }

    /// The path in the names of an export, such as `roleDivisions[1].roleId`.
    #[must_use]
    pub fn path(&self, naming: Naming) -> String {
        let mut path = self.field.written(naming).to_owned();
        if let Some(index) = self.index {
            path = format!("{path}[{index}]");
        }
        self.with_part(path, naming)
    }

    /// A path, and behind it the part that the target is about.
    fn with_part(&self, path: String, naming: Naming) -> String {
        match self.part.written(naming) {
            // An entry of the list of ids has no parts, though it means a division, too.
            _ if self.field == FieldName::RoleIds => path,
            "" => path,
            part => format!("{path}.{part}"),
        }
    }

    /// The subject of the finding, for fingerprints, acceptances and baselines.
    #[must_use]
    pub fn key(&self) -> TargetKey {
        let value = || self.value.to_string();
        match (self.field, self.part) {
            (_, Part::Role) | (FieldName::RoleIds, Part::Whole) if !self.value.is_empty() => {
                TargetKey::Role(value())
            }
            (_, Part::Division) if !self.value.is_empty() => match self.value.split_once('@') {
                Some((role, division)) => {
                    TargetKey::Division(role.to_owned(), Some(division.to_owned()))
                }
                None => TargetKey::Division(value(), None),
            },
            (field, _) if !self.value.is_empty() => TargetKey::Item(field, value()),
            (FieldName::Client, _) => TargetKey::Client,
            (field, _) => TargetKey::Field(field),
        }
    }
}

/// A role of a client, from `roleDivisions` or, if that is absent, from `roleIds`.
#[derive(Clone, Copy, Debug)]
pub struct Grants<'c> {
    /// The role's id.
    pub role: &'c str,
    /// The place of the role's id.
    pub role_place: Place,
    /// The division's id, `*`, or none.
    pub division: Option<&'c str>,
    /// The place of the division's id, if there is one.
    pub division_place: Option<Place>,
    /// The division is there and cannot be known.
    pub division_unknown: bool,
    /// `roleDivisions` or `roleIds`.
    pub field: FieldName,
    /// The position in that field.
    pub index: u32,
}

impl<'c> Grants<'c> {
    /// The role's id as the target of a finding.
    #[must_use]
    pub fn role_target(&self) -> Target<'c> {
        Target {
            place: self.role_place,
            field: self.field,
            index: Some(self.index),
            part: if self.field == FieldName::RoleDivisions {
                Part::Role
            } else {
                Part::Whole
            },
            value: Cow::Borrowed(self.role),
        }
    }

    /// The division's id as the target of a finding, or the role's if no division is named.
    #[must_use]
    pub fn division_target(&self) -> Target<'c> {
        match (self.division, self.division_place) {
            (Some(division), Some(place)) => Target {
                place,
                field: self.field,
                index: Some(self.index),
                part: Part::Division,
                value: Cow::Owned(format!("{}@{division}", self.role)),
            },
            _ => Target {
                part: Part::Division,
                ..self.role_target()
            },
        }
    }
}

impl Client<'_> {
    /// The client in each of its worlds.
    pub fn worlds(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(&self.rare.other_worlds)
    }

    /// Runs over the client in each of its worlds.
    pub fn for_each_world(&mut self, mut run: impl FnMut(&mut Self)) {
        run(self);
        if self.rare.other_worlds.is_empty() {
            return;
        }
        self.rare.other_worlds.iter_mut().for_each(run);
    }
}

impl Client<'_> {
    /// Its grant type, if it is known.
    #[must_use]
    pub fn grant(&self) -> Option<GrantType> {
        self.grant_type.known().map(|(grant, _)| *grant)
    }

    /// Its roles as far as they are known. `roleIds` repeats `roleDivisions` where both are
    /// given, so it counts only where the other names none.
    #[must_use]
    pub fn grants(&self) -> Vec<Grants<'_>> {
        let divided: Vec<_> = self
            .role_divisions
            .items()
            .filter_map(|item| {
                let Field::Present(role) = &item.value.role else {
                    return None;
                };
                let division = &item.value.division;
                Some(Grants {
                    role: role.value.as_ref(),
                    role_place: role.place,
                    division: division.text(),
                    division_place: division.place(),
                    division_unknown: division.is_unknown(),
                    field: FieldName::RoleDivisions,
                    index: item.index,
                })
            })
            .collect();
        if !divided.is_empty() || self.role_divisions.is_unknown() {
            return divided;
        }
        self.role_ids
            .items()
            .map(|item| Grants {
                role: item.value.as_ref(),
                role_place: item.place,
                division: None,
                division_place: None,
                division_unknown: false,
                field: FieldName::RoleIds,
                index: item.index,
            })
            .collect()
    }

    /// Whether a field has an effect with the grant type of the client; where that is not known, it
    /// may have.
    #[must_use]
    pub fn uses(&self, field: FieldName) -> bool {
        let is_machine = |grant| grant == GrantType::ClientCredentials;
        match (self.grant(), field) {
            (None | Some(GrantType::Other), _) => true,
            (Some(grant), FieldName::Scopes) => !is_machine(grant),
            (Some(grant), FieldName::RoleIds | FieldName::RoleDivisions) => is_machine(grant),
            (Some(grant), FieldName::RedirectUris) => {
                matches!(grant, GrantType::Code | GrantType::Token)
            }
            _ => true,
        }
    }

    /// A field without its value: whether it is there, absent or unknown. A secret is not a field.
    #[must_use]
    pub fn presence(&self, field: FieldName) -> Field<()> {
        match field {
            FieldName::Client => Field::present((), self.place),
            FieldName::Id => self.id.presence(),
            FieldName::Name => self.name.presence(),
            FieldName::Description => self.description.presence(),
            FieldName::GrantType => self.grant_type.presence(),
            FieldName::RedirectUris => self.redirect_uris.presence(),
            FieldName::Scopes => self.scopes.presence(),
            FieldName::RoleIds => self.role_ids.presence(),
            FieldName::RoleDivisions => self.role_divisions.presence(),
            FieldName::TokenLifetime => self.token_lifetime.presence(),
            FieldName::State => self.state.presence(),
            FieldName::DateCreated => self.date_created.presence(),
            FieldName::DateModified => self.date_modified.presence(),
            FieldName::DateToDelete => self.rare.date_to_delete.presence(),
            FieldName::CreatedBy => self.created_by.presence(),
            FieldName::ModifiedBy => self.modified_by.presence(),
            FieldName::Secret => Field::Absent,
            FieldName::ExposesSecret => self.rare.exposes_secret.presence(),
            FieldName::SecretDirectory => self.rare.secret_directory.presence(),
        }
    }

    /// The grants of unknown roles in a division.
    #[must_use]
    pub fn unknown_roles_in(&self, division: &str) -> Vec<Grants<'_>> {
        let items = self.role_divisions.items();
        let unknown = items.filter(|item| item.value.role.is_unknown());
        let of_division = unknown.filter(|item| item.value.division.text() == Some(division));
        of_division
            .filter_map(|item| {
                Some(Grants {
                    role: "",
                    role_place: item.value.role.place()?,
                    division: item.value.division.text(),
                    division_place: item.value.division.place(),
                    division_unknown: false,
                    field: FieldName::RoleDivisions,
                    index: item.index,
                })
            })
            .collect()
    }

    /// Whether every role it holds is known: no list and no item is hidden.
    #[must_use]
    pub fn knows_its_roles(&self) -> bool {
        self.role_divisions.is_complete()
            && self.role_ids.is_complete()
            && self
                .role_divisions
                .items()
                .all(|item| item.value.role.known().is_some())
    }

    /// Whether its roles are known by their ids, and with `divided` their divisions too. An address
    /// does not determine an id.
    #[must_use]
    pub fn has_role_ids(&self, divided: bool) -> bool {
        let is_id = |field: &Field<EntityRef<'_>>| field.known().is_none_or(EntityRef::is_id);
        let mut grants = self.role_divisions.items().map(|item| item.value);
        grants.all(|grant| is_id(&grant.role) && (!divided || is_id(&grant.division)))
    }

    /// Whether tokens can be had for it: neither inactive nor disabled.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.off().is_none()
    }

    /// Why no tokens can be had for it: it is inactive, disabled or deleted.
    #[must_use]
    pub fn off(&self) -> Option<&'static str> {
        let state = self.state.text()?;
        let mut off = ["inactive", "disabled", "deleted"].into_iter();
        off.find(|off| state.eq_ignore_ascii_case(off))
    }

    /// What it is called: its name, else its address, else its id.
    #[must_use]
    pub fn label(&self) -> &str {
        self.name
            .text()
            .filter(|name| !name.trim().is_empty())
            .or(self.address.as_deref())
            .or(self.id.text())
            .unwrap_or("(no name)")
    }

    /// Where a report points to for the client as a whole: its name, else all of it.
    #[must_use]
    pub fn label_place(&self) -> Place {
        // A name may be written elsewhere, such as where a module is called.
        let own = self.name.place().filter(|name| self.place.contains(*name));
        own.unwrap_or(self.place)
    }

    /// What tells it from all others: its id, else its address, else its name.
    #[must_use]
    pub fn identity(&self) -> String {
        if let Some(id) = self.id.text() {
            return format!("id:{id}");
        }
        if let Some(address) = &self.address {
            return format!("address:{address}");
        }
        format!("name:{}", self.name.text().unwrap_or(""))
    }
}
