//! A resolved place, for data that outlives its source.

use super::{Place, Sources};
use std::fmt;

/// Path, line and column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The path.
    pub path: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in code points, from 1.
    pub column: u32,
}

impl Origin {
    /// Where `place` begins.
    #[must_use]
    pub fn resolve(sources: &Sources, place: Place) -> Self {
        let (path, at, _) = sources.locate(place);
        Self {
            path: path.to_owned(),
            line: at.line,
            column: at.column,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.path, self.line)
    }
}
