//! `for` expressions and splats.

use super::Bound;
use super::value::{Data, Entry, Key, Map, Value};
use super::{Binding, Evaluator, MOST_ELEMENTS, Scope};
use crate::document::{Expression, For};
use crate::text::{Place, SourceId};
use std::rc::Rc;

/// The name that the element of a splat is bound to; no variable can have it.
pub(super) const ELEMENT: &str = "*";

impl Evaluator<'_, '_, '_> {
    /// Runs with the names of a loop bound to an element.
    pub(super) fn bound<T>(
        scope: Scope<'_>,
        each: &For,
        key: Value,
        value: Value,
        run: impl FnOnce(Scope<'_>) -> T,
    ) -> T {
        let value = Binding {
            name: &each.value_name,
            value,
            outer: scope.names,
        };
        match &each.key_name {
            Some(name) => {
                let key = Binding {
                    name,
                    value: key,
                    outer: Some(&value),
                };
                run(scope.with(&key))
            }
            None => run(scope.with(&value)),
        }
    }

    pub(super) fn each(
        &self,
        scope: Scope<'_>,
        source: SourceId,
        each: &For,
        place: Place,
    ) -> Value {
        let collection = self.expression(scope, source, &each.collection);
        let Some(pairs) = self.pairs(&collection) else {
            return self.each_of_unknown(scope, source, each, &collection, place);
        };
        let sensitive = collection.sensitive;
        match &each.key {
            Some(key) => self.each_map(scope, source, (each, key), pairs, place),
            None => self.each_list(scope, source, each, pairs, place),
        }
        .marked(sensitive)
    }

    /// What an unknown number of unknown elements leads to: the literals in the body are kept.
    fn each_of_unknown(
        &self,
        scope: Scope<'_>,
        source: SourceId,
        each: &For,
        collection: &Value,
        place: Place,
    ) -> Value {
        if !collection.is_unknown() {
            return Value::rejected(place);
        }
        let rest = Value::rest(self.symbol_of(collection), collection.place);
        let pairs = vec![(rest.clone(), rest)];
        match &each.key {
            Some(key) => self.each_map(scope, source, (each, key), pairs, place),
            None => self.each_list(scope, source, each, pairs, place),
        }
    }

    /// Whether the condition lets an element in.
    fn is_let_in(&self, scope: Scope<'_>, source: SourceId, each: &For) -> Option<bool> {
        match &each.condition {
            None => Some(true),
            Some(condition) => self.decide(&self.expression(scope, source, condition)),
        }
    }

    fn each_list(
        &self,
        scope: Scope<'_>,
        source: SourceId,
        each: &For,
        pairs: Vec<(Value, Value)>,
        place: Place,
    ) -> Value {
        let mut items = Vec::with_capacity(pairs.len());
        for (key, value) in pairs {
            let is_rest = value.is_rest();
            let item = Self::bound(scope, each, key, value, |inner| {
                match self.is_let_in(inner, source, each) {
                    Some(true) => Some(self.expression(inner, source, &each.value)),
                    Some(false) => None,
                    None => Some(Value::rejected(place)),
                }
            });
            let Some(item) = item else { continue };
            if item.is_rejected() {
                return item;
            }
            if is_rest {
                items.push(Value::rest(self.symbol_of(&item), item.place));
                if !item.is_unknown() {
                    items.insert(items.len() - 1, item);
                }
            } else {
                items.push(item);
            }
        }
        self.list(items, place)
    }

    fn each_map(
        &self,
        scope: Scope<'_>,
        source: SourceId,
        (each, key_expression): (&For, &Expression),
        pairs: Vec<(Value, Value)>,
        place: Place,
    ) -> Value {
        let mut map = Map::default();
        for (key, value) in pairs {
            map.is_open |= value.is_rest();
            let entry = Self::bound(scope, each, key, value, |inner| {
                match self.is_let_in(inner, source, each) {
                    Some(true) => Some((
                        self.expression(inner, source, key_expression),
                        self.expression(inner, source, &each.value),
                    )),
                    Some(false) => None,
                    None => Some((Value::rejected(place), Value::rejected(place))),
                }
            });
            let Some((key, value)) = entry else { continue };
            if key.is_rejected() || value.is_rejected() {
                return Value::rejected(place);
            }
            if !self.add_entry(&mut map, key, value, each.groups) {
                return Value::rejected(place);
            }
        }
        if map.entries.len() > MOST_ELEMENTS {
            return self.beyond(Bound::Elements, place);
        }
        Value::map(map, place)
    }

    /// Adds an entry; false if the key is one that cannot be or is there twice.
    fn add_entry(&self, map: &mut Map, key: Value, value: Value, groups: bool) -> bool {
        let Some(name) = Key::from_value(&key) else {
            return false;
        };
        let key = match &name {
            Key::Text(text) => Value::text(text.clone(), key.place).marked(key.sensitive),
            Key::Unknown(_) => key,
        };
        let before = map.entries.get(&name);
        let value = if groups {
            let mut items = match before.map(|entry| &entry.value.data) {
                Some(Data::List(items)) => items.to_vec(),
                _ => Vec::new(),
            };
            if !self.charge(items.len()) {
                return true;
            }
            items.push(value);
            let place = items[0].place;
            Value::list(items, place)
        } else if before.is_some() && matches!(name, Key::Text(_)) {
            return false;
        } else {
            value
        };
        map.entries.insert(name, Entry { key, value });
        true
    }

    pub(super) fn splat(
        &self,
        scope: Scope<'_>,
        source: SourceId,
        [list, each]: &[Expression; 2],
        place: Place,
    ) -> Value {
        let list = self.expression(scope, source, list);
        let items: Rc<Vec<Value>> = match &list.data {
            Data::List(items) | Data::Set(items) => items.clone(),
            Data::Null => Rc::default(),
            Data::Rejected => return list,
            Data::Unknown(_) => Rc::new(vec![Value::rest(self.symbol_of(&list), list.place)]),
            // A single value is a list of one element.
            _ => Rc::new(vec![list.clone()]),
        };
        let mut results = Vec::with_capacity(items.len());
        for item in items.iter() {
            let binding = Binding {
                name: ELEMENT,
                value: item.clone(),
                outer: scope.names,
            };
            let result = self.expression(scope.with(&binding), source, each);
            if result.is_rejected() {
                return result;
            }
            results.push(if item.is_rest() {
                Value::rest(self.symbol_of(&result), result.place)
            } else {
                result
            });
        }
        self.list(results, place).marked(list.sensitive)
    }
}
