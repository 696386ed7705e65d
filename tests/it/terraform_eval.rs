//! Expressions: their values are those of Terraform, known parts are never hidden by unknown
//! ones, and each possible value is judged.

use crate::common::{TODAY, export, grantlint_in, sources};
use grantlint::audit::{Request, audit};
use grantlint::export::Export;
use grantlint::finding::ProblemKind;
use grantlint::model::{Client, Field};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What the rules report: `rule address: message`.
fn findings(files: &[(&str, &str)]) -> Vec<String> {
    let given = sources(files);
    let request = Request::new(TODAY.parse().expect("a date"));
    let report = audit(&given, &vec![false; given.len()], Vec::new(), &request);
    report
        .findings
        .iter()
        .map(|finding| {
            let address = report
                .subject(finding.subject)
                .and_then(|subject| subject.address.as_deref());
            let (path, start, _) = given.locate(finding.place);
            format!(
                "{} {} {path}:{}: {}",
                finding.rule.id,
                address.unwrap_or_default(),
                start.line,
                finding.message
            )
        })
        .collect()
}

fn of_rule<'f>(found: &'f [String], rule: &str) -> Vec<&'f str> {
    let all = found.iter().map(String::as_str);
    all.filter(|finding| finding.starts_with(&format!("{rule} ")))
        .collect()
}

const LOCALS: &str = r#"
locals {
  list    = ["b", "a", "c"]
  numbers = [3, 1, 2]
  map     = { one = 1, two = 2, three = 3 }
  nested  = [["a", "b"], ["c"], []]
  objects = [{ id = "x", on = true }, { id = "y", on = false }]
  text    = "Hello, World"
  none    = null
  empty   = ""
}
"#;

/// Expressions whose value is text, a number or a truth value.
const SCALARS: &str = r#"
1 + 2 * 3
(1 + 2) * 3
7 / 2
-7 % 3
7 % 3
0.1 + 0.2
1e3
1.50
-1
!true
1 == 1
1 == "1"
"a" == "a"
"a" != "b"
1 < 2
2 <= 2
3 > 4
4 >= 4
true && false
true || false
!(1 > 2) && 2 > 1
true ? "a" : "b"
false ? 1 : 2
local.none == null
local.none == null ? "null" : "set"
[1, 2] == [1, 2]
local.map == { one = 1, two = 2, three = 3 }
1 == 1 ? (2 == 3 ? "x" : "y") : "z"
"a-${local.text}-b"
"${1 + 1}"
"$${literal} %%{literal}"
"%{ if true }yes%{ else }no%{ endif }"
"%{ if false }yes%{ endif }."
"%{ for x in local.list }${x},%{ endfor }"
"%{ for i, x in local.list ~}  ${i}=${x};  %{ endfor }"
"a\tb\"c\\d"
"tab\u0041"
local.list[0]
local.list[length(local.list) - 1]
local.map["two"]
local.map.three
local.objects[1].id
local.objects.0.id
join(",", local.objects[*].id)
join(",", local.objects.*.id)
join(",", [for o in local.objects : o.id if o.on])
join(",", [for i, v in local.list : "${i}${v}"])
join(",", [for k, v in local.map : "${k}=${v}"])
join(",", keys({ for o in local.objects : o.id => o.on }))
join(",", values({ for v in local.list : v => upper(v) }))
jsonencode({ for o in local.objects : o.on ? "on" : "off" => o.id... })
jsonencode([for s in toset(["b", "a", "b"]) : s])
jsonencode({ (local.text) = 1 })
jsonencode({ "a b" : [1, true, null, "x<y>&"] })
abs(-5)
abs(5.5)
ceil(5.1)
ceil(-5.1)
floor(4.9)
floor(-4.9)
log(16, 2)
max(5, 12, 9)
max(local.numbers...)
min(5, 12, 9)
parseint("100", 10)
parseint("FF", 16)
parseint("-10", 2)
pow(3, 2)
pow(4, 0)
signum(-13)
signum(0)
chomp("hello\n")
chomp("hello\r\n\n")
endswith("hello world", "world")
startswith("hello world", "hello")
strcontains("hello world", "wor")
strcontains("hello", "x")
format("Hello, %s!", "Ander")
format("There are %d lights", 4)
format("%05d|%5d|%-5d|", 42, 42, 42)
format("%.2f", 3.14159)
format("%x %X %o %b", 255, 255, 8, 5)
format("%q", "a\"b")
format("%t", true)
format("%v %v", "a", 1)
format("%v", [1, "a"])
format("%5s|%-5s|", "ab", "ab")
format("%[2]s %[1]s", "a", "b")
format("%%")
format("%+d", 5)
join(",", formatlist("Hello, %s!", ["A", "B"]))
join(",", formatlist("%s-%s", "x", ["A", "B"]))
indent(2, "a\nb\nc")
join("-", ["a", "b"], ["c"])
join(",", [])
lower("HELLO")
upper("hello")
title("hello world")
regex("[a-z]+", "53453453.345345aaabbbccc23454")
jsonencode(regex("(\\d\\d\\d\\d)-(\\d\\d)", "2019-02-01"))
jsonencode(regex("^(?:(?P<scheme>[^:/?#]+):)?(?://(?P<authority>[^/?#]*))?", "https://terraform.io/docs/"))
length(regexall("[a-z]+", "1234abcd5678efgh9"))
jsonencode(regexall("[a-z]+", "1234"))
replace("1 + 2 + 3", "+", "-")
replace("hello world", "/w.*d/", "everybody")
replace("hello world", "/(w)(.*)/", "$2$1")
replace("a.b.c", ".", "_")
jsonencode(split(",", "foo,bar,baz"))
jsonencode(split(",", ""))
length(split(",", "foo"))
strrev("hello")
substr("hello world", 1, 4)
substr("hello world", -5, -1)
substr("hello world", 6, 10)
substr("hello", 0, 0)
trim("?!hello?!", "!?")
trimprefix("helloworld", "hello")
trimsuffix("helloworld", "world")
trimspace("  hello\n\n")
alltrue(["true", true])
alltrue([true, false])
alltrue([])
anytrue([false, true])
anytrue([])
jsonencode(chunklist(["a", "b", "c", "d", "e"], 2))
coalesce("a", "b")
coalesce("", "b")
coalesce(1, 2)
coalesce(null, "x")
jsonencode(coalescelist([], ["c", "d"]))
jsonencode(compact(["a", "", "b", null, "c"]))
jsonencode(concat(["a", ""], ["b", "c"]))
contains(["a", "b", "c"], "a")
contains(["a", "b", "c"], "d")
jsonencode(distinct(["a", "b", "a", "c", "d", "b"]))
element(["a", "b", "c"], 1)
element(["a", "b", "c"], 3)
element(["a", "b", "c"], length(["a", "b", "c"]) - 1)
jsonencode(flatten([["a", "b"], [], ["c"]]))
jsonencode(flatten([[["a", "b"], []], ["c"]]))
index(["a", "b", "c"], "b")
jsonencode(keys({ a = 1, c = 2, d = 3 }))
length([])
length(["a", "b"])
length({ "a" = "b" })
length("hello")
length("👾🕹️")
lookup({ a = "ay", b = "bee" }, "a", "what?")
lookup({ a = "ay", b = "bee" }, "c", "what?")
jsonencode(matchkeys(["i-123", "i-abc", "i-def"], ["us-west", "us-east", "us-east"], ["us-east"]))
jsonencode(merge({ a = "b", c = "d" }, { e = "f", c = "z" }))
jsonencode(merge({ a = "b" }, { a = [1, 2], c = "z" }, { d = 3 }))
jsonencode(one([]))
one(["hello"])
jsonencode(range(3))
jsonencode(range(1, 4))
jsonencode(range(1, 8, 2))
jsonencode(range(1, 4, 0.5))
jsonencode(range(4, 1))
jsonencode(range(10, 5, -2))
jsonencode(reverse([1, 2, 3]))
jsonencode(setintersection(["a", "b"], ["b", "c"], ["b", "d"]))
jsonencode(setproduct(["development", "staging"], ["app1", "app2"]))
jsonencode(setproduct([], ["app1"]))
jsonencode(setsubtract(["a", "b", "c"], ["a", "c"]))
jsonencode(setunion(["a", "b"], ["b", "c"], ["d"]))
jsonencode(slice(["a", "b", "c", "d"], 1, 3))
jsonencode(sort(["e", "d", "a", "x"]))
sum([10, 13, 6, 4.5])
jsonencode(transpose({ "a" = ["1", "2"], "b" = ["2", "3"] }))
jsonencode(values({ a = 3, c = 2, d = 1 }))
jsonencode(zipmap(["a", "b"], [1, 2]))
base64decode("SGVsbG8gV29ybGQ=")
base64encode("Hello World")
base64encode("a")
base64encode("ab")
urlencode("Hello World!")
urlencode("a=1&b=ü/~")
jsonencode(csvdecode("a,b,c\n1,2,3\n4,5,6\n"))
jsondecode("{\"hello\": \"world\"}").hello
jsonencode(jsondecode("[1, 2.5, null, true]"))
jsonencode({ "hello" = "world" })
yamldecode("hello: world").hello
yamlencode({ a = 1, b = [true, null, "x"], c = { d = [], e = {} } })
yamlencode([{ a = 1, b = 2 }, [1, [2, 3]], "q\"\\"])
yamlencode("x")
jsonencode(yamldecode("{a: 1, b: [c, d], e: true}"))
can(local.map.one)
can(local.map.nope)
can(tonumber("x"))
try(local.map.nope, "fallback")
try(local.map.one, "fallback")
try(tonumber("x"), 7)
tobool("true")
tonumber("1.5")
tostring(true)
tostring(1)
jsonencode(tolist(["a", "b", 3]))
jsonencode(toset(["c", "b", "b"]))
jsonencode(toset(["c", "b", 3]))
jsonencode(tomap({ "a" = 1, "b" = 2 }))
nonsensitive(sensitive("a"))
issensitive(sensitive("a"))
issensitive("a")
basename("foo/bar/baz.txt")
dirname("foo/bar/baz.txt")
dirname("baz.txt")
jsonencode(local.nested[*])
jsonencode([for l in local.nested : length(l)])
jsonencode(flatten([for l in local.nested : [for x in l : "${x}!"]]))
length(local.nested[0])
join(",", sort(keys(merge(local.map, { four = 4 }))))
lower(join("", [for w in split(" ", local.text) : substr(w, 0, 1)]))
jsonencode({ for k, v in local.map : upper(k) => v * 2 if v > 1 })
local.none == null ? 1 : 2
(local.empty != "" ? local.empty : "default")
length(local.list) > 2 ? local.list[2] : "none"
jsonencode([for k in sort(keys(local.map)) : k])
contains(keys(local.map), "one") && local.map.one == 1
tostring(null) == null
jsonencode(distinct(concat(local.list, ["a", "z"])))
jsonencode({ for i, v in local.list : v => i })
jsonencode([for o in local.objects : merge(o, { extra = 1 })])
"${local.map.one}${local.map.two}"
"a%{ if local.map.one == 1 }b%{ else }c%{ endif }d"
jsonencode(null)
jsonencode("ü\u2028")
jsonencode(element(local.objects, 1))
"#;

/// Expressions that Terraform rejects.
const REJECTED: &str = r#"
local.list[3]
local.map["four"]
local.map.four
tonumber("x")
one(["a", "b"])
element([], 0)
regex("x", "abc")
index(["a"], "b")
slice(["a"], 1, 3)
format("%d", "x")
format("%s")
coalesce("", "")
{ for v in ["a", "a"] : v => v }
parseint("xyz", 10)
base64decode("%%")
jsondecode("{")
range(1, 2, 0)
"#;

/// The values of expressions as grantlint has them: the description of a client for each.
fn evaluated(expressions: &[&str]) -> Vec<Option<String>> {
    let mut main = String::from(LOCALS);
    for (index, expression) in expressions.iter().enumerate() {
        let _ = writeln!(
            main,
            "resource \"genesyscloud_oauth_client\" \"c{index}\" {{\n  description = {expression}\n}}"
        );
    }
    let sources = sources(&[("main.tf", &main)]);
    let export = export(&sources);
    let clients = export.organisations.iter().flat_map(|one| &one.clients);
    let mut found = vec![None; expressions.len()];
    for client in clients {
        let address = client.address.as_deref().expect("an address");
        let index: usize = address
            .rsplit_once(".c")
            .expect("a number")
            .1
            .parse()
            .expect("a number");
        found[index] = match &client.description {
            Field::Present(text) => Some(text.value.to_string()),
            Field::Absent => Some("null".to_owned()),
            Field::Unknown(_) => None,
        };
    }
    found
}

/// The values as `terraform console` prints them; `None` without Terraform.
fn console(expressions: &[&str]) -> Option<Vec<serde_json::Value>> {
    let directory = tempfile::tempdir().expect("a directory");
    std::fs::write(directory.path().join("main.tf"), LOCALS).expect("a file");
    let mut child = Command::new("terraform")
        .args(["console"])
        .current_dir(directory.path())
        .env("CHECKPOINT_DISABLE", "1")
        .env_remove("TF_CLI_CONFIG_FILE")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    // Lines in a list: the console prints the last result only.
    let all = expressions.join("), tostring(");
    let mut stdin = child.stdin.take().expect("its input");
    writeln!(stdin, "jsonencode([tostring({all})])").expect("written");
    drop(stdin);
    let output = child.wait_with_output().expect("its output");
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.trim();
    assert!(
        output.status.success() && line.starts_with('"'),
        "{line}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    // The result is a text of HCL, whose escapes are those of JSON except for `$${` and `%%{`.
    let line = line.replace("$${", "${").replace("%%{", "%{");
    let inner: String = serde_json::from_str(&line).expect("a text");
    Some(serde_json::from_str(&inner).expect("a list"))
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.is_empty()).collect()
}

#[test]
fn expressions_have_the_values_of_terraform() {
    let expressions = lines(SCALARS);
    let own = evaluated(&expressions);
    let unknown: Vec<_> = expressions
        .iter()
        .zip(&own)
        .filter(|(_, value)| value.is_none())
        .collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
    let Some(values) = console(&expressions) else {
        eprintln!("not compared: terraform is not on the PATH");
        return;
    };
    assert_eq!(values.len(), own.len());
    let mut wrong = String::new();
    for ((expression, own), value) in expressions.iter().zip(own).zip(values) {
        let wanted = value.as_str().unwrap_or("null");
        if own.as_deref() != Some(wanted) {
            let _ = writeln!(wrong, "{expression}\n  {own:?}, not {wanted:?}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn what_terraform_rejects_has_no_value() {
    let expressions = lines(REJECTED);
    let known: Vec<_> = expressions
        .iter()
        .zip(evaluated(&expressions))
        .filter(|(_, value)| value.is_some())
        .collect();
    assert!(known.is_empty(), "{known:?}");
    let guarded: Vec<String> = expressions
        .iter()
        .map(|expression| format!("can({expression})"))
        .collect();
    let guarded: Vec<&str> = guarded.iter().map(String::as_str).collect();
    let own = evaluated(&guarded);
    assert!(
        own.iter().all(|value| value.as_deref() == Some("false")),
        "{own:?}"
    );
    if let Some(values) = console(&guarded) {
        let wrong: Vec<_> = guarded
            .iter()
            .zip(values)
            .filter(|(_, value)| value.as_str() != Some("false"))
            .collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}

#[test]
fn hostile_expressions_are_bounded() {
    for expression in [
        "join(\"\", range(1000000000))",
        "format(\"%1000000000s\", \"x\")",
        "format(\"%.1000000000f\", 1)",
        "indent(1000000000, \"a\\nb\")",
        "join(\",\", flatten([for a in range(9000) : [for b in range(9000) : a]]))",
        "jsonencode(setproduct(range(9000), range(9000), range(9000)))",
        "regex(\"(a{1000}){1000}\", \"x\")",
        "pow(10, 1000000000)",
        "replace(join(\"\", [for a in range(9000) : \"aaaa\"]), \"a\", \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\")",
    ] {
        let started = Instant::now();
        assert_eq!(evaluated(&[expression]), [None], "{expression}");
        let elapsed = started.elapsed();
        assert!(
            elapsed < Duration::from_secs(20),
            "{expression}: {elapsed:?}"
        );
    }
    let main = "resource \"genesyscloud_oauth_client\" \"a\" {\n  name = join(\"\", range(1000000000))\n}\n";
    let sources = sources(&[("main.tf", main)]);
    let problems = export(&sources).problems;
    let [problem] = &problems[..] else {
        panic!("{problems:?}");
    };
    assert_eq!(problem.kind, ProblemKind::Limit);
    assert!(
        problem.message.contains("10000 elements"),
        "{}",
        problem.message
    );
}

#[test]
fn deep_expressions_do_not_overflow() {
    let mut main = String::from("locals {\n  a0 = \"x\"\n");
    for level in 1..2000 {
        let _ = writeln!(main, "  a{level} = \"${{local.a{}}}\"", level - 1);
    }
    let nested = format!("{}1{}", "abs(".repeat(60), ")".repeat(60));
    let _ = writeln!(
        main,
        "}}\nresource \"genesyscloud_oauth_client\" \"a\" {{\n  name = local.a1999\n  description = {nested}\n}}"
    );
    let sources = sources(&[("main.tf", &main)]);
    let export = export(&sources);
    let client = &export.organisations[0].clients[0];
    assert!(client.name.is_unknown());
}

/// A client with these arguments.
fn client_with(arguments: &str) -> String {
    format!(
        "resource \"genesyscloud_oauth_client\" \"c\" {{\n  name = \"C\"\n  description = \"Signs agents in. Owner: desk\"\n  authorized_grant_type = \"CODE\"\n  access_token_validity_seconds = 3600\n  scopes = [\"users:readonly\"]\n{arguments}\n}}\n"
    )
}

#[test]
fn each_file_of_variables_is_a_world() {
    let main = format!(
        "variable \"uri\" {{ default = \"http://default.example.com/\" }}\nvariable \"grant\" {{ default = \"CODE\" }}\n{}",
        client_with("  registered_redirect_uris = [var.uri]").replace("\"CODE\"", "var.grant")
    );
    let dev = "uri = \"https://dev.example.com/\"\ngrant = \"PASSWORD\"\n";
    let prod = "uri = \"http://prod.example.com/\"\n";
    let found = findings(&[
        ("main.tf", main.as_str()),
        ("env/dev.tfvars", dev),
        ("env/prod.tfvars", prod),
    ]);
    let [insecure] = of_rule(&found, "redirect-not-https")[..] else {
        panic!("{found:#?}");
    };
    assert!(insecure.contains(" env/prod.tfvars:1: "), "{insecure}");
    assert!(insecure.ends_with("(with env/prod.tfvars)"), "{insecure}");
    let [password] = of_rule(&found, "password-grant")[..] else {
        panic!("{found:#?}");
    };
    assert!(password.ends_with("(with env/dev.tfvars)"), "{password}");
    assert!(!found.iter().any(|one| one.contains("default.example.com")));
}

#[test]
fn a_common_layer_is_part_of_each_world() {
    let main = format!(
        "variable \"host\" {{}}\nvariable \"scheme\" {{}}\n{}",
        client_with("  registered_redirect_uris = [\"${var.scheme}://${var.host}/\"]")
    );
    let found = findings(&[
        ("main.tf", main.as_str()),
        ("common.tfvars", "scheme = \"http\""),
        ("dev.tfvars", "host = \"dev.example.com\""),
        ("prod.tfvars", "host = \"prod.example.com\""),
    ]);
    let insecure = of_rule(&found, "redirect-not-https");
    assert_eq!(insecure.len(), 2, "{found:#?}");
    assert!(
        insecure
            .iter()
            .any(|one| one.ends_with("(with dev.tfvars)"))
    );
    assert!(
        insecure
            .iter()
            .any(|one| one.ends_with("(with prod.tfvars)"))
    );
}

#[test]
fn an_unknown_condition_has_one_value_in_all_attributes() {
    let main = format!(
        "variable \"legacy\" {{}}\n{}",
        client_with(
            "  registered_redirect_uris = [var.legacy ? \"http://localhost/\" : \"http://a.example.com/\"]"
        )
        .replace("\"CODE\"", "!var.legacy ? \"CODE\" : \"PASSWORD\"")
    );
    let found = findings(&[("main.tf", main.as_str())]);
    let [password] = of_rule(&found, "password-grant")[..] else {
        panic!("{found:#?}");
    };
    assert!(password.ends_with("(if var.legacy)"), "{password}");
    let [insecure] = of_rule(&found, "redirect-not-https")[..] else {
        panic!("{found:#?}");
    };
    assert!(insecure.ends_with("(unless var.legacy)"), "{insecure}");
}

#[test]
fn a_known_map_with_an_unknown_key_is_one_world_for_each_key() {
    let main = format!(
        "locals {{\n  uris = {{\n    dev = \"https://dev.example.com/\"\n    prod = \"http://prod.example.com/\"\n  }}\n}}\n{}",
        client_with("  registered_redirect_uris = [local.uris[terraform.workspace]]")
    );
    let found = findings(&[("main.tf", main.as_str())]);
    let [insecure] = of_rule(&found, "redirect-not-https")[..] else {
        panic!("{found:#?}");
    };
    assert!(
        insecure.ends_with("(if terraform.workspace is \"prod\")"),
        "{insecure}"
    );
    assert!(insecure.contains("main.tf:4:"), "{insecure}");
}

#[test]
fn with_many_conditions_no_literal_is_dropped() {
    let mut arguments = String::from("  registered_redirect_uris = [\n");
    for index in 0..12 {
        let _ = writeln!(
            arguments,
            "    var.v{index} ? \"http://a{index}.example.com/\" : \"https://b{index}.example.com/\","
        );
    }
    arguments.push_str("  ]");
    let main = client_with(&arguments);
    let found = findings(&[("main.tf", main.as_str())]);
    assert_eq!(
        of_rule(&found, "redirect-not-https").len(),
        12,
        "{found:#?}"
    );
}

#[test]
fn a_default_alone_leaves_nothing_out() {
    let main = format!(
        "variable \"clients\" {{ default = {{}} }}\n{}",
        client_with("  for_each = var.clients").replace("\"CODE\"", "\"PASSWORD\"")
    );
    let found = findings(&[("main.tf", main.as_str())]);
    let [password] = of_rule(&found, "password-grant")[..] else {
        panic!("{found:#?}");
    };
    assert!(
        password.starts_with("password-grant genesyscloud_oauth_client.c[*] "),
        "{password}"
    );
    assert!(
        password.ends_with("(if var.clients is not empty)"),
        "{password}"
    );
    let none = findings(&[
        ("main.tf", main.as_str()),
        ("terraform.tfvars", "clients = {}"),
    ]);
    assert!(of_rule(&none, "password-grant").is_empty(), "{none:#?}");
}

#[test]
fn a_text_that_is_known_in_part_is_judged_by_what_is_known() {
    for (uri, is_reported) in [
        ("http://${var.env}.example.net/cb", true),
        ("http://${var.host}/cb", false),
        ("http://${var.host}:8080/cb", false),
        ("${var.base}/cb", false),
        ("http://a.example.net/${var.path}", true),
        ("http://a.example.net:${var.port}/", true),
        ("http://localhost:${var.port}/", false),
        ("https://${var.env}.example.net/", false),
    ] {
        let main = client_with(&format!("  registered_redirect_uris = [\"{uri}\"]"));
        let found = findings(&[("main.tf", main.as_str())]);
        let insecure = of_rule(&found, "redirect-not-https");
        assert_eq!(
            insecure.len(),
            usize::from(is_reported),
            "{uri}: {found:#?}"
        );
        assert!(
            !found.iter().any(|one| one.contains("unknown-")),
            "{found:#?}"
        );
    }
}

#[test]
fn a_role_that_differs_between_worlds_is_judged_in_its_world() {
    let main = r#"
variable "role" {}
data "genesyscloud_auth_role" "r" { name = var.role }
resource "genesyscloud_oauth_client" "c" {
  name = "C"
  description = "Syncs queues. Owner: desk"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  access_token_validity_seconds = 3600
  roles {
    role_id = data.genesyscloud_auth_role.r.id
    division_id = "d4f6793c-0000-4000-8000-000000000001"
  }
}
"#;
    let found = findings(&[
        ("main.tf", main),
        ("dev.tfvars", "role = \"Master Admin\""),
        ("prod.tfvars", "role = \"Queue Reader\""),
    ]);
    let [admin] = of_rule(&found, "role-admin")[..] else {
        panic!("{found:#?}");
    };
    assert!(admin.ends_with("(with dev.tfvars)"), "{admin}");
}

/// The name and lifetime of the only client.
fn only<'o, 'a>(export: &'o Export<'a>) -> &'o Client<'a> {
    &export.organisations[0].clients[0]
}

#[test]
fn variables_have_their_types_and_defaults() {
    let main = r#"
variable "client" {
  type = object({
    name     = string
    lifetime = optional(number, 1800)
    grant    = optional(string, "CODE")
    more     = optional(list(string), [])
  })
}
resource "genesyscloud_oauth_client" "c" {
  name                          = "${var.client.name}-${length(var.client.more)}"
  authorized_grant_type         = var.client.grant
  access_token_validity_seconds = var.client.lifetime
}
"#;
    let sources = sources(&[
        ("main.tf", main),
        ("x.auto.tfvars", "client = { name = 7, grant = null }"),
    ]);
    let export = export(&sources);
    let client = only(&export);
    assert_eq!(client.name.text(), Some("7-0"));
    assert_eq!(
        client.grant_type.known().map(|(_, text)| text.as_ref()),
        Some("CODE")
    );
    let lifetime = client
        .token_lifetime
        .known()
        .and_then(|number| number.integer);
    assert_eq!(lifetime, Some(1800));
}

#[test]
fn thousands_of_clients_through_for_each_stay_within_the_bounds() {
    let mut values = String::from("clients = {\n");
    for index in 0..1000 {
        let _ = writeln!(
            values,
            "  c{index} = {{ uris = [\"https://c{index}.example.com/\"], roles = {{ a = \"11111111-1111-4111-8111-{index:012}\" }} }}"
        );
    }
    values.push_str("}\n");
    let main = r#"
variable "clients" { type = map(object({ uris = list(string), roles = map(string) })) }
module "client" {
  source   = "./m"
  for_each = var.clients
  name     = each.key
  uris     = each.value.uris
}
resource "genesyscloud_oauth_client" "c" {
  for_each = var.clients
  name     = "Client ${each.key}"
  authorized_grant_type = "CODE"
  registered_redirect_uris = [for uri in each.value.uris : "${trimsuffix(uri, "/")}/cb"]
  dynamic "roles" {
    for_each = each.value.roles
    content {
      role_id = roles.value
    }
  }
}
"#;
    let module = "variable \"name\" {}\nvariable \"uris\" {}\nresource \"genesyscloud_oauth_client\" \"c\" {\n  name = var.name\n  registered_redirect_uris = var.uris\n}\n";
    let sources = sources(&[
        ("main.tf", main),
        ("m/main.tf", module),
        ("terraform.tfvars", &values),
    ]);
    let export = export(&sources);
    assert!(export.problems.is_empty(), "{:?}", export.problems);
    assert_eq!(export.organisations[0].clients.len(), 2000);
    let address = "module.client[\"c7\"].genesyscloud_oauth_client.c";
    let clients = &export.organisations[0].clients;
    assert!(
        clients
            .iter()
            .any(|one| one.address.as_deref() == Some(address))
    );
}

#[test]
fn unknown_values_can_make_the_audit_incomplete() {
    let directory = tempfile::tempdir().expect("a directory");
    let write = |path: &str, text: &str| {
        std::fs::write(directory.path().join(path), text).expect("a file");
    };
    let main = client_with("  registered_redirect_uris = [var.uri]");
    write("main.tf", &main);
    let run = || {
        grantlint_in(
            directory.path(),
            &["check", ".", "--format", "concise"],
            b"",
        )
    };
    assert_eq!(run().code, 0, "{}", run().all());
    write("grantlint.toml", "[gate]\nunknown-values = \"fail\"\n");
    let failed = run();
    assert_eq!(failed.code, 3, "{}", failed.all());
    for text in ["unknown-value", "registered_redirect_uris", "main.tf:7"] {
        assert!(failed.all().contains(text), "{text}: {}", failed.all());
    }
    write(
        "main.tf",
        &main.replace("var.uri", "\"https://a.example.com/\""),
    );
    assert_eq!(run().code, 0, "{}", run().all());
}

#[test]
fn the_gate_compares_the_severity_that_the_policy_gives_to_a_rule() {
    let directory = tempfile::tempdir().expect("a directory");
    let write = |path: &str, text: &str| {
        std::fs::write(directory.path().join(path), text).expect("a file");
    };
    write(
        "main.tf",
        &client_with("  registered_redirect_uris = [var.uri]"),
    );
    let run = |policy: &str| {
        let gate = "[gate]\nunknown-values = \"fail\"\nfail-on = \"critical\"\n";
        write("grantlint.toml", &format!("{gate}{policy}"));
        let arguments = ["check", ".", "--format", "json"];
        let select = ["--select", "redirect-loopback"];
        grantlint_in(
            directory.path(),
            &[arguments.as_slice(), &select].concat(),
            b"",
        )
    };
    let raised = "[rules.redirect-loopback]\nseverity = \"critical\"\n";
    let one = "[clients.\"name:C\".rules.redirect-loopback]\nseverity = \"critical\"\n";
    for (policy, code, rules) in [("", 0, 0), (raised, 3, 1), (one, 3, 1)] {
        let run = run(policy);
        assert_eq!(run.code, code, "{policy}: {}", run.all());
        let report = run.json();
        assert_eq!(report["unknown_values"]["rules"], rules, "{policy}");
    }
}

#[test]
fn the_gate_compares_the_worst_severity_that_a_rule_can_report() {
    let directory = tempfile::tempdir().expect("a directory");
    let write = |path: &str, text: &str| {
        std::fs::write(directory.path().join(path), text).expect("a file");
    };
    let main = client_with("").replace("[\"users:readonly\"]", "var.scopes");
    write("main.tf", &main);
    // The scope rule is high, and critical for a client that exposes its tokens.
    for (rule, gate, code) in [
        ("scope-sensitive-write", "critical", 3),
        ("scope-excess", "critical", 0),
    ] {
        write(
            "grantlint.toml",
            "[rules.scope-excess]\nallowed = { \"*\" = [\"users\"] }\n[gate]\nunknown-values = \"fail\"\n",
        );
        let arguments = ["check", ".", "--format", "json", "--fail-on", gate];
        let select = ["--select", rule];
        let run = grantlint_in(
            directory.path(),
            &[arguments.as_slice(), &select].concat(),
            b"",
        );
        assert_eq!(run.code, code, "{rule}: {}", run.all());
        let open = run.json()["unknown_values"]["rules"].as_u64();
        assert_eq!(open, Some(u64::from(code == 3)), "{rule}");
    }
    // A policy that lowers the rule lowers the worst too.
    write(
        "grantlint.toml",
        "[gate]\nunknown-values = \"fail\"\n[rules.scope-sensitive-write]\nseverity = \"medium\"\n",
    );
    let select = ["check", ".", "--select", "scope-sensitive-write"];
    let gate = ["--fail-on", "critical"];
    let run = grantlint_in(directory.path(), &[&select[..], &gate].concat(), b"");
    assert_eq!(run.code, 0, "{}", run.all());
}

/// A configuration of instances. `ITEM` is the type of the resources; `{{` and `}}` enclose their
/// attributes.
const INSTANCES: [(&str, &str); 4] = [
    (
        "main.tf",
        r#"
variable "apps" {
  type = map(object({
    uris  = optional(list(string), ["https://default.example.com/cb"])
    ttl   = optional(number, 28800)
    mode  = optional(string)
  }))
}
variable "prefix" {
  type    = string
  default = "app"
}
locals {
  settings = { dev = { count = 2, host = "dev.example.com" }, prod = { count = 0, host = "example.com" } }
  current  = local.settings[terraform.workspace == "default" ? "dev" : "prod"]
  grants   = { for name, app in var.apps : name => coalesce(app.mode, "CODE") }
  products = [for pair in setproduct(["a", "b"], range(2)) : join("-", pair)]
}
resource "ITEM" "each" {
  for_each = var.apps
{{
  name = "${var.prefix}-${each.key}"
  uris = [for uri in each.value.uris : replace(uri, "/^http:/", "https:")]
  ttl  = max(each.value.ttl, 300)
  grant = local.grants[each.key]
}}
}
resource "ITEM" "counted" {
  count = local.current.count
{{
  name = format("%s-%02d", var.prefix, count.index)
  uris = ["https://${element(["x", "y"], count.index)}.${local.current.host}/cb"]
  ttl  = 300 + count.index
  grant = count.index % 2 == 0 ? "CODE" : "TOKEN"
}}
}
resource "ITEM" "set" {
  for_each = toset(local.products)
{{
  name = upper(each.value)
  uris = formatlist("https://%s/%s", [each.key], ["cb"])
  ttl  = length(each.key) * 1000
  grant = try(local.grants[each.key], "CODE")
}}
}
resource "ITEM" "none" {
  count = var.prefix == "other" ? 1 : 0
{{
  name = "none"
  uris = []
  ttl  = 1
  grant = "CODE"
}}
}
module "inner" {
  source = "./inner"
  count  = 2
  name   = "inner ${count.index}"
  tags   = { for index in range(count.index + 1) : "t${index}" => index }
}
"#,
    ),
    (
        "inner/main.tf",
        r#"
variable "name" { type = string }
variable "tags" { type = map(number) }
locals {
  text = <<-EOT
    %{ for key, value in var.tags ~}
    ${key}=${value};
    %{ endfor ~}
  EOT
}
resource "ITEM" "one" {
  for_each = var.tags
{{
  name = trimspace(replace(local.text, "\n", ""))
  uris = [jsondecode("{\"uri\": \"https://${each.key}.example.com/${urlencode(var.name)}\"}").uri]
  ttl  = 1000 * (each.value + 1)
  grant = "CODE"
}}
}
"#,
    ),
    (
        "terraform.tfvars",
        "prefix = \"overridden\"\napps = {\n  one = { uris = [\"http://one.example.com/cb\", \"https://b.example.com\"] }\n  two = { ttl = 60, mode = \"TOKEN\" }\n}\n",
    ),
    ("x.auto.tfvars.json", "{\"prefix\": \"last\"}"),
];

/// An instance: its name, URIs, lifetime and grant.
type Instance = (String, Vec<String>, i64, String);

/// The instances as `terraform plan` has them; `None` without Terraform.
fn planned() -> Option<BTreeMap<String, Instance>> {
    let directory = tempfile::tempdir().expect("a directory");
    for (path, text) in INSTANCES {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        let text = text.replace("ITEM", "terraform_data");
        let text = text.replace("{{", "  input = {").replace("}}\n", "}\n");
        std::fs::write(path, text).expect("a file");
    }
    let run = |arguments: &[&str]| {
        let output = Command::new("terraform")
            .args(arguments)
            .current_dir(directory.path())
            .env("CHECKPOINT_DISABLE", "1")
            .env_remove("TF_CLI_CONFIG_FILE")
            .output()
            .ok()?;
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {errors}");
        Some(output.stdout)
    };
    run(&["init", "-input=false"])?;
    run(&["plan", "-input=false", "-out=plan"])?;
    let plan = run(&["show", "-json", "plan"])?;
    let plan: serde_json::Value = serde_json::from_slice(&plan).expect("JSON");
    let changes = plan["resource_changes"].as_array().expect("changes").iter();
    let changes = changes.map(|change| {
        let input = &change["change"]["after"]["input"];
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let uris = input["uris"].as_array().expect("a list");
        let instance = (
            text(&input["name"]),
            uris.iter().map(text).collect(),
            input["ttl"].as_i64().expect("a number"),
            text(&input["grant"]),
        );
        (
            text(&change["address"]).replace("terraform_data", "ITEM"),
            instance,
        )
    });
    Some(changes.collect())
}

/// The instances as grantlint has them.
fn own_instances() -> BTreeMap<String, Instance> {
    let names = [
        ("ITEM", "genesyscloud_oauth_client"),
        ("{{\n", ""),
        ("}}\n", ""),
        ("  uris = ", "  registered_redirect_uris = "),
        ("  ttl  = ", "  access_token_validity_seconds = "),
        ("  grant = ", "  authorized_grant_type = "),
    ];
    let files = INSTANCES.map(|(path, text)| {
        let mut text = text.to_owned();
        for (from, to) in names {
            if Path::new(path)
                .extension()
                .is_some_and(|ending| ending == "tf")
            {
                text = text.replace(from, to);
            }
        }
        (path, text)
    });
    let files = files.each_ref().map(|(path, text)| (*path, text.as_str()));
    let given = sources(&files);
    let export = export(&given);
    assert!(export.problems.is_empty(), "{:?}", export.problems);
    let clients = export.organisations.iter().flat_map(|one| &one.clients);
    clients
        .map(|client| {
            let address = client.address.as_deref().unwrap_or_default();
            let uris = client.redirect_uris.items();
            let instance = (
                client.name.text().unwrap_or("?").to_owned(),
                uris.map(|uri| uri.value.to_string()).collect(),
                client
                    .token_lifetime
                    .known()
                    .and_then(|number| number.integer)
                    .unwrap_or(-1),
                client
                    .grant_type
                    .known()
                    .map(|(_, text)| text.to_string())
                    .unwrap_or_default(),
            );
            (
                address.replace("genesyscloud_oauth_client", "ITEM"),
                instance,
            )
        })
        .collect()
}

#[test]
fn instances_are_those_of_a_plan() {
    let own = own_instances();
    assert_eq!(own.len(), 11, "{:#?}", own.keys());
    match planned() {
        Some(planned) => assert_eq!(own, planned),
        None => eprintln!("not compared: terraform is not on the PATH"),
    }
}

#[test]
fn each_reference_to_an_id_has_its_own_place() {
    let text = "data \"genesyscloud_auth_role\" \"reader\" {\n  name = \"Queue Reader\"\n}\n\nresource \"genesyscloud_oauth_client\" \"feed\" {\n  name = \"Feed\"\n  authorized_grant_type = \"CLIENT-CREDENTIALS\"\n  roles {\n    role_id = data.genesyscloud_auth_role.reader.id\n  }\n}\n\nresource \"genesyscloud_oauth_client\" \"reports\" {\n  name = \"Reports\"\n  authorized_grant_type = \"CODE\"\n  roles {\n    role_id = data.genesyscloud_auth_role.reader.id\n  }\n}\n";
    let found = findings(&[("main.tf", text)]);
    let roles = of_rule(&found, "roles-on-user-grant");
    assert_eq!(roles.len(), 1, "{found:#?}");
    assert!(roles[0].contains("main.tf:17"), "{roles:?}");
}
