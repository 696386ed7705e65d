//! The calls of a client, each joined with its operation.

use super::operations::Operations;
use crate::model::{ApiOperation, ClientUsage, UsageCall};
use crate::text::Place;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// All requests of a client for one operation.
#[derive(Clone, Debug)]
pub struct Call<'u> {
    /// Its position in the list of operations.
    pub(super) position: usize,
    /// The operation.
    pub operation: &'u ApiOperation<'u>,
    /// A request was answered, as far as is known; else all were refused or failed.
    pub used: bool,
    /// Each row says how its requests ended, so that `used` is a fact.
    pub statuses_known: bool,
    /// How many requests.
    pub requests: u64,
    /// The dates of its rows.
    pub days: BTreeSet<Date>,
    /// How many users made it, as far as the rows name them; at least, if paths differ.
    pub users: usize,
    /// Its first rows.
    pub places: Vec<Place>,
}

/// The calls of a client.
#[derive(Clone, Debug, Default)]
pub struct Calls<'u> {
    /// Those that are operations, in the order of paths and methods.
    pub mapped: Vec<Call<'u>>,
    /// How many distinct calls are not listed operations and were answered.
    pub unmapped_used: usize,
    /// How many distinct calls are not listed operations, and were refused or failed.
    pub unmapped_attempted: usize,
}

/// So many rows of a call are named.
const PLACES: usize = 3;

impl<'u> Calls<'u> {
    /// Joins the calls of a client with operations.
    pub(super) fn new(usage: &'u ClientUsage<'u>, operations: &Operations<'u>) -> Self {
        let mut calls = Self::default();
        let mut mapped: BTreeMap<(&str, &str), Call<'u>> = BTreeMap::new();
        for call in &usage.calls {
            let Some(position) = operations.position(&call.method, &call.template) else {
                let count = if call.is_used() {
                    &mut calls.unmapped_used
                } else {
                    &mut calls.unmapped_attempted
                };
                *count += 1;
                continue;
            };
            let operation = &operations.list()[position];
            mapped
                .entry((&operation.path, &operation.method))
                .and_modify(|known| known.merge(call))
                .or_insert_with(|| Call::new((position, operation), call));
        }
        calls.mapped = mapped.into_values().collect();
        calls
    }

    /// How many distinct calls are not listed operations.
    #[must_use]
    pub const fn unmapped(&self) -> usize {
        self.unmapped_used + self.unmapped_attempted
    }

    /// The calls that were answered.
    pub fn used(&self) -> impl Iterator<Item = &Call<'u>> {
        self.mapped.iter().filter(|call| call.used)
    }

    /// The calls that were only refused or failed.
    pub fn attempted(&self) -> impl Iterator<Item = &Call<'u>> {
        self.mapped.iter().filter(|call| !call.used)
    }
}

impl<'u> Call<'u> {
    fn new((position, operation): (usize, &'u ApiOperation<'u>), call: &UsageCall<'u>) -> Self {
        Self {
            position,
            operation,
            used: call.is_used(),
            statuses_known: call.statuses.is_some(),
            requests: call.requests,
            days: call.days.clone(),
            users: call.users,
            places: call.places.iter().take(PLACES).copied().collect(),
        }
    }

    /// Adds the same call under another path.
    fn merge(&mut self, other: &UsageCall<'u>) {
        self.used |= other.is_used();
        self.statuses_known &= other.statuses.is_some();
        self.requests = self.requests.saturating_add(other.requests);
        self.days.extend(&other.days);
        self.users = self.users.max(other.users);
        let room = PLACES.saturating_sub(self.places.len());
        self.places.extend(other.places.iter().take(room));
    }
}
