#!/usr/bin/env python3
"""Runs the steps of action.yml as the runner of GitHub Actions does, and the job for GitLab as
its runner does, with files of our own in place of theirs, and checks what comes of them."""

import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS = {step.get("id", step["name"]): step for step in ACTION["runs"]["steps"]}
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
PROGRAM = str(TARGET / "release" / "grantlint")
VERSION = re.search(r'^version = "(.*)"$', (ROOT / "Cargo.toml").read_text(), re.M)[1]
DEFAULTS = {name: given["default"] for name, given in ACTION["inputs"].items()}


class Job:
    """A workspace, and the outputs of the steps that ran."""

    def __init__(self, directory, **inputs):
        self.directory = pathlib.Path(directory)
        self.workspace = self.directory / "workspace"
        self.workspace.mkdir()
        self.inputs = DEFAULTS | {name.replace("_", "-"): value for name, value in inputs.items()}
        unknown = self.inputs.keys() - DEFAULTS.keys()
        assert not unknown, unknown
        self.outputs = {}
        self.releases = self.directory / "releases"

    def value(self, path):
        kind, *rest = path.split(".")
        if kind == "inputs":
            return self.inputs[rest[0]]
        assert kind == "steps" and rest[1] == "outputs", path
        return self.outputs.get(rest[0], {}).get(rest[2], "")

    def filled_in(self, text):
        def first(found):
            values = map(self.value, re.split(r" *\|\| *", found[1]))
            return next(filter(None, values), "")
        return re.sub(r"\$\{\{ *([\w.| -]+?) *\}\}", first, text)

    def would_run(self, step):
        """The condition, written in Python."""
        words = STEPS[step].get("if", "always()")
        words = words.replace("always()", "True").replace("&&", "and")
        words = re.sub(r"(inputs|steps)\.[\w.-]+", lambda found: repr(self.value(found[0])), words)
        return eval(words)  # noqa: S307 - our own file

    def run(self, step):
        """Runs a step; what it printed, and its exit code."""
        script = self.directory / "script.sh"
        script.write_text(STEPS[step]["run"])
        output, summary = self.directory / "output", self.directory / "summary"
        output.write_text("")
        summary.touch()
        given = {name: self.filled_in(text) for name, text in STEPS[step].get("env", {}).items()}
        if "RELEASES" in given:
            given["RELEASES"] = self.releases.as_uri()
        environment = os.environ | given | {
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(summary),
            "GITHUB_WORKSPACE": str(self.workspace),
            "RUNNER_ARCH": "X64",
            "RUNNER_OS": "Linux",
            "RUNNER_TEMP": str(self.directory),
        }
        assert STEPS[step]["shell"] == "bash"
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            cwd=self.workspace, env=environment, capture_output=True, text=True, check=False,
        )
        lines = output.read_text().splitlines()
        self.outputs[step] = dict(line.split("=", 1) for line in lines)
        self.summary = summary.read_text()
        self.said = done.stdout + done.stderr
        return done.returncode

    def write(self, name, text):
        file = self.workspace / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def take(self, fixture, name):
        shutil.copytree(ROOT / "fixtures" / fixture, self.workspace / name)

    def release(self, version, program=None):
        """Publishes an archive and its checksum, as the release workflow does; the checksum."""
        name = "grantlint-x86_64-unknown-linux-gnu"
        directory = self.releases / f"v{version}"
        directory.mkdir(parents=True)
        archive = directory / f"{name}.tar.gz"
        with tarfile.open(archive, "w:gz") as tar:
            tar.add(program or PROGRAM, f"{name}/grantlint")
        checksum = hashlib.sha256(archive.read_bytes()).hexdigest()
        (directory / f"{archive.name}.sha256").write_text(f"{checksum}  {archive.name}\n")
        return checksum

    def report(self):
        return json.loads((self.workspace / self.outputs["audit"]["sarif"]).read_text())


UPLOAD = "Upload to code scanning"
CHECKS = []


def check(test):
    CHECKS.append(test)
    return test


@check
def downloads_the_release_of_the_action(new):
    job = new(program="")
    job.release(VERSION)
    assert job.would_run("release")
    assert job.run("release") == 0, job.said
    for step in ["source", "cache", "build"]:
        assert not job.would_run(step), step
    job.take("neutral", "exports")
    assert job.run("audit") == 0, job.said


@check
def a_given_version_and_checksum_are_used(new):
    job = new(program="", version="v9.8.7")
    job.inputs["checksum"] = job.release("9.8.7")
    assert job.run("release") == 0, job.said
    assert job.outputs["release"]["program"]
    job.inputs["checksum"] = "0" * 64
    assert job.run("release") == 2, job.said
    assert "program" not in job.outputs["release"]


@check
def a_wrong_archive_is_not_run(new):
    job = new(program="")
    job.release(VERSION)
    with next(job.releases.glob("*/*.tar.gz")).open("ab") as archive:
        archive.write(b"more")
    assert job.run("release") == 2, job.said
    assert "program" not in job.outputs["release"]


@check
def without_a_release_the_action_compiles(new):
    job = new(program="")
    assert job.run("release") == 0, job.said
    assert job.would_run("source") and job.would_run("build")
    for given in [{"version": "9.8.7"}, {"checksum": "0" * 64}]:
        assert new(program="", **given).run("release") == 2, given
    assert not new(program="", version="source").would_run("release")
    assert new(program="", version="1/../2").run("release") == 2


@check
def builds_the_program_and_finds_it_again(new):
    job = new(program="")
    assert job.would_run("source")
    assert job.run("source") == 0, job.said
    key = job.outputs["source"]["key"]
    assert re.fullmatch(r"grantlint-Linux-X64-[0-9a-f]{40}", key), key
    assert job.would_run("build")
    assert job.run("build") == 0, job.said
    job.take("neutral", "exports")
    assert job.run("audit") == 0, job.said
    again = new(program="")
    again.run("source")
    assert again.outputs["source"]["key"] == key
    again.outputs["cache"] = {"cache-hit": "true"}
    assert not again.would_run("build")


@check
def fails_as_grantlint_does_and_uploads_all_the_same(new):
    job = new()
    job.take("demo", "exports")
    assert job.run("audit") == 1, job.said
    assert job.outputs["audit"] == {"exit-code": "1", "sarif": "grantlint.sarif"}
    assert job.report()["runs"][0]["results"]
    assert job.would_run(UPLOAD)
    assert "redirect-wildcard" in job.summary
    assert "always()" in STEPS[UPLOAD]["if"]


@check
def passes_what_is_clean(new):
    job = new(upload_sarif="false", summary="false")
    job.take("neutral", "exports")
    assert job.run("audit") == 0, job.said
    assert job.outputs["audit"]["exit-code"] == "0"
    assert not job.would_run(UPLOAD)
    assert job.summary == ""


@check
def the_gate_and_further_arguments_are_handed_on(new):
    job = new(fail_on="never", args="--select redirect\n --persona   pedantic")
    job.take("demo", "exports")
    assert job.run("audit") == 0, job.said
    rules = {result["ruleId"] for result in job.report()["runs"][0]["results"]}
    assert rules and all(rule.startswith("redirect-") for rule in rules), rules


@check
def a_wrong_configuration_uploads_nothing_of_an_earlier_run(new):
    job = new(config="missing.toml", annotations="true")
    job.take("demo", "exports")
    job.write("grantlint.sarif", "{}")
    assert job.run("audit") == 2, job.said
    assert job.outputs["audit"] == {"exit-code": "2"}
    assert not job.would_run(UPLOAD)
    assert "audited nothing" in job.summary


@check
def an_incomplete_audit_is_three_and_is_uploaded(new):
    job = new()
    job.take("broken", "exports")
    assert job.run("audit") == 3, job.said
    assert job.report()["runs"][0]["invocations"][0]["executionSuccessful"] is False
    assert job.would_run(UPLOAD)


@check
def paths_stand_on_lines_and_may_hold_spaces(new):
    job = new(paths="west exports\nother/clients.json\n", args="--without roles,divisions")
    job.take("neutral", "west exports")
    job.take("demo", "other")
    assert job.run("audit") == 1, job.said
    job = new(paths="west exports")
    job.take("neutral", "west exports")
    job.take("demo", "other")
    assert job.run("audit") == 0, job.said


@check
def inputs_are_never_code(new):
    job = new(paths="$(touch stolen)\n`touch stolen`", fail_on='low"; touch stolen; "')
    job.take("demo", "exports")
    assert job.run("audit") == 2, job.said
    assert not (job.workspace / "stolen").exists()
    job = new(paths="--help")
    assert job.run("audit") == 3, job.said


@check
def the_file_may_be_elsewhere_in_the_workspace(new):
    job = new()
    job.inputs["sarif"] = str(job.workspace / "out.sarif")
    job.take("neutral", "exports")
    assert job.run("audit") == 0, job.said
    assert job.outputs["audit"]["sarif"] == "out.sarif"


@check
def what_an_export_says_is_no_command_to_the_runner(new):
    job = new(annotations="true", args="--format concise")
    client = {"id": "1", "name": "x\n::error::stolen", "authorizedGrantType": "PASSWORD", "scope": []}
    job.write("clients.json", json.dumps([client]))
    assert job.run("audit") == 1, job.said
    mark = re.search(r"^::stop-commands::([0-9a-f]{32})$", job.said, re.M)[1]
    log, after = job.said.split(f"::{mark}::\n")
    assert "password-grant" in log
    commands = [line for line in after.splitlines() if line.startswith("::")]
    assert commands and all("stolen" not in line.split("::")[1] for line in commands), after
    assert not any(line.startswith("::error::stolen") for line in after.splitlines()), after


@check
def the_job_for_gitlab_writes_what_it_keeps(new):
    job = yaml.safe_load((ROOT / "docs/ci/gitlab-ci.yml").read_text())["grantlint"]
    place = new()
    place.take("demo", "exports")
    (place.workspace / ".cargo/bin").mkdir(parents=True)
    (place.workspace / ".cargo/bin/grantlint").symlink_to(place.inputs["program"])
    script = "\n".join(job["before_script"] + job["script"])
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script], cwd=place.workspace,
        env=os.environ | job["variables"], capture_output=True, text=True, check=False,
    )
    assert done.returncode == 1, done.stderr
    artifacts = job["artifacts"]
    for name in [*artifacts["paths"], *artifacts["reports"].values()]:
        assert (place.workspace / name).stat().st_size > 0, name
    quality = json.loads((place.workspace / artifacts["reports"]["codequality"]).read_text())
    assert quality and all(finding["fingerprint"] for finding in quality)


@check
def every_input_stands_in_the_guide(_new):
    guide = (ROOT / "docs/guides/pipelines.md").read_text()
    rows = "\n".join(line for line in guide.splitlines() if line.startswith("| `"))
    missing = [name for name in DEFAULTS if f"`{name}`" not in rows]
    assert not missing, missing
    for page in [ROOT / "README.md", *(ROOT / "docs/guides").glob("*.md")]:
        for block in re.findall(r"^```yaml\n(.*?)^```", page.read_text(), re.M | re.S):
            shown = yaml.safe_load(block)
            # A page shows a workflow or some of its steps.
            jobs = [{"steps": shown}] if isinstance(shown, list) else shown.get("jobs", {}).values()
            for step in (step for job in jobs for step in job["steps"]):
                if step.get("uses", "").startswith("grantlint/"):
                    assert step["with"].keys() <= DEFAULTS.keys(), (page, step)


def main():
    subprocess.run(["cargo", "build", "--release", "--locked", "--quiet"], cwd=ROOT, check=True)
    failed = 0
    for test in CHECKS:
        with tempfile.TemporaryDirectory() as directory:
            def new(**inputs):
                inner = tempfile.mkdtemp(dir=directory)
                return Job(inner, **({"program": PROGRAM} | inputs))
            try:
                test(new)
            except AssertionError:
                failed += 1
                print(f"FAILED pipelines: {test.__name__}")
                sys.excepthook(*sys.exc_info())
            else:
                print(f"ok pipelines: {test.__name__}")
    print(f"{len(CHECKS) - failed} passed, {failed} failed")
    return failed > 0


sys.exit(main())
