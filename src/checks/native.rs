//! The native rules by id. Written by `UPDATE=1 cargo test --test generated` from the rule
//! files; a test refuses it when it is not current.

#[path = "implicit_grant.rs"]
mod implicit_grant;

use super::Native;

/// The code of a native rule.
#[must_use]
pub fn native(id: &str) -> Option<Native> {
    Some(match id {
        "implicit-grant" => implicit_grant::CHECK,
        _ => return None,
    })
}
