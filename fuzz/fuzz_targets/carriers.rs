//! No bytes make the opener of archives and encodings panic, nor give more than the limit.
#![no_main]

use grantlint::discover::{Options, discover_with};
use libfuzzer_sys::fuzz_target;
use std::path::PathBuf;

fuzz_target!(|bytes: &[u8]| {
    let options = Options {
        max_size: 1 << 20,
        ..Options::default()
    };
    let mut stdin = bytes;
    let discovery = discover_with(&[PathBuf::from("-")], &options, &mut stdin);
    let lengths = discovery.sources.iter().map(|(_, source)| source.text().len());
    assert!(lengths.sum::<usize>() <= 2 << 20);
});
