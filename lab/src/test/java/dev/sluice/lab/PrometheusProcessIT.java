package dev.sluice.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrometheusProcessIT {

  @TempDir Path folder;

  @Test
  void answersAVectorAndRefusesWhatIsNone() {
    try (PrometheusProcess prometheus =
        PrometheusProcess.start(folder, PrometheusConfig.empty()).awaitReady()) {
      assertThat(prometheus.query("vector(1) / 0").getFirst().value())
          .isEqualTo(Double.POSITIVE_INFINITY);
      assertThatThrownBy(() -> prometheus.query("1"))
          .hasMessage("query 1: answer is a scalar (expected: a vector)");
      assertThatThrownBy(() -> prometheus.query("sum(")).hasMessageContaining("parse error");
    }
  }
}
