//! The first stage: texts become facts, each by itself.

use super::{Request, context, own_file};
use crate::document::Format;
use crate::export::{self, EntityKind, Facts, Shape};
use crate::finding::{
    EXPORT_CLIENTS, Input, LIST_CLIENTS, Problem, ProblemKind, SkipReason, SkippedFile,
};
use crate::text::{self, Comment, Place, Purpose, Source, SourceId, Sources, Span, counted};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// The texts of a run and their facts.
#[derive(Default)]
pub(super) struct Reading<'s> {
    pub texts: Vec<(SourceId, Facts<'s>)>,
    pub inputs: Vec<Input>,
    pub comments: Vec<Comment>,
    pub skipped: Vec<SkippedFile>,
    /// The paths of the context that was used.
    pub context: Vec<String>,
}

/// Reads every text; files that grantlint wrote are skipped.
pub(super) fn read<'s>(sources: &'s Sources, named: &[bool], request: &Request) -> Reading<'s> {
    let is_read = |(_, source): &(SourceId, &Source)| source.purpose() != Purpose::Content;
    let texts: Vec<_> = sources.iter().filter(is_read).collect();
    let read: Vec<_> = texts
        .par_iter()
        .map(|&(id, source)| {
            if let Some(reason) = own_file(source.text()) {
                return (id, Err(reason));
            }
            let is_context = request.context.contains(&id);
            let is_named = named.get(id.0 as usize).copied().unwrap_or(true);
            let is_named = is_named && !request.is_excerpt && !is_context;
            (id, Ok(read_one(id, source, is_named, request)))
        })
        .collect();
    let is_audited = |id: SourceId| !request.context.contains(&id);
    let audited = read.iter().filter(|(id, _)| is_audited(*id));
    let audited = audited.filter_map(|(id, read)| Some((*id, &read.as_ref().ok()?.1)));
    let with_clients: BTreeSet<String> = audited
        .clone()
        .filter(|(_, facts)| facts.count_clients() > 0)
        .map(|(id, _)| sources.get(id).directory().to_owned())
        .collect();
    let described = context::described(audited, sources);
    let mut reading = Reading::default();
    let mut paths = BTreeSet::new();
    for (id, read) in read {
        let source = sources.get(id);
        match read {
            Err(reason) if is_audited(id) => reading.skip(source.path(), reason),
            Err(_) => {}
            Ok((input, mut facts)) => {
                if is_audited(id) {
                    reading.inputs.push(input);
                } else if context::reduce(
                    &mut facts,
                    (source.path(), source.text()),
                    (
                        described.get(source.directory()),
                        with_clients.contains(source.directory()),
                    ),
                ) {
                    reading.context.push(source.path().to_owned());
                }
                note_path(id, source.path(), &mut paths, &mut facts);
                reading.comments.append(&mut facts.comments);
                reading.texts.push((id, facts));
            }
        }
    }
    if request.is_excerpt {
        reading.note_lone_explanations(sources, &is_audited);
    }
    reading
}

/// Records the secrets in the names of a path that no file before it has.
fn note_path<'s>(
    id: SourceId,
    path: &'s str,
    known: &mut BTreeSet<&'s str>,
    facts: &mut Facts<'_>,
) {
    for name in text::names_in_path(path) {
        let end = name.as_ptr() as usize - path.as_ptr() as usize + name.len();
        if known.insert(&path[..end]) {
            let what = if end == path.len() {
                "the name of this file"
            } else {
                "the name of a directory or archive that contains this file"
            };
            export::note_path(name, what, Place::new(id, Span::new(0, 0)), facts);
        }
    }
}

/// Reads one text.
fn read_one<'s>(
    id: SourceId,
    source: &'s Source,
    is_named: bool,
    request: &Request,
) -> (Input, Facts<'s>) {
    let (mut facts, format) = export::read(id, source, request.limits);
    let is_empty_code = !is_named && format == Format::Hcl.name() && facts.documents == 0;
    if facts.problems.is_empty() && !is_empty_code {
        facts.problems.extend(unusable(id, source.text(), &facts));
    }
    if facts.problems.is_empty() && !request.is_excerpt {
        facts.problems.extend(null(id, source.text()));
    }
    if is_named && facts.problems.is_empty() && main_shape(&facts) == Shape::Other {
        facts.problems.push(unrecognised(id));
    }
    let input = Input {
        path: source.path().to_owned(),
        format,
        shape: main_shape(&facts).name(),
        documents: facts.documents,
        clients: facts.count_clients(),
    };
    (input, facts)
}

impl Reading<'_> {
    fn skip(&mut self, path: &str, reason: SkipReason) {
        let path = path.to_owned();
        self.skipped.push(SkippedFile { path, reason });
    }

    /// Notes named files that explain clients if no clients are next to or below them.
    fn note_lone_explanations(&mut self, sources: &Sources, is_audited: &dyn Fn(SourceId) -> bool) {
        let directory = |id: SourceId| sources.get(id).directory();
        let with_clients = self.texts.iter();
        let with_clients = with_clients.filter(|(_, facts)| facts.count_clients() > 0);
        let homes: Vec<&str> = with_clients.map(|(id, _)| directory(*id)).collect();
        let explains_some = |own: &str| {
            let below = format!("{own}/");
            let mut homes = homes.iter();
            homes.any(|home| own == "." || *home == own || home.starts_with(&below))
        };
        let lone = self.texts.iter().filter(|(id, facts)| {
            is_audited(*id) && context::only_explains(facts) && !explains_some(directory(*id))
        });
        let lone: Vec<&str> = lone.map(|(id, _)| sources.get(*id).path()).collect();
        for path in lone {
            self.skip(path, SkipReason::WithoutClients);
        }
    }
}

/// Sources that are broken or of another program, and sources that are not exports at all.
pub(super) fn unparsed(texts: &[(SourceId, Facts<'_>)]) -> (Vec<SourceId>, Vec<SourceId>) {
    let is_broken = |facts: &Facts<'_>| {
        let kinds = facts.problems.iter().map(|problem| problem.kind);
        let is_fault = |kind| {
            use ProblemKind::{Limit, Syntax, Truncated, Unrecognised};
            matches!(kind, Limit | Syntax | Truncated | Unrecognised)
        };
        kinds.into_iter().any(is_fault) || main_shape(facts) == Shape::Other
    };
    let (mut broken, mut foreign) = (Vec::new(), Vec::new());
    for (source, facts) in texts {
        // Usage contains ids of users and concrete paths, so it is not quoted.
        let is_usage = !facts.records.usage.is_empty() || facts.shapes.contains(&Shape::Usage);
        if !facts.holds_data || is_usage {
            foreign.push(*source);
        } else if is_broken(facts) {
            broken.push(*source);
        }
    }
    (broken, foreign)
}

/// Whether a source lists clients, even if the list is empty.
pub(super) fn lists_clients(facts: &Facts<'_>) -> bool {
    facts.shapes.contains(&Shape::Of(EntityKind::Clients)) || facts.count_clients() > 0
}

/// The most specific shape of a text.
fn main_shape(facts: &Facts<'_>) -> Shape {
    facts.shapes.iter().copied().min().unwrap_or(Shape::Nothing)
}

/// The problem of a text that holds no data: it cannot be an export, named or found.
fn unusable(id: SourceId, text: &str, facts: &Facts<'_>) -> Option<Problem> {
    if facts.holds_data {
        return None;
    }
    let (kind, message, remedy) = if facts.documents == 0 {
        (
            ProblemKind::Unrecognised,
            "this file is empty",
            "export it again; a command that fails often leaves an empty file",
        )
    } else if text.trim_start().starts_with('<') {
        (
            ProblemKind::Syntax,
            "this is a web page, not an export",
            "renew the access token and export again; a sign-in page was probably saved instead of the response",
        )
    } else {
        (
            ProblemKind::Syntax,
            "this is plain text, neither JSON nor YAML",
            &*use_listing(),
        )
    };
    let place = Place::new(id, Span::new(0, 0));
    Some(Problem::new(kind, message, remedy).at(place))
}

fn unrecognised(id: SourceId) -> Problem {
    Problem::new(
        ProblemKind::Unrecognised,
        "this file has no clients, roles, divisions or scopes that grantlint recognises",
        use_listing(),
    )
    .at(Place::new(id, Span::new(0, 0)))
}

fn use_listing() -> String {
    format!("use the output of `{LIST_CLIENTS}` or the response of GET /api/v2/oauth/clients")
}

pub(super) fn no_clients(inputs: &[Input]) -> Problem {
    let message = if inputs.is_empty() {
        "no export was found: nothing was audited".to_owned()
    } else {
        format!(
            "no OAuth client in {}: nothing was audited",
            counted(inputs.len(), "file")
        )
    };
    Problem::new(
        ProblemKind::NoClients,
        message,
        format!("export the clients: {EXPORT_CLIENTS}"),
    )
}

/// The problem that a file contains only `null`.
fn null(source: SourceId, text: &str) -> Option<Problem> {
    if !matches!(text.trim(), "null" | "~") {
        return None;
    }
    let place = Place::new(source, Span::new(0, 0));
    let problem = Problem::new(
        ProblemKind::Unrecognised,
        "this file contains `null`, not an export",
        "export it again; gc prints null if a filter matches nothing",
    );
    Some(problem.at(place))
}
