//! What counts: which rules are on for whom, with which parameters, what is excused, since
//! when and until when, and what the exit code is.
//!
//! Law: decides, and draws nothing. A word that means no rule, no key or no client is an
//! error, never a rule less. What a configuration locks, those that extend it only tighten.

mod acceptance;
mod account;
mod baseline;
mod config;
mod gate;
mod init;
mod keys;
mod load;
mod merge;
mod paths;
mod read;
mod remark;
mod schema;
mod scope;
mod selection;

pub use acceptance::{About, Acceptance, Docket, Terms};
pub use account::{Account, Books};
pub use baseline::{Baseline, Judged, unusable};
pub use config::{Line, Made, Policy, Wanted, is_excluded, make};
pub use gate::{Gating, after_delivery, exit_code};
pub use init::starting_file;
pub use load::{FILE, Sought, read_rule, rule_files};
pub use merge::Said;
pub use remark::Heed;
pub use schema::schema;
pub use scope::{Level, Scopes, Section, Settings, Settled};
pub use selection::{Selection, SelectionFault, suggestion};
