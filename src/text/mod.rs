//! Text and places in it, the lowest module.
//!
//! Invariant: imports no other module of this crate. A place is a byte range in a source; lines
//! and columns are computed on demand. All text of an export leaves the program through
//! [`Redactor`], which masks secrets.

mod comment;
mod credentials;
mod lines;
mod origin;
mod redactor;
mod slashes;
mod source;
mod span;

pub use comment::{Anchor, Comment, may_be_directive};
pub use credentials::credentials;
pub use lines::{LineIndex, Position};
pub use origin::Origin;
pub use redactor::{Redactor, SecretValue, is_unsafe_char, recognised, strip_controls, visible};

pub use slashes::with_slashes;
pub use source::{Purpose, Source, Sources, above};
pub use span::{Place, SourceId, Span};
