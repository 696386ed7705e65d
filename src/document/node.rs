//! The tape and the nodes that point into it.

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

/// What a value is. Text comes in four kinds, by where its characters are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`, `~`, nothing.
    Null,
    /// A truth value.
    False,
    /// A truth value.
    True,
    /// A number, as written.
    Number,
    /// Text without quotes.
    Plain,
    /// Text in quotes that stands for itself.
    Quoted,
    /// JSON text with escapes, decoded when asked for.
    Escaped,
    /// Text whose characters differ from those written; kept beside the tape.
    Decoded,
    /// HCL that only its program can evaluate, as written: a reference, a call, a template.
    Expression,
    /// An array or sequence.
    List,
    /// An object or mapping: keys and values take turns.
    Map,
}

/// One value on the tape.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) start: u32,
    pub(super) end: u32,
    /// How many entries the value takes, itself included.
    pub(super) size: u32,
    pub(super) kind: Kind,
    /// The text ended before this list or map did.
    pub(super) open: bool,
}

/// What reading costs at most.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Levels of nesting.
    pub depth: usize,
    /// Values that aliases may add to one document.
    pub aliased: usize,
    /// From this length on a list is read in pieces, small ones; for tests. Without it, from
    /// where it pays, in pieces of a size that pays.
    pub split_from: Option<usize>,
}

impl Default for Limits {
    /// 128 levels, as `serde_json` allows, and a million aliased values.
    fn default() -> Self {
        Self {
            depth: 128,
            aliased: 1_000_000,
            split_from: None,
        }
    }
}

/// What is wrong with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// It is not JSON or not YAML from here on.
    Syntax,
    /// Lines stand before the JSON: a log, or the head of an answer.
    Preamble,
    /// It ends before its values do.
    Truncated,
    /// A key stands twice in one map: readers disagree on which counts.
    DuplicateKey,
    /// It is nested too deeply.
    TooDeep,
    /// Its aliases multiply beyond the limit.
    TooManyAliases,
}

/// A fault of a text, at its place.
#[derive(Clone, Debug)]
pub struct Fault {
    /// What sort of fault.
    pub kind: FaultKind,
    /// Where.
    pub span: Span,
    /// What is wrong, in words, without the text's own words.
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
    /// Comments with their signs, in the order of the text; JSON has none.
    pub(super) comments: Vec<Span>,
}

impl<'t> Document<'t> {
    pub(super) fn new(source: SourceId, text: &'t str, format: Format) -> Self {
        let mut document = Self::small(source, text, format);
        document.tape.reserve(text.len() / 32);
        document
    }

    /// The same, for one item of a text.
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

    /// The one value that was read last.
    pub(super) fn item(&self) -> Node<'_, 't> {
        Node {
            document: self,
            index: 0,
        }
    }

    /// The source it was read from.
    #[must_use]
    pub const fn source(&self) -> SourceId {
        self.source
    }

    /// Its language.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.format
    }

    /// What is wrong with it, in the order of the text.
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

    /// What it is.
    #[must_use]
    pub fn kind(self) -> Kind {
        self.entry().kind
    }

    /// The text ended inside this value, so parts of it may be missing.
    #[must_use]
    pub fn is_open(self) -> bool {
        self.entry().open
    }

    /// Its bytes; for text in quotes those between the quotes, unless there are none.
    #[must_use]
    pub fn span(self) -> Span {
        let Entry {
            start, end, kind, ..
        } = *self.entry();
        let quoted = match kind {
            Kind::Quoted | Kind::Escaped => true,
            // A block of text may begin with quotes that are its own.
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
            Kind::Escaped => Some(Cow::Owned(super::json::unescape(
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

    /// The expression that it is: in HCL what is no literal, in Terraform's JSON syntax text
    /// with `${..}` in it. Whether JSON is Terraform's, the caller knows.
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

    /// The keys and values of a map; none for anything else. A key that stands twice comes
    /// twice.
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

    /// The value of a key. Of several the last, as most readers of JSON take it.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Node<'d, 't>> {
        self.entries()
            .filter(|(name, _)| name.is_text(key))
            .last()
            .map(|(_, value)| value)
    }

    /// Whether it is more than a bare word or number, which any text is to YAML.
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
        // A map that the text broke off after a key has no value for it.
        let value = self.0.next()?;
        Some((key, value))
    }
}

/// Up to so many keys every pair is compared; beyond, the keys are sorted.
const FEW_KEYS: usize = 24;

impl Document<'_> {
    /// Notes a fault for each key of the map at `index` that stood before in it.
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
            // An empty key keeps its quotes in its span, so it takes the long way.
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
                message: format!("the key `{key}` stands twice in this object, and readers disagree on which value counts"),
            });
        }
    }
}
