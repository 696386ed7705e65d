//! SARIF 2.1.0, for code scanning and viewers.
//!
//! Invariant: GitHub, GitLab, Azure DevOps and the viewers of VS Code and Visual Studio accept the
//! file. Where they disagree with the standard, a comment gives the choice and its reason.
//! Problems are notifications and never results, so a failed run does not look like a run that
//! found nothing.

use super::json::BySeverity;
use super::run_facts::{FactKind, RunFact, run_facts};
use super::status::{headline, limits, qualified};
use super::{shared, stream};
use crate::catalog::{Rule, Severity};
use crate::finding::{
    Accepted, Change, Finding, Fingerprint, NotJudged, Notice, Problem, ProblemKind, Report,
};
use crate::text::{Place, Position, Source, Span, visible};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Write};

/// GitHub refuses a run with more results.
const MOST_RESULTS: usize = 25_000;
/// GitHub refuses a larger file, compressed: 10 MB, without the text around the results.
const MOST_BYTES: usize = 9_500_000;
/// So few results are never too large.
const SURELY_FITTING: usize = 400;
/// Related places of a result.
const MOST_RELATED: usize = 20;
/// GitHub shows no more tags of a rule.
const MOST_TAGS: usize = 10;
/// GitHub cuts descriptions of rules here.
const LONGEST_DESCRIPTION: usize = 1024;
/// Bytes of a line that a snippet shows: an export is often a single line of megabytes.
const SNIPPET: usize = 200;
/// Characters of a client's name in a message.
const LONGEST_LABEL: usize = 80;
/// What relative paths are relative to. Consumers agree on this name for the root of the
/// repository.
const ROOT: &str = "%SRCROOT%";
/// The identity of the CWE taxonomy in these reports, by which rules refer to it.
const CWE: &str = "6a3d5a55-6f0b-4d2e-9d2c-2a4b4f5c7c11";

/// Writes `report` as SARIF, a result a line.
///
/// # Errors
/// If `out` cannot be written.
pub fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let most = Context::new(report, MOST_RESULTS).fitting();
    let context = Context::new(report, most);
    stream::write(&Log::new(&context), 4, out)
}

/// A report, and what its parts refer to each other by.
struct Context<'r> {
    report: &'r Report<'r>,
    /// So many findings become results.
    most: usize,
    /// The rules, each with the severity that its results have.
    descriptors: Vec<(&'static Rule, Severity)>,
    /// The position of each of them in the table of rules.
    rules: BTreeMap<(&'r str, Severity), usize>,
    /// Facts about the run.
    facts: Vec<RunFact<'r>>,
    /// The sorts of notification that occur.
    notifications: BTreeSet<&'static str>,
}

impl<'r> Context<'r> {
    fn new(report: &'r Report<'r>, most: usize) -> Self {
        let facts = run_facts(report);
        let problems = report.problems.iter();
        let mut notifications: BTreeSet<_> = problems.map(|problem| problem.kind.name()).collect();
        let notices = report.notices.iter();
        notifications.extend(notices.map(|notice| notice.kind.name()));
        notifications.extend(facts.iter().map(|fact| fact.kind.name()));
        let more = [
            (!report.not_judged.is_empty(), NOT_JUDGED),
            (results(report) > most, RESULTS_CUT),
            (qualified(report).is_some(), VERDICT),
        ];
        let more = more.into_iter().filter(|(occurs, _)| *occurs);
        notifications.extend(more.map(|(_, name)| name));
        let descriptors = descriptors(report);
        let numbered = descriptors.iter().enumerate();
        Self {
            report,
            most,
            rules: numbered
                .map(|(index, (rule, severity))| ((&*rule.id, *severity), index))
                .collect(),
            descriptors,
            facts,
            notifications,
        }
    }

    /// The findings that become results, each with its acceptance: first those that count, then
    /// accepted and known ones if the report shows them.
    fn findings(&self) -> Box<dyn Iterator<Item = WithAcceptance<'r>> + 'r> {
        if results(self.report) > self.most {
            Box::new(self.worst_first().take(self.most))
        } else {
            let counted = self.report.findings.iter();
            Box::new(
                counted
                    .map(|finding| (finding, None))
                    .chain(self.set_aside()),
            )
        }
    }

    /// All results, those that count by severity: the order in which they fill the file.
    fn worst_first(&self) -> impl Iterator<Item = WithAcceptance<'r>> + use<'r> {
        let counted = shared::worst_first(self.report);
        counted
            .map(|finding| (finding, None))
            .chain(self.set_aside())
    }

    fn set_aside(&self) -> impl Iterator<Item = WithAcceptance<'r>> + use<'r> {
        set_aside(self.report)
    }

    /// How many results fit into a file, the worst first: up to the limits of results and of
    /// bytes, at the fastest compression.
    fn fitting(&self) -> usize {
        let wanted = results(self.report).min(MOST_RESULTS);
        if wanted <= SURELY_FITTING {
            return MOST_RESULTS;
        }
        let mut packed = GzEncoder::new(Counted(0), Compression::fast());
        // The encoder allocates for each piece, so it gets whole results.
        let mut written = Vec::new();
        for (index, (finding, accepted)) in self.worst_first().take(wanted).enumerate() {
            written.clear();
            let result = Outcome::new(self, finding, accepted);
            let packs = serde_json::to_writer(&mut written, &result).is_ok()
                && packed.write_all(&written).is_ok();
            if !packs || packed.get_ref().0 > MOST_BYTES {
                return index;
            }
        }
        MOST_RESULTS
    }

    /// The rule itself, at the severity of the policy.
    fn reference(&self, rule: &'r str) -> Reference<'r> {
        let mut rules = self.report.rules.iter();
        let rule_of_report = rules.find(|known| &*known.id == rule);
        let severity = rule_of_report.map(|known| self.report.rule_severity(known));
        let index = severity.and_then(|severity| self.rules.get(&(rule, severity)));
        Reference {
            id: rule,
            index: index.copied(),
            tool_component: None,
        }
    }
}

/// A finding with its acceptance.
type WithAcceptance<'r> = (&'r Finding, Option<&'r Accepted>);

/// Counts the bytes that are written, and keeps none.
struct Counted(usize);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Findings that do not count and become results: accepted ones if the report shows them, known
/// ones also if there is a baseline, because code scanning closes alerts without a result.
fn set_aside<'r>(report: &'r Report<'_>) -> impl Iterator<Item = WithAcceptance<'r>> + use<'r> {
    let shown = if report.show_suppressed {
        usize::MAX
    } else {
        0
    };
    let known = if report.baseline.is_some() {
        usize::MAX
    } else {
        shown
    };
    let accepted = report.suppressed.iter().take(shown);
    let accepted = accepted.map(|entry| (&entry.finding, Some(&entry.accepted)));
    accepted.chain(
        report
            .known
            .iter()
            .take(known)
            .map(|finding| (finding, None)),
    )
}

/// The number of findings that should become results.
fn results(report: &Report<'_>) -> usize {
    report.findings.len() + set_aside(report).count()
}

/// The rules that ran at the severity of the policy, then those with results of another severity.
/// GitHub shows the severity of the rule and not that of a result.
fn descriptors(report: &Report<'_>) -> Vec<(&'static Rule, Severity)> {
    let severity = |rule: &'static Rule| (rule, report.rule_severity(rule));
    let mut all: Vec<_> = report.rules.iter().map(|rule| severity(rule)).collect();
    let findings = report.findings.iter();
    let findings = findings.chain(set_aside(report).map(|(finding, _)| finding));
    let mut others = BTreeMap::new();
    for finding in findings {
        if finding.severity != report.rule_severity(finding.rule) {
            let key = (&*finding.rule.id, finding.severity);
            others.insert(key, (finding.rule, finding.severity));
        }
    }
    all.extend(others.into_values());
    all
}

stream::lists! {
    Rules(context: &'r Context<'r>) => context.descriptors.iter().map(|(rule, severity)| Descriptor::new(rule, *severity, context.report.rule_severity(rule)));
    Artifacts(context: &'r Context<'r>) => artifacts(context.report);
    Notifications(context: &'r Context<'r>) => notifications(context);
    ConfigurationNotifications(context: &'r Context<'r>) => configuration_notifications(context);
    Results(context: &'r Context<'r>) => context.findings().map(|(finding, accepted)| Outcome::new(context, finding, accepted));
}

#[derive(Serialize)]
struct Log<'r> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'r>; 1],
}

impl<'r> Log<'r> {
    fn new(context: &'r Context<'r>) -> Self {
        Self {
            schema: "https://json.schemastore.org/sarif-2.1.0.json",
            version: "2.1.0",
            runs: [Run::new(context)],
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'r> {
    tool: Tool<'r>,
    #[serde(skip_serializing_if = "Option::is_none")]
    automation_details: Option<Automation>,
    invocations: [Invocation<'r>; 1],
    column_kind: &'static str,
    default_encoding: &'static str,
    artifacts: Artifacts<'r>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    taxonomies: Vec<Taxonomy>,
    results: Results<'r>,
    properties: RunProperties<'r>,
}

impl<'r> Run<'r> {
    fn new(context: &'r Context<'r>) -> Self {
        let report = context.report;
        let taxonomies: Vec<_> = Taxonomy::cwe(report).into_iter().collect();
        Self {
            tool: Tool {
                driver: Driver {
                    name: env!("CARGO_PKG_NAME"),
                    version: env!("CARGO_PKG_VERSION"),
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    information_uri: super::HOME,
                    short_description: text(env!("CARGO_PKG_DESCRIPTION")),
                    supported_taxonomies: taxonomies.iter().map(|_| COMPONENT).collect(),
                    notifications: sorts(&context.notifications),
                    rules: Rules(context),
                },
            },
            // Without a category, the uploader chooses one.
            automation_details: report.sarif_category.as_deref().map(Automation::new),
            invocations: [Invocation {
                execution_successful: report.problems.is_empty(),
                exit_code: report.exit,
                exit_code_description: exit_words(report.exit),
                tool_execution_notifications: Notifications(context),
                tool_configuration_notifications: ConfigurationNotifications(context),
            }],
            column_kind: "unicodeCodePoints",
            default_encoding: "UTF-8",
            artifacts: Artifacts(context),
            taxonomies,
            results: Results(context),
            properties: RunProperties::new(report),
        }
    }
}

const fn exit_words(code: u8) -> &'static str {
    match code {
        0 => "complete, nothing at or above the gate",
        1 => "complete, findings at or above the gate",
        2 => "nothing was audited",
        _ => "the audit is incomplete",
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RunProperties<'r> {
    date: String,
    headline: String,
    partial: bool,
    clients: usize,
    findings: usize,
    suppressed: usize,
    baselined: usize,
    fixed: usize,
    undecided: usize,
    below_threshold: usize,
    not_judged: usize,
    open: BySeverity,
    known: BySeverity,
    accepted: BySeverity,
    waived: Vec<&'static str>,
    context: &'r [String],
    configuration: &'r [String],
}

impl<'r> RunProperties<'r> {
    fn new(report: &'r Report<'_>) -> Self {
        let summary = &report.summary;
        Self {
            date: report.today.to_string(),
            headline: headline(report),
            partial: report.partial,
            clients: summary.clients,
            findings: summary.total(),
            suppressed: summary.suppressed,
            baselined: summary.baselined,
            fixed: summary.fixed,
            undecided: summary.undecided,
            below_threshold: summary.below_threshold,
            not_judged: report.not_judged.len(),
            open: BySeverity::of_mildest_first(summary.open),
            known: BySeverity::of_mildest_first(summary.known),
            accepted: BySeverity::of_mildest_first(summary.accepted),
            waived: report
                .waived
                .iter()
                .map(|waived| waived.input.name())
                .collect(),
            context: &report.context,
            configuration: &report.configuration.files,
        }
    }
}

#[derive(Serialize)]
struct Tool<'r> {
    driver: Driver<'r>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'r> {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    information_uri: &'static str,
    short_description: Message,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    supported_taxonomies: Vec<Component>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notifications: Vec<Sort>,
    rules: Rules<'r>,
}

#[derive(Serialize)]
struct Automation {
    id: String,
}

impl Automation {
    /// GitHub reads the text before the last slash as the category.
    fn new(category: &str) -> Self {
        let category = category.trim_end_matches('/');
        Self {
            id: format!("{category}/"),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation<'r> {
    execution_successful: bool,
    exit_code: u8,
    exit_code_description: &'static str,
    tool_execution_notifications: Notifications<'r>,
    tool_configuration_notifications: ConfigurationNotifications<'r>,
}

#[derive(Serialize)]
struct Message {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    markdown: Option<String>,
}

/// A plain text message.
///
/// Two things are not plain in SARIF's plain text: `{0}` is a placeholder, so braces are
/// doubled, and `[text](target)` is a link, so what an export could make one is parted.
fn text(words: impl AsRef<str>) -> Message {
    let words = words.as_ref();
    let words = if words.contains(['{', '}', ']']) {
        words
            .replace('{', "{{")
            .replace('}', "}}")
            .replace("](", "] (")
    } else {
        words.to_owned()
    };
    Message {
        text: words,
        markdown: None,
    }
}

// Rules

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor<'r> {
    id: Cow<'r, str>,
    name: String,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    deprecated_ids: &'r [crate::catalog::rule::Text],
    short_description: Message,
    full_description: Message,
    help: Message,
    help_uri: String,
    default_configuration: Configuration,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    relationships: Vec<Relationship<'r>>,
    properties: RuleProperties<'r>,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
    rank: f32,
}

#[derive(Serialize)]
struct RuleProperties<'r> {
    tags: Vec<String>,
    precision: &'static str,
    #[serde(rename = "security-severity")]
    security_severity: &'static str,
    severity: &'static str,
    persona: &'static str,
    category: &'static str,
    standards: &'r [crate::catalog::rule::Text],
}

impl<'r> Descriptor<'r> {
    /// The descriptor of `rule` for results of one severity; `usual` is that of the policy.
    fn new(rule: &'r Rule, severity: Severity, usual: Severity) -> Self {
        let why = shared::unwrapped(&rule.why);
        let id = rule.sarif_id(severity, usual);
        let is_usual = severity == usual;
        Self {
            name: pascal(&id),
            id,
            deprecated_ids: if is_usual { &rule.aliases } else { &[] },
            short_description: text(shared::shorten(
                &shared::sentence(&rule.title),
                LONGEST_DESCRIPTION,
            )),
            full_description: text(shared::shorten(&why, LONGEST_DESCRIPTION)),
            help: Message {
                text: text(help(rule)).text,
                markdown: Some(help_markdown(rule)),
            },
            help_uri: shared::rule_docs(&rule.id),
            default_configuration: Configuration {
                level: level(severity),
                rank: rank(severity),
            },
            relationships: weaknesses(rule).map(Relationship::to).collect(),
            properties: RuleProperties {
                tags: tags(rule),
                precision: rule.confidence.name(),
                security_severity: security_severity(severity),
                severity: severity.name(),
                persona: rule.persona.name(),
                category: rule.category.name(),
                standards: &rule.standards,
            },
        }
    }
}

/// `ImplicitGrant` of `implicit-grant`: viewers want a name that is not the id.
fn pascal(id: &str) -> String {
    id.split(['-', '/'])
        .map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            first.into_iter().chain(letters).collect::<String>()
        })
        .collect()
}

fn help(rule: &Rule) -> String {
    let mut text = format!(
        "{}\n\nFix: {}",
        shared::unwrapped(&rule.why),
        shared::unwrapped(&rule.fix)
    );
    for reference in rule.references.iter() {
        let _ = write!(text, "\n\n{}: {}", reference.title, reference.url);
    }
    text
}

fn help_markdown(rule: &Rule) -> String {
    let mut text = format!(
        "{}\n\n**Fix.** {}\n",
        shared::unwrapped(&rule.why),
        shared::unwrapped(&rule.fix)
    );
    if !rule.params.is_empty() {
        text.push_str("\n**Parameters**\n\n");
        for parameter in rule.params.iter() {
            let doc = shared::unwrapped(&parameter.doc);
            let _ = writeln!(text, "- `{}`: {doc}", parameter.name);
        }
    }
    text.push_str("\n**References**\n\n");
    for reference in rule.references.iter() {
        let _ = writeln!(text, "- [{}]({})", reference.title, reference.url);
    }
    text
}

/// Tags by which results can be filtered. GitHub and `DefectDojo` read `external/cwe/cwe-601`
/// as a weakness.
fn tags(rule: &Rule) -> Vec<String> {
    let mut tags = vec![
        "security".to_owned(),
        "oauth".to_owned(),
        rule.category.name().to_owned(),
    ];
    tags.extend(weaknesses(rule).map(|number| format!("external/cwe/cwe-{number:0>3}")));
    let others = rule
        .standards
        .iter()
        .filter(|name| weakness(name).is_none());
    tags.extend(others.map(ToString::to_string));
    tags.truncate(MOST_TAGS);
    let mut seen = BTreeSet::new();
    tags.retain(|tag| seen.insert(tag.clone()));
    tags
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// The middle of GitHub's band for each word. It takes nothing down to 0.0, so that `info`
/// is the lowest of its low ones.
const fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "3.0",
        Severity::Info => "0.1",
    }
}

/// Ten times the security severity.
const fn rank(severity: Severity) -> f32 {
    match severity {
        Severity::Critical => 95.0,
        Severity::High => 80.0,
        Severity::Medium => 55.0,
        Severity::Low => 30.0,
        Severity::Info => 1.0,
    }
}

// Weaknesses

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Taxonomy {
    name: &'static str,
    guid: &'static str,
    organization: &'static str,
    information_uri: &'static str,
    short_description: Message,
    taxa: Vec<Taxon>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Taxon {
    id: String,
    help_uri: String,
}

#[derive(Clone, Copy, Serialize)]
struct Component {
    name: &'static str,
    guid: &'static str,
}

const COMPONENT: Component = Component {
    name: "CWE",
    guid: CWE,
};

#[derive(Serialize)]
struct Relationship<'r> {
    target: Reference<'r>,
    kinds: [&'static str; 1],
}

impl<'r> Relationship<'r> {
    /// Every result of the rule has this weakness, and others have it too.
    fn to(number: &'r str) -> Self {
        Self {
            target: Reference {
                id: number,
                index: None,
                tool_component: Some(COMPONENT),
            },
            kinds: ["superset"],
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reference<'r> {
    id: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_component: Option<Component>,
}

impl Taxonomy {
    /// The weaknesses that the rules of a report name, if they name any.
    fn cwe(report: &Report<'_>) -> Option<Self> {
        let rules = report.rules.iter();
        let numbers: BTreeSet<&str> = rules.flat_map(|rule| weaknesses(rule)).collect();
        let taxa: Vec<_> = numbers
            .into_iter()
            .map(|number| Taxon {
                id: number.to_owned(),
                help_uri: format!("https://cwe.mitre.org/data/definitions/{number}.html"),
            })
            .collect();
        (!taxa.is_empty()).then_some(Self {
            name: COMPONENT.name,
            guid: COMPONENT.guid,
            organization: "MITRE",
            information_uri: "https://cwe.mitre.org/",
            short_description: text("The MITRE Common Weakness Enumeration."),
            taxa,
        })
    }
}

/// The numbers of the weaknesses that a rule finds.
fn weaknesses(rule: &Rule) -> impl Iterator<Item = &str> {
    rule.standards.iter().filter_map(|name| weakness(name))
}

fn weakness(standard: &str) -> Option<&str> {
    let number = standard.strip_prefix("CWE-")?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some(number)
}

// Notifications

const NOT_JUDGED: &str = "not-judged";
const RESULTS_CUT: &str = "results-cut";
const VERDICT: &str = "verdict";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Sort {
    id: &'static str,
    short_description: Message,
    full_description: Message,
    help: Message,
}

fn sorts(notifications: &BTreeSet<&'static str>) -> Vec<Sort> {
    let sort = |&id: &&'static str| {
        let (words, help) = match id {
            NOT_JUDGED => (
                "A rule could not be judged because data is missing.".to_owned(),
                "The notification names the missing input and how to obtain it.",
            ),
            RESULTS_CUT => (
                "There are more findings than code scanning accepts.".to_owned(),
                "The worst are in this file; the other formats contain all of them.",
            ),
            VERDICT => (
                "Other findings are open, or the result has limits.".to_owned(),
                "The notification gives the result in words.",
            ),
            fact if FactKind::ALL.iter().any(|kind| kind.name() == fact) => (
                format!("A fact about the run: {fact}."),
                "The notification describes the fact.",
            ),
            policy if policy.starts_with("exception-") || policy.starts_with("baseline-") => (
                format!("A notice about the policy: {policy}."),
                "The notification says what is the matter, where, and what to do.",
            ),
            problem => (
                format!("The audit has a problem: {problem}."),
                "The notification says what happened, where, and what to do.",
            ),
        };
        Sort {
            id,
            short_description: text(&words),
            full_description: text(&words),
            help: text(help),
        }
    };
    notifications.iter().map(sort).collect()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Notification<'r> {
    descriptor: Reference<'r>,
    level: &'static str,
    message: Message,
    #[serde(skip_serializing_if = "Option::is_none")]
    associated_rule: Option<Reference<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Location<'r>>,
}

fn notifications<'r>(context: &'r Context<'r>) -> impl Iterator<Item = Notification<'r>> {
    let report = context.report;
    let problems = report.problems.iter();
    let open = report.not_judged.iter();
    problems
        .map(|problem| Notification {
            descriptor: sort_of(context, problem.kind.name()),
            level: "error",
            message: text(problem_words(problem)),
            associated_rule: None,
            locations: problem_location(report, problem).into_iter().collect(),
        })
        .chain(
            report
                .notices
                .iter()
                .map(|notice| notice_notification(context, notice)),
        )
        .chain(open.map(|open| Notification {
            descriptor: sort_of(context, NOT_JUDGED),
            level: "note",
            message: text(open_words(open)),
            associated_rule: Some(context.reference(open.rule)),
            locations: Vec::new(),
        }))
        .chain(results_cut(context))
        .chain(verdict_notification(context))
        .chain(fact_notifications(context, false))
}

/// Facts about the configuration.
fn configuration_notifications<'r>(
    context: &'r Context<'r>,
) -> impl Iterator<Item = Notification<'r>> {
    fact_notifications(context, true)
}

/// Facts about the configuration, or all others.
fn fact_notifications<'r>(
    context: &'r Context<'r>,
    of_configuration: bool,
) -> impl Iterator<Item = Notification<'r>> {
    let facts = context.facts.iter();
    let wanted = move |fact: &&RunFact<'_>| {
        let kinds = [FactKind::Configuration, FactKind::ConfigurationUnused];
        kinds.contains(&fact.kind) == of_configuration
    };
    facts.filter(wanted).map(|fact| {
        let open = fact.severity.filter(|_| fact.kind == FactKind::Undecided);
        let has_place = !fact.path.is_empty() && fact.kind != FactKind::Skipped;
        Notification {
            descriptor: sort_of(context, fact.kind.name()),
            level: open.map_or("note", level),
            message: text(fact.text()),
            associated_rule: None,
            locations: has_place
                .then(|| Location::in_file(fact.path))
                .into_iter()
                .collect(),
        }
    })
}

/// The result in words, if other findings are open or it has limits.
fn verdict_notification<'r>(context: &'r Context<'r>) -> Option<Notification<'r>> {
    let words = qualified(context.report)?;
    let has_limits = limits(context.report).is_some();
    Some(Notification {
        descriptor: sort_of(context, VERDICT),
        level: if has_limits { "warning" } else { "note" },
        message: text(words),
        associated_rule: None,
        locations: Vec::new(),
    })
}

fn open_words(open: &NotJudged) -> String {
    let words = shared::not_judged_words(open);
    match shared::remedy(open.needs, &open.cause) {
        Some(how) => format!("Rule {} was {words}. To obtain it: {how}", open.rule),
        None => format!("Rule {} was {words}.", open.rule),
    }
}

/// A policy notice. One at or above the gate fails the run, so it must be in the file.
fn notice_notification<'r>(context: &'r Context<'r>, notice: &'r Notice) -> Notification<'r> {
    Notification {
        descriptor: sort_of(context, notice.kind.name()),
        level: level(notice.severity),
        message: text(format!(
            "{} To do: {}",
            shared::sentence(&visible(&notice.message)),
            visible(&notice.remedy)
        )),
        associated_rule: None,
        locations: notice
            .origin
            .iter()
            .map(|origin| Location::in_file(&origin.path))
            .collect(),
    }
}

fn results_cut<'r>(context: &'r Context<'r>) -> Option<Notification<'r>> {
    let (most, total) = (context.most, results(context.report));
    (total > most).then(|| Notification {
        descriptor: sort_of(context, RESULTS_CUT),
        level: "warning",
        message: text(format!(
            "Only the worst {most} of {total} findings are in this file, because code scanning accepts no more. The JSON report contains all of them."
        )),
        associated_rule: None,
        locations: Vec::new(),
    })
}

fn sort_of<'r>(context: &'r Context<'r>, id: &'static str) -> Reference<'r> {
    Reference {
        id,
        index: context.notifications.iter().position(|known| *known == id),
        tool_component: None,
    }
}

fn problem_words(problem: &Problem) -> String {
    let what = match problem.kind {
        ProblemKind::Usage => "Usage",
        ProblemKind::Configuration => "Configuration",
        _ => "Audit incomplete",
    };
    format!(
        "{what}: {} To do: {}",
        shared::sentence(&visible(&problem.message)),
        // It often ends in a command, to which a full stop would belong.
        visible(&problem.remedy)
    )
}

fn problem_location<'r>(report: &'r Report<'_>, problem: &'r Problem) -> Option<Location<'r>> {
    match problem.place {
        Some(place) => Some(Location::new(report, place)),
        None => problem.path.as_deref().map(Location::in_file),
    }
}

// Artifacts

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    location: ArtifactLocation,
    length: usize,
    roles: [&'static str; 1],
    hashes: Hashes,
    #[serde(skip_serializing_if = "Option::is_none")]
    mime_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<ArtifactProperties>,
}

/// The hashes of an artifact, by the names of RFC 6920.
#[derive(Serialize)]
struct Hashes {
    #[serde(rename = "sha-256")]
    sha256: String,
}

#[derive(Serialize)]
struct ArtifactProperties {
    shape: &'static str,
    documents: usize,
    clients: usize,
}

/// What was read, in the order of the sources, which results refer to.
fn artifacts<'r>(report: &'r Report<'r>) -> impl Iterator<Item = Artifact> {
    report.sources.iter().map(|(id, source)| {
        let input = report.inputs.get(id.0 as usize);
        let input = input.filter(|input| input.path == source.path());
        Artifact {
            location: ArtifactLocation::new(source.path(), Some(id.0)),
            length: source.text().len(),
            hashes: Hashes {
                sha256: source.sha256(),
            },
            roles: ["analysisTarget"],
            mime_type: input.and_then(|input| match input.format {
                "json" => Some("application/json"),
                "yaml" => Some("application/yaml"),
                _ => None,
            }),
            properties: input.map(|input| ArtifactProperties {
                shape: input.shape,
                documents: input.documents,
                clients: input.clients,
            }),
        }
    })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<u32>,
}

impl ArtifactLocation {
    fn new(path: &str, index: Option<u32>) -> Self {
        let (uri, is_relative) = uri(path);
        Self {
            uri,
            uri_base_id: is_relative.then_some(ROOT),
            index,
        }
    }
}

/// A path as a URI, and whether it is a relative one.
fn uri(path: &str) -> (String, bool) {
    let drive = path.as_bytes();
    if path.starts_with("//") {
        (format!("file:{}", shared::percent_encoded(path)), false)
    } else if path.starts_with('/') {
        (format!("file://{}", shared::percent_encoded(path)), false)
    } else if let [letter, b':', b'/', ..] = drive
        && letter.is_ascii_alphabetic()
    {
        let letter = char::from(*letter);
        (
            format!("file:///{letter}:{}", shared::percent_encoded(&path[2..])),
            false,
        )
    } else if path.is_empty() {
        // GitHub refuses an empty one.
        (".".into(), true)
    } else {
        (shared::percent_encoded(path), true)
    }
}

// Results

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'r> {
    rule_id: Cow<'r, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    rank: f32,
    message: Message,
    locations: [Location<'r>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'r>>,
    partial_fingerprints: Fingerprints,
    /// Of all results of a run or of none, as the standard has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressions: Option<Vec<Suppression<'r>>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Fix>,
    /// On all results of a run or on none. Fixed findings have no place any more, so no result
    /// is `absent`: the properties of the run list them.
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline_state: Option<&'static str>,
    properties: OutcomeProperties<'r>,
}

/// An accepted risk.
#[derive(Serialize)]
struct Suppression<'r> {
    kind: &'static str,
    status: &'static str,
    justification: &'r str,
    properties: SuppressionProperties<'r>,
}

#[derive(Serialize)]
struct SuppressionProperties<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket: Option<&'r str>,
    /// Where it is written.
    origin: String,
}

impl<'r> Suppression<'r> {
    fn new(accepted: &'r Accepted) -> Self {
        Self {
            kind: if accepted.in_source {
                "inSource"
            } else {
                "external"
            },
            status: "accepted",
            justification: &accepted.reason,
            properties: SuppressionProperties {
                owner: accepted.owner.as_deref(),
                until: accepted.until.map(|until| until.to_string()),
                ticket: accepted.ticket.as_deref(),
                origin: accepted.origin.to_string(),
            },
        }
    }
}

/// GitHub matches alerts by the first alone. Its upload action computes one from the line,
/// logs that ours differs, and keeps ours. A line of an export does not identify a finding.
#[derive(Serialize)]
struct Fingerprints {
    #[serde(
        rename = "primaryLocationLineHash",
        serialize_with = "stream::displayed"
    )]
    primary: Fingerprint,
    #[serde(rename = "grantlint/v2", serialize_with = "stream::displayed")]
    own: Fingerprint,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OutcomeProperties<'r> {
    severity: &'static str,
    confidence: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_name: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_address: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<&'r str>,
    field: &'r str,
    fix: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    known_since: Option<String>,
}

impl<'r> Outcome<'r> {
    fn new(context: &'r Context<'r>, finding: &'r Finding, accepted: Option<&'r Accepted>) -> Self {
        let report = context.report;
        let label = shared::label(report, finding);
        let client = shared::client(report, finding);
        let related = finding.related.iter().take(MOST_RELATED).zip(1..);
        let usual = report.rule_severity(finding.rule);
        let key = (&*finding.rule.id, finding.severity);
        Self {
            rule_id: finding.rule.sarif_id(finding.severity, usual),
            rule_index: context.rules.get(&key).copied(),
            level: level(finding.severity),
            rank: rank(finding.severity),
            message: text(format!(
                "{}: {} Fix: {}",
                shared::shorten(label, LONGEST_LABEL),
                shared::sentence(&finding.message),
                shared::sentence(&finding.fix)
            )),
            locations: [Location {
                logical_locations: logical(label, &finding.field),
                ..Location::with_snippet(report, finding.place)
            }],
            related_locations: related
                .map(|(related, id)| Location {
                    id: Some(id),
                    // GitHub refuses the file if one has no message.
                    message: Some(text(&related.text)),
                    ..Location::new(report, related.place)
                })
                .collect(),
            partial_fingerprints: Fingerprints {
                primary: finding.fingerprint,
                own: finding.fingerprint,
            },
            suppressions: report
                .show_suppressed
                .then(|| accepted.into_iter().map(Suppression::new).collect()),
            fixes: Fix::of(report, finding).into_iter().collect(),
            baseline_state: report.baseline.as_ref().map(|_| baseline_state(finding)),
            properties: OutcomeProperties {
                severity: finding.severity.name(),
                confidence: finding.confidence.name(),
                client_id: client.and_then(|client| client.id.as_deref()),
                client_name: client.and_then(|client| client.name.as_deref()),
                client_address: client.and_then(|client| client.address.as_deref()),
                organisation: client.map(|client| &*client.organisation),
                field: &finding.field,
                fix: &finding.fix,
                known_since: finding.first_seen.map(|day| day.to_string()),
            },
        }
    }
}

/// An edit that clears a finding.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fix {
    description: Message,
    artifact_changes: Vec<ArtifactChange>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    inserted_content: Content,
}

#[derive(Serialize)]
struct Content {
    text: String,
}

impl Fix {
    /// The edit of a finding whose values are all replaced at exact places. The separator of an
    /// entry that is removed depends on its neighbours, so that it has none; neither has a masked
    /// value.
    fn of(report: &Report<'_>, finding: &Finding) -> Option<Self> {
        let change = |change: &Change| {
            let shown = change.shown.as_deref()?;
            let place = shown.place.filter(|_| !shown.is_masked)?;
            let source = report.sources.get(place.source);
            Some(ArtifactChange {
                artifact_location: ArtifactLocation::new(source.path(), Some(place.source.0)),
                replacements: vec![Replacement {
                    deleted_region: Region::new(source, place.span, None),
                    inserted_content: Content {
                        text: shown.after.clone()?,
                    },
                }],
            })
        };
        let changes: Option<Vec<_>> = finding.remedy.changes.iter().map(change).collect();
        let artifact_changes = changes.filter(|changes| !changes.is_empty())?;
        Some(Self {
            description: text(&finding.fix),
            artifact_changes,
        })
    }
}

/// How a finding compares with the baseline.
const fn baseline_state(finding: &Finding) -> &'static str {
    match (&finding.worse, finding.first_seen) {
        (Some(_), _) => "updated",
        (None, Some(_)) => "unchanged",
        (None, None) => "new",
    }
}

// Locations

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    #[serde(rename = "physicalLocation")]
    physical: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<LogicalLocation<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
    #[serde(skip_serializing_if = "Option::is_none")]
    context_region: Option<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation<'r> {
    name: &'r str,
    fully_qualified_name: String,
    kind: &'static str,
}

/// A part of a text, in characters. If a region also has a byte offset, the viewer of VS Code
/// opens a hex dump at a wrong line.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
    char_offset: u32,
    char_length: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    snippet: Option<Message>,
}

impl Location<'_> {
    fn new(report: &Report<'_>, place: Place) -> Self {
        let source = report.sources.get(place.source);
        Self {
            id: None,
            physical: PhysicalLocation {
                artifact_location: ArtifactLocation::new(source.path(), Some(place.source.0)),
                region: Some(Region::new(source, place.span, None)),
                context_region: None,
            },
            logical_locations: Vec::new(),
            message: None,
        }
    }

    fn in_file(path: &str) -> Self {
        Self {
            id: None,
            physical: PhysicalLocation {
                artifact_location: ArtifactLocation::new(path, None),
                region: None,
                context_region: None,
            },
            logical_locations: Vec::new(),
            message: None,
        }
    }

    fn with_snippet(report: &Report<'_>, place: Place) -> Self {
        let source = report.sources.get(place.source);
        let mut location = Self::new(report, place);
        let physical = &mut location.physical;
        let Some(window) = window(source, place.span) else {
            let start = place.span.start;
            let shown = Span::new(start, nearby(source, start));
            let excerpt = report
                .redactor
                .excerpt(report.sources, place.source, shown.range());
            let first = format!("{} …", displayed(&excerpt));
            physical.region = Some(Region::new(source, place.span, Some(first)));
            return location;
        };
        // One excerpt serves both: it is masked at equal length.
        let excerpt = report
            .redactor
            .excerpt(report.sources, place.source, window.range());
        let from = (place.span.start - window.start) as usize;
        let snippet = excerpt.get(from..from + place.span.len() as usize);
        physical.region = Some(Region::new(source, place.span, snippet.map(displayed)));
        if window != place.span {
            physical.context_region = Some(Region::new(source, window, Some(displayed(&excerpt))));
        }
        location
    }
}

impl Region {
    fn new(source: &Source, span: Span, snippet: Option<String>) -> Self {
        let start: Position = source.position(span.start);
        let end = source.position(span.end);
        let first = source.characters(span.start);
        Self {
            start_line: start.line,
            start_column: start.column,
            end_line: end.line,
            end_column: end.column,
            char_offset: first,
            char_length: source.characters(span.end).saturating_sub(first),
            snippet: snippet.map(|text| Message {
                text,
                markdown: None,
            }),
        }
    }
}

/// The part of a line to show around `span`: the line, or its surroundings if the line is long.
/// None if the span itself is too long to be shown.
fn window(source: &Source, span: Span) -> Option<Span> {
    let text = source.text();
    let line = source
        .lines()
        .line_range(text, source.position(span.start).line);
    let range = span.range();
    if range.start < line.start || range.end > line.end || range.len() > SNIPPET {
        return None;
    }
    if line.len() <= SNIPPET {
        return Some(Span::new(line.start as u32, line.end as u32));
    }
    let margin = (SNIPPET - range.len()) / 2;
    let start = range.start.saturating_sub(margin).max(line.start);
    let end = (range.end + margin).min(line.end);
    Some(Span::new(
        text.ceil_char_boundary(start) as u32,
        text.floor_char_boundary(end) as u32,
    ))
}

/// The end of what can be shown of a line from `start` on.
fn nearby(source: &Source, start: u32) -> u32 {
    let text = source.text();
    let line = source.lines().line_range(text, source.position(start).line);
    let end = (start as usize + SNIPPET).min(line.end);
    (text.floor_char_boundary(end) as u32).max(start)
}

/// A line of a text, harmless. Tabs stay.
fn displayed(line: &str) -> String {
    let parts: Vec<_> = line.split('\t').map(visible).collect();
    parts.join("\t")
}

/// The client, and the field in it.
fn logical<'r>(label: &'r str, field: &'r str) -> Vec<LogicalLocation<'r>> {
    let client = LogicalLocation {
        name: label,
        fully_qualified_name: label.to_owned(),
        kind: "object",
    };
    let mut all = vec![client];
    if !field.is_empty() {
        all.push(LogicalLocation {
            name: field,
            fully_qualified_name: format!("{label}.{field}"),
            kind: "property",
        });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        for (path, wanted, relative) in [
            ("exports/a b.json", "exports/a%20b.json", true),
            ("c:d/ä#?.json", "c%3Ad/%C3%A4%23%3F.json", true),
            ("<stdin>", "%3Cstdin%3E", true),
            ("../up.json", "../up.json", true),
            ("/tmp/x%.json", "file:///tmp/x%25.json", false),
            ("C:/exports/x.json", "file:///C:/exports/x.json", false),
            ("//server/share/x.json", "file://server/share/x.json", false),
            ("", ".", true),
        ] {
            assert_eq!(uri(path), (wanted.to_owned(), relative), "{path}");
        }
    }

    #[test]
    fn words_of_an_export_are_neither_placeholders_nor_links() {
        let shown = text("{0} and [x](http://evil.example/) and a[0]").text;
        assert_eq!(shown, "{{0}} and [x] (http://evil.example/) and a[0]");
    }

    #[test]
    fn names_are_pascal_case_and_weaknesses_numbers() {
        assert_eq!(pascal("implicit-grant"), "ImplicitGrant");
        assert_eq!(weakness("CWE-601"), Some("601"));
        assert_eq!(weakness("CWE-"), None);
        assert_eq!(weakness("RFC9700-2.1.2"), None);
    }

    #[test]
    fn a_window_on_a_long_line_is_short_and_holds_the_culprit() {
        let text = format!("{}\"TOKEN\"{}", "ä".repeat(5000), "😀".repeat(5000));
        let source = Source::new("a.json", text.clone());
        let at = text.find('T').unwrap() as u32;
        let span = Span::new(at, at + 5);
        let window = window(&source, span).unwrap();
        assert!(window.start <= span.start && window.end >= span.end);
        assert!(window.len() as usize <= SNIPPET && window.len() > 150);
        assert!(text.get(window.range()).is_some());
    }
}
