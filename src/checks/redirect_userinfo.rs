//! `redirect-userinfo`: what stands before `@` in the authority.

use crate::checks::redirect_uri::for_each_web;
use crate::checks::{Native, Subject, Verdict, replacements};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    for_each_web(subject, verdict, |uri, web, verdict| {
        let Some(userinfo) = &web.userinfo else {
            return;
        };
        // A dot and no password: it is there to be taken for the host.
        let user = userinfo.split(':').next().unwrap_or("");
        let has_password = userinfo.len() > user.len() + 1;
        let message = if user.contains('.') && !has_password {
            "disguise"
        } else {
            "main"
        };
        verdict
            .blame(subject.client, message, &uri.spot())
            .with("userinfo", user)
            .with("host", web.host_text())
            .with("replacement", replacements::mended(subject, uri, web));
    });
}
