//! The JSON Schema of `grantlint.toml`, from the keys and the catalogue.

use super::keys::{
    BESIDE_PARAMETERS, Default, Key, Kind, LEVELS, LOCKS_OF_RULE, RULE_PERSONAS, TOP,
};
use crate::catalog::{Parameter, ParameterKind, Rule, Value};
use serde_json::{Map, Value as Json, json};

/// The schema, for these rules and report formats.
#[must_use]
pub fn schema(rules: &[&Rule], formats: &[&str]) -> String {
    let writer = Writer { rules, formats };
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "grantlint.toml",
        "description": "Configuration of grantlint, a linter for exported OAuth clients.",
    });
    let body = writer.table(TOP);
    if let (Json::Object(schema), Json::Object(body)) = (&mut schema, body) {
        schema.extend(body);
    }
    if let Json::Object(schema) = &mut schema {
        schema.insert("$defs".into(), writer.definitions());
    }
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

struct Writer<'w> {
    rules: &'w [&'w Rule],
    formats: &'w [&'w str],
}

impl Writer<'_> {
    fn definitions(&self) -> Json {
        let ids: Vec<&str> = self.rules.iter().map(|rule| rule.id.as_ref()).collect();
        json!({
            "rule": { "enum": ids },
            "settings": self.rules_table(&[], false),
            "pattern": {
                "type": "string",
                "pattern": "^(\\*|(id|name|address|kind|grant):.*\\S.*)$",
            },
        })
    }

    fn table(&self, keys: &'static [Key]) -> Json {
        let mut properties = Map::new();
        for key in keys {
            properties.insert(key.name.into(), self.key(key));
        }
        let required: Vec<&str> = keys
            .iter()
            .filter(|key| key.required)
            .map(|key| key.name)
            .collect();
        let mut table = json!({
            "type": "object",
            "properties": properties,
            "additionalProperties": false,
        });
        if !required.is_empty()
            && let Json::Object(table) = &mut table
        {
            table.insert("required".into(), json!(required));
        }
        table
    }

    fn key(&self, key: &'static Key) -> Json {
        let mut schema = self.kind(&key.kind);
        if let Json::Object(schema) = &mut schema {
            schema.insert("description".into(), json!(key.doc));
            let default = match key.default {
                Default::None => None,
                Default::Integer(number) => Some(json!(number)),
                Default::Boolean(truth) => Some(json!(truth)),
                Default::Text(text) => Some(json!(text)),
                Default::EmptyList => Some(json!([])),
                Default::EmptyTable => Some(json!({})),
            };
            if let Some(default) = default {
                schema.insert("default".into(), default);
            }
        }
        schema
    }

    fn kind(&self, kind: &'static Kind) -> Json {
        match kind {
            Kind::Text => json!({ "type": "string", "pattern": "\\S" }),
            Kind::Integer(min, max) => json!({ "type": "integer", "minimum": min, "maximum": max }),
            Kind::Boolean => json!({ "type": "boolean" }),
            Kind::Date => date(),
            Kind::Interval => json!({ "type": "string", "pattern": "^[^/]+/[^/]+$" }),
            Kind::Choice(words) => json!({ "enum": words }),
            Kind::Texts => texts(),
            Kind::TextLists => json!({ "type": "array", "items": texts() }),
            Kind::Words(words) => json!({ "type": "array", "items": { "enum": words } }),
            Kind::Region => json!({ "type": "string", "minLength": 1 }),
            Kind::Rule => json!({ "$ref": "#/$defs/rule" }),
            Kind::OneClient => json!({
                "type": "string",
                "pattern": "^((id|address):.*\\S.*|name:[^*?]*[^*?\\s][^*?]*)$",
            }),
            Kind::Field => json!({ "type": "string", "pattern": "^[^\\[\\]]+$" }),
            Kind::Format => json!({ "enum": self.formats }),
            Kind::FormatFiles => json!({
                "type": "object",
                "propertyNames": { "enum": self.formats },
                "additionalProperties": { "type": "string", "pattern": "\\S" },
            }),
            Kind::Lock(words) => lock(words),
            Kind::Table(keys) => self.table(keys),
            Kind::Tables(keys) => json!({ "type": "array", "items": self.table(keys) }),
            Kind::ByClient(keys) => json!({
                "type": "object",
                "propertyNames": { "$ref": "#/$defs/pattern" },
                "additionalProperties": self.table(keys),
            }),
            Kind::ByDirectory(keys) => json!({
                "type": "object",
                "additionalProperties": self.table(keys),
            }),
            Kind::Rules([]) => json!({ "$ref": "#/$defs/settings" }),
            Kind::Rules(keys) => self.rules_table(keys, true),
        }
    }

    fn rules_table(&self, keys: &'static [Key], is_top: bool) -> Json {
        let mut properties = Map::new();
        for key in keys {
            properties.insert(key.name.into(), self.key(key));
        }
        for rule in self.rules {
            properties.insert(rule.id.to_string(), settings(rule, is_top));
        }
        json!({
            "type": "object",
            "properties": properties,
            "additionalProperties": false,
        })
    }
}

fn settings(rule: &Rule, is_top: bool) -> Json {
    let [severity, persona, locked] = BESIDE_PARAMETERS;
    let mut properties = Map::new();
    properties.insert(
        severity.into(),
        json!({ "enum": LEVELS, "default": rule.severity.name() }),
    );
    if is_top {
        properties.insert(
            persona.into(),
            json!({ "enum": RULE_PERSONAS, "default": rule.persona.name() }),
        );
        let parameters = rule.params.iter().map(|parameter| parameter.name.as_ref());
        let words: Vec<&str> = LOCKS_OF_RULE.into_iter().chain(parameters).collect();
        properties.insert(locked.into(), lock(&words));
    }
    for own in rule.params.iter() {
        properties.insert(own.name.to_string(), parameter(own));
    }
    json!({
        "type": "object",
        "description": rule.title,
        "properties": properties,
        "additionalProperties": false,
    })
}

fn parameter(parameter: &Parameter) -> Json {
    let mut schema = match parameter.kind {
        ParameterKind::Integer => json!({ "type": "integer" }),
        ParameterKind::Boolean => json!({ "type": "boolean" }),
        ParameterKind::Text => json!({ "type": "string" }),
        ParameterKind::Date => date(),
        ParameterKind::List => texts(),
        ParameterKind::ByClient => json!({
            "type": "object",
            "propertyNames": { "$ref": "#/$defs/pattern" },
            "additionalProperties": { "anyOf": [texts(), { "type": "integer" }] },
        }),
    };
    if let Json::Object(schema) = &mut schema {
        for (name, bound) in [("minimum", parameter.min), ("maximum", parameter.max)] {
            if let Some(bound) = bound {
                schema.insert(name.into(), json!(bound));
            }
        }
        schema.insert("default".into(), value(&parameter.default));
        schema.insert("description".into(), json!(parameter.doc));
    }
    schema
}

fn value(value: &Value) -> Json {
    match value {
        Value::Integer(number) => json!(number),
        Value::Boolean(truth) => json!(truth),
        Value::Text(text) => json!(text),
        Value::List(texts) => json!(texts),
        Value::ByClient(table) => {
            let entries = table
                .iter()
                .map(|(pattern, texts)| (pattern.to_string(), json!(texts)));
            Json::Object(entries.collect())
        }
    }
}

fn texts() -> Json {
    json!({ "type": "array", "items": { "type": "string", "pattern": "\\S" } })
}

/// Editors pass TOML dates on as text.
fn date() -> Json {
    json!({ "type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}$" })
}

fn lock(words: &[&str]) -> Json {
    json!({
        "anyOf": [
            { "type": "boolean" },
            { "type": "array", "items": { "enum": words } },
        ],
    })
}
