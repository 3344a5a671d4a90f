package dev.sluice.xds.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.RouterRef;
import dev.sluice.xds.bootstrap.BootstrapWriter.HostPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BootstrapWriterTest {

  @Test
  void exampleForAPlainHostIsWhatIsPrinted() throws IOException {
    String printed =
        BootstrapWriter.yaml(
            new RouterRef("default", "chat"),
            "envoy-1",
            HostPort.parse("127.0.0.1:18000"),
            HostPort.parse("127.0.0.1:9901"));

    assertThat(Files.readString(Path.of("../envoy/host.yaml"))).isEqualTo(printed);
  }

  @Test
  void exampleForAHostBehindTlsIsWhatIsWritten() throws IOException {
    Bootstrap bootstrap =
        new Bootstrap(
                new RouterRef("default", "chat"),
                "envoy-1",
                HostPort.parse("sluice.example.org:18000"),
                HostPort.parse("127.0.0.1:9901"))
            .withTls(tls("sluice.example.org"));

    for (Map.Entry<String, String> file : bootstrap.files().entrySet()) {
      assertThat(Path.of("../envoy/host-mtls", file.getKey())).hasContent(file.getValue());
    }
  }

  @Test
  void exampleForKubernetesHoldsWhatIsWritten() throws IOException {
    Bootstrap bootstrap =
        new Bootstrap(
                new RouterRef("default", "chat"),
                "envoy",
                HostPort.parse("sluice.sluice-system.svc:18000"),
                HostPort.parse("127.0.0.1:9901"))
            .withStats(HostPort.parse("0.0.0.0:9902"))
            .withTls(tls("sluice.sluice-system.svc"));

    String example = Files.readString(Path.of("../envoy/kubernetes.yaml"));
    bootstrap
        .files()
        .forEach(
            (name, content) ->
                assertThat(example).contains("  " + name + ": |\n" + content.indent(4)));
  }

  private static EnvoyTls tls(String serverName) {
    Path folder = Path.of("/etc/sluice/tls");
    return new EnvoyTls(
        folder.resolve("tls.crt"),
        folder.resolve("tls.key"),
        folder.resolve("ca.crt"),
        serverName,
        Path.of("/etc/sluice/envoy"));
  }

  @Test
  void commonThresholdsAreBucketBounds() {
    assertThat(BootstrapWriter.BUCKETS_MS)
        .isSorted()
        .contains(50, 100, 250, 500, 1000, 2000, 2500, 5000, 10_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", ":18000", "127.0.0.1:", "127.0.0.1:0", "host:70000", ""})
  void addressNeedsHostAndPort(String text) {
    assertThatThrownBy(() -> HostPort.parse(text))
        .hasMessage("address: \"" + text + "\" (expected: HOST:PORT, like 127.0.0.1:18000)");
  }
}
