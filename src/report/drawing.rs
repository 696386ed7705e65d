//! Messages with the place that they are about underlined, as miette draws them.

use super::excerpt::Excerpt;
use super::human::Look;
use super::links::Links;
use super::paint::Paint;
use crate::finding::Problem;
use crate::text::{Place, Position, Redactor, Sources, visible};
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan};
use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, Write};

/// Draws messages about some sources.
pub(super) struct Drawer<'r> {
    sources: &'r Sources,
    redactor: &'r Redactor,
    look: Look,
    handler: GraphicalReportHandler,
}

impl<'r> Drawer<'r> {
    pub(super) fn new(sources: &'r Sources, redactor: &'r Redactor, look: Look) -> Self {
        Self {
            sources,
            redactor,
            look,
            handler: handler(look),
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
                format!("{kind}  {}: {}", visible(path), visible(&problem.message))
            }
            _ => format!("{kind}  {}", visible(&problem.message)),
        };
        let drawing = Drawing {
            message,
            severity: miette::Severity::Error,
            help: format!("do: {}", visible(&problem.remedy)),
            related: Vec::new(),
            excerpt: problem
                .place
                .filter(|place| self.redactor.shows(place.source))
                .map(|place| self.excerpt(place)),
        };
        self.draw(&drawing, out)
    }

    /// Draws a message.
    pub(super) fn draw(&self, drawing: &Drawing, out: &mut dyn Write) -> io::Result<()> {
        let mut text = String::new();
        if self.handler.render_report(&mut text, drawing).is_err() {
            // A message without its frame is better than none.
            text = format!("  {}\n  {}\n", drawing.message, drawing.help);
        }
        if let Some(links) = self.look.links {
            let own = drawing.excerpt.as_ref().map(Excerpt::place);
            let others = drawing.related.iter().map(|(path, at)| (&**path, *at));
            let places: BTreeSet<_> = own.into_iter().chain(others).collect();
            for (path, at) in places {
                text = linked(&text, links, path, at);
            }
        }
        // The help carries its own heading ("fix:"), so miette's is taken out, and what hangs
        // under it moves along.
        let mut in_help = false;
        for line in text.lines().filter(|line| !line.is_empty()) {
            if let Some(help) = behind_heading(line).filter(|_| !in_help) {
                in_help = true;
                writeln!(out, "  {}", help.trim_end())?;
            } else if in_help {
                let line = line.trim();
                let indent = if line.starts_with("see: ") { 2 } else { 7 };
                writeln!(out, "{:indent$}{}", "", guarded(line))?;
            } else {
                writeln!(out, "{}", line.trim_end())?;
            }
        }
        Ok(())
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
    let redactor = Redactor::default();
    let drawer = Drawer::new(sources, &redactor, look);
    problems
        .iter()
        .try_for_each(|problem| drawer.problem(problem, out))
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

/// A message with an excerpt, as miette draws it.
#[derive(Debug)]
pub(super) struct Drawing {
    /// What is the matter.
    pub message: String,
    /// How it is marked.
    pub severity: miette::Severity,
    /// What to do.
    pub help: String,
    /// Places that the help names.
    pub related: Vec<(String, Position)>,
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

/// The text with every mention of a place made a link. The drawing is wrapped by then, so that a
/// link takes no room in it; a mention that was wrapped in two stays plain.
fn linked(text: &str, links: Links, path: &str, at: Position) -> String {
    let mention = format!("{path}:{}:{}", at.line, at.column);
    let mut shown = String::with_capacity(text.len() + 200);
    let mut rest = text;
    while let Some(from) = rest.find(&mention) {
        let (before, behind) = (&rest[..from], &rest[from + mention.len()..]);
        shown.push_str(before);
        if stands_alone(before, behind) {
            shown.push_str(&links.wrap(path, at, &mention));
        } else {
            shown.push_str(&mention);
        }
        rest = behind;
    }
    shown.push_str(rest);
    shown
}

/// Whether a mention is one: in brackets, perhaps painted, and not a part of another or of a link.
fn stands_alone(before: &str, behind: &str) -> bool {
    let is_open = before.ends_with(['[', '(']);
    let is_painted = before
        .rsplit_once("\u{1b}[")
        .and_then(|(_, paint)| paint.strip_suffix('m'))
        .is_some_and(|paint| paint.chars().all(|one| one.is_ascii_digit() || one == ';'));
    (is_open || is_painted) && !behind.starts_with(|next: char| next.is_ascii_digit())
}

/// The text after miette's heading of the help, whatever its colours.
fn behind_heading(line: &str) -> Option<&str> {
    let (before, behind) = line.split_once("help: ")?;
    let is_paint = |character: char| " \u{1b}[;m".contains(character) || character.is_ascii_digit();
    before.chars().all(is_paint).then(|| {
        let reset = behind
            .strip_prefix('\u{1b}')
            .and_then(|code| code.split_once('m'));
        reset.map_or(behind, |(_, words)| words)
    })
}
