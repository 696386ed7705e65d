//! `grantlint explain` and `grantlint rules`

use super::arguments::{ConfigFile, RulesFormat, When};
use super::{NOTHING_AUDITED, done, policing, print, print_error, wants_color};
use crate::catalog::{self, Rule};
use crate::policy::suggestion;
use crate::reference;
use crate::report::Paint;
use std::io;

/// Prints a rule in full.
pub(super) fn explain(id: &str, sources: &ConfigFile, color: When) -> u8 {
    let rule = match catalog::find(id) {
        // A built-in rule needs no configuration, so a broken one is not an obstacle.
        Some(rule) => rule,
        None => match policing::rules(sources) {
            Ok(rules) => match find(id, &rules) {
                Some(rule) => rule,
                None => return unknown(id, &rules),
            },
            Err(refused) => {
                refused.print(color);
                return NOTHING_AUDITED;
            }
        },
    };
    let paint = Paint::new(wants_color(color, &io::stdout()));
    done(print(|out| {
        out.write_all(reference::explain(rule, paint).as_bytes())
    }))
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
