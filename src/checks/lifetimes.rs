//! Token lifetimes: the lifetime of a client's tokens and its limits.
//!
//! Invariant: whichever rule reports a lifetime, its fix names a lifetime that no rule reports.

use super::{Judgement, RuleContext, Violation};
use crate::catalog::Need;
use crate::model::{
    Client, ClientKind, Field, FieldName, GrantType, LONGEST_ORDINARY_LIFETIME, Target,
};

/// The shortest lifetime, in seconds.
pub(super) const SHORTEST: i64 = 300;
/// The longest of a client that is not SCIM, in seconds: two days.
pub(super) const LONGEST: i64 = LONGEST_ORDINARY_LIFETIME;
/// The longest of a SCIM client, in seconds: 450 days.
pub(super) const LONGEST_SCIM: i64 = 38_880_000;
/// The platform's default if nothing is set, in seconds: a day.
pub(super) const DEFAULT: i64 = 86_400;
/// The idle timeout of a HIPAA organisation, in seconds.
const IDLE: i64 = 900;

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

/// The longest lifetimes of a client's tokens, in seconds: one of each rule that runs over the
/// client and is about it.
#[derive(Debug, Default)]
pub(super) struct Limits {
    platform: Option<i64>,
    /// In a HIPAA organisation.
    pub hipaa: Option<i64>,
    /// Of a client that may do more than the ordinary.
    pub privileged: Option<i64>,
    /// By the policy.
    pub policy: Option<i64>,
    /// The policy has a limit that is not a number.
    pub is_policy_broken: bool,
    embeddable: Option<i64>,
}

impl Limits {
    /// The limits of a client.
    pub(super) fn for_context(context: &RuleContext<'_, '_>) -> Self {
        let client = context.client;
        let is_scim = context.holdings().has_scim_lifetime() == Some(true);
        let mut limits = Self::default();
        if context
            .parameters_of("token-lifetime-out-of-range")
            .is_some()
        {
            limits.platform = Some(if is_scim { LONGEST_SCIM } else { LONGEST });
        }
        let hipaa = context.parameters_of("token-lifetime-hipaa");
        limits.hipaa = hipaa
            .filter(|parameters| parameters.boolean("hipaa"))
            .map(|_| IDLE);
        // What SCIM needs is prescribed, its lifetime too.
        if !is_scim {
            let privileged = context.parameters_of("token-lifetime-privileged");
            limits.privileged = privileged.and_then(|parameters| {
                let powerful = context.holdings().most_powerful();
                powerful.map(|_| parameters.integer("limit"))
            });
        }
        let too_long = context.parameters_of("token-lifetime-too-long");
        if let Some(parameters) = too_long.filter(|_| !is_scim) {
            let own = parameters.by_client("limits", client).unwrap_or_default();
            match own.iter().map(|limit| limit.trim().parse()).collect() {
                // Of several the most generous holds: it was made for this client.
                Ok::<Vec<i64>, _>(own) => {
                    let own = own.into_iter().max();
                    limits.policy = own.or(Some(parameters.integer("limit")));
                }
                Err(_) => limits.is_policy_broken = true,
            }
        }
        if client.may_be(ClientKind::Embeddable) {
            let embeddable = context.parameters_of("embeddable-token-lifetime");
            limits.embeddable = embeddable.map(|parameters| parameters.integer("seconds"));
        }
        limits
    }

    /// The longest lifetime that no rule reports.
    fn longest(&self) -> i64 {
        let limits = [
            self.platform,
            self.hipaa,
            self.privileged,
            self.policy,
            self.embeddable,
        ];
        let strictest = limits.into_iter().flatten().min();
        strictest.unwrap_or(LONGEST).max(SHORTEST)
    }

    /// The lifetime that fits a working day, if no stricter limit holds.
    pub(super) fn working_day(&self) -> Option<i64> {
        self.embeddable.filter(|seconds| *seconds == self.longest())
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
            None => format!("{SHORTEST} or more, and {} at most", self.longest()),
        }
    }

    /// The lifetime that no rule reports which is nearest to `seconds`.
    pub(super) fn nearest(&self, seconds: i64) -> i64 {
        self.working_day()
            .unwrap_or_else(|| seconds.clamp(SHORTEST, self.longest()))
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
