//! Prose with code in backticks, in parts.

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ProsePart<'t> {
    /// It stood in backticks.
    pub is_code: bool,
    /// The text, without backticks.
    pub text: &'t str,
}

/// The parts of a text. A backtick without a second one is text.
pub(super) fn parts(text: &str) -> Vec<ProsePart<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('`') {
        let Some((code, after)) = after.split_once('`') else {
            break;
        };
        push(&mut parts, false, before);
        push(&mut parts, true, code);
        rest = after;
    }
    push(&mut parts, false, rest);
    parts
}

fn push<'t>(parts: &mut Vec<ProsePart<'t>>, is_code: bool, text: &'t str) {
    if !text.is_empty() {
        parts.push(ProsePart { is_code, text });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backticks_come_in_pairs() {
        let shown = |text| -> Vec<(bool, &str)> {
            parts(text)
                .iter()
                .map(|part| (part.is_code, part.text))
                .collect()
        };
        assert_eq!(
            shown("set `scope` to `users`"),
            [
                (false, "set "),
                (true, "scope"),
                (false, " to "),
                (true, "users")
            ]
        );
        assert_eq!(shown("a ` b"), [(false, "a ` b")]);
        assert_eq!(shown("`a` ` b"), [(true, "a"), (false, " ` b")]);
        assert_eq!(shown(""), []);
    }
}
