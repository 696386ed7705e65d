//! The query that was saved next to its results, which do not repeat it.

use crate::document::{Kind, Node};
use crate::export::lower::Problems;
use crate::export::spelling::{field, is_same};
use crate::finding::{Problem, ProblemKind};
use crate::model::{Granularity, Interval};
use crate::text::Place;

/// A usage query.
#[derive(Clone, Debug)]
pub struct UsageQuery {
    /// The whole query.
    pub place: Place,
    /// The days that it covers entirely, if it says.
    pub interval: Option<Interval>,
    /// How much time one row sums up, if it says.
    pub granularity: Option<Granularity>,
    /// It groups by client.
    pub by_client: bool,
    /// It asks for rows without an operation, or only for some rows.
    pub is_partial: bool,
}

/// Keys that limit a query to some clients or operations.
const FILTERS: [&str; 8] = [
    "filter",
    "filters",
    "predicates",
    "oauthClientIds",
    "oauthClientNames",
    "clientIds",
    "httpMethods",
    "templateUris",
];

/// Whether a map is a usage query.
pub(super) fn is_query(root: Node<'_, '_>) -> bool {
    let is_interval = root.get("interval").and_then(Node::text);
    let is_interval = is_interval.is_some_and(|text| text.contains('/'));
    let names = |key: &str, words: &[&str]| {
        let list = field(root, key);
        let mut items = list.iter().flat_map(|list| list.items());
        items.any(|item| {
            let text = item.text();
            text.is_some_and(|text| words.iter().any(|word| is_same(&text, word)))
        })
    };
    // Queries of analytics have an interval, a granularity and metrics too.
    is_interval
        && (names("groupBy", &GROUPS)
            || names("metrics", &METRICS)
            || FILTERS[3..].iter().any(|key| root.get(key).is_some()))
}

/// What usage queries group by.
const GROUPS: [&str; 5] = [
    "OAuthClientId",
    "OrganizationId",
    "UserId",
    "TemplateUri",
    "HttpMethod",
];

/// The metrics of usage queries.
const METRICS: [&str; 7] = [
    "Status200",
    "Status300",
    "Status400",
    "Status429",
    "Status500",
    "Requests",
    "RequestCount",
];

/// Reads a query.
pub(super) fn read(root: Node<'_, '_>, problems: &mut Problems) -> UsageQuery {
    let written = root.get("interval");
    let interval = written.and_then(|node| Interval::parse(&node.text()?));
    if let (Some(node), None) = (written, interval) {
        problems.push(wrong_interval(node));
    }
    let groups = field(root, "groupBy").filter(|list| list.kind() == Kind::List);
    let groups_by = |name: &str| {
        let mut items = groups.iter().flat_map(|list| list.items());
        items.any(|item| item.text().is_some_and(|text| is_same(&text, name)))
    };
    let lacks_calls = groups.is_some() && !(groups_by("TemplateUri") && groups_by("HttpMethod"));
    if let (true, Some(groups)) = (lacks_calls, groups) {
        problems.push(without_calls(groups));
    }
    let granularity = root.get("granularity").and_then(Node::text);
    UsageQuery {
        place: root.place(),
        interval,
        granularity: granularity.and_then(|name| Granularity::from_name(&name)),
        by_client: groups_by("OAuthClientId"),
        is_partial: lacks_calls || FILTERS.iter().any(|key| is_given(root, key)),
    }
}

fn is_given(root: Node<'_, '_>, key: &str) -> bool {
    field(root, key).is_some_and(|value| match value.kind() {
        Kind::Null => false,
        Kind::List => value.items().next().is_some(),
        Kind::Map => value.entries().next().is_some(),
        _ => true,
    })
}

fn wrong_interval(node: Node<'_, '_>) -> Problem {
    Problem::new(
        ProblemKind::WrongType,
        "the interval of this query cannot be read, so the days that it covers are unknown",
        "write it as start/end: 2026-09-01T00:00:00Z/2026-11-29T00:00:00Z",
    )
    .at(node.place())
}

fn without_calls(groups: Node<'_, '_>) -> Problem {
    Problem::new(
        ProblemKind::IncompleteListing,
        "this query does not group by TemplateUri and HttpMethod, so its rows name no operations",
        "run it again with \"groupBy\": [\"OAuthClientId\", \"TemplateUri\", \"HttpMethod\"]",
    )
    .at(groups.place())
}
