//! `grantlint exports`
//!
//! Invariant: the requests and rights in the script are those of the table of inputs; the script
//! contains no secret and no token.

use super::arguments::ExportScript;
use super::policing::Refused;
use super::{NOTHING_AUDITED, When, done, print};
use crate::audit::{ExportRequest, export_requests, least_permissions};
use crate::finding::{NeededInput, Problem, ProblemKind};
use crate::policy::region_domain;
use std::collections::BTreeSet;
use std::fmt::Write;

const SCRIPT: &str = include_str!("exports.sh");
const WITH_CURL: &str = include_str!("exports_curl.sh");
const WITH_GC: &str = include_str!("exports_gc.sh");

const CREDENTIALS_CURL: &str =
    "# GENESYSCLOUD_OAUTHCLIENT_ID, _SECRET   the client that reads; or GENESYSCLOUD_ACCESS_TOKEN";
const CREDENTIALS_GC: &str = "# gc signs in with its own profile.";

/// Prints the script.
pub(super) fn run(form: ExportScript, region: Option<&str>) -> u8 {
    let region = match region.map(region_domain) {
        None => "",
        Some(Ok(domain)) => domain,
        Some(Err((message, remedy))) => {
            let problem = Problem::new(ProblemKind::Usage, message, remedy);
            Refused::from_problem(problem).print_with(When::Auto, "nothing was printed");
            return NOTHING_AUDITED;
        }
    };
    let text = script(form, region);
    done(print(|out| out.write_all(text.as_bytes())))
}

fn script(form: ExportScript, region: &str) -> String {
    let requests = export_requests();
    let (obtain, programs, credentials) = match form {
        ExportScript::Sh => (WITH_CURL, "curl jq", CREDENTIALS_CURL),
        ExportScript::Gc => (WITH_GC, "gc jq", CREDENTIALS_GC),
    };
    let usage = |method: &str| {
        let mut all = requests.iter();
        all.find(|one| one.input == NeededInput::Usage && one.method == method)
    };
    let call = |request: Option<&ExportRequest>| match (request, form) {
        (None, _) => String::new(),
        (Some(request), ExportScript::Sh) => {
            let path = with_id(&request.path, "\"$execution\"");
            format!("{} {path}", request.method)
        }
        (Some(request), ExportScript::Gc) => {
            let words = request.command.split(' ').map(|word| match word {
                "ID" => "\"$execution\"",
                "usage.query.json" => "\"$1\"",
                word => word,
            });
            words.collect::<Vec<_>>().join(" ")
        }
    };
    let obtain = obtain
        .replace("@USAGE_CREATE@", &call(usage("POST")))
        .replace("@USAGE_RESULTS@", &call(usage("GET")));
    let origin = format!(
        "Printed by grantlint {}: grantlint exports",
        env!("CARGO_PKG_VERSION")
    );
    SCRIPT
        .replace("@ORIGIN@", &origin)
        .replace("@RIGHTS@", &rights(&requests))
        .replace("@CREDENTIALS@", credentials)
        .replace("@REGION@", region)
        .replace("@PROGRAMS@", programs)
        .replace("@OBTAIN@", obtain.trim_end())
        .replace("@CALLS@", &calls(&requests, form))
}

/// The path with a variable of the shell in place of its id.
fn with_id(path: &str, variable: &str) -> String {
    let parts = path.split('/').map(|part| {
        if part.starts_with('{') {
            variable
        } else {
            part
        }
    });
    parts.collect::<Vec<_>>().join("/")
}

/// The least rights, as comments.
fn rights(requests: &[ExportRequest]) -> String {
    let mut text = String::new();
    for permission in least_permissions(requests) {
        let needs = requests.iter();
        let needs = needs.filter(|one| one.permissions.iter().any(|own| own == permission));
        let inputs: BTreeSet<&str> = needs.map(|one| one.input.name()).collect();
        let is_optional = |input: &&str| {
            let input = NeededInput::from_name(input);
            input.is_some_and(|input| !is_needed(input))
        };
        let only_optional = inputs.iter().all(is_optional);
        let inputs = inputs.into_iter().collect::<Vec<_>>().join(", ");
        let note = if only_optional {
            "; optional, without it that list is left out"
        } else {
            ""
        };
        let _ = writeln!(text, "#   {permission:<23} for {inputs}{note}");
    }
    let scopes = requests.iter().filter_map(|one| one.scopes.first());
    let scopes: BTreeSet<&str> = scopes.map(String::as_str).collect();
    let scopes = scopes.into_iter().collect::<Vec<_>>().join(", ");
    let _ = write!(
        text,
        "#   The token of a user also needs the scopes {scopes}."
    );
    text
}

/// Whether the script fails without an input.
const fn is_needed(input: NeededInput) -> bool {
    matches!(
        input,
        NeededInput::Clients | NeededInput::Roles | NeededInput::Divisions
    )
}

/// A call for each input.
fn calls(requests: &[ExportRequest], form: ExportScript) -> String {
    let mut text = String::new();
    for request in requests {
        if request.input == NeededInput::Usage {
            continue;
        }
        let needed = if is_needed(request.input) {
            "needed"
        } else {
            "optional"
        };
        let filter = match request.input {
            NeededInput::Users => "\"$people\"",
            _ => ".",
        };
        let name = request.input.name();
        let _ = match form {
            ExportScript::Sh => {
                let ExportRequest { path, query, .. } = request;
                writeln!(text, "listing {name} {needed} {path} '{query}' {filter}")
            }
            ExportScript::Gc => {
                writeln!(text, "listing {name} {needed} {filter} {}", request.command)
            }
        };
    }
    text + "usage"
}
