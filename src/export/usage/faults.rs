//! Faults of rows, each kind once: a file with a wrong column has the fault in every row.

use crate::finding::{Problem, ProblemKind};
use crate::text::Place;
use std::collections::BTreeMap;

/// What is wrong with rows, where first, and how often.
#[derive(Default)]
pub(super) struct Faults(BTreeMap<Fault, (Place, u32)>);

/// What can be wrong with a row.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fault {
    /// It is not a row.
    NotARow,
    /// It has another number of columns than the header.
    Columns,
    /// A number of requests cannot be read.
    Count,
    /// Its date cannot be read.
    Date,
    /// An id, a method or a template is of the wrong type.
    Text,
    /// It names no operation.
    NoCall,
}

impl Faults {
    pub(super) fn add(&mut self, fault: Fault, place: Place) {
        self.0.entry(fault).or_insert((place, 0)).1 += 1;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A problem for each kind of fault. The values of rows are not quoted: they can be ids of
    /// users or concrete paths.
    pub(super) fn into_problems(self) -> impl Iterator<Item = Problem> {
        self.0.into_iter().map(|(fault, (place, count))| {
            let (kind, what, remedy) = fault.facts();
            let rows = match count {
                1 => "1 usage row".to_owned(),
                _ => format!("{count} usage rows"),
            };
            Problem::new(kind, format!("{rows} {what}"), remedy).at(place)
        })
    }
}

impl Fault {
    const fn facts(self) -> (ProblemKind, &'static str, &'static str) {
        const EXPORT: &str = "export the usage again; clients in this file are not judged by it";
        match self {
            Self::NotARow => (
                ProblemKind::WrongType,
                "could not be read: a row should be an object",
                EXPORT,
            ),
            Self::Columns => (
                ProblemKind::WrongType,
                "could not be read: another number of columns than the header",
                EXPORT,
            ),
            Self::Count => (
                ProblemKind::WrongType,
                "could not be read: a number of requests should be whole and not negative",
                EXPORT,
            ),
            Self::Date => (
                ProblemKind::WrongType,
                "could not be read: a date should begin as 2026-11-27",
                EXPORT,
            ),
            Self::Text => (
                ProblemKind::WrongType,
                "could not be read: an id, method or template should be text",
                EXPORT,
            ),
            Self::NoCall => (
                ProblemKind::IncompleteListing,
                "without a method or template: the query did not group by TemplateUri and HttpMethod",
                "run the query again with TemplateUri and HttpMethod in groupBy",
            ),
        }
    }
}
