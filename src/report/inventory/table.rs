//! The inventory for people: one line for each client, as wide as the terminal.
//!
//! Invariant: facts that do not fit into the line are below it, and a cut text ends in an ellipsis;
//! nothing is dropped. `--verbose` and the other forms show everything.

use super::{Entry, about, entries, others};
use crate::finding::{Profile, Report, RoleTier};
use crate::report::drawing::guarded;
use crate::report::human;
use crate::report::look::Look;
use crate::report::paint::Paint;
use crate::report::words::{age, lifetime};
use crate::text::{digits, visible};
use std::io::{self, Write};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns between two columns.
const GAP: usize = 2;
/// The greatest width of a column of names while other columns need space.
const WIDEST: usize = 36;

/// The facts about a client, in the order of the columns.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Findings,
    Client,
    Tier,
    Grant,
    Kind,
    Lifetime,
    Age,
    Calls,
    LastUse,
    Requests,
    Unused,
    Roles,
    Scopes,
    Hosts,
    Owner,
    Description,
    Creator,
    Modifier,
    Uris,
}

use Column::{
    Age, Calls, Client, Creator, Description, Findings, Grant, Hosts, Kind, LastUse, Lifetime,
    Modifier, Owner, Requests, Roles, Scopes, Tier as Reach, Unused, Uris,
};

impl Column {
    const ALL: [Self; 19] = [
        Findings,
        Client,
        Reach,
        Grant,
        Kind,
        Lifetime,
        Age,
        Calls,
        LastUse,
        Requests,
        Unused,
        Roles,
        Scopes,
        Hosts,
        Owner,
        Description,
        Creator,
        Modifier,
        Uris,
    ];

    const fn heading(self) -> &'static str {
        match self {
            Findings => "findings",
            Client => "client",
            Reach => "may do",
            Grant => "grant",
            Kind => "kind",
            Lifetime => "token lives",
            Age => "age",
            Calls => "can call",
            LastUse => "last use",
            Requests => "requests in 90 days",
            Unused => "unused",
            Roles => "roles (divisions)",
            Scopes => "scopes",
            Hosts => "redirects to",
            Owner => "owner",
            Description => "description",
            Creator => "created by",
            Modifier => "changed by",
            Uris => "redirect URIs",
        }
    }

    /// Whether it is never in the line, and below it only with --verbose.
    const fn is_detail(self) -> bool {
        matches!(self, Owner | Description | Creator | Modifier | Uris)
    }

    /// The least width, if it may be cut.
    const fn least(self) -> Option<usize> {
        match self {
            Client => Some(20),
            Roles => Some(24),
            Scopes | Hosts => Some(16),
            _ => None,
        }
    }
}

/// A client's cells, in the order of [`Column::ALL`].
type Cells = [String; Column::ALL.len()];

/// The columns of the line, each with its width.
struct Layout {
    columns: Vec<(Column, usize)>,
}

/// Writes the inventory.
pub(super) fn write(report: &Report<'_>, look: Look, out: &mut dyn Write) -> io::Result<()> {
    if !look.quiet {
        let entries = entries(report);
        let cells: Vec<Cells> = entries.iter().map(|entry| cells(report, entry)).collect();
        let layout = Layout::new(&cells, look);
        let paint = Paint::new(look.color);
        let others = others(report);
        for standing in &others {
            writeln!(out, "{}", guarded(&about(standing)))?;
        }
        if !others.is_empty() && !entries.is_empty() {
            writeln!(out)?;
        }
        if !entries.is_empty() {
            layout.headings(paint, out)?;
        }
        for (entry, cells) in entries.iter().zip(&cells) {
            layout.line(entry, cells, paint, out)?;
            layout.below(cells, look, paint, out)?;
        }
        if entries.iter().any(|entry| entry.standing.worst().is_some()) {
            let legend = "findings: C critical · H high · M medium · L low · I info";
            writeln!(out, "{}", paint.dim(legend))?;
        }
    }
    human::closing(report, look, out)?;
    verdict(report, Paint::new(look.color), out)
}

fn verdict(report: &Report<'_>, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let words = match report.exit {
        3 => paint.error("exit 3: incomplete; what could be read is above"),
        2 => paint.error("exit 2: the policy is wrong"),
        code => format!("exit {code}: complete; grantlint check lists the findings"),
    };
    writeln!(out, "{words}")
}

fn cells(report: &Report<'_>, entry: &Entry<'_>) -> Cells {
    let facts = entry.standing.client;
    let profile = entry.profile;
    let guess = if facts.kind_is_guess { "?" } else { "" };
    let many = report.summary.organisations > 1;
    let since = |day: Option<_>| day.map(|day| age(day, report.today));
    let age = match (since(profile.created), since(profile.modified)) {
        (None, None) => "not given".to_owned(),
        (Some(made), _) => made,
        (None, Some(changed)) => format!("≥ {changed}"),
    };
    Column::ALL.map(|column| match column {
        Findings => tally(entry),
        Client => {
            let state = profile.state.known();
            let state = state.filter(|state| !state.eq_ignore_ascii_case("active"));
            let mut words = facts.label.to_string();
            if let Some(state) = state {
                words = format!("{words} [{state}]");
            }
            if many {
                words = format!("{words} · {}", visible(&facts.organisation));
            }
            words
        }
        Reach => profile.reach.words(),
        Grant => facts.grant.to_owned(),
        Kind => format!("{}{guess}", facts.kind),
        Lifetime => lifetime(&profile.lifetime),
        Age => age.clone(),
        Calls => match profile.callable {
            Some(callable) => callable.words(),
            None => "unknown".to_owned(),
        },
        LastUse | Requests | Unused => usage_cell(column, profile),
        Roles => listed(&entry.roles(), profile.holdings.complete),
        Scopes => listed(&profile.scopes.items, profile.scopes.complete),
        Hosts => listed(&profile.hosts.items, profile.hosts.complete),
        Owner => stated(profile.owner.as_ref()),
        Description => stated(profile.description.as_ref()),
        Creator => stated(profile.creator.as_ref()),
        Modifier => stated(profile.modifier.as_ref()),
        Uris => listed(&profile.redirect_uris.items, profile.redirect_uris.complete),
    })
}

/// A text of the export; `-` if it has no such text.
fn stated(text: Option<&String>) -> String {
    text.map_or_else(|| "-".to_owned(), Clone::clone)
}

/// What usage results say; `-` if they do not cover the client.
fn usage_cell(column: Column, profile: &Profile<'_>) -> String {
    let Some(usage) = &profile.usage else {
        return "-".to_owned();
    };
    match column {
        LastUse if usage.has_no_request => "never".to_owned(),
        LastUse => usage
            .last_use
            .map_or_else(|| "unknown".to_owned(), |day| day.to_string()),
        Requests => usage.requests.map_or_else(
            || "unknown".to_owned(),
            |count| digits(usize::try_from(count).unwrap_or(usize::MAX)),
        ),
        _ => match (usage.unused_scopes, usage.unused_permissions) {
            (Some(scopes), _) => format!("{} scopes", scopes.words()),
            (None, Some(permissions)) => format!("{} permissions", permissions.words()),
            (None, None) => "not judged".to_owned(),
        },
    }
}

/// The findings by severity, the worst first: `1C 2H`.
fn tally(entry: &Entry<'_>) -> String {
    let tally = entry.standing.tally();
    let words: Vec<String> = tally
        .iter()
        .map(|(severity, count)| {
            let letter = severity.name().chars().next().unwrap_or(' ');
            format!("{count}{}", letter.to_ascii_uppercase())
        })
        .collect();
    if words.is_empty() {
        "-".to_owned()
    } else {
        words.join(" ")
    }
}

fn listed(items: &[impl AsRef<str>], complete: bool) -> String {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    match (items.is_empty(), complete) {
        (true, true) => "-".to_owned(),
        (true, false) => "unknown".to_owned(),
        (false, true) => items.join(", "),
        (false, false) => format!("{} and unknown ones", items.join(", ")),
    }
}

impl Layout {
    /// As many columns as fit into the line, in their order.
    fn new(cells: &[Cells], look: Look) -> Self {
        let mut columns: Vec<(Column, usize, usize)> = Vec::new();
        let mut taken = 0;
        for (index, column) in Column::ALL.into_iter().enumerate() {
            if column.is_detail() {
                break;
            }
            // Without usage results these columns say nothing.
            let is_empty = || cells.iter().all(|cells| cells[index] == "-");
            if matches!(column, LastUse | Requests | Unused) && is_empty() {
                continue;
            }
            let widest = cells.iter().map(|cells| cells[index].width()).max();
            let natural = widest.unwrap_or(0).max(column.heading().width());
            let least = column.least().map_or(natural, |least| least.min(natural));
            let needs = least + if columns.is_empty() { 0 } else { GAP };
            // Columns after one that does not fit stay below too, to keep the order.
            if taken + needs > look.width {
                break;
            }
            taken += needs;
            columns.push((column, least, natural));
        }
        let mut spare = look.width.saturating_sub(taken);
        for widest in [WIDEST, usize::MAX] {
            for (_, width, natural) in &mut columns {
                let more = natural.saturating_sub(*width).min(spare);
                let more = more.min(widest.saturating_sub(*width));
                *width += more;
                spare -= more;
            }
        }
        Self {
            columns: columns
                .into_iter()
                .map(|(column, width, _)| (column, width))
                .collect(),
        }
    }

    fn headings(&self, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
        let words = self
            .columns
            .iter()
            .map(|(column, width)| padded(column.heading(), *width));
        let line = words.collect::<Vec<_>>().join(&" ".repeat(GAP));
        writeln!(out, "{}", paint.bold(line.trim_end()))
    }

    fn line(
        &self,
        entry: &Entry<'_>,
        cells: &Cells,
        paint: Paint,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let last = self.columns.len().saturating_sub(1);
        let words = self
            .columns
            .iter()
            .enumerate()
            .map(|(index, (column, width))| {
                let cut = cut(&cells[*column as usize], *width);
                let cell = if index == last {
                    cut
                } else {
                    padded(&cut, *width)
                };
                match (column, entry.standing.worst()) {
                    (Findings, Some(worst)) => paint.severity(worst, &cell),
                    (Client, Some(_)) => paint.bold(&cell),
                    (Reach, _) => tier_paint(paint, entry.profile.reach.tier(), &cell),
                    _ => cell,
                }
            });
        let line = words.collect::<Vec<_>>().join(&" ".repeat(GAP));
        writeln!(out, "{}", guarded(line.trim_end()))
    }

    /// The facts that did not fit into the line; with --verbose also those that were cut.
    fn below(
        &self,
        cells: &Cells,
        look: Look,
        paint: Paint,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let width_of = |column| {
            let shown = self.columns.iter().find(|(shown, _)| *shown == column);
            shown.map(|(_, width)| *width)
        };
        let left_out: Vec<(Column, &str)> = Column::ALL
            .into_iter()
            .zip(cells)
            .filter(|(column, cell)| match width_of(*column) {
                Some(width) => look.verbose && cell.width() > width,
                None => *cell != "-" && (look.verbose || !column.is_detail()),
            })
            .map(|(column, cell)| (column, &**cell))
            .collect();
        let indent = self.columns.first().map_or(0, |(_, width)| width + GAP);
        let room = look.width.saturating_sub(indent).max(20);
        if look.verbose {
            let options = textwrap::Options::new(room)
                .word_separator(textwrap::WordSeparator::AsciiSpace)
                .word_splitter(textwrap::WordSplitter::NoHyphenation)
                .subsequent_indent("  ");
            for (column, cell) in left_out {
                let words = format!("{}: {cell}", column.heading());
                for line in textwrap::wrap(&words, &options) {
                    writeln!(out, "{}{}", " ".repeat(indent), paint.dim(&guarded(&line)))?;
                }
            }
        } else if !left_out.is_empty() {
            for line in in_lines(&left_out, room) {
                writeln!(out, "{}{}", " ".repeat(indent), paint.dim(&guarded(&line)))?;
            }
        }
        Ok(())
    }
}

/// The text below a line: lists get a line of their own if they do not fit next to the rest.
fn in_lines(cells: &[(Column, &str)], room: usize) -> Vec<String> {
    let is_list = |(column, _): &&(Column, &str)| column.least().is_some();
    let lists: Vec<_> = cells.iter().filter(is_list).copied().collect();
    let facts: Vec<_> = cells
        .iter()
        .filter(|cell| !is_list(cell))
        .copied()
        .collect();
    let needed: usize = cells
        .iter()
        .map(|(column, cell)| {
            let most = column.least().unwrap_or(usize::MAX);
            column.heading().width() + 2 + cell.width().min(most)
        })
        .sum();
    let parts = if needed + BETWEEN.width() * cells.len() <= room {
        vec![cells.to_vec()]
    } else {
        vec![facts, lists]
    };
    let parts = parts.iter().filter(|part| !part.is_empty());
    parts
        .map(|part| cut(&in_one_line(part, room), room))
        .collect()
}

/// The separator of two facts.
const BETWEEN: &str = " · ";

/// Facts in `room` columns: lists are cut so that each has its share.
fn in_one_line(cells: &[(Column, &str)], room: usize) -> String {
    let labels: usize = cells
        .iter()
        .map(|(column, _)| column.heading().width() + 2 + BETWEEN.width())
        .sum();
    let mut room = (room + BETWEEN.width()).saturating_sub(labels);
    let mut widths: Vec<usize> = cells.iter().map(|(_, cell)| cell.width()).collect();
    // The shortest first: what one leaves of its share goes to the others.
    let mut order: Vec<usize> = (0..cells.len()).collect();
    order.sort_by_key(|&index| (cells[index].0.least().is_some(), widths[index]));
    for (done, &index) in order.iter().enumerate() {
        if cells[index].0.least().is_some() {
            widths[index] = widths[index].min(room / (cells.len() - done));
        }
        room = room.saturating_sub(widths[index]);
    }
    let words: Vec<String> = cells
        .iter()
        .zip(widths)
        .map(|((column, cell), width)| format!("{}: {}", column.heading(), cut(cell, width)))
        .collect();
    words.join(BETWEEN)
}

fn tier_paint(paint: Paint, tier: Option<RoleTier>, cell: &str) -> String {
    use crate::catalog::Severity;
    match tier {
        Some(RoleTier::Admin) => paint.severity(Severity::Critical, cell),
        Some(RoleTier::Escalating) => paint.severity(Severity::High, cell),
        Some(RoleTier::Sensitive) => paint.severity(Severity::Medium, cell),
        Some(RoleTier::Unknown | RoleTier::Ordinary) | None => cell.to_owned(),
    }
}

/// A text, padded with spaces.
fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// As much of a text as fits into `width` columns.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut taken = 0;
    for character in text.chars() {
        taken += character.width().unwrap_or(0);
        if taken >= width {
            break;
        }
        kept.push(character);
    }
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_below_a_line_share_the_room() {
        let long = "a, ".repeat(50);
        let cells = [(Age, "8 years"), (Scopes, &*long), (Hosts, "short.example")];
        let line = in_one_line(&cells, 80);
        assert_eq!(line.width(), 80);
        assert!(line.starts_with("age: 8 years · scopes: a, a"), "{line}");
        assert!(line.ends_with("… · redirects to: short.example"), "{line}");
    }

    #[test]
    fn texts_are_cut_by_the_columns_they_take() {
        assert_eq!(cut("Televente", 9), "Televente");
        assert_eq!(cut("Televente", 8), "Televen…");
        assert_eq!(cut("漢字漢字", 6), "漢字…");
        assert_eq!(cut("漢字漢字", 8), "漢字漢字");
        assert_eq!(padded("漢", 4), "漢  ");
    }
}
