//! The last stage: acceptances, the baseline and the gate decide what becomes of each finding.

use super::assembly::{Assembled, setting};
use super::judging::Judged;
use super::{Request, many, plan, remedies, selection, subjects};
use crate::catalog::{Rule, Severity};
use crate::engine::{self, Setting};
use crate::export;
use crate::finding::{
    Census, ClientFacts, ConfigurationChange, ConfigurationFacts, Finding, FindingSubject,
    Inventory, Names, NotJudged, Notice, NoticeKind, OpenClients, Problem, ProblemKind,
    Recommendations, Report, Selection, Summary,
};
use crate::inventory;
use crate::model::Organisation;
use crate::policy::{
    AcceptanceIndex, DirectiveOutcome, DirectiveReader, Disposition, Settled, SuppressionInput,
    exit_code,
};
use crate::text::{Comment, Place, Redactor, Sources};
use std::collections::{BTreeMap, BTreeSet};

/// Makes the report.
pub(super) fn dispose<'s>(
    assembled: Assembled<'s>,
    judged: Judged,
    request: &Request,
) -> Report<'s> {
    let Assembled {
        sources,
        mut organisations,
        settled,
        redactor,
        mut problems,
        mut notices,
        ..
    } = assembled;
    let outcome = judged.outcome;
    let mut findings = outcome.findings;
    let directives = accepted(&assembled.comments, request, sources);
    let acceptances = directives.acceptances;
    notices.extend(directives.notices);
    let (directories, raw) = (&settled.directories, |place| raw(sources, place));
    let acceptance_index =
        AcceptanceIndex::new(&acceptances, &organisations, directories, &findings, raw);
    problems.extend(judged.problems);
    problems.extend(directives.problems);
    let unaccepted = &acceptance_index.problems;
    let texts = (sources, &redactor);
    let problems = all_problems(problems, unaccepted, &settled, texts, request);
    let setting = setting(&redactor, sources, request);
    let mut summary = extent(&settled, &judged.rules, &outcome.not_judged, request);
    summary.files = assembled.inputs.len();
    summary.organisations = organisations.len();
    let ran = (judged.rules.as_slice(), outcome.open);
    let mut census = census(&organisations, &settled, ran, &problems, &setting, request);
    let described = describe(&mut organisations, &mut findings, &redactor, request);
    census.set_reported(&described.reported);
    let suppression = SuppressionInput {
        acceptances: &acceptances,
        terms: request.terms,
        acceptance_index: &acceptance_index,
        covers: &judged.covers,
        keeps_covered: request.census,
        clients: &described.clients,
        others: &described.others,
        baseline: request.baseline.as_ref(),
        not_baselined: &request.not_baselined,
        suppresses: request.suppresses,
        census: &census,
        today: request.today,
        redactor: &redactor,
    };
    let mut disposition = suppression.disposition(findings, |finding| is_shown(finding, request));
    let changed = &described.changed;
    remedies::settle_all(&mut disposition, changed, &organisations, &redactor);
    let trial = request.plan.then(|| remedies::Trial {
        organisations: &described.whole,
        plan: &judged.plan,
        setting,
        raised: judged.raised,
    });
    let plan = trial.map(|trial| trial.plan(&mut disposition));
    disposition.notices.extend(notices);
    disposition.sum_up(request.today, request.terms, &mut summary);
    count_unlisted(&mut summary, outcome.unlisted);
    Report {
        sources,
        severities: plan::severities(&judged.rules, request),
        sarif_category: request.sarif_category.clone(),
        title: request.title.clone(),
        rules: judged.rules,
        partial: request.partial,
        selected: request.selected.clone(),
        inputs: assembled.inputs,
        waived: judged.absent.waived,
        missing: judged.absent.missing,
        skipped: assembled.skipped,
        context: assembled.context,
        configuration: masked_configuration(&request.configuration, &redactor),
        unknown_values: outcome.unknown_values,
        clients: described.clients,
        others: described.others,
        inventory: described.inventory,
        recommendations: described.recommendations,
        plan,
        exit: exit_code(request.gating, severities(&disposition), &problems),
        findings: disposition.findings,
        suppressed: disposition.suppressed,
        known: disposition.known,
        below_threshold: disposition.below_threshold,
        covered: disposition.covered,
        census: request.census.then_some(census),
        baseline: disposition.baseline,
        selection: described.selection,
        names: described.names,
        work_tree: request.work_tree.clone(),
        command_line: request.command_line.clone(),
        changed: BTreeMap::new(),
        notices: disposition.notices,
        show_suppressed: request.show_suppressed,
        not_judged: outcome.not_judged,
        problems,
        today: request.today,
        summary,
        fail_on: request.gating.fail_on,
        redactor,
    }
}

/// The clients as reports name them, and what is taken from the organisations besides.
struct Described<'s> {
    clients: Vec<ClientFacts<'s>>,
    others: Vec<ClientFacts<'s>>,
    /// The numbers of `clients` among all clients.
    reported: Vec<u32>,
    /// The clients that remedies change.
    changed: remedies::Changed<'s>,
    /// The organisations with all clients, if changes are planned.
    whole: Vec<Organisation<'s>>,
    inventory: Option<Inventory<'s>>,
    recommendations: Option<Recommendations>,
    selection: Option<Selection>,
    names: Names,
}

/// Describes what a report names. Takes the clients out of the organisations, because memory use
/// peaks here.
fn describe<'s>(
    organisations: &mut [Organisation<'s>],
    findings: &mut [Finding],
    redactor: &Redactor,
    request: &Request,
) -> Described<'s> {
    let today = request.today;
    let inventory = (request.inventory).then(|| {
        let mut inventory = inventory::take(organisations, today, redactor);
        selection::name_owners(&mut inventory, organisations, request, redactor);
        inventory
    });
    let recommendations =
        (request.recommend).then(|| inventory::recommend(organisations, today, redactor));
    let names = selection::names(organisations, redactor);
    let selected = selection::selection(organisations, request, redactor);
    let others = subjects::non_clients(organisations, request, redactor);
    let count = organisations.iter().map(|one| one.clients.len()).sum();
    let reported = subjects::reported_clients(findings, count, request);
    let kept = remedies::changed_clients(findings);
    let whole = if request.plan {
        organisations.to_vec()
    } else {
        Vec::new()
    };
    let (clients, changed) =
        subjects::client_facts(organisations, &reported, request, redactor, &kept);
    Described {
        clients,
        others,
        reported,
        changed,
        whole,
        inventory,
        recommendations,
        selection: selected,
        names,
    }
}

/// The problems as the report has them: what the policy names and nothing matches is among them
/// if there are no others.
fn all_problems(
    mut problems: Vec<Problem>,
    of_acceptances: &[Problem],
    settled: &Settled,
    (sources, redactor): (&Sources, &Redactor),
    request: &Request,
) -> Vec<Problem> {
    if !request.partial && problems.is_empty() {
        problems.extend(unmatched(settled));
        problems.extend(missing_var_files(sources, request));
    }
    problems.extend_from_slice(of_acceptances);
    mask_and_sort(&mut problems, sources, redactor);
    many::first_of_each_kind(problems, sources)
}

/// How much was audited.
fn extent(
    settled: &Settled,
    rules: &[&'static Rule],
    not_judged: &[NotJudged],
    request: &Request,
) -> Summary {
    Summary {
        clients: settled.set_of.len(),
        rules: rules.len(),
        rules_off: plan::off(rules, request),
        rules_not_judged: not_judged_rules(not_judged),
        ..Summary::default()
    }
}

/// Counts findings that are not listed: each of them is new.
fn count_unlisted(summary: &mut Summary, unlisted: [usize; 5]) {
    for (severity, count) in unlisted.into_iter().enumerate() {
        summary.findings[severity] += count;
        summary.open[severity] += count;
        summary.unlisted += count;
    }
}

/// The acceptances of the policy and of comments, and what is wrong with the comments.
fn accepted(comments: &[Comment], request: &Request, sources: &Sources) -> DirectiveOutcome {
    let directives = DirectiveReader {
        rules: &request.catalogue,
        scopes: &request.scopes,
        terms: request.terms,
        locks: &request.locks,
        sources,
        today: request.today,
    };
    let mut outcome = directives.read(comments);
    let in_comments = std::mem::replace(&mut outcome.acceptances, request.acceptances.clone());
    outcome.acceptances.extend(in_comments);
    outcome
}

/// The configuration in force with its secrets masked, such as one in a pattern of a client's name.
fn masked_configuration(facts: &ConfigurationFacts, redactor: &Redactor) -> ConfigurationFacts {
    let words = |text: &String| redactor.words(text).into_owned();
    let changes = facts.changes.iter().map(|change| ConfigurationChange {
        what: words(&change.what),
        effect: words(&change.effect),
        origin: words(&change.origin),
    });
    ConfigurationFacts {
        files: facts.files.iter().map(words).collect(),
        changes: changes.collect(),
        unused: facts.unused.iter().map(words).collect(),
    }
}

/// Everything that the run looked at; clients only if a baseline is read or written.
fn census(
    organisations: &[Organisation<'_>],
    settled: &Settled,
    (ran, open): (&[&'static Rule], BTreeMap<&'static str, OpenClients>),
    problems: &[Problem],
    setting: &Setting<'_>,
    request: &Request,
) -> Census {
    let incomplete = if !problems.is_empty() {
        Some("the audit is incomplete")
    } else if request.partial {
        Some("the run left out rules or exports")
    } else {
        None
    };
    let ran = ran.iter().map(|rule| rule.id.to_string()).collect();
    let mut census = Census::new(incomplete, ran, open);
    if !request.census && request.baseline.is_none() {
        return census;
    }
    let Setting {
        roots, redactor, ..
    } = *setting;
    let (mut clients, mut others) = (0.., 0..);
    for (organisation, directory) in organisations.iter().zip(&settled.directories) {
        let directory = redactor.words(directory);
        for (client, number) in organisation.clients.iter().zip(&mut clients) {
            let identity = engine::client_identity(client, roots, redactor);
            census.add(FindingSubject::Client(number), identity, &directory);
        }
        let applications = organisation.authorisations.iter();
        let applications = applications.map(|one| engine::application_identity(one, redactor));
        let credentials = organisation.credentials.iter();
        let credentials = credentials.map(|one| engine::credential_identity(one, roots, redactor));
        for (identity, number) in applications.chain(credentials).zip(&mut others) {
            census.add(FindingSubject::Other(number), identity, &directory);
        }
    }
    census
}

/// How many rules could not judge at least one client.
fn not_judged_rules(not_judged: &[NotJudged]) -> usize {
    let rules: BTreeSet<&str> = not_judged.iter().map(|entry| entry.rule).collect();
    rules.len()
}

/// The severities that the gate compares: those of new findings and of the policy's notices.
fn severities(disposition: &Disposition) -> impl Iterator<Item = Severity> {
    let findings = disposition.findings.iter().map(|finding| finding.severity);
    let counts = |notice: &&Notice| {
        let kind = notice.kind;
        !matches!(
            kind,
            NoticeKind::MissingModule
                | NoticeKind::Coerced
                | NoticeKind::WithoutClients
                | NoticeKind::UsageOfOthers
                | NoticeKind::CommentIgnored
        )
    };
    let notices = disposition.notices.iter().filter(counts);
    findings.chain(notices.map(|notice| notice.severity))
}

/// The text at a place. It can be secret: compare it, never show it.
fn raw(sources: &Sources, place: Place) -> &str {
    let text = sources.get(place.source).text();
    text.get(place.span.range()).unwrap_or("")
}

/// Masks the texts of problems and sorts them by place.
fn mask_and_sort(problems: &mut [Problem], sources: &Sources, redactor: &Redactor) {
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

fn is_shown(finding: &Finding, request: &Request) -> bool {
    finding.severity >= request.min_severity && finding.confidence >= request.min_confidence
}

/// Files of variables that the policy names and that are not there, if there is any Terraform.
fn missing_var_files(sources: &Sources, request: &Request) -> Vec<Problem> {
    let paths = || sources.iter().map(|(_, source)| source.path());
    let is_code = |path: &str| {
        [".tf", ".tf.json", ".tofu"]
            .iter()
            .any(|end| path.ends_with(end))
    };
    if !paths().any(is_code) {
        return Vec::new();
    }
    let names: BTreeSet<&String> = request.terraform.var_files.iter().flatten().collect();
    let missing = names.into_iter().filter(|name| {
        let mut paths = paths();
        !paths.any(|path| export::is_var_file(path, name))
    });
    let problem = |name: &String| {
        Problem::new(
            ProblemKind::Policy,
            format!("var-files of [terraform] names `{name}`, and no such file was found"),
            "correct or remove it; with only some of the files, use --partial",
        )
    };
    missing.map(problem).collect()
}

/// Sections and parameters that match no client: misspelt, or the clients were deleted.
fn unmatched(settled: &Settled) -> impl Iterator<Item = Problem> {
    settled.unmatched.iter().map(|(pattern, origin)| {
        Problem::new(
            ProblemKind::Policy,
            format!("line {}: `{pattern}` matches nothing", origin.line),
            "correct or remove it, or set optional = true; with only some of the exports, use --partial",
        )
        .in_file(origin.path.clone())
    })
}
