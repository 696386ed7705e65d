//! Paths as text.

use std::path::Path;

/// A path with `/` between its parts. A backslash separates names only on Windows; elsewhere it
/// belongs to a name and stays.
#[must_use]
pub fn with_slashes(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) {
        text.replace('\\', "/")
    } else {
        text.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backslash_separates_names_only_on_windows() {
        let shown = if cfg!(windows) { "a/b/c" } else { "a\\b/c" };
        assert_eq!(with_slashes(Path::new("a\\b/c")), shown);
    }
}
