//! One organisation, exported by the Platform API, in the forms that Terraform gives it.

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;

/// An organisation as the Platform API lists it.
pub struct Organisation {
    pub clients: Vec<Value>,
    pub roles: Vec<Value>,
    pub divisions: Vec<Value>,
}

/// A thing of Terraform: its kind, its label, its arguments.
struct Resource {
    kind: &'static str,
    label: String,
    id: String,
    arguments: Map<String, Value>,
    /// Arguments that are blocks.
    blocks: Vec<(&'static str, Vec<Map<String, Value>>)>,
}

/// Text that is a reference, not itself.
const MARK: char = '\u{1}';

impl Organisation {
    /// From the exports of a fixture.
    pub fn new(exports: &[(String, Value)]) -> Self {
        let list = |name: &str| {
            let found = exports.iter().find(|(known, _)| known == name);
            let value = found.map_or(&Value::Null, |(_, value)| value);
            let list = value.get("entities").unwrap_or(value);
            list.as_array().cloned().unwrap_or_default()
        };
        Self {
            clients: list("clients.json"),
            roles: list("roles.json"),
            divisions: list("divisions.json"),
        }
    }

    /// Its resources. A reference names the label if `by_label`, else the id.
    fn resources(&self, by_label: bool) -> Vec<Resource> {
        let mut labels = BTreeMap::new();
        for (kind, things) in [
            ("genesyscloud_auth_role", &self.roles),
            ("genesyscloud_auth_division", &self.divisions),
        ] {
            for thing in things {
                let id = text(thing, "id");
                labels.insert(
                    id.clone(),
                    format!("{kind}.{}.id", label(&text(thing, "name"), &id)),
                );
            }
        }
        let reference = |id: &str| match labels.get(id) {
            Some(address) if by_label => json!(format!("{MARK}{address}")),
            _ => json!(id),
        };
        let mut resources = Vec::new();
        for division in &self.divisions {
            let mut arguments = Map::new();
            copy(division, &["name", "description"], &mut arguments);
            if division["homeDivision"] == true {
                arguments.insert("home".into(), json!(true));
            }
            resources.push(Resource::new(
                "genesyscloud_auth_division",
                division,
                arguments,
            ));
        }
        for role in &self.roles {
            let mut arguments = Map::new();
            copy(
                role,
                &["name", "description", "permissions"],
                &mut arguments,
            );
            if let Some(slug) = role.get("defaultRoleId") {
                arguments.insert("default_role_id".into(), slug.clone());
            }
            let policies = items(role, "permissionPolicies").map(|policy| {
                let mut block = Map::new();
                block.insert("domain".into(), policy["domain"].clone());
                block.insert("entity_name".into(), policy["entityName"].clone());
                block.insert("action_set".into(), policy["actionSet"].clone());
                block
            });
            let policies = policies.collect();
            let mut resource = Resource::new("genesyscloud_auth_role", role, arguments);
            resource.blocks.push(("permission_policies", policies));
            resources.push(resource);
        }
        for client in &self.clients {
            let mut arguments = Map::new();
            copy(client, &["name", "description", "state"], &mut arguments);
            for (api, terraform) in [
                ("authorizedGrantType", "authorized_grant_type"),
                (
                    "accessTokenValiditySeconds",
                    "access_token_validity_seconds",
                ),
                ("registeredRedirectUri", "registered_redirect_uris"),
                ("scope", "scopes"),
                ("secret", "client_secret"),
            ] {
                if let Some(value) = client.get(api).filter(|value| !value.is_null()) {
                    arguments.insert(terraform.into(), value.clone());
                }
            }
            let mut grants: Vec<Map<String, Value>> = items(client, "roleDivisions")
                .map(|grant| {
                    let mut block = Map::new();
                    block.insert("role_id".into(), reference(&text(grant, "roleId")));
                    if let Some(division) = grant["divisionId"].as_str() {
                        block.insert("division_id".into(), reference(division));
                    }
                    block
                })
                .collect();
            if grants.is_empty() {
                grants = items(client, "roleIds")
                    .map(|id| {
                        let id = id.as_str().unwrap_or_default();
                        Map::from_iter([("role_id".to_owned(), reference(id))])
                    })
                    .collect();
            }
            let mut resource = Resource::new("genesyscloud_oauth_client", client, arguments);
            resource.blocks.push(("roles", grants));
            resources.push(resource);
        }
        resources
    }

    /// `.tf`
    pub fn hcl(&self) -> String {
        let mut text = String::from(
            "# An organisation.\nterraform {\n  required_providers {\n    genesyscloud = {\n      source = \"mypurecloud/genesyscloud\"\n    }\n  }\n}\n",
        );
        for resource in self.resources(true) {
            let _ = writeln!(
                text,
                "\nresource \"{}\" \"{}\" {{",
                resource.kind, resource.label
            );
            for (name, value) in &resource.arguments {
                let _ = writeln!(text, "  {name} = {}", hcl(value));
            }
            for (name, blocks) in &resource.blocks {
                for block in blocks {
                    let _ = writeln!(text, "  {name} {{");
                    for (name, value) in block {
                        let _ = writeln!(text, "    {name} = {}", hcl(value));
                    }
                    text.push_str("  }\n");
                }
            }
            text.push_str("}\n");
        }
        text
    }

    /// `.tf.json`, as the provider's export writes it: no zero values.
    pub fn json(&self) -> String {
        let mut resource = Map::new();
        for thing in self.resources(true) {
            let of_kind = resource.entry(thing.kind).or_insert_with(|| json!({}));
            let mut body = thing.all();
            body.retain(|_, value| {
                *value != json!("") && *value != json!([]) && *value != json!(0)
            });
            of_kind[&thing.label] = in_json(&Value::Object(body));
        }
        let all = json!({
            "terraform": {"required_providers": {"genesyscloud": {"source": "registry.terraform.io/mypurecloud/genesyscloud", "version": "1.84.1"}}},
            "resource": resource,
        });
        serde_json::to_string_pretty(&all).expect("JSON")
    }

    /// `terraform.tfstate`, version 4.
    pub fn state(&self) -> String {
        let resources: Vec<_> = self
            .resources(false)
            .into_iter()
            .map(|thing| {
                json!({
                    "mode": "managed", "type": thing.kind, "name": thing.label,
                    "provider": "provider[\"registry.terraform.io/mypurecloud/genesyscloud\"]",
                    "instances": [{"schema_version": 1, "attributes": thing.applied(), "sensitive_attributes": []}],
                })
            })
            .collect();
        let all = json!({
            "version": 4, "terraform_version": "1.11.4", "serial": 3,
            "lineage": "0f5bb3c8-90ab-4a3b-8a3e-3f6f1a2b3c4d", "outputs": {}, "resources": resources, "check_results": null,
        });
        serde_json::to_string_pretty(&all).expect("JSON")
    }

    /// `terraform.tfstate`, version 3.
    pub fn flat_state(&self) -> String {
        let mut resources = Map::new();
        for thing in self.resources(false) {
            let mut attributes = Map::new();
            for (name, value) in thing.applied() {
                flatten(&name, &value, &mut attributes);
            }
            let address = format!("{}.{}", thing.kind, thing.label);
            resources.insert(
                address,
                json!({
                    "type": thing.kind, "depends_on": [],
                    "primary": {"id": thing.id, "attributes": attributes, "meta": {"schema_version": "1"}, "tainted": false},
                    "deposed": [], "provider": "provider.genesyscloud",
                }),
            );
        }
        let all = json!({
            "version": 3, "terraform_version": "0.12.29", "serial": 1,
            "lineage": "0f5bb3c8-90ab-4a3b-8a3e-3f6f1a2b3c4d",
            "modules": [{"path": ["root"], "outputs": {}, "resources": resources, "depends_on": []}],
        });
        serde_json::to_string_pretty(&all).expect("JSON")
    }

    /// `terraform show -json` of a state.
    pub fn shown_state(&self) -> String {
        let all = json!({
            "format_version": "1.0", "terraform_version": "1.11.4",
            "values": {"root_module": {"resources": self.shown()}},
        });
        all.to_string()
    }

    /// `terraform show -json` of a plan that changes nothing.
    pub fn plan(&self) -> String {
        let shown = self.shown();
        let changes: Vec<_> = shown
            .iter()
            .map(|thing| {
                json!({
                    "address": thing["address"], "mode": "managed", "type": thing["type"], "name": thing["name"],
                    "change": {"actions": ["no-op"], "before": thing["values"], "after": thing["values"], "after_unknown": {"roles": [{}], "scopes": [false]}},
                })
            })
            .collect();
        let all = json!({
            "format_version": "1.2", "terraform_version": "1.11.4",
            "planned_values": {"root_module": {"resources": shown}},
            "resource_changes": changes,
            "configuration": {"provider_config": {"genesyscloud": {"name": "genesyscloud", "full_name": "registry.terraform.io/mypurecloud/genesyscloud"}}},
        });
        all.to_string()
    }

    fn shown(&self) -> Vec<Value> {
        self.resources(false)
            .into_iter()
            .map(|thing| {
                json!({
                    "address": format!("{}.{}", thing.kind, thing.label), "mode": "managed", "type": thing.kind, "name": thing.label,
                    "provider_name": "registry.terraform.io/mypurecloud/genesyscloud", "schema_version": 1,
                    "values": thing.applied(), "sensitive_values": {},
                })
            })
            .collect()
    }
}

impl Resource {
    fn new(kind: &'static str, thing: &Value, arguments: Map<String, Value>) -> Self {
        let id = text(thing, "id");
        Self {
            kind,
            label: label(&text(thing, "name"), &id),
            id,
            arguments,
            blocks: Vec::new(),
        }
    }

    fn all(&self) -> Map<String, Value> {
        let mut all = self.arguments.clone();
        for (name, blocks) in &self.blocks {
            let blocks = blocks.iter().cloned().map(Value::Object).collect();
            all.insert((*name).to_owned(), Value::Array(blocks));
        }
        all
    }

    /// With what only the provider sets.
    fn applied(&self) -> Map<String, Value> {
        let mut all = self.all();
        all.insert("id".into(), json!(self.id));
        if self.kind == "genesyscloud_oauth_client" {
            all.insert("client_id".into(), json!(self.id));
            for (name, unset) in [
                ("client_secret", json!(null)),
                ("description", json!("")),
                ("registered_redirect_uris", json!([])),
                ("scopes", json!([])),
                ("expose_client_secret", json!(false)),
                ("directory_client_secret", json!("")),
                ("integration_credential_id", json!(null)),
            ] {
                all.entry(name).or_insert(unset);
            }
        }
        all
    }
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

fn items<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value[key].as_array().into_iter().flatten()
}

fn copy(from: &Value, keys: &[&str], to: &mut Map<String, Value>) {
    for key in keys {
        if let Some(value) = from.get(*key).filter(|value| !value.is_null()) {
            to.insert((*key).to_owned(), value.clone());
        }
    }
}

/// A label as the provider's export makes it, with the id's end so that none comes twice.
fn label(name: &str, id: &str) -> String {
    let mut label: String = name
        .chars()
        .map(|character| {
            let plain = character.is_ascii_alphanumeric() || "_-".contains(character);
            if plain { character } else { '_' }
        })
        .collect();
    if !label.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
        label.insert(0, '_');
    }
    format!("{label}_{}", id.rsplit('-').next().unwrap_or(id))
}

fn hcl(value: &Value) -> String {
    match value {
        Value::String(text) => match text.strip_prefix(MARK) {
            Some(reference) => reference.to_owned(),
            None => value.to_string().replace("${", "$${").replace("%{", "%%{"),
        },
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(hcl).collect();
            format!("[{}]", items.join(", "))
        }
        other => other.to_string(),
    }
}

fn in_json(value: &Value) -> Value {
    match value {
        Value::String(text) => match text.strip_prefix(MARK) {
            Some(reference) => json!(format!("${{{reference}}}")),
            None => json!(text.replace("${", "$${").replace("%{", "%%{")),
        },
        Value::Array(items) => items.iter().map(in_json).collect(),
        Value::Object(map) => {
            let pairs = map.iter().map(|(key, value)| (key.clone(), in_json(value)));
            Value::Object(pairs.collect())
        }
        other => other.clone(),
    }
}

fn flatten(name: &str, value: &Value, flat: &mut Map<String, Value>) {
    match value {
        Value::Null => {}
        Value::Array(items) => {
            flat.insert(format!("{name}.#"), json!(items.len().to_string()));
            for (index, item) in items.iter().enumerate() {
                // Sets have hashes for indices.
                flatten(&format!("{name}.{}", 1_000_003 * (index + 7)), item, flat);
            }
        }
        Value::Object(map) => {
            for (key, item) in map {
                flatten(&format!("{name}.{key}"), item, flat);
            }
        }
        Value::String(text) => {
            flat.insert(name.to_owned(), json!(text));
        }
        other => {
            flat.insert(name.to_owned(), json!(other.to_string()));
        }
    }
}
