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
    /// The value of a setting. A table holds several settings, so an empty one has no value.
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
pub struct TypedKey<T: 'static> {
    /// Its table.
    pub table: &'static str,
    /// The key.
    pub key: Key,
    default: T,
    reader: Reader<T>,
}

/// How the value of a setting becomes that of its type.
#[derive(Debug)]
enum Reader<T: 'static> {
    Plain(fn(&Value) -> Option<T>),
    /// The meaning of each word of a choice, in the same order.
    Words(&'static [&'static str], &'static [T]),
}

impl<T: Copy> TypedKey<T> {
    const fn tighter(mut self, tighter: Tighter) -> Self {
        self.key = self.key.tighter(tighter);
        self
    }

    /// What a setting means, or its absence. Values of another type or word were refused when they
    /// were read.
    #[must_use]
    pub fn meaning(&self, value: Option<&Value>) -> T {
        let meaning = value.and_then(|value| match (&self.reader, value) {
            (Reader::Plain(read), value) => read(value),
            (Reader::Words(words, meanings), Value::Text(word)) => {
                let at = words.iter().position(|known| known == word)?;
                Some(meanings[at])
            }
            _ => None,
        });
        meaning.unwrap_or(self.default)
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
        reader: Reader::Plain(|value| match value {
            Value::Integer(number) => Some(*number),
            _ => None,
        }),
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
        reader: Reader::Plain(|value| match value {
            Value::Boolean(truth) => Some(*truth),
            _ => None,
        }),
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
) -> TypedKey<T> {
    assert!(words.len() == meanings.len(), "a word without a meaning");
    let (kind, word) = (Kind::Choice(words), Default::Text(words[default]));
    TypedKey {
        table,
        key: key(name, kind, word, doc),
        default: meanings[default],
        reader: Reader::Words(words, meanings),
    }
}

/// A table: of each key its name, kind, default and purpose, or the name of its typed key.
macro_rules! keys {
    ($(#[$about:meta])* $table:ident: $({$($row:tt)+})+) => {
        $(#[$about])*
        pub const $table: &[Key] = &[$(keys!(@ $($row)+)),+];
    };
    (@ $typed:ident) => { $typed.key };
    (@ required $name:literal $kind:ident $(($($of:expr),+))? = $($rest:tt)+) => {
        keys!(@ $name $kind $(($($of),+))? = $($rest)+).required()
    };
    (@ $name:literal $kind:ident $(($($of:expr),+))? = $default:ident $(($value:expr))?, $doc:expr) => {
        key($name, Kind::$kind $(($($of),+))?, Default::$default $(($value))?, $doc)
    };
}

/// The typed keys of a table: the type, how it is made, the direction that is tighter, the purpose.
macro_rules! typed {
    ($table:literal: $($name:ident: $type:ty = $make:ident($key:literal $(, $argument:expr)+) $($tighter:ident)? $doc:literal;)+) => {
        $(pub(super) const $name: TypedKey<$type> =
            $make($table, $key, $($argument,)+ $doc)$(.tighter(Tighter::$tighter))?;)+
    };
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

keys! {
    /// The top of the file.
    TOP:
        {"extends" Text = None,
            "A local configuration to build on. What it locks can only be tightened here."}
        {"exclude" Texts = EmptyList,
            "Files that are not audited: globs with *, ** and ?, from the directory of the first configuration."}
        {"lock" Lock(&["exclude", "kinds", "extra", "accept"]) = EmptyList,
            "What a configuration that extends this one cannot do: exclude files, set kinds of clients, add rules, accept risks."}
        {"rules" Rules(RULES) = None, "Severity, parameters and lock of each rule, by its id."}
        {"clients" ByClient(CLIENT) = None,
            "Settings for some clients, by pattern: id:.., name:.. with * and ?, address:.., kind:.., grant:.., or *. Later ones win."}
        {"organisations" ByDirectory(ORGANISATION) = None,
            "Settings for some organisations, by the directory of their clients, with *, ** and ?."}
        {"organisation" Table(EACH_ORGANISATION) = None,
            "Facts about the organisation that its exports do not contain."}
        {"inputs" Table(INPUTS) = None, "Which exports an audit needs, and which it can lack."}
        {"terraform" Table(TERRAFORM) = None,
            "What Terraform's files do not say: which files are given together, and which modules create no clients."}
        {"usage" Table(USAGE) = None, "What usage results do not say about themselves."}
        {"gate" Table(GATE) = None, "Which findings are shown and which fail the run."}
        {"acceptance" Table(ACCEPTANCE) = None, "The terms for accepting risks."}
        {"report" Table(REPORT) = None, "How reports for people look."}
        {"limits" Table(LIMITS) = None,
            "What a run reads and lists at most. What exceeds a limit is never a pass."}
        {"output" Table(OUTPUT) = None, "The output if the command line does not set it."}
        {"accept" Tables(ACCEPT) = None, "An accepted risk: findings of one rule in one client."}
}

keys! {
    /// `[rules]`, next to the ids.
    RULES:
        {"extra" Texts = EmptyList, "Files or directories of your own rules, written like the built-in ones."}
}

keys! {
    /// `[clients.".."]`
    CLIENT:
        {"kind" Choice(&["scim", "embeddable", "salesforce", "servicenow", "third-party", "machine", "user-facing", "unknown"]) = None,
            "The kind of client, if the export misleads."}
        {"owner" Text = None, "The team or person that answers for these clients, for lists by owner."}
        {"optional" Boolean = Boolean(false), "The pattern does not have to match a client."}
        {"rules" Rules(&[]) = None, "Settings of rules for these clients."}
}

keys! {
    /// `[organisation]`
    EACH_ORGANISATION:
        {"region" Region = None, REGION}
}

const REGION: &str =
    "Its region, as its domain (`mypurecloud.de`) or its AWS name (`eu-central-1`).";

keys! {
    /// `[organisations.".."]`
    ORGANISATION:
        {"name" Text = None, "Its name in reports."}
        {"region" Region = None, REGION}
        {"optional" Boolean = Boolean(false), "The directory does not have to contain an organisation."}
        {"whole" Boolean = Boolean(false), "Everything below the directory belongs to one organisation."}
        {"rules" Rules(&[]) = None, "Settings of rules for the clients of this organisation."}
}

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

keys! {
    /// `[inputs]`
    INPUTS:
        {"require" Words(REQUIRED) = EmptyList,
            "Inputs that each organisation must have, besides those that its clients need."}
        {"without" Words(WAIVABLE) = EmptyList,
            "Needed inputs that an audit can lack: the report lists them as waived."}
        {"lock" Lock(&["without"]) = EmptyList,
            "Settings that a configuration that extends this one cannot change."}
}

keys! {
    /// `[terraform]`
    TERRAFORM:
        {"var-files" TextLists = EmptyList,
            "Files of variables that are given together, in this order: each list is one possible set. A name matches the end of a path."}
        {"modules-without-clients" Texts = EmptyList,
            "Sources of modules that create no clients, with *: the audit is complete without them."}
}

keys! {
    /// `[usage]`
    USAGE:
        {"window" Interval = None,
            "The days that usage results without dates and without their query cover: start/end, without the end."}
        {"cadence" Integer(1, 3660) = None,
            "The days between two runs of the rarest job of the clients. Three of them in the window raise the confidence."}
}

typed! { "gate":
    FAIL_ON: Option<Severity> = choice("fail-on", GATES, GATE_MEANINGS, 1) Lower
        "The severity from which findings make the exit code 1.";
    MIN_SEVERITY: Severity = choice("min-severity", SEVERITIES, &Severity::ALL, 0) Lower
        "The least severity that is shown.";
    MIN_CONFIDENCE: Confidence = choice("min-confidence", CONFIDENCES, &Confidence::ALL, 0) Lower
        "The least confidence that is shown.";
    PERSONA: Persona = choice("persona", PERSONAS, &[Persona::Regular, Persona::Pedantic, Persona::Pedantic], 0) Higher
        "The persona for which findings are shown; `auditor` is the former name of `pedantic`.";
    REQUIRE_CLIENTS: i64 = integer("require-clients", (0, 10_000_000), 0) Higher
        "The audit is incomplete with fewer clients than this.";
    UNKNOWN_VALUES_FAIL: bool = choice("unknown-values", UNKNOWN_VALUES, &[false, true], 0) Higher
        "What unknown values do that rules at or above `fail-on` need: with `fail` the audit is incomplete, exit code 3.";
}

keys! {
    /// `[gate]`
    GATE:
        {FAIL_ON} {MIN_SEVERITY} {MIN_CONFIDENCE} {PERSONA} {REQUIRE_CLIENTS}
        {UNKNOWN_VALUES_FAIL}
        {"baseline" Text = None, "A baseline: only findings that it does not know count."}
        {"lock" Lock(&["fail-on", "min-severity", "min-confidence", "persona", "require-clients", "unknown-values", "baseline"]) = EmptyList,
            "What a configuration that extends this one can only tighten."}
}

typed! { "acceptance":
    LONGEST_DAYS: i64 = integer("longest-days", (1, 3660), 366) Lower
        "An acceptance can last this many days at most.";
    DATED_FROM: Option<Severity> = choice("dated-from", GATES, GATE_MEANINGS, 3) Lower
        "The severity from which an acceptance requires until.";
    SOON_DAYS: i64 = integer("soon-days", (0, 366), 30) Higher
        "An acceptance is mentioned this many days before it expires.";
    COMMENTS: bool = boolean("comments", true) Lower
        "Comments next to a value in Terraform's files can accept risks too.";
    COMMENTS_IN_EXPORTS: bool = boolean("comments-in-exports", false) Lower
        "Comments in exports in YAML can too. An export is written by the audited party.";
    APPROVER: bool = boolean("approver", false) Higher
        "An acceptance requires an owner and an approver with different names.";
}

keys! {
    /// `[acceptance]`
    ACCEPTANCE:
        {"files" Texts = EmptyList, "Further files with [[accept]] entries."}
        {LONGEST_DAYS} {DATED_FROM} {SOON_DAYS} {COMMENTS} {COMMENTS_IN_EXPORTS} {APPROVER}
        {"lock" Lock(&["files", "longest-days", "dated-from", "soon-days", "comments", "comments-in-exports", "approver"]) = EmptyList,
            "What a configuration that extends this one can only tighten."}
}

typed! { "limits":
    FILE_MIB: i64 = integer("file-mib", (1, 4096), 1024)
        "The maximum size of a file, or of all files in an archive, unpacked, in MiB.";
    TOTAL_MIB: i64 = integer("total-mib", (1, 1_048_576), 4096)
        "The maximum size of all files of a run, unpacked, in MiB.";
    EXPANSION: i64 = integer("expansion", (1, 100_000), 100)
        "How many times larger a compressed file of more than 16 MiB can become.";
    FILES: i64 = integer("files", (1, 10_000_000), 100_000)
        "The maximum number of files in a directory or an archive.";
    VALUES: i64 = integer("values", (1, 1_000_000_000), 32_000_000)
        "The maximum number of values in a file; each needs 16 bytes of memory. Large lists of clients are read in parts, and each part can have as many.";
    DEPTH: i64 = integer("depth", (1, 1000), 128)
        "The maximum nesting depth of a file.";
    ALIASES: i64 = integer("aliases", (0, 100_000_000), 100_000)
        "The maximum number of values that YAML aliases can add to a file.";
    FINDINGS_PER_RULE: i64 = integer("findings-per-rule", (1, 1_000_000), 100)
        "How many findings of one rule in one client are listed. One more finding counts the others.";
    FINDINGS: i64 = integer("findings", (1, 10_000_000), 250_000)
        "How many findings of a run are listed, the most severe first. With more, the audit is incomplete.";
    TEXT_LENGTH: i64 = integer("text-length", (100, 1_000_000), 2000)
        "The maximum number of characters that a report prints of a name, value or message.";
}

keys! {
    /// `[limits]`
    LIMITS:
        {FILE_MIB} {TOTAL_MIB} {EXPANSION} {FILES} {VALUES} {DEPTH} {ALIASES}
        {FINDINGS_PER_RULE} {FINDINGS} {TEXT_LENGTH}
}

/// The format of a terminal.
pub(super) const HUMAN: &str = "human";

keys! {
    /// `[output]`
    OUTPUT:
        {"format" Format = Text(HUMAN), "The format of standard output."}
        {"files" FormatFiles = EmptyTable, "Formats that are also written to files."}
}

keys! {
    /// `[report]`
    REPORT:
        {"title" Text = Text(""), "The title of the HTML page. Empty: the organisation."}
}

keys! {
    /// A file of acceptances.
    ACCEPTANCES:
        {"accept" Tables(ACCEPT) = None, "An accepted risk: findings of one rule in one client."}
}

keys! {
    /// `[[accept]]`
    ACCEPT:
        {required "rule" Rule = None, "The rule whose findings are accepted."}
        {required "client" OneClient = None, "The client, as id:.., address:.. or name:.. without wildcards."}
        {"organisation" Text = None, "The directory of its organisation, if several have such a client."}
        {"field" Field = None,
            "Only findings at this field, such as registeredRedirectUri or roleDivisions.roleId."}
        {"value" Text = None, "Only findings about this value, such as one redirect URI, scope or role id."}
        {required "reason" Text = None, "Why the risk is accepted."}
        {required "owner" Text = None, "The owner of the risk."}
        {"approver" Text = None, "The second person who decided it. Required if acceptance.approver is true."}
        {"until" Date = None,
            "The last day on which it is valid. Required from the severity in acceptance.dated-from."}
        {"ticket" Text = None, "The ticket of the decision."}
}

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
