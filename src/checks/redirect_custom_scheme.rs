//! `redirect-custom-scheme`: schemes that are no reversed domain.

use crate::checks::redirect_uri::{Class, for_each};
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::Action;

pub(super) const CHECK: Native = Native::Client(check);

/// Schemes of other protocols.
const FOREIGN: [&str; 16] = [
    "callto", "ftp", "ftps", "geo", "imap", "ldap", "ldaps", "mailto", "sftp", "sip", "sips",
    "sms", "ssh", "tel", "ws", "wss",
];

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    for_each(context, judgement, |uri, judgement| {
        let Class::Custom(custom) = &uri.class else {
            return;
        };
        let scheme = custom.scheme.as_str();
        if context.parameters.list_holds("allowed", scheme) {
            return;
        }
        let reversed = reverse(scheme);
        let message = if uri
            .raw
            .to_ascii_lowercase()
            .starts_with("urn:ietf:wg:oauth:2.0:oob")
        {
            "out-of-band"
        } else if scheme == "chrome-extension" {
            "extension"
        } else if FOREIGN.contains(&scheme) {
            "foreign"
        } else if !scheme.contains('.') {
            "main"
        } else if is_registrable(&reversed) {
            return;
        } else if is_registrable(scheme) {
            "order"
        } else {
            "domain"
        };
        judgement
            .report(context.client, message, &uri.target())
            .option(Action::Remove)
            .with("scheme", scheme)
            .with("reversed", reversed);
    });
}

fn reverse(scheme: &str) -> String {
    scheme.rsplit('.').collect::<Vec<_>>().join(".")
}

/// Whether the name can be registered: it is below a public suffix that exists.
fn is_registrable(name: &str) -> bool {
    psl::domain(name.as_bytes()).is_some_and(|domain| domain.suffix().is_known())
}
