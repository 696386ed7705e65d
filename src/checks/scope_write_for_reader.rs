//! `scope-write-for-reader`: read-write scopes on a client that is called a reader.

use crate::catalog::Need;
use crate::checks::sameness::Seen;
use crate::checks::scope_names::{apply_to, read_only_twin, spot};
use crate::checks::{Native, Subject, Verdict};
use crate::model::{FieldName, Spot};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let client = subject.client;
    if !apply_to(client) || client.scopes.is_empty() {
        return;
    }
    let mut seen = Seen::default();
    let writing: Vec<_> = client
        .scopes
        .items()
        .filter(|item| seen.insert(item.value.as_ref()))
        .filter_map(|item| Some((item, read_only_twin(item.value)?)))
        .collect();
    if writing.is_empty() && client.scopes.is_complete() {
        return;
    }
    let calls_itself_reader = |text: &&str| subject.parameters.matches("patterns", text);
    let texts = [client.name.text(), client.description.text()];
    let Some(word) = texts.into_iter().flatten().find(calls_itself_reader) else {
        if client.name.is_unknown() || client.description.is_unknown() {
            verdict.not_judged(Need::Value);
        }
        return;
    };
    if let Some((first, _)) = writing.first() {
        let listed: Vec<&str> = writing
            .iter()
            .map(|(item, _)| item.value.as_ref())
            .collect();
        let read_only: Vec<String> = writing
            .iter()
            .map(|(_, twin)| format!("\"{twin}\""))
            .collect();
        // One finding for the list: it is the client that is named wrongly or held too wide.
        let mut whole = Spot::field(client, FieldName::Scopes, &client.scopes);
        whole.place = spot(first).place;
        let message = if writing.len() == 1 { "one" } else { "main" };
        verdict
            .blame(client, message, &whole)
            .with("word", word)
            .with("count", writing.len())
            .with("scopes", listed.join(", "))
            .with("readonly", read_only.join(", "));
    }
    if !client.scopes.is_complete() {
        verdict.not_judged(Need::Value);
    }
}
