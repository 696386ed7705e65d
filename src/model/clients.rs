//! The clients of an organisation.
//!
//! Invariant: clients stay in the pieces in which they were read: moving a hundred thousand is costly.

use super::client::Client;
use std::iter::Flatten;
use std::ops::{Index, IndexMut};

/// Clients in order, counted through all pieces.
#[derive(Clone, Debug, Default)]
pub struct Clients<'a> {
    /// None of them empty.
    pieces: Vec<Vec<Client<'a>>>,
    /// The position of the first client of each piece.
    starts: Vec<usize>,
}

impl<'a> Clients<'a> {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        let last = self.starts.last().zip(self.pieces.last());
        last.map_or(0, |(start, piece)| start + piece.len())
    }

    /// Whether the collection is empty.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Adds one.
    pub fn push(&mut self, client: Client<'a>) {
        match self.pieces.last_mut() {
            Some(piece) => piece.push(client),
            None => self.append(vec![client]),
        }
    }

    /// Adds a piece.
    pub fn append(&mut self, piece: Vec<Client<'a>>) {
        if !piece.is_empty() {
            self.starts.push(self.len());
            self.pieces.push(piece);
        }
    }

    /// Adds others.
    pub fn join(&mut self, others: Self) {
        for piece in others.pieces {
            self.append(piece);
        }
    }

    /// All of them, in order.
    pub fn iter(&self) -> Flatten<std::slice::Iter<'_, Vec<Client<'a>>>> {
        self.pieces.iter().flatten()
    }

    /// All of them, to be changed.
    pub fn iter_mut(&mut self) -> Flatten<std::slice::IterMut<'_, Vec<Client<'a>>>> {
        self.pieces.iter_mut().flatten()
    }

    /// All of them in order, piece by piece.
    #[must_use]
    pub fn pieces(&self) -> &[Vec<Client<'a>>] {
        &self.pieces
    }

    /// All of them in order, piece by piece, to be changed.
    #[must_use]
    pub fn pieces_mut(&mut self) -> Vec<&mut [Client<'a>]> {
        self.pieces.iter_mut().map(Vec::as_mut_slice).collect()
    }

    /// All of them in order, at most `size` at a time.
    pub fn batches(&self, size: usize) -> impl Iterator<Item = &[Client<'a>]> {
        self.pieces.iter().flat_map(move |piece| piece.chunks(size))
    }

    /// The clients at the positions to keep.
    #[must_use]
    pub fn filter(self, keep: impl Fn(usize) -> bool) -> Self {
        let kept = self.into_iter().enumerate();
        kept.filter(|(position, _)| keep(*position))
            .map(|(_, client)| client)
            .collect()
    }

    /// The piece of a position, and the position in it.
    fn find(&self, position: usize) -> Option<(usize, usize)> {
        let piece = self.starts.partition_point(|start| *start <= position);
        let piece = piece.checked_sub(1)?;
        Some((piece, position - self.starts[piece]))
    }
}

impl<'a> Index<usize> for Clients<'a> {
    type Output = Client<'a>;

    fn index(&self, position: usize) -> &Client<'a> {
        let (piece, at) = self.find(position).unwrap_or_default();
        &self.pieces[piece][at]
    }
}

impl<'a> IndexMut<usize> for Clients<'a> {
    fn index_mut(&mut self, position: usize) -> &mut Client<'a> {
        let (piece, at) = self.find(position).unwrap_or_default();
        &mut self.pieces[piece][at]
    }
}

impl<'a> FromIterator<Client<'a>> for Clients<'a> {
    fn from_iter<I: IntoIterator<Item = Client<'a>>>(clients: I) -> Self {
        let mut all = Self::default();
        all.append(clients.into_iter().collect());
        all
    }
}

impl<'a> Extend<Client<'a>> for Clients<'a> {
    fn extend<I: IntoIterator<Item = Client<'a>>>(&mut self, clients: I) {
        for client in clients {
            self.push(client);
        }
    }
}

impl<'a> IntoIterator for Clients<'a> {
    type Item = Client<'a>;
    type IntoIter = Flatten<std::vec::IntoIter<Vec<Client<'a>>>>;

    fn into_iter(self) -> Self::IntoIter {
        self.pieces.into_iter().flatten()
    }
}

impl<'c, 'a> IntoIterator for &'c Clients<'a> {
    type Item = &'c Client<'a>;
    type IntoIter = Flatten<std::slice::Iter<'c, Vec<Client<'a>>>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'c, 'a> IntoIterator for &'c mut Clients<'a> {
    type Item = &'c mut Client<'a>;
    type IntoIter = Flatten<std::slice::IterMut<'c, Vec<Client<'a>>>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Field;
    use crate::text::Place;

    fn client(name: &'static str) -> Client<'static> {
        Client {
            name: Field::present(name.into(), Place::default()),
            ..Client::default()
        }
    }

    fn names<'c>(clients: impl IntoIterator<Item = &'c Client<'static>>) -> Vec<&'c str> {
        let clients = clients.into_iter();
        clients.filter_map(|client| client.name.text()).collect()
    }

    #[test]
    fn clients_are_counted_through_all_pieces() {
        let mut clients = Clients::default();
        assert!(clients.is_empty() && clients.iter().next().is_none());
        clients.append(vec![client("a"), client("b")]);
        clients.append(Vec::new());
        clients.append(vec![client("c")]);
        clients.push(client("d"));
        assert_eq!(clients.len(), 4);
        assert_eq!(names(&clients), ["a", "b", "c", "d"]);
        assert_eq!(names((0..4).map(|at| &clients[at])), names(&clients));
        assert!(clients.iter().nth(4).is_none());
        let batches: Vec<_> = clients.batches(3).map(names).collect();
        assert_eq!(batches, [["a", "b"], ["c", "d"]]);
        clients[2].naming = crate::model::Naming::Terraform;
        let kept = clients.filter(|at| at != 1);
        assert_eq!(names(&kept), ["a", "c", "d"]);
        assert_eq!(kept[1].naming, crate::model::Naming::Terraform);
    }
}
