#!/usr/bin/env bash
# Builds the wheel, installs it into a fresh virtual environment, and audits the demo with it.
set -euo pipefail

rm -rf target/wheel target/ecosystem/fresh
maturin build --quiet --locked --release --compatibility linux --out target/wheel
python3 -m venv target/ecosystem/fresh
target/ecosystem/fresh/bin/pip install --quiet --disable-pip-version-check --no-index target/wheel/grantlint-*.whl

version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
installed=$(target/ecosystem/fresh/bin/grantlint --version)
[ "$installed" = "grantlint $version" ] || { echo "the wheel installs $installed, not grantlint $version"; exit 1; }

code=0
target/ecosystem/fresh/bin/grantlint check fixtures/demo --format concise >target/ecosystem/demo.txt || code=$?
[ "$code" -eq 1 ] || { echo "the audit of the demo ended with $code, not 1"; exit 1; }
grep -q redirect-wildcard target/ecosystem/demo.txt
echo "ok wheel: $(basename target/wheel/grantlint-*.whl) installs and audits the demo"
