//! Inputs that yield nothing, and what that means for the audit.

use super::Request;
use crate::catalog::Severity;
use crate::export::{EntityKind, Facts, Shape};
use crate::finding::{EXPORT_CLIENTS, Input, Notice, NoticeKind, Problem, ProblemKind};
use crate::model::Organisation;
use crate::text::{Origin, SourceId, Sources, first_of};
use std::collections::{BTreeMap, HashSet};

/// What the inputs of a run contain.
pub(super) struct Intake {
    /// A listing of clients, which can be empty, or a client.
    has_listing: bool,
    /// A configuration of Terraform with at least one block.
    has_configuration: bool,
    /// Listings that rules read only together with clients.
    companions: Vec<String>,
}

impl Intake {
    /// Notes what the inputs contain.
    pub(super) fn new(
        read: &[(SourceId, Facts<'_>)],
        sources: &Sources,
        request: &Request,
    ) -> Self {
        let is_companion = |facts: &Facts<'_>| {
            let is_judged_with = |shape: &Shape| match shape {
                Shape::Of(kind) => kind.explains_clients() && *kind != EntityKind::Permissions,
                shape => *shape == Shape::Usage,
            };
            !facts.of_terraform && facts.shapes.iter().any(is_judged_with)
        };
        let is_audited = |id: &SourceId| !request.context.contains(id);
        let companions = read
            .iter()
            .filter(|(id, facts)| is_audited(id) && is_companion(facts));
        Self {
            has_listing: read
                .iter()
                .any(|(_, facts)| super::reading::lists_clients(facts)),
            has_configuration: read.iter().any(|(_, facts)| facts.has_blocks),
            companions: companions
                .map(|(id, _)| sources.get(*id).path().to_owned())
                .collect(),
        }
    }

    /// The problem that there is no client, if that is one: not for a partial audit, not if no
    /// client is required, and not for a Terraform root that was read completely.
    pub(super) fn no_clients(
        &self,
        inputs: &[Input],
        problems: &[Problem],
        request: &Request,
    ) -> Option<Problem> {
        let may_be_none = request.is_excerpt || request.allows_no_clients;
        let is_reported = !problems.is_empty();
        (!(self.has_listing || may_be_none || is_reported || self.has_configuration))
            .then(|| super::reading::no_clients(inputs))
    }

    /// The notice that listings without clients are not judged.
    pub(super) fn unjudged_listings(&self) -> Option<Notice> {
        if self.has_listing || self.companions.is_empty() {
            return None;
        }
        let read = first_of(self.companions.iter(), 1);
        Some(Notice {
            kind: NoticeKind::WithoutClients,
            severity: Severity::Info,
            message: format!("{read} was read, but there are no clients to judge with it"),
            remedy: format!("give grantlint the clients too: {EXPORT_CLIENTS}"),
            origin: None,
        })
    }
}

/// The notices that usage was read of clients that are not in the listing: deleted ones, or those of
/// another organisation.
pub(super) fn usage_of_others(organisations: &[Organisation<'_>]) -> impl Iterator<Item = Notice> {
    let counts = organisations.iter().filter_map(|organisation| {
        let unknown = organisation.usage.as_ref()?.unknown_clients;
        (unknown > 0).then_some((organisation, unknown))
    });
    counts.map(|(organisation, unknown)| {
        let clients = match unknown {
            1 => "1 client that is".to_owned(),
            _ => format!("{unknown} clients that are"),
        };
        Notice {
            kind: NoticeKind::UsageOfOthers,
            severity: Severity::Info,
            message: format!(
                "the usage results of {} contain rows of {clients} not in the listing",
                organisation.label
            ),
            remedy: format!("export the clients again if they still exist: {EXPORT_CLIENTS}"),
            origin: None,
        }
    })
}

/// The problems that paths of the command line contain no export, for those without a problem yet.
pub(super) fn fruitless_arguments(
    inputs: &[Input],
    problems: &[Problem],
    request: &Request,
    sources: &Sources,
) -> Vec<Problem> {
    let is_said = |problem: &Problem| problem.kind == ProblemKind::NoClients;
    if request.is_excerpt || problems.iter().any(is_said) {
        return Vec::new();
    }
    let is_fruitful = |shape: &str| {
        ![Shape::Nothing, Shape::Other, Shape::ErrorBody]
            .iter()
            .any(|fruitless| fruitless.name() == shape)
    };
    let reported: Vec<&str> = problems
        .iter()
        .filter_map(|problem| match (&problem.path, problem.place) {
            (Some(path), _) => Some(path.as_str()),
            (None, place) => Some(sources.get(place?.source).path()),
        })
        .collect();
    let fruitful = inputs.iter().filter(|input| is_fruitful(input.shape));
    let exact: HashSet<&str> = fruitful.map(|input| input.path.as_str()).collect();
    let arguments = request.arguments.iter().filter(|argument| {
        // A hook names thousands of files, each of which is its own input.
        if exact.contains(argument.as_str()) {
            return false;
        }
        let found = inputs.iter().filter(|input| is_fruitful(input.shape));
        let mut paths = found
            .map(|input| input.path.as_str())
            .chain(reported.iter().copied());
        !paths.any(|path| is_within(path, argument))
    });
    arguments.map(|argument| fruitless(argument)).collect()
}

/// Whether a path is a path of the command line, or below it.
fn is_within(path: &str, argument: &str) -> bool {
    let argument = argument.trim_end_matches('/');
    let rest = path.strip_prefix(argument);
    argument == "." || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '!']))
}

fn fruitless(argument: &str) -> Problem {
    Problem::new(
        ProblemKind::Unrecognised,
        "this path does not contain an export that grantlint knows",
        "export again, or remove the path from the command line; -v lists the files that were skipped",
    )
    .in_file(argument)
}

/// Moves the problems of missing modules to notices: a partial audit prints them, and they do not
/// count.
pub(super) fn excuse_modules(problems: &mut Vec<Problem>, sources: &Sources) -> Vec<Notice> {
    let (missing, rest): (Vec<_>, Vec<_>) = std::mem::take(problems)
        .into_iter()
        .partition(|problem| problem.kind == ProblemKind::MissingModule);
    *problems = rest;
    let notices = missing.into_iter().map(|problem| Notice {
        kind: NoticeKind::MissingModule,
        severity: Severity::Info,
        origin: problem.place.map(|place| Origin::resolve(sources, place)),
        message: problem.message,
        remedy: problem.remedy,
    });
    notices.collect()
}

/// Moves the notes of values that were read although their type is another to notices, each text
/// once with the number of its places.
pub(super) fn note_coercions(problems: &mut Vec<Problem>, sources: &Sources) -> Vec<Notice> {
    let (notes, rest): (Vec<_>, Vec<_>) = std::mem::take(problems)
        .into_iter()
        .partition(|problem| problem.kind == ProblemKind::Coerced);
    *problems = rest;
    let mut by_text: BTreeMap<String, (usize, Problem)> = BTreeMap::new();
    for note in notes {
        let first = by_text.entry(note.message.clone()).or_insert((0, note));
        first.0 += 1;
    }
    let notices = by_text.into_values().map(|(count, first)| Notice {
        kind: NoticeKind::Coerced,
        severity: Severity::Info,
        origin: first.place.map(|place| Origin::resolve(sources, place)),
        message: match count {
            1 => first.message,
            count => format!("{}; so were {} more", first.message, count - 1),
        },
        remedy: first.remedy,
    });
    notices.collect()
}
