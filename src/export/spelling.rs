//! Spellings of keys: the API's camel case, snake case, Pascal case, Terraform's names.
//!
//! Invariant: a key is read if it can mean only one field. Two spellings of one field in one map are a
//! problem, never a choice.

use crate::document::Node;
use crate::finding::{Problem, ProblemKind};
use crate::model::{FieldName, Naming};
use crate::text::Place;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Keys of the Platform API other than the fields of a client.
const KEYS: [&str; 29] = [
    "roleId",
    "divisionId",
    "selfUri",
    "firstUri",
    "nextUri",
    "entities",
    "total",
    "pageCount",
    "pageNumber",
    "pageSize",
    "default",
    "defaultRoleId",
    "permissions",
    "permissionPolicies",
    "permissionMap",
    "domain",
    "entityName",
    "actionSet",
    "homeDivision",
    "username",
    "resourceOwner",
    "thirdPartyOrgName",
    "grants",
    "client",
    "roles",
    "pending",
    "policies",
    "allowConditions",
    "resourceConditionNode",
];

/// Names of Terraform that are not a spelling of the API's.
const ALIASES: [(&str, &str); 2] = [
    ("registeredRedirectUris", "registeredRedirectUri"),
    ("scopes", "scope"),
];

/// The letters of a key in lower case: spellings of one key have the same.
fn letters(key: &str) -> impl Iterator<Item = u8> + '_ {
    let letters = key.bytes().filter(|byte| !b"_- ".contains(byte));
    letters.map(|byte| byte.to_ascii_lowercase())
}

/// The letters of a key that is short enough to be a known name.
pub(super) struct Letters {
    bytes: [u8; Self::LONGEST],
    length: usize,
}

impl Letters {
    /// No known name has more letters.
    const LONGEST: usize = 32;

    /// The letters of a key; `None` if it is too long to be a known name.
    pub(super) fn new(key: &str) -> Option<Self> {
        let (mut bytes, mut length) = ([0; Self::LONGEST], 0);
        for letter in letters(key) {
            *bytes.get_mut(length)? = letter;
            length += 1;
        }
        Some(Self { bytes, length })
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

/// A table of names by their letters.
pub(super) fn by_letters<T: Copy>(names: impl Iterator<Item = (&'static str, T)>) -> Names<T> {
    names
        .map(|(name, value)| (letters(name).collect(), value))
        .collect()
}

/// Values by the letters of their names.
pub(super) type Names<T> = HashMap<Box<[u8]>, T>;

/// Whether two keys are spellings of one name.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    letters(one).eq(letters(other))
}

/// The API's name of a key, in whatever spelling; `None` if it is not a key of the API.
pub(super) fn canonical(key: &str) -> Option<&'static str> {
    static NAMES: LazyLock<Names<&'static str>> = LazyLock::new(|| {
        let fields = FieldName::ALL.map(|field| field.written(Naming::PlatformApi));
        let own = KEYS.into_iter().chain(fields).map(|key| (key, key));
        by_letters(ALIASES.into_iter().chain(own))
    });
    if let Some(field) = FieldName::from_name(key) {
        return Some(field.written(Naming::PlatformApi));
    }
    if let Some(exact) = KEYS.iter().find(|known| **known == key) {
        return Some(exact);
    }
    NAMES.get(Letters::new(key)?.as_bytes()).copied()
}

/// Whether an unknown key is the name of a field with a few letters too many, too few or wrong.
pub(super) fn is_damaged(key: &str, field: &str) -> bool {
    const MOST: usize = 4;
    let lower = |text: &str| -> Vec<u8> { letters(text).collect() };
    let (key, field) = (lower(key), lower(field));
    let is_near = key.len().abs_diff(field.len()) <= MOST;
    let slips = || strsim::generic_damerau_levenshtein(&key, &field);
    is_near && slips() <= MOST.min(field.len() / 3)
}

/// The problem of a key that is probably the damaged name of a field.
pub(super) fn damaged(key: &str, field: &str, place: Place) -> Problem {
    Problem::new(
        ProblemKind::WrongType,
        format!("`{key}` is not a field, and `{field}` is missing: the file was probably damaged"),
        format!("export it again, or correct the name to `{field}`"),
    )
    .at(place)
}

/// Whether a key is Terraform's name of a field, not a spelling of the API's.
pub(super) fn is_alias(key: &str) -> bool {
    ALIASES.iter().any(|(alias, _)| is_same(alias, key))
}

/// The value of a key of the API, in its own spelling or else in another.
pub(super) fn field<'d, 'a>(node: Node<'d, 'a>, name: &str) -> Option<Node<'d, 'a>> {
    node.get(name).or_else(|| {
        let mut entries = node.entries();
        let found = entries.find(|(key, _)| key.text().is_some_and(|key| is_same(&key, name)));
        found.map(|(_, value)| value)
    })
}

/// The value of a key in a text that `PowerShell` made of an object: `@{roleId=1; divisionId=2}`.
pub(super) fn powershell_field<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let inner = text.trim().strip_prefix("@{")?.strip_suffix('}')?;
    let pairs = inner.split(';').filter_map(|pair| pair.split_once('='));
    let mut values = pairs.filter(|(key, _)| is_same(key.trim(), name));
    let (_, value) = values.next()?;
    values.next().is_none().then(|| value.trim())
}

/// A number that is whole and not negative, also in quotes.
pub(super) fn whole_number(node: Node<'_, '_>) -> Option<u64> {
    let text = node.text();
    let written = node.number().or(text.as_deref())?;
    u64::try_from(super::lower::integer(written.trim())?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_has_one_name() {
        for (key, name) in [
            ("authorizedGrantType", Some("authorizedGrantType")),
            ("AuthorizedGrantType", Some("authorizedGrantType")),
            ("authorized_grant_type", Some("authorizedGrantType")),
            ("Authorized Grant Type", Some("authorizedGrantType")),
            ("registeredRedirectUris", Some("registeredRedirectUri")),
            ("registered_redirect_uris", Some("registeredRedirectUri")),
            ("Scopes", Some("scope")),
            ("grantType", None),
        ] {
            assert_eq!(canonical(key), name, "{key}");
        }
    }

    #[test]
    fn text_of_powershell_has_fields() {
        let text = "@{roleId=a-1; divisionId=*}";
        assert_eq!(powershell_field(text, "roleId"), Some("a-1"));
        assert_eq!(powershell_field(text, "divisionId"), Some("*"));
        assert_eq!(powershell_field("@{roleId=a; roleId=b}", "roleId"), None);
        assert_eq!(powershell_field("roleId=a", "roleId"), None);
    }
}
