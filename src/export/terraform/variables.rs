//! What files set the variables of a root to.
//!
//! Invariant: Terraform reads `terraform.tfvars` and `*.auto.tfvars` by itself. Any other file
//! of variables is given on the command line, so each is one possible world. A file whose
//! variables no other file sets is a common layer, which is part of every world.

use crate::document::{Document, Node};
use crate::text::{SourceId, Sources, normal};
use std::collections::BTreeSet;
use std::rc::Rc;

/// Whether a file of this name holds values of variables.
pub(super) fn is_of_variables(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let path = path.strip_suffix(".gz").unwrap_or(&path);
    [".tfvars", ".tfvars.json"]
        .iter()
        .any(|end| path.ends_with(end))
}

/// What a variable of a root is set to by files.
pub(super) enum Setting<'d, 'a> {
    /// One value in every world.
    Fixed(Node<'d, 'a>),
    /// A value for each file that may be given; none where the default applies.
    Choice(Vec<Option<Node<'d, 'a>>>),
    /// No file sets it.
    Unset,
}

/// A file that may be given on the command line.
struct File<'d, 'a> {
    path: String,
    root: Node<'d, 'a>,
    /// The variables of the root that it sets.
    names: BTreeSet<String>,
}

/// The files of variables of a root.
pub(super) struct Files<'d, 'a> {
    /// Those that Terraform reads by itself, in its order.
    automatic: Vec<Node<'d, 'a>>,
    /// Common layers, which are part of every world.
    common: Vec<Node<'d, 'a>>,
    /// One of these is given.
    worlds: Vec<File<'d, 'a>>,
}

impl<'d, 'a> Files<'d, 'a> {
    /// The files of the root in `directory`, which has these variables. A file belongs to it if
    /// it sets one of them, and is in the root, below it or in a directory next to it.
    pub(super) fn of_root(
        directory: &str,
        variables: &[String],
        roots: &[String],
        documents: &'d [(SourceId, Document<'a>)],
        sources: &Sources,
    ) -> Self {
        let mut automatic = Vec::new();
        let mut others = Vec::new();
        for (source, document) in documents {
            let file = sources.get(*source);
            let own = normal(file.directory());
            let Some(root) = document.roots().next() else {
                continue;
            };
            let is_own = own == directory;
            if let Some(rank) = rank(file.path()).filter(|_| is_own) {
                automatic.push((rank, *source, root));
                continue;
            }
            let names = variables.iter().filter(|name| root.get(name).is_some());
            let names: BTreeSet<String> = names.cloned().collect();
            if !names.is_empty() && belongs(&own, directory, roots) {
                let path = file.path().trim_start_matches("./").to_owned();
                others.push(File { path, root, names });
            }
        }
        automatic.sort_by_key(|(rank, source, _)| (*rank, *source));
        let (common, worlds) = layers(others);
        Self {
            automatic: automatic.into_iter().map(|(_, _, root)| root).collect(),
            common: common.into_iter().map(|file| file.root).collect(),
            worlds,
        }
    }

    /// What files set a variable to.
    pub(super) fn setting(&self, name: &str) -> Setting<'d, 'a> {
        let last = |files: &[Node<'d, 'a>]| files.iter().rev().find_map(|file| file.get(name));
        if let Some(node) = last(&self.common) {
            return Setting::Fixed(node);
        }
        let automatic = last(&self.automatic);
        let chosen = self.worlds.iter().map(|file| file.root.get(name));
        let chosen: Vec<_> = chosen.map(|node| node.or(automatic)).collect();
        let is_set = self.worlds.iter().any(|file| file.names.contains(name));
        match (automatic, chosen.as_slice()) {
            (_, [Some(only)]) if is_set => Setting::Fixed(*only),
            _ if is_set => Setting::Choice(chosen),
            (Some(node), _) => Setting::Fixed(node),
            (None, _) => Setting::Unset,
        }
    }

    /// The files of which one is given.
    pub(super) fn choices(&self) -> Vec<Rc<str>> {
        let paths = self.worlds.iter().map(|file| file.path.as_str().into());
        paths.collect()
    }
}

/// The common layers among files, and the others.
fn layers<'d, 'a>(files: Vec<File<'d, 'a>>) -> (Vec<File<'d, 'a>>, Vec<File<'d, 'a>>) {
    let is_common: Vec<bool> = (0..files.len())
        .map(|at| {
            let others = files.iter().enumerate().filter(|(other, _)| *other != at);
            let mut others = others.map(|(_, file)| file);
            files.len() > 1 && others.all(|other| files[at].names.is_disjoint(&other.names))
        })
        .collect();
    let mut is_common = is_common.into_iter();
    files
        .into_iter()
        .partition(|_| is_common.next() == Some(true))
}

/// Whether a file in `own` may be meant for the root in `directory`.
fn belongs(own: &str, directory: &str, roots: &[String]) -> bool {
    if own == directory {
        return true;
    }
    let is_of_another = |root: &String| {
        root != directory && (own == root || is_below(own, root)) && !is_below(directory, root)
    };
    if roots.iter().any(is_of_another) {
        return false;
    }
    is_below(own, directory) || is_below(own, parent(directory)) && own != parent(directory)
}

fn parent(directory: &str) -> &str {
    directory.rsplit_once('/').map_or(".", |(parent, _)| parent)
}

/// The order in which Terraform reads a file by itself, if it does.
fn rank(path: &str) -> Option<u8> {
    let name = path.rsplit(['/', '!']).next().unwrap_or(path);
    match name {
        "terraform.tfvars" => Some(0),
        "terraform.tfvars.json" => Some(1),
        _ if name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json") => Some(2),
        _ => None,
    }
}

fn is_below(own: &str, directory: &str) -> bool {
    directory == "." && !own.starts_with("..")
        || own
            .strip_prefix(directory)
            .is_some_and(|rest| rest.starts_with('/') || directory.ends_with('!'))
}
