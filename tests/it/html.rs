//! The page that is handed on: self-contained, escaped, well formed, true to the report.

use crate::common::{TODAY, grantlint, grantlint_in, root};
use scraper::{ElementRef, Html, Selector};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs;

fn page(arguments: &[&str]) -> String {
    let mut all = vec!["check", "--format", "html", "--today", TODAY];
    all.extend(arguments);
    grantlint(&all).stdout
}

fn all<'p>(page: &'p Html, selector: &str) -> Vec<ElementRef<'p>> {
    let selector = Selector::parse(selector).expect("a selector");
    page.select(&selector).collect()
}

fn text(element: ElementRef<'_>) -> String {
    element.text().collect()
}

/// What stands between the first `<name>` and its end.
fn inside<'p>(page: &'p str, name: &str) -> &'p str {
    let (_, rest) = page.split_once(&format!("<{name}>")).expect("an element");
    rest.split_once(&format!("</{name}>")).expect("its end").0
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let number = (0..3).fold(0, |number, at| {
            (number << 8) | u32::from(chunk.get(at).copied().unwrap_or(0))
        });
        for at in 0..4 {
            let digit = DIGITS[((number >> (18 - 6 * at)) & 63) as usize];
            text.push(if at > chunk.len() { '=' } else { digit.into() });
        }
    }
    text
}

#[test]
fn the_policy_of_the_page_lets_its_own_script_run_and_nothing_else() {
    let page = page(&["fixtures/demo"]);
    for (directive, element) in [("style-src", "style"), ("script-src", "script")] {
        let hash = base64(&Sha256::digest(inside(&page, element)));
        assert!(
            page.contains(&format!("{directive} 'sha256-{hash}'")),
            "src/report/html.rs: the hash of <{element}> is now sha256-{hash}"
        );
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn nothing_is_loaded_and_only_references_lead_outside() {
    let references: BTreeSet<&str> = grantlint::catalog::builtin()
        .iter()
        .flat_map(|rule| rule.references.iter())
        .map(|reference| &*reference.url)
        .collect();
    let text = page(&["fixtures/demo", "fixtures/labelled", "fixtures/broken"]);
    let page = Html::parse_document(&text);
    let mut outside = 0;
    for element in all(&page, "*") {
        let name = element.value().name();
        assert!(
            ![
                "img", "link", "iframe", "object", "embed", "base", "video", "audio", "image"
            ]
            .contains(&name),
            "<{name}>"
        );
        for (attribute, value) in element.value().attrs() {
            assert!(!attribute.starts_with("on"), "{attribute}={value}");
            assert!(
                !["src", "srcset", "style", "action", "background", "ping"].contains(&attribute),
                "{attribute}={value}"
            );
            if attribute == "href" && !value.starts_with('#') {
                assert_eq!(name, "a", "{value}");
                assert!(references.contains(value), "{value}");
                outside += 1;
            }
        }
    }
    assert!(outside > 0);
    let style = inside(&text, "style");
    assert!(!style.contains("url(") && !style.contains("@import"));
    for name in fs::read_dir(root().join("src/report/html")).expect("the templates") {
        let path = name.expect("an entry").path();
        let template = fs::read_to_string(&path).expect("readable");
        if path.extension().is_some_and(|ending| ending == "html") {
            let tight: String = template.split_whitespace().collect();
            assert!(
                !tight.contains("|safe") && !tight.contains("autoescape"),
                "{path:?}"
            );
        }
    }
}

#[test]
fn the_page_is_well_formed() {
    for arguments in [
        &["fixtures/demo"][..],
        &["fixtures/labelled", "fixtures/demo"],
        &["fixtures/neutral"],
        &["fixtures/broken"],
        &["fixtures/demo/clients.json"],
        &["no-such-file.json"],
    ] {
        let text = page(arguments);
        let page = Html::parse_document(&text);
        assert!(page.errors.is_empty(), "{arguments:?}: {:?}", page.errors);
        let ids: Vec<_> = all(&page, "[id]")
            .iter()
            .filter_map(|element| element.attr("id"))
            .collect();
        let known: BTreeSet<_> = ids.iter().copied().collect();
        assert_eq!(ids.len(), known.len(), "{arguments:?}: an id stands twice");
        for (selector, attribute) in [
            ("[href^='#']", "href"),
            ("[aria-labelledby]", "aria-labelledby"),
        ] {
            for element in all(&page, selector) {
                let id = element.attr(attribute).expect("the attribute");
                let id = id.trim_start_matches('#');
                if id.starts_with('?') {
                    continue; // A filter.
                }
                assert!(known.contains(id), "{arguments:?}: nothing is called {id}");
            }
        }
        assert_eq!(all(&page, "h1").len(), 1);
        let mut before = 0;
        for heading in all(&page, "h1, h2, h3, h4, h5, h6") {
            let level = heading.value().name()[1..].parse::<u8>().expect("a level");
            assert!(level <= before + 1, "{arguments:?}: {}", text_of(heading));
            before = level;
        }
        for table in all(&page, "table") {
            let heads = Selector::parse("thead th[scope=col]").expect("a selector");
            assert!(table.select(&heads).next().is_some(), "{}", table.html());
        }
        // Without JavaScript nothing is hidden but what only works with it.
        let hidden: Vec<_> = all(&page, "[hidden]")
            .iter()
            .map(|element| element.attr("id").or(element.attr("class")))
            .collect();
        let mut names = hidden.iter().copied();
        let only_for_filters = |name| matches!(name, Some("filter" | "nothing"));
        assert!(names.all(only_for_filters), "{hidden:?}");
    }
}

fn text_of(element: ElementRef<'_>) -> String {
    text(element)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn numbers_on_the_page_are_those_of_the_report() {
    for directory in ["fixtures/demo", "fixtures/labelled", "fixtures/broken"] {
        let report = grantlint(&["check", "--format", "json", "--today", TODAY, directory]).json();
        let summary = &report["summary"];
        let number = |value: &Value| value.as_u64().expect("a number") as usize;
        let list = |name: &str| report[name].as_array().expect("a list").len();
        let page = page(&[directory]);
        let page = Html::parse_document(&page);
        let findings = all(&page, ".finding");
        // Equal findings of one client are one block with all places.
        let folded = all(&page, ".finding > .place[id]");
        assert_eq!(findings.len() + folded.len(), list("findings"));
        let problems = list("problems") + list("notices");
        assert_eq!(all(&page, ".problem").len(), problems);
        let ids = findings.iter().chain(&folded).map(|one| one.attr("id"));
        let ids: BTreeSet<_> = ids.collect();
        assert_eq!(ids.len(), list("findings"), "one a fingerprint");
        assert!(all(&page, ".finding mark").len() >= findings.len());
        let tiles: Vec<_> = all(&page, ".tiles li").into_iter().map(text_of).collect();
        let wanted: Vec<_> = ["critical", "high", "medium", "low", "info"]
            .iter()
            .map(|severity| format!("{} {severity}", number(&summary["findings"][severity])))
            .collect();
        assert_eq!(tiles, wanted);
        let rows = all(&page, ".clients tbody tr").len();
        assert_eq!(rows, number(&summary["clients"]));
        let coverage = text_of(all(&page, ".coverage")[0]);
        let mut numbers = coverage
            .split_whitespace()
            .filter_map(|word| word.parse().ok());
        for name in ["clients", "files", "rules"] {
            assert_eq!(
                numbers.next(),
                Some(number(&summary[name])),
                "{name}: {coverage}"
            );
        }
        let new = text_of(all(&page, ".facts div")[0]);
        assert_eq!(new, format!("new{}", list("findings")));
    }
}

const HOSTILE: &str =
    r#"</script><script>alert(1)</script><img src=x onerror=alert(1)>"'&amp;<!--"#;

#[test]
fn a_hostile_export_stays_text() {
    let written = serde_json::to_string(HOSTILE).expect("JSON");
    let clients = format!(
        r#"{{"entities":[{{"id":{written},"name":{written},"description":{written},"authorizedGrantType":"TOKEN",
        "registeredRedirectUri":["https://evil.example/\"><script>alert(1)</script>",{written}],"scope":[{written}],
        "state":{written},"accessTokenValiditySeconds":3600}},
        {{"id":"m","name":"Machine","authorizedGrantType":"CLIENT-CREDENTIALS",
        "roleDivisions":[{{"roleId":"r","divisionId":"d"}},{{"roleId":{written},"divisionId":{written}}}]}}]}}"#
    );
    let roles = format!(
        r#"{{"entities":[{{"id":"r","name":{written},"permissions":[],"permissionPolicies":[{{"domain":{written},"entityName":"*","actionSet":["*"]}}]}}]}}"#
    );
    let divisions =
        format!(r#"{{"entities":[{{"id":"d","name":{written},"homeDivision":true}}]}}"#);
    let directory = tempfile::tempdir().expect("a directory");
    for (name, text) in [
        ("<b>clients&.json", &clients),
        ("roles.json", &roles),
        ("divisions.json", &divisions),
        ("<script>x.json", &"{\"entities\": [".to_owned()),
    ] {
        fs::write(directory.path().join(name), text).expect("a file");
    }
    let run = grantlint_in(
        directory.path(),
        &["check", "--format", "html", "--today", TODAY],
        b"",
    );
    assert_eq!(run.code, 3, "{}", run.stderr);
    let page = Html::parse_document(&run.stdout);
    assert!(page.errors.is_empty(), "{:?}", page.errors);
    assert_eq!(all(&page, "script").len(), 1);
    for element in ["img", "b:not(.tiles b):not(.fix b):not(td b)"] {
        assert!(all(&page, element).is_empty(), "{element}");
    }
    let names: Vec<_> = all(
        &page,
        ".clients tbody a, .finding .message, .matrix th, .client h3",
    )
    .into_iter()
    .map(text)
    .collect();
    assert!(
        names.iter().filter(|name| name.contains(HOSTILE)).count() >= 4,
        "{names:?}"
    );
    let handlers = all(&page, "*")
        .iter()
        .flat_map(|element| element.value().attrs())
        .filter(|(name, _)| name.starts_with("on"))
        .count();
    assert_eq!(handlers, 0);
}

#[test]
fn accepted_findings_stand_with_who_answers_for_them() {
    let directory = tempfile::tempdir().expect("a directory");
    let clients = r#"[{"id": "7", "name": "<b>Dialer</b>", "authorizedGrantType": "PASSWORD", "scope": ["users"]}]"#;
    fs::write(directory.path().join("clients.json"), clients).expect("a file");
    let config = r#"
[[accept]]
rule = "password-grant"
client = "id:7"
reason = "Replaced in spring <script>"
owner = "Outbound team"
until = 2026-12-01
ticket = "SEC-12"
"#;
    fs::write(directory.path().join("grantlint.toml"), config).expect("a file");
    let arguments = ["check", "--format", "html", "--today", TODAY];
    let page = grantlint_in(directory.path(), &arguments, b"").stdout;
    let parsed = Html::parse_document(&page);
    let rows = all(&parsed, "#accepted tbody tr");
    assert_eq!(rows.len(), 1, "{page}");
    let row = text(rows[0]);
    for words in [
        "<b>Dialer</b>",
        "password-grant",
        "high",
        "Outbound team",
        "2026-12-01 (9 days left)",
        "Replaced in spring <script>",
        "SEC-12, grantlint.toml:2",
    ] {
        assert!(row.contains(words), "{words}: {row}");
    }
    assert!(text(all(&parsed, "#policy")[0]).contains("exception-expiring"));
}

#[test]
fn the_first_screen_says_what_the_findings_mean_and_what_to_do_first() {
    let report = grantlint(&[
        "check",
        "--format",
        "json",
        "--today",
        TODAY,
        "fixtures/demo",
    ])
    .json();
    let page = page(&["fixtures/demo", "--title", "Osprey <Roadside>"]);
    let page = Html::parse_document(&page);
    assert_eq!(text_of(all(&page, "h1")[0]), "Osprey <Roadside>");
    let worst = |severity: &str| -> BTreeSet<String> {
        let findings = report["findings"].as_array().expect("findings").iter();
        let of_severity = findings.filter(|finding| finding["severity"] == severity);
        of_severity
            .map(|finding| finding["client"].to_string())
            .collect()
    };
    let (critical, high) = (worst("critical"), worst("high"));
    let verdict = text_of(all(&page, ".verdict h2")[0]);
    assert!(
        verdict.starts_with(&format!("{} client", critical.len())),
        "{verdict}"
    );
    let more = high.difference(&critical).count();
    assert!(verdict.contains(&format!("; {more} more ")), "{verdict}");
    let first = all(&page, ".first li");
    assert!((1..=5).contains(&first.len()));
    for action in first {
        let link = all_in(action, "a")[0].attr("href").expect("a link");
        let rule = link.strip_prefix("#?rule=").expect("a filter by rule");
        let has_rule = |finding: &Value| finding["rule"] == rule;
        assert!(
            report["findings"]
                .as_array()
                .expect("findings")
                .iter()
                .any(has_rule),
            "{rule}"
        );
    }
    assert!(text_of(all(&page, ".gate")[0]).starts_with("Exit code 1"));
}

#[test]
fn code_in_backticks_is_marked_and_long_names_are_cut() {
    let name = "x".repeat(300);
    let clients = format!(
        r#"[{{"id": "1", "name": "{name}", "authorizedGrantType": "CODE", "scope": "users", "registeredRedirectUri": []}}]"#
    );
    let place = tempfile::tempdir().expect("a directory");
    std::fs::write(place.path().join("clients.json"), clients).expect("a file");
    let path = place.path().to_str().expect("UTF-8");
    let page = page(&[path, "--no-config"]);
    let page = Html::parse_document(&page);
    assert!(
        all(&page, ".long")
            .iter()
            .any(|long| text_of(*long).ends_with(&name))
    );
    let link = text_of(all(&page, ".clients th")[7]);
    assert!(!link.contains('`'), "{link}");
    for text in all(&page, ".message, .fix span, .problem h3") {
        assert!(!text_of(text).contains('`'), "{}", text_of(text));
    }
}

fn all_in<'p>(element: ElementRef<'p>, selector: &str) -> Vec<ElementRef<'p>> {
    let selector = Selector::parse(selector).expect("a selector");
    element.select(&selector).collect()
}

/// What base64 and deflate made of a text.
fn unpacked(packed: &str) -> String {
    use std::io::Read;
    let digit = |digit: u8| match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let mut bytes = Vec::new();
    let digits = packed.trim_end_matches('=').as_bytes();
    for chunk in digits.chunks(4) {
        let bits = (0..4).fold(0_u32, |bits, at| {
            bits << 6 | chunk.get(at).map_or(0, |one| u32::from(digit(*one)))
        });
        bytes.extend(&bits.to_be_bytes()[1..chunk.len()]);
    }
    let mut text = String::new();
    flate2::read::DeflateDecoder::new(&bytes[..])
        .read_to_string(&mut text)
        .expect("a text");
    text
}

#[test]
fn the_end_of_a_long_list_is_compressed_and_complete() {
    let place = tempfile::tempdir().expect("a directory");
    let count = 320;
    let clients: Vec<Value> = (0..count)
        .map(|number| {
            serde_json::json!({
                "id": format!("aaaaaaaa-0000-4000-8000-{number:012}"),
                "name": format!("Feed {number} </script><i>"),
                "description": "Loads a site. Owner: Payments",
                "authorizedGrantType": "CODE",
                "accessTokenValiditySeconds": 3600,
                "scope": ["users:readonly"],
                "registeredRedirectUri": [format!("https://*.site{number}.example.com/cb")],
            })
        })
        .collect();
    let text = serde_json::to_string(&clients).expect("JSON");
    fs::write(place.path().join("clients.json"), text).expect("a file");
    let run = grantlint_in(
        place.path(),
        &["check", ".", "--format", "html", "--today", TODAY],
        b"",
    );
    let page = Html::parse_document(&run.stdout);
    assert_eq!(
        all(&page, "script").len(),
        3,
        "the script and two long lists"
    );
    for (list, item) in [(".clients tbody", "tr"), (".cards", "details.client")] {
        let shown = all(&page, &format!("{list} {item}")).len();
        let packed = all(&page, &format!("{list} > script[type=\"text/plain\"]"));
        let rest = unpacked(&text_of(packed[0]));
        assert!(
            !rest.contains("</script>") && !rest.contains("<i>"),
            "{list}"
        );
        let rest = Html::parse_document(&format!("<table>{rest}</table>"));
        let names = all(&page, &format!("{list} {item} a[href^=\"#c\"], {list} h3")).len();
        let others = all(&rest, "a[href^=\"#c\"], h3").len();
        assert!(shown >= 50 && shown < count, "{list}: {shown}");
        assert_eq!(names + others, count, "{list}: no client is lost");
    }
    assert!(
        all(&page, "noscript").len() == 2,
        "the page says what needs JavaScript"
    );
    assert!(run.stdout.len() < 600_000, "{}", run.stdout.len());
}
