//! Finds the texts to audit: files, directories, archives, standard input.
//!
//! Invariant: a file is skipped only for a reason, and every skipped file is in the result with
//! its reason. No file and no archive yields more than the limit.

mod classify;
mod container;
mod exclude;
mod large;
mod modules;
mod surroundings;
mod words;

pub use exclude::{Exclude, WrongPattern};

use crate::finding::{Problem, ProblemKind, SkipReason, SkippedFile};
use crate::text::{Purpose, Source, Sources, with_slashes};
use classify::{Ground, is_configuration, is_problem_unread, skip_reason};
use container::{Archive, Content};
use std::collections::HashSet;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use walkdir::WalkDir;

/// Places in a source are 32 bits wide.
pub const LARGEST: u64 = u32::MAX as u64;

/// Files next to Terraform that are kept for functions such as `file` are not larger.
const CONTENT: usize = 1 << 18;

/// Which files are read, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// Paths that are skipped.
    pub exclude: Exclude,
    /// The name of standard input in reports.
    pub stdin_name: String,
    /// The most bytes that a text may have, and all texts of an archive together.
    pub max_size: u64,
    /// The most bytes of all texts of a run.
    pub max_total: u64,
    /// How many times larger than its compressed form a text can be.
    pub max_expansion: u64,
    /// The most files of a directory or an archive.
    pub max_files: usize,
}

impl Default for Options {
    /// Every file, up to 1 GiB each and 4 GiB together.
    fn default() -> Self {
        Self {
            exclude: Exclude::default(),
            stdin_name: "<stdin>".into(),
            max_size: 1 << 30,
            max_total: 4 << 30,
            max_expansion: 100,
            max_files: 100_000,
        }
    }
}

/// The texts that were found.
#[derive(Debug, Default)]
pub struct Discovery {
    /// The texts, in the order of their paths.
    pub sources: Sources,
    /// For each text, whether it was named and not found in a directory.
    pub named: Vec<bool>,
    /// Files that were skipped, with the reason. A directory of dependencies is one entry.
    pub skipped: Vec<SkippedFile>,
    /// Files that could not be read.
    pub problems: Vec<Problem>,
}

/// A file that was found.
#[derive(Debug)]
struct Found {
    /// The path that reports show.
    name: String,
    path: PathBuf,
    named: bool,
    ground: Ground,
}

/// A text that was read.
struct Text {
    name: String,
    content: String,
    named: bool,
    purpose: Purpose,
}

/// Reads everything in `paths` with the default options; `-` is standard input.
#[must_use]
pub fn discover(paths: &[PathBuf], stdin: &mut dyn Read) -> Discovery {
    discover_with(paths, &Options::default(), stdin)
}

/// Reads everything in `paths`; `-` is standard input.
#[must_use]
pub fn discover_with(paths: &[PathBuf], options: &Options, stdin: &mut dyn Read) -> Discovery {
    discover_except(paths, options, &|_| false, stdin)
}

/// Reads everything in `paths` except `excluded` files; `-` is standard input.
#[must_use]
pub fn discover_except(
    paths: &[PathBuf],
    options: &Options,
    excluded: &dyn Fn(&str) -> bool,
    stdin: &mut dyn Read,
) -> Discovery {
    let mut reader = Reader {
        options,
        excluded,
        stdin,
        texts: Vec::new(),
        content: Vec::new(),
        total: 0,
        discovery: Discovery::default(),
    };
    let mut found: Vec<Found> = Vec::new();
    for path in paths {
        if let Some(problem) = special(path) {
            let problem = problem.in_file(shown(path));
            reader.discovery.problems.push(problem);
        } else if path.is_dir() {
            reader.walk(path, &mut found);
        } else {
            found.push(reader.named(path));
        }
    }
    found.extend(reader.around(paths));
    // A file that was both named and found in a directory counts as named.
    found.sort_by(|a, b| a.name.cmp(&b.name).then(b.named.cmp(&a.named)));
    found.dedup_by(|a, b| a.name == b.name);
    for file in found {
        reader.take(&file);
    }
    reader.take_content();
    reader.read_modules();
    reader.finish()
}

/// Takes files of these names from memory, such as those of another revision, as if they were in
/// directories. `excluded` files are skipped.
#[must_use]
pub fn discover_contents(
    contents: Vec<(String, Vec<u8>)>,
    options: &Options,
    excluded: &dyn Fn(&str) -> bool,
) -> Discovery {
    let mut reader = Reader {
        options,
        excluded,
        stdin: &mut std::io::empty(),
        texts: Vec::new(),
        content: Vec::new(),
        total: 0,
        discovery: Discovery::default(),
    };
    let configured = configured_directories(contents.iter().map(|(name, _)| Path::new(name)));
    for (name, bytes) in contents {
        let path = PathBuf::from(&name);
        let ground = ground_of(&path, Ground::Exports, &configured);
        let file = Found {
            name,
            path,
            named: false,
            ground,
        };
        reader.take_bytes(&file, bytes);
    }
    reader.read_modules();
    reader.finish()
}

/// The directories that contain a Terraform configuration which is not of others.
fn configured_directories<'p>(files: impl Iterator<Item = &'p Path>) -> HashSet<PathBuf> {
    let own = files.filter(|path| is_configuration(path) && vendored_part(path).is_none());
    own.filter_map(|path| Some(path.parent()?.to_owned()))
        .collect()
}

/// What surrounds a file; `usual` if no Terraform is around it.
fn ground_of(path: &Path, usual: Ground, configured: &HashSet<PathBuf>) -> Ground {
    let mut above = path.ancestors().skip(1);
    if vendored_part(path).is_some() {
        Ground::Vendored
    } else if above.any(|above| configured.contains(above)) {
        Ground::Terraform
    } else {
        usual
    }
}

/// Reads files one after another.
struct Reader<'r> {
    options: &'r Options,
    excluded: &'r dyn Fn(&str) -> bool,
    stdin: &'r mut dyn Read,
    texts: Vec<Text>,
    /// Files around named ones, for functions such as `file`.
    content: Vec<PathBuf>,
    /// The bytes of these texts.
    total: u64,
    discovery: Discovery,
}

impl Reader<'_> {
    /// The files of Terraform that are judged with those that were named.
    fn around(&mut self, paths: &[PathBuf]) -> Vec<Found> {
        let named: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
        let is_excluded =
            |path: &Path| self.options.exclude.covers(path) || (self.excluded)(&shown(path));
        let around = surroundings::of_files(&named, &is_excluded);
        self.content = around.content;
        let found = around.audited.into_iter();
        found
            .map(|path| Found {
                name: shown(&path),
                path,
                named: false,
                ground: Ground::Terraform,
            })
            .collect()
    }

    /// Reads files for functions such as `file`, if they are short texts.
    fn take_content(&mut self) {
        let known: HashSet<String> = self.texts.iter().map(|text| text.name.clone()).collect();
        for path in std::mem::take(&mut self.content) {
            let name = shown(&path);
            let length = path.metadata().map_or(u64::MAX, |data| data.len());
            if known.contains(&name) || length > CONTENT as u64 {
                continue;
            }
            if let Ok(content) = std::fs::read_to_string(&path) {
                self.texts.push(Text {
                    name,
                    content,
                    named: false,
                    purpose: Purpose::Content,
                });
            }
        }
    }

    /// A file that was named.
    fn named(&self, path: &Path) -> Found {
        let is_stdin = path.as_os_str() == "-";
        let name = is_stdin.then(|| self.options.stdin_name.clone());
        Found {
            name: name.unwrap_or_else(|| shown(path)),
            path: path.to_owned(),
            named: true,
            ground: Ground::Exports,
        }
    }

    fn skip(&mut self, path: impl Into<String>, reason: SkipReason) {
        let path = path.into();
        self.discovery.skipped.push(SkippedFile { path, reason });
    }

    /// Skips a file that was found; a directory of dependencies is one entry.
    fn skip_found(&mut self, file: &Found, reason: SkipReason) {
        if file.ground == Ground::Vendored {
            self.skip(vendored_directory(&file.name), SkipReason::Vendored);
        } else {
            self.skip(file.name.clone(), reason);
        }
    }

    fn walk(&mut self, directory: &Path, found: &mut Vec<Found>) {
        let first = found.len();
        let mut configured: HashSet<PathBuf> = HashSet::new();
        let tree = std::fs::canonicalize(directory).ok();
        let entries = WalkDir::new(directory).sort_by_file_name().into_iter();
        let mut entries =
            entries.filter_entry(|entry| entry.depth() == 0 || entry.file_name() != ".git");
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let problem = walk_problem(&error, directory);
                    self.discovery.problems.push(problem);
                    continue;
                }
            };
            if entry.depth() == 0 {
                continue;
            }
            let path = entry.path();
            let below = path.strip_prefix(directory).unwrap_or(path);
            let is_directory = entry.file_type().is_dir();
            if found.len() - first >= self.options.max_files {
                let problem = too_many_files("directory", self.options.max_files);
                self.discovery
                    .problems
                    .push(problem.in_file(shown(directory)));
                break;
            }
            if self.options.exclude.covers(below) {
                self.skip(shown(path), SkipReason::Excluded);
                if is_directory {
                    entries.skip_current_dir();
                }
            } else if is_directory || (is_module_list(path) && !entry.path_is_symlink()) {
                // Entered, or read with the modules that it lists.
            } else if entry.path_is_symlink() && leaves(path, tree.as_deref()) {
                self.skip(shown(path), SkipReason::Link);
            } else if let Some(reason) = unreadable_kind(path) {
                self.skip(shown(path), reason);
            } else {
                let is_vendored = vendored_part(below).is_some();
                if is_configuration(path) && !is_vendored {
                    configured.extend(path.parent().map(Path::to_owned));
                }
                let ground = if is_vendored {
                    Ground::Vendored
                } else {
                    Ground::Exports
                };
                found.push(Found {
                    name: shown(path),
                    path: path.to_owned(),
                    named: false,
                    ground,
                });
            }
        }
        for file in &mut found[first..] {
            let mut above = file.path.ancestors().skip(1);
            let is_inside = |above: &&Path| above.starts_with(directory);
            if file.ground == Ground::Exports
                && above
                    .by_ref()
                    .take_while(is_inside)
                    .any(|above| configured.contains(above))
            {
                file.ground = Ground::Terraform;
            }
        }
    }

    /// Reads a file, or notes why not.
    fn take(&mut self, file: &Found) {
        let is_stdin = file.path.as_os_str() == "-";
        let is_excluded = (self.excluded)(&file.name)
            || (file.named && self.options.exclude.covers(Path::new(&file.name)));
        if is_excluded && !is_stdin {
            self.skip(file.name.clone(), SkipReason::Excluded);
            return;
        }
        if !file.named && is_superseded(&file.path) {
            self.skip(file.name.clone(), SkipReason::Superseded);
            return;
        }
        if !file.named && self.is_skipped_by_head(file) {
            return;
        }
        match self.open(&file.path) {
            Ok(Content::Text(text)) => self.take_text(file, text),
            Ok(Content::Archive(archive)) => self.take_archive(file, archive),
            Err(problem) => self.refuse(file, problem, &[]),
        }
    }

    /// Reports that a file cannot be read, unless it is certainly not an export.
    fn refuse(&mut self, file: &Found, problem: Problem, head: &[u8]) {
        let is_unknown = file.ground == Ground::Exports && head.is_empty();
        if file.named
            || is_unknown
            || is_problem_unread(&file.path, file.ground)
            || (file.ground != Ground::Vendored && words::has_words(head))
        {
            self.discovery.problems.push(problem.in_file(&file.name));
        } else {
            self.skip_found(file, SkipReason::Binary);
        }
    }

    /// Takes the bytes of a file that was not named.
    fn take_bytes(&mut self, file: &Found, bytes: Vec<u8>) {
        if (self.excluded)(&file.name) || self.options.exclude.covers(&file.path) {
            self.skip(file.name.clone(), SkipReason::Excluded);
            return;
        }
        let head = container::head(bytes.as_slice()).unwrap_or_default();
        if !container::is_container(&head) && classify::is_binary(&head) {
            return self.refuse_binary(file, &head);
        }
        match container::open(bytes, self.limits()) {
            Ok(Content::Text(text)) => self.take_text(file, text),
            Ok(Content::Archive(archive)) => self.take_archive(file, archive),
            Err(problem) => self.refuse(file, problem, &[]),
        }
    }

    /// Whether the first bytes of a file show that it need not be read.
    fn is_skipped_by_head(&mut self, file: &Found) -> bool {
        let head = std::fs::File::open(&file.path)
            .map_err(|error| unreadable(&error.to_string()))
            .and_then(container::head);
        match head {
            Ok(head) if container::is_container(&head) => false,
            Ok(head) if classify::is_binary(&head) => {
                self.refuse_binary(file, &head);
                true
            }
            Ok(_) => false,
            Err(problem) => {
                self.refuse(file, problem, &[]);
                true
            }
        }
    }

    fn refuse_binary(&mut self, file: &Found, head: &[u8]) {
        // Archives of macOS contain a binary file `._name` for each file.
        if head.starts_with(&[0, 5, 0x16, 7]) {
            self.skip(file.name.clone(), SkipReason::Binary);
            return;
        }
        let problem = Problem::new(
            ProblemKind::Unreadable,
            "this is a binary file, not an export",
            "export it again as JSON, or move it to another directory",
        );
        self.refuse(file, problem, head);
    }

    fn take_text(&mut self, file: &Found, text: String) {
        let reason = (!file.named).then(|| skip_reason(&file.path, &text, file.ground));
        let Some(reason) = reason.flatten() else {
            self.push(file, text, Purpose::Audit);
            return;
        };
        let is_content = file.ground == Ground::Terraform && text.len() <= CONTENT;
        self.skip_found(file, reason);
        if is_content {
            self.push(file, text, Purpose::Content);
        }
    }

    fn push(&mut self, file: &Found, text: String, purpose: Purpose) {
        self.add(Text {
            name: file.name.clone(),
            content: text,
            named: file.named,
            purpose,
        });
    }

    /// Keeps a text, unless all texts together would be too large.
    fn add(&mut self, text: Text) {
        let total = self.total + text.content.len() as u64;
        if total > self.options.max_total {
            let problem = container::too_large_together(self.options.max_total);
            self.discovery.problems.push(problem.in_file(text.name));
            return;
        }
        self.total = total;
        self.texts.push(text);
    }

    /// The limits of opening one file.
    fn limits(&self) -> container::OpenLimits {
        container::OpenLimits {
            bytes: self.options.max_size,
            expansion: self.options.max_expansion,
        }
    }

    /// Reads the members of an archive, as if it were a directory.
    fn take_archive(&mut self, file: &Found, mut archive: Archive) {
        let hidden = archive.hidden();
        let hidden = hidden.map(|problem| problem.in_file(&file.name));
        self.discovery.problems.extend(hidden);
        let most = self.options.max_files;
        if archive.len() > most {
            let problem = too_many_files("archive", most).in_file(&file.name);
            self.discovery.problems.push(problem);
        }
        let members: Vec<(usize, String)> = (0..archive.len().min(most))
            .filter_map(|member| Some((member, archive.name(member)?)))
            .collect();
        let configured = configured_directories(members.iter().map(|(_, name)| Path::new(name)));
        let before = self.texts.len() + self.discovery.problems.len();
        for (member, inner) in &members {
            let path = Path::new(inner);
            if path.components().any(|part| part.as_os_str() == ".git") {
                continue;
            }
            let ground = ground_of(path, file.ground, &configured);
            let inner_file = Found {
                name: format!("{}!{inner}", file.name),
                path: path.to_owned(),
                named: false,
                ground,
            };
            self.take_member(&inner_file, *member, &mut archive);
        }
        let is_nothing = self.texts.len() + self.discovery.problems.len() == before;
        let is_empty = members.is_empty() && is_problem_unread(&file.path, file.ground);
        if is_nothing && (file.named || is_empty) {
            let problem = Problem::new(
                ProblemKind::Unrecognised,
                "this archive does not contain an export",
                "pack exports into it, or unpack it and give grantlint the directory",
            );
            self.discovery.problems.push(problem.in_file(&file.name));
        }
    }

    fn take_member(&mut self, file: &Found, member: usize, archive: &mut Archive) {
        if self.options.exclude.covers(&file.path) || (self.excluded)(&file.name) {
            self.skip(file.name.clone(), SkipReason::Excluded);
            return;
        }
        let head = match archive.head(member) {
            Ok(head) => head,
            Err(problem) => return self.refuse(file, problem, &[]),
        };
        if !container::is_container(&head) && classify::is_binary(&head) {
            return self.refuse_binary(file, &head);
        }
        match archive.text(member) {
            Ok(text) => self.take_text(file, text),
            Err(problem) => self.refuse(file, problem, &head),
        }
    }

    /// Reads the modules that configurations call outside of what was given.
    fn read_modules(&mut self) {
        let names = self.texts.iter();
        let names = names.map(|text| (text.name.as_str(), text.named));
        let mut outside = modules::Outside::new(names);
        let mut at = 0;
        while at < self.texts.len() {
            let text = &self.texts[at];
            at += 1;
            if text.purpose == Purpose::Content {
                continue;
            }
            let needed = outside.needed_by(&text.name, &text.content);
            for file in needed {
                self.read_module(file);
            }
        }
    }

    fn read_module(&mut self, file: modules::ModuleFile) {
        if (self.excluded)(&file.name) || self.options.exclude.covers(Path::new(&file.name)) {
            self.skip(file.name, SkipReason::Excluded);
            return;
        }
        match self.open(&file.path) {
            Ok(Content::Text(text)) => self.add(Text {
                name: file.name,
                content: text,
                named: false,
                purpose: Purpose::Context,
            }),
            Ok(Content::Archive(_)) => {}
            Err(problem) => self.discovery.problems.push(problem.in_file(file.name)),
        }
    }

    fn open(&mut self, path: &Path) -> Result<Content, Problem> {
        let bytes = self.read(path)?;
        container::open(bytes, self.limits())
    }

    fn read(&mut self, path: &Path) -> Result<Vec<u8>, Problem> {
        let failed = |error: std::io::Error| unreadable(&error.to_string());
        if path.as_os_str() == "-" {
            return container::read(self.stdin, 0, self.options.max_size);
        }
        if let Some(problem) = special(path) {
            return Err(problem);
        }
        let mut file = std::fs::File::open(path).map_err(failed)?;
        let size = file.metadata().map_or(0, |metadata| metadata.len());
        if size <= self.options.max_size.min(LARGEST)
            && let Some(bytes) = large::read(&file, size)
        {
            return Ok(bytes);
        }
        container::read(&mut file, size, self.options.max_size)
    }

    fn finish(mut self) -> Discovery {
        self.texts.sort_by(|a, b| a.name.cmp(&b.name));
        self.texts.dedup_by(|a, b| a.name == b.name);
        for text in self.texts {
            let source = Source::new(text.name, text.content).with_purpose(text.purpose);
            self.discovery.sources.add(source);
            self.discovery.named.push(text.named);
        }
        self.discovery.skipped.sort();
        self.discovery.skipped.dedup();
        self.discovery
    }
}

fn too_many_files(what: &str, most: usize) -> Problem {
    Problem::new(
        ProblemKind::Limit,
        format!("this {what} contains more than {most} files; the others were not read"),
        "give grantlint the directories with exports, or allow more: [limits] files in grantlint.toml",
    )
}

fn walk_problem(error: &walkdir::Error, directory: &Path) -> Problem {
    let path = error.path().map_or_else(|| shown(directory), shown);
    let reason = error.io_error().map_or_else(
        || "a link that leads into itself".into(),
        ToString::to_string,
    );
    unreadable(&reason).in_file(path)
}

/// Whether a file is the list of modules that `terraform init` installed.
fn is_module_list(path: &Path) -> bool {
    path.ends_with(modules::INSTALLED)
}

/// Whether a link leads out of the tree that was given. A link that leads nowhere does not.
fn leaves(link: &Path, tree: Option<&Path>) -> bool {
    let target = std::fs::canonicalize(link).ok();
    target.is_some_and(|target| tree.is_none_or(|tree| !target.starts_with(tree)))
}

/// The problem of a path that is never opened, even if it is named: a pipe can wait forever, a
/// device has no end, and the files of the kernel contain the environment of processes.
fn special(path: &Path) -> Option<Problem> {
    let metadata = std::fs::metadata(path).ok()?;
    let is_ordinary = metadata.is_file() || metadata.is_dir();
    (!is_ordinary || is_of_kernel(path)).then(|| {
        Problem::new(
            ProblemKind::Unreadable,
            "this is a pipe, a device or a file of the kernel, and was not read",
            "name a file or a directory; for standard input, use -",
        )
    })
}

fn is_of_kernel(path: &Path) -> bool {
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let is_memory = path.starts_with("/dev/shm");
    let mut kernel = ["/proc", "/sys", "/dev"].iter();
    cfg!(unix) && !is_memory && kernel.any(|kernel| path.starts_with(kernel))
}

/// Why a path that is not a directory cannot be read as a file. A link to a file is followed.
fn unreadable_kind(path: &Path) -> Option<SkipReason> {
    if path.is_dir() {
        return Some(SkipReason::Link);
    }
    (path.exists() && !path.is_file()).then_some(SkipReason::Special)
}

/// Whether a file is the backup of a state next to it.
fn is_superseded(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let Some((stem, rest)) = name.split_once(".tfstate.") else {
        return false;
    };
    rest.ends_with("backup") && path.with_file_name(format!("{stem}.tfstate")).is_file()
}

/// The component of a path that is a directory of dependencies.
fn vendored_part(path: &Path) -> Option<usize> {
    let is_vendored = |part: Component<'_>| {
        let part = part.as_os_str();
        part == "node_modules" || part == ".terraform"
    };
    let directories = path.parent()?.components();
    directories.into_iter().position(is_vendored)
}

/// The directory of dependencies that a file is in, with a final `/`.
fn vendored_directory(name: &str) -> String {
    let ends = ["node_modules/", ".terraform/"].into_iter();
    let ends = ends.filter_map(|part| Some(name.find(part)? + part.len()));
    ends.min().map_or(name, |end| &name[..end]).to_owned()
}

/// A path as reports show it: with `/`, and without a leading `./`.
#[must_use]
pub fn shown(path: &Path) -> String {
    let text = with_slashes(path);
    text.strip_prefix("./").unwrap_or(&text).to_owned()
}

fn unreadable(reason: &str) -> Problem {
    Problem::new(
        ProblemKind::Unreadable,
        format!("cannot be read: {reason}"),
        "check the path and the rights on it",
    )
}
