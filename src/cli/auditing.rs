//! The part that `check`, `inventory` and `recommend` share: the options of discovery and of the audit.

use super::arguments::{Reading, Showing};
use super::delivery::Outputs;
use super::fix::{Edits, Fixing};
use super::neighbours::{Neighbours, unused_configurations};
use super::policing::{InForce, Refused};
use super::progress::Progress;
use super::revision::{Revision, audited_again};
use super::roots;
use super::{NOTHING_AUDITED, print_error};
use crate::audit::{Request, audit};
use crate::discover::{Discovery, Exclude, Options, discover_except, shown};
use crate::document::Limits;
use crate::engine::FindingLimits;
use crate::finding::{Problem, Report, SkipReason, SkippedFile, WaivedBy};
use crate::policy::{
    Baseline, Gating, InputTerms, Policy, RunLimits, after_delivery, is_excluded, unusable,
};
use crate::text::{Redactor, Sources, counted, visible};
use indicatif::HumanBytes;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The most bytes of a baseline, of which an entry has about 500.
const LARGEST_BASELINE: u64 = 256 << 20;

/// The exit code of a check that would change files.
const CHANGES: u8 = 1;

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
    /// Recommend what to keep and remove by usage.
    pub recommend: bool,
    /// Plan what to change.
    pub plan: bool,
    /// Keep the record of clients that a baseline to write needs.
    pub census: bool,
    /// Name the owner of each client.
    pub owners: bool,
}

impl AuditOptions {
    /// Those of a command that describes clients, besides what it describes.
    pub(super) const DESCRIBING: Self = Self {
        suppresses: true,
        show_suppressed: false,
        exit_zero: true,
        inventory: false,
        recommend: false,
        plan: false,
        census: false,
        owners: false,
    };
}

/// Everything that is decided before any export is read.
pub(super) struct Prepared {
    pub places: Options,
    /// The revision that the files are compared with, if any.
    pub revision: Option<Revision>,
    /// What to fix before the report, if anything.
    pub fixing: Option<Fixing>,
    pub outputs: Outputs,
    pub request: Request,
    pub in_force: InForce,
}

impl Prepared {
    /// Reads, audits and delivers the report; returns the exit code. `deliver` returns whether it
    /// could write everything.
    pub(super) fn run(
        self,
        reading: &Reading,
        showing: Showing,
        deliver: impl FnOnce(&mut Report<'_>) -> bool,
    ) -> u8 {
        self.run_with(reading, showing, |report, _| {
            let all_written = deliver(report);
            after_delivery(report.exit, all_written)
        })
    }

    /// Reads and audits. `finish` gets the report and the means to audit the files again, and
    /// returns the exit code.
    pub(super) fn run_with(
        mut self,
        reading: &Reading,
        showing: Showing,
        finish: impl FnOnce(&mut Report<'_>, Again<'_>) -> u8,
    ) -> u8 {
        if !start_threads(reading) {
            return NOTHING_AUDITED;
        }
        let progress = Progress::start(!showing.quiet && !showing.verbose, "reading");
        let policy = &self.in_force.policy;
        let neighbours = if reading.partial {
            Neighbours::find(&reading.paths, &|path| is_excluded(policy, path))
        } else {
            Neighbours::default()
        };
        let mut paths = reading.paths.clone();
        paths.extend_from_slice(&neighbours.paths);
        let mut discovery = discover(&paths, &self.places, policy, showing.verbose);
        let unread = discovery.problems.iter();
        let unread = unread.filter_map(|problem| problem.path.as_deref());
        let kept = discovery.skipped.iter().filter(|file| {
            use SkipReason::{Excluded, OwnConfiguration, Superseded};
            matches!(file.reason, Excluded | OwnConfiguration | Superseded)
        });
        let unread: Vec<&str> = unread.chain(kept.map(|file| &*file.path)).collect();
        if let Err(refused) = self.outputs.protect(&discovery.sources, &unread) {
            drop(progress);
            refused.print(showing.color);
            return NOTHING_AUDITED;
        }
        self.request.context = neighbours.texts(&discovery.sources);
        let configuration = &mut self.request.configuration;
        configuration.unused = unused_configurations(&discovery.sources, &configuration.files);
        if let Some(revision) = self.revision.take() {
            let excluded = |path: &str| is_excluded(policy, path);
            match revision.baseline(&discovery, &self.request, &self.places, &excluded) {
                Ok(baseline) => self.request.baseline = Some(baseline),
                Err(refused) => {
                    drop(progress);
                    refused.print(showing.color);
                    return NOTHING_AUDITED;
                }
            }
        }
        let fixing = self.fixing.take();
        let edits = fixing.map(|fixing| fixing.run(&mut discovery, &mut self.request));
        let mut edits = match edits.transpose() {
            Ok(edits) => edits,
            Err(refused) => {
                drop(progress);
                refused.print(showing.color);
                return NOTHING_AUDITED;
            }
        };
        let mut report = report(&discovery, &self.request, &progress);
        drop(progress);
        if let Some(edits) = &mut edits {
            edits.note_failures(&mut report);
        }
        let shown = edits.as_ref().filter(|edits| edits.only_shows);
        let mut code = if let Some(edits) = shown {
            let all_written = edits.print(&report);
            after_delivery(report.exit, all_written)
        } else {
            let again = Again {
                discovery: &discovery,
                request: &self.request,
            };
            finish(&mut report, again)
        };
        let would_change = shown.is_some_and(Edits::change_anything);
        if would_change && code == 0 && !self.request.gating.exit_zero {
            code = CHANGES;
        }
        // The process ends here; freeing a million values one by one would only cost time.
        std::mem::forget(report);
        std::mem::forget(discovery);
        code
    }
}

/// The files of a run, to audit them again in another way.
pub(super) struct Again<'r> {
    discovery: &'r Discovery,
    request: &'r Request,
}

impl<'r> Again<'r> {
    /// Audits the files with a changed request.
    pub(super) fn audit(&self, change: impl FnOnce(&mut Request)) -> Report<'r> {
        audited_again(self.discovery, self.request, change)
    }
}

/// Refuses waivers that the configuration locks.
pub(super) fn check_waivers(reading: &Reading, policy: &Policy) -> Result<(), Refused> {
    let origin = policy.locks.get("inputs.without");
    match origin.filter(|_| !reading.without.is_empty()) {
        None => Ok(()),
        Some(origin) => Err(Refused::usage_with(
            format!("--without would override `inputs.without`, which is locked at {origin}"),
            format!("remove the option, or change {}", origin.path),
        )),
    }
}

/// The inputs that the command line and the policy require and waive.
fn inputs(reading: &Reading, of_policy: InputTerms) -> InputTerms {
    let given = reading.without.iter();
    let given = given.map(|input| (input.0, WaivedBy::CommandLine));
    InputTerms {
        require: of_policy.require,
        waived: given.chain(of_policy.waived).collect(),
    }
}

/// The options of discovery.
pub(super) fn places(reading: &Reading, limits: RunLimits) -> Result<Options, Refused> {
    let exclude = Exclude::new(&reading.exclude).map_err(|wrong| {
        Refused::usage_with(
            format!(
                "--exclude: `{}` is not a pattern: {}",
                wrong.pattern, wrong.reason
            ),
            "correct the pattern",
        )
    })?;
    let defaults = Options::default();
    Ok(Options {
        exclude,
        stdin_name: reading
            .stdin_filename
            .clone()
            .unwrap_or(defaults.stdin_name),
        max_size: reading.max_size.map_or(limits.file_bytes, |size| size.0),
        max_total: reading.max_total.unwrap_or(limits.total_bytes),
        max_expansion: limits.expansion,
        max_files: limits.files,
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
    let mut text = String::new();
    let read = File::open(path).and_then(|file| {
        let mut file = file.take(LARGEST_BASELINE + 1);
        file.read_to_string(&mut text)
    });
    read.map_err(|error| refused(format!("the baseline cannot be read: {error}")))?;
    if text.len() as u64 > LARGEST_BASELINE {
        return Err(refused("the baseline is larger than 256 MiB".into()));
    }
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
    if policy.has_former_persona {
        print_error("the persona `auditor` is the same as `pedantic`: write `pedantic`");
    }
    let limits = policy.limits;
    Request {
        rules: std::mem::take(&mut in_force.rules),
        catalogue: policy.rules.clone(),
        partial: in_force.selected.is_some() || reading.partial || !reading.exclude.is_empty(),
        is_excerpt: reading.partial,
        context: BTreeSet::new(),
        selected: in_force.selected.take(),
        inputs: inputs(reading, std::mem::take(&mut policy.inputs)),
        terraform: std::mem::take(&mut policy.terraform),
        usage: policy.usage,
        configuration: std::mem::take(&mut policy.configuration),
        parameters: Vec::new(),
        scopes: std::mem::take(&mut policy.scopes),
        acceptances: std::mem::take(&mut policy.acceptances),
        terms: policy.terms,
        locks: std::mem::take(&mut policy.locks),
        not_baselined: std::mem::take(&mut policy.not_baselined),
        baseline,
        census: options.census,
        roots: roots::roots(&reading.paths),
        suppresses: options.suppresses,
        show_suppressed: options.show_suppressed,
        require_clients: policy.require_clients,
        unknown_values_fail: policy.unknown_values_fail,
        allows_no_clients: policy.allows_no_clients,
        arguments: arguments(reading),
        today: in_force.today,
        persona: policy.persona,
        min_severity: policy.min_severity,
        min_confidence: policy.min_confidence,
        gating: Gating {
            fail_on: policy.fail_on,
            exit_zero: options.exit_zero,
        },
        limits: Limits {
            depth: reading.max_depth.unwrap_or(limits.depth),
            aliased: reading.max_aliases.unwrap_or(limits.aliases),
            values: reading.max_values.unwrap_or(limits.values),
            ..Limits::default()
        },
        finding_limits: FindingLimits {
            of_rule: reading.max_findings.unwrap_or(limits.findings_per_rule),
            of_run: limits.findings,
        },
        text_length: limits.text_length,
        inventory: options.inventory,
        recommend: options.recommend,
        plan: options.plan,
        sarif_category: None,
        title: policy.title.take(),
        shown_clients: Vec::new(),
        owners: options.owners,
        work_tree: roots::work_tree(&reading.paths),
        command_line: Some(command_line()),
    }
}

/// The command line as a shell reads it, with secrets masked.
fn command_line() -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./=,:@%+".contains(c);
    let words = std::env::args().skip(1).map(|word| {
        if !word.is_empty() && word.chars().all(is_plain) {
            word
        } else {
            format!("'{}'", word.replace('\'', "'\\''"))
        }
    });
    let words: Vec<String> = words.collect();
    let line = format!("grantlint {}", words.join(" "));
    Redactor::default().words(&visible(&line)).into_owned()
}

/// When the inputs were last changed, by path, in UTC. Members of archives have no time.
pub(super) fn changed(report: &Report<'_>) -> BTreeMap<String, String> {
    let times = report.inputs.iter().filter_map(|input| {
        let changed = std::fs::metadata(&input.path).ok()?.modified().ok()?;
        let changed = jiff::Timestamp::try_from(changed).ok()?;
        let changed = changed.strftime("%Y-%m-%d %H:%M UTC").to_string();
        Some((input.path.clone(), changed))
    });
    times.collect()
}

/// The paths of the command line, as reports show them.
fn arguments(reading: &Reading) -> Vec<String> {
    let paths = reading.paths.iter().filter(|path| path.as_os_str() != "-");
    paths.map(|path| shown(path)).collect()
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
fn discover(paths: &[PathBuf], places: &Options, policy: &Policy, verbose: bool) -> Discovery {
    let excluded = |path: &str| is_excluded(policy, path);
    let discovery = discover_except(paths, places, &excluded, &mut io::stdin().lock());
    if verbose {
        for file in &discovery.skipped {
            let (path, reason) = (&file.path, file.reason.words());
            print_error(&format!("skipped {path}: {reason}"));
        }
    }
    discovery
}

/// Audits the files that were read.
fn report<'s>(discovery: &'s Discovery, request: &Request, progress: &Progress) -> Report<'s> {
    progress.set_step(auditing(&discovery.sources));
    let problems = discovery.problems.clone();
    let mut report = audit(&discovery.sources, &discovery.named, problems, request);
    let is_excluded = |file: &&SkippedFile| file.reason == SkipReason::Excluded;
    report.summary.excluded = discovery.skipped.iter().filter(is_excluded).count();
    report.skipped.extend(discovery.skipped.iter().cloned());
    report.skipped.sort();
    report
}

/// `auditing 25 files, 114 MB`
fn auditing(sources: &Sources) -> String {
    let bytes: usize = sources.iter().map(|(_, source)| source.text().len()).sum();
    let files = counted(sources.len(), "file");
    format!("auditing {files}, {}", HumanBytes(bytes as u64))
}
