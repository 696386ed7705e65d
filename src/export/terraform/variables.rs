//! What files set the variables of a root to.
//!
//! Invariant: Terraform reads `terraform.tfvars` and `*.auto.tfvars` by itself. Any other file
//! of variables is given on the command line, so each is one possible world. A file whose
//! variables no other file sets is a common layer, which is part of every world. The settings can
//! say which files are given together; those are one world. The `inputs` of Terragrunt are a file
//! of variables.

use super::TerraformSettings;
use crate::document::{Document, Kind, Node};
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

/// Whether a file of this name tells Terragrunt what to pass to a module, or is included there.
pub(super) fn is_terragrunt(path: &str) -> bool {
    is_unit(path) || path.rsplit(['/', '!']).next() == Some("root.hcl")
}

/// Whether a file of this name is what Terragrunt runs.
fn is_unit(path: &str) -> bool {
    path.rsplit(['/', '!']).next() == Some("terragrunt.hcl")
}

/// The values of variables in a file: all of it, or the `inputs` of Terragrunt.
pub(super) fn values<'d, 'a>(root: Node<'d, 'a>) -> Node<'d, 'a> {
    let is_of_terragrunt = || {
        ["include", "terraform", "locals", "dependency"]
            .iter()
            .any(|block| root.get(block).is_some())
    };
    let inputs = root.get("inputs").filter(|_| is_of_terragrunt());
    inputs.unwrap_or(root)
}

/// A value that a file gives to a variable.
#[derive(Clone, Copy)]
pub(super) struct Given<'d, 'a> {
    pub(super) node: Node<'d, 'a>,
    /// It refers to values of another program.
    pub(super) is_foreign: bool,
}

/// What a variable of a root is set to by files.
pub(super) enum Setting<'d, 'a> {
    /// One value in every world.
    Fixed(Given<'d, 'a>),
    /// A value for each file that may be given; none where the default applies.
    Choice(Vec<Option<Given<'d, 'a>>>),
    /// No file sets it.
    Unset,
}

/// A file, or several that are given together.
struct File<'d, 'a> {
    path: String,
    /// The values, later ones over earlier ones.
    layers: Vec<Node<'d, 'a>>,
    /// The variables of the root that it sets.
    names: BTreeSet<String>,
    /// Terragrunt passes them in the environment, which files of variables override.
    is_terragrunt: bool,
}

impl<'d, 'a> File<'d, 'a> {
    fn get(&self, name: &str) -> Option<Given<'d, 'a>> {
        if self.is_terragrunt {
            let mut layers = self.layers.iter().rev();
            return layers.find_map(|inputs| input(*inputs, name));
        }
        let node = self.layers.iter().rev().find_map(|root| root.get(name))?;
        Some(Given {
            node,
            is_foreign: false,
        })
    }
}

/// What `inputs` give to a variable. If they are an expression, that is not known.
fn input<'d, 'a>(inputs: Node<'d, 'a>, name: &str) -> Option<Given<'d, 'a>> {
    let node = match inputs.kind() {
        Kind::Map => inputs.get(name)?,
        _ => inputs,
    };
    Some(Given {
        node,
        is_foreign: !is_literal(node),
    })
}

/// Whether a value is known without any reference.
fn is_literal(node: Node<'_, '_>) -> bool {
    match node.kind() {
        Kind::Map => node.entries().all(|(_, value)| is_literal(value)),
        Kind::List => node.items().all(is_literal),
        _ => node.expression().is_none(),
    }
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
        settings: TerraformSettings<'_>,
    ) -> Self {
        let mut automatic = Vec::new();
        let mut others = Vec::new();
        for (source, document) in documents {
            let file = sources.get(*source);
            let own = normal(file.directory());
            let Some(root) = document.roots().next() else {
                continue;
            };
            let path = file.path().trim_start_matches("./").to_owned();
            if is_terragrunt(&path) {
                let unit = is_unit(&path).then_some((own.as_str(), root));
                let inputs = unit.and_then(|unit| terragrunt(directory, unit, documents, sources));
                others.extend(inputs.and_then(|layers| {
                    let file = File {
                        names: BTreeSet::new(),
                        path,
                        layers,
                        is_terragrunt: true,
                    };
                    with_names(file, variables)
                }));
                continue;
            }
            let is_own = own == directory;
            if let Some(rank) = rank(file.path()).filter(|_| is_own) {
                automatic.push((rank, *source, root));
                continue;
            }
            if belongs(&own, directory, roots) {
                let file = File {
                    names: BTreeSet::new(),
                    path,
                    layers: vec![root],
                    is_terragrunt: false,
                };
                others.extend(with_names(file, variables));
            }
        }
        automatic.sort_by_key(|(rank, source, _)| (*rank, *source));
        let (declared, others) = together(others, settings.var_files);
        let (common, mut worlds) = layers(others, &declared);
        worlds.extend(declared);
        Self {
            automatic: automatic.into_iter().map(|(_, _, root)| root).collect(),
            common: common.into_iter().flat_map(|file| file.layers).collect(),
            worlds,
        }
    }

    /// What files set a variable to.
    pub(super) fn setting(&self, name: &str) -> Setting<'d, 'a> {
        let last = |files: &[Node<'d, 'a>]| {
            let node = files.iter().rev().find_map(|file| file.get(name))?;
            Some(Given {
                node,
                is_foreign: false,
            })
        };
        if let Some(given) = last(&self.common) {
            return Setting::Fixed(given);
        }
        let automatic = last(&self.automatic);
        let chosen = self.worlds.iter().map(|file| {
            if file.is_terragrunt {
                automatic.or_else(|| file.get(name))
            } else {
                file.get(name).or(automatic)
            }
        });
        let chosen: Vec<_> = chosen.collect();
        let is_set = self.worlds.iter().any(|file| file.names.contains(name));
        match (automatic, chosen.as_slice()) {
            (_, [Some(only)]) if is_set => Setting::Fixed(*only),
            _ if is_set => Setting::Choice(chosen),
            (Some(given), _) => Setting::Fixed(given),
            (None, _) => Setting::Unset,
        }
    }

    /// The files of which one is given.
    pub(super) fn choices(&self) -> Vec<Rc<str>> {
        let paths = self.worlds.iter().map(|file| file.path.as_str().into());
        paths.collect()
    }
}

/// A file with the variables that it sets; `None` if it sets none.
fn with_names<'d, 'a>(mut file: File<'d, 'a>, variables: &[String]) -> Option<File<'d, 'a>> {
    let names = variables.iter().filter(|name| file.get(name).is_some());
    file.names = names.cloned().collect();
    (!file.names.is_empty()).then_some(file)
}

/// The `inputs` that a file of Terragrunt passes to the root in `directory`, those that it
/// includes first. Its source is that root, or it is next to it.
fn terragrunt<'d, 'a>(
    directory: &str,
    (own, root): (&str, Node<'d, 'a>),
    documents: &'d [(SourceId, Document<'a>)],
    sources: &Sources,
) -> Option<Vec<Node<'d, 'a>>> {
    let terraform = root.get("terraform");
    let source = terraform.and_then(|block| block.get("source")?.text());
    let is_source = source.is_some_and(|source| {
        let is_local = source.starts_with("./") || source.starts_with("../");
        is_local && normal(&format!("{own}/{source}")) == directory
    });
    if !is_source && own != directory {
        return None;
    }
    let mut layers = Vec::new();
    if root.get("include").is_some() {
        let mut included: Vec<(String, Node<'d, 'a>)> = Vec::new();
        for (source, document) in documents {
            let file = sources.get(*source);
            let above = normal(file.directory());
            let inputs = document.roots().next().and_then(|root| root.get("inputs"));
            if let Some(inputs) = inputs
                && is_terragrunt(file.path())
                && above != own
                && is_below(own, &above)
            {
                included.push((above, inputs));
            }
        }
        included.sort_by_key(|(above, _)| above.len());
        layers.extend(included.into_iter().map(|(_, inputs)| inputs));
    }
    layers.extend(root.get("inputs"));
    Some(layers)
}

/// The files that are given together according to the settings, and the others. A list of which
/// a file is not there changes nothing.
fn together<'d, 'a>(
    files: Vec<File<'d, 'a>>,
    lists: &[Vec<String>],
) -> (Vec<File<'d, 'a>>, Vec<File<'d, 'a>>) {
    let mut declared = Vec::new();
    let mut is_used = vec![false; files.len()];
    for list in lists {
        let found: Option<Vec<usize>> = list
            .iter()
            .map(|name| files.iter().position(|file| is_var_file(&file.path, name)))
            .collect();
        let Some(found) = found.filter(|found| !found.is_empty()) else {
            continue;
        };
        let members = || found.iter().map(|&at| &files[at]);
        let paths: Vec<&str> = members().map(|file| file.path.as_str()).collect();
        declared.push(File {
            path: paths.join(" and "),
            layers: members().flat_map(|file| &file.layers).copied().collect(),
            names: members().flat_map(|file| &file.names).cloned().collect(),
            is_terragrunt: false,
        });
        for &at in &found {
            is_used[at] = true;
        }
    }
    let rest = files.into_iter().zip(is_used).filter(|(_, used)| !used);
    (declared, rest.map(|(file, _)| file).collect())
}

/// Whether a path ends with the components of the name of a file of variables.
#[must_use]
pub fn is_var_file(path: &str, name: &str) -> bool {
    let rest = path.strip_suffix(name.trim_start_matches("./"));
    rest.is_some_and(|rest| rest.is_empty() || rest.ends_with(['/', '!']))
}

/// The common layers among files, and the others. `declared` are worlds of several files.
fn layers<'d, 'a>(
    files: Vec<File<'d, 'a>>,
    declared: &[File<'d, 'a>],
) -> (Vec<File<'d, 'a>>, Vec<File<'d, 'a>>) {
    let is_common: Vec<bool> = (0..files.len())
        .map(|at| {
            let others = files.iter().enumerate().filter(|(other, _)| *other != at);
            let mut others = others.map(|(_, file)| file).chain(declared);
            let is_one = files.len() + declared.len() == 1;
            let is_apart = |other: &File<'_, '_>| files[at].names.is_disjoint(&other.names);
            !is_one && !files[at].is_terragrunt && others.all(is_apart)
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
