//! Finds the texts to audit: files, directories, archives, standard input.
//!
//! Invariant: a file is skipped only for a reason, and every skipped file is in the result with
//! its reason. No file and no archive yields more than the limit.

mod container;
mod exclude;
mod large;

pub use exclude::{Exclude, WrongPattern};

use crate::finding::{Problem, ProblemKind};
use crate::text::{Source, Sources, with_slashes};
use container::{Archive, Content};
use std::io::Read;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// Endings of exports in a directory. Archives are opened, and the same holds within.
const ENDINGS: [&str; 9] = [
    "json", "yaml", "yml", "jsonl", "ndjson", "tf", "tofu", "tfvars", "tfstate",
];

/// Places in a source are 32 bits wide.
pub const LARGEST: u64 = u32::MAX as u64;

/// How to look.
#[derive(Clone, Debug)]
pub struct Options {
    /// What not to look at in directories and archives.
    pub exclude: Exclude,
    /// What standard input is called.
    pub stdin_name: String,
    /// The most bytes that a text may have, and all texts of an archive together.
    pub max_size: u64,
}

impl Default for Options {
    /// Everything, up to a gibibyte each.
    fn default() -> Self {
        Self {
            exclude: Exclude::default(),
            stdin_name: "<stdin>".into(),
            max_size: 1 << 30,
        }
    }
}

/// What was found.
#[derive(Debug, Default)]
pub struct Discovery {
    /// The texts, in the order of their paths.
    pub sources: Sources,
    /// For each text, whether it was named itself and not found in a directory.
    pub named: Vec<bool>,
    /// What lies in directories and archives and was not looked at.
    pub passed_over: Vec<PassedOver>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// Something that was not looked at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PassedOver {
    /// Its path.
    pub path: String,
    /// Why.
    pub why: Reason,
}

/// Why something was not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It does not end as an export does.
    Ending,
    /// It is hidden: its name begins with a dot.
    Hidden,
    /// It was excluded.
    Excluded,
    /// It is a link to a directory, which may lead anywhere.
    Link,
    /// It is a pipe, a device or the like, and reading it may never end.
    Special,
}

impl Reason {
    /// Why, in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Ending => "not an export by its ending",
            Self::Hidden => "hidden",
            Self::Excluded => "excluded",
            Self::Link => "a link to a directory",
            Self::Special => "no file",
        }
    }
}

/// A file that is to be read.
#[derive(Debug)]
struct Found {
    /// What reports call it.
    name: String,
    path: PathBuf,
    named: bool,
}

/// Reads all that `paths` name, with no more asked; `-` is standard input.
#[must_use]
pub fn discover(paths: &[PathBuf], stdin: &mut dyn Read) -> Discovery {
    discover_with(paths, &Options::default(), stdin)
}

/// Reads all that `paths` name; `-` is standard input.
#[must_use]
pub fn discover_with(paths: &[PathBuf], options: &Options, stdin: &mut dyn Read) -> Discovery {
    discover_except(paths, options, &|_| false, stdin)
}

/// The same without the files in directories that are `excluded`; what was named itself is
/// read in any case.
#[must_use]
pub fn discover_except(
    paths: &[PathBuf],
    options: &Options,
    excluded: &dyn Fn(&str) -> bool,
    stdin: &mut dyn Read,
) -> Discovery {
    let mut discovery = Discovery::default();
    let mut found: Vec<Found> = Vec::new();
    for path in paths {
        if path.is_dir() {
            walk(path, options, &mut found, &mut discovery);
            continue;
        }
        let is_stdin = path.as_os_str() == "-";
        found.push(Found {
            name: if is_stdin {
                options.stdin_name.clone()
            } else {
                shown(path)
            },
            path: path.clone(),
            named: true,
        });
    }
    // A file that was both named and found in a directory counts as named.
    found.sort_by(|a, b| a.name.cmp(&b.name).then(b.named.cmp(&a.named)));
    found.dedup_by(|a, b| a.name == b.name);
    let mut texts = Vec::with_capacity(found.len());
    for file in found {
        if !file.named && excluded(&file.name) {
            discovery.passed_over.push(PassedOver {
                path: file.name,
                why: Reason::Excluded,
            });
            continue;
        }
        match read(&file.path, options, stdin) {
            Ok(bytes) => open(file, bytes, options, &mut texts, &mut discovery),
            Err(problem) => discovery.problems.push(problem.in_file(file.name)),
        }
    }
    texts.sort_by(|a: &(String, String, bool), b| a.0.cmp(&b.0));
    for (name, text, named) in texts {
        discovery.sources.add(Source::new(name, text));
        discovery.named.push(named);
    }
    discovery.passed_over.sort();
    discovery
}

/// Takes the texts out of what carries them.
fn open(
    file: Found,
    bytes: Vec<u8>,
    options: &Options,
    texts: &mut Vec<(String, String, bool)>,
    discovery: &mut Discovery,
) {
    match container::open(bytes, options.max_size) {
        Ok(Content::Text(text)) => texts.push((file.name, text, file.named)),
        Ok(Content::Archive(archive)) => open_archive(&file, archive, options, texts, discovery),
        Err(problem) => discovery.problems.push(problem.in_file(file.name)),
    }
}

/// Takes the members that end as exports do.
fn open_archive(
    file: &Found,
    mut archive: Archive,
    options: &Options,
    texts: &mut Vec<(String, String, bool)>,
    discovery: &mut Discovery,
) {
    let hidden = archive.hidden();
    let hidden = hidden.map(|problem| problem.in_file(&file.name));
    discovery.problems.extend(hidden);
    let mut looked_at = 0;
    for member in 0..archive.len() {
        let Some(inner) = archive.name(member) else {
            continue;
        };
        let name = format!("{}!{inner}", file.name);
        if let Some(why) = passes(Path::new(&inner), true, &options.exclude) {
            discovery.passed_over.push(PassedOver { path: name, why });
            continue;
        }
        looked_at += 1;
        match archive.text(member) {
            Ok(text) => texts.push((name, text, false)),
            Err(problem) => discovery.problems.push(problem.in_file(name)),
        }
    }
    if looked_at == 0 && file.named {
        let problem = Problem::new(
            ProblemKind::Unrecognised,
            "this archive holds no file that ends as an export does",
            format!("pack exports into it; they end in .{}", ENDINGS.join(", .")),
        );
        discovery.problems.push(problem.in_file(&file.name));
    }
}

/// Why a file in a directory or archive is not looked at, if it is not.
fn passes(path: &Path, is_inside: bool, exclude: &Exclude) -> Option<Reason> {
    let hidden = |part: std::path::Component<'_>| is_hidden(Path::new(part.as_os_str()));
    if is_inside && path.components().any(hidden) {
        Some(Reason::Hidden)
    } else if exclude.covers(path) {
        Some(Reason::Excluded)
    } else if has_ending(path, !is_inside) {
        None
    } else {
        Some(Reason::Ending)
    }
}

fn walk(directory: &Path, options: &Options, found: &mut Vec<Found>, discovery: &mut Discovery) {
    let mut entries = WalkDir::new(directory).sort_by_file_name().into_iter();
    while let Some(entry) = entries.next() {
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
        if entry.depth() == 0 {
            continue;
        }
        let path = entry.path();
        let below = path.strip_prefix(directory).unwrap_or(path);
        let is_directory = entry.file_type().is_dir();
        let why = if is_hidden(path) {
            Some(Reason::Hidden)
        } else if is_directory {
            options.exclude.covers(below).then_some(Reason::Excluded)
        } else {
            passes(below, false, &options.exclude)
        };
        match why {
            Some(why) => {
                if is_directory {
                    entries.skip_current_dir();
                }
                let path = shown(path);
                discovery.passed_over.push(PassedOver { path, why });
            }
            None if is_directory => {}
            // A link to a file is followed when it is read; one to a directory is not.
            None if path.is_dir() => discovery.passed_over.push(PassedOver {
                path: shown(path),
                why: Reason::Link,
            }),
            None if path.exists() && !path.is_file() => discovery.passed_over.push(PassedOver {
                path: shown(path),
                why: Reason::Special,
            }),
            None => found.push(Found {
                name: shown(path),
                path: path.to_owned(),
                named: false,
            }),
        }
    }
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| {
        let name = name.as_encoded_bytes();
        name.starts_with(b".") && name != b"." && name != b".."
    })
}

/// Whether a file ends as an export does; in a directory also as an archive of exports.
fn has_ending(path: &Path, opens_archives: bool) -> bool {
    let ending = |path: &Path| {
        let ending = path.extension().and_then(|ending| ending.to_str());
        ending.map(str::to_ascii_lowercase)
    };
    match ending(path).as_deref() {
        Some("zip") => opens_archives,
        Some("gz" | "zst" | "xz" | "bz2") => {
            opens_archives
                && path
                    .file_stem()
                    .is_some_and(|stem| has_ending(Path::new(stem), false))
        }
        Some(ending) => ENDINGS.contains(&ending),
        None => false,
    }
}

/// A path as reports show it: with `/`, and without a leading `./`.
fn shown(path: &Path) -> String {
    let text = with_slashes(path);
    text.strip_prefix("./").unwrap_or(&text).to_owned()
}

fn read(path: &Path, options: &Options, stdin: &mut dyn Read) -> Result<Vec<u8>, Problem> {
    let failed = |error: std::io::Error| unreadable(&error.to_string());
    if path.as_os_str() == "-" {
        return container::read(stdin, 0, options.max_size);
    }
    let mut file = std::fs::File::open(path).map_err(failed)?;
    let size = file.metadata().map_or(0, |metadata| metadata.len());
    if size <= options.max_size.min(LARGEST)
        && let Some(bytes) = large::read(&file, size)
    {
        return Ok(bytes);
    }
    container::read(&mut file, size, options.max_size)
}

fn unreadable(reason: &str) -> Problem {
    Problem::new(
        ProblemKind::Unreadable,
        format!("cannot be read: {reason}"),
        "check the path and the rights on it",
    )
}
