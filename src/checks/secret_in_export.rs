//! `secret-in-export`: the export contains a secret, of a client, an authorised application or
//! next to them.

use crate::checks::{Judgement, Native, OrganisationContext, TargetId};
use crate::model::{CredentialForm, Naming};

pub(super) const CHECK: Native = Native::Organisation(check);

fn check(whole: &OrganisationContext<'_, '_>, judgement: &mut Judgement) {
    for (index, client) in whole.clients() {
        // States and plans are not edited by hand.
        let message = match client.naming {
            Naming::Terraform => "terraform",
            Naming::PlatformApi | Naming::SnakeCase => "main",
        };
        for secret in &client.rare.secrets {
            judgement
                .report_client(index, client, message, &secret.target())
                .with("key", &secret.key);
        }
    }
    for (index, application) in (0..).zip(&whole.organisation.authorisations) {
        for secret in &application.secrets {
            let about = TargetId::Application(index);
            judgement
                .report_other(about, "application", secret.place, &secret.key)
                .with("key", &secret.key)
                .secret(secret.value.clone());
        }
    }
    for (index, credential) in (0..).zip(&whole.organisation.credentials) {
        let message = match credential.form {
            CredentialForm::Export => "file",
            CredentialForm::Path => "path",
            CredentialForm::Integration | CredentialForm::Terraform => continue,
        };
        for secret in &credential.secrets {
            let about = TargetId::Credential(index);
            judgement
                .report_other(about, message, secret.place, &secret.key)
                .with("key", &secret.key)
                .secret(secret.value.clone());
        }
    }
}
