//! Invariant 2: less knowledge is never greener. A broken, emptied, re-encoded or missing input
//! never turns exit code 1 or 3 into 0.

use crate::common::grantlint_in;
use std::fs;
use std::path::Path;

const CLIENTS: &str = r#"{"entities":[
{"id":"aaaaaaaa-0000-4000-8000-000000000001","name":"Wallboard","authorizedGrantType":"TOKEN","accessTokenValiditySeconds":86400,"state":"active","registeredRedirectUri":["http://example.com/cb"],"scope":["users"]},
{"id":"aaaaaaaa-0000-4000-8000-000000000002","name":"Café Dialer","authorizedGrantType":"CLIENT-CREDENTIALS","accessTokenValiditySeconds":3600,"state":"active","roleDivisions":[{"roleId":"bbbbbbbb-0000-4000-8000-000000000001","divisionId":"cccccccc-0000-4000-8000-000000000001"}]}
],"pageSize":25,"pageNumber":1,"total":2,"pageCount":1}"#;
const ROLES: &str = r#"{"entities":[
{"id":"bbbbbbbb-0000-4000-8000-000000000001","name":"Café Admin","permissions":["admin"],"permissionPolicies":[{"domain":"*","entityName":"*","actionSet":["*"]}]}
],"pageSize":25,"pageNumber":1,"total":1,"pageCount":1}"#;
const DIVISIONS: &str = r#"{"entities":[
{"id":"cccccccc-0000-4000-8000-000000000001","name":"Café","homeDivision":true,"selfUri":"/api/v2/authorization/divisions/cccccccc-0000-4000-8000-000000000001"}
],"pageSize":25,"pageNumber":1,"total":1,"pageCount":1}"#;

const FILES: [(&str, &str); 3] = [
    ("clients.json", CLIENTS),
    ("roles.json", ROLES),
    ("divisions.json", DIVISIONS),
];

/// A directory with the exports; `change` replaces the bytes of one of them, or removes it.
fn exports(change: Option<(&str, Option<&[u8]>)>) -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    for (name, text) in FILES {
        match change.filter(|(changed, _)| *changed == name) {
            Some((_, Some(bytes))) => fs::write(directory.path().join(name), bytes),
            Some((_, None)) => Ok(()),
            None => fs::write(directory.path().join(name), text),
        }
        .expect("a file");
    }
    directory
}

fn code(at: &Path, paths: &[&str]) -> i32 {
    let arguments = [&["check", "--today", "2026-11-30", "-q"], paths].concat();
    grantlint_in(at, &arguments, b"").code
}

/// Asserts that a changed export does not give exit code 0, in a directory or named.
fn is_not_green(name: &str, bytes: &[u8], what: &str) {
    let directory = exports(Some((name, Some(bytes))));
    let at = directory.path();
    assert!([1, 3].contains(&code(at, &["."])), "{name}, {what}: .");
    let named = FILES.map(|(name, _)| name);
    assert!([1, 3].contains(&code(at, &named)), "{name}, {what}: named");
}

#[test]
fn the_whole_exports_have_findings() {
    assert_eq!(code(exports(None).path(), &["."]), 1);
}

#[test]
fn a_cut_at_any_byte_is_not_green() {
    for (name, text) in FILES {
        let step = (text.len() / 12).max(1);
        for at in (0..text.len()).step_by(step).chain([text.len() - 1]) {
            is_not_green(name, &text.as_bytes()[..at], &format!("cut at {at}"));
        }
    }
}

#[test]
fn an_emptied_export_is_not_green() {
    for (name, _) in FILES {
        for text in ["", " \n", "null", "[]", "{}"] {
            is_not_green(name, text.as_bytes(), &format!("{text:?}"));
        }
    }
}

#[test]
fn another_encoding_is_not_green() {
    for (name, text) in FILES {
        let latin: Vec<u8> = text.chars().map(|c| u32::from(c) as u8).collect();
        is_not_green(name, &latin, "latin-1");
        let units: Vec<u16> = text.encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        is_not_green(name, &little, "UTF-16LE without a mark");
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        is_not_green(name, &big, "UTF-16BE without a mark");
    }
}

#[test]
fn a_span_of_garbage_is_not_green() {
    for (name, text) in FILES {
        let step = (text.len() / 8).max(1);
        for at in (0..text.len() - 20).step_by(step) {
            let mut bytes = text.as_bytes().to_vec();
            bytes[at..at + 20].fill(b'\x07');
            is_not_green(name, &bytes, &format!("garbage at {at}"));
        }
    }
}

#[test]
fn a_missing_needed_input_is_incomplete() {
    for name in ["roles.json", "divisions.json"] {
        let directory = exports(Some((name, None)));
        assert_eq!(code(directory.path(), &["."]), 3, "{name}");
        let stem = name.trim_end_matches(".json");
        let waived = code(directory.path(), &[".", "--without", stem]);
        assert_eq!(waived, 1, "{name}: the other findings stay");
    }
    let directory = exports(Some(("clients.json", None)));
    assert_eq!(code(directory.path(), &["."]), 3);
}

#[test]
fn a_damaged_key_or_date_is_not_green() {
    let long = r#""accessTokenValiditySeconds":86400"#;
    let clients = CLIENTS
        .replace("\"TOKEN\"", "\"CODE\"")
        .replace("http:", "https:");
    for (name, text, from, to) in [
        (
            "clients.json",
            &*clients,
            "\"roleDivisions\"",
            "\"rxoleDivisions\"",
        ),
        ("clients.json", &*clients, "\"roleId\"", "\"nullroleId\""),
        (
            "clients.json",
            &*clients,
            "\"roleId\":\"bbbbbbbb-0000-4000-8000-000000000001\"",
            "\"roleId\":null",
        ),
        ("roles.json", ROLES, "\"actionSet\"", "\"action##Set\""),
        ("roles.json", ROLES, "\"permissions\"", "\"//permissions\""),
        (
            "clients.json",
            &*clients,
            long,
            "\"accessTokenValid,tySeconds\":86400",
        ),
        (
            "clients.json",
            &*clients,
            "\"state\":\"active\"",
            "\"dateModified\":\"2021-0#-01T00:00:00Z\",\"state\":\"active\"",
        ),
    ] {
        let damaged = text.replacen(from, to, 1);
        assert_ne!(damaged, text, "{from}");
        let directory = exports(Some((name, Some(damaged.as_bytes()))));
        assert_eq!(code(directory.path(), &["."]), 3, "{name}: {to}");
    }
}

/// A client without a finding.
fn line(number: u32) -> String {
    format!(
        r#"{{"id":"aaaaaaaa-0000-4000-8000-00000000000{number}","name":"Portal {number} of {number}{number}","description":"Signs in. Owner: Kim","authorizedGrantType":"CODE","accessTokenValiditySeconds":3600,"state":"active","registeredRedirectUri":["https://p{number}.example.com/cb"],"scope":["users:readonly"],"dateModified":"2026-10-01T09:00:00Z"}}"#
    )
}

fn lines(lines: &[&str]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join("clients.ndjson"), lines.join("\n")).expect("a file");
    directory
}

#[test]
fn a_record_that_lacks_what_the_others_have_is_not_green() {
    let (one, two) = (line(1), line(2));
    let complete = lines(&[&one, &two]);
    assert_eq!(code(complete.path(), &["."]), 0);
    let no_state = two.replace(r#""state":"active","#, "");
    for broken in [
        r#"{"id":"3","name":"x"}"#,
        r#"{"level":"info","message":"done"}"#,
        r#""text""#,
    ] {
        for records in [[&*one, broken, &*two], [broken, &*one, &*two]] {
            let directory = lines(&records);
            assert_ne!(code(directory.path(), &["."]), 0, "{records:?}");
        }
    }
    let directory = lines(&[&one, &no_state]);
    assert_eq!(code(directory.path(), &["."]), 3);
}

#[test]
fn a_listing_that_claims_more_in_other_words_is_not_green() {
    for claim in [
        r#""totalCount":5"#,
        r#""TotalEntities":"5""#,
        r#""nextPage":2"#,
        r#""hasMore":true"#,
        r#""next_cursor":"abc""#,
    ] {
        let text = format!("{{{claim},\"entities\":[{}]}}", line(1));
        let directory = lines(&[&text]);
        assert_eq!(code(directory.path(), &["."]), 3, "{claim}");
    }
    for claim in [r#""totalCount":1"#, r#""hasMore":false"#, r#""nextUri":"""#] {
        let text = format!("{{{claim},\"entities\":[{}]}}", line(1));
        let directory = lines(&[&text]);
        assert_eq!(code(directory.path(), &["."]), 0, "{claim}");
    }
}
