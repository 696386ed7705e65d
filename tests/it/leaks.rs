//! Secrets of many forms in every place that an export has: none is shown by any format, and each
//! in an export is reported where it is.

use crate::common::{grantlint_in, root};
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use grantlint::audit::{Request, audit};
use grantlint::catalog::Persona;
use grantlint::finding::Report;
use grantlint::report::{Format, InventoryFormat, Look};
use grantlint::text::{Redactor, Source, Sources, credentials};
use rayon::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::{Duration, Instant};

/// Forms of secrets that a key or a label names.
const NAMED: [&str; 14] = [
    "genesys",
    "hex32",
    "hex64",
    "uuid",
    "word-hash",
    "word-comma",
    "word-space",
    "word-at",
    "word-plain9",
    "word-plain",
    "number",
    "jwt",
    "prefix",
    "pem",
];

/// Forms that are recognised after a label in running text.
const RANDOM: [&str; 5] = ["genesys", "hex32", "hex64", "jwt", "prefix"];

/// A place of a secret.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    name: String,
    /// Members of a client's object.
    json: Option<String>,
    /// A text in a client, or a file.
    text: Option<String>,
    /// The file.
    path: Option<String>,
    rule: Option<String>,
    forms: Option<Vec<String>>,
    #[serde(default)]
    clients: bool,
    /// Another file next to it.
    also: Option<(String, String)>,
}

fn places(file: &str) -> BTreeMap<String, Vec<Place>> {
    let text = fs::read_to_string(root().join("tests/it/leaks").join(file)).expect("a table");
    toml::from_str(&text).expect("a table of places")
}

/// So many bytes that depend only on the words.
fn bytes(words: &str, count: usize) -> Vec<u8> {
    let digests = (0..).flat_map(|round: u32| Sha256::digest(format!("{words}:{round}")).to_vec());
    digests.take(count).collect()
}

fn spelled(words: &str, count: usize, alphabet: &[u8]) -> String {
    let letters = bytes(words, count).into_iter();
    letters
        .map(|byte| char::from(alphabet[usize::from(byte) % alphabet.len()]))
        .collect()
}

const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// A secret of a form, another one for each place.
fn secret(form: &str, place: &str) -> String {
    let seed = |part: &str| format!("{form}:{place}:{part}");
    let hex = |count| spelled(&seed("hex"), count, b"0123456789abcdef");
    let word = |part: &str, count| spelled(&seed(part), count, b"bdfgklmnprstvz");
    let base64 = |part: &str, count| spelled(&seed(part), count, BASE64);
    match form {
        "genesys" => base64("a", 43),
        "hex32" => hex(32),
        "hex64" => hex(64),
        "uuid" => {
            let digits = hex(32);
            let groups = [
                &digits[..8],
                &digits[8..12],
                &digits[12..16],
                &digits[16..20],
                &digits[20..],
            ];
            groups.join("-")
        }
        "word-hash" => format!("P{}93#Z{}^Tk", word("a", 8), word("b", 5)),
        "word-comma" => format!("P{},93;Z{}&7?x", word("a", 8), word("b", 5)),
        "word-space" => format!("{} {}7 {}", word("a", 9), word("b", 6), word("c", 9)),
        "word-at" => format!("P@{}9@Z{}kT", word("a", 9), word("b", 5)),
        "word-plain9" => format!("P{}41!{}", word("a", 9), word("b", 5)),
        "word-plain" => word("a", 20),
        "number" => format!("4{}", spelled(&seed("a"), 14, b"0123456789")),
        "jwt" => format!(
            "eyJ{}.eyJ{}.{}",
            base64("a", 16),
            base64("b", 20),
            base64("c", 43)
        ),
        "prefix" => format!("ghp_{}", spelled(&seed("a"), 36, LETTERS)),
        "pem" => format!(
            "-----BEGIN PRIVATE KEY-----\\n{}\\n-----END PRIVATE KEY-----",
            base64("a", 64)
        ),
        _ => panic!("no form {form}"),
    }
}

/// The parts of a secret of which none may be shown.
fn parts(secret: &str) -> impl Iterator<Item = &str> {
    let body = secret.split("\\n").nth(1).unwrap_or(secret);
    (0..body.len().saturating_sub(7)).filter_map(|at| body.get(at..at + 8))
}

/// A text with the secret in place of its `@`. Before a host, `@@` is the secret and an `@`.
fn planted(text: &str, secret: &str) -> String {
    let half = secret.len() / 2;
    if text.contains("@1") {
        return text
            .replace("@1", &secret[..half])
            .replace("@2", &secret[half..]);
    }
    let (before, after) = match (
        text.split_once("@@"),
        text.split_once("@ @"),
        text.split_once("@%40"),
    ) {
        (Some((before, after)), _, _) => (before, format!("@{after}")),
        (_, Some((before, after)), _) => {
            let (start, end) = secret.split_at(half);
            return format!("{before}{start} {end}@{after}");
        }
        (_, _, Some((before, after))) => (before, format!("%40{after}")),
        _ => {
            return text
                .replace("jo@", "jo\0")
                .replace("\"@level", "\"\0level")
                .replace("\"@message", "\"\0message")
                .replace('@', secret)
                .replace('\0', "@");
        }
    };
    format!("{before}{secret}{after}")
}

/// A secret that was planted, and what must report it where.
struct Planted {
    place: String,
    secret: String,
    rule: Option<String>,
    /// The path or the id of the client that the finding has.
    at: String,
}

/// The files of a round, each place with one of its forms.
#[derive(Default)]
struct Round {
    files: BTreeMap<String, String>,
    planted: Vec<Planted>,
}

const CLIENTS: &str = r#"{"entities":[{"id":"aaaaaaaa-0000-4000-8000-000000000001","name":"A","authorizedGrantType":"CODE","roleDivisions":[{"roleId":"r1","divisionId":"d1"}]}],"total":1,"pageCount":1}"#;
const RESOURCE: &str = "resource \"genesyscloud_oauth_client\" \"a\" {\n  name = \"A\"\n  authorized_grant_type = \"CODE\"\n}\n";

fn form_of<'f>(place: &'f Place, forms: &[&'f str], number: usize) -> &'f str {
    match &place.forms {
        Some(own) => &own[number % own.len()],
        None => forms[number % forms.len()],
    }
}

impl Round {
    fn new(number: usize) -> Self {
        let mut round = Self::default();
        let mut clients = Vec::new();
        let groups = [
            ("client", &NAMED[..], "secret-in-export"),
            ("text", &RANDOM, "secret-in-text"),
            ("uri", &RANDOM[..1], "secret-in-text"),
            ("named", &RANDOM[..1], "secret-in-text"),
        ];
        let tables = places("clients.toml");
        for (group, forms, rule) in groups {
            for (index, place) in tables[group].iter().enumerate() {
                let form = form_of(place, forms, index + 5 * number);
                let secret = secret(form, &place.name);
                let id = format!("{:08}-0000-4000-8000-000000000001", clients.len());
                clients.push(client(group, place, &id, &secret));
                round.planted.push(Planted {
                    place: format!("{group}/{}/{form}", place.name),
                    secret,
                    rule: Some(place.rule.clone().unwrap_or_else(|| rule.to_owned())),
                    at: id,
                });
            }
        }
        let listing = clients.join(",\n");
        round.files.insert(
            "clients/clients.json".into(),
            format!(
                "{{\"entities\":[\n{listing}\n],\"total\":{},\"pageCount\":1}}",
                clients.len()
            ),
        );
        for (index, place) in places("files.toml")["file"].iter().enumerate() {
            round.add_file(place, index + 5 * number);
        }
        round
    }

    fn add_file(&mut self, place: &Place, number: usize) {
        let form = form_of(place, &NAMED, number);
        let secret = secret(form, &place.name);
        let at = |path: &str| format!("{}/{path}", place.name);
        let path = place.path.as_deref().expect("a path");
        let written = place
            .text
            .as_deref()
            .expect("a text")
            .replace("%TF%", RESOURCE);
        self.files.insert(at(path), planted(&written, &secret));
        if let Some((path, text)) = &place.also {
            self.files.insert(at(path), planted(text, &secret));
        }
        if place.clients {
            self.files
                .entry(at("clients.json"))
                .or_insert_with(|| CLIENTS.to_owned());
        }
        self.planted.push(Planted {
            place: format!("file/{}/{form}", place.name),
            secret,
            rule: place.rule.clone(),
            at: at(""),
        });
    }

    fn sources(&self) -> Sources {
        let mut sources = Sources::default();
        for (path, text) in &self.files {
            sources.add(Source::new(path.as_str(), text.as_str()));
        }
        sources
    }

    /// A search for every part of every secret, in one pass, and the place of each part.
    fn search(&self) -> Search<'_> {
        let planted = self.planted.iter();
        let (parts, places): (Vec<_>, Vec<_>) = planted
            .flat_map(|one| parts(&one.secret).map(|part| (part, &*one.place)))
            .unzip();
        Search {
            // Built much faster than the others, and the texts are short.
            parts: AhoCorasick::builder()
                .kind(Some(AhoCorasickKind::NoncontiguousNFA))
                .prefilter(false)
                .build(parts)
                .expect("an automaton"),
            places,
        }
    }
}

/// Finds the parts of the secrets of a round.
struct Search<'r> {
    parts: AhoCorasick,
    /// The place of each part.
    places: Vec<&'r str>,
}

impl Search<'_> {
    /// The places whose secret a text shows.
    fn shown(&self, what: &str, text: &str) -> BTreeSet<String> {
        let found = self.parts.find_iter(text);
        found
            .map(|part| {
                format!(
                    "{} is shown by {what}",
                    self.places[part.pattern().as_usize()]
                )
            })
            .collect()
    }
}

/// A client as JSON, with a secret.
fn client(group: &str, place: &Place, id: &str, secret: &str) -> String {
    let text = place
        .text
        .as_deref()
        .map(|text| planted(text, secret))
        .unwrap_or_default();
    let or = |own: &str, other: String| if group == own { text.clone() } else { other };
    let mut members = vec![format!("\"id\":\"{id}\"")];
    let others = [
        (
            "name",
            format!("\"{}\"", or("named", format!("Client {}", place.name))),
        ),
        (
            "description",
            format!("\"{}\"", or("text", "Books checks. Owned by Jo".into())),
        ),
        ("authorizedGrantType", "\"CODE\"".into()),
        (
            "registeredRedirectUri",
            format!("[\"{}\"]", or("uri", "https://a.example.com/".into())),
        ),
        ("scope", "[\"routing\"]".into()),
    ];
    let own = place
        .json
        .as_deref()
        .map(|json| planted(json, secret))
        .unwrap_or_default();
    for (key, value) in others {
        if !own.contains(&format!("\"{key}\":")) {
            members.push(format!("\"{key}\":{value}"));
        }
    }
    members.extend((!own.is_empty()).then_some(own));
    format!("{{{}}}", members.join(","))
}

fn request() -> Request {
    let mut request = Request::new("2026-11-22".parse().expect("a date"));
    request.persona = Persona::Pedantic;
    request.inventory = true;
    request
}

/// Each output of a report with its name.
fn outputs(report: &Report<'_>) -> Vec<(String, String)> {
    let formats = Format::ALL.par_iter().map(|format| {
        let mut out = Vec::new();
        format
            .write(report, Look::PLAIN, &mut out)
            .expect("memory takes all");
        (
            format.name().to_owned(),
            String::from_utf8_lossy(&out).into_owned(),
        )
    });
    let mut outputs: Vec<_> = formats.collect();
    for name in ["table", "csv", "json"] {
        let mut out = Vec::new();
        let format = InventoryFormat::parse(name).expect("a format");
        format
            .write(report, Look::PLAIN, &mut out)
            .expect("memory takes all");
        outputs.push((
            format!("inventory {name}"),
            String::from_utf8_lossy(&out).into_owned(),
        ));
    }
    outputs
}

/// What is wrong with the outputs of a round.
fn faults(number: usize) -> Vec<String> {
    let round = Round::new(number);
    let sources = round.sources();
    let mut report = audit(&sources, &vec![true; sources.len()], Vec::new(), &request());
    report.show_suppressed = number % 2 == 1;
    let outputs = outputs(&report);
    let search = round.search();
    let mut faults: Vec<String> = outputs
        .par_iter()
        .flat_map(|(name, text)| search.shown(name, text))
        .collect();
    let json = outputs
        .iter()
        .find(|(name, _)| name == "json")
        .expect("JSON");
    let json: Value = serde_json::from_str(&json.1).expect("JSON");
    let findings = json["findings"].as_array().expect("findings");
    let reports = |finding: &Value, planted: &Planted, rule: &str| {
        let text = |pointer: &str| {
            finding
                .pointer(pointer)
                .and_then(Value::as_str)
                .unwrap_or("")
        };
        text("/rule").starts_with(rule)
            && (text("/client/id") == planted.at || text("/location/path").starts_with(&planted.at))
    };
    for planted in &round.planted {
        if let Some(rule) = &planted.rule
            && !findings
                .iter()
                .any(|finding| reports(finding, planted, rule))
        {
            faults.push(format!("{} is not reported by {rule}", planted.place));
        }
    }
    faults
}

#[test]
fn no_secret_is_shown_and_each_in_an_export_is_reported() {
    let faults: Vec<String> = (0..2).flat_map(faults).collect();
    assert!(
        faults.is_empty(),
        "{} faults\n{}",
        faults.len(),
        faults.join("\n")
    );
}

#[test]
fn the_binary_shows_no_secret_in_its_messages_baseline_or_starting_file() {
    let round = Round::new(2);
    let search = round.search();
    let place = tempfile::tempdir().expect("a directory");
    for (path, text) in &round.files {
        let path = place.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(path, text).expect("a file");
    }
    let check = [
        "check",
        ".",
        "-v",
        "--format",
        "concise",
        "--write-baseline",
        "known.json",
    ];
    let mut shown = search.shown("check -v", &grantlint_in(place.path(), &check, b"").all());
    let baseline = fs::read_to_string(place.path().join("known.json"));
    if let Ok(baseline) = baseline {
        shown.extend(search.shown("the baseline", &baseline));
    }
    shown.extend(search.shown(
        "init",
        &grantlint_in(place.path(), &["init", "."], b"").all(),
    ));
    if let Ok(started) = fs::read_to_string(place.path().join("grantlint.toml")) {
        shown.extend(search.shown("the starting file", &started));
    }
    let shown: Vec<String> = shown.into_iter().collect();
    assert!(shown.is_empty(), "{}", shown.join("\n"));
}

#[test]
fn names_of_files_and_directories_are_masked_in_every_format() {
    let names = ["directory", "broken", "skipped", "empty", "label"];
    let secrets = names.map(|name| secret("genesys", name));
    let [directory, broken, skipped, empty, label] = &secrets;
    let place = tempfile::tempdir().expect("a directory");
    let files = [
        (format!("{directory}/clients.json"), CLIENTS),
        (format!("client_secret={label}/clients.json"), CLIENTS),
        (format!("{broken}.json"), "{\"entities\": ["),
        (format!("{skipped}.txt"), "nothing"),
        (format!("{empty}.json"), ""),
    ];
    for (path, text) in &files {
        let path = place.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(path, text).expect("a file");
    }
    let baseline = ["check", ".", "--write-baseline", "known.json"];
    let mut texts = vec![("errors", grantlint_in(place.path(), &baseline, b"").all())];
    let known = fs::read_to_string(place.path().join("known.json"));
    texts.push(("the baseline", known.expect("a baseline")));
    fs::remove_file(place.path().join("known.json")).expect("a file");
    for format in Format::ALL {
        let run = grantlint_in(
            place.path(),
            &["check", ".", "--format", format.name()],
            b"",
        );
        assert_eq!(run.code, 3, "{}", run.stderr);
        if format == Format::Json {
            let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
            let findings = report["findings"].as_array().expect("findings");
            let about = findings
                .iter()
                .filter(|it| it["rule"] == "secret-in-export");
            let messages = about.map(|it| it["message"].as_str().unwrap_or_default());
            // One for each name; the skipped file was not read.
            assert_eq!(messages.filter(|it| it.contains("the name of")).count(), 4);
        }
        texts.push((format.name(), run.all()));
    }
    for (name, text) in texts {
        let shown = secrets.iter().flat_map(|secret| parts(secret));
        let shown: Vec<&str> = shown.filter(|part| text.contains(part)).collect();
        assert!(shown.is_empty(), "{name} shows {shown:?}");
    }
}

/// Configurations with a secret, `@`, right and wrong.
const CONFIGURATIONS: [&str; 15] = [
    "[report]\ntitle = \"@\"\n[output]\nformat = \"html\"\n",
    "[clients.\"name:@\"]\nkind = \"machine\"\noptional = true\n",
    "[output]\nclient_secret = \"@\"\n",
    "client_secret = @\n",
    "client_secret = \"@\n",
    "[rules.implicit-grant]\nseverity = \"@\"\n",
    "exclude = [\"a/@/**\"]\n",
    "extends = \"@.toml\"\n",
    "[gate]\nbaseline = \"@.json\"\n",
    "[gate]\nfail-on = \"@\"\n",
    "[[accept]]\nrule = \"description-missing\"\nclient = \"id:1\"\nreason = \"client secret @\"\nowner = \"@\"\nuntil = 2027-01-01\n",
    "[[accept]]\nrule = \"@\"\nsecret = \"@\"\n",
    "[[accept]]\nrule = \"redirect-not-https\"\nclient = \"name:@\"\nvalue = \"http://x?secret=@\"\nreason = \"x\"\nowner = \"Jo\"\nuntil = 2027-01-01\n",
    "[organisations.\"@\"]\nname = \"@\"\n",
    "[inputs]\nrequire = [\"@\"]\n",
];

#[test]
fn configurations_and_arguments_are_masked_too() {
    let place = tempfile::tempdir().expect("a directory");
    fs::write(place.path().join("clients.json"), CLIENTS).expect("a file");
    let mut shown = Vec::new();
    for (number, configuration) in CONFIGURATIONS.iter().enumerate() {
        let secret = secret("genesys", &number.to_string());
        fs::write(
            place.path().join("grantlint.toml"),
            configuration.replace('@', &secret),
        )
        .expect("a file");
        for arguments in [&["config"][..], &["check", "clients.json"]] {
            let run = grantlint_in(place.path(), arguments, b"");
            if parts(&secret).any(|part| run.all().contains(part)) {
                shown.push(format!("{configuration:?} {arguments:?}\n{}", run.all()));
            }
        }
    }
    fs::remove_file(place.path().join("grantlint.toml")).expect("a file");
    let secret = secret("genesys", "argument");
    for argument in [
        format!("https://feed:{secret}@a.example.com/"),
        format!("--client-secret={secret}"),
        format!("--select={secret}"),
        format!("--fail-on={secret}"),
        format!("--client=name:{secret}"),
        format!("--config={secret}"),
        format!("--today={secret}"),
    ] {
        let run = grantlint_in(place.path(), &["check", "clients.json", &argument], b"");
        if parts(&secret).any(|part| run.all().contains(part)) {
            shown.push(format!("{argument}\n{}", run.all()));
        }
    }
    assert!(shown.is_empty(), "{}", shown.join("\n"));
}

#[test]
fn near_misses_are_silent() {
    let text = fs::read_to_string(root().join("tests/it/leaks/near-misses.txt")).expect("a table");
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with("# "))
        .collect();
    assert!(lines.len() >= 80, "{}", lines.len());
    let clients = lines.iter().enumerate().map(|(number, line)| {
        let (place, text) = line.split_once('\t').expect("a place and a text");
        let mut client = json!({
            "id": format!("{number:08}-0000-4000-8000-000000000001"),
            "name": format!("Client {number}"),
            "authorizedGrantType": "CODE",
        });
        match place {
            "registeredRedirectUri" => client[place] = json!([text]),
            _ => client[place] = json!(text),
        }
        client
    });
    let entities: Vec<Value> = clients.collect();
    let listing = json!({"total": entities.len(), "entities": entities}).to_string();
    let mut sources = Sources::default();
    sources.add(Source::new("clients.json", listing));
    let report = audit(&sources, &[true], Vec::new(), &request());
    let mut out = Vec::new();
    Format::Json
        .write(&report, Look::PLAIN, &mut out)
        .expect("memory takes all");
    let json: Value = serde_json::from_slice(&out).expect("JSON");
    let loud: Vec<String> = json["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter(|finding| {
            finding["rule"]
                .as_str()
                .is_some_and(|rule| rule.starts_with("secret-in"))
        })
        .map(|finding| {
            let id = finding["client"]["id"].as_str().expect("an id");
            lines[id[..8].parse::<usize>().expect("a number")].to_owned()
        })
        .collect();
    assert!(
        loud.len() * 100 <= lines.len() * 6,
        "{} of {} are reported\n{}",
        loud.len(),
        lines.len(),
        loud.join("\n")
    );
}

#[test]
fn masking_takes_time_in_proportion_to_the_text() {
    let size = 60_000;
    for unit in [
        "secret:",
        "secret",
        "secret=",
        "?secret=&",
        "password ",
        "password",
        "@",
        "a:b@",
        "//",
        "https:",
        "eyJ",
        "hf_",
        "ghp_",
        "AKIA",
        "hooks.slack.com/services/",
        "-----BEGIN PRIVATE KEY-----",
        "\"",
        "\\",
        "(",
        "%40:",
        "пароль",
        "aaaaaaaa-0000-4000-8000-000000000001:",
        "<",
        "secret/",
        "key ",
        "key=key:",
    ] {
        let text = unit.repeat(size / unit.len());
        let start = Instant::now();
        let _ = credentials(&text);
        let _ = Redactor::default().words(&text);
        let took = start.elapsed();
        assert!(took < Duration::from_secs(8), "{unit:?} took {took:?}");
    }
}
