//! The inputs that an audit needs, and which of them are absent.
//!
//! Invariant: an absent input that a rule needs for a client is missing or waived, never ignored.
//! The rules' own `needs` decide which rules read an input.

use super::{Request, plan};
use crate::catalog::{Need, Rule};
use crate::checks::Rules;
use crate::engine::Plan;
use crate::finding::{
    MissingInput, NeededInput, NotJudged, Problem, ProblemKind, Waived, WaivedBy,
};
use crate::model::{Client, GrantType, Naming, Organisation};
use crate::text::counted;
use std::collections::{BTreeMap, BTreeSet};

/// The absent inputs of an audit.
#[derive(Debug, Default)]
pub(super) struct AbsentInputs {
    pub waived: Vec<Waived>,
    pub missing: Vec<MissingInput>,
}

/// The demand for one input, through all organisations that lack it.
#[derive(Default)]
struct Demand {
    organisations: Vec<String>,
    rules: BTreeSet<&'static str>,
    clients: usize,
}

/// The inputs that follow from clients, with the rules' word for each.
const BY_CLIENT: [(NeededInput, Need); 2] = [
    (NeededInput::Roles, Need::Roles),
    (NeededInput::Divisions, Need::Divisions),
];

/// Finds the inputs that are needed and absent. `not_judged` shows whether a policy is absent.
pub(super) fn find(
    organisations: &[Organisation<'_>],
    plan: &Plan,
    request: &Request,
    not_judged: &[NotJudged],
) -> AbsentInputs {
    let mut demands: BTreeMap<NeededInput, Demand> = BTreeMap::new();
    for (input, need) in BY_CLIENT {
        let readers = Readers::new(plan, need);
        let mut first = 0;
        for organisation in organisations {
            if !is_given(organisation, input) {
                let demand = demand(organisation, first, input, &readers);
                merge(&mut demands, input, demand);
            }
            first += organisation.clients.len();
        }
    }
    for &input in &request.inputs.require {
        for demand in required(organisations, input, (plan, request), not_judged) {
            merge(&mut demands, input, demand);
        }
    }
    let mut absent = AbsentInputs::default();
    for (input, demand) in demands {
        match waiver(input, request) {
            Some(by) => absent.waived.push(Waived {
                input,
                by,
                organisations: demand.organisations,
            }),
            None => absent.missing.push(MissingInput {
                input,
                organisations: demand.organisations,
                rules: demand.rules.len(),
                clients: demand.clients,
            }),
        }
    }
    absent
}

/// Adds the demand of an organisation; one without clients is empty.
fn merge(demands: &mut BTreeMap<NeededInput, Demand>, input: NeededInput, demand: Demand) {
    if demand.organisations.is_empty() {
        return;
    }
    let known = demands.entry(input).or_default();
    for label in demand.organisations {
        if !known.organisations.contains(&label) {
            known.organisations.push(label);
        }
    }
    known.rules.extend(demand.rules);
    known.clients = known.clients.max(demand.clients);
}

/// Who waived an input.
fn waiver(input: NeededInput, request: &Request) -> Option<WaivedBy> {
    let mut waived = request.inputs.waived.iter();
    let named = waived.find(|(known, _)| *known == input);
    match named {
        Some((_, by)) => Some(by.clone()),
        None => request.is_excerpt.then_some(WaivedBy::Partial),
    }
}

/// The rules that read an input, for each set of clients.
struct Readers {
    of_set: Vec<BTreeSet<&'static str>>,
    set_of: Vec<u32>,
}

impl Readers {
    fn new(plan: &Plan, need: Need) -> Self {
        let reads = |rule: &&'static Rule| rule.needs.contains(&need);
        let whole = plan.whole.iter().map(|prepared| prepared.rule);
        let whole: Vec<&'static str> = whole.filter(reads).map(|rule| &*rule.id).collect();
        let of_set = |rules: &Rules| {
            let own = Rules::all(rules).iter().map(|prepared| prepared.rule);
            let own = own.filter(reads).map(|rule| &*rule.id);
            own.chain(whole.iter().copied()).collect()
        };
        Self {
            of_set: plan.sets.iter().map(of_set).collect(),
            set_of: plan.set_of.clone(),
        }
    }

    /// The rules that read the input for a client.
    fn of_client(&self, client: usize) -> Option<&BTreeSet<&'static str>> {
        let set = self.set_of.get(client).copied().unwrap_or(0);
        let rules = self.of_set.get(set as usize)?;
        (!rules.is_empty()).then_some(rules)
    }
}

/// The demand of an organisation whose clients are numbered from `first`.
fn demand(
    organisation: &Organisation<'_>,
    first: usize,
    input: NeededInput,
    readers: &Readers,
) -> Demand {
    let mut demand = Demand::default();
    let mut sets: BTreeSet<u32> = BTreeSet::new();
    for (number, client) in (first..).zip(&organisation.clients) {
        if !needs(client, input) {
            continue;
        }
        let Some(rules) = readers.of_client(number) else {
            continue;
        };
        demand.clients += 1;
        if sets.insert(readers.set_of.get(number).copied().unwrap_or(0)) {
            demand.rules.extend(rules);
        }
    }
    if demand.clients > 0 {
        demand.organisations.push(organisation.label.clone());
    }
    demand
}

/// Whether a client needs an input: it is from an API export and holds a role, for divisions a role
/// in a named division.
fn needs(client: &Client<'_>, input: NeededInput) -> bool {
    if client.naming == Naming::Terraform || client.address.is_some() {
        return false;
    }
    let has_effect = matches!(
        client.grant(),
        None | Some(GrantType::ClientCredentials | GrantType::Other)
    );
    if !has_effect {
        return false;
    }
    let is_named = |division: &str| !matches!(division.trim(), "" | "*");
    match input {
        NeededInput::Roles => !client.grants().is_empty(),
        NeededInput::Divisions => client
            .grants()
            .iter()
            .any(|grant| grant.division.is_some_and(is_named)),
        _ => false,
    }
}

/// Whether an organisation has an input.
fn is_given(organisation: &Organisation<'_>, input: NeededInput) -> bool {
    match input {
        NeededInput::Clients => !organisation.clients.is_empty(),
        NeededInput::Roles => organisation.roles.is_some(),
        NeededInput::Divisions => organisation.divisions.is_some(),
        NeededInput::Users => organisation.users.is_some(),
        NeededInput::Authorisations => organisation.authorisations_given,
        NeededInput::Permissions => organisation.permissions.is_some(),
        NeededInput::Usage => uncovered(organisation).next().is_none(),
        NeededInput::Policy => false,
    }
}

/// Whether a rule runs over any client.
fn runs(plan: &Plan, rule: &Rule) -> bool {
    let ran = plan.sets.iter().flat_map(Rules::all).chain(&plan.whole);
    ran.into_iter().any(|prepared| prepared.rule.id == rule.id)
}

/// The active clients that no usage results cover.
fn uncovered<'o>(organisation: &'o Organisation<'_>) -> impl Iterator<Item = &'o Client<'o>> {
    let clients = organisation.clients.iter();
    clients.filter(|client| client.off().is_none() && organisation.usage_of(client).is_none())
}

/// The demands of the configuration for an input, by organisation.
fn required(
    organisations: &[Organisation<'_>],
    input: NeededInput,
    (rules_of, request): (&Plan, &Request),
    not_judged: &[NotJudged],
) -> Vec<Demand> {
    if input == NeededInput::Policy {
        let open = not_judged.iter().filter(|open| open.needs == Need::Policy);
        let mut rules: BTreeSet<&'static str> = open.map(|open| open.rule).collect();
        // Without any policy all rules that read it are off.
        let readers = request.rules.iter().copied();
        let readers: Vec<&Rule> = readers
            .filter(|rule| plan::is_off_by_default(rule))
            .collect();
        if !readers.iter().any(|rule| runs(rules_of, rule)) {
            rules.extend(readers.iter().map(|rule| &*rule.id));
        }
        let labels = organisations.iter().map(|one| one.label.clone());
        return vec![Demand {
            organisations: labels.filter(|_| !rules.is_empty()).collect(),
            clients: organisations.iter().map(|one| one.clients.len()).sum(),
            rules,
        }];
    }
    let readers = request.rules.iter().filter(|rule| {
        let mut needs = rule.needs.iter();
        needs.any(|need| need.name() == input.name())
    });
    let readers: BTreeSet<&'static str> = readers.map(|rule| &*rule.id).collect();
    let lacking = organisations.iter().filter(|one| !is_given(one, input));
    let demands = lacking.map(|organisation| Demand {
        organisations: vec![organisation.label.clone()],
        rules: readers.clone(),
        clients: match input {
            NeededInput::Usage => uncovered(organisation).count(),
            _ => organisation.clients.len(),
        },
    });
    demands.collect()
}

/// The problem of a missing input. `is_one`: the audit is of one organisation.
pub(super) fn problem(missing: &MissingInput, is_one: bool) -> Problem {
    let (input, labels) = (missing.input, &missing.organisations);
    let whose = if is_one {
        String::new()
    } else {
        format!(" for {}", labels.join(", "))
    };
    let clients = counted(missing.clients, "client");
    let why = match missing.rules {
        0 => "the configuration requires it".to_owned(),
        1 => format!("1 rule needs it for {clients}"),
        rules => format!("{rules} rules need it for {clients}"),
    };
    let waiver = match input {
        NeededInput::Clients => String::new(),
        _ => format!(", or waive it: --without {}", input.name()),
    };
    let lack = match input {
        NeededInput::Usage => "does not cover every active client",
        _ => "is missing",
    };
    Problem::new(
        ProblemKind::MissingInput,
        format!("{} {lack}{whose}: {why}", input.file()),
        format!("export it: {}{waiver}", input.command()),
    )
}
