package dev.sluice.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CliTest {

  private static final String PROMETHEUS = "http://127.0.0.1:9090";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "run --help",
        "bootstrap --help",
        "check --help",
        "explain --help",
        "proxies --help",
        "top --help",
        "lint --help",
        "render --help",
        "unadopt --help",
        "watch --help"
      })
  void helpIsPrinted(String line) {
    assertThat(execute(line.split(" ", -1))).isZero();
    assertThat(out.toString()).contains("Usage: sluice");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run",
        "bootstrap",
        "check",
        "explain",
        "lint",
        "proxies",
        "render",
        "support-bundle",
        "top",
        "unadopt",
        "watch",
        "hold",
        "release",
        "webhook-configuration"
      })
  void helpListsExitCodes(String command) {
    assertThat(execute(command, "--help")).isZero();
    assertThat(out.toString()).contains("Exit codes:");
  }

  @Test
  void withoutACommandTheCommandsAreNamed() {
    assertThat(execute()).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo(
            lines(
                "no command (expected: run, bootstrap, check, explain, lint, proxies, render,"
                    + " support-bundle, top, unadopt, hold, release, retire, watch or"
                    + " webhook-configuration)",
                "See: sluice --help"));
  }

  @Test
  void anAddressThatIsNoneSaysWhatOneIs() {
    assertThat(execute("bootstrap", "default/chat", "--xds", "here")).isEqualTo(2);
    assertThat(err.toString())
        .contains("'--xds': \"here\" (expected: HOST:PORT, like 127.0.0.1:8080)");
  }

  @Test
  void aRouterWithoutNamespaceSaysWhatIsExpected() {
    assertThat(execute("bootstrap", "chat")).isEqualTo(2);
    assertThat(err.toString()).contains("ModelRouter: \"chat\" (expected: NAMESPACE/NAME)");
  }

  @Test
  void anAgentWithoutNamespaceSaysWhatIsExpected() {
    assertThat(execute("hold", "coder")).isEqualTo(2);
    assertThat(err.toString()).contains("Agent: \"coder\" (expected: NAMESPACE/NAME)");
  }

  @Test
  void aHoldWithoutATimeIsRefused() {
    assertThat(execute("hold", "default/coder", "--for", "0s")).isEqualTo(2);
    assertThat(err.toString()).contains("--for: PT0S (expected: longer than 0s)");
  }

  @Test
  void releaseWantsOneAgentOrAll() {
    assertThat(execute("release")).isEqualTo(2);
    assertThat(execute("release", "default/coder", "--all")).isEqualTo(2);
    assertThat(err.toString())
        .contains("neither NAMESPACE/AGENT nor --all (expected: exactly one of them)")
        .contains("NAMESPACE/AGENT and --all (expected: exactly one of them)");
  }

  @Test
  void agentsAreHeldInAClusterOnly() {
    assertThat(execute("run", "--dir", ".", "--prometheus", PROMETHEUS, "--foreman-hold"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--foreman-hold: without --kubernetes (expected: both)");
  }

  @Test
  void aSlipInTheSettingsOfFleetsIsNamedWithItsFile(@TempDir Path folder) throws IOException {
    Path fleets = Files.writeString(folder.resolve("fleets.yaml"), "xds: here");

    int exit =
        execute(
            "run",
            "--kubernetes",
            "--prometheus",
            PROMETHEUS,
            "--manage-fleets",
            fleets.toString());

    assertThat(exit).isEqualTo(2);
    assertThat(err.toString())
        .contains("--manage-fleets " + fleets + ": xds: address: \"here\" (expected: HOST:PORT");
  }

  @Test
  void bootstrapNamesFleetAndAddresses() {
    int exit = execute("bootstrap", "ml/chat", "--xds", "10.0.0.1:18001", "--admin", "127.0.0.1:9");

    assertThat(exit).isZero();
    assertThat(out.toString())
        .contains("cluster: \"ml/chat\"", "address: \"10.0.0.1\", port_value: 18001")
        .contains("address: \"127.0.0.1\", port_value: 9");
  }

  @Test
  void bootstrapBehindTlsIsAFolderOfFilesThatNameEachOther(@TempDir Path folder)
      throws IOException {
    Path envoy = folder.resolve("envoy");
    List<String> arguments =
        List.of(
            "bootstrap",
            "default/chat",
            "--xds",
            "sluice.example.org:18000",
            "--tls-cert",
            "/tls/tls.crt",
            "--tls-key",
            "/tls/tls.key",
            "--tls-ca",
            "/tls/ca.crt");

    int without = execute(arguments.toArray(String[]::new));
    List<String> more = new ArrayList<>(arguments);
    more.addAll(List.of("--out", envoy.toString()));
    int with = execute(more.toArray(String[]::new));

    assertThat(without).isEqualTo(2);
    assertThat(err.toString()).isEqualTo(lines("--tls-cert: without --out (expected: both)"));
    assertThat(with).isZero();
    assertThat(envoy.resolve("envoy.yaml"))
        .content()
        .contains("sni: \"sluice.example.org\"", envoy + "/sds-certificate.yaml");
    assertThat(envoy.resolve("sds-certificate.yaml")).content().contains("/tls/tls.key");
    assertThat(envoy.resolve("sds-authority.yaml")).content().contains("/tls/ca.crt");
  }

  @Test
  void clientsTakeAllThreeTlsOptionsOrNone() {
    int bootstrap = execute("bootstrap", "default/chat", "--tls-cert", "tls.crt");
    int check = execute("check", "default/qwen", "--server-name", "sluice.example.org");

    assertThat(bootstrap).isEqualTo(2);
    assertThat(check).isEqualTo(2);
    assertThat(err.toString())
        .contains(
            "--tls-ca: not given (expected: all of --tls-cert, --tls-key and --tls-ca, or none)")
        .contains("--server-name: without --tls-cert (expected: both)");
  }

  @Test
  void runNamesEverythingThatIsWrongAtOnce() {
    int exit =
        execute(
            "run",
            "--dir",
            "missing-folder",
            "--prometheus",
            PROMETHEUS,
            "--poll",
            "10ms",
            "--grpc",
            "0.0.0.0:8080");

    assertThat(exit).isEqualTo(2);
    assertThat(err.toString())
        .contains("--dir missing-folder: no such folder (expected: a folder of manifests)")
        .contains("--poll: below 1s (expected: 1s or more)")
        .contains("--grpc 0.0.0.0:8080: other machines could reach it");
  }

  @Test
  void runTakesAllThreeTlsOptionsOrNone(@TempDir Path folder) throws IOException {
    Path certificate = Files.writeString(folder.resolve("tls.crt"), "any");

    int exit =
        execute(
            "run",
            "--dir",
            folder.toString(),
            "--prometheus",
            PROMETHEUS,
            "--tls-cert",
            certificate.toString(),
            "--tls-key",
            "missing.key");

    assertThat(exit).isEqualTo(2);
    assertThat(err.toString())
        .contains("--tls-key missing.key: can't be read (expected: a readable file)")
        .contains(
            "--tls-client-ca: not given (expected: all of --tls-cert, --tls-key and"
                + " --tls-client-ca, or none)");
  }

  @Test
  void runBehindTlsMayBeReachedByOtherMachinesButItsPagesMayNot(@TempDir Path folder)
      throws IOException {
    String file = Files.writeString(folder.resolve("any.pem"), "any").toString();
    List<String> arguments =
        new ArrayList<>(List.of("run", "--dir", folder.toString(), "--prometheus", PROMETHEUS));
    arguments.addAll(List.of("--tls-cert", file, "--tls-key", file, "--tls-client-ca", file));
    arguments.addAll(List.of("--xds", "0.0.0.0:1", "--grpc", "0.0.0.0:2", "--http", "0.0.0.0:3"));

    assertThat(execute(arguments.toArray(String[]::new))).isEqualTo(2);

    assertThat(err.toString())
        .isEqualTo(
            lines(
                "--http 0.0.0.0:3: other machines could reach it, and it isn't encrypted (expected:"
                    + " a loopback address like 127.0.0.1:3, or --insecure-bind on a network you"
                    + " trust)"));
  }

  @Test
  void runReadsAFolderOrAClusterNotBothAndNotNeither(@TempDir Path folder) {
    int neither = execute("run", "--prometheus", PROMETHEUS, "--namespace", "ml");
    int both =
        execute("run", "--dir", folder.toString(), "--kubernetes", "--prometheus", PROMETHEUS);

    assertThat(neither).isEqualTo(2);
    assertThat(both).isEqualTo(2);
    assertThat(err.toString())
        .contains("neither --dir nor --kubernetes (expected: exactly one of them)")
        .contains("--namespace: without --kubernetes (expected: both)")
        .contains("--dir and --kubernetes (expected: exactly one of them)");
  }

  @Test
  void runSaysWhichAddressOfPrometheusWouldDo(@TempDir Path folder) {
    assertThat(execute("run", "--dir", folder.toString(), "--prometheus", "ftp://x")).isEqualTo(2);
    assertThat(err.toString())
        .contains("'--prometheus': \"ftp://x\" (expected: a URL like http://127.0.0.1:9090)");
  }

  @Test
  void runEndsInOneSentenceWhenItCannotStart(@TempDir Path folder) {
    CommandLine commandLine =
        Cli.create(
            settings -> {
              throw new Runner.StartFailure(
                  "--http " + settings.http() + ": address in use", new IOException("taken"));
            });

    int exit = execute(commandLine, "run", "--dir", folder.toString(), "--prometheus", PROMETHEUS);

    assertThat(exit).isEqualTo(1);
    assertThat(err.toString()).isEqualTo(lines("--http 127.0.0.1:8081: address in use"));
  }

  @Test
  void checkThatReachesNobodySaysSoAndExitsWith69() {
    int exit = execute("check", "default/qwen", "--address", "127.0.0.1:1");

    assertThat(exit).isEqualTo(69);
    assertThat(err.toString())
        .isEqualTo(
            lines(
                "--address 127.0.0.1:1: could not decide: UNAVAILABLE (expected: a running"
                    + " Sluice)"));
  }

  private int execute(String... arguments) {
    return execute(
        Cli.create(
            settings -> {
              throw new AssertionError("started with " + settings);
            }),
        arguments);
  }

  private int execute(CommandLine commandLine, String... arguments) {
    return commandLine
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  private static String lines(String... lines) {
    return String.join(System.lineSeparator(), lines) + System.lineSeparator();
  }
}
