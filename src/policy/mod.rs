//! What counts: which rules are on, with which parameters, and what the exit code is.
//!
//! Law: decides, and draws nothing. A word that means no rule is an error, never a rule less.

mod gate;
mod selection;

pub use gate::{Gating, exit_code};
pub use selection::{Selection, SelectionFault, suggestion};
