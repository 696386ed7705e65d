//! References: variables, locals, outputs of modules, attributes of resources.

use super::loops::ELEMENT;
use super::repetition::InstanceKey;
use super::value::{Data, Entry, Key, Map, Value};
use super::worlds::{Dependency, Question};
use super::{Evaluator, MemoKey, MemoKind, Scope, unknown_at};
use crate::document::{Expression, Form, Node};
use crate::export::terraform::configuration;
use crate::export::terraform::kinds;
use crate::export::terraform::variables::{Given, Setting};
use crate::text::{Place, SourceId};

/// Arguments of Terraform itself, which are no attributes.
const META: [&str; 8] = [
    "count",
    "for_each",
    "provider",
    "depends_on",
    "lifecycle",
    "provisioner",
    "connection",
    "dynamic",
];

impl<'d, 'a> Evaluator<'_, 'd, 'a> {
    /// The value of a reference. An unknown value has the place of the reference itself.
    pub(super) fn reference(
        &self,
        scope: Scope<'_>,
        source: SourceId,
        expression: &Expression,
    ) -> Value {
        let value = self.referenced(scope, source, expression);
        if value.is_unknown() {
            return value.at(Place::new(source, expression.span));
        }
        value
    }

    fn referenced(&self, scope: Scope<'_>, source: SourceId, expression: &Expression) -> Value {
        let place = Place::new(source, expression.span);
        match &expression.form {
            Form::Element => scope
                .lookup(ELEMENT)
                .map_or_else(|| unknown_at(place), Clone::clone),
            Form::Name(name) => scope
                .lookup(name)
                .map_or_else(|| self.unbound(scope, name, place), Clone::clone),
            Form::Attribute(from, name) => {
                if let Some(value) = self.root(scope, from, name, place) {
                    return value;
                }
                let value = self.expression(scope, source, from);
                let attribute = self.attribute(&value, name, place);
                // The object is kept for other references, with the place of the first.
                let is_resource = matches!(&value.data, Data::Map(map) if map.symbol.is_some());
                if is_resource && matches!(attribute.data, Data::Id(_)) {
                    return attribute.at(place);
                }
                attribute
            }
            _ => unknown_at(place),
        }
    }

    /// A name on its own that nothing binds: the beginning of `data.x.y`, `each`, `count`.
    fn unbound(&self, scope: Scope<'_>, name: &str, place: Place) -> Value {
        let symbol = format!("{}{name}", self.prefix(scope.instance));
        Value::unknown(self.symbol(symbol), place)
    }

    /// `var.x`, `local.x`, `module.x`, `kind.name`, `data.kind.name`, `path.x`.
    fn root(&self, scope: Scope<'_>, from: &Expression, name: &str, place: Place) -> Option<Value> {
        match &from.form {
            Form::Name(first) if scope.lookup(first).is_none() => Some(match &**first {
                "var" => self.variable(scope.instance, name, place),
                "local" => self.local(scope, name, place),
                "module" => self.module(scope, name, place),
                "path" => self.path(scope, name, place),
                "each" | "count" | "terraform" | "data" | "self" | "ephemeral" => return None,
                kind => self.resource(scope, true, kind, name, place),
            }),
            Form::Attribute(inner, kind) => match &inner.form {
                Form::Name(first) if &**first == "data" && scope.lookup("data").is_none() => {
                    Some(self.resource(scope, false, kind, name, place))
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn path(&self, scope: Scope<'_>, name: &str, place: Place) -> Value {
        let directory = match name {
            "module" => self.instance(scope.instance).directory.clone(),
            "root" => self.instance(0).directory.clone(),
            "cwd" => ".".to_owned(),
            _ => return Value::rejected(place),
        };
        // Terraform has paths below the root, so that a literal path is not accused.
        Value::text(directory, place)
    }

    fn local(&self, scope: Scope<'_>, name: &str, place: Place) -> Value {
        let instance = self.instance(scope.instance);
        let Some(module) = self.modules.get(&instance.directory) else {
            return unknown_at(place);
        };
        let Some(node) = module.locals.get(name) else {
            return Value::rejected(place);
        };
        let key = MemoKey {
            instance: scope.instance,
            kind: MemoKind::Local,
            name: name.into(),
        };
        self.memoized(&key, (place, scope.depth), || {
            self.node(Self::fresh(scope), *node)
        })
    }

    /// The scope of a module, as deep as the one that refers to it.
    pub(super) const fn fresh(scope: Scope<'_>) -> Scope<'static> {
        Scope {
            instance: scope.instance,
            names: None,
            depth: scope.depth,
        }
    }

    pub(super) fn variable(&self, instance: usize, name: &str, place: Place) -> Value {
        let key = MemoKey {
            instance,
            kind: MemoKind::Variable,
            name: name.into(),
        };
        self.memoized(&key, (place, 0), || {
            self.variable_value(instance, name, place)
        })
    }

    fn variable_value(&self, index: usize, name: &str, place: Place) -> Value {
        let instance = self.instance(index);
        let declared = self
            .modules
            .get(&instance.directory)
            .and_then(|module| module.variables.get(name).copied());
        let default = declared.and_then(|body| body.get("default"));
        let scope = Scope::root(index);
        let unset = || {
            let symbol = self.symbol(format!("{}var.{name}", instance.prefix));
            Value::unknown(symbol, place)
        };
        let given = match &instance.caller {
            None => self.root_variable(name, default),
            Some(caller) => {
                let outer = Scope::root(caller.instance);
                let argument = caller.body.get(name);
                argument
                    .map(|node| self.with_call_key(index, outer, |scope| self.node(scope, node)))
            }
        };
        let is_nullable = declared
            .and_then(|body| body.get("nullable"))
            .is_none_or(|nullable| nullable.written() != "false");
        let value = match given {
            Some(value) if !value.is_null() || is_nullable => value,
            _ => match default {
                Some(node) => self.node(scope, node),
                None => return unset(),
            },
        };
        let is_sensitive = declared
            .and_then(|body| body.get("sensitive"))
            .is_some_and(|sensitive| sensitive.written() == "true");
        let typed = match declared.and_then(|body| body.get("type")) {
            Some(node) => match self.type_of(node) {
                Some(kind) => self.convert(scope, node.place().source, &value, &kind),
                None => value,
            },
            None => value,
        };
        typed.marked(is_sensitive)
    }

    /// A variable of the root: what files set, in the world of the file that is given.
    fn root_variable(&self, name: &str, default: Option<Node<'d, 'a>>) -> Option<Value> {
        let setting = self.files.setting(name);
        match setting {
            Setting::Fixed(given) => Some(self.given(name, given)),
            Setting::Choice(options) => {
                let names = self.files.choices();
                let answer = self.ask(Question::Files(names.into()));
                match options.get(answer).copied().flatten() {
                    Some(given) => Some(self.given(name, given)),
                    None => self.default_of(name, default),
                }
            }
            Setting::Unset => self.default_of(name, default),
        }
    }

    fn given(&self, name: &str, given: Given<'d, 'a>) -> Value {
        if given.is_foreign {
            return Value::unknown(self.symbol(format!("var.{name}")), given.node.place());
        }
        self.node(Scope::root(0), given.node)
    }

    fn default_of(&self, name: &str, default: Option<Node<'d, 'a>>) -> Option<Value> {
        default?;
        let mut worlds = self.worlds.borrow_mut();
        worlds.log.push(Dependency::Default(name.into()));
        None
    }

    /// The outputs of a called module: an object, or one for each instance.
    fn module(&self, scope: Scope<'_>, name: &str, place: Place) -> Value {
        let key = MemoKey {
            instance: scope.instance,
            kind: MemoKind::Module,
            name: name.into(),
        };
        self.memoized(&key, (place, scope.depth), || {
            self.module_value(scope, name, place)
        })
    }

    fn module_value(&self, scope: Scope<'_>, name: &str, place: Place) -> Value {
        let unknown = || {
            let prefix = self.prefix(scope.instance);
            Value::unknown(self.symbol(format!("{prefix}module.{name}")), place)
        };
        let Some(repetition) = self.call_repetition(scope.instance, name) else {
            return unknown();
        };
        self.repeated(&repetition, place, |key| {
            match self.child(scope.instance, name, key) {
                Some(child) => self.outputs(child, place),
                None => unknown(),
            }
        })
    }

    fn outputs(&self, instance: usize, place: Place) -> Value {
        let directory = self.instance(instance).directory.clone();
        let mut map = Map::default();
        let outputs = self.modules.get(&directory).map(|module| &module.outputs);
        let mut names: Vec<_> = outputs.into_iter().flatten().collect();
        names.sort_by_key(|(name, _)| *name);
        for (name, body) in names {
            let Some(node) = body.get("value") else {
                continue;
            };
            let key = MemoKey {
                instance,
                kind: MemoKind::Output,
                name: name.as_str().into(),
            };
            let is_sensitive = body
                .get("sensitive")
                .is_some_and(|sensitive| sensitive.written() == "true");
            let value = self.memoized(&key, (place, 0), || self.node(Scope::root(instance), node));
            map.insert(
                Value::text(name.as_str(), body.place()),
                value.marked(is_sensitive),
            );
        }
        Value::map(map, place)
    }

    /// One value, or one for each instance of what repeats.
    fn repeated(
        &self,
        repetition: &Value,
        place: Place,
        one: impl Fn(&InstanceKey) -> Value,
    ) -> Value {
        match &repetition.data {
            Data::Null => one(&InstanceKey::Once),
            Data::Number(number) => {
                let count = number.to_index().unwrap_or(0);
                self.list(
                    (0..count).map(|at| one(&InstanceKey::Index(at))).collect(),
                    place,
                )
            }
            Data::Map(keys) => {
                let mut map = Map {
                    is_open: keys.is_open,
                    ..Map::default()
                };
                for (key, entry) in &keys.entries {
                    let value = one(&InstanceKey::Key(key.clone()));
                    let key_value = entry.key.clone();
                    map.entries.insert(
                        key.clone(),
                        Entry {
                            key: key_value,
                            value,
                        },
                    );
                }
                Value::map(map, place)
            }
            _ => {
                let symbol = self.symbol_of(repetition);
                Value::unknown(symbol, place)
            }
        }
    }

    fn resource(
        &self,
        scope: Scope<'_>,
        managed: bool,
        kind: &str,
        name: &str,
        place: Place,
    ) -> Value {
        let address = configuration::address(managed, kind, name);
        let key = MemoKey {
            instance: scope.instance,
            kind: MemoKind::Resource,
            name: address.as_str().into(),
        };
        // The reference is the place of the id, the literal that of an argument.
        let value = self.memoized(&key, (place, scope.depth), || {
            self.resource_value(scope, &address, kind, place)
        });
        value.at(place)
    }

    fn resource_value(&self, scope: Scope<'_>, address: &str, kind: &str, place: Place) -> Value {
        let instance = self.instance(scope.instance);
        let full = format!("{}{address}", instance.prefix);
        let module = self.modules.get(&instance.directory);
        let Some(resource) = module.and_then(|module| module.resource(address)) else {
            // It is not declared here; its id may be known from a state.
            let mut map = Map {
                is_open: true,
                ..Map::default()
            };
            self.add_ids(&mut map, kind, &full, place);
            return Value::map(map, place);
        };
        let repetition = self.resource_repetition(scope.instance, resource);
        if repetition.is_unknown() {
            return Value::unknown(self.symbol(full), place);
        }
        self.repeated(&repetition, place, |key| {
            let own = format!("{full}{}", key.suffix());
            let scope = Self::fresh(scope);
            Self::with_key(&repetition, key, scope, |scope| {
                self.attributes(scope, &resource.bodies, kind, &own, place)
            })
        })
    }

    /// The attributes of an instance: those written, and others that are unknown.
    fn attributes(
        &self,
        scope: Scope<'_>,
        bodies: &[Node<'d, 'a>],
        kind: &str,
        address: &str,
        place: Place,
    ) -> Value {
        let mut map = Map {
            is_open: true,
            ..Map::default()
        };
        let begin = self.worlds.borrow().log.len();
        for body in bodies {
            for (key, node) in body.entries() {
                let Some(name) = key.text().filter(|name| !META.contains(&&**name)) else {
                    continue;
                };
                let name = Key::Text((*name).into());
                let key = Value::text(&*key.text().unwrap_or_default(), key.place());
                let value = self.node(scope, node);
                map.entries.insert(name, Entry { key, value });
            }
        }
        let has_worlds = [kinds::ROLE, kinds::DIVISION].contains(&kind);
        let suffix = if has_worlds {
            self.suffix_since(begin)
        } else {
            String::new()
        };
        self.add_ids(&mut map, kind, &format!("{address}{suffix}"), place);
        Value::map(map, place)
    }

    fn add_ids(&self, map: &mut Map, kind: &str, address: &str, place: Place) {
        for name in ["id", "client_id"] {
            if kinds::is_id(kind, name) {
                let id = Value::new(Data::Id(address.into()), place);
                map.insert(Value::text(name, place), id);
            }
        }
        map.symbol = Some(self.symbol(address.to_owned()));
    }
}
