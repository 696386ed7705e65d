//! `cargo bench --bench profile [-- CLIENTS]`: where the time of an audit goes, phase by phase
//! and rule by rule, on one thread.

mod organisation;

use grantlint::audit::{Request, audit};
use grantlint::catalog;
use grantlint::checks::{ClientContext, GroupKeys, Judgement, Parameters, Prepared, Rules};
use grantlint::document::{self, Limits};
use grantlint::export::{TerraformSettings, assemble, read, resolve};
use grantlint::report::{Format, Look};
use grantlint::text::{Source, Sources};
use std::io::{self, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A day after those in the organisation.
const TODAY: jiff::civil::Date = jiff::civil::date(2026, 11, 22);

fn timed<T>(name: &str, task: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = task();
    println!("{:>10.1?}  {name}", start.elapsed());
    result
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let clients = arguments
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(20_000);
    rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build_global()
        .expect("the first pool");
    let mut text = Vec::new();
    organisation::clients(clients, 0, &mut text).expect("memory");
    let text = String::from_utf8(text).expect("UTF-8");
    println!("{clients} clients, {} KB, one thread\n", text.len() / 1000);
    let mut sources = Sources::default();
    sources.add(Source::new("clients.json", text));
    sources.add(Source::new("divisions.json", organisation::divisions()));
    sources.add(Source::new("roles.json", organisation::roles()));

    phases(&sources);
    rules(&sources);
}

fn phases(sources: &Sources) {
    for (id, source) in sources.iter().take(1) {
        timed("the tape alone", || {
            document::read(id, source.text(), Limits::default())
        });
    }
    let facts: Vec<_> = timed("reading and lowering", || {
        let texts = sources.iter();
        texts
            .map(|(id, source)| (id, read(id, source, Limits::default()).0))
            .collect()
    });
    timed("putting organisations together", || {
        assemble(
            resolve(facts, sources, TerraformSettings::default()),
            sources,
            &|_| None,
        )
    });
    let report = timed("the whole audit", || {
        audit(sources, &[true; 3], Vec::new(), &Request::new(TODAY))
    });
    for format in [Format::Json, Format::Sarif, Format::Concise] {
        timed(format.name(), || {
            let mut out = io::BufWriter::with_capacity(1 << 16, io::sink());
            format
                .write(&report, Look::PLAIN, &mut out)
                .and_then(|()| out.flush())
                .expect("a sink");
        });
    }
}

fn rules(sources: &Sources) {
    let texts = sources.iter();
    let facts = texts.map(|(id, source)| (id, read(id, source, Limits::default()).0));
    let export = assemble(
        resolve(facts.collect(), sources, TerraformSettings::default()),
        sources,
        &|_| None,
    );
    let organisation = export.organisations.first().expect("an organisation");
    let prepared = catalog::builtin()
        .iter()
        .filter_map(|rule| Prepared::new(rule, Parameters::with(rule, &[])).ok());
    let rules: Rules = prepared.map(Arc::new).collect();
    let mut costs: Vec<(Duration, &Prepared)> = rules
        .all()
        .iter()
        .map(|rule| (Duration::ZERO, &**rule))
        .collect();
    // In batches that stay near the processor, as in the engine.
    for batch in organisation.clients.batches(64) {
        let cases: Vec<_> = batch
            .iter()
            .map(|client| ClientContext::new(organisation, client, &rules, TODAY))
            .collect();
        for (cost, rule) in &mut costs {
            let start = Instant::now();
            for case in &cases {
                rule.judge(case, &mut Judgement::default());
            }
            *cost += start.elapsed();
        }
    }
    for (cost, rule) in &mut costs {
        if !rule.is_of_client() {
            let start = Instant::now();
            let mut marks = GroupKeys::default();
            for (client, position) in organisation.clients.iter().zip(0..) {
                rule.mark(client, position, &mut marks);
            }
            let marks = marks.as_slice().to_vec();
            rule.judge_organisation(organisation, marks, TODAY, &mut Judgement::default());
            *cost += start.elapsed();
        }
    }
    costs.sort_unstable_by_key(|(cost, _)| std::cmp::Reverse(*cost));
    let total: Duration = costs.iter().map(|(cost, _)| *cost).sum();
    println!("\n{total:>10.1?}  all rules");
    for (cost, rule) in costs {
        println!("{cost:>10.1?}  {}", rule.rule.id);
    }
}
