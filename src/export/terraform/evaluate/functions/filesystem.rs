//! Functions of paths and of files that were read.
//!
//! Invariant: nothing is opened. A file is known only if it is among the texts that were given.

use super::super::value::{Data, Key, Value};
use super::super::{Binding, Evaluator, Scope};
use super::{Arguments, Outcome, Stop};
use crate::document::from_template;
use crate::text::{Place, Source, SourceId, Span, normal};
use regex::Regex;
use std::collections::BTreeSet;
use std::rc::Rc;

impl Evaluator<'_, '_, '_> {
    pub(super) fn file_function(
        &self,
        scope: Scope<'_>,
        name: &str,
        arguments: &Arguments<'_>,
    ) -> Option<Outcome> {
        let place = arguments.place;
        Some(match name {
            "basename" => arguments.text(0).map(|path| {
                let name = path.trim_end_matches('/').rsplit('/').next();
                Value::text(name.unwrap_or_default(), arguments.result_place())
            }),
            "dirname" => arguments
                .text(0)
                .map(|path| Value::text(directory_of(&path), arguments.result_place())),
            "file" => self.file(arguments).map(|(id, source)| {
                let span = Span::new(0, source.text().len() as u32);
                self.text_value(source.text().to_owned(), Place::new(id, span))
                    .of_content(true)
            }),
            "fileset" => self.file_set(arguments),
            "fileexists" => match self.file(arguments) {
                Ok(_) => Ok(Value::bool(true, place)),
                Err(stop) => Err(stop),
            },
            "templatefile" => self.template_file(scope, arguments),
            "templatestring" => self.template_text(scope, arguments),
            _ => return None,
        })
    }

    fn file(&self, arguments: &Arguments<'_>) -> Result<(SourceId, &Source), Stop> {
        let path = arguments.text(0)?;
        self.source(&path).ok_or(Stop::Unknown)
    }

    fn source(&self, path: &str) -> Option<(SourceId, &Source)> {
        // A path without `path.module` is relative to the directory that Terraform runs in.
        let root = normal(&format!("{}/{path}", self.instance(0).directory));
        let path = normal(path);
        self.charge(self.sources.len());
        let is_file = |source: &Source| [&path, &root].contains(&&normal(source.path()));
        self.sources.iter().find(|(_, source)| is_file(source))
    }

    /// The text of a template file, with the second argument's entries as its names.
    fn template_file(&self, scope: Scope<'_>, arguments: &Arguments<'_>) -> Outcome {
        let (id, source) = self.file(arguments)?;
        let span = Span::new(0, source.text().len() as u32);
        self.render(scope, source.text(), Place::new(id, span), arguments)
            .map(|text| text.of_content(true))
    }

    /// The paths below a directory that match a pattern, of the files that were read.
    fn file_set(&self, arguments: &Arguments<'_>) -> Outcome {
        let (directory, pattern) = (arguments.text(0)?, arguments.text(1)?);
        let pattern = glob(&pattern).ok_or(Stop::Unknown)?;
        let beginning = format!("{}/", normal(&directory));
        self.charge(self.sources.len());
        let below = self.sources.iter().filter_map(|(_, source)| {
            let path = normal(source.path());
            let path = match beginning.as_str() {
                "./" => path.as_str(),
                beginning => path.strip_prefix(beginning)?,
            };
            pattern.is_match(path).then(|| path.to_owned())
        });
        let found: BTreeSet<String> = below.collect();
        if found.is_empty() {
            // Files of other programs are not read, so there may be some.
            return Err(Stop::Unknown);
        }
        let place = arguments.place;
        let items = found.into_iter().map(|path| Value::text(path, place));
        Ok(Value::new(Data::Set(Rc::new(items.collect())), place))
    }

    fn template_text(&self, scope: Scope<'_>, arguments: &Arguments<'_>) -> Outcome {
        let template = arguments.text(0)?;
        self.render(scope, &template, arguments.get(0)?.place, arguments)
    }

    fn render(
        &self,
        scope: Scope<'_>,
        text: &str,
        place: Place,
        arguments: &Arguments<'_>,
    ) -> Outcome {
        self.charge(text.len() / 8);
        let template = from_template(text, place.span);
        let names = arguments.map(1)?;
        let names: Vec<(&str, &Value)> = names
            .entries
            .iter()
            .filter_map(|(key, entry)| match key {
                Key::Text(name) => Some((&**name, &entry.value)),
                Key::Unknown(_) => None,
            })
            .collect();
        let names = &names[..names.len().min(MOST_NAMES)];
        Ok(bind(Self::fresh(scope), names, &|scope| {
            self.expression(scope, place.source, &template)
        }))
    }
}

/// A pattern of `fileset` as an expression over paths.
fn glob(pattern: &str) -> Option<Regex> {
    let mut expression = String::from("^");
    let mut rest = pattern.chars().peekable();
    let mut depth = 0;
    while let Some(next) = rest.next() {
        match next {
            '*' if rest.peek() == Some(&'*') => {
                rest.next();
                if rest.peek() == Some(&'/') {
                    rest.next();
                    expression.push_str("(?:.*/)?");
                } else {
                    expression.push_str(".*");
                }
            }
            '*' => expression.push_str("[^/]*"),
            '?' => expression.push_str("[^/]"),
            '{' => {
                depth += 1;
                expression.push_str("(?:");
            }
            '}' if depth > 0 => {
                depth -= 1;
                expression.push(')');
            }
            ',' if depth > 0 => expression.push('|'),
            // Classes of characters are rare.
            '[' | ']' | '\\' => return None,
            other => expression.push_str(&regex::escape(other.encode_utf8(&mut [0; 4]))),
        }
    }
    expression.push('$');
    (depth == 0).then(|| Regex::new(&expression).ok()).flatten()
}

/// The names of a template that are bound: few have more, and each costs a frame.
const MOST_NAMES: usize = 64;

/// Runs with each of the names bound.
fn bind(scope: Scope<'_>, names: &[(&str, &Value)], run: &dyn Fn(Scope<'_>) -> Value) -> Value {
    match names.split_first() {
        None => run(scope),
        Some(((name, value), rest)) => {
            let binding = Binding {
                name,
                value: (*value).clone(),
                outer: scope.names,
            };
            bind(scope.with(&binding), rest, run)
        }
    }
}

fn directory_of(path: &str) -> String {
    match path.trim_end_matches('/').rsplit_once('/') {
        Some(("", _)) => "/".to_owned(),
        Some((directory, _)) => directory.to_owned(),
        None => ".".to_owned(),
    }
}
