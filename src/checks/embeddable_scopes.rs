//! `embeddable-scopes`: the scopes of an embedded client next to those that it needs.

use crate::catalog::{Confidence, Need};
use crate::checks::constraint::Constraint;
use crate::checks::scope_names::READ_ONLY;
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{Action, ClientKind, FieldName, RemedyClass, Target};

pub(super) const CHECK: Native = Native::Constraining {
    check,
    constraint: Constraint::Scope(removes),
};

/// Whether the framework needs neither a scope nor its form that only reads.
fn removes(context: &RuleContext<'_, '_>, scope: &str) -> bool {
    let needs = |scope: &str| context.parameters.list_holds("required", scope);
    context.client.is_of_kind(ClientKind::Embeddable)
        && !needs(scope)
        && !needs(&format!("{scope}{READ_ONLY}"))
}

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    if !client.may_be(ClientKind::Embeddable) {
        return;
    }
    let parameters = context.parameters;
    let scopes = &client.scopes;
    for item in scopes.items() {
        // `x:readonly` is within `x`; that it is not needed next to it is reported by another rule.
        let domain = item.value.strip_suffix(":readonly").unwrap_or(item.value);
        if parameters.list_holds("required", item.value)
            || parameters.list_holds("required", domain)
        {
            continue;
        }
        let readonly = format!("{}:readonly", item.value);
        let message = if parameters.list_holds("required", &readonly) {
            "write"
        } else {
            "excess"
        };
        let target = Target::item(FieldName::Scopes, &item);
        let report = judgement.report(client, message, &target);
        report.with("readonly", &readonly);
        if message == "write" {
            report.clear(RemedyClass::Unsafe, Action::Replace(readonly));
        } else {
            report.option(Action::Remove);
        }
        if client.is_guessed(ClientKind::Embeddable) {
            report.confidence(Confidence::Low);
        }
    }
    if !scopes.is_complete() {
        return judgement.not_judged(Need::Value);
    }
    // No scope at all is for another rule to report.
    if scopes.is_empty() {
        return;
    }
    let holds = |wanted: &str| {
        scopes.items().any(|scope| {
            let domain = wanted.strip_suffix(":readonly").unwrap_or(wanted);
            scope.value.eq_ignore_ascii_case(wanted) || scope.value.eq_ignore_ascii_case(domain)
        })
    };
    let missing: Vec<_> = parameters
        .list("required")
        .filter(|wanted| !holds(wanted))
        .collect();
    if !missing.is_empty() {
        let target = Target::field(client, FieldName::Scopes, scopes);
        judgement
            .report(client, "main", &target)
            .with("missing", missing.join(", "))
            .confidence(Confidence::Low);
    }
}
