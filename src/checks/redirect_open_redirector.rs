//! `redirect-open-redirector`: a query that says where to go on to.

use crate::checks::redirect_uri::for_each_web;
use crate::checks::{Judgement, Native, RuleContext};

pub(super) const CHECK: Native = Native::Client(check);

/// Names of parameters that carry a target, in lower case without `-` and `_`.
const TARGETS: [&str; 23] = [
    "callback",
    "callbackurl",
    "continue",
    "dest",
    "destination",
    "forward",
    "forwardurl",
    "goto",
    "next",
    "nexturl",
    "redir",
    "redirect",
    "redirectto",
    "redirecturi",
    "redirecturl",
    "relaystate",
    "return",
    "returnpath",
    "returnto",
    "returnuri",
    "returnurl",
    "target",
    "targeturl",
];

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    for_each_web(context, judgement, |uri, web, judgement| {
        if web.query.is_none() {
            return;
        }
        let found = web.query_pairs().find_map(|(name, value)| {
            let message = judge(&name, &value)?;
            Some((message, name.into_owned()))
        });
        if let Some((message, name)) = found {
            judgement
                .report(context.client, message, &uri.target())
                .with("parameter", name);
        }
    });
}

/// The message for a parameter that carries a target, whatever its name if it is an address.
fn judge(name: &str, value: &str) -> Option<&'static str> {
    let value = value.trim().to_ascii_lowercase();
    // Browsers take a backslash for a slash.
    let slashed = value.replace('\\', "/");
    let is_address = slashed.starts_with("//")
        || slashed
            .split_once("://")
            .is_some_and(|(scheme, _)| matches!(scheme, "http" | "https"));
    if is_address {
        return Some("main");
    }
    let name: String = name
        .chars()
        .filter(|character| !matches!(character, '-' | '_'))
        .collect::<String>()
        .to_ascii_lowercase();
    let is_target = TARGETS.contains(&name.as_str());
    // An empty value waits to be filled in.
    (is_target && (value.is_empty() || slashed.starts_with('/'))).then_some("path")
}
