//! Operations that need permissions which the API description does not declare, from
//! `rules/data/opaque.toml`.
//!
//! Invariant: where it is not known which permissions a call needs, none of the domains that may
//! matter are called removable.

use super::operations::writes;
use crate::model::ApiOperation;
use serde::Deserialize;
use std::sync::LazyLock;

/// The file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    operation: Vec<OpaqueOperation>,
    resource: Vec<Resource>,
}

/// An operation that is known to be opaque.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OpaqueOperation {
    method: String,
    path: String,
    domains: Vec<String>,
    reason: String,
    /// Read by people and by a test.
    #[allow(dead_code)]
    source: String,
}

/// The domains of operations that write and declare nothing, by resource.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Resource {
    name: String,
    domains: Vec<String>,
}

static FILE: LazyLock<File> = LazyLock::new(|| {
    // A test reads the file; were it broken, every operation that declares nothing is opaque.
    toml::from_str(include_str!("../../rules/data/opaque.toml")).unwrap_or_default()
});

/// What is not known about an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opaque {
    domains: &'static [String],
    /// Why, in words.
    pub reason: &'static str,
}

impl Opaque {
    /// Whether an operation needs permissions that are not declared, as far as is known.
    #[must_use]
    pub fn of_operation(operation: &ApiOperation<'_>) -> Option<Self> {
        let mut listed = FILE.operation.iter();
        let listed = listed.find(|listed| {
            listed.method == operation.method && is_same_path(&listed.path, &operation.path)
        });
        if let Some(listed) = listed {
            return Some(Self {
                domains: &listed.domains,
                reason: &listed.reason,
            });
        }
        let is_undeclared = operation.permissions.is_empty() && operation.method != "GET";
        if !is_undeclared || !(writes(operation) || operation.method == "HEAD") {
            return None;
        }
        let name = operation.path.strip_prefix("/api/v2/").unwrap_or("");
        let name = name.split('/').next().unwrap_or("");
        let mut resources = FILE.resource.iter();
        let resource = resources.find(|resource| resource.name == name);
        Some(Self {
            domains: resource.map_or(&[], |resource| &resource.domains),
            reason: "it writes and declares no permission",
        })
    }

    /// Whether every domain may matter.
    #[must_use]
    pub fn is_about_all(&self) -> bool {
        self.domains.is_empty() || self.domains.iter().any(|domain| domain == "*")
    }

    /// Whether a permission may matter. General permissions are not part of a domain.
    #[must_use]
    pub fn is_about(&self, permission: &str) -> bool {
        let domain = permission.split(':').next().unwrap_or("");
        let mut domains = self.domains.iter();
        self.is_about_all()
            || domain == "*"
            || domains.any(|other| other.eq_ignore_ascii_case(domain))
    }

    /// The domains in words.
    #[must_use]
    pub fn domains(&self) -> String {
        if self.is_about_all() {
            return "any domain".to_owned();
        }
        match self.domains {
            [one] => format!("the domain {one}"),
            several => format!("the domains {}", several.join(", ")),
        }
    }
}

/// Whether two paths are the same, whatever their parameters are called.
fn is_same_path(one: &str, other: &str) -> bool {
    let is_parameter = |segment: &str| segment.starts_with('{');
    let (mut one, mut other) = (one.split('/'), other.split('/'));
    loop {
        match (one.next(), other.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if a == b || (is_parameter(a) && is_parameter(b)) => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::operations::Operations;
    use super::*;

    fn opaque(method: &str, path: &str) -> Option<Opaque> {
        let operation = Operations::built_in().find(method, path);
        Opaque::of_operation(operation.expect("an operation"))
    }

    #[test]
    fn the_file_can_be_read_and_names_operations_that_exist() {
        let text = include_str!("../../rules/data/opaque.toml");
        let file: File = toml::from_str(text).expect("valid TOML");
        for listed in &file.operation {
            let found = Operations::built_in().find(&listed.method, &listed.path);
            assert!(found.is_some(), "{} {}", listed.method, listed.path);
            assert!(!listed.domains.is_empty() && !listed.reason.is_empty());
            assert!(!listed.source.is_empty(), "{}", listed.path);
        }
        let paths: Vec<_> = Operations::built_in().list().iter().collect();
        for resource in &file.resource {
            let prefix = format!("/api/v2/{}/", resource.name);
            let mut paths = paths.iter();
            assert!(
                paths.any(|known| known.path.starts_with(&prefix)),
                "{prefix}"
            );
        }
    }

    #[test]
    fn writing_without_declared_permissions_is_opaque() {
        let found = Operations::built_in().list().iter();
        let found = found.filter(|operation| Opaque::of_operation(operation).is_some());
        assert!(found.count() > 120);
        assert_eq!(opaque("GET", "/api/v2/users"), None);
        assert_eq!(opaque("GET", "/api/v2/notifications/channels"), None);
        assert_eq!(opaque("PATCH", "/api/v2/users/{userId}"), None);
        assert_eq!(
            opaque("POST", "/api/v2/users/search"),
            None,
            "a readonly scope is enough"
        );
        let objects = "/api/v2/authorization/divisions/{divisionId}/objects/{objectType}";
        let objects = opaque("POST", objects).expect("opaque");
        assert!(objects.is_about("directory:user:edit") && !objects.is_about("gdpr:request:add"));
        let status = opaque("PUT", "/api/v2/users/{userId}/routingstatus").expect("opaque");
        assert!(status.is_about("ROUTING:queue:join") && !status.is_about("outbound:contact:add"));
        assert!(status.is_about("*:*:*") && !status.is_about("admin"));
        let execute = opaque("POST", "/api/v2/integrations/actions/{actionId}/execute");
        assert!(execute.is_some_and(|execute| !execute.is_about_all()));
        let topics = "/api/v2/notifications/channels/{channelId}/subscriptions";
        assert!(opaque("PUT", topics).is_some_and(|topics| topics.is_about_all()));
        // A resource that the file does not know can be about anything.
        let certificate = opaque("POST", "/api/v2/certificate/details").expect("opaque");
        assert!(certificate.is_about("admin"));
    }
}
