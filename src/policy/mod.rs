//! What counts: which rules are on for whom, with which parameters, what is excused, since
//! when and until when, and what the exit code is.
//!
//! Law: decides, and draws nothing. A word that means no rule, no key or no client is an
//! error, never a rule less. What a configuration locks, those that extend it only tighten.

mod acceptance;
mod baseline;
mod config;
mod directives;
mod disposition;
mod gate;
mod init;
mod keys;
mod load;
mod merge;
mod paths;
mod read;
mod schema;
mod scope;
mod selection;

pub use acceptance::{Acceptance, AcceptanceIndex, AcceptanceTarget, Terms};
pub use baseline::{Baseline, Judged, unusable};
pub use config::{Line, LoadedPolicy, Policy, PolicyInput, is_excluded, make};
pub use directives::DirectiveReader;
pub use disposition::{Disposition, SuppressionInput};
pub use gate::{Gating, after_delivery, exit_code};
pub use init::starting_file;
pub use load::{ConfigSource, FILE, read_rule, rule_files};
pub use merge::SettingOrigin;
pub use schema::schema;
pub use scope::{Level, Scopes, Section, Settings, Settled};
pub use selection::{Selection, SelectionFault, suggestion};
