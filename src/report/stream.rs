//! JSON on its way out: values are written as they are made, never gathered.
//!
//! Invariant: what is written is one thing a line down to a given depth, so that a finding is a
//! line to `grep` and `diff`; and pure text for a terminal too: characters that re-order or
//! hide a line are written as `\u` escapes, which readers of JSON turn back.

use crate::text::is_unsafe_char;
use serde::Serialize;
use serde::ser::Serializer;
use serde_json::ser::{Formatter, Serializer as Json};
use std::fmt::Display;
use std::io::{self, BufWriter, Write};

/// Writes `value` and a line break. Things less deep than `depth` each get a line.
pub(super) fn write(value: &impl Serialize, depth: usize, out: &mut dyn Write) -> io::Result<()> {
    let layout = Layout {
        depth,
        level: 0,
        is_empty: true,
    };
    // Many small pieces, which go into a buffer of a known type faster than into any writer.
    let mut out = BufWriter::with_capacity(1 << 16, out);
    value.serialize(&mut Json::with_formatter(&mut out, layout))?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Text of anything that can be displayed, without a string in between.
pub(super) fn displayed<S: Serializer>(
    value: &impl Display,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

/// Lists of a report that are built while they are written: a type for each, which contains the
/// report, and what its entries are.
macro_rules! lists {
    ($($visibility:vis $list:ident($held:ident: $kind:ty) => $entries:expr;)*) => {$(
        $visibility struct $list<'r>($visibility $kind);

        impl serde::Serialize for $list<'_> {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let $held = self.0;
                serializer.collect_seq($entries)
            }
        }
    )*};
}
pub(super) use lists;

struct Layout {
    depth: usize,
    level: usize,
    /// Nothing was written yet into the list or object that is open.
    is_empty: bool,
}

impl Layout {
    fn open<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.level += 1;
        self.is_empty = true;
        writer.write_all(bracket)
    }

    fn close<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        let had_lines = self.level <= self.depth && !self.is_empty;
        self.level -= 1;
        if had_lines {
            self.line(writer)?;
        }
        self.is_empty = false;
        writer.write_all(bracket)
    }

    fn next<W: ?Sized + Write>(&mut self, writer: &mut W, is_first: bool) -> io::Result<()> {
        self.is_empty = false;
        if !is_first {
            writer.write_all(b",")?;
        }
        if self.level <= self.depth {
            return self.line(writer);
        }
        if is_first {
            Ok(())
        } else {
            writer.write_all(b" ")
        }
    }

    fn line<W: ?Sized + Write>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b"\n")?;
        for _ in 0..self.level {
            writer.write_all(b" ")?;
        }
        Ok(())
    }
}

impl Formatter for Layout {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.next(writer, first)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.next(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        // Most text is plain, which is seen many bytes at a time.
        if fragment.bytes().fold(0, u8::max) < 0x7f {
            return writer.write_all(fragment.as_bytes());
        }
        while let Some(at) = rest.find(is_unsafe_char) {
            let (plain, from) = rest.split_at(at);
            writer.write_all(plain.as_bytes())?;
            let mut characters = from.chars();
            let mut units = [0; 2];
            for unit in characters
                .next()
                .map_or(&[][..], |unruly| unruly.encode_utf16(&mut units))
            {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = characters.as_str();
        }
        writer.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_line_for_each_thing_that_is_not_too_deep() {
        let value = json!({"a": [{"x": 1, "y": []}, {"x": 2}], "b": {}, "c": []});
        let mut out = Vec::new();
        write(&value, 2, &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "{\n \"a\": [\n  {\"x\": 1, \"y\": []},\n  {\"x\": 2}\n ],\n \"b\": {},\n \"c\": []\n}\n"
        );
    }

    #[test]
    fn unruly_characters_are_escaped_and_come_back() {
        let text = "a\u{202e}b\u{1b}[31m\u{7f}\u{e0041}\n\"😀\"";
        let mut out = Vec::new();
        write(&text, 1, &mut out).unwrap();
        let written = String::from_utf8(out).unwrap();
        assert!(!written.trim_end().contains(is_unsafe_char), "{written}");
        assert!(written.contains("\\u202e") && written.contains("\\udb40\\udc41"));
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
    }
}
