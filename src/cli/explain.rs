//! `grantlint explain` and `grantlint rules`

use super::arguments::{RulesFormat, When};
use super::{NOTHING_AUDITED, complain, done, print, wants_color};
use crate::catalog;
use crate::policy::suggestion;
use crate::reference;
use crate::report::Paint;
use std::io;

/// Prints what there is to know about a rule.
pub(super) fn explain(id: &str, color: When) -> u8 {
    let Some(rule) = catalog::find(id) else {
        let hint = suggestion(id, catalog::builtin())
            .filter(|known| catalog::find(known).is_some())
            .map_or_else(
                || "see: grantlint rules".to_owned(),
                |known| format!("did you mean `{known}`?"),
            );
        complain(&format!("there is no rule `{id}`; {hint}"));
        return NOTHING_AUDITED;
    };
    let paint = Paint::new(wants_color(color, &io::stdout()));
    done(print(|out| {
        out.write_all(reference::explain(rule, paint).as_bytes())
    }))
}

/// Prints the catalogue.
pub(super) fn rules(format: RulesFormat) -> u8 {
    let rules = catalog::builtin();
    let text = match format {
        RulesFormat::Human => reference::table(rules),
        RulesFormat::Json => reference::json(rules),
        RulesFormat::Markdown => reference::markdown(rules),
    };
    done(print(|out| out.write_all(text.as_bytes())))
}
