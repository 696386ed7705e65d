//! Risks that are accepted in a comment next to the value:
//! `# grantlint: accept[rule] until=YYYY-MM-DD reason=".."`.
//!
//! Invariant: a comment for grantlint that it does not understand is a problem. A comment does
//! not undo what a configuration locks or forbids. A comment of an export accepts nothing unless
//! the policy allows it, and is then a notice: it is in the words of the audited party.

use super::acceptance::{Acceptance, AcceptanceTarget, Terms};
use super::read::known_rule;
use super::scope::{Level, Scopes};
use super::selection::closest;
use crate::catalog::{Rule, Severity};
use crate::finding::{Notice, NoticeKind, Problem, ProblemKind};
use crate::text::{Anchor, Comment, Origin, Sources};
use jiff::civil::Date;
use std::collections::BTreeMap;

const FORM: &str = "write # grantlint: accept[rule] until=YYYY-MM-DD reason=\"..\"; owner, approver, ticket and value may follow";
const KEYS: [&str; 6] = ["until", "reason", "owner", "approver", "ticket", "value"];

/// Reads comments.
pub struct DirectiveReader<'h> {
    /// All rules, whether they run or not.
    pub rules: &'h [&'static Rule],
    /// The settings of rules.
    pub scopes: &'h Scopes,
    /// The terms of acceptances.
    pub terms: Terms,
    /// What is locked, by its path, and where.
    pub locks: &'h BTreeMap<String, Origin>,
    /// The texts.
    pub sources: &'h Sources,
    /// The day.
    pub today: Date,
}

/// What comments say.
#[derive(Debug, Default)]
pub struct DirectiveOutcome {
    /// The risks that they accept.
    pub acceptances: Vec<Acceptance>,
    /// The comments that are wrong.
    pub problems: Vec<Problem>,
    /// The comments that were ignored.
    pub notices: Vec<Notice>,
}

/// What is wrong, and what to do.
type Fault = (String, String);

fn fault(message: impl Into<String>, remedy: impl Into<String>) -> Fault {
    (message.into(), remedy.into())
}

impl DirectiveReader<'_> {
    /// The acceptances of the comments that are meant for this program, and what is wrong.
    #[must_use]
    pub fn read(&self, comments: &[Comment]) -> DirectiveOutcome {
        let mut outcome = DirectiveOutcome::default();
        for comment in comments {
            let text = self.sources.get(comment.place.source).text();
            let words = text.get(comment.place.span.range()).unwrap_or("");
            if !self.is_meant(words) {
                continue;
            }
            if comment.in_export && !self.terms.comments_in_exports {
                outcome.notices.push(self.ignored(comment));
                continue;
            }
            match self.acceptance(comment, words) {
                Ok(acceptance) => outcome.acceptances.push(acceptance),
                Err(faults) => {
                    let problems = faults.into_iter().map(|(message, remedy)| {
                        Problem::new(ProblemKind::Policy, message, remedy).at(comment.place)
                    });
                    outcome.problems.extend(problems);
                }
            }
        }
        outcome
    }

    /// The notice that a comment of an export accepts nothing.
    fn ignored(&self, comment: &Comment) -> Notice {
        Notice {
            kind: NoticeKind::CommentIgnored,
            severity: Severity::Info,
            message: "a comment in this export asks to accept a finding, and was ignored".into(),
            remedy: "accept it with [[accept]] in grantlint.toml, or set comments-in-exports = true in [acceptance]".into(),
            origin: Some(Origin::resolve(self.sources, comment.place)),
        }
    }

    /// Whether a comment is meant for grantlint, even if misspelt. A comment that only mentions
    /// grantlint is not.
    fn is_meant(&self, words: &str) -> bool {
        let words = words.to_ascii_lowercase();
        let end = words.find(|character: char| !character.is_alphanumeric() && character != '-');
        let (first, rest) = words.split_at(end.unwrap_or(words.len()));
        let rest = rest.trim_start();
        let names_it = closest(first, ["grantlint"]).is_some()
            && strsim::jaro_winkler(first, "grantlint") > 0.9;
        let is_order = rest.starts_with([':', '['])
            || rest.split(['[', ' ']).next().is_some_and(is_like_accept);
        let accepted = words
            .split_once("accept")
            .and_then(|(_, rest)| rest.trim_start().strip_prefix('['))
            .and_then(|rest| rest.split(']').next());
        names_it && is_order
            || words.contains("grantlint:")
            || accepted.is_some_and(|rule| {
                words.contains("grantlint") || known_rule(self.rules, rule.trim()).is_ok()
            })
    }

    fn acceptance(&self, comment: &Comment, words: &str) -> Result<Acceptance, Vec<Fault>> {
        let mut faults = Vec::new();
        let said = read(words, &mut faults);
        if !comment.is_line {
            faults.push(fault("a risk is accepted in a comment of one line", FORM));
        }
        let rule = said.rule.and_then(|id| {
            let known = known_rule(self.rules, id);
            known.map_err(|unknown| faults.push(unknown)).ok()
        });
        let until = said.until(&mut faults);
        if let Some(rule) = rule {
            self.refuse(rule, &mut faults);
        }
        let about = match comment.beside {
            Anchor::Line(place) => Some((place, true)),
            Anchor::Below(place) => Some((place, false)),
            Anchor::Nothing => {
                faults.push(fault(
                    "this comment is not next to a value",
                    "put it after a value, or directly above it with the same indentation",
                ));
                None
            }
        };
        let (Some(rule), Some((place, is_line)), Some(reason), true) =
            (rule, about, said.get("reason"), faults.is_empty())
        else {
            return Err(faults);
        };
        let acceptance = Acceptance {
            rule: rule.id.to_string(),
            about: AcceptanceTarget::Place {
                comment: comment.place,
                place,
                is_line,
                value: said.get("value"),
            },
            reason,
            owner: said.get("owner"),
            approver: said.get("approver"),
            until,
            ticket: said.get("ticket"),
            origin: Origin::resolve(self.sources, comment.place),
            is_shared: false,
            is_off: !self.scopes.is_on(rule),
        };
        let level = match self.scopes.settings(rule, &[]).level {
            Some(Level::At(severity)) => severity,
            _ => rule.severity,
        };
        match self.terms.fault(&acceptance, Some(level), self.today) {
            Some((message, remedy)) => Err(vec![fault(message, remedy)]),
            None => Ok(acceptance),
        }
    }

    /// Whether the policy forbids comments to accept findings of a rule.
    fn refuse(&self, rule: &Rule, faults: &mut Vec<Fault>) {
        if !self.terms.comments {
            faults.push(fault(
                "the policy does not allow accepting risks in comments",
                "accept it with [[accept]] in grantlint.toml, or remove the cause",
            ));
        } else if let Some(origin) = self
            .locks
            .get(&format!("rules.{}.accept", rule.id))
            .or_else(|| self.locks.get("accept"))
        {
            faults.push(fault(
                format!(
                    "a comment cannot accept findings of `{}`: {origin} locks it",
                    rule.id
                ),
                format!("accept it in {}", origin.path),
            ));
        }
    }
}

fn is_like_accept(word: &str) -> bool {
    strsim::jaro_winkler(word, "accept") > 0.85
}

/// The parts of a comment.
#[derive(Default)]
struct Words<'w> {
    rule: Option<&'w str>,
    settings: Vec<(&'w str, String)>,
}

impl Words<'_> {
    fn get(&self, key: &str) -> Option<String> {
        let setting = self.settings.iter().find(|(known, _)| *known == key);
        setting.map(|(_, value)| value.clone())
    }

    fn until(&self, faults: &mut Vec<Fault>) -> Option<Date> {
        let written = self.get("until")?;
        match written.parse::<Date>() {
            Ok(date) if date.to_string() == written => Some(date),
            _ => {
                faults.push(fault("`until` is not a date", "write it as YYYY-MM-DD"));
                None
            }
        }
    }
}

/// Reads a comment up to the first part that cannot be understood.
fn read<'w>(words: &'w str, faults: &mut Vec<Fault>) -> Words<'w> {
    let mut said = Words::default();
    let order = words.strip_prefix("grantlint:").map(str::trim_start);
    let inside = order.and_then(|order| order.strip_prefix("accept["));
    let Some((rule, rest)) = inside.and_then(|inside| inside.split_once(']')) else {
        faults.push(fault("grantlint does not understand this comment", FORM));
        return said;
    };
    said.rule = Some(rule.trim());
    let mut rest = rest;
    while !rest.trim_start().is_empty() {
        match setting(rest) {
            Ok((key, value, after)) => {
                rest = after;
                said.add(key, value, faults);
            }
            Err(wrong) => {
                faults.push(wrong);
                return said;
            }
        }
    }
    if said.get("reason").is_none() {
        faults.push(fault("this comment lacks the reason", "add reason=\"..\""));
    }
    said
}

impl<'w> Words<'w> {
    fn add(&mut self, key: &'w str, value: String, faults: &mut Vec<Fault>) {
        if !KEYS.contains(&key) {
            let remedy = closest(key, KEYS).map_or_else(
                || FORM.to_owned(),
                |known| format!("did you mean `{known}`?"),
            );
            faults.push(fault(format!("comments do not have a key `{key}`"), remedy));
        } else if self.get(key).is_some() {
            faults.push(fault(format!("`{key}` occurs twice"), "remove one of them"));
        } else if value.trim().is_empty() {
            faults.push(fault(
                format!("`{key}` is empty"),
                "give it a value, or remove the key",
            ));
        } else {
            self.settings.push((key, value));
        }
    }
}

/// The first `key=value` or `key=".."` of a text, and what follows it.
fn setting(text: &str) -> Result<(&str, String, &str), Fault> {
    let separated = text.trim_start();
    let word = separated.split_whitespace().next().unwrap_or("");
    let wrong = || fault(format!("grantlint does not understand `{word}`"), FORM);
    if separated.len() == text.len() {
        return Err(wrong());
    }
    let (key, rest) = separated.split_once('=').ok_or_else(wrong)?;
    if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Err(wrong());
    }
    let Some(quoted) = rest.strip_prefix('"') else {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (value, after) = rest.split_at(end);
        return if value.contains(['"', ',']) {
            Err(wrong())
        } else {
            Ok((key, value.to_owned(), after))
        };
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Ok((key, value, &quoted[at + 1..])),
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            plain => value.push(plain),
        }
    }
    Err(fault(
        format!("the quotation mark of `{key}` is not closed"),
        "end it with a quotation mark on the same line",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_or_said_to_be_wrong() {
        let faults_of = |words: &str| {
            let mut faults = Vec::new();
            let said = read(words, &mut faults);
            let settings: Vec<String> = said
                .settings
                .iter()
                .map(|(key, value)| format!("{key}={value}"))
                .collect();
            let faults: Vec<String> = faults.into_iter().map(|(message, _)| message).collect();
            (settings.join(" "), faults.join(" "))
        };
        let whole = r#"grantlint: accept[a-b] until=2027-01-01 reason="a \"b\" \\ c" owner=Jo ticket=SEC-1 value="x y""#;
        assert_eq!(
            faults_of(whole),
            (
                r#"until=2027-01-01 reason=a "b" \ c owner=Jo ticket=SEC-1 value=x y"#.into(),
                String::new()
            )
        );
        for (words, wanted) in [
            ("grantlint: accept", "does not understand"),
            ("grantlint: accept[a", "does not understand"),
            ("grantlint: acept[a] reason=b", "does not understand"),
            ("Grantlint: accept[a] reason=b", "does not understand"),
            ("grantlint: accept[a]", "lacks the reason"),
            (
                "grantlint: accept[a] because",
                "does not understand `because`",
            ),
            (
                "grantlint: accept[a]reason=b",
                "does not understand `reason=b`",
            ),
            (
                "grantlint: accept[a] reason = b",
                "does not understand `reason`",
            ),
            ("grantlint: accept[a] reason=\"b", "not closed"),
            (
                "grantlint: accept[a] reason=\"b\"x",
                "does not understand `x`",
            ),
            ("grantlint: accept[a] reason=b\"", "does not understand"),
            ("grantlint: accept[a] reason=\"\"", "`reason` is empty"),
            ("grantlint: accept[a] raeson=b", "not have a key `raeson`"),
            ("grantlint: accept[a] reason=b reason=c", "occurs twice"),
            (
                "grantlint: accept[a] reason=b, owner=c",
                "does not understand",
            ),
            ("grantlint: accept[ a ]  reason=b\t owner=c ", ""),
        ] {
            let (_, faults) = faults_of(words);
            assert!(faults.contains(wanted), "{words}: {faults}");
            assert_eq!(faults.is_empty(), wanted.is_empty(), "{words}: {faults}");
        }
    }
}
