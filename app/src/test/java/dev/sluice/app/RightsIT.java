package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** {@code docs/security.md} says each right that the chart gives, and no other. */
class RightsIT {

  private static final String HEADER = "| role | on | named | verbs | why |";
  private static final JsonMapper JSON = new JsonMapper();

  @Test
  void theTableOfRightsIsWhatTheChartGives() throws Exception {
    List<String> given =
        Arrays.stream(chart().split("(?m)^---$", -1)).flatMap(RightsIT::rights).toList();
    List<String> said =
        Files.readString(Path.of("..", "docs", "security.md"))
            .lines()
            .dropWhile(line -> !line.equals(HEADER))
            .skip(2)
            .takeWhile(line -> line.startsWith("|"))
            .map(line -> line.split("\\|", -1))
            .map(cells -> Stream.of(1, 2, 3, 4).map(at -> cells[at].strip()))
            .map(cells -> cells.collect(Collectors.joining(" | ")))
            .toList();

    assertThat(given).contains("sluice-adoption | pods |  | list");
    assertThat(said).containsExactlyInAnyOrderElementsOf(given);
  }

  private static Stream<String> rights(String object) {
    if (object.lines().noneMatch(line -> line.matches("kind: (Cluster)?Role"))) {
      return Stream.empty();
    }
    JsonNode role = JSON.valueToTree(Serialization.unmarshal(object, Map.class));
    String name = role.at("/metadata/name").asText();
    return stream(role.path("rules"))
        .map(
            rule ->
                Stream.of("resources", "resourceNames", "verbs")
                    .map(field -> stream(rule.path(field)))
                    .map(words -> words.map(JsonNode::asText).collect(Collectors.joining(", ")))
                    .collect(Collectors.joining(" | ", name + " | ", "")));
  }

  private static Stream<JsonNode> stream(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }

  /** The chart with everything on that gives rights. */
  private static String chart() throws IOException, InterruptedException {
    return HelmTemplate.of(
        "foreman.hold.enabled=true",
        "foreman.webhook.enabled=true",
        "pages.overrideTokenSecret=sluice-override",
        "manageFleets.enabled=true",
        "tls.mode=certManager",
        "tls.issuerRef.name=ours",
        "rbac.secrets[0].name=keys",
        "rbac.secrets[0].namespace=ml");
  }
}
