//! Finds secrets by their keys.
//!
//! Invariant: every secret found here is wrapped in a [`SecretValue`] at once, and no caller keeps
//! its text.

use super::Facts;
use super::key_class::KeyClass;
use crate::document::{Expression, Form, Kind, Node, Piece};
use crate::model::{Credential, CredentialForm, Secret, Text};
use crate::text::{
    Place, Redactor, SecretValue, SourceId, Span, disclosed, is_uuid, looks_secret, secrets_in_name,
};
pub(super) use crate::text::{is_placeholder, is_secret_key};
use std::borrow::Cow;

/// Passes every text and number in the value of a secret's key to `add`.
pub(super) fn collect_secrets(node: Node<'_, '_>, add: &mut dyn FnMut(Place, SecretValue)) {
    let add = &mut |found: Found<'_>| add(found.place, found.value);
    Search { skipped: &[], add }.all("", node);
}

/// Whether a key below that of a secret holds something else about it, as in
/// `{"secret": {"value": "..", "created": "2026-03-01", "type": "oauth"}}`.
fn describes(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let others = [
        "created",
        "modified",
        "updated",
        "expires",
        "type",
        "kind",
        "description",
        "datecreated",
        "datemodified",
        "id",
        "selfuri",
        "references",
    ];
    others.contains(&key.as_str())
}

/// A secret that was found.
pub(super) struct Found<'k> {
    /// The key that names it.
    pub key: &'k str,
    pub place: Place,
    pub value: SecretValue,
    /// Its own form shows that it is a secret, whatever its key is.
    pub by_form: bool,
}

impl Found<'_> {
    /// The secret as the model has it.
    pub(super) fn into_secret(self) -> Secret {
        Secret {
            // A key can be the secret itself, and reports print keys.
            key: Redactor::default().words(self.key).into_owned(),
            place: self.place,
            value: self.value,
        }
    }
}

/// Records the secrets of a value that is not a part of an export, so that no excerpt shows them.
pub(super) fn take_secrets(node: Node<'_, '_>, secrets: &mut Vec<(Place, SecretValue)>) {
    find_secrets(node, &mut |found| secrets.push((found.place, found.value)));
}

/// Passes every secret within a value to `add`: values of secret keys, values next to a secret's
/// name, and texts and keys that contain a credential.
pub(super) fn find_secrets(node: Node<'_, '_>, add: &mut dyn FnMut(Found<'_>)) {
    Search { skipped: &[], add }.value("", node);
}

/// Finds secrets in a value with the key `own`.
pub(super) fn find_named(own: &str, node: Node<'_, '_>, add: &mut dyn FnMut(Found<'_>)) {
    Search { skipped: &[], add }.entry(own, node);
}

/// Finds secrets in a key.
pub(super) fn find_in_key(key: Node<'_, '_>, add: &mut dyn FnMut(Found<'_>)) {
    let text = key.text().unwrap_or_default();
    if text.len() >= SHORTEST_CREDENTIAL {
        Search { skipped: &[], add }.text(&text, &text, key.place());
    }
}

/// Finds secrets in the value of a known field with the key `own`, whose texts were read.
pub(super) fn find_below(own: &str, node: Node<'_, '_>, add: &mut dyn FnMut(Found<'_>)) {
    if node.kind() == Kind::List {
        for item in node.items().filter(|item| item.text().is_none()) {
            Search { skipped: &[], add }.value(own, item);
        }
    } else if node.text().is_none() {
        Search { skipped: &[], add }.value(own, node);
    }
}

/// Finds secrets in a value that Terraform marks as sensitive, with the key `own`.
pub(super) fn find_marked(own: &str, node: Node<'_, '_>, add: &mut dyn FnMut(Found<'_>)) {
    let add = &mut |found: Found<'_>| {
        let by_form = found.value.looks_secret();
        add(Found { by_form, ..found });
    };
    Search { skipped: &[], add }.all(own, node);
}

/// A walk through a value.
struct Search<'s> {
    /// Values that are searched elsewhere.
    skipped: &'s [Place],
    add: &'s mut dyn FnMut(Found<'_>),
}

/// Functions of Terraform whose result contains their arguments.
const TRANSPARENT: [&str; 16] = [
    "sensitive",
    "nonsensitive",
    "base64encode",
    "base64decode",
    "trimspace",
    "chomp",
    "tostring",
    "join",
    "format",
    "concat",
    "coalesce",
    "try",
    "tolist",
    "toset",
    "tomap",
    "merge",
];

/// How an expression is taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meaning {
    /// Its key says nothing.
    Any,
    /// It is the secret of its key.
    Secret,
    /// It is marked as sensitive.
    Marked,
    /// It is a part of the secret of its key, next to what separates the parts.
    Part,
}

impl Search<'_> {
    fn add(&mut self, key: &str, text: &str, place: Place, by_form: bool) {
        (self.add)(Found {
            key,
            place,
            value: SecretValue::new(text),
            by_form,
        });
    }

    /// Everything in the value of a secret's key.
    fn all(&mut self, key: &str, node: Node<'_, '_>) {
        let number = || node.number().map(Cow::Borrowed);
        if let Some(text) = node.text().or_else(number) {
            if !is_placeholder(&text) {
                let by_form = !KeyClass::of(key).is_digest && !disclosed(&text).is_empty();
                self.add(key, &text, node.place(), by_form);
            }
            return;
        }
        if node.kind() == Kind::Expression {
            return self.written(key, node, Meaning::Secret);
        }
        for item in node.items() {
            self.all(key, item);
        }
        for (name, value) in node.entries() {
            match name.text() {
                Some(name) if describes(&name) => self.value(&name, value),
                _ => self.all(key, value),
            }
        }
    }

    /// The literals of an expression of Terraform.
    fn written(&mut self, key: &str, node: Node<'_, '_>, meaning: Meaning) {
        if let Some(written) = node.expression() {
            self.expression(key, &written, node.place().source, meaning);
        }
    }

    fn expression(&mut self, key: &str, written: &Expression, source: SourceId, meaning: Meaning) {
        match &written.form {
            Form::Text(text) => {
                self.literal(key, text, Place::new(source, written.span), meaning);
            }
            Form::Template(pieces) => self.pieces(key, pieces, written, (source, meaning)),
            Form::List(items) => {
                for item in items {
                    self.expression(key, item, source, meaning);
                }
            }
            Form::Map(entries) => {
                for (name, value) in entries {
                    match &name.form {
                        Form::Text(name) if is_secret_key(name) => {
                            self.expression(name, value, source, Meaning::Secret);
                        }
                        Form::Text(name) if meaning == Meaning::Any => {
                            self.expression(name, value, source, meaning);
                        }
                        _ => self.expression(key, value, source, meaning),
                    }
                }
            }
            Form::Conditional(parts) => {
                self.expression(key, &parts[1], source, meaning);
                self.expression(key, &parts[2], source, meaning);
            }
            Form::For(each) => self.expression(key, &each.value, source, meaning),
            Form::Call(call) => {
                let inner = match (&*call.name, meaning) {
                    ("sensitive", Meaning::Any) => Meaning::Marked,
                    ("join" | "format", Meaning::Secret) => Meaning::Part,
                    (name, _) if TRANSPARENT.contains(&name) => meaning,
                    _ => Meaning::Any,
                };
                for argument in &call.arguments {
                    self.expression(key, argument, source, inner);
                }
            }
            _ => {}
        }
    }

    fn pieces(
        &mut self,
        key: &str,
        pieces: &[Piece],
        whole: &Expression,
        (source, meaning): (SourceId, Meaning),
    ) {
        let meaning = match meaning {
            Meaning::Secret => Meaning::Part,
            other => other,
        };
        for piece in pieces {
            match piece {
                Piece::Text(text) => {
                    self.literal(key, text, Place::new(source, whole.span), meaning);
                }
                Piece::Value(value) => self.expression(key, value, source, meaning),
                Piece::If(_, then, otherwise) => {
                    self.pieces(key, then, whole, (source, meaning));
                    self.pieces(key, otherwise, whole, (source, meaning));
                }
                Piece::For(each) => self.expression(key, &each.value, source, meaning),
            }
        }
    }

    fn literal(&mut self, key: &str, text: &str, place: Place, meaning: Meaning) {
        let is_secret = match meaning {
            Meaning::Any => false,
            Meaning::Part => looks_secret(text.trim_matches(['-', '_', '.', ':', ' ', '\n'])),
            Meaning::Secret | Meaning::Marked => !is_placeholder(text),
        };
        if is_secret {
            let by_form = meaning == Meaning::Marked && looks_secret(text);
            self.add(key, text.trim_end_matches('\n'), place, by_form);
        } else if !KeyClass::of(key).is_digest {
            self.text(key, text, place);
        }
    }

    /// A value with its key.
    fn entry(&mut self, key: &str, node: Node<'_, '_>) {
        let class = KeyClass::of(key);
        let has_form = || node.text().is_some_and(|text| looks_secret(&text));
        if class.is_secret || class.may_be_secret && has_form() {
            self.all(key, node);
        } else {
            self.value(key, node);
        }
    }

    /// A value with the key `own`, which does not name a secret.
    fn value(&mut self, own: &str, node: Node<'_, '_>) {
        if self.skipped.contains(&node.place()) {
            return;
        }
        if let Some(text) = node.text() {
            if text.len() >= SHORTEST_CREDENTIAL && !KeyClass::of(own).is_digest {
                self.text(own, &text, node.place());
            }
            return;
        }
        if node.kind() == Kind::Expression {
            return self.written(own, node, Meaning::Any);
        }
        if let Some((name, value)) = named_in_list(node) {
            return self.all(&name, value);
        }
        for item in node.items() {
            self.value(own, item);
        }
        let named = secret_name(node);
        for (key, value) in node.entries() {
            let Some(name) = key.text() else {
                self.value(own, value);
                continue;
            };
            if name.len() >= SHORTEST_CREDENTIAL {
                self.text(&name, &name, key.place());
            }
            match &named {
                Some(named) if holds_named(&name) => self.all(named, value),
                _ => self.entry(&name, value),
            }
        }
    }

    fn text(&mut self, key: &str, text: &str, place: Place) {
        for range in disclosed(text) {
            self.add(key, &text[range], place, true);
        }
    }
}

/// The fewest bytes of a text that is searched for a credential.
const SHORTEST_CREDENTIAL: usize = 12;

/// The secret of a list of its name and its value, as in `["client_secret", ".."]`.
fn named_in_list<'d, 'a>(list: Node<'d, 'a>) -> Option<(Cow<'a, str>, Node<'d, 'a>)> {
    let mut items = list.items();
    let (name, value) = (items.next()?.text()?, items.next()?);
    (items.next().is_none() && value.text().is_some() && is_secret_key(&name))
        .then_some((name, value))
}

/// Records the secrets of these entries, which are not part of a client, as credentials of their
/// own. Their addresses begin with `prefix`.
pub(super) fn note_loose<'d, 'a: 'd>(
    entries: impl Iterator<Item = (Node<'d, 'a>, Node<'d, 'a>)>,
    form: CredentialForm,
    prefix: &str,
    facts: &mut Facts<'a>,
) {
    for (key, value) in entries {
        note_named(&key.text().unwrap_or_default(), value, form, prefix, facts);
    }
}

/// Records the secrets of a value with this name as a credential, if there are any.
pub(super) fn note_named(
    name: &str,
    value: Node<'_, '_>,
    form: CredentialForm,
    prefix: &str,
    facts: &mut Facts<'_>,
) {
    let mut secrets = Vec::new();
    find_named(name, value, &mut |found| secrets.push(found.into_secret()));
    note(
        secrets,
        value.place(),
        form,
        format!("{prefix}{name}"),
        facts,
    );
}

/// Records the secrets around the parts of a wrapper that were read as exports.
pub(super) fn note_around(root: Node<'_, '_>, parts: &[Place], facts: &mut Facts<'_>) {
    let mut secrets = Vec::new();
    let mut add = |found: Found<'_>| secrets.push(found.into_secret());
    let mut search = Search {
        skipped: parts,
        add: &mut add,
    };
    search.value("", root);
    note(
        secrets,
        root.place(),
        CredentialForm::Export,
        String::new(),
        facts,
    );
}

/// Records the secrets in comments, which are as readable as the rest of the file.
pub(super) fn note_comments(
    text: &str,
    comments: impl Iterator<Item = Place>,
    form: CredentialForm,
    facts: &mut Facts<'_>,
) {
    for place in comments {
        let comment = text.get(place.span.range()).unwrap_or_default();
        if comment.len() < SHORTEST_CREDENTIAL {
            continue;
        }
        let secrets = disclosed(comment).into_iter().map(|range| {
            let start = place.span.start + range.start as u32;
            let end = place.span.start + range.end as u32;
            Secret {
                key: COMMENT.to_owned(),
                place: Place::new(place.source, Span::new(start, end)),
                value: SecretValue::new(&comment[range]),
            }
        });
        note(secrets.collect(), place, form, COMMENT.to_owned(), facts);
    }
}

/// Records the secrets in a name that `what` describes, such as that of a file.
pub(super) fn note_name(
    name: &str,
    what: &str,
    place: Place,
    form: CredentialForm,
    facts: &mut Facts<'_>,
) {
    let secrets = secrets_in_name(name).into_iter().map(|value| Secret {
        key: what.to_owned(),
        place,
        value: SecretValue::new(value),
    });
    note(secrets.collect(), place, form, what.to_owned(), facts);
}

/// The name of a secret in a comment.
const COMMENT: &str = "a comment";

/// Records secrets as one credential, if there are any.
pub(super) fn note(
    secrets: Vec<Secret>,
    place: Place,
    form: CredentialForm,
    address: String,
    facts: &mut Facts<'_>,
) {
    let Some(first) = secrets.first() else {
        return;
    };
    let address = if address.is_empty() {
        first.key.clone()
    } else {
        address
    };
    let found = secrets.iter();
    let found = found.map(|secret| (secret.place, secret.value.clone()));
    facts.secrets.extend(found);
    facts.records.credentials.push(Credential {
        form,
        place,
        address: Text::Owned(address),
        secrets,
        ..Credential::default()
    });
}

/// The secret that a map names in one entry and holds in another, as in
/// `{name: "client_secret", value: ".."}`.
fn secret_name<'a>(map: Node<'_, 'a>) -> Option<Cow<'a, str>> {
    map.entries().find_map(|(key, value)| {
        let is_name = KeyClass::of(&key.text()?).is_name;
        let name = value.text().filter(|name| is_name && !is_uuid(name))?;
        is_secret_key(&name).then_some(name)
    })
}

/// Whether a key is that of a value which another entry names.
fn holds_named(key: &str) -> bool {
    let class = KeyClass::of(key);
    class.is_value && !class.is_secret
}
