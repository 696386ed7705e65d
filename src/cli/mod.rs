//! From flags to a request, from a report to an exit code.
//!
//! Invariant: the only module that prints or reads the clock or the environment. Standard output
//! carries only the report.

mod accept;
mod arguments;
mod auditing;
mod check;
mod completions;
mod config;
mod delivery;
mod describing;
mod explain;
mod exports;
mod fix;
mod help;
mod init;
mod inventory;
mod links;
mod man;
mod neighbours;
mod operations;
mod path_mask;
mod plan;
mod policing;
mod progress;
mod recommend;
mod revision;
mod roots;
mod rules;
mod staging;
mod values;
mod vcs;

use crate::report::Look;
use arguments::{Arguments, Command, RulesCommand, When};
use clap::Parser;
use std::io::{self, IsTerminal, Write};
use std::panic::catch_unwind;
use std::process::ExitCode;

/// Usage, configuration: nothing was audited.
const NOTHING_AUDITED: u8 = 2;
/// The audit is incomplete.
const INCOMPLETE: u8 = 3;

/// The command line, for tests of the commands that texts show.
#[must_use]
pub fn command() -> clap::Command {
    <Arguments as clap::CommandFactory>::command()
}

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    crate::engine::silence_panics();
    let code = catch_unwind(|| {
        let arguments = match Arguments::try_parse() {
            Ok(arguments) => arguments,
            Err(error) => {
                let code = if error.use_stderr() {
                    NOTHING_AUDITED
                } else {
                    0
                };
                print_usage(&error);
                return code;
            }
        };
        run(arguments)
    });
    ExitCode::from(code.unwrap_or_else(|_| {
        let place = crate::engine::last_panic();
        print_error(&format!(
            "grantlint crashed at {place}; the audit is incomplete. Please report this."
        ));
        INCOMPLETE
    }))
}

fn run(arguments: Arguments) -> u8 {
    match arguments.command {
        Command::Check(options) => check::run(&options),
        Command::Accept(options) => accept::run(&options),
        Command::Inventory(options) => inventory::run(&options),
        Command::Recommend(options) => recommend::run(&options),
        Command::Operations { path, date } => operations::run(path, date),
        Command::Plan(options) => plan::run(&options),
        Command::Exports { form, region } => exports::run(form, region.as_deref()),
        Command::Explain {
            rule,
            sources,
            color,
        } => explain::explain(&rule, &sources, color),
        Command::Rules {
            command: Some(RulesCommand::Test { path }),
            ..
        } => rules::test(&path),
        Command::Rules {
            command: Some(RulesCommand::New(options)),
            ..
        } => rules::new(&options),
        Command::Rules {
            format, sources, ..
        } => explain::rules(format, &sources),
        Command::Config { policy } => config::config(&policy),
        Command::Init {
            path,
            stdout,
            force,
        } => init::init(path, stdout, force),
        Command::Schema { of } => config::print_schema(of),
        Command::Completions { shell } => completions::print_script(shell),
        Command::Man { command, dir } => man::man(command.as_deref(), dir.as_deref()),
    }
}

/// Prints what is wrong with the command line, or the help. An argument can be a secret.
fn print_usage(error: &clap::Error) {
    let text = error.render().to_string();
    let redactor = crate::text::Redactor::default();
    if error.use_stderr() && redactor.hides(&text) {
        for line in text.lines() {
            let _ = writeln!(io::stderr(), "{}", redactor.words(line));
        }
    } else {
        // A closed pipe is not an error.
        let _ = error.print();
    }
}

/// One line to standard error.
fn print_error(line: &str) {
    // If standard error is closed, the message is lost.
    let line = crate::text::Redactor::default().words(line).into_owned();
    let _ = writeln!(io::stderr(), "grantlint: {line}");
}

/// Whether a stream gets colours: the flag decides, then `NO_COLOR`, then `FORCE_COLOR`, then
/// whether it is a terminal. `CI` does not force them.
fn wants_color(when: When, stream: &impl IsTerminal) -> bool {
    match when {
        When::Always => {
            shows_escapes();
            true
        }
        When::Never => false,
        When::Auto => {
            let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
            let is = |name, word| std::env::var_os(name).is_some_and(|value| value == word);
            // Programs in JavaScript set it to 0 to switch colours off.
            let is_forced = set("FORCE_COLOR") && !is("FORCE_COLOR", "0");
            let is_capable = stream.is_terminal() && !is("TERM", "dumb");
            !set("NO_COLOR") && (is_forced || is_capable) && shows_escapes()
        }
    }
}

/// Turns on escape sequences where a console needs that, which is on Windows; whether they show.
/// A terminal that sets `TERM` there understands them and is not a console.
fn shows_escapes() -> bool {
    anstyle_query::windows::enable_ansi_colors().unwrap_or(true)
        || std::env::var_os("TERM").is_some()
}

/// Writes to standard output; a reader that closed the pipe is not an error.
fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), io::Error> {
    let mut out = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// Whether this run is part of a CI pipeline.
fn is_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
}

/// The layout of a report for a stream.
fn look(color: When, stream: &impl IsTerminal) -> Look {
    let color = wants_color(color, stream);
    Look {
        color,
        width: width(stream),
        verbose: false,
        quiet: false,
        marked: false,
        links: links::from_environment(color && stream.is_terminal()),
        selected: false,
        top: None,
        group_by: None,
        csv_bom: false,
    }
}

/// The columns of the terminal. Without a terminal 100, so that files do not depend on the machine.
fn width(stream: &impl IsTerminal) -> usize {
    if !stream.is_terminal() {
        return 100;
    }
    terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0).clamp(60, 160))
}

/// The exit code of a command that only prints.
fn done(printed: io::Result<()>) -> u8 {
    match printed {
        Ok(()) => 0,
        Err(error) => {
            print_error(&format!("cannot write to standard output: {error}"));
            INCOMPLETE
        }
    }
}

/// Today in UTC, so that the report does not depend on the time zone.
fn today() -> jiff::civil::Date {
    jiff::Timestamp::now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date()
}
