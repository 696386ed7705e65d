//! How runs recognise a client again.
//!
//! Invariant: texts are masked. A path enters only as the root of a Terraform address, relative
//! to the work tree or the argument.

use std::borrow::Cow;
use std::sync::Arc;

/// Under which keys a client, authorised application or credential is recognised.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Identity {
    /// Its platform id.
    pub id: Option<String>,
    /// Its Terraform address with module path and instance key.
    pub address: Option<String>,
    /// The root of that address.
    pub root: Option<Arc<str>>,
    /// Its name.
    pub name: String,
}

impl Identity {
    /// Its keys: by root and address and by id, else by name. One that two runs have in common
    /// makes them one client. The address comes first, because reports show the first, and a
    /// state next to the configuration adds an id.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        let id = self.id.as_ref().map(|id| format!("id:{id}"));
        let address = self.address.iter().map(|address| {
            let root = self.root.as_deref().unwrap_or("");
            format!("address:{root}:{address}")
        });
        let mut keys: Vec<String> = address.chain(id).collect();
        if keys.is_empty() {
            keys.push(format!("name:{}", self.name));
        }
        keys
    }

    /// Its key by address without the root, for runs that have one root.
    #[must_use]
    pub fn rootless(&self) -> Option<String> {
        let address = self.address.as_ref()?;
        Some(format!("address:{address}"))
    }
}

/// Names directories relative to the work tree, else to the argument that contains them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roots {
    /// Directories as arguments name them, and their names.
    bases: Vec<(String, String)>,
}

impl Roots {
    /// Each base is a directory as an argument names it, and its path in its work tree; empty
    /// without a work tree.
    #[must_use]
    pub fn new(bases: impl IntoIterator<Item = (String, String)>) -> Self {
        let plain = |path: String| plain(&path).to_owned();
        let mut bases: Vec<_> = bases
            .into_iter()
            .map(|(base, name)| (plain(base), plain(name)))
            .collect();
        bases.sort_by_key(|(base, _)| std::cmp::Reverse(base.len()));
        Self { bases }
    }

    /// The name of a directory; empty for the work tree or argument itself.
    #[must_use]
    pub fn name(&self, directory: &str) -> String {
        let directory = plain(directory);
        for (base, name) in &self.bases {
            let Some(below) = below(directory, base) else {
                continue;
            };
            let parts = [name.as_str(), below].into_iter();
            let parts: Vec<_> = parts.filter(|part| !part.is_empty()).collect();
            return parts.join("/");
        }
        directory.to_owned()
    }
}

impl Roots {
    /// The path of a file, its directory by name; a member of an archive keeps its path.
    #[must_use]
    pub fn path<'p>(&self, path: &'p str) -> Cow<'p, str> {
        if self.bases.is_empty() || path.contains('!') {
            return Cow::Borrowed(path);
        }
        let (directory, file) = path.rsplit_once('/').unwrap_or((".", path));
        match &*self.name(directory) {
            "" => Cow::Owned(file.to_owned()),
            directory => Cow::Owned(format!("{directory}/{file}")),
        }
    }
}

/// The path of `directory` below `base`, if it is there.
fn below<'d>(directory: &'d str, base: &str) -> Option<&'d str> {
    if base.is_empty() {
        return (!directory.starts_with(['/', '.'])).then_some(directory);
    }
    let below = directory.strip_prefix(base)?;
    match below.strip_prefix(['/', '!']) {
        Some(below) => Some(below),
        None => below.is_empty().then_some(""),
    }
}

/// A path without `./` at its start and `/` at its end.
fn plain(path: &str) -> &str {
    let path = path.strip_prefix("./").unwrap_or(path);
    match path.trim_end_matches('/') {
        "." => "",
        path => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_is_relative_to_the_work_tree_or_the_argument() {
        let base = |base: &str, name: &str| Roots::new([(base.to_owned(), name.to_owned())]);
        for (roots, directory, name) in [
            (base("before", ""), "before/dev", "dev"),
            (base("before", ""), "before", ""),
            (base("before", ""), "before2/dev", "before2/dev"),
            (base(".", ""), "./dev", "dev"),
            (base(".", "infra"), ".", "infra"),
            (base("exports.zip", ""), "exports.zip!dev", "dev"),
            (base("../a", "x/a"), "../a/dev", "x/a/dev"),
            (base("/t/before/", ""), "/t/before/dev", "dev"),
            (Roots::default(), ".", ""),
        ] {
            assert_eq!(roots.name(directory), name, "{roots:?} {directory}");
        }
    }

    #[test]
    fn a_path_is_relative_to_the_work_tree() {
        let roots = |base: &str, name: &str| Roots::new([(base.to_owned(), name.to_owned())]);
        for (roots, path, wanted) in [
            (
                roots("/builds/x/exports", "exports"),
                "/builds/x/exports/a/c.json",
                "exports/a/c.json",
            ),
            (roots("/builds/x", ""), "/builds/x/c.json", "c.json"),
            (roots(".", "infra"), "c.json", "infra/c.json"),
            (
                roots("../exports", "exports"),
                "../exports/c.json",
                "exports/c.json",
            ),
            (
                roots("/builds/x", ""),
                "/elsewhere/c.json",
                "/elsewhere/c.json",
            ),
            (roots("e.zip", "e.zip"), "e.zip!c.json", "e.zip!c.json"),
            (Roots::default(), "/builds/x/c.json", "/builds/x/c.json"),
        ] {
            assert_eq!(roots.path(path), wanted, "{roots:?}");
        }
    }
}
