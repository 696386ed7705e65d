//! Values as the source has them, for messages.
//!
//! Invariant: a message names what is at the place that it shows. The id of a referenced resource
//! may be in a state only, so the reference is named.

use crate::checks::Violation;
use crate::model::{Client, Naming};
use crate::text::{Place, Sources};

/// The directory into which `terraform init` installs modules.
const INSTALLED: &str = ".terraform/modules/";

/// Names references and files in place of ids and content, and adds the places that explain the
/// violation: parts of the value, and calls of the module.
pub(super) fn complete(violation: &mut Violation, client: Option<&Client<'_>>, sources: &Sources) {
    if !matches!(violation.naming, Naming::Terraform) {
        return;
    }
    name_references(violation, sources);
    name_files(violation, sources);
    if let Some(client) = client {
        add_parts(violation, client);
        add_callers(violation, client, sources);
    }
}

/// Adds the places of the literals that make up the value.
fn add_parts(violation: &mut Violation, client: &Client<'_>) {
    let place = violation.place;
    let mut all = client.worlds().flat_map(|world| &world.rare.parts);
    let Some((_, parts)) = all.find(|(own, _)| *own == place) else {
        return;
    };
    for part in parts {
        violation.related(*part, "a part of the value");
    }
}

/// Adds the calls of the module in which the value is. A module that Terraform installed is
/// not in the repository, so the call is the place and the value is related.
fn add_callers(violation: &mut Violation, client: &Client<'_>, sources: &Sources) {
    let path = |place: Place| sources.get(place.source).path();
    let callers = client.rare.callers.iter().copied();
    let own = violation.place;
    let mut outer: Vec<Place> = callers.filter(|at| path(*at) != path(own)).collect();
    if outer.is_empty() || !is_in_module(path(own), client, sources) {
        return;
    }
    if path(own).contains(INSTALLED) {
        outer.retain(|at| !path(*at).contains(INSTALLED));
        if let Some(call) = outer.pop() {
            violation.place = call;
            violation.related(own, "the value in the installed module");
        }
    }
    for call in outer {
        violation.related(call, "the call of the module");
    }
}

/// Whether a file is in the directory of the client's module.
fn is_in_module(path: &str, client: &Client<'_>, sources: &Sources) -> bool {
    let directory = |path: &str| path.rfind('/').map(|slash| path[..slash].to_owned());
    directory(path) == directory(sources.get(client.place.source).path())
}

/// Names the file in place of text that is its content.
fn name_files(violation: &mut Violation, sources: &Sources) {
    let source = sources.get(violation.place.source);
    let is_whole = violation.place.span.range() == (0..source.text().len());
    if !is_whole || source.text().is_empty() {
        return;
    }
    for (_, value) in &mut violation.arguments {
        if value.len() >= SHORTEST && source.text().contains(value.as_str()) {
            *value = format!("(text of {})", source.path());
        }
    }
}

/// Shorter texts are words that occur anywhere.
const SHORTEST: usize = 8;

/// Names the reference in place of an id that is not at the violation's place.
fn name_references(violation: &mut Violation, sources: &Sources) {
    let Some(reference) = reference_at(violation.place, sources) else {
        return;
    };
    for (name, value) in &mut violation.arguments {
        if *name == "value" && is_id(value) {
            reference.clone_into(value);
        }
    }
}

/// The reference at a place, without the marks of a template.
fn reference_at(place: Place, sources: &Sources) -> Option<&str> {
    let text = sources.get(place.source).text();
    let text = text.get(place.span.range())?.trim_matches('"');
    let text = text.strip_prefix("${").unwrap_or(text);
    let text = text.strip_suffix('}').unwrap_or(text).trim();
    let is_traversal = text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.contains('.')
        && text
            .chars()
            .all(|one| one.is_alphanumeric() || "_-.[]\"*".contains(one));
    is_traversal.then_some(text)
}

/// Whether a value is an id of the platform, alone or with what tells it from others.
fn is_id(value: &str) -> bool {
    let groups: Vec<&str> = value.splitn(6, '-').collect();
    let is_hexadecimal = |text: &&str| text.chars().all(|one| one.is_ascii_hexdigit());
    groups.len() == 5
        && [8, 4, 4, 4]
            .iter()
            .zip(&groups)
            .all(|(length, group)| group.len() == *length)
        && groups.iter().all(is_hexadecimal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Source, Span};

    #[test]
    fn references_are_read_from_both_syntaxes() {
        for (text, wanted) in [
            (
                "genesyscloud_auth_role.a.id",
                Some("genesyscloud_auth_role.a.id"),
            ),
            (
                "\"${genesyscloud_auth_role.a[\"x\"].id}\"",
                Some("genesyscloud_auth_role.a[\"x\"].id"),
            ),
            ("\"c7800d3d-0000-4000-8000-000000000002\"", None),
            ("lookup(var.a, var.b)", None),
            ("\"text\"", None),
        ] {
            let mut sources = Sources::default();
            let id = sources.add(Source::new("main.tf", text));
            let place = Place::new(id, Span::new(0, text.len() as u32));
            assert_eq!(reference_at(place, &sources), wanted, "{text}");
        }
    }

    #[test]
    fn ids_are_known_by_their_form() {
        assert!(is_id("c7800d3d-0000-4000-8000-000000000002"));
        for other in [
            "*",
            "genesyscloud_auth_role.a",
            "c7800d3d-0000-4000-8000",
            "",
        ] {
            assert!(!is_id(other), "{other}");
        }
    }
}
