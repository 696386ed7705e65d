//! The remedies of all findings, each consistent with those of the same client.

use super::halving::halve;
use crate::engine::{self, Setting};
use crate::finding::{
    Finding, FindingSubject, Fingerprint, Left, NotPlanned, Plan, RemedyClass, Suppressed,
};
use crate::model::{Client, FieldName, KindOf, Organisation};
use crate::policy::Disposition;
use crate::remedy::{
    access, apply, excluded, group, hidden_fields, is_about, is_of_grant, is_of_world, settle, step,
};
use crate::text::Redactor;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Clients that findings change, by their positions in the report, each with the position of its
/// organisation.
pub(super) type Changed<'s> = BTreeMap<u32, (usize, Client<'s>)>;

/// The positions of the clients that the remedies of `findings` change.
pub(super) fn changed_clients(findings: &[Finding]) -> BTreeSet<u32> {
    let changes = |finding: &&Finding| {
        let remedy = &finding.remedy;
        !(remedy.changes.is_empty() && remedy.options.is_empty())
    };
    let changing = findings.iter().filter(changes);
    changing.filter_map(position).collect()
}

fn position(finding: &Finding) -> Option<u32> {
    match finding.subject {
        FindingSubject::Client(number) => Some(number),
        FindingSubject::Other(_) => None,
    }
}

/// Makes the remedies of open findings consistent. Those of accepted findings, and of findings
/// that are not shown, are each kept as they are.
pub(super) fn settle_all(
    disposition: &mut Disposition,
    changed: &Changed<'_>,
    organisations: &[Organisation<'_>],
    redactor: &Redactor,
) {
    let Disposition {
        findings,
        known,
        suppressed,
        below_threshold,
        ..
    } = disposition;
    let accepted = || suppressed.iter().map(|entry| &entry.finding);
    let of_grant = findings.iter().chain(known.iter()).chain(accepted());
    let of_grant = of_grant.filter(|finding| is_of_grant(finding));
    let of_grant: BTreeSet<u32> = of_grant.filter_map(position).collect();
    let mut groups: BTreeMap<(u32, usize, usize), Vec<&mut Finding>> = BTreeMap::new();
    let open = findings.iter_mut().chain(known.iter_mut());
    for finding in open {
        if let Some(number) = position(finding) {
            let world = world_of(changed, number, finding);
            groups.entry((number, 0, world)).or_default().push(finding);
        }
    }
    let accepted = suppressed
        .iter_mut()
        .map(|Suppressed { finding, .. }| finding);
    for (at, finding) in accepted.chain(below_threshold).enumerate() {
        if let Some(number) = position(finding) {
            let key = (number, at + 1, world_of(changed, number, finding));
            groups.entry(key).or_default().push(finding);
        }
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups
        .par_iter_mut()
        .for_each(|((number, _, world), findings)| {
            let changed = changed.get(number);
            let client = changed.and_then(|(_, client)| client.worlds().nth(*world));
            if let Some(((organisation, _), client)) = changed.zip(client) {
                let organisation = &organisations[*organisation];
                let is_grant_open = of_grant.contains(number);
                settle(client, findings, is_grant_open, organisation, redactor);
            }
        });
}

/// The first world of a client in which a finding is about its values.
fn world_of(changed: &Changed<'_>, number: u32, finding: &Finding) -> usize {
    let Some((_, client)) = changed.get(&number) else {
        return 0;
    };
    let mut worlds = client.worlds();
    let is_there = |world: &Client<'_>| is_of_world(world, &finding.remedy, finding.place);
    if client.rare.other_worlds.is_empty() {
        return 0;
    }
    worlds.position(is_there).unwrap_or(0)
}

/// Changes that are made together or not at all: those of one list or value of a client.
type Unit = (u32, FieldName);

/// The fault of a client as far as a change can bring it about: the rule and the field.
type Fault = (FindingSubject, &'static str, String);

/// The faults that the rules report.
pub(super) type Faults = BTreeSet<Fault>;

/// What the rules report before precedence.
pub(super) fn raised(findings: &[Finding]) -> Faults {
    let fault = |finding: &Finding| {
        let path = finding.target.path().to_owned();
        (finding.subject, finding.rule.id.as_ref(), path)
    };
    findings.iter().map(fault).collect()
}

/// Audits what the remedies make of the clients.
pub(super) struct Trial<'r, 's> {
    /// The organisations as they are.
    pub organisations: &'r [Organisation<'s>],
    /// The rules.
    pub plan: &'r engine::Plan,
    /// What the rules run with.
    pub setting: Setting<'r>,
    /// What they report now.
    pub raised: Faults,
}

/// How often changes are tried. What is not tried by then is left to a decision.
const MOST_TRIALS: usize = 200;

impl Trial<'_, '_> {
    /// What to change, as far as it holds.
    pub(super) fn plan(self, disposition: &mut Disposition) -> Plan {
        let unproven = self.keep_proven(disposition);
        let (organisations, redactor) = (self.organisations, self.setting.redactor);
        Plan {
            unproven,
            ..plan(disposition, organisations, self.raised, redactor)
        }
    }

    /// Leaves remedies to a decision that do not clear their finding, or bring about another one:
    /// two clients can become equal by changes that are right for each. Returns these.
    fn keep_proven(&self, disposition: &mut Disposition) -> Vec<(Fingerprint, RemedyClass)> {
        let mut unproven = Vec::new();
        let proven = {
            let open = disposition.findings.iter().chain(&disposition.known);
            let planned: Vec<&Finding> = open.filter(|finding| is_planned(finding)).collect();
            self.proven(&planned)
        };
        let open = disposition.findings.iter_mut();
        for finding in open.chain(disposition.known.iter_mut()) {
            let units = units(finding);
            if is_planned(finding) && !units.iter().all(|unit| proven.contains(unit)) {
                let remedy = &mut finding.remedy;
                unproven.push((finding.fingerprint, remedy.class));
                remedy.class = RemedyClass::Manual;
                let changes = std::mem::take(&mut remedy.changes);
                remedy.options.insert(0, changes);
            }
        }
        unproven
    }

    /// The units that hold together.
    fn proven(&self, planned: &[&Finding]) -> BTreeSet<Unit> {
        let all: BTreeSet<Unit> = planned.iter().flat_map(|finding| units(finding)).collect();
        let halved = halve(all.into_iter().collect(), MOST_TRIALS, |tried| {
            let tried: BTreeSet<Unit> = tried.iter().copied().collect();
            self.holds(planned, &tried).then_some(())
        });
        halved.kept.into_iter().collect()
    }

    /// Whether the findings of these units are gone after their changes, and no other is new.
    fn holds(&self, planned: &[&Finding], tried: &BTreeSet<Unit>) -> bool {
        let is_tried = |finding: &Finding| units(finding).iter().all(|unit| tried.contains(unit));
        let planned = planned.iter().filter(|finding| is_tried(finding));
        let mut by_client: BTreeMap<u32, Vec<&Finding>> = BTreeMap::new();
        for finding in planned {
            if let Some(number) = position(finding) {
                by_client.entry(number).or_default().push(finding);
            }
        }
        let mut organisations = self.organisations.to_vec();
        let mut number = 0;
        for organisation in &mut organisations {
            let mut clients = std::mem::take(&mut organisation.clients);
            for client in &mut clients {
                if let Some(findings) = by_client.get(&number) {
                    let changes = findings.iter().flat_map(|finding| &finding.remedy.changes);
                    let changes: Vec<_> = changes.collect();
                    let has_worlds = !client.rare.other_worlds.is_empty();
                    client.for_each_world(|world| {
                        let all = changes.iter().copied();
                        let own = all.filter(|change| !has_worlds || is_about(world, change));
                        let own: Vec<_> = own.collect();
                        apply(world, own.iter().copied());
                        world.kind = KindOf::recognise(world, organisation);
                    });
                }
                number += 1;
            }
            organisation.clients = clients;
        }
        let after = engine::run(&organisations, self.plan, self.setting).findings;
        if !raised(&after).is_subset(&self.raised) {
            return false;
        }
        let remains: HashSet<_> = after
            .iter()
            .map(|finding| {
                (
                    finding.subject,
                    &*finding.rule.id,
                    finding.identity.as_str(),
                )
            })
            .collect();
        by_client.values().flatten().all(|finding| {
            let key = (
                finding.subject,
                &*finding.rule.id,
                finding.identity.as_str(),
            );
            !remains.contains(&key)
        })
    }
}

/// Whether a finding is cleared without a decision.
fn is_planned(finding: &Finding) -> bool {
    let remedy = &finding.remedy;
    remedy.class != RemedyClass::Manual && !remedy.changes.is_empty()
}

/// The units of the changes of a finding.
fn units(finding: &Finding) -> Vec<Unit> {
    let changes = finding.remedy.changes.iter();
    let number = position(finding);
    changes
        .filter_map(|change| Some((number?, group(change))))
        .collect()
}

/// The plan of a report of which every client is known.
fn plan(
    disposition: &Disposition,
    organisations: &[Organisation<'_>],
    raised: Faults,
    redactor: &Redactor,
) -> Plan {
    let mut plan = Plan {
        raised,
        ..Plan::default()
    };
    let mut by_client: BTreeMap<u32, Vec<&Finding>> = BTreeMap::new();
    for finding in disposition.findings.iter().chain(&disposition.known) {
        match position(finding) {
            Some(number) => by_client.entry(number).or_default().push(finding),
            None => plan.left.push(left(finding, NotPlanned::NotClient)),
        }
    }
    let clients = organisations.iter().flat_map(|organisation| {
        let clients = organisation.clients.iter();
        clients.map(move |client| (client, organisation))
    });
    for (number, (client, organisation)) in (0..).zip(clients) {
        plan.access.push(access(client));
        let Some(findings) = by_client.get(&number) else {
            continue;
        };
        let why = excluded(client, organisation);
        let is_planned = |finding: &&Finding| why.is_none() && is_planned(finding);
        let wanted: Vec<&Finding> = findings.iter().copied().filter(is_planned).collect();
        let hidden = hidden_fields(client, &wanted, redactor);
        let is_hidden = |finding: &&Finding| {
            let mut changes = finding.remedy.changes.iter();
            changes.any(|change| hidden.contains(&change.field))
        };
        let shown = wanted.into_iter().filter(|finding| !is_hidden(finding));
        let shown: Vec<&Finding> = shown.collect();
        let step = if shown.is_empty() {
            None
        } else {
            step(client, number, &shown, organisation, redactor)
        };
        for finding in findings {
            let reason = match why {
                Some(why) => why,
                None if !is_planned(finding) => NotPlanned::Manual,
                None if step.is_none() || is_hidden(finding) => NotPlanned::Hidden,
                None => continue,
            };
            plan.left.push(left(finding, reason));
        }
        plan.steps.extend(step);
    }
    plan
}

fn left(finding: &Finding, reason: NotPlanned) -> Left {
    Left {
        finding: finding.clone(),
        reason,
    }
}
