//! The files around the named ones: exports next to them, and configurations that are not in force.
//!
//! Invariant: nothing is read here; discovery reads what this module lists.

use crate::policy::FILE;
use crate::text::{SourceId, Sources};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Endings of exports that can explain clients.
const ENDINGS: [&str; 5] = ["json", "yaml", "yml", "ndjson", "jsonl"];

/// The exports next to named files.
#[derive(Debug, Default)]
pub(super) struct Neighbours {
    /// Their paths, sorted.
    pub paths: Vec<PathBuf>,
    /// Their paths as reports show them.
    names: BTreeSet<String>,
}

impl Neighbours {
    /// Lists the files next to `named` that have the ending of an export and are neither named nor
    /// excluded.
    pub(super) fn find(named: &[PathBuf], is_excluded: &dyn Fn(&str) -> bool) -> Self {
        let files = named.iter().filter(|path| path.is_file());
        let known: BTreeSet<PathBuf> = files.clone().filter_map(|path| canonical(path)).collect();
        let directories: BTreeSet<PathBuf> = files.map(|path| directory_of(path)).collect();
        let mut neighbours = Self::default();
        for directory in directories {
            let Ok(entries) = fs::read_dir(&directory) else {
                continue;
            };
            for entry in entries.flatten() {
                let name = entry.file_name();
                let path = if directory == Path::new(".") {
                    PathBuf::from(&name)
                } else {
                    directory.join(&name)
                };
                let is_hidden = name.as_encoded_bytes().starts_with(b".");
                let is_known = canonical(&path).is_none_or(|path| known.contains(&path));
                let is_candidate = !is_hidden && !is_known && path.is_file() && is_export(&path);
                let name = shown(&path);
                if is_candidate && !is_excluded(&name) {
                    neighbours.names.insert(name);
                    neighbours.paths.push(path);
                }
            }
        }
        neighbours.paths.sort();
        neighbours
    }

    /// The texts that were read from these files.
    pub(super) fn texts(&self, sources: &Sources) -> BTreeSet<SourceId> {
        let texts = sources.iter();
        texts
            .filter(|(_, source)| self.names.contains(source.path()))
            .map(|(id, _)| id)
            .collect()
    }
}

/// The configurations next to or above the exports that are not in force.
pub(super) fn unused_configurations(sources: &Sources, in_force: &[String]) -> Vec<String> {
    let in_force: BTreeSet<PathBuf> = in_force
        .iter()
        .filter_map(|path| canonical(Path::new(path)))
        .collect();
    let directories: BTreeSet<&str> = sources
        .iter()
        .map(|(_, source)| source.directory().split(".zip!").next().unwrap_or("."))
        .collect();
    let here = canonical(Path::new("."));
    let mut unused: BTreeSet<PathBuf> = BTreeSet::new();
    let mut seen: BTreeSet<PathBuf> = BTreeSet::new();
    for directory in directories {
        let Some(start) = canonical(Path::new(directory)) else {
            continue;
        };
        for ancestor in start.ancestors() {
            if !seen.insert(ancestor.to_owned()) {
                break;
            }
            let Some(file) = canonical(&ancestor.join(FILE)) else {
                continue;
            };
            // A configuration above the one in force does not apply to these exports.
            if in_force.contains(&file) {
                break;
            }
            unused.insert(ancestor.join(FILE));
        }
    }
    let relative = |file: PathBuf| {
        let below = here.as_ref().and_then(|here| file.strip_prefix(here).ok());
        below.map_or_else(|| shown(&file), shown)
    };
    unused.into_iter().map(relative).collect()
}

fn canonical(path: &Path) -> Option<PathBuf> {
    fs::canonicalize(path).ok()
}

fn directory_of(path: &Path) -> PathBuf {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new(".")).to_owned()
}

fn is_export(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| ENDINGS.contains(&ending.to_ascii_lowercase().as_str()))
        && !is_terraform(path)
}

/// Whether a file of this name belongs to Terraform: its root is judged as a whole.
fn is_terraform(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    [".tf.json", ".tofu.json", ".tfvars.json"]
        .iter()
        .any(|end| name.ends_with(end))
}

/// A path as reports show it.
fn shown(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    text.strip_prefix("./").unwrap_or(&text).to_owned()
}
