//! Which rules run.

use crate::catalog::{Category, Rule};

/// Rules to run and to ignore, by id or category.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only these, if any is named.
    pub select: Vec<String>,
    /// Not these.
    pub ignore: Vec<String>,
}

/// A word that is not a rule or a category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectionFault {
    /// The word.
    pub word: String,
    /// The nearest known word.
    pub suggestion: Option<String>,
}

impl Selection {
    /// The selected rules, in the catalogue's order.
    ///
    /// # Errors
    /// Every word that is not a rule or a category.
    pub fn apply(
        &self,
        rules: &[&'static Rule],
    ) -> Result<Vec<&'static Rule>, Vec<SelectionFault>> {
        let faults: Vec<_> = self
            .select
            .iter()
            .chain(&self.ignore)
            .filter(|word| !rules.iter().any(|rule| means(word, rule)))
            .map(|word| SelectionFault {
                word: word.clone(),
                suggestion: suggestion(word, rules.iter().copied()),
            })
            .collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(rules
            .iter()
            .filter(|rule| {
                (self.select.is_empty() || self.select.iter().any(|word| means(word, rule)))
                    && !self.ignore.iter().any(|word| means(word, rule))
            })
            .copied()
            .collect())
    }

    /// The options that make it, if it can leave rules out.
    #[must_use]
    pub fn options(&self) -> Option<String> {
        let options = [("--select", &self.select), ("--ignore", &self.ignore)];
        let options = options.into_iter().filter(|(_, words)| !words.is_empty());
        let options = options.map(|(option, words)| format!("{option} {}", words.join(",")));
        let options: Vec<String> = options.collect();
        (!options.is_empty()).then(|| options.join(" "))
    }
}

fn means(word: &str, rule: &Rule) -> bool {
    rule.id == word
        || rule.category.name() == word
        || rule.aliases.iter().any(|alias| alias == word)
}

/// The rule or category that is most similar to `word`, if any is similar.
#[must_use]
pub fn suggestion<'r>(word: &str, rules: impl IntoIterator<Item = &'r Rule>) -> Option<String> {
    let ids: Vec<&str> = rules.into_iter().map(|rule| rule.id.as_ref()).collect();
    closest(
        word,
        ids.into_iter().chain(Category::ALL.map(Category::name)),
    )
    .map(str::to_owned)
}

/// The known word that is most similar to `word`, if any is similar.
pub fn closest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    known
        .into_iter()
        .map(|known| (strsim::jaro_winkler(word, known), known))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| known)
}
