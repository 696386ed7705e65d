//! What an auditor needs to repeat the run: the bytes that were read, the command line, and the
//! policy in force.
//!
//! Invariant: hashes are of the text that was read, after it was unpacked; the command line is
//! masked.

use crate::finding::Report;
use crate::text::{counted, visible};
use std::collections::HashMap;

/// A file that was read.
pub struct FileEvidence {
    pub bytes: usize,
    /// When it was last changed; a dash if it has no time.
    pub changed: String,
    pub sha256: String,
}

/// The evidence of each input, in their order.
pub fn files(report: &Report<'_>) -> Vec<FileEvidence> {
    let sources = report.sources.iter();
    let by_path: HashMap<&str, _> = sources.map(|(_, source)| (source.path(), source)).collect();
    let files = report.inputs.iter().map(|input| {
        let source = by_path.get(&*input.path);
        let changed = report.changed.get(&input.path);
        FileEvidence {
            bytes: source.map_or(0, |source| source.text().len()),
            changed: changed.map_or_else(|| "–".to_owned(), Clone::clone),
            sha256: source.map_or_else(String::new, |source| source.sha256()),
        }
    });
    files.collect()
}

/// The command line, the version and the policy in force, each under its name.
pub fn facts(report: &Report<'_>) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if let Some(line) = &report.command_line {
        facts.push(("Command line", line.clone()));
    }
    facts.push((
        "Version",
        format!("grantlint {}", env!("CARGO_PKG_VERSION")),
    ));
    facts.push(("Day of the audit", report.today.to_string()));
    let configuration = &report.configuration;
    let files = configuration.files.iter().map(|file| visible(file));
    let files: Vec<_> = files.collect();
    facts.push((
        "Configuration",
        match &files[..] {
            [] => "none: the defaults of grantlint".to_owned(),
            files => {
                let changes = counted(configuration.changes.len(), "setting");
                format!(
                    "{}; {changes} changed from the default or suppressing, listed below",
                    files.join(", ")
                )
            }
        },
    ));
    facts.push((
        "Baseline",
        report.baseline.as_ref().map_or_else(
            || "none: every finding counts as new".to_owned(),
            |baseline| visible(&baseline.path).into_owned(),
        ),
    ));
    facts.push((
        "Accepted risks",
        match report.summary.suppressed {
            0 => "none suppresses a finding".to_owned(),
            count => format!("{} suppressed, listed above", counted(count, "finding")),
        },
    ));
    facts
}
