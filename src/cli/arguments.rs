//! The flags and their meaning. Scripts depend on them: add flags, do not change their meaning.
//!
//! The first paragraph of a comment is the short help; `--help` adds the rest. Examples and exit
//! codes are in [`super::help`].

use super::help;
use super::values::{
    AskedPersona, Choice, FailOn, Size, count, depth, inventory_output, output, recommend_output,
    threads, total_size,
};
use crate::catalog::{Confidence, Severity};
use crate::finding::NeededInput;
use crate::report::{Format, GroupBy, InventoryFormat, PlanFormat, RecommendFormat};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Audits exported OAuth clients for Genesys Cloud
///
/// Reports which clients are dangerous, which have more rights than they need, and exactly what to
/// change. It reads the files you have, points at the value with line and column, and reports what
/// it could not judge. It never uses the network.
#[derive(Debug, Parser)]
#[command(
    name = "grantlint",
    version,
    max_term_width = 100,
    args_override_self = true,
    after_help = help::exit_codes(&help::CODES),
    after_long_help = help::with_examples(&help::CODES, help::PROGRAM)
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
    /// Files are recognised by content: JSON and YAML from `gc`, the SDKs and curl, and Terraform
    /// configuration, states and plans. gzip and zip files are opened. Each directory with clients is
    /// a separate organisation.
    #[command(
        after_help = help::exit_codes(&help::CODES),
        after_long_help = help::with_examples(&help::CODES, help::CHECK)
    )]
    Check(Check),
    /// Accept findings of a rule: show what the entries cover, and append them
    ///
    /// grantlint appends an [[accept]] entry for each client to the first file of `[acceptance]
    /// files`, else to grantlint.toml. It audits the exports with the entries first, and writes
    /// only entries that suppress what it showed.
    #[command(
        override_usage = concat!("grantlint", " accept RULE [PATH] --client PATTERN --until DATE --reason TEXT"),
        // Completions give the rule other values, which moves it behind the paths.
        mut_arg("paths", |paths| paths.index(2)),
        after_help = help::exit_codes(&help::ACCEPT_CODES),
        after_long_help = help::with_examples(&help::ACCEPT_CODES, help::ACCEPT)
    )]
    Accept(Accept),
    /// List every client: its kind, its rights, its open findings
    ///
    /// The riskiest first, by the most severe finding, then by the privilege tier. Reads, judges and
    /// suppresses like `check`; findings do not change the exit code.
    #[command(
        after_help = help::exit_codes(&help::INVENTORY_CODES),
        after_long_help = help::with_examples(&help::INVENTORY_CODES, help::INVENTORY)
    )]
    Inventory(Inventory),
    /// Recommend the scopes and roles that each client needs, by its usage
    ///
    /// Joins usage results among the inputs with the operations of the Platform API. For each
    /// client: what to keep, what to remove, why, and how sure that is. Nothing is changed, and
    /// findings do not change the exit code.
    #[command(
        after_help = help::exit_codes(&help::INVENTORY_CODES),
        after_long_help = help::with_examples(&help::INVENTORY_CODES, help::RECOMMEND)
    )]
    Recommend(Recommend),
    /// Print the compact table of operations of an API description
    ///
    /// Usage is joined with this table: the method, path, scopes and permissions of each operation.
    /// grantlint contains one, and uses a description among the inputs instead.
    #[command(
        after_help = help::exit_codes(&help::OPERATIONS_CODES),
        after_long_help = help::with_examples(&help::OPERATIONS_CODES, help::OPERATIONS)
    )]
    Operations {
        /// The description of the Platform API: Swagger or `OpenAPI`, as JSON or YAML; - for standard
        /// input
        #[arg(value_name = "SWAGGER")]
        path: PathBuf,
        /// The day of the description, which the table states
        #[arg(long, value_name = "YYYY-MM-DD")]
        date: Option<jiff::civil::Date>,
    },
    /// Plan what to change in the platform, for review
    ///
    /// Contains the changes that need no decision: for each client the new values, the values that
    /// the export has, and the way back. grantlint does not connect to the platform. There is no plan
    /// from an incomplete audit.
    #[command(
        after_help = help::exit_codes(&help::INVENTORY_CODES),
        after_long_help = help::with_examples(&help::INVENTORY_CODES, help::PLAN)
    )]
    Plan(Plan),
    /// Print a script that obtains everything the rules need
    ///
    /// The script reads all pages, a year of usage in five windows, and waits if the rate limit is
    /// reached. It drops client secrets, names the least rights that it needs, and writes a manifest.
    /// grantlint itself never uses the network.
    #[command(after_long_help = help::examples(help::EXPORTS))]
    Exports {
        /// The programs that the script uses
        #[arg(long = "as", value_enum, default_value_t, value_name = "FORM")]
        form: ExportScript,
        /// The region, as its domain or its AWS name [default: `GENESYSCLOUD_REGION` when it runs]
        #[arg(long, value_name = "REGION")]
        region: Option<String>,
    },
    /// Explain a rule: what it looks for, why, and how to fix it
    ///
    /// Prints the rule's parameters and examples as well. A category, or a part of an id that several
    /// rules have, lists these rules.
    #[command(after_long_help = help::examples(help::EXPLAIN))]
    Explain {
        /// The rule's id, a part of it, or a category
        rule: String,
        /// The source of a user's own rules.
        #[command(flatten)]
        sources: ConfigFile,
        /// When to use colours
        #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
        color: When,
    },
    /// List the rules
    #[command(after_long_help = help::examples(help::RULES))]
    Rules {
        /// The output format
        #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
        format: RulesFormat,
        /// The source of a user's own rules.
        #[command(flatten)]
        sources: ConfigFile,
        /// The subcommand.
        #[command(subcommand)]
        command: Option<RulesCommand>,
    },
    /// Print the effective configuration, each value with its origin
    ///
    /// Locked values are marked. The flags are those of `check`.
    #[command(after_long_help = help::examples(help::CONFIG))]
    Config {
        /// The settings of the command line.
        #[command(flatten)]
        policy: PolicyOptions,
    },
    /// Write a starting grantlint.toml
    ///
    /// grantlint derives it from an export and writes it to the current directory. It proposes the
    /// region, your domains, third parties, the roles and divisions of each client, the holders of
    /// critical permissions, and the inputs. What you must confirm is a comment.
    #[command(after_long_help = help::examples(help::INIT))]
    Init {
        /// The export
        #[arg(value_name = "PATH", default_value = ".")]
        path: PathBuf,
        /// Print the configuration instead
        #[arg(long, conflicts_with = "force")]
        stdout: bool,
        /// Replace an existing grantlint.toml
        #[arg(long)]
        force: bool,
    },
    /// Print a JSON Schema
    #[command(after_long_help = help::examples(help::SCHEMA))]
    Schema {
        /// The document that the schema describes
        #[arg(value_enum)]
        of: SchemaOf,
    },
    /// Print a script that completes commands, flags and rule ids
    #[command(after_long_help = help::examples(help::COMPLETIONS))]
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    #[command(after_long_help = help::examples(help::MAN))]
    Man {
        /// The command to print the page of [default: grantlint itself]
        #[arg(value_name = "COMMAND")]
        command: Option<String>,

        /// Write the pages of all commands to this directory instead
        #[arg(long, value_name = "DIR", conflicts_with = "command")]
        dir: Option<PathBuf>,
    },
}

/// The subcommands of `rules`.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// Run the examples of rule files and print each finding
    #[command(after_long_help = help::examples(help::RULES_TEST))]
    Test {
        /// A rule file or a directory of rule files
        #[arg(value_name = "DIR")]
        path: PathBuf,
    },
    /// Write the template of a rule of your own, which passes its examples
    ///
    /// The file contains every key, with comments. grantlint does not replace an existing file.
    #[command(after_long_help = help::examples(help::RULES_NEW))]
    New(NewRule),
}

/// The options of `rules new`.
#[derive(Debug, Args)]
pub struct NewRule {
    /// The id of the rule: lower-case words with hyphens
    #[arg(value_name = "ID")]
    pub id: String,

    /// The directory of the file, which is named after the rule
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub dir: PathBuf,

    /// Print the template instead
    #[arg(long, conflicts_with = "dir")]
    pub stdout: bool,

    /// The source of the configuration.
    #[command(flatten)]
    pub sources: ConfigFile,
}

/// The configuration.
#[derive(Clone, Debug, Args)]
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

/// The documents that have a schema.
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
    /// The recommendations of `recommend --format json`
    Recommendation,
    /// The plan of `plan --format json`
    Plan,
}

/// The options that select rules and set the gate; they override the configuration.
#[derive(Debug, Args)]
pub struct PolicyOptions {
    /// The source of the configuration.
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

    /// Do not run these rules or categories
    #[arg(
        long,
        value_name = "ID,...",
        value_delimiter = ',',
        help_heading = "Rules"
    )]
    pub ignore: Vec<String>,

    /// The reader of the report, which decides which rules run [default: regular]
    #[arg(long, value_name = "PERSONA", help_heading = "Rules")]
    pub persona: Option<Choice<AskedPersona>>,

    /// The day of the audit [default: today, in UTC]
    ///
    /// Rules and acceptances that count days use it. With a fixed date, the same files give the same
    /// report on any day.
    #[arg(long, value_name = "YYYY-MM-DD", help_heading = "Rules")]
    pub today: Option<jiff::civil::Date>,

    /// Hide findings of lower severity [default: info]
    #[arg(long, value_name = "SEVERITY", help_heading = "What counts")]
    pub min_severity: Option<Choice<Severity>>,

    /// Hide findings of lower confidence [default: low]
    #[arg(long, value_name = "CONFIDENCE", help_heading = "What counts")]
    pub min_confidence: Option<Choice<Confidence>>,

    /// Exit 1 if a finding has this severity or a higher one [default: low]
    #[arg(long, value_name = "SEVERITY", help_heading = "What counts")]
    pub fail_on: Option<FailOn>,

    /// The audit is incomplete with fewer clients
    #[arg(long, value_name = "N", help_heading = "What counts")]
    pub require_clients: Option<u32>,

    /// Count only findings that are not in this baseline
    #[arg(long, value_name = "FILE", help_heading = "What counts")]
    pub baseline: Option<PathBuf>,
}

/// The forms of the script that obtains exports.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum ExportScript {
    /// A POSIX shell with curl and jq
    #[default]
    Sh,
    /// A POSIX shell with gc, the command line of Genesys Cloud, and jq
    Gc,
}

/// The output formats of `rules`.
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

/// The inputs, and how to read them.
#[derive(Debug, Args)]
pub struct Reading {
    /// Files, directories, or - for standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,

    /// Skip files that match, in directories; repeatable
    #[arg(long, value_name = "GLOB", help_heading = "Input")]
    pub exclude: Vec<String>,

    /// The paths are only some of the exports
    ///
    /// For hooks, which pass the changed files. Roles, divisions and users next to a named file are
    /// read as context; needed inputs that are absent are waived. Clients that the policy names can be
    /// missing, nothing is reported as unused or fixed, and a named file without an export is skipped.
    /// A broken file still makes the audit incomplete.
    #[arg(long, help_heading = "Input")]
    pub partial: bool,

    /// Needed inputs that can be absent; the report lists them as waived
    ///
    /// A client of an API export that holds a role needs the roles of its organisation, and the
    /// divisions if it holds a role in a named division. Without them the audit is incomplete. An
    /// input that is present is always read.
    #[arg(
        long,
        value_enum,
        value_name = "INPUT,...",
        value_delimiter = ',',
        help_heading = "Input"
    )]
    pub without: Vec<Choice<NeededInput>>,

    /// The path of standard input, which decides its directory
    #[arg(long, value_name = "PATH", help_heading = "Input")]
    pub stdin_filename: Option<String>,

    /// The maximum size of a file, or of all files in an archive [default: 1G]
    #[arg(
        long,
        value_name = "BYTES[K|M|G]",
        help_heading = "Input",
        hide_short_help = true
    )]
    pub max_size: Option<Size>,

    /// The maximum size of all files of a run [default: 4G]
    #[arg(
        long,
        value_name = "BYTES[K|M|G]",
        value_parser = total_size,
        help_heading = "Input",
        hide_short_help = true
    )]
    pub max_total: Option<u64>,

    /// The maximum number of values in a file [default: 32000000]
    ///
    /// A value needs 16 bytes of memory. Large lists of clients are read in parts, and each part can
    /// have as many values.
    #[arg(
        long,
        value_name = "N",
        value_parser = count,
        help_heading = "Input",
        hide_short_help = true
    )]
    pub max_values: Option<usize>,

    /// List this many findings of one rule in one client [default: 100]
    ///
    /// One more finding counts the others, with their severity.
    #[arg(
        long,
        value_name = "N",
        value_parser = count,
        help_heading = "Output",
        hide_short_help = true
    )]
    pub max_findings: Option<usize>,

    /// The maximum nesting depth of a file [default: 128]
    #[arg(
        long,
        value_name = "N",
        value_parser = depth,
        help_heading = "Input",
        hide_short_help = true
    )]
    pub max_depth: Option<usize>,

    /// The maximum number of values that YAML aliases can add to a file [default: 100000]
    #[arg(long, value_name = "N", help_heading = "Input", hide_short_help = true)]
    pub max_aliases: Option<usize>,

    /// The number of threads; 0 means one for each core
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

/// The options of the terminal output.
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

    /// Print only the summary; files hold the whole report
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Output")]
    pub quiet: bool,

    /// Also list every file that was read or skipped
    #[arg(short, long, help_heading = "Output")]
    pub verbose: bool,
}

/// The options of `accept`.
#[derive(Debug, Args)]
pub struct Accept {
    /// The rule whose findings are accepted
    #[arg(value_name = "RULE", index = 1)]
    pub rule: String,

    /// The inputs, and how to read them.
    #[command(flatten)]
    pub reading: Reading,

    /// The clients: id:.., address:.., name:.. with * and ?, kind:.., grant:.. or *
    ///
    /// Each client with such findings gets its own entry.
    #[arg(long, value_name = "PATTERN", help_heading = "Entry")]
    pub client: String,

    /// The last day on which the entry is valid
    #[arg(long, value_name = "YYYY-MM-DD", help_heading = "Entry")]
    pub until: jiff::civil::Date,

    /// Why the risk is accepted
    #[arg(long, value_name = "TEXT", help_heading = "Entry")]
    pub reason: String,

    /// The owner of the risk [default: the owner that the export names]
    #[arg(long, value_name = "NAME", help_heading = "Entry")]
    pub owner: Option<String>,

    /// The second person who decided it
    ///
    /// `[acceptance] approver = true` in the configuration requires one who is not the owner.
    #[arg(long, value_name = "NAME", help_heading = "Entry")]
    pub approver: Option<String>,

    /// The ticket of the decision
    #[arg(long, value_name = "TEXT", help_heading = "Entry")]
    pub ticket: Option<String>,

    /// Only findings at this field, such as registeredRedirectUri
    #[arg(long, value_name = "FIELD", help_heading = "Entry")]
    pub field: Option<String>,

    /// Only findings about this value, such as one redirect URI
    #[arg(long, value_name = "VALUE", help_heading = "Entry")]
    pub value: Option<String>,

    /// Show what the entries cover, and write nothing
    #[arg(long, help_heading = "Entry")]
    pub dry_run: bool,

    /// The day of the audit [default: today, in UTC]
    #[arg(long, value_name = "YYYY-MM-DD", help_heading = "Entry")]
    pub today: Option<jiff::civil::Date>,

    /// The options of the terminal output.
    #[command(flatten)]
    pub showing: Showing,

    /// The source of the configuration.
    #[command(flatten)]
    pub sources: ConfigFile,
}

impl Accept {
    /// The texts of the entry, each with its option.
    pub fn texts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let given = [
            ("--client", Some(&self.client)),
            ("--reason", Some(&self.reason)),
            ("--owner", self.owner.as_ref()),
            ("--approver", self.approver.as_ref()),
            ("--ticket", self.ticket.as_ref()),
            ("--field", self.field.as_ref()),
            ("--value", self.value.as_ref()),
        ];
        let given = given.into_iter();
        given.filter_map(|(option, text)| Some((option, text?.as_str())))
    }

    /// The options of the policy: its defaults, on the day of the audit.
    pub fn policy(&self) -> PolicyOptions {
        PolicyOptions {
            sources: self.sources.clone(),
            select: Vec::new(),
            ignore: Vec::new(),
            persona: None,
            today: self.today,
            min_severity: None,
            min_confidence: None,
            fail_on: None,
            require_clients: None,
            baseline: None,
        }
    }
}

/// The options of `inventory`.
#[derive(Debug, Args)]
#[command(
    mut_arg("fail_on", |option| option.hide(true)),
    mut_arg("verbose", |option| {
        option.help("Print every list in full, and every file that was read or skipped")
    })
)]
pub struct Inventory {
    /// The inputs, and how to read them.
    #[command(flatten)]
    pub reading: Reading,

    /// The format of standard output
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

    /// The options of the terminal output.
    #[command(flatten)]
    pub showing: Showing,

    /// The options of the policy.
    #[command(flatten)]
    pub policy: PolicyOptions,

    /// Suppress nothing: accepted and known findings count as open
    #[arg(long, help_heading = "What counts")]
    pub no_suppress: bool,
}

/// The options of `recommend`.
#[derive(Debug, Args)]
#[command(
    mut_arg("fail_on", |option| option.hide(true)),
    mut_arg("verbose", |option| {
        option.help("Print every list in full, and every file that was read or skipped")
    })
)]
pub struct Recommend {
    /// The inputs, and how to read them.
    #[command(flatten)]
    pub reading: Reading,

    /// The format of standard output
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value = "human",
        help_heading = "Output"
    )]
    pub format: Choice<RecommendFormat>,

    /// Also write this format to this file; repeatable
    #[arg(long, value_name = "FORMAT=FILE", value_parser = recommend_output, help_heading = "Output")]
    pub output: Vec<(RecommendFormat, PathBuf)>,

    /// The options of the terminal output.
    #[command(flatten)]
    pub showing: Showing,

    /// The options of the policy.
    #[command(flatten)]
    pub policy: PolicyOptions,
}

/// The options of `plan`.
#[derive(Debug, Args)]
#[command(mut_arg("fail_on", |option| option.hide(true)))]
pub struct Plan {
    /// The inputs, and how to read them.
    #[command(flatten)]
    pub reading: Reading,

    /// The format of standard output
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value = "markdown",
        help_heading = "Output"
    )]
    pub format: Choice<PlanFormat>,

    /// The options of the terminal output.
    #[command(flatten)]
    pub showing: Showing,

    /// The options of the policy.
    #[command(flatten)]
    pub policy: PolicyOptions,
}

/// The options of `check`.
#[derive(Debug, Args)]
#[command(mut_arg("quiet", |option| {
    option.help("Print only what fails the gate, and one line for the rest; files hold the whole report")
}))]
#[allow(clippy::struct_excessive_bools)] // Independent flags.
pub struct Check {
    /// The inputs, and how to read them.
    #[command(flatten)]
    pub reading: Reading,

    /// The format of standard output [default: human]
    #[arg(long, value_name = "FORMAT", help_heading = "Output")]
    pub format: Option<Choice<Format>>,

    /// Also write this format to this file; repeatable
    ///
    /// The extension can name the format, such as `report.html`, unless several formats use it.
    #[arg(long, value_name = "[FORMAT=]FILE", value_parser = output, help_heading = "Output")]
    pub output: Vec<(Format, PathBuf)>,

    /// The category of the SARIF report in code scanning
    ///
    /// Without it, the uploader chooses the category.
    #[arg(long, value_name = "NAME", help_heading = "Output")]
    pub sarif_category: Option<String>,

    /// The title of the HTML page
    ///
    /// The default is `[report] title` of the configuration, else the organisation.
    #[arg(long, value_name = "TEXT", help_heading = "Output")]
    pub title: Option<String>,

    /// The options of the terminal output.
    #[command(flatten)]
    pub showing: Showing,

    /// Show only the N worst findings on the terminal
    ///
    /// Counts, files and the exit code do not change, and the summary says what is hidden.
    #[arg(long, value_name = "N", value_parser = count, help_heading = "Output")]
    pub top: Option<usize>,

    /// Show only the findings of these clients on the terminal; repeatable
    ///
    /// A pattern is a name with * and ?, or id:.., name:.., address:.., kind:.. or grant:.., as in the
    /// configuration. Counts, files and the exit code do not change, and the summary says what is
    /// hidden.
    #[arg(long, value_name = "PATTERN", help_heading = "Output")]
    pub client: Vec<String>,

    /// List findings in groups, a few lines each
    ///
    /// Without it, up to 30 findings are printed in full, and of more only the worst. `owner` also
    /// orders Markdown and CSV: one list for each owner.
    #[arg(long, value_enum, value_name = "BY", help_heading = "Output")]
    pub group_by: Option<Choice<GroupBy>>,

    /// Begin CSV with a byte order mark, by which spreadsheets recognise UTF-8
    #[arg(long, help_heading = "Output")]
    pub csv_bom: bool,

    /// The options of the policy.
    #[command(flatten)]
    pub policy: PolicyOptions,

    /// Count only findings that are not in this revision of the repository
    ///
    /// For pull requests: grantlint audits the same paths in the revision, such as origin/main, and
    /// its findings are known. git reads the revision from this clone; nothing is fetched.
    #[arg(
        long,
        value_name = "REF",
        conflicts_with_all = ["write_baseline", "baseline"],
        help_heading = "What counts"
    )]
    pub diff_base: Option<String>,

    /// Merge the findings into this baseline
    ///
    /// An existing file is also used as --baseline.
    #[arg(long, value_name = "FILE", help_heading = "What counts")]
    pub write_baseline: Option<PathBuf>,

    /// Also show findings that acceptances and the baseline suppress
    #[arg(long, help_heading = "What counts")]
    pub show_suppressed: bool,

    /// Suppress nothing: acceptances and the baseline are only reported
    #[arg(long, help_heading = "What counts")]
    pub no_suppress: bool,

    /// Exit 0 instead of 1; 2 and 3 do not change
    #[arg(long, help_heading = "What counts")]
    pub exit_zero: bool,

    /// Edit Terraform files so that findings are cleared; then report
    ///
    /// Edits .tf, .tf.json and .tfvars. An edit that does not clear its finding, brings about another
    /// one or lets a client do more is not made. Exports are never edited: see `grantlint plan`.
    #[arg(
        long,
        value_enum,
        value_name = "CLASS",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "safe",
        help_heading = "Fixes"
    )]
    pub fix: Option<FixClass>,

    /// Print the edits as a diff, and write nothing
    #[arg(long, conflicts_with_all = ["output", "write_baseline"], help_heading = "Fixes")]
    pub diff: bool,

    /// Also edit files with staged changes
    #[arg(long, help_heading = "Fixes")]
    pub allow_staged: bool,

    /// Also edit files with changes that are not committed
    #[arg(long, help_heading = "Fixes")]
    pub allow_dirty: bool,

    /// Also edit files that are not in a git repository
    #[arg(long, help_heading = "Fixes")]
    pub allow_no_vcs: bool,
}

/// What `--fix` may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FixClass {
    /// The platform behaves the same
    Safe,
    /// Also what narrows a client, so that an application can break
    Unsafe,
}
