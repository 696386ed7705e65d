//! The labelled organisations: what a careful person expects, and nothing else. Precision and
//! recall are printed, and must be 1.

use crate::common::{Expected, TODAY, expected, labelled_directories};
use grantlint::audit::{Request, audit};
use grantlint::discover::discover;
use grantlint::finding::{NeededInput, WaivedBy};
use std::collections::BTreeSet;
use std::path::Path;

/// What the program finds, in the terms of the labels.
fn found(directory: &Path) -> Vec<Expected> {
    let discovery = discover(&[directory.to_owned()], &mut std::io::empty());
    let mut request = Request::new(TODAY.parse().expect("a date"));
    // A fixture holds only what it shows.
    let waived = NeededInput::ALL.map(|input| (input, WaivedBy::CommandLine));
    request.inputs.waived = waived.to_vec();
    let report = audit(
        &discovery.sources,
        &discovery.named,
        discovery.problems,
        &request,
    );
    assert!(
        report.problems.is_empty(),
        "{}: {:?}",
        directory.display(),
        report.problems
    );
    let mut findings: Vec<_> = report
        .findings
        .iter()
        .map(|finding| {
            let client = report.subject(finding.subject).expect("a subject");
            let text = report.sources.get(finding.place.source).text();
            Expected {
                client: client.id.as_deref().unwrap_or_default().to_owned(),
                rule: finding.rule.id.to_string(),
                marks: text[finding.place.span.range()].to_owned(),
                field: finding.field.clone(),
                severity: Some(finding.severity.name().to_owned()),
            }
        })
        .collect();
    findings.sort();
    findings
}

#[test]
fn the_labelled_organisations_are_judged_as_a_careful_person_judges_them() {
    let mut right = 0;
    let mut faults = Vec::new();
    let (mut false_alarms, mut misses) = (0, 0);
    let known: BTreeSet<_> = grantlint::catalog::builtin()
        .iter()
        .map(|rule| rule.id.as_ref())
        .collect();
    for directory in labelled_directories() {
        let name = directory
            .strip_prefix(crate::common::root())
            .expect("below the root")
            .display()
            .to_string();
        let wanted = expected(&directory);
        let found = found(&directory);
        for finding in &found {
            if wanted.iter().any(|label| label.is_met_by(finding)) {
                right += 1;
            } else {
                false_alarms += 1;
                faults.push(format!("{name}: false alarm {finding:?}"));
            }
        }
        for finding in &wanted {
            if !found.iter().any(|other| finding.is_met_by(other)) {
                misses += 1;
                let unknown = if known.contains(finding.rule.as_str()) {
                    ""
                } else {
                    " (no such rule)"
                };
                faults.push(format!("{name}: missed{unknown} {finding:?}"));
            }
        }
    }
    println!(
        "precision {right}/{}, recall {right}/{}",
        right + false_alarms,
        right + misses
    );
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn organisations_with_renamed_roles_are_judged_right() {
    let (mut labels, mut clients, mut right, mut alarms) = (0, 0, 0, 0);
    for name in ["insurer", "acquired"] {
        let directory = crate::common::root().join("fixtures").join(name);
        let text = std::fs::read_to_string(directory.join("clients.json")).expect("clients");
        clients += text.matches("\"authorizedGrantType\"").count();
        let (wanted, found) = (expected(&directory), found(&directory));
        labels += wanted.len();
        let met = |label: &&Expected| found.iter().any(|other| label.is_met_by(other));
        let known = |other: &&Expected| wanted.iter().any(|label| label.is_met_by(other));
        right += wanted.iter().filter(met).count();
        alarms += found.iter().filter(|other| !known(other)).count();
    }
    assert!(clients >= 80, "{clients} clients");
    assert_eq!(right, labels, "recall {right}/{labels}");
    let all = right + alarms;
    assert!(right * 100 >= all * 99, "precision {right}/{all}");
}

#[test]
fn every_small_fixture_triggers_the_rule_it_is_called_after() {
    for directory in labelled_directories() {
        if !directory
            .parent()
            .is_some_and(|parent| parent.ends_with("small"))
        {
            continue;
        }
        let rule = directory.file_name().expect("a name").to_string_lossy();
        let found = found(&directory);
        assert!(
            found.iter().any(|finding| finding.rule == rule),
            "{rule}: {found:?}"
        );
    }
}
