//! The policy on the real binary: configuration, locks, acceptances, baselines, own rules,
//! gates. What is misspelt, missing or unreadable never ends in 0.

use crate::common::{Run, grantlint_in};
use std::fs;
use std::path::{Path, PathBuf};

const TODAY: &str = "2026-11-22";

const CLIENTS: &str = r#"{"entities":[
{"id":"aaaaaaaa-0000-4000-8000-000000000001","name":"Wallboard","authorizedGrantType":"TOKEN","scope":["users","oauth","authorization"],"accessTokenValiditySeconds":86400},
{"id":"aaaaaaaa-0000-4000-8000-000000000002","name":"Nightly Export","authorizedGrantType":"CLIENT-CREDENTIALS","scope":[],"accessTokenValiditySeconds":7200},
{"id":"aaaaaaaa-0000-4000-8000-000000000003","name":"Portal","authorizedGrantType":"CODE","scope":["oauth"],"accessTokenValiditySeconds":1800}
]}"#;

/// Blames each scope on a list of its own.
const SCOPE_RULE: &str = r#"
id = "scope-forbidden"
aliases = ["scope-banned"]
title = "The client holds a scope that nobody may hold"
severity = "high"
confidence = "high"
persona = "regular"
category = "scope"
since = "0.1.0"
references = [{ title = "Policy", url = "https://example.com/" }]
why = "Nobody may hold it."
fix = "Take it out."
[check]
kind = "forbidden-item"
field = "scope"
values = ["authorization", "oauth"]
on-missing = "pass"
[[messages]]
key = "main"
text = "{value} is forbidden"
fix = "take {value} out"
[[examples]]
verdict = "bad"
marks = "oauth"
yaml = "{name: a, authorizedGrantType: CODE, scope: [oauth]}"
[[examples]]
verdict = "bad"
marks = "authorization"
yaml = "{name: a, authorizedGrantType: CODE, scope: [users, authorization]}"
[[examples]]
verdict = "good"
yaml = "{name: a, authorizedGrantType: CODE, scope: [users]}"
[[examples]]
verdict = "good"
yaml = "{name: a, authorizedGrantType: CODE, scope: []}"
"#;

/// A bound with a parameter, and a table by client.
const LIFETIME_RULE: &str = r#"
id = "lifetime"
title = "Tokens live too long"
severity = "medium"
confidence = "high"
persona = "regular"
category = "token"
since = "0.1.0"
references = [{ title = "Policy", url = "https://example.com/" }]
why = "They do."
fix = "Lower it."
[check]
kind = "number-range"
field = "accessTokenValiditySeconds"
max = "${limit}"
on-missing = "pass"
[[params]]
name = "limit"
type = "integer"
default = 3600
min = 60
max = 100000
doc = "Seconds."
[[params]]
name = "allowed"
type = "by-client"
default = {}
doc = "Of no use but here."
[[messages]]
key = "main"
text = "{value} is over {limit}"
fix = "set {field} to {limit}"
[[examples]]
verdict = "bad"
marks = "4000"
yaml = "{name: a, authorizedGrantType: CODE, accessTokenValiditySeconds: 4000}"
[[examples]]
verdict = "bad"
marks = "100"
params = [{ name = "limit", value = 90 }]
yaml = "{name: a, authorizedGrantType: CODE, accessTokenValiditySeconds: 100}"
[[examples]]
verdict = "good"
yaml = "{name: a, authorizedGrantType: CODE, accessTokenValiditySeconds: 100}"
[[examples]]
verdict = "good"
yaml = "{name: a, authorizedGrantType: CODE}"
"#;

const EXTRA: &str = "[rules]\nextra = [\"policies\"]\n";

/// A directory with an export, rules of its own, and a configuration.
struct Place(tempfile::TempDir);

impl Place {
    fn new(config: &str) -> Self {
        let place = Self(tempfile::tempdir().expect("a directory"));
        place.write("exports/clients.json", CLIENTS);
        place.write("policies/scope.toml", SCOPE_RULE);
        place.write("policies/lifetime.toml", LIFETIME_RULE);
        place.configure(config);
        place
    }

    /// Writes the configuration. Of the built-in rules `implicit-grant` is left on, so that
    /// these tests do not change with the catalogue.
    fn configure(&self, config: &str) {
        let others = grantlint::catalog::builtin()
            .iter()
            .filter(|rule| rule.id != "implicit-grant");
        let off: Vec<String> = others
            .map(|rule| format!("[rules.{}]\nseverity = \"off\"\n", rule.id))
            .collect();
        let off = off.concat();
        self.write("grantlint.toml", &format!("{config}\n{off}"));
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(&path, text).expect("a file");
        path
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).expect("a file")
    }

    fn run(&self, arguments: &[&str]) -> Run {
        grantlint_in(self.path(), arguments, b"")
    }

    /// `check exports` on a fixed day, a line a finding.
    fn check(&self, more: &[&str]) -> Run {
        let mut arguments = vec!["check", "exports", "--format", "concise"];
        if !more.contains(&"--today") {
            arguments.extend(["--today", TODAY]);
        }
        arguments.extend(more);
        self.run(&arguments)
    }

    /// The same for people.
    fn tell(&self, more: &[&str]) -> Run {
        let mut arguments = vec!["check", "exports", "--today", TODAY];
        arguments.extend(more);
        self.run(&arguments)
    }
}

fn findings(run: &Run, rule: &str) -> usize {
    let word = format!(" {rule} ");
    run.stdout
        .lines()
        .filter(|line| line.contains(&word) && !line.starts_with("fixed: "))
        .count()
}

fn accept(rule: &str, client: &str, more: &str) -> String {
    format!(
        "\n[[accept]]\nrule = \"{rule}\"\nclient = \"{client}\"\nreason = \"needed until the rewrite\"\nowner = \"Jo\"\n{more}\n"
    )
}

#[test]
fn every_fault_of_a_configuration_is_told_at_its_place_with_a_suggestion() {
    let place = Place::new(
        r#"
exclud = ["a"]
[rules]
extra = ["policies"]
[rules.lifetime]
limit = 1
severity = "hgih"
limmit = 3
[rules.lifetyme]
severity = "off"
[rules.scope-forbidden]
lock = ["severty"]
[gate]
fail_on = "high"
persona = 3
[clients."nmae:Wall*"]
kind = "scim"
[clients."kind:scmi"]
kind = "scim"
[organisations.exports]
nam = "x"
[[accept]]
rule = "scope-forbiden"
client = "name:Wall*"
field = "scope[1]"
until = 2030-01-01
[output]
format = "sarif2"
files = { sarf = "x" }
"#,
    );
    let run = place.check(&[]);
    assert_eq!(run.code, 2, "{}", run.all());
    assert!(run.stdout.is_empty());
    for words in [
        "there is no key `exclud`",
        "did you mean `exclude`?",
        "`rules.lifetime.limit` is out of range",
        "60 to 100000",
        "did you mean `high`?",
        "there is no key `limmit` in `rules.lifetime`",
        "did you mean `limit`?",
        "there is no rule `lifetyme`",
        "did you mean `lifetime`?",
        "`severty` cannot be locked here",
        "there is no key `fail_on` in `gate`",
        "did you mean `fail-on`?",
        "`gate.persona` must be text",
        "`nmae:` does not begin a client pattern",
        "did you mean `name`?",
        "unknown kind of client `scmi`",
        "there is no key `nam`",
        "there is no rule `scope-forbiden`",
        "an acceptance cannot contain wildcards",
        "positions differ between exports",
        "`reason` is missing",
        "`output.format` is not `sarif2`",
        "grantlint.toml:2:1",
        "18 errors",
    ] {
        assert!(run.stderr.contains(words), "{words}\n{}", run.stderr);
    }
}

#[test]
fn what_is_misspelt_missing_or_unreadable_never_yields_0() {
    for (config, wanted) in [
        ("this is not toml", 2),
        ("a = 1\na = 2", 2),
        ("[rules.implicit-grnat]\nseverity = \"off\"", 2),
        ("[rulez]", 2),
        ("extends = \"missing.toml\"", 2),
        ("extends = \"grantlint.toml\"", 2),
        ("extends = \"exports\"", 2),
        ("[rules]\nextra = [\"missing\"]", 2),
        ("[rules]\nextra = [\"exports\"]", 2),
        ("[gate]\nbaseline = \"missing.json\"", 2),
        ("[gate]\nbaseline = \"exports/clients.json\"", 2),
        ("[acceptance]\nfiles = [\"missing.toml\"]", 2),
        ("[rules.implicit-grant]\nsunset = \"soon\"", 2),
        ("[rules.implicit-grant]\nsunset = 2027-02-30", 2),
        ("[rules.implicit-grant]\nseverity = \"off\"", 2),
        (
            "[clients.\"name:Wllboard\".rules.implicit-grant]\nseverity = \"off\"",
            3,
        ),
        ("[clients.\"id:aaaaaaaa\"]\nkind = \"scim\"", 3),
        ("[organisations.\"exprts\"]\nname = \"x\"", 3),
        ("exclude = [\"**\"]", 3),
        ("[gate]\nrequire-clients = 4", 3),
    ] {
        let place = Place::new(config);
        let run = place.check(&["--fail-on", "never"]);
        assert_eq!(run.code, wanted, "{config}\n{}", run.all());
    }
    let place = Place::new("");
    for (arguments, wanted) in [
        (&["--config", "missing.toml"][..], 2),
        (&["--config", "exports"], 2),
        (&["--baseline", "missing.json"], 2),
        (&["--baseline", "exports/clients.json"], 2),
        (&["--baseline", "exports"], 2),
        (&["--write-baseline", "exports/clients.json"], 2),
        (&["--require-clients", "4"], 3),
        (&["--write-baseline", "no/such/directory/b.json"], 3),
        (&["--config", "grantlint.toml", "--no-config"], 2),
    ] {
        let run = place.check(&[arguments, &["--fail-on", "never"]].concat());
        assert_eq!(run.code, wanted, "{arguments:?}\n{}", run.all());
    }
    assert_eq!(
        place.read("exports/clients.json"),
        CLIENTS,
        "nothing was overwritten"
    );
}

#[test]
fn a_parameter_by_client_that_names_nobody_is_told() {
    let config = format!(
        "{EXTRA}[rules.lifetime.allowed]\n\"name:Potral\" = [\"x\"]\n\"kind:scim\" = [\"y\"]\n"
    );
    let place = Place::new(&config);
    let run = place.check(&["--fail-on", "never"]);
    assert_eq!(run.code, 3, "{}", run.all());
    assert!(
        run.stdout.contains("`name:Potral` matches nothing"),
        "{}",
        run.stdout
    );
    assert!(
        !run.stdout.contains("`kind:scim` matches"),
        "{}",
        run.stdout
    );
    let run = place.check(&["--fail-on", "never", "--partial"]);
    assert_eq!(run.code, 0, "{}", run.all());
}

#[test]
fn the_configuration_is_found_upward_and_paths_in_it_start_there() {
    let place = Place::new(&format!("{EXTRA}exclude = [\"exports/old\"]\n").replace(
        "[rules]\nextra = [\"policies\"]\nexclude = [\"exports/old\"]\n",
        "exclude = [\"exports/old\"]\n[rules]\nextra = [\"policies\"]\n",
    ));
    place.write(
        "exports/old/clients.json",
        &CLIENTS.replace("aaaaaaaa", "bbbbbbbb"),
    );
    let run = place.check(&["-v"]);
    assert_eq!(findings(&run, "scope-forbidden"), 3, "{}", run.all());
    assert!(run.stderr.contains("excluded"), "{}", run.stderr);
    let below = grantlint_in(
        &place.path().join("exports"),
        &["check", "--format", "concise", "--today", TODAY],
        b"",
    );
    assert_eq!(findings(&below, "scope-forbidden"), 3, "{}", below.all());
    assert!(
        below.stdout.starts_with("clients.json:"),
        "{}",
        below.stdout
    );
    let named = place.run(&[
        "check",
        "exports/old/clients.json",
        "--format",
        "concise",
        "--today",
        TODAY,
    ]);
    // A hook names files: what is excluded is excluded for it too.
    assert_eq!(findings(&named, "scope-forbidden"), 0, "{}", named.all());
    assert_eq!(named.code, 3, "{}", named.all());
    let without = place.check(&["--no-config"]);
    assert_eq!(
        findings(&without, "scope-forbidden"),
        0,
        "{}",
        without.all()
    );
    assert_eq!(findings(&without, "implicit-grant"), 2, "{}", without.all());
    let said = place.tell(&["-q"]);
    assert!(
        said.stdout
            .contains("1 file not read: the configuration excludes them"),
        "{}",
        said.stdout
    );
}

#[test]
fn severity_parameters_sections_kinds_and_names_apply() {
    let config = format!(
        "{EXTRA}
[rules.lifetime]
limit = 1000
severity = \"low\"
[rules.scope-banned]
severity = \"off\"
[clients.\"kind:machine\".rules.lifetime]
limit = 7200
[clients.\"name:wall*\"]
kind = \"embeddable\"
[clients.\"name:wall*\".rules.lifetime]
severity = \"critical\"
[organisations.exports]
name = \"Meridia EMEA\"
[organisations.exports.rules.scope-forbidden]
severity = \"info\"
"
    );
    let place = Place::new(&config);
    let run = place.check(&[]);
    let lines: Vec<_> = run.stdout.lines().collect();
    assert_eq!(findings(&run, "lifetime"), 2, "{}", run.all());
    assert!(
        lines
            .iter()
            .any(|line| line.contains("critical lifetime [Wallboard]")),
        "{}",
        run.stdout
    );
    assert!(
        lines
            .iter()
            .any(|line| line.contains("low lifetime [Portal] 1800 is over 1000")),
        "{}",
        run.stdout
    );
    assert_eq!(
        run.stdout.matches(" info scope-forbidden ").count(),
        3,
        "{}",
        run.stdout
    );
    assert!(
        run.stdout
            .contains("which the Embeddable Framework guide requires"),
        "{}",
        run.stdout
    );
}

const ORGANISATION: &str = r#"
lock = ["exclude", "kinds"]
[rules]
extra = ["../policies"]
[rules.lifetime]
limit = 3000
lock = true
[rules.scope-forbidden]
severity = "critical"
lock = ["severity"]
[gate]
fail-on = "medium"
lock = ["fail-on", "require-clients"]
[acceptance]
longest-days = 90
lock = true
[clients."kind:machine".rules.lifetime]
limit = 900
[clients."name:Somewhere Else".rules.lifetime]
limit = 900
"#;

#[test]
fn a_child_cannot_weaken_a_lock() {
    for (child, holds) in [
        ("", true),
        ("[rules.lifetime]\nlimit = 2999", true),
        ("[rules.lifetime]\nlimit = 3000", true),
        ("[rules.lifetime]\nlimit = 3001", false),
        ("[rules.lifetime]\nseverity = \"high\"", true),
        ("[rules.lifetime]\nseverity = \"low\"", false),
        ("[rules.lifetime]\nseverity = \"off\"", false),
        ("[rules.lifetime]\nlock = false\nlimit = 9000", false),
        ("[rules.lifetime]\nallowed = { \"*\" = [\"x\"] }", false),
        ("[rules.scope-forbidden]\nseverity = \"high\"", false),
        ("[rules.scope-banned]\nseverity = \"off\"", false),
        (
            "[clients.\"name:Portal\".rules.lifetime]\nlimit = 9000",
            false,
        ),
        (
            "[clients.\"name:Portal\".rules.lifetime]\nseverity = \"off\"",
            false,
        ),
        (
            "[clients.\"*\".rules.scope-banned]\nseverity = \"info\"",
            false,
        ),
        (
            "[organisations.\"**\".rules.lifetime]\nseverity = \"off\"",
            false,
        ),
        ("[clients.\"name:Portal\"]\nkind = \"scim\"", false),
        ("exclude = [\"exports\"]", false),
        ("[gate]\nfail-on = \"low\"", true),
        ("[gate]\nfail-on = \"never\"", false),
        ("[gate]\nrequire-clients = 2", true),
        ("[gate]\nmin-severity = \"info\"", true),
        ("[gate]\nmin-severity = \"critical\"", false),
        ("[gate]\nmin-confidence = \"high\"", false),
        ("[gate]\npersona = \"auditor\"", true),
        ("[acceptance]\nlongest-days = 30", true),
        ("[acceptance]\nlongest-days = 91", false),
        ("[acceptance]\ndated-from = \"never\"", false),
    ] {
        let place = Place::new(&format!("extends = \"org/grantlint.toml\"\n{child}\n"));
        place.write("org/grantlint.toml", ORGANISATION);
        let run = place.check(&[]);
        let wanted = if holds { 1 } else { 2 };
        assert_eq!(run.code, wanted, "{child}\n{}", run.all());
        if !holds {
            assert!(run.stderr.contains("org/grantlint.toml:"), "{}", run.stderr);
        }
    }
}

#[test]
fn the_command_line_cannot_weaken_a_lock_either() {
    let place = Place::new("extends = \"org/grantlint.toml\"\n");
    place.write("org/grantlint.toml", ORGANISATION);
    for (arguments, code) in [
        (&["--fail-on", "low"][..], 1),
        (&["--fail-on", "high"], 2),
        (&["--fail-on", "never"], 2),
        (&["--exit-zero"], 2),
        (&["--min-severity", "high"], 2),
        (&["--min-confidence", "high"], 2),
        (&["--persona", "pedantic"], 1),
        (&["--require-clients", "1"], 1),
        (&["--exclude", "exports/clients.json"], 2),
    ] {
        let run = place.check(arguments);
        assert_eq!(run.code, code, "{arguments:?}\n{}", run.all());
        if code == 2 {
            assert!(run.stderr.contains("org/grantlint.toml:"), "{}", run.stderr);
        }
    }
}

#[test]
fn a_baseline_does_not_undo_what_may_not_be_accepted_or_baselined() {
    let locked = |lock: &str| {
        let place = Place::new("extends = \"org/grantlint.toml\"\n");
        place.write(
            "org/grantlint.toml",
            &format!("rules.extra = [\"../policies\"]\n{lock}\n"),
        );
        place.check(&["--write-baseline", "known.json"]);
        place
    };
    // The three findings of a rule whose acceptance is locked are known and count.
    let place = locked("rules.scope-forbidden.lock = [\"accept\"]");
    for option in ["--baseline", "--write-baseline"] {
        let run = place.check(&[option, "known.json"]);
        assert_eq!(run.code, 1, "{}", run.all());
        assert_eq!(findings(&run, "scope-forbidden"), 3, "{}", run.all());
        assert_eq!(findings(&run, "lifetime"), 0, "{}", run.all());
    }
    // A baseline of the locking file itself is its own decision.
    place.write("org/grantlint.toml", "[gate]\nbaseline = \"../known.json\"\n[rules]\nextra = [\"../policies\"]\n[rules.scope-forbidden]\nlock = [\"accept\"]\n");
    assert_eq!(place.check(&[]).code, 0, "{}", place.check(&[]).all());
    // With the baseline itself locked none other is named, nor held against by being written.
    let place = locked("[gate]\nlock = [\"baseline\"]");
    assert_eq!(place.check(&["--baseline", "known.json"]).code, 2);
    let run = place.check(&["--write-baseline", "known.json"]);
    assert_eq!(run.code, 1, "{}", run.all());
    assert_eq!(findings(&run, "lifetime"), 2, "{}", run.all());
}

#[test]
fn an_organisation_may_keep_acceptances_to_itself() {
    let entry = accept("lifetime", "name:Wallboard", "until = 2026-12-01");
    let parent = "lock = [\"accept\"]\n[rules]\nextra = [\"../policies\"]\n";
    let place = Place::new(&format!("extends = \"org/grantlint.toml\"\n{entry}"));
    place.write("org/grantlint.toml", parent);
    let run = place.check(&[]);
    assert_eq!(run.code, 2, "{}", run.all());
    assert!(
        run.stderr.contains("org/grantlint.toml:1"),
        "{}",
        run.stderr
    );
    let place =
        Place::new("extends = \"org/grantlint.toml\"\n[acceptance]\nfiles = [\"a.toml\"]\n");
    place.write("org/grantlint.toml", parent);
    place.write("a.toml", &entry);
    assert_eq!(place.check(&[]).code, 2);
    place.write("a.toml", "");
    place.write("org/grantlint.toml", &format!("{parent}{entry}"));
    let run = place.check(&["--fail-on", "never"]);
    assert_eq!(run.code, 0, "{}", run.all());
    assert_eq!(findings(&run, "lifetime"), 1, "{}", run.all());
}

#[test]
fn a_section_of_a_child_may_be_looser_than_the_child_within_the_lock() {
    let place = Place::new(
        "extends = \"org/grantlint.toml\"\n[rules.lifetime]\nlimit = 1500\n[clients.\"name:Portal\".rules.lifetime]\nlimit = 2000\n",
    );
    place.write("org/grantlint.toml", ORGANISATION);
    let run = place.check(&[]);
    assert!(!run.stdout.contains("lifetime [Portal]"), "{}", run.all());
    assert!(
        run.stdout
            .contains("lifetime [Wallboard] 86400 is over 1500"),
        "{}",
        run.all()
    );
}

#[test]
fn a_rule_is_set_once_under_its_id_or_a_former_one() {
    let place = Place::new(&format!(
        "{EXTRA}[rules.scope-forbidden]\nseverity = \"high\"\n[rules.scope-banned]\nseverity = \"off\"\n"
    ));
    let run = place.check(&[]);
    assert_eq!(run.code, 2, "{}", run.all());
    assert!(
        run.stderr
            .contains("`scope-banned` is `scope-forbidden`, which this file sets already"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_locked_rule_is_accepted_only_where_it_is_locked() {
    let entry = accept("lifetime", "name:Wallboard", "until = 2026-12-01");
    let place = Place::new(&format!("extends = \"org/grantlint.toml\"\n{entry}"));
    place.write("org/grantlint.toml", ORGANISATION);
    let run = place.check(&[]);
    assert_eq!(run.code, 2, "{}", run.all());
    assert!(
        run.stderr.contains("cannot be accepted here"),
        "{}",
        run.stderr
    );
    let place = Place::new("extends = \"org/grantlint.toml\"\n");
    place.write("org/grantlint.toml", &format!("{ORGANISATION}{entry}"));
    let run = place.check(&[]);
    assert!(
        !run.stdout.contains("lifetime [Wallboard]"),
        "{}",
        run.all()
    );
}

#[test]
fn what_a_section_of_the_parent_tightened_stays_tight() {
    let place = Place::new(
        "extends = \"org/grantlint.toml\"\n[clients.\"name:Nightly*\".rules.lifetime]\nlimit = 2000\n",
    );
    place.write("org/grantlint.toml", ORGANISATION);
    let run = place.check(&[]);
    assert!(
        run.stdout
            .contains("lifetime [Nightly Export] 7200 is over 900"),
        "{}",
        run.all()
    );
}

#[test]
fn a_lock_holds_through_two_generations() {
    let place = Place::new("extends = \"team.toml\"\n[rules.lifetime]\nlimit = 2500\n");
    place.write("org/grantlint.toml", ORGANISATION);
    place.write(
        "team.toml",
        "extends = \"org/grantlint.toml\"\n[rules.lifetime]\nlimit = 2000\n",
    );
    assert_eq!(
        place.check(&[]).code,
        1,
        "only the organisation locks, at 3000"
    );
    place.write(
        "team.toml",
        "extends = \"org/grantlint.toml\"\n[rules.lifetime]\nlimit = 2000\nlock = [\"limit\"]\n",
    );
    let run = place.check(&[]);
    assert_eq!(run.code, 2, "{}", run.all());
    assert!(run.stderr.contains("team.toml:4"), "{}", run.stderr);
}

#[test]
fn config_shows_each_value_with_its_origin() {
    let place = Place::new("extends = \"org/grantlint.toml\"\n[rules.lifetime]\nlimit = 2000\n");
    place.write("org/grantlint.toml", ORGANISATION);
    let run = place.run(&["config", "--persona", "pedantic"]);
    assert_eq!(run.code, 0, "{}", run.all());
    let origin = |path: &str| {
        let line = run
            .stdout
            .lines()
            .find(|line| line.starts_with(&format!("{path} =")));
        let line = line.unwrap_or_else(|| panic!("no {path}\n{}", run.stdout));
        let (value, origin) = line.split_once('#').expect("an origin");
        (value.trim().to_owned(), origin.trim().to_owned())
    };
    assert_eq!(
        origin("gate.persona"),
        (
            "gate.persona = \"pedantic\"".into(),
            "command line, locked at org/grantlint.toml:13".into()
        )
    );
    assert_eq!(origin("output.format").1, "default");
    assert_eq!(
        origin("gate.fail-on").1,
        "org/grantlint.toml:12, locked at org/grantlint.toml:13"
    );
    assert_eq!(
        origin("rules.lifetime.limit"),
        (
            "rules.lifetime.limit = 2000".into(),
            "grantlint.toml:3, locked at org/grantlint.toml:7".into()
        )
    );
    assert_eq!(
        origin("rules.lifetime.severity").1,
        "default, locked at org/grantlint.toml:7"
    );
    assert_eq!(origin("rules.implicit-grant.sunset").1, "default");
    assert_eq!(
        origin("clients.\"kind:machine\".rules.lifetime.limit").1,
        "org/grantlint.toml:18"
    );
    let broken = Place::new("[gaet]\n");
    assert_eq!(broken.run(&["config"]).code, 2);
    assert_eq!(broken.run(&["config", "--no-config"]).code, 0);
}

#[test]
fn an_acceptance_excuses_what_it_names_and_nothing_beside_it() {
    let count = |more: &str| {
        let entry = accept(
            "scope-forbidden",
            more.split('\n').next().expect("a client"),
            &more.split('\n').skip(1).collect::<Vec<_>>().join("\n"),
        );
        let place = Place::new(&format!("{EXTRA}{entry}"));
        let run = place.check(&["--fail-on", "high"]);
        assert_eq!(run.code, 1, "{}", run.all());
        let left = |client: &str| {
            run.stdout
                .matches(&format!("scope-forbidden [{client}]"))
                .count()
        };
        (left("Wallboard"), left("Portal"))
    };
    assert_eq!(count("name:Wallboard\nuntil = 2027-01-01"), (0, 1));
    assert_eq!(
        count("name:Wallboard\nvalue = \"oauth\"\nuntil = 2027-01-01"),
        (1, 1)
    );
    assert_eq!(
        count("name:Wallboard\nfield = \"scope\"\nvalue = \"authorization\"\nuntil = 2027-01-01"),
        (1, 1)
    );
    assert_eq!(
        count("id:aaaaaaaa-0000-4000-8000-000000000003\nfield = \"scope\"\nuntil = 2027-01-01"),
        (2, 0)
    );
    assert_eq!(
        count("id:AAAAAAAA-0000-4000-8000-000000000003\nuntil = 2027-01-01"),
        (2, 0)
    );
    assert_eq!(
        count("name:Wallboard\nfield = \"name\"\nuntil = 2027-01-01"),
        (2, 1)
    );
    assert_eq!(
        count("name:Wallboard\nvalue = \"oaut\"\nuntil = 2027-01-01"),
        (2, 1)
    );
    assert_eq!(count("name:Wallboard\nuntil = 2026-11-21"), (2, 1));
    assert_eq!(count("name:Wallboard\nuntil = 2026-11-22"), (0, 1));
}

#[test]
fn an_acceptance_that_could_mean_two_clients_excuses_neither() {
    let entry = accept("scope-forbidden", "name:Portal", "until = 2027-01-01");
    let place = Place::new(&format!("{EXTRA}{entry}"));
    let two = CLIENTS.replace("Nightly Export", "portal");
    place.write("exports/clients.json", &two);
    let run = place.check(&["--fail-on", "never"]);
    assert_eq!(run.code, 3, "{}", run.all());
    assert!(
        run.stdout.contains("could mean 2 clients"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("scope-forbidden [Portal]"),
        "{}",
        run.stdout
    );
    // The same id in two organisations, until the entry says which.
    let id = "id:aaaaaaaa-0000-4000-8000-000000000003";
    for (more, code, left) in [
        ("until = 2027-01-01", 3, 2),
        ("until = 2027-01-01\norganisation = \"exports/a\"", 0, 1),
    ] {
        let place = Place::new(&format!("{EXTRA}{}", accept("scope-forbidden", id, more)));
        fs::remove_file(place.path().join("exports/clients.json")).expect("removed");
        place.write("exports/a/clients.json", CLIENTS);
        place.write("exports/b/clients.json", CLIENTS);
        let run = place.check(&["--fail-on", "never"]);
        assert_eq!(run.code, code, "{more}\n{}", run.all());
        assert_eq!(
            run.stdout
                .matches("scope-forbidden [Portal in exports/")
                .count(),
            left,
            "{}",
            run.stdout
        );
    }
}

#[test]
fn acceptances_have_terms() {
    for (entry, wanted, words) in [
        (
            accept("scope-forbidden", "name:Portal", ""),
            2,
            "accepting such a finding requires `until`",
        ),
        (accept("lifetime", "name:Wallboard", ""), 0, ""),
        (
            accept("lifetime", "name:Wallboard", "until = 2027-11-23"),
            0,
            "",
        ),
        (
            accept("lifetime", "name:Wallboard", "until = 2027-11-24"),
            2,
            "expires in 367 days, and the policy allows 366",
        ),
        (
            accept(
                "lifetime",
                "name:Wallboard",
                "until = \"2027-01-01\"\nticket = \"SEC-1\"",
            ),
            0,
            "",
        ),
        (
            accept("lifetime", "*", "until = 2027-01-01"),
            2,
            "an acceptance names one client",
        ),
        (
            accept("lifetime", "kind:machine", "until = 2027-01-01"),
            2,
            "an acceptance names one client",
        ),
        (
            accept("lifetime", "name:Wallboard", "field = \"scop\""),
            2,
            "did you mean `scope`?",
        ),
        (
            accept("lifetime", "name:Wallboard", "expires = 2027-01-01"),
            2,
            "there is no key `expires`",
        ),
        (
            accept("lifetime", "name:Wallboard", "until = 2027-01-01T00:00:00Z"),
            2,
            "is not a date",
        ),
        (
            accept("lifetime", "name:Wallboard", "").replace("Jo", " "),
            2,
            "`accept.0.owner` is empty",
        ),
    ] {
        let place = Place::new(&format!("{EXTRA}{entry}"));
        let run = place.check(&["--fail-on", "never"]);
        assert_eq!(run.code, wanted, "{entry}\n{}", run.all());
        assert!(run.all().contains(words), "{words}\n{}", run.all());
    }
    // A rule that the policy raises asks for a date too.
    let entry = accept("lifetime", "name:Wallboard", "");
    let place = Place::new(&format!(
        "{EXTRA}[rules.lifetime]\nseverity = \"high\"\n{entry}"
    ));
    assert_eq!(place.check(&[]).code, 2);
    // Raised for one client only, the entry does not hold there and says so.
    let place = Place::new(&format!(
        "{EXTRA}[clients.\"name:Wallboard\".rules.lifetime]\nseverity = \"critical\"\n{entry}"
    ));
    let run = place.check(&["--fail-on", "critical"]);
    assert_eq!(run.code, 1, "{}", run.all());
    assert!(
        run.stdout.contains("accepted by Jo without `until`"),
        "{}",
        run.stdout
    );
    // The policy may say otherwise.
    let config = format!(
        "{EXTRA}[acceptance]\ndated-from = \"never\"\n{}",
        accept("scope-forbidden", "name:Portal", "")
    );
    assert_eq!(Place::new(&config).check(&["--fail-on", "never"]).code, 0);
}

#[test]
fn acceptances_expire_end_soon_and_go_unused() {
    let config = format!(
        "{EXTRA}[acceptance]\nfiles = [\"accepted.toml\"]\n{}",
        accept("lifetime", "name:Wallboard", "until = 2026-12-01")
    );
    let place = Place::new(&config);
    place.write(
        "accepted.toml",
        &format!(
            "{}{}{}",
            accept("scope-forbidden", "name:Portal", "until = 2026-11-01"),
            accept("implicit-grant", "name:Portal", "until = 2027-01-01"),
            accept("implicit-grant", "name:Gone", "until = 2027-01-01")
        ),
    );
    let run = place.tell(&["--fail-on", "critical"]);
    assert_eq!(run.code, 0, "{}", run.all());
    for words in [
        "accepted by Jo until 2026-11-01, which has passed",
        "accepted.toml:2: info exception-expired",
        "expired 21 days ago",
        "grantlint.toml:6: info exception-expiring",
        "expires in 9 days",
        "accepted 1 (1 not for long)",
        "accepted.toml:9: low exception-unused",
        "there is no such finding",
        "accepted.toml:16: low exception-unused",
        "there is no such client",
    ] {
        let text = run.stdout.replace("\n  │ ", " ");
        assert!(text.contains(words), "{words}\n{}", run.stdout);
    }
    // An unused entry counts like a finding.
    let entry = accept("implicit-grant", "name:Portal", "until = 2027-01-01");
    let place = Place::new(&entry);
    let clean = CLIENTS.replace("TOKEN", "CODE");
    place.write("exports/clients.json", &clean);
    assert_eq!(place.check(&[]).code, 1);
    let said = place.check(&["--format", "concise"]).stdout;
    assert!(said.contains("1 notice: "), "{said}");
    assert_eq!(place.check(&["--partial"]).code, 0);
    assert_eq!(place.check(&["--select", "implicit-grant"]).code, 0);
    assert_eq!(place.check(&["--no-suppress"]).code, 0);
    // What could not be judged is not unused.
    place.write(
        "exports/clients.json",
        &clean.replace(
            "\"authorizedGrantType\":\"CODE\"",
            "\"authorizedGrantType\":[1]",
        ),
    );
    assert!(!place.tell(&[]).stdout.contains("exception-unused"));
}

#[test]
fn what_is_suppressed_can_be_shown_and_counted() {
    let entry = accept(
        "scope-forbidden",
        "name:Portal",
        "until = 2027-01-01\nticket = \"SEC-7\"",
    );
    let place = Place::new(&format!("{EXTRA}{entry}"));
    let run = place.tell(&["--show-suppressed", "--min-severity", "high"]);
    assert!(
        run.stdout.contains(
            "accepted by Jo until 2027-01-01, SEC-7: needed until the rewrite (grantlint.toml:4)"
        ),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("accepted 1"), "{}", run.stdout);
    assert!(run.stdout.contains("2 not shown: below"), "{}", run.stdout);
    let run = place.check(&["--no-suppress"]);
    assert_eq!(findings(&run, "scope-forbidden"), 3, "{}", run.all());
}

#[test]
fn a_baseline_knows_by_identity() {
    let place = Place::new(EXTRA);
    let run = place.check(&["--write-baseline", "known.json"]);
    assert_eq!(run.code, 1, "writing a baseline excuses nothing by itself");
    let first = place.read("known.json");
    assert_eq!(first.lines().count(), 2 + 6, "{first}");
    assert_eq!(place.check(&["--baseline", "known.json"]).code, 0);
    // The same again, whatever the export looks like.
    let value: serde_json::Value = serde_json::from_str(CLIENTS).expect("JSON");
    place.write(
        "exports/clients.json",
        &serde_json::to_string_pretty(&value).expect("JSON"),
    );
    let run = place.check(&["--write-baseline", "known.json"]);
    assert_eq!(run.code, 0, "{}", run.all());
    assert_eq!(place.read("known.json"), first);
    // One is fixed and another of the same rule in the same client is added.
    place.write(
        "exports/clients.json",
        &CLIENTS.replace(r#""scope":["oauth"]"#, r#""scope":["authorization"]"#),
    );
    let run = place.check(&["--baseline", "known.json"]);
    assert_eq!(run.code, 1, "{}", run.all());
    assert!(
        run.stdout
            .contains("scope-forbidden [Portal] authorization"),
        "{}",
        run.stdout
    );
    assert_eq!(findings(&run, "scope-forbidden"), 1, "{}", run.stdout);
    let told = place.run(&[
        "check",
        "exports",
        "--today",
        "2027-06-22",
        "--baseline",
        "known.json",
        "-q",
    ]);
    assert!(
        told.stdout
            .contains("new 1 · known 5 (oldest 212 days) · fixed 1"),
        "{}",
        told.stdout
    );
    assert!(told.stdout.contains("baseline-fixed"), "{}", told.stdout);
    // A partial run prunes nothing, a complete one does; dates stay.
    let partial = place.check(&[
        "--write-baseline",
        "known.json",
        "--ignore",
        "lifetime",
        "--today",
        "2026-12-24",
    ]);
    assert_eq!(partial.code, 1, "{}", partial.all());
    let merged = place.read("known.json");
    assert_eq!(merged.lines().count(), 2 + 7, "{merged}");
    assert_eq!(merged.matches("2026-12-24").count(), 1);
    place.check(&["--write-baseline", "known.json", "--today", "2026-12-25"]);
    let pruned = place.read("known.json");
    assert_eq!(pruned.lines().count(), 2 + 6, "{pruned}");
    assert_eq!(pruned.matches("2026-12-25").count(), 0);
    let lines: Vec<&str> = pruned
        .lines()
        .filter(|line| line.starts_with("{\"f"))
        .collect();
    assert_eq!(lines.len(), 6);
    let left = fs::read_dir(place.path()).expect("a directory").count();
    assert_eq!(left, 4, "no partial file is left");
}

#[test]
fn an_incomplete_run_calls_nothing_fixed() {
    let place = Place::new(EXTRA);
    place.check(&["--write-baseline", "known.json"]);
    let before = place.read("known.json");
    place.write("exports/clients.json", &CLIENTS[..CLIENTS.len() / 2]);
    let run = place.check(&["--write-baseline", "known.json"]);
    assert_eq!(run.code, 3, "{}", run.all());
    assert_eq!(place.read("known.json"), before);
    let told = place.tell(&["--baseline", "known.json", "-q"]);
    assert!(
        told.stdout
            .contains("fixed 0 · 2 of the baseline not decided"),
        "{}",
        told.stdout
    );
    // Nor does one in which a rule could not be judged.
    place.write(
        "exports/clients.json",
        &CLIENTS.replace("\"authorizedGrantType\":\"TOKEN\",", ""),
    );
    let told = place.tell(&["--baseline", "known.json", "-q"]);
    assert_eq!(told.code, 0, "{}", told.all());
    // A rule that is off decides nothing.
    place.configure(&format!("{EXTRA}[rules.lifetime]\nseverity = \"off\"\n"));
    place.write("exports/clients.json", CLIENTS);
    let told = place.tell(&["--write-baseline", "known.json", "-q"]);
    assert!(
        told.stdout
            .contains("known 4 (oldest 0 days) · fixed 0 · 2 of the baseline not decided"),
        "{}",
        told.stdout
    );
    assert_eq!(place.read("known.json"), before);
}

#[test]
fn a_baseline_does_not_hide_what_an_expired_acceptance_let_go() {
    let entry = accept("scope-forbidden", "name:Portal", "until = 2026-11-01");
    let place = Place::new(EXTRA);
    place.check(&["--write-baseline", "known.json"]);
    place.configure(&format!("{EXTRA}{entry}"));
    let run = place.check(&["--baseline", "known.json"]);
    assert_eq!(run.code, 1, "{}", run.all());
    assert_eq!(findings(&run, "scope-forbidden"), 1, "{}", run.all());
    place.check(&["--write-baseline", "new.json"]);
    assert_eq!(place.read("new.json").lines().count(), 2 + 5);
}

#[test]
fn a_baseline_holds_no_secret() {
    let place = Place::new("");
    let secret = "fqdE6s9clgUGFQpEGI2JhGKOH4QA6ash-1xBGdAeQXY";
    place.write(
        "exports/clients.json",
        &CLIENTS.replace(
            "\"name\":\"Wallboard\"",
            &format!("\"name\":\"Wallboard {secret}\",\"secret\":\"{secret}\""),
        ),
    );
    place.check(&["--write-baseline", "known.json"]);
    let text = place.read("known.json");
    assert!(
        text.contains("implicit-grant") && !text.contains("fqdE6s9"),
        "{text}"
    );
}

#[test]
fn a_broken_baseline_is_an_error_and_is_not_overwritten() {
    let place = Place::new(EXTRA);
    place.check(&["--write-baseline", "known.json"]);
    let good = place.read("known.json");
    for bad in [
        String::new(),
        "{}".to_owned(),
        good.replace("baseline/2", "baseline/1"),
        good.replacen("\"high\"", "\"hihg\"", 1),
        good.replacen("2026-11-22", "yesterday", 1),
        good.replacen("\"field\"", "\"feild\"", 1),
        good.replacen("\"fingerprint\":\"", "\"fingerprint\":\"x", 1),
        good[..good.len() - 4].to_owned(),
    ] {
        place.write("known.json", &bad);
        for option in ["--baseline", "--write-baseline"] {
            let run = place.check(&[option, "known.json", "--fail-on", "never"]);
            assert_eq!(run.code, 2, "{bad}\n{}", run.all());
            assert!(run.stdout.is_empty());
        }
        assert_eq!(place.read("known.json"), bad);
    }
}

#[test]
fn own_rules_that_are_wrong_are_told_at_their_place() {
    for (text, words) in [
        ("id = 3", "this is not a rule file"),
        (
            &SCOPE_RULE.replace("forbidden-item", "forbiden-item"),
            "this is not a rule file",
        ),
        (
            &SCOPE_RULE.replace("severity = \"high\"", "severity = \"hihg\""),
            "this is not a rule file",
        ),
        (
            &SCOPE_RULE.replace("id = \"scope-forbidden\"", "id = \"implicit-grant\""),
            "the id `implicit-grant` is taken",
        ),
        (
            &SCOPE_RULE.replace("scope-banned", "implicit-grant"),
            "the id `implicit-grant` is taken",
        ),
        (
            &SCOPE_RULE.replace("id = \"scope-forbidden\"", "id = \"redirect\""),
            "the id `redirect` is taken",
        ),
        (
            &SCOPE_RULE.replace("marks = \"oauth\"\n", ""),
            "a bad example does not name what it marks",
        ),
        (
            &LIFETIME_RULE.replace("\"allowed\"", "\"lock\""),
            "a parameter cannot have the name `lock`",
        ),
    ] {
        let place = Place::new("[rules]\nextra = [\"one.toml\"]\n");
        place.write("one.toml", text);
        let run = place.check(&["--fail-on", "never"]);
        assert_eq!(run.code, 2, "{}", run.all());
        assert!(
            run.stderr.contains(words) && run.stderr.contains("one.toml:"),
            "{words}\n{}",
            run.stderr
        );
    }
    let place = Place::new("[rules]\nextra = [\"one.toml\", \"two.toml\"]\n");
    place.write("one.toml", SCOPE_RULE);
    place.write("two.toml", SCOPE_RULE);
    assert_eq!(place.check(&[]).code, 2);
}

#[test]
fn the_verdict_is_the_same_in_every_format() {
    let place = Place::new(EXTRA);
    let cases: [(&[&str], i32); 8] = [
        (&[], 1),
        (&["--fail-on", "critical"], 0),
        (&["--exit-zero"], 0),
        (&["--min-severity", "critical"], 0),
        (&["--require-clients", "9"], 3),
        (&["--require-clients", "9", "--exit-zero"], 3),
        (&["--baseline", "missing.json"], 2),
        (&["--select", "nonsense", "--exit-zero"], 2),
    ];
    for format in grantlint::report::Format::ALL {
        for (arguments, wanted) in cases {
            let asked = [
                "check",
                "exports",
                "--today",
                TODAY,
                "--format",
                format.name(),
            ];
            let run = place.run(&[&asked[..], arguments].concat());
            assert_eq!(
                run.code,
                wanted,
                "{} {arguments:?}\n{}",
                format.name(),
                run.all()
            );
        }
    }
}

/// A configuration as an editor would hand it to a validator.
fn as_json(text: &str) -> serde_json::Value {
    fn convert(value: &toml::Value) -> serde_json::Value {
        match value {
            toml::Value::Datetime(date) => date.to_string().into(),
            toml::Value::Array(items) => items.iter().map(convert).collect(),
            toml::Value::Table(table) => table
                .iter()
                .map(|(key, value)| (key.clone(), convert(value)))
                .collect::<serde_json::Map<_, _>>()
                .into(),
            plain => serde_json::to_value(plain).expect("JSON"),
        }
    }
    convert(&toml::Value::Table(toml::from_str(text).expect("TOML")))
}

#[test]
fn the_schema_accepts_what_is_read_and_refuses_what_is_not() {
    let run = grantlint_in(crate::common::root(), &["schema", "config"], b"");
    let validator = jsonschema::validator_for(&run.json()).expect("a schema");
    for (text, holds) in [
        ("", true),
        ("extends = \"a.toml\"\nexclude = [\"x\"]\nlock = true", true),
        (
            "[rules]\nextra = [\"x\"]\n[rules.implicit-grant]\nseverity = \"off\"\nlock = [\"sunset\", \"accept\"]\nsunset = 2027-01-01",
            true,
        ),
        ("[rules.implicit-grant]\nseverity = \"hihg\"", false),
        ("[rules.implicit-grnat]\nseverity = \"high\"", false),
        ("[rules.implicit-grant]\nsunset = \"soon\"", false),
        ("[rules.implicit-grant]\nlock = [\"nothing\"]", false),
        (
            "[clients.\"name:x*\"]\nkind = \"scim\"\noptional = true\n[clients.\"name:x*\".rules.implicit-grant]\nseverity = \"low\"",
            true,
        ),
        ("[clients.\"nmae:x*\"]\nkind = \"scim\"", false),
        ("[clients.\"*\".rules.implicit-grant]\nlock = true", false),
        ("[organisations.\"exports/*\"]\nname = \"x\"", true),
        (
            "[gate]\nfail-on = \"never\"\nrequire-clients = 3\nlock = [\"fail-on\"]",
            true,
        ),
        ("[gate]\nfail_on = \"never\"", false),
        ("[gate]\nrequire-clients = -1", false),
        (
            "[output]\nformat = \"human\"\nfiles = { concise = \"x.txt\" }",
            true,
        ),
        ("[output]\nformat = \"word\"", false),
        ("[output.files]\nword = \"x\"", false),
        (
            "[[accept]]\nrule = \"implicit-grant\"\nclient = \"id:x\"\nreason = \"r\"\nowner = \"o\"\nuntil = 2027-01-01",
            true,
        ),
        (
            "[[accept]]\nrule = \"implicit-grant\"\nclient = \"id:x\"\nowner = \"o\"",
            false,
        ),
        (
            "[[accept]]\nrule = \"implicit-grant\"\nclient = \"name:x*\"\nreason = \"r\"\nowner = \"o\"",
            false,
        ),
        (
            "[[accept]]\nrule = \"implicit-grant\"\nclient = \"id:x\"\nfield = \"scope[0]\"\nreason = \"r\"\nowner = \"o\"",
            false,
        ),
    ] {
        let json = as_json(text);
        assert_eq!(validator.is_valid(&json), holds, "schema: {text}");
        let place = Place::new("");
        place.write("grantlint.toml", text);
        place.write("a.toml", "");
        place.write("x/one.toml", SCOPE_RULE);
        let code = place.run(&["config", "--today", TODAY]).code;
        assert_eq!(
            code == 0,
            holds,
            "reader: {text}\n{}",
            place.run(&["config"]).all()
        );
    }
}

/// A rule whose check is an expression.
fn expression_rule(expression: &str) -> String {
    let start = SCOPE_RULE
        .replace("id = \"scope-forbidden\"", "id = \"own-expression\"")
        .replace("aliases = [\"scope-banned\"]", "");
    let (head, rest) = start.split_once("[check]").expect("a check");
    let (_, tail) = rest.split_once("[[messages]]").expect("messages");
    format!(
        "{head}[[params]]\nname = \"longest-life\"\ntype = \"integer\"\ndefault = 3600\ndoc = \"Seconds.\"\n\
         [check]\nkind = \"expression\"\nfield = \"scope\"\nexpression = '''{expression}'''\n\
         [[messages]]{}",
        tail.replace("{value} is forbidden", "{field} is wrong")
            .replace("{value}", "it")
    )
}

#[test]
fn an_expression_judges_and_never_passes_what_it_cannot_evaluate() {
    let roles = r#"{"entities":[{"id":"r1","name":"Writer","permissionPolicies":[{"domain":"routing","entityName":"queue","actionSet":["edit"]}]}]}"#;
    for (expression, code, words) in [
        (
            "client.scope.exists(s, s == 'oauth')",
            1,
            "high own-expression [Portal] scope is wrong",
        ),
        ("client.scope.size() > 99", 0, ""),
        ("kind == 'machine' || !client.active", 1, "[Nightly Export]"),
        (
            "client.accessTokenValiditySeconds > params.longest_life * 3",
            1,
            "[Wallboard]",
        ),
        ("has(client.description) && client.description == ''", 0, ""),
        (
            "client.description == ''",
            3,
            "could not be evaluated here and for 2 more clients: No such key: description",
        ),
        ("client.scope", 3, "neither true nor false"),
        ("client.name + 1 == ''", 3, "could not be evaluated"),
        ("client.name.matches('(')", 3, "could not be evaluated"),
        ("true || client.description == ''", 1, "[Portal]"),
        (
            "permissions.exists(p, p == 'routing:queue:edit')",
            1,
            "[Nightly Export]",
        ),
        (
            "roles.exists(r, r.name == 'Writer' && r.division == '*')",
            1,
            "[Nightly Export]",
        ),
        ("divisions.exists(d, d.id == '*')", 1, "[Nightly Export]"),
        (
            "today == '2026-11-22' && client.id.endsWith('3')",
            1,
            "[Portal]",
        ),
        ("client.nope == 1", 2, "uses `client.nope`"),
        ("params.longest == 1", 2, "uses `params.longest`"),
        ("organisation == 1", 2, "uses `organisation`"),
        ("exec('ls')", 2, "calls `exec`"),
        ("client.scope.exists(", 2, "cannot be read"),
        ("", 2, "cannot be read"),
        (
            "[1].all(a, [1].all(b, [1].all(c, true)))",
            2,
            "more than 2 loops",
        ),
        (
            "((((((((((((((((((((((((((true))))))))))))))))))))))))))",
            2,
            "nested too deeply",
        ),
        (
            &format!("true{}", " && true".repeat(130)),
            2,
            "longer than 1000",
        ),
        (
            &format!("1{} > 0", "+1".repeat(450)),
            2,
            "nested too deeply",
        ),
        (&format!("{}true", "!".repeat(900)), 2, "nested too deeply"),
    ] {
        let place = Place::new(
            "[rules]\nextra = [\"own.toml\"]\n[rules.implicit-grant]\nseverity = \"off\"\n",
        );
        place.write("own.toml", &expression_rule(expression));
        place.write("exports/roles.json", roles);
        place.write(
            "exports/clients.json",
            &CLIENTS.replace(
                "\"scope\":[],",
                "\"scope\":[],\"roleDivisions\":[{\"roleId\":\"r1\",\"divisionId\":\"*\"}],",
            ),
        );
        let run = place.check(&[]);
        assert_eq!(run.code, code, "{expression}\n{}", run.all());
        assert!(
            run.all().contains(words),
            "{expression}: {words}\n{}",
            run.all()
        );
    }
}

#[test]
fn an_expression_over_what_is_unknown_is_not_judged() {
    for (expression, export, words) in [
        (
            "client.scope.size() > 0",
            CLIENTS.replace("\"scope\":[]", "\"scope\":3"),
            "own-expression",
        ),
        (
            "permissions.size() > 0",
            CLIENTS.replace(
                "\"scope\":[]",
                "\"roleDivisions\":[{\"roleId\":\"r1\",\"divisionId\":\"*\"}]",
            ),
            "roles.json is missing",
        ),
        (
            "divisions.size() > 0",
            CLIENTS.replace(
                "\"scope\":[]",
                "\"roleDivisions\":[{\"roleId\":\"r1\",\"divisionId\":\"d1\"}]",
            ),
            "divisions.json is missing",
        ),
    ] {
        let place = Place::new("[rules]\nextra = [\"own.toml\"]\n");
        place.write("own.toml", &expression_rule(expression));
        place.write("exports/clients.json", &export);
        let run = place.run(&["check", "exports", "--today", TODAY, "--format", "json"]);
        let open = run.json()["not_judged"].clone();
        let is_open = open
            .as_array()
            .expect("a list")
            .iter()
            .any(|entry| entry["rule"] == "own-expression");
        assert!(is_open, "{expression}\n{}", run.all());
        let told = place.tell(&["-q"]);
        assert!(
            told.all().contains(words) || words == "own-expression",
            "{}",
            told.all()
        );
    }
}

#[test]
fn an_expression_that_would_cost_too_much_is_not_run() {
    let place = Place::new("[rules]\nextra = [\"own.toml\"]\n");
    place.write(
        "own.toml",
        &expression_rule("client.scope.exists(a, client.scope.exists(b, a + b == 'x'))"),
    );
    assert_eq!(place.check(&["--fail-on", "never"]).code, 0);
    let scopes: Vec<String> = (0..5000).map(|number| format!("\"s{number}\"")).collect();
    place.write(
        "exports/clients.json",
        &CLIENTS.replace("\"scope\":[]", &format!("\"scope\":[{}]", scopes.join(","))),
    );
    let before = std::time::Instant::now();
    let run = place.check(&["--fail-on", "never"]);
    assert_eq!(run.code, 3, "{}", run.all());
    assert!(
        run.stdout.contains("steps for this client"),
        "{}",
        run.stdout
    );
    assert!(before.elapsed().as_secs() < 10);
}

#[test]
fn the_examples_of_own_rules_are_run() {
    let place = Place::new("");
    let run = place.run(&["rules", "test", "policies"]);
    assert_eq!(run.code, 0, "{}", run.all());
    assert!(
        run.stdout.contains("1:66 `100` 100 is over 90"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("8 examples hold, 0 do not"),
        "{}",
        run.stdout
    );
    place.write(
        "policies/scope.toml",
        &SCOPE_RULE.replacen("marks = \"oauth\"", "marks = \"users\"", 1),
    );
    let run = place.run(&["rules", "test", "policies"]);
    assert_eq!(run.code, 2, "{}", run.all());
    assert!(
        run.stdout
            .contains("FAILED: points at \"oauth\", not at \"users\""),
        "{}",
        run.stdout
    );
    place.write("policies/scope.toml", "id = 3");
    let run = place.run(&["rules", "test", "policies"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("policies/scope.toml:1"),
        "{}",
        run.stderr
    );
    assert_eq!(place.run(&["rules", "test", "exports"]).code, 2);
    assert_eq!(place.run(&["rules", "test", "missing"]).code, 2);
}

#[test]
fn own_rules_are_in_the_catalogue_and_explained() {
    let place = Place::new(EXTRA);
    assert!(place.run(&["rules"]).stdout.contains("scope-forbidden"));
    assert!(
        !place
            .run(&["rules", "--no-config"])
            .stdout
            .contains("scope-forbidden")
    );
    let run = place.run(&["explain", "lifetime"]);
    assert_eq!(run.code, 0, "{}", run.all());
    assert!(run.stdout.contains("limit = 3600"), "{}", run.stdout);
    let broken = Place::new("[gaet]");
    assert_eq!(broken.run(&["explain", "lifetime"]).code, 2);
    assert_eq!(broken.run(&["explain", "implicit-grant"]).code, 0);
}

#[test]
fn the_file_to_start_from_is_right_and_changes_nothing() {
    let place = Place::new("");
    assert_eq!(
        place.run(&["init", "exports"]).code,
        2,
        "one that is there is left alone"
    );
    let fixture = crate::common::root().join("fixtures/demo");
    for name in ["clients.json", "roles.json", "divisions.json"] {
        fs::copy(fixture.join(name), place.path().join("exports").join(name)).expect("copied");
    }
    fs::remove_file(place.path().join("grantlint.toml")).expect("removed");
    let run = place.run(&["init", "exports"]);
    assert_eq!(run.code, 0, "{}", run.all());
    let text = place.read("grantlint.toml");
    let before = place.check(&["--no-config"]);
    // The report names the configuration. It changes nothing else than that a rule about regions,
    // which the redirect URIs agree on, can judge.
    let after = place.check(&[]).stdout;
    let differs = |line: &&str| {
        let may = [
            "in force",
            "[redirect-region-mismatch]",
            "not judged everywhere",
        ];
        !may.iter().any(|words| line.contains(words))
    };
    let counted =
        |text: &str| -> Vec<String> { text.lines().filter(differs).map(str::to_owned).collect() };
    assert_eq!(counted(&after), counted(&before.stdout), "{text}");
    assert!(!after.contains("region-mismatch"), "{after}");
    for words in [
        "25 clients",
        "[organisation]\n",
        "\nregion = \"mypurecloud.de\"\n",
        "[rules.implicit-grant]",
        "#sunset = ",
        "[organisations.exports]",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    for secret in crate::common::planted_secrets() {
        assert!(!text.contains(&secret));
    }
    // Everything it suggests is right, and holds the defaults.
    let uncommented: Vec<&str> = text
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(rest) if !rest.starts_with(' ') && !rest.starts_with("extends") => rest,
            _ => line,
        })
        .collect();
    place.write("grantlint.toml", &uncommented.join("\n"));
    let run = place.run(&["config", "--today", TODAY]);
    assert_eq!(run.code, 0, "{}\n{}", run.all(), uncommented.join("\n"));
    assert_eq!(
        Place::new("").run(&["init", "policies"]).code,
        2,
        "no client, no file"
    );
}

const ONE_LINE: &str = "partial, not everything was audited; 1 accepted; 2 known; 2 below the severity or confidence shown";
const LOOKED_AT: &str = "(partial); 1 accepted; 2 known; 2 below the severity or confidence shown";

/// What each format says of one run in which everything that does not count occurs.
const APART: [(&str, &[&str]); 10] = [
    (
        "human",
        &[
            "(partial: ",
            "accepted 1",
            "known 2",
            "2 not shown: below",
            "1 rule could not judge",
        ],
    ),
    (
        "concise",
        &[LOOKED_AT, "not judged: 1 rule could not judge"],
    ),
    (
        "json",
        &[
            "\"partial\": true",
            "\"suppressed\": 1,",
            "\"baselined\": 2,",
            "\"below_threshold\": 2,",
            "\"not_judged\": 1",
        ],
    ),
    (
        "sarif",
        &[
            "\"partial\": true",
            "\"suppressed\": 1,",
            "\"baselined\": 2,",
            "\"belowThreshold\": 2,",
            "\"notJudged\": 1",
        ],
    ),
    ("junit", &[ONE_LINE, "skipped=\"1\""]),
    (
        "csv",
        &[
            "count,,,suppressed,,,,,,,1 accepted",
            "count,,,baselined,,,,,,,2 known",
            "count,,,below-threshold,,,,,,,2 below",
            "count,,,partial",
            "not-judged,,,role-admin",
        ],
    ),
    ("markdown", &[LOOKED_AT, "**Not judged**"]),
    (
        "html",
        &[
            "Partial: rules or exports",
            "2 findings known from the baseline",
            "2 findings not shown",
            "Accepted findings, each with its owner",
            "not judged everywhere",
        ],
    ),
    ("github", &[LOOKED_AT, "not judged::1 rule"]),
    ("gitlab", &[ONE_LINE, "not-judged/roles"]),
];

#[test]
fn what_does_not_count_is_told_apart_in_every_format() {
    let entry = accept("scope-forbidden", "name:Portal", "until = 2027-01-01");
    let unused = accept("implicit-grant", "name:Portal", "until = 2027-01-01");
    let place = Place::new(&format!("{EXTRA}{entry}{unused}"));
    let config = place.read("grantlint.toml");
    place.write(
        "grantlint.toml",
        &config.replace("[rules.role-admin]\nseverity = \"off\"\n", ""),
    );
    place.write(
        "exports/clients.json",
        &CLIENTS.replace(
            "\"scope\":[]",
            "\"roleDivisions\":[{\"roleId\":\"r1\",\"divisionId\":\"d1\"}]",
        ),
    );
    place.check(&[
        "--select",
        "scope-forbidden",
        "--write-baseline",
        "known.json",
    ]);
    for (format, words) in APART {
        let arguments = [
            "--baseline",
            "known.json",
            "--partial",
            "--min-severity",
            "high",
        ];
        let run = place.tell(&[&arguments[..], &["--format", format]].concat());
        assert_eq!(run.code, 1, "{format}\n{}", run.all());
        for words in words {
            assert!(
                run.stdout.contains(words),
                "{format}: {words}\n{}",
                run.stdout
            );
        }
    }
    // What the policy says of itself fails a run too, so that every format tells it.
    for format in grantlint::report::Format::ALL {
        let name = format.name();
        let run = place.tell(&["--ignore", "scope-forbidden", "--format", name]);
        assert!(
            !run.stdout.contains("exception-unused"),
            "partial\n{}",
            run.stdout
        );
        let run = place.tell(&["--without", "roles,divisions", "--format", name]);
        let told = run.stdout.replace("&#46;", ".");
        for words in [
            "exception-unused",
            "grantlint.toml",
            "there is no such finding",
        ] {
            assert!(told.contains(words), "{name}: {words}\n{}", run.stdout);
        }
    }
}

#[test]
fn built_in_parameters_know_which_way_is_tighter() {
    use grantlint::catalog::{ParameterKind, Tighter, builtin};
    let mut known = 0;
    for rule in builtin() {
        for parameter in rule.params.iter() {
            let Some(tighter) = rule.tighter(parameter) else {
                continue;
            };
            known += 1;
            let is_list = matches!(
                parameter.kind,
                ParameterKind::List | ParameterKind::ByClient
            );
            let of_list = matches!(tighter, Tighter::Fewer | Tighter::More);
            assert_eq!(is_list, of_list, "{} {}", rule.id, parameter.name);
        }
    }
    assert!(known >= 36, "{known}");
    let parent = "[rules.redirect-not-https]\nallowed-hosts = [\"a.example\", \"b.example\"]\nlock = true\n\
         [rules.scope-sensitive-write]\nscopes = [\"oauth\"]\nlock = [\"scopes\"]\n\
         [rules.client-stale]\ndays = 100\nlock = [\"days\"]\n";
    for (child, holds) in [
        (
            "[rules.redirect-not-https]\nallowed-hosts = [\"a.example\"]",
            true,
        ),
        ("[rules.redirect-not-https]\nallowed-hosts = []", true),
        (
            "[rules.redirect-not-https]\nallowed-hosts = [\"c.example\"]",
            false,
        ),
        (
            "[rules.scope-sensitive-write]\nscopes = [\"oauth\", \"users\"]",
            true,
        ),
        ("[rules.scope-sensitive-write]\nscopes = [\"users\"]", false),
        ("[rules.scope-sensitive-write]\nscopes = []", false),
        ("[rules.client-stale]\ndays = 99", true),
        ("[rules.client-stale]\ndays = 101", false),
        ("[clients.\"*\".rules.client-stale]\ndays = 101", false),
    ] {
        let place = Place::new("");
        place.write("org.toml", parent);
        place.write(
            "grantlint.toml",
            &format!("extends = \"org.toml\"\n{child}\n"),
        );
        let run = place.run(&["config"]);
        assert_eq!(
            run.code,
            if holds { 0 } else { 2 },
            "{child}\n{}",
            run.all()
        );
    }
}

/// What fingerprints of an export there are, sorted.
fn fingerprints(place: &Place, path: &str) -> Vec<String> {
    let run = place.run(&[
        "check",
        path,
        "--no-config",
        "--today",
        TODAY,
        "--format",
        "json",
    ]);
    let mut found: Vec<String> = run.json()["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|finding| finding["fingerprint"].as_str().expect("text").to_owned())
        .collect();
    found.sort();
    found
}

#[test]
fn fingerprints_survive_another_export_order_form_and_place() {
    /// The same with the keys of every table and the items of every list the other way
    /// round, and much white space.
    fn turned(value: &serde_json::Value) -> String {
        let (open, parts, close) = match value {
            serde_json::Value::Object(map) => {
                let entries = map.iter().rev();
                let parts = entries.map(|(key, value)| format!("{key:?} :\n\t{}", turned(value)));
                ('{', parts.collect::<Vec<_>>(), '}')
            }
            serde_json::Value::Array(items) => ('[', items.iter().rev().map(turned).collect(), ']'),
            plain => return plain.to_string(),
        };
        format!("{open}\n\t{}\n{close}", parts.join(" ,\n\t"))
    }
    let place = Place::new("");
    let text = fs::read_to_string(crate::common::root().join("fixtures/demo/clients.json"))
        .expect("a fixture");
    let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let beside = |directory: &str| {
        for name in ["roles.json", "divisions.json"] {
            let text = fs::read_to_string(crate::common::root().join("fixtures/demo").join(name));
            place.write(&format!("{directory}/{name}"), &text.expect("a fixture"));
        }
    };
    beside("one");
    place.write("one/clients.json", &text);
    let first = fingerprints(&place, "one");
    assert!(first.len() > 35, "{}", first.len());
    let mut distinct = first.clone();
    distinct.dedup();
    assert_eq!(distinct, first, "no two are the same");
    let minified = serde_json::to_string(&value).expect("JSON");
    let turned = turned(&value);
    let yaml = yaml_serde::to_string(&value).expect("YAML");
    let entities = value.get("entities").unwrap_or(&value);
    let stream: Vec<String> = entities
        .as_array()
        .expect("a list")
        .iter()
        .map(ToString::to_string)
        .collect();
    for (name, text) in [
        ("two/minified.json", minified.clone()),
        ("three/deep/down/turned.json", turned.clone()),
        ("four/crlf.json", turned.replace('\n', "\r\n")),
        ("five/bom.json", format!("\u{feff}{minified}")),
        ("six/clients.yaml", yaml),
        ("seven/stream.json", stream.join("\n")),
    ] {
        place.write(name, &text);
        let directory = name.split('/').next().expect("a directory");
        beside(
            Path::new(name)
                .parent()
                .and_then(Path::to_str)
                .expect("a directory"),
        );
        assert_eq!(fingerprints(&place, directory), first, "{name}");
    }
    // Exported again: dates and versions of the listing differ, the faults do not.
    let again = text.replace("\"total\"", "\"pageCount\": 1, \"total\"");
    beside("eight");
    place.write("eight/clients.json", &again);
    assert_eq!(fingerprints(&place, "eight"), first);
}

/// The file that `init` writes for a client with these redirect URIs.
fn begun(uris: &str) -> String {
    let place = tempfile::tempdir().expect("a directory");
    let client = format!(
        r#"[{{"id": "aa01", "name": "Desk", "authorizedGrantType": "CODE", "registeredRedirectUri": [{uris}]}}]"#
    );
    fs::write(place.path().join("clients.json"), client).expect("a file");
    let run = grantlint_in(place.path(), &["init", "."], b"");
    assert_eq!(run.code, 0, "{}", run.all());
    fs::read_to_string(place.path().join("grantlint.toml")).expect("a file")
}

#[test]
fn init_proposes_the_region_that_the_hosts_agree_on() {
    let (german, american) = (
        "\"https://apps.mypurecloud.de/crm/index.html\"",
        "\"https://apps.usw2.pure.cloud/crm/index.html\"",
    );
    let one = begun(german);
    assert!(one.contains("\nregion = \"mypurecloud.de\"\n"), "{one}");
    // Which of two is wrong, only people know.
    let two = begun(&format!("{german}, {american}"));
    assert!(!two.contains("\nregion"), "{two}");
    for suggestion in [
        "\n#region = \"mypurecloud.de\"",
        "\n#region = \"usw2.pure.cloud\"",
    ] {
        assert!(two.contains(suggestion), "{suggestion}\n{two}");
    }
    let none = begun("\"https://apps.mypurecloud.de.example.net/\"");
    assert!(
        !none.contains("mypurecloud.de\"") && none.contains("\n#region = "),
        "{none}"
    );
}

#[test]
fn the_former_parameters_of_the_region_name_its_new_place() {
    for rule in ["redirect-region-mismatch", "embeddable-redirect"] {
        let place = tempfile::tempdir().expect("a directory");
        let config = format!("[rules.{rule}]\nregion = \"mypurecloud.de\"\n");
        fs::write(place.path().join("grantlint.toml"), config).expect("a file");
        let run = grantlint_in(place.path(), &["config"], b"");
        assert_eq!(run.code, 2, "{rule}: {}", run.all());
        for words in [
            "grantlint.toml:2:1",
            "no longer a parameter",
            "[organisation]",
        ] {
            assert!(run.stderr.contains(words), "{rule} {words}: {}", run.stderr);
        }
    }
    let place = tempfile::tempdir().expect("a directory");
    let config = "[organisation]\nregion = \"mypurecloud.dee\"\n";
    fs::write(place.path().join("grantlint.toml"), config).expect("a file");
    let run = grantlint_in(place.path(), &["config"], b"");
    assert_eq!(run.code, 2, "{}", run.all());
    assert!(run.stderr.contains("mypurecloud.de"), "{}", run.stderr);
}

#[test]
fn the_former_persona_means_pedantic_and_says_so() {
    let place = Place::new("");
    let pedantic = place.check(&["--persona", "pedantic"]);
    let former = place.check(&["--persona", "auditor"]);
    assert_eq!(former.stdout, pedantic.stdout);
    place.configure("[gate]\npersona = \"auditor\"");
    let configured = place.check(&[]);
    for run in [&former, &configured] {
        let note = "the persona `auditor` is the same as `pedantic`";
        assert_eq!(run.stderr.matches(note).count(), 1, "{}", run.stderr);
    }
    assert!(!pedantic.stderr.contains("persona"), "{}", pedantic.stderr);
}

#[test]
fn init_proposes_what_the_export_says_and_marks_what_to_confirm() {
    let place = tempfile::tempdir().expect("a directory");
    let client = |number: u32, name: &str, uri: &str, role: &str| {
        format!(
            r#"{{"id":"aa0{number}","name":"{name}","authorizedGrantType":"CLIENT-CREDENTIALS","registeredRedirectUri":["https://{uri}/"],"roleDivisions":[{{"roleId":"{role}","divisionId":"d1"}}]}}"#
        )
    };
    let clients = [
        client(1, "Desk", "a.ours.co.uk", "r1"),
        client(2, "Nightly", "b.ours.co.uk", "r2"),
        client(
            3,
            "Ven\\u001b[31mdor\\n[gate]",
            "app.vendor.example.org",
            "r1",
        ),
    ];
    let write = |name: &str, text: &str| fs::write(place.path().join(name), text).expect("a file");
    write("clients.json", &format!("[{}]", clients.join(",")));
    let role = |id: &str, name: &str, domain: &str, entity: &str, action: &str| {
        format!(
            r#"{{"id":"{id}","name":"{name}","permissionPolicies":[{{"domain":"{domain}","entityName":"{entity}","actionSet":["{action}"]}}]}}"#
        )
    };
    let (reader, granter) = (
        role("r1", "Reader", "routing", "queue", "view"),
        role("r2", "Granter", "authorization", "grant", "add"),
    );
    write(
        "roles.json",
        &format!(r#"{{"entities":[{reader},{granter}],"total":2,"pageCount":1}}"#),
    );
    write(
        "divisions.json",
        r#"{"entities":[{"id":"d1","name":"North","homeDivision":true}],"total":1,"pageCount":1}"#,
    );
    let run = |arguments: &[&str]| grantlint_in(place.path(), arguments, b"");
    let printed = run(&["init", "--stdout"]);
    assert_eq!(printed.code, 0, "{}", printed.all());
    let text = &printed.stdout;
    assert!(!text.contains('\u{1b}'), "{text:?}");
    for words in [
        "\n#allowed = [\"ours.co.uk\"]\n",
        "\n#  \"id:aa03\", # Ven\\u{1b}[31mdor\\n[gate]\n",
        "\n#[rules.role-not-allowed.allowed]\n#\"id:aa01\" = [\"Reader\"] # Desk\n",
        "\n#[rules.division-not-allowed.allowed]\n#\"id:aa01\" = [\"North\"] # Desk\n",
        "\n[rules.monitor-forbidden-holder]\n",
        "\nholders = [\n  \"id:aa02\", # Nightly\n]\n",
        "\nrequire = [\"clients\", \"roles\", \"divisions\"]\n",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    assert!(!place.path().join("grantlint.toml").exists());
    let before = run(&["check", "--no-config", "--format", "json"]).json();
    assert_eq!(run(&["init"]).code, 0);
    let after = run(&["check", "--format", "json"]).json();
    assert_eq!(after["summary"]["findings"], before["summary"]["findings"]);
    // A new holder is a finding.
    write(
        "clients.json",
        &format!("[{}]", clients.join(",").replace("\"r1\"", "\"r2\"")),
    );
    let changed = run(&[
        "check",
        "--format",
        "concise",
        "--select",
        "monitor-forbidden-holder",
    ]);
    assert_eq!(changed.code, 1, "{}", changed.all());
    assert!(
        changed.stdout.contains("monitor-forbidden-holder [Desk]"),
        "{}",
        changed.stdout
    );
    // An existing file is replaced only on request.
    write("grantlint.toml", "# ours\n");
    let refused = run(&["init"]);
    assert_eq!(refused.code, 2, "{}", refused.all());
    assert!(refused.stderr.contains("--force"), "{}", refused.stderr);
    assert_eq!(
        fs::read_to_string(place.path().join("grantlint.toml")).expect("a file"),
        "# ours\n"
    );
    assert_eq!(run(&["init", "--force"]).code, 0);
    // Everything that is proposed can be made active.
    let text = fs::read_to_string(place.path().join("grantlint.toml")).expect("a file");
    let active = text.lines().map(|line| match line.strip_prefix('#') {
        Some(rest) if rest.starts_with("  \"") => rest,
        Some(rest) if !rest.starts_with(' ') && !rest.starts_with("extends") => rest,
        _ => line,
    });
    write("grantlint.toml", &active.collect::<Vec<_>>().join("\n"));
    let config = run(&["config", "--today", TODAY]);
    assert_eq!(config.code, 0, "{}", config.all());
    // Without the roles, the holders are not known.
    fs::remove_file(place.path().join("roles.json")).expect("removed");
    let less = run(&["init", "--stdout"]);
    assert!(
        less.stdout
            .contains("\n#[rules.monitor-forbidden-holder]\n"),
        "{}",
        less.stdout
    );
}

#[test]
fn former_names_of_parameters_name_the_new_one() {
    for rule in grantlint::catalog::builtin() {
        for (parameter, was) in rule
            .params
            .iter()
            .flat_map(|parameter| parameter.was.iter().map(move |was| (parameter, was)))
        {
            assert!(rule.parameter(was).is_none(), "{}: {was}", rule.id);
            let place = tempfile::tempdir().expect("a directory");
            let config = format!("[rules.{}]\n{was} = 1\n", rule.id);
            fs::write(place.path().join("grantlint.toml"), config).expect("a file");
            let run = grantlint_in(place.path(), &["config"], b"");
            assert_eq!(run.code, 2, "{}: {}", rule.id, run.all());
            let words = format!("is now `{}`", parameter.name);
            assert!(run.stderr.contains(&words), "{words}: {}", run.stderr);
            assert!(run.stderr.contains("grantlint.toml:2:1"), "{}", run.stderr);
        }
    }
}

#[test]
fn numbers_by_client_are_numbers() {
    let place = tempfile::tempdir().expect("a directory");
    let config =
        "[rules.token-lifetime-too-long]\nlimits = { \"name:Feed*\" = 1800, \"*\" = 7200 }\n";
    fs::write(place.path().join("grantlint.toml"), config).expect("a file");
    let client = |name: &str| {
        format!(
            r#"{{"id": "{name}", "name": "{name}", "authorizedGrantType": "CODE", "registeredRedirectUri": ["https://a.example.com/cb"], "scope": ["routing"], "accessTokenValiditySeconds": 3600}}"#
        )
    };
    let clients = format!(
        "{{\"entities\": [{}, {}]}}",
        client("Feed A"),
        client("Desk")
    );
    fs::write(place.path().join("clients.json"), clients).expect("a file");
    let arguments = [
        "check",
        ".",
        "--select",
        "token-lifetime-too-long",
        "--format",
        "concise",
    ];
    let run = grantlint_in(place.path(), &arguments, b"");
    // The greatest of the limits that match holds.
    assert_eq!(run.code, 0, "{}", run.all());
    let config = "[rules.token-lifetime-too-long]\nlimits = { \"name:Feed*\" = 1800 }\n";
    fs::write(place.path().join("grantlint.toml"), config).expect("a file");
    let run = grantlint_in(place.path(), &arguments, b"");
    assert_eq!(run.code, 1, "{}", run.all());
    assert!(run.stdout.contains("[Feed A]"), "{}", run.all());
    assert!(!run.stdout.contains("[Desk]"), "{}", run.all());
}

#[test]
fn a_file_of_variables_that_is_not_there_is_named() {
    let place = tempfile::tempdir().expect("a directory");
    let write = |name: &str, text: &str| {
        fs::write(place.path().join(name), text).expect("a file");
    };
    write(
        "grantlint.toml",
        "[terraform]\nvar-files = [[\"prod.tfvars\", \"commn.tfvars\"]]\n",
    );
    write("prod.tfvars", "uri = \"https://a.example.com/cb\"\n");
    write(
        "main.tf",
        "variable \"uri\" {}\nresource \"genesyscloud_oauth_client\" \"a\" {\n  name = \"A\"\n  authorized_grant_type = \"CODE\"\n  registered_redirect_uris = [var.uri]\n  scopes = [\"routing\"]\n}\n",
    );
    let run = grantlint_in(place.path(), &["check", "."], b"");
    assert_eq!(run.code, 3, "{}", run.all());
    assert!(run.all().contains("`commn.tfvars`"), "{}", run.all());
    assert!(!run.all().contains("`prod.tfvars`"), "{}", run.all());
    write("commn.tfvars", "");
    let run = grantlint_in(place.path(), &["check", "."], b"");
    assert_ne!(run.code, 3, "{}", run.all());
}

/// A client whose tokens live so many seconds.
fn lifetime(seconds: u32) -> String {
    format!(
        "[{{\"id\":\"1\",\"name\":\"Job\",\"authorizedGrantType\":\"CODE\",\"registeredRedirectUri\":[\"https://a.example.com/\"],\"accessTokenValiditySeconds\":{seconds}}}]"
    )
}

#[test]
fn a_baseline_forgives_what_became_better_and_names_how_it_became_worse() {
    let place = Place::new(EXTRA);
    let run = |seconds: u32, option: &str| {
        place.write("exports/clients.json", &lifetime(seconds));
        let select = ["--select", "lifetime"];
        place.check(&[&select[..], &[option, "known.json"]].concat())
    };
    let first = run(200_000, "--write-baseline");
    assert_eq!(first.code, 1, "{}", first.all());
    for better in [200_000, 190_000] {
        let run = run(better, "--baseline");
        assert_eq!(run.code, 0, "{better}: {}", run.all());
    }
    let worse = run(300_000, "--baseline");
    assert_eq!(worse.code, 1, "{}", worse.all());
    let history = worse.stdout.matches("with 200000, now 300000").count();
    assert_eq!(history, 1, "{}", worse.stdout);
}

#[test]
fn an_acceptance_of_a_value_is_of_that_value_only() {
    for (value, code) in [("200000", 0), ("1", 1)] {
        let more = format!("value = \"{value}\"\nuntil = 2027-01-01");
        let entry = accept("lifetime", "name:Job", &more);
        let place = Place::new(&format!("{EXTRA}{entry}"));
        place.write("exports/clients.json", &lifetime(200_000));
        let run = place.check(&["--select", "lifetime"]);
        assert_eq!(run.code, code, "{value}: {}", run.all());
    }
}

#[test]
fn a_parameter_with_patterns_takes_regular_expressions_only() {
    let place = Place::new("");
    let wrong = "[rules.description-missing]\nrequired-patterns = [\"(\"]\n";
    place.write("grantlint.toml", wrong);
    let run = place.check(&[]);
    assert_eq!(run.code, 2, "{}", run.all());
    let said = "must contain regular expressions";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn a_locked_input_is_waived_neither_by_a_child_nor_on_the_command_line() {
    let place = Place::new("");
    place.write("org/grantlint.toml", "[inputs]\nlock = [\"without\"]\n");
    let child = "extends = \"org/grantlint.toml\"\n";
    let waives = format!("{child}[inputs]\nwithout = [\"roles\"]\n");
    for (configuration, more) in [(&*waives, &[][..]), (child, &["--without", "roles"][..])] {
        place.write("grantlint.toml", configuration);
        let run = place.check(more);
        assert_eq!(run.code, 2, "{configuration}: {}", run.all());
        let locked = "`inputs.without`, which is locked";
        let is_named = run.stderr.contains("`inputs.without` is locked");
        assert!(is_named || run.stderr.contains(locked), "{}", run.stderr);
    }
}

#[test]
fn known_findings_are_counted_by_age() {
    let place = Place::new(EXTRA);
    let one = lifetime(200_000);
    let two = one.replace("[{", "{").replace("}]", "}");
    let two = format!(
        "[{two},{}]",
        two.replace("\"1\"", "\"2\"").replace("Job", "Feed")
    );
    for (today, clients) in [("2026-01-01", &one), ("2026-03-01", &two)] {
        place.write("exports/clients.json", clients);
        let write = ["--select", "lifetime", "--today", today];
        place.check(&[&write[..], &["--write-baseline", "known.json"]].concat());
    }
    for (today, words) in [
        (
            "2026-03-31",
            "(1 30 days or less, 1 90 days or less; oldest 89 days)",
        ),
        ("2026-04-01", "(oldest 90 days)"),
        (
            "2026-04-02",
            "(1 90 days or less, 1 a year or less; oldest 91 days)",
        ),
    ] {
        let later = ["check", "exports", "--select", "lifetime", "--today", today];
        let run = place.run(&[&later[..], &["--baseline", "known.json"]].concat());
        let told = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains(words), "{today}: {told}");
    }
}
