//! Functions of texts.

use super::super::template::TextBuilder;
use super::super::value::{Data, Map, Part, Value};
use super::super::{Bound, Evaluator, LONGEST};
use super::{Arguments, Outcome, Stop, text};
use regex::{Regex, RegexBuilder};
use std::rc::Rc;

/// The largest program of a regular expression, in bytes.
const LARGEST_REGEX: usize = 1 << 20;

impl Evaluator<'_, '_, '_> {
    pub(super) fn string_function(&self, name: &str, arguments: &Arguments<'_>) -> Option<Outcome> {
        Some(match name {
            "lower" => self.change(arguments, str::to_lowercase),
            "upper" => self.change(arguments, str::to_uppercase),
            "title" => self.change(arguments, title),
            "chomp" => self.change(arguments, |text| text.trim_end_matches(['\n', '\r']).into()),
            "trimspace" => self.change(arguments, |text| text.trim().into()),
            "strrev" => self.change(arguments, |text| {
                characters(text).into_iter().rev().collect()
            }),
            "trim" => self.change_by(arguments, |text, other| {
                text.trim_matches(|one| other.contains(one)).into()
            }),
            "trimprefix" => self.change_by(arguments, |text, other| {
                text.strip_prefix(other).unwrap_or(text).into()
            }),
            "trimsuffix" => self.change_by(arguments, |text, other| {
                text.strip_suffix(other).unwrap_or(text).into()
            }),
            "startswith" => Self::begins(arguments),
            "endswith" => Self::ends(arguments),
            "strcontains" => Self::contains_text(arguments),
            "indent" => self.indent(arguments),
            "substr" => self.substr(arguments),
            "join" => self.join(arguments),
            "split" => self.split(arguments),
            "replace" => self.replace(arguments),
            "regex" => self.regex(arguments, false),
            "regexall" => self.regex(arguments, true),
            "format" => self.format(arguments),
            "formatlist" => self.format_list(arguments),
            _ => return None,
        })
    }

    /// Changes a text, or the known parts of one where that is the same.
    fn change(&self, arguments: &Arguments<'_>, change: impl Fn(&str) -> String) -> Outcome {
        let value = arguments.get(0)?;
        if let Data::Partial(parts) = &value.data {
            // Only a change of each letter is one of each part.
            let is_by_letter =
                |text: &Rc<str>| change(&format!(" {text} ")) == format!(" {} ", change(text));
            let known = |part: &Part| match part {
                Part::Known(text) => is_by_letter(text),
                Part::Unknown(_) => true,
            };
            if !parts.iter().all(known) || change("ab") != format!("{}{}", change("a"), change("b"))
            {
                return Err(Stop::Unknown);
            }
            let mut builder = TextBuilder::default();
            for part in parts.iter() {
                match part {
                    Part::Known(text) => builder.push_text(&change(text)),
                    Part::Unknown(symbol) => {
                        let unknown = Value::unknown(symbol.clone(), value.place);
                        builder.push(&unknown, || symbol.clone());
                    }
                }
            }
            return Ok(builder.finish(self, value.place));
        }
        self.text_result(change(&arguments.text(0)?), value.place)
    }

    fn change_by(
        &self,
        arguments: &Arguments<'_>,
        change: impl Fn(&str, &str) -> String,
    ) -> Outcome {
        let (text, other) = (arguments.text(0)?, arguments.text(1)?);
        self.text_result(change(&text, &other), arguments.get(0)?.place)
    }

    fn begins(arguments: &Arguments<'_>) -> Outcome {
        let prefix = arguments.text(1)?;
        if let Data::Partial(parts) = &arguments.get(0)?.data
            && let Some(Part::Known(first)) = parts.first()
            && first.len() >= prefix.len()
        {
            return Ok(Value::bool(first.starts_with(&*prefix), arguments.place));
        }
        let begins = arguments.text(0)?.starts_with(&*prefix);
        Ok(Value::bool(begins, arguments.place))
    }

    fn ends(arguments: &Arguments<'_>) -> Outcome {
        let suffix = arguments.text(1)?;
        if let Data::Partial(parts) = &arguments.get(0)?.data
            && let Some(Part::Known(last)) = parts.last()
            && last.len() >= suffix.len()
        {
            return Ok(Value::bool(last.ends_with(&*suffix), arguments.place));
        }
        let ends = arguments.text(0)?.ends_with(&*suffix);
        Ok(Value::bool(ends, arguments.place))
    }

    fn contains_text(arguments: &Arguments<'_>) -> Outcome {
        let contains = arguments.text(0)?.contains(&*arguments.text(1)?);
        Ok(Value::bool(contains, arguments.place))
    }

    fn indent(&self, arguments: &Arguments<'_>) -> Outcome {
        let spaces = usize::try_from(arguments.integer(0)?).map_err(|_| Stop::Rejected)?;
        if spaces > LONGEST {
            return Err(Stop::Bound(Bound::Length));
        }
        let text = arguments.text(1)?;
        let breaks = text.matches('\n').count();
        if breaks.saturating_mul(spaces) > LONGEST {
            return Err(Stop::Bound(Bound::Length));
        }
        let indented = text.replace('\n', &format!("\n{}", " ".repeat(spaces)));
        self.text_result(indented, arguments.place)
    }

    fn substr(&self, arguments: &Arguments<'_>) -> Outcome {
        let text = arguments.text(0)?;
        let text = characters(&text);
        let (offset, length) = (arguments.integer(1)?, arguments.integer(2)?);
        let count = text.len() as i128;
        let begin = if offset < 0 {
            (count + offset).max(0)
        } else {
            offset.min(count)
        };
        let end = if length < 0 {
            count
        } else {
            (begin + length).min(count)
        };
        let index = |at: i128| usize::try_from(at).unwrap_or(0);
        let range = index(begin)..index(end);
        let part = text.get(range).unwrap_or_default().concat();
        self.text_result(part, arguments.get(0)?.place)
    }

    fn join(&self, arguments: &Arguments<'_>) -> Outcome {
        let separator = arguments.text(0)?;
        let mut builder = TextBuilder::default();
        let mut is_first = true;
        for index in 1..arguments.len() {
            let items = arguments.list(index)?;
            if !self.charge(items.len()) {
                return Err(Stop::Unknown);
            }
            for item in items.iter() {
                if !is_first {
                    builder.push_text(&separator);
                }
                is_first = false;
                builder.push(item, || self.symbol_of(item));
            }
        }
        Ok(builder.finish(self, arguments.place))
    }

    fn split(&self, arguments: &Arguments<'_>) -> Outcome {
        let separator = arguments.text(0)?;
        let value = arguments.get(1)?;
        let text = arguments.text(1)?;
        let parts: Vec<Value> = if separator.is_empty() {
            let letters = text
                .chars()
                .map(|one| Value::text(one.to_string(), value.place));
            letters.collect()
        } else if text.is_empty() {
            vec![Value::text("", value.place)]
        } else {
            let parts = text.split(&*separator);
            parts.map(|part| Value::text(part, value.place)).collect()
        };
        self.charge(parts.len());
        Ok(self.list(parts, value.place))
    }

    fn replace(&self, arguments: &Arguments<'_>) -> Outcome {
        let (text, pattern) = (arguments.text(0)?, arguments.text(1)?);
        let replacement = arguments.text(2)?;
        let place = arguments.place;
        let inner = pattern
            .strip_prefix('/')
            .and_then(|rest| rest.strip_suffix('/'))
            .filter(|_| pattern.len() > 1);
        let Some(inner) = inner else {
            let count = text.matches(&*pattern).count();
            if count.saturating_mul(replacement.len()) > LONGEST {
                return Err(Stop::Bound(Bound::Length));
            }
            return self.text_result(text.replace(&*pattern, &replacement), place);
        };
        let regex = compiled(inner)?;
        self.charge(text.len());
        if text.len().saturating_mul(replacement.len() + 1) > 16 * LONGEST {
            return Err(Stop::Bound(Bound::Length));
        }
        self.text_result(regex.replace_all(&text, &*replacement).into_owned(), place)
    }

    fn regex(&self, arguments: &Arguments<'_>, all: bool) -> Outcome {
        let (pattern, text) = (arguments.text(0)?, arguments.text(1)?);
        let regex = compiled(&pattern)?;
        self.charge(text.len());
        let place = arguments.place;
        let matches = regex
            .captures_iter(&text)
            .take(if all { usize::MAX } else { 1 });
        let mut found = matches.map(|captures| captured(&regex, &captures, place));
        if all {
            let found: Vec<_> = found.collect();
            self.charge(found.len());
            return Ok(self.list(found, place));
        }
        found.next().ok_or(Stop::Rejected)
    }

    fn format(&self, arguments: &Arguments<'_>) -> Outcome {
        let format = arguments.text(0)?;
        self.formatted(&format, &arguments.values[1..], arguments)
    }

    fn format_list(&self, arguments: &Arguments<'_>) -> Outcome {
        let format = arguments.text(0)?;
        let values = &arguments.values[1..];
        let lengths = values
            .iter()
            .filter_map(Value::elements)
            .map(|all| all.len());
        let length = lengths.max().unwrap_or(1);
        if values.iter().any(Value::is_unknown) {
            return Err(Stop::Unknown);
        }
        let mut results = Vec::new();
        for index in 0..length {
            let mut row = Vec::with_capacity(values.len());
            for value in values {
                row.push(match value.elements() {
                    Some(items) => items.get(index).cloned().ok_or(Stop::Rejected)?,
                    None => value.clone(),
                });
            }
            results.push(self.formatted(&format, &row, arguments)?);
        }
        Ok(self.list(results, arguments.place))
    }

    fn formatted(&self, format: &str, values: &[Value], arguments: &Arguments<'_>) -> Outcome {
        let mut builder = TextBuilder::default();
        let mut rest = format;
        let mut next = 0;
        let mut used = 0;
        while let Some(at) = rest.find('%') {
            builder.push_text(&rest[..at]);
            let (verb, after) = Verb::read(&rest[at + 1..]).ok_or(Stop::Rejected)?;
            rest = after;
            if verb.letter == '%' {
                builder.push_text("%");
                continue;
            }
            if let Some(position) = verb.position {
                next = position.checked_sub(1).ok_or(Stop::Rejected)?;
            }
            let value = values.get(next).ok_or(Stop::Rejected)?;
            next += 1;
            used = used.max(next);
            if verb.width.max(verb.precision.unwrap_or(0)) > LONGEST {
                return Err(Stop::Bound(Bound::Length));
            }
            if verb.is_plain()
                && !matches!(value.data, Data::List(_) | Data::Map(_) | Data::Set(_))
                && !value.is_null()
            {
                builder.push(value, || self.symbol_of(value));
            } else {
                builder.push_text(&self.verb(&verb, value)?);
            }
        }
        builder.push_text(rest);
        if used < values.len() && !format.contains('[') {
            return Err(Stop::Rejected);
        }
        Ok(builder.finish(self, arguments.place))
    }

    fn verb(&self, verb: &Verb, value: &Value) -> Result<String, Stop> {
        let plain = match verb.letter {
            's' | 'v' if value.is_null() && verb.letter == 'v' => "null".to_owned(),
            's' if value.is_null() => return Err(Stop::Rejected),
            's' | 'v' => match text(value) {
                Ok(text) => text.to_string(),
                Err(_) if verb.letter == 'v' => self.json(value)?,
                Err(stop) => return Err(stop),
            },
            'q' => quoted(&text(value)?),
            't' => value
                .as_bool()
                .ok_or_else(|| super::stop(value))?
                .to_string(),
            'd' => {
                let number = super::number(value)?;
                // Fractions are cut off.
                let whole = if number.signum() < 0 {
                    number.rounded(true)
                } else {
                    number.rounded(false)
                };
                signed(verb, whole.to_string())
            }
            'f' | 'e' | 'g' | 'E' | 'G' => {
                let number = super::number(value)?;
                match verb.letter {
                    'f' => {
                        let digits = verb.precision.unwrap_or(6);
                        signed(verb, format!("{:.digits$}", number.to_f64()))
                    }
                    'g' if verb.precision.is_none() => signed(verb, number.to_string()),
                    _ => return Err(Stop::Unknown),
                }
            }
            'x' | 'X' | 'o' | 'b' => {
                let Ok(number) = super::number(value) else {
                    return Err(Stop::Unknown);
                };
                let number = number.to_integer().ok_or(Stop::Unknown)?;
                let sign = if number < 0 { "-" } else { "" };
                let number = number.unsigned_abs();
                match verb.letter {
                    'x' => format!("{sign}{number:x}"),
                    'X' => format!("{sign}{number:X}"),
                    'o' => format!("{sign}{number:o}"),
                    _ => format!("{sign}{number:b}"),
                }
            }
            _ => return Err(Stop::Rejected),
        };
        Ok(verb.padded(plain))
    }
}

/// A verb of `format`.
#[derive(Default)]
struct Verb {
    letter: char,
    flags: Vec<char>,
    width: usize,
    precision: Option<usize>,
    position: Option<usize>,
}

impl Verb {
    /// Reads what follows a `%`, and returns the rest.
    fn read(text: &str) -> Option<(Self, &str)> {
        let mut verb = Self::default();
        let mut characters = text.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            match character {
                '-' | '+' | ' ' | '#' => verb.flags.push(character),
                '0' if verb.width == 0 && verb.precision.is_none() => verb.flags.push('0'),
                '0'..='9' => {
                    let digit = character.to_digit(10)? as usize;
                    let number = verb.precision.as_mut().unwrap_or(&mut verb.width);
                    *number = number.saturating_mul(10).saturating_add(digit);
                }
                '.' => verb.precision = Some(0),
                '[' => {
                    let (inside, _) = text[at + 1..].split_once(']')?;
                    verb.position = inside.parse().ok();
                    verb.position?;
                    for _ in 0..=inside.len() {
                        characters.next();
                    }
                }
                letter => {
                    verb.letter = letter;
                    return Some((verb, &text[at + letter.len_utf8()..]));
                }
            }
        }
        None
    }

    fn has(&self, flag: char) -> bool {
        self.flags.contains(&flag)
    }

    /// Whether the value is taken as it is.
    const fn is_plain(&self) -> bool {
        matches!(self.letter, 's' | 'v')
            && self.width == 0
            && self.precision.is_none()
            && self.flags.is_empty()
    }

    fn padded(&self, text: String) -> String {
        let text = match self.precision {
            Some(length) if matches!(self.letter, 's' | 'v' | 'q') => {
                text.chars().take(length).collect()
            }
            _ => text,
        };
        let length = text.chars().count();
        let Some(missing) = self.width.checked_sub(length) else {
            return text;
        };
        if self.has('-') {
            format!("{text}{}", " ".repeat(missing))
        } else if self.has('0') {
            match text.strip_prefix('-') {
                Some(digits) => format!("-{}{digits}", "0".repeat(missing)),
                None => format!("{}{text}", "0".repeat(missing)),
            }
        } else {
            format!("{}{text}", " ".repeat(missing))
        }
    }
}

fn signed(verb: &Verb, digits: String) -> String {
    if digits.starts_with('-') {
        digits
    } else if verb.has('+') {
        format!("+{digits}")
    } else if verb.has(' ') {
        format!(" {digits}")
    } else {
        digits
    }
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// The characters as people see them: marks and joined symbols belong to the one before them.
pub(super) fn characters(text: &str) -> Vec<&str> {
    let mut starts = Vec::new();
    let mut is_joined = false;
    for (at, one) in text.char_indices() {
        let extends = matches!(
            one,
            '\u{300}'..='\u{36f}' | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}'
                | '\u{200d}' | '\u{1f3fb}'..='\u{1f3ff}'
        );
        let is_break = one == '\n' && text[..at].ends_with('\r');
        if !(extends || is_joined || is_break) {
            starts.push(at);
        }
        is_joined = one == '\u{200d}';
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(start, end)| &text[*start..end])
        .collect()
}

/// The first letter of each word in upper case.
fn title(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut is_start = true;
    for character in text.chars() {
        if is_start {
            result.extend(character.to_uppercase());
        } else {
            result.push(character);
        }
        is_start = !(character.is_alphanumeric() || character == '_' || character == '\'');
    }
    result
}

fn compiled(pattern: &str) -> Result<Regex, Stop> {
    let mut builder = RegexBuilder::new(pattern);
    let regex = builder.size_limit(LARGEST_REGEX).unicode(true).build();
    regex.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => Stop::Unknown,
        _ => Stop::Rejected,
    })
}

/// A match: its text without groups, a list of groups, or an object of named ones.
fn captured(regex: &Regex, captures: &regex::Captures<'_>, place: crate::text::Place) -> Value {
    let value = |group: Option<regex::Match<'_>>| match group {
        Some(group) => Value::text(group.as_str(), place),
        None => Value::new(Data::Null, place),
    };
    if regex.captures_len() == 1 {
        return value(captures.get(0));
    }
    let names: Vec<&str> = regex.capture_names().flatten().collect();
    if names.is_empty() {
        let groups = (1..regex.captures_len()).map(|index| value(captures.get(index)));
        return Value::list(groups.collect(), place);
    }
    let mut map = Map::default();
    for name in names {
        map.insert(Value::text(name, place), value(captures.name(name)));
    }
    Value::map(map, place)
}
