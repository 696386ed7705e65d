//! `grantlint exports`: the printed script runs against a server that pages, refuses and limits the
//! rate, and its result is a complete audit.

use crate::common::{grantlint, grantlint_in, root};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

const SECRETS: [&str; 4] = [
    "Zk3vQ9xT7mLp2RwYc8NbHs5JdFgA1uEo4iVt6KrXzWq",
    "Xq7-planted-Secret-9912",
    "planted-token-4711",
    "@example.com",
];

/// Whether a program is installed.
fn has(program: &str) -> bool {
    let shown = Command::new(program).arg("--version").output();
    shown.is_ok_and(|output| output.status.success())
}

struct Platform {
    process: Child,
    port: u16,
}

impl Platform {
    fn start(more: &[&str]) -> Self {
        let mut process = Command::new("python3")
            .arg(root().join("tests/it/common/platform.py"))
            .arg(root().join("fixtures/usage"))
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let mut line = String::new();
        let out = process.stdout.take().expect("a pipe");
        BufReader::new(out).read_line(&mut line).expect("a port");
        let port = line.trim().parse().expect("a number");
        Self { process, port }
    }

    /// Runs the script in a directory.
    fn run(&self, script: &str, place: &Path) -> Output {
        let file = place.join("exports.sh");
        fs::write(&file, script).expect("written");
        let address = format!("http://127.0.0.1:{}", self.port);
        Command::new("sh")
            .arg(&file)
            .arg("got")
            .current_dir(place)
            .env("GENESYSCLOUD_API", &address)
            .env("GENESYSCLOUD_LOGIN", &address)
            .env("GENESYSCLOUD_OAUTHCLIENT_ID", "reader")
            .env("GENESYSCLOUD_OAUTHCLIENT_SECRET", SECRETS[1])
            .env("GRANTLINT_PAUSE", "0")
            .env("no_proxy", "127.0.0.1")
            .output()
            .expect("the script runs")
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn script(form: &str) -> String {
    let run = grantlint(&["exports", "--as", form, "--region", "eu-central-1"]);
    assert_eq!(run.code, 0, "{}", run.all());
    run.stdout
}

fn can_run() -> bool {
    ["sh", "curl", "jq", "python3"]
        .into_iter()
        .all(|program| program == "sh" || has(program))
}

#[test]
fn the_script_obtains_a_complete_audit() {
    if !can_run() {
        return;
    }
    let place = tempfile::tempdir().expect("a directory");
    let platform = Platform::start(&["refuse=oauth/authorizations"]);
    let output = platform.run(&script("sh"), place.path());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    assert!(
        said.contains("authorisations could not be obtained") && said.contains("403"),
        "{said}"
    );
    let run = grantlint_in(
        place.path(),
        &["check", "got", "--format", "json", "--fail-on", "never"],
        b"",
    );
    assert_eq!(run.code, 0, "{}", run.all());
    let report = run.json();
    assert_eq!(
        report["problems"].as_array().map(Vec::len),
        Some(0),
        "{}",
        report["problems"]
    );
    let given = fs::read_to_string(root().join("fixtures/usage/roles.json")).expect("roles");
    let given: serde_json::Value = serde_json::from_str(&given).expect("JSON");
    let read = |name: &str| -> serde_json::Value {
        let text = fs::read_to_string(place.path().join("got").join(name)).expect("a file");
        for secret in SECRETS {
            assert!(!text.contains(secret), "{name} contains {secret}");
        }
        serde_json::from_str(&text).expect("JSON")
    };
    let count = |name: &str| read(name)["entities"].as_array().map_or(0, Vec::len);
    assert_eq!(
        Some(count("roles.json")),
        given["entities"].as_array().map(Vec::len)
    );
    assert_eq!(count("users.json"), 3);
    for window in 1..=5 {
        let usage = read(&format!("usage-{window}.json"));
        assert_eq!(
            usage["results"].as_array().map(Vec::len),
            Some(2),
            "two pages"
        );
    }
    // The windows follow each other, and each has at most 90 days.
    let intervals: Vec<String> = (1..=5)
        .map(|window| {
            read(&format!("usage-{window}.query.json"))["interval"]
                .as_str()
                .expect("text")
                .to_owned()
        })
        .collect();
    for pair in intervals.windows(2) {
        let end = pair[0].split('/').nth(1);
        assert_eq!(end, pair[1].split('/').next(), "{intervals:?}");
    }
    let manifest = read("manifest.json");
    assert_eq!(manifest["schema"], "grantlint-exports/1");
    assert_eq!(manifest["files"].as_array().map(Vec::len), Some(10));
    assert_eq!(manifest["refused"][0]["input"], "authorisations");
    assert!(!said.contains("planted"), "{said}");
}

#[test]
fn the_script_fails_if_a_needed_list_is_refused() {
    if !can_run() {
        return;
    }
    let place = tempfile::tempdir().expect("a directory");
    let platform = Platform::start(&["refuse=authorization/roles", "refuse=usage/query"]);
    let output = platform.run(&script("sh"), place.path());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("roles could not be obtained: authorization/roles?pageSize=100&userCount=false answered 403 missing.permissions"), "{said}");
    assert!(said.contains("usage could not be obtained"), "{said}");
    assert!(!place.path().join("got/roles.json").exists());
    // Another sign-in is refused before anything is written.
    let wrong = script("sh").replace(
        "GENESYSCLOUD_OAUTHCLIENT_ID\" \"$",
        "GENESYSCLOUD_OAUTHCLIENT_SECRET\" \"$",
    );
    let output = platform.run(&wrong, place.path());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("the login at http://127.0.0.1") && said.contains("failed"),
        "{said}"
    );
}

#[test]
fn the_script_uses_the_commands_that_reports_name() {
    use grantlint::finding::NeededInput;
    let (sh, gc) = (script("sh"), script("gc"));
    for input in NeededInput::ALL {
        let command = input.command();
        if !command.starts_with("gc ") || input == NeededInput::Usage {
            continue;
        }
        let command = command.split(" > ").next().expect("a command");
        assert!(gc.contains(&format!(" {command}\n")), "{command}\n{gc}");
    }
    for words in [
        "listing roles needed authorization/roles 'pageSize=100&userCount=false' .\n",
        "request POST usage/query ",
        "request GET usage/query/\"$execution\"/results",
        "#   oauth:client:view",
        "#   authorization:role:view",
        "oauth:readonly",
        "GENESYSCLOUD_REGION:-mypurecloud.de",
    ] {
        assert!(sh.contains(words), "{words}\n{sh}");
    }
    assert!(
        gc.contains("attempt \"$2\" gc usage query results get \"$execution\""),
        "{gc}"
    );
    for script in [&sh, &gc] {
        assert!(
            !script.contains('@') || !script.contains("@OBTAIN@"),
            "{script}"
        );
        if has("sh") || cfg!(unix) {
            let parsed = Command::new("sh")
                .args(["-n", "-c", script])
                .output()
                .expect("sh");
            assert!(
                parsed.status.success(),
                "{}",
                String::from_utf8_lossy(&parsed.stderr)
            );
        }
    }
    let wrong = grantlint(&["exports", "--region", "mypurecloud.dee"]);
    assert_eq!(wrong.code, 2, "{}", wrong.all());
    assert!(wrong.stderr.contains("mypurecloud.de"), "{}", wrong.stderr);
}
