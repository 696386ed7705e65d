//! No text makes the program panic: every prefix and many mutations of every shape, read,
//! resolved, assembled, judged and located.

use crate::common::TODAY;
use crate::common::terraform::Organisation;
use grantlint::audit::{Request, audit};
use grantlint::catalog;
use grantlint::document::{Document, FaultKind, Format, Limits, Node, read_file};
use grantlint::text::{Source, SourceId, Sources};
use serde_json::{Value, json};

/// A small organisation with all that shapes differ in.
fn organisation() -> Organisation {
    Organisation {
        clients: vec![
            json!({"id": "c1-1", "name": "Ä \"1\"", "authorizedGrantType": "TOKEN", "registeredRedirectUri": ["https://a.example.com/", "http://b"], "scope": ["users", "a${b}"], "accessTokenValiditySeconds": 3600, "secret": "pL4nted-s3cret-Zk9wQ2x7"}),
            json!({"id": "c2-2", "name": "2", "authorizedGrantType": "CLIENT-CREDENTIALS", "roleDivisions": [{"roleId": "r-1", "divisionId": "d-1"}, {"roleId": "gone", "divisionId": "*"}]}),
        ],
        roles: vec![
            json!({"id": "r-1", "name": "Role", "permissions": ["admin"], "permissionPolicies": [{"domain": "routing", "entityName": "*", "actionSet": ["view", "*"]}]}),
        ],
        divisions: vec![json!({"id": "d-1", "name": "Home", "homeDivision": true})],
    }
}

/// A text of every shape, with the name of its file.
fn texts() -> Vec<(String, String)> {
    let organisation = organisation();
    let listing =
        json!({"entities": organisation.clients, "total": 2, "pageCount": 1, "nextUri": ""});
    let subject = json!({"id": "c2-2", "grants": [{"role": {"id": "r-1", "policies": [{"domain": "a", "entityName": "b", "actions": ["c"]}]}, "division": {"id": "*"}}]});
    let rest = json!([
        {"domain": "routing", "permissionMap": {"queue": [{"action": "view", "divisionAware": true}]}},
    ]);
    let users = json!({"entities": [{"id": "u", "state": "active", "username": "x"}], "total": 3});
    let lines: Vec<_> = organisation.clients.iter().map(Value::to_string).collect();
    let yaml = yaml_serde::to_string(&listing).expect("YAML");
    let module = "locals {\n  a = { b = [1, \"x\"] }\n  c = \"${local.a.b[1]}-${var.d}\"\n}\nvariable d { default = \"e\" }\nmodule \"m\" {\n  source = \"./\"\n  for_each = toset([1])\n  d = <<-E\n    text ${local.c}\n  E\n}\noutput \"o\" { value = module.m[\"x\"].o }\nimport {\n  to = genesyscloud_oauth_client.x\n  id = \"i\"\n}\nresource \"genesyscloud_oauth_client\" \"x\" {\n  name = local.a[var.d] # comment\n  scopes = [for s in local.a : s if s != null]\n  dynamic \"roles\" {\n    for_each = [1]\n    content { role_id = roles.value }\n  }\n  /* more */\n}\n";
    [
        ("clients.json", listing.to_string()),
        (
            "pretty.json",
            serde_json::to_string_pretty(&listing).expect("JSON"),
        ),
        ("clients.ndjson", lines.join("\n")),
        ("clients.yaml", yaml),
        ("subject.json", subject.to_string()),
        ("rest.json", rest.to_string()),
        ("users.json", users.to_string()),
        ("main.tf", organisation.hcl()),
        ("module.tf", module.to_owned()),
        (
            "x.auto.tfvars",
            "d = \"v\"\nsecret = { a = [\"b\"] }\n".to_owned(),
        ),
        ("genesyscloud.tf.json", organisation.json()),
        ("terraform.tfstate", organisation.state()),
        ("flat.tfstate", organisation.flat_state()),
        ("state.json", organisation.shown_state()),
        ("plan.json", organisation.plan()),
    ]
    .map(|(path, text)| (path.to_owned(), text))
    .into()
}

fn request() -> Request {
    let mut request = Request::new(TODAY.parse().expect("a date"));
    request.rules = catalog::find("implicit-grant").into_iter().collect();
    request
}

/// Audits a text, and asks for every place that the report names.
fn run(path: &str, text: &str, request: &Request) {
    let mut sources = Sources::default();
    sources.add(Source::new(path, text));
    let report = audit(&sources, &[true], Vec::new(), request);
    let places = report.findings.iter().map(|finding| finding.place);
    let problems = report.problems.iter().filter_map(|problem| problem.place);
    for place in places.chain(problems) {
        assert!(
            text.get(place.span.range()).is_some(),
            "{path}: {:?} in {text:?}",
            place.span
        );
        let (_, start, end) = sources.locate(place);
        assert!(start <= end);
    }
    assert!(!report.problems.is_empty() || report.summary.clients > 0 || report.exit == 0);
    assert_ne!(report.exit, 2);
}

#[test]
fn every_prefix_of_every_shape_is_survived() {
    let request = request();
    for (path, text) in texts() {
        // Every byte near the ends, and every few in between.
        let step = 1 + text.len() / 1500;
        for end in (0..=text.len()).filter(|end| end % step == 0 || *end < 300) {
            let prefix = String::from_utf8_lossy(&text.as_bytes()[..end]);
            run(&path, &prefix, &request);
        }
    }
}

/// A small generator of numbers, so that mutations are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound.max(1) as u64).unwrap_or(0)
    }
}

#[test]
fn mutations_of_every_shape_are_survived() {
    let request = request();
    let mut numbers = Numbers(0x2545_F491_4F6C_DD1D);
    let pieces: [&[u8]; 22] = [
        b"{",
        b"}",
        b"[",
        b"]",
        b"\"",
        b",",
        b":",
        b"=",
        b"${",
        b"%{",
        b"<<E\n",
        b"\n",
        b"\\",
        b"/*",
        b"#",
        b"\xff",
        b"\xc3\xa9",
        b"null",
        b"0",
        b"-",
        b".",
        b"\0",
    ];
    for (path, text) in texts() {
        for _ in 0..400 {
            let mut mutated = text.clone().into_bytes();
            for _ in 0..=numbers.below(4) {
                let at = numbers.below(mutated.len());
                let end = (at + numbers.below(12)).min(mutated.len());
                match numbers.below(3) {
                    0 => drop(mutated.drain(at..end)),
                    1 => {
                        let piece = pieces[numbers.below(pieces.len())];
                        mutated.splice(at..end, piece.iter().copied());
                    }
                    _ => {
                        let copied = mutated[at..end].to_vec();
                        let to = numbers.below(mutated.len());
                        mutated.splice(to..to, copied);
                    }
                }
            }
            run(&path, &String::from_utf8_lossy(&mutated), &request);
        }
    }
}

fn document<'t>(path: &str, text: &'t str) -> Document<'t> {
    read_file(SourceId(0), path, text, Limits::default())
}

fn value(node: Node<'_, '_>) -> Value {
    use grantlint::document::Kind;
    match node.kind() {
        Kind::Null => Value::Null,
        Kind::True => json!(true),
        Kind::False => json!(false),
        Kind::Number => serde_json::from_str(node.number().unwrap_or("0")).unwrap_or_default(),
        Kind::List => node.items().map(value).collect(),
        Kind::Map => {
            let pairs = node.entries().map(|(key, item)| {
                let key = key.text().unwrap_or_else(|| key.written().into());
                (key.into_owned(), value(item))
            });
            Value::Object(pairs.collect())
        }
        Kind::Expression => json!(format!("<{}>", node.written())),
        _ => json!(node.text()),
    }
}

#[test]
fn hcl_has_the_form_of_the_json_syntax() {
    let text = "\u{feff}# é\nresource \"a\" b {\n  x = \"q \\\"é\\\" $${y} \\u00e9\"\n  n = -1.5\n  t = (true)\n  z = null\n  l = [\"a\", [1], var.x,]\n  o = { a = 1, \"b c\" : \"d\", (k) = 2 }\n  e = \"${a.b}\"\n  h = <<-E\n    one\n      two\n  E\n  c = a ? b : c\n  s {}\n  s { y = \"\" }\n}\nlocals { a = 1 }\n";
    let read = document("a.tf", text);
    assert!(read.faults().is_empty(), "{:?}", read.faults());
    assert_eq!(read.format(), Format::Hcl);
    let root = read.roots().next().expect("a value");
    let body = json!({
        "x": "q \"é\" ${y} é", "n": -1.5, "t": true, "z": null, "l": ["a", [1], "<var.x>"],
        "o": {"a": 1, "b c": "d", "k": 2}, "e": "<\"${a.b}\">", "h": "one\n  two\n", "c": "<a ? b : c>", "s": {"y": ""},
    });
    let mut found = value(root);
    // A dynamic key keeps its parentheses out of its span or in it; what counts is the value.
    let object = found["resource"]["a"]["b"]["o"]
        .as_object_mut()
        .expect("an object");
    if let Some(dynamic) = object.remove("(k)") {
        object.insert("k".into(), dynamic);
    }
    assert_eq!(
        found,
        json!({"resource": {"a": {"b": body}}, "locals": {"a": 1}})
    );
    let inside = root
        .get("resource")
        .and_then(|node| node.get("a"))
        .and_then(|node| node.get("b"));
    let inside = inside.expect("the block");
    assert_eq!(
        inside.entries().filter(|(key, _)| key.is_text("s")).count(),
        2
    );
    let span = |key: &str| &text[inside.get(key).expect("the key").span().range()];
    assert_eq!(span("x"), "q \\\"é\\\" $${y} \\u00e9");
    assert_eq!(span("n"), "-1.5");
    assert_eq!(span("e"), "\"${a.b}\"");
    assert_eq!(span("h"), "    one\n      two\n");
    assert_eq!(span("t"), "true");
}

#[test]
fn the_language_is_told_by_the_text_and_a_name_where_it_is_open() {
    for (path, text, format) in [
        ("x", "resource \"a\" \"b\" {}\n", Format::Hcl),
        ("x", "// c\n/* d */ # e\nlocals {\n}\n", Format::Hcl),
        ("x", "name = \"x\"\n", Format::Hcl),
        ("x", "data a b {\n}\n", Format::Hcl),
        ("x", "# c\nname: x\n", Format::Yaml),
        ("x", "- {a: b}\n- \"c\"\n", Format::Yaml),
        ("x", "a: {b: c}\n", Format::Yaml),
        ("x", "key == value\n", Format::Yaml),
        ("x", "{\"a\": 1}", Format::Json),
        ("main.tf", "", Format::Hcl),
        ("main.tf", "# only a comment", Format::Hcl),
        ("main.tf.gz", "# only a comment", Format::Hcl),
        ("main.tf", "{\"resource\": {}}", Format::Json),
        ("x.tfvars", "a: b", Format::Hcl),
        ("x.json", "", Format::Json),
    ] {
        assert_eq!(document(path, text).format(), format, "{path}: {text:?}");
    }
}

#[test]
fn hcl_nests_as_deep_as_it_may_and_no_deeper() {
    let forms: [(&str, &str, &str); 14] = [
        ("a = ", "(", ")"),
        ("a = ", "[", "]"),
        ("a = ", "{a=", "}"),
        ("a = ", "!", ""),
        ("a = ", "-", ""),
        ("a = ", "f(", ")"),
        ("a = ", "a[", "]"),
        ("a = ", "a ? b : ", ""),
        ("a = ", "\"${", "}\""),
        ("a = ", "[for x in y : ", "]"),
        ("a = ", "1 + (", ")"),
        ("a = ", "f(a ? -b[", "] : 1)"),
        ("a = ", "<<E\n${", "}\nE\n"),
        ("", "a {\n", "}\n"),
    ];
    for (before, open, close) in forms {
        for levels in [20, 60, 64, 65, 200, 100_000] {
            let inner = if before.is_empty() { "" } else { "1" };
            let text = format!(
                "{before}{}{inner}{}\n",
                open.repeat(levels),
                close.repeat(levels)
            );
            let read = document("a.tf", &text);
            if levels >= 200 {
                let kinds: Vec<_> = read.faults().iter().map(|fault| fault.kind).collect();
                assert_eq!(kinds, [FaultKind::TooDeep], "{open} {levels}");
            }
        }
        let text = format!("{before}{}", open.repeat(50_000));
        assert!(!document("a.tf", &text).faults().is_empty(), "{open}");
    }
    let shallow = Limits {
        depth: 3,
        ..Limits::default()
    };
    for (text, is_deep) in [
        ("a = [[[1]]]\n", false),
        ("a = [[[[1]]]]\n", true),
        ("a = ((((1))))\n", true),
    ] {
        let read = read_file(SourceId(0), "a.tf", text, shallow);
        assert_eq!(!read.faults().is_empty(), is_deep, "{text}");
        assert!(
            is_deep
                || read
                    .roots()
                    .next()
                    .is_some_and(|root| root.get("a").is_some())
        );
    }
}

/// The seeds of the fuzz targets, so that they stay what they were planted for.
fn seeds(target: &str) -> Vec<(String, Vec<u8>)> {
    let directory = crate::common::root().join("fuzz/seeds").join(target);
    let entries = std::fs::read_dir(directory).expect("seeds");
    let mut seeds: Vec<_> = entries
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            (name.into_owned(), std::fs::read(&path).expect("readable"))
        })
        .collect();
    seeds.sort();
    assert!(!seeds.is_empty());
    seeds
}

#[test]
fn the_seeds_of_the_fuzz_targets_are_what_they_say() {
    for (target, ending, format) in [
        ("json", "json", Format::Json),
        ("yaml", "yaml", Format::Yaml),
        ("hcl", "tf", Format::Hcl),
    ] {
        for (name, bytes) in seeds(target) {
            let text = String::from_utf8(bytes).expect("UTF-8");
            let read = document(&format!("x.{ending}"), &text);
            assert_eq!(read.format(), format, "{target}/{name}");
            let is_whole = name != "cut" && !name.starts_with("broken");
            assert_eq!(read.faults().is_empty(), is_whole, "{target}/{name}");
            for root in read.roots() {
                assert!(text.get(root.span().range()).is_some(), "{target}/{name}");
            }
        }
    }
    for (name, bytes) in seeds("shapes") {
        let text = String::from_utf8(bytes).expect("UTF-8");
        let mut sources = Sources::default();
        for part in text.split("--- ").skip(1) {
            let (path, text) = part.split_once('\n').expect("a path");
            sources.add(Source::new(path, text));
        }
        let named = vec![true; sources.len()];
        let report = audit(&sources, &named, Vec::new(), &request());
        assert!(report.summary.clients > 0, "{name}");
    }
    for (name, bytes) in seeds("carriers") {
        let paths = [std::path::PathBuf::from("-")];
        let found = grantlint::discover::discover(&paths, &mut bytes.as_slice());
        assert_eq!(found.sources.len(), 1, "{name}: {:?}", found.problems);
    }
}

/// One client with `count` of everything that a rule may compare with everything else.
fn crowded(count: usize) -> [(&'static str, String); 2] {
    let role = |at: usize| format!("{at:08x}-0000-4000-8000-000000000000");
    let roles: Vec<_> = (0..count)
        .map(|at| {
            let domain = if at % 2 == 0 {
                "routing".to_owned()
            } else {
                format!("domain{at}")
            };
            let policies =
                json!([{"domain": domain, "entityName": "queue", "actionSet": ["view"]}]);
            json!({"id": role(at), "name": "R", "permissions": [], "permissionPolicies": policies})
        })
        .collect();
    let division = |at: usize| role(at % 7);
    let held: Vec<_> = (0..count)
        .map(|at| json!({"roleId": role(at), "divisionId": division(at)}))
        .collect();
    let uris: Vec<_> = (0..count)
        .map(|at| match at % 4 {
            0 => format!("https://APP{at}.example{at}.org/cb"),
            1 => format!("https://u{at}@app.example{at}.org/cb"),
            2 => format!("https:/app{at}.example.org/cb"),
            _ => format!("https://app.example{at}.org/cb#f"),
        })
        .collect();
    let scopes: Vec<_> = (0..count).map(|at| format!("usres{at}")).collect();
    let clients = json!({"entities": [
        {"id": "a", "name": "A", "authorizedGrantType": "CLIENT-CREDENTIALS", "roleDivisions": held},
        {"id": "b", "name": "B", "authorizedGrantType": "CODE", "registeredRedirectUri": uris, "scope": scopes},
    ]});
    [
        ("clients.json", clients.to_string()),
        ("roles.json", json!({"entities": roles}).to_string()),
    ]
}

#[test]
fn one_client_with_thousands_of_everything_costs_what_it_weighs() {
    let mut request = Request::new(TODAY.parse().expect("a date"));
    request.rules = catalog::builtin().iter().collect();
    request.finding_limits.of_rule = usize::MAX;
    let time = |count| {
        let mut sources = Sources::default();
        for (path, text) in crowded(count) {
            sources.add(Source::new(path, text));
        }
        let start = std::time::Instant::now();
        let report = audit(&sources, &[true, true], Vec::new(), &request);
        assert!(
            report.findings.len() > count * 2,
            "{}",
            report.findings.len()
        );
        start.elapsed()
    };
    // Comparing all with all would take 64 times as long.
    let (some, many) = (time(1000), time(8000));
    assert!(many < some * 40, "{some:?} for 1,000, {many:?} for 8,000");
}
