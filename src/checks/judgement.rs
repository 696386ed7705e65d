//! What a check says.

use crate::catalog::{Confidence, Need, Severity};
use crate::model::{Client, Field, FieldName, Naming, Target};
use crate::text::Place;
use std::fmt::Display;

/// What is blamed, by its position among its like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetId {
    /// The client at hand.
    ThisClient,
    /// A client of the organisation; of all of them, for a rule that compares organisations.
    Client(u32),
    /// An application that the organisation has authorised.
    Application(u32),
    /// A credential of an integration.
    Credential(u32),
}

/// A fault as a check reports it; the engine puts it into words.
#[derive(Clone, Debug)]
pub struct Violation {
    /// What is blamed.
    pub about: TargetId,
    /// The key of the message in the rule's file.
    pub message: &'static str,
    /// Where the culprit stands.
    pub place: Place,
    /// The field path in the names of the export.
    pub field: String,
    /// How the export spells the names of fields.
    pub naming: Naming,
    /// The field path that goes into the fingerprint.
    pub identity: String,
    /// What the message's placeholders stand for.
    pub arguments: Vec<(&'static str, String)>,
    /// Places that explain, each with its words.
    pub related: Vec<(Place, String)>,
    /// If other than the rule's.
    pub severity: Option<Severity>,
    /// If other than the rule's.
    pub confidence: Option<Confidence>,
}

impl Violation {
    /// Sets what `{name}` stands for in the message.
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
}

/// What was wanted, and how often. Nearly every client lacks something that one of the rules
/// wants, so this is counted and not listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wants([u32; Need::ALL.len()]);

impl Wants {
    pub(super) fn add(&mut self, need: Need) {
        self.0[need as usize] += 1;
    }

    /// Whether nothing was wanted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0 == [0; Need::ALL.len()]
    }

    /// What was wanted, with its number.
    pub fn iter(&self) -> impl Iterator<Item = (Need, u32)> {
        let all = Need::ALL.into_iter().zip(self.0);
        all.filter(|(_, count)| *count > 0)
    }
}

/// What is missing where a client's export does not tell what a rule needs: of code, a plan.
#[must_use]
pub fn wanted(need: Need, client: &Client<'_>) -> Need {
    match (need, client.naming) {
        (Need::Value, Naming::Terraform) => Need::Plan,
        (need, _) => need,
    }
}

/// Collects what a check says of one client or organisation.
#[derive(Debug, Default)]
pub struct Judgement {
    /// The faults.
    pub violations: Vec<Violation>,
    /// What the rule wanted and did not have.
    pub not_judged: Wants,
    /// Why the rule could not be evaluated for the client at hand.
    pub failures: Vec<String>,
}

impl Judgement {
    /// Whether nothing was said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.violations.is_empty() && self.not_judged.is_empty() && self.failures.is_empty()
    }

    /// Blames a spot of `client` with the message `message` of the rule's file. `{value}` is
    /// the spot's value, if it is an item of a list, and `{field}` its path.
    pub fn report(
        &mut self,
        client: &Client<'_>,
        message: &'static str,
        spot: &Target<'_>,
    ) -> &mut Violation {
        self.push(TargetId::ThisClient, client.naming, message, spot)
    }

    /// The same for a rule of the organisation, which says which client it blames.
    pub fn report_client(
        &mut self,
        index: usize,
        client: &Client<'_>,
        message: &'static str,
        spot: &Target<'_>,
    ) -> &mut Violation {
        let about = TargetId::Client(index as u32);
        self.push(about, client.naming, message, spot)
    }

    /// Blames a place of something that is no client; `field` is its path there.
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
        spot: &Target<'_>,
    ) -> &mut Violation {
        let (field, identity) = (spot.path(naming), spot.identity());
        let report = self.add(about, naming, message, spot.place, field, identity);
        if !spot.value.is_empty() {
            report.with("value", &spot.value);
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
        });
        let last = self.violations.len() - 1;
        &mut self.violations[last]
    }

    /// Blames a whole field; `{value}` is what it holds.
    pub fn report_field<T: Display>(
        &mut self,
        client: &Client<'_>,
        message: &'static str,
        name: FieldName,
        field: &Field<T>,
    ) -> &mut Violation {
        let spot = Target::field(client, name, field);
        let value = field.known().map(ToString::to_string);
        let report = self.report(client, message, &spot);
        if let Some(value) = value {
            report.with("value", value);
        }
        report
    }

    /// Says that the rule could not be evaluated for the client at hand, and why.
    pub fn fail(&mut self, reason: String) {
        self.failures.push(reason);
    }

    /// Says that the rule cannot be judged for what is at hand, for want of `need`.
    pub fn not_judged(&mut self, need: Need) {
        self.not_judged.add(need);
    }

    /// The same for a rule of the organisation, which says for which client.
    pub fn not_judged_client(&mut self, client: &Client<'_>, need: Need) {
        self.not_judged.add(wanted(need, client));
    }
}
