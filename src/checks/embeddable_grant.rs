//! `embeddable-grant`: a grant with which the Embeddable Framework cannot sign anybody in.

use crate::catalog::{Confidence, Need};
use crate::checks::{Native, Subject, Verdict};
use crate::model::{ClientKind, Field, FieldName, GrantType, Spot};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let client = subject.client;
    if client.kind.kind != ClientKind::Embeddable {
        return;
    }
    let Field::Present(located) = &client.grant_type else {
        return verdict.not_judged(Need::Value);
    };
    let message = match located.value.0 {
        GrantType::Token => return,
        GrantType::Code if subject.parameters.boolean("pkce") => return,
        GrantType::Code => "code",
        // What is none of the five is the fault of another rule.
        GrantType::Other => return verdict.not_judged(Need::Value),
        _ => "main",
    };
    let spot = Spot::field(client, FieldName::GrantType, &client.grant_type);
    let blame = verdict.blame(client, message, &spot);
    blame.with("grant", located.value.0.words());
    if client.kind.is_guess {
        blame.confidence(Confidence::Low);
    }
}
