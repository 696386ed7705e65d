//! Whether places in a report are links, and the URL of a link.
//!
//! Invariant: only a terminal that is known to support links gets them. `GRANTLINT_LINKS` overrides
//! that with `always`, `never` or a URL.

use super::print_error;
use crate::report::Links;
use std::env;

/// The variable that overrides detection.
pub(super) const VARIABLE: &str = "GRANTLINT_LINKS";

/// The links of this run, if any. `is_possible`: standard output is a coloured terminal.
pub(super) fn from_environment(is_possible: bool) -> Option<Links> {
    let setting = env::var(VARIABLE).unwrap_or_default();
    let form = match &*setting {
        "" | "auto" if is_possible && supports_hyperlinks::supports_hyperlinks() => {
            of_this_terminal()
        }
        "always" => of_this_terminal(),
        "" | "auto" | "never" => return None,
        form if form.contains("{path}") => {
            if !is_possible {
                return None;
            }
            form.to_owned()
        }
        other => {
            print_error(&format!(
                "{VARIABLE} is `{other}`: use auto, always, never, or a URL with {{path}}"
            ));
            return None;
        }
    };
    let here = env::current_dir().ok()?;
    let here = crate::text::with_slashes(&here);
    // Links live as long as the process.
    Some(Links {
        form: form.leak(),
        here: here.leak(),
    })
}

/// The URL that this terminal opens: an editor at the line, if the editor is known.
fn of_this_terminal() -> String {
    let program = env::var("TERM_PROGRAM").unwrap_or_default();
    match &*program {
        "vscode" => "vscode://file{path}:{line}:{column}".to_owned(),
        "zed" => "zed://file{path}:{line}:{column}".to_owned(),
        _ => {
            // A terminal refuses files of another machine; some also refuse a URL without a host.
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
