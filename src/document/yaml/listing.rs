//! Parses the items of a long block list on all cores.
//!
//! Invariant: the result is that of [`super::parse`], or `None`. A line at the list's own level that
//! begins with a dash begins an item if the text before it is complete. The text before each cut
//! is parsed to its end, so that a cut inside of another value is detected. Comments, anchors and
//! further documents, which reach beyond an item, are left to the sequential parser.

use super::Builder;
use crate::document::node::{Document, FaultKind, Format, Limits, Node};
use crate::document::split::Pieces;
use crate::text::SourceId;
use memchr::memmem;
use rayon::prelude::*;

/// A text whose items can be parsed separately.
pub struct BlockList<'t> {
    source: SourceId,
    text: &'t str,
    limits: Limits,
    /// The start and end of the items.
    first: usize,
    end: usize,
    /// A line break and the beginning of a line that begins an item.
    dash: String,
}

impl<'t> BlockList<'t> {
    /// Finds the list: the top-level value, or the value of `entities` if that is the first key.
    #[must_use]
    pub fn find(source: SourceId, text: &'t str, limits: Limits) -> Option<Self> {
        if !limits.use_pieces(text) {
            return None;
        }
        let mut first = 0;
        for line in ["---\n", "entities:\n"] {
            if text[first..].starts_with(line) {
                first += line.len();
            }
        }
        let rest = &text.as_bytes()[first..];
        let mut marks = [" #", "\n#", "\n---", "\n..."].into_iter();
        let mut reaches_beyond = || marks.any(|mark| memmem::find(rest, mark.as_bytes()).is_some());
        let end = end_of_items(text, first);
        let items = &text[first..end];
        let (indent, _) = items.split_once("- ")?;
        let is_list = indent.bytes().all(|byte| byte == b' ') && items.ends_with('\n');
        let limits = Limits {
            depth: limits.depth.checked_sub(1)?,
            ..limits
        };
        (is_list && !reaches_beyond()).then_some(Self {
            source,
            text,
            limits,
            first,
            end,
            dash: format!("\n{indent}- "),
        })
    }

    /// Passes the first item to `look`, if it is complete.
    pub fn peek<R>(&self, look: impl FnOnce(Node<'_, 't>) -> R) -> Option<R> {
        let end = self.next_item(self.first + 1).unwrap_or(self.end);
        let document = self.document(self.first, end)?;
        let first = document.roots().next()?.items().next()?;
        Some(look(first))
    }

    /// Parses all items and passes each to `lower`, in order within its piece.
    pub fn read<T: Send + Default>(
        &self,
        lower: impl Fn(Node<'_, 't>, &mut T) + Sync,
    ) -> Option<Pieces<'t, T>> {
        let starts = self.starts();
        let ends = starts.iter().skip(1).copied().chain([self.end]);
        let pieces: Vec<(usize, usize)> = starts.iter().copied().zip(ends).collect();
        let read: Option<Vec<_>> = pieces
            .par_iter()
            .map(|&(start, end)| {
                let document = self.document(start, end)?;
                let mut given = T::default();
                for item in document.roots().next()?.items() {
                    lower(item, &mut given);
                }
                Some((given, document.faults))
            })
            .collect();
        let (given, faults): (Vec<_>, Vec<_>) = read?.into_iter().unzip();
        Some(Pieces {
            shell: self.shell()?,
            given,
            faults: faults.into_iter().flatten().collect(),
        })
    }

    /// The document of complete items.
    fn document(&self, start: usize, end: usize) -> Option<Document<'t>> {
        let document = Document::small(self.source, self.text, Format::Yaml);
        let mut builder = Builder::new(document, self.limits);
        builder.moved = (0, start);
        let document = parse_alone(builder, &self.text[start..end])?;
        // The end of a multi-line scalar depends on the line after it.
        let is_closed = document.tape.iter().all(|entry| (entry.end as usize) < end);
        is_closed.then_some(document)
    }

    /// The document without its items.
    fn shell(&self) -> Option<Document<'t>> {
        let head = format!("{} []\n", self.text[..self.first].trim_end());
        let document = Document::small(self.source, self.text, Format::Yaml);
        let mut builder = Builder::new(document, self.limits);
        builder.moved = (head.len(), self.end.checked_sub(head.len())?);
        let shell = parse_alone(builder, &(head + &self.text[self.end..]))?;
        // A second list under the same key would replace this one.
        shell.faults.is_empty().then_some(shell)
    }

    /// The starts of pieces.
    fn starts(&self) -> Vec<usize> {
        let piece = self.limits.piece_length();
        let mut starts = vec![self.first];
        let mut from = self.first + piece;
        while let Some(start) = self.next_item(from) {
            starts.push(start);
            from = start + piece;
        }
        starts
    }

    /// The start of the next line that begins an item.
    fn next_item(&self, from: usize) -> Option<usize> {
        let rest = self.text.as_bytes().get(from..self.end)?;
        Some(from + memmem::find(rest, self.dash.as_bytes())? + 1)
    }
}

/// Parses a text of one document without anchors and comments.
fn parse_alone<'t>(mut builder: Builder<'t>, text: &str) -> Option<Document<'t>> {
    builder.parse(text).ok()?;
    let document = builder.document;
    let is_alone = document.roots.len() == 1
        && document.comments.is_empty()
        && builder.anchors.is_empty()
        && document
            .faults
            .iter()
            .all(|fault| fault.kind == FaultKind::DuplicateKey);
    is_alone.then_some(document)
}

/// The end of the list's lines: the lines after it are sibling keys.
fn end_of_items(text: &str, first: usize) -> usize {
    let bytes = text.as_bytes();
    let mut end = text.len();
    while end > first {
        let before = memchr::memrchr(b'\n', &bytes[first..end - 1]);
        let line = before.map_or(first, |at| first + at + 1);
        if matches!(bytes[line], b' ' | b'-' | b'\t' | b'\n' | b'\r') {
            break;
        }
        end = line;
    }
    end
}
