//! Comments of YAML and HCL.
//!
//! Invariant: a comment covers the values before it on its line. A comment on a line of its own,
//! indented like the line below it, covers the entries and items that begin there, to their ends.
//! Any other comment covers nothing.

use super::node::{Document, Format, Node};
use crate::text::{Anchor, Comment, Place, Span, may_be_directive};
use hcl_edit::Span as _;
use hcl_edit::repr::Decorated;
use hcl_edit::structure::Body;
use hcl_edit::template::{HeredocTemplate, StringTemplate};
use hcl_edit::visit::Visit;
use std::collections::BTreeMap;
use std::ops::Range;

/// The comments of HCL: comment signs outside of strings. `text` begins with `offset` bytes that
/// are not part of the body.
pub(super) fn hcl_comments(text: &str, offset: usize, body: &Body) -> Vec<Span> {
    let mut texts = Texts(Vec::new());
    texts.visit_body(body);
    texts.0.sort_by_key(|range| range.start);
    texts.0.push(text.len() - offset..text.len() - offset);
    let mut comments = Vec::new();
    let mut from = offset;
    for range in texts.0 {
        let until = offset + range.start;
        while let Some(comment) = text.get(from..until).and_then(first_comment) {
            let (start, end) = (from + comment.start, from + comment.end);
            comments.push(Span::new(start as u32, end as u32));
            from = end;
        }
        from = from.max(offset + range.end);
    }
    comments
}

/// The first comment of a text without quotes.
fn first_comment(text: &str) -> Option<Range<usize>> {
    let start = text.find(['#', '/'])?;
    let rest = &text[start..];
    let length = if rest.starts_with("/*") {
        rest.find("*/").map_or(rest.len(), |end| end + 2)
    } else if rest.starts_with('#') || rest.starts_with("//") {
        rest.find('\n').unwrap_or(rest.len())
    } else {
        // A division.
        let after = first_comment(&rest[1..])?;
        return Some(start + 1 + after.start..start + 1 + after.end);
    };
    Some(start..start + length)
}

/// The ranges of strings, in which a comment sign does not begin a comment.
struct Texts(Vec<Range<usize>>);

impl Visit for Texts {
    fn visit_string(&mut self, node: &Decorated<String>) {
        self.0.extend(node.span());
    }

    fn visit_string_template(&mut self, node: &StringTemplate) {
        self.0.extend(node.span());
    }

    fn visit_heredoc_template(&mut self, node: &HeredocTemplate) {
        self.0.extend(node.span());
    }
}

/// Lines that comments apply to, by their first byte, with the values found on them.
#[derive(Default)]
struct Lines {
    /// The end of the line's part before the comment; whether it contains a value.
    before: BTreeMap<u32, (u32, bool)>,
    /// The end of the line; the end of the values that begin on it.
    below: BTreeMap<u32, (u32, Option<u32>)>,
}

impl Document<'_> {
    /// The places of all comments, in document order.
    pub fn comment_places(&self) -> impl Iterator<Item = Place> + '_ {
        let source = self.source();
        self.comments
            .iter()
            .map(move |comment| Place::new(source, *comment))
    }

    /// The comments that may contain a directive, in document order.
    #[must_use]
    pub fn comments(&self) -> Vec<Comment> {
        // From the last to the first, because a comment above another one applies to the same line.
        let mut below = None;
        let comments = self.comments.iter().rev();
        let mut found: Vec<(Comment, Option<Line>)> = comments
            .filter_map(|&comment| self.comment(comment, &mut below))
            .collect();
        found.reverse();
        if found.is_empty() {
            return Vec::new();
        }
        let mut lines = Lines::default();
        for line in found.iter().filter_map(|(_, line)| line.as_ref()) {
            match *line {
                Line::Before(span) => drop(lines.before.insert(span.start, (span.end, false))),
                Line::Below(span) => drop(lines.below.insert(span.start, (span.end, None))),
            }
        }
        self.roots().for_each(|root| lines.visit(root));
        found
            .into_iter()
            .map(|(comment, line)| Comment {
                beside: line.map_or(Anchor::Nothing, |line| self.anchor(line, &lines)),
                ..comment
            })
            .collect()
    }

    fn comment(
        &self,
        comment: Span,
        below: &mut Option<CommentLine>,
    ) -> Option<(Comment, Option<Line>)> {
        let written = self.text.get(comment.range())?;
        if !may_be_directive(written) {
            return None;
        }
        let block = written.strip_prefix("/*");
        let is_line = block.is_none();
        let words = block.unwrap_or_else(|| written.trim_start_matches(['#', '/']));
        let words = words.trim_start();
        let start = comment.end - words.len() as u32;
        let end = start + words.trim_end().len() as u32;
        let place = Place::new(self.source, Span::new(start, end));
        let found = Comment {
            place,
            is_line,
            in_export: self.format != Format::Hcl,
            beside: Anchor::Nothing,
        };
        Some((found, self.line(comment, below)))
    }

    /// The line that a comment applies to. `below` is the next comment on a line of its own.
    fn line(&self, comment: Span, below: &mut Option<CommentLine>) -> Option<Line> {
        let text = self.text;
        let start = text[..comment.start as usize]
            .rfind('\n')
            .map_or(0, |at| at + 1);
        let before = text[start..comment.start as usize].trim_start_matches('\u{feff}');
        if !before.trim().is_empty() {
            return Some(Line::Before(Span::new(start as u32, comment.start)));
        }
        let target = self.line_below(comment.end as usize, *below);
        *below = Some(CommentLine { start, target });
        let target = target?;
        let line = &text[target.range()];
        let words = line.trim_start();
        let is_level = line[..line.len() - words.len()] == *before;
        (is_level && !words.is_empty()).then_some(Line::Below(target))
    }

    /// The first line after `from` that is not a comment.
    fn line_below(&self, mut from: usize, known: Option<CommentLine>) -> Option<Span> {
        let text = self.text;
        loop {
            from += text[from..].find('\n')? + 1;
            if let Some(comment) = known.filter(|comment| comment.start == from) {
                return comment.target;
            }
            let line = text[from..].split('\n').next().unwrap_or("");
            let words = line.trim_start();
            let is_comment =
                words.starts_with('#') || self.format == Format::Hcl && words.starts_with("//");
            if !is_comment {
                return Some(Span::new(from as u32, (from + line.len()) as u32));
            }
        }
    }

    fn anchor(&self, line: Line, lines: &Lines) -> Anchor {
        let place = |start, end| Place::new(self.source, Span::new(start, end));
        match line {
            Line::Before(span) if lines.before.get(&span.start).is_some_and(|line| line.1) => {
                Anchor::Line(place(span.start, span.end))
            }
            Line::Below(span) => match lines.below.get(&span.start) {
                Some((_, Some(end))) => Anchor::Below(place(span.start, *end)),
                _ => Anchor::Nothing,
            },
            Line::Before(_) => Anchor::Nothing,
        }
    }
}

/// A comment on a line of its own: the start of its line, and the first line below it that is not
/// a comment.
#[derive(Clone, Copy)]
struct CommentLine {
    start: usize,
    target: Option<Span>,
}

/// A line that a comment applies to: the part of its line before it, or the line below it.
#[derive(Clone, Copy)]
enum Line {
    Before(Span),
    Below(Span),
}

impl Lines {
    fn visit(&mut self, node: Node<'_, '_>) {
        for (key, value) in node.entries() {
            let end = key.span().end.max(value.span().end);
            self.add_start(key.span().start, end);
            self.add_value(value);
        }
        for item in node.items() {
            self.add_start(item.span().start, item.span().end);
            self.add_value(item);
        }
    }

    /// Records an entry or item.
    fn add_start(&mut self, start: u32, end: u32) {
        let line = self.below.range_mut(..=start).next_back();
        if let Some((_, (until, found))) = line
            && start < *until
        {
            *found = (*found).max(Some(end));
        }
    }

    fn add_value(&mut self, node: Node<'_, '_>) {
        let span = node.span();
        let line = self.before.range_mut(..=span.start).next_back();
        if let Some((_, (until, has_value))) = line
            && span.start < span.end
            && span.end <= *until
        {
            *has_value = true;
        }
        self.visit(node);
    }
}
