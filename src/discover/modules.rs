//! Terraform modules that what was given calls and that are not among it.
//!
//! Invariant: a module is read only if it is, with links resolved, in the Git work tree of its caller or
//! below the working directory. It is context: it is not a root.

use super::classify::is_configuration;
use crate::document::{self, Format, Limits, Node};
use crate::text::{SourceId, normal};
use regex::Regex;
use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Where `terraform init` records the modules that it installed.
pub(super) const INSTALLED: &str = ".terraform/modules/modules.json";

/// So many directories of modules are read at most.
const MOST: usize = 2000;

/// The files of modules outside of what was given.
pub(super) struct Outside {
    /// Directories of configurations that are known.
    known: HashSet<String>,
    /// Files that were named one by one. The others of their directories are not known.
    named: HashSet<String>,
    /// Directories whose list of installed modules was read.
    initialised: HashSet<String>,
}

/// A file of a module, with the path that reports show.
pub(super) struct ModuleFile {
    pub(super) name: String,
    pub(super) path: PathBuf,
}

impl Outside {
    /// Starts with the configurations that were given, by the paths that reports show, each with
    /// whether it was named by itself.
    pub(super) fn new<'n>(names: impl Iterator<Item = (&'n str, bool)>) -> Self {
        let configurations = names.filter(|(name, _)| is_configuration(Path::new(name)));
        let (alone, others): (Vec<_>, Vec<_>) = configurations.partition(|(_, alone)| *alone);
        Self {
            known: others.iter().map(|(name, _)| directory_of(name)).collect(),
            named: alone.iter().map(|(name, _)| (*name).to_owned()).collect(),
            initialised: HashSet::new(),
        }
    }

    /// The files that a configuration at `name` needs and that are not known yet.
    pub(super) fn needed_by(&mut self, name: &str, text: &str) -> Vec<ModuleFile> {
        if name.contains(".zip!") || !is_configuration(Path::new(name)) {
            return Vec::new();
        }
        let own = directory_of(name);
        let mut files = Vec::new();
        for source in local_sources(text) {
            self.add(&format!("{own}/{source}"), &own, &mut files);
        }
        if self.initialised.insert(own.clone()) {
            self.add_installed(&own, &mut files);
        }
        files
    }

    /// Adds the list of installed modules of a directory, and the modules in it.
    fn add_installed(&mut self, own: &str, files: &mut Vec<ModuleFile>) {
        let name = joined(own, INSTALLED);
        let Ok(text) = std::fs::read_to_string(&name) else {
            return;
        };
        for directory in installed(&text) {
            self.add(&joined(own, &directory), own, files);
        }
        let path = PathBuf::from(&name);
        files.push(ModuleFile { name, path });
    }

    /// Adds the configuration in a directory, if it may be read.
    fn add(&mut self, directory: &str, caller: &str, files: &mut Vec<ModuleFile>) {
        let directory = normal(directory);
        if self.known.contains(&directory)
            || self.known.len() >= MOST
            || !may_be_read(Path::new(&directory), Path::new(caller))
        {
            return;
        }
        let Ok(entries) = std::fs::read_dir(&directory) else {
            return;
        };
        let names: BTreeSet<PathBuf> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| is_configuration(path) && path.is_file())
            .collect();
        if !names.is_empty() {
            self.known.insert(directory);
        }
        let files_of_module = names.into_iter().map(|path| ModuleFile {
            name: super::shown(&path),
            path,
        });
        files.extend(files_of_module.filter(|file| !self.named.contains(&file.name)));
    }
}

/// The local directories that `module` blocks of a configuration name. Comments can name more: a
/// module that nothing calls is not a root, so reading it changes nothing.
pub(super) fn local_sources(text: &str) -> Vec<String> {
    static SOURCE: OnceLock<Option<Regex>> = OnceLock::new();
    let pattern = r#"\bsource"?\s*[=:]\s*"(\.\.?/[^"$%]*)""#;
    let Some(source) = SOURCE.get_or_init(|| Regex::new(pattern).ok()) else {
        return Vec::new();
    };
    let found = source.captures_iter(text);
    found.map(|captures| captures[1].to_owned()).collect()
}

/// The directories in the list of installed modules, other than the root's own.
fn installed(text: &str) -> Vec<String> {
    let document = document::read_as(SourceId(0), text, Format::Json, Limits::default());
    let modules = document.roots().filter_map(|root| root.get("Modules"));
    modules
        .flat_map(Node::items)
        .filter_map(|module| Some(module.get("Dir")?.text()?.into_owned()))
        .filter(|directory| directory != ".")
        .collect()
}

/// Whether a directory is in the work tree of its caller or below the working directory.
fn may_be_read(directory: &Path, caller: &Path) -> bool {
    let Ok(directory) = directory.canonicalize() else {
        return false;
    };
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    if here.is_ok_and(|here| directory.starts_with(here)) {
        return true;
    }
    let Ok(caller) = caller.canonicalize() else {
        return false;
    };
    let tree = caller.ancestors().find(|above| above.join(".git").exists());
    tree.is_some_and(|tree| directory.starts_with(tree))
}

/// The directory of a path that reports show.
pub(super) fn directory_of(name: &str) -> String {
    normal(match name.rfind('/') {
        Some(0) => "/",
        Some(slash) => &name[..slash],
        None => ".",
    })
}

/// A path below a directory, as reports show it.
fn joined(directory: &str, below: &str) -> String {
    if directory == "." || below.starts_with('/') {
        return below.to_owned();
    }
    format!("{directory}/{below}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_found_in_both_syntaxes() {
        let hcl = "module \"a\" {\n  source = \"../a\"\n}\nmodule \"b\" { source=\"git::x\" }\n";
        assert_eq!(local_sources(hcl), ["../a"]);
        let json = r#"{"module": {"a": {"source": "./m/n"}}}"#;
        assert_eq!(local_sources(json), ["./m/n"]);
    }

    #[test]
    fn installed_modules_are_those_of_the_list() {
        let text = r#"{"Modules":[{"Key":"","Source":"","Dir":"."},{"Key":"a","Source":"x","Dir":".terraform/modules/a"}]}"#;
        assert_eq!(installed(text), [".terraform/modules/a"]);
        assert!(installed("{").is_empty());
    }
}
