//! The functions of Terraform that depend on their arguments only.
//!
//! Invariant: a function of time, chance, a hash, the network or a provider is unknown, and so
//! is a function that this version does not know.

mod collection;
mod conversion;
mod encoding;
mod filesystem;
mod numeric;
mod string;

use super::number::Number;
use super::value::{Data, Map, Value};
use super::{Bound, Evaluator, LONGEST, Scope};
use crate::document::Call;
use crate::text::{Place, SourceId};
use std::rc::Rc;

/// Why a function has no known result.
pub(super) enum Stop {
    /// An argument is unknown.
    Unknown,
    /// Terraform rejects the arguments.
    Rejected,
    /// The result is past a bound.
    Bound(Bound),
}

/// Functions that read data from a text. The data of a file is shown, its text is not.
const DECODERS: [&str; 3] = ["jsondecode", "yamldecode", "csvdecode"];

/// The texts among values, and in lists among them.
fn texts_in(values: &[Value]) -> impl Iterator<Item = &Value> {
    values.iter().flat_map(|value| match value.elements() {
        Some(items) => items.iter().take(MOST_TEXTS),
        None => std::slice::from_ref(value).iter().take(1),
    })
}

/// The most elements of a list whose places are remembered.
const MOST_TEXTS: usize = 16;

type Outcome = Result<Value, Stop>;

/// A call whose arguments are evaluated.
pub(super) struct Arguments<'c> {
    values: &'c [Value],
    place: Place,
}

impl<'c> Arguments<'c> {
    const fn len(&self) -> usize {
        self.values.len()
    }

    fn get(&self, index: usize) -> Result<&'c Value, Stop> {
        self.values.get(index).ok_or(Stop::Rejected)
    }

    fn text(&self, index: usize) -> Result<Rc<str>, Stop> {
        text(self.get(index)?)
    }

    fn number(&self, index: usize) -> Result<Number, Stop> {
        number(self.get(index)?)
    }

    fn integer(&self, index: usize) -> Result<i128, Stop> {
        self.number(index)?.to_integer().ok_or(Stop::Rejected)
    }

    fn list(&self, index: usize) -> Result<&'c Rc<Vec<Value>>, Stop> {
        list(self.get(index)?)
    }

    /// A list of which all elements are there.
    fn whole_list(&self, index: usize) -> Result<&'c Rc<Vec<Value>>, Stop> {
        let items = self.list(index)?;
        if items.iter().any(Value::is_rest) {
            return Err(Stop::Unknown);
        }
        Ok(items)
    }

    fn map(&self, index: usize) -> Result<&'c Rc<Map>, Stop> {
        let value = self.get(index)?;
        value.as_map().ok_or_else(|| stop(value))
    }

    /// The place of the result: that of the only argument, or the call.
    fn result_place(&self) -> Place {
        match self.values {
            [only] if only.is_scalar() => only.place,
            _ => self.place,
        }
    }
}

/// Why a value is not of the wanted type.
fn stop(value: &Value) -> Stop {
    match value.data {
        Data::Unknown(_) | Data::Id(_) | Data::Partial(_) => Stop::Unknown,
        _ => Stop::Rejected,
    }
}

fn text(value: &Value) -> Result<Rc<str>, Stop> {
    value.as_text().ok_or_else(|| stop(value))
}

fn number(value: &Value) -> Result<Number, Stop> {
    value.as_number().ok_or_else(|| stop(value))
}

fn list(value: &Value) -> Result<&Rc<Vec<Value>>, Stop> {
    value.elements().ok_or_else(|| stop(value))
}

impl Evaluator<'_, '_, '_> {
    pub(super) fn call(
        &self,
        scope: Scope<'_>,
        source: SourceId,
        call: &Call,
        place: Place,
    ) -> Value {
        let name = call.name.strip_prefix("core::").unwrap_or(&call.name);
        match name {
            "try" => return self.attempt(scope, source, &call.arguments, place),
            "can" => return self.can(scope, source, &call.arguments, place),
            _ => {}
        }
        let mut values: Vec<Value> = Vec::with_capacity(call.arguments.len());
        for argument in &call.arguments {
            values.push(self.expression(scope, source, argument));
        }
        if call.expands
            && let Some(last) = values.pop()
        {
            match last.elements() {
                Some(items) => values.extend(items.iter().cloned()),
                // Any number of unknown arguments.
                None if last.is_unknown() => {
                    values.push(Value::rest(self.symbol_of(&last), last.place));
                }
                None => return Value::rejected(place),
            }
        }
        if values.iter().any(Value::is_rejected) {
            return Value::rejected(place);
        }
        self.charge(values.len());
        let sensitive = values.iter().any(|value| value.sensitive);
        let arguments = Arguments {
            values: &values,
            place,
        };
        let is_content = values.iter().any(|value| value.is_content) && !DECODERS.contains(&name);
        let value = match self.function(scope, name, &arguments) {
            Ok(value) => value,
            Err(Stop::Rejected) => Value::rejected(place),
            Err(Stop::Bound(bound)) => self.beyond(bound, place),
            Err(Stop::Unknown) => self.unknown_call(name, &values, place),
        };
        let value = match value.parts {
            None if value.place == place => value.made_of(texts_in(&values)),
            _ => value,
        };
        let value = value.of_content(is_content);
        match name {
            "nonsensitive" | "issensitive" => value,
            _ => value.marked(sensitive),
        }
    }

    fn unknown_call(&self, name: &str, values: &[Value], place: Place) -> Value {
        let values = values.iter().map(|value| self.symbol_of(value));
        let values: Vec<_> = values.collect();
        Value::unknown(self.symbol(format!("{name}({})", values.join(", "))), place)
    }

    fn function(&self, scope: Scope<'_>, name: &str, arguments: &Arguments<'_>) -> Outcome {
        self.string_function(name, arguments)
            .or_else(|| self.collection_function(name, arguments))
            .or_else(|| Self::numeric_function(name, arguments))
            .or_else(|| self.encoding_function(name, arguments))
            .or_else(|| self.file_function(scope, name, arguments))
            .unwrap_or_else(|| self.conversion_function(name, arguments))
    }

    fn text_result(&self, text: String, place: Place) -> Outcome {
        if text.len() > LONGEST {
            return Err(Stop::Bound(Bound::Length));
        }
        Ok(self.text_value(text, place))
    }
}
