//! One audit from texts to report: the only place that knows the order of the rooms.
//!
//! Law: pure. It reads no file, no clock and no environment, and prints nothing.

use crate::catalog::{Confidence, Persona, Rule, Severity, Value};
use crate::checks::{Parameters, Prepared};
use crate::document::Limits;
use crate::engine;
use crate::export::{self, Export, Facts, Shape};
use crate::finding::{ClientFacts, Finding, Input, Problem, ProblemKind, Report, Summary};
use crate::model::{Client, Text};
use crate::policy::{Gating, exit_code};
use crate::text::{Gate, Place, SourceId, Sources, Span};
use jiff::civil::Date;
use rayon::prelude::*;
use std::borrow::Cow;
use std::sync::Arc;

/// What to audit with.
#[derive(Clone, Debug)]
pub struct Request {
    /// The rules to run.
    pub rules: Vec<&'static Rule>,
    /// Rules were left out on purpose.
    pub partial: bool,
    /// Parameters that differ from their defaults, by rule id.
    pub parameters: Vec<(String, Vec<(String, Value)>)>,
    /// The day of the audit.
    pub today: Date,
    /// For whom the rules speak: those for later ones do not run.
    pub persona: Persona,
    /// The least severity that is shown.
    pub min_severity: Severity,
    /// The least confidence that is shown.
    pub min_confidence: Confidence,
    /// What the exit code fails on.
    pub gating: Gating,
    /// What reading costs at most.
    pub limits: Limits,
}

impl Request {
    /// Every built-in rule at its defaults.
    #[must_use]
    pub fn new(today: Date) -> Self {
        Self {
            rules: crate::catalog::builtin().iter().collect(),
            partial: false,
            parameters: Vec::new(),
            today,
            persona: Persona::Regular,
            min_severity: Severity::Info,
            min_confidence: Confidence::Low,
            gating: Gating {
                fail_on: Some(Severity::Low),
                exit_zero: false,
            },
            limits: Limits::default(),
        }
    }
}

/// Audits `sources`. `named` tells for each whether it was named itself; `problems` are those
/// of finding them.
#[must_use]
pub fn audit<'s>(
    sources: &'s Sources,
    named: &[bool],
    mut problems: Vec<Problem>,
    request: &Request,
) -> Report<'s> {
    let read = read_all(sources, named, request);
    let mut inputs = Vec::with_capacity(read.len());
    let mut all = Vec::with_capacity(read.len());
    let mut has_listing = false;
    for (id, input, facts) in read {
        has_listing |= facts.shapes.contains(&Shape::Clients) || facts.count_clients() > 0;
        inputs.push(input);
        all.push((id, facts));
    }
    let Export {
        organisations,
        secrets,
        problems: found,
    } = export::assemble(export::resolve(all, sources), sources);
    problems.extend(found);
    if !has_listing && problems.is_empty() {
        problems.push(no_clients(&inputs));
    }
    let gate = Gate::new(secrets);
    let prepared = prepare(request, &mut problems);
    let outcome = engine::run(&organisations, &prepared, request.today, &gate);
    problems.extend(outcome.problems);
    settle(&mut problems, sources, &gate);
    let (findings, hidden): (Vec<_>, Vec<_>) = outcome
        .findings
        .into_iter()
        .partition(|finding| is_shown(finding, request));
    let clients: Vec<_> = organisations
        .par_iter()
        .flat_map(|organisation| {
            let gate = &gate;
            let label: Arc<str> = gate.words(&organisation.label).into();
            organisation
                .clients
                .par_iter()
                .map(move |client| facts_of(client, &label, gate))
        })
        .collect();
    let mut summary = Summary {
        clients: clients.len(),
        files: sources.len(),
        organisations: organisations.len(),
        rules: prepared.len(),
        below_threshold: hidden.len(),
        ..Summary::default()
    };
    for finding in &findings {
        summary.findings[finding.severity as usize] += 1;
    }
    let severities = findings.iter().map(|finding| finding.severity);
    let exit = exit_code(request.gating, severities, &problems);
    Report {
        sources,
        rules: prepared.iter().map(|prepared| prepared.rule).collect(),
        partial: request.partial,
        inputs,
        clients,
        findings,
        not_judged: outcome.not_judged,
        problems,
        today: request.today,
        summary,
        fail_on: request.gating.fail_on,
        exit,
        gate,
    }
}

/// Puts problems in the order of their places, fit to be shown.
fn settle(problems: &mut [Problem], sources: &Sources, gate: &Gate) {
    for problem in problems.iter_mut() {
        problem.message = gate.words(&problem.message).into_owned();
        problem.remedy = gate.words(&problem.remedy).into_owned();
    }
    problems.sort_by_cached_key(|problem| {
        let path = problem.place.map(|place| sources.get(place.source).path());
        (
            path.or(problem.path.as_deref()).map(str::to_owned),
            problem.place,
            problem.message.clone(),
        )
    });
}

/// Reads every text.
fn read_all<'s>(
    sources: &'s Sources,
    named: &[bool],
    request: &Request,
) -> Vec<(SourceId, Input, Facts<'s>)> {
    let texts: Vec<_> = sources.iter().collect();
    texts
        .par_iter()
        .map(|&(id, source)| {
            let (mut facts, format) = export::read(id, source, request.limits);
            let is_named = named.get(id.0 as usize).copied().unwrap_or(true);
            if facts.problems.is_empty() {
                facts.problems.extend(unusable(id, source.text(), &facts));
            }
            if is_named && facts.problems.is_empty() && main_shape(&facts) == Shape::Other {
                facts.problems.push(unrecognised(id));
            }
            let input = Input {
                path: source.path().to_owned(),
                format: format.name(),
                shape: main_shape(&facts).name(),
                documents: facts.documents,
                clients: facts.count_clients(),
            };
            (id, input, facts)
        })
        .collect()
}

fn is_shown(finding: &Finding, request: &Request) -> bool {
    finding.severity >= request.min_severity && finding.confidence >= request.min_confidence
}

fn prepare(request: &Request, problems: &mut Vec<Problem>) -> Vec<Prepared> {
    let mut prepared = Vec::with_capacity(request.rules.len());
    let heard = |rule: &&&Rule| rule.persona <= request.persona;
    for &rule in request.rules.iter().filter(heard) {
        let set = request
            .parameters
            .iter()
            .find(|(id, _)| *id == rule.id)
            .map_or(&[][..], |(_, set)| set);
        match Prepared::new(rule, Parameters::with(rule, set)) {
            Ok(ready) => prepared.push(ready),
            Err(fault) => problems.push(Problem::new(
                ProblemKind::Configuration,
                fault,
                "correct the rule file",
            )),
        }
    }
    prepared
}

/// The shape that says most about a text.
fn main_shape(facts: &Facts<'_>) -> Shape {
    facts.shapes.iter().copied().min().unwrap_or(Shape::Nothing)
}

/// A text that holds no data at all: that is never an export, wherever it was found.
fn unusable(id: SourceId, text: &str, facts: &Facts<'_>) -> Option<Problem> {
    if facts.holds_data {
        return None;
    }
    let (kind, message, remedy) = if facts.documents == 0 {
        (
            ProblemKind::Unrecognised,
            "this file is empty",
            "export it again; a command that fails often leaves an empty file",
        )
    } else if text.trim_start().starts_with('<') {
        (
            ProblemKind::Syntax,
            "this is a web page, not an export",
            "a page to sign in is often saved in place of the answer: renew the access token and export again",
        )
    } else {
        (
            ProblemKind::Syntax,
            "this is neither JSON nor YAML: it is plain text",
            "give it what `gc oauth clients list -a` prints, or the answer of GET /api/v2/oauth/clients",
        )
    };
    let place = Place::new(id, Span::new(0, 0));
    Some(Problem::new(kind, message, remedy).at(place))
}

fn unrecognised(id: SourceId) -> Problem {
    Problem::new(
        ProblemKind::Unrecognised,
        "this file holds no clients, roles, divisions or scopes that grantlint knows",
        "give it what `gc oauth clients list -a` prints, or the answer of GET /api/v2/oauth/clients",
    )
    .at(Place::new(id, Span::new(0, 0)))
}

fn no_clients(inputs: &[Input]) -> Problem {
    let message = if inputs.is_empty() {
        "there is no export here: nothing was audited".to_owned()
    } else {
        format!(
            "no OAuth client in {} file{}: nothing was audited",
            inputs.len(),
            if inputs.len() == 1 { "" } else { "s" }
        )
    };
    Problem::new(
        ProblemKind::NoClients,
        message,
        "export the clients: gc oauth clients list -a > clients.json",
    )
}

fn facts_of<'s>(client: &Client<'s>, organisation: &Arc<str>, gate: &Gate) -> ClientFacts<'s> {
    let name = client.name.known().map(|name| shown(name, gate));
    let id = client.id.known().map(|id| shown(id, gate));
    let address = client.address.as_ref().map(|address| shown(address, gate));
    let label = name
        .as_ref()
        .filter(|name| !name.trim().is_empty())
        .or(address.as_ref())
        .or(id.as_ref())
        .cloned();
    ClientFacts {
        label: label.unwrap_or(Cow::Borrowed("(no name)")),
        id,
        name,
        address,
        grant: client
            .grant()
            .map_or("grant type unknown", |grant| grant.words()),
        kind: client.kind.kind.name(),
        evidence: client.kind.evidence,
        kind_is_guess: client.kind.is_guess,
        organisation: Arc::clone(organisation),
        place: client.name.place().unwrap_or(client.place),
    }
}

/// A text of the export, fit to be shown; borrowed from its source where nothing is to hide.
fn shown<'s>(text: &Text<'s>, gate: &Gate) -> Cow<'s, str> {
    match text {
        Cow::Borrowed(text) => gate.words(text),
        Cow::Owned(text) => Cow::Owned(gate.words(text).into_owned()),
    }
}
