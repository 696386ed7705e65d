//! The permanent identity of a finding.

use sha2::{Digest, Sha256};
use std::fmt;

/// The first 16 bytes of the SHA-256 of `grantlint/2`, rule id, client identity, target
/// and the occurrence among equals, each ended by a zero byte.
///
/// Client: `address:` with root and Terraform address, else `id:` and the platform id, else
/// `name:`; one with address and id has a fingerprint by each, and reports show the first, so a
/// state next to the configuration changes none. Target: list items by value, role and division
/// by identity, single fields by name.
/// No line, offset, index, severity or secret goes in, so it survives re-export, re-ordering
/// and re-formatting. The definition never changes; a new one gets a new number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    /// The fingerprint of the finding of `rule` in `client` at `target`; `occurrence` counts equal
    /// findings from 0.
    #[must_use]
    pub fn new(rule: &str, client: &str, target: &str, occurrence: u32) -> Self {
        let mut hash = Sha256::new();
        for part in ["grantlint/2", rule, client, target] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        hash.update(occurrence.to_string().as_bytes());
        hash.update([0]);
        let digest = hash.finalize();
        let mut first = [0; 16];
        first.copy_from_slice(&digest[..16]);
        Self(first)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_never_changes() {
        // Recomputed with: printf 'grantlint/2\0redirect-not-https\0id:c1\0registeredRedirectUri[http://a/]\0000\0' | sha256sum
        let fingerprint = Fingerprint::new(
            "redirect-not-https",
            "id:c1",
            "registeredRedirectUri[http://a/]",
            0,
        );
        assert_eq!(fingerprint.to_string(), "22c49c7e5bf84fdd6f9f56c07234a2ce");
    }
}
