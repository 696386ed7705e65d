//! The overall result of a report in words, which every format shows.
//!
//! Invariant: only [`ReportVerdict::NothingOpen`] of a complete run is green, and only then a
//! format says "no findings".

use crate::catalog::Severity;
use crate::finding::{Report, ReportVerdict, UnknownValues};
use crate::text::{counted, digits, plural};

/// How a result looks; the words say it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// Green: complete, and nothing is open.
    Good,
    /// Amber: nothing is new, but findings are open or rules could not judge.
    Warn,
    /// Red: new findings, or an incomplete run.
    Bad,
}

impl Tone {
    /// The tone of a report.
    pub(super) fn new(report: &Report<'_>) -> Self {
        match (report.exit, report.verdict()) {
            (1.., _) => Self::Bad,
            (_, ReportVerdict::NothingOpen) if !hides_severe(report) => Self::Good,
            _ => Self::Warn,
        }
    }
}

/// Whether findings of high severity exist that the chosen confidence or severity hides.
fn hides_severe(report: &Report<'_>) -> bool {
    let mut hidden = report.below_threshold.iter();
    hidden.any(|finding| finding.severity >= Severity::High)
}

/// The overall result in words, with counts by severity: `2 critical, 5 high`, `nothing new, 38
/// known findings open (4 critical, 34 high)`, `nothing found in what could be judged: ..`.
pub(super) fn headline(report: &Report<'_>) -> String {
    let new = by_severity(report.summary.findings);
    let notices = super::shared::failing(report).notices();
    let words = match (&new, notices) {
        (Some(new), 0) => Some(new.clone()),
        (Some(new), _) => Some(format!("{new}, {}", counted(notices, "notice"))),
        (None, 0) => None,
        (None, _) => Some(counted(notices, "notice")),
    };
    let in_part = is_read_in_part(report);
    match (words, not_new(report), limits(report)) {
        (Some(new), Some(others), _) => format!("{new}; {others}"),
        (Some(new), None, _) => new,
        (None, Some(others), _) if in_part => {
            format!("nothing new in what could be read, {others}")
        }
        (None, Some(others), Some(limits)) => {
            format!("nothing new, {others}; judged in part: {limits}")
        }
        (None, Some(others), None) => format!("nothing new, {others}"),
        (None, None, _) if in_part => "nothing found in what could be read".to_owned(),
        (None, None, Some(limits)) => format!("nothing found in what could be judged: {limits}"),
        (None, None, None) => "no findings".to_owned(),
    }
}

/// What the open findings mean, in a sentence: `4 clients can take over the organisation or leak a
/// live credential; 11 more are one step away from customer data`. None if nothing is open. The
/// meaning of the severities is that of docs/severity.md.
pub(super) fn exposure(worst: impl Iterator<Item = Severity>) -> Option<String> {
    let [info, low, medium, high, critical] = severity_counts(worst);
    let lesser = info + low + medium;
    let is_are = |count| plural(count, "is", "are");
    let step = "one step away from customer data";
    Some(match (critical, high) {
        (0, 0) if lesser == 0 => return None,
        (0, 0) => format!(
            "{} {} findings, and none of them is high or critical",
            counted(lesser, "client"),
            plural(lesser, "has", "have")
        ),
        (0, high) => format!("{} {} {step}", counted(high, "client"), is_are(high)),
        (critical, high) => {
            let takes = format!(
                "{} can take over the organisation or {} a live credential",
                counted(critical, "client"),
                plural(critical, "leaks", "leak")
            );
            match high {
                0 => takes,
                high => format!("{takes}; {} more {} {step}", digits(high), is_are(high)),
            }
        }
    })
}

/// Whether a part of the input was not read.
fn is_read_in_part(report: &Report<'_>) -> bool {
    report.exit > 1 || !report.problems.is_empty()
}

/// The findings that exist and are not new: `38 known findings open (4 critical, 34 high)`.
pub(super) fn not_new(report: &Report<'_>) -> Option<String> {
    let counts = not_new_counts(report);
    let severities = by_severity(counts)?;
    let summary = &report.summary;
    let total = |counts: [usize; 5]| counts.iter().sum::<usize>();
    let accepted = total(summary.accepted);
    let known = total(counts).saturating_sub(accepted + summary.undecided);
    let parts = [
        (known, "known"),
        (accepted, "accepted"),
        (summary.undecided, "undecided"),
    ];
    let reasons: Vec<&str> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(_, reason)| *reason)
        .collect();
    let reasons = match &reasons[..] {
        [first, second, third] => format!("{first}, {second} or {third}"),
        others => others.join(" or "),
    };
    Some(format!(
        "{} {reasons} open ({severities})",
        digits(total(counts))
    ))
}

/// Known, undecided and accepted findings by severity, in the order of [`Severity::ALL`].
fn not_new_counts(report: &Report<'_>) -> [usize; 5] {
    let summary = &report.summary;
    std::array::from_fn(|index| {
        let open = summary.open[index].saturating_sub(summary.findings[index]);
        open + summary.accepted[index]
    })
}

/// How many there are of each severity, in the order of [`Severity::ALL`].
pub(super) fn severity_counts(severities: impl Iterator<Item = Severity>) -> [usize; 5] {
    let mut counts = [0; 5];
    for severity in severities {
        counts[severity as usize] += 1;
    }
    counts
}

/// Counts in words, the worst first; none if all are zero.
pub(super) fn by_severity(counts: [usize; 5]) -> Option<String> {
    let words: Vec<String> = Severity::ALL
        .into_iter()
        .zip(counts)
        .rev()
        .filter(|(_, count)| *count > 0)
        .map(|(severity, count)| format!("{} {}", digits(count), severity.name()))
        .collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// What limits the result of a run that read everything: unknown values, waived inputs, and
/// severe findings that are not shown. None if nothing does.
pub(super) fn limits(report: &Report<'_>) -> Option<String> {
    let mut limits = Vec::new();
    if report.unknown_values.rules > 0 {
        limits.push(unknown_values(
            &report.unknown_values,
            report.summary.clients,
        ));
    }
    if !report.waived.is_empty() {
        let inputs = report.waived.iter().map(|waived| waived.input.name());
        let inputs: Vec<&str> = inputs.collect();
        limits.push(format!("waived: {}", inputs.join(", ")));
    }
    if hides_severe(report) {
        let hidden = report.below_threshold.iter();
        let severe = hidden.filter(|finding| finding.severity >= Severity::High);
        limits.push(format!(
            "{} of high severity or worse not shown",
            counted(severe.count(), "finding")
        ));
    }
    (!limits.is_empty()).then(|| limits.join("; "))
}

/// The headline, if it says more than the number of new findings: known or accepted findings are
/// open, or the result has limits.
pub(super) fn qualified(report: &Report<'_>) -> Option<String> {
    // Problems are listed by themselves.
    let has_limits = !is_read_in_part(report) && limits(report).is_some();
    (has_limits || not_new(report).is_some()).then(|| headline(report))
}

/// `52 rules could not judge 1 of 1 client (var.grant, main.tf:1)`
fn unknown_values(unknown: &UnknownValues, clients: usize) -> String {
    let causes: Vec<String> = unknown
        .causes
        .iter()
        .map(|cause| without_verb(cause))
        .collect();
    let causes = match &causes[..] {
        [] => String::new(),
        causes => format!(" ({})", causes.join("; ")),
    };
    format!(
        "{} could not judge {} of {}{causes}",
        counted(unknown.rules, "rule"),
        unknown.clients,
        counted(clients, "client")
    )
}

/// `var.grant, main.tf:1` from `var.grant is open (main.tf:1)`.
fn without_verb(cause: &str) -> String {
    let parts = cause
        .split_once(" is open (")
        .and_then(|(value, place)| Some((value, place.strip_suffix(')')?)));
    parts.map_or_else(
        || cause.to_owned(),
        |(value, place)| format!("{value}, {place}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_lose_their_verb_and_counts_their_zeros() {
        let cause = without_verb("var.grant is open (main.tf:1)");
        assert_eq!(cause, "var.grant, main.tf:1");
        assert_eq!(without_verb("role r1 is gone"), "role r1 is gone");
        let worst = |counts: [usize; 5]| {
            let all = Severity::ALL.into_iter().zip(counts);
            exposure(all.flat_map(|(severity, count)| std::iter::repeat_n(severity, count)))
        };
        assert_eq!(
            worst([2, 1, 0, 11, 4]).as_deref(),
            Some(
                "4 clients can take over the organisation or leak a live credential; 11 more are \
                 one step away from customer data"
            )
        );
        assert_eq!(
            worst([0, 0, 0, 1, 0]).as_deref(),
            Some("1 client is one step away from customer data")
        );
        assert_eq!(
            worst([0, 1, 0, 0, 0]).as_deref(),
            Some("1 client has findings, and none of them is high or critical")
        );
        assert_eq!(worst([0; 5]), None);
        let counts = by_severity([0, 1, 0, 2, 3]);
        assert_eq!(counts.as_deref(), Some("3 critical, 2 high, 1 low"));
        assert_eq!(by_severity([0; 5]), None);
    }

    #[test]
    fn unknown_values_name_rules_clients_and_causes() {
        let unknown = UnknownValues {
            rules: 52,
            clients: 1,
            causes: vec!["var.grant is open (main.tf:1)".into()],
        };
        assert_eq!(
            unknown_values(&unknown, 1),
            "52 rules could not judge 1 of 1 client (var.grant, main.tf:1)"
        );
    }
}
