package dev.sluice.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvoyProcessIT {

  @TempDir Path folder;

  @Test
  void aRejectedBootstrapIsExplainedInEnvoysWords() {
    try (EnvoyProcess envoy = EnvoyProcess.start(folder, "{nonsense: 1}", FreePorts.pick())) {
      assertThatThrownBy(envoy::awaitReady)
          .hasMessageContaining("envoy ended with code 1")
          .hasMessageContaining("nonsense");
    }
  }

  @Test
  void kill9EndsIt() {
    int admin = FreePorts.pick();
    String bootstrap =
        "{admin: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}}"
            .formatted(admin);

    try (EnvoyProcess envoy = EnvoyProcess.start(folder, bootstrap, admin).awaitReady()) {
      assertThat(envoy.isAlive()).isTrue();

      envoy.kill9();

      assertThat(envoy.isAlive()).isFalse();
    }
  }
}
