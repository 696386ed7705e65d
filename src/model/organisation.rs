//! One organisation: its clients, and the listings that explain them.

use super::client::Client;
use super::field::Text;
use super::role::Role;
use crate::text::Place;
use std::collections::HashMap;

/// A division of the organisation.
#[derive(Clone, Debug, Default)]
pub struct Division<'a> {
    /// The whole division in its file.
    pub place: Place,
    /// Its id, a UUID.
    pub id: Text<'a>,
    /// Its name.
    pub name: Text<'a>,
    /// It is flagged as the home division. The name says nothing: a home division may be
    /// called "Guatemala".
    pub is_home: bool,
}

/// What was given of one sort of thing, and whether that is all of it.
#[derive(Clone, Debug)]
pub struct Listing<T> {
    items: Vec<T>,
    by_id: HashMap<String, usize>,
    complete: bool,
}

impl<T> Listing<T> {
    /// A listing of `items` under their ids; of two with one id the first counts.
    #[must_use]
    pub fn new(items: Vec<T>, id: impl Fn(&T) -> &str, complete: bool) -> Self {
        let mut by_id = HashMap::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            by_id.entry(id(item).to_ascii_lowercase()).or_insert(index);
        }
        Self {
            items,
            by_id,
            complete,
        }
    }

    /// All that was given.
    #[must_use]
    pub fn items(&self) -> &[T] {
        &self.items
    }

    /// Whether it is all there is: then an id that is not in it is unknown to the
    /// organisation too.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.complete
    }

    /// The thing with this id; UUIDs compare without regard to case.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&T> {
        let found = if id.bytes().any(|byte| byte.is_ascii_uppercase()) {
            self.by_id.get(&id.to_ascii_lowercase())
        } else {
            self.by_id.get(id)
        };
        found.map(|&index| &self.items[index])
    }
}

/// One organisation.
#[derive(Clone, Debug, Default)]
pub struct Organisation<'a> {
    /// What reports call it: the directory of its clients.
    pub label: String,
    /// Its clients.
    pub clients: Vec<Client<'a>>,
    /// Its roles, if they were given.
    pub roles: Option<Listing<Role<'a>>>,
    /// Its divisions, if they were given.
    pub divisions: Option<Listing<Division<'a>>>,
    /// The id of its home division, if it was given.
    pub home: Option<Text<'a>>,
    /// The scopes that it knows, if they were given.
    pub scopes: Option<Vec<Text<'a>>>,
}

impl<'a> Organisation<'a> {
    /// The role with this id, if it was given.
    #[must_use]
    pub fn role(&self, id: &str) -> Option<&Role<'a>> {
        self.roles.as_ref()?.get(id)
    }

    /// The division with this id, if it was given.
    #[must_use]
    pub fn division(&self, id: &str) -> Option<&Division<'a>> {
        self.divisions.as_ref()?.get(id)
    }
}
