//! The arguments and blocks of a resource, with its `dynamic` blocks.

use super::value::{Data, Map, Part, Value};
use super::{Binding, Evaluator, Scope, unknown_at};
use crate::document::{Kind, Node};
use crate::export::terraform::value as facts;
use crate::model::{Text, TextPart, Why};
use crate::text::Place;

/// Arguments that say how often a resource repeats. An instance that contained them would contain
/// all others.
const REPETITION: [&str; 2] = ["for_each", "count"];

impl<'d, 'a> Evaluator<'_, 'd, 'a> {
    /// The arguments and blocks of a resource; those of override files replace others.
    pub(super) fn body(&self, scope: Scope<'_>, bodies: &[Node<'d, 'a>]) -> facts::Value<'a> {
        let Some((first, others)) = bodies.split_first() else {
            return facts::Value::unknown(Place::default());
        };
        let mut value = self.block(scope, *first, &REPETITION);
        for body in others {
            for pair in self.block(scope, *body, &REPETITION).pairs() {
                value.set(pair.clone());
            }
        }
        value
    }

    /// A block without the arguments `left_out`.
    fn block(&self, scope: Scope<'_>, body: Node<'d, 'a>, left_out: &[&str]) -> facts::Value<'a> {
        let mut pairs = Vec::new();
        for (key, node) in body.entries() {
            let name = key.text().unwrap_or_default();
            if left_out.contains(&&*name) {
                continue;
            }
            if name == "dynamic" {
                self.dynamic(scope, node, &mut pairs);
                continue;
            }
            pairs.push(facts::Pair {
                key: name,
                place: key.place(),
                value: self.argument(scope, node),
            });
        }
        facts::Value::new(facts::Data::Map(pairs), body.place())
    }

    fn argument(&self, scope: Scope<'_>, node: Node<'d, 'a>) -> facts::Value<'a> {
        match node.kind() {
            Kind::Map | Kind::List | Kind::Expression => self.fact(&self.node(scope, node)),
            // Terraform has no `1e3` and no `1.50` once a number is read.
            Kind::Number if node.written().contains(['.', 'e', 'E']) => {
                self.fact(&self.node(scope, node))
            }
            _ if self.syntax(node).is_some() => self.fact(&self.node(scope, node)),
            // A literal that borrows from its file.
            _ => facts::Value::new(facts::scalar(node), node.place()),
        }
    }

    /// `dynamic "name" { .. }`, in JSON also a list of them at any level.
    fn dynamic(&self, scope: Scope<'_>, node: Node<'d, 'a>, pairs: &mut Vec<facts::Pair<'a>>) {
        for item in node.items() {
            self.dynamic(scope, item, pairs);
        }
        for (label, body) in node.entries() {
            let name = label.text().unwrap_or_default();
            let several = body.items();
            for body in several.chain((body.kind() == Kind::Map).then_some(body)) {
                self.dynamic_block(scope, &name, body, pairs);
            }
        }
    }

    fn dynamic_block(
        &self,
        scope: Scope<'_>,
        name: &str,
        body: Node<'d, 'a>,
        pairs: &mut Vec<facts::Pair<'a>>,
    ) {
        let place = body.place();
        let Some(content) = body.get("content") else {
            return;
        };
        let iterator = body
            .get("iterator")
            .map_or(name, |node| node.written().trim_matches('"'));
        let begin = self.worlds.borrow().log.len();
        let collection = body
            .get("for_each")
            .map_or_else(|| unknown_at(place), |node| self.node(scope, node));
        let elements = self.pairs(&collection);
        let is_default_empty =
            elements.as_ref().is_some_and(Vec::is_empty) && self.took_default(begin);
        let elements = match elements {
            Some(elements) if !is_default_empty => elements,
            Some(_) => Vec::new(),
            None => {
                let rest = Value::rest(self.symbol_of(&collection), collection.place);
                vec![(rest.clone(), rest)]
            }
        };
        let mut is_open = is_default_empty;
        for (key, value) in elements {
            is_open |= value.is_rest();
            let mut each = Map::default();
            each.insert(Value::text("key", place), single(key));
            each.insert(Value::text("value", place), single(value));
            let binding = Binding {
                name: iterator,
                value: Value::map(each, place),
                outer: scope.names,
            };
            pairs.push(facts::Pair {
                key: Text::Owned(name.to_owned()),
                place,
                value: self.block(scope.with(&binding).deeper(), content, &[]),
            });
        }
        if is_open {
            // There may be none of these blocks, or more.
            pairs.push(facts::Pair {
                key: Text::Owned(name.to_owned()),
                place,
                value: facts::Value::unknown(place),
            });
        }
    }

    fn took_default(&self, begin: usize) -> bool {
        let worlds = self.worlds.borrow();
        let is_default = |one: &super::Dependency| matches!(one, super::Dependency::Default(_));
        worlds
            .log
            .get(begin..)
            .is_some_and(|log| log.iter().any(is_default))
    }

    /// A value as the facts have it. Its size is charged, since sharing ends here.
    pub(super) fn fact(&self, value: &Value) -> facts::Value<'a> {
        if !self.charge(1) {
            return facts::Value::unknown(value.place);
        }
        if value.sensitive || value.is_content {
            self.keep_secret(value);
        }
        if let Some(parts) = &value.parts {
            let mut known = self.parts.borrow_mut();
            known.push((value.place, parts.to_vec()));
        }
        let data = match &value.data {
            Data::Null => facts::Data::Null,
            Data::Bool(truth) => facts::Data::Bool(*truth),
            Data::Number(number) => facts::Data::Number(Text::Owned(number.to_string())),
            Data::Text(text) => facts::Data::Text(Text::Owned(text.to_string())),
            Data::Partial(parts) => facts::Data::Partial(parts.iter().map(fact_part).collect()),
            Data::List(items) | Data::Set(items) => {
                facts::Data::List(items.iter().map(|item| self.fact(item)).collect())
            }
            Data::Map(map) => {
                let pair = |entry: &super::value::Entry| {
                    Some(facts::Pair {
                        key: Text::Owned(entry.key.as_text()?.to_string()),
                        place: entry.key.place,
                        value: self.fact(&entry.value.clone().marked(value.sensitive)),
                    })
                };
                facts::Data::Map(map.entries.values().filter_map(pair).collect())
            }
            Data::Id(address) => facts::Data::Id(address.to_string()),
            Data::Unknown(_) | Data::Rejected => facts::Data::Unknown(Why::Expression),
        };
        facts::Value::new(data, value.place)
    }

    fn keep_secret(&self, value: &Value) {
        if let Data::Text(text) = &value.data {
            let mut secrets = self.secrets.borrow_mut();
            secrets.push((value.place, text.to_string()));
        }
    }
}

/// One element in place of any number.
fn single(value: Value) -> Value {
    match &value.data {
        Data::Unknown(unknown) if unknown.is_rest => {
            Value::unknown(unknown.symbol.clone(), value.place)
        }
        _ => value,
    }
}

fn fact_part(part: &Part) -> TextPart {
    match part {
        Part::Known(text) => TextPart::Known(text.to_string()),
        Part::Unknown(symbol) => TextPart::Unknown(symbol.to_string()),
    }
}
