#!/usr/bin/env bash
# Files that other programs read, against the schemas that these publish: those of the repository,
# and those that the guides tell a reader to write (YAML blocks that begin with `# FILE`).
set -euo pipefail

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

python - "$copy" README.md docs/guides/*.md <<'PYTHON'
import pathlib, re, sys

out = pathlib.Path(sys.argv[1])
found = 0
for number, page in enumerate(sys.argv[2:]):
    text = pathlib.Path(page).read_text()
    for block, (name, body) in enumerate(re.findall(r"^```yaml\n# (\S+)\n(.*?)^```", text, re.M | re.S)):
        target = out / f"{number}-{block}" / name
        target.parent.mkdir(parents=True)
        target.write_text(body)
        found += 1
assert found, "the guides hold no YAML that says which file it is"
PYTHON

check-jsonschema --builtin-schema vendor.github-actions action.yml
check-jsonschema --builtin-schema vendor.gitlab-ci docs/ci/gitlab-ci.yml
check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
pre-commit validate-manifest .pre-commit-hooks.yaml pre-commit/.pre-commit-hooks.yaml
# Known weaknesses of workflows: pins, permissions, credentials, injected text.
zizmor --offline --quiet .github action.yml
while IFS= read -r -d '' file; do
  case $file in
    */.github/workflows/*) check-jsonschema --builtin-schema vendor.github-workflows "$file" ;;
    */.gitlab-ci.yml) check-jsonschema --builtin-schema vendor.gitlab-ci "$file" ;;
    */.pre-commit-config.yaml) pre-commit validate-config "$file" ;;
    *) echo "no schema is known for ${file#"$copy"/}" && exit 1 ;;
  esac
done < <(find "$copy" -type f -print0)
