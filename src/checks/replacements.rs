//! What to do with a redirect URI that another one should replace.
//!
//! Invariant: all rules give the same advice, and following it raises no other finding: no advised URI is
//! removed by another rule, registered already or reported by another rule.

use super::redirect_uri::{Class, Environment, RedirectUri, Web, is_embeddable_page};
use super::regions::crm_page;
use super::{RuleContext, Violation};
use crate::catalog::Decision;
use crate::model::{Action, Change, FieldName, Remedy, RemedyClass, UriEdits};

/// What to do with a URI: a phrase, and the URI that it names.
pub(super) struct Replacement {
    phrase: &'static str,
    uri: String,
}

impl Violation {
    /// Says what to do with the URI that it is about, for `{replacement}`.
    pub(super) fn replacement(&mut self, replacement: Replacement) -> &mut Self {
        self.phrase("replacement", replacement.phrase)
            .with("replacement-uri", replacement.uri)
    }
}

/// What to do with `uri`, which should be replaced by its repaired form.
pub(super) fn repaired(
    context: &RuleContext<'_, '_>,
    uri: &RedirectUri<'_>,
    web: &Web<'_>,
) -> Replacement {
    if is_embeddable_page(context.client, web) {
        let page = format!("https://{}{}", web.host_text(), crm_page(web.path));
        return in_place_of(context, uri, &page);
    }
    in_place_of(context, uri, &repaired_uri(context, web))
}

/// The repaired form of a URI: with `https`, unless the policy lets the host go without.
pub(super) fn repaired_uri(context: &RuleContext<'_, '_>, web: &Web<'_>) -> String {
    web.repaired(keeps_http(context, web))
}

/// Whether a URI with `http` can keep it.
fn keeps_http(context: &RuleContext<'_, '_>, web: &Web<'_>) -> bool {
    !web.is_https() && context.is_host_decided(Decision::HttpHosts, &web.host_text())
}

/// How to clear a finding about `uri`: by `edits` and by canonical letters. What these edits
/// alone do not correct needs a decision.
pub(super) fn remedy(
    context: &RuleContext<'_, '_>,
    uri: &RedirectUri<'_>,
    edits: UriEdits,
) -> Remedy {
    let of_entry = |action| {
        vec![Change {
            every: true,
            ..Change::of_entry(FieldName::RedirectUris, uri.index, action)
        }]
    };
    let edits = UriEdits {
        case: uri.web().is_some(),
        ..edits
    };
    if is_decided(context, uri, edits) {
        return Remedy {
            class: RemedyClass::Unsafe,
            changes: of_entry(Action::Rewrite(edits)),
            options: Vec::new(),
        };
    }
    Remedy {
        options: vec![of_entry(Action::Remove)],
        ..Remedy::default()
    }
}

/// Whether edits make the URI what it should be: the same page of the same host, which stays.
fn is_decided(context: &RuleContext<'_, '_>, uri: &RedirectUri<'_>, edits: UriEdits) -> bool {
    let Some(web) = uri.web() else {
        return true;
    };
    let is_of_production = match web.environment() {
        Environment::Address | Environment::Internal => false,
        Environment::Test => !has_public_host(context),
        Environment::Loopback | Environment::Public => true,
    };
    let all = edits.and(UriEdits {
        scheme: !web.is_loopback() && !keeps_http(context, web),
        fragment: true,
        userinfo: true,
        case: true,
    });
    let better = if is_embeddable_page(context.client, web) {
        format!("https://{}{}", web.host_text(), crm_page(web.path))
    } else {
        repaired_uri(context, web)
    };
    is_of_production && !context.is_host_removed(web) && all.apply(uri.raw) == better
}

/// What to do with `uri`, which should be `better`.
pub(super) fn in_place_of(
    context: &RuleContext<'_, '_>,
    uri: &RedirectUri<'_>,
    better: &str,
) -> Replacement {
    let better = |phrase| Replacement {
        phrase,
        uri: better.to_owned(),
    };
    let web = uri.web();
    if web.is_some_and(|web| context.is_host_removed(web)) {
        return better("remove-unless-yours");
    }
    let registered = better("remove-registered");
    if context
        .redirects
        .is_also_registered(context.client, uri, &registered.uri)
    {
        return registered;
    }
    match web.map(|web| (web, web.environment())) {
        Some((web, Environment::Address | Environment::Internal)) => Replacement {
            phrase: "register-name",
            uri: web.repaired_host("app.example.com"),
        },
        Some((_, Environment::Test)) if has_public_host(context) => better("register-apart"),
        _ => better("register"),
    }
}

/// The URI with all of its faults repaired, if it is a URI at all.
pub(super) fn repair(context: &RuleContext<'_, '_>, raw: &str) -> String {
    match Class::classify(raw) {
        Class::Web(web) => repaired_uri(context, &web),
        _ => raw.to_owned(),
    }
}

/// Whether a client has public hosts that stay: then `redirect-mixed-environments` reports
/// hosts of other environments.
pub(super) fn has_public_host(context: &RuleContext<'_, '_>) -> bool {
    let uris = || context.redirects.of(context.client).iter();
    let stays =
        |web: &Web<'_>| web.environment() == Environment::Public && !context.is_host_removed(web);
    let known = &context.redirects.has_public_host;
    *known.get_or_init(|| uris().filter_map(RedirectUri::web).any(stays))
}
