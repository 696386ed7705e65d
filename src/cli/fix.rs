//! `grantlint check --fix` and `--diff`
//!
//! Invariant: a file is written only if version control can restore it, or the user allows it. Files
//! outside the arguments, links and files that changed meanwhile are not written.

use super::arguments::{Check, FixClass};
use super::delivery::{self, Failure};
use super::policing::Refused;
use super::vcs::{self, State};
use super::{print, print_error};
use crate::audit::{self, Fixed, Request};
use crate::discover::Discovery;
use crate::finding::{NoticeKind, RemedyClass, Report};
use crate::policy::{Acceptance, without_acceptances};
use crate::remedy::diff;
use crate::text::{Origin, Purpose, Source, Sources, counted, first_of};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What to fix, and what to allow.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line, and they are independent"
)]
#[derive(Clone, Debug)]
pub(super) struct Fixing {
    class: RemedyClass,
    only_shows: bool,
    allows_staged: bool,
    allows_dirty: bool,
    allows_no_vcs: bool,
    arguments: Vec<PathBuf>,
}

/// The edits of a run.
#[derive(Default)]
pub(super) struct Edits {
    /// The texts before and after, by path.
    texts: BTreeMap<String, (String, String)>,
    /// Whether they are only shown.
    pub only_shows: bool,
    failures: Vec<Failure>,
}

impl Fixing {
    /// What the options ask for, if anything is to be fixed.
    pub(super) fn from_options(options: &Check) -> Option<Self> {
        let class = match (options.fix, options.diff) {
            (None, false) => return None,
            (Some(FixClass::Unsafe), _) => RemedyClass::Unsafe,
            _ => RemedyClass::Safe,
        };
        Some(Self {
            class,
            only_shows: options.diff,
            allows_staged: options.allow_staged || options.allow_dirty,
            allows_dirty: options.allow_dirty,
            allows_no_vcs: options.allow_no_vcs,
            arguments: options.reading.paths.clone(),
        })
    }

    /// Fixes what can be fixed. Afterwards `discovery` has the new texts and `request` the
    /// acceptances that are left, unless the edits are only shown.
    ///
    /// # Errors
    /// If a file cannot be restored by version control and the user does not allow that.
    pub(super) fn run(
        &self,
        discovery: &mut Discovery,
        request: &mut Request,
    ) -> Result<Edits, Refused> {
        let mut fixed = self.fixed(discovery, request);
        let mut edits = Edits {
            only_shows: self.only_shows,
            ..Edits::default()
        };
        for id in &fixed.changed {
            let (old, new) = (discovery.sources.get(*id), fixed.sources.get(*id));
            let texts = (old.text().to_owned(), new.text().to_owned());
            edits.texts.insert(old.path().to_owned(), texts);
        }
        let stale = stale(&fixed.sources, discovery, request);
        let mut pruned = 0;
        for (path, lines) in &stale {
            let old = fs::read_to_string(path).unwrap_or_default();
            let is_open = self.locked(path, false).is_none();
            if let Some(new) = without_acceptances(&old, lines).filter(|_| is_open) {
                pruned += lines.len();
                edits.texts.insert(path.clone(), (old, new));
            } else {
                let reason = "the acceptance is not a table of its own in a file of the arguments";
                let places = fixed.refused.entry(reason.to_owned()).or_default();
                places.extend(lines.iter().map(|line| format!("{path}:{line}")));
            }
        }
        if !self.only_shows {
            self.check_restorable(edits.texts.keys())?;
            edits.write();
        }
        let (findings, files) = (
            counted(fixed.cleared, "finding"),
            counted(edits.texts.len(), "file"),
        );
        let acceptances = match pruned {
            0 => String::new(),
            count => format!(" and {}", counted(count, "acceptance")),
        };
        let verb = if self.only_shows {
            "would fix"
        } else {
            "fixed"
        };
        if edits.failures.is_empty() {
            let more = match fixed.left_for_unsafe {
                0 => String::new(),
                more => format!("; --fix=unsafe would fix {more} more"),
            };
            print_error(&format!("{verb} {findings}{acceptances} in {files}{more}"));
            if !self.only_shows {
                discovery.sources = fixed.sources;
                request.acceptances.retain(|entry| {
                    let Origin { path, line, .. } = &entry.origin;
                    let is_stale = stale.get(path).is_some_and(|lines| lines.contains(line));
                    !is_stale || !edits.texts.contains_key(path)
                });
            }
        }
        tell_refused(&fixed.refused);
        Ok(edits)
    }

    fn fixed(&self, discovery: &Discovery, request: &Request) -> Fixed {
        let sources = &discovery.sources;
        let purpose = |id, source: &Source| match source.purpose() {
            Purpose::Audit if request.context.contains(&id) => Purpose::Context,
            purpose => purpose,
        };
        let purposes: BTreeMap<&str, Purpose> = sources
            .iter()
            .map(|(id, source)| (source.path(), purpose(id, source)))
            .collect();
        let locked = |path: &str| match purposes.get(path) {
            Some(Purpose::Content) => Some("Terraform reads the value from a data file".to_owned()),
            purpose => self.locked(path, purpose == Some(&Purpose::Context)),
        };
        let (named, problems) = (&discovery.named, &discovery.problems);
        audit::fix(sources, named, problems, request, self.class, &locked)
    }

    /// Why a file is not edited, as far as its path decides.
    fn locked(&self, path: &str, is_outside: bool) -> Option<String> {
        let file = Path::new(path);
        if fs::symlink_metadata(file).is_ok_and(|found| found.file_type().is_symlink()) {
            return Some("the file is a link".to_owned());
        }
        let place = fs::canonicalize(file).ok();
        let is_below = |argument: &PathBuf| {
            let argument = fs::canonicalize(argument).ok();
            argument
                .zip(place.as_ref())
                .is_some_and(|(argument, place)| place.starts_with(argument))
        };
        let is_inside = !is_outside && self.arguments.iter().any(is_below);
        (!is_inside && place.is_some()).then(|| "the file is outside the arguments".to_owned())
    }

    /// Refuses files that version control could not restore.
    fn check_restorable<'p>(&self, paths: impl Iterator<Item = &'p String>) -> Result<(), Refused> {
        let mut by_root: BTreeMap<Option<PathBuf>, Vec<PathBuf>> = BTreeMap::new();
        for path in paths {
            let file = Path::new(path);
            let place = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
            by_root.entry(vcs::root(file)).or_default().push(place);
        }
        for (root, files) in by_root {
            let Some(root) = root else {
                if self.allows_no_vcs {
                    continue;
                }
                return Err(Refused::usage_with(
                    format!("{} is not under version control", names(&files)),
                    "commit it first, or use --allow-no-vcs",
                ));
            };
            if self.allows_dirty {
                continue;
            }
            let states = vcs::states(&root, &files).map_err(|error| {
                Refused::usage_with(
                    format!(
                        "git cannot tell whether {} is committed: {error}",
                        names(&files)
                    ),
                    "commit it and use --allow-dirty",
                )
            })?;
            let is_refused = |(_, state): &(PathBuf, State)| match state {
                State::Clean => false,
                State::Staged => !self.allows_staged,
                State::Dirty => true,
            };
            let open = states.into_iter().filter(is_refused);
            let open: Vec<PathBuf> = open.map(|(path, _)| path).collect();
            if !open.is_empty() {
                return Err(Refused::usage_with(
                    format!("{} has changes that are not committed", names(&open)),
                    "commit or stash them, or use --allow-dirty or, for staged changes, --allow-staged",
                ));
            }
        }
        Ok(())
    }
}

impl Edits {
    /// Whether a file changes.
    pub(super) fn change_anything(&self) -> bool {
        !self.texts.is_empty()
    }

    fn write(&mut self) {
        for (path, (old, new)) in &self.texts {
            if let Err(failure) = write(Path::new(path), old, new) {
                self.failures.push(failure);
            }
        }
    }

    /// Adds files that could not be written to the problems of the report.
    pub(super) fn note_failures(&mut self, report: &mut Report<'_>) {
        for failure in self.failures.drain(..) {
            failure.note(report);
        }
    }

    /// Prints the difference; returns whether that worked.
    pub(super) fn print(&self, report: &Report<'_>) -> bool {
        let diffs = self.texts.iter();
        let diffs = diffs.map(|(path, (old, new))| diff(path, old, new, &report.redactor));
        let text: String = diffs.collect();
        let printed = print(|out| out.write_all(text.as_bytes()));
        if let Err(error) = &printed {
            print_error(&format!("cannot write to standard output: {error}"));
        }
        printed.is_ok()
    }
}

/// The lines of acceptances that have expired or suppress nothing, by file.
fn stale(
    sources: &Sources,
    discovery: &Discovery,
    request: &Request,
) -> BTreeMap<String, BTreeSet<u32>> {
    let mut stale: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    let is_of_file = |origin: &Origin| {
        let ending = Path::new(&origin.path).extension();
        ending.is_some_and(|ending| ending == "toml")
    };
    let of_file = |entry: &Acceptance| is_of_file(&entry.origin);
    if !request.acceptances.iter().any(of_file) {
        return stale;
    }
    let (named, problems) = (&discovery.named, discovery.problems.clone());
    let report = audit::audit(sources, named, problems, request);
    if !report.problems.is_empty() || !report.missing.is_empty() {
        return stale;
    }
    for notice in &report.notices {
        let is_stale = matches!(
            notice.kind,
            NoticeKind::ExceptionExpired | NoticeKind::ExceptionUnused
        );
        let origin = notice.origin.as_ref().filter(|_| is_stale);
        if let Some(origin) = origin.filter(|origin| is_of_file(origin)) {
            stale
                .entry(origin.path.clone())
                .or_default()
                .insert(origin.line);
        }
    }
    stale
}

/// Writes a file unless it changed since it was read. A byte order mark stays.
fn write(file: &Path, old: &str, new: &str) -> Result<(), Failure> {
    const MARK: &[u8] = b"\xef\xbb\xbf";
    let bytes = fs::read(file).map_err(|error| Failure::new(file, error.to_string()))?;
    let (mark, rest) = match bytes.strip_prefix(MARK) {
        Some(rest) if !old.starts_with('\u{feff}') => (MARK, rest),
        _ => (&b""[..], bytes.as_slice()),
    };
    if rest != old.as_bytes() {
        let reason = "it changed during this run, or is not UTF-8: run again";
        return Err(Failure::new(file, reason));
    }
    delivery::deliver(file, |out| {
        out.write_all(mark)?;
        out.write_all(new.as_bytes())
    })
}

/// Up to three paths.
fn names(files: &[PathBuf]) -> String {
    first_of(files.iter().map(|file| file.display().to_string()), 3)
}

fn tell_refused(refused: &BTreeMap<String, BTreeSet<String>>) {
    for (reason, places) in refused {
        let places = first_of(places.iter(), 3);
        print_error(&format!("not fixed, because {reason}: {places}"));
    }
}
