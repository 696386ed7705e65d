//! What `check` and `inventory` have in common: where to look, what to audit with, and how
//! files are written.

use super::arguments::Reading;
use super::complain;
use super::policing::{InForce, Refused};
use super::progress::Progress;
use crate::audit::{Request, audit};
use crate::discover::{Discovery, Exclude, Options, PassedOver, Reason, discover_except};
use crate::document::Limits;
use crate::finding::{Problem, ProblemKind, Report};
use crate::policy::{Baseline, Gating, Policy, is_excluded, unusable};
use crate::text::Sources;
use indicatif::HumanBytes;
use std::io::{self, Write};
use std::path::Path;

/// What a command wants of an audit beyond what the policy says.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line, and they are independent"
)]
#[derive(Clone, Copy, Debug)]
pub(super) struct Wishes {
    /// Acceptances and the baseline excuse findings.
    pub excuses: bool,
    /// Readers want to see what is excused.
    pub show_suppressed: bool,
    /// Findings do not fail.
    pub exit_zero: bool,
    /// Take stock of every client.
    pub inventory: bool,
}

/// Where to look and where not.
pub(super) fn places(reading: &Reading) -> Result<Options, Refused> {
    let exclude = Exclude::new(&reading.exclude).map_err(|wrong| {
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
        stdin_name: reading
            .stdin_filename
            .clone()
            .unwrap_or(defaults.stdin_name),
        max_size: reading.max_size.map_or(defaults.max_size, |size| size.0),
    })
}

/// The baseline that the policy names.
pub(super) fn known(policy: &Policy) -> Result<Option<Baseline>, Refused> {
    policy.baseline.as_deref().map(read_baseline).transpose()
}

pub(super) fn read_baseline(path: &Path) -> Result<Baseline, Refused> {
    let name = path.to_string_lossy();
    let refused = |reason: String| -> Refused {
        let problem: Problem = unusable(&name, reason);
        Refused::of(problem)
    };
    let text = std::fs::read_to_string(path)
        .map_err(|error| refused(format!("the baseline cannot be read: {error}")))?;
    Baseline::parse(&name, &text).map_err(refused)
}

/// What to audit with. Takes what is large out of the policy.
pub(super) fn request(
    in_force: &mut InForce,
    reading: &Reading,
    baseline: Option<Baseline>,
    wishes: Wishes,
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
        excuses: wishes.excuses,
        show_suppressed: wishes.show_suppressed,
        require_clients: policy.require_clients,
        today: in_force.today,
        persona: policy.persona,
        min_severity: policy.min_severity,
        min_confidence: policy.min_confidence,
        gating: Gating {
            fail_on: policy.fail_on,
            exit_zero: wishes.exit_zero,
        },
        limits: Limits {
            depth: reading.max_depth,
            aliased: reading.max_aliases,
            ..Limits::default()
        },
        inventory: wishes.inventory,
    }
}

/// Sets how many threads work; says whether it could.
pub(super) fn start_threads(reading: &Reading) -> bool {
    let threads = rayon::ThreadPoolBuilder::new()
        .num_threads(reading.threads)
        .build_global();
    if let Err(error) = &threads {
        complain(&format!("cannot start threads: {error}"));
    }
    threads.is_ok()
}

/// Reads what there is to read; with `verbose`, tells what was passed over.
pub(super) fn discover(
    reading: &Reading,
    places: &Options,
    policy: &Policy,
    verbose: bool,
) -> Discovery {
    let excluded = |path: &str| is_excluded(policy, path);
    let discovery = discover_except(&reading.paths, places, &excluded, &mut io::stdin().lock());
    if verbose {
        for entry in &discovery.passed_over {
            let (path, why) = (&entry.path, entry.why.words());
            complain(&format!("passed over {path}: {why}"));
        }
    }
    discovery
}

/// A sign of life while reading and auditing.
pub(super) fn progress(quiet: bool, verbose: bool) -> Progress {
    Progress::start(!quiet && !verbose, "reading")
}

/// Audits what was read.
pub(super) fn report<'s>(
    discovery: &'s Discovery,
    request: &Request,
    progress: &Progress,
) -> Report<'s> {
    progress.say(auditing(&discovery.sources));
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

/// Writes a file whole, and says whether it could.
pub(super) fn deliver(file: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> bool {
    let written = write_whole(file, write);
    if let Err(error) = &written {
        complain(&format!("cannot write {}: {error}", file.display()));
    }
    written.is_ok()
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
