//! Numbers with their nouns.

/// The form of a word for a number: `plural(1, "was", "were")`.
#[must_use]
pub const fn plural<'w>(number: usize, one: &'w str, many: &'w str) -> &'w str {
    if number == 1 { one } else { many }
}

/// `1 client`, `12,345 clients`.
#[must_use]
pub fn counted(number: usize, noun: &str) -> String {
    format!("{} {noun}{}", digits(number), plural(number, "", "s"))
}

/// The first texts, and how many more there are: `a, b and 3 more`.
#[must_use]
pub fn first_of(texts: impl ExactSizeIterator<Item: AsRef<str>>, most: usize) -> String {
    let more = texts.len().saturating_sub(most);
    let mut shown = String::new();
    for (at, text) in texts.take(most).enumerate() {
        shown.push_str(if at > 0 { ", " } else { "" });
        shown.push_str(text.as_ref());
    }
    match more {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// `12,345`: long numbers in groups of three.
#[must_use]
pub fn digits(number: usize) -> String {
    let plain = number.to_string();
    let mut grouped = String::with_capacity(plain.len() + plain.len() / 3);
    for (index, digit) in plain.chars().enumerate() {
        if index > 0 && (plain.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_nouns_agree() {
        assert_eq!(counted(1, "client"), "1 client");
        assert_eq!(counted(0, "client"), "0 clients");
        assert_eq!(digits(999), "999");
        assert_eq!(counted(1_234_567, "client"), "1,234,567 clients");
        assert_eq!(first_of(["a", "b"].iter(), 2), "a, b");
        assert_eq!(first_of(["a", "b", "c", "d"].iter(), 2), "a, b and 2 more");
        assert_eq!(plural(1, "was", "were"), "was");
        assert_eq!(plural(0, "was", "were"), "were");
    }
}
