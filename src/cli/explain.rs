//! `grantlint explain` and `grantlint rules`

use super::arguments::{ConfigFile, RulesFormat, When};
use super::{NOTHING_AUDITED, done, policing, print, print_error, wants_color};
use crate::catalog::{self, Rule};
use crate::policy::suggestion;
use crate::reference;
use crate::report::Paint;
use std::io;

/// Prints a rule in full, or the list of the rules that a category or a part of an id means.
pub(super) fn explain(word: &str, sources: &ConfigFile, color: When) -> u8 {
    // A built-in rule needs no configuration, so a broken one is not an obstacle.
    if let Some(rule) = catalog::find(word) {
        return print_rule(rule, color);
    }
    let rules = match policing::rules(sources) {
        Ok(rules) => rules,
        Err(refused) => {
            refused.print(color);
            return NOTHING_AUDITED;
        }
    };
    if let Some(rule) = find(word, &rules) {
        return print_rule(rule, color);
    }
    match meant(word, &rules)[..] {
        [] => unknown(word, &rules),
        [rule] => print_rule(rule, color),
        ref several => {
            let table = reference::table(several.iter().copied());
            let hint = "for one of them: grantlint explain RULE\n";
            done(print(|out| out.write_all((table + hint).as_bytes())))
        }
    }
}

fn print_rule(rule: &Rule, color: When) -> u8 {
    let paint = Paint::new(wants_color(color, &io::stdout()));
    done(print(|out| {
        out.write_all(reference::explain(rule, paint).as_bytes())
    }))
}

/// The rules of a category, else those whose id contains the word.
fn meant(word: &str, rules: &[&'static Rule]) -> Vec<&'static Rule> {
    let word = word.to_ascii_lowercase();
    let in_category = rules.iter().filter(|rule| rule.category.name() == word);
    let in_category: Vec<&Rule> = in_category.copied().collect();
    if !in_category.is_empty() || word.is_empty() {
        return in_category;
    }
    let contain = rules.iter().filter(|rule| rule.id.contains(&word));
    contain.copied().collect()
}

fn find(id: &str, rules: &[&'static Rule]) -> Option<&'static Rule> {
    let is_meant =
        |rule: &&&'static Rule| rule.id == id || rule.aliases.iter().any(|alias| alias == id);
    rules.iter().find(is_meant).copied()
}

fn unknown(id: &str, rules: &[&'static Rule]) -> u8 {
    let hint = suggestion(id, rules.iter().copied())
        .filter(|known| find(known, rules).is_some())
        .map_or_else(
            || "see: grantlint rules".to_owned(),
            |known| format!("did you mean `{known}`?"),
        );
    print_error(&format!("there is no rule `{id}`; {hint}"));
    NOTHING_AUDITED
}

/// Prints the catalogue.
pub(super) fn rules(format: RulesFormat, sources: &ConfigFile) -> u8 {
    let rules: Vec<Rule> = match policing::rules(sources) {
        Ok(rules) => rules.into_iter().cloned().collect(),
        Err(refused) => {
            refused.print(When::Auto);
            return NOTHING_AUDITED;
        }
    };
    let text = match format {
        RulesFormat::Human => reference::table(&rules),
        RulesFormat::Json => reference::json(&rules),
        RulesFormat::Markdown => reference::markdown(&rules),
    };
    done(print(|out| out.write_all(text.as_bytes())))
}
