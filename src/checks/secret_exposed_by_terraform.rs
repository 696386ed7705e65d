//! `secret-exposed-by-terraform`: Terraform writes the secret to a file, or holds it.

use crate::catalog::{Need, Severity};
use crate::checks::{Judgement, Native, OrganisationContext, TargetId};
use crate::model::{Client, CredentialForm, Field, FieldName, Target};
use std::collections::HashSet;

pub(super) const CHECK: Native = Native::Organisation(check);

fn check(whole: &OrganisationContext<'_, '_>, judgement: &mut Judgement) {
    for (index, client) in whole.clients() {
        check_client(index, client, judgement);
    }
    check_credentials(whole, judgement);
}

fn check_client(index: usize, client: &Client<'_>, judgement: &mut Judgement) {
    match &client.rare.exposes_secret {
        Field::Present(located) if located.value => {
            let target = Target::field(
                client,
                FieldName::ExposesSecret,
                &client.rare.exposes_secret,
            );
            judgement.report_client(index, client, "main", &target);
        }
        Field::Unknown(_) => judgement.not_judged_client(index, client, Need::Value),
        _ => {}
    }
    match &client.rare.secret_directory {
        Field::Present(located) if !located.value.trim().is_empty() => {
            let target = Target::field(
                client,
                FieldName::SecretDirectory,
                &client.rare.secret_directory,
            );
            judgement
                .report_client(index, client, "directory", &target)
                .with("value", &located.value);
        }
        Field::Unknown(_) => judgement.not_judged_client(index, client, Need::Value),
        _ => {}
    }
}

/// A secret of a client being judged is reported by `secret-in-export`, as a secret of that client.
fn check_credentials(whole: &OrganisationContext<'_, '_>, judgement: &mut Judgement) {
    let credentials = &whole.organisation.credentials;
    if credentials.is_empty() {
        return;
    }
    let reported: HashSet<_> = whole
        .clients()
        .flat_map(|(_, client)| &client.rare.secrets)
        .map(|secret| secret.place)
        .collect();
    for (index, credential) in (0..).zip(credentials) {
        let unreported = credential.secrets.iter();
        for secret in unreported.filter(|secret| !reported.contains(&secret.place)) {
            let message = match credential.form {
                CredentialForm::Integration => "literal",
                CredentialForm::Terraform => "value",
                CredentialForm::Export | CredentialForm::Path => continue,
            };
            let about = TargetId::Credential(index);
            judgement
                .report_other(about, message, secret.place, &secret.key)
                .severity(Severity::Critical)
                .secret(secret.value.clone());
        }
    }
}
