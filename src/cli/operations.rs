//! `grantlint operations`

use super::{INCOMPLETE, done, print, print_error};
use crate::audit;
use crate::discover::discover;
use crate::document::Limits;
use crate::finding::Problem;
use crate::text::{Sources, visible};
use jiff::civil::Date;
use std::io;
use std::path::PathBuf;

/// Prints the compact table of a description of the Platform API.
pub(super) fn run(path: PathBuf, date: Option<Date>) -> u8 {
    let discovery = discover(&[path], &mut io::stdin().lock());
    let sources = &discovery.sources;
    if !discovery.problems.is_empty() {
        return refuse(&discovery.problems, sources);
    }
    match audit::operations(sources, Limits::default(), date) {
        Ok(table) => done(print(|out| out.write_all(table.as_bytes()))),
        Err(problems) => refuse(&problems, sources),
    }
}

fn refuse(problems: &[Problem], sources: &Sources) -> u8 {
    for problem in problems {
        let place = match (problem.place, &problem.path) {
            (Some(place), _) => {
                let (path, at, _) = sources.locate(place);
                format!("{}:{}:{}: ", visible(path), at.line, at.column)
            }
            (None, Some(path)) => format!("{}: ", visible(path)),
            (None, None) => String::new(),
        };
        print_error(&format!("{place}{}; {}", problem.message, problem.remedy));
    }
    INCOMPLETE
}
