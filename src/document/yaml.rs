//! Converts the events of `granit-parser` to the value tape.
//!
//! Invariant: the values are those of `yaml_serde` (tested). Aliases are copied, so that a rule sees
//! plain values at the place of their anchor. The number of copied values is limited, since a few
//! lines of aliases can exhaust the memory.

mod listing;

pub use listing::BlockList;

use super::node::{Document, Entry, Fault, FaultKind, Format, Kind, Limits};
use crate::text::{SourceId, Span};
use granit_parser::{Event, Options, Parser, ScalarStyle, Span as EventSpan, StructureStyle};
use std::collections::{HashMap, HashSet};

/// Parses all documents of `text`.
pub(super) fn parse(source: SourceId, text: &str, limits: Limits) -> Document<'_> {
    let document = Document::new(source, text, Format::Yaml);
    let mut builder = Builder::new(document, limits);
    if let Err(fault) = builder.parse(text) {
        builder.break_off(fault);
    }
    builder.document
}

/// A collection that is being parsed.
struct Open {
    index: usize,
    anchor: usize,
    flow: bool,
}

struct Builder<'t> {
    document: Document<'t>,
    open: Vec<Open>,
    /// The entry of each anchor with a complete value.
    anchors: HashMap<usize, usize>,
    aliased: usize,
    limits: Limits,
    /// From the first offset on, bytes of the parsed text are this much further on in the text of
    /// the document.
    moved: (usize, usize),
}

impl<'t> Builder<'t> {
    fn new(document: Document<'t>, limits: Limits) -> Self {
        Self {
            document,
            open: Vec::new(),
            anchors: HashMap::new(),
            aliased: 0,
            limits,
            moved: (0, 0),
        }
    }

    /// Adds all events of `text`, up to a fatal fault.
    fn parse(&mut self, text: &str) -> Result<(), Fault> {
        let mut options = Options::default();
        options.set_emit_comments(true);
        // Comments are kept anyway, and a long licence above a list is not a fault.
        options.max_buffered_comment_events = usize::MAX;
        options.block_scalar_eof_without_line_feed = true;
        options.flow_nesting_limit = self.limits.depth + 1;
        options.block_nesting_limit = self.limits.depth + 1;
        let mut parser = Parser::new_from_str_with_options(text, options);
        while let Some(event) = parser.next_event() {
            let (event, span) = event.map_err(|error| self.syntax_fault(&error))?;
            if self.document.tape.len() > self.limits.values {
                return Err(Fault::too_many_values(self.limits, self.bytes(&span)));
            }
            self.add_event(&event, &span)?;
        }
        Ok(())
    }

    fn add_event(&mut self, event: &Event<'_>, span: &EventSpan) -> Result<(), Fault> {
        match event {
            Event::DocumentStart(..) => {
                self.anchors.clear();
                self.document.roots.push(self.document.tape.len() as u32);
            }
            Event::DocumentEnd => {
                // A document of comments has no value.
                let tape = self.document.tape.len();
                self.document.roots.retain(|&root| (root as usize) < tape);
            }
            Event::Scalar(value, style, anchor, tag) => {
                let kind = match tag {
                    Some(tag) if tag.is_yaml_core_schema_tag("str") => Kind::Plain,
                    _ if *style == ScalarStyle::Plain => plain_kind(value),
                    _ => Kind::Plain,
                };
                let index = self.scalar(value, kind, *style, self.bytes(span));
                self.remember(*anchor, index);
            }
            Event::SequenceStart(style, anchor, _) => {
                self.begin(Kind::List, *style, *anchor, self.bytes(span))?;
            }
            Event::MappingStart(style, anchor, _) => {
                self.begin(Kind::Map, *style, *anchor, self.bytes(span))?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(self.bytes(span))?,
            Event::Alias(anchor) => self.alias(*anchor, self.bytes(span))?,
            Event::Comment(..) => {
                let span = self.bytes(span);
                self.document.comments.push(span);
            }
            _ => {}
        }
        Ok(())
    }

    fn bytes(&self, span: &EventSpan) -> Span {
        span.byte_range().map_or_else(Span::default, |range| {
            let length = self.document.text.len();
            let (from, by) = self.moved;
            let place = |at: usize| if at < from { at } else { at + by }.min(length) as u32;
            Span::new(place(range.start), place(range.end))
        })
    }

    fn scalar(&mut self, value: &str, kind: Kind, style: ScalarStyle, span: Span) -> usize {
        let index = self.document.tape.len();
        let written = &self.document.text[span.range()];
        let kind = match (kind, style) {
            (Kind::Plain, ScalarStyle::Plain) if written == value => Kind::Plain,
            (Kind::Plain, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted)
                if span.len() >= 2 && &written[1..written.len() - 1] == value =>
            {
                Kind::Quoted
            }
            (Kind::Plain, _) => {
                self.document.decoded.push((index as u32, value.into()));
                Kind::Decoded
            }
            (other, _) => other,
        };
        self.document.tape.push(Entry {
            start: span.start,
            end: span.end,
            size: 1,
            kind,
            open: false,
        });
        index
    }

    fn begin(
        &mut self,
        kind: Kind,
        style: StructureStyle,
        anchor: usize,
        span: Span,
    ) -> Result<(), Fault> {
        if self.open.len() >= self.limits.depth {
            return Err(Fault {
                kind: FaultKind::TooDeep,
                span,
                message: format!("nested more than {} levels deep", self.limits.depth),
            });
        }
        self.open.push(Open {
            index: self.document.tape.len(),
            anchor,
            flow: style == StructureStyle::Flow,
        });
        self.document.tape.push(Entry {
            start: span.start,
            end: span.end,
            size: 1,
            kind,
            open: false,
        });
        Ok(())
    }

    fn end(&mut self, span: Span) -> Result<(), Fault> {
        let Some(Open {
            index,
            anchor,
            flow,
        }) = self.open.pop()
        else {
            return Ok(());
        };
        self.close(index, if flow { Some(span.end) } else { None });
        if self.document.tape[index].kind == Kind::Map {
            self.merge(index)?;
            self.document.note_duplicate_keys(index as u32);
        }
        self.remember(anchor, index);
        Ok(())
    }

    /// Sets the size and the end of a collection; a block ends with its last value.
    fn close(&mut self, index: usize, end: Option<u32>) {
        let tape = &mut self.document.tape;
        let size = tape.len() - index;
        let start = tape[index].start;
        let last = tape[index + 1..]
            .iter()
            .map(|entry| entry.end)
            .max()
            .unwrap_or(start);
        let entry = &mut tape[index];
        entry.size = size as u32;
        entry.end = end.unwrap_or(last).max(entry.end);
    }

    fn remember(&mut self, anchor: usize, index: usize) {
        if anchor > 0 {
            self.anchors.insert(anchor, index);
        }
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), Fault> {
        let Some(&index) = self.anchors.get(&anchor) else {
            return Err(Fault {
                kind: FaultKind::Syntax,
                span,
                message: "this alias is inside its own anchor".into(),
            });
        };
        self.add_copy(index, span)
    }

    /// Copies the value at `index` to the end of the tape, for an alias at `span`.
    fn add_copy(&mut self, index: usize, span: Span) -> Result<(), Fault> {
        let size = self.document.tape[index].size as usize;
        self.aliased += size;
        if self.aliased > self.limits.aliased {
            return Err(Fault {
                kind: FaultKind::TooManyAliases,
                span,
                message: format!("aliases add more than {} values", self.limits.aliased),
            });
        }
        self.copy(index, size);
        Ok(())
    }

    /// Appends a copy of the `size` entries at `index`, with their decoded texts.
    fn copy(&mut self, index: usize, size: usize) {
        let to = self.document.tape.len();
        self.document.tape.extend_from_within(index..index + size);
        let decoded = &mut self.document.decoded;
        let from = decoded.partition_point(|(at, _)| (*at as usize) < index);
        let until = decoded.partition_point(|(at, _)| (*at as usize) < index + size);
        for position in from..until {
            let (at, text) = decoded[position].clone();
            decoded.push(((at as usize - index + to) as u32, text));
        }
    }

    /// `<<: *defaults` adds the keys that the map itself does not have.
    fn merge(&mut self, index: usize) -> Result<(), Fault> {
        if !self.has_merge_key(index) {
            return Ok(());
        }
        let children = self.children(index);
        let mut additions = Vec::new();
        for &(key, value) in &children {
            if self.written(key) == "<<" {
                match self.document.tape[value].kind {
                    Kind::Map => additions.extend(self.children(value)),
                    Kind::List => additions.extend(
                        self.list(value)
                            .into_iter()
                            .flat_map(|map| self.children(map)),
                    ),
                    _ => {}
                }
            }
        }
        if additions.is_empty() {
            return Ok(());
        }
        let mut known: HashSet<String> = children
            .iter()
            .map(|&(key, _)| self.key_text(key).to_owned())
            .collect();
        for (key, value) in additions {
            if known.insert(self.key_text(key).to_owned()) {
                let written = self.document.tape[key];
                self.add_copy(key, Span::new(written.start, written.end))?;
                self.add_copy(value, Span::new(written.start, written.end))?;
            }
        }
        let size = self.document.tape.len() - index;
        self.document.tape[index].size = size as u32;
        Ok(())
    }

    /// Whether a map contains `<<`, without collecting its children.
    fn has_merge_key(&self, map: usize) -> bool {
        let tape = &self.document.tape;
        let last = map + tape[map].size as usize;
        let mut key = map + 1;
        while key < last {
            if self.written(key) == "<<" {
                return true;
            }
            let value = key + tape[key].size as usize;
            key = tape
                .get(value)
                .map_or(last, |entry| value + entry.size as usize);
        }
        false
    }

    fn key_text(&self, key: usize) -> &str {
        let decoded = &self.document.decoded;
        decoded
            .binary_search_by_key(&(key as u32), |(at, _)| *at)
            .map_or_else(
                |_| self.written(key).trim_matches(['"', '\'']),
                |position| &decoded[position].1,
            )
    }

    fn written(&self, index: usize) -> &str {
        let Entry { start, end, .. } = self.document.tape[index];
        &self.document.text[Span::new(start, end).range()]
    }

    fn list(&self, index: usize) -> Vec<usize> {
        let tape = &self.document.tape;
        let last = index + tape[index].size as usize;
        let mut found = Vec::new();
        let mut at = index + 1;
        while at < last {
            found.push(at);
            at += tape[at].size as usize;
        }
        found
    }

    fn children(&self, map: usize) -> Vec<(usize, usize)> {
        if self.document.tape[map].kind != Kind::Map {
            return Vec::new();
        }
        self.list(map)
            .as_chunks::<2>()
            .0
            .iter()
            .map(|&[key, value]| (key, value))
            .collect()
    }

    fn syntax_fault(&self, error: &granit_parser::ScanError) -> Fault {
        let text = self.document.text;
        let at = error.marker().byte_offset().unwrap_or(text.len());
        let start = text.floor_char_boundary(at);
        let end = text.ceil_char_boundary((start + 1).min(text.len()));
        let kind = if text[start..].trim().is_empty() {
            FaultKind::Truncated
        } else {
            FaultKind::Syntax
        };
        Fault {
            kind,
            span: Span::new(start as u32, end as u32),
            message: format!("this is not YAML: {}", error.info()),
        }
    }

    /// Closes all open values, so that the values before the break stay readable.
    fn break_off(&mut self, fault: Fault) {
        self.document.faults.push(fault);
        while let Some(Open { index, .. }) = self.open.pop() {
            self.close(index, None);
            self.document.tape[index].open = true;
        }
        let tape = self.document.tape.len();
        self.document.roots.retain(|&root| (root as usize) < tape);
    }
}

/// The kind of a plain scalar under the core schema of YAML 1.2.
fn plain_kind(value: &str) -> Kind {
    match value {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        "true" | "True" | "TRUE" => Kind::True,
        "false" | "False" | "FALSE" => Kind::False,
        _ if is_number(value) => Kind::Number,
        _ => Kind::Plain,
    }
}

fn is_number(value: &str) -> bool {
    let unsigned = value.strip_prefix(['-', '+']).unwrap_or(value);
    if let Some(digits) = unsigned.strip_prefix("0x") {
        return !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
    if let Some(digits) = unsigned.strip_prefix("0o") {
        return !digits.is_empty() && digits.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
    }
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, fraction),
        None => (mantissa, ""),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    // A leading zero makes it text: an identifier such as 007 is not the number 7.
    let leading_zero = whole.len() > 1 && whole.starts_with('0') && mantissa == whole;
    let has_digits = !whole.is_empty() || !fraction.is_empty();
    !leading_zero
        && has_digits
        && digits(whole)
        && digits(fraction)
        && exponent.is_none_or(|exponent| {
            let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
            !exponent.is_empty() && digits(exponent)
        })
}
