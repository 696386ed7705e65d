//! The subject and the evidence of a finding, as data.
//!
//! Invariant: texts are masked; a secret is only compared, never shown or hashed without a salt.

use crate::text::SecretValue;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// The subject of a finding within its client, in Platform API names whatever the export.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum FindingTarget {
    /// The client as a whole.
    #[default]
    Client,
    /// A field as a whole.
    Field(Cow<'static, str>),
    /// A value of a list.
    Item {
        /// The list.
        field: Cow<'static, str>,
        /// The value, masked.
        value: String,
    },
    /// A role, by id or Terraform address.
    Role(String),
    /// A role in a division, both by id or Terraform address.
    Division {
        /// The role.
        role: String,
        /// The division; none for the role without one.
        division: Option<String>,
    },
}

impl FindingTarget {
    /// The path of its field without a value, such as `roleDivisions.roleId`.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::Client => "",
            Self::Field(field) | Self::Item { field, .. } => field,
            Self::Role(_) => "roleDivisions.roleId",
            Self::Division { .. } => "roleDivisions.divisionId",
        }
    }
}

impl fmt::Display for FindingTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Client => Ok(()),
            Self::Field(field) => f.write_str(field),
            Self::Item { field, value } => write!(f, "{field}[{value}]"),
            Self::Role(role) => write!(f, "roleDivisions[{role}].roleId"),
            Self::Division {
                role,
                division: Some(division),
            } => write!(f, "roleDivisions[{role}@{division}].divisionId"),
            Self::Division {
                role,
                division: None,
            } => write!(f, "roleDivisions[{role}].divisionId"),
        }
    }
}

/// What makes a finding as bad as it is, for the comparison with the baseline.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// The number that is at fault: a greater one is worse.
    pub number: Option<i64>,
    /// The permissions of the role, or the values of the list.
    pub values: Option<Arc<[String]>>,
    /// The secrets that it is about.
    pub secrets: Vec<SecretValue>,
}
