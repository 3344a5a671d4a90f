package dev.sluice.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.lab.PrometheusConfig.Alertmanager;
import dev.sluice.lab.PrometheusConfig.ScrapeJob;
import dev.sluice.lab.PrometheusConfig.Target;
import dev.sluice.lab.llm.Behaviour;
import dev.sluice.lab.llm.FakeLlm;
import dev.sluice.lab.llm.LlmRuntime;
import dev.sluice.lab.load.LoadGenerator;
import dev.sluice.lab.load.LoadPlan;
import io.javalin.Javalin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrometheusProcessIT {

  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final Duration EVERY = Duration.ofMillis(250);

  /** An alert that fires while more than nothing has been served within half a second. */
  private static final String RULES =
      """
      groups:
        - name: lab
          rules:
            - record: chat:fast
              expr: vllm:time_to_first_token_seconds_bucket{service="chat", le="0.5"}
            - alert: Served
              expr: chat:fast > 0
      """;

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

  @Test
  void scrapesAFakeLlmAndEvaluatesARule() throws IOException {
    try (FakeLlm llm = vllm();
        PrometheusProcess prometheus =
            PrometheusProcess.start(folder, scraping(llm)).awaitReady()) {
      serveSome(llm);

      awaitValue(prometheus, "chat:fast{model_name='qwen'}", (double) llm.served());
      awaitValue(prometheus, "up{service='chat', job='llm'}", 1);
      Await.until(BOUND, "the alert fires", () -> alertState(prometheus).equals("firing"));
    }
  }

  @Test
  void dataSurvivesKill9AndARestart() throws IOException {
    FakeLlm llm = vllm();
    try (PrometheusProcess prometheus =
        PrometheusProcess.start(folder, scraping(llm)).awaitReady()) {
      serveSome(llm);
      awaitValue(prometheus, "chat:fast", (double) llm.served());
      llm.close();
      awaitValue(prometheus, "up{service='chat'}", 0);

      prometheus.kill9();
      assertThat(prometheus.isAlive()).isFalse();
      prometheus.restart();

      // The backend is gone, so this can only come from the data folder.
      assertThat(prometheus.query("last_over_time(chat:fast[5m])").getFirst().value())
          .isEqualTo((double) llm.served());
    } finally {
      llm.close();
    }
  }

  @Test
  void aLlamaCppBackendIsScrapedToo() throws IOException {
    try (FakeLlm llm = FakeLlm.start("metal", LlmRuntime.LLAMACPP, "qwen", Behaviour.healthy());
        PrometheusProcess prometheus =
            PrometheusProcess.start(folder, scraping(llm)).awaitReady()) {
      awaitValue(prometheus, "llamacpp:requests_processing{service='chat'}", 0);
    }
  }

  @Test
  void reloadRefusesABadRuleFileInPrometheussWordsAndKeepsTheOldRules() throws IOException {
    try (FakeLlm llm = vllm();
        PrometheusProcess prometheus =
            PrometheusProcess.start(folder, scraping(llm)).awaitReady()) {
      Files.writeString(folder.resolve("rules.yaml"), "groups: [{name: lab, rules: [{}]}]");

      assertThatThrownBy(prometheus::reload).hasMessageContaining("status 500");
      assertThat(prometheus.rules().at("/groups/0/rules")).hasSize(2);

      Files.writeString(folder.resolve("rules.yaml"), "groups: []");
      prometheus.reload();
      assertThat(prometheus.rules().at("/groups")).isEmpty();
    }
  }

  @Test
  void aBadRuleFileAtTheStartIsExplainedInPrometheussWords() throws IOException {
    Path rules = Files.writeString(folder.resolve("rules.yaml"), "groups: {}");
    PrometheusConfig config = PrometheusConfig.empty().withRuleFiles(rules);

    try (PrometheusProcess prometheus = PrometheusProcess.start(folder, config)) {
      assertThatThrownBy(prometheus::awaitReady)
          .hasMessageContaining("prometheus ended with code")
          .hasMessageContaining("rules.yaml");
    }
  }

  @Test
  void alertsArePushedToTheReceiverUnderItsPrefix() throws IOException {
    Queue<String> pushed = new ConcurrentLinkedQueue<>();
    int port = FreePorts.pick();
    Javalin receiver =
        Javalin.create(
                config -> {
                  config.startup.showJavalinBanner = false;
                  config.routes.post("/sluice/api/v2/alerts", ctx -> pushed.add(ctx.body()));
                })
            .start("127.0.0.1", port);
    Path rules =
        Files.writeString(
            folder.resolve("rules.yaml"),
            "groups: [{name: lab, rules: [{alert: Always, expr: vector(1)}]}]");
    PrometheusConfig config =
        PrometheusConfig.empty()
            .withEvaluationInterval(EVERY)
            .withRuleFiles(rules)
            .withAlertmanager(new Alertmanager(List.of("127.0.0.1:" + port), "/sluice"))
            // Prometheus learns of its receivers up to 5 s after its start; what fired before is
            // pushed again only after this delay, a minute by default.
            .withExtraFlags("--rules.alert.resend-delay=1s");

    try (PrometheusProcess _ = PrometheusProcess.start(folder, config)) {
      Await.until(BOUND, "a push", () -> pushed.stream().anyMatch(b -> b.contains("Always")));
    } finally {
      receiver.stop();
    }
  }

  private static FakeLlm vllm() {
    return FakeLlm.start("gpu-a", LlmRuntime.VLLM, "qwen", Behaviour.healthy());
  }

  private static void serveSome(FakeLlm llm) {
    try (LoadGenerator load =
        LoadGenerator.start(LoadPlan.of(llm.baseUrl() + "/v1/chat/completions", "qwen", 20))) {
      Await.until(BOUND, "10 requests finished", () -> load.totals().finished() >= 10);
    }
  }

  private PrometheusConfig scraping(FakeLlm llm) throws IOException {
    Target target = new Target(llm.hostPort(), Map.of("service", "chat"));
    return PrometheusConfig.empty()
        .withEvaluationInterval(EVERY)
        .withRuleFiles(Files.writeString(folder.resolve("rules.yaml"), RULES))
        .withScrapeJobs(new ScrapeJob("llm", EVERY, "/metrics", List.of(target)));
  }

  private static void awaitValue(PrometheusProcess prometheus, String query, double expected) {
    Await.untilAsserted(
        BOUND,
        "%s is %s".formatted(query, expected),
        () -> assertThat(prometheus.query(query)).extracting("value").containsExactly(expected));
  }

  private static String alertState(PrometheusProcess prometheus) {
    for (JsonNode rule : prometheus.rules().at("/groups/0/rules")) {
      if (rule.path("name").asText().equals("Served")) {
        return rule.path("state").asText();
      }
    }
    return "missing";
  }
}
