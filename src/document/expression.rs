//! Expressions of HCL, as far as they can be parsed without evaluation.
//!
//! Invariant: references and templates of references are parsed into their steps. Calls,
//! conditions, operations and loops are [`Expression::Other`].

use super::hcl::parse_cost;
use hcl_edit::expr::{Expression as Syntax, TraversalOperator};
use hcl_edit::parser::{parse_expr, parse_template};
use hcl_edit::template::{Element, Template};

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// `a.b["c"][0]`
    Reference(Vec<Step>),
    /// `"text ${a.b} text"`
    Template(Vec<Piece>),
    /// Anything else.
    Other,
}

/// A step of a reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// `.name` or `["name"]`, or the name that the reference begins with.
    Name(String),
    /// `[0]`
    Index(usize),
    /// `[var.name]`: the value of the reference inside.
    Key(Vec<Step>),
    /// `[*]`, `[f(x)]`: only Terraform knows the index.
    Any,
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Literal text.
    Text(String),
    /// `${a.b}`
    Reference(Vec<Step>),
    /// Anything else.
    Other,
}

/// Parses an expression of HCL.
pub(super) fn from_hcl(written: &str) -> Expression {
    if parse_cost::too_costly(written).is_some() {
        return Expression::Other;
    }
    parse_expr(written).map_or(Expression::Other, |syntax| from_syntax(&syntax))
}

/// Parses text of Terraform's JSON syntax; `None` if it is literal text.
pub(super) fn from_json(text: &str) -> Option<Expression> {
    if !text.contains("${") && !text.contains("%{") {
        return None;
    }
    if parse_cost::template_too_costly(text).is_some() {
        return Some(Expression::Other);
    }
    let template = parse_template(text).ok()?;
    Some(from_template(&template))
}

fn from_syntax(syntax: &Syntax) -> Expression {
    match syntax {
        Syntax::Parenthesis(inner) => from_syntax(inner.inner()),
        Syntax::StringTemplate(template) => from_template(template),
        Syntax::HeredocTemplate(heredoc) => from_template(&heredoc.template),
        other => steps(other).map_or(Expression::Other, Expression::Reference),
    }
}

/// A template that consists of one reference is that reference, whose value can be of any type.
fn from_template(template: &Template) -> Expression {
    if let Some(Element::Interpolation(only)) = template.as_single_element() {
        return from_syntax(&only.expr);
    }
    let piece = |element: &Element| match element {
        Element::Literal(text) => Piece::Text(text.as_str().to_owned()),
        Element::Interpolation(inner) => match steps(&inner.expr) {
            Some(steps) if inner.strip == hcl_edit::template::Strip::None => {
                Piece::Reference(steps)
            }
            _ => Piece::Other,
        },
        Element::Directive(_) => Piece::Other,
    };
    Expression::Template(template.into_iter().map(piece).collect())
}

fn steps(syntax: &Syntax) -> Option<Vec<Step>> {
    match syntax {
        Syntax::Variable(name) => Some(vec![Step::Name(name.as_str().to_owned())]),
        Syntax::Traversal(traversal) => {
            let mut steps = steps(&traversal.expr)?;
            steps.extend(traversal.operators.iter().map(|operator| step(operator)));
            Some(steps)
        }
        _ => None,
    }
}

fn step(operator: &TraversalOperator) -> Step {
    let index = |digits: &str| digits.parse().map_or(Step::Any, Step::Index);
    match operator {
        TraversalOperator::GetAttr(name) => Step::Name(name.as_str().to_owned()),
        TraversalOperator::LegacyIndex(number) => index(&number.to_string()),
        TraversalOperator::Index(Syntax::String(key)) => Step::Name(key.as_str().to_owned()),
        TraversalOperator::Index(Syntax::Number(number)) => index(&number.to_string()),
        TraversalOperator::Index(other) => steps(other).map_or(Step::Any, Step::Key),
        _ => Step::Any,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<Step> {
        names
            .iter()
            .map(|name| Step::Name((*name).to_owned()))
            .collect()
    }

    #[test]
    fn references_and_templates_are_parsed() {
        for written in [
            "a.b.c",
            "\"${a.b.c}\"",
            "(a.b.c)",
            "a[\"b\"].c",
            "\"${ a.b[\"c\"] }\"",
        ] {
            let expected = Expression::Reference(names(&["a", "b", "c"]));
            assert_eq!(from_hcl(written), expected, "{written}");
        }
        assert_eq!(
            from_hcl("a[0].b[each.key]"),
            Expression::Reference(vec![
                Step::Name("a".into()),
                Step::Index(0),
                Step::Name("b".into()),
                Step::Key(names(&["each", "key"]))
            ])
        );
        let expected = Expression::Template(vec![
            Piece::Text("x-".into()),
            Piece::Reference(names(&["var", "env"])),
        ]);
        assert_eq!(from_hcl("\"x-${var.env}\""), expected);
        assert_eq!(from_json("x-${var.env}"), Some(expected));
        assert_eq!(from_json("plain"), None);
        assert_eq!(
            from_json("$${not} a template"),
            Some(Expression::Template(vec![Piece::Text(
                "${not} a template".into()
            )]))
        );
        assert_eq!(
            from_hcl("<<E\nx ${var.y}\nE"),
            Expression::Template(vec![
                Piece::Text("x ".into()),
                Piece::Reference(names(&["var", "y"])),
                Piece::Text("\n".into())
            ])
        );
    }

    #[test]
    fn computed_expressions_are_not_parsed() {
        for written in [
            "f(a)",
            "a ? b : c",
            "1 + 2",
            "[for x in y : x]",
            "\"${upper(a)}\"",
            "-a",
            "a == b",
            "",
            "][",
        ] {
            assert_eq!(from_hcl(written), Expression::Other, "{written}");
        }
        assert_eq!(
            from_hcl("\"a ${f(x)}\""),
            Expression::Template(vec![Piece::Text("a ".into()), Piece::Other])
        );
    }
}
