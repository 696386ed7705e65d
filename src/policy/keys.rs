//! The keys of `grantlint.toml`: one definition for reading, listing, the JSON Schema and
//! `init`.
//!
//! Invariant: a key that is not in these tables is an error in a configuration.

use crate::catalog::{Confidence, Persona, Severity, Tighter, Value};

/// A key of a table.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// The kind of its value.
    pub kind: Kind,
    /// Its purpose.
    pub doc: &'static str,
    /// Its default.
    pub default: Default,
    /// The direction in which a child may still change it once locked; none forbids any change.
    pub tighter: Option<Tighter>,
    /// Its table requires it.
    pub required: bool,
}

/// The default of a key.
#[derive(Clone, Copy, Debug)]
pub enum Default {
    /// It has none.
    None,
    /// A whole number.
    Integer(i64),
    /// True or false.
    Boolean(bool),
    /// Text.
    Text(&'static str),
    /// An empty list.
    EmptyList,
    /// An empty table.
    EmptyTable,
}

impl Default {
    /// It as the value of a setting. A table is several settings, so that an empty one is none.
    #[must_use]
    pub fn value(self) -> Option<Value> {
        match self {
            Self::None | Self::EmptyTable => None,
            Self::Integer(number) => Some(Value::Integer(number)),
            Self::Boolean(truth) => Some(Value::Boolean(truth)),
            Self::Text(text) => Some(Value::Text(text.into())),
            Self::EmptyList => Some(Value::List(Vec::new().into())),
        }
    }
}

/// A key whose value has one type, and that has a default: what reads it cannot fail.
#[derive(Debug)]
pub struct TypedKey<T> {
    /// Its table.
    pub table: &'static str,
    /// The key.
    pub key: Key,
    /// Its default.
    pub default: T,
}

impl<T: Copy> TypedKey<T> {
    const fn tighter(mut self, tighter: Tighter) -> Self {
        self.key = self.key.tighter(tighter);
        self
    }
}

/// A key with one of several words, each of which means a value.
#[derive(Debug)]
pub struct ChoiceKey<T: 'static> {
    /// Its table.
    pub table: &'static str,
    /// The key.
    pub key: Key,
    /// The words, as in the key's kind.
    words: &'static [&'static str],
    /// The meaning of each word, in the same order.
    meanings: &'static [T],
    /// The meaning of its default.
    pub default: T,
}

impl<T: Copy> ChoiceKey<T> {
    const fn tighter(mut self, tighter: Tighter) -> Self {
        self.key = self.key.tighter(tighter);
        self
    }

    /// What a word means. Another word was refused when it was read.
    #[must_use]
    pub fn meaning(&self, word: &str) -> T {
        let at = self.words.iter().position(|known| *known == word);
        at.map_or(self.default, |at| self.meanings[at])
    }
}

/// The kind of a key's value.
#[derive(Clone, Copy, Debug)]
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

const fn key(name: &'static str, kind: Kind, default: Default, doc: &'static str) -> Key {
    Key {
        name,
        kind,
        doc,
        default,
        tighter: None,
        required: false,
    }
}

const fn integer(
    table: &'static str,
    name: &'static str,
    bounds: (i64, i64),
    default: i64,
    doc: &'static str,
) -> TypedKey<i64> {
    let kind = Kind::Integer(bounds.0, bounds.1);
    TypedKey {
        table,
        key: key(name, kind, Default::Integer(default), doc),
        default,
    }
}

const fn boolean(
    table: &'static str,
    name: &'static str,
    default: bool,
    doc: &'static str,
) -> TypedKey<bool> {
    TypedKey {
        table,
        key: key(name, Kind::Boolean, Default::Boolean(default), doc),
        default,
    }
}

/// A key with one of `words`; the one at `default` is its default.
const fn choice<T: Copy>(
    table: &'static str,
    name: &'static str,
    words: &'static [&'static str],
    meanings: &'static [T],
    default: usize,
    doc: &'static str,
) -> ChoiceKey<T> {
    assert!(words.len() == meanings.len(), "a word without a meaning");
    ChoiceKey {
        table,
        key: key(
            name,
            Kind::Choice(words),
            Default::Text(words[default]),
            doc,
        ),
        words,
        meanings,
        default: meanings[default],
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

/// What the words of [`GATES`] mean: `never` is no severity.
const GATE_MEANINGS: &[Option<Severity>] = &[
    Some(Severity::Info),
    Some(Severity::Low),
    Some(Severity::Medium),
    Some(Severity::High),
    Some(Severity::Critical),
    None,
];
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
        Default::None,
        "A local configuration to build on. What it locks can only be tightened here.",
    ),
    key(
        "exclude",
        Kind::Texts,
        Default::EmptyList,
        "Files that are not audited: globs with *, ** and ?, from the directory of the first configuration.",
    ),
    key(
        "lock",
        Kind::Lock(&["exclude", "kinds", "extra", "accept"]),
        Default::EmptyList,
        "What a configuration that extends this one cannot do: exclude files, set kinds of clients, add rules, accept risks.",
    ),
    key(
        "rules",
        Kind::Rules(RULES),
        Default::None,
        "Severity, parameters and lock of each rule, by its id.",
    ),
    key(
        "clients",
        Kind::ByClient(CLIENT),
        Default::None,
        "Settings for some clients, by pattern: id:.., name:.. with * and ?, address:.., kind:.., grant:.., or *. Later ones win.",
    ),
    key(
        "organisations",
        Kind::ByDirectory(ORGANISATION),
        Default::None,
        "Settings for some organisations, by the directory of their clients, with *, ** and ?.",
    ),
    key(
        "organisation",
        Kind::Table(EACH_ORGANISATION),
        Default::None,
        "Facts about the organisation that its exports do not contain.",
    ),
    key(
        "inputs",
        Kind::Table(INPUTS),
        Default::None,
        "Which exports an audit needs, and which it can lack.",
    ),
    key(
        "terraform",
        Kind::Table(TERRAFORM),
        Default::None,
        "What Terraform's files do not say: which files are given together, and which modules create no clients.",
    ),
    key(
        "usage",
        Kind::Table(USAGE),
        Default::None,
        "What usage results do not say about themselves.",
    ),
    key(
        "gate",
        Kind::Table(GATE),
        Default::None,
        "Which findings are shown and which fail the run.",
    ),
    key(
        "acceptance",
        Kind::Table(ACCEPTANCE),
        Default::None,
        "The terms for accepting risks.",
    ),
    key(
        "report",
        Kind::Table(REPORT),
        Default::None,
        "How reports for people look.",
    ),
    key(
        "limits",
        Kind::Table(LIMITS),
        Default::None,
        "What a run reads and lists at most. What exceeds a limit is never a pass.",
    ),
    key(
        "output",
        Kind::Table(OUTPUT),
        Default::None,
        "The output if the command line does not set it.",
    ),
    key(
        "accept",
        Kind::Tables(ACCEPT),
        Default::None,
        "An accepted risk: findings of one rule in one client.",
    ),
];

/// `[rules]`, next to the ids.
pub const RULES: &[Key] = &[key(
    "extra",
    Kind::Texts,
    Default::EmptyList,
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
        Default::None,
        "The kind of client, if the export misleads.",
    ),
    key(
        "owner",
        Kind::Text,
        Default::None,
        "The team or person that answers for these clients, for lists by owner.",
    ),
    key(
        "optional",
        Kind::Boolean,
        Default::Boolean(false),
        "The pattern does not have to match a client.",
    ),
    key(
        "rules",
        Kind::Rules(&[]),
        Default::None,
        "Settings of rules for these clients.",
    ),
];

/// `[organisation]`
pub const EACH_ORGANISATION: &[Key] = &[key("region", Kind::Region, Default::None, REGION)];

const REGION: &str =
    "Its region, as its domain (`mypurecloud.de`) or its AWS name (`eu-central-1`).";

/// `[organisations.".."]`
pub const ORGANISATION: &[Key] = &[
    key("name", Kind::Text, Default::None, "Its name in reports."),
    key("region", Kind::Region, Default::None, REGION),
    key(
        "optional",
        Kind::Boolean,
        Default::Boolean(false),
        "The directory does not have to contain an organisation.",
    ),
    key(
        "whole",
        Kind::Boolean,
        Default::Boolean(false),
        "Everything below the directory belongs to one organisation.",
    ),
    key(
        "rules",
        Kind::Rules(&[]),
        Default::None,
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
        Default::EmptyList,
        "Inputs that each organisation must have, besides those that its clients need.",
    ),
    key(
        "without",
        Kind::Words(WAIVABLE),
        Default::EmptyList,
        "Needed inputs that an audit can lack: the report lists them as waived.",
    ),
    key(
        "lock",
        Kind::Lock(&["without"]),
        Default::EmptyList,
        "Settings that a configuration that extends this one cannot change.",
    ),
];

/// `[terraform]`
pub const TERRAFORM: &[Key] = &[
    key(
        "var-files",
        Kind::TextLists,
        Default::EmptyList,
        "Files of variables that are given together, in this order: each list is one possible set. A name matches the end of a path.",
    ),
    key(
        "modules-without-clients",
        Kind::Texts,
        Default::EmptyList,
        "Sources of modules that create no clients, with *: the audit is complete without them.",
    ),
];

/// `[usage]`
pub const USAGE: &[Key] = &[
    key(
        "window",
        Kind::Interval,
        Default::None,
        "The days that usage results without dates and without their query cover: start/end, without the end.",
    ),
    key(
        "cadence",
        Kind::Integer(1, 3660),
        Default::None,
        "The days between two runs of the rarest job of the clients. Three of them in the window raise the confidence.",
    ),
];

pub(super) const FAIL_ON: ChoiceKey<Option<Severity>> = choice(
    "gate",
    "fail-on",
    GATES,
    GATE_MEANINGS,
    1,
    "The severity from which findings make the exit code 1.",
)
.tighter(Tighter::Lower);
pub(super) const MIN_SEVERITY: ChoiceKey<Severity> = choice(
    "gate",
    "min-severity",
    SEVERITIES,
    &Severity::ALL,
    0,
    "The least severity that is shown.",
)
.tighter(Tighter::Lower);
pub(super) const MIN_CONFIDENCE: ChoiceKey<Confidence> = choice(
    "gate",
    "min-confidence",
    CONFIDENCES,
    &Confidence::ALL,
    0,
    "The least confidence that is shown.",
)
.tighter(Tighter::Lower);
pub(super) const PERSONA: ChoiceKey<Persona> = choice(
    "gate",
    "persona",
    PERSONAS,
    &[Persona::Regular, Persona::Pedantic, Persona::Pedantic],
    0,
    "The persona for which findings are shown; `auditor` is the former name of `pedantic`.",
)
.tighter(Tighter::Higher);
pub(super) const REQUIRE_CLIENTS: TypedKey<i64> = integer(
    "gate",
    "require-clients",
    (0, 10_000_000),
    0,
    "The audit is incomplete with fewer clients than this.",
)
.tighter(Tighter::Higher);
pub(super) const UNKNOWN_VALUES_FAIL: ChoiceKey<bool> = choice("gate", "unknown-values", UNKNOWN_VALUES, &[false, true], 0, "What unknown values do that rules at or above `fail-on` need: with `fail` the audit is incomplete, exit code 3.").tighter(Tighter::Higher);

/// `[gate]`
pub const GATE: &[Key] = &[
    FAIL_ON.key,
    MIN_SEVERITY.key,
    MIN_CONFIDENCE.key,
    PERSONA.key,
    REQUIRE_CLIENTS.key,
    UNKNOWN_VALUES_FAIL.key,
    key(
        "baseline",
        Kind::Text,
        Default::None,
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
        Default::EmptyList,
        "What a configuration that extends this one can only tighten.",
    ),
];

pub(super) const LONGEST_DAYS: TypedKey<i64> = integer(
    "acceptance",
    "longest-days",
    (1, 3660),
    366,
    "An acceptance can last this many days at most.",
)
.tighter(Tighter::Lower);
pub(super) const DATED_FROM: ChoiceKey<Option<Severity>> = choice(
    "acceptance",
    "dated-from",
    GATES,
    GATE_MEANINGS,
    3,
    "The severity from which an acceptance requires until.",
)
.tighter(Tighter::Lower);
pub(super) const SOON_DAYS: TypedKey<i64> = integer(
    "acceptance",
    "soon-days",
    (0, 366),
    30,
    "An acceptance is mentioned this many days before it expires.",
)
.tighter(Tighter::Higher);
pub(super) const COMMENTS: TypedKey<bool> = boolean(
    "acceptance",
    "comments",
    true,
    "Comments next to a value in Terraform's files can accept risks too.",
)
.tighter(Tighter::Lower);
pub(super) const COMMENTS_IN_EXPORTS: TypedKey<bool> = boolean(
    "acceptance",
    "comments-in-exports",
    false,
    "Comments in exports in YAML can too. An export is written by the audited party.",
)
.tighter(Tighter::Lower);
pub(super) const APPROVER: TypedKey<bool> = boolean(
    "acceptance",
    "approver",
    false,
    "An acceptance requires an owner and an approver with different names.",
)
.tighter(Tighter::Higher);

/// `[acceptance]`
pub const ACCEPTANCE: &[Key] = &[
    key(
        "files",
        Kind::Texts,
        Default::EmptyList,
        "Further files with [[accept]] entries.",
    ),
    LONGEST_DAYS.key,
    DATED_FROM.key,
    SOON_DAYS.key,
    COMMENTS.key,
    COMMENTS_IN_EXPORTS.key,
    APPROVER.key,
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
        Default::EmptyList,
        "What a configuration that extends this one can only tighten.",
    ),
];

pub(super) const FILE_MIB: TypedKey<i64> = integer(
    "limits",
    "file-mib",
    (1, 4096),
    1024,
    "The maximum size of a file, or of all files in an archive, unpacked, in MiB.",
);
pub(super) const TOTAL_MIB: TypedKey<i64> = integer(
    "limits",
    "total-mib",
    (1, 1_048_576),
    4096,
    "The maximum size of all files of a run, unpacked, in MiB.",
);
pub(super) const EXPANSION: TypedKey<i64> = integer(
    "limits",
    "expansion",
    (1, 100_000),
    100,
    "How many times larger a compressed file of more than 16 MiB can become.",
);
pub(super) const FILES: TypedKey<i64> = integer(
    "limits",
    "files",
    (1, 10_000_000),
    100_000,
    "The maximum number of files in a directory or an archive.",
);
pub(super) const VALUES: TypedKey<i64> = integer(
    "limits",
    "values",
    (1, 1_000_000_000),
    32_000_000,
    "The maximum number of values in a file; each needs 16 bytes of memory. Large lists of clients are read in parts, and each part can have as many.",
);
pub(super) const DEPTH: TypedKey<i64> = integer(
    "limits",
    "depth",
    (1, 1000),
    128,
    "The maximum nesting depth of a file.",
);
pub(super) const ALIASES: TypedKey<i64> = integer(
    "limits",
    "aliases",
    (0, 100_000_000),
    100_000,
    "The maximum number of values that YAML aliases can add to a file.",
);
pub(super) const FINDINGS_PER_RULE: TypedKey<i64> = integer(
    "limits",
    "findings-per-rule",
    (1, 1_000_000),
    100,
    "How many findings of one rule in one client are listed. One more finding counts the others.",
);
pub(super) const FINDINGS: TypedKey<i64> = integer(
    "limits",
    "findings",
    (1, 10_000_000),
    250_000,
    "How many findings of a run are listed, the most severe first. With more, the audit is incomplete.",
);
pub(super) const TEXT_LENGTH: TypedKey<i64> = integer(
    "limits",
    "text-length",
    (100, 1_000_000),
    2000,
    "The maximum number of characters that a report prints of a name, value or message.",
);

/// `[limits]`
pub const LIMITS: &[Key] = &[
    FILE_MIB.key,
    TOTAL_MIB.key,
    EXPANSION.key,
    FILES.key,
    VALUES.key,
    DEPTH.key,
    ALIASES.key,
    FINDINGS_PER_RULE.key,
    FINDINGS.key,
    TEXT_LENGTH.key,
];

/// The format of a terminal.
pub(super) const HUMAN: &str = "human";

/// `[output]`
pub const OUTPUT: &[Key] = &[
    key(
        "format",
        Kind::Format,
        Default::Text(HUMAN),
        "The format of standard output.",
    ),
    key(
        "files",
        Kind::FormatFiles,
        Default::EmptyTable,
        "Formats that are also written to files.",
    ),
];

/// `[report]`
pub const REPORT: &[Key] = &[key(
    "title",
    Kind::Text,
    Default::Text(""),
    "The title of the HTML page. Empty: the organisation.",
)];

/// A file of acceptances.
pub const ACCEPTANCES: &[Key] = &[key(
    "accept",
    Kind::Tables(ACCEPT),
    Default::None,
    "An accepted risk: findings of one rule in one client.",
)];

/// `[[accept]]`
pub const ACCEPT: &[Key] = &[
    key(
        "rule",
        Kind::Rule,
        Default::None,
        "The rule whose findings are accepted.",
    )
    .required(),
    key(
        "client",
        Kind::OneClient,
        Default::None,
        "The client, as id:.., address:.. or name:.. without wildcards.",
    )
    .required(),
    key(
        "organisation",
        Kind::Text,
        Default::None,
        "The directory of its organisation, if several have such a client.",
    ),
    key(
        "field",
        Kind::Field,
        Default::None,
        "Only findings at this field, such as registeredRedirectUri or roleDivisions.roleId.",
    ),
    key(
        "value",
        Kind::Text,
        Default::None,
        "Only findings about this value, such as one redirect URI, scope or role id.",
    ),
    key(
        "reason",
        Kind::Text,
        Default::None,
        "Why the risk is accepted.",
    )
    .required(),
    key("owner", Kind::Text, Default::None, "The owner of the risk.").required(),
    key(
        "approver",
        Kind::Text,
        Default::None,
        "The second person who decided it. Required if acceptance.approver is true.",
    ),
    key(
        "until",
        Kind::Date,
        Default::None,
        "The last day on which it is valid. Required from the severity in acceptance.dated-from.",
    ),
    key(
        "ticket",
        Kind::Text,
        Default::None,
        "The ticket of the decision.",
    ),
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
    fn every_lock_names_keys_beside_it_and_every_key_is_described() {
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
        });
    }
}
