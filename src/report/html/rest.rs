//! The ends of long lists, compressed: a browser needs seconds for thousands of elements, and a page
//! is sent by mail.
//!
//! Invariant: the text is made by the templates of the page, which escape every text of the export.

use super::{CAUSE_PLACES, Page, STATIC_CARDS, STATIC_CAUSES, STATIC_ROWS};
use super::{at_first, clients_of, cut, host_parts, is_first, is_long, marked, number, plain};
use crate::report::shared;
use askama::Template;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use std::io::{self, Write};
use std::ops::Deref;

/// The ends of the long lists of the page; each is empty if the list is short.
#[derive(Default)]
pub struct Rest {
    pub rows: String,
    pub causes: String,
    pub cards: String,
}

impl Rest {
    /// The ends of the lists of `page`.
    ///
    /// # Errors
    /// If a template cannot be written.
    pub fn new(page: &Page<'_, '_>) -> io::Result<Self> {
        let packed = |list: LongList, length: usize, first: usize| {
            if at_first(length, first) < length {
                packed(&RestTemplate { page, list })
            } else {
                Ok(String::new())
            }
        };
        Ok(Self {
            rows: packed(LongList::Rows, page.rows.len(), STATIC_ROWS)?,
            causes: packed(LongList::Causes, page.causes.all.len(), STATIC_CAUSES)?,
            cards: packed(LongList::Cards, page.groups.len(), STATIC_CARDS)?,
        })
    }
}

/// A list that can be long.
#[derive(Clone, Copy)]
enum LongList {
    Rows,
    Causes,
    Cards,
}

#[derive(Template)]
#[template(path = "rest.html", config = "src/report/html/askama.toml")]
struct RestTemplate<'r, 'p, 's> {
    page: &'r Page<'p, 's>,
    list: LongList,
}

impl<'p, 's> Deref for RestTemplate<'_, 'p, 's> {
    type Target = Page<'p, 's>;

    fn deref(&self) -> &Page<'p, 's> {
        self.page
    }
}

/// What a template writes, compressed, in base64.
fn packed(template: &RestTemplate<'_, '_, '_>) -> io::Result<String> {
    let mut packer = DeflateEncoder::new(Vec::new(), Compression::default());
    template.write_into(&mut packer)?;
    packer.flush()?;
    Ok(base64(&packer.finish()?))
}

/// Bytes in base64 (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            let value = (bits >> (18 - 6 * digit)) & 63;
            let is_used = digit <= chunk.len();
            text.push(if is_used {
                char::from(DIGITS[value as usize])
            } else {
                '='
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_in_base64() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }
}
