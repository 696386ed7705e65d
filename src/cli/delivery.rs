//! Writes reports to files and to standard output.
//!
//! Invariant: a reader never sees half a file, and no input is destroyed. A file is replaced whole,
//! a link is followed, a device or pipe is written to, and no output replaces another output or an
//! input.

use super::arguments::Showing;
use super::policing::Refused;
use super::{look, print, print_error};
use crate::finding::{Problem, ProblemKind, Report};
use crate::policy::after_delivery;
use crate::report::Look;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Refuses outputs that would overwrite an input or each other.
pub(super) fn reject_output_conflicts<'p>(
    outputs: impl Iterator<Item = &'p Path>,
    inputs: &[PathBuf],
) -> Result<(), Refused> {
    let refused = |message: String| {
        let problem = Problem::new(ProblemKind::Usage, message, "name another file");
        Refused::from_problem(problem)
    };
    let mut taken: Vec<(PathBuf, &Path)> = Vec::new();
    for output in outputs {
        let place = place_of(output);
        if inputs
            .iter()
            .any(|input| input.is_file() && place_of(input) == place)
        {
            return Err(refused(format!(
                "an output would overwrite {}, which is to be audited",
                output.display()
            )));
        }
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
    Ok(())
}

/// Writes a report to files and to standard output, each in its format by `write`; returns whether
/// all could be written. A file that cannot be opened shows in the exit code of each report.
pub(super) fn deliver_all<F: Copy>(
    files: &[(F, PathBuf)],
    printed: F,
    showing: Showing,
    report: &mut Report<'_>,
    write: impl Fn(F, &Report<'_>, Look, &mut dyn Write) -> io::Result<()>,
) -> bool {
    let begun: Vec<_> = files
        .iter()
        .filter_map(|(format, file)| Some((*format, Delivery::begin(file)?)))
        .collect();
    let mut all_written = begun.len() == files.len();
    report.exit = after_delivery(report.exit, all_written);
    for (format, delivery) in begun {
        // `--quiet` is for the terminal; a file holds the whole report.
        let look = Look {
            verbose: showing.verbose,
            ..Look::PLAIN
        };
        let written = delivery.end(|out| write(format, report, look, out));
        all_written &= written;
        report.exit = after_delivery(report.exit, written);
    }
    let look = Look {
        verbose: showing.verbose,
        quiet: showing.quiet,
        ..look(showing.color, &io::stdout())
    };
    if let Err(error) = print(|out| write(printed, report, look, out)) {
        print_error(&format!("cannot write to standard output: {error}"));
        all_written = false;
    }
    all_written
}

/// Writes a whole file; returns whether that worked.
pub(super) fn deliver(file: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> bool {
    Delivery::begin(file).is_some_and(|delivery| delivery.end(write))
}

/// A file that is being written.
struct Delivery<'f> {
    /// The path as the user wrote it.
    name: &'f Path,
    out: File,
    /// The temporary path and the final path; none for a device or pipe.
    places: Option<(PathBuf, PathBuf)>,
}

impl<'f> Delivery<'f> {
    /// Opens the file; prints an error if that fails.
    fn begin(file: &'f Path) -> Option<Self> {
        let opened = if is_special(file) {
            let opened = File::options().write(true).open(file);
            opened.map(|out| (out, None))
        } else {
            let place = place_of(file);
            let mut beside: OsString = place.clone().into();
            beside.push(format!(".{}.partial", std::process::id()));
            let beside = PathBuf::from(beside);
            File::create(&beside).map(|out| (out, Some((beside, place))))
        };
        match opened {
            Ok((out, places)) => Some(Self {
                name: file,
                out,
                places,
            }),
            Err(error) => {
                print_write_error(file, &error);
                None
            }
        }
    }

    /// Writes the file and renames it to its final path; returns whether that worked.
    fn end(self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> bool {
        let mut out = io::BufWriter::with_capacity(1 << 16, self.out);
        let written = write(&mut out).and_then(|()| out.flush());
        let ended = match &self.places {
            Some((beside, place)) => written.and_then(|()| {
                if let Ok(old) = fs::metadata(place) {
                    fs::set_permissions(beside, old.permissions())?;
                }
                fs::rename(beside, place)
            }),
            None => written,
        };
        if let (Err(error), places) = (&ended, &self.places) {
            print_write_error(self.name, error);
            if let Some((beside, _)) = places {
                // The first error is the one that was printed.
                let _ = fs::remove_file(beside);
            }
        }
        ended.is_ok()
    }
}

fn print_write_error(file: &Path, error: &io::Error) {
    print_error(&format!("cannot write {}: {error}", file.display()));
}

/// Whether a path leads to a device, a pipe or the like: neither a file nor a directory.
fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// The path with links resolved, even if there is no file yet.
fn place_of(path: &Path) -> PathBuf {
    if let Ok(place) = fs::canonicalize(path) {
        return place;
    }
    if let Ok(target) = fs::read_link(path) {
        return path.parent().unwrap_or(Path::new("")).join(target);
    }
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    match (fs::canonicalize(parent), path.file_name()) {
        (Ok(parent), Some(name)) => parent.join(name),
        _ => path.to_owned(),
    }
}
