//! Writes reports to files and to standard output.
//!
//! Invariant: a reader never sees half a file, and no input is destroyed. A file is replaced whole,
//! a link is followed, a device or pipe is written to, and no output replaces another output, an
//! input or a file of the policy. A file that cannot be written is a problem in every report.

use super::arguments::Showing;
use super::path_mask::PathMask;
use super::policing::Refused;
use super::staging::Staged;
use super::{look, print, print_error};
use crate::audit::own_file;
use crate::finding::{Problem, ProblemKind, Report};
use crate::policy::after_delivery;
use crate::report::Look;
use crate::text::Sources;
use std::fs::{self, File};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

/// The files that a run writes, and the files of the policy that it reads.
#[derive(Debug, Default)]
pub(super) struct Outputs {
    /// The files of reports.
    pub reports: Vec<PathBuf>,
    /// The baseline to write.
    pub baseline: Option<PathBuf>,
    /// The baseline that was read.
    pub known: Option<PathBuf>,
    /// The configurations, rules and acceptances that were read.
    pub policy: Vec<PathBuf>,
}

impl Outputs {
    /// Refuses outputs that would replace each other, a file of the policy or a named input. What
    /// discovery finds comes later, in [`Outputs::protect`].
    pub(super) fn check(&self, inputs: &[PathBuf]) -> Result<(), Refused> {
        let mut taken: Vec<(PathBuf, &Path)> = Vec::new();
        for output in self.all() {
            let place = place_of(output);
            if let Some((_, other)) = taken.iter().find(|(other, _)| *other == place) {
                return Err(refused(format!(
                    "two outputs go to one file: {} and {}",
                    other.display(),
                    output.display()
                )));
            }
            // A device or pipe can take several outputs.
            if !is_special(output) {
                taken.push((place, output));
            }
        }
        let known = self.known.iter();
        for output in self.existing() {
            if let Some(file) = self.policy.iter().find(|file| output.is(file)) {
                return Err(output.would_replace(file, "which is part of the policy"));
            }
            let is_baseline = self.baseline.as_deref() == Some(output.name);
            if let Some(file) = known.clone().find(|file| !is_baseline && output.is(file)) {
                return Err(output.would_replace(file, "the baseline of this audit"));
            }
            let is_input = |file: &&PathBuf| file.is_file() && output.is(file);
            if let Some(file) = inputs.iter().find(is_input)
                && !is_replaceable(&fs::read_to_string(file).unwrap_or_else(|_| "?".to_owned()))
            {
                return Err(output.would_replace(file, "which is audited"));
            }
        }
        Ok(())
    }

    /// Refuses outputs that would replace a file that discovery found. `unread` are files that
    /// could not be read or were skipped although they can be exports or policies.
    pub(super) fn protect(&self, sources: &Sources, unread: &[&str]) -> Result<(), Refused> {
        for output in self.existing() {
            for (_, source) in sources.iter() {
                let file = on_disk(source.path());
                if output.is(&file) && !is_replaceable(source.text()) {
                    return Err(output.would_replace(&file, "which is audited"));
                }
            }
            let mut unread = unread.iter().map(|path| on_disk(path));
            if let Some(file) = unread.find(|file| output.is(file) && !is_own(file)) {
                let what = "which is in the audited directory and was not written by grantlint";
                return Err(output.would_replace(&file, what));
            }
        }
        Ok(())
    }

    fn all(&self) -> impl Iterator<Item = &Path> {
        let all = self.reports.iter().chain(&self.baseline);
        all.map(PathBuf::as_path)
    }

    /// The outputs that exist: only these can replace anything.
    fn existing(&self) -> Vec<Existing<'_>> {
        let all = self.all().filter(|output| !is_special(output));
        all.filter_map(Existing::find).collect()
    }
}

/// An output that exists before it is written.
struct Existing<'o> {
    name: &'o Path,
    place: PathBuf,
    number: Option<(u64, u64)>,
}

impl<'o> Existing<'o> {
    fn find(name: &'o Path) -> Option<Self> {
        fs::metadata(name).ok()?;
        Some(Self {
            name,
            place: place_of(name),
            number: file_number(name),
        })
    }

    /// Whether it is this file, through symbolic and hard links too.
    fn is(&self, file: &Path) -> bool {
        let is_same_number = self.number.is_some() && file_number(file) == self.number;
        is_same_number || place_of(file) == self.place || same_text(self.name, file)
    }

    fn would_replace(&self, file: &Path, what: &str) -> Refused {
        refused(format!(
            "the output {} would overwrite {}, {what}",
            self.name.display(),
            file.display()
        ))
    }
}

fn refused(message: String) -> Refused {
    let problem = Problem::new(ProblemKind::Usage, message, "name another file");
    Refused::from_problem(problem)
}

/// Whether two paths read alike. A path that is not valid Unicode is only known as reports show it.
fn same_text(one: &Path, other: &Path) -> bool {
    let text = |path: &Path| {
        let text = path.to_string_lossy().replace('\\', "/");
        text.strip_prefix("./").unwrap_or(&text).to_owned()
    };
    text(one) == text(other)
}

/// The device and number of a file, which hard links share.
#[cfg(unix)]
fn file_number(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    let found = fs::metadata(path).ok()?;
    Some((found.dev(), found.ino()))
}

#[cfg(not(unix))]
fn file_number(_path: &Path) -> Option<(u64, u64)> {
    None
}

/// The file on disk that a text is from: the archive of a member.
fn on_disk(shown: &str) -> PathBuf {
    let end = shown
        .find(".zip!")
        .map_or(shown.len(), |at| at + ".zip".len());
    PathBuf::from(&shown[..end])
}

/// Whether grantlint wrote a file.
fn is_own(file: &Path) -> bool {
    fs::read_to_string(file).is_ok_and(|text| own_file(&text).is_some())
}

/// Whether a file holds nothing to lose: grantlint wrote it, or it is empty.
fn is_replaceable(text: &str) -> bool {
    own_file(text).is_some() || matches!(text.trim(), "" | "[]")
}

/// Writes a report to files and to standard output, each in its format by `write`; returns whether
/// all could be written. `first` runs after the files are opened and before any is written; its
/// failure shows in each report, like that of a file.
pub(super) fn deliver_all<F: Copy>(
    files: &[(F, PathBuf)],
    printed: F,
    showing: Showing,
    report: &mut Report<'_>,
    first: impl FnOnce(&Report<'_>) -> Result<(), Failure>,
    write: impl Fn(F, &Report<'_>, Look, &mut dyn Write) -> io::Result<()>,
) -> bool {
    // `--quiet` is for the terminal; a file holds the whole report.
    let plain = Look {
        verbose: showing.verbose,
        marked: true,
        ..Look::PLAIN
    };
    let mask = PathMask::new(report);
    let write = |format, report: &Report<'_>, look, out: &mut dyn Write| {
        mask.apply(out, |out| write(format, report, look, out))
    };
    let mut failed = false;
    let mut begun: Vec<(F, Delivery)> = Vec::new();
    for (format, file) in files {
        match Delivery::begin(file) {
            Ok(delivery) => begun.push((*format, delivery)),
            Err(failure) => failed |= failure.note(report),
        }
    }
    if let Err(failure) = first(report) {
        failed |= failure.note(report);
    }
    // A file that fails changes what the others report, so they are written again.
    while let Some((at, failure)) =
        first_failure(&mut begun, |format, out| write(format, report, plain, out))
    {
        begun.remove(at);
        failed |= failure.note(report);
    }
    for (format, delivery) in begun {
        if let Err(failure) = delivery.end(|out| write(format, report, plain, out)) {
            failed |= failure.note(report);
        }
    }
    let look = Look {
        verbose: showing.verbose,
        quiet: showing.quiet,
        ..look(showing.color, &io::stdout())
    };
    if let Err(error) = print(|out| write(printed, report, look, out)) {
        print_error(&format!("cannot write to standard output: {error}"));
        failed = true;
    }
    !failed
}

/// Writes each file; stops at the first that fails.
fn first_failure<F: Copy>(
    begun: &mut [(F, Delivery)],
    write: impl Fn(F, &mut dyn Write) -> io::Result<()>,
) -> Option<(usize, Failure)> {
    let mut all = begun.iter_mut().enumerate();
    all.find_map(|(at, (format, delivery))| {
        let written = delivery.write(|out| write(*format, out));
        Some((at, written.err()?))
    })
}

/// Writes a whole file.
pub(super) fn deliver(
    file: &Path,
    write: impl Fn(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let mut delivery = Delivery::begin(file)?;
    delivery.write(&write)?;
    delivery.end(write)
}

/// Locks the directory of a file, so that runs that write into it wait for each other. Without a
/// lock, for example on a network file system, the comparison before writing still protects it.
pub(super) fn lock_directory(file: &Path) -> Option<File> {
    let place = place_of(file);
    let directory = File::open(place.parent()?).ok()?;
    directory.lock().ok()?;
    Some(directory)
}

/// A file that could not be written.
#[derive(Debug)]
pub(super) struct Failure {
    file: PathBuf,
    reason: String,
}

impl Failure {
    pub(super) fn new(file: &Path, reason: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            reason: reason.into(),
        }
    }

    /// What failed, for a message.
    pub(super) fn words(&self) -> String {
        format!("{} cannot be written: {}", self.file.display(), self.reason)
    }

    fn from_error(file: &Path, error: &io::Error) -> Self {
        Self::new(file, error.to_string())
    }

    /// Adds it to the problems of the report and prints it. Returns true: something failed.
    pub(super) fn note(self, report: &mut Report<'_>) -> bool {
        let (file, reason) = (self.file.display(), &self.reason);
        print_error(&format!("cannot write {file}: {reason}"));
        let problem = Problem::new(
            ProblemKind::Output,
            format!("cannot be written: {reason}"),
            "check the path, its permissions and the free space",
        );
        let path = self.file.to_string_lossy();
        report
            .problems
            .push(problem.in_file(crate::text::visible(&path)));
        report.exit = after_delivery(report.exit, false);
        true
    }
}

/// A file that is being written.
struct Delivery {
    /// The path as the user wrote it.
    name: PathBuf,
    out: File,
    /// Its final path; none for a device or pipe.
    staged: Option<Staged>,
}

impl Delivery {
    /// Opens the file.
    fn begin(file: &Path) -> Result<Self, Failure> {
        let opened = if is_special(file) {
            let opened = File::options().write(true).open(file);
            opened.map(|out| (out, None))
        } else {
            let created = Staged::create(place_of(file));
            created.map(|(out, staged)| (out, Some(staged)))
        };
        match opened {
            Ok((out, staged)) => Ok(Self {
                name: file.to_owned(),
                out,
                staged,
            }),
            Err(error) => Err(Failure::from_error(file, &error)),
        }
    }

    /// Writes the file from its beginning. A device or pipe is written at the end.
    fn write(&mut self, write: impl Fn(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
        if self.staged.is_none() {
            return Ok(());
        }
        let begun = self.out.set_len(0).and_then(|()| self.out.rewind());
        let written = begun.and_then(|()| write_all(&self.out, write));
        written.map_err(|error| Failure::from_error(&self.name, &error))
    }

    /// Gives the file its final path, or writes the device or pipe.
    fn end(self, write: impl Fn(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
        let ended = match self.staged {
            Some(staged) => staged.publish(&self.out),
            None => write_all(&self.out, write),
        };
        ended.map_err(|error| Failure::from_error(&self.name, &error))
    }
}

fn write_all(out: &File, write: impl Fn(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = io::BufWriter::with_capacity(1 << 16, out);
    write(&mut out).and_then(|()| out.flush())
}

/// Whether a path leads to a device, a pipe or the like: neither a file nor a directory.
fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// The path with links resolved, even if there is no file yet.
fn place_of(path: &Path) -> PathBuf {
    /// Linux follows at most 40 links.
    const MOST_LINKS: usize = 40;
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        if let Ok(place) = fs::canonicalize(&path) {
            return place;
        }
        match fs::read_link(&path) {
            Ok(target) => path = path.parent().unwrap_or(Path::new("")).join(target),
            Err(_) => break,
        }
    }
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    match (fs::canonicalize(parent), path.file_name()) {
        (Ok(parent), Some(name)) => parent.join(name),
        _ => path,
    }
}
