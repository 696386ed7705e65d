//! `check --fix` changes only the bytes that it means to, and only where they can be restored.

use crate::common::{Run, TODAY, grantlint_in};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Runs `check` with options in a directory with these files.
fn check(directory: &Path, options: &[&str]) -> Run {
    let fixed = ["check", ".", "--no-config", "--today", TODAY];
    grantlint_in(directory, &[&fixed, options].concat(), b"")
}

/// The file `name` after `--fix=unsafe`.
fn fixed(name: &str, text: &str) -> String {
    let place = tempfile::tempdir().expect("a directory");
    let file = place.path().join(name);
    fs::write(&file, text).expect("a file");
    let run = check(place.path(), &["--fix=unsafe", "--allow-no-vcs"]);
    let after = fs::read_to_string(&file).expect("a text");
    let again = check(place.path(), &["--fix=unsafe", "--allow-no-vcs"]);
    assert_eq!(again.code, run.code, "{}", again.all());
    assert_eq!(
        fs::read_to_string(&file).expect("a text"),
        after,
        "a second run changes nothing"
    );
    after
}

const FORMATTED: &str = r#"# Portal of the contact centre
resource "genesyscloud_oauth_client" "portal" {
  name                          = "Portal"
  description                   = "Shows queues. Owner is the contact centre"
  authorized_grant_type         = "CODE" # with PKCE
  access_token_validity_seconds = 172800
  registered_redirect_uris = [
    "https://portal.example.com/cb", # kept
    "http://u:p@desk.example.com/cb#top", # rewritten
    "https://portal.example.com/cb#b"
  ]
  scopes = ["routing", "routing:readonly", "routing", "users:readonly"]

  roles {
    role_id     = "c7800d3d-0000-4000-8000-000000000001"
    division_id = "c7800d3d-0000-4000-8000-000000000002"
  }
}
"#;

const FORMATTED_AFTER: &str = r#"# Portal of the contact centre
resource "genesyscloud_oauth_client" "portal" {
  name                          = "Portal"
  description                   = "Shows queues. Owner is the contact centre"
  authorized_grant_type         = "CODE" # with PKCE
  access_token_validity_seconds = 86400
  registered_redirect_uris = [
    "https://portal.example.com/cb", # kept
    "https://desk.example.com/cb" # rewritten
  ]
  scopes = ["routing", "users:readonly"]

}
"#;

#[test]
fn only_the_intended_bytes_change() {
    assert_eq!(fixed("main.tf", FORMATTED), FORMATTED_AFTER);
    let windows = FORMATTED.replace('\n', "\r\n");
    assert_eq!(
        fixed("main.tf", &windows),
        FORMATTED_AFTER.replace('\n', "\r\n")
    );
}

#[test]
fn minified_json_is_edited_in_place() {
    let text = r#"{"resource":{"genesyscloud_oauth_client":{"portal":{"name":"Portal","description":"Shows queues. Owner is the contact centre","authorized_grant_type":"CODE","registered_redirect_uris":["https://portal.example.com/cb","http://portal.example.com/cb"],"scopes":["routing","routing"],"roles":[{"role_id":"c7800d3d-0000-4000-8000-000000000001","division_id":"*"}],"access_token_validity_seconds":172800}}}}"#;
    let after = r#"{"resource":{"genesyscloud_oauth_client":{"portal":{"name":"Portal","description":"Shows queues. Owner is the contact centre","authorized_grant_type":"CODE","registered_redirect_uris":["https://portal.example.com/cb"],"scopes":["routing"],"roles":[],"access_token_validity_seconds":86400}}}}"#;
    assert_eq!(fixed("main.tf.json", text), after);
}

#[test]
fn marks_and_ends_of_lines_stay() {
    let mark = "\u{feff}";
    let resource = FORMATTED.split_once('\n').expect("a comment").1;
    let after = FORMATTED_AFTER.split_once('\n').expect("a comment").1;
    let windows = |text: &str| text.replace('\n', "\r\n");
    for (before, after) in [
        (format!("{mark}{resource}"), format!("{mark}{after}")),
        (windows(resource), windows(after)),
        (
            format!("{mark}{}", windows(resource)),
            format!("{mark}{}", windows(after)),
        ),
    ] {
        assert_eq!(fixed("main.tf", &before), after);
    }
    let json = "{\"resource\":{\"genesyscloud_oauth_client\":{\"a\":{\"name\":\"A\",\"authorized_grant_type\":\"CODE\",\"scopes\":[\"users:readonly\",\"users:readonly\"]}}}}";
    let after = json.replace(
        "\"users:readonly\",\"users:readonly\"",
        "\"users:readonly\"",
    );
    assert_eq!(
        fixed("main.tf.json", &format!("{mark}{json}")),
        format!("{mark}{after}")
    );
}

#[test]
fn lists_without_effect_are_removed_with_their_line() {
    let text = "resource \"genesyscloud_oauth_client\" \"feed\" {\n  name = \"Feed\"\n  description = \"Loads queues nightly. Owner is the contact centre\"\n  authorized_grant_type = \"CLIENT-CREDENTIALS\"\n  scopes = [\n    \"routing\",\n  ]\n  access_token_validity_seconds = 3600\n}\n";
    let after = "resource \"genesyscloud_oauth_client\" \"feed\" {\n  name = \"Feed\"\n  description = \"Loads queues nightly. Owner is the contact centre\"\n  authorized_grant_type = \"CLIENT-CREDENTIALS\"\n  access_token_validity_seconds = 3600\n}\n";
    assert_eq!(fixed("main.tf", text), after);
}

fn directory(files: &[(&str, &str)]) -> tempfile::TempDir {
    let place = tempfile::tempdir().expect("a directory");
    for (name, text) in files {
        fs::write(place.path().join(name), text).expect("a file");
    }
    place
}

fn read(place: &tempfile::TempDir, name: &str) -> String {
    fs::read_to_string(place.path().join(name)).expect("a text")
}

const OF_VARIABLE: &str = "variable \"scopes\" { type = list(string) }\nresource \"genesyscloud_oauth_client\" \"portal\" {\n  name = \"Portal\"\n  description = \"Shows queues. Owner is the contact centre\"\n  authorized_grant_type = \"CODE\"\n  registered_redirect_uris = [\"https://portal.example.com/cb\"]\n  scopes = var.scopes\n}\n";

#[test]
fn the_value_of_a_variable_is_edited_if_nothing_else_uses_it() {
    let values = "scopes = [\"routing\", \"routing\"]\n";
    let place = directory(&[("main.tf", OF_VARIABLE), ("terraform.tfvars", values)]);
    check(place.path(), &["--fix", "--allow-no-vcs"]);
    assert_eq!(read(&place, "terraform.tfvars"), "scopes = [\"routing\"]\n");
    let other = "output \"scopes\" { value = var.scopes }\n";
    let place = directory(&[
        ("main.tf", OF_VARIABLE),
        ("outputs.tf", other),
        ("terraform.tfvars", values),
    ]);
    let run = check(place.path(), &["--fix", "--allow-no-vcs"]);
    assert_eq!(read(&place, "terraform.tfvars"), values);
    assert!(
        run.stderr.contains("var.scopes is also used elsewhere"),
        "{}",
        run.stderr
    );
}

#[test]
fn what_is_no_plain_value_is_refused() {
    let client = |body: &str| {
        format!(
            "resource \"genesyscloud_oauth_client\" \"portal\" {{\n  name = \"Portal\"\n  authorized_grant_type = \"CODE\"\n  registered_redirect_uris = [\"https://portal.example.com/cb\"]\n{body}}}\n"
        )
    };
    for (body, reason) in [
        (
            "  for_each = toset([\"a\", \"b\"])\n  scopes = [\"routing\", \"routing\"]\n",
            "repeated by count",
        ),
        (
            "  count = 2\n  scopes = [\"routing\", \"routing\"]\n",
            "repeated by count",
        ),
        (
            "  scopes = concat([\"routing\"], [\"routing\"])\n",
            "is an expression",
        ),
    ] {
        let text = client(body);
        let place = directory(&[("main.tf", &text)]);
        let run = check(place.path(), &["--fix=unsafe", "--allow-no-vcs"]);
        assert_eq!(read(&place, "main.tf"), text);
        assert!(run.stderr.contains(reason), "{body}: {}", run.stderr);
    }
    let generated = format!("# Generated by a wizard. DO NOT EDIT.\n{FORMATTED}");
    let place = directory(&[("main.tf", &generated)]);
    let run = check(place.path(), &["--fix=unsafe", "--allow-no-vcs"]);
    assert_eq!(read(&place, "main.tf"), generated);
    assert!(run.stderr.contains("generated"), "{}", run.stderr);
}

#[test]
fn a_diff_writes_nothing_and_masks_secrets() {
    let place = directory(&[("main.tf", FORMATTED)]);
    let run = check(place.path(), &["--fix=unsafe", "--diff"]);
    assert_eq!(run.code, 1, "{}", run.all());
    assert_eq!(read(&place, "main.tf"), FORMATTED);
    assert!(
        run.stdout.starts_with("--- a/main.tf\n+++ b/main.tf\n@@ "),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains(
            "-  access_token_validity_seconds = 172800\n+  access_token_validity_seconds = 86400\n"
        ),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("a secret is masked"), "{}", run.stdout);
    assert!(!run.stdout.contains("u:p@"), "{}", run.stdout);
    let clean = directory(&[("main.tf", FORMATTED_AFTER)]);
    let run = check(
        clean.path(),
        &["--fix=unsafe", "--diff", "--fail-on", "critical"],
    );
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.all());
}

fn git(place: &Path, arguments: &[&str]) -> bool {
    let identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
    let run = Command::new("git")
        .current_dir(place)
        .args(identity)
        .args(arguments)
        .output();
    run.is_ok_and(|run| run.status.success())
}

#[test]
fn what_git_cannot_restore_is_not_written() {
    let place = directory(&[("main.tf", FORMATTED)]);
    let root = place.path();
    let run = check(root, &["--fix=unsafe"]);
    assert_eq!(run.code, 2, "{}", run.all());
    assert!(run.stderr.contains("--allow-no-vcs"), "{}", run.stderr);
    if !git(root, &["init", "-q"]) {
        return;
    }
    // A tree can name a program in its configuration, which must not run.
    let program = root.join("program.sh");
    fs::write(&program, "#!/bin/sh\ntouch ran\n").expect("a program");
    let make = Command::new("chmod").arg("+x").arg(&program).status();
    assert!(make.is_ok_and(|made| made.success()));
    assert!(git(root, &["config", "core.fsmonitor", "./program.sh"]));
    assert!(git(root, &["config", "filter.x.clean", "./program.sh"]));
    fs::write(root.join(".gitattributes"), "*.tf filter=x\n").expect("attributes");
    let refused = |run: &Run| {
        assert_eq!(run.code, 2, "{}", run.all());
        assert_eq!(read(&place, "main.tf"), FORMATTED);
        assert!(!root.join("ran").exists());
    };
    refused(&check(root, &["--fix=unsafe"]));
    fs::remove_file(root.join(".gitattributes")).expect("removed");
    assert!(git(root, &["-c", "core.fsmonitor=", "add", "main.tf"]));
    let _ = fs::remove_file(root.join("ran"));
    refused(&check(root, &["--fix=unsafe"]));
    assert!(git(
        root,
        &["-c", "core.fsmonitor=", "commit", "-q", "-m", "a"]
    ));
    let _ = fs::remove_file(root.join("ran"));
    let run = check(root, &["--fix=unsafe"]);
    assert_eq!(read(&place, "main.tf"), FORMATTED_AFTER, "{}", run.all());
    assert!(!root.join("ran").exists());
    // The file has changes now.
    fs::write(root.join("main.tf"), FORMATTED).expect("a file");
    fs::write(root.join("main.tf"), FORMATTED.replace("172800", "172799")).expect("a file");
    assert_eq!(check(root, &["--fix=unsafe"]).code, 2);
    let run = check(root, &["--fix=unsafe", "--allow-dirty"]);
    assert_eq!(read(&place, "main.tf"), FORMATTED_AFTER, "{}", run.all());
}

#[test]
fn an_export_is_never_edited() {
    let text = "[{\"id\": \"a1\", \"name\": \"Portal\", \"authorizedGrantType\": \"CODE\", \"registeredRedirectUri\": [\"https://portal.example.com/cb\"], \"scope\": [\"routing\", \"routing\"]}]";
    let place = directory(&[("clients.json", text)]);
    let run = check(place.path(), &["--fix=unsafe", "--allow-no-vcs"]);
    assert_eq!(read(&place, "clients.json"), text);
    assert!(run.stderr.contains("grantlint plan"), "{}", run.stderr);
}

#[test]
fn nothing_is_fixed_in_an_incomplete_audit() {
    let place = directory(&[("main.tf", FORMATTED), ("broken.tf", "resource {")]);
    let run = check(place.path(), &["--fix=unsafe", "--allow-no-vcs"]);
    assert_eq!(run.code, 3);
    assert_eq!(read(&place, "main.tf"), FORMATTED);
}

#[test]
fn acceptances_that_are_over_are_deleted() {
    let accepted = |until: &str, rule: &str| {
        format!(
            "[[accept]]\nrule = \"{rule}\"\nclient = \"name:Portal\"\nreason = \"a migration\"\nowner = \"Jo\"\nuntil = {until}\n\n"
        )
    };
    let text = format!(
        "# kept\n[gate]\nfail-on = \"high\"\n\n{}{}",
        accepted("2020-01-31", "scope-duplicate"),
        accepted("2026-12-31", "token-lifetime-too-long")
    );
    let place = directory(&[("main.tf", FORMATTED), ("grantlint.toml", &text)]);
    let arguments = [
        "check",
        ".",
        "--today",
        TODAY,
        "--fix=unsafe",
        "--allow-no-vcs",
    ];
    let run = grantlint_in(place.path(), &arguments, b"");
    let after = read(&place, "grantlint.toml");
    let kept = accepted("2026-12-31", "token-lifetime-too-long");
    assert_eq!(
        after,
        format!("# kept\n[gate]\nfail-on = \"high\"\n\n{kept}"),
        "{}",
        run.all()
    );
    // What is accepted is not fixed.
    let code = read(&place, "main.tf");
    assert!(
        code.contains("access_token_validity_seconds = 172800"),
        "{code}"
    );
    assert!(
        code.contains("scopes = [\"routing\", \"users:readonly\"]"),
        "{code}"
    );
}

/// A client with an unencrypted URI, of which a fix is unsafe.
const OVER_HTTP: &str = "resource \"genesyscloud_oauth_client\" \"desk\" {\n  name = \"Desk\"\n  description = \"Shows queues. Owner is the contact centre\"\n  authorized_grant_type = \"CODE\"\n  registered_redirect_uris = [\"http://desk.example.com/cb\"]\n  scopes = [\"routing\"]\n  access_token_validity_seconds = 3600\n}\n";

#[test]
fn code_is_fixed_although_the_state_next_to_it_is_not_yet() {
    let state = r#"{"version": 4, "terraform_version": "1.9.0", "resources": [{"mode": "managed", "type": "genesyscloud_oauth_client", "name": "desk", "instances": [{"attributes": {
        "id": "11111111-0000-4000-8000-000000000001", "name": "Desk", "description": "Shows queues. Owner is the contact centre", "authorized_grant_type": "CODE",
        "registered_redirect_uris": ["http://desk.example.com/cb"], "scopes": ["routing"], "access_token_validity_seconds": 3600}}]}]}"#;
    let place = directory(&[("main.tf", OVER_HTTP), ("terraform.tfstate", state)]);
    let run = check(place.path(), &["--fix=unsafe", "--allow-no-vcs"]);
    assert!(read(&place, "main.tf").contains("\"https://desk.example.com/cb\""));
    assert_eq!(read(&place, "terraform.tfstate"), state);
    assert_eq!(run.code, 1, "what is live has the fault: {}", run.all());
}

#[test]
fn a_fix_that_needs_more_permission_is_announced() {
    let place = directory(&[("main.tf", OVER_HTTP)]);
    let run = check(place.path(), &["--fix", "--allow-no-vcs"]);
    assert_eq!(read(&place, "main.tf"), OVER_HTTP);
    assert!(
        run.stderr.contains("--fix=unsafe would fix 1 more"),
        "{}",
        run.stderr
    );
}

#[test]
fn output_of_cdktf_is_not_edited() {
    let place = tempfile::tempdir().expect("a directory");
    let stack = place.path().join("cdktf.out/stacks/desk");
    fs::create_dir_all(&stack).expect("a directory");
    let text = r#"{"resource": {"genesyscloud_oauth_client": {"desk": {"name": "Desk", "authorized_grant_type": "CODE", "registered_redirect_uris": ["http://desk.example.com/cb"]}}}}"#;
    fs::write(stack.join("cdk.tf.json"), text).expect("a file");
    let run = check(place.path(), &["--fix=unsafe", "--allow-no-vcs"]);
    assert_eq!(
        fs::read_to_string(stack.join("cdk.tf.json")).expect("a text"),
        text
    );
    assert!(
        run.stderr.contains("the file is generated"),
        "{}",
        run.stderr
    );
}

const MODULE: &str = "variable \"uris\" { type = list(string) }\nvariable \"scopes\" { type = list(string) }\nvariable \"lifetime\" { default = 3600 }\nresource \"genesyscloud_oauth_client\" \"this\" {\n  name = \"Portal\"\n  description = \"Shows queues. Owner is the contact centre\"\n  authorized_grant_type = \"CODE\"\n  registered_redirect_uris = var.uris\n  scopes = var.scopes\n  access_token_validity_seconds = var.lifetime\n}\n";

const CALL: &str = "module \"portal\" {\n  source = \"./modules/client\"\n  uris = [\"http://portal.example.com/cb\"] # page\n  scopes = [\"routing\", \"routing\"]\n  lifetime = 172800\n}\n";

const CALL_AFTER: &str = "module \"portal\" {\n  source = \"./modules/client\"\n  uris = [\"https://portal.example.com/cb\"] # page\n  scopes = [\"routing\"]\n  lifetime = 86400\n}\n";

#[test]
fn an_argument_of_a_module_call_is_edited_if_the_module_uses_it_once() {
    let fix = |call: &str, module: &str| {
        let place = tempfile::tempdir().expect("a directory");
        let modules = place.path().join("modules/client");
        fs::create_dir_all(&modules).expect("a directory");
        fs::write(place.path().join("main.tf"), call).expect("a file");
        fs::write(modules.join("main.tf"), module).expect("a file");
        let run = check(place.path(), &["--fix=unsafe", "--allow-no-vcs"]);
        assert_eq!(
            fs::read_to_string(modules.join("main.tf")).expect("a text"),
            module
        );
        (read(&place, "main.tf"), run)
    };
    let (after, run) = fix(CALL, MODULE);
    assert_eq!(after, CALL_AFTER, "{}", run.all());
    let twice = format!("{MODULE}output \"scopes\" {{ value = var.scopes }}\n");
    let (after, run) = fix(CALL, &twice);
    assert!(after.contains("[\"routing\", \"routing\"]"), "{after}");
    assert!(
        run.stderr.contains("var.scopes is also used elsewhere"),
        "{}",
        run.stderr
    );
    let repeated = CALL.replace("  source", "  count = 2\n  source");
    let (after, run) = fix(&repeated, MODULE);
    assert_eq!(after, repeated);
    assert!(run.stderr.contains("repeated by count"), "{}", run.stderr);
    // The argument stays, because the module needs one.
    let machine = MODULE.replace("\"CODE\"", "\"CLIENT-CREDENTIALS\"");
    let (after, run) = fix(CALL, &machine);
    assert!(
        after.contains("  uris = [] # page\n"),
        "{after}: {}",
        run.all()
    );
    assert!(after.contains("  scopes = []\n"), "{after}");
}

#[test]
fn files_of_variables_next_to_a_root_are_edited_each_for_itself() {
    let place = directory(&[("main.tf", OF_VARIABLE)]);
    let env = place.path().join("env");
    fs::create_dir(&env).expect("a directory");
    let write = |name: &str, text: &str| fs::write(env.join(name), text).expect("a file");
    let text = |name: &str| fs::read_to_string(env.join(name)).expect("a text");
    write("dev.tfvars", "scopes = [\"routing\"]\n");
    write("prod.tfvars", "scopes = [\"routing\", \"routing\"]\n");
    let run = check(place.path(), &["--fix", "--allow-no-vcs"]);
    assert_eq!(
        text("prod.tfvars"),
        "scopes = [\"routing\"]\n",
        "{}",
        run.all()
    );
    // A file that is always read has the other value for each of them.
    write("prod.tfvars", "scopes = [\"routing\", \"routing\"]\n");
    fs::write(
        place.path().join("terraform.tfvars"),
        "scopes = [\"users:readonly\"]\n",
    )
    .expect("a file");
    let run = check(place.path(), &["--fix", "--allow-no-vcs"]);
    assert_eq!(text("prod.tfvars"), "scopes = [\"routing\", \"routing\"]\n");
    assert!(
        run.stderr.contains("has a default and another value"),
        "{}",
        run.stderr
    );
}

#[test]
fn the_block_of_a_role_is_removed_wherever_its_id_is_from() {
    let roles = r#"{"entities": [
        {"id": "aa01", "name": "Queue Reader", "permissions": [], "permissionPolicies": [{"domain": "routing", "entityName": "queue", "actionSet": ["view"]}]},
        {"id": "aa02", "name": "Master Admin", "default": true, "defaultRoleId": "masterAdmin", "permissions": ["admin"], "permissionPolicies": []}]}"#;
    let block = |role: &str, division: &str| {
        format!(
            "  roles {{\n    role_id     = local.{role}\n    division_id = \"{division}\"\n  }}\n"
        )
    };
    let client = |roles: &[String]| {
        format!(
            "locals {{\n  reader = \"aa01\"\n  admin  = \"aa02\"\n}}\nresource \"genesyscloud_oauth_client\" \"feed\" {{\n  name = \"Feed\"\n  description = \"Loads queues. Owner is the contact centre\"\n  authorized_grant_type = \"CLIENT-CREDENTIALS\"\n  access_token_validity_seconds = 3600\n{}}}\n",
            roles.concat()
        )
    };
    let (reader, admin) = (block("reader", "dd02"), block("admin", "dd02"));
    let before = client(&[admin.clone(), reader.clone(), block("admin", "dd03")]);
    let place = directory(&[("main.tf", &before), ("roles.json", roles)]);
    let run = check(place.path(), &["--fix=unsafe", "--allow-no-vcs"]);
    assert_eq!(read(&place, "main.tf"), client(&[reader]), "{}", run.all());
}

#[test]
fn a_change_that_brings_about_another_finding_is_not_made_in_silence() {
    let client = |name: &str, scopes: &str| {
        format!(
            "resource \"genesyscloud_oauth_client\" \"{name}\" {{\n  name = \"{name}\"\n  description = \"Shows queues. Owner is the contact centre\"\n  authorized_grant_type = \"CODE\"\n  access_token_validity_seconds = 3600\n  registered_redirect_uris = [\"https://portal.example.com/cb\"]\n  scopes = [{scopes}]\n}}\n"
        )
    };
    let text = client("portal", "\"users:readonly\"")
        + &client("desk", "\"users:readonly\", \"usres:all\"");
    let place = directory(&[("main.tf", &text)]);
    let run = check(place.path(), &["--fix=unsafe", "--allow-no-vcs"]);
    assert_eq!(read(&place, "main.tf"), text);
    let reason = "not fixed, because the change would bring about another finding: main.tf:15";
    assert!(run.stderr.contains(reason), "{}", run.all());
}

#[test]
fn a_rule_of_the_policy_limits_what_is_written() {
    let rule = "id = \"short-lived\"\ntitle = \"Tokens live longer than our limit\"\nseverity = \"low\"\n[check]\nkind = \"number-range\"\nfield = \"accessTokenValiditySeconds\"\nmax = 1800\n[[messages]]\ntext = \"tokens live for {value} s\"\nfix = \"set {field} to 1800\"\n";
    let client = FORMATTED.replace("172800", "200000");
    let place = directory(&[
        ("main.tf", &client),
        ("short-lived.toml", rule),
        (
            "grantlint.toml",
            "[rules]\nextra = [\"short-lived.toml\"]\n",
        ),
    ]);
    let arguments = [
        "check",
        "main.tf",
        "--today",
        TODAY,
        "--select",
        "token,short-lived",
    ];
    let run = grantlint_in(place.path(), &arguments, b"");
    assert!(
        run.stdout
            .contains("set access_token_validity_seconds to 1800 or less"),
        "{}",
        run.all()
    );
}
