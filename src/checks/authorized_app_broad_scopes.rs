//! `authorized-app-broad-scopes`: an application of a third party may do more than is wise.

use crate::catalog::{Need, Severity};
use crate::checks::applications::{each, report};
use crate::checks::holdings::is_admin_or_escalating;
use crate::checks::scope_names::READ_ONLY;
use crate::checks::{Judgement, Native, OrganisationContext};
use std::collections::HashSet;

pub(super) const CHECK: Native = Native::Organisation(check);

fn check(whole: &OrganisationContext<'_, '_>, judgement: &mut Judgement) {
    let most = whole.parameters.integer("limit");
    each(whole, judgement, |about, application, judgement| {
        if !application.state_is("Authorized") {
            return;
        }
        for item in application.scopes.items() {
            if whole.parameters.list_holds("scopes", item.value) {
                let field = format!("scope[{}]", item.index);
                let found = report(
                    judgement,
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
                found.about_value("scope", item.value);
            }
        }
        for item in application.roles.items() {
            let Some(role) = whole.organisation.role(item.value) else {
                judgement.not_judged(Need::Roles);
                continue;
            };
            if is_admin_or_escalating(role) {
                let field = format!("roles[{}]", item.index);
                let found = report(
                    judgement,
                    about,
                    application,
                    "role",
                    &field,
                    Some(item.place),
                );
                found.with("role", role.label()).severity(Severity::High);
                found.about_value("roles", item.value);
            }
        }
        let distinct: HashSet<&str> = application
            .scopes
            .items()
            .map(|one| one.value.as_ref())
            .collect();
        if i64::try_from(distinct.len()).is_ok_and(|count| count > most) {
            let place = application.scopes.place();
            report(judgement, about, application, "main", "scope", place)
                .with("count", distinct.len());
        }
        if !application.scopes.is_complete() || !application.roles.is_complete() {
            judgement.not_judged(Need::Value);
        }
    });
}
