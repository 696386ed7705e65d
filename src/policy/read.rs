//! Reads TOML into settings with places, checked against the table of keys.
//!
//! Invariant: one reading finds every fault of a file, with its place. An unknown key, rule or
//! word is a fault that suggests the nearest known one.

use super::keys::{BESIDE_PARAMETERS, Key, Kind, LEVELS, LOCKS_OF_RULE, RULE_PERSONAS};
use super::selection::closest;
use crate::catalog::{Parameter, ParameterKind, Rule, Value};
use crate::finding::{Problem, ProblemKind};
use crate::model::{ClientPattern, FieldName, Interval, Naming, PREFIXES, region_named, regions};
use crate::text::{Place, SourceId, Span, is_unsafe_char};
use jiff::civil::Date;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What a configuration can name.
#[derive(Clone, Debug)]
pub struct Words {
    /// All rules, built-in and the user's.
    pub rules: Vec<&'static Rule>,
    /// The names of the report formats.
    pub formats: Vec<&'static str>,
}

/// One setting: its path of keys, its value, its place.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// The keys from the top; positions of a list of tables are numbers.
    pub path: Vec<String>,
    /// Its value.
    pub value: Value,
    /// The place of the value.
    pub place: Place,
}

type Node<'d, 'i> = &'d Spanned<DeValue<'i>>;

/// Former parameters that are keys of `[organisation]` now, each with its rule.
const MOVED: [(&str, &str); 2] = [
    ("embeddable-redirect", "region"),
    ("redirect-region-mismatch", "region"),
];

/// Reads one file.
pub struct Reader<'w> {
    words: &'w Words,
    source: SourceId,
    /// The settings, in the order of the file.
    pub leaves: Vec<Leaf>,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

/// Parses a file into its table.
///
/// # Errors
/// All faults of syntax.
pub fn parse(source: SourceId, text: &str) -> Result<Spanned<DeTable<'_>>, Vec<Problem>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return Ok(table);
    }
    Err(errors
        .iter()
        .map(|error| {
            let span = error.span().unwrap_or(0..0);
            Problem::new(
                ProblemKind::Configuration,
                format!("this is not TOML: {}", error.message()),
                "correct the syntax",
            )
            .at(place(source, &span))
        })
        .collect())
}

fn place(source: SourceId, span: &Range<usize>) -> Place {
    Place::new(source, Span::new(span.start as u32, span.end as u32))
}

/// The texts of `rules.extra`, of `extends` or of another list, before anything is checked:
/// settings that name files are read before the rules.
#[must_use]
pub fn early(
    table: &Spanned<DeTable<'_>>,
    path: &[&str],
    source: SourceId,
) -> Vec<(String, Place)> {
    let Some((last, tables)) = path.split_last() else {
        return Vec::new();
    };
    let mut at = table.get_ref();
    for name in tables {
        match at.get(*name).map(Spanned::get_ref) {
            Some(DeValue::Table(inner)) => at = inner,
            _ => return Vec::new(),
        }
    }
    let text = |node: Node<'_, '_>| {
        let text = node.get_ref().as_str()?.to_owned();
        Some((text, place(source, &node.span())))
    };
    match at.get(*last) {
        Some(node) => match node.get_ref() {
            DeValue::Array(items) => items.iter().filter_map(text).collect(),
            _ => text(node).into_iter().collect(),
        },
        None => Vec::new(),
    }
}

impl<'w> Reader<'w> {
    /// A reader of the file `source`.
    #[must_use]
    pub const fn new(words: &'w Words, source: SourceId) -> Self {
        Self {
            words,
            source,
            leaves: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// Reads a whole file with these keys.
    pub fn read(&mut self, table: &Spanned<DeTable<'_>>, keys: &'static [Key]) {
        self.table(table.get_ref(), &table.span(), keys, &mut Vec::new());
    }

    fn fault(
        &mut self,
        span: &Range<usize>,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.problems.push(
            Problem::new(ProblemKind::Configuration, message, remedy).at(place(self.source, span)),
        );
    }

    fn leaf(&mut self, path: &[String], value: Value, span: &Range<usize>) {
        self.leaves.push(Leaf {
            path: path.to_vec(),
            value,
            place: place(self.source, span),
        });
    }

    fn table(
        &mut self,
        table: &DeTable<'_>,
        span: &Range<usize>,
        keys: &'static [Key],
        path: &mut Vec<String>,
    ) {
        for (name, node) in in_order(table) {
            if let Some(key) = keys.iter().find(|key| key.name == name.get_ref().as_ref()) {
                within(path, key.name, |path| self.value(node, &key.kind, path));
            } else {
                let known = keys.iter().map(|key| key.name);
                self.unknown_key(name, known, path);
            }
        }
        for key in keys.iter().filter(|key| key.required) {
            if !table.contains_key(key.name) {
                self.fault(
                    span,
                    format!("`{}` is missing", key.name),
                    format!("add it: {}", key.doc),
                );
            }
        }
    }

    fn unknown_key<'k>(
        &mut self,
        name: &Spanned<Cow<'_, str>>,
        known: impl Iterator<Item = &'k str> + Clone,
        path: &[String],
    ) {
        let word = name.get_ref().as_ref();
        let inside = if path.is_empty() {
            String::new()
        } else {
            format!(" in `{}`", shown(path))
        };
        let remedy = suggest(word, known.clone()).unwrap_or_else(|| {
            let known: Vec<_> = known.collect();
            format!("known keys: {}", known.join(", "))
        });
        self.fault(
            &name.span(),
            format!("there is no key `{word}`{inside}"),
            remedy,
        );
    }

    fn value(&mut self, node: Node<'_, '_>, kind: &'static Kind, path: &mut Vec<String>) {
        let span = node.span();
        match kind {
            Kind::Text => self.text(node, path, |_| Ok(())),
            Kind::Integer(min, max) => self.integer(node, Some(*min), Some(*max), path),
            Kind::Boolean => match node.get_ref() {
                DeValue::Boolean(truth) => self.leaf(path, Value::Boolean(*truth), &span),
                other => self.wrong_type(&span, path, "true or false", other),
            },
            Kind::Date => self.date(node, path),
            Kind::Interval => self.text(node, path, interval),
            Kind::Choice(words) => self.choice(node, words, path),
            Kind::Texts => self.texts(node, path),
            Kind::TextLists => self.text_lists(node, path),
            Kind::Words(words) => self.words_of(node, words, path),
            Kind::Rule => {
                let rules = self.words.rules.clone();
                self.text(node, path, |id| known_rule(&rules, id).map(|_| ()));
            }
            Kind::Region => self.text(node, path, region),
            Kind::OneClient => self.text(node, path, one_client),
            Kind::Field => self.text(node, path, field),
            Kind::Format => {
                let formats = self.words.formats.clone();
                self.choice(node, &formats, path);
            }
            Kind::FormatFiles => self.format_files(node, path),
            Kind::Lock(words) => self.lock(node, words.iter().copied(), path),
            Kind::Table(keys) => match node.get_ref() {
                DeValue::Table(table) => self.table(table, &span, keys, path),
                other => self.wrong_type(&span, path, "a table", other),
            },
            Kind::Tables(keys) => self.tables(node, keys, path),
            Kind::ByClient(keys) => self.keyed(node, keys, path, |pattern| {
                ClientPattern::parse(pattern).map(|_| ())
            }),
            Kind::ByDirectory(keys) => self.keyed(node, keys, path, |_| Ok(())),
            Kind::Rules(keys) => match node.get_ref() {
                DeValue::Table(table) => self.rules(table, keys, path),
                other => self.wrong_type(&span, path, "a table", other),
            },
        }
    }

    fn wrong_type(
        &mut self,
        span: &Range<usize>,
        path: &[String],
        wanted: &str,
        found: &DeValue<'_>,
    ) {
        self.fault(
            span,
            format!(
                "`{}` must be {wanted}, and this is {}",
                shown(path),
                type_words(found)
            ),
            format!("write {wanted}"),
        );
    }

    fn text(
        &mut self,
        node: Node<'_, '_>,
        path: &[String],
        check: impl Fn(&str) -> Result<(), (String, String)>,
    ) {
        let span = node.span();
        match node.get_ref() {
            DeValue::String(text) if text.trim().is_empty() => {
                self.fault(
                    &span,
                    format!("`{}` is empty", shown(path)),
                    "give it a value, or remove the key",
                );
            }
            DeValue::String(text) => match check(text) {
                Ok(()) => self.leaf(path, Value::Text(text.to_string().into()), &span),
                Err((message, remedy)) => self.fault(&span, message, remedy),
            },
            other => self.wrong_type(&span, path, "text", other),
        }
    }

    fn integer(&mut self, node: Node<'_, '_>, min: Option<i64>, max: Option<i64>, path: &[String]) {
        let span = node.span();
        let DeValue::Integer(written) = node.get_ref() else {
            return self.wrong_type(&span, path, "a whole number", node.get_ref());
        };
        let number = i64::from_str_radix(written.as_str(), written.radix())
            .ok()
            .filter(|number| min.is_none_or(|min| *number >= min))
            .filter(|number| max.is_none_or(|max| *number <= max));
        let Some(number) = number else {
            let bounds = match (min, max) {
                (Some(min), Some(max)) => format!("{min} to {max}"),
                (Some(min), None) => format!("at least {min}"),
                (None, Some(max)) => format!("at most {max}"),
                (None, None) => "a number of 64 bits".into(),
            };
            return self.fault(
                &span,
                format!("`{}` is out of range", shown(path)),
                format!("write a number in the range: {bounds}"),
            );
        };
        self.leaf(path, Value::Integer(number), &span);
    }

    fn date(&mut self, node: Node<'_, '_>, path: &[String]) {
        let span = node.span();
        let written = match node.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Datetime(date) => date.to_string(),
            other => return self.wrong_type(&span, path, "a date", other),
        };
        match written.parse::<Date>() {
            Ok(date) if date.to_string() == written => {
                self.leaf(path, Value::Text(written.into()), &span);
            }
            _ => self.fault(
                &span,
                format!("`{}` is not a date", shown(path)),
                "write it as YYYY-MM-DD",
            ),
        }
    }

    fn choice(&mut self, node: Node<'_, '_>, words: &[&'static str], path: &[String]) {
        self.text(node, path, |word| {
            if words.contains(&word) {
                return Ok(());
            }
            let all = format!("one of {}", words.join(", "));
            Err((
                format!("`{}` is not `{word}`", shown(path)),
                suggest(word, words.iter().copied())
                    .map_or_else(|| format!("write {all}"), |hint| format!("{hint}; {all}")),
            ))
        });
    }

    /// The texts of a list with their places; any other item is a fault.
    fn items(
        &mut self,
        node: Node<'_, '_>,
        path: &[String],
    ) -> Option<Vec<(String, Range<usize>)>> {
        let DeValue::Array(items) = node.get_ref() else {
            self.wrong_type(&node.span(), path, "a list of texts", node.get_ref());
            return None;
        };
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            match item.get_ref() {
                DeValue::String(text) if !text.trim().is_empty() => {
                    texts.push((text.to_string(), item.span()));
                }
                other => self.wrong_type(
                    &item.span(),
                    path,
                    "a list of texts that are not blank",
                    other,
                ),
            }
        }
        Some(texts)
    }

    fn texts(&mut self, node: Node<'_, '_>, path: &[String]) {
        if let Some(items) = self.items(node, path) {
            let texts = items.into_iter().map(|(text, _)| text);
            self.leaf(path, list(texts), &node.span());
        }
    }

    /// A list of lists of texts: a leaf for each.
    fn text_lists(&mut self, node: Node<'_, '_>, path: &[String]) {
        let DeValue::Array(lists) = node.get_ref() else {
            let span = node.span();
            return self.wrong_type(&span, path, "a list of lists of texts", node.get_ref());
        };
        for list in lists {
            match list.get_ref() {
                DeValue::Array(_) => self.texts(list, path),
                other => self.wrong_type(&list.span(), path, "a list of lists of texts", other),
            }
        }
    }

    /// A list of known words.
    fn words_of(&mut self, node: Node<'_, '_>, words: &[&'static str], path: &[String]) {
        let Some(items) = self.items(node, path) else {
            return;
        };
        for (word, span) in &items {
            if !words.contains(&word.as_str()) {
                let all = format!("write one of {}", words.join(", "));
                let remedy = suggest(word, words.iter().copied()).unwrap_or(all);
                self.fault(
                    span,
                    format!("`{}` cannot contain `{word}`", shown(path)),
                    remedy,
                );
            }
        }
        let texts = items.into_iter().map(|(text, _)| text);
        self.leaf(path, list(texts), &node.span());
    }

    fn lock(
        &mut self,
        node: Node<'_, '_>,
        words: impl Iterator<Item = &'static str> + Clone,
        path: &[String],
    ) {
        let span = node.span();
        match node.get_ref() {
            DeValue::Boolean(true) => {
                self.leaf(path, list(words.map(str::to_owned)), &span);
            }
            DeValue::Boolean(false) => self.leaf(path, list(std::iter::empty()), &span),
            DeValue::Array(_) => {
                let Some(items) = self.items(node, path) else {
                    return;
                };
                for (word, span) in &items {
                    if !words.clone().any(|known| known == word) {
                        let all =
                            format!("one of {}", words.clone().collect::<Vec<_>>().join(", "));
                        let remedy = suggest(word, words.clone()).unwrap_or(all);
                        self.fault(span, format!("`{word}` cannot be locked here"), remedy);
                    }
                }
                self.leaf(path, list(items.into_iter().map(|(word, _)| word)), &span);
            }
            other => self.wrong_type(&span, path, "true, or a list of words", other),
        }
    }

    fn format_files(&mut self, node: Node<'_, '_>, path: &mut Vec<String>) {
        let DeValue::Table(table) = node.get_ref() else {
            return self.wrong_type(
                &node.span(),
                path,
                "a table from formats to files",
                node.get_ref(),
            );
        };
        let formats = self.words.formats.clone();
        for (name, file) in in_order(table) {
            if formats.iter().any(|known| known == name.get_ref()) {
                within(path, name.get_ref(), |path| {
                    self.text(file, path, |_| Ok(()));
                });
            } else {
                self.unknown_key(name, formats.iter().copied(), path);
            }
        }
    }

    fn tables(&mut self, node: Node<'_, '_>, keys: &'static [Key], path: &mut Vec<String>) {
        let DeValue::Array(items) = node.get_ref() else {
            return self.wrong_type(&node.span(), path, "a list of tables", node.get_ref());
        };
        for (index, item) in items.iter().enumerate() {
            let DeValue::Table(table) = item.get_ref() else {
                self.wrong_type(&item.span(), path, "a list of tables", item.get_ref());
                continue;
            };
            let span = item.span();
            within(path, &index.to_string(), |path| {
                // The place of the entry as a whole.
                self.leaf(path, Value::Boolean(true), &span);
                self.table(table, &span, keys, path);
            });
        }
    }

    fn keyed(
        &mut self,
        node: Node<'_, '_>,
        keys: &'static [Key],
        path: &mut Vec<String>,
        check: impl Fn(&str) -> Result<(), String>,
    ) {
        let DeValue::Table(table) = node.get_ref() else {
            return self.wrong_type(&node.span(), path, "a table", node.get_ref());
        };
        for (name, section) in in_order(table) {
            let span = name.span();
            if let Err(fault) = check(name.get_ref()) {
                self.fault(&span, fault, pattern_remedy(name.get_ref()));
                continue;
            }
            let DeValue::Table(inner) = section.get_ref() else {
                self.wrong_type(&section.span(), path, "a table", section.get_ref());
                continue;
            };
            within(path, name.get_ref(), |path| {
                // The place of the section as a whole.
                self.leaf(path, Value::Boolean(true), &span);
                self.table(inner, &span, keys, path);
            });
        }
    }

    fn rules(&mut self, table: &DeTable<'_>, keys: &'static [Key], path: &mut Vec<String>) {
        let mut set = BTreeSet::new();
        for (name, node) in in_order(table) {
            let word = name.get_ref().as_ref();
            if let Some(key) = keys.iter().find(|key| key.name == word) {
                within(path, key.name, |path| self.value(node, &key.kind, path));
                continue;
            }
            let rule = match known_rule(&self.words.rules, word) {
                Ok(rule) => rule,
                Err((message, remedy)) => {
                    self.fault(&name.span(), message, remedy);
                    continue;
                }
            };
            let DeValue::Table(settings) = node.get_ref() else {
                self.fault(
                    &node.span(),
                    format!("the settings of `{word}` are not a table"),
                    format!(
                        "write a table, for example [rules.{word}] with severity = \"off\" below it"
                    ),
                );
                continue;
            };
            if !set.insert(&rule.id) {
                self.fault(
                    &name.span(),
                    format!("`{word}` is `{}`, which this file sets already", rule.id),
                    "put the settings of a rule in one table",
                );
                continue;
            }
            // A former id means the rule.
            within(path, &rule.id, |path| self.rule(rule, settings, path));
        }
    }

    fn rule(&mut self, rule: &'static Rule, settings: &DeTable<'_>, path: &mut Vec<String>) {
        let is_top = path.len() == 2;
        let parameters = || rule.params.iter().map(|parameter| &*parameter.name);
        for (name, node) in in_order(settings) {
            let word = name.get_ref().as_ref();
            if word == "severity" {
                within(path, word, |path| self.choice(node, LEVELS, path));
            } else if word == "persona" && is_top {
                within(path, word, |path| self.choice(node, RULE_PERSONAS, path));
            } else if word == "lock" && is_top {
                let words = LOCKS_OF_RULE.into_iter().chain(parameters());
                within(path, word, |path| self.lock(node, words, path));
            } else if let Some(parameter) = rule.parameter(word) {
                within(path, word, |path| self.parameter(parameter, node, path));
            } else if let Some(now) = rule.renamed_parameter(word) {
                self.fault(
                    &name.span(),
                    format!(
                        "the parameter `{word}` of `{}` is now `{}`",
                        rule.id, now.name
                    ),
                    format!("write `{}`", now.name),
                );
            } else if MOVED.contains(&(&*rule.id, word)) {
                self.fault(
                    &name.span(),
                    format!("`{word}` is no longer a parameter of `{}`", rule.id),
                    format!("set `{word}` in `[organisation]`: it applies to every rule"),
                );
            } else {
                let beside = &BESIDE_PARAMETERS[..if is_top { 3 } else { 1 }];
                self.unknown_key(name, beside.iter().copied().chain(parameters()), path);
            }
        }
    }

    fn parameter(&mut self, parameter: &Parameter, node: Node<'_, '_>, path: &mut Vec<String>) {
        let span = node.span();
        match parameter.kind {
            ParameterKind::Integer => self.integer(node, parameter.min, parameter.max, path),
            ParameterKind::Boolean => self.value(node, &Kind::Boolean, path),
            ParameterKind::Text => match node.get_ref() {
                DeValue::String(text) => {
                    self.leaf(path, Value::Text(text.to_string().into()), &span);
                }
                other => self.wrong_type(&span, path, "text", other),
            },
            ParameterKind::Date => self.date(node, path),
            ParameterKind::List => {
                if parameter.name.ends_with("patterns") {
                    self.patterns(node, path);
                }
                self.texts(node, path);
            }
            ParameterKind::ByClient => self.by_client(node, path),
        }
    }

    /// Lists with "patterns" in their name contain regular expressions.
    fn patterns(&mut self, node: Node<'_, '_>, path: &[String]) {
        let DeValue::Array(items) = node.get_ref() else {
            return;
        };
        for item in items {
            if let Some(pattern) = item.get_ref().as_str()
                && let Err(error) = regex::Regex::new(pattern)
            {
                let error = error.to_string();
                let reason = error.lines().last().unwrap_or("").trim();
                self.fault(
                    &item.span(),
                    format!(
                        "`{}` must contain regular expressions; {reason}",
                        shown(path)
                    ),
                    "the syntax is that of https://docs.rs/regex",
                );
            }
        }
    }

    fn by_client(&mut self, node: Node<'_, '_>, path: &[String]) {
        let DeValue::Table(table) = node.get_ref() else {
            let wanted = ParameterKind::ByClient.words();
            return self.wrong_type(&node.span(), path, wanted, node.get_ref());
        };
        let mut entries = Vec::with_capacity(table.len());
        for (name, values) in in_order(table) {
            if let Err(fault) = ClientPattern::parse(name.get_ref()) {
                self.fault(&name.span(), fault, pattern_remedy(name.get_ref()));
                continue;
            }
            let texts: Vec<Cow<'static, str>> = match values.get_ref() {
                // A number is a list of one text.
                DeValue::Integer(number) => vec![number.to_string().into()],
                _ => match self.items(values, path) {
                    Some(items) => items.into_iter().map(|(text, _)| text.into()).collect(),
                    None => continue,
                },
            };
            entries.push((name.get_ref().to_string().into(), texts.into()));
        }
        self.leaf(path, Value::ByClient(entries.into()), &node.span());
    }
}

/// The entries of a table in the order of the file.
fn in_order<'d, 'i>(
    table: &'d DeTable<'i>,
) -> Vec<(&'d Spanned<Cow<'i, str>>, &'d Spanned<DeValue<'i>>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(name, _)| name.span().start);
    entries
}

fn within<T>(path: &mut Vec<String>, name: &str, work: impl FnOnce(&mut Vec<String>) -> T) -> T {
    path.push(name.to_owned());
    let done = work(path);
    path.pop();
    done
}

fn list(texts: impl Iterator<Item = String>) -> Value {
    Value::List(texts.map(Cow::Owned).collect::<Vec<_>>().into())
}

/// A basic string of TOML on one line, without unsafe characters.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            _ if is_unsafe_char(character) => {
                let _ = write!(out, "\\U{:08X}", u32::from(character));
            }
            _ => out.push(character),
        }
    }
    out.push('"');
    out
}

/// A path as TOML writes it.
#[must_use]
pub fn shown(path: &[String]) -> String {
    let bare = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let parts: Vec<String> = path
        .iter()
        .map(|part| {
            if bare(part) {
                part.clone()
            } else {
                quoted(part)
            }
        })
        .collect();
    parts.join(".")
}

const fn type_words(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn suggest<'k>(word: &str, known: impl Iterator<Item = &'k str>) -> Option<String> {
    closest(word, known).map(|known| format!("did you mean `{known}`?"))
}

/// The rule with this id or former id.
///
/// # Errors
/// What is wrong and what to do.
pub fn known_rule(rules: &[&'static Rule], id: &str) -> Result<&'static Rule, (String, String)> {
    rules
        .iter()
        .find(|rule| rule.id == id || rule.aliases.iter().any(|alias| alias == id))
        .copied()
        .ok_or_else(|| {
            let ids = rules.iter().map(|rule| rule.id.as_ref());
            (
                format!("there is no rule `{id}`"),
                suggest(id, ids).unwrap_or_else(|| "see: grantlint rules".into()),
            )
        })
}

fn pattern_remedy(pattern: &str) -> String {
    let prefix = pattern.split(':').next().unwrap_or("");
    suggest(prefix, PREFIXES.into_iter()).unwrap_or_else(|| {
        "write id:.., name:.. with * and ?, address:.., kind:.., grant:.. or *".into()
    })
}

/// An acceptance names exactly one client, whatever the export contains later.
fn interval(text: &str) -> Result<(), (String, String)> {
    match Interval::parse(text) {
        Some(_) => Ok(()),
        None => Err((
            "this interval has no whole day".into(),
            "write it as start/end, such as 2026-06-01/2026-11-29".into(),
        )),
    }
}

fn one_client(pattern: &str) -> Result<(), (String, String)> {
    let one = "name one client: id:.., address:.., or name:.. without wildcards";
    match ClientPattern::parse(pattern) {
        Ok(ClientPattern::Name(name)) if name.contains(['*', '?']) => {
            Err(("an acceptance cannot contain wildcards".into(), one.into()))
        }
        Ok(pattern) if pattern.names_somebody() => Ok(()),
        Ok(_) => Err(("an acceptance names one client".into(), one.into())),
        Err(fault) => Err((fault, one.into())),
    }
}

/// A region of Genesys Cloud.
fn region(text: &str) -> Result<(), (String, String)> {
    if region_named(text).is_some() {
        return Ok(());
    }
    let known = || regions().flat_map(|region| [region.domain, region.name]);
    Err((
        format!("there is no region `{text}`"),
        suggest(text, known()).unwrap_or_else(|| {
            let all: Vec<_> = regions().map(|region| region.domain).collect();
            format!("write its domain: {}", all.join(", "))
        }),
    ))
}

/// The domain of a region of Genesys Cloud, by its domain or its AWS name.
///
/// # Errors
/// What is wrong and what to do.
pub fn region_domain(text: &str) -> Result<&'static str, (String, String)> {
    region(text)?;
    Ok(region_named(text).map_or("", |region| region.domain))
}

/// The paths of fields in all namings, without positions.
fn fields() -> Vec<String> {
    let mut paths = Vec::new();
    for naming in [Naming::PlatformApi, Naming::SnakeCase, Naming::Terraform] {
        for field in FieldName::ALL {
            let name = field.written(naming);
            paths.push(name.to_owned());
            if field == FieldName::RoleDivisions {
                let parts = if naming == Naming::PlatformApi {
                    ["roleId", "divisionId"]
                } else {
                    ["role_id", "division_id"]
                };
                paths.extend(parts.map(|part| format!("{name}.{part}")));
            }
        }
    }
    paths
}

fn field(path: &str) -> Result<(), (String, String)> {
    if path.contains('[') {
        return Err((
            "positions differ between exports".into(),
            "name the field without a position, and the item with value = \"..\"".into(),
        ));
    }
    let known = fields();
    if known.iter().any(|known| known == path) {
        return Ok(());
    }
    Err((
        format!("there is no field `{path}`"),
        suggest(path, known.iter().map(String::as_str)).unwrap_or_else(|| {
            "use the names of the export, such as registeredRedirectUri or scope".into()
        }),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_is_one_string_without_unsafe_characters() {
        for text in [
            "",
            "plain",
            "a \"quoted\" \\ path",
            "line\nbreak\r\ttab",
            "\u{1b}[31mred\u{7}\u{0}",
            "right\u{202e}left\u{2028}\u{feff}",
            "\u{27}\u{27}\u{27}\"\"\"",
            "\u{1f600} \u{e9}",
        ] {
            let line = format!("x = {}", quoted(text));
            assert!(!line.contains(is_unsafe_char), "{line:?}");
            let table: toml::Table = toml::from_str(&line).expect("TOML");
            assert_eq!(table["x"].as_str(), Some(text));
        }
    }
}
