//! The access matrix: which client holds which role in which division.

use super::MATRIX;
use crate::finding::{Extent, Holding, OrganisationFacts, Profile, Reach, Report, RoleTier};
use crate::report::risk::Standing;
use crate::report::words;

/// With more divisions than this they are listed in one cell, not in columns.
const COLUMNS: usize = 14;
/// With more clients than this every tier is a table of its own, to be opened and closed.
const IN_ONE: usize = 120;
/// Such a part with more clients than this starts closed.
const OPEN: usize = 40;

/// The matrix of one organisation.
pub struct Matrix {
    pub organisation: String,
    /// There are others.
    pub is_one_of_many: bool,
    pub roles_given: bool,
    /// Headings of the columns; empty where divisions are listed.
    pub columns: Vec<Column>,
    pub parts: Vec<Part>,
    /// All parts are in one table.
    pub in_one: bool,
}

impl Matrix {
    /// Some role is held in all divisions: the legend explains it.
    pub fn has_all(&self) -> bool {
        let mut columns = self.columns.iter();
        columns.any(|column| column.extent == Extent::All)
    }

    /// How many columns the table has.
    pub fn width(&self) -> usize {
        3 + self.columns.len().max(1)
    }
}

/// A column of the matrix.
pub struct Column {
    pub label: String,
    pub is_home: bool,
    extent: Extent,
}

/// The clients of one effective tier.
pub struct Part {
    pub title: &'static str,
    pub meaning: &'static str,
    pub class: &'static str,
    pub open: bool,
    pub clients: Vec<Holder>,
    /// How many there are, shown or not.
    pub count: usize,
}

/// A client with its roles.
pub struct Holder {
    pub index: usize,
    pub label: String,
    pub has_card: bool,
    pub roles: Vec<Held>,
    /// It may hold roles that are not known.
    pub incomplete: bool,
}

/// A role that it holds.
pub struct Held {
    pub label: String,
    pub tier: &'static str,
    /// One a column.
    pub cells: Vec<Cell>,
    /// The divisions in words.
    pub words: String,
}

/// Whether a role is held in a division.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// It is.
    Held,
    /// It is, because it is held in all.
    Covered,
    /// It is not.
    Not,
}

impl Cell {
    /// The mark in the cell.
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Held => "●",
            Self::Covered => "○",
            Self::Not => "",
        }
    }

    /// What the mark says.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Covered => "held through all divisions",
            Self::Not => "",
        }
    }
}

/// The matrices of all organisations in which any client holds a role.
pub fn matrices(report: &Report<'_>, standings: &[Standing<'_, '_>]) -> Vec<Matrix> {
    let Some(inventory) = &report.inventory else {
        return Vec::new();
    };
    let mut matrices: Vec<_> = (0..)
        .zip(&inventory.organisations)
        .map(|(index, facts)| matrix(index, facts, standings))
        .filter(|matrix| !matrix.parts.is_empty())
        .collect();
    let many = inventory.organisations.len() > 1;
    for matrix in &mut matrices {
        matrix.is_one_of_many = many;
    }
    matrices
}

fn matrix(index: u32, facts: &OrganisationFacts<'_>, standings: &[Standing<'_, '_>]) -> Matrix {
    let holders: Vec<_> = standings
        .iter()
        .filter_map(|standing| Some((standing, standing.profile?)))
        .filter(|(_, profile)| profile.organisation == index)
        .filter(|(_, profile)| !profile.holdings.items.is_empty())
        .collect();
    let columns = columns(facts, &holders);
    let parts = PARTS
        .iter()
        .filter_map(|&(title, meaning, class, belongs)| {
            let of_part: Vec<_> = holders
                .iter()
                .filter(|(_, profile)| belongs(profile.reach))
                .collect();
            if of_part.is_empty() {
                return None;
            }
            let shown = of_part.iter().take(MATRIX);
            Some(Part {
                title,
                meaning,
                class,
                open: of_part.len() <= OPEN,
                count: of_part.len(),
                clients: shown
                    .map(|(standing, profile)| holder(standing, profile, facts, &columns))
                    .collect(),
            })
        })
        .collect();
    Matrix {
        organisation: facts.label.clone(),
        is_one_of_many: false,
        in_one: holders.len() <= IN_ONE,
        roles_given: facts.roles_given,
        columns,
        parts,
    }
}

/// A part: its title, meaning, class and clients.
type PartOf = (&'static str, &'static str, &'static str, fn(Reach) -> bool);

const PARTS: [PartOf; 6] = [
    part(RoleTier::Admin, |reach| is_of(reach, RoleTier::Admin)),
    part(RoleTier::Escalating, |reach| {
        is_of(reach, RoleTier::Escalating)
    }),
    part(RoleTier::Sensitive, |reach| {
        is_of(reach, RoleTier::Sensitive)
    }),
    part(RoleTier::Unknown, |reach| is_of(reach, RoleTier::Unknown)),
    part(RoleTier::Ordinary, |reach| is_of(reach, RoleTier::Ordinary)),
    (
        "as its user",
        "the client acts for the user who signs in, so its own roles do nothing",
        "plain",
        |reach| reach.tier().is_none(),
    ),
];

const fn part(tier: RoleTier, belongs: fn(Reach) -> bool) -> PartOf {
    (tier.name(), tier.meaning(), tier.name(), belongs)
}

fn is_of(reach: Reach, tier: RoleTier) -> bool {
    reach.tier() == Some(tier)
}

/// The divisions in which any role is held; none if they are too many for columns.
fn columns(
    facts: &OrganisationFacts<'_>,
    holders: &[(&Standing<'_, '_>, &Profile<'_>)],
) -> Vec<Column> {
    let mut extents: Vec<Extent> = holders
        .iter()
        .flat_map(|(_, profile)| &profile.holdings.items)
        .flat_map(|holding| holding.extents.iter().copied())
        .collect();
    extents.sort_unstable();
    extents.dedup();
    if extents.len() > COLUMNS {
        return Vec::new();
    }
    extents
        .into_iter()
        .map(|extent| Column {
            label: label(extent, facts),
            is_home: match extent {
                Extent::In(index) => facts
                    .divisions
                    .get(index as usize)
                    .is_some_and(|division| division.is_home),
                _ => false,
            },
            extent,
        })
        .collect()
}

fn label(extent: Extent, facts: &OrganisationFacts<'_>) -> String {
    words::extent(extent, facts, |division| {
        if division.label == division.id {
            short(&division.id)
        } else {
            division.label.clone().into_owned()
        }
    })
}

/// The first part of a UUID: enough to distinguish divisions without a name.
fn short(id: &str) -> String {
    match id.split_once('-') {
        Some((first, rest)) if rest.len() > 20 => format!("{first}…"),
        _ => id.to_owned(),
    }
}

fn holder(
    standing: &Standing<'_, '_>,
    profile: &Profile<'_>,
    facts: &OrganisationFacts<'_>,
    columns: &[Column],
) -> Holder {
    let roles = profile.holdings.items.iter();
    Holder {
        index: standing.index,
        label: standing.client.label.clone().into_owned(),
        has_card: !standing.findings.is_empty(),
        roles: roles.map(|holding| held(holding, facts, columns)).collect(),
        incomplete: !profile.holdings.complete,
    }
}

fn held(holding: &Holding<'_>, facts: &OrganisationFacts<'_>, columns: &[Column]) -> Held {
    let in_all = holding.extents.contains(&Extent::All);
    let cell = |column: &Column| {
        let is_division = matches!(column.extent, Extent::In(_) | Extent::Home);
        if holding.extents.contains(&column.extent) {
            Cell::Held
        } else if in_all && is_division {
            Cell::Covered
        } else {
            Cell::Not
        }
    };
    let words: Vec<String> = holding
        .extents
        .iter()
        .map(|extent| label(*extent, facts))
        .collect();
    Held {
        label: holding.label.clone().into_owned(),
        tier: holding.tier.name(),
        cells: columns.iter().map(cell).collect(),
        words: words.join(", "),
    }
}
