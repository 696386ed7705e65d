//! The requests that obtain the inputs of an audit.
//!
//! Invariant: the commands of the inputs are the only list of requests. Method, path and rights of
//! each follow from its words and the table of operations.

use crate::finding::NeededInput;
use crate::model::ApiOperation;
use crate::usage::Operations;
use std::collections::BTreeSet;

/// One request of the Platform API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportRequest {
    /// The input that it obtains.
    pub input: NeededInput,
    /// The words of its command, without the file: `gc oauth clients list -a`.
    pub command: String,
    /// The method.
    pub method: String,
    /// The path after `/api/v2/`, with `{..}` for an id.
    pub path: String,
    /// The query of its address, without the question mark.
    pub query: String,
    /// The scopes, any of which is enough for the token of a user; reading ones first.
    pub scopes: Vec<String>,
    /// The permissions, any of which is enough.
    pub permissions: Vec<String>,
}

/// The requests for all inputs that the platform has, in the order of the inputs.
#[must_use]
pub fn export_requests() -> Vec<ExportRequest> {
    let inputs = NeededInput::ALL.into_iter();
    let inputs = inputs.filter(|input| *input != NeededInput::Policy);
    let requests = inputs.flat_map(|input| {
        let commands = input.command().split("; ");
        commands.filter_map(move |command| request(input, command))
    });
    requests.collect()
}

/// The least permissions for requests: one of each, and none twice.
#[must_use]
pub fn least_permissions(requests: &[ExportRequest]) -> BTreeSet<&str> {
    let mut least = BTreeSet::new();
    // What a request accepts alone may do for another one that accepts several.
    let mut requests: Vec<&ExportRequest> = requests.iter().collect();
    requests.sort_by_key(|request| request.permissions.len());
    for request in requests {
        let mut all = request.permissions.iter().map(String::as_str);
        if !all.clone().any(|permission| least.contains(permission)) {
            least.extend(all.next());
        }
    }
    least
}

/// The request of a command such as `gc users list -a --pageSize 100 > users.json`.
fn request(input: NeededInput, command: &str) -> Option<ExportRequest> {
    let command = command.split(" > ").next()?.trim();
    let words: Vec<&str> = command.split_whitespace().collect();
    let is_verb = |word: &&str| ["list", "get", "create"].contains(word);
    let verb = words.iter().position(is_verb)?;
    let method = if words[verb] == "create" {
        "POST"
    } else {
        "GET"
    };
    let operation = operation(method, words.get(1..verb)?)?;
    let own = |texts: &[crate::model::Text<'_>]| texts.iter().map(ToString::to_string).collect();
    let mut scopes: Vec<String> = own(&operation.scopes);
    scopes.sort_by_key(|scope| !scope.ends_with(":readonly"));
    Some(ExportRequest {
        input,
        command: command.to_owned(),
        method: method.to_owned(),
        path: operation.path.trim_start_matches("/api/v2/").to_owned(),
        query: query(&words[verb..]),
        scopes,
        permissions: own(&operation.permissions),
    })
}

/// The operation whose path has these words, and the fewest ids.
fn operation(method: &str, words: &[&str]) -> Option<&'static ApiOperation<'static>> {
    let named = |path: &str| {
        let parts = path.trim_start_matches("/api/v2/").split('/');
        let mut parts = parts.filter(|part| !part.starts_with('{'));
        words.iter().all(|word| parts.next() == Some(*word)) && parts.next().is_none()
    };
    let all = Operations::built_in().list().iter();
    let found = all.filter(|one| one.method == method && named(&one.path));
    found.min_by_key(|one| one.path.split('/').count())
}

/// `pageSize=100&userCount=false` of `list -a --pageSize 100 --userCount=false`.
fn query(words: &[&str]) -> String {
    let mut pairs = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let Some(flag) = word.strip_prefix("--") else {
            continue;
        };
        match flag.split_once('=') {
            Some(_) => pairs.push(flag.to_owned()),
            None => pairs.extend(words.next().map(|value| format!("{flag}={value}"))),
        }
    }
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_input_of_the_platform_has_its_request() {
        let requests = export_requests();
        let found: Vec<_> = requests
            .iter()
            .map(|one| (one.input.name(), &*one.method, &*one.path, &*one.query))
            .collect();
        assert_eq!(
            found,
            [
                ("clients", "GET", "oauth/clients", ""),
                (
                    "roles",
                    "GET",
                    "authorization/roles",
                    "pageSize=100&userCount=false"
                ),
                (
                    "divisions",
                    "GET",
                    "authorization/divisions",
                    "pageSize=100"
                ),
                ("users", "GET", "users", "pageSize=100"),
                ("authorisations", "GET", "oauth/authorizations", ""),
                ("permissions", "GET", "authorization/permissions", ""),
                ("usage", "POST", "usage/query", ""),
                ("usage", "GET", "usage/query/{executionId}/results", ""),
            ]
        );
        let least: Vec<&str> = least_permissions(&requests).into_iter().collect();
        assert_eq!(
            least,
            [
                "authorization:role:view",
                "oauth:client:authorize",
                "oauth:client:view"
            ]
        );
    }
}
