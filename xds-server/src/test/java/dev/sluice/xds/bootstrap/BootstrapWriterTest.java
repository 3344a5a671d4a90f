package dev.sluice.xds.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.RouterRef;
import dev.sluice.xds.bootstrap.BootstrapWriter.HostPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
