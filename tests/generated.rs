//! Files that are written from the catalogue are current. `UPDATE=1 cargo test --test
//! generated` writes them.

use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

fn check(path: &str, wanted: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if env::var_os("UPDATE").is_some() {
        fs::write(&file, wanted).expect("a writable file");
        return;
    }
    let found = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        found == wanted,
        "{path} is not current; write it with: UPDATE=1 cargo test --test generated"
    );
}

#[test]
fn the_native_rules_are_registered() {
    let ids: Vec<_> = grantlint::catalog::builtin()
        .iter()
        .filter(|rule| matches!(rule.check, grantlint::catalog::Check::Native))
        .map(|rule| rule.id.as_ref())
        .collect();
    let mut code = String::from(
        "//! The native rules by id. Written by `UPDATE=1 cargo test --test generated` from the rule\n\
         //! files; a test refuses it when it is not current.\n\n",
    );
    for id in &ids {
        let module = id.replace('-', "_");
        let _ = writeln!(code, "#[path = \"{module}.rs\"]\nmod {module};");
    }
    code.push_str(
        "\nuse super::Native;\n\n/// The code of a native rule.\n#[must_use]\npub fn native(id: &str) -> Option<Native> {\n    Some(match id {\n",
    );
    for id in &ids {
        let module = id.replace('-', "_");
        let _ = writeln!(code, "        \"{id}\" => {module}::CHECK,");
    }
    code.push_str("        _ => return None,\n    })\n}\n");
    check("src/checks/native.rs", &code);
}

#[test]
fn the_schema_of_the_configuration_is_current() {
    let rules: Vec<_> = grantlint::catalog::builtin().iter().collect();
    let formats = grantlint::report::Format::ALL.map(grantlint::report::Format::name);
    check(
        "docs/schema/config.json",
        &grantlint::policy::schema(&rules, &formats),
    );
}

#[test]
fn the_other_schemas_are_current() {
    use grantlint::{reference, report};
    for (name, schema) in [
        ("rule", reference::schema()),
        ("report", report::json::schema()),
        ("inventory", report::inventory::schema()),
    ] {
        check(
            &format!("docs/schema/{name}.json"),
            &format!("{schema:#}\n"),
        );
    }
}

#[test]
fn the_reference_of_rules_is_current() {
    let text = grantlint::reference::markdown(grantlint::catalog::builtin());
    check("docs/rules.md", &text);
}

#[test]
fn the_table_of_the_article_names_rules_that_exist() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/article.md"))
        .expect("docs/article.md");
    let rows = page.lines().filter(|line| line.starts_with("| ")).skip(1);
    for row in rows {
        let rules = row.rsplit('|').nth(1).expect("a cell");
        for rule in rules.split(',').map(|rule| rule.trim().trim_matches('`')) {
            assert!(grantlint::catalog::find(rule).is_some(), "{rule}: {row}");
        }
    }
}
