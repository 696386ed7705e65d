//! What a listing says about its size and its pages.
//!
//! Invariant: a listing that claims more than it contains is never taken for a whole one. The
//! claims are in the listing itself or, as many gateways and scripts write them, in a map next to
//! its entities, such as `{"page": {"total": 5}, "entities": [..]}`.

use super::spelling::{Letters, Names, by_letters, whole_number};
use crate::document::{Kind, Node};
use std::sync::LazyLock;

/// What a key says about a page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Claim {
    /// A map that describes the page.
    Map,
    Total,
    PageCount,
    PageNumber,
    Next,
    /// The number of pages, or a map that describes them.
    Pages,
    /// The number of the page, or a map that describes it.
    Page,
}

impl Claim {
    /// What a key says, in whatever spelling.
    fn from_key(key: Node<'_, '_>) -> Option<Self> {
        static NAMES: LazyLock<Names<Claim>> = LazyLock::new(|| by_letters(CLAIMS.into_iter()));
        let key = key.text()?;
        NAMES.get(Letters::new(&key)?.as_bytes()).copied()
    }

    const fn is_map(self) -> bool {
        matches!(self, Self::Map | Self::Pages | Self::Page)
    }
}

const CLAIMS: [(&str, Claim); 48] = [
    ("page", Claim::Page),
    ("pages", Claim::Pages),
    ("paging", Claim::Map),
    ("pagination", Claim::Map),
    ("pageInfo", Claim::Map),
    ("pageable", Claim::Map),
    ("pager", Claim::Map),
    ("meta", Claim::Map),
    ("metadata", Claim::Map),
    ("responseMetadata", Claim::Map),
    ("links", Claim::Map),
    ("link", Claim::Map),
    ("cursor", Claim::Map),
    ("cursors", Claim::Map),
    ("resultInfo", Claim::Map),
    ("resultSet", Claim::Map),
    ("listing", Claim::Map),
    ("navigation", Claim::Map),
    ("total", Claim::Total),
    ("totalCount", Claim::Total),
    ("totalEntities", Claim::Total),
    ("totalElements", Claim::Total),
    ("totalItems", Claim::Total),
    ("totalRecords", Claim::Total),
    ("totalResults", Claim::Total),
    ("totalRows", Claim::Total),
    ("totalSize", Claim::Total),
    ("totalHits", Claim::Total),
    ("recordCount", Claim::Total),
    ("resultCount", Claim::Total),
    ("count", Claim::Total),
    ("pageCount", Claim::PageCount),
    ("totalPages", Claim::PageCount),
    ("numberOfPages", Claim::PageCount),
    ("lastPage", Claim::PageCount),
    ("pageNumber", Claim::PageNumber),
    ("currentPage", Claim::PageNumber),
    ("number", Claim::PageNumber),
    ("nextUri", Claim::Next),
    ("next", Claim::Next),
    ("nextPage", Claim::Next),
    ("nextPageUri", Claim::Next),
    ("nextLink", Claim::Next),
    ("nextToken", Claim::Next),
    ("nextPageToken", Claim::Next),
    ("nextCursor", Claim::Next),
    ("hasMore", Claim::Next),
    ("hasNextPage", Claim::Next),
];

/// So deep may maps that describe the page nest.
const DEEPEST: usize = 2;

/// What a listing says about its size and its pages: the largest number of each sort, with its
/// place.
#[derive(Default)]
pub(super) struct Claims<'d, 'a> {
    /// How many entities there are.
    pub total: Option<(u64, Node<'d, 'a>)>,
    /// How many pages there are.
    pub page_count: Option<(u64, Node<'d, 'a>)>,
    /// Which page this is.
    pub page_number: Option<u64>,
    /// The address of the next page, or the flag that there is one.
    pub next: Option<Node<'d, 'a>>,
}

impl<'d, 'a> Claims<'d, 'a> {
    pub(super) fn new(listing: Node<'d, 'a>) -> Self {
        let mut claims = Self::default();
        claims.add(listing, DEEPEST);
        claims
    }

    fn add(&mut self, map: Node<'d, 'a>, levels: usize) {
        for (key, value) in map.entries() {
            let Some(claim) = Claim::from_key(key) else {
                continue;
            };
            match (claim, levels.checked_sub(1)) {
                (claim, Some(levels)) if claim.is_map() && value.kind() == Kind::Map => {
                    self.add(value, levels);
                }
                (Claim::Total, _) => keep_largest(&mut self.total, value),
                (Claim::PageCount | Claim::Pages, _) => keep_largest(&mut self.page_count, value),
                (Claim::PageNumber | Claim::Page, _) => {
                    self.page_number = self.page_number.max(whole_number(value));
                }
                (Claim::Next, _) if is_given(value) => {
                    self.next = self.next.or(Some(value));
                }
                (Claim::Next | Claim::Map, _) => {}
            }
        }
    }
}

fn keep_largest<'d, 'a>(kept: &mut Option<(u64, Node<'d, 'a>)>, value: Node<'d, 'a>) {
    if let Some(number) = whole_number(value)
        && kept.is_none_or(|(known, _)| known < number)
    {
        *kept = Some((number, value));
    }
}

/// Whether the address of a next page, or the flag that there is one, is given.
fn is_given(value: Node<'_, '_>) -> bool {
    match value.kind() {
        Kind::Null | Kind::False => false,
        Kind::True | Kind::List | Kind::Map | Kind::Number => true,
        Kind::Plain | Kind::Quoted | Kind::Escaped | Kind::Decoded | Kind::Expression => {
            value.text().is_none_or(|text| !text.trim().is_empty())
        }
    }
}
