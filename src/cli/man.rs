//! `grantlint man`
//!
//! A page for the program and one for each command, from the texts of `--help`.

use super::arguments::{Arguments, When};
use super::help::{self, Examples};
use super::policing::Refused;
use super::{INCOMPLETE, NOTHING_AUDITED, done, print, print_error};
use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
use std::io;
use std::path::Path;

/// Prints the page of a command, or writes all pages to a directory.
pub(super) fn man(name: Option<&str>, directory: Option<&Path>) -> u8 {
    if let Some(directory) = directory {
        return write_all(directory);
    }
    let wanted = name.map_or("grantlint".to_owned(), |name| format!("grantlint-{name}"));
    let Some(command) = commands()
        .into_iter()
        .find(|command| title(command) == wanted)
    else {
        let message = format!("there is no page for `{}`", name.unwrap_or_default());
        let remedy = format!("there are pages for {}", pages().join(", "));
        Refused::usage_with(message, remedy).print(When::Auto);
        return NOTHING_AUDITED;
    };
    match page(&command) {
        Ok(page) => done(print(|out| out.write_all(&page))),
        Err(error) => done(Err(error)),
    }
}

/// The names of the pages of commands.
pub(super) fn pages() -> Vec<String> {
    commands()
        .iter()
        .filter_map(|command| title(command).strip_prefix("grantlint-").map(str::to_owned))
        .collect()
}

/// The program and all its commands.
fn commands() -> Vec<Command> {
    fn gather(command: &Command, all: &mut Vec<Command>) {
        all.push(command.clone());
        for command in command.get_subcommands() {
            gather(command, all);
        }
    }
    fn without_help(command: Command) -> Command {
        command
            .disable_help_subcommand(true)
            .mut_subcommands(without_help)
    }
    let mut program = without_help(Arguments::command());
    program.build();
    let mut all = Vec::new();
    gather(&program, &mut all);
    all
}

fn title(command: &Command) -> &str {
    command.get_display_name().unwrap_or(command.get_name())
}

fn write_all(directory: &Path) -> u8 {
    for command in commands() {
        let file = directory.join(format!("{}.1", title(&command)));
        let written = page(&command).and_then(|page| std::fs::write(&file, page));
        if let Err(error) = written {
            print_error(&format!("cannot write {}: {error}", file.display()));
            return INCOMPLETE;
        }
    }
    0
}

fn page(command: &Command) -> io::Result<Vec<u8>> {
    let title = title(command);
    let is_program = title == "grantlint";
    let command = command
        .clone()
        // Examples and exit codes have their own sections.
        .after_help("")
        .after_long_help("")
        // The page would list options without a description if short help hid them.
        .mut_args(|argument| argument.hide_short_help(false));
    let has_commands = command.has_subcommands();
    let man = Man::new(command)
        .manual("grantlint")
        .source(concat!("grantlint ", env!("CARGO_PKG_VERSION")));
    let mut out = Vec::new();
    man.render_title(&mut out)?;
    man.render_name_section(&mut out)?;
    man.render_synopsis_section(&mut out)?;
    man.render_description_section(&mut out)?;
    man.render_options_section(&mut out)?;
    if has_commands {
        man.render_subcommands_section(&mut out)?;
    }
    let mut more = Roff::new();
    if is_program || title == "grantlint-check" {
        pairs("EXIT STATUS", &help::CODES, &mut more);
    } else if title == "grantlint-accept" {
        pairs("EXIT STATUS", &help::ACCEPT_CODES, &mut more);
    } else if ["grantlint-inventory", "grantlint-recommend"].contains(&title) {
        pairs("EXIT STATUS", &help::INVENTORY_CODES, &mut more);
    } else if title == "grantlint-operations" {
        pairs("EXIT STATUS", &help::OPERATIONS_CODES, &mut more);
    }
    if is_program {
        pairs("FILES AND ENVIRONMENT", &help::ENVIRONMENT, &mut more);
    }
    examples(examples_of(title), &mut more);
    more.to_writer(&mut out)?;
    Ok(out)
}

fn examples_of(title: &str) -> Examples {
    match title {
        "grantlint-check" => help::CHECK,
        "grantlint-accept" => help::ACCEPT,
        "grantlint-inventory" => help::INVENTORY,
        "grantlint-recommend" => help::RECOMMEND,
        "grantlint-operations" => help::OPERATIONS,
        "grantlint-exports" => help::EXPORTS,
        "grantlint-explain" => help::EXPLAIN,
        "grantlint-rules" => help::RULES,
        "grantlint-rules-test" => help::RULES_TEST,
        "grantlint-rules-new" => help::RULES_NEW,
        "grantlint-config" => help::CONFIG,
        "grantlint-init" => help::INIT,
        "grantlint-schema" => help::SCHEMA,
        "grantlint-completions" => help::COMPLETIONS,
        "grantlint-man" => help::MAN,
        _ => help::PROGRAM,
    }
}

fn pairs(heading: &str, pairs: &[(&str, &str)], page: &mut Roff) {
    page.control("SH", [heading]);
    for (what, meaning) in pairs {
        page.control("TP", []);
        page.text([bold(*what)]);
        page.text([roman(*meaning)]);
    }
}

fn examples(examples: Examples, page: &mut Roff) {
    page.control("SH", ["EXAMPLES"]);
    for (number, (what, lines)) in examples.iter().enumerate() {
        if number > 0 {
            page.control("PP", []);
        }
        page.text([roman(format!("{what}:"))]);
        page.control("PP", []);
        page.control("RS", ["4"]);
        page.control("nf", []);
        for line in lines.lines() {
            page.text([roman(line)]);
        }
        page.control("fi", []);
        page.control("RE", []);
    }
}
