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
    limits: OpenLimits,
    left: u64,
}

/// The limits of opening a file.
#[derive(Clone, Copy)]
pub(super) struct OpenLimits {
    /// Bytes of a text, or of all texts of an archive.
    pub bytes: u64,
    /// How many times larger than its compressed form a text can be.
    pub expansion: u64,
}

/// A compressed text can always become this large.
const ALWAYS_EXPANDED: u64 = 16 << 20;

impl OpenLimits {
    /// Decompresses a text of so many compressed bytes. `left` bytes can still be read.
    fn expand(self, from: &mut dyn Read, compressed: u64, left: u64) -> Result<Vec<u8>, Problem> {
        let expanded = compressed.saturating_mul(self.expansion);
        let most = expanded.max(ALWAYS_EXPANDED);
        let bytes = read(from, 0, left.min(most));
        bytes.map_err(|problem| match problem.kind {
            ProblemKind::Limit if most < left => expands_too_much(self.expansion),
            ProblemKind::Limit => too_large(self.bytes),
            _ => problem,
        })
    }
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
pub(super) fn open(bytes: Vec<u8>, limits: OpenLimits) -> Result<Content, Problem> {
    let limit = limits.bytes;
    match archive_kind(&bytes) {
        Some("zip") => {
            let counted = counted(&bytes);
            let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
            Ok(Content::Archive(Archive {
                counted: counted.unwrap_or(zip.len()),
                zip,
                limits,
                left: limit.min(LARGEST),
            }))
        }
        Some(_) => {
            let mut plain = MultiGzDecoder::new(bytes.as_slice());
            let bytes = limits.expand(&mut plain, bytes.len() as u64, limit.min(LARGEST))?;
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

    /// The first bytes of a member.
    pub(super) fn head(&mut self, member: usize) -> Result<Vec<u8>, Problem> {
        let file = self.zip.by_index(member).map_err(|error| broken(&error))?;
        head(file)
    }

    /// The text of a member.
    pub(super) fn text(&mut self, member: usize) -> Result<String, Problem> {
        let mut file = self.zip.by_index(member).map_err(|error| broken(&error))?;
        let compressed = file.compressed_size();
        let bytes = self.limits.expand(&mut file, compressed, self.left)?;
        self.left -= bytes.len() as u64;
        if archive_kind(&bytes).is_some() {
            return Err(nested());
        }
        text(bytes, self.limits.bytes)
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

/// The first bytes of a file, which show what it is.
pub(super) fn head(from: impl Read) -> Result<Vec<u8>, Problem> {
    let mut head = Vec::new();
    from.take(1 << 13)
        .read_to_end(&mut head)
        .map_err(|error| unreadable(&error.to_string()))?;
    Ok(head)
}

/// Whether bytes begin as a container that grantlint knows, opened or not.
pub(super) fn is_container(head: &[u8]) -> bool {
    archive_kind(head).is_some() || unopened(head).is_some()
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

/// An encoding with several bytes for each character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wide {
    /// Bytes of a unit: 2 or 4.
    width: usize,
    is_little: bool,
    /// Bytes of the byte order mark.
    mark: usize,
}

/// The encoding of bytes that are UTF-16 or UTF-32, by their mark or by where their zeros are:
/// exports are mostly ASCII.
pub(super) fn wide_encoding(bytes: &[u8]) -> Option<Wide> {
    let wide = |width, is_little, mark| {
        Some(Wide {
            width,
            is_little,
            mark,
        })
    };
    match bytes {
        [0xff, 0xfe, 0, 0, ..] => return wide(4, true, 4),
        [0, 0, 0xfe, 0xff, ..] => return wide(4, false, 4),
        [0xff, 0xfe, ..] => return wide(2, true, 2),
        [0xfe, 0xff, ..] => return wide(2, false, 2),
        _ => {}
    }
    let head = &bytes[..bytes.len().min(1 << 12)];
    [(4, true), (4, false), (2, true), (2, false)]
        .into_iter()
        .find(|&(width, is_little)| is_wide_ascii(head, width, is_little))
        .and_then(|(width, is_little)| wide(width, is_little, 0))
}

/// Whether nearly all units of bytes are ASCII characters of this width.
fn is_wide_ascii(bytes: &[u8], width: usize, is_little: bool) -> bool {
    let units = bytes.len() / width;
    let is_ascii = |unit: &&[u8]| {
        let low = if is_little { 0 } else { width - 1 };
        let is_text = |byte: u8| matches!(byte, b'\t' | b'\n' | b'\r' | 0x20..0x7f);
        unit.iter().enumerate().all(|(at, byte)| {
            if at == low {
                is_text(*byte)
            } else {
                *byte == 0
            }
        })
    };
    let ascii = bytes.chunks_exact(width).filter(is_ascii).count();
    units >= 2 && ascii * 10 >= units * 9
}

/// The text of bytes in UTF-8, UTF-16 or UTF-32.
fn text(bytes: Vec<u8>, limit: u64) -> Result<String, Problem> {
    if let Some(sort) = unopened(&bytes) {
        return Err(Problem::new(
            ProblemKind::Unreadable,
            format!("this is {sort}, which grantlint does not open"),
            "unpack it, and give grantlint its content",
        ));
    }
    let Some(wide) = wide_encoding(&bytes) else {
        return String::from_utf8(bytes).map_err(|error| not_utf8(&error));
    };
    let text = wide_text(&bytes[wide.mark..], wide)?;
    if text.len() as u64 > limit.min(LARGEST) {
        return Err(too_large(limit));
    }
    Ok(text)
}

/// Decodes UTF-16 or UTF-32 after its mark.
fn wide_text(bytes: &[u8], wide: Wide) -> Result<String, Problem> {
    let unit = |bytes: &[u8]| {
        let add = |value: u32, byte: &u8| value << 8 | u32::from(*byte);
        if wide.is_little {
            bytes.iter().rev().fold(0, add)
        } else {
            bytes.iter().fold(0, add)
        }
    };
    let units = bytes.chunks_exact(wide.width);
    let is_whole = units.remainder().is_empty();
    let count = units.len();
    let units = units.map(unit);
    let mut text = String::with_capacity(count);
    if wide.width == 4 {
        for (at, unit) in units.enumerate() {
            text.push(char::from_u32(unit).ok_or_else(|| not_wide(wide, at))?);
        }
    } else {
        // A unit of two bytes always fits.
        let units = units.map(|unit| u16::try_from(unit).unwrap_or(u16::MAX));
        for (at, unit) in char::decode_utf16(units).enumerate() {
            text.push(unit.map_err(|_| not_wide(wide, at))?);
        }
    }
    is_whole
        .then_some(text)
        .ok_or_else(|| not_wide(wide, count))
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

/// The problem that all files together are too large.
pub(super) fn too_large_together(limit: u64) -> Problem {
    let words = size_words(limit);
    Problem::new(
        ProblemKind::Limit,
        format!("was not read: all files together are larger than {words}"),
        "audit fewer files at once, or allow more with --max-total",
    )
}

fn expands_too_much(expansion: u64) -> Problem {
    Problem::new(
        ProblemKind::Limit,
        format!("becomes more than {expansion} times larger when it is unpacked, and was not read"),
        "if this is an export, give grantlint the unpacked file, or allow more: [limits] expansion in grantlint.toml",
    )
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
        "save it as UTF-8",
    )
}

fn not_wide(wide: Wide, unit: usize) -> Problem {
    let bits = wide.width * 8;
    Problem::new(
        ProblemKind::Unreadable,
        format!("begins as UTF-{bits}, but is not UTF-{bits} from character {unit} on"),
        "save it as UTF-8",
    )
}
