package dev.sluice.benchmarks.reaction;

import dev.sluice.lab.Await;
import dev.sluice.lab.EnvoyProcess;
import dev.sluice.lab.FreePorts;
import dev.sluice.lab.llm.Behaviour;
import dev.sluice.lab.llm.FakeLlm;
import dev.sluice.lab.llm.LlmRuntime;
import dev.sluice.model.RouterRef;
import dev.sluice.xds.bootstrap.BootstrapWriter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Requests through a real Envoy no longer go to the service. Each has a rule of its own, half and
 * half with a spare; a breach leaves it 2 of 100. The first of {@link #RUN} requests in a row of
 * which at most {@link #STRAY} reached it is the first after the change: with half the traffic that
 * happens by chance once in two million windows.
 */
final class TrafficTrial implements Trial {

  private static final int RUN = 30;
  private static final int STRAY = 2;
  private static final Duration BOUND = Duration.ofSeconds(60);

  /** Between two requests, so that the load leaves the cores to what is measured. */
  private static final Duration PAUSE = Duration.ofMillis(1);

  private static final Behaviour QUICK =
      Behaviour.healthy().withTtft(Duration.ofMillis(1)).withOutputTokens(1);

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final HttpClient client = HttpClient.newHttpClient();
  private final int routerPort = FreePorts.pick();
  private final Map<String, Probe> probes = new HashMap<>();

  TrafficTrial(Path folder, List<String> services, String prometheusUrl, SluiceRun.Ports ports)
      throws IOException {
    FakeLlm judged = FakeLlm.start("judged", LlmRuntime.VLLM, "m", QUICK);
    parts.push(judged);
    FakeLlm spare = FakeLlm.start("spare", LlmRuntime.VLLM, "m", QUICK);
    parts.push(spare);
    Path manifests = Files.createDirectories(folder.resolve("manifests"));
    Files.writeString(
        manifests.resolve("all.yaml"),
        Manifests.of(services, judged.port(), spare.port(), routerPort));
    parts.push(
        SluiceRun.start(folder, ports, prometheusUrl, List.of("--dir", manifests.toString())));
    int admin = FreePorts.pick();
    String bootstrap =
        BootstrapWriter.yaml(
            new RouterRef("default", "chat"),
            "envoy-1",
            new BootstrapWriter.HostPort("127.0.0.1", ports.xds()),
            new BootstrapWriter.HostPort("127.0.0.1", admin));
    parts.push(EnvoyProcess.start(folder.resolve("envoy"), bootstrap, admin).awaitReady());
    Await.until(BOUND, "the router answers", () -> !servedBy(services.getFirst()).isEmpty());
  }

  /** One request; empty if it wasn't served by a backend. */
  private String servedBy(String service) {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + routerPort + "/v1/chat/completions"))
            .header("content-type", "application/json")
            .header("x-rule", service)
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"))
            .build();
    try {
      HttpResponse<Void> response = client.send(request, HttpResponse.BodyHandlers.discarding());
      return response.headers().firstValue("x-served-by").orElse("");
    } catch (IOException _) {
      return "";
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  /** One request after the other to one service. */
  private final class Probe {

    private final List<Instant> sent = new ArrayList<>();
    private final List<Boolean> reached = new ArrayList<>();
    private final AtomicBoolean ends = new AtomicBoolean();
    private final Thread thread;

    Probe(String service) {
      thread = Thread.ofPlatform().daemon().name("probe").start(() -> run(service));
    }

    private void run(String service) {
      while (!ends.get()) {
        Instant now = Instant.now();
        boolean isReached = servedBy(service).equals("judged");
        synchronized (this) {
          sent.add(now);
          reached.add(isReached);
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }

    synchronized Optional<Instant> firstMoved() {
      for (int first = 0; first + RUN <= sent.size(); first++) {
        long strays = reached.subList(first, first + RUN).stream().filter(it -> it).count();
        if (!reached.get(first) && strays <= STRAY) {
          return Optional.of(sent.get(first));
        }
      }
      return Optional.empty();
    }

    void end() {
      ends.set(true);
      try {
        thread.join();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public String name() {
    return "traffic moved";
  }

  @Override
  public void watch(String service) {
    probes.put(service, new Probe(service));
  }

  @Override
  public Instant seen(String service) {
    Probe probe = Objects.requireNonNull(probes.remove(service), service);
    try {
      return Await.value(BOUND, "traffic of " + service + " moved", probe::firstMoved);
    } finally {
      probe.end();
    }
  }

  @Override
  public void close() {
    probes.values().forEach(Probe::end);
    client.close();
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception failure) {
        System.err.println("reaction: not stopped cleanly: " + failure);
      }
    }
  }
}
