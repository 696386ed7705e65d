//! `grantlint accept`: entries are appended to the user's file only after they were shown, and only
//! if they suppress what was shown.

use crate::common::{Run, grantlint_in};
use std::fs;
use std::path::Path;

const CLIENTS: &str = r#"{"entities":[
{"id":"aaaaaaaa-0000-4000-8000-000000000001","name":"Wallboard","description":"Owner: Displays","authorizedGrantType":"TOKEN","scope":["users"],"registeredRedirectUri":["http://a.example.com/","http://b.example.com/"],"accessTokenValiditySeconds":3600},
{"id":"aaaaaaaa-0000-4000-8000-000000000002","name":"Portal","authorizedGrantType":"CODE","scope":["users"],"registeredRedirectUri":["http://c.example.com/"],"accessTokenValiditySeconds":1800}
]}"#;

const CONFIGURATION: &str = "# Ours.\n[gate]   # spaced\nfail-on = 'high'";

const TWO_PEOPLE: &str = "[acceptance]\napprover = true\nlongest-days = 100\n";

struct Place(tempfile::TempDir);

impl Place {
    fn new(configuration: Option<&str>) -> Self {
        Self::with(CLIENTS, configuration)
    }

    fn with(clients: &str, configuration: Option<&str>) -> Self {
        let place = Self(tempfile::tempdir().expect("a directory"));
        place.write("clients.json", clients);
        if let Some(text) = configuration {
            place.write("grantlint.toml", text);
        }
        place
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).expect("written");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap_or_default()
    }

    fn accept(&self, rule: &str, client: &str, more: &[&str]) -> Run {
        let mut arguments = vec!["accept", rule, "clients.json", "--client", client];
        let defaults = [
            ("--until", "2027-01-31"),
            ("--reason", "until the proxy"),
            ("--today", "2026-11-22"),
        ];
        for (option, value) in defaults {
            if !more.contains(&option) {
                arguments.extend([option, value]);
            }
        }
        arguments.extend(more);
        grantlint_in(self.path(), &arguments, b"")
    }

    fn suppressed(&self) -> u64 {
        let arguments = [
            "check",
            "clients.json",
            "--format",
            "json",
            "--today",
            "2026-11-22",
        ];
        let run = grantlint_in(self.path(), &arguments, b"");
        assert!(run.code < 2, "{}", run.all());
        run.json()["summary"]["suppressed"]
            .as_u64()
            .expect("a number")
    }
}

#[test]
fn an_entry_is_appended_and_suppresses_what_was_shown() {
    let place = Place::new(Some(CONFIGURATION));
    let run = place.accept(
        "redirect-not-https",
        "name:wallboard",
        &["--ticket", "SEC-7"],
    );
    assert_eq!(run.code, 0, "{}", run.all());
    for wanted in [
        "Wallboard",
        "clients.json:2:",
        "a.example.com",
        "b.example.com",
        "2 findings",
    ] {
        assert!(run.stdout.contains(wanted), "{wanted}: {}", run.stdout);
    }
    assert!(!run.stdout.contains("c.example.com"), "{}", run.stdout);
    let text = place.read("grantlint.toml");
    assert_eq!(
        text,
        format!(
            "{CONFIGURATION}\n\n# Wallboard\n[[accept]]\nrule = \"redirect-not-https\"\n\
             client = \"id:aaaaaaaa-0000-4000-8000-000000000001\"\nreason = \"until the proxy\"\n\
             owner = \"Displays\"\nticket = \"SEC-7\"\nuntil = 2027-01-31\n"
        )
    );
    assert_eq!(place.suppressed(), 2);
    let again = place.accept("redirect-not-https", "name:Wallboard", &[]);
    assert_eq!(again.code, 2);
    assert!(
        again.stderr.contains("accepted already"),
        "{}",
        again.stderr
    );
    assert!(
        again.stderr.contains("grantlint.toml:6"),
        "{}",
        again.stderr
    );
    assert_eq!(place.read("grantlint.toml"), text);
}

#[test]
fn a_pattern_gives_each_client_an_entry_and_a_value_narrows_them() {
    let place = Place::new(None);
    let run = place.accept("redirect-not-https", "*", &["--owner", "Jo", "--dry-run"]);
    assert_eq!(
        (run.code, place.read("grantlint.toml").as_str()),
        (0, ""),
        "{}",
        run.all()
    );
    assert_eq!(run.stdout.matches("[[accept]]").count(), 2);
    let narrow = [
        "--owner",
        "Jo",
        "--field",
        "registeredRedirectUri",
        "--value",
        "http://b.example.com/",
    ];
    let run = place.accept("redirect-not-https", "*", &narrow);
    assert_eq!(run.code, 0, "{}", run.all());
    assert_eq!(
        place.read("grantlint.toml").matches("[[accept]]").count(),
        1
    );
    assert_eq!(place.suppressed(), 1);
}

#[test]
fn entries_go_to_the_file_of_acceptances_in_its_line_endings() {
    let place = Place::new(Some("[acceptance]\nfiles = [\"accepted.toml\"]\n"));
    place.write("accepted.toml", "# Decisions\r\n");
    let run = place.accept("redirect-not-https", "name:Portal", &["--owner", "Jo"]);
    assert_eq!(run.code, 0, "{}", run.all());
    let text = place.read("accepted.toml");
    assert!(
        text.starts_with("# Decisions\r\n\r\n# Portal\r\n[[accept]]\r\n"),
        "{text:?}"
    );
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    assert_eq!(place.suppressed(), 1);
}

#[test]
fn what_covers_nothing_or_breaks_the_terms_is_refused_and_writes_nothing() {
    for (rule, client, more, wanted) in [
        (
            "redirect-not-htps",
            "*",
            &["--owner", "Jo"][..],
            "did you mean `redirect-not-https`?",
        ),
        (
            "redirect-not-https",
            "name:Walboard",
            &["--owner", "Jo"],
            "no client matches",
        ),
        (
            "redirect-not-https",
            "Wallboard",
            &["--owner", "Jo"],
            "is not a client pattern",
        ),
        (
            "scim-wrong-grant",
            "name:Portal",
            &["--owner", "Jo"],
            "reports nothing for 1 client",
        ),
        (
            "redirect-not-https",
            "name:Portal",
            &[],
            "does not name the owner",
        ),
        (
            "redirect-not-https",
            "name:Portal",
            &["--owner", "Jo"],
            "lacks `approver`",
        ),
        (
            "redirect-not-https",
            "name:Portal",
            &["--owner", "Jo", "--approver", " JO "],
            "the owner and the approver of this acceptance are the same",
        ),
        (
            "redirect-not-https",
            "name:Portal",
            &[
                "--owner",
                "Jo",
                "--approver",
                "Ann",
                "--until",
                "2026-11-21",
            ],
            "is in the past",
        ),
        (
            "redirect-not-https",
            "name:Portal",
            &[
                "--owner",
                "Jo",
                "--approver",
                "Ann",
                "--until",
                "2027-03-31",
            ],
            "the policy allows 100",
        ),
        (
            "redirect-not-https",
            "name:Portal",
            &["--owner", "Jo", "--approver", "Ann", "--reason", " "],
            "--reason is empty",
        ),
        (
            "redirect-not-https",
            "name:Portal",
            &[
                "--owner",
                "Jo",
                "--approver",
                "Ann",
                "--value",
                "http://d.example.com/",
            ],
            "has this field and value",
        ),
    ] {
        let place = Place::new(Some(TWO_PEOPLE));
        let run = place.accept(rule, client, more);
        assert_eq!(run.code, 2, "{wanted}: {}", run.all());
        assert!(run.stderr.contains(wanted), "{wanted}: {}", run.stderr);
        assert!(
            run.stderr.contains("nothing was accepted"),
            "{}",
            run.stderr
        );
        assert_eq!(place.read("grantlint.toml"), TWO_PEOPLE);
    }
}

#[test]
fn two_people_accept_together() {
    let place = Place::new(Some(TWO_PEOPLE));
    let run = place.accept(
        "redirect-not-https",
        "name:Portal",
        &["--owner", "Jo", "--approver", "Ann"],
    );
    assert_eq!(run.code, 0, "{}", run.all());
    assert!(place.read("grantlint.toml").contains("approver = \"Ann\""));
    assert_eq!(place.suppressed(), 1);
}

#[test]
fn an_inline_list_is_not_broken() {
    let inline = "accept = []\n";
    let place = Place::new(Some(inline));
    let run = place.accept("redirect-not-https", "name:Portal", &["--owner", "Jo"]);
    assert_eq!(run.code, 2, "{}", run.all());
    assert!(run.stderr.contains("as one list"), "{}", run.stderr);
    assert_eq!(place.read("grantlint.toml"), inline);
}

#[test]
fn an_incomplete_audit_accepts_nothing() {
    let holder = r#"[{"id":"1","name":"Job","authorizedGrantType":"CLIENT-CREDENTIALS","roleDivisions":[{"roleId":"2","divisionId":"*"}]}]"#;
    let place = Place::with(holder, None);
    let run = place.accept("division-all", "*", &["--owner", "Jo"]);
    assert_eq!(run.code, 3, "{}", run.all());
    assert!(
        run.stderr.contains("incomplete, so nothing was accepted"),
        "{}",
        run.stderr
    );
    assert_eq!(place.read("grantlint.toml"), "");
}

#[test]
fn hostile_names_and_secrets_do_not_reach_the_terminal_or_the_file() {
    let named = CLIENTS.replace("Portal", "Por\\u001b[31mtal\\u202e\\n[[accept]]");
    let place = Place::with(&named, None);
    let id = "id:aaaaaaaa-0000-4000-8000-000000000002";
    let reason = "a \"quoted\" \u{1b}[0m reason";
    let run = place.accept(
        "redirect-not-https",
        id,
        &["--owner", "Jo", "--reason", reason],
    );
    assert_eq!(run.code, 0, "{}", run.all());
    let text = place.read("grantlint.toml");
    for shown in [&run.all(), &text] {
        assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{shown:?}");
    }
    let table: toml::Table = toml::from_str(&text).expect("TOML");
    let entries = table["accept"].as_array().expect("entries");
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["reason"].as_str(), Some(reason));
    let secret = "client_secret=Zk3vQ9xT7mLp2RwYc8NbHs5JdFgA1uEo4iVt6KrXzWq";
    let run = place.accept(
        "redirect-not-https",
        "*",
        &["--owner", "Jo", "--reason", secret],
    );
    assert_eq!(run.code, 2, "{}", run.all());
    assert!(run.stderr.contains("looks like a secret"), "{}", run.stderr);
    assert!(!run.all().contains("Zk3vQ9xT7mLp2"), "{}", run.all());
}

#[test]
fn loading_checks_that_two_people_decided() {
    let entry = |people: &str| {
        format!(
            "[acceptance]\napprover = true\n[[accept]]\nrule = \"redirect-not-https\"\n\
             client = \"name:Portal\"\nreason = \"r\"\nuntil = 2027-01-31\n{people}\n"
        )
    };
    for (people, code) in [
        ("owner = \"Jo\"", 2),
        ("owner = \"Jo\"\napprover = \"jo\"", 2),
        ("owner = \"Jo\"\napprover = \"J\\u200Bo\"", 2),
        ("owner = \"Jo\"\napprover = \"Ann\"", 1),
    ] {
        let place = Place::new(Some(&entry(people)));
        let run = grantlint_in(
            place.path(),
            &["check", "clients.json", "--today", "2026-11-22"],
            b"",
        );
        assert_eq!(run.code, code, "{people}: {}", run.all());
        if code == 2 {
            assert!(run.stderr.contains("approver"), "{}", run.stderr);
        }
    }
}
