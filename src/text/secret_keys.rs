//! Keys whose values are secrets, and placeholders of secrets.
//!
//! Invariant: a key names a secret in any spelling (`clientSecret`, `CLIENT_SECRET_2`,
//! `client-secret-value`). A key that only describes a secret (`secretId`, `passwordPolicy`,
//! `token_type`) does not.

use aho_corasick::AhoCorasick;
use std::borrow::Cow;
use std::sync::LazyLock;

/// Longer keys are data.
const LONGEST_KEY: usize = 96;

/// Words that name a secret by themselves, also as a part of a longer word.
const STEMS: [&str; 33] = [
    "secret",
    "password",
    "passwd",
    "passwort",
    "passphrase",
    "passcode",
    "kennwort",
    "geheimnis",
    "contraseña",
    "contrasena",
    "motdepasse",
    "apikey",
    "privatekey",
    "accesstoken",
    "refreshtoken",
    "authtoken",
    "bearertoken",
    "idtoken",
    "apitoken",
    "sastoken",
    "connectionstring",
    "secreta",
    "secreto",
    "segredo",
    "wachtwoord",
    "hasło",
    "haslo",
    "секрет",
    "пароль",
    "密码",
    "密钥",
    "パスワード",
    "シークレット",
];

/// Words that name something that can be a secret, or the name of one.
const PERHAPS: [&str; 9] = [
    "credential",
    "credentials",
    "cred",
    "creds",
    "authorization",
    "bearer",
    "cookie",
    "cookies",
    "jwt",
];

/// Words that name a secret only as the last part of a word.
const LAST_STEMS: [&str; 3] = ["pwd", "accesskey", "sharedkey"];

/// Words that name a secret together with `key`.
const KEYS: [&str; 20] = [
    "api",
    "app",
    "private",
    "secret",
    "access",
    "shared",
    "signing",
    "encryption",
    "master",
    "account",
    "client",
    "subscription",
    "storage",
    "auth",
    "hmac",
    "ssh",
    "rsa",
    "jwt",
    "webhook",
    "x",
];

/// Words that name a secret together with `token`.
const TOKENS: [&str; 20] = [
    "access",
    "refresh",
    "auth",
    "bearer",
    "id",
    "api",
    "oauth",
    "oauth2",
    "session",
    "sas",
    "security",
    "personal",
    "deploy",
    "bot",
    "client",
    "jwt",
    "admin",
    "registration",
    "csrf",
    "x",
];

/// Words after a secret word which say that the value is not the secret itself.
const DESCRIBING: [&str; 73] = [
    "id",
    "ids",
    "name",
    "names",
    "arn",
    "ref",
    "refs",
    "reference",
    "path",
    "paths",
    "uri",
    "url",
    "urls",
    "endpoint",
    "endpoints",
    "policy",
    "policies",
    "reset",
    "expiry",
    "expires",
    "expiration",
    "expired",
    "date",
    "created",
    "modified",
    "updated",
    "rotated",
    "rotation",
    "at",
    "on",
    "by",
    "type",
    "kind",
    "length",
    "count",
    "validity",
    "seconds",
    "lifetime",
    "ttl",
    "version",
    "manager",
    "store",
    "storage",
    "location",
    "file",
    "filename",
    "directory",
    "dir",
    "required",
    "enabled",
    "allowed",
    "supported",
    "hint",
    "label",
    "description",
    "status",
    "state",
    "exposed",
    "age",
    "days",
    "max",
    "min",
    "issuer",
    "scope",
    "scopes",
    "audience",
    "owner",
    "vault",
    "provider",
    "method",
    "alg",
    "algorithm",
    "rules",
];

/// First words which say that the value is not the secret itself.
const LEADING: [&str; 20] = [
    "directory",
    "expose",
    "exposes",
    "exposed",
    "has",
    "is",
    "use",
    "uses",
    "require",
    "requires",
    "needs",
    "allow",
    "generate",
    "rotate",
    "show",
    "hide",
    "reset",
    "forgot",
    "public",
    "number",
];

/// Words glued to a secret word that leave it one.
const GLUED: [&str; 16] = [
    "s", "value", "values", "val", "key", "text", "string", "new", "old", "prod", "dev", "test",
    "hash", "plain", "raw", "data",
];

/// One of these is in every key that names a secret.
static SIGNS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let signs = [
        "secret",
        "pass",
        "pwd",
        "pw",
        "key",
        "token",
        "kennwort",
        "geheimnis",
        "contrase",
        "motdepasse",
        "mot_de_passe",
        "connection",
        "senha",
        "segredo",
        "wachtwoord",
        "hasło",
        "haslo",
        "секрет",
        "Секрет",
        "пароль",
        "Пароль",
        "密码",
        "密钥",
        "パスワード",
        "シークレット",
    ];
    let mut builder = AhoCorasick::builder();
    builder.ascii_case_insensitive(true).build(signs).ok()
});

/// Whether a key says that its value is a secret.
#[must_use]
pub fn is_secret_key(key: &str) -> bool {
    let key = narrow(key);
    if key.len() > LONGEST_KEY || !SIGNS.as_ref().is_none_or(|signs| signs.is_match(&*key)) {
        return false;
    }
    names(&words_of(&key), secret_end)
}

/// Whether a key can name a secret, such as `credentials`, which can also be the name of one.
/// Its value decides.
#[must_use]
pub fn may_name_secret(key: &str) -> bool {
    let end = |words: &[String]| {
        let at = words.iter().position(|word| PERHAPS.contains(&&**word));
        at.map(|at| at + 1)
    };
    key.len() <= LONGEST_KEY && names(&words_of(key), end)
}

/// Whether words name a secret, up to the position that `end` returns, and do not describe it.
fn names(words: &[String], end: impl Fn(&[String]) -> Option<usize>) -> bool {
    let is_leading = |first: &String| LEADING.contains(&first.as_str());
    if words.first().is_none_or(is_leading) {
        return false;
    }
    end(words).is_some_and(|end| {
        let after = &words[end..];
        !after.iter().any(|word| DESCRIBING.contains(&word.as_str()))
    })
}

/// A text with ASCII in place of its full-width forms.
fn narrow(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let narrow = |wide: char| match u32::from(wide) {
        code @ 0xff01..=0xff5e => char::from_u32(code - 0xfee0).unwrap_or(wide),
        _ => wide,
    };
    Cow::Owned(text.chars().map(narrow).collect())
}

/// The words of a key in lower case: `APIKey2`, `api_key_2` and `api-key2` are `api`, `key`, `2`.
fn words_of(key: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut characters = key.chars().peekable();
    let mut before = ' ';
    while let Some(character) = characters.next() {
        let starts = is_word_start(before, character, characters.peek().copied());
        if (starts || !character.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if character.is_alphanumeric() {
            word.extend(character.to_lowercase());
        }
        before = character;
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn is_word_start(before: char, character: char, after: Option<char>) -> bool {
    let ends_acronym =
        before.is_uppercase() && character.is_uppercase() && after.is_some_and(char::is_lowercase);
    (before.is_lowercase() && character.is_uppercase())
        || before.is_ascii_digit() != character.is_ascii_digit()
            && before.is_alphanumeric()
            && character.is_alphanumeric()
        || ends_acronym
}

/// The position after the words that name a secret.
fn secret_end(words: &[String]) -> Option<usize> {
    let at = |index: usize| words.get(index).map(String::as_str);
    let is_last = |index: usize| index + 1 == words.len() || is_number_or_value(&words[index + 1]);
    (0..words.len()).find_map(|index| {
        let word = words[index].as_str();
        let next = at(index + 1);
        if names_secret(word) {
            return Some(index + 1);
        }
        let is_pair = match next {
            Some("key" | "keys") => KEYS.contains(&word) && !(word == "x" && words.len() == 2),
            Some("token" | "tokens") => TOKENS.contains(&word),
            Some("string") => word == "connection",
            Some("de") => word == "mot" && at(index + 2) == Some("passe"),
            _ => false,
        };
        if is_pair {
            return Some(index + 2);
        }
        match word {
            // Any other token can be the mark of a page.
            "token" | "tokens" if index == 0 && is_last(index) => Some(index + 1),
            "pass" | "pw" | "senha" | "pword" if is_last(index) => Some(index + 1),
            _ => None,
        }
    })
}

fn is_number_or_value(word: &str) -> bool {
    GLUED.contains(&word) || word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether one word names a secret: `clientsecret`, `passwords`, `dbpwd`.
fn names_secret(word: &str) -> bool {
    let is_neutral = |rest: &str| rest.is_empty() || is_number_or_value(rest);
    STEMS.iter().any(|stem| {
        word.rfind(stem)
            .is_some_and(|at| is_neutral(&word[at + stem.len()..]))
    }) || LAST_STEMS.iter().any(|stem| word.ends_with(stem))
}

/// Beginnings of references to a secret that is stored elsewhere.
const REFERENCES: [&str; 21] = [
    "arn:aws:",
    "op://",
    "vault:",
    "vault://",
    "ssm:",
    "env:",
    "file:",
    "keyvault:",
    "gsm:",
    "/run/secrets/",
    "projects/",
    "var.",
    "local.",
    "module.",
    "data.",
    "env.",
    "process.env.",
    "os.environ",
    "secretsmanager:",
    "ssm://",
    "!secret ",
];

/// Whether a value is the placeholder of a secret that was left out, or refers to one.
#[must_use]
pub fn is_placeholder(value: &str) -> bool {
    let value = value.trim();
    let words = [
        "redacted",
        "masked",
        "hidden",
        "null",
        "none",
        "n/a",
        "tbd",
        "unset",
        "not set",
        "true",
        "false",
        "undefined",
        "sensitive",
        "changeme",
        "change me",
        "replace me",
        "replaceme",
        "todo",
        "placeholder",
        "unknown",
        "example",
        "omitted",
        "removed",
        "secret",
        "password",
        "client secret",
        "clientsecret",
    ];
    let is_variable = value.strip_prefix('$').is_some_and(|name| {
        name.bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte == b'_')
    });
    value.is_empty()
        || value
            .chars()
            .all(|character| matches!(character, '*' | 'x' | 'X' | '•' | '.' | '-' | '#'))
        || (value.starts_with(['<', '(', '[', '$', '{']) && value.ends_with(['>', ')', ']', '}']))
        || is_variable
        || REFERENCES
            .iter()
            .any(|beginning| value.starts_with(beginning))
        || is_placeholder_word(value, &words)
}

/// Whether a value is one of these words, with any separators, or says whose value goes there.
fn is_placeholder_word(value: &str, words: &[&str]) -> bool {
    let value = value.to_lowercase().replace(['-', '_'], " ");
    let has_digit = value.bytes().any(|byte| byte.is_ascii_digit());
    let is_yours = ["your ", "my ", "the ", "insert ", "enter "];
    words.contains(&value.as_str())
        || (!has_digit
            && is_yours
                .iter()
                .any(|beginning| value.starts_with(beginning))
            && ["secret", "password", "token", "key", "here", "value"]
                .iter()
                .any(|end| value.ends_with(end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_key_is_recognised_in_any_spelling() {
        for key in [
            "ｃｌｉｅｎｔＳｅｃｒｅｔ",
            "claveSecreta",
            "Пароль",
            "secret",
            "Secret",
            "clientSecret",
            "client_secret",
            "client-secret",
            "CLIENT_SECRET",
            "CLIENT_SECRET_2",
            "clientSecret2",
            "clientSecretValue",
            "secretKey",
            "secret_key",
            "secrets",
            "oauthclient_secret",
            "clientsecretvalue",
            "CLIENTSECRET",
            "pwd",
            "dbPwd",
            "passwd",
            "password",
            "userPassword",
            "PASSWORD_PROD",
            "pass",
            "db_pass",
            "pw",
            "passphrase",
            "api-key",
            "apiKey",
            "APIKey",
            "x-api-key",
            "api_keys",
            "privateKey",
            "accessToken",
            "refresh_token",
            "idToken",
            "token",
            "token2",
            "sasToken",
            "kennwort",
            "connectionString",
            "signing_key",
            "motDePasse",
            "contraseña",
            "client.secret",
            "secret[]",
            "oauth_client_secret_prod",
            "secretAccessKey",
            "accountKey",
            "passwords",
        ] {
            assert!(is_secret_key(key), "{key}");
        }
    }

    #[test]
    fn a_key_that_describes_a_secret_is_not_a_secret_key() {
        for key in [
            "secretId",
            "secret_name",
            "secretArn",
            "secretRef",
            "secretsManager",
            "passwordPolicy",
            "password_reset_url",
            "tokenEndpoint",
            "token_type",
            "accessTokenValiditySeconds",
            "access_token_validity_seconds",
            "directory_client_secret",
            "expose_client_secret",
            "nextPageToken",
            "pageToken",
            "publicKey",
            "key",
            "keys",
            "primaryKey",
            "secretary",
            "secretariat",
            "compass",
            "passenger",
            "bypass",
            "passive",
            "tokenize",
            "keyId",
            "apiKeyId",
            "secretExpiresAt",
            "secretRotationDays",
            "hasSecret",
            "isPassword",
            "monkey",
            "code_challenge",
            "integration_credential_name",
            "clientId",
            "scope",
            "state",
            "sortKey",
            "tokenLifetime",
            "passwordLength",
            "client_secret_expires_at",
            "id_token_signed_alg",
        ] {
            assert!(!is_secret_key(key), "{key}");
        }
    }

    #[test]
    fn placeholders_and_references_are_not_secrets() {
        for value in [
            "",
            "***",
            "xxxx",
            "<secret>",
            "${var.secret}",
            "{{ secret }}",
            "REDACTED",
            "$SECRET",
            "arn:aws:secretsmanager:eu-west-1:1:secret:x",
            "op://vault/item",
            "(sensitive value)",
        ] {
            assert!(is_placeholder(value), "{value}");
        }
        assert!(!is_placeholder("hunter2hunter2"));
    }
}
