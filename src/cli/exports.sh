#!/bin/sh
# Obtains what grantlint audits from one organisation of Genesys Cloud. @ORIGIN@
#
#   sh exports.sh [DIRECTORY]        writes into DIRECTORY, which is exports by default
#
# It only reads. The least rights that it needs:
@RIGHTS@
# Give a role with these permissions to a client with the client credentials grant, in the home
# division. Divisions that this role does not cover can be missing from the lists.
#
# GENESYSCLOUD_REGION                    the domain of the region, such as mypurecloud.de
@CREDENTIALS@
set -eu
umask 077

directory=${1:-exports}
region=${GENESYSCLOUD_REGION:-@REGION@}
attempts=${GRANTLINT_ATTEMPTS:-8}
pause=${GRANTLINT_PAUSE:-5}

stop() {
  echo "exports: $*" >&2
  exit 1
}

for program in @PROGRAMS@; do
  command -v "$program" > /dev/null || stop "$program is not installed"
done
[ -n "$region" ] || stop "set GENESYSCLOUD_REGION to the domain of the region, such as mypurecloud.de"
case $region in
  *.*) ;;
  *) stop "GENESYSCLOUD_REGION must be a domain, such as mypurecloud.de" ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
mkdir -p "$directory"
failed=0
: > "$work/files"
: > "$work/refused"

# Client secrets are never written into the directory. Of a person, only id, name and state are.
secrets='walk(if type == "object" then del(.secret, .clientSecret, .client_secret) else . end)'
people='map({id, name, state, selfUri})'

@OBTAIN@

# obtained NAME FILE: notes a file that was written.
obtained() {
  bytes=$(wc -c < "$directory/$2" | tr -d ' ')
  jq -cn --arg input "$1" --arg file "$2" --argjson bytes "$bytes" \
    --argjson items "$(jq '(.entities // .results // []) | length' "$directory/$2")" \
    '{$input, $file, $bytes, $items}' >> "$work/files"
}

# refused NAME NEEDED REASON: notes an input that could not be obtained.
refused() {
  jq -cn --arg input "$1" --arg reason "$3" '{$input, $reason}' >> "$work/refused"
  echo "exports: $1 could not be obtained: $3" >&2
  if [ "$2" = needed ]; then
    failed=1
  fi
}

# A year of usage without today, in five windows: a query covers at most 90 days.
usage() {
  window=1
  while [ "$window" -le 5 ]; do
    jq -n --argjson window "$window" '
      def day(days): now - days * 86400 | strftime("%Y-%m-%dT00:00:00Z");
      {interval: "\(day(365 - 73 * ($window - 1)))/\(day(365 - 73 * $window))", granularity: "Day",
       groupBy: ["OAuthClientId", "TemplateUri", "HttpMethod"],
       metrics: ["Requests", "Status200", "Status300", "Status400", "Status429", "Status500"]}
      ' > "$work/usage-$window.query.json"
    if ! usage_results "$work/usage-$window.query.json" "$work/usage-$window.json"; then
      refused usage optional "$reason"
      return 0
    fi
    cp "$work/usage-$window.query.json" "$work/usage-$window.json" "$directory/"
    obtained usage "usage-$window.json"
    window=$((window + 1))
  done
}

@CALLS@

jq -n --arg date "$(date -u +%Y-%m-%dT%H:%M:%SZ)" --arg region "$region" \
  --slurpfile files "$work/files" --slurpfile refused "$work/refused" \
  '{schema: "grantlint-exports/1", $date, $region, $files, $refused}' > "$directory/manifest.json"
if [ "$failed" -ne 0 ]; then
  stop "a needed input is missing from $directory: see manifest.json"
fi
echo "exports: wrote $directory; audit it with: grantlint check $directory" >&2
