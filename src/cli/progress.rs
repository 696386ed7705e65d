//! A sign of life on a terminal while work takes longer than a second.
//!
//! Law: drawn on standard error alone, and only where a person watches it: never into a file or
//! a pipe, never in CI, never where quiet or a listing of files was asked for. It is gone before
//! anything else is printed.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// Shorter work is not worth a word.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often it moves.
const PACE: Duration = Duration::from_millis(100);

/// Says what is being done until it is dropped.
pub(super) struct Progress(Option<Watch>);

struct Watch {
    says: Sender<String>,
    thread: JoinHandle<()>,
}

impl Progress {
    /// Watches, if a person does. `is_wanted`: neither quiet nor verbose.
    pub(super) fn start(is_wanted: bool, words: &str) -> Self {
        if !is_wanted || !io::stderr().is_terminal() || super::is_ci() {
            return Self(None);
        }
        Self(Watch::start(ProgressDrawTarget::stderr(), PATIENCE, words))
    }

    /// What is being done now.
    pub(super) fn say(&self, words: String) {
        if let Some(watch) = &self.0 {
            // The thread ends after its sender alone.
            let _ = watch.says.send(words);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(Watch { says, thread }) = self.0.take() {
            drop(says);
            // A watcher that crashed has nothing to say.
            let _ = thread.join();
        }
    }
}

impl Watch {
    /// Nothing where there is no further thread to be had.
    fn start(target: ProgressDrawTarget, patience: Duration, words: &str) -> Option<Self> {
        let (says, said) = channel();
        let words = words.to_owned();
        let thread = std::thread::Builder::new()
            .spawn(move || watch(target, patience, words, &said))
            .ok()?;
        Some(Self { says, thread })
    }
}

fn watch(
    target: ProgressDrawTarget,
    patience: Duration,
    mut words: String,
    said: &Receiver<String>,
) {
    let begun = std::time::Instant::now();
    let mut bar: Option<ProgressBar> = None;
    let mut target = Some(target);
    loop {
        let wait = match bar {
            Some(_) => PACE,
            None => patience.saturating_sub(begun.elapsed()),
        };
        match said.recv_timeout(wait) {
            Ok(now) => words = now,
            Err(RecvTimeoutError::Timeout) => {
                if let Some(target) = target.take() {
                    let template = "{spinner} {msg} ({elapsed})";
                    let style = ProgressStyle::with_template(template);
                    let drawn = ProgressBar::with_draw_target(None, target);
                    drawn.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
                    bar = Some(drawn.with_elapsed(begun.elapsed()));
                }
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if let Some(bar) = &bar {
            bar.set_message(words.clone());
            bar.tick();
        }
    }
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use indicatif::InMemoryTerm;

    fn watched(terminal: &InMemoryTerm, patience: Duration) -> Progress {
        let target = ProgressDrawTarget::term_like(Box::new(terminal.clone()));
        Progress(Watch::start(target, patience, "reading"))
    }

    #[test]
    fn long_work_is_told_and_wiped_away() {
        let terminal = InMemoryTerm::new(5, 60);
        let progress = watched(&terminal, Duration::from_millis(1));
        std::thread::sleep(Duration::from_millis(300));
        assert!(
            terminal.contents().contains("reading"),
            "{}",
            terminal.contents()
        );
        progress.say("auditing 3 files".to_owned());
        std::thread::sleep(Duration::from_millis(300));
        assert!(terminal.contents().contains("auditing 3 files"));
        drop(progress);
        assert_eq!(terminal.contents(), "");
    }

    #[test]
    fn short_work_says_nothing() {
        let terminal = InMemoryTerm::new(5, 60);
        let progress = watched(&terminal, Duration::from_mins(1));
        progress.say("auditing".to_owned());
        std::thread::sleep(Duration::from_millis(50));
        assert_eq!(terminal.contents(), "");
        drop(progress);
        assert_eq!(terminal.moves_since_last_check(), "");
    }
}
