//! `grantlint check`

use super::NOTHING_AUDITED;
use super::arguments::Check;
use super::auditing::{self, AuditOptions, Prepared};
use super::delivery;
use super::policing::{self, Refused};
use crate::finding::{Problem, ProblemKind, Report};
use crate::policy::{Baseline, Policy};
use crate::report::Format;
use std::path::PathBuf;

/// Audits, prints, and returns the exit code.
pub(super) fn run(options: &Check) -> u8 {
    let (prepared, written) = match prepare(options) {
        Ok(prepared) => prepared,
        Err(refused) => {
            refused.print(options.showing.color);
            return NOTHING_AUDITED;
        }
    };
    let policy = &prepared.in_force.policy;
    prepared.run(&options.reading, options.showing, |report| {
        let (files, printed) = (files(options, policy), printed(options, policy));
        let delivered =
            delivery::deliver_all(&files, printed, options.showing, report, Format::write);
        delivered & record(report, options, written.as_ref())
    })
}

/// Checks everything that must be right before any export is read. Also returns the baseline to
/// write, as it was.
fn prepare(options: &Check) -> Result<(Prepared, Option<Baseline>), Refused> {
    let mut in_force = policing::in_force(&options.policy)?;
    if let Some(problem) = locked_out(options, &in_force.policy) {
        return Err(Refused::from_problem(problem));
    }
    // A baseline to write can be missing, but one that exists must be valid.
    let written = match &options.write_baseline {
        Some(path) if path.exists() => Some(auditing::read_baseline(path)?),
        _ => None,
    };
    let policy = &in_force.policy;
    let files = files(options, policy);
    let outputs = files.iter().map(|(_, file)| file);
    let outputs = outputs.chain(&options.write_baseline).map(PathBuf::as_path);
    delivery::reject_output_conflicts(outputs, &options.reading.paths)?;
    let baseline = match auditing::policy_baseline(policy)? {
        None if policy.locks.contains_key("gate.baseline") => None,
        known => known.or_else(|| written.clone()),
    };
    let written = written.or_else(|| baseline.clone());
    let audit_options = AuditOptions {
        suppresses: !options.no_suppress,
        show_suppressed: options.show_suppressed,
        exit_zero: options.exit_zero,
        inventory: files
            .iter()
            .map(|(format, _)| *format)
            .chain([printed(options, policy)])
            .any(Format::needs_inventory),
    };
    let mut prepared = Prepared {
        places: auditing::places(&options.reading)?,
        request: auditing::request(&mut in_force, &options.reading, baseline, audit_options),
        in_force,
    };
    prepared
        .request
        .sarif_category
        .clone_from(&options.sarif_category);
    Ok((prepared, written))
}

/// The problem of an option that would override a locked key of the configuration.
fn locked_out(options: &Check, policy: &Policy) -> Option<Problem> {
    let given = [
        (options.exit_zero, "--exit-zero", "gate.fail-on"),
        (!options.reading.exclude.is_empty(), "--exclude", "exclude"),
    ];
    given.into_iter().find_map(|(is_given, option, key)| {
        let origin = policy.locks.get(key).filter(|_| is_given)?;
        Some(Problem::new(
            ProblemKind::Usage,
            format!("{option} would override `{key}`, which is locked at {origin}"),
            format!("remove the option, or change {}", origin.path),
        ))
    })
}

/// Merges the report into the baseline and writes it.
fn record(report: &Report<'_>, options: &Check, old: Option<&Baseline>) -> bool {
    let Some(path) = &options.write_baseline else {
        return true;
    };
    if report.exit == NOTHING_AUDITED {
        return true;
    }
    let merged = old.cloned().unwrap_or_default().merged(report);
    delivery::deliver(path, |out| out.write_all(merged.text().as_bytes()))
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
