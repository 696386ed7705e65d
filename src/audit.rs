//! One audit from texts to report: the only module that knows the order of the steps.
//!
//! Invariant: pure. It reads no file, clock or environment variable, and prints nothing.

mod context;
mod fix;
mod intake;
mod lengths;
mod many;
mod needed;
mod operations;
mod own;
mod plan;
mod precedence;
mod remedies;
mod unknown;

pub use fix::{Fixed, fix};
pub use operations::operations;
pub use own::own_file;

use crate::catalog::{Confidence, Persona, Rule, Severity, Value};
use crate::document::{Format, Limits};
use crate::engine::{self, FindingLimits, Setting};
use crate::export::{self, Export, Facts, Shape};
use crate::finding::{
    Census, ClientFacts, ConfigurationChange, ConfigurationFacts, Finding, FindingSubject, Input,
    NotJudged, Notice, NoticeKind, OpenClients, Problem, ProblemKind, Report, Roots, SkipReason,
    SkippedFile, Summary,
};
use crate::inventory::{self, shown};
use crate::model::{Client, Field, Organisation, Text};
use crate::policy::{
    Acceptance, AcceptanceIndex, Baseline, DirectiveOutcome, DirectiveReader, Disposition, Gating,
    InputTerms, Scopes, Settled, SuppressionInput, Terms, TerraformTerms, UsageTerms, exit_code,
};
use crate::text::{
    Comment, Origin, Place, Purpose, Redactor, Source, SourceId, Sources, Span, counted, plural,
};
use intake::Intake;
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
    /// All rules, including those that do not run.
    pub catalogue: Vec<&'static Rule>,
    /// Rules or exports were left out on purpose.
    pub partial: bool,
    /// The inputs are single files, as a hook names them: a file can be something other than an
    /// export, and none has to hold a client.
    pub is_excerpt: bool,
    /// Texts that only explain the clients of others: read as context, not audited.
    pub context: BTreeSet<SourceId>,
    /// Rules were chosen on the command line.
    pub selected: bool,
    /// The inputs that the audit needs in any case, and those that it can lack.
    pub inputs: InputTerms,
    /// What Terraform's files do not say.
    pub terraform: TerraformTerms,
    /// What usage results do not say about themselves.
    pub usage: UsageTerms,
    /// The configuration in force and its effect, for the report.
    pub configuration: ConfigurationFacts,
    /// The paths of the command line, as reports show them.
    pub arguments: Vec<String>,
    /// An audit without clients is complete.
    pub allows_no_clients: bool,
    /// Parameters that differ from their defaults, by rule id; the policy's override them.
    pub parameters: Vec<(String, Vec<(String, Value)>)>,
    /// The policy's settings of rules for clients.
    pub scopes: Scopes,
    /// The accepted risks.
    pub acceptances: Vec<Acceptance>,
    /// The terms that acceptances must meet.
    pub terms: Terms,
    /// The keys that the policy locks, and where.
    pub locks: BTreeMap<String, Origin>,
    /// Rules whose findings the baseline does not suppress.
    pub not_baselined: BTreeSet<String>,
    /// The findings that were known before.
    pub baseline: Option<Baseline>,
    /// Keep a record of the clients, which a baseline needs.
    pub census: bool,
    /// The names of directories in fingerprints.
    pub roots: Roots,
    /// Acceptances and the baseline suppress findings.
    pub suppresses: bool,
    /// The report shows suppressed and known findings too.
    pub show_suppressed: bool,
    /// The fewest clients of a complete audit.
    pub require_clients: usize,
    /// Unknown values that rules at or above the gate need make the audit incomplete.
    pub unknown_values_fail: bool,
    /// The day of the audit.
    pub today: Date,
    /// The reader of the report: rules for later personas do not run.
    pub persona: Persona,
    /// Findings of lower severity are not shown.
    pub min_severity: Severity,
    /// Findings of lower confidence are not shown.
    pub min_confidence: Confidence,
    /// The findings that make the exit code 1.
    pub gating: Gating,
    /// The most that reading may cost.
    pub limits: Limits,
    /// How many findings the report lists.
    pub finding_limits: FindingLimits,
    /// The most characters of a text of an export in the report.
    pub text_length: usize,
    /// Describe every client, including clients without a finding. Some formats need it, and it
    /// costs time.
    pub inventory: bool,
    /// Recommend what to keep and remove by usage.
    pub recommend: bool,
    /// Plan what to change in the platform, and leave remedies to a decision that do not hold.
    pub plan: bool,
    /// The category of the run in code scanning, for SARIF.
    pub sarif_category: Option<String>,
    /// The title of pages.
    pub title: Option<String>,
}

impl Request {
    /// A request for every built-in rule with its default settings.
    #[must_use]
    pub fn new(today: Date) -> Self {
        let rules: Vec<&'static Rule> = crate::catalog::builtin().iter().collect();
        Self {
            catalogue: rules.clone(),
            rules,
            partial: false,
            is_excerpt: false,
            context: BTreeSet::new(),
            selected: false,
            inputs: InputTerms::default(),
            terraform: TerraformTerms::default(),
            usage: UsageTerms::default(),
            configuration: ConfigurationFacts::default(),
            arguments: Vec::new(),
            allows_no_clients: false,
            parameters: Vec::new(),
            scopes: Scopes::default(),
            acceptances: Vec::new(),
            terms: Terms::default(),
            locks: BTreeMap::new(),
            not_baselined: BTreeSet::new(),
            baseline: None,
            census: true,
            roots: Roots::default(),
            suppresses: true,
            show_suppressed: false,
            require_clients: 0,
            unknown_values_fail: false,
            today,
            persona: Persona::Regular,
            min_severity: Severity::Info,
            min_confidence: Confidence::Low,
            gating: Gating {
                fail_on: Some(Severity::Low),
                exit_zero: false,
            },
            limits: Limits::default(),
            finding_limits: FindingLimits::default(),
            text_length: lengths::DEFAULT,
            inventory: false,
            recommend: false,
            plan: false,
            sarif_category: None,
            title: None,
        }
    }
}

/// Audits `sources`. `named` holds for each source whether the user named it; `problems` are those
/// of discovery.
#[expect(clippy::too_many_lines, reason = "it is the order of the stages")]
#[must_use]
pub fn audit<'s>(
    sources: &'s Sources,
    named: &[bool],
    mut problems: Vec<Problem>,
    request: &Request,
) -> Report<'s> {
    let Reading {
        texts: all,
        inputs,
        comments,
        skipped,
        context,
    } = read_all(sources, named, request);
    let (broken, foreign) = unparsed(&all);
    let intake = Intake::new(&all, sources, request);
    let Export {
        mut organisations,
        secrets,
        recognised,
        problems: found,
    } = export::assemble(resolve(all, sources, request), sources, &|directory| {
        request.scopes.whole(directory)
    });
    problems.extend(found);
    complete_usage(&mut organisations, request.usage);
    let mut input_notices = intake::note_coercions(&mut problems, sources);
    input_notices.extend(intake::usage_of_others(&organisations));
    if request.is_excerpt {
        input_notices.extend(intake::excuse_modules(&mut problems, sources));
    }
    problems.extend(intake.no_clients(&inputs, &problems, request));
    problems.extend(intake::fruitless_arguments(
        &inputs, &problems, request, sources,
    ));
    input_notices.extend(intake.unjudged_listings());
    let mut redactor = Redactor::new(secrets, recognised);
    redactor.restrict(sources, &broken, &foreign);
    let settled = request.scopes.assign_sections(&mut organisations);
    name_organisations(&mut organisations, &redactor);
    problems.extend(too_few(settled.set_of.len(), request));
    let plan = plan::plan(request, &settled, &mut problems);
    let ran = plan::rules(&plan, request);
    let setting = Setting {
        today: request.today,
        redactor: &redactor,
        sources,
        roots: &request.roots,
        fail_on: request.gating.fail_on,
        limits: request.finding_limits,
    };
    let outcome = engine::run(&organisations, &plan, setting);
    let raised = remedies::raised(if request.plan { &outcome.findings } else { &[] });
    problems.extend(outcome.problems);
    problems.extend(too_many_findings(outcome.unlisted, request));
    if let (true, Some(gate)) = (request.unknown_values_fail, request.gating.fail_on) {
        let unjudged = unknown::Unjudged {
            not_judged: &outcome.not_judged,
            open: &outcome.open,
            rules: &ran,
            is_gated: &|rule, client| plan.severity(rule, client) >= gate,
        };
        problems.extend(unjudged.problems(&organisations));
    }
    let absent = needed::find(&organisations, &plan, request, &outcome.not_judged);
    let is_one = organisations.len() == 1;
    let missing = absent.missing.iter();
    problems.extend(missing.map(|missing| needed::problem(missing, is_one)));
    let mut findings = plan::set_levels(outcome.findings, request, &settled);
    let covers = precedence::covers(&findings, request.min_confidence);
    let directives = accepted(&comments, request, sources);
    let acceptances = directives.acceptances;
    problems.extend(directives.problems);
    input_notices.extend(directives.notices);
    let (directories, raw) = (&settled.directories, |place| raw(sources, place));
    let acceptance_index =
        AcceptanceIndex::new(&acceptances, &organisations, directories, &findings, raw);
    if !request.partial && problems.is_empty() {
        problems.extend(unmatched(&settled));
    }
    problems.extend(acceptance_index.problems.iter().cloned());
    mask_and_sort(&mut problems, sources, &redactor);
    let problems = many::first_of_each_kind(problems, sources);
    let inventory =
        (request.inventory).then(|| inventory::take(&organisations, request.today, &redactor));
    let recommendations =
        (request.recommend).then(|| inventory::recommend(&organisations, request.today, &redactor));
    let others = non_clients(&organisations, &redactor);
    let organisation_count = organisations.len();
    let reported = reported_clients(&mut findings, settled.set_of.len(), request);
    let mut census = census(
        &organisations,
        &settled,
        (&ran, outcome.open),
        &problems,
        &setting,
        request,
    );
    census.set_reported(&reported);
    let kept = remedies::changed_clients(&findings);
    let whole = if request.plan {
        organisations.clone()
    } else {
        Vec::new()
    };
    let (clients, changed) = client_facts(&mut organisations, reported, &redactor, &kept);
    let suppression = SuppressionInput {
        acceptances: &acceptances,
        terms: request.terms,
        acceptance_index: &acceptance_index,
        covers: &covers,
        keeps_covered: request.census,
        clients: &clients,
        others: &others,
        baseline: request.baseline.as_ref(),
        not_baselined: &request.not_baselined,
        suppresses: request.suppresses,
        census: &census,
        today: request.today,
        redactor: &redactor,
    };
    let mut disposition = suppression.disposition(findings, |finding| is_shown(finding, request));
    remedies::settle_all(&mut disposition, &changed, &organisations, &redactor);
    let change_plan = request.plan.then(|| {
        let trial = remedies::Trial {
            organisations: &whole,
            plan: &plan,
            setting,
            raised: &raised,
        };
        trial.keep_proven(&mut disposition);
        remedies::plan(&disposition, &whole, raised, &redactor)
    });
    let mut summary = Summary {
        clients: settled.set_of.len(),
        files: inputs.len(),
        organisations: organisation_count,
        rules: ran.len(),
        rules_off: plan::off(&ran, request),
        rules_not_judged: not_judged_rules(&outcome.not_judged),
        ..Summary::default()
    };
    disposition.notices.extend(input_notices);
    disposition.sum_up(request.today, request.terms, &mut summary);
    for (severity, count) in outcome.unlisted.into_iter().enumerate() {
        summary.findings[severity] += count;
        summary.open[severity] += count;
        summary.unlisted += count;
    }
    let exit = exit_code(request.gating, severities(&disposition), &problems);
    let Disposition {
        findings,
        suppressed,
        known,
        below_threshold,
        covered,
        baseline,
        notices,
    } = disposition;
    let mut report = Report {
        sources,
        severities: plan::severities(&ran, request),
        sarif_category: request.sarif_category.clone(),
        title: request.title.clone(),
        rules: ran,
        partial: request.partial,
        selected: request.selected,
        inputs,
        waived: absent.waived,
        missing: absent.missing,
        skipped,
        context,
        configuration: masked_configuration(&request.configuration, &redactor),
        unknown_values: outcome.unknown_values,
        clients,
        others,
        inventory,
        recommendations,
        plan: change_plan,
        findings,
        suppressed,
        known,
        below_threshold,
        covered,
        census: request.census.then_some(census),
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
    };
    lengths::shorten(&mut report, request.text_length);
    report
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

/// Sources that are broken or of another program, and sources that are not exports at all.
fn unparsed(texts: &[(SourceId, Facts<'_>)]) -> (Vec<SourceId>, Vec<SourceId>) {
    let is_broken = |facts: &Facts<'_>| {
        let kinds = facts.problems.iter().map(|problem| problem.kind);
        let is_fault = |kind| {
            use ProblemKind::{Limit, Syntax, Truncated, Unrecognised};
            matches!(kind, Limit | Syntax | Truncated | Unrecognised)
        };
        kinds.into_iter().any(is_fault) || main_shape(facts) == Shape::Other
    };
    let (mut broken, mut foreign) = (Vec::new(), Vec::new());
    for (source, facts) in texts {
        // Usage contains ids of users and concrete paths, so it is not quoted.
        if !facts.holds_data || !facts.usage.is_empty() || facts.shapes.contains(&Shape::Usage) {
            foreign.push(*source);
        } else if is_broken(facts) {
            broken.push(*source);
        }
    }
    (broken, foreign)
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

/// Whether a source lists clients, even if the list is empty.
fn lists_clients(facts: &Facts<'_>) -> bool {
    facts.shapes.contains(&Shape::Clients) || facts.count_clients() > 0
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

/// The texts of a run and their facts.
#[derive(Default)]
struct Reading<'s> {
    texts: Vec<(SourceId, Facts<'s>)>,
    inputs: Vec<Input>,
    comments: Vec<Comment>,
    skipped: Vec<SkippedFile>,
    /// The paths of the context that was used.
    context: Vec<String>,
}

/// Reads every text; files that grantlint wrote are skipped.
fn read_all<'s>(sources: &'s Sources, named: &[bool], request: &Request) -> Reading<'s> {
    let is_read = |(_, source): &(SourceId, &Source)| source.purpose() != Purpose::Content;
    let texts: Vec<_> = sources.iter().filter(is_read).collect();
    let read: Vec<_> = texts
        .par_iter()
        .map(|&(id, source)| {
            if let Some(reason) = own_file(source.text()) {
                return (id, Err(reason));
            }
            let is_context = request.context.contains(&id);
            let is_named = named.get(id.0 as usize).copied().unwrap_or(true);
            let is_named = is_named && !request.is_excerpt && !is_context;
            (id, Ok(read_one(id, source, is_named, request)))
        })
        .collect();
    let is_audited = |id: SourceId| !request.context.contains(&id);
    let audited = read.iter().filter(|(id, _)| is_audited(*id));
    let audited = audited.filter_map(|(id, read)| Some((*id, &read.as_ref().ok()?.1)));
    let with_clients: BTreeSet<String> = audited
        .clone()
        .filter(|(_, facts)| facts.count_clients() > 0)
        .map(|(id, _)| sources.get(id).directory().to_owned())
        .collect();
    let described = context::described(audited, sources);
    let mut reading = Reading::default();
    for (id, read) in read {
        let source = sources.get(id);
        match read {
            Err(reason) if is_audited(id) => reading.skip(source.path(), reason),
            Err(_) => {}
            Ok((input, mut facts)) => {
                if is_audited(id) {
                    reading.inputs.push(input);
                } else if context::reduce(
                    &mut facts,
                    (source.path(), source.text()),
                    (
                        described.get(source.directory()),
                        with_clients.contains(source.directory()),
                    ),
                ) {
                    reading.context.push(source.path().to_owned());
                }
                reading.comments.append(&mut facts.comments);
                reading.texts.push((id, facts));
            }
        }
    }
    if request.is_excerpt {
        reading.note_lone_explanations(sources, &is_audited);
    }
    reading
}

/// Reads one text.
fn read_one<'s>(
    id: SourceId,
    source: &'s Source,
    is_named: bool,
    request: &Request,
) -> (Input, Facts<'s>) {
    let (mut facts, format) = export::read(id, source, request.limits);
    let is_empty_code = !is_named && format == Format::Hcl.name() && facts.documents == 0;
    if facts.problems.is_empty() && !is_empty_code {
        facts.problems.extend(unusable(id, source.text(), &facts));
    }
    if facts.problems.is_empty() && !request.is_excerpt {
        facts.problems.extend(intake::null(id, source.text()));
    }
    if is_named && facts.problems.is_empty() && main_shape(&facts) == Shape::Other {
        facts.problems.push(unrecognised(id));
    }
    let input = Input {
        path: source.path().to_owned(),
        format,
        shape: main_shape(&facts).name(),
        documents: facts.documents,
        clients: facts.count_clients(),
    };
    (input, facts)
}

impl Reading<'_> {
    fn skip(&mut self, path: &str, reason: SkipReason) {
        let path = path.to_owned();
        self.skipped.push(SkippedFile { path, reason });
    }

    /// Notes named files that explain clients if no clients are next to or below them.
    fn note_lone_explanations(&mut self, sources: &Sources, is_audited: &dyn Fn(SourceId) -> bool) {
        let directory = |id: SourceId| sources.get(id).directory();
        let with_clients = self.texts.iter();
        let with_clients = with_clients.filter(|(_, facts)| facts.count_clients() > 0);
        let homes: Vec<&str> = with_clients.map(|(id, _)| directory(*id)).collect();
        let explains_some = |own: &str| {
            let below = format!("{own}/");
            let mut homes = homes.iter();
            homes.any(|home| own == "." || *home == own || home.starts_with(&below))
        };
        let lone = self.texts.iter().filter(|(id, facts)| {
            is_audited(*id) && context::only_explains(facts) && !explains_some(directory(*id))
        });
        let lone: Vec<&str> = lone.map(|(id, _)| sources.get(*id).path()).collect();
        for path in lone {
            self.skip(path, SkipReason::WithoutClients);
        }
    }
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
                plural(clients, "was", "were")
            ),
            "export all of them: gc oauth clients list -a > clients.json",
        )
    })
}

/// The problem that the run has too many findings to list them.
fn too_many_findings(unlisted: [usize; 5], request: &Request) -> Option<Problem> {
    let counts = Severity::ALL
        .into_iter()
        .rev()
        .zip(unlisted.into_iter().rev());
    let counts = counts.filter(|(_, count)| *count > 0);
    let counts: Vec<String> = counts
        .map(|(severity, count)| format!("{count} {}", severity.name()))
        .collect();
    (!counts.is_empty()).then(|| {
        Problem::new(
            ProblemKind::Limit,
            format!(
                "the run has more than {} findings; the mildest are counted and not listed: {}",
                request.finding_limits.of_run,
                counts.join(", ")
            ),
            "audit fewer exports at once, or list more: [limits] findings in grantlint.toml",
        )
    })
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

/// The most specific shape of a text.
fn main_shape(facts: &Facts<'_>) -> Shape {
    facts.shapes.iter().copied().min().unwrap_or(Shape::Nothing)
}

/// The problem of a text that holds no data: it cannot be an export, named or found.
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
            "renew the access token and export again; a sign-in page was probably saved instead of the response",
        )
    } else {
        (
            ProblemKind::Syntax,
            "this is plain text, neither JSON nor YAML",
            "use the output of `gc oauth clients list -a` or the response of GET /api/v2/oauth/clients",
        )
    };
    let place = Place::new(id, Span::new(0, 0));
    Some(Problem::new(kind, message, remedy).at(place))
}

fn unrecognised(id: SourceId) -> Problem {
    Problem::new(
        ProblemKind::Unrecognised,
        "this file has no clients, roles, divisions or scopes that grantlint recognises",
        "use the output of `gc oauth clients list -a` or the response of GET /api/v2/oauth/clients",
    )
    .at(Place::new(id, Span::new(0, 0)))
}

fn no_clients(inputs: &[Input]) -> Problem {
    let message = if inputs.is_empty() {
        "no export was found: nothing was audited".to_owned()
    } else {
        format!(
            "no OAuth client in {}: nothing was audited",
            counted(inputs.len(), "file")
        )
    };
    Problem::new(
        ProblemKind::NoClients,
        message,
        "export the clients: gc oauth clients list -a > clients.json",
    )
}

/// The numbers of the clients in the report: all clients for an inventory or a plan, else those
/// with a finding. In the second case the findings' numbers become positions in this list.
fn reported_clients(findings: &mut [Finding], clients: usize, request: &Request) -> Vec<u32> {
    if request.inventory || request.plan {
        return (0..clients as u32).collect();
    }
    let client_of = |finding: &Finding| match finding.subject {
        FindingSubject::Client(number) => Some(number),
        FindingSubject::Other(_) => None,
    };
    let mut reported: Vec<u32> = findings.iter().filter_map(client_of).collect();
    reported.sort_unstable();
    reported.dedup();
    for finding in findings {
        if let Some(at) = client_of(finding).and_then(|number| reported.binary_search(&number).ok())
        {
            finding.subject = FindingSubject::Client(at as u32);
        }
    }
    reported
}

/// The clients of these numbers, which are sorted, as reports name them, and of these the ones at
/// the positions to keep. The rest is dropped immediately, because memory use peaks here.
fn client_facts<'s>(
    organisations: &mut [Organisation<'s>],
    reported: Vec<u32>,
    redactor: &Redactor,
    keep: &BTreeSet<u32>,
) -> (Vec<ClientFacts<'s>>, remedies::Changed<'s>) {
    let mut all = Vec::with_capacity(reported.len());
    let mut kept = BTreeMap::new();
    let mut reported = reported.into_iter().peekable();
    let mut number = 0;
    for (at, organisation) in organisations.iter_mut().enumerate() {
        let label: Arc<str> = redactor.words(&organisation.label).into();
        for client in std::mem::take(&mut organisation.clients) {
            if reported.next_if_eq(&number).is_some() {
                let position = all.len() as u32;
                all.push(facts_of(&client, &label, redactor));
                if keep.contains(&position) {
                    kept.insert(position, (at, client));
                }
            }
            number += 1;
        }
    }
    (all, kept)
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
        ..named_facts(
            &client.id,
            &client.name,
            client.address.as_ref(),
            organisation,
            redactor,
        )
    }
}

/// The subjects of findings that are not clients, in the order in which the engine numbers them.
fn non_clients<'s>(
    organisations: &[Organisation<'s>],
    redactor: &Redactor,
) -> Vec<ClientFacts<'s>> {
    let all = organisations.iter();
    all.flat_map(|organisation| non_clients_of(organisation, redactor))
        .collect()
}

fn non_clients_of<'s>(
    organisation: &Organisation<'s>,
    redactor: &Redactor,
) -> Vec<ClientFacts<'s>> {
    let label: Arc<str> = redactor.words(&organisation.label).into();
    let applications = organisation.authorisations.iter().map(|application| {
        let (id, name) = (&application.client, &application.name);
        ClientFacts {
            kind: "authorised application",
            place: application.name.place().unwrap_or(application.place),
            ..named_facts(id, name, None, &label, redactor)
        }
    });
    let credentials = organisation.credentials.iter().map(|credential| {
        let address = Some(&credential.address);
        ClientFacts {
            kind: credential.form.words(),
            place: credential.place,
            ..named_facts(&Field::Absent, &credential.name, address, &label, redactor)
        }
    });
    applications.chain(credentials).collect()
}

/// The names of a subject; every other fact is left empty.
fn named_facts<'s>(
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
