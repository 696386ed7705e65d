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
            (?: (?P<separator> \s* [:=：] \s* | \s+ (?:is|was) (?: \s*: )? \s+ ) | \s+ ) ["'`(<]?
            (?P<value> [a-z0-9_+/=.~!@$%^*-]{8,} )
        | (?P<known>
              (?-i: \beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]* )
            | (?-i: \bAKIA[0-9A-Z]{16}\b | \bgh[opsu]_[A-Za-z0-9]{36} | \bxox[abprs]-[A-Za-z0-9-]{20,} | \bsk_live_[A-Za-z0-9]{16,} )
            | (?-i: hooks\.slack\.com/services/T[A-Z0-9]+/B[A-Z0-9]+/[A-Za-z0-9]{16,} )
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
        "hooks.slack.",
        "key",
        "token",
        "bearer",
        "eyj",
        "akia",
        "gho_",
        "ghp_",
        "ghs_",
        "ghu_",
        "xox",
        "sk_live_",
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
        && (SIGNS.is_match(text) || (!text.is_ascii() && FOREIGN_SIGNS.is_match(text)))
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
    CREDENTIAL
        .captures_iter(text)
        .filter_map(|found| {
            if let Some(known) = found.name("known") {
                return Some(known.range());
            }
            let group = found.name("value")?;
            let value = group.as_str().trim_end_matches('.');
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
