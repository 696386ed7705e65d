//! The policy: which rules run for which client, their parameters, accepted and known findings,
//! and the exit code.
//!
//! Invariant: it decides and renders nothing. An unknown rule, key or client is an error; it
//! never drops a rule. A configuration can only tighten what its base locks.

mod acceptance;
mod baseline;
mod config;
mod cover;
mod directives;
mod disposition;
mod effect;
mod entry;
mod gate;
mod init;
mod keys;
mod load;
mod merge;
mod own_rule;
mod paths;
mod proposals;
mod prune;
mod read;
mod schema;
mod scope;
mod selection;

pub use acceptance::{Acceptance, AcceptanceIndex, AcceptanceTarget, Terms};
pub use baseline::{Baseline, BaselineIndex, Known, unusable};
pub use config::{
    InputTerms, Line, LoadedPolicy, Policy, PolicyInput, RunLimits, TerraformTerms, UsageTerms,
    is_excluded, make,
};
pub use cover::{Cover, Covers};
pub use directives::{DirectiveOutcome, DirectiveReader};
pub use disposition::{Disposition, SuppressionInput};
pub use entry::{Decision, Entry, Proposal};
pub use gate::{Gating, after_delivery, exit_code};
pub use init::starting_file;
pub use load::{ConfigSource, Draft, FILE, rule_files};
pub use merge::SettingOrigin;
pub use own_rule::{OwnRule, read_rule};
pub use prune::without_acceptances;
pub use read::region_domain;
pub use schema::schema;
pub use scope::{Level, Scopes, Section, Settings, Settled, clients_named};
pub use selection::{Selection, SelectionFault, suggestion};
