//! Templates: texts with values, conditions and loops in them.

use super::value::{Data, Part, Value};
use super::{Bound, Evaluator, LONGEST, Scope};
use crate::document::{For, Form, Piece};
use crate::text::{Place, SourceId};
use std::rc::Rc;

/// The most texts whose places are remembered.
const MOST_TEXTS: usize = 16;

/// A text that is put together.
#[derive(Default)]
pub(super) struct TextBuilder {
    parts: Vec<Part>,
    length: usize,
    sensitive: bool,
    is_content: bool,
    is_rejected: bool,
    /// The texts that were added, for their places.
    texts: Vec<Value>,
}

impl TextBuilder {
    pub(super) fn push_text(&mut self, text: &str) {
        self.length += text.len();
        if self.length > LONGEST || text.is_empty() {
            return;
        }
        match self.parts.last_mut() {
            Some(Part::Known(last)) => *last = format!("{last}{text}").into(),
            _ => self.parts.push(Part::Known(text.into())),
        }
    }

    /// Adds a value as the text that it is.
    pub(super) fn push(&mut self, value: &Value, symbol: impl FnOnce() -> Rc<str>) {
        self.sensitive |= value.sensitive;
        self.is_content |= value.is_content;
        if self.texts.len() < MOST_TEXTS && matches!(value.data, Data::Text(_) | Data::Partial(_)) {
            self.texts.push(value.clone());
        }
        match &value.data {
            Data::Partial(parts) => {
                for part in parts.iter() {
                    match part {
                        Part::Known(text) => self.push_text(text),
                        Part::Unknown(_) => self.parts.push(part.clone()),
                    }
                }
            }
            Data::Unknown(_) | Data::Id(_) => self.parts.push(Part::Unknown(symbol())),
            _ => match value.as_text() {
                Some(text) => self.push_text(&text),
                None => self.is_rejected = true,
            },
        }
    }

    pub(super) fn finish(mut self, evaluator: &Evaluator<'_, '_, '_>, place: Place) -> Value {
        if self.is_rejected {
            return Value::rejected(place);
        }
        if self.length > LONGEST {
            return evaluator.beyond(Bound::Length, place);
        }
        evaluator.charge(self.length / 64 + self.parts.len());
        let data = match self.parts.as_mut_slice() {
            [] => Data::Text("".into()),
            [Part::Known(text)] => Data::Text(text.clone()),
            [Part::Unknown(symbol)] => return Value::unknown(symbol.clone(), place),
            _ => Data::Partial(Rc::new(self.parts)),
        };
        Value::new(data, place)
            .marked(self.sensitive)
            .of_content(self.is_content)
            .made_of(self.texts.iter())
    }
}

impl Evaluator<'_, '_, '_> {
    pub(super) fn template(
        &self,
        scope: Scope<'_>,
        source: SourceId,
        pieces: &[Piece],
        place: Place,
    ) -> Value {
        let mut builder = TextBuilder::default();
        self.pieces(scope, source, pieces, &mut builder);
        builder.finish(self, place)
    }

    fn pieces(
        &self,
        scope: Scope<'_>,
        source: SourceId,
        pieces: &[Piece],
        builder: &mut TextBuilder,
    ) {
        for piece in pieces {
            if builder.length > LONGEST || !self.charge(1) {
                return;
            }
            match piece {
                Piece::Text(text) => builder.push_text(text),
                Piece::Value(expression) => {
                    let value = self.expression(scope, source, expression);
                    builder.push(&value, || self.symbol_of(&value));
                }
                Piece::If(condition, then, otherwise) => {
                    let condition = self.expression(scope, source, condition);
                    match self.decide(&condition) {
                        Some(true) => self.pieces(scope.deeper(), source, then, builder),
                        Some(false) => self.pieces(scope.deeper(), source, otherwise, builder),
                        None => builder.is_rejected = true,
                    }
                }
                Piece::For(each) => self.loop_pieces(scope, source, each, builder),
            }
        }
    }

    fn loop_pieces(
        &self,
        scope: Scope<'_>,
        source: SourceId,
        each: &For,
        builder: &mut TextBuilder,
    ) {
        let collection = self.expression(scope, source, &each.collection);
        let Some(pairs) = self.pairs(&collection) else {
            if collection.is_unknown() {
                builder
                    .parts
                    .push(Part::Unknown(self.symbol_of(&collection)));
            } else {
                builder.is_rejected = true;
            }
            return;
        };
        let Form::Template(pieces) = &each.value.form else {
            return;
        };
        for (key, value) in pairs {
            Self::bound(scope, each, key, value, |inner| {
                self.pieces(inner, source, pieces, builder);
            });
        }
    }
}
