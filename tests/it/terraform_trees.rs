//! Trees of Terraform as people keep them, in `fixtures/terraform`: what is planted is found at
//! its literal and with its world, nothing else of weight is reported, and the exit code is right.
//! Smaller ones, written here: named files, places that explain, files of data, Terragrunt.

use crate::common::{TODAY, grantlint_in, root};
use grantlint::catalog::Severity;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The labels of a tree, which were written before any program had run.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    exit: i32,
    clients: u64,
    /// The kinds of problems.
    #[serde(default)]
    problems: BTreeSet<String>,
    /// The findings: all that are high or critical, and others that matter.
    #[serde(default)]
    finding: Vec<Label>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Label {
    rule: String,
    /// The address of the client, or the name of what else it is about.
    client: String,
    /// The file and line of the literal.
    at: String,
    /// Words of the message, such as the world.
    #[serde(default)]
    says: String,
}

impl Label {
    fn is(&self, finding: &Value) -> bool {
        finding["rule"] == self.rule
            && subject(finding) == self.client
            && at(finding) == self.at
            && text(&finding["message"]).contains(&self.says)
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn subject(finding: &Value) -> &str {
    let names = [
        &finding["client"]["address"],
        &finding["subject"]["address"],
        &finding["subject"]["name"],
    ];
    let mut names = names.into_iter().map(text);
    names.find(|name| !name.is_empty()).unwrap_or_default()
}

fn at(finding: &Value) -> String {
    let location = &finding["location"];
    format!("{}:{}", text(&location["path"]), location["start"]["line"])
}

fn trees() -> Vec<PathBuf> {
    let directory = root().join("fixtures/terraform");
    let entries = std::fs::read_dir(directory).expect("the trees");
    let mut trees: Vec<PathBuf> = entries.map(|entry| entry.expect("a tree").path()).collect();
    trees.sort();
    trees
}

/// What is wrong with the audit of a tree.
fn faults(tree: &Path) -> Vec<String> {
    let labels = std::fs::read_to_string(tree.join("expected.toml")).expect("labels");
    let expected: Expected = toml::from_str(&labels).expect("labels");
    let arguments = ["check", "--format", "json", "--today", TODAY, "."];
    let run = grantlint_in(tree, &arguments, b"");
    let report = run.json();
    let mut faults = Vec::new();
    if report["exit_code"] != expected.exit {
        faults.push(format!("exit code {}", report["exit_code"]));
    }
    if report["summary"]["clients"] != expected.clients {
        faults.push(format!("{} clients", report["summary"]["clients"]));
    }
    let problems = report["problems"].as_array().expect("problems").iter();
    let kinds: BTreeSet<String> = problems.map(|one| text(&one["kind"]).to_owned()).collect();
    if kinds != expected.problems {
        faults.push(format!("problems {}", report["problems"]));
    }
    let findings = report["findings"].as_array().expect("findings");
    for label in &expected.finding {
        if !findings.iter().any(|finding| label.is(finding)) {
            let Label {
                rule,
                client,
                at,
                says,
            } = label;
            faults.push(format!("missing: {rule} {client} {at} {says}"));
        }
    }
    let weighty = [Severity::High, Severity::Critical].map(Severity::name);
    for finding in findings {
        let is_weighty = weighty.contains(&text(&finding["severity"]));
        if is_weighty && !expected.finding.iter().any(|label| label.is(finding)) {
            faults.push(format!(
                "not expected: {} {} {}: {}",
                finding["rule"],
                subject(finding),
                at(finding),
                finding["message"]
            ));
        }
    }
    faults
}

#[test]
fn each_tree_has_its_findings_places_and_exit_code() {
    let trees = trees();
    assert!(trees.len() >= 20, "{} trees", trees.len());
    let mut wrong = Vec::new();
    for tree in &trees {
        let name = tree.file_name().unwrap_or_default().to_string_lossy();
        wrong.extend(
            faults(tree)
                .into_iter()
                .map(|fault| format!("{name}: {fault}")),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A Git work tree with these files.
fn work_tree(files: &[(&str, &str)]) -> TempDir {
    let tree = tempfile::tempdir().expect("a directory");
    fs::create_dir(tree.path().join(".git")).expect("a directory");
    for (path, text) in files {
        let path = tree.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(path, text).expect("a file");
    }
    tree
}

fn report(tree: &Path, arguments: &[&str]) -> Value {
    let begin = ["check", "--format", "json", "--today", TODAY];
    grantlint_in(tree, &[&begin, arguments].concat(), b"").json()
}

/// `rule address place: message | related places` of each finding.
fn findings(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().expect("findings").iter();
    let findings = findings.map(|finding| {
        let mut line = format!(
            "{} {} {}: {}",
            text(&finding["rule"]),
            subject(finding),
            at(finding),
            text(&finding["message"])
        );
        for related in finding["related"].as_array().expect("places") {
            let _ = write!(line, " | {}", at(related));
        }
        line
    });
    findings.collect()
}

/// The only finding of a rule.
fn only<'f>(findings: &'f [String], rule: &str) -> &'f str {
    let mut of_rule = findings
        .iter()
        .filter(|one| one.starts_with(&format!("{rule} ")));
    match (of_rule.next(), of_rule.next()) {
        (Some(only), None) => only,
        _ => panic!("{rule}: {findings:#?}"),
    }
}

/// A client with a grant and a list of redirect URIs, as written.
fn client(name: &str, grant: &str, redirects: &str) -> String {
    format!(
        "resource \"genesyscloud_oauth_client\" \"{name}\" {{\n  name = \"{name}\"\n  description = \"For tests. Owner: Tests\"\n  access_token_validity_seconds = 28800\n  authorized_grant_type = {grant}\n  registered_redirect_uris = {redirects}\n  scopes = [\"users:readonly\"]\n}}\n"
    )
}

const GOOD: &str = "[\"https://a.acme.com/cb\"]";

#[test]
fn a_named_file_is_judged_with_the_roots_that_contain_or_call_it() {
    let module = client("x", "var.grant", GOOD) + "variable \"grant\" { default = \"PASSWORD\" }\n";
    let call = "module \"m\" {\n  source = \"../../modules/m\"\n  grant  = var.grant\n}\nvariable \"grant\" { default = \"PASSWORD\" }\n";
    let other = client("other", "\"PASSWORD\"", GOOD);
    let export = "[{\"id\": \"a\", \"name\": \"Export\", \"authorizedGrantType\": \"PASSWORD\"}]";
    let tree = work_tree(&[
        ("modules/m/main.tf", &module),
        ("envs/prod/main.tf", call),
        ("envs/prod/terraform.tfvars.json", "{\"grant\": \"TOKEN\"}"),
        ("envs/dev/main.tf", call),
        ("envs/dev/terraform.tfvars", "grant = \"CODE\"\n"),
        ("other/main.tf", &other),
        ("envs/prod/clients.json", export),
        ("plain/main.tf", "resource \"aws_s3_bucket\" \"b\" {}\n"),
    ]);
    for named in [
        "envs/prod/main.tf",
        "envs/prod/terraform.tfvars.json",
        "modules/m/main.tf",
    ] {
        let found = report(tree.path(), &["--partial", named]);
        let findings = findings(&found);
        let finding = only(&findings, "implicit-grant");
        assert!(
            finding.contains(" envs/prod/terraform.tfvars.json:1"),
            "{named}: {finding}"
        );
        assert!(
            !findings.iter().any(|one| one.starts_with("password-grant")),
            "{findings:?}"
        );
        let clients = if named.starts_with("modules") { 2 } else { 1 };
        assert_eq!(found["summary"]["clients"], clients, "{named}");
    }
    let plain = report(tree.path(), &["--partial", "plain/main.tf"]);
    assert_eq!(plain["exit_code"], 0, "{plain}");
}

#[test]
fn places_that_explain_are_related() {
    let redirect = client("x", "\"CODE\"", "[\"http://${local.host}/cb\"]");
    let module = redirect + "locals {\n  host = \"a.acme.com\"\n}\n";
    let tree = work_tree(&[
        ("main.tf", "module \"m\" {\n  source = \"./m\"\n}\n"),
        ("m/main.tf", &module),
    ]);
    let found = findings(&report(tree.path(), &["."]));
    let finding = only(&found, "redirect-not-https");
    assert!(finding.contains(" m/main.tf:6: "), "{finding}");
    assert!(
        finding.ends_with(" | m/main.tf:10 | main.tf:2"),
        "{finding}"
    );
}

#[test]
fn the_place_in_an_installed_module_is_its_call() {
    let module = client("x", "\"TOKEN\"", GOOD);
    let list = r#"{"Modules":[{"Key":"","Source":"","Dir":"."},{"Key":"m","Source":"git::https://g.example/m.git","Dir":".terraform/modules/m"}]}"#;
    let tree = work_tree(&[
        (
            "main.tf",
            "module \"m\" {\n  source = \"git::https://g.example/m.git\"\n}\n",
        ),
        (".terraform/modules/modules.json", list),
        (".terraform/modules/m/main.tf", &module),
    ]);
    let found = findings(&report(tree.path(), &["."]));
    let finding = only(&found, "implicit-grant");
    assert!(finding.contains(" main.tf:2: "), "{finding}");
    assert!(
        finding.ends_with(" | .terraform/modules/m/main.tf:5"),
        "{finding}"
    );
}

#[test]
fn the_text_of_a_file_is_named_and_masked_and_its_data_has_places() {
    let redirects = "[trimspace(file(\"${path.module}/uri.txt\")), yamldecode(file(\"${path.module}/uris.yaml\")).list[1]]";
    let main = client("x", "\"CODE\"", redirects);
    let tree = work_tree(&[
        ("main.tf", &main),
        ("uri.txt", "http://tenant-4711-hidden.acme.com/cb\n"),
        (
            "uris.yaml",
            "list:\n  - https://b.acme.com/cb\n  - http://c.acme.com/cb\n",
        ),
    ]);
    let found = findings(&report(tree.path(), &["."]));
    let https: Vec<&String> = found
        .iter()
        .filter(|one| one.starts_with("redirect-not-https"))
        .collect();
    assert_eq!(https.len(), 2, "{found:?}");
    assert!(
        https[0].contains(" uri.txt:1: ") && https[0].contains("(text of uri.txt)"),
        "{https:?}"
    );
    assert!(https[1].contains(" uris.yaml:3: "), "{https:?}");
    for format in ["human", "json", "sarif", "html", "markdown", "csv"] {
        let run = grantlint_in(
            tree.path(),
            &["check", "--format", format, "--today", TODAY, "."],
            b"",
        );
        assert!(
            !run.stdout.contains("tenant-4711"),
            "{format}: {}",
            run.stdout
        );
    }
}

#[test]
fn files_of_a_directory_are_clients() {
    let main = "locals {\n  files = fileset(path.module, \"clients/*.{json,yaml}\")\n}\nresource \"genesyscloud_oauth_client\" \"x\" {\n  for_each = { for name in local.files : trimsuffix(basename(name), \".json\") => jsondecode(file(\"${path.module}/${name}\")) }\n  name = each.value.name\n  authorized_grant_type = each.value.grant\n}\n";
    let tree = work_tree(&[
        ("main.tf", main),
        ("clients/a.json", "{\"name\": \"A\", \"grant\": \"CODE\"}"),
        (
            "clients/b.json",
            "{\"name\": \"B\",\n \"grant\": \"TOKEN\"}",
        ),
        (
            "clients/deep/c.json",
            "{\"name\": \"C\", \"grant\": \"TOKEN\"}",
        ),
    ]);
    let report = report(tree.path(), &["."]);
    assert_eq!(report["summary"]["clients"], 2);
    let found = findings(&report);
    let finding = only(&found, "implicit-grant");
    assert!(
        finding.contains("client.x[\"b\"] clients/b.json:2: "),
        "{finding}"
    );
}

#[test]
fn inputs_of_terragrunt_that_refer_to_something_are_unknown() {
    let module = client("x", "var.grant", "var.redirects")
        + "variable \"grant\" { default = \"PASSWORD\" }\nvariable \"redirects\" { default = [] }\nlocals {\n  grant = \"TOKEN\"\n}\n";
    let parent = "inputs = {\n  redirects = [\"http://a.acme.com/cb\"]\n}\nremote_state {\n}\ninclude \"x\" {\n}\n";
    let child = "include \"root\" {\n  path = find_in_parent_folders()\n}\nterraform {\n  source = \"../../m\"\n}\ninputs = {\n  grant = local.grant\n}\n";
    let tree = work_tree(&[
        ("m/main.tf", &module),
        ("live/root.hcl", parent),
        ("live/prod/terragrunt.hcl", child),
    ]);
    let report = report(tree.path(), &["."]);
    let found = findings(&report);
    assert!(
        only(&found, "redirect-not-https").contains(" live/root.hcl:2: "),
        "{found:?}"
    );
    // Neither the default nor what the module calls by the same name.
    assert!(!found.iter().any(|one| one.contains("grant ")), "{found:?}");
    let unknown = report["unknown_values"].to_string();
    assert!(unknown.contains("var.grant is open"), "{unknown}");
}

#[test]
fn instances_of_an_unknown_collection_are_judged_once() {
    let main = client("x", "\"TOKEN\"", "each.value.uris").replacen(
        "  name",
        "  for_each = { for one in var.apps : one.name => one }\n  name",
        1,
    ) + "variable \"apps\" { type = list(object({ name = string, uris = list(string) })) }\n";
    let tree = work_tree(&[("main.tf", &main)]);
    let report = report(tree.path(), &["."]);
    assert_eq!(report["summary"]["clients"], 1);
    assert!(only(&findings(&report), "implicit-grant").contains("client.x[*] "));
}

#[test]
fn a_world_whose_condition_has_commas_is_named_whole() {
    let grant = "contains([\"prod\", \"stage\"], var.env) ? \"CODE\" : \"TOKEN\"";
    let main = client("x", grant, GOOD) + "variable \"env\" {}\n";
    let tree = work_tree(&[("main.tf", &main)]);
    let found = findings(&report(tree.path(), &["."]));
    let finding = only(&found, "implicit-grant");
    assert!(
        finding.ends_with("(unless contains([\"prod\", \"stage\"], var.env))"),
        "{finding}"
    );
}

#[test]
fn values_that_double_past_the_deepest_nesting_are_bounded() {
    let mut locals = String::from("locals {\n  l0 = [\"x\"]\n");
    for level in 1..60 {
        let _ = writeln!(
            locals,
            "  l{level} = concat(local.l{0}, local.l{0})",
            level - 1
        );
    }
    let main = locals + "}\n" + &client("x", "\"TOKEN\"", "local.l59");
    let tree = work_tree(&[("main.tf", &main)]);
    let start = Instant::now();
    let report = report(tree.path(), &["."]);
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(report["exit_code"], 3);
    only(&findings(&report), "implicit-grant");
}

#[test]
fn literal_secrets_are_found_wherever_a_configuration_has_them() {
    let main = r#"
terraform {
  backend "http" {
    address  = "https://state.acme.com/x"
    password = "Backend-Pa55-quz9"
  }
}
provider "genesyscloud" {
  access_token = "Tok-en-abc-9917-zzKq"
  proxy {
    host = "proxy.acme.com"
    auth {
      username = "proxy-user"
      password = "Pr0xy-Secret-5512"
    }
  }
}
locals {
  integration = {
    crm = { clientSecret = "Loc-al-secret-8821x" }
  }
}
variable "settings" {
  default = { client_secret = "Var-obj-secret-3391v" }
}
output "genesys_client_secret" {
  value = "Out-put-secret-7712q"
}
module "m" {
  source   = "./m"
  settings = [{ client_secret = "Mod-ule-secret-4410w" }]
}
resource "aws_ssm_parameter" "p" {
  name  = "/genesys/client_secret"
  value = "of another program"
}
"#;
    let plan = r#"{"format_version":"1.2","terraform_version":"1.9.0",
"variables":{"genesys_client_secret":{"value":"Plan-var-secret-6671u"}},
"planned_values":{"root_module":{"resources":[{"address":"aws_s3_bucket.b","mode":"managed","type":"aws_s3_bucket","name":"b","values":{}}]}},
"configuration":{"provider_config":{"genesyscloud":{"name":"genesyscloud","expressions":{"oauthclient_secret":{"constant_value":"Plan-const-secret-551r"},"aws_region":{"constant_value":"eu-west-1"}}}}}}"#;
    let tree = work_tree(&[
        ("a/main.tf", main),
        ("a/m/main.tf", "variable \"settings\" {}\n"),
        ("b/plan.json", plan),
    ]);
    let report = report(tree.path(), &["."]);
    let found = findings(&report);
    let places: BTreeSet<String> = found
        .iter()
        .filter(|one| one.starts_with("secret-exposed-by-terraform "))
        .map(|one| {
            one.split(": ")
                .next()
                .unwrap_or_default()
                .rsplit(' ')
                .next()
                .unwrap_or_default()
                .to_owned()
        })
        .collect();
    let wanted = [5, 9, 14, 20, 24, 27, 31].map(|line| format!("a/main.tf:{line}"));
    let wanted = wanted
        .into_iter()
        .chain([2, 4].map(|line| format!("b/plan.json:{line}")));
    assert_eq!(places, wanted.collect());
    let json = report.to_string();
    for secret in [
        "Backend-Pa55",
        "abc-9917",
        "Pr0xy-Secret",
        "secret-8821x",
        "secret-3391v",
        "secret-7712q",
        "secret-4410w",
        "secret-6671u",
        "secret-551r",
    ] {
        assert!(!json.contains(secret), "{secret}");
    }
    assert_eq!(report["problems"], serde_json::json!([]));
}

#[test]
fn what_terraform_does_not_read_next_to_a_configuration_is_not_part_of_it() {
    let good = client("x", "\"CODE\"", GOOD);
    let other = client("x", "\"TOKEN\"", GOOD);
    let tree = work_tree(&[
        ("main.tf", &good),
        ("main.tf.bak", &other),
        ("old.tf.disabled", &client("y", "\"TOKEN\"", GOOD)),
        ("alone/clients.txt", &client("z", "\"TOKEN\"", GOOD)),
    ]);
    let report = report(tree.path(), &["."]);
    assert_eq!(report["problems"], serde_json::json!([]));
    let found = findings(&report);
    assert!(
        only(&found, "implicit-grant").contains(" alone/clients.txt:"),
        "{found:?}"
    );
}
