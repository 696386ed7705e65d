//! `grantlint init`

use super::arguments::When;
use super::policing::Refused;
use super::{NOTHING_AUDITED, print_error, today};
use crate::audit::{Request, audit};
use crate::discover::discover;
use crate::finding::{Problem, ProblemKind};
use crate::policy::{FILE, starting_file};
use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::PathBuf;

/// Writes a starting configuration; an existing one is not changed.
pub(super) fn init(path: PathBuf) -> u8 {
    let discovery = discover(&[path], &mut io::stdin().lock());
    let request = Request {
        inventory: true,
        ..Request::new(today())
    };
    let report = audit(
        &discovery.sources,
        &discovery.named,
        discovery.problems,
        &request,
    );
    if report.clients.is_empty() {
        let problem = Problem::new(
            ProblemKind::NoClients,
            "no OAuth client was found",
            "name the directory of an export, for example from gc oauth clients list -a > clients.json",
        );
        Refused::from_problem(problem).print(When::Auto);
        return NOTHING_AUDITED;
    }
    let directories: BTreeSet<String> = report
        .clients
        .iter()
        .map(|client| client.organisation.to_string())
        .collect();
    let directories: Vec<String> = directories.into_iter().collect();
    let text = starting_file(&report, &directories);
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(FILE)
        .and_then(|mut file| file.write_all(text.as_bytes()));
    match written {
        Ok(()) => {
            print_error(&format!("wrote {FILE}"));
            0
        }
        Err(error) => {
            let problem = Problem::new(
                ProblemKind::Output,
                format!("cannot be written: {error}"),
                "grantlint does not replace an existing file: move it away first",
            );
            Refused::from_problem(problem.in_file(FILE)).print(When::Auto);
            NOTHING_AUDITED
        }
    }
}
