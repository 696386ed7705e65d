//! `redirect-userinfo`: what precedes `@` in the authority.

use crate::checks::redirect_uri::{Web, for_each_web};
use crate::checks::{Judgement, Native, RuleContext, replacements};
use crate::model::UriEdits;

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    for_each_web(context, judgement, |uri, web, judgement| {
        let Some(userinfo) = &web.userinfo else {
            return;
        };
        let user = userinfo.split(':').next().unwrap_or("");
        let message = if is_disguise(web) { "disguise" } else { "main" };
        let edits = UriEdits {
            userinfo: true,
            ..UriEdits::default()
        };
        judgement
            .report(context.client, message, &uri.target())
            .remedy(replacements::remedy(context, uri, edits))
            .with("userinfo", user)
            .with("host", web.host_text())
            .with("replacement", replacements::repaired(context, uri, web));
    });
}

/// Whether what precedes the host is there to be taken for it: it has a dot, and no password.
pub(in crate::checks) fn is_disguise(web: &Web<'_>) -> bool {
    let Some(userinfo) = web.userinfo else {
        return false;
    };
    let (user, password) = userinfo.split_once(':').unwrap_or((userinfo, ""));
    user.contains('.') && password.is_empty()
}
