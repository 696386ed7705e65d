//! What a check reports.

use super::RuleContext;
use crate::catalog::{Confidence, Need, Severity};
use crate::model::{
    Action, Change, Client, ClientKind, Field, FieldName, Naming, Remedy, RemedyClass, Target,
    TargetKey,
};
use crate::text::{Place, SecretValue};
use std::fmt::Display;

/// The subject of a violation, by its position among its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TargetId {
    /// The client being judged.
    ThisClient,
    /// A client of the organisation; of all of them, for a rule that compares organisations.
    Client(u32),
    /// An application that the organisation has authorised.
    Application(u32),
    /// A credential of an integration.
    Credential(u32),
}

/// The phrase that says what clears a finding that a SCIM client would not have.
pub(super) const UNLESS_SCIM: &str = "unless-scim";

/// A fault as a check reports it; the engine puts it into words.
#[derive(Clone, Debug)]
pub struct Violation {
    /// The subject.
    pub about: TargetId,
    /// The key of the message in the rule's file.
    pub message: &'static str,
    /// The place of the faulty part.
    pub place: Place,
    /// The field path in the names of the export.
    pub field: String,
    /// How the export spells the names of fields.
    pub naming: Naming,
    /// The subject of the finding within the client.
    pub target: TargetKey,
    /// The number that is at fault, such as seconds: a greater one is worse.
    pub number: Option<i64>,
    /// The secrets that it is about.
    pub secrets: Vec<SecretValue>,
    /// What the message's placeholders mean.
    pub arguments: Vec<(&'static str, String)>,
    /// Placeholders for which phrases of the rule's file come first.
    pub phrases: Vec<(&'static str, &'static str)>,
    /// Places that explain, each with its words.
    pub related: Vec<(Place, String)>,
    /// If other than the rule's.
    pub severity: Option<Severity>,
    /// If other than the rule's.
    pub confidence: Option<Confidence>,
    /// The phrase that says what would clear it: the message ends with it.
    pub unless: Option<&'static str>,
    /// The worlds in which it holds, in words, if not in all.
    pub world: Option<String>,
    /// How to clear it.
    pub remedy: Remedy,
    /// The field and the position of its target.
    entry: (FieldName, Option<u32>),
}

impl Violation {
    /// Clears it by this remedy.
    pub fn remedy(&mut self, remedy: Remedy) -> &mut Self {
        self.remedy = remedy;
        self
    }

    /// Clears it by a change of the entry that it is about.
    pub(super) fn clear(&mut self, class: RemedyClass, action: Action) -> &mut Self {
        let change = self.change(action);
        self.remedy(Remedy {
            class,
            changes: change.into_iter().collect(),
            options: Vec::new(),
        })
    }

    /// Clears it by a change of all entries with the value that it is about.
    pub(super) fn clear_every(&mut self, class: RemedyClass, action: Action) -> &mut Self {
        self.clear(class, action);
        for change in &mut self.remedy.changes {
            change.every = true;
        }
        self
    }

    /// Adds a change among which to choose: of all entries with the value that it is about.
    pub(super) fn option(&mut self, action: Action) -> &mut Self {
        if let Some(mut change) = self.change(action) {
            change.every = true;
            self.remedy.options.push(vec![change]);
        }
        self
    }

    /// Adds changes among which to choose; none if there is nothing to change.
    pub(super) fn choice(&mut self, changes: Vec<Change>) -> &mut Self {
        if !changes.is_empty() {
            self.remedy.options.push(changes);
        }
        self
    }

    /// Adds several of them.
    pub(super) fn choices(&mut self, options: Vec<Vec<Change>>) -> &mut Self {
        for option in options {
            self.choice(option);
        }
        self
    }

    /// Clears it by removing all entries with the value that it is about, if `twin` is an entry
    /// after all other changes. Else that is one of the ways.
    pub(super) fn clear_for(&mut self, twin: &str) -> &mut Self {
        self.clear_every(RemedyClass::Unsafe, Action::Remove);
        for change in &mut self.remedy.changes {
            change.needs = Some(twin.to_owned());
        }
        self
    }

    /// Names the positions of the entries that make what it is about superfluous.
    pub(super) fn because(&mut self, others: &[u32]) -> &mut Self {
        for change in &mut self.remedy.changes {
            change.because = others.to_vec();
        }
        self
    }

    /// Clears it by a shorter token lifetime. A longer one is a choice.
    pub(super) fn shorten(&mut self, now: i64, then: i64) -> &mut Self {
        let change = Change::of_field(FieldName::TokenLifetime, Action::Set(then));
        if then > now {
            return self.choice(vec![change]);
        }
        self.set(RemedyClass::Unsafe, change.field, change.action)
    }

    /// Clears it by a change of a field as a whole.
    pub(super) fn set(
        &mut self,
        class: RemedyClass,
        field: FieldName,
        action: Action,
    ) -> &mut Self {
        self.remedy(Remedy {
            class,
            changes: vec![Change::of_field(field, action)],
            options: Vec::new(),
        })
    }

    /// A change of the entry that it is about.
    fn change(&self, action: Action) -> Option<Change> {
        let (field, index) = self.entry;
        Some(Change::of_entry(field, index?, action))
    }
    /// Sets what `{name}` means in the message.
    pub fn with(&mut self, name: &'static str, value: impl Display) -> &mut Self {
        self.arguments.push((name, value.to_string()));
        self
    }

    /// Puts a phrase of the rule's file, or of those that rules share, in place of `{name}`.
    pub fn phrase(&mut self, name: &'static str, key: &'static str) -> &mut Self {
        self.phrases.push((name, key));
        self
    }

    /// Sets the number that is at fault: a greater one is worse.
    pub fn number(&mut self, number: i64) -> &mut Self {
        self.number = Some(number);
        self
    }

    /// Adds a secret that it is about.
    pub fn secret(&mut self, secret: SecretValue) -> &mut Self {
        self.secrets.push(secret);
        self
    }

    /// Names the value of a field outside of clients, whatever its position.
    pub fn about_value(&mut self, field: &str, value: &str) -> &mut Self {
        self.target = TargetKey::Other(field.to_owned(), Some(value.to_owned()));
        self
    }

    /// Adds a place that explains, such as the role that a role id means.
    pub fn related(&mut self, place: Place, text: impl Into<String>) -> &mut Self {
        self.related.push((place, text.into()));
        self
    }

    /// Sets a severity other than the rule's.
    pub fn severity(&mut self, severity: Severity) -> &mut Self {
        self.severity = Some(severity);
        self
    }

    /// Sets a confidence other than the rule's.
    pub fn confidence(&mut self, confidence: Confidence) -> &mut Self {
        self.confidence = Some(confidence);
        self
    }

    /// Lowers the confidence to what the usage results allow, or raises it to that.
    pub(super) fn sure(&mut self, confidence: Option<Confidence>) -> &mut Self {
        let Some(confidence) = confidence else {
            return self;
        };
        let known = self
            .confidence
            .map_or(confidence, |known| known.min(confidence));
        self.confidence(known)
    }

    /// Marks it as resting on a guess: its confidence is low, and the message ends with what
    /// would clear it.
    pub fn guess(&mut self, unless: &'static str) -> &mut Self {
        self.unless = Some(unless);
        self.confidence(Confidence::Low)
    }

    /// Marks it as resting on a guess at the kind of the client, if that kind is guessed.
    pub fn guess_kind(&mut self, client: &Client<'_>, kind: ClientKind) -> &mut Self {
        if client.is_guessed(kind) {
            self.confidence(Confidence::Low);
        }
        self
    }

    /// Marks it as cleared by the SCIM Integration role, if the name of the client suggests it and
    /// its roles do not tell.
    pub(super) fn unless_scim(&mut self, context: &RuleContext<'_, '_>) -> &mut Self {
        let is_open = context.holdings().is_scim().is_none();
        if is_open && context.client.is_guessed(ClientKind::Scim) {
            self.guess(UNLESS_SCIM);
        }
        self
    }
}

/// What was missing, and how often. Nearly every client lacks something that one of the rules
/// needs, so this is counted and not listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wants([u32; Need::ALL.len()]);

impl Wants {
    pub(super) fn add(&mut self, need: Need) {
        self.0[need as usize] += 1;
    }

    /// Whether nothing was missing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0 == [0; Need::ALL.len()]
    }

    /// What was missing, with its count.
    pub fn iter(&self) -> impl Iterator<Item = (Need, u32)> {
        let all = Need::ALL.into_iter().zip(self.0);
        all.filter(|(_, count)| *count > 0)
    }
}

/// What is missing if a client's export lacks what a rule needs: for code, a plan.
#[must_use]
pub fn wanted(need: Need, client: &Client<'_>) -> Need {
    match (need, client.naming) {
        (Need::Value, Naming::Terraform) => Need::Plan,
        (need, _) => need,
    }
}

/// Collects what a check reports about one client or organisation.
#[derive(Debug, Default)]
pub struct Judgement {
    /// The faults.
    pub violations: Vec<Violation>,
    /// What the rule needed and did not have.
    pub not_judged: Wants,
    /// Causes for it, where the check knows them better than the engine.
    pub causes: Vec<(Need, String)>,
    /// For a rule of the organisation, the positions of up to three clients that it was not judged for.
    pub unjudged: Vec<(Need, usize)>,
    /// Why the rule could not be evaluated for the client being judged.
    pub failures: Vec<String>,
}

impl Judgement {
    /// Whether there is nothing to report.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.violations.is_empty() && self.not_judged.is_empty() && self.failures.is_empty()
    }

    /// The faults that `judge` adds.
    pub(super) fn added(&mut self, judge: impl FnOnce(&mut Self)) -> &mut [Violation] {
        let before = self.violations.len();
        judge(self);
        &mut self.violations[before..]
    }

    /// Reports a target of `client` with the message `message` of the rule's file. `{value}` is
    /// the target's value, if it is an item of a list, and `{field}` its path.
    pub fn report(
        &mut self,
        client: &Client<'_>,
        message: &'static str,
        target: &Target<'_>,
    ) -> &mut Violation {
        self.push(TargetId::ThisClient, client.naming, message, target)
    }

    /// Reports a target of another client, in a rule about the organisation.
    pub fn report_client(
        &mut self,
        index: usize,
        client: &Client<'_>,
        message: &'static str,
        target: &Target<'_>,
    ) -> &mut Violation {
        let about = TargetId::Client(index as u32);
        self.push(about, client.naming, message, target)
    }

    /// Reports a place in an application or a credential; `field` is its path there.
    pub fn report_other(
        &mut self,
        about: TargetId,
        message: &'static str,
        place: Place,
        field: &str,
    ) -> &mut Violation {
        let (path, key) = (field.to_owned(), TargetKey::Other(field.to_owned(), None));
        let entry = (FieldName::Client, None);
        self.add(
            about,
            Naming::PlatformApi,
            message,
            (place, entry),
            path,
            key,
        )
    }

    fn push(
        &mut self,
        about: TargetId,
        naming: Naming,
        message: &'static str,
        target: &Target<'_>,
    ) -> &mut Violation {
        let (field, key) = (target.path(naming), target.key());
        let entry = (target.field, target.index);
        let report = self.add(about, naming, message, (target.place, entry), field, key);
        if !target.value.is_empty() {
            report.with("value", &target.value);
        }
        report
    }

    fn add(
        &mut self,
        about: TargetId,
        naming: Naming,
        message: &'static str,
        (place, entry): (Place, (FieldName, Option<u32>)),
        field: String,
        target: TargetKey,
    ) -> &mut Violation {
        self.violations.push(Violation {
            about,
            message,
            place,
            naming,
            target,
            number: None,
            secrets: Vec::new(),
            arguments: vec![("field", field.clone())],
            phrases: Vec::new(),
            field,
            related: Vec::new(),
            severity: None,
            confidence: None,
            unless: None,
            world: None,
            remedy: Remedy::default(),
            entry,
        });
        let last = self.violations.len() - 1;
        &mut self.violations[last]
    }

    /// Reports a whole field; `{value}` is what it holds.
    pub fn report_field<T: Display>(
        &mut self,
        client: &Client<'_>,
        message: &'static str,
        name: FieldName,
        field: &Field<T>,
    ) -> &mut Violation {
        let target = Target::field(client, name, field);
        let value = field.known().map(ToString::to_string);
        let report = self.report(client, message, &target);
        if let Some(value) = value {
            report.with("value", value);
        }
        report
    }

    /// Records that the rule could not be evaluated for this client, and why.
    pub fn fail(&mut self, reason: String) {
        self.failures.push(reason);
    }

    /// Records that the rule cannot be judged because `need` is missing.
    pub fn not_judged(&mut self, need: Need) {
        self.not_judged.add(need);
    }

    /// Records that the rule is not judged for this client, and the cause in words, such as
    /// `role 1234 is not in roles.json`.
    pub fn not_judged_because(&mut self, need: Need, cause: impl Into<String>) {
        self.not_judged.add(need);
        self.causes.push((need, cause.into()));
    }

    /// Records, in a rule about the organisation, that a client at this position cannot be judged
    /// because `need` is missing.
    pub fn not_judged_client(&mut self, index: usize, client: &Client<'_>, need: Need) {
        let need = wanted(need, client);
        self.not_judged.add(need);
        if self.unjudged.len() < 3 {
            self.unjudged.push((need, index));
        }
    }
}
