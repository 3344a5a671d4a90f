package dev.sluice.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit sets the folder
class WebhookOptionsTest {

  private static final String PROMETHEUS = "http://127.0.0.1:9090";

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void theWebhookNeedsAClusterAndACertificateNeedsItsKey() throws IOException {
    Path file = Files.writeString(folder.resolve("tls.crt"), "");

    int exit =
        execute(
            "run",
            "--dir",
            folder + "",
            "--prometheus",
            PROMETHEUS,
            "--webhook",
            "127.0.0.1:8443",
            "--webhook-cert",
            file + "");

    assertThat(exit).isEqualTo(2);
    assertThat(err.toString())
        .contains("--webhook: a folder has no Foreman (expected: --kubernetes too)")
        .contains(
            "--webhook-key: not given (expected: both of --webhook-cert and --webhook-key, or none)");
  }

  @Test
  void aCertificateWithoutAWebhookIsAMistake() throws IOException {
    Path file = Files.writeString(folder.resolve("tls.crt"), "");

    int exit =
        execute(
            "run",
            "--kubernetes",
            "--prometheus",
            PROMETHEUS,
            "--webhook-cert",
            file + "",
            "--webhook-key",
            folder.resolve("tls.key") + "");

    assertThat(exit).isEqualTo(2);
    assertThat(err.toString())
        .contains("--webhook: not given (expected: HOST:PORT, or no certificate for it)")
        .contains("tls.key: can't be read (expected: a readable file)");
  }

  @Test
  void theConfigurationNamesTheServiceAndIsIgnoredWhereItFails() {
    assertThat(execute("webhook-configuration", "--service", "sluice-system/sluice")).isZero();

    assertThat(out.toString())
        .contains("metadata: {name: sluice-foreman}")
        .contains("    service: {namespace: sluice-system, name: sluice, path: /dispatch}")
        .contains("resources: [fleetnodes/status]", "resources: [agentictasks/status]")
        .contains("failurePolicy: Ignore", "timeoutSeconds: 1", "sideEffects: None")
        .doesNotContain("caBundle");
  }

  @Test
  void theConfigurationNamesTheUrlAndTheAuthorityThatWasGiven() throws IOException {
    Path file = Files.writeString(folder.resolve("ca.crt"), "an authority");

    int exit =
        execute("webhook-configuration", "--url", "https://10.0.0.7:8443", "--ca", file + "");

    assertThat(exit).isZero();

    String bundle =
        Base64.getEncoder().encodeToString("an authority".getBytes(StandardCharsets.US_ASCII));
    assertThat(out.toString())
        .contains("    url: https://10.0.0.7:8443/dispatch\n    caBundle: " + bundle);
  }

  @Test
  void aPlaceThatIsNoneIsNamed() {
    assertThat(execute("webhook-configuration", "--service", "sluice")).isEqualTo(2);
    assertThat(execute("webhook-configuration", "--url", "http://10.0.0.7")).isEqualTo(2);
    assertThat(execute("webhook-configuration")).isEqualTo(2);
    assertThat(err.toString())
        .contains("--service sluice: not a Service (expected: NAMESPACE/NAME)")
        .contains("--url http://10.0.0.7: not an address (expected: https://HOST:PORT)");
  }

  private int execute(String... arguments) {
    return Cli.create(
            settings -> {
              throw new AssertionError("started with " + settings);
            })
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
