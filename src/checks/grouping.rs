//! Grouping of equal items.
//!
//! Invariant: groups are found by hashing, never by comparing all pairs. The hash has a random seed, so
//! that an export cannot be written whose hashes collide, and no finding depends on it.

use super::judgement::{Wants, wanted};
use crate::catalog::Need;
use crate::model::Client;
use hashbrown::{DefaultHashBuilder, HashSet};
use rayon::prelude::*;
use std::borrow::Cow;
use std::hash::{BuildHasher, Hash};

/// Items seen before: few are compared, many are hashed.
#[derive(Debug)]
pub(super) struct DedupSet<T> {
    few: Vec<T>,
    /// Made when there are too many: a set needs a seed, which costs more than a few comparisons.
    many: Option<HashSet<T>>,
}

/// Up to so many items, comparing them is as fast.
const FEW: usize = 8;

impl<T> Default for DedupSet<T> {
    fn default() -> Self {
        Self {
            few: Vec::new(),
            many: None,
        }
    }
}

impl<T: Eq + Hash> DedupSet<T> {
    /// Adds an item, and returns whether it is new.
    pub(super) fn insert(&mut self, thing: T) -> bool {
        if let Some(many) = &mut self.many {
            return many.insert(thing);
        }
        if self.few.contains(&thing) {
            return false;
        }
        self.few.push(thing);
        if self.few.len() > FEW {
            self.many = Some(self.few.drain(..).collect());
        }
        true
    }
}

/// A hash of something that a client has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GroupKey {
    hash: u64,
    /// The client's position in its organisation.
    pub(super) client: u32,
    /// The position of the item in its list, else 0.
    pub(super) item: u32,
}

impl GroupKey {
    /// The client's position, and that of the item in it.
    pub(super) const fn position(self) -> (u32, u32) {
        (self.client, self.item)
    }
}

/// What the clients of an organisation are compared by, noted while each of them is judged, and how
/// many cannot be.
#[derive(Debug, Default)]
pub struct GroupKeys {
    hasher: DefaultHashBuilder,
    client: u32,
    all: Vec<GroupKey>,
    /// What was missing for clients that cannot be compared.
    pub not_judged: Wants,
}

impl GroupKeys {
    /// Room for others that may be compared with these.
    #[must_use]
    pub fn alike(&self) -> Self {
        Self {
            hasher: self.hasher.clone(),
            ..Self::default()
        }
    }

    /// The next keys belong to the client at this position.
    pub(super) fn begin(&mut self, client: u32) -> &mut Self {
        self.client = client;
        self
    }

    /// Notes an item of the client by the key that it may share with others, if it has one.
    pub(super) fn add(&mut self, item: u32, key: Option<impl Hash>) {
        self.all.extend(key.map(|key| GroupKey {
            hash: self.hasher.hash_one(key),
            client: self.client,
            item,
        }));
    }

    /// Records that a client cannot be compared because `need` is missing.
    pub(super) fn not_judged(&mut self, client: &Client<'_>, need: Need) {
        self.not_judged.add(wanted(need, client));
    }

    /// All of them, in order.
    #[must_use]
    pub fn as_slice(&self) -> &[GroupKey] {
        &self.all
    }
}

/// The keys that are shared, in groups of two and more: those with one
/// `key`. Keys are made again where hashes meet, and none is kept.
pub(super) fn groups<K: Eq>(
    mut marks: Vec<GroupKey>,
    key: impl Fn(GroupKey) -> Option<K>,
) -> Vec<Vec<GroupKey>> {
    marks.par_sort_unstable();
    let mut groups = Vec::new();
    for marks in marks.chunk_by(|one, other| one.hash == other.hash) {
        let mut left = marks.to_vec();
        while left.len() > 1 {
            let first = key(left[0]);
            let (same, others) = left.iter().partition(|mark| key(**mark) == first);
            left = others;
            groups.push(same);
        }
    }
    groups.retain(|same: &Vec<GroupKey>| same.len() > 1);
    groups.sort_unstable_by_key(|same| same[0].position());
    groups
}

/// A text in lower case (ASCII), borrowed where it is so already.
pub(super) fn lower_case(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many_are_told_apart_alike() {
        let mut seen = DedupSet::default();
        for number in 0..100 {
            assert!(seen.insert(number), "{number}");
            assert!(!seen.insert(number), "{number}");
        }
        assert!(!seen.insert(0));
    }

    #[test]
    fn things_with_one_key_are_a_group() {
        let texts = ["a", "b", "a", "c", "b", "a", ""];
        let mut marks = GroupKeys::default();
        for (at, text) in (0..).zip(texts) {
            marks.begin(at).add(7, Some(text));
        }
        let key = |mark: GroupKey| Some(texts[mark.client as usize]);
        let found: Vec<Vec<_>> = groups(marks.all, key)
            .iter()
            .map(|group| group.iter().map(|mark| mark.position()).collect())
            .collect();
        assert_eq!(found, [vec![(0, 7), (2, 7), (5, 7)], vec![(1, 7), (4, 7)]]);
    }

    #[test]
    fn things_are_told_apart_where_their_hashes_meet() {
        let texts = ["a", "b", "a", "b"];
        let mut marks = GroupKeys::default();
        for at in 0..4 {
            marks.begin(at).add(0, Some("one for all"));
        }
        let groups = groups(marks.all, |mark| Some(texts[mark.client as usize]));
        let clients: Vec<Vec<_>> = groups
            .iter()
            .map(|group| group.iter().map(|mark| mark.client).collect())
            .collect();
        assert_eq!(clients, [[0, 2], [1, 3]]);
    }
}
