//! What installs grantlint names this version, and the dependencies are those that `deny.toml`
//! allows.

use crate::common::root;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn text(name: &str) -> String {
    fs::read_to_string(root().join(name)).expect(name)
}

fn table(name: &str) -> toml::Table {
    text(name).parse().expect("TOML")
}

fn strings(list: &toml::Value) -> Vec<&str> {
    let list = list.as_array().expect("a list");
    list.iter().filter_map(toml::Value::as_str).collect()
}

#[test]
fn the_hooks_install_the_wheel_of_this_version() {
    let project = &table("pre-commit/pyproject.toml")["project"];
    assert_eq!(project["version"].as_str(), Some(VERSION));
    assert_eq!(
        strings(&project["dependencies"]),
        [format!("grantlint=={VERSION}")]
    );
    assert!(text("pre-commit/README.md").contains(&format!("rev: v{VERSION}\n")));
    assert!(text("docs/releasing.md").contains(&format!("rev: v{VERSION}\n")));
}

#[test]
fn hooks_of_one_name_differ_only_in_how_they_are_installed() {
    let hooks = |name: &str| -> Vec<Value> { yaml_serde::from_str(&text(name)).expect("YAML") };
    let here = hooks(".pre-commit-hooks.yaml");
    let mirror = hooks("pre-commit/.pre-commit-hooks.yaml");
    let find = |id: &str| here.iter().find(|hook| hook["id"] == id).expect("a hook");
    assert_eq!(mirror.len(), 2);
    for hook in mirror {
        let same = find(hook["id"].as_str().expect("an id"));
        assert_eq!(hook["language"], "python");
        for key in [
            "entry",
            "files",
            "types_or",
            "pass_filenames",
            "require_serial",
        ] {
            assert_eq!(hook[key], same[key], "{}: {key}", hook["id"]);
        }
    }
    for (id, language) in [("grantlint-system", "system"), ("grantlint-src", "rust")] {
        let (hook, same) = (find(id), find("grantlint"));
        assert_eq!(hook["language"], language);
        for key in ["entry", "files", "types_or", "require_serial"] {
            assert_eq!(hook[key], same[key], "{id}: {key}");
        }
    }
}

#[test]
fn workflows_and_the_action_pin_what_they_use() {
    let mut pages = vec!["action.yml".to_owned()];
    for entry in fs::read_dir(root().join(".github/workflows")).expect("workflows") {
        let name = entry.expect("an entry").file_name();
        pages.push(format!(".github/workflows/{}", name.to_string_lossy()));
    }
    for page in pages {
        for used in text(&page).split("uses: ").skip(1) {
            let line = used.lines().next().expect("a line");
            let (_, commit) = line.split_once('@').expect("a commit");
            let (commit, version) = commit.split_once(" # v").expect("a commit and its version");
            assert!(
                commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()),
                "{page}: {line}"
            );
            assert!(
                version.starts_with(|c: char| c.is_ascii_digit()),
                "{page}: {line}"
            );
        }
    }
}

#[test]
fn no_dependency_is_banned_or_from_elsewhere() {
    let deny = table("deny.toml");
    let banned = deny["bans"]["deny"].as_array().expect("a list");
    let banned: Vec<_> = banned
        .iter()
        .filter_map(|entry| entry["crate"].as_str())
        .collect();
    let lock = table("Cargo.lock");
    for package in lock["package"].as_array().expect("packages") {
        let name = package["name"].as_str().expect("a name");
        assert!(!banned.contains(&name), "{name} is banned");
        let source = package.get("source").and_then(toml::Value::as_str);
        assert!(
            name == "grantlint" || source.is_some_and(|source| source.starts_with("registry+")),
            "{name} comes from {source:?}"
        );
    }
}

/// Whether a licence expression can be met with the allowed licences.
fn is_met(expression: &str, allowed: &[&str]) -> bool {
    expression.split(" AND ").all(|all| {
        let all = all.trim_matches(['(', ')']).replace('/', " OR ");
        all.split(" OR ")
            .any(|one| allowed.contains(&one.trim_matches(['(', ')', ' '])))
    })
}

/// The ids of the packages that the program or its build script contains, without those of tests.
fn shipped(metadata: &Value) -> BTreeSet<&str> {
    let nodes = metadata["resolve"]["nodes"].as_array().expect("nodes");
    let mut found = BTreeSet::new();
    let mut open = vec![metadata["resolve"]["root"].as_str().expect("a root")];
    while let Some(id) = open.pop() {
        let node = nodes.iter().find(|node| node["id"] == id);
        if !found.insert(id) {
            continue;
        }
        for dependency in node.expect("a node")["deps"].as_array().expect("a list") {
            let kinds = dependency["dep_kinds"].as_array().expect("kinds");
            if kinds.iter().any(|kind| kind["kind"] != "dev") {
                open.push(dependency["pkg"].as_str().expect("an id"));
            }
        }
    }
    found
}

#[test]
fn every_shipped_dependency_has_an_allowed_licence() {
    let deny = table("deny.toml");
    let allowed = strings(&deny["licenses"]["allow"]);
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let rustc = Command::new("rustc")
        .args(["--print", "host-tuple"])
        .output();
    let host = String::from_utf8(rustc.expect("rustc").stdout).expect("text");
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(["--filter-platform", host.trim()])
        .current_dir(root())
        .output()
        .expect("cargo");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let shipped = shipped(&metadata);
    assert!(shipped.len() > 50);
    for package in metadata["packages"].as_array().expect("packages") {
        let licence = package["license"].as_str().unwrap_or("none");
        let is_shipped = shipped.contains(package["id"].as_str().expect("an id"));
        assert!(
            !is_shipped || is_met(licence, &allowed),
            "{}: {licence}",
            package["name"]
        );
    }
    assert!(is_met("(MIT OR GPL-3.0-only) AND ISC", &allowed));
    assert!(!is_met("MIT AND GPL-3.0-only", &allowed));
    assert!(!is_met("none", &allowed));
}
