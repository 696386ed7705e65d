//! Which files of a directory can be exports.
//!
//! Invariant: a file is skipped only if it is positively something else and contains no word of an
//! export. A name can make a file a problem; it never makes an export disappear.

use super::words::has_words;
use crate::document::{self, Format, Limits};
use crate::finding::SkipReason;
use crate::text::SourceId;
use std::path::Path;

/// What surrounds a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ground {
    /// A directory of exports: no Terraform in it or above it.
    Exports,
    /// A Terraform root or module.
    Terraform,
    /// Dependencies: `node_modules`, `.terraform`.
    Vendored,
}

/// Endings of texts that grantlint reads.
const DATA: [&str; 5] = ["json", "ndjson", "jsonl", "yaml", "yml"];

/// Endings of containers.
const CONTAINERS: [&str; 10] = [
    "gz", "zip", "zst", "xz", "bz2", "tgz", "tar", "7z", "rar", "gzip",
];

/// Endings of prose and program code: only text that begins as JSON is an export there.
const PROSE_AND_CODE: [&str; 44] = [
    "md", "markdown", "rst", "adoc", "html", "htm", "css", "scss", "toml", "sh", "bash", "zsh",
    "fish", "ps1", "psm1", "psd1", "bat", "cmd", "py", "rb", "go", "js", "mjs", "cjs", "ts", "tsx",
    "jsx", "java", "kt", "cs", "fs", "php", "pl", "lua", "rs", "c", "h", "cpp", "swift", "gradle",
    "groovy", "ipynb", "mod", "sum",
];

/// Endings of settings and assets, which next to Terraform can mention the provider.
const SETTINGS: [&str; 15] = [
    "xml",
    "svg",
    "ini",
    "cfg",
    "conf",
    "properties",
    "lock",
    "sql",
    "graphql",
    "proto",
    "map",
    "hcl",
    "mk",
    "tpl",
    "env",
];

/// Names of code without an ending.
const CODE_NAMES: [&str; 5] = [
    "makefile",
    "dockerfile",
    "jenkinsfile",
    "license",
    "vagrantfile",
];

/// Words in a name that let an empty or unreadable file stay a problem next to Terraform.
const SUSPICIOUS: [&str; 5] = ["client", "oauth", "role", "division", "export"];

/// The ending of a name in lower case.
fn ending(path: &Path) -> String {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.unwrap_or_default().to_ascii_lowercase()
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().to_ascii_lowercase()
}

/// The name of a text without the ending of its compression.
fn plain(path: &Path) -> &Path {
    if matches!(ending(path).as_str(), "gz" | "gzip") {
        return path.file_stem().map_or(path, Path::new);
    }
    path
}

/// Whether Terraform or `OpenTofu` reads a file of this name as configuration.
pub(super) fn is_configuration(path: &Path) -> bool {
    let name = file_name(plain(path));
    [".tf", ".tf.json", ".tofu", ".tofu.json"]
        .iter()
        .any(|end| name.ends_with(end))
}

/// Whether a file of this name belongs to Terraform.
fn is_terraform(path: &Path) -> bool {
    let name = file_name(plain(path));
    is_configuration(path)
        || [".tfvars", ".tfvars.json", ".tfstate"]
            .iter()
            .any(|end| name.ends_with(end))
}

/// Whether Terragrunt reads a file of this name.
pub(super) fn is_terragrunt(path: &Path) -> bool {
    ["terragrunt.hcl", "root.hcl"].contains(&file_name(path).as_str())
}

/// Whether a file is a problem if it cannot be read, or is empty.
pub(super) fn is_problem_unread(path: &Path, ground: Ground) -> bool {
    let outer = ending(path);
    let is_data = DATA.contains(&ending(plain(path)).as_str());
    let is_container = CONTAINERS.contains(&outer.as_str());
    let is_suspicious = || {
        let name = file_name(path);
        SUSPICIOUS.iter().any(|word| name.contains(word))
    };
    match ground {
        _ if is_terraform(path) => ground != Ground::Vendored,
        Ground::Exports => is_data || is_container,
        Ground::Terraform => (is_data || is_container) && is_suspicious(),
        Ground::Vendored => false,
    }
}

/// Whether the first bytes of a file are those of a binary file, which is not a container that
/// grantlint knows.
pub(super) fn is_binary(head: &[u8]) -> bool {
    super::container::wide_encoding(head).is_none() && memchr::memchr(0, head).is_some()
}

/// Why a text that was found in a directory is skipped, if it is.
pub(super) fn skip_reason(path: &Path, text: &str, ground: Ground) -> Option<SkipReason> {
    let name = file_name(path);
    if name == "grantlint.toml" {
        return Some(SkipReason::OwnConfiguration);
    }
    // Terraform records the versions of providers in it.
    if name == ".terraform.lock.hcl" {
        return Some(SkipReason::NotAnExport);
    }
    if is_terragrunt(path) && ground != Ground::Vendored {
        // Only what it passes to a module is read.
        return (!text.contains("inputs")).then_some(SkipReason::NotAnExport);
    }
    if is_terraform(path) {
        let is_foreign = ground == Ground::Vendored && is_configuration(path);
        return is_foreign.then_some(SkipReason::Vendored);
    }
    if !is_candidate(plain(path), text, ground) {
        return Some(other_reason(ground));
    }
    let is_suspicious = ground != Ground::Vendored && is_problem_unread(path, Ground::Terraform);
    if is_suspicious || has_words(text.as_bytes()) {
        return None;
    }
    match (foreign_kind(text), ground) {
        (Some(reason), _) => Some(reason),
        (None, Ground::Exports) => None,
        (None, Ground::Terraform | Ground::Vendored) => Some(other_reason(ground)),
    }
}

const fn other_reason(ground: Ground) -> SkipReason {
    match ground {
        Ground::Vendored => SkipReason::Vendored,
        Ground::Exports | Ground::Terraform => SkipReason::NotAnExport,
    }
}

/// Whether a text can be an export: by the ending of its name, its first characters, or a word.
fn is_candidate(path: &Path, text: &str, ground: Ground) -> bool {
    let ending = ending(path);
    if DATA.contains(&ending.as_str()) || begins_as_json(text) {
        return true;
    }
    let name = file_name(path);
    let is_code = PROSE_AND_CODE.contains(&ending.as_str())
        || (ground != Ground::Exports && SETTINGS.contains(&ending.as_str()))
        || CODE_NAMES.contains(&name.as_str())
        || text.starts_with("#!");
    !is_code && has_words(text.as_bytes())
}

/// Whether a text begins as only JSON does.
fn begins_as_json(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let mut characters = text.chars().filter(|character| !character.is_whitespace());
    match characters.next() {
        Some('{') => matches!(characters.next(), None | Some('"' | '}')),
        // A table of TOML begins with `[[name]]`.
        Some('[') => matches!(
            characters.find(|next| *next != '['),
            None | Some('{' | '"' | ']')
        ),
        _ => false,
    }
}

/// The kind of a text that is recognisably no export, whatever surrounds it.
fn foreign_kind(text: &str) -> Option<SkipReason> {
    if ["${", "%{", "{{"].iter().any(|mark| text.contains(mark)) {
        return Some(SkipReason::Template);
    }
    (has_foreign_tags(text) || is_json_with_comments(text)).then_some(SkipReason::NotAnExport)
}

/// Whether YAML has tags such as `!Ref`, which only another program understands.
fn has_foreign_tags(text: &str) -> bool {
    text.lines().any(|line| {
        let value = line.split([' ', '\t']).find(|word| word.starts_with('!'));
        value.is_some_and(|tag| {
            let name = tag.trim_start_matches('!');
            !tag.starts_with("!!") && name.starts_with(|c: char| c.is_ascii_alphabetic())
        })
    }) && !begins_as_json(text)
}

/// Whether a text is JSON as soon as its comments and trailing commas are gone.
fn is_json_with_comments(text: &str) -> bool {
    if !begins_as_json(text.trim_start_matches(|c| c != '{' && c != '[')) {
        return false;
    }
    let Some(stripped) = without_comments(text) else {
        return false;
    };
    let is_json = |text: &str| {
        let document = document::read_as(SourceId(0), text, Format::Json, Limits::default());
        document.faults().is_empty() && document.roots().next().is_some()
    };
    stripped != text && is_json(&stripped)
}

/// The text without comments and trailing commas; `None` if a comment does not end.
fn without_comments(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if first == '"' {
            let end = string_end(rest)?;
            plain.push_str(&rest[..end]);
            rest = &rest[end..];
        } else if rest.starts_with("//") {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
        } else if rest.starts_with("/*") {
            rest = rest.split_once("*/")?.1;
        } else {
            if matches!(first, '}' | ']') && plain.trim_end().ends_with(',') {
                plain.truncate(plain.trim_end().len() - 1);
            }
            plain.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    Some(plain)
}

/// The end of the string that a text begins with.
fn string_end(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            b'"' if !is_escaped => return Some(at + 1),
            b'\\' => is_escaped = !is_escaped,
            _ => is_escaped = false,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(name: &str, text: &str, ground: Ground) -> Option<SkipReason> {
        skip_reason(Path::new(name), text, ground)
    }

    #[test]
    fn content_decides_next_to_terraform() {
        use SkipReason::{NotAnExport, OwnConfiguration, Template, Vendored};
        let export = r#"[{"id":"x","authorizedGrantType":"CODE"}]"#;
        for (name, text, wanted) in [
            ("a/main.tf", "broken {", None),
            ("a/prod.tfvars", "", None),
            ("package.json", "{\"name\": \"x\"}", Some(NotAnExport)),
            ("clients.json", "", None),
            ("empty.json", "", Some(NotAnExport)),
            ("x.json", export, None),
            ("x.txt", export, None),
            ("x", export, None),
            ("x.md", export, None),
            ("README.md", "genesyscloud_oauth_client", Some(NotAnExport)),
            ("README.md", "[![x](y)](z) roleDivisions", Some(NotAnExport)),
            (
                "run.sh",
                "terraform import genesyscloud_oauth_client.a",
                Some(NotAnExport),
            ),
            ("clients.txt", "Authorized Grant Type : CODE", None),
            ("d.json", "{\"a\": ${x}}", Some(Template)),
            ("t.yaml", "key: !Ref Foo\n", Some(NotAnExport)),
            ("grantlint.toml", "[gate]\n", Some(OwnConfiguration)),
            (
                "accepted.toml",
                "[[accept]]\nrule = \"x\"",
                Some(NotAnExport),
            ),
            ("live/terragrunt.hcl", "inputs = {}\n", None),
            ("live/terragrunt.hcl", "", Some(NotAnExport)),
            ("live/root.hcl", "inputs = {}\n", None),
        ] {
            assert_eq!(
                reason(name, text, Ground::Terraform),
                wanted,
                "{name} {text}"
            );
        }
        assert_eq!(reason("main.tf", "", Ground::Vendored), Some(Vendored));
        assert_eq!(reason("x.json", export, Ground::Vendored), None);
    }

    #[test]
    fn a_directory_of_exports_keeps_what_can_be_an_export() {
        use SkipReason::{NotAnExport, Template};
        for (name, text, wanted) in [
            ("empty.json", "", None),
            ("cut.json", "{\"entities\": [", None),
            ("a", "[", None),
            ("a", "[[", None),
            ("a", "[[{\"id\": ", None),
            (
                "accepted.toml",
                "[[accept]]\nrule = \"x\"",
                Some(NotAnExport),
            ),
            ("tsconfig.json", "{\"a\": 1, /* b */}", Some(NotAnExport)),
            ("tsconfig.json", "// x\n{\"a\": [1,],}", Some(NotAnExport)),
            ("open.json", "{\"a\": 1, /* b ", None),
            ("page.json", "<html>", None),
            ("helm.yaml", "{{ .Values.x }}", Some(Template)),
            ("run.log", "done", Some(NotAnExport)),
            ("config.ini", "[section]\n", Some(NotAnExport)),
            ("export.sh", "gc oauth clients list -a", Some(NotAnExport)),
            (
                "clients.xml",
                "<authorizedGrantType>CODE</authorizedGrantType>",
                None,
            ),
        ] {
            assert_eq!(reason(name, text, Ground::Exports), wanted, "{name} {text}");
        }
    }

    #[test]
    fn binary_files_are_seen_by_their_first_bytes() {
        assert!(is_binary(b"\x7fELF\x02\x01\x01\0\0\0\0\0"));
        assert!(!is_binary(b"[{\"id\""));
        assert!(!is_binary(b"[\0{\0\"\0i\0d\0\"\0"));
    }
}
