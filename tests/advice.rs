//! What a fix says can be done: in the names of the export at hand, and without a new finding.

mod common;

use common::TODAY;
use grantlint::audit::{Request, audit};
use grantlint::catalog::{Persona, Value};
use grantlint::text::{Source, Sources};

/// A finding: its rule, message and fix.
type Said = (String, String, String);

/// What all rules say of some files, with parameters of rules.
fn said(files: &[(&str, &str)], set: &[(&str, &str, Value)]) -> Vec<Said> {
    let mut sources = Sources::default();
    for (path, text) in files {
        sources.add(Source::new(*path, *text));
    }
    let mut request = Request::new(TODAY.parse().expect("a date"));
    request.persona = Persona::Auditor;
    request.parameters = set
        .iter()
        .map(|(rule, name, value)| {
            let set = vec![((*name).to_owned(), value.clone())];
            ((*rule).to_owned(), set)
        })
        .collect();
    let report = audit(&sources, &[], Vec::new(), &request);
    let findings = report.findings.iter();
    findings
        .map(|finding| {
            let rule = finding.rule.id.to_string();
            (rule, finding.message.clone(), finding.fix.clone())
        })
        .collect()
}

fn fix_of<'s>(said: &'s [Said], rule: &str) -> &'s str {
    let found = said.iter().find(|(known, ..)| known == rule);
    found.map_or("", |(_, _, fix)| fix)
}

#[test]
fn a_fix_names_fields_as_the_export_does() {
    let terraform = r#"
resource "genesyscloud_oauth_client" "starter" {
  name                  = "Campaign Starter"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = "c7800d3d"
  }
}
"#;
    let told = said(&[("main.tf", terraform)], &[]);
    assert_eq!(
        fix_of(&told, "division-missing"),
        "add the division_id of the business unit that this role serves, beside roles[0].role_id"
    );
    let python = r#"{"name": "Fleet Position Feed", "authorized_grant_type": "CLIENT-CREDENTIALS",
        "role_ids": ["eec6e470"], "access_token_validity_seconds": 3600}"#;
    let told = said(&[("clients.json", python)], &[]);
    assert_eq!(
        fix_of(&told, "division-missing"),
        "move eec6e470 and the others to role_divisions, each entry with the division_id that the role serves"
    );
}
