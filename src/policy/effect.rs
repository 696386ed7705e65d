//! The effect of a configuration: what it switches off, lowers, hides or accepts.
//!
//! Invariant: every setting that can make a report milder is listed with its place.

use super::keys::{GATE, SEVERITIES};
use super::load::Loaded;
use super::merge::{Merged, Part, Setting, SettingOrigin, is_no_looser, written};
use crate::catalog::{Persona, Rule, Severity, Value};
use crate::finding::{ConfigurationChange, ConfigurationFacts};
use crate::text::counted;
use std::collections::BTreeMap;

/// The configuration files in force, nearest first, and the settings that make reports milder.
pub(super) fn facts(loaded: &Loaded, merged: &Merged) -> ConfigurationFacts {
    let files = loaded.layers.iter().rev();
    let mut changes = Vec::new();
    for (path, setting) in &merged.settings {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        match path[..] {
            ["rules", rule, name] => {
                changes.extend(of_rule(loaded, rule, name, setting, None));
            }
            ["gate", name] => changes.extend(of_gate(name, setting)),
            ["acceptance", name @ "comments-in-exports"]
                if setting.value == Value::Boolean(true) =>
            {
                let effect = "lets comments in exports accept findings".to_owned();
                changes.extend(change(name, effect, setting));
            }
            _ => {}
        }
    }
    for (path, items) in &merged.lists {
        let effect: fn(&str) -> String = match path.as_str() {
            "exclude" => |glob| format!("excludes {glob}"),
            "inputs.without" => |input| format!("waives {input}"),
            "terraform.modules-without-clients" => {
                |source| format!("ignores modules from {source}")
            }
            _ => continue,
        };
        for (text, setting) in items {
            changes.extend(change(path, effect(text), setting));
        }
    }
    for part in merged.organisations.iter().chain(&merged.clients) {
        changes.extend(of_part(loaded, part));
    }
    changes.extend(accepted(&merged.acceptances));
    ConfigurationFacts {
        files: files.map(|layer| layer.name.clone()).collect(),
        changes,
        unused: Vec::new(),
    }
}

/// A change that a file makes. Readers see the command line themselves.
fn change(what: &str, effect: String, setting: &Setting) -> Option<ConfigurationChange> {
    let SettingOrigin::In(origin) = &setting.said else {
        return None;
    };
    Some(ConfigurationChange {
        what: what.to_owned(),
        effect,
        origin: origin.to_string(),
    })
}

/// The effect of a setting of a rule, if it makes the rule milder; `whom` limits it.
fn of_rule(
    loaded: &Loaded,
    id: &str,
    name: &str,
    setting: &Setting,
    whom: Option<&str>,
) -> Option<ConfigurationChange> {
    let rule = loaded.rules.iter().find(|rule| rule.id == id)?;
    let effect = if name == "severity" {
        severity_effect(rule, &setting.value)?
    } else if name == "persona" {
        persona_effect(rule, &setting.value)?
    } else {
        parameter_effect(rule, name, &setting.value)?
    };
    let whom = whom.map(|whom| format!(" for {whom}")).unwrap_or_default();
    change(id, effect + &whom, setting)
}

fn severity_effect(rule: &Rule, value: &Value) -> Option<String> {
    let Value::Text(level) = value else {
        return None;
    };
    if &**level == "off" {
        return Some("off".to_owned());
    }
    let rank = |name: &str| SEVERITIES.iter().position(|known| *known == name);
    let usual = Severity::name(rule.severity);
    (rank(level) < rank(usual)).then(|| format!("severity {level} instead of {usual}"))
}

fn persona_effect(rule: &Rule, value: &Value) -> Option<String> {
    let is_later = matches!(value, Value::Text(word) if &**word == Persona::Pedantic.name());
    (is_later && rule.persona < Persona::Pedantic).then(|| "only for persona pedantic".to_owned())
}

fn parameter_effect(rule: &Rule, name: &str, value: &Value) -> Option<String> {
    let parameter = rule.parameter(name)?;
    let is_stricter = is_no_looser(rule.tighter(parameter), None, value, &parameter.default);
    (!is_stricter).then(|| format!("{name} = {}", written(value)))
}

/// The effect of a setting of the gate, if it makes the gate milder.
fn of_gate(name: &str, setting: &Setting) -> Option<ConfigurationChange> {
    let key = GATE.iter().find(|key| key.name == name)?;
    let order = match &key.kind {
        super::keys::Kind::Choice(words) => Some(*words),
        _ => None,
    };
    let is_stricter = key
        .default
        .value()
        .is_some_and(|default| is_no_looser(key.tighter, order, &setting.value, &default));
    if is_stricter {
        return None;
    }
    let effect = format!("{name} = {}", written(&setting.value));
    change(&format!("gate.{name}"), effect, setting)
}

/// The effects of a section for some clients or organisations.
fn of_part(loaded: &Loaded, part: &Part) -> Vec<ConfigurationChange> {
    let settings = part.settings.iter();
    let changes = settings.filter_map(|(path, setting)| {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        match path[..] {
            ["rules", rule, name] => of_rule(loaded, rule, name, setting, Some(&part.name)),
            ["kind"] => change(
                &part.name,
                format!("kind = {}", written(&setting.value)),
                setting,
            ),
            _ => None,
        }
    });
    changes.collect()
}

/// The number of acceptances for each rule, with the place of the first.
fn accepted(parts: &[Part]) -> Vec<ConfigurationChange> {
    let mut counts: BTreeMap<&str, (usize, String)> = BTreeMap::new();
    for part in parts {
        let rule = part.text("rule").unwrap_or_default();
        let first = || (0, part.origin.to_string());
        counts.entry(rule).or_insert_with(first).0 += 1;
    }
    let changes = counts
        .into_iter()
        .map(|(rule, (count, origin))| ConfigurationChange {
            what: rule.to_owned(),
            effect: counted(count, "acceptance"),
            origin,
        });
    changes.collect()
}
