//! `grantlint check --diff-base REF`: the files of another revision, as the baseline of a change.
//!
//! Invariant: the files of the revision are audited like those of the run and are kept in memory. What
//! cannot be read of the revision makes findings new, never known.

use super::policing::Refused;
use super::print_error;
use super::vcs::{self, Repository};
use crate::audit::{Request, audit};
use crate::discover::{Discovery, Options, discover_contents, shown};
use crate::finding::{Problem, ProblemKind, Report};
use crate::policy::Baseline;
use crate::text::{SourceId, visible};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// A revision of the repository that the inputs are in.
pub(super) struct Revision {
    /// As the user names it.
    name: String,
    commit: String,
    /// The day of its commit.
    day: Date,
    root: PathBuf,
    repository: Repository,
    arguments: Vec<PathBuf>,
}

/// A file of the revision.
struct Blob {
    object: String,
    size: u64,
}

impl Revision {
    /// Finds the revision in the repository that contains the inputs.
    pub(super) fn find(name: &str, arguments: &[PathBuf]) -> Result<Self, Refused> {
        if arguments.iter().any(|path| path.as_os_str() == "-") {
            let message = "--diff-base compares files, and standard input is not in a repository";
            return Err(Refused::usage_with(
                message,
                "name the files or directories",
            ));
        }
        let mut roots = arguments.iter().map(|path| root_of(path));
        let root = roots.next().flatten();
        let root = root.filter(|root| roots.all(|other| other.as_ref() == Some(root)));
        let Some(root) = root else {
            let message = "--diff-base needs inputs of one git repository";
            let remedy = "run grantlint in a clone, or use a baseline: --write-baseline FILE";
            return Err(Refused::usage_with(message, remedy));
        };
        let unreadable = |error: std::io::Error| {
            let message = format!("--diff-base: the repository cannot be read: {error}");
            Refused::usage_with(message, "check the repository: git fsck")
        };
        let repository = Repository::open(&root).map_err(unreadable)?;
        repository.take_names().map_err(unreadable)?;
        let unknown = |_| {
            let message = format!("--diff-base: there is no commit `{name}` in this clone");
            let remedy = "fetch it first; with actions/checkout, set fetch-depth: 0";
            Refused::usage_with(message, remedy)
        };
        let mut git = repository.git();
        git.args(["rev-parse", "--verify", "--quiet", "--end-of-options"]);
        git.arg(format!("{name}^{{commit}}"));
        let commit = vcs::output(&mut git).map_err(unknown)?;
        let commit = String::from_utf8_lossy(&commit).trim().to_owned();
        let text = vcs::output(repository.git().args(["cat-file", "commit", &commit]));
        let text = text.map_err(unreadable)?;
        let day = day_of(&String::from_utf8_lossy(&text)).unwrap_or(Date::MIN);
        Ok(Self {
            name: visible(name).into_owned(),
            commit,
            day,
            root,
            repository,
            arguments: arguments.to_vec(),
        })
    }

    /// The findings of the revision as a baseline, added to one that is in force.
    pub(super) fn baseline(
        &self,
        discovery: &Discovery,
        request: &Request,
        places: &Options,
        excluded: &dyn Fn(&str) -> bool,
    ) -> Result<Baseline, Refused> {
        let failed = |error: std::io::Error| {
            let message = format!("--diff-base: `{}` cannot be read: {error}", self.name);
            Refused::usage_with(message, "fetch the whole commit from its remote")
        };
        let blobs = self.blobs(discovery, places).map_err(failed)?;
        let contents = self.contents(blobs).map_err(failed)?;
        let base = discover_contents(contents, places, excluded);
        let context: BTreeSet<&str> = request
            .context
            .iter()
            .map(|id| discovery.sources.get(*id).path())
            .collect();
        let context: BTreeSet<SourceId> = base
            .sources
            .iter()
            .filter(|(_, source)| context.contains(source.path()))
            .map(|(id, _)| id)
            .collect();
        let report = audited_again(&base, request, |request| {
            request.context = context;
            request.acceptances.clear();
            request.suppresses = false;
            request.show_suppressed = false;
            request.census = true;
            request.inventory = false;
            request.recommend = false;
            request.baseline = None;
        });
        // A revision without an export knows nothing, which is what a new export is compared with.
        let is_unread = |problem: &&Problem| problem.kind != ProblemKind::NoClients;
        let unread = report.problems.iter().filter(is_unread).count();
        if unread > 0 {
            print_error(&format!(
                "`{}` could not be audited completely, so its findings can count as new",
                self.name
            ));
        }
        let old = request.baseline.clone().unwrap_or_default();
        Ok(old.with_revision(&self.name, &report, self.day))
    }

    /// The files of the revision that belong to the inputs, by the names of the run.
    fn blobs(
        &self,
        discovery: &Discovery,
        places: &Options,
    ) -> std::io::Result<BTreeMap<String, Blob>> {
        let mut git = self.repository.git();
        git.args(["ls-tree", "-r", "-z", "-l", "--full-tree", &self.commit]);
        let listing = vcs::output(&mut git)?;
        let scope = self.scope(discovery);
        let mut blobs = BTreeMap::new();
        let mut total = 0;
        for entry in listing.split(|byte| *byte == 0) {
            let Some((path, blob)) = blob_of(entry) else {
                continue;
            };
            for name in scope.names(&path) {
                total += blob.size;
                if blob.size > places.max_size || total > places.max_total {
                    return Err(std::io::Error::other(format!("{name} exceeds the limits")));
                }
                let (object, size) = (blob.object.clone(), blob.size);
                blobs.insert(name, Blob { object, size });
            }
        }
        Ok(blobs)
    }

    /// What of the repository belongs to the inputs.
    fn scope(&self, discovery: &Discovery) -> Scope {
        let mut scope = Scope::default();
        for argument in &self.arguments {
            if argument.is_dir()
                && let Some(inside) = self.inside(argument)
            {
                scope.trees.push((inside, shown(argument)));
            }
        }
        for (_, source) in discovery.sources.iter() {
            let file = source.path().split(".zip!").next().unwrap_or_default();
            let end = if file.len() < source.path().len() {
                ".zip"
            } else {
                ""
            };
            let file = format!("{file}{end}");
            if let Some(directory) = Path::new(&file).parent()
                && let Some(inside) = self.inside(directory)
            {
                scope.directories.insert(inside, shown(directory));
            }
            scope.read.insert(file);
        }
        scope
    }

    /// The path of a directory in the repository, with slashes; empty for its root.
    fn inside(&self, directory: &Path) -> Option<String> {
        let directory = if directory.as_os_str().is_empty() {
            Path::new(".")
        } else {
            directory
        };
        let place = fs::canonicalize(directory).ok()?;
        let below = place.strip_prefix(&self.root).ok()?;
        Some(crate::text::with_slashes(below))
    }

    /// The contents of files, in the order of their names.
    fn contents(&self, blobs: BTreeMap<String, Blob>) -> std::io::Result<Vec<(String, Vec<u8>)>> {
        let mut git = self.repository.git();
        git.args(["cat-file", "--batch"]);
        git.stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut process = git.spawn()?;
        let mut objects = String::new();
        for blob in blobs.values() {
            objects.push_str(&blob.object);
            objects.push('\n');
        }
        let stdin = process.stdin.take();
        // Both pipes are bounded, so one thread writes while this one reads.
        let writer = std::thread::spawn(move || {
            stdin.map_or(Ok(()), |mut stdin| stdin.write_all(objects.as_bytes()))
        });
        let output = process.wait_with_output()?;
        let written = writer.join().unwrap_or(Ok(()));
        written?;
        let incomplete = || std::io::Error::other("an object is missing from this clone");
        let mut rest = output.stdout.as_slice();
        let mut contents = Vec::with_capacity(blobs.len());
        for (name, blob) in blobs {
            let end = rest
                .iter()
                .position(|byte| *byte == b'\n')
                .ok_or_else(incomplete)?;
            let head = String::from_utf8_lossy(&rest[..end]).into_owned();
            if !head.ends_with(&format!(" blob {}", blob.size)) {
                return Err(incomplete());
            }
            let size = usize::try_from(blob.size).map_err(|_| incomplete())?;
            let from = end + 1;
            let content = rest.get(from..from + size).ok_or_else(incomplete)?;
            contents.push((name, content.to_vec()));
            rest = rest.get(from + size + 1..).unwrap_or_default();
        }
        Ok(contents)
    }
}

/// The paths of a repository that belong to a run.
#[derive(Default)]
struct Scope {
    /// Directories that were named: their path in the repository, and as reports show them.
    trees: Vec<(String, String)>,
    /// Directories of the files that were read.
    directories: BTreeMap<String, String>,
    /// The files that were read, as reports show them.
    read: BTreeSet<String>,
}

impl Scope {
    /// The names in reports of a file of the repository, if it belongs to the run: it was read, or
    /// it does not exist any more.
    fn names(&self, path: &str) -> Vec<String> {
        let (parent, file) = path.rsplit_once('/').unwrap_or(("", path));
        let below = |directory: &str, rest: &str| match directory {
            "" | "." => rest.to_owned(),
            _ => format!("{}/{rest}", directory.trim_end_matches('/')),
        };
        let of_trees = self.trees.iter().filter_map(|(inside, shown)| {
            let rest = match inside.as_str() {
                "" => path,
                _ => path.strip_prefix(inside.as_str())?.strip_prefix('/')?,
            };
            Some(below(shown, rest))
        });
        let of_directory = self.directories.get(parent);
        let of_directory = of_directory.map(|shown| below(shown, file));
        let names: BTreeSet<String> = of_trees.chain(of_directory).collect();
        let belongs = |name: &String| self.read.contains(name) || !Path::new(name).exists();
        names.into_iter().filter(belongs).collect()
    }
}

/// The path and the object of an entry such as `100644 blob ID SIZE\tPATH`, if it is a file.
fn blob_of(entry: &[u8]) -> Option<(String, Blob)> {
    let entry = std::str::from_utf8(entry).ok()?;
    let (facts, path) = entry.split_once('\t')?;
    let mut facts = facts.split_whitespace();
    let (mode, kind) = (facts.next()?, facts.next()?);
    let object = facts.next()?.to_owned();
    let size = facts.next()?.parse().ok()?;
    let is_file = kind == "blob" && mode.starts_with("100");
    is_file.then(|| (path.to_owned(), Blob { object, size }))
}

/// The root of the repository that an input is in, even if the input does not exist.
fn root_of(path: &Path) -> Option<PathBuf> {
    let path = fs::canonicalize(path)
        .or_else(|_| fs::canonicalize("."))
        .ok()?;
    let mut above = path.ancestors();
    let root = above.find(|directory| directory.join(".git").exists());
    root.map(Path::to_owned)
}

/// The day of a commit, in UTC.
fn day_of(commit: &str) -> Option<Date> {
    let line = commit
        .lines()
        .find_map(|line| line.strip_prefix("committer "))?;
    let (_, stamp) = line.rsplit_once("> ")?;
    let second = stamp.split(' ').next()?.parse().ok()?;
    let time = jiff::Timestamp::from_second(second).ok()?;
    Some(time.to_zoned(jiff::tz::TimeZone::UTC).date())
}

/// Audits files with a changed request.
pub(super) fn audited_again<'d>(
    discovery: &'d Discovery,
    request: &Request,
    change: impl FnOnce(&mut Request),
) -> Report<'d> {
    let mut request = request.clone();
    change(&mut request);
    let Discovery {
        sources,
        named,
        problems,
        ..
    } = discovery;
    audit(sources, named, problems.clone(), &request)
}
