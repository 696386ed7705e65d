//! The part that `check` and `inventory` share: the options of discovery and of the audit.

use super::arguments::{Reading, Showing};
use super::policing::{InForce, Refused};
use super::progress::Progress;
use super::{NOTHING_AUDITED, print_error};
use crate::audit::{Request, audit};
use crate::discover::{Discovery, Exclude, Options, PassedOver, Reason, discover_except};
use crate::document::Limits;
use crate::finding::{Problem, ProblemKind, Report};
use crate::policy::{Baseline, Gating, Policy, after_delivery, is_excluded, unusable};
use crate::text::Sources;
use indicatif::HumanBytes;
use std::io;
use std::path::Path;

/// The options of a command that are not part of the policy.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line, and they are independent"
)]
#[derive(Clone, Copy, Debug)]
pub(super) struct AuditOptions {
    /// Acceptances and the baseline suppress findings.
    pub suppresses: bool,
    /// The report shows suppressed findings too.
    pub show_suppressed: bool,
    /// Findings do not fail.
    pub exit_zero: bool,
    /// Describe every client.
    pub inventory: bool,
}

/// Everything that is decided before any export is read.
pub(super) struct Prepared {
    pub places: Options,
    pub request: Request,
    pub in_force: InForce,
}

impl Prepared {
    /// Reads, audits and delivers the report; returns the exit code. `deliver` returns whether it
    /// could write everything.
    pub(super) fn run(
        &self,
        reading: &Reading,
        showing: Showing,
        deliver: impl FnOnce(&mut Report<'_>) -> bool,
    ) -> u8 {
        if !start_threads(reading) {
            return NOTHING_AUDITED;
        }
        let progress = Progress::start(!showing.quiet && !showing.verbose, "reading");
        let policy = &self.in_force.policy;
        let discovery = discover(reading, &self.places, policy, showing.verbose);
        let mut report = report(&discovery, &self.request, &progress);
        drop(progress);
        let all_written = deliver(&mut report);
        let code = after_delivery(report.exit, all_written);
        // The process ends here; freeing a million values one by one would only cost time.
        std::mem::forget(report);
        std::mem::forget(discovery);
        code
    }
}

/// The options of discovery.
pub(super) fn places(reading: &Reading) -> Result<Options, Refused> {
    let exclude = Exclude::new(&reading.exclude).map_err(|wrong| {
        Refused::from_problem(Problem::new(
            ProblemKind::Usage,
            format!(
                "--exclude: `{}` is not a pattern: {}",
                wrong.pattern, wrong.reason
            ),
            "correct the pattern",
        ))
    })?;
    let defaults = Options::default();
    Ok(Options {
        exclude,
        stdin_name: reading
            .stdin_filename
            .clone()
            .unwrap_or(defaults.stdin_name),
        max_size: reading.max_size.map_or(defaults.max_size, |size| size.0),
    })
}

/// The baseline that the policy names.
pub(super) fn policy_baseline(policy: &Policy) -> Result<Option<Baseline>, Refused> {
    policy.baseline.as_deref().map(read_baseline).transpose()
}

pub(super) fn read_baseline(path: &Path) -> Result<Baseline, Refused> {
    let name = path.to_string_lossy();
    let refused = |reason: String| -> Refused {
        let problem: Problem = unusable(&name, reason);
        Refused::from_problem(problem)
    };
    let text = std::fs::read_to_string(path)
        .map_err(|error| refused(format!("the baseline cannot be read: {error}")))?;
    Baseline::parse(&name, &text).map_err(refused)
}

/// The request of the audit. Moves the large parts out of the policy.
pub(super) fn request(
    in_force: &mut InForce,
    reading: &Reading,
    baseline: Option<Baseline>,
    options: AuditOptions,
) -> Request {
    let policy = &mut in_force.policy;
    Request {
        rules: std::mem::take(&mut in_force.rules),
        catalogue: policy.rules.clone(),
        partial: in_force.is_partial || reading.partial || !reading.exclude.is_empty(),
        is_excerpt: reading.partial,
        parameters: Vec::new(),
        scopes: std::mem::take(&mut policy.scopes),
        acceptances: std::mem::take(&mut policy.acceptances),
        terms: policy.terms,
        locks: std::mem::take(&mut policy.locks),
        not_baselined: std::mem::take(&mut policy.not_baselined),
        baseline,
        suppresses: options.suppresses,
        show_suppressed: options.show_suppressed,
        require_clients: policy.require_clients,
        unknown_values_fail: policy.unknown_values_fail,
        today: in_force.today,
        persona: policy.persona,
        min_severity: policy.min_severity,
        min_confidence: policy.min_confidence,
        gating: Gating {
            fail_on: policy.fail_on,
            exit_zero: options.exit_zero,
        },
        limits: Limits {
            depth: reading.max_depth,
            aliased: reading.max_aliases,
            ..Limits::default()
        },
        inventory: options.inventory,
        sarif_category: None,
    }
}

/// Sets the number of threads; returns whether that worked.
fn start_threads(reading: &Reading) -> bool {
    let threads = rayon::ThreadPoolBuilder::new()
        .num_threads(reading.threads)
        .build_global();
    if let Err(error) = &threads {
        print_error(&format!("cannot start threads: {error}"));
    }
    threads.is_ok()
}

/// Finds and reads the files; with `verbose`, lists the skipped ones.
fn discover(reading: &Reading, places: &Options, policy: &Policy, verbose: bool) -> Discovery {
    let excluded = |path: &str| is_excluded(policy, path);
    let discovery = discover_except(&reading.paths, places, &excluded, &mut io::stdin().lock());
    if verbose {
        for entry in &discovery.passed_over {
            let (path, why) = (&entry.path, entry.why.words());
            print_error(&format!("skipped {path}: {why}"));
        }
    }
    discovery
}

/// Audits the files that were read.
fn report<'s>(discovery: &'s Discovery, request: &Request, progress: &Progress) -> Report<'s> {
    progress.set_step(auditing(&discovery.sources));
    let problems = discovery.problems.clone();
    let mut report = audit(&discovery.sources, &discovery.named, problems, request);
    let is_excluded = |entry: &&PassedOver| entry.why == Reason::Excluded;
    report.summary.excluded = discovery.passed_over.iter().filter(is_excluded).count();
    report
}

/// `auditing 25 files, 114 MB`
fn auditing(sources: &Sources) -> String {
    let bytes: usize = sources.iter().map(|(_, source)| source.text().len()).sum();
    let files = sources.len();
    let s = if files == 1 { "" } else { "s" };
    format!("auditing {files} file{s}, {}", HumanBytes(bytes as u64))
}
