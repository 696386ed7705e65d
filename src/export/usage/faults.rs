//! Faults of rows, each kind once: a file with a wrong column has the fault in every row. Secrets of
//! rows too, since what a row keeps of a URI is without them.

use crate::export::{Facts, secrets};
use crate::finding::{Problem, ProblemKind};
use crate::model::{CredentialForm, Secret};
use crate::text::{Place, SecretValue, disclosed};
use std::collections::BTreeMap;

/// What is wrong with rows, where first, and how often.
#[derive(Default)]
pub(super) struct Faults {
    kinds: BTreeMap<Fault, (Place, u32)>,
    secrets: Vec<Secret>,
}

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
        self.kinds.entry(fault).or_insert((place, 0)).1 += 1;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// Records the secrets in the query or the user of a URI. A template has neither.
    pub(super) fn note_uri(&mut self, uri: &str, place: Place) {
        if !uri.contains(['?', '@']) {
            return;
        }
        let secrets = disclosed(uri).into_iter().map(|range| Secret {
            key: "templateUri".to_owned(),
            place,
            value: SecretValue::new(&uri[range]),
        });
        self.secrets.extend(secrets);
    }

    /// Adds a problem for each kind of fault, and the secrets. The values of rows are not quoted:
    /// they can be ids of users or concrete paths.
    pub(super) fn settle(self, facts: &mut Facts<'_>) {
        if let Some(place) = self.secrets.first().map(|secret| secret.place) {
            let form = CredentialForm::Export;
            secrets::note(self.secrets, place, form, "usage".to_owned(), facts);
        }
        let problems = self.kinds.into_iter().map(|(fault, (place, count))| {
            let (kind, what, remedy) = fault.facts();
            let rows = match count {
                1 => "1 usage row".to_owned(),
                _ => format!("{count} usage rows"),
            };
            Problem::new(kind, format!("{rows} {what}"), remedy).at(place)
        });
        facts.problems.extend(problems);
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
