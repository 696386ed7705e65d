//! The findings of the report for people: in full, or a few lines for each group.

use super::Page;
use crate::catalog::Severity;
use crate::finding::{Finding, FindingSubject};
use crate::report::causes::{Cause, Causes};
use crate::report::drawing::{Drawing, guarded};
use crate::report::folded::fold;
use crate::report::look::GroupBy;
use crate::report::priorities::first_sentence;
use crate::report::risk::{Standing, by_findings};
use crate::report::shared::{SetAside, set_aside, set_aside_words, whose_label};
use crate::report::status::{by_severity, severity_counts};
use crate::report::view::{Set, common, findings_words, grouped, subjects};
use crate::text::{counted, digits};
use std::collections::HashSet;
use std::fmt::Write as _;
use std::io::{self, Write};

/// Findings that are drawn with their source; equal ones and those of one cause count once.
const FULL: usize = 30;

/// Findings that are drawn if there are more than [`FULL`] of them.
const FIRST: usize = 10;

/// Places of a cause or group that are listed; the rest is counted.
const PLACES: usize = 10;

/// Findings of a group that are listed where there are many groups.
const OF_GROUP: usize = 5;

impl<'r> Page<'r, '_> {
    /// What fails the gate comes first. A few findings are drawn in full; of many, only the worst,
    /// and the others are grouped by cause.
    pub(super) fn findings(&self, out: &mut dyn Write) -> io::Result<()> {
        let findings = &self.view.findings;
        if let Some(by) = self.look.group_by {
            return self.groups(by, findings, out);
        }
        let (failing, milder): (Vec<&Finding>, Vec<&Finding>) =
            findings.iter().partition(|finding| self.fails(finding));
        if self.look.verbose || blocks(findings) <= FULL {
            self.in_full(&failing, out)?;
            if !failing.is_empty() && !milder.is_empty() {
                let words = "below the gate: these findings do not fail the audit";
                writeln!(out, "{}\n", self.paint.bold(words))?;
            }
            return self.in_full(&milder, out);
        }
        let first = if blocks(&failing) <= FULL {
            failing
        } else {
            worst_blocks(&failing)
        };
        self.in_full(&first, out)?;
        let drawn = Set::new(first.iter().copied());
        let others = findings.iter().copied();
        let others: Vec<&Finding> = others.filter(|finding| !drawn.holds(finding)).collect();
        let counts = severity_counts(others.iter().map(|finding| finding.severity));
        let more = if first.is_empty() { "" } else { " more" };
        let words = findings_words(counts).unwrap_or_default();
        let words = words.replacen(" finding", &format!("{more} finding"), 1);
        let hint = "--verbose prints all in full, --group-by client, rule or owner a line each";
        let words = format!("{}. {hint}", self.paint.bold(&format!("{words}, by cause")));
        self.wrap("", "", &words, out)?;
        writeln!(out)?;
        self.in_brief(&others, out)
    }

    /// What fails the gate, for hooks.
    pub(super) fn blocking(&self, out: &mut dyn Write) -> io::Result<()> {
        let failing = self.view.findings.iter().copied();
        let failing: Vec<&Finding> = failing.filter(|finding| self.fails(finding)).collect();
        if self.report.fail_on.is_none() {
            return Ok(());
        }
        if blocks(&failing) <= FULL {
            return self.in_full(&failing, out);
        }
        let first = worst_blocks(&failing);
        self.in_full(&first, out)?;
        let drawn = Set::new(first.into_iter());
        let others = failing.into_iter().filter(|finding| !drawn.holds(finding));
        let others: Vec<&Finding> = others.collect();
        self.in_brief(&others, out)
    }

    /// A few lines for each rule and severity: what is wrong, and where. Severe findings have their
    /// fix too.
    fn in_brief(&self, findings: &[&'r Finding], out: &mut dyn Write) -> io::Result<()> {
        for findings in by_cause(findings, |finding| {
            (finding.severity, &*finding.rule.id, "")
        }) {
            self.cause_heading(&findings, out)?;
            let same = common(findings.iter().map(|finding| &*finding.message));
            self.common_words(&findings, same, out)?;
            if findings[0].severity >= Severity::High {
                self.common_fix(&findings, out)?;
            }
            let places = findings.iter().take(OF_GROUP).map(|finding| {
                let (path, at, _) = self.report.sources.locate(finding.place);
                let label = whose_label(self.report, finding);
                format!("{label}  {}", self.look.place(path, at))
            });
            let places: Vec<String> = places.collect();
            let more = match findings.len().saturating_sub(OF_GROUP) {
                0 => String::new(),
                more => format!(" · {} more", digits(more)),
            };
            self.wrap(
                "  in: ",
                "      ",
                &format!("{}{more}", places.join(" · ")),
                out,
            )?;
            writeln!(out)?;
        }
        Ok(())
    }

    /// Whether a finding fails the gate; without one, everything counts the same.
    pub(super) fn fails(&self, finding: &Finding) -> bool {
        self.report
            .fail_on
            .is_none_or(|gate| finding.severity >= gate)
    }

    /// Findings with their source. Causes that many clients share come before the clients that have
    /// nothing worse.
    fn in_full(&self, findings: &[&Finding], out: &mut dyn Write) -> io::Result<()> {
        let shown = Set::new(findings.iter().copied());
        let causes = Causes::of(findings.iter().copied());
        let mut remaining = causes.all.iter().peekable();
        let mut groups = by_findings(self.report);
        for group in &mut groups {
            let is_single = |finding: &Finding| shown.holds(finding) && !causes.cover(finding);
            group.findings.retain(|finding| is_single(finding));
        }
        groups.retain(Standing::is_open);
        groups.sort_by_cached_key(|group| std::cmp::Reverse(group.counts()));
        for group in &groups {
            let worst = group.worst();
            while let Some(cause) = remaining.next_if(|cause| Some(cause.first.severity) >= worst) {
                self.cause(cause, out)?;
            }
            self.heading(group, "", out)?;
            for block in fold(group.findings.iter().copied()) {
                self.finding(block.first, &block.others, out)?;
                writeln!(out)?;
            }
        }
        remaining.try_for_each(|cause| self.cause(cause, out))
    }

    /// A fault that many clients have, drawn once, with its other places.
    fn cause(&self, cause: &Cause<'_>, out: &mut dyn Write) -> io::Result<()> {
        let clients = counted(cause.clients, "client");
        let words = format!("the same in {clients}");
        writeln!(out, "● {}", self.paint.bold(&words))?;
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
            more => writeln!(out, "       {} more; --verbose lists them\n", digits(more)),
        }
    }

    fn heading(
        &self,
        group: &Standing<'_, '_>,
        tally: &str,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let client = group.client;
        let mut facts = Vec::new();
        let id = client
            .address
            .as_deref()
            .or(client.id.as_deref())
            .filter(|id| *id != client.label);
        facts.extend(id.map(str::to_owned));
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
        if !tally.is_empty() {
            facts.push(tally.to_owned());
        }
        let label = self.paint.bold(&client.label);
        let facts = self.paint.dim(&facts.join(" · "));
        self.wrap("● ", "  ", &format!("{label}  {facts}"), out)
    }

    /// A finding with its source. `others` are equal ones of its client, at other places.
    fn finding(
        &self,
        finding: &Finding,
        others: &[&Finding],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let severity = self.severity(finding);
        let rule = self.paint.bold(&finding.rule.id);
        let names = &self.report.names;
        let mut help = format!("fix: {}", names.replace_ids(&finding.fix));
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
            let more = digits(others.len() - listed);
            let _ = write!(help, "\n{more} more; --verbose lists them");
        }
        let words = &finding.message;
        let words = names.replace_ids(words);
        self.drawer.draw(
            &Drawing {
                message: format!("{severity}  {rule}  {words}"),
                severity: match finding.severity {
                    Severity::Critical | Severity::High => miette::Severity::Error,
                    Severity::Medium => miette::Severity::Warning,
                    Severity::Low | Severity::Info => miette::Severity::Advice,
                },
                help,
                excerpt: Some(self.drawer.excerpt(finding.place)),
            },
            out,
        )
    }

    fn severity(&self, finding: &Finding) -> String {
        self.paint
            .severity(finding.severity, finding.severity.name())
    }

    /// Findings in groups, a line for each.
    fn groups(&self, by: GroupBy, findings: &[&'r Finding], out: &mut dyn Write) -> io::Result<()> {
        match by {
            GroupBy::Cause => self.causes(findings, out),
            GroupBy::Rule => self.rules(findings, out),
            GroupBy::Client => self.clients(findings, out),
            GroupBy::Owner => self.owners(findings, out),
        }
    }

    /// Findings of one severity, rule and message.
    fn causes(&self, findings: &[&'r Finding], out: &mut dyn Write) -> io::Result<()> {
        let key = |finding: &'r Finding| (finding.severity, &*finding.rule.id, &*finding.message);
        for findings in by_cause(findings, key) {
            self.cause_heading(&findings, out)?;
            self.group_body(&findings, |_| String::new(), out)?;
        }
        Ok(())
    }

    fn cause_heading(&self, findings: &[&Finding], out: &mut dyn Write) -> io::Result<()> {
        let first = findings[0];
        let rule = self.paint.bold(&first.rule.id);
        let counts = self.paint.dim(&extent(findings));
        let heading = format!("{}  {rule}  {counts}", self.severity(first));
        self.wrap("● ", "  ", &heading, out)
    }

    fn rules(&self, findings: &[&'r Finding], out: &mut dyn Write) -> io::Result<()> {
        for (rule, findings) in grouped(findings, |finding| &*finding.rule.id) {
            let counts = format!("{}: {}", extent(&findings), severities(&findings));
            let heading = format!("{}  {}", self.paint.bold(rule), self.paint.dim(&counts));
            self.wrap("● ", "  ", &heading, out)?;
            self.group_body(&findings, |one| self.severity(one) + "  ", out)?;
        }
        Ok(())
    }

    /// The lines of findings of one rule: what they have in common, then a line for each.
    fn group_body(
        &self,
        findings: &[&'r Finding],
        before: impl Fn(&Finding) -> String,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let same = common(findings.iter().map(|finding| &*finding.message));
        self.common_words(findings, same, out)?;
        self.common_fix(findings, out)?;
        for finding in findings {
            let (path, at, _) = self.report.sources.locate(finding.place);
            let place = self.look.place(path, at);
            let label = whose_label(self.report, finding);
            let what = if same.is_some() {
                self.paint.dim(&finding.field)
            } else {
                let words = &finding.message;
                self.report.names.replace_ids(words).into_owned()
            };
            let line = format!("{}{label}  {place}  {what}", before(finding));
            self.wrap("  - ", "    ", &line, out)?;
        }
        writeln!(out)
    }

    /// The message that findings of one rule have in common, else the title of the rule.
    fn common_words(
        &self,
        findings: &[&Finding],
        same: Option<&str>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let words = same.unwrap_or(&findings[0].rule.title);
        self.wrap("  ", "  ", &self.report.names.replace_ids(words), out)
    }

    /// The fix that findings of one rule have in common, else the first step of the rule's.
    fn common_fix(&self, findings: &[&Finding], out: &mut dyn Write) -> io::Result<()> {
        let fix = common(findings.iter().map(|finding| &*finding.fix));
        let fix = fix.map_or_else(|| first_sentence(&findings[0].rule.fix), str::to_owned);
        let fix = self.report.names.replace_ids(&fix);
        self.wrap("  fix: ", "       ", &fix, out)
    }

    fn clients(&self, findings: &[&'r Finding], out: &mut dyn Write) -> io::Result<()> {
        let shown = Set::new(findings.iter().copied());
        for mut group in by_findings(self.report) {
            group.findings.retain(|finding| shown.holds(finding));
            if group.findings.is_empty() {
                continue;
            }
            self.heading(&group, &group.words(), out)?;
            for finding in &group.findings {
                self.line(finding, "", out)?;
            }
            writeln!(out)?;
        }
        Ok(())
    }

    fn owners(&self, findings: &[&'r Finding], out: &mut dyn Write) -> io::Result<()> {
        for (owner, findings) in crate::report::owners::lists(self.report, findings) {
            let counts = format!("{}: {}", extent(&findings), severities(&findings));
            let heading = self.paint.bold(&owner.words());
            let heading = format!("{heading}  {}", self.paint.dim(&counts));
            self.wrap("● ", "  ", &heading, out)?;
            for finding in findings {
                let label = whose_label(self.report, finding);
                self.line(finding, &format!("{label}  "), out)?;
            }
            writeln!(out)?;
        }
        Ok(())
    }

    /// A finding in one line; `client` is printed before its place.
    fn line(&self, finding: &Finding, client: &str, out: &mut dyn Write) -> io::Result<()> {
        let (path, at, _) = self.report.sources.locate(finding.place);
        let words = &finding.message;
        let line = format!(
            "{}  {}  {client}{}  {}",
            self.severity(finding),
            self.paint.bold(&finding.rule.id),
            self.look.place(path, at),
            self.report.names.replace_ids(words)
        );
        self.wrap("  - ", "    ", &line, out)
    }

    /// Accepted and known findings, one line each.
    pub(super) fn set_aside(&self, out: &mut dyn Write) -> io::Result<()> {
        set_aside(self.report).try_for_each(|finding| self.aside(finding, out))
    }

    fn aside(&self, (finding, accepted): SetAside<'_>, out: &mut dyn Write) -> io::Result<()> {
        let (path, at, _) = self.report.sources.locate(finding.place);
        let why = set_aside_words(finding, accepted);
        writeln!(
            out,
            "{}: {} {} [{}] {}\n  {}",
            self.look.place(path, at),
            self.severity(finding),
            finding.rule.id,
            whose_label(self.report, finding),
            finding.message,
            self.paint.dim(&why)
        )
    }
}

/// How many blocks findings make: equal ones of a client, and those of one cause, are one.
fn blocks(findings: &[&Finding]) -> usize {
    block_keys(findings, usize::MAX).1
}

/// The findings of the first blocks, the worst first.
fn worst_blocks<'r>(findings: &[&'r Finding]) -> Vec<&'r Finding> {
    let mut worst_first = findings.to_vec();
    worst_first.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let (count, _) = block_keys(&worst_first, FIRST);
    worst_first.truncate(count);
    worst_first
}

/// How many findings, from the first, make at most so many blocks; and how many blocks those
/// are.
fn block_keys(findings: &[&Finding], most: usize) -> (usize, usize) {
    let causes = Causes::of(findings.iter().copied());
    let mut known: HashSet<(&str, Severity, &str, Option<FindingSubject>)> = HashSet::new();
    for (count, finding) in findings.iter().enumerate() {
        let subject = (!causes.cover(finding)).then_some(finding.subject);
        let key = (
            &*finding.rule.id,
            finding.severity,
            &*finding.message,
            subject,
        );
        if !known.contains(&key) && known.len() == most {
            return (count, most);
        }
        known.insert(key);
    }
    (findings.len(), known.len())
}

/// Findings of one key, the most severe first, then the most frequent.
fn by_cause<'r>(
    findings: &[&'r Finding],
    key: impl Fn(&'r Finding) -> (Severity, &'r str, &'r str),
) -> Vec<Vec<&'r Finding>> {
    let mut groups = grouped(findings, key);
    groups.sort_by_key(|((severity, ..), all)| std::cmp::Reverse((*severity, all.len())));
    groups.into_iter().map(|(_, findings)| findings).collect()
}

/// `3 findings in 2 clients`
fn extent(findings: &[&Finding]) -> String {
    let clients = counted(subjects(findings), "client");
    format!("{} in {clients}", counted(findings.len(), "finding"))
}

/// `1 critical, 2 high`
fn severities(findings: &[&Finding]) -> String {
    let counts = severity_counts(findings.iter().map(|finding| finding.severity));
    by_severity(counts).unwrap_or_default()
}
