//! Which findings stay dropped in favour of stronger ones, once acceptances and the baseline are
//! known.
//!
//! Invariant: a finding that counts is dropped only in favour of one that counts, or of one about
//! the same target. An accepted or known risk hides nothing that is new elsewhere in its client.

use std::collections::{BTreeSet, HashMap};

/// A finding that takes precedence over another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cover {
    /// Its number.
    pub number: usize,
    /// Both are about the same target.
    pub is_same_target: bool,
}

/// For each finding that yields, by its number, the findings that take precedence over it. No
/// finding takes precedence over itself, directly or through others.
pub type Covers = HashMap<usize, Vec<Cover>>;

/// What the policy decides about a finding by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// This entry accepts it.
    Accepted(usize),
    /// The baseline knows it.
    Known,
    /// It counts.
    Open,
}

/// The findings that are dropped, by number.
pub(super) struct Dropped<'c> {
    covers: &'c Covers,
    standings: &'c [Standing],
    /// For each finding that yields, what remains instead: its own standing if it is not
    /// dropped, and the findings that hold it down.
    resolved: HashMap<usize, (Standing, Vec<usize>)>,
}

impl<'c> Dropped<'c> {
    pub(super) fn new(covers: &'c Covers, standings: &'c [Standing]) -> Self {
        let mut dropped = Self {
            covers,
            standings,
            resolved: HashMap::with_capacity(covers.len()),
        };
        for &number in covers.keys() {
            dropped.resolve(number);
        }
        dropped
    }

    /// The standing of what stays in place of a finding.
    fn resolve(&mut self, number: usize) -> Standing {
        let own = self.standings[number];
        if let Some((standing, _)) = self.resolved.get(&number) {
            return *standing;
        }
        let covers = self.covers;
        let mut holding = Vec::new();
        let mut stays = None;
        for cover in covers.get(&number).into_iter().flatten() {
            let other = self.resolve(cover.number);
            let holds = cover.is_same_target
                || match other {
                    Standing::Open => true,
                    Standing::Known => own != Standing::Open,
                    Standing::Accepted(_) => false,
                };
            if holds {
                holding.push(cover.number);
                stays = stays.max(Some(other));
            }
        }
        let standing = stays.unwrap_or(own);
        self.resolved.insert(number, (standing, holding));
        standing
    }

    /// Whether a finding is dropped.
    pub(super) fn is_dropped(&self, number: usize) -> bool {
        let resolved = self.resolved.get(&number);
        resolved.is_some_and(|(_, holding)| !holding.is_empty())
    }

    /// The findings that stay in place of a dropped one.
    pub(super) fn stronger(&self, number: usize) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut next = vec![number];
        while let Some(number) = next.pop() {
            match self.resolved.get(&number) {
                Some((_, holding)) if !holding.is_empty() => next.extend(holding),
                _ => {
                    found.insert(number);
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ON_TARGET: bool = true;
    const ON_CLIENT: bool = false;

    /// Finding 0 yields to 1, which yields to 2.
    fn is_dropped(standings: [Standing; 3], targets: [bool; 2]) -> [bool; 2] {
        let cover = |number, is_same_target| {
            vec![Cover {
                number,
                is_same_target,
            }]
        };
        let covers = Covers::from([(0, cover(1, targets[0])), (1, cover(2, targets[1]))]);
        let dropped = Dropped::new(&covers, &standings);
        assert!(!dropped.is_dropped(2));
        [dropped.is_dropped(0), dropped.is_dropped(1)]
    }

    #[test]
    fn an_accepted_or_known_finding_hides_only_its_target() {
        use Standing::{Accepted, Known, Open};
        for (standings, targets, wanted) in [
            ([Open, Open, Open], [ON_CLIENT, ON_CLIENT], [true, true]),
            ([Open, Open, Accepted(0)], [ON_TARGET; 2], [true, true]),
            // The last stays in the place of the second, and it is accepted.
            (
                [Open, Open, Accepted(0)],
                [ON_CLIENT, ON_TARGET],
                [false, true],
            ),
            ([Open, Open, Accepted(0)], [ON_CLIENT; 2], [true, false]),
            ([Open, Accepted(0), Open], [ON_CLIENT; 2], [true, true]),
            ([Open, Open, Known], [ON_CLIENT; 2], [true, false]),
            ([Known, Known, Known], [ON_CLIENT; 2], [true, true]),
            ([Known, Open, Known], [ON_CLIENT; 2], [true, false]),
        ] {
            assert_eq!(
                is_dropped(standings, targets),
                wanted,
                "{standings:?} {targets:?}"
            );
        }
    }

    #[test]
    fn the_findings_that_stay_are_the_last_of_each_chain() {
        let cover = |number| Cover {
            number,
            is_same_target: true,
        };
        let covers = Covers::from([(0, vec![cover(1), cover(3)]), (1, vec![cover(2)])]);
        let standings = [Standing::Open; 4];
        let dropped = Dropped::new(&covers, &standings);
        assert_eq!(dropped.stronger(0), BTreeSet::from([2, 3]));
    }
}
