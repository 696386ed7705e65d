//! `redirect-wildcard`: `*` in the host, the port or the path.

use crate::catalog::Severity;
use crate::checks::redirect_uri::{Class, WildcardPart, for_each};
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::Action;

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    for_each(context, judgement, |uri, judgement| {
        let message = match uri.class {
            Class::Wildcard(WildcardPart::Host) => "main",
            Class::Wildcard(WildcardPart::Port) => "port",
            Class::Wildcard(WildcardPart::Path) => "path",
            _ => return,
        };
        let report = judgement.report(context.client, message, &uri.target());
        report.option(Action::Remove);
        // The host is known; an attacker must listen there first.
        if message == "port" {
            report.severity(Severity::High);
        }
    });
}
