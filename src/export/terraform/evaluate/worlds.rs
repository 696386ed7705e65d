//! Worlds: the answers that unknown questions may have.
//!
//! Invariant: a question has one answer in all of an evaluation, so that attributes that depend
//! on one condition never mix. An evaluation is repeated once for each combination of answers
//! that it asks for, in a fixed order.

use std::collections::VecDeque;
use std::rc::Rc;

/// The most worlds of a resource in which all combinations are tried.
const MOST: usize = 64;

/// The most worlds in which one question at a time has another answer.
const MOST_SINGLE: usize = 1024;

/// What the files do not tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Question {
    /// Whether an expression is true.
    Condition(Rc<str>),
    /// Which of these texts an expression is; a further answer is any other text.
    Value(Rc<str>, Rc<[Rc<str>]>),
    /// Which file of variables is given.
    Files(Rc<[Rc<str>]>),
}

impl Question {
    fn answers(&self) -> usize {
        match self {
            Self::Condition(_) => 2,
            Self::Value(_, texts) => texts.len(),
            Self::Files(files) => files.len(),
        }
    }

    /// The answer in words.
    fn label(&self, answer: usize) -> String {
        match self {
            Self::Condition(symbol) if answer == 0 => format!("if {}", bare(symbol)),
            Self::Condition(symbol) => format!("unless {}", bare(symbol)),
            Self::Value(symbol, texts) => match texts.get(answer) {
                Some(text) => format!("if {} is \"{text}\"", bare(symbol)),
                None => format!("for other values of {}", bare(symbol)),
            },
            Self::Files(files) => match files.get(answer) {
                Some(file) => format!("with {file}"),
                None => String::new(),
            },
        }
    }
}

/// A symbol without the parentheses around all of it.
fn bare(symbol: &str) -> &str {
    let inner = symbol
        .strip_prefix('(')
        .and_then(|text| text.strip_suffix(')'));
    inner
        .filter(|inner| !inner.contains(['(', ')']))
        .unwrap_or(symbol)
}

/// A question with its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) question: Question,
    pub(super) answer: usize,
}

/// What an evaluation depended on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Dependency {
    Choice(Choice),
    /// The default of a variable of the root.
    Default(Rc<str>),
}

/// The world of the evaluation at hand.
#[derive(Default)]
pub(super) struct Worlds {
    /// Answers in the order in which they were asked for.
    current: Vec<Choice>,
    /// Answers that are given in advance.
    script: Vec<Choice>,
    /// What was depended on, in order.
    pub(super) log: Vec<Dependency>,
}

impl Worlds {
    fn begin(&mut self, script: Vec<Choice>) {
        self.current.clear();
        self.log.clear();
        self.script = script;
    }

    /// The answer to a question, which is the first one unless the script has another.
    pub(super) fn ask(&mut self, question: Question) -> usize {
        let known = self.current.iter().find(|one| one.question == question);
        let choice = if let Some(choice) = known {
            choice.clone()
        } else {
            let scripted = self.script.iter().find(|one| one.question == question);
            let answer = scripted.map_or(0, |choice| choice.answer);
            let choice = Choice { question, answer };
            self.current.push(choice.clone());
            choice
        };
        let answer = choice.answer;
        self.log.push(Dependency::Choice(choice));
        answer
    }

    /// Whether a choice was made.
    pub(super) fn has(&self, choice: &Choice) -> bool {
        self.current.contains(choice)
    }

    /// The text that an expression is in this world.
    pub(super) fn value_of(&mut self, symbol: &str) -> Option<Rc<str>> {
        let found = self
            .current
            .iter()
            .find_map(|choice| match &choice.question {
                Question::Value(own, texts) if &**own == symbol => {
                    Some((choice.clone(), texts.get(choice.answer)?.clone()))
                }
                _ => None,
            });
        let (choice, text) = found?;
        self.log.push(Dependency::Choice(choice));
        Some(text)
    }
}

/// The result of an evaluation in one world.
#[derive(Debug)]
pub(super) struct InWorld<T> {
    pub(super) choices: Vec<Choice>,
    pub(super) result: T,
    /// Not all combinations were tried.
    pub(super) is_single: bool,
}

/// The words for a world.
pub(super) fn label(choices: &[Choice]) -> String {
    let labels = choices.iter().map(|one| one.question.label(one.answer));
    labels.collect::<Vec<_>>().join(", ")
}

/// Evaluates in every world that the evaluation asks for. `run` is given the script of a world
/// and returns its result with the choices made.
pub(super) fn explore<T>(
    worlds: &std::cell::RefCell<Worlds>,
    mut run: impl FnMut() -> T,
) -> Vec<InWorld<T>> {
    let mut found = Vec::new();
    let mut script = Some(Vec::new());
    while let Some(given) = script {
        if found.len() == MOST {
            return explore_single(worlds, run);
        }
        let one = in_world(worlds, given, &mut run, false);
        script = next(&one.choices);
        found.push(one);
    }
    found
}

fn in_world<T>(
    worlds: &std::cell::RefCell<Worlds>,
    script: Vec<Choice>,
    run: &mut impl FnMut() -> T,
    is_single: bool,
) -> InWorld<T> {
    worlds.borrow_mut().begin(script);
    let result = run();
    let choices = worlds.borrow().current.clone();
    worlds.borrow_mut().begin(Vec::new());
    InWorld {
        choices,
        result,
        is_single,
    }
}

/// The script after one whose choices were made.
fn next(choices: &[Choice]) -> Option<Vec<Choice>> {
    let mut script = choices.to_vec();
    while let Some(mut last) = script.pop() {
        last.answer += 1;
        if last.answer < last.question.answers() {
            script.push(last);
            return Some(script);
        }
    }
    None
}

/// Changes one answer at a time, so that each value that an answer leads to is seen.
fn explore_single<T>(
    worlds: &std::cell::RefCell<Worlds>,
    mut run: impl FnMut() -> T,
) -> Vec<InWorld<T>> {
    let mut open = VecDeque::from([Vec::new()]);
    let mut asked: Vec<Question> = Vec::new();
    let mut found = Vec::new();
    while let Some(script) = open.pop_front() {
        if found.len() == MOST_SINGLE {
            break;
        }
        let mut one = in_world(worlds, script.clone(), &mut run, true);
        for (index, choice) in one.choices.iter().enumerate() {
            if asked.contains(&choice.question) {
                continue;
            }
            asked.push(choice.question.clone());
            for answer in (0..choice.question.answers()).filter(|other| *other != choice.answer) {
                let mut other = one.choices[..index].to_vec();
                other.retain(|choice| script.contains(choice));
                other.push(Choice {
                    question: choice.question.clone(),
                    answer,
                });
                open.push_back(other);
            }
        }
        one.choices.retain(|choice| script.contains(choice));
        found.push(one);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    fn condition(name: &str) -> Question {
        Question::Condition(name.into())
    }

    #[test]
    fn a_question_has_one_answer_in_a_world() {
        let worlds = RefCell::new(Worlds::default());
        let found = explore(&worlds, || {
            let first = worlds.borrow_mut().ask(condition("a"));
            let again = worlds.borrow_mut().ask(condition("a"));
            let inner = (first == 0).then(|| worlds.borrow_mut().ask(condition("b")));
            (first, again, inner)
        });
        let results: Vec<_> = found.iter().map(|one| one.result).collect();
        assert_eq!(results, [(0, 0, Some(0)), (0, 0, Some(1)), (1, 1, None)]);
        assert_eq!(label(&found[1].choices), "if a, unless b");
    }

    #[test]
    fn too_many_worlds_are_tried_one_answer_at_a_time() {
        let worlds = RefCell::new(Worlds::default());
        let found = explore(&worlds, || {
            (0..20)
                .map(|index| worlds.borrow_mut().ask(condition(&index.to_string())))
                .collect::<Vec<_>>()
        });
        assert_eq!(found.len(), 21);
        assert!(found.iter().all(|one| one.is_single));
        for index in 0..20 {
            assert!(found.iter().any(|one| one.result[index] == 1));
        }
    }
}
