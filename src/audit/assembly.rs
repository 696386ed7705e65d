//! The second stage: facts become organisations with their clients.

use super::Request;
use super::intake::{self, Intake};
use super::reading::{Reading, unparsed};
use crate::engine::Setting;
use crate::export::{self, Export, Facts};
use crate::finding::{EXPORT_CLIENTS, Input, Notice, Problem, ProblemKind, SkippedFile};
use crate::model::Organisation;
use crate::policy::{Settled, UsageTerms};
use crate::text::{Comment, Redactor, SourceId, Sources, plural};

/// The organisations of a run, and what their assembly left to say.
pub(super) struct Assembled<'s> {
    pub sources: &'s Sources,
    pub organisations: Vec<Organisation<'s>>,
    pub settled: Settled,
    pub redactor: Redactor,
    pub inputs: Vec<Input>,
    pub skipped: Vec<SkippedFile>,
    /// The paths of the context that was used.
    pub context: Vec<String>,
    pub comments: Vec<Comment>,
    pub problems: Vec<Problem>,
    pub notices: Vec<Notice>,
}

/// What the rules run with, other than the clients.
pub(super) fn setting<'r>(
    redactor: &'r Redactor,
    sources: &'r Sources,
    request: &'r Request,
) -> Setting<'r> {
    Setting {
        today: request.today,
        redactor,
        sources,
        roots: &request.roots,
        fail_on: request.gating.fail_on,
        limits: request.finding_limits,
    }
}

/// Puts the texts of a run together. `problems` are those that are known already.
pub(super) fn assemble<'s>(
    reading: Reading<'s>,
    mut problems: Vec<Problem>,
    sources: &'s Sources,
    request: &Request,
) -> Assembled<'s> {
    let Reading {
        texts,
        inputs,
        comments,
        skipped,
        context,
    } = reading;
    let (broken, foreign) = unparsed(&texts);
    let intake = Intake::new(&texts, sources, request);
    let Export {
        mut organisations,
        secrets,
        recognised,
        problems: found,
    } = export::assemble(resolve(texts, sources, request), sources, &|directory| {
        request.scopes.whole(directory)
    });
    problems.extend(found);
    complete_usage(&mut organisations, request.usage);
    let mut notices = intake::note_coercions(&mut problems, sources);
    notices.extend(intake::usage_of_others(&organisations));
    if request.is_excerpt {
        notices.extend(intake::excuse_modules(&mut problems, sources));
    }
    problems.extend(intake.no_clients(&inputs, &problems, request));
    problems.extend(intake::fruitless_arguments(
        &inputs, &problems, request, sources,
    ));
    notices.extend(intake.unjudged_listings());
    let mut redactor = Redactor::new(secrets, recognised);
    redactor.restrict(sources, &broken, &foreign);
    let settled = request.scopes.assign_sections(&mut organisations);
    name_organisations(&mut organisations, &redactor);
    problems.extend(too_few(settled.set_of.len(), request));
    Assembled {
        sources,
        organisations,
        settled,
        redactor,
        inputs,
        skipped,
        context,
        comments,
        problems,
        notices,
    }
}

/// Puts together what the texts of each directory of Terraform say.
fn resolve<'s>(
    texts: Vec<(SourceId, Facts<'s>)>,
    sources: &Sources,
    request: &Request,
) -> Vec<(SourceId, Facts<'s>)> {
    let settings = export::TerraformSettings {
        var_files: &request.terraform.var_files,
        modules_without_clients: &request.terraform.modules_without_clients,
    };
    export::resolve(texts, sources, settings)
}

/// Calls each organisation by the name that the platform gives it, unless several have that name.
fn name_organisations(organisations: &mut [Organisation<'_>], redactor: &Redactor) {
    let names = organisations
        .iter_mut()
        .map(|organisation| organisation.name.take());
    let names: Vec<_> = names.collect();
    for (organisation, name) in organisations.iter_mut().zip(&names) {
        let Some(name) = name else { continue };
        let same = names.iter().flatten().filter(|other| *other == name);
        if same.count() == 1 {
            organisation.label = redactor.words(name).into_owned();
        }
    }
}

/// Adds what the policy says about usage.
fn complete_usage(organisations: &mut [Organisation<'_>], terms: UsageTerms) {
    for organisation in organisations {
        let Some(usage) = &mut organisation.usage else {
            continue;
        };
        usage.cadence = terms.cadence;
        if let Some(window) = terms.window {
            usage.set_missing_windows(window);
        }
    }
}

fn too_few(clients: usize, request: &Request) -> Option<Problem> {
    (clients < request.require_clients).then(|| {
        Problem::new(
            ProblemKind::NoClients,
            format!(
                "at least {} clients are required, and {clients} {} found",
                request.require_clients,
                plural(clients, "was", "were")
            ),
            format!("export all of them: {EXPORT_CLIENTS}"),
        )
    })
}
