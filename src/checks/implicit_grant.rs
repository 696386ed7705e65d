//! `implicit-grant`: counts the days until the platform stops serving the grant.

use crate::catalog::Need;
use crate::checks::{Native, Subject, Verdict};
use crate::model::{ClientKind, Field, FieldName, GrantType, Spot};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let client = subject.client;
    match &client.grant_type {
        Field::Present(located) if located.value.0 == GrantType::Token => {}
        Field::Unknown(_) => return verdict.not_judged(Need::Value),
        _ => return,
    }
    let sunset = subject.parameters.date("sunset");
    let days = sunset.map_or(0, |sunset| (sunset - subject.today).get_days());
    let message = match client.kind.kind {
        _ if days < 0 => "past",
        ClientKind::Embeddable => "embeddable",
        _ => "main",
    };
    let spot = Spot::field(client, FieldName::GrantType, &client.grant_type);
    verdict.blame(client, message, &spot).with("days", days);
}
