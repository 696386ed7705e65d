//! `grantlint check --diff-base`: only what a change adds counts, compared with a revision that git
//! reads without the configuration of the tree.

use crate::common::{Run, grantlint_in};
use std::fs;
use std::path::Path;
use std::process::Command;

struct Tree(tempfile::TempDir);

fn client(id: u32, name: &str, uris: &str) -> String {
    format!(
        r#"{{"id":"aaaaaaaa-0000-4000-8000-{id:012}","name":"{name}","description":"Owner: Jo. It shows queues.","authorizedGrantType":"CODE","scope":["users:readonly"],"accessTokenValiditySeconds":1800,"registeredRedirectUri":[{uris}]}}"#
    )
}

impl Tree {
    /// A repository whose branch `main` has a client with a finding.
    fn new() -> Self {
        let tree = Self(tempfile::tempdir().expect("a directory"));
        tree.git(&["init", "--quiet", "--initial-branch=main"]);
        tree.write(
            "exports/clients.json",
            &format!("[{}]", client(1, "Old", "\"http://old.example.com/\"")),
        );
        tree.commit();
        tree
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(path, text).expect("written");
    }

    fn git(&self, arguments: &[&str]) {
        let output = Command::new("git")
            .args(["-c", "user.name=T", "-c", "user.email=t@example.com"])
            .args(arguments)
            .current_dir(self.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_COMMITTER_DATE", "2026-05-04T10:00:00Z")
            .output()
            .expect("git runs");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "x", "--no-verify"]);
    }

    fn check(&self, more: &[&str]) -> Run {
        self.check_in("", more)
    }

    fn check_in(&self, below: &str, more: &[&str]) -> Run {
        let mut arguments = vec!["check", "--today", "2026-11-22", "--format", "json"];
        arguments.extend(more);
        grantlint_in(&self.path().join(below), &arguments, b"")
    }
}

fn counts(run: &Run) -> (Vec<String>, u64) {
    let report = run.json();
    let findings = report["findings"].as_array().expect("findings");
    let names = findings.iter().map(|one| {
        format!(
            "{} {}",
            one["rule"].as_str().expect("a rule"),
            one["client"]["name"].as_str().unwrap_or("")
        )
    });
    (
        names.collect(),
        report["summary"]["baselined"].as_u64().expect("a number"),
    )
}

#[test]
fn only_what_a_change_adds_counts() {
    let tree = Tree::new();
    let same = tree.check(&["exports", "--diff-base", "main"]);
    assert_eq!(
        (same.code, counts(&same)),
        (0, (vec![], 1)),
        "{}",
        same.all()
    );
    tree.write(
        "exports/clients.json",
        &format!(
            "[\n{},\n{}\n]",
            client(2, "New", "\"http://new.example.com/\""),
            client(1, "Old", "\"http://old.example.com/\"")
        ),
    );
    for (below, path) in [
        ("", "exports"),
        ("", "."),
        ("exports", "."),
        ("exports", "clients.json"),
        ("exports", "../exports"),
    ] {
        let run = tree.check_in(below, &[path, "--diff-base", "main"]);
        assert_eq!(run.code, 1, "{below} {path}: {}", run.all());
        assert_eq!(
            counts(&run),
            (vec!["redirect-not-https New".to_owned()], 1),
            "{below} {path}"
        );
    }
    let shown = tree
        .check(&["exports", "--diff-base", "main", "--show-suppressed"])
        .json();
    assert_eq!(
        shown["baselined"][0]["first_seen"], "2026-05-04",
        "the day of the commit"
    );
    // A value that the change adds to a known client counts.
    tree.write(
        "exports/clients.json",
        &format!(
            "[{}]",
            client(
                1,
                "Old",
                "\"http://old.example.com/\",\"http://older.example.com/\""
            )
        ),
    );
    let run = tree.check(&["exports", "--diff-base", "HEAD"]);
    assert_eq!((run.code, counts(&run).0.len()), (1, 1), "{}", run.all());
    // What it fixes is reported and not to be recorded anywhere.
    tree.write(
        "exports/clients.json",
        &format!("[{}]", client(1, "Old", "\"https://old.example.com/\"")),
    );
    let run = tree.check(&["exports", "--diff-base", "main"]);
    assert_eq!(run.code, 0, "{}", run.all());
    let notices = run.json()["notices"].to_string();
    assert!(
        notices.contains("1 finding of `main` no longer occurs"),
        "{notices}"
    );
    assert!(!notices.contains("--write-baseline"), "{notices}");
}

#[test]
fn a_moved_file_is_known_and_a_new_directory_is_new() {
    let tree = Tree::new();
    fs::rename(
        tree.path().join("exports/clients.json"),
        tree.path().join("exports/all.json"),
    )
    .expect("renamed");
    let run = tree.check(&["exports", "--diff-base", "main"]);
    assert_eq!((run.code, counts(&run)), (0, (vec![], 1)), "{}", run.all());
    tree.write(
        "other/clients.json",
        &format!("[{}]", client(7, "Other", "\"http://other.example.com/\"")),
    );
    let run = tree.check(&["other", "--diff-base", "main"]);
    assert_eq!((run.code, counts(&run).1), (1, 0), "{}", run.all());
}

#[test]
fn the_roots_of_terraform_are_compared_as_a_whole() {
    let tree = Tree::new();
    let resource = |name: &str| {
        format!(
            "resource \"genesyscloud_oauth_client\" \"{name}\" {{\n  name = \"{name}\"\n  description = \"Owner: Jo. It shows queues.\"\n  authorized_grant_type = \"CODE\"\n  access_token_validity_seconds = var.life\n  scopes = [\"users:readonly\"]\n  registered_redirect_uris = [\"http://{name}.example.com/\"]\n}}\n"
        )
    };
    tree.write(
        "infra/variables.tf",
        "variable \"life\" {\n  default = 1800\n}\n",
    );
    tree.write("infra/main.tf", &resource("old"));
    tree.commit();
    tree.write("infra/main.tf", &(resource("old") + &resource("new")));
    for arguments in [
        &["infra", "--diff-base", "main"][..],
        &["infra/main.tf", "--partial", "--diff-base", "main"],
    ] {
        let run = tree.check(arguments);
        assert_eq!(run.code, 1, "{}", run.all());
        assert_eq!(
            counts(&run),
            (vec!["redirect-not-https new".to_owned()], 1),
            "{arguments:?}"
        );
    }
}

#[test]
fn a_missing_revision_or_repository_is_an_error() {
    let tree = Tree::new();
    for (name, words) in [
        ("nope", "there is no commit `nope` in this clone"),
        ("--help", "there is no commit `--help`"),
        ("x\u{1b}[31m", "there is no commit"),
        ("main:exports", "there is no commit"),
    ] {
        let run = tree.check(&["exports", &format!("--diff-base={name}")]);
        assert_eq!(run.code, 2, "{}", run.all());
        assert!(
            run.stdout.is_empty() && run.stderr.contains(words),
            "{}",
            run.stderr
        );
        assert!(!run.stderr.contains('\u{1b}'), "{:?}", run.stderr);
    }
    let run = tree.check(&["-", "--diff-base", "main"]);
    assert_eq!(run.code, 2, "{}", run.all());
    let run = tree.check(&["exports", "--diff-base", "main", "--baseline", "b.json"]);
    assert_eq!(run.code, 2, "{}", run.all());
    let outside = tempfile::tempdir().expect("a directory");
    fs::write(outside.path().join("clients.json"), "[]").expect("written");
    let run = grantlint_in(outside.path(), &["check", ".", "--diff-base", "main"], b"");
    assert_eq!(run.code, 2, "{}", run.all());
    assert!(
        run.stderr.contains("needs inputs of one git repository"),
        "{}",
        run.stderr
    );
    tree.write("grantlint.toml", "extends = \"base.toml\"\n");
    tree.write("base.toml", "[gate]\nlock = [\"baseline\"]\n");
    let run = tree.check(&["exports", "--diff-base", "main"]);
    assert_eq!(run.code, 2, "{}", run.all());
    assert!(
        run.stderr
            .contains("--diff-base would override `gate.baseline`"),
        "{}",
        run.stderr
    );
}

#[test]
fn the_configuration_of_the_repository_runs_nothing() {
    let tree = Tree::new();
    let mark = tree.path().join("ran");
    let program = tree.path().join("program.sh");
    fs::write(
        &program,
        format!("#!/bin/sh\ntouch '{}'\ncat\n", mark.display()),
    )
    .expect("written");
    Command::new("chmod")
        .arg("+x")
        .arg(&program)
        .status()
        .expect("chmod");
    let program = program.display().to_string();
    for key in [
        "core.fsmonitor",
        "core.pager",
        "diff.x.textconv",
        "filter.x.smudge",
        "core.sshCommand",
        "core.alternateRefsCommand",
    ] {
        tree.git(&["config", key, &program]);
    }
    tree.write(".gitattributes", "*.json diff=x filter=x export-ignore\n");
    let run = tree.check(&["exports", "--diff-base", "main"]);
    assert_eq!((run.code, counts(&run).1), (0, 1), "{}", run.all());
    assert!(!mark.exists());
}
