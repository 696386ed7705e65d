//! What surrounds a file of Terraform that was named, as hooks name the files that changed.
//!
//! Invariant: a file of Terraform is judged with the roots that contain it, or that call a module
//! which contains it, as if their directories had been named. Other files there are content for
//! functions such as `file`; they are never audited.

use super::classify::is_terragrunt;
use super::modules::{directory_of, local_sources};
use super::{shown, vendored_part};
use crate::text::normal;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// So many entries of a work tree are looked at.
const MOST: usize = 100_000;

/// The files around named files.
#[derive(Debug, Default)]
pub(super) struct Surroundings {
    /// Files of Terraform, which are audited.
    pub(super) audited: Vec<PathBuf>,
    /// Files for functions such as `file`.
    pub(super) content: Vec<PathBuf>,
}

/// A work tree.
#[derive(Debug, Default)]
struct Tree {
    /// The files of configurations by their directories.
    configurations: BTreeMap<String, Vec<PathBuf>>,
    /// The directories that the modules of a directory call.
    calls: BTreeMap<String, BTreeSet<String>>,
    /// The modules that Terragrunt runs from a directory.
    units: BTreeMap<String, BTreeSet<String>>,
    /// Files of variables, states and files of Terragrunt.
    settings: Vec<PathBuf>,
    /// All other files.
    others: Vec<PathBuf>,
}

/// Whether a file of this name belongs to Terraform, so that its surroundings matter.
pub(super) fn matter_for(path: &Path) -> bool {
    super::is_configuration(path) || is_of_values(path)
}

fn is_of_values(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_of_variables = [".tfvars", ".tfvars.json"]
        .iter()
        .any(|end| name.ends_with(end));
    is_of_variables || is_terragrunt(path)
}

/// The files around `named` files of Terraform. `is_excluded` says which are not read.
pub(super) fn of_files(named: &[&Path], is_excluded: &dyn Fn(&Path) -> bool) -> Surroundings {
    let mut trees: BTreeMap<PathBuf, Vec<&Path>> = BTreeMap::new();
    for path in named
        .iter()
        .filter(|path| matter_for(path) && path.is_file())
    {
        trees.entry(base(path)).or_default().push(path);
    }
    let mut found = Surroundings::default();
    for (base, files) in trees {
        let tree = Tree::walk(&base, is_excluded);
        let roots = tree.roots_of(&files);
        let reached = tree.reached(&roots);
        tree.take(&roots, &reached, &mut found);
    }
    found
}

/// The directory whose files can call a file: the Git work tree, from the working directory
/// down, or else the directory of the file.
fn base(path: &Path) -> PathBuf {
    let own = || {
        let directory = path.parent().unwrap_or(Path::new("."));
        if directory.as_os_str().is_empty() {
            Path::new(".")
        } else {
            directory
        }
        .to_owned()
    };
    let is_tree = |directory: &Path| directory.join(".git").exists();
    let above = path.ancestors().skip(1);
    let mut above = above.map(|one| {
        if one.as_os_str().is_empty() {
            Path::new(".")
        } else {
            one
        }
    });
    if let Some(tree) = above.find(|above| is_tree(above)) {
        return tree.to_owned();
    }
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    let file = path.canonicalize();
    match (here, file) {
        (Ok(here), Ok(file))
            if path.is_relative() && file.starts_with(&here) && here.ancestors().any(is_tree) =>
        {
            PathBuf::from(".")
        }
        _ => own(),
    }
}

fn directory(path: &Path) -> String {
    directory_of(&shown(path))
}

/// The local directories that a file names as sources.
fn called_by(path: &Path) -> Vec<String> {
    let own = directory(path);
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let called = local_sources(&text);
    let called = called.iter();
    called
        .map(|source| normal(&format!("{own}/{source}")))
        .collect()
}

impl Tree {
    fn walk(base: &Path, is_excluded: &dyn Fn(&Path) -> bool) -> Self {
        let mut tree = Self::default();
        let entries = WalkDir::new(base).sort_by_file_name().into_iter();
        let entries = entries.filter_entry(|entry| {
            let is_closed = [".git", ".terraform", "node_modules"]
                .iter()
                .any(|name| entry.file_name() == *name);
            entry.depth() == 0 || !is_closed
        });
        for entry in entries.take(MOST).filter_map(Result::ok) {
            let path = entry.path();
            if entry.file_type().is_dir() || is_excluded(path) || vendored_part(path).is_some() {
                continue;
            }
            if is_terragrunt(path) {
                let called = called_by(path);
                tree.units
                    .entry(directory(path))
                    .or_default()
                    .extend(called);
                tree.settings.push(path.to_owned());
            } else if super::is_configuration(path) {
                tree.add_configuration(path);
            } else if is_of_values(path) || path.extension().is_some_and(|end| end == "tfstate") {
                tree.settings.push(path.to_owned());
            } else {
                tree.others.push(path.to_owned());
            }
        }
        tree
    }

    fn add_configuration(&mut self, path: &Path) {
        let own = directory(path);
        let called = called_by(path);
        self.calls.entry(own.clone()).or_default().extend(called);
        let files = self.configurations.entry(own).or_default();
        files.push(path.to_owned());
    }

    /// The nearest directory at or above a file that has a configuration.
    fn nearest(&self, own: &str) -> Option<String> {
        let mut at = own.to_owned();
        loop {
            if self.configurations.contains_key(&at) {
                return Some(at);
            }
            at = match at.rsplit_once('/') {
                Some((above, _)) => above.to_owned(),
                None if at != "." => ".".to_owned(),
                None => return None,
            };
        }
    }

    /// The directories that a file belongs to: the configuration next to it or above it, else
    /// those below the directory above it.
    fn homes(&self, path: &Path) -> Vec<String> {
        let own = directory(path);
        let units = self.units.get(&own).filter(|_| is_terragrunt(path));
        if let Some(called) = units.filter(|called| !called.is_empty()) {
            return called.iter().cloned().collect();
        }
        if let Some(nearest) = self.nearest(&own) {
            return vec![nearest];
        }
        let above = own.rsplit_once('/').map(|(above, _)| format!("{above}/"));
        let is_next = |home: &&String| above.as_ref().is_none_or(|above| home.starts_with(above));
        self.configurations
            .keys()
            .filter(is_next)
            .cloned()
            .collect()
    }

    /// The roots that contain one of these files, or call a module that does.
    fn roots_of(&self, files: &[&Path]) -> BTreeSet<String> {
        let mut open: Vec<String> = files.iter().flat_map(|path| self.homes(path)).collect();
        let mut reached = BTreeSet::new();
        let mut roots = BTreeSet::new();
        while let Some(module) = open.pop() {
            if !reached.insert(module.clone()) {
                continue;
            }
            let callers = self.calls.iter();
            let callers =
                callers.filter(|(own, called)| called.contains(&module) && **own != module);
            let before = open.len();
            open.extend(callers.map(|(own, _)| own.clone()));
            if open.len() == before {
                roots.insert(module);
            }
        }
        if roots.is_empty() {
            // Modules that call each other in a circle.
            roots = reached;
        }
        roots
    }

    /// The roots and the modules that they call.
    fn reached(&self, roots: &BTreeSet<String>) -> BTreeSet<String> {
        let mut open: Vec<String> = roots.iter().cloned().collect();
        let mut reached = BTreeSet::new();
        while let Some(module) = open.pop() {
            if reached.insert(module.clone()) {
                open.extend(self.calls.get(&module).into_iter().flatten().cloned());
            }
        }
        reached
    }

    fn take(&self, roots: &BTreeSet<String>, reached: &BTreeSet<String>, found: &mut Surroundings) {
        let of_roots = roots
            .iter()
            .filter_map(|root| self.configurations.get(root));
        found.audited.extend(of_roots.flatten().cloned());
        let belongs = |path: &&PathBuf| self.homes(path).iter().any(|home| roots.contains(home));
        let settings = self.settings.iter().filter(belongs);
        found.audited.extend(settings.cloned());
        // What a file of Terragrunt includes is above it.
        let mut called = self.units.values().flatten();
        if called.any(|module| roots.contains(module)) {
            let all = self.settings.iter().filter(|path| is_terragrunt(path));
            found.audited.extend(all.cloned());
        }
        let is_near = |path: &&PathBuf| {
            let nearest = self.nearest(&directory(path));
            nearest.is_some_and(|nearest| reached.contains(&nearest))
        };
        found
            .content
            .extend(self.others.iter().filter(is_near).cloned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> Tree {
        let mut tree = Tree::default();
        for (path, called) in files {
            let path = PathBuf::from(path);
            if is_terragrunt(&path) {
                let own = directory(&path);
                let called = called.split_whitespace();
                let called = called.map(|source| normal(&format!("{own}/{source}")));
                tree.units.entry(own.clone()).or_default().extend(called);
                tree.settings.push(path);
            } else if is_of_values(&path) {
                tree.settings.push(path);
            } else if super::super::is_configuration(&path) {
                let own = directory(&path);
                let called = called.split_whitespace();
                let called = called.map(|source| normal(&format!("{own}/{source}")));
                tree.calls.entry(own.clone()).or_default().extend(called);
                tree.configurations.entry(own).or_default().push(path);
            } else {
                tree.others.push(path);
            }
        }
        tree
    }

    fn around(tree: &Tree, named: &str) -> (Vec<String>, Vec<String>) {
        let roots = tree.roots_of(&[Path::new(named)]);
        let reached = tree.reached(&roots);
        let mut found = Surroundings::default();
        tree.take(&roots, &reached, &mut found);
        let all_shown = |paths: Vec<PathBuf>| paths.iter().map(|path| shown(path)).collect();
        (all_shown(found.audited), all_shown(found.content))
    }

    #[test]
    fn roots_that_contain_or_call_a_file_are_judged() {
        let tree = tree(&[
            ("envs/dev/main.tf", "../../modules/app"),
            ("envs/dev/terraform.tfvars", ""),
            ("envs/prod/main.tf", "../../modules/app"),
            ("envs/prod/variables.tf", ""),
            ("envs/prod/prod.auto.tfvars", ""),
            ("modules/app/main.tf", "../client"),
            ("modules/app/template.json", ""),
            ("modules/client/main.tf", ""),
            ("other/main.tf", ""),
            ("other/export.json", ""),
            ("clients.json", ""),
        ]);
        let prod = [
            "envs/prod/main.tf",
            "envs/prod/variables.tf",
            "envs/prod/prod.auto.tfvars",
        ];
        for named in ["envs/prod/variables.tf", "envs/prod/prod.auto.tfvars"] {
            let (audited, content) = around(&tree, named);
            assert_eq!(audited, prod, "{named}");
            assert_eq!(content, ["modules/app/template.json"], "{named}");
        }
        let (audited, _) = around(&tree, "modules/client/main.tf");
        assert_eq!(audited.len(), 5, "{audited:?}");
        assert!(!audited.iter().any(|path| path.starts_with("other/")));
        let (audited, content) = around(&tree, "other/main.tf");
        assert_eq!(
            (audited, content),
            (
                vec!["other/main.tf".to_owned()],
                vec!["other/export.json".to_owned()]
            )
        );
    }

    #[test]
    fn a_file_of_terragrunt_leads_to_its_module() {
        let tree = tree(&[
            ("live/root.hcl", ""),
            ("live/prod/app/terragrunt.hcl", "../../../modules/app"),
            ("modules/app/main.tf", ""),
            ("modules/other/main.tf", ""),
        ]);
        let (mut audited, _) = around(&tree, "live/prod/app/terragrunt.hcl");
        audited.sort();
        audited.dedup();
        let wanted = [
            "live/prod/app/terragrunt.hcl",
            "live/root.hcl",
            "modules/app/main.tf",
        ];
        assert_eq!(audited, wanted);
    }

    #[test]
    fn files_of_variables_can_be_below_or_next_to_their_root() {
        let below = tree(&[
            ("main.tf", ""),
            ("env/prod.tfvars", ""),
            ("env/dev.tfvars", ""),
        ]);
        let (audited, _) = around(&below, "env/prod.tfvars");
        assert_eq!(audited, ["main.tf", "env/prod.tfvars", "env/dev.tfvars"]);
        let next = tree(&[
            ("x/infra/main.tf", ""),
            ("x/vars/prod.tfvars", ""),
            ("y/main.tf", ""),
        ]);
        let (audited, _) = around(&next, "x/vars/prod.tfvars");
        assert_eq!(audited, ["x/infra/main.tf", "x/vars/prod.tfvars"]);
    }
}
