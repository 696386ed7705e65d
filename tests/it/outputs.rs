//! Where reports go: nothing is destroyed that was not meant, and what a report says of the
//! outcome is what the process says.

use crate::common::grantlint_in;
use std::fs;
use std::path::Path;

const CLIENTS: &str = r#"{"entities":[{"id":"11111111-2222-4333-8444-555555555555","name":"Wallboard","description":"Shows queues. Owner: WFM.","authorizedGrantType":"CODE","registeredRedirectUri":["https://wallboard.example.com/"],"scope":["analytics:readonly"],"accessTokenValiditySeconds":3600,"dateModified":"2026-10-01T00:00:00Z"}]}"#;

fn directory() -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join("clients.json"), CLIENTS).expect("a file");
    directory
}

fn exit_in(report: &Path) -> u64 {
    let text = fs::read_to_string(report).expect("the report");
    let report: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    report["exit_code"].as_u64().expect("a code")
}

#[test]
fn no_output_takes_the_place_of_an_input_or_of_another_output() {
    let directory = directory();
    for outputs in [
        &["--output", "json=clients.json"][..],
        &["--output", "json=./clients.json"],
        &["--output", "json=a.txt", "--output", "concise=./a.txt"],
        &[
            "--output",
            "json=base.json",
            "--write-baseline",
            "base.json",
        ],
    ] {
        let arguments = [&["check", "clients.json"], outputs].concat();
        let run = grantlint_in(directory.path(), &arguments, b"");
        assert_eq!(run.code, 2, "{arguments:?}\n{}", run.all());
        assert!(run.stderr.contains("name another file"), "{}", run.stderr);
    }
    let arguments = ["inventory", "clients.json", "--output", "csv=clients.json"];
    assert_eq!(grantlint_in(directory.path(), &arguments, b"").code, 2);
    let text = fs::read_to_string(directory.path().join("clients.json")).expect("the export");
    assert_eq!(text, CLIENTS);
}

#[test]
fn a_report_of_last_time_in_the_audited_directory_is_replaced() {
    let directory = directory();
    for _ in 0..2 {
        let run = grantlint_in(
            directory.path(),
            &["check", ".", "--output", "json=last.json"],
            b"",
        );
        assert_eq!(run.code, 0, "{}", run.all());
    }
}

#[test]
fn a_report_tells_that_another_could_not_be_written() {
    let directory = directory();
    let run = grantlint_in(
        directory.path(),
        &[
            "check",
            "clients.json",
            "--output",
            "json=report.json",
            "--output",
            "concise=no/such/directory.txt",
        ],
        b"",
    );
    assert_eq!(run.code, 3, "{}", run.all());
    assert_eq!(exit_in(&directory.path().join("report.json")), 3);
    assert!(run.stdout.contains("exit 3"), "{}", run.stdout);
}

#[cfg(unix)]
#[test]
fn links_are_followed_devices_are_kept_and_rights_too() {
    use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
    let directory = directory();
    let at = |name: &str| directory.path().join(name);
    symlink("/dev/null", at("null")).expect("a link");
    fs::write(at("target.json"), "old").expect("a file");
    fs::set_permissions(at("target.json"), fs::Permissions::from_mode(0o640)).expect("rights");
    symlink("target.json", at("linked.json")).expect("a link");
    symlink("fresh.json", at("dangling.json")).expect("a link");
    let run = grantlint_in(
        directory.path(),
        &[
            "check",
            "clients.json",
            "--output",
            "json=null",
            "--output",
            "concise=null",
            "--output",
            "json=linked.json",
            "--output",
            "json=dangling.json",
        ],
        b"",
    );
    assert_eq!(run.code, 0, "{}", run.all());
    for link in ["null", "linked.json", "dangling.json"] {
        let found = fs::symlink_metadata(at(link)).expect("the link");
        assert!(found.is_symlink(), "{link} is a link still");
    }
    let null = fs::metadata(at("null")).expect("the device");
    assert!(null.file_type().is_char_device());
    assert_eq!(exit_in(&at("target.json")), 0);
    assert_eq!(exit_in(&at("fresh.json")), 0);
    let mode = fs::metadata(at("target.json"))
        .expect("the file")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[cfg(unix)]
#[test]
fn what_is_no_file_in_a_directory_is_passed_over() {
    let directory = directory();
    let socket = directory.path().join("socket.json");
    let _listener = std::os::unix::net::UnixListener::bind(socket).expect("a socket");
    let run = grantlint_in(directory.path(), &["check", ".", "-v"], b"");
    assert_eq!(run.code, 0, "{}", run.all());
    assert!(
        run.stderr
            .contains("skipped socket.json: pipes and devices"),
        "{}",
        run.stderr
    );
}

#[test]
fn so_many_threads_as_would_bring_a_machine_down_are_refused() {
    let directory = directory();
    let run = grantlint_in(
        directory.path(),
        &["check", "clients.json", "--threads", "257"],
        b"",
    );
    assert_eq!(run.code, 2, "{}", run.all());
}

/// Clients without a role, which need no other input, with one finding.
const LONE: &str = r#"[{"id":"aaaaaaaa-0000-4000-8000-000000000001","name":"Wallboard","authorizedGrantType":"TOKEN","accessTokenValiditySeconds":3600,"state":"active","registeredRedirectUri":["https://example.com/cb"],"scope":["users"]}]"#;

#[test]
fn no_output_replaces_an_export_that_discovery_found() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    std::fs::write(at.join("clients.json"), LONE).expect("a file");
    std::fs::hard_link(at.join("clients.json"), at.join("hard.txt")).expect("a link");
    #[cfg(unix)]
    std::os::unix::fs::symlink("clients.json", at.join("soft.txt")).expect("a link");
    let names: &[&str] = if cfg!(unix) {
        &["clients.json", "hard.txt", "soft.txt"]
    } else {
        &["clients.json"]
    };
    for name in names {
        let output = format!("json={name}");
        let arguments = ["check", ".", "--output", &output, "--output", "csv=new.csv"];
        let run = grantlint_in(at, &arguments, b"");
        assert_eq!(run.code, 2, "{name}: {}", run.all());
        assert!(run.stdout.is_empty(), "{}", run.stdout);
        assert!(!at.join("new.csv").exists(), "nothing is written");
    }
    let kept = std::fs::read_to_string(at.join("clients.json")).expect("a file");
    assert_eq!(kept, LONE);
}

#[test]
fn a_report_of_grantlint_is_skipped_and_can_be_replaced() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    std::fs::write(at.join("clients.json"), LONE).expect("a file");
    for format in [
        "json", "sarif", "html", "markdown", "csv", "junit", "github", "gitlab",
    ] {
        // The ending makes discovery read it.
        let output = format!("{format}={format}.json");
        let arguments = ["check", ".", "--output", &output, "-q"];
        assert_eq!(grantlint_in(at, &arguments, b"").code, 1, "{format}");
        let again = grantlint_in(at, &arguments, b"");
        assert_eq!(again.code, 1, "{format}: {}", again.all());
    }
    let report = grantlint_in(at, &["check", ".", "--format", "json"], b"").json();
    let skipped = report["skipped"].as_array().expect("a list");
    assert_eq!(skipped.len(), 8, "{skipped:?}");
    assert_eq!(report["problems"].as_array().map(Vec::len), Some(0));
}

#[test]
fn an_output_that_cannot_be_written_is_a_problem_in_the_report() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    std::fs::write(at.join("clients.json"), LONE).expect("a file");
    let arguments = [
        "check",
        "clients.json",
        "--output",
        "csv=missing/report.csv",
        "--output",
        "sarif=report.sarif",
        "--format",
        "json",
    ];
    let run = grantlint_in(at, &arguments, b"");
    assert_eq!(run.code, 3, "{}", run.all());
    assert_eq!(run.json()["exit_code"], 3);
    assert_eq!(run.json()["problems"][0]["kind"], "output");
    let sarif = std::fs::read_to_string(at.join("report.sarif")).expect("a report");
    assert!(sarif.contains("\"executionSuccessful\": false"), "{sarif}");
    let left = std::fs::read_dir(at).expect("a directory").count();
    assert_eq!(left, 2, "no partial file is left");
}
