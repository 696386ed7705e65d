//! `grantlint inventory`

use super::NOTHING_AUDITED;
use super::arguments::Inventory;
use super::auditing::{self, AuditOptions, Prepared};
use super::delivery;
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
    let outputs = options.output.iter().map(|(_, file)| &**file);
    delivery::reject_output_conflicts(outputs, &options.reading.paths)?;
    let places = auditing::places(&options.reading)?;
    let mut in_force = policing::in_force(&options.policy)?;
    let baseline = auditing::policy_baseline(&in_force.policy)?;
    let audit_options = AuditOptions {
        suppresses: !options.no_suppress,
        show_suppressed: false,
        exit_zero: true,
        inventory: true,
    };
    Ok(Prepared {
        places,
        request: auditing::request(&mut in_force, &options.reading, baseline, audit_options),
        in_force,
    })
}
