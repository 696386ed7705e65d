//! Edits of files that set clients: `.tf`, `.tf.json` and `.tfvars`.
//!
//! Invariant: only the bytes of a value change, with its separator, and its line if nothing else is
//! on it. Comments, formatting and line ends stay. What is not a plain value, or has an effect
//! elsewhere, is refused with the reason.

use super::syntax::{Kind, Tokens, line_end};
use crate::finding::{Change, Shown};
use crate::model::{Action, FieldName, Naming};
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;

/// Why a change is not made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// The file is an export.
    Export,
    /// The file belongs to a program that grantlint does not edit for.
    Foreign,
    /// The file cannot be taken apart.
    Unreadable,
    /// The file says that a program generates it.
    Generated,
    /// The value is an expression.
    Expression,
    /// The resource or block is repeated.
    Repeated,
    /// The value is passed to a module.
    Module,
    /// Other places use the variable or local value of this name.
    Shared(String),
    /// The variable of this name has a default and another value.
    Overridden(String),
    /// There is no place to write the value to.
    NoPlace,
}

impl Refusal {
    /// Why a file that [`edited`] cannot take apart is not edited.
    #[must_use]
    pub fn of_type(path: &str) -> Self {
        if is_code(path) {
            Self::Foreign
        } else {
            Self::Export
        }
    }

    /// The reason in words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Export => {
                "an export is evidence and is never edited: see grantlint plan".to_owned()
            }
            Self::Foreign => "grantlint does not edit files of this type".to_owned(),
            Self::Unreadable => "the syntax of the file is not understood".to_owned(),
            Self::Generated => "the file is generated: change its source".to_owned(),
            Self::Expression => "the value is an expression".to_owned(),
            Self::Repeated => "the block is repeated by count, for_each or dynamic".to_owned(),
            Self::Module => "the value is not set in the resource itself".to_owned(),
            Self::Shared(name) => format!("{name} is also used elsewhere"),
            Self::Overridden(name) => format!("{name} has a default and another value"),
            Self::NoPlace => "there is no single place to write the value to".to_owned(),
        }
    }
}

/// A text that is read with an edited one: a file of Terraform, in any directory.
#[derive(Clone, Copy, Debug)]
pub struct Neighbour<'t> {
    /// Its path.
    pub path: &'t str,
    /// Its text.
    pub text: &'t str,
}

/// The endings of files that Terraform and its fork read, in HCL; in JSON, `.json` follows.
const CODE: [&str; 3] = [".tf", ".tofu", ".tfvars"];

/// The syntax of a file by its name; none for files that are never edited.
fn is_json(path: &str) -> Option<bool> {
    let is_code = |path: &str| CODE.iter().any(|ending| path.ends_with(ending));
    match path.strip_suffix(".json") {
        Some(path) => is_code(path).then_some(true),
        None => is_code(path).then_some(false),
    }
}

/// Whether a file sets what the platform becomes, by its name. Others are evidence of what the
/// platform is.
#[must_use]
pub fn is_code(path: &str) -> bool {
    is_json(path).is_some() || Path::new(path).extension().is_some_and(|end| end == "hcl")
}

/// Whether a file writes the role at a position of the resource that begins at `client` as a block of
/// its own, wherever its id is from.
#[must_use]
pub fn has_role_block(path: &str, text: &str, client: usize, position: u32) -> bool {
    let tokens = is_json(path).and_then(|is_json| Some((is_json, Tokens::new(text, is_json)?)));
    let Some((is_json, tokens)) = tokens else {
        return false;
    };
    let file = File {
        path,
        tokens,
        is_json,
        neighbours: &[],
    };
    file.role_blocks(client).len() > position as usize
}

/// The text of a file after a change. `client` is where its client begins.
///
/// # Errors
/// If the change cannot be made, the reason.
pub fn edited(
    path: &str,
    text: &str,
    change: &Change,
    client: usize,
    neighbours: &[Neighbour<'_>],
) -> Result<String, Refusal> {
    let is_json = is_json(path).ok_or_else(|| Refusal::of_type(path))?;
    if is_generated(path, text) {
        return Err(Refusal::Generated);
    }
    let tokens = Tokens::new(text, is_json).ok_or(Refusal::Unreadable)?;
    let file = File {
        path,
        tokens,
        is_json,
        neighbours,
    };
    let shown = change.shown.as_deref().ok_or(Refusal::NoPlace)?;
    file.apply(change, shown, client)
}

/// Whether a program writes a file: a comment at its start says so, or it is the output of CDKTF.
fn is_generated(path: &str, text: &str) -> bool {
    const COMMENTS: [&str; 4] = ["#", "//", "/*", "\"//\""];
    let is_output = path.split(['/', '\\']).any(|part| part == "cdktf.out");
    let mut comments = text.lines().take(5).filter(|line| {
        let line = line.trim_start_matches([' ', '\t', '{']);
        COMMENTS.iter().any(|comment| line.starts_with(comment))
    });
    is_output
        || comments.any(|line| {
            let line = line.to_ascii_lowercase();
            line.contains("do not edit") || line.contains("generated by")
        })
}

struct File<'t> {
    path: &'t str,
    tokens: Tokens<'t>,
    is_json: bool,
    neighbours: &'t [Neighbour<'t>],
}

impl File<'_> {
    fn apply(&self, change: &Change, shown: &Shown, client: usize) -> Result<String, Refusal> {
        let place = shown.place.map(|place| place.span.range());
        match (&change.action, place) {
            (Action::Set(number), None) => self.inserted(change.field, *number, client),
            (_, None)
            | (
                Action::Rewrite(_) | Action::Write(_) | Action::Move(_) | Action::Insert { .. },
                _,
            ) => Err(Refusal::NoPlace),
            (Action::Set(number), Some(place)) => {
                let at = self.plain(&place)?;
                self.allowed(at)?;
                Ok(self.replaced(self.inner(at), &number.to_string()))
            }
            (Action::Replace(value), Some(place)) => {
                let at = self.plain(&place)?;
                self.allowed(at)?;
                self.item(at)?;
                Ok(self.replaced(self.inner(at), &self.escaped(value)))
            }
            (Action::Remove, Some(place)) if change.index.is_none() => self.without_field(&place),
            (Action::Remove, Some(place)) if change.field == FieldName::RoleDivisions => {
                let blocks = self.role_blocks(client);
                let index = change.index.and_then(|index| usize::try_from(index).ok());
                match index.and_then(|index| blocks.get(index)) {
                    Some(block) => self.without_block(*block),
                    None => self.without_role(&place),
                }
            }
            (Action::Remove, Some(place)) => {
                let at = self.plain(&place)?;
                self.allowed(at)?;
                self.item(at)?;
                let span = self.tokens.get(at).span.clone();
                Ok(self.without_item(at, at, span))
            }
        }
    }

    /// The token of a value that is written out: a string without a template, or a word that is
    /// not part of an expression.
    fn plain(&self, place: &Range<usize>) -> Result<usize, Refusal> {
        let at = self.tokens.at(place).ok_or(Refusal::Expression)?;
        let is_plain = match self.tokens.kind(at) {
            Kind::Text(is_template) => !is_template,
            Kind::Word => self
                .tokens
                .word(at)
                .bytes()
                .all(|byte| byte.is_ascii_digit()),
            _ => false,
        };
        let next = self.tokens.next(at, true).map(|at| self.tokens.kind(at));
        let ends = matches!(
            next,
            None | Some(Kind::Newline | Kind::Comma | Kind::Close(_))
        );
        let before = self.tokens.before(at, true).map(|at| self.tokens.kind(at));
        let begins = matches!(
            before,
            Some(Kind::Newline | Kind::Comma | Kind::Open(_) | Kind::Assign)
        );
        if is_plain && ends && begins {
            Ok(at)
        } else {
            Err(Refusal::Expression)
        }
    }

    /// Whether a token is an entry of a list.
    fn item(&self, at: usize) -> Result<(), Refusal> {
        let parent = self.tokens.parent(at).ok_or(Refusal::Expression)?;
        if self.tokens.kind(parent) != Kind::Open(b'[') {
            return Err(Refusal::Expression);
        }
        self.is_value(parent)
    }

    /// Whether a bracket is a value that is written out, and not the argument of a function or an
    /// index.
    fn is_value(&self, open: usize) -> Result<(), Refusal> {
        let before = self.tokens.before(open, false);
        let close = self.tokens.partner(open).ok_or(Refusal::Unreadable)?;
        let after = self.tokens.next(close, true).map(|at| self.tokens.kind(at));
        let begins = before.is_none_or(|at| {
            matches!(
                self.tokens.kind(at),
                Kind::Assign | Kind::Comma | Kind::Open(b'[' | b'{')
            )
        });
        let ends = matches!(
            after,
            None | Some(Kind::Newline | Kind::Comma | Kind::Close(b']' | b'}'))
        );
        if begins && ends {
            Ok(())
        } else {
            Err(Refusal::Expression)
        }
    }

    /// The bytes of a value without its quotes.
    fn inner(&self, at: usize) -> Range<usize> {
        let span = self.tokens.get(at).span.clone();
        match self.tokens.kind(at) {
            Kind::Text(_) => span.start + 1..span.end - 1,
            _ => span,
        }
    }

    fn replaced(&self, span: Range<usize>, with: &str) -> String {
        let text = self.tokens.text;
        format!("{}{with}{}", &text[..span.start], &text[span.end..])
    }

    /// A text as it is written between quotes.
    fn escaped(&self, text: &str) -> String {
        let text = text.replace('\\', "\\\\").replace('"', "\\\"");
        if self.is_json {
            return text;
        }
        text.replace("${", "$${").replace("%{", "%%{")
    }

    /// Removes an entry of a list, the tokens from `first` to `last`, with its separator.
    fn without_item(&self, first: usize, last: usize, mut span: Range<usize>) -> String {
        let tokens = &self.tokens;
        let comma = |at: Option<usize>| at.filter(|at| tokens.kind(*at) == Kind::Comma);
        let mut separator = None;
        if let Some(comma) = comma(tokens.next(last, false)) {
            let comma = tokens.get(comma).span.clone();
            if tokens.text[span.end..comma.start].trim().is_empty() {
                span.end = comma.end;
            } else {
                separator = Some(comma);
            }
        } else if let Some(comma) = comma(tokens.before(first, false)) {
            let comma = tokens.get(comma).span.clone();
            let between = &tokens.text[comma.end..span.start];
            if between.trim().is_empty() && !between.contains('\n') {
                span.start = comma.start;
            } else {
                separator = Some(comma);
            }
        }
        let span = self.with_line(span);
        let text = tokens.text;
        match separator {
            None => self.replaced(span, ""),
            Some(comma) if comma.start < span.start => format!(
                "{}{}{}",
                &text[..comma.start],
                &text[comma.end..span.start],
                &text[span.end..]
            ),
            Some(comma) => format!(
                "{}{}{}",
                &text[..span.start],
                &text[span.end.min(comma.start)..comma.start],
                &text[comma.end..]
            ),
        }
    }

    /// A range with its lines if nothing else is on them, else with the space after it.
    fn with_line(&self, span: Range<usize>) -> Range<usize> {
        let text = self.tokens.text;
        let start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
        let end = text[span.end..].find('\n').map(|at| span.end + at + 1);
        let is_blank = |part: &str| part.trim().is_empty();
        let rest = &text[span.end..end.unwrap_or(text.len())];
        match end {
            Some(end) if is_blank(&text[start..span.start]) && is_blank(rest) => start..end,
            _ => {
                let spaces = rest.len() - rest.trim_start_matches([' ', '\t']).len();
                let is_last = is_blank(rest);
                let begins = text[..span.start].ends_with(['[', '{', ' ']);
                let extra = if is_last || !begins { 0 } else { spaces };
                span.start..span.end + extra
            }
        }
    }

    /// Removes a list or value with its name.
    fn without_field(&self, place: &Range<usize>) -> Result<String, Refusal> {
        let tokens = &self.tokens;
        let first = tokens
            .at(&(place.start..place.start + 1))
            .ok_or(Refusal::Expression)?;
        let last = match tokens.kind(first) {
            Kind::Open(b'[') => {
                self.is_value(first)?;
                tokens.partner(first).ok_or(Refusal::Unreadable)?
            }
            _ => self.plain(place)?,
        };
        let block = self.allowed(first)?;
        if block != Block::Client {
            // What uses the value needs one.
            let is_list = tokens.kind(first) == Kind::Open(b'[');
            let span = tokens.get(first).span.start..tokens.get(last).span.end;
            let empty = is_list.then(|| self.replaced(span, "[]"));
            return empty.ok_or(Refusal::Module);
        }
        let assign = tokens.before(first, false).ok_or(Refusal::Expression)?;
        if tokens.kind(assign) != Kind::Assign {
            return Err(Refusal::Expression);
        }
        let name = tokens.before(assign, false).ok_or(Refusal::Expression)?;
        let is_argument = FieldName::ALL
            .into_iter()
            .any(|field| field.written(Naming::Terraform) == tokens.name(name));
        if !is_argument {
            return Err(Refusal::Module);
        }
        Ok(self.without_attribute(name, last))
    }

    /// Removes an attribute.
    fn without_attribute(&self, name: usize, last: usize) -> String {
        let span = self.tokens.get(name).span.start..self.tokens.get(last).span.end;
        if self.is_json {
            return self.without_item(name, last, span);
        }
        self.replaced(self.with_line(span), "")
    }

    /// The brackets of the role blocks of the resource that begins at `client`; none if the file
    /// writes them in another way.
    fn role_blocks(&self, client: usize) -> Vec<usize> {
        let Some(open) = self.resource(client).filter(|_| !self.is_json) else {
            return Vec::new();
        };
        let tokens = &self.tokens;
        let inside = || tokens.inside(open);
        if inside().any(|at| tokens.kind(at) == Kind::Word && tokens.name(at) == "dynamic") {
            return Vec::new();
        }
        let is_block = |at: &usize| {
            let header = tokens.header(*at);
            tokens.kind(*at) == Kind::Open(b'{')
                && matches!(header.as_slice(), [name] if tokens.name(*name) == "roles")
        };
        inside().filter(is_block).collect()
    }

    /// The bracket of the resource that begins at `client`.
    fn resource(&self, client: usize) -> Option<usize> {
        let tokens = &self.tokens;
        let mut open = tokens
            .brackets()
            .filter(|at| tokens.kind(*at) == Kind::Open(b'{'));
        open.find(|at| tokens.get(*at).span.end > client)
    }

    /// Removes a block with its name.
    fn without_block(&self, open: usize) -> Result<String, Refusal> {
        let tokens = &self.tokens;
        let close = tokens.partner(open).ok_or(Refusal::Unreadable)?;
        let name = tokens.before(open, true).ok_or(Refusal::Unreadable)?;
        self.allowed(name)?;
        let span = tokens.get(name).span.start..tokens.get(close).span.end;
        Ok(self.replaced(self.with_line(span), ""))
    }

    /// Removes the block or object of a role.
    fn without_role(&self, place: &Range<usize>) -> Result<String, Refusal> {
        let tokens = &self.tokens;
        let role = tokens.at(place).ok_or(Refusal::Expression)?;
        let open = tokens.parent(role).ok_or(Refusal::Expression)?;
        if tokens.kind(open) != Kind::Open(b'{') {
            return Err(Refusal::Expression);
        }
        self.allowed(role)?;
        let close = tokens.partner(open).ok_or(Refusal::Unreadable)?;
        let end = tokens.get(close).span.end;
        let header = tokens.header(open);
        let name = header.first().map(|at| tokens.name(*at));
        match (name, tokens.parent(open)) {
            (Some("roles"), _) if header.len() == 1 && !self.is_json => self.without_block(open),
            (Some("roles"), _) if header.len() == 2 => Ok(self.without_attribute(header[0], close)),
            (None, Some(list)) if tokens.kind(list) == Kind::Open(b'[') => {
                self.is_value(list)?;
                let span = tokens.get(open).span.start..end;
                Ok(self.without_item(open, close, span))
            }
            _ => Err(Refusal::Repeated),
        }
    }

    /// Adds a number to the resource that begins at `client`.
    fn inserted(&self, field: FieldName, number: i64, client: usize) -> Result<String, Refusal> {
        let tokens = &self.tokens;
        let open = self.resource(client).ok_or(Refusal::NoPlace)?;
        let mut inside = tokens.inside(open);
        let first = inside.find(|at| matches!(tokens.kind(*at), Kind::Word | Kind::Text(_)));
        let first = first.ok_or(Refusal::NoPlace)?;
        self.allowed(first)?;
        let text = tokens.text;
        let name = field.written(Naming::Terraform);
        let start = tokens.get(first).span.start;
        let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let indent = &text[line..start];
        let begins_line = indent.trim().is_empty();
        if self.is_json {
            let added = if begins_line {
                format!("\"{name}\": {number},{}{indent}", newline(text))
            } else {
                format!("\"{name}\":{number},")
            };
            return Ok(self.replaced(start..start, &added));
        }
        if !begins_line {
            return Err(Refusal::NoPlace);
        }
        let pad = self.column(first, line).unwrap_or(0);
        let pad = " ".repeat(pad.saturating_sub(name.len()));
        let added = format!("{indent}{name}{pad} = {number}");
        let value = tokens
            .next(first, true)
            .and_then(|assign| tokens.next(assign, true));
        let is_short = value.is_some_and(|value| {
            matches!(tokens.kind(value), Kind::Word | Kind::Text(_))
                && tokens
                    .next(value, true)
                    .is_some_and(|end| tokens.kind(end) == Kind::Newline)
        });
        if is_short {
            let end = line_end(text, start);
            return Ok(self.replaced(end..end, &format!("{}{added}", newline(text))));
        }
        Ok(self.replaced(line..line, &format!("{added}{}", newline(text))))
    }

    /// The width of names up to the space before `=` in the line of an attribute.
    fn column(&self, name: usize, line: usize) -> Option<usize> {
        let assign = self.tokens.next(name, true)?;
        let is_assign = self.tokens.kind(assign) == Kind::Assign;
        let indent = self.tokens.get(name).span.start - line;
        let width = self
            .tokens
            .get(assign)
            .span
            .start
            .checked_sub(line + indent + 1)?;
        is_assign.then_some(width)
    }

    /// The block that a value is in, if it has an effect on one client only.
    fn allowed(&self, at: usize) -> Result<Block, Refusal> {
        let tokens = &self.tokens;
        let mut chain = Vec::new();
        let mut open = tokens.parent(at);
        while let Some(bracket) = open {
            chain.push(bracket);
            open = tokens.parent(bracket);
        }
        let mut names: Vec<&str> = Vec::new();
        for bracket in chain.iter().rev() {
            let header = tokens.header(*bracket);
            let header = header
                .into_iter()
                .filter(|at| tokens.kind(*at) != Kind::Assign);
            names.extend(header.map(|at| tokens.name(at)));
            if tokens.kind(*bracket) == Kind::Open(b'(') {
                return Err(Refusal::Expression);
            }
        }
        if is_values(self.path) {
            let name = names.first().copied().or_else(|| self.attribute(at));
            self.variable(name.ok_or(Refusal::NoPlace)?)?;
            return Ok(Block::Values);
        }
        if names.contains(&"dynamic") {
            return Err(Refusal::Repeated);
        }
        let repeats = || {
            let repeats = |bracket: &usize| {
                let mut inside = tokens.inside(*bracket);
                inside.any(|at| matches!(tokens.name(at), "for_each" | "count"))
            };
            chain.iter().any(repeats)
        };
        match names.as_slice() {
            ["resource", "genesyscloud_oauth_client", ..] | ["module", _, ..] if repeats() => {
                Err(Refusal::Repeated)
            }
            ["resource", "genesyscloud_oauth_client", ..] => Ok(Block::Client),
            ["module", _, rest @ ..] => {
                let argument = rest.first().copied().or_else(|| self.attribute(at));
                self.argument(&chain, argument.ok_or(Refusal::NoPlace)?)?;
                Ok(Block::Values)
            }
            ["variable", name, ..] => self.default(name).map(|()| Block::Values),
            ["locals", name, ..] => self.used_once("local", name).map(|()| Block::Values),
            ["locals"] => {
                let name = self.attribute(at).ok_or(Refusal::NoPlace)?;
                self.used_once("local", name).map(|()| Block::Values)
            }
            _ => Err(Refusal::Module),
        }
    }

    /// The name that a value is assigned to.
    fn attribute(&self, at: usize) -> Option<&str> {
        let assign = self.tokens.before(at, true)?;
        let name = self.tokens.before(assign, true)?;
        (self.tokens.kind(assign) == Kind::Assign).then(|| self.tokens.name(name))
    }

    /// Whether an argument of a module call, which is in these brackets, has an effect on one value
    /// only: the module is a directory that was read, and uses its variable once.
    fn argument(&self, chain: &[usize], name: &str) -> Result<(), Refusal> {
        let tokens = &self.tokens;
        let source = chain.iter().find_map(|bracket| {
            let mut inside = tokens.inside(*bracket);
            let source = inside.find(|at| tokens.name(*at) == "source")?;
            let assign = tokens.next(source, true)?;
            let is_set = tokens.kind(assign) == Kind::Assign;
            let value = tokens.next(assign, true).filter(|_| is_set)?;
            Some(tokens.name(value))
        });
        let is_local = |source: &&str| source.starts_with("./") || source.starts_with("../");
        let source = source.filter(is_local).ok_or(Refusal::Module)?;
        let directory = joined(parent(self.path), source).ok_or(Refusal::Module)?;
        match self.uses(&directory, &format!("var.{name}")) {
            0 => Err(Refusal::Module),
            1 => Ok(()),
            _ => Err(Refusal::Shared(format!("var.{name}"))),
        }
    }

    /// Whether the default of a variable has an effect on one value only.
    fn default(&self, name: &str) -> Result<(), Refusal> {
        let root = parent(self.path);
        let mut values = self.neighbours.iter().filter(|file| is_values(file.path));
        let is_set = |file: &&Neighbour<'_>| {
            is_for(parent(file.path), root) && mentions(file.text, name) > 0
        };
        if values.any(|file| is_set(&file)) {
            return Err(Refusal::Overridden(format!("var.{name}")));
        }
        self.used_once("var", name)
    }

    /// Whether the value of a variable has an effect on one value only. A file of variables
    /// that is given on the command line is for one run; the others are read by every run.
    fn variable(&self, name: &str) -> Result<(), Refusal> {
        let own = parent(self.path);
        let declares = |file: &&Neighbour<'_>| {
            !is_values(file.path) && is_for(own, parent(file.path)) && declares(file, name)
        };
        let declaring: Vec<_> = self.neighbours.iter().filter(declares).collect();
        let roots: BTreeSet<&str> = declaring.iter().map(|file| parent(file.path)).collect();
        let is_always = |path: &str| is_automatic(path) && roots.contains(parent(path));
        let overrides = |file: &Neighbour<'_>| {
            is_values(file.path)
                && file.path != self.path
                && (is_always(file.path) || is_always(self.path))
                && roots.iter().any(|root| is_for(parent(file.path), root))
                && mentions(file.text, name) > 0
        };
        let has_default = declaring.iter().any(|file| has_default(file, name));
        if has_default || self.neighbours.iter().any(overrides) {
            return Err(Refusal::Overridden(format!("var.{name}")));
        }
        let wanted = format!("var.{name}");
        let uses: usize = roots.iter().map(|root| self.uses(root, &wanted)).sum();
        if uses == 1 {
            Ok(())
        } else {
            Err(Refusal::Shared(wanted))
        }
    }

    fn used_once(&self, of: &str, name: &str) -> Result<(), Refusal> {
        let wanted = format!("{of}.{name}");
        if self.uses(parent(self.path), &wanted) == 1 {
            Ok(())
        } else {
            Err(Refusal::Shared(wanted))
        }
    }

    /// How often the code of a directory names something.
    fn uses(&self, directory: &str, wanted: &str) -> usize {
        let code = self.neighbours.iter().filter(|file| {
            is_json(file.path).is_some() && !is_values(file.path) && parent(file.path) == directory
        });
        code.map(|file| mentions(file.text, wanted)).sum()
    }
}

/// What a value is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Block {
    /// The resource of a client.
    Client,
    /// A variable, a local value or an argument of a module call.
    Values,
}

/// Whether a file contains values of variables.
fn is_values(path: &str) -> bool {
    path.ends_with(".tfvars") || path.ends_with(".tfvars.json")
}

/// Whether Terraform reads a file of variables without being told to.
fn is_automatic(path: &str) -> bool {
    let path = path.strip_suffix(".json").unwrap_or(path);
    let name = path.rsplit('/').next().unwrap_or(path);
    name == "terraform.tfvars" || name.ends_with(".auto.tfvars")
}

/// The directory of a file, or of a directory.
fn parent(path: &str) -> &str {
    match path.rfind('/') {
        Some(0) => "/",
        Some(slash) => &path[..slash],
        None => ".",
    }
}

/// Whether files of variables in a directory are for a root: in it, below it, or next to it.
fn is_for(directory: &str, root: &str) -> bool {
    let is_below = match root {
        "." => !directory.starts_with("..") && !directory.starts_with('/'),
        root => directory
            .strip_prefix(root)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
    };
    let is_next = root != "." && directory != "." && parent(root) == parent(directory);
    is_below || is_next
}

/// A relative path from a directory; none if it leads above the root of the file system.
fn joined(directory: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = directory.split('/').filter(|part| *part != ".").collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                None | Some(&"..") => parts.push(".."),
                Some(&"") => return None,
                Some(_) => {
                    parts.pop();
                }
            },
            part => parts.push(part),
        }
    }
    Some(if parts.is_empty() {
        ".".to_owned()
    } else {
        parts.join("/")
    })
}

/// Whether a file declares a variable.
fn declares(file: &Neighbour<'_>, name: &str) -> bool {
    let quoted = format!("\"{name}\"");
    match is_json(file.path) {
        Some(false) => {
            let lines = file.text.lines().map(str::trim_start);
            let mut heads = lines.filter_map(|line| line.strip_prefix("variable"));
            heads.any(|head| {
                let head = head.trim_start();
                let bare = head
                    .strip_prefix(name)
                    .is_some_and(|rest| rest.starts_with([' ', '{']));
                bare || head.starts_with(&quoted)
            })
        }
        Some(true) => file.text.contains("\"variable\"") && file.text.contains(&quoted),
        None => false,
    }
}

/// The line end of a text.
fn newline(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// How often a text names something, as a whole word.
fn mentions(text: &str, name: &str) -> usize {
    let is_part = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-');
    let found = text.match_indices(name).filter(|(at, found)| {
        let before = text[..*at].chars().next_back();
        let after = text[at + found.len()..].chars().next();
        !before.is_some_and(|before| is_part(before) || before == '.')
            && !after.is_some_and(is_part)
    });
    found.count()
}

/// Whether a file declares a variable with a default.
fn has_default(file: &Neighbour<'_>, name: &str) -> bool {
    let Some(is_json) = is_json(file.path).filter(|_| !is_values(file.path)) else {
        return false;
    };
    let Some(tokens) = Tokens::new(file.text, is_json) else {
        return true;
    };
    let mut open = tokens
        .brackets()
        .filter(|at| tokens.kind(*at) == Kind::Open(b'{'));
    open.any(|at| {
        let header = tokens.header(at);
        let is_own = header
            .iter()
            .any(|at| tokens.kind(*at) != Kind::Assign && tokens.name(*at) == name);
        is_own && tokens.inside(at).any(|at| tokens.name(at) == "default")
    })
}
