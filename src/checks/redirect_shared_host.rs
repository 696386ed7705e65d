//! `redirect-shared-host`: tunnels, request bins, tools and public suffixes.

use crate::checks::constraint::Constraint;
use crate::checks::redirect_uri::{Web, for_each_web};
use crate::checks::{Judgement, Native, Parameters, RuleContext};
use crate::model::{Action, RemedyClass};

pub(super) const CHECK: Native = Native::Constraining {
    check,
    constraint: Constraint::Host(removes),
};

/// The lists of the rule, each with its message.
const LISTS: [(&str, &str); 5] = [
    ("tunnels", "main"),
    ("bins", "bin"),
    ("tools", "tool"),
    ("editors", "editor"),
    ("extra", "named"),
];

fn removes(context: &RuleContext<'_, '_>, web: &Web<'_>) -> bool {
    message(web, context.parameters).is_some()
}

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    for_each_web(context, judgement, |uri, web, judgement| {
        if let Some(message) = message(web, context.parameters) {
            let report = judgement.report(context.client, message, &uri.target());
            report.with("host", web.name().unwrap_or_default());
            if message == "suffix" {
                report.option(Action::Remove);
            } else {
                report.clear_every(RemedyClass::Unsafe, Action::Remove);
            }
        }
    });
}

/// What is to be said of a host that is anybody's.
fn message(web: &Web<'_>, parameters: &Parameters) -> Option<&'static str> {
    let name = web.name().filter(|_| !web.is_loopback())?;
    let is_in = |list| parameters.names_host(list, name);
    // Most hosts are in no list at all.
    let is_listed = parameters.names_host_anywhere(name);
    if !is_listed && !web.is_public_suffix() || is_in("allowed-hosts") {
        return None;
    }
    let listed = LISTS.iter().find(|(list, _)| is_in(list));
    let suffix = web.is_public_suffix().then_some("suffix");
    listed.map(|(_, message)| *message).or(suffix)
}
