//! The rules that run over a client, found by their ids.

use super::Prepared;
use hashbrown::HashMap;
use std::sync::Arc;

/// Rules that run together.
#[derive(Default)]
pub struct Rules {
    all: Vec<Arc<Prepared>>,
    by_id: HashMap<&'static str, usize>,
}

impl Rules {
    /// All of them, in order.
    #[must_use]
    pub fn all(&self) -> &[Arc<Prepared>] {
        &self.all
    }

    /// The rule of this id, if it is one of them.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Prepared> {
        Some(&self.all[*self.by_id.get(id)?])
    }
}

impl FromIterator<Arc<Prepared>> for Rules {
    fn from_iter<I: IntoIterator<Item = Arc<Prepared>>>(rules: I) -> Self {
        let all: Vec<_> = rules.into_iter().collect();
        let ids = all.iter().map(|rule| &*rule.rule.id);
        Self {
            by_id: ids.zip(0..).collect(),
            all,
        }
    }
}
