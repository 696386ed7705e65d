//! `grantlint check`

use super::NOTHING_AUDITED;
use super::arguments::Check;
use super::auditing::{self, AuditOptions, Prepared};
use super::delivery::{self, Failure, Outputs};
use super::fix::Fixing;
use super::path_mask::PathMask;
use super::policing::{self, Refused};
use super::revision::Revision;
use super::values::Choice;
use crate::finding::{Problem, ProblemKind, Report};
use crate::policy::{Baseline, Policy, clients_named};
use crate::report::{Format, GroupBy, Look};
use std::io::Write;
use std::path::{Path, PathBuf};

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
    let (files, printed) = (files(options, policy), printed(options, policy));
    note_unused(options, printed);
    let shows_evidence = formats(options, policy).any(Format::needs_inventory);
    prepared.run(&options.reading, options.showing, |report| {
        if shows_evidence {
            report.changed = auditing::changed(report);
        }
        let first = |report: &Report<'_>| match &written {
            Some(baseline) => baseline.record(report),
            None => Ok(()),
        };
        let showing = options.showing;
        let group_by = options.group_by.map(|by| by.0);
        let write = |format: Format, report: &Report<'_>, look: Look, out: &mut dyn Write| {
            // A file holds every finding.
            let is_file = look.marked;
            let look = Look {
                selected: !is_file,
                top: options.top.filter(|_| !is_file),
                group_by,
                csv_bom: options.csv_bom,
                ..look
            };
            format.write(report, look, out)
        };
        delivery::deliver_all(&files, printed, showing, report, first, write)
    })
}

/// Checks everything that must be right before any export is read. Also returns the baseline to
/// write.
fn prepare(options: &Check) -> Result<(Prepared, Option<BaselineFile>), Refused> {
    let mut in_force = policing::in_force(&options.policy)?;
    if let Some(problem) = locked_out(options, &in_force.policy) {
        return Err(Refused::from_problem(problem));
    }
    let bytes = options.write_baseline.as_deref().and_then(file_bytes);
    // A baseline to write can be missing, but one that exists must be valid.
    let written = match &options.write_baseline {
        Some(path) if path.exists() => Some(auditing::read_baseline(path)?),
        _ => None,
    };
    let policy = &in_force.policy;
    let files = files(options, policy);
    auditing::check_waivers(&options.reading, policy)?;
    let outputs = Outputs {
        reports: files.iter().map(|(_, file)| file.clone()).collect(),
        baseline: options.write_baseline.clone(),
        known: policy.baseline.clone(),
        policy: in_force.read.clone(),
    };
    outputs.check(&options.reading.paths)?;
    let baseline = match auditing::policy_baseline(policy)? {
        None if policy.locks.contains_key("gate.baseline") => None,
        known => known.or_else(|| written.clone()),
    };
    let written = options.write_baseline.clone().map(|path| BaselineFile {
        path,
        old: written.or_else(|| baseline.clone()).unwrap_or_default(),
        bytes,
    });
    let audit_options = AuditOptions {
        census: options.write_baseline.is_some(),
        owners: options.group_by == Some(Choice(GroupBy::Owner))
            || formats(options, policy).any(|format| format == Format::Csv),
        suppresses: !options.no_suppress,
        show_suppressed: options.show_suppressed,
        exit_zero: options.exit_zero,
        inventory: formats(options, policy).any(Format::needs_inventory),
        recommend: false,
        plan: false,
    };
    let mut prepared = Prepared {
        outputs,
        revision: revision(options)?,
        fixing: Fixing::from_options(options),
        places: auditing::places(&options.reading, in_force.policy.limits)?,
        request: auditing::request(&mut in_force, &options.reading, baseline, audit_options),
        in_force,
    };
    prepared
        .request
        .sarif_category
        .clone_from(&options.sarif_category);
    prepared.request.shown_clients = clients_named(&options.client).map_err(|reason| {
        Refused::usage_with(
            format!("--client: {reason}"),
            "use a name with * and ?, such as --client 'Portal*', or id:.., kind:.. or grant:..",
        )
    })?;
    if options.title.is_some() {
        prepared.request.title.clone_from(&options.title);
    }
    Ok((prepared, written))
}

/// Says that options which choose what a terminal shows do not change the format that is printed.
fn note_unused(options: &Check, printed: Format) {
    let is_for_people = matches!(printed, Format::Human | Format::Concise | Format::Summary);
    let given = [
        (options.top.is_some(), "--top"),
        (!options.client.is_empty(), "--client"),
    ];
    for (_, option) in given
        .into_iter()
        .filter(|(is_given, _)| *is_given && !is_for_people)
    {
        let name = printed.name();
        super::print_error(&format!(
            "{option} applies to the formats human, concise and summary; {name} contains all findings"
        ));
    }
}

/// The revision that the files are compared with.
fn revision(options: &Check) -> Result<Option<Revision>, Refused> {
    let name = options.diff_base.as_deref();
    name.map(|name| Revision::find(name, &options.reading.paths))
        .transpose()
}

/// The problem of an option that would override a locked key of the configuration.
fn locked_out(options: &Check, policy: &Policy) -> Option<Problem> {
    let given = [
        (options.exit_zero, "--exit-zero", "gate.fail-on"),
        (!options.reading.exclude.is_empty(), "--exclude", "exclude"),
        (options.diff_base.is_some(), "--diff-base", "gate.baseline"),
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

/// The baseline to write.
struct BaselineFile {
    path: PathBuf,
    /// Its entries before this run.
    old: Baseline,
    /// Its bytes before this run, if it existed.
    bytes: Option<Vec<u8>>,
}

impl BaselineFile {
    /// Merges the report into the baseline and writes it, unless another run wrote it meanwhile.
    fn record(&self, report: &Report<'_>) -> Result<(), Failure> {
        if report.exit == NOTHING_AUDITED {
            return Ok(());
        }
        let _lock = delivery::lock_directory(&self.path);
        if file_bytes(&self.path) != self.bytes {
            let reason = "another run changed it during this one: run again";
            return Err(Failure::new(&self.path, reason));
        }
        let text = self.old.clone().merged(report).text();
        let mask = PathMask::new(report);
        delivery::deliver(&self.path, |out| {
            mask.apply(out, |out| out.write_all(text.as_bytes()))
        })
    }
}

/// The bytes of a regular file, if there is one.
fn file_bytes(path: &Path) -> Option<Vec<u8>> {
    path.is_file().then(|| std::fs::read(path).ok()).flatten()
}

/// All formats of the run.
fn formats(options: &Check, policy: &Policy) -> impl Iterator<Item = Format> {
    let files = files(options, policy).into_iter();
    let files = files.map(|(format, _)| format);
    files.chain([printed(options, policy)])
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
