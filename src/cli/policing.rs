//! From flags and configuration to the policy in force.

use super::arguments::{ConfigFile, PolicyOptions, When};
use super::{look, print_error, today};
use crate::audit::rule_fault;
use crate::catalog::{Rule, Value};
use crate::finding::{Problem, ProblemKind};
use crate::policy::{self, ConfigSource, Draft, LoadedPolicy, Policy, PolicyInput, Selection};
use crate::report::{self, Format};
use crate::text::{Place, Sources, counted, visible};
use jiff::civil::Date;
use std::io::{self, Write};
use std::path::PathBuf;

/// The policy in force, from the command line and the configuration.
pub(super) struct InForce {
    /// The policy.
    pub policy: Policy,
    /// The rules that are selected and on for at least one client.
    pub rules: Vec<&'static Rule>,
    /// The options that chose rules on the command line, if any did.
    pub selected: Option<String>,
    /// The day.
    pub today: Date,
    /// The files of the policy that were read.
    pub read: Vec<PathBuf>,
}

/// The problems that stop the command, and the texts they refer to.
pub(super) struct Refused {
    sources: Sources,
    problems: Vec<Problem>,
}

/// Reads the configuration; flags override it.
pub(super) fn in_force(options: &PolicyOptions) -> Result<InForce, Refused> {
    in_force_with(options, None)
}

/// Reads the configuration, with a draft in place of one of its files; flags override it.
pub(super) fn in_force_with(
    options: &PolicyOptions,
    draft: Option<Draft>,
) -> Result<InForce, Refused> {
    let today = options.today.unwrap_or_else(today);
    let here = match std::env::current_dir() {
        Ok(here) => here,
        Err(error) => {
            return Err(Refused::usage(format!(
                "there is no working directory: {error}"
            )));
        }
    };
    let LoadedPolicy {
        policy,
        sources,
        mut problems,
    } = policy::make(&PolicyInput {
        sought: config_source(&options.sources, here.clone()),
        here,
        formats: Format::ALL.map(Format::name).to_vec(),
        given: given(options),
        today,
        draft,
    });
    problems.extend(rule_faults(&policy.own_rules));
    let selection = Selection {
        select: options.select.clone(),
        ignore: options.ignore.clone(),
    };
    let selected = selection.apply(&policy.rules).unwrap_or_else(|faults| {
        problems.extend(faults.into_iter().map(|fault| {
            let remedy = match fault.suggestion {
                Some(known) => format!("did you mean `{known}`?"),
                None => "see: grantlint rules".to_owned(),
            };
            let message = format!("there is no rule or category `{}`", fault.word);
            Problem::new(ProblemKind::Usage, message, remedy)
        }));
        Vec::new()
    });
    let rules: Vec<_> = selected
        .into_iter()
        .filter(|rule| policy.scopes.is_on(rule))
        .collect();
    if rules.is_empty() && problems.is_empty() {
        problems.push(Problem::new(
            ProblemKind::Usage,
            "no rule is selected",
            "check --select, --ignore and the rules that the configuration switches off: grantlint config",
        ));
    }
    if problems.is_empty() {
        Ok(InForce {
            policy,
            rules,
            selected: selection.options(),
            today,
            read: sources
                .iter()
                .map(|(_, source)| source.path().into())
                .collect(),
        })
    } else {
        Err(Refused { sources, problems })
    }
}

/// All rules: built-in and the user's own.
pub(super) fn rules(options: &ConfigFile) -> Result<Vec<&'static Rule>, Refused> {
    let here = std::env::current_dir()
        .map_err(|error| Refused::usage(format!("there is no working directory: {error}")))?;
    let made = policy::make(&PolicyInput {
        sought: config_source(options, here.clone()),
        here,
        formats: Format::ALL.map(Format::name).to_vec(),
        given: Vec::new(),
        today: today(),
        draft: None,
    });
    let mut problems = made.problems;
    problems.extend(rule_faults(&made.policy.own_rules));
    if problems.is_empty() {
        return Ok(made.policy.rules);
    }
    Err(Refused {
        sources: made.sources,
        problems,
    })
}

/// What is wrong with the checks of the user's own rules, such as a wrong expression.
pub(super) fn rule_faults(rules: &[(&'static Rule, Place)]) -> Vec<Problem> {
    let faults = rules.iter().filter_map(|(rule, place)| {
        let fault = rule_fault(rule)?;
        let problem = Problem::new(ProblemKind::Configuration, fault, "correct the rule file");
        Some(problem.at(*place))
    });
    faults.collect()
}

impl Refused {
    pub(super) const fn new(sources: Sources, problems: Vec<Problem>) -> Self {
        Self { sources, problems }
    }

    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self::usage_with(message, "see: grantlint --help")
    }

    /// The command line asks for what cannot be done; `remedy` says what to do instead.
    pub(super) fn usage_with(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        let (message, remedy) = (message.into(), remedy.into());
        let problem = Problem::new(ProblemKind::Usage, visible(&message), visible(&remedy));
        Self::from_problem(problem)
    }

    pub(super) fn from_problem(problem: Problem) -> Self {
        Self {
            sources: Sources::default(),
            problems: vec![problem],
        }
    }

    /// Prints the problems to standard error.
    pub(super) fn print(&self, color: When) {
        self.print_with(color, "nothing was audited");
    }

    /// Prints the problems to standard error, with what follows from them.
    pub(super) fn print_with(&self, color: When, consequence: &str) {
        let stderr = io::stderr();
        let look = look(color, &stderr);
        let mut text = Vec::new();
        let drawn = report::problems(&self.sources, &self.problems, look, &mut text);
        // If standard error is closed, the message is lost.
        let _ = drawn.and_then(|()| stderr.lock().write_all(&text));
        let errors = counted(self.problems.len(), "error");
        print_error(&format!("{errors}: {consequence}"));
    }
}

fn config_source(options: &ConfigFile, here: PathBuf) -> ConfigSource {
    match &options.config {
        Some(path) => ConfigSource::Exactly(path.clone()),
        None if options.no_config => ConfigSource::Nowhere,
        None => ConfigSource::Upward(here),
    }
}

/// The settings of the command line.
fn given(options: &PolicyOptions) -> Vec<(&'static [&'static str], Value)> {
    let word = |word: &'static str| Value::Text(word.into());
    let mut given: Vec<(&'static [&'static str], Value)> = Vec::new();
    if let Some(persona) = options.persona {
        given.push((&["gate", "persona"], word(persona.0.name())));
    }
    if let Some(severity) = options.min_severity {
        given.push((&["gate", "min-severity"], word(severity.0.name())));
    }
    if let Some(confidence) = options.min_confidence {
        given.push((&["gate", "min-confidence"], word(confidence.0.name())));
    }
    if let Some(gate) = options.fail_on {
        let gate = gate.0.map_or("never", crate::catalog::Severity::name);
        given.push((&["gate", "fail-on"], word(gate)));
    }
    if let Some(count) = options.require_clients {
        given.push((&["gate", "require-clients"], Value::Integer(count.into())));
    }
    if let Some(file) = &options.baseline {
        let file = file.to_string_lossy().into_owned();
        given.push((&["gate", "baseline"], Value::Text(file.into())));
    }
    given
}
