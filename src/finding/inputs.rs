//! Inputs that an audit needs, and what it did not read.
//!
//! Invariant: an input that is missing or waived is named; no report leaves it out.

use crate::catalog::NeededInput;
use crate::text::Origin;

/// Who allowed an audit without an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WaivedBy {
    /// `--without`.
    CommandLine,
    /// `[inputs] without`, at this place.
    Configuration(Origin),
    /// `--partial`.
    Partial,
}

/// A needed input that is absent and waived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waived {
    /// The input.
    pub input: NeededInput,
    /// Who waived it.
    pub by: WaivedBy,
    /// The labels of the organisations that lack it.
    pub organisations: Vec<String>,
}

/// A needed input that is absent and not waived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingInput {
    /// The input.
    pub input: NeededInput,
    /// The labels of the organisations that lack it.
    pub organisations: Vec<String>,
    /// How many rules need it.
    pub rules: usize,
    /// For how many clients.
    pub clients: usize,
}

/// Why a file was not read as an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipReason {
    /// A report that grantlint wrote.
    OwnReport,
    /// A baseline that grantlint wrote.
    OwnBaseline,
    /// A configuration or rule file of grantlint.
    OwnConfiguration,
    /// A file of another kind, without a word of an export.
    NotAnExport,
    /// The configuration excludes it.
    Excluded,
    /// A binary file.
    Binary,
    /// Code of others, such as `node_modules` or `.terraform`.
    Vendored,
    /// A template that is not filled in yet.
    Template,
    /// Roles, divisions or users that a hook names, without clients to judge.
    WithoutClients,
    /// An older state next to the current one.
    Superseded,
    /// A link to a directory, which may lead anywhere.
    Link,
    /// A pipe, a device or a socket, which may never end.
    Special,
}

impl SkipReason {
    /// All of them, in their order.
    pub const ALL: [Self; 12] = [
        Self::OwnReport,
        Self::OwnBaseline,
        Self::OwnConfiguration,
        Self::NotAnExport,
        Self::Excluded,
        Self::Binary,
        Self::Vendored,
        Self::Template,
        Self::WithoutClients,
        Self::Superseded,
        Self::Link,
        Self::Special,
    ];

    /// The word in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OwnReport => "own-report",
            Self::OwnBaseline => "own-baseline",
            Self::OwnConfiguration => "own-configuration",
            Self::NotAnExport => "not-an-export",
            Self::Excluded => "excluded",
            Self::Binary => "binary",
            Self::Vendored => "vendored",
            Self::Template => "template",
            Self::WithoutClients => "without-clients",
            Self::Superseded => "superseded",
            Self::Link => "link",
            Self::Special => "special",
        }
    }

    /// The words for people, after "skipped: 3 files, ".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::OwnReport => "reports of grantlint",
            Self::OwnBaseline => "baselines of grantlint",
            Self::OwnConfiguration => "configuration of grantlint",
            Self::NotAnExport => "not exports",
            Self::Excluded => "excluded by the configuration",
            Self::Binary => "binary files",
            Self::Vendored => "dependencies",
            Self::Template => "templates",
            Self::WithoutClients => "without clients next to them, so not judged",
            Self::Superseded => "older states",
            Self::Link => "links to directories or out of the tree",
            Self::Special => "pipes and devices",
        }
    }
}

/// A file that was found and not read as an export.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SkippedFile {
    /// Its path.
    pub path: String,
    /// Why.
    pub reason: SkipReason,
}

/// A setting of the configuration that lowers, raises or suppresses something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigurationChange {
    /// The rule id or the key.
    pub what: String,
    /// What it does, such as `off` or `severity low instead of high`.
    pub effect: String,
    /// The place in the configuration.
    pub origin: String,
}

/// The configuration in force, and its effect.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfigurationFacts {
    /// The files in force, nearest first.
    pub files: Vec<String>,
    /// What they switched off, lowered or suppressed.
    pub changes: Vec<ConfigurationChange>,
    /// Configurations next to or above the exports that are not in force.
    pub unused: Vec<String>,
}

/// Values that were unknown and kept rules at or above the gate from judging active clients.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnknownValues {
    /// How many rules.
    pub rules: usize,
    /// How many clients, each counted once.
    pub clients: usize,
    /// Up to three causes, such as `var.grant is open (main.tf:1)`.
    pub causes: Vec<String>,
}
