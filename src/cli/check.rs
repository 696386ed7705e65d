//! `grantlint check`

use super::arguments::Check;
use super::policing::{self, InForce, Refused};
use super::{NOTHING_AUDITED, complain, print, wants_color, width};
use crate::audit::{Request, audit};
use crate::discover::{Exclude, Options, PassedOver, Reason, discover_except};
use crate::document::Limits;
use crate::finding::{Problem, ProblemKind, Report};
use crate::policy::{Baseline, Gating, Policy, after_delivery, is_excluded, unusable};
use crate::report::{Format, Look};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Audits, prints, and says with which code to exit.
pub(super) fn run(options: &Check) -> u8 {
    let prepared = places(options).and_then(|places| Ok((places, prepare(options)?)));
    let (places, (request, policy, written)) = match prepared {
        Ok(prepared) => prepared,
        Err(refused) => {
            refused.tell(options.color);
            return NOTHING_AUDITED;
        }
    };
    let threads = rayon::ThreadPoolBuilder::new()
        .num_threads(options.threads)
        .build_global();
    if let Err(error) = threads {
        complain(&format!("cannot start threads: {error}"));
        return NOTHING_AUDITED;
    }
    let excluded = |path: &str| is_excluded(&policy, path);
    let discovery = discover_except(&options.paths, &places, &excluded, &mut io::stdin().lock());
    if options.verbose {
        for entry in &discovery.passed_over {
            complain(&format!(
                "passed over {}: {}",
                entry.path,
                entry.why.words()
            ));
        }
    }
    let mut report = audit(
        &discovery.sources,
        &discovery.named,
        discovery.problems,
        &request,
    );
    let is_excluded = |entry: &&PassedOver| entry.why == Reason::Excluded;
    report.summary.excluded = discovery.passed_over.iter().filter(is_excluded).count();
    let delivered = deliver(&report, options, &policy);
    let recorded = record(&report, options, written.as_ref());
    let code = after_delivery(report.exit, delivered && recorded);
    // The process ends here; giving back each of a million values one by one is time for
    // nobody.
    std::mem::forget(report);
    std::mem::forget(discovery.sources);
    code
}

/// Where to look and where not.
fn places(options: &Check) -> Result<Options, Refused> {
    let exclude = Exclude::new(&options.exclude).map_err(|wrong| {
        Refused::of(Problem::new(
            ProblemKind::Usage,
            format!(
                "--exclude: `{}` is no pattern: {}",
                wrong.pattern, wrong.reason
            ),
            "correct the pattern",
        ))
    })?;
    let defaults = Options::default();
    Ok(Options {
        exclude,
        stdin_name: options
            .stdin_filename
            .clone()
            .unwrap_or(defaults.stdin_name),
        max_size: options.max_size.map_or(defaults.max_size, |size| size.0),
    })
}

/// Everything that must be right before anything is read.
fn prepare(options: &Check) -> Result<(Request, Policy, Option<Baseline>), Refused> {
    let InForce {
        mut policy,
        rules,
        is_partial,
        today,
    } = policing::in_force(&options.policy)?;
    // One that is written need not exist yet; one that exists must be right.
    let written = match &options.write_baseline {
        Some(path) if path.exists() => Some(read_baseline(path)?),
        _ => None,
    };
    let baseline = match &policy.baseline {
        Some(path) => Some(read_baseline(path)?),
        None => written.clone(),
    };
    let request = Request {
        rules,
        catalogue: policy.rules.clone(),
        partial: is_partial || options.partial,
        is_excerpt: options.partial,
        parameters: Vec::new(),
        scopes: std::mem::take(&mut policy.scopes),
        acceptances: std::mem::take(&mut policy.acceptances),
        terms: policy.terms,
        accept_locks: std::mem::take(&mut policy.accept_locks),
        baseline,
        excuses: !options.no_suppress,
        show_suppressed: options.show_suppressed,
        require_clients: policy.require_clients,
        today,
        persona: policy.persona,
        min_severity: policy.min_severity,
        min_confidence: policy.min_confidence,
        gating: Gating {
            fail_on: policy.fail_on,
            exit_zero: options.exit_zero,
        },
        limits: Limits {
            depth: options.max_depth,
            ..Limits::default()
        },
        inventory: files(options, &policy)
            .iter()
            .map(|(format, _)| *format)
            .chain([printed(options, &policy)])
            .any(Format::wants_inventory),
    };
    Ok((request, policy, written))
}

fn read_baseline(path: &Path) -> Result<Baseline, Refused> {
    let name = path.to_string_lossy();
    let refused = |reason: String| -> Refused {
        let problem: Problem = unusable(&name, reason);
        Refused::of(problem)
    };
    let text = std::fs::read_to_string(path)
        .map_err(|error| refused(format!("the baseline cannot be read: {error}")))?;
    Baseline::parse(&name, &text).map_err(refused)
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
    let written = write_whole(path, |out| out.write_all(merged.text().as_bytes()));
    if let Err(error) = &written {
        complain(&format!("cannot write {}: {error}", path.display()));
    }
    written.is_ok()
}

/// Writes all formats that were asked for, and says whether all could be written.
fn deliver(report: &Report<'_>, options: &Check, policy: &Policy) -> bool {
    let mut all_written = true;
    for (format, file) in &files(options, policy) {
        let look = Look {
            verbose: options.verbose,
            quiet: options.quiet,
            ..Look::PLAIN
        };
        let written = write_whole(file, |out| format.write(report, look, out));
        if let Err(error) = written {
            complain(&format!("cannot write {}: {error}", file.display()));
            all_written = false;
        }
    }
    let stdout = io::stdout();
    let look = Look {
        color: wants_color(options.color, &stdout),
        width: width(&stdout),
        verbose: options.verbose,
        quiet: options.quiet,
    };
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

/// Writes beside the file and renames, so that a reader never sees half of it.
fn write_whole(
    file: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(format!(".{}.partial", std::process::id()));
    let beside = Path::new(&beside);
    let written = std::fs::File::create(beside).and_then(|created| {
        let mut out = io::BufWriter::with_capacity(1 << 16, created);
        write(&mut out)?;
        out.flush()
    });
    let renamed = written.and_then(|()| std::fs::rename(beside, file));
    if renamed.is_err() {
        // The first error is the one to tell.
        let _ = std::fs::remove_file(beside);
    }
    renamed
}
