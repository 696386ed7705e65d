//! The cost of parsing a text of HCL.
//!
//! Invariant: texts that take exponential time are refused before they are parsed. If an
//! expression is broken, `hcl-edit` parses everything after the second operator of a chain twice,
//! and so on at each level: thirty levels would take hours. This scanner and `hcl-edit` agree on
//! what a string is, since a quote could otherwise hide levels.

/// The number of costly levels that are accepted: at worst 2^12 repetitions.
const MAX_COSTLY_LEVELS: usize = 12;

/// `hcl-edit` itself refuses deeper texts, and parses nothing after them.
const MAX_DEPTH: usize = 256;

/// The context of a level.
#[derive(Clone, Copy)]
enum Inside<'t> {
    /// Brackets of any kind, including `${` and `%{`.
    Code,
    /// `"`
    Quotes,
    /// `<<NAME`
    Heredoc(&'t str),
}

struct Level<'t> {
    inside: Inside<'t>,
    /// Operators since the start of the current expression.
    operators: usize,
    /// Whether it began after two operators.
    is_costly: bool,
}

/// The offset of the first level above the limit, in a body or an expression.
pub(in crate::document) fn too_costly(text: &str) -> Option<usize> {
    Walk::new(text, Inside::Code).find()
}

/// The offset of the first level above the limit in the text of a template without quotes.
pub(in crate::document) fn template_too_costly(text: &str) -> Option<usize> {
    // A heredoc without a name is never closed.
    Walk::new(text, Inside::Heredoc("")).find()
}

struct Walk<'t> {
    text: &'t str,
    at: usize,
    levels: Vec<Level<'t>>,
    costly: usize,
}

impl<'t> Walk<'t> {
    fn new(text: &'t str, inside: Inside<'t>) -> Self {
        let first = Level {
            inside,
            operators: 0,
            is_costly: false,
        };
        Self {
            text,
            at: 0,
            levels: vec![first],
            costly: 0,
        }
    }

    fn find(mut self) -> Option<usize> {
        while self.at < self.text.len() && self.levels.len() <= MAX_DEPTH {
            if self.costly > MAX_COSTLY_LEVELS {
                return Some(self.at);
            }
            let inside = self
                .levels
                .last()
                .map_or(Inside::Code, |level| level.inside);
            match inside {
                Inside::Code => self.code(),
                Inside::Quotes => self.quotes(),
                Inside::Heredoc(name) => self.heredoc(name),
            }
        }
        None
    }

    fn rest(&self) -> &'t [u8] {
        &self.text.as_bytes()[self.at..]
    }

    fn code(&mut self) {
        let rest = self.rest();
        match rest {
            [b'#', ..] | [b'/', b'/', ..] => self.skip_line(),
            [b'/', b'*', ..] => {
                let end = memchr::memmem::find(rest, b"*/");
                self.at += end.map_or(rest.len(), |end| end + 2);
            }
            [b'"', ..] => self.open(Inside::Quotes, 1),
            [b'<', b'<', ..] if self.begins_heredoc() => {}
            [b'(' | b'[' | b'{', ..] => self.open(Inside::Code, 1),
            [b')' | b']' | b'}', ..] => self.close(),
            [b',' | b'?' | b':', ..] => self.begin_expression(),
            [b'=', next, ..] if *next != b'=' => self.begin_expression(),
            [
                b'=' | b'!' | b'<' | b'>' | b'+' | b'-' | b'*' | b'/' | b'%' | b'&' | b'|',
                ..,
            ] => {
                self.operator();
            }
            // Names can contain hyphens, numbers cannot.
            [b'0'..=b'9', ..] => self.at += length(rest, is_name_byte),
            [first, ..] if is_name_byte(*first) => self.at += length(rest, is_word_byte),
            _ => self.at += 1,
        }
    }

    fn quotes(&mut self) {
        match self.rest() {
            [b'\\', _, ..] => self.at += 2,
            [b'"', ..] => self.close(),
            _ => self.template(),
        }
    }

    fn heredoc(&mut self, name: &str) {
        let rest = self.rest();
        let is_line = self.at == 0 || self.text.as_bytes()[self.at - 1] == b'\n';
        let indent = if is_line {
            length(rest, |byte| matches!(byte, b' ' | b'\t'))
        } else {
            0
        };
        let after = rest[indent..].strip_prefix(name.as_bytes());
        let ends = |after: &[u8]| !after.first().is_some_and(|byte| is_name_byte(*byte));
        if is_line && !name.is_empty() && after.is_some_and(ends) {
            self.at += indent + name.len();
            self.leave();
        } else {
            self.template();
        }
    }

    /// Text that can contain code.
    fn template(&mut self) {
        match self.rest() {
            [b'$', b'$', b'{', ..] | [b'%', b'%', b'{', ..] => self.at += 3,
            [b'$' | b'%', b'{', ..] => self.open(Inside::Code, 2),
            _ => self.at += 1,
        }
    }

    /// Begins a heredoc, if there is one here: `<<NAME` or `<<-NAME` at the end of a line.
    fn begins_heredoc(&mut self) -> bool {
        let after = &self.text[self.at + 2..];
        let after = after.strip_prefix('-').unwrap_or(after);
        let (name, line) = after.split_at(length(after.as_bytes(), is_word_byte));
        let is_heredoc = !name.is_empty() && line.trim_start_matches('\r').starts_with('\n');
        if is_heredoc {
            self.open(
                Inside::Heredoc(name),
                self.text.len() - line.len() - self.at,
            );
            self.skip_line();
        }
        is_heredoc
    }

    fn open(&mut self, inside: Inside<'t>, length: usize) {
        let is_costly = self.levels.last().is_some_and(|level| level.operators > 1);
        self.costly += usize::from(is_costly);
        self.levels.push(Level {
            inside,
            operators: 0,
            is_costly,
        });
        self.at += length;
    }

    fn close(&mut self) {
        self.at += 1;
        self.leave();
    }

    fn leave(&mut self) {
        // An unmatched bracket ends the parse before anything is parsed twice.
        if self.levels.len() > 1
            && let Some(level) = self.levels.pop()
        {
            self.costly -= usize::from(level.is_costly);
        }
    }

    fn begin_expression(&mut self) {
        if let Some(level) = self.levels.last_mut() {
            level.operators = 0;
        }
        self.at += 1;
    }

    /// An operator, of one sign or two.
    fn operator(&mut self) {
        if let Some(level) = self.levels.last_mut() {
            level.operators += 1;
        }
        let is_double = matches!(self.rest(), [_, b'=' | b'&' | b'|', ..]);
        self.at += 1 + usize::from(is_double);
    }

    fn skip_line(&mut self) {
        let rest = self.rest();
        self.at += memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
    }
}

/// Whether a byte can be in a name; every byte outside ASCII can.
fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

/// Whether a byte can be in the name of a variable or heredoc.
fn is_word_byte(byte: u8) -> bool {
    is_name_byte(byte) || byte == b'-'
}

/// The number of leading bytes that match.
fn length(bytes: &[u8], matches: fn(u8) -> bool) -> usize {
    bytes.iter().take_while(|byte| matches(**byte)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_after_two_operators_are_counted() {
        for open in [
            "1+1+(",
            "a && b && [",
            "a == b == {x = ",
            "\"${a-b - c -",
            "1 # ( \" \n + 1 /* ) */ + f(",
            "<<-EOT\n ${ x + y + ",
            "4-2---{!f = ",
            "a*b*<<X\n%{ if \"}\" != x || y || ",
            "é < ü >= ",
        ] {
            let deep = |levels: usize| format!("a = {}", open.repeat(levels));
            let has_bracket = open.contains(['(', '[', '{']);
            assert_eq!(too_costly(&deep(MAX_COSTLY_LEVELS)), None, "{open}");
            assert_eq!(
                too_costly(&deep(MAX_COSTLY_LEVELS + 3)).is_some(),
                has_bracket,
                "{open}"
            );
        }
        let template = "${a+b+\"".repeat(MAX_COSTLY_LEVELS + 2);
        assert!(template_too_costly(&template).is_some());
        assert!(template_too_costly(&"$${a+b+\"".repeat(99)).is_none());
    }

    #[test]
    fn a_long_text_is_scanned_once() {
        const LONG: usize = 1 << 20;
        for (head, repeated) in [
            ("a = <<EOT\n", "\n"),
            ("a = <<EOT\n", " "),
            ("a = ", "<"),
            ("a = ", "<<A"),
            ("a = ", "("),
            ("a = ", "/"),
            ("a = ", "\r<<A\r"),
            ("a = \"", "${\""),
        ] {
            assert_eq!(
                too_costly(&format!("{head}{}X", repeated.repeat(LONG))),
                None
            );
        }
    }

    #[test]
    fn ordinary_configurations_are_accepted() {
        let wide = "(a + b) * (c - d), ".repeat(1000);
        let deep = format!("{}1{}", "{my-long-key = [".repeat(30), "]}".repeat(30));
        let texts = format!(
            "a = [{wide}]\nb = {deep}\nc = \"(((((( - - - {{{{{{\"\nd = <<EOT\n{}\nEOT\n",
            "- - - ({[".repeat(100)
        );
        assert_eq!(too_costly(&texts), None);
        assert_eq!(too_costly(&texts.repeat(20)), None);
    }
}
