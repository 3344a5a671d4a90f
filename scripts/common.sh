# Shared by sluice and mvnw: messages, versions, the cache folder. Sourced, never run.
# shellcheck shell=bash

# Exit codes: 1 a build or test failed, 2 usage, 3 a tool is missing, 4 a real part is missing.
# shellcheck disable=SC2034 # used by the files that source this one
readonly USAGE=2 NO_TOOL=3 NO_PART=4

SLUICE_CACHE=${SLUICE_CACHE:-$HOME/.cache/sluice}
export SLUICE_CACHE

say() { printf 'sluice: %s\n' "$*" >&2; }

# die CODE WORDS...
die() {
  local code=$1
  shift
  say "$*"
  exit "$code"
}

# at_least HAVE WANTED: compares dotted versions number by number.
at_least() { printf '%s\n%s\n' "$2" "$1" | sort -V -C; }

# with_lock FILE WORDS COMMAND...: one at a time; WORDS is said when somebody else is at it.
# The command doesn't inherit the lock, so a process it leaves behind can't hold it.
with_lock() {
  local file=$1 words=$2
  shift 2
  mkdir -p "$(dirname "$file")"
  if ! command -v flock >/dev/null; then
    "$@"
    return
  fi
  exec 9>"$file"
  flock -n 9 || { say "$words" && flock 9; }
  "$@" 9>&-
  exec 9>&-
}
