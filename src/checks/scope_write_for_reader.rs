//! `scope-write-for-reader`: read-write scopes on a client that is called a reader.

use crate::catalog::Need;
use crate::checks::grouping::DedupSet;
use crate::checks::scope_names::{apply_to, read_only_twin, target};
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{Action, Change, FieldName, Item, Remedy, Target};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    if !apply_to(client) || client.scopes.is_empty() {
        return;
    }
    let mut seen = DedupSet::default();
    let writing: Vec<_> = client
        .scopes
        .items()
        .filter(|item| seen.insert(item.value.as_ref()))
        .filter_map(|item| Some((item, read_only_twin(item.value)?)))
        .collect();
    if writing.is_empty() && client.scopes.is_complete() {
        return;
    }
    let is_called_reader = |text: &&str| context.parameters.matches("patterns", text);
    let texts = [client.name.text(), client.description.text()];
    let Some(word) = texts.into_iter().flatten().find(is_called_reader) else {
        if client.name.is_unknown() || client.description.is_unknown() {
            judgement.not_judged(Need::Value);
        }
        return;
    };
    let replaced = |(item, twin): &(Item<'_, _>, String)| Change {
        every: true,
        ..Change::of_entry(FieldName::Scopes, item.index, Action::Replace(twin.clone()))
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
        let mut whole = Target::field(client, FieldName::Scopes, &client.scopes);
        whole.place = target(first).place;
        let message = if writing.len() == 1 { "one" } else { "main" };
        judgement
            .report(client, message, &whole)
            .remedy(Remedy {
                options: vec![writing.iter().map(replaced).collect()],
                ..Remedy::default()
            })
            .with("word", word)
            .with("count", writing.len())
            .with("scopes", listed.join(", "))
            .with("readonly", read_only.join(", "));
    }
    if !client.scopes.is_complete() {
        judgement.not_judged(Need::Value);
    }
}
