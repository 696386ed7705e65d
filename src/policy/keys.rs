//! The keys of `grantlint.toml`: one definition for reading, listing, the JSON Schema and
//! `init`.
//!
//! Invariant: a key that is not in these tables is an error in a configuration.

use crate::catalog::Tighter;

/// A key of a table.
#[derive(Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// The kind of its value.
    pub kind: Kind,
    /// Its purpose.
    pub doc: &'static str,
    /// Its default as TOML; empty for none.
    pub default: &'static str,
    /// The direction in which a child may still change it once locked; none forbids any change.
    pub tighter: Option<Tighter>,
    /// Its table requires it.
    pub required: bool,
}

/// The kind of a key's value.
#[derive(Debug)]
pub enum Kind {
    /// Text that is not blank.
    Text,
    /// A whole number within bounds.
    Integer(i64, i64),
    /// True or false.
    Boolean,
    /// A date.
    Date,
    /// Two dates or times with a slash between them.
    Interval,
    /// One of these words, the first being the loosest or mildest.
    Choice(&'static [&'static str]),
    /// A list of texts.
    Texts,
    /// A list of lists of texts.
    TextLists,
    /// A list of these words.
    Words(&'static [&'static str]),
    /// The id of a rule.
    Rule,
    /// A pattern for exactly one client.
    OneClient,
    /// The path of a field, without positions.
    Field,
    /// The name of a report format.
    Format,
    /// A table from report formats to files.
    FormatFiles,
    /// `true`, or a list of these words: what a child may only tighten.
    Lock(&'static [&'static str]),
    /// A table.
    Table(&'static [Key]),
    /// A list of tables.
    Tables(&'static [Key]),
    /// A table from client patterns to tables.
    ByClient(&'static [Key]),
    /// A region of Genesys Cloud.
    Region,
    /// A table from directories to tables.
    ByDirectory(&'static [Key]),
    /// A table from ids of rules to their settings, and these keys next to the ids.
    Rules(&'static [Key]),
}

const fn key(name: &'static str, kind: Kind, default: &'static str, doc: &'static str) -> Key {
    Key {
        name,
        kind,
        doc,
        default,
        tighter: None,
        required: false,
    }
}

impl Key {
    const fn tighter(mut self, tighter: Tighter) -> Self {
        self.tighter = Some(tighter);
        self
    }

    const fn required(mut self) -> Self {
        self.required = true;
        self
    }
}

/// The severities, the mildest first.
pub const SEVERITIES: &[&str] = &["info", "low", "medium", "high", "critical"];
/// The severities a rule can be set to.
pub const LEVELS: &[&str] = &["off", "info", "low", "medium", "high", "critical"];
/// The severities of the gate.
pub const GATES: &[&str] = &["info", "low", "medium", "high", "critical", "never"];
const CONFIDENCES: &[&str] = &["low", "medium", "high"];
const PERSONAS: &[&str] = &["regular", "pedantic", "auditor"];

const UNKNOWN_VALUES: &[&str] = &["report", "fail"];

/// Keys next to the parameters of a rule; a parameter cannot have such a name.
pub const BESIDE_PARAMETERS: [&str; 3] = ["severity", "persona", "lock"];
/// Words of a rule's lock other than its parameters.
pub const LOCKS_OF_RULE: [&str; 3] = ["severity", "accept", "persona"];
/// The personas a rule can be set to, in the order in which each sees more.
pub const RULE_PERSONAS: &[&str] = &["regular", "pedantic"];

/// The top of the file.
pub const TOP: &[Key] = &[
    key(
        "extends",
        Kind::Text,
        "",
        "A local configuration to build on. What it locks can only be tightened here.",
    ),
    key(
        "exclude",
        Kind::Texts,
        "[]",
        "Files that are not audited: globs with *, ** and ?, from the directory of the first configuration.",
    ),
    key(
        "lock",
        Kind::Lock(&["exclude", "kinds", "extra", "accept"]),
        "[]",
        "What a configuration that extends this one cannot do: exclude files, set kinds of clients, add rules, accept risks.",
    ),
    key(
        "rules",
        Kind::Rules(RULES),
        "",
        "Severity, parameters and lock of each rule, by its id.",
    ),
    key(
        "clients",
        Kind::ByClient(CLIENT),
        "",
        "Settings for some clients, by pattern: id:.., name:.. with * and ?, address:.., kind:.., grant:.., or *. Later ones win.",
    ),
    key(
        "organisations",
        Kind::ByDirectory(ORGANISATION),
        "",
        "Settings for some organisations, by the directory of their clients, with *, ** and ?.",
    ),
    key(
        "organisation",
        Kind::Table(EACH_ORGANISATION),
        "",
        "Facts about the organisation that its exports do not contain.",
    ),
    key(
        "inputs",
        Kind::Table(INPUTS),
        "",
        "Which exports an audit needs, and which it can lack.",
    ),
    key(
        "terraform",
        Kind::Table(TERRAFORM),
        "",
        "What Terraform's files do not say: which files are given together, and which modules create no clients.",
    ),
    key(
        "usage",
        Kind::Table(USAGE),
        "",
        "What usage results do not say about themselves.",
    ),
    key(
        "gate",
        Kind::Table(GATE),
        "",
        "Which findings are shown and which fail the run.",
    ),
    key(
        "acceptance",
        Kind::Table(ACCEPTANCE),
        "",
        "The terms for accepting risks.",
    ),
    key(
        "report",
        Kind::Table(REPORT),
        "",
        "How reports for people look.",
    ),
    key(
        "limits",
        Kind::Table(LIMITS),
        "",
        "What a run reads and lists at most. What exceeds a limit is never a pass.",
    ),
    key(
        "output",
        Kind::Table(OUTPUT),
        "",
        "The output if the command line does not set it.",
    ),
    key(
        "accept",
        Kind::Tables(ACCEPT),
        "",
        "An accepted risk: findings of one rule in one client.",
    ),
];

/// `[rules]`, next to the ids.
pub const RULES: &[Key] = &[key(
    "extra",
    Kind::Texts,
    "[]",
    "Files or directories of your own rules, written like the built-in ones.",
)];

/// `[clients.".."]`
pub const CLIENT: &[Key] = &[
    key(
        "kind",
        Kind::Choice(&[
            "scim",
            "embeddable",
            "salesforce",
            "servicenow",
            "third-party",
            "machine",
            "user-facing",
            "unknown",
        ]),
        "",
        "The kind of client, if the export misleads.",
    ),
    key(
        "owner",
        Kind::Text,
        "",
        "The team or person that answers for these clients, for lists by owner.",
    ),
    key(
        "optional",
        Kind::Boolean,
        "false",
        "The pattern does not have to match a client.",
    ),
    key(
        "rules",
        Kind::Rules(&[]),
        "",
        "Settings of rules for these clients.",
    ),
];

/// `[organisation]`
pub const EACH_ORGANISATION: &[Key] = &[key("region", Kind::Region, "", REGION)];

const REGION: &str =
    "Its region, as its domain (`mypurecloud.de`) or its AWS name (`eu-central-1`).";

/// `[organisations.".."]`
pub const ORGANISATION: &[Key] = &[
    key("name", Kind::Text, "", "Its name in reports."),
    key("region", Kind::Region, "", REGION),
    key(
        "optional",
        Kind::Boolean,
        "false",
        "The directory does not have to contain an organisation.",
    ),
    key(
        "whole",
        Kind::Boolean,
        "false",
        "Everything below the directory belongs to one organisation.",
    ),
    key(
        "rules",
        Kind::Rules(&[]),
        "",
        "Settings of rules for the clients of this organisation.",
    ),
];

/// The inputs that a configuration can require.
const REQUIRED: &[&str] = &[
    "clients",
    "roles",
    "divisions",
    "users",
    "authorisations",
    "permissions",
    "usage",
    "policy",
];
/// The inputs that a configuration can waive.
pub const WAIVABLE: &[&str] = &[
    "roles",
    "divisions",
    "users",
    "authorisations",
    "permissions",
    "usage",
    "policy",
];

/// `[inputs]`
pub const INPUTS: &[Key] = &[
    key(
        "require",
        Kind::Words(REQUIRED),
        "[]",
        "Inputs that each organisation must have, besides those that its clients need.",
    ),
    key(
        "without",
        Kind::Words(WAIVABLE),
        "[]",
        "Needed inputs that an audit can lack: the report lists them as waived.",
    ),
    key(
        "lock",
        Kind::Lock(&["without"]),
        "[]",
        "Settings that a configuration that extends this one cannot change.",
    ),
];

/// `[terraform]`
pub const TERRAFORM: &[Key] = &[
    key(
        "var-files",
        Kind::TextLists,
        "[]",
        "Files of variables that are given together, in this order: each list is one possible set. A name matches the end of a path.",
    ),
    key(
        "modules-without-clients",
        Kind::Texts,
        "[]",
        "Sources of modules that create no clients, with *: the audit is complete without them.",
    ),
];

/// `[usage]`
pub const USAGE: &[Key] = &[
    key(
        "window",
        Kind::Interval,
        "",
        "The days that usage results without dates and without their query cover: start/end, without the end.",
    ),
    key(
        "cadence",
        Kind::Integer(1, 3660),
        "",
        "The days between two runs of the rarest job of the clients. Three of them in the window raise the confidence.",
    ),
];

/// `[gate]`
pub const GATE: &[Key] = &[
    key(
        "fail-on",
        Kind::Choice(GATES),
        "\"low\"",
        "The severity from which findings make the exit code 1.",
    )
    .tighter(Tighter::Lower),
    key(
        "min-severity",
        Kind::Choice(SEVERITIES),
        "\"info\"",
        "The least severity that is shown.",
    )
    .tighter(Tighter::Lower),
    key(
        "min-confidence",
        Kind::Choice(CONFIDENCES),
        "\"low\"",
        "The least confidence that is shown.",
    )
    .tighter(Tighter::Lower),
    key(
        "persona",
        Kind::Choice(PERSONAS),
        "\"regular\"",
        "The persona for which findings are shown; `auditor` is the former name of `pedantic`.",
    )
    .tighter(Tighter::Higher),
    key(
        "require-clients",
        Kind::Integer(0, 10_000_000),
        "0",
        "The audit is incomplete with fewer clients than this.",
    )
    .tighter(Tighter::Higher),
    key(
        "unknown-values",
        Kind::Choice(UNKNOWN_VALUES),
        "\"report\"",
        "What unknown values do that rules at or above `fail-on` need: with `fail` the audit is incomplete, exit code 3.",
    )
    .tighter(Tighter::Higher),
    key(
        "baseline",
        Kind::Text,
        "",
        "A baseline: only findings that it does not know count.",
    ),
    key(
        "lock",
        Kind::Lock(&[
            "fail-on",
            "min-severity",
            "min-confidence",
            "persona",
            "require-clients",
            "unknown-values",
            "baseline",
        ]),
        "[]",
        "What a configuration that extends this one can only tighten.",
    ),
];

/// `[acceptance]`
pub const ACCEPTANCE: &[Key] = &[
    key(
        "files",
        Kind::Texts,
        "[]",
        "Further files with [[accept]] entries.",
    ),
    key(
        "longest-days",
        Kind::Integer(1, 3660),
        "366",
        "An acceptance can last this many days at most.",
    )
    .tighter(Tighter::Lower),
    key(
        "dated-from",
        Kind::Choice(GATES),
        "\"high\"",
        "The severity from which an acceptance requires until.",
    )
    .tighter(Tighter::Lower),
    key(
        "soon-days",
        Kind::Integer(0, 366),
        "30",
        "An acceptance is mentioned this many days before it expires.",
    )
    .tighter(Tighter::Higher),
    key(
        "comments",
        Kind::Boolean,
        "true",
        "Comments next to a value in Terraform's files can accept risks too.",
    )
    .tighter(Tighter::Lower),
    key(
        "comments-in-exports",
        Kind::Boolean,
        "false",
        "Comments in exports in YAML can too. An export is written by the audited party.",
    )
    .tighter(Tighter::Lower),
    key(
        "approver",
        Kind::Boolean,
        "false",
        "An acceptance requires an owner and an approver with different names.",
    )
    .tighter(Tighter::Higher),
    key(
        "lock",
        Kind::Lock(&[
            "files",
            "longest-days",
            "dated-from",
            "soon-days",
            "comments",
            "comments-in-exports",
            "approver",
        ]),
        "[]",
        "What a configuration that extends this one can only tighten.",
    ),
];

/// `[limits]`
pub const LIMITS: &[Key] = &[
    key(
        "file-mib",
        Kind::Integer(1, 4096),
        "1024",
        "The maximum size of a file, or of all files in an archive, unpacked, in MiB.",
    ),
    key(
        "total-mib",
        Kind::Integer(1, 1_048_576),
        "4096",
        "The maximum size of all files of a run, unpacked, in MiB.",
    ),
    key(
        "expansion",
        Kind::Integer(1, 100_000),
        "100",
        "How many times larger a compressed file of more than 16 MiB can become.",
    ),
    key(
        "files",
        Kind::Integer(1, 10_000_000),
        "100000",
        "The maximum number of files in a directory or an archive.",
    ),
    key(
        "values",
        Kind::Integer(1, 1_000_000_000),
        "32000000",
        "The maximum number of values in a file; each needs 16 bytes of memory. Large lists of clients are read in parts, and each part can have as many.",
    ),
    key(
        "depth",
        Kind::Integer(1, 1000),
        "128",
        "The maximum nesting depth of a file.",
    ),
    key(
        "aliases",
        Kind::Integer(0, 100_000_000),
        "100000",
        "The maximum number of values that YAML aliases can add to a file.",
    ),
    key(
        "findings-per-rule",
        Kind::Integer(1, 1_000_000),
        "100",
        "How many findings of one rule in one client are listed. One more finding counts the others.",
    ),
    key(
        "findings",
        Kind::Integer(1, 10_000_000),
        "250000",
        "How many findings of a run are listed, the most severe first. With more, the audit is incomplete.",
    ),
    key(
        "text-length",
        Kind::Integer(100, 1_000_000),
        "2000",
        "The maximum number of characters that a report prints of a name, value or message.",
    ),
];

/// `[output]`
pub const OUTPUT: &[Key] = &[
    key(
        "format",
        Kind::Format,
        "\"human\"",
        "The format of standard output.",
    ),
    key(
        "files",
        Kind::FormatFiles,
        "{}",
        "Formats that are also written to files.",
    ),
];

/// `[report]`
pub const REPORT: &[Key] = &[key(
    "title",
    Kind::Text,
    "\"\"",
    "The title of the HTML page. Empty: the organisation.",
)];

/// A file of acceptances.
pub const ACCEPTANCES: &[Key] = &[key(
    "accept",
    Kind::Tables(ACCEPT),
    "",
    "An accepted risk: findings of one rule in one client.",
)];

/// `[[accept]]`
pub const ACCEPT: &[Key] = &[
    key(
        "rule",
        Kind::Rule,
        "",
        "The rule whose findings are accepted.",
    )
    .required(),
    key(
        "client",
        Kind::OneClient,
        "",
        "The client, as id:.., address:.. or name:.. without wildcards.",
    )
    .required(),
    key(
        "organisation",
        Kind::Text,
        "",
        "The directory of its organisation, if several have such a client.",
    ),
    key(
        "field",
        Kind::Field,
        "",
        "Only findings at this field, such as registeredRedirectUri or roleDivisions.roleId.",
    ),
    key(
        "value",
        Kind::Text,
        "",
        "Only findings about this value, such as one redirect URI, scope or role id.",
    ),
    key("reason", Kind::Text, "", "Why the risk is accepted.").required(),
    key("owner", Kind::Text, "", "The owner of the risk.").required(),
    key(
        "approver",
        Kind::Text,
        "",
        "The second person who decided it. Required if acceptance.approver is true.",
    ),
    key(
        "until",
        Kind::Date,
        "",
        "The last day on which it is valid. Required from the severity in acceptance.dated-from.",
    ),
    key("ticket", Kind::Text, "", "The ticket of the decision."),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn visit(keys: &'static [Key], check: &mut impl FnMut(&'static Key)) {
        for key in keys {
            check(key);
            match &key.kind {
                Kind::Table(keys)
                | Kind::Tables(keys)
                | Kind::ByClient(keys)
                | Kind::ByDirectory(keys)
                | Kind::Rules(keys) => visit(keys, check),
                _ => {}
            }
        }
    }

    #[test]
    fn every_lock_names_keys_beside_it_and_every_default_is_toml() {
        for table in [GATE, ACCEPTANCE] {
            let lock = table.iter().find(|key| key.name == "lock");
            let Some(Kind::Lock(words)) = lock.map(|key| &key.kind) else {
                panic!("no lock");
            };
            let beside: Vec<_> = table.iter().filter(|key| key.name != "lock").collect();
            assert_eq!(beside.len(), words.len());
            assert!(beside.iter().all(|key| words.contains(&key.name)));
        }
        visit(TOP, &mut |key| {
            assert!(!key.doc.is_empty());
            if !key.default.is_empty() {
                let line = format!("x = {}", key.default);
                assert!(toml::from_str::<toml::Table>(&line).is_ok(), "{line}");
            }
        });
    }
}
