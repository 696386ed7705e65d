//! Files that are written from the catalogue are current. `UPDATE=1 cargo test --locked
//! generated` writes them.

use crate::common::{TODAY, grantlint};
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
        "{path} is not current; write it with: UPDATE=1 cargo test --locked generated"
    );
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
        ("recommendation", report::recommend::schema()),
        ("plan", report::plan::schema()),
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

/// The picture of the README: what the program prints in colour, its middle left out.
#[test]
fn the_picture_of_the_output_is_current() {
    let arguments = [
        "check",
        "fixtures/demo",
        "--today",
        TODAY,
        "--color",
        "always",
    ];
    let run = grantlint(&arguments);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let lines: Vec<_> = run.stdout.lines().collect();
    let second = lines
        .iter()
        .position(|line| line.starts_with('\u{25cf}'))
        .and_then(|first| {
            let mut clients =
                (first + 1..lines.len()).filter(|at| lines[*at].starts_with('\u{25cf}'));
            clients.nth(1)
        });
    let second = second.expect("three clients with findings");
    let end = lines
        .iter()
        .rposition(|line| line.contains("\u{2500}\u{2500}\u{2500}\u{2500}"));
    let end = end.expect("a rule before the summary");
    let shown = [
        &["\u{1b}[1m$ grantlint check fixtures/demo\u{1b}[0m", ""],
        &lines[..second],
        &["\u{1b}[2m  ⋮\u{1b}[0m"],
        &lines[end..],
    ]
    .concat()
    .join("\n");
    // The eight colours of a terminal, as they are readable on dark.
    let rgb = |hex: u32| anstyle::RgbColor((hex >> 16) as u8, (hex >> 8) as u8, hex as u8);
    let colours = [
        0x0d_11_17, 0xff_7b_72, 0x7e_e7_87, 0xe3_b3_41, 0x79_c0_ff, 0xd2_a8_ff, 0x76_e3_ea,
        0xc9_d1_d9,
    ];
    let mut palette = [rgb(0); 16];
    for (at, colour) in palette.iter_mut().enumerate() {
        *colour = rgb(colours[at % colours.len()]);
    }
    let svg = anstyle_svg::Term::new()
        .palette(anstyle_svg::Palette(palette))
        .fg_color(rgb(0xe6_ed_f3).into())
        .bg_color(rgb(0x0d_11_17).into())
        .render_svg(&shown);
    check("docs/demo.svg", &svg);
}
