//! grantlint: a linter and policy auditor for exported OAuth client definitions.
pub mod audit;
pub mod catalog;
pub mod checks;
pub mod cli;
pub mod discover;
pub mod document;
pub mod engine;
pub mod examples;
pub mod export;
pub mod finding;
pub mod inventory;
pub mod model;
pub mod policy;
pub mod reference;
pub mod report;
pub mod text;
pub mod usage;
