//! One self-contained page for auditors.
//!
//! Invariant: the page loads nothing; the template engine escapes every text of the export, and no
//! template marks anything as safe; without JavaScript nothing is hidden that cannot be opened;
//! the page counts and names what it leaves out at great size. The templates are in `html/`.

mod access;
mod charts;
mod clients;
mod rules;

use super::causes::Causes;
use super::excerpt::Excerpt;
use super::risk::{self, Standing};
use super::run_facts::{FactKind, RunFact, run_facts};
use super::shared::{self, Gap, failing, label};
use super::status::{self, Tone};
use crate::catalog::Severity;
use crate::finding::{Finding, Problem, Report, Suppressed};
use crate::text::{Place, counted, digits, plural, visible};
use access::Matrix;
use askama::Template;
use charts::{Chart, Segment};
use clients::{Group, Row};
use rules::{Family, RuleView};
use std::borrow::Borrow;
use std::io::{self, Write};

/// Findings with an excerpt; further ones are a line each.
const FULL: usize = 2_000;
/// Findings at all; the rest is counted.
const LINES: usize = 20_000;
/// Places that a fault of many clients lists; the rest is counted.
const CAUSE_PLACES: usize = 100;
/// Clients in the table and in each part of the matrix; the rest is counted.
const LISTED: usize = 5_000;
/// With more findings than this, cards of clients start closed.
const OPEN: usize = 80;
/// Hashes of the only style and script that the page's content security policy permits.
const STYLE_HASH: &str = "sha256-Ak95D8Sw4Nq7QXUU9y+Dmoa0ytaruWbucHHULCthnDY=";
const SCRIPT_HASH: &str = "sha256-60CgE0AHGK1yFA3byME7qNlGhvK7uOuxnQRPzrIqGgA=";
/// Characters of a line of an excerpt.
const EXCERPT_WIDTH: usize = 110;

/// Writes the page.
///
/// # Errors
/// If `out` cannot be written.
pub fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let standings = risk::by_risk(report);
    Page::new(report, &standings).write_into(out)?;
    out.write_all(b"\n")
}

/// The data of the templates.
#[derive(Template)]
#[template(path = "page.html", config = "src/report/html/askama.toml")]
struct Page<'p, 's> {
    report: &'p Report<'s>,
    version: &'static str,
    organisations: String,
    day: String,
    verdict: Verdict,
    /// The riskiest client: its card, its name, what was found.
    start: Option<(usize, &'p str, String)>,
    severities: Vec<(Severity, usize)>,
    segments: Vec<Segment>,
    facts: Vec<(&'static str, String)>,
    notes: Vec<String>,
    gaps: Vec<Gap<'p>>,
    charts: Vec<Chart>,
    kinds: Vec<&'static str>,
    rows: Vec<Row<'p>>,
    rows_left_out: usize,
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
        let shown = groups
            .iter()
            .map(|group| group.findings.len() + group.known.len());
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
            report,
            version: env!("CARGO_PKG_VERSION"),
            organisations: organisations(report),
            day: report.today.strftime("%-d %B %Y").to_string(),
            verdict: verdict(report),
            start: standings
                .first()
                .filter(|standing| standing.is_open())
                .map(|standing| (standing.index, &*standing.client.label, standing.words())),
            severities: worst_first(report),
            segments: charts::segments(report),
            facts: facts(report, standings),
            notes: notes(report),
            gaps: shared::gaps(report),
            charts: charts::all(report),
            kinds: clients::kinds(report),
            rows: listed
                .iter()
                .map(|standing| Row::new(standing, report.today))
                .collect(),
            rows_left_out: standings.len() - listed.len(),
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

/// What was audited, in a few words.
fn organisations(report: &Report<'_>) -> String {
    let mut labels: Vec<&str> = report
        .clients
        .iter()
        .map(|client| &*client.organisation)
        .collect();
    labels.dedup();
    labels.sort_unstable();
    labels.dedup();
    match labels[..] {
        [] => "nothing".to_owned(),
        ["."] => "this directory".to_owned(),
        [one] => visible(one).into_owned(),
        _ => counted(labels.len(), "organisation"),
    }
}

fn worst_first(report: &Report<'_>) -> Vec<(Severity, usize)> {
    let severities = Severity::ALL.into_iter().rev();
    severities
        .map(|severity| (severity, report.summary.open[severity as usize]))
        .collect()
}

fn verdict(report: &Report<'_>) -> Verdict {
    let total = report.summary.total();
    let failing = failing(report).words();
    let gate = report.fail_on.map_or("", Severity::name);
    let found = match total {
        0 => "Nothing was found in what could be read.".to_owned(),
        _ => format!("{} in what could be read.", counted(total, "finding")),
    };
    let (class, headline, detail) = match report.exit {
        3 => (
            "bad",
            "The audit is incomplete".to_owned(),
            match report.problems.len() {
                0 => format!("A report could not be written. {found}"),
                problems => format!(
                    "{} kept part of the export out of sight. {found}",
                    counted(problems, "problem")
                ),
            },
        ),
        2 => (
            "bad",
            "Nothing was audited".to_owned(),
            "The command line, a rule or a configuration is wrong; see the problems.".to_owned(),
        ),
        1 => (
            "bad",
            format!("{} at or above {gate}", failing.unwrap_or_default()),
            "The gate of this audit is not passed.".to_owned(),
        ),
        _ if let Some(failing) = failing => (
            "warn",
            format!("{failing} at or above {gate}"),
            "--exit-zero lets them pass.".to_owned(),
        ),
        _ if total > 0 => (
            "warn",
            match report.fail_on {
                Some(_) => format!("Nothing new at or above {gate}"),
                None => counted(total, "new finding"),
            },
            match report.fail_on {
                Some(_) => format!("{} below it.", counted(total, "finding")),
                None => "This audit has no gate.".to_owned(),
            },
        ),
        _ if Tone::new(report) == Tone::Good => (
            "good",
            "Nothing open".to_owned(),
            "Every rule that ran could judge or skip each client, and nothing is open.".to_owned(),
        ),
        _ => passed(report),
    };
    let detail = match status::not_new(report) {
        Some(others) if total > 0 || report.exit > 0 => format!("{detail} {others}."),
        _ => detail,
    };
    Verdict {
        class,
        headline,
        detail,
    }
}

/// The verdict of a run that passes the gate and is not clean.
fn passed(report: &Report<'_>) -> (&'static str, String, String) {
    let limits =
        status::limits(report).map(|limits| shared::sentence(&capital(&limits)).into_owned());
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

/// A text with a capital first letter.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
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

/// How much was audited.
fn facts(report: &Report<'_>, standings: &[Standing<'_, '_>]) -> Vec<(&'static str, String)> {
    let summary = &report.summary;
    let affected = standings
        .iter()
        .filter(|standing| standing.is_open())
        .count();
    let fact = |number: usize, one, many| (plural(number, one, many), digits(number));
    let open = "not judged everywhere";
    vec![
        fact(summary.clients, "client", "clients"),
        fact(affected, "with open findings", "with open findings"),
        fact(summary.files, "file", "files"),
        fact(summary.organisations, "organisation", "organisations"),
        fact(summary.rules, "rule that ran", "rules that ran"),
        fact(open_rules(report), open, open),
        fact(report.problems.len(), "problem", "problems"),
        fact(summary.suppressed, "accepted", "accepted"),
        fact(summary.total(), "new finding", "new findings"),
        fact(summary.baselined, "known", "known"),
        fact(summary.rules_off, "rule off", "rules off"),
    ]
}

/// How many rules could not be judged for some client.
fn open_rules(report: &Report<'_>) -> usize {
    let mut rules: Vec<_> = report.not_judged.iter().map(|entry| entry.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    rules.len()
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
