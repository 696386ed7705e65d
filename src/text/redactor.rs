//! The redactor, through which all text of an export leaves the program.
//!
//! Invariant: renderers get source text and messages about it only from here. Secrets are masked
//! at equal byte length, so that every offset stays valid. Control characters and characters
//! that reorder a line are escaped, so that an export cannot write to the reader's terminal.

use super::credentials::is_random;
use super::credentials::{LABEL, random_runs, runs};
use super::{Place, SourceId, Sources, Span, credentials};
use aho_corasick::AhoCorasick;
use memchr::memmem;
use regex::Regex;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write};
use std::ops::Range;
use std::sync::LazyLock;

/// The value of a secret in an export. It can be compared and masked, but never printed.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SecretValue(String);

impl SecretValue {
    /// Wraps a secret.
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// A salted digest, for values that look random; others could be guessed from theirs.
    #[must_use]
    pub fn digest(&self, salt: &str) -> Option<String> {
        if !is_random(&self.0) {
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
        let forms = [
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

/// Text that looks like a secret in any place: for broken files whose keys could not be
/// parsed, and for credentials inside a URL. Every alternative begins with fixed letters, so that
/// a text without them is skipped quickly.
static LOOKS_SECRET: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?ix)
        (?: (?: secret | passw(?:or)?[dt] | passphrase | \bpwd | api_?-?key | access_?-?key | access_?-?token | refresh_?-?token | private_?-?key )
            ["']? \s* [:=] \s* ["']? )
            (?P<value> [^\s"'&<>]+ )
        | \b token ["']? \s* [:=] \s* ["'] (?P<token> [^\s"']{8,} )
        | :[/\\]{2,4} (?: [^\s/\\@:"'<>?]* : (?P<password> [^\s/\\"'<>]+ ) | (?P<user> [^\s/\\@:"'.<>]{16,} ) ) @
        | :[/\\]{2,4} [^\s/\\@:"'<>?]* : (?P<odd> [^\s0-9"'<>][^\s"'<>@]* [/\\] [^\s"'<>@]* ) @
        | \b (?P<bearer> (?-i:eyJ)[a-z0-9_-]{10,}\.[a-z0-9_-]{10,}\.[a-z0-9_-]* )
        | (?P<pem> -----BEGIN[\x20A-Z]*PRIVATE\x20KEY-----[^"]*)
        "#,
    )
    .expect("a constant pattern")
});

/// Values after a secret's key that are not secrets.
const NOT_SECRET: [&str; 6] = ["true", "false", "null", "none", "var", "nil"];

/// Knows every secret of a run and masks all of them.
#[derive(Default)]
pub struct Redactor {
    /// The places of secrets, in order and without overlap.
    spans: BTreeMap<SourceId, Vec<Span>>,
    values: Vec<SecretValue>,
    /// Finds the beginnings of all values in one pass; `None` if there are too many for one
    /// automaton.
    finder: Option<AhoCorasick>,
    /// Sources whose syntax is broken, so that their keys do not show where secrets are.
    broken: BTreeSet<SourceId>,
    /// Sources that are not exports, of which nothing is shown.
    withheld: BTreeSet<SourceId>,
}

/// How much of a value the finder compares; the rest is compared where this much occurs. A
/// pattern of unlimited length would make the search quadratic.
const LONGEST_PATTERN: usize = 128;

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
            let values = redactor.values.iter().map(|value| {
                let end = value.0.len().min(LONGEST_PATTERN);
                &value.0.as_bytes()[..end]
            });
            redactor.finder = AhoCorasick::new(values).ok();
        }
        redactor
    }

    /// Marks sources whose syntax is broken, and those that are not exports at all. Excerpts of the
    /// former mask random values and the rest of a line after a secret's key, and the latter are
    /// masked completely.
    #[must_use]
    pub fn guarding(
        mut self,
        broken: impl IntoIterator<Item = SourceId>,
        withheld: impl IntoIterator<Item = SourceId>,
    ) -> Self {
        self.broken.extend(broken);
        self.withheld.extend(withheld);
        self
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
        if self.withheld.contains(&source) {
            hidden.extend(runs(&text[start..end], 0, |byte| {
                !byte.is_ascii_whitespace()
            }));
            return mask(&text[start..end], hidden);
        }
        if self.broken.contains(&source) {
            let line = line_around(text, start..end);
            let found = secrets_of_broken(&text[line.clone()]).into_iter();
            let found = found.map(|found| found.start + line.start..found.end + line.start);
            hidden.extend(found.filter_map(|found| {
                let (from, to) = (found.start.max(start), found.end.min(end));
                (from < to).then(|| from - start..to - start)
            }));
        }
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
            // The end of the last comparison by value: bytes before it are not compared again.
            let mut compared: BTreeMap<usize, usize> = BTreeMap::new();
            for found in finder.find_overlapping_iter(text) {
                let number = found.pattern().as_usize();
                let value = self.values[number].0.as_bytes();
                let end = extent(text.as_bytes(), found.range(), value, compared.get(&number));
                compared.insert(number, end);
                hidden.push(found.start()..end);
            }
        } else {
            for value in &self.values {
                let found = memmem::find_iter(text.as_bytes(), &value.0);
                hidden.extend(found.map(|at| at..at + value.0.len()));
            }
        }
        hidden.extend(looks_secret(text));
        hidden
    }
}

/// The end of the part of `value` whose beginning was found at `found`. What was compared before
/// is not compared again, so that a repetitive value costs no more than its length.
fn extent(text: &[u8], found: Range<usize>, value: &[u8], compared: Option<&usize>) -> usize {
    let from = compared.map_or(found.end, |end| (*end).max(found.end));
    let done = from - found.start;
    let rest = value.get(done..).unwrap_or_default();
    let equal = rest
        .iter()
        .zip(&text[from..])
        .take_while(|(one, other)| one == other);
    from.min(found.start + value.len()).max(found.end) + equal.count()
}

/// The values in a text of an export that look like secrets and are masked everywhere.
#[must_use]
pub fn recognised(text: &str) -> Vec<SecretValue> {
    // Secrets in a URI's user or query need an `@` or a `?`.
    let ranges = if memchr::memchr2(b'@', b'?', text.as_bytes()).is_some() {
        looks_secret(text)
    } else {
        credentials(text)
    };
    let value = |range: Range<usize>| SecretValue::new(&text[range]);
    ranges.into_iter().map(value).collect()
}

/// The ranges of a text that look like secrets.
fn looks_secret(text: &str) -> Vec<Range<usize>> {
    let mut found = credentials(text);
    if !may_look_secret(text) {
        return found;
    }
    let named = ["value", "token", "password", "odd", "user", "bearer", "pem"];
    for captures in LOOKS_SECRET.captures_iter(text) {
        if let Some(group) = named.iter().find_map(|name| captures.name(name))
            && !NOT_SECRET.contains(&group.as_str())
            && !group.as_str().starts_with(['{', '[', '('])
        {
            found.push(group.range());
        }
    }
    found
}

/// The lines of a range, as far as [`MARGIN`] reaches.
fn line_around(text: &str, range: Range<usize>) -> Range<usize> {
    let from = text.ceil_char_boundary(range.start.saturating_sub(MARGIN));
    let to = text.floor_char_boundary((range.end + MARGIN).min(text.len()));
    let start = memchr::memrchr(b'\n', &text.as_bytes()[from..range.start])
        .map_or(from, |at| from + at + 1);
    let end =
        memchr::memchr(b'\n', &text.as_bytes()[range.end..to]).map_or(to, |at| range.end + at);
    start..end
}

/// The ranges of lines with broken syntax that can be secrets: the rest of a line after a word
/// for a secret, and values that look random.
fn secrets_of_broken(text: &str) -> Vec<Range<usize>> {
    let mut found = random_runs(text);
    for label in LABEL.find_iter(text) {
        let rest = &text[label.end()..];
        let line = rest.find('\n').unwrap_or(rest.len());
        found.push(label.end()..label.end() + line);
    }
    found
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

/// Whether [`LOOKS_SECRET`] can match at all; most names and ids cannot.
fn may_look_secret(text: &str) -> bool {
    static STARTS: LazyLock<[memmem::Finder<'_>; 2]> =
        LazyLock::new(|| ["eyJ", "-----BEGIN"].map(memmem::Finder::new));
    let text = text.as_bytes();
    memchr::memchr2(b':', b'=', text).is_some()
        || STARTS.iter().any(|start| start.find(text).is_some())
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
