//! What the tests share: the binary in a scrubbed environment, and fixtures with their
//! expected findings.

pub mod terraform;

use grantlint::document::Limits;
use grantlint::export::{Export, TerraformSettings, assemble, read, resolve};
use grantlint::text::{Source, Sources};
use serde::Deserialize;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The day that fixtures are labelled for.
pub const TODAY: &str = "2026-11-22";

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What a run of the binary gave.
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// All that it said.
    pub fn all(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    /// Standard output as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}\n{}\n{}", self.stdout, self.stderr))
    }
}

/// Runs the binary in `directory` with nothing of the caller's environment.
pub fn grantlint_in(directory: &Path, arguments: &[&str], stdin: &[u8]) -> Run {
    use std::io::Write;
    let mut child = Command::new(env!("CARGO_BIN_EXE_grantlint"))
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    // A run that does not read its input closes it early.
    let _ = child.stdin.take().expect("a pipe").write_all(stdin);
    let output = child.wait_with_output().expect("the binary ends");
    Run {
        code: output.status.code().expect("an exit code, not a signal"),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// Runs the binary in the root of the repository.
pub fn grantlint(arguments: &[&str]) -> Run {
    grantlint_in(root(), arguments, b"")
}

/// A finding that a person expects.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    pub client: String,
    pub rule: String,
    pub marks: String,
    pub field: String,
    /// If a person expects a certain one.
    pub severity: Option<String>,
}

impl Expected {
    /// Whether `found`, which has a severity, is what a person expects.
    pub fn is_met_by(&self, found: &Self) -> bool {
        let severity = self.severity.clone().or_else(|| found.severity.clone());
        Self {
            severity,
            ..self.clone()
        } == *found
    }
}

#[derive(Deserialize)]
struct ExpectedFile {
    #[serde(default)]
    finding: Vec<Expected>,
}

/// The expected findings beside an export.
pub fn expected(directory: &Path) -> Vec<Expected> {
    let text = std::fs::read_to_string(directory.join("expected.toml")).expect("expected.toml");
    let file: ExpectedFile = toml::from_str(&text).expect("a valid expected.toml");
    let mut findings = file.finding;
    findings.sort();
    findings
}

/// The directories below `fixtures/` that have expected findings.
pub fn labelled_directories() -> Vec<PathBuf> {
    let fixtures = root().join("fixtures");
    let mut found: Vec<PathBuf> = [
        "demo", "usage", "neutral", "labelled", "hard", "insurer", "acquired",
    ]
    .iter()
    .map(|name| fixtures.join(name))
    .collect();
    let mut small: Vec<_> = std::fs::read_dir(fixtures.join("small"))
        .expect("fixtures/small")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    small.sort();
    found.extend(small);
    found
}

/// The secrets that are planted in the fixtures.
pub fn planted_secrets() -> Vec<String> {
    std::fs::read_to_string(root().join("fixtures/planted-secrets.txt"))
        .expect("planted-secrets.txt")
        .lines()
        .map(str::to_owned)
        .filter(|line| !line.is_empty())
        .collect()
}

/// Texts with their paths, in the order of the paths.
pub fn sources(files: &[(&str, &str)]) -> Sources {
    let mut files = files.to_vec();
    files.sort_unstable();
    let mut sources = Sources::default();
    for (path, text) in files {
        sources.add(Source::new(path, text));
    }
    sources
}

/// What the texts contain, put together.
pub fn export(sources: &Sources) -> Export<'_> {
    let facts = sources
        .iter()
        .map(|(id, source)| (id, read(id, source, Limits::default()).0));
    let settings = TerraformSettings::default();
    assemble(
        resolve(facts.collect(), sources, settings),
        sources,
        &|_| None,
    )
}
