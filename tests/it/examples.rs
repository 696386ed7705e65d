//! Runs every example of every rule file: bad ones must be blamed at the marked text, good
//! ones must be judged and passed, open ones must be said not to be judged.

use crate::common::root;
use grantlint::catalog::{self, ExpectedVerdict, Severity};
use grantlint::examples;

#[test]
fn every_example_holds() {
    let mut faults = Vec::new();
    for rule in catalog::builtin() {
        for (number, example) in rule.examples.iter().enumerate() {
            if let Some(fault) = examples::run(rule, example).fault {
                faults.push(format!("{} example {}: {fault}", rule.id, number + 1));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_message_is_used_by_a_bad_example() {
    let mut faults = Vec::new();
    for rule in catalog::builtin() {
        let used: Vec<&str> = rule
            .examples
            .iter()
            .filter(|example| example.verdict == ExpectedVerdict::Bad)
            .map(|example| example.message.as_deref().unwrap_or(&rule.messages[0].key))
            .collect();
        for message in rule.messages.iter() {
            if !used.contains(&&*message.key) {
                faults.push(format!(
                    "{}: no bad example for message `{}`",
                    rule.id, message.key
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The severities that the code of a check names.
fn severities_named(code: &str) -> Vec<Severity> {
    let code = code.split("#[cfg(test)]").next().unwrap_or(code);
    let words = code.split("Severity::").skip(1);
    let names = words.map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next());
    let severity = |name: &str| {
        let mut all = Severity::ALL.into_iter();
        all.find(|severity| severity.name().eq_ignore_ascii_case(name))
    };
    names.flatten().filter_map(severity).collect()
}

#[test]
fn no_check_reports_above_the_worst_severity_of_its_rule() {
    let mut raised = 0;
    for entry in std::fs::read_dir(root().join("src/checks")).expect("the checks") {
        let path = entry.expect("an entry").path();
        let code = std::fs::read_to_string(&path).expect("code");
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        let id = stem.expect("a name").replace('_', "-");
        let rule = catalog::builtin().iter().find(|rule| rule.id == id);
        let Some(rule) = rule else {
            // Shared code leaves the severity to the rule.
            let is_setter = id == "judgement";
            assert!(is_setter || !code.contains(".severity("), "{id}");
            continue;
        };
        let named = severities_named(&code);
        let most = named.iter().copied().max().unwrap_or(rule.severity);
        assert!(most <= rule.worst_severity(), "{id} can report {most:?}");
        let Some(worst) = rule.worst else { continue };
        raised += 1;
        assert_eq!(most, worst, "{id} never reports its worst severity");
        let mut examples = rule.examples.iter();
        assert!(
            examples.any(|example| example.severity == Some(worst)),
            "{id} has no example of its worst severity"
        );
    }
    let declared = catalog::builtin().iter();
    let declared = declared.filter(|rule| rule.worst.is_some()).count();
    assert_eq!(raised, declared, "a declarative rule cannot raise it");
    assert!(raised >= 10, "{raised}");
}

#[test]
fn every_phrase_is_named_by_a_check_and_found() {
    let mut code = String::new();
    for entry in std::fs::read_dir(root().join("src/checks")).expect("the checks") {
        let path = entry.expect("an entry").path();
        code += &std::fs::read_to_string(path).expect("code");
    }
    let own = catalog::builtin().iter().flat_map(|rule| &*rule.phrases);
    let mut count = 0;
    for phrase in own.chain(catalog::phrases()) {
        count += 1;
        let named = format!("\"{}\"", phrase.key);
        assert!(code.contains(&named), "no check names the phrase {named}");
    }
    assert!(count > 25, "{count}");
    for rule in catalog::builtin() {
        for example in rule.examples.iter() {
            for fired in examples::run(rule, example).fired {
                let is_open = |name: &str| fired.message.contains(&format!("{{{name}"));
                let names = ["replacement", "leak", "http}", "fault", "names", "what"];
                assert!(!names.into_iter().any(is_open), "{}", fired.message);
            }
        }
    }
}
