//! What a check reports.

use super::RuleContext;
use crate::catalog::{Confidence, Need, Severity};
use crate::model::{Client, ClientKind, Field, FieldName, Naming, Target};
use crate::text::Place;
use std::fmt::Display;

/// The subject of a violation, by its position among its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// What clears a finding that a SCIM client would not have.
pub(super) const UNLESS_SCIM: &str = "its role is SCIM Integration";

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
    /// The field path that goes into the fingerprint.
    pub identity: String,
    /// What the message's placeholders mean.
    pub arguments: Vec<(&'static str, String)>,
    /// Places that explain, each with its words.
    pub related: Vec<(Place, String)>,
    /// If other than the rule's.
    pub severity: Option<Severity>,
    /// If other than the rule's.
    pub confidence: Option<Confidence>,
    /// What would clear it, such as "its role is SCIM Integration": the message ends with it.
    pub unless: Option<&'static str>,
    /// The worlds in which it holds, in words, if not in all.
    pub world: Option<String>,
}

impl Violation {
    /// Sets what `{name}` means in the message.
    pub fn with(&mut self, name: &'static str, value: impl Display) -> &mut Self {
        self.arguments.push((name, value.to_string()));
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
    /// Why the rule could not be evaluated for the client being judged.
    pub failures: Vec<String>,
}

impl Judgement {
    /// Whether there is nothing to report.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.violations.is_empty() && self.not_judged.is_empty() && self.failures.is_empty()
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
        let (field, identity) = (field.to_owned(), field.to_owned());
        self.add(about, Naming::PlatformApi, message, place, field, identity)
    }

    fn push(
        &mut self,
        about: TargetId,
        naming: Naming,
        message: &'static str,
        target: &Target<'_>,
    ) -> &mut Violation {
        let (field, identity) = (target.path(naming), target.identity());
        let report = self.add(about, naming, message, target.place, field, identity);
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
        place: Place,
        field: String,
        identity: String,
    ) -> &mut Violation {
        self.violations.push(Violation {
            about,
            message,
            place,
            naming,
            identity,
            arguments: vec![("field", field.clone())],
            field,
            related: Vec::new(),
            severity: None,
            confidence: None,
            unless: None,
            world: None,
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

    /// Records, in a rule about the organisation, that a client cannot be judged because `need`
    /// is missing.
    pub fn not_judged_client(&mut self, client: &Client<'_>, need: Need) {
        self.not_judged.add(wanted(need, client));
    }
}
