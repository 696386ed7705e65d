//! Files that grantlint wrote itself: reports, inventories and baselines.
//!
//! Invariant: the content decides, never the name. Each format carries a mark that no export has.

use crate::document::{Format, Kind, Limits, Node, read_as};
use crate::finding::{SkipReason, TEXT_MARK};
use crate::text::SourceId;

/// The first bytes of a file that can hold the mark of a text.
const HEAD: usize = 4096;

/// The schema of the baseline, without its version.
const BASELINE: &str = "grantlint-baseline/";

/// The schemas of the reports, without their versions.
const REPORTS: [&str; 5] = [
    "grantlint-exports/",
    "grantlint-report/",
    "grantlint-inventory/",
    "grantlint-plan/",
    "grantlint-recommendation/",
];

/// The first columns of the CSV formats.
const CSV: [&str; 2] = [
    "kind,severity,confidence,rule,",
    "row,client,client_id,address,",
];

/// Whether grantlint wrote this text, and as which sort of file.
#[must_use]
pub fn own_file(text: &str) -> Option<SkipReason> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if is_text_report(head(text)) {
        return Some(SkipReason::OwnReport);
    }
    // Few files mention grantlint, and only these are parsed.
    let mentions = |mark: &str| memchr::memmem::find(text.as_bytes(), mark.as_bytes()).is_some();
    if !(mentions("grantlint") || mentions("\"check_name\"")) {
        return None;
    }
    let format = if text.starts_with(['{', '[']) {
        Format::Json
    } else if mentions("grantlint-") {
        Format::Yaml
    } else {
        return None;
    };
    let document = read_as(SourceId(0), text, format, Limits::default());
    document.roots().next().and_then(own_data)
}

/// The beginning of a text, up to a character boundary.
fn head(text: &str) -> &str {
    let mut end = text.len().min(HEAD);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn is_text_report(head: &str) -> bool {
    let begins = |mark: &str| head.starts_with(mark);
    (begins("<!doctype html>") || begins("<!DOCTYPE html>"))
        && head.contains("name=\"generator\" content=\"grantlint")
        || begins("<?xml") && head.contains("<testsuites name=\"grantlint")
        || begins(TEXT_MARK)
        || begins("<!-- grantlint -->")
        || begins("::notice title=grantlint")
        || CSV.iter().any(|header| begins(header))
}

/// The sort of file of a parsed text. Programs such as `jq -S` sort the keys, so the order does
/// not count.
fn own_data(root: Node<'_, '_>) -> Option<SkipReason> {
    if has_entities(root) {
        return None;
    }
    let schema = root.get("schema").and_then(Node::text);
    let is_of = |mark: &str| {
        schema
            .as_ref()
            .is_some_and(|schema| schema.starts_with(mark))
    };
    if is_of(BASELINE) {
        return Some(SkipReason::OwnBaseline);
    }
    let is_report =
        REPORTS.iter().any(|mark| is_of(mark)) || is_sarif(root) || is_code_quality(root);
    is_report.then_some(SkipReason::OwnReport)
}

/// Whether a map has the entities of an export: a mark that was added to it hides nothing.
fn has_entities(root: Node<'_, '_>) -> bool {
    let is_client = |item: Node<'_, '_>| {
        let mut keys = item.entries().map(|(key, _)| key);
        keys.any(|key| is_key(key, "authorizedGrantType"))
    };
    let holds_clients = |list: Node<'_, '_>| list.items().next().is_some_and(is_client);
    let mut entries = root.entries();
    entries.any(|(key, value)| is_key(key, "entities") || holds_clients(value))
}

/// Whether a key is a name in any spelling.
fn is_key(key: Node<'_, '_>, name: &str) -> bool {
    key.text()
        .is_some_and(|key| key.replace(['_', '-', ' '], "").eq_ignore_ascii_case(name))
}

/// Whether a value is a SARIF log whose tool is grantlint.
fn is_sarif(root: Node<'_, '_>) -> bool {
    let run = root.get("runs").and_then(|runs| runs.items().next());
    let driver = run
        .and_then(|run| run.get("tool"))
        .and_then(|tool| tool.get("driver"));
    let name = driver.and_then(|driver| driver.get("name"));
    name.is_some_and(|name| name.is_text("grantlint"))
}

/// Whether a value is a GitLab Code Quality report: a list of issues, each with a description, a
/// fingerprint, and the name of a check, which can be a rule of the user.
fn is_code_quality(root: Node<'_, '_>) -> bool {
    let is_print = |print: &str| print.len() == 32 && print.bytes().all(|b| b.is_ascii_hexdigit());
    let is_issue = |item: Node<'_, '_>| {
        let print = item.get("fingerprint").and_then(Node::text);
        item.get("description").is_some()
            && item.get("check_name").is_some()
            && print.is_some_and(|print| is_print(&print))
    };
    let mut items = root.items().peekable();
    root.kind() == Kind::List && items.peek().is_some() && items.all(is_issue)
}
