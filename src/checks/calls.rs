//! What the rules about usage share.
//!
//! Invariant: a client that no results cover is not judged. Paths are those of operations, and rows
//! are places without an excerpt.

use super::scope_names::apply_to;
use super::{Judgement, RuleContext, Violation};
use crate::catalog::{Need, Tier, permissions};
use crate::text::{counted, first_of};
use crate::usage::{Analysis, Call};

/// The most calls and names that a message lists.
const MOST_NAMED: usize = 3;

/// The analysis of an active client that usage results cover.
pub(super) fn covered<'s, 'r>(
    context: &RuleContext<'s, 'r>,
    judgement: &mut Judgement,
) -> Option<&'s Analysis<'r>> {
    if context.client.off().is_some() {
        return None;
    }
    let analysis = context.analysis().filter(|analysis| analysis.is_covered);
    if analysis.is_none() {
        judgement.not_judged_because(Need::Usage, "no usage results cover the client");
    }
    analysis
}

/// The analysis of an active client, if its usage shows that something is unused.
pub(super) fn judged<'s, 'r>(
    context: &RuleContext<'s, 'r>,
    judgement: &mut Judgement,
) -> Option<&'s Analysis<'r>> {
    let analysis = covered(context, judgement)?;
    if !analysis.is_judged() {
        judgement.not_judged_because(Need::Usage, analysis.reasons.join("; "));
        return None;
    }
    Some(analysis)
}

/// The analysis of a client whose scopes limit it, if its usage shows that something is unused.
pub(super) fn judged_scopes<'s, 'r>(
    context: &RuleContext<'s, 'r>,
    judgement: &mut Judgement,
) -> Option<&'s Analysis<'r>> {
    let has_scopes = apply_to(context.client) && !context.client.scopes.is_empty();
    has_scopes.then(|| judged(context, judgement)).flatten()
}

/// The analysis of a client with roles, if its usage shows that something is unused.
pub(super) fn judged_roles<'s, 'r>(
    context: &RuleContext<'s, 'r>,
    judgement: &mut Judgement,
) -> Option<&'s Analysis<'r>> {
    let has_roles = !context.holdings().all.is_empty();
    has_roles.then(|| judged(context, judgement)).flatten()
}

/// The days of the results, such as `179 days (2026-06-01 to 2026-11-26)`.
pub(super) fn period(analysis: &Analysis<'_>) -> String {
    let Some(window) = analysis.window else {
        return "the usage results".to_owned();
    };
    let last = window.whole.end.yesterday().unwrap_or(window.whole.end);
    let days = counted(usize::try_from(window.days()).unwrap_or(0), "day");
    format!("{days} ({} to {last})", window.whole.start)
}

/// The first names, and how many more there are.
pub(super) fn names(names: &[&str]) -> String {
    first_of(names.iter().map(|name| format!("`{name}`")), MOST_NAMED)
}

/// The calls with most requests in words, and how many more there are.
pub(super) fn calls(calls: &[&Call<'_>]) -> String {
    let sorted = by_requests(calls);
    let first = sorted.iter().take(MOST_NAMED).map(|call| words(call));
    let first = first.collect::<Vec<_>>().join(", ");
    match calls.len().saturating_sub(MOST_NAMED) {
        0 => first,
        1 => format!("{first} and 1 more operation"),
        more => format!("{first} and {more} more operations"),
    }
}

/// `88,012 requests`.
pub(super) fn requests(number: u64) -> String {
    counted(usize::try_from(number).unwrap_or(usize::MAX), "request")
}

fn words(call: &Call<'_>) -> String {
    let operation = call.operation;
    format!(
        "{} {} ({})",
        operation.method,
        operation.path,
        requests(call.requests)
    )
}

fn by_requests<'c, 'u>(calls: &[&'c Call<'u>]) -> Vec<&'c Call<'u>> {
    let mut sorted = calls.to_vec();
    sorted.sort_by_key(|call| std::cmp::Reverse(call.requests));
    sorted
}

/// Points a violation at the rows of the calls with most requests.
pub(super) fn relate(violation: &mut Violation, calls: &[&Call<'_>]) {
    for call in by_requests(calls).into_iter().take(MOST_NAMED) {
        if let Some(place) = call.places.first() {
            violation.related(*place, words(call));
        }
    }
}

/// The highest tier of the permissions that these names cover.
pub(super) fn highest_tier(names: &[&str]) -> Option<Tier> {
    let held = permissions()
        .iter()
        .filter(|known| names.iter().any(|name| covers(name, &known.name)));
    held.map(|known| known.tier).max()
}

/// Whether a name such as `routing:*:*` covers a permission.
pub(super) fn covers(name: &str, permission: &str) -> bool {
    let (mut parts, mut wanted) = (name.split(':'), permission.split(':'));
    loop {
        match (parts.next(), wanted.next()) {
            (None, None) => return true,
            (Some(part), Some(wanted)) if part == "*" || part.eq_ignore_ascii_case(wanted) => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_are_readable() {
        assert_eq!(requests(1), "1 request");
        assert_eq!(requests(88_012), "88,012 requests");
        assert_eq!(names(&["a", "b"]), "`a`, `b`");
        assert_eq!(names(&["a", "b", "c", "d"]), "`a`, `b`, `c` and 1 more");
    }

    #[test]
    fn wildcards_cover_the_permissions_of_a_tier() {
        for (name, tier) in [
            ("authorization:grant:add", Some(Tier::Escalating)),
            ("authorization:*:*", Some(Tier::Escalating)),
            ("Admin", Some(Tier::Admin)),
            ("routing:queue:view", None),
        ] {
            assert_eq!(highest_tier(&[name]), tier, "{name}");
        }
    }
}
