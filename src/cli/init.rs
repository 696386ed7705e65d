//! `grantlint init`

use super::arguments::When;
use super::policing::Refused;
use super::{INCOMPLETE, NOTHING_AUDITED, delivery, done, print, print_error, today};
use crate::audit::{Request, audit};
use crate::discover::discover;
use crate::finding::{EXPORT_CLIENTS, Problem, ProblemKind};
use crate::policy::{FILE, starting_file};
use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Writes or prints a starting configuration; an existing one is replaced only on request.
pub(super) fn init(path: PathBuf, to_stdout: bool, force: bool) -> u8 {
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
            format!("name the directory of an export, for example from {EXPORT_CLIENTS}"),
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
    if to_stdout {
        return done(print(|out| out.write_all(text.as_bytes())));
    }
    if force {
        return replace(&text);
    }
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(FILE)
        .and_then(|mut file| file.write_all(text.as_bytes()));
    match written {
        Ok(()) => wrote(),
        Err(error) => {
            let problem = Problem::new(
                ProblemKind::Output,
                format!("cannot be written: {error}"),
                "grantlint replaces an existing file only with --force; --stdout prints the text",
            );
            Refused::from_problem(problem.in_file(FILE)).print(When::Auto);
            NOTHING_AUDITED
        }
    }
}

/// Replaces the file as a whole.
fn replace(text: &str) -> u8 {
    match delivery::deliver(Path::new(FILE), |out| out.write_all(text.as_bytes())) {
        Ok(()) => wrote(),
        Err(failure) => {
            print_error(&failure.words());
            INCOMPLETE
        }
    }
}

fn wrote() -> u8 {
    print_error(&format!("wrote {FILE}; see its effect: grantlint config"));
    0
}
