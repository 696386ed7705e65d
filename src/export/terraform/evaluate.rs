//! What the expressions of a configuration come to, where that can be told.
//!
//! Invariant: references to variables, locals, outputs of modules and arguments of resources are
//! followed; nothing is computed. What is left is unknown, never guessed. A value has the
//! place at which it is written, be it in another file. References that multiply or go in
//! circles end in a bound.

use super::configuration::{Module, Resource};
use super::instances::Tree;
use super::kinds;
use super::value::{Data, Pair, Value, scalar};
use super::variables::{Files, Setting};
use crate::document::{Expression, Kind, Node, Piece, Step};
use crate::model::Text;
use crate::text::Place;
use std::cell::Cell;
use std::collections::BTreeMap;

/// So many values a root may come to beyond the bytes that it is written in.
const MOST: usize = 1_000_000;

/// Text that references put together is no longer than this.
const LONGEST: usize = 1 << 16;

/// So deep may values and references nest.
const DEEPEST: usize = 128;

/// A root in which references are followed.
pub(super) struct Evaluator<'e, 'd, 'a> {
    pub(super) tree: &'e Tree<'d, 'a>,
    pub(super) modules: &'e BTreeMap<String, Module<'d, 'a>>,
    pub(super) files: &'e Files<'d, 'a>,
    /// So many values may still be made.
    left: Cell<usize>,
    /// The default of a variable of the root was taken.
    took_default: Cell<bool>,
}

/// Where an evaluation stands: in which instance of a module, how deep.
#[derive(Clone, Copy)]
struct At {
    instance: usize,
    depth: usize,
}

impl<'e, 'd, 'a> Evaluator<'e, 'd, 'a> {
    pub(super) const fn new(
        tree: &'e Tree<'d, 'a>,
        modules: &'e BTreeMap<String, Module<'d, 'a>>,
        files: &'e Files<'d, 'a>,
        bytes: usize,
    ) -> Self {
        Self {
            tree,
            modules,
            files,
            left: Cell::new(MOST + bytes),
            took_default: Cell::new(false),
        }
    }

    /// Whether the bound on values was reached.
    pub(super) const fn is_exhausted(&self) -> bool {
        self.left.get() == 0
    }

    /// The arguments and blocks of a resource in an instance.
    pub(super) fn resource(&self, instance: usize, resource: &Resource<'d, 'a>) -> Value<'a> {
        let at = At { instance, depth: 0 };
        let mut bodies = resource.bodies.iter();
        let Some(first) = bodies.next() else {
            return Value::unknown(Place::default());
        };
        let mut value = self.value(at, *first, &[]);
        for body in bodies {
            for pair in self.value(at, *body, &[]).pairs() {
                value.set(pair.clone());
            }
        }
        value
    }

    /// Whether a block is there in writing only: its `count` comes to 0, or its `for_each` to
    /// nothing. What hangs on the default of a root's variable may be set elsewhere.
    pub(super) fn is_for_nothing(
        &self,
        instance: usize,
        argument: impl Fn(&str) -> Option<Node<'d, 'a>>,
    ) -> bool {
        let at = At { instance, depth: 0 };
        self.took_default.set(false);
        let comes_to = |key, is_none: fn(&Data<'_>) -> bool| {
            argument(key).is_some_and(|node| is_none(&self.value(at, node, &[]).data))
        };
        let is_nothing = comes_to(
            "count",
            |count| matches!(count, Data::Number(number) if number == "0"),
        ) || comes_to("for_each", |each| match each {
            Data::List(items) => items.is_empty(),
            Data::Map(pairs) => pairs.is_empty(),
            _ => false,
        });
        is_nothing && !self.took_default.get()
    }

    /// The text that a node of an instance comes to.
    pub(super) fn text(&self, instance: usize, node: Node<'d, 'a>) -> Option<Text<'a>> {
        match self.value(At { instance, depth: 0 }, node, &[]).data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What a node comes to, and `steps` into it.
    fn value(&self, at: At, node: Node<'d, 'a>, steps: &[Step]) -> Value<'a> {
        let place = node.place();
        self.left.set(self.left.get().saturating_sub(1));
        if at.depth > DEEPEST || self.is_exhausted() {
            return Value::unknown(place);
        }
        let at = At {
            depth: at.depth + 1,
            ..at
        };
        match (node.kind(), steps) {
            (Kind::List, []) => {
                let items = node.items().map(|item| self.value(at, item, &[]));
                Value::new(Data::List(items.collect()), place)
            }
            (Kind::Map, []) => {
                let pairs = node.entries().map(|(key, value)| Pair {
                    key: key.text().unwrap_or_default(),
                    place: key.place(),
                    value: self.value(at, value, &[]),
                });
                Value::new(Data::Map(pairs.collect()), place)
            }
            (Kind::List, [Step::Index(index), rest @ ..]) => match node.items().nth(*index) {
                Some(item) => self.value(at, item, rest),
                None => Value::unknown(place),
            },
            (Kind::Map, [Step::Name(name), rest @ ..]) => match node.get(name) {
                Some(value) => self.value(at, value, rest),
                None => Value::unknown(place),
            },
            (Kind::List | Kind::Map, _) => Value::unknown(place),
            _ => match node.expression() {
                Some(expression) => self.expression(at, &expression, steps, place),
                None if steps.is_empty() => Value::new(scalar(node), place),
                None => Value::unknown(place),
            },
        }
    }

    fn expression(
        &self,
        at: At,
        expression: &Expression,
        steps: &[Step],
        place: Place,
    ) -> Value<'a> {
        match expression {
            Expression::Reference(first) => {
                let mut all = self.settled(at, first, place);
                all.extend_from_slice(steps);
                self.reference(at, &all, place)
            }
            Expression::Template(pieces) if steps.is_empty() => self.template(at, pieces, place),
            _ => Value::unknown(place),
        }
    }

    /// Text and references to text, put together.
    fn template(&self, at: At, pieces: &[Piece], place: Place) -> Value<'a> {
        let mut text = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(part) => text.push_str(part),
                Piece::Reference(steps) => match self.template_value(at, steps, place) {
                    Data::Text(part) | Data::Number(part) => text.push_str(&part),
                    Data::Bool(truth) => text.push_str(if truth { "true" } else { "false" }),
                    _ => return Value::unknown(place),
                },
                Piece::Other => return Value::unknown(place),
            }
            if text.len() > LONGEST {
                return Value::unknown(place);
            }
        }
        Value::new(Data::Text(text.into()), place)
    }

    fn template_value(&self, at: At, steps: &[Step], place: Place) -> Data<'a> {
        self.reference(at, &self.settled(at, steps, place), place)
            .data
    }

    /// Steps with the keys that references come to, here where they are written.
    fn settled(&self, at: At, steps: &[Step], place: Place) -> Vec<Step> {
        let settle = |step: &Step| {
            let Step::Key(inner) = step else {
                return step.clone();
            };
            if at.depth > DEEPEST {
                return Step::Any;
            }
            let deeper = At {
                depth: at.depth + 1,
                ..at
            };
            let inner = self.settled(deeper, inner, place);
            match self.reference(deeper, &inner, place).data {
                Data::Text(name) => Step::Name(name.into_owned()),
                Data::Number(number) => number.parse().map_or(Step::Any, Step::Index),
                _ => Step::Any,
            }
        };
        steps.iter().map(settle).collect()
    }

    fn reference(&self, at: At, steps: &[Step], place: Place) -> Value<'a> {
        let instance = &self.tree.instances[at.instance];
        let Some(module) = self.modules.get(&instance.directory) else {
            return Value::unknown(place);
        };
        let found = match steps {
            [Step::Name(first), Step::Name(name), rest @ ..] => match first.as_str() {
                "var" => self.variable(at, name, rest),
                "local" => module
                    .locals
                    .get(name)
                    .map(|node| self.value(at, *node, rest)),
                "module" => self.output(at, name, rest),
                "each" | "count" | "self" | "path" | "terraform" => None,
                "data" => match rest {
                    [Step::Name(own), rest @ ..] => {
                        self.of_resource(at, false, (name, own), rest, place)
                    }
                    _ => None,
                },
                kind => self.of_resource(at, true, (kind, name), rest, place),
            },
            _ => None,
        };
        found.unwrap_or_else(|| Value::unknown(place))
    }

    /// A variable: what the caller passes, or what files set, or its default.
    fn variable(&self, at: At, name: &str, rest: &[Step]) -> Option<Value<'a>> {
        let instance = &self.tree.instances[at.instance];
        let declared = self.modules.get(&instance.directory)?.variables.get(name);
        let default = declared.and_then(|body| body.get("default"));
        let Some((caller, body)) = instance.caller else {
            return match self.files.setting(name, default)? {
                Setting::Value(node) => {
                    let is_default = default.is_some_and(|own| own.place() == node.place());
                    self.took_default.set(self.took_default.get() || is_default);
                    Some(self.value(at, node, rest))
                }
                Setting::Open => None,
            };
        };
        match body.get(name) {
            Some(node) => {
                let at = At {
                    instance: caller,
                    ..at
                };
                Some(self.value(at, node, rest))
            }
            None => Some(self.value(at, default?, rest)),
        }
    }

    /// An output of a called module; which of several instances does not matter, since what
    /// tells them apart is unknown anyway.
    fn output(&self, at: At, name: &str, rest: &[Step]) -> Option<Value<'a>> {
        let called = *self.tree.instances[at.instance].called.get(name)?;
        let rest = match rest {
            [Step::Index(_) | Step::Key(_) | Step::Any, rest @ ..] => rest,
            [Step::Name(_), Step::Name(_), ..] if self.repeats(at.instance, name) => &rest[1..],
            _ => rest,
        };
        let [Step::Name(output), rest @ ..] = rest else {
            return None;
        };
        let directory = &self.tree.instances[called].directory;
        let node = self
            .modules
            .get(directory)?
            .outputs
            .get(output)?
            .get("value")?;
        let at = At {
            instance: called,
            ..at
        };
        Some(self.value(at, node, rest))
    }

    fn repeats(&self, instance: usize, call: &str) -> bool {
        self.modules
            .get(&self.tree.instances[instance].directory)
            .and_then(|module| module.calls.get(call))
            .is_some_and(|call| call.body.get("for_each").is_some())
    }

    /// The id of a resource, or an argument of it.
    fn of_resource(
        &self,
        at: At,
        managed: bool,
        (kind, name): (&str, &str),
        rest: &[Step],
        place: Place,
    ) -> Option<Value<'a>> {
        let instance = &self.tree.instances[at.instance];
        let mut address = super::configuration::address(managed, kind, name);
        let resource = self.modules.get(&instance.directory)?.resource(&address);
        let repeats = resource.is_some_and(Resource::repeats);
        let rest = match rest {
            [Step::Any | Step::Key(_), ..] => return None,
            [Step::Index(index), rest @ ..] => {
                address = format!("{address}[{index}]");
                rest
            }
            [Step::Name(key), rest @ ..] if repeats => {
                address = format!("{address}[\"{key}\"]");
                rest
            }
            _ => rest,
        };
        match rest {
            [Step::Name(attribute)] if kinds::is_id(kind, attribute) => Some(Value::new(
                Data::Id(instance.prefix.clone() + &address),
                place,
            )),
            [Step::Name(attribute), rest @ ..] if !repeats => {
                let bodies = &resource?.bodies;
                let node = bodies.iter().rev().find_map(|body| body.get(attribute))?;
                Some(self.value(at, node, rest))
            }
            _ => None,
        }
    }
}
