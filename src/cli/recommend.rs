//! `grantlint recommend`

use super::NOTHING_AUDITED;
use super::arguments::Recommend;
use super::auditing::{self, AuditOptions, Prepared};
use super::delivery::{self, Outputs};
use super::policing::{self, Refused};
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
    if options.policy.fail_on.is_some() {
        return Err(Refused::usage(
            "findings do not change the exit code of recommendations: --fail-on is an option of grantlint check",
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
        suppresses: true,
        show_suppressed: false,
        exit_zero: true,
        inventory: true,
        recommend: true,
    };
    Ok(Prepared {
        places,
        outputs,
        request: auditing::request(&mut in_force, &options.reading, baseline, audit_options),
        in_force,
    })
}
