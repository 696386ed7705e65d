//! The permanent identity of a finding.

use sha2::{Digest, Sha256};
use std::fmt;

/// The first 16 bytes of the SHA-256 of `grantlint/1`, rule id, client identity, field
/// identity and the occurrence among equals, each ended by a zero byte.
///
/// No line, offset, path or secret goes in, so it survives re-export, re-ordering,
/// re-formatting and moving the file. The definition never changes; a new one gets a new
/// number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    /// Of the finding of `rule` in `client` at `field`; `occurrence` counts equal ones from 0.
    #[must_use]
    pub fn new(rule: &str, client: &str, field: &str, occurrence: u32) -> Self {
        let mut hash = Sha256::new();
        for part in ["grantlint/1", rule, client, field] {
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
        // Recomputed with: printf 'grantlint/1\0redirect-not-https\0id:c1\0registeredRedirectUri[http://a/]\0000\0' | sha256sum
        let fingerprint = Fingerprint::new(
            "redirect-not-https",
            "id:c1",
            "registeredRedirectUri[http://a/]",
            0,
        );
        assert_eq!(fingerprint.to_string(), "a69ac7ad12fff539413f4aa78586681a");
    }
}
