//! The operations of the Platform API: which call is which operation, and what it declares.
//!
//! Invariant: a call is never guessed by a prefix of its path; what does not match is not mapped.
//! The built-in table is read when it is first needed, so that other runs do not pay for it.

use crate::model::{ApiDescription, ApiOperation, Organisation, Text};
use flate2::read::DeflateDecoder;
use jiff::civil::Date;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write;
use std::io::Read;
use std::ops::Deref;
use std::sync::LazyLock;

/// `rules/data/operations.tsv`, compressed by the build script.
static COMPRESSED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/operations.tsv.deflate"));

static TEXT: LazyLock<String> = LazyLock::new(|| {
    let mut text = String::new();
    // The build script wrote it; were it broken, no call would be mapped, and a test reads it.
    let _ = DeflateDecoder::new(COMPRESSED).read_to_string(&mut text);
    text
});

static DESCRIPTION: LazyLock<(ApiDescription<'static>, Option<Date>)> =
    LazyLock::new(|| parse_table(&TEXT));

static BUILT_IN: LazyLock<Operations<'static>> = LazyLock::new(|| {
    let (description, date) = &*DESCRIPTION;
    Operations::new(description, *date)
});

/// The text of the built-in table.
#[must_use]
pub fn built_in_table() -> &'static str {
    &TEXT
}

const TITLE: &str = "# The operations of the Platform API and the rights that they declare, from its public description.";
const DATE: &str = "# date\t";
const COLUMNS: &str = "# method\tpath\tscopes, any of which is enough\tpermissions needed: ANY or ALL\tpermissions\tflags";
const DEPRECATED: &str = "deprecated";

/// Reads a table of operations: a line for each, in columns that tabs separate, and the date of
/// the description.
#[must_use]
pub fn parse_table(text: &str) -> (ApiDescription<'_>, Option<Date>) {
    let date = text.lines().find_map(|line| line.strip_prefix(DATE));
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let operations = lines.filter_map(parse_line).collect();
    let description = ApiDescription {
        operations,
        version: None,
    };
    (description, date.and_then(|date| date.trim().parse().ok()))
}

fn parse_line(line: &str) -> Option<ApiOperation<'_>> {
    fn list(cell: &str) -> Vec<Text<'_>> {
        let items = cell.split(',').filter(|item| !item.is_empty());
        items.map(Cow::Borrowed).collect()
    }
    let mut cells = line.split('\t');
    let (method, path) = (cells.next()?, cells.next()?);
    let scopes = list(cells.next().unwrap_or(""));
    let needs = cells.next().unwrap_or("");
    let permissions = list(cells.next().unwrap_or(""));
    Some(ApiOperation {
        method: Cow::Borrowed(method),
        path: Cow::Borrowed(path),
        scopes,
        needs_all: needs == "ALL",
        permissions,
        deprecated: cells.next() == Some(DEPRECATED),
    })
}

/// The table of a description, each operation once, sorted by path and method. What a description
/// has in the place of permissions and is not one is left out.
#[must_use]
pub fn print_table(description: &ApiDescription<'_>, date: Option<Date>) -> String {
    let mut lines: Vec<((&str, &str), String)> = Vec::new();
    for operation in &description.operations {
        let joined = |list: &[Text<'_>]| {
            let named = list.iter().map(AsRef::as_ref);
            let mut list: Vec<&str> = named.filter(|name| is_name(name)).collect();
            list.sort_unstable();
            list.dedup();
            list.join(",")
        };
        let permissions = joined(&operation.permissions);
        let needs = match (permissions.is_empty(), operation.needs_all) {
            (true, _) => "",
            (false, true) => "ALL",
            (false, false) => "ANY",
        };
        let flags = if operation.deprecated { DEPRECATED } else { "" };
        let scopes = joined(&operation.scopes);
        let (method, path) = (&*operation.method, &*operation.path);
        let line = format!("{method}\t{path}\t{scopes}\t{needs}\t{permissions}\t{flags}");
        lines.push(((path, method), line.trim_end_matches('\t').to_owned()));
    }
    lines.sort();
    lines.dedup_by(|one, other| one.0 == other.0);
    let mut table = format!("{TITLE}\n");
    if let Some(date) = date {
        let _ = writeln!(table, "{DATE}{date}");
    }
    table += COLUMNS;
    for (_, line) in lines {
        table.push('\n');
        table += &line;
    }
    table.push('\n');
    table
}

/// Whether a text can be the name of a scope or a permission, and a cell of the table.
fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control() || c == ',')
}

/// How many operations a client can call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Callable {
    /// All of them.
    pub operations: usize,
    /// Those that write: neither a `GET` nor a `HEAD`, and no scope that only reads is enough.
    pub writing: usize,
}

/// The operations of a description, to be found by call.
#[derive(Debug)]
pub struct Operations<'d> {
    description: &'d ApiDescription<'d>,
    /// The day of the description, if it is known.
    pub date: Option<Date>,
    nodes: Vec<Node<'d>>,
    /// For each scope that an operation accepts, how many do.
    scopes: HashMap<&'d str, usize>,
}

/// A part of a path, and what follows it.
#[derive(Debug, Default)]
struct Node<'d> {
    literals: HashMap<&'d str, usize>,
    parameter: Option<usize>,
    /// The operations that end here, by method.
    ends: Vec<(&'d str, usize)>,
}

/// The operations that apply to an organisation.
#[derive(Debug)]
pub enum OperationsRef<'d> {
    /// Those of the built-in table.
    BuiltIn(&'static Operations<'static>),
    /// Those of a description among the inputs.
    Given(Box<Operations<'d>>),
}

impl<'d> OperationsRef<'d> {
    /// A description among the inputs takes precedence over the built-in table.
    #[must_use]
    pub fn for_organisation(organisation: &'d Organisation<'d>) -> Self {
        match &organisation.api {
            Some(given) if !given.operations.is_empty() => {
                Self::Given(Box::new(Operations::new(given, None)))
            }
            _ => Self::BuiltIn(Operations::built_in()),
        }
    }
}

impl<'d> Deref for OperationsRef<'d> {
    type Target = Operations<'d>;

    fn deref(&self) -> &Operations<'d> {
        match self {
            Self::BuiltIn(operations) => operations,
            Self::Given(operations) => operations,
        }
    }
}

fn is_parameter(segment: &str) -> bool {
    segment.starts_with('{') && segment.ends_with('}')
}

impl Operations<'static> {
    /// The built-in table.
    #[must_use]
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }
}

impl<'d> Operations<'d> {
    /// The operations of a description. Of two for one call the first counts.
    #[must_use]
    pub fn new(description: &'d ApiDescription<'d>, date: Option<Date>) -> Self {
        let mut operations = Self {
            description,
            date,
            nodes: vec![Node::default()],
            scopes: HashMap::new(),
        };
        for (at, operation) in description.operations.iter().enumerate() {
            operations.add(at, operation);
        }
        operations
    }

    fn add(&mut self, at: usize, operation: &'d ApiOperation<'d>) {
        let mut node = 0;
        for segment in segments(&operation.path) {
            let next = self.nodes.len();
            let parent = &mut self.nodes[node];
            let child = if is_parameter(segment) {
                *parent.parameter.get_or_insert(next)
            } else {
                *parent.literals.entry(segment).or_insert(next)
            };
            if child == next {
                self.nodes.push(Node::default());
            }
            node = child;
        }
        let ends = &mut self.nodes[node].ends;
        if !ends.iter().any(|(method, _)| *method == operation.method) {
            ends.push((&operation.method, at));
        }
        for scope in &operation.scopes {
            *self.scopes.entry(scope).or_default() += 1;
        }
    }

    /// All operations.
    #[must_use]
    pub fn list(&self) -> &'d [ApiOperation<'d>] {
        &self.description.operations
    }

    /// Whether an operation accepts this scope.
    #[must_use]
    pub fn accepts(&self, scope: &str) -> bool {
        self.scopes.contains_key(scope)
    }

    /// The operation of a call: by its template, else by a concrete path, literal segments before
    /// parameters from left to right.
    #[must_use]
    pub fn find(&self, method: &str, path: &str) -> Option<&'d ApiOperation<'d>> {
        self.position(method, path)
            .map(|at| &self.description.operations[at])
    }

    /// The position of the operation of a call in [`Self::list`].
    #[must_use]
    pub fn position(&self, method: &str, path: &str) -> Option<usize> {
        self.exact(method, path).or_else(|| {
            let segments: Vec<&str> = segments(path).collect();
            let mut steps = MOST_STEPS;
            self.concrete(0, method, &segments, &mut steps)
        })
    }

    fn exact(&self, method: &str, path: &str) -> Option<usize> {
        let mut node = &self.nodes[0];
        for segment in segments(path) {
            let child = if is_parameter(segment) {
                node.parameter?
            } else {
                *node.literals.get(segment)?
            };
            node = &self.nodes[child];
        }
        node.end(method)
    }

    fn concrete(
        &self,
        at: usize,
        method: &str,
        segments: &[&str],
        steps: &mut u32,
    ) -> Option<usize> {
        *steps = steps.checked_sub(1)?;
        let node = &self.nodes[at];
        let Some((first, rest)) = segments.split_first() else {
            return node.end(method);
        };
        if first.is_empty() {
            return None;
        }
        let literal = node.literals.get(first).copied();
        let found = literal.and_then(|child| self.concrete(child, method, rest, steps));
        found.or_else(|| self.concrete(node.parameter?, method, rest, steps))
    }

    /// What a client with these scopes can call, if scopes are enforced.
    #[must_use]
    pub fn callable_by_scopes(&self, scopes: &[&str]) -> Callable {
        self.callable(|operation| {
            operation.scopes.is_empty() || scopes.iter().any(|scope| scope_covers(scope, operation))
        })
    }

    /// What a client can call that holds the permissions for which `holds` is true.
    #[must_use]
    pub fn callable_by_permissions(&self, holds: impl Fn(&str) -> bool) -> Callable {
        self.callable(|operation| {
            let mut needed = operation.permissions.iter();
            if operation.needs_all {
                needed.all(|permission| holds(permission))
            } else {
                needed.len() == 0 || needed.any(|permission| holds(permission))
            }
        })
    }

    fn callable(&self, can: impl Fn(&ApiOperation<'_>) -> bool) -> Callable {
        let mut callable = Callable::default();
        for operation in self.list().iter().filter(|operation| can(operation)) {
            callable.operations += 1;
            callable.writing += usize::from(writes(operation));
        }
        callable
    }
}

/// More steps than any path needs: a hostile path cannot make the search long.
const MOST_STEPS: u32 = 10_000;

impl Node<'_> {
    fn end(&self, method: &str) -> Option<usize> {
        let mut ends = self.ends.iter();
        let found = ends.find(|(end, _)| *end == method);
        found.map(|(_, at)| *at)
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.strip_prefix('/').unwrap_or(path).split('/')
}

/// The suffix of scopes that only read.
pub const READ_ONLY: &str = ":readonly";

/// Whether a scope is enough for an operation: the operation accepts it, or what it reads.
#[must_use]
pub fn scope_covers(scope: &str, operation: &ApiOperation<'_>) -> bool {
    let mut accepted = operation.scopes.iter();
    accepted.any(|accepted| {
        accepted
            .strip_prefix(scope)
            .is_some_and(|rest| rest.is_empty() || rest == READ_ONLY)
    })
}

/// Whether an operation writes, as far as its method and its scopes say.
#[must_use]
pub fn writes(operation: &ApiOperation<'_>) -> bool {
    let mut scopes = operation.scopes.iter();
    !matches!(&*operation.method, "GET" | "HEAD") && !scopes.any(|scope| scope.ends_with(READ_ONLY))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_built_in_table_is_the_described_one() {
        let operations = Operations::built_in();
        let list = operations.list();
        assert_eq!(list.len(), 3180);
        assert_eq!(operations.date, Some(jiff::civil::date(2026, 7, 19)));
        let alternatives = list.iter().filter(|operation| {
            let scopes = operation.scopes.iter();
            let domains: BTreeSet<_> = scopes.filter_map(|scope| scope.split(':').next()).collect();
            domains.len() > 1
        });
        assert_eq!(alternatives.count(), 30);
        let deprecated = list.iter().filter(|operation| operation.deprecated);
        assert_eq!(deprecated.count(), 149);
        let all = list.iter().filter(|operation| operation.needs_all);
        assert_eq!(all.count(), 803);
        for (at, operation) in list.iter().enumerate() {
            let found = operations.position(&operation.method, &operation.path);
            assert_eq!(found, Some(at), "{} {}", operation.method, operation.path);
        }
    }

    #[test]
    fn a_table_is_printed_as_it_was_read() {
        let (description, date) = parse_table(built_in_table());
        assert_eq!(print_table(&description, date), built_in_table());
    }

    #[test]
    fn a_printed_table_is_sorted_and_has_no_duplicate_and_no_prose() {
        let text = "POST\t/b\tx,x:readonly\tANY\ta:b:c,They are enforced\nGET\t/b\nGET\t/a\tu\tALL\tq:r:s,a:b:c\tdeprecated\nGET\t/a";
        let (description, date) = parse_table(text);
        let table = print_table(&description, date);
        let lines: Vec<&str> = table.lines().skip(2).collect();
        assert_eq!(
            lines,
            ["GET\t/a", "GET\t/b", "POST\t/b\tx,x:readonly\tANY\ta:b:c"]
        );
    }

    #[test]
    fn calls_map_by_template_then_by_concrete_path_and_never_by_prefix() {
        let operations = Operations::built_in();
        let found = |method: &str, path: &str| {
            let found = operations.find(method, path)?;
            Some(&*found.path)
        };
        for (method, path, expected) in [
            ("GET", "/api/v2/users/{id}", Some("/api/v2/users/{userId}")),
            ("GET", "/api/v2/users/me", Some("/api/v2/users/me")),
            ("GET", "/api/v2/users/{}", Some("/api/v2/users/{userId}")),
            ("GET", "/api/v2/users/0b5c", Some("/api/v2/users/{userId}")),
            // The literal `me` is tried first and has no such operation.
            (
                "GET",
                "/api/v2/users/me/presences/PURECLOUD",
                Some("/api/v2/users/{userId}/presences/{sourceId}"),
            ),
            (
                "GET",
                "/api/v2/users/{userId}/presences/0b5c",
                Some("/api/v2/users/{userId}/presences/{sourceId}"),
            ),
            ("GET", "/api/v2/users/0b5c/unheard-of", None),
            ("GET", "/api/v2/users/", None),
            ("GET", "/api/v2", None),
            ("GET", "", None),
            ("BREW", "/api/v2/users/me", None),
            (
                "DELETE",
                "/api/v2/users/search",
                Some("/api/v2/users/{userId}"),
            ),
        ] {
            assert_eq!(found(method, path), expected, "{method} {path}");
        }
    }

    #[test]
    fn reach_counts_what_rights_allow() {
        let text = "GET\t/a\tx,x:readonly\tANY\ta:b:c,a:b:d\nPOST\t/a\tx,x:readonly\nPUT\t/a\tx\tALL\ta:b:c,a:b:d\nGET\t/n";
        let (description, _) = parse_table(text);
        let operations = Operations::new(&description, None);
        let reach = |scopes: &[&str]| {
            let callable = operations.callable_by_scopes(scopes);
            (callable.operations, callable.writing)
        };
        assert_eq!(reach(&[]), (1, 0));
        assert_eq!(reach(&["x:readonly"]), (3, 0));
        assert_eq!(reach(&["x"]), (4, 1));
        let by = |held: &[&str]| {
            let callable = operations.callable_by_permissions(|name| held.contains(&name));
            (callable.operations, callable.writing)
        };
        assert_eq!(by(&[]), (2, 0));
        assert_eq!(by(&["a:b:c"]), (3, 0));
        assert_eq!(by(&["a:b:c", "a:b:d"]), (4, 1));
    }
}
