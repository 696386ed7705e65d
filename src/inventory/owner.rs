//! The owner that a description names.
//!
//! Invariant: only the words after a label are an owner; nothing is guessed from other words.

/// Labels of an owner, in lower case.
const LABELS: [&str; 8] = [
    "owner",
    "owned by",
    "owning team",
    "team",
    "contact",
    "responsible",
    "maintainer",
    "maintained by",
];

/// The longest name of an owner, in characters.
const LONGEST: usize = 60;

/// The owner after a label: `Payments` of `Nightly export. Owner: Payments. Ticket 4`.
#[must_use]
pub(super) fn stated_in(description: &str) -> Option<&str> {
    let lower = description.to_ascii_lowercase();
    let starts = LABELS.iter().filter_map(|label| {
        let found = lower
            .match_indices(label)
            .find_map(|(at, _)| after(description, at, label))?;
        Some((found.as_ptr() as usize, found))
    });
    starts.min().map(|(_, owner)| owner)
}

/// The owner after the label at `at`: a whole word, and a colon or an equals sign unless the label
/// ends in `by`.
fn after<'d>(description: &'d str, at: usize, label: &str) -> Option<&'d str> {
    let (before, rest) = (description.get(..at)?, description.get(at + label.len()..)?);
    if before.ends_with(char::is_alphanumeric) {
        return None;
    }
    let rest = rest.trim_start();
    let rest = match rest.strip_prefix([':', '=']) {
        Some(rest) => rest.trim_start(),
        None if label.ends_with(" by") => rest,
        None => return None,
    };
    let end = rest.find([';', '|', ',', '(', ')']).unwrap_or(rest.len());
    let end = rest.find(". ").map_or(end, |sentence| sentence.min(end));
    let owner = rest[..end].trim().trim_end_matches('.');
    let is_name = !owner.is_empty() && owner.chars().nth(LONGEST).is_none();
    is_name.then_some(owner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_follows_its_label() {
        for (description, owner) in [
            (
                "Nightly export. Owner: Payments. Ticket 4",
                Some("Payments"),
            ),
            ("owner = Data Platform; prod", Some("Data Platform")),
            (
                "Maintained by the telephony team",
                Some("the telephony team"),
            ),
            ("Team: CX (Berlin)", Some("CX")),
            (
                "Contact: cx@osprey.example.com",
                Some("cx@osprey.example.com"),
            ),
            ("The team uses it", None),
            ("Homeowner: no", None),
            ("Owner:", None),
            ("", None),
        ] {
            assert_eq!(stated_in(description), owner, "{description}");
        }
    }
}
