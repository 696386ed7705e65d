//! Merges layers of settings, each value with its origin; locked values stay locked.
//!
//! Invariant: a configuration can only tighten what its base has locked. Loosening is a fault
//! at its place; a value is never dropped without a message.

use super::keys::{ACCEPTANCE, GATE, Key, Kind, LEVELS, RULE_PERSONAS};
use super::load::Loaded;
use super::read::{Leaf, quoted, shown};
use crate::catalog::{Rule, Tighter, Value};
use crate::finding::{Problem, ProblemKind};
use crate::text::{Origin, Place};
use std::collections::BTreeMap;

/// Who sets a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingOrigin {
    /// It is the default.
    ByDefault,
    /// A file.
    In(Origin),
    /// The command line.
    OnCommandLine,
}

impl std::fmt::Display for SettingOrigin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::ByDefault => f.write_str("default"),
            Self::In(origin) => origin.fmt(f),
            Self::OnCommandLine => f.write_str("command line"),
        }
    }
}

/// A value in force.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The value.
    pub value: Value,
    /// Who sets it.
    pub said: SettingOrigin,
    /// Where, if in a file.
    pub place: Option<Place>,
    /// The layer that sets it.
    pub layer: usize,
}

/// A section of a configuration for some clients, or one acceptance.
#[derive(Clone, Debug)]
pub struct Part {
    /// The pattern or number.
    pub name: String,
    /// The settings in it, by their paths below it.
    pub settings: Vec<(Vec<String>, Setting)>,
    /// The layer that it is in.
    pub layer: usize,
    /// Where it begins.
    pub place: Place,
    /// Its place, written out.
    pub origin: Origin,
}

impl Part {
    /// A text in it.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        match &self.setting(name)?.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether a truth value in it is true.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.setting(name)
            .is_some_and(|setting| setting.value == Value::Boolean(true))
    }

    /// A setting directly in it.
    #[must_use]
    pub fn setting(&self, name: &str) -> Option<&Setting> {
        self.settings
            .iter()
            .find(|(path, _)| path.len() == 1 && path[0] == name)
            .map(|(_, setting)| setting)
    }
}

/// What is locked, and by which layer.
#[derive(Clone, Debug)]
pub struct Lock {
    /// The layers that lock it, with the value that was in force there: each is no looser
    /// than the one before.
    pub history: Vec<Locked>,
    /// Where it was locked last.
    pub origin: Origin,
}

/// A value that a layer locks.
#[derive(Clone, Debug, PartialEq)]
pub struct Locked {
    /// The layer.
    pub layer: usize,
    /// The value, if it is set.
    pub value: Option<Value>,
}

impl Lock {
    /// What binds a layer: what the last one below it locked.
    #[must_use]
    pub fn binds(&self, layer: usize) -> Option<&Locked> {
        binding(&self.history, layer)
    }
}

/// What binds a layer among what those below it locked.
#[must_use]
pub fn binding(history: &[Locked], layer: usize) -> Option<&Locked> {
    history.iter().rev().find(|locked| locked.layer < layer)
}

/// All layers as one.
#[derive(Debug, Default)]
pub struct Merged {
    /// Values of the last layer that sets them.
    pub settings: BTreeMap<Vec<String>, Setting>,
    /// Values that add up, under their path.
    pub lists: BTreeMap<String, Vec<(String, Setting)>>,
    /// `var-files` in `[terraform]`: the files that are given together, as a list each.
    pub var_files: Vec<Setting>,
    /// `[clients]`, in the order in which they apply.
    pub clients: Vec<Part>,
    /// `[organisations]`, in the order in which they apply.
    pub organisations: Vec<Part>,
    /// `[[accept]]`
    pub acceptances: Vec<Part>,
    /// What is locked, by its path as TOML writes it.
    pub locks: BTreeMap<String, Lock>,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

/// Puts the layers together.
#[must_use]
pub fn merge(loaded: &Loaded) -> Merged {
    let mut merged = Merged::default();
    for (number, layer) in loaded.layers.iter().enumerate() {
        for leaf in &layer.leaves {
            merged.check(leaf, number, loaded);
        }
        for leaf in &layer.leaves {
            merged.take(leaf, number, loaded);
        }
        for leaf in &layer.leaves {
            merged.lock(leaf, number, loaded);
        }
    }
    merged
}

/// Keys of the gate that hide findings from it.
const HIDING: [&str; 3] = ["min-severity", "min-confidence", "persona"];

/// What a leaf is about, for locks.
struct LockSubject<'l> {
    /// The path under which it is locked.
    path: String,
    tighter: Option<Tighter>,
    order: Option<&'static [&'static str]>,
    /// The default.
    default: Option<Value>,
    value: &'l Value,
}

fn subject<'l>(
    path: &[String],
    value: &'l Value,
    rules: &[&'static Rule],
) -> Option<LockSubject<'l>> {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let plain = |path: &str| LockSubject {
        path: path.into(),
        tighter: None,
        order: None,
        default: None,
        value,
    };
    Some(match path[..] {
        ["exclude"] => plain("exclude"),
        ["clients", _, "kind"] => plain("kinds"),
        ["rules", "extra"] => plain("extra"),
        ["acceptance", "files"] => plain("acceptance.files"),
        ["inputs", "without"] => plain("inputs.without"),
        ["gate", name] if name != "lock" => of_key("gate", GATE, name, value)?,
        ["acceptance", name] if name != "lock" => of_key("acceptance", ACCEPTANCE, name, value)?,
        ["accept", _, "rule"] => match value {
            Value::Text(rule) => plain(&shown(&[
                "rules".into(),
                canonical(rule, rules),
                "accept".into(),
            ])),
            _ => return None,
        },
        ["rules", rule, name] | [_, _, "rules", rule, name] if name != "lock" => {
            of_rule(rule, name, value, rules)?
        }
        _ => return None,
    })
}

fn canonical(id: &str, rules: &[&'static Rule]) -> String {
    rules
        .iter()
        .find(|rule| rule.aliases.iter().any(|alias| alias == id))
        .map_or_else(|| id.to_owned(), |rule| rule.id.to_string())
}

fn of_key<'l>(
    table: &str,
    keys: &'static [Key],
    name: &str,
    value: &'l Value,
) -> Option<LockSubject<'l>> {
    let key = keys.iter().find(|key| key.name == name)?;
    Some(LockSubject {
        path: format!("{table}.{name}"),
        tighter: key.tighter,
        order: match &key.kind {
            Kind::Choice(words) => Some(words),
            _ => None,
        },
        default: key.default.value(),
        value,
    })
}

fn of_rule<'l>(
    id: &str,
    name: &str,
    value: &'l Value,
    rules: &[&'static Rule],
) -> Option<LockSubject<'l>> {
    let rule = rules.iter().find(|rule| rule.id == id)?;
    let path = shown(&["rules".into(), id.into(), name.into()]);
    if name == "severity" {
        return Some(LockSubject {
            path,
            tighter: Some(Tighter::Higher),
            order: Some(LEVELS),
            default: Some(Value::Text(rule.severity.name().into())),
            value,
        });
    }
    if name == "persona" {
        return Some(LockSubject {
            path,
            tighter: Some(Tighter::Lower),
            order: Some(RULE_PERSONAS),
            default: Some(Value::Text(rule.persona.name().into())),
            value,
        });
    }
    let parameter = rule.parameter(name)?;
    Some(LockSubject {
        path,
        tighter: rule.tighter(parameter),
        order: None,
        default: Some(parameter.default.clone()),
        value,
    })
}

impl Merged {
    /// Whether a leaf loosens what an earlier layer locked.
    fn check(&mut self, leaf: &Leaf, layer: usize, loaded: &Loaded) {
        let fault = self.loosens(&leaf.path, &leaf.value, layer, &loaded.rules);
        self.problems
            .extend(fault.map(|fault| fault.at(leaf.place)));
    }

    /// The fault of a setting that loosens what a lower layer locked.
    #[must_use]
    pub fn loosens(
        &self,
        path: &[String],
        value: &Value,
        layer: usize,
        rules: &[&'static Rule],
    ) -> Option<Problem> {
        let subject = subject(path, value, rules)?;
        let is_acceptance = path.first().is_some_and(|first| first == "accept");
        let all = self.locks.get("accept").filter(|_| is_acceptance);
        let mut locks = self.locks.get(&subject.path).into_iter().chain(all);
        let (lock, locked) = locks.find_map(|lock| Some((lock, lock.binds(layer)?)))?;
        let may = locked.value.as_ref().is_some_and(|locked| {
            is_no_looser(subject.tighter, subject.order, subject.value, locked)
        });
        if may {
            return None;
        }
        let what = shown(path);
        let (message, remedy) = if is_acceptance {
            (
                format!(
                    "findings of this rule cannot be accepted here: {} locks it",
                    lock.origin
                ),
                format!("accept it in {}", lock.origin.path),
            )
        } else {
            let way = match (&locked.value, subject.tighter) {
                (Some(value), Some(_)) => {
                    format!("; it can only be tighter than {}", written(value))
                }
                _ => String::new(),
            };
            (
                format!("`{what}` is locked at {}{way}", lock.origin),
                format!("remove it, or change it in {}", lock.origin.path),
            )
        };
        Some(Problem::new(ProblemKind::Configuration, message, remedy))
    }

    fn take(&mut self, leaf: &Leaf, layer: usize, loaded: &Loaded) {
        let setting = Setting {
            value: leaf.value.clone(),
            said: SettingOrigin::In(Origin::resolve(&loaded.sources, leaf.place)),
            place: Some(leaf.place),
            layer,
        };
        let path: Vec<&str> = leaf.path.iter().map(String::as_str).collect();
        match path[..] {
            ["clients", name, ..] => part(&mut self.clients, name, leaf, setting),
            ["organisations", name, ..] => part(&mut self.organisations, name, leaf, setting),
            ["accept", name, ..] => part(&mut self.acceptances, name, leaf, setting),
            ["exclude" | "extends"]
            | ["rules", "extra"]
            | ["acceptance", "files"]
            | ["inputs", "require" | "without"]
            | ["terraform", "modules-without-clients"] => {
                let texts = match &leaf.value {
                    Value::List(texts) => texts.to_vec(),
                    Value::Text(text) => vec![text.clone()],
                    _ => Vec::new(),
                };
                let list = self.lists.entry(path.join(".")).or_default();
                list.extend(
                    texts
                        .into_iter()
                        .map(|text| (text.to_string(), setting.clone())),
                );
            }
            ["terraform", "var-files"] => self.var_files.push(setting),
            [.., "lock"] => {}
            _ => {
                self.settings.insert(leaf.path.clone(), setting);
            }
        }
    }

    /// Remembers what a layer locks, with the value that is in force there.
    fn lock(&mut self, leaf: &Leaf, layer: usize, loaded: &Loaded) {
        let (Some("lock"), Value::List(words)) =
            (leaf.path.last().map(String::as_str), &leaf.value)
        else {
            return;
        };
        let table = &leaf.path[..leaf.path.len() - 1];
        let mut words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
        if table == ["gate"] && words.contains(&"fail-on") {
            // Hiding findings loosens the gate.
            words.extend(HIDING);
        }
        for word in words {
            let mut path = table.to_vec();
            path.push(word.to_owned());
            let default = subject(&path, &Value::Boolean(true), &loaded.rules)
                .and_then(|subject| subject.default);
            let value = self
                .settings
                .get(&path)
                .map(|setting| setting.value.clone())
                .or(default);
            let name = shown(&path);
            let origin = Origin::resolve(&loaded.sources, leaf.place);
            let lock = self.locks.entry(name).or_insert_with(|| Lock {
                history: Vec::new(),
                origin: origin.clone(),
            });
            lock.origin = origin;
            // A second lock only tightened the value, or its leaf was refused.
            lock.history.push(Locked { layer, value });
        }
    }
}

fn part(parts: &mut Vec<Part>, name: &str, leaf: &Leaf, setting: Setting) {
    if leaf.path.len() == 2 {
        let SettingOrigin::In(origin) = setting.said else {
            return;
        };
        parts.push(Part {
            name: name.to_owned(),
            settings: Vec::new(),
            layer: setting.layer,
            place: leaf.place,
            origin,
        });
        return;
    }
    let own = parts
        .iter_mut()
        .rev()
        .find(|part| part.name == name && part.layer == setting.layer);
    if let Some(part) = own {
        part.settings.push((leaf.path[2..].to_vec(), setting));
    }
}

/// Whether `new` is `old` or stricter than it.
#[must_use]
pub fn is_no_looser(
    tighter: Option<Tighter>,
    order: Option<&[&str]>,
    new: &Value,
    old: &Value,
) -> bool {
    if new == old {
        return true;
    }
    let Some(tighter) = tighter else { return false };
    let within = |few: &[std::borrow::Cow<'_, str>], many: &[std::borrow::Cow<'_, str>]| {
        few.iter().all(|text| many.contains(text))
    };
    let lists = |new: &[std::borrow::Cow<'_, str>], old: &[std::borrow::Cow<'_, str>]| match tighter
    {
        Tighter::Fewer => within(new, old),
        Tighter::More => within(old, new),
        _ => false,
    };
    let ordered = |order: std::cmp::Ordering| match tighter {
        Tighter::Lower => order.is_le(),
        Tighter::Higher => order.is_ge(),
        _ => false,
    };
    match (new, old) {
        (Value::Integer(new), Value::Integer(old)) => ordered(new.cmp(old)),
        (Value::Boolean(new), Value::Boolean(old)) => ordered(new.cmp(old)),
        (Value::Text(new), Value::Text(old)) => match order {
            Some(words) => {
                let rank = |word: &str| words.iter().position(|known| *known == word);
                ordered(rank(new).cmp(&rank(old)))
            }
            // Dates, which compare as they are written.
            None => ordered(new.cmp(old)),
        },
        (Value::List(new), Value::List(old)) => lists(new, old),
        (Value::ByClient(new), Value::ByClient(old)) => {
            new.len() == old.len()
                && new.iter().all(|(pattern, values)| {
                    old.iter()
                        .find(|(known, _)| known == pattern)
                        .is_some_and(|(_, known)| lists(values, known))
                })
        }
        _ => false,
    }
}

/// A value as TOML writes it.
#[must_use]
pub fn written(value: &Value) -> String {
    let text = |text: &str| quoted(text);
    let list = |texts: &[std::borrow::Cow<'_, str>]| {
        let texts: Vec<String> = texts.iter().map(|item| text(item)).collect();
        format!("[{}]", texts.join(", "))
    };
    match value {
        Value::Integer(number) => number.to_string(),
        Value::Boolean(truth) => truth.to_string(),
        Value::Text(own) => text(own),
        Value::List(texts) => list(texts),
        Value::ByClient(table) if table.is_empty() => "{}".into(),
        Value::ByClient(table) => {
            let entries: Vec<String> = table
                .iter()
                .map(|(pattern, texts)| format!("{} = {}", text(pattern), list(texts)))
                .collect();
            format!("{{ {} }}", entries.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::keys::GATES;

    fn texts(values: &[&str]) -> Value {
        Value::List(
            values
                .iter()
                .map(|v| v.to_string().into())
                .collect::<Vec<_>>()
                .into(),
        )
    }

    #[test]
    fn tighter_is_judged_by_direction_and_unknown_directions_only_allow_the_same() {
        let n = Value::Integer;
        assert!(is_no_looser(Some(Tighter::Lower), None, &n(1), &n(2)));
        assert!(!is_no_looser(Some(Tighter::Lower), None, &n(3), &n(2)));
        assert!(is_no_looser(Some(Tighter::Higher), None, &n(3), &n(2)));
        assert!(!is_no_looser(None, None, &n(1), &n(2)));
        assert!(is_no_looser(None, None, &n(2), &n(2)));
        assert!(is_no_looser(
            Some(Tighter::Fewer),
            None,
            &texts(&["a"]),
            &texts(&["a", "b"])
        ));
        assert!(!is_no_looser(
            Some(Tighter::Fewer),
            None,
            &texts(&["c"]),
            &texts(&["a", "b"])
        ));
        assert!(is_no_looser(
            Some(Tighter::More),
            None,
            &texts(&["a", "b"]),
            &texts(&["a"])
        ));
        assert!(!is_no_looser(
            Some(Tighter::More),
            None,
            &texts(&[]),
            &texts(&["a"])
        ));
        let word = |word: &str| Value::Text(word.to_owned().into());
        let levels = Some(LEVELS);
        assert!(is_no_looser(
            Some(Tighter::Higher),
            levels,
            &word("critical"),
            &word("high")
        ));
        assert!(!is_no_looser(
            Some(Tighter::Higher),
            levels,
            &word("off"),
            &word("info")
        ));
        let gates = Some(GATES);
        assert!(!is_no_looser(
            Some(Tighter::Lower),
            gates,
            &word("never"),
            &word("critical")
        ));
        let table = |pattern: &'static str, values: &[&'static str]| {
            let values: Vec<_> = values
                .iter()
                .map(|v| std::borrow::Cow::Borrowed(*v))
                .collect();
            Value::ByClient(vec![(pattern.into(), values.into())].into())
        };
        let fewer = Some(Tighter::Fewer);
        assert!(is_no_looser(
            fewer,
            None,
            &table("*", &["a"]),
            &table("*", &["a", "b"])
        ));
        assert!(!is_no_looser(
            fewer,
            None,
            &table("id:x", &["a"]),
            &table("*", &["a", "b"])
        ));
    }
}
