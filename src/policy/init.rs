//! A starting configuration, written from an export.
//!
//! Invariant: it lets no finding go: it requires the inputs that are there, names the region that the
//! redirect URIs lead to, and reports new holders of critical permissions. Suggestions follow `#` without a space, contain the
//! defaults, and are valid once the `#` is removed.

use super::keys::{
    ACCEPT, ACCEPTANCE, EACH_ORGANISATION, GATE, INPUTS, Key, Kind, OUTPUT, REPORT, WAIVABLE,
};
use super::merge::written;
use super::proposals::{Proposals, Proposed, names, proposals};
use super::read::{quoted, shown};
use crate::catalog::{Need, Parameter, Rule, Value};
use crate::finding::{ClientFacts, Report};
use crate::model::{ClientKind, region_of_host};
use crate::text::{counted, visible};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The text of a first `grantlint.toml`. `directories` are those of the organisations, as the
/// configuration names them.
#[must_use]
pub fn starting_file(report: &Report<'_>, directories: &[String]) -> String {
    let mut text = String::new();
    head(report, &mut text);
    inputs(report, directories, &mut text);
    table("gate", GATE, &mut text);
    text.push_str("# Without a client the audit is incomplete.\nrequire-clients = 1\n");
    table("report", REPORT, &mut text);
    table("output", OUTPUT, &mut text);
    table("acceptance", ACCEPTANCE, &mut text);
    region(report, &mut text);
    organisations(directories, &mut text);
    kinds(report, &mut text);
    rules(report, &mut text);
    acceptance(report, &mut text);
    text
}

fn head(report: &Report<'_>, text: &mut String) {
    let summary = &report.summary;
    let _ = write!(
        text,
        "# Configuration of grantlint, begun on {} with what it saw: {} in {} of {}.\n\
         # Commented lines show the defaults; remove the # to change one.\n\
         # All values with their origins: `grantlint config`. All keys: `grantlint schema config`.\n\
         # A file that this one builds on, whose locks it can only tighten:\n\
         #extends = \"../grantlint.toml\"\n\
         # Files that are not audited:\n\
         #exclude = [\"archive/**\"]\n",
        report.today,
        counted(summary.clients, "client"),
        counted(summary.files, "file"),
        counted(summary.organisations, "organisation")
    );
}

fn table(name: &str, keys: &[Key], text: &mut String) {
    let _ = writeln!(text, "\n[{name}]");
    for key in keys {
        if key.name == "require-clients" || matches!(key.kind, Kind::Lock(_)) {
            continue;
        }
        let example = match (&key.kind, key.name) {
            (Kind::FormatFiles, _) => "{ concise = \"grantlint.txt\" }".to_owned(),
            (_, "baseline" | "title") => continue,
            _ => key
                .default
                .value()
                .as_ref()
                .map(written)
                .unwrap_or_default(),
        };
        let _ = writeln!(text, "# {}\n#{} = {example}", key.doc, key.name);
    }
}

/// The inputs that every organisation has are required; the others are named.
fn inputs(report: &Report<'_>, directories: &[String], text: &mut String) {
    let is_at = |path: &str, directory: &str| {
        let own = path.rsplit_once('/').map_or(".", |(own, _)| own);
        own == "." || directory == own || directory.starts_with(&format!("{own}/"))
    };
    let has_all = |shape: &str| {
        directories.iter().all(|directory| {
            let mut inputs = report.inputs.iter();
            inputs.any(|input| input.shape == shape && is_at(&input.path, directory))
        })
    };
    let (mut found, mut absent) = (vec!["clients"], Vec::new());
    for name in WAIVABLE.iter().copied().filter(|name| *name != "policy") {
        let list = if has_all(name) {
            &mut found
        } else {
            &mut absent
        };
        list.push(name);
    }
    let list = |names: Vec<&'static str>| {
        let names: Vec<_> = names.into_iter().map(std::borrow::Cow::from).collect();
        written(&Value::List(names.into()))
    };
    let doc = |name: &str| {
        INPUTS
            .iter()
            .find(|key| key.name == name)
            .map_or("", |key| key.doc)
    };
    let _ = writeln!(
        text,
        "\n[inputs]\n# {}\nrequire = {}",
        doc("require"),
        list(found)
    );
    if !absent.is_empty() {
        let _ = writeln!(text, "# {}\n#without = {}", doc("without"), list(absent));
    }
}

/// The region that the redirect URIs lead to, if they lead to one; all of them, as suggestions, if
/// they lead to several.
fn region(report: &Report<'_>, text: &mut String) {
    let profiles = report
        .inventory
        .iter()
        .flat_map(|inventory| &inventory.profiles);
    let found: BTreeSet<&str> = profiles
        .flat_map(|profile| &profile.hosts.items)
        .filter_map(|host| {
            let name = host.rsplit('/').next().unwrap_or(host);
            region_of_host(&name.to_ascii_lowercase())
        })
        .map(|region| region.domain)
        .collect();
    let doc = EACH_ORGANISATION.first().map_or("", |key| key.doc);
    let _ = writeln!(text, "\n[organisation]\n# {doc}");
    match found.iter().copied().collect::<Vec<_>>()[..] {
        [] => text.push_str("# No redirect URI names it.\n#region = \"mypurecloud.com\"\n"),
        [domain] => {
            let _ = writeln!(
                text,
                "# The redirect URIs lead to it; correct it if they are wrong.\nregion = {}",
                quoted(domain)
            );
        }
        ref several => {
            text.push_str("# The redirect URIs lead to several.\n");
            for domain in several {
                let _ = writeln!(text, "#region = {}", quoted(domain));
            }
        }
    }
}

fn organisations(directories: &[String], text: &mut String) {
    text.push_str(
        "\n# The name of each organisation in reports, by the directory of its clients.\n",
    );
    for directory in directories {
        let path = shown(&["organisations".into(), directory.clone()]);
        let _ = writeln!(text, "#[{path}]\n#name = {}", quoted(directory));
    }
}

fn kinds(report: &Report<'_>, text: &mut String) {
    let guessed: Vec<&ClientFacts<'_>> = report
        .clients
        .iter()
        .filter(|client| client.kind_is_guess)
        .collect();
    if guessed.is_empty() {
        return;
    }
    text.push_str("\n# Guessed kinds of clients: correct or confirm them.\n");
    for client in guessed {
        let Some(kind) = ClientKind::ALL
            .iter()
            .find(|kind| kind.name() == client.kind)
        else {
            continue;
        };
        let path = shown(&["clients".into(), client.identity()]);
        let _ = writeln!(
            text,
            "# {}: {}\n#[{path}]\n#kind = \"{}\"",
            visible(&client.label),
            client.evidence,
            kind.key()
        );
    }
}

/// What a section of a rule is written from.
struct RuleSections<'r> {
    proposals: Proposals,
    /// The labels of clients, by their identity.
    names: BTreeMap<String, Cow<'r, str>>,
    written: BTreeSet<&'static str>,
}

fn rules(report: &Report<'_>, text: &mut String) {
    let mut sections = RuleSections {
        proposals: proposals(report),
        names: names(report),
        written: BTreeSet::new(),
    };
    let mut proposed: Vec<&'static Rule> = Vec::new();
    for rule in crate::catalog::builtin() {
        if sections.proposals.keys().any(|(id, _)| *id == rule.id) {
            proposed.push(rule);
        }
    }
    if !proposed.is_empty() {
        text.push_str(
            "\n# What this export says about your organisation. Confirm what begins with #.\n",
        );
    }
    for rule in proposed {
        sections.settings(rule, "proposed", text);
    }
    let mut counts: BTreeMap<&str, (&'static Rule, usize)> = BTreeMap::new();
    for finding in &report.findings {
        counts
            .entry(&finding.rule.id)
            .or_insert((finding.rule, 0))
            .1 += 1;
    }
    if !counts.is_empty() {
        text.push_str("\n# Rules with findings in this export.\n");
    }
    for (rule, count) in counts.into_values() {
        sections.settings(rule, &counted(count, "finding"), text);
    }
    let open = report
        .not_judged
        .iter()
        .filter(|open| open.needs == Need::Policy);
    let ids: BTreeSet<&str> = open.map(|open| open.rule).collect();
    let is_new = |rule: &&&'static Rule| !sections.written.contains(&*rule.id);
    let rules = report.rules.iter().filter(|rule| ids.contains(&*rule.id));
    let rules: Vec<&'static Rule> = rules.filter(is_new).copied().collect();
    if !rules.is_empty() {
        text.push_str("\n# Rules that need to know what is allowed.\n");
    }
    for rule in rules {
        sections.settings(rule, "not judged", text);
    }
}

impl RuleSections<'_> {
    /// The section of a rule, once: its severity and parameters, with what is proposed for them.
    fn settings(&mut self, rule: &'static Rule, why: &str, text: &mut String) {
        if !self.written.insert(&rule.id) {
            return;
        }
        let proposed = |parameter: &Parameter| self.proposed(rule, parameter);
        let mut values = rule.params.iter().map(&proposed);
        let is_active = values.any(|value| value.is_some_and(|value| value.is_active));
        let mark = if is_active { "" } else { "#" };
        let _ = writeln!(
            text,
            "# {} ({why})\n{mark}[rules.{}]\n#severity = \"{}\"",
            rule.title,
            rule.id,
            rule.severity.name()
        );
        let (tables, plain): (Vec<&Parameter>, Vec<&Parameter>) = rule.params.iter().partition(
            |parameter| matches!(proposed(parameter), Some(own) if is_table(&own.value)),
        );
        for parameter in plain {
            let (value, mark) = match proposed(parameter) {
                Some(own) => {
                    let _ = writeln!(text, "# {}", own.why);
                    (&own.value, if own.is_active { "" } else { "#" })
                }
                None => (&parameter.default, "#"),
            };
            let doc = parameter.doc.replace('\n', " ");
            let name = &parameter.name;
            let value = self.value(value, mark);
            let _ = writeln!(text, "# {}\n{mark}{name} = {value}", doc.trim());
        }
        for parameter in tables {
            let Some(Proposed {
                value: Value::ByClient(table),
                why,
                ..
            }) = proposed(parameter)
            else {
                continue;
            };
            let doc = parameter.doc.replace('\n', " ");
            let _ = writeln!(
                text,
                "# {why}\n# {}\n#[rules.{}.{}]",
                doc.trim(),
                rule.id,
                parameter.name
            );
            for (client, texts) in table.iter() {
                let list = written(&Value::List(texts.clone()));
                let key = quoted(client);
                let name = self.names.get(&**client);
                let name = name.map_or_else(String::new, |name| format!(" # {name}"));
                let _ = writeln!(text, "#{key} = {list}{name}");
            }
        }
    }

    fn proposed(&self, rule: &Rule, parameter: &Parameter) -> Option<&Proposed> {
        let mut all = self.proposals.iter();
        let is_meant = |(id, name): &(&str, &str)| *id == rule.id && *name == parameter.name;
        Some(all.find(|(key, _)| is_meant(key))?.1)
    }

    /// A value; a list that names clients has a line for each, with the client's label.
    fn value(&self, value: &Value, mark: &str) -> String {
        let Value::List(items) = value else {
            return written(value);
        };
        if !items.iter().any(|item| self.names.contains_key(&**item)) {
            return written(value);
        }
        let mut text = "[\n".to_owned();
        for item in items.iter() {
            let name = self.names.get(&**item);
            let name = name.map_or_else(String::new, |name| format!(" # {name}"));
            let _ = writeln!(text, "{mark}  {},{name}", quoted(item));
        }
        text + mark + "]"
    }
}

/// Whether a value is a table by client with entries, which has its own section.
fn is_table(value: &Value) -> bool {
    matches!(value, Value::ByClient(table) if !table.is_empty())
}

fn acceptance(report: &Report<'_>, text: &mut String) {
    text.push_str("\n# An accepted risk.\n");
    let finding = report.findings.first();
    let client = finding.and_then(|finding| report.subject(finding.subject));
    let rule = finding.map_or("implicit-grant", |finding| finding.rule.id.as_ref());
    let client = client.map_or_else(|| "name:Example".to_owned(), ClientFacts::identity);
    text.push_str("#[[accept]]\n");
    for key in ACCEPT {
        let value = match key.name {
            "rule" => rule,
            "client" => &client,
            "reason" | "owner" => "..",
            "until" => {
                let day = report.today.checked_add(jiff::Span::new().days(90));
                let day = day.unwrap_or(report.today);
                let _ = writeln!(text, "# {}\n#until = {day}", key.doc);
                continue;
            }
            _ => continue,
        };
        let _ = writeln!(text, "# {}\n#{} = {}", key.doc, key.name, quoted(value));
    }
}
