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
