#!/usr/bin/env bash
# Runs the hooks with the real pre-commit in a real repository, as for a user: pre-commit clones the
# mirror (`pre-commit/`), installs the wheel in target/wheel, and passes the staged files. The hooks
# of this repository follow at the end.
set -euo pipefail

root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PRE_COMMIT_HOME=$work/home GIT_CONFIG_GLOBAL=$work/gitconfig GIT_CONFIG_SYSTEM=/dev/null
git config --global user.name tests
git config --global user.email tests@example.com
git config --global init.defaultBranch main

# A repository of the files in the working directory, committed or not.
publish() {
  git init --quiet "$1"
  git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents --target-directory "$1" 2>/dev/null || true
  git -C "$1" add --all
  git -C "$1" commit --quiet --message hooks
}
publish "$work/source"
(cd pre-commit && publish "$work/mirror")

# The mirror must install this wheel, and never one of an index.
wheels=$root/target/wheel
"$root/target/ecosystem/tools/bin/pip" download --quiet --disable-pip-version-check --dest "$wheels" 'setuptools>=77'
export PIP_NO_INDEX=1 PIP_FIND_LINKS=$wheels

mkdir "$work/repository"
cd "$work/repository"
git init --quiet .

passed=0 failed=0

# Configures the hooks, given as YAML, of the repository $hooks.
hooks=$work/mirror
configure() {
  printf 'repos:\n- repo: %s\n  rev: %s\n  hooks:\n%s\n' "$hooks" "$(git -C "$hooks" rev-parse HEAD)" "$1" >.pre-commit-config.yaml
  git add .pre-commit-config.yaml
}

# Runs the hooks on what is staged: expect NAME CODE WORDS... (`!WORDS` must not be said).
# CODE is that of grantlint; 0 where the hook passed, `skipped` where it had nothing to do.
expect() {
  local name=$1 code=$2 said fault=
  shift 2
  said=$(pre-commit run --verbose --color never 2>&1) || true
  case $code in
    0) [[ $said == *Passed* && $said != *Failed* ]] || fault="did not pass" ;;
    skipped) [[ $said == *Skipped* && $said != *Failed* ]] || fault="was not skipped" ;;
    *) [[ $said == *"- exit code: $code"* ]] || fault="did not fail with $code" ;;
  esac
  for words in "$@"; do
    case $words in
      !*) [[ $said != *"${words#!}"* ]] || fault="said: ${words#!}" ;;
      *) [[ $said == *"$words"* ]] || fault="did not say: $words" ;;
    esac
  done
  if [ -z "$fault" ]; then
    passed=$((passed + 1))
    echo "ok pre-commit: $name"
  else
    failed=$((failed + 1))
    printf 'FAILED pre-commit: %s %s\n%s\n' "$name" "$fault" "$said"
  fi
}

commit() { git add --all && git commit --quiet --no-verify --message "$1"; }

## Exports

configure '  - id: grantlint'
echo '{"name": "site"}' >package.json
git add .
expect "nothing to do" skipped
commit "no export"

mkdir exports
cp "$root"/fixtures/neutral/*.json exports/
git add .
expect "a good export passes" 0 "exit 0"
commit "good"

cp "$root"/fixtures/demo/clients.json exports/dangerous.json
git add .
expect "a dangerous one fails, a line a finding" 1 "exports/dangerous.json:153:10: critical redirect-wildcard"
commit "dangerous"

printf '\n' >>exports/clients.json
git add .
expect "only what changed is audited, with its neighbours as context" 0 "!dangerous.json"
commit "touched"

echo '{"retries": 3}' >oauth-settings.json
git add .
expect "what is no export is passed over" 0
commit "settings"

head -c 400 "$root"/fixtures/neutral/clients.json >exports/cut.json
git add .
expect "a broken export fails" 3 "exports/cut.json" "truncated"
git rm --quiet --cached exports/cut.json && rm exports/cut.json

configure '  - id: grantlint
    args: [--select, hygiene, --fail-on, high]'
cp "$root"/fixtures/demo/clients.json exports/again.json
git add .
expect "args of the repository are added" 0 "below the gate" "!redirect-wildcard"
commit "again"

## Terraform

configure '  - id: grantlint-terraform'
mkdir infrastructure
cat >infrastructure/main.tf <<'TERRAFORM'
resource "genesyscloud_oauth_client" "crm" {
  name                          = "CRM"
  description                   = "Signs agents in; owned by the CRM team."
  authorized_grant_type         = "CODE"
  access_token_validity_seconds = 28800
  registered_redirect_uris      = [var.callback]
  scopes                        = ["users:readonly"]
}
TERRAFORM
cat >infrastructure/variables.tf <<'TERRAFORM'
variable "callback" {
  default = "https://crm.example.com/callback"
}
TERRAFORM
git rm -r --quiet exports
printf '{{- if .Values.on }}\nname: {{ include "x" . }}\n{{- end }}\n' >template.yaml
git add .
expect "Terraform in good order passes beside YAML that is a template" 0
commit "terraform"

sed -i s/https:/http:/ infrastructure/variables.tf
git add .
expect "a change in one file is seen through another" 1 "redirect-not-https" "[CRM]"
commit "http"

mkdir -p modules/client other
mv infrastructure/main.tf modules/client/main.tf
mv infrastructure/variables.tf modules/client/variables.tf
printf 'module "client" {\n  source = "../modules/client"\n}\n' >infrastructure/main.tf
sed 's/oauth_client" "crm"/oauth_client" "other"/; s/var.callback/"http:\/\/other.example.com\/cb"/' modules/client/main.tf >other/main.tf
git add .
commit "module"

printf '\n' >>modules/client/variables.tf
git add .
expect "the roots that call a changed module are judged, and no other" 1 "[CRM]" "!other/main.tf"
commit "touched a module"

mkdir cloud
printf 'resource "aws_s3_bucket" "b" {\n  bucket = "b"\n}\n' >cloud/main.tf
cp "$root"/fixtures/demo/clients.json cloud/
git add cloud/main.tf
expect "a root without clients passes, next to an export" 0 "!clients.json"
rm cloud/clients.json
commit "cloud"

echo '# words' >README.md
git add .
expect "nothing of Terraform changed" skipped
commit "words"

## The hooks of the source repository

hooks=$work/source
ln -s "$(ls "$PRE_COMMIT_HOME"/repo*/py_env-*/bin/grantlint | head -n 1)" "$work/grantlint"
export PATH=$work:$PATH
configure '  - id: grantlint-system
  - id: grantlint-terraform
    language: system'
mkdir exports
cp "$root"/fixtures/demo/clients.json exports/
git add .
expect "an installed program serves as well" 1 "critical redirect-wildcard"

for id in grantlint-src grantlint; do
  configure "  - id: $id"
  expect "$id compiles the program" 1 "critical redirect-wildcard"
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
