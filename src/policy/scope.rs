//! Which rules run over which client, how severe, with which parameters.
//!
//! Invariant: sections apply in their order, a later one over an earlier one, except that
//! locked values are only tightened. A section that matches no client is reported.

use super::keys::LEVELS;
use super::merge::{Locked, binding, is_no_looser};
use super::paths::{Glob, Root};
use crate::catalog::{Persona, Rule, Severity, Tighter, Value};
use crate::model::{ClientKind, ClientPattern, KindOf, Organisation, Region};
use crate::text::{Origin, above};
use std::collections::{BTreeMap, HashMap};

/// How severe a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// It does not run.
    Off,
    /// Its findings are of this severity.
    At(Severity),
}

impl Level {
    /// The level of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        if word == "off" {
            return Some(Self::Off);
        }
        severity(word).map(Self::At)
    }
}

/// The severity of this word.
#[must_use]
pub fn severity(word: &str) -> Option<Severity> {
    Severity::ALL
        .into_iter()
        .find(|severity| severity.name() == word)
}

/// The settings of one rule: its severity and parameters, by name.
pub type RuleSettings = BTreeMap<String, Value>;

/// The subjects of a section.
#[derive(Clone, Debug)]
pub enum Who {
    /// Clients.
    Clients(ClientPattern),
    /// All clients of organisations.
    Organisations(Glob),
}

/// A section of a configuration for some clients.
#[derive(Clone, Debug)]
pub struct Section {
    /// Its subjects.
    pub who: Who,
    /// The pattern as written.
    pub pattern: String,
    /// The kind of these clients.
    pub kind: Option<ClientKind>,
    /// The owner of these clients.
    pub owner: Option<String>,
    /// The name of the organisation.
    pub name: Option<String>,
    /// The region of the organisation.
    pub region: Option<Region>,
    /// Everything below the directory belongs to the organisation.
    pub is_whole: bool,
    /// Its settings of rules.
    pub rules: BTreeMap<String, RuleSettings>,
    /// The layer it is in.
    pub layer: usize,
    /// It must match something.
    pub must_match: bool,
    /// Its place.
    pub origin: Origin,
}

/// A pattern in a parameter that must match something.
#[derive(Clone, Debug)]
pub struct Named {
    /// The pattern.
    pub pattern: ClientPattern,
    /// The pattern as written.
    pub written: String,
    /// Its place.
    pub origin: Origin,
}

/// The settings of rules for all and for some clients.
#[derive(Clone, Debug, Default)]
pub struct Scopes {
    /// For all clients.
    pub base: BTreeMap<String, RuleSettings>,
    /// The region of every organisation for which no section names one.
    pub region: Option<Region>,
    /// For some, in the order in which they apply.
    pub sections: Vec<Section>,
    /// Patterns in parameters that must match something.
    pub named: Vec<Named>,
    /// Locked settings of rules: higher layers can only tighten them.
    pub locks: BTreeMap<(String, String), Vec<Locked>>,
    /// The directory in which paths start.
    pub root: Option<Root>,
}

/// Patterns of the command line, each as written and read: a pattern as in the configuration, or a
/// name with `*` and `?`.
///
/// # Errors
/// What is wrong with a pattern.
pub fn clients_named(patterns: &[String]) -> Result<Vec<(String, ClientPattern)>, String> {
    let read = |written: &String| {
        let is_name = written != "*" && !written.contains(':');
        let pattern = if is_name {
            ClientPattern::parse(&format!("name:{written}"))
        } else {
            ClientPattern::parse(written)
        };
        Ok((written.clone(), pattern?))
    };
    patterns.iter().map(read).collect()
}

/// A rule's settings for some clients.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Its severity, if the policy sets one.
    pub level: Option<Level>,
    /// Its parameters that the policy sets.
    pub parameters: Vec<(String, Value)>,
}

/// Which sections are about which clients.
#[derive(Clone, Debug)]
pub struct Settled {
    /// The distinct combinations of sections; the first is empty.
    pub sets: Vec<Vec<usize>>,
    /// For each client, through all organisations, its combination.
    pub set_of: Vec<u32>,
    /// The combination of each authorised application, then of each credential, by organisation.
    pub set_of_other: Vec<u32>,
    /// The directories of the organisations, relative to the configuration.
    pub directories: Vec<String>,
    /// Patterns that match nothing and should.
    pub unmatched: Vec<(String, Origin)>,
}

impl Scopes {
    /// Sets kinds, names and regions, and matches sections with clients.
    #[must_use]
    pub fn assign_sections(&self, organisations: &mut [Organisation<'_>]) -> Settled {
        let directories: Vec<String> = organisations
            .iter()
            .map(|organisation| self.directory(&organisation.label))
            .collect();
        for (organisation, directory) in organisations.iter_mut().zip(&directories) {
            organisation.region = self.region(directory);
        }
        if self.sections.is_empty() && self.named.is_empty() {
            let clients = organisations.iter().map(|one| one.clients.len()).sum();
            return Settled {
                sets: vec![Vec::new()],
                set_of: vec![0; clients],
                set_of_other: Vec::new(),
                directories,
                unmatched: Vec::new(),
            };
        }
        let mut matched = vec![false; self.sections.len()];
        for (organisation, directory) in organisations.iter_mut().zip(&directories) {
            self.set_kinds(organisation, directory, &mut matched);
        }
        let mut settled = Settled {
            sets: vec![Vec::new()],
            set_of: Vec::new(),
            set_of_other: Vec::new(),
            directories: Vec::new(),
            unmatched: Vec::new(),
        };
        let mut known: HashMap<Vec<usize>, u32> = HashMap::from([(Vec::new(), 0)]);
        let mut named = vec![false; self.named.len()];
        for (organisation, directory) in organisations.iter().zip(&directories) {
            let mut set_of = |means: &dyn Fn(&ClientPattern) -> bool| {
                let mut set = Vec::new();
                for (index, section) in self.sections.iter().enumerate() {
                    let is_meant = match &section.who {
                        Who::Clients(pattern) => means(pattern),
                        Who::Organisations(glob) => glob.matches(directory),
                    };
                    if is_meant {
                        matched[index] = true;
                        if !section.rules.is_empty() {
                            set.push(index);
                        }
                    }
                }
                for (found, named) in named.iter_mut().zip(&self.named) {
                    *found |= means(&named.pattern);
                }
                let next = known.len() as u32;
                *known.entry(set).or_insert_with_key(|set| {
                    settled.sets.push(set.clone());
                    next
                })
            };
            for client in &organisation.clients {
                let set = set_of(&|pattern| pattern.matches(client));
                settled.set_of.push(set);
            }
            for one in &organisation.authorisations {
                let (id, name) = (one.client.text(), one.name.text());
                let set = set_of(&|pattern| pattern.matches_named(id, name, None));
                settled.set_of_other.push(set);
            }
            for one in &organisation.credentials {
                let (name, address) = (one.name.text(), Some(&*one.address));
                let set = set_of(&|pattern| pattern.matches_named(None, name, address));
                settled.set_of_other.push(set);
            }
        }
        let sections = self.sections.iter().zip(matched);
        let unmatched_sections = sections
            .filter(|(section, matched)| section.must_match && !matched)
            .map(|(section, _)| (section.pattern.clone(), section.origin.clone()));
        settled.unmatched.extend(unmatched_sections);
        let unmatched_names = self.named.iter().zip(named).filter(|(_, found)| !found);
        settled.unmatched.extend(
            unmatched_names.map(|(named, _)| (named.written.clone(), named.origin.clone())),
        );
        for (organisation, directory) in organisations.iter_mut().zip(&directories) {
            if let Some(name) = self.name(directory) {
                organisation.label = name;
            }
        }
        settled.directories = directories;
        settled
    }

    /// The directory of the organisation that `directory` belongs to, if the policy sets it.
    #[must_use]
    pub fn whole(&self, directory: &str) -> Option<String> {
        let is_whole = |directory: &str| {
            let directory = self.directory(directory);
            self.sections.iter().any(|section| {
                section.is_whole
                    && matches!(&section.who, Who::Organisations(glob) if glob.matches(&directory))
            })
        };
        let mut at = Some(directory);
        while let Some(directory) = at {
            if is_whole(directory) {
                return Some(directory.to_owned());
            }
            at = above(directory);
        }
        None
    }

    /// The owner of a client: that of the last section which names one and means the client.
    #[must_use]
    pub fn owner(&self, means: &dyn Fn(&ClientPattern) -> bool) -> Option<&str> {
        self.sections.iter().rev().find_map(|section| {
            let owner = section.owner.as_deref()?;
            match &section.who {
                Who::Clients(pattern) if means(pattern) => Some(owner),
                _ => None,
            }
        })
    }

    fn directory(&self, label: &str) -> String {
        self.root
            .as_ref()
            .map_or_else(|| label.to_owned(), |root| root.relative(label))
    }

    /// The sections of an organisation, the last one first.
    fn of_organisation(&self, directory: &str) -> impl Iterator<Item = &Section> {
        self.sections
            .iter()
            .rev()
            .filter(move |section| matches!(&section.who, Who::Organisations(glob) if glob.matches(directory)))
    }

    fn name(&self, directory: &str) -> Option<String> {
        self.of_organisation(directory)
            .find_map(|section| section.name.clone())
    }

    fn region(&self, directory: &str) -> Option<Region> {
        self.of_organisation(directory)
            .find_map(|section| section.region)
            .or(self.region)
    }

    /// Sets kinds first, because patterns can select by kind.
    fn set_kinds(
        &self,
        organisation: &mut Organisation<'_>,
        directory: &str,
        matched: &mut [bool],
    ) {
        for client in &mut organisation.clients {
            let mut kind = None;
            for (section, matched) in self.sections.iter().zip(matched.iter_mut()) {
                match &section.who {
                    Who::Clients(pattern) if section.kind.is_some() => {
                        if pattern.matches(client) {
                            *matched = true;
                            kind = section.kind;
                        }
                    }
                    Who::Organisations(glob) => *matched |= glob.matches(directory),
                    Who::Clients(_) => {}
                }
            }
            if let Some(kind) = kind {
                client.kind = KindOf::declared(kind);
            }
        }
    }

    /// Whether any client can be judged by a rule at all.
    #[must_use]
    pub fn is_on(&self, rule: &Rule) -> bool {
        let level = |said: &BTreeMap<String, RuleSettings>| {
            said.get(&*rule.id)
                .and_then(|said| said.get("severity"))
                .map(is_off)
        };
        level(&self.base) != Some(true)
            || self
                .sections
                .iter()
                .any(|section| level(&section.rules) == Some(false))
    }

    /// The persona of a rule, which the policy can set for all clients.
    #[must_use]
    pub fn persona(&self, rule: &Rule) -> Persona {
        let said = self
            .base
            .get(&*rule.id)
            .and_then(|said| said.get("persona"));
        let Some(Value::Text(word)) = said else {
            return rule.persona;
        };
        let mut all = Persona::ALL.into_iter();
        all.find(|persona| persona.name() == word)
            .unwrap_or(rule.persona)
    }

    /// The settings of a rule under these sections.
    #[must_use]
    pub fn settings(&self, rule: &Rule, sections: &[usize]) -> Settings {
        let id: &str = &rule.id;
        let mut said: RuleSettings = self.base.get(id).cloned().unwrap_or_default();
        let mut applied: Vec<(usize, &str, &Value)> = Vec::new();
        for section in sections
            .iter()
            .filter_map(|&index| self.sections.get(index))
        {
            for (name, value) in section.rules.get(id).into_iter().flatten() {
                if self.allows(rule, (section.layer, name, value), &applied) {
                    applied.push((section.layer, name, value));
                    said.insert(name.clone(), value.clone());
                }
            }
        }
        let level = match said.remove("severity") {
            Some(Value::Text(word)) => Level::from_word(&word),
            _ => None,
        };
        said.remove("persona");
        Settings {
            level,
            parameters: said.into_iter().collect(),
        }
    }
}

impl Scopes {
    /// Whether a section may set this value over lower sections.
    fn allows(
        &self,
        rule: &Rule,
        (layer, name, value): (usize, &str, &Value),
        applied: &[(usize, &str, &Value)],
    ) -> bool {
        let key = (rule.id.to_string(), name.to_owned());
        let history = self.locks.get(&key).map_or(&[][..], Vec::as_slice);
        let Some(locked) = binding(history, layer) else {
            return true;
        };
        let mut of_lockers = applied.iter().rev();
        let floor = of_lockers
            .find(|(below, known, _)| *below <= locked.layer && *known == name)
            .map(|(_, _, value)| *value);
        tightens(rule, name, value, floor.or(locked.value.as_ref()))
    }
}

fn is_off(value: &Value) -> bool {
    matches!(value, Value::Text(word) if word == "off")
}

fn tightens(rule: &Rule, name: &str, new: &Value, old: Option<&Value>) -> bool {
    if name == "severity" {
        let default = Value::Text(rule.severity.name().into());
        return is_no_looser(
            Some(Tighter::Higher),
            Some(LEVELS),
            new,
            old.unwrap_or(&default),
        );
    }
    rule.parameter(name).is_some_and(|parameter| {
        let old = old.unwrap_or(&parameter.default);
        is_no_looser(rule.tighter(parameter), None, new, old)
    })
}
