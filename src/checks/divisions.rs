//! Divisions: which of the required ones a client reaches.

use super::RuleContext;
use crate::catalog::{Decision, Need};
use crate::model::{Division, Listing};
use std::collections::HashSet;

/// Ids of divisions in lower case, or `*` for all.
pub(super) type Ids = HashSet<String>;

/// So many divisions are named in a message.
const NAMED: usize = 5;

/// The divisions that the policy lets the client reach, if it limits them.
pub(super) fn allowed<'s>(context: &RuleContext<'s, '_>) -> Option<Vec<&'s str>> {
    context.decided(Decision::AllowedDivisions)
}

/// Whether the policy lets the client be in a division by name or id, or requires it to be there.
pub(super) fn is_decided(context: &RuleContext<'_, '_>, id: &str, name: &str) -> bool {
    let required = context.decided(Decision::RequiredDivisions);
    let decided = allowed(context).into_iter().chain(required).flatten();
    let mut decided = decided.map(str::trim);
    decided.any(|wanted| {
        wanted.eq_ignore_ascii_case(id) || wanted.to_lowercase() == name.to_lowercase()
    })
}

/// The divisions of `wanted` (names or ids) that are not in `covered`, by name.
///
/// # Errors
/// What is missing to decide: the divisions, or a policy that names existing ones.
pub(super) fn uncovered<'w>(
    wanted: impl IntoIterator<Item = &'w str>,
    covered: &Ids,
    listing: Option<&Listing<Division<'_>>>,
) -> Result<Vec<String>, Need> {
    let is_covered = |id: &str| covered.contains("*") || covered.contains(&id.to_ascii_lowercase());
    let mut missing = Vec::new();
    for wanted in wanted {
        if is_covered(wanted) {
            continue;
        }
        let division = listing.and_then(|listing| find(wanted, listing));
        match (division, listing) {
            (Some(division), _) if is_covered(&division.id) => {}
            (Some(division), _) => missing.push(division.name.to_string()),
            (None, Some(listing)) if listing.is_complete() => return Err(Need::Policy),
            (None, _) => return Err(Need::Divisions),
        }
    }
    Ok(missing)
}

/// The division with this name or id.
pub(super) fn find<'l, 'a>(
    wanted: &str,
    listing: &'l Listing<Division<'a>>,
) -> Option<&'l Division<'a>> {
    listing.get(wanted).or_else(|| {
        let wanted = wanted.to_lowercase();
        let mut divisions = listing.items().iter();
        divisions.find(|division| division.name.to_lowercase() == wanted)
    })
}

/// Names for a message: the first few and the number of the others.
pub(super) fn enumerate(names: &[String]) -> String {
    let mut first: Vec<_> = names.iter().take(NAMED).cloned().collect();
    if names.len() > NAMED {
        first.push(format!("{} more", names.len() - NAMED));
    }
    first.join(", ")
}
