//! Hosts that a policy names: `host` exactly, `*.domain` everything below.
//!
//! Invariant: a list of any length costs a few look-ups.

use hashbrown::HashSet;

/// The hosts that a list of patterns names.
#[derive(Debug)]
pub(super) struct Hosts {
    exactly: HashSet<String>,
    /// Domains below which all are named, each with the dot before it.
    below: HashSet<String>,
}

impl Hosts {
    pub(super) fn new<'p>(patterns: impl Iterator<Item = &'p str>) -> Self {
        let patterns: Vec<_> = patterns
            .map(|pattern| pattern.trim_ascii().to_ascii_lowercase())
            .collect();
        let ending = |pattern: &String| pattern.strip_prefix('*').map(str::to_owned);
        Self {
            below: patterns.iter().filter_map(ending).collect(),
            exactly: patterns
                .into_iter()
                .filter(|pattern| !pattern.starts_with('*'))
                .collect(),
        }
    }

    /// Whether they are meant; `host` is in lower case.
    pub(super) fn name(&self, host: &str) -> bool {
        // A label must precede the dot.
        let mut dots = (1..host.len()).filter(|at| host.as_bytes()[*at] == b'.');
        (!self.exactly.is_empty() && self.exactly.contains(host))
            || (!self.below.is_empty() && dots.any(|dot| self.below.contains(&host[dot..])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_names_hosts_exactly_or_below_a_domain() {
        let names = |pattern: &str, host: &str| Hosts::new([pattern].into_iter()).name(host);
        assert!(names("App.example.com", "app.example.com"));
        assert!(names(" *.Example.com", "app.example.com"));
        assert!(names("*.example.com", "a.b.example.com"));
        assert!(names("myapp:", "myapp:"));
        assert!(!names("*.example.com", "example.com"));
        assert!(!names("*.example.com", ".example.com"));
        assert!(!names("*.example.com", "evilexample.com"));
        assert!(!names("*example.com", "app.example.com"));
        assert!(!names("example.com", "app.example.com"));
        assert!(!names("*", "app.example.com"));
    }
}
