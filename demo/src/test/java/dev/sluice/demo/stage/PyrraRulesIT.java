package dev.sluice.demo.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The rules kept beside the objectives are still what Pyrra makes of them. Needs a program that
 * reads a ServiceLevelObjective and prints Pyrra's rule groups: a small main over Pyrra's own
 * packages.
 */
@EnabledIfEnvironmentVariable(
    named = "SLUICE_PYRRA_RULES_BIN",
    matches = ".+",
    disabledReason = "names a program that reads an SLO and prints the rules Pyrra makes of it")
final class PyrraRulesIT {

  static List<Scenario> all() {
    return Scenario.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void rulesAreStillWhatPyrraMakes(Scenario scenario) throws Exception {
    for (String objective : scenario.objectives()) {
      byte[] slo = resource(scenario, "manifests", objective);

      String rules = generate(slo);

      assertThat(rules)
          .as(objective)
          .isEqualTo(new String(resource(scenario, "rules", objective), StandardCharsets.UTF_8));
    }
  }

  private static String generate(byte[] slo) throws IOException {
    Process pyrra =
        new ProcessBuilder(System.getenv("SLUICE_PYRRA_RULES_BIN"))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var in = pyrra.getOutputStream()) {
      in.write(slo);
    }
    return new String(pyrra.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static byte[] resource(Scenario scenario, String kind, String name) throws IOException {
    String path = "/scenarios/%s/%s/%s.yaml".formatted(scenario.name(), kind, name);
    try (InputStream in = PyrraRulesIT.class.getResourceAsStream(path)) {
      assertThat(in).as(path).isNotNull();
      return in.readAllBytes();
    }
  }
}
