//! `redirect-shared-host`: tunnels, request bins, tools and public suffixes.

use crate::checks::redirect_uri::for_each_web;
use crate::checks::{Native, Subject, Verdict};

pub(super) const CHECK: Native = Native::Client(check);

/// The lists of the rule, each with its message.
const LISTS: [(&str, &str); 5] = [
    ("tunnels", "main"),
    ("bins", "bin"),
    ("tools", "tool"),
    ("editors", "editor"),
    ("extra-hosts", "named"),
];

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
