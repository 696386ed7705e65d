//! Builds the recommendations: what each client needs by its usage, as plain data for reports.

use super::divisions_of;
use crate::finding::{
    BecauseOf, CallCounts, CustomPolicy, CustomRole, DivisionName, DroppedRole, PermissionLists,
    ProposalKind, Recommendation, Recommendations, RoleLists, RoleName, RoleProposal, ScopeLists,
    UsageFacts, UsageWindow,
};
use crate::model::{Organisation, Role, Window};
use crate::text::Redactor;
use crate::usage::{Analyser, Analysis, HOME, Policy, Proposal};
use jiff::civil::Date;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

/// The recommendations for all clients of `organisations`, in their order.
#[must_use]
pub fn recommend(
    organisations: &[Organisation<'_>],
    today: Date,
    redactor: &Redactor,
) -> Recommendations {
    let mut recommendations = Recommendations::default();
    for organisation in organisations {
        let analyser = Analyser::new(organisation, today);
        let names = divisions_of(organisation, redactor).into_iter();
        let names = names.map(|(key, facts)| (key, facts.label.into_owned()));
        let permissions = analyser.permission_names();
        let permissions = permissions.map(|name| (name, redactor.words(name)));
        let writer = Writer {
            redactor,
            divisions: names.collect(),
            permissions: permissions.collect(),
        };
        let written: Vec<(Recommendation, bool)> = organisation
            .clients
            .pieces()
            .par_iter()
            .flatten()
            .map(|client| {
                let analysis = analyser.analyse(client);
                let shows_unenforced = analysis.shows_unenforced;
                let label = redactor.words(client.label());
                (writer.recommendation(&analysis, &label), shows_unenforced)
            })
            .collect();
        let operations = analyser.operations();
        recommendations.organisations.push(UsageFacts {
            label: redactor.words(&organisation.label).into_owned(),
            table: operations.date,
            operations: operations.list().len(),
            unmapped: written.iter().map(|(one, _)| one.calls.unmapped).sum(),
            shows_unenforced: written.iter().any(|(_, shows)| *shows),
        });
        let written = written
            .into_iter()
            .map(|(recommendation, _)| recommendation);
        recommendations.clients.extend(written);
    }
    recommendations
}

/// Writes analyses as plain, masked data.
struct Writer<'r> {
    redactor: &'r Redactor,
    /// The names of divisions by id in lower case.
    divisions: HashMap<String, String>,
    /// The permissions as they are shown: clients have many and the same.
    permissions: HashMap<&'r str, Cow<'r, str>>,
}

impl Writer<'_> {
    fn masked(&self, text: &str) -> String {
        self.redactor.words(text).into_owned()
    }

    fn all<T: AsRef<str>>(&self, texts: &[T]) -> Vec<String> {
        texts
            .iter()
            .map(|text| self.masked(text.as_ref()))
            .collect()
    }

    fn permissions(&self, names: &[&str]) -> Vec<String> {
        let shown = |name: &&str| match self.permissions.get(name) {
            Some(shown) => shown.to_string(),
            None => self.masked(name),
        };
        names.iter().map(shown).collect()
    }

    fn recommendation(&self, analysis: &Analysis<'_>, label: &str) -> Recommendation {
        let (scopes, permissions) = (&analysis.scopes, &analysis.permissions);
        let proposals = analysis.roles.proposals.iter();
        let customs = proposals
            .clone()
            .filter(|proposal| is_custom(proposal))
            .count();
        let mut number = 0;
        Recommendation {
            window: analysis.window.map(window),
            confidence: analysis.confidence,
            reasons: self.all(&analysis.reasons),
            calls: CallCounts {
                used: analysis.calls.used().count(),
                attempted: analysis.calls.attempted().count(),
                unmapped: analysis.calls.unmapped(),
                opaque: analysis.opaque,
            },
            scopes: ScopeLists {
                target: self.all(&scopes.target),
                downgrade: self.all(&scopes.downgrade),
                remove: self.all(&scopes.remove),
                only_failing: self.all(&scopes.only_failing),
                missing: self.all(&scopes.missing),
            },
            permissions: PermissionLists {
                certain: self.permissions(&permissions.certain),
                one_of: self.permissions(&permissions.one_of),
                possible: self.permissions(&permissions.possible),
                keep: self.permissions(&permissions.keep),
                removable: self.permissions(&permissions.removable),
                unexplained: self.permissions(&permissions.unexplained),
            },
            roles: RoleLists {
                drop: analysis
                    .roles
                    .drop
                    .iter()
                    .map(|dropped| DroppedRole {
                        role: self.role(dropped.role),
                        divisions: self.named(&dropped.divisions),
                        unused: dropped.unused,
                    })
                    .collect(),
                proposals: proposals
                    .map(|proposal| {
                        number += usize::from(is_custom(proposal));
                        let name = custom_name(label, number, customs);
                        self.proposal(proposal, name)
                    })
                    .collect(),
            },
            because: self.because(analysis),
        }
    }

    fn because(&self, analysis: &Analysis<'_>) -> BTreeMap<String, Vec<BecauseOf>> {
        let entries = analysis.because.iter();
        entries
            .map(|(right, calls)| {
                let calls = calls.iter().filter_map(|at| analysis.calls.mapped.get(*at));
                let calls = calls.map(|call| BecauseOf {
                    method: call.operation.method.to_string(),
                    path: self.masked(&call.operation.path),
                    requests: call.requests,
                    last: call.days.last().copied(),
                    failed: !call.used,
                });
                (self.masked(right), calls.collect())
            })
            .collect()
    }

    fn role(&self, role: &Role<'_>) -> RoleName {
        RoleName {
            id: self.masked(&role.id),
            name: self.masked(role.label()),
        }
    }

    fn named(&self, divisions: &[String]) -> Vec<DivisionName> {
        let names = divisions.iter().map(|id| {
            let name = match &**id {
                "*" => "all divisions".to_owned(),
                HOME => "home division".to_owned(),
                id => {
                    let known = self.divisions.get(&id.to_ascii_lowercase());
                    known.cloned().unwrap_or_else(|| self.masked(id))
                }
            };
            DivisionName {
                id: self.masked(id),
                name,
            }
        });
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }

    fn proposal(&self, proposal: &Proposal<'_>, name: String) -> RoleProposal {
        match proposal {
            Proposal::Existing { divisions, roles } => {
                let roles = roles.iter();
                let roles =
                    roles.map(|role| (self.role(role.role), self.permissions(&role.excess)));
                RoleProposal {
                    divisions: self.named(divisions),
                    kind: ProposalKind::Existing(roles.collect()),
                }
            }
            Proposal::Custom {
                divisions,
                permissions,
                policies,
            } => RoleProposal {
                divisions: self.named(divisions),
                kind: ProposalKind::Custom(CustomRole {
                    name,
                    permissions: self.all(permissions),
                    policies: policies.iter().map(|policy| self.policy(policy)).collect(),
                }),
            },
        }
    }

    fn policy(&self, policy: &Policy<'_>) -> CustomPolicy {
        CustomPolicy {
            domain: self.masked(policy.domain),
            entity: self.masked(policy.entity),
            actions: self.all(&policy.actions),
            condition: policy.condition.map(|node| self.masked(node)),
        }
    }
}

const fn is_custom(proposal: &Proposal<'_>) -> bool {
    matches!(proposal, Proposal::Custom { .. })
}

/// The name of a role to create for a client, which can need several.
fn custom_name(client: &str, number: usize, all: usize) -> String {
    if all > 1 {
        format!("{client} - least privilege {number}")
    } else {
        format!("{client} - least privilege")
    }
}

fn window(window: &Window) -> UsageWindow {
    UsageWindow {
        start: window.whole.start,
        end: window.whole.end,
        days: window.days(),
        gaps: window.gaps.iter().map(|gap| (gap.start, gap.end)).collect(),
    }
}
