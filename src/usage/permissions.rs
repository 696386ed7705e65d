//! Which permissions of a client its calls explain.
//!
//! Invariant: a permission that any call may have needed stays.

use super::calls::Calls;
use super::opaque::Opaque;
use super::rights::{NameId, Rights, RoleRights};
use std::collections::{BTreeMap, BTreeSet};

/// What becomes of the permissions of a client. All lists are sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PermissionNeeds<'a> {
    /// A call needed it, and nothing else that is held would have done.
    pub certain: Vec<&'a str>,
    /// A call needed one of several that are held, and which one can change the answer.
    pub one_of: Vec<&'a str>,
    /// A call that failed, or that does not declare its permissions, may need it.
    pub possible: Vec<&'a str>,
    /// All that stay.
    pub keep: Vec<&'a str>,
    /// Held, and no call needed it.
    pub removable: Vec<&'a str>,
    /// Not held, and a call that was answered declares it.
    pub unexplained: Vec<&'a str>,
}

/// The permissions of a client by number.
#[derive(Debug, Default)]
pub(super) struct Needs {
    pub certain: BTreeSet<NameId>,
    pub one_of: BTreeSet<NameId>,
    pub possible: BTreeSet<NameId>,
    pub unexplained: BTreeSet<NameId>,
    pub keep: BTreeSet<NameId>,
    pub removable: BTreeSet<NameId>,
    /// How many calls were answered without a permission that the client holds.
    pub unexplained_calls: usize,
    /// The calls that are a reason for each, by position.
    pub because: BTreeMap<NameId, Vec<usize>>,
}

impl Needs {
    /// Joins the calls with the permissions of the roles that are held.
    pub(super) fn new<'o>(
        held: &[&RoleRights<'o>],
        calls: &Calls<'_>,
        rights: &Rights<'o>,
    ) -> Self {
        let mut needs = Self::default();
        for (at, call) in calls.mapped.iter().enumerate() {
            needs.add_call(at, call, held, rights);
        }
        let all = held.iter().flat_map(|role| &role.rights);
        let all: BTreeSet<NameId> = all.map(|(name, _)| *name).collect();
        for (at, call) in calls
            .mapped
            .iter()
            .enumerate()
            .filter(|(_, call)| call.used)
        {
            let Some(opaque) = Opaque::of_operation(call.operation) else {
                continue;
            };
            for name in all
                .iter()
                .filter(|name| opaque.is_about(rights.text(**name)))
            {
                needs.possible.insert(*name);
                needs.add_reason(*name, at);
            }
        }
        let (certain, one_of) = (&needs.certain, &needs.one_of);
        let possible = &needs.possible;
        needs.keep = certain
            .iter()
            .chain(one_of)
            .chain(possible)
            .copied()
            .collect();
        needs.one_of.retain(|name| !needs.certain.contains(name));
        needs
            .possible
            .retain(|name| !needs.certain.contains(name) && !needs.one_of.contains(name));
        needs.removable = all.difference(&needs.keep).copied().collect();
        needs
    }

    /// Everything stays, because it is not judged what is unused.
    pub(super) fn keep_all(&mut self) {
        self.keep.append(&mut self.removable);
    }

    fn add_call<'o>(
        &mut self,
        at: usize,
        call: &super::Call<'_>,
        held: &[&RoleRights<'o>],
        rights: &Rights<'o>,
    ) {
        let needed = rights.needs(call.position);
        let is_held = |name: &&NameId| held.iter().any(|role| rights.gives(role, **name));
        let (have, lack): (Vec<&NameId>, Vec<&NameId>) = needed.iter().partition(is_held);
        for name in &have {
            self.add_reason(**name, at);
        }
        if !call.used {
            self.possible.extend(have);
            return;
        }
        let all = call.operation.needs_all;
        if !needed.is_empty() && (have.is_empty() || (all && !lack.is_empty())) {
            self.unexplained_calls += 1;
            for name in &lack {
                self.add_reason(**name, at);
            }
            self.unexplained.extend(lack);
        }
        if all || have.len() == 1 {
            self.certain.extend(have);
        } else {
            self.one_of.extend(have);
        }
    }

    fn add_reason(&mut self, name: NameId, call: usize) {
        let reasons = self.because.entry(name).or_default();
        if reasons.last() != Some(&call) {
            reasons.push(call);
        }
    }

    /// The permissions by name.
    pub(super) fn named<'a>(&self, rights: &'a Rights<'_>) -> PermissionNeeds<'a> {
        let named = |names: &BTreeSet<NameId>| {
            let mut named: Vec<&str> = names.iter().map(|name| rights.text(*name)).collect();
            named.sort_unstable();
            named
        };
        PermissionNeeds {
            certain: named(&self.certain),
            one_of: named(&self.one_of),
            possible: named(&self.possible),
            keep: named(&self.keep),
            removable: named(&self.removable),
            unexplained: named(&self.unexplained),
        }
    }
}
