//! `grantlint plan`

use super::arguments::Plan;
use super::auditing::{self, AuditOptions, Prepared};
use super::delivery;
use super::policing::Refused;
use super::{INCOMPLETE, NOTHING_AUDITED, look, print_error};
use crate::report;
use std::io::{self, Write};

/// Audits, prints the plan, and returns the exit code. There is no plan from an incomplete audit.
pub(super) fn run(options: &Plan) -> u8 {
    let prepared = match prepare(options) {
        Ok(prepared) => prepared,
        Err(refused) => {
            refused.print(options.showing.color);
            return NOTHING_AUDITED;
        }
    };
    prepared.run(&options.reading, options.showing, |audited| {
        if audited.exit != INCOMPLETE {
            let format = options.format.0;
            return delivery::deliver_all(
                &[],
                format,
                options.showing,
                audited,
                |_| Ok(()),
                report::PlanFormat::write,
            );
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

fn prepare(options: &Plan) -> Result<Prepared, Refused> {
    let planning = AuditOptions {
        census: false,
        suppresses: true,
        show_suppressed: false,
        exit_zero: true,
        inventory: false,
        recommend: false,
        plan: true,
        owners: false,
    };
    auditing::prepare_description(
        "a plan",
        &options.policy,
        &options.reading,
        Vec::new(),
        planning,
    )
}
