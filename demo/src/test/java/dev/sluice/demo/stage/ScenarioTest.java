package dev.sluice.demo.stage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.sluice.app.manifests.Manifests;
import dev.sluice.app.manifests.World;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The resources of each scenario agree with one another and with what is declared in Java. */
final class ScenarioTest {

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  @TempDir Path folder;

  static List<Scenario> all() {
    return Scenario.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyObjectiveHasTheRulesThatPyrraMadeFromIt(Scenario scenario) throws Exception {
    RunFolder files = lay(scenario);

    for (String objective : scenario.objectives()) {
      JsonNode slo = read(files.manifests().resolve(objective + ".yaml")).getFirst();
      List<JsonNode> rules = alerts(files.of("rules").resolve(objective + ".yaml"));

      assertThat(slo.at("/metadata/name").asText()).isEqualTo(objective);
      assertThat(rules)
          .hasSizeGreaterThanOrEqualTo(5)
          .allSatisfy(
              rule -> {
                assertThat(rule.at("/labels/slo").asText()).isEqualTo(objective);
                assertThat(rule.at("/labels/namespace").asText()).isEqualTo("default");
                assertThat(rule.at("/labels/inferenceservice").asText())
                    .isEqualTo(
                        slo.at("/metadata/labels")
                            .path("inference.llmkube.dev/inferenceservice")
                            .asText());
              });
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void sluiceReadsTheManifestsWithoutAProblem(Scenario scenario) throws Exception {
    RunFolder files = lay(scenario);
    Manifests manifests = Manifests.NONE;

    for (String name : scenario.manifests()) {
      manifests = manifests.read(name, Files.readString(files.manifests().resolve(name)));
    }

    World world = manifests.world();
    assertThat(world.problems()).isEmpty();
    assertThat(world.declarations().objectives().toList()).hasSameSizeAs(scenario.objectives());
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyPlaceholderIsFilledWithTheRunsPorts(Scenario scenario) throws Exception {
    RunFolder files = lay(scenario);

    for (String name : scenario.manifests()) {
      assertThat(files.manifests().resolve(name)).content().doesNotContain("${");
    }
    assertThat(files.manifests().resolve("router.yaml")).content().contains("127.0.0.1:21000");
  }

  @ParameterizedTest
  @MethodSource("all")
  void probeShareLeavesFewerThanOneRequestInAHundredSlow(Scenario scenario) throws Exception {
    double probe = scenario.expected().probeShare();

    assertThat(probe).isPositive().isLessThan(0.01);
    List<JsonNode> policies = new ArrayList<>();
    for (String service : scenario.backends().stream().map(Scenario.Backend::service).toList()) {
      read(lay(scenario).manifests().resolve(service + ".yaml")).stream()
          .filter(document -> document.path("kind").asText().equals("InferenceSLO"))
          .forEach(policies::add);
    }
    assertThat(policies)
        .isNotEmpty()
        .allSatisfy(
            policy ->
                assertThat(policy.at("/spec/onBreach/shares/probe").asText())
                    .isEqualTo("%d%%".formatted(Math.round(300 * probe))));
  }

  @ParameterizedTest
  @MethodSource("all")
  void anOldRunLeavesNothingBehind(Scenario scenario) throws Exception {
    Path state = Files.createDirectories(folder.resolve("sluice")).resolve("state.json");
    Files.writeString(state, "{}");

    lay(scenario);

    assertThat(state).doesNotExist();
  }

  private RunFolder lay(Scenario scenario) {
    Map<String, Integer> ports = new LinkedHashMap<>(Map.of("router", 21_000));
    scenario.backends().forEach(b -> ports.put(b.pod(), 21_000 + ports.size()));
    return new RunFolder(folder, scenario, ports);
  }

  private static List<JsonNode> alerts(Path rules) throws Exception {
    List<JsonNode> alerts = new ArrayList<>();
    for (JsonNode group : read(rules).getFirst().path("groups")) {
      for (JsonNode rule : group.path("rules")) {
        if (rule.has("alert")) {
          alerts.add(rule);
        }
      }
    }
    return alerts;
  }

  private static List<JsonNode> read(Path file) throws Exception {
    try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(file.toFile())) {
      return documents.readAll();
    }
  }
}
