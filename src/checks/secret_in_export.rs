//! `secret-in-export`: a secret of a client, or of an authorised application, stands in the file.

use crate::checks::{About, Native, Verdict, Whole};

pub(super) const CHECK: Native = Native::Organisation(check);

fn check(whole: &Whole<'_, '_>, verdict: &mut Verdict) {
    for (index, client) in whole.clients() {
        for secret in &client.rare.secrets {
            verdict
                .blame_client(index, client, "main", &secret.spot())
                .with("key", &secret.key);
        }
    }
    for (index, application) in (0..).zip(&whole.organisation.authorisations) {
        for secret in &application.secrets {
            let about = About::Application(index);
            verdict
                .blame_other(about, "application", secret.place, &secret.key)
                .with("key", &secret.key);
        }
    }
}
