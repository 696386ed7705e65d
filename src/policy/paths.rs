//! Globs over paths, and paths relative to the configuration.

use super::load::normal_path;
use crate::text::with_slashes;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use std::path::{Path, PathBuf};

/// A glob in which `*` stops at `/` and `**` does not.
#[derive(Clone, Debug)]
pub struct Glob(GlobSet);

impl Glob {
    /// A glob that matches a file, or everything below a directory.
    ///
    /// # Errors
    /// If it is not a glob.
    pub fn tree(glob: &str) -> Result<Self, String> {
        let inner = plain(glob);
        compile(&[inner.to_owned(), format!("{inner}/**")])
    }

    /// A glob that matches a directory itself.
    ///
    /// # Errors
    /// If it is not a glob.
    pub fn directory(glob: &str) -> Result<Self, String> {
        let inner = plain(glob);
        compile(&[if inner.is_empty() { "." } else { inner }.to_owned()])
    }

    /// Whether it matches this path, written with `/`.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        self.0.is_match(path)
    }
}

/// A glob without a leading `./` and a final `/`.
fn plain(glob: &str) -> &str {
    let glob = glob.trim_end_matches('/');
    glob.strip_prefix("./").unwrap_or(glob)
}

fn compile(patterns: &[String]) -> Result<Glob, String> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let glob = GlobBuilder::new(pattern).literal_separator(true).build();
        set.add(glob.map_err(|error| format!("this is not a glob: {}", error.kind()))?);
    }
    let set = set.build();
    set.map(Glob)
        .map_err(|_| "this glob is too large".to_owned())
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
            directory: normal_path(&here.join(directory)),
            here: normal_path(here),
        }
    }

    /// A path relative to the configuration's directory; unchanged if it is outside.
    #[must_use]
    pub fn relative(&self, shown: &str) -> String {
        let whole = normal_path(&self.here.join(shown));
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
            ("{old,archive}", "old/a.json", true),
            ("a[0-9].json", "a7.json", true),
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
