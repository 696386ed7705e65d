//! The catalogue of rules: what `rules/*.toml` says, as data.
//!
//! Invariant: all prose, metadata, parameters and examples of a rule live in its file. The
//! built-in files are read and checked by the build script and are constants here, so that
//! starting the program costs nothing; a user's own files pass the same reader.

pub mod input;
pub mod permission;
pub mod rule;

pub use input::{EXPORT_CLIENTS, LIST_CLIENTS, NeededInput};
pub use permission::{Domain, Permission, Tier};
pub use rule::{
    Bound, Category, Check, Condition, Confidence, Decision, Example, ExpectedVerdict, Message,
    Need, OnMissing, Parameter, ParameterKind, Persona, Phrase, Reference, Rule, RuleFault,
    Severity, Tighter, Value, YieldsOn, precedence_faults,
};

#[allow(clippy::unreadable_literal)]
mod generated {
    use super::{Domain, Permission, Phrase, Rule, permission, rule};

    include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));
}

use generated::{DOMAINS, PERMISSIONS, PHRASES, RULES, UNBOUNDED};
use std::borrow::Cow;

/// The built-in rules, ordered by id.
#[must_use]
pub fn builtin() -> &'static [Rule] {
    RULES
}

/// The phrases that rules share.
#[must_use]
pub fn phrases() -> &'static [Phrase] {
    PHRASES
}

/// A phrase of a rule, or one that rules share.
#[must_use]
pub fn phrase(rule: &'static Rule, key: &str) -> Option<&'static Phrase> {
    let mut all = rule.phrases.iter().chain(PHRASES);
    all.find(|phrase| phrase.key == key)
}

/// The built-in rule with this id or with this former id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES
        .iter()
        .find(|rule| rule.id == id || rule.aliases.iter().any(|alias| alias == id))
}

/// The permissions that are not ordinary, of each tier the shortest path first.
#[must_use]
pub fn permissions() -> &'static [Permission] {
    PERMISSIONS
}

/// The permissions that no division bounds, as `domain:entity:action`; `*` means every entity
/// or action.
#[must_use]
pub fn unbounded() -> &'static [Cow<'static, str>] {
    UNBOUNDED
}

/// The domains that are few enough and weighty enough to say when one is held whole.
#[must_use]
pub fn domains() -> &'static [Domain] {
    DOMAINS
}
