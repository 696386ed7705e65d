//! Numbers, times and dates in words, the same in every format for people.

use crate::finding::{DivisionFacts, Extent, Fact, OrganisationFacts};
use crate::text::{digits, plural};
use jiff::civil::Date;

/// A number of seconds in the largest unit that divides it: `2 days`, `18 h`, `90 s`.
#[must_use]
pub fn seconds(number: i64) -> String {
    for (unit, one, many) in [
        (86_400, " day", " days"),
        (3_600, " h", " h"),
        (60, " min", " min"),
    ] {
        let count = number / unit;
        // 5,000 minutes are hard to picture.
        let is_handy = count >= 1 && (unit == 86_400 || count < 120);
        if is_handy && number % unit == 0 {
            return format!(
                "{count}{}",
                plural(usize::try_from(count).unwrap_or(usize::MAX), one, many)
            );
        }
    }
    match usize::try_from(number) {
        Ok(number) => format!("{} s", digits(number)),
        Err(_) => format!("{number} s"),
    }
}

/// How long ago a day was: `12 days`, `7 months`, `3 years`.
#[must_use]
pub fn age(day: Date, today: Date) -> String {
    let days = today.since(day).map_or(0, |span| span.get_days());
    match days {
        ..=-1 => "in the future".to_owned(),
        0 => "today".to_owned(),
        1 => "1 day".to_owned(),
        2..=59 => format!("{days} days"),
        60..=729 => format!("{} months", days / 30),
        _ => format!("{} years", days / 365),
    }
}

/// A lifetime in words: `18 h`, `not set`, `unknown`.
#[must_use]
pub fn lifetime(fact: &Fact<i64>) -> String {
    match fact {
        Fact::Known(number) => seconds(*number),
        Fact::Absent => "not set".to_owned(),
        Fact::Unknown => "unknown".to_owned(),
    }
}

/// Where a role is held; `name` gives the label of a division.
#[must_use]
pub fn extent(
    extent: Extent,
    facts: &OrganisationFacts<'_>,
    name: impl Fn(&DivisionFacts<'_>) -> String,
) -> String {
    match extent {
        Extent::All => "all divisions".to_owned(),
        Extent::Home => "home, by default".to_owned(),
        Extent::Unstated => "none named".to_owned(),
        Extent::Unknown => "not known which".to_owned(),
        Extent::In(index) => facts
            .divisions
            .get(index as usize)
            .map_or_else(String::new, name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_come_in_the_largest_unit_that_divides_them() {
        for (number, words) in [
            (86_400, "1 day"),
            (38_880_000, "450 days"),
            (64_800, "18 h"),
            (300, "5 min"),
            (100_000, "100,000 s"),
            (300_000, "300,000 s"),
            (172_801, "172,801 s"),
            (0, "0 s"),
            (-5, "-5 s"),
        ] {
            assert_eq!(seconds(number), words);
        }
    }

    #[test]
    fn ages_are_round() {
        let today = jiff::civil::date(2026, 11, 22);
        for (day, words) in [
            (jiff::civil::date(2026, 11, 22), "today"),
            (jiff::civil::date(2026, 10, 24), "29 days"),
            (jiff::civil::date(2026, 4, 1), "7 months"),
            (jiff::civil::date(2019, 9, 30), "7 years"),
            (jiff::civil::date(2027, 1, 1), "in the future"),
        ] {
            assert_eq!(age(day, today), words);
        }
    }
}
