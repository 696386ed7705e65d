//! What a listing says about its size and its pages.
//!
//! Invariant: a listing that claims more than it contains is never taken for a whole one. The
//! claims are in the listing itself or, as many gateways and scripts write them, in a map next to
//! its entities, such as `{"page": {"total": 5}, "entities": [..]}`.

use super::spelling::{is_same, whole_number};
use crate::document::{Kind, Node};

/// Maps next to the entities that describe the page.
const MAPS: [&str; 18] = [
    "page",
    "pages",
    "paging",
    "pagination",
    "pageInfo",
    "pageable",
    "pager",
    "meta",
    "metadata",
    "responseMetadata",
    "links",
    "link",
    "cursor",
    "cursors",
    "resultInfo",
    "resultSet",
    "listing",
    "navigation",
];

const TOTAL: [&str; 13] = [
    "total",
    "totalCount",
    "totalEntities",
    "totalElements",
    "totalItems",
    "totalRecords",
    "totalResults",
    "totalRows",
    "totalSize",
    "totalHits",
    "recordCount",
    "resultCount",
    "count",
];

const PAGE_COUNT: [&str; 5] = [
    "pageCount",
    "totalPages",
    "numberOfPages",
    "lastPage",
    "pages",
];

const PAGE_NUMBER: [&str; 4] = ["pageNumber", "currentPage", "page", "number"];

const NEXT: [&str; 9] = [
    "nextUri",
    "next",
    "nextPage",
    "nextPageUri",
    "nextLink",
    "nextToken",
    "nextCursor",
    "hasMore",
    "hasNextPage",
];

/// The values that say something about the page, with their keys: those of the listing, then
/// those of the maps in it that describe the page.
fn claims<'d, 'a: 'd>(listing: Node<'d, 'a>) -> impl Iterator<Item = (Node<'d, 'a>, Node<'d, 'a>)> {
    let is_of_page = |(key, value): &(Node<'d, 'a>, Node<'d, 'a>)| {
        value.kind() == Kind::Map && is_one_of(*key, &MAPS)
    };
    let inner = move || listing.entries().filter(is_of_page).map(|(_, map)| map);
    let innermost = move || {
        inner()
            .flat_map(Node::entries)
            .filter(is_of_page)
            .flat_map(|(_, map)| map.entries())
    };
    listing
        .entries()
        .chain(inner().flat_map(Node::entries))
        .chain(innermost())
}

fn is_one_of(key: Node<'_, '_>, names: &[&str]) -> bool {
    let key = key.text();
    key.is_some_and(|key| names.iter().any(|name| is_same(name, &key)))
}

/// The largest number that is claimed under one of these names, and where.
fn number_of<'d, 'a: 'd>(listing: Node<'d, 'a>, names: &[&str]) -> Option<(u64, Node<'d, 'a>)> {
    claims(listing)
        .filter(|(key, _)| is_one_of(*key, names))
        .filter_map(|(_, value)| Some((whole_number(value)?, value)))
        .max_by_key(|(number, _)| *number)
}

/// The total that a listing claims, and where.
pub(super) fn claimed_total<'d, 'a: 'd>(listing: Node<'d, 'a>) -> Option<(u64, Node<'d, 'a>)> {
    number_of(listing, &TOTAL)
}

/// How many pages a listing claims to have, and where.
pub(super) fn page_count<'d, 'a: 'd>(listing: Node<'d, 'a>) -> Option<(u64, Node<'d, 'a>)> {
    number_of(listing, &PAGE_COUNT)
}

/// The number of a page, as it says itself.
pub(super) fn page_number(listing: Node<'_, '_>) -> Option<u64> {
    number_of(listing, &PAGE_NUMBER).map(|(number, _)| number)
}

/// The address of the next page that a listing names, or the flag that there is one.
pub(super) fn next_page<'d, 'a: 'd>(listing: Node<'d, 'a>) -> Option<Node<'d, 'a>> {
    claims(listing)
        .filter(|(key, _)| is_one_of(*key, &NEXT))
        .map(|(_, value)| value)
        .find(|value| match value.kind() {
            Kind::Null | Kind::False => false,
            Kind::True | Kind::List | Kind::Map | Kind::Number => true,
            Kind::Plain | Kind::Quoted | Kind::Escaped | Kind::Decoded | Kind::Expression => {
                value.text().is_none_or(|text| !text.trim().is_empty())
            }
        })
}
