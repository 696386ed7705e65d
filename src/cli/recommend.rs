//! `grantlint recommend`

use super::NOTHING_AUDITED;
use super::arguments::Recommend;
use super::auditing::{self, AuditOptions, Prepared};
use super::delivery;
use super::policing::Refused;
use crate::report::RecommendFormat;

/// Audits, prints the recommendations, and returns the exit code.
pub(super) fn run(options: &Recommend) -> u8 {
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
            RecommendFormat::write,
        )
    })
}

/// Checks everything that must be right before any export is read.
fn prepare(options: &Recommend) -> Result<Prepared, Refused> {
    let describing = AuditOptions {
        census: false,
        owners: false,
        suppresses: true,
        show_suppressed: false,
        exit_zero: true,
        inventory: true,
        recommend: true,
        plan: false,
    };
    let reports = options.output.iter().map(|(_, file)| file.clone());
    auditing::prepare_description(
        "recommendations",
        &options.policy,
        &options.reading,
        reports.collect(),
        describing,
    )
}
