//! All integration tests in one program, so that dependencies are linked once.

mod accept;
mod advice;
mod architecture;
mod bounds;
mod carriers;
mod causes;
mod cli;
mod coercion;
mod commands;
mod comments;
mod common;
mod configuration_page;
mod context;
mod document;
mod equivalence;
mod examples;
mod exchange;
mod exports;
mod fix;
mod fixtures;
mod formats;
mod generated;
#[cfg(unix)]
mod guides;
mod help;
mod html;
mod identity;
mod intake;
mod inventory;
mod json;
mod kinds;
mod laws;
mod laws_input;
mod leaks;
#[cfg(unix)]
mod links;
#[cfg(unix)]
mod obtaining;
mod outputs;
mod overlap;
mod own_rules;
mod packaging;
mod policy;
mod recommend;
mod remedy;
mod repositories;
#[cfg(unix)]
mod revision;
mod robust;
mod sarif;
mod shapes;
mod subjects;
mod terminal;
mod terraform;
mod terraform_eval;
mod terraform_trees;
mod usage;
mod usage_laws;
mod verdicts;
mod yielding;
