//! What a fix says can be done: in the names of the export at hand, and without a new finding.

use crate::common::TODAY;
use grantlint::audit::{Request, audit};
use grantlint::catalog::{Persona, Value};
use grantlint::model::{Region, region_named};
use grantlint::text::{Source, Sources};

/// A finding: its rule, message and fix.
type Said = (String, String, String);

/// What the rules that `run` say of some files, with parameters of rules.
fn said(
    files: &[(&str, &str)],
    set: &[(&str, &str, Value)],
    run: impl Fn(&str) -> bool,
) -> Vec<Said> {
    said_in(None, files, set, run)
}

/// What they say in an organisation of a region.
fn said_in(
    region: Option<Region>,
    files: &[(&str, &str)],
    set: &[(&str, &str, Value)],
    run: impl Fn(&str) -> bool,
) -> Vec<Said> {
    let mut sources = Sources::default();
    for (path, text) in files {
        sources.add(Source::new(*path, *text));
    }
    let mut request = Request::new(TODAY.parse().expect("a date"));
    request.persona = Persona::Pedantic;
    request.scopes.region = region;
    request.rules.retain(|rule| run(&rule.id));
    request.parameters = set
        .iter()
        .map(|(rule, name, value)| {
            let set = vec![((*name).to_owned(), value.clone())];
            ((*rule).to_owned(), set)
        })
        .collect();
    let report = audit(&sources, &[], Vec::new(), &request);
    let findings = report.findings.iter();
    findings
        .map(|finding| {
            let rule = finding.rule.id.to_string();
            (rule, finding.message.clone(), finding.fix.clone())
        })
        .collect()
}

fn fix_of<'s>(said: &'s [Said], rule: &str) -> &'s str {
    let found = said.iter().find(|(known, ..)| known == rule);
    found.map_or("", |(_, _, fix)| fix)
}

#[test]
fn a_fix_names_fields_as_the_export_does() {
    let terraform = r#"
resource "genesyscloud_oauth_client" "starter" {
  name                  = "Campaign Starter"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = "c7800d3d"
  }
}
"#;
    let told = said(&[("main.tf", terraform)], &[], |_| true);
    assert_eq!(
        fix_of(&told, "division-missing"),
        "add the division_id of the business unit that this role serves, beside roles[0].role_id"
    );
    let python = r#"{"name": "Fleet Position Feed", "authorized_grant_type": "CLIENT-CREDENTIALS",
        "role_ids": ["eec6e470"], "access_token_validity_seconds": 3600}"#;
    let told = said(&[("clients.json", python)], &[], |_| true);
    assert_eq!(
        fix_of(&told, "division-missing"),
        "move eec6e470 to role_divisions, with the division_id that the role serves"
    );
}

const ROLES: &str = r#"{"entities": [
    {"id": "aa01", "name": "Queue Reader", "permissions": [],
        "permissionPolicies": [{"domain": "routing", "entityName": "queue", "actionSet": ["view"]}]},
    {"id": "aa02", "name": "Call Archive", "permissions": [],
        "permissionPolicies": [{"domain": "recording", "entityName": "recording", "actionSet": ["view"]}]},
    {"id": "aa03", "name": "SCIM Integration", "default": true, "defaultRoleId": "scimIntegration"}
]}"#;

/// Clients of every kind that a rule about lifetimes knows.
const CLIENTS: &[&str] = &[
    r#""name": "Queue Figures", "authorizedGrantType": "CLIENT-CREDENTIALS", "roleDivisions": [{"roleId": "aa01", "divisionId": "dd01"}]"#,
    r#""name": "Recording Archive", "authorizedGrantType": "CLIENT-CREDENTIALS", "roleDivisions": [{"roleId": "aa02", "divisionId": "dd01"}]"#,
    r#""name": "Okta", "authorizedGrantType": "CLIENT-CREDENTIALS", "roleDivisions": [{"roleId": "aa03", "divisionId": "dd01"}]"#,
    r#""name": "SCIM Log Reader", "authorizedGrantType": "CLIENT-CREDENTIALS", "roleDivisions": [{"roleId": "aa01", "divisionId": "dd01"}]"#,
    r#""name": "Feed", "authorizedGrantType": "CLIENT-CREDENTIALS", "roleDivisions": [{"roleId": "aa09", "divisionId": "dd01"}]"#,
    r#""name": "Desk Softphone", "authorizedGrantType": "TOKEN", "registeredRedirectUri": ["https://apps.mypurecloud.de/crm/index.html"]"#,
    r#""name": "Wallboard", "authorizedGrantType": "CODE""#,
];

const LIFETIMES: &[&str] = &[
    "null", "5", "600", "900", "901", "3600", "3601", "28800", "64800", "86400", "100000",
    "172800", "200000", "38880001", "0.5", "90000.5", "1e30",
];

/// What rules about lifetimes say of a client with this lifetime.
fn said_of_lifetime(client: &str, lifetime: &str, set: &[(&str, &str, Value)]) -> Vec<Said> {
    let client = format!(r#"{{{client}, "accessTokenValiditySeconds": {lifetime}}}"#);
    let files = [("clients.json", client.as_str()), ("roles.json", ROLES)];
    said(&files, set, |rule| rule.contains("token-lifetime"))
}

/// The first number that a fix names.
fn number(fix: &str) -> &str {
    let digit = |character: char| character.is_ascii_digit();
    let mut words = fix.split(|character: char| !digit(character));
    words.find(|word| !word.is_empty()).unwrap_or("")
}

#[test]
fn one_rule_speaks_of_a_lifetime_and_its_fix_satisfies_all() {
    let by_client = |limit: &str| {
        Value::ByClient(vec![("*".into(), vec![limit.to_owned().into()].into())].into())
    };
    let policies: &[&[(&str, &str, Value)]] = &[
        &[],
        &[("token-lifetime-hipaa", "hipaa", Value::Boolean(true))],
        &[("token-lifetime-too-long", "limit", Value::Integer(28_800))],
        &[("token-lifetime-too-long", "limits", by_client("600"))],
        &[("token-lifetime-privileged", "limit", Value::Integer(43_200))],
        &[(
            "embeddable-token-lifetime",
            "seconds",
            Value::Integer(36_000),
        )],
    ];
    let mut faults = Vec::new();
    let mut spoken = 0;
    for policy in policies {
        for client in CLIENTS {
            for lifetime in LIFETIMES {
                let mut said = said_of_lifetime(client, lifetime, policy);
                if said.len() > 1 {
                    // A guess does not take precedence over what is certain.
                    said.retain(|(_, message, _)| !message.ends_with("is SCIM Integration"));
                }
                let [(_, _, fix)] = &said[..] else {
                    if !said.is_empty() {
                        faults.push(format!("{client} {lifetime} {policy:?}: {said:#?}"));
                    }
                    continue;
                };
                spoken += 1;
                let mut after = said_of_lifetime(client, number(fix), policy);
                // How long a session of a person can be idle is a choice.
                after.retain(|(_, _, fix)| !fix.contains("accept this finding"));
                if !after.is_empty() {
                    faults.push(format!(
                        "{client} {lifetime} {policy:?}: {said:#?}, then {after:#?}"
                    ));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(spoken > 300, "{spoken}");
}

#[test]
fn a_rule_that_does_not_run_leaves_the_word_to_a_weaker_one() {
    let client = format!("{{{}, \"accessTokenValiditySeconds\": 172800}}", CLIENTS[1]);
    let files = [("clients.json", client.as_str()), ("roles.json", ROLES)];
    let said = said(&files, &[], |rule| rule == "token-lifetime-too-long");
    assert_eq!(
        fix_of(&said, "token-lifetime-too-long"),
        "set accessTokenValiditySeconds to 86400 or less"
    );
}

#[test]
fn the_scim_role_is_blamed_once_for_what_was_added_to_it() {
    let added = [
        r#""permissions": ["admin"], "permissionPolicies": []"#,
        r#""permissionPolicies": [{"domain": "oauth", "entityName": "client", "actionSet": ["edit"]}]"#,
        r#""permissionPolicies": [{"domain": "recording", "entityName": "recording", "actionSet": ["view"]}]"#,
        r#""permissionPolicies": [{"domain": "routing", "entityName": "*", "actionSet": ["*"]}]"#,
    ];
    let client = r#"{"name": "Okta", "authorizedGrantType": "CLIENT-CREDENTIALS",
        "roleDivisions": [{"roleId": "aa03", "divisionId": "*"}]}"#;
    for added in added {
        let roles = format!(
            r#"{{"entities": [{{"id": "aa03", "name": "SCIM Integration", "default": true, {added}}}]}}"#
        );
        let files = [("clients.json", client), ("roles.json", &roles)];
        let about = |rule: &str| rule.starts_with("role-") || rule.starts_with("scim-");
        let rules_of =
            |said: Vec<Said>| -> Vec<String> { said.into_iter().map(|(rule, ..)| rule).collect() };
        let all = rules_of(said(&files, &[], about));
        assert_eq!(all, ["scim-role-modified"], "{added}");
        // One that does not run leaves the word to the others.
        let others = rules_of(said(&files, &[], |rule| rule.starts_with("role-")));
        assert_eq!(others.len(), 1, "{added}: {others:?}");
    }
}

#[test]
fn roles_without_effect_are_removed_from_every_list() {
    let client = r#"{"name": "Wallboard", "authorizedGrantType": "CODE", "roleIds": ["aa01", "aa02"],
        "roleDivisions": [{"roleId": "aa01", "divisionId": "dd01"}, {"roleId": "aa02", "divisionId": "dd01"}]}"#;
    let told = said(&[("clients.json", client)], &[], |_| true);
    assert_eq!(
        fix_of(&told, "roles-on-user-grant"),
        "remove all entries of roleDivisions and roleIds, and limit the application with scopes"
    );
}

const DIVISIONS: &str = r#"{"entities": [
    {"id": "dd01", "name": "Guatemala", "homeDivision": true},
    {"id": "dd02", "name": "Sales", "homeDivision": false},
    {"id": "dd03", "name": "Service", "homeDivision": false}
]}"#;

/// What rules about divisions say of a client that holds these roles in these divisions.
fn said_of_divisions(held: &[(&str, &str)]) -> Vec<Said> {
    let entries = held
        .iter()
        .map(|(role, division)| format!(r#"{{"roleId": "{role}", "divisionId": "{division}"}}"#));
    let entries: Vec<_> = entries.collect();
    let client = format!(
        r#"{{"name": "Feed", "authorizedGrantType": "CLIENT-CREDENTIALS", "roleDivisions": [{}]}}"#,
        entries.join(",")
    );
    let files = [
        ("clients.json", client.as_str()),
        ("roles.json", ROLES),
        ("divisions.json", DIVISIONS),
    ];
    said(&files, &[], |rule| rule.starts_with("division-"))
}

#[test]
fn all_entries_in_the_home_division_are_named() {
    let told = said_of_divisions(&[("aa01", "dd01"), ("aa02", "dd01")]);
    let fix = fix_of(&told, "division-home-only");
    let entries = "roleDivisions[0].divisionId, roleDivisions[1].divisionId";
    assert!(fix.contains(entries), "{fix}");
    assert_eq!(said_of_divisions(&[("aa01", "dd02"), ("aa02", "dd02")]), []);
}

#[test]
fn all_divisions_that_a_role_lacks_are_named() {
    let told = said_of_divisions(&[("aa01", "dd02"), ("aa02", "dd03")]);
    let fix = fix_of(&told, "division-uneven");
    let lacking = r#""Call Archive" in Sales, "Queue Reader" in Service"#;
    assert!(fix.contains(lacking), "{fix}");
    let both = ["dd02", "dd03"].into_iter();
    let held: Vec<_> = both.flat_map(|at| [("aa01", at), ("aa02", at)]).collect();
    assert_eq!(said_of_divisions(&held), []);
}

/// Fixes of a rule for clients written in YAML.
fn fixes(rule: &str, clients: &str) -> Vec<String> {
    let said = said(&[("clients.yaml", clients)], &[], |_| true).into_iter();
    said.filter(|(id, ..)| id == rule)
        .map(|(.., fix)| fix)
        .collect()
}

#[test]
fn a_masked_value_is_not_to_be_registered_as_it_is_shown() {
    let client = |uri: &str| {
        format!("name: Portal\nauthorizedGrantType: CODE\nregisteredRedirectUri: [\"{uri}\"]\n")
    };
    let secret = client("http://portal.example.com/cb?api_key=Zx81Spectrum7q");
    let fixes_of_secret = fixes("redirect-not-https", &secret);
    assert_eq!(fixes_of_secret.len(), 1);
    let fix = &fixes_of_secret[0];
    assert!(fix.starts_with("remove the secret"), "{fix}");
    assert!(!fix.contains("Zx81Spectrum7q"), "{fix}");
    let plain = fixes(
        "redirect-not-https",
        &client("http://portal.example.com/cb"),
    );
    assert!(plain[0].contains("\"https://portal.example.com/cb\""));
    assert!(!plain[0].contains("secret"));
}

#[test]
fn what_is_held_already_is_not_to_be_put_in_again() {
    let client =
        |scopes: &str| format!("name: Portal\nauthorizedGrantType: CODE\nscope: [{scopes}]\n");
    let fix = |scopes: &str| fixes("scope-sensitive-write", &client(scopes)).concat();
    assert_eq!(
        fix("oauth, \"oauth:readonly\""),
        "remove \"oauth\": \"oauth:readonly\" is held already"
    );
    assert_eq!(fix("oauth"), "replace \"oauth\" by \"oauth:readonly\"");
    let misspelt = fixes(
        "scope-unknown",
        &client("\"user:readonly\", \"users:readonly\""),
    );
    assert_eq!(
        misspelt,
        ["remove \"user:readonly\": \"users:readonly\" is held already"]
    );
}

#[test]
fn the_embeddable_framework_is_told_one_thing_of_a_scope() {
    let client = "name: Softphone\nauthorizedGrantType: TOKEN\nregisteredRedirectUri: [\"https://apps.mypurecloud.de/crm/index.html\"]\nscope: [conversations, oauth, recordings]\n";
    assert_eq!(
        fixes("scope-sensitive-write", client),
        ["remove \"oauth\": the Embeddable Framework does not need it"]
    );
    let others = fixes("embeddable-scopes", client);
    assert!(
        others.iter().any(|fix| fix.contains("recordings")),
        "{others:?}"
    );
}

#[test]
fn what_is_to_be_written_is_told_whole() {
    let path = "segment/".repeat(40);
    let client = format!(
        "name: Portal\nauthorizedGrantType: CODE\nregisteredRedirectUri: [\"http://portal.example.com/{path}cb\"]\n"
    );
    let told = fixes("redirect-not-https", &client);
    let whole = format!("\"https://portal.example.com/{path}cb\"");
    assert!(told[0].contains(&whole), "{told:?}");
}

#[test]
fn pages_of_the_framework_are_in_the_region_that_the_policy_names() {
    let client = "name: Softphone\nauthorizedGrantType: TOKEN\nregisteredRedirectUri: [\"https://apps.mypurecloud.com/crm/index.html\"]\n";
    let fixes = |region: &str| {
        let set = [(
            "embeddable-auth-window",
            "dedicated-login-window",
            Value::Boolean(true),
        )];
        let files = [("clients.yaml", client)];
        let told = said_in(region_named(region), &files, &set, |_| true);
        fix_of(&told, "embeddable-auth-window").to_owned()
    };
    assert!(fixes("eu-central-1").contains("https://apps.mypurecloud.de/crm/authWindow.html"));
    assert!(fixes("").contains("https://apps.mypurecloud.com/crm/authWindow.html"));
}

/// Fixes of a rule for a client with these redirect URIs.
fn fix_of_uris(rule: &str, uris: &[&str]) -> String {
    let list: Vec<String> = uris.iter().map(|uri| format!("\"{uri}\"")).collect();
    let list = list.join(", ");
    fixes(
        rule,
        &format!("name: Portal\nauthorizedGrantType: CODE\nregisteredRedirectUri: [{list}]\n"),
    )
    .join("\n")
}

#[test]
fn every_rule_names_the_same_uri_in_place_of_one() {
    let uri = "http://u:p@portal.example.com/a/../cb#top";
    for rule in [
        "redirect-not-https",
        "redirect-userinfo",
        "redirect-fragment",
        "redirect-path-traversal",
    ] {
        let fix = fix_of_uris(rule, &[uri]);
        assert!(
            fix.starts_with("register \"https://portal.example.com/cb\" instead"),
            "{rule}: {fix}"
        );
    }
}

#[test]
fn a_uri_that_is_registered_is_not_registered_again() {
    let twin = "https://portal.example.com:443/cb";
    for (rule, uri) in [
        ("redirect-not-https", "http://portal.example.com/cb"),
        ("redirect-userinfo", "https://u:p@portal.example.com/cb"),
        ("redirect-fragment", "https://portal.example.com/cb#a"),
        (
            "redirect-path-traversal",
            "https://portal.example.com/a/../cb",
        ),
        ("redirect-invalid", " https://portal.example.com/cb"),
    ] {
        let fix = fix_of_uris(rule, &[uri, twin]);
        let said = "remove it: \"https://portal.example.com/cb\" is registered already";
        assert!(fix.starts_with(said), "{rule}: {fix}");
    }
}

#[test]
fn no_rule_mends_what_has_to_go() {
    for uri in [
        "http://u:p@abc.ngrok.io/cb#a",
        "http://u:p@apps.mypurec1oud.com/cb#a",
    ] {
        for rule in [
            "redirect-not-https",
            "redirect-userinfo",
            "redirect-fragment",
        ] {
            let fix = fix_of_uris(rule, &[uri]);
            assert!(fix.starts_with("remove it"), "{rule}: {fix}");
        }
    }
}

#[test]
fn what_has_to_go_is_no_owner_of_its_own() {
    let own = "https://portal.example.com/cb";
    let of = |other| fix_of_uris("redirect-many-domains", &[own, other]);
    assert_eq!(of("https://abcd.ngrok.io/cb"), "");
    assert!(of("https://desk.partner.net/cb").contains("partner.net"));
}

/// A parameter that lists values for all clients.
fn for_all(value: &'static str) -> Value {
    Value::ByClient(vec![("*".into(), vec![value.into()].into())].into())
}

#[test]
fn no_rule_advises_against_a_decision_of_the_policy() {
    let client = r#"{"name": "Feed", "authorizedGrantType": "CLIENT-CREDENTIALS",
        "roleDivisions": [{"roleId": "aa01", "divisionId": "dd01"}]}"#;
    let files = [
        ("clients.json", client),
        ("roles.json", ROLES),
        ("divisions.json", DIVISIONS),
    ];
    let rules = |set: &[(&str, &str, Value)]| -> Vec<String> {
        let said = said(&files, set, |rule| rule.starts_with("division-"));
        said.into_iter().map(|(rule, ..)| rule).collect()
    };
    assert_eq!(rules(&[]), ["division-home-only"]);
    for decided in [
        ("division-not-allowed", "allowed", for_all("Guatemala")),
        ("division-required", "required", for_all("dd01")),
    ] {
        assert_eq!(rules(&[decided]), [""; 0]);
    }
    let client = "name: Portal\nauthorizedGrantType: CODE\nscope: [oauth]\n";
    let files = [("clients.yaml", client)];
    let rules = |allowed| -> Vec<String> {
        let set = [("scope-excess", "allowed", for_all(allowed))];
        let said = said(&files, &set, |rule| rule.starts_with("scope-"));
        said.into_iter().map(|(rule, ..)| rule).collect()
    };
    assert_eq!(rules("oauth"), [""; 0]);
    assert_eq!(rules("users"), ["scope-excess", "scope-sensitive-write"]);
}

#[test]
fn a_role_next_to_an_administrators_is_not_redundant() {
    let roles = r#"{"entities": [
        {"id": "aa01", "name": "Queue Reader", "permissions": [],
            "permissionPolicies": [{"domain": "routing", "entityName": "queue", "actionSet": ["view"]}]},
        {"id": "aa02", "name": "Master Admin", "default": true, "defaultRoleId": "masterAdmin", "permissions": ["admin"],
            "permissionPolicies": [{"domain": "routing", "entityName": "*", "actionSet": ["*"]}]}
    ]}"#;
    let client = r#"{"name": "Feed", "authorizedGrantType": "CLIENT-CREDENTIALS",
        "roleDivisions": [{"roleId": "aa01", "divisionId": "dd02"}, {"roleId": "aa02", "divisionId": "*"}]}"#;
    let files = [("clients.json", client), ("roles.json", roles)];
    let said = said(&files, &[], |rule| rule.starts_with("role-"));
    let reported: Vec<&str> = said.iter().map(|(rule, ..)| rule.as_str()).collect();
    assert!(reported.contains(&"role-admin"), "{said:?}");
    assert!(!reported.contains(&"role-redundant"), "{said:?}");
}

#[test]
fn a_client_that_is_switched_off_has_a_clean_state() {
    let client = "name: Portal\ndescription: Shows queues. Owner is the contact centre\nauthorizedGrantType: CODE\nstate: inactive\naccessTokenValiditySeconds: 3600\n";
    let said = said(&[("clients.yaml", client)], &[], |_| true);
    let rules: Vec<&str> = said.iter().map(|(rule, ..)| rule.as_str()).collect();
    assert!(!rules.contains(&"user-grant-without-scopes"), "{said:?}");
    assert!(!rules.contains(&"redirect-missing"), "{said:?}");
    assert!(!rules.contains(&"client-disabled-privileged"), "{said:?}");
}

#[test]
fn a_named_holder_keeps_what_it_is_to_hold() {
    let client = r#"{"name": "Recording Archive", "authorizedGrantType": "CLIENT-CREDENTIALS",
        "roleDivisions": [{"roleId": "aa02", "divisionId": "dd02"}]}"#;
    let files = [("clients.json", client), ("roles.json", ROLES)];
    let reports = |guarded: &'static str, holder: &'static str| {
        let list = |text: &'static str| Value::List(vec![text.into()].into());
        let set = [
            ("monitor-missing-holder", "guarded", list(guarded)),
            ("monitor-missing-holder", "holders", list(holder)),
        ];
        let said = said(&files, &set, |_| true);
        said.iter()
            .any(|(rule, ..)| rule == "role-sensitive-permission")
    };
    assert!(!reports("recording:recording:view", "name:recording *"));
    assert!(!reports("recording:*:*", "name:recording *"));
    assert!(!reports("Call Archive", "name:recording *"));
    assert!(reports("recording:recording:view", "name:other *"));
    assert!(reports("routing:queue:view", "name:recording *"));

    let client = "name: Portal\nauthorizedGrantType: CODE\nscope: [oauth]\n";
    let reports = |guarded: &'static str| {
        let list = |text: &'static str| Value::List(vec![text.into()].into());
        let set = [
            ("monitor-missing-holder", "guarded", list(guarded)),
            ("monitor-missing-holder", "holders", list("*")),
        ];
        let said = said(&[("clients.yaml", client)], &set, |_| true);
        said.iter()
            .any(|(rule, ..)| rule == "scope-sensitive-write")
    };
    assert!(!reports("oauth"));
    assert!(reports("users"));
}

#[test]
fn a_host_that_may_be_called_without_tls_keeps_http() {
    let set = [(
        "redirect-not-https",
        "allowed-hosts",
        Value::List(vec!["legacy.example.com".into()].into()),
    )];
    let client = "name: Portal\nauthorizedGrantType: CODE\nregisteredRedirectUri: [\"http://u:p@legacy.example.com/a/../cb#a\"]\n";
    let fix = |run: fn(&str) -> bool| {
        let said = said(&[("clients.yaml", client)], &set, run);
        fix_of(&said, "redirect-fragment").to_owned()
    };
    assert!(
        fix(|_| true).starts_with("register \"http://legacy.example.com/cb\" instead"),
        "{}",
        fix(|_| true)
    );
    // What a rule that does not run would allow is not allowed.
    assert!(fix(|rule| rule == "redirect-fragment").starts_with("register \"https://"));
}

#[test]
fn a_rule_that_does_not_run_removes_no_host() {
    let disguise = "https://portal.example.com@desk.example.org/cb#a";
    let client = format!(
        "name: Portal\nauthorizedGrantType: CODE\nregisteredRedirectUri: [\"{disguise}\"]\n"
    );
    let fix = |run: fn(&str) -> bool| {
        let said = said(&[("clients.yaml", &client)], &[], run);
        fix_of(&said, "redirect-fragment").to_owned()
    };
    assert!(fix(|_| true).starts_with("remove it"));
    assert!(fix(|rule| rule == "redirect-fragment").starts_with("register \"https://desk"));
}

#[test]
fn the_idle_timeout_does_not_shorten_the_sessions_of_people() {
    let hipaa = [("token-lifetime-hipaa", "hipaa", Value::Boolean(true))];
    let fixes = |client: &str| -> Vec<(String, String)> {
        let said = said_of_lifetime(client, "200000", &hipaa);
        said.into_iter().map(|(rule, _, fix)| (rule, fix)).collect()
    };
    let people = fixes(CLIENTS[6]);
    assert_eq!(people[0].0, "token-lifetime-out-of-range");
    assert!(people[0].1.ends_with("86400 or less"), "{people:?}");
    let machine = fixes(CLIENTS[0]);
    assert!(machine[0].1.ends_with("900 or less"), "{machine:?}");
}

/// A client of the authorization code grant with these redirect URIs.
fn with_uris(uris: &str) -> String {
    format!(
        "[{{\"id\":\"1\",\"name\":\"CRM Softphone\",\"authorizedGrantType\":\"TOKEN\",\"registeredRedirectUri\":[{uris}]}}]"
    )
}

#[test]
fn a_message_says_what_is_wrong_with_the_page_of_the_framework() {
    for (uri, wrong) in [
        (
            "http://apps.mypurecloud.de/crm/index.html",
            "it is not https",
        ),
        (
            "https://apps.mypurecloud.de/crm/index.html?a=1",
            "it has a query",
        ),
        (
            "https://apps.mypurecloud.de/crm/index.html#a",
            "it has a fragment",
        ),
    ] {
        let page = "\"https://apps.mypurecloud.de/crm/index.html\"";
        let clients = with_uris(&format!("\"{uri}\", {page}"));
        let said = said(&[("clients.json", &clients)], &[], |rule| {
            rule == "embeddable-redirect"
        });
        let found = said.iter().any(|(_, message, _)| message.contains(wrong));
        assert!(found, "{uri}: {said:?}");
    }
}

#[test]
fn hosts_of_several_environments_are_counted() {
    let test = "\"https://staging.app.example.com/cb\"";
    for (public, words) in [
        ("\"https://app.example.com/cb\"", "app.example.com"),
        (
            "\"https://app.example.com/cb\", \"https://b.example.com/cb\"",
            "app.example.com and 1 more",
        ),
    ] {
        let clients = with_uris(&format!("{test}, {public}"));
        let said = said(&[("clients.json", &clients)], &[], |rule| {
            rule == "redirect-mixed-environments"
        });
        let [(_, message, _)] = &said[..] else {
            panic!("{said:?}")
        };
        assert!(message.contains(words), "{message}");
        assert_eq!(
            message.contains("more"),
            words.contains("more"),
            "{message}"
        );
    }
}

#[test]
fn a_test_host_beside_public_ones_is_registered_apart() {
    let run = |rule: &str| rule == "redirect-not-https";
    let test = "\"http://staging.app.example.com/cb\"";
    let alone = said(&[("clients.json", &with_uris(test))], &[], run);
    let public = format!("{test}, \"https://app.example.com/cb\"");
    let beside = said(&[("clients.json", &with_uris(&public))], &[], run);
    let alone = fix_of(&alone, "redirect-not-https");
    let beside = fix_of(&beside, "redirect-not-https");
    assert!(!alone.is_empty() && !beside.is_empty());
    assert_ne!(alone, beside);
}

#[test]
fn a_host_that_imitates_another_is_not_to_be_registered_again() {
    // Cyrillic throughout, and Latin with one Cyrillic letter.
    for host in [
        "\u{430}\u{440}\u{440}\u{4cf}\u{435}.com",
        "p\u{430}rtner.com",
    ] {
        let clients = with_uris(&format!("\"http://{host}/cb\""));
        let said = said(&[("clients.json", &clients)], &[], |rule| {
            rule == "redirect-not-https" || rule == "redirect-homograph"
        });
        let fix = fix_of(&said, "redirect-not-https");
        assert!(fix.starts_with("remove"), "{host}: {said:?}");
    }
}

#[test]
fn a_role_with_every_permission_is_named() {
    let roles = r#"{"entities": [{"id": "aa07", "name": "Super", "permissions": [],
        "permissionPolicies": [{"domain": "*", "entityName": "*", "actionSet": ["*"]}]}]}"#;
    let client = r#"{"name": "Feed", "authorizedGrantType": "CLIENT-CREDENTIALS",
        "roleDivisions": [{"roleId": "aa07", "divisionId": "dd02"}, {"roleId": "aa07", "divisionId": "dd03"}]}"#;
    let files = [("clients.json", client), ("roles.json", roles)];
    let said = said(&files, &[], |_| true);
    let named = "remove the role \"Super\" (roleDivisions[0].roleId, roleDivisions[1].roleId)";
    assert!(fix_of(&said, "role-admin").starts_with(named), "{said:?}");
}

#[test]
fn a_secret_in_a_state_is_not_to_be_edited_out() {
    let state = r#"{"version": 4, "terraform_version": "1.9.0", "resources": [{"mode": "managed",
        "type": "genesyscloud_oauth_client", "name": "portal",
        "provider": "provider[\"registry.terraform.io/mypurecloud/genesyscloud\"]",
        "instances": [{"attributes": {"id": "a1", "name": "Portal", "authorized_grant_type": "CODE",
        "client_secret": "Zx81SpectrumQL7qAA99zz"}}]}]}"#;
    let said = said(&[("terraform.tfstate", state)], &[], |_| true);
    let fix = fix_of(&said, "secret-in-export");
    assert!(fix.contains("only the pipeline can read them"), "{said:?}");
}

#[test]
fn a_change_of_a_division_is_at_the_division() {
    let client = r#"{"id": "a1", "name": "Feed", "authorizedGrantType": "CLIENT-CREDENTIALS",
        "roleDivisions": [{"roleId": "aa07", "divisionId": "*"}]}"#;
    let mut sources = Sources::default();
    let id = sources.add(Source::new("clients.json", client));
    let mut request = Request::new(TODAY.parse().expect("a date"));
    request.rules.retain(|rule| rule.id == "division-all");
    let report = audit(&sources, &[true], Vec::new(), &request);
    let changes = report.findings[0].remedy.options.iter().flatten();
    let places = changes.map(|change| change.shown.as_ref().and_then(|shown| shown.place));
    let places: Vec<_> = places.map(|place| place.expect("a place")).collect();
    assert!(!places.is_empty());
    let text = sources.get(id).text();
    for place in places {
        assert_eq!(text[place.span.range()].trim_matches('"'), "*");
    }
}
