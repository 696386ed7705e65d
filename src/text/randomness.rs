//! Whether a value looks random, as generated secrets do.

/// Fewer characters are never random enough without a label that names the value.
const SHORTEST_RANDOM: usize = 20;

/// The length of a secret of Genesys Cloud: 32 bytes in base64url without padding.
pub(super) const GENESYS_LENGTH: usize = 43;

/// Counts of the characters of a value.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Profile {
    pub(super) lower: usize,
    pub(super) upper: usize,
    pub(super) digits: usize,
    /// How often a letter follows a digit or a digit a letter.
    pub(super) changes: usize,
    /// How often the case changes between adjacent letters.
    case_changes: usize,
    /// The longest run of lower-case letters.
    longest_lower: usize,
}

impl Profile {
    pub(super) fn new(value: &str) -> Self {
        let mut profile = Self::default();
        let (mut before, mut run) = (b' ', 0);
        for byte in value.bytes() {
            profile.lower += usize::from(byte.is_ascii_lowercase());
            profile.upper += usize::from(byte.is_ascii_uppercase());
            profile.digits += usize::from(byte.is_ascii_digit());
            if before.is_ascii_alphanumeric() && byte.is_ascii_alphanumeric() {
                let is_change = before.is_ascii_digit() != byte.is_ascii_digit();
                profile.changes += usize::from(is_change);
                let are_letters = before.is_ascii_alphabetic() && byte.is_ascii_alphabetic();
                let is_other_case = before.is_ascii_lowercase() != byte.is_ascii_lowercase();
                profile.case_changes += usize::from(are_letters && is_other_case);
            }
            run = if byte.is_ascii_lowercase() {
                run + 1
            } else {
                0
            };
            profile.longest_lower = profile.longest_lower.max(run);
            before = byte;
        }
        profile
    }
}

/// Whether a value looks random: long, of many different characters, without words.
pub(super) fn is_random(value: &str) -> bool {
    if value.len() < SHORTEST_RANDOM || contains_uuid(value) || is_path(value) {
        return false;
    }
    let profile = Profile::new(value);
    let hexadecimal = value.len() >= 32 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    // Names end with a year or a number; random values have digits in all positions.
    let mixed = profile.lower > 0 && profile.upper > 0 && profile.changes >= 3;
    let one_case = value.len() >= 24 && profile.changes >= 6 && !value.contains(['.', '/', '-']);
    (mixed || one_case || (hexadecimal && profile.digits >= 4)) && entropy(value) > 3.2
}

/// Whether 43 characters of base64url have the shape of a secret of Genesys Cloud. Names of that
/// length consist of words.
pub(super) fn is_genesys_secret(value: &str) -> bool {
    if value.len() != GENESYS_LENGTH || !value.bytes().all(is_base64url) {
        return false;
    }
    let profile = Profile::new(value);
    profile.lower > 0
        && profile.upper > 0
        && profile.digits > 0
        && profile.changes >= 2
        && profile.case_changes >= 4
        && profile.longest_lower <= 9
        && !contains_uuid(value)
        && entropy(value) > 3.8
}

pub(super) fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// Whether a value looks like a password that a person chose: letters of both cases and digits.
pub(super) fn looks_chosen(value: &str) -> bool {
    let profile = Profile::new(value);
    profile.lower > 0 && profile.upper > 0 && profile.digits > 0 && !is_path(value)
}

/// Whether a value contains a sign that no id or path contains.
pub(super) fn has_sign(value: &str) -> bool {
    value.contains(['!', '$', '%', '^', '*', '@', '~', '#', '&', '?'])
}

/// Whether `value` is a UUID.
#[must_use]
pub fn is_uuid(value: &str) -> bool {
    let bytes = value.as_bytes();
    bytes.len() == 36
        && [8, 13, 18, 23].into_iter().all(|at| bytes[at] == b'-')
        && bytes.iter().filter(|byte| byte.is_ascii_hexdigit()).count() == 32
}

fn contains_uuid(value: &str) -> bool {
    value.len() >= 36
        && memchr::memchr_iter(b'-', value.as_bytes()).any(|dash| {
            dash.checked_sub(8)
                .and_then(|start| value.get(start..start + 36))
                .is_some_and(is_uuid)
        })
}

/// A path has slashes between short parts; a random value may contain one anywhere.
pub(super) fn is_path(value: &str) -> bool {
    value.contains('/') && value.split('/').all(|part| part.len() < 16)
}

/// Shannon's entropy of the bytes of `value`, in bits per byte.
fn entropy(value: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in value.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let total = f64::from(u32::try_from(value.len()).unwrap_or(u32::MAX));
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| {
            let share = f64::from(*count) / total;
            -share * share.log2()
        })
        .sum()
}
