//! The fields of a client under their names in each kind of export.

/// How an export spells the names of fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Naming {
    /// The Platform API: `registeredRedirectUri`.
    #[default]
    PlatformApi,
    /// The Python SDK: `registered_redirect_uri`.
    SnakeCase,
    /// Terraform: `registered_redirect_uris`, `scopes`, `roles`.
    Terraform,
}

impl Naming {
    /// How exports of this naming write what the Platform API calls `name`.
    #[must_use]
    pub fn translate(self, name: &str) -> Option<&'static str> {
        let fields = FieldName::ALL.into_iter();
        let fields = fields.map(|field| (field.written(Self::PlatformApi), field.written(self)));
        let parts = [Part::Role, Part::Division].into_iter();
        let parts = parts.map(|part| (part.written(Self::PlatformApi), part.written(self)));
        let mut names = fields.chain(parts).filter(|(api, _)| *api == name);
        names.next().map(|(_, own)| own)
    }
}

/// Declares the fields by their names in the Platform API, in its Python SDK and in Terraform.
macro_rules! fields {
    ($($field:ident: $api:literal, $snake:literal, $terraform:literal;)+) => {
        /// The fields that a finding may report.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FieldName {
            /// The client as a whole.
            Client,
            $(#[doc = concat!("`", $api, "`")] $field,)+
        }

        impl FieldName {
            /// All of them but the client as a whole.
            pub const ALL: [Self; [$($api),+].len()] = [$(Self::$field),+];

            /// The name in an export of this naming; empty for the client as a whole.
            #[must_use]
            pub const fn written(self, naming: Naming) -> &'static str {
                match (self, naming) {
                    (Self::Client, _) => "",
                    $(
                        (Self::$field, Naming::PlatformApi) => $api,
                        (Self::$field, Naming::SnakeCase) => $snake,
                        (Self::$field, Naming::Terraform) => $terraform,
                    )+
                }
            }

            /// The field with this name in the Platform API or its Python SDK.
            #[must_use]
            #[expect(unreachable_patterns, reason = "some names are the same in both")]
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($api | $snake => Some(Self::$field),)+
                    _ => None,
                }
            }
        }
    };
}

fields! {
    Id: "id", "id", "id";
    Name: "name", "name", "name";
    Description: "description", "description", "description";
    GrantType: "authorizedGrantType", "authorized_grant_type", "authorized_grant_type";
    RedirectUris: "registeredRedirectUri", "registered_redirect_uri", "registered_redirect_uris";
    Scopes: "scope", "scope", "scopes";
    RoleIds: "roleIds", "role_ids", "role_ids";
    RoleDivisions: "roleDivisions", "role_divisions", "roles";
    TokenLifetime:
        "accessTokenValiditySeconds", "access_token_validity_seconds", "access_token_validity_seconds";
    State: "state", "state", "state";
    DateCreated: "dateCreated", "date_created", "date_created";
    DateModified: "dateModified", "date_modified", "date_modified";
    DateToDelete: "dateToDelete", "date_to_delete", "date_to_delete";
    CreatedBy: "createdBy", "created_by", "created_by";
    ModifiedBy: "modifiedBy", "modified_by", "modified_by";
    Secret: "secret", "secret", "client_secret";
    ExposesSecret: "expose_client_secret", "expose_client_secret", "expose_client_secret";
    SecretDirectory:
        "directory_client_secret", "directory_client_secret", "directory_client_secret";
}

/// The part of a role grant that a target is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    #[default]
    Whole,
    /// `roleId`
    Role,
    /// `divisionId`
    Division,
}

impl Part {
    /// The name in an export of this naming; empty for all of a grant.
    #[must_use]
    pub const fn written(self, naming: Naming) -> &'static str {
        match (self, naming) {
            (Self::Whole, _) => "",
            (Self::Role, Naming::PlatformApi) => "roleId",
            (Self::Role, _) => "role_id",
            (Self::Division, Naming::PlatformApi) => "divisionId",
            (Self::Division, _) => "division_id",
        }
    }
}
