//! `grantlint check`

use super::arguments::Check;
use super::auditing::{self, Wishes};
use super::policing::{self, InForce, Refused};
use super::{NOTHING_AUDITED, complain, look, print};
use crate::audit::Request;
use crate::discover::Options;
use crate::finding::{Problem, ProblemKind, Report};
use crate::policy::{Baseline, Policy, after_delivery};
use crate::report::{Format, Look};
use std::io;
use std::path::PathBuf;

/// What is settled before anything is read.
struct Prepared {
    places: Options,
    request: Request,
    in_force: InForce,
    /// The baseline that is to be written, as it was.
    written: Option<Baseline>,
}

/// Audits, prints, and says with which code to exit.
pub(super) fn run(options: &Check) -> u8 {
    let Prepared {
        places,
        request,
        in_force,
        written,
    } = match prepare(options) {
        Ok(prepared) => prepared,
        Err(refused) => {
            refused.tell(options.color);
            return NOTHING_AUDITED;
        }
    };
    if !auditing::start_threads(&options.reading) {
        return NOTHING_AUDITED;
    }
    let progress = auditing::progress(options.quiet, options.verbose);
    let discovery =
        auditing::discover(&options.reading, &places, &in_force.policy, options.verbose);
    let report = auditing::report(&discovery, &request, &progress);
    drop(progress);
    let policy = &in_force.policy;
    let delivered = deliver(&report, options, policy);
    let recorded = record(&report, options, written.as_ref());
    let code = after_delivery(report.exit, delivered && recorded);
    // The process ends here; giving back each of a million values one by one is time for
    // nobody.
    std::mem::forget(report);
    std::mem::forget(discovery);
    code
}

/// Everything that must be right before anything is read.
fn prepare(options: &Check) -> Result<Prepared, Refused> {
    let mut in_force = policing::in_force(&options.policy)?;
    if let Some(problem) = locked_out(options, &in_force.policy) {
        return Err(Refused::of(problem));
    }
    // One that is written need not exist yet; one that exists must be right.
    let written = match &options.write_baseline {
        Some(path) if path.exists() => Some(auditing::read_baseline(path)?),
        _ => None,
    };
    let policy = &in_force.policy;
    let baseline = match auditing::known(policy)? {
        None if policy.locks.contains_key("gate.baseline") => None,
        known => known.or_else(|| written.clone()),
    };
    let written = written.or_else(|| baseline.clone());
    let wishes = Wishes {
        excuses: !options.no_suppress,
        show_suppressed: options.show_suppressed,
        exit_zero: options.exit_zero,
        inventory: files(options, policy)
            .iter()
            .map(|(format, _)| *format)
            .chain([printed(options, policy)])
            .any(Format::wants_inventory),
    };
    Ok(Prepared {
        places: auditing::places(&options.reading)?,
        request: auditing::request(&mut in_force, &options.reading, baseline, wishes),
        in_force,
        written,
    })
}

/// What is asked for beside the keys of the configuration and would undo what it locks.
fn locked_out(options: &Check, policy: &Policy) -> Option<Problem> {
    let asked = [
        (options.exit_zero, "--exit-zero", "gate.fail-on"),
        (!options.reading.exclude.is_empty(), "--exclude", "exclude"),
    ];
    asked.into_iter().find_map(|(is_asked, option, key)| {
        let origin = policy.locks.get(key).filter(|_| is_asked)?;
        Some(Problem::new(
            ProblemKind::Usage,
            format!("{option} would undo `{key}`, which is locked at {origin}"),
            format!("leave it out, or have it changed in {}", origin.path),
        ))
    })
}

/// Merges the report into the baseline that is to be written.
fn record(report: &Report<'_>, options: &Check, old: Option<&Baseline>) -> bool {
    let Some(path) = &options.write_baseline else {
        return true;
    };
    if report.exit == NOTHING_AUDITED {
        return true;
    }
    let merged = old.cloned().unwrap_or_default().merged(report);
    auditing::deliver(path, |out| out.write_all(merged.text().as_bytes()))
}

/// Writes all formats that were asked for, and says whether all could be written.
fn deliver(report: &Report<'_>, options: &Check, policy: &Policy) -> bool {
    let mut all_written = true;
    for (format, file) in &files(options, policy) {
        // Quiet is for whoever watches; a file holds the report.
        let look = Look {
            verbose: options.verbose,
            ..Look::PLAIN
        };
        all_written &= auditing::deliver(file, |out| format.write(report, look, out));
    }
    let stdout = io::stdout();
    let look = look(options.color, &stdout, options.quiet, options.verbose);
    let format = printed(options, policy);
    if let Err(error) = print(|out| format.write(report, look, out)) {
        complain(&format!("cannot write to standard output: {error}"));
        all_written = false;
    }
    all_written
}

/// The format that goes to standard output.
fn printed(options: &Check, policy: &Policy) -> Format {
    options
        .format
        .map(|format| format.0)
        .or_else(|| Format::parse(&policy.format))
        .unwrap_or(Format::Human)
}

/// The files to write: those of the command line, else those of the configuration.
fn files(options: &Check, policy: &Policy) -> Vec<(Format, PathBuf)> {
    if !options.output.is_empty() {
        return options.output.clone();
    }
    policy
        .files
        .iter()
        .filter_map(|(format, file)| Some((Format::parse(format)?, file.clone())))
        .collect()
}
