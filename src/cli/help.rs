//! Texts of help and manual beyond the flags: examples, exit codes, files. Each is written once.

use std::fmt::Write;

/// Descriptions and command lines.
pub(super) type Examples = &'static [(&'static str, &'static str)];

pub(super) const PROGRAM: Examples = &[
    ("Audit a directory of exports", "grantlint check exports/"),
    ("Learn about a rule", "grantlint explain redirect-wildcard"),
    (
        "Write a starting configuration from an export",
        "grantlint init exports/",
    ),
];

pub(super) const CHECK: Examples = &[
    ("Audit a directory of exports", "grantlint check exports/"),
    (
        "Fail a pipeline on high findings, with a file for code scanning",
        "grantlint check exports/ --fail-on high --output sarif=grantlint.sarif",
    ),
    (
        "Record the known findings, then fail on new ones",
        "grantlint check exports/ --write-baseline baseline.json\n\
         grantlint check exports/ --baseline baseline.json",
    ),
    (
        "Fail a pull request on what it adds",
        "grantlint check exports/ --diff-base origin/main",
    ),
    (
        "Read the output of another program",
        "gc oauth clients list -a | grantlint check - --without roles,divisions",
    ),
    (
        "A page to share, with the findings of all rules",
        "grantlint check exports/ --persona pedantic --output html=audit.html",
    ),
];

pub(super) const ACCEPT: Examples = &[
    (
        "Accept a finding of one client until its review",
        r"grantlint accept redirect-not-https exports/ --client 'name:Dialer' --until 2027-03-31 \
    --reason 'HTTPS proxy planned' --owner Jo --ticket SEC-7",
    ),
    (
        "See what the entries of several clients would cover",
        r"grantlint accept description-missing exports/ --client '*' --until 2027-03-31 \
    --reason 'added with the next release' --owner Jo --dry-run",
    ),
];

pub(super) const INVENTORY: Examples = &[
    (
        "All clients and their rights, riskiest first",
        "grantlint inventory exports/",
    ),
    (
        "A list to review in a spreadsheet",
        "grantlint inventory exports/ --output csv=clients.csv",
    ),
    (
        "The administrators, for a script",
        "grantlint inventory exports/ --format json |\n    jq '.clients[] | select(.tier == \"admin\") | .name'",
    ),
];

pub(super) const RECOMMEND: Examples = &[
    (
        "What each client needs by its calls",
        "grantlint recommend exports/",
    ),
    (
        "The scopes that can go, for a script",
        "grantlint recommend exports/ --format json |\n    jq '.clients[] | {name: .client.name, remove: .scopes.remove}'",
    ),
    (
        "The proposed roles as Terraform resources",
        "grantlint recommend exports/ --output terraform=roles.tf",
    ),
];

pub(super) const OPERATIONS: Examples = &[(
    "The operations of the current description",
    "curl https://api.mypurecloud.com/api/v2/docs/swagger |\n    grantlint operations - --date 2026-11-30 > operations.tsv",
)];

pub(super) const PLAN: Examples = &[
    (
        "A change ticket for review",
        "grantlint plan exports/ > changes.md",
    ),
    (
        "The new values of each client, for a script",
        "grantlint plan exports/ --format json |\n    jq '.steps[] | {id: .client.id, patch}'",
    ),
];

pub(super) const EXPORTS: Examples = &[
    (
        "Obtain the exports of an organisation, and audit them",
        "grantlint exports --region eu-central-1 > exports.sh\n\
         sh exports.sh exports\n\
         grantlint check exports/",
    ),
    (
        "With the profile of gc",
        "grantlint exports --as gc --region mypurecloud.de | sh -s exports",
    ),
];

pub(super) const EXPLAIN: Examples = &[(
    "Learn about a rule",
    "grantlint explain token-lifetime-too-long",
)];

pub(super) const RULES: Examples = &[
    ("All rules with their severity", "grantlint rules"),
    ("For scripts", "grantlint rules --format json"),
];

pub(super) const RULES_TEST: Examples = &[(
    "Run the examples of your own rules",
    "grantlint rules test policies/",
)];

pub(super) const RULES_NEW: Examples = &[(
    "Write a rule, and run its examples",
    "grantlint rules new token-lifetime-ours\n\
     grantlint rules test token-lifetime-ours.toml",
)];

pub(super) const CONFIG: Examples = &[
    (
        "The configuration in force, and the origin of each value",
        "grantlint config",
    ),
    (
        "The effect of a flag",
        "grantlint config --persona pedantic",
    ),
];

pub(super) const INIT: Examples = &[
    (
        "Write a starting configuration from an export",
        "grantlint init exports/",
    ),
    (
        "Compare it with the one in use",
        "grantlint init exports/ --stdout | diff grantlint.toml -",
    ),
];

pub(super) const SCHEMA: Examples = &[
    (
        "Let an editor complete grantlint.toml",
        "grantlint schema config > grantlint.schema.json",
    ),
    (
        "The meaning of the fields of a report",
        "grantlint schema report",
    ),
];

pub(super) const COMPLETIONS: Examples = &[
    (
        "bash, for one user",
        "grantlint completions bash > ~/.local/share/bash-completion/completions/grantlint",
    ),
    (
        "zsh, into a directory of $fpath",
        "grantlint completions zsh > ~/.zfunc/_grantlint",
    ),
    (
        "fish",
        "grantlint completions fish > ~/.config/fish/completions/grantlint.fish",
    ),
];

pub(super) const MAN: Examples = &[
    ("Read a page", "grantlint man check | man -l -"),
    (
        "Install all pages",
        "grantlint man --dir /usr/local/share/man/man1",
    ),
];

/// The exit codes of `check` and their meaning.
pub(super) const CODES: [(&str, &str); 4] = [
    ("0", "complete, and nothing at or above --fail-on"),
    ("1", "complete, with findings at or above it"),
    (
        "2",
        "nothing audited: the command line, a rule or a configuration is wrong",
    ),
    (
        "3",
        "incomplete: an input is unreadable, or needed and missing (wins over 1)",
    ),
];

/// The exit codes of `accept` and their meaning.
pub(super) const ACCEPT_CODES: [(&str, &str); 3] = [
    ("0", "the entries were appended, or shown with --dry-run"),
    (
        "2",
        "nothing was accepted: an entry covers nothing, or breaks the terms of the policy",
    ),
    (
        "3",
        "nothing was accepted: the audit is incomplete, or the file cannot be written",
    ),
];

/// The exit codes of `operations` and their meaning.
pub(super) const OPERATIONS_CODES: [(&str, &str); 3] = [
    ("0", "the table was printed"),
    ("2", "the command line is wrong"),
    (
        "3",
        "the file is not a description of the Platform API, or could not be read",
    ),
];

/// The exit codes of `inventory` and `recommend` and their meaning.
pub(super) const INVENTORY_CODES: [(&str, &str); 3] = [
    ("0", "complete, with or without findings"),
    CODES[2],
    (
        "3",
        "incomplete: an input is unreadable, or needed and missing",
    ),
];

/// The exit codes as help shows them.
pub(super) fn exit_codes(codes: &[(&str, &str)]) -> String {
    let mut text = String::from("Exit codes:");
    for (code, meaning) in codes {
        let _ = write!(text, "\n  {code}  {meaning}");
    }
    text
}

/// Files and environment variables that grantlint reads.
pub(super) const ENVIRONMENT: [(&str, &str); 5] = [
    (
        "grantlint.toml",
        "the configuration, in the current directory or the nearest above it",
    ),
    ("NO_COLOR", "if set, no colours"),
    ("TERM", "if `dumb`, no colours"),
    (
        "GRANTLINT_LINKS",
        "links to places on a terminal: auto, always, never, or a URL with placeholders, \
         such as vscode://file{path}:{line}:{column}",
    ),
    ("CI", "if set to anything but `false`, no progress is shown"),
];

/// Examples as help shows them.
pub(super) fn examples(list: Examples) -> String {
    let mut text = String::from("Examples:");
    for (what, lines) in list {
        let _ = write!(text, "\n  {what}:");
        for line in lines.lines() {
            let _ = write!(text, "\n      {line}");
        }
    }
    text
}

/// Exit codes and examples.
pub(super) fn with_examples(codes: &[(&str, &str)], list: Examples) -> String {
    format!("{}\n\n{}", exit_codes(codes), examples(list))
}
