//! `scope-sensitive-write`: read-write scopes on what everything else rests on.

use crate::checks::scope_names::{READ_ONLY, for_each};
use crate::checks::{Native, Subject, Verdict};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    for_each(subject, verdict, |scope, spot, verdict| {
        if !subject.parameters.list_holds("scopes", scope) {
            return;
        }
        let message = match scope {
            "authorization" | "organization-authorization" => "rights",
            "oauth" => "clients",
            "identity-providers" => "sign-in",
            "scim" => "accounts",
            _ => "main",
        };
        verdict
            .blame(subject.client, message, spot)
            .with("readonly", format!("{scope}{READ_ONLY}"));
    });
}
