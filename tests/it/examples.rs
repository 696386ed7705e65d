//! Runs every example of every rule file: bad ones must be blamed at the marked text, good
//! ones must be judged and passed, open ones must be said not to be judged.

use grantlint::catalog::{self, ExpectedVerdict};
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
