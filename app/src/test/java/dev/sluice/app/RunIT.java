package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.app.cli.Cli;
import dev.sluice.app.cli.Origin;
import dev.sluice.app.cli.RunSettings;
import dev.sluice.app.cli.Runner;
import dev.sluice.lab.Await;
import dev.sluice.lab.PrometheusConfig;
import dev.sluice.lab.PrometheusProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole process beside a real Prometheus. */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder, setUp the rest
class RunIT {

  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final String MANIFESTS =
      """
      apiVersion: inference.llmkube.dev/v1alpha1
      kind: InferenceService
      metadata: {name: qwen}
      """;

  @TempDir private Path folder;
  private PrometheusProcess prometheus;
  private Path stateFile;
  private RunSettings settings;

  @BeforeEach
  void setUp() throws IOException {
    Path manifests = Files.createDirectories(folder.resolve("manifests"));
    Files.writeString(manifests.resolve("qwen.yaml"), MANIFESTS);
    prometheus =
        PrometheusProcess.start(
                Files.createDirectories(folder.resolve("prometheus")), PrometheusConfig.empty())
            .awaitReady();
    stateFile = manifests.resolve(".sluice").resolve("state.json");
    settings =
        TestSettings.of(new Origin.Folder(manifests, stateFile))
            .prometheus(prometheus.baseUrl())
            .build();
  }

  @AfterEach
  void tearDown() {
    prometheus.close();
  }

  @Test
  void becomesReadyAnswersDispatchersAndRemembers() throws Exception {
    try (Sluice _ = Sluice.start(settings)) {
      awaitReady();

      StringWriter out = new StringWriter();
      int exit =
          Cli.create(Sluice::start)
              .setOut(new PrintWriter(out, true))
              .execute("check", "default/qwen", "--address", settings.grpc().toString());

      assertThat(exit).isZero();
      assertThat(out.toString()).startsWith("ADMIT default/qwen");
      // The loop counts after it has published.
      Await.until(
          BOUND,
          "the metrics say that it serves",
          () -> get("/metrics").contains("sluice_serving 1.0"));
      assertThat(get("/metrics")).contains("sluice_verdict{");
    }
    assertThat(stateFile).content().contains("default/qwen");
  }

  @Test
  void itsPagesAreReadByTheCommandsAndTheLastLogLinesAreInTheBundle() throws Exception {
    Path bundle = folder.resolve("bundle.zip");
    try (Sluice _ = Sluice.start(settings)) {
      awaitReady();

      assertThat(page("explain", "default/qwen"))
          .contains("evidence")
          .contains("Prometheus answered");
      assertThat(page("top")).contains("default/qwen");
      assertThat(page("proxies")).contains("no Envoy is connected");
      assertThat(page("support-bundle", "-o", bundle.toString())).contains("bundle.zip: 7 pages");
      assertThat(get("/debug/log")).contains("\"body\":\"verdict\"").contains("\"decision\":");
    }
  }

  private String page(String... arguments) {
    StringWriter out = new StringWriter();
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--http", settings.http().toString()));
    int exit =
        Cli.create(Sluice::start)
            .setOut(new PrintWriter(out, true))
            .execute(all.toArray(String[]::new));
    assertThat(exit).isZero();
    return out.toString();
  }

  @Test
  void aBrokenManifestIsNamedAndTheServiceStays() throws Exception {
    try (Sluice _ = Sluice.start(settings)) {
      awaitReady();

      Files.writeString(folder.resolve("manifests").resolve("qwen.yaml"), MANIFESTS + "spec: [");

      Await.until(BOUND, "the problem is shown", () -> get("/debug/status").contains("qwen.yaml:"));
      assertThat(get("/debug/status")).contains("\"default/qwen\"");
    }
  }

  @Test
  void aPortInUseEndsInOneSentence() throws Exception {
    try (Sluice _ = Sluice.start(settings)) {
      assertThatThrownBy(() -> Sluice.start(withFreePortsBut(settings)))
          .isInstanceOf(Runner.StartFailure.class)
          .hasMessageStartingWith("--grpc " + settings.grpc() + ": address in use");
    }
  }

  @Test
  void everyPortIsFreeAgainAfterTheStop() throws Exception {
    Sluice.start(settings).close();

    try (Sluice _ = Sluice.start(settings)) {
      awaitReady();
    }
  }

  private static RunSettings withFreePortsBut(RunSettings taken) {
    return TestSettings.of(taken.origin()).grpc(taken.grpc()).build();
  }

  private void awaitReady() {
    Await.until(BOUND, "Sluice is ready", () -> get("/readyz").equals("ready\n"));
  }

  private String get(String path) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://" + settings.http() + path);
      return client
          .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }
}
