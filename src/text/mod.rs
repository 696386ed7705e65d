//! Text and places in it: the bottom of the house.
//!
//! Law: imports nothing of ours. A place is a byte range in a source; lines and
//! columns are computed only when somebody wants to read them. Whatever leaves the
//! program passes [`Gate`], so that no secret does.

mod credentials;
mod gate;
mod lines;
mod origin;
mod remark;
mod source;
mod span;

pub use credentials::credentials;
pub use gate::{Gate, SecretValue, is_unruly, recognised, tame, visible};
pub use lines::{LineIndex, Position};
pub use origin::Origin;
pub use remark::{Beside, Remark, may_speak};
pub use source::{Source, Sources, above};
pub use span::{Place, SourceId, Span};
