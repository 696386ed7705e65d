//! The rules that run over a client.

use super::{Parameters, Prepared};
use crate::catalog::{Decision, Need};
use std::sync::Arc;

/// Rules that run together.
#[derive(Default)]
pub struct Rules {
    /// Those that need usage come last.
    all: Vec<Arc<Prepared>>,
    /// How many do not need usage.
    without_usage: usize,
    /// The positions of those that demand more than their findings say.
    constraining: Vec<usize>,
    /// The parameters by which a policy decides: the position of the rule, and the name.
    deciding: Vec<(Decision, usize, &'static str)>,
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

    /// Those that demand more than their findings say.
    pub(super) fn constraining(&self) -> impl Iterator<Item = &Prepared> {
        self.constraining.iter().map(|at| &*self.all[*at])
    }

    /// The parameters by which a policy decides something, each by its name among those of its
    /// rule.
    pub(super) fn deciding(
        &self,
        decision: Decision,
    ) -> impl Iterator<Item = (&Parameters, &'static str)> {
        let deciding = self.deciding.iter();
        let deciding = deciding.filter(move |(known, ..)| *known == decision);
        deciding.map(|(_, at, name)| (&self.all[*at].parameters, *name))
    }
}

impl FromIterator<Arc<Prepared>> for Rules {
    fn from_iter<I: IntoIterator<Item = Arc<Prepared>>>(rules: I) -> Self {
        let needs_usage = |rule: &Arc<Prepared>| rule.rule.needs.contains(&Need::Usage);
        let (last, mut all): (Vec<_>, Vec<_>) = rules.into_iter().partition(needs_usage);
        let without_usage = all.len();
        all.extend(last);
        let constrains = |at: &usize| all[*at].is_constraining();
        let deciding = all.iter().enumerate().flat_map(|(at, rule)| {
            let parameters = rule.rule.params.iter();
            parameters.filter_map(move |one| Some((one.decides?, at, one.name.as_ref())))
        });
        Self {
            constraining: (0..all.len()).filter(constrains).collect(),
            deciding: deciding.collect(),
            all,
            without_usage,
        }
    }
}
