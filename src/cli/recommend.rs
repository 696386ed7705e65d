//! `grantlint recommend`

use super::arguments::Recommend;
use super::auditing::AuditOptions;
use super::describing::Description;
use crate::report::RecommendFormat;

/// Audits, prints the recommendations, and returns the exit code.
pub(super) fn run(options: &Recommend) -> u8 {
    let description = Description {
        what: "recommendations",
        reading: &options.reading,
        showing: options.showing,
        policy: &options.policy,
        printed: options.format.0,
        files: &options.output,
        audit: AuditOptions {
            inventory: true,
            recommend: true,
            ..AuditOptions::DESCRIBING
        },
    };
    description.run(|report| description.deliver(report, RecommendFormat::write))
}
