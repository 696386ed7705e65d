//! Many problems of one kind: the first are listed, the others are counted.
//!
//! Invariant: at least one problem of each kind stays, so the exit code does not change.

use crate::finding::{Problem, ProblemKind};
use crate::text::{Sources, counted};
use std::collections::{BTreeMap, BTreeSet};

/// The most problems of one kind that a report lists.
const MOST: usize = 100;

/// The others of one kind.
struct Others {
    count: usize,
    paths: BTreeSet<String>,
}

/// Keeps the first problems of each kind, and one that counts the others.
pub(super) fn first_of_each_kind(problems: Vec<Problem>, sources: &Sources) -> Vec<Problem> {
    if problems.len() <= MOST {
        return problems;
    }
    let mut counts: BTreeMap<ProblemKind, usize> = BTreeMap::new();
    let mut others: BTreeMap<ProblemKind, Others> = BTreeMap::new();
    let mut kept = Vec::new();
    for problem in problems {
        let count = counts.entry(problem.kind).or_default();
        *count += 1;
        if *count <= MOST {
            kept.push(problem);
            continue;
        }
        let others = others.entry(problem.kind).or_insert_with(|| Others {
            count: 0,
            paths: BTreeSet::new(),
        });
        others.count += 1;
        let place = problem.place;
        let path = place.map(|place| sources.get(place.source).path().to_owned());
        others.paths.extend(path.or(problem.path));
    }
    kept.extend(
        others
            .into_iter()
            .map(|(kind, others)| others.problem(kind)),
    );
    kept
}

impl Others {
    fn problem(&self, kind: ProblemKind) -> Problem {
        let files = match self.paths.len() {
            0 => String::new(),
            count => format!(" in {}", counted(count, "file")),
        };
        let problems = counted(self.count, "more problem");
        let verb = if self.count == 1 { "is" } else { "are" };
        Problem::new(
            kind,
            format!("{problems} of this kind{files} {verb} not listed"),
            "correct the listed ones and run again",
        )
    }
}
