//! What follows the findings: counts, what was not judged, what to do first, and the verdict.

use super::Page;
use crate::catalog::Severity;
use crate::finding::{NeededInput, ProblemKind, Report, Summary};
use crate::report::priorities::priorities;
use crate::report::risk::{Standing, by_open};
use crate::report::run_facts::{FactKind, RunFact, run_facts};
use crate::report::shared::{Gap, failing, gaps, label_of, rules_words};
use crate::report::status::{exposure, headline, not_new, severity_counts};
use crate::report::view::findings_words;
use crate::text::{counted, digits, plural, visible};
use std::collections::BTreeSet;
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// Facts of one kind that are listed; the rest is counted.
const FACTS: usize = 10;

/// Actions under "do first".
const ACTIONS: usize = 5;

impl Page<'_, '_> {
    pub(super) fn summary(&self, out: &mut dyn Write) -> io::Result<()> {
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
        let rule = "─".repeat(self.columns());
        writeln!(out, "{}", self.paint.dim(&rule))?;
        let organisations = counted(summary.organisations, "organisation");
        let partial = if self.report.partial {
            " (partial: not all was looked at)"
        } else {
            ""
        };
        let words = format!(
            "{} in {} of {organisations} · {}{partial} · {}",
            counted(summary.clients, "client"),
            counted(summary.files, "file"),
            rules_words(self.report),
            self.report.today
        );
        self.wrap("", "  ", &words, out)?;
        let standings = by_open(self.report);
        if let Some(words) = exposure(standings.iter().filter_map(Standing::worst)) {
            self.wrap("  ", "  ", &self.paint.bold(&words), out)?;
        }
        if summary.total() == 0 {
            self.wrap("  ", "  ", &headline(self.report), out)?;
        } else {
            let words: Vec<String> = Severity::ALL
                .iter()
                .rev()
                .filter(|severity| summary.of(**severity) > 0)
                .map(|severity| {
                    let words = format!("{} {}", digits(summary.of(*severity)), severity.name());
                    self.paint.severity(*severity, &words)
                })
                .collect();
            writeln!(out, "  {}", words.join("   "))?;
        }
        if let Some(words) = self.view.words(self.report, self.look) {
            self.wrap("  shown in part: ", "    ", &words, out)?;
        }
        Ok(())
    }

    /// Policy notices, facts of the run, and rules not judged.
    pub(super) fn gaps(&self, out: &mut dyn Write) -> io::Result<()> {
        self.notices(out)?;
        self.run_facts(out)?;
        self.not_judged(out)
    }

    /// The findings that do not count, by reason.
    pub(super) fn not_counted(&self, out: &mut dyn Write) -> io::Result<()> {
        let summary = &self.report.summary;
        if summary.total() > 0
            && let Some(words) = not_new(self.report)
        {
            self.wrap("  ", "  ", &words, out)?;
        }
        let counts = self.known_and_accepted();
        if !counts.is_empty() {
            self.wrap("  ", "  ", &counts.join(" · "), out)?;
        }
        for words in self.not_listed() {
            self.wrap("  ", "  ", &words, out)?;
        }
        Ok(())
    }

    /// How the run compares with the baseline, and what is accepted.
    fn known_and_accepted(&self) -> Vec<String> {
        let summary = &self.report.summary;
        let mut words = Vec::new();
        if self.report.baseline.is_some() {
            words.push(format!("new {}", digits(summary.total())));
            let known = digits(summary.baselined);
            words.push(format!("known {known}{}", ages(summary)));
            words.push(format!("fixed {}", digits(summary.fixed)));
        }
        if summary.undecided > 0 {
            let undecided = digits(summary.undecided);
            words.push(format!("{undecided} of the baseline not decided"));
        }
        if summary.suppressed > 0 {
            let soon = match summary.expiring {
                0 => String::new(),
                count => format!(" ({} not for long)", digits(count)),
            };
            words.push(format!("accepted {}{soon}", digits(summary.suppressed)));
        }
        words
    }

    /// Findings that are not listed, and files that are not read, by reason.
    fn not_listed(&self) -> Vec<String> {
        let summary = &self.report.summary;
        let mut words = Vec::new();
        if summary.below_threshold > 0 {
            words.push(format!(
                "{} not shown: below the severity or confidence asked for",
                digits(summary.below_threshold)
            ));
        }
        if summary.unlisted > 0 {
            words.push(format!(
                "{} counted and not listed",
                digits(summary.unlisted)
            ));
        }
        if summary.excluded > 0 {
            let files = counted(summary.excluded, "file");
            words.push(format!("{files} not read: the configuration excludes them"));
        }
        words
    }

    /// Everything that does not fail the gate, in one line.
    pub(super) fn remainder(&self, out: &mut dyn Write) -> io::Result<()> {
        let words = remainder(self.report, &|finding| self.fails(finding));
        let mut words: Vec<String> = words.into_iter().collect();
        words.extend(self.view.words(self.report, self.look));
        words.extend(self.known_and_accepted());
        words.extend(self.not_listed());
        if words.is_empty() {
            return Ok(());
        }
        self.wrap("also: ", "  ", &words.join(" · "), out)
    }

    /// Fixed and undecided findings, waived inputs, context, skipped files and the configuration,
    /// each kind under its name.
    pub(super) fn run_facts(&self, out: &mut dyn Write) -> io::Result<()> {
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
            more => writeln!(out, "  {} more; --verbose lists them", digits(more)),
        }
    }

    /// Notices about the policy.
    pub(super) fn notices(&self, out: &mut dyn Write) -> io::Result<()> {
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

    /// The clients with the worst open findings.
    pub(super) fn worst(&self, out: &mut dyn Write) -> io::Result<()> {
        const MOST: usize = 5;
        let groups = by_open(self.report);
        if groups.is_empty() {
            return Ok(());
        }
        let words = groups.iter().take(MOST).map(|group| {
            let label = label_of(self.report, group.client);
            format!("{label} ({})", group.words())
        });
        let words: Vec<String> = words.collect();
        let more = match groups.len() - words.len() {
            0 => String::new(),
            more => format!(" · {} more", digits(more)),
        };
        self.wrap(
            "  worst: ",
            "         ",
            &format!("{}{more}", words.join(" · ")),
            out,
        )
    }

    /// The actions that remove most of the worst findings, a line each.
    pub(super) fn first_actions(&self, out: &mut dyn Write) -> io::Result<()> {
        let actions = priorities(self.report, ACTIONS);
        if actions.is_empty() {
            return Ok(());
        }
        writeln!(out, "{}", self.paint.bold("do first"))?;
        for (number, action) in (1..).zip(actions) {
            let fixed = match &action.client {
                Some(client) => format!("\"{client}\""),
                None => counted(action.subjects, "client"),
            };
            let (removed, rule) = (&action.removed, &action.rule.id);
            let effect = format!("fixes {fixed}, removes {removed} ({rule})");
            let line = format!("{}: {}", action.action, self.paint.dim(&effect));
            self.wrap(&format!("  {number}. "), "     ", &line, out)?;
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
                Some(how) => {
                    self.wrap("  ", "    ", text, out)?;
                    if how.starts_with("gc ") {
                        writeln!(out, "    {how}")?;
                    } else {
                        self.wrap("    ", "      ", how, out)?;
                    }
                }
                None => self.wrap("  ", "    ", text, out)?,
            }
            let rules = gap.rule_names(self.look.verbose);
            self.wrap("    ", "    ", &self.paint.dim(&rules), out)?;
        }
        Ok(())
    }

    pub(super) fn problems(&self, out: &mut dyn Write) -> io::Result<()> {
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
            writeln!(out)?;
        }
        Ok(())
    }

    pub(super) fn verdict(&self, out: &mut dyn Write) -> io::Result<()> {
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
                if self.is_nothing_audited() {
                    let words = format!("exit 3: nothing was audited, {problems}");
                    self.paint.error(&words)
                } else {
                    let words = format!("exit 3: incomplete, {problems} above the findings");
                    self.paint.error(&words)
                }
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
        // One line: the last line is easy to find, and its commands can be copied.
        writeln!(out, "{words}")
    }
}

/// What a report holds besides the findings that fail: milder findings, notices of the policy,
/// waived inputs and rules not judged. None if there is nothing else.
pub(in crate::report) fn remainder(
    report: &Report<'_>,
    fails: &dyn Fn(&crate::finding::Finding) -> bool,
) -> Option<String> {
    let mut words = Vec::new();
    let milder = report.findings.iter().filter(|finding| !fails(finding));
    let milder = severity_counts(milder.map(|finding| finding.severity));
    if report.fail_on.is_some() {
        words.extend(findings_words(milder).map(|milder| format!("{milder} below the gate")));
    } else {
        words.extend(findings_words(report.summary.findings));
    }
    let kinds: BTreeSet<&str> = report.notices.iter().map(|one| one.kind.name()).collect();
    if !kinds.is_empty() {
        let notices = counted(report.notices.len(), "notice");
        let kinds: Vec<&str> = kinds.into_iter().collect();
        words.push(format!("{notices} ({})", kinds.join(", ")));
    }
    if !report.waived.is_empty() {
        let inputs = report.waived.iter().map(|waived| waived.input.name());
        let inputs: BTreeSet<&str> = inputs.collect();
        let inputs: Vec<&str> = inputs.into_iter().collect();
        words.push(format!("waived: {}", inputs.join(", ")));
    }
    if !report.not_judged.is_empty() {
        let rules: BTreeSet<&str> = report.not_judged.iter().map(|one| one.rule).collect();
        let causes: BTreeSet<_> = report
            .not_judged
            .iter()
            .map(|one| visible(&one.cause))
            .collect();
        let causes: Vec<_> = causes
            .into_iter()
            .filter(|cause| !cause.is_empty())
            .collect();
        let causes = match &causes[..] {
            [] => String::new(),
            causes => format!(" ({})", causes.join("; ")),
        };
        words.push(format!(
            "{} not judged everywhere{causes}",
            counted(rules.len(), "rule")
        ));
    }
    (!words.is_empty()).then(|| words.join(" · "))
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
