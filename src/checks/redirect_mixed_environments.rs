//! `redirect-mixed-environments`: other environments next to production.

use crate::checks::redirect_uri::{Environment, RedirectUri, Web, for_each_web};
use crate::checks::{Judgement, Native, Parameters, RuleContext};
use crate::model::Action;
use std::collections::BTreeSet;

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let uris = context.redirects.of(context.client);
    let message = |web: &Web<'_>| message(environment(web, context.parameters));
    // Most clients have one environment; what is hidden may be another.
    if !uris
        .iter()
        .filter_map(RedirectUri::web)
        .any(|web| message(web).is_some())
    {
        return for_each_web(context, judgement, |_, _, _| {});
    }
    let public: BTreeSet<&str> = uris
        .iter()
        .filter_map(RedirectUri::web)
        .filter(|web| environment(web, context.parameters) == Environment::Public)
        .filter(|web| !context.is_host_removed(web))
        .filter_map(Web::name)
        .collect();
    let words = match public.first() {
        Some(first) if public.len() > 1 => format!("{first} and {} more", public.len() - 1),
        Some(first) => (*first).to_owned(),
        None => String::new(),
    };
    for_each_web(context, judgement, |uri, web, judgement| {
        let Some(message) = message(web).filter(|_| !public.is_empty()) else {
            return;
        };
        let word = web.test_word().or(web.name()).unwrap_or("");
        judgement
            .report(context.client, message, &uri.target())
            .option(Action::Remove)
            .with("public", &words)
            .with("word", word);
    });
}

/// What is said of an environment next to production.
fn message(environment: Environment) -> Option<&'static str> {
    match environment {
        Environment::Loopback => Some("main"),
        Environment::Internal => Some("internal"),
        Environment::Test => Some("test"),
        Environment::Address | Environment::Public => None,
    }
}

/// The environment of a host, where the policy has the last word.
fn environment(web: &Web, parameters: &Parameters) -> Environment {
    let named = |list| {
        web.name()
            .is_some_and(|name| parameters.names_host(list, name))
    };
    if named("production-hosts") {
        Environment::Public
    } else if named("test-hosts") {
        Environment::Test
    } else {
        web.environment()
    }
}
