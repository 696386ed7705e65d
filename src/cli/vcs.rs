//! What git says about files: whether it can restore them, and their content in another revision.
//!
//! Invariant: the configuration of the audited tree is never in force, because it can name programs
//! to run. Git runs in a directory of our own, with the index, the objects and the files of the tree.

use std::ffi::OsStr;
use std::fmt::Write;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where programs are if the environment does not say so.
const USUAL_PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// The state of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It is committed as it is.
    Clean,
    /// It has staged changes.
    Staged,
    /// It has changes that are not staged, or is not tracked.
    Dirty,
}

/// The root of the repository that a file is in.
pub(super) fn root(file: &Path) -> Option<PathBuf> {
    let file = fs::canonicalize(file).ok()?;
    let mut above = file.ancestors().skip(1);
    above
        .find(|directory| directory.join(".git").exists())
        .map(Path::to_owned)
}

/// The states of files of the repository at `root`.
///
/// # Errors
/// If the repository cannot be read.
pub(super) fn states(root: &Path, files: &[PathBuf]) -> io::Result<Vec<(PathBuf, State)>> {
    let repository = Repository::open(root)?;
    let mut git = repository.git();
    git.env("GIT_WORK_TREE", root)
        .env("GIT_INDEX_FILE", repository.own.join("index"))
        .args(["status", "--porcelain=v1", "-z", "--no-renames"])
        .args(["--untracked-files=all", "--ignored=matching", "--"])
        .args(files);
    let output = output(&mut git)?;
    let all = output.split(|byte| *byte == 0);
    Ok(all.filter_map(|entry| state_of(root, entry)).collect())
}

/// A repository whose objects are read without its configuration.
pub(super) struct Repository {
    root: PathBuf,
    place: Scratch,
    own: PathBuf,
    common: PathBuf,
}

impl Repository {
    /// Opens the repository at `root`.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(super) fn open(root: &Path) -> io::Result<Self> {
        let place = Scratch::create()?;
        let own = own_directory(root)?;
        let common = match fs::read_to_string(own.join("commondir")) {
            Ok(path) => own.join(path.trim()),
            Err(_) => own.clone(),
        };
        for directory in ["objects", "refs"] {
            fs::create_dir(place.0.join(directory))?;
        }
        fs::write(place.0.join("HEAD"), head(&own, &common)?)?;
        fs::write(place.0.join("config"), configuration(&common))?;
        Ok(Self {
            root: root.to_owned(),
            place,
            own,
            common,
        })
    }

    /// Makes the names of branches and tags known, which are else not needed.
    ///
    /// # Errors
    /// If they cannot be read.
    pub(super) fn take_names(&self) -> io::Result<()> {
        let packed = self.common.join("packed-refs");
        if packed.is_file() {
            fs::copy(packed, self.place.0.join("packed-refs"))?;
        }
        let mut left = MOST_NAMES;
        for directory in [&self.common, &self.own] {
            copy_names(
                &directory.join("refs"),
                &self.place.0.join("refs"),
                &mut left,
            )?;
        }
        Ok(())
    }

    /// A command of git that reads the objects of the repository. It runs no program that a file
    /// of the repository names, and fetches nothing.
    pub(super) fn git(&self) -> Command {
        let mut git = Command::new("git");
        git.env_clear()
            .env(
                "PATH",
                std::env::var_os("PATH").unwrap_or_else(|| USUAL_PATH.into()),
            )
            .env("GIT_DIR", &self.place.0)
            .env("GIT_OBJECT_DIRECTORY", self.common.join("objects"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", self.place.0.join("none"))
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_LITERAL_PATHSPECS", "1")
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            .current_dir(&self.root);
        git
    }
}

/// The standard output of a command that must succeed.
///
/// # Errors
/// If it cannot run, or fails: its first line of standard error.
pub(super) fn output(git: &mut Command) -> io::Result<Vec<u8>> {
    let output = git.output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => io::Error::other("git is not installed"),
        _ => error,
    })?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let reason = String::from_utf8_lossy(&output.stderr);
    Err(io::Error::other(reason.trim().to_owned()))
}

/// The most branches and tags that have a file of their own.
const MOST_NAMES: usize = 100_000;

/// Copies files of names, which are short, and the directories around them.
fn copy_names(from: &Path, to: &Path, left: &mut usize) -> io::Result<()> {
    let Ok(entries) = fs::read_dir(from) else {
        return Ok(());
    };
    for entry in entries {
        let entry = entry?;
        let Some(rest) = left.checked_sub(1) else {
            return Err(io::Error::other("it has too many branches and tags"));
        };
        *left = rest;
        let (kind, target) = (entry.file_type()?, to.join(entry.file_name()));
        if kind.is_dir() {
            fs::create_dir_all(&target)?;
            copy_names(&entry.path(), &target, left)?;
        } else if kind.is_file() {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// A file and its state, of an entry such as `MM main.tf`.
fn state_of(root: &Path, entry: &[u8]) -> Option<(PathBuf, State)> {
    let (staged, dirty) = (*entry.first()?, *entry.get(1)?);
    let path = String::from_utf8_lossy(entry.get(3..)?);
    let state = match (staged, dirty) {
        (b'?' | b'!', _) => State::Dirty,
        (_, b' ') if staged != b' ' => State::Staged,
        (b' ', b' ') => State::Clean,
        _ => State::Dirty,
    };
    Some((root.join(OsStr::new(path.as_ref())), state))
}

/// The directory of the repository: `.git`, or where a file of that name points.
fn own_directory(root: &Path) -> io::Result<PathBuf> {
    let git = root.join(".git");
    if git.is_dir() {
        return Ok(git);
    }
    let text = fs::read_to_string(&git)?;
    let target = text.trim().strip_prefix("gitdir:").map(str::trim);
    target
        .map(|target| root.join(target))
        .ok_or_else(|| io::Error::other(format!("{} is not a repository", git.display())))
}

/// The commit that is checked out; a branch without a commit stays a name.
fn head(own: &Path, common: &Path) -> io::Result<String> {
    let head = fs::read_to_string(own.join("HEAD"))?;
    let Some(name) = head.strip_prefix("ref:").map(str::trim) else {
        return Ok(head);
    };
    for directory in [own, common] {
        if let Ok(commit) = fs::read_to_string(directory.join(name)) {
            return Ok(commit);
        }
    }
    let packed = fs::read_to_string(common.join("packed-refs")).unwrap_or_default();
    let commit = packed.lines().find_map(|line| {
        let (commit, packed) = line.split_once(' ')?;
        (packed == name).then(|| format!("{commit}\n"))
    });
    Ok(commit.unwrap_or_else(|| "ref: refs/heads/main\n".to_owned()))
}

/// A configuration with the settings of the repository that say how files are stored, and no other.
fn configuration(common: &Path) -> String {
    const KEYS: [&str; 6] = [
        "autocrlf",
        "eol",
        "filemode",
        "ignorecase",
        "symlinks",
        "objectformat",
    ];
    let own = fs::read_to_string(common.join("config")).unwrap_or_default();
    let setting = |wanted: &str| {
        let mut lines = own.lines().rev();
        lines.find_map(|line| {
            let (key, value) = line.split_once('=')?;
            let value = value.trim();
            let is_word = value.bytes().all(|byte| byte.is_ascii_alphanumeric());
            (key.trim().eq_ignore_ascii_case(wanted) && is_word).then(|| value.to_owned())
        })
    };
    let mut text = String::from("[core]\n\tbare = false\n");
    let format = KEYS.iter().filter_map(|key| Some((key, setting(key)?)));
    let (mut version, mut extensions) = (0, String::new());
    for (key, value) in format {
        if *key == "objectformat" {
            version = 1;
            extensions = format!("[extensions]\n\tobjectformat = {value}\n");
        } else {
            let _ = writeln!(text, "\t{key} = {value}");
        }
    }
    format!("{text}\trepositoryformatversion = {version}\n{extensions}")
}

/// A directory that is removed afterwards.
struct Scratch(PathBuf);

impl Scratch {
    fn create() -> io::Result<Self> {
        for number in 0..1000 {
            let name = format!("grantlint-{}-{number}", std::process::id());
            let path = std::env::temp_dir().join(name);
            match fs::create_dir(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                created => return created.map(|()| Self(path)),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What stays is in the temporary directory.
        let _ = fs::remove_dir_all(&self.0);
    }
}
