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

/// A JSON text with its keys sorted and other spaces, as `jq -S` writes it.
fn sorted(text: &str) -> String {
    fn sort(value: serde_json::Value) -> serde_json::Value {
        match value {
            serde_json::Value::Object(entries) => {
                let mut entries: Vec<_> = entries.into_iter().collect();
                entries.sort_by(|one, other| one.0.cmp(&other.0));
                let entries = entries.into_iter().map(|(key, value)| (key, sort(value)));
                entries.collect()
            }
            serde_json::Value::Array(items) => items.into_iter().map(sort).collect(),
            other => other,
        }
    }
    let value = serde_json::from_str(text).expect("JSON");
    serde_json::to_string_pretty(&sort(value)).expect("JSON")
}

#[test]
fn a_report_with_sorted_keys_is_still_a_report() {
    let directory = directory();
    let at = directory.path();
    let faulty = CLIENTS.replace("https://wallboard", "http://wallboard");
    fs::write(at.join("clients.json"), faulty).expect("a file");
    let written = [
        ("check", "json"),
        ("check", "sarif"),
        ("check", "gitlab"),
        ("inventory", "json"),
        ("recommend", "json"),
    ];
    let mut texts = Vec::new();
    for (command, format) in written {
        let run = grantlint_in(at, &[command, "clients.json", "--format", format], b"");
        texts.push(run.stdout);
    }
    let baseline = ["check", "clients.json", "--write-baseline", "b.json"];
    grantlint_in(at, &baseline, b"");
    texts.push(fs::read_to_string(at.join("b.json")).expect("a baseline"));
    let before = grantlint_in(at, &["check", "."], b"").code;
    for (number, text) in texts.iter().enumerate() {
        fs::write(at.join(format!("{number}.json")), sorted(text)).expect("a file");
    }
    let run = grantlint_in(at, &["check", ".", "--format", "json"], b"");
    assert_eq!(run.code, before, "{}", run.all());
    let report = run.json();
    let skipped = report["skipped"].as_array().expect("a list");
    let reasons: Vec<&str> = skipped
        .iter()
        .map(|one| one["reason"].as_str().expect("a reason"))
        .collect();
    let wanted = [&["own-report"; 5][..], &["own-baseline"; 2]].concat();
    assert_eq!(reasons, wanted, "{skipped:?}");
}

#[test]
fn a_mark_of_a_report_hides_no_export() {
    let directory = directory();
    let at = directory.path();
    let faulty = CLIENTS.replace("https://wallboard", "http://wallboard");
    let list = &faulty["{\"entities\":".len()..faulty.len() - 1];
    for mark in ["grantlint-report/1", "grantlint-baseline/2"] {
        for text in [
            format!(r#"{{"schema": "{mark}", {}"#, &faulty[1..]),
            format!(r#"{{"schema": "{mark}", "clients": {list}}}"#),
            format!(
                r#"{{"runs": [{{"tool": {{"driver": {{"name": "grantlint"}}}}}}], {}"#,
                &faulty[1..]
            ),
        ] {
            fs::write(at.join("clients.json"), &text).expect("a file");
            let run = grantlint_in(at, &["check", "."], b"");
            assert_eq!(run.code, 1, "{text}\n{}", run.all());
        }
    }
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

#[test]
fn reports_as_text_are_recognised_by_their_first_line() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    std::fs::write(at.join("clients.json"), LONE).expect("a file");
    // The names are those of exports.
    let outputs = ["human=clients-old.json", "concise=roles.yaml"];
    for output in outputs {
        for _ in 0..2 {
            let run = grantlint_in(at, &["check", ".", "--output", output, "-q"], b"");
            assert_eq!(run.code, 1, "{output}: {}", run.all());
        }
    }
    let table = ["inventory", ".", "--output", "table=divisions.json"];
    assert_eq!(grantlint_in(at, &table, b"").code, 0);
    assert_eq!(grantlint_in(at, &table, b"").code, 0);
    let report = grantlint_in(at, &["check", ".", "--format", "json"], b"").json();
    let skipped = report["skipped"].as_array().expect("a list");
    let reasons: Vec<&str> = skipped
        .iter()
        .map(|file| file["reason"].as_str().expect("text"))
        .collect();
    assert_eq!(reasons, ["own-report"; 3], "{skipped:?}");
    // A pipe has no such line: `grep` and hooks read it.
    let piped = grantlint_in(at, &["check", ".", "--format", "concise"], b"");
    assert!(
        !piped.stdout.contains("grantlint report"),
        "{}",
        piped.stdout
    );
    // A report of which only problems are known is one, too.
    std::fs::write(at.join("cut.json"), "[{\"id\": ").expect("a file");
    let gitlab = ["check", "cut.json", "--output", "gitlab=quality.json"];
    assert_eq!(grantlint_in(at, &gitlab, b"").code, 3);
    std::fs::remove_file(at.join("cut.json")).expect("removed");
    let run = grantlint_in(at, &["check", ".", "--format", "json"], b"");
    assert_eq!(run.code, 1, "{}", run.all());
}

#[cfg(unix)]
#[test]
fn outputs_through_links_that_lead_nowhere_yet_are_one_file() {
    let directory = directory();
    std::os::unix::fs::symlink("a.txt", directory.path().join("b.txt")).expect("a link");
    std::os::unix::fs::symlink("b.txt", directory.path().join("c.txt")).expect("a link");
    for other in ["b.txt", "c.txt"] {
        let (first, second) = ("json=a.txt", format!("csv={other}"));
        let arguments = [
            "check",
            "clients.json",
            "--output",
            first,
            "--output",
            &second,
        ];
        let run = grantlint_in(directory.path(), &arguments, b"");
        assert_eq!(run.code, 2, "{other}: {}", run.all());
        assert!(!directory.path().join("a.txt").exists());
    }
}

#[test]
fn no_output_replaces_an_export_that_is_excluded_or_a_configuration() {
    let directory = directory();
    let at = directory.path();
    fs::create_dir(at.join("exports")).expect("a directory");
    fs::write(at.join("exports/clients.json"), CLIENTS).expect("a file");
    fs::write(at.join("exports/old.json"), CLIENTS).expect("a file");
    fs::write(at.join("exports/grantlint.toml"), "[gate]\n").expect("a file");
    for name in ["old.json", "grantlint.toml"] {
        let output = format!("json=exports/{name}");
        let arguments = [
            "check",
            "exports",
            "--no-config",
            "--exclude",
            "old.json",
            "--output",
            &output,
        ];
        let before = fs::read_to_string(at.join("exports").join(name)).expect("a file");
        let run = grantlint_in(at, &arguments, b"");
        assert_eq!(run.code, 2, "{name}: {}", run.all());
        let after = fs::read_to_string(at.join("exports").join(name)).expect("a file");
        assert_eq!(before, after, "{name}");
    }
}

/// Runs that end while they write: a pipe without a reader holds each of them where its report is
/// begun.
#[cfg(target_os = "linux")]
#[test]
fn a_run_that_is_killed_while_it_writes_leaves_no_partial_file() {
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};
    let directory = directory();
    let at = directory.path();
    let made = Command::new("mkfifo").arg(at.join("pipe")).status();
    assert!(made.expect("mkfifo").success());
    fs::write(at.join("old.json"), "[]").expect("a file");
    let names = || {
        let mut names: Vec<String> = fs::read_dir(at)
            .expect("a directory")
            .map(|entry| entry.expect("an entry").file_name())
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    };
    let before = names();
    // A shell starts commands in the background with SIGINT ignored, so it is not tried here.
    for signal in ["TERM", "KILL"] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_grantlint"))
            .args(["check", "clients.json", "--no-config"])
            .args(["--output", "json=new.json", "--output", "json=old.json"])
            .args(["--output", "concise=pipe"])
            .current_dir(at)
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("the binary starts");
        // Wait until both reports are begun: their files are open, with or without names.
        let open = format!("/proc/{}/fd", child.id());
        let is_begun = || {
            let files = fs::read_dir(&open).into_iter().flatten().flatten();
            let targets = files.filter_map(|file| fs::read_link(file.path()).ok());
            targets.filter(|target| target.starts_with(at)).count() >= 2
        };
        let start = Instant::now();
        while !is_begun() {
            assert!(start.elapsed() < Duration::from_secs(30), "it never wrote");
            std::thread::sleep(Duration::from_millis(5));
        }
        let kill = format!("kill -{signal} {}", child.id());
        let killed = Command::new("sh").args(["-c", &kill]).status();
        assert!(killed.expect("sh").success());
        let ended = loop {
            if let Some(ended) = child.try_wait().expect("the run ends") {
                break ended;
            }
            if start.elapsed() > Duration::from_mins(1) {
                let _ = child.kill();
                panic!("{signal} did not end the run");
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        assert_eq!(ended.code(), None, "the signal ends it");
        assert_eq!(names(), before, "{signal}");
    }
    assert_eq!(
        fs::read_to_string(at.join("old.json")).expect("a file"),
        "[]"
    );
}

#[test]
fn runs_that_write_one_baseline_at_once_lose_nothing_or_say_so() {
    const RUNS: usize = 8;
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    let id = |number: usize| format!("aaaaaaaa-0000-4000-8000-00000000000{number}");
    for number in 0..RUNS {
        let place = at.join(format!("org{number}"));
        fs::create_dir(&place).expect("a directory");
        let clients = LONE.replace(&id(1), &format!("x{}", id(number)));
        fs::write(place.join("clients.json"), clients).expect("a file");
    }
    let run = |number: usize| {
        let organisation = format!("org{number}");
        let arguments = [
            "check",
            &organisation,
            "--no-config",
            "--write-baseline",
            "known.json",
        ];
        grantlint_in(at, &arguments, b"")
    };
    let mut written = 0;
    for _ in 0..3 {
        let _ = fs::remove_file(at.join("known.json"));
        let runs: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..RUNS).map(|at| scope.spawn(move || run(at))).collect();
            let ended = threads.into_iter().map(|one| one.join().expect("a run"));
            ended.collect()
        });
        let text = fs::read_to_string(at.join("known.json")).expect("a baseline");
        for (number, run) in runs.iter().enumerate() {
            let is_there = text.contains(&id(number));
            match run.code {
                0 | 1 => {
                    written += 1;
                    assert!(is_there, "{number} is lost: {text}\n{}", run.all());
                }
                3 => {
                    let words = "another run changed it during this one";
                    assert!(run.all().contains(words), "{}", run.all());
                }
                code => panic!("{code}: {}", run.all()),
            }
        }
        let names: Vec<_> = fs::read_dir(at).expect("a directory").collect();
        assert_eq!(names.len(), RUNS + 1, "{names:?}");
    }
    assert!(written >= 3, "at least one run of each round writes");
}
