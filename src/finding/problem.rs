//! Problems that make an audit incomplete, or keep it from starting.

use crate::text::Place;

/// What sort of problem it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// The command line is wrong.
    Usage,
    /// A configuration, rule, acceptance or baseline file is wrong.
    Configuration,
    /// A file or directory could not be read.
    Unreadable,
    /// A text breaks the syntax of its language.
    Syntax,
    /// A text ends too early.
    Truncated,
    /// A key occurs twice.
    DuplicateKey,
    /// A limit was reached.
    Limit,
    /// A value has the wrong type.
    WrongType,
    /// A value has another type than the platform writes, and can mean only one thing. The report
    /// lists it as a notice.
    Coerced,
    /// A named file contains nothing that grantlint knows.
    Unrecognised,
    /// No input contains a client.
    NoClients,
    /// A listing claims more than it contains.
    IncompleteListing,
    /// A Terraform module is missing.
    MissingModule,
    /// A needed input is absent and not waived.
    MissingInput,
    /// A value that rules need is unknown, and the gate requires it.
    UnknownValue,
    /// Two files disagree.
    Contradiction,
    /// A part of the policy matches nothing, or more than it may.
    Policy,
    /// A rule could not be evaluated.
    RuleFailed,
    /// A rule crashed.
    RuleCrashed,
    /// A report or baseline could not be written.
    Output,
}

/// What a problem does to the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Consequence {
    /// Nothing was audited: exit 2.
    NothingAudited,
    /// The audit is incomplete: exit 3.
    Incomplete,
}

impl ProblemKind {
    /// The word in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Configuration => "configuration",
            Self::Unreadable => "unreadable",
            Self::Syntax => "syntax",
            Self::Truncated => "truncated",
            Self::DuplicateKey => "duplicate-key",
            Self::Limit => "limit",
            Self::WrongType => "wrong-type",
            Self::Coerced => "coerced",
            Self::Unrecognised => "unrecognised",
            Self::NoClients => "no-clients",
            Self::IncompleteListing => "incomplete-listing",
            Self::MissingModule => "missing-module",
            Self::MissingInput => "missing-input",
            Self::UnknownValue => "unknown-value",
            Self::Contradiction => "contradiction",
            Self::Policy => "policy",
            Self::RuleFailed => "rule-failed",
            Self::RuleCrashed => "rule-crashed",
            Self::Output => "output",
        }
    }

    /// What it does to the exit code.
    #[must_use]
    pub const fn consequence(self) -> Consequence {
        match self {
            Self::Usage | Self::Configuration => Consequence::NothingAudited,
            _ => Consequence::Incomplete,
        }
    }
}

/// A problem: what happened, where, and what to do.
#[derive(Clone, Debug)]
pub struct Problem {
    /// What sort.
    pub kind: ProblemKind,
    /// What happened.
    pub message: String,
    /// What to do.
    pub remedy: String,
    /// The file, where there is one but no place in it.
    pub path: Option<String>,
    /// The place, where there is one.
    pub place: Option<Place>,
}

impl Problem {
    /// A problem without a place.
    #[must_use]
    pub fn new(kind: ProblemKind, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            remedy: remedy.into(),
            path: None,
            place: None,
        }
    }

    /// Sets its place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Sets its file.
    #[must_use]
    pub fn in_file(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }
}
