//! What the program says of itself: help fits a terminal of 80 columns and leaves out nothing,
//! completions know the rules and run in their shells, pages of the manual are sound.

use crate::common::grantlint;
use std::io::Write;
use std::process::{Command, Output, Stdio};

const COMMANDS: [&[&str]; 16] = [
    &[],
    &["check"],
    &["accept"],
    &["inventory"],
    &["recommend"],
    &["plan"],
    &["explain"],
    &["exports"],
    &["rules"],
    &["rules", "test"],
    &["rules", "new"],
    &["config"],
    &["init"],
    &["schema"],
    &["completions"],
    &["man"],
];

fn help(command: &[&str], flag: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_grantlint"))
        .args(command)
        .arg(flag)
        .env_clear()
        .env("COLUMNS", "80")
        .output()
        .expect("the binary starts");
    assert_eq!(output.status.code(), Some(0), "{command:?} {flag}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Runs a program that a machine need not have; nothing where it has not.
fn run(program: &str, arguments: &[&str], stdin: &str) -> Option<Output> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(stdin.as_bytes()).expect("it reads");
    drop(input);
    Some(child.wait_with_output().expect("it ends"))
}

fn said(output: &Output) -> String {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8_lossy(&text).into_owned()
}

#[test]
fn help_fits_eighty_columns() {
    for command in COMMANDS {
        for flag in ["-h", "--help"] {
            for line in help(command, flag).lines() {
                // A command to copy is not wrapped.
                let is_example = line.starts_with("      ");
                assert!(
                    is_example || line.chars().count() <= 80,
                    "{command:?} {flag}: {line}"
                );
            }
        }
    }
}

#[test]
fn every_flag_says_what_it_does() {
    for command in COMMANDS {
        let text = help(command, "--help");
        let lines: Vec<_> = text.lines().collect();
        for pair in lines.windows(2) {
            if pair[0].trim_start().starts_with("--") {
                assert!(!pair[1].trim().is_empty(), "{command:?}: {}", pair[0]);
            }
        }
    }
}

#[test]
fn help_of_every_command_shows_examples() {
    for command in COMMANDS {
        let text = help(command, "--help");
        assert!(text.contains("Examples:\n"), "{command:?}");
        let is_gate = [
            &[][..],
            &["check"],
            &["accept"],
            &["inventory"],
            &["recommend"],
            &["plan"],
        ]
        .contains(&command);
        assert_eq!(text.contains("Exit codes:"), is_gate, "{command:?}");
    }
}

#[test]
fn help_names_every_category() {
    let text = help(&["check"], "--help");
    for category in grantlint::catalog::Category::ALL {
        assert!(text.contains(category.name()), "{}", category.name());
    }
}

#[test]
fn the_last_of_a_repeated_flag_counts() {
    let run = grantlint(&[
        "check",
        "fixtures/demo",
        "--format",
        "json",
        "--format",
        "concise",
        "--fail-on",
        "low",
        "--fail-on",
        "never",
    ]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.starts_with("fixtures/demo/clients.json:"));
}

#[test]
fn completions_know_every_rule() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = grantlint(&["completions", shell]);
        assert_eq!(script.code, 0, "{shell}: {}", script.stderr);
        assert!(script.stdout.contains("write-baseline"), "{shell}");
        if ["powershell", "elvish"].contains(&shell) {
            // These complete flags and commands only.
            continue;
        }
        for rule in grantlint::catalog::builtin() {
            let id = rule.id.as_ref();
            assert!(script.stdout.contains(id), "{shell}: {id}");
        }
    }
}

#[test]
fn completions_are_sound_in_their_shells() {
    for shell in ["bash", "zsh", "fish"] {
        let script = grantlint(&["completions", shell]).stdout;
        if let Some(output) = run(shell, &["-n"], &script) {
            assert!(output.status.success(), "{shell}: {}", said(&output));
            assert!(said(&output).is_empty(), "{shell}: {}", said(&output));
        }
    }
}

#[test]
fn bash_completes_rules_where_rules_are_meant() {
    let mut script = grantlint(&["completions", "bash"]).stdout;
    script.push_str(
        "\nask() { COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); COMPREPLY=()\n\
         _grantlint grantlint \"${COMP_WORDS[COMP_CWORD]}\" \"${COMP_WORDS[COMP_CWORD - 1]}\"\n\
         echo \"${COMPREPLY[@]}\"; }\n\
         ask grantlint explain redirect-wild\n\
         ask grantlint check --select redirect-wild\n\
         ask grantlint check --ignore hyg\n\
         ask grantlint check --fail-on hi\n\
         ask grantlint man rules-\n",
    );
    let Some(output) = run("bash", &["--norc"], &script) else {
        return;
    };
    assert_eq!(
        said(&output),
        "redirect-wildcard\nredirect-wildcard\nhygiene\nhigh\nrules-test rules-new\n"
    );
}

#[test]
fn fish_completes_rules_where_rules_are_meant() {
    let mut script = grantlint(&["completions", "fish"]).stdout;
    let typed = ["explain redirect-wild", "check --ignore hyg", "man rules-"];
    let asked = typed.map(|typed| format!("complete -C \"grantlint {typed}\"\n"));
    script.push_str(&asked.concat());
    let Some(output) = run("fish", &["--no-config"], &script) else {
        return;
    };
    let words: Vec<_> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| line.split('\t').next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(words, ["redirect-wildcard", "hygiene", "rules-test"]);
}

#[test]
fn the_manual_has_a_page_for_every_command() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().to_str().expect("UTF-8");
    let written = grantlint(&["man", "--dir", path]);
    assert_eq!(written.code, 0, "{}", written.stderr);
    for command in COMMANDS {
        let page = grantlint(&["man", &command.join("-")][..=command.len().min(1)]).stdout;
        let name = ["grantlint"].iter().chain(command).copied();
        let file = format!("{}.1", name.collect::<Vec<_>>().join("-"));
        let on_disk = std::fs::read_to_string(directory.path().join(&file));
        assert_eq!(on_disk.expect(&file), page);
        for section in ["NAME", "SYNOPSIS", "EXAMPLES"] {
            assert!(page.contains(&format!("\n.SH {section}\n")), "{file}");
        }
        // A term without a word of explanation.
        assert!(!page.contains("\n.TP\n.TP\n"), "{file}");
        if let Some(output) = run("mandoc", &["-T", "lint", "-W", "error"], &page) {
            assert!(output.status.success(), "{file}: {}", said(&output));
        }
        if let Some(output) = run("groff", &["-ww", "-man", "-Tutf8", "-z"], &page) {
            assert_eq!(said(&output), "", "{file}");
        }
    }
    assert_eq!(grantlint(&["man", "nonsense"]).code, 2);
    assert_eq!(grantlint(&["man", "--dir", "/no/such/directory"]).code, 3);
}
