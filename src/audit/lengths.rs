//! Texts of the export that are too long to print.
//!
//! Invariant: the last step of an audit, so no format prints a longer text, and no fingerprint,
//! acceptance or baseline sees a shortened one. A shortened text says how much is missing.

use crate::finding::{
    ClientFacts, DivisionFacts, Fact, Finding, Holding, Inventory, Profile, Report,
};
use crate::model::{Change, Remedy};
use std::borrow::Cow;

/// The most characters of a text, unless the policy differs.
pub(super) const DEFAULT: usize = 2000;

/// A cut moves back by at most so many characters to the end of a word.
const SLACK: usize = 64;

/// Shortens every text of a report that is longer than `most` characters.
pub(super) fn shorten(report: &mut Report<'_>, most: usize) {
    let cut = Cut { most };
    for client in report.clients.iter_mut().chain(&mut report.others) {
        cut.client(client);
    }
    let accepted = report.suppressed.iter_mut();
    let findings = report.findings.iter_mut().chain(&mut report.known);
    let findings = findings.chain(&mut report.below_threshold);
    for finding in findings.chain(accepted.map(|entry| &mut entry.finding)) {
        cut.finding(finding);
    }
    for entry in &mut report.suppressed {
        cut.text(&mut entry.accepted.client);
        cut.text(&mut entry.accepted.reason);
        entry
            .accepted
            .field
            .iter_mut()
            .for_each(|text| cut.text(text));
        entry
            .accepted
            .value
            .iter_mut()
            .for_each(|text| cut.text(text));
    }
    for problem in &mut report.problems {
        cut.text(&mut problem.message);
        cut.text(&mut problem.remedy);
    }
    for notice in &mut report.notices {
        cut.text(&mut notice.message);
    }
    for gap in &mut report.not_judged {
        cut.text(&mut gap.cause);
        gap.client_names.iter_mut().for_each(|name| cut.text(name));
    }
    if let Some(facts) = &mut report.baseline {
        let undecided = facts.undecided.iter_mut().map(|open| &mut open.entry);
        for gone in facts.fixed.iter_mut().chain(undecided) {
            cut.text(&mut gone.client);
            cut.text(&mut gone.name);
            cut.text(&mut gone.field);
        }
    }
    if let Some(inventory) = &mut report.inventory {
        cut.inventory(inventory);
    }
}

/// Shortens texts.
#[derive(Clone, Copy)]
struct Cut {
    most: usize,
}

impl Cut {
    fn client(self, client: &mut ClientFacts<'_>) {
        self.cow(&mut client.label);
        let others = [&mut client.id, &mut client.name, &mut client.address];
        others.into_iter().flatten().for_each(|text| self.cow(text));
        if let Some(short) = self.short(&client.organisation) {
            client.organisation = short.into();
        }
    }

    fn finding(self, finding: &mut Finding) {
        self.text(&mut finding.field);
        self.text(&mut finding.message);
        // A fix contains a list of values, each already bounded.
        Self {
            most: self.most * 4,
        }
        .text(&mut finding.fix);
        for related in &mut finding.related {
            self.text(&mut related.text);
        }
        let Remedy {
            changes, options, ..
        } = &mut finding.remedy;
        for change in changes.iter_mut().chain(options.iter_mut().flatten()) {
            self.change(change);
        }
    }

    fn change(self, change: &mut Change) {
        let Some(shown) = change.shown.as_deref_mut() else {
            return;
        };
        self.text(&mut shown.path);
        for text in [&mut shown.before, &mut shown.after].into_iter().flatten() {
            if let Some(short) = self.short(text) {
                *text = short;
                shown.is_masked = true;
            }
        }
    }

    fn inventory(self, inventory: &mut Inventory<'_>) {
        for organisation in &mut inventory.organisations {
            self.text(&mut organisation.label);
            for DivisionFacts { id, label, .. } in &mut organisation.divisions {
                self.cow(id);
                self.cow(label);
            }
        }
        for profile in &mut inventory.profiles {
            let Profile {
                state,
                scopes,
                holdings,
                hosts,
                redirect_uris,
                description,
                owner,
                creator,
                modifier,
                ..
            } = profile;
            for text in [description, owner, creator, modifier]
                .into_iter()
                .flatten()
            {
                self.text(text);
            }
            if let Fact::Known(state) = state {
                self.cow(state);
            }
            scopes.items.iter_mut().for_each(|scope| self.cow(scope));
            hosts.items.iter_mut().for_each(|host| self.text(host));
            redirect_uris.items.iter_mut().for_each(|uri| self.cow(uri));
            for Holding { id, label, .. } in &mut holdings.items {
                self.cow(id);
                self.cow(label);
            }
        }
    }

    fn cow(self, text: &mut Cow<'_, str>) {
        if let Some(short) = self.short(text) {
            *text = Cow::Owned(short);
        }
    }

    fn text(self, text: &mut String) {
        if let Some(short) = self.short(text) {
            *text = short;
        }
    }

    /// The shortened text; `None` if it is short enough.
    fn short(self, text: &str) -> Option<String> {
        // Characters are at most as many as bytes, so most texts are not counted.
        if text.len() <= self.most {
            return None;
        }
        let (end, _) = text.char_indices().nth(self.most)?;
        let head = &text[..end];
        let is_part_of_word =
            |character: char| character.is_alphanumeric() || "-_".contains(character);
        let word_end = head.rfind(|character| !is_part_of_word(character));
        let word_end = word_end.filter(|at| head[*at..].chars().count() <= SLACK);
        let head = word_end.map_or(head, |at| &head[..at]);
        let missing = text[head.len()..].chars().count();
        Some(format!("{head} … ({missing} more characters)"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_words_and_says_how_much_is_missing() {
        let cut = Cut { most: 20 };
        assert_eq!(cut.short("exactly twenty chars"), None);
        assert_eq!(
            cut.short("äöüäöüäöüäöüäöü"),
            None,
            "30 bytes, 15 characters"
        );
        let words = cut.short("the word identifier-1234 is cut before");
        assert_eq!(words.as_deref(), Some("the word … (30 more characters)"));
        let long = cut.short(&"ä".repeat(100));
        let expected = format!("{} … (80 more characters)", "ä".repeat(20));
        assert_eq!(long, Some(expected));
    }
}
