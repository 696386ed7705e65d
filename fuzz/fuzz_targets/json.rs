//! The reader of JSON accepts what `serde_json` accepts, and reads in pieces what it reads
//! whole.
#![no_main]

use grantlint::document::{Format, Limits, read_file};
use grantlint::text::SourceId;
use libfuzzer_sys::fuzz_target;
use serde_json::{Deserializer, Value};

fuzz_target!(|text: &str| {
    let document = read_file(SourceId(0), "x.json", text, Limits::default());
    if document.format() != Format::Json {
        return;
    }
    let stripped = text.strip_prefix('\u{feff}').unwrap_or(text);
    let theirs: Result<Vec<Value>, _> = Deserializer::from_str(stripped).into_iter().collect();
    if theirs.is_ok() {
        let broken = document.faults().iter().any(|fault| {
            !matches!(fault.kind, grantlint::document::FaultKind::DuplicateKey)
        });
        assert!(!broken);
    }
    for root in document.roots() {
        assert!(text.get(root.span().range()).is_some());
    }
});
