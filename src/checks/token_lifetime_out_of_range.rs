//! `token-lifetime-out-of-range`: a lifetime that the platform does not take, or that only a
//! SCIM client may have.

use crate::catalog::Need;
use crate::checks::constraint::Constraint;
use crate::checks::judgement::UNLESS_SCIM;
use crate::checks::lifetimes::{
    DEFAULT, LONGEST, LONGEST_SCIM, Lifetime, LifetimeRange, SHORTEST, words,
};
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{Action, Change, ClientKind, FieldName, GrantType, Target};

pub(super) const CHECK: Native = Native::Constraining {
    check,
    constraint: Constraint::Lifetime(range),
};

fn range(context: &RuleContext<'_, '_>) -> LifetimeRange {
    let is_scim = context.holdings().has_scim_lifetime() == Some(true);
    LifetimeRange::up_to(Some(if is_scim { LONGEST_SCIM } else { LONGEST }))
}

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    let limits = context.lifetimes();
    let target = Target::field(client, FieldName::TokenLifetime, &client.token_lifetime);
    let seconds = match Lifetime::from_client(client) {
        Lifetime::Set(seconds) => seconds,
        Lifetime::Default => return,
        Lifetime::Unknown => return judgement.not_judged(Need::Value),
        Lifetime::Broken => {
            let written = client.token_lifetime.known();
            let written = written.map_or("", |number| number.written.as_ref());
            let nearest = limits.nearest(whole(written));
            let change = Change::of_field(FieldName::TokenLifetime, Action::Set(nearest));
            judgement
                .report(client, "not-whole", &target)
                .choice(vec![change])
                .with("value", written)
                .with("whole", nearest);
            return;
        }
    };
    let holdings = context.holdings();
    let (message, limit) = if seconds < SHORTEST {
        ("short", SHORTEST)
    } else if seconds <= LONGEST {
        return;
    } else {
        match holdings.has_scim_lifetime() {
            Some(true) if seconds <= LONGEST_SCIM => return,
            Some(true) => ("beyond-scim", LONGEST_SCIM),
            Some(false) if client.is_of_kind(ClientKind::Scim) => ("no-effect", LONGEST),
            Some(false) if client.may_be(ClientKind::Scim) => ("named-scim", LONGEST),
            // Beyond the limit for SCIM it is a fault for every client.
            None if seconds > LONGEST_SCIM => ("beyond-scim", LONGEST_SCIM),
            Some(false) => ("main", LONGEST),
            None => ("perhaps", LONGEST),
        }
    };
    // A lifetime that is too short gets worse as it shrinks.
    let distance = if message == "short" {
        -seconds
    } else {
        seconds
    };
    let report = judgement.report(client, message, &target);
    report
        .number(distance)
        .with("value", seconds)
        .with("words", words(seconds))
        .with("limit", limit)
        .with("grant", client.grant().map_or("no grant", GrantType::words))
        .with("accepted", limits.accepted())
        .with("accepted-above", limits.accepted_above())
        .with("evidence", client.evidence_of(ClientKind::Scim));
    let accepted = limits.nearest(seconds);
    match message {
        "perhaps" => {
            report.guess(UNLESS_SCIM);
        }
        "named-scim" | "no-effect" => {
            let shorter = Change::of_field(FieldName::TokenLifetime, Action::Set(accepted));
            report.remedy.options.push(vec![shorter]);
        }
        _ => {
            report.shorten(seconds, accepted);
        }
    }
}

/// The seconds that a number with a fraction probably means.
fn whole(written: &str) -> i64 {
    match written.parse::<f64>() {
        Ok(seconds) if seconds.is_finite() && seconds >= 0.0 => seconds as i64,
        _ => DEFAULT,
    }
}
