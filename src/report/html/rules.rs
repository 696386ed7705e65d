//! The rules that ran, and the standards that they cover.

use crate::catalog::{Rule, Severity};
use crate::finding::Report;
use std::collections::BTreeMap;

/// A rule and its findings.
#[derive(Clone)]
pub struct RuleView {
    pub rule: &'static Rule,
    /// Open findings: new, known and undecided ones.
    pub findings: usize,
    /// Accepted findings.
    pub accepted: usize,
    /// The worst severity that it was found with, else its own.
    pub severity: Severity,
    /// Clients for which it could not be judged.
    pub open: usize,
}

impl RuleView {
    /// Its sources: titles, and addresses if they are web addresses.
    pub fn references(&self) -> Vec<(&'static str, Option<&'static str>)> {
        let references = self.rule.references.iter();
        references
            .map(|reference| {
                let url: &'static str = &reference.url;
                let is_web = url.starts_with("https://") || url.starts_with("http://");
                (&*reference.title, is_web.then_some(url))
            })
            .collect()
    }
}

/// Standards of one body.
pub struct Family {
    /// The letters that its ids begin with.
    key: String,
    pub standards: Vec<Standard>,
}

impl Family {
    /// The body's name for them.
    pub fn name(&self) -> &str {
        match self.key.as_str() {
            "ASVS" => "OWASP Application Security Verification Standard",
            "CWE" => "Common Weakness Enumeration",
            "NHI" => "OWASP Non-Human Identities Top 10",
            "NIST" => "NIST Special Publications",
            "RFC" => "IETF",
            key => key,
        }
    }
}

/// What the audit says about one clause of a standard.
pub struct Standard {
    pub id: &'static str,
    /// The rules that cover it, and whether each found anything.
    pub rules: Vec<(&'static str, bool)>,
    /// Open findings.
    pub findings: usize,
    /// Accepted findings.
    pub accepted: usize,
    /// Rules that could not be judged for some client.
    pub open: usize,
}

/// The number of open findings of each rule and their worst severity: new, known and undecided
/// ones.
pub fn open_by_rule<'r>(report: &'r Report<'_>) -> BTreeMap<&'r str, (usize, Severity)> {
    let mut found: BTreeMap<&str, (usize, Severity)> = BTreeMap::new();
    let open = report.findings.iter().chain(&report.known);
    let open = open.map(|finding| (&*finding.rule.id, finding.severity));
    let undecided = report.baseline.iter().flat_map(|facts| &facts.undecided);
    let undecided = undecided.map(|open| (&*open.entry.rule, open.entry.severity));
    for (rule, severity) in open.chain(undecided) {
        let (count, worst) = found.entry(rule).or_insert((0, severity));
        *count += 1;
        *worst = (*worst).max(severity);
    }
    found
}

/// The rules that ran: those with most findings of the worst severity first.
pub fn views(report: &Report<'_>) -> Vec<RuleView> {
    let found = open_by_rule(report);
    let mut accepted: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in &report.suppressed {
        *accepted.entry(&entry.finding.rule.id).or_insert(0) += 1;
    }
    let mut open: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in &report.not_judged {
        let clients = open.entry(entry.rule).or_insert(0);
        *clients = (*clients).max(entry.clients as usize);
    }
    let mut views: Vec<_> = report
        .rules
        .iter()
        .map(|rule| {
            let usual = (0, report.rule_severity(rule));
            let (findings, severity) = found.get(&*rule.id).copied().unwrap_or(usual);
            RuleView {
                rule,
                findings,
                accepted: accepted.get(&*rule.id).copied().unwrap_or(0),
                severity,
                open: open.get(&*rule.id).copied().unwrap_or(0),
            }
        })
        .collect();
    // Stable: else by id.
    views.sort_by_key(|view| std::cmp::Reverse((view.findings > 0, view.severity, view.findings)));
    views
}

/// The standards of the rules that ran, by family.
pub fn families(report: &Report<'_>, views: &[RuleView]) -> Vec<Family> {
    let mut standards: BTreeMap<(String, Vec<u32>, &str), Standard> = BTreeMap::new();
    let views: BTreeMap<&str, &RuleView> =
        views.iter().map(|view| (&*view.rule.id, view)).collect();
    for rule in &report.rules {
        let view = views.get(&*rule.id);
        for id in rule.standards.iter() {
            let key = (family_of(id), numbers_of(id), &**id);
            let standard = standards.entry(key).or_insert_with(|| Standard {
                id,
                rules: Vec::new(),
                findings: 0,
                accepted: 0,
                open: 0,
            });
            let findings = view.map_or(0, |view| view.findings);
            standard.rules.push((&*rule.id, findings > 0));
            standard.findings += findings;
            standard.accepted += view.map_or(0, |view| view.accepted);
            standard.open += usize::from(view.is_some_and(|view| view.open > 0));
        }
    }
    let mut families: Vec<Family> = Vec::new();
    for ((key, _, _), standard) in standards {
        match families.last_mut().filter(|family| family.key == key) {
            Some(family) => family.standards.push(standard),
            None => families.push(Family {
                key,
                standards: vec![standard],
            }),
        }
    }
    families
}

/// `RFC` of `RFC9700-2.1.2`.
fn family_of(id: &str) -> String {
    id.chars()
        .take_while(|character| character.is_alphabetic())
        .collect()
}

/// The numbers in an id, so that CWE-79 comes before CWE-601.
fn numbers_of(id: &str) -> Vec<u32> {
    id.split(|character: char| !character.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok())
        .collect()
}
