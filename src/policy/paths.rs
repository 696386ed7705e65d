//! Globs over paths, and paths relative to the configuration.

use super::load::normal;
use crate::text::with_slashes;
use regex::Regex;
use std::path::{Path, PathBuf};

/// A glob in which `*` stops at `/` and `**` does not.
#[derive(Clone, Debug)]
pub struct Glob(Regex);

impl Glob {
    /// A glob for a file or everything below a directory.
    ///
    /// # Errors
    /// If it is too large.
    pub fn tree(glob: &str) -> Result<Self, String> {
        let inner = translate(glob.trim_end_matches('/'));
        compile(&format!("^{inner}(?:/.*)?$"))
    }

    /// A glob for a directory itself.
    ///
    /// # Errors
    /// If it is too large.
    pub fn directory(glob: &str) -> Result<Self, String> {
        let trimmed = glob.trim_end_matches('/');
        let inner = translate(if trimmed.is_empty() { "." } else { trimmed });
        compile(&format!("^{inner}$"))
    }

    /// Whether it matches this path, written with `/`.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        self.0.is_match(path)
    }
}

fn compile(pattern: &str) -> Result<Glob, String> {
    Regex::new(pattern)
        .map(Glob)
        .map_err(|_| "this glob is too large".to_owned())
}

fn translate(glob: &str) -> String {
    let mut rest = glob.strip_prefix("./").unwrap_or(glob);
    let mut pattern = String::with_capacity(rest.len() * 2);
    while let Some(first) = rest.chars().next() {
        let (taken, written) = if rest.starts_with("**/") {
            (3, "(?:.*/)?".to_owned())
        } else if rest.starts_with("**") {
            (2, ".*".to_owned())
        } else if first == '*' {
            (1, "[^/]*".to_owned())
        } else if first == '?' {
            (1, "[^/]".to_owned())
        } else {
            (first.len_utf8(), regex::escape(&rest[..first.len_utf8()]))
        };
        pattern.push_str(&written);
        rest = &rest[taken..];
    }
    pattern
}

/// The directories in which paths of the configuration and of the command line start.
#[derive(Clone, Debug, Default)]
pub struct Root {
    /// The directory of the configuration, absolute.
    directory: PathBuf,
    /// The working directory, absolute.
    here: PathBuf,
}

impl Root {
    /// `directory` may be relative to `here`.
    #[must_use]
    pub fn new(directory: &Path, here: &Path) -> Self {
        Self {
            directory: normal(&here.join(directory)),
            here: normal(here),
        }
    }

    /// A path relative to the configuration's directory; unchanged if it is outside.
    #[must_use]
    pub fn relative(&self, shown: &str) -> String {
        let whole = normal(&self.here.join(shown));
        let Ok(below) = whole.strip_prefix(&self.directory) else {
            return shown.to_owned();
        };
        let text = with_slashes(below);
        if text.is_empty() { ".".into() } else { text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_stop_at_directories_unless_told_otherwise() {
        for (glob, path, wanted) in [
            ("archive", "archive/a.json", true),
            ("archive/", "archive/a/b.json", true),
            ("archive/**", "archive/a/b.json", true),
            ("**/old/*.json", "x/y/old/a.json", true),
            ("**/old/*.json", "old/a.json", true),
            ("*.json", "x/a.json", false),
            ("**/*.json", "x/a.json", true),
            ("a?.json", "ab.json", true),
            ("a.json", "axjson", false),
            ("arch", "archive/a.json", false),
        ] {
            let found = Glob::tree(glob).is_ok_and(|glob| glob.matches(path));
            assert_eq!(found, wanted, "{glob} {path}");
        }
        assert!(Glob::directory("exports/*").is_ok_and(|glob| glob.matches("exports/emea")));
        assert!(Glob::directory(".").is_ok_and(|glob| glob.matches(".")));
        assert!(Glob::directory("exports").is_ok_and(|glob| !glob.matches("exports/emea")));
    }

    #[test]
    fn paths_are_seen_from_the_configuration() {
        let root = Root::new(Path::new("../.."), Path::new("/repo/a/b"));
        assert_eq!(root.relative("x.json"), "a/b/x.json");
        assert_eq!(root.relative("../y.json"), "a/y.json");
        assert_eq!(root.relative("/repo/z.json"), "z.json");
        assert_eq!(root.relative("/else/z.json"), "/else/z.json");
        assert_eq!(root.relative("../.."), ".");
    }
}
