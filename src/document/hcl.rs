//! Converts the syntax tree of `hcl-edit` to the value tape.
//!
//! Invariant: a body is a map, an attribute is an entry of it, and a block is an entry whose labels
//! nest: `resource "a" "b" {}` is `resource: {a: {b: {}}}`, as in Terraform's JSON syntax, so that
//! the same code handles both. Repeated blocks are duplicate keys. A value that only Terraform
//! can evaluate is a [`Kind::Expression`], never a guess. `hcl-edit` bounds its own recursion at
//! 64 levels (tested).

use super::comments;
use super::node::{Document, Entry, Fault, FaultKind, Format, Kind, Limits};
use super::parse_cost;
use crate::text::{SourceId, Span};
use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::parser::{Error, parse_body};
use hcl_edit::structure::{Block, BlockLabel, Body, Structure};
use hcl_edit::template::{Element, Template};
use std::ops::Range;

/// Parses `text` as the body of a file.
pub(super) fn parse(source: SourceId, text: &str, limits: Limits) -> Document<'_> {
    let mut builder = Builder {
        document: Document::new(source, text, Format::Hcl),
        offset: if text.starts_with('\u{feff}') {
            '\u{feff}'.len_utf8()
        } else {
            0
        },
        open: 0,
        limits,
    };
    if let Err(fault) = builder.file() {
        builder.document.faults.push(fault);
    }
    builder.document
}

/// The number of block ends before a break that are tried as the end of the intact part.
const RETRIES: usize = 8;

struct Builder<'t> {
    document: Document<'t>,
    /// The offset of the text that `hcl-edit` parsed.
    offset: usize,
    /// The number of open lists and maps.
    open: usize,
    limits: Limits,
}

impl Builder<'_> {
    fn file(&mut self) -> Result<(), Fault> {
        let text = &self.document.text[self.offset..];
        self.document.roots.push(0);
        if let Some(at) = parse_cost::too_costly(text) {
            self.break_off();
            return Err(self.too_deep(at));
        }
        match parse_body(text) {
            Ok(body) => {
                self.comments(&body, text.len());
                self.body(&body, 0..text.len())
            }
            Err(error) => {
                let at = error.location().offset().min(text.len());
                let (body, end) = whole_blocks(text, at).unwrap_or_else(|| (Body::new(), 0));
                self.comments(&body, end);
                self.body(&body, 0..end)?;
                Err(self.fault(at, &error))
            }
        }
    }

    /// Comments of a body that ends at `end`.
    fn comments(&mut self, body: &Body, end: usize) {
        let text = &self.document.text[..self.offset + end];
        self.document.comments = comments::hcl_comments(text, self.offset, body);
    }

    fn body(&mut self, body: &Body, range: Range<usize>) -> Result<(), Fault> {
        let index = self.begin(Kind::Map, range)?;
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => {
                    self.scalar(attribute.key.span().unwrap_or_default(), Kind::Plain);
                    self.expression(&attribute.value)?;
                }
                Structure::Block(block) => self.block(block)?,
            }
        }
        self.end(index);
        Ok(())
    }

    fn block(&mut self, block: &Block) -> Result<(), Fault> {
        let range = block.span().unwrap_or_default();
        self.scalar(block.ident.span().unwrap_or_default(), Kind::Plain);
        let mut nests = Vec::with_capacity(block.labels.len());
        for label in &block.labels {
            nests.push(self.begin(Kind::Map, range.clone())?);
            match label {
                BlockLabel::Ident(name) => {
                    self.scalar(name.span().unwrap_or_default(), Kind::Plain);
                }
                BlockLabel::String(name) => self.text(name.span(), name),
            }
        }
        self.body(&block.body, range)?;
        for index in nests.into_iter().rev() {
            self.end(index);
        }
        Ok(())
    }

    fn expression(&mut self, expression: &Expression) -> Result<(), Fault> {
        let range = expression.span().unwrap_or_default();
        match expression {
            Expression::Null(_) => self.scalar(range, Kind::Null),
            Expression::Bool(truth) => {
                let kind = if *truth.value() {
                    Kind::True
                } else {
                    Kind::False
                };
                self.scalar(range, kind);
            }
            Expression::Number(_) => self.scalar(range, Kind::Number),
            Expression::String(text) => self.text(Some(range), text),
            Expression::HeredocTemplate(heredoc) => match literal(&heredoc.template) {
                Some(text) => {
                    let inside = heredoc.template.span().unwrap_or(range);
                    self.decoded(inside, text);
                }
                None => self.scalar(range, Kind::Expression),
            },
            Expression::Parenthesis(inner) => {
                self.nested(|reader| reader.expression(inner.inner()))?;
            }
            Expression::Array(array) => {
                let index = self.begin(Kind::List, range)?;
                for item in array {
                    self.expression(item)?;
                }
                self.end(index);
            }
            Expression::Object(object) => {
                let index = self.begin(Kind::Map, range)?;
                for (key, value) in object {
                    self.key(key);
                    self.expression(value.expr())?;
                }
                self.end(index);
            }
            _ => self.scalar(range, Kind::Expression),
        }
        Ok(())
    }

    fn key(&mut self, key: &ObjectKey) {
        let range = key.span().unwrap_or_default();
        match key {
            ObjectKey::Ident(_) => self.scalar(range, Kind::Plain),
            ObjectKey::Expression(Expression::String(text)) => self.text(Some(range), text),
            ObjectKey::Expression(Expression::Number(_) | Expression::Bool(_)) => {
                self.scalar(range, Kind::Plain);
            }
            ObjectKey::Expression(_) => self.scalar(range, Kind::Expression),
        }
    }

    /// Text in quotes.
    fn text(&mut self, range: Option<Range<usize>>, value: &str) {
        let range = range.unwrap_or_default();
        let written = &self.document.text[self.offset..][range.clone()];
        let inside = written
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'));
        if inside == Some(value) {
            self.scalar(range, Kind::Quoted);
        } else {
            self.decoded(range, value);
        }
    }

    fn decoded(&mut self, range: Range<usize>, value: &str) {
        let index = self.document.tape.len() as u32;
        self.document.decoded.push((index, value.into()));
        self.scalar(range, Kind::Decoded);
    }

    fn scalar(&mut self, range: Range<usize>, kind: Kind) {
        self.document.tape.push(Entry {
            start: (self.offset + range.start) as u32,
            end: (self.offset + range.end) as u32,
            size: 1,
            kind,
            open: false,
        });
    }

    fn begin(&mut self, kind: Kind, range: Range<usize>) -> Result<usize, Fault> {
        self.deeper(&range)?;
        let index = self.document.tape.len();
        self.scalar(range, kind);
        Ok(index)
    }

    fn end(&mut self, index: usize) {
        let size = self.document.tape.len() - index;
        self.document.tape[index].size = size as u32;
        self.open -= 1;
    }

    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Result<(), Fault>) -> Result<(), Fault> {
        self.deeper(&(0..0))?;
        read(self)?;
        self.open -= 1;
        Ok(())
    }

    fn deeper(&mut self, range: &Range<usize>) -> Result<(), Fault> {
        // The file itself does not count as a level.
        if self.open > self.limits.depth {
            let start = (self.offset + range.start) as u32;
            self.break_off();
            return Err(Fault {
                kind: FaultKind::TooDeep,
                span: Span::new(start, start + u32::from(range.end > range.start)),
                message: format!("nested more than {} levels deep", self.limits.depth),
            });
        }
        self.open += 1;
        Ok(())
    }

    /// Discards all values of a file that is nested too deeply.
    fn break_off(&mut self) {
        self.document.tape.clear();
        self.document.decoded.clear();
        self.open = 0;
        self.scalar(0..0, Kind::Map);
        self.document.tape[0].open = true;
    }

    fn too_deep(&self, at: usize) -> Fault {
        let start = self.document.text.floor_char_boundary(self.offset + at) as u32;
        Fault {
            kind: FaultKind::TooDeep,
            span: Span::new(start, start),
            message: "operators nested in operators, too deep to parse".into(),
        }
    }

    fn fault(&mut self, at: usize, error: &Error) -> Fault {
        let text = self.document.text;
        let start = text.floor_char_boundary(self.offset + at);
        let end = text.ceil_char_boundary((start + 1).min(text.len()));
        if let Some(root) = self.document.tape.first_mut() {
            root.open = true;
        }
        let (kind, message) = if error.message().contains("nested levels")
            || error.message().contains("chained binary operators")
        {
            let words = "nested more than 64 levels deep";
            (FaultKind::TooDeep, words.to_owned())
        } else if text[start..].trim().len() <= 1 {
            let words = "the file ends inside a block or value";
            (FaultKind::Truncated, words.to_owned())
        } else {
            let words = format!("this is not HCL: {}", error.message());
            (FaultKind::Syntax, words)
        };
        Fault {
            kind,
            span: Span::new(start as u32, end as u32),
            message,
        }
    }
}

/// The body before the break at `at`, up to the end of a top-level block.
fn whole_blocks(text: &str, at: usize) -> Option<(Body, usize)> {
    let before = &text.as_bytes()[..at];
    memchr::memmem::rfind_iter(before, "\n}")
        .take(RETRIES)
        .map(|end| end + 2)
        .find_map(|end| Some((parse_body(&text[..end]).ok()?, end)))
}

/// The text of a template without interpolation.
fn literal(template: &Template) -> Option<&str> {
    match template.as_single_element() {
        Some(Element::Literal(text)) => Some(text),
        None if template.is_empty() => Some(""),
        _ => None,
    }
}
