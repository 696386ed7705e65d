//! `grantlint inventory`

use super::NOTHING_AUDITED;
use super::arguments::Inventory;
use super::auditing::{self, AuditOptions, Prepared};
use super::delivery::{self, Outputs};
use super::policing::{self, Refused};
use crate::report::InventoryFormat;

/// Audits, prints the inventory, and returns the exit code.
pub(super) fn run(options: &Inventory) -> u8 {
    let prepared = match prepare(options) {
        Ok(prepared) => prepared,
        Err(refused) => {
            refused.print(options.showing.color);
            return NOTHING_AUDITED;
        }
    };
    let (files, printed) = (&options.output, options.format.0);
    prepared.run(&options.reading, options.showing, |report| {
        delivery::deliver_all(
            files,
            printed,
            options.showing,
            report,
            |_| Ok(()),
            InventoryFormat::write,
        )
    })
}

/// Checks everything that must be right before any export is read.
fn prepare(options: &Inventory) -> Result<Prepared, Refused> {
    if options.policy.fail_on.is_some() {
        return Err(Refused::usage(
            "findings do not change the exit code of an inventory: --fail-on is an option of grantlint check",
        ));
    }
    let mut in_force = policing::in_force(&options.policy)?;
    auditing::check_waivers(&options.reading, &in_force.policy)?;
    let reports = options.output.iter().map(|(_, file)| file.clone());
    let outputs = Outputs {
        reports: reports.collect(),
        baseline: None,
        known: in_force.policy.baseline.clone(),
        policy: std::mem::take(&mut in_force.read),
    };
    outputs.check(&options.reading.paths)?;
    let places = auditing::places(&options.reading, in_force.policy.limits)?;
    let baseline = auditing::policy_baseline(&in_force.policy)?;
    let audit_options = AuditOptions {
        census: false,
        suppresses: !options.no_suppress,
        show_suppressed: false,
        exit_zero: true,
        inventory: true,
        recommend: false,
    };
    Ok(Prepared {
        places,
        outputs,
        request: auditing::request(&mut in_force, &options.reading, baseline, audit_options),
        in_force,
    })
}
