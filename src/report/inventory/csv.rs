//! The inventory as CSV: one row for each client, problem, policy notice and rule that was not
//! judged. No cell is a formula to a spreadsheet.

use super::{ELSEWHERE, Entry, about, days_since, entries, others};
use crate::finding::{Fact, PartOf, Report};
use crate::report::csv::{harmless, wrote};
use crate::report::run_facts::run_facts;
use crate::report::shared;
use std::io::{self, Write};

const COLUMNS: [&str; 44] = [
    "row",
    "client",
    "client_id",
    "address",
    "organisation",
    "kind",
    "kind_is_guess",
    "grant",
    "state",
    "tier",
    "roles",
    "scopes",
    "token_lifetime_seconds",
    "redirect_hosts",
    "created",
    "modified",
    "age_days",
    "unchanged_days",
    "critical",
    "high",
    "medium",
    "low",
    "info",
    "rules",
    "unknown",
    "path",
    "line",
    "message",
    "remedy",
    "operations",
    "operations_writing",
    "operations_at_least",
    "last_use",
    "requests_90_days",
    "unused_scopes",
    "unused_permissions",
    "usage",
    "description",
    "owner",
    "created_by",
    "modified_by",
    "redirect_uris",
    "role_names",
    "division_names",
];

/// Writes the inventory.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    wrote(fill(report, &mut table))?;
    table.flush()
}

fn fill(report: &Report<'_>, table: &mut csv::Writer<&mut dyn Write>) -> csv::Result<()> {
    table.write_record(COLUMNS)?;
    for standing in others(report) {
        let (path, start, _) = report.sources.locate(standing.client.place);
        let words = about(&standing);
        let line = start.line.to_string();
        let how = if standing.is_open() { ELSEWHERE } else { "" };
        table.write_record(other("other", [path, &line], [&words, how]))?;
    }
    for entry in entries(report) {
        table.write_record(client(report, &entry).map(|cell| harmless(&cell)))?;
    }
    for problem in &report.problems {
        let place = problem.place.map(|place| report.sources.locate(place).1);
        let line = place.map_or_else(String::new, |start| start.line.to_string());
        let path = shared::problem_path(report, problem).unwrap_or("");
        let words = [&problem.message, &problem.remedy];
        table.write_record(other("problem", [path, &line], words.map(String::as_str)))?;
    }
    for notice in &report.notices {
        let line = notice.origin.as_ref().map(|origin| origin.line.to_string());
        let path = notice.origin.as_ref().map_or("", |origin| &origin.path);
        let message = format!("{}: {}", notice.kind.name(), notice.message);
        let place = [path, line.as_deref().unwrap_or("")];
        table.write_record(other("notice", place, [&message, &notice.remedy]))?;
    }
    for open in &report.not_judged {
        let message = format!("{} was {}", open.rule, shared::not_judged_words(open));
        let how = shared::remedy(open.needs, &open.cause).unwrap_or("");
        let words = [&*message, how];
        table.write_record(other("not-judged", ["", ""], words))?;
    }
    for fact in run_facts(report) {
        let place = [fact.path, ""];
        table.write_record(other(fact.kind.name(), place, [&fact.message, ""]))?;
    }
    Ok(())
}

fn client(report: &Report<'_>, entry: &Entry<'_>) -> [String; COLUMNS.len()] {
    let facts = entry.standing.client;
    let profile = entry.profile;
    let usage = profile.usage.as_ref();
    let (path, start, _) = report.sources.locate(facts.place);
    let text = |text: &Option<std::borrow::Cow<'_, str>>| text.as_deref().unwrap_or("").to_owned();
    let day = |day: Option<jiff::civil::Date>| day.map_or_else(String::new, |day| day.to_string());
    let days = |day| {
        let days = days_since(day, report.today);
        days.map_or_else(String::new, |days| days.to_string())
    };
    let labels: Vec<&str> = profile
        .holdings
        .items
        .iter()
        .map(|role| &*role.label)
        .collect();
    let [critical, high, medium, low, info] =
        entry.standing.counts().map(|count| count.to_string());
    [
        "client".into(),
        facts.label.to_string(),
        text(&facts.id),
        text(&facts.address),
        facts.organisation.to_string(),
        facts.kind.into(),
        if facts.kind_is_guess { "yes" } else { "" }.into(),
        facts.grant.into(),
        match &profile.state {
            Fact::Known(state) => state.to_string(),
            Fact::Absent => String::new(),
            Fact::Unknown => "unknown".into(),
        },
        profile.reach.words(),
        entry.roles().join("; "),
        profile.scopes.items.join(" "),
        match &profile.lifetime {
            Fact::Known(seconds) => seconds.to_string(),
            Fact::Absent => String::new(),
            Fact::Unknown => "unknown".into(),
        },
        profile.hosts.items.join(" "),
        day(profile.created),
        day(profile.modified),
        days(profile.created),
        days(profile.modified),
        critical,
        high,
        medium,
        low,
        info,
        entry.rules().join(" "),
        entry.unknown().join(" "),
        path.to_owned(),
        start.line.to_string(),
        String::new(),
        String::new(),
        number(profile.callable.map(|callable| callable.operations)),
        number(profile.callable.map(|callable| callable.writing)),
        match profile.callable {
            Some(callable) if callable.at_least => "yes",
            _ => "",
        }
        .into(),
        usage.map_or_else(String::new, |usage| day(usage.last_use)),
        number(usage.and_then(|usage| usage.requests)),
        part(usage.and_then(|usage| usage.unused_scopes)),
        part(usage.and_then(|usage| usage.unused_permissions)),
        match usage {
            None => "not covered",
            Some(usage) if usage.has_no_request => "no request",
            Some(_) => "covered",
        }
        .into(),
        profile.description.clone().unwrap_or_default(),
        profile.owner.clone().unwrap_or_default(),
        profile.creator.clone().unwrap_or_default(),
        profile.modifier.clone().unwrap_or_default(),
        profile.redirect_uris.items.join(" "),
        labels.join("; "),
        entry.all_divisions().join("; "),
    ]
}

fn number(number: Option<impl ToString>) -> String {
    number.map_or_else(String::new, |number| number.to_string())
}

/// `3 of 12`
fn part(part: Option<PartOf>) -> String {
    part.map_or_else(String::new, PartOf::words)
}

/// A row that is not about a client.
fn other(row: &str, [path, line]: [&str; 2], words: [&str; 2]) -> [String; COLUMNS.len()] {
    let mut cells = [const { String::new() }; COLUMNS.len()];
    let filled = [
        ("row", row),
        ("path", path),
        ("line", line),
        ("message", words[0]),
        ("remedy", words[1]),
    ];
    for (cell, column) in cells.iter_mut().zip(COLUMNS) {
        let found = filled.iter().find(|(name, _)| *name == column);
        *cell = harmless(found.map_or("", |(_, text)| text));
    }
    cells
}
