//! The located tree against its oracles: `serde_json` and `yaml_serde` must accept what it
//! accepts and give the same values, on every fixture, on every prefix and on mutations.

use grantlint::document::{self, Document, FaultKind, Format, Kind, Limits, Node};
use grantlint::text::SourceId;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

fn read(text: &str) -> Document<'_> {
    document::read(SourceId(0), text, Limits::default())
}

fn is_broken(document: &Document<'_>) -> bool {
    document
        .faults()
        .iter()
        .any(|fault| fault.kind != FaultKind::DuplicateKey)
}

fn value(node: Node<'_, '_>) -> Value {
    match node.kind() {
        Kind::Null => Value::Null,
        Kind::True => Value::Bool(true),
        Kind::False => Value::Bool(false),
        Kind::Number => {
            let written = node.number().expect("a number");
            serde_json::from_str(written)
                .or_else(|_| yaml_serde::from_str(written))
                .unwrap_or_else(|_| Value::String(written.into()))
        }
        Kind::List => Value::Array(node.items().map(value).collect()),
        Kind::Map => {
            let mut map = Map::new();
            for (key, item) in node.entries() {
                let name = key
                    .text()
                    .map_or_else(|| key.written().to_owned(), Into::into);
                map.insert(name, value(item));
            }
            Value::Object(map)
        }
        _ => Value::String(node.text().expect("text").into_owned()),
    }
}

fn values(document: &Document<'_>) -> Vec<Value> {
    document.roots().map(value).collect()
}

/// Every span lies in its parent's and on character boundaries.
fn check_spans(node: Node<'_, '_>, text: &str) {
    let span = node.span();
    assert!(
        text.get(span.range()).is_some(),
        "{span:?} is no range of the text"
    );
    for child in node.items() {
        check_spans(child, text);
    }
    for (key, child) in node.entries() {
        check_spans(key, text);
        check_spans(child, text);
    }
}

fn fixtures(ending: &str) -> Vec<(PathBuf, String)> {
    fn walk(directory: &Path, ending: &str, found: &mut Vec<(PathBuf, String)>) {
        let mut entries: Vec<_> = fs::read_dir(directory)
            .expect("fixtures")
            .map(|entry| entry.expect("an entry").path())
            .collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                walk(&path, ending, found);
            } else if path.extension().is_some_and(|own| own == ending) {
                let text = fs::read_to_string(&path).expect("a readable fixture");
                found.push((path, text));
            }
        }
    }
    let mut found = Vec::new();
    walk(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"),
        ending,
        &mut found,
    );
    assert!(!found.is_empty(), "no fixture ends in {ending}");
    found
}

/// Both readers of JSON on the same text; ours must be reading it as JSON.
fn compare_json(text: &str) {
    let ours = read(text);
    for root in ours.roots() {
        check_spans(root, text);
    }
    if ours.format() != Format::Json {
        return;
    }
    let stripped = text.strip_prefix('\u{feff}').unwrap_or(text);
    let theirs: Result<Vec<Value>, _> = serde_json::Deserializer::from_str(stripped)
        .into_iter()
        .collect();
    match theirs {
        Ok(theirs) => {
            assert!(
                !is_broken(&ours),
                "only serde_json accepts {text:?}: {:?}",
                ours.faults()
            );
            assert_eq!(values(&ours), theirs, "{text:?}");
        }
        // The oracle refuses numbers beyond a float; they are read here, and judged later.
        Err(error) if error.to_string().contains("number out of range") => {}
        // Values that run into each other: the oracle wants a break after a number or word.
        Err(error) if error.to_string().contains("trailing characters") => {}
        Err(error) => assert!(
            is_broken(&ours),
            "only serde_json refuses {text:?}: {error}"
        ),
    }
}

#[test]
fn json_agrees_with_serde_json_on_fixtures() {
    for (_, text) in fixtures("json") {
        compare_json(&text);
    }
}

#[test]
fn json_agrees_with_serde_json_on_corner_cases() {
    for text in [
        "",
        " ",
        "null",
        "true",
        "[]",
        "{}",
        "[1,]",
        "[,1]",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{a:1}",
        "[1 2]",
        "[1]]",
        "\"\\ud83d\\ude00\"",
        "\"\\ud83d\"",
        "\"\\ude00\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u00e9\\n\\/\"",
        "01",
        "-",
        "-0",
        "1.",
        ".5",
        "1e",
        "1e5",
        "1E+5",
        "1e999",
        "-1.5e-3",
        "[0.1,1e2]",
        "\"a\tb\"",
        "\"unfinished",
        "{\"a\":",
        "[{\"a\":[{\"b\":null}]}]",
        "nul",
        "nullx",
        "[1]\n[2]",
        "{\"a\":1}{\"a\":2}",
        "[\"é😀\"]",
        "\u{feff}[1]",
        "{\"a\":1,\"a\":2}",
        "[1.0,-0.0,123456789012345678901234567890]",
        "[\"\u{7f}\"]",
        "{\"\":{\"\":\"\"}}",
        "[tru]",
    ] {
        compare_json(text);
    }
}

#[test]
fn every_prefix_is_read_without_a_panic_and_agrees() {
    let (_, text) = fixtures("json")
        .into_iter()
        .find(|(path, _)| path.ends_with("wrong-type.json"))
        .expect("a small fixture");
    let text = &text[..text.floor_char_boundary(3000)];
    for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
        compare_json(&text[..end]);
    }
}

/// A small generator of numbers, so that mutations are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).expect("below a usize")
    }
}

#[test]
fn mutations_are_read_without_a_panic_and_agree() {
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    let (_, text) = fixtures("json")
        .into_iter()
        .find(|(path, _)| path.ends_with("wrong-type.json"))
        .expect("the fixture");
    let pieces = [
        "{", "}", "[", "]", "\"", ",", ":", "\\", "0", "-", "e", "\u{0}", "\u{feff}", "null", "é",
        " ",
    ];
    for _ in 0..3000 {
        let mut mutated = text[..text.floor_char_boundary(1500)].to_owned();
        for _ in 0..=numbers.below(3) {
            let at = mutated.floor_char_boundary(numbers.below(mutated.len()));
            let end = mutated.ceil_char_boundary((at + numbers.below(3)).min(mutated.len()));
            mutated.replace_range(at..end, pieces[numbers.below(pieces.len())]);
        }
        compare_json(&mutated);
    }
}

fn compare_yaml(text: &str) {
    let ours = read(text);
    for root in ours.roots() {
        check_spans(root, text);
    }
    if is_broken(&ours) || !ours.faults().is_empty() {
        return;
    }
    let theirs: Result<Vec<Value>, _> = yaml_serde::Deserializer::from_str(text)
        .map(Value::deserialize)
        .collect();
    if let Ok(mut theirs) = theirs {
        // A text without a value is no document here, and a null to the oracle.
        if ours.roots().len() == 0 && theirs == [Value::Null] {
            theirs.clear();
        }
        assert_eq!(values(&ours), theirs, "{text:?}");
    }
}

#[test]
fn yaml_agrees_with_yaml_serde_on_fixtures() {
    let mut fixtures = fixtures("yaml");
    fixtures.retain(|(path, _)| !path.ends_with("bad.yaml"));
    for (_, text) in fixtures {
        compare_yaml(&text);
        compare_yaml(&text.replace('\n', "\r\n"));
    }
}

#[test]
fn yaml_agrees_with_yaml_serde_on_every_example_of_every_rule() {
    for rule in grantlint::catalog::builtin() {
        for example in rule.examples.iter() {
            // Some are of Terraform, which is told by content as well.
            if read(&example.yaml).format() != Format::Hcl {
                compare_yaml(&example.yaml);
            }
        }
    }
}

#[test]
fn yaml_agrees_with_yaml_serde_on_corner_cases() {
    for text in [
        "a: 1\nb: ~\nc: null\nd: 'no'\ne: no\nf: 0x1F\ng: 0o17\nh: 1e3\ni: .5\nj: 1_000\nk: 007\n",
        "- plain\n- 'single ''quoted'''\n- \"double \\\"q\\\" \\u00e9\"\n- |\n  block\n  text\n- >\n  folded\n  text\n",
        "a: &x {b: 1, c: [1, 2]}\nd: *x\n",
        "a: multi\n  line plain\nb: true\nc: True\nd: TRUE\n",
        "{name: x, list: [a, b], empty: {}, none: }\n",
        "---\na: 1\n---\nb: 2\n...\n",
        "a: ''\nb: \"\"\nc:\n",
        "é: ü\nlist:\n- a: 😀\n  b: 漢字\n",
        "date: 2024-01-01\nversion: 1.2.3\ntime: 12:30\n",
        "a: !!str 123\nb: \"123\"\n",
        "# only a comment\n",
    ] {
        compare_yaml(text);
    }
}

#[test]
fn yaml_survives_every_prefix_and_mutation() {
    let text = "---\nentities:\n- name: Ütil 😀\n  authorizedGrantType: TOKEN\n  registeredRedirectUri: ['http://a/', \"b\"]\n  scope: &s [users]\n  other: *s\n  text: |\n    a\n    b\n---\n{a: [1, 2.5e3, null], b: {c: d}}\n";
    for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
        compare_yaml(&text[..end]);
    }
    let mut numbers = Numbers(42);
    let pieces = [
        "{", "}", "[", "]", "\"", "'", ",", ":", "&a", "*a", "|", ">", "-", "\t", "\u{0}", "\n",
        "? ", "<<: ", "!!", "%", "é",
    ];
    for _ in 0..3000 {
        let mut mutated = text.to_owned();
        for _ in 0..=numbers.below(3) {
            let at = mutated.floor_char_boundary(numbers.below(mutated.len()));
            let end = mutated.ceil_char_boundary((at + numbers.below(3)).min(mutated.len()));
            mutated.replace_range(at..end, pieces[numbers.below(pieces.len())]);
        }
        let document = read(&mutated);
        for root in document.roots() {
            check_spans(root, &mutated);
            let _ = value(root);
        }
    }
}

#[test]
fn spans_point_at_the_value_and_not_its_quotes() {
    let json = r#"{"ключ": ["пример", "a\"b", ""], "n": 12.5e3}"#;
    let document = read(json);
    let root = document.roots().next().expect("a value");
    let list: Vec<_> = root.get("ключ").expect("the key").items().collect();
    assert_eq!(&json[list[0].span().range()], "пример");
    assert_eq!(&json[list[1].span().range()], "a\\\"b");
    assert_eq!(&json[list[2].span().range()], "\"\"");
    assert_eq!(
        &json[root.get("n").expect("the key").span().range()],
        "12.5e3"
    );

    let yaml = "ключ:\n- пример\n- 'пр''имер'\n- \"x\\ty\"\n";
    let document = read(yaml);
    let root = document.roots().next().expect("a value");
    let list: Vec<_> = root.get("ключ").expect("the key").items().collect();
    assert_eq!(&yaml[list[0].span().range()], "пример");
    assert_eq!(&yaml[list[1].span().range()], "пр''имер");
    assert_eq!(&yaml[list[2].span().range()], "x\\ty");
}

#[test]
fn duplicate_keys_are_reported_also_when_escaped_and_among_many() {
    for text in [
        r#"{"a": 1, "a": 2}"#.to_owned(),
        r#"{"a": 1, "\u0061": 2}"#.to_owned(),
        "a: 1\n'a': 2\n".to_owned(),
        format!(
            "{{{}, \"k7\": 0}}",
            (0..100)
                .map(|n| format!("\"k{n}\": {n}"))
                .collect::<Vec<_>>()
                .join(", ")
        ),
    ] {
        let document = read(&text);
        let kinds: Vec<_> = document.faults().iter().map(|fault| fault.kind).collect();
        assert_eq!(kinds, [FaultKind::DuplicateKey], "{text}");
    }
}

#[test]
fn depth_and_aliases_are_limited() {
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    assert_eq!(read(&deep).faults()[0].kind, FaultKind::TooDeep);
    let deep_yaml = format!("a: {}", "[".repeat(100_000));
    assert!(is_broken(&read(&deep_yaml)));
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        let _ = writeln!(bomb, "a{level}: &a{level} [{aliases}]");
    }
    let document = read(&bomb);
    assert_eq!(document.faults()[0].kind, FaultKind::TooManyAliases);
    let defaults = "a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\n";
    let document = read(defaults);
    let merged = document
        .roots()
        .next()
        .and_then(|root| root.get("b"))
        .expect("b");
    assert_eq!(merged.get("x").and_then(Node::number), Some("1"));
    assert_eq!(merged.get("y").and_then(Node::number), Some("3"));
}

#[test]
fn what_stands_before_a_break_is_kept() {
    let document = read(r#"{"entities": [{"id": "a"}, {"id": "b", "na"#);
    assert_eq!(document.faults()[0].kind, FaultKind::Truncated);
    let entities: Vec<_> = document
        .roots()
        .next()
        .and_then(|root| root.get("entities"))
        .expect("entities")
        .items()
        .collect();
    assert!(!entities[0].is_open());
    assert!(entities[1].is_open());
}

/// So many texts are made of one.
const MUTATIONS: usize = 500;

#[test]
fn a_block_list_is_read_in_pieces() {
    use grantlint::document::BlockList;
    let limits = Limits {
        split_from: Some(0),
        ..Limits::default()
    };
    let item =
        "- id: one of many clients\n  name: \"that is long enough for a piece of its own\"\n";
    for (head, tail) in [
        ("", ""),
        ("entities:\n", "total: 9\n"),
        ("---\nentities:\n", ""),
    ] {
        let text = format!("{head}{}{tail}", item.repeat(9));
        let list = BlockList::find(SourceId(0), &text, limits).expect("a list");
        let count = |_: Node<'_, '_>, count: &mut usize| *count += 1;
        let pieces = list.read(count).expect("whole items");
        assert!(pieces.given.len() > 2, "{text}");
        assert_eq!(pieces.given.iter().sum::<usize>(), 9, "{text}");
    }
    let indented = format!(
        "entities:\n{}total: 9\n",
        item.repeat(9)
            .replace("- id", "  - id")
            .replace("  name", "    name")
    );
    assert!(
        BlockList::find(SourceId(0), &indented, limits)
            .is_some_and(|list| list.read(|_, (): &mut ()| ()).is_some())
    );
}

/// What a report says, without what differs between two texts.
fn said(text: &str, split_from: Option<usize>) -> String {
    use grantlint::audit::{Request, audit};
    use grantlint::text::{Source, Sources};
    let mut sources = Sources::default();
    sources.add(Source::new("clients.json", text));
    let mut request = Request::new("2026-11-22".parse().expect("a date"));
    request.limits.split_from = split_from;
    request.inventory = true;
    let report = audit(&sources, &[true], Vec::new(), &request);
    let findings = report.findings.iter().map(|finding| {
        format!(
            "{} {:?} {} {}\n",
            finding.rule.id, finding.place, finding.message, finding.fingerprint
        )
    });
    let problems = report
        .problems
        .iter()
        .map(|problem| format!("{problem:?}\n"));
    let clients = report.clients.iter().map(|client| format!("{client:?}\n"));
    findings.chain(problems).chain(clients).collect()
}

#[test]
fn a_listing_read_in_pieces_says_what_it_says_in_one() {
    let mut texts: Vec<String> = fixtures("json").into_iter().map(|(_, text)| text).collect();
    let minified: Vec<String> = texts
        .iter()
        .filter_map(|text| Some(serde_json::from_str::<Value>(text).ok()?.to_string()))
        .collect();
    texts.extend(minified);
    let nested = r#"{"entities":[{"id":"a","authorizedGrantType":"TOKEN","x":[{"id":"n"},{"id":"m"},{"id":"o"}]},{"id":"b","authorizedGrantType":"TOKEN","s":"},{\"id\":1"}, {"id":"c","id":"d","authorizedGrantType":"CODE"},7],"total":9}"#;
    texts.push(nested.to_owned());
    for end in 0..nested.len() {
        texts.push(nested[..end].to_owned());
    }
    texts.extend(fixtures("yaml").into_iter().map(|(_, text)| text));
    let values: Vec<Value> = texts
        .iter()
        .filter_map(|text| serde_json::from_str(text).ok())
        .collect();
    texts.extend(
        values
            .iter()
            .map(|value| yaml_serde::to_string(value).expect("YAML")),
    );
    let client = "- id: a\n  authorizedGrantType: TOKEN\n  description: |+\n    - b\n\n";
    let listing = format!(
        "entities:\n{client}- id: c\n  authorizedGrantType: CODE\n  scope: [x,\n    y]\n{client}- 7\ntotal: 9\nselfUri: /x\n"
    );
    let indented = listing
        .replace('\n', "\n  ")
        .replace("\n  total", "\ntotal")
        .replace("\n  selfUri", "\nselfUri");
    for listing in [&listing, &indented] {
        texts.extend((0..listing.len()).map(|end| listing[..end].to_owned()));
        texts.push(format!("{listing}- id: q\n"));
        texts.push(format!("{listing}  - id: q\n"));
    }
    let marks = [
        "- ", "\n", "\n- ", "\n  - ", "'", "\"", "|", ">", ": ", "?", " #", "&a ", "*a", "!!str ",
        "[", "}", "---\n", "\t", "  ", "\r\n", "é", "%",
    ];
    let mut numbers = Numbers(0x2545_F491_4F6C_DD1D);
    for listing in [&listing, &indented] {
        for _ in 0..MUTATIONS {
            let mut mutated = listing.clone();
            for _ in 0..=numbers.below(2) {
                let at = mutated.floor_char_boundary(numbers.below(mutated.len()));
                let end = mutated.ceil_char_boundary((at + numbers.below(3)).min(mutated.len()));
                mutated.replace_range(at..end, marks[numbers.below(marks.len())]);
            }
            texts.push(mutated);
        }
    }
    for odd in [
        "- &x id: q\n- *x\n",
        "- id: \"q\n- r\"\n",
        "# a comment\n",
        "total: 1\n- id: q\n",
        "---\n- id: q\n",
        "...\n- id: q\n",
        "entities:\n- id: q\n",
        "others:\n- id: q\n",
        "entities: [{id: q, authorizedGrantType: TOKEN}]\n",
        "- id: q\t# grantlint: accept\n",
        "\tq\n",
    ] {
        texts.extend([
            format!("{listing}{odd}"),
            format!("{client}{odd}{client}"),
            format!("---\nentities:\n{client}{odd}{client}total: 2\n"),
        ]);
    }
    for text in texts {
        assert_eq!(
            said(&text, Some(usize::MAX)),
            said(&text, Some(0)),
            "{text}"
        );
    }
}

#[test]
fn json_behind_lines_that_are_none_is_read_and_the_lines_are_told() {
    for (head, is_told) in [
        ("Loading profile default\n", true),
        ("HTTP/2 200\r\ncontent-type: application/json\r\n\r\n", true),
        ("// of today\n", true),
        ("# of today\n", false),
        ("---\n", false),
        ("\u{feff}\n", false),
    ] {
        for json in ["{\"a\": [1]}\n", "{\n\"a\": [1]}", "[{\"a\": [1]}]"] {
            let text = format!("{head}{json}");
            let found = read(&text);
            let kinds: Vec<_> = found.faults().iter().map(|fault| fault.kind).collect();
            let told: &[FaultKind] = if is_told { &[FaultKind::Preamble] } else { &[] };
            assert_eq!(kinds, told, "{text}");
            let root = found.roots().next().expect("a value");
            let value = root.get("a").or_else(|| root.items().next()?.get("a"));
            assert!(
                value.is_some_and(|value| value.items().count() == 1),
                "{text}"
            );
        }
    }
    // A key whose value comes next is YAML's.
    let found = read("a:\n  - b\nc: d\n");
    assert_eq!(found.format(), Format::Yaml);
}
