//! The report for people: each client with its faulty values underlined, then a summary, the
//! rules that were not judged, and the problems.

use super::causes::{Cause, Causes};
use super::drawing::{Drawer, Drawing, guarded};
use super::folded::fold;
use super::links::Links;
use super::paint::Paint;
use super::risk::{Standing, by_findings, by_open};
use super::run_facts::{FactKind, RunFact, run_facts};
use super::shared::{
    Gap, SetAside, failing, gaps, label_of, message, rules_words, set_aside, set_aside_words,
    whose_label,
};
use super::status::{headline, not_new};
use crate::catalog::Severity;
use crate::finding::{Finding, NeededInput, ProblemKind, Report, Summary, TEXT_MARK};
use crate::text::{Position, counted, plural, visible};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// How the report looks.
#[expect(clippy::struct_excessive_bools, reason = "independent flags")]
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Colours.
    pub color: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// List every file that was read or skipped.
    pub verbose: bool,
    /// Only the summary.
    pub quiet: bool,
    /// The first line says that grantlint wrote the text, so that no later run audits it.
    pub marked: bool,
    /// Links to places, where the reader's terminal has them.
    pub links: Option<Links>,
}

impl Look {
    /// `path:line:column`, as a link if the terminal supports links.
    pub(super) fn place(self, path: &str, at: Position) -> String {
        let path = visible(path);
        let text = format!("{path}:{}:{}", at.line, at.column);
        match self.links {
            Some(links) => links.wrap(&path, at, &text),
            None => text,
        }
    }

    /// For a file: equal on every machine.
    pub const PLAIN: Self = Self {
        color: false,
        width: 100,
        verbose: false,
        quiet: false,
        marked: false,
        links: None,
    };

    /// The first line of a text in a file; formats with a mark of their own do not need it.
    pub(super) fn mark(self, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
        if !self.marked {
            return Ok(());
        }
        let version = env!("CARGO_PKG_VERSION");
        writeln!(out, "{TEXT_MARK}{version}, {}", report.today)
    }
}

/// Findings that are drawn with their source; a terminal shows few.
const FULL: usize = 300;

/// Places of a cause that are listed; the rest is counted.
const PLACES: usize = 10;

/// Facts of one kind that are listed; the rest is counted.
const FACTS: usize = 10;

/// Writes the whole report.
///
/// # Errors
/// If `out` cannot be written.
pub fn write(report: &Report<'_>, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let page = Page::new(report, look);
    if !look.quiet {
        page.findings(out)?;
        page.set_aside(out)?;
    }
    page.summary(out)?;
    page.rankings(out)?;
    page.not_counted(out)?;
    page.gaps(out)?;
    page.verdict(out)
}

/// Writes the summary, the rules that were not judged, and the problems.
///
/// # Errors
/// If `out` cannot be written.
pub(super) fn closing(report: &Report<'_>, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let page = Page::new(report, look);
    page.summary(out)?;
    page.not_counted(out)?;
    page.gaps(out)
}

struct Page<'r, 's> {
    report: &'r Report<'s>,
    look: Look,
    paint: Paint,
    drawer: Drawer<'r>,
}

impl<'r, 's> Page<'r, 's> {
    fn new(report: &'r Report<'s>, look: Look) -> Self {
        Self {
            report,
            look,
            paint: Paint::new(look.color),
            drawer: Drawer::new(report.sources, &report.redactor, look),
        }
    }
}

impl Page<'_, '_> {
    /// Causes that many clients share come before the clients that have nothing worse.
    fn findings(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut room = if self.look.verbose { usize::MAX } else { FULL };
        let causes = Causes::new(self.report);
        let mut remaining = causes.all.iter().peekable();
        let mut in_lines = 0;
        for mut group in by_findings(self.report) {
            group.findings.retain(|finding| !causes.cover(finding));
            let Some(worst) = group.worst() else {
                continue;
            };
            while let Some(cause) = remaining.next_if(|cause| cause.first.severity >= worst) {
                self.cause(cause, out)?;
            }
            self.heading(&group, out)?;
            for block in fold(group.findings.iter().copied()) {
                if room == 0 {
                    self.line(block.first, out)?;
                    block
                        .others
                        .iter()
                        .try_for_each(|other| self.line(other, out))?;
                    in_lines += 1 + block.others.len();
                } else {
                    self.finding(block.first, &block.others, out)?;
                    room -= 1;
                }
            }
            writeln!(out)?;
        }
        remaining.try_for_each(|cause| self.cause(cause, out))?;
        if in_lines > 0 {
            let words = format!(
                "{} of {} findings are drawn; {in_lines} others have a line each. --verbose draws \
                 all, --select and --min-severity leave some out.",
                self.report.findings.len() - in_lines,
                self.report.findings.len()
            );
            writeln!(out, "{}", self.paint.dim(&words))?;
        }
        Ok(())
    }

    /// A fault that many clients have, drawn once, with its other places.
    fn cause(&self, cause: &Cause<'_>, out: &mut dyn Write) -> io::Result<()> {
        let clients = counted(cause.clients, "client");
        writeln!(
            out,
            "● {}",
            self.paint.bold(&format!("the same in {clients}"))
        )?;
        self.finding(cause.first, &[], out)?;
        let listed = if self.look.verbose {
            cause.findings.len()
        } else {
            PLACES.min(cause.findings.len())
        };
        for (index, finding) in cause.findings[..listed].iter().enumerate() {
            let (path, at, _) = self.report.sources.locate(finding.place);
            writeln!(
                out,
                "  {}  {}  {}  {}",
                if index == 0 { "in:" } else { "   " },
                self.look.place(path, at),
                guarded(&whose_label(self.report, finding)),
                self.paint.dim(&finding.field)
            )?;
        }
        match cause.findings.len() - listed {
            0 => writeln!(out),
            more => writeln!(out, "       {more} more; --verbose lists them\n"),
        }
    }

    /// A finding in one line.
    fn line(&self, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
        let (path, at, _) = self.report.sources.locate(finding.place);
        writeln!(
            out,
            "  {}  {}  {}  {}",
            self.paint
                .severity(finding.severity, finding.severity.name()),
            self.paint.bold(&finding.rule.id),
            self.look.place(path, at),
            message(finding)
        )
    }

    fn heading(&self, group: &Standing<'_, '_>, out: &mut dyn Write) -> io::Result<()> {
        let client = group.client;
        let mut facts = Vec::new();
        if !client.grant.is_empty() {
            facts.push(client.grant.to_owned());
        }
        let is_specific = !matches!(client.kind, "machine" | "user-facing" | "unknown kind");
        if is_specific {
            let guess = if client.kind_is_guess { "?" } else { "" };
            facts.push(format!("{}{guess}", client.kind));
        }
        if self.report.summary.organisations > 1 {
            facts.push(format!("organisation {}", client.organisation));
        }
        let id = client
            .address
            .as_deref()
            .or(client.id.as_deref())
            .filter(|id| *id != client.label)
            .unwrap_or("");
        let line = format!(
            "● {}  {}",
            self.paint.bold(&client.label),
            self.paint.dim(&format!("{id} · {}", facts.join(" · ")))
        );
        writeln!(out, "{line}")
    }

    /// A finding with its source. `others` are equal ones of its client, at other places.
    fn finding(
        &self,
        finding: &Finding,
        others: &[&Finding],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let severity = self
            .paint
            .severity(finding.severity, finding.severity.name());
        let rule = self.paint.bold(&finding.rule.id);
        let mut help = format!("fix: {}", finding.fix);
        for related in &finding.related {
            let (path, at, _) = self.report.sources.locate(related.place);
            let _ = write!(
                help,
                "\nsee: {} ({})",
                related.text,
                self.look.place(path, at)
            );
        }
        let listed = if self.look.verbose {
            others.len()
        } else {
            PLACES.min(others.len())
        };
        for other in &others[..listed] {
            let (path, at, _) = self.report.sources.locate(other.place);
            let _ = write!(
                help,
                "\nalso at: {} {}",
                self.look.place(path, at),
                other.field
            );
        }
        if others.len() > listed {
            let more = others.len() - listed;
            let _ = write!(help, "\n{more} more; --verbose lists them");
        }
        let place = finding.place;
        self.drawer.draw(
            &Drawing {
                message: format!("{severity}  {rule}  {}", message(finding)),
                severity: match finding.severity {
                    Severity::Critical | Severity::High => miette::Severity::Error,
                    Severity::Medium => miette::Severity::Warning,
                    Severity::Low | Severity::Info => miette::Severity::Advice,
                },
                help,
                excerpt: Some(self.drawer.excerpt(place)),
            },
            out,
        )
    }

    fn summary(&self, out: &mut dyn Write) -> io::Result<()> {
        let summary = &self.report.summary;
        if self.look.verbose {
            for input in &self.report.inputs {
                let clients = counted(input.clients, "client");
                writeln!(
                    out,
                    "read {} ({}, {}, {clients})",
                    visible(&input.path),
                    input.format,
                    input.shape
                )?;
            }
        }
        let rule = "─".repeat(self.look.width.min(106));
        writeln!(out, "{}", self.paint.dim(&rule))?;
        let organisations = counted(summary.organisations, "organisation");
        let partial = if self.report.partial {
            " (partial: not all was looked at)"
        } else {
            ""
        };
        writeln!(
            out,
            "{} in {} of {organisations} · {}{partial} · {}",
            counted(summary.clients, "client"),
            counted(summary.files, "file"),
            rules_words(self.report),
            self.report.today
        )?;
        if summary.total() == 0 {
            writeln!(out, "  {}", headline(self.report))?;
        } else {
            let words: Vec<String> = Severity::ALL
                .iter()
                .rev()
                .filter(|severity| summary.of(**severity) > 0)
                .map(|severity| {
                    let words = format!("{} {}", summary.of(*severity), severity.name());
                    self.paint.severity(*severity, &words)
                })
                .collect();
            writeln!(out, "  {}", words.join("   "))?;
        }
        Ok(())
    }

    /// Policy notices, rules not judged, and problems.
    fn gaps(&self, out: &mut dyn Write) -> io::Result<()> {
        self.notices(out)?;
        self.run_facts(out)?;
        self.not_judged(out)?;
        self.problems(out)
    }

    /// The findings that do not count, by reason.
    fn not_counted(&self, out: &mut dyn Write) -> io::Result<()> {
        let summary = &self.report.summary;
        if summary.total() > 0
            && let Some(words) = not_new(self.report)
        {
            writeln!(out, "  {words}")?;
        }
        let mut words = Vec::new();
        if self.report.baseline.is_some() {
            words.push(format!("new {}", summary.total()));
            words.push(format!("known {}{}", summary.baselined, ages(summary)));
            words.push(format!("fixed {}", summary.fixed));
        }
        if summary.undecided > 0 {
            words.push(format!("{} of the baseline not decided", summary.undecided));
        }
        if summary.suppressed > 0 {
            let soon = match summary.expiring {
                0 => String::new(),
                count => format!(" ({count} not for long)"),
            };
            words.push(format!("accepted {}{soon}", summary.suppressed));
        }
        if !words.is_empty() {
            writeln!(out, "  {}", words.join(" · "))?;
        }
        if summary.below_threshold > 0 {
            writeln!(
                out,
                "  {} not shown: below the severity or confidence asked for",
                summary.below_threshold
            )?;
        }
        if summary.unlisted > 0 {
            writeln!(out, "  {} counted and not listed", summary.unlisted)?;
        }
        if summary.excluded > 0 {
            let files = counted(summary.excluded, "file");
            writeln!(out, "  {files} not read: the configuration excludes them")?;
        }
        Ok(())
    }

    /// Accepted and known findings, one line each.
    fn set_aside(&self, out: &mut dyn Write) -> io::Result<()> {
        set_aside(self.report).try_for_each(|finding| self.aside(finding, out))
    }

    fn aside(&self, (finding, accepted): SetAside<'_>, out: &mut dyn Write) -> io::Result<()> {
        let (path, at, _) = self.report.sources.locate(finding.place);
        let why = set_aside_words(finding, accepted);
        writeln!(
            out,
            "{}: {} {} [{}] {}\n  {}",
            self.look.place(path, at),
            self.paint
                .severity(finding.severity, finding.severity.name()),
            finding.rule.id,
            whose_label(self.report, finding),
            finding.message,
            self.paint.dim(&why)
        )
    }

    /// Fixed and undecided findings, waived inputs, context, skipped files and the configuration,
    /// each kind under its name.
    fn run_facts(&self, out: &mut dyn Write) -> io::Result<()> {
        let facts = run_facts(self.report);
        for kind in FactKind::ALL {
            let facts: Vec<&RunFact<'_>> = facts.iter().filter(|fact| fact.kind == kind).collect();
            self.facts_of_kind(kind, &facts, out)?;
        }
        Ok(())
    }

    fn facts_of_kind(
        &self,
        kind: FactKind,
        facts: &[&RunFact<'_>],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let name = self.paint.bold(kind.name());
        match facts {
            [] => return Ok(()),
            [fact] => return writeln!(out, "{name}: {}", fact.message),
            _ => writeln!(out, "{name}")?,
        }
        let listed = if self.look.verbose {
            facts.len()
        } else {
            FACTS
        };
        for fact in facts.iter().take(listed) {
            writeln!(out, "  {}", fact.message)?;
        }
        match facts.len().saturating_sub(listed) {
            0 => Ok(()),
            more => writeln!(out, "  {more} more; --verbose lists them"),
        }
    }

    /// Notices about the policy.
    fn notices(&self, out: &mut dyn Write) -> io::Result<()> {
        for notice in &self.report.notices {
            let place = notice.origin.as_ref().map_or_else(String::new, |origin| {
                format!("{}: ", visible(&origin.to_string()))
            });
            writeln!(
                out,
                "{place}{} {} {}; {}",
                self.paint.severity(notice.severity, notice.severity.name()),
                self.paint.bold(notice.kind.name()),
                visible(&notice.message),
                visible(&notice.remedy)
            )?;
        }
        Ok(())
    }

    /// The rules that were broken most and the clients that are worst.
    fn rankings(&self, out: &mut dyn Write) -> io::Result<()> {
        const MOST: usize = 5;
        let open = || self.report.findings.iter().chain(&self.report.known);
        if open().next().is_none() {
            return Ok(());
        }
        let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
        for finding in open() {
            *rules.entry(&finding.rule.id).or_insert(0) += 1;
        }
        let mut rules: Vec<_> = rules.into_iter().collect();
        rules.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let words = rules
            .iter()
            .take(MOST)
            .map(|(rule, count)| format!("{rule} ({count})"));
        self.ranking("rules", &words.collect::<Vec<_>>(), rules.len(), out)?;
        let groups = by_open(self.report);
        let words = groups.iter().take(MOST).map(|group| {
            let label = label_of(self.report, group.client);
            format!("{label} ({})", group.words())
        });
        self.ranking("worst", &words.collect::<Vec<_>>(), groups.len(), out)
    }

    fn ranking(
        &self,
        name: &str,
        words: &[String],
        all: usize,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let more = match all - words.len() {
            0 => String::new(),
            more => format!(" · {more} more"),
        };
        let text = format!("{name}: {}{more}", words.join(" · "));
        let indent = " ".repeat(name.len() + 4);
        let options = textwrap::Options::new(self.look.width.min(106))
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .initial_indent("  ")
            .subsequent_indent(&indent);
        for line in textwrap::wrap(&text, options) {
            let words = line.trim_start();
            let indent = &line[..line.len() - words.len()];
            writeln!(out, "{indent}{}", guarded(words))?;
        }
        Ok(())
    }

    fn not_judged(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.report.not_judged.is_empty() {
            return Ok(());
        }
        writeln!(out, "{}", self.paint.bold("not judged"))?;
        let gaps = gaps(self.report);
        let texts: Vec<String> = gaps.iter().map(Gap::words).collect();
        let widest = texts.iter().map(|text| text.width()).max().unwrap_or(0);
        let hows = gaps.iter().filter_map(Gap::remedy).map(str::len).max();
        // A command that is cut in two cannot be copied.
        let fits = 4 + widest + hows.unwrap_or(0) <= self.look.width;
        for (gap, text) in gaps.iter().zip(&texts) {
            match gap.remedy() {
                Some(how) if fits => {
                    let space = " ".repeat(widest - text.width());
                    writeln!(out, "  {text}{space}  {how}")?;
                }
                Some(how) => writeln!(out, "  {text}\n    {how}")?,
                None => writeln!(out, "  {text}")?,
            }
            let rules = gap.rule_names(self.look.verbose);
            writeln!(out, "    {}", self.paint.dim(&rules))?;
        }
        Ok(())
    }

    fn problems(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.report.problems.is_empty() {
            return Ok(());
        }
        writeln!(
            out,
            "{}",
            self.paint.error(match self.report.exit {
                2 => "problems: the policy is wrong",
                _ => "problems: the audit is incomplete",
            })
        )?;
        for problem in &self.report.problems {
            self.drawer.problem(problem, out)?;
        }
        Ok(())
    }

    fn verdict(&self, out: &mut dyn Write) -> io::Result<()> {
        let report = self.report;
        let gate = report.fail_on.map(Severity::name);
        let failing = failing(report).words();
        let words = match report.exit {
            3 if !report.missing.is_empty() => self.paint.error(&missing_words(report)),
            3 if report.problems.is_empty() => self
                .paint
                .error("exit 3: incomplete, a report could not be written"),
            3 => {
                let problems = counted(report.problems.len(), "problem");
                self.paint.error(&format!(
                    "exit 3: incomplete, {problems}; what was found is above"
                ))
            }
            2 => self.paint.error("exit 2: the policy is wrong"),
            1 => self.paint.bold(&format!(
                "exit 1: {} at or above {}; for details: grantlint explain RULE",
                failing.unwrap_or_default(),
                gate.unwrap_or("")
            )),
            _ => match (failing, gate) {
                (Some(failing), _) => {
                    format!("exit 0: {failing} at or above the gate, which --exit-zero lets pass")
                }
                (None, Some(gate)) if report.summary.total() > 0 => {
                    format!("exit 0: nothing new at or above {gate}")
                }
                _ => format!("exit 0: {}", headline(report)),
            },
        };
        writeln!(out, "{words}")
    }
}

/// The missing inputs, the commands that obtain them, and the waiver, in one line.
fn missing_words(report: &Report<'_>) -> String {
    let names = |name: fn(NeededInput) -> &'static str| -> Vec<&'static str> {
        let missing = report.missing.iter();
        missing.map(|missing| name(missing.input)).collect()
    };
    let others = report
        .problems
        .iter()
        .filter(|problem| problem.kind != ProblemKind::MissingInput)
        .count();
    let others = match others {
        0 => String::new(),
        count => format!(" ({})", counted(count, "other problem")),
    };
    let files = names(NeededInput::file);
    let verb = plural(files.len(), "is", "are");
    format!(
        "exit 3: incomplete{others}; {} {verb} missing: run `{}`, or waive with --without {}",
        files.join(" and "),
        names(NeededInput::command).join("` and `"),
        names(NeededInput::name).join(",")
    )
}

/// The ages of the known findings.
fn ages(summary: &Summary) -> String {
    let Some(oldest) = summary.oldest_days else {
        return String::new();
    };
    let classes = [
        "30 days or less",
        "90 days or less",
        "a year or less",
        "older",
    ];
    let words: Vec<String> = summary
        .known_by_age
        .iter()
        .zip(classes)
        .filter(|(count, _)| **count > 0)
        .map(|(count, class)| format!("{count} {class}"))
        .collect();
    let words = if words.len() > 1 {
        format!("{}; ", words.join(", "))
    } else {
        String::new()
    };
    format!(
        " ({words}oldest {})",
        counted(oldest.unsigned_abs() as usize, "day")
    )
}
