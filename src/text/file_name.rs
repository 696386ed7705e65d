//! Secrets in names: of files, directories, members of archives and blocks.

use super::credentials::{disclosed, looks_secret};
use super::secret_keys::is_placeholder;

/// The secrets in a name: what announces itself, and a name that looks like one, with or without
/// its ending.
#[must_use]
pub fn secrets_in_name(name: &str) -> Vec<&str> {
    let stem = name.split_once('.').map_or(name, |(stem, _)| stem);
    let mut secrets: Vec<&str> = Vec::new();
    for name in [name, stem] {
        let found = disclosed(name).into_iter().map(|range| &name[range]);
        let found = found.filter(|part| !is_placeholder(part));
        secrets.extend(
            found
                .filter(|part| !secrets.contains(part))
                .collect::<Vec<_>>(),
        );
    }
    // A name with a label is not masked as a whole: its label is in other texts too. What follows a
    // dot is a date or a type.
    if secrets.is_empty() && looks_secret(stem) {
        secrets.push(stem);
    }
    secrets
}

/// The names in a path: directories, files and members of archives.
pub fn names_in_path(path: &str) -> impl Iterator<Item = &str> {
    path.split(['/', '\\', '!'])
}
