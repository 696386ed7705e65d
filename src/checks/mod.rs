//! Checks: the declarative kinds that rule files describe, and one file for each native rule.
//!
//! Invariant: a check looks at the model and reports a target. It knows no format, prints nothing and
//! writes no prose: the rule's file has the text of a finding, and the check supplies the
//! arguments. An unknown value is neither a pass nor a fault: [`Judgement::not_judged`].

mod applications;
mod calls;
mod constraint;
mod declarative;
mod divisions;
mod expression;
mod grouping;
mod guarded;
mod holdings;
mod hosts;
mod judgement;
mod lifetimes;
mod names;
mod options;
mod parameters;
mod redirect_uri;
mod redundancy;
mod regions;
mod replacements;
mod rules;
mod scope_names;

// One module for each native rule, named after it.
mod authorized_app_broad_scopes;
mod authorized_app_pending;
mod authorized_app_revoked;
mod client_credentials_without_roles;
mod client_deprecated_calls;
mod client_disabled_privileged;
mod client_duplicate;
mod client_failing_calls;
mod client_in_several_orgs;
mod client_name_confusable;
mod client_owner_unknown;
mod client_pending_deletion;
mod client_stale;
mod client_unused;
mod description_missing;
mod division_all;
mod division_home_only;
mod division_missing;
mod division_not_allowed;
mod division_required;
mod division_uneven;
mod division_unknown;
mod embeddable_auth_window;
mod embeddable_grant;
mod embeddable_redirect;
mod embeddable_scopes;
mod embeddable_token_lifetime;
mod grant_type_unknown;
mod implicit_grant;
mod machine_behind_user;
mod monitor_forbidden_holder;
mod monitor_missing_holder;
mod name_duplicate;
mod permission_unexplained;
mod redirect_custom_scheme;
mod redirect_dangerous_scheme;
mod redirect_duplicate;
mod redirect_fragment;
mod redirect_homograph;
mod redirect_internal_host;
mod redirect_invalid;
mod redirect_ip_literal;
mod redirect_loopback;
mod redirect_many;
mod redirect_many_domains;
mod redirect_mixed_environments;
mod redirect_not_approved;
mod redirect_not_canonical;
mod redirect_not_https;
mod redirect_open_redirector;
mod redirect_path_traversal;
mod redirect_region_mismatch;
mod redirect_shared_across_clients;
mod redirect_shared_host;
mod redirect_userinfo;
mod redirect_wildcard;
mod role_admin;
mod role_beyond_profile;
mod role_for_people;
mod role_ids_inconsistent;
mod role_not_allowed;
mod role_privilege_escalation;
mod role_redundant;
mod role_sensitive_permission;
mod role_unknown;
mod role_unused;
mod role_unused_permission;
mod role_wildcard;
mod scim_division_missing;
mod scim_extra_roles;
mod scim_role_modified;
mod scim_several_clients;
mod scim_wrong_grant;
mod scope_downgrade;
mod scope_duplicate;
mod scope_excess;
mod scope_missing_if_enforced;
mod scope_redundant_readonly;
mod scope_sensitive_write;
mod scope_unknown;
mod scope_unused;
mod scope_write_for_reader;
mod secret_exposed_by_terraform;
mod secret_in_export;
mod secret_in_text;
mod secret_reused;
mod terraform_drift;
mod third_party_unreviewed;
mod token_lifetime_default;
mod token_lifetime_hipaa;
mod token_lifetime_out_of_range;
mod token_lifetime_privileged;
mod token_lifetime_too_long;
mod unknown_field;

pub use grouping::{GroupKey, GroupKeys};
pub use judgement::{Judgement, TargetId, Violation, Wants, wanted};
pub use parameters::Parameters;
pub use redirect_uri::Redirects;
pub use rules::Rules;

use crate::catalog::{Check, Rule};
use crate::model::{Client, Organisation};
use crate::usage::{Analyser, Analysis};
use constraint::Constraint;
use declarative::DeclarativeCheck;
use expression::Expression;
use holdings::Holdings;
use jiff::civil::Date;
use lifetimes::{LifetimeRange, Limits};
use std::cell::OnceCell;

// `native`, which finds the code of a rule by its id: build.rs writes it from the rule files.
include!(concat!(env!("OUT_DIR"), "/native.rs"));

/// A client judged by a rule.
#[derive(Clone, Copy)]
pub struct RuleContext<'s, 'r> {
    /// The organisation it belongs to.
    pub organisation: &'r Organisation<'r>,
    /// The client.
    pub client: &'r Client<'r>,
    /// Its redirect URIs, taken apart.
    pub redirects: &'s Redirects<'r>,
    holdings: &'s OnceCell<Holdings<'r>>,
    lifetimes: &'s OnceCell<Limits>,
    usage: Option<&'r dyn Analyse>,
    analysis: &'s OnceCell<Analysis<'r>>,
    rules: &'s Rules,
    /// The rule's parameters.
    pub parameters: &'s Parameters,
    /// The day of the audit.
    pub today: Date,
}

impl<'s, 'r> RuleContext<'s, 'r> {
    /// The roles that it holds, looked up when the first rule asks.
    fn holdings(&self) -> &'s Holdings<'r> {
        self.holdings
            .get_or_init(|| Holdings::for_client(self.client, self.organisation))
    }

    /// What it needs by its usage, if the organisation has usage results.
    fn analysis(&self) -> Option<&'s Analysis<'r>> {
        let usage = self.usage?;
        Some(self.analysis.get_or_init(|| usage.analyse(self.client)))
    }

    /// What the rules that run over it demand of its token lifetime.
    fn lifetimes(&self) -> &'s Limits {
        self.lifetimes.get_or_init(|| Limits::for_context(self))
    }
}

/// Analyses the usage of clients: an [`Analyser`], whose lifetime can be shortened to that of a
/// client.
pub trait Analyse: Sync {
    /// What a client needs by its usage.
    fn analyse<'a>(&'a self, client: &'a Client<'a>) -> Analysis<'a>;
}

impl Analyse for Analyser<'_> {
    fn analyse<'a>(&'a self, client: &'a Client<'a>) -> Analysis<'a> {
        self.analyse(client)
    }
}

/// A client and what all rules derive from it once.
pub struct ClientContext<'r> {
    /// The organisation it belongs to.
    pub organisation: &'r Organisation<'r>,
    /// The client.
    pub client: &'r Client<'r>,
    /// The day of the audit.
    pub today: Date,
    rules: &'r Rules,
    redirects: Redirects<'r>,
    holdings: OnceCell<Holdings<'r>>,
    lifetimes: OnceCell<Limits>,
    usage: Option<&'r dyn Analyse>,
    analysis: OnceCell<Analysis<'r>>,
}

impl<'r> ClientContext<'r> {
    /// A client from which nothing is derived yet, and the rules that run over it.
    #[must_use]
    pub fn new(
        organisation: &'r Organisation<'r>,
        client: &'r Client<'r>,
        rules: &'r Rules,
        today: Date,
    ) -> Self {
        Self {
            organisation,
            client,
            today,
            rules,
            redirects: Redirects::default(),
            holdings: OnceCell::new(),
            lifetimes: OnceCell::new(),
            usage: None,
            analysis: OnceCell::new(),
        }
    }

    /// The client in an organisation with usage results.
    #[must_use]
    pub fn with_usage(mut self, usage: Option<&'r dyn Analyse>) -> Self {
        self.usage = usage;
        self
    }

    /// The analyser of usage, if the organisation has usage results.
    #[must_use]
    pub fn usage(&self) -> Option<&'r dyn Analyse> {
        self.usage
    }
}

/// An organisation judged by a rule, for rules that compare clients.
pub struct OrganisationContext<'r, 'a> {
    /// The organisation.
    pub organisation: &'r Organisation<'a>,
    /// The rule's parameters.
    pub parameters: &'r Parameters,
    /// The day of the audit.
    pub today: Date,
    /// The group keys that the rule noted for the clients.
    marks: Vec<GroupKey>,
}

impl<'r, 'a> OrganisationContext<'r, 'a> {
    /// The clients with their positions.
    pub fn clients(&self) -> impl Iterator<Item = (usize, &'r Client<'a>)> {
        self.organisation.clients.iter().enumerate()
    }

    /// What the age of a client is compared by: its date of creation, then its id, then its
    /// position. Of two that conflict the newer is reported, so that a listing in
    /// another order gives the same findings.
    #[must_use]
    pub fn age(&self, client: usize) -> impl Ord + use<'r, 'a> {
        let fields = &self.organisation.clients[client];
        let created = fields.date_created.text();
        let id = fields.id.text();
        (
            created.is_none(),
            created,
            fields.id.is_absent(),
            id,
            client,
        )
    }

    /// The group keys that several clients have in common, the oldest client first: those
    /// that have one `key`.
    fn groups<K: Eq>(&self, key: impl Fn(GroupKey) -> Option<K>) -> Vec<Vec<GroupKey>> {
        let mut groups = grouping::groups(self.marks.clone(), key);
        for group in &mut groups {
            group.sort_unstable_by(|one, other| {
                let age = |mark: &GroupKey| self.age(mark.client as usize);
                age(one).cmp(&age(other)).then(one.cmp(other))
            });
        }
        groups
    }

    /// Each client that has its `key` in common with an older one: its position, and that of
    /// the oldest.
    fn repeats<K: Eq>(&self, key: impl Fn(&'r Client<'a>) -> Option<K>) -> Vec<(usize, usize)> {
        let clients = &self.organisation.clients;
        let groups = self.groups(|mark| key(&clients[mark.client as usize]));
        let pairs = groups.iter().filter_map(|group| group.split_first());
        let position = |mark: &GroupKey| mark.client as usize;
        pairs
            .flat_map(|(oldest, others)| {
                let pair = move |other| (position(other), position(oldest));
                others.iter().map(pair)
            })
            .collect()
    }
}

/// The code of a native rule.
#[derive(Clone, Copy)]
pub(in crate::checks) enum Native {
    /// Looks at one client at a time.
    Client(fn(&RuleContext<'_, '_>, &mut Judgement)),
    /// Looks at one client at a time, and demands more than its findings say.
    Constraining {
        /// Looks at the client.
        check: fn(&RuleContext<'_, '_>, &mut Judgement),
        /// What it demands.
        constraint: Constraint,
    },
    /// Looks at all clients of an organisation, or at what else it has; reports with
    /// [`Judgement::report_client`] or [`Judgement::report_other`].
    Organisation(fn(&OrganisationContext<'_, '_>, &mut Judgement)),
    /// Compares the clients: it first notes what it compares for each of them.
    Comparison {
        /// Notes the group keys of a client.
        mark: fn(&Client<'_>, &mut GroupKeys),
        /// Looks at the clients that share a key.
        check: fn(&OrganisationContext<'_, '_>, &mut Judgement),
    },
    /// Compares organisations; reports with [`Judgement::report_client`], clients being counted
    /// through all of them.
    Everywhere(fn(&[Organisation<'_>], &mut Judgement)),
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
    DeclarativeCheck(DeclarativeCheck),
    Expression(Box<Expression>),
}

impl Prepared {
    /// Makes a rule ready.
    ///
    /// # Errors
    /// If its check names a field that does not exist or an invalid pattern, or its
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
            check => Run::DeclarativeCheck(DeclarativeCheck::new(rule, check, &parameters)?),
        };
        Ok(Self {
            rule,
            parameters,
            run,
        })
    }

    /// Whether it is off, because a parameter that its rule is configured by is empty or false.
    #[must_use]
    pub fn is_off(&self) -> bool {
        let mut needed = self.rule.configured_by.iter();
        needed.any(|name| !self.parameters.is_configured(name))
    }

    /// What it demands beyond its findings.
    pub(in crate::checks) const fn constraint(&self) -> Option<Constraint> {
        match self.run {
            Run::Native(Native::Constraining { constraint, .. }) => Some(constraint),
            _ => None,
        }
    }

    /// The token lifetimes that it accepts, if it limits them for the client.
    pub(in crate::checks) fn lifetime_range(
        &self,
        context: &RuleContext<'_, '_>,
    ) -> Option<LifetimeRange> {
        match (&self.run, self.constraint()) {
            (_, Some(Constraint::Lifetime(range))) => Some(range(context)),
            (Run::DeclarativeCheck(check), _) => check.lifetime_range(context.client),
            _ => None,
        }
    }

    /// Whether it demands anything beyond its findings.
    pub(in crate::checks) const fn is_constraining(&self) -> bool {
        match &self.run {
            Run::DeclarativeCheck(check) => check.limits_lifetime(),
            _ => self.constraint().is_some(),
        }
    }

    /// Whether it looks at one client at a time.
    #[must_use]
    pub const fn is_of_client(&self) -> bool {
        !matches!(
            self.run,
            Run::Native(
                Native::Organisation(_) | Native::Comparison { .. } | Native::Everywhere(_)
            )
        )
    }

    /// Judges one client, if the rule looks at one at a time.
    pub fn judge(&self, case: &ClientContext<'_>, judgement: &mut Judgement) {
        let context = RuleContext {
            organisation: case.organisation,
            client: case.client,
            redirects: &case.redirects,
            holdings: &case.holdings,
            lifetimes: &case.lifetimes,
            usage: case.usage,
            analysis: &case.analysis,
            rules: case.rules,
            parameters: &self.parameters,
            today: case.today,
        };
        match &self.run {
            Run::Native(Native::Client(check) | Native::Constraining { check, .. }) => {
                check(&context, judgement);
            }
            Run::Native(_) => {}
            Run::DeclarativeCheck(check) => check.judge(&context, judgement),
            Run::Expression(expression) => expression.judge(&context, judgement),
        }
    }

    /// Notes what the client at a position of its organisation is compared by, if the rule
    /// compares clients.
    pub fn mark(&self, client: &Client<'_>, position: u32, marks: &mut GroupKeys) {
        if let Run::Native(Native::Comparison { mark, .. }) = &self.run {
            mark(client, marks.begin(position));
        }
    }

    /// Judges an organisation, if the rule is of it. `marks` are those of all its clients.
    pub fn judge_organisation(
        &self,
        organisation: &Organisation<'_>,
        marks: Vec<GroupKey>,
        today: Date,
        judgement: &mut Judgement,
    ) {
        let Run::Native(Native::Organisation(check) | Native::Comparison { check, .. }) = &self.run
        else {
            return;
        };
        let whole = OrganisationContext {
            organisation,
            parameters: &self.parameters,
            today,
            marks,
        };
        check(&whole, judgement);
    }

    /// Judges all organisations together, if the rule compares them.
    pub fn judge_everywhere(&self, organisations: &[Organisation<'_>], judgement: &mut Judgement) {
        if let Run::Native(Native::Everywhere(check)) = &self.run {
            check(organisations, judgement);
        }
    }
}
