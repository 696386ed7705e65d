//! Masks secrets in the names of files, directories and members of archives.
//!
//! Invariant: reports name files so that people find them, and still print no secret of their
//! names. Paths are in every format and in baselines, so the written bytes are masked, not each
//! place that prints a path.

use crate::finding::Report;
use crate::text::{looks_secret, names_in_path, secrets_in_name};
use std::collections::BTreeSet;
use std::io::{self, Write};

/// The fewest characters of a part that is masked.
const SHORTEST: usize = 6;

/// The secrets in the paths of a run, as the formats write them. The longest come first.
#[derive(Debug, Default)]
pub(super) struct PathMask(Vec<String>);

impl PathMask {
    /// Finds the secrets in the paths of a report.
    pub(super) fn new(report: &Report<'_>) -> Self {
        let sources = report.sources.iter().map(|(_, source)| source.path());
        let skipped = report.skipped.iter().map(|file| file.path.as_str());
        let problems = report.problems.iter();
        let problems = problems.filter_map(|problem| problem.path.as_deref());
        Self::from_paths(sources.chain(skipped).chain(problems))
    }

    fn from_paths<'p>(paths: impl Iterator<Item = &'p str>) -> Self {
        let names: BTreeSet<&str> = paths.flat_map(names_in_path).collect();
        let secrets = names.into_iter().flat_map(secrets_of);
        let parts: BTreeSet<String> = secrets.flat_map(written_parts).collect();
        let mut parts: Vec<String> = parts.into_iter().collect();
        parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
        Self(parts)
    }

    /// Writes what `write` writes, without the secrets.
    pub(super) fn apply(
        &self,
        out: &mut dyn Write,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        if self.0.is_empty() {
            return write(out);
        }
        let mut written = Vec::new();
        write(&mut written)?;
        for part in &self.0 {
            mask(&mut written, part.as_bytes());
        }
        out.write_all(&written)
    }
}

/// The secrets in a name, and a name that looks like one without its ending.
fn secrets_of(name: &str) -> Vec<&str> {
    let mut secrets = secrets_in_name(name);
    let stem = name.split_once('.').map_or(name, |(stem, _)| stem);
    // A name with a label is not masked as a whole: its label is in other texts too. What follows a
    // dot is a date or a type.
    if secrets.is_empty() && looks_secret(stem) {
        secrets.push(stem);
    }
    secrets
}

/// The parts of a secret between characters that formats escape, and those in which only Markdown
/// escapes the underscores.
fn written_parts(secret: &str) -> Vec<String> {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "-_~".contains(character);
    let parts = secret.split(|character| !is_plain(character));
    let parts = parts.filter(|part| part.len() >= SHORTEST);
    parts
        .flat_map(|part| [part.to_owned(), part.replace('_', "&#95;")])
        .collect()
}

/// Replaces each occurrence by asterisks.
fn mask(text: &mut [u8], part: &[u8]) {
    let found: Vec<usize> = memchr::memmem::find_iter(text, part).collect();
    for at in found {
        text[at..at + part.len()].fill(b'*');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(paths: &[&str], text: &str) -> String {
        let mask = PathMask::from_paths(paths.iter().copied());
        let mut out = Vec::new();
        let written = mask.apply(&mut out, |out| out.write_all(text.as_bytes()));
        written.expect("memory takes all");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn secrets_in_names_are_masked_and_other_names_are_not() {
        let secret = "zQ7vR2mXk9Lp4TtWb8Nc3YhJf6Gs1Dd5AaEeUuOo0Ii";
        let stars = "*".repeat(secret.len());
        for path in [
            format!("{secret}/clients.json"),
            format!("a/{secret}.json"),
            format!("a.zip!{secret}.json.gz"),
            format!("client_secret={secret}.json"),
        ] {
            let shown = masked(&[&path], &format!("at {path}:1:1"));
            assert_eq!(shown, format!("at {path}:1:1").replace(secret, &stars));
        }
        let plain = [
            "exports/2026-11-30/clients.json",
            "6f1b2c3d-1111-4222-8333-444455556666.json",
            "oauth-client-secrets/main.tf",
            "clients.2026-11-30T08-00-00Z.json",
        ];
        for path in plain {
            assert_eq!(masked(&[path], path), path);
        }
    }
}
