//! The exit code, as a pure function of the outcome.

use crate::catalog::Severity;
use crate::finding::{Consequence, Problem};

/// Which findings fail the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gating {
    /// Findings of this severity and above fail; without one, none do.
    pub fail_on: Option<Severity>,
    /// Findings do not fail; problems still do.
    pub exit_zero: bool,
}

/// 0 complete and clean, 1 findings at or above the gate, 2 nothing audited, 3 incomplete.
#[must_use]
pub fn exit_code(
    gating: Gating,
    severities: impl IntoIterator<Item = Severity>,
    problems: &[Problem],
) -> u8 {
    let worst = problems
        .iter()
        .map(|problem| problem.kind.consequence())
        .min();
    match worst {
        Some(Consequence::NothingAudited) => 2,
        Some(Consequence::Incomplete) => 3,
        None => {
            let fails = gating
                .fail_on
                .is_some_and(|gate| severities.into_iter().any(|severity| severity >= gate));
            u8::from(fails && !gating.exit_zero)
        }
    }
}

/// The exit code after delivery: 3 if a report could not be written, unless nothing was audited.
#[must_use]
pub const fn after_delivery(exit: u8, all_written: bool) -> u8 {
    match (exit, all_written) {
        (_, true) | (2, _) => exit,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::ProblemKind;

    #[test]
    fn every_combination_of_gate_finding_and_problem() {
        let gates: Vec<Option<Severity>> =
            Severity::ALL.into_iter().map(Some).chain([None]).collect();
        let found: Vec<Option<Severity>> = gates.clone();
        let incomplete = Problem::new(ProblemKind::Truncated, "", "");
        let nothing = Problem::new(ProblemKind::Configuration, "", "");
        for gate in gates {
            for worst in &found {
                for exit_zero in [false, true] {
                    let gating = Gating {
                        fail_on: gate,
                        exit_zero,
                    };
                    let code = |problems: &[Problem]| exit_code(gating, *worst, problems);
                    let fails =
                        matches!((gate, worst), (Some(gate), Some(worst)) if *worst >= gate);
                    assert_eq!(code(&[]), u8::from(fails && !exit_zero));
                    assert_eq!(code(std::slice::from_ref(&incomplete)), 3);
                    assert_eq!(code(std::slice::from_ref(&nothing)), 2);
                    assert_eq!(code(&[incomplete.clone(), nothing.clone()]), 2);
                    for written in [true, false] {
                        for (exit, wanted) in [(0, 3), (1, 3), (2, 2), (3, 3)] {
                            let wanted = if written { exit } else { wanted };
                            assert_eq!(after_delivery(exit, written), wanted);
                        }
                    }
                }
            }
        }
    }
}
