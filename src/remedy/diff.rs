//! The difference of two texts, as `diff -u` shows it.
//!
//! Invariant: lines are masked before they are shown, and a hunk with a masked line says so.

use crate::text::Redactor;
use similar::{ChangeTag, DiffOp, TextDiff};
use std::fmt::Write;
use std::time::Duration;

/// So many equal lines are shown around a change.
const CONTEXT: usize = 3;

/// After that time a difference is shown in fewer and larger parts.
const LONGEST: Duration = Duration::from_secs(2);

/// The difference of two texts of a file; empty if they are equal.
#[must_use]
pub fn diff(path: &str, old: &str, new: &str, redactor: &Redactor) -> String {
    let lines = TextDiff::configure().timeout(LONGEST).diff_lines(old, new);
    let hunks = lines.grouped_ops(CONTEXT);
    let mut text = String::new();
    if !hunks.is_empty() {
        // As git names a file: below the root, whatever the argument is.
        let path = path.trim_start_matches("./").trim_start_matches('/');
        let path = redactor.words(path);
        let _ = write!(text, "--- a/{path}\n+++ b/{path}\n");
    }
    for hunk in hunks {
        write_hunk(&lines, &hunk, redactor, &mut text);
    }
    text
}

fn write_hunk<'t>(
    lines: &TextDiff<'t, 't, str>,
    hunk: &[DiffOp],
    redactor: &Redactor,
    text: &mut String,
) {
    let mut body = String::new();
    let mut is_masked = false;
    for change in hunk.iter().flat_map(|part| lines.iter_changes(part)) {
        let mark = match change.tag() {
            ChangeTag::Equal => ' ',
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
        };
        let line = change.value();
        let plain = line.strip_suffix('\n').unwrap_or(line);
        is_masked |= redactor.hides(plain);
        let _ = writeln!(body, "{mark}{}", redactor.words(plain));
        if change.missing_newline() {
            body.push_str("\\ No newline at end of file\n");
        }
    }
    let note = if is_masked {
        " a secret is masked: this hunk cannot be applied"
    } else {
        ""
    };
    let header = similar::udiff::UnifiedHunkHeader::new(hunk);
    let _ = writeln!(text, "{header}{note}");
    text.push_str(&body);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain() -> Redactor {
        Redactor::new(Vec::new(), Vec::new())
    }

    #[test]
    fn a_difference_reads_like_that_of_diff() {
        let old = "a\nb\nc\nd\ne\nf\ng\nh\n";
        let new = "a\nb\nc\nD\ne\nf\ng\nh\ni";
        let expected = "--- a/x.tf\n+++ b/x.tf\n@@ -1,8 +1,9 @@\n a\n b\n c\n-d\n+D\n e\n f\n g\n h\n+i\n\\ No newline at end of file\n";
        assert_eq!(diff("x.tf", old, new, &plain()), expected);
        assert_eq!(diff("x.tf", old, old, &plain()), "");
        let far = format!("1\n{}2\n", "x\n".repeat(20));
        let changed = format!("0\n{}3\n", "x\n".repeat(20));
        let text = diff("y", &far, &changed, &plain());
        assert_eq!(text.matches("@@ -").count(), 2, "{text}");
        assert!(text.contains("@@ -19,4 +19,4 @@"), "{text}");
        assert!(diff("z", "", "a\n", &plain()).contains("@@ -0,0 +1 @@\n+a\n"));
    }
}
