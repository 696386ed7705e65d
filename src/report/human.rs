//! The report for people: problems, then each client with its faulty values underlined, then a
//! summary, the rules that were not judged, and what to do first.
//!
//! Invariant: what fails the gate comes first and in full. A run that audited nothing prints only
//! why.

mod closing;
mod findings;

pub(super) use closing::remainder;

use super::drawing::Drawer;
use super::look::Look;
use super::paint::Paint;
use super::view::View;
use crate::finding::Report;
use std::io::{self, Write};

/// Writes the whole report.
///
/// # Errors
/// If `out` cannot be written.
pub fn write(report: &Report<'_>, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let page = Page::new(report, look);
    page.problems(out)?;
    if page.is_nothing_audited() {
        page.notices(out)?;
        page.run_facts(out)?;
        return page.verdict(out);
    }
    if look.quiet {
        page.blocking(out)?;
        page.remainder(out)?;
        return page.verdict(out);
    }
    page.findings(out)?;
    page.set_aside(out)?;
    page.end(out)
}

/// Writes the counts, what they mean, the rules that were not judged, and what to do first.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_summary(report: &Report<'_>, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let page = Page::new(report, look);
    page.problems(out)?;
    if page.is_nothing_audited() {
        return page.verdict(out);
    }
    page.set_aside(out)?;
    page.end(out)
}

/// Writes the summary, the rules that were not judged, and the problems.
///
/// # Errors
/// If `out` cannot be written.
pub(super) fn closing(report: &Report<'_>, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let page = Page::new(report, look);
    page.summary(out)?;
    page.not_counted(out)?;
    page.gaps(out)?;
    page.problems(out)
}

struct Page<'r, 's> {
    report: &'r Report<'s>,
    look: Look,
    paint: Paint,
    drawer: Drawer<'r>,
    view: View<'r>,
}

impl<'r, 's> Page<'r, 's> {
    fn new(report: &'r Report<'s>, look: Look) -> Self {
        Self {
            report,
            look,
            paint: Paint::new(look.color),
            drawer: Drawer::new(report.sources, &report.redactor, Some(&report.names), look),
            view: View::new(report, look),
        }
    }

    /// Whether no client was found, because of problems.
    fn is_nothing_audited(&self) -> bool {
        let report = self.report;
        report.summary.clients == 0 && !report.problems.is_empty() && report.findings.is_empty()
    }

    /// Everything after the findings.
    fn end(&self, out: &mut dyn Write) -> io::Result<()> {
        self.summary(out)?;
        self.worst(out)?;
        self.not_counted(out)?;
        self.gaps(out)?;
        self.first_actions(out)?;
        self.verdict(out)
    }

    /// The columns of prose: longer lines are hard to read.
    fn columns(&self) -> usize {
        self.look.width.min(106)
    }

    /// The lines of a text, without breaking words; `first` and `others` begin them.
    fn wrap(&self, first: &str, others: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
        let options = textwrap::Options::new(self.columns())
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .break_words(false)
            .initial_indent(first)
            .subsequent_indent(others);
        for line in textwrap::wrap(text, options) {
            let words = line.trim_start();
            let indent = &line[..line.len() - words.len()];
            let words = super::drawing::guarded(words.trim_end());
            writeln!(out, "{indent}{words}")?;
        }
        Ok(())
    }
}
