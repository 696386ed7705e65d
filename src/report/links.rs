//! Links from a place to its file, as terminals understand them (OSC 8).
//!
//! Invariant: the escape sequence contains only a percent-encoded path of an export. Whether
//! there is a terminal that understands them is for others to say.

use super::shared::percent_encoded;
use crate::text::Position;

/// How links are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Links {
    /// A URL with the placeholders `{path}`, `{line}` and `{column}`.
    pub form: &'static str,
    /// What paths are relative to, with `/`.
    pub here: &'static str,
}

impl Links {
    /// `text` as a link to a place, if its path is one of a file.
    pub(super) fn wrap(self, path: &str, at: Position, text: &str) -> String {
        // Standard input has no file, and no program opens a member of an archive.
        if path.starts_with('<') || path.contains('!') {
            return text.to_owned();
        }
        let is_absolute = path.starts_with('/') || path.as_bytes().get(1) == Some(&b':');
        let whole = if is_absolute {
            path.to_owned()
        } else {
            format!("{}/{path}", self.here)
        };
        let slash = if whole.starts_with('/') { "" } else { "/" };
        let url = self
            .form
            .replace("{path}", &format!("{slash}{}", percent_encoded(&whole)))
            .replace("{line}", &at.line.to_string())
            .replace("{column}", &at.column.to_string());
        format!("\u{1b}]8;;{url}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_linked_and_what_is_no_file_is_not() {
        let links = Links {
            form: "vscode://file{path}:{line}:{column}",
            here: "/home/a b",
        };
        let at = Position { line: 4, column: 7 };
        let url = |path| {
            let text = links.wrap(path, at, "x");
            let inside = text
                .strip_prefix("\u{1b}]8;;")?
                .strip_suffix("\u{1b}\\x\u{1b}]8;;\u{1b}\\");
            Some(inside?.to_owned())
        };
        for (path, wanted) in [
            ("a.json", "vscode://file/home/a%20b/a.json:4:7"),
            (
                "/x/\u{1b}]8;;\u{7}{line}.json",
                "vscode://file/x/%1B%5D8%3B%3B%07%7Bline%7D.json:4:7",
            ),
            ("C:/x/a.json", "vscode://file/C%3A/x/a.json:4:7"),
        ] {
            assert_eq!(url(path).as_deref(), Some(wanted));
        }
        assert_eq!(url("<stdin>"), None);
        assert_eq!(url("exports.zip!clients.json"), None);
    }
}
