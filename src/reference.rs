//! The catalogue for people: one rule, the table, the reference.
//!
//! Invariant: every text about a rule comes from its rule file.

use crate::catalog::{Example, ExpectedVerdict, Parameter, Rule, Severity, Value};
use crate::report::Paint;
use std::fmt::Write;

/// The JSON Schema of a rule file, TOML read as JSON.
#[must_use]
pub fn schema() -> serde_json::Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12();
    let mut schema = settings.into_generator().into_root_schema_for::<Rule>();
    schema.insert("title".into(), "a rule file of grantlint".into());
    schema.to_value()
}

/// One rule for a terminal.
#[must_use]
pub fn explain(rule: &Rule, paint: Paint) -> String {
    let mut text = String::new();
    let mut section = |title: &str, body: String| {
        let _ = write!(text, "{}\n{}\n\n", paint.bold(title), body.trim_end());
    };
    let severity = paint.severity(rule.severity, rule.severity.name());
    let worst = worst_words(rule);
    section(
        &rule.id,
        format!(
            "{}\n{severity} severity{worst}, {} confidence, for {} and up{}",
            rule.title,
            rule.confidence.name(),
            rule.persona.name(),
            since(rule)
        ),
    );
    section("why", rule.why.trim().to_owned());
    section("fix", rule.fix.trim().to_owned());
    if !rule.needs.is_empty() {
        let needs: Vec<String> = rule
            .needs
            .iter()
            .map(|need| format!("{}: {}", need.words(), need.how()))
            .collect();
        section("needs", needs.join("\n"));
    }
    if !rule.params.is_empty() {
        let lines: Vec<String> = rule.params.iter().map(parameter).collect();
        section("parameters", lines.join("\n"));
    }
    for example in rule.examples.iter() {
        let body = format!("{}{}", circumstances(example), example.yaml.trim());
        section(example_title(example), indent(&body));
    }
    let references: Vec<String> = rule
        .references
        .iter()
        .map(|reference| format!("{}\n  {}", reference.title, reference.url))
        .collect();
    if !references.is_empty() {
        section("references", references.join("\n"));
    }
    if !rule.standards.is_empty() {
        section("standards", rule.standards.join(", "));
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// `, since 1.0.0`, if the rule says it.
fn since(rule: &Rule) -> String {
    if rule.since.is_empty() {
        return String::new();
    }
    format!(", since {}", rule.since)
}

/// Comments with what an example sets: parameters, the day and the region.
fn circumstances(example: &Example) -> String {
    let mut text = String::new();
    for setting in example.params.iter() {
        let _ = writeln!(text, "# with {} = {}", setting.name, value(&setting.value));
    }
    if let Some(today) = &example.today {
        let _ = writeln!(text, "# on {today}");
    }
    if let Some(region) = &example.region {
        let _ = writeln!(text, "# with region = {region:?} in [organisation]");
    }
    text
}

const fn example_title(example: &Example) -> &'static str {
    match example.verdict {
        ExpectedVerdict::Bad => "bad",
        ExpectedVerdict::Good => "good",
        ExpectedVerdict::NotJudged => "not judged",
    }
}

fn indent(text: &str) -> String {
    text.lines()
        .map(|line| {
            if line.is_empty() {
                String::new()
            } else {
                format!("  {line}")
            }
        })
        .collect::<Vec<_>>()
        .join("\n")
}

fn parameter(parameter: &Parameter) -> String {
    let bounds = match (parameter.min, parameter.max) {
        (None, None) => String::new(),
        (Some(min), None) => format!(", at least {min}"),
        (None, Some(max)) => format!(", at most {max}"),
        (Some(min), Some(max)) => format!(", {min} to {max}"),
    };
    format!(
        "{} = {}  ({}{bounds})\n  {}",
        parameter.name,
        value(&parameter.default),
        parameter.kind.words(),
        parameter.doc
    )
}

/// A value as TOML writes it.
fn value(value: &Value) -> String {
    let list = |texts: &[std::borrow::Cow<'static, str>]| {
        let quoted: Vec<String> = texts.iter().map(|text| format!("{text:?}")).collect();
        format!("[{}]", quoted.join(", "))
    };
    match value {
        Value::Integer(number) => number.to_string(),
        Value::Boolean(truth) => truth.to_string(),
        Value::Text(text) => format!("{text:?}"),
        Value::List(texts) => list(texts),
        Value::ByClient(table) => {
            let entries: Vec<String> = table
                .iter()
                .map(|(pattern, texts)| format!("{pattern:?} = {}", list(texts)))
                .collect();
            format!("{{ {} }}", entries.join(", "))
        }
    }
}

/// The worst severity of a finding, if it is not that of the rule.
fn worst_words(rule: &Rule) -> String {
    let worst = rule.worst.map(Severity::name);
    worst.map_or_else(String::new, |worst| format!(" (up to {worst})"))
}

/// The catalogue as a table.
#[must_use]
pub fn table<'r>(rules: impl IntoIterator<Item = &'r Rule>) -> String {
    let rules: Vec<&Rule> = rules.into_iter().collect();
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    let mut text = String::new();
    for rule in rules {
        let _ = writeln!(
            text,
            "{:<width$}  {:<8}  {:<8}  {}",
            rule.id,
            rule.severity.name(),
            rule.persona.name(),
            rule.title
        );
    }
    text
}

/// The catalogue as JSON.
#[must_use]
pub fn json(rules: &[Rule]) -> String {
    let rules: Vec<_> = rules
        .iter()
        .map(|rule| {
            serde_json::json!({
                "id": rule.id,
                "title": rule.title,
                "severity": rule.severity.name(),
                "worst_severity": rule.worst_severity().name(),
                "confidence": rule.confidence.name(),
                "persona": rule.persona.name(),
                "category": rule.category.name(),
                "since": rule.since,
                "sarif_ids": rule.sarif_ids(),
                "needs": rule.needs.iter().map(|need| need.name()).collect::<Vec<_>>(),
                "why": rule.why.trim(),
                "fix": rule.fix.trim(),
                "standards": rule.standards,
                "references": rule.references.iter().map(|reference| serde_json::json!({
                    "title": reference.title, "url": reference.url,
                })).collect::<Vec<_>>(),
                "parameters": rule.params.iter().map(|parameter| serde_json::json!({
                    "name": parameter.name,
                    "type": parameter.kind.words(),
                    "default": value(&parameter.default),
                    "doc": parameter.doc,
                })).collect::<Vec<_>>(),
            })
        })
        .collect();
    let mut text = serde_json::to_string_pretty(&rules).unwrap_or_default();
    text.push('\n');
    text
}

/// The reference, `docs/rules.md`: a section for each rule, with the rule id as anchor.
#[must_use]
pub fn markdown(rules: &[Rule]) -> String {
    let mut text = String::from(
        "# Rules\n\nWritten from `rules/*.toml` by `UPDATE=1 cargo test --locked generated`; edit those.\n\n\
         | rule | severity | confidence | persona | what it finds |\n|---|---|---|---|---|\n",
    );
    for rule in rules {
        let _ = writeln!(
            text,
            "| [{id}](#{id}) | {} | {} | {} | {} |",
            rule.severity.name(),
            rule.confidence.name(),
            rule.persona.name(),
            rule.title,
            id = rule.id,
        );
    }
    for rule in rules {
        section(rule, &mut text);
    }
    text
}

fn section(rule: &Rule, text: &mut String) {
    let _ = write!(
        text,
        "\n## {}\n\n**{}** Severity {}{}, confidence {}, persona {}{}.\n\n{}\n\n**Fix.** {}\n",
        rule.id,
        sentence(&rule.title),
        rule.severity.name(),
        worst_words(rule),
        rule.confidence.name(),
        rule.persona.name(),
        since(rule),
        rule.why.trim(),
        rule.fix.trim()
    );
    if !rule.needs.is_empty() {
        let needs: Vec<String> = rule
            .needs
            .iter()
            .map(|need| format!("{} (`{}`)", need.words(), need.how()))
            .collect();
        let _ = write!(
            text,
            "\n**Needs** {}; without it the rule is not judged.\n",
            needs.join("; ")
        );
    }
    if !rule.params.is_empty() {
        text.push_str("\n| parameter | default | meaning |\n|---|---|---|\n");
        for parameter in rule.params.iter() {
            let default = value(&parameter.default).replace('|', "\\|");
            let _ = writeln!(
                text,
                "| `{}` | `{default}` | {} |",
                parameter.name,
                parameter.doc.replace('\n', " ")
            );
        }
    }
    for (verdict, title) in [
        (ExpectedVerdict::Bad, "Bad"),
        (ExpectedVerdict::Good, "Good"),
    ] {
        if let Some(example) = rule
            .examples
            .iter()
            .find(|example| example.verdict == verdict)
        {
            let _ = write!(
                text,
                "\n{title}:\n\n```yaml\n{}{}\n```\n",
                circumstances(example),
                example.yaml.trim()
            );
        }
    }
    if !rule.references.is_empty() {
        text.push_str("\nReferences:\n\n");
    }
    for reference in rule.references.iter() {
        let _ = writeln!(text, "- [{}]({})", reference.title, reference.url);
    }
    if !rule.standards.is_empty() {
        let _ = write!(text, "\nStandards: {}.\n", rule.standards.join(", "));
    }
}

/// With a full stop at the end.
fn sentence(text: &str) -> String {
    let text = text.trim().trim_end_matches('.');
    format!("{text}.")
}
