//! One value into one field, with a problem where it has the wrong type.

use crate::document::{Kind, Node};
use crate::finding::{Problem, ProblemKind};
use crate::model::{Field, List, Number, Text, Why};

/// The problems of lowering.
pub(super) type Problems = Vec<Problem>;

/// Adds a problem of one value. Of a file with very many the first are listed, so that hostile input
/// does not use memory without bound; notes leave room for problems, which decide the exit code.
pub(super) fn add(problems: &mut Problems, problem: Problem) {
    const MOST_NOTES: usize = 10_000;
    const MOST: usize = 20_000;
    let count = problems.len();
    let is_note = problem.kind == ProblemKind::Coerced;
    if count < MOST_NOTES || (count < MOST && !is_note) {
        problems.push(problem);
    } else if count == MOST && !is_note {
        let more = "more values of this file have a wrong type; they are not listed";
        problems.push(Problem {
            message: more.into(),
            ..problem
        });
    }
}

/// The problem of a value of the wrong type.
fn wrong_type(name: &str, wanted: &str, node: Node<'_, '_>) -> Problem {
    Problem::new(
        ProblemKind::WrongType,
        format!("`{name}` should be {wanted}, and is {}", node.kind_name()),
        "export it again or correct the value; rules that read it did not judge it",
    )
    .at(node.place())
}

/// A value of the wrong type: a problem, and an unknown field.
pub(super) fn refuse<T>(
    name: &str,
    wanted: &str,
    node: Node<'_, '_>,
    problems: &mut Problems,
) -> Field<T> {
    add(problems, wrong_type(name, wanted, node));
    Field::unknown(Why::WrongType, node.place())
}

/// A value that is read although its type is another, since it can mean only one thing: a note.
fn note(name: &str, read: &str, node: Node<'_, '_>) -> Problem {
    Problem::new(
        ProblemKind::Coerced,
        format!("`{name}` is {}, and was read as {read}", node.kind_name()),
        "export it again with the types of the Platform API, so that nothing needs to be interpreted",
    )
    .at(node.place())
}

/// Text.
pub(super) fn text<'a>(name: &str, node: Node<'_, 'a>, problems: &mut Problems) -> Field<Text<'a>> {
    match node.text() {
        Some(value) => Field::present(value, node.place()),
        None if node.kind() == Kind::Null => Field::Absent,
        None => refuse(name, "text", node, problems),
    }
}

/// A date or a time.
pub(super) fn date<'a>(name: &str, node: Node<'_, 'a>, problems: &mut Problems) -> Field<Text<'a>> {
    let date = text(name, node, problems);
    let is_wrong = date.text().is_some_and(|text| !text.trim().is_empty()) && date.day().is_none();
    if is_wrong {
        return refuse(name, "a date such as 2026-05-02T09:00:00Z", node, problems);
    }
    date
}

/// A truth value.
pub(super) fn boolean(name: &str, node: Node<'_, '_>, problems: &mut Problems) -> Field<bool> {
    match node.kind() {
        Kind::True => Field::present(true, node.place()),
        Kind::False => Field::present(false, node.place()),
        Kind::Null => Field::Absent,
        _ => match node.text().as_deref() {
            Some(written @ ("true" | "false")) => {
                add(problems, note(name, written, node));
                Field::present(written == "true", node.place())
            }
            _ => refuse(name, "true or false", node, problems),
        },
    }
}

/// A number.
pub(super) fn number<'a>(
    name: &str,
    node: Node<'_, 'a>,
    problems: &mut Problems,
) -> Field<Number<'a>> {
    match node.number() {
        Some(written) => Field::present(
            Number {
                written: Text::Borrowed(written),
                integer: integer(written),
            },
            node.place(),
        ),
        None if node.kind() == Kind::Null => Field::Absent,
        None => {
            let Some(digits) = node.text().filter(|text| is_number(text)) else {
                return refuse(name, "a number", node, problems);
            };
            add(problems, note(name, "the number in it", node));
            Field::present(
                Number {
                    integer: integer(&digits),
                    written: digits,
                },
                node.place(),
            )
        }
    }
}

/// Whether a text is a whole number in digits alone. A leading zero can mean another base.
fn is_number(text: &str) -> bool {
    let is_plain = text == "0" || !text.starts_with('0');
    is_plain && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Above this value, floats do not represent every integer.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The integer that a number is, also when written with an exponent or a zero fraction.
pub(super) fn integer(written: &str) -> Option<i64> {
    let digits = written.strip_prefix('+').unwrap_or(written);
    if let Ok(integer) = digits.parse() {
        return Some(integer);
    }
    if let Some(hexadecimal) = digits.strip_prefix("0x") {
        return i64::from_str_radix(hexadecimal, 16).ok();
    }
    if let Some(octal) = digits.strip_prefix("0o") {
        return i64::from_str_radix(octal, 8).ok();
    }
    let float: f64 = digits.parse().ok()?;
    #[allow(clippy::cast_possible_truncation)]
    (float.fract() == 0.0 && float.abs() <= EXACT).then_some(float as i64)
}

/// Whether a text can only be one item of a list: nothing in it separates items.
fn is_one(text: &str) -> bool {
    let separates = |sign: char| sign.is_whitespace() || matches!(sign, ',' | ';' | '|' | '[');
    !text.is_empty() && !text.contains(separates)
}

/// A list, each item lowered by `item`.
pub(super) fn list<'d, 'a, T>(
    name: &str,
    node: Node<'d, 'a>,
    problems: &mut Problems,
    mut item: impl FnMut(Node<'d, 'a>, &mut Problems) -> Field<T>,
) -> List<T> {
    match node.kind() {
        Kind::List => {
            // Counting is cheap, and a vector that grows step by step allocates too much.
            let mut items = Vec::with_capacity(node.items().count());
            items.extend(node.items().map(|node| item(node, problems)));
            Field::present(items, node.place())
        }
        Kind::Null => Field::Absent,
        // One object where a list of them is wanted.
        Kind::Map => {
            add(problems, note(name, "a list of one", node));
            Field::present(vec![item(node, problems)], node.place())
        }
        _ => refuse(name, "a list", node, problems),
    }
}

/// A list of texts.
pub(super) fn texts<'a>(name: &str, node: Node<'_, 'a>, problems: &mut Problems) -> List<Text<'a>> {
    if node.kind() == Kind::Map {
        return refuse(name, "a list", node, problems);
    }
    if let Some(one) = node.text().filter(|text| is_one(text)) {
        add(problems, note(name, "a list of one", node));
        return Field::present(vec![Field::present(one, node.place())], node.place());
    }
    list(name, node, problems, |item, problems| {
        let field = text(name, item, problems);
        // In a list of texts, null is as wrong as a number.
        if field.is_absent() {
            return refuse(name, "a list of texts", item, problems);
        }
        field
    })
}
