//! `redirect-userinfo`: what precedes `@` in the authority.

use crate::checks::constraint::Constraint;
use crate::checks::redirect_uri::{Web, for_each_web};
use crate::checks::{Judgement, Native, RuleContext, replacements};
use crate::model::UriEdits;

pub(super) const CHECK: Native = Native::Constraining {
    check,
    constraint: Constraint::Host(removes),
};

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
            .replacement(replacements::repaired(context, uri, web));
    });
}

fn removes(_: &RuleContext<'_, '_>, web: &Web<'_>) -> bool {
    is_disguise(web)
}

/// Whether what precedes the host is there to be taken for it: it has a dot, and no password.
fn is_disguise(web: &Web<'_>) -> bool {
    let Some(userinfo) = web.userinfo else {
        return false;
    };
    let (user, password) = userinfo.split_once(':').unwrap_or((userinfo, ""));
    user.contains('.') && password.is_empty()
}
