//! `grantlint inventory`

use super::NOTHING_AUDITED;
use super::arguments::Inventory;
use super::auditing::{self, AuditOptions, Prepared};
use super::delivery;
use super::policing::{self, Refused};
use crate::report::InventoryFormat;

/// Takes stock, prints, and says with which code to exit.
pub(super) fn run(options: &Inventory) -> u8 {
    let prepared = match prepare(options) {
        Ok(prepared) => prepared,
        Err(refused) => {
            refused.tell(options.showing.color);
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

/// Everything that must be right before anything is read.
fn prepare(options: &Inventory) -> Result<Prepared, Refused> {
    if options.policy.fail_on.is_some() {
        return Err(Refused::usage(
            "findings do not fail an inventory: --fail-on is for grantlint check",
        ));
    }
    let outputs = options.output.iter().map(|(_, file)| &**file);
    delivery::keep_apart(outputs, &options.reading.paths)?;
    let places = auditing::places(&options.reading)?;
    let mut in_force = policing::in_force(&options.policy)?;
    let baseline = auditing::known(&in_force.policy)?;
    let wishes = AuditOptions {
        excuses: !options.no_suppress,
        show_suppressed: false,
        exit_zero: true,
        inventory: true,
    };
    Ok(Prepared {
        places,
        request: auditing::request(&mut in_force, &options.reading, baseline, wishes),
        in_force,
    })
}
