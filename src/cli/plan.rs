//! `grantlint plan`

use super::arguments::Plan;
use super::auditing::AuditOptions;
use super::describing::Description;
use super::{INCOMPLETE, look, print_error};
use crate::report::{self, PlanFormat};
use std::io::{self, Write};

/// Audits, prints the plan, and returns the exit code. There is no plan from an incomplete audit.
pub(super) fn run(options: &Plan) -> u8 {
    let description = Description {
        what: "a plan",
        reading: &options.reading,
        showing: options.showing,
        policy: &options.policy,
        printed: options.format.0,
        files: &[],
        audit: AuditOptions {
            plan: true,
            ..AuditOptions::DESCRIBING
        },
    };
    description.run(|audited| {
        if audited.exit != INCOMPLETE {
            return description.deliver(audited, PlanFormat::write);
        }
        let look = look(options.showing.color, &io::stderr());
        let mut text = Vec::new();
        if report::problems(audited.sources, &audited.problems, look, &mut text).is_ok() {
            // If standard error is closed, the problems are lost.
            let _ = io::stderr().write_all(&text);
        }
        print_error("the audit is incomplete, so there is no plan");
        true
    })
}
