//! Attributes, indexes and the elements of collections.

use super::value::{Data, Key, Value};
use super::worlds::Question;
use super::{Evaluator, Scope, unknown_at};
use crate::document::Expression;
use crate::text::{Place, SourceId};
use std::rc::Rc;

/// The most keys among which an unknown key is tried.
const MOST_KEYS: usize = 32;

impl Evaluator<'_, '_, '_> {
    /// `value.name`
    pub(super) fn attribute(&self, value: &Value, name: &str, place: Place) -> Value {
        match &value.data {
            Data::Map(map) => match map.get(name) {
                Some(entry) => entry.value.clone().marked(value.sensitive),
                None if map.is_complete() => Value::rejected(place),
                None => self.unknown_attribute(value, name, place),
            },
            Data::List(items) => match name.parse::<usize>() {
                Ok(index) => self.element(value, items, index, place),
                Err(_) => Value::rejected(place),
            },
            Data::Unknown(_) | Data::Id(_) | Data::Partial(_) => {
                self.unknown_attribute(value, name, place)
            }
            _ => Value::rejected(place),
        }
    }

    fn unknown_attribute(&self, value: &Value, name: &str, place: Place) -> Value {
        let symbol = self.symbol(format!("{}.{name}", self.symbol_of(value)));
        Value::unknown(symbol, place).marked(value.sensitive)
    }

    fn element(&self, list: &Value, items: &Rc<Vec<Value>>, index: usize, place: Place) -> Value {
        let before = &items[..items.len().min(index + 1)];
        if before.iter().any(Value::is_rest) {
            return self.unknown_index(list, &index.to_string(), place);
        }
        match items.get(index) {
            Some(item) => item.clone().marked(list.sensitive),
            None => Value::rejected(place),
        }
    }

    fn unknown_index(&self, value: &Value, index: &str, place: Place) -> Value {
        let symbol = self.symbol(format!("{}[{index}]", self.symbol_of(value)));
        Value::unknown(symbol, place).marked(value.sensitive)
    }

    pub(super) fn index_expression(
        &self,
        scope: Scope<'_>,
        source: SourceId,
        [from, index]: &[Expression; 2],
        place: Place,
    ) -> Value {
        let value = self.expression(scope, source, from);
        let index = self.expression(scope, source, index);
        self.index(&value, &index, place)
    }

    /// `value[index]`
    pub(super) fn index(&self, value: &Value, index: &Value, place: Place) -> Value {
        if value.is_rejected() || index.is_rejected() {
            return Value::rejected(place);
        }
        let sensitive = value.sensitive || index.sensitive;
        let found = match &value.data {
            Data::Map(_) => self.index_map(value, index, place),
            Data::List(items) => match index.as_number() {
                Some(number) => match number.to_index() {
                    Some(number) => self.element(value, items, number, place),
                    None => Value::rejected(place),
                },
                None if is_open(index) => self.index_unknown_position(value, items, index, place),
                None => Value::rejected(place),
            },
            Data::Unknown(_) => self.unknown_index(value, &self.symbol_of(index), place),
            _ => Value::rejected(place),
        };
        found.marked(sensitive)
    }

    fn index_map(&self, value: &Value, index: &Value, place: Place) -> Value {
        let Some(map) = value.as_map() else {
            return Value::rejected(place);
        };
        match Key::from_value(index) {
            Some(key) => match map.entries.get(&key) {
                Some(entry) => entry.value.clone(),
                None => match key {
                    Key::Text(name) => self.attribute(value, &name, place),
                    Key::Unknown(symbol) => self.index_unknown_key(value, &symbol, false, place),
                },
            },
            None => Value::rejected(place),
        }
    }

    /// An unknown key of a known map: one world for each key, and one for all others if those
    /// lead to a value too.
    pub(super) fn index_unknown_key(
        &self,
        value: &Value,
        symbol: &Rc<str>,
        has_other: bool,
        place: Place,
    ) -> Value {
        let Some(map) = value.as_map() else {
            return unknown_at(place);
        };
        if let Some(known) = self.known_value(symbol) {
            return self.attribute(value, &known, place);
        }
        let names = map.entries.keys().filter_map(|key| match key {
            Key::Text(name) => Some(name.clone()),
            Key::Unknown(_) => None,
        });
        let mut names: Vec<Rc<str>> = names.collect();
        if names.is_empty() || names.len() > MOST_KEYS || symbol.starts_with('#') {
            return self.unknown_index(value, symbol, place);
        }
        if has_other {
            // The value for every text that is not a key.
            names.push("...".into());
        }
        let answer = self.ask(Question::Value(symbol.clone(), names.clone().into()));
        self.attribute(value, &names[answer], place)
    }

    fn known_value(&self, symbol: &str) -> Option<Rc<str>> {
        self.worlds.borrow_mut().value_of(symbol)
    }

    /// An unknown position in a known list: one world for each element.
    pub(super) fn index_unknown_position(
        &self,
        list: &Value,
        items: &Rc<Vec<Value>>,
        index: &Value,
        place: Place,
    ) -> Value {
        let symbol = self.symbol_of(index);
        if items.is_empty() || items.len() > MOST_KEYS || items.iter().any(Value::is_rest) {
            return self.unknown_index(list, &symbol, place);
        }
        let positions = (0..items.len()).map(|at| Rc::from(at.to_string()));
        let positions: Vec<Rc<str>> = positions.collect();
        let answer = self.ask(Question::Value(symbol, positions.into()));
        items
            .get(answer)
            .map_or_else(|| unknown_at(place), Clone::clone)
    }

    /// The elements of a collection with their keys, in Terraform's order; `None` if it is not
    /// known which there are.
    pub(super) fn pairs(&self, value: &Value) -> Option<Vec<(Value, Value)>> {
        let pairs: Vec<(Value, Value)> = match &value.data {
            Data::List(items) => {
                let number = |at| super::Number::integer(at);
                let pair = |(at, item): (usize, &Value)| {
                    let key = if item.is_rest() {
                        item.clone()
                    } else {
                        Value::number(number(at), item.place)
                    };
                    (key, item.clone())
                };
                items.iter().enumerate().map(pair).collect()
            }
            Data::Set(items) => items
                .iter()
                .map(|item| (item.clone(), item.clone()))
                .collect(),
            Data::Map(map) => {
                let entries = map.entries.values();
                let mut pairs: Vec<_> = entries
                    .map(|entry| (entry.key.clone(), entry.value.clone()))
                    .collect();
                if map.is_open {
                    let rest = Value::rest(self.symbol_of(value), value.place);
                    pairs.push((rest.clone(), rest));
                }
                pairs
            }
            _ => return None,
        };
        self.charge(pairs.len()).then_some(pairs)
    }
}

/// Whether a value may be any text or number.
fn is_open(value: &Value) -> bool {
    matches!(
        value.data,
        Data::Unknown(_) | Data::Partial(_) | Data::Id(_)
    )
}
