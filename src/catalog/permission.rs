//! The permissions that let a client do harm, from `rules/data/permissions.toml`.
//!
//! Invariant: this file also serves the build script, so it depends on `serde` and `toml` alone. A
//! permission that is not listed is ordinary.

use serde::Deserialize;
use std::borrow::Cow;

/// How much a permission lets its holder do.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    /// Reads or changes what must not leak or vanish.
    Sensitive,
    /// Leads to every other permission in a step or two.
    Escalating,
    /// Is every permission.
    Admin,
}

/// A permission that is not ordinary.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Permission {
    /// `domain:entity:action`, or a general permission without a colon.
    pub name: Cow<'static, str>,
    /// How much it lets its holder do.
    pub tier: Tier,
    /// What its holder can do, and where that leads: the words after "the role ...".
    pub path: Cow<'static, str>,
    /// The evidence: operations of the Platform API that require it, or a vendor's page.
    pub reason: Cow<'static, str>,
}

/// A domain with the permissions that holding it whole includes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Domain {
    /// Its name.
    pub name: Cow<'static, str>,
    /// The permissions of it that operations of the Platform API ask for, as `entity:action`.
    pub permissions: Cow<'static, [Cow<'static, str>]>,
}

/// The file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermissionFile {
    /// Permissions that no division bounds; `*` means every entity or action.
    pub unbounded: Vec<Cow<'static, str>>,
    /// Permissions, of each tier the shortest path first.
    pub permission: Vec<Permission>,
    /// Domains.
    pub domain: Vec<Domain>,
}

impl PermissionFile {
    /// Reads the file.
    ///
    /// # Errors
    /// What is wrong with it, for a message.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        if let Some(name) = file
            .unbounded
            .iter()
            .find(|name| name.split(':').count() != 3)
        {
            return Err(format!("`{name}` is not a permission"));
        }
        for (index, permission) in file.permission.iter().enumerate() {
            let name = &permission.name;
            let parts = name.split(':').count();
            if (parts != 1 && parts != 3) || name.split(':').any(str::is_empty) {
                return Err(format!("`{name}` is not a permission"));
            }
            if permission.path.trim().is_empty() || permission.reason.trim().is_empty() {
                return Err(format!("`{name}` lacks its path or its reason"));
            }
            let before = &file.permission[..index];
            if before
                .iter()
                .any(|other| other.name.eq_ignore_ascii_case(name))
            {
                return Err(format!("`{name}` is listed twice"));
            }
        }
        Ok(file)
    }
}
