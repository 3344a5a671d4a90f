package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.cli.Cli;
import dev.sluice.app.cli.Origin;
import dev.sluice.app.cli.RunSettings;
import dev.sluice.lab.Await;
import dev.sluice.lab.EnvoyProcess;
import dev.sluice.lab.FreePorts;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Envoy that refuses what it is sent: its listener's port is another program's. */
final class RejectedPushIT {

  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final String MANIFESTS =
      """
      apiVersion: inference.llmkube.dev/v1alpha1
      kind: InferenceService
      metadata: {name: qwen}
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: {name: qwen-1, labels: {kubernetes.io/service-name: qwen}}
      addressType: IPv4
      ports: [{name: http, port: 9}]
      endpoints: [{addresses: [127.0.0.1]}]
      ---
      apiVersion: inference.llmkube.dev/v1alpha1
      kind: ModelRouter
      metadata:
        name: chat
        annotations: {sluice.dev/listen: "127.0.0.1:LISTENER"}
      spec:
        backends:
        - name: qwen
          inferenceServiceRef: {name: qwen}
        rules:
        - name: all
          route: {backends: [qwen]}
      """;

  @Test
  void whatEnvoyRefusesIsShownInItsOwnWordsUntilItIsCured(@TempDir Path folder) throws Exception {
    Path manifests = Files.createDirectories(folder.resolve("manifests"));
    RunSettings settings =
        TestSettings.of(new Origin.Folder(manifests, folder.resolve("state.json"))).build();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      listenOn(manifests, taken.getLocalPort());
      try (Sluice _ = Sluice.start(settings);
          EnvoyProcess _ =
              ChatEnvoy.start(settings, "envoy-1", folder.resolve("envoy"), FreePorts.pick())) {
        Await.until(
            BOUND, "the refusal is shown", () -> ask(settings, "proxies").contains("NACK: "));
        assertThat(ask(settings, "proxies")).contains("Address already in use");
        assertThat(ask(settings, "explain", "default/qwen"))
            .contains("envoy-1 rejected ")
            .contains("Address already in use");

        listenOn(manifests, FreePorts.pick());
        Await.until(
            BOUND, "nothing is refused", () -> !ask(settings, "proxies").contains("NACK: "));
        assertThat(ask(settings, "explain", "default/qwen")).doesNotContain("rejected");
      }
    }
  }

  private static void listenOn(Path manifests, int port) throws IOException {
    Files.writeString(
        manifests.resolve("all.yaml"), MANIFESTS.replace("LISTENER", String.valueOf(port)));
  }

  private static String ask(RunSettings settings, String... words) {
    StringWriter out = new StringWriter();
    String[] arguments = new String[words.length + 2];
    System.arraycopy(words, 0, arguments, 0, words.length);
    arguments[words.length] = "--http";
    arguments[words.length + 1] = settings.http().toString();
    int _ = Cli.create(Sluice::start).setOut(new PrintWriter(out, true)).execute(arguments);
    return out.toString();
  }
}
