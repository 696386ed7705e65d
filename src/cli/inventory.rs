//! `grantlint inventory`

use super::NOTHING_AUDITED;
use super::arguments::Inventory;
use super::auditing::{self, AuditOptions, Prepared};
use super::delivery;
use super::policing::Refused;
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
    let describing = AuditOptions {
        census: false,
        owners: false,
        suppresses: !options.no_suppress,
        show_suppressed: false,
        exit_zero: true,
        inventory: true,
        recommend: false,
        plan: false,
    };
    let reports = options.output.iter().map(|(_, file)| file.clone());
    auditing::prepare_description(
        "an inventory",
        &options.policy,
        &options.reading,
        reports.collect(),
        describing,
    )
}
