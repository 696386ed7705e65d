//! From the results of several files to the usage of each client.
//!
//! Invariant: a client is covered only by complete results. Requests of results that have a day in
//! common are not added up, so a count is never too high.

use super::query::UsageQuery;
use super::{Extent, UsageResults, UsageRow};
use crate::export::lower::Problems;
use crate::finding::{Problem, ProblemKind};
use crate::model::{ClientUsage, Granularity, Interval, Statuses, Text, Usage, UsageCall, Window};
use crate::text::{Place, SourceId, Sources};
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The first rows of a call that are kept as places.
const MOST_PLACES: usize = 3;

/// The usage of the clients with these ids; `None` if no results were given.
pub(in crate::export) fn merge<'a>(
    mut results: Vec<UsageResults<'a>>,
    queries: &[UsageQuery],
    sources: &Sources,
    clients: &HashSet<String>,
    problems: &mut Problems,
) -> Option<Usage<'a>> {
    let matched = match_queries(&results, queries, sources, problems);
    if results.is_empty() {
        return None;
    }
    note_missing_pages(&mut results, problems);
    let mut merger = Merger {
        clients,
        gathered: HashMap::new(),
        windows: Vec::new(),
        strangers: HashSet::new(),
    };
    let mut groups: HashMap<String, u32> = HashMap::new();
    for (results, query) in results.into_iter().zip(matched) {
        let next = groups.len() as u32;
        let group = *groups.entry(job_of(&results)).or_insert(next);
        let query = query.map(|at| &queries[at]);
        merger.add(results, query, group, problems);
    }
    Some(merger.finish())
}

/// What the pages of one query have in common: the job in their address, else their file.
fn job_of(results: &UsageResults<'_>) -> String {
    match &results.own {
        Some(own) => own.split('?').next().unwrap_or_default().to_owned(),
        None => results.place.source.0.to_string(),
    }
}

/// The query of each of the results: the one in the same file, else the one of the same name
/// in the same directory, else the only one there is next to the only results.
fn match_queries(
    results: &[UsageResults<'_>],
    queries: &[UsageQuery],
    sources: &Sources,
    problems: &mut Problems,
) -> Vec<Option<usize>> {
    let mut matched = vec![None; results.len()];
    let place = |source: SourceId| {
        let source = sources.get(source);
        (source.directory().to_owned(), stem(source.path()))
    };
    for (at, query) in queries.iter().enumerate() {
        let source = query.place.source;
        let (directory, own) = place(source);
        let is_next_to = |other: SourceId| sources.get(other).directory() == directory;
        let find = |is_match: &dyn Fn(SourceId) -> bool| -> Vec<usize> {
            let found = results.iter().enumerate();
            let found = found.filter(|(_, results)| is_match(results.place.source));
            found.map(|(number, _)| number).collect()
        };
        let mut found = find(&|other| other == source);
        if found.is_empty() {
            found = find(&|other| is_next_to(other) && place(other).1 == own);
        }
        if found.is_empty() {
            let is_only = queries
                .iter()
                .filter(|query| is_next_to(query.place.source))
                .nth(1)
                .is_none();
            let near = find(&is_next_to);
            let files: HashSet<_> = near.iter().map(|at| results[*at].place.source).collect();
            if is_only && files.len() == 1 {
                found = near;
            }
        }
        if found.is_empty() {
            problems.push(without_results(query, results.is_empty()));
        }
        for number in found {
            matched[number] = Some(at);
        }
    }
    matched
}

/// The words of a file's name, without its ending and what distinguishes a query from results.
fn stem(path: &str) -> String {
    const ENDINGS: [&str; 10] = [
        "query", "q", "results", "result", "json", "ndjson", "jsonl", "csv", "yaml", "gz",
    ];
    let name = path.rsplit(['/', '!']).next().unwrap_or(path);
    let words = name.split(|character: char| !character.is_alphanumeric());
    let words = words.filter(|word| !ENDINGS.contains(&word.to_ascii_lowercase().as_str()));
    words.collect::<Vec<_>>().join(" ").to_ascii_lowercase()
}

fn without_results(query: &UsageQuery, has_none: bool) -> Problem {
    let (message, remedy) = if has_none {
        (
            "this is a usage query without results next to it",
            "put its results next to it",
        )
    } else {
        (
            "grantlint cannot see which results this usage query belongs to",
            "name both alike, such as usage-q3.json and usage-q3.query.json",
        )
    };
    Problem::new(ProblemKind::Unrecognised, message, remedy).at(query.place)
}

/// Results with a next page that was not given are not whole.
fn note_missing_pages(results: &mut [UsageResults<'_>], problems: &mut Problems) {
    let given: HashSet<String> = results
        .iter()
        .flat_map(|page| [&page.own, &page.before])
        .flatten()
        .cloned()
        .collect();
    for page in results {
        let Some((next, place)) = &page.next else {
            continue;
        };
        if !given.contains(next) {
            page.is_whole = false;
            problems.push(
                Problem::new(
                    ProblemKind::IncompleteListing,
                    "these usage results have a next page, which was not given",
                    "get all pages of the results, and give them to grantlint",
                )
                .at(*place),
            );
        }
    }
}

/// Puts rows in order, by client and call.
struct Merger<'c, 'a> {
    /// The ids of the organisation's clients, in lower case.
    clients: &'c HashSet<String>,
    gathered: HashMap<String, Gathered<'a>>,
    /// The days of each group of pages.
    windows: Vec<Option<Interval>>,
    /// Ids that are not of a client.
    strangers: HashSet<String>,
}

#[derive(Default)]
struct Gathered<'a> {
    calls: BTreeMap<(Text<'a>, Text<'a>), Call<'a>>,
    is_covered: bool,
    intervals: Vec<Interval>,
    granularities: Vec<Option<Granularity>>,
    users: HashSet<Text<'a>>,
    has_rows_without_user: bool,
    /// Requests by date and group of pages.
    by_date: BTreeMap<(Date, u32), u64>,
}

#[derive(Default)]
struct Call<'a> {
    tallies: Vec<Tally>,
    lacks_statuses: bool,
    days: BTreeSet<Date>,
    users: HashSet<Text<'a>>,
    places: Vec<Place>,
}

/// The requests of a group of pages.
struct Tally {
    group: u32,
    requests: u64,
    statuses: Statuses,
}

impl<'a> Merger<'_, 'a> {
    fn add(
        &mut self,
        results: UsageResults<'a>,
        query: Option<&UsageQuery>,
        group: u32,
        problems: &mut Problems,
    ) {
        let days: BTreeSet<Date> = results.rows.iter().filter_map(|row| row.day).collect();
        let query = query.filter(|query| {
            let contradiction = contradiction(query, &days);
            let agrees = contradiction.is_none();
            problems.extend(contradiction);
            agrees
        });
        let granularity = query
            .and_then(|query| query.granularity)
            .or_else(|| granularity_of(&days));
        let window = query
            .and_then(|query| query.interval)
            .or_else(|| span_of(&days, granularity));
        self.windows
            .resize(self.windows.len().max(group as usize + 1), None);
        self.windows[group as usize] = join(self.windows[group as usize], window);
        let is_whole = results.is_whole && !query.is_some_and(|query| query.is_partial);
        let place = results.place;
        let all = is_whole && covers_all(&results, query);
        let client = match &results.extent {
            Extent::Client(id) => Some(id.clone()),
            _ => None,
        };
        let mut seen: HashSet<String> = HashSet::new();
        let (mut has_any, mut nameless) = (false, 0_usize);
        for mut row in results.rows {
            let Some(id) = row.client.take().or_else(|| client.clone()) else {
                nameless += 1;
                continue;
            };
            has_any = true;
            let id = id.to_ascii_lowercase();
            if !self.clients.contains(&id) {
                self.strangers.insert(id);
                continue;
            }
            if !seen.contains(&id) {
                seen.insert(id.clone());
            }
            self.gathered.entry(id).or_default().add(row, group);
        }
        if nameless > 0 {
            problems.push(without_clients(nameless, place));
        }
        if let Some(id) = client {
            has_any = true;
            let id = id.to_ascii_lowercase();
            if self.clients.contains(&id) {
                seen.insert(id);
            }
        }
        if all && nameless == 0 {
            seen.extend(self.clients.iter().cloned());
        } else if has_any && seen.is_empty() {
            problems.push(of_others(place));
        }
        for id in seen {
            let own = self.gathered.entry(id).or_default();
            own.granularities.push(granularity);
            if is_whole {
                own.is_covered = true;
                own.intervals.extend(window);
            }
        }
    }

    fn finish(self) -> Usage<'a> {
        let windows = self.windows;
        let covered = self.gathered.into_iter().filter(|(_, own)| own.is_covered);
        Usage {
            clients: covered
                .map(|(id, own)| (id, own.finish(&windows)))
                .collect(),
            unknown_clients: self.strangers.len(),
            cadence: None,
        }
    }
}

/// Whether results are of all clients, so that a client without a row made no request.
fn covers_all(results: &UsageResults<'_>, query: Option<&UsageQuery>) -> bool {
    let asks = query.map(|query| query.by_client);
    match results.extent {
        Extent::Client(_) | Extent::Rows => false,
        // Rows that name clients prove the grouping; without rows only the query does.
        Extent::Organisation => asks.unwrap_or(!results.rows.is_empty()),
        Extent::Unstated => asks == Some(true),
    }
}

impl<'a> Gathered<'a> {
    fn add(&mut self, row: UsageRow<'a>, group: u32) {
        match &row.user {
            Some(user) => {
                self.users.insert(user.clone());
            }
            None => self.has_rows_without_user = true,
        }
        if let Some(day) = row.day {
            let requests = self.by_date.entry((day, group)).or_default();
            *requests = requests.saturating_add(row.requests);
        }
        let call = self.calls.entry((row.method, row.template)).or_default();
        call.days.extend(row.day);
        call.users.extend(row.user);
        if call.places.len() < MOST_PLACES {
            call.places.push(row.place);
        }
        call.lacks_statuses |= row.statuses.is_none();
        let statuses = row.statuses.unwrap_or_default();
        let known = call.tallies.last_mut();
        match known.filter(|tally| tally.group == group) {
            Some(tally) => tally.add(row.requests, statuses),
            None => call.tallies.push(Tally {
                group,
                requests: row.requests,
                statuses,
            }),
        }
    }

    fn finish(self, windows: &[Option<Interval>]) -> ClientUsage<'a> {
        let all: Option<Vec<Granularity>> = self.granularities.into_iter().collect();
        let by_user = !self.users.is_empty() && !self.has_rows_without_user;
        // Results that have a date in common can contain the same requests.
        let mut requests_by_date: BTreeMap<Date, u64> = BTreeMap::new();
        for ((day, _), requests) in self.by_date {
            let known = requests_by_date.entry(day).or_default();
            *known = requests.max(*known);
        }
        let calls = self.calls.into_iter();
        ClientUsage {
            requests_by_date,
            calls: calls
                .map(|((method, template), call)| call.finish(method, template, windows))
                .collect(),
            window: Window::new(self.intervals),
            granularity: all.and_then(|all| all.into_iter().max()),
            by_user,
            users: self.users.len(),
        }
    }
}

impl Tally {
    fn add(&mut self, requests: u64, statuses: Statuses) {
        let Statuses {
            ok,
            client_errors,
            too_many,
            server_errors,
        } = statuses;
        let add = |own: &mut u64, more: u64| *own = own.saturating_add(more);
        add(&mut self.requests, requests);
        add(&mut self.statuses.ok, ok);
        add(&mut self.statuses.client_errors, client_errors);
        add(&mut self.statuses.too_many, too_many);
        add(&mut self.statuses.server_errors, server_errors);
    }
}

impl<'a> Call<'a> {
    fn finish(
        self,
        method: Text<'a>,
        template: Text<'a>,
        windows: &[Option<Interval>],
    ) -> UsageCall<'a> {
        let total = |count: fn(&Tally) -> u64| {
            let tallies = self.tallies.iter();
            total(tallies.map(|tally| (windows[tally.group as usize], count(tally))))
        };
        let statuses = Statuses {
            ok: total(|tally| tally.statuses.ok),
            client_errors: total(|tally| tally.statuses.client_errors),
            too_many: total(|tally| tally.statuses.too_many),
            server_errors: total(|tally| tally.statuses.server_errors),
        };
        UsageCall {
            method,
            template,
            requests: total(|tally| tally.requests),
            statuses: (!self.lacks_statuses).then_some(statuses),
            days: self.days,
            users: self.users.len(),
            places: self.places,
        }
    }
}

/// The greatest sum of counts whose windows have no day in common. Results of unknown days can
/// overlap with all others.
fn total(counts: impl Iterator<Item = (Option<Interval>, u64)>) -> u64 {
    let (known, unknown): (Vec<_>, Vec<_>) = counts.partition(|(window, _)| window.is_some());
    let unknown = unknown.into_iter().map(|(_, count)| count).max();
    let known = known
        .into_iter()
        .filter_map(|(window, count)| Some((window?, count)));
    let mut known: Vec<(Interval, u64)> = known.collect();
    known.sort_unstable_by_key(|(window, _)| (window.end, window.start));
    // The best sum of the first so many.
    let mut best = vec![0_u64];
    for (at, (window, count)) in known.iter().enumerate() {
        let before = known[..at].partition_point(|(other, _)| other.end <= window.start);
        let with = best[before].saturating_add(*count);
        best.push(with.max(best[at]));
    }
    best[known.len()].max(unknown.unwrap_or(0))
}

/// The union of the windows of two pages.
fn join(one: Option<Interval>, other: Option<Interval>) -> Option<Interval> {
    match (one, other) {
        (Some(one), Some(other)) => {
            Interval::new(one.start.min(other.start), one.end.max(other.end))
        }
        (one, other) => one.or(other),
    }
}

/// The granularity that dates prove: those of weeks and months are at least seven days apart.
fn granularity_of(days: &BTreeSet<Date>) -> Option<Granularity> {
    let pairs = days.iter().zip(days.iter().skip(1));
    let mut pairs = pairs.filter_map(|(one, next)| Interval::new(*one, *next));
    pairs
        .any(|pause| pause.days() < 7)
        .then_some(Granularity::Day)
}

/// From the first date up to the end of the last granule; of one day if the granularity is not
/// known.
fn span_of(days: &BTreeSet<Date>, granularity: Option<Granularity>) -> Option<Interval> {
    let end = granularity
        .unwrap_or(Granularity::Day)
        .end_of(*days.last()?);
    Interval::new(*days.first()?, end)
}

/// The problem that rows lie outside of the interval of their query. A week or month can begin
/// before it.
fn contradiction(query: &UsageQuery, days: &BTreeSet<Date>) -> Option<Problem> {
    let interval = query.interval?;
    let slack = match query.granularity {
        Some(Granularity::Day) | None => 1.day(),
        Some(Granularity::Week | Granularity::Month) => 31.days(),
    };
    let first = interval.start.saturating_sub(slack);
    let is_outside = |day: &Date| *day < first || *day > interval.end;
    days.iter().any(is_outside).then(|| {
        Problem::new(
            ProblemKind::Contradiction,
            "rows of the usage results lie outside of the interval of this query, which was ignored",
            "put the query of these results next to them",
        )
        .at(query.place)
    })
}

fn without_clients(rows: usize, place: Place) -> Problem {
    let rows = match rows {
        1 => "1 usage row names".to_owned(),
        _ => format!("{rows} usage rows name"),
    };
    Problem::new(
        ProblemKind::IncompleteListing,
        format!("{rows} no client, so no client is judged by them"),
        "run the query again with OAuthClientId in groupBy",
    )
    .at(place)
}

fn of_others(place: Place) -> Problem {
    Problem::new(
        ProblemKind::IncompleteListing,
        "these usage results are of clients that are not in the listing of clients",
        "export the clients and the usage of one organisation",
    )
    .at(place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn interval(start: Date, end: Date) -> Option<Interval> {
        Interval::new(start, end)
    }

    #[test]
    fn counts_add_up_only_where_windows_do_not_overlap() {
        let (june, july) = (date(2026, 6, 1), date(2026, 7, 1));
        let (middle, august) = (date(2026, 6, 15), date(2026, 8, 1));
        for (counts, wanted) in [
            (
                vec![(interval(june, july), 5), (interval(july, august), 7)],
                12,
            ),
            (
                vec![(interval(june, july), 5), (interval(june, july), 7)],
                7,
            ),
            (
                vec![
                    (interval(june, july), 5),
                    (interval(middle, august), 8),
                    (interval(july, august), 7),
                ],
                12,
            ),
            (vec![(interval(june, july), 5), (None, 7)], 7),
            (vec![(interval(june, july), 5), (None, 3)], 5),
            (vec![], 0),
        ] {
            assert_eq!(total(counts.clone().into_iter()), wanted, "{counts:?}");
        }
    }

    #[test]
    fn queries_and_results_are_named_alike() {
        for (one, other) in [
            ("usage.json", "usage.query.json"),
            ("a/results.json", "a/query.json"),
            ("usage-q3.json.gz", "usage-q3.query.json"),
            ("Usage.csv", "usage_query.json"),
        ] {
            assert_eq!(stem(one), stem(other));
        }
        assert_ne!(stem("usage-1.json"), stem("usage-2.query.json"));
    }
}
