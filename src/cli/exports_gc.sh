# attempt FILE COMMAND...: runs a command of gc. Waits and repeats if the rate limit is reached. The
# reason of a failure is in $reason.
attempt() {
  file=$1
  shift
  count=1
  until "$@" > "$file" 2> "$work/error"; do
    if ! grep -q -e 429 -e 503 "$work/error" "$file" || [ "$count" -ge "$attempts" ]; then
      reason="$* failed: $(tr -cd '[:print:]' < "$work/error" | cut -c 1-200)"
      return 1
    fi
    sleep $((pause * count))
    count=$((count + 1))
  done
}

# listing NAME NEEDED FILTER COMMAND...: a list of gc, which joins its pages, as one file.
listing() {
  name=$1
  needed=$2
  filter=$3
  shift 3
  if ! attempt "$work/page" "$@"; then
    refused "$name" "$needed" "$reason"
    return 0
  fi
  if ! jq -e "$secrets | if type == \"array\" then {entities: .} else . end | .entities |= ((. // []) | $filter)" \
    "$work/page" > "$work/clean" 2> /dev/null; then
    refused "$name" "$needed" "$* did not print JSON"
    return 0
  fi
  rm -f "$work/page"
  cp "$work/clean" "$directory/$name.json"
  obtained "$name" "$name.json"
}

# usage_results QUERY RESULTS: runs a query and waits for it.
usage_results() {
  attempt "$work/receipt" @USAGE_CREATE@ || return 1
  execution=$(jq -r '.executionId // empty' "$work/receipt")
  if [ -z "$execution" ]; then
    reason="the query of usage was not accepted"
    return 1
  fi
  waited=0
  while :; do
    attempt "$2" @USAGE_RESULTS@ || return 1
    case $(jq -r '.queryStatus // empty' "$2") in
      Complete | Succeeded) break ;;
      Running | Queued)
        waited=$((waited + 1))
        if [ "$waited" -gt 120 ]; then
          reason="the query of usage did not finish"
          return 1
        fi
        sleep "$pause"
        ;;
      *)
        reason="the query of usage failed"
        return 1
        ;;
    esac
  done
  # gc prints one page of results. grantlint would report the missing ones.
  if jq -e '(.cursors.after // "") != ""' "$2" > /dev/null; then
    reason="the results have several pages, which gc does not join: use grantlint exports --as sh"
    return 1
  fi
}
