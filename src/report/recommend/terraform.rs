//! Proposed roles as `genesyscloud_auth_role` resources; scopes and grants as comments.
//!
//! Invariant: every text of an export is a quoted string or in a comment of one line, so that none
//! of it is code.

use super::{confidence, division_names, entries};
use crate::finding::{CustomRole, ProposalKind, Recommendation, Report};
use std::collections::HashSet;
use std::fmt::Write as _;
use std::io::{self, Write};

/// Writes the resources.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut labels = HashSet::new();
    for entry in entries(report) {
        let recommendation = entry.recommendation;
        comment(
            &format!("{} ({})", entry.client.label, entry.client.grant),
            out,
        )?;
        let level = confidence(recommendation.confidence);
        comment(&format!("confidence: {level}"), out)?;
        for reason in &recommendation.reasons {
            comment(&format!("- {reason}"), out)?;
        }
        scopes(recommendation, out)?;
        for dropped in &recommendation.roles.drop {
            let (name, divisions) = (&dropped.role.name, division_names(&dropped.divisions));
            comment(&format!("drop the role \"{name}\" ({divisions})"), out)?;
        }
        for proposal in &recommendation.roles.proposals {
            let divisions = division_names(&proposal.divisions);
            match &proposal.kind {
                ProposalKind::Existing(roles) => {
                    let names = roles.iter().map(|(role, _)| format!("\"{}\"", role.name));
                    let names: Vec<String> = names.collect();
                    let names = names.join(", ");
                    comment(&format!("existing roles in {divisions}: {names}"), out)?;
                }
                ProposalKind::Custom(role) => {
                    comment(&format!("a role to hold in {divisions}"), out)?;
                    let label = unused_label(&role.name, &mut labels);
                    resource(role, &label, out)?;
                }
            }
        }
        writeln!(out)?;
    }
    for problem in &report.problems {
        comment(&format!("problem: {}", problem.message), out)?;
    }
    Ok(())
}

/// One line of a comment.
fn comment(text: &str, out: &mut dyn Write) -> io::Result<()> {
    let line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    writeln!(out, "# {}", crate::text::visible(&line))
}

fn scopes(recommendation: &Recommendation, out: &mut dyn Write) -> io::Result<()> {
    let scopes = &recommendation.scopes;
    if scopes.downgrade.is_empty() && scopes.remove.is_empty() {
        return Ok(());
    }
    comment(&format!("scopes = {}", strings(&scopes.target)), out)
}

fn resource(role: &CustomRole, label: &str, out: &mut dyn Write) -> io::Result<()> {
    if role
        .policies
        .iter()
        .any(|policy| policy.condition.is_some())
    {
        comment(
            "a permission has a condition, which --format json contains: add it as `conditions` below",
            out,
        )?;
    }
    writeln!(out, "resource \"genesyscloud_auth_role\" \"{label}\" {{")?;
    writeln!(out, "  name        = {}", string(&role.name))?;
    writeln!(out, "  permissions = {}", strings(&role.permissions))?;
    for policy in &role.policies {
        writeln!(out, "  permission_policies {{")?;
        writeln!(out, "    domain      = {}", string(&policy.domain))?;
        writeln!(out, "    entity_name = {}", string(&policy.entity))?;
        writeln!(out, "    action_set  = {}", strings(&policy.actions))?;
        writeln!(out, "  }}")?;
    }
    writeln!(out, "}}")
}

fn strings(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| string(text)).collect();
    format!("[{}]", texts.join(", "))
}

/// A quoted string without templates.
fn string(text: &str) -> String {
    let mut quoted = String::from("\"");
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' => quoted += "\\\"",
            '\\' => quoted += "\\\\",
            '$' | '%' if characters.peek() == Some(&'{') => {
                quoted.push(character);
                quoted.push(character);
            }
            _ if crate::text::is_unsafe_char(character) || character.is_control() => {
                let _ = write!(quoted, "\\U{:08x}", u32::from(character));
            }
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

/// A label for a resource that no other has.
fn unused_label(name: &str, labels: &mut HashSet<String>) -> String {
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '_'
            }
        })
        .collect();
    let mut plain = plain
        .split('_')
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("_");
    if !plain.starts_with(|c: char| c.is_ascii_alphabetic()) {
        plain.insert_str(0, "role_");
    }
    let mut label = plain.clone();
    let mut number = 2;
    while !labels.insert(label.clone()) {
        label = format!("{plain}_{number}");
        number += 1;
    }
    label
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_strings_without_templates() {
        assert_eq!(string("a\"b\\c"), r#""a\"b\\c""#);
        assert_eq!(
            string("${file(\"x\")} %{if} $5"),
            r#""$${file(\"x\")} %%{if} $5""#
        );
        assert_eq!(string("a\nb"), "\"a\\U0000000ab\"");
    }

    #[test]
    fn labels_are_unique_identifiers() {
        let mut labels = HashSet::new();
        let mut label = |name| unused_label(name, &mut labels);
        assert_eq!(
            label("Queue sync - least privilege"),
            "queue_sync_least_privilege"
        );
        assert_eq!(
            label("Queue sync: least privilege"),
            "queue_sync_least_privilege_2"
        );
        assert_eq!(label("1 Télé"), "role_1_t_l");
        assert_eq!(label("漢字"), "role_");
    }
}
