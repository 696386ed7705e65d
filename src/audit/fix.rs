//! Edits files until nothing is left to fix, and keeps only edits that hold.
//!
//! Invariant: pure, like the audit. A text with edits parses, the findings that they are for are
//! gone, no other finding is new, and no client can do more. An edit that does not hold is not made.

use super::halving::halve;
use super::remedies::Faults;
use super::{Request, audit};
use crate::finding::{
    Access, Change, Finding, FindingSubject, Fingerprint, PlanValue, Problem, RemedyClass, Report,
};
use crate::model::{Action, FieldName};
use crate::remedy::{Neighbour, Refusal, edited, has_role_block, is_code};
use crate::text::{Place, Purpose, Source, SourceId, Sources};
use std::collections::{BTreeMap, BTreeSet};

/// The most rounds of edits: one can make room for another.
const MOST_ROUNDS: usize = 10;

/// The most audits in a round.
const MOST_TRIALS: usize = 40;

/// The result of fixing.
#[derive(Debug, Default)]
pub struct Fixed {
    /// The texts after the edits, in the same order.
    pub sources: Sources,
    /// The texts that changed.
    pub changed: BTreeSet<SourceId>,
    /// How many findings the edits cleared.
    pub cleared: usize,
    /// How many findings more could be cleared if edits may be unsafe.
    pub left_for_unsafe: usize,
    /// The changes that were not made, by their reason, each with the place of its finding.
    pub refused: BTreeMap<String, BTreeSet<String>>,
}

/// A finding to clear: what to change, and where.
struct Task {
    rule: &'static str,
    fingerprint: Fingerprint,
    changes: Vec<(Place, Change)>,
    client: Place,
    where_found: String,
    is_of_export: bool,
}

/// Edits `sources` so that findings are cleared up to a class. `locked` gives the reason for which
/// a file is not edited. Nothing is edited if the audit is incomplete.
#[must_use]
pub fn fix(
    sources: &Sources,
    named: &[bool],
    problems: &[Problem],
    request: &Request,
    class: RemedyClass,
    locked: &dyn Fn(&str) -> Option<String>,
) -> Fixed {
    let mut request = Request {
        plan: true,
        ..request.clone()
    };
    let run = |sources: &Sources, request: &Request| {
        State::new(&audit(sources, named, problems.to_vec(), request), class)
    };
    let mut fixed = Fixed {
        sources: copied(sources, &BTreeMap::new()),
        ..Fixed::default()
    };
    let live = live(sources);
    let with_live = (!live.is_empty()).then(|| run(sources, &request));
    // What is live stays as it is until the code is applied: it only explains clients here.
    request.context.extend(live);
    let run = |sources: &Sources| run(sources, &request);
    let mut state = run(&fixed.sources);
    for _ in 0..MOST_ROUNDS {
        if state.is_incomplete {
            break;
        }
        fixed.refused.clear();
        let Some(round) = Round::new(&fixed.sources, &state, locked, &mut fixed.refused).run(&run)
        else {
            break;
        };
        for task in round.failed {
            let reason = "the result of the edit would not hold".to_owned();
            let refused = fixed.refused.entry(reason).or_default();
            refused.insert(state.tasks[task].where_found.clone());
        }
        let Some((sources, changed, next)) = round.accepted else {
            break;
        };
        fixed.cleared += round.cleared;
        fixed.sources = sources;
        fixed.changed.extend(changed);
        state = next;
    }
    if !state.unproven.is_empty() {
        let reason = "the change would bring about another finding".to_owned();
        fixed.refused.insert(reason, state.unproven);
    }
    fixed.left_for_unsafe = state.left_for_unsafe;
    for task in with_live.iter().flat_map(|state| &state.tasks) {
        if task.is_of_export {
            let reason = Refusal::Export.words();
            let refused = fixed.refused.entry(reason).or_default();
            refused.insert(task.where_found.clone());
        }
    }
    fixed
}

/// Whether a text says what the platform is: an export, a state or a plan.
fn is_live(source: &Source) -> bool {
    source.purpose() == Purpose::Audit && !is_code(source.path())
}

/// The texts that say what the platform is.
fn live(sources: &Sources) -> BTreeSet<SourceId> {
    let is_live = |source: &Source| source.purpose() == Purpose::Audit && !is_code(source.path());
    let live = sources.iter().filter(|(_, source)| is_live(source));
    live.map(|(id, _)| id).collect()
}

/// What an audit says, without its texts.
struct State {
    is_incomplete: bool,
    left_for_unsafe: usize,
    tasks: Vec<Task>,
    /// Where findings are whose changes do not hold.
    unproven: BTreeSet<String>,
    present: BTreeSet<(String, String)>,
    raised: Faults,
    access: Vec<Access>,
}

impl State {
    fn new(report: &Report<'_>, class: RemedyClass) -> Self {
        let open = report.findings.iter().chain(&report.known);
        let plan = report.plan.clone().unwrap_or_default();
        let key =
            |finding: &Finding| (finding.rule.id.to_string(), finding.fingerprint.to_string());
        let client = |finding: &Finding| match finding.subject {
            FindingSubject::Client(at) => plan.access.get(at as usize),
            FindingSubject::Other(_) => None,
        };
        let task = |finding: &Finding| {
            let remedy = &finding.remedy;
            let wanted = remedy.class <= class && !remedy.changes.is_empty();
            let (path, start, _) = report.sources.locate(finding.place);
            wanted.then(|| Task {
                rule: &finding.rule.id,
                fingerprint: finding.fingerprint,
                changes: remedy.changes.iter().flat_map(placed).collect(),
                client: client(finding).map_or(finding.place, |access| access.place),
                where_found: format!("{path}:{}", start.line),
                is_of_export: is_live(report.sources.get(finding.place.source)),
            })
        };
        let is_unproven = |finding: &&Finding| {
            let mut all = plan.unproven.iter();
            all.any(|(print, own)| *print == finding.fingerprint && *own <= class)
        };
        let unproven = open.clone().filter(is_unproven).map(|finding| {
            let (path, start, _) = report.sources.locate(finding.place);
            format!("{path}:{}", start.line)
        });
        let is_left = |finding: &&Finding| {
            let remedy = &finding.remedy;
            let is_beyond = remedy.class == RemedyClass::Unsafe && class < RemedyClass::Unsafe;
            is_beyond && !remedy.changes.is_empty()
        };
        Self {
            left_for_unsafe: open.clone().filter(is_left).count(),
            is_incomplete: !report.problems.is_empty() || !report.missing.is_empty(),
            tasks: open.clone().filter_map(task).collect(),
            unproven: unproven.collect(),
            present: open.map(key).collect(),
            raised: plan.raised,
            access: plan.access,
        }
    }
}

/// A change at each of its places; at none if the value is not set.
fn placed(change: &Change) -> Vec<(Place, Change)> {
    let Some(shown) = change.shown.as_deref() else {
        return Vec::new();
    };
    let at = |(index, place): (u32, Place)| {
        let mut change = change.clone();
        change.index = change.index.or(Some(index));
        if let Some(shown) = change.shown.as_deref_mut() {
            shown.place = Some(place);
        }
        (place, change)
    };
    let is_roles = change.field == FieldName::RoleDivisions && change.index.is_none();
    if is_roles && change.action == Action::Remove {
        return (0..).zip(shown.entries.iter().copied()).map(at).collect();
    }
    vec![(shown.place.unwrap_or_default(), change.clone())]
}

/// The result of a round.
struct Rounded {
    accepted: Option<(Sources, BTreeSet<SourceId>, State)>,
    failed: Vec<usize>,
    cleared: usize,
}

/// Where a change is made: at its value, else in the resource of its client.
fn site(sources: &Sources, client: Place, place: Place, change: &Change) -> (SourceId, u32) {
    let is_role = change.field == FieldName::RoleDivisions && change.action == Action::Remove;
    let has_block = |index| {
        let source = sources.get(client.source);
        let start = client.span.start as usize;
        has_role_block(source.path(), source.text(), start, index)
    };
    if is_inserted(change) || is_role && change.index.is_some_and(has_block) {
        (client.source, client.span.start)
    } else {
        (place.source, place.span.start)
    }
}

/// The files of Terraform.
fn neighbours(sources: &Sources) -> Vec<Neighbour<'_>> {
    let all = sources.iter().map(|(_, source)| source);
    let code = all.filter(|source| is_code(source.path()));
    code.map(|source| Neighbour {
        path: source.path(),
        text: source.text(),
    })
    .collect()
}

/// One round of edits.
struct Round<'r> {
    sources: &'r Sources,
    state: &'r State,
    /// Where each change of each task is made.
    sites: Vec<Vec<(SourceId, u32)>>,
    /// The files of Terraform.
    neighbours: Vec<Neighbour<'r>>,
    /// The tasks whose edits can be made.
    possible: Vec<usize>,
}

impl<'r> Round<'r> {
    fn new(
        sources: &'r Sources,
        state: &'r State,
        locked: &dyn Fn(&str) -> Option<String>,
        refused: &mut BTreeMap<String, BTreeSet<String>>,
    ) -> Self {
        let sites = state.tasks.iter().map(|task| {
            let changes = task.changes.iter();
            let sites = changes.map(|(place, change)| site(sources, task.client, *place, change));
            sites.collect()
        });
        let mut round = Self {
            sources,
            state,
            sites: sites.collect(),
            neighbours: neighbours(sources),
            possible: Vec::new(),
        };
        for (number, task) in state.tasks.iter().enumerate() {
            let files = round.sites[number].iter().map(|(id, _)| *id);
            let locked = files.map(|id| sources.get(id).path()).find_map(locked);
            let tried = match locked {
                Some(reason) => Err(reason),
                None => round.texts(&[number]).map_err(|refusal| refusal.words()),
            };
            match tried {
                Ok(_) => round.possible.push(number),
                Err(reason) => {
                    refused
                        .entry(reason)
                        .or_default()
                        .insert(task.where_found.clone());
                }
            }
        }
        round
    }

    /// The texts after the changes of some tasks.
    fn texts(&self, tasks: &[usize]) -> Result<BTreeMap<SourceId, String>, Refusal> {
        let mut changes: Vec<(SourceId, u32, &Change, usize)> = Vec::new();
        for &number in tasks {
            let task = &self.state.tasks[number];
            for ((_, change), &(id, start)) in task.changes.iter().zip(&self.sites[number]) {
                let entry = (id, start, change, task.client.span.start as usize);
                let is_known = changes.iter().any(|known| {
                    (known.0, known.1) == (id, start)
                        && (known.2.field, known.2.index) == (change.field, change.index)
                        && known.2.action == change.action
                });
                if !is_known {
                    changes.push(entry);
                }
            }
        }
        // From the end, so that earlier places stay where they are.
        changes.sort_by_key(|change| std::cmp::Reverse((change.0, change.1, change.2.index)));
        let mut texts: BTreeMap<SourceId, String> = BTreeMap::new();
        for (id, _, change, client) in changes {
            let source = self.sources.get(id);
            let text = texts.get(&id).map_or(source.text(), String::as_str);
            let text = edited(source.path(), text, change, client, &self.neighbours)?;
            texts.insert(id, text);
        }
        Ok(texts)
    }

    /// Makes all edits that hold together, if there are any to make.
    fn run(&self, run: &dyn Fn(&Sources) -> State) -> Option<Rounded> {
        if self.possible.is_empty() {
            return None;
        }
        let halved = halve(self.possible.clone(), MOST_TRIALS, |tried| {
            self.attempt(tried, run)
        });
        Some(Rounded {
            cleared: halved.kept.len(),
            accepted: halved.result,
            failed: halved.left,
        })
    }

    /// The texts after some tasks, if they hold.
    fn attempt(
        &self,
        tasks: &[usize],
        run: &dyn Fn(&Sources) -> State,
    ) -> Option<(Sources, BTreeSet<SourceId>, State)> {
        let texts = self.texts(tasks).ok()?;
        let changed: BTreeSet<SourceId> = texts.keys().copied().collect();
        let sources = copied(self.sources, &texts);
        let after = run(&sources);
        let is_gone = |task: &usize| {
            let task = &self.state.tasks[*task];
            let key = (task.rule.to_owned(), task.fingerprint.to_string());
            !after.present.contains(&key)
        };
        let holds = !after.is_incomplete
            && tasks.iter().all(is_gone)
            && after.raised.is_subset(&self.state.raised)
            && self.is_narrower(tasks, &after.access);
        holds.then_some((sources, changed, after))
    }

    /// Whether no client can do more than before: all new values are those of the changes.
    fn is_narrower(&self, tasks: &[usize], after: &[Access]) -> bool {
        let before = &self.state.access;
        let changes = tasks
            .iter()
            .flat_map(|task| &self.state.tasks[*task].changes);
        let new: BTreeSet<&str> = changes
            .filter_map(|(_, change)| match &change.action {
                Action::Replace(text) => Some(text.as_str()),
                _ => None,
            })
            .collect();
        before.len() == after.len()
            && before.iter().zip(after).all(|(before, after)| {
                let fields = before.fields.iter().zip(&after.fields);
                fields
                    .into_iter()
                    .all(|((_, old), (_, value))| is_within(old.as_ref(), value.as_ref(), &new))
            })
    }
}

/// Whether a value allows no more than another one, but for the texts of changes.
fn is_within(old: Option<&PlanValue>, value: Option<&PlanValue>, new: &BTreeSet<&str>) -> bool {
    const DEFAULT_LIFETIME: i64 = 86_400;
    match (old, value) {
        (Some(PlanValue::Texts(old)), Some(PlanValue::Texts(texts))) => texts
            .iter()
            .all(|text| old.contains(text) || new.contains(text.as_str())),
        (Some(PlanValue::Grants(old)), Some(PlanValue::Grants(grants))) => {
            grants.iter().all(|grant| old.contains(grant))
        }
        (Some(PlanValue::Texts(_) | PlanValue::Grants(_)), Some(PlanValue::Unset)) => true,
        (Some(PlanValue::Number(old)), Some(PlanValue::Number(number))) => number <= old,
        (Some(PlanValue::Unset), Some(PlanValue::Number(number))) => *number <= DEFAULT_LIFETIME,
        (old, value) => old == value,
    }
}

fn is_inserted(change: &Change) -> bool {
    change
        .shown
        .as_deref()
        .is_some_and(|shown| shown.place.is_none())
}

/// The sources with some texts replaced.
fn copied(sources: &Sources, texts: &BTreeMap<SourceId, String>) -> Sources {
    let mut copy = Sources::default();
    for (id, source) in sources.iter() {
        let text = texts.get(&id).map_or(source.text(), String::as_str);
        copy.add(Source::new(source.path(), text).with_purpose(source.purpose()));
    }
    copy
}
