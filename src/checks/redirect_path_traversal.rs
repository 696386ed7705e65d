//! `redirect-path-traversal`: dots, doubled slashes and encoded separators in the path.

use crate::checks::redirect_uri::for_each_web;
use crate::checks::{Judgement, Native, RuleContext, replacements};

pub(super) const CHECK: Native = Native::Client(check);

/// Escapes that become separators or dots when decoded, some of them twice.
const ESCAPES: [&str; 5] = ["%2f", "%5c", "%252f", "%255c", "%252e"];

/// Escapes of characters that end a string or a header line where a server decodes them.
const CONTROLS: [&str; 3] = ["%00", "%0a", "%0d"];

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    for_each_web(context, judgement, |uri, web, judgement| {
        let slashes = |pair: &[u8]| pair == b"//";
        let is_plain =
            !web.path.contains(['.', '%']) && !web.path.as_bytes().windows(2).any(slashes);
        if is_plain {
            return;
        }
        let path = web.path.to_ascii_lowercase();
        let escape = ESCAPES.iter().find(|escape| path.contains(*escape));
        let control = CONTROLS.iter().find(|control| path.contains(*control));
        let message = if control.is_some() {
            "control"
        } else if path.split('/').any(is_dots) {
            "main"
        } else if path.split('/').any(hides_dots) {
            "semicolon"
        } else if escape.is_some() {
            "encoded"
        } else if path.contains("//") {
            "slashes"
        } else {
            return;
        };
        judgement
            .report(context.client, message, &uri.target())
            .replacement(replacements::repaired(context, uri, web))
            .with("escape", control.or(escape).unwrap_or(&""));
    });
}

/// Whether a segment in lower case is `.` or `..`, written out or not.
fn is_dots(segment: &str) -> bool {
    matches!(segment.replace("%2e", ".").as_str(), "." | "..")
}

/// Whether it is to servers that ignore what follows a semicolon.
fn hides_dots(segment: &str) -> bool {
    segment
        .split_once(';')
        .is_some_and(|(name, _)| is_dots(name))
}
