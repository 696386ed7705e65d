//! Operators and conditionals.

use super::number::Number;
use super::value::{Data, Part, Value};
use super::{Evaluator, Scope};
use crate::document::{Expression, Form, Operator};
use crate::text::{Place, SourceId};
use std::rc::Rc;

impl Evaluator<'_, '_, '_> {
    pub(super) fn not(&self, value: &Value, place: Place) -> Value {
        match &value.data {
            Data::Unknown(unknown) => {
                let symbol = unknown
                    .symbol
                    .strip_prefix('!')
                    .map_or_else(|| self.symbol(format!("!{}", unknown.symbol)), Into::into);
                Value::unknown(symbol, place)
            }
            _ => match value.as_bool() {
                Some(truth) => Value::bool(!truth, place),
                None => Value::rejected(place),
            },
        }
        .marked(value.sensitive)
    }

    pub(super) fn negate(&self, value: &Value, place: Place) -> Value {
        if value.is_unknown() {
            let symbol = self.symbol(format!("-{}", self.symbol_of(value)));
            return Value::unknown(symbol, place);
        }
        let negated = value.as_number().and_then(Number::negate);
        negated.map_or_else(
            || Value::rejected(place),
            |number| Value::number(number, place),
        )
    }

    pub(super) fn binary(
        &self,
        scope: Scope<'_>,
        source: SourceId,
        operator: Operator,
        [left, right]: &[Expression; 2],
        place: Place,
    ) -> Value {
        let left = self.expression(scope, source, left);
        let right = self.expression(scope, source, right);
        let sensitive = left.sensitive || right.sensitive;
        if left.is_rejected() || right.is_rejected() {
            return Value::rejected(place);
        }
        match operator {
            Operator::And | Operator::Or => self.logic(operator, &left, &right, place),
            Operator::Equal => self.equality(&left, &right, place),
            Operator::NotEqual => {
                let equal = self.equality(&left, &right, place);
                self.not(&equal, place)
            }
            _ => self.arithmetic(operator, &left, &right, place),
        }
        .marked(sensitive)
    }

    fn logic(&self, operator: Operator, left: &Value, right: &Value, place: Place) -> Value {
        let decides = matches!(operator, Operator::Or);
        let known = [left.as_bool(), right.as_bool()];
        if known.contains(&Some(decides)) {
            return Value::bool(decides, place);
        }
        match known {
            [Some(_), Some(_)] => Value::bool(!decides, place),
            [Some(_), None] if right.is_unknown() => right.clone().at(place),
            [None, Some(_)] if left.is_unknown() => left.clone().at(place),
            [None, None] if left.is_unknown() && right.is_unknown() => {
                self.unknown_operation(operator, left, right, place)
            }
            _ => Value::rejected(place),
        }
    }

    fn unknown_operation(
        &self,
        operator: Operator,
        left: &Value,
        right: &Value,
        place: Place,
    ) -> Value {
        let (left, right) = (self.symbol_of(left), self.symbol_of(right));
        let sign = sign(operator);
        Value::unknown(self.symbol(format!("({left} {sign} {right})")), place)
    }

    pub(super) fn equality(&self, left: &Value, right: &Value, place: Place) -> Value {
        if let Some(equal) = self.equals(left, right) {
            return Value::bool(equal, place);
        }
        // The literal is the second operand of the normalised expression.
        let (left, right) = if left.is_scalar() {
            (right, left)
        } else {
            (left, right)
        };
        self.unknown_operation(Operator::Equal, left, right, place)
    }

    /// Whether two values are equal; `None` if that is unknown.
    pub(super) fn equals(&self, left: &Value, right: &Value) -> Option<bool> {
        if !self.charge(1) {
            return None;
        }
        match (&left.data, &right.data) {
            (Data::Unknown(one), Data::Unknown(other)) => {
                (one.symbol == other.symbol && !one.is_rest).then_some(true)
            }
            // An id is never null, and those of different resources differ.
            (Data::Id(one), Data::Id(other)) | (Data::Text(one), Data::Text(other)) => {
                Some(one == other)
            }
            (Data::Id(_) | Data::Partial(_), Data::Null)
            | (Data::Null, Data::Id(_) | Data::Partial(_)) => Some(false),
            (Data::Partial(one), Data::Partial(other)) => (one == other).then_some(true),
            (Data::Partial(parts), Data::Text(text)) | (Data::Text(text), Data::Partial(parts)) => {
                excludes(parts, text).then_some(false)
            }
            (Data::Unknown(_) | Data::Id(_) | Data::Partial(_), _)
            | (_, Data::Unknown(_) | Data::Id(_) | Data::Partial(_)) => None,
            (Data::List(one) | Data::Set(one), Data::List(other) | Data::Set(other)) => {
                self.all_equal(one, other)
            }
            (Data::Map(one), Data::Map(other)) => {
                if Rc::ptr_eq(one, other) {
                    return Some(true);
                }
                if !one.is_complete() || !other.is_complete() {
                    return None;
                }
                if one.entries.len() != other.entries.len() {
                    return Some(false);
                }
                let pairs = one.entries.iter().zip(&other.entries);
                all(pairs.map(|((key, own), (other_key, other))| {
                    if key == other_key {
                        self.equals(&own.value, &other.value)
                    } else {
                        Some(false)
                    }
                }))
            }
            (Data::Null, Data::Null) => Some(true),
            (Data::Bool(one), Data::Bool(other)) => Some(one == other),
            (Data::Number(one), Data::Number(other)) => Some(one == other),
            _ => Some(false),
        }
    }

    fn all_equal(&self, one: &Rc<Vec<Value>>, other: &Rc<Vec<Value>>) -> Option<bool> {
        if Rc::ptr_eq(one, other) {
            return Some(true);
        }
        if one.iter().chain(other.iter()).any(Value::is_rest) {
            return None;
        }
        if one.len() != other.len() {
            return Some(false);
        }
        let pairs = one.iter().zip(other.iter());
        all(pairs.map(|(one, other)| self.equals(one, other)))
    }

    fn arithmetic(&self, operator: Operator, left: &Value, right: &Value, place: Place) -> Value {
        if left.is_unknown() || right.is_unknown() {
            return self.unknown_operation(operator, left, right, place);
        }
        let (Some(one), Some(other)) = (left.as_number(), right.as_number()) else {
            return Value::rejected(place);
        };
        let number = match operator {
            Operator::Add => one.add(other),
            Operator::Subtract => one.subtract(other),
            Operator::Multiply => one.multiply(other),
            Operator::Divide | Operator::Remainder if other.signum() == 0 => {
                return self.unknown_operation(operator, left, right, place);
            }
            Operator::Divide => one.divide(other),
            Operator::Remainder => one.remainder(other),
            Operator::Less => return Value::bool(one < other, place),
            Operator::LessOrEqual => return Value::bool(one <= other, place),
            Operator::Greater => return Value::bool(one > other, place),
            _ => return Value::bool(one >= other, place),
        };
        match number {
            Some(number) => Value::number(number, place),
            None => self.unknown_operation(operator, left, right, place),
        }
    }

    pub(super) fn conditional(
        &self,
        scope: Scope<'_>,
        source: SourceId,
        [condition, then, otherwise]: &[Expression; 3],
        place: Place,
    ) -> Value {
        let condition = self.expression(scope, source, condition);
        let Some(truth) = self.decide(&condition) else {
            return Value::rejected(place);
        };
        let (chosen, other) = if truth {
            (then, otherwise)
        } else {
            (otherwise, then)
        };
        let value = self.expression(scope, source, chosen);
        // Both results have one type, so that a number next to a text is a text.
        let is_text = matches!(other.form, Form::Text(_) | Form::Template(_));
        let is_scalar = matches!(value.data, Data::Number(_) | Data::Bool(_));
        let value = match value.as_text() {
            Some(text) if is_text && is_scalar => Value::text(text, value.place),
            _ => value,
        };
        value.marked(condition.sensitive)
    }
}

/// Whether all are true: false if one is false, unknown if one is unknown.
fn all(truths: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(true);
    for truth in truths {
        match truth {
            Some(false) => return Some(false),
            None => result = None,
            Some(true) => {}
        }
    }
    result
}

/// Whether a text cannot be one of these parts.
fn excludes(parts: &[Part], text: &str) -> bool {
    let begins = match parts.first() {
        Some(Part::Known(known)) => text.starts_with(&**known),
        _ => true,
    };
    let ends = match parts.last() {
        Some(Part::Known(known)) => text.ends_with(&**known),
        _ => true,
    };
    !begins || !ends
}

const fn sign(operator: Operator) -> &'static str {
    match operator {
        Operator::Add => "+",
        Operator::Subtract => "-",
        Operator::Multiply => "*",
        Operator::Divide => "/",
        Operator::Remainder => "%",
        Operator::Equal => "==",
        Operator::NotEqual => "!=",
        Operator::Less => "<",
        Operator::LessOrEqual => "<=",
        Operator::Greater => ">",
        Operator::GreaterOrEqual => ">=",
        Operator::And => "&&",
        Operator::Or => "||",
    }
}
