//! `redirect-shared-host`: tunnels, request bins, tools and public suffixes.

use crate::checks::redirect_uri::{for_each_web, is_host_like};
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
        let is_in = |list| {
            let mut patterns = subject.parameters.list(list);
            patterns.any(|pattern| is_host_like(pattern, name))
        };
        if is_in("allowed-hosts") {
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
