//! Expressions of HCL as a tree of their own, each with the bytes it is written in.
//!
//! Invariant: nothing is computed here. What the parser refuses is [`Form::Invalid`]. In
//! Terraform's JSON syntax an expression is inside decoded text, so all its parts have the
//! place of the whole text.

use super::parse_cost;
use crate::text::Span;
use hcl_edit::Span as _;
use hcl_edit::expr::{
    BinaryOperator, Expression as Syntax, ForExpr, FuncCall, ObjectKey, TraversalOperator,
    UnaryOperator,
};
use hcl_edit::parser::{parse_expr, parse_template};
use hcl_edit::template::{Directive, Element, Strip, Template};
use std::ops::Range;

/// An expression and the bytes it is written in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// Its bytes.
    pub span: Span,
    /// What it is.
    pub form: Form,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number as written.
    Number(Box<str>),
    /// Text without interpolations.
    Text(Box<str>),
    /// Text with interpolations or directives.
    Template(Vec<Piece>),
    /// `[a, b]`
    List(Vec<Expression>),
    /// `{a = b}`
    Map(Vec<(Expression, Expression)>),
    /// The first name of a reference.
    Name(Box<str>),
    /// The current element of a splat.
    Element,
    /// `a.b`
    Attribute(Box<Expression>, Box<str>),
    /// `a[b]`
    Index(Box<[Expression; 2]>),
    /// `a[*].b`: the list, and the expression for each [`Form::Element`] of it.
    Splat(Box<[Expression; 2]>),
    /// `!a`
    Not(Box<Expression>),
    /// `-a`
    Negate(Box<Expression>),
    /// `a + b`
    Binary(Operator, Box<[Expression; 2]>),
    /// `a ? b : c`
    Conditional(Box<[Expression; 3]>),
    /// `[for a in b : c]`
    For(Box<For>),
    /// `f(a, b...)`
    Call(Box<Call>),
    /// It cannot be read.
    Invalid,
}

/// An operator between two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `&&`
    And,
    /// `||`
    Or,
}

/// A `for` expression, or the `for` of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct For {
    /// The name for keys or positions.
    pub key_name: Option<Box<str>>,
    /// The name for values.
    pub value_name: Box<str>,
    /// What is iterated over.
    pub collection: Expression,
    /// The key of each entry, if the result is a map.
    pub key: Option<Expression>,
    /// The value of each entry.
    pub value: Expression,
    /// The condition for an element to be used.
    pub condition: Option<Expression>,
    /// `...`: values with one key are a list.
    pub groups: bool,
}

/// A call of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Its name, with its namespace.
    pub name: Box<str>,
    /// Its arguments.
    pub arguments: Vec<Expression>,
    /// The last argument is a list of arguments: `...`
    pub expands: bool,
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text.
    Text(Box<str>),
    /// `${a}`
    Value(Expression),
    /// `%{ if a }b%{ else }c%{ endif }`
    If(Box<Expression>, Vec<Piece>, Vec<Piece>),
    /// `%{ for a in b }c%{ endfor }`: the value is the template inside.
    For(Box<For>),
}

/// Reads the expression that `written` is. It begins at `start` in its document.
pub(super) fn from_hcl(written: &str, start: u32) -> Expression {
    let whole = Span::new(start, start + written.len() as u32);
    let reader = Reader { start, whole };
    if parse_cost::too_costly(written).is_some() {
        return reader.expression(whole, Form::Invalid);
    }
    parse_expr(written).map_or_else(
        |_| reader.expression(whole, Form::Invalid),
        |syntax| reader.read(&syntax, whole),
    )
}

/// Reads text of Terraform's JSON syntax, whose place is `place`; `None` without interpolation.
pub(super) fn from_json(text: &str, place: Span) -> Option<Expression> {
    (text.contains("${") || text.contains("%{")).then(|| from_template(text, place))
}

/// Reads a template without quotes, such as a file for `templatefile`. All of its parts have
/// the place of the whole.
#[must_use]
pub fn from_template(text: &str, place: Span) -> Expression {
    let reader = Reader {
        start: u32::MAX,
        whole: place,
    };
    if parse_cost::template_too_costly(text).is_some() {
        return reader.expression(place, Form::Invalid);
    }
    match parse_template(text) {
        Ok(template) => reader.template(&template, place),
        Err(_) => reader.expression(place, Form::Invalid),
    }
}

/// The start of a [`Reader`] whose parts all have the place of the whole.
const ONE_PLACE: u32 = u32::MAX;

struct Reader {
    start: u32,
    whole: Span,
}

impl Reader {
    fn expression(&self, span: Span, form: Form) -> Expression {
        let span = if self.start == ONE_PLACE {
            self.whole
        } else {
            span
        };
        Expression { span, form }
    }

    fn span(&self, range: Option<Range<usize>>, outer: Span) -> Span {
        match range {
            Some(range) if self.start != ONE_PLACE => Span::new(
                self.start + range.start as u32,
                self.start + range.end as u32,
            ),
            _ => outer,
        }
    }

    fn read(&self, syntax: &Syntax, outer: Span) -> Expression {
        let span = self.span(syntax.span(), outer);
        let form = match syntax {
            Syntax::Null(_) => Form::Null,
            Syntax::Bool(truth) => Form::Bool(*truth.value()),
            Syntax::Number(number) => Form::Number(number.value().to_string().into()),
            Syntax::String(text) => return self.text(span, text.as_str()),
            Syntax::Parenthesis(inner) => return self.read(inner.inner(), span),
            Syntax::StringTemplate(template) => return self.template(template, span),
            Syntax::HeredocTemplate(heredoc) => {
                let inside = self.span(heredoc.template.span(), span);
                return self.pieces(&heredoc.template, inside);
            }
            Syntax::Array(items) => {
                Form::List(items.iter().map(|item| self.read(item, span)).collect())
            }
            Syntax::Object(object) => Form::Map(
                object
                    .iter()
                    .map(|(key, value)| (self.key(key, span), self.read(value.expr(), span)))
                    .collect(),
            ),
            Syntax::Variable(name) => Form::Name(name.as_str().into()),
            Syntax::Traversal(traversal) => {
                let operators: Vec<_> = traversal.operators.iter().map(|step| &**step).collect();
                let first = self.read(&traversal.expr, span);
                return self.steps(first, &operators, span);
            }
            Syntax::UnaryOp(unary) => {
                let inner = Box::new(self.read(&unary.expr, span));
                match unary.operator.value() {
                    UnaryOperator::Not => Form::Not(inner),
                    UnaryOperator::Neg => Form::Negate(inner),
                }
            }
            Syntax::BinaryOp(binary) => Form::Binary(
                operator(*binary.operator.value()),
                Box::new([
                    self.read(&binary.lhs_expr, span),
                    self.read(&binary.rhs_expr, span),
                ]),
            ),
            Syntax::Conditional(conditional) => Form::Conditional(Box::new([
                self.read(&conditional.cond_expr, span),
                self.read(&conditional.true_expr, span),
                self.read(&conditional.false_expr, span),
            ])),
            Syntax::FuncCall(call) => self.call(call, span),
            Syntax::ForExpr(each) => self.each(each, span),
        };
        self.expression(span, form)
    }

    /// Text in quotes: its place is inside of them, as for every other literal.
    fn text(&self, span: Span, text: &str) -> Expression {
        let inside = if span.len() > 2 && self.start != ONE_PLACE {
            Span::new(span.start + 1, span.end - 1)
        } else {
            span
        };
        self.expression(inside, Form::Text(text.into()))
    }

    fn key(&self, key: &ObjectKey, outer: Span) -> Expression {
        match key {
            ObjectKey::Ident(name) => {
                let span = self.span(key.span(), outer);
                self.expression(span, Form::Text(name.as_str().into()))
            }
            ObjectKey::Expression(expression) => self.read(expression, outer),
        }
    }

    fn call(&self, call: &FuncCall, span: Span) -> Form {
        let mut name = String::new();
        for part in &call.name.namespace {
            name.push_str(part.as_str());
            name.push_str("::");
        }
        name.push_str(call.name.name.as_str());
        Form::Call(Box::new(Call {
            name: name.into(),
            arguments: call.args.iter().map(|item| self.read(item, span)).collect(),
            expands: call.args.expand_final(),
        }))
    }

    fn each(&self, each: &ForExpr, span: Span) -> Form {
        let name = |name: &str| -> Box<str> { name.into() };
        Form::For(Box::new(For {
            key_name: each.intro.key_var.as_ref().map(|key| name(key.as_str())),
            value_name: name(each.intro.value_var.as_str()),
            collection: self.read(&each.intro.collection_expr, span),
            key: each.key_expr.as_ref().map(|key| self.read(key, span)),
            value: self.read(&each.value_expr, span),
            condition: each.cond.as_ref().map(|cond| self.read(&cond.expr, span)),
            groups: each.grouping,
        }))
    }

    /// `first` with the rest of a traversal applied to it.
    fn steps(&self, mut first: Expression, steps: &[&TraversalOperator], span: Span) -> Expression {
        for (index, step) in steps.iter().enumerate() {
            let rest = &steps[index + 1..];
            let (each, after) = match step {
                // Only names are applied to each element, an index to the list.
                TraversalOperator::AttrSplat(_) => {
                    let is_name = |step: &&&TraversalOperator| {
                        matches!(
                            **step,
                            TraversalOperator::GetAttr(_) | TraversalOperator::LegacyIndex(_)
                        )
                    };
                    rest.split_at(rest.iter().take_while(is_name).count())
                }
                TraversalOperator::FullSplat(_) => (rest, &rest[rest.len()..]),
                other => {
                    let form = self.step(first, other, span);
                    first = self.expression(span, form);
                    continue;
                }
            };
            let element = self.expression(span, Form::Element);
            let body = self.steps(element, each, span);
            let splat = self.expression(span, Form::Splat(Box::new([first, body])));
            return self.steps(splat, after, span);
        }
        first
    }

    fn step(&self, from: Expression, step: &TraversalOperator, span: Span) -> Form {
        match step {
            TraversalOperator::GetAttr(name) => {
                Form::Attribute(Box::new(from), name.as_str().into())
            }
            TraversalOperator::LegacyIndex(number) => {
                let number = Form::Number(number.value().to_string().into());
                Form::Index(Box::new([from, self.expression(span, number)]))
            }
            TraversalOperator::Index(index) => {
                Form::Index(Box::new([from, self.read(index, span)]))
            }
            TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => Form::Invalid,
        }
    }

    /// A template of one interpolation is its expression, whose value need not be text.
    fn template(&self, template: &Template, span: Span) -> Expression {
        if let Some(Element::Interpolation(only)) = template.as_single_element() {
            return self.read(&only.expr, span);
        }
        self.pieces(template, span)
    }

    fn pieces(&self, template: &Template, span: Span) -> Expression {
        let pieces = self.read_pieces(template, span, (false, false));
        let form = match pieces.as_slice() {
            [] => Form::Text("".into()),
            [Piece::Text(text)] => Form::Text(text.clone()),
            _ => Form::Template(pieces),
        };
        self.expression(span, form)
    }

    /// The pieces; `strips` says whether the markers around the template remove the spaces at
    /// its begin and its end.
    fn read_pieces(&self, template: &Template, span: Span, strips: (bool, bool)) -> Vec<Piece> {
        let elements: Vec<&Element> = template.into_iter().collect();
        let mut pieces = Vec::with_capacity(elements.len());
        for (index, element) in elements.iter().enumerate() {
            let piece = match element {
                Element::Literal(text) => {
                    let before = match index.checked_sub(1) {
                        Some(before) => strips_of(elements[before]).1,
                        None => strips.0,
                    };
                    let after = elements
                        .get(index + 1)
                        .map_or(strips.1, |next| strips_of(next).0);
                    Piece::Text(stripped(text.as_str(), before, after).into())
                }
                Element::Interpolation(inner) => {
                    let outer = self.span(element.span(), span);
                    Piece::Value(self.read(&inner.expr, outer))
                }
                Element::Directive(directive) => self.directive(directive, span),
            };
            pieces.push(piece);
        }
        pieces
    }

    fn directive(&self, directive: &Directive, span: Span) -> Piece {
        match directive {
            Directive::If(branch) => {
                let end = is_stripped(branch.endif_expr.strip);
                let otherwise = branch.else_expr.as_ref();
                let middle = otherwise.map_or(end, |other| is_stripped(other.strip));
                let begin = is_stripped(branch.if_expr.strip);
                let condition = self.read(&branch.if_expr.cond_expr, span);
                let then = self.read_pieces(&branch.if_expr.template, span, (begin.1, middle.0));
                let other = otherwise.map_or_else(Vec::new, |other| {
                    self.read_pieces(&other.template, span, (middle.1, end.0))
                });
                Piece::If(Box::new(condition), then, other)
            }
            Directive::For(each) => {
                let strips = (
                    is_stripped(each.for_expr.strip).1,
                    is_stripped(each.endfor_expr.strip).0,
                );
                let head = &each.for_expr;
                let pieces = self.read_pieces(&head.template, span, strips);
                Piece::For(Box::new(For {
                    key_name: head.key_var.as_ref().map(|key| key.as_str().into()),
                    value_name: head.value_var.as_str().into(),
                    collection: self.read(&head.collection_expr, span),
                    key: None,
                    value: self.expression(span, Form::Template(pieces)),
                    condition: None,
                    groups: false,
                }))
            }
        }
    }
}

const fn operator(operator: BinaryOperator) -> Operator {
    match operator {
        BinaryOperator::Plus => Operator::Add,
        BinaryOperator::Minus => Operator::Subtract,
        BinaryOperator::Mul => Operator::Multiply,
        BinaryOperator::Div => Operator::Divide,
        BinaryOperator::Mod => Operator::Remainder,
        BinaryOperator::Eq => Operator::Equal,
        BinaryOperator::NotEq => Operator::NotEqual,
        BinaryOperator::Less => Operator::Less,
        BinaryOperator::LessEq => Operator::LessOrEqual,
        BinaryOperator::Greater => Operator::Greater,
        BinaryOperator::GreaterEq => Operator::GreaterOrEqual,
        BinaryOperator::And => Operator::And,
        BinaryOperator::Or => Operator::Or,
    }
}

/// Whether `~` removes spaces before and after.
const fn is_stripped(strip: Strip) -> (bool, bool) {
    match strip {
        Strip::None => (false, false),
        Strip::Start => (true, false),
        Strip::End => (false, true),
        Strip::Both => (true, true),
    }
}

/// Whether an element removes spaces before and after itself.
fn strips_of(element: &Element) -> (bool, bool) {
    match element {
        Element::Literal(_) => (false, false),
        Element::Interpolation(inner) => is_stripped(inner.strip),
        Element::Directive(directive) => match &**directive {
            Directive::If(branch) => (
                is_stripped(branch.if_expr.strip).0,
                is_stripped(branch.endif_expr.strip).1,
            ),
            Directive::For(each) => (
                is_stripped(each.for_expr.strip).0,
                is_stripped(each.endfor_expr.strip).1,
            ),
        },
    }
}

/// `text` without the spaces that markers remove: up to and including one line break.
fn stripped(text: &str, before: bool, after: bool) -> &str {
    let text = if before { text.trim_start() } else { text };
    if after { text.trim_end() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The form in short: operators first, texts in quotes.
    fn short(expression: &Expression) -> String {
        let all = |list: &[Expression]| list.iter().map(short).collect::<Vec<_>>().join(" ");
        match &expression.form {
            Form::Null => "null".into(),
            Form::Bool(truth) => truth.to_string(),
            Form::Number(number) => number.to_string(),
            Form::Text(text) => format!("{text:?}"),
            Form::Name(name) => name.to_string(),
            Form::Element => "@".into(),
            Form::Attribute(from, name) => format!("{}.{name}", short(from)),
            Form::Index(both) => format!("{}[{}]", short(&both[0]), short(&both[1])),
            Form::Splat(both) => format!("(* {})", all(&both[..])),
            Form::List(items) => format!("[{}]", all(items)),
            Form::Binary(operator, both) => format!("({operator:?} {})", all(&both[..])),
            Form::Conditional(all_three) => format!("(? {})", all(&all_three[..])),
            Form::Call(call) => format!("{}({})", call.name, all(&call.arguments)),
            Form::Template(pieces) => {
                let piece = |piece: &Piece| match piece {
                    Piece::Text(text) => format!("{text:?}"),
                    Piece::Value(value) => short(value),
                    Piece::If(condition, ..) => format!("if {}", short(condition)),
                    Piece::For(each) => format!("for {}", short(&each.collection)),
                };
                format!(
                    "<{}>",
                    pieces.iter().map(piece).collect::<Vec<_>>().join(" ")
                )
            }
            Form::Not(inner) => format!("(! {})", short(inner)),
            Form::Negate(inner) => format!("(- {})", short(inner)),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn expressions_are_read() {
        for (written, wanted) in [
            ("a.b.c", "a.b.c"),
            ("\"${a.b}\"", "a.b"),
            ("(a.b)", "a.b"),
            ("a[\"b\"].c[0]", "a[\"b\"].c[0]"),
            ("a.b[each.key]", "a.b[each.key]"),
            ("a[*].b[0].c", "(* a @.b[0].c)"),
            ("a.*.b.c[0]", "(* a @.b.c)[0]"),
            ("1 + 2 * 3", "(Add 1 (Multiply 2 3))"),
            ("a == b && c || d", "(Or (And (Equal a b) c) d)"),
            ("a ? b : c ? d : e", "(? a b (? c d e))"),
            ("!a == b", "(Equal (! a) b)"),
            ("f(a, b...)", "f(a b)"),
            ("provider::x::f(1)", "provider::x::f(1)"),
            ("\"x-${var.env}\"", "<\"x-\" var.env>"),
            ("\"a ${~ b ~} c\"", "<\"a\" b \"c\">"),
            ("\"%{ if a }b%{ endif }c\"", "<if a \"c\">"),
            ("<<E\nx ${var.y}\nE", "<\"x \" var.y \"\\n\">"),
            ("<<-E\n  a\n   b\n  E", "\"a\\n b\\n\""),
            ("][", "Invalid"),
            ("", "Invalid"),
        ] {
            assert_eq!(short(&from_hcl(written, 0)), wanted, "{written}");
        }
        let json = |text| from_json(text, Span::default()).map(|one| short(&one));
        assert_eq!(json("x-${var.env}").as_deref(), Some("<\"x-\" var.env>"));
        assert_eq!(json("plain"), None);
        assert_eq!(json("$${not}").as_deref(), Some("\"${not}\""));
    }

    #[test]
    fn expressions_know_their_bytes() {
        let read = from_hcl("f(a, \"xy\")", 100);
        assert_eq!(read.span, Span::new(100, 110));
        let Form::Call(call) = read.form else {
            panic!("{read:?}");
        };
        assert_eq!(call.arguments[0].span, Span::new(102, 103));
        assert_eq!(call.arguments[1].span, Span::new(106, 108));
    }
}
