//! Names directories relative to their work tree, so that fingerprints do not depend on the
//! directory of a checkout.

use crate::finding::Roots;
use std::path::{Path, PathBuf};

/// The names of what is below these arguments.
pub(super) fn roots(arguments: &[PathBuf]) -> Roots {
    Roots::new(arguments.iter().map(|argument| {
        let base = base(argument);
        (slashes(base), in_work_tree(base).unwrap_or_default())
    }))
}

/// The names in the work tree of what is below these arguments; arguments outside of one are left
/// out.
pub(super) fn work_tree(arguments: &[PathBuf]) -> Roots {
    Roots::new(arguments.iter().filter_map(|argument| {
        let base = base(argument);
        Some((slashes(base), in_work_tree(base)?))
    }))
}

/// The directory or archive of an argument.
fn base(argument: &Path) -> &Path {
    if argument.is_file() && !is_archive(argument) {
        argument.parent().unwrap_or(Path::new(""))
    } else {
        argument
    }
}

fn is_archive(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("zip"))
}

/// The path of a directory within its work tree.
fn in_work_tree(directory: &Path) -> Option<String> {
    let directory = if directory.as_os_str().is_empty() {
        Path::new(".")
    } else {
        directory
    };
    let place = directory.canonicalize().ok()?;
    let tree = place
        .ancestors()
        .find(|above| above.join(".git").exists())?;
    place.strip_prefix(tree).ok().map(slashes)
}

fn slashes(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}
