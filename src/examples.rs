//! Runs the examples of a rule: what it must report, accept or leave not judged.
//!
//! Invariant: the tests for built-in rules and `grantlint rules test` for a user's own rules share
//! this code.

use crate::audit::{Request, audit};
use crate::catalog::{Example, ExpectedVerdict, Persona, Rule};
use crate::finding::{Finding, NeededInput, ProblemKind, Report, WaivedBy};
use crate::model::region_named;
use crate::text::{Position, Source, Sources};
use jiff::civil::Date;

/// The date of an example without `today`.
const DAY: Date = jiff::civil::date(2026, 11, 22);

/// The result of running one example of a rule.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The findings.
    pub fired: Vec<Fired>,
    /// The rule could not judge some client.
    pub is_open: bool,
    /// Why the example fails, if it does.
    pub fault: Option<String>,
}

/// One finding of an example.
#[derive(Clone, Debug)]
pub struct Fired {
    /// Where in the example.
    pub at: Position,
    /// The text there.
    pub text: String,
    /// The message of the finding.
    pub message: String,
}

/// Runs one example.
#[must_use]
pub fn run(rule: &'static Rule, example: &Example) -> Outcome {
    let sources = sources(example);
    let today = match example.today.as_deref().map(str::parse) {
        None => DAY,
        Some(Ok(day)) => day,
        Some(Err(_)) => return Outcome::broken("its `today` is not a date"),
    };
    let mut request = Request::new(today);
    request.rules = vec![rule];
    request.persona = Persona::Pedantic;
    // An example holds only what it shows.
    let waived = NeededInput::ALL.map(|input| (input, WaivedBy::CommandLine));
    request.inputs.waived = waived.to_vec();
    request.scopes.region = match example.region.as_deref() {
        None => None,
        Some(named) => match region_named(named) {
            None => return Outcome::broken("its `region` is not a region of Genesys Cloud"),
            region => region,
        },
    };
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

/// The files of an example; `# file: PATH` starts a file in an example of several.
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

/// Why an example fails.
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
    let messages: Vec<_> = report
        .findings
        .iter()
        .map(|finding| &finding.message)
        .collect();
    if let Some(message) = messages.iter().find(|message| message.contains('{')) {
        return Err(format!("a placeholder is not filled: {message}"));
    }
    match example.verdict {
        ExpectedVerdict::Bad => must_report(rule, example, report),
        ExpectedVerdict::Good | ExpectedVerdict::NotJudged if !messages.is_empty() => {
            Err(format!("found {messages:?}"))
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

fn must_report(rule: &Rule, example: &Example, report: &Report<'_>) -> Result<(), String> {
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
