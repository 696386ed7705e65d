//! From byte offsets to lines and columns, also on a single line of 100 MB.

use std::ops::Range;

/// A line and a column, both from 1, as editors and SARIF count them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in code points, from 1.
    pub column: u32,
}

/// Bytes between two stored character counts.
const STRIDE: usize = 4096;

/// Starts of lines, and the number of code points before every `STRIDE`th byte, so that a
/// column far into a long line is found without reading the line.
#[derive(Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// Code points before byte `i * STRIDE`; empty when the text is ASCII.
    characters: Vec<u32>,
}

impl LineIndex {
    /// Reads `text` once.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        // Editors do not count a byte order mark.
        let first = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let mut starts = vec![first];
        let mut characters = Vec::with_capacity(bytes.len() / STRIDE + 1);
        let mut before = 0;
        // One pass for both, so that a long text is loaded into the cache once.
        for (at, chunk) in (0..).step_by(STRIDE).zip(bytes.chunks(STRIDE)) {
            characters.push(before);
            before += if chunk.is_ascii() {
                chunk.len() as u32
            } else {
                count(text, at as usize..at as usize + chunk.len())
            };
            starts.extend(memchr::memchr_iter(b'\n', chunk).map(|line| at + line as u32 + 1));
        }
        if before as usize == bytes.len() {
            characters = Vec::new();
        }
        Self { starts, characters }
    }

    /// The position of byte `offset`; beyond the end it is the end.
    #[must_use]
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let offset = self.within(text, offset);
        let line = self.starts.partition_point(|&start| start <= offset);
        let start = self.starts[line - 1];
        let column = self.characters_before(text, offset) - self.characters_before(text, start);
        Position {
            line: line as u32,
            column: column + 1,
        }
    }

    /// The number of code points before byte `offset`, without a byte order mark.
    #[must_use]
    pub fn characters(&self, text: &str, offset: u32) -> u32 {
        let offset = self.within(text, offset);
        self.characters_before(text, offset) - self.characters_before(text, self.starts[0])
    }

    /// The nearest offset to `offset` in the text.
    fn within(&self, text: &str, offset: u32) -> u32 {
        offset.min(text.len() as u32).max(self.starts[0])
    }

    /// First byte of `line` (from 1) and one past its last, without the line break.
    #[must_use]
    pub fn line_range(&self, text: &str, line: u32) -> Range<usize> {
        let index = (line.max(1) as usize - 1).min(self.starts.len() - 1);
        let start = self.starts[index] as usize;
        let end = self
            .starts
            .get(index + 1)
            .map_or(text.len(), |&next| next as usize - 1);
        let end = if text.as_bytes()[start..end].last() == Some(&b'\r') {
            end - 1
        } else {
            end
        };
        start..end
    }

    /// How many lines there are; a last line break does not begin another.
    #[must_use]
    pub fn count(&self, text: &str) -> u32 {
        let open = u32::from(
            self.starts
                .last()
                .is_some_and(|&start| start as usize == text.len()),
        );
        self.starts.len() as u32 - open
    }

    fn characters_before(&self, text: &str, offset: u32) -> u32 {
        let offset = offset as usize;
        let Some(&before) = self.characters.get(offset / STRIDE) else {
            return match self.characters.last() {
                None => offset as u32,
                Some(&before) => {
                    let from = (self.characters.len() - 1) * STRIDE;
                    before + count(text, from..offset)
                }
            };
        };
        before + count(text, offset / STRIDE * STRIDE..offset)
    }
}

/// Code points that begin in a range of bytes, which can begin and end within one.
fn count(text: &str, range: Range<usize>) -> u32 {
    let start = text.ceil_char_boundary(range.start);
    let end = text.ceil_char_boundary(range.end);
    let within = text.get(start..end).unwrap_or_default();
    within.chars().count() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_agree_with_a_plain_walk_on_long_mixed_lines() {
        let text = format!(
            "ä\n{}\r\n{}end",
            "xé漢😀".repeat(3000),
            "plain".repeat(2000)
        );
        let index = LineIndex::new(&text);
        for (offset, _) in text.char_indices().step_by(7) {
            let before = &text[..offset];
            let line = before.matches('\n').count() as u32 + 1;
            let start = before.rfind('\n').map_or(0, |at| at + 1);
            let column = text[start..offset].chars().count() as u32 + 1;
            assert_eq!(
                index.position(&text, offset as u32),
                Position { line, column }
            );
        }
    }

    #[test]
    fn a_byte_order_mark_is_no_column() {
        let text = "\u{feff}äb\nc";
        let index = LineIndex::new(text);
        assert_eq!(index.position(text, 0), Position { line: 1, column: 1 });
        let b = text.find('b').unwrap() as u32;
        assert_eq!(index.position(text, b), Position { line: 1, column: 2 });
        assert_eq!(index.characters(text, b), 1);
        assert_eq!(index.line_range(text, 1), 3..6);
        assert_eq!(index.characters(text, 99), 4);
    }

    #[test]
    fn the_end_and_beyond_is_the_end() {
        let index = LineIndex::new("ab\n");
        let end = Position { line: 2, column: 1 };
        assert_eq!(index.position("ab\n", 3), end);
        assert_eq!(index.position("ab\n", 99), end);
        assert_eq!(index.count("ab\n"), 1);
        assert_eq!(index.line_range("ab\r\n", 1), 0..2);
    }
}
