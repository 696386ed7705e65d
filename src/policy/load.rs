//! Reads `grantlint.toml`, the configurations it extends, its rules and the files it names.
//!
//! Invariant: the only part of this module that reads the disk. A named file that cannot be
//! read is a fault at the place that names it.

use super::keys::{ACCEPTANCES, TOP};
use super::own_rule::{OwnRule, read_rule};
use super::read::{Leaf, Reader, Words, early, parse};
use crate::catalog::{self, Rule};
use crate::finding::{Problem, ProblemKind};
use crate::text::{Place, Source, SourceId, Sources, with_slashes};
use std::fs;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

/// The name of a configuration.
pub const FILE: &str = "grantlint.toml";

/// The most configurations that extend each other.
const DEEPEST: usize = 8;
/// Configurations and rule files are written by hand.
const LARGEST: u64 = 4 << 20;
/// Bytes of all files of a policy.
const LARGEST_TOGETHER: usize = 64 << 20;
/// The most rule files of a directory.
const MOST_RULE_FILES: usize = 1000;

/// Where to look for the configuration.
#[derive(Clone, Debug)]
pub enum ConfigSource {
    /// `grantlint.toml` in this directory (absolute) or the nearest one above.
    Upward(PathBuf),
    /// This file.
    Exactly(PathBuf),
    /// Nowhere: use the defaults.
    Nowhere,
}

/// A text to read in place of a file, which it is about to become.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The path of the file.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
}

/// One configuration file.
#[derive(Debug)]
pub struct Layer {
    /// Its settings.
    pub leaves: Vec<Leaf>,
    /// The directory that paths in it start from.
    pub directory: PathBuf,
    /// The path in reports.
    pub name: String,
    /// The path.
    pub path: PathBuf,
    /// The files of acceptances that it names.
    pub acceptance_files: Vec<PathBuf>,
}

/// What was read.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The texts, for showing faults.
    pub sources: Sources,
    /// The configurations, the base of all others first.
    pub layers: Vec<Layer>,
    /// All rules, built-in and own, ordered by id.
    pub rules: Vec<&'static Rule>,
    /// The user's own rules, each with the place of its check.
    pub own_rules: Vec<(&'static Rule, Place)>,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// A text that replaces a file.
    draft: Option<Draft>,
}

impl Loaded {
    /// The directory of the configuration that was found or named, if there is one.
    #[must_use]
    pub fn directory(&self) -> Option<&Path> {
        self.layers.last().map(|layer| layer.directory.as_path())
    }
}

/// A file that is read but not yet parsed.
struct Raw {
    source: SourceId,
    path: PathBuf,
}

/// Finds and reads everything; `draft` replaces a file.
#[must_use]
pub fn load(sought: &ConfigSource, formats: &[&'static str], draft: Option<&Draft>) -> Loaded {
    let mut loaded = Loaded {
        rules: catalog::builtin().iter().collect(),
        draft: draft.cloned(),
        ..Loaded::default()
    };
    let Some(first) = first(sought, &mut loaded) else {
        return loaded;
    };
    let chain = chain(first, &mut loaded);
    for raw in &chain {
        own_rules(raw, &mut loaded);
    }
    loaded.rules.sort_by(|a, b| a.id.cmp(&b.id));
    let words = Words {
        rules: loaded.rules.clone(),
        formats: formats.to_vec(),
    };
    for raw in chain {
        let mut reader = Reader::new(&words, raw.source);
        let text = loaded.sources.get(raw.source).text().to_owned();
        if let Ok(table) = parse(raw.source, &text) {
            reader.read(&table, TOP);
        }
        let (mut leaves, problems) = (reader.leaves, reader.problems);
        loaded.problems.extend(problems);
        let directory = directory_of(&raw.path);
        let acceptance_files = acceptance_files(&directory, &mut leaves, &words, &mut loaded);
        let name = written(&raw.path);
        loaded.layers.push(Layer {
            leaves,
            directory,
            name,
            path: raw.path,
            acceptance_files,
        });
    }
    loaded
}

fn first(sought: &ConfigSource, loaded: &mut Loaded) -> Option<Raw> {
    let path = match sought {
        ConfigSource::Nowhere => return None,
        ConfigSource::Exactly(path) => path.clone(),
        ConfigSource::Upward(here) => upward(here)?,
    };
    match add(&path, loaded) {
        Ok(source) => Some(Raw { source, path }),
        Err(reason) => {
            loaded.problems.push(
                Problem::new(
                    ProblemKind::Configuration,
                    format!("the configuration cannot be read: {reason}"),
                    "check the path and its permissions, or run without one: --no-config",
                )
                .in_file(written(&path)),
            );
            None
        }
    }
}

/// The nearest configuration, as a path from `here`.
fn upward(here: &Path) -> Option<PathBuf> {
    let mut prefix = PathBuf::new();
    for directory in here.ancestors() {
        // Any entry of this name counts: if it cannot be read, it is an error, not absent.
        if fs::symlink_metadata(directory.join(FILE)).is_ok() {
            return Some(prefix.join(FILE));
        }
        prefix.push("..");
    }
    None
}

fn add(path: &Path, loaded: &mut Loaded) -> Result<SourceId, String> {
    if let Some(draft) = &loaded.draft
        && is_same(&draft.path, path)
    {
        let source = Source::new(written(path), draft.text.clone());
        return Ok(loaded.sources.add(source));
    }
    let facts = fs::metadata(path).map_err(|error| error.to_string())?;
    if facts.is_dir() {
        return Err("it is a directory".into());
    }
    if facts.len() > LARGEST {
        return Err("it is larger than 4 MiB".into());
    }
    // The size of a pipe or a device is known only after it is read.
    let mut text = Vec::new();
    fs::File::open(path)
        .and_then(|file| file.take(LARGEST + 1).read_to_end(&mut text))
        .map_err(|error| error.to_string())?;
    if text.len() as u64 > LARGEST {
        return Err("it is larger than 4 MiB".into());
    }
    let known = loaded.sources.iter();
    let known: usize = known.map(|(_, source)| source.text().len()).sum();
    if known + text.len() > LARGEST_TOGETHER {
        return Err("the files of the policy are larger than 64 MiB together".into());
    }
    let text = String::from_utf8(text).map_err(|_| "it is not UTF-8 text".to_owned())?;
    Ok(loaded.sources.add(Source::new(written(path), text)))
}

/// A path as reports show it.
fn written(path: &Path) -> String {
    let text = with_slashes(path);
    text.strip_prefix("./").unwrap_or(&text).to_owned()
}

fn directory_of(file: &Path) -> PathBuf {
    file.parent().map(Path::to_owned).unwrap_or_default()
}

/// `directory/below` without `.` and needless `..`.
#[must_use]
pub fn join(directory: &Path, below: &str) -> PathBuf {
    normal_path(&directory.join(below))
}

/// A path without `.` and without `..` after a name.
#[must_use]
pub fn normal_path(path: &Path) -> PathBuf {
    let mut parts = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(parts.components().next_back(), Some(Component::Normal(_))) =>
            {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    parts
}

/// The configuration and those it builds on, the base first.
fn chain(first: Raw, loaded: &mut Loaded) -> Vec<Raw> {
    let mut chain = vec![first];
    while let Some(last) = chain.last() {
        let text = loaded.sources.get(last.source).text().to_owned();
        let parent = match parse(last.source, &text) {
            Ok(table) => early(&table, &["extends"], last.source).into_iter().next(),
            Err(problems) => {
                loaded.problems.extend(problems);
                None
            }
        };
        let Some((name, place)) = parent else { break };
        let path = join(&directory_of(&last.path), &name);
        let is_known = chain.iter().any(|known| is_same(&known.path, &path));
        let fault = if is_known {
            Some("this configuration extends itself".to_owned())
        } else if chain.len() >= DEEPEST {
            Some(format!(
                "more than {DEEPEST} configurations extend each other"
            ))
        } else {
            None
        };
        let added = fault.map_or_else(|| add(&path, loaded), Err);
        match added {
            Ok(source) => chain.push(Raw { source, path }),
            Err(reason) => {
                loaded.problems.push(
                    Problem::new(
                        ProblemKind::Configuration,
                        format!("`{name}` cannot be extended: {reason}"),
                        "name a local file, relative to the directory of this file",
                    )
                    .at(place),
                );
                break;
            }
        }
    }
    chain.reverse();
    chain
}

fn is_same(one: &Path, other: &Path) -> bool {
    match (fs::canonicalize(one), fs::canonicalize(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}

/// The rules that a configuration adds.
fn own_rules(raw: &Raw, loaded: &mut Loaded) {
    let text = loaded.sources.get(raw.source).text().to_owned();
    let Ok(table) = parse(raw.source, &text) else {
        return;
    };
    for (name, place) in early(&table, &["rules", "extra"], raw.source) {
        let path = join(&directory_of(&raw.path), &name);
        match rule_files(&path) {
            Ok(files) => {
                for file in files {
                    if let Some(rule) = own_rule(&file, place, loaded) {
                        loaded.rules.push(rule);
                    }
                }
            }
            Err(reason) => loaded.problems.push(
                Problem::new(
                    ProblemKind::Configuration,
                    format!("the rules in `{name}` cannot be read: {reason}"),
                    "name a rule file, or a directory of rule files",
                )
                .at(place),
            ),
        }
    }
}

/// The rule files that a path means: itself, or those in it, sorted.
///
/// # Errors
/// If the path is not there or cannot be read: the reason.
pub fn rule_files(path: &Path) -> Result<Vec<PathBuf>, String> {
    if !path.is_dir() {
        fs::metadata(path).map_err(|error| error.to_string())?;
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(|error| error.to_string())? {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.extension().is_some_and(|ending| ending == "toml") && !path.is_dir() {
            files.push(path);
        }
    }
    files.sort();
    if files.len() > MOST_RULE_FILES {
        return Err(format!(
            "it contains more than {MOST_RULE_FILES} rule files"
        ));
    }
    if files.is_empty() {
        return Err("no file in it ends in .toml".into());
    }
    Ok(files)
}

/// A rule of the user; it lives as long as the program.
fn own_rule(file: &Path, named_at: Place, loaded: &mut Loaded) -> Option<&'static Rule> {
    let source = match add(file, loaded) {
        Ok(source) => source,
        Err(reason) => {
            loaded.problems.push(
                Problem::new(
                    ProblemKind::Configuration,
                    format!("the rule file {} cannot be read: {reason}", written(file)),
                    "check the path and its permissions",
                )
                .at(named_at),
            );
            return None;
        }
    };
    let text = loaded.sources.get(source).text();
    match read_rule(source, text, &loaded.rules) {
        Ok(OwnRule { rule, check }) => {
            let rule: &'static Rule = Box::leak(Box::new(rule));
            loaded.own_rules.push((rule, check));
            Some(rule)
        }
        Err(problems) => {
            loaded.problems.extend(problems);
            None
        }
    }
}

/// Adds the acceptances in files of their own to the settings of the configuration; returns the
/// files that could be read.
fn acceptance_files(
    directory: &Path,
    leaves: &mut Vec<Leaf>,
    words: &Words,
    loaded: &mut Loaded,
) -> Vec<PathBuf> {
    let named: Vec<(String, Place)> = leaves
        .iter()
        .filter(|leaf| leaf.path == ["acceptance", "files"])
        .flat_map(|leaf| match &leaf.value {
            catalog::Value::List(files) => files
                .iter()
                .map(|file| (file.to_string(), leaf.place))
                .collect(),
            _ => Vec::new(),
        })
        .collect();
    let mut paths = Vec::with_capacity(named.len());
    for (index, (name, place)) in named.into_iter().enumerate() {
        let path = join(directory, &name);
        let source = match add(&path, loaded) {
            Ok(source) => source,
            Err(reason) => {
                loaded.problems.push(
                    Problem::new(
                        ProblemKind::Configuration,
                        format!("the acceptances in `{name}` cannot be read: {reason}"),
                        "name a file, relative to the directory of this file",
                    )
                    .at(place),
                );
                continue;
            }
        };
        paths.push(path);
        let text = loaded.sources.get(source).text().to_owned();
        let mut reader = Reader::new(words, source);
        match parse(source, &text) {
            Ok(table) => reader.read(&table, ACCEPTANCES),
            Err(problems) => loaded.problems.extend(problems),
        }
        loaded.problems.extend(reader.problems);
        for mut leaf in reader.leaves {
            // Entries of different files stay separate.
            if let Some(number) = leaf.path.get_mut(1) {
                *number = format!("{}.{number}", index + 1);
            }
            leaves.push(leaf);
        }
    }
    paths
}
