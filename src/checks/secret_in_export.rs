//! `secret-in-export`: a secret of a client, or of an authorised application, is in the file.

use crate::checks::{Judgement, Native, OrganisationContext, TargetId};

pub(super) const CHECK: Native = Native::Organisation(check);

fn check(whole: &OrganisationContext<'_, '_>, judgement: &mut Judgement) {
    for (index, client) in whole.clients() {
        for secret in &client.rare.secrets {
            judgement
                .report_client(index, client, "main", &secret.target())
                .with("key", &secret.key);
        }
    }
    for (index, application) in (0..).zip(&whole.organisation.authorisations) {
        for secret in &application.secrets {
            let about = TargetId::Application(index);
            judgement
                .report_other(about, "application", secret.place, &secret.key)
                .with("key", &secret.key)
                .secret(secret.value.clone());
        }
    }
}
