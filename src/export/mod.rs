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

use crate::document::{Document, Fault, FaultKind};
use crate::finding::{Problem, ProblemKind};
use crate::model::{Client, Division, Role, Text};
use crate::text::{Place, SecretValue};

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

/// Reads the facts of a document.
#[must_use]
pub fn read<'a>(document: &Document<'a>) -> Facts<'a> {
    let mut facts = Facts {
        documents: document.roots().len(),
        ..Facts::default()
    };
    for fault in document.faults() {
        facts.problems.push(problem_of(document, fault));
    }
    for root in document.roots() {
        platform::read(root, &mut facts);
    }
    facts
}

fn problem_of(document: &Document<'_>, fault: &Fault) -> Problem {
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
    Problem::new(kind, fault.message.clone(), remedy).at(Place::new(document.source(), fault.span))
}
