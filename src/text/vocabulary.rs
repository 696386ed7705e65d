//! The words by which credentials are recognised, from `rules/data/credentials.toml`.
//!
//! Invariant: this file also serves the build script, so it depends only on `serde` and `toml`.

use serde::Deserialize;
use std::borrow::Cow;

/// What is accepted as a value after a label.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum LabelKind {
    /// A random value, or a password that a person chose.
    Password,
    /// A random value, or one with a sign that names do not contain.
    Secret,
    /// A random value.
    Scheme,
    /// A random value after a separator.
    Key,
}

/// A word that announces a credential.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// The word, in lower case.
    pub word: Cow<'static, str>,
    /// What is accepted after it.
    pub kind: LabelKind,
    /// Whether it must not be a part of another word.
    #[serde(default)]
    pub whole: bool,
}

/// The beginning of the tokens of one issuer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prefix {
    /// The letters, in their case.
    pub prefix: Cow<'static, str>,
    /// The fewest characters after it.
    pub rest: u16,
}

/// The file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Vocabulary {
    /// Words that announce a credential.
    pub labels: Cow<'static, [Label]>,
    /// Words after a label which say that no value follows.
    pub not_values: Cow<'static, [Cow<'static, str>]>,
    /// Words before digests and identifiers.
    pub digests: Cow<'static, [Cow<'static, str>]>,
    /// Prefixes of tokens.
    pub prefixes: Cow<'static, [Prefix]>,
    /// Addresses of webhooks, without their scheme.
    pub webhooks: Cow<'static, [Cow<'static, str>]>,
}

impl Vocabulary {
    /// Parses the file.
    ///
    /// # Errors
    /// If it is not TOML of this form, or a word is empty or not in lower case.
    #[allow(dead_code, reason = "only the build script parses the file")]
    pub fn parse(text: &str) -> Result<Self, String> {
        let file: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        for label in file.labels.iter() {
            if label.word.is_empty() || label.word.to_lowercase() != *label.word {
                return Err(format!("the label `{}` is not in lower case", label.word));
            }
        }
        if file.prefixes.iter().any(|known| known.prefix.len() < 3) {
            return Err("a prefix needs three letters".into());
        }
        Ok(file)
    }
}
