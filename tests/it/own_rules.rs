//! A user's own rules: the template, all faults of a file at once, defaults, and the persona that
//! the configuration gives to a rule.

use crate::common::{Run, grantlint_in};
use std::fs;
use std::path::Path;

const CLIENTS: &str = r#"[{"id":"aaaaaaaa-0000-4000-8000-000000000001","name":"Job","authorizedGrantType":"CODE","scope":["users","oauth"],"registeredRedirectUri":["https://a.example.com/","https://b.example.com/"],"accessTokenValiditySeconds":3600}]"#;

/// Everything that a rule needs.
const SMALLEST: &str = r#"
id = "own-scope"
title = "The client holds the scope oauth"
severity = "critical"
[check]
kind = "forbidden-item"
field = "scope"
values = ["oauth"]
[[messages]]
text = "{value} is forbidden"
"#;

fn place(files: &[(&str, &str)]) -> tempfile::TempDir {
    let place = tempfile::tempdir().expect("a directory");
    for (name, text) in files {
        fs::write(place.path().join(name), text).expect("written");
    }
    place
}

fn run(place: &Path, arguments: &[&str]) -> Run {
    grantlint_in(place, arguments, b"")
}

#[test]
fn the_template_passes_its_examples_and_runs() {
    let place = place(&[("clients.json", CLIENTS)]);
    let made = run(place.path(), &["rules", "new", "own-lifetime"]);
    assert_eq!(made.code, 0, "{}", made.all());
    assert!(
        made.stderr.contains("wrote own-lifetime.toml"),
        "{}",
        made.stderr
    );
    let tested = run(place.path(), &["rules", "test", "own-lifetime.toml"]);
    assert_eq!(tested.code, 0, "{}", tested.all());
    assert!(
        tested.stdout.contains("5 examples hold, 0 do not"),
        "{}",
        tested.stdout
    );
    let again = run(place.path(), &["rules", "new", "own-lifetime"]);
    assert_eq!(again.code, 2, "{}", again.all());
    let printed = run(place.path(), &["rules", "new", "own-lifetime", "--stdout"]);
    let written = fs::read_to_string(place.path().join("own-lifetime.toml")).expect("a file");
    assert_eq!(printed.stdout, written);
    for (id, words) in [
        ("implicit-grant", "is taken"),
        ("redirect", "is taken"),
        ("Own_Rule", "is not an id"),
        ("../own", "is not an id"),
        ("own\u{1b}[31m", "is not an id"),
    ] {
        let refused = run(place.path(), &["rules", "new", id]);
        assert_eq!(refused.code, 2, "{}", refused.all());
        assert!(refused.stderr.contains(words), "{}", refused.stderr);
        assert!(!refused.stderr.contains('\u{1b}'), "{:?}", refused.stderr);
    }
    fs::write(
        place.path().join("grantlint.toml"),
        "[rules]\nextra = [\"own-lifetime.toml\"]\n",
    )
    .expect("written");
    let explained = run(place.path(), &["explain", "own-lifetime"]);
    assert!(
        explained.stdout.contains("# with limit = 1800"),
        "{}",
        explained.stdout
    );
}

#[test]
fn a_rule_needs_id_title_severity_check_and_message_only() {
    let place = place(&[
        ("clients.json", CLIENTS),
        ("own.toml", SMALLEST),
        ("grantlint.toml", "[rules]\nextra = [\"own.toml\"]\n"),
    ]);
    let checked = run(
        place.path(),
        &[
            "check",
            "clients.json",
            "--select",
            "own-scope",
            "--format",
            "concise",
        ],
    );
    assert_eq!(checked.code, 1, "{}", checked.all());
    assert!(
        checked
            .stdout
            .contains("critical own-scope [Job] oauth is forbidden"),
        "{}",
        checked.stdout
    );
    let explained = run(place.path(), &["explain", "own-scope"]);
    assert_eq!(explained.code, 0, "{}", explained.all());
    assert!(
        explained
            .stdout
            .contains("high confidence, for regular and up\n")
            && !explained.stdout.contains("references"),
        "{}",
        explained.stdout
    );
    let tested = run(place.path(), &["rules", "test", "own.toml"]);
    assert!(
        tested.stdout.contains("1 rule without examples"),
        "{}",
        tested.stdout
    );
    for format in ["json", "sarif", "html", "markdown", "junit", "csv"] {
        let checked = run(place.path(), &["check", "clients.json", "--format", format]);
        assert_eq!(checked.code, 1, "{format}: {}", checked.all());
    }
}

#[test]
fn all_faults_of_a_file_are_reported_with_their_lines() {
    let rule = "id = \"Own Scope\"\n\
        severity = \"hihg\"\n\
        persona = \"expert\"\n\
        descripton = \"x\"\n\
        [check]\n\
        kind = \"number-range\"\n\
        field = \"accessTokenValiditySeconds\"\n\
        max = \"${limit}\"\n\
        minimum = 3\n\
        [[messages]]\n\
        key = \"main\"\n\
        [[params]]\n\
        name = \"lock\"\n\
        type = \"integer\"\n\
        default = \"x\"\n\
        doc = \"d\"\n\
        [[examples]]\n\
        verdict = \"bd\"\n\
        yaml = \"{name: a}\"\n\
        [[examples]]\n\
        verdict = \"bad\"\n\
        yaml = \"{name: a}\"\n";
    let place = place(&[("own.toml", rule)]);
    let tested = run(place.path(), &["rules", "test", "own.toml"]);
    assert_eq!(tested.code, 2, "{}", tested.all());
    for (line, words) in [
        (1, "its id is not in kebab case"),
        (1, "missing field `title`"),
        (2, "`hihg`"),
        (3, "`expert`"),
        (4, "`descripton`"),
        (8, "`${limit}` is not a parameter"),
        (9, "`minimum`"),
        (10, "missing field `text`"),
        (13, "a parameter cannot have the name `lock`"),
        (15, "the default of `lock`"),
        (18, "`bd`"),
        (20, "does not name what it marks"),
    ] {
        assert!(tested.stderr.contains(words), "{words}\n{}", tested.stderr);
        assert!(
            tested.stderr.contains(&format!("own.toml:{line}:")),
            "{line}: {words}\n{}",
            tested.stderr
        );
    }
    assert!(tested.stderr.contains("12 errors"), "{}", tested.stderr);
}

#[test]
fn a_check_that_cannot_be_compiled_is_a_fault_at_its_line() {
    let place = place(&[("clients.json", CLIENTS)]);
    for check in [
        "kind = \"expression\"\nfield = \"client\"\nexpression = \"client.name ==\"",
        "kind = \"forbidden-pattern\"\nfield = \"name\"\npattern = \"(\"",
        "kind = \"must-be-present\"\nfield = \"nmae\"",
    ] {
        let from = SMALLEST.find("kind =").expect("a check");
        let to = SMALLEST.find("[[messages]]").expect("messages");
        let rule = format!("{}{check}\n{}", &SMALLEST[..from], &SMALLEST[to..]);
        let line = 5 + check.lines().count();
        fs::write(place.path().join("own.toml"), &rule).expect("written");
        fs::write(
            place.path().join("grantlint.toml"),
            "[rules]\nextra = [\"own.toml\"]\n",
        )
        .expect("written");
        for arguments in [
            &["rules", "test", "own.toml"][..],
            &["check", "clients.json"],
        ] {
            let run = run(place.path(), arguments);
            assert_eq!(run.code, 2, "{check}: {}", run.all());
            assert!(
                run.stderr.contains(&format!("own.toml:{line}:")),
                "{check}: {}",
                run.stderr
            );
        }
    }
}

#[test]
fn the_configuration_sets_the_persona_of_a_rule() {
    let place = place(&[("clients.json", CLIENTS)]);
    let found = |configuration: &str, arguments: &[&str]| {
        fs::write(place.path().join("grantlint.toml"), configuration).expect("written");
        let mut all = vec![
            "check",
            "clients.json",
            "--format",
            "json",
            "--fail-on",
            "never",
        ];
        all.extend(arguments);
        let run = run(place.path(), &all);
        assert_eq!(run.code, 0, "{}", run.all());
        let report = run.json();
        let findings = report["findings"].as_array().expect("findings").clone();
        let changed = report["configuration"].to_string();
        let has = |rule: &str| findings.iter().any(|one| one["rule"] == rule);
        (has("redirect-many"), has("scope-sensitive-write"), changed)
    };
    let (pedantic, regular, _) = found("", &[]);
    assert_eq!((pedantic, regular), (false, true));
    let earlier = "[rules.redirect-many]\nlimit = 1\npersona = \"regular\"\n";
    assert!(found(earlier, &[]).0);
    let later = "[rules.scope-sensitive-write]\npersona = \"pedantic\"\n";
    let (_, regular, changed) = found(later, &[]);
    assert!(
        !regular && changed.contains("only for persona pedantic"),
        "{changed}"
    );
    assert!(found(later, &["--persona", "pedantic"]).1);
    fs::write(
        place.path().join("base.toml"),
        "[rules.scope-sensitive-write]\nlock = [\"persona\"]\n",
    )
    .expect("written");
    let loosened = format!("extends = \"base.toml\"\n{later}");
    fs::write(place.path().join("grantlint.toml"), loosened).expect("written");
    let refused = run(place.path(), &["check", "clients.json"]);
    assert_eq!(refused.code, 2, "{}", refused.all());
    assert!(refused.stderr.contains("locked"), "{}", refused.stderr);
}

/// An own rule with this expression over clients, run on `clients.json` in a directory.
fn with_expression(expression: &str, clients: &str) -> Run {
    let from = SMALLEST.find("kind =").expect("a check");
    let to = SMALLEST.find("[[messages]]").expect("messages");
    let rule = format!(
        "{}kind = \"expression\"\nfield = \"client\"\nexpression = '{expression}'\n{}",
        &SMALLEST[..from],
        SMALLEST[to..].replace("{value}", "it")
    );
    let place = place(&[
        ("clients.json", clients),
        ("own.toml", &rule),
        ("grantlint.toml", "[rules]\nextra = [\"own.toml\"]\n"),
    ]);
    let arguments = ["check", "clients.json", "--select", "own-scope"];
    run(place.path(), &arguments)
}

#[test]
fn an_expression_that_could_not_be_judged_is_refused_with_its_reason() {
    let large = format!("[{}] == []", vec!["1==1"; 190].join(","));
    let deep = format!("{}client.name == \"a\"{}", "(".repeat(30), ")".repeat(30));
    for (expression, reason) in [
        ("client.nmae == \"a\"", "the fields of a client are"),
        (&*large, "is too large"),
        (&*deep, "is nested too deeply"),
    ] {
        let run = with_expression(expression, CLIENTS);
        assert_eq!(run.code, 2, "{}", run.all());
        assert!(run.stderr.contains(reason), "{reason}: {}", run.stderr);
    }
}

#[test]
fn an_expression_that_would_take_too_long_for_a_client_fails_for_it() {
    let uris = |count: usize| {
        let uris: Vec<String> = (0..count)
            .map(|number| format!("\"https://a.example.com/{number}\""))
            .collect();
        CLIENTS.replace("\"https://a.example.com/\"", &uris.join(","))
    };
    let expression = "client.registeredRedirectUri.all(a, client.registeredRedirectUri.all(b, a == b || a != b))";
    let run = with_expression(expression, &uris(20));
    assert_eq!(run.code, 1, "{}", run.all());
    let run = with_expression(expression, &uris(2_000));
    assert_eq!(run.code, 3, "{}", run.all());
    assert!(run.stdout.contains("it would take"), "{}", run.stdout);
}

#[test]
fn an_expression_reads_a_parameter_whose_name_has_a_hyphen() {
    for (limit, code) in [("3600", 0), ("60", 1)] {
        let from = SMALLEST.find("[check]").expect("a check");
        let rule = format!(
            "{}[[params]]\nname = \"max-age\"\ntype = \"integer\"\ndefault = {limit}\ndoc = \"Seconds\"\n\
             [check]\nkind = \"expression\"\nfield = \"client\"\n\
             expression = \"client.accessTokenValiditySeconds > params.max_age\"\n\
             [[messages]]\ntext = \"too long\"\n",
            &SMALLEST[..from]
        );
        let place = place(&[
            ("clients.json", CLIENTS),
            ("own.toml", &rule),
            ("grantlint.toml", "[rules]\nextra = [\"own.toml\"]\n"),
        ]);
        let run = run(
            place.path(),
            &["check", "clients.json", "--select", "own-scope"],
        );
        assert_eq!(run.code, code, "{limit}: {}", run.all());
    }
}
