//! The value tape and the nodes that point into it.

use super::expression::{self, Expression};
use crate::text::{Place, SourceId, Span};
use std::borrow::Cow;

/// The language a document was written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// JSON, also several values one after another.
    Json,
    /// YAML 1.2, also several documents.
    Yaml,
    /// HCL 2, the language of Terraform.
    Hcl,
}

impl Format {
    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Yaml => "yaml",
            Self::Hcl => "hcl",
        }
    }
}

/// The kind of a value. Text has four kinds, by where its characters are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`, `~` or an empty value.
    Null,
    /// A truth value.
    False,
    /// A truth value.
    True,
    /// A number, as written.
    Number,
    /// Text without quotes.
    Plain,
    /// Text in quotes without escapes.
    Quoted,
    /// JSON text with escapes, decoded on demand.
    Escaped,
    /// Text whose characters differ from the source; stored in `Document::decoded`.
    Decoded,
    /// HCL that only Terraform can evaluate, as written: a reference, a call, a template.
    Expression,
    /// An array or sequence.
    List,
    /// An object or mapping: keys and values alternate.
    Map,
}

/// One value on the tape.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) start: u32,
    pub(super) end: u32,
    /// The number of entries of the value, including itself.
    pub(super) size: u32,
    pub(super) kind: Kind,
    /// Whether the text ended before this list or map was closed.
    pub(super) open: bool,
}

/// Limits of parsing.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Levels of nesting.
    pub depth: usize,
    /// Values that aliases may add to one document.
    pub aliased: usize,
    /// Values of one document, or of one item of a text that is parsed in pieces. Each is an entry
    /// of the tape, of 16 bytes.
    pub values: usize,
    /// Texts of at least this length are parsed in small pieces; for tests. By default, long texts
    /// are parsed in large pieces.
    pub split_from: Option<usize>,
}

impl Default for Limits {
    /// 128 levels, as `serde_json` allows, 100,000 aliased values and 32 million values.
    fn default() -> Self {
        Self {
            depth: 128,
            aliased: 100_000,
            values: 32_000_000,
            split_from: None,
        }
    }
}

/// Entries that are reserved before a text is parsed.
const MOST_RESERVED: usize = 1 << 22;

/// The kind of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Invalid syntax.
    Syntax,
    /// Lines before the JSON: a log, or the headers of a response.
    Preamble,
    /// The text ends inside a value.
    Truncated,
    /// A map contains a key twice, and parsers disagree on which value counts.
    DuplicateKey,
    /// Nested too deeply.
    TooDeep,
    /// Aliases add too many values.
    TooManyAliases,
    /// There are too many values.
    TooManyValues,
}

/// A fault in a text.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Its kind.
    pub kind: FaultKind,
    /// Its byte range.
    pub span: Span,
    /// The message. It never contains text of the document, except keys.
    pub message: String,
}

/// The values of one text.
#[derive(Debug)]
pub struct Document<'t> {
    pub(super) source: SourceId,
    pub(super) text: &'t str,
    pub(super) format: Format,
    pub(super) tape: Vec<Entry>,
    /// Decoded texts by the index of their entry, ascending.
    pub(super) decoded: Vec<(u32, Box<str>)>,
    pub(super) roots: Vec<u32>,
    pub(super) faults: Vec<Fault>,
    /// Comments with their signs, in document order; JSON has none.
    pub(super) comments: Vec<Span>,
}

impl Fault {
    /// The fault that a text has more values than the limit.
    pub(super) fn too_many_values(limits: Limits, span: Span) -> Self {
        Self {
            kind: FaultKind::TooManyValues,
            span,
            message: format!("this file has more than {} values", limits.values),
        }
    }
}

impl<'t> Document<'t> {
    pub(super) fn new(source: SourceId, text: &'t str, format: Format) -> Self {
        let mut document = Self::small(source, text, format);
        // A text of many small values grows its tape; one of few would waste more.
        document.tape.reserve((text.len() / 32).min(MOST_RESERVED));
        document
    }

    /// An empty document without a reserved tape, for one item of a text.
    pub(super) const fn small(source: SourceId, text: &'t str, format: Format) -> Self {
        Self {
            source,
            text,
            format,
            tape: Vec::new(),
            decoded: Vec::new(),
            roots: Vec::new(),
            faults: Vec::new(),
            comments: Vec::new(),
        }
    }

    /// The value that was parsed last.
    pub(super) fn item(&self) -> Node<'_, 't> {
        Node {
            document: self,
            index: 0,
        }
    }

    /// Its source.
    #[must_use]
    pub const fn source(&self) -> SourceId {
        self.source
    }

    /// Its language.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.format
    }

    /// Its faults, in document order.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// Its top-level values: one, or several for a stream.
    #[must_use]
    pub fn roots(&self) -> impl ExactSizeIterator<Item = Node<'_, 't>> {
        self.roots.iter().map(|&index| Node {
            document: self,
            index,
        })
    }
}

/// A value in a document.
#[derive(Clone, Copy)]
pub struct Node<'d, 't> {
    document: &'d Document<'t>,
    index: u32,
}

impl<'d, 't> Node<'d, 't> {
    fn entry(self) -> &'d Entry {
        &self.document.tape[self.index as usize]
    }

    /// Its kind.
    #[must_use]
    pub fn kind(self) -> Kind {
        self.entry().kind
    }

    /// Whether the text ended inside this value, so that parts of it may be missing.
    #[must_use]
    pub fn is_open(self) -> bool {
        self.entry().open
    }

    /// Its byte range; for text in quotes, the range between the quotes if it is not empty.
    #[must_use]
    pub fn span(self) -> Span {
        let Entry {
            start, end, kind, ..
        } = *self.entry();
        let quoted = match kind {
            Kind::Quoted | Kind::Escaped => true,
            // A block scalar can begin with a quote that belongs to its text.
            Kind::Decoded => {
                let written = &self.document.text.as_bytes()[start as usize..end as usize];
                matches!(written, [b'"', .., b'"'] | [b'\'', .., b'\''])
            }
            _ => false,
        };
        if quoted && end - start > 2 {
            Span::new(start + 1, end - 1)
        } else {
            Span::new(start, end)
        }
    }

    /// Its place.
    #[must_use]
    pub fn place(self) -> Place {
        Place::new(self.document.source, self.span())
    }

    /// Its characters, if it is text.
    #[must_use]
    pub fn text(self) -> Option<Cow<'t, str>> {
        let Entry {
            start, end, kind, ..
        } = *self.entry();
        let (start, end) = (start as usize, end as usize);
        match kind {
            Kind::Plain => Some(Cow::Borrowed(&self.document.text[start..end])),
            Kind::Quoted => Some(Cow::Borrowed(&self.document.text[start + 1..end - 1])),
            Kind::Escaped => Some(Cow::Owned(super::escapes::unescape(
                &self.document.text[start + 1..end - 1],
            ))),
            Kind::Decoded => {
                let decoded = &self.document.decoded;
                let at = decoded
                    .binary_search_by_key(&self.index, |(index, _)| *index)
                    .ok()?;
                Some(Cow::Owned(decoded[at].1.to_string()))
            }
            _ => None,
        }
    }

    /// Whether it is this text.
    #[must_use]
    pub fn is_text(self, expected: &str) -> bool {
        let Entry {
            start, end, kind, ..
        } = *self.entry();
        let (start, end) = (start as usize, end as usize);
        match kind {
            Kind::Plain => &self.document.text[start..end] == expected,
            Kind::Quoted => &self.document.text[start + 1..end - 1] == expected,
            _ => self.text().is_some_and(|text| text == expected),
        }
    }

    /// Its expression: in HCL anything but a literal, in Terraform's JSON syntax text that
    /// contains `${..}`. The caller knows whether JSON is Terraform's.
    #[must_use]
    pub fn expression(self) -> Option<Expression> {
        match self.kind() {
            Kind::Expression => Some(expression::from_hcl(self.written(), self.entry().start)),
            _ if self.document.format == Format::Json => {
                expression::from_json(&self.text()?, self.span())
            }
            _ => None,
        }
    }

    /// The digits as written, if it is a number.
    #[must_use]
    pub fn number(self) -> Option<&'t str> {
        (self.kind() == Kind::Number).then(|| self.written())
    }

    /// The bytes it was written with, quotes included.
    #[must_use]
    pub fn written(self) -> &'t str {
        let Entry { start, end, .. } = *self.entry();
        &self.document.text[start as usize..end as usize]
    }

    /// The items of a list; none for anything else.
    #[must_use]
    pub fn items(self) -> Items<'d, 't> {
        let entry = self.entry();
        let last = if entry.kind == Kind::List {
            self.index + entry.size
        } else {
            0
        };
        Items {
            document: self.document,
            next: self.index + 1,
            last,
        }
    }

    /// The keys and values of a map; none for anything else. A duplicate key is returned twice.
    #[must_use]
    pub fn entries(self) -> Entries<'d, 't> {
        let entry = self.entry();
        let last = if entry.kind == Kind::Map {
            self.index + entry.size
        } else {
            0
        };
        Entries(Items {
            document: self.document,
            next: self.index + 1,
            last,
        })
    }

    /// The value of a key. If the key is duplicated, the last value, as in most JSON parsers.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Node<'d, 't>> {
        self.entries()
            .filter(|(name, _)| name.is_text(key))
            .last()
            .map(|(_, value)| value)
    }

    /// Whether it is more than a bare word or number. YAML accepts any text as one of these.
    #[must_use]
    pub fn holds_data(self) -> bool {
        matches!(
            self.kind(),
            Kind::Map | Kind::List | Kind::Null | Kind::True | Kind::False
        )
    }

    /// The word for its kind in messages.
    #[must_use]
    pub fn kind_name(self) -> &'static str {
        match self.kind() {
            Kind::Null => "null",
            Kind::False | Kind::True => "a truth value",
            Kind::Number => "a number",
            Kind::Plain | Kind::Quoted | Kind::Escaped | Kind::Decoded => "text",
            Kind::Expression => "an expression",
            Kind::List => "a list",
            Kind::Map => "an object",
        }
    }
}

/// See [`Node::items`].
pub struct Items<'d, 't> {
    document: &'d Document<'t>,
    next: u32,
    last: u32,
}

impl<'d, 't> Iterator for Items<'d, 't> {
    type Item = Node<'d, 't>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.last {
            return None;
        }
        let node = Node {
            document: self.document,
            index: self.next,
        };
        self.next += node.entry().size;
        Some(node)
    }
}

/// See [`Node::entries`].
pub struct Entries<'d, 't>(Items<'d, 't>);

impl<'d, 't> Iterator for Entries<'d, 't> {
    type Item = (Node<'d, 't>, Node<'d, 't>);

    fn next(&mut self) -> Option<Self::Item> {
        let key = self.0.next()?;
        // If the text ended after a key, the key has no value.
        let value = self.0.next()?;
        Some((key, value))
    }
}

/// Up to this number of keys, all pairs are compared; above it, the keys are sorted.
const FEW_KEYS: usize = 24;

impl Document<'_> {
    /// Adds a fault for each duplicate key of the map at `index`.
    pub(super) fn note_duplicate_keys(&mut self, index: u32) {
        let map = Node {
            document: self,
            index,
        };
        let mut few = [Span::default(); FEW_KEYS];
        let mut count = 0;
        let mut plain = true;
        for (key, _) in map.entries() {
            let span = key.span();
            // The span of an empty key includes its quotes, so it cannot be compared by span.
            plain &= match key.kind() {
                Kind::Plain => true,
                Kind::Quoted => key.written().len() > 2,
                _ => false,
            };
            if count < FEW_KEYS {
                few[count] = span;
            }
            count += 1;
        }
        let distinct = plain && count <= FEW_KEYS && {
            let written = |span: Span| &self.text.as_bytes()[span.range()];
            let keys = &few[..count];
            keys.iter().enumerate().all(|(at, &key)| {
                keys[..at]
                    .iter()
                    .all(|&before| before.len() != key.len() || written(before) != written(key))
            })
        };
        if distinct {
            return;
        }
        let mut keys: Vec<_> = map
            .entries()
            .filter_map(|(key, _)| Some((key.text()?, key.entry().start, key.span())))
            .collect();
        keys.sort();
        let again: Vec<_> = keys
            .windows(2)
            .filter(|pair| pair[0].0 == pair[1].0)
            .map(|pair| (pair[1].2, pair[1].0.to_string()))
            .collect();
        for (span, key) in again {
            self.faults.push(Fault {
                kind: FaultKind::DuplicateKey,
                span,
                message: format!("this object contains the key `{key}` twice, and parsers disagree on which value counts"),
            });
        }
    }
}
