//! `redirect-invalid`: no absolute URI, or one that programs read differently.

use crate::checks::redirect_uri::{Class, Flaw, for_each};
use crate::checks::{Native, Subject, Verdict};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    for_each(subject, verdict, |uri, verdict| {
        if let Class::Invalid(invalid) = &uri.class {
            verdict
                .blame(subject.client, message(invalid.flaw), &uri.spot())
                .with("value", uri.raw)
                .with("culprit", &invalid.culprit)
                .with("better", &invalid.better);
        }
    });
}

fn message(flaw: Flaw) -> &'static str {
    match flaw {
        Flaw::Blank => "blank",
        Flaw::Several => "several",
        Flaw::Whitespace => "whitespace",
        Flaw::Invisible => "invisible",
        Flaw::Placeholder => "placeholder",
        Flaw::Backslash => "backslash",
        Flaw::Character => "character",
        Flaw::NoScheme => "no-scheme",
        Flaw::Relative => "relative",
        Flaw::SchemeSlip => "scheme-slip",
        Flaw::Slashes => "slashes",
        Flaw::Authority => "authority",
        Flaw::EncodedHost => "encoded-host",
        Flaw::NumericHost => "numeric-host",
        Flaw::MappedHost => "mapped-host",
        Flaw::Host => "host",
    }
}
