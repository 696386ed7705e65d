//! How sure it is that what no call needed is not needed.
//!
//! Invariant: what is not known never raises the confidence, and each step is explained.

use super::calls::{Call, Calls};
use crate::catalog::Confidence;
use crate::model::{Client, ClientKind, ClientUsage, Granularity, Window, has_word};
use crate::text::counted;
use jiff::civil::Date;

/// A window of fewer days says nothing.
const SHORTEST: i64 = 30;
/// A window of fewer days says little.
const SHORT: i64 = 90;
/// A window of so many days says much.
const LONG: i64 = 365;
/// A longer gap can hide a job.
const LONGEST_GAP: i64 = 3;
/// A window that ended longer ago is old.
const OLDEST_END: i64 = 14;
/// A table of operations that is older may lack or misstate operations.
const OLDEST_TABLE: i64 = 365;
/// Calls on so few days are those of a rare job.
const RARE: usize = 2;
/// The window of a known cadence has to contain so many runs.
const RUNS: i64 = 3;

/// How sure the answer is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Certainty {
    /// Of findings; `None` if nothing is called unused.
    pub of_findings: Option<Confidence>,
    /// Of the recommendation, which depends on the age of the table as well.
    pub of_advice: Option<Confidence>,
    /// Why, one sentence each.
    pub reasons: Vec<String>,
}

/// What the confidence depends on.
pub(super) struct Evidence<'e> {
    pub client: &'e Client<'e>,
    pub usage: &'e ClientUsage<'e>,
    pub calls: &'e Calls<'e>,
    pub cadence: Option<u32>,
    pub today: Date,
    pub table: Option<Date>,
    /// Calls that were answered without a permission that the client holds.
    pub unexplained: usize,
}

fn days(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

/// `1 day`, `2 days`.
fn count(number: i64, noun: &str) -> String {
    counted(usize::try_from(number).unwrap_or(0), noun)
}

impl Certainty {
    /// Nothing is called unused, for this reason.
    pub(super) fn none(reason: impl Into<String>) -> Self {
        Self {
            reasons: vec![reason.into()],
            ..Self::default()
        }
    }

    pub(super) fn of_evidence(evidence: &Evidence<'_>) -> Self {
        let mut reasons = prevents(evidence);
        let Some(window) = evidence
            .usage
            .window
            .as_ref()
            .filter(|_| reasons.is_empty())
        else {
            return Self {
                reasons,
                ..Self::default()
            };
        };
        let mut level = evidence.of_window(window, &mut reasons);
        if let Some(reason) = evidence.rare(window) {
            reasons.push(reason);
            level = step_down(level);
        }
        if evidence.unexplained > 0 {
            let calls = counted(evidence.unexplained, "operation");
            reasons.push(format!(
                "{calls} worked without a permission that the client holds, so the roles do not explain all that it can do"
            ));
            level = step_down(level);
        }
        let mut of_advice = level;
        if let Some(date) = evidence.table
            && days(date, evidence.today) > OLDEST_TABLE
        {
            reasons.push(format!(
                "the table of operations is of {date}, which is more than a year ago"
            ));
            of_advice = step_down(level);
        }
        Self {
            of_findings: Some(level),
            of_advice: Some(of_advice),
            reasons,
        }
    }
}

const fn step_down(level: Confidence) -> Confidence {
    match level {
        Confidence::High => Confidence::Medium,
        Confidence::Medium | Confidence::Low => Confidence::Low,
    }
}

/// Why nothing can be called unused; empty if it can.
fn prevents(evidence: &Evidence<'_>) -> Vec<String> {
    let Evidence {
        client,
        usage,
        today,
        ..
    } = evidence;
    let mut reasons = Vec::new();
    if let Some(kind) = not_counted(client) {
        reasons.push(format!(
            "the platform does not count all calls of this kind of client: {kind}"
        ));
    }
    if let Some(created) = client.date_created.day()
        && days(created, *today) < SHORTEST
    {
        reasons.push(format!(
            "the client is younger than {SHORTEST} days: it was created on {created}"
        ));
    }
    match &usage.window {
        None => reasons.push(
            "the days that the results cover are unknown: save the query next to them, or set `window` in [usage]".to_owned(),
        ),
        Some(window) if window.days() < SHORTEST => reasons.push(format!(
            "the window has only {}; at least {SHORTEST} are needed",
            count(window.days(), "day")
        )),
        Some(window) => {
            if let Some(changed) = changed_in(client, window)
                && counted_from(window, changed) < SHORTEST
            {
                reasons.push(format!(
                    "the client was changed on {changed}, and only {} of the window follow: what was granted then may not have been used yet",
                    count(counted_from(window, changed), "day")
                ));
            }
        }
    }
    let unmapped = evidence.calls.unmapped_used;
    if unmapped > 0 {
        reasons.push(format!(
            "{} that the client used {} not in the table of operations{}",
            counted(unmapped, "call"),
            if unmapped == 1 { "is" } else { "are" },
            evidence
                .table
                .map_or(String::new(), |date| format!(" of {date}")),
        ));
    }
    reasons
}

/// The kind of the client, if the platform does not count its calls.
fn not_counted(client: &Client<'_>) -> Option<&'static str> {
    for kind in [ClientKind::Embeddable, ClientKind::Salesforce] {
        if client.may_be(kind) {
            return Some(kind.name());
        }
    }
    let name = client.name.text().unwrap_or("");
    let words = ["Chrome", "Firefox", "Zendesk"];
    words.into_iter().find(|word| has_word(name, word))
}

/// When the client was last changed, if that is not before the window.
fn changed_in(client: &Client<'_>, window: &Window) -> Option<Date> {
    let changed = client.date_modified.day().or(client.date_created.day());
    changed.filter(|changed| *changed >= window.whole.start)
}

/// How many days of the window a day and those after it are.
fn counted_from(window: &Window, day: Date) -> i64 {
    let end = window.whole.end;
    let from = day.max(window.whole.start).min(end);
    let gaps = window.gaps.iter().map(|gap| {
        let start = gap.start.max(from).min(end);
        days(start, gap.end.max(start))
    });
    days(from, end) - gaps.sum::<i64>()
}

impl Evidence<'_> {
    /// What the window alone says.
    fn of_window(&self, window: &Window, reasons: &mut Vec<String>) -> Confidence {
        let changed = changed_in(self.client, window);
        let counted = changed.map_or(window.days(), |day| counted_from(window, day));
        if let Some(changed) = changed {
            reasons.push(format!(
                "the client was changed on {changed}, so {} count",
                count(counted, "day")
            ));
        }
        let mut weak = Vec::new();
        if counted < SHORT {
            weak.push(format!(
                "the window has fewer than {SHORT} days that count: {counted}"
            ));
        }
        let gap = window.gaps.iter().map(|gap| days(gap.start, gap.end)).max();
        if let Some(gap) = gap.filter(|gap| *gap > LONGEST_GAP) {
            weak.push(format!("the window has a gap of {}", count(gap, "day")));
        }
        let ago = days(window.whole.end, self.today);
        if ago > OLDEST_END {
            weak.push(format!("the window ended {} ago", count(ago, "day")));
        }
        if !weak.is_empty() {
            reasons.extend(weak);
            return Confidence::Low;
        }
        let cadence = self.cadence.map(i64::from).filter(|days| *days > 0);
        match cadence {
            Some(cadence) if counted >= cadence.saturating_mul(RUNS) => {
                reasons.push(format!(
                    "the window has {}, which is at least {RUNS} times the cadence of {}",
                    count(counted, "day"),
                    count(cadence, "day")
                ));
                Confidence::High
            }
            _ if counted >= LONG => {
                reasons.push(format!("the window has {}", count(counted, "day")));
                Confidence::High
            }
            _ => {
                reasons.push(format!(
                    "the window has {}: a job that runs once a year may be missing",
                    count(counted, "day")
                ));
                Confidence::Medium
            }
        }
    }

    /// Says that there are rare jobs, if the rows of a long window have days.
    fn rare(&self, window: &Window) -> Option<String> {
        if self.usage.granularity != Some(Granularity::Day) || window.days() < SHORT {
            return None;
        }
        let is_rare = |call: &&Call<'_>| !call.days.is_empty() && call.days.len() <= RARE;
        let rare: Vec<&Call<'_>> = self.calls.used().filter(is_rare).collect();
        let pause = rare.iter().map(|call| longest_pause(call, window)).max()?;
        Some(format!(
            "{} called on at most {RARE} days, which looks like a rare job; the longest pause is {}",
            match rare.len() {
                1 => "one operation was".to_owned(),
                many => format!("{many} operations were"),
            },
            count(pause, "day")
        ))
    }
}

/// The most days between two days with the call, or an end of the window.
fn longest_pause(call: &Call<'_>, window: &Window) -> i64 {
    let mut last = window.whole.start;
    let mut longest = 0;
    for day in call.days.iter().chain([&window.whole.end]) {
        longest = longest.max(days(last, *day));
        last = *day;
    }
    longest
}
