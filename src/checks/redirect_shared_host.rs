//! `redirect-shared-host`: tunnels, request bins, tools and public suffixes.

use crate::catalog;
use crate::checks::redirect_uri::{Web, for_each_web};
use crate::checks::{Native, Parameters, Subject, Verdict};
use std::sync::LazyLock;

pub(super) const CHECK: Native = Native::Client(check);

/// The lists of the rule, each with its message.
const LISTS: [(&str, &str); 5] = [
    ("tunnels", "main"),
    ("bins", "bin"),
    ("tools", "tool"),
    ("editors", "editor"),
    ("extra-hosts", "named"),
];

/// What is in the lists before a policy adds to them.
static DEFAULTS: LazyLock<Option<Parameters>> =
    LazyLock::new(|| catalog::find("redirect-shared-host").map(Parameters::of));

/// Whether a host is anybody's, as far as this version knows: other rules have no use for it.
pub(in crate::checks) fn is_anybodys(web: &Web<'_>) -> bool {
    let is_listed = |name| {
        let defaults = DEFAULTS.as_ref();
        defaults.is_some_and(|lists| lists.names_host_anywhere(name))
    };
    web.is_public_suffix() || web.name().is_some_and(is_listed)
}

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    for_each_web(subject, verdict, |uri, web, verdict| {
        let Some(name) = web.name().filter(|_| !web.is_loopback()) else {
            return;
        };
        let is_in = |list| subject.parameters.names_host(list, name);
        // Most hosts are in no list at all.
        let is_listed = subject.parameters.names_host_anywhere(name);
        if !is_listed && !web.is_public_suffix() || is_in("allowed-hosts") {
            return;
        }
        let listed = LISTS.iter().find(|(list, _)| is_in(list));
        let message = match listed {
            Some((_, message)) => message,
            None if web.is_public_suffix() => "suffix",
            None => return,
        };
        verdict
            .blame(subject.client, message, &uri.spot())
            .with("host", name);
    });
}
