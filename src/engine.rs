//! Runs every rule over every client, in parallel.
//!
//! Invariant: a rule that crashes loses only its own result for one client, and the report
//! names it. Findings have one total order of places and rules, so the number of threads does
//! not change the output.

mod evidence;
mod excess;
mod gathered;
mod identity;
mod unjudged;
mod worlds;
mod written;

pub use identity::{application_identity, client_identity, credential_identity};

use self::gathered::Gathered;
use self::identity::{Prints, item, targets};
use self::unjudged::{Lookup, Unjudged};
use crate::catalog::{self, Need, Rule, Severity};
use crate::checks::{
    Analyse, ClientContext, GroupKey, GroupKeys, Judgement, Prepared, Rules, TargetId, Violation,
    wanted,
};
use crate::finding::{
    Finding, FindingSubject, FindingTarget, Fingerprint, Identity, NotJudged, OpenClients, Problem,
    ProblemKind, Related, Roots, UnknownValues,
};
use crate::model::{Authorisation, Client, Credential, Organisation};
use crate::text::{Place, Redactor, Sources};
use crate::usage::Analyser;
use jiff::civil::Date;
use rayon::prelude::*;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// The results of all rules.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The findings in their order.
    pub findings: Vec<Finding>,
    /// What was not judged, by rule and need.
    pub not_judged: Vec<NotJudged>,
    /// For each rule, the clients for which it was not judged.
    pub open: BTreeMap<&'static str, OpenClients>,
    /// Unknown values that kept rules at or above the gate from judging active clients.
    pub unknown_values: UnknownValues,
    /// How many findings are not listed because the run has too many, by severity.
    pub unlisted: [usize; 5],
    /// Crashes.
    pub problems: Vec<Problem>,
}

/// How many findings are listed; the others are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FindingLimits {
    /// Of one rule in one client.
    pub of_rule: usize,
    /// Of a run.
    pub of_run: usize,
}

impl Default for FindingLimits {
    /// 100 of one rule in one client, 250,000 of a run.
    fn default() -> Self {
        Self {
            of_rule: 100,
            of_run: 250_000,
        }
    }
}

/// Which rules run over which client.
#[derive(Default)]
pub struct Plan {
    /// Sets of rules that look at one client at a time.
    pub sets: Vec<Rules>,
    /// The set of each client, counted through all organisations; the first without an entry.
    pub set_of: Vec<u32>,
    /// Rules that compare the clients of an organisation, or organisations.
    pub whole: Vec<Arc<Prepared>>,
    /// The severities that the policy sets, for each set.
    pub levels: Vec<HashMap<&'static str, Severity>>,
}

impl Plan {
    /// The worst severity that a finding of a rule can have for a client: the one that the policy
    /// sets, else the worst of the rule.
    pub(crate) fn worst_severity(&self, rule: &Rule, client: u32) -> Severity {
        let set = self.set_of.get(client as usize).copied().unwrap_or(0);
        let levels = self.levels.get(set as usize);
        let level = levels.and_then(|levels| levels.get(&*rule.id));
        level.copied().unwrap_or(rule.worst_severity())
    }

    /// The rules for a client.
    fn rules(&self, client: u32) -> Option<&Rules> {
        let set = self.set_of.get(client as usize).copied().unwrap_or(0);
        self.sets.get(set as usize)
    }
}

/// What the rules run with, other than the clients.
#[derive(Clone, Copy)]
pub struct Setting<'r> {
    /// The day.
    pub today: Date,
    /// Masks secrets.
    pub redactor: &'r Redactor,
    /// The texts, for the places of causes.
    pub sources: &'r Sources,
    /// Names the roots of Terraform addresses.
    pub roots: &'r Roots,
    /// The gate.
    pub fail_on: Option<Severity>,
    /// How many findings are listed.
    pub limits: FindingLimits,
}

/// The number of clients in one task.
const BATCH: usize = 128;

/// The number of tasks after which results are put together.
const WINDOW: usize = 256;

/// Clients to judge: their organisation, its usage, the first client of the organisation among all,
/// and the position of the first of these in it.
type Task<'o, 'u> = (
    &'o Organisation<'o>,
    Option<&'u dyn Analyse>,
    &'o [Client<'o>],
    u32,
    u32,
);

/// A finding with the identity of its client.
struct Draft {
    finding: Finding,
    /// The key of its message.
    message: &'static str,
    client: Identity,
    /// Its targets, the one that reports show first.
    targets: Vec<FindingTarget>,
}

#[derive(Default)]
struct Part {
    drafts: Vec<Draft>,
    not_judged: BTreeMap<(&'static str, Need), Unjudged>,
    /// Rules that could not be evaluated, why, where first, and for how many clients.
    failures: BTreeMap<(&'static str, String), (Place, u32)>,
    problems: Vec<Problem>,
}

/// Runs the rules of `plan` over `organisations`. Clients are counted through all organisations, in
/// their order, and findings name them by that count.
#[must_use]
pub fn run(organisations: &[Organisation<'_>], plan: &Plan, setting: Setting<'_>) -> Outcome {
    let mut tasks = Vec::new();
    let mut wholes = Vec::new();
    let mut first = First::default();
    let analysers: Vec<Option<Analyser<'_>>> = organisations
        .iter()
        .map(|organisation| {
            let given = organisation.usage.is_some();
            given.then(|| Analyser::new(organisation, setting.today))
        })
        .collect();
    for (organisation, analyser) in organisations.iter().zip(&analysers) {
        let usage = analyser.as_ref().map(|analyser| analyser as &dyn Analyse);
        let begin = tasks.len();
        let mut position = 0;
        for batch in organisation.clients.batches(BATCH) {
            tasks.push((organisation, usage, batch, first.client, position));
            position += batch.len() as u32;
        }
        wholes.push((organisation, first, begin..tasks.len()));
        first = first.after(organisation);
    }
    let seed = GroupKeys::default();
    let judge = |&(organisation, usage, clients, first, position): &Task<'_, '_>| {
        let mut part = Part::default();
        for (client, index) in clients.iter().zip(first + position..) {
            if let Some(rules) = plan.rules(index) {
                let case = ClientContext::new(organisation, client, rules, setting.today)
                    .with_usage(usage);
                part.judge_client(rules, &case, index, setting);
            }
        }
        let whole = plan.whole.iter();
        let marks = whole.map(|rule| part.mark(rule, clients, (first, position), seed.alike()));
        let marks: Vec<GroupKeys> = marks.collect();
        (part, marks)
    };
    let most = setting.limits.of_run;
    let mut gathered = Gathered::default();
    let mut marks: Vec<Vec<GroupKeys>> = Vec::with_capacity(tasks.len());
    for window in tasks.chunks(WINDOW) {
        let (parts, more): (Vec<Part>, Vec<_>) = window.par_iter().map(judge).unzip();
        gathered.add(parts, most);
        marks.extend(more);
    }
    let whole = wholes.par_iter().flat_map(|(organisation, first, tasks)| {
        let marks = &marks[tasks.clone()];
        plan.whole.par_iter().enumerate().map(|(number, rule)| {
            let mut part = Part::default();
            let marks = marks.iter().flat_map(|marks| marks[number].as_slice());
            let marks = marks.copied().collect();
            part.judge_organisation(rule, (*organisation, marks), *first, setting);
            part
        })
    });
    let mut parts: Vec<Part> = whole.collect();
    parts.extend(wholes.iter().map(|(organisation, first, _)| {
        let mut part = Part::default();
        part.note_missing_usage(organisation, first.client, plan);
        part
    }));
    parts.par_extend(plan.whole.par_iter().map(|rule| {
        let mut part = Part::default();
        part.judge_everywhere(rule, organisations, setting);
        part
    }));
    let rules = plan.sets.iter().flat_map(Rules::all).chain(&plan.whole);
    let rules = rules.map(|rule| (rule.rule.id.as_ref(), rule.rule));
    gathered.add(parts, most);
    outcome(gathered, &rules.collect(), organisations, plan, setting)
}

/// The first numbers of an organisation's clients and other subjects.
#[derive(Clone, Copy, Default)]
struct First {
    client: u32,
    other: u32,
}

impl First {
    fn after(self, organisation: &Organisation<'_>) -> Self {
        let others = organisation.authorisations.len() + organisation.credentials.len();
        Self {
            client: self.client + organisation.clients.len() as u32,
            other: self.other + others as u32,
        }
    }

    /// What a violation is about.
    fn find<'o>(self, about: TargetId, organisation: &'o Organisation<'o>) -> Owner<'o> {
        let (applications, credentials) = (&organisation.authorisations, &organisation.credentials);
        let subject = match about {
            TargetId::ThisClient => FindingSubject::Client(self.client),
            TargetId::Client(at) => FindingSubject::Client(self.client + at),
            TargetId::Application(at) => FindingSubject::Other(self.other + at),
            TargetId::Credential(at) => {
                FindingSubject::Other(self.other + applications.len() as u32 + at)
            }
        };
        let holder = match about {
            TargetId::ThisClient => Holder::Client(&organisation.clients[0]),
            TargetId::Client(at) => Holder::Client(&organisation.clients[at as usize]),
            TargetId::Application(at) => Holder::Application(&applications[at as usize]),
            TargetId::Credential(at) => Holder::Credential(&credentials[at as usize]),
        };
        Owner {
            subject,
            holder,
            organisation: Some(organisation),
        }
    }
}

/// What a violation is about.
#[derive(Clone, Copy)]
enum Holder<'o> {
    Client(&'o Client<'o>),
    Application(&'o Authorisation<'o>),
    Credential(&'o Credential<'o>),
    Nothing,
}

/// What a violation is about, with its organisation.
#[derive(Clone, Copy)]
struct Owner<'o> {
    subject: FindingSubject,
    holder: Holder<'o>,
    organisation: Option<&'o Organisation<'o>>,
}

impl<'o> Owner<'o> {
    const fn client(&self) -> Option<&'o Client<'o>> {
        match self.holder {
            Holder::Client(client) => Some(client),
            _ => None,
        }
    }

    /// The state in which it gets no tokens.
    fn off(&self) -> Option<&'static str> {
        self.client().and_then(Client::off)
    }

    fn identity(&self, setting: Setting<'_>) -> Identity {
        let Setting {
            roots, redactor, ..
        } = setting;
        match self.holder {
            Holder::Client(client) => client_identity(client, roots, redactor),
            Holder::Application(application) => application_identity(application, redactor),
            Holder::Credential(credential) => credential_identity(credential, roots, redactor),
            Holder::Nothing => Identity::default(),
        }
    }
}

/// The outcome of all results.
fn outcome(
    mut gathered: Gathered,
    rules: &BTreeMap<&'static str, &'static Rule>,
    organisations: &[Organisation<'_>],
    plan: &Plan,
    setting: Setting<'_>,
) -> Outcome {
    gathered.sort();
    set_fingerprints(&mut gathered.drafts);
    gathered.cut(setting.limits.of_run);
    let Gathered {
        drafts,
        unlisted,
        not_judged,
        failures,
        problems,
    } = gathered;
    let mut outcome = Outcome {
        problems,
        unlisted,
        findings: drafts.into_iter().map(|draft| draft.finding).collect(),
        ..Outcome::default()
    };
    let failures = failures.into_iter();
    outcome
        .problems
        .extend(failures.map(|((rule, why), (place, count))| failed(rule, &why, count).at(place)));
    let lookup = Lookup::new(organisations, setting.sources, setting.redactor);
    outcome.unknown_values = lookup.unknown_values(rules, &not_judged, |rule, client| {
        let severity = plan.worst_severity(rule, client);
        setting.fail_on.is_none_or(|gate| severity >= gate)
    });
    for ((id, need), unjudged) in not_judged {
        let Some(&rule) = rules.get(id) else { continue };
        let entry = lookup.entry(rule, need, &unjudged);
        let open = outcome.open.entry(id).or_default();
        open.cause.clone_from(&entry.cause);
        outcome.not_judged.push(entry);
        open.has_others |= (unjudged.clients.len() as u32) < unjudged.count;
        open.clients.extend(unjudged.clients);
        open.clients.sort_unstable();
        open.clients.dedup();
    }
    outcome
}

/// Counts equal findings of one client, so that each has its own fingerprint.
fn set_fingerprints(drafts: &mut [Draft]) {
    let set = |draft: &mut Draft, occurrence| {
        let rule = &draft.finding.rule.id;
        let prints = Prints::new(rule, &draft.client, &draft.targets, occurrence);
        draft.finding.fingerprint = prints.first;
        draft.finding.aliases = prints.aliases;
        draft.finding.rootless = prints.rootless;
    };
    drafts.par_iter_mut().for_each(|draft| set(draft, 0));
    let mut seen: HashMap<Fingerprint, u32> = HashMap::with_capacity(drafts.len());
    for draft in drafts {
        let count = seen.entry(draft.finding.fingerprint).or_insert(0);
        if *count > 0 {
            set(draft, *count);
        }
        *count += 1;
    }
}

impl Part {
    /// Judges a client in each of its worlds.
    fn judge_client(
        &mut self,
        rules: &Rules,
        case: &ClientContext<'_>,
        index: u32,
        setting: Setting<'_>,
    ) {
        let mut judged = self.judge(rules, case);
        if case.client.rare.is_set() {
            judged = self.judge_worlds(rules, case, judged);
        }
        for (rule, mut judgement) in judged {
            for why in std::mem::take(&mut judgement.failures) {
                let key = (rule.rule.id.as_ref(), why);
                let first = (case.client.label_place(), 0);
                self.failures.entry(key).or_insert(first).1 += 1;
            }
            for (need, _) in judgement.not_judged.iter() {
                let recorded = recorded_cause(&judgement, need);
                let need = wanted(need, case.client);
                let unjudged = self.not_judged.entry((&rule.rule.id, need));
                unjudged.or_default().add_client(index, recorded);
            }
            let owner = Owner {
                subject: FindingSubject::Client(index),
                holder: Holder::Client(case.client),
                organisation: Some(case.organisation),
            };
            self.take(rule, judgement.violations, |_| owner, setting);
        }
    }

    /// Adds what the rules report in other worlds, and of texts that are known in part.
    fn judge_worlds<'p>(
        &mut self,
        rules: &'p Rules,
        case: &ClientContext<'_>,
        first: Vec<(&'p Prepared, Judgement)>,
    ) -> Vec<(&'p Prepared, Judgement)> {
        let client = case.client;
        let judge = |this: &mut Self, client: &Client<'_>| {
            let case = ClientContext::new(case.organisation, client, rules, case.today)
                .with_usage(case.usage());
            this.judge(rules, &case)
        };
        let mut worlds = Vec::with_capacity(1 + client.rare.other_worlds.len());
        let mut first = Some(first);
        for world in client.worlds() {
            let mut judged = match first.take() {
                Some(first) => first,
                None => judge(self, world),
            };
            if !world.rare.partial_uris.is_empty() {
                let versions = worlds::stand_ins(world);
                let versions = versions
                    .iter()
                    .map(|version| (judge(self, &version.client), version));
                judged.extend(worlds::common(versions.collect()));
            }
            worlds.push((world.rare.world.as_str(), judged));
        }
        worlds::merged(worlds, client.rare.has_more_worlds)
    }

    /// Runs all rules over a client. Catching a crash costs more than most rules do, so they run
    /// together, and one by one only after a crash.
    fn judge<'p>(
        &mut self,
        rules: &'p Rules,
        case: &ClientContext<'_>,
    ) -> Vec<(&'p Prepared, Judgement)> {
        let mut judged: Vec<(&'p Prepared, Judgement)> = Vec::new();
        let all = match case.usage() {
            Some(_) => rules.all(),
            None => rules.without_usage(),
        };
        let done = isolate(|| {
            let mut judgement = Judgement::default();
            for rule in all {
                rule.judge(case, &mut judgement);
                if !judgement.is_empty() {
                    judged.push((rule, std::mem::take(&mut judgement)));
                }
            }
        });
        if done.is_err() {
            judged.clear();
            for rule in all {
                let mut judgement = Judgement::default();
                match isolate(|| rule.judge(case, &mut judgement)) {
                    Ok(()) => judged.push((rule, judgement)),
                    Err(crash) => {
                        let problem = crashed(rule.rule, &crash).at(case.client.label_place());
                        self.problems.push(problem);
                    }
                }
            }
        }
        judged
    }

    /// The keys by which a rule compares the clients of a batch.
    fn mark(
        &mut self,
        rule: &Prepared,
        clients: &[Client<'_>],
        (first, position): (u32, u32),
        mut marks: GroupKeys,
    ) -> GroupKeys {
        let done = isolate(|| {
            for (client, position) in clients.iter().zip(position..) {
                rule.mark(client, position, &mut marks);
            }
        });
        if let Err(crash) = done {
            self.problems.push(crashed(rule.rule, &crash));
        }
        for (need, count) in marks.not_judged.iter() {
            // The numbers are known only if it is all of them.
            let is_all = count as usize == clients.len();
            let numbers = (first + position..).take(if is_all { clients.len() } else { 0 });
            self.note(
                rule,
                need,
                Unjudged {
                    count,
                    clients: numbers.collect(),
                    cause: None,
                },
            );
        }
        marks
    }

    fn judge_organisation(
        &mut self,
        rule: &Prepared,
        (organisation, marks): (&Organisation<'_>, Vec<GroupKey>),
        first: First,
        setting: Setting<'_>,
    ) {
        let mut judgement = Judgement::default();
        let done = isolate(|| {
            rule.judge_organisation(organisation, marks, setting.today, &mut judgement);
        });
        if let Err(crash) = done {
            self.problems.push(crashed(rule.rule, &crash));
            return;
        }
        for (need, count) in judgement.not_judged.iter() {
            let known = judgement.unjudged.iter();
            let known = known.filter(|(known, _)| *known == need);
            let unjudged = Unjudged {
                count,
                clients: known
                    .map(|(_, index)| first.client + *index as u32)
                    .collect(),
                cause: recorded_cause(&judgement, need),
            };
            self.note(rule, need, unjudged);
        }
        let find = |about| first.find(about, organisation);
        self.take(rule, judgement.violations, find, setting);
    }

    fn judge_everywhere(
        &mut self,
        rule: &Prepared,
        organisations: &[Organisation<'_>],
        setting: Setting<'_>,
    ) {
        let mut judgement = Judgement::default();
        if let Err(crash) = isolate(|| rule.judge_everywhere(organisations, &mut judgement)) {
            self.problems.push(crashed(rule.rule, &crash));
            return;
        }
        let find = |about| {
            let mut first = First::default();
            for organisation in organisations {
                let next = first.after(organisation);
                match about {
                    TargetId::Client(at) if at < next.client => {
                        return first.find(TargetId::Client(at - first.client), organisation);
                    }
                    _ => first = next,
                }
            }
            Owner {
                subject: FindingSubject::Other(first.other),
                holder: Holder::Nothing,
                organisation: None,
            }
        };
        self.take(rule, judgement.violations, find, setting);
    }

    /// Records the rules that need usage as not judged for the active clients of an organisation
    /// without usage results. They do not run there: running ten rules that report only this for
    /// each of many clients would cost time.
    fn note_missing_usage(&mut self, organisation: &Organisation<'_>, first: u32, plan: &Plan) {
        let mut sets = plan.sets.iter();
        if organisation.usage.is_some() || sets.all(|rules| rules.with_usage().is_empty()) {
            return;
        }
        let mut active: BTreeMap<u32, Unjudged> = BTreeMap::new();
        for (client, number) in organisation.clients.iter().zip(first..) {
            if client.off().is_some() {
                continue;
            }
            let set = plan.set_of.get(number as usize).copied().unwrap_or(0);
            let unjudged = active.entry(set).or_default();
            unjudged.count += 1;
            // Reports name the first three.
            if unjudged.clients.len() < 3 {
                unjudged.clients.push(number);
            }
        }
        for (set, unjudged) in active {
            let rules = plan.sets.get(set as usize);
            for rule in rules.into_iter().flat_map(Rules::with_usage) {
                self.note(rule, Need::Usage, unjudged.clone());
            }
        }
    }

    /// Counts the clients for which a rule was not judged.
    fn note(&mut self, rule: &Prepared, need: Need, unjudged: Unjudged) {
        let entry = self.not_judged.entry((&rule.rule.id, need));
        entry.or_default().add(unjudged);
    }

    fn take<'o>(
        &mut self,
        rule: &Prepared,
        violations: Vec<Violation>,
        find: impl Fn(TargetId) -> Owner<'o>,
        setting: Setting<'_>,
    ) {
        let share = excess::share(violations, rule.rule, setting.limits);
        for excess in share.excess {
            let owner = find(excess.about);
            self.drafts
                .extend(excess.drafts(rule.rule, &owner, setting));
        }
        for mut violation in share.listed {
            let owner = find(violation.about);
            written::complete(&mut violation, owner.client(), setting.sources);
            let client = owner.identity(setting);
            let is_terraform = client.address.is_some();
            let targets = targets(
                &violation.target,
                owner.organisation,
                is_terraform,
                setting.redactor,
            );
            let message = violation.message;
            let mut finding = finding(rule, violation, &owner, setting.redactor);
            finding.target = targets.first().cloned().unwrap_or_default();
            finding.identity = finding.target.to_string();
            self.drafts.push(Draft {
                finding,
                message,
                client,
                targets,
            });
        }
    }
}

/// The cause that a check recorded for a need.
fn recorded_cause(judgement: &Judgement, need: Need) -> Option<String> {
    let mut causes = judgement.causes.iter();
    let (_, cause) = causes.find(|(known, _)| *known == need)?;
    Some(cause.clone())
}

fn finding(rule: &Prepared, report: Violation, owner: &Owner<'_>, redactor: &Redactor) -> Finding {
    let evidence = evidence::evidence(&report, owner.client(), owner.organisation, redactor);
    let texts = rule.rule.message(report.message);
    let fill = |template: &str, longest| {
        let template = with_phrases(template, &report, rule.rule);
        fill(&template, longest, &report, rule, redactor)
    };
    let title = || rule.rule.title.to_string();
    let message = texts.map_or_else(title, |text| fill(&text.text, LONGEST_IN_MESSAGE));
    let message = match report.unless {
        Some(key) => {
            let phrase = catalog::phrase(rule.rule, key);
            format!("{message}{}", phrase.map_or("", |phrase| &*phrase.text))
        }
        None => message,
    };
    let message = match &report.world {
        Some(world) => format!("{message} ({})", redactor.words(world)),
        None => message,
    };
    let (severity, message) =
        severity_and_message(rule.rule, report.severity, message, owner.off());
    let mut fix = texts.map_or_else(
        || rule.rule.fix.to_string(),
        |text| fill(&text.fix, LONGEST_IN_FIX),
    );
    let names_secret = |fix: &str| {
        let fix = with_phrases(fix, &report, rule.rule);
        names_secret(&fix, &report.arguments, redactor)
    };
    if texts.is_some_and(|text| names_secret(&text.fix)) {
        fix = format!("remove the secret, which is masked here; then {fix}");
    }
    Finding {
        rule: rule.rule,
        severity,
        confidence: report.confidence.unwrap_or(rule.rule.confidence),
        subject: owner.subject,
        place: report.place,
        message,
        fix,
        related: report
            .related
            .into_iter()
            .map(|(place, text)| Related {
                place,
                text: redactor.words(&text).into_owned(),
            })
            .collect(),
        field: report.field,
        identity: String::new(),
        remedy: report.remedy,
        target: FindingTarget::default(),
        item: item(&report.target),
        evidence,
        aliases: Vec::new(),
        rootless: Vec::new(),
        more: Vec::new(),
        first_seen: None,
        worse: None,
        lapsed: None,
        fingerprint: Fingerprint::new("", "", "", 0),
    }
}

/// The severity of a fault, and its message: a fault that needs a token is low while the client
/// gets none.
fn severity_and_message(
    rule: &Rule,
    own: Option<Severity>,
    mut message: String,
    off: Option<&str>,
) -> (Severity, String) {
    const MOST_WHILE_OFF: Severity = Severity::Low;
    let severity = own.unwrap_or(rule.severity);
    match off {
        Some(state) if rule.category.wants_tokens() && severity > MOST_WHILE_OFF => {
            message.push_str("; low while the client is ");
            message.push_str(state);
            (MOST_WHILE_OFF, message)
        }
        _ => (severity, message),
    }
}

/// Whether a template names an argument that is masked, so that it cannot be followed as printed.
fn names_secret(template: &str, arguments: &[(&str, String)], redactor: &Redactor) -> bool {
    let mut names = template.split('{').skip(1);
    names.any(|name| {
        let name = name.split('}').next();
        let mut arguments = arguments.iter();
        arguments.any(|(known, value)| name == Some(known) && redactor.hides(value))
    })
}

/// Puts phrases in place of the `{name}` that they are for.
fn with_phrases<'t>(template: &'t str, report: &Violation, rule: &'static Rule) -> Cow<'t, str> {
    let mut text = Cow::Borrowed(template);
    for (name, key) in &report.phrases {
        if let Some(phrase) = catalog::phrase(rule, key) {
            text = Cow::Owned(text.replace(&format!("{{{name}}}"), &phrase.text));
        }
    }
    text
}

/// Puts arguments, and parameters of the rule, in place of `{name}`, and for the name of a field
/// in the Platform API the one in the export. Arguments come from the export and are masked.
fn fill(
    template: &str,
    longest: usize,
    report: &Violation,
    rule: &Prepared,
    redactor: &Redactor,
) -> String {
    let mut text = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((name, behind)) = after.split_once('}') else {
            text.push('{');
            rest = after;
            continue;
        };
        let mut arguments = report.arguments.iter().rev();
        if let Some((_, value)) = arguments.find(|(known, _)| *known == name) {
            text.push_str(&shorten(&redactor.words(value), longest));
        } else if let Some((_, value)) = rule.parameters.iter().find(|(known, _)| *known == name) {
            text.push_str(&parameter_words(value));
        } else if let Some(field) = report.naming.translate(name) {
            text.push_str(field);
        } else {
            text.push('{');
            rest = after;
            continue;
        }
        rest = behind;
    }
    text.push_str(rest);
    text
}

fn parameter_words(value: &crate::catalog::Value) -> String {
    use crate::catalog::Value;
    match value {
        Value::Integer(number) => number.to_string(),
        Value::Boolean(truth) => truth.to_string(),
        Value::Text(text) => text.to_string(),
        Value::List(texts) => texts.join(", "),
        Value::ByClient(_) => "the policy".into(),
    }
}

/// The most characters of a value in a message.
const LONGEST_IN_MESSAGE: usize = 160;
/// The most characters of a value in a fix, which a cut value would break.
const LONGEST_IN_FIX: usize = 2000;

/// Cuts long values between words in the middle, because their ends differ most. A long word, such
/// as a URI, stays whole up to a limit that only a hostile export reaches.
fn shorten(value: &str, longest: usize) -> String {
    const TAIL: usize = 30;
    let count = value.chars().count();
    if count <= longest {
        return value.to_owned();
    }
    let words: Vec<&str> = value.split(' ').collect();
    let fitting = |words: &mut dyn Iterator<Item = &&str>, room: usize| {
        let mut used = 0;
        words
            .take_while(|word| {
                used += word.chars().count() + 1;
                used <= room + 1
            })
            .count()
    };
    let head = fitting(&mut words.iter(), longest - TAIL).max(1);
    let tail = fitting(&mut words[head..].iter().rev(), TAIL);
    let (head, tail) = (
        words[..head].join(" "),
        words[words.len() - tail..].join(" "),
    );
    let text = match (head.len() + tail.len() < value.len(), tail.as_str()) {
        (false, _) => value.to_owned(),
        (true, "") => format!("{head} …"),
        (true, tail) => format!("{head} … {tail}"),
    };
    let most = longest.max(LONGEST_WORD);
    if text.chars().count() > most {
        let head: String = text.chars().take(most).collect();
        return format!("{head}…");
    }
    text
}

/// The most characters of a word in a message.
const LONGEST_WORD: usize = 500;

fn failed(rule: &str, why: &str, count: u32) -> Problem {
    let more = match count {
        1 => String::new(),
        2 => " and for 1 more client".to_owned(),
        count => format!(" and for {} more clients", count - 1),
    };
    Problem::new(
        ProblemKind::RuleFailed,
        format!("rule `{rule}` could not be evaluated here{more}: {why}"),
        "correct its expression; has(client.field) tests for a field",
    )
}

fn crashed(rule: &Rule, crash: &str) -> Problem {
    Problem::new(
        ProblemKind::RuleCrashed,
        format!(
            "rule `{}` crashed ({crash}) and was not judged here",
            rule.id
        ),
        "report this bug of grantlint with the rule and this place; until then, use --ignore",
    )
}

thread_local! {
    /// The place of the last panic of this thread, while panics are caught.
    static LAST_PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Makes panics record only their place: their message could quote the export.
pub fn silence_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, |location| {
            format!("{}:{}", location.file(), location.line())
        });
        LAST_PANIC.with_borrow_mut(|last| *last = Some(place));
    }));
}

/// The place of the last panic of this thread, if [`silence_panics`] was called before.
#[must_use]
pub fn last_panic() -> String {
    LAST_PANIC
        .with_borrow_mut(Option::take)
        .unwrap_or_else(|| "unknown place".into())
}

/// Runs `task`; a panic becomes its place.
fn isolate(task: impl FnOnce()) -> Result<(), String> {
    catch_unwind(AssertUnwindSafe(task)).map_err(|_| last_panic())
}
