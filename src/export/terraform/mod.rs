//! Terraform: configurations, states, plans.
//!
//! Invariant: each file is read by itself; [`resolve`] combines the files of a directory between
//! reading and assembling. Each shape has a module, and all end in the same values, so that one
//! lowering serves all. Values that need a run of Terraform are unknown.

mod configuration;
mod evaluate;
mod installed;
mod instances;
mod kinds;
mod lower;
mod resource;
mod secrets;
mod show;
mod spelling;
mod state;
mod value;
mod variables;

pub use variables::is_var_file;

use super::{Facts, Shape};
use crate::document::{Document, Format, Node};
use crate::finding::{Problem, ProblemKind};
use crate::model::EntityRef;
use crate::text::{Place, SecretValue, SourceId, Sources, Span, normal};
use configuration::Module;
use evaluate::{Bound, Evaluator, ResourceInstance};
use installed::Installed;
use instances::Tree;
use resource::{Ids, Origin, Resource};
use std::collections::{BTreeMap, HashSet};
use variables::Files;

/// What the files of a configuration do not say.
#[derive(Clone, Copy, Debug, Default)]
pub struct TerraformSettings<'s> {
    /// Files of variables that are given together, in their order. A name matches the end of a
    /// path.
    pub var_files: &'s [Vec<String>],
    /// Sources of modules that create no clients, with `*`.
    pub modules_without_clients: &'s [String],
}

/// What a text says that only the other texts of its directory make whole.
#[derive(Debug)]
pub enum Part<'a> {
    /// A file of a configuration.
    Configuration(Document<'a>),
    /// A file of values of variables.
    Variables(Document<'a>),
    /// The list of modules that `terraform init` installed.
    Installed(Document<'a>),
    /// What a state or a plan holds.
    Applied(Vec<Resource<'a>>),
}

impl Part<'_> {
    /// How many clients it holds.
    #[must_use]
    pub fn clients(&self) -> usize {
        match self {
            Self::Configuration(document) => document
                .roots()
                .flat_map(|root| configuration::blocks(root, "resource", 2))
                .filter(|(labels, _)| labels[0] == kinds::CLIENT)
                .count(),
            Self::Variables(_) | Self::Installed(_) => 0,
            Self::Applied(resources) => {
                let of_clients = |resource: &&Resource<'_>| resource.kind == kinds::CLIENT;
                resources.iter().filter(of_clients).count()
            }
        }
    }
}

/// Whether a document is a file of a configuration or of variables.
pub(super) fn recognise(document: &Document<'_>, path: &str) -> Option<Shape> {
    let is_of_values = variables::is_of_variables(path) || variables::is_terragrunt(path);
    if is_of_values && document.format() != Format::Yaml {
        return Some(Shape::TerraformVariables);
    }
    if installed::is_list(document, path) {
        return Some(Shape::TerraformModules);
    }
    let mut roots = document.roots();
    let (Some(root), None) = (roots.next(), roots.next()) else {
        return None;
    };
    let is_empty = root.entries().next().is_none();
    let is_written = document.format() == Format::Hcl && is_empty;
    let is_read = match document.format() {
        Format::Hcl => configuration::is_configuration(root),
        Format::Json => {
            configuration::is_configuration(root)
                && (is_named_so(path) || !configuration::is_envelope(root))
        }
        Format::Yaml => false,
    };
    (is_written || is_read).then_some(Shape::TerraformConfiguration)
}

/// Whether Terraform or `OpenTofu` reads a file of this name as a configuration in JSON.
fn is_named_so(path: &str) -> bool {
    [".tf.json", ".tofu.json"]
        .iter()
        .any(|end| path.ends_with(end))
}

/// The problem that a file with the name of a configuration does not contain one.
pub(super) fn unread(facts: &Facts<'_>, document: &Document<'_>, path: &str) -> Option<Problem> {
    let is_other = || facts.shapes.iter().all(|shape| *shape == Shape::Other);
    let is_empty = document.roots().next().is_none();
    if !is_named_so(path) || is_empty || !facts.problems.is_empty() || !is_other() {
        return None;
    }
    let problem = Problem::new(
        ProblemKind::WrongType,
        "this is not a Terraform configuration: a key at its top is unknown, or is not a block",
        "correct the file: terraform validate shows what Terraform expects",
    );
    let root = document.roots().next()?;
    Some(problem.at(root.place()))
}

/// Keeps a configuration or a file of variables until the others are there.
pub(super) fn keep<'a>(shape: Shape, document: Document<'a>, facts: &mut Facts<'a>) {
    facts.shapes.push(shape);
    if shape == Shape::TerraformModules {
        facts.terraform = Some(Part::Installed(document));
        return;
    }
    for root in document.roots() {
        if shape == Shape::TerraformVariables {
            super::secrets::take_secrets(root, &mut facts.secrets);
            secrets::note_variables(variables::values(root), facts);
        } else {
            secrets::of_configuration(root, &mut facts.secrets);
            secrets::note_values(root, facts);
            configuration::report_wrong_shapes(root, &mut facts.problems);
            facts.has_blocks |= root.entries().next().is_some();
        }
    }
    facts.terraform = Some(if shape == Shape::TerraformVariables {
        Part::Variables(document)
    } else {
        Part::Configuration(document)
    });
}

/// Reads a state or a plan; says whether it is one.
pub(super) fn read<'a>(root: Node<'_, 'a>, facts: &mut Facts<'a>) -> bool {
    let (shape, resources) = if show::is_plan(root) {
        facts.problems.extend(show::cut_short(root));
        facts.problems.extend(show::problems(root));
        (Shape::TerraformPlan, show::read_plan(root))
    } else if show::is_state(root) {
        facts.problems.extend(show::problems(root));
        (Shape::TerraformState, show::read_state(root))
    } else if state::is_state(root) {
        facts.problems.extend(state::problems(root));
        (Shape::TerraformState, state::read(root))
    } else {
        return false;
    };
    facts.shapes.push(shape);
    facts.has_blocks |= show::has_resources(root);
    secrets::of_state(root, &mut facts.secrets);
    secrets::note_applied(root, facts);
    secrets::note_resources(root, facts);
    match &mut facts.terraform {
        Some(Part::Applied(before)) => before.extend(resources),
        _ => facts.terraform = Some(Part::Applied(resources)),
    }
    true
}

/// Puts together what the texts of each directory say, and hands on the facts of each root.
/// Every other fact stays as it is.
#[must_use]
pub fn resolve<'a>(
    mut texts: Vec<(SourceId, Facts<'a>)>,
    sources: &Sources,
    settings: TerraformSettings<'_>,
) -> Vec<(SourceId, Facts<'a>)> {
    let mut configurations = Vec::new();
    let mut variables = Vec::new();
    let mut lists = Vec::new();
    let mut applied: BTreeMap<String, (SourceId, Vec<Resource<'a>>)> = BTreeMap::new();
    for (source, facts) in &mut texts {
        match facts.terraform.take() {
            Some(Part::Configuration(document)) => configurations.push((*source, document)),
            Some(Part::Variables(document)) => variables.push((*source, document)),
            Some(Part::Installed(document)) => lists.push((*source, document)),
            Some(Part::Applied(resources)) => {
                let directory = normal(sources.get(*source).directory());
                let entry = applied.entry(directory).or_insert((*source, Vec::new()));
                entry.1.extend(resources);
            }
            None => {}
        }
    }
    mask_sensitive(&configurations, &variables, &mut texts);
    let installed = Installed::from_lists(&lists, sources);
    let modules = configuration::modules(&configurations, &installed, sources);
    for (source, problem) in written_twice(&modules, sources) {
        let texts = texts.iter_mut().filter(|(own, _)| *own == source);
        texts.for_each(|(_, facts)| facts.problems.push(problem.clone()));
    }
    let roots = configuration::roots(&modules);
    let bytes = sources_length(&configurations, sources);
    for root in &roots {
        let (_, was_applied) = applied.remove(root).unwrap_or_default();
        let tree = Tree::from_root(root, &modules, !was_applied.is_empty(), settings);
        let declared = modules.get(root).map(|module| module.variables.keys());
        let declared: Vec<String> = declared.into_iter().flatten().cloned().collect();
        let files = Files::of_root(root, &declared, &roots, &variables, sources, settings);
        let evaluator = Evaluator::new(root, &modules, &files, sources, bytes);
        let source = modules
            .get(root)
            .map_or(SourceId(0), |module| module.source);
        texts.push((source, facts_of(&evaluator, &tree, source, was_applied)));
    }
    for (source, resources) in applied.into_values() {
        texts.push((source, together(resources, Vec::new())));
    }
    texts
}

/// Masks the values that files give to variables with `sensitive = true`, in any directory: a
/// file of values can be for a configuration elsewhere.
fn mask_sensitive<'a>(
    configurations: &[(SourceId, Document<'a>)],
    variables: &[(SourceId, Document<'a>)],
    texts: &mut [(SourceId, Facts<'a>)],
) {
    let roots = configurations
        .iter()
        .flat_map(|(_, document)| document.roots());
    let names: HashSet<String> = roots.flat_map(secrets::sensitive_variables).collect();
    if names.is_empty() {
        return;
    }
    for (source, document) in variables {
        let Some((_, facts)) = texts.iter_mut().find(|(own, _)| own == source) else {
            continue;
        };
        for root in document.roots() {
            secrets::mask_variables(variables::values(root), &names, &mut facts.secrets);
        }
    }
}

/// Resources that a module declares twice. The provider's export in both languages
/// (`json_hcl`) does that: a file and the same with `.json` after its name are one.
fn written_twice(
    modules: &BTreeMap<String, Module<'_, '_>>,
    sources: &Sources,
) -> Vec<(SourceId, Problem)> {
    let path = |node: &Node<'_, '_>| sources.get(node.place().source).path();
    let mut found = Vec::new();
    for resource in modules.values().flat_map(|module| &module.resources) {
        if !kinds::is_read(resource.managed, &resource.kind) {
            continue;
        }
        for again in &resource.again {
            let first = resource.bodies.first().map_or("", path);
            if path(again).strip_suffix(".json") == Some(first) {
                continue;
            }
            let problem = Problem::new(
                ProblemKind::Contradiction,
                format!(
                    "{} is already declared in {first}; grantlint audited that declaration",
                    resource.address()
                ),
                "remove one of the two: Terraform refuses a configuration that holds both",
            );
            found.push((again.place().source, problem.at(again.place())));
        }
    }
    found
}

fn sources_length(documents: &[(SourceId, Document<'_>)], sources: &Sources) -> usize {
    let lengths = documents
        .iter()
        .map(|(source, _)| sources.get(*source).text().len());
    lengths.sum()
}

/// The facts of a root, with those of its plan and state.
fn facts_of<'a>(
    evaluator: &Evaluator<'_, '_, 'a>,
    tree: &Tree,
    source: SourceId,
    applied: Vec<Resource<'a>>,
) -> Facts<'a> {
    let mut resources = applied;
    let mut imports = Vec::new();
    for (index, directory, prefix) in evaluator.module_instances() {
        let Some(module) = evaluator.modules.get(&directory) else {
            continue;
        };
        for (from, to) in &module.moves {
            let address = |node| format!("{prefix}{}", address_at(node));
            resource::rename(&mut resources, &address(from), &address(to));
        }
        let callers = evaluator.callers(index);
        let read = module.resources.iter();
        for resource in read.filter(|one| kinds::is_read(one.managed, &one.kind)) {
            let instances = evaluator.evaluate(index, resource);
            let written = instances.into_iter().filter_map(written);
            resources.extend(written.map(|resource| Resource {
                callers: callers.clone(),
                ..resource
            }));
        }
        imports.extend(imports_of(evaluator, index, module));
    }
    let mut facts = together(resources, imports);
    facts.problems.extend(tree.problems.iter().cloned());
    let secrets = evaluator.take_secrets().into_iter();
    facts
        .secrets
        .extend(secrets.map(|(place, text)| (place, SecretValue::new(&text))));
    let is_told = |problem: &Problem| problem.kind == ProblemKind::Limit;
    if let Some(bound) = evaluator.reached()
        && !facts.problems.iter().any(is_told)
    {
        facts.problems.push(past_bound(bound, source));
    }
    facts
}

/// An instance of a resource as its configuration has it, in all of its worlds.
fn written<'a>(instance: ResourceInstance<'_, '_, 'a>) -> Option<Resource<'a>> {
    let mut worlds = instance.worlds.into_iter();
    let first = worlds.next()?;
    let other = |world: evaluate::World<'a>| resource::World {
        label: world.label,
        applied: None,
        suffix: world.suffix,
        values: world.values,
        parts: world.parts,
    };
    Some(Resource {
        origin: Origin::Configuration,
        managed: instance.resource.managed,
        kind: instance.resource.kind.clone().into(),
        address: instance.address,
        is_any: instance.is_any,
        world: first.label,
        suffix: first.suffix,
        values: first.values,
        parts: first.parts,
        callers: Vec::new(),
        is_single: first.is_single,
        others: worlds.map(other).collect(),
    })
}

/// The ids that `import` blocks give, by address.
fn imports_of<'d, 'a>(
    evaluator: &Evaluator<'_, 'd, 'a>,
    instance: usize,
    module: &Module<'d, 'a>,
) -> Vec<(String, EntityRef<'static>)> {
    let imports = module.imports.iter().filter_map(|(to, id)| {
        let id = evaluator.text(instance, *id)?;
        Some((address_at(to), EntityRef::Id(id.into())))
    });
    imports.collect()
}

/// The address that an argument of a block is.
fn address_at(node: &Node<'_, '_>) -> String {
    let written = node.written().trim_matches('"');
    written
        .trim_start_matches("${")
        .trim_end_matches('}')
        .to_owned()
}

fn together<'a>(
    resources: Vec<Resource<'a>>,
    imports: Vec<(String, EntityRef<'static>)>,
) -> Facts<'a> {
    let resources = resource::merge(resources);
    let ids = Ids::from_resources(&resources, imports);
    let mut facts = Facts::default();
    lower::lower(resources, &ids, &mut facts);
    facts.of_terraform = true;
    facts
}

fn past_bound(bound: Bound, source: SourceId) -> Problem {
    Problem::new(
        ProblemKind::Limit,
        format!(
            "the evaluation of this configuration reached a bound ({}); values past it are unknown",
            bound.words()
        ),
        "audit the plan instead: terraform show -json plan.out > plan.json",
    )
    .at(Place::new(source, Span::new(0, 0)))
}
