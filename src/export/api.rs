//! A description of the Platform API: Swagger 2.0 or `OpenAPI` 3.
//!
//! The platform publishes it under `/api/v2/docs/swagger`. Of each operation it has the scopes
//! (`security`) and the permissions (`x-inin-requires-permissions`, of which all or any are
//! needed).

use super::{Facts, Shape};
use crate::document::{Kind, Node};
use crate::finding::{Problem, ProblemKind};
use crate::model::{ApiDescription, ApiOperation, Text};

/// The methods of HTTP that a path can have.
const METHODS: [(&str, &str); 7] = [
    ("get", "GET"),
    ("put", "PUT"),
    ("post", "POST"),
    ("delete", "DELETE"),
    ("patch", "PATCH"),
    ("head", "HEAD"),
    ("options", "OPTIONS"),
];

/// The paths of the Platform API begin so.
const BEGIN: &str = "/api/v2/";

/// Reads a value if it is a description of the Platform API, and returns whether it is.
pub(super) fn read<'a>(root: Node<'_, 'a>, facts: &mut Facts<'a>) -> bool {
    let is_description = root
        .get("swagger")
        .or_else(|| root.get("openapi"))
        .is_some();
    let paths = root.get("paths").filter(|paths| paths.kind() == Kind::Map);
    let (true, Some(paths)) = (is_description, paths) else {
        return false;
    };
    let is_platform = |key: Node<'_, '_>| key.text().is_some_and(|path| path.starts_with(BEGIN));
    if !paths.entries().any(|(key, _)| is_platform(key)) || !is_of_platform(root) {
        return false;
    }
    facts.shapes.push(Shape::ApiDescription);
    let shared = root.get("security").map(scopes);
    let mut operations = Vec::new();
    for (path, methods) in paths.entries() {
        let Some(path) = path.text() else { continue };
        for (key, operation) in methods.entries() {
            let method = METHODS.iter().find(|(name, _)| key.is_text(name));
            if let Some((_, method)) = method {
                let mut read = operation_of(method, path.clone(), operation);
                if let (None, Some(shared)) = (operation.get("security"), &shared) {
                    read.scopes.clone_from(shared);
                }
                operations.push(read);
            }
        }
    }
    // Without scopes and permissions every call would seem to need nothing.
    let declares = |operation: &ApiOperation<'_>| {
        !(operation.scopes.is_empty() && operation.permissions.is_empty())
    };
    if paths.is_open() || !operations.iter().any(declares) {
        facts.problems.push(
            Problem::new(
                ProblemKind::IncompleteListing,
                "this description of the Platform API is cut off, or declares no scopes and permissions",
                "download it again: curl https://api.mypurecloud.com/api/v2/docs/swagger > swagger.json",
            )
            .at(paths.place()),
        );
        return true;
    }
    let info = root.get("info").and_then(|info| info.get("version"));
    facts.api = Some(ApiDescription {
        operations,
        version: info.and_then(Node::text),
    });
    true
}

/// Whether a description is of the Platform API and not of another one whose paths begin alike: it
/// names the platform, or has a path that only the platform has.
fn is_of_platform(root: Node<'_, '_>) -> bool {
    const NAMES: [&str; 6] = [
        "PureCloud",
        "purecloud",
        "x-inin-",
        "Genesys",
        "/api/v2/oauth/clients",
        "/api/v2/authorization/",
    ];
    NAMES.iter().any(|name| root.written().contains(name))
}

fn operation_of<'a>(method: &'static str, path: Text<'a>, node: Node<'_, 'a>) -> ApiOperation<'a> {
    let required = node.get("x-inin-requires-permissions");
    let of_required = |key: &str| required.and_then(|required| required.get(key));
    let permissions = of_required("permissions");
    let permissions = permissions.iter().flat_map(|list| list.items());
    ApiOperation {
        method: method.into(),
        path,
        scopes: node.get("security").map(scopes).unwrap_or_default(),
        // If the description says nothing, assuming that all are needed keeps more.
        needs_all: of_required("type")
            .and_then(Node::text)
            .is_none_or(|kind| !kind.eq_ignore_ascii_case("any")),
        permissions: permissions.filter_map(Node::text).collect(),
        deprecated: node
            .get("deprecated")
            .is_some_and(|value| value.kind() == Kind::True),
    }
}

/// The scopes of `[{"PureCloud OAuth": ["users", "users:readonly"]}]`.
fn scopes<'a>(security: Node<'_, 'a>) -> Vec<Text<'a>> {
    let schemes = security.items().flat_map(Node::entries);
    let mut scopes: Vec<Text<'a>> = schemes
        .flat_map(|(_, scopes)| scopes.items())
        .filter_map(Node::text)
        .collect();
    scopes.sort_unstable();
    scopes.dedup();
    scopes
}
