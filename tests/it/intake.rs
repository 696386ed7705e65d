//! Inputs that yield nothing, and files that are skipped: a report never keeps silent about them.

use crate::common::{Run, grantlint_in};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const GOOD: &str = r#"[{"id":"7de3af06-c0b3-4f9b-af45-72f4a1403799","name":"Ok","description":"Signs in. Owner: Kim","accessTokenValiditySeconds":3600,"registeredRedirectUri":["https://ok.example.com/"],"scope":["users:readonly"],"authorizedGrantType":"CODE","state":"active"}]"#;

const BAD: &str = r#"{"id":"7de3af06-c0b3-4f9b-af45-72f4a1403701","name":"Dialer","description":"Signs in. Owner: Kim","accessTokenValiditySeconds":3600,"scope":["users:readonly"],"authorizedGrantType":"PASSWORD","state":"active"}"#;

const ROOT: &str = "resource \"genesyscloud_oauth_client\" \"ok\" {\n  name = \"Ok\"\n  description = \"Signs in. Owner: Kim\"\n  authorized_grant_type = \"CODE\"\n  registered_redirect_uris = [\"https://ok.example.com/\"]\n  scopes = [\"users:readonly\"]\n  access_token_validity_seconds = 3600\n}\n";

fn place(files: &[(&str, &str)]) -> TempDir {
    let place = tempfile::tempdir().expect("a directory");
    for (name, text) in files {
        let path = place.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(path, text).expect("a file");
    }
    place
}

fn check(place: &Path, paths: &[&str]) -> Run {
    let mut arguments = vec!["check", "--format", "json", "--today", "2026-11-30"];
    arguments.extend(paths);
    grantlint_in(place, &arguments, b"")
}

/// The kinds and files of problems.
fn problems(run: &Run) -> Vec<(String, String)> {
    let report = run.json();
    let problems = report["problems"].as_array().expect("a list").iter();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    problems
        .map(|problem| {
            let path = match &problem["path"] {
                serde_json::Value::String(path) => path.clone(),
                _ => text(&problem["location"]["path"]),
            };
            (text(&problem["kind"]), path)
        })
        .collect()
}

fn fires(run: &Run, rule: &str) -> bool {
    let report = run.json();
    let findings = report["findings"].as_array().expect("a list");
    findings.iter().any(|finding| finding["rule"] == rule)
}

#[test]
fn clients_are_found_whatever_their_file_is_called_and_whatever_wraps_them() {
    let list = format!("[{BAD}]");
    let deep = format!(r#"{{"a":{{"data":{{"clients":[{BAD}]}}}}}}"#);
    let data = format!(r#"{{"data":{{"clients":[{BAD}]}}}}"#);
    let single = format!(r#"{{"entities":{BAD},"total":1}}"#);
    let pascal = r#"[{"Id":"x","Name":"D","AuthorizedGrantType":"PASSWORD"}]"#.to_owned();
    for (name, text) in [
        ("us.json.txt", &list),
        ("apac", &list),
        (".exports/clients", &list),
        ("node_modules/x/data.json", &list),
        ("deep.json", &deep),
        ("data.json", &data),
        ("single.json", &single),
        ("pascal.json", &pascal),
    ] {
        let place = place(&[("ok.json", GOOD), (name, text)]);
        let run = check(place.path(), &["."]);
        assert!(fires(&run, "password-grant"), "{name}: {}", run.all());
    }
}

#[test]
fn what_cannot_be_read_next_to_exports_is_a_problem() {
    for (name, text) in [
        ("empty.json", ""),
        ("cut.json", "{\"entities\":[{\"id\":\"1\""),
        ("null.json", "null"),
        ("lost.json", r#"{"pageNumber":1,"pageSize":25,"total":12}"#),
        ("page.csv", "id,name,authorizedGrantType\n1,A,PASSWORD\n"),
        (
            "clients.xml",
            "<authorizedGrantType>PASSWORD</authorizedGrantType>",
        ),
        (
            "x.tf.json",
            r#"{"resource":{"genesyscloud_oauth_client":{"a":"text"}}}"#,
        ),
        (
            "a.tfstate",
            r#"{"version":4,"serial":1,"lineage":"x","resources":{}}"#,
        ),
        (
            "b.tfstate",
            r#"{"serial":1,"lineage":"x","meta":{},"encrypted_data":"A","encryption_version":"v0"}"#,
        ),
        (
            "plan.json",
            r#"{"format_version":"1.2","terraform_version":"1.9","configuration":{}}"#,
        ),
        (
            "cut.yaml",
            "- id: a\n  name: A\n  authorizedGrantType: CODE\n  state: active\n- id: b\n  name: B\n",
        ),
    ] {
        let place = place(&[("ok.json", GOOD), (name, text)]);
        let run = check(place.path(), &["."]);
        let found = problems(&run);
        assert_eq!(run.code, 3, "{name}: {}", run.all());
        assert!(
            found.iter().any(|(_, path)| path == name),
            "{name}: {found:?}"
        );
    }
}

#[test]
fn named_paths_without_an_export_are_problems() {
    let place = place(&[
        ("eu/clients.json", GOOD),
        ("us/.gitkeep", ""),
        ("n.json", "null"),
    ]);
    for named in ["us", "n.json"] {
        let run = check(place.path(), &["eu", named]);
        assert_eq!(run.code, 3, "{named}: {}", run.all());
        assert_eq!(
            problems(&run),
            [("unrecognised".to_owned(), named.to_owned())]
        );
    }
    assert_eq!(check(place.path(), &["."]).code, 3, "null is found too");
    assert_eq!(check(place.path(), &["eu"]).code, 0);
}

#[test]
fn files_of_other_kinds_next_to_terraform_are_skipped_with_their_reason() {
    let place = place(&[
        ("main.tf", ROOT),
        ("tsconfig.json", "{\"a\": 1, /* b */}"),
        ("x.tpl", "%{ for x in xs }\n"),
        ("README.md", "genesyscloud_oauth_client and ${x}"),
        ("broken.json", "{"),
        (".git/clients.json", "{"),
        ("node_modules/a/package.json", "{,}"),
        (
            ".terraform.lock.hcl",
            "provider \"registry.terraform.io/mypurecloud/genesyscloud\" {}\n",
        ),
    ]);
    let run = check(place.path(), &[".", "-v"]);
    assert_eq!(run.code, 0, "{}", run.all());
    for skipped in ["tsconfig.json", "README.md", "broken.json", "node_modules/"] {
        let line = format!("skipped {skipped}: ");
        assert!(run.stderr.contains(&line), "{skipped}: {}", run.stderr);
    }
    assert!(!run.stderr.contains(".git/"), "{}", run.stderr);
    fs::write(place.path().join("clients.json"), "{").expect("a file");
    assert_eq!(
        check(place.path(), &["."]).code,
        3,
        "the name is suspicious"
    );
}

#[test]
fn a_terraform_root_that_creates_no_client_is_complete() {
    let root = place(&[("main.tf", "resource \"null_resource\" \"x\" {}\n")]);
    assert_eq!(check(root.path(), &["."]).code, 0);
    let empty = place(&[("main.tf", "")]);
    assert_eq!(
        check(empty.path(), &["."]).code,
        3,
        "an empty file is not a root"
    );
    assert_eq!(
        check(empty.path(), &[".", "--require-clients", "0"]).code,
        0
    );
    assert_eq!(check(empty.path(), &[".", "--partial"]).code, 0);
}

#[test]
fn modules_outside_of_the_arguments_are_read_in_the_work_tree_only() {
    let module = "variable \"grant\" {}\nresource \"genesyscloud_oauth_client\" \"c\" {\n  name = \"C\"\n  authorized_grant_type = var.grant\n}\n";
    let call = "module \"m\" {\n  source = \"../../modules/m\"\n  grant = \"PASSWORD\"\n}\n";
    let place = place(&[
        ("tree/envs/prod/main.tf", call),
        ("tree/modules/m/main.tf", module),
    ]);
    let prod = place.path().join("tree/envs/prod");
    let outside = check(&prod, &[".", "--partial"]);
    assert!(!fires(&outside, "password-grant"), "{}", outside.all());
    fs::create_dir(place.path().join("tree/.git")).expect("a directory");
    let run = check(&prod, &["."]);
    assert!(fires(&run, "password-grant"), "{}", run.all());
    assert_eq!(problems(&run), []);
}

#[test]
fn installed_modules_are_read_and_others_are_missing() {
    let call =
        format!("{ROOT}module \"a\" {{\n  source = \"git::https://git.example.net/a\"\n}}\n");
    let missing = place(&[("main.tf", &call)]);
    let run = check(missing.path(), &["."]);
    assert_eq!(
        problems(&run),
        [("missing-module".to_owned(), "main.tf".to_owned())]
    );
    assert!(run.all().contains("terraform init"), "{}", run.all());
    let partial = check(missing.path(), &[".", "--partial"]);
    assert_eq!(partial.code, 0, "{}", partial.all());
    assert!(
        partial.all().contains("missing-module"),
        "{}",
        partial.all()
    );
    let list = r#"{"Modules":[{"Key":"","Source":"","Dir":"."},{"Key":"a","Source":"git::https://git.example.net/a","Dir":".terraform/modules/a"}]}"#;
    let client = "resource \"genesyscloud_oauth_client\" \"c\" {\n  name = \"C\"\n  authorized_grant_type = \"PASSWORD\"\n}\n";
    let installed = place(&[
        ("main.tf", &call),
        (".terraform/modules/modules.json", list),
        (".terraform/modules/a/main.tf", client),
        (".terraform/modules/a/examples/x/main.tf", "broken {"),
    ]);
    let run = check(installed.path(), &["."]);
    assert_eq!(problems(&run), [], "{}", run.all());
    assert!(fires(&run, "password-grant"), "{}", run.all());
}
