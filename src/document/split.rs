//! Parses the items of a long JSON list on all cores.
//!
//! Invariant: the result is that of [`super::read`], or `None`. The text is cut where an item
//! appears to begin. A cut is confirmed if the parser of the piece before it arrives there exactly,
//! between two items. If a cut is not confirmed or the text is broken, the sequential parser
//! takes over and reports the break.

use super::json::{Next, Reader};
use super::node::{Document, Fault, Format, Limits, Node};
use crate::text::SourceId;
use memchr::memmem;
use rayon::prelude::*;

/// Shorter texts are parsed just as fast in one piece.
const MIN_LENGTH: usize = 1 << 18;

/// Bytes of a piece: small enough to keep all cores busy to the end.
const PIECE: usize = 1 << 20;

impl Limits {
    /// Whether a text is long enough to be parsed in pieces.
    pub(super) fn use_pieces(self, text: &str) -> bool {
        text.len() >= self.split_from.unwrap_or(MIN_LENGTH)
    }

    /// The minimum bytes of a piece.
    pub(super) fn piece_length(self) -> usize {
        self.split_from.map_or(PIECE, |_| 64)
    }
}

/// A text whose items can be parsed separately.
pub struct Split<'t> {
    source: SourceId,
    text: &'t str,
    limits: Limits,
    /// The offset of the list, and of its first item.
    list: usize,
    first: usize,
    levels: usize,
}

/// The results of the items, and their faults.
pub struct Pieces<'t, T> {
    /// The document without the items of its list.
    pub shell: Document<'t>,
    /// The result of each piece, in order.
    pub given: Vec<T>,
    /// Faults of items, in order.
    pub faults: Vec<Fault>,
}

impl<'t> Split<'t> {
    /// Finds the list: the top-level value, or the value of `entities` if that is the first key.
    #[must_use]
    pub fn find(source: SourceId, text: &'t str, limits: Limits) -> Option<Self> {
        if !limits.use_pieces(text) {
            return None;
        }
        let bytes = text.as_bytes();
        let mut at = skip_space(bytes, if text.starts_with('\u{feff}') { 3 } else { 0 });
        let mut levels = 1;
        if bytes.get(at) == Some(&b'{') {
            at = skip_space(bytes, at + 1);
            at += text.get(at..)?.starts_with("\"entities\"").then_some(10)?;
            at = skip_space(bytes, at);
            if bytes.get(at) != Some(&b':') {
                return None;
            }
            at = skip_space(bytes, at + 1);
            levels = 2;
        }
        if bytes.get(at) != Some(&b'[') {
            return None;
        }
        let first = skip_space(bytes, at + 1);
        (bytes.get(first) == Some(&b'{')).then_some(Self {
            source,
            text,
            limits,
            list: at,
            first,
            levels,
        })
    }

    /// Passes the first item to `look`, if it is complete.
    pub fn peek<R>(&self, look: impl FnOnce(Node<'_, 't>) -> R) -> Option<R> {
        let mut reader = self.reader(self.first);
        reader.value().ok()?;
        Some(look(reader.document().item()))
    }

    fn reader(&self, at: usize) -> Reader<'t> {
        let document = Document::small(self.source, self.text, Format::Json);
        Reader::new(document, self.limits, at, self.levels)
    }

    /// Parses all items and passes each to `lower`, in order within its piece.
    pub fn read<T: Send + Default>(
        &self,
        lower: impl Fn(Node<'_, 't>, &mut T) + Sync,
    ) -> Option<Pieces<'t, T>> {
        let starts = self.starts();
        let ends = starts.iter().skip(1).copied().map(Some).chain([None]);
        let pieces: Vec<(usize, Option<usize>)> = starts.iter().copied().zip(ends).collect();
        let read: Option<Vec<(T, Vec<Fault>, usize)>> = pieces
            .par_iter()
            .map(|&(start, end)| self.piece(start, end, &lower))
            .collect();
        let mut given = Vec::with_capacity(pieces.len());
        let mut faults = Vec::new();
        let mut end = self.first;
        for (one, found, at) in read? {
            given.push(one);
            faults.extend(found);
            end = at;
        }
        let mut shell = self.reader(0);
        shell.skip_list(self.list, end);
        let shell = shell.finish()?;
        Some(Pieces {
            shell,
            given,
            faults,
        })
    }

    /// Parses from one cut to the next, or to the end of the list.
    fn piece<T: Default>(
        &self,
        start: usize,
        end: Option<usize>,
        lower: &impl Fn(Node<'_, 't>, &mut T),
    ) -> Option<(T, Vec<Fault>, usize)> {
        let mut reader = self.reader(start);
        let mut given = T::default();
        let mut faults = Vec::new();
        loop {
            reader.value().ok()?;
            lower(reader.document().item(), &mut given);
            faults.extend(reader.take_item());
            match (reader.skip_to_next()?, end) {
                (Next::Item(at), Some(end)) if at == end => return Some((given, faults, at)),
                (Next::Item(at), Some(end)) if at > end => return None,
                (Next::Item(_), _) => {}
                (Next::End, Some(_)) => return None,
                (Next::End, None) => return Some((given, faults, reader.at())),
            }
        }
    }

    /// The possible starts of pieces: before an object that follows another object and has the
    /// first key of the first item.
    fn starts(&self) -> Vec<usize> {
        let bytes = self.text.as_bytes();
        let mut starts = vec![self.first];
        let key_end = memchr::memchr(b':', &bytes[self.first..]).map_or(0, |at| self.first + at);
        let key_start = skip_space(bytes, self.first + 1).min(key_end);
        let key = memmem::Finder::new(&bytes[key_start..key_end]);
        let piece = self.limits.piece_length();
        let mut from = self.first + piece;
        while let Some(found) = bytes.get(from..).and_then(|rest| key.find(rest)) {
            let at = from + found;
            match item_start(bytes, at) {
                Some(start) if start > self.first => {
                    starts.push(start);
                    from = start + piece;
                }
                _ => from = at + 1,
            }
        }
        starts
    }
}

/// The brace before a key at `at`, if `}`, a comma and that brace come before it.
fn item_start(bytes: &[u8], at: usize) -> Option<usize> {
    let before = |at: usize, wanted: u8| {
        let blank = |byte: &u8| matches!(byte, b' ' | b'\n' | b'\r' | b'\t');
        let found = bytes[..at].iter().rposition(|byte| !blank(byte))?;
        (bytes[found] == wanted).then_some(found)
    };
    let brace = before(at, b'{')?;
    let comma = before(brace, b',')?;
    before(comma, b'}')?;
    Some(brace)
}

fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(at) {
        at += 1;
    }
    at
}
