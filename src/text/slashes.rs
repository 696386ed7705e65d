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

/// A path without `.` and `..`, as far as its text allows.
#[must_use]
pub fn normal(path: &str) -> String {
    let (archive, path) = match path.rfind(".zip!") {
        Some(at) => path.split_at(at + ".zip!".len()),
        None => ("", path),
    };
    let absolute = archive.is_empty() && path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let path = parts.join("/");
    match (absolute, archive.is_empty(), path.is_empty()) {
        (true, _, _) => format!("/{path}"),
        (false, false, _) => format!("{archive}{path}"),
        (false, true, true) => ".".to_owned(),
        (false, true, false) => path,
    }
}

/// The names in a path: directories, files and members of archives.
pub fn names_in_path(path: &str) -> impl Iterator<Item = &str> {
    path.split(['/', '\\', '!'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backslash_separates_names_only_on_windows() {
        let shown = if cfg!(windows) { "a/b/c" } else { "a\\b/c" };
        assert_eq!(with_slashes(Path::new("a\\b/c")), shown);
    }

    #[test]
    fn paths_are_normal() {
        for (path, wanted) in [
            (".", "."),
            ("a/./b", "a/b"),
            ("a/../b", "b"),
            ("a/..", "."),
            ("./../m", "../m"),
            ("../a/../../b", "../../b"),
            ("/a/../b", "/b"),
            ("x.zip!/./m", "x.zip!m"),
            ("x.zip!a/../m", "x.zip!m"),
            ("e/x.zip!", "e/x.zip!"),
        ] {
            assert_eq!(normal(path), wanted, "{path}");
        }
    }
}
