//! Every `grantlint ...` command that a document, a rule, a hook, a workflow or a message shows is
//! one that the command line accepts.

use crate::common::root;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::fs;
use std::path::{Path, PathBuf};

/// What is searched, from the root of the repository.
const PLACES: [&str; 13] = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "Dockerfile",
    "action.yml",
    "docs",
    "rules",
    "src",
    "fixtures",
    "pre-commit",
    ".pre-commit-hooks.yaml",
    ".github",
    ".ci",
];

/// The endings of files that contain commands; a file without an ending is read too.
const ENDINGS: [&str; 6] = ["md", "yml", "yaml", "toml", "rs", "askama"];

fn files(path: &Path, found: &mut Vec<PathBuf>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).expect("a directory") {
            files(&entry.expect("an entry").path(), found);
        }
    } else if path
        .extension()
        .is_none_or(|ending| ENDINGS.iter().any(|known| ending == *known))
    {
        found.push(path.to_owned());
    }
}

/// A command that a text shows.
#[derive(Debug, PartialEq)]
struct Shown {
    /// The arguments as they are written.
    arguments: String,
    /// The text is code, so its first word must be a command.
    is_code: bool,
}

/// The lines of a text, with continued lines joined.
fn joined(text: &str) -> String {
    let mut joined = String::new();
    for line in text.lines() {
        let continues = joined.ends_with('\\') || line.trim_start().starts_with("--");
        if continues && !joined.is_empty() {
            joined.truncate(joined.trim_end_matches('\\').len());
            joined.push(' ');
            joined.push_str(line.trim_start());
        } else {
            joined.push('\n');
            joined.push_str(line);
        }
    }
    joined
}

fn shown(text: &str) -> Vec<Shown> {
    let mut found = Vec::new();
    let mut is_shell = false;
    for line in joined(text).lines() {
        if line.trim_start().starts_with("```") {
            is_shell = line.contains("```sh");
        }
        for program in [
            "grantlint ",
            "cargo run --locked -- ",
            "cargo run --release --locked -- ",
        ] {
            for (at, _) in line.match_indices(program) {
                let before = &line[..at];
                if before.ends_with(|c: char| c.is_alphanumeric() || "-_.@".contains(c)) {
                    continue;
                }
                let is_code = ["`", "entry: ", "run: "]
                    .iter()
                    .any(|end| before.ends_with(end))
                    || is_shell && before.trim().is_empty()
                    || program.starts_with("cargo");
                let arguments = ends_at_shell(&line[at + program.len()..]);
                found.push(Shown { arguments, is_code });
            }
        }
    }
    found
}

/// The text up to the end of the command: a mark of the shell, of Markdown or of a Rust string.
fn ends_at_shell(text: &str) -> String {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '\'' => quote = Some(c),
            // A double quote opens a word in a shell, and ends a string in Rust.
            None if c == '"' && text[..at].ends_with([' ', '=']) => quote = Some(c),
            None if "`\"|>;&#)(\\".contains(c) => return text[..at].to_owned(),
            _ => {}
        }
    }
    text.to_owned()
}

/// The arguments as a shell splits them.
fn words(arguments: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    for c in arguments.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '\'' || c == '"' => quote = Some(c),
            None if c.is_whitespace() => words.push(std::mem::take(&mut word)),
            _ => word.push(c),
        }
    }
    words.push(word);
    // The end of a sentence is not part of a word; `.` and `..` are directories.
    for word in words
        .iter_mut()
        .filter(|word| !word.trim_matches('.').is_empty())
    {
        word.truncate(word.trim_end_matches(['.', ',', ';', ':']).len());
    }
    words.retain(|word| !word.is_empty() && word != "...");
    words
}

/// A word that a reader replaces: `RULE`, `FORMAT=FILE`, `$NAME`, `{name}`, `<name>`.
fn is_placeholder(word: &str) -> bool {
    word.contains(['$', '{', '<']) || word.starts_with(|c: char| c.is_ascii_uppercase())
}

/// The words name a command or a command of a command, such as `rules test`, and nothing else.
fn names_command(program: &clap::Command, words: &[String]) -> bool {
    words
        .iter()
        .try_fold(program, |command, word| command.find_subcommand(word))
        .is_some()
}

/// Why the command line refuses a command, if it does.
fn fault(command: &Shown) -> Option<String> {
    let program = grantlint::cli::command();
    let words = words(&command.arguments);
    let first = words.first()?;
    let is_known = program
        .get_subcommands()
        .any(|known| known.get_name() == first);
    if !is_known && (!command.is_code || is_placeholder(first)) {
        return None;
    }
    let is_name = names_command(&program, &words);
    let given = std::iter::once("grantlint").chain(words.iter().map(String::as_str));
    let error = program.try_get_matches_from(given).err()?;
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => None,
        // Prose names a command without its arguments.
        ErrorKind::MissingRequiredArgument | ErrorKind::MissingSubcommand if is_name => None,
        ErrorKind::InvalidValue | ErrorKind::ValueValidation
            if matches!(error.get(ContextKind::InvalidValue),
                Some(ContextValue::String(value)) if is_placeholder(value)) =>
        {
            None
        }
        _ => Some(format!("grantlint {}: {error}", command.arguments)),
    }
}

#[test]
fn every_command_that_is_shown_parses() {
    let mut paths = Vec::new();
    for place in PLACES {
        files(&root().join(place), &mut paths);
    }
    let (mut faults, mut count) = (Vec::new(), 0);
    for path in paths {
        // A fixture may be anything, also not UTF-8.
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        for command in shown(&text) {
            count += 1;
            if let Some(fault) = fault(&command) {
                faults.push(format!("{}: {fault}", path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(count > 100, "only {count} commands were found");
}

#[test]
fn commands_are_found_where_they_are_shown() {
    let code = |arguments: &str| Shown {
        arguments: arguments.to_owned(),
        is_code: true,
    };
    assert_eq!(
        shown("Run `grantlint chek a` now."),
        [code("chek a")],
        "Markdown"
    );
    assert_eq!(
        shown("```sh\ngrantlint check a \\\n  --quiet | head # exit 1\n```"),
        [code("check a  --quiet ")],
        "a shell"
    );
    assert_eq!(
        shown("entry: grantlint check --partial"),
        [code("check --partial")],
        "a hook"
    );
    assert!(shown("the grantlint-system hook").is_empty());
    assert!(fault(&code("chek a")).is_some());
    assert!(fault(&code("check a --fail-onn high")).is_some());
    assert!(fault(&code("check a --fail-on hihg")).is_some());
    assert!(fault(&code("check a --fail-on LEVEL")).is_none());
    assert!(fault(&code("explain")).is_none());
    assert!(fault(&code("rules test")).is_none());
    assert!(fault(&code("rules test --fast")).is_some());
}
