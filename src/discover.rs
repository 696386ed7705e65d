//! Finds the texts to audit: files, directories, standard input.
//!
//! Law: nothing is skipped in silence. A file that was named is read whatever its name; in a
//! directory the endings that exports have decide, and what was passed over is counted.

use crate::finding::{Problem, ProblemKind};
use crate::text::{Source, Sources};
use std::io::Read;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// Endings of exports in a directory.
const ENDINGS: [&str; 5] = ["json", "yaml", "yml", "jsonl", "ndjson"];

/// Places in a source are 32 bits wide.
const LARGEST: u64 = u32::MAX as u64;

/// What was found.
#[derive(Debug, Default)]
pub struct Discovery {
    /// The texts, in the order of their paths.
    pub sources: Sources,
    /// For each text, whether it was named itself and not found in a directory.
    pub named: Vec<bool>,
    /// Files in directories that were not looked at, because of their endings.
    pub passed_over: Vec<String>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// Reads all that `paths` name; `-` is standard input.
#[must_use]
pub fn discover(paths: &[PathBuf], stdin: &mut dyn Read) -> Discovery {
    let mut discovery = Discovery::default();
    let mut found: Vec<(String, PathBuf, bool)> = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            found.push(("<stdin>".into(), path.clone(), true));
        } else if path.is_dir() {
            walk(path, &mut found, &mut discovery);
        } else {
            found.push((shown(path), path.clone(), true));
        }
    }
    // A file that was both named and found in a directory counts as named.
    found.sort_by(|a, b| a.0.cmp(&b.0).then(b.2.cmp(&a.2)));
    found.dedup_by(|a, b| a.0 == b.0);
    for (name, path, named) in found {
        match read(&path, stdin) {
            Ok(text) => {
                discovery.sources.add(Source::new(name, text));
                discovery.named.push(named);
            }
            Err(problem) => discovery.problems.push(problem.in_file(name)),
        }
    }
    discovery.passed_over.sort();
    discovery
}

fn walk(directory: &Path, found: &mut Vec<(String, PathBuf, bool)>, discovery: &mut Discovery) {
    let entries = WalkDir::new(directory)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry.path()));
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error.path().map_or_else(|| shown(directory), shown);
                let reason = error.io_error().map_or_else(
                    || "a link that leads into itself".into(),
                    ToString::to_string,
                );
                discovery.problems.push(unreadable(&reason).in_file(path));
                continue;
            }
        };
        if entry.file_type().is_dir() {
            continue;
        }
        // A link to a file is followed when it is read; a link to a directory is not, since
        // it may lead anywhere.
        if has_ending(entry.path()) && !entry.path().is_dir() {
            found.push((shown(entry.path()), entry.path().to_owned(), false));
        } else {
            discovery.passed_over.push(shown(entry.path()));
        }
    }
}

fn is_hidden(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

fn has_ending(path: &Path) -> bool {
    path.extension()
        .and_then(|ending| ending.to_str())
        .is_some_and(|ending| ENDINGS.contains(&ending.to_ascii_lowercase().as_str()))
}

/// A path as reports show it: with `/`, and without a leading `./`.
fn shown(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    text.strip_prefix("./").unwrap_or(&text).to_owned()
}

fn read(path: &Path, stdin: &mut dyn Read) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        stdin
            .take(LARGEST + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| unreadable(&error.to_string()))?;
    } else {
        let file = std::fs::File::open(path).map_err(|error| unreadable(&error.to_string()))?;
        let size = file.metadata().map_or(0, |metadata| metadata.len());
        bytes.reserve_exact(usize::try_from(size.min(LARGEST)).unwrap_or(0) + 1);
        file.take(LARGEST + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| unreadable(&error.to_string()))?;
    }
    if bytes.len() as u64 > LARGEST {
        return Err(Problem::new(
            ProblemKind::Limit,
            "the file is larger than 4 GiB",
            "export page by page, one file a page",
        ));
    }
    String::from_utf8(bytes).map_err(|error| not_utf8(&error))
}

fn unreadable(reason: &str) -> Problem {
    Problem::new(
        ProblemKind::Unreadable,
        format!("cannot be read: {reason}"),
        "check the path and the rights on it",
    )
}

fn not_utf8(error: &std::string::FromUtf8Error) -> Problem {
    let at = error.utf8_error().valid_up_to();
    let before = &error.as_bytes()[..at];
    let line = memchr::memchr_iter(b'\n', before).count() + 1;
    Problem::new(
        ProblemKind::Unreadable,
        format!("is not UTF-8 text from byte {at} on (line {line})"),
        "save it as UTF-8; PowerShell's `>` writes UTF-16: use `| Out-File -Encoding utf8`",
    )
}
