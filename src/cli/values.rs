//! The values of flags. Each type lists its values, so that help, completions and error messages
//! agree.

use crate::catalog::{Confidence, Persona, Severity};
use crate::finding::NeededInput;
use crate::report::{Format, GroupBy, InventoryFormat, PlanFormat, RecommendFormat};
use clap::ValueEnum;
use clap::builder::PossibleValue;
use std::path::PathBuf;

/// A value of the catalogue or of the formats, by its name.
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
                    #[allow(unreachable_patterns)] // Some values are not choices.
                    _ => return None,
                };
                Some(PossibleValue::new(self.0.name()).help(meaning))
            }
        }
    )*};
}

choice! {
    Format {
        Human: "for people: each value underlined, then the rules that were not judged",
        Summary: "counts, what they mean, and what to do first",
        Concise: "one line for each finding, for hooks and grep",
        Html: "one self-contained page to share",
        Json: "grantlint-report/1, for scripts",
        Sarif: "SARIF 2.1.0, for code scanning",
        Junit: "JUnit XML, for test pages",
        Csv: "findings and an action plan, for spreadsheets",
        Markdown: "for a comment on a pull request",
        Github: "annotations of GitHub Actions",
        Gitlab: "GitLab Code Quality",
    }
    GroupBy {
        Client: "the findings of each client",
        Rule: "the findings of each rule",
        Cause: "findings with one rule, severity and message",
        Owner: "the findings of each owner of clients",
    }
    InventoryFormat {
        Table: "one or two lines for each client, for people",
        Csv: "one row for each client, for spreadsheets",
        Json: "grantlint-inventory/1, for scripts",
    }
    RecommendFormat {
        Human: "for people: what to keep and remove, and why",
        Json: "grantlint-recommendation/1, for scripts",
        Terraform: "proposed roles as genesyscloud_auth_role resources",
    }
    PlanFormat {
        Markdown: "a change ticket, for people",
        Json: "grantlint-plan/1, for scripts",
    }
    NeededInput {
        Roles: "clients are judged by the ids of their roles",
        Divisions: "clients are judged by the ids of their divisions",
        Users: "owners of clients are not resolved",
        Authorisations: "authorised applications are not judged",
        Permissions: "the built-in catalogue of permissions is used",
        Usage: "unused rights are not judged",
        Policy: "rules that compare clients with a policy are not judged",
    }
    AskedPersona {
        Regular: "findings for every team",
        Pedantic: "also hygiene findings",
        Auditor: "the former name of pedantic",
    }
    Severity {
        Info: "worth knowing, no action needed now",
        Low: "hygiene",
        Medium: "increases the damage of another fault",
        High: "one further fault away from customer data, or stops working on a known date",
        Critical: "takes over the organisation or leaks a live credential",
    }
    Confidence {
        Low: "often misleads",
        Medium: "sometimes misleads",
        High: "the export proves it",
    }
}

/// The personas of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedPersona {
    /// Findings for everybody.
    Regular,
    /// Hygiene findings too.
    Pedantic,
    /// The same.
    Auditor,
}

impl AskedPersona {
    /// The word of the flag.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Regular => "regular",
            Self::Pedantic => "pedantic",
            Self::Auditor => "auditor",
        }
    }
}

impl From<Persona> for AskedPersona {
    fn from(persona: Persona) -> Self {
        match persona {
            Persona::Regular => Self::Regular,
            Persona::Pedantic => Self::Pedantic,
        }
    }
}

/// The severity of `--fail-on`; none for `never`.
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
        match bytes(word)? {
            Some(bytes @ 1..=0x1_0000_0000) => Ok(Self(bytes.min(crate::discover::LARGEST))),
            _ => Err("from 1 byte to 4G".into()),
        }
    }
}

/// A number of bytes with an optional unit; `None` if it is too large to count.
fn bytes(word: &str) -> Result<Option<u64>, String> {
    let digits = word.trim_end_matches(|last: char| last.is_ascii_alphabetic());
    let bits = match word[digits.len()..].to_ascii_uppercase().as_str() {
        "" | "B" => 0,
        "K" | "KB" | "KIB" => 10,
        "M" | "MB" | "MIB" => 20,
        "G" | "GB" | "GIB" => 30,
        _ => return Err("use a number of bytes, optionally followed by K, M or G".into()),
    };
    let number: u64 = digits
        .parse()
        .map_err(|_| "use a number of bytes, optionally followed by K, M or G")?;
    Ok(number.checked_mul(1 << bits))
}

/// Parses the maximum size of all files of a run.
pub(super) fn total_size(argument: &str) -> Result<u64, String> {
    match bytes(argument)? {
        Some(bytes @ 1..=0x100_0000_0000) => Ok(bytes),
        _ => Err("from 1 byte to 1024G".into()),
    }
}

/// Parses a count of at least one.
pub(super) fn count(argument: &str) -> Result<usize, String> {
    match argument.parse() {
        Ok(count @ 1..=1_000_000_000) => Ok(count),
        _ => Err("from 1 to 1000000000".into()),
    }
}

/// Parses the maximum depth.
pub(super) fn depth(argument: &str) -> Result<usize, String> {
    match argument.parse() {
        Ok(depth @ 1..=1000) => Ok(depth),
        _ => Err("from 1 to 1000".into()),
    }
}

/// Parses the number of threads; 0 means one for each core.
pub(super) fn threads(argument: &str) -> Result<usize, String> {
    match argument.parse() {
        Ok(threads @ 0..=256) => Ok(threads),
        _ => Err("from 0 to 256".into()),
    }
}

/// Parses a report format and its file.
pub(super) fn output(argument: &str) -> Result<(Format, PathBuf), String> {
    named_file(argument, Format::Sarif)
}

/// Parses an inventory format and its file.
pub(super) fn inventory_output(argument: &str) -> Result<(InventoryFormat, PathBuf), String> {
    named_file(argument, InventoryFormat::Csv)
}

/// Parses a format of recommendations and its file.
pub(super) fn recommend_output(argument: &str) -> Result<(RecommendFormat, PathBuf), String> {
    named_file(argument, RecommendFormat::Json)
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
    let Some((word, file)) = argument.split_once('=') else {
        let names = Choice::<F>::value_variants().iter().filter_map(name);
        return by_extension(argument, &names.collect::<Vec<_>>())
            .and_then(|word| Ok((Choice::<F>::from_str(word, false)?.0, argument.into())));
    };
    if file.is_empty() {
        let example = name(&Choice(example)).unwrap_or_default();
        return Err(format!(
            "use FORMAT=FILE, for example {example}=grantlint.{example}"
        ));
    }
    let format = Choice::<F>::from_str(word, false).map_err(|_| {
        let names: Vec<_> = Choice::<F>::value_variants()
            .iter()
            .filter_map(name)
            .collect();
        format!("the format is one of {}", names.join(", "))
    })?;
    Ok((format.0, file.into()))
}

/// The format that the extension of a file means, of those in `names`.
fn by_extension<'w>(file: &str, names: &[String]) -> Result<&'w str, String> {
    let lower = file.to_ascii_lowercase();
    let extension = lower
        .rsplit_once('.')
        .map_or("", |(_, extension)| extension);
    let meant: &[&str] = match extension {
        _ if lower.ends_with(".sarif.json") => &["sarif"],
        "html" | "htm" => &["html"],
        "sarif" => &["sarif"],
        "csv" => &["csv"],
        "md" | "markdown" => &["markdown"],
        "tf" => &["terraform"],
        "json" => &["json", "sarif", "gitlab"],
        "xml" => &["junit"],
        "txt" => &["human", "summary", "concise", "table"],
        _ => &[],
    };
    let known = meant
        .iter()
        .filter(|word| names.iter().any(|name| name == *word));
    let known: Vec<&str> = known.copied().collect();
    match known[..] {
        // Many programs write other XML.
        [word] if extension != "xml" => Ok(word),
        [] => Err(format!(
            "the extension does not name a format: use FORMAT=FILE, with one of {}",
            names.join(", ")
        )),
        _ => {
            let forms = known.iter().map(|word| format!("{word}={file}"));
            let forms = forms.collect::<Vec<_>>().join(" or ");
            Err(format!(
                "`.{extension}` does not name one format: write {forms}"
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_names_a_format_if_it_names_one_alone() {
        let format = |argument| output(argument).map(|(format, _)| format);
        assert_eq!(format("report.html"), Ok(Format::Html));
        assert_eq!(format("out/Report.HTM"), Ok(Format::Html));
        assert_eq!(format("a.sarif.json"), Ok(Format::Sarif));
        assert_eq!(format("a.md"), Ok(Format::Markdown));
        assert_eq!(format("json=a.html"), Ok(Format::Json));
        for (argument, words) in [
            (
                "a.json",
                "write json=a.json or sarif=a.json or gitlab=a.json",
            ),
            ("a.xml", "write junit=a.xml"),
            ("a.txt", "human=a.txt or summary=a.txt or concise=a.txt"),
            ("report", "use FORMAT=FILE"),
            ("html=", "use FORMAT=FILE"),
            ("odt=a.odt", "the format is one of"),
        ] {
            let refused = format(argument).expect_err(argument);
            assert!(refused.contains(words), "{argument}: {refused}");
        }
        assert_eq!(
            inventory_output("all.json").map(|(format, _)| format),
            Ok(InventoryFormat::Json)
        );
    }
}
