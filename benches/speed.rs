//! `cargo bench --bench speed [-- LARGEST]`: figures as ratios, each pair measured in one run
//! on the same file, the best of several.
//!
//! The rivals: `jq` running three checks; one `serde_json` scan into `IgnoredAny`, which
//! no validating JSON reader can beat on one thread; the bare event scan of the
//! YAML parser.

mod organisation;

use serde::de::IgnoredAny;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const BINARY: &str = env!("CARGO_BIN_EXE_grantlint");

/// Three simple checks, as a script would have them.
const JQ: &str = r#".entities[]
    | (select(.authorizedGrantType == "TOKEN") | ["implicit-grant", .id]),
      (select(.registeredRedirectUri | any(startswith("http:"))) | ["redirect-not-https", .id]),
      (select(.accessTokenValiditySeconds > 86400) | ["token-lifetime-too-long", .id])"#;

fn best(times: u32, mut task: impl FnMut()) -> Duration {
    (0..times)
        .map(|_| {
            let start = Instant::now();
            task();
            start.elapsed()
        })
        .min()
        .unwrap_or_default()
}

fn quietly(program: &str, arguments: &[&str]) {
    let status = Command::new(program)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let code = status.ok().and_then(|status| status.code());
    assert!(
        matches!(code, Some(0 | 1)),
        "{program} {arguments:?}: {code:?}"
    );
}

/// Peak memory of a run in bytes, if GNU time is installed.
fn peak(arguments: &[&str]) -> Option<u64> {
    let output = Command::new("/usr/bin/time")
        .args(["-f", "%M", BINARY])
        .args(arguments)
        .stdout(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8(output.stderr).ok()?;
    text.lines()
        .last()?
        .trim()
        .parse::<u64>()
        .ok()
        .map(|kib| kib * 1024)
}

fn write(directory: &Path, clients: u64, faults: u64) -> PathBuf {
    let directory = directory.join(format!("{clients}-{faults}"));
    fs::create_dir_all(&directory).expect("a directory");
    let file = fs::File::create(directory.join("clients.json")).expect("a file");
    let mut out = BufWriter::new(file);
    organisation::clients(clients, faults, &mut out).expect("a writable file");
    out.flush().expect("a writable file");
    fs::write(directory.join("roles.json"), organisation::roles()).expect("a file");
    fs::write(directory.join("divisions.json"), organisation::divisions()).expect("a file");
    directory
}

/// The ratio of two durations.
fn times(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}

struct Bench {
    scratch: tempfile::TempDir,
    largest: u32,
}

impl Bench {
    fn organisation(&self, clients: u32, faults: u64) -> PathBuf {
        write(self.scratch.path(), u64::from(clients), faults)
    }

    /// Audits a directory into a file of the given format.
    fn check(&self, directory: &Path, format: &str) {
        let report = self.scratch.path().join("report");
        let output = format!("{format}={}", report.display());
        let path = directory.display().to_string();
        quietly(
            BINARY,
            &[
                "check",
                &path,
                "-q",
                "--output",
                &output,
                "--today",
                "2026-11-22",
            ],
        );
    }

    fn against_rivals(&self) {
        let directory = self.organisation(self.largest, 0);
        let clients = directory.join("clients.json");
        let bytes = fs::read(&clients).expect("readable");
        println!(
            "{} clients, {} MB of compact JSON",
            self.largest,
            bytes.len() / 1_000_000
        );
        let own = best(5, || self.check(&directory, "json"));
        println!("  grantlint, the whole catalogue to a JSON file   {own:.2?}");
        let scan = best(5, || {
            serde_json::from_slice::<IgnoredAny>(&bytes).expect("JSON");
        });
        println!(
            "  one serde_json scan, one thread                 {scan:.2?}: grantlint takes {:.2} times as long",
            times(own, scan)
        );
        let jq = best(2, || quietly("jq", &[JQ, &clients.display().to_string()]));
        println!(
            "  jq, three checks                                {jq:.2?}: grantlint is {:.1} times as fast",
            times(jq, own)
        );
        if let Some(peak) = peak(&["check", &directory.display().to_string(), "-q"]) {
            println!(
                "  peak memory                                     {} % of the file",
                peak * 100 / bytes.len() as u64
            );
        }
    }

    fn starting(&self) {
        let directory = self.organisation(20, 0);
        let clients = directory.join("clients.json").display().to_string();
        let own = best(30, || self.check(&directory, "json"));
        let jq = best(30, || quietly("jq", &[".", &clients]));
        println!(
            "20 clients, start to finish: {own:.2?}; jq . {jq:.2?}: {:.2} times as long",
            times(own, jq)
        );
    }

    fn yaml(&self) {
        let clients = self.largest / 10;
        let text = fs::read(self.organisation(clients, 0).join("clients.json")).expect("readable");
        let value: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
        let yaml = yaml_serde::to_string(&value).expect("YAML");
        let directory = self.scratch.path().join("yaml");
        fs::create_dir_all(&directory).expect("a directory");
        fs::write(directory.join("clients.yaml"), &yaml).expect("a file");
        let events = best(3, || {
            let mut options = granit_parser::Options::default();
            options.set_emit_comments(false);
            let parser = granit_parser::Parser::new_from_str_with_options(&yaml, options);
            assert!(parser.count() > 0);
        });
        let own = best(3, || self.check(&directory, "json"));
        println!(
            "{clients} clients as YAML, {} MB: {own:.2?}; bare event scan {events:.2?}: {:.2} times as long",
            yaml.len() / 1_000_000,
            times(own, events)
        );
    }

    fn growth(&self) {
        println!("cost a client as clients grow");
        let mut clients = 1000;
        while clients <= self.largest * 10 {
            let directory = self.organisation(clients, 0);
            let own = best(3, || self.check(&directory, "json"));
            println!("  {clients:>8}   {:.2?}", own / clients);
            clients *= 10;
        }
    }

    fn writing(&self) {
        println!("{} clients with five findings each", self.largest);
        let directory = self.organisation(self.largest, 5);
        let path = directory.display().to_string();
        let audit = best(3, || {
            quietly(BINARY, &["check", &path, "-q", "--today", "2026-11-22"]);
        });
        println!("  audit, the summary alone   {audit:.2?}");
        for format in ["json", "sarif", "concise"] {
            let own = best(3, || self.check(&directory, format));
            println!(
                "  and as {format:<8}            {own:.2?}: writing costs {:.2} times the audit",
                times(own, audit) - 1.0
            );
        }
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let bench = Bench {
        scratch: tempfile::tempdir().expect("a directory"),
        largest: arguments
            .find_map(|argument| argument.parse().ok())
            .unwrap_or(100_000),
    };
    bench.against_rivals();
    bench.starting();
    bench.yaml();
    bench.growth();
    bench.writing();
}
