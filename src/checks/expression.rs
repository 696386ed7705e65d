//! Checks that a rule file writes as an expression of the Common Expression Language.
//!
//! Invariant: the expression says when there is a fault. It sees one client and what it may do, and
//! nothing else; nothing of a repository is executed. What it cannot know is not judged, what
//! it cannot evaluate is a failure, and neither is ever a pass. What it may cost is decided
//! before it runs, from its size and the sizes of the lists, so that no clock decides a result.

use super::declarative::{AnyField, CompiledCondition, any, whole};
use super::{Judgement, Parameters, RuleContext};
use crate::catalog::{Condition, Confidence, Need, Rule, Value as Parameter};
use crate::model::{Client, Field, FieldName, GrantType, List, Naming, Target, Text};
use cel::common::ast::{EntryExpr, Expr, IdedExpr};
use cel::objects::{Key, Map, Value};
use cel::{Context, Env, Program};
use std::collections::{BTreeSet, HashMap};
use std::panic::catch_unwind;
use std::sync::Arc;

/// Characters of an expression.
const LONGEST: usize = 1000;
/// Brackets and signs that may stand within each other.
const DEEPEST_TEXT: usize = 24;
/// Parts of an expression, after its macros are written out.
const MOST_PARTS: u64 = 500;
/// Parts within each other.
const DEEPEST: usize = 100;
/// Loops within each other.
const DEEPEST_LOOP: usize = 2;
/// Steps that judging one client may take.
const MOST_STEPS: u64 = 2_000_000;
/// Bytes of text that count as a step.
const BYTES_A_STEP: u64 = 64;

/// What an expression may use.
const VARIABLES: [&str; 7] = [
    "client",
    "kind",
    "roles",
    "permissions",
    "divisions",
    "params",
    "today",
];

/// Functions by name; operators begin with a sign.
const FUNCTIONS: [&str; 11] = [
    "size",
    "contains",
    "startsWith",
    "endsWith",
    "matches",
    "string",
    "int",
    "double",
    "bool",
    "type",
    "dyn",
];

thread_local! {
    static LANGUAGE: Arc<Env> = Arc::new(Env::stdlib());
}

/// An expression made ready.
pub(super) struct Expression {
    condition: CompiledCondition,
    program: Program,
    /// What to report; none for the client as a whole.
    field: Option<AnyField>,
    survey: Survey,
}

/// What an expression looks at, and how much there is of it.
#[derive(Default)]
struct Survey {
    variables: BTreeSet<String>,
    /// The fields of the client.
    fields: BTreeSet<String>,
    /// It uses the client as a whole, so all fields.
    whole_client: bool,
    parts: u64,
    /// Concatenations, which make lists and texts longer than any that goes in.
    sums: u64,
    /// The names under which `params` has something.
    parameters: BTreeSet<String>,
    faults: BTreeSet<String>,
}

impl Expression {
    /// Reads an expression.
    pub(super) fn new(
        rule: &Rule,
        field: &str,
        expression: &str,
        when: &Condition,
    ) -> Result<Self, String> {
        let fault = |reason: &str| format!("rule `{}`: its expression {reason}", rule.id);
        let field = if field == "client" {
            None
        } else {
            let known = any(field);
            Some(known.ok_or_else(|| format!("rule `{}`: no field `{field}`", rule.id))?)
        };
        if expression.chars().count() > LONGEST {
            return Err(fault(&format!("is longer than {LONGEST} characters")));
        }
        if depth_of_text(expression) > DEEPEST_TEXT {
            return Err(fault("is nested too deeply"));
        }
        // The parser of the library is not ours: a panic in it is a fault of the expression.
        let program = catch_unwind(|| Program::compile(expression))
            .map_err(|_| fault("cannot be read"))?
            .map_err(|errors| fault(&format!("cannot be read: {}", first_line(&errors))))?;
        let mut survey = Survey {
            parameters: rule
                .params
                .iter()
                .map(|one| selectable(&one.name))
                .collect(),
            ..Survey::default()
        };
        survey.visit(program.expression(), &mut Vec::new(), 0, 0);
        if survey.parts > MOST_PARTS {
            survey.faults.insert("is too large".into());
        }
        if let Some(reason) = survey.faults.first() {
            return Err(fault(reason));
        }
        Ok(Self {
            condition: CompiledCondition::new(when),
            program,
            field,
            survey,
        })
    }

    /// Judges one client.
    pub(super) fn judge(&self, context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
        let client = context.client;
        match self.condition.holds(client) {
            Some(true) => {}
            Some(false) => return,
            None => return judgement.not_judged(Need::Value),
        }
        if self.looks_at_the_unknown(client) {
            return judgement.not_judged(Need::Value);
        }
        let mut scope = Context::with_env(LANGUAGE.with(Arc::clone));
        let mut sizes = Sizes::default();
        for name in &self.survey.variables {
            match variable(name, context) {
                Ok(value) => {
                    sizes.add(&value);
                    scope.add_variable_from_value(name.as_str(), value);
                }
                Err(need) => return judgement.not_judged(need),
            }
        }
        let steps = self.survey.steps(self.program.expression(), &sizes);
        if steps > MOST_STEPS {
            return judgement.fail(format!(
                "it would take {steps} steps for this client, and {MOST_STEPS} are allowed"
            ));
        }
        match self.program.execute(&scope) {
            Ok(Value::Bool(false)) => {}
            Ok(Value::Bool(true)) => self.report(client, judgement),
            Ok(other) => judgement.fail(format!(
                "its expression gives {}, neither true nor false",
                words_of(&other)
            )),
            Err(error) => judgement.fail(error.to_string()),
        }
    }

    fn looks_at_the_unknown(&self, client: &Client<'_>) -> bool {
        unknown_fields(client)
            .iter()
            .any(|field| self.survey.whole_client || self.survey.fields.contains(*field))
    }

    fn report(&self, client: &Client<'_>, judgement: &mut Judgement) {
        let target = self
            .field
            .map_or_else(|| Target::client(client), |field| whole(client, field));
        let report = judgement.report(client, "main", &target);
        if self.condition.is_guess(client) {
            report.confidence(Confidence::Low);
        }
    }
}

fn first_line(error: &impl std::fmt::Display) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or("");
    // What could have stood there instead is a long list of signs.
    line.split(" expecting ").next().unwrap_or("").to_owned()
}

/// How deep brackets stand within each other, and signs before each other, in a text that is
/// not read yet: what is deeper would cost the parser its stack.
fn depth_of_text(expression: &str) -> usize {
    let (mut open, mut signs, mut deepest) = (0_usize, 0_usize, 0_usize);
    for character in expression.chars() {
        match character {
            '(' | '[' | '{' | '?' => open += 1,
            ')' | ']' | '}' => open = open.saturating_sub(1),
            '!' | '-' => signs += 1,
            other if other.is_whitespace() => {}
            _ => signs = 0,
        }
        deepest = deepest.max(open + signs);
    }
    deepest
}

impl Survey {
    /// Walks through an expression; `own` are the variables of the loops around it.
    fn visit(&mut self, part: &IdedExpr, own: &mut Vec<String>, depth: usize, loops: usize) {
        self.parts += 1;
        if depth > DEEPEST {
            self.faults.insert("is nested too deeply".into());
            return;
        }
        let depth = depth + 1;
        match &part.expr {
            Expr::Unspecified | Expr::Literal(_) => {}
            Expr::Ident(name) => self.name(name, own),
            Expr::Select(select) => match &select.operand.expr {
                Expr::Ident(name) if name == "client" && !own.contains(name) => {
                    self.parts += 1;
                    self.variables.insert(name.clone());
                    self.field(&select.field);
                }
                Expr::Ident(name) if name == "params" && !own.contains(name) => {
                    self.parts += 1;
                    self.variables.insert(name.clone());
                    if !self.parameters.contains(&select.field) {
                        let fault = format!("uses `params.{}`, which does not exist", select.field);
                        self.faults.insert(fault);
                    }
                }
                _ => self.visit(&select.operand, own, depth, loops),
            },
            Expr::Call(call) => {
                self.function(&call.func_name);
                for inner in call.target.as_deref().into_iter().chain(&call.args) {
                    self.visit(inner, own, depth, loops);
                }
            }
            Expr::List(list) => {
                for inner in &list.elements {
                    self.visit(inner, own, depth, loops);
                }
            }
            Expr::Map(map) => {
                for entry in &map.entries {
                    self.entry(&entry.expr, own, depth, loops);
                }
            }
            Expr::Struct(_) => {
                self.faults
                    .insert("makes a message, which is not allowed".into());
            }
            Expr::Comprehension(each) => {
                if loops >= DEEPEST_LOOP {
                    let fault = format!("has more than {DEEPEST_LOOP} loops within each other");
                    self.faults.insert(fault);
                    return;
                }
                self.visit(&each.iter_range, own, depth, loops);
                let outside = own.len();
                own.push(each.iter_var.clone());
                own.extend(each.iter_var2.clone());
                own.push(each.accu_var.clone());
                self.visit(&each.accu_init, own, depth, loops);
                for inner in [&each.loop_cond, &each.loop_step, &each.result] {
                    self.visit(inner, own, depth, loops + 1);
                }
                own.truncate(outside);
            }
        }
    }

    fn entry(&mut self, entry: &EntryExpr, own: &mut Vec<String>, depth: usize, loops: usize) {
        match entry {
            EntryExpr::MapEntry(entry) => {
                self.visit(&entry.key, own, depth, loops);
                self.visit(&entry.value, own, depth, loops);
            }
            EntryExpr::StructField(entry) => self.visit(&entry.value, own, depth, loops),
        }
    }

    fn name(&mut self, name: &str, own: &[String]) {
        if own.iter().any(|known| known == name) {
            return;
        }
        if name == "client" {
            self.whole_client = true;
        }
        if VARIABLES.contains(&name) {
            self.variables.insert(name.to_owned());
        } else {
            let known = VARIABLES.join(", ");
            self.faults
                .insert(format!("uses `{name}`, but only {known} exist"));
        }
    }

    fn field(&mut self, name: &str) {
        if CLIENT_FIELDS.contains(&name) {
            self.fields.insert(name.to_owned());
        } else {
            let known = CLIENT_FIELDS.join(", ");
            self.faults.insert(format!(
                "uses `client.{name}`; the fields of a client are {known}"
            ));
        }
    }

    fn function(&mut self, name: &str) {
        if name == "_+_" {
            self.sums += 1;
        }
        let is_operator = name.starts_with(|first: char| !first.is_alphanumeric());
        if !is_operator && !FUNCTIONS.contains(&name) {
            let known = FUNCTIONS.join(", ");
            self.faults
                .insert(format!("calls `{name}`, but only {known} exist"));
        }
    }

    /// How many steps an expression takes at most.
    fn steps(&self, part: &IdedExpr, sizes: &Sizes) -> u64 {
        let growth = self.sums + 1;
        let longest_list = sizes.longest_list.max(self.parts).saturating_mul(growth);
        let text = sizes.longest_text.saturating_mul(growth) / BYTES_A_STEP;
        steps(part, longest_list, text)
    }
}

fn steps(part: &IdedExpr, list: u64, text: u64) -> u64 {
    let sum = |parts: &mut dyn Iterator<Item = &IdedExpr>| {
        parts.fold(1_u64, |sum, part| {
            sum.saturating_add(steps(part, list, text))
        })
    };
    match &part.expr {
        Expr::Select(select) => steps(&select.operand, list, text).saturating_add(1),
        Expr::Call(call) => sum(&mut call.target.as_deref().into_iter().chain(&call.args))
            .saturating_add(text)
            // Membership walks through a list.
            .saturating_add(if call.func_name == "@in" { list } else { 0 }),
        Expr::List(literal) => sum(&mut literal.elements.iter()),
        Expr::Map(map) => map.entries.iter().fold(1, |sum, entry| {
            let EntryExpr::MapEntry(entry) = &entry.expr else {
                return sum;
            };
            sum.saturating_add(steps(&entry.key, list, text))
                .saturating_add(steps(&entry.value, list, text))
        }),
        Expr::Comprehension(each) => {
            let turn = steps(&each.loop_cond, list, text).saturating_add(steps(
                &each.loop_step,
                list,
                text,
            ));
            steps(&each.iter_range, list, text)
                .saturating_add(turn.saturating_mul(list))
                .saturating_add(steps(&each.result, list, text))
        }
        _ => 1,
    }
}

/// The sizes of what goes in.
#[derive(Default)]
struct Sizes {
    longest_list: u64,
    longest_text: u64,
}

impl Sizes {
    fn add(&mut self, value: &Value) {
        match value {
            Value::List(items) => {
                self.longest_list = self.longest_list.max(items.len() as u64);
                items.iter().for_each(|item| self.add(item));
            }
            Value::Map(map) => {
                self.longest_list = self.longest_list.max(map.map.len() as u64);
                map.map.values().for_each(|item| self.add(item));
            }
            Value::String(text) => self.longest_text = self.longest_text.max(text.len() as u64),
            _ => {}
        }
    }
}

fn words_of(value: &Value) -> &'static str {
    match value {
        Value::List(_) => "a list",
        Value::Map(_) => "a table",
        Value::Int(_) | Value::UInt(_) | Value::Float(_) => "a number",
        Value::String(_) => "text",
        Value::Null => "nothing",
        _ => "something else",
    }
}

fn text(text: impl Into<String>) -> Value {
    Value::String(Arc::new(text.into()))
}

fn list(items: impl IntoIterator<Item = Value>) -> Value {
    Value::List(Arc::new(items.into_iter().collect()))
}

fn table(entries: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let map: HashMap<Key, Value> = entries
        .into_iter()
        .map(|(name, value)| (Key::String(Arc::new(name.to_owned())), value))
        .collect();
    Value::Map(Map { map: Arc::new(map) })
}

/// A variable, or what it wants.
fn variable(name: &str, context: &RuleContext<'_, '_>) -> Result<Value, Need> {
    match name {
        "client" => Ok(client(context.client)),
        "kind" => Ok(text(context.client.certain_kind().key())),
        "roles" => roles(context),
        "permissions" => permissions(context),
        "divisions" => divisions(context),
        "today" => Ok(text(context.today.to_string())),
        _ => Ok(parameters(context.parameters)),
    }
}

/// What `client` has. Lists are always there, perhaps empty; the rest only if it is known, so
/// that `has(client.description)` tells.
const CLIENT_FIELDS: [&str; 16] = [
    "id",
    "name",
    "description",
    "authorizedGrantType",
    "accessTokenValiditySeconds",
    "registeredRedirectUri",
    "scope",
    "roleIds",
    "divisionIds",
    "state",
    "active",
    "dateCreated",
    "dateModified",
    "dateToDelete",
    "createdBy",
    "modifiedBy",
];

fn client(client: &Client<'_>) -> Value {
    let mut entries: Vec<(&'static str, Value)> = Vec::new();
    for (name, field) in scalars(client) {
        if let Some(value) = field.text() {
            entries.push((name, text(value)));
        }
    }
    if let Some((grant, written)) = client.grant_type.known() {
        let name = match grant {
            GrantType::Other => written.as_ref(),
            known => known.name(),
        };
        entries.push(("authorizedGrantType", text(name)));
    }
    if let Some(seconds) = client
        .token_lifetime
        .known()
        .and_then(|number| number.integer)
    {
        entries.push(("accessTokenValiditySeconds", Value::Int(seconds)));
    }
    let texts = |field: &List<Text<'_>>| list(field.items().map(|item| text(item.value.as_ref())));
    entries.push(("registeredRedirectUri", texts(&client.redirect_uris)));
    entries.push(("scope", texts(&client.scopes)));
    let grants = client.grants();
    entries.push(("roleIds", distinct(grants.iter().map(|grant| grant.role))));
    let division_ids = grants.iter().filter_map(|grant| grant.division);
    entries.push(("divisionIds", distinct(division_ids)));
    entries.push(("active", Value::Bool(client.is_active())));
    table(entries)
}

fn distinct<'t>(texts: impl Iterator<Item = &'t str>) -> Value {
    let texts: BTreeSet<&str> = texts.collect();
    list(texts.into_iter().map(text))
}

fn scalars<'c, 'a>(client: &'c Client<'a>) -> [(&'static str, &'c Field<Text<'a>>); 9] {
    let named = |field: FieldName| field.written(Naming::PlatformApi);
    [
        (named(FieldName::Id), &client.id),
        (named(FieldName::Name), &client.name),
        (named(FieldName::Description), &client.description),
        (named(FieldName::State), &client.state),
        (named(FieldName::DateCreated), &client.date_created),
        (named(FieldName::DateModified), &client.date_modified),
        (named(FieldName::DateToDelete), &client.rare.date_to_delete),
        (named(FieldName::CreatedBy), &client.created_by),
        (named(FieldName::ModifiedBy), &client.modified_by),
    ]
}

/// The fields of which this export does not tell all.
fn unknown_fields(client: &Client<'_>) -> Vec<&'static str> {
    let mut unknown: Vec<&'static str> = scalars(client)
        .into_iter()
        .filter(|(_, field)| field.is_unknown())
        .map(|(name, _)| name)
        .collect();
    let grants = client.grants();
    let hides_division =
        !client.role_divisions.is_complete() || grants.iter().any(|grant| grant.division_unknown);
    let others = [
        ("authorizedGrantType", client.grant_type.is_unknown()),
        (
            "accessTokenValiditySeconds",
            client.token_lifetime.is_unknown(),
        ),
        ("registeredRedirectUri", !client.redirect_uris.is_complete()),
        ("scope", !client.scopes.is_complete()),
        ("roleIds", !client.knows_its_roles()),
        ("divisionIds", hides_division),
        ("active", client.state.is_unknown()),
    ];
    unknown.extend(
        others
            .into_iter()
            .filter(|(_, is)| *is)
            .map(|(name, _)| name),
    );
    unknown
}

/// The roles of the client, each with its id, its name and its division.
fn roles(context: &RuleContext<'_, '_>) -> Result<Value, Need> {
    if !context.client.knows_its_roles() {
        return Err(Need::Value);
    }
    let mut roles = Vec::new();
    for grant in context.client.grants() {
        let role = context.organisation.role(grant.role).ok_or(Need::Roles)?;
        roles.push(table([
            ("id", text(grant.role)),
            ("name", text(role.label())),
            ("division", text(grant.division.unwrap_or(""))),
        ]));
    }
    Ok(list(roles))
}

/// All that its roles permit, as `domain:entity:action` or a general permission.
fn permissions(context: &RuleContext<'_, '_>) -> Result<Value, Need> {
    if !context.client.knows_its_roles() {
        return Err(Need::Value);
    }
    let mut permissions = BTreeSet::new();
    for grant in context.client.grants() {
        let role = context.organisation.role(grant.role).ok_or(Need::Roles)?;
        if !role.permissions_known {
            return Err(Need::Roles);
        }
        let held = role.permission_strings().iter();
        permissions.extend(held.map(|(permission, _)| permission.clone()));
    }
    Ok(list(permissions.into_iter().map(text)))
}

/// The divisions of its roles, each with its id, its name, and whether it is home.
fn divisions(context: &RuleContext<'_, '_>) -> Result<Value, Need> {
    if unknown_fields(context.client).contains(&"divisionIds") {
        return Err(Need::Value);
    }
    let grants = context.client.grants();
    let ids: BTreeSet<&str> = grants.iter().filter_map(|grant| grant.division).collect();
    let mut divisions = Vec::new();
    for id in ids {
        let (name, is_home) = if id == "*" {
            ("*", false)
        } else {
            let division = context.organisation.division(id);
            let division = division.ok_or(Need::Divisions)?;
            (division.name.as_ref(), division.is_home)
        };
        divisions.push(table([
            ("id", text(id)),
            ("name", text(name)),
            ("home", Value::Bool(is_home)),
        ]));
    }
    Ok(list(divisions))
}

fn parameters(parameters: &Parameters) -> Value {
    let mut map: HashMap<Key, Value> = HashMap::new();
    for (name, value) in parameters.iter() {
        let value = match value {
            Parameter::Integer(number) => Value::Int(*number),
            Parameter::Boolean(truth) => Value::Bool(*truth),
            Parameter::Text(own) => text(own.as_ref()),
            Parameter::List(texts) => list(texts.iter().map(|own| text(own.as_ref()))),
            Parameter::ByClient(_) => continue,
        };
        map.insert(Key::String(Arc::new(selectable(name))), value);
    }
    Value::Map(Map { map: Arc::new(map) })
}

/// A name with a hyphen cannot be selected.
fn selectable(name: &str) -> String {
    name.replace('-', "_")
}
