//! Types of variables and the conversion to them.

use super::value::{Data, Entry, Key, Map, Value};
use super::{Evaluator, Scope};
use crate::document::{Expression, Form, Kind, Node};
use crate::text::SourceId;
use std::cmp::Ordering;
use std::rc::Rc;

/// A type constraint.
pub(super) enum Type {
    Any,
    Text,
    Number,
    Bool,
    List(Box<Type>),
    Set(Box<Type>),
    Map(Box<Type>),
    Object(Vec<Attribute>),
    Tuple(Vec<Type>),
}

/// An attribute of an object.
pub(super) struct Attribute {
    name: Rc<str>,
    kind: Type,
    is_optional: bool,
    default: Option<Expression>,
}

impl<'d, 'a> Evaluator<'_, 'd, 'a> {
    /// The type that an argument `type` declares.
    pub(super) fn type_of(&self, node: Node<'d, 'a>) -> Option<Type> {
        if node.kind() == Kind::Expression {
            return Some(read(&*self.syntax(node)?));
        }
        // The JSON syntax has it as text.
        let text = node.text()?;
        let inside = crate::document::from_template(&format!("${{{text}}}"), node.span());
        Some(read(&inside))
    }

    /// A value as its type has it. What cannot be converted stays as it is: Terraform rejects
    /// it, and what is written is judged.
    pub(super) fn convert(
        &self,
        scope: Scope<'_>,
        source: SourceId,
        value: &Value,
        kind: &Type,
    ) -> Value {
        if !self.charge(1) {
            return value.clone();
        }
        let converted = match kind {
            Type::Any => None,
            Type::Text => value.as_text().map(Data::Text),
            Type::Number => value.as_number().map(Data::Number),
            Type::Bool => value.as_bool().map(Data::Bool),
            Type::List(inner) => self
                .converted(scope, source, value, inner)
                .map(|items| Data::List(Rc::new(items))),
            Type::Set(inner) => {
                let items = self.converted(scope, source, value, inner);
                return match items {
                    Some(items) => self.set(items, value.place).marked(value.sensitive),
                    None => value.clone(),
                };
            }
            Type::Map(inner) => self.convert_map(scope, source, value, inner),
            Type::Object(attributes) => self.convert_object(scope, source, value, attributes),
            Type::Tuple(kinds) => value.elements().map(|items| {
                let pairs = items.iter().zip(kinds);
                let items = pairs.map(|(item, kind)| self.convert(scope, source, item, kind));
                Data::List(Rc::new(items.collect()))
            }),
        };
        match converted {
            Some(data) if !value.is_null() => Value {
                data,
                ..value.clone()
            },
            _ => value.clone(),
        }
    }

    fn converted(
        &self,
        scope: Scope<'_>,
        source: SourceId,
        value: &Value,
        kind: &Type,
    ) -> Option<Vec<Value>> {
        let items = value.elements()?.iter();
        Some(
            items
                .map(|item| self.convert(scope, source, item, kind))
                .collect(),
        )
    }

    fn convert_map(
        &self,
        scope: Scope<'_>,
        source: SourceId,
        value: &Value,
        kind: &Type,
    ) -> Option<Data> {
        let mut map = (**value.as_map()?).clone();
        for entry in map.entries.values_mut() {
            entry.value = self.convert(scope, source, &entry.value, kind);
        }
        Some(Data::Map(Rc::new(map)))
    }

    /// The attributes that are declared, with the defaults of those that are not set.
    fn convert_object(
        &self,
        scope: Scope<'_>,
        source: SourceId,
        value: &Value,
        attributes: &[Attribute],
    ) -> Option<Data> {
        let given = value.as_map()?;
        let mut map = Map {
            is_open: given.is_open,
            ..Map::default()
        };
        for attribute in attributes {
            let key = Key::Text(attribute.name.clone());
            let entry = given.entries.get(&key);
            let set = entry.filter(|entry| !entry.value.is_null() || attribute.default.is_none());
            let found = match (set, &attribute.default) {
                (Some(entry), _) => Some(entry.value.clone()),
                (None, Some(default)) => Some(self.expression(scope, source, default)),
                (None, None) if attribute.is_optional && !given.is_open => {
                    Some(Value::new(Data::Null, value.place))
                }
                _ => None,
            };
            let Some(found) = found else { continue };
            let name = entry.map_or_else(
                || Value::text(attribute.name.clone(), found.place),
                |entry| entry.key.clone(),
            );
            let value = self.convert(scope, source, &found, &attribute.kind);
            map.entries.insert(key, Entry { key: name, value });
        }
        Some(Data::Map(Rc::new(map)))
    }

    /// A set: each value once, in Terraform's order.
    pub(super) fn set(&self, items: Vec<Value>, place: crate::text::Place) -> Value {
        self.charge(items.len());
        let mut distinct: Vec<Value> = Vec::with_capacity(items.len());
        if items
            .iter()
            .all(|item| matches!(item.data, Data::Text(_) | Data::Number(_)))
        {
            distinct = items;
            distinct.sort_by(order);
            distinct.dedup_by(|one, other| order(one, other) == Ordering::Equal);
        } else {
            for item in items {
                let is_known = |known: &Value| self.equals(known, &item) == Some(true);
                if !self.charge(distinct.len()) || !distinct.iter().any(is_known) {
                    distinct.push(item);
                }
            }
            distinct.sort_by(order);
        }
        Value::new(Data::Set(Rc::new(distinct)), place)
    }
}

/// The order of the elements of a set: numbers and texts by value, others as they are.
fn order(one: &Value, other: &Value) -> Ordering {
    match (&one.data, &other.data) {
        (Data::Number(one), Data::Number(other)) => one.cmp(other),
        (Data::Text(one), Data::Text(other)) => one.cmp(other),
        _ => Ordering::Equal,
    }
}

fn read(expression: &Expression) -> Type {
    match &expression.form {
        Form::Name(name) | Form::Text(name) => match &**name {
            "string" => Type::Text,
            "number" => Type::Number,
            "bool" => Type::Bool,
            "list" => Type::List(Box::new(Type::Any)),
            "set" => Type::Set(Box::new(Type::Any)),
            "map" => Type::Map(Box::new(Type::Any)),
            _ => Type::Any,
        },
        Form::Call(call) => {
            let inner = || Box::new(call.arguments.first().map_or(Type::Any, read));
            match &*call.name {
                "list" => Type::List(inner()),
                "set" => Type::Set(inner()),
                "map" => Type::Map(inner()),
                "optional" => *inner(),
                "object" => call.arguments.first().map_or(Type::Any, read_object),
                "tuple" => match call.arguments.first().map(|one| &one.form) {
                    Some(Form::List(items)) => Type::Tuple(items.iter().map(read).collect()),
                    _ => Type::Any,
                },
                _ => Type::Any,
            }
        }
        _ => Type::Any,
    }
}

fn read_object(expression: &Expression) -> Type {
    let Form::Map(entries) = &expression.form else {
        return Type::Any;
    };
    let attribute = |(key, value): &(Expression, Expression)| {
        let Form::Text(name) = &key.form else {
            return None;
        };
        let optional = match &value.form {
            Form::Call(call) if &*call.name == "optional" => Some(call),
            _ => None,
        };
        Some(Attribute {
            name: (**name).into(),
            kind: read(value),
            is_optional: optional.is_some(),
            default: optional.and_then(|call| call.arguments.get(1).cloned()),
        })
    };
    Type::Object(entries.iter().filter_map(attribute).collect())
}
