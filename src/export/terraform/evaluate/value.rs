//! Values while expressions are evaluated.
//!
//! Invariant: cloning one is cheap. Lists and maps are shared, so that references cost nothing
//! until something walks through them, which is charged to the budget.

use super::number::Number;
use crate::text::Place;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The most parts of a text that are remembered.
const MOST_PARTS: usize = 4;

/// A value and the place it is written at.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) place: Place,
    pub(super) data: Data,
    /// It is a secret: masked everywhere.
    pub(super) sensitive: bool,
    /// It is text of a file, which reports show by the name of the file.
    pub(super) is_content: bool,
    /// The places of the literals that it consists of, if they are not at its own.
    pub(super) parts: Option<Rc<[Place]>>,
}

#[derive(Clone, Debug)]
pub(super) enum Data {
    Null,
    Bool(bool),
    Number(Number),
    Text(Rc<str>),
    /// Text of which parts are unknown.
    Partial(Rc<Vec<Part>>),
    List(Rc<Vec<Value>>),
    /// In the order of Terraform.
    Set(Rc<Vec<Value>>),
    Map(Rc<Map>),
    /// The id of a resource or data source, by its address.
    Id(Rc<str>),
    Unknown(Rc<Unknown>),
    /// Terraform rejects the expression.
    Rejected,
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Known(Rc<str>),
    /// By the expression that it is.
    Unknown(Rc<str>),
}

/// Why a value is not known.
#[derive(Clone, Debug)]
pub(super) struct Unknown {
    /// The normalised expression: equal ones have one value.
    pub(super) symbol: Rc<str>,
    /// In a list: any number of elements.
    pub(super) is_rest: bool,
}

/// The entries of a map or object.
#[derive(Clone, Debug, Default)]
pub(super) struct Map {
    pub(super) entries: BTreeMap<Key, Entry>,
    /// It has other keys, which are unknown.
    pub(super) is_open: bool,
    /// The resource that it is.
    pub(super) symbol: Option<Rc<str>>,
}

/// The key of an entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Key {
    Text(Rc<str>),
    /// Unknown, by the expression that it is: those of different sources are distinct.
    Unknown(Rc<str>),
}

#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// The key as a value.
    pub(super) key: Value,
    pub(super) value: Value,
}

impl Value {
    pub(super) const fn new(data: Data, place: Place) -> Self {
        Self {
            place,
            data,
            sensitive: false,
            is_content: false,
            parts: None,
        }
    }

    pub(super) fn text(text: impl Into<Rc<str>>, place: Place) -> Self {
        Self::new(Data::Text(text.into()), place)
    }

    pub(super) const fn number(number: Number, place: Place) -> Self {
        Self::new(Data::Number(number), place)
    }

    pub(super) const fn bool(truth: bool, place: Place) -> Self {
        Self::new(Data::Bool(truth), place)
    }

    pub(super) fn list(items: Vec<Self>, place: Place) -> Self {
        Self::new(Data::List(Rc::new(items)), place)
    }

    pub(super) fn map(map: Map, place: Place) -> Self {
        Self::new(Data::Map(Rc::new(map)), place)
    }

    pub(super) const fn rejected(place: Place) -> Self {
        Self::new(Data::Rejected, place)
    }

    pub(super) fn unknown(symbol: impl Into<Rc<str>>, place: Place) -> Self {
        let unknown = Unknown {
            symbol: symbol.into(),
            is_rest: false,
        };
        Self::new(Data::Unknown(Rc::new(unknown)), place)
    }

    /// Any number of unknown elements of a list.
    pub(super) fn rest(symbol: impl Into<Rc<str>>, place: Place) -> Self {
        let unknown = Unknown {
            symbol: symbol.into(),
            is_rest: true,
        };
        Self::new(Data::Unknown(Rc::new(unknown)), place)
    }

    pub(super) fn at(mut self, place: Place) -> Self {
        self.place = place;
        self
    }

    pub(super) fn marked(mut self, sensitive: bool) -> Self {
        self.sensitive |= sensitive;
        self
    }

    pub(super) fn of_content(mut self, is_content: bool) -> Self {
        self.is_content |= is_content;
        self
    }

    /// Notes which of these values it consists of: texts that are written elsewhere.
    pub(super) fn made_of<'v>(mut self, values: impl Iterator<Item = &'v Self>) -> Self {
        if !matches!(self.data, Data::Text(_) | Data::Partial(_)) {
            return self;
        }
        let mut parts: Vec<Place> = Vec::new();
        for value in values {
            let own = value
                .parts
                .as_deref()
                .unwrap_or(std::slice::from_ref(&value.place));
            for place in own.iter().filter(|place| !self.place.contains(**place)) {
                if parts.len() < MOST_PARTS && !parts.contains(place) {
                    parts.push(*place);
                }
            }
        }
        if !parts.is_empty() {
            self.parts = Some(parts.into());
        }
        self
    }

    pub(super) const fn is_null(&self) -> bool {
        matches!(self.data, Data::Null)
    }

    pub(super) const fn is_rejected(&self) -> bool {
        matches!(self.data, Data::Rejected)
    }

    /// Whether nothing is known of it.
    pub(super) const fn is_unknown(&self) -> bool {
        matches!(self.data, Data::Unknown(_))
    }

    pub(super) fn is_rest(&self) -> bool {
        matches!(&self.data, Data::Unknown(unknown) if unknown.is_rest)
    }

    /// The elements of a list or set.
    pub(super) fn elements(&self) -> Option<&Rc<Vec<Self>>> {
        match &self.data {
            Data::List(items) | Data::Set(items) => Some(items),
            _ => None,
        }
    }

    pub(super) fn as_map(&self) -> Option<&Rc<Map>> {
        match &self.data {
            Data::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The text that a scalar is, as Terraform converts it.
    pub(super) fn as_text(&self) -> Option<Rc<str>> {
        match &self.data {
            Data::Text(text) => Some(text.clone()),
            Data::Number(number) => Some(number.to_string().into()),
            Data::Bool(true) => Some("true".into()),
            Data::Bool(false) => Some("false".into()),
            _ => None,
        }
    }

    pub(super) fn as_number(&self) -> Option<Number> {
        match &self.data {
            Data::Number(number) => Some(*number),
            Data::Text(text) => Number::parse(text),
            _ => None,
        }
    }

    pub(super) fn as_bool(&self) -> Option<bool> {
        match &self.data {
            Data::Bool(truth) => Some(*truth),
            Data::Text(text) if &**text == "true" => Some(true),
            Data::Text(text) if &**text == "false" => Some(false),
            _ => None,
        }
    }

    /// Whether it is no list, map or unknown value.
    pub(super) const fn is_scalar(&self) -> bool {
        matches!(
            self.data,
            Data::Null | Data::Bool(_) | Data::Number(_) | Data::Text(_)
        )
    }
}

impl Key {
    /// The key that a value is, if it can be one.
    pub(super) fn from_value(value: &Value) -> Option<Self> {
        match &value.data {
            Data::Id(address) => Some(Self::Unknown(address.clone())),
            Data::Unknown(unknown) => Some(Self::Unknown(unknown.symbol.clone())),
            Data::Partial(parts) => Some(Self::Unknown(symbol_of_parts(parts).into())),
            _ => value.as_text().map(Self::Text),
        }
    }
}

impl Map {
    pub(super) fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.get(&Key::Text(key.into()))
    }

    pub(super) fn insert(&mut self, key: Value, value: Value) {
        if let Some(name) = Key::from_value(&key) {
            self.entries.insert(name, Entry { key, value });
        } else {
            self.is_open = true;
        }
    }

    /// Whether all of its keys are known.
    pub(super) fn is_complete(&self) -> bool {
        let is_known = |key: &Key| matches!(key, Key::Text(_));
        !self.is_open && self.entries.keys().all(is_known)
    }
}

/// The expression that a text of parts is.
pub(super) fn symbol_of_parts(parts: &[Part]) -> String {
    let mut symbol = String::from("\"");
    for part in parts {
        match part {
            Part::Known(text) => symbol.push_str(text),
            Part::Unknown(inner) => {
                symbol.push_str("${");
                symbol.push_str(inner);
                symbol.push('}');
            }
        }
    }
    symbol.push('"');
    symbol
}
