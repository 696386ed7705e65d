//! `grantlint accept`
//!
//! Invariant: an entry is written only if the policy that contains it is valid, and an audit with
//! that policy suppresses exactly the findings that were shown.

use super::arguments::{Accept, PolicyOptions};
use super::auditing::{self, Again, AuditOptions, Prepared};
use super::delivery::{self, Outputs};
use super::policing::{self, Refused};
use super::values::{AskedPersona, Choice};
use super::{INCOMPLETE, NOTHING_AUDITED, print, print_error};
use crate::catalog::Rule;
use crate::finding::{Finding, Report};
use crate::policy::{Decision, Draft, FILE, Proposal, Terms, suggestion};
use crate::report::Paint;
use crate::text::{counted, plural, visible, with_slashes};
use std::fmt::Write;
use std::path::PathBuf;

const NOTHING_ACCEPTED: &str = "nothing was accepted";

/// Shows what the entries cover, and appends them; returns the exit code.
pub(super) fn run(options: &Accept) -> u8 {
    let refuse = |refused: &Refused| {
        refused.print_with(options.showing.color, NOTHING_ACCEPTED);
        NOTHING_AUDITED
    };
    let acceptance = match prepare(options) {
        Ok(acceptance) => acceptance,
        Err(refused) => return refuse(&refused),
    };
    let Acceptance { prepared, plan } = acceptance;
    prepared.run_with(&options.reading, options.showing, |report, again| {
        if !report.problems.is_empty() {
            print_problems(report);
            print_error("the audit is incomplete, so nothing was accepted");
            return INCOMPLETE;
        }
        plan.finish(options, report, &again)
            .unwrap_or_else(|refused| refuse(&refused))
    })
}

/// What is decided before any export is read.
struct Acceptance {
    prepared: Prepared,
    plan: Plan,
}

/// Which rule is accepted on which terms, and the file for the entries.
struct Plan {
    rule: &'static Rule,
    terms: Terms,
    file: PathBuf,
    /// The options of the policy.
    policy: PolicyOptions,
}

/// Checks everything that must be right before any export is read.
fn prepare(options: &Accept) -> Result<Acceptance, Refused> {
    for (option, text) in options.texts() {
        if text.trim().is_empty() {
            return Err(Refused::usage_with(
                format!("{option} is empty"),
                "give it a value",
            ));
        }
    }
    if options.sources.no_config {
        let message = "accept writes to the configuration, so it cannot run with --no-config";
        return Err(Refused::usage_with(
            message,
            "remove the option, or name a file: --config FILE",
        ));
    }
    let mut policy = options.policy();
    let mut in_force = policing::in_force(&policy)?;
    let rule = known_rule(&options.rule, &in_force.policy.rules)?;
    let persona = in_force.policy.scopes.persona(rule);
    if persona > in_force.policy.persona {
        policy.persona = Some(Choice(AskedPersona::from(persona)));
        in_force = policing::in_force(&policy)?;
    }
    if !in_force.rules.iter().any(|known| known.id == rule.id) {
        let message = format!("`{}` is off, so there is nothing to accept", rule.id);
        return Err(Refused::usage_with(
            message,
            "see what switches it off: grantlint config",
        ));
    }
    auditing::check_waivers(&options.reading, &in_force.policy)?;
    let file = in_force.policy.acceptance_file.clone().unwrap_or_else(|| {
        // A file that does not exist yet becomes the configuration.
        policy.sources.config = Some(FILE.into());
        FILE.into()
    });
    let plan = Plan {
        rule,
        terms: in_force.policy.terms,
        file,
        policy,
    };
    let baseline = auditing::policy_baseline(&in_force.policy)?;
    let places = auditing::places(&options.reading, in_force.policy.limits)?;
    let audited = AuditOptions {
        show_suppressed: true,
        exit_zero: false,
        inventory: true,
        census: true,
        ..AuditOptions::DESCRIBING
    };
    let prepared = Prepared {
        places,
        revision: None,
        fixing: None,
        outputs: Outputs::default(),
        request: auditing::request(&mut in_force, &options.reading, baseline, audited),
        in_force,
    };
    Ok(Acceptance { prepared, plan })
}

fn known_rule(id: &str, rules: &[&'static Rule]) -> Result<&'static Rule, Refused> {
    let is_meant = |rule: &&&Rule| rule.id == id || rule.aliases.iter().any(|alias| alias == id);
    rules.iter().find(is_meant).copied().ok_or_else(|| {
        let hint = suggestion(id, rules.iter().copied());
        let hint = hint.map_or_else(
            || "see: grantlint rules".to_owned(),
            |known| format!("did you mean `{known}`?"),
        );
        Refused::usage_with(format!("there is no rule `{id}`"), hint)
    })
}

impl Plan {
    fn finish(
        &self,
        options: &Accept,
        report: &Report<'_>,
        again: &Again<'_>,
    ) -> Result<u8, Refused> {
        for (option, text) in options.texts() {
            if report.redactor.hides(text) {
                let message = format!("{option} contains what looks like a secret");
                return Err(Refused::usage_with(
                    message,
                    "describe it without the secret",
                ));
            }
        }
        let decision = Decision {
            rule: self.rule,
            clients: &options.client,
            field: options.field.as_deref(),
            value: options.value.as_deref(),
            reason: &options.reason,
            owner: options.owner.as_deref(),
            approver: options.approver.as_deref(),
            until: options.until,
            ticket: options.ticket.as_deref(),
        };
        let proposals = decision.proposals(report, self.terms);
        let proposals =
            proposals.map_err(|(message, remedy)| Refused::usage_with(message, remedy))?;
        let text = shown(&proposals, report, options);
        if let Err(error) = print(|out| out.write_all(text.as_bytes())) {
            print_error(&format!("cannot write to standard output: {error}"));
            return Ok(INCOMPLETE);
        }
        self.append(options, &proposals, again)
    }

    /// Checks the policy with the entries, and writes it.
    fn append(
        &self,
        options: &Accept,
        proposals: &[Proposal<'_>],
        again: &Again<'_>,
    ) -> Result<u8, Refused> {
        let _lock = delivery::lock_directory(&self.file);
        let old = match std::fs::read_to_string(&self.file) {
            Ok(old) => old,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => {
                let message = format!("{} cannot be read: {error}", with_slashes(&self.file));
                return Err(Refused::usage_with(message, "check its permissions"));
            }
        };
        if old.lines().any(is_inline_list) {
            let file = with_slashes(&self.file);
            let message = format!("{file} contains its acceptances as one list, `accept = [..]`");
            return Err(Refused::usage_with(
                message,
                "write each entry as a table: [[accept]]",
            ));
        }
        let new = appended(&old, proposals);
        self.check(proposals, &old, &new, again)?;
        let file = with_slashes(&self.file);
        let file = visible(file.strip_prefix("./").unwrap_or(&file)).into_owned();
        let entries = plural(proposals.len(), "entry", "entries");
        let entries = format!("{} {entries}", proposals.len());
        if options.dry_run {
            print_error(&format!("--dry-run: {entries} not written to {file}"));
            return Ok(0);
        }
        if let Err(failure) = delivery::deliver(&self.file, |out| out.write_all(new.as_bytes())) {
            print_error(&format!("{NOTHING_ACCEPTED}: {}", failure.words()));
            return Ok(INCOMPLETE);
        }
        print_error(&format!("appended {entries} to {file}"));
        Ok(0)
    }

    /// Audits again with the entries in force: they must suppress what was shown.
    fn check(
        &self,
        proposals: &[Proposal<'_>],
        old: &str,
        new: &str,
        again: &Again<'_>,
    ) -> Result<(), Refused> {
        let draft = Draft {
            path: self.file.clone(),
            text: new.to_owned(),
        };
        let with_entries = policing::in_force_with(&self.policy, Some(draft))?;
        let entries = with_entries.policy.acceptances;
        let report = again.audit(|request| request.acceptances = entries);
        let first_line = old.lines().count();
        let file = self.file.file_name();
        let is_new = |finding: &crate::finding::Suppressed| {
            let origin = &finding.accepted.origin;
            let path = std::path::Path::new(&origin.path);
            path.file_name() == file && origin.line as usize > first_line
        };
        let suppressed = report.suppressed.iter().filter(|entry| is_new(entry));
        let suppressed: usize = suppressed.map(|entry| entry.finding.count()).sum();
        let shown = proposals.iter().flat_map(|proposal| &proposal.findings);
        let wanted: usize = shown.map(|finding| finding.count()).sum();
        if suppressed == wanted {
            return Ok(());
        }
        Err(Refused::usage_with(
            format!(
                "the entries would suppress {suppressed} of {}",
                counted(wanted, "finding")
            ),
            "the export does not identify the client: write the entry by hand, with its name or id",
        ))
    }
}

/// A line for each problem; an excerpt of an export does not help here.
fn print_problems(report: &Report<'_>) {
    for problem in &report.problems {
        let place = problem.place.map(|place| {
            let (path, at, _) = report.sources.locate(place);
            format!("{path}:{}:{}: ", at.line, at.column)
        });
        let path = || problem.path.as_ref().map(|path| format!("{path}: "));
        let place = place.or_else(path).unwrap_or_default();
        let text = format!("{place}{}: {}", problem.message, problem.remedy);
        print_error(&visible(&text));
    }
}

/// Whether a line begins a list of acceptances, to which no table can be appended.
fn is_inline_list(line: &str) -> bool {
    let rest = line.trim_start().strip_prefix("accept");
    rest.is_some_and(|rest| rest.trim_start().starts_with('='))
}

/// The text with the entries at its end, in its line endings.
fn appended(old: &str, proposals: &[Proposal<'_>]) -> String {
    let mut more = String::new();
    if !old.is_empty() && !old.ends_with('\n') {
        more.push('\n');
    }
    for (number, proposal) in proposals.iter().enumerate() {
        if number > 0 || !old.trim().is_empty() {
            more.push('\n');
        }
        more.push_str(&proposal.entry.text());
    }
    if old.contains("\r\n") {
        more = more.replace('\n', "\r\n");
    }
    format!("{old}{more}")
}

/// The findings that each entry covers, and the entries.
fn shown(proposals: &[Proposal<'_>], report: &Report<'_>, options: &Accept) -> String {
    let paint = Paint::new(super::wants_color(
        options.showing.color,
        &std::io::stdout(),
    ));
    let mut text = String::new();
    for Proposal { entry, findings } in proposals {
        let count: usize = findings.iter().map(|finding| finding.count()).sum();
        let _ = writeln!(
            text,
            "{} [{}] {}:",
            paint.bold(&visible(&entry.label)),
            visible(&entry.client),
            counted(count, "finding"),
        );
        for finding in findings {
            let _ = writeln!(text, "  {}", line(finding, report, paint));
        }
        let _ = writeln!(text, "\n{}", entry.text());
    }
    text
}

fn line(finding: &Finding, report: &Report<'_>, paint: Paint) -> String {
    let (path, at, _) = report.sources.locate(finding.place);
    let known = if finding.first_seen.is_some() {
        " (known)"
    } else {
        ""
    };
    format!(
        "{} {}:{}:{} {}{known}",
        paint.severity(finding.severity, finding.severity.name()),
        visible(path),
        at.line,
        at.column,
        finding.message,
    )
}
