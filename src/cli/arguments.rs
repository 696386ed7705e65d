//! The flags and what they mean. The contract of scripts: add to it, never change it in
//! silence.
//!
//! The first paragraph of a comment is the short help; the rest is added by `--help`. Examples
//! and exit codes stand in [`super::words`].

use super::values::{Choice, FailOn, Size, depth, inventory_output, output, threads};
use super::words;
use crate::catalog::{Confidence, Persona, Severity};
use crate::report::{Format, InventoryFormat};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Audits exported OAuth clients, Genesys Cloud first
///
/// Says which clients are dangerous, which hold more than they need, and what exactly to change.
/// It reads the files you have, points at the value in its line and column, and says what it
/// could not judge. It never touches the network.
#[derive(Debug, Parser)]
#[command(
    name = "grantlint",
    version,
    max_term_width = 100,
    args_override_self = true,
    after_help = words::exit_codes(&words::CODES),
    after_long_help = words::help(&words::CODES, words::PROGRAM)
)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Audit files, directories or standard input
    ///
    /// Shapes are recognised by content: JSON and YAML as `gc`, the SDKs and curl give them,
    /// Terraform's configuration, states and plans; gzip and zip are opened. Each directory that
    /// holds clients is an organisation of its own.
    #[command(
        after_help = words::exit_codes(&words::CODES),
        after_long_help = words::help(&words::CODES, words::CHECK)
    )]
    Check(Check),
    /// Every client: what it is, what it may do, its open findings
    ///
    /// The riskiest first: the worst findings decide, then what the client may do at most. Reads,
    /// judges and excuses as `check` does; findings do not change the exit code.
    #[command(
        after_help = words::exit_codes(&words::INVENTORY_CODES),
        after_long_help = words::help(&words::INVENTORY_CODES, words::INVENTORY)
    )]
    Inventory(Inventory),
    /// What a rule looks for, why, and how to fix what it finds
    ///
    /// Prints the rule's parameters and examples as well.
    #[command(after_long_help = words::examples(words::EXPLAIN))]
    Explain {
        /// The rule's id
        rule: String,
        /// Where rules of one's own come from.
        #[command(flatten)]
        sources: ConfigFile,
        /// When to use colours
        #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
        color: When,
    },
    /// The catalogue of rules
    #[command(after_long_help = words::examples(words::RULES))]
    Rules {
        /// How to print it
        #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
        format: RulesFormat,
        /// Where rules of one's own come from.
        #[command(flatten)]
        sources: ConfigFile,
        /// What to do with them instead.
        #[command(subcommand)]
        command: Option<RulesCommand>,
    },
    /// The effective configuration, each value with its origin
    ///
    /// Values that a file locked say so. The flags are those of `check`.
    #[command(after_long_help = words::examples(words::CONFIG))]
    Config {
        /// What the command line adds to it.
        #[command(flatten)]
        policy: Policing,
    },
    /// Write a grantlint.toml to start from
    ///
    /// It is written from what an export holds, into the current directory. A file that is there
    /// is left alone.
    #[command(after_long_help = words::examples(words::INIT))]
    Init {
        /// The export
        #[arg(value_name = "PATH", default_value = ".")]
        path: PathBuf,
    },
    /// JSON Schemas
    #[command(after_long_help = words::examples(words::SCHEMA))]
    Schema {
        /// Of what
        #[arg(value_enum)]
        of: SchemaOf,
    },
    /// A script that completes commands, flags and rule ids
    #[command(after_long_help = words::examples(words::COMPLETIONS))]
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// The manual page
    #[command(after_long_help = words::examples(words::MAN))]
    Man {
        /// The command whose page is printed [default: grantlint itself]
        #[arg(value_name = "COMMAND")]
        command: Option<String>,

        /// Write the pages of all commands to this directory instead
        #[arg(long, value_name = "DIR", conflicts_with = "command")]
        dir: Option<PathBuf>,
    },
}

/// What can be done with rules.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// Run the examples of rule files and say what fires where
    #[command(after_long_help = words::examples(words::RULES_TEST))]
    Test {
        /// A directory of rule files, or one
        #[arg(value_name = "DIR")]
        path: PathBuf,
    },
}

/// The configuration.
#[derive(Debug, Args)]
pub struct ConfigFile {
    /// The configuration [default: the nearest grantlint.toml, from this directory upward]
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "no_config",
        help_heading = "Configuration"
    )]
    pub config: Option<PathBuf>,

    /// Run without a configuration
    #[arg(long, help_heading = "Configuration")]
    pub no_config: bool,
}

/// What there are schemas of.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum SchemaOf {
    /// grantlint.toml
    Config,
    /// A rule file
    Rule,
    /// The report of `check --format json`
    Report,
    /// The inventory of `inventory --format json`
    Inventory,
}

/// What decides which rules run and what counts; over the configuration.
#[derive(Debug, Args)]
pub struct Policing {
    /// Where it is.
    #[command(flatten)]
    pub sources: ConfigFile,

    /// Run only these rules or categories
    ///
    /// The report says that it is partial. `grantlint rules` lists the ids; categories are
    /// grant, redirect, scope, role, division, token, scim, embeddable, secret, application
    /// and hygiene.
    #[arg(
        long,
        value_name = "ID,...",
        value_delimiter = ',',
        help_heading = "Rules"
    )]
    pub select: Vec<String>,

    /// Leave these rules or categories out
    #[arg(
        long,
        value_name = "ID,...",
        value_delimiter = ',',
        help_heading = "Rules"
    )]
    pub ignore: Vec<String>,

    /// For whom the rules speak [default: regular]
    #[arg(long, value_name = "PERSONA", help_heading = "Rules")]
    pub persona: Option<Choice<Persona>>,

    /// The day of the audit [default: today, in UTC]
    ///
    /// For rules and acceptances that count days. With it, the same files give the same report on
    /// any day.
    #[arg(long, value_name = "YYYY-MM-DD", help_heading = "Rules")]
    pub today: Option<jiff::civil::Date>,

    /// The least severity that is shown [default: info]
    #[arg(long, value_name = "SEVERITY", help_heading = "What counts")]
    pub min_severity: Option<Choice<Severity>>,

    /// The least confidence that is shown [default: low]
    #[arg(long, value_name = "CONFIDENCE", help_heading = "What counts")]
    pub min_confidence: Option<Choice<Confidence>>,

    /// The severity from which findings make the exit code 1 [default: low]
    #[arg(long, value_name = "SEVERITY", help_heading = "What counts")]
    pub fail_on: Option<FailOn>,

    /// With fewer clients than this the audit is incomplete
    #[arg(long, value_name = "N", help_heading = "What counts")]
    pub require_clients: Option<u32>,

    /// Only what this baseline does not know counts
    #[arg(long, value_name = "FILE", help_heading = "What counts")]
    pub baseline: Option<PathBuf>,
}

/// How the catalogue is printed.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum RulesFormat {
    /// A table
    #[default]
    Human,
    /// One JSON array
    Json,
    /// The reference in Markdown
    Markdown,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Also into files and pipes
    Always,
    /// Not at all
    Never,
}

/// What is read, and how.
#[derive(Debug, Args)]
pub struct Reading {
    /// Files, directories, or - for standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,

    /// Leave out what matches, in directories; repeatable
    #[arg(long, value_name = "GLOB", help_heading = "Input")]
    pub exclude: Vec<String>,

    /// These are not all exports, and some may be none
    ///
    /// For hooks, which pass what changed. What the policy names may be missing, nothing is called
    /// unused or fixed, and a file that holds no export is passed over, as one in a directory is.
    /// A broken file still makes the audit incomplete.
    #[arg(long, help_heading = "Input")]
    pub partial: bool,

    /// What standard input is called, and so what directory it belongs to
    #[arg(long, value_name = "PATH", help_heading = "Input")]
    pub stdin_filename: Option<String>,

    /// The most bytes of a file, or of all in an archive [default: 1G]
    #[arg(
        long,
        value_name = "BYTES[K|M|G]",
        help_heading = "Input",
        hide_short_help = true
    )]
    pub max_size: Option<Size>,

    /// The most levels of nesting in a file
    #[arg(
        long,
        value_name = "N",
        default_value_t = 128,
        value_parser = depth,
        help_heading = "Input",
        hide_short_help = true
    )]
    pub max_depth: usize,

    /// The most values that YAML's aliases add to a file
    #[arg(
        long,
        value_name = "N",
        default_value_t = 1_000_000,
        help_heading = "Input",
        hide_short_help = true
    )]
    pub max_aliases: usize,

    /// Threads to use; 0 for one a core
    #[arg(
        long,
        value_name = "N",
        default_value_t = 0,
        value_parser = threads,
        help_heading = "Input",
        hide_short_help = true
    )]
    pub threads: usize,
}

/// What whoever watches sees.
#[derive(Clone, Copy, Debug, Args)]
pub struct Showing {
    /// When to use colours
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "WHEN",
        help_heading = "Output"
    )]
    pub color: When,

    /// The summary alone; files hold the whole report
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Output")]
    pub quiet: bool,

    /// Also every file that was read or passed over
    #[arg(short, long, help_heading = "Output")]
    pub verbose: bool,
}

/// The options of `inventory`.
#[derive(Debug, Args)]
#[command(
    mut_arg("fail_on", |option| option.hide(true)),
    mut_arg("verbose", |option| {
        option.help("Every list in full, and every file that was read or passed over")
    })
)]
pub struct Inventory {
    /// What is read, and how.
    #[command(flatten)]
    pub reading: Reading,

    /// What goes to standard output
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value = "table",
        help_heading = "Output"
    )]
    pub format: Choice<InventoryFormat>,

    /// Also write this format to this file; repeatable
    #[arg(long, value_name = "FORMAT=FILE", value_parser = inventory_output, help_heading = "Output")]
    pub output: Vec<(InventoryFormat, PathBuf)>,

    /// What whoever watches sees.
    #[command(flatten)]
    pub showing: Showing,

    /// Which rules run and what counts.
    #[command(flatten)]
    pub policy: Policing,

    /// Nothing is excused: accepted and known findings are open too
    #[arg(long, help_heading = "What counts")]
    pub no_suppress: bool,
}

/// The options of `check`.
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools)] // Each is a flag of its own.
pub struct Check {
    /// What is read, and how.
    #[command(flatten)]
    pub reading: Reading,

    /// What goes to standard output [default: human]
    #[arg(long, value_name = "FORMAT", help_heading = "Output")]
    pub format: Option<Choice<Format>>,

    /// Also write this format to this file; repeatable
    #[arg(long, value_name = "FORMAT=FILE", value_parser = output, help_heading = "Output")]
    pub output: Vec<(Format, PathBuf)>,

    /// What whoever watches sees.
    #[command(flatten)]
    pub showing: Showing,

    /// Which rules run and what counts.
    #[command(flatten)]
    pub policy: Policing,

    /// Merge what is found into this baseline
    ///
    /// It also serves as --baseline if it exists.
    #[arg(long, value_name = "FILE", help_heading = "What counts")]
    pub write_baseline: Option<PathBuf>,

    /// Also show what acceptances and the baseline excuse
    #[arg(long, help_heading = "What counts")]
    pub show_suppressed: bool,

    /// Nothing is excused: acceptances and the baseline are only told
    #[arg(long, help_heading = "What counts")]
    pub no_suppress: bool,

    /// Exit 0 instead of 1; 2 and 3 stay
    #[arg(long, help_heading = "What counts")]
    pub exit_zero: bool,
}
