//! `grantlint inventory`

use super::arguments::Inventory;
use super::auditing::{self, Wishes};
use super::policing::{self, InForce, Refused};
use super::{NOTHING_AUDITED, complain, look, print};
use crate::audit::Request;
use crate::discover::Options;
use crate::finding::Report;
use crate::policy::after_delivery;
use crate::report::Look;
use std::io;

/// Takes stock, prints, and says with which code to exit.
pub(super) fn run(options: &Inventory) -> u8 {
    let (places, request, in_force) = match prepare(options) {
        Ok(prepared) => prepared,
        Err(refused) => {
            refused.tell(options.color);
            return NOTHING_AUDITED;
        }
    };
    if !auditing::start_threads(&options.reading) {
        return NOTHING_AUDITED;
    }
    let progress = auditing::progress(options.quiet, options.verbose);
    let discovery =
        auditing::discover(&options.reading, &places, &in_force.policy, options.verbose);
    let report = auditing::report(&discovery, &request, &progress);
    drop(progress);
    let code = after_delivery(report.exit, deliver(&report, options));
    // As in `check`: the process ends here.
    std::mem::forget(report);
    std::mem::forget(discovery);
    code
}

/// Everything that must be right before anything is read.
fn prepare(options: &Inventory) -> Result<(Options, Request, InForce), Refused> {
    if options.policy.fail_on.is_some() {
        return Err(Refused::usage(
            "findings do not fail an inventory: --fail-on is for grantlint check",
        ));
    }
    let places = auditing::places(&options.reading)?;
    let mut in_force = policing::in_force(&options.policy)?;
    let baseline = auditing::known(&in_force.policy)?;
    let wishes = Wishes {
        excuses: !options.no_suppress,
        show_suppressed: false,
        exit_zero: true,
        inventory: true,
    };
    let request = auditing::request(&mut in_force, &options.reading, baseline, wishes);
    Ok((places, request, in_force))
}

/// Writes all forms that were asked for, and says whether all could be written.
fn deliver(report: &Report<'_>, options: &Inventory) -> bool {
    let mut all_written = true;
    for (format, file) in &options.output {
        // Quiet is for whoever watches; a file holds the report.
        let look = Look {
            verbose: options.verbose,
            ..Look::PLAIN
        };
        all_written &= auditing::deliver(file, |out| format.write(report, look, out));
    }
    let stdout = io::stdout();
    let look = look(options.color, &stdout, options.quiet, options.verbose);
    if let Err(error) = print(|out| options.format.0.write(report, look, out)) {
        complain(&format!("cannot write to standard output: {error}"));
        all_written = false;
    }
    all_written
}
