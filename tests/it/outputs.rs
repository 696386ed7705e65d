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
        run.stderr.contains("skipped socket.json: no file"),
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
