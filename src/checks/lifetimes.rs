//! Token lifetimes: the platform's limits, and what a client's lifetime is.

use crate::model::{Client, Field, LONGEST_ORDINARY_LIFETIME};

/// The shortest lifetime, in seconds.
pub(super) const SHORTEST: i64 = 300;
/// The longest of a client that is not SCIM, in seconds: two days.
pub(super) const LONGEST: i64 = LONGEST_ORDINARY_LIFETIME;
/// The longest of a SCIM client, in seconds: 450 days.
pub(super) const LONGEST_SCIM: i64 = 38_880_000;
/// What holds where nothing is set, in seconds: a day.
pub(super) const DEFAULT: i64 = 86_400;

/// The lifetime of a client's tokens, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lifetime {
    /// It is set.
    Set(i64),
    /// It is not set, so [`DEFAULT`] holds.
    Default,
    /// It is no whole number.
    Broken,
    /// It cannot be known.
    Unknown,
}

impl Lifetime {
    /// The lifetime of a client.
    pub(super) fn of(client: &Client<'_>) -> Self {
        match &client.token_lifetime {
            Field::Present(located) => located.value.integer.map_or(Self::Broken, Self::Set),
            Field::Absent => Self::Default,
            Field::Unknown(_) => Self::Unknown,
        }
    }
}

/// Seconds in words: the largest unit that they fill, rounded to a tenth.
pub(super) fn words(seconds: i64) -> String {
    let (unit, name) = match seconds {
        172_800.. => (86_400, "days"),
        7_200.. => (3_600, "hours"),
        120.. => (60, "minutes"),
        _ => (1, "seconds"),
    };
    let tenths = seconds.saturating_mul(10) / unit;
    if tenths % 10 == 0 {
        format!("{} {name}", tenths / 10)
    } else {
        format!("{}.{} {name}", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn seconds_are_said_in_the_largest_unit_that_they_fill() {
        for (seconds, said) in [
            (0, "0 seconds"),
            (-5, "-5 seconds"),
            (119, "119 seconds"),
            (300, "5 minutes"),
            (64_800, "18 hours"),
            (129_600, "36 hours"),
            (172_801, "2 days"),
            (38_880_000, "450 days"),
        ] {
            assert_eq!(words(seconds), said);
        }
        assert!(words(i64::MAX).ends_with(" days"));
    }
}
