//! The plan as a change ticket: for each client what changes, why, and the commands to look, change
//! and look again.
//!
//! Invariant: names are escaped as prose, and ids are quoted for the shell.

use super::json::json_value;
use crate::finding::{FieldChange, PlanValue, Report, Step};
use crate::report::markdown::{code, prose};
use crate::report::shared;
use crate::text::counted;
use serde_json::{Map, Value};
use std::fmt::Write as _;
use std::io::{self, Write};

/// Writes the plan.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::from("# Changes to OAuth clients\n\n");
    let Some(plan) = &report.plan else {
        return out.write_all(text.as_bytes());
    };
    let _ = writeln!(
        text,
        "Audit of {}: {} to change, {} left.\n",
        report.today,
        counted(plan.steps.len(), "client"),
        counted(plan.left.len(), "finding"),
    );
    if !plan.steps.is_empty() {
        text.push_str(HOW);
    }
    for (number, step) in plan.steps.iter().enumerate() {
        write_step(report, number + 1, step, &mut text);
    }
    if !plan.left.is_empty() {
        text.push_str(
            "## Not planned\n\n| client | rule | reason | fix |\n| --- | --- | --- | --- |\n",
        );
    }
    for left in &plan.left {
        let finding = &left.finding;
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} |",
            code(&shared::whose_label(report, finding)),
            finding.rule.id,
            left.reason.words(),
            prose(&finding.fix),
        );
    }
    out.write_all(text.as_bytes())
}

const HOW: &str = "For each client: look first. If a value differs from the value before, the client has changed since the export: export again. An account that edits a client needs the permission `oauth:client:edit` and every role of the client.\n\n";

fn write_step(report: &Report<'_>, number: usize, step: &Step, text: &mut String) {
    let client = report.clients.get(step.client as usize);
    let label = client.map_or("", |client| &client.label);
    let id = client.and_then(|client| client.id.as_deref()).unwrap_or("");
    let _ = writeln!(text, "## {number}. {} ({})\n", prose(label), code(id));
    let meaning = match step.class {
        crate::finding::RemedyClass::Safe => "safe: the platform behaves the same",
        _ => "unsafe: it narrows what the client can do, so an application can break",
    };
    let _ = writeln!(text, "Class: {meaning}.\n");
    for finding in &step.reasons {
        let _ = writeln!(
            text,
            "- {} `{}`: {}",
            finding.severity.name(),
            finding.rule.id,
            prose(&finding.message)
        );
    }
    text.push_str("\n| field | before | after |\n| --- | --- | --- |\n");
    for field in &step.fields {
        let _ = writeln!(
            text,
            "| {} | {} | {} |",
            code(field.field),
            cell(&field.before),
            cell(&field.after)
        );
    }
    let masked: Vec<_> = step.fields.iter().flat_map(|field| &field.masked).collect();
    for entry in masked {
        let _ = writeln!(
            text,
            "\n{} contains a secret, which is masked here: note the live value before the change, since it cannot be restored from this plan.",
            code(entry)
        );
    }
    let roles = step.roles.iter().map(|role| match &role.name {
        Some(name) => format!("{} ({})", prose(name), code(&role.id)),
        None => code(&role.id),
    });
    let roles: Vec<_> = roles.collect();
    if !roles.is_empty() {
        let _ = writeln!(text, "\nRoles of the client: {}.", roles.join(", "));
    }
    write_commands(id, &step.fields, text);
}

/// The commands to look, change and look again, and to undo.
fn write_commands(id: &str, fields: &[FieldChange], text: &mut String) {
    let id = quoted(id);
    let names: Vec<_> = fields.iter().map(|field| field.field).collect();
    let names = names.join(", ");
    let object = |value: fn(&FieldChange) -> &PlanValue, keep: fn(&FieldChange) -> bool| {
        let fields = fields.iter().filter(|field| keep(field));
        let entries = fields.map(|field| (field.field.to_owned(), json_value(value(field))));
        format!("{:#}", Value::Object(entries.collect::<Map<_, _>>()))
    };
    let patch = object(|field| &field.after, |_| true);
    let undo = object(|field| &field.before, |field| field.masked.is_empty());
    let _ = writeln!(
        text,
        "\nSave as `patch.json`:\n\n```json\n{patch}\n```\n\n```sh\n# Look\ngc oauth clients get {id} > live.json\njq '{{{names}}}' live.json\n# Change\njq -s '.[0] + .[1]' live.json patch.json > new.json\ngc oauth clients update {id} --file new.json\n# Look again\ngc oauth clients get {id} | jq '{{{names}}}'\n```\n\n<details><summary>Undo</summary>\n\nThe same commands with this `patch.json`:\n\n```json\n{undo}\n```\n\n</details>\n"
    );
}

/// A value in a cell, an entry on each line.
fn cell(value: &PlanValue) -> String {
    match value {
        PlanValue::Unset => "not set".to_owned(),
        PlanValue::Number(number) => code(&number.to_string()),
        PlanValue::Text(text) => code(text),
        PlanValue::Texts(texts) if texts.is_empty() => "empty".to_owned(),
        PlanValue::Texts(texts) => {
            let texts: Vec<_> = texts.iter().map(|text| code(text)).collect();
            texts.join("<br>")
        }
        PlanValue::Grants(grants) if grants.is_empty() => "empty".to_owned(),
        PlanValue::Grants(grants) => {
            let grants = grants.iter().map(|(role, division)| match division {
                Some(division) => format!("{} in {}", code(role), code(division)),
                None => code(role),
            });
            grants.collect::<Vec<_>>().join("<br>")
        }
    }
}

/// A word for the shell.
fn quoted(word: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || character == '-';
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn an_id_is_one_word_for_the_shell() {
        assert_eq!(quoted("5f0a-11"), "5f0a-11");
        assert_eq!(quoted("a; rm -rf $(x)"), "'a; rm -rf $(x)'");
        assert_eq!(quoted("a'b"), r"'a'\''b'");
        assert_eq!(quoted(""), "''");
    }
}
