//! `grantlint inventory`

use super::arguments::Inventory;
use super::auditing::AuditOptions;
use super::describing::Description;
use crate::report::InventoryFormat;

/// Audits, prints the inventory, and returns the exit code.
pub(super) fn run(options: &Inventory) -> u8 {
    let description = Description {
        what: "an inventory",
        reading: &options.reading,
        showing: options.showing,
        policy: &options.policy,
        printed: options.format.0,
        files: &options.output,
        audit: AuditOptions {
            inventory: true,
            suppresses: !options.no_suppress,
            ..AuditOptions::DESCRIBING
        },
    };
    description.run(|report| description.deliver(report, InventoryFormat::write))
}
