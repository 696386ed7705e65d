//! Names of clients, and which of them people take for each other.

/// A name without regard to case and to how many spaces stand where.
pub(super) fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for word in name.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    if folded.is_ascii() {
        folded.make_ascii_lowercase();
        return folded;
    }
    folded.to_lowercase()
}

/// What is left of a name when everything that eyes pass over is gone: letters of other
/// scripts that look like Latin ones, punctuation, spaces, characters without a width.
pub(super) fn skeleton(name: &str) -> String {
    let mut skeleton = String::with_capacity(name.len());
    let mut before = None;
    let mut characters = name.chars().peekable();
    while let Some(character) = characters.next() {
        let after = characters.peek().copied();
        let looks = if character == 'I' && is_taken_for_l(before, after) {
            'l'
        } else {
            look_alike(character)
        };
        before = Some(character);
        if looks.is_ascii_alphanumeric() {
            skeleton.push(looks.to_ascii_lowercase());
        } else if looks.is_alphanumeric() {
            skeleton.extend(looks.to_lowercase().map(look_alike));
        }
    }
    skeleton
}

/// Whether a capital I passes for a small L: after a small letter, or by itself.
fn is_taken_for_l(before: Option<char>, after: Option<char>) -> bool {
    let ends = |other: Option<char>| other.is_none_or(|other| !other.is_alphanumeric());
    before.is_some_and(char::is_lowercase) || (ends(before) && ends(after))
}

/// The Latin letter that a character looks like; of capital letters those that their small
/// ones do not look like. Taken from the common cases of Unicode TS 39.
fn look_alike(character: char) -> char {
    if character.is_ascii() {
        return match character {
            '1' | '|' => 'l',
            '0' => 'o',
            other => other,
        };
    }
    match character {
        // Full-width forms of ASCII.
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character)
        }
        'ı' | 'Ӏ' | 'ӏ' => 'l',
        'а' | 'α' => 'a',
        'В' | 'Β' => 'b',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' => 'e',
        'һ' | 'Н' | 'Η' => 'h',
        'і' | 'І' | 'ι' | 'Ι' => 'i',
        'ј' => 'j',
        'К' | 'к' | 'κ' | 'Κ' => 'k',
        'М' | 'Μ' => 'm',
        'Ν' => 'n',
        'о' | 'ο' | 'σ' | 'օ' => 'o',
        'р' | 'ρ' => 'p',
        'ԛ' => 'q',
        'ѕ' => 's',
        'Т' | 'Τ' | 'τ' => 't',
        'υ' | 'ս' => 'u',
        'ν' | 'ѵ' => 'v',
        'ԝ' | 'ω' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        'Ζ' => 'z',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_alike_have_one_skeleton() {
        for (one, other) in [
            ("Meter Reading Portal", "Meter Reаding Portal"),
            ("Okta SCIM", "okta-scim"),
            ("Sales l", "Sales I"),
            ("Paypal", "PaypaI"),
            ("Ｐａｙｍｅｎｔｓ", "Payments"),
            ("Pay\u{200b}ments", "payments"),
            ("ВОТ", "BOT"),
        ] {
            assert_eq!(skeleton(one), skeleton(other), "{one} {other}");
        }
        for (one, other) in [
            ("Mail Gateway", "Mall Gateway"),
            ("Wallboard North", "Wallboard South"),
            ("Desk 2", "Desk 3"),
            ("客服看板", "客服"),
        ] {
            assert_ne!(skeleton(one), skeleton(other), "{one} {other}");
        }
    }
}
