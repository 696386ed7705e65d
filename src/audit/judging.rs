//! The third stage: the rules judge the organisations.

use super::assembly::{Assembled, setting};
use super::needed::{self, AbsentInputs};
use super::{Request, plan, precedence, remedies, unknown};
use crate::catalog::{Rule, Severity};
use crate::engine::{self, Outcome, Plan};
use crate::finding::{Problem, ProblemKind};
use crate::policy::Covers;

/// The judgement of a run: findings of every rule, before acceptances and the baseline.
pub(super) struct Judged {
    pub plan: Plan,
    /// The rules that ran.
    pub rules: Vec<&'static Rule>,
    /// Of the findings, those at the severities of the policy.
    pub outcome: Outcome,
    /// Which findings yield to which.
    pub covers: Covers,
    /// What the rules report before precedence, if changes are planned.
    pub raised: remedies::Faults,
    /// Inputs that were needed and are not there.
    pub absent: AbsentInputs,
    pub problems: Vec<Problem>,
}

/// Runs the rules.
pub(super) fn judge(assembled: &Assembled<'_>, request: &Request) -> Judged {
    let Assembled {
        sources,
        organisations,
        settled,
        redactor,
        ..
    } = assembled;
    let mut problems = Vec::new();
    let plan = plan::plan(request, settled, &mut problems);
    let rules = plan::rules(&plan, request);
    let mut outcome = engine::run(organisations, &plan, setting(redactor, sources, request));
    let raised = remedies::raised(if request.plan { &outcome.findings } else { &[] });
    problems.append(&mut outcome.problems);
    problems.extend(too_many_findings(outcome.unlisted, request));
    if let (true, Some(gate)) = (request.unknown_values_fail, request.gating.fail_on) {
        let unjudged = unknown::Unjudged {
            not_judged: &outcome.not_judged,
            open: &outcome.open,
            rules: &rules,
            is_gated: &|rule, client| plan.worst_severity(rule, client) >= gate,
        };
        problems.extend(unjudged.problems(organisations));
    }
    let absent = needed::find(organisations, &plan, request, &outcome.not_judged);
    let is_one = organisations.len() == 1;
    let missing = absent.missing.iter();
    problems.extend(missing.map(|missing| needed::problem(missing, is_one)));
    outcome.findings = plan::set_levels(outcome.findings, request, settled);
    Judged {
        covers: precedence::covers(&outcome.findings, request.min_confidence),
        plan,
        rules,
        outcome,
        raised,
        absent,
        problems,
    }
}

/// The problem that the run has too many findings to list them.
fn too_many_findings(unlisted: [usize; 5], request: &Request) -> Option<Problem> {
    let counts = Severity::ALL
        .into_iter()
        .rev()
        .zip(unlisted.into_iter().rev());
    let counts = counts.filter(|(_, count)| *count > 0);
    let counts: Vec<String> = counts
        .map(|(severity, count)| format!("{count} {}", severity.name()))
        .collect();
    (!counts.is_empty()).then(|| {
        Problem::new(
            ProblemKind::Limit,
            format!(
                "the run has more than {} findings; the mildest are counted and not listed: {}",
                request.finding_limits.of_run,
                counts.join(", ")
            ),
            "audit fewer exports at once, or list more: [limits] findings in grantlint.toml",
        )
    })
}
