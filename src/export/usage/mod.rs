//! Usage results: the operations that each client called.
//!
//! Shapes: `ApiUsageQueryResult` of the older API, the results of aggregate jobs of the newer API,
//! their rows as NDJSON or a list, a CSV table, and the query that was saved next to them.
//!
//! Invariant: a row that cannot be read is a problem, and its file then covers no client, so that
//! nothing is called unused because of it. Ids of users are compared and never kept.

mod faults;
mod merge;
mod query;
mod row;
mod table;

pub(super) use merge::merge;
pub use query::UsageQuery;
pub(super) use table::read as read_table;

use super::spelling::field;
use super::{Facts, Shape};
use crate::document::{Kind, Node};
use crate::finding::{Problem, ProblemKind};
use crate::model::{Statuses, Text};
use crate::text::Place;
use faults::Faults;
use jiff::civil::Date;
use row::is_row;

/// The results of one query.
#[derive(Debug)]
pub struct UsageResults<'a> {
    /// The whole results.
    pub place: Place,
    /// Which clients they can cover.
    pub extent: Extent<'a>,
    /// Their rows.
    pub rows: Vec<UsageRow<'a>>,
    /// The query has finished, and every row could be read.
    pub is_whole: bool,
    /// Their own address, if they state it.
    pub own: Option<String>,
    /// The address or cursor of the next page, if there is one, and its place.
    pub next: Option<(String, Place)>,
    /// The cursor of the page before, if there is one.
    pub before: Option<String>,
}

/// Which clients results can cover, before the query is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extent<'a> {
    /// All clients of the organisation, if the query grouped by client.
    Organisation,
    /// This client.
    Client(Text<'a>),
    /// All clients if a query proves it, else those that have rows.
    Unstated,
    /// The clients that have rows.
    Rows,
}

/// One row: the requests of one client to one operation in one granule.
#[derive(Debug)]
pub struct UsageRow<'a> {
    /// The client's id, if the row has it.
    pub client: Option<Text<'a>>,
    /// The user's id, if the row has it.
    pub user: Option<Text<'a>>,
    /// The method in upper case.
    pub method: Text<'a>,
    /// The template or path, with a leading slash and without host, query and trailing slash.
    pub template: Text<'a>,
    /// The first day of the granule in UTC.
    pub day: Option<Date>,
    /// How many requests.
    pub requests: u64,
    /// How they ended, if the row says.
    pub statuses: Option<Statuses>,
    /// The row.
    pub place: Place,
}

/// Reads one top-level value if it is of usage, and returns whether it is.
pub(super) fn read<'a>(root: Node<'_, 'a>, facts: &mut Facts<'a>) -> bool {
    match root.kind() {
        Kind::Map if is_row(root) => add_row(root, facts),
        Kind::Map => match envelope(root) {
            Some(Envelope::Results(rows)) => results(root, rows, facts),
            Some(Envelope::Receipt) => receipt(root, facts),
            None if query::is_query(root) => {
                facts.shapes.push(Shape::UsageQuery);
                let query = query::read(root, &mut facts.problems);
                facts.records.usage_queries.push(query);
            }
            None => return false,
        },
        Kind::List => {
            let Some(first) = root.items().next() else {
                return false;
            };
            if is_row(first) {
                rows_of(root, facts);
            } else if envelope(first).is_some() {
                for page in root.items() {
                    if !read(page, facts) {
                        facts.problems.push(not_a_page(page));
                    }
                }
                if root.is_open() {
                    note_cut(facts);
                }
            } else {
                return false;
            }
        }
        _ => return false,
    }
    true
}

/// Marks the results of a text that was cut off, or of which a part could not be read: its fault is
/// a problem already.
pub(super) fn note_cut(facts: &mut Facts<'_>) {
    for results in &mut facts.records.usage {
        results.is_whole = false;
    }
}

/// The forms of a map around rows.
enum Envelope<'d, 'a> {
    /// Results with their rows.
    Results(Option<Node<'d, 'a>>),
    /// The answer to a query that was accepted, which names where its results will be.
    Receipt,
}

fn envelope<'d, 'a>(root: Node<'d, 'a>) -> Option<Envelope<'d, 'a>> {
    let status = root.get("queryStatus").or_else(|| root.get("query_status"));
    let rows = root.get("results").or_else(|| root.get("entities"));
    let list = rows.filter(|rows| rows.kind() == Kind::List);
    let begins_with_row = || {
        let first = list.and_then(|rows| rows.items().next());
        first.is_some_and(is_row)
    };
    if status.is_some() || begins_with_row() || (is_address(root) && list.is_some()) {
        return Some(Envelope::Results(list));
    }
    let is_receipt = field(root, "executionId").is_some() && field(root, "resultsUri").is_some();
    is_receipt.then_some(Envelope::Receipt)
}

/// Whether the map states an address of usage results.
fn is_address(root: Node<'_, '_>) -> bool {
    let own = field(root, "selfUri").and_then(Node::text);
    own.is_some_and(|own| own.contains("/usage/"))
}

/// Adds a row that is a document of its own, as in NDJSON, to the rows of its text.
fn add_row<'a>(root: Node<'_, 'a>, facts: &mut Facts<'a>) {
    let mut faults = Faults::default();
    let is_cut = root.is_open();
    let row = (!is_cut).then(|| row::read(root, &mut faults)).flatten();
    let is_whole = faults.is_empty() && !is_cut;
    faults.settle(facts);
    match facts.records.usage.last_mut() {
        Some(results) if results.extent == Extent::Rows => {
            results.is_whole &= is_whole;
            results.rows.extend(row);
        }
        _ => {
            facts.shapes.push(Shape::Usage);
            facts.records.usage.push(UsageResults {
                place: root.place(),
                extent: Extent::Rows,
                rows: row.into_iter().collect(),
                is_whole,
                own: None,
                next: None,
                before: None,
            });
        }
    }
}

fn rows_of<'a>(list: Node<'_, 'a>, facts: &mut Facts<'a>) {
    facts.shapes.push(Shape::Usage);
    let (rows, is_whole) = read_rows(list, facts);
    facts.records.usage.push(UsageResults {
        place: list.place(),
        extent: Extent::Rows,
        rows,
        is_whole,
        own: None,
        next: None,
        before: None,
    });
}

/// The rows of a list, and whether all of them could be read.
fn read_rows<'a>(list: Node<'_, 'a>, facts: &mut Facts<'a>) -> (Vec<UsageRow<'a>>, bool) {
    let mut faults = Faults::default();
    let items = list.items().filter(|item| !item.is_open());
    let rows = items
        .filter_map(|item| row::read(item, &mut faults))
        .collect();
    let is_whole = faults.is_empty() && !list.is_open();
    faults.settle(facts);
    (rows, is_whole)
}

fn results<'a>(root: Node<'_, 'a>, list: Option<Node<'_, 'a>>, facts: &mut Facts<'a>) {
    facts.shapes.push(Shape::Usage);
    let status = root.get("queryStatus").or_else(|| root.get("query_status"));
    let unfinished = status.and_then(unfinished);
    let has_finished = unfinished.is_none();
    facts.problems.extend(unfinished);
    let address = |name: &str| {
        let node = field(root, name)?;
        let text = node.text()?;
        (!text.trim().is_empty()).then(|| (text.into_owned(), node.place()))
    };
    let cursor = |name: &str| {
        let node = field(field(root, "cursors")?, name)?;
        let text = node.text()?;
        (!text.trim().is_empty()).then(|| (text.into_owned(), node.place()))
    };
    let own = address("selfUri").map(|(own, _)| own);
    let (rows, are_read) = if let Some(list) = list {
        read_rows(list, facts)
    } else {
        // A query that is still running has no rows yet, and that has its own problem.
        let lacks_rows = has_finished.then(|| without_rows(root));
        facts.problems.extend(lacks_rows);
        (Vec::new(), false)
    };
    let names_clients = rows.iter().any(|row| row.client.is_some());
    facts.records.usage.push(UsageResults {
        place: root.place(),
        extent: match own.as_deref().and_then(client_of_address) {
            Some(id) if !names_clients => Extent::Client(id.to_owned().into()),
            Some(_) => Extent::Rows,
            // The rows of the newer API name clients only in results of the whole organisation.
            None if root.get("entities").is_some() => Extent::Organisation,
            None => Extent::Unstated,
        },
        rows,
        is_whole: has_finished && are_read && !root.is_open(),
        own,
        next: address("nextUri").or_else(|| cursor("after")),
        before: cursor("before").map(|(before, _)| before),
    });
}

/// The client of results of one client, by their address
/// `/api/v2/usage/client/{clientId}/aggregates/query/jobs/{jobId}`.
fn client_of_address(address: &str) -> Option<&str> {
    let (_, rest) = address
        .split_once("/usage/client/")
        .or_else(|| address.split_once("/oauth/clients/"))?;
    let id = rest.split(['/', '?']).next()?;
    (!id.is_empty()).then_some(id)
}

/// The problem of a query that has not succeeded, by its status.
fn unfinished(status: Node<'_, '_>) -> Option<Problem> {
    let text = status.text().unwrap_or_default();
    let (message, remedy) = match text.trim().to_ascii_lowercase().as_str() {
        "complete" | "succeeded" => return None,
        "running" | "queued" => (
            "the usage query was still running, so rows are missing",
            "wait until the query has finished, and get its results again",
        ),
        "failed" | "cancelled" => (
            "the usage query failed or was cancelled, so rows are missing",
            "run the query again, and get its results",
        ),
        _ => (
            "the status of the usage query is unknown, so rows may be missing",
            "get results with the status Complete or Succeeded",
        ),
    };
    let problem = Problem::new(ProblemKind::IncompleteListing, message, remedy);
    Some(problem.at(status.place()))
}

fn without_rows(root: Node<'_, '_>) -> Problem {
    Problem::new(
        ProblemKind::WrongType,
        "these usage results contain no list of rows",
        "get the results of the query again",
    )
    .at(root.place())
}

fn receipt<'a>(root: Node<'_, 'a>, facts: &mut Facts<'a>) {
    facts.shapes.push(Shape::Usage);
    facts.problems.push(
        Problem::new(
            ProblemKind::IncompleteListing,
            "this says where the results of a usage query will be; it does not contain them",
            "get the results from the address in `resultsUri`",
        )
        .at(root.place()),
    );
}

fn not_a_page(page: Node<'_, '_>) -> Problem {
    Problem::new(
        ProblemKind::WrongType,
        "each item of this list should be a page of usage results; this one was not read",
        "export the usage again",
    )
    .at(page.place())
}
