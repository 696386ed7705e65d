//! The report for people: each client with its culprits underlined, then the account of what
//! was looked at, what was not judged, and what went wrong.

use super::excerpt::Excerpt;
use super::paint::Paint;
use super::shared::{by_need, counted, not_judged_words};
use crate::catalog::Severity;
use crate::finding::{ClientFacts, Finding, Problem, Report};
use crate::text::visible;
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan};
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::io::{self, Write};

/// How the report looks.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Colours.
    pub color: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// List every file that was read or passed over.
    pub verbose: bool,
    /// The summary alone.
    pub quiet: bool,
}

impl Look {
    /// For a file: the same everywhere.
    pub const PLAIN: Self = Self {
        color: false,
        width: 100,
        verbose: false,
        quiet: false,
    };
}

/// Writes the whole report.
///
/// # Errors
/// If `out` cannot be written.
pub fn write(report: &Report<'_>, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let page = Page {
        report,
        look,
        paint: Paint::new(look.color),
        handler: handler(look),
    };
    if !look.quiet {
        page.findings(out)?;
    }
    page.summary(out)?;
    page.not_judged(out)?;
    page.problems(out)?;
    page.verdict(out)
}

fn handler(look: Look) -> GraphicalReportHandler {
    let theme = if look.color {
        GraphicalTheme::unicode()
    } else {
        GraphicalTheme::unicode_nocolor()
    };
    GraphicalReportHandler::new_themed(theme)
        .with_width(look.width)
        .with_context_lines(1)
        .with_word_separator(textwrap::WordSeparator::AsciiSpace)
        .with_word_splitter(textwrap::WordSplitter::NoHyphenation)
        .with_links(false)
}

struct Page<'r, 's> {
    report: &'r Report<'s>,
    look: Look,
    paint: Paint,
    handler: GraphicalReportHandler,
}

/// The findings of one client.
struct Group<'r> {
    client: &'r ClientFacts<'r>,
    findings: Vec<&'r Finding>,
}

impl Group<'_> {
    /// How many findings of each severity, the worst first: what groups are ordered by.
    fn weight(&self) -> [usize; 5] {
        let mut counts = [0; 5];
        for finding in &self.findings {
            counts[4 - finding.severity as usize] += 1;
        }
        counts
    }

    fn counts(&self) -> String {
        let words: Vec<String> = self
            .weight()
            .iter()
            .zip(Severity::ALL.iter().rev())
            .filter(|(count, _)| **count > 0)
            .map(|(count, severity)| format!("{count} {}", severity.name()))
            .collect();
        words.join(", ")
    }
}

impl Page<'_, '_> {
    /// The clients that have findings, the worst first.
    fn groups(&self) -> Vec<Group<'_>> {
        let mut by_client: BTreeMap<u32, Vec<&Finding>> = BTreeMap::new();
        for finding in &self.report.findings {
            by_client.entry(finding.client).or_default().push(finding);
        }
        let mut groups: Vec<_> = by_client
            .into_iter()
            .filter_map(|(client, mut findings)| {
                // Stable: of the same severity in the order of the file.
                findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
                let client = self.report.clients.get(client as usize)?;
                Some(Group { client, findings })
            })
            .collect();
        groups.sort_by_key(|group| std::cmp::Reverse(group.weight()));
        groups
    }

    fn findings(&self, out: &mut dyn Write) -> io::Result<()> {
        for group in self.groups() {
            self.heading(&group, out)?;
            for finding in &group.findings {
                self.finding(finding, out)?;
            }
            writeln!(out)?;
        }
        Ok(())
    }

    fn heading(&self, group: &Group<'_>, out: &mut dyn Write) -> io::Result<()> {
        let client = group.client;
        let mut facts = vec![client.grant.to_owned()];
        let tells_more = !matches!(client.kind, "machine" | "user-facing" | "unknown kind");
        if tells_more {
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

    fn finding(&self, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
        let severity = self
            .paint
            .severity(finding.severity, finding.severity.name());
        let rule = self.paint.bold(&finding.rule.id);
        let mut help = format!("fix: {}", finding.fix);
        for related in &finding.related {
            let (path, at, _) = self.report.sources.locate(related.place);
            let path = visible(path);
            let _ = write!(
                help,
                "\nsee: {} ({path}:{}:{})",
                related.text, at.line, at.column
            );
        }
        let place = finding.place;
        self.draw(
            &Drawing {
                message: format!("{severity}  {rule}  {}", finding.message),
                severity: match finding.severity {
                    Severity::Critical | Severity::High => miette::Severity::Error,
                    Severity::Medium => miette::Severity::Warning,
                    Severity::Low | Severity::Info => miette::Severity::Advice,
                },
                help,
                excerpt: Some(Excerpt::new(self.report, place, self.text_width())),
            },
            out,
        )
    }

    /// Characters that a line of an excerpt may take beside its frame.
    fn text_width(&self) -> usize {
        self.look.width.saturating_sub(14).clamp(40, 160)
    }

    fn draw(&self, drawing: &Drawing, out: &mut dyn Write) -> io::Result<()> {
        let mut text = String::new();
        if self.handler.render_report(&mut text, drawing).is_err() {
            // A message without its frame is better than none.
            text = format!("  {}\n  {}\n", drawing.message, drawing.help);
        }
        // The help carries its own heading ("fix:"), so miette's is taken out, and what hangs
        // under it moves along.
        let mut in_help = false;
        for line in text.lines().filter(|line| !line.is_empty()) {
            if let Some(help) = line.trim_start().strip_prefix("help: ") {
                in_help = true;
                writeln!(out, "  {}", help.trim_end())?;
            } else if in_help {
                writeln!(out, "       {}", guarded(line.trim()))?;
            } else {
                writeln!(out, "{}", line.trim_end())?;
            }
        }
        Ok(())
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
        let organisations = if summary.organisations == 1 {
            "1 organisation".to_owned()
        } else {
            format!("{} organisations", summary.organisations)
        };
        let partial = if self.report.partial {
            " (partial: rules were left out)"
        } else {
            ""
        };
        writeln!(
            out,
            "{} in {} of {organisations} · {}{partial} · {}",
            counted(summary.clients, "client"),
            counted(summary.files, "file"),
            counted(summary.rules, "rule"),
            self.report.today
        )?;
        if summary.total() == 0 {
            writeln!(out, "  no findings")?;
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
            self.rankings(out)?;
        }
        if summary.below_threshold > 0 {
            writeln!(
                out,
                "  {} not shown: below the severity or confidence asked for",
                summary.below_threshold
            )?;
        }
        Ok(())
    }

    /// The rules that were broken most and the clients that are worst.
    fn rankings(&self, out: &mut dyn Write) -> io::Result<()> {
        const MOST: usize = 5;
        let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
        for finding in &self.report.findings {
            *rules.entry(&finding.rule.id).or_insert(0) += 1;
        }
        let mut rules: Vec<_> = rules.into_iter().collect();
        rules.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let words = rules
            .iter()
            .take(MOST)
            .map(|(rule, count)| format!("{rule} ({count})"));
        self.ranking("rules", &words.collect::<Vec<_>>(), rules.len(), out)?;
        let groups = self.groups();
        let words = groups
            .iter()
            .take(MOST)
            .map(|group| format!("{} ({})", group.client.label, group.counts()));
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
        for (need, open) in by_need(self.report) {
            let words = not_judged_words(need, &open);
            writeln!(out, "  {words:<46}  {}", need.how())?;
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
            self.paint.error("problems: the audit is incomplete")
        )?;
        for problem in &self.report.problems {
            self.problem(problem, out)?;
        }
        Ok(())
    }

    fn problem(&self, problem: &Problem, out: &mut dyn Write) -> io::Result<()> {
        let kind = self.paint.error(problem.kind.name());
        let message = match &problem.path {
            Some(path) if problem.place.is_none() => {
                format!("{kind}  {}: {}", visible(path), visible(&problem.message))
            }
            _ => format!("{kind}  {}", visible(&problem.message)),
        };
        let place = problem.place;
        self.draw(
            &Drawing {
                message,
                severity: miette::Severity::Error,
                help: format!("do: {}", visible(&problem.remedy)),
                excerpt: place.map(|place| Excerpt::new(self.report, place, self.text_width())),
            },
            out,
        )
    }

    fn verdict(&self, out: &mut dyn Write) -> io::Result<()> {
        let report = self.report;
        let gate = report.fail_on.map(Severity::name);
        let failing = report
            .findings
            .iter()
            .filter(|finding| report.fail_on.is_some_and(|gate| finding.severity >= gate))
            .count();
        let words = match report.exit {
            3 => {
                let problems = counted(report.problems.len(), "problem");
                self.paint.error(&format!(
                    "exit 3: incomplete, {problems}; what was found is above"
                ))
            }
            2 => self.paint.error("exit 2: nothing was audited"),
            1 => self.paint.bold(&format!(
                "exit 1: {} at or above {}; grantlint explain RULE tells more",
                counted(failing, "finding"),
                gate.unwrap_or("")
            )),
            _ if failing > 0 => format!(
                "exit 0: {} at or above the gate, which --exit-zero lets pass",
                counted(failing, "finding")
            ),
            _ => match gate {
                Some(gate) if report.summary.total() > 0 => {
                    format!("exit 0: nothing at or above {gate}")
                }
                _ => "exit 0".to_owned(),
            },
        };
        writeln!(out, "{words}")
    }
}

/// The start of a line of words from an export: GitHub's runner takes a line that begins with
/// two colons for a command.
fn guarded(words: &str) -> std::borrow::Cow<'_, str> {
    if words.starts_with("::") {
        format!("\\{words}").into()
    } else {
        words.into()
    }
}

/// A message with an excerpt, as miette draws it.
#[derive(Debug)]
struct Drawing {
    message: String,
    severity: miette::Severity,
    help: String,
    excerpt: Option<Excerpt>,
}

impl fmt::Display for Drawing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Drawing {}

impl Diagnostic for Drawing {
    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.help))
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        self.excerpt
            .as_ref()
            .map(|excerpt| excerpt as &dyn miette::SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let excerpt = self.excerpt.as_ref()?;
        let label = LabeledSpan::new_primary_with_span(None, excerpt.mark());
        Some(Box::new(std::iter::once(label)))
    }
}
