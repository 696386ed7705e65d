//! How a report looks.

use super::links::Links;
use crate::finding::{Report, TEXT_MARK};
use crate::text::{Position, visible};
use std::io::{self, Write};

/// What findings have in common that are listed together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupBy {
    /// The client.
    Client,
    /// The rule.
    Rule,
    /// Rule, severity and message.
    Cause,
    /// The owner of the client.
    Owner,
}

impl GroupBy {
    /// The word of the option.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Rule => "rule",
            Self::Cause => "cause",
            Self::Owner => "owner",
        }
    }
}

/// How the report looks.
#[expect(clippy::struct_excessive_bools, reason = "independent flags")]
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Colours.
    pub color: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// List every file that was read or skipped.
    pub verbose: bool,
    /// Only what fails the gate, and a line for the rest.
    pub quiet: bool,
    /// The first line says that grantlint wrote the text, so that no later run audits it.
    pub marked: bool,
    /// Links to places, where the reader's terminal has them.
    pub links: Option<Links>,
    /// Only the findings of the clients that the command line chose.
    pub selected: bool,
    /// Only so many findings, the worst first.
    pub top: Option<usize>,
    /// List findings in groups.
    pub group_by: Option<GroupBy>,
    /// CSV begins with a byte order mark.
    pub csv_bom: bool,
}

impl Look {
    /// `path:line:column`, as a link if the terminal supports links.
    pub(super) fn place(self, path: &str, at: Position) -> String {
        let path = visible(path);
        let text = format!("{path}:{}:{}", at.line, at.column);
        match self.links {
            Some(links) => links.wrap(&path, at, &text),
            None => text,
        }
    }

    /// For a file: equal on every machine.
    pub const PLAIN: Self = Self {
        color: false,
        width: 100,
        verbose: false,
        quiet: false,
        marked: false,
        links: None,
        selected: false,
        top: None,
        group_by: None,
        csv_bom: false,
    };

    /// The first line of a text in a file; formats with a mark of their own do not need it.
    pub(super) fn mark(self, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
        if !self.marked {
            return Ok(());
        }
        let version = env!("CARGO_PKG_VERSION");
        writeln!(out, "{TEXT_MARK}{version}, {}", report.today)
    }
}
