//! `redirect-wildcard`: `*` in the host, the port or the path.

use crate::catalog::Severity;
use crate::checks::redirect_uri::{Class, WildcardPart, for_each};
use crate::checks::{Native, Subject, Verdict};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    for_each(subject, verdict, |uri, verdict| {
        let message = match uri.class {
            Class::Wildcard(WildcardPart::Host) => "main",
            Class::Wildcard(WildcardPart::Port) => "port",
            Class::Wildcard(WildcardPart::Path) => "path",
            _ => return,
        };
        let blame = verdict.blame(subject.client, message, &uri.spot());
        // The host is known; somebody has to listen there first.
        if message == "port" {
            blame.severity(Severity::High);
        }
    });
}
