//! Removes acceptances from the text of a configuration.
//!
//! Invariant: only whole `[[accept]]` tables are removed, and nothing else in the file changes.

use std::collections::BTreeSet;

/// The text without the `[[accept]]` tables at some lines, which count from 1; none if an entry is
/// not a table of its own.
#[must_use]
pub fn without_acceptances(text: &str, lines: &BTreeSet<u32>) -> Option<String> {
    let all: Vec<&str> = text.split_inclusive('\n').collect();
    let mut removed = vec![false; all.len()];
    for line in lines {
        let at = usize::try_from(*line).ok()?.checked_sub(1)?;
        all.get(at)?;
        let start = (0..=at).rev().find(|at| is_header(all[*at]))?;
        if all[start].trim().split('#').next()?.trim() != "[[accept]]" {
            return None;
        }
        let next = (start + 1..all.len()).find(|at| is_header(all[*at]));
        let mut end = next.unwrap_or(all.len());
        // Comments before the next table belong to it.
        while next.is_some() && end > start + 1 && all[end - 1].trim_start().starts_with('#') {
            end -= 1;
        }
        removed[start..end].fill(true);
    }
    let kept = all.iter().zip(&removed).filter(|(_, removed)| !**removed);
    let pruned: String = kept.map(|(line, _)| *line).collect();
    let (before, after) = (entries(text)?, entries(&pruned)?);
    (before.0 == after.0 + lines.len() && before.1 == after.1).then_some(pruned)
}

fn is_header(line: &str) -> bool {
    line.trim_start().starts_with('[')
}

/// The number of entries, and everything else.
fn entries(text: &str) -> Option<(usize, toml::Table)> {
    let mut table: toml::Table = text.parse().ok()?;
    let entries = table.remove("accept");
    let count = entries.and_then(|entries| Some(entries.as_array()?.len()));
    Some((count.unwrap_or(0), table))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "fail-on = \"high\"\n\n# old\n[[accept]]\nrule = \"a\"\nclient = \"id:1\"\n\n# next\n[[accept]]\nrule = \"b\"\n\n[rules.x]\nlimit = 1\n";

    #[test]
    fn only_the_named_entry_goes() {
        let without = |lines: &[u32]| without_acceptances(TEXT, &lines.iter().copied().collect());
        assert_eq!(
            without(&[5]).expect("removed"),
            "fail-on = \"high\"\n\n# old\n# next\n[[accept]]\nrule = \"b\"\n\n[rules.x]\nlimit = 1\n"
        );
        assert_eq!(
            without(&[4, 9]).expect("removed"),
            "fail-on = \"high\"\n\n# old\n# next\n[rules.x]\nlimit = 1\n"
        );
        for line in [0, 1, 13, 99] {
            assert_eq!(without(&[line]), None, "{line}");
        }
        let inline = "accept = [{ rule = \"a\" }]\n";
        assert_eq!(without_acceptances(inline, &[1].into()), None);
    }
}
