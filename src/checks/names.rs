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

/// The characters of a name that pass for another one: letters of other scripts that look like
/// Latin ones, and characters without a width. Each is named once, such as `о U+043E`. A name that
/// has no Latin letter is of its own script and imitates nothing.
pub(super) fn imitations(name: &str) -> Vec<String> {
    if !name.chars().any(|letter| letter.is_ascii_alphabetic()) {
        return Vec::new();
    }
    let mut found: Vec<String> = Vec::new();
    for character in name.chars().filter(|character| is_imitation(*character)) {
        let words = named(character);
        if !found.contains(&words) {
            found.push(words);
        }
    }
    found
}

/// A name with its imitations marked, such as `P[о U+043E]licy`.
pub(super) fn marked(name: &str) -> String {
    name.chars()
        .map(|character| {
            if is_imitation(character) {
                format!("[{}]", named(character))
            } else {
                character.to_string()
            }
        })
        .collect()
}

fn is_imitation(character: char) -> bool {
    let looks_latin = !character.is_ascii() && look_alike(character).is_ascii_alphanumeric();
    looks_latin || has_no_width(character)
}

/// Whether a character has no width.
const fn has_no_width(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

fn named(character: char) -> String {
    let code = u32::from(character);
    if has_no_width(character) {
        format!("U+{code:04X}")
    } else {
        format!("{character} U+{code:04X}")
    }
}

/// Whether two names differ in a version number, a date or a plus sign, which people see: their
/// digits are the same in other groups, or their signs differ.
pub(super) fn are_versions(one: &str, other: &str) -> bool {
    let signs = |name: &str| -> Vec<char> {
        let signs = name.chars().filter(|sign| matches!(sign, '+' | '#'));
        signs.collect()
    };
    let (own, others) = (numbers(one), numbers(other));
    signs(one) != signs(other) || (own != others && own.concat() == others.concat())
}

/// The numbers of a name, in order.
fn numbers(name: &str) -> Vec<&str> {
    let parts = name.split(|character: char| !character.is_ascii_digit());
    parts.filter(|part| !part.is_empty()).collect()
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
    fn letters_that_imitate_are_named() {
        assert_eq!(imitations("Pоlicy Pоrtal"), ["о U+043E"]);
        assert_eq!(imitations("Pay\u{200b}ments"), ["U+200B"]);
        assert_eq!(marked("Pоlicy"), "P[о U+043E]licy");
        for own in ["Отчёты", "Desk – Nord", "Café", "客服看板", "Policy"] {
            assert!(imitations(own).is_empty(), "{own}");
        }
    }

    #[test]
    fn versions_dates_and_plus_signs_are_differences() {
        for (one, other) in [
            ("Desk 1.0", "Desk 10"),
            ("Export 2024-1-11", "Export 2024-11-1"),
            ("Notes", "Notes+"),
            ("App v1.1", "App v11"),
            ("C# SDK", "C SDK"),
        ] {
            assert!(are_versions(one, other), "{one} {other}");
        }
        for (one, other) in [
            ("Sales 1", "Sales l"),
            ("Meter-Reading Porta1", "Meter Reading Portal"),
            ("Desk 2.0", "Desk-2.0"),
            ("Desk 10", "Desk 1O"),
        ] {
            assert!(!are_versions(one, other), "{one} {other}");
        }
    }

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
