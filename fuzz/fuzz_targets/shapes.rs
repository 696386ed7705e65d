//! Any few texts are read, resolved, assembled and judged without a panic, and every place
//! that the report names is in its text. Texts are separated by a line `--- path`.
#![no_main]

use grantlint::audit::{Request, audit};
use grantlint::text::{Source, Sources};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static REQUEST: LazyLock<Request> = LazyLock::new(|| {
    grantlint::engine::silence_panics();
    Request::new(jiff::civil::date(2026, 11, 22))
});

fn sources(texts: &str) -> Sources {
    let mut sources = Sources::default();
    let mut path = "clients.json";
    let mut text = String::new();
    for line in texts.split_inclusive('\n') {
        let Some(next) = line.strip_prefix("--- ") else {
            text.push_str(line);
            continue;
        };
        sources.add(Source::new(path, std::mem::take(&mut text)));
        path = next.trim_end();
    }
    sources.add(Source::new(path, text));
    sources
}

fuzz_target!(|texts: &str| {
    let sources = sources(texts);
    let report = audit(&sources, &vec![true; sources.len()], Vec::new(), &REQUEST);
    let findings = report.findings.iter().map(|finding| finding.place);
    let problems = report.problems.iter().filter_map(|problem| problem.place);
    for place in findings.chain(problems) {
        let text = sources.get(place.source).text();
        assert!(text.get(place.span.range()).is_some());
    }
    // A rule that crashes is caught; here it must not pass.
    let crashed = grantlint::finding::ProblemKind::RuleCrashed;
    assert!(report.problems.iter().all(|problem| problem.kind != crashed));
});
