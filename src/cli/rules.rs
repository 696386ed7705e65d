//! `grantlint rules test`

use super::arguments::When;
use super::policing::Refused;
use super::{NOTHING_AUDITED, done, print, print_error, wants_color};
use crate::catalog::{self, ExpectedVerdict, Rule};
use crate::examples::{self, Outcome};
use crate::finding::{Problem, ProblemKind};
use crate::policy::{read_rule, rule_files};
use crate::report::Paint;
use crate::text::{Redactor, Source, Sources};
use std::fmt::Write as _;
use std::io;
use std::path::Path;

/// Runs the examples of rule files; returns 2 if a file is invalid or an example fails.
pub(super) fn test(path: &Path) -> u8 {
    let rules = match read_rules(path) {
        Ok(rules) => rules,
        Err(refused) => {
            refused.print(When::Auto);
            return NOTHING_AUDITED;
        }
    };
    let paint = Paint::new(wants_color(When::Auto, &io::stdout()));
    let mut text = String::new();
    let (mut held, mut failed) = (0, 0);
    for rule in rules {
        let _ = writeln!(text, "{}", paint.bold(&rule.id));
        for (number, example) in rule.examples.iter().enumerate() {
            let outcome = examples::run(rule, example);
            *(if outcome.fault.is_some() {
                &mut failed
            } else {
                &mut held
            }) += 1;
            print_outcome(number + 1, example.verdict, &outcome, paint, &mut text);
        }
    }
    let _ = writeln!(text, "{held} examples hold, {failed} do not");
    let code = done(print(|out| out.write_all(text.as_bytes())));
    if failed > 0 { NOTHING_AUDITED } else { code }
}

fn print_outcome(
    number: usize,
    verdict: ExpectedVerdict,
    outcome: &Outcome,
    paint: Paint,
    text: &mut String,
) {
    let verdict = match verdict {
        ExpectedVerdict::Bad => "bad",
        ExpectedVerdict::Good => "good",
        ExpectedVerdict::NotJudged => "not-judged",
    };
    // An example can hold a secret like an export, so its texts are masked too.
    let redactor = Redactor::default();
    let mark = match &outcome.fault {
        None => "ok".to_owned(),
        Some(fault) => paint.error(&format!("FAILED: {}", redactor.words(fault))),
    };
    let _ = writeln!(text, "  example {number} ({verdict}): {mark}");
    for fired in &outcome.fired {
        let _ = writeln!(
            text,
            "    {}:{} `{}` {}",
            fired.at.line,
            fired.at.column,
            redactor.words(&fired.text),
            fired.message
        );
    }
    if outcome.is_open {
        let _ = writeln!(text, "    not judged");
    }
}

fn read_rules(path: &Path) -> Result<Vec<&'static Rule>, Refused> {
    let files = rule_files(path).map_err(|reason| refused(path, &reason))?;
    let mut sources = Sources::default();
    let mut problems = Vec::new();
    let mut known: Vec<&'static Rule> = catalog::builtin().iter().collect();
    let built_in = known.len();
    for file in files {
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) => return Err(refused(&file, &error.to_string())),
        };
        let source = sources.add(Source::new(file.to_string_lossy(), text));
        match read_rule(source, sources.get(source).text(), &known) {
            Ok(rule) => known.push(Box::leak(Box::new(rule))),
            Err(faults) => problems.extend(faults),
        }
    }
    if !problems.is_empty() {
        print_error("the examples were not run");
        return Err(Refused::new(sources, problems));
    }
    Ok(known.split_off(built_in))
}

fn refused(path: &Path, reason: &str) -> Refused {
    let problem = Problem::new(
        ProblemKind::Configuration,
        format!("rules cannot be read: {reason}"),
        "name a rule file or a directory of rule files",
    );
    Refused::from_problem(problem.in_file(path.to_string_lossy()))
}
