//! What a terminal shows: what fails first, few lines of many findings, and what is hidden is said.

use crate::common::{Run, TODAY, grantlint, grantlint_in, root, sources};
use grantlint::audit::{Request, audit};
use grantlint::report::{Format, Look};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Command;
use unicode_width::UnicodeWidthStr;

/// Clients of which each has one critical, one low and one info finding, all different, and some
/// have an owner.
fn organisation(clients: usize) -> tempfile::TempDir {
    let place = tempfile::tempdir().expect("a directory");
    let list: Vec<Value> = (0..clients)
        .map(|number| {
            let owner = ["Owner: Payments", "Owner: Retail", "For the branches"][number % 3];
            json!({
                "id": format!("aaaaaaaa-0000-4000-8000-{number:012}"),
                "name": format!("Feed {number}"),
                "description": format!("Loads site {number}. {owner}"),
                "authorizedGrantType": "CODE",
                "accessTokenValiditySeconds": 3600,
                "scope": ["users:readonly"],
                "registeredRedirectUri": [
                    format!("https://*.site{number}.example.com/cb"),
                    format!("http://127.0.0.1:{}/cb", 4000 + number),
                    format!("https://Site{number}.example.com/cb"),
                ],
            })
        })
        .collect();
    fs::write(
        place.path().join("clients.json"),
        serde_json::to_string_pretty(&list).expect("JSON"),
    )
    .expect("a file");
    place
}

const RULES: &str = "redirect-wildcard,redirect-loopback,redirect-not-canonical";

fn check(place: &Path, more: &[&str]) -> Run {
    let mut arguments = vec!["check", ".", "--today", TODAY, "--select", RULES];
    arguments.extend(more);
    grantlint_in(place, &arguments, b"")
}

fn drawn(text: &str) -> usize {
    text.matches("\u{256d}\u{2500}[").count()
}

#[test]
fn what_fails_the_gate_comes_first_and_in_full() {
    let place = organisation(3);
    let run = check(place.path(), &["--fail-on", "critical"]);
    assert_eq!(run.code, 1, "{}", run.all());
    let (failing, milder) = run.stdout.split_once("below the gate").expect("two parts");
    assert_eq!(drawn(failing), 3, "{failing}");
    assert_eq!(failing.matches("critical  redirect-wildcard").count(), 3);
    assert!(!failing.contains("redirect-loopback"), "{failing}");
    assert_eq!(drawn(milder), 6, "{milder}");
    // A blank line after each finding.
    let lines: Vec<&str> = run.stdout.lines().collect();
    let ends = lines
        .windows(2)
        .filter(|pair| pair[0].trim_start().starts_with("fix:"));
    for pair in ends {
        let is_continued = pair[1].starts_with("       ");
        assert!(pair[1].is_empty() || is_continued, "{pair:?}");
    }
}

#[test]
fn of_many_findings_the_worst_are_drawn_and_the_others_are_grouped() {
    let place = organisation(40);
    let run = check(place.path(), &[]);
    assert_eq!(run.code, 1, "{}", run.all());
    assert_eq!(drawn(&run.stdout), 10, "{}", run.stdout);
    assert!(
        run.stdout
            .contains("110 more findings (30 critical, 40 low, 40 info), by cause"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.lines().count() < 200, "{}", run.stdout);
    for group in [
        "● critical  redirect-wildcard  30 findings in 30 clients",
        "● low  redirect-loopback  40 findings in 40 clients",
        " · 35 more",
    ] {
        assert!(run.stdout.contains(group), "{group}\n{}", run.stdout);
    }
    // Few findings that fail are all in full.
    let few = organisation(12);
    let gate = check(few.path(), &["--fail-on", "critical"]);
    assert_eq!(drawn(&gate.stdout), 12, "{}", gate.stdout);
    let all = check(place.path(), &["--verbose"]);
    assert_eq!(drawn(&all.stdout), 120);
}

#[test]
fn the_report_ends_with_what_to_do_first() {
    let place = organisation(40);
    for format in ["human", "summary"] {
        let run = check(place.path(), &["--format", format]);
        let (_, end) = run.stdout.split_once("do first\n").expect("do first");
        assert!(
            end.starts_with("  1. Register each redirect URI in full"),
            "{end}"
        );
        assert!(
            end.contains("fixes 40 clients, removes 40 critical"),
            "{end}"
        );
        let last = run.stdout.lines().last().expect("a line");
        assert!(last.starts_with("exit 1: "), "{last}");
    }
    let summary = check(place.path(), &["--format", "summary"]).stdout;
    assert_eq!(drawn(&summary), 0, "{summary}");
    assert!(
        summary.contains("40 clients can take over the organisation"),
        "{summary}"
    );
    assert!(summary.lines().count() < 40, "{summary}");
}

#[test]
fn the_view_is_limited_and_says_what_it_hides() {
    let place = organisation(12);
    let all = check(place.path(), &["--format", "json"]).json();
    for format in ["human", "concise"] {
        let run = check(place.path(), &["--top", "2", "--format", format]);
        assert_eq!(run.code, 1, "{}", run.all());
        let of_rule = |rule: &str| run.stdout.matches(rule).count();
        assert!(of_rule("site0.example.com") > 0, "{}", run.stdout);
        assert_eq!(of_rule("site2.example.com"), 0, "{}", run.stdout);
        let hidden = "--top 2 hides 34 findings (10 critical, 12 low, 12 info)";
        assert!(run.stdout.contains(hidden), "{}", run.stdout);
        let run = check(place.path(), &["--client", "feed 1?", "--format", format]);
        assert_eq!(run.code, 1, "{}", run.all());
        let words = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        let hidden = "--client feed 1? matches 2 clients; 30 findings (10 critical, 10 low, 10 info) of others are hidden";
        assert!(words.contains(hidden), "{}", run.stdout);
        assert!(!run.stdout.contains("site2.example.com"), "{}", run.stdout);
        // The counts and the exit code are those of all clients.
        assert!(run.stdout.contains("12 critical"), "{}", run.stdout);
        let none = check(place.path(), &["--client", "id:x", "--format", format]);
        assert_eq!(none.code, 1, "{}", none.all());
        assert!(none.stdout.contains("matches no client"), "{}", none.stdout);
        assert!(!none.stdout.contains("no findings"), "{}", none.stdout);
    }
    // Other formats and files hold everything.
    let json = check(
        place.path(),
        &["--format", "json", "--client", "id:x", "--top", "1"],
    );
    assert_eq!(json.json()["findings"], all["findings"]);
    assert!(
        json.stderr.contains("json contains all findings"),
        "{}",
        json.stderr
    );
    check(
        place.path(),
        &["--top", "1", "--output", "concise=all.txt", "-q"],
    );
    let file = fs::read_to_string(place.path().join("all.txt")).expect("the report");
    assert_eq!(file.matches("redirect-wildcard [").count(), 12, "{file}");
    let wrong = check(place.path(), &["--client", "nmae:Feed"]);
    assert_eq!(wrong.code, 2, "{}", wrong.all());
    assert!(
        wrong.stderr.contains("--client: `nmae:`"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn findings_are_grouped_as_asked() {
    let place = organisation(6);
    let heads = |by: &str| -> Vec<String> {
        let run = check(place.path(), &["--group-by", by]);
        assert_eq!(run.code, 1, "{}", run.all());
        let lines = run.stdout.lines().filter(|line| line.starts_with("  - "));
        assert_eq!(lines.count(), 18, "{by}: {}", run.stdout);
        let heads = run.stdout.lines().filter(|line| line.starts_with("● "));
        heads.map(str::to_owned).collect()
    };
    assert_eq!(
        heads("rule"),
        [
            "● redirect-wildcard  6 findings in 6 clients: 6 critical",
            "● redirect-loopback  6 findings in 6 clients: 6 low",
            "● redirect-not-canonical  6 findings in 6 clients: 6 info",
        ]
    );
    assert_eq!(
        heads("owner"),
        [
            "● Payments  6 findings in 2 clients: 2 critical, 2 low, 2 info",
            "● Retail  6 findings in 2 clients: 2 critical, 2 low, 2 info",
            "● no known owner  6 findings in 2 clients: 2 critical, 2 low, 2 info",
        ]
    );
    let clients = heads("client");
    assert_eq!(clients.len(), 6);
    assert!(clients[0].starts_with("● Feed 0  aaaaaaaa-"), "{clients:?}");
    assert!(
        clients[0].ends_with("1 critical, 1 low, 1 info"),
        "{clients:?}"
    );
    assert_eq!(
        heads("cause").len(),
        18,
        "each message names a URI of its own"
    );
}

#[test]
fn the_policy_names_owners_before_descriptions_do() {
    let place = organisation(3);
    fs::write(
        place.path().join("grantlint.toml"),
        "[clients.\"name:Feed 0\"]\nowner = \"Treasury\"\n",
    )
    .expect("a file");
    let run = check(place.path(), &["--group-by", "owner"]);
    assert!(
        run.stdout.contains("● Treasury  3 findings"),
        "{}",
        run.all()
    );
    assert!(run.stdout.contains("● Retail  3 findings"), "{}", run.all());
    assert!(!run.stdout.contains("Payments"), "{}", run.all());
}

#[test]
fn a_quiet_run_prints_what_blocks_and_a_line_for_the_rest() {
    let place = organisation(2);
    let human = check(place.path(), &["-q", "--fail-on", "critical"]);
    assert_eq!(human.code, 1, "{}", human.all());
    assert_eq!(drawn(&human.stdout), 2, "{}", human.stdout);
    assert!(
        !human.stdout.contains("redirect-loopback"),
        "{}",
        human.stdout
    );
    let rest = "also: 4 findings (2 low, 2 info) below the gate";
    assert!(human.stdout.contains(rest), "{}", human.stdout);
    let concise = check(
        place.path(),
        &["-q", "--fail-on", "critical", "--format", "concise"],
    );
    let lines: Vec<&str> = concise.stdout.lines().collect();
    assert_eq!(lines.len(), 4, "{}", concise.stdout);
    assert!(lines[2].starts_with(rest), "{}", concise.stdout);
    assert!(lines[3].ends_with("exit 1"), "{}", concise.stdout);
    let passed = check(place.path(), &["-q", "--fail-on", "never"]);
    assert_eq!(drawn(&passed.stdout), 0, "{}", passed.stdout);
    assert!(
        passed.stdout.contains("also: 6 findings (2 critical"),
        "{}",
        passed.stdout
    );
}

#[test]
fn errors_come_first_and_alone_if_nothing_was_audited() {
    let place = tempfile::tempdir().expect("a directory");
    for more in [&[][..], &["-q"], &["--format", "summary"]] {
        let run = grantlint_in(place.path(), &[&["check", "nope/"][..], more].concat(), b"");
        assert_eq!(run.code, 3, "{}", run.all());
        assert!(
            run.stdout.starts_with("problems: "),
            "{more:?}: {}",
            run.stdout
        );
        assert!(!run.stdout.contains("0 clients"), "{}", run.stdout);
        assert!(!run.stdout.contains("no findings"), "{}", run.stdout);
        assert!(
            run.stdout
                .ends_with("exit 3: nothing was audited, 1 problem\n")
        );
    }
    let broken = grantlint(&["check", "fixtures/broken", "--format", "concise"]);
    assert!(
        broken
            .stdout
            .lines()
            .next()
            .expect("a line")
            .contains("error "),
        "{}",
        broken.stdout
    );
    let broken = grantlint(&["check", "fixtures/broken"]);
    let (problems, findings) = broken.stdout.split_once("● ").expect("a finding");
    assert!(problems.starts_with("problems: "), "{problems}");
    assert!(!findings.contains("problems: "), "{findings}");
}

#[test]
fn excerpts_and_fixes_name_roles_and_divisions() {
    let run = grantlint(&["check", "fixtures/demo", "--today", TODAY, "--verbose"]);
    let role = "08898df0-e293-4167-826d-7daa8e471ac2";
    let lines: Vec<&str> = run.stdout.lines().collect();
    let marked = lines
        .windows(2)
        .find(|pair| pair[0].contains(role) && pair[1].contains("\u{2500}\u{2500}"))
        .expect("the role is marked");
    assert!(marked[1].ends_with(" Master Admin"), "{marked:?}");
    assert!(
        run.stdout
            .contains("fix: remove the role \"Master Admin\" (roleDivisions[0].roleId)"),
        "{}",
        run.stdout
    );
    // The line next to the division shows whose it is.
    let beside = lines
        .windows(2)
        .any(|pair| pair[0].contains(role) && pair[0].ends_with("← Master Admin"));
    assert!(beside, "{}", run.stdout);
}

#[test]
fn lines_wrap_on_a_narrow_terminal() {
    let text = fs::read_to_string(root().join("fixtures/demo/clients.json")).expect("clients");
    let roles = fs::read_to_string(root().join("fixtures/demo/roles.json")).expect("roles");
    let sources = sources(&[("demo/clients.json", &text), ("demo/roles.json", &roles)]);
    let request = Request::new(TODAY.parse().expect("a date"));
    let report = audit(&sources, &[true, true], Vec::new(), &request);
    for width in [60, 80, 120] {
        for format in [Format::Human, Format::Summary] {
            let look = Look {
                width,
                ..Look::PLAIN
            };
            let mut out = Vec::new();
            format
                .write(&report, look, &mut out)
                .expect("memory takes all");
            let text = String::from_utf8(out).expect("UTF-8");
            // A command is not cut, because it could not be copied; nor is a word.
            let is_whole = |line: &&str| {
                let line = line.trim_start();
                line.starts_with("gc ")
                    || line.starts_with("exit ")
                    || !line.contains(' ')
                    || line.contains('\u{2502}')
            };
            for line in text.lines().filter(|line| line.width() > width) {
                assert!(is_whole(&line), "{width}: {line}");
            }
        }
    }
}

#[test]
fn colours_follow_the_flag_then_no_color_then_force_color() {
    let run = |color: &str, variables: &[(&str, &str)]| {
        let output = Command::new(env!("CARGO_BIN_EXE_grantlint"))
            .args(["check", "fixtures/small/implicit-grant", "--color", color])
            .current_dir(root())
            .env_clear()
            .envs(variables.iter().copied())
            .output()
            .expect("the binary runs");
        output.stdout.contains(&0x1b)
    };
    let (force, no) = (("FORCE_COLOR", "1"), ("NO_COLOR", "1"));
    for (color, variables, wanted) in [
        ("auto", &[][..], false),
        ("auto", &[force], true),
        ("auto", &[force, no], false),
        ("auto", &[("FORCE_COLOR", "0")], false),
        ("auto", &[("CI", "true")], false),
        ("never", &[force], false),
        ("always", &[no], true),
    ] {
        assert_eq!(run(color, variables), wanted, "{color} {variables:?}");
    }
}

#[test]
fn numbers_have_separators() {
    let place = organisation(1_200);
    let run = check(place.path(), &["--format", "summary"]);
    for words in [
        "1,200 clients in 1 file",
        "1,200 critical",
        "exit 1: 2,400 findings",
    ] {
        assert!(run.stdout.contains(words), "{words}: {}", run.stdout);
    }
}

#[test]
fn explain_finds_a_part_of_an_id_and_lists_a_category() {
    let part = grantlint(&["explain", "embeddable-redi"]);
    assert_eq!(part.code, 0, "{}", part.all());
    assert!(
        part.stdout.starts_with("embeddable-redirect\n"),
        "{}",
        part.stdout
    );
    let several = grantlint(&["explain", "wildcard"]);
    assert_eq!(several.code, 0, "{}", several.all());
    assert!(
        several.stdout.contains("redirect-wildcard  "),
        "{}",
        several.stdout
    );
    let category = grantlint(&["explain", "redirect"]);
    assert_eq!(category.code, 0, "{}", category.all());
    let ids: Vec<&str> = category
        .stdout
        .lines()
        .filter_map(|line| line.split("  ").next())
        .collect();
    assert!(
        ids.contains(&"redirect-wildcard") && !ids.contains(&"role-admin"),
        "{ids:?}"
    );
    assert!(!ids.contains(&"embeddable-redirect"), "{ids:?}");
    let none = grantlint(&["explain", "zzzz"]);
    assert_eq!(none.code, 2, "{}", none.all());
}
