//! One self-contained page for auditors.
//!
//! Invariant: the page loads nothing; the template engine escapes every text of the export, and no
//! template marks anything as safe. Without JavaScript nothing is hidden that cannot be opened; at
//! great size the page says what needs JavaScript, and counts and names what it leaves out. The
//! templates are in `html/`.

mod access;
mod charts;
mod clients;
mod evidence;
mod rest;
mod rules;

use super::causes::{Cause, Causes};
use super::excerpt::Excerpt;
use super::priorities::{Priority, priorities};
use super::prose::{self, ProsePart};
use super::risk::{self, Standing};
use super::run_facts::{FactKind, RunFact, run_facts};
use super::shared::{self, Gap, failing, label};
use super::status::{self, Tone};
use crate::catalog::Severity;
use crate::finding::{Finding, Problem, Report, Suppressed};
use crate::text::{Place, counted, digits, visible};
use access::Matrix;
use askama::Template;
use charts::{Chart, Segment};
use clients::{Filters, Group, Row};
use evidence::FileEvidence;
use rest::Rest;
use rules::{Family, RuleView};
use std::borrow::{Borrow, Cow};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// Findings with an excerpt; further ones are a line each.
const FULL: usize = 500;
/// Findings at all; the rest is counted.
const LINES: usize = 6_000;
/// Places that a fault of many clients lists; the rest is counted.
const CAUSE_PLACES: usize = 100;
/// Clients in the table; the rest is counted.
const LISTED: usize = 5_000;
/// Rows, cards and causes of a long list that are in the page as elements. The others are
/// compressed, and the script makes elements of them when they are shown: see [`rest`].
const STATIC_ROWS: usize = 100;
const STATIC_CARDS: usize = 50;
const STATIC_CAUSES: usize = 30;
/// Clients in each part of the matrix; the rest is counted.
const MATRIX: usize = 150;
/// With more findings than this, cards of clients start closed.
const OPEN: usize = 80;
/// Actions of the first screen.
const FIRST: usize = 5;
/// Characters of a name; the rest is shown on demand.
const NAME: usize = 80;
/// Hashes of the only style and script that the page's content security policy permits.
const STYLE_HASH: &str = "sha256-wFtNzuUMtb1DHqg+aOJTWNXdo93tH3SCKFBTeK2Q8BQ=";
const SCRIPT_HASH: &str = "sha256-/H2GQk1SzjyunhzXmtnTeOlUGwfItshf2vGwFUAoV2c=";
/// Characters of a line of an excerpt.
const EXCERPT_WIDTH: usize = 110;

/// Writes the page.
///
/// # Errors
/// If `out` cannot be written.
pub fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let standings = risk::by_risk(report);
    let mut page = Page::new(report, &standings);
    page.rest = Rest::new(&page)?;
    page.write_into(out)?;
    out.write_all(b"\n")
}

/// The data of the templates.
#[derive(Template)]
#[template(path = "page.html", config = "src/report/html/askama.toml")]
struct Page<'p, 's> {
    report: &'p Report<'s>,
    version: &'static str,
    title: String,
    day: String,
    verdict: Verdict,
    /// The organisations, if there are several, each with what its findings mean.
    organisations: Vec<(String, String)>,
    priorities: Vec<Priority>,
    severities: Vec<(Severity, usize)>,
    segments: Vec<Segment>,
    /// New, known, fixed and accepted findings, and the age of the oldest.
    progress: Vec<(&'static str, String)>,
    coverage: String,
    gate: String,
    notes: Vec<String>,
    gaps: Vec<Gap<'p>>,
    charts: Vec<Chart>,
    filters: Filters<'p>,
    rows: Vec<Row<'p>>,
    rows_left_out: usize,
    /// Usage results cover a client.
    has_usage: bool,
    /// Shown once, with an excerpt; the cards of its clients say where.
    causes: Causes<'p>,
    groups: Vec<Group<'p, 's>>,
    groups_open: bool,
    /// Clients of several organisations are on the page.
    several: bool,
    findings_left_out: usize,
    matrices: Vec<Matrix>,
    broken: Vec<RuleView>,
    rules: Vec<RuleView>,
    families: Vec<Family>,
    acceptances: Vec<Acceptance<'p>>,
    acceptances_left_out: usize,
    /// Findings of the baseline that no longer occur.
    fixed: Vec<RunFact<'p>>,
    fixed_left_out: usize,
    /// Findings of the baseline that could not be decided.
    undecided: Vec<RunFact<'p>>,
    /// Other facts about the run.
    run: Vec<RunFact<'p>>,
    /// The ends of the long lists.
    rest: Rest,
    /// What was read, in the order of the inputs.
    files: Vec<FileEvidence>,
    /// How to repeat the run.
    evidence: Vec<(&'static str, String)>,
}

/// The first sentence of the page.
struct Verdict {
    /// `bad`, `warn` or `good`: for looks only, the words say it too.
    class: &'static str,
    headline: String,
    detail: String,
}

/// An accepted finding.
struct Acceptance<'p> {
    /// Its client, as [`Standing::index`] counts it.
    index: usize,
    client: &'p str,
    rule: &'p str,
    severity: Severity,
    message: &'p str,
    owner: &'p str,
    reason: &'p str,
    /// A ticket and the file that contains the decision.
    decided: String,
    expires: String,
}

impl<'p> Acceptance<'p> {
    fn new(report: &'p Report<'_>, entry: &'p Suppressed) -> Self {
        let accepted = &entry.accepted;
        let origin = visible(&accepted.origin.to_string()).into_owned();
        let decided = match &accepted.ticket {
            Some(ticket) => format!("{ticket}, {origin}"),
            None => origin,
        };
        let left = accepted.days_left.map_or_else(String::new, |days| {
            format!(" ({} left)", counted(days.unsigned_abs() as usize, "day"))
        });
        Self {
            index: risk::position(report, &entry.finding),
            client: label(report, &entry.finding),
            rule: &entry.finding.rule.id,
            severity: entry.finding.severity,
            message: &entry.finding.message,
            owner: accepted.owner.as_deref().unwrap_or("not named"),
            reason: &accepted.reason,
            decided,
            expires: accepted
                .until
                .map_or_else(|| "never".to_owned(), |until| format!("{until}{left}")),
        }
    }
}

/// A finding as its card shows it.
struct FindingView {
    place: String,
    excerpt: Excerpt,
    related: Vec<(String, String)>,
}

impl<'p, 's> Page<'p, 's> {
    fn new(report: &'p Report<'s>, standings: &'p [Standing<'p, 's>]) -> Self {
        let listed = &standings[..standings.len().min(LISTED)];
        let groups = clients::groups(report, standings);
        let shown = groups.iter().map(|group| {
            let drawn = group.findings.iter().map(|block| 1 + block.others.len());
            drawn.sum::<usize>() + group.known.len()
        });
        let shown: usize = shown.sum();
        let rules = rules::views(report);
        let [mut fixed, undecided, run] = facts_by_section(report);
        let fixed_left_out = fixed.len().saturating_sub(LISTED);
        fixed.truncate(LISTED);
        Self {
            fixed,
            fixed_left_out,
            undecided,
            run,
            rest: Rest::default(),
            files: evidence::files(report),
            evidence: evidence::facts(report),
            report,
            version: env!("CARGO_PKG_VERSION"),
            title: title(report),
            day: report.today.strftime("%-d %B %Y").to_string(),
            verdict: verdict(report, standings),
            organisations: organisations(report, standings),
            priorities: priorities(report, FIRST),
            severities: worst_first(report),
            segments: charts::segments(report),
            progress: progress(report),
            coverage: coverage(report),
            gate: gate(report),
            notes: notes(report),
            gaps: shared::gaps(report),
            charts: charts::all(report),
            filters: Filters::new(report),
            rows: listed
                .iter()
                .map(|standing| Row::new(standing, report.today))
                .collect(),
            rows_left_out: standings.len() - listed.len(),
            has_usage: listed
                .iter()
                .filter_map(|standing| standing.profile)
                .any(|profile| profile.usage.is_some()),
            groups_open: report.findings.len() <= OPEN,
            several: report.summary.organisations > 1,
            findings_left_out: (report.findings.len() + report.known.len()).saturating_sub(shown),
            causes: Causes::new(report),
            groups,
            matrices: access::matrices(report, standings),
            broken: rules
                .iter()
                .filter(|rule| rule.findings + rule.accepted > 0)
                .cloned()
                .collect(),
            families: rules::families(report, &rules),
            rules,
            acceptances: report
                .suppressed
                .iter()
                .take(LISTED)
                .map(|entry| Acceptance::new(report, entry))
                .collect(),
            acceptances_left_out: report.suppressed.len().saturating_sub(LISTED),
        }
    }

    fn finding(&self, finding: &Finding) -> FindingView {
        let related = finding
            .related
            .iter()
            .map(|related| (related.text.clone(), self.place(&related.place)))
            .collect();
        FindingView {
            place: self.place(&finding.place),
            excerpt: self.excerpt(&finding.place),
            related,
        }
    }

    fn excerpt(&self, place: &Place) -> Excerpt {
        Excerpt::new(
            self.report.sources,
            &self.report.redactor,
            *place,
            EXCERPT_WIDTH,
        )
    }

    /// `clients.json:41:24`
    fn place(&self, place: &Place) -> String {
        let (path, at, _) = self.report.sources.locate(*place);
        format!("{}:{}:{}", visible(path), at.line, at.column)
    }

    /// Where a problem is, if it is anywhere.
    fn problem_place(&self, problem: &Problem) -> Option<String> {
        match (problem.place, &problem.path) {
            (Some(place), _) => Some(self.place(&place)),
            (None, named) => named.as_deref().map(plain),
        }
    }
}

/// A path, or words with one in them, fit to be shown.
fn plain(text: &str) -> String {
    visible(text).into_owned()
}

/// The number, in groups of three digits.
fn number(number: impl Borrow<usize>) -> String {
    digits(*number.borrow())
}

/// A text in parts: prose, and code that was in backticks.
fn marked(text: &str) -> Vec<ProsePart<'_>> {
    prose::parts(text)
}

/// A host in parts that end in a dot, between which a line can break.
fn host_parts(host: &str) -> std::str::SplitInclusive<'_, char> {
    host.split_inclusive('.')
}

/// A value of a filter in a link.
fn encoded(value: &str) -> String {
    shared::percent_encoded(value)
}

/// Whether a name is too long for a table.
fn is_long(name: &str) -> bool {
    name.chars().nth(NAME).is_some()
}

/// A name, or the start of a long one.
fn cut(name: &str) -> Cow<'_, str> {
    shared::shorten(name, NAME)
}

/// How many items of a list are elements of the page: all of a list that a browser shows without
/// delay, else only the first.
const fn at_first(length: usize, first: usize) -> usize {
    if length > 3 * first { first } else { length }
}

/// Whether a cause is the first of the page, which is open.
fn is_first(cause: &Cause<'_>, causes: &Causes<'_>) -> bool {
    let first = causes.all.first();
    first.is_some_and(|first| first.first.fingerprint == cause.first.fingerprint)
}

/// The clients that a cause is about, as the page numbers them.
fn clients_of(report: &Report<'_>, cause: &Cause<'_>) -> String {
    let mut indices: Vec<usize> = cause
        .findings
        .iter()
        .map(|finding| risk::position(report, finding))
        .collect();
    indices.dedup();
    let words: Vec<String> = indices.iter().map(usize::to_string).collect();
    words.join(" ")
}

/// The title of the page: the one asked for, else the organisation, else how much was audited.
fn title(report: &Report<'_>) -> String {
    if let Some(title) = &report.title {
        return plain(&report.redactor.words(title));
    }
    match &labels(report)[..] {
        [one] if *one != "." => plain(one),
        [] | [_] => counted(report.summary.clients, "OAuth client"),
        several => counted(several.len(), "organisation"),
    }
}

/// The labels of the organisations that clients belong to.
fn labels<'r>(report: &'r Report<'_>) -> Vec<&'r str> {
    let clients = report.clients.iter();
    let labels: BTreeSet<&str> = clients.map(|client| &*client.organisation).collect();
    labels.into_iter().collect()
}

/// Each of several organisations with what its open findings mean.
fn organisations(report: &Report<'_>, standings: &[Standing<'_, '_>]) -> Vec<(String, String)> {
    let labels = labels(report);
    if labels.len() < 2 {
        return Vec::new();
    }
    let mut worst: BTreeMap<&str, Vec<Severity>> = BTreeMap::new();
    for standing in standings {
        let of_one = worst.entry(&*standing.client.organisation).or_default();
        of_one.extend(standing.worst());
    }
    let verdict = |label: &str| {
        let worst = worst.get(label).into_iter().flatten().copied();
        status::exposure(worst).unwrap_or_else(|| "no open finding".to_owned())
    };
    let all = labels.into_iter().take(LISTED);
    all.map(|label| (plain(label), verdict(label))).collect()
}

fn worst_first(report: &Report<'_>) -> Vec<(Severity, usize)> {
    let severities = Severity::ALL.into_iter().rev();
    severities
        .map(|severity| (severity, report.summary.open[severity as usize]))
        .collect()
}

/// What the open findings mean. The gate is only a note under it.
fn verdict(report: &Report<'_>, standings: &[Standing<'_, '_>]) -> Verdict {
    let worst = standings.iter().filter_map(Standing::worst);
    let exposure = status::exposure(worst);
    let (class, headline, detail) = match (report.exit, exposure) {
        (2, _) => (
            "bad",
            "Nothing was audited".to_owned(),
            "The command line, a rule or a configuration is wrong; see the problems.".to_owned(),
        ),
        (3, exposure) => (
            "bad",
            "The audit is incomplete".to_owned(),
            incomplete(report, exposure),
        ),
        (exit, Some(exposure)) => (
            if exit > 0 { "bad" } else { "warn" },
            exposure,
            not_new(report),
        ),
        (_, None) if Tone::new(report) == Tone::Good => (
            "good",
            "Nothing open".to_owned(),
            "Every rule that ran could judge or skip each client, and nothing is open.".to_owned(),
        ),
        (exit, None) if exit > 0 => (
            "bad",
            shared::capital(&status::headline(report)),
            "The policy itself needs attention; see what it says below.".to_owned(),
        ),
        _ => passed(report),
    };
    Verdict {
        class,
        headline,
        detail,
    }
}

/// The findings that are open and not new, in a sentence; empty without any.
fn not_new(report: &Report<'_>) -> String {
    match status::not_new(report) {
        None => String::new(),
        Some(others) if report.summary.total() > 0 => format!("Also {others}."),
        Some(_) => {
            let (_, headline, detail) = passed(report);
            format!("{headline}. {detail}")
        }
    }
}

/// What an incomplete run found nevertheless.
fn incomplete(report: &Report<'_>, exposure: Option<String>) -> String {
    let missing = match report.problems.len() {
        0 => "A report could not be written.".to_owned(),
        problems => format!(
            "{} kept part of the export out of sight.",
            counted(problems, "problem")
        ),
    };
    let found = exposure.map_or_else(
        || "Nothing was found in what could be read.".to_owned(),
        |exposure| format!("In what could be read, {exposure}."),
    );
    format!("{missing} {found}")
}

/// Whether the gate was passed, in a sentence.
fn gate(report: &Report<'_>) -> String {
    let failing = failing(report).words();
    let gate = report.fail_on.map(Severity::name);
    let words = match (failing, gate) {
        (Some(failing), Some(gate)) if report.exit == 1 => {
            format!("the gate is not passed: {failing} at or above {gate}")
        }
        (Some(failing), Some(gate)) if report.exit == 0 => {
            format!("{failing} at or above {gate}, which --exit-zero lets pass")
        }
        (None, Some(gate)) if report.exit == 0 => format!("nothing new at or above {gate}"),
        (_, None) if report.exit == 0 => "this audit has no gate".to_owned(),
        _ => "the gate does not apply".to_owned(),
    };
    format!("Exit code {}: {words}.", report.exit)
}

/// The verdict of a run that passes the gate and is not clean.
fn passed(report: &Report<'_>) -> (&'static str, String, String) {
    let limits = status::limits(report)
        .map(|limits| shared::sentence(&shared::capital(&limits)).into_owned());
    match status::not_new(report) {
        Some(others) => (
            "warn",
            format!("Nothing new, {others}"),
            limits.unwrap_or_else(|| "They do not count for the gate.".to_owned()),
        ),
        None => (
            "warn",
            "Nothing found in what could be judged".to_owned(),
            limits.unwrap_or_default(),
        ),
    }
}

/// The facts of the run for three sections: fixed findings, undecided ones, and all others.
fn facts_by_section<'r>(report: &'r Report<'_>) -> [Vec<RunFact<'r>>; 3] {
    let mut sections = [const { Vec::new() }; 3];
    for fact in run_facts(report) {
        let section = match fact.kind {
            FactKind::Fixed => 0,
            FactKind::Undecided => 1,
            _ => 2,
        };
        sections[section].push(fact);
    }
    sections
}

/// How the findings compare with the baseline and the acceptances.
fn progress(report: &Report<'_>) -> Vec<(&'static str, String)> {
    let summary = &report.summary;
    let mut facts = vec![("new", digits(summary.total()))];
    if report.baseline.is_some() {
        facts.push(("known", digits(summary.baselined)));
        facts.push(("fixed", digits(summary.fixed)));
    }
    if summary.undecided > 0 {
        facts.push(("undecided", digits(summary.undecided)));
    }
    facts.push(("accepted", digits(summary.suppressed)));
    if let Some(days) = summary.oldest_days {
        facts.push(("oldest known", counted(days.unsigned_abs() as usize, "day")));
    }
    facts
}

/// How much was audited, in a sentence.
fn coverage(report: &Report<'_>) -> String {
    let summary = &report.summary;
    let organisations = match summary.organisations {
        0 | 1 => String::new(),
        several => format!(" of {}", counted(several, "organisation")),
    };
    format!(
        "{} in {}{organisations}; {}.",
        counted(summary.clients, "client"),
        counted(summary.files, "file"),
        shared::rules_words(report)
    )
}

/// What a reader must know before trusting the numbers.
fn notes(report: &Report<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    if report.partial {
        notes.push("Partial: rules or exports were left out on purpose.".to_owned());
    }
    let waived = report.waived.iter().map(|waived| waived.input.name());
    let waived: Vec<&str> = waived.collect();
    if !waived.is_empty() {
        notes.push(format!("Waived: {}.", waived.join(", ")));
    }
    let summary = &report.summary;
    if summary.below_threshold > 0 {
        notes.push(format!(
            "{} not shown: below the persona, severity or confidence asked for.",
            counted(summary.below_threshold, "finding")
        ));
    }
    if summary.baselined > 0 {
        notes.push(format!(
            "{} known from the baseline, open and not counted as new.",
            counted(summary.baselined, "finding")
        ));
    }
    if summary.excluded > 0 {
        notes.push(format!(
            "{} not read, being excluded.",
            counted(summary.excluded, "file")
        ));
    }
    notes
}
