//! What help and the manual say beyond the flags: examples, exit codes, files. Each stands
//! here once.

use std::fmt::Write;

/// What a command does, and the line that does it.
pub(super) type Examples = &'static [(&'static str, &'static str)];

pub(super) const PROGRAM: Examples = &[
    ("Audit a directory of exports", "grantlint check exports/"),
    ("Learn about a rule", "grantlint explain redirect-wildcard"),
    (
        "Begin a configuration from what an export holds",
        "grantlint init exports/",
    ),
];

pub(super) const CHECK: Examples = &[
    ("Audit a directory of exports", "grantlint check exports/"),
    (
        "Redactor a pipeline on what is grave, with a file for code scanning",
        "grantlint check exports/ --fail-on high --output sarif=grantlint.sarif",
    ),
    (
        "Remember what is known, then fail on what is new",
        "grantlint check exports/ --write-baseline baseline.json\n\
         grantlint check exports/ --baseline baseline.json",
    ),
    (
        "Read what another program prints",
        "gc oauth clients list -a | grantlint check -",
    ),
    (
        "A page to hand on, with all that rules can say",
        "grantlint check exports/ --persona auditor --output html=audit.html",
    ),
];

pub(super) const INVENTORY: Examples = &[
    (
        "Who may do what, the riskiest first",
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

pub(super) const CONFIG: Examples = &[
    ("What is in force here, and why", "grantlint config"),
    (
        "What a flag would change",
        "grantlint config --persona auditor",
    ),
];

pub(super) const INIT: Examples = &[(
    "Begin a configuration from what an export holds",
    "grantlint init exports/",
)];

pub(super) const SCHEMA: Examples = &[
    (
        "Let an editor complete grantlint.toml",
        "grantlint schema config > grantlint.schema.json",
    ),
    (
        "What the fields of a report mean",
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

/// Each exit code of `check` and what it says.
pub(super) const CODES: [(&str, &str); 4] = [
    ("0", "complete, and nothing at or above --fail-on"),
    ("1", "complete, with findings at or above it"),
    (
        "2",
        "nothing audited: the command line, a rule or a configuration is wrong",
    ),
    ("3", "incomplete: something could not be read (wins over 1)"),
];

/// Each exit code of `inventory` and what it says.
pub(super) const INVENTORY_CODES: [(&str, &str); 3] = [
    ("0", "complete, whatever was found"),
    CODES[2],
    ("3", "incomplete: something could not be read"),
];

/// The exit codes as help shows them.
pub(super) fn exit_codes(codes: &[(&str, &str)]) -> String {
    let mut text = String::from("Exit codes:");
    for (code, meaning) in codes {
        let _ = write!(text, "\n  {code}  {meaning}");
    }
    text
}

/// Files and variables that the program looks at, and what for.
pub(super) const SURROUNDINGS: [(&str, &str); 5] = [
    (
        "grantlint.toml",
        "the configuration, in the current directory or the nearest above it",
    ),
    ("NO_COLOR", "set to anything: no colours"),
    ("TERM", "`dumb`: no colours"),
    (
        "GRANTLINT_LINKS",
        "whether places are links on a terminal: auto, always, never, or how they are written, \
         such as vscode://file{path}:{line}:{column}",
    ),
    ("CI", "set, but to `false`: no progress is shown"),
];

/// Examples as help shows them.
pub(super) fn examples(examples: Examples) -> String {
    let mut text = String::from("Examples:");
    for (what, lines) in examples {
        let _ = write!(text, "\n  {what}:");
        for line in lines.lines() {
            let _ = write!(text, "\n      {line}");
        }
    }
    text
}

/// Exit codes and examples.
pub(super) fn help(codes: &[(&str, &str)], of: Examples) -> String {
    format!("{}\n\n{}", exit_codes(codes), examples(of))
}
