//! Runs the examples of a rule: what it must blame, pass or leave open.
//!
//! Law: the same for built-in rules, which the tests run, and for a user's own, which
//! `grantlint rules test` runs.

use crate::audit::{Request, audit};
use crate::catalog::{Example, ExpectedVerdict, Persona, Rule};
use crate::finding::{Finding, ProblemKind, Report};
use crate::text::{Position, Source, Sources};
use jiff::civil::Date;

/// The day of an example that names none.
const DAY: Date = jiff::civil::date(2026, 11, 22);

/// What a rule says of one of its examples.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What it blames.
    pub fired: Vec<Fired>,
    /// It could not be judged for some client.
    pub is_open: bool,
    /// Why the example does not hold, if it does not.
    pub fault: Option<String>,
}

/// One finding of an example.
#[derive(Clone, Debug)]
pub struct Fired {
    /// Where in the example.
    pub at: Position,
    /// The text there.
    pub text: String,
    /// What is said.
    pub message: String,
}

/// Runs one example.
#[must_use]
pub fn run(rule: &'static Rule, example: &Example) -> Outcome {
    let sources = sources(example);
    let today = match example.today.as_deref().map(str::parse) {
        None => DAY,
        Some(Ok(day)) => day,
        Some(Err(_)) => return Outcome::broken("its `today` is no date"),
    };
    let mut request = Request::new(today);
    request.rules = vec![rule];
    request.persona = Persona::Auditor;
    let set = example.params.iter();
    let set = set.map(|setting| (setting.name.to_string(), setting.value.clone()));
    request.parameters = vec![(rule.id.to_string(), set.collect())];
    let report = audit(&sources, &[], Vec::new(), &request);
    Outcome {
        fired: report
            .findings
            .iter()
            .map(|finding| fired(finding, &report))
            .collect(),
        is_open: !report.not_judged.is_empty(),
        fault: fault(rule, example, &report).err(),
    }
}

/// The files of an example as they are audited.
#[must_use]
pub fn sources(example: &Example) -> Sources {
    let mut sources = Sources::default();
    for (path, text) in files(&example.yaml) {
        sources.add(Source::new(path, text));
    }
    sources
}

/// The files of an example: `# file: PATH` begins one, where it matters which there are.
fn files(text: &str) -> Vec<(&str, &str)> {
    const BEGIN: &str = "# file: ";
    let Some(rest) = text.strip_prefix(BEGIN) else {
        return vec![("example.yaml", text)];
    };
    rest.split(&format!("\n{BEGIN}"))
        .map(|part| part.split_once('\n').unwrap_or((part, "")))
        .collect()
}

impl Outcome {
    fn broken(fault: &str) -> Self {
        Self {
            fired: Vec::new(),
            is_open: false,
            fault: Some(fault.to_owned()),
        }
    }
}

fn fired(finding: &Finding, report: &Report<'_>) -> Fired {
    let (_, at, _) = report.sources.locate(finding.place);
    let range = finding.place.span.range();
    let text = report
        .redactor
        .excerpt(report.sources, finding.place.source, range);
    Fired {
        at,
        text: text.into_owned(),
        message: finding.message.clone(),
    }
}

/// Why an example does not hold.
fn fault(rule: &Rule, example: &Example, report: &Report<'_>) -> Result<(), String> {
    let mut problems = report.problems.iter();
    let broken = [
        ProblemKind::Configuration,
        ProblemKind::RuleFailed,
        ProblemKind::RuleCrashed,
    ];
    if let Some(problem) = problems.find(|problem| broken.contains(&problem.kind)) {
        return Err(problem.message.clone());
    }
    let said: Vec<_> = report
        .findings
        .iter()
        .map(|finding| &finding.message)
        .collect();
    if let Some(message) = said.iter().find(|message| message.contains('{')) {
        return Err(format!("a placeholder is not filled: {message}"));
    }
    match example.verdict {
        ExpectedVerdict::Bad => must_blame(rule, example, report),
        ExpectedVerdict::Good | ExpectedVerdict::NotJudged if !said.is_empty() => {
            Err(format!("found {said:?}"))
        }
        ExpectedVerdict::Good if !report.not_judged.is_empty() => {
            Err(format!("not judged: {:?}", report.not_judged))
        }
        ExpectedVerdict::Good if !report.problems.is_empty() => {
            Err(format!("problems: {:?}", report.problems))
        }
        ExpectedVerdict::Good if report.summary.clients == 0 => {
            Err("no client was recognised".into())
        }
        ExpectedVerdict::NotJudged if report.not_judged.is_empty() => Err("judged".into()),
        ExpectedVerdict::Good | ExpectedVerdict::NotJudged => Ok(()),
    }
}

fn must_blame(rule: &Rule, example: &Example, report: &Report<'_>) -> Result<(), String> {
    let Some(finding) = report.findings.first() else {
        return Err(format!(
            "no finding; not judged: {:?}, problems: {:?}",
            report.not_judged, report.problems
        ));
    };
    let source = report.sources.get(finding.place.source);
    let text = source.text().get(finding.place.span.range());
    let marks = example.marks.as_deref().unwrap_or_default();
    if text != Some(marks) {
        return Err(format!(
            "points at {:?}, not at {marks:?}",
            text.unwrap_or_default()
        ));
    }
    let first = rule.messages.first().map_or("", |message| &message.key);
    let key = example.message.as_deref().unwrap_or(first);
    let template = rule.message(key).map_or("", |message| &message.text);
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
    let severity = example.severity.unwrap_or(rule.severity);
    if finding.severity != severity {
        let (is, must) = (finding.severity.name(), severity.name());
        return Err(format!("its severity is {is}, not {must}"));
    }
    let confidence = example.confidence.unwrap_or(rule.confidence);
    if finding.confidence != confidence {
        let (is, must) = (finding.confidence.name(), confidence.name());
        return Err(format!("its confidence is {is}, not {must}"));
    }
    Ok(())
}
