//! Text and places in it: the bottom of the house.
//!
//! Law: imports nothing of ours. A place is a byte range in a source; lines and
//! columns are computed only when somebody wants to read them. Whatever leaves the
//! program passes [`Redactor`], so that no secret does.

mod comment;
mod credentials;
mod lines;
mod origin;
mod redactor;
mod source;
mod span;

pub use comment::{Anchor, Comment, may_speak};
pub use credentials::credentials;
pub use lines::{LineIndex, Position};
pub use origin::Origin;
pub use redactor::{Redactor, SecretValue, is_unsafe_char, recognised, strip_controls, visible};
pub use source::{Purpose, Source, Sources, above};
pub use span::{Place, SourceId, Span};
