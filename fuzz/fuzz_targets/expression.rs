//! No expression makes the evaluator panic, and none takes it longer than its bounds allow.
#![no_main]

use grantlint::document::Limits;
use grantlint::export::{TerraformSettings, assemble, read, resolve};
use grantlint::text::{Source, Sources};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let client = format!(
        "resource \"genesyscloud_oauth_client\" \"c\" {{\n  for_each = toset([\"x\", var.unknown])\n  registered_redirect_uris = [{text}]\n}}\n"
    );
    let locals = format!("locals {{\n  a = {text}\n  b = [1, \"x\", {{ k = null }}]\n}}\n");
    let mut sources = Sources::default();
    sources.add(Source::new("main.tf", client));
    sources.add(Source::new("rest.tf", locals));
    let facts = sources
        .iter()
        .map(|(id, source)| (id, read(id, source, Limits::default()).0));
    let export = assemble(resolve(facts.collect(), &sources, TerraformSettings::default()), &sources, &|_| None);
    assert!(export.organisations.iter().all(|one| one.clients.len() <= 3));
});
