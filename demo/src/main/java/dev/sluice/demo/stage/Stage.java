package dev.sluice.demo.stage;

import dev.sluice.lab.Await;
import dev.sluice.lab.EnvoyProcess;
import dev.sluice.lab.FreePorts;
import dev.sluice.lab.HttpProbe;
import dev.sluice.lab.PrometheusConfig;
import dev.sluice.lab.PrometheusConfig.ScrapeJob;
import dev.sluice.lab.PrometheusConfig.Target;
import dev.sluice.lab.PrometheusProcess;
import dev.sluice.lab.llm.Behaviour;
import dev.sluice.lab.llm.FakeLlm;
import dev.sluice.lab.load.LoadGenerator;
import dev.sluice.lab.load.LoadPlan;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All parts of a demo, on free ports of 127.0.0.1: fake LLM backends, a Prometheus that scrapes
 * them and Envoy and runs Pyrra's rules, Sluice, and an Envoy that gets its configuration from it.
 *
 * <p><em>Thread:</em> the one that plays the story. <em>On failure:</em> a part that doesn't start
 * throws with the end of its log, and those before it are stopped. <em>On shutdown:</em> {@link
 * #close()} stops the parts in reverse order.
 */
public final class Stage implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Stage.class);

  /** The one model that every backend serves. */
  public static final String MODEL = "qwen3-32b";

  private static final String ROUTER = "default/chat";
  private static final Behaviour HEALTHY =
      Behaviour.healthy().withTtft(Duration.ofMillis(100)).withOutputTokens(6);
  // Envoy merges its histograms every 5 s; scraping faster shows nothing new.
  private static final Duration SCRAPE_INTERVAL = Duration.ofSeconds(5);
  private static final Duration WARM_UP_BOUND = Duration.ofSeconds(30);
  private static final int WARM_REQUESTS = 100;
  private static final Duration ROUTER_BOUND = Duration.ofSeconds(40);

  private final Scenario scenario;
  private final Map<String, FakeLlm> backends = new LinkedHashMap<>();
  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private final int routerPort = FreePorts.pick();
  private final int adminPort = FreePorts.pick();
  private final PrometheusProcess prometheus;
  private final SluiceProcess sluice;
  private final EnvoyProcess envoy;

  private Stage(Scenario scenario, Path folder) {
    this.scenario = scenario;
    try {
      Map<String, Integer> ports = new LinkedHashMap<>(Map.of("router", routerPort));
      scenario.backends().forEach(backend -> ports.put(backend.pod(), start(backend)));
      RunFolder files = new RunFolder(folder, scenario, ports);
      prometheus = started(PrometheusProcess.start(files.of("prometheus"), monitoring(files)));
      prometheus.awaitReady();
      sluice =
          started(
              new SluiceProcess(
                  files.of("sluice"), files.manifests(), URI.create(prometheus.baseUrl())));
      String bootstrap = sluice.bootstrap(ROUTER, adminPort);
      envoy = started(EnvoyProcess.start(files.of("envoy"), bootstrap, adminPort));
      Await.until(ROUTER_BOUND, "Envoy serves " + routerUrl(), this::routerAnswers);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Starts everything and returns once the router answers. */
  public static Stage raise(Scenario scenario, Path folder) {
    return new Stage(scenario, folder);
  }

  private int start(Scenario.Backend backend) {
    FakeLlm fake = started(FakeLlm.start(backend.name(), backend.runtime(), MODEL, HEALTHY));
    backends.put(backend.name(), fake);
    warmUp(fake);
    return fake.port();
  }

  /** A JVM's first requests are slow; nobody scrapes yet, so no objective sees these. */
  private static void warmUp(FakeLlm fake) {
    LoadPlan plan = LoadPlan.of(fake.baseUrl() + "/v1/chat/completions", MODEL, 100);
    try (LoadGenerator _ = LoadGenerator.start(plan)) {
      Await.until(WARM_UP_BOUND, fake.name() + " is warm", () -> fake.served() >= WARM_REQUESTS);
    }
  }

  private <T extends AutoCloseable> T started(T part) {
    running.push(part);
    return part;
  }

  /** The labels are those that LLMKube's PodMonitor gives. */
  private PrometheusConfig monitoring(RunFolder files) {
    List<Target> inference =
        scenario.backends().stream()
            .map(
                backend ->
                    new Target(
                        fake(backend.name()).hostPort(),
                        Map.of(
                            "namespace", "default",
                            "service", backend.service(),
                            "pod", backend.pod())))
            .toList();
    return PrometheusConfig.empty()
        .withScrapeJobs(
            new ScrapeJob("llmkube-inference", SCRAPE_INTERVAL, "/metrics", inference),
            new ScrapeJob(
                "sluice-envoy",
                SCRAPE_INTERVAL,
                "/stats/prometheus",
                List.of(new Target("127.0.0.1:" + adminPort, Map.of()))))
        .withRuleFiles(files.rules().toArray(Path[]::new));
  }

  private boolean routerAnswers() {
    sluice.requireAlive();
    return HttpProbe.isOk(routerUrl() + "/health");
  }

  public Scenario scenario() {
    return scenario;
  }

  /** One of the scenario's backends. */
  public FakeLlm fake(String name) {
    FakeLlm fake = backends.get(name);
    if (fake == null) {
      throw new IllegalArgumentException(
          "backend: %s (expected: one of %s)".formatted(name, backends.keySet()));
    }
    return fake;
  }

  /** The scenario's fault begins. */
  public void inject() {
    fake(scenario.troubled()).behave(scenario.fault().change().apply(HEALTHY));
  }

  /** The scenario's fault ends. */
  public void heal() {
    fake(scenario.troubled()).behave(HEALTHY);
  }

  public PrometheusProcess prometheus() {
    return prometheus;
  }

  public SluiceProcess sluice() {
    return sluice;
  }

  public EnvoyProcess envoy() {
    return envoy;
  }

  /** Where clients send their requests. */
  public String routerUrl() {
    return "http://127.0.0.1:" + routerPort;
  }

  @Override
  public void close() {
    while (!running.isEmpty()) {
      close(running.pop());
    }
  }

  private static void close(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      // The others must be stopped all the same.
      log.warn("part did not stop cleanly part={}", part.getClass().getSimpleName(), e);
    }
  }
}
