//! Links, pipes and devices: what a directory contains must not lead out of it.

use crate::common::{Run, grantlint_in};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

const CLIENTS: &str =
    r#"{"entities":[{"id":"1","name":"Wallboard","authorizedGrantType":"CODE"}],"total":1}"#;

fn check(directory: &Path, path: &str) -> Run {
    grantlint_in(directory, &["check", path, "--format", "json"], b"")
}

/// The paths that were skipped, with the reasons.
fn skipped(report: &Value) -> Vec<(String, String)> {
    let files = report["skipped"].as_array().expect("a list");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let mut skipped: Vec<_> = files
        .iter()
        .map(|file| (text(&file["path"]), text(&file["reason"])))
        .collect();
    skipped.sort();
    skipped
}

#[test]
fn links_that_leave_the_tree_are_skipped_and_those_inside_are_followed() {
    let place = tempfile::tempdir().expect("a directory");
    let (tree, outside) = (place.path().join("tree"), place.path().join("outside"));
    fs::create_dir_all(tree.join("a")).expect("a directory");
    fs::create_dir_all(&outside).expect("a directory");
    fs::write(tree.join("a/clients.json"), CLIENTS).expect("a file");
    fs::write(
        outside.join("private.json"),
        CLIENTS.replace("Wallboard", "Private"),
    )
    .expect("a file");
    let link = |target: &Path, name: &str| symlink(target, tree.join(name)).expect("a link");
    link(&outside.join("private.json"), "private.json");
    link(Path::new("../outside/private.json"), "relative.json");
    link(&outside, "directory");
    link(&tree, "loop");
    link(Path::new(".."), "parent");
    link(Path::new("/proc/self/environ"), "environment.json");
    link(Path::new("/dev/zero"), "zero.json");
    link(Path::new("own.json"), "own.json");
    symlink("clients.json", tree.join("a/inside.json")).expect("a link");
    let run = check(place.path(), "tree");
    let report = run.json();
    assert!(!run.all().contains("Private"), "{}", run.all());
    let links: Vec<_> = skipped(&report)
        .into_iter()
        .filter(|(_, reason)| reason == "link")
        .map(|(path, _)| path)
        .collect();
    let expected = [
        "directory",
        "environment.json",
        "loop",
        "parent",
        "private.json",
        "relative.json",
        "zero.json",
    ];
    assert_eq!(
        links,
        expected.map(|name| format!("tree/{name}")),
        "{}",
        run.all()
    );
    let inputs = report["inputs"].to_string();
    assert!(inputs.contains("tree/a/inside.json"), "{inputs}");
    // A link that leads to itself cannot be read, so the audit is incomplete.
    assert!(
        report["problems"].to_string().contains("tree/own.json"),
        "{}",
        run.all()
    );
    assert_eq!(run.code, 3);
}

#[test]
fn a_named_link_is_followed() {
    let place = tempfile::tempdir().expect("a directory");
    fs::create_dir(place.path().join("real")).expect("a directory");
    fs::write(place.path().join("real/clients.json"), CLIENTS).expect("a file");
    symlink("real", place.path().join("exports")).expect("a link");
    symlink("real/clients.json", place.path().join("clients.json")).expect("a link");
    for path in ["exports", "clients.json"] {
        let report = check(place.path(), path).json();
        assert_eq!(report["summary"]["clients"], 1, "{report}");
    }
}

#[test]
fn pipes_devices_and_files_of_the_kernel_are_not_read_even_if_named() {
    let place = tempfile::tempdir().expect("a directory");
    let pipe = place.path().join("pipe.json");
    let made = Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo").success());
    symlink("/dev/zero", place.path().join("zero.json")).expect("a link");
    for path in [
        "pipe.json",
        "zero.json",
        "/dev/zero",
        "/proc/self/environ",
        "/proc/self",
        "/dev/stdin",
    ] {
        let run = check(place.path(), path);
        assert_eq!(run.code, 3, "{path}\n{}", run.all());
        let problems = run.json()["problems"].to_string();
        assert!(
            problems.contains("a pipe, a device or a file of the kernel"),
            "{path}\n{problems}"
        );
    }
    // Found in a directory, a pipe is skipped.
    fs::write(place.path().join("clients.json"), CLIENTS).expect("a file");
    let report = check(place.path(), ".").json();
    assert!(
        skipped(&report).contains(&("pipe.json".to_owned(), "special".to_owned())),
        "{report}"
    );
}
