package dev.sluice.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.explain.Surroundings;
import dev.sluice.app.loop.Core;
import dev.sluice.app.loop.Event;
import dev.sluice.app.loop.LoopState;
import dev.sluice.app.loop.SavedState;
import dev.sluice.app.manifests.Manifests;
import dev.sluice.app.pages.NoPage;
import dev.sluice.app.pages.PushMetrics;
import dev.sluice.app.pages.PushReceiver;
import dev.sluice.app.pages.StatusServer;
import dev.sluice.evaluator.judge.Observation;
import dev.sluice.xds.load.ServedLoad;
import dev.sluice.xds.resources.ResourceCompiler;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that read pages, against a real page server. */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder
class PageCommandsTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  // Of no shape that a redaction would know.
  private static final String PLANTED = "correcthorsebatterystaple";
  private static final String MANIFESTS =
      """
      apiVersion: inference.llmkube.dev/v1alpha1
      kind: InferenceService
      metadata: {name: qwen}
      ---
      apiVersion: v1
      kind: Secret
      metadata: {name: keys}
      stringData: {OPENAI_API_KEY: %s}
      ---
      apiVersion: inference.llmkube.dev/v1alpha1
      kind: ModelRouter
      metadata: {name: chat}
      spec:
        backends:
        - {name: a, inferenceServiceRef: {name: qwen}}
        - name: cloud
          external: {provider: openai, model: gpt-5, credentialsSecretRef: {name: keys}}
        rules: [{name: all, route: {backends: [a, cloud]}}]
      """
          .formatted(PLANTED);

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final StatusServer server = server();
  private final int port = server.port();

  private static StatusServer server() {
    Core core = new Core(ResourceCompiler::compile, Duration.ofSeconds(10));
    LoopState state = LoopState.leading(SavedState.NONE, START);
    for (Event event :
        List.of(
            new Event.WorldChanged(Manifests.NONE.read("m.yaml", MANIFESTS).world()),
            new Event.Observed(Observation.Rules.of(START, List.of())))) {
      state = core.step(state, event, START).next();
    }
    LoopState last = state;
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    return StatusServer.start(
        new StatusServer.Views(
            () -> last,
            List::of,
            List::of,
            () -> ServedLoad.NONE,
            registry,
            () -> Surroundings.ALONE,
            () -> List.of("{\"body\":\"x\",\"attributes\":{\"password\":\"hunter2\"}}"),
            InstantSource.fixed(START.plusSeconds(90))),
        new PushReceiver(Optional.empty(), () -> {}, new PushMetrics(registry)),
        NoPage.routes(),
        "127.0.0.1",
        0);
  }

  @AfterEach
  void tearDown() {
    server.close();
  }

  @Test
  void explainPrintsALineForEachLinkAndWhatToCheck() {
    assertThat(execute("explain", "default/qwen")).isZero();

    assertThat(out.toString())
        .startsWith("InferenceService default/qwen is Unknown, decision ")
        .contains("asked at 2026-01-01T00:01:30Z")
        .containsPattern("! objective +no ServiceLevelObjective speaks for it")
        .containsPattern("  verdict +2026-01-01T00:00:00Z +1m30s ago +Unknown, ")
        .contains("check: ");
  }

  @Test
  void anUnknownServiceEndsWithOneAndTheCloseName() {
    assertThat(execute("explain", "default/qwem")).isEqualTo(1);

    assertThat(err.toString())
        .isEqualTo(
            "InferenceService default/qwem is not known (expected: one like default/qwen)"
                + System.lineSeparator());
  }

  @Test
  void topAndProxiesPrintTheirTables() {
    assertThat(execute("top", "--once")).isZero();
    assertThat(execute("proxies")).isZero();

    assertThat(out.toString())
        .startsWith("SERVICE")
        .containsPattern("default/qwen +Unknown +1m30s")
        .contains("no Envoy is connected");
  }

  @Test
  void whereNobodyAnswersTheOptionIsNamed() {
    server.close();

    assertThat(execute("top", "--once")).isEqualTo(69);
    assertThat(err.toString()).startsWith("--http 127.0.0.1:").contains("can't be reached");
  }

  @Test
  void theSupportBundleHasThePagesAndNoByteOfASecret() throws IOException {
    Path file = folder.resolve("bundle.zip");

    assertThat(execute("support-bundle", "-o", file.toString())).isZero();

    Map<String, String> entries = unzip(file);
    assertThat(entries)
        .containsOnlyKeys(
            "README.txt",
            "explain/default_qwen.json",
            "log.jsonl",
            "metrics.txt",
            "process.json",
            "proxies.json",
            "status.json",
            "top.json");
    assertThat(entries.get("status.json")).contains("default/chat").contains("cloud");
    assertThat(entries.get("log.jsonl")).contains("\"password\":\"[removed]\"");
    assertThat(String.join("\n", entries.values()))
        .doesNotContain(PLANTED)
        .doesNotContain("hunter2");
  }

  @Test
  void aFileThatExistsIsNotOverwritten() throws IOException {
    Path file = Files.writeString(folder.resolve("mine.zip"), "mine");

    assertThat(execute("support-bundle", "-o", file.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("exists (expected: a new file)");
    assertThat(file).content().isEqualTo("mine");
  }

  private static Map<String, String> unzip(Path file) throws IOException {
    Map<String, String> entries = new TreeMap<>();
    try (InputStream stream = Files.newInputStream(file);
        ZipInputStream zip = new ZipInputStream(stream)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        entries.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return entries;
  }

  private int execute(String command, String... rest) {
    String[] arguments = new String[rest.length + 3];
    arguments[0] = command;
    System.arraycopy(rest, 0, arguments, 1, rest.length);
    arguments[rest.length + 1] = "--http";
    arguments[rest.length + 2] = "127.0.0.1:" + port;
    return Cli.create(
            _ -> {
              throw new IllegalStateException("nothing is run here");
            })
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
