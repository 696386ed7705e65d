//! What a fix says can be done as it is printed.

mod common;

use common::TODAY;
use grantlint::audit::{Request, audit};
use grantlint::text::{Source, Sources};

/// Fixes of a rule for clients written in YAML.
fn fixes(rule: &str, clients: &str) -> Vec<String> {
    let mut sources = Sources::default();
    sources.add(Source::new("clients.yaml", clients));
    let request = Request::new(TODAY.parse().expect("a date"));
    let report = audit(&sources, &[], Vec::new(), &request);
    let findings = report.findings.into_iter();
    findings
        .filter(|finding| finding.rule.id == rule)
        .map(|finding| finding.fix)
        .collect()
}

#[test]
fn a_masked_value_is_not_to_be_registered_as_it_is_shown() {
    let client = |uri: &str| {
        format!("name: Portal\nauthorizedGrantType: CODE\nregisteredRedirectUri: [\"{uri}\"]\n")
    };
    let secret = client("http://portal.example.com/cb?api_key=Zx81Spectrum7q");
    let fixes_of_secret = fixes("redirect-not-https", &secret);
    assert_eq!(fixes_of_secret.len(), 1);
    let fix = &fixes_of_secret[0];
    assert!(fix.starts_with("take the secret out"), "{fix}");
    assert!(!fix.contains("Zx81Spectrum7q"), "{fix}");
    let plain = fixes(
        "redirect-not-https",
        &client("http://portal.example.com/cb"),
    );
    assert!(plain[0].contains("\"https://portal.example.com/cb\""));
    assert!(!plain[0].contains("secret"));
}

#[test]
fn what_is_held_already_is_not_to_be_put_in_again() {
    let client =
        |scopes: &str| format!("name: Portal\nauthorizedGrantType: CODE\nscope: [{scopes}]\n");
    let fix = |scopes: &str| fixes("scope-sensitive-write", &client(scopes)).concat();
    assert_eq!(
        fix("oauth, \"oauth:readonly\""),
        "remove \"oauth\": \"oauth:readonly\" is held already"
    );
    assert_eq!(fix("oauth"), "replace \"oauth\" by \"oauth:readonly\"");
    let misspelt = fixes(
        "scope-unknown",
        &client("\"user:readonly\", \"users:readonly\""),
    );
    assert_eq!(
        misspelt,
        ["remove \"user:readonly\": \"users:readonly\" is held already"]
    );
}

/// Fixes of a rule for a client with these redirect URIs.
fn fix_of(rule: &str, uris: &[&str]) -> String {
    let list: Vec<String> = uris.iter().map(|uri| format!("\"{uri}\"")).collect();
    let list = list.join(", ");
    fixes(
        rule,
        &format!("name: Portal\nauthorizedGrantType: CODE\nregisteredRedirectUri: [{list}]\n"),
    )
    .join("\n")
}

#[test]
fn every_rule_names_the_same_uri_in_place_of_one() {
    let uri = "http://u:p@portal.example.com/a/../cb#top";
    for rule in [
        "redirect-not-https",
        "redirect-userinfo",
        "redirect-fragment",
        "redirect-path-traversal",
    ] {
        let fix = fix_of(rule, &[uri]);
        assert!(
            fix.starts_with("register \"https://portal.example.com/cb\" in its place"),
            "{rule}: {fix}"
        );
    }
}

#[test]
fn a_uri_that_is_registered_is_not_registered_again() {
    let twin = "https://portal.example.com:443/cb";
    for (rule, uri) in [
        ("redirect-not-https", "http://portal.example.com/cb"),
        ("redirect-userinfo", "https://u:p@portal.example.com/cb"),
        ("redirect-fragment", "https://portal.example.com/cb#a"),
        (
            "redirect-path-traversal",
            "https://portal.example.com/a/../cb",
        ),
        ("redirect-invalid", " https://portal.example.com/cb"),
    ] {
        let fix = fix_of(rule, &[uri, twin]);
        let said = "remove it: \"https://portal.example.com/cb\" is registered already";
        assert!(fix.starts_with(said), "{rule}: {fix}");
    }
}

#[test]
fn no_rule_mends_what_has_to_go() {
    for uri in [
        "http://u:p@abc.ngrok.io/cb#a",
        "http://u:p@apps.mypurec1oud.com/cb#a",
    ] {
        for rule in [
            "redirect-not-https",
            "redirect-userinfo",
            "redirect-fragment",
        ] {
            let fix = fix_of(rule, &[uri]);
            assert!(fix.starts_with("remove it"), "{rule}: {fix}");
        }
    }
}

#[test]
fn what_has_to_go_is_no_owner_of_its_own() {
    let own = "https://portal.example.com/cb";
    let of = |other| fix_of("redirect-many-domains", &[own, other]);
    assert_eq!(of("https://abcd.ngrok.io/cb"), "");
    assert!(of("https://desk.partner.net/cb").contains("partner.net"));
}
