//! What an audit says: findings, problems, what was not judged, and the report of all.
//!
//! Law: immutable once made. A report holds everything that any format may want to draw;
//! a format adds nothing and leaves nothing out.

mod fingerprint;
mod problem;
mod report;

pub use fingerprint::Fingerprint;
pub use problem::{Consequence, Problem, ProblemKind};
pub use report::{ClientFacts, Input, NotJudged, Report, Summary};

use crate::catalog::{Confidence, Rule, Severity};
use crate::text::Place;

/// A fault of a client, at its place.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// How bad; the rule's, unless the check or the policy knows better.
    pub severity: Severity,
    /// How sure; likewise.
    pub confidence: Confidence,
    /// The client, as its position in [`Report::clients`].
    pub client: u32,
    /// Where the culprit stands.
    pub place: Place,
    /// The field in the names of the export, such as `registeredRedirectUri[0]`; empty for
    /// the client as a whole.
    pub field: String,
    /// What is wrong.
    pub message: String,
    /// What to set instead.
    pub fix: String,
    /// Places that explain it.
    pub related: Vec<Related>,
    /// What it is recognised by in the next run.
    pub fingerprint: Fingerprint,
}

/// A place that explains a finding.
#[derive(Clone, Debug)]
pub struct Related {
    /// Where.
    pub place: Place,
    /// What it is.
    pub text: String,
}
