//! `scope-sensitive-write`: read-write scopes on what everything else rests on.
//!
//! Where the client lets its tokens or passwords out by itself, no further fault is wanted to
//! take over the organisation, and the finding is critical.

use crate::catalog::{Decision, Severity};
use crate::checks::constraint::Expected;
use crate::checks::redirect_uri::{Class, RedirectUri, WildcardPart};
use crate::checks::regions::serves_only_framework;
use crate::checks::scope_names::{Held, READ_ONLY, for_each, read_only_twin};
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{Action, ClientKind, GrantType, RemedyClass};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let leak = leak(context);
    let held = Held::by(context.client);
    let allowed = context.decided(Decision::AllowedScopes).unwrap_or_default();
    for_each(context, judgement, |scope, target, judgement| {
        let is_listed = context.parameters.list_holds("scopes", scope);
        // The Embeddable Framework needs the scope itself.
        let is_exposed = leak.is_some()
            && context.parameters.list_holds("exposed-scopes", scope)
            && !serves_only_framework(context.client);
        let is_decided = || {
            allowed
                .iter()
                .any(|known| known.eq_ignore_ascii_case(scope))
                || context.is_expected(Expected::Scope(scope))
        };
        if (!is_listed && !is_exposed) || is_decided() {
            return;
        }
        let message = match scope {
            "authorization" | "organization-authorization" => "rights",
            "oauth" => "clients",
            "identity-providers" => "sign-in",
            "scim" => "accounts",
            "users" => "passwords",
            _ => "main",
        };
        let better = format!("{scope}{READ_ONLY}");
        let is_foreign = context.is_scope_removed(scope);
        let report = judgement.report(context.client, message, target);
        if is_exposed && context.client.is_of_kind(ClientKind::Embeddable) {
            report.phrase("replacement", "apart");
        } else if is_foreign {
            report.phrase("replacement", "foreign");
        } else {
            held.replace(report, &better);
        }
        match leak {
            Some(leak) => report.phrase("leak", leak),
            None => report.with("leak", ""),
        };
        if is_foreign {
            report.clear_every(RemedyClass::Unsafe, Action::Remove);
        } else if read_only_twin(scope).is_some() {
            report.clear_every(RemedyClass::Unsafe, Action::Replace(better));
        } else {
            report.option(Action::Remove);
        }
        if leak.is_some() {
            report.severity(Severity::Critical);
        }
    });
}

/// The phrase for what lets tokens or passwords out.
fn leak(context: &RuleContext<'_, '_>) -> Option<&'static str> {
    let uris = || context.redirects.of(context.client).iter();
    match context.client.grant() {
        Some(GrantType::Token) => Some("leak-implicit"),
        Some(GrantType::Password) => Some("leak-password"),
        Some(GrantType::Code) if uris().any(goes_over_http) => Some("leak-http"),
        Some(GrantType::Code) if uris().any(goes_to_any_host) => Some("leak-wildcard"),
        _ => None,
    }
}

fn goes_over_http(uri: &RedirectUri<'_>) -> bool {
    uri.web()
        .is_some_and(|web| !web.is_https() && !web.is_loopback())
}

fn goes_to_any_host(uri: &RedirectUri<'_>) -> bool {
    matches!(uri.class, Class::Wildcard(WildcardPart::Host))
}
