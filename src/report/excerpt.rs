//! A readable window onto a source, for miette to underline.
//!
//! Invariant: the text has passed the redactor, fits the width, and contains no character that
//! could steer a terminal; its line and column are those of the file.

use crate::text::{Place, Position, Redactor, SourceId, Sources, strip_controls, visible};
use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use std::borrow::Cow;
use std::ops::Range;

/// A few lines of a source with one place in them.
#[derive(Debug)]
pub struct Excerpt {
    path: String,
    text: String,
    first_line: u32,
    /// The place within `text`, in bytes.
    mark: SourceSpan,
    position: Position,
}

impl Excerpt {
    /// The line of `place` and its neighbours, none longer than `width` characters.
    #[must_use]
    pub fn new(sources: &Sources, redactor: &Redactor, place: Place, width: usize) -> Self {
        let source = sources.get(place.source);
        let position = source.position(place.span.start);
        let lines = source.lines();
        let first_line = position.line.saturating_sub(1).max(1);
        let last_line = (position.line + 1).min(lines.count(source.text()).max(position.line));
        let windows: Vec<Window> = (first_line..=last_line)
            .map(|line| {
                let range = lines.line_range(source.text(), line);
                let mark = if line == position.line {
                    let start = (place.span.start as usize).clamp(range.start, range.end);
                    start..(place.span.end as usize).clamp(start, range.end)
                } else {
                    range.start..range.start
                };
                Window::around(source.text(), range, mark, width)
            })
            .collect();
        let masked = Masked::new((sources, redactor), place.source, &windows);
        let mut text = String::new();
        let mut mark = SourceSpan::from(0..0);
        for (line, window) in (first_line..).zip(&windows) {
            text.push_str(window.before_mark());
            text.push_str(&masked.show(window.from..window.mark.start));
            let from = text.len();
            text.push_str(&masked.show(window.mark.clone()));
            if line == position.line {
                // An empty place still deserves a caret.
                let length = (text.len() - from).max(1);
                mark = SourceSpan::from(from..from + length);
            }
            text.push_str(&masked.show(window.mark.end..window.to));
            text.push_str(window.after_mark());
            if line == position.line && text.len() < from + mark.len() {
                text.push(' ');
            }
            text.push('\n');
        }
        Self {
            path: visible(source.path()).into_owned(),
            text,
            first_line,
            mark,
            position,
        }
    }

    /// The place within the excerpt.
    #[must_use]
    pub const fn mark(&self) -> SourceSpan {
        self.mark
    }

    /// Whether there is nothing to see, as in an empty file.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// The lines, the one with the place cut in three around it.
    #[must_use]
    pub fn lines(&self) -> Vec<ExcerptLine<'_>> {
        let (start, end) = (self.mark.offset(), self.mark.offset() + self.mark.len());
        let mut lines = Vec::with_capacity(3);
        let mut at = 0;
        for (number, text) in (self.first_line..).zip(self.text.split_inclusive('\n')) {
            let line = text.trim_end_matches('\n');
            let cut = |offset: usize| line.floor_char_boundary(offset.saturating_sub(at));
            let (from, to) = (cut(start), cut(end));
            let holds_mark = number == self.position.line;
            let (from, to) = if holds_mark {
                (from, to)
            } else {
                (line.len(), line.len())
            };
            lines.push(ExcerptLine {
                number,
                before: &line[..from],
                mark: &line[from..to],
                after: &line[to..],
            });
            at += text.len();
        }
        lines
    }
}

/// A line of an excerpt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExcerptLine<'e> {
    /// Its number in the file.
    pub number: u32,
    /// The text before the place; the whole line if the place is not in it.
    pub before: &'e str,
    /// The place.
    pub mark: &'e str,
    /// The text after the place.
    pub after: &'e str,
}

/// The windows of a source as they may be shown. The redactor keeps every byte offset, so
/// windows that are near each other pass it as one text.
struct Masked<'r> {
    sources: &'r Sources,
    redactor: &'r Redactor,
    source: SourceId,
    /// Where `text` begins in the source.
    start: usize,
    /// All windows; none if they are too far from each other, as in a file of one line.
    text: Option<Cow<'r, str>>,
}

impl<'r> Masked<'r> {
    /// Bytes that windows and what is between them may take to pass the redactor together.
    const NEAR: usize = 4096;

    fn new(
        (sources, redactor): (&'r Sources, &'r Redactor),
        source: SourceId,
        windows: &[Window],
    ) -> Self {
        let start = windows.first().map_or(0, |window| window.from);
        let end = windows.last().map_or(start, |window| window.to);
        let is_near = end.saturating_sub(start) <= Self::NEAR;
        Self {
            sources,
            redactor,
            source,
            start,
            text: is_near.then(|| redactor.excerpt(sources, source, start..end)),
        }
    }

    fn show(&self, range: Range<usize>) -> String {
        let (from, to) = (
            range.start.saturating_sub(self.start),
            range.end.saturating_sub(self.start),
        );
        let near = self.text.as_ref().and_then(|text| text.get(from..to));
        let alone = || self.redactor.excerpt(self.sources, self.source, range);
        let text = near.map_or_else(alone, Cow::Borrowed);
        strip_controls(&text).into_owned()
    }
}

/// The part of a line that is shown, around a mark in it.
struct Window {
    from: usize,
    mark: Range<usize>,
    to: usize,
    cut_before: bool,
    cut_after: bool,
}

impl Window {
    fn around(text: &str, line: Range<usize>, mark: Range<usize>, width: usize) -> Self {
        let room = width.max(40);
        let mark_end = forward(text, mark.start, mark.end, room);
        let used = text[mark.start..mark_end].chars().count();
        let after = text[mark_end..line.end].chars().take(room).count();
        // What the right side does not need is the left side's.
        let before = ((room - used) * 2 / 5).max((room - used).saturating_sub(after));
        let from = backward(text, mark.start, line.start, before);
        let shown = text[from..mark.start].chars().count() + used;
        let to = forward(text, mark_end, line.end, room - shown.min(room));
        Self {
            from,
            mark: mark.start..mark_end,
            to,
            cut_before: from > line.start,
            cut_after: to < line.end,
        }
    }

    const fn before_mark(&self) -> &'static str {
        if self.cut_before { "…" } else { "" }
    }

    const fn after_mark(&self) -> &'static str {
        if self.cut_after { "…" } else { "" }
    }
}

/// Up to `count` characters from `at` towards `end`.
fn forward(text: &str, at: usize, end: usize, count: usize) -> usize {
    text[at..end]
        .char_indices()
        .nth(count)
        .map_or(end, |(offset, _)| at + offset)
}

/// Up to `count` characters from `at` back towards `start`.
fn backward(text: &str, at: usize, start: usize, count: usize) -> usize {
    if count == 0 {
        return at;
    }
    text[start..at]
        .char_indices()
        .rev()
        .nth(count - 1)
        .map_or(start, |(offset, _)| start + offset)
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        // miette asks without context for the position to print, and with context for the
        // lines to draw.
        let name = self.path.clone();
        let contents = if before == 0 && after == 0 {
            MietteSpanContents::new_named(
                name,
                b"",
                *span,
                self.position.line as usize - 1,
                self.position.column as usize - 1,
                1,
            )
        } else {
            MietteSpanContents::new_named(
                name,
                self.text.as_bytes(),
                SourceSpan::from(0..self.text.len()),
                self.first_line as usize - 1,
                0,
                self.text.lines().count(),
            )
        };
        Ok(Box::new(contents))
    }
}
