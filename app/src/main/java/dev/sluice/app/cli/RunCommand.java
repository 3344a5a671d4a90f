package dev.sluice.app.cli;

import dev.sluice.app.cli.Runner.Running;
import dev.sluice.app.cli.Runner.StartFailure;
import dev.sluice.app.logs.LogFormat;
import dev.sluice.evaluator.alerts.PrometheusSettings;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice run}: runs until it is told to stop. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
@Command(
    name = "run",
    description = "Runs Sluice until SIGTERM or Ctrl-C.",
    footer = {
      "",
      "Exactly one of --dir and --kubernetes says where the world is read from.",
      "",
      "Options can be given by environment too: SLUICE_DIR, SLUICE_KUBERNETES, SLUICE_NAMESPACE,",
      "SLUICE_HOME, SLUICE_MANAGE_FLEETS, SLUICE_LEADER_ELECT, SLUICE_PROMETHEUS_URL, SLUICE_XDS, SLUICE_GRPC,",
      "SLUICE_HTTP, SLUICE_HTTP_TOKEN_FILE, SLUICE_OVERRIDE_TOKEN_FILE, SLUICE_STATE, SLUICE_POLL,",
      "SLUICE_FIRST_EVIDENCE, SLUICE_PROMETHEUS_TOKEN_FILE, SLUICE_PUSH_TOKEN_FILE, SLUICE_TLS_CERT,",
      "SLUICE_TLS_KEY, SLUICE_TLS_CLIENT_CA, SLUICE_LOG_FORMAT, SLUICE_MAX_STREAMS, SLUICE_WEBHOOK,",
      "SLUICE_WEBHOOK_CERT and SLUICE_WEBHOOK_KEY."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:stopped cleanly", "1:could not start", "2:wrong usage"})
final class RunCommand implements Callable<Integer> {

  private static final Duration SHORTEST_POLL = Duration.ofSeconds(1);

  private final Runner runner;

  @Spec private CommandSpec spec;

  @Mixin private OriginOptions origin;

  @Option(
      names = "--prometheus",
      paramLabel = "URL",
      required = true,
      defaultValue = "${env:SLUICE_PROMETHEUS_URL}",
      description = "the Prometheus that evaluates Pyrra's rules")
  private URI prometheus;

  @Option(
      names = "--prometheus-token-file",
      paramLabel = "FILE",
      defaultValue = "${env:SLUICE_PROMETHEUS_TOKEN_FILE}",
      description = "a file with a bearer token for Prometheus")
  private @Nullable Path tokenFile;

  @Option(
      names = "--xds",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:SLUICE_XDS:-127.0.0.1:18000}",
      description = "where Envoys get their configuration (default: 127.0.0.1:18000)")
  private HostPort xds;

  @Option(
      names = "--grpc",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:SLUICE_GRPC:-127.0.0.1:8080}",
      description = "where dispatchers ask (default: 127.0.0.1:8080)")
  private HostPort grpc;

  @Option(
      names = "--http",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:SLUICE_HTTP:-127.0.0.1:8081}",
      description =
          "health, metrics and status pages, and Prometheus's pushes (default: 127.0.0.1:8081)")
  private HostPort http;

  @Option(
      names = "--http-token-file",
      paramLabel = "FILE",
      defaultValue = "${env:SLUICE_HTTP_TOKEN_FILE}",
      description =
          "a file with the bearer token with which other machines may read the pages (default: they"
              + " get health, readiness and metrics alone)")
  private @Nullable Path httpTokenFile;

  @Option(
      names = "--override-token-file",
      paramLabel = "FILE",
      defaultValue = "${env:SLUICE_OVERRIDE_TOKEN_FILE}",
      description =
          "in a cluster, a file with the bearer token with which the page may override a verdict,"
              + " from this machine only (default: the page is read-only)")
  private @Nullable Path overrideTokenFile;

  @Option(
      names = "--push-token-file",
      paramLabel = "FILE",
      defaultValue = "${env:SLUICE_PUSH_TOKEN_FILE}",
      description =
          "a file with the bearer token that Prometheus pushes with (default: only this machine may"
              + " push)")
  private @Nullable Path pushTokenFile;

  @Option(
      names = "--poll",
      paramLabel = "DURATION",
      defaultValue = "${env:SLUICE_POLL:-5s}",
      description = "how often Prometheus is asked (default: 5s)")
  private Duration poll;

  @Option(
      names = "--first-evidence",
      paramLabel = "DURATION",
      defaultValue = "${env:SLUICE_FIRST_EVIDENCE:-10s}",
      description =
          "how long a start waits for Prometheus before it serves what it remembers, or"
              + " else what is declared (default: 10s)")
  private Duration firstEvidence;

  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      defaultValue = "${env:SLUICE_LOG_FORMAT:-text}",
      description = "text, or json: one object a line, with OpenTelemetry's names (default: text)")
  private LogFormat logFormat;

  @Mixin private ServerTlsOptions tls;

  @Mixin private WebhookOptions webhook;

  @Option(
      names = "--max-streams",
      paramLabel = "N",
      defaultValue = "${env:SLUICE_MAX_STREAMS:-10000}",
      description = "how many Envoys may be connected at once (default: 10000)")
  private int maxStreams;

  @Option(
      names = "--insecure-bind",
      description = "allow addresses that other machines reach where nothing is encrypted")
  private boolean insecureBind;

  RunCommand(Runner runner) {
    this.runner = runner;
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    List<String> faults = faults();
    if (!faults.isEmpty()) {
      faults.forEach(err::println);
      return ExitCode.USAGE;
    }
    logFormat.apply();
    Running running;
    try {
      running = runner.start(settings());
    } catch (StartFailure failure) {
      err.println(failure.words());
      return ExitCode.FAILED;
    }
    PrintWriter out = spec.commandLine().getOut();
    running.describe().forEach(out::println);
    out.flush();
    // A JVM that is ended by a signal exits with 143; halting at the end of a clean stop makes it
    // 0.
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  running.close();
                  Runtime.getRuntime().halt(ExitCode.OK);
                },
                "sluice-stop"));
    Thread.currentThread().join();
    return ExitCode.OK;
  }

  private List<String> faults() {
    List<String> faults = new ArrayList<>(origin.faults());
    checkReadable("--prometheus-token-file", tokenFile, faults);
    checkReadable("--push-token-file", pushTokenFile, faults);
    checkReadable("--http-token-file", httpTokenFile, faults);
    checkReadable("--override-token-file", overrideTokenFile, faults);
    if (!origin.isCluster()) {
      OriginOptions.needsCluster("--override-token-file", overrideTokenFile, faults);
    }
    if (prometheus.getUserInfo() != null) {
      faults.add("--prometheus: the URL names a user (expected: --prometheus-token-file instead)");
    }
    if (poll.compareTo(SHORTEST_POLL) < 0) {
      faults.add("--poll: below 1s (expected: 1s or more)");
    }
    if (maxStreams < 1) {
      faults.add("--max-streams: " + maxStreams + " (expected: 1 or more)");
    }
    faults.addAll(tls.faults());
    if (tls.files().isEmpty()) {
      checkBind("--xds", xds, ", --tls-cert with its two others,", faults);
      checkBind("--grpc", grpc, ", --tls-cert with its two others,", faults);
    }
    checkBind("--http", http, "", faults);
    faults.addAll(webhook.faults(origin.isCluster()));
    return faults;
  }

  private static void checkReadable(String option, @Nullable Path file, List<String> faults) {
    if (file != null && !Files.isReadable(file)) {
      faults.add(option + " " + file + ": can't be read (expected: a readable file)");
    }
  }

  private void checkBind(String option, HostPort address, String protection, List<String> faults) {
    if (!insecureBind && !address.isLoopback()) {
      faults.add(
          option
              + " "
              + address
              + ": other machines could reach it, and it isn't encrypted (expected: a loopback"
              + " address like 127.0.0.1:"
              + address.port()
              + (protection.isEmpty() ? "," : protection)
              + " or --insecure-bind on a network you trust)");
    }
  }

  private RunSettings settings() {
    PrometheusSettings plain = PrometheusSettings.of(prometheus);
    Path token = tokenFile;
    return new RunSettings(
        origin.origin(),
        token == null ? plain : plain.withBearerTokenFile(token),
        xds,
        grpc,
        http,
        Optional.ofNullable(pushTokenFile),
        poll,
        firstEvidence,
        tls.files(),
        maxStreams,
        webhook.settings(),
        Optional.ofNullable(httpTokenFile),
        Optional.ofNullable(overrideTokenFile));
  }
}
