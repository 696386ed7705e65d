//! The values of a resource, whatever they were read from.
//!
//! Invariant: a configuration, a state and a plan all end in this one form, so that one lowering
//! serves them. What could not be resolved becomes [`Data::Unknown`].

use crate::document::{Kind, Node};
use crate::model::{Text, TextPart, Why};
use crate::text::Place;

/// A value at its place.
#[derive(Clone, Debug)]
pub(super) struct Value<'a> {
    pub(super) place: Place,
    pub(super) data: Data<'a>,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(super) enum Data<'a> {
    /// Nothing: as if it were not there.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number, as written.
    Number(Text<'a>),
    /// Text.
    Text(Text<'a>),
    /// Text of which parts are unknown.
    Partial(Vec<TextPart>),
    /// A list or set.
    List(Vec<Value<'a>>),
    /// An object, a map, or a block. A block that stands twice is a key that stands twice.
    Map(Vec<Pair<'a>>),
    /// The id of a resource or data source, by its address.
    Id(String),
    /// It may be anything.
    Unknown(Why),
}

/// A key and its value.
#[derive(Clone, Debug)]
pub(super) struct Pair<'a> {
    pub(super) key: Text<'a>,
    pub(super) place: Place,
    pub(super) value: Value<'a>,
}

impl<'a> Value<'a> {
    /// Whether it is true, as Terraform takes it.
    pub(super) fn is_true(&self) -> bool {
        match &self.data {
            Data::Bool(truth) => *truth,
            Data::Text(text) => text == "true",
            _ => false,
        }
    }

    /// The values under a key: those of a list, or of blocks.
    pub(super) fn listed(&self, key: &str) -> Vec<&Self> {
        let mut found = Vec::new();
        for pair in self.pairs().iter().filter(|pair| pair.key == key) {
            match &pair.value.data {
                Data::List(items) => found.extend(items),
                Data::Null => {}
                _ => found.push(&pair.value),
            }
        }
        found
    }

    pub(super) const fn new(data: Data<'a>, place: Place) -> Self {
        Self { place, data }
    }

    pub(super) const fn unknown(place: Place) -> Self {
        Self::new(Data::Unknown(Why::Expression), place)
    }

    /// The value that a node is when everything in it is literal, as in a state.
    pub(super) fn literal(node: Node<'_, 'a>) -> Self {
        let data = match node.kind() {
            Kind::List => Data::List(node.items().map(Self::literal).collect()),
            Kind::Map => Data::Map(
                node.entries()
                    .filter_map(|(key, value)| {
                        Some(Pair {
                            key: key.text()?,
                            place: key.place(),
                            value: Self::literal(value),
                        })
                    })
                    .collect(),
            ),
            _ => scalar(node),
        };
        Self::new(data, node.place())
    }

    /// The keys and values of a map; none of anything else.
    pub(super) fn pairs(&self) -> &[Pair<'a>] {
        match &self.data {
            Data::Map(pairs) => pairs,
            _ => &[],
        }
    }

    /// The value under a key; nothing if it is null.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let pair = self.pairs().iter().rfind(|pair| pair.key == key)?;
        (!matches!(pair.value.data, Data::Null)).then_some(&pair.value)
    }

    /// The text under a key, if it is known.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        match &self.get(key)?.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it, and all in it, is known.
    pub(super) fn is_known(&self) -> bool {
        match &self.data {
            Data::Unknown(_) | Data::Partial(_) => false,
            Data::List(items) => items.iter().all(Self::is_known),
            Data::Map(pairs) => pairs.iter().all(|pair| pair.value.is_known()),
            _ => true,
        }
    }

    /// Sets what stands under a key.
    pub(super) fn set(&mut self, pair: Pair<'a>) {
        if let Data::Map(pairs) = &mut self.data {
            pairs.retain(|before| before.key != pair.key);
            pairs.push(pair);
        }
    }
}

/// A literal value that is neither list nor map.
pub(super) fn scalar<'a>(node: Node<'_, 'a>) -> Data<'a> {
    match node.kind() {
        Kind::Null => Data::Null,
        Kind::True => Data::Bool(true),
        Kind::False => Data::Bool(false),
        Kind::Number => Data::Number(node.number().unwrap_or_default().into()),
        _ => node
            .text()
            .map_or(Data::Unknown(Why::Expression), Data::Text),
    }
}
