//! What the rules report of a client in several worlds, and of texts that are known in part.
//!
//! Invariant: a finding that all worlds share is reported once, any other with its world. A
//! text that is known in part is judged with several stand-ins for what is unknown: only a
//! finding that holds for each of them is reported, since the known parts alone cause it.

use crate::catalog::Confidence;
use crate::checks::{Judgement, Prepared, Violation, Wants};
use crate::model::{Client, Field, Located, TargetKey, TextPart};
use crate::text::Place;

/// What the rules report.
type Judged<'p> = Vec<(&'p Prepared, Judgement)>;

/// A client in which stand-ins replace the unknown parts of its redirect URIs.
pub(super) struct StandIn<'a> {
    pub(super) client: Client<'a>,
    /// The stand-ins and the expressions that they replace.
    names: Vec<(String, String)>,
    places: Vec<Place>,
}

/// How many stand-ins each unknown part has.
const VERSIONS: usize = 3;

/// What an unknown part of a URI is.
#[derive(Clone, Copy)]
enum PartKind {
    /// The beginning of the URI, up to its path.
    Origin,
    Scheme,
    /// In the host.
    Host,
    Port,
    /// In the path, the query or the fragment.
    Rest,
}

/// The client once for each stand-in.
pub(super) fn stand_ins<'a>(client: &Client<'a>) -> Vec<StandIn<'a>> {
    (0..VERSIONS)
        .map(|version| stand_in(client, version))
        .collect()
}

fn stand_in<'a>(client: &Client<'a>, version: usize) -> StandIn<'a> {
    let mut changed = client.clone();
    let partial = std::mem::take(&mut changed.rare.partial_uris);
    changed.rare.other_worlds.clear();
    let mut names: Vec<(String, String)> = Vec::new();
    let mut places = Vec::new();
    if let Field::Present(uris) = &mut changed.redirect_uris {
        for (index, parts) in &partial {
            let Some(item) = uris.value.get_mut(*index as usize) else {
                continue;
            };
            let Field::Unknown(unknown) = *item else {
                continue;
            };
            places.push(unknown.place);
            let text = filled_in(parts, version, &mut names);
            *item = Field::Present(Located {
                value: text.into(),
                place: unknown.place,
            });
        }
    }
    StandIn {
        client: changed,
        names,
        places,
    }
}

/// The text with stand-ins.
fn filled_in(parts: &[TextPart], version: usize, names: &mut Vec<(String, String)>) -> String {
    let mut text = String::new();
    for (index, part) in parts.iter().enumerate() {
        match part {
            TextPart::Known(known) => text.push_str(known),
            TextPart::Unknown(symbol) => {
                let next = match parts.get(index + 1) {
                    Some(TextPart::Known(known)) => known,
                    _ => "",
                };
                let kind = kind_of(&text, next);
                let number = names.iter().position(|(_, known)| known == symbol);
                let number = number.unwrap_or(names.len());
                let name = name_of(kind, version, number);
                text.push_str(&name);
                if number == names.len() || !names.contains(&(name.clone(), symbol.clone())) {
                    names.push((name, symbol.clone()));
                }
            }
        }
    }
    text
}

/// What an unknown part is, by the text before it and the text after it.
fn kind_of(before: &str, after: &str) -> PartKind {
    if before.is_empty() {
        return if after.starts_with(':') {
            PartKind::Scheme
        } else {
            PartKind::Origin
        };
    }
    let Some((_, authority)) = before.split_once("://") else {
        return PartKind::Rest;
    };
    if authority.contains(['/', '?', '#', '\\']) {
        PartKind::Rest
    } else if authority.ends_with(':') {
        PartKind::Port
    } else {
        PartKind::Host
    }
}

/// A stand-in. The first version is a text that nothing else contains.
fn name_of(kind: PartKind, version: usize, number: usize) -> String {
    match (kind, version) {
        (PartKind::Origin, 0) => format!("https://unknown-{number}.example.net"),
        (PartKind::Origin, 1) => "http://localhost:8080".to_owned(),
        (PartKind::Scheme, 0) => "https".to_owned(),
        (PartKind::Scheme, 1) => "http".to_owned(),
        (PartKind::Scheme, _) => format!("com.unknown{number}"),
        (PartKind::Origin, _) | (PartKind::Host, 0) => format!("unknown-{number}"),
        (PartKind::Host, 1) => "localhost".to_owned(),
        (PartKind::Host, _) => format!("other-{number}.example.org"),
        (PartKind::Port, _) => format!("6{version}8{}", 10 + number % 90),
        (PartKind::Rest, 2) => String::new(),
        (PartKind::Rest, _) => format!("unknown-{number}-{version}"),
    }
}

/// The findings that hold for every stand-in, with the expressions in place of those.
pub(super) fn common<'p>(versions: Vec<(Judged<'p>, &StandIn<'_>)>) -> Judged<'p> {
    let mut versions = versions.into_iter();
    let Some((first, stand_in)) = versions.next() else {
        return Vec::new();
    };
    let others: Vec<Judged<'p>> = versions.map(|(judged, _)| judged).collect();
    let is_shared = |rule: &Prepared, violation: &Violation| {
        others.iter().all(|judged| {
            judged
                .iter()
                .filter(|(other, _)| std::ptr::eq(*other, rule))
                .flat_map(|(_, judgement)| &judgement.violations)
                .any(|other| is_same_fault(other, violation))
        })
    };
    let mut found = Vec::new();
    for (rule, mut judgement) in first {
        judgement.not_judged = Wants::default();
        judgement.failures.clear();
        judgement
            .violations
            .retain(|one| stand_in.places.contains(&one.place) && is_shared(rule, one));
        for violation in &mut judgement.violations {
            name_unknowns(violation, &stand_in.names);
            let own = violation.confidence.unwrap_or(rule.rule.confidence);
            violation.confidence = Some(own.min(Confidence::Medium));
        }
        if !judgement.violations.is_empty() {
            found.push((rule, judgement));
        }
    }
    found
}

fn is_same_fault(one: &Violation, other: &Violation) -> bool {
    one.message == other.message && one.place == other.place && one.field == other.field
}

/// Puts expressions in place of their stand-ins.
fn name_unknowns(violation: &mut Violation, names: &[(String, String)]) {
    let replace = |text: &mut String| {
        for (name, symbol) in names {
            if name.len() > 5 && text.contains(name.as_str()) {
                *text = text.replace(name.as_str(), &format!("${{{symbol}}}"));
            }
        }
    };
    if let TargetKey::Item(_, value) = &mut violation.target {
        replace(value);
    }
    for (_, value) in &mut violation.arguments {
        replace(value);
    }
    for (_, words) in &mut violation.related {
        replace(words);
    }
}

/// The findings of all worlds: those that all share once, others with their worlds.
pub(super) fn merged<'p>(worlds: Vec<(&str, Judged<'p>)>, is_approximate: bool) -> Judged<'p> {
    let labels: Vec<&str> = worlds.iter().map(|(label, _)| *label).collect();
    let mut merged: Vec<(&'p Prepared, Judgement, Vec<Vec<usize>>)> = Vec::new();
    for (at, (_, judged)) in worlds.into_iter().enumerate() {
        for (rule, judgement) in judged {
            let known = merged
                .iter_mut()
                .find(|(known, ..)| std::ptr::eq(*known, rule));
            if let Some((_, known, found_in)) = known {
                add(known, found_in, judgement, at);
            } else {
                let found_in = vec![vec![at]; judgement.violations.len()];
                merged.push((rule, judgement, found_in));
            }
        }
    }
    let mut result = Vec::with_capacity(merged.len());
    for (rule, mut judgement, found_in) in merged {
        for (violation, found_in) in judgement.violations.iter_mut().zip(found_in) {
            violation.world = words(&labels, &found_in);
            if is_approximate && violation.world.is_some() {
                let own = violation.confidence.unwrap_or(rule.rule.confidence);
                violation.confidence = Some(own.min(Confidence::Medium));
            }
        }
        result.push((rule, judgement));
    }
    result
}

/// Whether two violations read the same, apart from what the fix proposes.
fn is_same_text(one: &Violation, other: &Violation) -> bool {
    let texts = |violation: &Violation| {
        let arguments = violation.arguments.iter();
        let arguments = arguments.filter(|(name, _)| !name.starts_with("replacement"));
        arguments.cloned().collect::<Vec<_>>()
    };
    texts(one) == texts(other)
}

/// Adds what a rule reports in one more world.
fn add(known: &mut Judgement, found_in: &mut Vec<Vec<usize>>, other: Judgement, at: usize) {
    if known.not_judged.is_empty() {
        known.not_judged = other.not_judged;
    }
    for failure in other.failures {
        if !known.failures.contains(&failure) {
            known.failures.push(failure);
        }
    }
    for violation in other.violations {
        let is_same = |(index, one): &(usize, &Violation)| {
            one.place == violation.place
                && one.message == violation.message
                && one.field == violation.field
                && one.target == violation.target
                && is_same_text(one, &violation)
                && !found_in[*index].contains(&at)
        };
        let before = known.violations.iter().enumerate().find(is_same);
        if let Some(index) = before.map(|(index, _)| index) {
            found_in[index].push(at);
        } else {
            known.violations.push(violation);
            found_in.push(vec![at]);
        }
    }
}

/// The worlds in which something was found, in words; none if that is all of them.
fn words(labels: &[&str], found_in: &[usize]) -> Option<String> {
    let chosen = || found_in.iter().map(|at| labels[*at]);
    if found_in.len() == labels.len() {
        // One world may have a condition too.
        let first = labels.first().filter(|label| !label.is_empty())?;
        let mut shared = conditions(first);
        shared.retain(|part| labels.iter().all(|label| conditions(label).contains(part)));
        return (!shared.is_empty()).then(|| shared.join(", "));
    }
    // One condition may tell these worlds from all others.
    let first = chosen().next()?;
    let has = |label: &str, part: &str| conditions(label).contains(&part);
    let deciding = conditions(first)
        .into_iter()
        .find(|part| (0..labels.len()).all(|at| has(labels[at], part) == found_in.contains(&at)));
    if let Some(part) = deciding {
        return Some(part.to_owned());
    }
    let mut texts: Vec<String> = chosen().take(3).map(str::to_owned).collect();
    if found_in.len() > texts.len() {
        texts.push(format!("{} more", found_in.len() - texts.len()));
    }
    Some(texts.join(" or "))
}

/// The conditions of a label, which commas separate. An expression can contain commas too.
fn conditions(label: &str) -> Vec<&str> {
    const BEGIN: [&str; 4] = ["with ", "if ", "unless ", "for other values of "];
    let mut found = Vec::new();
    let mut start = 0;
    for (at, comma) in label.match_indices(", ") {
        let next = &label[at + comma.len()..];
        if BEGIN.iter().any(|word| next.starts_with(word)) {
            found.push(&label[start..at]);
            start = at + comma.len();
        }
    }
    found.push(&label[start..]);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worlds_are_named_by_what_tells_them_apart() {
        let labels = [
            "with a, if x",
            "with a, unless x",
            "with b, if x",
            "with b, unless x",
        ];
        let words = |found_in: &[usize]| words(&labels, found_in);
        assert_eq!(words(&[0, 1, 2, 3]), None);
        assert_eq!(words(&[0, 1]).as_deref(), Some("with a"));
        assert_eq!(words(&[0, 2]).as_deref(), Some("if x"));
        assert_eq!(words(&[3]).as_deref(), Some("with b, unless x"));
        assert_eq!(
            words(&[0, 3]).as_deref(),
            Some("with a, if x or with b, unless x")
        );
        assert_eq!(super::words(&["if y"], &[0]).as_deref(), Some("if y"));
        let labels = [
            "if contains([\"a\", \"b\"], c)",
            "unless contains([\"a\", \"b\"], c)",
        ];
        assert_eq!(super::words(&labels, &[0]).as_deref(), Some(labels[0]));
        let labels = ["as configured", "live, in the state"];
        assert_eq!(super::words(&labels, &[1]).as_deref(), Some(labels[1]));
    }

    #[test]
    fn stand_ins_are_of_the_kind_that_the_text_around_them_asks_for() {
        let known = |text: &str| TextPart::Known(text.into());
        let unknown = |text: &str| TextPart::Unknown(text.into());
        let parts = [
            known("http://"),
            unknown("var.env"),
            known(".example.net:"),
            unknown("var.port"),
            known("/"),
            unknown("var.path"),
        ];
        let mut names = Vec::new();
        let text = filled_in(&parts, 0, &mut names);
        assert_eq!(text, "http://unknown-0.example.net:60811/unknown-2-0");
        let text = filled_in(&parts, 1, &mut Vec::new());
        assert!(text.starts_with("http://localhost.example.net:"), "{text}");
    }
}
