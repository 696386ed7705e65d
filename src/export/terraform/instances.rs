//! The modules that a root calls, and the calls that cannot be followed.

use super::configuration::{Module, Target};
use super::kinds;
use crate::document::Node;
use crate::finding::{Problem, ProblemKind};
use std::collections::BTreeMap;

/// So many calls are followed in a root.
const MOST: usize = 1000;

/// So deep may calls of modules nest.
const DEEPEST: usize = 16;

/// A module as it is called from one place.
struct Instance {
    directory: String,
    depth: usize,
}

/// A root with all that it calls.
pub(super) struct Tree {
    /// The root first.
    instances: Vec<Instance>,
    /// Calls that could not be followed.
    pub(super) problems: Vec<Problem>,
    /// Anything of Genesys Cloud is in it.
    pub(super) is_ours: bool,
}

impl Tree {
    /// Follows the calls of the module in `root`. `is_applied` says that a state or a plan of
    /// it was given too, which contains the resources of modules.
    pub(super) fn from_root(
        root: &str,
        modules: &BTreeMap<String, Module<'_, '_>>,
        is_applied: bool,
    ) -> Self {
        let mut tree = Self {
            instances: vec![Instance {
                directory: root.to_owned(),
                depth: 0,
            }],
            problems: Vec::new(),
            is_ours: false,
        };
        let mut unread = Vec::new();
        let mut at = 0;
        while at < tree.instances.len() {
            tree.follow(at, modules, &mut unread);
            at += 1;
        }
        if tree.is_ours && !is_applied {
            tree.problems.extend(unread);
        }
        tree
    }

    fn follow(
        &mut self,
        at: usize,
        modules: &BTreeMap<String, Module<'_, '_>>,
        unread: &mut Vec<Problem>,
    ) {
        let Some(module) = modules.get(&self.instances[at].directory) else {
            return;
        };
        self.is_ours |= module.is_ours();
        for (name, call) in &module.calls {
            match &call.target {
                Target::Here(directory) => self.call(at, directory, call.body),
                Target::Missing(directory) => unread.push(missing(name, directory, call.body)),
                Target::Remote => unread.push(remote(name, call.body)),
            }
        }
    }

    fn call(&mut self, caller: usize, directory: &str, body: Node<'_, '_>) {
        let depth = self.instances[caller].depth + 1;
        if self.instances.len() >= MOST || depth > DEEPEST {
            let said = |problem: &Problem| problem.kind == ProblemKind::Limit;
            if !self.problems.iter().any(said) {
                self.problems.push(too_many(body));
            }
            return;
        }
        self.instances.push(Instance {
            directory: directory.to_owned(),
            depth,
        });
    }
}

fn too_many(call: Node<'_, '_>) -> Problem {
    Problem::new(
        ProblemKind::Limit,
        format!("modules call modules more than {MOST} times or {DEEPEST} levels deep; this call and those after it were not followed"),
        "audit the plan instead: terraform show -json plan.out > plan.json",
    )
    .at(call.place())
}

fn missing(name: &str, directory: &str, call: Node<'_, '_>) -> Problem {
    Problem::new(
        ProblemKind::MissingModule,
        format!("the module `{name}` is in {directory}, which was not given: its resources were not audited"),
        "give grantlint a directory that holds both, or the plan: terraform show -json plan.out > plan.json",
    )
    .at(call.get("source").unwrap_or(call).place())
}

fn remote(name: &str, call: Node<'_, '_>) -> Problem {
    Problem::new(
        ProblemKind::MissingModule,
        format!("the module `{name}` is not installed: if it creates clients of {}, they were not audited", kinds::PLATFORM),
        "run terraform init, or give grantlint the plan too, which contains the resources of modules: terraform show -json plan.out > plan.json",
    )
    .at(call.get("source").unwrap_or(call).place())
}
