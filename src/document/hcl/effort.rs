//! How much work a text of HCL makes.
//!
//! Law: `hcl-edit` reads what stands behind the second operator of a chain twice if it breaks, and
//! what stands behind the second one in that twice again: thirty levels would take it hours. So
//! texts of more such levels than anybody writes are refused before they are read. What is
//! text to `hcl-edit` is text here too, or a quote would hide the levels.

/// So many levels behind two operators each are read: 2^12 times at worst.
const MOST: usize = 12;

/// `hcl-edit` refuses what is deeper by itself, and reads nothing behind it.
const DEEPEST: usize = 256;

/// What a level is.
#[derive(Clone, Copy)]
enum Inside<'t> {
    /// Brackets of any sort, those of `${` and `%{` among them.
    Code,
    /// `"`
    Quotes,
    /// `<<NAME`
    Heredoc(&'t str),
}

struct Level<'t> {
    inside: Inside<'t>,
    /// Operators since the expression here began.
    operators: usize,
    /// It began behind two operators.
    is_laborious: bool,
}

/// Where the level begins that is one too many, in a body or an expression.
pub(in crate::document) fn too_much(text: &str) -> Option<usize> {
    Walk::new(text, Inside::Code).find()
}

/// The same in the text of a template, which stands without its quotes.
pub(in crate::document) fn too_much_in_template(text: &str) -> Option<usize> {
    // No line is its end.
    Walk::new(text, Inside::Heredoc("")).find()
}

struct Walk<'t> {
    text: &'t str,
    at: usize,
    levels: Vec<Level<'t>>,
    laborious: usize,
}

impl<'t> Walk<'t> {
    fn new(text: &'t str, inside: Inside<'t>) -> Self {
        let first = Level {
            inside,
            operators: 0,
            is_laborious: false,
        };
        Self {
            text,
            at: 0,
            levels: vec![first],
            laborious: 0,
        }
    }

    fn find(mut self) -> Option<usize> {
        while self.at < self.text.len() && self.levels.len() <= DEEPEST {
            if self.laborious > MOST {
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
            // Names have hyphens in them, numbers have not.
            [b'0'..=b'9', ..] => self.at += length(rest, is_of_name),
            [first, ..] if is_of_name(*first) => self.at += length(rest, is_of_word),
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
        let behind = rest[indent..].strip_prefix(name.as_bytes());
        let ends = |behind: &[u8]| !behind.first().is_some_and(|byte| is_of_name(*byte));
        if is_line && !name.is_empty() && behind.is_some_and(ends) {
            self.at += indent + name.len();
            self.leave();
        } else {
            self.template();
        }
    }

    /// Text in which code may stand.
    fn template(&mut self) {
        match self.rest() {
            [b'$', b'$', b'{', ..] | [b'%', b'%', b'{', ..] => self.at += 3,
            [b'$' | b'%', b'{', ..] => self.open(Inside::Code, 2),
            _ => self.at += 1,
        }
    }

    /// Begins a heredoc, if one stands here: `<<NAME` or `<<-NAME` at the end of a line.
    fn begins_heredoc(&mut self) -> bool {
        let behind = &self.text[self.at + 2..];
        let behind = behind.strip_prefix('-').unwrap_or(behind);
        let (name, line) = behind.split_at(length(behind.as_bytes(), is_of_word));
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
        let is_laborious = self.levels.last().is_some_and(|level| level.operators > 1);
        self.laborious += usize::from(is_laborious);
        self.levels.push(Level {
            inside,
            operators: 0,
            is_laborious,
        });
        self.at += length;
    }

    fn close(&mut self) {
        self.at += 1;
        self.leave();
    }

    fn leave(&mut self) {
        // What closes nothing breaks the text before anything is read twice.
        if self.levels.len() > 1
            && let Some(level) = self.levels.pop()
        {
            self.laborious -= usize::from(level.is_laborious);
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

/// Whether a byte may be in a name; all that is not ASCII may.
fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

/// Whether a byte may be in the name of a variable or heredoc.
fn is_of_word(byte: u8) -> bool {
    is_of_name(byte) || byte == b'-'
}

/// How many bytes at the beginning are of a sort.
fn length(bytes: &[u8], is_of: fn(u8) -> bool) -> usize {
    bytes.iter().take_while(|byte| is_of(**byte)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_behind_two_operators_are_counted() {
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
            assert_eq!(too_much(&deep(MOST)), None, "{open}");
            assert_eq!(too_much(&deep(MOST + 3)).is_some(), has_bracket, "{open}");
        }
        let template = "${a+b+\"".repeat(MOST + 2);
        assert!(too_much_in_template(&template).is_some());
        assert!(too_much_in_template(&"$${a+b+\"".repeat(99)).is_none());
    }

    #[test]
    fn a_long_text_is_walked_once() {
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
            assert_eq!(too_much(&format!("{head}{}X", repeated.repeat(LONG))), None);
        }
    }

    #[test]
    fn what_people_write_is_read() {
        let wide = "(a + b) * (c - d), ".repeat(1000);
        let deep = format!("{}1{}", "{my-long-key = [".repeat(30), "]}".repeat(30));
        let texts = format!(
            "a = [{wide}]\nb = {deep}\nc = \"(((((( - - - {{{{{{\"\nd = <<EOT\n{}\nEOT\n",
            "- - - ({[".repeat(100)
        );
        assert_eq!(too_much(&texts), None);
        assert_eq!(too_much(&texts.repeat(20)), None);
    }
}
