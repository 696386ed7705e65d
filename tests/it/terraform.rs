//! Repositories as people write them: what is static is resolved, what is not is left open,
//! and nothing is accused that is not there.

use crate::common::{TODAY, export, grantlint_in, sources};
use grantlint::audit::{Request, audit};
use grantlint::document::Limits;
use grantlint::export::read;
use grantlint::finding::ProblemKind;
use grantlint::model::{Applied, Client, EntityRef, Field, GrantType, Organisation, Text, Why};
use grantlint::text::{SourceId, Sources};
use std::fmt::Write;
use std::time::{Duration, Instant};

fn whole(sources: &Sources) -> Vec<Organisation<'_>> {
    let export = export(sources);
    assert!(export.problems.is_empty(), "{:?}", export.problems);
    export.organisations
}

fn one(sources: &Sources) -> Organisation<'_> {
    let mut all = whole(sources);
    assert_eq!(
        all.len(),
        1,
        "{:?}",
        all.iter().map(|one| &one.label).collect::<Vec<_>>()
    );
    all.remove(0)
}

fn client<'o, 'a>(organisation: &'o Organisation<'a>, address: &str) -> &'o Client<'a> {
    let addresses: Vec<_> = organisation
        .clients
        .iter()
        .map(|client| client.address.as_deref())
        .collect();
    let at = addresses.iter().position(|known| *known == Some(address));
    &organisation.clients[at.unwrap_or_else(|| panic!("no {address} in {addresses:?}"))]
}

/// The texts of a list; `?` for what is open.
fn texts(list: &Field<Vec<Field<Text<'_>>>>) -> Vec<String> {
    match list {
        Field::Present(items) => items
            .value
            .iter()
            .map(|item| item.text().unwrap_or("?").to_owned())
            .collect(),
        Field::Absent => Vec::new(),
        Field::Unknown(_) => vec!["?".into()],
    }
}

/// `role in division`; `-` for what is absent, `?` for what is open.
fn grants(client: &Client<'_>) -> Vec<String> {
    fn part<'f>(field: &'f Field<EntityRef<'_>>) -> &'f str {
        match field {
            Field::Present(text) => &text.value,
            Field::Absent => "-",
            Field::Unknown(_) => "?",
        }
    }
    match &client.role_divisions {
        Field::Present(list) => list
            .value
            .iter()
            .map(|grant| {
                grant.known().map_or("?".to_owned(), |grant| {
                    format!("{} in {}", part(&grant.role), part(&grant.division))
                })
            })
            .collect(),
        Field::Absent => Vec::new(),
        Field::Unknown(_) => vec!["?".into()],
    }
}

const MAIN: &str = r#"
# Clients of the contact centre.
resource "genesyscloud_oauth_client" "crm" {
  name                          = "${var.prefix}-crm"
  description                   = local.texts.crm
  authorized_grant_type         = var.grant
  access_token_validity_seconds = "3600"
  registered_redirect_uris      = concat(["https://a.example.com/"], var.redirects)
  scopes                        = ["users", local.scope, var.unset]
  roles {
    role_id     = genesyscloud_auth_role.reader.id
    division_id = "*"
  }
  roles {
    role_id = "${data.genesyscloud_auth_role.admin.id}"
    division_id = data.genesyscloud_auth_division_home.home.id
  }
  roles {
    role_id = local.roles["scim"]
  }
  lifecycle {
    ignore_changes = [name]
  }
}
"#;

const REST: &str = r#"
locals {
  scope = "routing:readonly"
  texts = { crm = "Owner: \"CRM\"", other = 1 }
  roles = { scim = genesyscloud_auth_role.scim.id }
}
variable "prefix" { default = "dev" }
variable "grant" {
  type    = string
  default = "CLIENT-CREDENTIALS"
}
variable "redirects" {
  type = list(string)
}
variable "unset" {}
data "genesyscloud_auth_division_home" "home" {}
data "genesyscloud_auth_role" "admin" {
  name = "Master Admin"
}
resource "genesyscloud_auth_role" "reader" {
  name = "Reader"
  permission_policies {
    domain      = "routing"
    entity_name = "queue"
    action_set  = ["view"]
  }
}
resource "genesyscloud_auth_role" "scim" {
  name            = "SCIM Integration"
  default_role_id = "scimIntegration"
  permissions     = ["group_creation"]
}
"#;

#[test]
fn references_locals_and_variables_are_followed_across_files() {
    let files = [
        ("main.tf", MAIN),
        ("rest.tf", REST),
        ("terraform.tfvars", "prefix = \"prod\"\n"),
        ("empty.tf", "# nothing yet\n"),
    ];
    let sources = sources(&files);
    let organisation = one(&sources);
    let crm = client(&organisation, "genesyscloud_oauth_client.crm");
    assert_eq!(crm.name.text(), Some("prod-crm"));
    assert_eq!(crm.description.text(), Some("Owner: \"CRM\""));
    assert_eq!(crm.grant(), Some(GrantType::ClientCredentials));
    assert_eq!(
        crm.token_lifetime.known().and_then(|number| number.integer),
        Some(3600)
    );
    assert_eq!(texts(&crm.redirect_uris), ["https://a.example.com/", "?"]);
    assert_eq!(texts(&crm.scopes), ["users", "routing:readonly", "?"]);
    assert_eq!(
        grants(crm),
        [
            "genesyscloud_auth_role.reader in *",
            "data.genesyscloud_auth_role.admin in data.genesyscloud_auth_division_home.home",
            "genesyscloud_auth_role.scim in -",
        ]
    );
    assert_eq!(
        organisation.home.as_deref(),
        Some("data.genesyscloud_auth_division_home.home")
    );
    let role = |id: &str| organisation.role(id).expect("the role");
    let reader = role("genesyscloud_auth_role.reader");
    assert!(reader.permissions_known && reader.permits("routing:queue:view").is_some());
    assert_eq!(reader.default_role(), None);
    let admin = role("data.genesyscloud_auth_role.admin");
    assert!(!admin.permissions_known && admin.is_default.is_unknown());
    assert_eq!(
        admin.default_role(),
        Some(grantlint::model::DefaultRole::Admin)
    );
    assert!(role("genesyscloud_auth_role.scim").is_scim());
    assert!(!organisation.roles.as_ref().expect("roles").is_complete());
    // The value is pointed at where it is written.
    let place = crm.grant_type.place().expect("a place");
    let source = sources.get(place.source);
    assert_eq!(
        (source.path(), &source.text()[place.span.range()]),
        ("rest.tf", "CLIENT-CREDENTIALS")
    );
    assert!(
        matches!(crm.date_modified, Field::Unknown(unknown) if unknown.why == Why::NotExported)
    );
}

#[test]
fn the_json_syntax_means_the_same() {
    let main = r#"{
      "//": "written by a program",
      "resource": {"genesyscloud_oauth_client": {"crm": {
        "name": "${var.prefix}-crm", "authorized_grant_type": "${var.grant}",
        "scopes": ["users", "${local.scope}", "$${literal}"],
        "roles": [{"role_id": "${genesyscloud_auth_role.reader.id}", "division_id": "*"}],
        "dynamic": {"roles": {"for_each": "${var.more}", "content": {"role_id": "${roles.value}"}}}
      }}},
      "variable": [{"prefix": {"default": "dev"}}, {"grant": {"default": "CODE"}}]
    }"#;
    let rest = "locals {\n  scope = \"routing\"\n}\nresource genesyscloud_auth_role reader {\n  name = \"Reader\"\n}\n";
    let sources = sources(&[
        ("main.tf.json", main),
        ("rest.tf", rest),
        ("x.auto.tfvars.json", "{\"prefix\": \"prod\"}"),
    ]);
    let organisation = one(&sources);
    let crm = client(&organisation, "genesyscloud_oauth_client.crm");
    assert_eq!(crm.name.text(), Some("prod-crm"));
    assert_eq!(crm.grant(), Some(GrantType::Code));
    assert_eq!(texts(&crm.scopes), ["users", "routing", "${literal}"]);
    assert_eq!(
        grants(crm),
        ["genesyscloud_auth_role.reader in *", "? in -", "?"]
    );
}

#[test]
fn literals_next_to_unknown_values_are_known() {
    let main = r#"
variable "clients" {}
resource "genesyscloud_oauth_client" "many" {
  for_each              = var.clients
  name                  = each.key
  authorized_grant_type = upper("code")
  scopes                = toset(["users"])
  dynamic "roles" {
    for_each = each.value.roles
    content {
      role_id     = roles.value
      division_id = "*"
    }
  }
}
resource "genesyscloud_oauth_client" "none" {
  count = 0
  name  = "none"
}
resource "genesyscloud_oauth_client" "loop" {
  name        = local.a
  description = upper("x")
  roles {
    role_id = genesyscloud_auth_role.many[each.key].id
  }
  roles {
    role_id = genesyscloud_auth_role.many["x"].id
  }
  roles {
    role_id = module.absent.role
  }
}
locals {
  a = local.b
  b = local.a
}
resource "genesyscloud_auth_role" "many" {
  for_each = toset(["x", "y"])
  name     = each.key
}
"#;
    let sources = sources(&[("main.tf", main)]);
    let organisation = one(&sources);
    assert_eq!(organisation.clients.len(), 2);
    let many = client(&organisation, "genesyscloud_oauth_client.many[*]");
    assert!(many.name.is_unknown());
    assert_eq!(many.grant(), Some(GrantType::Code));
    assert_eq!(texts(&many.scopes), ["users"]);
    assert_eq!(grants(many), ["? in *", "?"]);
    assert!(!many.knows_its_roles());
    let circle = client(&organisation, "genesyscloud_oauth_client.loop");
    assert!(circle.name.is_unknown());
    assert_eq!(circle.description.text(), Some("X"));
    let known = grants(circle).remove(1);
    assert_eq!(known, "genesyscloud_auth_role.many[\"x\"] in -");
    let y = organisation.role("genesyscloud_auth_role.many[\"y\"]");
    assert_eq!(y.expect("the role").label(), "y");
}

#[test]
fn roles_that_an_export_may_have_dropped_are_open() {
    let main = "resource \"genesyscloud_oauth_client\" \"a\" {\n  authorized_grant_type = \"CLIENT-CREDENTIALS\"\n}\nresource \"genesyscloud_oauth_client\" \"b\" {\n  authorized_grant_type = \"CODE\"\n}\n";
    let sources = sources(&[("main.tf", main)]);
    let organisation = one(&sources);
    let machine = client(&organisation, "genesyscloud_oauth_client.a");
    assert!(
        matches!(machine.role_divisions, Field::Unknown(unknown) if unknown.why == Why::NotExported)
    );
    assert!(
        client(&organisation, "genesyscloud_oauth_client.b")
            .role_divisions
            .is_absent()
    );
}

const MODULE: &str = r#"
variable "name" {}
variable "grant" { default = "CODE" }
variable "roles" { default = {} }
resource "genesyscloud_oauth_client" "this" {
  name                  = var.name
  authorized_grant_type = var.grant
  roles {
    role_id = var.roles.main
  }
}
output "id" { value = genesyscloud_oauth_client.this.id }
output "name" { value = "${var.name}!" }
"#;

#[test]
fn modules_belong_to_their_callers_and_roots_are_organisations() {
    let root = |name: &str, grant: &str| {
        format!(
            "module \"crm\" {{\n  source = \"../../modules/client\"\n  name = \"{name}\"\n  {grant}\n  roles = {{ main = genesyscloud_auth_role.main.id }}\n}}\nresource \"genesyscloud_auth_role\" \"main\" {{\n  name = \"Main of {name}\"\n}}\nresource \"genesyscloud_oauth_client\" \"own\" {{\n  name = module.crm.name\n  authorized_grant_type = \"CODE\"\n}}\n"
        )
    };
    let dev = root("dev", "");
    let prod = root("prod", "grant = \"CLIENT-CREDENTIALS\"");
    let files = [
        ("modules/client/main.tf", MODULE),
        ("envs/dev/main.tf", dev.as_str()),
        ("envs/prod/main.tf", prod.as_str()),
    ];
    let sources = sources(&files);
    let organisations = whole(&sources);
    let labels: Vec<_> = organisations.iter().map(|one| one.label.as_str()).collect();
    assert_eq!(labels, ["envs/dev", "envs/prod"]);
    for (organisation, name, grant) in [
        (&organisations[0], "dev", GrantType::Code),
        (&organisations[1], "prod", GrantType::ClientCredentials),
    ] {
        let this = client(organisation, "module.crm.genesyscloud_oauth_client.this");
        assert_eq!(this.name.text(), Some(name));
        assert_eq!(this.grant(), Some(grant));
        assert_eq!(grants(this), ["genesyscloud_auth_role.main in -"]);
        let role = organisation
            .role("genesyscloud_auth_role.main")
            .expect("the role");
        assert_eq!(role.label(), format!("Main of {name}"));
        let own = client(organisation, "genesyscloud_oauth_client.own");
        assert_eq!(own.name.text(), Some(format!("{name}!").as_str()));
    }
}

#[test]
fn a_module_that_was_not_given_is_said_unless_a_plan_holds_it() {
    let main = "terraform {\n  required_providers {\n    genesyscloud = { source = \"mypurecloud/genesyscloud\" }\n  }\n}\nmodule \"far\" {\n  source = \"git::https://example.com/oauth.git\"\n}\nmodule \"near\" {\n  source = \"../oauth\"\n}\nresource \"genesyscloud_oauth_client\" \"a\" {\n  name = \"A\"\n}\n";
    let plan = r#"{"format_version": "1.2", "terraform_version": "1.11.4", "planned_values": {"root_module": {"resources": [], "child_modules": [{"address": "module.far", "resources": [
      {"address": "module.far.genesyscloud_oauth_client.x", "mode": "managed", "type": "genesyscloud_oauth_client", "name": "x", "values": {"name": "Far", "authorized_grant_type": "CODE"}}]}]}}, "resource_changes": []}"#;
    let given = sources(&[("infra/main.tf", main)]);
    let problems = export(&given).problems;
    let kinds: Vec<_> = problems.iter().map(|problem| problem.kind).collect();
    assert_eq!(kinds, [ProblemKind::MissingModule; 2]);
    let given = sources(&[("infra/main.tf", main), ("infra/plan.json", plan)]);
    let organisation = one(&given);
    assert_eq!(organisation.clients.len(), 2);
    // A configuration of something else may call what it likes.
    let main = "module \"vpc\" {\n  source = \"terraform-aws-modules/vpc/aws\"\n}\n";
    let given = sources(&[("infra/main.tf", main)]);
    assert!(export(&given).problems.is_empty());
}

#[test]
fn a_variable_is_what_files_set_it_to() {
    let main = "variable \"grant\" { default = \"CODE\" }\nvariable \"name\" {}\nresource \"genesyscloud_oauth_client\" \"a\" {\n  name = var.name\n  authorized_grant_type = var.grant\n}\n";
    let of = |files: &[(&str, &str)]| {
        let mut all = vec![("infra/main.tf", main)];
        all.extend(files);
        let sources = sources(&all);
        let organisation = one(&sources);
        let a = client(&organisation, "genesyscloud_oauth_client.a");
        (a.name.text().map(str::to_owned), a.grant())
    };
    let code = Some(GrantType::Code);
    assert_eq!(of(&[]), (None, code));
    assert_eq!(
        of(&[("infra/prod.tfvars", "name = \"P\"")]),
        (Some("P".into()), code)
    );
    assert_eq!(
        of(&[("infra/env/prod.tfvars", "name = \"P\"\ngrant = \"TOKEN\"")]),
        (Some("P".into()), Some(GrantType::Token))
    );
    assert_eq!(
        of(&[
            ("vars/prod.tfvars", "name = \"P\""),
            ("infra/dev.tfvars", "name = \"D\"")
        ]),
        (Some("D".into()), code)
    );
    assert_eq!(
        of(&[
            ("infra/terraform.tfvars", "grant = \"TOKEN\""),
            ("infra/x.auto.tfvars", "name = \"X\"")
        ]),
        (Some("X".into()), Some(GrantType::Token))
    );
}

#[test]
fn state_and_configuration_of_a_directory_are_one() {
    let main = r#"
variable "grant" {}
resource "genesyscloud_oauth_client" "a" {
  name                  = "New name"
  authorized_grant_type = var.grant
  roles {
    role_id = genesyscloud_auth_role.r.id
  }
}
resource "genesyscloud_oauth_client" "each" {
  for_each = var.names
  name     = each.key
  authorized_grant_type = "CODE"
}
resource "genesyscloud_auth_role" "r" {
  name = "R"
}
import {
  to = genesyscloud_oauth_client.b
  id = "33333333-0000-4000-8000-000000000000"
}
resource "genesyscloud_oauth_client" "b" {
  name = "B"
}
"#;
    let state = r#"{"version": 4, "terraform_version": "1.9.0", "serial": 1, "lineage": "x", "resources": [
      {"mode": "managed", "type": "genesyscloud_oauth_client", "name": "a", "instances": [{"attributes": {"id": "11111111-0000-4000-8000-000000000000", "name": "Old name", "authorized_grant_type": "TOKEN", "client_secret": "pL4nted-s3cret-Zk9wQ2x7", "roles": [{"role_id": "r-id", "division_id": "d-id"}]}}]},
      {"mode": "managed", "type": "genesyscloud_oauth_client", "name": "each", "instances": [
        {"index_key": "x", "attributes": {"id": "22222222-0000-4000-8000-000000000000", "name": "X", "authorized_grant_type": "CODE"}},
        {"index_key": "y", "attributes": {"id": "22222222-0000-4000-8000-000000000001", "name": "Y", "authorized_grant_type": "CODE"}}]},
      {"mode": "managed", "type": "genesyscloud_auth_role", "name": "r", "instances": [{"attributes": {"id": "r-id", "name": "R", "permissions": ["admin"]}}]},
      {"module": "module.m", "mode": "managed", "type": "genesyscloud_oauth_client", "name": "c", "instances": [{"attributes": {"id": "44444444-0000-4000-8000-000000000000", "name": "C", "authorized_grant_type": "CODE"}}]}]}"#;
    let given = sources(&[("infra/main.tf", main), ("infra/terraform.tfstate", state)]);
    let organisation = one(&given);
    assert_eq!(organisation.clients.len(), 5);
    let a = client(&organisation, "genesyscloud_oauth_client.a");
    assert_eq!(a.id.text(), Some("11111111-0000-4000-8000-000000000000"));
    assert_eq!(a.name.text(), Some("New name"));
    assert_eq!(a.grant(), Some(GrantType::Token));
    assert_eq!(grants(a), ["r-id in -"]);
    assert_eq!(a.rare.secrets.len(), 1);
    assert_eq!(organisation.role("r-id").expect("the role").label(), "R");
    let y = client(&organisation, "genesyscloud_oauth_client.each[\"y\"]");
    assert_eq!(y.name.text(), Some("Y"));
    let b = client(&organisation, "genesyscloud_oauth_client.b");
    assert_eq!(b.id.text(), Some("33333333-0000-4000-8000-000000000000"));
    client(&organisation, "module.m.genesyscloud_oauth_client.c");

    // States of two organisations in one directory are not mixed.
    let other = state
        .replace("11111111-", "55555555-")
        .replace("Old name", "Other")
        .replace("22222222", "66666666")
        .replace("44444444", "77777777");
    let given = sources(&[("infra/a.tfstate", state), ("infra/b.tfstate", &other)]);
    assert_eq!(one(&given).clients.len(), 8);
    // The same one twice is.
    let given = sources(&[("infra/a.tfstate", state), ("infra/b.tfstate", state)]);
    assert_eq!(one(&given).clients.len(), 4);
}

#[test]
fn what_a_plan_does_not_know_yet_is_open() {
    let plan = r#"{"format_version": "1.2", "terraform_version": "1.11.4",
      "planned_values": {"root_module": {"resources": [{"address": "genesyscloud_oauth_client.a", "mode": "managed", "type": "genesyscloud_oauth_client", "name": "a",
        "values": {"name": "A", "authorized_grant_type": "CLIENT-CREDENTIALS", "scopes": null, "roles": [{"division_id": "*"}, {"role_id": "known"}]}}]}},
      "resource_changes": [{"address": "genesyscloud_oauth_client.a", "change": {"actions": ["create"], "after_unknown": {"id": true, "scopes": true, "roles": [{"role_id": true}, {}], "registered_redirect_uris": [false]}}}],
      "prior_state": {"values": {"root_module": {"resources": [
        {"address": "data.genesyscloud_auth_role.x", "mode": "data", "type": "genesyscloud_auth_role", "name": "x", "values": {"id": "known", "name": "Admin"}},
        {"address": "genesyscloud_oauth_client.gone", "mode": "managed", "type": "genesyscloud_oauth_client", "name": "gone", "values": {"id": "g", "name": "Gone"}}]}}}}"#;
    let sources = sources(&[("plan.json", plan)]);
    let organisation = one(&sources);
    assert_eq!(organisation.clients.len(), 1);
    let a = client(&organisation, "genesyscloud_oauth_client.a");
    assert!(a.id.is_unknown() && a.scopes.is_unknown());
    assert!(a.redirect_uris.is_absent());
    assert_eq!(grants(a), ["? in *", "known in -"]);
    assert_eq!(
        organisation.role("known").expect("the role").label(),
        "Admin"
    );
}

#[test]
fn a_plan_of_which_only_the_changes_are_left_is_read() {
    let plan = r#"{"format_version": "1.2", "resource_changes": [
      {"address": "genesyscloud_oauth_client.a", "mode": "managed", "type": "genesyscloud_oauth_client", "name": "a",
       "change": {"actions": ["create"], "before": null, "after": {"name": "A", "authorized_grant_type": "CODE"}, "after_unknown": {"id": true, "scopes": true}}},
      {"address": "genesyscloud_oauth_client.b", "mode": "managed", "type": "genesyscloud_oauth_client", "name": "b",
       "change": {"actions": ["delete"], "before": {"name": "B"}, "after": null, "after_unknown": {}}}]}"#;
    let sources = sources(&[("plan.json", plan)]);
    let organisation = one(&sources);
    assert_eq!(organisation.clients.len(), 1);
    let a = client(&organisation, "genesyscloud_oauth_client.a");
    assert_eq!(a.grant(), Some(GrantType::Code));
    assert!(a.scopes.is_unknown());
}

const WIDGET: &str = r#"resource "genesyscloud_oauth_client" "widget" {
  name                          = "Widget"
  authorized_grant_type         = "CODE"
  access_token_validity_seconds = 3600
  registered_redirect_uris      = ["https://widget.example.com/cb"]
  scopes                        = var.scopes
}
"#;

#[test]
fn an_export_in_both_languages_is_one() {
    let json = r#"{"resource": {"genesyscloud_oauth_client": {"widget": {"name": "Widget", "authorized_grant_type": "CODE"}}}}"#;
    let given = sources(&[("genesyscloud.tf", WIDGET), ("genesyscloud.tf.json", json)]);
    assert_eq!(one(&given).clients.len(), 1);
    // Terraform refuses any other resource that stands twice.
    let given = sources(&[("a.tf", WIDGET), ("b.tf", WIDGET)]);
    let export = export(&given);
    assert_eq!(export.organisations[0].clients.len(), 1);
    let [problem] = &export.problems[..] else {
        panic!("{:?}", export.problems);
    };
    assert_eq!(problem.kind, ProblemKind::Contradiction);
    assert_eq!(
        problem.place.map(|place| given.get(place.source).path()),
        Some("b.tf")
    );
}

#[test]
fn a_configuration_and_the_platforms_listing_of_it_are_one_and_drift_is_said() {
    let listed = r#"[{"id": "11111111-2222-4333-8444-555555555555", "name": "Widget", "authorizedGrantType": "CODE", "accessTokenValiditySeconds": 3600,
      "registeredRedirectUri": ["https://widget.example.com/cb"], "scope": ["users:readonly"], "state": "active", "dateModified": "2026-01-01T00:00:00Z"}]"#;
    let given = sources(&[("main.tf", WIDGET), ("clients.json", listed)]);
    let organisation = one(&given);
    let widget = client(&organisation, "genesyscloud_oauth_client.widget");
    assert_eq!(texts(&widget.scopes), ["users:readonly"]);
    assert_eq!(organisation.clients.len(), 1);
    let drifted = listed.replace("3600", "7200");
    let given = sources(&[("main.tf", WIDGET), ("clients.json", &drifted)]);
    let drifted = export(&given);
    assert!(drifted.problems.is_empty(), "{:?}", drifted.problems);
    let [organisation] = &drifted.organisations[..] else {
        panic!("one organisation");
    };
    // Both are judged: the export is live, the configuration is what the next apply makes of it.
    let [live] = &organisation.clients.iter().collect::<Vec<_>>()[..] else {
        panic!("one client");
    };
    let lifetimes: Vec<_> = live
        .worlds()
        .map(|world| {
            world
                .token_lifetime
                .known()
                .and_then(|number| number.integer)
        })
        .collect();
    assert_eq!(lifetimes, [Some(7200), Some(3600)]);
    assert_eq!(live.rare.applied, Some(Applied::Export));
    // A name that two have is nobody's.
    let twice = format!("{WIDGET}{}", WIDGET.replace("\"widget\"", "\"other\""));
    let given = sources(&[("main.tf", &twice), ("clients.json", listed)]);
    assert_eq!(one(&given).clients.len(), 3);
}

#[test]
fn override_files_overrule() {
    let files = [
        (
            "main.tf",
            "resource \"genesyscloud_oauth_client\" \"a\" {\n  name = \"A\"\n  authorized_grant_type = \"TOKEN\"\n}\n",
        ),
        (
            "prod_override.tf",
            "resource \"genesyscloud_oauth_client\" \"a\" {\n  authorized_grant_type = \"CODE\"\n}\n",
        ),
    ];
    let sources = sources(&files);
    let organisation = one(&sources);
    assert_eq!(organisation.clients.len(), 1);
    assert_eq!(organisation.clients[0].grant(), Some(GrantType::Code));
    assert_eq!(organisation.clients[0].name.text(), Some("A"));
}

const SECRET: &str = "pL4nted-s3cret-Zk9wQ2x7";

#[test]
fn secrets_go_into_custody_wherever_terraform_keeps_them() {
    let main = format!(
        r#"
provider "genesyscloud" {{
  oauthclient_secret = "{SECRET}1"
}}
variable "integration_secret" {{
  default = "{SECRET}2"
}}
resource "genesyscloud_oauth_client" "my_secret" {{
  name                    = "My secret client"
  authorized_grant_type   = "TOKEN"
  directory_client_secret = "/var/secrets"
  expose_client_secret    = true
}}
resource "genesyscloud_integration_credential" "c" {{
  name                 = "C"
  credential_type_name = "pureCloudOAuthClient"
  fields = {{
    clientId     = genesyscloud_oauth_client.my_secret.id
    clientSecret = var.integration_secret
  }}
}}
"#
    );
    let vars = format!("api_client_secret = \"{SECRET}3\"\n");
    let state = format!(
        r#"{{"version": 3, "terraform_version": "0.12.29", "serial": 1, "modules": [{{"path": ["root", "m"], "resources": {{"genesyscloud_oauth_client.a_secret": {{"type": "genesyscloud_oauth_client", "primary": {{"id": "i", "attributes": {{"id": "i", "name": "Flat", "client_secret": "{SECRET}4", "authorized_grant_type": "TOKEN", "scopes.#": "0", "roles.#": "0"}}}}}}}}}}]}}"#
    );
    let files = [
        ("main.tf", main.as_str()),
        ("prod.tfvars", vars.as_str()),
        ("old/terraform.tfstate", state.as_str()),
    ];
    let given = sources(&files);
    let organisations = whole(&given);
    assert_eq!(organisations.len(), 2);
    let mine = client(&organisations[0], "genesyscloud_oauth_client.my_secret");
    assert_eq!(mine.rare.secrets.len(), 1);
    assert_eq!(mine.rare.exposes_secret.known(), Some(&true));
    assert_eq!(mine.rare.secret_directory.text(), Some("/var/secrets"));
    // The integration, the provider, the default of the variable and the file of variables.
    assert_eq!(organisations[0].credentials.len(), 4);
    let flat = client(
        &organisations[1],
        "module.m.genesyscloud_oauth_client.a_secret",
    );
    assert_eq!(
        (flat.rare.secrets.len(), flat.name.text()),
        (1, Some("Flat"))
    );

    let directory = tempfile::tempdir().expect("a directory");
    for (path, text) in files {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        std::fs::write(path, text).expect("a file");
    }
    for format in grantlint::report::Format::ALL {
        let run = grantlint_in(
            directory.path(),
            &[
                "check",
                ".",
                "--format",
                format.name(),
                "--persona",
                "pedantic",
                "-v",
            ],
            b"",
        );
        assert_eq!(run.code, 1, "{}", run.all());
        assert!(!run.all().contains("pL4nted"), "{}", format.name());
        assert!(run.all().contains("My secret client"), "{}", run.all());
    }
    let broken = format!(
        "resource \"genesyscloud_oauth_client\" \"a\" {{\n  client_secret = \"{SECRET}\n}}\n"
    );
    let run = grantlint_in(
        directory.path(),
        &["check", "-", "--stdin-filename", "x.tf"],
        broken.as_bytes(),
    );
    assert_eq!(run.code, 3);
    assert!(!run.all().contains("pL4nted"), "{}", run.all());
}

#[test]
fn a_file_that_breaks_keeps_its_whole_blocks() {
    let main = "resource \"genesyscloud_oauth_client\" \"a\" {\n  name = \"A\"\n  authorized_grant_type = \"CODE\"\n}\n\nresource \"genesyscloud_oauth_client\" \"b\" {\n  name = = \"B\"\n}\n";
    let given = sources(&[("main.tf", main)]);
    let export = export(&given);
    let kinds: Vec<_> = export.problems.iter().map(|problem| problem.kind).collect();
    assert_eq!(kinds, [ProblemKind::Syntax]);
    assert_eq!(
        given
            .locate(export.problems[0].place.expect("a place"))
            .1
            .line,
        7
    );
    assert_eq!(export.organisations[0].clients.len(), 1);
}

#[test]
fn references_that_multiply_end() {
    let started = Instant::now();
    let mut bomb = String::from(
        "locals {\n  a0 = [\"x\", \"x\"]\n  t0 = \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"\n",
    );
    for level in 1..40 {
        let before = level - 1;
        let _ = writeln!(
            bomb,
            "  a{level} = [local.a{before}, local.a{before}]\n  t{level} = \"${{local.t{before}}}${{local.t{before}}}\""
        );
    }
    bomb.push_str("}\nresource \"genesyscloud_oauth_client\" \"a\" {\n  name = \"A\"\n  description = local.t39\n  authorized_grant_type = \"CODE\"\n  scopes = local.a39\n}\n");
    let given = sources(&[("main.tf", bomb.as_str())]);
    let problems: Vec<_> = export(&given)
        .problems
        .iter()
        .map(|problem| problem.kind)
        .collect();
    assert!(problems.contains(&ProblemKind::Limit), "{problems:?}");

    let mut calls = String::new();
    for call in 0..10 {
        let _ = writeln!(calls, "module \"m{call}\" {{\n  source = \"../b\"\n}}");
    }
    let back = calls.replace("../b", "../a");
    let own = "module \"self\" {\n  source = \"./\"\n}\nresource \"genesyscloud_oauth_client\" \"a\" {\n  name = \"A\"\n}\n";
    let given = sources(&[
        ("a/main.tf", calls.as_str()),
        ("b/main.tf", back.as_str()),
        ("c/main.tf", own),
    ]);
    let problems: Vec<_> = export(&given)
        .problems
        .iter()
        .map(|problem| problem.kind)
        .collect();
    assert_eq!(problems, [ProblemKind::Limit; 2]);
    assert!(
        started.elapsed() < Duration::from_secs(20),
        "{:?}",
        started.elapsed()
    );
}

/// Of a repository in good order, with modules, variables and several environments.
const CLIENT_MODULE: &str = r#"
terraform {
  required_providers {
    genesyscloud = {
      source  = "mypurecloud/genesyscloud"
      version = ">= 1.60.0"
    }
  }
}

variable "name" {
  type        = string
  description = "What the client is called."
}

variable "description" {
  type = string
}

variable "role_names" {
  type    = set(string)
  default = []
}

variable "redirect_uris" {
  type    = list(string)
  default = []
}

variable "scopes" {
  type    = list(string)
  default = []
}

variable "grant_type" {
  type    = string
  default = "CODE"

  validation {
    condition     = contains(["CODE", "CLIENT-CREDENTIALS"], var.grant_type)
    error_message = "Only the code grant and client credentials are allowed."
  }
}

data "genesyscloud_auth_role" "this" {
  for_each = var.role_names
  name     = each.value
}

data "genesyscloud_auth_division_home" "home" {}

resource "genesyscloud_oauth_client" "this" {
  name                          = var.name
  description                   = var.description
  authorized_grant_type         = var.grant_type
  access_token_validity_seconds = local.lifetimes[var.grant_type]
  registered_redirect_uris      = var.redirect_uris
  scopes                        = var.scopes

  dynamic "roles" {
    for_each = data.genesyscloud_auth_role.this
    content {
      role_id     = roles.value.id
      division_id = data.genesyscloud_auth_division_home.home.id
    }
  }

  lifecycle {
    prevent_destroy = true
  }
}

locals {
  lifetimes = {
    "CODE"               = 3600
    "CLIENT-CREDENTIALS" = 1800
  }
}

output "client_id" {
  value = genesyscloud_oauth_client.this.id
}
"#;

const STACK_MODULE: &str = r#"
variable "domain" {
  type = string
}

variable "clients" {
  type = map(object({
    description = string
    redirects   = list(string)
  }))
  default = {}
}

module "crm" {
  source        = "../oauth-client"
  name          = "CRM"
  description   = "Screen pops in the CRM. Owner: crm-team@example.com"
  redirect_uris = ["https://crm.${var.domain}/callback"]
  scopes        = ["conversations:readonly", "users:readonly"]
}

module "more" {
  source        = "../oauth-client"
  for_each      = var.clients
  name          = each.key
  description   = each.value.description
  redirect_uris = each.value.redirects
  scopes        = ["users:readonly"]
}

module "etl" {
  source      = "../oauth-client"
  name        = "Nightly figures"
  description = "Exports queue figures at night. Owner: bi@example.com"
  grant_type  = "CLIENT-CREDENTIALS"
  role_names  = ["Queue Figures"]
}
"#;

#[test]
fn a_real_looking_repository_is_not_accused() {
    let environment = |domain: &str| {
        format!(
            "provider \"genesyscloud\" {{\n  sdk_debug = false\n}}\n\nmodule \"stack\" {{\n  source = \"../../modules/stack\"\n  domain = \"{domain}\"\n}}\n\nterraform {{\n  backend \"s3\" {{\n    bucket = \"state\"\n    key    = \"genesys\"\n  }}\n}}\n"
        )
    };
    let (dev, prod) = (environment("dev.example.com"), environment("example.com"));
    let files = [
        ("modules/oauth-client/main.tf", CLIENT_MODULE),
        ("modules/stack/main.tf", STACK_MODULE),
        ("environments/dev/main.tf", dev.as_str()),
        ("environments/prod/main.tf", prod.as_str()),
        ("environments/prod/versions.tf", "# pinned elsewhere\n"),
        ("environments/prod.tfvars", "unrelated = true\n"),
    ];
    let given = sources(&files);
    let request = Request::new(TODAY.parse().expect("a date"));
    let report = audit(&given, &vec![false; given.len()], Vec::new(), &request);
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    assert_eq!(report.summary.organisations, 2);
    // Nobody sets `clients`, so that there are no more of them.
    assert_eq!(report.summary.clients, 4);
    let said: Vec<_> = report
        .findings
        .iter()
        .map(|finding| (&finding.rule.id, &finding.message))
        .collect();
    assert!(said.is_empty(), "{said:?}");
    let organisation = &whole(&given)[1];
    let crm = client(
        organisation,
        "module.stack.module.crm.genesyscloud_oauth_client.this",
    );
    assert_eq!(
        texts(&crm.redirect_uris),
        ["https://crm.example.com/callback"]
    );
    let lifetime = crm.token_lifetime.known().and_then(|number| number.integer);
    assert_eq!(lifetime, Some(3600));
}

#[test]
fn a_plan_that_failed_or_defers_changes_is_not_all_there_will_be() {
    let plan = |more: &str| {
        format!(r#"{{"format_version": "1.2", "planned_values": {{"root_module": {{}}}}{more}}}"#)
    };
    let count = |text: &str| {
        let given = sources(&[("plan.json", text)]);
        let (facts, _) = read(SourceId(0), given.get(SourceId(0)), Limits::default());
        facts.problems.len()
    };
    for (more, expected) in [
        ("", 0),
        (
            r#", "errored": false, "complete": true, "deferred_changes": []"#,
            0,
        ),
        (r#", "errored": true"#, 1),
        (
            r#", "deferred_changes": [{"reason": "instance_count_unknown"}]"#,
            1,
        ),
    ] {
        assert_eq!(count(&plan(more)), expected, "{more}");
    }
}

/// The addresses of all clients.
fn addresses(files: &[(&str, &str)]) -> Vec<String> {
    let sources = sources(files);
    let all = whole(&sources);
    let clients = all.iter().flat_map(|one| &one.clients);
    clients
        .filter_map(|client| client.address.as_deref().map(str::to_owned))
        .collect()
}

#[test]
fn what_is_there_in_writing_only_is_not_audited() {
    let main = r#"
locals { n = 0 }
variable "default" { default = {} }
resource "genesyscloud_oauth_client" "counted" {
  count = local.n
  name = "A"
}
resource "genesyscloud_oauth_client" "each" {
  for_each = {}
  name = "B"
}
resource "genesyscloud_oauth_client" "default" {
  for_each = var.default
  name = "B"
}
resource "genesyscloud_oauth_client" "open" {
  count = var.unknown
  name = "C"
}
module "off" {
  source = "./m"
  count = local.n
}
module "on" {
  source = "./m"
}
"#;
    let module = "resource \"genesyscloud_oauth_client\" \"x\" {\n  name = \"M\"\n}\nmodule \"deep\" {\n  source = \"./d\"\n}\n";
    let deep = "resource \"genesyscloud_oauth_client\" \"y\" {\n  name = \"D\"\n}\n";
    let mut found = addresses(&[
        ("main.tf", main),
        ("m/main.tf", module),
        ("m/d/main.tf", deep),
    ]);
    found.sort();
    assert_eq!(
        found,
        [
            "genesyscloud_oauth_client.default[*]",
            "genesyscloud_oauth_client.open[*]",
            "module.on.genesyscloud_oauth_client.x",
            "module.on.module.deep.genesyscloud_oauth_client.y",
        ]
    );
}

const MOVED_STATE: &str = r#"{"version": 4, "terraform_version": "1.9.0", "resources": [
{"mode": "managed", "type": "genesyscloud_oauth_client", "name": "old", "instances": [
  {"attributes": {"id": "c-1", "name": "A", "authorized_grant_type": "CODE"}},
  {"deposed": "9af1", "attributes": {"id": "c-0", "name": "A", "authorized_grant_type": "TOKEN"}}]}]}"#;

#[test]
fn what_was_moved_is_one_with_what_it_was() {
    let main = "resource \"genesyscloud_oauth_client\" \"new\" {\n  name = \"A\"\n}\nmoved {\n  from = genesyscloud_oauth_client.old\n  to = genesyscloud_oauth_client.new\n}\n";
    let (current, _) = MOVED_STATE
        .split_once(",\n  {\"deposed\"")
        .expect("a deposed object");
    let state = format!("{current}]}}]}}");
    let sources = sources(&[("main.tf", main), ("terraform.tfstate", &state)]);
    let organisation = one(&sources);
    assert_eq!(organisation.clients.len(), 1);
    let new = client(&organisation, "genesyscloud_oauth_client.new");
    assert_eq!(new.id.text(), Some("c-1"));
}

#[test]
fn what_was_replaced_and_not_destroyed_is_a_client_still() {
    assert_eq!(
        addresses(&[("terraform.tfstate", MOVED_STATE)]),
        [
            "genesyscloud_oauth_client.old",
            "genesyscloud_oauth_client.old (deposed object 9af1)"
        ]
    );
}

#[test]
fn a_role_that_is_looked_up_by_name_is_the_one_of_the_listing() {
    let main = "data \"genesyscloud_auth_role\" \"r\" {\n  name = \"Reader\"\n}\nresource \"genesyscloud_oauth_client\" \"a\" {\n  name = \"A\"\n  roles {\n    role_id = data.genesyscloud_auth_role.r.id\n  }\n}\n";
    let listing =
        |roles: &str| format!("{{\"entities\": [{roles}], \"total\": 1, \"pageCount\": 1}}");
    let role = r#"{"id": "r-1", "name": "Reader", "permissions": [], "permissionPolicies": [{"domain": "routing", "entityName": "queue", "actionSet": ["view"]}]}"#;
    let other = role.replace("r-1", "r-2");
    for (roles, is_known) in [
        (role.to_owned(), true),
        (role.replace("Reader", "Other"), false),
        (format!("{role}, {other}"), false),
    ] {
        let roles = listing(&roles);
        let sources = sources(&[("main.tf", main), ("roles.json", &roles)]);
        let organisation = one(&sources);
        let role = organisation.role("data.genesyscloud_auth_role.r");
        let permits = role.is_some_and(|role| role.permits("routing:queue:view").is_some());
        assert_eq!(permits, is_known, "{roles}");
    }
}

#[test]
fn opentofu_has_files_of_its_own() {
    let of = |grant: &str| {
        format!(
            "resource \"genesyscloud_oauth_client\" \"a\" {{\n  name = \"A\"\n  authorized_grant_type = \"{grant}\"\n}}\n"
        )
    };
    let (token, code) = (of("TOKEN"), of("CODE"));
    let change = "resource \"genesyscloud_oauth_client\" \"a\" {\n  authorized_grant_type = \"PASSWORD\"\n}\n";
    for (files, grant) in [
        (
            vec![("a.tf", token.as_str()), ("a.tofu", code.as_str())],
            GrantType::Code,
        ),
        (
            vec![("a.tofu", code.as_str()), ("override.tofu", change)],
            GrantType::Password,
        ),
    ] {
        let sources = sources(&files);
        let found = export(&sources);
        assert!(found.problems.is_empty(), "{:?}", found.problems);
        let organisation = one(&sources);
        let a = client(&organisation, "genesyscloud_oauth_client.a");
        assert_eq!(a.grant(), Some(grant));
    }
}

#[test]
fn a_division_that_is_looked_up_is_the_one_of_the_listing() {
    let main = "data \"genesyscloud_auth_division_home\" \"h\" {\n  name = \"Home\"\n}\ndata \"genesyscloud_auth_division\" \"s\" {\n  name = \"Sales\"\n}\ndata \"genesyscloud_auth_division\" \"g\" {\n  name = \"Gone\"\n}\nresource \"genesyscloud_oauth_client\" \"a\" {\n  name = \"A\"\n  roles {\n    role_id = \"r\"\n    division_id = data.genesyscloud_auth_division_home.h.id\n  }\n  roles {\n    role_id = \"r\"\n    division_id = data.genesyscloud_auth_division.s.id\n  }\n  roles {\n    role_id = \"r\"\n    division_id = data.genesyscloud_auth_division.g.id\n  }\n}\n";
    let listing = r#"{"entities": [{"id": "d-1", "name": "Guatemala", "homeDivision": true}, {"id": "d-2", "name": "Sales", "homeDivision": false}], "total": 2, "pageCount": 1}"#;
    let sources = sources(&[("main.tf", main), ("divisions.json", listing)]);
    let organisation = one(&sources);
    assert_eq!(organisation.home.as_deref(), Some("d-1"));
    let a = client(&organisation, "genesyscloud_oauth_client.a");
    let held: Vec<_> = a.grants().iter().map(|grant| grant.division).collect();
    let gone = "data.genesyscloud_auth_division.g";
    assert_eq!(held, [Some("d-1"), Some("d-2"), Some(gone)]);
}

#[test]
fn a_secret_of_the_provider_is_reported_without_any_client() {
    let secret = "qT7vN2xLk9RwZ4pB8sYd1HfC6gJmA3eU5oXiVnW0bQ";
    let main = format!("provider \"genesyscloud\" {{\n  oauthclient_secret = \"{secret}\"\n}}\n");
    let given = sources(&[("main.tf", main.as_str())]);
    let organisations = whole(&given);
    let credentials = &organisations[0].credentials;
    assert_eq!(credentials.len(), 1);
    assert_eq!(
        &*credentials[0].address,
        "provider.genesyscloud.oauthclient_secret"
    );
    let placeholder = main.replace(secret, "your-client-secret");
    let given = sources(&[("main.tf", placeholder.as_str())]);
    assert!(whole(&given).is_empty());
}

#[test]
fn a_block_that_is_null_has_been_lost() {
    for text in [
        r#"{"resource": {"genesyscloud_oauth_client": {"a": null}}}"#,
        r#"{"resource": {"genesyscloud_oauth_client": null}}"#,
    ] {
        let place = tempfile::tempdir().expect("a directory");
        std::fs::write(place.path().join("main.tf.json"), text).expect("a file");
        let run = grantlint_in(place.path(), &["check", "."], b"");
        assert_eq!(run.code, 3, "{text}: {}", run.all());
        assert!(run.all().contains("is null"), "{}", run.all());
    }
}

#[test]
fn a_named_file_of_a_module_is_judged_with_the_whole_module() {
    let place = tempfile::tempdir().expect("a directory");
    for directory in [".git", "modules/client", "infrastructure"] {
        std::fs::create_dir_all(place.path().join(directory)).expect("a directory");
    }
    for (name, text) in [
        (
            "modules/client/main.tf",
            "resource \"genesyscloud_oauth_client\" \"crm\" {\n  name = \"CRM\"\n  authorized_grant_type = \"CODE\"\n  registered_redirect_uris = [var.callback]\n}\n",
        ),
        (
            "modules/client/variables.tf",
            "variable \"callback\" {\n  default = \"http://crm.example.com/cb\"\n}\n",
        ),
        (
            "infrastructure/main.tf",
            "module \"client\" {\n  source = \"../modules/client\"\n}\n",
        ),
    ] {
        std::fs::write(place.path().join(name), text).expect("a file");
    }
    for named in ["modules/client/variables.tf", "modules/client/main.tf"] {
        let arguments = ["check", "--partial", "--format", "concise", named];
        let run = grantlint_in(place.path(), &arguments, b"");
        assert_eq!(run.code, 1, "{named}: {}", run.all());
        let finding = "redirect-not-https [CRM";
        assert!(run.stdout.contains(finding), "{named}: {}", run.all());
    }
}

#[test]
fn instances_that_no_rule_could_judge_are_named_one_by_one() {
    let code = r#"
resource "genesyscloud_oauth_client" "app" {
  for_each              = toset(["portal", "legacy"])
  name                  = "App ${each.key}"
  authorized_grant_type = "CODE"
}
"#;
    let sources = sources(&[("main.tf", code)]);
    let request = Request::new(TODAY.parse().expect("a date"));
    let report = audit(&sources, &[true], Vec::new(), &request);
    assert!(!report.not_judged.is_empty());
    for open in report.not_judged.iter().filter(|open| open.clients == 2) {
        assert_eq!(
            open.client_names,
            ["App legacy", "App portal"],
            "{}",
            open.rule
        );
    }
}
