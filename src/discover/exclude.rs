//! Patterns of paths that are skipped.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use std::path::Path;

/// Patterns of paths that are skipped.
///
/// A pattern matches from the directory that was named, or at any depth below it; `*` matches
/// within a name and `**` across names. Everything in an excluded directory is excluded.
#[derive(Clone, Debug, Default)]
pub struct Exclude {
    set: GlobSet,
}

/// A pattern that does not parse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongPattern {
    /// The pattern.
    pub pattern: String,
    /// Why it does not parse.
    pub reason: String,
}

impl Exclude {
    /// Reads patterns.
    ///
    /// # Errors
    /// The first pattern that does not parse.
    pub fn new<S: AsRef<str>>(patterns: &[S]) -> Result<Self, WrongPattern> {
        let mut set = GlobSetBuilder::new();
        for pattern in patterns {
            let pattern = pattern.as_ref();
            let wrong = |error: &globset::Error| WrongPattern {
                pattern: pattern.to_owned(),
                reason: error.kind().to_string(),
            };
            let plain = pattern.trim_start_matches("./").trim_end_matches('/');
            for pattern in [plain.to_owned(), format!("**/{plain}")] {
                let glob = GlobBuilder::new(&pattern).literal_separator(true).build();
                set.add(glob.map_err(|error| wrong(&error))?);
            }
        }
        let built = set.build().map_err(|error| WrongPattern {
            pattern: String::new(),
            reason: error.to_string(),
        });
        Ok(Self { set: built? })
    }

    /// Whether a path, or a directory that it is in, is excluded.
    pub(super) fn covers(&self, path: &Path) -> bool {
        !self.set.is_empty()
            && path
                .ancestors()
                .any(|path| !path.as_os_str().is_empty() && self.set.is_match(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_cover_names_paths_and_directories() {
        let exclude = Exclude::new(&["old", "*.bak.json", "a/b/*.json", "x/**/t.yaml", "./y/"]);
        let exclude = exclude.expect("patterns");
        for (path, wanted) in [
            ("old", true),
            ("a/old/c.json", true),
            ("older/c.json", false),
            ("c.bak.json", true),
            ("z/c.bak.json", true),
            ("a/b/c.json", true),
            ("q/a/b/c.json", true),
            ("a/b/c/d.json", false),
            ("x/1/2/t.yaml", true),
            ("x/t.yaml", true),
            ("y/c.json", true),
            ("c.json", false),
        ] {
            assert_eq!(exclude.covers(Path::new(path)), wanted, "{path}");
        }
        let wrong = Exclude::new(&["a[", "b"]).expect_err("no pattern");
        assert_eq!(wrong.pattern, "a[");
    }
}
