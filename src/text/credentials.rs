//! Credentials in running text, such as a password in a description.
//!
//! Invariant: few false alarms. A word such as "secret" is not a credential, and neither is an id,
//! a path or a date after it. A value counts if it looks random, if its issuer's prefix shows what
//! it is, or if it looks chosen and a label directly announces it. The time is linear in the
//! length of the text: every label looks ahead only a bounded number of bytes.

use super::randomness::{
    GENESYS_LENGTH, Profile, has_sign, is_base64url, is_genesys_secret, is_path, is_random,
    is_uuid, looks_chosen,
};
use super::secret_keys::{is_placeholder, is_secret_key};
use super::vocabulary::{self, Label, LabelKind};
use aho_corasick::{AhoCorasick, MatchKind};
use memchr::memmem;
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

mod words {
    use super::vocabulary;
    include!(concat!(env!("OUT_DIR"), "/vocabulary.rs"));
}
use words::VOCABULARY;

/// The fewest bytes of a value.
const SHORTEST: usize = 8;

/// The length of a UUID.
const UUID_LENGTH: usize = 36;

/// Longer endings of a label make it another word.
const LONGEST_ENDING: usize = 32;

/// So many bytes of a word show whether it is a value.
const JUDGED: usize = 256;

/// So many bytes of a token are judged.
const JUDGED_TOKEN: usize = 4096;

/// How far after a label a value is searched, in bytes.
const REACH: usize = 160;

/// How many words can be between a label and a random value.
const MAX_FILLERS: usize = 16;

/// How many double quotes can be between a label and its value: more begin another field.
const MAX_QUOTES: usize = 3;

/// How far before a value a word is searched which says that it is a digest.
const DIGEST_REACH: usize = 32;

fn automaton<'w>(words: impl Iterator<Item = &'w str>) -> Option<AhoCorasick> {
    let words: Vec<&str> = words.collect();
    let mut builder = AhoCorasick::builder();
    let builder = builder.match_kind(MatchKind::LeftmostLongest);
    builder.ascii_case_insensitive(true).build(words).ok()
}

/// Finds labels, without regard to the case of ASCII letters.
static LABELS: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| automaton(VOCABULARY.labels.iter().map(|label| &*label.word)));

/// Finds prefixes of tokens and addresses of webhooks.
static ISSUERS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let prefixes = VOCABULARY.prefixes.iter().map(|known| &*known.prefix);
    let others = ["eyJ", "-----BEGIN"].into_iter();
    automaton(
        prefixes
            .chain(VOCABULARY.webhooks.iter().map(|webhook| &**webhook))
            .chain(others),
    )
});

/// Tokens and keys that can be recognised without a label.
static STRUCTURED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]*){0,3}|-----BEGIN[ A-Z0-9]*PRIVATE KEY[ A-Z]*-----[^-]*(?:-----END[ A-Z0-9]*-----)?",
    )
    .expect("a constant pattern")
});

/// The ranges of credentials in `text`, in order and without overlap.
#[must_use]
pub fn credentials(text: &str) -> Vec<Range<usize>> {
    let survey = Survey::new(text);
    if !survey.may_contain_credential(text) {
        return Vec::new();
    }
    let mut found = Vec::new();
    if survey.longest_run >= GENESYS_LENGTH {
        add_shapes(text, &mut found);
    }
    add_issued(text, &mut found);
    if memchr::memchr(b'=', text.as_bytes()).is_some() {
        add_parameters(text, &mut found);
    }
    add_labelled(text, &mut found);
    found.sort_by_key(|range| (range.start, range.end));
    merge(&mut found);
    found
}

/// Merges overlapping ranges, which are sorted.
fn merge(ranges: &mut Vec<Range<usize>>) {
    ranges.dedup_by(|next, before| {
        let overlap = next.start < before.end;
        if overlap {
            before.end = before.end.max(next.end);
        }
        overlap
    });
}

/// Facts of a text that are cheap to collect and show that most texts contain no credential.
struct Survey {
    has_long_word_with_digit: bool,
    /// The longest run of characters of base64url.
    longest_run: usize,
}

impl Survey {
    fn new(text: &str) -> Self {
        let mut survey = Self {
            has_long_word_with_digit: false,
            longest_run: 0,
        };
        if text.len() < SHORTEST || is_uuid(text) || is_timestamp(text) || is_self_uri(text) {
            return survey;
        }
        // Counting is faster than stopping at the first digit.
        if text.bytes().filter(u8::is_ascii_digit).count() == 0 {
            return survey;
        }
        let (mut length, mut has_digit, mut run) = (0, false, 0);
        for byte in text.bytes() {
            if byte.is_ascii_whitespace() {
                (length, has_digit) = (0, false);
            } else {
                length += 1;
                has_digit |= byte.is_ascii_digit();
            }
            run = if is_base64url(byte) { run + 1 } else { 0 };
            survey.longest_run = survey.longest_run.max(run);
            survey.has_long_word_with_digit |= has_digit && length >= SHORTEST;
        }
        survey
    }

    fn may_contain_credential(&self, text: &str) -> bool {
        static DASHES: LazyLock<memmem::Finder<'_>> =
            LazyLock::new(|| memmem::Finder::new("-----BEGIN"));
        let is_match = |automaton: &Option<AhoCorasick>| {
            automaton.as_ref().is_none_or(|known| known.is_match(text))
        };
        if !self.has_long_word_with_digit {
            return DASHES.find(text.as_bytes()).is_some();
        }
        // The colon of a scheme announces nothing.
        let is_scheme = |scheme: &str| scheme.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let behind = text
            .split_once("://")
            .filter(|(scheme, _)| is_scheme(scheme));
        let behind = behind.map_or(text, |(_, rest)| rest);
        self.longest_run >= GENESYS_LENGTH
            || memchr::memchr2(b'=', b':', behind.as_bytes()).is_some()
            || is_match(&LABELS)
            || is_match(&ISSUERS)
            || !text.is_ascii()
            || self.longest_run >= UUID_LENGTH && has_secret_after_id(text)
    }
}

/// Whether a text is a point in time in ISO 8601, such as `2026-11-30T08:15:00.000Z`.
fn is_timestamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_part = |byte: &u8| byte.is_ascii_digit() || b"-:.+TZ".contains(byte);
    (20..=35).contains(&bytes.len())
        && (bytes[4], bytes[7], bytes[10], bytes[13]) == (b'-', b'-', b'T', b':')
        && bytes.iter().all(is_part)
}

/// Whether a text is the path of an entity of the Platform API, which ends with its id.
fn is_self_uri(text: &str) -> bool {
    let path = text.strip_prefix("/api/v2/");
    let parts = path.and_then(|path| path.rsplit_once('/'));
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'/';
    parts.is_some_and(|(kind, id)| is_uuid(id) && kind.bytes().all(is_plain))
}

/// Adds runs with the shape of a secret of Genesys Cloud.
fn add_shapes(text: &str, found: &mut Vec<Range<usize>>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let length = bytes[at..]
            .iter()
            .take_while(|byte| is_base64url(**byte))
            .count();
        if length == GENESYS_LENGTH
            && is_genesys_secret(&text[at..at + length])
            && !is_digest(text, at)
        {
            found.push(at..at + length);
        }
        at += length + 1;
    }
}

/// Whether the words before a value say that it is a digest, a challenge or an identifier.
fn is_digest(text: &str, at: usize) -> bool {
    let from = text.floor_char_boundary(at.saturating_sub(DIGEST_REACH));
    let before = text[from..at].to_ascii_lowercase();
    let names_digest = VOCABULARY
        .digests
        .iter()
        .any(|word| before.contains(&**word));
    // A label after the digest's word announces the value.
    names_digest
        && before
            .rfind("secret")
            .is_none_or(|label| before[label..].contains(|c: char| c == '-' || c.is_ascii_digit()))
}

/// Adds tokens with a known prefix, webhooks, JSON Web Tokens and private keys.
fn add_issued(text: &str, found: &mut Vec<Range<usize>>) {
    let Some(issuers) = ISSUERS.as_ref() else {
        return;
    };
    let mut has_structured = false;
    for hit in issuers.find_iter(text) {
        let index = hit.pattern().as_usize();
        let prefixes = VOCABULARY.prefixes.len();
        if found
            .last()
            .is_some_and(|last| hit.start() < last.end && last.start <= hit.start())
        {
            continue;
        }
        if let Some(known) = VOCABULARY.prefixes.get(index) {
            found.extend(issued(
                text,
                hit.range(),
                usize::from(known.rest),
                &known.prefix,
            ));
        } else if index < prefixes + VOCABULARY.webhooks.len() {
            found.extend(webhook(text, hit.range()));
        } else {
            has_structured = true;
        }
    }
    if has_structured {
        found.extend(STRUCTURED.find_iter(text).map(|found| found.range()));
    }
}

fn issued(text: &str, hit: Range<usize>, rest: usize, prefix: &str) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let is_start = hit.start == 0 || !bytes[hit.start - 1].is_ascii_alphanumeric();
    if !is_start || text[hit.clone()] != *prefix {
        return None;
    }
    let is_token = |byte: &&u8| is_base64url(**byte) || **byte == b'.' || **byte == b'=';
    let token = bytes[hit.end..].iter().take_while(is_token);
    let length = token.clone().take(JUDGED_TOKEN).count();
    let value = text[hit.start..hit.end + length].trim_end_matches(['.', '-']);
    let after = value.get(prefix.len()..)?;
    let is_word = !after.bytes().any(|byte| byte.is_ascii_digit())
        && (after.to_ascii_lowercase() == after || after.len() < 24);
    let is_whole = length < JUDGED_TOKEN;
    (after.len() >= rest && !is_word).then(|| {
        let end = if is_whole {
            hit.start + value.len()
        } else {
            hit.end + token.count()
        };
        hit.start..end
    })
}

/// The address of a webhook, if it has its key.
fn webhook(text: &str, hit: Range<usize>) -> Option<Range<usize>> {
    let rest = beginning(&text[hit.end..], JUDGED_TOKEN);
    let ends = |character: char| character.is_whitespace() || "\"'<>)]}`".contains(character);
    let rest = &rest[..rest.find(ends).unwrap_or(rest.len())];
    let has_key = rest
        .split(['/', '?', '&', '=', '@'])
        .any(|part| part.len() >= 16 && Profile::new(part).digits > 0 && !is_placeholder(part));
    has_key.then(|| hit.start..hit.end + rest.trim_end_matches(['.', ',', ';']).len())
}

/// Adds the values of `key=value` in the queries of URIs, in connection strings and signatures.
fn add_parameters(text: &str, found: &mut Vec<Range<usize>>) {
    let mut start = 0;
    for (at, character) in text.char_indices().chain([(text.len(), ' ')]) {
        if !(character.is_whitespace() || "?&;#\"'`<>".contains(character)) {
            continue;
        }
        let part = &text[start..at];
        if let Some((key, value)) = part.split_once('=')
            && is_secret_parameter(key, value)
        {
            let from = start + key.len() + 1;
            found.push(from..from + value.trim_end_matches(['.', ',', ')']).len());
        }
        start = at + character.len_utf8();
    }
}

/// Keys of queries that carry a secret if the value looks random.
const WEAK_KEYS: [&str; 22] = [
    "key",
    "code",
    "sig",
    "signature",
    "auth",
    "authorization",
    "sid",
    "session",
    "sessionid",
    "jwt",
    "assertion",
    "hmac",
    "token",
    "ticket",
    "otp",
    "k",
    "t",
    "s",
    "credential",
    "credentials",
    "hash",
    "access",
];

fn is_secret_parameter(key: &str, value: &str) -> bool {
    if value.len() < SHORTEST || is_placeholder(value) || is_uuid(value) {
        return false;
    }
    let key = key.rsplit(['/', ',', '(', ':']).next().unwrap_or(key);
    let key = key
        .trim_end_matches(|character: char| "[]".contains(character))
        .trim_end_matches("%5B%5D")
        .trim_end_matches("%5b%5d");
    let key = key.strip_prefix("amp;").unwrap_or(key);
    let profile = Profile::new(value);
    let has_letters = profile.lower + profile.upper > 0;
    if is_secret_key(key) {
        return (profile.digits > 0 && has_letters && !is_path(value) && !value.contains("://"))
            || has_sign(value)
            || is_random(value);
    }
    let is_weak = WEAK_KEYS.contains(&key.to_ascii_lowercase().as_str());
    is_weak
        && value.len() >= 16
        && has_letters
        && profile.digits >= 2
        && profile.changes >= 2
        && !is_path(value)
        && !is_dashed_words(value)
}

/// Names such as `spring-campaign-2024`.
fn is_dashed_words(value: &str) -> bool {
    let is_part = |part: &str| {
        part.bytes().all(|byte| byte.is_ascii_digit())
            || part.bytes().all(|byte| byte.is_ascii_alphabetic())
    };
    value.contains(['-', '_', '.']) && value.split(['-', '_', '.']).all(is_part)
}

/// Adds values after labels.
fn add_labelled(text: &str, found: &mut Vec<Range<usize>>) {
    let Some(labels) = LABELS.as_ref() else {
        return;
    };
    let mut from = 0;
    for hit in labels.find_iter(text) {
        if hit.start() < from {
            continue;
        }
        let label = &VOCABULARY.labels[hit.pattern().as_usize()];
        let Some(end) = label_end(text, hit.range(), label) else {
            continue;
        };
        if let Some(range) = value_after(text, end, label.kind) {
            from = range.end;
            found.push(range);
        }
    }
    add_before_labels(text, labels, found);
    add_after_ids(text, found);
    if !text.is_ascii() {
        add_after_capitals(text, found);
    }
}

/// How far before a label a value is searched, in bytes.
const REACH_BACK: usize = 128;

/// Adds random values that a label follows: `VALUE is the client secret`, `VALUE (secret)`.
fn add_before_labels(text: &str, labels: &AhoCorasick, found: &mut Vec<Range<usize>>) {
    for hit in labels.find_iter(text) {
        let label = &VOCABULARY.labels[hit.pattern().as_usize()];
        let rest = word(text[hit.end()..].trim_start());
        let describes = VOCABULARY.not_values.iter().any(|known| *rest == **known);
        if !matches!(label.kind, LabelKind::Password | LabelKind::Secret) || describes {
            continue;
        }
        let from = text.ceil_char_boundary(hit.start().saturating_sub(REACH_BACK));
        found.extend(value_before(text, from.min(hit.start())..hit.start()));
    }
}

/// The random value at the end of a range, before words such as `is the client`.
fn value_before(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let fillers = [
        "the", "our", "a", "its", "client", "oauth", "api", "app", "new", "old",
    ];
    let joins = [
        "is", "as", "=", "<-", "<=", "<--", "←", "ist", "-", "–", "—",
    ];
    let mut rest = text[range.clone()].trim_end();
    let mut is_joined = false;
    loop {
        let bare = rest.trim_end_matches(['(', '[', '"', '\'', '`', '*']);
        is_joined |= bare.len() < rest.len() && rest.ends_with(['(', '[']);
        rest = bare.trim_end();
        let start = rest.rfind(char::is_whitespace).map_or(0, |at| at + 1);
        let start = rest.ceil_char_boundary(start);
        let last = rest[start..].to_lowercase();
        is_joined |= last.starts_with(['(', '[']);
        let last = last.trim_start_matches(['(', '[', '"', '\'', '`', '*']);
        let is_join = joins.contains(&last);
        if !is_join && !fillers.contains(&last) {
            let value = rest[start..].trim_start_matches(['"', '\'', '`', '*', '(', '[']);
            let value = value.trim_end_matches(['"', '\'', '`', '*', ')', ']', ',']);
            let at =
                range.start + (value.as_ptr() as usize - text[range.clone()].as_ptr() as usize);
            let is_value = is_joined
                && is_random(value)
                && !value.contains(['"', '{', '}', ',', ':'])
                && !is_placeholder(value)
                && !is_digest(text, at);
            return is_value.then(|| at..at + value.len());
        }
        is_joined |= is_join;
        rest = rest[..start].trim_end();
    }
}

/// Labels outside ASCII in another case than that of the vocabulary.
fn add_after_capitals(text: &str, found: &mut Vec<Range<usize>>) {
    for label in VOCABULARY
        .labels
        .iter()
        .filter(|label| !label.word.is_ascii())
    {
        let mut characters = label.word.chars();
        let Some(first) = characters.next() else {
            continue;
        };
        let capital: String = first.to_uppercase().chain(characters).collect();
        for (at, _) in text.match_indices(&capital) {
            found.extend(value_after(text, at + capital.len(), label.kind));
        }
    }
}

/// The end of a label with its ending, such as `s`; `None` if it is a part of another word.
fn label_end(text: &str, hit: Range<usize>, label: &Label) -> Option<usize> {
    let before = text[..hit.start].chars().next_back();
    let is_glued = before.is_some_and(char::is_alphanumeric);
    if label.whole && is_glued {
        return None;
    }
    let rest = beginning(&text[hit.end..], LONGEST_ENDING);
    let ending = rest
        .find(|character: char| !character.is_alphanumeric() && character != '_')
        .unwrap_or(rest.len());
    let ending = &rest[..ending];
    let known = [
        "", "s", "es", "_", "key", "Key", "_key", "value", "Value", "_value", "o", "String",
    ];
    let is_ending = known.contains(&ending)
        || ending
            .trim_start_matches('_')
            .bytes()
            .all(|b| b.is_ascii_digit())
            && ending.len() < 4
        || !label.word.is_ascii();
    if label.whole && !ending.is_empty() {
        return None;
    }
    is_ending.then_some(
        hit.end
            + if label.word.is_ascii() {
                ending.len()
            } else {
                0
            },
    )
}

/// What was seen between a label and the word at hand.
#[derive(Clone, Copy, Default)]
struct Gap {
    /// A separator or a verb directly before the word.
    announced: bool,
    fillers: usize,
    quotes: usize,
    /// A filler which says that no value follows.
    describes: bool,
}

/// The value that a label announces.
fn value_after(text: &str, start: usize, kind: LabelKind) -> Option<Range<usize>> {
    let limit = text.ceil_char_boundary((start + REACH).min(text.len()));
    let mut gap = Gap::default();
    let mut at = start;
    while at < limit && gap.fillers <= MAX_FILLERS && gap.quotes <= MAX_QUOTES {
        let rest = &text[at..];
        gap.quotes += usize::from(rest.starts_with('"'));
        if let Some(length) = separator(rest) {
            gap.announced = true;
            at += length;
            continue;
        }
        if let Some(length) = markup(rest) {
            at += length;
            continue;
        }
        let word = word(rest);
        if word.is_empty() {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        }
        // `prod:VALUE`, `ID:VALUE`, `key=VALUE`
        if let Some(split) = inner_separator(word)
            && !is_value(text, at..at + word.len(), kind, gap)
        {
            gap.note(&word[..split]);
            at += split;
            continue;
        }
        if is_value(text, at..at + word.len(), kind, gap) {
            let value = cut_at_parameter(text, at, whole_word(rest));
            return Some(at..at + value.len());
        }
        let ends_sentence = rest[word.len()..].starts_with(['.', '!', '?'])
            && !rest[word.len() + 1..].starts_with(char::is_alphanumeric);
        if ends_sentence && !gap.announced {
            return None;
        }
        gap.note(word);
        at += word.len();
    }
    None
}

impl Gap {
    fn note(&mut self, word: &str) {
        let word = word.to_lowercase();
        let verbs = ["is", "was", "lautet", "ist", "est", "es", "war"];
        let is_verb = verbs.contains(&word.as_str());
        self.describes |= VOCABULARY.not_values.iter().any(|known| {
            word.trim_start_matches(['-', '_']).starts_with(&**known) && known.len() > 2
                || word == **known
        });
        self.announced = is_verb;
        self.fillers += 1;
    }
}

/// The length of a separator at the beginning of a text.
fn separator(text: &str) -> Option<usize> {
    let known = [
        "->", "=>", "-->", "==>", ":=", "::", ">>", "→", "⇒", "➜", "–", "—", "：", ":", "=", "|",
    ];
    if let Some(found) = known.iter().find(|known| text.starts_with(**known)) {
        return Some(found.len());
    }
    text.starts_with("- ").then_some(1)
}

/// The length of spaces, quotes, brackets, signs of Markdown or a tag of HTML.
fn markup(text: &str) -> Option<usize> {
    let first = text.chars().next()?;
    if first == '<' {
        let is_tag = text[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
        let end = text.bytes().take(64).position(|byte| byte == b'>');
        return match end {
            Some(end) if is_tag && !is_random(&text[1..end]) => Some(end + 1),
            _ => Some(1),
        };
    }
    if text.starts_with("&gt;") || text.starts_with("&lt;") {
        return Some(4);
    }
    if text.starts_with("&quot;") || text.starts_with("&nbsp;") {
        return Some(6);
    }
    (first.is_whitespace() || "*`\"'()[]{}>,;~/\\«»“”„‘’「」『』《》（）．。、".contains(first))
        .then(|| first.len_utf8())
}

/// The word at the beginning of a text, without punctuation after it.
fn word(text: &str) -> &str {
    let text = beginning(text, JUDGED);
    let word = &text[..text.find(ends_word).unwrap_or(text.len())];
    trimmed(word)
}

fn ends_word(character: char) -> bool {
    character.is_whitespace() || "\"'`<>«»“”„‘’「」『』（）。、：→⇒".contains(character)
}

/// The whole word at the beginning of a text, however long.
fn whole_word(text: &str) -> &str {
    trimmed(&text[..text.find(ends_word).unwrap_or(text.len())])
}

/// So many bytes of a text, or fewer.
fn beginning(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes.min(text.len()))]
}

fn trimmed(word: &str) -> &str {
    let word = word.trim_end_matches(['.', ',', ';', ':', ')', ']', '}']);
    // Markdown around the value.
    let word = word.strip_suffix("**").unwrap_or(word);
    word.strip_suffix("__").unwrap_or(word)
}

/// Where a word such as `prod:VALUE` or `key=VALUE` is cut.
fn inner_separator(word: &str) -> Option<usize> {
    let at = word.find([':', '=', '|', '(', '[', '/'])?;
    let before = &word[..at];
    let is_name = before.len() <= 40 && !before.is_empty() && before.is_ascii();
    (is_name && at + 1 < word.len() && !word[at..].starts_with("://")).then_some(at)
}

/// Whether a word is a value after its label.
fn is_value(text: &str, range: Range<usize>, kind: LabelKind, gap: Gap) -> bool {
    let word = &text[range.clone()];
    if word.len() < SHORTEST || is_uuid(word) || is_placeholder(word) || word.contains("://") {
        return false;
    }
    if is_random(word.trim_start_matches('.')) {
        let is_announced = gap.announced || kind != LabelKind::Key;
        return is_announced && !is_digest(text, range.start);
    }
    let is_direct = gap.fillers == 0 || gap.announced;
    let is_chosen = looks_chosen(word) && !gap.describes && is_direct;
    match kind {
        LabelKind::Password if gap.announced => is_chosen || is_plain_password(word, gap),
        LabelKind::Password => is_chosen && has_sign(word),
        LabelKind::Secret => is_chosen && gap.announced && has_sign(word),
        LabelKind::Scheme | LabelKind::Key => false,
    }
}

/// A password of one case, such as `hunter2hunter2`, directly after its separator.
fn is_plain_password(word: &str, gap: Gap) -> bool {
    let profile = Profile::new(word);
    let has_letters = profile.lower + profile.upper > 0;
    gap.fillers == 0 && !gap.describes && has_letters && profile.digits > 0 && has_sign(word)
}

/// In the query of a URI, a value ends at `&`.
fn cut_at_parameter<'t>(text: &str, at: usize, word: &'t str) -> &'t str {
    let before = &text[text.floor_char_boundary(at.saturating_sub(256))..at];
    let token = before.rsplit(char::is_whitespace).next().unwrap_or("");
    if token.contains(['?', '&']) {
        word.split(['&', '#']).next().unwrap_or(word)
    } else {
        word
    }
}

/// Whether an id is followed by its secret.
fn has_secret_after_id(text: &str) -> bool {
    let mut found = Vec::new();
    add_after_ids(text, &mut found);
    !found.is_empty()
}

/// Adds `ID:secret`, as `curl -u` and HTTP's basic authentication have it.
fn add_after_ids(text: &str, found: &mut Vec<Range<usize>>) {
    for dash in memchr::memchr_iter(b'-', text.as_bytes()) {
        let Some(start) = dash.checked_sub(8) else {
            continue;
        };
        let Some(id) = text
            .get(start..start + UUID_LENGTH)
            .filter(|id| is_uuid(id))
        else {
            continue;
        };
        let rest = &text[start + id.len()..];
        let Some(length) = rest.find(|c: char| !":/|,; \t".contains(c)) else {
            continue;
        };
        let value = word(&rest[length..]);
        let separators = rest[..length].trim();
        let is_in_path = separators == "/" && text[..start].ends_with('/');
        let is_joined = [":", "|", "/", ";", ",", "::"].contains(&separators) && !is_in_path;
        if is_joined && is_random(value) && !is_digest(text, start + id.len() + length) {
            let from = start + id.len() + length;
            found.push(from..from + value.len());
        }
    }
}

/// The ranges of a text that disclose a secret to its readers: credentials, and passwords of URIs.
#[must_use]
pub fn disclosed(text: &str) -> Vec<Range<usize>> {
    let mut found = credentials(text);
    let in_uris = userinfo(text).into_iter();
    found.extend(in_uris.filter(|range| !is_placeholder(&text[range.clone()])));
    found.sort_by_key(|range| (range.start, range.end));
    merge(&mut found);
    found
}

/// The secrets that a name discloses, such as that of a file with or without its ending.
#[must_use]
pub fn secrets_in_name(name: &str) -> Vec<&str> {
    let stem = name.split_once('.').map_or(name, |(stem, _)| stem);
    let mut secrets: Vec<&str> = Vec::new();
    for name in [name, stem] {
        for range in disclosed(name) {
            let secret = &name[range];
            if !is_placeholder(secret) && !secrets.contains(&secret) {
                secrets.push(secret);
            }
        }
    }
    secrets
}

/// The ranges of a URI that disclose a secret: credentials, and what precedes its host if it looks
/// like one.
#[must_use]
pub fn disclosed_in_uri(uri: &str) -> Vec<Range<usize>> {
    let mut found = credentials(uri);
    let in_user = userinfo(uri).into_iter();
    found.extend(in_user.filter(|range| looks_secret(&uri[range.clone()])));
    found.sort_by_key(|range| (range.start, range.end));
    merge(&mut found);
    found
}

/// Whether a text looks like a secret, although nothing announces it.
#[must_use]
pub fn looks_secret(text: &str) -> bool {
    if text.len() < SHORTEST || is_uuid(text) || is_placeholder(text) {
        return false;
    }
    let is_name =
        text.contains("://") || text.contains(' ') || is_path(text) || is_dashed_words(text);
    is_random(text) || !credentials(text).is_empty() || !is_name && looks_chosen(text)
}

/// The ranges of passwords and tokens before the `@` of a URI's authority, in every form that a
/// browser or a person takes for one: with backslashes, with several `@`, with signs that should
/// be escaped.
#[must_use]
pub fn userinfo(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let may_have_user = memchr::memchr(b'@', bytes).is_some() || text.contains("%40");
    let mut found = Vec::new();
    if !may_have_user {
        return found;
    }
    let mut from = 0;
    while let Some(at) = memchr::memchr3(b':', b'/', b'\\', &bytes[from..]) {
        let sign = from + at;
        let Some(start) = authority_start(text, sign) else {
            from = sign + 1;
            continue;
        };
        let end = authority_end(text, start);
        found.extend(userinfo_of(text, start..end));
        from = end.max(sign + 1);
    }
    add_without_scheme(text, &mut found);
    found
}

/// Schemes of the web, which browsers accept without slashes.
const WEB: [&str; 6] = ["http", "https", "ws", "wss", "ftp", "ftps"];

/// Where the authority begins whose scheme ends with the colon at `sign`, or that begins with two
/// slashes there.
fn authority_start(text: &str, sign: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let is_slash = |byte: &&u8| matches!(byte, b'/' | b'\\');
    let before = sign.checked_sub(1).map(|at| bytes[at]);
    if bytes[sign] != b':' {
        let slashes = bytes[sign..].iter().take_while(is_slash).count();
        let is_first =
            before.is_none_or(|byte| !byte.is_ascii_alphanumeric() && !b":/\\.".contains(&byte));
        return (is_first && slashes == 2).then_some(sign + slashes);
    }
    let slashes = bytes[sign + 1..].iter().take_while(is_slash).count();
    let start = sign + 1 + slashes;
    if slashes > 0 {
        return before
            .is_some_and(|byte| byte.is_ascii_alphanumeric())
            .then_some(start);
    }
    let names = |scheme: &&str| {
        let from = sign.checked_sub(scheme.len());
        let is_word = |from: usize| from == 0 || !bytes[from - 1].is_ascii_alphanumeric();
        from.is_some_and(|from| {
            bytes[from..sign].eq_ignore_ascii_case(scheme.as_bytes()) && is_word(from)
        })
    };
    let is_text = bytes.get(start).is_some_and(u8::is_ascii_alphanumeric);
    (is_text && WEB.iter().any(names)).then_some(start)
}

/// How far a password with a space is searched for its `@`, in bytes.
const SPACED: usize = 128;

/// The end of the rest of a URI. A space ends it, unless it is in a password.
fn authority_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'<' | b'>');
    let end_after = |from: usize| {
        let length = bytes[from..].iter().position(is_end);
        length.map_or(bytes.len(), |length| from + length)
    };
    let end = end_after(start);
    let piece = &text[start..end];
    let has_password = piece.split_once(':').is_some_and(|(user, rest)| {
        let is_port = rest.bytes().all(|byte| byte.is_ascii_digit());
        !user.is_empty() && !is_port && !piece.contains(['/', '@', '?', '#'])
    });
    if !has_password || !bytes[end..].starts_with(b" ") {
        return end;
    }
    let limit = text.floor_char_boundary((end + SPACED).min(text.len()));
    let rest = &text[end..limit];
    let stop = rest.find(['"', '<', '>', '\n', '/']).unwrap_or(rest.len());
    rest[..stop].find('@').map_or(end, |at| end_after(end + at))
}

/// How far before an `@` a user and a password are searched.
const BARE_REACH: usize = 256;

/// Adds the password of `user:password@host.example`.
fn add_without_scheme(text: &str, found: &mut Vec<Range<usize>>) {
    let bytes = text.as_bytes();
    let ends = |character: char| character.is_whitespace() || "\"'`<>(),".contains(character);
    for at in memchr::memchr_iter(b'@', bytes) {
        let begins_host = bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric);
        let from = at.saturating_sub(BARE_REACH);
        if !begins_host || memchr::memchr(b':', &bytes[from..at]).is_none() {
            continue;
        }
        let before = &text[text.ceil_char_boundary(from).min(at)..at];
        let start = before
            .rfind(ends)
            .map_or(0, |at| before.ceil_char_boundary(at + 1));
        let Some((user, password)) = before[start..].split_once(':') else {
            continue;
        };
        let host = beginning(&text[at + 1..], BARE_REACH);
        let host = &host[..host.find(ends).unwrap_or(host.len())];
        let is_host = host.contains('.') || host.starts_with("localhost");
        let is_user = |byte: u8| byte.is_ascii_alphanumeric() || b"._+-".contains(&byte);
        if is_host
            && !user.is_empty()
            && user.bytes().all(is_user)
            && !password.starts_with("//")
            && is_bare_password(password)
        {
            found.push(at - password.len()..at);
        }
    }
}

/// Whether a word between a colon and an `@` is more likely a password than a name.
fn is_bare_password(word: &str) -> bool {
    let profile = Profile::new(word);
    word.len() >= SHORTEST
        && profile.digits > 0
        && profile.lower + profile.upper > 0
        && (has_sign(word) || is_random(word) || looks_chosen(word))
}

/// The secret part of the user information in the rest of a URI after its slashes.
fn userinfo_of(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let rest = &text[range.clone()];
    let authority = rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len());
    if !rest[..authority].contains('@')
        && let Some(found) = escaped_userinfo(&rest[..authority])
    {
        return Some(range.start + found.start..range.start + found.end);
    }
    let has_port_only = rest[..authority]
        .rsplit_once(':')
        .is_none_or(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    let end = match rest[..authority].rfind('@') {
        Some(end) => {
            // A password with a slash: the last `@` before the query is the one before the host.
            let query = rest.find('?').unwrap_or(rest.len()).max(end);
            if rest[..end].contains(':') {
                rest[..query].rfind('@').unwrap_or(end)
            } else {
                end
            }
        }
        None if !has_port_only => rest.rfind('@')?,
        None => return None,
    };
    match rest[..end].find(':') {
        Some(colon) if colon + 1 < end => Some(range.start + colon + 1..range.start + end),
        _ => {
            let user = &rest[..end];
            let is_token = user.len() >= 16 && !user.contains('.');
            is_token.then_some(range.start..range.start + end)
        }
    }
}

/// The password of an authority whose `@`, and perhaps colon, are percent-encoded.
fn escaped_userinfo(authority: &str) -> Option<Range<usize>> {
    let end = authority.find("%40")?;
    let before = authority[..end].to_ascii_lowercase();
    let start = match before.find("%3a") {
        Some(colon) => colon + 3,
        None => before.find(':')? + 1,
    };
    (start < end).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        credentials(text)
            .into_iter()
            .map(|range| &text[range])
            .collect()
    }

    #[test]
    fn a_random_value_is_found_after_a_signal_word() {
        let random = "o72rFaEpeIqwi644AJkef_yODaxnWisZe7UwCy_r1ss";
        for text in [
            format!("Client secret {random}, rotate in March"),
            format!("password is {random}."),
            format!("https://a.example/cb?client_secret={random}&x=1"),
            format!("(token: \"{random}\")"),
        ] {
            assert_eq!(found(&text), [random], "{text}");
        }
        assert_eq!(found("Password: Sommer2024!! for Ann"), ["Sommer2024!!"]);
        assert_eq!(found("pwd=S0mm$rferien now"), ["S0mm$rferien"]);
        assert_eq!(found("password: Welcome123"), ["Welcome123"]);
        assert_eq!(found("Passwort: Sommer2026!x9"), ["Sommer2026!x9"]);
        assert_eq!(found("(pw = Sommer2026!x9)"), ["Sommer2026!x9"]);
        assert_eq!(
            found("login with password Sommer2026!x9"),
            ["Sommer2026!x9"]
        );
        assert_eq!(found("the password is Welcome123"), ["Welcome123"]);
        assert_eq!(found("svc_gc / pass: Gen3sys!24"), ["Gen3sys!24"]);
        assert_eq!(found("mot de passe : Bienvenue2026"), ["Bienvenue2026"]);
        assert_eq!(found("Contraseña: Verano2026"), ["Verano2026"]);
        for words in [
            "Secreto del cliente:",
            "clave:",
            "Client-Geheimnis:",
            "Clientschlüssel =",
            "Секрет:",
            "クライアントシークレット：",
            "客户端密钥:",
        ] {
            let text = format!("{words} {random}");
            assert_eq!(found(&text), [random], "{text}");
        }
        for words in ["Hasło:", "Пароль:", "パスワード：", "密码："] {
            assert_eq!(
                found(&format!("{words}Sommer2026!")),
                ["Sommer2026!"],
                "{words}"
            );
        }
        assert_eq!(
            found("Authorization: Basic Q2xpZW50SWQ6U2VjcmV0MTIzNDU2Nzg5MA=="),
            ["Q2xpZW50SWQ6U2VjcmV0MTIzNDU2Nzg5MA=="]
        );
        let hook = "hooks.slack.com/services/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";
        assert_eq!(found(&format!("alerts to https://{hook}")), [hook]);
        assert_eq!(
            found("key AKIAIOSFODNN7EXAMPLE in S3"),
            ["AKIAIOSFODNN7EXAMPLE"]
        );
    }

    #[test]
    fn words_ids_and_paths_are_not_credentials() {
        for text in [
            "Regenerates client secrets every quarter. Owner: Information security.",
            "The secret is in vault/kv/GenesysCloud/prod01/feed",
            "secret 7de3af06-c0b3-4f9b-af45-72f4a1403797 in the vault",
            "Token lifetime: 86400 seconds; token 20260314",
            "token WarehouseFeedProduction2024, TokenService2024ProductionWest",
            "Refreshes access tokens for WarehouseFeedProduction2024",
            "password-reset-portal-2024-production",
            "token_endpoint=https://login.example.com/oauth/token",
            "Bearer of bad news, since 2019-2020-2021-2022",
            "password reset for Portal2024 users; PW Sales2024",
            "Password policy: see Confluence2024-Policies, Basic Authentication2024Migration",
            "secret: Welcome123 is what the ticket says, and a guess",
            "senha e usuario2024 ficam no cofre",
            "https://hooks.slack.com/services/ is where alerts go in 2026",
        ] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
    }
}
