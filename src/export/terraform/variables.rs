//! The values that files give to the variables of a root.
//!
//! Invariant: Terraform reads `terraform.tfvars` and `*.auto.tfvars` by itself; any other file of
//! values is chosen on the command line of Terraform. A variable that such files, or one of
//! them and its default, set differently is not known.

use super::value::says_the_same;
use crate::document::{Document, Node};
use crate::text::{SourceId, Sources};

/// Whether a file of this name holds values of variables.
pub(super) fn is_of_variables(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let path = path.strip_suffix(".gz").unwrap_or(&path);
    [".tfvars", ".tfvars.json"]
        .iter()
        .any(|end| path.ends_with(end))
}

/// What a variable of a root is set to.
#[derive(Clone, Copy)]
pub(super) enum Setting<'d, 'a> {
    /// This, by a file that Terraform reads by itself, or by all files that set it.
    Value(Node<'d, 'a>),
    /// To one thing or another: these are what files say.
    Open,
}

/// The files of values that concern a root.
pub(super) struct Files<'d, 'a> {
    /// Those that Terraform reads by itself, in its order.
    automatic: Vec<Node<'d, 'a>>,
    /// The others.
    on_demand: Vec<Node<'d, 'a>>,
}

impl<'d, 'a> Files<'d, 'a> {
    /// Of all files those that concern the root in `directory`: those in it; on demand also
    /// those below it and those that are in no root's directory.
    pub(super) fn of(
        directory: &str,
        roots: &[String],
        documents: &'d [(SourceId, Document<'a>)],
        sources: &Sources,
    ) -> Self {
        let mut automatic = Vec::new();
        let mut on_demand = Vec::new();
        for (source, document) in documents {
            let file = sources.get(*source);
            let own = super::normal(file.directory());
            let Some(root) = document.roots().next() else {
                continue;
            };
            if own == directory {
                match rank(file.path()) {
                    Some(rank) => automatic.push((rank, *source, root)),
                    None => on_demand.push(root),
                }
            } else if !roots.contains(&own)
                && (is_below(&own, directory) || !has_root_above(&own, roots))
            {
                on_demand.push(root);
            }
        }
        automatic.sort_by_key(|(rank, source, _)| (*rank, *source));
        Self {
            automatic: automatic.into_iter().map(|(_, _, root)| root).collect(),
            on_demand,
        }
    }

    /// What the variable is set to by files, given its default.
    pub(super) fn setting(
        &self,
        name: &str,
        default: Option<Node<'d, 'a>>,
    ) -> Option<Setting<'d, 'a>> {
        let automatic = self.automatic.iter().rev().find_map(|file| file.get(name));
        let mut said: Vec<_> = self
            .on_demand
            .iter()
            .filter_map(|file| file.get(name))
            .collect();
        said.extend(automatic.or(default));
        let mut said = said.into_iter().rev();
        let first = said.next()?;
        Some(if said.all(|other| says_the_same(first, other)) {
            Setting::Value(first)
        } else {
            Setting::Open
        })
    }
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

fn has_root_above(own: &str, roots: &[String]) -> bool {
    roots.iter().any(|root| is_below(own, root))
}
