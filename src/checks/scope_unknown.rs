//! `scope-unknown`: names that no scope has, and what is probably meant.

use crate::checks::scope_names::{Held, Known, READ_ONLY, for_each};
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{Action, RemedyClass};

pub(super) const CHECK: Native = Native::Client(check);

/// Scopes of `OpenID` Connect Core, sections 3.1.2.1, 5.4 and 11.
const OPENID: [&str; 6] = [
    "openid",
    "profile",
    "email",
    "address",
    "phone",
    "offline_access",
];

/// Endings by which other platforms tell reading and writing.
const READING: [&str; 8] = [
    ":read",
    ":ro",
    ":view",
    ":read-only",
    ":read_only",
    ".readonly",
    "-readonly",
    ":readonly",
];
const WRITING: [&str; 6] = [
    ":write",
    ":rw",
    ":readwrite",
    ":read-write",
    ":edit",
    ":all",
];

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    let known = Known::to(context.organisation);
    let held = Held::by(client);
    for_each(context, judgement, |scope, target, judgement| {
        if known.contains(scope) || context.parameters.list_holds("extra", scope) {
            return;
        }
        if scope.trim().is_empty() {
            judgement
                .report(client, "empty", target)
                .clear_every(RemedyClass::Safe, Action::Remove);
            return;
        }
        let (message, meant) = match meaning(scope, known) {
            ("main", _) if known.is_listing() => ("unlisted", String::new()),
            known => known,
        };
        let report = judgement.report(client, message, target);
        if matches!(message, "main" | "unlisted" | "openid") {
            report.clear_every(RemedyClass::Unsafe, Action::Remove);
        } else {
            report.clear_for(&meant);
        }
        held.replace(report, &meant);
        report.with("meant", meant);
    });
}

/// The message for an unknown scope, and the name that is probably meant.
fn meaning(scope: &str, known: Known<'_>) -> (&'static str, String) {
    let lower = scope.trim().to_lowercase();
    let pieces: Vec<&str> = scope
        .split(|character: char| character.is_whitespace() || matches!(character, ',' | ';'))
        .filter(|piece| !piece.is_empty())
        .collect();
    if pieces.len() > 1 {
        let meant: Vec<String> = pieces.iter().map(|piece| format!("\"{piece}\"")).collect();
        return ("several", meant.join(", "));
    }
    if lower == "all" || lower.contains('*') {
        return ("everything", String::new());
    }
    if OPENID.contains(&lower.as_str()) {
        return ("openid", String::new());
    }
    let spelt = lower.replace(['_', ' '], "-");
    if known.contains(&spelt) {
        return ("near", spelt);
    }
    for (endings, suffix, other) in [(&READING[..], READ_ONLY, ""), (&WRITING[..], "", READ_ONLY)] {
        let Some(plain) = endings.iter().find_map(|ending| spelt.strip_suffix(ending)) else {
            continue;
        };
        let meant = format!("{plain}{suffix}");
        if known.contains(&meant) {
            return ("near", meant);
        }
        let meant = format!("{plain}{other}");
        if known.contains(&meant) {
            return ("form", meant);
        }
    }
    let read_only = format!("{spelt}{READ_ONLY}");
    if known.contains(&read_only) {
        return ("form", read_only);
    }
    if let Some((domain, action)) = spelt.split_once(':')
        && known.contains(domain)
    {
        let reads = ["view", "read", "search", "list", "get"]
            .iter()
            .any(|word| action.ends_with(word));
        let read_only = format!("{domain}{READ_ONLY}");
        let meant = if reads && known.contains(&read_only) {
            read_only
        } else {
            domain.to_owned()
        };
        return ("permission", meant);
    }
    match nearest(&spelt, known) {
        Some(meant) => ("near", meant.to_owned()),
        None => ("main", String::new()),
    }
}

/// The name that differs by a slip or two; of several, the first of the alphabet.
fn nearest<'k>(spelt: &str, known: Known<'k>) -> Option<&'k str> {
    let length = spelt.chars().count();
    let slips = if length < 6 { 1 } else { 2 };
    known
        .names()
        // Each slip changes the length by one at most.
        .filter(|name| name.chars().count().abs_diff(length) <= slips)
        .map(|name| (strsim::osa_distance(name, spelt), name))
        .filter(|(distance, _)| *distance <= slips)
        .min()
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_is_told_by_its_form() {
        for (scope, message, meant) in [
            ("ALL", "everything", ""),
            ("*", "everything", ""),
            ("user_basic_info", "near", "user-basic-info"),
            (" users", "near", "users"),
            ("users.readonly", "near", "users:readonly"),
            ("users:write", "near", "users"),
            ("audits", "form", "audits:readonly"),
            ("upload:readonly", "form", "upload"),
            ("users:manage", "permission", "users"),
            ("routing:queue:view", "permission", "routing:readonly"),
            ("notifications:channel:view", "permission", "notifications"),
            ("offline_access", "openid", ""),
            ("usres", "near", "users"),
            ("xyz", "main", ""),
            ("xyz:manage", "main", ""),
            ("", "main", ""),
            ("users,routing", "several", "\"users\", \"routing\""),
        ] {
            assert_eq!(
                meaning(scope, Known::BuiltIn),
                (message, meant.to_owned()),
                "{scope:?}"
            );
        }
    }

    #[test]
    fn a_listing_decides_in_place_of_what_is_built_in() {
        let listed = ["telepathy".into(), "users".into()];
        let known = Known::Listed(&listed);
        assert_eq!(meaning("fax", known), ("main", String::new()));
        assert_eq!(meaning("telepaty", known), ("near", "telepathy".into()));
    }
}
