package dev.sluice.app.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.Share;
import dev.sluice.model.SloPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What is written to the status of an InferenceSLO, and what its CRD has there. */
class StatusSchemaTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final ShareTexts.Place QWEN = new ShareTexts.Place("chat", "all", "qwen");
  private static final StatusPlace PLACE = new StatusPlace.SloStatus();

  @Test
  void whatIsWrittenIsInTheSchemaAndNothingElseIs() throws IOException {
    Set<String> written = new TreeSet<>();
    collect("", new ObjectMapper().valueToTree(verdict()), written);
    collect("", new ObjectMapper().valueToTree(condition()), written);

    Set<String> schema = new TreeSet<>();
    collectSchema("", statusSchema(), schema);

    assertThat(written).isEqualTo(schema);
  }

  @Test
  void theCrdNeedsNoYamlThatAPlainParserDoesNotKnow() throws IOException {
    String crd = Files.readString(KubeLab.SLO_CRD);

    assertThat(crd).doesNotContain("<<:").doesNotContainPattern("(?m)[:-] [&*][a-z]");
  }

  @Test
  void objectivesAndSharesReadBackAsTheyAreWritten() {
    SortedMap<String, String> texts = texts();

    Map<String, Object> body = PLACE.body(texts, 3);

    assertThat(body)
        .containsEntry(
            "objectives",
            List.of(
                Map.of(
                    "name", "qwen-ttft",
                    "tier", "fast",
                    "burnRate", "14.4",
                    "message", "qwen-ttft burns 14.4x its error budget")))
        .containsEntry("share", "25%")
        .containsEntry(
            "shares",
            List.of(
                Map.of(
                    "router", "chat",
                    "rule", "all",
                    "backend", "qwen",
                    "share", "25%",
                    "wanted", "18%",
                    "served", "20%")));
    assertThat(PLACE.read(new Fields(body))).isEqualTo(texts);
  }

  private static SortedMap<String, String> texts() {
    ServiceVerdict breached =
        new ServiceVerdict(
            new ServiceRef("default", "qwen"),
            ScriptedFeed.breached(NOON, "d1", 14.4),
            Map.of(),
            SloPolicy.DEFAULT,
            Optional.empty());
    return PLACE.withShares(
        PLACE.wanted(breached, new TreeMap<>()),
        ShareTexts.of(
            Map.of(QWEN, new Share(0.25)),
            Map.of(QWEN, new ShareSample.Traffic(0.175, OptionalDouble.of(0.2)))));
  }

  private static Map<String, Object> verdict() {
    return PLACE.body(texts(), 3);
  }

  private static Map<String, Object> condition() {
    KubeObject slo =
        new KubeObject(
            TargetsScene.slo("qwen"),
            "uid-1",
            1,
            "{}",
            Optional.empty(),
            new TreeMap<>(),
            new TreeMap<>());
    return TargetsReport.body(
        new TargetsReport(slo, Map.of(), List.of(), List.of()).texts(new TreeMap<>(), NOON));
  }

  private static void collect(String path, JsonNode value, Set<String> leaves) {
    if (value.isObject()) {
      value
          .properties()
          .forEach(field -> collect(below(path, field.getKey()), field.getValue(), leaves));
    } else if (value.isArray()) {
      value.forEach(item -> collect(path, item, leaves));
    } else {
      leaves.add(path);
    }
  }

  private static void collectSchema(String path, JsonNode schema, Set<String> leaves) {
    JsonNode properties =
        schema.has("items") ? schema.at("/items/properties") : schema.path("properties");
    if (properties.isMissingNode()) {
      leaves.add(path);
    }
    properties
        .properties()
        .forEach(field -> collectSchema(below(path, field.getKey()), field.getValue(), leaves));
  }

  private static String below(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private static JsonNode statusSchema() throws IOException {
    return new ObjectMapper(new YAMLFactory())
        .readTree(Files.readString(KubeLab.SLO_CRD))
        .at("/spec/versions/0/schema/openAPIV3Schema/properties/status");
  }
}
