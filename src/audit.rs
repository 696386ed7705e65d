//! One audit from texts to report: the only place that knows the order of the rooms.
//!
//! Law: pure. It reads no file, no clock and no environment, and prints nothing.

mod plan;

use crate::catalog::{Confidence, Persona, Rule, Severity, Value};
use crate::document::Limits;
use crate::engine;
use crate::export::{self, Export, Facts, Shape};
use crate::finding::{
    ClientFacts, Finding, FindingSubject, Input, Problem, ProblemKind, Report, Summary,
};
use crate::inventory::{self, shown};
use crate::model::{Client, Field, Organisation, Text};
use crate::policy::{
    Acceptance, AcceptanceIndex, Baseline, DirectiveReader, Disposition, Gating, Judged, Scopes,
    Settled, SuppressionInput, Terms, exit_code,
};
use crate::text::{Comment, Origin, Place, Redactor, SourceId, Sources, Span};
use jiff::civil::Date;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What to audit with.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line, and they are independent"
)]
#[derive(Clone, Debug)]
pub struct Request {
    /// The rules to run.
    pub rules: Vec<&'static Rule>,
    /// All rules there are.
    pub catalogue: Vec<&'static Rule>,
    /// Rules or exports were left out on purpose.
    pub partial: bool,
    /// What is given are single files, as a hook names them: one of them need not be an
    /// export, nor any hold a client.
    pub is_excerpt: bool,
    /// Parameters that differ from their defaults, by rule id: they come before the policy's.
    pub parameters: Vec<(String, Vec<(String, Value)>)>,
    /// What the policy says of rules and clients.
    pub scopes: Scopes,
    /// The risks that somebody accepted.
    pub acceptances: Vec<Acceptance>,
    /// On which terms.
    pub terms: Terms,
    /// What the policy locks, by its path, and where.
    pub locks: BTreeMap<String, Origin>,
    /// Rules whose findings the baseline does not excuse.
    pub not_baselined: BTreeSet<String>,
    /// What was known before.
    pub baseline: Option<Baseline>,
    /// Acceptances and the baseline excuse findings.
    pub excuses: bool,
    /// Readers want to see what is suppressed and known too.
    pub show_suppressed: bool,
    /// The fewest clients of a complete audit.
    pub require_clients: usize,
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
    /// Take stock of every client, and name those that no finding is about, too: some formats
    /// draw it, and it is not free.
    pub inventory: bool,
}

impl Request {
    /// Every built-in rule at its defaults.
    #[must_use]
    pub fn new(today: Date) -> Self {
        let rules: Vec<&'static Rule> = crate::catalog::builtin().iter().collect();
        Self {
            catalogue: rules.clone(),
            rules,
            partial: false,
            is_excerpt: false,
            parameters: Vec::new(),
            scopes: Scopes::default(),
            acceptances: Vec::new(),
            terms: Terms::default(),
            locks: BTreeMap::new(),
            not_baselined: BTreeSet::new(),
            baseline: None,
            excuses: true,
            show_suppressed: false,
            require_clients: 0,
            today,
            persona: Persona::Regular,
            min_severity: Severity::Info,
            min_confidence: Confidence::Low,
            gating: Gating {
                fail_on: Some(Severity::Low),
                exit_zero: false,
            },
            limits: Limits::default(),
            inventory: false,
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
    let mut read = read_all(sources, named, request);
    let comments = take_comments(&mut read);
    let (broken, foreign) = unparsed(&read);
    let has_listing = read.iter().any(|(_, _, facts)| lists_clients(facts));
    let (inputs, all): (Vec<_>, Vec<_>) = read
        .into_iter()
        .map(|(id, input, facts)| (input, (id, facts)))
        .unzip();
    let Export {
        mut organisations,
        secrets,
        recognised,
        problems: found,
    } = export::assemble(export::resolve(all, sources), sources, &|directory| {
        request.scopes.whole(directory)
    });
    problems.extend(found);
    let may_be_none = request.is_excerpt && !sources.is_empty();
    if !has_listing && !may_be_none && problems.is_empty() {
        problems.push(no_clients(&inputs));
    }
    let mut redactor = Redactor::new(secrets, recognised);
    redactor.restrict(sources, &broken, &foreign);
    let settled = request.scopes.settle(&mut organisations);
    problems.extend(too_few(settled.set_of.len(), request));
    let plan = plan::plan(request, &settled, &mut problems);
    let outcome = engine::run(&organisations, &plan, request.today, &redactor);
    problems.extend(outcome.problems);
    let mut findings = plan::set_levels(outcome.findings, request, &settled);
    let (acceptances, misread) = accepted(&comments, request, sources);
    problems.extend(misread);
    let (directories, raw) = (&settled.directories, |place| raw(sources, place));
    let acceptance_index =
        AcceptanceIndex::new(&acceptances, &organisations, directories, &findings, raw);
    if !request.partial && problems.is_empty() {
        problems.extend(unmatched(&settled));
    }
    problems.extend(acceptance_index.problems.iter().cloned());
    settle(&mut problems, sources, &redactor);
    let ran: Vec<&'static Rule> = plan::rules(&plan, request);
    let inventory = (request.inventory).then(|| inventory::take(&organisations, &redactor));
    let others = others(&organisations, &redactor);
    let organisation_count = organisations.len();
    let told = told(&mut findings, settled.set_of.len(), request);
    let clients = clients(organisations, told, &redactor);
    let suppression = SuppressionInput {
        acceptances: &acceptances,
        terms: request.terms,
        acceptance_index: &acceptance_index,
        clients: &clients,
        others: &others,
        baseline: request.baseline.as_ref(),
        not_baselined: &request.not_baselined,
        excuses: request.excuses,
        judged: Judged::new(
            !request.partial && problems.is_empty(),
            ran.iter().map(|rule| rule.id.to_string()),
            outcome.not_judged.iter().map(|open| open.rule.to_owned()),
        ),
        today: request.today,
        redactor: &redactor,
    };
    let disposition = suppression.disposition(findings, |finding| is_shown(finding, request));
    let mut summary = Summary {
        clients: settled.set_of.len(),
        files: sources.len(),
        organisations: organisation_count,
        rules: ran.len(),
        ..Summary::default()
    };
    disposition.sum_up(request.today, request.terms, &mut summary);
    let exit = exit_code(request.gating, severities(&disposition), &problems);
    let Disposition {
        findings,
        suppressed,
        known,
        below_threshold,
        baseline,
        notices,
    } = disposition;
    Report {
        sources,
        rules: ran,
        partial: request.partial,
        inputs,
        clients,
        others,
        inventory,
        findings,
        suppressed,
        known,
        below_threshold,
        baseline,
        notices,
        show_suppressed: request.show_suppressed,
        not_judged: outcome.not_judged,
        problems,
        today: request.today,
        summary,
        fail_on: request.gating.fail_on,
        exit,
        redactor,
    }
}

/// Sources that are broken or of another program, and sources that are not exports at all.
fn unparsed(read: &[(SourceId, Input, Facts<'_>)]) -> (Vec<SourceId>, Vec<SourceId>) {
    let is_broken = |facts: &Facts<'_>| {
        let kinds = facts.problems.iter().map(|problem| problem.kind);
        let is_fault = |kind| {
            use ProblemKind::{Limit, Syntax, Truncated, Unrecognised};
            matches!(kind, Limit | Syntax | Truncated | Unrecognised)
        };
        kinds.into_iter().any(is_fault) || main_shape(facts) == Shape::Other
    };
    let (mut broken, mut foreign) = (Vec::new(), Vec::new());
    for (source, _, facts) in read {
        if !facts.holds_data {
            foreign.push(*source);
        } else if is_broken(facts) {
            broken.push(*source);
        }
    }
    (broken, foreign)
}

/// The acceptances of the policy and those in comments; and what is wrong with the latter.
fn accepted(
    comments: &[Comment],
    request: &Request,
    sources: &Sources,
) -> (Vec<Acceptance>, Vec<Problem>) {
    let directives = DirectiveReader {
        rules: &request.catalogue,
        scopes: &request.scopes,
        terms: request.terms,
        locks: &request.locks,
        sources,
        today: request.today,
    };
    let (in_comments, problems) = directives.read(comments);
    let mut acceptances = request.acceptances.clone();
    acceptances.extend(in_comments);
    (acceptances, problems)
}

/// What the gate looks at: findings that count, and what the policy has to say.
fn severities(disposition: &Disposition) -> impl Iterator<Item = Severity> {
    let findings = disposition.findings.iter().map(|finding| finding.severity);
    findings.chain(disposition.notices.iter().map(|notice| notice.severity))
}

/// The text at a place, which may be secret: for comparing, not for showing.
fn raw(sources: &Sources, place: Place) -> &str {
    let text = sources.get(place.source).text();
    text.get(place.span.range()).unwrap_or("")
}

/// Puts problems in the order of their places, fit to be shown.
fn settle(problems: &mut [Problem], sources: &Sources, redactor: &Redactor) {
    for problem in problems.iter_mut() {
        problem.message = redactor.words(&problem.message).into_owned();
        problem.remedy = redactor.words(&problem.remedy).into_owned();
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

/// Whether a text is of clients, though it may hold none.
fn lists_clients(facts: &Facts<'_>) -> bool {
    facts.shapes.contains(&Shape::Clients) || facts.count_clients() > 0
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
            let is_named = !request.is_excerpt && named.get(id.0 as usize).copied().unwrap_or(true);
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

fn take_comments(read: &mut [(SourceId, Input, Facts<'_>)]) -> Vec<Comment> {
    let facts = read.iter_mut().map(|(_, _, facts)| facts);
    facts
        .flat_map(|facts| std::mem::take(&mut facts.comments))
        .collect()
}

fn is_shown(finding: &Finding, request: &Request) -> bool {
    finding.severity >= request.min_severity && finding.confidence >= request.min_confidence
}

fn too_few(clients: usize, request: &Request) -> Option<Problem> {
    (clients < request.require_clients).then(|| {
        Problem::new(
            ProblemKind::NoClients,
            format!(
                "at least {} clients are required, and {clients} {} found",
                request.require_clients,
                if clients == 1 { "was" } else { "were" }
            ),
            "export all of them: gc oauth clients list -a > clients.json",
        )
    })
}

/// Sections and parameters that are about nobody: misspelt, or about clients that are gone.
fn unmatched(settled: &Settled) -> impl Iterator<Item = Problem> {
    settled.unmatched.iter().map(|(pattern, origin)| {
        Problem::new(
            ProblemKind::Policy,
            format!("line {}: `{pattern}` matches nothing", origin.line),
            "correct or remove it; say optional = true where it may match nothing, or --partial where not all exports are given",
        )
        .in_file(origin.path.clone())
    })
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

/// The numbers of the clients that a report tells of: all where stock is taken, else the blamed
/// ones, which findings then count alone.
fn told(findings: &mut [Finding], clients: usize, request: &Request) -> Vec<u32> {
    if request.inventory {
        return (0..clients as u32).collect();
    }
    let blamed = |finding: &Finding| match finding.subject {
        FindingSubject::Client(number) => Some(number),
        FindingSubject::Other(_) => None,
    };
    let mut told: Vec<u32> = findings.iter().filter_map(blamed).collect();
    told.sort_unstable();
    told.dedup();
    for finding in findings {
        if let Some(at) = blamed(finding).and_then(|number| told.binary_search(&number).ok()) {
            finding.subject = FindingSubject::Client(at as u32);
        }
    }
    told
}

/// The clients of these numbers, which are in order, as reports name them. The rest is let go on
/// the way: memory is fullest here.
fn clients<'s>(
    organisations: Vec<Organisation<'s>>,
    told: Vec<u32>,
    redactor: &Redactor,
) -> Vec<ClientFacts<'s>> {
    let mut all = Vec::with_capacity(told.len());
    let mut told = told.into_iter().peekable();
    let mut number = 0;
    for organisation in organisations {
        let label: Arc<str> = redactor.words(&organisation.label).into();
        for client in organisation.clients {
            if told.next_if_eq(&number).is_some() {
                all.push(facts_of(&client, &label, redactor));
            }
            number += 1;
        }
    }
    all
}

fn facts_of<'s>(
    client: &Client<'s>,
    organisation: &Arc<str>,
    redactor: &Redactor,
) -> ClientFacts<'s> {
    ClientFacts {
        grant: client
            .grant()
            .map_or("grant type unknown", |grant| grant.words()),
        kind: client.kind.kind.name(),
        evidence: client.kind.evidence,
        kind_is_guess: client.kind.is_guess,
        place: client.label_place(),
        ..called(
            &client.id,
            &client.name,
            client.address.as_ref(),
            organisation,
            redactor,
        )
    }
}

/// What findings may be about beside clients, in the order in which the engine counts them.
fn others<'s>(organisations: &[Organisation<'s>], redactor: &Redactor) -> Vec<ClientFacts<'s>> {
    let all = organisations.iter();
    all.flat_map(|organisation| others_of(organisation, redactor))
        .collect()
}

fn others_of<'s>(organisation: &Organisation<'s>, redactor: &Redactor) -> Vec<ClientFacts<'s>> {
    let label: Arc<str> = redactor.words(&organisation.label).into();
    let applications = organisation.authorisations.iter().map(|application| {
        let (id, name) = (&application.client, &application.name);
        ClientFacts {
            kind: "authorised application",
            place: application.name.place().unwrap_or(application.place),
            ..called(id, name, None, &label, redactor)
        }
    });
    let credentials = organisation.credentials.iter().map(|credential| {
        let address = Some(&credential.address);
        ClientFacts {
            kind: "integration credential",
            place: credential.place,
            ..called(&Field::Absent, &credential.name, address, &label, redactor)
        }
    });
    applications.chain(credentials).collect()
}

/// What something is called, of which nothing else is known.
fn called<'s>(
    id: &Field<Text<'s>>,
    name: &Field<Text<'s>>,
    address: Option<&Text<'s>>,
    organisation: &Arc<str>,
    redactor: &Redactor,
) -> ClientFacts<'s> {
    let id = id.known().map(|id| shown(id, redactor));
    let name = name.known().map(|name| shown(name, redactor));
    let address = address.map(|address| shown(address, redactor));
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
        grant: "",
        kind: "",
        evidence: "",
        kind_is_guess: false,
        organisation: Arc::clone(organisation),
        place: Place::default(),
    }
}
