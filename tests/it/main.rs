//! All integration tests in one program, so that dependencies are linked once.

mod advice;
mod architecture;
mod carriers;
mod causes;
mod cli;
mod commands;
mod comments;
mod common;
mod configuration_page;
mod document;
mod equivalence;
mod examples;
mod exports;
mod fixtures;
mod formats;
mod generated;
#[cfg(unix)]
mod guides;
mod help;
mod html;
mod inventory;
mod json;
mod kinds;
mod outputs;
mod overlap;
mod packaging;
mod policy;
mod repositories;
mod robust;
mod sarif;
mod shapes;
mod subjects;
mod terraform;
mod terraform_eval;
