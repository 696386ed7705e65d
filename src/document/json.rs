//! A JSON parser that writes the value tape.
//!
//! Invariant: accepts the same texts as `serde_json`, with the same values (tested). In addition, it
//! records the place of each value, keeps the values before a break, and parses several values
//! in sequence (`gc --stream`, newline-delimited JSON). No recursion: depth uses heap, never stack.

use super::escapes::hex4;
use super::node::{Document, Entry, Fault, FaultKind, Format, Kind, Limits};
use crate::text::{SourceId, Span};

/// Parses all values of `text`.
pub(super) fn parse(source: SourceId, text: &str, limits: Limits) -> Document<'_> {
    let document = Document::new(source, text, Format::Json);
    let mut reader = Reader::new(document, limits, 0, 0);
    if let Some(start) = after_preamble(text) {
        reader.at = start;
        reader.document.faults.push(Fault {
            kind: FaultKind::Preamble,
            span: Span::new(0, text[..start].trim_end().len() as u32),
            message: "there are lines before the JSON".into(),
        });
    } else if text.starts_with('\u{feff}') {
        reader.at = '\u{feff}'.len_utf8();
    }
    if let Err(fault) = reader.values() {
        reader.break_off(fault);
    }
    reader.document
}

/// The maximum number of lines before the JSON.
const MAX_PREAMBLE_LINES: usize = 64;

/// The offset of the JSON after lines that are not JSON. A comment, or a key whose value is on
/// the next line, is YAML.
pub(super) fn after_preamble(text: &str) -> Option<usize> {
    let first = text.trim_start_matches('\u{feff}').trim_start();
    if first.starts_with(['{', '[', '"']) {
        return None;
    }
    let mut at = 0;
    let mut is_foreign = false;
    for line in text.split_inclusive('\n').take(MAX_PREAMBLE_LINES) {
        let is_json = ["{\"", "{\r\n", "{\n", "[{", "[\n", "[\r\n"];
        if is_json.iter().any(|begin| line.starts_with(begin)) {
            let is_closed = text.trim_end().ends_with(['}', ']']);
            return (is_foreign && is_closed).then_some(at);
        }
        let line_end = line.trim_end();
        if !line_end.is_empty() {
            let is_of_yaml = line.starts_with(['#', '%'])
                || line_end == "---"
                || line_end.ends_with([':', '|', '>', '-']);
            is_foreign = !is_of_yaml;
        }
        at += line.len();
    }
    None
}

/// A list or map that is being parsed.
#[derive(Clone, Copy)]
struct Open {
    index: usize,
    is_map: bool,
}

/// The token after an item of a list.
pub(super) enum Next {
    /// Another item, at this byte.
    Item(usize),
    /// The closing bracket.
    End,
}

/// Parses values in sequence.
pub(super) struct Reader<'t> {
    bytes: &'t [u8],
    at: usize,
    open: Vec<Open>,
    limits: Limits,
    /// Levels of nesting above the parsed value.
    levels: usize,
    /// A list that was already parsed: its start, and the end of its last item.
    skipped_list: Option<(usize, usize)>,
    document: Document<'t>,
}

impl<'t> Reader<'t> {
    /// A reader of the text of `document`, from byte `at` on, `levels` deep in it.
    pub(super) fn new(document: Document<'t>, limits: Limits, at: usize, levels: usize) -> Self {
        Self {
            bytes: document.text.as_bytes(),
            at,
            open: Vec::with_capacity(16),
            limits,
            levels,
            skipped_list: None,
            document,
        }
    }

    /// The parsed document.
    pub(super) const fn document(&self) -> &Document<'t> {
        &self.document
    }

    /// The current offset.
    pub(super) const fn at(&self) -> usize {
        self.at
    }

    /// Clears the parsed value and returns its faults.
    pub(super) fn take_item(&mut self) -> Vec<Fault> {
        self.document.tape.clear();
        std::mem::take(&mut self.document.faults)
    }

    /// Moves to the next item of a list, or to its end; `None` if there is neither.
    pub(super) fn skip_to_next(&mut self) -> Option<Next> {
        self.skip_space();
        match self.peek()? {
            b',' => {
                self.at += 1;
                self.skip_space();
                Some(Next::Item(self.at))
            }
            b']' => Some(Next::End),
            _ => None,
        }
    }

    /// Treats the list at `list` as parsed up to its closing bracket at `end`.
    pub(super) fn skip_list(&mut self, list: usize, end: usize) {
        self.skipped_list = Some((list, end));
    }

    /// Parses the whole text; `None` if it is broken.
    pub(super) fn finish(mut self) -> Option<Document<'t>> {
        self.levels = 0;
        if self.document.text.starts_with('\u{feff}') {
            self.at = '\u{feff}'.len_utf8();
        }
        self.values().ok()?;
        Some(self.document)
    }

    fn values(&mut self) -> Result<(), Fault> {
        loop {
            self.skip_space();
            if self.at == self.bytes.len() {
                return Ok(());
            }
            if self.document.tape.len() > self.limits.values {
                return Err(self.too_many_values());
            }
            let root = self.document.tape.len();
            self.document.roots.push(root as u32);
            self.value()?;
            self.end_of_root(root)?;
        }
    }

    /// A word or number at the top ends before the next value, as `serde_json` requires: `0null` is
    /// not two values.
    fn end_of_root(&self, root: usize) -> Result<(), Fault> {
        let kind = self.document.tape[root].kind;
        let is_word = matches!(kind, Kind::Number | Kind::Null | Kind::True | Kind::False);
        match self.peek() {
            Some(b' ' | b'\n' | b'\r' | b'\t' | b'"' | b'[' | b']' | b'{' | b'}' | b',' | b':')
            | None => Ok(()),
            Some(_) if is_word => Err(self.unexpected("a space after the value")),
            Some(_) => Ok(()),
        }
    }

    /// One value with its children.
    pub(super) fn value(&mut self) -> Result<(), Fault> {
        self.begin_value()?;
        while let Some(&Open { index, is_map }) = self.open.last() {
            if self.document.tape.len() > self.limits.values {
                return Err(self.too_many_values());
            }
            self.skip_space();
            let close = if is_map { b'}' } else { b']' };
            let first = self.document.tape.len() == index + 1;
            match self.peek() {
                Some(byte) if byte == close => {
                    self.at += 1;
                    self.close(index);
                    continue;
                }
                Some(b',') if !first => {
                    self.at += 1;
                    self.skip_space();
                }
                Some(_) if first => {}
                _ => {
                    return Err(self.unexpected(if is_map {
                        "a comma or `}` after the value"
                    } else {
                        "a comma or `]` after the value"
                    }));
                }
            }
            if is_map {
                self.key()?;
            }
            self.begin_value()?;
        }
        Ok(())
    }

    fn too_many_values(&self) -> Fault {
        let span = Span::new(self.at as u32, self.at as u32);
        Fault::too_many_values(self.limits, span)
    }

    fn key(&mut self) -> Result<(), Fault> {
        if self.peek() != Some(b'"') {
            return Err(self.unexpected("a key in double quotes"));
        }
        self.string()?;
        self.skip_space();
        if self.peek() != Some(b':') {
            return Err(self.unexpected("a colon after the key"));
        }
        self.at += 1;
        self.skip_space();
        Ok(())
    }

    /// A complete scalar, or the beginning of a list or map.
    fn begin_value(&mut self) -> Result<(), Fault> {
        match self.peek() {
            Some(b'"') => self.string(),
            Some(b'{') => self.begin(true),
            Some(b'[') => self.begin(false),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word(b"true", Kind::True),
            Some(b'f') => self.word(b"false", Kind::False),
            Some(b'n') => self.word(b"null", Kind::Null),
            _ => Err(self.unexpected("a value")),
        }
    }

    fn begin(&mut self, is_map: bool) -> Result<(), Fault> {
        if self.open.len() + self.levels >= self.limits.depth {
            return Err(Fault {
                kind: FaultKind::TooDeep,
                span: Span::new(self.at as u32, self.at as u32 + 1),
                message: format!("nested more than {} levels deep", self.limits.depth),
            });
        }
        let index = self.document.tape.len();
        self.open.push(Open { index, is_map });
        let kind = if is_map { Kind::Map } else { Kind::List };
        self.push(self.at, self.at + 1, kind);
        self.at = match self.skipped_list {
            Some((list, end)) if list == self.at => end,
            _ => self.at + 1,
        };
        Ok(())
    }

    fn close(&mut self, index: usize) {
        let size = self.document.tape.len() - index;
        let entry = &mut self.document.tape[index];
        entry.end = self.at as u32;
        entry.size = size as u32;
        let is_map = entry.kind == Kind::Map;
        self.open.pop();
        if is_map {
            self.document.note_duplicate_keys(index as u32);
        }
    }

    fn string(&mut self) -> Result<(), Fault> {
        let start = self.at;
        self.at += 1;
        let mut escaped = false;
        loop {
            self.at += plain_length(&self.bytes[self.at..]);
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    self.escape()?;
                }
                Some(_) => {
                    return Err(self.fault(
                        FaultKind::Syntax,
                        "a control character inside a string; it must be escaped",
                    ));
                }
                None => {
                    self.at = self.bytes.len();
                    return Err(Fault {
                        kind: FaultKind::Truncated,
                        span: Span::new(start as u32, start as u32 + 1),
                        message: "the file ends inside the string that begins here".into(),
                    });
                }
            }
        }
        self.at += 1;
        let kind = if escaped { Kind::Escaped } else { Kind::Quoted };
        self.push(start, self.at, kind);
        Ok(())
    }

    /// Checks one escape, including surrogate pairs, and moves past it.
    fn escape(&mut self) -> Result<(), Fault> {
        match self.bytes.get(self.at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.at += 2;
                Ok(())
            }
            Some(b'u') => {
                let length = match hex4(self.bytes, self.at + 2) {
                    Some(0xD800..=0xDBFF) => match (
                        self.bytes.get(self.at + 6..self.at + 8),
                        hex4(self.bytes, self.at + 8),
                    ) {
                        (Some(b"\\u"), Some(0xDC00..=0xDFFF)) => 12,
                        _ => 0,
                    },
                    Some(0xDC00..=0xDFFF) | None => 0,
                    Some(_) => 6,
                };
                if length == 0 {
                    return Err(self.fault(
                        FaultKind::Syntax,
                        "an invalid `\\u` escape: it needs four hexadecimal digits, and surrogates come in pairs",
                    ));
                }
                self.at += length;
                Ok(())
            }
            None => Err(self.fault(FaultKind::Truncated, "the file ends inside a string")),
            Some(_) => Err(self.fault(FaultKind::Syntax, "an escape that JSON does not have")),
        }
    }

    fn number(&mut self) -> Result<(), Fault> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let whole = self.digits();
        let leading_zero = whole > 1 && self.bytes[self.at - whole] == b'0';
        let mut valid = whole > 0 && !leading_zero;
        if self.peek() == Some(b'.') {
            self.at += 1;
            valid &= self.digits() > 0;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            valid &= self.digits() > 0;
        }
        if !valid {
            let kind = if self.at == self.bytes.len() && !leading_zero {
                FaultKind::Truncated
            } else {
                FaultKind::Syntax
            };
            return Err(Fault {
                kind,
                span: Span::new(start as u32, self.at as u32),
                message: "this is not a JSON number".into(),
            });
        }
        self.push(start, self.at, Kind::Number);
        Ok(())
    }

    fn digits(&mut self) -> usize {
        let length = self.bytes[self.at..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        self.at += length;
        length
    }

    fn word(&mut self, word: &'static [u8], kind: Kind) -> Result<(), Fault> {
        let rest = &self.bytes[self.at..];
        if rest.starts_with(word) {
            self.push(self.at, self.at + word.len(), kind);
            self.at += word.len();
            return Ok(());
        }
        if word.starts_with(rest) {
            return Err(self.fault(FaultKind::Truncated, "the file ends inside a value"));
        }
        Err(self.unexpected("a value"))
    }

    fn push(&mut self, start: usize, end: usize, kind: Kind) {
        self.document.tape.push(Entry {
            start: start as u32,
            end: end as u32,
            size: 1,
            kind,
            open: false,
        });
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    fn unexpected(&self, expected: &str) -> Fault {
        if self.at >= self.bytes.len() {
            return self.fault(
                FaultKind::Truncated,
                &format!("the file ends where {expected} should be"),
            );
        }
        self.fault(FaultKind::Syntax, &format!("expected {expected}"))
    }

    /// A fault at the next character.
    fn fault(&self, kind: FaultKind, message: &str) -> Fault {
        let text = self.document.text;
        let start = text.floor_char_boundary(self.at);
        let end = text.ceil_char_boundary((start + 1).min(text.len()));
        Fault {
            kind,
            span: Span::new(start as u32, end as u32),
            message: message.into(),
        }
    }

    /// Closes all open values, so that the values before the break stay readable.
    fn break_off(&mut self, fault: Fault) {
        self.document.faults.push(fault);
        for open in self.open.drain(..) {
            let size = self.document.tape.len() - open.index;
            let entry = &mut self.document.tape[open.index];
            entry.end = self.at.min(self.bytes.len()) as u32;
            entry.size = size as u32;
            entry.open = true;
        }
        // The break can be before the first entry of its value.
        let tape = self.document.tape.len();
        self.document.roots.retain(|&root| (root as usize) < tape);
    }
}

/// Bytes before the next quote, backslash or control character, eight at a time.
fn plain_length(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    /// The high bit of each byte that is zero. Bytes above a zero byte can be wrong, so only the
    /// lowest set bit is used.
    const fn zero(word: u64) -> u64 {
        word.wrapping_sub(ONES) & !word & HIGH
    }
    let mut length = 0;
    let (words, _) = bytes.as_chunks::<8>();
    for word in words {
        let word = u64::from_le_bytes(*word);
        let quote = zero(word ^ (ONES * u64::from(b'"')));
        let backslash = zero(word ^ (ONES * u64::from(b'\\')));
        let control = word.wrapping_sub(ONES * 0x20) & !word & HIGH;
        let stop = quote | backslash | control;
        if stop != 0 {
            return length + (stop.trailing_zeros() / 8) as usize;
        }
        length += 8;
    }
    length
        + bytes[length..]
            .iter()
            .take_while(|&&byte| byte != b'"' && byte != b'\\' && byte >= 0x20)
            .count()
}
