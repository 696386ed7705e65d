//! Colours, or none.

use crate::catalog::Severity;
use anstyle::{AnsiColor, Style};

/// Paints text if colours are on.
#[derive(Clone, Copy, Debug)]
pub struct Paint {
    on: bool,
}

impl Paint {
    /// With colours or without.
    #[must_use]
    pub const fn new(on: bool) -> Self {
        Self { on }
    }

    fn with(self, style: Style, text: &str) -> String {
        if self.on {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }

    /// What matters.
    #[must_use]
    pub fn bold(self, text: &str) -> String {
        self.with(Style::new().bold(), text)
    }

    /// What can be overlooked.
    #[must_use]
    pub fn dim(self, text: &str) -> String {
        self.with(Style::new().dimmed(), text)
    }

    /// What went wrong.
    #[must_use]
    pub fn error(self, text: &str) -> String {
        self.with(AnsiColor::Red.on_default().bold(), text)
    }

    /// The place of an excerpt.
    #[must_use]
    pub fn place(self, text: &str) -> String {
        self.with(AnsiColor::Cyan.on_default().bold().underline(), text)
    }

    /// The line under what an excerpt is about.
    #[must_use]
    pub fn under(self, text: &str) -> String {
        self.with(AnsiColor::Magenta.on_default().bold(), text)
    }

    /// The mark before a message, and what begins its further lines.
    #[must_use]
    pub fn mark(self, severity: Option<miette::Severity>) -> (String, String) {
        let (mark, colour) = match severity {
            Some(miette::Severity::Error) | None => ("×", AnsiColor::Red),
            Some(miette::Severity::Warning) => ("⚠", AnsiColor::Yellow),
            Some(miette::Severity::Advice) => ("☞", AnsiColor::Cyan),
        };
        let paint = |text| self.with(colour.on_default(), text);
        (paint(mark), format!("  {} ", paint("│")))
    }

    /// In the colour of a severity.
    #[must_use]
    pub fn severity(self, severity: Severity, text: &str) -> String {
        let style = match severity {
            Severity::Critical => AnsiColor::Magenta.on_default().bold(),
            Severity::High => AnsiColor::Red.on_default().bold(),
            Severity::Medium => AnsiColor::Yellow.on_default(),
            Severity::Low => AnsiColor::Cyan.on_default(),
            Severity::Info => Style::new().dimmed(),
        };
        self.with(style, text)
    }
}
