//! What decides: the closed kinds that rule files describe, and one file per native rule.
//!
//! Law: a check looks at the model and blames a spot. It knows no format, prints nothing and
//! writes no prose: what a finding says stands in the rule's file, and the check supplies the
//! arguments. An unknown value is neither a pass nor a fault: [`Verdict::not_judged`].

mod applications;
mod closed;
mod divisions;
mod expression;
mod guarded;
mod holdings;
mod lifetimes;
mod names;
mod native;
mod parameters;
mod redirect_uri;
mod regions;
mod scope_names;
mod verdict;

pub use native::native;
pub use parameters::Parameters;
pub use redirect_uri::Redirects;
pub use verdict::{About, Blame, Verdict};

use crate::catalog::{Check, Rule};
use crate::model::{Client, Organisation};
use closed::Closed;
use expression::Expression;
use jiff::civil::Date;
use rayon::prelude::*;

/// A client under a rule.
pub struct Subject<'r, 'a> {
    /// The organisation it belongs to.
    pub organisation: &'r Organisation<'a>,
    /// The client.
    pub client: &'r Client<'a>,
    /// Its redirect URIs, taken apart.
    pub redirects: &'r Redirects,
    /// The rule's parameters.
    pub parameters: &'r Parameters,
    /// The day of the audit.
    pub today: Date,
}

/// A client and what all rules derive from it once.
pub struct Case<'r, 'a> {
    /// The organisation it belongs to.
    pub organisation: &'r Organisation<'a>,
    /// The client.
    pub client: &'r Client<'a>,
    /// The day of the audit.
    pub today: Date,
    redirects: Redirects,
}

impl<'r, 'a> Case<'r, 'a> {
    /// A client of which nothing is derived yet.
    #[must_use]
    pub fn new(organisation: &'r Organisation<'a>, client: &'r Client<'a>, today: Date) -> Self {
        Self {
            organisation,
            client,
            today,
            redirects: Redirects::default(),
        }
    }
}

/// An organisation under a rule, for rules that compare clients.
pub struct Whole<'r, 'a> {
    /// The organisation.
    pub organisation: &'r Organisation<'a>,
    seniority: &'r [u32],
    /// The rule's parameters.
    pub parameters: &'r Parameters,
    /// The day of the audit.
    pub today: Date,
}

impl<'r, 'a> Whole<'r, 'a> {
    /// The clients with their positions, the oldest first: of two that are at odds the newer
    /// one answers for it, and a listing in another order says the same.
    pub fn clients(&self) -> impl Iterator<Item = (usize, &'r Client<'a>)> {
        let clients = &self.organisation.clients;
        self.seniority
            .iter()
            .map(|&at| (at as usize, &clients[at as usize]))
    }
}

/// The positions of clients in the order of their age: by date of creation, then by id, then
/// as they stand.
#[must_use]
pub fn seniority(clients: &[Client<'_>]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..).take(clients.len()).collect();
    let key = |at: u32| {
        let client = &clients[at as usize];
        let created = client.date_created.text();
        (
            created.is_none(),
            created,
            client.id.is_absent(),
            client.id.text(),
            at,
        )
    };
    order.par_sort_unstable_by(|a, b| key(*a).cmp(&key(*b)));
    order
}

/// The code of a native rule.
#[derive(Clone, Copy)]
pub enum Native {
    /// Looks at one client at a time.
    Client(fn(&Subject<'_, '_>, &mut Verdict)),
    /// Looks at all clients of an organisation, or at what else it has; blames with
    /// [`Verdict::blame_client`] or [`Verdict::blame_other`].
    Organisation(fn(&Whole<'_, '_>, &mut Verdict)),
    /// Compares organisations; blames with [`Verdict::blame_client`], clients being counted
    /// through all of them.
    Everywhere(fn(&[Organisation<'_>], &mut Verdict)),
}

/// A rule made ready to run.
pub struct Prepared {
    /// The rule.
    pub rule: &'static Rule,
    /// Its parameters.
    pub parameters: Parameters,
    run: Run,
}

enum Run {
    Native(Native),
    Closed(Closed),
    Expression(Box<Expression>),
}

impl Prepared {
    /// Makes a rule ready.
    ///
    /// # Errors
    /// If its check names a field that does not exist or a pattern that is none, or its
    /// native code is missing.
    pub fn new(rule: &'static Rule, parameters: Parameters) -> Result<Self, String> {
        let run = match &rule.check {
            Check::Native => Run::Native(
                native(&rule.id)
                    .ok_or_else(|| format!("rule `{}` has no native check", rule.id))?,
            ),
            Check::Expression {
                field,
                expression,
                when,
                ..
            } => Run::Expression(Box::new(Expression::new(rule, field, expression, when)?)),
            check => Run::Closed(Closed::new(rule, check, &parameters)?),
        };
        Ok(Self {
            rule,
            parameters,
            run,
        })
    }

    /// Whether it looks at one client at a time.
    #[must_use]
    pub const fn is_of_client(&self) -> bool {
        !matches!(
            self.run,
            Run::Native(Native::Organisation(_) | Native::Everywhere(_))
        )
    }

    /// Judges one client, if the rule looks at one at a time.
    pub fn judge(&self, case: &Case<'_, '_>, verdict: &mut Verdict) {
        let subject = Subject {
            organisation: case.organisation,
            client: case.client,
            redirects: &case.redirects,
            parameters: &self.parameters,
            today: case.today,
        };
        match &self.run {
            Run::Native(Native::Client(check)) => check(&subject, verdict),
            Run::Native(Native::Organisation(_) | Native::Everywhere(_)) => {}
            Run::Closed(closed) => closed.judge(&subject, verdict),
            Run::Expression(expression) => expression.judge(&subject, verdict),
        }
    }

    /// Judges an organisation, if the rule is of it; `seniority` is that of its clients.
    pub fn judge_organisation(
        &self,
        organisation: &Organisation<'_>,
        seniority: &[u32],
        today: Date,
        verdict: &mut Verdict,
    ) {
        if let Run::Native(Native::Organisation(check)) = &self.run {
            let whole = Whole {
                organisation,
                seniority,
                parameters: &self.parameters,
                today,
            };
            check(&whole, verdict);
        }
    }

    /// Judges all organisations together, if the rule compares them.
    pub fn judge_everywhere(&self, organisations: &[Organisation<'_>], verdict: &mut Verdict) {
        if let Run::Native(Native::Everywhere(check)) = &self.run {
            check(organisations, verdict);
        }
    }
}
