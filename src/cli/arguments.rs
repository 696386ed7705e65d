//! The flags and what they mean. The contract of scripts: add to it, never change it in
//! silence.

use crate::catalog::{Confidence, Persona, Severity};
use crate::report::Format;
use clap::builder::PossibleValue;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Audits exported OAuth clients: which are dangerous, which hold more than they need, and
/// what exactly to change.
#[derive(Debug, Parser)]
#[command(name = "grantlint", version, max_term_width = 100, after_help = AFTER)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const AFTER: &str = "\
Exit codes: 0 clean · 1 findings at or above --fail-on · 2 nothing audited (usage, configuration) ·
3 audit incomplete (wins over 1; what was found is still printed)";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Audit files, directories or standard input
    Check(Check),
    /// What a rule looks for, why, how to fix it, its parameters and examples
    Explain {
        /// The rule's id
        rule: String,
        /// Where rules of one's own come from
        #[command(flatten)]
        sources: ConfigFile,
        /// When to use colours
        #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
        color: When,
    },
    /// The catalogue of rules
    Rules {
        /// How to print it
        #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
        format: RulesFormat,
        /// Where rules of one's own come from
        #[command(flatten)]
        sources: ConfigFile,
        /// What to do with them instead
        #[command(subcommand)]
        command: Option<RulesCommand>,
    },
    /// The effective configuration, each value with its origin
    Config {
        /// What the command line adds to it
        #[command(flatten)]
        policy: Policing,
    },
    /// Write a grantlint.toml to start from, from what an export holds
    Init {
        /// The export
        #[arg(value_name = "PATH", default_value = ".")]
        path: PathBuf,
    },
    /// JSON Schemas
    Schema {
        /// Of what
        #[arg(value_enum)]
        of: SchemaOf,
    },
}

/// What can be done with rules.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// Run the examples of rule files and say what fires where
    Test {
        /// A directory of rule files, or one
        #[arg(value_name = "DIR")]
        path: PathBuf,
    },
}

/// The configuration.
#[derive(Debug, Args)]
pub struct ConfigFile {
    /// The configuration [default: grantlint.toml in this directory or the nearest above]
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,

    /// Run without a configuration
    #[arg(long)]
    pub no_config: bool,
}

/// What there are schemas of.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum SchemaOf {
    /// grantlint.toml
    Config,
    /// The report of `--format json`
    Report,
}

/// What decides which rules run and what counts; over the configuration.
#[derive(Debug, Args)]
pub struct Policing {
    /// Where it is
    #[command(flatten)]
    pub sources: ConfigFile,

    /// Run only these rules or categories
    #[arg(long, value_name = "ID,...", value_delimiter = ',')]
    pub select: Vec<String>,

    /// Leave these rules or categories out
    #[arg(long, value_name = "ID,...", value_delimiter = ',')]
    pub ignore: Vec<String>,

    /// For whom findings are shown [default: regular]
    #[arg(long, value_name = "PERSONA")]
    pub persona: Option<Choice<Persona>>,

    /// The least severity that is shown [default: info]
    #[arg(long, value_name = "SEVERITY")]
    pub min_severity: Option<Choice<Severity>>,

    /// The least confidence that is shown [default: low]
    #[arg(long, value_name = "CONFIDENCE")]
    pub min_confidence: Option<Choice<Confidence>>,

    /// The severity from which findings make the exit code 1 [default: low]
    #[arg(long, value_name = "SEVERITY|never")]
    pub fail_on: Option<FailOn>,

    /// With fewer clients than this the audit is incomplete
    #[arg(long, value_name = "N")]
    pub require_clients: Option<u32>,

    /// Only what this baseline does not know counts
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,

    /// The day of the audit, for rules and acceptances that count days
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub today: Option<jiff::civil::Date>,
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

/// The options of `check`.
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools)] // Each is a flag of its own.
pub struct Check {
    /// Files, directories, or - for standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,

    /// Leave these files and directories out, in directories; may be given several times
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,

    /// What standard input is called, and so what directory it belongs to
    #[arg(long, value_name = "PATH")]
    pub stdin_filename: Option<String>,

    /// The most bytes of a file, or of all in an archive [default: 1G]
    #[arg(long, value_name = "BYTES[K|M|G]")]
    pub max_size: Option<Size>,

    /// The most levels of nesting in a file
    #[arg(long, value_name = "N", default_value_t = 128, value_parser = depth)]
    pub max_depth: usize,

    /// What goes to standard output [default: human]
    #[arg(long, value_name = "FORMAT", value_parser = clap::value_parser!(FormatArgument))]
    pub format: Option<FormatArgument>,

    /// Also write this format to this file; may be given several times
    #[arg(long, value_name = "FORMAT=FILE", value_parser = output)]
    pub output: Vec<(Format, PathBuf)>,

    /// Which rules run and what counts
    #[command(flatten)]
    pub policy: Policing,

    /// Merge what is found into this baseline, which also serves as --baseline if it exists
    #[arg(long, value_name = "FILE")]
    pub write_baseline: Option<PathBuf>,

    /// Also show what acceptances and the baseline excuse
    #[arg(long)]
    pub show_suppressed: bool,

    /// Nothing is excused: acceptances and the baseline are only told
    #[arg(long)]
    pub no_suppress: bool,

    /// These are not all exports: what the policy names may be missing, and nothing is called
    /// unused or fixed
    #[arg(long)]
    pub partial: bool,

    /// Exit 0 instead of 1; 2 and 3 stay
    #[arg(long)]
    pub exit_zero: bool,

    /// Threads to use; 0 for one a core
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub threads: usize,

    /// When to use colours
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    pub color: When,

    /// The summary alone
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Every file that was read or passed over
    #[arg(short, long)]
    pub verbose: bool,
}

/// A format by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatArgument(pub Format);

impl ValueEnum for FormatArgument {
    fn value_variants<'a>() -> &'a [Self] {
        const ALL: [FormatArgument; Format::ALL.len()] = {
            let mut all = [FormatArgument(Format::ALL[0]); Format::ALL.len()];
            let mut at = 0;
            while at < all.len() {
                all[at] = FormatArgument(Format::ALL[at]);
                at += 1;
            }
            all
        };
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.0.name()))
    }
}

/// A word of the catalogue by its name.
#[derive(Clone, Copy, Debug)]
pub struct Choice<T>(pub T);

macro_rules! choice {
    ($($kind:ty: [$($value:expr),*];)*) => {$(
        impl std::str::FromStr for Choice<$kind> {
            type Err = String;

            fn from_str(word: &str) -> Result<Self, String> {
                let all = [$($value),*];
                all.into_iter()
                    .find(|value| value.name() == word)
                    .map(Choice)
                    .ok_or_else(|| format!("one of {}", all.map(|value| value.name()).join(", ")))
            }
        }
    )*};
}

choice! {
    Persona: [Persona::Regular, Persona::Pedantic, Persona::Auditor];
    Severity: [Severity::Info, Severity::Low, Severity::Medium, Severity::High, Severity::Critical];
    Confidence: [Confidence::Low, Confidence::Medium, Confidence::High];
}

/// The severity that fails, if any does.
#[derive(Clone, Copy, Debug)]
pub struct FailOn(pub Option<Severity>);

impl std::str::FromStr for FailOn {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        if word == "never" {
            return Ok(Self(None));
        }
        word.parse::<Choice<Severity>>()
            .map(|severity| Self(Some(severity.0)))
            .map_err(|words| format!("{words}, never"))
    }
}

/// A number of bytes.
#[derive(Clone, Copy, Debug)]
pub struct Size(pub u64);

impl std::str::FromStr for Size {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let digits = word.trim_end_matches(|last: char| last.is_ascii_alphabetic());
        let bits = match word[digits.len()..].to_ascii_uppercase().as_str() {
            "" | "B" => 0,
            "K" | "KB" | "KIB" => 10,
            "M" | "MB" | "MIB" => 20,
            "G" | "GB" | "GIB" => 30,
            _ => return Err("written as a number, or one with K, M or G behind it".into()),
        };
        let number: u64 = digits
            .parse()
            .map_err(|_| "written as a number, or one with K, M or G behind it")?;
        match number.checked_mul(1 << bits) {
            Some(bytes @ 1..=0x1_0000_0000) => Ok(Self(bytes.min(crate::discover::LARGEST))),
            _ => Err("from 1 byte to 4G".into()),
        }
    }
}

fn depth(argument: &str) -> Result<usize, String> {
    match argument.parse() {
        Ok(depth @ 1..=1000) => Ok(depth),
        _ => Err("from 1 to 1000".into()),
    }
}

fn output(argument: &str) -> Result<(Format, PathBuf), String> {
    let names = || Format::ALL.map(Format::name).join(", ");
    let (format, file) = argument
        .split_once('=')
        .filter(|(_, file)| !file.is_empty())
        .ok_or("written as FORMAT=FILE, such as sarif=grantlint.sarif")?;
    let format =
        Format::parse(format).ok_or_else(|| format!("the format is one of {}", names()))?;
    Ok((format, file.into()))
}
