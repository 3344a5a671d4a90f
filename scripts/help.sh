# What `sluice --help` and `sluice COMMAND --help` say. Sourced by sluice.
# shellcheck shell=bash

show_help() {
  if [[ $# -eq 0 ]]; then
    help_overall
  elif declare -F "help_$1" >/dev/null; then
    "help_$1"
  else
    die "$USAGE" "$1: unknown command (expected one of: ${COMMANDS[*]})"
  fi
}

help_overall() {
  cat <<'TEXT'
Sluice steers LLM traffic by service-level objectives: a backend that breaks its objective loses
its traffic, proves itself, and gets it back.

Usage: ./sluice COMMAND [ARGS]

  demo         show the whole loop on a real Envoy and a real Prometheus
  run          run Sluice
  check        say how one InferenceService stands and what a dispatcher would be told
  explain      say why one InferenceService gets the traffic it gets, from objective to served share
  watch        show every service's verdict and what dispatchers are told, live
  top          show burn rates, shares and requests of all services, the worst first, live
  proxies      list the Envoys: what each was sent, what it acknowledged or refused
  support-bundle  write what a running Sluice says of itself into one file, without secrets
  lint         say what can't work in objectives, and how long an outage goes unnoticed
  render       print the Pyrra objectives of InferenceSLOs
  bootstrap    print the Envoy bootstrap of one router's fleet
  unadopt      give the Services of ModelRouters back to LLMKube's router-proxies
  hold         hold one of Foreman's Agents by hand
  release      let Agents go that are held
  retire       take away all that Sluice has left in a cluster
  webhook-configuration  print that by which the API server asks Sluice before Foreman dispatches
  test         run every test, with the real parts
  soak         run the slow tests, with the real parts
  bench        run the benchmarks
  parts        fetch the real parts and print where they are
  build        build Sluice
  help         this text, or that of a command

  --version    print the version

Examples:
  ./sluice demo
  ./sluice demo --help
  ./sluice test

It finds a JDK 25, builds itself when its sources are newer than the build, and gets Envoy and
Prometheus through package managers, without root, into one cache folder.

Environment:
  JAVA_HOME            the JDK to use (25 or newer)
  SLUICE_CACHE         the cache folder (default ~/.cache/sluice)
  SLUICE_ENVOY         an envoy binary to use instead of the cached one (1.37 or newer)
  SLUICE_PROMETHEUS    a prometheus binary to use instead of the cached one (2.42 or newer)
  SLUICE_KUBE_APISERVER, SLUICE_ETCD, SLUICE_KUBECTL
                       for the tests: binaries to use instead of building and fetching them
  SLUICE_JDK_FOLDERS   where to look for JDKs: patterns separated by colons

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 a tool is missing, 4 a real part is missing.
TEXT
}

help_demo() {
  cat <<'TEXT'
Usage: ./sluice demo [OPTIONS]

Runs three fake LLM backends, a load generator, a real Prometheus with Pyrra's rules, a real Envoy
and Sluice; makes one backend break its objective, heals it, and shows what happens to its traffic.

Examples:
  ./sluice demo
  ./sluice demo --scenario errors
  ./sluice demo --keep
TEXT
  program_help demo "$DEMO_MAIN"
}

help_run() {
  cat <<'TEXT'
Usage: ./sluice run [OPTIONS]

Runs Sluice until it is told to stop (Ctrl-C or SIGTERM).

Example:
  ./sluice run --dir manifests --prometheus http://127.0.0.1:9090
TEXT
  program_help app "$APP_MAIN" run
}

help_check() {
  cat <<'TEXT'
Usage: ./sluice check NAMESPACE/NAME [OPTIONS]

Asks a running Sluice how an InferenceService stands, and whether work may be dispatched onto it:
exit code 0 when it is admitted, 10 when it is deferred.

Example:
  ./sluice check default/qwen
TEXT
  program_help app "$APP_MAIN" check
}

help_explain() {
  cat <<'TEXT'
Usage: ./sluice explain NAMESPACE/NAME [OPTIONS]

Asks a running Sluice why an InferenceService gets the traffic it gets. Prints the chain from top to
bottom, with times: objective, evidence, verdict, share, snapshot, acknowledgement, served share,
dispatch. A link that is missing is marked with ! and says what to check.

Examples:
  ./sluice explain default/qwen
  ./sluice explain default/qwen --json
TEXT
  program_help app "$APP_MAIN" explain
}

help_top() {
  cat <<'TEXT'
Usage: ./sluice top [OPTIONS]

Shows each service's burn rate, its share where it is least, and its requests, the worst first.

Examples:
  ./sluice top
  ./sluice top --once
TEXT
  program_help app "$APP_MAIN" top
}

help_proxies() {
  cat <<'TEXT'
Usage: ./sluice proxies [OPTIONS]

Lists the Envoys that are connected to a running Sluice: what each was sent, what it acknowledged,
how long ago, and its own words where it refused.

Example:
  ./sluice proxies
TEXT
  program_help app "$APP_MAIN" proxies
}

help_support-bundle() {
  cat <<'TEXT'
Usage: ./sluice support-bundle [-o FILE.zip] [OPTIONS]

Writes what a running Sluice says of itself into one zip: status, Envoys, metrics, the last log
lines, version and options, and the chain of each service that isn't within its budget. Tokens,
passwords, keys and PEM blocks are taken out.

Example:
  ./sluice support-bundle -o bundle.zip
TEXT
  program_help app "$APP_MAIN" support-bundle
}

help_lint() {
  cat <<'TEXT'
Usage: ./sluice lint FILE|DIR...

Checks InferenceSLOs and Pyrra objectives: alerts that can never fire, thresholds without a series,
targets that nothing measures, names that clash. Ends with a table of how long each objective takes
to find an outage. Exit code 0 without errors, 1 with.

Example:
  ./sluice lint manifests
TEXT
  program_help app "$APP_MAIN" lint
}

help_render() {
  cat <<'TEXT'
Usage: ./sluice render FILE|DIR...

Prints the Pyrra objectives that measure the targets of InferenceSLOs.

Example:
  ./sluice render manifests > objectives.yaml
TEXT
  program_help app "$APP_MAIN" render
}

help_bootstrap() {
  cat <<'TEXT'
Usage: ./sluice bootstrap NAMESPACE/ROUTER [OPTIONS]

Prints the bootstrap for the Envoys of one ModelRouter.

Example:
  ./sluice bootstrap default/chat > envoy.yaml
TEXT
  program_help app "$APP_MAIN" bootstrap
}

help_watch() {
  cat <<'TEXT'
Usage: ./sluice watch [OPTIONS]

Shows every service's verdict and what dispatchers are told, live.

Examples:
  ./sluice watch
  ./sluice watch --once --namespace ml
TEXT
  program_help app "$APP_MAIN" watch
}

help_unadopt() {
  cat <<'TEXT'
Usage: ./sluice unadopt NAMESPACE/ROUTER | --all [OPTIONS]

Points the Services that Sluice has taken at LLMKube's router-proxies again; needs no running Sluice.

Examples:
  ./sluice unadopt default/chat
  ./sluice unadopt --all
TEXT
  program_help app "$APP_MAIN" unadopt
}

help_hold() {
  cat <<'TEXT'
Usage: ./sluice hold NAMESPACE/AGENT [--for DURATION]

Holds one of Foreman's Agents: its tasks stay Pending, those that run go on.

Example:
  ./sluice hold default/coder --for 2h
TEXT
  program_help app "$APP_MAIN" hold
}

help_release() {
  cat <<'TEXT'
Usage: ./sluice release NAMESPACE/AGENT|--all

Takes holds off Foreman's Agents, also without a running Sluice.

Example:
  ./sluice release --all
TEXT
  program_help app "$APP_MAIN" release
}

help_retire() {
  cat <<'TEXT'
Usage: ./sluice retire [OPTIONS]

Takes away all that Sluice has left in a cluster, once it doesn't run any more: Services go back to their
router-proxies, Agents are released, conditions, objectives, the Lease and the ConfigMaps go. The chart does it
before an uninstall. InferenceSLOs stay.

Example:
  ./sluice retire --home sluice-system
TEXT
  program_help app "$APP_MAIN" retire
}

help_webhook-configuration() {
  cat <<'TEXT'
Usage: ./sluice webhook-configuration --service NAMESPACE/NAME | --url URL [OPTIONS]

Prints the configuration by which the API server asks Sluice before Foreman dispatches.

Example:
  ./sluice webhook-configuration --service sluice-system/sluice | kubectl apply -f -
TEXT
  program_help app "$APP_MAIN" webhook-configuration
}

help_test() {
  cat <<'TEXT'
Usage: ./sluice test [MAVEN ARGS]

Runs the launcher's tests, the format check, every unit test and every test with a real Envoy, a
real Prometheus and, where Go can build one (once, five minutes), a real Kubernetes API server; ends
with the totals. Fails when anything fails.

Examples:
  ./sluice test
  ./sluice test -pl xds-server -am
TEXT
}

help_soak() {
  cat <<'TEXT'
Usage: ./sluice soak [CLASS[#METHOD]]

Runs the tests that are too slow for `./sluice test`, one after the other, and ends with the totals:
a condition that another writer replaces for a minute, a breach with the whole way back, a leader
killed in a breach, an API server away for a minute, a Prometheus away for ten; the breach service
killed under 5,000 checks a second, with 10,000 watchers, and with some that never read. Fails when
one fails; what they measured is in their log lines (msg=...) or printed. About 45 minutes.

Examples:
  ./sluice soak
  ./sluice soak ClusterIT
  ./sluice soak BreachChaosIT
  ./sluice soak 'ClosedLoopIT#aKilledLeader*'
TEXT
}

help_bench() {
  cat <<'TEXT'
Usage: ./sluice bench [REGEX] [JMH OPTIONS]

Runs the benchmarks whose name matches (all without one) and prints JMH's table.

Examples:
  ./sluice bench
  ./sluice bench JudgeBenchmark -p services=1000
  ./sluice bench reaction 50           # from a rule that fires to the condition and to traffic; 12 minutes
  ./sluice bench fleet 10000           # ten thousand services, stage by stage, in 300 MiB; a minute
  ./sluice bench breach 1000           # the breach service: calls, fan-out, memory; a minute
  ./sluice bench stream 1000           # time to the first chunk, direct and through Envoy; a minute
  ./sluice bench startup 10            # from the start to the first xDS answer; two minutes
  ./sluice bench peer                  # the xDS server beside go-control-plane's; needs Go; 35 minutes
  ./sluice bench -h
TEXT
}

help_parts() {
  cat <<'TEXT'
Usage: ./sluice parts

Fetches the real parts that are missing and prints where each one is: name, version, path.

Examples:
  ./sluice parts
  SLUICE_ENVOY=/usr/local/bin/envoy ./sluice parts
TEXT
}

help_build() {
  cat <<'TEXT'
Usage: ./sluice build

Builds Sluice when its sources are newer than the last build, without tests and format checks.
The other commands do this by themselves.
TEXT
}

# The options come from the program itself, so that they are written down once.
program_help() {
  local module=$1 class=$2
  shift 2
  echo
  if build_is_current; then
    use_jdk
    run_java "$module" "$class" "$@" --help
  fi
  echo "Every option is shown here once Sluice is built: ./sluice build"
}
