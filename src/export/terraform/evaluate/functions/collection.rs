//! Functions of lists, sets and maps.

use super::super::number::Number;
use super::super::value::{Data, Key, Map, Value};
use super::super::worlds::Question;
use super::super::{Bound, Evaluator, MOST_ELEMENTS};
use super::{Arguments, Outcome, Stop, list, number, stop};
use crate::text::Place;
use std::collections::BTreeMap;
use std::rc::Rc;

impl Evaluator<'_, '_, '_> {
    pub(super) fn collection_function(
        &self,
        name: &str,
        arguments: &Arguments<'_>,
    ) -> Option<Outcome> {
        Some(match name {
            "alltrue" => self.truths(arguments, true),
            "anytrue" => self.truths(arguments, false),
            "chunklist" => self.chunks(arguments),
            "coalesce" => self.coalesce(arguments),
            "coalescelist" => self.coalesce_list(arguments),
            "compact" => self.compact(arguments),
            "concat" => self.concat(arguments),
            "contains" => self.contains(arguments),
            "distinct" => self.distinct(arguments),
            "element" => self.element_of(arguments),
            "flatten" => self.flatten(arguments),
            "index" => self.position(arguments),
            "keys" => self.keys_of(arguments),
            "length" => Self::length(arguments),
            "list" => Ok(self.list(arguments.values.to_vec(), arguments.place)),
            "lookup" => self.lookup(arguments),
            "matchkeys" => self.match_keys(arguments),
            "merge" => self.merge(arguments),
            "one" => one(arguments),
            "range" => self.range(arguments),
            "reverse" => self.reverse(arguments),
            "setintersection" => self.set_operation(arguments, true, true),
            "setsubtract" => self.set_operation(arguments, false, true),
            "setunion" => self.set_union(arguments),
            "setproduct" => self.set_product(arguments),
            "slice" => self.slice(arguments),
            "sort" => self.sort(arguments),
            "sum" => sum(arguments),
            "transpose" => self.transpose(arguments),
            "values" => self.values_of(arguments),
            "zipmap" => self.zip(arguments),
            _ => return None,
        })
    }

    fn truths(&self, arguments: &Arguments<'_>, wanted: bool) -> Outcome {
        let items = arguments.list(0)?;
        let truths: Vec<_> = items.iter().map(Value::as_bool).collect();
        self.charge(truths.len());
        if truths.contains(&Some(!wanted)) {
            return Ok(Value::bool(!wanted, arguments.place));
        }
        if truths.contains(&None) {
            return Err(Stop::Unknown);
        }
        Ok(Value::bool(wanted, arguments.place))
    }

    fn chunks(&self, arguments: &Arguments<'_>) -> Outcome {
        let items = arguments.whole_list(0)?;
        let size = usize::try_from(arguments.integer(1)?).map_err(|_| Stop::Rejected)?;
        let size = if size == 0 { items.len().max(1) } else { size };
        let place = arguments.get(0)?.place;
        self.charge(items.len());
        let chunks = items.chunks(size);
        let chunks = chunks.map(|chunk| Value::list(chunk.to_vec(), place));
        Ok(Value::list(chunks.collect(), place))
    }

    /// The first argument that is neither null nor empty. An unknown one may be, so that each
    /// of those after it is a possible value too.
    fn coalesce(&self, arguments: &Arguments<'_>) -> Outcome {
        let last = arguments.len().saturating_sub(1);
        for (index, value) in arguments.values.iter().enumerate() {
            let is_empty = matches!(&value.data, Data::Text(text) if text.is_empty());
            if value.is_null()
                || is_empty
                || (value.is_unknown() && index < last && !self.is_set(value))
            {
                continue;
            }
            // All arguments have one type.
            let is_text = |value: &Value| matches!(value.data, Data::Text(_) | Data::Partial(_));
            if arguments.values.iter().any(is_text)
                && let Some(text) = value.as_text()
            {
                return Ok(Value::text(text, value.place));
            }
            return Ok(value.clone());
        }
        Err(Stop::Rejected)
    }

    /// Whether an unknown value is set, in the world at hand.
    fn is_set(&self, value: &Value) -> bool {
        let symbol = format!("{} is set", self.symbol_of(value));
        self.ask(Question::Condition(self.symbol(symbol))) == 0
    }

    fn coalesce_list(&self, arguments: &Arguments<'_>) -> Outcome {
        let last = arguments.len().saturating_sub(1);
        for (index, value) in arguments.values.iter().enumerate() {
            match value.elements() {
                Some(items) if items.is_empty() => {}
                None if value.is_unknown() && index < last && !self.is_set(value) => {}
                _ => return Ok(value.clone()),
            }
        }
        Err(Stop::Rejected)
    }

    fn compact(&self, arguments: &Arguments<'_>) -> Outcome {
        let items = arguments.list(0)?;
        self.charge(items.len());
        let is_empty = |item: &Value| {
            item.is_null() || matches!(&item.data, Data::Text(text) if text.is_empty())
        };
        let kept = items.iter().filter(|item| !is_empty(item)).cloned();
        Ok(self.list(kept.collect(), arguments.get(0)?.place))
    }

    fn concat(&self, arguments: &Arguments<'_>) -> Outcome {
        let mut all = Vec::new();
        for value in arguments.values {
            match value.elements() {
                Some(items) => {
                    if all.len() + items.len() > MOST_ELEMENTS {
                        return Err(Stop::Bound(Bound::Elements));
                    }
                    self.charge(items.len());
                    all.extend(items.iter().cloned());
                }
                None if value.is_unknown() => {
                    all.push(Value::rest(self.symbol_of(value), value.place));
                }
                None => return Err(Stop::Rejected),
            }
        }
        Ok(self.list(all, arguments.place))
    }

    fn contains(&self, arguments: &Arguments<'_>) -> Outcome {
        let items = arguments.list(0)?;
        let wanted = arguments.get(1)?;
        let mut is_unknown = false;
        for item in items.iter() {
            match self.equals(item, wanted) {
                Some(true) => return Ok(Value::bool(true, arguments.place)),
                Some(false) => {}
                None => is_unknown = true,
            }
        }
        if is_unknown {
            return Err(Stop::Unknown);
        }
        Ok(Value::bool(false, arguments.place))
    }

    fn distinct(&self, arguments: &Arguments<'_>) -> Outcome {
        let items = arguments.list(0)?;
        let mut kept: Vec<Value> = Vec::with_capacity(items.len());
        for item in items.iter() {
            if !self.charge(kept.len()) {
                return Err(Stop::Unknown);
            }
            if !kept
                .iter()
                .any(|known| self.equals(known, item) == Some(true))
            {
                kept.push(item.clone());
            }
        }
        Ok(self.list(kept, arguments.get(0)?.place))
    }

    fn element_of(&self, arguments: &Arguments<'_>) -> Outcome {
        let value = arguments.get(0)?;
        let items = arguments.list(0)?;
        let index = arguments.get(1)?;
        if items.is_empty() {
            return Err(Stop::Rejected);
        }
        if index.is_unknown() {
            return Ok(self.index_unknown_position(value, items, index, arguments.place));
        }
        let items = arguments.whole_list(0)?;
        let index = arguments.integer(1)?.rem_euclid(items.len() as i128);
        let item = usize::try_from(index).ok().and_then(|at| items.get(at));
        item.cloned().ok_or(Stop::Rejected)
    }

    fn flatten(&self, arguments: &Arguments<'_>) -> Outcome {
        let mut flat = Vec::new();
        self.flatten_into(arguments.get(0)?, &mut flat, 0)?;
        Ok(self.list(flat, arguments.place))
    }

    fn flatten_into(&self, value: &Value, flat: &mut Vec<Value>, depth: usize) -> Result<(), Stop> {
        for item in list(value)?.iter() {
            if !self.charge(1) || flat.len() > MOST_ELEMENTS || depth > super::super::DEEPEST {
                return Err(Stop::Bound(Bound::Elements));
            }
            if item.elements().is_some() {
                self.flatten_into(item, flat, depth + 1)?;
            } else if item.is_unknown() {
                // It may be a list.
                flat.push(Value::rest(self.symbol_of(item), item.place));
            } else {
                flat.push(item.clone());
            }
        }
        Ok(())
    }

    fn position(&self, arguments: &Arguments<'_>) -> Outcome {
        let wanted = arguments.get(1)?;
        for (index, item) in arguments.whole_list(0)?.iter().enumerate() {
            match self.equals(item, wanted) {
                Some(true) => return Ok(Value::number(Number::integer(index), arguments.place)),
                Some(false) => {}
                None => return Err(Stop::Unknown),
            }
        }
        Err(Stop::Rejected)
    }

    fn keys_of(&self, arguments: &Arguments<'_>) -> Outcome {
        let map = arguments.map(0)?;
        self.charge(map.entries.len());
        let mut keys: Vec<Value> = map
            .entries
            .values()
            .map(|entry| entry.key.clone())
            .collect();
        self.add_rest(map, &mut keys, arguments.get(0)?);
        Ok(self.list(keys, arguments.get(0)?.place))
    }

    fn values_of(&self, arguments: &Arguments<'_>) -> Outcome {
        let map = arguments.map(0)?;
        self.charge(map.entries.len());
        let mut values: Vec<Value> = map
            .entries
            .values()
            .map(|entry| entry.value.clone())
            .collect();
        self.add_rest(map, &mut values, arguments.get(0)?);
        Ok(self.list(values, arguments.get(0)?.place))
    }

    fn add_rest(&self, map: &Map, items: &mut Vec<Value>, value: &Value) {
        if map.is_open {
            items.push(Value::rest(self.symbol_of(value), value.place));
        }
    }

    fn length(arguments: &Arguments<'_>) -> Outcome {
        let value = arguments.get(0)?;
        let length = match &value.data {
            Data::List(_) | Data::Set(_) => arguments.whole_list(0)?.len(),
            Data::Map(map) if map.is_open => return Err(Stop::Unknown),
            Data::Map(map) => map.entries.len(),
            Data::Text(text) => super::string::characters(text).len(),
            _ => return Err(stop(value)),
        };
        Ok(Value::number(Number::integer(length), arguments.place))
    }

    fn lookup(&self, arguments: &Arguments<'_>) -> Outcome {
        let (value, key) = (arguments.get(0)?, arguments.get(1)?);
        let default = arguments.values.get(2);
        let Data::Map(map) = &value.data else {
            return match default {
                // The key may be missing, so that the default is a possible value.
                Some(default) if value.is_unknown() => {
                    let found = self.index(value, key, arguments.place);
                    Ok(if self.is_set(&found) {
                        found
                    } else {
                        default.clone()
                    })
                }
                _ => Err(stop(value)),
            };
        };
        let found = match Key::from_value(key).ok_or(Stop::Rejected)? {
            Key::Unknown(symbol) => {
                self.index_unknown_key(value, &symbol, default.is_some(), arguments.place)
            }
            Key::Text(name) => match map.get(&name) {
                Some(entry) => entry.value.clone(),
                None if map.is_complete() => Value::rejected(arguments.place),
                None => {
                    let found = self.attribute(value, &name, arguments.place);
                    if default.is_none() || self.is_set(&found) {
                        found
                    } else {
                        Value::rejected(arguments.place)
                    }
                }
            },
        };
        match default {
            Some(default) if found.is_rejected() => Ok(default.clone()),
            _ => Ok(found),
        }
    }

    fn match_keys(&self, arguments: &Arguments<'_>) -> Outcome {
        let values = arguments.whole_list(0)?;
        let keys = arguments.whole_list(1)?;
        let wanted = arguments.whole_list(2)?;
        if values.len() != keys.len() {
            return Err(Stop::Rejected);
        }
        let mut found = Vec::new();
        for (value, key) in values.iter().zip(keys.iter()) {
            if wanted.iter().any(|one| self.equals(one, key) == Some(true)) {
                found.push(value.clone());
            }
        }
        Ok(self.list(found, arguments.place))
    }

    fn merge(&self, arguments: &Arguments<'_>) -> Outcome {
        let mut merged = Map::default();
        for value in arguments.values {
            match &value.data {
                Data::Map(map) => {
                    self.charge(map.entries.len());
                    merged.is_open |= map.is_open;
                    let entries = map.entries.iter();
                    let entries = entries.map(|(key, entry)| (key.clone(), entry.clone()));
                    merged.entries.extend(entries);
                }
                Data::Null => {}
                Data::Unknown(_) => {
                    // It may replace what is before it, so that both are possible.
                    if !merged.entries.is_empty() && self.is_set(value) {
                        let keys: Vec<Key> = merged.entries.keys().cloned().collect();
                        for key in keys {
                            if let (Key::Text(name), Some(entry)) =
                                (&key, merged.entries.get_mut(&key))
                            {
                                entry.value = self.attribute(value, name, arguments.place);
                            }
                        }
                    }
                    merged.is_open = true;
                }
                _ => return Err(Stop::Rejected),
            }
            if merged.entries.len() > MOST_ELEMENTS {
                return Err(Stop::Bound(Bound::Elements));
            }
        }
        Ok(Value::map(merged, arguments.place))
    }

    fn range(&self, arguments: &Arguments<'_>) -> Outcome {
        let first = arguments.number(0)?;
        let zero = Number::integer(0);
        let (start, end) = match arguments.len() {
            1 => (zero, first),
            _ => (first, arguments.number(1)?),
        };
        let step = match arguments.len() {
            3 => arguments.number(2)?,
            _ if start > end => Number::new(-1, 0),
            _ => Number::integer(1),
        };
        if step.signum() == 0 {
            return Err(Stop::Rejected);
        }
        let mut items = Vec::new();
        let mut at = start;
        while (step.signum() > 0 && at < end) || (step.signum() < 0 && at > end) {
            if items.len() >= MOST_ELEMENTS {
                return Err(Stop::Bound(Bound::Elements));
            }
            items.push(Value::number(at, arguments.place));
            at = at.add(step).ok_or(Stop::Unknown)?;
        }
        self.charge(items.len());
        Ok(Value::list(items, arguments.place))
    }

    fn reverse(&self, arguments: &Arguments<'_>) -> Outcome {
        let items = arguments.list(0)?;
        self.charge(items.len());
        let reversed = items.iter().rev().cloned();
        Ok(self.list(reversed.collect(), arguments.get(0)?.place))
    }

    /// The elements of the first set that all others have, or have not.
    fn set_operation(&self, arguments: &Arguments<'_>, wanted: bool, all: bool) -> Outcome {
        let first = arguments.list(0)?;
        let mut kept = Vec::new();
        for item in first.iter() {
            let mut is_kept = all;
            for index in 1..arguments.len() {
                let others = arguments.whole_list(index)?;
                let is_in = others
                    .iter()
                    .any(|other| self.equals(item, other) == Some(true));
                is_kept &= is_in == wanted;
            }
            if is_kept {
                kept.push(item.clone());
            }
        }
        Ok(self.set(kept, arguments.place))
    }

    fn set_union(&self, arguments: &Arguments<'_>) -> Outcome {
        let mut all = Vec::new();
        for value in arguments.values {
            match value.elements() {
                Some(items) => all.extend(items.iter().cloned()),
                None if value.is_unknown() => {
                    all.push(Value::rest(self.symbol_of(value), value.place));
                }
                None => return Err(Stop::Rejected),
            }
            if all.len() > MOST_ELEMENTS {
                return Err(Stop::Bound(Bound::Elements));
            }
        }
        Ok(self.set(all, arguments.place))
    }

    fn set_product(&self, arguments: &Arguments<'_>) -> Outcome {
        let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
        for index in 0..arguments.len() {
            let items = arguments.whole_list(index)?;
            if rows.len().saturating_mul(items.len()) > MOST_ELEMENTS {
                return Err(Stop::Bound(Bound::Elements));
            }
            let row = |row: &Vec<Value>, item: &Value| {
                let mut row = row.clone();
                row.push(item.clone());
                row
            };
            rows = rows
                .iter()
                .flat_map(|before| items.iter().map(move |item| row(before, item)))
                .collect();
            self.charge(rows.len() * (index + 1));
        }
        let place = arguments.place;
        let rows = rows
            .into_iter()
            .map(|row| Value::list(row, place))
            .collect();
        Ok(self.list(rows, place))
    }

    fn slice(&self, arguments: &Arguments<'_>) -> Outcome {
        let items = arguments.whole_list(0)?;
        let index = |at| usize::try_from(arguments.integer(at)?).map_err(|_| Stop::Rejected);
        let part = items.get(index(1)?..index(2)?).ok_or(Stop::Rejected)?;
        self.charge(part.len());
        Ok(self.list(part.to_vec(), arguments.get(0)?.place))
    }

    fn sort(&self, arguments: &Arguments<'_>) -> Outcome {
        let mut texts = Vec::new();
        for item in arguments.list(0)?.iter() {
            match item.as_text() {
                Some(text) => texts.push(Value::text(text, item.place).marked(item.sensitive)),
                None if item.is_unknown() => {
                    texts.push(Value::rest(self.symbol_of(item), item.place));
                }
                None => return Err(stop(item)),
            }
        }
        self.charge(texts.len() * 4);
        texts.sort_by(|one, other| match (&one.data, &other.data) {
            (Data::Text(one), Data::Text(other)) => one.cmp(other),
            _ => std::cmp::Ordering::Equal,
        });
        // The position of unknown elements is unknown, and so is that of those after them.
        texts.sort_by_key(|item| !item.is_rest());
        Ok(self.list(texts, arguments.get(0)?.place))
    }

    fn transpose(&self, arguments: &Arguments<'_>) -> Outcome {
        let mut result: BTreeMap<Rc<str>, Vec<Value>> = BTreeMap::default();
        for entry in arguments.map(0)?.entries.values() {
            for item in list(&entry.value)?.iter() {
                self.charge(1);
                let name = item.as_text().ok_or_else(|| stop(item))?;
                result.entry(name).or_default().push(entry.key.clone());
            }
        }
        let mut map = Map::default();
        for (name, values) in result {
            let place = arguments.place;
            map.insert(Value::text(name, place), Value::list(values, place));
        }
        Ok(Value::map(map, arguments.place))
    }

    fn zip(&self, arguments: &Arguments<'_>) -> Outcome {
        let (keys, values) = (arguments.whole_list(0)?, arguments.whole_list(1)?);
        if keys.len() != values.len() {
            return Err(Stop::Rejected);
        }
        self.charge(keys.len());
        let mut map = Map::default();
        for (key, value) in keys.iter().zip(values.iter()) {
            map.insert(key.clone(), value.clone());
        }
        Ok(Value::map(map, arguments.place))
    }
}

/// The only element, or null for an empty collection.
fn one(arguments: &Arguments<'_>) -> Outcome {
    let items = arguments.whole_list(0)?;
    match items.as_slice() {
        [] => Ok(null(arguments.place)),
        [only] => Ok(only.clone()),
        _ => Err(Stop::Rejected),
    }
}

const fn null(place: Place) -> Value {
    Value::new(Data::Null, place)
}

fn sum(arguments: &Arguments<'_>) -> Outcome {
    let mut sum = Number::integer(0);
    let items = arguments.whole_list(0)?;
    if items.is_empty() {
        return Err(Stop::Rejected);
    }
    for item in items.iter() {
        sum = sum.add(number(item)?).ok_or(Stop::Unknown)?;
    }
    Ok(Value::number(sum, arguments.place))
}
