//! A secret that is planted in an export is in no format, however the rest of the text is broken.
//! The input is the text around the secret; a byte 0 marks its place.
#![no_main]

use grantlint::audit::{Request, audit};
use grantlint::report::{Format, Look};
use grantlint::text::{Source, Sources};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

const SECRET: &str = "zQ7vR2mXk9Lp4TtWb8Nc3YhJf6Gs1Dd5AaEeUuOo0Ii";

static REQUEST: LazyLock<Request> = LazyLock::new(|| {
    grantlint::engine::silence_panics();
    Request {
        inventory: true,
        ..Request::new(jiff::civil::date(2026, 11, 30))
    }
});

fuzz_target!(|rest: &str| {
    let before = "{\"entities\": [{\"id\": \"1\", \"name\": \"Portal\", \"authorizedGrantType\": \"TOKEN\", \"secret\": \"";
    let after = "\", \"registeredRedirectUri\": [\"http://a.example.com/\"], ";
    let rest = rest.replace('\0', SECRET);
    let text = format!("{before}{SECRET}{after}{rest}");
    let mut sources = Sources::default();
    sources.add(Source::new("clients.json", text));
    let report = audit(&sources, &[true], Vec::new(), &REQUEST);
    for format in Format::ALL {
        let mut printed = Vec::new();
        let written = format.write(&report, Look::PLAIN, &mut printed);
        assert!(written.is_ok());
        let mut parts = SECRET.as_bytes().windows(8);
        let printed = String::from_utf8_lossy(&printed);
        assert!(!parts.any(|part| std::str::from_utf8(part).is_ok_and(|part| printed.contains(part))));
    }
});
