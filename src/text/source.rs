//! The texts of a run, with their names.

use super::{LineIndex, Place, Position, SourceId, Span};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::sync::OnceLock;

/// The separator between an archive and its member: `exports.zip!clients.json`.
const ARCHIVE: &str = ".zip!";

/// The parent directory, up to the working directory. An archive counts as a directory.
#[must_use]
pub fn above(directory: &str) -> Option<&str> {
    let inside = directory.strip_suffix('!').unwrap_or(directory);
    if inside == ".." || inside.ends_with("/..") {
        return None;
    }
    let archive = inside.rfind(ARCHIVE).map(|at| at + ARCHIVE.len());
    match (inside.rfind('/'), archive) {
        (Some(slash), Some(archive)) if slash < archive => Some(&inside[..archive]),
        (None, Some(archive)) => Some(&inside[..archive]),
        (Some(0), _) if inside.len() > 1 => Some("/"),
        (Some(slash), _) if slash > 0 => Some(&inside[..slash]),
        (None, None) if inside != "." => Some("."),
        _ => None,
    }
}

/// Why a text was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Purpose {
    /// It was given: it is audited.
    #[default]
    Audit,
    /// Audited texts refer to it, such as a Terraform module outside of what was given.
    Context,
    /// A file next to Terraform that is not an export: only functions such as `file` read it.
    Content,
}

/// One text that was read: a file, a member of an archive, standard input.
#[derive(Debug)]
pub struct Source {
    purpose: Purpose,
    path: String,
    text: String,
    lines: OnceLock<LineIndex>,
}

impl Source {
    /// `path` is the path in reports: relative if it was given so, with `/`.
    #[must_use]
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            purpose: Purpose::Audit,
            path: path.into(),
            text: text.into(),
            lines: OnceLock::new(),
        }
    }

    /// The SHA-256 of the text, in hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> String {
        let digest = Sha256::digest(self.text.as_bytes());
        digest
            .iter()
            .fold(String::with_capacity(64), |mut hex, byte| {
                let _ = write!(hex, "{byte:02x}");
                hex
            })
    }

    /// Sets why the text was read.
    #[must_use]
    pub const fn with_purpose(mut self, purpose: Purpose) -> Self {
        self.purpose = purpose;
        self
    }

    /// Why the text was read.
    #[must_use]
    pub const fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// The path in reports.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Its directory. An archive counts as a directory.
    #[must_use]
    pub fn directory(&self) -> &str {
        let path = &self.path;
        let archive = path.rfind(ARCHIVE).map(|at| at + ARCHIVE.len());
        match (path.rfind('/'), archive) {
            (Some(slash), Some(archive)) if slash < archive => &path[..archive],
            (Some(0), _) => "/",
            (Some(slash), _) => &path[..slash],
            (None, Some(archive)) => &path[..archive],
            (None, None) => ".",
        }
    }

    /// The raw text, which can contain secrets. Renderers must use [`super::Redactor::excerpt`]
    /// instead.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The line index, built on first use.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// Line and column of a byte offset.
    pub fn position(&self, offset: u32) -> Position {
        self.lines().position(&self.text, offset)
    }

    /// Code points before a byte offset.
    pub fn characters(&self, offset: u32) -> u32 {
        self.lines().characters(&self.text, offset)
    }
}

/// All sources of a run, in the order of their paths.
#[derive(Debug, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Adds a source and returns its id.
    ///
    /// # Panics
    /// If a run has 2^32 sources.
    pub fn add(&mut self, source: Source) -> SourceId {
        self.0.push(source);
        SourceId(u32::try_from(self.0.len() - 1).expect("fewer than 2^32 sources"))
    }

    /// The source with this id.
    #[must_use]
    pub fn get(&self, id: SourceId) -> &Source {
        &self.0[id.0 as usize]
    }

    /// All sources with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        (0..).map(SourceId).zip(&self.0)
    }

    /// The number of sources.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no sources.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Path, first and last position of a place.
    #[must_use]
    pub fn locate(&self, place: Place) -> (&str, Position, Position) {
        let source = self.get(place.source);
        let Span { start, end } = place.span;
        (&source.path, source.position(start), source.position(end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_is_a_directory() {
        for (path, directories) in [
            ("clients.json", &["."][..]),
            ("a/b/clients.json", &["a/b", "a", "."]),
            ("/a/clients.json", &["/a", "/"]),
            ("a/x.zip!clients.json", &["a/x.zip!", "a", "."]),
            (
                "a/x.zip!b/clients.json",
                &["a/x.zip!b", "a/x.zip!", "a", "."],
            ),
            ("x.zip!clients.json", &["x.zip!", "."]),
            ("../a/clients.json", &["../a", ".."]),
            ("<stdin>", &["."]),
        ] {
            let source = Source::new(path, "");
            let mut found = vec![source.directory()];
            while let Some(next) = above(found[found.len() - 1]) {
                found.push(next);
            }
            assert_eq!(found, directories, "{path}");
        }
    }
}
