//! The tokens and brackets of HCL and JSON, as far as edits need them.
//!
//! Invariant: total on any text, in one pass. What is in a string, a comment or a here-document is
//! no bracket and no separator.

use std::ops::Range;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name, a keyword or a number.
    Word,
    /// A string, quotes included; `true` if it contains a template.
    Text(bool),
    /// `{`, `[` or `(`.
    Open(u8),
    /// `}`, `]` or `)`.
    Close(u8),
    Comma,
    /// `=` or `:`.
    Assign,
    /// The end of a line.
    Newline,
    Comment,
    /// Any other character, or a here-document.
    Other,
}

/// A token and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Range<usize>,
}

/// A text as tokens.
pub(super) struct Tokens<'t> {
    pub(super) text: &'t str,
    all: Vec<Token>,
    /// For each token the position of the bracket that it is in.
    parents: Vec<Option<usize>>,
    /// For each bracket the position of the other one.
    partners: Vec<Option<usize>>,
}

/// Nested templates beyond this depth are not taken apart.
const DEEPEST: usize = 64;

impl<'t> Tokens<'t> {
    /// The tokens of a text; none if its brackets do not match.
    pub(super) fn new(text: &'t str, is_json: bool) -> Option<Self> {
        let mut all = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let (kind, end) = next(text, at, is_json)?;
            if let Some(kind) = kind {
                all.push(Token {
                    kind,
                    span: at..end,
                });
            }
            at = end;
        }
        let mut parents = Vec::with_capacity(all.len());
        let mut partners = vec![None; all.len()];
        let mut open: Vec<usize> = Vec::new();
        for (position, token) in all.iter().enumerate() {
            if let Kind::Close(close) = token.kind {
                let start = open.pop()?;
                let Kind::Open(bracket) = all[start].kind else {
                    return None;
                };
                if !matches!((bracket, close), (b'{', b'}') | (b'[', b']') | (b'(', b')')) {
                    return None;
                }
                partners[start] = Some(position);
                partners[position] = Some(start);
            }
            parents.push(open.last().copied());
            if matches!(token.kind, Kind::Open(_)) {
                open.push(position);
            }
        }
        open.is_empty().then_some(Self {
            text,
            all,
            parents,
            partners,
        })
    }

    pub(super) fn get(&self, at: usize) -> &Token {
        &self.all[at]
    }

    pub(super) fn kind(&self, at: usize) -> Kind {
        self.all[at].kind
    }

    pub(super) fn word(&self, at: usize) -> &'t str {
        &self.text[self.all[at].span.clone()]
    }

    /// A word, or a string without its quotes.
    pub(super) fn name(&self, at: usize) -> &'t str {
        self.word(at).trim_matches('"')
    }

    /// The bracket that a token is in.
    pub(super) fn parent(&self, at: usize) -> Option<usize> {
        self.parents[at]
    }

    /// The opening brackets, in order.
    pub(super) fn brackets(&self) -> impl Iterator<Item = usize> {
        (0..self.all.len()).filter(|at| matches!(self.kind(*at), Kind::Open(_)))
    }

    /// The other bracket of a pair.
    pub(super) fn partner(&self, at: usize) -> Option<usize> {
        self.partners[at]
    }

    /// The token that contains these bytes.
    pub(super) fn at(&self, span: &Range<usize>) -> Option<usize> {
        let after = self
            .all
            .partition_point(|token| token.span.start <= span.start);
        let at = after.checked_sub(1)?;
        (span.end <= self.all[at].span.end).then_some(at)
    }

    /// The next token that is neither a comment nor, unless `with_lines`, the end of a line.
    pub(super) fn next(&self, at: usize, with_lines: bool) -> Option<usize> {
        (at + 1..self.all.len()).find(|at| self.counts(*at, with_lines))
    }

    /// The token before, as [`Self::next`].
    pub(super) fn before(&self, at: usize, with_lines: bool) -> Option<usize> {
        (0..at).rev().find(|at| self.counts(*at, with_lines))
    }

    fn counts(&self, at: usize, with_lines: bool) -> bool {
        match self.kind(at) {
            Kind::Comment => false,
            Kind::Newline => with_lines,
            _ => true,
        }
    }

    /// The tokens directly in a bracket.
    pub(super) fn inside(&self, open: usize) -> impl Iterator<Item = usize> {
        let end = self.partners[open].unwrap_or(open);
        (open + 1..end).filter(move |at| self.parents[*at] == Some(open))
    }

    /// The words and strings before an opening bracket that name it: `resource "type" "name"`,
    /// `roles`, `scopes =` or `"scopes":`. The first comes first.
    pub(super) fn header(&self, open: usize) -> Vec<usize> {
        let mut header = Vec::new();
        let mut at = self.before(open, true);
        while let Some(token) = at {
            if !matches!(self.kind(token), Kind::Word | Kind::Text(_) | Kind::Assign) {
                break;
            }
            header.push(token);
            at = self.before(token, true);
        }
        header.reverse();
        header
    }
}

/// The token at a position, if it is not white space, and where it ends.
fn next(text: &str, at: usize, is_json: bool) -> Option<(Option<Kind>, usize)> {
    let bytes = text.as_bytes();
    let rest = &text[at..];
    let byte = bytes[at];
    let one = |kind| Some((Some(kind), at + 1));
    match byte {
        b'\n' => one(Kind::Newline),
        b' ' | b'\t' | b'\r' => Some((None, at + 1)),
        // The mark of UTF-8 at the start of a file.
        _ if at == 0 && rest.starts_with('\u{feff}') => Some((None, '\u{feff}'.len_utf8())),
        b'"' => {
            let (end, is_template) = string_end(text, at, is_json, 0)?;
            Some((Some(Kind::Text(is_template)), end))
        }
        b'{' | b'[' | b'(' => one(Kind::Open(byte)),
        b'}' | b']' | b')' => one(Kind::Close(byte)),
        b',' => one(Kind::Comma),
        b'=' if matches!(bytes.get(at + 1), Some(b'=' | b'>')) => Some((Some(Kind::Other), at + 2)),
        b'!' | b'<' | b'>' if bytes.get(at + 1) == Some(&b'=') => Some((Some(Kind::Other), at + 2)),
        b'=' | b':' => one(Kind::Assign),
        b'#' if !is_json => Some((Some(Kind::Comment), line_end(text, at))),
        b'/' if !is_json && rest.starts_with("//") => {
            Some((Some(Kind::Comment), line_end(text, at)))
        }
        b'/' if !is_json && rest.starts_with("/*") => {
            Some((Some(Kind::Comment), at + rest.find("*/")? + 2))
        }
        b'<' if !is_json && rest.starts_with("<<") => {
            Some((Some(Kind::Other), heredoc_end(text, at)?))
        }
        _ if is_word(byte) => {
            let length = rest.bytes().take_while(|byte| is_word(*byte)).count();
            Some((Some(Kind::Word), at + length))
        }
        _ => {
            let length = rest.chars().next().map_or(1, char::len_utf8);
            Some((Some(Kind::Other), at + length))
        }
    }
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.') || byte >= 0x80
}

/// Where the line of a position ends, before its line break.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
    if text[..end].ends_with('\r') {
        end - 1
    } else {
        end
    }
}

/// The end of a string, and whether it contains a template.
fn string_end(text: &str, at: usize, is_json: bool, depth: usize) -> Option<(usize, bool)> {
    let bytes = text.as_bytes();
    let mut is_template = false;
    let mut at = at + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return Some((at + 1, is_template)),
            b'\n' => return None,
            mark @ (b'$' | b'%') if bytes.get(at + 1) == Some(&b'{') => {
                if at > 0 && bytes[at - 1] == mark {
                    // Two marks are one character.
                    at += 2;
                    continue;
                }
                is_template = true;
                at = if is_json {
                    at + 2
                } else {
                    template_end(text, at + 2, depth + 1)?
                };
            }
            _ => at += 1,
        }
    }
    None
}

/// The end of a template that begins before `at`.
fn template_end(text: &str, at: usize, depth: usize) -> Option<usize> {
    if depth > DEEPEST {
        return None;
    }
    let bytes = text.as_bytes();
    let (mut at, mut open) = (at, 1);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                at = string_end(text, at, false, depth)?.0;
                continue;
            }
            b'{' => open += 1,
            b'}' => open -= 1,
            _ => {}
        }
        at += 1;
        if open == 0 {
            return Some(at);
        }
    }
    None
}

fn heredoc_end(text: &str, at: usize) -> Option<usize> {
    let rest = text[at + 2..].trim_start_matches('-');
    let word: String = rest
        .chars()
        .take_while(|character| character.is_alphanumeric() || matches!(character, '_' | '-'))
        .collect();
    if word.is_empty() {
        return Some(at + 2);
    }
    let mut end = at + text[at..].find('\n')? + 1;
    for line in text[end..].split_inclusive('\n') {
        if line.trim() == word {
            return Some(end + line.trim_end_matches(['\r', '\n']).len());
        }
        end += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str, is_json: bool) -> Option<Vec<&str>> {
        let tokens = Tokens::new(text, is_json)?;
        let all = 0..tokens.all.len();
        Some(all.map(|at| tokens.word(at)).collect())
    }

    #[test]
    fn brackets_in_strings_comments_and_documents_do_not_count() {
        let text = "a = [\"}${f(\"]\")}\", 1] # {\nb = <<-EOT\n {{{\n  EOT\n/* [ */ c {}\n";
        let expected = [
            "a",
            "=",
            "[",
            "\"}${f(\"]\")}\"",
            ",",
            "1",
            "]",
            "# {",
            "\n",
            "b",
            "=",
            "<<-EOT\n {{{\n  EOT",
            "\n",
            "/* [ */",
            "c",
            "{",
            "}",
            "\n",
        ];
        assert_eq!(words(text, false).expect("tokens"), expected);
        assert_eq!(words("{\"a\": \"#\"}", true).expect("tokens").len(), 5);
    }

    #[test]
    fn what_does_not_match_is_refused() {
        for text in ["[", "]", "(]", "\"", "/*", "\"${\"", "<<A\n"] {
            assert_eq!(words(text, false), None, "{text}");
        }
        let deep = "\"${".repeat(100_000);
        assert_eq!(words(&deep, false), None);
    }

    #[test]
    fn a_header_names_its_bracket() {
        let text = "resource \"t\" \"n\" {\n  scopes = [\"a\"]\n  roles {}\n}";
        let tokens = Tokens::new(text, false).expect("tokens");
        let headers: Vec<Vec<&str>> = (0..tokens.all.len())
            .filter(|at| matches!(tokens.kind(*at), Kind::Open(_)))
            .map(|at| {
                tokens
                    .header(at)
                    .into_iter()
                    .map(|at| tokens.word(at))
                    .collect()
            })
            .collect();
        assert_eq!(
            headers,
            [
                vec!["resource", "\"t\"", "\"n\""],
                vec!["scopes", "="],
                vec!["roles"]
            ]
        );
    }
}
