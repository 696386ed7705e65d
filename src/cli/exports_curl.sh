api=${GENESYSCLOUD_API:-https://api.$region}
login=${GENESYSCLOUD_LOGIN:-https://login.$region}

# Tokens and secrets are passed in files, so that no list of processes shows them.
if [ -n "${GENESYSCLOUD_ACCESS_TOKEN:-}" ]; then
  token=$GENESYSCLOUD_ACCESS_TOKEN
else
  [ -n "${GENESYSCLOUD_OAUTHCLIENT_ID:-}" ] && [ -n "${GENESYSCLOUD_OAUTHCLIENT_SECRET:-}" ] ||
    stop "set GENESYSCLOUD_OAUTHCLIENT_ID and GENESYSCLOUD_OAUTHCLIENT_SECRET, or GENESYSCLOUD_ACCESS_TOKEN"
  printf 'user = "%s:%s"\n' "$GENESYSCLOUD_OAUTHCLIENT_ID" "$GENESYSCLOUD_OAUTHCLIENT_SECRET" > "$work/login"
  curl --silent --show-error --fail --config "$work/login" --data grant_type=client_credentials \
    --output "$work/token" "$login/oauth/token" || stop "the login at $login failed"
  token=$(jq -r '.access_token // empty' "$work/token")
  rm -f "$work/login" "$work/token"
fi
[ -n "$token" ] || stop "the login returned no token"
printf 'header = "Authorization: Bearer %s"\n' "$token" > "$work/auth"
unset token

# request METHOD PATH FILE [BODY]: calls the API. Waits and repeats if the rate limit is reached or
# the platform is not available. The reason of a failure is in $reason.
request() {
  attempt=1
  while :; do
    : > "$work/headers"
    set -- "$1" "$2" "$3" "${4:-}"
    if [ -n "$4" ]; then
      status=$(curl --silent --config "$work/auth" --request "$1" --header 'Content-Type: application/json' \
        --data-binary "@$4" --dump-header "$work/headers" --output "$3" --write-out '%{http_code}' \
        "$api/api/v2/$2") || status=000
    else
      status=$(curl --silent --config "$work/auth" --request "$1" --dump-header "$work/headers" \
        --output "$3" --write-out '%{http_code}' "$api/api/v2/$2") || status=000
    fi
    case $status in
      2??) return 0 ;;
      000 | 429 | 500 | 502 | 503 | 504)
        if [ "$attempt" -ge "$attempts" ]; then
          reason="$2 answered $status $attempt times"
          return 1
        fi
        retry_after=$(sed -n 's/^[Rr][Ee][Tt][Rr][Yy]-[Aa][Ff][Tt][Ee][Rr]: *\([0-9][0-9]*\).*/\1/p' \
          "$work/headers" | tail -n 1)
        sleep "${retry_after:-$((pause * attempt))}"
        attempt=$((attempt + 1))
        ;;
      *)
        reason="$2 answered $status $(jq -r '.code // empty' "$3" 2> /dev/null || :)"
        return 1
        ;;
    esac
  done
}

# listing NAME NEEDED PATH QUERY FILTER: all pages of a list, as one file. The platform's own total
# stays in it, so that grantlint sees if a page is missing.
listing() {
  page=1
  : > "$work/pages"
  while :; do
    address="$3?${4:+$4&}pageNumber=$page"
    if [ "$page" -eq 1 ]; then
      address="$3${4:+?$4}"
    fi
    if ! request GET "$address" "$work/page"; then
      refused "$1" "$2" "$reason"
      return 0
    fi
    if ! jq -ce "$secrets" "$work/page" > "$work/clean" 2> /dev/null; then
      refused "$1" "$2" "$3 did not answer with JSON"
      return 0
    fi
    rm -f "$work/page"
    # A list without pages answers each page with the same items.
    if [ "$page" -gt 1 ] && [ "$(jq -c '.entities' "$work/clean")" = "$(tail -n 1 "$work/pages" | jq -c '.entities')" ]; then
      break
    fi
    cat "$work/clean" >> "$work/pages"
    jq -e --argjson page "$page" '(.entities // [] | length) > 0
      and ((.pageCount // 0) > $page or (.nextUri // "") != "")' "$work/clean" > /dev/null || break
    page=$((page + 1))
  done
  jq -s "{entities: ([.[].entities // []] | add | $5), total: .[0].total}
    | if .total == null then del(.total) else . end" "$work/pages" > "$directory/$1.json"
  obtained "$1" "$1.json"
}

# usage_results QUERY RESULTS: runs a query, waits for it, and gets all pages.
usage_results() {
  request @USAGE_CREATE@ "$work/receipt" "$1" || return 1
  execution=$(jq -r '.executionId // empty' "$work/receipt")
  if [ -z "$execution" ]; then
    reason="the query of usage was not accepted"
    return 1
  fi
  : > "$work/pages"
  after=
  waited=0
  while :; do
    request @USAGE_RESULTS@"${after:+?after=$after}" "$work/page" || return 1
    case $(jq -r '.queryStatus // empty' "$work/page") in
      Complete | Succeeded) ;;
      Running | Queued)
        waited=$((waited + 1))
        if [ "$waited" -gt 120 ]; then
          reason="the query of usage did not finish"
          return 1
        fi
        sleep "$pause"
        continue
        ;;
      *)
        reason="the query of usage failed"
        return 1
        ;;
    esac
    jq -c . "$work/page" >> "$work/pages"
    next=$(jq -r '.cursors.after // empty | @uri' "$work/page")
    if [ -z "$next" ] || [ "$next" = "$after" ]; then
      break
    fi
    after=$next
  done
  jq -s '{queryStatus: "Complete", results: ([.[].results // []] | add)}' "$work/pages" > "$2"
}
