//! Remedies: the changes of one client as one consistent set, what they make of it, and the edits
//! of files that they mean.
//!
//! Invariant: pure. A change only narrows what a client can do, or changes nothing about it. What
//! would leave a list empty that the client needs needs a decision.

mod apply;
mod diff;
mod edit;
mod plan;
mod settle;
mod syntax;

pub use apply::{Outcome, apply};
pub use diff::diff;
pub use edit::{Neighbour, Refusal, edited, has_role_block, is_code};
pub use plan::{access, excluded, group, hidden_fields, step};
pub use settle::{is_about, is_of_grant, is_of_world, settle};
