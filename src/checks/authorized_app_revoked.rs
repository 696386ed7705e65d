//! `authorized-app-revoked`: an application was refused and still has scopes or roles on record.

use crate::checks::applications::{each, report};
use crate::checks::{Judgement, Native, OrganisationContext};
use crate::text::counted;

pub(super) const CHECK: Native = Native::Organisation(check);

fn check(whole: &OrganisationContext<'_, '_>, judgement: &mut Judgement) {
    each(whole, judgement, |about, application, judgement| {
        if !application.state_is("Revoked") && !application.state_is("Unauthorized") {
            return;
        }
        let scopes = application.scopes.items().count();
        let roles = application.roles.items().count();
        if scopes + roles > 0 {
            let place = application.state.place();
            report(judgement, about, application, "main", "state", place)
                .with("scopes", counted(scopes, "scope"))
                .with("roles", counted(roles, "role"));
        }
    });
}
