//! The API calls that clients made, by the usage results of the platform.
//!
//! Invariant: only a client that a results file covers has an entry, so a client without an entry
//! is not judged. Ids of users are counted and not kept.

use super::client::Client;
use super::field::Text;
use crate::text::Place;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The usage of an organisation.
#[derive(Clone, Debug, Default)]
pub struct Usage<'a> {
    /// The clients that a results file covers, by id in lower case.
    pub clients: HashMap<String, ClientUsage<'a>>,
    /// How many clients have usage that are not among the exported ones.
    pub unknown_clients: usize,
    /// The days between two runs of the rarest job, if the policy says.
    pub cadence: Option<u32>,
}

impl<'a> Usage<'a> {
    /// Sets the window of the clients whose results have neither an interval nor dates.
    pub fn set_missing_windows(&mut self, window: Interval) {
        for client in self.clients.values_mut() {
            let missing = || Window::new(vec![window]);
            client.window = client.window.take().or_else(missing);
        }
    }

    /// What is known of a client; `None` if no results file covers it.
    #[must_use]
    pub fn of_client(&self, client: &Client<'_>) -> Option<&ClientUsage<'a>> {
        self.clients.get(&client.id.text()?.to_ascii_lowercase())
    }
}

/// The usage of one client.
#[derive(Clone, Debug, Default)]
pub struct ClientUsage<'a> {
    /// Its calls, each method and template once, in that order. `OPTIONS` is left out.
    pub calls: Vec<UsageCall<'a>>,
    /// The days that the results cover, if they are known.
    pub window: Option<Window>,
    /// The granularity of the dates of calls, if it is known.
    pub granularity: Option<Granularity>,
    /// All results were grouped by user, so [`Self::users`] is the number of all users.
    pub by_user: bool,
    /// How many users called through the client, as far as the rows name them.
    pub users: usize,
    /// Its requests by the date of their rows.
    pub requests_by_date: BTreeMap<Date, u64>,
}

impl ClientUsage<'_> {
    /// The last day on which a request can have been made; `None` without such a day, or if the
    /// granularity of the rows is not known.
    #[must_use]
    pub fn last_use(&self) -> Option<Date> {
        let (last, _) = self.requests_by_date.last_key_value()?;
        let end = self.granularity?.end_of(*last);
        let end = self
            .window
            .as_ref()
            .map_or(end, |window| end.min(window.whole.end));
        end.yesterday().ok()
    }

    /// How many requests were made in the last `days` days of the window; `None` if the results
    /// cover fewer days, or do not tell.
    #[must_use]
    pub fn requests_in_last(&self, days: i64) -> Option<u64> {
        let window = self.window.as_ref()?;
        if window.days() < days {
            return None;
        }
        if self.calls.is_empty() || window.whole.days() == days {
            return Some(self.calls.iter().map(|call| call.requests).sum());
        }
        if self.granularity? != Granularity::Day {
            return None;
        }
        let first = window.whole.end.saturating_sub(days.days());
        Some(
            self.requests_by_date
                .range(first..)
                .map(|(_, count)| count)
                .sum(),
        )
    }
}

/// All requests of one method to one path.
#[derive(Clone, Debug)]
pub struct UsageCall<'a> {
    /// The HTTP method in upper case.
    pub method: Text<'a>,
    /// The template, such as `/api/v2/users/{userId}`, or a concrete path, which must not be
    /// printed. It has a leading slash and no host, query or trailing slash.
    pub template: Text<'a>,
    /// How many requests; at least, if files with common days disagree.
    pub requests: u64,
    /// How they ended; `None` if a row does not say.
    pub statuses: Option<Statuses>,
    /// The dates of its rows in UTC: the first day of each granule.
    pub days: BTreeSet<Date>,
    /// How many users made it, as far as the rows name them.
    pub users: usize,
    /// Its first rows.
    pub places: Vec<Place>,
}

/// How requests ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statuses {
    /// 2xx and 3xx.
    pub ok: u64,
    /// 4xx, including 429.
    pub client_errors: u64,
    /// 429, too many requests.
    pub too_many: u64,
    /// 5xx.
    pub server_errors: u64,
}

impl UsageCall<'_> {
    /// Whether a request was answered, as far as is known.
    #[must_use]
    pub fn is_used(&self) -> bool {
        self.statuses.is_none_or(|statuses| statuses.ok > 0)
    }
}

/// How much time one row sums up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Granularity {
    /// One day.
    Day,
    /// Seven days.
    Week,
    /// A month.
    Month,
}

impl Granularity {
    /// The granularity that a query names.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name.trim().to_ascii_lowercase().as_str() {
            "day" => Some(Self::Day),
            "week" => Some(Self::Week),
            "month" => Some(Self::Month),
            _ => None,
        }
    }

    /// The first day after the granule that begins on `day`.
    #[must_use]
    pub fn end_of(self, day: Date) -> Date {
        let span = match self {
            Self::Day => 1.day(),
            Self::Week => 7.days(),
            Self::Month => 1.month(),
        };
        day.saturating_add(span)
    }
}

/// Days from `start` up to, and without, `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interval {
    /// The first day.
    pub start: Date,
    /// The day after the last.
    pub end: Date,
}

impl Interval {
    /// The interval, unless it has no day.
    #[must_use]
    pub fn new(start: Date, end: Date) -> Option<Self> {
        (start < end).then_some(Self { start, end })
    }

    /// The days that an interval `start/end` covers entirely. It does not contain its end.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (start, end) = text.split_once('/')?;
        let start = first_whole_day(time_in_utc(start)?)?;
        Self::new(start, time_in_utc(end)?.date())
    }

    /// How many days it has.
    #[must_use]
    pub fn days(&self) -> i64 {
        self.start
            .until(self.end)
            .map_or(0, |span| i64::from(span.get_days()))
    }

    /// Whether two intervals have a day in common.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether it contains a day.
    #[must_use]
    pub fn contains(&self, day: Date) -> bool {
        self.start <= day && day < self.end
    }
}

/// The time in UTC that a date, or a date and time, means. Without an offset it is in UTC.
#[must_use]
pub fn time_in_utc(text: &str) -> Option<DateTime> {
    let text = text.trim();
    if let Ok(date) = text.parse::<Date>()
        && !text.contains([':', 'T'])
    {
        return Some(date.to_datetime(Time::midnight()));
    }
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time.to_zoned(TimeZone::UTC).datetime());
    }
    let time = text.strip_suffix(['Z', 'z']).unwrap_or(text);
    time.parse().ok()
}

/// The first day that begins at a time or after it.
fn first_whole_day(time: DateTime) -> Option<Date> {
    if time.time() == Time::midnight() {
        return Some(time.date());
    }
    time.date().checked_add(1.day()).ok()
}

/// The days that the results of a client cover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// From the first day up to, and without, the day after the last.
    pub whole: Interval,
    /// The intervals between that no result covers, in order.
    pub gaps: Vec<Interval>,
}

impl Window {
    /// The window of some intervals; `None` without any.
    #[must_use]
    pub fn new(mut intervals: Vec<Interval>) -> Option<Self> {
        intervals.sort_unstable();
        let mut intervals = intervals.into_iter();
        let mut whole = intervals.next()?;
        let mut gaps = Vec::new();
        for next in intervals {
            gaps.extend(Interval::new(whole.end, next.start));
            whole.end = whole.end.max(next.end);
        }
        Some(Self { whole, gaps })
    }

    /// How many days are covered: gaps do not count.
    #[must_use]
    pub fn days(&self) -> i64 {
        let gaps: i64 = self.gaps.iter().map(Interval::days).sum();
        self.whole.days() - gaps
    }

    /// Whether a day is covered.
    #[must_use]
    pub fn contains(&self, day: Date) -> bool {
        self.whole.contains(day) && !self.gaps.iter().any(|gap| gap.contains(day))
    }
}

/// The operations that a description of the Platform API among the inputs lists.
#[derive(Clone, Debug, Default)]
pub struct ApiDescription<'a> {
    /// Its operations, in the order of the file.
    pub operations: Vec<ApiOperation<'a>>,
    /// The version that it states.
    pub version: Option<Text<'a>>,
}

/// One operation of the Platform API: its call, and the rights that it declares.
#[derive(Clone, Debug, Default)]
pub struct ApiOperation<'a> {
    /// The HTTP method in upper case.
    pub method: Text<'a>,
    /// The path, such as `/api/v2/users/{userId}`.
    pub path: Text<'a>,
    /// The scopes, any one of which is enough.
    pub scopes: Vec<Text<'a>>,
    /// Whether all of [`Self::permissions`] are needed, and not any one of them.
    pub needs_all: bool,
    /// The permissions, such as `routing:queue:view`.
    pub permissions: Vec<Text<'a>>,
    /// It is deprecated.
    pub deprecated: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_has_the_days_that_it_covers_entirely() {
        for (written, wanted) in [
            ("2026-06-01T00:00Z/2026-11-27T00:00Z", Some(179)),
            (
                "2026-06-01T00:00:00.000Z/2026-11-27T00:00:00.000Z",
                Some(179),
            ),
            ("2026-06-01/2026-11-27", Some(179)),
            ("2026-06-01T12:00Z/2026-11-27T12:00Z", Some(178)),
            ("2026-06-01T00:00+02:00/2026-11-27T00:00+01:00", Some(178)),
            ("2026-06-01/2026-06-01", None),
            ("2026-06-02/2026-06-01", None),
            ("2026-06-01", None),
        ] {
            let interval = Interval::parse(written);
            assert_eq!(
                interval.map(|interval| interval.days()),
                wanted,
                "{written}"
            );
        }
    }
}
