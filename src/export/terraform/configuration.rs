//! Configurations: `.tf` and `.tf.json`, module by module.
//!
//! Invariant: a module is a directory. A module that no other module calls is a root, and so an
//! organisation. The resources of a called module belong to each of its callers. Reading a module
//! costs no more than its text; `instances` bounds how often calls multiply it.

use super::installed::Installed;
use super::kinds;
use crate::document::{Document, Kind, Node};
use crate::export::lower::Problems;
use crate::export::shape;
use crate::finding::{Problem, ProblemKind};
use crate::text::{Purpose, SourceId, Sources, normal};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

/// The keys that Terraform allows at the top of a configuration.
const TOP: [&str; 14] = [
    "terraform",
    "provider",
    "variable",
    "locals",
    "module",
    "resource",
    "data",
    "output",
    "moved",
    "import",
    "removed",
    "check",
    "ephemeral",
    "//",
];

/// Whether a value is a configuration: Terraform knows every key at its top, and each has a
/// block as its value.
pub(super) fn is_configuration(root: Node<'_, '_>) -> bool {
    let mut any = false;
    for (key, value) in root.entries() {
        if !TOP.iter().any(|known| key.is_text(known)) {
            return false;
        }
        any |= is_block(value);
        if !is_block(value) && !key.is_text("//") {
            return false;
        }
    }
    any
}

/// Reports values of a configuration in JSON that are not blocks where Terraform needs blocks.
pub(super) fn report_wrong_shapes(root: Node<'_, '_>, problems: &mut Problems) {
    let keywords = [("resource", 2), ("data", 2), ("module", 1)];
    for (key, value) in root.entries() {
        let known = keywords.iter().find(|(keyword, _)| key.is_text(keyword));
        // Generators write null for "no block at all"; a block itself that is null has been lost.
        if let Some((keyword, labels)) = known.filter(|_| value.kind() != Kind::Null) {
            report_below(value, keyword, *labels, problems);
        }
    }
}

fn report_below(node: Node<'_, '_>, keyword: &str, labels: usize, problems: &mut Problems) {
    match (node.kind(), labels) {
        (Kind::Map, 0) => {}
        (Kind::List, _) => {
            for item in node.items() {
                report_below(item, keyword, labels, problems);
            }
        }
        (Kind::Map, _) => {
            for (key, value) in node.entries() {
                let is_foreign = keyword != "module"
                    && labels == 2
                    && key
                        .text()
                        .is_some_and(|kind| !kind.starts_with(kinds::PREFIX));
                if !is_foreign && !key.is_text("//") {
                    report_below(value, keyword, labels - 1, problems);
                }
            }
        }
        _ => problems.push(
            Problem::new(
                ProblemKind::WrongType,
                format!(
                    "a `{keyword}` block should be an object, and is {}",
                    node.kind_name()
                ),
                "correct the configuration: terraform validate shows what Terraform expects",
            )
            .at(node.place()),
        ),
    }
}

fn is_block(node: Node<'_, '_>) -> bool {
    matches!(node.kind(), Kind::Map | Kind::List)
}

/// Whether JSON that has the keys of a configuration is one by chance: an envelope of clients, or
/// of anything that has no labels where a configuration must.
pub(super) fn is_envelope(root: Node<'_, '_>) -> bool {
    let has_label = |node: Node<'_, '_>| node.entries().all(|(_, body)| is_block(body));
    let has_labels = |node: Node<'_, '_>| has_label(node) && node.items().all(has_label);
    root.entries().any(|(key, value)| {
        let mut labelled = ["resource", "data", "ephemeral"].into_iter();
        if labelled.any(|known| key.is_text(known)) {
            !has_labels(value) || wraps_clients(value)
        } else {
            shape::holds_clients(value)
        }
    })
}

/// Whether clients are below a label that is not a resource type: those begin with the name of
/// their provider and `_`.
fn wraps_clients(value: Node<'_, '_>) -> bool {
    value.entries().any(|(label, body)| {
        let is_type = label.text().is_some_and(|label| label.contains('_'));
        !is_type && shape::holds_clients(body)
    })
}

/// A resource or data source.
#[derive(Clone)]
pub(super) struct Resource<'d, 'a> {
    /// It is a resource, not a data source.
    pub(super) managed: bool,
    pub(super) kind: String,
    pub(super) name: String,
    /// Its block, and those of override files.
    pub(super) bodies: Vec<Node<'d, 'a>>,
    /// The same address in another block, which Terraform would refuse.
    pub(super) again: Vec<Node<'d, 'a>>,
}

impl<'d, 'a> Resource<'d, 'a> {
    /// Its address within its module.
    pub(super) fn address(&self) -> String {
        address(self.managed, &self.kind, &self.name)
    }

    /// An argument, as the last file to set it has it.
    pub(super) fn argument(&self, name: &str) -> Option<Node<'d, 'a>> {
        self.bodies.iter().rev().find_map(|body| body.get(name))
    }
}

/// The address of a resource or data source within its module.
pub(super) fn address(managed: bool, kind: &str, name: &str) -> String {
    let data = if managed { "" } else { "data." };
    format!("{data}{kind}.{name}")
}

/// A call of a module.
#[derive(Clone)]
pub(super) struct Call<'d, 'a> {
    pub(super) body: Node<'d, 'a>,
    pub(super) target: Target,
}

/// What a call calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// The module in this directory.
    Here(String),
    /// A directory that is not among what was given.
    Missing(String),
    /// A registry or repository.
    Remote,
}

/// A directory of a configuration.
#[derive(Default)]
pub(super) struct Module<'d, 'a> {
    /// Its first file.
    pub(super) source: SourceId,
    /// A file of it was given, and not only read because another module calls it.
    pub(super) is_given: bool,
    pub(super) resources: Vec<Resource<'d, 'a>>,
    /// Positions in `resources` by address.
    by_address: HashMap<String, usize>,
    pub(super) variables: HashMap<String, Node<'d, 'a>>,
    pub(super) locals: HashMap<String, Node<'d, 'a>>,
    pub(super) outputs: HashMap<String, Node<'d, 'a>>,
    pub(super) calls: BTreeMap<String, Call<'d, 'a>>,
    /// `moved` blocks: which address became which.
    pub(super) moves: Vec<(Node<'d, 'a>, Node<'d, 'a>)>,
    /// `import` blocks: address and id.
    pub(super) imports: Vec<(Node<'d, 'a>, Node<'d, 'a>)>,
    /// It asks for the provider, or sets it up.
    pub(super) names_provider: bool,
}

impl<'d, 'a> Module<'d, 'a> {
    pub(super) fn resource(&self, address: &str) -> Option<&Resource<'d, 'a>> {
        Some(&self.resources[*self.by_address.get(address)?])
    }

    /// Whether anything of Genesys Cloud is in it.
    pub(super) fn is_ours(&self) -> bool {
        let of_provider = |resource: &Resource<'_, '_>| resource.kind.starts_with(kinds::PREFIX);
        self.names_provider || self.resources.iter().any(of_provider)
    }

    fn add(&mut self, root: Node<'d, 'a>, overrides: bool) {
        for (managed, keyword) in [(true, "resource"), (false, "data")] {
            for (labels, body) in blocks(root, keyword, 2) {
                let [kind, name] = labels.as_slice() else {
                    continue;
                };
                self.add_resource(managed, kind, name, body, overrides);
            }
        }
        for (keyword, named) in [
            ("variable", &mut self.variables),
            ("output", &mut self.outputs),
        ] {
            for (mut labels, body) in blocks(root, keyword, 1) {
                named.insert(labels.remove(0), body);
            }
        }
        for (_, body) in blocks(root, "locals", 0) {
            for (key, value) in body.entries() {
                let name = key.text().unwrap_or_default().into_owned();
                self.locals.insert(name, value);
            }
        }
        for (mut labels, body) in blocks(root, "module", 1) {
            let call = Call {
                body,
                target: Target::Remote,
            };
            self.calls.insert(labels.remove(0), call);
        }
        for (_, body) in blocks(root, "import", 0) {
            if let (Some(to), Some(id)) = (body.get("to"), body.get("id")) {
                self.imports.push((to, id));
            }
        }
        for (_, body) in blocks(root, "moved", 0) {
            if let (Some(from), Some(to)) = (body.get("from"), body.get("to")) {
                self.moves.push((from, to));
            }
        }
        self.names_provider |= names_provider(root);
    }

    fn add_resource(
        &mut self,
        managed: bool,
        kind: &str,
        name: &str,
        body: Node<'d, 'a>,
        overrides: bool,
    ) {
        let address = address(managed, kind, name);
        if let Some(&before) = self.by_address.get(&address) {
            let resource = &mut self.resources[before];
            let bodies = if overrides {
                &mut resource.bodies
            } else {
                &mut resource.again
            };
            bodies.push(body);
            return;
        }
        self.by_address.insert(address, self.resources.len());
        self.resources.push(Resource {
            managed,
            kind: kind.to_owned(),
            name: name.to_owned(),
            bodies: vec![body],
            again: Vec::new(),
        });
    }
}

/// Whether a configuration asks for the provider of Genesys Cloud, or sets it up.
fn names_provider(root: Node<'_, '_>) -> bool {
    let required = blocks(root, "terraform", 0)
        .into_iter()
        .flat_map(|(_, body)| blocks(body, "required_providers", 0))
        .any(|(_, body)| {
            body.entries().any(|(key, value)| {
                let source = value.get("source").and_then(Node::text);
                key.is_text(kinds::PROVIDER)
                    || source.is_some_and(|source| source.ends_with(kinds::PROVIDER))
            })
        });
    let set_up = |(labels, _): &(Vec<String>, Node<'_, '_>)| labels[0] == kinds::PROVIDER;
    required || blocks(root, "provider", 1).iter().any(set_up)
}

/// The blocks of a kind with their labels, in either syntax: in JSON a block that stands
/// several times is a list at any level.
pub(super) fn blocks<'d, 'a>(
    root: Node<'d, 'a>,
    keyword: &str,
    labels: usize,
) -> Vec<(Vec<String>, Node<'d, 'a>)> {
    let mut found = Vec::new();
    for (key, value) in root.entries() {
        if key.is_text(keyword) {
            descend(value, labels, &mut Vec::new(), &mut found);
        }
    }
    found
}

fn descend<'d, 'a>(
    node: Node<'d, 'a>,
    labels: usize,
    path: &mut Vec<String>,
    found: &mut Vec<(Vec<String>, Node<'d, 'a>)>,
) {
    match node.kind() {
        Kind::List => {
            for item in node.items() {
                if item.kind() == Kind::Map {
                    descend(item, labels, path, found);
                }
            }
        }
        Kind::Map if labels == 0 => found.push((path.clone(), node)),
        Kind::Map => {
            for (key, value) in node.entries() {
                path.push(key.text().unwrap_or_default().into_owned());
                descend(value, labels - 1, path, found);
                path.pop();
            }
        }
        _ => {}
    }
}

/// All modules by their directories.
pub(super) fn modules<'d, 'a>(
    documents: &'d [(SourceId, Document<'a>)],
    installed: &Installed,
    sources: &Sources,
) -> BTreeMap<String, Module<'d, 'a>> {
    let path = |source: SourceId| sources.get(source).path();
    let paths: BTreeSet<&str> = documents.iter().map(|(source, _)| path(*source)).collect();
    let is_json = |path: &str| {
        let ending = Path::new(path).extension();
        ending.is_some_and(|ending| ending.eq_ignore_ascii_case("json"))
    };
    let read_by_terraform = |source: SourceId| is_json(path(source)) || is_named(path(source));
    let directory = |source: SourceId| normal(sources.get(source).directory());
    let ids = || documents.iter().map(|(source, _)| *source);
    let named: BTreeSet<String> = ids()
        .filter(|id| is_named(path(*id)))
        .map(directory)
        .collect();
    let is_read = |source: SourceId| {
        of_tofu(path(source)).is_none_or(|own| !paths.contains(&*own))
            // A copy such as `main.tf.bak` next to what Terraform reads is not part of it.
            && (read_by_terraform(source) || !named.contains(&directory(source)))
    };
    let mut files: Vec<_> = documents
        .iter()
        .filter(|(source, _)| is_read(*source))
        .collect();
    files.sort_by_key(|(source, _)| (is_override(sources.get(*source).path()), *source));
    let mut modules: BTreeMap<String, Module<'d, 'a>> = BTreeMap::new();
    for (source, document) in files {
        let file = sources.get(*source);
        let directory = normal(file.directory());
        let module = modules.entry(directory).or_insert_with(|| Module {
            source: *source,
            ..Module::default()
        });
        module.is_given |= file.purpose() == Purpose::Audit;
        for root in document.roots() {
            module.add(root, is_override(file.path()));
        }
    }
    let known: BTreeSet<String> = modules.keys().cloned().collect();
    for (directory, module) in &mut modules {
        for (name, call) in &mut module.calls {
            call.target = target(directory, call.body, &known);
            if call.target == Target::Remote
                && let Some(called) = installed.directory(directory, name, call.body)
                && known.contains(called)
            {
                call.target = Target::Here(called.to_owned());
            }
        }
    }
    modules
}

/// The file that `OpenTofu` reads in place of this one, where it is there: `a.tofu` for `a.tf`.
fn of_tofu(path: &str) -> Option<String> {
    let stem = path.strip_suffix(".tf").map(|stem| format!("{stem}.tofu"));
    let json = || path.strip_suffix(".tf.json");
    stem.or_else(|| json().map(|stem| format!("{stem}.tofu.json")))
}

/// Whether Terraform or `OpenTofu` reads a file of this name as configuration in HCL.
fn is_named(path: &str) -> bool {
    let path = path.strip_suffix(".gz").unwrap_or(path);
    [".tf", ".tofu"].iter().any(|end| path.ends_with(end))
}

/// `override.tf` and `*_override.tf` change what other files say.
fn is_override(path: &str) -> bool {
    let name = path.rsplit(['/', '!']).next().unwrap_or(path);
    let name = name.strip_suffix(".json").unwrap_or(name);
    name.strip_suffix(".tf")
        .or_else(|| name.strip_suffix(".tofu"))
        .is_some_and(|stem| stem == "override" || stem.ends_with("_override"))
}

fn target(directory: &str, call: Node<'_, '_>, known: &BTreeSet<String>) -> Target {
    let Some(source) = call.get("source").and_then(Node::text) else {
        return Target::Remote;
    };
    if !(source.starts_with("./") || source.starts_with("../")) {
        return Target::Remote;
    }
    let called = normal(&format!("{directory}/{source}"));
    if known.contains(&called) {
        Target::Here(called)
    } else {
        Target::Missing(called)
    }
}

/// The directories that are roots. Of modules that call each other in a circle the first is
/// one.
pub(super) fn roots(modules: &BTreeMap<String, Module<'_, '_>>) -> Vec<String> {
    let called: BTreeSet<&String> = modules
        .iter()
        .flat_map(|(caller, module)| {
            module
                .calls
                .values()
                .filter_map(move |call| match &call.target {
                    Target::Here(directory) if directory != caller => Some(directory),
                    _ => None,
                })
        })
        .collect();
    let mut roots = Vec::new();
    let mut reached = BTreeSet::new();
    let given = || {
        let given = modules.iter().filter(|(_, module)| module.is_given);
        given.map(|(directory, _)| directory)
    };
    let uncalled = given().filter(|directory| !called.contains(directory));
    for directory in uncalled.chain(given()) {
        if !reached.contains(directory) {
            roots.push(directory.clone());
            reach(directory, modules, &mut reached);
        }
    }
    roots.sort();
    roots
}

fn reach<'m>(
    from: &'m String,
    modules: &'m BTreeMap<String, Module<'_, '_>>,
    reached: &mut BTreeSet<&'m String>,
) {
    let mut open = vec![from];
    while let Some(directory) = open.pop() {
        if !reached.insert(directory) {
            continue;
        }
        for call in modules
            .get(directory)
            .iter()
            .flat_map(|module| module.calls.values())
        {
            if let Target::Here(called) = &call.target {
                open.push(called);
            }
        }
    }
}
