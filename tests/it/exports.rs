//! Exports and audits of them, for the tests of what is written about them.

use grantlint::audit::{Request, audit};
use grantlint::finding::Report;
use grantlint::report::Format;
use grantlint::text::{Source, Sources};

/// A secret that stands in [`HOSTILE`] as such, in a name and in an address, and may stand in
/// no report.
pub const SECRET: &str = "Pl4nted-s3cret-VALUE-0451";

/// What a name in an export may try to do to its reader.
pub const HOSTILE_NAMES: [&str; 16] = [
    "<script>alert(1)</script>",
    "=cmd|'/c calc'!A0",
    "::error::not ours",
    "\u{1b}[31mred\u{1b}[0m",
    "right\u{202e}to left\u{2066}",
    "two\nlines\r\n::warning::x",
    "\"quoted\" and 'quoted' and `code`",
    "emoji 😀 and 漢字",
    "a | b \\| c",
    "[link](http://evil.example/) ![i](http://evil.example/x.png)",
    "@octocat #1 www.evil.example",
    "]]> &amp; <!-- -->",
    "+1;=2",
    "{0} {{1}} 100%0A",
    "nul\u{0} and \u{fffe} and \u{85}",
    "<b>$x^2$</b> ~~gone~~ **bold** Pl4nted-s3cret-VALUE-0451",
];

/// An export with a client of each hostile name, all with the implicit grant, and secrets.
pub fn hostile() -> String {
    let clients: Vec<_> = HOSTILE_NAMES
        .iter()
        .enumerate()
        .map(|(index, name)| {
            serde_json::json!({
                "id": format!("00000000-0000-4000-8000-{index:012}"),
                "name": name,
                "authorizedGrantType": "TOKEN",
                "registeredRedirectUri": [format!("https://user:{SECRET}@host.example/")],
                "secret": SECRET,
            })
        })
        .collect();
    serde_json::to_string(&serde_json::json!({ "entities": clients, "total": clients.len() }))
        .expect("plain values")
}

/// A plain export of two clients, of which the first has a fault.
pub const PLAIN: &str = r#"{
  "entities": [
    {"id": "11111111-1111-4111-8111-111111111111", "name": "Wallboard 😀", "authorizedGrantType": "TOKEN",
     "registeredRedirectUri": ["https://wallboard.example.com/"]},
    {"id": "22222222-2222-4222-8222-222222222222", "name": "Service", "authorizedGrantType": "CLIENT-CREDENTIALS"}
  ],
  "total": 2
}"#;

/// An export that tells what it cannot be judged by, and one that is broken.
pub const OPEN: &str = r#"[{"id": "33333333-3333-4333-8333-333333333333", "name": "Open", "scope": ["users"],
 "authorizedGrantType": ["TOKEN"]}]"#;

pub fn sources(texts: &[(&str, &str)]) -> Sources {
    let mut sources = Sources::default();
    for (path, text) in texts {
        sources.add(Source::new(*path, *text));
    }
    sources
}

/// Audits with the one rule whose findings these tests know.
pub fn audited(sources: &Sources) -> Report<'_> {
    let mut request = Request::new("2026-11-22".parse().expect("a date"));
    request.inventory = true;
    request.rules = vec![grantlint::catalog::find("implicit-grant").expect("a built-in rule")];
    audit(sources, &vec![true; sources.len()], Vec::new(), &request)
}

pub fn written(report: &Report<'_>, format: Format) -> String {
    let mut out = Vec::new();
    format
        .write(report, grantlint::report::Look::PLAIN, &mut out)
        .expect("memory takes all");
    String::from_utf8(out).expect("formats are UTF-8")
}

pub fn json(report: &Report<'_>, format: Format) -> serde_json::Value {
    serde_json::from_str(&written(report, format)).expect("JSON")
}
