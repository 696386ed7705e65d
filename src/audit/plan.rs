//! Which rules run over which client, and with which settings.
//!
//! Invariant: a rule with the same settings for two sets of clients is compiled once.

use super::Request;
use crate::catalog::{Rule, Severity, Value};
use crate::checks::{Parameters, Prepared, Rules};
use crate::engine::Plan;
use crate::finding::{Finding, FindingSubject, Problem, ProblemKind};
use crate::policy::{Level, Settings, Settled};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// A compiled rule and the parameters it was compiled with.
struct CompiledRule {
    parameters: Vec<(String, Value)>,
    prepared: Arc<Prepared>,
}

#[derive(Default)]
struct Planner {
    /// Rules with the settings for clients that no section matches.
    base: HashMap<&'static str, CompiledRule>,
    /// The problems, each once, by message.
    faults: BTreeMap<String, Problem>,
}

/// Compiles the rules for every set of clients.
pub(super) fn plan(request: &Request, settled: &Settled, problems: &mut Vec<Problem>) -> Plan {
    let mut planner = Planner::default();
    let mut plan = Plan {
        set_of: settled.set_of.clone(),
        ..Plan::default()
    };
    let is_for_persona = |rule: &&&Rule| request.scopes.persona(rule) <= request.persona;
    let rules: Vec<&'static Rule> = request
        .rules
        .iter()
        .filter(is_for_persona)
        .copied()
        .collect();
    for sections in &settled.sets {
        let mut set = Vec::with_capacity(rules.len());
        let mut levels = HashMap::new();
        for &rule in &rules {
            let settings = request.scopes.settings(rule, sections);
            if let Some(Level::At(severity)) = settings.level {
                levels.insert(&*rule.id, severity);
            }
            let Some(prepared) = planner.compiled(rule, &settings, request) else {
                continue;
            };
            if prepared.is_off() {
                continue;
            }
            if prepared.is_of_client() {
                if settings.level != Some(Level::Off) {
                    set.push(prepared);
                }
            } else if sections.is_empty() {
                plan.whole.push(prepared);
            }
        }
        plan.sets.push(set.into_iter().collect());
        plan.levels.push(levels);
    }
    problems.extend(planner.faults.into_values());
    plan
}

impl Planner {
    fn compiled(
        &mut self,
        rule: &'static Rule,
        settings: &Settings,
        request: &Request,
    ) -> Option<Arc<Prepared>> {
        if let Some(known) = self.base.get(&*rule.id) {
            if known.parameters == settings.parameters {
                return Some(Arc::clone(&known.prepared));
            }
            if !known.prepared.is_of_client() {
                self.fault(differs(rule));
                return None;
            }
        }
        match prepare(rule, &settings.parameters, request) {
            Ok(prepared) => {
                let prepared = Arc::new(prepared);
                self.base.entry(&rule.id).or_insert_with(|| CompiledRule {
                    parameters: settings.parameters.clone(),
                    prepared: Arc::clone(&prepared),
                });
                Some(prepared)
            }
            Err(fault) => {
                self.fault(fault);
                None
            }
        }
    }

    fn fault(&mut self, fault: Problem) {
        self.faults.insert(fault.message.clone(), fault);
    }
}

fn prepare(
    rule: &'static Rule,
    parameters: &[(String, Value)],
    request: &Request,
) -> Result<Prepared, Problem> {
    let own = request.parameters.iter().filter(|(id, _)| *id == rule.id);
    let mut set: Vec<(String, Value)> = own.flat_map(|(_, own)| own.iter().cloned()).collect();
    set.extend_from_slice(parameters);
    Prepared::new(rule, Parameters::with(rule, &set))
        .map_err(|fault| Problem::new(ProblemKind::Configuration, fault, "correct the rule file"))
}

/// What keeps a rule from being compiled with its defaults, such as a wrong expression.
#[must_use]
pub fn rule_fault(rule: &'static Rule) -> Option<String> {
    Prepared::new(rule, Parameters::with(rule, &[])).err()
}

fn differs(rule: &Rule) -> Problem {
    Problem::new(
        ProblemKind::Configuration,
        format!(
            "`{}` compares clients with each other, so its parameters cannot differ between them",
            rule.id
        ),
        format!("set them under [rules.{}]", rule.id),
    )
}

/// Whether a rule is off until a policy sets its parameters.
pub(super) fn is_off_by_default(rule: &'static Rule) -> bool {
    let prepared = Prepared::new(rule, Parameters::with(rule, &[]));
    prepared.is_ok_and(|prepared| prepared.is_off())
}

/// The rules that are off for every client because their configuration is empty.
pub(super) fn off(ran: &[&'static Rule], request: &Request) -> usize {
    let ran: HashSet<&str> = ran.iter().map(|rule| &*rule.id).collect();
    let rules = request.rules.iter();
    rules
        .filter(|rule| request.scopes.persona(rule) <= request.persona && !ran.contains(&*rule.id))
        .filter(|rule| !rule.configured_by.is_empty())
        .count()
}

/// The rules that ran over any client.
pub(super) fn rules(plan: &Plan, request: &Request) -> Vec<&'static Rule> {
    let ran = plan.sets.iter().flat_map(Rules::all).chain(&plan.whole);
    let ran: HashSet<&str> = ran.map(|rule| rule.rule.id.as_ref()).collect();
    let rules = request.rules.iter().copied();
    rules.filter(|rule| ran.contains(&*rule.id)).collect()
}

/// Sets the policy's severities and removes findings of rules that are off for their client.
pub(super) fn set_levels(
    mut findings: Vec<Finding>,
    request: &Request,
    settled: &Settled,
) -> Vec<Finding> {
    if request.scopes.base.is_empty() && request.scopes.sections.is_empty() {
        return findings;
    }
    let mut levels: HashMap<(u32, &str), Option<Level>> = HashMap::new();
    findings.retain_mut(|finding| {
        let set = match finding.subject {
            FindingSubject::Client(index) => settled.set_of.get(index as usize),
            FindingSubject::Other(index) => settled.set_of_other.get(index as usize),
        };
        let set = set.copied().unwrap_or(0);
        let level = levels.entry((set, &finding.rule.id)).or_insert_with(|| {
            let sections = settled.sets.get(set as usize);
            let sections = sections.map_or(&[][..], Vec::as_slice);
            request.scopes.settings(finding.rule, sections).level
        });
        match level {
            Some(Level::Off) => return false,
            Some(Level::At(severity)) => finding.severity = *severity,
            None => {}
        }
        true
    });
    findings
}

/// The severity that the policy gives to each rule that ran, without the sections of clients.
pub(super) fn severities(
    ran: &[&'static Rule],
    request: &Request,
) -> BTreeMap<&'static str, Severity> {
    let severity = |rule: &'static Rule| match request.scopes.settings(rule, &[]).level {
        Some(Level::At(severity)) => severity,
        Some(Level::Off) | None => rule.severity,
    };
    ran.iter().map(|rule| (&*rule.id, severity(rule))).collect()
}
