//! Whether places in a report are links, and how they are written.
//!
//! Law: a terminal that is not known to understand links gets none. `GRANTLINT_LINKS` has the last
//! word: `always`, `never`, or how a link is written.

use super::complain;
use crate::report::Links;
use std::env;

/// What says otherwise.
pub(super) const VARIABLE: &str = "GRANTLINT_LINKS";

/// The links of this run, if it has any. `fits`: there is a terminal, and colours are wanted.
pub(super) fn wanted(fits: bool) -> Option<Links> {
    let said = env::var(VARIABLE).unwrap_or_default();
    let form = match &*said {
        "" | "auto" if fits && supports_hyperlinks::supports_hyperlinks() => of_this_terminal(),
        "always" => of_this_terminal(),
        "" | "auto" | "never" => return None,
        form if form.contains("{path}") => {
            if !fits {
                return None;
            }
            form.to_owned()
        }
        other => {
            complain(&format!(
                "{VARIABLE} is `{other}`: it is auto, always, never, or a URL that holds {{path}}"
            ));
            return None;
        }
    };
    let here = env::current_dir().ok()?;
    let here = crate::text::with_slashes(&here);
    // They live as long as the process does.
    Some(Links {
        form: form.leak(),
        here: here.leak(),
    })
}

/// What this terminal opens: an editor at the line, where it is known how.
fn of_this_terminal() -> String {
    let program = env::var("TERM_PROGRAM").unwrap_or_default();
    match &*program {
        "vscode" => "vscode://file{path}:{line}:{column}".to_owned(),
        "zed" => "zed://file{path}:{line}:{column}".to_owned(),
        _ => {
            // A terminal refuses files of another machine, and some refuse those of none.
            let host = gethostname::gethostname();
            let host: String = host
                .to_string_lossy()
                .chars()
                .filter(|letter| letter.is_ascii_alphanumeric() || ".-_".contains(*letter))
                .collect();
            let is_kitty = env::var("TERM").is_ok_and(|term| term == "xterm-kitty");
            let line = if is_kitty { "#{line}" } else { "" };
            format!("file://{host}{{path}}{line}")
        }
    }
}
