//! The modules that a root calls, and the calls that cannot be followed.

use super::configuration::{Module, Target};
use super::{TerraformSettings, kinds};
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
        settings: TerraformSettings<'_>,
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
            tree.follow(at, modules, settings, &mut unread);
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
        settings: TerraformSettings<'_>,
        unread: &mut Vec<Problem>,
    ) {
        let Some(module) = modules.get(&self.instances[at].directory) else {
            return;
        };
        self.is_ours |= module.is_ours();
        for (name, call) in &module.calls {
            match &call.target {
                Target::Here(directory) => self.call(at, directory, call.body),
                _ if is_without_clients(call.body, settings) => {}
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

/// Whether the configuration of grantlint accepts the source of a call as having no clients.
fn is_without_clients(call: Node<'_, '_>, settings: TerraformSettings<'_>) -> bool {
    let source = call.get("source").and_then(Node::text);
    let mut patterns = settings.modules_without_clients.iter();
    source.is_some_and(|source| patterns.any(|pattern| is_like(&source, pattern)))
}

/// Whether a text matches a pattern in which `*` is any text.
fn is_like(text: &str, pattern: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return text == pattern;
    };
    let Some(mut text) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        match text.find(part) {
            Some(at) => text = &text[at + part.len()..],
            None => return false,
        }
    }
    text.ends_with(last)
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
        "run terraform init, or give grantlint the plan too: terraform show -json plan.out > plan.json; or name the source in modules-without-clients of [terraform]",
    )
    .at(call.get("source").unwrap_or(call).place())
}

#[cfg(test)]
mod tests {
    use super::is_like;

    #[test]
    fn a_star_is_any_text() {
        for (text, pattern, wanted) in [
            (
                "terraform-aws-modules/vpc/aws",
                "terraform-aws-modules/*",
                true,
            ),
            (
                "git::https://g.example/a/b.git//x?ref=v1",
                "git::https://g.example/a/*",
                true,
            ),
            (
                "git::https://g.example/ab",
                "git::https://g.example/a/*",
                false,
            ),
            ("a/b/c", "a/*/c", true),
            ("a/c", "a/*/c", false),
            ("abab", "*ab", true),
            ("aba", "*ab", false),
            ("abc", "abc", true),
            ("abcd", "abc", false),
            ("aba", "ab*ba", false),
            ("x", "*", true),
            ("", "**", true),
        ] {
            assert_eq!(is_like(text, pattern), wanted, "{text} {pattern}");
        }
    }
}
