//! The policy in force: defaults, files and command line as plain data, and as a listing of
//! values with their origins.

use super::acceptance::{Acceptance, AcceptanceTarget, Terms};
use super::keys::{
    self, ACCEPTANCE, BESIDE_PARAMETERS, EACH_ORGANISATION, GATE, Kind, LIMITS, OUTPUT, REPORT,
    TypedKey,
};
use super::load::{ConfigSource, Draft, Loaded, join, load};
use super::merge::{Merged, Part, Setting, SettingOrigin, merge, written};
use super::paths::{Glob, Root};
use super::read::shown;
use super::scope::{self, Named, Scopes, Section, Who};
use crate::catalog::{Confidence, Persona, Rule, Severity, Value};
use crate::finding::{ConfigurationFacts, NeededInput, Problem, ProblemKind, WaivedBy};
use crate::model::{ClientKind, ClientPattern, Interval, region_named};
use crate::text::{Origin, Place, Sources};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The former name of the persona `pedantic`.
const FORMER_PERSONA: &str = "auditor";

/// The input from which a policy is made.
#[derive(Clone, Debug)]
pub struct PolicyInput {
    /// Where the configuration is.
    pub sought: ConfigSource,
    /// The working directory, absolute.
    pub here: PathBuf,
    /// The names of the report formats.
    pub formats: Vec<&'static str>,
    /// Settings of the command line: a path of keys, and its value.
    pub given: Vec<(&'static [&'static str], Value)>,
    /// The day.
    pub today: Date,
    /// A text to read in place of a file.
    pub draft: Option<Draft>,
}

/// The policy in force.
#[derive(Debug)]
pub struct Policy {
    /// All rules, built-in and own, ordered by id.
    pub rules: Vec<&'static Rule>,
    /// The user's own rules, each with the place of its check.
    pub own_rules: Vec<(&'static Rule, Place)>,
    /// Which rules run over which client, and how.
    pub scopes: Scopes,
    /// What fails.
    pub fail_on: Option<Severity>,
    /// The least severity that is shown.
    pub min_severity: Severity,
    /// The least confidence that is shown.
    pub min_confidence: Confidence,
    /// For whom findings are shown.
    pub persona: Persona,
    /// The persona is named by its former name, `auditor`.
    pub has_former_persona: bool,
    /// The fewest clients of a complete audit.
    pub require_clients: usize,
    /// Unknown values that rules at or above the gate need make the audit incomplete.
    pub unknown_values_fail: bool,
    /// No client is required, explicitly.
    pub allows_no_clients: bool,
    /// What was known before.
    pub baseline: Option<PathBuf>,
    /// The accepted risks.
    pub acceptances: Vec<Acceptance>,
    /// On which terms.
    pub terms: Terms,
    /// The file for further acceptances, if there is a configuration: the first file of
    /// acceptances that it names, else itself.
    pub acceptance_file: Option<PathBuf>,
    /// What is locked, by its path as TOML writes it, and where.
    pub locks: BTreeMap<String, Origin>,
    /// Rules whose findings the baseline does not suppress, because their acceptance is locked.
    pub not_baselined: BTreeSet<String>,
    /// Files that are not audited.
    pub exclude: Vec<Glob>,
    /// The directory in which these globs start.
    pub root: Option<Root>,
    /// The title of pages, if one is set.
    pub title: Option<String>,
    /// What goes to standard output.
    pub format: String,
    /// Formats that are also written to files.
    pub files: Vec<(String, PathBuf)>,
    /// The inputs that an audit needs or can lack.
    pub inputs: InputTerms,
    /// What Terraform's files do not say.
    pub terraform: TerraformTerms,
    /// What usage results do not say about themselves.
    pub usage: UsageTerms,
    /// What a run reads and lists at most.
    pub limits: RunLimits,
    /// The configuration files in force and their effect; where others lie is not known here.
    pub configuration: ConfigurationFacts,
    /// Every value with its origin, as TOML.
    pub listing: Vec<Line>,
}

/// The inputs that an audit needs in any case, and those that it can lack.
#[derive(Clone, Debug, Default)]
pub struct InputTerms {
    /// The inputs that each organisation must have.
    pub require: Vec<NeededInput>,
    /// The inputs that can be absent, and who waived each.
    pub waived: Vec<(NeededInput, WaivedBy)>,
}

/// What Terraform's files do not say.
#[derive(Clone, Debug, Default)]
pub struct TerraformTerms {
    /// Files of variables that are given together, in their order.
    pub var_files: Vec<Vec<String>>,
    /// Sources of modules that create no clients, with `*`.
    pub modules_without_clients: Vec<String>,
}

/// What usage results do not say about themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UsageTerms {
    /// The days that results without dates and without their query cover.
    pub window: Option<Interval>,
    /// The days between two runs of the rarest job of the clients.
    pub cadence: Option<u32>,
}

/// What a run reads and lists at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunLimits {
    /// Bytes of a file, or of all files in an archive.
    pub file_bytes: u64,
    /// Bytes of all files.
    pub total_bytes: u64,
    /// How many times larger a compressed file can become.
    pub expansion: u64,
    /// Files in a directory or an archive.
    pub files: usize,
    /// Values in a file.
    pub values: usize,
    /// Levels of nesting.
    pub depth: usize,
    /// Values that aliases add to a file.
    pub aliases: usize,
    /// Listed findings of one rule in one client.
    pub findings_per_rule: usize,
    /// Listed findings.
    pub findings: usize,
    /// Characters of a text in a report.
    pub text_length: usize,
}

/// One value of the listing.
#[derive(Clone, Debug)]
pub struct Line {
    /// The path as TOML writes it.
    pub path: String,
    /// The value as TOML writes it.
    pub value: String,
    /// Where it is from.
    pub said: SettingOrigin,
    /// Where it is locked, if it is.
    pub locked: Option<Origin>,
}

/// A policy, or what is wrong with it; and the texts that it was read from.
#[derive(Debug)]
pub struct LoadedPolicy {
    /// The policy; not usable if there is a problem.
    pub policy: Policy,
    /// The texts, for showing problems.
    pub sources: Sources,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

/// Reads everything and decides what holds.
#[must_use]
pub fn make(wanted: &PolicyInput) -> LoadedPolicy {
    let loaded = load(&wanted.sought, &wanted.formats, wanted.draft.as_ref());
    let mut merged = merge(&loaded);
    for (path, value) in &wanted.given {
        let path: Vec<String> = path.iter().map(ToString::to_string).collect();
        let fault = merged.loosens(&path, value, usize::MAX, &loaded.rules);
        merged.problems.extend(fault);
        let setting = Setting {
            value: value.clone(),
            said: SettingOrigin::OnCommandLine,
            place: None,
            layer: usize::MAX,
        };
        merged.settings.insert(path, setting);
    }
    let mut problems = std::mem::take(&mut merged.problems);
    let builder = Builder {
        loaded: &loaded,
        merged: &merged,
        wanted,
    };
    let policy = builder.policy(&mut problems);
    let mut sources_problems = loaded.problems;
    sources_problems.extend(problems);
    sources_problems.sort_by_key(|problem| problem.place);
    LoadedPolicy {
        policy,
        sources: loaded.sources,
        problems: sources_problems,
    }
}

struct Builder<'b> {
    loaded: &'b Loaded,
    merged: &'b Merged,
    wanted: &'b PolicyInput,
}

impl Builder<'_> {
    fn policy(&self, problems: &mut Vec<Problem>) -> Policy {
        let scopes = self.scopes(problems);
        let terms = self.terms();
        let acceptances = self.acceptances(terms, &scopes, problems);
        Policy {
            rules: self.loaded.rules.clone(),
            own_rules: self.loaded.own_rules.clone(),
            fail_on: self.read(&keys::FAIL_ON),
            min_severity: self.read(&keys::MIN_SEVERITY),
            min_confidence: self.read(&keys::MIN_CONFIDENCE),
            persona: self.read(&keys::PERSONA),
            has_former_persona: self.text("gate", "persona") == Some(FORMER_PERSONA),
            require_clients: usize::try_from(self.read(&keys::REQUIRE_CLIENTS)).unwrap_or(0),
            unknown_values_fail: self.read(&keys::UNKNOWN_VALUES_FAIL),
            allows_no_clients: self.read(&keys::REQUIRE_CLIENTS) == 0
                && self.setting("gate", "require-clients").is_some(),
            baseline: self
                .setting("gate", "baseline")
                .and_then(|setting| self.file(setting)),
            root: scopes.root.clone(),
            scopes,
            acceptances,
            terms,
            acceptance_file: self.acceptance_file(),
            locks: self.locks(),
            not_baselined: self.not_baselined(),
            exclude: self.exclude(problems),
            title: self
                .text("report", "title")
                .filter(|title| !title.is_empty())
                .map(str::to_owned),
            format: self
                .text("output", "format")
                .unwrap_or(keys::HUMAN)
                .to_owned(),
            files: self.files(),
            inputs: self.inputs(),
            terraform: self.terraform(),
            usage: self.usage(),
            limits: self.limits(),
            configuration: super::effect::facts(self.loaded, self.merged),
            listing: self.listing(),
        }
    }

    fn setting(&self, table: &str, name: &str) -> Option<&Setting> {
        self.merged.settings.get(&path_of(&[table, name]))
    }

    fn text(&self, table: &str, name: &str) -> Option<&str> {
        match &self.setting(table, name)?.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    fn read<T: Copy>(&self, key: &TypedKey<T>) -> T {
        let setting = self.setting(key.table, key.key.name);
        key.meaning(setting.map(|setting| &setting.value))
    }

    /// A file that a setting names, relative to the file of the setting.
    fn file(&self, setting: &Setting) -> Option<PathBuf> {
        let Value::Text(name) = &setting.value else {
            return None;
        };
        Some(match self.loaded.layers.get(setting.layer) {
            Some(layer) => join(&layer.directory, name),
            None => PathBuf::from(&**name),
        })
    }

    fn files(&self) -> Vec<(String, PathBuf)> {
        self.merged
            .settings
            .iter()
            .filter_map(|(path, setting)| match &path[..] {
                [output, files, format] if output == "output" && files == "files" => {
                    Some((format.clone(), self.file(setting)?))
                }
                _ => None,
            })
            .collect()
    }

    fn inputs(&self) -> InputTerms {
        let named = |key: &str| {
            let items = self.merged.lists.get(key).into_iter().flatten();
            items.filter_map(|(name, setting)| Some((NeededInput::from_name(name)?, setting)))
        };
        let waived = named("inputs.without").filter_map(|(input, setting)| {
            let SettingOrigin::In(origin) = &setting.said else {
                return None;
            };
            Some((input, WaivedBy::Configuration(origin.clone())))
        });
        InputTerms {
            require: named("inputs.require").map(|(input, _)| input).collect(),
            waived: waived.collect(),
        }
    }

    fn terraform(&self) -> TerraformTerms {
        let names = |setting: &Setting| match &setting.value {
            Value::List(names) => names.iter().map(ToString::to_string).collect(),
            _ => Vec::new(),
        };
        let sources = self.merged.lists.get("terraform.modules-without-clients");
        TerraformTerms {
            var_files: self.merged.var_files.iter().map(names).collect(),
            modules_without_clients: sources
                .into_iter()
                .flatten()
                .map(|(source, _)| source.clone())
                .collect(),
        }
    }

    fn usage(&self) -> UsageTerms {
        UsageTerms {
            // A wrong interval was refused when it was read.
            window: self.text("usage", "window").and_then(Interval::parse),
            cadence: self
                .setting("usage", "cadence")
                .and_then(|setting| match setting.value {
                    Value::Integer(days) => u32::try_from(days).ok(),
                    _ => None,
                }),
        }
    }

    fn exclude(&self, problems: &mut Vec<Problem>) -> Vec<Glob> {
        let mut globs = Vec::new();
        for (glob, setting) in self.merged.lists.get("exclude").into_iter().flatten() {
            match Glob::tree(glob) {
                Ok(glob) => globs.push(glob),
                Err(fault) => problems.push(problem(fault, "shorten it", setting.place)),
            }
        }
        globs
    }

    fn scopes(&self, problems: &mut Vec<Problem>) -> Scopes {
        let mut scopes = Scopes {
            root: self
                .loaded
                .directory()
                .map(|directory| Root::new(directory, &self.wanted.here)),
            region: self.text("organisation", "region").and_then(region_named),
            ..Scopes::default()
        };
        for (path, setting) in &self.merged.settings {
            if let [rules, id, name] = &path[..]
                && rules == "rules"
            {
                self.name_clients(setting, &mut scopes.named);
                let said = scopes.base.entry(id.clone()).or_default();
                said.insert(name.clone(), setting.value.clone());
            }
        }
        for (path, lock) in &self.merged.locks {
            if let [_, id, name] = path.split('.').collect::<Vec<_>>()[..] {
                let key = (id.to_owned(), name.to_owned());
                scopes.locks.insert(key, lock.history.clone());
            }
        }
        for part in &self.merged.organisations {
            match Glob::directory(&part.name) {
                Ok(glob) => {
                    let section =
                        self.section(part, Who::Organisations(glob), true, &mut scopes.named);
                    scopes.sections.push(section);
                }
                Err(fault) => problems.push(problem(fault, "shorten it", Some(part.place))),
            }
        }
        for part in &self.merged.clients {
            // A wrong pattern was refused when it was read.
            if let Ok(pattern) = ClientPattern::parse(&part.name) {
                let names = pattern.names_somebody();
                let section = self.section(part, Who::Clients(pattern), names, &mut scopes.named);
                scopes.sections.push(section);
            }
        }
        // Stable: within a layer what is about clients comes after what is about organisations.
        scopes.sections.sort_by_key(|section| section.layer);
        scopes
    }

    fn section(&self, part: &Part, who: Who, may_fail: bool, named: &mut Vec<Named>) -> Section {
        let mut rules: BTreeMap<String, scope::RuleSettings> = BTreeMap::new();
        for (path, setting) in &part.settings {
            if let [_, id, name] = &path[..] {
                self.name_clients(setting, named);
                let said = rules.entry(id.clone()).or_default();
                said.insert(name.clone(), setting.value.clone());
            }
        }
        Section {
            who,
            pattern: part.name.clone(),
            kind: part.text("kind").and_then(ClientKind::of_key),
            owner: part.text("owner").map(str::to_owned),
            name: part.text("name").map(str::to_owned),
            region: part.text("region").and_then(region_named),
            is_whole: part.is("whole"),
            rules,
            layer: part.layer,
            must_match: may_fail && self.is_last(part.layer) && !part.is("optional"),
            origin: part.origin.clone(),
        }
    }

    /// An extended configuration covers the clients of many exports; the last file, of this one.
    fn is_last(&self, layer: usize) -> bool {
        layer + 1 == self.loaded.layers.len()
    }

    fn name_clients(&self, setting: &Setting, named: &mut Vec<Named>) {
        let (Value::ByClient(table), Some(place)) = (&setting.value, setting.place) else {
            return;
        };
        if !self.is_last(setting.layer) {
            return;
        }
        for (written, _) in table.iter() {
            if let Ok(pattern) = ClientPattern::parse(written)
                && pattern.names_somebody()
            {
                named.push(Named {
                    pattern,
                    written: written.to_string(),
                    origin: Origin::resolve(&self.loaded.sources, place),
                });
            }
        }
    }

    fn terms(&self) -> Terms {
        Terms {
            longest_days: self.read(&keys::LONGEST_DAYS),
            dated_from: self.read(&keys::DATED_FROM),
            soon_days: self.read(&keys::SOON_DAYS),
            comments: self.read(&keys::COMMENTS),
            comments_in_exports: self.read(&keys::COMMENTS_IN_EXPORTS),
            approver: self.read(&keys::APPROVER),
        }
    }

    fn limits(&self) -> RunLimits {
        // The bounds of the keys are far below both types.
        let bytes = |key: &TypedKey<i64>| self.read(key).unsigned_abs();
        let count = |key| usize::try_from(bytes(key)).unwrap_or(usize::MAX);
        RunLimits {
            file_bytes: bytes(&keys::FILE_MIB) << 20,
            total_bytes: bytes(&keys::TOTAL_MIB) << 20,
            expansion: bytes(&keys::EXPANSION),
            files: count(&keys::FILES),
            values: count(&keys::VALUES),
            depth: count(&keys::DEPTH),
            aliases: count(&keys::ALIASES),
            findings_per_rule: count(&keys::FINDINGS_PER_RULE),
            findings: count(&keys::FINDINGS),
            text_length: count(&keys::TEXT_LENGTH),
        }
    }

    fn locks(&self) -> BTreeMap<String, Origin> {
        let locks = self.merged.locks.iter();
        locks
            .map(|(path, lock)| (path.clone(), lock.origin.clone()))
            .collect()
    }

    /// A baseline accepts findings in bulk. If a lower layer locks the acceptances of a rule, a
    /// baseline of a higher layer or the command line suppresses none of its findings.
    fn not_baselined(&self) -> BTreeSet<String> {
        let baseline = self.setting("gate", "baseline");
        let layer = baseline.map_or(usize::MAX, |setting| setting.layer);
        let is_bound = |path: &str| {
            let lock = self.merged.locks.get(path);
            lock.is_some_and(|lock| lock.binds(layer).is_some())
        };
        let rules = self.loaded.rules.iter().map(|rule| rule.id.to_string());
        rules
            .filter(|rule| is_bound("accept") || is_bound(&format!("rules.{rule}.accept")))
            .collect()
    }

    fn acceptances(
        &self,
        terms: Terms,
        scopes: &Scopes,
        problems: &mut Vec<Problem>,
    ) -> Vec<Acceptance> {
        let mut acceptances = Vec::new();
        for part in &self.merged.acceptances {
            // A missing or wrong value was reported when it was read.
            let Some(acceptance) = self.acceptance(part, scopes) else {
                continue;
            };
            let level = self
                .loaded
                .rules
                .iter()
                .find(|rule| rule.id == acceptance.rule)
                .map(|rule| match scopes.settings(rule, &[]).level {
                    Some(scope::Level::At(severity)) => severity,
                    _ => rule.severity,
                });
            if let Some((message, remedy)) = terms.fault(&acceptance, level, self.wanted.today) {
                let place = part.setting("until").and_then(|setting| setting.place);
                problems.push(problem(message, remedy, place.or(Some(part.place))));
                continue;
            }
            acceptances.push(acceptance);
        }
        acceptances
    }

    fn acceptance_file(&self) -> Option<PathBuf> {
        let layer = self.loaded.layers.last()?;
        let file = layer.acceptance_files.first().unwrap_or(&layer.path);
        Some(file.clone())
    }

    fn acceptance(&self, part: &Part, scopes: &Scopes) -> Option<Acceptance> {
        let rule = part.text("rule")?;
        let rule = super::read::known_rule(&self.loaded.rules, rule).ok()?;
        let own = |name| part.text(name).map(str::to_owned);
        Some(Acceptance {
            rule: rule.id.to_string(),
            about: AcceptanceTarget::Client {
                pattern: ClientPattern::parse(part.text("client")?).ok()?,
                written: own("client")?,
                organisation: own("organisation"),
                field: own("field"),
                value: own("value"),
            },
            reason: own("reason")?,
            owner: Some(own("owner")?),
            approver: own("approver"),
            until: part.text("until").and_then(|date| date.parse().ok()),
            ticket: own("ticket"),
            origin: part.origin.clone(),
            is_shared: !self.is_last(part.layer),
            is_off: !scopes.is_on(rule),
        })
    }

    fn listing(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for (name, keys) in [
            ("organisation", EACH_ORGANISATION),
            ("gate", GATE),
            ("acceptance", ACCEPTANCE),
            ("limits", LIMITS),
            ("output", OUTPUT),
            ("report", REPORT),
        ] {
            for key in keys {
                if matches!(key.kind, Kind::Lock(_) | Kind::FormatFiles | Kind::Texts) {
                    continue;
                }
                let default = key.default.value();
                self.line(&[name, key.name], default.as_ref(), &mut lines);
            }
        }
        for (path, setting) in &self.merged.settings {
            if path.len() == 3 && path[0] == "output" {
                lines.push(self.setting_line(path, setting));
            }
        }
        for (path, items) in &self.merged.lists {
            for (text, setting) in items {
                lines.push(Line {
                    path: path.clone(),
                    value: written(&Value::Text(text.clone().into())),
                    said: setting.said.clone(),
                    locked: None,
                });
            }
        }
        for setting in &self.merged.var_files {
            lines.push(Line {
                path: "terraform.var-files".to_owned(),
                value: written(&setting.value),
                said: setting.said.clone(),
                locked: None,
            });
        }
        for rule in &self.loaded.rules {
            let severity = Value::Text(rule.severity.name().into());
            self.line(
                &["rules", &rule.id, BESIDE_PARAMETERS[0]],
                Some(&severity),
                &mut lines,
            );
            let persona = Value::Text(rule.persona.name().into());
            self.line(
                &["rules", &rule.id, BESIDE_PARAMETERS[1]],
                Some(&persona),
                &mut lines,
            );
            for parameter in rule.params.iter() {
                let path = ["rules", &rule.id, &parameter.name];
                self.line(&path, Some(&parameter.default), &mut lines);
            }
        }
        let parts = [
            ("organisations", &self.merged.organisations),
            ("clients", &self.merged.clients),
            ("accept", &self.merged.acceptances),
        ];
        for (table, parts) in parts {
            for part in parts {
                for (below, setting) in &part.settings {
                    let mut path = path_of(&[table, &part.name]);
                    path.extend(below.iter().cloned());
                    lines.push(self.setting_line(&path, setting));
                }
            }
        }
        lines
    }

    fn line(&self, path: &[&str], default: Option<&Value>, lines: &mut Vec<Line>) {
        let path = path_of(path);
        if let Some(setting) = self.merged.settings.get(&path) {
            lines.push(self.setting_line(&path, setting));
        } else if let Some(default) = default {
            lines.push(Line {
                value: written(default),
                said: SettingOrigin::ByDefault,
                locked: self.locked(&path),
                path: shown(&path),
            });
        }
    }

    fn setting_line(&self, path: &[String], setting: &Setting) -> Line {
        Line {
            path: shown(path),
            value: written(&setting.value),
            said: setting.said.clone(),
            locked: self.locked(path),
        }
    }

    fn locked(&self, path: &[String]) -> Option<Origin> {
        let lock = self.merged.locks.get(&shown(path))?;
        Some(lock.origin.clone())
    }
}

fn problem(message: impl Into<String>, remedy: &str, place: Option<Place>) -> Problem {
    let problem = Problem::new(ProblemKind::Configuration, message, remedy);
    match place {
        Some(place) => problem.at(place),
        None => problem,
    }
}

fn path_of(path: &[&str]) -> Vec<String> {
    path.iter().map(ToString::to_string).collect()
}

/// Whether a file is excluded.
#[must_use]
pub fn is_excluded(policy: &Policy, shown: &str) -> bool {
    let path = policy
        .root
        .as_ref()
        .map_or_else(|| shown.to_owned(), |root| root.relative(shown));
    policy.exclude.iter().any(|glob| glob.matches(&path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_terms_without_a_configuration_are_those_of_the_keys() {
        let made = make(&PolicyInput {
            sought: ConfigSource::Nowhere,
            here: PathBuf::from("/"),
            formats: vec!["human"],
            given: Vec::new(),
            today: Date::constant(2026, 11, 22),
            draft: None,
        });
        assert!(made.problems.is_empty());
        assert_eq!(made.policy.terms, Terms::default());
    }
}
