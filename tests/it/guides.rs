//! The README and the guides are followed word by word: the files that they show are written,
//! their `sh` blocks are run one after the other in a directory of their own.
//!
//! A line that does not end well says so: `# exit 1`. A block that begins with `# FILE` is the
//! content of that file. What needs a network or another program meets a stand-in, which knows
//! the calls that the real one knows and answers with a fixture.

use crate::common::root;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

/// A fenced block: its language and its text.
struct Block<'p> {
    language: &'p str,
    text: &'p str,
}

fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut parts = page.split("\n```");
    parts.next();
    let inner = parts.step_by(2);
    inner
        .map(|block| {
            let (language, text) = block.split_once('\n').expect("a line that opens");
            Block { language, text }
        })
        .collect()
}

/// The file that a block is the content of.
fn file<'p>(block: &Block<'p>) -> Option<(&'p str, &'p str)> {
    let (first, rest) = block.text.split_once('\n')?;
    let name = first.strip_prefix("# ")?;
    let is_name = !name.contains(' ') && name.contains('.');
    (block.language != "sh" && is_name).then_some((name, rest))
}

/// A script that does what the page says, and stops where it is not as the page says.
fn script(page: &str) -> String {
    let mut script = String::from("set -eo pipefail\n");
    for block in blocks(page) {
        if let Some((name, content)) = file(&block) {
            let _ = writeln!(
                script,
                "mkdir -p \"$(dirname {name})\"; cat > {name} <<'END_OF_FILE'\n{content}\nEND_OF_FILE"
            );
        } else if block.language == "sh" {
            follow(block.text, &mut script);
        }
    }
    script
}

fn follow(text: &str, script: &mut String) {
    for line in text.replace("\\\n", " ").lines() {
        match line.split_once("# exit ") {
            Some((line, code)) => {
                let line = line.trim_end();
                let _ = writeln!(
                    script,
                    "set +e; {line}\ncode=$?; set -e\n\
                     [ $code = {code} ] || {{ echo \"exit code $code, not {code}: {}\"; exit 99; }}",
                    line.replace(['"', '$', '`', '\\'], "'")
                );
            }
            None => {
                let _ = writeln!(script, "{line}");
            }
        }
    }
}

/// Programs that answer in place of the real ones. Each refuses what the real one does not know.
const STAND_INS: [(&str, &str); 9] = [
    (
        "git",
        r#"
case "$*" in
  "clone https://github.com/grantlint/grantlint") ln -s . grantlint ;;
  *) exit 64 ;;
esac
"#,
    ),
    (
        "pip",
        r#"
case "$*" in
  "install maturin") ;;
  "install dist/grantlint-0.1.0-py3-none-any.whl") ;;
  *) exit 64 ;;
esac
"#,
    ),
    (
        "maturin",
        r#"
case "$*" in
  "build --release --locked --out dist") mkdir dist; touch dist/grantlint-0.1.0-py3-none-any.whl ;;
  *) exit 64 ;;
esac
"#,
    ),
    (
        "gc",
        r#"
exports=$FIXTURES/demo
case "$*" in
  "oauth clients list -a") cat "$exports/clients.json" ;;
  "authorization roles list -a --pageSize 100 --userCount=false") cat "$exports/roles.json" ;;
  "authorization divisions list -a --pageSize 100") cat "$exports/divisions.json" ;;
  "authorization divisions home get")
    echo '{"id": "34fbc7dc-879f-4079-8789-37e6f743153e", "name": "Guatemala", "homeDivision": true,
      "selfUri": "/api/v2/authorization/divisions/34fbc7dc-879f-4079-8789-37e6f743153e"}' ;;
  "users list -a --pageSize 100") echo '[]' ;;
  "oauth scopes list")
    echo '{"entities": [{"id": "analytics", "selfUri": "/api/v2/oauth/scopes/analytics"}], "total": 1}' ;;
  "authorization permissions list -a") echo '[]' ;;
  "authorization subjects get "*)
    echo '{"id": "0912f837-b409-4712-b7ce-c5ba89cdeed3", "grants": []}' ;;
  "usage query create -f exports/usage-1.query.json")
    echo '{"executionId": "5d1c9d0e-4a52-4d7c-9f0b-1a2b3c4d5eff", "resultsUri": "/api/v2/usage/query/x/results"}' ;;
  "usage query results get 5d1c9d0e-4a52-4d7c-9f0b-1a2b3c4d5eff")
    id=$(grep -m 1 -o '"id": "[^"]*"' "$exports/clients.json" | cut -d '"' -f 4)
    grep -E '2026-(09|1)|queryStatus|^\]' "$FIXTURES/usage/usage.json" |
      sed "s/5d1c9d0e-4a52-4d7c-9f0b-1a2b3c4d5e01/$id/" ;;
  "oauth authorizations list") echo '{"entities": [], "total": 0}' ;;
  *) echo "gc: unknown: $*" >&2; exit 64 ;;
esac
"#,
    ),
    (
        "curl",
        r#"
for address; do :; done
given=$(cat)
case "$address" in
  https://api.mypurecloud.com/api/v2/docs/swagger)
    echo '{"swagger": "2.0", "paths": {"/api/v2/users": {"get": {"security": [{"PureCloud OAuth": ["users:readonly"]}]}}}}'
    exit ;;
  https://login.mypurecloud.de/oauth/token)
    [ "$given" = 'user = "an-id:a-secret"' ] || exit 22
    echo '{"access_token": "a-token"}'; exit ;;
  *) [ "$given" = 'header = "Authorization: Bearer a-token"' ] || exit 22 ;;
esac
case "$address" in
  https://api.mypurecloud.de/api/v2/oauth/clients) cat "$FIXTURES/demo/clients.json" ;;
  *"/authorization/roles?pageSize=100&pageNumber=1") cat "$FIXTURES/demo/roles.json" ;;
  *"/authorization/divisions?pageSize=100") cat "$FIXTURES/demo/divisions.json" ;;
  *) exit 22 ;;
esac
"#,
    ),
    (
        "jq",
        r#"
cat >/dev/null
case "$*" in
  "-r .access_token") echo a-token ;;
  ".clients[] | select(.tier == \"admin\") | .name") ;;
  *) exit 64 ;;
esac
"#,
    ),
    (
        "terraform",
        r#"
case "$*" in
  init | "plan -out=plan.tfplan") ;;
  "show -json plan.tfplan")
    echo '{"format_version": "1.2", "terraform_version": "1.9.0", "planned_values": {"root_module": {"resources": [
      {"address": "genesyscloud_oauth_client.crm", "mode": "managed", "type": "genesyscloud_oauth_client", "name": "crm",
       "values": {"name": "CRM", "authorized_grant_type": "CODE", "access_token_validity_seconds": 28800,
         "description": "Signs agents in to the CRM. Owner: CRM team", "state": "active", "roles": [],
         "registered_redirect_uris": ["http://crm.example.com/callback"], "scopes": ["users:readonly"]}}]}}}' ;;
  *) echo "terraform: unknown: $*" >&2; exit 64 ;;
esac
"#,
    ),
    (
        "cargo",
        r#"
case "$*" in
  "test --locked" | "install --locked "*) ;;
  "run --locked -- "*) shift 3; exec grantlint "$@" ;;
  *) echo "cargo: unknown: $*" >&2; exit 64 ;;
esac
"#,
    ),
    (
        "docker",
        r#"
case "$*" in
  "build "*) ;;
  "run "*) while [ "$1" != grantlint ]; do shift; done; exec "$@" ;;
  *) exit 64 ;;
esac
"#,
    ),
];

fn stand_ins(directory: &Path) {
    for (name, body) in STAND_INS {
        let path = directory.join(name);
        fs::write(&path, format!("#!/usr/bin/env bash\n{body}\n")).expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("rights");
    }
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_grantlint"), directory.join("grantlint"))
        .expect("a link");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a directory");
    for entry in fs::read_dir(from).expect("a directory") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a copy");
        }
    }
}

/// A directory where `exports/` is an export of the demo organisation, and what a script
/// makes of it there.
fn run(script: &str) -> std::process::Output {
    let directory = tempfile::tempdir().expect("a directory");
    let (work, programs) = (directory.path().join("work"), directory.path().join("bin"));
    fs::create_dir(&programs).expect("a directory");
    stand_ins(&programs);
    let fixtures = root().join("fixtures");
    copy(&fixtures, &work.join("fixtures"));
    copy(&fixtures.join("demo"), &work.join("exports"));
    let path = std::env::var("PATH").unwrap_or_default();
    Command::new("bash")
        .args(["--norc", "-c", script])
        .current_dir(&work)
        .env("PATH", format!("{}:{path}", programs.display()))
        .env("FIXTURES", &fixtures)
        .env("GENESYSCLOUD_OAUTHCLIENT_ID", "an-id")
        .env("GENESYSCLOUD_OAUTHCLIENT_SECRET", "a-secret")
        .output()
        .expect("bash")
}

fn follow_page(name: &str) {
    let page = fs::read_to_string(root().join(name)).expect(name);
    let script = script(&page);
    let output = run(&script);
    assert!(
        output.status.success(),
        "{name}\n{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    let lines = script.matches("grantlint ").count();
    assert!(lines > 1, "{name} runs nothing");
}

#[test]
fn the_readme_does_what_it_says() {
    follow_page("README.md");
}

#[test]
fn an_organisation_is_audited() {
    follow_page("docs/guides/audit.md");
}

#[test]
fn each_export_is_obtained() {
    follow_page("docs/guides/exports.md");
}

#[test]
fn a_terraform_repository_is_gated() {
    follow_page("docs/guides/terraform.md");
}

#[test]
fn a_pipeline_is_gated() {
    follow_page("docs/guides/pipelines.md");
}

#[test]
fn the_guide_to_changes_works() {
    follow_page("docs/guides/fixing.md");
}

#[test]
fn a_quarterly_review_is_run() {
    follow_page("docs/guides/quarterly-review.md");
}

#[test]
fn clients_are_reduced_to_what_they_use() {
    follow_page("docs/guides/usage.md");
}

#[test]
fn examples_of_help_run() {
    for command in [
        "",
        "check",
        "inventory",
        "operations",
        "explain",
        "rules",
        "config",
        "init",
        "schema",
    ] {
        let mut arguments: Vec<&str> = command.split_whitespace().collect();
        arguments.push("--help");
        let help = crate::common::grantlint(&arguments).stdout;
        let (_, examples) = help.split_once("Examples:\n").expect("examples");
        let lines: Vec<&str> = examples
            .lines()
            .filter_map(|line| line.strip_prefix("      "))
            // It needs a repository; the tests of revisions run it.
            .filter(|line| !line.contains("--diff-base"))
            .collect();
        assert!(!lines.is_empty(), "{command}");
        let script = format!("set -o pipefail\n{}", lines.join("\n"));
        let output = run(&script);
        // Findings are no fault of an example.
        let code = output.status.code();
        let complaints = String::from_utf8_lossy(&output.stderr);
        assert!(matches!(code, Some(0 | 1)), "{command}: {complaints}");
        assert!(!complaints.contains("error"), "{command}: {complaints}");
    }
}

#[test]
fn every_guide_is_followed_here() {
    let here = include_str!("guides.rs");
    for entry in fs::read_dir(root().join("docs/guides")).expect("docs/guides") {
        let name = entry.expect("an entry").file_name();
        let name = format!("docs/guides/{}", name.to_string_lossy());
        assert!(here.contains(&format!("follow_page(\"{name}\")")), "{name}");
    }
}

#[test]
fn what_a_report_asks_for_stands_in_the_guide() {
    let guide = fs::read_to_string(root().join("docs/guides/exports.md")).expect("the guide");
    let commands = grantlint::catalog::builtin()
        .iter()
        .flat_map(|rule| rule.needs.iter())
        .map(|need| need.how())
        .filter(|how| how.starts_with("gc "));
    let mut count = 0;
    for how in commands {
        let (command, file) = how.split_once(" > ").expect("a file");
        assert!(
            guide.contains(&format!("{command} > exports/{file}")),
            "{how}"
        );
        count += 1;
    }
    assert!(count > 0);
}

#[test]
fn versions_are_those_of_this_repository() {
    let read = |name: &str| fs::read_to_string(root().join(name)).expect(name);
    let toolchain: toml::Table = read("rust-toolchain.toml").parse().expect("TOML");
    let channel = toolchain["toolchain"]["channel"].as_str().expect("text");
    let image = read("Dockerfile");
    assert!(image.contains(&format!("FROM rust:{channel}-slim-")));
    assert!(image.contains(&format!("ENV RUSTUP_TOOLCHAIN={channel}\n")));
    let minor = channel.rsplit_once('.').expect("three parts").0;
    assert!(read("docs/ci/gitlab-ci.yml").contains(&format!("image: rust:{minor}\n")));

    let version = env!("CARGO_PKG_VERSION");
    for page in [
        "README.md",
        "docs/guides/pipelines.md",
        "docs/guides/terraform.md",
    ] {
        let text = read(page);
        for mark in ["rev: v", "grantlint/grantlint@v"] {
            for named in text.split(mark).skip(1) {
                let named = named.split_whitespace().next();
                assert_eq!(named, Some(version), "{page}: {mark}");
            }
        }
    }
}

#[test]
fn the_image_is_given_what_it_copies() {
    let read = |name: &str| fs::read_to_string(root().join(name)).expect(name);
    let ignored = read(".dockerignore");
    let mut copied = 0;
    for line in read("Dockerfile").lines() {
        let Some(rest) = line.strip_prefix("COPY ") else {
            continue;
        };
        if rest.starts_with("--from") {
            continue;
        }
        let names: Vec<_> = rest.split_whitespace().collect();
        for name in &names[..names.len() - 1] {
            assert!(ignored.contains(&format!("\n!{name}\n")), "{name}");
            assert!(root().join(name).exists(), "{name}");
            copied += 1;
        }
    }
    assert!(copied > 3);
}

#[test]
fn links_lead_somewhere() {
    let mut pages = vec!["README.md".to_owned(), "CONTRIBUTING.md".to_owned()];
    for directory in ["docs", "docs/decisions", "docs/guides"] {
        for entry in fs::read_dir(root().join(directory)).expect(directory) {
            let name = entry.expect("an entry").file_name();
            let name = name.to_string_lossy();
            if name.ends_with(".md") && name != "rules.md" {
                pages.push(format!("{directory}/{name}"));
            }
        }
    }
    for page in pages {
        let path = root().join(&page);
        let text = fs::read_to_string(&path).expect("a page");
        for link in text.split("](").skip(1) {
            let link = link.split([')', '#']).next().expect("a link");
            if link.is_empty() || link.contains("://") {
                continue;
            }
            let target = path.parent().expect("a directory").join(link);
            assert!(target.exists(), "{page}: {link} leads nowhere");
        }
    }
}
