//! `unknown-field`: fields that this version does not check, reported once for each organisation, and
//! misspelt ones.

use crate::catalog::Severity;
use crate::checks::{Judgement, Native, OrganisationContext};
use crate::model::{Client, FieldName, Naming, Part, Target};
use crate::text::Place;
use std::borrow::Cow;
use std::collections::BTreeMap;

pub(super) const CHECK: Native = Native::Organisation(check);

fn check(whole: &OrganisationContext<'_, '_>, judgement: &mut Judgement) {
    // The clients that have a key, the oldest of which answers for all.
    let mut holders: BTreeMap<&str, Vec<(usize, Place)>> = BTreeMap::new();
    for (index, client) in whole.clients() {
        for (key, place) in &client.rare.unknown_keys {
            match meant(key, client.naming) {
                Some(meant) => {
                    judgement
                        .report_client(index, client, "slip", &target(key, *place))
                        .with("meant", meant)
                        .severity(Severity::Low);
                }
                None => holders.entry(key).or_default().push((index, *place)),
            }
        }
    }
    for (key, holders) in holders {
        let oldest = holders.iter().min_by_key(|(index, _)| whole.age(*index));
        let Some(&(index, place)) = oldest else {
            continue;
        };
        let more = match holders.len() - 1 {
            0 => String::new(),
            1 => " (1 more client has it)".to_owned(),
            more => format!(" ({more} more clients have it)"),
        };
        let client: &Client<'_> = &whole.organisation.clients[index];
        judgement
            .report_client(index, client, "main", &target(key, place))
            .with("more", more);
    }
}

fn target(key: &str, place: Place) -> Target<'_> {
    Target {
        place,
        field: FieldName::Client,
        index: None,
        part: Part::Whole,
        value: Cow::Borrowed(key),
    }
}

/// The field that a key was probably meant to be: one that another export spells so, or one
/// that differs by a slip or two.
fn meant(key: &str, naming: Naming) -> Option<&'static str> {
    let namings = [Naming::PlatformApi, Naming::SnakeCase, Naming::Terraform];
    let fields = FieldName::ALL.into_iter();
    let elsewhere = |field: &FieldName| namings.iter().any(|other| field.written(*other) == key);
    if let Some(field) = fields.clone().find(elsewhere) {
        return Some(field.written(naming));
    }
    let slips = |name: &str| strsim::osa_distance(&name.to_lowercase(), &key.to_lowercase());
    fields
        .map(|field| field.written(naming))
        .map(|name| (slips(name), name))
        .filter(|(slips, name)| *slips <= name.len() / 5)
        .min()
        .map(|(_, name)| name)
}
