//! Puts the results of many clients together.
//!
//! Invariant: memory is bounded by the findings that a run lists, not by the number of its clients.
//! The milder findings of a long run are removed while it goes on, and counted.

use super::{Draft, Part, Unjudged, excess};
use crate::catalog::Need;
use crate::finding::{Finding, Problem};
use crate::text::Place;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// The results of the clients that were judged so far.
#[derive(Default)]
pub(super) struct Gathered {
    pub drafts: Vec<Draft>,
    /// The findings of each severity that are not listed.
    pub unlisted: [usize; 5],
    pub not_judged: BTreeMap<(&'static str, Need), Unjudged>,
    /// Rules that could not be evaluated, why, where first, and for how many clients.
    pub failures: BTreeMap<(&'static str, String), (Place, u32)>,
    pub problems: Vec<Problem>,
}

impl Gathered {
    /// Adds results, in the order of the clients. Of the findings about `most` are kept, which is
    /// the number that the run lists.
    pub(super) fn add(&mut self, parts: Vec<Part>, most: usize) {
        for part in parts {
            for (key, (place, count)) in part.failures {
                // Parts come in the order of the clients, so the first place stays.
                self.failures.entry(key).or_insert((place, 0)).1 += count;
            }
            self.drafts.extend(part.drafts);
            self.problems.extend(part.problems);
            for (key, unjudged) in part.not_judged {
                self.not_judged.entry(key).or_default().add(unjudged);
            }
        }
        // A finding that is not among the worst of some is not among the worst of all.
        if self.drafts.len() / 2 > most {
            self.sort();
            self.cut(most);
        }
    }

    /// Sorts the findings by their places, and keeps each once.
    pub(super) fn sort(&mut self) {
        self.drafts.par_sort_by(|a, b| {
            let key = |draft: &Draft| (draft.finding.place, draft.finding.subject);
            key(a)
                .cmp(&key(b))
                .then_with(|| a.finding.rule.id.cmp(&b.finding.rule.id))
                .then_with(|| a.finding.identity.cmp(&b.finding.identity))
                .then_with(|| a.message.cmp(b.message))
                // The worst of several evaluations of one value comes first and stays.
                .then_with(|| b.finding.severity.cmp(&a.finding.severity))
                .then_with(|| a.finding.message.cmp(&b.finding.message))
        });
        self.drafts.dedup_by(|next, before| is_same(next, before));
    }

    /// Keeps the most severe findings, which are sorted, and counts the others.
    pub(super) fn cut(&mut self, most: usize) {
        let (drafts, unlisted) = excess::most_severe(std::mem::take(&mut self.drafts), most);
        self.drafts = drafts;
        for (sum, more) in self.unlisted.iter_mut().zip(unlisted) {
            *sum += more;
        }
    }
}

/// Whether two drafts are one finding, from several evaluations of one value.
fn is_same(one: &Draft, other: &Draft) -> bool {
    let key = |draft: &Draft| {
        let Finding {
            place,
            subject,
            rule,
            ..
        } = draft.finding;
        (place, subject, rule.id.as_ref(), draft.message)
    };
    key(one) == key(other) && one.finding.identity == other.finding.identity
}
