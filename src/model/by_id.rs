//! Items found by their ids.
//!
//! Invariant: UUIDs compare without regard to case. The hash has a random seed, so that an export
//! cannot be written whose ids collide.

use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::BuildHasher;

/// An item with an id.
pub trait Identified {
    /// The id.
    fn id(&self) -> &str;
}

/// Positions of items in a list, by id. It holds no id itself: the caller passes the id
/// at a position is.
#[derive(Clone, Debug, Default)]
pub struct ById {
    hasher: DefaultHashBuilder,
    positions: HashTable<usize>,
}

impl ById {
    /// An empty index with room for so many items.
    #[must_use]
    pub fn with_capacity(count: usize) -> Self {
        Self {
            hasher: DefaultHashBuilder::default(),
            positions: HashTable::with_capacity(count),
        }
    }

    /// Adds the item at `position`; if its id is known already, returns the position for that
    /// id instead.
    pub fn insert<'i>(
        &mut self,
        position: usize,
        id_at: impl Fn(usize) -> &'i str,
    ) -> Option<&mut usize> {
        let id = id_at(position);
        let is_same = |other: &usize| id_at(*other).eq_ignore_ascii_case(id);
        let hash_at = |other: &usize| hash_of(&self.hasher, id_at(*other));
        let hash = hash_of(&self.hasher, id);
        match self.positions.entry(hash, is_same, hash_at) {
            Entry::Occupied(known) => Some(known.into_mut()),
            Entry::Vacant(room) => {
                room.insert(position);
                None
            }
        }
    }

    /// The position of the item with this id.
    #[must_use]
    pub fn get<'i>(&self, id: &str, id_at: impl Fn(usize) -> &'i str) -> Option<usize> {
        let is_same = |other: &usize| id_at(*other).eq_ignore_ascii_case(id);
        let hash = hash_of(&self.hasher, id);
        self.positions.find(hash, is_same).copied()
    }
}

/// The hash of an id in lower case.
fn hash_of(hasher: &DefaultHashBuilder, id: &str) -> u64 {
    /// A UUID is of 36 bytes.
    const SHORT: usize = 64;
    let mut lower = [0; SHORT];
    let Some(lower) = lower.get_mut(..id.len()) else {
        return hasher.hash_one(id.to_ascii_lowercase().as_bytes());
    };
    lower.copy_from_slice(id.as_bytes());
    lower.make_ascii_lowercase();
    hasher.hash_one(&*lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_in_any_case_and_the_first_stays() {
        let long = "x".repeat(100);
        let ids = ["a-1", "B-2", "A-1", "b-2", &long, "", "b-3"];
        let mut by_id = ById::with_capacity(1);
        for (position, _) in ids.iter().enumerate() {
            by_id.insert(position, |at| ids[at]);
        }
        for (id, position) in [
            ("A-1", Some(0)),
            ("b-2", Some(1)),
            (&long.to_uppercase(), Some(4)),
            ("", Some(5)),
            ("b-3", Some(6)),
            ("c", None),
        ] {
            assert_eq!(by_id.get(id, |at| ids[at]), position, "{id}");
        }
        *by_id.insert(2, |at| ids[at]).unwrap() = 2;
        assert_eq!(by_id.get("a-1", |at| ids[at]), Some(2));
    }
}
