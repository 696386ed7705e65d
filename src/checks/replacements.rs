//! What to do with a redirect URI in place of which another one is wanted.
//!
//! Law: all rules advise alike, and following one brings no other on: nothing is registered that
//! has to go, that is registered already or that another rule would blame.

use super::RuleContext;
use super::native::{redirect_homograph, redirect_shared_host, redirect_userinfo};
use super::redirect_uri::{Class, Environment, RedirectUri, Web, is_embeddable_page};
use super::regions::crm_page;

/// What to do with `uri`, which should be as it is when mended.
pub(super) fn mended(
    context: &RuleContext<'_, '_>,
    uri: &RedirectUri<'_>,
    web: &Web<'_>,
) -> String {
    if is_embeddable_page(context.client, web) {
        let page = format!("https://{}{}", web.host_text(), crm_page(web.path));
        return in_place_of(context, uri, &page);
    }
    in_place_of(context, uri, &web.mended())
}

/// What to do with `uri`, which should be `better`.
pub(super) fn in_place_of(
    context: &RuleContext<'_, '_>,
    uri: &RedirectUri<'_>,
    better: &str,
) -> String {
    if uri.web().is_some_and(|web| has_to_go(context, web)) {
        return "remove it unless the host is yours".to_owned();
    }
    let client = context.client;
    if context.redirects.holds_beside(client, uri, better) {
        return format!("remove it: \"{better}\" is registered already");
    }
    match uri.web().map(|web| (web, web.environment())) {
        Some((web, Environment::Address | Environment::Internal)) => format!(
            "register the like of \"{}\" in its place, with a name below a domain that you own",
            web.mended_host("app.example.com")
        ),
        Some((_, Environment::Test)) if has_public_host(context) => {
            format!(
                "remove it, and register \"{better}\" with a client of its own for that environment"
            )
        }
        _ => format!("register \"{better}\" in its place"),
    }
}

/// The same URI with all that is wrong with it put right, if it is one at all.
pub(super) fn mend(raw: &str) -> String {
    match Class::of(raw) {
        Class::Web(web) => web.mended(),
        _ => raw.to_owned(),
    }
}

/// Whether a client has public hosts that are not to go: then hosts of another environment are
/// mixed with them, which `redirect-mixed-environments` blames.
pub(super) fn has_public_host(context: &RuleContext<'_, '_>) -> bool {
    let uris = || context.redirects.of(context.client).iter();
    let stays =
        |web: &Web<'_>| web.environment() == Environment::Public && !has_to_go(context, web);
    let known = &context.redirects.has_public_host;
    *known.get_or_init(|| uris().filter_map(RedirectUri::web).any(stays))
}

/// Whether another rule wants the host gone, whatever else is wrong with the URI.
pub(super) fn has_to_go(context: &RuleContext<'_, '_>, web: &Web<'_>) -> bool {
    let is_imitation = || context.parameters_of("redirect-homograph").is_some();
    redirect_userinfo::is_disguise(web)
        || redirect_shared_host::is_blamed(context, web)
        || (redirect_homograph::is_surely_blamed(web) && is_imitation())
}
