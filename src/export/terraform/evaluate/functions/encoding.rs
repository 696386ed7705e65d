//! JSON, YAML, CSV, base64 and URL encoding.

use super::super::number::Number;
use super::super::value::{Data, Key, Map, Value};
use super::super::{Bound, Evaluator, LONGEST};
use super::{Arguments, Outcome, Stop};
use crate::document::{Format, Kind, Limits, Node, read_as};
use crate::text::{Place, SourceId, Span};
use std::fmt::Write;

impl Evaluator<'_, '_, '_> {
    pub(super) fn encoding_function(
        &self,
        name: &str,
        arguments: &Arguments<'_>,
    ) -> Option<Outcome> {
        let place = arguments.place;
        Some(match name {
            "jsonencode" => arguments
                .get(0)
                .and_then(|value| self.json(value))
                .and_then(|text| self.text_result(text, place)),
            "yamlencode" => arguments.get(0).and_then(|value| {
                let mut text = String::new();
                self.write_yaml(value, 0, &mut text)?;
                self.text_result(text, place)
            }),
            "jsondecode" => self.decode(arguments, Format::Json),
            "yamldecode" => self.decode(arguments, Format::Yaml),
            "csvdecode" => self.csv(arguments),
            "base64encode" => arguments
                .text(0)
                .and_then(|text| self.text_result(base64(text.as_bytes()), place)),
            "base64decode" => arguments.text(0).and_then(|text| {
                let bytes = from_base64(&text).ok_or(Stop::Rejected)?;
                let text = String::from_utf8(bytes).map_err(|_| Stop::Rejected)?;
                self.text_result(text, arguments.result_place())
            }),
            "urlencode" => arguments.text(0).and_then(|text| {
                self.text_result(percent_encoded(&text), arguments.result_place())
            }),
            _ => return None,
        })
    }

    /// A value as `jsonencode` writes it.
    pub(super) fn json(&self, value: &Value) -> Result<String, Stop> {
        let mut text = String::new();
        self.write_json(value, &mut text)?;
        Ok(text)
    }

    fn write_json(&self, value: &Value, text: &mut String) -> Result<(), Stop> {
        if !self.charge(1) || text.len() > LONGEST {
            return Err(Stop::Bound(Bound::Length));
        }
        match &value.data {
            Data::Null => text.push_str("null"),
            Data::Bool(_) | Data::Number(_) => {
                text.push_str(&value.as_text().unwrap_or_default());
            }
            Data::Text(own) => write_json_text(own, text),
            Data::List(items) | Data::Set(items) => {
                text.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        text.push(',');
                    }
                    self.write_json(item, text)?;
                }
                text.push(']');
            }
            Data::Map(map) if map.is_complete() => {
                text.push('{');
                for (index, (key, entry)) in map.entries.iter().enumerate() {
                    if index > 0 {
                        text.push(',');
                    }
                    if let Key::Text(name) = key {
                        write_json_text(name, text);
                    }
                    text.push(':');
                    self.write_json(&entry.value, text)?;
                }
                text.push('}');
            }
            _ => return Err(super::stop(value)),
        }
        Ok(())
    }

    /// A value as `yamlencode` writes it, at the beginning of a line or after a key or a dash.
    fn write_yaml(&self, value: &Value, depth: usize, text: &mut String) -> Result<(), Stop> {
        if !self.charge(1) || text.len() > LONGEST || depth > DEEPEST_YAML {
            return Err(Stop::Bound(Bound::Length));
        }
        match &value.data {
            Data::List(items) | Data::Set(items) if items.is_empty() => text.push_str("[]\n"),
            Data::Map(map) if map.is_complete() && map.entries.is_empty() => text.push_str("{}\n"),
            Data::List(items) | Data::Set(items) => {
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        indent(depth, text);
                    }
                    text.push_str("- ");
                    self.write_yaml(item, depth + 1, text)?;
                }
            }
            Data::Map(map) if map.is_complete() => {
                for (index, (key, entry)) in map.entries.iter().enumerate() {
                    let Key::Text(name) = key else { continue };
                    if index > 0 {
                        indent(depth, text);
                    }
                    write_yaml_text(name, text)?;
                    text.push(':');
                    self.write_yaml_entry(&entry.value, depth, text)?;
                }
            }
            _ => {
                self.write_yaml_scalar(value, text)?;
                text.push('\n');
            }
        }
        Ok(())
    }

    /// The value of a key: next to it, or from the next line on. A list is not indented further.
    fn write_yaml_entry(&self, value: &Value, depth: usize, text: &mut String) -> Result<(), Stop> {
        let inner = match &value.data {
            Data::List(items) | Data::Set(items) if !items.is_empty() => depth,
            Data::Map(map) if !map.entries.is_empty() => depth + 1,
            _ => {
                text.push(' ');
                return self.write_yaml(value, depth, text);
            }
        };
        text.push('\n');
        indent(inner, text);
        self.write_yaml(value, inner, text)
    }

    fn write_yaml_scalar(&self, value: &Value, text: &mut String) -> Result<(), Stop> {
        match &value.data {
            Data::Text(own) => write_yaml_text(own, text),
            _ => self.write_json(value, text),
        }
    }

    fn decode(&self, arguments: &Arguments<'_>, format: Format) -> Outcome {
        let text = arguments.text(0)?;
        self.charge(text.len());
        // In the text of a whole file each value has a place of its own.
        let file = self.whole_file(arguments.get(0)?.place, &text);
        let place = file.is_none().then(|| arguments.result_place());
        let document = read_as(file.unwrap_or_default(), &text, format, Limits::default());
        let mut roots = document.roots();
        match (roots.next(), roots.next()) {
            (Some(root), None) if document.faults().is_empty() => Ok(self.decoded(root, place)),
            (None, None) if format == Format::Yaml => Ok(Value::new(Data::Null, arguments.place)),
            _ => Err(Stop::Rejected),
        }
    }

    /// The file of which this is the whole text.
    fn whole_file(&self, place: Place, text: &str) -> Option<SourceId> {
        let source = self.sources.get(place.source);
        (place.span.range() == (0..source.text().len()) && source.text() == text)
            .then_some(place.source)
    }

    /// A value of data, at its own place or at that of all of the data.
    fn decoded(&self, node: Node<'_, '_>, whole: Option<Place>) -> Value {
        let place = whole.unwrap_or_else(|| node.place());
        if !self.charge(1) {
            return super::super::unknown_at(place);
        }
        match node.kind() {
            Kind::Null => Value::new(Data::Null, place),
            Kind::True => Value::bool(true, place),
            Kind::False => Value::bool(false, place),
            Kind::Number => match node.number().and_then(Number::parse) {
                Some(number) => Value::number(number, place),
                None => super::super::unknown_at(place),
            },
            Kind::List => {
                let items = node.items().map(|item| self.decoded(item, whole));
                self.list(items.collect(), place)
            }
            Kind::Map => {
                let mut map = Map::default();
                for (key, value) in node.entries() {
                    let own = whole.unwrap_or_else(|| key.place());
                    let key = Value::text(&*key.text().unwrap_or_default(), own);
                    map.insert(key, self.decoded(value, whole));
                }
                Value::map(map, place)
            }
            _ => Value::text(&*node.text().unwrap_or_default(), place),
        }
    }

    /// Rows as objects with the names of the first row.
    fn csv(&self, arguments: &Arguments<'_>) -> Outcome {
        let text = arguments.text(0)?;
        let whole = arguments.result_place();
        let file = self.whole_file(arguments.get(0)?.place, &text);
        self.charge(text.len());
        let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
        let names = reader.headers().map_err(|_| Stop::Rejected)?.clone();
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|_| Stop::Rejected)?;
            let place = file.and_then(|file| Some(row_place(file, &text, record.position()?)));
            let place = place.unwrap_or(whole);
            let mut map = Map::default();
            for (name, cell) in names.iter().zip(record.iter()) {
                map.insert(Value::text(name, place), Value::text(cell, place));
            }
            rows.push(Value::map(map, place));
        }
        Ok(self.list(rows, whole))
    }
}

/// The place of a row of a file.
fn row_place(file: SourceId, text: &str, position: &csv::Position) -> Place {
    let start = (position.byte() as usize).min(text.len());
    let line = text.as_bytes()[start..].split(|byte| *byte == b'\n').next();
    let end = start + line.map_or(0, <[u8]>::len);
    Place::new(file, Span::new(start as u32, end as u32))
}

/// The deepest nesting that `yamlencode` writes.
const DEEPEST_YAML: usize = 64;

fn indent(depth: usize, text: &mut String) {
    text.extend(std::iter::repeat_n("  ", depth));
}

/// A quoted text. One of several lines would be a block, whose form is not known here.
fn write_yaml_text(own: &str, text: &mut String) -> Result<(), Stop> {
    if own.chars().any(char::is_control) {
        return Err(Stop::Unknown);
    }
    text.push('"');
    for character in own.chars() {
        if matches!(character, '"' | '\\') {
            text.push('\\');
        }
        text.push(character);
    }
    text.push('"');
    Ok(())
}

/// As Go writes it: `<`, `>` and `&` are escaped.
fn write_json_text(own: &str, text: &mut String) {
    text.push('"');
    for character in own.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                let _ = write!(text, "\\u{:04x}", u32::from(character));
            }
            other => text.push(other),
        }
    }
    text.push('"');
}

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            if at <= chunk.len() {
                let letter = bits >> (18 - 6 * at) & 63;
                text.push(char::from(LETTERS[letter as usize]));
            } else {
                text.push('=');
            }
        }
    }
    text
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    let text: Vec<u8> = text
        .bytes()
        .filter(|byte| !b"\r\n".contains(byte))
        .collect();
    if !text.len().is_multiple_of(4) {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    for chunk in text.chunks(4) {
        let padding = chunk.iter().rev().take_while(|byte| **byte == b'=').count();
        if padding > 2 {
            return None;
        }
        let mut bits = 0;
        for byte in &chunk[..4 - padding] {
            let digit = LETTERS.iter().position(|letter| letter == byte)?;
            bits = bits << 6 | digit as u32;
        }
        bits <<= 6 * padding;
        let all = bits.to_be_bytes();
        bytes.extend_from_slice(&all[1..4 - padding]);
    }
    Some(bytes)
}

/// As a query of a URL has it: a space is `+`.
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                encoded.push(char::from(byte));
            }
            b' ' => encoded.push('+'),
            _ => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}
