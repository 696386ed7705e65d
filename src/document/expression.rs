//! What an expression of HCL is, as far as it can be told without its program.
//!
//! Law: a reference and a template of references are taken apart; a call, a condition, an
//! operation, a loop are [`Expression::Other`], whatever they would come to.

use super::hcl::effort;
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
    /// `[var.name]`: what the reference inside comes to.
    Key(Vec<Step>),
    /// `[*]`, `[f(x)]`: which one only the program knows.
    Any,
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text that stands for itself.
    Text(String),
    /// `${a.b}`
    Reference(Vec<Step>),
    /// Anything else.
    Other,
}

/// Takes an expression of HCL apart.
pub(super) fn of_hcl(written: &str) -> Expression {
    if effort::too_much(written).is_some() {
        return Expression::Other;
    }
    parse_expr(written).map_or(Expression::Other, |syntax| of_syntax(&syntax))
}

/// Takes text of Terraform's JSON syntax apart; `None` if it stands for itself.
pub(super) fn of_json(text: &str) -> Option<Expression> {
    if !text.contains("${") && !text.contains("%{") {
        return None;
    }
    if effort::too_much_in_template(text).is_some() {
        return Some(Expression::Other);
    }
    let template = parse_template(text).ok()?;
    Some(of_template(&template))
}

fn of_syntax(syntax: &Syntax) -> Expression {
    match syntax {
        Syntax::Parenthesis(inner) => of_syntax(inner.inner()),
        Syntax::StringTemplate(template) => of_template(template),
        Syntax::HeredocTemplate(heredoc) => of_template(&heredoc.template),
        other => steps(other).map_or(Expression::Other, Expression::Reference),
    }
}

/// A template of one reference is that reference, whose value need not be text.
fn of_template(template: &Template) -> Expression {
    if let Some(Element::Interpolation(only)) = template.as_single_element() {
        return of_syntax(&only.expr);
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
    fn references_and_templates_are_taken_apart() {
        for written in [
            "a.b.c",
            "\"${a.b.c}\"",
            "(a.b.c)",
            "a[\"b\"].c",
            "\"${ a.b[\"c\"] }\"",
        ] {
            let wanted = Expression::Reference(names(&["a", "b", "c"]));
            assert_eq!(of_hcl(written), wanted, "{written}");
        }
        assert_eq!(
            of_hcl("a[0].b[each.key]"),
            Expression::Reference(vec![
                Step::Name("a".into()),
                Step::Index(0),
                Step::Name("b".into()),
                Step::Key(names(&["each", "key"]))
            ])
        );
        let wanted = Expression::Template(vec![
            Piece::Text("x-".into()),
            Piece::Reference(names(&["var", "env"])),
        ]);
        assert_eq!(of_hcl("\"x-${var.env}\""), wanted);
        assert_eq!(of_json("x-${var.env}"), Some(wanted));
        assert_eq!(of_json("plain"), None);
        assert_eq!(
            of_json("$${not} a template"),
            Some(Expression::Template(vec![Piece::Text(
                "${not} a template".into()
            )]))
        );
        assert_eq!(
            of_hcl("<<E\nx ${var.y}\nE"),
            Expression::Template(vec![
                Piece::Text("x ".into()),
                Piece::Reference(names(&["var", "y"])),
                Piece::Text("\n".into())
            ])
        );
    }

    #[test]
    fn what_has_to_be_computed_is_not() {
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
            assert_eq!(of_hcl(written), Expression::Other, "{written}");
        }
        assert_eq!(
            of_hcl("\"a ${f(x)}\""),
            Expression::Template(vec![Piece::Text("a ".into()), Piece::Other])
        );
    }
}
