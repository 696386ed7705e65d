//! `redirect-path-traversal`: dots, doubled slashes and encoded separators in the path.

use crate::checks::redirect_uri::{for_each_web, replacement};
use crate::checks::{Native, Subject, Verdict};

pub(super) const CHECK: Native = Native::Client(check);

/// Escapes that become separators or dots when decoded, some of them twice.
const ESCAPES: [&str; 5] = ["%2f", "%5c", "%252f", "%255c", "%252e"];

/// Escapes of characters that end a string or a header line where a server decodes them.
const CONTROLS: [&str; 3] = ["%00", "%0a", "%0d"];

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    for_each_web(subject, verdict, |uri, web, verdict| {
        if !web.path.contains(['.', '%']) && !web.path.contains("//") {
            return;
        }
        let path = web.path.to_ascii_lowercase();
        let escape = ESCAPES.iter().find(|escape| path.contains(*escape));
        let control = CONTROLS.iter().find(|control| path.contains(*control));
        let message = if control.is_some() {
            "control"
        } else if path.split('/').any(is_dots) {
            "main"
        } else if escape.is_some() {
            "encoded"
        } else if path.contains("//") {
            "slashes"
        } else {
            return;
        };
        let mut better = web.resolved_path().to_owned();
        while better.contains("//") {
            better = better.replace("//", "/");
        }
        verdict
            .blame(subject.client, message, &uri.spot())
            .with(
                "replacement",
                replacement(subject, &web.mended_path(&better)),
            )
            .with("escape", control.or(escape).unwrap_or(&""));
    });
}

/// Whether a segment in lower case is `.` or `..`, written out or not; some servers ignore
/// what stands behind a semicolon.
fn is_dots(segment: &str) -> bool {
    let segment = segment.replace("%2e", ".");
    matches!(segment.split(';').next(), Some("." | ".."))
}
