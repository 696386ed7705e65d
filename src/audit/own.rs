//! Files that grantlint wrote itself: reports, inventories and baselines.
//!
//! Invariant: the content decides, never the name. Each format carries a mark that no export has.

use crate::finding::{SkipReason, TEXT_MARK};

/// The first bytes of a file that can hold the mark.
const HEAD: usize = 4096;

/// Whether grantlint wrote this text, and as which sort of file.
#[must_use]
pub fn own_file(text: &str) -> Option<SkipReason> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let head = head(text);
    if is_json_of(head, "grantlint-baseline/") {
        return Some(SkipReason::OwnBaseline);
    }
    is_report(text, head).then_some(SkipReason::OwnReport)
}

/// The beginning of a text, up to a character boundary.
fn head(text: &str) -> &str {
    let mut end = text.len().min(HEAD);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn is_report(text: &str, head: &str) -> bool {
    let begins = |mark: &str| head.starts_with(mark);
    is_json_of(head, "grantlint-report/")
        || is_json_of(head, "grantlint-inventory/")
        || is_json_of(head, "grantlint-plan/")
        || is_json_of(head, "grantlint-recommendation/")
        || is_sarif(head)
        || is_code_quality(text)
        || (begins("<!doctype html>") || begins("<!DOCTYPE html>"))
            && head.contains("name=\"generator\" content=\"grantlint")
        || begins("<?xml") && head.contains("<testsuites name=\"grantlint")
        || begins(TEXT_MARK)
        || begins("<!-- grantlint -->")
        || begins("::notice title=grantlint")
        || CSV.iter().any(|header| begins(header))
}

/// The first columns of the CSV formats.
const CSV: [&str; 2] = [
    "kind,severity,confidence,rule,",
    "row,client,client_id,address,",
];

/// Whether a JSON object begins with this schema.
fn is_json_of(head: &str, schema: &str) -> bool {
    let Some(rest) = head.strip_prefix('{') else {
        return false;
    };
    let rest = rest.trim_start();
    let value = rest.strip_prefix("\"schema\"").map(str::trim_start);
    let value = value.and_then(|rest| rest.strip_prefix(':'));
    value.is_some_and(|value| {
        let value = value.trim_start();
        value
            .strip_prefix('"')
            .is_some_and(|value| value.starts_with(schema))
    })
}

/// Whether the head is of a SARIF log whose tool is grantlint.
fn is_sarif(head: &str) -> bool {
    head.starts_with('{') && head.contains("sarif") && {
        let packed: String = head.chars().filter(|c| !c.is_whitespace()).collect();
        packed.contains("\"driver\":{\"name\":\"grantlint\"")
    }
}

/// Whether the text is a GitLab Code Quality report: a list of issues, each with a fingerprint and
/// the name of a check, which can be a rule of the user.
fn is_code_quality(text: &str) -> bool {
    let Some(first) = text.strip_prefix('[').map(|text| head(text.trim_start())) else {
        return false;
    };
    let Some(first) = first.strip_prefix('{') else {
        return false;
    };
    let is_first = first.trim_start().starts_with("\"description\"");
    let print = first.split_once("\"fingerprint\"").map(|(_, rest)| rest);
    let print = print.and_then(|rest| rest.split('"').nth(1));
    let is_print = |print: &str| print.len() == 32 && print.bytes().all(|b| b.is_ascii_hexdigit());
    is_first && first.contains("\"check_name\"") && print.is_some_and(is_print)
}
