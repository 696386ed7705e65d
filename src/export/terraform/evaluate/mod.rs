//! Partial evaluation: what the expressions of a configuration are, as far as literals carry.
//!
//! Invariant: a value keeps the place of its literal, and unknown parts never hide known ones.
//! What depends on an unknown question is evaluated once for each answer ([`worlds`]). Every
//! step is charged to a budget; past a bound a value is unknown and the report names the bound.

mod access;
mod body;
mod conversion;
mod functions;
mod loops;
mod number;
mod operators;
mod references;
mod repetition;
mod template;
mod value;
mod worlds;

pub(super) use repetition::{ResourceInstance, World};

use super::configuration::Module;
use super::variables::Files;
use crate::document::{Expression, Form, Kind, Node};
use crate::text::{Place, SourceId, Sources};
use number::Number;
use repetition::Instances;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::rc::Rc;
use value::{Data, Map, Value};
use worlds::{Choice, Dependency, Question, Worlds};

/// The steps that a root may take beyond the bytes that it is written in.
const MOST_STEPS: usize = 3_000_000;

/// The most elements of a collection.
const MOST_ELEMENTS: usize = 10_000;

/// The longest text.
const LONGEST: usize = 1 << 16;

/// The deepest nesting of expressions and references.
const DEEPEST: usize = 96;

/// The most elements of a list in a symbol.
const MOST_SHOWN: usize = 8;

/// The most results of one value that are kept, each of another world. A search through those of
/// a thousand worlds costs more than evaluating again.
const MOST_MEMOS: usize = 64;

/// The longest symbol; a longer one is replaced by its hash.
const LONGEST_SYMBOL: usize = 300;

/// A bound of the evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bound {
    Steps,
    Elements,
    Length,
    Depth,
    Modules,
}

impl Bound {
    /// The bound in words.
    pub(super) fn words(self) -> String {
        match self {
            Self::Steps => format!("{MOST_STEPS} steps for a directory"),
            Self::Elements => format!("{MOST_ELEMENTS} elements in a collection"),
            Self::Length => format!("{LONGEST} bytes in a text"),
            Self::Depth => format!("{DEEPEST} levels of references and expressions"),
            Self::Modules => "4000 instances of modules".to_owned(),
        }
    }
}

/// A root whose expressions are evaluated.
pub(super) struct Evaluator<'e, 'd, 'a> {
    pub(super) modules: &'e BTreeMap<String, Module<'d, 'a>>,
    files: &'e Files<'d, 'a>,
    sources: &'e Sources,
    /// Steps that are left.
    left: Cell<usize>,
    /// The first bound that was reached.
    bound: Cell<Option<Bound>>,
    /// How often nesting was too deep.
    cuts: Cell<usize>,
    worlds: RefCell<Worlds>,
    memo: RefCell<HashMap<MemoKey, VecDeque<Memo>>>,
    in_progress: RefCell<HashSet<MemoKey>>,
    syntax: RefCell<HashMap<Place, Rc<Expression>>>,
    instances: RefCell<Instances<'d, 'a>>,
    /// The conditions under which the instance at hand exists.
    conditions: RefCell<Vec<Rc<str>>>,
    /// The places of the parts of values of the instance at hand, by the places of the values.
    parts: RefCell<Vec<(Place, Vec<Place>)>>,
    /// Texts that are marked as sensitive, and those of files.
    secrets: RefCell<Vec<(Place, String)>>,
}

/// What is evaluated once for each world.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct MemoKey {
    instance: usize,
    kind: MemoKind,
    name: Rc<str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum MemoKind {
    Local,
    Variable,
    Output,
    Resource,
    Module,
    Repetition,
}

/// A result, and what it depends on.
struct Memo {
    dependencies: Vec<Dependency>,
    value: Value,
    /// The depth at which the evaluation was cut short, if it was: it counts there and below.
    cut_at: Option<usize>,
}

/// Where an expression is: its instance of a module, and the names that are bound.
#[derive(Clone, Copy)]
struct Scope<'s> {
    instance: usize,
    names: Option<&'s Binding<'s>>,
    depth: usize,
}

/// A name that `for`, `each`, `count` or a `dynamic` block binds.
struct Binding<'s> {
    name: &'s str,
    value: Value,
    outer: Option<&'s Binding<'s>>,
}

impl<'s> Scope<'s> {
    const fn root(instance: usize) -> Self {
        Self {
            instance,
            names: None,
            depth: 0,
        }
    }

    fn lookup(&self, name: &str) -> Option<&'s Value> {
        let mut binding = self.names;
        while let Some(one) = binding {
            if one.name == name {
                return Some(&one.value);
            }
            binding = one.outer;
        }
        None
    }

    const fn deeper(self) -> Self {
        Self {
            depth: self.depth + 1,
            ..self
        }
    }

    const fn with<'t>(self, binding: &'t Binding<'t>) -> Scope<'t>
    where
        's: 't,
    {
        Scope {
            instance: self.instance,
            names: Some(binding),
            depth: self.depth,
        }
    }
}

impl<'e, 'd, 'a> Evaluator<'e, 'd, 'a> {
    pub(super) fn new(
        root: &str,
        modules: &'e BTreeMap<String, Module<'d, 'a>>,
        files: &'e Files<'d, 'a>,
        sources: &'e Sources,
        bytes: usize,
    ) -> Self {
        Self {
            modules,
            files,
            sources,
            left: Cell::new(MOST_STEPS + bytes),
            bound: Cell::new(None),
            cuts: Cell::new(0),
            worlds: RefCell::default(),
            memo: RefCell::default(),
            in_progress: RefCell::default(),
            syntax: RefCell::default(),
            instances: RefCell::new(Instances::new(root)),
            conditions: RefCell::default(),
            parts: RefCell::default(),
            secrets: RefCell::default(),
        }
    }

    /// Texts that reports mask, with their places.
    pub(super) fn take_secrets(&self) -> Vec<(Place, String)> {
        self.secrets.take()
    }

    /// The first bound that was reached, if any.
    pub(super) const fn reached(&self) -> Option<Bound> {
        self.bound.get()
    }

    fn reach(&self, bound: Bound) {
        if self.bound.get().is_none() {
            self.bound.set(Some(bound));
        }
    }

    /// Takes steps from the budget; false if there are not so many.
    fn charge(&self, steps: usize) -> bool {
        let left = self.left.get().checked_sub(steps);
        self.left.set(left.unwrap_or(0));
        if left.is_none() {
            self.reach(Bound::Steps);
        }
        left.is_some()
    }

    /// A value past a bound.
    fn beyond(&self, bound: Bound, place: Place) -> Value {
        if bound == Bound::Depth {
            self.cuts.set(self.cuts.get() + 1);
        }
        self.reach(bound);
        unknown_at(place)
    }

    /// The value of a node.
    fn node(&self, scope: Scope<'_>, node: Node<'d, 'a>) -> Value {
        let place = node.place();
        if !self.charge(1) {
            return unknown_at(place);
        }
        if scope.depth > DEEPEST {
            return self.beyond(Bound::Depth, place);
        }
        let inner = scope.deeper();
        match node.kind() {
            Kind::List => {
                let items: Vec<_> = node.items().map(|item| self.node(inner, item)).collect();
                self.list(items, place)
            }
            Kind::Map => {
                let mut map = Map::default();
                for (key, value) in node.entries() {
                    let key = self.node_key(inner, key);
                    map.insert(key, self.node(inner, value));
                }
                Value::map(map, place)
            }
            Kind::Null => Value::new(Data::Null, place),
            Kind::True => Value::bool(true, place),
            Kind::False => Value::bool(false, place),
            Kind::Number => match node.number().and_then(Number::parse) {
                Some(number) => Value::number(number, place),
                None => unknown_at(place),
            },
            _ => self.scalar_node(inner, node),
        }
    }

    fn scalar_node(&self, scope: Scope<'_>, node: Node<'d, 'a>) -> Value {
        match self.syntax(node) {
            Some(expression) => self.expression(scope, node.place().source, &expression),
            None => match node.text() {
                Some(text) => Value::text(&*text, node.place()),
                None => unknown_at(node.place()),
            },
        }
    }

    fn node_key(&self, scope: Scope<'_>, key: Node<'d, 'a>) -> Value {
        if key.kind() == Kind::Plain {
            return Value::text(&*key.text().unwrap_or_default(), key.place());
        }
        self.scalar_node(scope, key)
    }

    /// The expression that a node is.
    fn syntax(&self, node: Node<'d, 'a>) -> Option<Rc<Expression>> {
        if node.kind() != Kind::Expression {
            return node.expression().map(Rc::new);
        }
        let place = node.place();
        if let Some(known) = self.syntax.borrow().get(&place) {
            return Some(known.clone());
        }
        let read = Rc::new(node.expression()?);
        self.charge(read.span.len() as usize / 8);
        self.syntax.borrow_mut().insert(place, read.clone());
        Some(read)
    }

    /// The value of an expression.
    fn expression(&self, scope: Scope<'_>, source: SourceId, expression: &Expression) -> Value {
        let place = Place::new(source, expression.span);
        if !self.charge(1) {
            return unknown_at(place);
        }
        if scope.depth > DEEPEST {
            return self.beyond(Bound::Depth, place);
        }
        let scope = scope.deeper();
        match &expression.form {
            Form::Null => Value::new(Data::Null, place),
            Form::Bool(truth) => Value::bool(*truth, place),
            Form::Number(number) => match Number::parse(number) {
                Some(number) => Value::number(number, place),
                None => unknown_at(place),
            },
            Form::Text(text) => Value::text(&**text, place),
            Form::Invalid => unknown_at(place),
            Form::List(items) => {
                let items = items
                    .iter()
                    .map(|item| self.expression(scope, source, item));
                self.list(items.collect(), place)
            }
            Form::Map(entries) => self.map(scope, source, entries, place),
            Form::Template(pieces) => self.template(scope, source, pieces, place),
            Form::Name(_) | Form::Element | Form::Attribute(..) => {
                self.reference(scope, source, expression)
            }
            Form::Index(both) => self.index_expression(scope, source, both, place),
            Form::Splat(both) => self.splat(scope, source, both, place),
            Form::Not(inner) => self.not(&self.expression(scope, source, inner), place),
            Form::Negate(inner) => self.negate(&self.expression(scope, source, inner), place),
            Form::Binary(operator, both) => self.binary(scope, source, *operator, both, place),
            Form::Conditional(all) => self.conditional(scope, source, all, place),
            Form::For(each) => self.each(scope, source, each, place),
            Form::Call(call) => self.call(scope, source, call, place),
        }
    }

    fn map(
        &self,
        scope: Scope<'_>,
        source: SourceId,
        entries: &[(Expression, Expression)],
        place: Place,
    ) -> Value {
        let mut map = Map::default();
        for (key, value) in entries {
            let key = self.expression(scope, source, key);
            map.insert(key, self.expression(scope, source, value));
        }
        Value::map(map, place)
    }

    /// A list, unless it is too long.
    fn list(&self, items: Vec<Value>, place: Place) -> Value {
        if items.len() > MOST_ELEMENTS {
            return self.beyond(Bound::Elements, place);
        }
        Value::list(items, place)
    }

    /// A text, unless it is too long.
    fn text_value(&self, text: String, place: Place) -> Value {
        if text.len() > LONGEST {
            return self.beyond(Bound::Length, place);
        }
        self.charge(text.len() / 64);
        Value::text(text, place)
    }

    /// Answers an unknown question, in the world at hand.
    fn ask(&self, question: Question) -> usize {
        self.worlds.borrow_mut().ask(question)
    }

    /// Whether a condition holds; an unknown one does in some worlds. `None` if it is not a
    /// truth value.
    fn decide(&self, condition: &Value) -> Option<bool> {
        match &condition.data {
            Data::Unknown(unknown) => Some(self.decide_symbol(&unknown.symbol)),
            _ => condition.as_bool(),
        }
    }

    fn decide_symbol(&self, symbol: &Rc<str>) -> bool {
        if let Some(inner) = symbol.strip_prefix('!') {
            return !self.decide_symbol(&inner.into());
        }
        if let Some(known) = self.decided_by_value(symbol) {
            return known;
        }
        self.ask(Question::Condition(symbol.clone())) == 0
    }

    /// Whether `x == "text"` holds where the value of `x` was asked for before.
    fn decided_by_value(&self, symbol: &str) -> Option<bool> {
        let inner = symbol.strip_prefix('(')?.strip_suffix("\")")?;
        let (subject, text) = inner.split_once(" == \"")?;
        let value = self.worlds.borrow_mut().value_of(subject)?;
        Some(&*value == text)
    }

    /// Evaluates once for each world what several expressions refer to.
    fn memoized(
        &self,
        key: &MemoKey,
        (place, depth): (Place, usize),
        run: impl FnOnce() -> Value,
    ) -> Value {
        if let Some(value) = self.remembered(key, depth) {
            return value;
        }
        if !self.in_progress.borrow_mut().insert(key.clone()) {
            // A reference to itself, which Terraform rejects.
            return unknown_at(place);
        }
        let begin = self.worlds.borrow().log.len();
        let cuts = self.cuts.get();
        let value = run();
        self.in_progress.borrow_mut().remove(key);
        let mut dependencies: Vec<Dependency> = Vec::new();
        for dependency in &self.worlds.borrow().log[begin..] {
            if !dependencies.contains(dependency) {
                dependencies.push(dependency.clone());
            }
        }
        let memo = Memo {
            dependencies,
            value: value.clone(),
            cut_at: (self.cuts.get() > cuts).then_some(depth),
        };
        let mut memos = self.memo.borrow_mut();
        let memos = memos.entry(key.clone()).or_default();
        if memos.len() == MOST_MEMOS {
            memos.pop_front();
        }
        memos.push_back(memo);
        value
    }

    fn remembered(&self, key: &MemoKey, depth: usize) -> Option<Value> {
        let memos = self.memo.borrow();
        let mut worlds = self.worlds.borrow_mut();
        let fits = |memo: &&Memo| {
            memo.cut_at.is_none_or(|own| depth >= own)
                && memo.dependencies.iter().all(|dependency| match dependency {
                    Dependency::Choice(choice) => worlds.has(choice),
                    Dependency::Default(_) => true,
                })
        };
        // The last one is probably of this world.
        let memo = memos.get(key)?.iter().rev().find(fits)?;
        worlds.log.extend(memo.dependencies.iter().cloned());
        if memo.cut_at.is_some() {
            self.cuts.set(self.cuts.get() + 1);
        }
        Some(memo.value.clone())
    }

    /// A hash in place of a symbol that is too long.
    fn symbol(&self, text: String) -> Rc<str> {
        if text.len() <= LONGEST_SYMBOL {
            return text.into();
        }
        self.charge(text.len() / 64);
        // FNV-1a.
        let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let end = text.floor_char_boundary(60);
        format!("{}...#{hash:016x}", &text[..end]).into()
    }

    /// The normalised expression of a value: what it is, or the symbol of what is unknown.
    fn symbol_of(&self, value: &Value) -> Rc<str> {
        match &value.data {
            Data::Null => "null".into(),
            Data::Text(text) => self.symbol(format!("\"{text}\"")),
            Data::Partial(parts) => self.symbol(value::symbol_of_parts(parts)),
            Data::Id(address) => format!("{address}.id").into(),
            Data::Unknown(unknown) => unknown.symbol.clone(),
            Data::Rejected => "invalid".into(),
            Data::List(items) | Data::Set(items) => {
                let is_all = items.len() <= MOST_SHOWN;
                let items = items
                    .iter()
                    .take(MOST_SHOWN)
                    .map(|item| self.symbol_of(item));
                let shown = items.collect::<Vec<_>>().join(", ");
                // Of two lists that read alike, those of one place are equal.
                if is_all && !shown.contains('#') {
                    return self.symbol(format!("[{shown}]"));
                }
                self.symbol(format!("[{shown}]#{}", place_name(value.place)))
            }
            Data::Map(map) => match &map.symbol {
                Some(symbol) => symbol.clone(),
                None => format!("map#{}", place_name(value.place)).into(),
            },
            _ => value.as_text().unwrap_or_else(|| "".into()),
        }
    }
}

/// An unknown value that is only equal to itself.
fn unknown_at(place: Place) -> Value {
    Value::unknown(format!("#{}", place_name(place)), place)
}

fn place_name(place: Place) -> String {
    format!("{}:{}:{}", place.source.0, place.span.start, place.span.end)
}

/// The words for a world.
fn words_of(choices: &[Choice]) -> String {
    worlds::label(choices)
}
