//! Commands that describe clients: findings do not change their exit code.

use super::NOTHING_AUDITED;
use super::arguments::{PolicyOptions, Reading, Showing};
use super::auditing::{self, AuditOptions, Prepared};
use super::delivery::{self, Outputs};
use super::policing::{self, Refused};
use crate::finding::Report;
use crate::report::Look;
use std::io::{self, Write};
use std::path::PathBuf;

/// A command that describes clients, with its options. `F` is its format.
pub(super) struct Description<'o, F> {
    /// Its output, as a refusal names it.
    pub what: &'static str,
    pub reading: &'o Reading,
    pub showing: Showing,
    pub policy: &'o PolicyOptions,
    /// The format of standard output.
    pub printed: F,
    /// Further formats, and the files for them.
    pub files: &'o [(F, PathBuf)],
    pub audit: AuditOptions,
}

impl<F: Copy> Description<'_, F> {
    /// Audits, and returns the exit code. `deliver` returns whether it could write everything.
    pub(super) fn run(&self, deliver: impl FnOnce(&mut Report<'_>) -> bool) -> u8 {
        match self.prepare() {
            Ok(prepared) => prepared.run(self.reading, self.showing, deliver),
            Err(refused) => {
                refused.print(self.showing.color);
                NOTHING_AUDITED
            }
        }
    }

    /// Writes all formats of a report; whether that worked.
    pub(super) fn deliver(
        &self,
        report: &mut Report<'_>,
        write: impl Fn(F, &Report<'_>, Look, &mut dyn Write) -> io::Result<()>,
    ) -> bool {
        let (files, printed) = (self.files, self.printed);
        delivery::deliver_all(files, printed, self.showing, report, |_| Ok(()), write)
    }

    /// Checks everything that must be right before any export is read.
    fn prepare(&self) -> Result<Prepared, Refused> {
        if self.policy.fail_on.is_some() {
            return Err(Refused::usage(format!(
                "findings do not change the exit code of {}: --fail-on is an option of grantlint check",
                self.what
            )));
        }
        let mut in_force = policing::in_force(self.policy)?;
        auditing::check_waivers(self.reading, &in_force.policy)?;
        let outputs = Outputs {
            reports: self.files.iter().map(|(_, file)| file.clone()).collect(),
            baseline: None,
            known: in_force.policy.baseline.clone(),
            policy: std::mem::take(&mut in_force.read),
        };
        outputs.check(&self.reading.paths)?;
        let places = auditing::places(self.reading, in_force.policy.limits)?;
        let baseline = auditing::policy_baseline(&in_force.policy)?;
        Ok(Prepared {
            places,
            revision: None,
            fixing: None,
            outputs,
            request: auditing::request(&mut in_force, self.reading, baseline, self.audit),
            in_force,
        })
    }
}
