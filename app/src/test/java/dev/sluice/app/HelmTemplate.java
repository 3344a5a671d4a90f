package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.lab.Parts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What {@code helm template} makes of the chart; the test is skipped where there is no helm. */
final class HelmTemplate {

  private HelmTemplate() {}

  /**
   * The objects as YAML, of a release {@code sluice} in {@code sluice-system}.
   *
   * @param values as {@code --set} takes them
   */
  static String of(String... values) throws IOException, InterruptedException {
    Optional<Path> helm = Parts.helm();
    assumeTrue(helm.isPresent(), "SLUICE_HELM isn't set (expected: the binary)");
    List<String> command =
        new ArrayList<>(
            List.of(
                helm.get().toString(),
                "template",
                "sluice",
                "../helm/sluice",
                "--namespace=sluice-system"));
    for (String value : values) {
      command.add("--set=" + value);
    }
    Process template = new ProcessBuilder(command).start();
    String objects = new String(template.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(template.waitFor()).isZero();
    return objects;
  }
}
