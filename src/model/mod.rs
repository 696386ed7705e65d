//! The facts of one organisation: clients, roles, divisions.
//!
//! Invariant: no I/O and no formats. A value is present, absent or unknown ([`Field`]); it knows its
//! place; the value of a secret cannot be read here.

mod by_id;
mod client;
mod clients;
mod field;
mod fields;
mod kind;
mod kinds;
mod organisation;
mod pattern;
mod region;
mod remedy;
mod role;
mod usage;

pub use by_id::{ById, Identified};
pub use client::{
    Applied, Client, GrantType, Grants, Number, Rare, RareFields, RoleGrant, Secret, Target,
    TargetKey,
};
pub use clients::Clients;
pub use field::{EntityRef, Field, Item, List, Located, Text, TextPart, Unknown, Why};
pub use fields::{FieldName, Naming, Part};
pub use kind::{
    LONGEST_ORDINARY_LIFETIME, SALESFORCE, SCIM_PERMISSIONS, has_word, is_below_crm,
    is_embeddable_uri,
};
pub use kinds::{ClientKind, KindOf, Kinds};
pub use organisation::{
    Authorisation, Credential, CredentialForm, Division, Listing, Organisation, Permission, User,
};
pub use pattern::{ClientPattern, PREFIXES};
pub use region::{Region, RegionCounts, is_under, region_named, region_of_host, regions};
pub use remedy::{Action, Change, NewValue, Remedy, RemedyClass, Shown, UriEdits};
pub use role::{Colons, DefaultRole, Memo, PermissionPolicy, PolicyCondition, Role};
pub use usage::{
    ApiDescription, ApiOperation, ClientUsage, Granularity, Interval, Statuses, Usage, UsageCall,
    Window, time_in_utc,
};
