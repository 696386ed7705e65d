//! Escapes in strings of JSON.

pub(super) fn hex4(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.iter().try_fold(0, |value, &byte| {
        Some(value * 16 + (byte as char).to_digit(16)?)
    })
}

/// Decodes the inside of a string that the reader has checked.
pub(super) fn unescape(inside: &str) -> String {
    let mut text = String::with_capacity(inside.len());
    let mut rest = inside;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        text.push_str(&rest[..at]);
        let bytes = rest.as_bytes();
        let (character, length) = match bytes.get(at + 1) {
            Some(b'u') => match hex4(bytes, at + 2) {
                Some(high @ 0xD800..=0xDBFF) => {
                    let low = hex4(bytes, at + 8).unwrap_or(0xDC00);
                    let code =
                        0x10000 + ((high - 0xD800) << 10) + (low.wrapping_sub(0xDC00) & 0x3FF);
                    (char::from_u32(code), 12)
                }
                Some(code) => (char::from_u32(code), 6),
                None => (None, 2),
            },
            Some(b'b') => (Some('\u{8}'), 2),
            Some(b'f') => (Some('\u{c}'), 2),
            Some(b'n') => (Some('\n'), 2),
            Some(b'r') => (Some('\r'), 2),
            Some(b't') => (Some('\t'), 2),
            Some(&byte) => (Some(byte as char), 2),
            None => (None, 1),
        };
        text.push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
        rest = rest.get(at + length..).unwrap_or("");
    }
    text.push_str(rest);
    text
}
