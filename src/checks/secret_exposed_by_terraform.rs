//! `secret-exposed-by-terraform`: Terraform is told to write the secret down.

use crate::catalog::Need;
use crate::checks::{Native, Subject, Verdict};
use crate::model::{Field, FieldName, Spot};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let client = subject.client;
    match &client.exposes_secret {
        Field::Present(located) if located.value => {
            let spot = Spot::field(client, FieldName::ExposesSecret, &client.exposes_secret);
            verdict.blame(client, "main", &spot);
        }
        Field::Unknown(_) => verdict.not_judged(Need::Value),
        _ => {}
    }
    match &client.secret_directory {
        Field::Present(located) if !located.value.trim().is_empty() => {
            let spot = Spot::field(client, FieldName::SecretDirectory, &client.secret_directory);
            verdict
                .blame(client, "directory", &spot)
                .with("value", &located.value);
        }
        Field::Unknown(_) => verdict.not_judged(Need::Value),
        _ => {}
    }
}
