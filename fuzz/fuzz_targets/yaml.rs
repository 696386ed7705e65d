//! No text makes the reader panic, and every value it finds is in the text.
#![no_main]

use grantlint::document::{Limits, Node, read_file};
use grantlint::text::SourceId;
use libfuzzer_sys::fuzz_target;

fn check(node: Node<'_, '_>, text: &str) {
    assert!(text.get(node.span().range()).is_some());
    let _ = (node.text(), node.number(), node.expression());
    for item in node.items() {
        check(item, text);
    }
    for (key, value) in node.entries() {
        check(key, text);
        check(value, text);
    }
}

fuzz_target!(|text: &str| {
    let document = read_file(SourceId(0), "x.yaml", text, Limits::default());
    for root in document.roots() {
        check(root, text);
    }
});
