//! From located values to the facts of organisations.
//!
//! Law: shapes are recognised by what they hold, never by the name of the file. Whatever
//! is of ours and wrong becomes a problem with its place; the rest is still read.

mod assemble;
mod lower;
mod platform;
mod shape;

pub use assemble::{Export, assemble};
pub use shape::Shape;

use crate::document::{self, Document, Fault, FaultKind, Format, Limits, Node, Split};
use crate::finding::{Problem, ProblemKind};
use crate::model::{Client, Division, Role, Text};
use crate::text::{Place, SecretValue, SourceId};

/// What one text gave.
#[derive(Debug, Default)]
pub struct Facts<'a> {
    /// Clients, in order.
    pub clients: Vec<Client<'a>>,
    /// Roles, in order.
    pub roles: Vec<Role<'a>>,
    /// Divisions, in order.
    pub divisions: Vec<Division<'a>>,
    /// Names of scopes.
    pub scopes: Vec<Text<'a>>,
    /// Listings, with what they promise.
    pub pages: Vec<Page>,
    /// The shapes that were recognised, in order.
    pub shapes: Vec<Shape>,
    /// Documents read.
    pub documents: usize,
    /// One of them is more than a bare word or number.
    pub holds_data: bool,
    /// Secrets that stand outside of clients, for the gate.
    pub secrets: Vec<(Place, SecretValue)>,
    /// What went wrong.
    pub problems: Vec<Problem>,
}

/// A page of a listing: what it holds and what it says there is.
#[derive(Clone, Debug)]
pub struct Page {
    /// Of what.
    pub shape: Shape,
    /// How many things the organisation has, if the page says.
    pub total: Option<u64>,
    /// How many pages there are, if the page says.
    pub page_count: Option<u64>,
    /// Which this is, from 1, if the page says.
    pub number: Option<u64>,
    /// It names a page after it.
    pub has_next: bool,
    /// Where it says how many there are, else the page.
    pub place: Place,
    /// It was cut off: what it holds is not all it held.
    pub is_cut: bool,
}

/// Reads the facts of a text, and says in which language it is.
#[must_use]
pub fn read(source: SourceId, text: &str, limits: Limits) -> (Facts<'_>, Format) {
    if let Some(facts) = read_in_pieces(source, text, limits) {
        return (facts, Format::Json);
    }
    let document = document::read(source, text, limits);
    let mut facts = Facts::of(&document);
    for root in document.roots() {
        platform::read(root, &mut facts);
    }
    facts.holds_data = document.roots().any(Node::holds_data);
    (facts, document.format())
}

/// Reads a big listing of clients on all cores, if the text is one and is whole.
fn read_in_pieces(source: SourceId, text: &str, limits: Limits) -> Option<Facts<'_>> {
    let split = Split::find(source, text, limits)?;
    split
        .peek(|item| shape::of_item(item) == Shape::Clients)?
        .then_some(())?;
    let pieces = split.read(platform::client_of_piece)?;
    let mut facts = Facts::of(&pieces.shell);
    for fault in &pieces.faults {
        facts.problems.push(problem_of(source, fault));
    }
    let count = pieces.given.iter().map(|(clients, _)| clients.len()).sum();
    facts.clients.reserve_exact(count);
    for (clients, problems) in pieces.given {
        facts.clients.extend(clients);
        facts.problems.extend(problems);
    }
    for root in pieces.shell.roots() {
        platform::read_around_clients(root, &mut facts);
    }
    facts.holds_data = true;
    Some(facts)
}

impl Facts<'_> {
    fn of(document: &Document<'_>) -> Self {
        let problems = document.faults().iter();
        Self {
            documents: document.roots().len(),
            problems: problems
                .map(|fault| problem_of(document.source(), fault))
                .collect(),
            ..Self::default()
        }
    }
}

fn problem_of(source: SourceId, fault: &Fault) -> Problem {
    let (kind, remedy) = match fault.kind {
        FaultKind::Syntax => (
            ProblemKind::Syntax,
            "export the file again, and check that the command wrote nothing else into it; what stands before this place was audited",
        ),
        FaultKind::Truncated => (
            ProblemKind::Truncated,
            "export the file again and let the command finish; what stands before this place was audited",
        ),
        FaultKind::DuplicateKey => (
            ProblemKind::DuplicateKey,
            "remove one of the two; the last one was audited",
        ),
        FaultKind::TooDeep => (
            ProblemKind::Limit,
            "no export is nested this deeply; check where the file is from",
        ),
        FaultKind::TooManyAliases => (
            ProblemKind::Limit,
            "write the values out; no export needs this many aliases",
        ),
    };
    Problem::new(kind, fault.message.clone(), remedy).at(Place::new(source, fault.span))
}
