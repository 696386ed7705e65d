//! No two findings blame the same value for the same cause. Where two rules may point at one
//! place, the list says why they say different things.

use crate::common::{TODAY, labelled_directories};
use grantlint::audit::{Request, audit};
use grantlint::catalog::{ExpectedVerdict, builtin};
use grantlint::discover::discover;
use grantlint::examples;
use grantlint::finding::Report;
use std::collections::{BTreeMap, BTreeSet};

/// Rules that may blame one place together, and what each says that the other does not.
const APART: &[(&str, &str, &str)] = &[
    (
        "client-duplicate",
        "scim-several-clients",
        "one has the rights of another; two synchronise users",
    ),
    (
        "description-missing",
        "owner-policy",
        "nothing is written; the policy asks for an owner",
    ),
    (
        "division-missing",
        "role-unknown",
        "where it holds; nobody knows what",
    ),
    (
        "embeddable-scopes",
        "scope-excess",
        "beyond the vendor's list; beyond the policy's",
    ),
    (
        "implicit-grant",
        "scim-wrong-grant",
        "the grant ends; SCIM needs another",
    ),
    (
        "machine-behind-user",
        "password-grant",
        "one user calls through it; it takes passwords",
    ),
    (
        "monitor-forbidden-holder",
        "role-admin",
        "the policy keeps it for others; it may do anything",
    ),
    (
        "monitor-forbidden-holder",
        "role-wildcard",
        "the policy keeps it for others; it grows by itself",
    ),
    (
        "redirect-dangerous-scheme",
        "redirect-on-machine-grant",
        "the URI runs code; no URI has an effect here",
    ),
    (
        "redirect-loopback",
        "redirect-not-approved",
        "codes stay on the machine; the policy names other hosts",
    ),
    (
        "redirect-loopback",
        "redirect-not-canonical",
        "codes stay on the machine; nobody sends it as written",
    ),
    (
        "redirect-many-domains",
        "redirect-not-approved",
        "the client spans domains; the policy names others",
    ),
    (
        "redirect-not-canonical",
        "redirect-shared-across-clients",
        "nobody sends it as written; another client has it",
    ),
    (
        "role-for-people",
        "role-privilege-escalation",
        "it is made for people; it leads to every right",
    ),
    (
        "role-for-people",
        "role-sensitive-permission",
        "it is made for people; what it opens",
    ),
    (
        "role-for-people",
        "role-wildcard",
        "it is made for people; it grows by itself",
    ),
    (
        "role-sensitive-permission",
        "role-wildcard",
        "a permission beside the wildcard; what the wildcard covers",
    ),
    (
        "role-not-allowed",
        "role-redundant",
        "beyond the policy; contained in another",
    ),
    (
        "role-privilege-escalation",
        "role-unused-permission",
        "where a permission leads; that no call needed it",
    ),
    (
        "redirect-internal-host",
        "redirect-not-https",
        "every network answers it; that it is not encrypted",
    ),
    (
        "redirect-mixed-environments",
        "redirect-not-https",
        "which client it belongs to; that it is not encrypted",
    ),
    (
        "redirect-not-https",
        "redirect-userinfo",
        "that it is not encrypted; a password in it",
    ),
    (
        "scope-excess",
        "scope-sensitive-write",
        "beyond the policy; reaches everything",
    ),
    (
        "scope-downgrade",
        "scope-sensitive-write",
        "reading was enough; reaches everything",
    ),
    (
        "secret-in-export",
        "secret-reused",
        "it is leaked; two clients share it",
    ),
];

/// Pairs of rules that blame one place, with one of the places.
fn pairs(report: &Report<'_>, from: &str, found: &mut BTreeMap<(String, String), String>) {
    let mut at: BTreeMap<_, BTreeSet<&str>> = BTreeMap::new();
    for finding in &report.findings {
        // What has no place of its own stands at the client's name.
        let key = (finding.subject, finding.place, finding.field.clone());
        at.entry(key).or_default().insert(&finding.rule.id);
    }
    for ((_, place, field), rules) in at {
        let rules: Vec<_> = rules.into_iter().collect();
        for (index, one) in rules.iter().enumerate() {
            for other in &rules[index + 1..] {
                let text = report.sources.get(place.source).text();
                let told = format!("{from}: {field} {:?}", &text[place.span.range()]);
                found
                    .entry(((*one).to_owned(), (*other).to_owned()))
                    .or_insert(told);
            }
        }
    }
}

#[test]
fn no_two_findings_blame_one_value_for_one_cause() {
    let mut found = BTreeMap::new();
    let request = Request::new(TODAY.parse().expect("a date"));
    for directory in labelled_directories() {
        let discovery = discover(std::slice::from_ref(&directory), &mut std::io::empty());
        let report = audit(
            &discovery.sources,
            &discovery.named,
            discovery.problems,
            &request,
        );
        pairs(&report, &directory.display().to_string(), &mut found);
    }
    for rule in builtin() {
        for (number, example) in rule.examples.iter().enumerate() {
            if example.verdict != ExpectedVerdict::Bad {
                continue;
            }
            let mut request = request.clone();
            let set = example.params.iter();
            let set = set.map(|setting| (setting.name.to_string(), setting.value.clone()));
            request.parameters = vec![(rule.id.to_string(), set.collect())];
            let sources = examples::sources(example);
            let report = audit(&sources, &[], Vec::new(), &request);
            pairs(
                &report,
                &format!("{} example {}", rule.id, number + 1),
                &mut found,
            );
        }
    }
    let apart: BTreeSet<_> = APART.iter().map(|(one, other, _)| (*one, *other)).collect();
    let faults: Vec<String> = found
        .iter()
        .filter(|((one, other), _)| !apart.contains(&(one.as_str(), other.as_str())))
        .map(|((one, other), told)| format!("(\"{one}\", \"{other}\") {told}"))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    for (one, other, _) in APART {
        let key = ((*one).to_owned(), (*other).to_owned());
        assert!(found.contains_key(&key), "{one} and {other} never meet");
    }
}
