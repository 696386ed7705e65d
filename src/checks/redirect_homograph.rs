//! `redirect-homograph`: hosts that read like another.

use crate::catalog::Confidence;
use crate::checks::constraint::Constraint;
use crate::checks::redirect_uri::{Web, for_each_web};
use crate::checks::regions::{VENDOR_DOMAINS, is_vendor_host};
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::Action;
use std::borrow::Cow;
use unicode_security::confusable_detection::skeleton;
use unicode_security::restriction_level::{RestrictionLevel, RestrictionLevelDetection};

pub(super) const CHECK: Native = Native::Constraining {
    check,
    constraint: Constraint::Host(removes),
};

/// The name by which most domains of Genesys Cloud are known.
const VENDOR_NAME: &str = "mypurecloud";

/// Where the vendor publishes its examples and tools (github.com/MyPureCloud).
const VENDOR_PAGES: &str = "mypurecloud.github.io";

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    // The last inconspicuous host: most clients have one host only.
    let mut plain = String::new();
    for_each_web(context, judgement, |uri, web, judgement| {
        let Some(name) = web.name() else { return };
        if name == plain || is_vendor_host(name) {
            return;
        }
        let host = in_unicode(name);
        if let Some((like, confidence)) = like_vendor(&host, web) {
            judgement
                .report(context.client, "vendor", &uri.target())
                .option(Action::Remove)
                .with("host", &host)
                .with("like", like)
                .with("domain", web.registrable().unwrap_or(name))
                .confidence(confidence);
            return;
        }
        if host.is_ascii() {
            name.clone_into(&mut plain);
            return;
        }
        let reads = latin_reading(&host);
        let message = if reads.is_some() {
            "main"
        } else if host.split('.').any(mixes_scripts) {
            "mixed"
        } else {
            return;
        };
        judgement
            .report(context.client, message, &uri.target())
            .option(Action::Remove)
            .with("host", &host)
            .with("reads", reads.unwrap_or_default())
            .with("ascii", name);
    });
}

/// Whether this rule reports the host.
pub(super) fn is_blamed(web: &Web) -> bool {
    let Some(name) = web.name().filter(|name| !is_vendor_host(name)) else {
        return false;
    };
    let host = in_unicode(name);
    let is_foreign = !host.is_ascii();
    like_vendor(&host, web).is_some()
        || (is_foreign && (latin_reading(&host).is_some() || host.split('.').any(mixes_scripts)))
}

/// Whether a host is a homograph for certain: a likeness that misleads often does not count.
fn removes(_: &RuleContext<'_, '_>, web: &Web<'_>) -> bool {
    let Some(name) = web.name() else {
        return false;
    };
    let is_doubtful = like_vendor(&in_unicode(name), web)
        .is_some_and(|(_, confidence)| confidence == Confidence::Low);
    is_blamed(web) && !is_doubtful
}

/// What a host reads like if each foreign letter of one of its labels looks Latin.
fn latin_reading(host: &str) -> Option<String> {
    let mut is_found = false;
    let labels: Vec<String> = host
        .split('.')
        .map(|label| {
            let latin: String = label
                .chars()
                .map(|character| {
                    if character.is_ascii() {
                        character.to_string()
                    } else {
                        skeleton(&character.to_string()).collect()
                    }
                })
                .collect();
            if label.is_ascii() || !latin.is_ascii() {
                return label.to_owned();
            }
            is_found = true;
            latin.to_ascii_lowercase()
        })
        .collect();
    is_found.then(|| labels.join("."))
}

/// Whether a label mixes scripts that no language writes together.
fn mixes_scripts(label: &str) -> bool {
    label.detect_restriction_level() > RestrictionLevel::HighlyRestrictive
}

/// A name as people read it.
fn in_unicode(name: &str) -> Cow<'_, str> {
    if name.split('.').any(|label| label.starts_with("xn--")) {
        Cow::Owned(idna::domain_to_unicode(name).0)
    } else {
        Cow::Borrowed(name)
    }
}

/// The domain of Genesys whose labels are in `host` one after another.
fn vendor_domain_inside(host: &str) -> Option<&'static str> {
    let dots = memchr::memchr_iter(b'.', host.as_bytes()).map(|dot| dot + 1);
    [0].into_iter().chain(dots).find_map(|label| {
        VENDOR_DOMAINS.into_iter().find(|domain| {
            let after = host[label..].strip_prefix(domain);
            after.is_some_and(|after| after.is_empty() || after.starts_with('.'))
        })
    })
}

/// The Genesys domain that a host is made to look like, and how sure that is.
fn like_vendor(host: &str, web: &Web) -> Option<(&'static str, Confidence)> {
    if host == VENDOR_PAGES {
        return None;
    }
    if let Some(domain) = vendor_domain_inside(host) {
        return Some((domain, Confidence::High));
    }
    let registrable = in_unicode(web.registrable()?);
    let label = registrable.split('.').next()?;
    // No likeness changes the length by much, and most names are of another; only letters of
    // other scripts mean several.
    let most = if label.is_ascii() { 2 } else { 4 };
    let length = label.chars().count();
    if length.abs_diff(VENDOR_NAME.len()) > most
        && (length < VENDOR_NAME.len() || !label.contains(VENDOR_NAME))
    {
        return None;
    }
    let looks = |text: &str| skeleton(text).collect::<String>().to_lowercase();
    let distance = strsim::osa_distance(label, VENDOR_NAME);
    let confidence = if looks(label) == looks(VENDOR_NAME) {
        Confidence::High
    } else if distance == 1 {
        Confidence::Medium
    } else if distance == 2 || label.contains(VENDOR_NAME) {
        Confidence::Low
    } else {
        return None;
    };
    Some(("mypurecloud.com", confidence))
}
