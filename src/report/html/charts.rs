//! Bars: how findings, clients, lifetimes and hosts are spread.

use crate::catalog::Severity;
use crate::finding::{Fact, Profile, Report, RoleTier};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Bars of a chart at most; the rest is one bar.
const MOST: usize = 7;

/// A chart of bars, which is a table to those who do not see it.
pub struct Chart {
    pub title: &'static str,
    /// What is counted.
    pub unit: &'static str,
    /// The filter of the page that a label of a bar is a value of, if there is one.
    pub filter: Option<&'static str>,
    pub bars: Vec<Bar>,
}

/// A bar: a label, a number, and a length in per cent of the longest.
pub struct Bar {
    pub label: String,
    pub count: usize,
    pub percent: usize,
    /// For looks only; [`REST`] has no length.
    pub class: &'static str,
}

impl Bar {
    /// The filter of the page that shows the clients of a bar, if there is one for the chart.
    pub fn filter(&self, chart: &Chart) -> Option<&'static str> {
        chart
            .filter
            .filter(|_| self.class != REST && self.count > 0)
    }
}

/// The class of what does not belong on the scale: all others, or nothing known.
const REST: &str = "rest";

/// A part of the bar that shows all severities in one line.
pub struct Segment {
    pub severity: Severity,
    /// Thousandths of the whole.
    pub from: usize,
    pub width: usize,
}

impl Chart {
    fn new(
        title: &'static str,
        unit: &'static str,
        filter: Option<&'static str>,
        bars: impl IntoIterator<Item = (String, usize, &'static str)>,
    ) -> Self {
        let bars: Vec<_> = bars.into_iter().collect();
        let on_scale = bars.iter().filter(|(_, _, class)| *class != REST);
        let longest = on_scale.map(|(_, count, _)| *count).max().unwrap_or(0);
        Self {
            title,
            unit,
            filter,
            bars: bars
                .into_iter()
                .map(|(label, count, class)| Bar {
                    percent: match class {
                        REST => 0,
                        _ => share(count, longest, 100),
                    },
                    label,
                    count,
                    class,
                })
                .collect(),
        }
    }
}

/// `count` of `whole` in `parts`, at least one part if there is anything.
fn share(count: usize, whole: usize, parts: usize) -> usize {
    if count == 0 || whole == 0 {
        return 0;
    }
    (count.saturating_mul(parts) / whole).clamp(1, parts)
}

/// All charts that there are facts for.
pub fn all(report: &Report<'_>) -> Vec<Chart> {
    let mut charts = vec![rules(report), kinds(report)];
    if report.inventory.is_some() {
        charts.extend([
            tiers(report),
            lifetimes(report),
            ages(report),
            hosts(report),
        ]);
    }
    charts.retain(|chart| chart.bars.iter().any(|bar| bar.count > 0));
    charts
}

/// The severities in one line.
pub fn segments(report: &Report<'_>) -> Vec<Segment> {
    let open = report.summary.open;
    let total: usize = open.iter().sum();
    let mut from = 0;
    let mut before = 0;
    let mut segments = Vec::new();
    for severity in Severity::ALL.into_iter().rev() {
        let count = open[severity as usize];
        before += count;
        if count == 0 || total == 0 {
            continue;
        }
        let to = before.saturating_mul(1000) / total;
        segments.push(Segment {
            severity,
            from,
            width: to.saturating_sub(from).max(3),
        });
        from = to;
    }
    segments
}

fn rules(report: &Report<'_>) -> Chart {
    let rules = super::rules::open_by_rule(report);
    let mut rules: Vec<_> = rules.into_iter().collect();
    rules.sort_by_key(|(_, (_, worst))| std::cmp::Reverse(*worst));
    let counted = rules
        .into_iter()
        .map(|(rule, (count, worst))| (rule.to_owned(), count, worst.name()));
    Chart::new(
        "Rules broken most",
        "open findings",
        Some("rule"),
        most(counted.collect(), "other rules"),
    )
}

fn kinds(report: &Report<'_>) -> Chart {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for client in &report.clients {
        *kinds.entry(client.kind).or_insert(0) += 1;
    }
    let counted = kinds
        .into_iter()
        .map(|(kind, count)| (kind.to_owned(), count, "plain"));
    Chart::new(
        "Kinds of client",
        "clients",
        Some("kind"),
        most(counted.collect(), "other kinds"),
    )
}

fn tiers(report: &Report<'_>) -> Chart {
    let reaches = || {
        let profiles = report.inventory.iter().flat_map(|all| &all.profiles);
        profiles.map(|profile| profile.reach)
    };
    let of_tier = |tier: RoleTier| {
        let count = reaches().filter(|reach| reach.tier() == Some(tier)).count();
        (tier.name().to_owned(), count, tier.name())
    };
    let named = |words: &str| {
        let count = reaches()
            .filter(|reach| reach.tier().is_none() && reach.words() == words)
            .count();
        (words.to_owned(), count, "plain")
    };
    let bars = RoleTier::WORST_FIRST.into_iter().map(of_tier);
    let others = [named("as its user"), named("none")];
    Chart::new(
        "What clients can do",
        "clients",
        Some("tier"),
        bars.chain(others),
    )
}

/// How long tokens live, as the chart and the filter call it.
const LIFETIMES: [(i64, &str); 5] = [
    (3_600, "up to 1 h"),
    (28_800, "up to 8 h"),
    (86_400, "up to 1 day"),
    (172_800, "up to 2 days"),
    (i64::MAX, "longer"),
];

/// How long ago a client was changed, as the chart and the filter call it.
const AGES: [(i32, &str); 4] = [
    (90, "90 days"),
    (365, "a year"),
    (730, "2 years"),
    (i32::MAX, "longer ago"),
];

/// The bar of the chart of lifetimes that a client belongs to.
pub fn lifetime_label(profile: &Profile<'_>) -> &'static str {
    match profile.lifetime {
        Fact::Known(seconds) => {
            let step = LIFETIMES.iter().find(|(limit, _)| seconds <= *limit);
            step.map_or("", |(_, label)| label)
        }
        Fact::Absent => "not set",
        Fact::Unknown => "unknown",
    }
}

/// The bar of the chart of ages that a client belongs to.
pub fn age_label(profile: &Profile<'_>, today: Date) -> &'static str {
    let changed = profile.modified.or(profile.created);
    let span = changed.and_then(|day| today.since(day).ok());
    let step = span.and_then(|span| AGES.iter().find(|(limit, _)| span.get_days() <= *limit));
    step.map_or("not given", |(_, label)| label)
}

/// A chart whose bars are these labels in their order, then labels that occur besides.
fn steps<'p>(
    (title, filter): (&'static str, &'static str),
    labels: &[&'static str],
    profiles: impl Iterator<Item = &'p Profile<'p>>,
    label: impl Fn(&Profile<'_>) -> &'static str,
) -> Chart {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for profile in profiles {
        *counts.entry(label(profile)).or_insert(0) += 1;
    }
    let steps = labels.iter().map(|label| {
        let count = counts.remove(label).unwrap_or(0);
        ((*label).to_owned(), count, "plain")
    });
    let steps: Vec<_> = steps.collect();
    let rest = counts.into_iter();
    let rest = rest.map(|(label, count)| (label.to_owned(), count, REST));
    Chart::new(
        title,
        "clients",
        Some(filter),
        steps.into_iter().chain(rest),
    )
}

fn profiles<'r>(report: &'r Report<'_>) -> impl Iterator<Item = &'r Profile<'r>> {
    report.inventory.iter().flat_map(|all| &all.profiles)
}

fn lifetimes(report: &Report<'_>) -> Chart {
    let name = ("How long tokens live", "lives");
    let labels = LIFETIMES.map(|(_, label)| label);
    steps(name, &labels, profiles(report), lifetime_label)
}

fn ages(report: &Report<'_>) -> Chart {
    let name = ("Last changed within", "age");
    let labels = AGES.map(|(_, label)| label);
    steps(name, &labels, profiles(report), |profile| {
        age_label(profile, report.today)
    })
}

fn hosts(report: &Report<'_>) -> Chart {
    let mut hosts: BTreeMap<&str, usize> = BTreeMap::new();
    for profile in report.inventory.iter().flat_map(|all| &all.profiles) {
        for host in &profile.hosts.items {
            *hosts.entry(host).or_insert(0) += 1;
        }
    }
    let counted = hosts
        .into_iter()
        .map(|(host, count)| (host.to_owned(), count, "plain"));
    Chart::new(
        "Where clients redirect to",
        "clients",
        Some("text"),
        most(counted.collect(), "other hosts"),
    )
}

/// The longest bars, and the others as one. Equal ones keep their order.
fn most(
    mut counted: Vec<(String, usize, &'static str)>,
    others: &str,
) -> Vec<(String, usize, &'static str)> {
    counted.sort_by_key(|(_, count, _)| std::cmp::Reverse(*count));
    if counted.len() > MOST {
        let rest = counted.split_off(MOST - 1);
        let sum = rest.iter().map(|(_, count, _)| count).sum();
        counted.push((format!("{} {others}", rest.len()), sum, REST));
    }
    counted
}
