//! The drawing of a report, one file a format.
//!
//! Law: an immutable report goes in, bytes come out. Nothing is filtered and nothing decided
//! here, and source text comes only through the report's gate.
