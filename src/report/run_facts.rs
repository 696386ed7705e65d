//! Facts about the run itself: fixed and undecided findings, waived inputs, context, skipped
//! files and the configuration.
//!
//! Invariant: every format shows every kind of fact; a format shortens long lists only if it says
//! how many entries it leaves out.

use crate::catalog::Severity;
use crate::finding::{ConfigurationChange, Gone, Report, SkipReason, Undecided, Waived, WaivedBy};
use crate::text::{counted, first_of, visible};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Paths of skipped files that a fact names; the rest is counted.
const PATHS: usize = 3;

/// What a fact is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum FactKind {
    /// A finding of the baseline that no longer occurs.
    Fixed,
    /// A finding of the baseline that this run can neither confirm nor clear.
    Undecided,
    /// A needed input that is absent and waived.
    Waived,
    /// A file that was read only to resolve ids.
    Context,
    /// Rules were chosen on the command line.
    Selected,
    /// Files that were found and not read.
    Skipped,
    /// The configuration in force, or one of its settings.
    Configuration,
    /// A configuration next to the exports that is not in force.
    ConfigurationUnused,
}

impl FactKind {
    /// All of them, in the order of reports.
    pub(super) const ALL: [Self; 8] = [
        Self::Fixed,
        Self::Undecided,
        Self::Waived,
        Self::Context,
        Self::Selected,
        Self::Skipped,
        Self::Configuration,
        Self::ConfigurationUnused,
    ];

    /// The word in reports.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Undecided => "undecided",
            Self::Waived => "waived",
            Self::Context => "context",
            Self::Selected => "selected",
            Self::Skipped => "skipped",
            Self::Configuration => "configuration",
            Self::ConfigurationUnused => "configuration-not-in-force",
        }
    }
}

/// A fact about the run. Its texts contain no control characters.
#[derive(Clone, Debug)]
pub(super) struct RunFact<'r> {
    /// What it is about.
    pub kind: FactKind,
    /// The severity of a fixed or undecided finding.
    pub severity: Option<Severity>,
    /// The rule of a fixed or undecided finding.
    pub rule: &'r str,
    /// The client of a fixed or undecided finding.
    pub client: Cow<'r, str>,
    /// The field of a fixed or undecided finding.
    pub field: Cow<'r, str>,
    /// The fact in words, without its kind.
    pub message: String,
    /// The file that it is about, if there is one.
    pub path: &'r str,
    /// The fingerprint of a fixed or undecided finding.
    pub fingerprint: &'r str,
}

impl RunFact<'_> {
    /// `waived: roles (--without)`
    pub(super) fn text(&self) -> String {
        format!("{}: {}", self.kind.name(), self.message)
    }
}

fn plain(kind: FactKind, message: String, path: &str) -> RunFact<'_> {
    RunFact {
        kind,
        severity: None,
        rule: "",
        client: Cow::Borrowed(""),
        field: Cow::Borrowed(""),
        message,
        path,
        fingerprint: "",
    }
}

/// The facts of a run, by kind.
pub(super) fn run_facts<'r>(report: &'r Report<'_>) -> Vec<RunFact<'r>> {
    let baseline = report.baseline.iter();
    let fixed = baseline.clone().flat_map(|facts| &facts.fixed).map(fixed);
    let undecided = baseline.flat_map(|facts| &facts.undecided).map(undecided);
    let waived = report.waived.iter().map(waived);
    let context = report.context.iter().map(|path| {
        let message = format!("{} was only used to resolve ids", visible(path));
        plain(FactKind::Context, message, path)
    });
    let selected = report.selected.iter().map(|options| {
        let message = format!("not all rules ran: {}", visible(options));
        plain(FactKind::Selected, message, "")
    });
    fixed
        .chain(undecided)
        .chain(waived)
        .chain(context)
        .chain(selected)
        .chain(skipped(report))
        .chain(configuration(report))
        .collect()
}

/// The client of an entry of the baseline: its name, else its identity.
pub(super) fn client_of(entry: &Gone) -> Cow<'_, str> {
    let name = entry.name.trim();
    visible(if name.is_empty() { &entry.client } else { name })
}

fn fixed(entry: &Gone) -> RunFact<'_> {
    RunFact {
        message: finding_words(entry),
        ..entry_fact(FactKind::Fixed, entry)
    }
}

fn undecided(open: &Undecided) -> RunFact<'_> {
    let message = finding_words(&open.entry);
    let message = match &*open.cause {
        "" => message,
        cause => format!("{message}: {}", visible(cause)),
    };
    RunFact {
        message,
        ..entry_fact(FactKind::Undecided, &open.entry)
    }
}

fn entry_fact(kind: FactKind, entry: &Gone) -> RunFact<'_> {
    RunFact {
        severity: Some(entry.severity),
        rule: &entry.rule,
        client: client_of(entry),
        field: visible(&entry.field),
        fingerprint: &entry.fingerprint,
        ..plain(kind, String::new(), "")
    }
}

/// `role-admin in Nightly Export (roleIds[0]), known since 2026-01-31 as critical`
fn finding_words(entry: &Gone) -> String {
    let field = match &*entry.field {
        "" => String::new(),
        field => format!(" ({})", visible(field)),
    };
    format!(
        "{} in {}{field}, known since {} as {}",
        visible(&entry.rule),
        client_of(entry),
        entry.first_seen,
        entry.severity.name()
    )
}

fn waived(waived: &Waived) -> RunFact<'_> {
    let (by, path) = match &waived.by {
        WaivedBy::CommandLine => ("--without".to_owned(), ""),
        WaivedBy::Configuration(origin) => {
            (visible(&origin.to_string()).into_owned(), &*origin.path)
        }
        WaivedBy::Partial => ("--partial".to_owned(), ""),
    };
    let organisations = match &waived.organisations[..] {
        [] => String::new(),
        [one] if one == "." => String::new(),
        several => format!(" for {}", visible(&several.join(", "))),
    };
    let message = format!("{}{organisations} ({by})", waived.input.name());
    plain(FactKind::Waived, message, path)
}

/// Skipped files, one fact for each reason.
fn skipped<'r>(report: &'r Report<'_>) -> impl Iterator<Item = RunFact<'r>> {
    let mut by_reason: BTreeMap<SkipReason, Vec<&str>> = BTreeMap::new();
    for file in &report.skipped {
        by_reason.entry(file.reason).or_default().push(&file.path);
    }
    by_reason.into_iter().map(|(reason, paths)| {
        let named = first_of(paths.iter().map(|path| visible(path)), PATHS);
        let message = format!(
            "{}, {}: {named}",
            counted(paths.len(), "file"),
            reason.words()
        );
        let path = paths.first().copied().unwrap_or("");
        plain(FactKind::Skipped, message, path)
    })
}

/// Changes that a fact names: each format has room for so many.
const CHANGES: usize = 12;

/// The changes of a configuration, those with one effect together, in the order of the first.
fn grouped(changes: &[ConfigurationChange]) -> Vec<Vec<&ConfigurationChange>> {
    let mut groups: Vec<Vec<&ConfigurationChange>> = Vec::new();
    let mut by_effect: BTreeMap<&str, usize> = BTreeMap::new();
    for change in changes {
        let at = *by_effect.entry(&change.effect).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.push(change),
            None => groups.push(vec![change]),
        }
    }
    let parts = groups.iter().flat_map(|group| group.chunks(CHANGES));
    parts.map(<[_]>::to_vec).collect()
}

fn configuration<'r>(report: &'r Report<'_>) -> impl Iterator<Item = RunFact<'r>> {
    let facts = &report.configuration;
    let files = facts.files.iter().map(|path| {
        let message = format!("{} is in force", visible(path));
        plain(FactKind::Configuration, message, path)
    });
    let changes = grouped(&facts.changes).into_iter().map(|changes| {
        let what: Vec<&str> = changes.iter().map(|change| &*change.what).collect();
        let what = what.join(", ");
        let first = changes[0];
        let more = match changes.len() - 1 {
            0 => String::new(),
            count => format!(" and {}", counted(count, "more place")),
        };
        let message = format!("{what}: {} ({}{more})", first.effect, first.origin);
        plain(FactKind::Configuration, visible(&message).into_owned(), "")
    });
    let unused = facts.unused.iter().map(|path| {
        let message = format!("{} is next to the exports and not in force", visible(path));
        plain(FactKind::ConfigurationUnused, message, path)
    });
    files.chain(changes).chain(unused)
}
