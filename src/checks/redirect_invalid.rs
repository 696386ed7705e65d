//! `redirect-invalid`: no absolute URI, or one that programs read differently.

use crate::catalog::Severity;
use crate::checks::redirect_uri::{Class, Flaw, for_each};
use crate::checks::{Judgement, Native, RuleContext, replacements};
use crate::model::{Action, RemedyClass};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    for_each(context, judgement, |uri, judgement| {
        if let Class::Invalid(invalid) = &uri.class {
            let better = replacements::repair(context, &invalid.better);
            let report = judgement.report(context.client, message(invalid.flaw), &uri.target());
            report
                .with("value", uri.raw)
                .with("part", &invalid.culprit)
                .with("better", &invalid.better)
                .with("repaired", &better)
                .replacement(replacements::in_place_of(context, uri, &better));
            let is_unencrypted = is_unencrypted(uri.raw, &invalid.better);
            if is_unencrypted {
                report.phrase("http", "unencrypted");
            } else {
                report.with("http", "");
            }
            let is_registered = || {
                context
                    .redirects
                    .is_also_registered(context.client, uri, &better)
            };
            if invalid.flaw == Flaw::Blank {
                report.clear_every(RemedyClass::Safe, Action::Remove);
            } else if is_registered() {
                report.clear_every(RemedyClass::Unsafe, Action::Remove);
            } else {
                report.clear_for(&better);
            }
            if !may_mean_two_hosts(invalid.flaw) && !is_unencrypted {
                report.severity(Severity::Medium);
            }
        }
    });
}

/// Whether the server that compares and the browser that follows may read different URIs. A URI
/// that no browser follows leaks nothing; it only never works.
const fn may_mean_two_hosts(flaw: Flaw) -> bool {
    matches!(
        flaw,
        Flaw::Whitespace
            | Flaw::Invisible
            | Flaw::Backslash
            | Flaw::Slashes
            | Flaw::Authority
            | Flaw::EncodedHost
            | Flaw::NumericHost
            | Flaw::MappedHost
    )
}

/// Whether a program that follows the URI all the same does so over `http:`, to another machine.
fn is_unencrypted(raw: &str, better: &str) -> bool {
    let is_http = |uri: &str| {
        let scheme = uri.trim_start().get(..5);
        scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("http:"))
    };
    if !is_http(raw) {
        return false;
    }
    match Class::classify(better) {
        Class::Web(web) => !web.is_loopback(),
        _ => true,
    }
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
        Flaw::Port => "port",
    }
}
