//! `implicit-grant`: counts the days until the platform stops serving the grant.

use crate::catalog::Need;
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{ClientKind, FieldName, GrantType, Target};
use crate::text::counted;

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    match client.grant() {
        Some(GrantType::Token) => {}
        // Older listings leave the grant type out: nothing says that it is another.
        None => return judgement.not_judged(Need::Value),
        Some(_) => return,
    }
    let sunset = context.parameters.date("sunset");
    let days = sunset.map_or(0, |sunset| (sunset - context.today).get_days());
    let message = match client.certain_kind() {
        _ if days < 0 => "past",
        ClientKind::Embeddable => "embeddable",
        _ => "main",
    };
    let left = counted(usize::try_from(days).unwrap_or(0), "day");
    let target = Target::field(client, FieldName::GrantType, &client.grant_type);
    judgement
        .report(client, message, &target)
        .with("left", left);
}
