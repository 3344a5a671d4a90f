# Finds the JDK. Sourced by sluice and mvnw after common.sh.
# shellcheck shell=bash

readonly JDK_WANTED=25

# Where JDKs are usually installed: patterns separated by colons.
jdk_folders() {
  local mac=Library/Java/JavaVirtualMachines
  printf '%s' "${SLUICE_JDK_FOLDERS:-/usr/lib/jvm/*:/usr/java/*:/opt/java/*:/$mac/*/Contents/Home:$HOME/$mac/*/Contents/Home:$HOME/.sdkman/candidates/java/*:$HOME/.jdks/*}"
}

# Prints the version of the JDK in a folder; fails when there is none with a compiler.
jdk_version() {
  local version
  [[ -x $1/bin/java && -x $1/bin/javac ]] || return 1
  version=$(sed -n 's/^JAVA_VERSION="\(.*\)"/\1/p' "$1/release" 2>/dev/null) || version=''
  [[ -n $version ]] || version=$("$1/bin/java" -version 2>&1 | sed -n '1s/.*"\(.*\)".*/\1/p')
  [[ -n $version ]] && printf '%s' "$version"
}

jdk_is_enough() {
  local version
  version=$(jdk_version "$1") && at_least "$version" "$JDK_WANTED"
}

# "Java 17.0.15" or "no JDK there", for the message that nothing fits.
jdk_words() {
  local version
  if version=$(jdk_version "$1"); then printf 'Java %s' "$version"; else printf 'no JDK there'; fi
}

# The home of the `java` on PATH, asked of java itself because it may be a shim.
java_home_on_path() {
  command -v java >/dev/null || return 1
  java -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p'
}

# Exports JAVA_HOME, or ends with what was looked at.
use_jdk() {
  local looked='' home IFS
  if [[ -n ${JAVA_HOME:-} ]]; then
    if jdk_is_enough "$JAVA_HOME"; then export JAVA_HOME && return; fi
    looked="JAVA_HOME=$JAVA_HOME: $(jdk_words "$JAVA_HOME"); "
  fi
  if home=$(java_home_on_path) && [[ -n $home ]]; then
    if jdk_is_enough "$home"; then export JAVA_HOME=$home && return; fi
    looked+="java on PATH: $(jdk_words "$home") in $home; "
  fi
  IFS=:
  # The unquoted expansion is meant: it splits at the colons and expands the patterns.
  for home in $(jdk_folders); do
    if jdk_is_enough "$home"; then export JAVA_HOME=$home && return; fi
  done
  die "$NO_TOOL" "JDK $JDK_WANTED not found (looked at ${looked}$(jdk_folders)); install a JDK $JDK_WANTED, e.g. Temurin $JDK_WANTED, or set JAVA_HOME"
}
