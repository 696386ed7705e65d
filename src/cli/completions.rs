//! `grantlint completions`
//!
//! Only completions list rules and categories as possible values. The command line also accepts a
//! user's own rules, and its message for a misspelt rule is better than clap's.

use super::arguments::Arguments;
use super::{done, man, print};
use crate::catalog::{Category, builtin};
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Command, CommandFactory};
use clap_complete::Shell;
use std::fmt::Write;

/// Prints the script for a shell.
pub(super) fn print_script(shell: Shell) -> u8 {
    let mut script = Vec::new();
    let mut command = command();
    clap_complete::generate(shell, &mut command, "grantlint", &mut script);
    if shell == Shell::Fish {
        script.extend_from_slice(positions_for_fish(&command).as_bytes());
    }
    done(print(|out| out.write_all(&script)))
}

fn command() -> Command {
    let rules = || {
        builtin()
            .iter()
            .map(|rule| PossibleValue::new(&*rule.id).help(&*rule.title))
    };
    let selectable = || {
        let categories = Category::ALL
            .map(|category| PossibleValue::new(category.name()).help("all rules of this category"));
        PossibleValuesParser::new(categories.into_iter().chain(rules()))
    };
    let selecting = |command: Command| {
        command
            .mut_arg("select", |flag| flag.value_parser(selectable()))
            .mut_arg("ignore", |flag| flag.value_parser(selectable()))
    };
    Arguments::command()
        .mut_subcommand("check", selecting)
        .mut_subcommand("inventory", selecting)
        .mut_subcommand("recommend", selecting)
        .mut_subcommand("plan", selecting)
        .mut_subcommand("config", selecting)
        .mut_subcommand("accept", |command| {
            command.mut_arg("rule", |rule| {
                rule.value_parser(PossibleValuesParser::new(rules()))
            })
        })
        .mut_subcommand("explain", |command| {
            command.mut_arg("rule", |rule| {
                rule.value_parser(PossibleValuesParser::new(rules()))
            })
        })
        .mut_subcommand("man", |command| {
            command.mut_arg("command", |page| {
                page.value_parser(PossibleValuesParser::new(man::pages()))
            })
        })
}

/// The values of positional arguments, which clap omits for fish.
fn positions_for_fish(program: &Command) -> String {
    let escaped = |text: &str| text.replace('\\', "\\\\").replace('\'', "\\'");
    let mut lines = String::new();
    for command in program.get_subcommands() {
        for position in command.get_positionals() {
            let words: Vec<String> = position
                .get_possible_values()
                .iter()
                .map(|word| {
                    let help = word.get_help().map(ToString::to_string).unwrap_or_default();
                    format!("{}\t'{}'", word.get_name(), escaped(&help))
                })
                .collect();
            if !words.is_empty() {
                let _ = writeln!(
                    lines,
                    "complete -c grantlint -n \"__fish_grantlint_using_subcommand {}\" -f -a \"{}\"",
                    command.get_name(),
                    words.join("\n")
                );
            }
        }
    }
    lines
}
