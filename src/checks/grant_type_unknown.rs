//! `grant-type-unknown`: says what is probably meant, or what the rest of the client implies.

use crate::catalog::Need;
use crate::checks::options;
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{Client, Field, FieldName, GrantType, Target};

pub(super) const CHECK: Native = Native::Client(check);

/// Names of grants elsewhere (RFC 6749, RFC 7522), in upper case with `-`.
const OTHER_NAMES: [(&str, &str); 14] = [
    ("AUTHORIZATION-CODE", "CODE"),
    ("AUTH-CODE", "CODE"),
    ("AUTHORIZATION", "CODE"),
    ("CODE-PKCE", "CODE"),
    ("PKCE", "CODE"),
    ("IMPLICIT", "TOKEN"),
    ("RESOURCE-OWNER", "PASSWORD"),
    ("RESOURCE-OWNER-PASSWORD", "PASSWORD"),
    ("ROPC", "PASSWORD"),
    ("SAML", "SAML2-BEARER"),
    ("SAML2", "SAML2-BEARER"),
    ("SAML-BEARER", "SAML2-BEARER"),
    ("CLIENTCREDENTIALS", "CLIENT-CREDENTIALS"),
    (
        "URN:IETF:PARAMS:OAUTH:GRANT-TYPE:SAML2-BEARER",
        "SAML2-BEARER",
    ),
];

/// The names that Genesys Cloud has.
const NAMES: [GrantType; 5] = [
    GrantType::Code,
    GrantType::Token,
    GrantType::Saml2Bearer,
    GrantType::Password,
    GrantType::ClientCredentials,
];

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    let mut target = Target::field(client, FieldName::GrantType, &client.grant_type);
    match &client.grant_type {
        Field::Unknown(_) => judgement.not_judged(Need::Value),
        Field::Present(located) if located.value.0 != GrantType::Other => {}
        Field::Present(located) if !located.value.1.trim().is_empty() => {
            let written = located.value.1.as_ref();
            match nearest(written) {
                Some(meant) => {
                    let grant = GrantType::parse(meant);
                    let report = judgement.report(client, "near", &target);
                    // Others are faults of their own.
                    if !matches!(grant, GrantType::Token | GrantType::Password) {
                        report.choice(options::grant(client, grant));
                    }
                    report.with("value", written).with("meant", meant)
                }
                None => judgement
                    .report(client, "main", &target)
                    .with("value", written),
            };
        }
        missing => {
            if missing.is_absent() {
                target.place = client.label_place();
            }
            match implied(client) {
                Some(meant) => judgement
                    .report(client, "implied", &target)
                    .with("meant", meant),
                None => judgement.report(client, "missing", &target),
            };
        }
    }
}

/// The grant type that a value probably means.
fn nearest(written: &str) -> Option<&'static str> {
    let upper = written.trim().to_uppercase().replace(['_', ' '], "-");
    if let Some((_, meant)) = OTHER_NAMES.iter().find(|(other, _)| *other == upper) {
        return Some(meant);
    }
    NAMES
        .iter()
        .map(|grant| grant.name())
        .find(|name| strsim::osa_distance(name, &upper) <= name.len().div_ceil(8))
}

/// The grant type that the rest of the client implies, if it does.
fn implied(client: &Client<'_>) -> Option<&'static str> {
    if !client.grants().is_empty() {
        return Some("CLIENT-CREDENTIALS");
    }
    client.redirect_uris.items().next().map(|_| "CODE or TOKEN")
}
