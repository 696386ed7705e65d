//! Compares the module table of `docs/ARCHITECTURE.md` with the sources: dependencies run in one
//! direction, and each crate is used only in the modules that are listed for it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The modules that each module may import.
const TABLE: [(&str, &[&str]); 18] = [
    ("text", &[]),
    ("document", &["text"]),
    ("model", &["text"]),
    ("catalog", &[]),
    ("finding", &["catalog", "model", "text"]),
    ("export", &["document", "finding", "model", "text"]),
    ("usage", &["catalog", "model", "text"]),
    ("checks", &["catalog", "model", "text", "usage"]),
    (
        "engine",
        &["catalog", "checks", "finding", "model", "text", "usage"],
    ),
    ("policy", &["catalog", "finding", "model", "text"]),
    ("remedy", &["catalog", "finding", "model", "text"]),
    ("discover", &["document", "finding", "text"]),
    (
        "inventory",
        &["catalog", "finding", "model", "text", "usage"],
    ),
    (
        "audit",
        &[
            "catalog",
            "checks",
            "document",
            "engine",
            "export",
            "finding",
            "inventory",
            "model",
            "policy",
            "remedy",
            "text",
            "usage",
        ],
    ),
    (
        "examples",
        &["audit", "catalog", "finding", "model", "text"],
    ),
    ("report", &["catalog", "finding", "text"]),
    ("reference", &["catalog", "report"]),
    (
        "cli",
        &[
            "audit",
            "catalog",
            "discover",
            "document",
            "engine",
            "examples",
            "finding",
            "policy",
            "reference",
            "remedy",
            "report",
            "text",
        ],
    ),
];

/// Crates that may be used only in these modules.
const CRATES: [(&str, &[&str]); 18] = [
    ("miette", &["report"]),
    ("askama", &["report"]),
    (
        "rayon",
        &[
            "checks",
            "discover",
            "document",
            "engine",
            "export",
            "inventory",
            "audit",
            "cli",
        ],
    ),
    ("walkdir", &["discover"]),
    ("globset", &["discover", "policy"]),
    ("flate2", &["discover", "report", "usage"]),
    ("zip", &["discover"]),
    ("clap", &["cli"]),
    ("rustix", &["cli"]),
    ("signal_hook", &["cli"]),
    ("indicatif", &["cli"]),
    ("supports_hyperlinks", &["cli"]),
    ("granit_parser", &["document"]),
    ("hcl_edit", &["document"]),
    ("serde_json", &["policy", "report", "reference", "text"]),
    ("url", &["checks", "inventory", "text"]),
    ("cel", &["checks"]),
    ("sha2", &["finding", "policy", "text"]),
];

fn sources() -> Vec<(PathBuf, String)> {
    fn walk(directory: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(directory).expect("src") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).expect("readable");
                found.push((path, text));
            }
        }
    }
    let mut found = Vec::new();
    walk(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut found,
    );
    found
}

/// `checks` for `src/checks/mod.rs`, `engine` for `src/engine.rs`.
fn module(path: &Path) -> String {
    let below = path
        .strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
        .expect("below src");
    let first = below.components().next().expect("a name").as_os_str();
    first.to_string_lossy().trim_end_matches(".rs").to_owned()
}

/// The names that follow a path, also those in braces: `crate::{text, model::Client}`.
fn imported(code: &str, path: &str) -> Vec<String> {
    let is_name = |c: &char| c.is_alphanumeric() || *c == '_';
    let name = |text: &str| text.trim_start().chars().take_while(is_name).collect();
    let mut names = Vec::new();
    for rest in code.split(path).skip(1) {
        let Some(list) = rest.strip_prefix('{') else {
            names.push(name(rest));
            continue;
        };
        let mut depth = 0;
        let mut start = 0;
        for (at, c) in list.char_indices() {
            match c {
                '{' => depth += 1,
                '}' | ',' if depth == 0 => {
                    names.push(name(&list[start..at]));
                    start = at + 1;
                    if c == '}' {
                        break;
                    }
                }
                '}' => depth -= 1,
                _ => {}
            }
        }
    }
    names
}

#[test]
fn imports_in_braces_are_seen() {
    let code = "use crate::{text::{Span, Place}, model, report::x};\nuse crate::cli::run;";
    assert_eq!(
        imported(code, "crate::"),
        ["text", "model", "report", "cli"]
    );
}

/// The code without its comments and its unit tests.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap_or(text);
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn modules_import_only_what_the_table_allows() {
    let table: BTreeMap<_, _> = TABLE.into_iter().collect();
    let mut faults = Vec::new();
    for (path, text) in sources() {
        let module = module(&path);
        if ["lib", "main"].contains(&module.as_str()) {
            continue;
        }
        let Some(allowed) = table.get(module.as_str()) else {
            faults.push(format!(
                "{}: the module `{module}` is not in the table",
                path.display()
            ));
            continue;
        };
        for name in imported(&code(&text), "crate::") {
            if name != module
                && table.contains_key(name.as_str())
                && !allowed.contains(&name.as_str())
            {
                faults.push(format!(
                    "{}: `{module}` must not import `{name}`",
                    path.display()
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// `["export", "terraform", "value"]` for `src/export/terraform/value.rs`.
fn module_path(path: &Path) -> Vec<String> {
    let below = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let below = below.expect("below src").with_extension("");
    let names = below.iter().map(|name| name.to_string_lossy().into_owned());
    names.filter(|name| name != "mod").collect()
}

/// The modules that a file imports from next to itself, or from next to a module that it is in:
/// the parent of both, the importing one, the imported one. Names that the parent re-exports are
/// not seen.
fn sibling_imports(
    path: &[String],
    code: &str,
    modules: &BTreeSet<Vec<String>>,
) -> Vec<(Vec<String>, String, String)> {
    let code = code.replace("super::super::super::", "up3::");
    let code = code
        .replace("super::super::", "up2::")
        .replace("super::", "up1::");
    let mut found = Vec::new();
    for depth in 1..path.len() {
        let (parent, own) = (&path[..depth], &path[depth]);
        let absolute = format!("crate::{}::", parent.join("::"));
        let relative = format!("up{}::", path.len() - depth);
        let names = [absolute, relative].map(|prefix| imported(&code, &prefix));
        for name in names.into_iter().flatten() {
            if name != *own && modules.contains(&[parent, std::slice::from_ref(&name)].concat()) {
                found.push((parent.to_vec(), own.clone(), name));
            }
        }
    }
    found
}

#[test]
fn modules_of_one_parent_do_not_import_each_other_in_circles() {
    let sources = sources();
    let modules: BTreeSet<_> = sources.iter().map(|(path, _)| module_path(path)).collect();
    let mut imports: BTreeMap<(Vec<String>, String), BTreeSet<String>> = BTreeMap::new();
    for (path, text) in &sources {
        for (parent, own, name) in sibling_imports(&module_path(path), &code(text), &modules) {
            imports.entry((parent, own)).or_default().insert(name);
        }
    }
    let mut circles = Vec::new();
    for (parent, own) in imports.keys() {
        let mut reached = BTreeSet::new();
        let mut open = vec![own.clone()];
        while let Some(at) = open.pop() {
            let next = imports.get(&(parent.clone(), at)).into_iter().flatten();
            open.extend(next.filter(|name| reached.insert((*name).clone())).cloned());
        }
        if reached.contains(own) {
            circles.push(format!("{}::{own}", parent.join("::")));
        }
    }
    assert!(
        circles.is_empty(),
        "these modules import each other in circles: {}",
        circles.join(", ")
    );
}

#[test]
fn imports_of_siblings_are_seen() {
    let path = |text: &str| -> Vec<String> { text.split("::").map(str::to_owned).collect() };
    let modules = ["a::b", "a::c", "a::b::d", "a::b::e"].map(path).into();
    let code = "use super::{e::X, super::c};\nuse super::super::c::Y;\nuse crate::a::{b, c};";
    let found = sibling_imports(&path("a::b::d"), code, &modules);
    let found: Vec<_> = found
        .iter()
        .map(|(parent, own, name)| format!("{}: {own} -> {name}", parent.join("::")))
        .collect();
    assert_eq!(found, ["a: b -> c", "a: b -> c", "a::b: d -> e"]);
}

#[test]
fn crates_stay_in_their_modules() {
    let mut faults = Vec::new();
    for (path, text) in sources() {
        let module = module(&path);
        for (name, modules) in CRATES {
            let used = code(&text)
                .split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'))
                .any(|word| word.starts_with(&format!("{name}::")));
            if used && !modules.contains(&module.as_str()) {
                faults.push(format!(
                    "{}: `{name}` does not belong in `{module}`",
                    path.display()
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_file_starts_with_its_purpose() {
    for (path, text) in sources() {
        assert!(
            text.starts_with("//!"),
            "{} does not begin with `//!`",
            path.display()
        );
    }
}

#[test]
fn no_check_names_a_rule() {
    let checks = sources()
        .into_iter()
        .filter(|(path, _)| module(path) == "checks");
    let mut seen = 0;
    for (path, text) in checks {
        seen += 1;
        for rule in grantlint::catalog::builtin() {
            let named = format!("\"{}\"", rule.id);
            let code = code(&text);
            assert!(!code.contains(&named), "{}: {named}", path.display());
        }
    }
    assert!(seen > 100, "{seen}");
}

#[test]
fn the_page_on_architecture_shows_the_same_table() {
    let page =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ARCHITECTURE.md"))
            .expect("docs/ARCHITECTURE.md");
    for (module, allowed) in TABLE {
        let imports = if allowed.is_empty() {
            "-".to_owned()
        } else {
            allowed.join(", ")
        };
        let row = page
            .lines()
            .find(|line| line.starts_with(&format!("| `{module}` |")));
        let row = row.unwrap_or_else(|| panic!("docs/ARCHITECTURE.md has no row for `{module}`"));
        assert!(
            row.ends_with(&format!("| {imports} |")),
            "docs/ARCHITECTURE.md: {row}\nshould end in: | {imports} |"
        );
    }
}
