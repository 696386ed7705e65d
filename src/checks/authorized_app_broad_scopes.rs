//! `authorized-app-broad-scopes`: an application of somebody else may do more than is wise.

use crate::catalog::{Need, Severity};
use crate::checks::applications::{blame, each};
use crate::checks::holdings::is_admin_or_escalating;
use crate::checks::scope_names::READ_ONLY;
use crate::checks::{Native, Verdict, Whole};
use std::collections::HashSet;

pub(super) const CHECK: Native = Native::Organisation(check);

fn check(whole: &Whole<'_, '_>, verdict: &mut Verdict) {
    let most = whole.parameters.integer("limit");
    each(whole, verdict, |about, application, verdict| {
        if !application.state_is("Authorized") {
            return;
        }
        let mut is_told = false;
        for item in application.scopes.items() {
            if whole.parameters.list_holds("scopes", item.value) {
                let field = format!("scope[{}]", item.index);
                let found = blame(
                    verdict,
                    about,
                    application,
                    "scope",
                    &field,
                    Some(item.place),
                );
                found
                    .with("value", item.value)
                    .with("readonly", format!("{}{READ_ONLY}", item.value))
                    .severity(Severity::High);
                found.identity = format!("scope[{}]", item.value);
                is_told = true;
            }
        }
        for item in application.roles.items() {
            let Some(role) = whole.organisation.role(item.value) else {
                verdict.not_judged(Need::Roles);
                continue;
            };
            if is_admin_or_escalating(role) {
                let field = format!("roles[{}]", item.index);
                let found = blame(
                    verdict,
                    about,
                    application,
                    "role",
                    &field,
                    Some(item.place),
                );
                found.with("role", role.label()).severity(Severity::High);
                found.identity = format!("roles[{}]", item.value);
                is_told = true;
            }
        }
        let distinct: HashSet<&str> = application
            .scopes
            .items()
            .map(|one| one.value.as_ref())
            .collect();
        if !is_told && i64::try_from(distinct.len()).is_ok_and(|count| count > most) {
            let place = application.scopes.place();
            blame(verdict, about, application, "main", "scope", place)
                .with("count", distinct.len());
        }
        if !application.scopes.is_complete() || !application.roles.is_complete() {
            verdict.not_judged(Need::Value);
        }
    });
}
