//! How many operations each client can call, by its scopes or its permissions.
//!
//! Invariant: each scope and each role is compared with the table of operations once, so that the
//! work for a client does not depend on the size of the table.

use crate::finding::CallableOperations;
use crate::model::{Client, GrantType, Organisation, Role};
use crate::usage::{Operations, OperationsRef, scope_covers, writes};
use std::collections::{HashMap, HashSet};

/// A set of small numbers.
#[derive(Clone, Debug, Default)]
struct Bits(Vec<u64>);

impl Bits {
    fn with_capacity(count: usize) -> Self {
        Self(vec![0; count.div_ceil(64)])
    }

    fn add(&mut self, number: usize) {
        if let Some(word) = self.0.get_mut(number / 64) {
            *word |= 1 << (number % 64);
        }
    }

    fn has(&self, number: usize) -> bool {
        self.0
            .get(number / 64)
            .is_some_and(|word| word & (1 << (number % 64)) != 0)
    }

    fn join(&mut self, other: &Self) {
        for (own, other) in self.0.iter_mut().zip(&other.0) {
            *own |= other;
        }
    }

    fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    fn count_common(&self, other: &Self) -> usize {
        let words = self.0.iter().zip(&other.0);
        words
            .map(|(own, other)| (own & other).count_ones() as usize)
            .sum()
    }
}

/// What a role permits, compared with the table.
#[derive(Debug)]
struct RoleRights {
    /// The permissions that it holds, by number.
    permissions: Bits,
    /// The operations of which one of their permissions is enough.
    operations: Bits,
    is_known: bool,
}

/// The operations that scopes and roles of an organisation permit.
#[derive(Debug)]
pub(super) struct CallIndex {
    /// Operations that need no scope, and those that declare no permission.
    without_scope: Bits,
    without_permission: Bits,
    writing: Bits,
    /// Operations that need all of these permissions.
    needing_all: Vec<(usize, Vec<usize>)>,
    /// How many permissions there are.
    permissions: usize,
    scopes: HashMap<String, Bits>,
    /// By id in lower case.
    roles: HashMap<String, RoleRights>,
}

impl CallIndex {
    /// The index of the scopes and roles that clients of an organisation hold.
    pub(super) fn new(organisation: &Organisation<'_>) -> Self {
        let operations = OperationsRef::for_organisation(organisation);
        let table = Table::new(&operations);
        let count = operations.list().len();
        let bits = |is: &dyn Fn(usize) -> bool| {
            let mut bits = Bits::with_capacity(count);
            (0..count).filter(|at| is(*at)).for_each(|at| bits.add(at));
            bits
        };
        let list = operations.list();
        let mut scopes = HashMap::new();
        let mut held_roles: HashSet<String> = HashSet::new();
        for client in &organisation.clients {
            for scope in client.scopes.items() {
                if !scopes.contains_key(scope.value.as_ref()) {
                    let covers = |at: usize| scope_covers(scope.value, &list[at]);
                    scopes.insert(scope.value.to_string(), bits(&covers));
                }
            }
            for grant in client.grants() {
                held_roles.insert(grant.role.to_ascii_lowercase());
            }
        }
        let roles = held_roles.into_iter().filter_map(|id| {
            let role = organisation.role(&id)?;
            let rights = table.rights(role, count);
            Some((id, rights))
        });
        Self {
            without_scope: bits(&|at| list[at].scopes.is_empty()),
            without_permission: bits(&|at| list[at].permissions.is_empty()),
            writing: bits(&|at| writes(&list[at])),
            permissions: table.numbers.len(),
            scopes,
            roles: roles.collect(),
            needing_all: table.needing_all,
        }
    }

    /// How many operations a client can call; `None` if its grant type does not show what limits
    /// it.
    pub(super) fn callable(&self, client: &Client<'_>) -> Option<CallableOperations> {
        match client.grant() {
            Some(GrantType::ClientCredentials) => Some(self.by_roles(client)),
            Some(GrantType::Other) | None if !client.grants().is_empty() => {
                Some(self.by_roles(client))
            }
            Some(GrantType::Other) | None => None,
            Some(_) => Some(self.by_scopes(client)),
        }
    }

    fn by_scopes(&self, client: &Client<'_>) -> CallableOperations {
        let mut callable = self.without_scope.clone();
        for scope in client.scopes.items() {
            if let Some(operations) = self.scopes.get(scope.value.as_ref()) {
                callable.join(operations);
            }
        }
        self.counted(&callable, !client.scopes.is_complete())
    }

    fn by_roles(&self, client: &Client<'_>) -> CallableOperations {
        let mut callable = self.without_permission.clone();
        let mut held = Bits::with_capacity(self.permissions);
        let mut is_partial = !client.knows_its_roles();
        for grant in client.grants() {
            let Some(role) = self.roles.get(&grant.role.to_ascii_lowercase()) else {
                is_partial = true;
                continue;
            };
            is_partial |= !role.is_known;
            callable.join(&role.operations);
            held.join(&role.permissions);
        }
        for (at, needed) in &self.needing_all {
            if needed.iter().all(|permission| held.has(*permission)) {
                callable.add(*at);
            }
        }
        self.counted(&callable, is_partial)
    }

    fn counted(&self, callable: &Bits, at_least: bool) -> CallableOperations {
        CallableOperations {
            operations: callable.count(),
            writing: callable.count_common(&self.writing),
            at_least,
        }
    }
}

/// The permissions of the table by number.
struct Table<'d> {
    numbers: HashMap<&'d str, usize>,
    /// For each permission, the operations of which it alone is enough.
    enough_for: Vec<Vec<usize>>,
    needing_all: Vec<(usize, Vec<usize>)>,
}

impl<'d> Table<'d> {
    fn new(operations: &Operations<'d>) -> Self {
        let mut table = Self {
            numbers: HashMap::new(),
            enough_for: Vec::new(),
            needing_all: Vec::new(),
        };
        for (at, operation) in operations.list().iter().enumerate() {
            let numbers = operation.permissions.iter();
            let numbers: Vec<usize> = numbers.map(|name| table.number(name)).collect();
            match numbers[..] {
                [] => {}
                [_, _, ..] if operation.needs_all => table.needing_all.push((at, numbers)),
                _ => numbers
                    .iter()
                    .for_each(|number| table.enough_for[*number].push(at)),
            }
        }
        table
    }

    fn number(&mut self, name: &'d str) -> usize {
        let next = self.numbers.len();
        let number = *self.numbers.entry(name).or_insert(next);
        if number == next {
            self.enough_for.push(Vec::new());
        }
        number
    }

    fn rights(&self, role: &Role<'_>, operations: usize) -> RoleRights {
        let mut rights = RoleRights {
            permissions: Bits::with_capacity(self.numbers.len()),
            operations: Bits::with_capacity(operations),
            is_known: role.permissions_known,
        };
        for (name, number) in &self.numbers {
            if role.permits(name).is_some() {
                rights.permissions.add(*number);
                let enough = self.enough_for[*number].iter();
                enough.for_each(|at| rights.operations.add(*at));
            }
        }
        rights
    }
}
