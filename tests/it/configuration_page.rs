//! `docs/configuration.md` is true: each block of it is read and run, and its tables name
//! what there is.

use crate::common::{grantlint_in, root};
use std::fs;
use std::path::Path;

const TODAY: &str = "2026-11-22";

/// The blocks of the page with the names of their files, in order.
fn blocks() -> Vec<(String, String)> {
    let page = fs::read_to_string(root().join("docs/configuration.md")).expect("the page");
    let mut blocks = Vec::new();
    let mut rest = page.as_str();
    while let Some((_, after)) = rest.split_once("\n```") {
        let (head, body) = after.split_once('\n').expect("a block");
        let (block, behind) = body.split_once("\n```").expect("an end");
        assert!(["toml", "yaml", "hcl"].contains(&head), "a block of {head}");
        let first = block.lines().next().expect("a line");
        let name = first.strip_prefix("# ").expect("the name of a file");
        blocks.push((name.to_owned(), format!("{block}\n")));
        rest = behind;
    }
    blocks
}

fn write(directory: &Path, name: &str, text: &str) {
    let path = directory.join(name);
    fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
    fs::write(path, text).expect("a file");
}

#[test]
fn every_block_of_the_page_is_read_and_run() {
    let place = tempfile::tempdir().expect("a directory");
    let (configurations, files): (Vec<_>, Vec<_>) = blocks()
        .into_iter()
        .partition(|(name, _)| name == "grantlint.toml");
    assert_eq!((configurations.len(), files.len()), (10, 5));
    for (name, text) in &files {
        write(place.path(), name, text);
    }
    for name in ["common.tfvars", "prod.tfvars"] {
        write(place.path(), &format!("exports/{name}"), "");
    }
    let run = |arguments: &[&str]| grantlint_in(place.path(), arguments, b"");
    let known = [
        "check",
        "exports",
        "--today",
        TODAY,
        "--write-baseline",
        "known.json",
        "--no-suppress",
    ];
    assert_eq!(run(&known).code, 1);
    let tested = run(&["rules", "test", "policies"]);
    assert_eq!(tested.code, 0, "{}", tested.all());
    for (_, text) in &configurations {
        write(place.path(), "grantlint.toml", text);
        let shown = run(&["config", "--today", TODAY]);
        assert_eq!(shown.code, 0, "{text}\n{}", shown.all());
        let checked = run(&["check", "exports", "--today", TODAY]);
        assert!([0, 1].contains(&checked.code), "{text}\n{}", checked.all());
        // Every comment and entry of the page excuses something.
        assert!(
            !checked.stdout.contains("exception-unused"),
            "{text}\n{}",
            checked.all()
        );
    }
    // The baseline knows all that the page's export holds.
    let baselined = configurations
        .iter()
        .find(|(_, text)| text.contains("known.json"));
    write(
        place.path(),
        "grantlint.toml",
        &baselined.expect("a block").1,
    );
    let checked = run(&["check", "exports", "--today", TODAY]);
    assert_eq!(checked.code, 0, "{}", checked.all());
    // The organisation's file by itself.
    let own = [
        "check",
        "exports",
        "--today",
        TODAY,
        "--config",
        "org/grantlint.toml",
    ];
    assert!([0, 1].contains(&run(&own).code), "{}", run(&own).all());
}

#[test]
fn the_page_names_every_key() {
    let page = fs::read_to_string(root().join("docs/configuration.md")).expect("the page");
    let schema = grantlint_in(root(), &["schema", "config"], b"").json();
    let mut tables = vec![&schema];
    let mut seen = 0;
    while let Some(table) = tables.pop() {
        for (key, value) in table["properties"].as_object().into_iter().flatten() {
            // Rules have their own page.
            if grantlint::catalog::find(key).is_some() {
                continue;
            }
            assert!(page.contains(key.as_str()), "nothing is said of `{key}`");
            seen += 1;
            tables.extend([value, &value["items"], &value["additionalProperties"]]);
        }
    }
    assert!(seen > 30, "{seen}");
}
