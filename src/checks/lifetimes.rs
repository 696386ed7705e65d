//! Token lifetimes: the lifetime of a client's tokens and its limits.
//!
//! Invariant: whichever rule reports a lifetime, its fix names a lifetime that no rule reports.

use super::{Judgement, RuleContext, Violation};
use crate::catalog::Need;
use crate::model::{Client, Field, FieldName, GrantType, LONGEST_ORDINARY_LIFETIME, Target};

/// The shortest lifetime, in seconds.
pub(super) const SHORTEST: i64 = 300;
/// The longest of a client that is not SCIM, in seconds: two days.
pub(super) const LONGEST: i64 = LONGEST_ORDINARY_LIFETIME;
/// The longest of a SCIM client, in seconds: 450 days.
pub(super) const LONGEST_SCIM: i64 = 38_880_000;
/// The platform's default if nothing is set, in seconds: a day.
pub(super) const DEFAULT: i64 = 86_400;

/// The lifetime of a client's tokens, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lifetime {
    /// It is set.
    Set(i64),
    /// It is not set, so [`DEFAULT`] holds.
    Default,
    /// It is not a whole number.
    Broken,
    /// It cannot be known.
    Unknown,
}

impl Lifetime {
    /// The lifetime of a client.
    pub(super) fn from_client(client: &Client<'_>) -> Self {
        match &client.token_lifetime {
            Field::Present(located) => located.value.integer.map_or(Self::Broken, Self::Set),
            Field::Absent => Self::Default,
            Field::Unknown(_) => Self::Unknown,
        }
    }
}

/// The token lifetimes that a rule accepts, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LifetimeRange {
    /// The shortest, if it has one.
    pub shortest: Option<i64>,
    /// The longest, if it has one.
    pub longest: Option<i64>,
    /// Of all that are accepted, the longest is best.
    pub is_best: bool,
    /// A longer one can be chosen deliberately, so only recommendations keep to it.
    pub is_choice: bool,
}

impl LifetimeRange {
    /// All up to a lifetime, if there is a limit.
    pub(super) fn up_to(longest: Option<i64>) -> Self {
        Self {
            longest,
            ..Self::default()
        }
    }
}

/// The lifetimes of a client's tokens that every rule that runs over it accepts, in seconds.
#[derive(Debug, Default)]
pub(super) struct Limits {
    ranges: Vec<LifetimeRange>,
}

impl Limits {
    /// The limits of a client.
    pub(super) fn for_context(context: &RuleContext<'_, '_>) -> Self {
        let ranges = context.lifetime_ranges();
        Self {
            ranges: ranges.collect(),
        }
    }

    /// The longest lifetime that no rule reports.
    fn longest(&self) -> i64 {
        let firm = self.ranges.iter().filter(|range| !range.is_choice);
        let longest = firm.filter_map(|range| range.longest).min();
        longest.unwrap_or(LONGEST).max(SHORTEST)
    }

    /// The shortest lifetime that no rule reports; a limit in the other direction is stricter.
    fn shortest(&self) -> i64 {
        let shortest = self.ranges.iter().filter_map(|range| range.shortest).max();
        shortest.map_or(SHORTEST, |shortest| {
            shortest.clamp(SHORTEST, self.longest())
        })
    }

    /// The lifetime that fits a working day, if no stricter limit holds.
    pub(super) fn working_day(&self) -> Option<i64> {
        let longest = self.ranges.iter().filter_map(|range| range.longest).min();
        let longest = longest.map(|longest| longest.max(SHORTEST));
        let mut best = self.ranges.iter().filter(|range| range.is_best);
        best.find(|range| range.longest == longest)?.longest
    }

    /// The lifetimes that no rule reports, for a message.
    pub(super) fn accepted(&self) -> String {
        match self.working_day() {
            Some(seconds) => seconds.to_string(),
            None => format!("{} or less", self.longest()),
        }
    }

    /// The lifetimes that no rule reports, for a message about one that is too short.
    pub(super) fn accepted_above(&self) -> String {
        match self.working_day() {
            Some(seconds) => seconds.to_string(),
            None => format!(
                "{} or more, and {} at most",
                self.shortest(),
                self.longest()
            ),
        }
    }

    /// The lifetime that no rule reports which is nearest to `seconds`.
    pub(super) fn nearest(&self, seconds: i64) -> i64 {
        self.working_day()
            .unwrap_or_else(|| seconds.clamp(self.shortest(), self.longest()))
    }
}

/// Whether a client acts for a user, for certain: its idle time is not that of a program.
pub(super) fn acts_for_user(client: &Client<'_>) -> bool {
    let grant = client.grant();
    grant.is_some_and(|grant| !matches!(grant, GrantType::ClientCredentials | GrantType::Other))
}

/// Reports a lifetime over `limit`, with the message `main` or `default`. A lifetime that is not a
/// whole number is for another rule to report.
pub(super) fn report_long<'v>(
    context: &RuleContext<'_, '_>,
    judgement: &'v mut Judgement,
    limit: i64,
) -> Option<&'v mut Violation> {
    let client = context.client;
    let (message, seconds) = match Lifetime::from_client(client) {
        Lifetime::Set(seconds) => ("main", seconds),
        Lifetime::Default => ("default", DEFAULT),
        Lifetime::Broken => return None,
        Lifetime::Unknown => {
            judgement.not_judged(Need::Value);
            return None;
        }
    };
    if seconds <= limit {
        return None;
    }
    let limits = context.lifetimes();
    let target = Target::field(client, FieldName::TokenLifetime, &client.token_lifetime);
    let report = judgement.report(client, message, &target);
    report
        .shorten(seconds, limits.nearest(seconds))
        .with("value", seconds)
        .with("words", words(seconds))
        .with("accepted", limits.accepted());
    Some(report)
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
