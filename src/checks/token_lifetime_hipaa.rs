//! `token-lifetime-hipaa`: tokens that are meant to outlive the idle timeout of a HIPAA
//! organisation.

use crate::catalog::Need;
use crate::checks::lifetimes::{DEFAULT, Lifetime, words};
use crate::checks::{Native, Subject, Verdict};
use crate::model::{FieldName, Spot};

pub(super) const CHECK: Native = Native::Client(check);

/// The idle timeout of a HIPAA organisation, in seconds.
const IDLE: i64 = 900;

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    if !subject.parameters.boolean("hipaa") {
        return;
    }
    let client = subject.client;
    let (message, seconds) = match Lifetime::of(client) {
        Lifetime::Set(seconds) => ("main", seconds),
        Lifetime::Default => ("default", DEFAULT),
        // No number is the fault of another rule.
        Lifetime::Broken => return,
        Lifetime::Unknown => return verdict.not_judged(Need::Value),
    };
    if seconds > IDLE {
        let spot = Spot::field(client, FieldName::TokenLifetime, &client.token_lifetime);
        verdict
            .blame(client, message, &spot)
            .with("value", seconds)
            .with("words", words(seconds));
    }
}
