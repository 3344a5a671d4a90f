package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.lab.Parts;
import dev.sluice.lab.PrometheusConfig;
import dev.sluice.lab.PrometheusProcess;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the chart's dashboard and its alerts ask Prometheus for. */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder
class DashboardIT {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern NAME = Pattern.compile("\\b(?:envoy_)?sluice_\\w+");

  @TempDir private Path folder;

  @Test
  void theDashboardAndTheAlertsNameMetricsThatExistAndPrometheusReadsThem() throws Exception {
    List<String> expressions = expressions();
    String table = Files.readString(Path.of("..", "docs", "metrics.md"));

    assertThat(expressions).hasSizeGreaterThan(15);
    assertThat(expressions)
        .flatMap(it -> NAME.matcher(it).results().map(name -> name.group()).toList())
        .allSatisfy(name -> assertThat(table).contains("`" + stem(name) + "`"));
    try (PrometheusProcess prometheus =
        PrometheusProcess.start(folder, PrometheusConfig.empty()).awaitReady()) {
      assertThat(expressions)
          .allSatisfy(it -> assertThat(prometheus.query(asGrafanaWould(it))).isNotNull());
    }
  }

  private static String stem(String name) {
    return name.endsWith("_bucket") ? name.substring(0, name.length() - "_bucket".length()) : name;
  }

  private static String asGrafanaWould(String expression) {
    return expression.replaceAll("\\$\\w+", ".*");
  }

  private static List<String> expressions() throws Exception {
    List<String> expressions = new ArrayList<>();
    for (String object : chart().split("(?m)^---$", -1)) {
      JsonNode node = JSON.valueToTree(Serialization.unmarshal(object, Map.class));
      node.at("/spec/groups/0/rules").forEach(rule -> expressions.add(rule.path("expr").asText()));
      if (node.at("/data").has("sluice.json")) {
        assertThat(node.at("/metadata/labels/grafana_dashboard").asText()).isEqualTo("1");
        JsonNode dashboard = JSON.readTree(node.at("/data").path("sluice.json").asText());
        dashboard
            .path("panels")
            .forEach(
                panel ->
                    panel
                        .path("targets")
                        .forEach(target -> expressions.add(target.path("expr").asText())));
      }
    }
    return expressions;
  }

  private static String chart() throws Exception {
    Optional<Path> helm = Parts.helm();
    assumeTrue(helm.isPresent(), "SLUICE_HELM isn't set (expected: the binary)");
    Process template =
        new ProcessBuilder(
                helm.get().toString(),
                "template",
                "sluice",
                "../helm/sluice",
                "--show-only=templates/dashboard.yaml",
                "--show-only=templates/monitoring.yaml",
                "--set=grafanaDashboard.enabled=true",
                "--set=prometheus.prometheusRule.enabled=true")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String objects = new String(template.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(template.waitFor()).isZero();
    return objects;
  }
}
