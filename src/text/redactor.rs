//! The redactor, through which all text of an export leaves the program.
//!
//! Invariant: renderers get source text and messages about it only from here. Secrets are masked
//! at equal byte length, so that every offset stays valid. Control characters and characters
//! that reorder a line are escaped, so that an export cannot write to the reader's terminal.

use super::randomness::{is_random, is_uuid};
use super::{
    Place, SourceId, Sources, Span, credentials, is_secret_key, looks_secret, may_name_secret,
    userinfo,
};
use aho_corasick::AhoCorasick;
use memchr::memmem;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::fmt::{self, Write};
use std::ops::Range;

/// The value of a secret in an export. It can be compared and masked, but never printed.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SecretValue(String);

impl SecretValue {
    /// Wraps a secret.
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// Whether its own form shows that it is a secret.
    #[must_use]
    pub fn looks_secret(&self) -> bool {
        looks_secret(&self.0)
    }

    /// A salted digest, for values that look random; others could be guessed from theirs.
    #[must_use]
    pub fn digest(&self, salt: &str) -> Option<String> {
        if !is_random(&self.0) && !is_uuid(&self.0) {
            return None;
        }
        let mut hash = Sha256::new();
        hash.update(salt.as_bytes());
        hash.update([0]);
        hash.update(self.0.as_bytes());
        let digest = hash.finalize();
        Some(digest[..16].iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        }))
    }

    /// Its other spellings, if they differ: percent-encoded in a URI or escaped in JSON.
    fn encodings(&self) -> Vec<Self> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._*".contains(&byte);
        if self.0.bytes().all(is_plain) {
            return Vec::new();
        }
        let in_uri: String = url::form_urlencoded::byte_serialize(self.0.as_bytes()).collect();
        let in_json = serde_json::Value::from(self.0.as_str()).to_string();
        let in_json = in_json[1..in_json.len() - 1].to_owned();
        // A URI loses its spaces when it is normalised.
        let in_host: String = self.0.split_whitespace().collect();
        let forms = [
            in_host,
            in_uri.replace('+', "%20"),
            lower_escapes(&in_uri),
            lower_escapes(&in_uri.replace('+', "%20")),
            in_json.replace('/', "\\/"),
            in_json,
            in_uri,
        ];
        let mut forms: Vec<_> = forms.into_iter().filter(|form| *form != self.0).collect();
        forms.sort_unstable();
        forms.dedup();
        forms.into_iter().map(Self).collect()
    }
}

/// A text with the digits of its percent escapes in lower case.
fn lower_escapes(text: &str) -> String {
    let mut pieces = text.split('%');
    let mut lower = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (escape, rest) = piece.split_at(piece.len().min(2));
        lower = lower + "%" + &escape.to_ascii_lowercase() + rest;
    }
    lower
}

impl fmt::Debug for SecretValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretValue(hidden)")
    }
}

/// Shorter values are masked at their place only, not wherever they occur: a secret of "test"
/// would mask half of the report.
const MIN_SEARCHED_LENGTH: usize = 8;

/// Longer secrets are searched in pieces, so that the search stays linear.
const MAX_PATTERN: usize = 128;

/// Bytes of a piece of a long secret.
const PIECE: usize = 64;

/// Pieces of one long secret that are searched.
const MAX_PIECES: usize = 4096;

/// Bytes of a part of a secret that is masked wherever it occurs.
const WINDOW: usize = 8;

/// Parts of secrets that are kept, at 8 bytes each.
const MAX_WINDOWS: usize = 4_000_000;

/// The pieces of a value that are searched: the whole value, or chunks of a long one and its end.
fn patterns(value: &str) -> Vec<&[u8]> {
    let bytes = value.as_bytes();
    if bytes.len() <= MAX_PATTERN {
        return vec![bytes];
    }
    let mut pieces: Vec<&[u8]> = bytes.chunks_exact(PIECE).take(MAX_PIECES).collect();
    pieces.push(&bytes[bytes.len() - PIECE..]);
    pieces
}

/// The parts of a value by which a fragment of it is recognised. A part needs a digit and a
/// letter, since other parts occur in ordinary words; a value with spaces or slashes has none.
fn windows(value: &str) -> impl Iterator<Item = [u8; WINDOW]> + '_ {
    let is_token = !value.contains([' ', '/', '\n']) && !value.contains("://");
    let bytes = if is_token { value.as_bytes() } else { &[] };
    bytes.windows(WINDOW).filter_map(|part| {
        let has_digit = part.iter().any(u8::is_ascii_digit);
        let has_letter = part.iter().any(u8::is_ascii_alphabetic);
        let part: [u8; WINDOW] = part.to_ascii_lowercase().try_into().ok()?;
        (has_digit && has_letter).then_some(part)
    })
}

/// Values after a secret's key that are not secrets.
const NOT_SECRET: [&str; 6] = ["true", "false", "null", "none", "var", "nil"];

/// Knows every secret of a run and masks all of them.
#[derive(Default)]
pub struct Redactor {
    /// The places of secrets, in order and without overlap.
    spans: BTreeMap<SourceId, Vec<Span>>,
    values: Vec<SecretValue>,
    /// Finds all values in one pass; `None` if there are too many for one automaton.
    finder: Option<AhoCorasick>,
    /// Parts of secrets, in lower case.
    parts: HashSet<[u8; WINDOW]>,
    /// Sources that are not exports, of which no excerpt is shown.
    foreign: HashSet<SourceId>,
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Redactor({} secrets, hidden)", self.values.len())
    }
}

impl Redactor {
    /// A redactor for the secrets found while reading, with their places, and for the values
    /// [recognised](recognised) in running text, which are masked wherever they occur.
    #[must_use]
    pub fn new(
        secrets: impl IntoIterator<Item = (Place, SecretValue)>,
        recognised: Vec<SecretValue>,
    ) -> Self {
        let mut redactor = Self {
            values: recognised,
            ..Self::default()
        };
        for (place, value) in secrets {
            redactor
                .spans
                .entry(place.source)
                .or_default()
                .push(place.span);
            redactor.values.push(value);
        }
        for spans in redactor.spans.values_mut() {
            spans.sort_unstable();
            merge(spans);
        }
        redactor
            .values
            .retain(|value| value.0.len() >= MIN_SEARCHED_LENGTH);
        let written: Vec<_> = redactor
            .values
            .iter()
            .flat_map(SecretValue::encodings)
            .collect();
        redactor.values.extend(written);
        redactor.values.sort_by(|a, b| a.0.cmp(&b.0));
        redactor.values.dedup();
        if !redactor.values.is_empty() {
            let mut found: Vec<&[u8]> = redactor
                .values
                .iter()
                .flat_map(|value| patterns(&value.0))
                .collect();
            found.sort_unstable();
            found.dedup();
            let mut builder = AhoCorasick::builder();
            redactor.finder = builder.ascii_case_insensitive(true).build(found).ok();
            let parts = redactor.values.iter().flat_map(|value| windows(&value.0));
            redactor.parts = parts.take(MAX_WINDOWS).collect();
        }
        redactor
    }

    /// A redactor for texts that are not exports, such as a configuration: it masks what looks
    /// like a secret, and what has a secret's key, wherever they occur.
    #[must_use]
    pub fn for_texts(sources: &Sources) -> Self {
        let texts = sources.iter().map(|(_, source)| source.text());
        let values = texts.flat_map(|text| {
            let ranges = secret_ranges(text).into_iter();
            ranges.map(move |range| SecretValue::new(&text[range]))
        });
        Self::new([], values.collect())
    }

    /// Masks more in sources whose keys could not be parsed: everything after a secret's key,
    /// and everything that looks random. `foreign` sources are not exports and show nothing.
    pub fn restrict(&mut self, sources: &Sources, broken: &[SourceId], foreign: &[SourceId]) {
        for &source in foreign {
            let length = sources.get(source).text().len() as u32;
            self.spans.insert(source, vec![Span::new(0, length)]);
        }
        for &source in broken {
            let spans = self.spans.entry(source).or_default();
            spans.extend(guarded(sources.get(source).text()));
            spans.sort_unstable();
            merge(spans);
        }
        self.foreign.extend(foreign);
    }

    /// Whether excerpts of a source can be shown at all.
    #[must_use]
    pub fn shows(&self, source: SourceId) -> bool {
        !self.foreign.contains(&source)
    }

    /// The masked text of `range` in a source, of the same length in bytes.
    ///
    /// The range is widened to character boundaries first.
    #[must_use]
    pub fn excerpt<'s>(
        &self,
        sources: &'s Sources,
        source: SourceId,
        range: Range<usize>,
    ) -> Cow<'s, str> {
        let text = sources.get(source).text();
        let start = text.floor_char_boundary(range.start);
        let end = text.ceil_char_boundary(range.end).max(start);
        let mut hidden: Vec<Range<usize>> = Vec::new();
        let spans = self.spans.get(&source).map_or(&[][..], Vec::as_slice);
        let first = spans.partition_point(|span| span.end as usize <= start);
        let near = spans[first..].iter();
        for span in near.take_while(|span| (span.start as usize) < end) {
            let from = (span.start as usize).max(start);
            let to = (span.end as usize).min(end);
            if from < to {
                hidden.push(from - start..to - start);
            }
        }
        // Matches may begin before the window: look at a margin on both sides.
        let margin_start = margin_before(text, start);
        let margin_end = margin_after(text, end);
        for found in self.hidden_in(&text[margin_start..margin_end]) {
            let from = (found.start + margin_start).max(start);
            let to = (found.end + margin_start).min(end);
            if from < to {
                hidden.push(from - start..to - start);
            }
        }
        mask(&text[start..end], hidden)
    }

    /// Text about an export with its secrets masked and every control or direction-changing
    /// character written as `\u{..}`.
    #[must_use]
    pub fn words<'w>(&self, words: &'w str) -> Cow<'w, str> {
        match mask(words, self.hidden_in(words)) {
            Cow::Borrowed(words) => visible(words),
            Cow::Owned(words) => Cow::Owned(visible(&words).into_owned()),
        }
    }

    /// Whether the text contains a secret.
    #[must_use]
    pub fn hides(&self, words: &str) -> bool {
        !self.hidden_in(words).is_empty()
    }

    fn hidden_in(&self, text: &str) -> Vec<Range<usize>> {
        let mut hidden = Vec::new();
        if let Some(finder) = &self.finder {
            let found = finder.find_overlapping_iter(text);
            hidden.extend(found.map(|found| found.range()));
        } else {
            for value in &self.values {
                let found = memmem::find_iter(text.as_bytes(), &value.0);
                hidden.extend(found.map(|at| at..at + value.0.len()));
            }
        }
        if !self.parts.is_empty() {
            let parts = text.as_bytes().windows(WINDOW).enumerate();
            hidden.extend(parts.filter_map(|(at, part)| {
                let part: [u8; WINDOW] = part.to_ascii_lowercase().try_into().ok()?;
                self.parts.contains(&part).then_some(at..at + WINDOW)
            }));
        }
        hidden.extend(secret_ranges(text));
        hidden
    }
}

/// A longer secret's key can contain a secret, and is masked if it looks random.
const LONGEST_KEY: usize = 20;

/// The ranges of a broken text that can contain secrets.
fn guarded(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let (mut follows_key, mut is_in_block) = (false, false);
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let span = |from: usize, to: usize| Span::new((start + from) as u32, (start + to) as u32);
        let content = line.trim_end();
        let closes = content.trim_start().starts_with(['}', ']', ')']);
        let key = secret_key(content);
        let end = match &key {
            Some(key) if key.len() < LONGEST_KEY => key.start,
            // A key as long as a secret can contain one.
            Some(key) => key.end,
            None => content.len(),
        };
        let before = &content[..end];
        if is_in_block && !closes {
            // The value of a secret's block, such as the default of a variable.
            let value = before.find(['=', ':']).map_or(0, |at| at + 1);
            if before[value..].contains(char::is_alphanumeric) {
                spans.push(span(value, before.len()));
            }
            spans.extend(random_runs(&before[..value]).map(|run| span(run.start, run.end)));
        } else if follows_key && !begins_with_key(content) {
            // A value can continue on the lines after its key, up to the next key.
            spans.push(span(0, before.len()));
        } else {
            (follows_key, is_in_block) = (false, false);
            spans.extend(random_runs(before).map(|run| span(run.start, run.end)));
        }
        if let Some(key) = key {
            spans.push(span(key.end, content.len()));
            follows_key = true;
            is_in_block = content.ends_with(['{', '[', '(']);
        }
        start += line.len();
    }
    spans
}

/// The first secret's key in a line.
fn secret_key(line: &str) -> Option<Range<usize>> {
    let mut at = 0;
    line.split(|character: char| !is_key_char(character))
        .find_map(|word| {
            let start = at;
            at = start + word.len();
            let end = at;
            at += line[end..].chars().next().map_or(0, char::len_utf8);
            (!word.is_empty() && is_secret_key(word)).then_some(start..end)
        })
}

const fn is_key_char(character: char) -> bool {
    character.is_ascii_alphanumeric() || !character.is_ascii() || matches!(character, '_' | '-')
}

/// Whether a line begins with a key, or is a closing bracket.
fn begins_with_key(line: &str) -> bool {
    let line = line.trim_start_matches([' ', '\t', '"', '\'', '-', '{', '[', ',']);
    let after = line.trim_start_matches(is_key_char);
    let after_key = after.trim_start_matches(['"', '\'', ' ']);
    (after.len() < line.len() && after_key.starts_with([':', '='])) || line.starts_with(['}', ']'])
}

/// Runs of at least eight characters with letters and digits.
fn random_runs(line: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    line.split(|character: char| {
        character.is_whitespace() || "\"',;:=/()[]{}<>".contains(character)
    })
    .filter_map(move |run: &str| {
        let from = run.as_ptr() as usize - line.as_ptr() as usize;
        let has_digit = run.bytes().any(|byte| byte.is_ascii_digit());
        let has_letter = run.bytes().any(|byte| byte.is_ascii_alphabetic());
        (run.len() >= WINDOW && has_digit && has_letter).then_some(from..from + run.len())
    })
}

/// The values in a text of an export that look like secrets and are masked everywhere.
#[must_use]
pub fn recognised(text: &str) -> Vec<SecretValue> {
    // Secrets in a URI's user or query need an `@`, an escaped one or a `?`.
    let ranges = if memchr::memchr3(b'@', b'?', b'%', text.as_bytes()).is_some() {
        secret_ranges(text)
    } else {
        credentials(text)
    };
    let value = |range: Range<usize>| SecretValue::new(&text[range]);
    ranges.into_iter().map(value).collect()
}

/// The ranges of a text that look like secrets.
fn secret_ranges(text: &str) -> Vec<Range<usize>> {
    let mut found = credentials(text);
    found.extend(userinfo(text));
    let mut from = 0;
    for separator in memchr::memchr2_iter(b':', b'=', text.as_bytes()) {
        // A value is masked once, however many keys are in it.
        if separator < from {
            continue;
        }
        if let Some(value) = value_of_key(text, separator) {
            from = value.end;
            found.push(value);
        }
    }
    found
}

/// The value after a separator, if a secret's key is before it.
fn value_of_key(text: &str, separator: usize) -> Option<Range<usize>> {
    let from = text.floor_char_boundary(separator.saturating_sub(96));
    let before = text[from..separator].trim_end_matches([' ', '"', '\'', '*', '`', '[', ']', '\\']);
    let key = before
        .rsplit(|character: char| !is_key_char(character))
        .next()?;
    let is_sure = is_secret_key(key);
    if !is_sure && !may_name_secret(key) {
        return None;
    }
    let rest = text[separator + 1..].trim_start_matches([' ', '\t', '\\']);
    let start = text.len() - rest.len();
    let (start, value) = match rest.chars().next()? {
        quote @ ('"' | '\'') => (start + 1, quoted(&rest[1..], quote)),
        '{' | '[' | '(' => return None,
        _ => {
            let in_query = text[..separator].ends_with(key)
                && before[..before.len() - key.len()].ends_with(['?', '&']);
            let ends =
                |c: char| c.is_whitespace() || "\"'`}]".contains(c) || (in_query && c == '&');
            let run = &rest[..rest.find(ends).unwrap_or(rest.len())];
            let run = run.trim_end_matches([',', ';', '.', ')']);
            let is_word = run.len() < 12 && run.bytes().all(|byte| byte.is_ascii_lowercase());
            (start, if is_word { "" } else { run })
        }
    };
    // A permission such as `authorization:grant:add` has a key and no secret.
    let is_secret = !value.is_empty() && !NOT_SECRET.contains(&value);
    (is_secret && (is_sure || looks_secret(value))).then(|| start..start + value.len())
}

/// The text up to the closing quote.
fn quoted(text: &str, quote: char) -> &str {
    let mut is_escaped = false;
    let end = text.find(|character: char| {
        let ends = (character == quote && !is_escaped) || character == '\n';
        is_escaped = character == '\\' && !is_escaped;
        ends
    });
    &text[..end.unwrap_or(text.len())]
}

/// How many bytes beyond an excerpt are searched for a secret that reaches into it.
const MARGIN: usize = 4096;

/// No match contains more double quotes: one after the key and one before the value, and one
/// around each of them.
const MARGIN_QUOTES: usize = 4;

fn margin_before(text: &str, at: usize) -> usize {
    let from = at.saturating_sub(MARGIN);
    let quotes = memchr::memrchr_iter(b'"', &text.as_bytes()[from..at]);
    let start = quotes.take(MARGIN_QUOTES).enumerate().last();
    match start {
        Some((count, quote)) if count + 1 == MARGIN_QUOTES => from + quote,
        _ => text.floor_char_boundary(from),
    }
}

fn margin_after(text: &str, at: usize) -> usize {
    let to = (at + MARGIN).min(text.len());
    let mut quotes = memchr::memchr_iter(b'"', &text.as_bytes()[at..to]);
    match quotes.nth(MARGIN_QUOTES - 1) {
        Some(quote) => at + quote,
        None => text.ceil_char_boundary(to),
    }
}

/// Merges overlapping spans, which are sorted.
fn merge(spans: &mut Vec<Span>) {
    spans.dedup_by(|next, before| {
        let overlap = next.start < before.end;
        if overlap {
            before.end = before.end.max(next.end);
        }
        overlap
    });
}

/// `text` with the `hidden` ranges as asterisks, byte for byte.
fn mask(text: &str, mut hidden: Vec<Range<usize>>) -> Cow<'_, str> {
    if hidden.is_empty() {
        return Cow::Borrowed(text);
    }
    hidden.sort_by_key(|range| (range.start, range.end));
    let mut shown = String::with_capacity(text.len());
    let mut at = 0;
    for range in hidden {
        let start = text.floor_char_boundary(range.start).max(at);
        let end = text.ceil_char_boundary(range.end).max(start);
        shown.push_str(&text[at..start]);
        shown.extend(std::iter::repeat_n('*', end - start));
        at = end;
    }
    shown.push_str(&text[at..]);
    Cow::Owned(shown)
}

/// Control characters, and those that change the direction or hide the rest of a line.
#[must_use]
pub fn is_unsafe_char(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// `text` with its unsafe characters escaped.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    let is_plain = text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    if is_plain || !text.contains(is_unsafe_char) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            unsafe_char if is_unsafe_char(unsafe_char) => {
                shown.extend(unsafe_char.escape_unicode());
            }
            plain => shown.push(plain),
        }
    }
    Cow::Owned(shown)
}

/// A line of source for a terminal: unsafe characters except tabs become `\u{fffd}`, so that
/// columns stay valid.
#[must_use]
pub fn strip_controls(text: &str) -> Cow<'_, str> {
    let is_stripped = |character: char| is_unsafe_char(character) && character != '\t';
    if text.contains(is_stripped) {
        Cow::Owned(text.replace(is_stripped, "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Source;

    fn place(start: u32, end: u32) -> Place {
        Place::new(SourceId(0), Span::new(start, end))
    }

    #[test]
    fn names_of_permissions_are_not_masked() {
        let text = "take authorization:grant:add, authorization:*:* out of \"Desk\"";
        assert_eq!(Redactor::default().words(text), text);
    }

    #[test]
    fn an_excerpt_keeps_its_length_and_loses_the_secret_everywhere() {
        let text = r#"{"secret": "pä55-word-long", "note": "it is pä55-word-long, really"}"#;
        let mut sources = Sources::default();
        sources.add(Source::new("a.json", text));
        let start = text.find("pä").unwrap() as u32;
        let redactor = Redactor::new(
            [(place(start, start + 15), SecretValue::new("pä55-word-long"))],
            Vec::new(),
        );
        let shown = redactor.excerpt(&sources, SourceId(0), 0..text.len());
        assert_eq!(shown.len(), text.len());
        assert!(!shown.contains("word-long"), "{shown}");
        assert!(shown.ends_with(", really\"}"));
    }

    #[test]
    fn overlapping_and_nested_secrets_are_masked_completely() {
        let text = "xx abcdefghijklmnop yy klmnopqrstuv zz";
        let mut sources = Sources::default();
        sources.add(Source::new("a.json", text));
        let secret = |value| (place(0, 0), SecretValue::new(value));
        let redactor = Redactor::new(
            [
                secret("abcdefghij"),
                secret("cdefghijklmnop"),
                secret("klmnopqr"),
                (place(33, 35), SecretValue::new("uv")),
                (place(32, 34), SecretValue::new("tu")),
            ],
            Vec::new(),
        );
        let shown = redactor.excerpt(&sources, SourceId(0), 0..text.len());
        assert_eq!(shown, "xx **************** yy ********s*** zz");
        assert!(!format!("{redactor:?}").contains("abcdef"));
    }

    #[test]
    fn every_excerpt_equals_its_part_of_the_whole_excerpt() {
        let text = r#"[{"id":"7de3af06","name":"a","secret":"hunter2hunter2","note":"password: Sommer2024!! x"},
            {"name":"b","uri":"https://u:pw123456@a.example/cb","api_key" : "k-1","x":"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abc"},
            {"uri":"https://k3yk3yk3yk3yk3yk3y@a.example/cb","token": "pl4nted.token"}]"#;
        let mut sources = Sources::default();
        let id = sources.add(Source::new("a.json", text));
        let redactor = Redactor::default();
        let whole = redactor.excerpt(&sources, id, 0..text.len()).into_owned();
        for start in 0..text.len() {
            for end in start..text.len() {
                assert_eq!(
                    redactor.excerpt(&sources, id, start..end),
                    whole[start..end],
                    "{start}..{end}"
                );
            }
        }
    }

    #[test]
    fn an_excerpt_that_cuts_a_secret_shows_no_part_of_it() {
        let text = r#"{"a": 1, "client_secret": "abcdefghijklmnop", "b": 2}"#;
        let mut sources = Sources::default();
        sources.add(Source::new("a.json", text));
        let at = text.find("ghij").unwrap();
        let shown = Redactor::default().excerpt(&sources, SourceId(0), at..text.len());
        assert!(
            !shown.contains("mnop") && !shown.contains("ghij"),
            "{shown}"
        );
    }

    #[test]
    fn an_unknown_value_that_looks_like_a_secret_is_masked() {
        let redactor = Redactor::default();
        for (words, secret) in [
            ("clientSecret = \"hunter2hunter2\"", "hunter2"),
            ("https://user:swordfish@host/", "swordfish"),
            ("https://host/?api_key=abc123def&x=1", "abc123def"),
            ("\"secret\":\"trunc", "trunc"),
            ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig", "eyJzdWIi"),
            ("http://k3yk3yk3yk3yk3yk3y@host/cb", "k3yk3y"),
            ("\"token\": \"pl4nted.token\"", "pl4nted"),
        ] {
            let shown = redactor.words(words);
            assert!(!shown.contains(secret), "{shown}");
        }
        assert_eq!(
            redactor.words("expose_client_secret = true"),
            "expose_client_secret = true"
        );
    }

    #[test]
    fn what_precedes_a_key_in_a_broken_text_is_masked_too() {
        for (text, hidden, shown) in [
            ("secret: \"\nzQ7vR2mXk9Lp\u{1}:x\":Secret", "zQ7v", "Secret"),
            ("name: a\nzQ7vR2mXk9Lp x secret: y", "zQ7v", "name: a\n"),
            ("\"zQ7vR2mXk9Lp4TtWb8NcSecret\": y", "zQ7v", "\""),
            ("\"oauth2_secret\": y", "y", "\"oauth2_secret"),
            ("secret {\n  a = sommer secret = b\n}", "sommer", "a ="),
            ("secret {\n  \"secret\": b\n}", " b", "  \"secret"),
            ("secret {\n {\u{1b}zQ7vR2mXk9Lp :\"[n", "zQ7v", "{"),
        ] {
            let mut sources = Sources::default();
            let id = sources.add(Source::new("a.json", text));
            let mut redactor = Redactor::default();
            redactor.restrict(&sources, &[id], &[]);
            let excerpt = redactor.excerpt(&sources, id, 0..text.len());
            assert!(
                !excerpt.contains(hidden) && excerpt.contains(shown),
                "{excerpt}"
            );
        }
    }

    #[test]
    fn a_secret_is_masked_in_every_encoding() {
        let secret = "pä55/w+rd \"long\"";
        let redactor = Redactor::new([(place(0, 0), SecretValue::new(secret))], Vec::new());
        for words in [
            "x=p%C3%A455%2Fw%2Brd%20%22long%22&y",
            "x=p%c3%a455%2fw%2brd+%22long%22&y",
            r#"note: pä55/w+rd \"long\" y"#,
            r#"note: pä55\/w+rd \"long\" y"#,
        ] {
            let shown = redactor.words(words);
            assert!(!shown.contains("long") && shown.ends_with('y'), "{shown}");
        }
    }

    #[test]
    fn a_recognised_value_is_masked_everywhere() {
        let text = "https://user:swordfish@host/?api_key=abc123def";
        let redactor = Redactor::new([], recognised(text));
        let shown = redactor.words("swordfish, or abc123def");
        assert_eq!(shown, "*********, or *********");
    }

    #[test]
    fn terminal_escapes_and_direction_marks_are_escaped() {
        let shown = Redactor::default().words("\u{1b}[31mred\u{202e}txt.exe\r\n");
        assert_eq!(shown, "\\u{1b}[31mred\\u{202e}txt.exe\\r\\n");
    }
}
