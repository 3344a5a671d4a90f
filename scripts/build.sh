# Builds Sluice when its sources are newer than the last build, and runs its suites. Sourced by sluice.
# shellcheck shell=bash

readonly BUILD_STAMP=$ROOT/target/built
readonly BUILD_LOG=$ROOT/target/build.log
readonly BUILD_LOCK=$ROOT/target/lock
readonly BUILD_BUSY="waiting for another sluice that builds here"

# Folders count too: a removed file changes nothing but its folder's time.
build_is_current() {
  [[ -e $BUILD_STAMP ]] || return 1
  local newer
  newer=$(find "$ROOT/pom.xml" "$ROOT"/*/pom.xml "$ROOT"/*/src/main \
    "$ROOT"/foreman-bridge/java/pom.xml "$ROOT"/foreman-bridge/java/src/main -newer "$BUILD_STAMP" -print -quit 2>/dev/null) || true
  [[ -z $newer ]]
}

ensure_built() {
  build_is_current || with_lock "$BUILD_LOCK" "$BUILD_BUSY" build
}

# Tests and format checks are left to `sluice test`. The stamp is as old as the start of the build,
# so that a file edited meanwhile is seen next time.
build() {
  build_is_current && return
  say "building Sluice (the first time takes a minute or two)..."
  touch "$BUILD_STAMP.new"
  if ! "$ROOT/mvnw" -f "$ROOT/pom.xml" -B -pl app,demo -am -Dmaven.test.skip -Dspotless.check.skip package 2>&1 |
    tee "$BUILD_LOG" | show_modules; then
    rm -f "$BUILD_STAMP.new"
    show_errors
    die 1 "the build failed (all of its words: $BUILD_LOG)"
  fi
  mv "$BUILD_STAMP.new" "$BUILD_STAMP"
}

build_benchmarks() {
  say "building the benchmarks..."
  "$ROOT/mvnw" -f "$ROOT/pom.xml" -B -q -pl benchmarks -am -Dmaven.test.skip -Dspotless.check.skip package >"$BUILD_LOG" 2>&1 ||
    { show_errors; die 1 "the build failed (all of its words: $BUILD_LOG)"; }
}

# Maven's errors up to its general advice, or the end of the log when it has none.
show_errors() {
  if grep -q '^\[ERROR\]' "$BUILD_LOG"; then
    sed -n '/^\[ERROR\]/{p;/\[Help 1\]/q;}' "$BUILD_LOG" >&2
  else
    tail -n 30 "$BUILD_LOG" >&2
  fi
}

# One line per module as Maven gets to it.
show_modules() {
  local line
  while IFS= read -r line; do
    if [[ $line =~ ^\[INFO\]\ Building\ ([a-z-]+)\ [0-9] ]]; then printf '  %s\n' "${BASH_REMATCH[1]}" >&2; fi
  done
}

# run_soak [NAME]: the slow scenes, or those of one class or CLASS#METHOD.
run_soak() {
  run_tests -pl app -am -Dspotless.check.skip -Dgroups=soak -Dit.excludedGroups=none -Dit.forks=1 -Dit.test="${1:-*IT}" \
    -Dfailsafe.failIfNoSpecifiedTests=false
}

# run_tests ARGS...: Maven's words go to the terminal; the totals come last.
run_tests() {
  local started=$SECONDS status=0
  local maven=("$ROOT/mvnw" -f "$ROOT/pom.xml" -B --no-transfer-progress)
  find "$ROOT" -path '*/target/*-reports/TEST-*.xml' -delete
  if [[ $# -eq 0 ]]; then
    run_demo_beside_the_rest "${maven[@]}" || status=$?
  else
    "${maven[@]}" --fail-at-end -Pit verify "$@" || status=$?
  fi
  print_totals "$((SECONDS - started))" "$status"
  return "$status"
}

# run_demo_beside_the_rest MAVEN...: the demo's ITs wait minutes for Prometheus, so they run while all others do. All is
# built first, and the demo's Maven takes the classes as they are: neither writes what the other reads.
run_demo_beside_the_rest() {
  local log=$ROOT/target/demo-its.log status=0 demo rest
  "$@" -DskipTests package || return
  say "the demo's ITs run beside all others; their words come last (until then: $log)"
  "$@" -Pit -pl demo -am -DskipITs -Dmaven.compiler.useIncrementalCompilation=false \
    test-compile failsafe:integration-test failsafe:verify >"$log" 2>&1 &
  demo=$!
  "$@" --fail-at-end -Pit -Ddemo.skipITs verify &
  rest=$!
  # What a shell starts in the background doesn't hear Ctrl-C.
  # shellcheck disable=SC2064 # the ids of now
  trap "kill $demo $rest 2>/dev/null || true; wait; exit 130" INT TERM
  wait "$rest" || status=$?
  wait "$demo" || status=$?
  trap - INT TERM
  cat "$log"
  return "$status"
}

# Adds up the JUnit reports of all modules: surefire's and failsafe's.
print_totals() {
  { find "$ROOT" -path '*/target/*-reports/TEST-*.xml' -exec grep -h '<testsuite ' {} + || true; } |
    awk -v seconds="$1" -v status="$2" '
      function count(name) { return match($0, " " name "=\"[0-9]+") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3) : 0 }
      { tests += count("tests"); failed += count("failures") + count("errors"); skipped += count("skipped") }
      END {
        if (status != 0 && failed == 0) print "the build failed outside the tests: see the [ERROR] lines above"
        printf "%d passed, %d failed, %d skipped in %d s\n", tests - failed - skipped, failed, skipped, seconds
      }'
}

# java_command MODULE CLASS: sets JAVA_COMMAND. The serial collector: on two cores it is as fast as G1 with heaps of this
# size, in less than two thirds of the memory (benchmarks/README.md).
java_command() {
  JAVA_COMMAND=("$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
    -XX:+UseSerialGC -cp "$(module_jar "$1")" "$2")
}

# run_java MODULE CLASS ARGS...: replaces this shell, so that signals reach the JVM.
run_java() {
  local JAVA_COMMAND
  java_command "$1" "$2"
  exec "${JAVA_COMMAND[@]}" "${@:3}"
}

# run_peer_benchmark ARGS...: builds the client and the peer, and replaces this shell by the client.
run_peer_benchmark() {
  local target=$ROOT/benchmarks/target/peer JAVA_COMMAND
  go_is_enough || die "$NO_TOOL" "bench peer: no Go (expected: Go >= 1.26, to build go-control-plane's server and the client)"
  say "building go-control-plane's server and the client..."
  GOFLAGS='' go build -C "$ROOT/benchmarks/peer" -o "$target/" ./cmd/... || die 1 "bench peer: the Go part doesn't build"
  java_command benchmarks "$PEER_MAIN"
  exec "$target/bench" -peer "$target/peer" -csv "$target/figures.csv" "$@" -- "${JAVA_COMMAND[@]}"
}

# The jar names its libraries in target/lib itself (Class-Path in its manifest).
module_jar() { printf '%s' "$ROOT/$1/target/$1-$(sluice_version).jar"; }

# The first version in the root pom is the project's own.
sluice_version() { sed -n '/<version>/{s:.*<version>\(.*\)</version>.*:\1:p;q;}' "$ROOT/pom.xml"; }
