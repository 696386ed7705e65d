//! What a key says about its value.
//!
//! Invariant: a function of the key alone. The keys of an export recur in each entry, so each
//! thread remembers the classes of the first ones.

use crate::text::{is_secret_key, may_name_secret};
use hashbrown::HashMap;
use std::cell::RefCell;

/// So many keys are remembered, and no longer ones.
const REMEMBERED: usize = 1024;
const LONGEST: usize = 64;

/// Parts of keys of values that look like secrets and are not.
const DIGESTS: [&str; 10] = [
    "sha",
    "digest",
    "checksum",
    "hash",
    "print",
    "challenge",
    "integrity",
    "etag",
    "x5t",
    "nonce",
];

/// Ends of keys of an entry's name, as in `{name: "client_secret", value: ".."}`.
const NAMES: [&str; 14] = [
    "name",
    "key",
    "field",
    "label",
    "property",
    "attribute",
    "param",
    "parameter",
    "variable",
    "id",
    "type",
    "k",
    "n",
    "title",
];

/// Ends of keys of an entry's value.
const VALUES: [&str; 8] = [
    "value", "values", "val", "content", "data", "text", "default", "v",
];

/// What a key says about its value.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a property of its own, and any of them can go together"
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct KeyClass {
    /// It is a secret.
    pub is_secret: bool,
    /// It can be a secret, or the name of one.
    pub may_be_secret: bool,
    /// It is a digest.
    pub is_digest: bool,
    /// It is the name of what another entry holds.
    pub is_name: bool,
    /// It is what another entry names.
    pub is_value: bool,
}

thread_local! {
    static KNOWN: RefCell<HashMap<Box<str>, KeyClass>> = RefCell::default();
}

impl KeyClass {
    /// The class of a key.
    pub(super) fn of(key: &str) -> Self {
        if key.len() > LONGEST {
            return Self::classify(key);
        }
        KNOWN.with_borrow_mut(|known| {
            if let Some(class) = known.get(key) {
                return *class;
            }
            let class = Self::classify(key);
            if known.len() < REMEMBERED {
                known.insert(key.into(), class);
            }
            class
        })
    }

    fn classify(key: &str) -> Self {
        let lower = key.to_ascii_lowercase();
        let ends_with = |ends: &[&str]| ends.iter().any(|end| lower.ends_with(end));
        Self {
            is_secret: is_secret_key(key),
            may_be_secret: may_name_secret(key),
            is_digest: DIGESTS.iter().any(|part| lower.contains(part)),
            is_name: ends_with(&NAMES),
            is_value: ends_with(&VALUES),
        }
    }
}
