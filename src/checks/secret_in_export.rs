//! `secret-in-export`: a client's secret stands in the file.

use crate::checks::{Native, Subject, Verdict};
use crate::model::{FieldName, Part, Spot};
use std::borrow::Cow;

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    for secret in &subject.client.rare.secrets {
        let spot = Spot {
            place: secret.place,
            field: FieldName::Secret,
            index: None,
            part: Part::Whole,
            // Never the secret: this goes into the fingerprint.
            value: Cow::Borrowed(""),
        };
        verdict
            .blame(subject.client, "main", &spot)
            .with("key", &secret.key);
    }
}
