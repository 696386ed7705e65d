//! Reads the rules of a user.
//!
//! Invariant: one reading finds every fault of a file, with its place. What is wrong is removed or
//! filled in only to find the next fault, and such a file is never a rule.

use super::keys::BESIDE_PARAMETERS;
use crate::catalog::{Category, Check, Rule, precedence_faults};
use crate::finding::{Problem, ProblemKind};
use crate::text::{Place, SourceId, Span};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The most faults of a file that are looked for.
const MOST_FAULTS: usize = 100;

/// A rule of the user.
#[derive(Debug)]
pub struct OwnRule {
    /// The rule.
    pub rule: Rule,
    /// The place of its check.
    pub check: Place,
}

/// Reads a rule of the user, whose id must be free.
///
/// # Errors
/// Everything that is wrong with it, each at its place.
pub fn read_rule(source: SourceId, text: &str, known: &[&Rule]) -> Result<OwnRule, Vec<Problem>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut reader = RuleReader {
        table,
        faults: Vec::new(),
        repaired: BTreeSet::new(),
    };
    for error in errors {
        let message = format!("this is not TOML: {}", error.message());
        reader.fault(error.span().unwrap_or(0..0), message);
    }
    let rule = if reader.faults.is_empty() {
        reader.rule()
    } else {
        None
    };
    if let Some(rule) = &rule {
        reader.check(rule, known);
    }
    let place =
        |span: &Range<usize>| Place::new(source, Span::new(span.start as u32, span.end as u32));
    match rule {
        Some(rule) if reader.faults.is_empty() => {
            let keys = ["expression", "pattern", "field"];
            let keys = keys.map(|key| vec!["check".to_owned(), key.to_owned()]);
            let span = keys
                .iter()
                .find_map(|path| span_at(reader.table.get_ref(), path));
            let check = place(&span.unwrap_or(0..0));
            Ok(OwnRule {
                rule: completed(rule),
                check,
            })
        }
        _ => {
            reader.faults.sort_by_key(|(span, _)| span.start);
            let problem = |(span, message): (Range<usize>, String)| {
                Problem::new(ProblemKind::Configuration, message, "correct the rule file")
                    .at(place(&span))
            };
            Err(reader.faults.into_iter().map(problem).collect())
        }
    }
}

/// The rule with the texts that it leaves out.
fn completed(mut rule: Rule) -> Rule {
    if rule.why.trim().is_empty() {
        rule.why = rule.title.clone();
    }
    if rule.fix.trim().is_empty()
        && let Some(message) = rule.messages.first()
    {
        rule.fix = message.fix.clone();
    }
    rule
}

/// The keys and positions that lead to a value.
type Path = Vec<String>;

struct RuleReader<'i> {
    table: Spanned<DeTable<'i>>,
    faults: Vec<(Range<usize>, String)>,
    /// What was removed or filled in, so that its absence or content is no further fault.
    repaired: BTreeSet<Path>,
}

impl RuleReader<'_> {
    fn fault(&mut self, span: Range<usize>, message: String) {
        self.faults.push((span, message));
    }

    /// The rule, after everything of a wrong type was reported and repaired.
    fn rule(&mut self) -> Option<Rule> {
        while self.faults.len() < MOST_FAULTS {
            let table = self.table.clone();
            match Rule::deserialize(toml::de::Deserializer::from(table)) {
                Ok(rule) => return Some(rule),
                Err(error) => {
                    let span = error.span().unwrap_or(0..0);
                    if !self.repair(error.message(), &span) {
                        return None;
                    }
                }
            }
        }
        None
    }

    /// Reports a fault and repairs it; returns whether that was possible.
    fn repair(&mut self, message: &str, span: &Range<usize>) -> bool {
        let words = format!("this is not a rule file: {message}");
        if let Some(name) = quoted_in(message, "missing field `") {
            let mut path = table_at(self.table.get_ref(), span).unwrap_or_default();
            let is_of_check = path == ["check"] || is_below_check(self.table.get_ref(), span);
            if is_of_check {
                return self.replace_check(words);
            }
            path.push(name.to_owned());
            if !self.repaired.contains(&path) {
                self.fault(span.clone(), words);
            }
            self.repaired.insert(path.clone());
            return fill(self.table.get_mut(), &path, name);
        }
        if is_below_check(self.table.get_ref(), span) {
            let unknown = quoted_in(message, "unknown field `");
            let Some(name) = unknown else {
                return self.replace_check(words);
            };
            let path = vec!["check".to_owned(), name.to_owned()];
            let place = key_span(self.table.get_ref(), &path).unwrap_or_else(|| span.clone());
            self.fault(place, words);
            return remove(self.table.get_mut(), &path);
        }
        self.fault(span.clone(), words);
        let Some(path) = innermost(self.table.get_ref(), span.start) else {
            return false;
        };
        self.repaired.insert(path.clone());
        remove(self.table.get_mut(), &path)
    }

    /// Reports a fault of the check, in which nothing further can be found.
    fn replace_check(&mut self, message: String) -> bool {
        let path = vec!["check".to_owned()];
        if self.repaired.contains(&path) {
            return false;
        }
        let kind = vec!["check".to_owned(), "kind".to_owned()];
        let place = if message.contains("unknown variant") {
            span_at(self.table.get_ref(), &kind)
        } else {
            key_span(self.table.get_ref(), &path)
        };
        self.fault(place.unwrap_or(0..0), message);
        self.repaired.insert(path.clone());
        remove(self.table.get_mut(), &path) && fill(self.table.get_mut(), &path, "check")
    }

    /// Reports what is wrong beyond types.
    fn check(&mut self, rule: &Rule, known: &[&Rule]) {
        let of_key = |key: &str, message: String| (vec![key.to_owned()], message);
        let own = rule.faults().into_iter();
        let mut faults: Vec<(Path, String)> =
            own.map(|fault| (fault.path, fault.message)).collect();
        let order = precedence_faults(&[rule], known).into_iter();
        faults.extend(order.map(|message| of_key("yields-to", message)));
        if matches!(rule.check, Check::Native) {
            let message = "your own rule cannot be native: describe its check with data";
            faults.push((vec!["check".into(), "kind".into()], message.to_owned()));
        }
        let taken: BTreeSet<&str> = known.iter().flat_map(|known| names(known)).collect();
        for name in names(rule) {
            let is_word = name == "extra" || Category::ALL.iter().any(|known| known.name() == name);
            if is_word || taken.contains(name) {
                let key = if rule.id == name { "id" } else { "aliases" };
                faults.push(of_key(key, format!("the id `{name}` is taken")));
            }
        }
        for (number, parameter) in rule.params.iter().enumerate() {
            let name = parameter.name.as_ref();
            if BESIDE_PARAMETERS.contains(&name) || name == "accept" {
                let path = vec!["params".into(), number.to_string(), "name".into()];
                faults.push((path, format!("a parameter cannot have the name `{name}`")));
            }
        }
        for (path, message) in faults {
            let is_repaired = (1..=path.len()).any(|end| self.repaired.contains(&path[..end]));
            if !is_repaired {
                let table = self.table.get_ref();
                let ends = (1..=path.len()).rev();
                let span = ends
                    .into_iter()
                    .find_map(|end| span_at(table, &path[..end]));
                self.fault(span.unwrap_or(0..0), message);
            }
        }
    }
}

/// The id and the former ids of a rule.
fn names(rule: &Rule) -> impl Iterator<Item = &str> {
    let aliases = rule.aliases.iter().map(AsRef::as_ref);
    std::iter::once(rule.id.as_ref()).chain(aliases)
}

/// The word of a message after `start`, up to the next backquote.
fn quoted_in<'m>(message: &'m str, start: &str) -> Option<&'m str> {
    let (_, rest) = message.split_once(start)?;
    rest.split('`').next()
}

/// The tables and items directly in a value, each with the step to it.
fn parts<'d, 'i>(value: &'d DeValue<'i>) -> Vec<(String, &'d Spanned<DeValue<'i>>)> {
    match value {
        DeValue::Table(table) => of_table(table),
        DeValue::Array(items) => {
            let items = items.iter().enumerate();
            items.map(|(at, item)| (at.to_string(), item)).collect()
        }
        _ => Vec::new(),
    }
}

fn of_table<'d, 'i>(table: &'d DeTable<'i>) -> Vec<(String, &'d Spanned<DeValue<'i>>)> {
    let entries = table.iter();
    entries
        .map(|(key, value)| (key.get_ref().to_string(), value))
        .collect()
}

/// The path of the smallest value or key at an offset.
fn innermost(table: &DeTable<'_>, offset: usize) -> Option<Path> {
    let key = table.iter().find(|(key, _)| key.span().contains(&offset));
    if let Some((key, value)) = key
        && !matches!(value.get_ref(), DeValue::Table(_) | DeValue::Array(_))
    {
        return Some(vec![key.get_ref().to_string()]);
    }
    let below = of_table(table).into_iter().find_map(|(step, value)| {
        let mut path = innermost_in(value, offset)?;
        path.insert(0, step);
        Some(path)
    });
    below.or_else(|| key.map(|(key, _)| vec![key.get_ref().to_string()]))
}

fn innermost_in(value: &Spanned<DeValue<'_>>, offset: usize) -> Option<Path> {
    let below = match value.get_ref() {
        DeValue::Table(table) => innermost(table, offset),
        other => parts(other).into_iter().find_map(|(step, item)| {
            let mut path = innermost_in(item, offset)?;
            path.insert(0, step);
            Some(path)
        }),
    };
    below.or_else(|| value.span().contains(&offset).then(Vec::new))
}

/// The path of the table with this span.
fn table_at(table: &DeTable<'_>, span: &Range<usize>) -> Option<Path> {
    of_table(table).into_iter().find_map(|(step, value)| {
        let mut path = table_in(value, span)?;
        path.insert(0, step);
        Some(path)
    })
}

fn table_in(value: &Spanned<DeValue<'_>>, span: &Range<usize>) -> Option<Path> {
    let is_it = matches!(value.get_ref(), DeValue::Table(_)) && value.span() == *span;
    if is_it {
        return Some(Vec::new());
    }
    parts(value.get_ref()).into_iter().find_map(|(step, item)| {
        let mut path = table_in(item, span)?;
        path.insert(0, step);
        Some(path)
    })
}

/// Whether a span is that of the check or of something in it.
fn is_below_check(table: &DeTable<'_>, span: &Range<usize>) -> bool {
    let Some((key, value)) = table.get_key_value("check") else {
        return false;
    };
    key.span().contains(&span.start)
        || value.span() == *span
        || innermost_in(value, span.start).is_some()
}

/// The place of the value at a path.
fn span_at(table: &DeTable<'_>, path: &[String]) -> Option<Range<usize>> {
    let (first, rest) = path.split_first()?;
    let mut value = table.get(first.as_str())?;
    for step in rest {
        let below = parts(value.get_ref()).into_iter();
        value = below.into_iter().find(|(name, _)| name == step)?.1;
    }
    Some(value.span())
}

/// The place of the key at a path of tables.
fn key_span(table: &DeTable<'_>, path: &[String]) -> Option<Range<usize>> {
    let (last, tables) = path.split_last()?;
    let mut table = table;
    for step in tables {
        let DeValue::Table(below) = table.get(step.as_str())?.get_ref() else {
            return None;
        };
        table = below;
    }
    Some(table.get_key_value(last.as_str())?.0.span())
}

/// Changes the table that contains the end of a path.
fn change<T>(
    table: &mut DeTable<'_>,
    path: &[String],
    work: impl FnOnce(&mut DeTable<'_>, &str) -> T,
) -> Option<T> {
    let (first, rest) = path.split_first()?;
    if rest.is_empty() {
        return Some(work(table, first));
    }
    let mut value = table.get_mut(first.as_str())?.get_mut();
    let mut steps = rest;
    while let Some((step, rest)) = steps.split_first() {
        match value {
            DeValue::Table(table) => return change(table, steps, work),
            DeValue::Array(items) => value = items.get_mut(step.parse::<usize>().ok()?)?.get_mut(),
            _ => return None,
        }
        steps = rest;
    }
    None
}

/// Removes the entry at a path; of a list, the whole entry that contains it.
fn remove(table: &mut DeTable<'_>, path: &[String]) -> bool {
    let is_number = |step: &String| step.bytes().all(|byte| byte.is_ascii_digit());
    let end = path
        .iter()
        .rposition(|step| !is_number(step))
        .map_or(0, |at| at + 1);
    let removed = change(table, &path[..end], |table, key| {
        table.remove(key).is_some()
    });
    removed == Some(true)
}

/// Fills in a required entry with a value of its type.
fn fill(table: &mut DeTable<'_>, path: &[String], name: &str) -> bool {
    let value = match name {
        "severity" => "\"low\"",
        "verdict" => "\"good\"",
        "type" => "\"text\"",
        "check" => "{ kind = \"native\" }",
        "messages" => "[{ text = \"x\" }]",
        _ => "\"x\"",
    };
    let Ok(value) = DeValue::parse(value) else {
        return false;
    };
    let filled = change(table, path, |table, key| {
        let key = Spanned::new(0..0, key.to_owned().into());
        table.insert(key, value).is_none()
    });
    filled == Some(true)
}
