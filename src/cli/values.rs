//! The words that flags take. Each knows all of its words, so that help, completions and
//! complaints name the same ones.

use crate::catalog::{Confidence, Persona, Severity};
use crate::report::{Format, InventoryFormat};
use clap::ValueEnum;
use clap::builder::PossibleValue;
use std::path::PathBuf;

/// A word of the catalogue or of the formats by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice<T>(pub T);

macro_rules! choice {
    ($($kind:ident { $($word:ident: $meaning:literal,)* })*) => {$(
        impl ValueEnum for Choice<$kind> {
            fn value_variants<'a>() -> &'a [Self] {
                &[$(Self($kind::$word)),*]
            }

            fn to_possible_value(&self) -> Option<PossibleValue> {
                let meaning = match self.0 {
                    $($kind::$word => $meaning,)*
                };
                Some(PossibleValue::new(self.0.name()).help(meaning))
            }
        }
    )*};
}

choice! {
    Format {
        Human: "for people: every culprit underlined, then what was and was not judged",
        Concise: "a line a finding, for hooks and grep",
        Html: "one self-contained page to hand on",
        Json: "grantlint-report/1, for scripts",
        Sarif: "SARIF 2.1.0, for code scanning",
        Junit: "JUnit XML, for test pages",
        Csv: "findings and an action plan, for spreadsheets",
        Markdown: "for a comment on a pull request",
        Github: "annotations of GitHub Actions",
        Gitlab: "GitLab Code Quality",
    }
    InventoryFormat {
        Table: "a line or two a client, for people",
        Csv: "a row a client, for spreadsheets",
        Json: "grantlint-inventory/1, for scripts",
    }
    Persona {
        Regular: "what everybody should see",
        Pedantic: "also what tidy people want to see",
        Auditor: "also what only an audit asks for",
    }
    Severity {
        Info: "worth knowing, nothing to do now",
        Low: "hygiene",
        Medium: "widens what another fault gives away",
        High: "one further fault away from customer data, or stops working on a known date",
        Critical: "takes over the organisation or leaks a live credential",
    }
    Confidence {
        Low: "a sign that misleads often",
        Medium: "a sign that misleads now and then",
        High: "the export itself says so",
    }
}

/// The severity that fails, if any does.
#[derive(Clone, Copy, Debug)]
pub struct FailOn(pub Option<Severity>);

impl ValueEnum for FailOn {
    fn value_variants<'a>() -> &'a [Self] {
        &[
            Self(Some(Severity::Info)),
            Self(Some(Severity::Low)),
            Self(Some(Severity::Medium)),
            Self(Some(Severity::High)),
            Self(Some(Severity::Critical)),
            Self(None),
        ]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.0.map_or("never", Severity::name)))
    }
}

/// A number of bytes.
#[derive(Clone, Copy, Debug)]
pub struct Size(pub u64);

impl std::str::FromStr for Size {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let digits = word.trim_end_matches(|last: char| last.is_ascii_alphabetic());
        let bits = match word[digits.len()..].to_ascii_uppercase().as_str() {
            "" | "B" => 0,
            "K" | "KB" | "KIB" => 10,
            "M" | "MB" | "MIB" => 20,
            "G" | "GB" | "GIB" => 30,
            _ => return Err("written as a number, or one with K, M or G behind it".into()),
        };
        let number: u64 = digits
            .parse()
            .map_err(|_| "written as a number, or one with K, M or G behind it")?;
        match number.checked_mul(1 << bits) {
            Some(bytes @ 1..=0x1_0000_0000) => Ok(Self(bytes.min(crate::discover::LARGEST))),
            _ => Err("from 1 byte to 4G".into()),
        }
    }
}

/// How deep a file may nest.
pub(super) fn depth(argument: &str) -> Result<usize, String> {
    match argument.parse() {
        Ok(depth @ 1..=1000) => Ok(depth),
        _ => Err("from 1 to 1000".into()),
    }
}

/// How many threads work; 0 is for one a core.
pub(super) fn threads(argument: &str) -> Result<usize, String> {
    match argument.parse() {
        Ok(threads @ 0..=256) => Ok(threads),
        _ => Err("from 0 to 256".into()),
    }
}

/// A format of reports and the file that it goes to.
pub(super) fn output(argument: &str) -> Result<(Format, PathBuf), String> {
    named_file(argument, Format::Sarif)
}

/// A form of inventory and the file that it goes to.
pub(super) fn inventory_output(argument: &str) -> Result<(InventoryFormat, PathBuf), String> {
    named_file(argument, InventoryFormat::Csv)
}

/// A format and a file.
fn named_file<F: Copy + 'static>(argument: &str, example: F) -> Result<(F, PathBuf), String>
where
    Choice<F>: ValueEnum,
{
    let name = |choice: &Choice<F>| {
        choice
            .to_possible_value()
            .map(|word| word.get_name().to_owned())
    };
    let (word, file) = argument
        .split_once('=')
        .filter(|(_, file)| !file.is_empty())
        .ok_or_else(|| {
            let example = name(&Choice(example)).unwrap_or_default();
            format!("written as FORMAT=FILE, such as {example}=grantlint.{example}")
        })?;
    let format = Choice::<F>::from_str(word, false).map_err(|_| {
        let names: Vec<_> = Choice::<F>::value_variants()
            .iter()
            .filter_map(name)
            .collect();
        format!("the format is one of {}", names.join(", "))
    })?;
    Ok((format.0, file.into()))
}
