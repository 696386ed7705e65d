//! What to change about a client to clear a finding, as data.
//!
//! Invariant: a change names a field and a position, never a path or a message. What it shows of a
//! value is masked before it gets here.

use super::fields::FieldName;
use crate::text::Place;

/// What a remedy may do without a decision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RemedyClass {
    /// The platform behaves the same afterwards.
    Safe,
    /// It narrows what the client can do, so an application can break.
    Unsafe,
    /// It needs a decision, or an action elsewhere.
    #[default]
    Manual,
}

impl RemedyClass {
    /// All of them, the one that needs least first.
    pub const ALL: [Self; 3] = [Self::Safe, Self::Unsafe, Self::Manual];

    /// The word in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
            Self::Manual => "manual",
        }
    }
}

/// How to clear a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remedy {
    /// What it may do without a decision.
    pub class: RemedyClass,
    /// What to change; empty if it is manual.
    pub changes: Vec<Change>,
    /// For a manual remedy, the changes among which to choose.
    pub options: Vec<Vec<Change>>,
}

/// A change to a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The field.
    pub field: FieldName,
    /// The position in a list; none for the field as a whole.
    pub index: Option<u32>,
    /// All entries of the list with the same value, or the same role, change.
    pub every: bool,
    /// What to do.
    pub action: Action,
    /// Positions of the entries that make this one superfluous.
    pub because: Vec<u32>,
    /// The change is right only if this is an entry after all changes.
    pub needs: Option<String>,
    /// How reports show it; none until the changes of the client are planned together.
    pub shown: Option<Box<Shown>>,
}

/// A change as reports show it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// The path in the names of the export.
    pub path: String,
    /// The place of the value; none if it is not set.
    pub place: Option<Place>,
    /// The places of the roles of a field that is removed as a whole.
    pub entries: Vec<Place>,
    /// The value, masked.
    pub before: Option<String>,
    /// The new value, masked.
    pub after: Option<String>,
    /// A part of a value is masked or cut off, so the change cannot be copied from a report.
    pub is_masked: bool,
}

/// What a change does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Sets a number, such as seconds.
    Set(i64),
    /// Sets a text, such as the grant type.
    Write(NewValue),
    /// Removes an entry, or the field as a whole.
    Remove,
    /// Puts this text in place of an entry.
    Replace(String),
    /// Rewrites the redirect URI of an entry.
    Rewrite(UriEdits),
    /// Puts another division in place of that of an entry.
    Move(NewValue),
    /// Adds an entry to a list.
    Insert {
        /// The text, or the id of the role.
        value: NewValue,
        /// The id of the division of a role.
        division: Option<NewValue>,
    },
}

/// A value that a change writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewValue {
    /// This text.
    Known(String),
    /// What only a person knows: an option with it cannot be applied as it is.
    Placeholder,
}

impl NewValue {
    /// The text, if it is known.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Known(text) => Some(text),
            Self::Placeholder => None,
        }
    }
}

impl Action {
    /// The word in reports.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Set(_) | Self::Write(_) => "set",
            Self::Remove => "remove",
            Self::Replace(_) | Self::Rewrite(_) | Self::Move(_) => "replace",
            Self::Insert { .. } => "insert",
        }
    }

    /// Whether it writes what only a person knows.
    #[must_use]
    pub fn has_placeholder(&self) -> bool {
        match self {
            Self::Write(value) | Self::Move(value) => *value == NewValue::Placeholder,
            Self::Insert { value, division } => {
                *value == NewValue::Placeholder || *division == Some(NewValue::Placeholder)
            }
            Self::Set(_) | Self::Remove | Self::Replace(_) | Self::Rewrite(_) => false,
        }
    }
}

impl Change {
    /// A change of an entry of a list.
    #[must_use]
    pub const fn of_entry(field: FieldName, index: u32, action: Action) -> Self {
        Self {
            field,
            index: Some(index),
            every: false,
            action,
            because: Vec::new(),
            needs: None,
            shown: None,
        }
    }

    /// A change of a field as a whole.
    #[must_use]
    pub const fn of_field(field: FieldName, action: Action) -> Self {
        Self {
            field,
            index: None,
            every: false,
            action,
            because: Vec::new(),
            needs: None,
            shown: None,
        }
    }
}

/// Edits of a redirect URI, each of which narrows what can receive a response.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an edit of its own, and any of them can go together"
)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UriEdits {
    /// `https` in place of `http`.
    pub scheme: bool,
    /// Nothing from `#` on.
    pub fragment: bool,
    /// No user and no password.
    pub userinfo: bool,
    /// Scheme and host in lower case.
    pub case: bool,
}

impl UriEdits {
    /// These edits and others.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            scheme: self.scheme || other.scheme,
            fragment: self.fragment || other.fragment,
            userinfo: self.userinfo || other.userinfo,
            case: self.case || other.case,
        }
    }

    /// The URI with these edits, always in the same order. What has no host stays, but for its
    /// fragment.
    #[must_use]
    pub fn apply(self, uri: &str) -> String {
        let Some((scheme, rest)) = uri.split_once("://") else {
            return self.without_fragment(uri).to_owned();
        };
        let mut scheme = scheme.to_owned();
        let was_http = scheme.eq_ignore_ascii_case("http");
        if self.scheme && was_http {
            "https".clone_into(&mut scheme);
        }
        let rest = self.without_fragment(rest);
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        let (userinfo, host) = match authority.rfind('@') {
            Some(at) => authority.split_at(at + 1),
            None => ("", authority),
        };
        let userinfo = if self.userinfo { "" } else { userinfo };
        let mut host = host.to_owned();
        if self.case {
            scheme.make_ascii_lowercase();
            host.make_ascii_lowercase();
        }
        // The default port of http is not one of https.
        if self.scheme && was_http && host.ends_with(":80") {
            host.truncate(host.len() - ":80".len());
        }
        format!("{scheme}://{userinfo}{host}{rest}")
    }

    fn without_fragment(self, text: &str) -> &str {
        match text.split_once('#') {
            Some((before, _)) if self.fragment => before,
            _ => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_compose_in_one_order() {
        let all = UriEdits {
            scheme: true,
            fragment: true,
            userinfo: true,
            case: true,
        };
        for (uri, edited) in [
            (
                "http://u:p@App.example.com:80/Cb?a=B#top",
                "https://app.example.com/Cb?a=B",
            ),
            (
                "HTTP://App.example.com:8080",
                "https://app.example.com:8080",
            ),
            ("https://app.example.com/cb", "https://app.example.com/cb"),
            ("com.example.app:/cb#", "com.example.app:/cb"),
            ("", ""),
        ] {
            assert_eq!(all.apply(uri), edited);
            assert_eq!(all.apply(edited), edited);
        }
        assert_eq!(UriEdits::default().apply("http://u@A/#"), "http://u@A/#");
    }
}
