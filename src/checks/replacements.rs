//! What to do with a redirect URI in place of which another one is wanted.
//!
//! Law: all rules advise alike, and following one brings no other on: nothing is registered that
//! has to go or that is registered already.

use super::Subject;
use super::native::{redirect_homograph, redirect_shared_host};
use super::redirect_uri::{Class, RedirectUri, Web, meaning};

/// What to do with `uri`, which should be as it is when mended.
pub(super) fn mended(subject: &Subject<'_, '_>, uri: &RedirectUri<'_>, web: &Web<'_>) -> String {
    in_place_of(subject, uri, &web.mended())
}

/// What to do with `uri`, which should be `better`.
pub(super) fn in_place_of(
    subject: &Subject<'_, '_>,
    uri: &RedirectUri<'_>,
    better: &str,
) -> String {
    if uri.web().is_some_and(|web| has_to_go(subject, web)) {
        return "remove it: its host is none of yours".to_owned();
    }
    let wanted = meaning(better);
    let mut others = subject.redirects.of(subject.client).iter();
    let is_registered = wanted.is_some()
        && others.any(|other| other.index != uri.index && meaning(other.raw) == wanted);
    if is_registered {
        format!("remove it: \"{better}\" is registered already")
    } else {
        format!("register \"{better}\" in its place")
    }
}

/// The same URI with all that is wrong with it put right, if it is one at all.
pub(super) fn mend(raw: &str) -> String {
    match Class::of(raw) {
        Class::Web(web) => web.mended(),
        _ => raw.to_owned(),
    }
}

/// Whether another rule wants the host gone, whatever else is wrong with the URI.
pub(super) fn has_to_go(subject: &Subject<'_, '_>, web: &Web<'_>) -> bool {
    let is_imitation = || subject.parameters_of("redirect-homograph").is_some();
    redirect_shared_host::is_blamed(subject, web)
        || (redirect_homograph::is_surely_blamed(web) && is_imitation())
}
