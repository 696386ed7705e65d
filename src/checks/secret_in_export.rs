//! `secret-in-export`: a secret of a client, or of an authorised application, stands in the file.

use crate::checks::{About, Native, Verdict, Whole};
use crate::model::{FieldName, Part, Spot};
use std::borrow::Cow;

pub(super) const CHECK: Native = Native::Organisation(check);

fn check(whole: &Whole<'_, '_>, verdict: &mut Verdict) {
    for (index, client) in whole.clients() {
        for secret in &client.rare.secrets {
            let spot = Spot {
                place: secret.place,
                field: FieldName::Secret,
                index: None,
                part: Part::Whole,
                // Never the secret: this goes into the fingerprint.
                value: Cow::Borrowed(""),
            };
            verdict
                .blame_client(index, client, "main", &spot)
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
