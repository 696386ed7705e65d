//! The contract of the command line, on the real binary in a scrubbed environment.

use crate::common::{TODAY, grantlint, grantlint_in, planted_secrets, root};
use std::fs;

const IMPLICIT: &str = r#"{"entities":[{"id":"11111111-2222-4333-8444-555555555555","name":"Wallboard","description":"Shows queues. Owner: WFM.","authorizedGrantType":"TOKEN","registeredRedirectUri":["https://wallboard.example.com/"],"scope":["analytics:readonly"],"accessTokenValiditySeconds":3600}]}"#;
const CLEAN: &str = r#"{"entities":[{"id":"11111111-2222-4333-8444-555555555555","name":"Wallboard","description":"Shows queues. Owner: WFM.","authorizedGrantType":"CODE","registeredRedirectUri":["https://wallboard.example.com/"],"scope":["analytics:readonly"],"accessTokenValiditySeconds":3600,"dateModified":"2026-10-01T00:00:00Z"}]}"#;

fn in_directory(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    for (name, text) in files {
        let path = directory.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(path, text).expect("a file");
    }
    directory
}

#[test]
fn exit_codes_tell_clean_findings_usage_and_incomplete_apart() {
    let directory = in_directory(&[
        ("clean.json", CLEAN),
        ("bad.json", IMPLICIT),
        ("empty.json", ""),
        ("cut.json", &IMPLICIT[..200]),
        ("other.json", "{\"a\": 1}"),
        ("page.html", "<!DOCTYPE html><html></html>"),
    ]);
    fs::create_dir(directory.path().join("nothing")).expect("a directory");
    let code = |arguments: &[&str]| {
        let run = grantlint_in(directory.path(), arguments, b"");
        (run.code, run.all())
    };
    for (wanted, arguments) in [
        (0, vec!["check", "clean.json"]),
        (1, vec!["check", "bad.json"]),
        (1, vec!["check", "bad.json", "--fail-on", "high"]),
        (0, vec!["check", "bad.json", "--fail-on", "critical"]),
        (0, vec!["check", "bad.json", "--fail-on", "never"]),
        (0, vec!["check", "bad.json", "--exit-zero"]),
        (2, vec!["check", "bad.json", "--fail-on", "hgih"]),
        (2, vec!["check", "bad.json", "--format", "xml"]),
        (2, vec!["check", "bad.json", "--select", "implicit-grnat"]),
        (2, vec!["check", "bad.json", "--ignore", "nonsense"]),
        (
            2,
            vec![
                "check",
                "bad.json",
                "--select",
                "implicit-grant",
                "--ignore",
                "grant",
            ],
        ),
        (2, vec!["check", "bad.json", "--today", "yesterday"]),
        (2, vec!["check", "bad.json", "--output", "sarif"]),
        (2, vec!["explain", "no-such-rule"]),
        (2, vec![]),
        (2, vec!["chekc"]),
        (3, vec!["check", "missing.json"]),
        (3, vec!["check", "empty.json"]),
        (3, vec!["check", "cut.json"]),
        (3, vec!["check", "cut.json", "--exit-zero"]),
        (3, vec!["check", "other.json"]),
        (3, vec!["check", "page.html"]),
        (3, vec!["check", "nothing"]),
        (3, vec!["check", "clean.json", "missing.json"]),
        (3, vec!["check", "bad.json", "missing.json"]),
        (
            3,
            vec![
                "check",
                "clean.json",
                "--output",
                "concise=no/such/directory/report.txt",
            ],
        ),
        (0, vec!["--help"]),
        (0, vec!["--version"]),
        (0, vec!["check", "--help"]),
        (0, vec!["explain", "implicit-grant"]),
        (0, vec!["rules"]),
        (0, vec!["rules", "--format", "json"]),
        (0, vec!["rules", "--format", "markdown"]),
    ] {
        let (code, said) = code(&arguments);
        assert_eq!(code, wanted, "grantlint {}\n{said}", arguments.join(" "));
    }
}

#[test]
fn a_misspelt_rule_gets_a_suggestion() {
    let run = grantlint(&["explain", "implicit-grnat"]);
    assert!(
        run.stderr.contains("did you mean `implicit-grant`"),
        "{}",
        run.stderr
    );
    let run = grantlint(&["check", "fixtures/demo", "--select", "redirect-not-htps"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("did you mean `redirect-not-https`"),
        "{}",
        run.stderr
    );
    assert!(run.stdout.is_empty());
}

#[test]
fn standard_input_is_read_and_named() {
    let run = grantlint_in(
        root(),
        &["check", "-", "--format", "concise"],
        IMPLICIT.as_bytes(),
    );
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stdout.starts_with("<stdin>:1:"), "{}", run.stdout);
}

#[test]
fn columns_count_code_points_after_text_that_is_not_ascii() {
    let text = IMPLICIT.replace("Wallboard\"", "客服看板 – Télé 😀\"");
    let at = text.find("TOKEN").expect("the value");
    let column = text[..at].chars().count() + 1;
    let run = grantlint_in(
        root(),
        &[
            "check",
            "-",
            "--format",
            "json",
            "--select",
            "implicit-grant",
        ],
        text.as_bytes(),
    );
    let location = &run.json()["findings"][0]["location"];
    assert_eq!(location["start"]["column"], column);
    assert_eq!(location["start"]["offset"], at);
    assert_eq!(location["end"]["offset"], at + 5);
    assert_eq!(location["start"]["line"], 1);
}

#[test]
fn the_rest_is_audited_when_a_file_is_broken() {
    let run = grantlint(&[
        "check",
        "fixtures/broken",
        "--format",
        "json",
        "--today",
        TODAY,
    ]);
    assert_eq!(run.code, 3);
    let report = run.json();
    let problems = report["problems"].as_array().expect("problems");
    for file in [
        "truncated.json",
        "empty.json",
        "not-json.json",
        "wrong-type.json",
        "page-1-of-9.json",
        "error-body.json",
        "duplicate-key.json",
        "bad.yaml",
        "html.yaml",
    ] {
        let said = problems.iter().any(|problem| {
            problem["location"]["path"]
                .as_str()
                .is_some_and(|path| path.ends_with(file))
        });
        assert!(said, "no problem names {file}: {problems:#?}");
    }
    assert!(report["summary"]["clients"].as_u64().expect("a number") > 0);
    assert!(!report["findings"].as_array().expect("findings").is_empty());
}

#[test]
fn no_planted_secret_is_in_any_output() {
    let secrets = planted_secrets();
    assert!(secrets.len() >= 5);
    for fixture in [
        "fixtures/demo",
        "fixtures/labelled",
        "fixtures/broken",
        "fixtures/small/secret-in-export",
        "fixtures",
    ] {
        for format in grantlint::report::Format::ALL {
            for more in [
                &["--verbose"][..],
                &["--color", "always", "--persona", "pedantic"],
            ] {
                let mut arguments = vec![
                    "check",
                    fixture,
                    "--format",
                    format.name(),
                    "--today",
                    TODAY,
                ];
                arguments.extend(more);
                let run = grantlint(&arguments);
                assert!([1, 3].contains(&run.code), "{}", run.stderr);
                for secret in &secrets {
                    assert!(
                        !run.all().contains(secret),
                        "{fixture} as {}",
                        format.name()
                    );
                    // Nor a part of it that would do for a search.
                    assert!(
                        !run.all().contains(&secret[..secret.len() / 2]),
                        "{fixture} as {}",
                        format.name()
                    );
                }
            }
        }
    }
}

#[test]
fn a_secret_is_in_no_complaint_about_a_text_that_breaks_anywhere() {
    let secret = "pL4nted-s3cret-Zk9wQ2x7";
    let text = format!(
        r#"{{"entities":[{{"id":"c1","secret":"{secret}","name":"A","authorizedGrantType":"CODE","x":[1,2]}}]}}"#
    );
    for end in text.find(secret).expect("the secret")..text.len() {
        let run = grantlint_in(
            root(),
            &["check", "-", "--format", "human"],
            &text.as_bytes()[..end],
        );
        assert_eq!(run.code, 3, "{}", run.all());
        assert!(!run.all().contains("pL4nted"), "{}", run.all());
    }
}

#[test]
fn the_same_bytes_for_any_threads_and_order() {
    for format in grantlint::report::Format::ALL {
        let run = |arguments: &[&str]| {
            let mut all = vec!["check", "--today", TODAY, "--format", format.name()];
            all.extend(arguments);
            let text = grantlint(&all).stdout;
            // The page prints the command line as evidence, and nothing else that depends on it.
            match text.split_once("<dt>Command line</dt><dd>") {
                None => text,
                Some((before, rest)) => {
                    let (line, after) = rest.split_once("</dd>").expect("its end");
                    assert!(line.starts_with("grantlint check --today"), "{line}");
                    format!("{before}{after}")
                }
            }
        };
        let one = run(&[
            "--threads",
            "1",
            "fixtures/demo",
            "fixtures/neutral",
            "fixtures/labelled",
        ]);
        assert_eq!(
            one,
            run(&[
                "--threads",
                "7",
                "fixtures/demo",
                "fixtures/neutral",
                "fixtures/labelled"
            ])
        );
        assert_eq!(
            one,
            run(&["fixtures/labelled", "fixtures/neutral", "fixtures/demo"])
        );
        let files = [
            "fixtures/demo/roles.json",
            "fixtures/demo/clients.json",
            "fixtures/demo/divisions.json",
        ];
        assert_eq!(
            run(&files),
            run(&[
                "fixtures/demo/divisions.json",
                "fixtures/demo/roles.json",
                "fixtures/demo/clients.json",
                "fixtures/demo/roles.json"
            ])
        );
    }
}

#[test]
fn the_neutral_organisation_yields_nothing_and_says_what_was_looked_at() {
    let run = grantlint(&["check", "fixtures/neutral", "--today", TODAY]);
    assert_eq!(run.code, 0, "{}", run.all());
    assert!(
        run.stdout
            .contains("10 clients in 4 files of 1 organisation")
            || run
                .stdout
                .contains("10 clients in 3 files of 1 organisation")
            || run.stdout.contains("10 clients in 5 files"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("no findings"), "{}", run.stdout);
}

#[test]
fn without_roles_the_report_names_the_command_that_gets_them() {
    let run = grantlint(&["check", "fixtures/demo/clients.json", "--today", TODAY]);
    assert!(run.stdout.contains("not judged"), "{}", run.stdout);
    assert!(
        run.stdout.contains("gc authorization roles list -a"),
        "{}",
        run.stdout
    );
    let report = grantlint(&[
        "check",
        "fixtures/demo/clients.json",
        "--format",
        "json",
        "--today",
        TODAY,
    ])
    .json();
    let open = report["not_judged"].as_array().expect("not_judged");
    let admin = open
        .iter()
        .find(|entry| entry["rule"] == "role-admin")
        .expect("role-admin");
    assert_eq!(admin["needs"][0], "roles");
    assert!(
        report["findings"]
            .as_array()
            .expect("findings")
            .iter()
            .all(|finding| finding["rule"] != "role-admin")
    );
}

#[test]
fn colour_is_asked_for_or_absent() {
    let plain = grantlint(&["check", "fixtures/demo", "--today", TODAY]).stdout;
    assert!(!plain.contains('\u{1b}'));
    let painted = grantlint(&[
        "check",
        "fixtures/demo",
        "--today",
        TODAY,
        "--color",
        "always",
    ])
    .stdout;
    assert!(painted.contains('\u{1b}'));
    assert!(painted.contains("  fix: ") && !painted.contains("help:"));
}

#[test]
fn a_minified_file_is_shown_through_a_window() {
    let padding = format!(
        r#"{{"id":"p","name":"{}","authorizedGrantType":"CODE"}}"#,
        "x".repeat(300)
    );
    let many = vec![padding; 2000].join(",");
    let text = IMPLICIT.replace("\"entities\":[", &format!("\"entities\":[{many},"));
    let run = grantlint_in(
        root(),
        &["check", "-", "--select", "implicit-grant"],
        text.as_bytes(),
    );
    assert_eq!(run.code, 1, "{}", run.stderr);
    let widest = run.stdout.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(110), "{widest:?}\n{}", run.stdout);
    assert!(run.stdout.contains("\"TOKEN\""), "{}", run.stdout);
}

#[test]
fn hostile_names_do_not_steer_the_terminal() {
    let text = IMPLICIT.replace("Wallboard\"", "\\u001b[2Jgone\\u202eexe.\\r\\n::error::x\"");
    for format in ["human", "concise"] {
        let run = grantlint_in(root(), &["check", "-", "--format", format], text.as_bytes());
        assert!(
            !run.stdout.contains('\u{1b}')
                && !run.stdout.contains('\u{202e}')
                && !run.stdout.contains('\r'),
            "{}",
            run.stdout
        );
        assert!(
            !run.stdout.lines().any(|line| line.starts_with("::")),
            "{}",
            run.stdout
        );
    }
    let yaml = "name: \"a\"\ndescription: 'x \u{7}\u{1b}[31m'\nauthorizedGrantType: TOKEN\n";
    let run = grantlint_in(root(), &["check", "-"], yaml.as_bytes());
    assert!(
        !run.all().contains('\u{1b}') && !run.all().contains('\u{7}'),
        "{}",
        run.all()
    );
}

#[test]
fn a_report_file_is_written_whole() {
    let directory = in_directory(&[("clients.json", IMPLICIT)]);
    let run = grantlint_in(
        directory.path(),
        &[
            "check",
            "clients.json",
            "-q",
            "--output",
            "concise=report.txt",
            "--output",
            "human=report.md",
        ],
        b"",
    );
    assert_eq!(run.code, 1, "{}", run.stderr);
    let concise = fs::read_to_string(directory.path().join("report.txt")).expect("the report");
    let (mark, concise) = concise.split_once('\n').expect("lines");
    assert!(mark.starts_with("grantlint report "), "{mark}");
    assert!(concise.starts_with("clients.json:1:"), "{concise}");
    let human = fs::read_to_string(directory.path().join("report.md")).expect("the report");
    let (mark, human) = human.split_once('\n').expect("lines");
    assert!(mark.starts_with("grantlint report "), "{mark}");
    assert!(human.starts_with("● Wallboard"), "{human}");
    assert!(human.contains(" in 1 file "), "{human}");
    assert!(!run.stdout.contains(" in 1 file "), "{}", run.stdout);
    let left = fs::read_dir(directory.path())
        .expect("the directory")
        .count();
    assert_eq!(left, 3, "no partial file is left");
}

#[test]
fn a_hook_passes_over_what_is_no_export_and_not_what_is_broken() {
    let directory = in_directory(&[
        ("package.json", r#"{"name": "site", "version": "1.0.0"}"#),
        ("broken.json", r#"{"entities": [{"id": "#),
        (
            "clients.json",
            r#"[{"id": "1", "name": "Dialer", "authorizedGrantType": "PASSWORD", "scope": []}]"#,
        ),
    ]);
    let run = |arguments: &[&str]| {
        let all = [&["check", "--format", "concise"], arguments].concat();
        grantlint_in(directory.path(), &all, b"")
    };
    let alone = run(&["package.json"]);
    assert_eq!(alone.code, 3, "{}", alone.all());
    let alone = run(&["--partial", "package.json"]);
    assert_eq!(alone.code, 0, "{}", alone.all());
    let beside = run(&["--partial", "package.json", "clients.json"]);
    assert_eq!(beside.code, 1, "{}", beside.all());
    assert!(beside.stdout.contains("password-grant"), "{}", beside.all());
    assert!(!beside.stdout.contains("package.json"), "{}", beside.all());
    let broken = run(&["--partial", "package.json", "broken.json"]);
    assert_eq!(broken.code, 3, "{}", broken.all());
    // Leaving rules out is another thing: an audit of nothing stays one.
    let selected = run(&["--select", "redirect", "package.json"]);
    assert_eq!(selected.code, 3, "{}", selected.all());
}

#[test]
fn nothing_is_drawn_or_linked_where_no_terminal_is() {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let mut child = Command::new(env!("CARGO_BIN_EXE_grantlint"))
        .args(["check", "-", "--format", "human"])
        .env_clear()
        .envs([("TERM", "xterm-kitty"), ("TERM_PROGRAM", "vscode")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    // Long enough for a sign of life on a terminal.
    std::thread::sleep(std::time::Duration::from_millis(1500));
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(IMPLICIT.as_bytes()).expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(!output.stdout.contains(&0x1b));
}

#[test]
fn links_can_be_forced_and_a_wrong_word_for_them_is_told() {
    let directory = in_directory(&[("a b.json", IMPLICIT)]);
    let run = |links: &str| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_grantlint"))
            .args(["check", "--format", "concise"])
            .current_dir(directory.path())
            .env_clear()
            .env("GRANTLINT_LINKS", links)
            .output()
            .expect("the binary starts");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        (text(output.stdout), text(output.stderr))
    };
    let (forced, _) = run("always");
    assert!(forced.starts_with("\u{1b}]8;;file://"), "{forced:?}");
    assert!(
        forced.contains("/a%20b.json\u{1b}\\a b.json:1:"),
        "{forced:?}"
    );
    for word in ["never", "auto", "", "editor://open{path}"] {
        let (plain, said) = run(word);
        assert!(
            !plain.contains('\u{1b}') && said.is_empty(),
            "{word}: {said}"
        );
    }
    let (plain, said) = run("sometimes");
    assert!(!plain.contains('\u{1b}') && said.contains("GRANTLINT_LINKS is `sometimes`"));
}

#[test]
fn a_secret_that_somebody_wrote_down_is_hidden_wherever_it_recurs() {
    let directory = in_directory(&[(
        "clients.json",
        r#"{"entities":[
{"id":"11111111-2222-4333-8444-555555555551","name":"A","authorizedGrantType":"CODE","registeredRedirectUri":["http://ghpTOKENtokenTOKENtoken99@app.example.com/cb","https://user:Sw0rdfishy1@app.example.com/cb","http://other.example.com/Sw0rdfishy1"],"token":"pl4ntedTokenPl4nted","scope":["users","pl4ntedTokenPl4nted"]},
{"id":"11111111-2222-4333-8444-555555555552","name":"B pl4ntedTokenPl4nted","description":"ghpTOKENtokenTOKENtoken99 Sw0rdfishy1","authorizedGrantType":"TOKEN","registeredRedirectUri":["http://x.example.com/?a=b%2Bc%2Fd12345"],"secret":"b+c/d12345","scope":["users"]}]}"#,
    )]);
    let secrets = ["pl4ntedToken", "ghpTOKEN", "Sw0rdfish", "d12345"];
    for format in grantlint::report::Format::ALL {
        let arguments = ["check", "clients.json", "--format", format.name()];
        let said = grantlint_in(directory.path(), &arguments, b"").all();
        for secret in secrets {
            assert!(!said.contains(secret), "{}: {secret}", format.name());
        }
    }
    let said = grantlint_in(directory.path(), &["inventory", "clients.json"], b"").all();
    assert!(
        secrets.iter().all(|secret| !said.contains(secret)),
        "{said}"
    );
}
