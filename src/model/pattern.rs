//! Client patterns of a policy.
//!
//! Invariant: a pattern that cannot match any client is rejected when it is read, with a suggestion;
//! it never silently matches nothing.

use super::client::{Client, GrantType};
use super::kinds::ClientKind;

/// Which clients a part of a policy is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientPattern {
    /// `*`
    Everybody,
    /// `id:..`, exactly.
    Id(String),
    /// `address:..`, a Terraform address, exactly.
    Address(String),
    /// `name:..` with `*` and `?`; case does not matter.
    Name(String),
    /// `kind:..`
    Kind(ClientKind),
    /// `grant:..`
    Grant(GrantType),
}

/// What a pattern begins with, for suggestions.
pub const PREFIXES: [&str; 5] = ["id", "name", "address", "kind", "grant"];

impl ClientPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong with it, for a message.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text == "*" {
            return Ok(Self::Everybody);
        }
        let Some((prefix, rest)) = text.split_once(':') else {
            return Err(format!(
                "`{text}` is not a client pattern: use `*`, or begin with one of {}",
                PREFIXES.map(|prefix| format!("`{prefix}:`")).join(", ")
            ));
        };
        if rest.trim().is_empty() {
            return Err(format!("`{prefix}:` has no value"));
        }
        Ok(match prefix {
            "id" => Self::Id(rest.into()),
            "address" => Self::Address(rest.into()),
            "name" => Self::Name(rest.into()),
            "kind" => Self::Kind(ClientKind::of_key(rest).ok_or_else(|| {
                format!(
                    "unknown kind of client `{rest}`: expected one of {}",
                    ClientKind::ALL.map(ClientKind::key).join(", ")
                )
            })?),
            "grant" => Self::Grant(match GrantType::parse(rest) {
                GrantType::Other => {
                    return Err(format!("unknown grant type `{rest}`"));
                }
                grant => grant,
            }),
            _ => {
                return Err(format!(
                    "`{prefix}:` does not begin a client pattern: expected one of {}",
                    PREFIXES.map(|prefix| format!("`{prefix}:`")).join(", ")
                ));
            }
        })
    }

    /// Whether it means this client.
    #[must_use]
    pub fn matches(&self, client: &Client<'_>) -> bool {
        match self {
            Self::Kind(kind) => client.is_of_kind(*kind),
            Self::Grant(grant) => client.grant() == Some(*grant),
            _ => self.matches_named(
                client.id.text(),
                client.name.text(),
                client.address.as_deref(),
            ),
        }
    }

    /// Whether it means something with this id, name and address that need not be a client.
    #[must_use]
    pub fn matches_named(
        &self,
        id: Option<&str>,
        name: Option<&str>,
        address: Option<&str>,
    ) -> bool {
        match self {
            Self::Everybody => true,
            Self::Id(wanted) => id.is_some_and(|id| id.eq_ignore_ascii_case(wanted)),
            Self::Address(wanted) => address == Some(wanted.as_str()),
            Self::Name(glob) => name.is_some_and(|name| is_like(glob, name)),
            Self::Kind(_) | Self::Grant(_) => false,
        }
    }

    /// Whether it names clients one by one, so that it is wrong if none matches; a kind of
    /// client may well not occur.
    #[must_use]
    pub const fn names_somebody(&self) -> bool {
        matches!(self, Self::Id(_) | Self::Address(_) | Self::Name(_))
    }
}

/// Whether `text` is like `glob`, in which `*` means anything and `?` for a character;
/// case does not matter.
#[must_use]
pub fn is_like(glob: &str, text: &str) -> bool {
    let glob: Vec<char> = glob.chars().flat_map(char::to_lowercase).collect();
    let text: Vec<char> = text.chars().flat_map(char::to_lowercase).collect();
    let (mut at_glob, mut at_text) = (0, 0);
    // Where the last `*` was, and up to where it has eaten.
    let mut star: Option<(usize, usize)> = None;
    while at_text < text.len() {
        match glob.get(at_glob) {
            Some('*') => {
                star = Some((at_glob, at_text));
                at_glob += 1;
            }
            Some(&wanted) if wanted == '?' || wanted == text[at_text] => {
                at_glob += 1;
                at_text += 1;
            }
            _ => match star {
                Some((back, eaten)) => {
                    star = Some((back, eaten + 1));
                    at_glob = back + 1;
                    at_text = eaten + 1;
                }
                None => return false,
            },
        }
    }
    glob[at_glob..].iter().all(|&rest| rest == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_match_as_people_expect() {
        for (glob, text) in [
            ("Okta*", "okta SCIM"),
            ("*", ""),
            ("*scim*", "Entra ID SCIM (prod)"),
            ("a?c", "aßc"),
            ("a*b*c", "aXbYbZc"),
            ("Télé*", "TÉLÉvente"),
            ("a.c", "a.c"),
        ] {
            assert!(is_like(glob, text), "{glob} {text}");
        }
        for (glob, text) in [
            ("Okta", "Okta SCIM"),
            ("a.c", "abc"),
            ("?", ""),
            ("a*b", "a"),
        ] {
            assert!(!is_like(glob, text), "{glob} {text}");
        }
    }

    #[test]
    fn a_pattern_that_can_mean_nobody_is_refused() {
        for text in [
            "",
            "Okta",
            "nmae:Okta",
            "id:",
            "kind:scmi",
            "grant:cod",
            "name: ",
        ] {
            assert!(ClientPattern::parse(text).is_err(), "{text}");
        }
        for text in [
            "*",
            "id:x",
            "name:Okta *",
            "kind:scim",
            "grant:code",
            "address:a.b",
        ] {
            assert!(ClientPattern::parse(text).is_ok(), "{text}");
        }
    }
}
