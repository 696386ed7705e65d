//! From the values of resources to the facts of an organisation.
//!
//! Invariant: Terraform's names, the model's meaning. What this provider's export drops (zero
//! values, roles that it could not resolve, disabled clients) and what Terraform does not
//! carry at all (dates, people) is [`Why::NotExported`], never absent. Only a configuration
//! without the roles of a client without a user leaves them open: an export drops roles that it
//! cannot resolve, and such a client is useless without roles.

use super::kinds;
use super::resource::{Ids, Origin, Resource, World};
use super::value::{Data, Value};
use crate::export::lower::{Problems, integer};
use crate::export::secrets::{is_placeholder, is_secret_key};
use crate::export::{EntityKind, Facts, Shape};
use crate::finding::{Problem, ProblemKind};
use crate::model::{
    Client, Credential, CredentialForm, Division, EntityRef, Field, GrantType, List, Naming,
    Number, PermissionPolicy, PolicyCondition, Rare, RareFields, Role, RoleGrant, Secret, Text,
    TextPart, Why,
};
use crate::text::{Place, SecretValue, disclosed, looks_secret, may_name_secret};
use std::collections::HashMap;

/// Lowers what was merged.
pub(super) fn lower<'a>(resources: Vec<Resource<'a>>, ids: &Ids, facts: &mut Facts<'a>) {
    for mut resource in resources {
        super::spelling::respell(&mut resource);
        let mut reader = Reader {
            ids,
            resource: &resource,
            values: &resource.values,
            suffix: &resource.suffix,
            problems: &mut facts.problems,
        };
        match &*resource.kind {
            kinds::CLIENT => {
                let client = reader.client_in_worlds();
                facts.records.clients.push(client);
                facts.shapes.push(Shape::Of(EntityKind::Clients));
            }
            kinds::ROLE => {
                facts.records.roles.extend(reader.roles_in_worlds());
                facts.shapes.push(Shape::Of(EntityKind::Roles));
            }
            kinds::DIVISION | kinds::HOME => {
                facts.records.divisions.extend(reader.divisions_in_worlds());
                facts.shapes.push(Shape::Of(EntityKind::Divisions));
            }
            kinds::CREDENTIAL => {
                let credential = reader.credential();
                facts.records.credentials.push(credential);
            }
            _ => {}
        }
    }
    hand_over_secrets(facts);
}

/// Adds the secret of a client that a credential contains to that client.
fn hand_over_secrets(facts: &mut Facts<'_>) {
    let (clients, credentials) = (&mut facts.records.clients, &facts.records.credentials);
    if credentials.is_empty() {
        return;
    }
    let mut by_name: HashMap<String, usize> = HashMap::with_capacity(clients.len());
    for (index, client) in clients.iter().enumerate() {
        let names = client.id.text().into_iter();
        let names = names.chain(client.address.as_deref());
        by_name.extend(names.map(|name| (name.to_owned(), index)));
    }
    for credential in credentials {
        let secrets = credential.secrets.iter();
        let found = secrets.clone();
        let found = found.map(|secret| (secret.place, secret.value.clone()));
        facts.secrets.extend(found);
        if let Some(&index) = credential.client.text().and_then(|id| by_name.get(id)) {
            clients[index].rare.secrets.extend(secrets.cloned());
        }
    }
}

/// Notes the places that explain the values of a client.
fn set_places(client: &mut Client<'_>, parts: &[(Place, Vec<Place>)], callers: &[Place]) {
    if !parts.is_empty() {
        client.rare.parts = parts.to_vec();
    }
    if !callers.is_empty() {
        client.rare.callers = callers.to_vec();
    }
}

/// Whether a block or list has content.
fn is_given(value: &Value<'_>) -> bool {
    match &value.data {
        Data::Null => false,
        Data::List(items) => !items.is_empty(),
        _ => true,
    }
}

struct Reader<'r, 'a> {
    ids: &'r Ids,
    resource: &'r Resource<'a>,
    /// Its values in the world at hand.
    values: &'r Value<'a>,
    /// What tells its id in this world from that in others.
    suffix: &'r str,
    problems: &'r mut Problems,
}

/// Arguments of Terraform itself.
const META: [&str; 9] = [
    "count",
    "for_each",
    "provider",
    "depends_on",
    "lifecycle",
    "provisioner",
    "connection",
    "timeouts",
    "//",
];

impl<'a> Reader<'_, 'a> {
    fn place(&self) -> Place {
        self.values.place
    }

    fn id_field(&mut self) -> Field<Text<'a>> {
        match self.text("id") {
            Field::Present(id) if !id.value.is_empty() => Field::Present(id),
            _ => match self.ids.real(&self.resource.address) {
                Some(id) => Field::present(Text::Owned(id.to_owned()), self.place()),
                None => Field::unknown(Why::NotExported, self.place()),
            },
        }
    }

    /// The real id, else the address.
    fn id(&self) -> EntityRef<'a> {
        match self.values.text("id").filter(|id| !id.is_empty()) {
            Some(id) if self.suffix.is_empty() => EntityRef::Id(Text::Owned(id.to_owned())),
            Some(id) => EntityRef::Address(Text::Owned(format!("{id}{}", self.suffix))),
            None => self
                .ids
                .get(&format!("{}{}", self.resource.address, self.suffix)),
        }
    }

    /// The client in its first world, with the others.
    fn client_in_worlds(&mut self) -> Client<'a> {
        let mut client = self.client();
        client.rare.world.clone_from(&self.resource.world);
        client.rare.has_more_worlds = self.resource.is_single;
        set_places(&mut client, &self.resource.parts, &self.resource.callers);
        for world in &self.resource.others {
            let mut other = self.of_world(world).client();
            other.rare.world.clone_from(&world.label);
            if world.applied.is_some() {
                other.rare.applied = world.applied;
            }
            set_places(&mut other, &world.parts, &self.resource.callers);
            client.rare.other_worlds.push(other);
        }
        client
    }

    /// The role in each world in which it has another id.
    fn roles_in_worlds(&mut self) -> Vec<Role<'a>> {
        let mut found = vec![self.role()];
        for world in self.resource.distinct_worlds() {
            found.push(self.of_world(world).role());
        }
        found
    }

    /// The division in each world in which it has another id.
    fn divisions_in_worlds(&mut self) -> Vec<Division<'a>> {
        let mut found = vec![self.division()];
        for world in self.resource.distinct_worlds() {
            found.push(self.of_world(world).division());
        }
        found
    }

    fn of_world<'w>(&'w mut self, world: &'w World<'a>) -> Reader<'w, 'a> {
        Reader {
            ids: self.ids,
            resource: self.resource,
            values: &world.values,
            suffix: &world.suffix,
            problems: self.problems,
        }
    }

    fn client(&mut self) -> Client<'a> {
        let place = self.place();
        let not_exported = || Field::unknown(Why::NotExported, place);
        let mut client = Client {
            place,
            naming: Naming::Terraform,
            address: Some(Text::Owned(self.resource.address.clone())),
            id: self.id_field(),
            name: self.text("name"),
            description: self.text("description"),
            grant_type: self.text("authorized_grant_type").map(GrantType::with_text),
            redirect_uris: self.texts("registered_redirect_uris"),
            scopes: self.texts("scopes"),
            token_lifetime: self.number("access_token_validity_seconds"),
            state: filled(self.text("state")),
            date_created: not_exported(),
            date_modified: not_exported(),
            created_by: not_exported(),
            modified_by: not_exported(),
            rare: Rare::from(RareFields {
                date_to_delete: not_exported(),
                exposes_secret: self.boolean("expose_client_secret"),
                secret_directory: filled(self.text("directory_client_secret")),
                secrets: self.secrets(),
                unknown_keys: self.unknown_keys(),
                partial_uris: self.partial("registered_redirect_uris"),
                ..RareFields::default()
            }),
            ..Client::default()
        };
        client.role_divisions = self.roles(client.grant());
        client
    }

    /// The secrets in a state or in the configuration. Texts that people read are judged as such.
    fn secrets(&self) -> Vec<Secret> {
        let read = ["name", "description", "registered_redirect_uris"];
        let mut secrets = Vec::new();
        for pair in self.values.pairs() {
            if !read.contains(&&*pair.key) {
                add_secrets(&pair.key, &pair.key, &pair.value, &mut secrets);
            }
        }
        secrets
    }

    /// The texts of a list of which parts are known, by their positions.
    fn partial(&self, key: &str) -> Vec<(u32, Vec<TextPart>)> {
        let Some(Data::List(items)) = self.values.get(key).map(|value| &value.data) else {
            return Vec::new();
        };
        let items = (0..).zip(items);
        items
            .filter_map(|(index, item)| match &item.data {
                Data::Partial(parts) => Some((index, parts.clone())),
                _ => None,
            })
            .collect()
    }

    fn unknown_keys(&self) -> Vec<(Text<'a>, Place)> {
        const KNOWN: [&str; 16] = [
            "id",
            "name",
            "description",
            "authorized_grant_type",
            "registered_redirect_uris",
            "scopes",
            "access_token_validity_seconds",
            "state",
            "expose_client_secret",
            "directory_client_secret",
            "client_secret",
            "client_id",
            "integration_credential_id",
            "integration_credential_name",
            "roles",
            "dynamic",
        ];
        let pairs = self.values.pairs().iter();
        pairs
            .filter(|pair| !KNOWN.contains(&&*pair.key) && !META.contains(&&*pair.key))
            .map(|pair| (pair.key.clone(), pair.place))
            .collect()
    }

    /// The roles: a block each, or a list, or both.
    fn roles(&mut self, grant: Option<GrantType>) -> List<RoleGrant<'a>> {
        let values = self.values;
        let listed = values.listed("roles").into_iter();
        let mut items: Vec<_> = listed
            .map(|item| role_grant(item, self.ids, self.problems))
            .collect();
        let mut pairs = values.pairs().iter().filter(|pair| pair.key == "roles");
        let given = pairs.find(|pair| !matches!(pair.value.data, Data::Null));
        let mut place = given.map(|pair| pair.value.place);
        if let Some(dynamic) = dynamic(values, "roles") {
            place = place.or(Some(dynamic.place));
            items.push(Field::unknown(Why::Expression, dynamic.place));
        }
        let of_users = grant
            .is_some_and(|grant| !matches!(grant, GrantType::ClientCredentials | GrantType::Other));
        match place {
            Some(place) => Field::present(items, place),
            // A plan or a state holds all that there is.
            None if of_users || self.resource.origin != Origin::Configuration => Field::Absent,
            None => Field::unknown(Why::NotExported, self.place()),
        }
    }

    fn role(&mut self) -> Role<'a> {
        let place = self.place();
        let permissions = self.texts("permissions");
        let (policies, all_known) = self.policies();
        let managed = self.resource.managed;
        let default_role_id = filled(self.text("default_role_id"));
        let is_default = match &default_role_id {
            // A default role is managed by naming it so.
            Field::Absent if managed => Field::present(false, place),
            Field::Present(_) => Field::present(true, place),
            _ => Field::unknown(Why::NotExported, place),
        };
        let is_given = managed && all_known && permissions.is_complete();
        let mut role = Role {
            place,
            id: self.id(),
            address: Some(Text::Owned(self.resource.address.clone())),
            name: self.text("name"),
            default_role_id,
            is_default,
            permissions: permissions.with_places(),
            policies,
            ..Role::default()
        };
        // The block of a default role need not repeat what it permits.
        let colons = role.read_colon_permissions();
        let is_cut = role.is_marked_default() && role.lacks_permissions();
        role.permissions_known = is_given && !is_cut && !colons.are_unclear;
        role
    }

    /// The policies, and whether that is all of them.
    fn policies(&mut self) -> (Vec<PermissionPolicy<'a>>, bool) {
        let values = &self.values;
        let mut all_known = dynamic(values, "permission_policies").is_none();
        let mut policies = Vec::new();
        for item in values.listed("permission_policies") {
            let domain = text("domain", item.get("domain"), self.problems);
            let entity = text("entity_name", item.get("entity_name"), self.problems);
            let actions = texts("action_set", item.get("action_set"), self.problems);
            all_known &= actions.is_complete();
            let (Field::Present(domain), Field::Present(entity)) = (domain, entity) else {
                all_known = false;
                continue;
            };
            policies.push(PermissionPolicy {
                place: item.place,
                domain: domain.value,
                entity: entity.value,
                actions: actions.with_places(),
                condition: if item.get("conditions").is_some_and(is_given) {
                    PolicyCondition::Unstated
                } else {
                    PolicyCondition::None
                },
            });
        }
        (policies, all_known)
    }

    fn division(&mut self) -> Division<'a> {
        let is_home = &*self.resource.kind == kinds::HOME
            || self.values.get("home").is_some_and(Value::is_true);
        let name = match self.text("name") {
            Field::Present(name) => name.value,
            // The data source of the home division has none.
            _ => Text::Owned(self.resource.address.clone()),
        };
        Division {
            place: self.place(),
            id: self.id(),
            address: Some(Text::Owned(self.resource.address.clone())),
            name,
            is_home,
        }
    }

    fn credential(&mut self) -> Credential<'a> {
        let fields = self.values.get("fields");
        let mut secrets = Vec::new();
        for pair in fields.map_or(&[][..], Value::pairs) {
            let path = format!("fields.{}", pair.key);
            add_secrets(&pair.key, &path, &pair.value, &mut secrets);
        }
        let client = fields.and_then(|fields| fields.get("clientId"));
        Credential {
            form: CredentialForm::Integration,
            place: self.place(),
            address: Text::Owned(self.resource.address.clone()),
            root: None,
            name: self.text("name"),
            type_name: self.text("credential_type_name"),
            client: client.map_or(Field::Absent, |value| match &value.data {
                Data::Id(address) => Field::present(self.ids.get(address), value.place),
                _ => text("clientId", Some(value), self.problems).map(EntityRef::Id),
            }),
            secrets,
        }
    }

    fn text(&mut self, key: &str) -> Field<Text<'a>> {
        text(key, self.values.get(key), self.problems)
    }

    fn texts(&mut self, key: &str) -> List<Text<'a>> {
        texts(key, self.values.get(key), self.problems)
    }

    fn boolean(&mut self, key: &str) -> Field<bool> {
        let Some(value) = self.values.get(key) else {
            return Field::Absent;
        };
        match &value.data {
            Data::Bool(truth) => Field::present(*truth, value.place),
            Data::Text(text) if text == "true" => Field::present(true, value.place),
            Data::Text(text) if text == "false" => Field::present(false, value.place),
            Data::Unknown(why) => Field::unknown(*why, value.place),
            _ => refuse(key, "true or false", value, self.problems),
        }
    }

    fn number(&mut self, key: &str) -> Field<Number<'a>> {
        let Some(value) = self.values.get(key) else {
            return Field::Absent;
        };
        match &value.data {
            Data::Number(written) | Data::Text(written)
                if matches!(value.data, Data::Number(_)) || is_number(written) =>
            {
                Field::present(
                    Number {
                        integer: integer(written),
                        written: written.clone(),
                    },
                    value.place,
                )
            }
            Data::Unknown(why) => Field::unknown(*why, value.place),
            _ => refuse(key, "a number", value, self.problems),
        }
    }
}

/// Terraform takes text for a number where it is one.
fn is_number(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte))
}

/// Empty text is the value of an argument that is not set.
fn filled(field: Field<Text<'_>>) -> Field<Text<'_>> {
    match field {
        Field::Present(text) if text.value.is_empty() => Field::Absent,
        other => other,
    }
}

/// A block that a `dynamic` block makes: how many, and what is in them, is open.
fn dynamic<'v, 'a>(values: &'v Value<'a>, name: &str) -> Option<&'v Value<'a>> {
    fn inside<'v, 'a>(value: &'v Value<'a>, name: &str) -> Option<&'v Value<'a>> {
        match &value.data {
            Data::List(items) => items.iter().find_map(|item| inside(item, name)),
            _ => value.get(name),
        }
    }
    let pairs = values.pairs().iter().filter(|pair| pair.key == "dynamic");
    pairs
        .map(|pair| &pair.value)
        .find_map(|value| inside(value, name))
}

fn role_grant<'a>(item: &Value<'a>, ids: &Ids, problems: &mut Problems) -> Field<RoleGrant<'a>> {
    match &item.data {
        Data::Map(_) => Field::present(
            RoleGrant {
                role: reference("role_id", item, &[kinds::ROLE], ids),
                // Without one it is the home division, as the model has it.
                division: reference("division_id", item, &[kinds::DIVISION, kinds::HOME], ids),
            },
            item.place,
        ),
        Data::Unknown(why) => Field::unknown(*why, item.place),
        _ => refuse("roles", "a block", item, problems),
    }
}

/// An id that is written, or that of a resource of one of these kinds.
fn reference<'a>(key: &str, item: &Value<'a>, kinds: &[&str], ids: &Ids) -> Field<EntityRef<'a>> {
    let Some(value) = item.get(key) else {
        return Field::Absent;
    };
    match &value.data {
        Data::Text(text) if text.is_empty() => Field::Absent,
        Data::Text(text) => Field::present(EntityRef::Id(text.clone()), value.place),
        Data::Id(address) => {
            let kind = kind_of(address);
            if kinds.contains(&kind) {
                Field::present(ids.get(address), value.place)
            } else {
                Field::unknown(Why::Expression, value.place)
            }
        }
        Data::Unknown(why) => Field::unknown(*why, value.place),
        Data::Partial(_) => Field::unknown(Why::Expression, value.place),
        _ => Field::unknown(Why::WrongType, value.place),
    }
}

/// The kind of resource that an address names.
fn kind_of(address: &str) -> &str {
    let at = address.find(kinds::PREFIX).unwrap_or(0);
    let from_module = address.rfind(".genesyscloud_").map_or(at, |dot| dot + 1);
    address[from_module..].split('.').next().unwrap_or("")
}

fn text<'a>(key: &str, value: Option<&Value<'a>>, problems: &mut Problems) -> Field<Text<'a>> {
    let Some(value) = value else {
        return Field::Absent;
    };
    match &value.data {
        Data::Null => Field::Absent,
        Data::Text(text) | Data::Number(text) => Field::present(text.clone(), value.place),
        Data::Bool(truth) => Field::present(Text::Owned(truth.to_string()), value.place),
        Data::Id(_) | Data::Partial(_) => Field::unknown(Why::Expression, value.place),
        Data::Unknown(why) => Field::unknown(*why, value.place),
        Data::List(_) | Data::Map(_) => refuse(key, "text", value, problems),
    }
}

fn texts<'a>(key: &str, value: Option<&Value<'a>>, problems: &mut Problems) -> List<Text<'a>> {
    let Some(value) = value else {
        return Field::Absent;
    };
    match &value.data {
        Data::List(items) => {
            let items = items.iter().map(|item| match item.data {
                Data::Null => refuse(key, "a list of texts", item, problems),
                _ => text(key, Some(item), problems),
            });
            Field::present(items.collect(), value.place)
        }
        Data::Null => Field::Absent,
        Data::Id(_) | Data::Partial(_) => Field::unknown(Why::Expression, value.place),
        Data::Unknown(why) => Field::unknown(*why, value.place),
        _ => refuse(key, "a list", value, problems),
    }
}

fn refuse<T>(key: &str, wanted: &str, value: &Value<'_>, problems: &mut Problems) -> Field<T> {
    let found = match &value.data {
        Data::Null => "null",
        Data::Bool(_) => "a truth value",
        Data::Number(_) => "a number",
        Data::Text(_) => "text",
        Data::List(_) => "a list",
        Data::Map(_) => "an object",
        Data::Id(_) | Data::Partial(_) | Data::Unknown(_) => "an expression",
    };
    problems.push(
        Problem::new(
            ProblemKind::WrongType,
            format!("`{key}` should be {wanted}, and is {found}"),
            "correct the value; rules that read it did not judge it",
        )
        .at(value.place),
    );
    Field::unknown(Why::WrongType, value.place)
}

/// Adds the secrets in the value of an argument, whose path is `path`.
fn add_secrets(key: &str, path: &str, value: &Value<'_>, secrets: &mut Vec<Secret>) {
    let mut add = |text: &str| {
        secrets.push(Secret {
            key: path.to_owned(),
            place: value.place,
            value: SecretValue::new(text),
        });
    };
    match &value.data {
        Data::Text(text) | Data::Number(text) if is_secret_key(key) && !is_placeholder(text) => {
            add(text);
        }
        Data::Text(_) | Data::Number(_) if is_secret_key(key) => {}
        Data::Text(text) if may_name_secret(key) && looks_secret(text) => add(text),
        Data::Text(text) => {
            for range in disclosed(text) {
                add(&text[range]);
            }
        }
        Data::List(items) => {
            for item in items {
                add_secrets(key, path, item, secrets);
            }
        }
        Data::Map(pairs) => {
            for pair in pairs {
                let key = if is_secret_key(key) { key } else { &*pair.key };
                add_secrets(key, path, &pair.value, secrets);
            }
        }
        _ => {}
    }
}
