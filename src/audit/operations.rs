//! The compact table of operations of a description of the Platform API.

use crate::document::Limits;
use crate::export;
use crate::finding::{Problem, ProblemKind};
use crate::model::ApiDescription;
use crate::text::Sources;
use crate::usage::print_table;
use jiff::civil::Date;

/// The table of the description among `sources`; of several, of the one with most operations.
/// `date` is the day of the description.
///
/// # Errors
/// What is wrong with the texts, if none is a description that could be read.
pub fn operations(
    sources: &Sources,
    limits: Limits,
    date: Option<Date>,
) -> Result<String, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut found: Option<ApiDescription<'_>> = None;
    for (id, source) in sources.iter() {
        let (facts, _) = export::read(id, source, limits);
        let Some(api) = facts.api else {
            problems.extend(facts.problems);
            continue;
        };
        // A part of a description would make calls unlisted.
        if !facts.problems.is_empty() {
            return Err(facts.problems);
        }
        let size = |api: &ApiDescription<'_>| api.operations.len();
        if found.as_ref().map(size) < Some(size(&api)) {
            found = Some(api);
        }
    }
    match found {
        Some(api) => Ok(print_table(&api, date)),
        None if problems.is_empty() => Err(vec![no_description()]),
        None => Err(problems),
    }
}

fn no_description() -> Problem {
    Problem::new(
        ProblemKind::Unrecognised,
        "this is not a description of the Platform API",
        "download it: curl https://api.mypurecloud.com/api/v2/docs/swagger > swagger.json",
    )
}
