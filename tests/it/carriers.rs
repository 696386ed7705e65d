//! What exports come in: directories, archives, encodings, standard input; and the limits.

use crate::common::{grantlint_in, root};
use flate2::Compression;
use flate2::write::GzEncoder;
use grantlint::discover::{Exclude, Options, discover_with};
use grantlint::finding::{ProblemKind, SkipReason};
use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;
use zip::write::SimpleFileOptions;

const CLIENT: &str = r#"[{"id":"11111111-2222-4333-8444-555555555555","name":"Wallboard – é","authorizedGrantType":"TOKEN","registeredRedirectUri":["https://wallboard.example.com/"]}]"#;

fn write(directory: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    let path = directory.join(name);
    fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
    fs::write(path, bytes).expect("a file");
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("gzip");
    encoder.finish().expect("gzip")
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        archive
            .start_file(*name, SimpleFileOptions::default())
            .expect("zip");
        archive.write_all(bytes).expect("zip");
    }
    archive.finish().expect("zip").into_inner()
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    std::iter::once('\u{feff}')
        .chain(text.chars())
        .flat_map(|character| character.encode_utf16(&mut [0; 2]).to_vec())
        .flat_map(bytes)
        .collect()
}

/// The one finding's place, as `concise` writes it.
fn found(directory: &Path, arguments: &[&str]) -> String {
    let mut all = vec!["check", "--format", "concise", "--select", "implicit-grant"];
    all.extend(arguments);
    let run = grantlint_in(directory, &all, b"");
    assert_eq!(run.code, 1, "{}", run.all());
    let line = run.stdout.lines().next().unwrap_or_default().to_owned();
    line.split(": ").next().unwrap_or_default().to_owned()
}

#[test]
fn every_carrier_gives_the_same_place() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let before = CLIENT.split("TOKEN").next().unwrap_or_default();
    let column = before.chars().count() + 1;
    let marked = format!("\u{feff}{CLIENT}");
    let packed = zip(&[("a/clients.json", CLIENT.as_bytes()), ("readme.txt", b"x")]);
    for (name, bytes, shown) in [
        ("plain.json", CLIENT.as_bytes().to_vec(), "plain.json"),
        ("mark.json", marked.into_bytes(), "mark.json"),
        (
            "little.json",
            utf16(CLIENT, u16::to_le_bytes),
            "little.json",
        ),
        ("big.json", utf16(CLIENT, u16::to_be_bytes), "big.json"),
        (
            "clients.json.gz",
            gzip(CLIENT.as_bytes()),
            "clients.json.gz",
        ),
        ("misnamed", gzip(CLIENT.as_bytes()), "misnamed"),
        ("x.zip", packed, "x.zip!a/clients.json"),
        (
            "both.json.gz",
            gzip(&utf16(CLIENT, u16::to_le_bytes)),
            "both.json.gz",
        ),
    ] {
        write(directory, name, bytes);
        assert_eq!(found(directory, &[name]), format!("{shown}:1:{column}"));
    }
}

#[test]
fn standard_input_takes_a_name_and_carriers_too() {
    let packed = gzip(CLIENT.as_bytes());
    let run = grantlint_in(
        root(),
        &[
            "check",
            "-",
            "--stdin-filename",
            "exports/live.json",
            "--format",
            "concise",
        ],
        &packed,
    );
    assert!(
        run.stdout.starts_with("exports/live.json:1:"),
        "{}",
        run.all()
    );
    let hcl = "resource \"genesyscloud_oauth_client\" \"a\" {\n  name = \"A\"\n  authorized_grant_type = \"TOKEN\"\n}\n";
    let run = grantlint_in(
        root(),
        &["check", "-", "--format", "concise"],
        hcl.as_bytes(),
    );
    assert!(run.stdout.contains("<stdin>:3:28: "), "{}", run.all());
}

#[test]
fn directories_are_searched_by_content_and_skipped_files_are_listed() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    write(at, "a/clients.json", CLIENT);
    write(at, "a/notes.txt", "x");
    write(at, "a/.hidden/x", CLIENT);
    write(at, "a/.terraform/modules/m/main.tf", "broken {");
    write(at, "a/old/clients.json", "broken");
    write(at, "a/log.gz", gzip(b"x"));
    write(
        at,
        "a/tool.zip",
        zip(&[("bin/tool", b"\x7fELF\0"), (".x/y.md", b"x")]),
    );
    write(at, "a/other.json", "{\"a\": [1, 2]}");
    let options = Options {
        exclude: Exclude::new(&["old/"]).expect("a pattern"),
        ..Options::default()
    };
    let discovery = discover_with(&[at.to_owned()], &options, &mut std::io::empty());
    assert!(discovery.problems.is_empty(), "{:?}", discovery.problems);
    let names: Vec<_> = discovery
        .sources
        .iter()
        .map(|(_, source)| {
            source
                .path()
                .rsplit('/')
                .next()
                .unwrap_or_default()
                .to_owned()
        })
        .collect();
    assert_eq!(names, ["x", "clients.json", "other.json"]);
    let base = format!("{}/a/", at.display());
    let over: Vec<_> = discovery
        .skipped
        .iter()
        .map(|file| {
            (
                file.path.strip_prefix(&base).unwrap_or_default(),
                file.reason,
            )
        })
        .collect();
    assert_eq!(
        over,
        [
            (".terraform/", SkipReason::Vendored),
            ("log.gz", SkipReason::NotAnExport),
            ("notes.txt", SkipReason::NotAnExport),
            ("old", SkipReason::Excluded),
            ("tool.zip!.x/y.md", SkipReason::NotAnExport),
            ("tool.zip!bin/tool", SkipReason::Binary),
        ]
    );
    let run = grantlint_in(at, &["check", "a", "--exclude", "old", "-v"], b"");
    assert_eq!(run.code, 1, "{}", run.all());
    assert!(run.all().contains("a/other.json"), "{}", run.all());
    assert!(
        run.stderr.contains("skipped a/.terraform/: dependencies"),
        "{}",
        run.stderr
    );
    let run = grantlint_in(at, &["check", "a/other.json"], b"");
    assert_eq!(run.code, 3, "{}", run.all());
    let run = grantlint_in(at, &["check", "a", "--exclude", "a[", "-v"], b"");
    assert_eq!(run.code, 2, "{}", run.all());
}

#[test]
fn limits_are_said_and_can_be_raised() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    let padded = format!("{}{CLIENT}", " ".repeat(3_000_000));
    write(at, "big.json", &padded);
    write(at, "big.json.gz", gzip(padded.as_bytes()));
    write(at, "big.zip", zip(&[("big.json", padded.as_bytes())]));
    let half = " ".repeat(600_000);
    write(
        at,
        "two.zip",
        zip(&[("a.json", half.as_bytes()), ("b.json", half.as_bytes())]),
    );
    for name in ["big.json", "big.json.gz", "big.zip", "two.zip"] {
        let run = grantlint_in(at, &["check", name, "--max-size", "1M"], b"");
        assert_eq!(run.code, 3, "{}", run.all());
        let said = run.all();
        assert!(said.contains("larger than 1 MiB"), "{said}");
        assert!(said.contains("--max-size"), "{said}");
    }
    for name in ["big.json", "big.json.gz", "big.zip"] {
        let run = grantlint_in(at, &["check", name, "--max-size", "4M"], b"");
        assert_eq!(run.code, 1, "{}", run.all());
    }
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    write(
        at,
        "deep.json",
        CLIENT.replace("\"TOKEN\"", &format!("\"TOKEN\",\"x\":{deep}")),
    );
    let run = grantlint_in(at, &["check", "deep.json"], b"");
    assert!(run.all().contains("--max-depth"), "{}", run.all());
    assert_eq!(run.code, 3);
    let run = grantlint_in(at, &["check", "deep.json", "--max-depth", "300"], b"");
    assert_eq!(run.code, 1, "{}", run.all());
    for wrong in [
        ["--max-size", "x"],
        ["--max-size", "0"],
        ["--max-size", "5G"],
        ["--max-depth", "0"],
        ["--max-depth", "9999"],
    ] {
        let run = grantlint_in(at, &["check", "big.json", wrong[0], wrong[1]], b"");
        assert_eq!(run.code, 2, "{wrong:?}: {}", run.all());
    }
}

#[test]
fn what_cannot_be_opened_is_a_problem() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    let packed = zip(&[("clients.json", CLIENT.as_bytes())]);
    write(at, "cut.zip", &packed[..packed.len() / 2]);
    write(at, "cut.json.gz", &gzip(CLIENT.as_bytes())[..40]);
    write(at, "nested.zip", zip(&[("inner.json", &packed)]));
    write(at, "nested.gz", gzip(&packed));
    write(at, "latin.json", b"{\"name\": \"\xe9\"}");
    write(at, "odd.json", b"\xff\xfea\0b");
    write(at, "surrogate.json", b"\xff\xfe\x00\xd8a\0");
    write(at, "none.zip", zip(&[("readme.md", b"x")]));
    // By what they begin with, since nobody opens them.
    write(at, "clients.json.zst", b"\x28\xb5\x2f\xfdrest");
    write(at, "clients.json.xz", b"\xfd7zXZ\0rest");
    write(at, "clients.json.bz2", b"BZh91AYrest");
    let mut tar = vec![0; 257];
    tar.extend(b"ustar  \0");
    write(at, "clients.tar.gz", gzip(&tar));
    let found = grantlint_in(at, &["check", ".", "--format", "concise"], b"").all();
    for sort in [
        "compressed by zstd",
        "compressed by xz",
        "compressed by bzip2",
    ] {
        assert!(found.contains(sort), "{sort}: {found}");
    }
    for name in [
        "clients.tar.gz",
        "cut.zip",
        "cut.json.gz",
        "nested.zip",
        "nested.gz",
        "latin.json",
        "odd.json",
        "surrogate.json",
        "none.zip",
    ] {
        let paths = [at.join(name)];
        let discovery = discover_with(&paths, &Options::default(), &mut std::io::empty());
        let kinds: Vec<_> = discovery
            .problems
            .iter()
            .map(|problem| problem.kind)
            .collect();
        let wanted = if name == "none.zip" {
            ProblemKind::Unrecognised
        } else {
            ProblemKind::Unreadable
        };
        assert_eq!(kinds, [wanted], "{name}: {:?}", discovery.problems);
        assert!(discovery.sources.is_empty());
    }
    for end in 0..packed.len() {
        write(at, "prefix.zip", &packed[..end]);
        let paths = [at.join("prefix.zip")];
        let discovery = discover_with(&paths, &Options::default(), &mut std::io::empty());
        // Less than a signature is text like any other.
        assert!(end < 4 || !discovery.problems.is_empty(), "{end}");
    }
}

#[test]
fn members_of_one_name_are_not_lost_in_silence() {
    let directory = tempfile::tempdir().expect("a directory");
    let packed = zip(&[
        ("one.json", CLIENT.as_bytes()),
        ("two.json", CLIENT.as_bytes()),
    ]);
    let mut same = packed.clone();
    for at in 0..same.len() - 8 {
        if &same[at..at + 8] == b"two.json" {
            same[at..at + 3].copy_from_slice(b"one");
        }
    }
    for (bytes, problems) in [(packed, 0), (same, 1)] {
        write(directory.path(), "x.zip", bytes);
        let paths = [directory.path().join("x.zip")];
        let discovery = discover_with(&paths, &Options::default(), &mut std::io::empty());
        assert_eq!(
            discovery.problems.len(),
            problems,
            "{:?}",
            discovery.problems
        );
    }
}

#[test]
fn each_archive_is_an_organisation_of_its_own() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    let other = CLIENT.replace("11111111", "22222222");
    write(at, "one.zip", zip(&[("clients.json", CLIENT.as_bytes())]));
    write(at, "two.zip", zip(&[("clients.json", other.as_bytes())]));
    let run = grantlint_in(at, &["check", "."], b"");
    assert!(
        run.stdout
            .contains("2 clients in 2 files of 2 organisations"),
        "{}",
        run.all()
    );
}

#[test]
fn the_configuration_says_which_directory_is_one_organisation() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    let other = CLIENT.replace("11111111", "22222222");
    write(at, "emea/first/clients.json", CLIENT);
    write(at, "emea/pages.zip", zip(&[("p2.json", other.as_bytes())]));
    write(at, "apac/clients.json", CLIENT);
    let organisations = || {
        let run = grantlint_in(at, &["check", "--format", "json", "."], b"");
        let report = run.json();
        let findings = report["findings"].as_array().expect("findings");
        let names: std::collections::BTreeSet<String> = findings
            .iter()
            .filter_map(|finding| finding["client"]["organisation"].as_str())
            .map(str::to_owned)
            .collect();
        names
    };
    assert_eq!(organisations().len(), 3);
    write(
        at,
        "grantlint.toml",
        "[organisations.\"emea\"]\nwhole = true\nname = \"EMEA\"\n",
    );
    let names: Vec<String> = organisations().into_iter().collect();
    assert_eq!(names, ["EMEA", "apac"]);
}
