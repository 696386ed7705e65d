//! The difference of two texts, as `diff -u` shows it.
//!
//! Invariant: lines are masked before they are shown, and a hunk with a masked line says so.

use crate::text::Redactor;
use std::fmt::Write;

/// So many equal lines are shown around a change.
const CONTEXT: usize = 3;

/// The most pairs of lines that are compared. Beyond it, all lines between the first and the last
/// difference are shown as changed.
const MOST_PAIRS: usize = 4_000_000;

/// A line of the difference.
#[derive(Clone, Copy)]
enum Line<'t> {
    Same(&'t str),
    Old(&'t str),
    New(&'t str),
}

/// The difference of two texts of a file; empty if there is none.
#[must_use]
pub fn diff(path: &str, old: &str, new: &str, redactor: &Redactor) -> String {
    let lines = lines(old, new);
    let mut text = String::new();
    let is_change = |line: &Line<'_>| !matches!(line, Line::Same(_));
    let mut at = 0;
    while let Some(first) = lines[at..].iter().position(is_change) {
        let begin = (at + first).saturating_sub(CONTEXT).max(at);
        let mut end = at + first;
        // Changes that share their context are one hunk.
        while let Some(next) = lines[end..]
            .iter()
            .take(2 * CONTEXT + 1)
            .position(is_change)
        {
            end += next + 1;
        }
        let end_of_hunk = (end + CONTEXT).min(lines.len());
        if text.is_empty() {
            // As git names a file: below the root, whatever the argument is.
            let path = path.trim_start_matches("./").trim_start_matches('/');
            let path = redactor.words(path);
            let _ = write!(text, "--- a/{path}\n+++ b/{path}\n");
        }
        write_hunk(&lines, begin..end_of_hunk, redactor, &mut text);
        at = end_of_hunk;
    }
    text
}

fn write_hunk(
    lines: &[Line<'_>],
    range: std::ops::Range<usize>,
    redactor: &Redactor,
    text: &mut String,
) {
    let count = |lines: &[Line<'_>], is_old: bool| {
        let counts = |line: &&Line<'_>| match line {
            Line::Same(_) => true,
            Line::Old(_) => is_old,
            Line::New(_) => !is_old,
        };
        lines.iter().filter(counts).count()
    };
    let start = |is_old| {
        let before = count(&lines[..range.start], is_old);
        let is_empty = count(&lines[range.clone()], is_old) == 0;
        before + usize::from(!is_empty)
    };
    let mut body = String::new();
    let mut is_masked = false;
    for line in &lines[range.clone()] {
        let (mark, line) = match line {
            Line::Same(line) => (' ', line),
            Line::Old(line) => ('-', line),
            Line::New(line) => ('+', line),
        };
        let plain = line.trim_end_matches(['\r', '\n']);
        is_masked |= redactor.hides(plain);
        let _ = writeln!(body, "{mark}{}", redactor.words(plain));
        if !line.ends_with('\n') {
            body.push_str("\\ No newline at end of file\n");
        }
    }
    let note = if is_masked {
        " a secret is masked: this hunk cannot be applied"
    } else {
        ""
    };
    let _ = writeln!(
        text,
        "@@ -{},{} +{},{} @@{note}",
        start(true),
        count(&lines[range.clone()], true),
        start(false),
        count(&lines[range.clone()], false),
    );
    text.push_str(&body);
}

/// The lines of both texts, in order.
fn lines<'t>(old: &'t str, new: &'t str) -> Vec<Line<'t>> {
    let old: Vec<&str> = old.split_inclusive('\n').collect();
    let new: Vec<&str> = new.split_inclusive('\n').collect();
    let head = old
        .iter()
        .zip(&new)
        .take_while(|(old, new)| old == new)
        .count();
    let tail = old[head..]
        .iter()
        .rev()
        .zip(new[head..].iter().rev())
        .take_while(|(old, new)| old == new)
        .count();
    let (middle_old, middle_new) = (&old[head..old.len() - tail], &new[head..new.len() - tail]);
    let mut lines: Vec<Line<'t>> = old[..head].iter().map(|line| Line::Same(line)).collect();
    lines.extend(changed(middle_old, middle_new));
    lines.extend(old[old.len() - tail..].iter().map(|line| Line::Same(line)));
    lines
}

/// The lines of two lists, with as many equal ones as possible.
fn changed<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<Line<'t>> {
    if old.len().saturating_mul(new.len()) > MOST_PAIRS {
        let old = old.iter().map(|line| Line::Old(line));
        return old.chain(new.iter().map(|line| Line::New(line))).collect();
    }
    let width = new.len() + 1;
    // The number of equal lines of what follows each pair of positions.
    let mut equal = vec![0u32; (old.len() + 1) * width];
    for at in (0..old.len()).rev() {
        for to in (0..new.len()).rev() {
            equal[at * width + to] = if old[at] == new[to] {
                equal[(at + 1) * width + to + 1] + 1
            } else {
                equal[(at + 1) * width + to].max(equal[at * width + to + 1])
            };
        }
    }
    let (mut at, mut to) = (0, 0);
    let mut lines = Vec::with_capacity(old.len() + new.len());
    while at < old.len() || to < new.len() {
        let is_same = at < old.len() && to < new.len() && old[at] == new[to];
        let drops = to == new.len()
            || (at < old.len() && equal[(at + 1) * width + to] >= equal[at * width + to + 1]);
        if is_same {
            lines.push(Line::Same(old[at]));
            at += 1;
            to += 1;
        } else if drops {
            lines.push(Line::Old(old[at]));
            at += 1;
        } else {
            lines.push(Line::New(new[to]));
            to += 1;
        }
    }
    lines
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
        assert!(diff("z", "", "a\n", &plain()).contains("@@ -0,0 +1,1 @@\n+a\n"));
    }
}
