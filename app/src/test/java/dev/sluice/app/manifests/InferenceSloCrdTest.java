package dev.sluice.app.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The CRD and the reader of manifests say the same of an InferenceSLO. */
class InferenceSloCrdTest {

  private static final Path CRD =
      Path.of("..", "helm", "sluice", "crds", "inferenceslos.sluice.dev.yaml");
  private static final Map<String, Object> LEAST =
      Map.of("spec.targetRef.name", "qwen", "spec.ttftP99Ms", "500");

  /** Fields that hold a value and no fields. */
  static Stream<String> leaves() throws IOException {
    return leafSchemas().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("leaves")
  void everyFieldOfTheSchemaIsRead(String field) {
    assertThat(problems(with(field, List.of("a list")))).extracting(Problem::field).contains(field);
  }

  @Test
  void theDefaultsAreThoseOfTheReader() throws IOException {
    Map<String, Object> defaulted = new TreeMap<>(LEAST);
    leafSchemas()
        .forEach(
            (field, schema) -> {
              if (schema.child("default") instanceof Node.Scalar(_, String text)) {
                defaulted.put(field, text);
              }
            });

    assertThat(defaulted).hasSizeGreaterThan(10);
    assertThat(declared(defaulted)).isEqualTo(declared(LEAST));
  }

  @Test
  void everyWordOfAnEnumIsRead() throws IOException {
    List<String> tried = new ArrayList<>();
    leafSchemas()
        .forEach(
            (field, schema) -> {
              if (schema.child("enum") instanceof Node.Sequence words) {
                for (Node word : words.items()) {
                  String text = ((Node.Scalar) word).text();
                  assertThat(problems(with(field, text))).as("%s: %s", field, text).isEmpty();
                  tried.add(text);
                }
              }
            });

    assertThat(tried).contains("Enforce", "Observe", "Admit", "Defer", "InferenceService");
  }

  /** These were tried on an API server too, which agrees. */
  @ParameterizedTest
  @CsvSource({
    "spec.errorBudget,                    0.5%,     true",
    "spec.errorBudget,                    50%,      true",
    "spec.errorBudget,                    0.000001, true",
    "spec.errorBudget,                    0.5,      true",
    "spec.errorBudget,                    0%,       false",
    "spec.errorBudget,                    50.1%,    false",
    "spec.errorBudget,                    0.6,      false",
    "spec.errorBudget,                    5,        false",
    "spec.errorBudget,                    lots,     false",
    "spec.window,                         3d,       true",
    "spec.window,                         72h,      true",
    "spec.window,                         4w,       true",
    "spec.window,                         90d,      true",
    "spec.window,                         2d,       false",
    "spec.window,                         71h,      false",
    "spec.window,                         91d,      false",
    "spec.window,                         13w,      false",
    "spec.window,                         soon,     false",
    "spec.ttftP99Ms,                      25,       true",
    "spec.ttftP99Ms,                      120000,   true",
    "spec.ttftP99Ms,                      24,       false",
    "spec.ttftP99Ms,                      120001,   false",
    "spec.minThroughputTokS,              1,        true",
    "spec.minThroughputTokS,              1000,     true",
    "spec.minThroughputTokS,              0,        false",
    "spec.minThroughputTokS,              1001,     false",
    "spec.onBreach.shares.probe,          25%,      true",
    "spec.onBreach.shares.probe,          0%,       false",
    "spec.onBreach.shares.atRisk,         most,     false",
    "spec.onBreach.recovery.clearFor,     1h30m,    true",
    "spec.onBreach.recovery.clearFor,     soon,     false",
    "spec.onBreach.recovery.holdLast,     0s,       true",
    "spec.onBreach.recovery.minSamples,   0,        false",
    "spec.onBreach.admitPerStep,          1,        true",
    "spec.onBreach.admitPerStep,          0,        false",
    "spec.mode,                           Sometimes, false"
  })
  void aValueIsAcceptedByBothOrByNeither(String field, String value, boolean accepted) {
    List<Problem> problems = problems(with(field, value));

    if (accepted) {
      assertThat(problems).isEmpty();
    } else {
      assertThat(problems).extracting(Problem::field).containsExactly(field);
    }
  }

  @Test
  void withoutATargetThereIsNothingToMeasure() {
    assertThat(problems(Map.of("spec.targetRef.name", "qwen")))
        .extracting(Problem::words)
        .containsExactly(
            "no target (expected: at least one of ttftP99Ms, errorBudget, minThroughputTokS)");
  }

  @Test
  void everyRuleSaysWhatWouldBeAccepted() throws IOException {
    List<String> messages = new ArrayList<>();
    collectMessages(schema(), messages);

    assertThat(messages).hasSizeGreaterThan(12).allMatch(text -> text.contains("(expected: "));
  }

  @Test
  void aListShowsWhatAnOperatorAsksFirst() throws IOException {
    Node.Sequence columns = (Node.Sequence) version().child("additionalPrinterColumns");

    assertThat(columns.items())
        .extracting(column -> ((Node.Scalar) column.child("name")).text())
        .containsSequence("Service", "State", "Since", "Burn", "Share");
    assertThat(version().child("subresources").child("status")).isInstanceOf(Node.Mapping.class);
  }

  private static void collectMessages(Node node, List<String> messages) {
    switch (node) {
      case Node.Mapping mapping -> {
        if (mapping.child("x-kubernetes-validations") instanceof Node.Sequence rules) {
          rules.items().forEach(rule -> messages.add(((Node.Scalar) rule.child("message")).text()));
        }
        mapping.entries().values().forEach(child -> collectMessages(child, messages));
      }
      case Node.Sequence sequence ->
          sequence.items().forEach(item -> collectMessages(item, messages));
      case Node.Scalar _, Node.Absent _ -> {}
    }
  }

  private static Map<String, Node> leafSchemas() throws IOException {
    Map<String, Node> leaves = new LinkedHashMap<>();
    collectLeaves("spec", schema().child("properties").child("spec"), leaves);
    return leaves;
  }

  private static void collectLeaves(String path, Node schema, Map<String, Node> leaves) {
    if (schema.child("properties") instanceof Node.Mapping properties) {
      properties
          .entries()
          .forEach((name, child) -> collectLeaves(path + "." + name, child, leaves));
    } else {
      leaves.put(path, schema);
    }
  }

  private static Node schema() throws IOException {
    return version().child("schema").child("openAPIV3Schema");
  }

  private static Node version() throws IOException {
    YamlDocuments.Read crd = (YamlDocuments.Read) YamlDocuments.read(Files.readString(CRD));
    return crd.documents().getFirst().child("spec").child("versions").item(0);
  }

  private static Map<String, Object> with(String field, Object value) {
    Map<String, Object> values = new TreeMap<>(LEAST);
    values.put(field, value);
    return values;
  }

  private static Object declared(Map<String, Object> values) {
    Manifests manifests = Manifests.NONE.read("slo.yaml", manifest(values));
    assertThat(manifests.rejected()).isEmpty();
    return List.of(manifests.sloSheet().slos(), manifests.world().declarations().services());
  }

  private static List<Problem> problems(Map<String, Object> values) {
    return Manifests.NONE.read("slo.yaml", manifest(values)).rejected();
  }

  /** JSON, which is YAML, and the InferenceService beside it. */
  private static String manifest(Map<String, Object> values) {
    Map<String, Object> root = new TreeMap<>();
    root.put("apiVersion", "sluice.dev/v1alpha1");
    root.put("kind", "InferenceSLO");
    root.put("metadata", Map.of("name", "qwen"));
    values.forEach((path, value) -> put(root, path, value));
    String service =
        """
        ---
        apiVersion: inference.llmkube.dev/v1alpha1
        kind: InferenceService
        metadata: {name: qwen}
        """;
    try {
      return new ObjectMapper().writeValueAsString(root) + "\n" + service;
    } catch (JsonProcessingException unexpected) {
      throw new IllegalStateException(unexpected);
    }
  }

  @SuppressWarnings("unchecked") // only this method puts mappings there
  private static void put(Map<String, Object> mapping, String path, Object value) {
    int dot = path.indexOf('.');
    if (dot < 0) {
      mapping.put(path, value);
    } else {
      Object child = mapping.computeIfAbsent(path.substring(0, dot), _ -> new TreeMap<>());
      put((Map<String, Object>) child, path.substring(dot + 1), value);
    }
  }
}
