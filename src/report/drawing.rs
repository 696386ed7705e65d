//! Messages with the place that they are about underlined.

use super::excerpt::Excerpt;
use super::look::Look;
use super::paint::Paint;
use crate::finding::{Names, Problem};
use crate::text::{Place, Position, Redactor, Sources};
use miette::{Diagnostic, LabeledSpan, SourceCode, SourceSpan};
use std::fmt;
use std::io::{self, Write};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Draws messages about some sources.
pub(super) struct Drawer<'r> {
    sources: &'r Sources,
    redactor: &'r Redactor,
    /// The names of roles and divisions, if the report has them.
    names: Option<&'r Names>,
    look: Look,
}

impl<'r> Drawer<'r> {
    pub(super) fn new(
        sources: &'r Sources,
        redactor: &'r Redactor,
        names: Option<&'r Names>,
        look: Look,
    ) -> Self {
        Self {
            sources,
            redactor,
            names,
            look,
        }
    }

    /// A place with its surroundings.
    pub(super) fn excerpt(&self, place: Place) -> Excerpt {
        Excerpt::new(self.sources, self.redactor, place, self.text_width())
    }

    /// Characters of an excerpt's line, without its frame.
    fn text_width(&self) -> usize {
        self.look.width.saturating_sub(14).clamp(40, 160)
    }

    /// Draws a problem.
    pub(super) fn problem(&self, problem: &Problem, out: &mut dyn Write) -> io::Result<()> {
        let kind = Paint::new(self.look.color).error(problem.kind.name());
        let message = match &problem.path {
            Some(path) if problem.place.is_none() => {
                let message = self.redactor.words(&problem.message);
                format!("{kind}  {}: {message}", self.redactor.words(path))
            }
            _ => format!("{kind}  {}", self.redactor.words(&problem.message)),
        };
        let drawing = Drawing {
            message,
            severity: miette::Severity::Error,
            help: format!("do: {}", self.redactor.words(&problem.remedy)),
            excerpt: problem
                .place
                .filter(|place| self.redactor.shows(place.source))
                .map(|place| self.excerpt(place)),
        };
        self.draw(&drawing, out)
    }

    /// Draws a message.
    pub(super) fn draw(&self, drawing: &Drawing, out: &mut dyn Write) -> io::Result<()> {
        let handler = Handler {
            look: self.look,
            names: self.names,
            paint: Paint::new(self.look.color),
        };
        write!(out, "{}", Drawn(&handler, drawing))
    }
}

/// Draws problems that came before there was anything to report on.
///
/// # Errors
/// If `out` cannot be written.
pub fn problems(
    sources: &Sources,
    problems: &[Problem],
    look: Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let redactor = Redactor::for_texts(sources);
    let drawer = Drawer::new(sources, &redactor, None, look);
    problems
        .iter()
        .try_for_each(|problem| drawer.problem(problem, out))
}

/// A message as its handler draws it.
struct Drawn<'d>(&'d Handler<'d>, &'d Drawing);

impl fmt::Display for Drawn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.draw(self.1, f)
    }
}

/// The layout: the message, the excerpt with its mark, then what to do and where else to look.
struct Handler<'r> {
    look: Look,
    names: Option<&'r Names>,
    paint: Paint,
}

impl Handler<'_> {
    fn draw(&self, drawing: &Drawing, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = self.paint.mark(drawing.severity());
        let message = self.wrapped(&drawing.to_string(), &format!("  {} ", mark.0), &mark.1);
        message.iter().try_for_each(|line| writeln!(f, "{line}"))?;
        if let Some(source) = drawing.source_code() {
            for label in drawing.labels().into_iter().flatten() {
                self.excerpt(source, label.inner(), f)?;
            }
        }
        let Some(help) = drawing.help() else {
            return Ok(());
        };
        for line in help.to_string().lines() {
            let lines = self.wrapped(line, "  ", "       ");
            for line in lines {
                let text = line.trim_start();
                let indent = &line[..line.len() - text.len()];
                writeln!(f, "{indent}{}", guarded(text))?;
            }
        }
        Ok(())
    }
}

impl Handler<'_> {
    /// The lines of a text, without breaking words.
    fn wrapped(&self, text: &str, first: &str, others: &str) -> Vec<String> {
        let options = textwrap::Options::new(self.look.width.saturating_sub(2))
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .break_words(false)
            .initial_indent(first)
            .subsequent_indent(others);
        let lines = textwrap::wrap(text, options).into_iter();
        lines.map(|line| line.trim_end().to_owned()).collect()
    }

    /// The lines around a place, each with its number, and a line under the place.
    fn excerpt(
        &self,
        source: &dyn SourceCode,
        span: &SourceSpan,
        f: &mut fmt::Formatter<'_>,
    ) -> fmt::Result {
        let (Ok(position), Ok(lines)) =
            (source.read_span(span, 0, 0), source.read_span(span, 1, 1))
        else {
            return Ok(());
        };
        let at = Position {
            line: u32::try_from(position.line() + 1).unwrap_or(u32::MAX),
            column: u32::try_from(position.column() + 1).unwrap_or(u32::MAX),
        };
        let first = lines.line() + 1;
        let text = String::from_utf8_lossy(lines.data());
        let gutter = (first + text.lines().count().max(1) - 1).to_string().len();
        let place = self.look.place(position.name().unwrap_or_default(), at);
        writeln!(f, "{:gutter$}  ╭─[{}]", "", self.paint.place(&place))?;
        let mut offset = 0;
        for (number, line) in (first..).zip(text.split_inclusive('\n')) {
            let end = offset + line.len();
            let shown = spaced(line.trim_end_matches('\n'));
            let number = self.paint.dim(&format!("{number:>gutter$}"));
            let is_marked = (offset..end).contains(&span.offset());
            let name = self
                .only_name(line)
                .filter(|name| !is_marked && self.fits(&shown, name));
            let name = name.map_or_else(String::new, |name| self.paint.dim(&format!("  ← {name}")));
            writeln!(f, "{}", format!(" {number} │ {shown}{name}").trim_end())?;
            if is_marked {
                let before = line.get(..span.offset() - offset).unwrap_or_default();
                let until = (span.offset() + span.len()).min(end) - offset;
                let marked = spaced(line.get(..until).unwrap_or(line)).width();
                let before = spaced(before).width();
                let under = "─".repeat(marked.saturating_sub(before).max(1));
                let under = self.paint.under(&format!("{:before$}{under}", ""));
                let value = line.get(span.offset() - offset..until).unwrap_or_default();
                match self.only_name(value) {
                    Some(name) if self.fits(&under, name) => {
                        writeln!(f, "{:gutter$}  · {under} {name}", "")?;
                    }
                    Some(name) => {
                        writeln!(f, "{:gutter$}  · {under}", "")?;
                        writeln!(f, "{:gutter$}  · {name}", "")?;
                    }
                    None => writeln!(f, "{:gutter$}  · {under}", "")?,
                }
            }
            offset = end;
        }
        writeln!(f, "{:gutter$}  ╰────", "")
    }
}

impl Handler<'_> {
    /// The name of the role or division whose id a text contains, if it contains one.
    fn only_name(&self, text: &str) -> Option<&str> {
        match self.names?.find(text)[..] {
            [(_, name)] => Some(name),
            _ => None,
        }
    }

    /// Whether a name fits after a line of an excerpt, with its gutter.
    fn fits(&self, line: &str, name: &str) -> bool {
        const GUTTER: usize = 12;
        GUTTER + textwrap::core::display_width(line) + name.width() <= self.look.width
    }
}

/// A line with spaces for its tabs, of which one reaches to the next fourth column.
fn spaced(line: &str) -> String {
    let mut spaced = String::with_capacity(line.len());
    let mut column = 0;
    for character in line.chars() {
        if character == '\t' {
            let width = 4 - column % 4;
            spaced.extend(std::iter::repeat_n(' ', width));
            column += width;
        } else {
            spaced.push(character);
            column += character.width().unwrap_or(0);
        }
    }
    spaced
}

/// A message with an excerpt.
#[derive(Debug)]
pub(super) struct Drawing {
    /// What is the matter.
    pub message: String,
    /// How it is marked.
    pub severity: miette::Severity,
    /// What to do and where else to look, a line each.
    pub help: String,
    /// Where.
    pub excerpt: Option<Excerpt>,
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

/// The start of a line of words from an export: GitHub's runner takes a line that begins with
/// two colons for a command.
pub(super) fn guarded(words: &str) -> std::borrow::Cow<'_, str> {
    if words.starts_with("::") {
        format!("\\{words}").into()
    } else {
        words.into()
    }
}
