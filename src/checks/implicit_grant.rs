//! `implicit-grant`: counts the days until the platform stops serving the grant.

use crate::catalog::Need;
use crate::checks::{Native, Subject, Verdict};
use crate::model::{ClientKind, FieldName, GrantType, Spot};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let client = subject.client;
    match client.grant() {
        Some(GrantType::Token) => {}
        // Older listings leave the grant type out: nothing says that it is another.
        None => return verdict.not_judged(Need::Value),
        Some(_) => return,
    }
    let sunset = subject.parameters.date("sunset");
    let days = sunset.map_or(0, |sunset| (sunset - subject.today).get_days());
    let message = match client.kind.kind {
        _ if days < 0 => "past",
        ClientKind::Embeddable => "embeddable",
        _ => "main",
    };
    let left = format!("{days} {}", if days == 1 { "day" } else { "days" });
    let spot = Spot::field(client, FieldName::GrantType, &client.grant_type);
    verdict.blame(client, message, &spot).with("left", left);
}
