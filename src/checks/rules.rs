//! The rules that run over a client, found by their ids.

use super::Prepared;
use crate::catalog::Need;
use hashbrown::HashMap;
use std::sync::Arc;

/// Rules that run together.
#[derive(Default)]
pub struct Rules {
    /// Those that need usage come last.
    all: Vec<Arc<Prepared>>,
    /// How many do not need usage.
    without_usage: usize,
    by_id: HashMap<&'static str, usize>,
}

impl Rules {
    /// All of them, in order.
    #[must_use]
    pub fn all(&self) -> &[Arc<Prepared>] {
        &self.all
    }

    /// Those that do not need usage: without it, the others are not judged.
    #[must_use]
    pub fn without_usage(&self) -> &[Arc<Prepared>] {
        &self.all[..self.without_usage]
    }

    /// Those that need usage.
    #[must_use]
    pub fn with_usage(&self) -> &[Arc<Prepared>] {
        &self.all[self.without_usage..]
    }

    /// The rule of this id, if it is one of them.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Prepared> {
        Some(&self.all[*self.by_id.get(id)?])
    }
}

impl FromIterator<Arc<Prepared>> for Rules {
    fn from_iter<I: IntoIterator<Item = Arc<Prepared>>>(rules: I) -> Self {
        let needs_usage = |rule: &Arc<Prepared>| rule.rule.needs.contains(&Need::Usage);
        let (last, mut all): (Vec<_>, Vec<_>) = rules.into_iter().partition(needs_usage);
        let without_usage = all.len();
        all.extend(last);
        let ids = all.iter().map(|rule| &*rule.rule.id);
        Self {
            by_id: ids.zip(0..).collect(),
            all,
            without_usage,
        }
    }
}
