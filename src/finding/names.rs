//! Names of roles and divisions, for texts and excerpts that show an id.
//!
//! Invariant: names are masked. An id that two exports give different names has none.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;

/// The shortest id that is looked up in a text: shorter ones can be ordinary words.
const SHORTEST: usize = 8;

/// The names of roles and divisions, by id.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// By id in lower case; none if the exports disagree.
    by_id: HashMap<String, Option<String>>,
}

impl Names {
    /// Adds the name of an id.
    pub fn add(&mut self, id: &str, name: &str) {
        if id.len() < SHORTEST || id == name || name.trim().is_empty() {
            return;
        }
        match self.by_id.entry(id.to_ascii_lowercase()) {
            Entry::Vacant(entry) => {
                entry.insert(Some(name.to_owned()));
            }
            Entry::Occupied(mut entry) => {
                if entry.get().as_deref() != Some(name) {
                    entry.insert(None);
                }
            }
        }
    }

    /// The name of an id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&str> {
        if id.len() < SHORTEST || self.by_id.is_empty() {
            return None;
        }
        self.by_id.get(&id.to_ascii_lowercase())?.as_deref()
    }

    /// The ids in a text that have a name, with it.
    pub fn find<'n>(&'n self, text: &str) -> Vec<(Range<usize>, &'n str)> {
        let mut found = Vec::new();
        if self.by_id.is_empty() {
            return found;
        }
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        let mut start = 0;
        for word in text.split(|c| !is_part(c)) {
            let at = start..start + word.len();
            // The next word begins after the separator, which can have several bytes.
            let separator = text[at.end..].chars().next().map_or(0, char::len_utf8);
            start = at.end + separator;
            if let Some(name) = self.get(word) {
                found.push((at, name));
            }
        }
        found
    }

    /// A text with names in place of ids: `remove "Master Admin" at roleDivisions[0].roleId`. A text
    /// that has the name already keeps its ids.
    #[must_use]
    pub fn replace_ids<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut named = String::new();
        let mut copied = 0;
        for (at, name) in self.find(text) {
            if text.contains(name) {
                continue;
            }
            let is_quoted = text[..at.start].ends_with(['"', '\'', '`']);
            named.push_str(&text[copied..at.start]);
            if is_quoted {
                named.push_str(name);
            } else {
                named.push('"');
                named.push_str(name);
                named.push('"');
            }
            copied = at.end;
        }
        if copied == 0 {
            return Cow::Borrowed(text);
        }
        named.push_str(&text[copied..]);
        Cow::Owned(named)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADMIN: &str = "08898df0-e293-4167-826d-7daa8e471ac2";

    #[test]
    fn texts_name_roles_instead_of_ids() {
        let mut names = Names::default();
        names.add(ADMIN, "Master Admin");
        names.add("short", "Not looked up");
        for (text, wanted) in [
            (
                format!("remove {ADMIN} at roleDivisions[0].roleId"),
                "remove \"Master Admin\" at roleDivisions[0].roleId".to_owned(),
            ),
            (
                format!("set \"{}\", not", ADMIN.to_uppercase()),
                "set \"Master Admin\", not".to_owned(),
            ),
            (
                format!("\"Master Admin\" ({ADMIN})"),
                format!("\"Master Admin\" ({ADMIN})"),
            ),
            ("ä short… word".to_owned(), "ä short… word".to_owned()),
        ] {
            assert_eq!(names.replace_ids(&text), wanted);
        }
    }

    #[test]
    fn an_id_with_two_names_has_none() {
        let mut names = Names::default();
        names.add(ADMIN, "Master Admin");
        names.add(ADMIN, "Master Admin");
        assert_eq!(names.get(ADMIN), Some("Master Admin"));
        names.add(&ADMIN.to_uppercase(), "Reader");
        assert_eq!(names.get(ADMIN), None);
        names.add(ADMIN, "Master Admin");
        assert_eq!(names.get(ADMIN), None);
    }
}
