//! `grantlint rules test` and `grantlint rules new`

use super::arguments::{NewRule, When};
use super::policing::{Refused, rule_faults, rules as all_rules};
use super::{NOTHING_AUDITED, done, print, print_error, wants_color};
use crate::catalog::{self, ExpectedVerdict, Rule};
use crate::examples::{self, Outcome};
use crate::finding::{Problem, ProblemKind};
use crate::policy::{OwnRule, read_rule, rule_files};
use crate::report::Paint;
use crate::text::{Redactor, Source, Sources, counted, visible, with_slashes};
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
    let without = rules.iter().filter(|rule| rule.examples.is_empty());
    let rules_without = without.count();
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
    if rules_without > 0 {
        let _ = writeln!(text, "{} without examples", counted(rules_without, "rule"));
    }
    let _ = writeln!(text, "{held} examples hold, {failed} do not");
    let code = done(print(|out| out.write_all(text.as_bytes())));
    if failed > 0 { NOTHING_AUDITED } else { code }
}

/// The text of a new rule; `@ID@` is its id.
const TEMPLATE: &str = include_str!("rule_template.toml");

/// Writes the template of a rule; an existing file is not changed.
pub(super) fn new(options: &NewRule) -> u8 {
    match write_template(options) {
        Ok(code) => code,
        Err(refused) => {
            refused.print_with(When::Auto, "nothing was written");
            NOTHING_AUDITED
        }
    }
}

fn write_template(options: &NewRule) -> Result<u8, Refused> {
    let NewRule {
        id,
        dir,
        stdout,
        sources,
    } = options;
    let text = TEMPLATE.replace("@ID@", id);
    let known = all_rules(sources)?;
    let mut texts = Sources::default();
    let source = texts.add(Source::new(format!("{id}.toml"), text));
    let text = texts.get(source).text();
    let is_kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.is_empty() || !id.chars().all(is_kebab) {
        let message = format!("`{id}` is not an id");
        return Err(Refused::usage_with(
            message,
            "write lower-case words with hyphens, such as owner-missing",
        ));
    }
    read_rule(source, text, &known).map_err(|faults| {
        let message = faults.into_iter().next().map(|fault| fault.message);
        Refused::usage_with(
            message.unwrap_or_default(),
            "choose another id; see: grantlint rules",
        )
    })?;
    if *stdout {
        return Ok(done(print(|out| out.write_all(text.as_bytes()))));
    }
    let file = dir.join(format!("{id}.toml"));
    let opened = std::fs::File::options()
        .write(true)
        .create_new(true)
        .open(&file);
    let written = opened.and_then(|mut file| io::Write::write_all(&mut file, text.as_bytes()));
    let shown = with_slashes(&file);
    let shown = visible(shown.strip_prefix("./").unwrap_or(&shown)).into_owned();
    written.map_err(|error| {
        let message = format!("{shown} cannot be written: {error}");
        let remedy = match error.kind() {
            io::ErrorKind::AlreadyExists => {
                "grantlint does not replace a file: choose another id or --dir"
            }
            _ => "check that the directory exists, and its permissions",
        };
        Refused::usage_with(message, remedy)
    })?;
    print_error(&format!(
        "wrote {shown}; test it with: grantlint rules test {shown}"
    ));
    Ok(0)
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
    let mut own = Vec::new();
    for file in files {
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) => return Err(refused(&file, &error.to_string())),
        };
        let source = sources.add(Source::new(file.to_string_lossy(), text));
        match read_rule(source, sources.get(source).text(), &known) {
            Ok(OwnRule { rule, check }) => {
                let rule: &'static Rule = Box::leak(Box::new(rule));
                known.push(rule);
                own.push((rule, check));
            }
            Err(faults) => problems.extend(faults),
        }
    }
    problems.extend(rule_faults(&own));
    if !problems.is_empty() {
        print_error("the examples were not run");
        return Err(Refused::new(sources, problems));
    }
    Ok(own.into_iter().map(|(rule, _)| rule).collect())
}

fn refused(path: &Path, reason: &str) -> Refused {
    let problem = Problem::new(
        ProblemKind::Configuration,
        format!("rules cannot be read: {reason}"),
        "name a rule file or a directory of rule files",
    );
    Refused::from_problem(problem.in_file(path.to_string_lossy()))
}
