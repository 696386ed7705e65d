//! What is the same as what.
//!
//! Law: found by hashing, never by comparing all with all. The hash is seeded by chance, so
//! that nobody can write an export whose hashes meet, and nothing that is said hangs on it.

use hashbrown::{DefaultHashBuilder, HashSet};
use rayon::prelude::*;
use std::borrow::Cow;
use std::hash::{BuildHasher, Hash};

/// Things that came already: few are compared, many are hashed.
#[derive(Debug)]
pub(super) struct Seen<T> {
    few: Vec<T>,
    /// Made when there are too many: a set wants a seed, which costs more than few comparisons.
    many: Option<HashSet<T>>,
}

/// Up to so many things it is as fast to compare them.
const FEW: usize = 8;

impl<T> Default for Seen<T> {
    fn default() -> Self {
        Self {
            few: Vec::new(),
            many: None,
        }
    }
}

impl<T: Eq + Hash> Seen<T> {
    /// Adds a thing, and says whether it is new.
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

/// The things that are the same as others, in groups of two and more: those with one `key`.
/// Keys are made again where hashes meet, and none is kept.
pub(super) fn groups<T, K>(
    things: impl ParallelIterator<Item = T>,
    key: impl Fn(T) -> Option<K> + Sync,
) -> Vec<Vec<T>>
where
    T: Copy + Ord + Send,
    K: Eq + Hash,
{
    let hasher = DefaultHashBuilder::default();
    let mut marks: Vec<(u64, T)> = things
        .filter_map(|thing| Some((hasher.hash_one(key(thing)?), thing)))
        .collect();
    marks.par_sort_unstable();
    let mut groups = Vec::new();
    for marks in marks.chunk_by(|one, other| one.0 == other.0) {
        let mut left: Vec<T> = marks.iter().map(|(_, thing)| *thing).collect();
        while left.len() > 1 {
            let first = key(left[0]);
            let (same, others) = left.iter().partition(|thing| key(**thing) == first);
            left = others;
            groups.push(same);
        }
    }
    groups.retain(|same: &Vec<T>| same.len() > 1);
    groups.sort_unstable();
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
        let mut seen = Seen::default();
        for number in 0..100 {
            assert!(seen.insert(number), "{number}");
            assert!(!seen.insert(number), "{number}");
        }
        assert!(!seen.insert(0));
    }

    #[test]
    fn things_with_one_key_are_a_group() {
        let texts = ["a", "b", "a", "c", "b", "a", ""];
        let key = |at: usize| Some(texts[at]).filter(|text| !text.is_empty());
        let found = groups((0..texts.len()).into_par_iter(), key);
        assert_eq!(found, [vec![0, 2, 5], vec![1, 4]]);
    }
}
