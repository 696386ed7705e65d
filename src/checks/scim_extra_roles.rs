//! `scim-extra-roles`: a SCIM client holds more than the SCIM Integration role.

use crate::catalog::Need;
use crate::checks::holdings::{doubt, is_scim};
use crate::checks::lifetimes::{LONGEST, Lifetime, words};
use crate::checks::options;
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{Action, ClientKind, RemedyClass, Role};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    let holdings = context.holdings();
    if !client.may_be(ClientKind::Scim) {
        return holdings.report_perhaps_scim(judgement);
    }
    let holds_scim = holdings.is_scim();
    let message = match Lifetime::from_client(client) {
        _ if holds_scim == Some(false) => "instead",
        Lifetime::Set(seconds) if seconds > LONGEST => "lifetime",
        _ => "main",
    };
    let seconds = match Lifetime::from_client(client) {
        Lifetime::Set(seconds) => seconds,
        _ => 0,
    };
    for (holding, role) in holdings.given() {
        if is_scim(role) != Some(false) {
            continue;
        }
        let report = holdings.report(judgement, message, holding, role);
        if message == "instead" {
            report.option(Action::Remove);
            if let Some(scim) = options::scim_role(context.organisation) {
                report.option(Action::Replace(scim.to_owned()));
            }
        } else {
            report.clear_every(RemedyClass::Unsafe, Action::Remove);
        }
        report
            .phrase("what", phrase(role))
            .with("seconds", seconds)
            .with("words", words(seconds))
            .with("evidence", client.evidence_of(ClientKind::Scim));
        if let Some(confidence) = doubt(client) {
            report.confidence(confidence);
        }
    }
    let open = holdings
        .distinct()
        .any(|holding| holding.role.and_then(is_scim).is_none());
    if open {
        judgement.not_judged(Need::Roles);
    } else if holdings.missing() == Some(Need::Value) {
        judgement.not_judged(Need::Value);
    }
}

/// The phrase for a role: a custom role with the name of the default one is marked as custom.
fn phrase(role: &Role<'_>) -> &'static str {
    if role.label().trim().eq_ignore_ascii_case("SCIM Integration") {
        "custom"
    } else {
        "role"
    }
}
