//! The words of an export: a text without any of them is not an export.

use aho_corasick::AhoCorasick;
use std::sync::OnceLock;

/// Words that an export, or a Terraform file for Genesys Cloud, contains. They are compared without
/// case, `_`, `-` and spaces.
const WORDS: [&str; 30] = [
    "authorizedgranttype",
    "accesstokenvalidity",
    "registeredredirect",
    "roledivisions",
    "roleids",
    "permissionpolic",
    "permissionmap",
    "defaultroleid",
    "homedivision",
    "resourceowner",
    "genesyscloud",
    "purecloud",
    "oauthclient",
    "oauth/clients",
    "oauth/scopes",
    "oauth/authorizations",
    "authorization/roles",
    "authorization/divisions",
    "authorization/subjects",
    "authorization/permissions",
    "api/v2/users",
    "pagecount",
    "nexturi",
    "selfuri",
    "encrypteddata",
    "plannedvalues",
    "resourcechanges",
    "templateuri",
    "httpmethod",
    "querystatus",
];

/// The part of a text that is searched first: nearly every export has a word in it.
const FIRST: usize = 1 << 16;

/// Whether a text contains a word of an export.
pub(super) fn has_words(text: &[u8]) -> bool {
    let first = &text[..text.len().min(FIRST)];
    contains(first) || (text.len() > FIRST && contains(text)) || begins_as_usage(first)
}

/// Whether the first line is the header of a table of usage, whose columns can have any name.
fn begins_as_usage(text: &[u8]) -> bool {
    const CALLS: [&[u8]; 6] = [b"method", b"template", b"url", b"uri", b"path", b"endpoint"];
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or(text);
    let letters: Vec<u8> = line
        .iter()
        .filter(|byte| byte.is_ascii_alphanumeric())
        .map(u8::to_ascii_lowercase)
        .collect();
    let has = |word: &[u8]| memchr::memmem::find(&letters, word).is_some();
    has(b"clientid") && CALLS.into_iter().any(has)
}

fn contains(text: &[u8]) -> bool {
    static SEARCHER: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    let Some(searcher) = SEARCHER.get_or_init(|| AhoCorasick::new(WORDS).ok()) else {
        return true;
    };
    let letters = text.iter().filter(|byte| !b"_- \0".contains(byte));
    let letters: Vec<u8> = letters.map(u8::to_ascii_lowercase).collect();
    searcher.is_match(&letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_every_spelling() {
        for text in [
            "\"authorizedGrantType\"",
            "Authorized Grant Type",
            "AUTHORIZED-GRANT-TYPE: x",
            "authorized_grant_type,name",
            "permission_policies {",
            "/api/v2/oauth/clients",
        ] {
            assert!(has_words(text.as_bytes()), "{text}");
        }
        let late = format!("{}roleDivisions", " ".repeat(FIRST));
        assert!(has_words(late.as_bytes()));
        assert!(has_words(b"Client ID;Method;URL;Requests;Date\nx"));
        assert!(!has_words(b"Client;Method;URL\nclient id"));
        assert!(!has_words(
            b"{\"compilerOptions\": {\"target\": \"es2022\"}}"
        ));
    }
}
