//! Runs every example of every rule file: bad ones must be blamed at the marked text, good
//! ones must be judged and passed, open ones must be said not to be judged.

use grantlint::audit::{Request, audit};
use grantlint::catalog::{self, Example, Rule, Verdict};
use grantlint::text::{Source, Sources};

const TODAY: &str = "2026-11-22";

fn run(rule: &'static Rule, example: &Example) -> Result<(), String> {
    let mut sources = Sources::default();
    sources.add(Source::new("example.yaml", example.yaml.as_ref()));
    let today = example.today.as_deref().unwrap_or(TODAY);
    let mut request = Request::new(today.parse().expect("a date"));
    request.rules = vec![rule];
    request.persona = catalog::Persona::Auditor;
    let set = example.params.iter();
    let set = set.map(|setting| (setting.name.to_string(), setting.value.clone()));
    request.parameters = vec![(rule.id.to_string(), set.collect())];
    let report = audit(&sources, &[true], Vec::new(), &request);
    let said: Vec<_> = report
        .findings
        .iter()
        .map(|finding| &finding.message)
        .collect();
    let unfilled = said.iter().find(|message| message.contains('{'));
    if let Some(message) = unfilled {
        return Err(format!("a placeholder is not filled: {message}"));
    }
    match example.verdict {
        Verdict::Bad => {
            let Some(finding) = report.findings.first() else {
                return Err(format!(
                    "no finding; not judged: {:?}, problems: {:?}",
                    report.not_judged, report.problems
                ));
            };
            let text = &example.yaml[finding.place.span.range()];
            let marks = example.marks.as_deref().unwrap_or_default();
            if text != marks {
                return Err(format!("points at {text:?}, not at {marks:?}"));
            }
            let key = example.message.as_deref().unwrap_or(&rule.messages[0].key);
            let template = &rule.message(key).expect("checked with the file").text;
            let start = template.split('{').next().unwrap_or("");
            let longest = template
                .split(['{', '}'])
                .step_by(2)
                .max_by_key(|part| part.len())
                .unwrap_or("");
            if !finding.message.starts_with(start) || !finding.message.contains(longest) {
                return Err(format!(
                    "says {:?}, which is not the message `{key}`",
                    finding.message
                ));
            }
            if finding.fix.contains('{') {
                return Err(format!("a placeholder is not filled: {}", finding.fix));
            }
        }
        Verdict::Good => {
            if !said.is_empty() {
                return Err(format!("found {said:?}"));
            }
            if !report.not_judged.is_empty() {
                return Err(format!("not judged: {:?}", report.not_judged));
            }
            if !report.problems.is_empty() {
                return Err(format!("problems: {:?}", report.problems));
            }
            if report.clients.is_empty() {
                return Err("no client was recognised".into());
            }
        }
        Verdict::NotJudged => {
            if !said.is_empty() {
                return Err(format!("found {said:?}"));
            }
            if report.not_judged.is_empty() {
                return Err("judged".into());
            }
        }
    }
    Ok(())
}

#[test]
fn every_example_holds() {
    let mut faults = Vec::new();
    for rule in catalog::builtin() {
        for (number, example) in rule.examples.iter().enumerate() {
            if let Err(fault) = run(rule, example) {
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
            .filter(|example| example.verdict == Verdict::Bad)
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
