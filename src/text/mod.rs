//! Text and places in it, the lowest module.
//!
//! Invariant: imports no other module of this crate. A place is a byte range in a source; lines
//! and columns are computed on demand. All text of an export leaves the program through
//! [`Redactor`], which masks secrets.

mod comment;
mod credentials;
mod lines;
mod numbers;
mod origin;
mod randomness;
mod redactor;
mod secret_keys;
mod slashes;
mod source;
mod span;
mod vocabulary;

pub use comment::{Anchor, Comment, may_be_directive};
pub use credentials::{
    credentials, disclosed, disclosed_in_uri, looks_secret, secrets_in_name, userinfo,
};
pub use lines::{LineIndex, Position};
pub use numbers::{counted, digits, first_of, plural};
pub use origin::Origin;
pub use randomness::is_uuid;
pub use redactor::{Redactor, SecretValue, is_unsafe_char, recognised, strip_controls, visible};
pub use secret_keys::{is_placeholder, is_secret_key, may_name_secret};

pub use slashes::{names_in_path, normal, with_slashes};
pub use source::{Purpose, Source, Sources, above};
pub use span::{Place, SourceId, Span};
