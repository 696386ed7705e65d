//! Credentials in running text, such as a password in a description.
//!
//! Invariant: few false alarms. A word such as "secret" is not a credential, and neither is an id,
//! a path or a date after it. A value counts if it looks random.

use aho_corasick::AhoCorasick;
use memchr::memmem;
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

static CREDENTIAL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?ix)
        (?: (?P<password> passw(?:or)?[dt] | passphrase | \bpwd? \b | \bpass \b | kennwort | mot\x20de\x20passe | contrase(?:ñ|n)a | \bsenha
          | has[łl]o | пароль | パスワード | 密码 | 密碼 | 口令 )
          | secret(?: o (?: \x20 del? \x20 (?:cliente|aplicación) )? )? | geheimnis | sekret | секрет | シークレット | 密钥 | 金鑰
          | (?:api|access|private|shared)[\s_-]?key | (?:client|api)-?schlüssel | \bclave | clé\x20secrète | segredo
          | token | bearer | \bbasic )
            (?: (?P<between> [*_`)\]>]{0,3} (?: \x20 [\p{L}().-]{1,16} ){0,3} [*_`)\]>]{0,3} )
                (?P<separator> \s* (?: [:=：→] | -> | => | \x20[–—-]\x20 ) \s* | \s+ (?:is|was) (?: \s*: )? \s+ ) | \s+ )
            ["'`(<*\[]{0,3}
            (?P<value> [a-z0-9_+/=.~!@$%^*\#,;-]{8,} )
        | (?P<known>
              (?-i: \beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]* )
            | -----BEGIN[\x20A-Z]*PRIVATE\x20KEY----- [^"]*
          )
        "#,
    )
    .expect("a constant pattern")
});

/// The fewest bytes of a value: see [`CREDENTIAL`].
const SHORTEST: usize = 8;

/// One of these is in every match of [`CREDENTIAL`], without regard to case.
static SIGNS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let signs = [
        "secret",
        "pw",
        "pass",
        "kennwort",
        "mot de passe",
        "contrase",
        "senha",
        "basic",
        "key",
        "token",
        "bearer",
        "credential",
        "eyj",
        "-----begin",
        "geheimnis",
        "sekret",
        "clave",
        "segredo",
        "haslo",
    ];
    let builder = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(signs);
    builder.expect("constant patterns")
});

/// Every match of [`CREDENTIAL`] in a text that is not ASCII contains one of these or of
/// [`SIGNS`].
static FOREIGN_SIGNS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let signs = [
        "schlüssel",
        "clé secrète",
        "hasło",
        "секрет",
        "Секрет",
        "пароль",
        "Пароль",
        "シークレット",
        "パスワード",
        "密钥",
        "金鑰",
        "密码",
        "密碼",
        "口令",
    ];
    let builder = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(signs);
    builder.expect("constant patterns")
});

/// The beginning of a private key.
static DASHES: LazyLock<memmem::Finder<'_>> = LazyLock::new(|| memmem::Finder::new("-----"));

/// Whether a text may contain a credential. Most texts are an id, or have no long word with a
/// digit, or none of the signal words, and these checks are cheap.
fn may_contain_credential(text: &str) -> bool {
    !is_uuid(text)
        && (has_long_word_with_digit(text) || DASHES.find(text.as_bytes()).is_some())
        && (SIGNS.is_match(text)
            || (!text.is_ascii() && FOREIGN_SIGNS.is_match(text))
            || runs(text, 0, is_url_safe).any(|run| run.len() >= CLIENT_SECRET)
            || TOKENS.is_match(text)
            || memchr::memchr(b'=', text.as_bytes()).is_some())
}

/// Whether a word is as long as a value is at least and has a digit.
fn has_long_word_with_digit(text: &str) -> bool {
    // Counting is faster than stopping at the first.
    if text.bytes().filter(u8::is_ascii_digit).count() == 0 {
        return false;
    }
    let (mut length, mut has_digit) = (0, false);
    text.bytes().any(|byte| {
        if byte.is_ascii_whitespace() {
            (length, has_digit) = (0, false);
        } else {
            length += 1;
            has_digit |= byte.is_ascii_digit();
        }
        has_digit && length >= SHORTEST
    })
}

/// The ranges of credentials in `text`.
#[must_use]
pub fn credentials(text: &str) -> Vec<Range<usize>> {
    if !may_contain_credential(text) {
        return Vec::new();
    }
    let mut ranges = labelled(text);
    ranges.extend(after_labels(text));
    ranges.extend(client_secrets(text));
    ranges.extend(TOKENS.find_iter(text).map(|found| found.range()));
    ranges.extend(in_queries(text));
    merged(ranges)
}

/// Values of credentials that follow their label in the way that people write them.
fn labelled(text: &str) -> Vec<Range<usize>> {
    CREDENTIAL
        .captures_iter(text)
        .filter_map(|found| {
            if let Some(known) = found.name("known") {
                return Some(known.range());
            }
            let group = found.name("value")?;
            let value = group.as_str().trim_end_matches(['.', ',', ';', '*', '`']);
            let between = found.name("between").map_or("", |words| words.as_str());
            if announces_other(between) && !looks_random(value) {
                return None;
            }
            let is_given = found.name("separator").is_some();
            let is_password = found.name("password").is_some();
            let is_chosen = match (is_password, is_given) {
                (true, true) => looks_chosen(value),
                (true, false) | (false, true) => looks_chosen(value) && has_sign(value),
                (false, false) => false,
            };
            (looks_random(value) || is_chosen).then(|| group.start()..group.start() + value.len())
        })
        .collect()
}

/// Whether a value looks random enough that its digest does not give it away.
pub(super) fn is_random(value: &str) -> bool {
    is_uuid(value) || looks_random(value)
}

/// Ranges in order, the overlapping ones as one.
fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    ranges.dedup_by(|next, before| {
        let overlaps = next.start < before.end;
        if overlaps {
            before.end = before.end.max(next.end);
        }
        overlaps
    });
    ranges
}

/// Words between a label and a separator that announce something other than the value.
const OTHER_THAN_VALUES: [&str; 28] = [
    "policy", "reset", "rotation", "rotated", "expiry", "expires", "owner", "vault", "manager",
    "store", "stored", "ticket", "change", "changed", "rules", "length", "endpoint", "lifetime",
    "type", "url", "uri", "page", "portal", "docs", "see", "hint", "location", "path",
];

fn announces_other(between: &str) -> bool {
    let mut words = between.split(|character: char| !character.is_alphanumeric());
    words.any(|word| OTHER_THAN_VALUES.contains(&word.to_lowercase().as_str()))
}

/// A word that announces a secret.
pub(super) static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)secret|passw|passphrase|geheimnis|sekret|секрет|пароль|api[\s_-]?key|(?:access|account|private|shared|signing)[\s_-]?key|token|credential|clave|schlüssel|シークレット|密钥|金鑰",
    )
    .expect("a constant pattern")
});

/// How far after its label a random value can be, in bytes.
const REACH: usize = 64;

/// Random values near a label, whatever is between them.
fn after_labels(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for label in LABEL.find_iter(text) {
        let limit = text.ceil_char_boundary((label.end() + REACH).min(text.len()));
        for run in runs(text, label.end(), is_value_byte) {
            if run.start >= limit || text[label.end()..run.start].contains('"') {
                break;
            }
            let value = text[run.clone()].trim_start_matches(['=', '/', '-', '~']);
            if looks_random(value) {
                found.push(run.end - value.len()..run.end);
                break;
            }
        }
    }
    found
}

/// The maximal runs of bytes of a class from a byte on.
pub(super) fn runs(
    text: &str,
    from: usize,
    is_part: fn(u8) -> bool,
) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = from;
    std::iter::from_fn(move || {
        let start = at + bytes[at..].iter().position(|byte| is_part(*byte))?;
        let length = bytes[start..].iter().position(|byte| !is_part(*byte));
        let end = length.map_or(bytes.len(), |length| start + length);
        at = end;
        Some(start..end)
    })
}

/// Values that look random, also short ones: for text in which nothing tells what a value is.
pub(super) fn random_runs(text: &str) -> Vec<Range<usize>> {
    let is_random = |run: &Range<usize>| {
        let value = &text[run.clone()];
        let kinds = Kinds::from_value(value);
        value.len() >= 12
            && kinds.digits > 1
            && kinds.changes >= 2
            && !is_uuid(value)
            && entropy(value) > 2.8
    };
    runs(text, 0, is_value_byte).filter(is_random).collect()
}

const fn is_value_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'/' | b'=' | b'-' | b'~')
}

const fn is_url_safe(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// The length of a secret that Genesys Cloud makes: 32 bytes in base64url.
const CLIENT_SECRET: usize = 43;

/// Words before a value of that length which make it a digest or a challenge.
const DIGESTS: [&str; 9] = [
    "challenge",
    "sha",
    "digest",
    "checksum",
    "fingerprint",
    "thumbprint",
    "integrity",
    "nonce",
    "x5t",
];

/// Values with the shape of a client secret of Genesys Cloud.
fn client_secrets(text: &str) -> Vec<Range<usize>> {
    if text.len() < CLIENT_SECRET {
        return Vec::new();
    }
    runs(text, 0, is_url_safe)
        .filter(|run| {
            let before = text[text.floor_char_boundary(run.start.saturating_sub(24))..run.start]
                .to_lowercase();
            run.len() == CLIENT_SECRET
                && has_three_classes(&text[run.clone()])
                && entropy(&text[run.clone()]) > 3.5
                && !DIGESTS.iter().any(|word| before.contains(word))
        })
        .collect()
}

fn has_three_classes(value: &str) -> bool {
    let kinds = Kinds::from_value(value);
    kinds.lower && kinds.upper && kinds.digits > 1 && kinds.changes >= 3
}

/// Tokens that begin with letters of their issuer, and addresses that are credentials.
static TOKENS: LazyLock<Regex> = LazyLock::new(|| {
    let prefixes = TOKEN_PREFIXES
        .map(|(prefix, rest)| format!(r"\b{}[A-Za-z0-9_.-]{{{rest},}}", regex::escape(prefix)));
    let webhooks =
        WEBHOOKS.map(|address| format!(r"{}[A-Za-z0-9_/@?=&%.-]{{16,}}", regex::escape(address)));
    Regex::new(&[prefixes.join("|"), webhooks.join("|")].join("|")).expect("constant patterns")
});

/// The beginning of the tokens of one issuer, and the fewest characters after it.
const TOKEN_PREFIXES: [(&str, usize); 41] = [
    ("AKIA", 16),
    ("ASIA", 16),
    ("ghp_", 36),
    ("gho_", 36),
    ("ghu_", 36),
    ("ghs_", 36),
    ("ghr_", 36),
    ("github_pat_", 22),
    ("glpat-", 20),
    ("gldt-", 20),
    ("glrt-", 20),
    ("xoxa-", 20),
    ("xoxb-", 20),
    ("xoxp-", 20),
    ("xoxr-", 20),
    ("xoxs-", 20),
    ("xoxe-", 20),
    ("xapp-", 20),
    ("sk_live_", 16),
    ("rk_live_", 16),
    ("sk_test_", 16),
    ("whsec_", 20),
    ("sk-proj-", 20),
    ("sk-ant-", 20),
    ("AIza", 35),
    ("GOCSPX-", 20),
    ("ya29.", 20),
    ("SG.", 40),
    ("npm_", 36),
    ("pypi-", 40),
    ("dop_v1_", 40),
    ("hvs.", 20),
    ("hvb.", 20),
    ("shpat_", 24),
    ("shpss_", 24),
    ("figd_", 20),
    ("lin_api_", 20),
    ("ATATT3", 40),
    ("PMAK-", 24),
    ("xkeysib-", 40),
    ("AGE-SECRET-KEY-1", 40),
];

/// Addresses whose holder can post messages, without their scheme.
const WEBHOOKS: [&str; 9] = [
    "hooks.slack.com/services/",
    "hooks.slack.com/workflows/",
    "hooks.slack.com/triggers/",
    "discord.com/api/webhooks/",
    "discordapp.com/api/webhooks/",
    "outlook.office.com/webhook/",
    "webhook.office.com/webhookb2/",
    "hooks.zapier.com/hooks/catch/",
    "chat.googleapis.com/v1/spaces/",
];

/// Parameters of a query that may contain a secret under a common name.
const QUERY_KEYS: [&str; 12] = [
    "key",
    "code",
    "sig",
    "signature",
    "token",
    "auth",
    "pass",
    "pwd",
    "hmac",
    "sas",
    "apikey",
    "credential",
];

/// Values of parameters in queries and connection strings that are credentials.
fn in_queries(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices('=') {
        let is_end = |c: char| c.is_whitespace() || "?&#;\"'<>,(".contains(c);
        let key = text[..at]
            .rsplit(is_end)
            .next()
            .unwrap_or("")
            .to_lowercase();
        let key: String = key.chars().filter(|c| c.is_alphanumeric()).collect();
        let rest = &text[at + 1..];
        let length = rest.find(|c: char| c.is_whitespace() || "&#;\"'<>".contains(c));
        let value = &rest[..length.unwrap_or(rest.len())];
        let is_common = QUERY_KEYS.contains(&key.as_str()) || LABEL.is_match(&key);
        if is_common && (looks_random(value) || is_encoded_random(value)) {
            found.push(at + 1..at + 1 + value.len());
        }
    }
    found
}

/// Whether a percent-encoded value looks random.
fn is_encoded_random(value: &str) -> bool {
    value.contains('%') && looks_random(&value.replace('%', ""))
}

/// Whether a value looks random: long, of many different characters, without words.
fn looks_random(value: &str) -> bool {
    if value.len() < 20 || is_uuid(value) || is_path(value) {
        return false;
    }
    let kinds = Kinds::from_value(value);
    let hexadecimal = value.len() >= 32 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    // Names end with a year or a number; random values have digits in all positions.
    let mixed = kinds.lower && kinds.upper && kinds.changes >= 3;
    (mixed || (hexadecimal && kinds.digits >= 4)) && entropy(value) > 3.2
}

/// Whether a value looks like a password that a person chose: letters of both cases and digits.
fn looks_chosen(value: &str) -> bool {
    let kinds = Kinds::from_value(value);
    kinds.lower && kinds.upper && kinds.digits > 0 && !is_path(value)
}

/// Whether a value has a sign that no id or path has.
fn has_sign(value: &str) -> bool {
    value.contains(['!', '$', '%', '^', '*', '@', '~'])
}

fn is_uuid(value: &str) -> bool {
    let bytes = value.as_bytes();
    bytes.len() == 36
        && [8, 13, 18, 23].into_iter().all(|at| bytes[at] == b'-')
        && bytes.iter().filter(|byte| byte.is_ascii_hexdigit()).count() == 32
}

/// A path has slashes between short parts; a random value may contain one anywhere.
fn is_path(value: &str) -> bool {
    value.contains('/') && value.split('/').all(|part| part.len() < 16)
}

struct Kinds {
    lower: bool,
    upper: bool,
    digits: usize,
    /// How often a letter follows a digit or a digit a letter.
    changes: usize,
}

impl Kinds {
    fn from_value(value: &str) -> Self {
        Self {
            lower: value.bytes().any(|byte| byte.is_ascii_lowercase()),
            upper: value.bytes().any(|byte| byte.is_ascii_uppercase()),
            digits: value.bytes().filter(u8::is_ascii_digit).count(),
            changes: value
                .as_bytes()
                .windows(2)
                .filter(|pair| {
                    pair.iter().all(u8::is_ascii_alphanumeric)
                        && pair[0].is_ascii_digit() != pair[1].is_ascii_digit()
                })
                .count(),
        }
    }
}

/// Shannon's entropy of the bytes of `value`, in bits a byte.
fn entropy(value: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in value.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let total = f64::from(u32::try_from(value.len()).unwrap_or(u32::MAX));
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| {
            let share = f64::from(*count) / total;
            -share * share.log2()
        })
        .sum()
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
