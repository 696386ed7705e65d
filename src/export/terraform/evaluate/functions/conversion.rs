//! Conversion of types, `try` and `can`.

use super::super::value::{Data, Value};
use super::super::worlds::Question;
use super::super::{Evaluator, Scope};
use super::{Arguments, Outcome, Stop, stop};
use crate::document::Expression;
use crate::text::{Place, SourceId};
use std::rc::Rc;

impl Evaluator<'_, '_, '_> {
    pub(super) fn conversion_function(&self, name: &str, arguments: &Arguments<'_>) -> Outcome {
        let value = arguments.get(0)?;
        let convert = |data: Option<Data>| match data {
            _ if value.is_null() => Ok(value.clone()),
            Some(data) => Ok(Value {
                data,
                ..value.clone()
            }),
            None => Err(stop(value)),
        };
        match name {
            "tostring" if matches!(value.data, Data::Partial(_) | Data::Id(_)) => Ok(value.clone()),
            "tostring" => convert(value.as_text().map(Data::Text)),
            "tonumber" => convert(value.as_number().map(Data::Number)),
            "tobool" => convert(value.as_bool().map(Data::Bool)),
            "tolist" => Ok(self.unify(convert(value.elements().cloned().map(Data::List))?)),
            "toset" => match value.elements() {
                Some(items) => {
                    let list = Value::new(Data::List(items.clone()), value.place);
                    let items = self.unify(list);
                    let items = items.elements().map_or_else(Vec::new, |all| all.to_vec());
                    Ok(self.set(items, value.place))
                }
                None => convert(None),
            },
            "tomap" => convert(value.as_map().cloned().map(Data::Map)),
            "sensitive" => Ok(value.clone().marked(true)),
            "nonsensitive" => Ok(Value {
                sensitive: false,
                ..value.clone()
            }),
            "issensitive" => Ok(Value::bool(value.sensitive, arguments.place)),
            "ephemeralasnull" => Ok(value.clone()),
            _ => Err(Stop::Unknown),
        }
    }

    /// The elements of a list have one type: numbers and truth values next to a text are texts.
    fn unify(&self, value: Value) -> Value {
        let Data::List(items) = &value.data else {
            return value;
        };
        let is_text = |item: &Value| matches!(item.data, Data::Text(_) | Data::Partial(_));
        let is_other = |item: &Value| matches!(item.data, Data::Number(_) | Data::Bool(_));
        if !items.iter().any(is_text) || !items.iter().any(is_other) {
            return value;
        }
        self.charge(items.len());
        let as_text = |item: &Value| match item.as_text() {
            Some(text) => Value {
                data: Data::Text(text),
                ..item.clone()
            },
            None => item.clone(),
        };
        let items = items.iter().map(as_text).collect();
        Value {
            data: Data::List(Rc::new(items)),
            ..value
        }
    }

    /// The first argument that Terraform does not reject. An unknown one may be rejected, so
    /// that each of those after it is a possible value too.
    pub(super) fn attempt(
        &self,
        scope: Scope<'_>,
        source: SourceId,
        arguments: &[Expression],
        place: Place,
    ) -> Value {
        for (index, argument) in arguments.iter().enumerate() {
            let value = self.expression(scope, source, argument);
            if value.is_rejected() {
                continue;
            }
            let is_last = index + 1 == arguments.len();
            if value.is_unknown() && !is_last {
                let question = format!("can({})", self.symbol_of(&value));
                let question = Question::Condition(self.symbol(question));
                if self.ask(question) != 0 {
                    continue;
                }
            }
            return value;
        }
        Value::rejected(place)
    }

    pub(super) fn can(
        &self,
        scope: Scope<'_>,
        source: SourceId,
        arguments: &[Expression],
        place: Place,
    ) -> Value {
        let Some(argument) = arguments.first() else {
            return Value::rejected(place);
        };
        let value = self.expression(scope, source, argument);
        if value.is_unknown() {
            let symbol = format!("can({})", self.symbol_of(&value));
            return Value::unknown(self.symbol(symbol), place);
        }
        Value::bool(!value.is_rejected(), place)
    }
}
