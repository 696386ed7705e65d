//! Shows progress on a terminal if work takes longer than a second.
//!
//! Invariant: drawn only on standard error, and only on a terminal: never into a file or a pipe,
//! never in CI, never with `--quiet` or `--verbose`. It is erased before anything else is printed.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// Shorter work shows no progress.
const DELAY: Duration = Duration::from_secs(1);
/// The interval of redrawing.
const INTERVAL: Duration = Duration::from_millis(100);

/// Shows the current step until it is dropped.
pub(super) struct Progress(Option<Drawer>);

struct Drawer {
    steps: Sender<String>,
    thread: JoinHandle<()>,
}

impl Progress {
    /// Starts drawing if standard error is a terminal. `is_wanted`: neither quiet nor verbose.
    pub(super) fn start(is_wanted: bool, step: &str) -> Self {
        if !is_wanted || !io::stderr().is_terminal() || super::is_ci() {
            return Self(None);
        }
        Self(Drawer::start(ProgressDrawTarget::stderr(), DELAY, step))
    }

    /// Sets the current step.
    pub(super) fn set_step(&self, step: String) {
        if let Some(drawer) = &self.0 {
            // The thread only ends after its sender.
            let _ = drawer.steps.send(step);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(Drawer { steps, thread }) = self.0.take() {
            drop(steps);
            // If the thread crashed, there is nothing to erase.
            let _ = thread.join();
        }
    }
}

impl Drawer {
    /// None if no thread can be started.
    fn start(target: ProgressDrawTarget, delay: Duration, step: &str) -> Option<Self> {
        let (steps, received) = channel();
        let step = step.to_owned();
        let thread = std::thread::Builder::new()
            .spawn(move || draw(target, delay, step, &received))
            .ok()?;
        Some(Self { steps, thread })
    }
}

fn draw(target: ProgressDrawTarget, delay: Duration, mut step: String, steps: &Receiver<String>) {
    let begun = std::time::Instant::now();
    let mut bar: Option<ProgressBar> = None;
    let mut target = Some(target);
    loop {
        let wait = match bar {
            Some(_) => INTERVAL,
            None => delay.saturating_sub(begun.elapsed()),
        };
        match steps.recv_timeout(wait) {
            Ok(next) => step = next,
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
            bar.set_message(step.clone());
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

    fn drawn(terminal: &InMemoryTerm, delay: Duration) -> Progress {
        let target = ProgressDrawTarget::term_like(Box::new(terminal.clone()));
        Progress(Drawer::start(target, delay, "reading"))
    }

    #[test]
    fn long_work_is_shown_and_erased() {
        let terminal = InMemoryTerm::new(5, 60);
        let progress = drawn(&terminal, Duration::from_millis(1));
        std::thread::sleep(Duration::from_millis(300));
        assert!(
            terminal.contents().contains("reading"),
            "{}",
            terminal.contents()
        );
        progress.set_step("auditing 3 files".to_owned());
        std::thread::sleep(Duration::from_millis(300));
        assert!(terminal.contents().contains("auditing 3 files"));
        drop(progress);
        assert_eq!(terminal.contents(), "");
    }

    #[test]
    fn short_work_shows_nothing() {
        let terminal = InMemoryTerm::new(5, 60);
        let progress = drawn(&terminal, Duration::from_mins(1));
        progress.set_step("auditing".to_owned());
        std::thread::sleep(Duration::from_millis(50));
        assert_eq!(terminal.contents(), "");
        drop(progress);
        assert_eq!(terminal.moves_since_last_check(), "");
    }
}
