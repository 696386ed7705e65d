//! Finds what holds together by halving what does not.

/// What holds together, what does not, and the last result.
pub(super) struct Halved<T, R> {
    pub kept: Vec<T>,
    pub left: Vec<T>,
    /// The result of the attempt with `kept`; none if nothing was kept.
    pub result: Option<R>,
}

/// Keeps the parts of `all` for which `attempt` has a result, given all that was kept before and
/// the part. A part without one is halved, until it is a single element or `most` attempts were
/// made.
pub(super) fn halve<T: Clone, R>(
    all: Vec<T>,
    most: usize,
    mut attempt: impl FnMut(&[T]) -> Option<R>,
) -> Halved<T, R> {
    let mut halved = Halved {
        kept: Vec::new(),
        left: Vec::new(),
        result: None,
    };
    let mut open = vec![all];
    let mut attempts = 0;
    while let Some(part) = open.pop().filter(|part| !part.is_empty()) {
        if attempts == most {
            halved.left.extend(part);
            continue;
        }
        attempts += 1;
        let tried: Vec<T> = halved.kept.iter().chain(&part).cloned().collect();
        if let Some(result) = attempt(&tried) {
            (halved.kept, halved.result) = (tried, Some(result));
        } else if part.len() == 1 {
            halved.left.extend(part);
        } else {
            let (first, second) = part.split_at(part.len() / 2);
            open.push(second.to_vec());
            open.push(first.to_vec());
        }
    }
    halved
}

#[cfg(test)]
mod tests {
    use super::halve;

    #[test]
    fn what_holds_together_is_kept() {
        let mut attempts = 0;
        let halved = halve((1..9).collect(), 100, |tried: &[i32]| {
            attempts += 1;
            (!tried.contains(&3) && !tried.contains(&8)).then_some(tried.len())
        });
        assert_eq!(halved.kept, [1, 2, 4, 5, 6, 7]);
        assert_eq!((halved.left, halved.result), (vec![3, 8], Some(6)));
        assert_eq!(attempts, 11);
    }

    #[test]
    fn attempts_are_bounded() {
        let halved = halve((1..9).collect(), 3, |tried: &[i32]| {
            (tried.len() <= 2).then_some(())
        });
        assert_eq!(halved.kept, [1, 2]);
        assert_eq!(halved.left, [3, 4, 5, 6, 7, 8]);
        assert_eq!(halve(Vec::<i32>::new(), 3, |_| Some(())).result, None);
    }
}
