//! A file that appears at its path when it is complete.
//!
//! Invariant: an interrupted run leaves no part of a file. On Linux a file has no name while it is
//! written, so it vanishes with its process, even if that is killed. Other systems, and file
//! systems without nameless files, need a name that ends in `.partial`; signals remove that file.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Seek};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A file that is being written, and its final path.
pub(super) struct Staged {
    place: PathBuf,
    /// Its name until it is complete; none for a nameless file.
    named: Option<Named>,
}

impl Staged {
    /// Creates the file, for reading and writing.
    pub(super) fn create(place: PathBuf) -> io::Result<(File, Self)> {
        if place.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if let Some(file) = nameless::create(&place) {
            return Ok((file, Self { place, named: None }));
        }
        let (file, named) = Named::create(&place)?;
        let named = Some(named);
        Ok((file, Self { place, named }))
    }

    /// Gives the complete file its final path, and the permissions of the file that it replaces.
    pub(super) fn publish(self, file: &File) -> io::Result<()> {
        if let Ok(old) = fs::metadata(&self.place) {
            file.set_permissions(old.permissions())?;
        }
        let named = match self.named {
            Some(named) => named,
            None if nameless::link(file, &self.place).is_ok() => return Ok(()),
            None => Named::linked(file, &self.place).or_else(|_| copied(file, &self.place))?,
        };
        fs::rename(&named.path, &self.place)
    }
}

/// A named copy of a nameless file, where the system gives that no name.
fn copied(file: &File, place: &Path) -> io::Result<Named> {
    let mut from = file.try_clone()?;
    from.rewind()?;
    let (mut to, named) = Named::create(place)?;
    io::copy(&mut from, &mut to)?;
    to.set_permissions(file.metadata()?.permissions())?;
    Ok(named)
}

/// The name of an incomplete file, which is removed unless it was renamed.
struct Named {
    path: PathBuf,
}

impl Drop for Named {
    fn drop(&mut self) {
        // It is gone if it was renamed, and otherwise there is nothing left to try.
        let _ = fs::remove_file(&self.path);
        interrupts::release(&self.path);
    }
}

impl Named {
    fn create(place: &Path) -> io::Result<(File, Self)> {
        Self::with_free_name(place, |path| {
            interrupts::guard(path);
            let mut options = File::options();
            let created = options.read(true).write(true).create_new(true).open(path);
            created.inspect_err(|_| interrupts::release(path))
        })
    }

    /// Gives a nameless file a name.
    fn linked(file: &File, place: &Path) -> io::Result<Self> {
        let linked = Self::with_free_name(place, |path| nameless::link(file, path));
        linked.map(|((), named)| named)
    }

    /// Makes a file with a name that no other run uses, next to `place`.
    fn with_free_name<T>(
        place: &Path,
        create: impl Fn(&Path) -> io::Result<T>,
    ) -> io::Result<(T, Self)> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        loop {
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            let mut path: OsString = place.into();
            path.push(format!(".{}-{count}.partial", std::process::id()));
            let path = PathBuf::from(path);
            match create(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && count < 1000 => {}
                created => return Ok((created?, Self { path })),
            }
        }
    }
}

/// Files without a name, which Linux has on most file systems.
#[cfg(target_os = "linux")]
mod nameless {
    use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat, open};
    use std::fs::File;
    use std::io;
    use std::os::fd::AsRawFd;
    use std::path::Path;

    /// Creates a file in the directory of `place`, if the file system can.
    pub(super) fn create(place: &Path) -> Option<File> {
        let directory = place.parent()?;
        let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
        let mode = Mode::from_raw_mode(0o666);
        open(directory, flags, mode).ok().map(File::from)
    }

    /// Gives the file a name that is free.
    pub(super) fn link(file: &File, path: &Path) -> io::Result<()> {
        let own = format!("/proc/self/fd/{}", file.as_raw_fd());
        linkat(CWD, own, CWD, path, AtFlags::SYMLINK_FOLLOW)?;
        Ok(())
    }
}

#[cfg(not(target_os = "linux"))]
mod nameless {
    use std::fs::File;
    use std::io;
    use std::path::Path;

    pub(super) const fn create(_place: &Path) -> Option<File> {
        None
    }

    pub(super) fn link(_file: &File, _path: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// Removes incomplete files when a signal ends the run.
#[cfg(unix)]
mod interrupts {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::sync::{Mutex, MutexGuard, Once, PoisonError};

    /// The incomplete files of this run.
    static INCOMPLETE: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

    fn incomplete() -> MutexGuard<'static, Vec<PathBuf>> {
        INCOMPLETE.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a file that is about to be created. The first call starts to wait for signals.
    pub(super) fn guard(path: &Path) {
        static STARTED: Once = Once::new();
        STARTED.call_once(|| {
            // Without a handler an interrupted run leaves the file, and nothing else changes.
            if let Ok(signals) = Signals::new([SIGINT, SIGTERM]) {
                std::thread::spawn(move || wait(signals));
            }
        });
        incomplete().push(path.to_owned());
    }

    pub(super) fn release(path: &Path) {
        incomplete().retain(|known| known != path);
    }

    fn wait(mut signals: Signals) {
        for signal in signals.forever() {
            // It stays locked, so that no file follows before the process ends.
            let incomplete = incomplete();
            remove(&incomplete);
            let _ = emulate_default_handler(signal);
        }
    }

    pub(super) fn remove(files: &[PathBuf]) {
        for file in files {
            let _ = fs::remove_file(file);
        }
    }
}

#[cfg(not(unix))]
mod interrupts {
    use std::path::Path;

    pub(super) const fn guard(_path: &Path) {}

    pub(super) const fn release(_path: &Path) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn names(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).expect("a directory");
        let name = |entry: io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
        let mut names: Vec<String> = entries
            .map(|entry| name(entry).to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_appears_complete_or_not_at_all() {
        let directory = tempfile::tempdir().expect("a directory");
        let place = directory.path().join("report.json");
        for text in ["first", "second"] {
            let (mut file, staged) = Staged::create(place.clone()).expect("a file");
            file.write_all(text.as_bytes()).expect("written");
            if cfg!(target_os = "linux") && staged.named.is_none() {
                let before: &[&str] = if text == "first" {
                    &[]
                } else {
                    &["report.json"]
                };
                assert_eq!(names(directory.path()), before, "it has no name yet");
            }
            staged.publish(&file).expect("published");
            assert_eq!(fs::read_to_string(&place).expect("a file"), text);
            assert_eq!(names(directory.path()), ["report.json"]);
        }
        drop(Staged::create(place).expect("a file"));
        assert_eq!(names(directory.path()), ["report.json"]);
    }

    #[test]
    fn a_file_with_a_name_is_removed_unless_it_is_published() {
        let directory = tempfile::tempdir().expect("a directory");
        let place = directory.path().join("report.json");
        let (mut file, named) = Named::create(&place).expect("a file");
        file.write_all(b"whole").expect("written");
        assert_eq!(names(directory.path()).len(), 1);
        let staged = Staged {
            place: place.clone(),
            named: Some(named),
        };
        staged.publish(&file).expect("published");
        assert_eq!(names(directory.path()), ["report.json"]);
        // The system may refuse to name a nameless file.
        let copy = copied(&file, &place).expect("a copy");
        assert_eq!(fs::read_to_string(&copy.path).expect("a file"), "whole");
        #[cfg(unix)]
        {
            interrupts::remove(std::slice::from_ref(&copy.path));
            assert_eq!(names(directory.path()), ["report.json"]);
        }
        drop(copy);
        assert_eq!(names(directory.path()), ["report.json"]);
    }
}
