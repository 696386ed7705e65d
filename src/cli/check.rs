//! `grantlint check`

use super::arguments::Check;
use super::{INCOMPLETE, NOTHING_AUDITED, complain, print, wants_color};
use crate::audit::{Request, audit};
use crate::catalog;
use crate::discover::{Exclude, Options, discover_with};
use crate::document::Limits;
use crate::finding::Report;
use crate::policy::{Gating, Selection};
use crate::report::{Format, Look};
use jiff::civil::Date;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

/// Audits, prints, and says with which code to exit.
pub(super) fn run(options: &Check) -> u8 {
    let request = match request(options) {
        Ok(request) => request,
        Err(lines) => {
            for line in lines {
                complain(&line);
            }
            return NOTHING_AUDITED;
        }
    };
    let threads = rayon::ThreadPoolBuilder::new()
        .num_threads(options.threads)
        .build_global();
    if let Err(error) = threads {
        complain(&format!("cannot start threads: {error}"));
        return NOTHING_AUDITED;
    }
    let discovery = match places(options) {
        Ok(places) => discover_with(&options.paths, &places, &mut io::stdin().lock()),
        Err(line) => {
            complain(&line);
            return NOTHING_AUDITED;
        }
    };
    if options.verbose {
        for entry in &discovery.passed_over {
            complain(&format!(
                "passed over {}: {}",
                entry.path,
                entry.why.words()
            ));
        }
    }
    let report = audit(
        &discovery.sources,
        &discovery.named,
        discovery.problems,
        &request,
    );
    let code = deliver(&report, options);
    // The process ends here; giving back each of a million values one by one is time for
    // nobody.
    std::mem::forget(report);
    std::mem::forget(discovery.sources);
    code
}

/// Where to look and where not.
fn places(options: &Check) -> Result<Options, String> {
    let exclude = Exclude::new(&options.exclude).map_err(|wrong| {
        format!(
            "--exclude: `{}` is no pattern: {}",
            wrong.pattern, wrong.reason
        )
    })?;
    let defaults = Options::default();
    Ok(Options {
        exclude,
        stdin_name: options
            .stdin_filename
            .clone()
            .unwrap_or(defaults.stdin_name),
        max_size: options.max_size.map_or(defaults.max_size, |size| size.0),
    })
}

fn request(options: &Check) -> Result<Request, Vec<String>> {
    let selection = Selection {
        select: options.select.clone(),
        ignore: options.ignore.clone(),
    };
    let rules = selection.apply(catalog::builtin()).map_err(|faults| {
        faults
            .into_iter()
            .map(|fault| match fault.suggestion {
                Some(known) => format!(
                    "there is no rule or category `{}`; did you mean `{known}`?",
                    fault.word
                ),
                None => format!(
                    "there is no rule or category `{}`; see: grantlint rules",
                    fault.word
                ),
            })
            .collect::<Vec<_>>()
    })?;
    if rules.is_empty() {
        return Err(vec!["--select and --ignore leave no rule to run".into()]);
    }
    Ok(Request {
        rules,
        partial: selection.is_partial(),
        parameters: Vec::new(),
        today: options.today.unwrap_or_else(today),
        persona: options.persona.0,
        min_severity: options.min_severity.0,
        min_confidence: options.min_confidence.0,
        gating: Gating {
            fail_on: options.fail_on.0,
            exit_zero: options.exit_zero,
        },
        limits: Limits {
            depth: options.max_depth,
            ..Limits::default()
        },
    })
}

/// Today in UTC, so that the same run says the same in every time zone.
fn today() -> Date {
    jiff::Timestamp::now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date()
}

/// Writes all formats that were asked for; one that cannot be written makes the audit
/// incomplete.
fn deliver(report: &Report<'_>, options: &Check) -> u8 {
    let mut exit = report.exit;
    for (format, file) in &options.output {
        let look = Look {
            verbose: options.verbose,
            quiet: options.quiet,
            ..Look::PLAIN
        };
        if let Err(error) = write_file(report, *format, look, file) {
            complain(&format!("cannot write {}: {error}", file.display()));
            exit = exit.max(INCOMPLETE);
        }
    }
    let stdout = io::stdout();
    let look = Look {
        color: wants_color(options.color, &stdout),
        width: width(&stdout),
        verbose: options.verbose,
        quiet: options.quiet,
    };
    let printed = print(|out| options.format.0.write(report, look, out));
    if let Err(error) = printed {
        complain(&format!("cannot write to standard output: {error}"));
        exit = exit.max(INCOMPLETE);
    }
    exit
}

/// Columns of the terminal; 100 where there is none, so that output in files is the same
/// everywhere.
fn width(stream: &impl IsTerminal) -> usize {
    if !stream.is_terminal() {
        return 100;
    }
    terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0).clamp(60, 160))
}

/// Writes beside the file and renames, so that a reader never sees half a report.
fn write_file(report: &Report<'_>, format: Format, look: Look, file: &Path) -> io::Result<()> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(format!(".{}.partial", std::process::id()));
    let beside = Path::new(&beside);
    let written = std::fs::File::create(beside).and_then(|created| {
        let mut out = io::BufWriter::with_capacity(1 << 16, created);
        format.write(report, look, &mut out)?;
        out.flush()
    });
    let renamed = written.and_then(|()| std::fs::rename(beside, file));
    if renamed.is_err() {
        // The first error is the one to tell.
        let _ = std::fs::remove_file(beside);
    }
    renamed
}
