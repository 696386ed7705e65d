//! Risks accepted in comments beside the value, on the real binary: what a comment covers,
//! what it never covers, and that one that is wrong never ends in 0.

use crate::common::{Run, grantlint_in};
use std::fs;
use std::path::Path;

const TODAY: &str = "2026-11-22";

/// Two clients with the same two faults of one rule each. `@1@` to `@9@` are where comments
/// are put.
const YAML: &str = "\
# @0@
entities:
  # @1@
  - id: aaaaaaaa-0000-4000-8000-000000000001
    name: Wallboard # @2@
    authorizedGrantType: CODE
    # @3@
    registeredRedirectUri:
      - http://one.example.com/a # @4@
      # @5@
      - http://one.example.com/b
    # @6@
    scope: [routing, users] # @7@
  - id: aaaaaaaa-0000-4000-8000-000000000002
    name: Portal
    authorizedGrantType: CODE
    registeredRedirectUri: [http://two.example.com/a, http://two.example.com/b] # @8@
    scope: [users]
    # @9@
";

const HCL: &str = r#"
# @0@

# @1@
resource "genesyscloud_oauth_client" "one" {
  name = "Wallboard" # @2@
  authorized_grant_type = "CODE"
  // @3@
  registered_redirect_uris = [
    "http://one.example.com/a", # @4@
    // @5@
    "http://one.example.com/b"
  ]
  # @6@
  scopes = ["routing", "users"] # @7@
}
resource "genesyscloud_oauth_client" "two" {
  name = "Portal # @name@"
  authorized_grant_type = "CODE"
  registered_redirect_uris = ["http://two.example.com/a", "http://two.example.com/b"] # @8@
  scopes = ["users"]
  # @9@
}
"#;

const ACCEPT: &str =
    r#"grantlint: accept[redirect-not-https] until=2027-01-01 reason="inside the building""#;

/// The text with `comment` at `spot` and no comments elsewhere.
fn with(text: &str, spot: &str, comment: &str) -> String {
    let mut text = text.replace(spot, comment);
    for number in 0..10 {
        text = text.replace(&format!("@{number}@"), "of no matter");
    }
    text
}

fn check(file: &str, text: &str, config: &str, more: &[&str]) -> Run {
    let place = tempfile::tempdir().expect("a directory");
    write(place.path(), file, text);
    write(place.path(), "grantlint.toml", &allowing(config));
    let asked = ["check", file, "--today", TODAY, "--format", "concise"];
    let selected = ["--select", "redirect-not-https,implicit-grant"];
    grantlint_in(place.path(), &[&asked[..], &selected, more].concat(), b"")
}

/// A configuration in which comments of exports accept risks.
fn allowing(config: &str) -> String {
    let allowed = "[acceptance]\ncomments-in-exports = true\n";
    if config.contains("[acceptance]\n") {
        config.replace("[acceptance]\n", allowed)
    } else {
        format!("{config}\n{allowed}")
    }
}

#[test]
fn a_comment_in_an_export_accepts_nothing_unless_the_policy_allows_it() {
    let place = tempfile::tempdir().expect("a directory");
    let arguments = [
        "check",
        "--today",
        TODAY,
        "--format",
        "json",
        "--fail-on",
        "never",
    ];
    write(place.path(), "clients.yaml", &with(YAML, "@3@", ACCEPT));
    let ignored = grantlint_in(place.path(), &arguments, b"").json();
    assert_eq!(ignored["summary"]["suppressed"], 0, "{ignored}");
    let notice = &ignored["notices"][0];
    assert_eq!(notice["kind"], "comment-ignored", "{ignored}");
    let shown = notice.to_string();
    assert!(shown.contains("clients.yaml"), "{shown}");
    write(place.path(), "grantlint.toml", &allowing(""));
    let allowed = grantlint_in(place.path(), &arguments, b"").json();
    assert_eq!(allowed["summary"]["suppressed"], 2, "{allowed}");
    let milder = allowed["configuration"].to_string();
    assert!(
        milder.contains("lets comments in exports accept"),
        "{milder}"
    );
    // Terraform's files are reviewed like code.
    let code = tempfile::tempdir().expect("a directory");
    write(code.path(), "main.tf", &with(HCL, "@3@", ACCEPT));
    let code = grantlint_in(code.path(), &arguments, b"").json();
    assert_eq!(code["summary"]["suppressed"], 2, "{code}");
}

fn write(directory: &Path, name: &str, text: &str) {
    let path = directory.join(name);
    fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
    fs::write(path, text).expect("a file");
}

/// The last parts of the redirect URIs that are blamed.
fn left(run: &Run) -> Vec<&str> {
    let lines = run.stdout.lines();
    let uris = lines.filter_map(|line| line.split_once("\"http://")?.1.split('"').next());
    // The worst client comes first, whatever its place.
    let mut uris: Vec<&str> = uris.collect();
    uris.sort_unstable();
    uris
}

#[test]
fn a_comment_covers_what_it_stands_beside_and_nothing_else() {
    let all = [
        "one.example.com/a",
        "one.example.com/b",
        "two.example.com/a",
        "two.example.com/b",
    ];
    for (file, text) in [("clients.yaml", YAML), ("main.tf", HCL)] {
        // The clients one by one, the lists, the items; names and scopes have no such fault.
        for (spot, wanted) in [
            ("@1@", &all[2..]),
            ("@2@", &all),
            ("@3@", &all[2..]),
            ("@4@", &all[1..]),
            ("@5@", &[all[0], all[2], all[3]]),
            ("@6@", &all),
            ("@7@", &all),
        ] {
            let run = check(file, &with(text, spot, ACCEPT), "", &["--fail-on", "never"]);
            assert_eq!(run.code, 0, "{file} {spot}\n{}", run.all());
            assert_eq!(left(&run), wanted, "{file} {spot}\n{}", run.all());
        }
        // Of two values on a line it says which.
        for (value, wanted) in [
            ("http://two.example.com/a", 3),
            ("http://two.example.com/b", 2),
        ] {
            let comment = format!("{ACCEPT} value=\"{value}\"");
            let run = check(
                file,
                &with(text, "@8@", &comment),
                "",
                &["--fail-on", "never"],
            );
            assert_eq!(run.code, 0, "{}", run.all());
            assert_eq!(left(&run).len(), 3, "{}", run.all());
            assert_ne!(left(&run).get(wanted), Some(&&value[7..]), "{}", run.all());
        }
    }
}

#[test]
fn a_comment_that_could_mean_more_than_it_may_or_nothing_is_a_problem() {
    for (spot, words) in [
        ("@0@", "in this comment could mean 2 clients"),
        ("@8@", "could mean 2 values of its line"),
        ("@9@", "is not next to a value"),
    ] {
        let run = check(
            "clients.yaml",
            &with(YAML, spot, ACCEPT),
            "",
            &["--fail-on", "never"],
        );
        assert_eq!(run.code, 3, "{spot}\n{}", run.all());
        assert!(run.all().contains(words), "{words}\n{}", run.all());
        assert_eq!(left(&run).len(), 4, "{}", run.all());
    }
    for (text, words) in [
        (with(HCL, "@0@", ACCEPT), "is not next to a value"),
        (with(HCL, "@9@", ACCEPT), "is not next to a value"),
        (with(HCL, "@8@", ACCEPT), "could mean 2 values of its line"),
        // A block begins on its line and is not whole there.
        (
            HCL.replace("\"two\" {", &format!("\"two\" {{ # {ACCEPT}")),
            "is not next to a value",
        ),
        (
            HCL.replace("# @6@", &format!("/* {ACCEPT} */")),
            "in a comment of one line",
        ),
        // What lies deeper is not what it is about.
        (
            HCL.replace("  # @9@", &format!("    # {ACCEPT}\n  state = \"active\"")),
            "is not next to a value",
        ),
    ] {
        let run = check("main.tf", &text, "", &["--fail-on", "never"]);
        assert_eq!(run.code, 3, "{}", run.all());
        assert!(run.all().contains(words), "{words}\n{}", run.all());
        assert_eq!(left(&run).len(), 4, "{}", run.all());
    }
    // A value that two clients share through an anchor or a variable is of neither alone.
    let shared = YAML
        .replace(
            "registeredRedirectUri:\n      - http://one.example.com/a # @4@",
            &format!("registeredRedirectUri: &uris\n      - http://one.example.com/a # {ACCEPT}"),
        )
        .replace(
            "[http://two.example.com/a, http://two.example.com/b]",
            "*uris",
        );
    let run = check("clients.yaml", &shared, "", &["--fail-on", "never"]);
    assert_eq!(run.code, 3, "{}", run.all());
    assert!(run.all().contains("2 clients that share"), "{}", run.all());
    assert_eq!(left(&run).len(), 4, "{}", run.all());
    let client = |name: &str| {
        format!(
            "resource \"genesyscloud_oauth_client\" \"{name}\" {{\n  name = \"{name}\"\n  authorized_grant_type = \"CODE\"\n  registered_redirect_uris = [var.uri]\n}}\n"
        )
    };
    let shared = format!(
        "variable \"uri\" {{\n  default = \"http://one.example.com/a\" # {ACCEPT}\n}}\n{}{}",
        client("one"),
        client("two")
    );
    let run = check("main.tf", &shared, "", &["--fail-on", "never"]);
    assert_eq!(run.code, 3, "{}", run.all());
    assert!(run.all().contains("2 clients that share"), "{}", run.all());
    // Above the client it is about all of the client, wherever its values are written.
    let above = format!(
        "variable \"uri\" {{\n  default = \"http://one.example.com/a\"\n}}\n# {ACCEPT}\n{}{}",
        client("one"),
        client("two")
    );
    let run = check("main.tf", &above, "", &["--fail-on", "never"]);
    assert_eq!(run.code, 0, "{}", run.all());
    assert_eq!(left(&run).len(), 1, "{}", run.all());
    assert!(run.stdout.contains("[two]"), "{}", run.stdout);
}

#[test]
fn a_comment_that_is_wrong_never_ends_in_0() {
    let good = "until=2027-01-01 reason=\"why\"";
    for (comment, words) in [
        (
            format!("grantlint: accept[redirect-not-htps] {good}"),
            "did you mean `redirect-not-https`?",
        ),
        (
            format!("grantlint: acept[redirect-not-https] {good}"),
            "does not understand",
        ),
        (
            format!("grantlint accept[redirect-not-https] {good}"),
            "does not understand",
        ),
        (
            format!("grantlint accept redirect-not-https {good}"),
            "does not understand",
        ),
        (
            format!("grant-lint: accept[redirect-not-https] {good}"),
            "does not understand",
        ),
        (
            format!("grantlnit: accept[redirect-not-https] {good}"),
            "does not understand",
        ),
        (
            format!("Grantlint: Accept[redirect-not-https] {good}"),
            "does not understand",
        ),
        (
            format!("accept[redirect-not-https] {good}"),
            "does not understand",
        ),
        (
            format!("noqa; grantlint: accept[redirect-not-https] {good}"),
            "does not understand",
        ),
        (format!("grantlint: accept[] {good}"), "there is no rule ``"),
        (
            format!("grantlint: accept[*] {good}"),
            "there is no rule `*`",
        ),
        (
            format!("grantlint: accept[redirect-not-https, implicit-grant] {good}"),
            "there is no rule",
        ),
        (
            "grantlint: accept[redirect-not-https] until=2027-01-01".into(),
            "lacks the reason",
        ),
        (
            "grantlint: accept[redirect-not-https] until=2027-01-01 reason=\" \"".into(),
            "`reason` is empty",
        ),
        (
            "grantlint: accept[redirect-not-https] reason=\"why\"".into(),
            "accepting such a finding requires `until`",
        ),
        (
            "grantlint: accept[redirect-not-https] until=2027-11-24 reason=\"why\"".into(),
            "the policy allows 366",
        ),
        (
            "grantlint: accept[redirect-not-https] until=soon reason=\"why\"".into(),
            "is not a date",
        ),
        (
            "grantlint: accept[redirect-not-https] until=2027-1-1 reason=\"why\"".into(),
            "is not a date",
        ),
        (
            format!("grantlint: accept[redirect-not-https] {good} expires=never"),
            "not have a key `expires`",
        ),
        ("grantlint: ignore".into(), "does not understand"),
    ] {
        for (file, text) in [("clients.yaml", YAML), ("main.tf", HCL)] {
            let run = check(
                file,
                &with(text, "@4@", &comment),
                "",
                &["--fail-on", "never", "--exit-zero"],
            );
            assert_eq!(run.code, 3, "{comment}\n{}", run.all());
            assert!(
                run.all().contains(words),
                "{comment}: {words}\n{}",
                run.all()
            );
            assert_eq!(left(&run).len(), 4, "{comment}\n{}", run.all());
        }
    }
}

#[test]
fn comments_that_merely_speak_of_it_and_texts_that_look_like_comments_are_let_be() {
    for words in [
        "grantlint looks at this file every night",
        "linted and accepted by the security team [1]",
        "see grantlint.toml",
    ] {
        let run = check(
            "clients.yaml",
            &with(YAML, "@4@", words),
            "",
            &["--fail-on", "never"],
        );
        assert_eq!(run.code, 0, "{words}\n{}", run.all());
    }
    let quoted = HCL.replace(
        "Portal # @name@",
        &format!("Portal # {}", ACCEPT.replace('"', "'")),
    );
    let heredoc = quoted.replace(
        "  # @9@",
        &format!("  description = <<-EOT\n    # {ACCEPT}\n  EOT"),
    );
    let run = check("main.tf", &heredoc, "", &["--fail-on", "never"]);
    assert_eq!(run.code, 0, "{}", run.all());
    assert_eq!(left(&run).len(), 4, "{}", run.all());
}

#[test]
fn locks_and_terms_of_the_configuration_hold_for_comments() {
    for (config, code, words) in [
        ("", 0, ""),
        (
            "[acceptance]\ncomments = false",
            3,
            "does not allow accepting risks in comments",
        ),
        ("extends = \"org.toml\"", 3, "org.toml:2 locks it"),
        ("[acceptance]\nlongest-days = 10", 3, "the policy allows 10"),
        ("[rules.redirect-not-https]\nseverity = \"off\"", 0, ""),
    ] {
        let place = tempfile::tempdir().expect("a directory");
        write(
            place.path(),
            "grantlint.toml",
            &allowing(&format!("{config}\n")),
        );
        write(
            place.path(),
            "org.toml",
            "[rules.redirect-not-https]
lock = [\"accept\"]
",
        );
        write(place.path(), "clients.yaml", &with(YAML, "@3@", ACCEPT));
        let run = grantlint_in(
            place.path(),
            &["check", "--today", TODAY, "--fail-on", "never"],
            b"",
        );
        assert_eq!(run.code, code, "{config}\n{}", run.all());
        let told = run.all().replace("\n  │ ", " ");
        assert!(told.contains(words), "{words}\n{told}");
        if code == 3 {
            assert!(!run.stdout.contains("accepted 2"), "{}", run.stdout);
        }
    }
    // A child cannot allow again what its parent forbids.
    let place = tempfile::tempdir().expect("a directory");
    write(
        place.path(),
        "org.toml",
        "[acceptance]\ncomments = false\nlock = [\"comments\"]\n",
    );
    write(
        place.path(),
        "grantlint.toml",
        "extends = \"org.toml\"\n[acceptance]\ncomments = true\n",
    );
    write(place.path(), "clients.yaml", YAML);
    let run = grantlint_in(place.path(), &["check"], b"");
    assert_eq!(run.code, 2, "{}", run.all());
    assert!(
        run.stderr.contains("is locked at org.toml:3"),
        "{}",
        run.stderr
    );
}

#[test]
fn comments_expire_end_soon_and_go_unused() {
    let config = "";
    let told = |comment: &str, more: &[&str]| {
        let place = tempfile::tempdir().expect("a directory");
        write(place.path(), "grantlint.toml", &allowing(config));
        write(place.path(), "clients.yaml", &with(YAML, "@4@", comment));
        let asked = ["check", "--today", TODAY, "--fail-on", "critical"];
        grantlint_in(place.path(), &[&asked[..], more].concat(), b"")
    };
    let run = told(&ACCEPT.replace("2027-01-01", "2026-11-01"), &[]);
    let text = run.stdout.replace("\n  │ ", " ");
    for words in [
        "accepted until 2026-11-01, which has passed: clients.yaml:9",
        "exception-expired",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    let run = told(
        &ACCEPT.replace("2027-01-01", "2026-12-01 owner=Jo"),
        &["--show-suppressed"],
    );
    for words in [
        "expires in 9 days",
        "accepted 1 (1 not for long)",
        "accepted by Jo until 2026-12-01: inside the building (clients.yaml:9)",
    ] {
        assert!(run.stdout.contains(words), "{words}\n{}", run.stdout);
    }
    let unused = ACCEPT.replace("redirect-not-https", "redirect-userinfo");
    let run = told(&unused, &[]);
    assert!(
        run.stdout.contains("clients.yaml:9: low exception-unused"),
        "{}",
        run.stdout
    );
    assert_eq!(
        told(&unused, &["--fail-on", "low", "--partial"])
            .stdout
            .matches("exception-unused")
            .count(),
        0
    );
    let run = told(ACCEPT, &["--no-suppress"]);
    assert!(
        run.stdout.contains("http://one.example.com/a\""),
        "{}",
        run.stdout
    );
}

#[test]
fn comments_cost_a_file_nothing() {
    let text = with(YAML, "@3@", ACCEPT);
    let licence = "# A line of a licence.\n".repeat(500);
    for text in [
        format!("{licence}{text}"),
        text.replace("entities:\n", &format!("entities:\n{licence}")),
        text.replace('\n', "\r\n"),
        format!("\u{feff}{text}"),
    ] {
        let run = check("clients.yaml", &text, "", &["--fail-on", "never"]);
        assert_eq!(run.code, 0, "{}", run.all());
        assert_eq!(left(&run).len(), 2, "{}", run.all());
    }
}
