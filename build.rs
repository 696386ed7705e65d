//! Reads `rules/*.toml` and `rules/data/*.toml`, rejects faulty files, and writes
//! them down as constants.

#[path = "src/catalog/input.rs"]
#[allow(dead_code)]
mod input;

#[path = "src/catalog/rule.rs"]
#[allow(dead_code)]
mod rule;

#[path = "src/catalog/permission.rs"]
#[allow(dead_code)]
mod permission;

#[path = "src/text/vocabulary.rs"]
#[allow(dead_code)]
mod vocabulary;

use flate2::{Compression, write::DeflateEncoder};
use permission::{Domain, Permission, PermissionFile, Tier};
use rule::{
    Bound, Category, Check, Condition, Confidence, Decision, Example, ExpectedVerdict, Message,
    Need, OnMissing, Parameter, ParameterKind, Persona, Phrase, PhraseFile, Reference, Rule,
    Setting, Severity, Tighter, Value, YieldsOn,
};
use std::borrow::Cow;
use std::io::Write;
use std::{env, fs, path::Path};
use vocabulary::{Label, LabelKind, Prefix, Vocabulary};

fn main() {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=src/catalog/input.rs");
    println!("cargo::rerun-if-changed=src/catalog/rule.rs");
    println!("cargo::rerun-if-changed=src/catalog/permission.rs");
    println!("cargo::rerun-if-changed=src/text/vocabulary.rs");
    // Holds for the program and not for this script, which shares the form of rules.
    println!("cargo::rustc-cfg=rule_schema");
    let mut rules = Vec::new();
    let mut faults = Vec::new();
    let files = fs::read_dir("rules").expect("the directory `rules` beside Cargo.toml");
    for file in files {
        let path = file.expect("a readable entry of `rules`").path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a readable rule file");
        match Rule::parse(&text) {
            Ok(rule) => {
                if path.file_stem().is_none_or(|stem| stem != &*rule.id) {
                    faults.push(format!(
                        "{}: the name of the file differs from its rule `{}`",
                        path.display(),
                        rule.id
                    ));
                }
                rules.push(rule);
            }
            Err(fault) => faults.push(format!("{}: {fault}", path.display())),
        }
    }
    faults.extend(rule::precedence_faults(
        &rules.iter().collect::<Vec<_>>(),
        &[],
    ));
    assert!(
        faults.is_empty(),
        "rule files are wrong:\n{}",
        faults.join("\n")
    );
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    let constants: Vec<String> = rules.iter().map(Constant::constant).collect();
    let mut code = format!(
        "pub(super) static RULES: &[Rule] = &[{}];\n",
        constants.join(",\n")
    );
    let native = rules
        .iter()
        .filter(|rule| matches!(rule.check, Check::Native));
    let registry = registry(native.map(|rule| &*rule.id));
    let path = "rules/data/permissions.toml";
    let text = fs::read_to_string(path).expect("the list of permissions");
    let file = PermissionFile::parse(&text).unwrap_or_else(|fault| panic!("{path}: {fault}"));
    code += &list("PERMISSIONS", "Permission", &file.permission);
    code += &list(
        "UNBOUNDED",
        "std::borrow::Cow<'static, str>",
        &file.unbounded,
    );
    code += &list("DOMAINS", "Domain", &file.domain);
    let path = "rules/data/phrases.toml";
    let text = fs::read_to_string(path).expect("the shared phrases");
    let file: PhraseFile = toml::from_str(&text).unwrap_or_else(|fault| panic!("{path}: {fault}"));
    code += &list("PHRASES", "Phrase", &file.phrase);
    let directory = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let directory = Path::new(&directory);
    fs::write(directory.join("catalogue.rs"), code).expect("a writable OUT_DIR");
    fs::write(directory.join("native.rs"), registry).expect("a writable OUT_DIR");
    let path = "rules/data/credentials.toml";
    let text = fs::read_to_string(path).expect("the words of credentials");
    let words = Vocabulary::parse(&text).unwrap_or_else(|fault| panic!("{path}: {fault}"));
    let code = format!(
        "pub(super) static VOCABULARY: vocabulary::Vocabulary = {};\n",
        words.constant()
    );
    fs::write(directory.join("vocabulary.rs"), code).expect("a writable OUT_DIR");
    let table = fs::read("rules/data/operations.tsv").expect("the table of operations");
    fs::write(directory.join("operations.tsv.deflate"), deflate(&table))
        .expect("a writable OUT_DIR");
}

/// The table is a tenth of its size in the program, and few runs need it.
fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.expect("memory takes all")
}

/// The function that finds the code of a native rule. A rule without its module does not compile.
fn registry<'r>(ids: impl Iterator<Item = &'r str>) -> String {
    let arms = ids.map(|id| format!("{id:?} => {}::CHECK,\n", id.replace('-', "_")));
    let arms = arms.collect::<Vec<_>>().concat();
    format!(
        "/// The code of a native rule.\nfn native(id: &str) -> Option<Native> \
         {{\nSome(match id {{\n{arms}_ => return None,\n}})\n}}\n"
    )
}

/// A list of constants under a name.
fn list(name: &str, kind: &str, items: &[impl Constant]) -> String {
    let items: Vec<String> = items.iter().map(Constant::constant).collect();
    format!(
        "pub(super) static {name}: &[{kind}] = &[{}];\n",
        items.join(",\n")
    )
}

/// A value written as Rust.
trait Constant {
    fn constant(&self) -> String;
}

impl Constant for Cow<'static, str> {
    fn constant(&self) -> String {
        format!("std::borrow::Cow::Borrowed({:?})", &**self)
    }
}
impl<T: Constant + Clone> Constant for Cow<'static, [T]> {
    fn constant(&self) -> String {
        let items: Vec<String> = self.iter().map(Constant::constant).collect();
        format!("std::borrow::Cow::Borrowed(&[{}])", items.join(", "))
    }
}
impl<T: Constant> Constant for Option<T> {
    fn constant(&self) -> String {
        self.as_ref()
            .map_or("None".into(), |value| format!("Some({})", value.constant()))
    }
}
impl<A: Constant, B: Constant> Constant for (A, B) {
    fn constant(&self) -> String {
        format!("({}, {})", self.0.constant(), self.1.constant())
    }
}
macro_rules! plain {
    ($($kind:ty),*) => {$(
        impl Constant for $kind {
            fn constant(&self) -> String {
                format!("{self:?}")
            }
        }
    )*};
}
plain!(i64, u16, bool);
macro_rules! unit {
    ($room:ident: $($kind:ident),*) => {$(
        impl Constant for $kind {
            fn constant(&self) -> String {
                format!("{}::{}::{self:?}", stringify!($room), stringify!($kind))
            }
        }
    )*};
}
unit!(permission: Tier);
unit!(vocabulary: LabelKind);
unit!(
    rule:
    Severity,
    Confidence,
    Persona,
    Category,
    Need,
    ParameterKind,
    OnMissing,
    Tighter,
    Decision,
    ExpectedVerdict,
    YieldsOn
);
macro_rules! structure {
    ($room:ident: $($kind:ident { $($field:ident),* })*) => {$(
        impl Constant for $kind {
            fn constant(&self) -> String {
                let mut fields = String::new();
                $( fields += &format!("{}: {}, ", stringify!($field), self.$field.constant()); )*
                format!("{}::{} {{ {fields} }}", stringify!($room), stringify!($kind))
            }
        }
    )*};
}
structure! { vocabulary:
    Vocabulary { labels, not_values, digests, prefixes, webhooks }
    Label { word, kind, whole }
    Prefix { prefix, rest }
}
structure! { permission:
    Permission { name, tier, path, reason }
    Domain { name, permissions }
}
structure! { rule:
    Rule { id, aliases, title, severity, worst, confidence, persona, category, since, needs, yields_to, yields_on, configured_by, references, standards, why, fix, check, messages, phrases, params, examples }
    Reference { title, url }
    Message { key, text, fix }
    Phrase { key, text }
    Parameter { name, was, kind, default, doc, min, max, tighter, decides }
    Condition { grant, kind, not_kind, active }
    Example { verdict, marks, message, severity, confidence, today, region, params, yaml }
    Setting { name, value }
}
macro_rules! enumeration {
    ($kind:ident { $($variant:ident { $($field:ident),* })* }) => {
        impl Constant for $kind {
            fn constant(&self) -> String {
                match self {
                    Self::Native => "rule::Check::Native".into(),
                    $( Self::$variant { $($field),* } => {
                        let mut fields = String::new();
                        $( fields += &format!("{}: {}, ", stringify!($field), $field.constant()); )*
                        format!("rule::{}::{} {{ {fields} }}", stringify!($kind), stringify!($variant))
                    } )*
                }
            }
        }
    };
}
enumeration! { Check {
    ForbiddenValue { field, values, when, on_missing }
    ForbiddenItem { field, values, when, on_missing }
    NumberRange { field, min, max, when, on_missing }
    ListSize { field, min, max, when, on_missing }
    MustBeAbsent { field, when }
    MustBePresent { field, when }
    ForbiddenPattern { field, pattern, when, on_missing }
    RequiredPattern { field, pattern, when, on_missing }
    Expression { field, expression, when }
} }
macro_rules! newtype {
    ($($kind:ident { $($variant:ident),* })*) => {$(
        impl Constant for $kind {
            fn constant(&self) -> String {
                match self {
                    $( Self::$variant(value) => format!("rule::{}::{}({})", stringify!($kind), stringify!($variant), value.constant()), )*
                }
            }
        }
    )*};
}
newtype! {
    Value { Integer, Boolean, Text, List, ByClient }
    Bound { Number, Parameter }
}
