//! `count` and `for_each`: which instances of modules and resources there are.
//!
//! Invariant: something is left out only if literals, locals, arguments or files of variables
//! decide it. If only the default of a root's variable does, it is evaluated once with `each`
//! and `count` unknown.

use super::value::{Data, Key, Map, Value};
use super::worlds::{Choice, Dependency, InWorld, explore};
use super::{Binding, Bound, Evaluator, MOST_ELEMENTS, MemoKey, MemoKind, Scope};
use crate::document::Node;
use crate::export::terraform::configuration::{Resource, Target};
use crate::export::terraform::resource::WORLD;
use crate::export::terraform::value as facts;
use crate::text::Place;
use std::collections::HashMap;
use std::rc::Rc;

/// The most instances of modules in a root.
const MOST_INSTANCES: usize = 4000;

/// The deepest nesting of modules.
const DEEPEST: usize = 16;

/// Which instance of what repeats.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum InstanceKey {
    /// It does not repeat.
    Once,
    Index(usize),
    Key(Key),
    /// The entry that represents any number of unknown ones.
    AnyOf(Key),
    /// It is not known which there are.
    Any,
}

impl InstanceKey {
    /// What follows the name in the address.
    pub(super) fn suffix(&self) -> String {
        match self {
            Self::Once => String::new(),
            Self::Index(index) => format!("[{index}]"),
            Self::Key(Key::Text(text)) => format!("[\"{text}\"]"),
            Self::Key(Key::Unknown(symbol)) => format!("[\"${{{symbol}}}\"]"),
            Self::AnyOf(_) | Self::Any => "[*]".to_owned(),
        }
    }
}

/// A module as it is called from one place, for one key.
pub(super) struct ModuleInstance<'d, 'a> {
    pub(super) directory: String,
    /// What its addresses begin with.
    pub(super) prefix: String,
    pub(super) caller: Option<Caller<'d, 'a>>,
    depth: usize,
}

pub(super) struct Caller<'d, 'a> {
    pub(super) instance: usize,
    pub(super) body: Node<'d, 'a>,
    name: Rc<str>,
    key: InstanceKey,
}

/// The instances of modules, as far as they were asked for.
pub(super) struct Instances<'d, 'a> {
    all: Vec<Rc<ModuleInstance<'d, 'a>>>,
    by_call: HashMap<(usize, Rc<str>, InstanceKey), usize>,
}

impl Instances<'_, '_> {
    pub(super) fn new(root: &str) -> Self {
        let root = ModuleInstance {
            directory: root.to_owned(),
            prefix: String::new(),
            caller: None,
            depth: 0,
        };
        Self {
            all: vec![Rc::new(root)],
            by_call: HashMap::new(),
        }
    }
}

/// An instance of a resource, evaluated in each of its worlds.
pub(in crate::export::terraform) struct ResourceInstance<'m, 'd, 'a> {
    pub(in crate::export::terraform) resource: &'m Resource<'d, 'a>,
    pub(in crate::export::terraform) address: String,
    /// It represents an unknown number of instances.
    pub(in crate::export::terraform) is_any: bool,
    pub(in crate::export::terraform) worlds: Vec<World<'a>>,
}

/// The values of a resource in one world.
pub(in crate::export::terraform) struct World<'a> {
    /// The world in words; empty if there is one only.
    pub(in crate::export::terraform) label: String,
    /// Not all combinations were tried.
    pub(in crate::export::terraform) is_single: bool,
    /// What tells its id in this world from that in others.
    pub(in crate::export::terraform) suffix: String,
    pub(in crate::export::terraform) values: facts::Value<'a>,
    /// The places of the parts of values, by the places of the values.
    pub(in crate::export::terraform) parts: Vec<(Place, Vec<Place>)>,
}

impl<'d, 'a> Evaluator<'_, 'd, 'a> {
    pub(super) fn instance(&self, index: usize) -> Rc<ModuleInstance<'d, 'a>> {
        self.instances.borrow().all[index].clone()
    }

    pub(super) fn prefix(&self, index: usize) -> String {
        self.instance(index).prefix.clone()
    }

    /// The instance of a called module for a key.
    pub(super) fn child(&self, caller: usize, name: &str, key: &InstanceKey) -> Option<usize> {
        let name: Rc<str> = name.into();
        let id = (caller, name.clone(), key.clone());
        if let Some(&known) = self.instances.borrow().by_call.get(&id) {
            return Some(known);
        }
        let parent = self.instance(caller);
        let call = self.modules.get(&parent.directory)?.calls.get(&*name)?;
        let Target::Here(directory) = &call.target else {
            return None;
        };
        let depth = parent.depth + 1;
        let mut instances = self.instances.borrow_mut();
        if instances.all.len() >= MOST_INSTANCES || depth > DEEPEST {
            self.reach(Bound::Modules);
            return None;
        }
        let index = instances.all.len();
        instances.all.push(Rc::new(ModuleInstance {
            directory: directory.clone(),
            prefix: format!("{}module.{name}{}.", parent.prefix, key.suffix()),
            caller: Some(Caller {
                instance: caller,
                body: call.body,
                name,
                key: key.clone(),
            }),
            depth,
        }));
        instances.by_call.insert(id, index);
        Some(index)
    }

    /// How often a call repeats; `None` if what it calls is not here.
    pub(super) fn call_repetition(&self, instance: usize, name: &str) -> Option<Value> {
        let module = self.modules.get(&self.instance(instance).directory)?;
        let call = module.calls.get(name)?;
        if !matches!(call.target, Target::Here(_)) {
            return None;
        }
        let body = call.body;
        let name = format!("module.{name}");
        Some(self.repetition(instance, &name, body.place(), |key| body.get(key)))
    }

    pub(super) fn resource_repetition(
        &self,
        instance: usize,
        resource: &Resource<'d, 'a>,
    ) -> Value {
        let place = resource.bodies.first().map(|body| body.place());
        let place = place.unwrap_or_default();
        let address = resource.address();
        self.repetition(instance, &address, place, |key| resource.argument(key))
    }

    /// Null for what does not repeat, the number of `count`, or `for_each` as a map.
    fn repetition(
        &self,
        instance: usize,
        address: &str,
        place: Place,
        argument: impl Fn(&str) -> Option<Node<'d, 'a>>,
    ) -> Value {
        let (count, each) = (argument("count"), argument("for_each"));
        if count.is_none() && each.is_none() {
            return Value::new(Data::Null, place);
        }
        let key = MemoKey {
            instance,
            kind: MemoKind::Repetition,
            name: address.into(),
        };
        self.memoized(&key, (place, 0), || {
            let scope = Scope::root(instance);
            let begin = self.worlds.borrow().log.len();
            let value = match (count, each) {
                (Some(count), _) => self.count(&self.node(scope, count)),
                (_, Some(each)) => self.for_each(&self.node(scope, each)),
                _ => Value::new(Data::Null, place),
            };
            match self.default_since(begin) {
                Some(name) if is_nothing(&value) => {
                    let words = if each.is_some() {
                        format!("var.{name} is not empty")
                    } else {
                        format!("var.{name} asks for it")
                    };
                    Value::unknown(words, place)
                }
                _ => value,
            }
        })
    }

    /// The default of a root's variable on which the evaluation since `begin` depends.
    fn default_since(&self, begin: usize) -> Option<Rc<str>> {
        let worlds = self.worlds.borrow();
        worlds.log.get(begin..)?.iter().find_map(|one| match one {
            Dependency::Default(name) => Some(name.clone()),
            Dependency::Choice(_) => None,
        })
    }

    /// What tells the id of a resource whose attributes were evaluated since `begin` from its
    /// id in other worlds; empty if it is the same in all.
    pub(super) fn suffix_since(&self, begin: usize) -> String {
        let worlds = self.worlds.borrow();
        let mut choices: Vec<Choice> = Vec::new();
        for one in worlds.log.get(begin..).unwrap_or_default() {
            if let Dependency::Choice(choice) = one
                && !choices.contains(choice)
            {
                choices.push(choice.clone());
            }
        }
        let mut labels: Vec<String> = choices
            .iter()
            .map(|choice| super::words_of(std::slice::from_ref(choice)))
            .collect();
        labels.sort();
        if labels.is_empty() {
            return String::new();
        }
        format!("{WORLD}{}", labels.join(", "))
    }

    fn count(&self, value: &Value) -> Value {
        match value.as_number() {
            Some(number) if number.to_index().is_some_and(|count| count > MOST_ELEMENTS) => {
                self.beyond(Bound::Elements, value.place)
            }
            Some(number) => Value::number(number, value.place),
            None => Value::unknown(format!("{} > 0", self.symbol_of(value)), value.place),
        }
    }

    fn for_each(&self, value: &Value) -> Value {
        match &value.data {
            Data::Map(_) => value.clone(),
            Data::List(items) | Data::Set(items) => {
                let mut map = Map::default();
                for item in items.iter() {
                    if item.is_rest() {
                        map.is_open = true;
                    } else {
                        map.insert(item.clone(), item.clone());
                    }
                }
                self.charge(items.len());
                Value::map(map, value.place)
            }
            _ => {
                let words = format!("{} is not empty", self.symbol_of(value));
                Value::unknown(words, value.place)
            }
        }
    }

    /// Runs with `each` or `count` bound to an instance.
    pub(super) fn with_key<T>(
        repetition: &Value,
        key: &InstanceKey,
        scope: Scope<'_>,
        run: impl FnOnce(Scope<'_>) -> T,
    ) -> T {
        let (name, value) = match key {
            InstanceKey::Index(index) => {
                let number = Value::number(super::Number::integer(*index), repetition.place);
                let mut map = Map::default();
                map.insert(Value::text("index", repetition.place), number);
                ("count", map)
            }
            InstanceKey::Key(key) | InstanceKey::AnyOf(key) => {
                let mut map = Map::default();
                let keys = repetition.as_map();
                if let Some(entry) = keys.and_then(|keys| keys.entries.get(key)) {
                    let place = entry.key.place;
                    map.insert(Value::text("key", place), entry.key.clone());
                    map.insert(Value::text("value", place), entry.value.clone());
                }
                ("each", map)
            }
            InstanceKey::Once | InstanceKey::Any => return run(scope),
        };
        let binding = Binding {
            name,
            value: Value::map(value, repetition.place),
            outer: scope.names,
        };
        run(scope.with(&binding))
    }

    /// Runs in the scope of a call, with its key bound.
    pub(super) fn with_call_key<T>(
        &self,
        instance: usize,
        scope: Scope<'_>,
        run: impl FnOnce(Scope<'_>) -> T,
    ) -> T {
        let instance = self.instance(instance);
        let Some(caller) = &instance.caller else {
            return run(scope);
        };
        match self.call_repetition(caller.instance, &caller.name) {
            Some(repetition) => Self::with_key(&repetition, &caller.key, scope, run),
            None => run(scope),
        }
    }

    /// Whether an instance of a module is there in the world at hand.
    fn exists(&self, instance: usize) -> bool {
        let instance = self.instance(instance);
        let Some(caller) = &instance.caller else {
            return true;
        };
        self.exists(caller.instance)
            && self
                .call_repetition(caller.instance, &caller.name)
                .is_some_and(|repetition| self.holds(&repetition, &caller.key))
    }

    fn holds(&self, repetition: &Value, key: &InstanceKey) -> bool {
        match (key, &repetition.data) {
            (InstanceKey::Once, Data::Null) => true,
            (InstanceKey::Index(index), Data::Number(number)) => {
                number.to_index().is_some_and(|count| *index < count)
            }
            (InstanceKey::Key(key) | InstanceKey::AnyOf(key), Data::Map(map)) => {
                map.entries.contains_key(key)
            }
            (InstanceKey::Any, Data::Map(map)) => map.is_open,
            (InstanceKey::Any, Data::Unknown(_)) => {
                self.note_existence(repetition);
                true
            }
            _ => false,
        }
    }

    /// Notes under which condition the instance at hand exists.
    fn note_existence(&self, repetition: &Value) {
        if let Data::Unknown(unknown) = &repetition.data {
            let mut conditions = self.conditions.borrow_mut();
            if !unknown.symbol.contains('#') && !conditions.contains(&unknown.symbol) {
                conditions.push(unknown.symbol.clone());
            }
        }
    }

    /// The keys that a repetition has in any world, in order.
    fn keys(&self, repetition: impl FnMut() -> Option<Value>) -> Vec<InstanceKey> {
        let mut keys = Vec::new();
        let mut known = std::collections::HashSet::new();
        let worlds: Vec<InWorld<Option<Value>>> = explore(&self.worlds, repetition);
        for value in worlds.into_iter().filter_map(|world| world.result) {
            for key in keys_of(&value) {
                if known.insert(key.clone()) {
                    keys.push(key);
                }
            }
        }
        keys
    }

    /// All instances of modules, callers first.
    fn all_instances(&self) -> Vec<usize> {
        let mut found = vec![0];
        let mut at = 0;
        while let Some(&instance) = found.get(at) {
            at += 1;
            let directory = self.instance(instance).directory.clone();
            let Some(module) = self.modules.get(&directory) else {
                continue;
            };
            for name in module.calls.keys() {
                let keys = self.keys(|| {
                    self.exists(instance)
                        .then(|| self.call_repetition(instance, name))
                        .flatten()
                });
                let children = keys
                    .iter()
                    .filter_map(|key| self.child(instance, name, key));
                found.extend(children);
            }
        }
        found
    }

    /// All instances of modules, with their directories and the prefixes of their addresses.
    pub(in crate::export::terraform) fn module_instances(&self) -> Vec<(usize, String, String)> {
        let all = self.all_instances().into_iter();
        all.map(|index| {
            let instance = self.instance(index);
            (index, instance.directory.clone(), instance.prefix.clone())
        })
        .collect()
    }

    /// The instances of a resource in an instance of its module, each in its worlds.
    pub(in crate::export::terraform) fn evaluate<'m>(
        &self,
        instance: usize,
        resource: &'m Resource<'d, 'a>,
    ) -> Vec<ResourceInstance<'m, 'd, 'a>> {
        let base = format!("{}{}", self.prefix(instance), resource.address());
        let keys = self.keys(|| {
            self.exists(instance)
                .then(|| self.resource_repetition(instance, resource))
        });
        let mut found = Vec::with_capacity(keys.len());
        for key in keys {
            let worlds = explore(&self.worlds, || self.in_world(instance, resource, &key));
            let worlds = distinct(worlds);
            if !worlds.is_empty() {
                found.push(ResourceInstance {
                    resource,
                    address: format!("{base}{}", key.suffix()),
                    is_any: matches!(key, InstanceKey::Any | InstanceKey::AnyOf(_)),
                    worlds,
                });
            }
        }
        found
    }

    /// The values of an instance in the world at hand, with the condition for it to exist;
    /// `None` if it does not.
    fn in_world(
        &self,
        instance: usize,
        resource: &Resource<'d, 'a>,
        key: &InstanceKey,
    ) -> Option<Evaluated<'a>> {
        self.conditions.borrow_mut().clear();
        if !self.exists(instance) {
            return None;
        }
        let repetition = self.resource_repetition(instance, resource);
        if !self.holds(&repetition, key) {
            return None;
        }
        let scope = Scope::root(instance);
        let begin = self.worlds.borrow().log.len();
        self.parts.borrow_mut().clear();
        let values = Self::with_key(&repetition, key, scope, |scope| {
            self.body(scope, &resource.bodies)
        });
        let suffix = self.suffix_since(begin);
        let conditions = self.conditions.borrow();
        let conditions: Vec<String> = conditions.iter().map(|one| format!("if {one}")).collect();
        Some(Evaluated {
            condition: conditions.join(", "),
            suffix,
            values,
            parts: self.parts.take(),
        })
    }

    /// The `module` blocks through which the root calls an instance of a module, its own first.
    pub(in crate::export::terraform) fn callers(&self, instance: usize) -> Vec<Place> {
        let mut places = Vec::new();
        let mut at = self.instance(instance);
        while let Some(caller) = &at.caller {
            places.push(caller.body.get("source").unwrap_or(caller.body).place());
            at = self.instance(caller.instance);
        }
        places.reverse();
        places
    }

    /// The text that a node of an instance is, if it is known.
    pub(in crate::export::terraform) fn text(
        &self,
        instance: usize,
        node: Node<'d, 'a>,
    ) -> Option<String> {
        match self.node(Scope::root(instance), node).data {
            Data::Text(text) => Some(text.to_string()),
            _ => None,
        }
    }
}

fn keys_of(repetition: &Value) -> Vec<InstanceKey> {
    match &repetition.data {
        Data::Null => vec![InstanceKey::Once],
        Data::Number(number) => {
            let count = number.to_index().unwrap_or(0);
            (0..count).map(InstanceKey::Index).collect()
        }
        Data::Map(map) => {
            let unknown = map
                .entries
                .keys()
                .filter(|key| matches!(key, Key::Unknown(_)));
            let is_one = map.is_open && unknown.count() == 1;
            let keys = map.entries.keys().cloned().map(|key| match key {
                Key::Unknown(_) if is_one => InstanceKey::AnyOf(key),
                key => InstanceKey::Key(key),
            });
            let any = (map.is_open && !is_one).then_some(InstanceKey::Any);
            keys.chain(any).collect()
        }
        _ => vec![InstanceKey::Any],
    }
}

fn is_nothing(repetition: &Value) -> bool {
    match &repetition.data {
        Data::Number(number) => number.signum() <= 0,
        Data::Map(map) => map.entries.is_empty() && !map.is_open,
        _ => false,
    }
}

/// The values of a resource in a world.
struct Evaluated<'a> {
    condition: String,
    suffix: String,
    values: facts::Value<'a>,
    parts: Vec<(Place, Vec<Place>)>,
}

type Found<'a> = InWorld<Option<Evaluated<'a>>>;

/// The worlds in which an instance exists. The label is empty if there is one world only.
fn distinct(found: Vec<Found<'_>>) -> Vec<World<'_>> {
    let is_one = found.len() == 1;
    let mut worlds: Vec<World<'_>> = Vec::with_capacity(found.len());
    for world in found {
        let Some(found) = world.result else {
            continue;
        };
        let choices: &[Choice] = if is_one { &[] } else { &world.choices };
        let label = super::words_of(choices);
        let both = [label, found.condition]
            .into_iter()
            .filter(|words| !words.is_empty());
        worlds.push(World {
            label: both.collect::<Vec<_>>().join(", "),
            is_single: world.is_single,
            suffix: found.suffix,
            values: found.values,
            parts: found.parts,
        });
    }
    worlds
}
