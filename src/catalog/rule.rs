//! The form of a rule file, and what must hold of one.
//!
//! Invariant: this file also serves the build script, so it depends on `serde`, `toml` and the table
//! of inputs alone; the derivation of its JSON Schema is for the program, and the build script does
//! not see it.
//! Its types hold borrowed constants for built-in rules and owned text for a user's own.

use super::input::{EXPORT_CLIENTS, NeededInput, OPEN_VALUES};
use serde::Deserialize;
use std::borrow::Cow;

/// Text of a rule.
pub type Text = Cow<'static, str>;
/// Several items of a rule.
pub type Many<T> = Cow<'static, [T]>;

/// How bad it is if the finding is true. The scale is written down in `docs/severity.md`.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(rule_schema, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing; nothing to do now.
    Info,
    /// Hygiene: makes an audit or a later mistake harder to see.
    Low,
    /// Widens what an attacker gains from another fault.
    Medium,
    /// One further fault away from customer data, or stops working on a known date.
    High,
    /// Takes over the organisation, or leaks a live credential, now.
    Critical,
}

impl Severity {
    /// All of them, the mildest first.
    pub const ALL: [Self; 5] = [
        Self::Info,
        Self::Low,
        Self::Medium,
        Self::High,
        Self::Critical,
    ];

    /// The word in rule files, options and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// How likely it is that the finding is true.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(rule_schema, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// A sign that misleads often.
    Low,
    /// A sign that misleads now and then.
    Medium,
    /// The export itself says so.
    High,
}

impl Confidence {
    /// All of them, the weakest first.
    pub const ALL: [Self; 3] = [Self::Low, Self::Medium, Self::High];

    /// The word in rule files, options and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// The persona that a rule is for: each sees what those before it see.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(rule_schema, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Persona {
    /// Everybody.
    Regular,
    /// People who also want order, and auditors, which was another persona once.
    #[serde(alias = "auditor")]
    Pedantic,
}

impl Persona {
    /// All of them, the one that is shown least first.
    pub const ALL: [Self; 2] = [Self::Regular, Self::Pedantic];

    /// The word in rule files and options.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Regular => "regular",
            Self::Pedantic => "pedantic",
        }
    }
}

/// What a rule is about.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(rule_schema, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// Grant types.
    Grant,
    /// Redirect URIs.
    Redirect,
    /// Scopes.
    Scope,
    /// Roles.
    Role,
    /// Divisions.
    Division,
    /// Token lifetime.
    Token,
    /// SCIM clients.
    Scim,
    /// Embeddable Framework clients.
    Embeddable,
    /// Secrets.
    Secret,
    /// Applications of others that the organisation has authorised.
    Application,
    /// Names, owners, age.
    Hygiene,
}

impl Category {
    /// Whether its faults do harm by the tokens of the client, and so while it is switched on.
    #[must_use]
    pub const fn wants_tokens(self) -> bool {
        !matches!(self, Self::Secret | Self::Application | Self::Hygiene)
    }

    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Grant,
        Self::Redirect,
        Self::Scope,
        Self::Role,
        Self::Division,
        Self::Token,
        Self::Scim,
        Self::Embeddable,
        Self::Secret,
        Self::Application,
        Self::Hygiene,
    ];

    /// The word in rule files and options.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Grant => "grant",
            Self::Redirect => "redirect",
            Self::Scope => "scope",
            Self::Role => "role",
            Self::Division => "division",
            Self::Token => "token",
            Self::Scim => "scim",
            Self::Embeddable => "embeddable",
            Self::Secret => "secret",
            Self::Application => "application",
            Self::Hygiene => "hygiene",
        }
    }
}

/// What a rule needs in addition to the clients; without it the rule is not judged.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(rule_schema, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// The listing of roles.
    Roles,
    /// The listing of divisions.
    Divisions,
    /// The listing of users.
    Users,
    /// The listing of authorised applications.
    Authorisations,
    /// Usage results that cover the client.
    Usage,
    /// What the policy allows to this client.
    Policy,
    /// The value itself: it is there, and this export does not tell it.
    Value,
    /// The value of a client in Terraform's files: an expression, or what they do not contain.
    Plan,
}

impl Need {
    /// All of them, in their order.
    pub const ALL: [Self; 8] = [
        Self::Roles,
        Self::Divisions,
        Self::Users,
        Self::Authorisations,
        Self::Usage,
        Self::Policy,
        Self::Value,
        Self::Plan,
    ];

    /// The word in rule files and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Roles => "roles",
            Self::Divisions => "divisions",
            Self::Users => "users",
            Self::Authorisations => "authorisations",
            Self::Usage => "usage",
            Self::Policy => "policy",
            Self::Value => "value",
            Self::Plan => "plan",
        }
    }

    /// Its name in reports.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Roles => "the roles",
            Self::Divisions => "the divisions",
            Self::Users => "the users",
            Self::Authorisations => "the authorised applications",
            Self::Usage => "the usage",
            Self::Policy => "a policy",
            Self::Value => "a value that is not given",
            Self::Plan => "a value that Terraform's files leave open",
        }
    }

    /// How to obtain it.
    #[must_use]
    pub const fn how(self) -> &'static str {
        match self {
            Self::Roles => NeededInput::Roles.command(),
            Self::Divisions => NeededInput::Divisions.command(),
            Self::Users => NeededInput::Users.command(),
            Self::Authorisations => NeededInput::Authorisations.command(),
            Self::Usage => NeededInput::Usage.command(),
            Self::Policy => {
                "set in grantlint.toml what the rule compares with: grantlint explain RULE"
            }
            Self::Value => EXPORT_CLIENTS,
            Self::Plan => OPEN_VALUES,
        }
    }
}

/// One rule.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(rule_schema, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Rule {
    /// Kebab case, stable for ever.
    pub id: Text,
    /// Former ids.
    #[serde(default)]
    pub aliases: Many<Text>,
    /// The fault in one sentence.
    pub title: Text,
    /// How bad.
    pub severity: Severity,
    /// The worst severity of a finding, if facts of the client can make it worse than `severity`.
    #[serde(default)]
    pub worst: Option<Severity>,
    /// How sure; `high` if a user's own rule does not say it.
    #[serde(default = "usual_confidence")]
    pub confidence: Confidence,
    /// For whom; `regular` if a user's own rule does not say it.
    #[serde(default = "usual_persona")]
    pub persona: Persona,
    /// About what; `hygiene` if a user's own rule does not say it.
    #[serde(default = "usual_category")]
    pub category: Category,
    /// The version that brought it; empty if a user's own rule does not say it.
    #[serde(default)]
    pub since: Text,
    /// What it needs in addition to the clients.
    #[serde(default)]
    pub needs: Many<Need>,
    /// Rules that take precedence: where one of them reports at least the same severity, this
    /// rule does not report.
    #[serde(default)]
    pub yields_to: Many<Text>,
    /// Where the others must report for this rule to yield.
    #[serde(default)]
    pub yields_on: YieldsOn,
    /// Parameters that switch the rule on: it is off while all of them are empty or false.
    #[serde(default)]
    pub configured_by: Many<Text>,
    /// Where the facts are from.
    #[serde(default)]
    pub references: Many<Reference>,
    /// Identifiers of standards, such as `CWE-601` or `RFC9700-2.1`.
    #[serde(default)]
    pub standards: Many<Text>,
    /// Why it matters on this platform.
    #[serde(default)]
    pub why: Text,
    /// What to do about it.
    #[serde(default)]
    pub fix: Text,
    /// The check.
    pub check: Check,
    /// The messages of findings, the usual one first.
    pub messages: Many<Message>,
    /// Parts of texts among which the check chooses.
    #[serde(default)]
    pub phrases: Many<Phrase>,
    /// What a policy may set.
    #[serde(default)]
    pub params: Many<Parameter>,
    /// Exports that the rule must report, pass or not judge; the tests run all of them.
    #[serde(default)]
    pub examples: Many<Example>,
}

/// Where a rule that takes precedence must report.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[cfg_attr(rule_schema, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum YieldsOn {
    /// On the same target.
    #[default]
    Target,
    /// Anywhere on the same client.
    Client,
}

const fn usual_confidence() -> Confidence {
    Confidence::High
}

const fn usual_persona() -> Persona {
    Persona::Regular
}

const fn usual_category() -> Category {
    Category::Hygiene
}

const fn usual_key() -> Text {
    Cow::Borrowed("main")
}

const fn usual_fix() -> Text {
    Cow::Borrowed("correct {field}")
}

/// What a built-in rule must say, and a user's own rule can leave out.
const STATED: [&str; 7] = [
    "confidence",
    "persona",
    "category",
    "since",
    "why",
    "fix",
    "examples",
];

/// What is wrong with a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFault {
    /// The keys and positions that lead to it in the file.
    pub path: Vec<String>,
    /// What is wrong.
    pub message: String,
}

/// A source of facts.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(rule_schema, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// Its name.
    pub title: Text,
    /// Where it is.
    pub url: Text,
}

/// The text of a finding. `{name}` is an argument of the check or a parameter.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(rule_schema, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// The name under which the check asks for it; checks without code ask for `main`.
    #[serde(default = "usual_key")]
    pub key: Text,
    /// What is wrong.
    pub text: Text,
    /// What to set instead.
    #[serde(default = "usual_fix")]
    pub fix: Text,
}

/// A part of a text, in place of an argument that the check names it for.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(rule_schema, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Phrase {
    /// The name under which the check asks for it.
    pub key: Text,
    /// The text; `{name}` is an argument of the check or a parameter.
    pub text: Text,
}

/// Phrases that several rules share: `rules/data/phrases.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhraseFile {
    /// The phrases.
    pub phrase: Vec<Phrase>,
}

/// The kind of a parameter's value.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(rule_schema, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ParameterKind {
    /// A whole number.
    Integer,
    /// True or false.
    Boolean,
    /// Text.
    Text,
    /// A date, `YYYY-MM-DD`.
    Date,
    /// Several texts.
    List,
    /// Texts by client: a table from a client pattern (`id:..`, `name:..` with `*` and `?`,
    /// `kind:..`, `grant:..`, or `*`) to a list of texts.
    ByClient,
}

/// What a policy may set.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(rule_schema, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Its name.
    pub name: Text,
    /// Its former names, which are refused with the new one.
    #[serde(default)]
    pub was: Many<Text>,
    /// The kind of its value.
    #[serde(rename = "type")]
    pub kind: ParameterKind,
    /// Its value where the policy sets none.
    pub default: Value,
    /// What it means, with its unit.
    pub doc: Text,
    /// The least value of an integer.
    #[serde(default)]
    pub min: Option<i64>,
    /// The greatest value of an integer.
    #[serde(default)]
    pub max: Option<i64>,
    /// The direction that makes the rule stricter, in which a locked parameter may still be
    /// changed; without it a locked one cannot be changed at all. Bounds of a closed check
    /// need none: theirs is known.
    #[serde(default)]
    pub tighter: Option<Tighter>,
    /// What its values decide: no rule advises against that.
    #[serde(default)]
    pub decides: Option<Decision>,
}

/// What the policy decides with a parameter, wherever the rule runs.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(rule_schema, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// Scopes that a client may hold.
    AllowedScopes,
    /// Divisions that a client may reach.
    AllowedDivisions,
    /// Divisions that a client must reach.
    RequiredDivisions,
    /// Hosts that may be called without TLS.
    HttpHosts,
}

/// The direction in which a value makes a rule stricter.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(rule_schema, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Tighter {
    /// A lower number, an earlier date, false.
    Lower,
    /// A higher number, a later date, true.
    Higher,
    /// A part of the list.
    Fewer,
    /// The list and more.
    More,
}

/// The value of a parameter.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[cfg_attr(rule_schema, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Value {
    /// A whole number.
    Integer(i64),
    /// True or false.
    Boolean(bool),
    /// Text or a date.
    Text(Text),
    /// Several texts.
    List(Many<Text>),
    /// Texts by client pattern.
    ByClient(
        #[serde(deserialize_with = "by_client")]
        #[cfg_attr(
            rule_schema,
            schemars(with = "std::collections::BTreeMap<String, Vec<String>>")
        )]
        Many<(Text, Many<Text>)>,
    ),
}

fn by_client<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Many<(Text, Many<Text>)>, D::Error> {
    let table = std::collections::BTreeMap::<String, Vec<String>>::deserialize(deserializer)?;
    Ok(table
        .into_iter()
        .map(|(pattern, values)| {
            let values = values.into_iter().map(Text::from).collect::<Vec<_>>();
            (Text::from(pattern), Many::from(values))
        })
        .collect::<Vec<_>>()
        .into())
}

impl ParameterKind {
    /// Whether a value is of this kind.
    #[must_use]
    pub const fn takes(self, value: &Value) -> bool {
        matches!(
            (self, value),
            (Self::Integer, Value::Integer(_))
                | (Self::Boolean, Value::Boolean(_))
                | (Self::Text | Self::Date, Value::Text(_))
                | (Self::List, Value::List(_))
                | (Self::ByClient, Value::ByClient(_))
        )
    }

    /// The words for it in messages.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Integer => "a whole number",
            Self::Boolean => "true or false",
            Self::Text => "text",
            Self::Date => "a date, YYYY-MM-DD",
            Self::List => "a list of texts",
            Self::ByClient => "a table from client patterns to lists of texts, or to numbers",
        }
    }
}

/// What decides whether a client has the fault: a closed kind that data describes, or
/// native code in `src/checks/`.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(rule_schema, derive(schemars::JsonSchema))]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case",
    deny_unknown_fields
)]
pub enum Check {
    /// `src/checks/<id with underscores>.rs`
    Native,
    /// A scalar field holds one of these values (grant types are compared normalised, all
    /// else without regard to case).
    ForbiddenValue {
        /// The field, in Platform API names.
        field: Text,
        /// The values to report.
        values: Many<Text>,
        /// When the rule applies at all.
        #[serde(default)]
        when: Condition,
        /// What an absent field means; without it the client is not judged.
        #[serde(default)]
        on_missing: OnMissing,
    },
    /// Each item of a list that is one of these values is reported.
    ForbiddenItem {
        /// The field; `roles` and `divisions` mean the ids in `roleDivisions`.
        field: Text,
        /// The values to report.
        values: Many<Text>,
        /// When the rule applies at all.
        #[serde(default)]
        when: Condition,
        /// What an absent field means; without it the client is not judged.
        #[serde(default)]
        on_missing: OnMissing,
    },
    /// An integer field is outside these bounds.
    NumberRange {
        /// The field.
        field: Text,
        /// The least value that passes.
        #[serde(default)]
        min: Option<Bound>,
        /// The greatest value that passes.
        #[serde(default)]
        max: Option<Bound>,
        /// When the rule applies at all.
        #[serde(default)]
        when: Condition,
        /// What an absent field means; without it the client is not judged.
        #[serde(default)]
        on_missing: OnMissing,
    },
    /// A list has fewer or more distinct items than these bounds.
    ListSize {
        /// The field; `roles` and `divisions` mean the ids in `roleDivisions`.
        field: Text,
        /// The fewest that pass.
        #[serde(default)]
        min: Option<Bound>,
        /// The most that pass.
        #[serde(default)]
        max: Option<Bound>,
        /// When the rule applies at all.
        #[serde(default)]
        when: Condition,
        /// What an absent field means; without it the client is not judged.
        #[serde(default)]
        on_missing: OnMissing,
    },
    /// A field is set (not absent, blank or empty) though it should not be.
    MustBeAbsent {
        /// The field.
        field: Text,
        /// When the rule applies at all.
        #[serde(default)]
        when: Condition,
    },
    /// A field is not set (absent, blank or empty) though it should be.
    MustBePresent {
        /// The field.
        field: Text,
        /// When the rule applies at all.
        #[serde(default)]
        when: Condition,
    },
    /// A text field matches a pattern (a regular expression in the `regex` crate's syntax).
    ForbiddenPattern {
        /// The field.
        field: Text,
        /// A pattern, or a parameter that holds patterns: `${patterns}`.
        pattern: Text,
        /// When the rule applies at all.
        #[serde(default)]
        when: Condition,
        /// What an absent field means; without it the client is not judged.
        #[serde(default)]
        on_missing: OnMissing,
    },
    /// A text field matches none of these patterns (regular expressions in the `regex` crate's
    /// syntax). Without a pattern the rule is off.
    RequiredPattern {
        /// The field.
        field: Text,
        /// A pattern, or a parameter that holds patterns: `${patterns}`.
        pattern: Text,
        /// When the rule applies at all.
        #[serde(default)]
        when: Condition,
        /// What an absent field means; without it the client is not judged.
        #[serde(default)]
        on_missing: OnMissing,
    },
    /// An expression of the Common Expression Language says that there is a fault.
    Expression {
        /// The field to report; `client` for the client as a whole.
        field: Text,
        /// When there is a fault: over `client`, `kind`, `roles`, `permissions`, `divisions`,
        /// `params` and `today`.
        expression: Text,
        /// When the rule applies at all.
        #[serde(default)]
        when: Condition,
    },
}

/// When a rule applies to a client. Empty lists set no condition.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(rule_schema, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Condition {
    /// Only clients of these grant types, in Platform API names.
    pub grant: Many<Text>,
    /// Only clients of these kinds.
    pub kind: Many<Text>,
    /// Not clients of these kinds.
    pub not_kind: Many<Text>,
    /// Only clients that are active, or only those that are not.
    pub active: Option<bool>,
}

/// A bound: a number, or a parameter in the form `${name}`.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(rule_schema, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Bound {
    /// A number.
    Number(i64),
    /// `${name}`
    Parameter(Text),
}

/// What an absent field means.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[cfg_attr(rule_schema, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum OnMissing {
    /// No fault.
    Pass,
    /// The fault.
    Fail,
    /// The rule is not judged for this client: every client has one, so this export does not
    /// tell it.
    #[default]
    NotJudged,
}

/// An export that the rule must report, pass or not judge.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(rule_schema, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Example {
    /// What the rule must say.
    pub verdict: ExpectedVerdict,
    /// The text that the first finding must point at. Compulsory for bad examples.
    #[serde(default)]
    pub marks: Option<Text>,
    /// The message that the first finding must use, if not the first of the rule.
    #[serde(default)]
    pub message: Option<Text>,
    /// How bad the first finding must be, if not as the rule.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// How sure the first finding must be, if not as the rule.
    #[serde(default)]
    pub confidence: Option<Confidence>,
    /// The value of `--today`.
    #[serde(default)]
    pub today: Option<Text>,
    /// The region of the organisation, as `[organisation] region` of the policy.
    #[serde(default)]
    pub region: Option<Text>,
    /// Parameters that differ from their defaults.
    #[serde(default)]
    pub params: Many<Setting>,
    /// The export, recognised by content; `---` separates what would be several files. Where
    /// it matters where these are, a line `# file: PATH` begins each.
    pub yaml: Text,
}

/// A parameter that an example sets.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(rule_schema, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// The parameter.
    pub name: Text,
    /// Its value.
    pub value: Value,
}

/// What a rule reports for an example.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(rule_schema, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ExpectedVerdict {
    /// The rule must find the fault.
    Bad,
    /// The rule must find none, and judge.
    Good,
    /// The rule must say that it cannot judge.
    NotJudged,
}

impl Rule {
    /// The worst severity that a finding of the rule can have without a policy. A rule that could
    /// not judge a client could have reported this.
    #[must_use]
    pub fn worst_severity(&self) -> Severity {
        self.worst.unwrap_or(self.severity)
    }

    /// The id of the rule in SARIF for results of `severity`: its own at the `usual` severity,
    /// which the policy sets, else with the severity as a suffix.
    #[must_use]
    pub fn sarif_id(&self, severity: Severity, usual: Severity) -> Cow<'_, str> {
        if severity == usual {
            Cow::Borrowed(&self.id)
        } else {
            Cow::Owned(format!("{}/{}", self.id, severity.name()))
        }
    }

    /// All ids of the rule in SARIF: its own, then one for each severity that the client or the
    /// policy can give to a finding.
    #[must_use]
    pub fn sarif_ids(&self) -> Vec<String> {
        let severities = Severity::ALL.into_iter().rev();
        let suffixed = severities.map(|severity| format!("{}/{}", self.id, severity.name()));
        std::iter::once(self.id.to_string())
            .chain(suffixed)
            .collect()
    }

    /// Reads a rule file.
    ///
    /// # Errors
    /// What is wrong with the file, one line for each fault.
    pub fn parse(text: &str) -> Result<Self, String> {
        let rule: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        let table: toml::Table = toml::from_str(text).map_err(|error| error.to_string())?;
        let unstated = STATED.iter().filter(|key| !table.contains_key(**key));
        let unstated = unstated.map(|key| format!("rule `{}`: `{key}` is missing", rule.id));
        let faults = rule.faults().into_iter().chain(rule.incomplete());
        let faults = faults.map(|fault| format!("rule `{}`: {}", rule.id, fault.message));
        let faults: Vec<String> = faults.chain(unstated).collect();
        if faults.is_empty() {
            Ok(rule)
        } else {
            Err(faults.join("\n"))
        }
    }

    /// A parameter of this rule.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.params.iter().find(|parameter| parameter.name == name)
    }

    /// The parameter that had this name before.
    #[must_use]
    pub fn renamed_parameter(&self, name: &str) -> Option<&Parameter> {
        let mut parameters = self.params.iter();
        parameters.find(|parameter| parameter.was.iter().any(|was| was == name))
    }

    /// The direction in which a parameter makes the rule stricter, if one is known.
    #[must_use]
    pub fn tighter(&self, parameter: &Parameter) -> Option<Tighter> {
        let is = |bound: &Option<Bound>| match bound {
            Some(Bound::Parameter(reference)) => parameter_name(reference) == Some(&parameter.name),
            _ => false,
        };
        parameter.tighter.or(match &self.check {
            Check::NumberRange { min, max, .. } | Check::ListSize { min, max, .. } => {
                match (is(min), is(max)) {
                    (false, true) => Some(Tighter::Lower),
                    (true, false) => Some(Tighter::Higher),
                    _ => None,
                }
            }
            _ => None,
        })
    }

    /// A message of this rule.
    #[must_use]
    pub fn message(&self, key: &str) -> Option<&Message> {
        self.messages.iter().find(|message| message.key == key)
    }

    /// What a built-in rule lacks, which a user's own rule can leave out.
    fn incomplete(&self) -> Vec<RuleFault> {
        let mut faults = Vec::new();
        let mut need = |holds: bool, key: &str, message: &str| {
            if !holds {
                faults.push(RuleFault::new(&[key], message));
            }
        };
        need(
            !self.references.is_empty(),
            "references",
            "it names no reference",
        );
        need(!self.why.trim().is_empty(), "why", "its why is empty");
        need(!self.fix.trim().is_empty(), "fix", "its fix is empty");
        need(
            self.worst.is_none_or(|worst| worst > self.severity),
            "worst",
            "its `worst` is not above its `severity`",
        );
        let count = |verdict| {
            let examples = self.examples.iter();
            examples
                .filter(|example| example.verdict == verdict)
                .count()
        };
        need(
            count(ExpectedVerdict::Bad) >= 2,
            "examples",
            "it has fewer than two bad examples",
        );
        need(
            count(ExpectedVerdict::Good) >= 2,
            "examples",
            "it has fewer than two good examples",
        );
        faults
    }

    /// What is wrong with a rule beyond its types.
    #[must_use]
    pub fn faults(&self) -> Vec<RuleFault> {
        let mut faults = Vec::new();
        let mut need = |holds: bool, path: &[&str], message: &str| {
            if !holds {
                faults.push(RuleFault::new(path, message));
            }
        };
        let kebab = |text: &str| {
            !text.is_empty()
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        need(kebab(&self.id), &["id"], "its id is not in kebab case");
        need(
            !self.messages.is_empty(),
            &["messages"],
            "it has no message",
        );
        let has_title = !self.title.trim().is_empty();
        need(has_title, &["title"], "its title is empty");
        for (number, message) in self.messages.iter().enumerate() {
            let is_blank = message.text.trim().is_empty();
            let number = number.to_string();
            need(
                !is_blank,
                &["messages", &number, "text"],
                "a message has no text",
            );
        }
        for (number, example) in self.examples.iter().enumerate() {
            let number = number.to_string();
            need(
                example.verdict != ExpectedVerdict::Bad || example.marks.is_some(),
                &["examples", &number],
                "a bad example does not name what it marks",
            );
            let message = example.message.as_ref();
            need(
                message.is_none_or(|key| self.message(key).is_some()),
                &["examples", &number, "message"],
                "an example names a message that the rule does not have",
            );
            for (setting_number, setting) in example.params.iter().enumerate() {
                let fits = self
                    .parameter(&setting.name)
                    .is_some_and(|parameter| parameter.kind.takes(&setting.value));
                need(
                    fits,
                    &["examples", &number, "params", &setting_number.to_string()],
                    "an example sets a parameter that the rule does not have, or to a value of another kind",
                );
            }
        }
        for (number, parameter) in self.params.iter().enumerate() {
            let name = &parameter.name;
            let number = number.to_string();
            need(
                kebab(name),
                &["params", &number, "name"],
                &format!("the parameter `{name}` is not in kebab case"),
            );
            need(
                parameter.accepts(&parameter.default),
                &["params", &number, "default"],
                &format!("the default of `{name}` is of another kind or out of its bounds"),
            );
        }
        for name in self.configured_by.iter() {
            need(
                self.parameter(name).is_some(),
                &["configured-by"],
                &format!("`{name}` in `configured-by` is not a parameter of the rule"),
            );
        }
        for (key, bound) in self.check.bounds() {
            if let Bound::Parameter(reference) = bound {
                let known =
                    parameter_name(reference).is_some_and(|name| self.parameter(name).is_some());
                need(
                    known,
                    &["check", key],
                    &format!("`{reference}` is not a parameter of the rule"),
                );
            }
        }
        faults
    }
}

impl RuleFault {
    fn new(path: &[&str], message: &str) -> Self {
        Self {
            path: path.iter().map(ToString::to_string).collect(),
            message: message.to_owned(),
        }
    }
}

impl Parameter {
    /// Whether a value is of the right kind and within the bounds.
    #[must_use]
    pub fn accepts(&self, value: &Value) -> bool {
        self.kind.takes(value)
            && match value {
                Value::Integer(number) => {
                    self.min.is_none_or(|min| *number >= min)
                        && self.max.is_none_or(|max| *number <= max)
                }
                _ => true,
            }
    }
}

impl Check {
    /// The bounds, each with its key.
    fn bounds(&self) -> Vec<(&'static str, &Bound)> {
        match self {
            Self::NumberRange { min, max, .. } | Self::ListSize { min, max, .. } => {
                let min = min.iter().map(|bound| ("min", bound));
                min.chain(max.iter().map(|bound| ("max", bound))).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// What is wrong with the precedence among `rules`: an unknown id, or a rule that yields to
/// itself through others. `known` are the ids of other rules.
pub fn precedence_faults(rules: &[&Rule], known: &[&Rule]) -> Vec<String> {
    let all = || rules.iter().chain(known);
    let find = |id: &str| all().find(|rule| rule.id == id);
    let mut faults = Vec::new();
    for rule in rules {
        let mut open: Vec<&str> = rule.yields_to.iter().map(AsRef::as_ref).collect();
        let mut seen: Vec<&str> = Vec::new();
        for id in open.iter().filter(|id| find(id).is_none()) {
            faults.push(format!(
                "rule `{}`: unknown rule `{id}` in `yields-to`",
                rule.id
            ));
        }
        while let Some(id) = open.pop() {
            if id == rule.id {
                faults.push(format!(
                    "rule `{}`: it yields to itself through `yields-to`",
                    rule.id
                ));
                break;
            }
            if !seen.contains(&id) {
                seen.push(id);
                open.extend(
                    find(id)
                        .into_iter()
                        .flat_map(|next| next.yields_to.iter().map(AsRef::as_ref)),
                );
            }
        }
    }
    faults
}

/// `limit` of `${limit}`.
#[must_use]
pub fn parameter_name(reference: &str) -> Option<&str> {
    reference.strip_prefix("${")?.strip_suffix('}')
}
