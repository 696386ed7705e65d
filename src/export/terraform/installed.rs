//! The modules that `terraform init` installed, by the list that it keeps.

use crate::document::{Document, Kind, Node};
use crate::text::{SourceId, Sources, normal};
use std::collections::HashMap;

/// The end of the path of the list.
const END: &str = ".terraform/modules/modules.json";

/// Directories of installed modules by the directory of the caller and the name of the call.
#[derive(Default)]
pub(super) struct Installed {
    directories: HashMap<(String, String), Module>,
}

/// An installed module.
struct Module {
    /// The source that was installed.
    source: String,
    directory: String,
}

/// Whether a document is the list of installed modules.
pub(super) fn is_list(document: &Document<'_>, path: &str) -> bool {
    let mut roots = document.roots();
    path.ends_with(END)
        && roots.next().is_some_and(|root| {
            root.get("Modules")
                .is_some_and(|modules| modules.kind() == Kind::List)
        })
}

impl Installed {
    /// Reads the lists of all roots.
    pub(super) fn from_lists(lists: &[(SourceId, Document<'_>)], sources: &Sources) -> Self {
        let mut installed = Self::default();
        for (source, document) in lists {
            let path = sources.get(*source).path();
            let root = path.strip_suffix(END).unwrap_or(path);
            let modules = document.roots().filter_map(|root| root.get("Modules"));
            installed.add(root, modules.flat_map(Node::items));
        }
        installed
    }

    fn add<'d, 'a: 'd>(&mut self, root: &str, modules: impl Iterator<Item = Node<'d, 'a>>) {
        let entries: Vec<_> = modules
            .filter_map(|module| {
                let text = |key: &str| Some(module.get(key)?.text()?.into_owned());
                let directory = normal(&format!("{root}{}", text("Dir")?));
                Some((text("Key")?, text("Source")?, directory))
            })
            .collect();
        let directories: HashMap<&str, &str> = entries
            .iter()
            .map(|(key, _, directory)| (key.as_str(), directory.as_str()))
            .collect();
        for (key, source, directory) in entries.iter().filter(|(key, ..)| !key.is_empty()) {
            let (caller, name) = key.rsplit_once('.').unwrap_or(("", key));
            let own = || normal(root);
            let caller = directories
                .get(caller)
                .map_or_else(own, |at| (*at).to_owned());
            let module = Module {
                source: source.clone(),
                directory: directory.clone(),
            };
            self.directories.insert((caller, name.to_owned()), module);
        }
    }

    /// The directory of the module that a call with this block means. A list of before the source was changed does
    /// not count.
    pub(super) fn directory(&self, caller: &str, name: &str, call: Node<'_, '_>) -> Option<&str> {
        let key = (caller.to_owned(), name.to_owned());
        let module = self.directories.get(&key)?;
        let source = call.get("source")?.text()?;
        // The list names the host of a registry that a source may leave out.
        let is_same = module.source == source || module.source.ends_with(&format!("/{source}"));
        is_same.then_some(module.directory.as_str())
    }
}
