//! Containers of texts: bytes in several encodings, gzip, zip.
//!
//! Invariant: the bytes decide, not the name. Decompression stops at the limit, whatever a header
//! claims. An archive in an archive is not opened.

use super::{LARGEST, unreadable};
use crate::finding::{Problem, ProblemKind};
use flate2::read::MultiGzDecoder;
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// The content of some bytes.
pub(super) enum Content {
    /// One text.
    Text(String),
    /// An archive of texts.
    Archive(Archive),
}

/// An archive, and how many bytes of it may still be read.
pub(super) struct Archive {
    /// The number of members that its end record states.
    counted: usize,
    zip: ZipArchive<Cursor<Vec<u8>>>,
    limit: u64,
    left: u64,
}

/// Reads to the end; a problem if there is more than the limit.
pub(super) fn read(from: &mut dyn Read, expected: u64, limit: u64) -> Result<Vec<u8>, Problem> {
    let limit = limit.min(LARGEST);
    let mut bytes = Vec::new();
    let room = usize::try_from(expected.min(limit)).unwrap_or(0);
    if bytes.try_reserve_exact(room + 1).is_err() {
        return Err(too_large(limit));
    }
    from.take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(&error.to_string()))?;
    if bytes.len() as u64 > limit {
        return Err(too_large(limit));
    }
    Ok(bytes)
}

/// Decodes bytes into a text or an archive.
pub(super) fn open(bytes: Vec<u8>, limit: u64) -> Result<Content, Problem> {
    match archive_kind(&bytes) {
        Some("zip") => {
            let counted = counted(&bytes);
            let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
            Ok(Content::Archive(Archive {
                counted: counted.unwrap_or(zip.len()),
                zip,
                limit: limit.min(LARGEST),
                left: limit.min(LARGEST),
            }))
        }
        Some(_) => {
            let mut plain = MultiGzDecoder::new(bytes.as_slice());
            let bytes = read(&mut plain, 0, limit)?;
            if archive_kind(&bytes).is_some() {
                return Err(nested());
            }
            text(bytes, limit).map(Content::Text)
        }
        None => text(bytes, limit).map(Content::Text),
    }
}

impl Archive {
    /// How many members it has.
    pub(super) fn len(&self) -> usize {
        self.zip.len()
    }

    /// The problem of members with equal names, of which only the last can be read.
    pub(super) fn hidden(&self) -> Option<Problem> {
        (self.counted > self.zip.len()).then(|| {
            Problem::new(
                ProblemKind::Unreadable,
                "contains several files with the same name; only the last was read",
                "pack them under different names, or unpack it and give grantlint the directory",
            )
        })
    }

    /// The path of a member, with `/`; `None` if it is a directory or its name is not valid text.
    pub(super) fn name(&self, member: usize) -> Option<String> {
        let name = self.zip.name_for_index(member)?.ok()?.replace('\\', "/");
        (!name.ends_with('/')).then_some(name)
    }

    /// The text of a member.
    pub(super) fn text(&mut self, member: usize) -> Result<String, Problem> {
        let mut file = self.zip.by_index(member).map_err(|error| broken(&error))?;
        let bytes = read(&mut file, 0, self.left).map_err(|problem| match problem.kind {
            ProblemKind::Limit => too_large(self.limit),
            _ => problem,
        })?;
        self.left -= bytes.len() as u64;
        if archive_kind(&bytes).is_some() {
            return Err(nested());
        }
        text(bytes, self.limit)
    }
}

/// The number of members that the end record of a zip archive states (APPNOTE 4.3.16); `None`
/// if the field is too small for it.
fn counted(bytes: &[u8]) -> Option<usize> {
    let end = memchr::memmem::rfind(bytes, b"PK\x05\x06")?;
    let [low, high] = *bytes.get(end + 10..end + 12)? else {
        return None;
    };
    let count = u16::from_le_bytes([low, high]);
    (count != u16::MAX).then_some(usize::from(count))
}

/// The kind of archive that bytes begin as.
fn archive_kind(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x1f, 0x8b, ..] => Some("gzip"),
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some("zip"),
        _ => None,
    }
}

/// The kind of container that bytes begin as and that grantlint does not open.
fn unopened(bytes: &[u8]) -> Option<&'static str> {
    /// The position of the magic number of a tar archive.
    const TAR: std::ops::Range<usize> = 257..262;
    match bytes {
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some("compressed by zstd"),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some("compressed by xz"),
        [b'B', b'Z', b'h', b'1'..=b'9', b'1', b'A', b'Y', ..] => Some("compressed by bzip2"),
        [b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c, ..] => Some("a 7z archive"),
        [b'R', b'a', b'r', b'!', 0x1a, ..] => Some("a rar archive"),
        _ if bytes.get(TAR) == Some(b"ustar") => Some("a tar archive"),
        _ => None,
    }
}

/// The text of bytes in UTF-8 or UTF-16.
fn text(bytes: Vec<u8>, limit: u64) -> Result<String, Problem> {
    if let Some(sort) = unopened(&bytes) {
        return Err(Problem::new(
            ProblemKind::Unreadable,
            format!("this is {sort}, which grantlint does not open"),
            "unpack it, and give grantlint its content",
        ));
    }
    let units: fn([u8; 2]) -> u16 = match bytes.as_slice() {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ => return String::from_utf8(bytes).map_err(|error| not_utf8(&error)),
    };
    let (pairs, rest) = bytes[2..].as_chunks::<2>();
    let mut text = String::with_capacity(pairs.len());
    for (at, unit) in char::decode_utf16(pairs.iter().map(|pair| units(*pair))).enumerate() {
        let Ok(character) = unit else {
            return Err(not_utf16(at));
        };
        text.push(character);
    }
    if !rest.is_empty() {
        return Err(not_utf16(pairs.len()));
    }
    if text.len() as u64 > limit.min(LARGEST) {
        return Err(too_large(limit));
    }
    Ok(text)
}

fn too_large(limit: u64) -> Problem {
    let remedy = if limit < LARGEST {
        "if this is an export, allow more with --max-size (up to 4G)"
    } else {
        "export page by page, one file per page"
    };
    let words = size_words(limit);
    let message = format!("it is larger than {words} and was not read");
    Problem::new(ProblemKind::Limit, message, remedy)
}

/// A size in words.
fn size_words(bytes: u64) -> String {
    let units = [("GiB", 30), ("MiB", 20), ("KiB", 10)];
    match units.iter().find(|(_, bits)| bytes >> bits > 0) {
        Some((unit, bits)) => format!("{} {unit}", (bytes + 1) >> bits),
        None => format!("{bytes} bytes"),
    }
}

fn broken(error: &zip::result::ZipError) -> Problem {
    Problem::new(
        ProblemKind::Unreadable,
        format!("is not an archive that grantlint can open: {error}"),
        "pack it again without a password, or unpack it and give grantlint the directory",
    )
}

fn nested() -> Problem {
    Problem::new(
        ProblemKind::Unreadable,
        "is an archive in an archive, which grantlint does not open",
        "unpack it and give grantlint the directory",
    )
}

fn not_utf8(error: &std::string::FromUtf8Error) -> Problem {
    let at = error.utf8_error().valid_up_to();
    let before = &error.as_bytes()[..at];
    let line = memchr::memchr_iter(b'\n', before).count() + 1;
    Problem::new(
        ProblemKind::Unreadable,
        format!("is not UTF-8 text from byte {at} on (line {line})"),
        "save it as UTF-8, or as UTF-16 with a byte order mark",
    )
}

fn not_utf16(unit: usize) -> Problem {
    Problem::new(
        ProblemKind::Unreadable,
        format!("begins as UTF-16, but is not UTF-16 from character {unit} on"),
        "save it as UTF-8",
    )
}
