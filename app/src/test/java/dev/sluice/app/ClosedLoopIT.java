package dev.sluice.app;

import static dev.sluice.app.TestSettings.loopback;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.app.cli.HostPort;
import dev.sluice.app.cli.Origin;
import dev.sluice.app.cli.RunSettings;
import dev.sluice.app.kube.ClusterSettings;
import dev.sluice.lab.Await;
import dev.sluice.lab.FreePorts;
import dev.sluice.lab.HttpProbe;
import dev.sluice.lab.Parts;
import dev.sluice.lab.PrometheusConfig;
import dev.sluice.lab.PrometheusConfig.ScrapeJob;
import dev.sluice.lab.PrometheusConfig.Target;
import dev.sluice.lab.PrometheusProcess;
import dev.sluice.lab.RunningProcess;
import dev.sluice.lab.kube.KubeApiServer;
import dev.sluice.lab.kube.Kubectl;
import dev.sluice.lab.llm.Behaviour;
import dev.sluice.lab.llm.FakeLlm;
import dev.sluice.lab.llm.LlmRuntime;
import dev.sluice.lab.load.LoadGenerator;
import dev.sluice.lab.load.LoadPlan;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a declared target to a condition that kubectl waits for: a real API server, a real Envoy, a
 * real Prometheus, and a fake vLLM that becomes slow.
 *
 * <p>{@code SLUICE_PYRRA_OPERATOR} puts Pyrra's own reconciler in; otherwise rules that it made of
 * the same objectives stand in. {@code SLUICE_CRDS} puts LLMKube's and Pyrra's own CRDs in. The way
 * back, and what is away for a while on it, are for {@code ./sluice soak}.
 */
@SuppressWarnings("NullAway.Init") // JUnit and setUp set the fields
class ClosedLoopIT {

  private static final Logger log = LoggerFactory.getLogger(ClosedLoopIT.class);
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final Duration DETECTION = Duration.ofMinutes(4);
  private static final Duration RECOVERY = Duration.ofMinutes(10);
  private static final Duration SCRAPE = Duration.ofSeconds(5);
  private static final Pattern DECISION = Pattern.compile("decision \\S+");
  private static final Pattern TWO_PERCENTAGES = Pattern.compile("([0-9]+)% ([0-9]+)%");
  private static final String LOOPBACK = "127.0.0.1";
  private static final String MODEL = "qwen3-32b";
  private static final Behaviour HEALTHY =
      Behaviour.healthy().withTtft(Duration.ofMillis(50)).withOutputTokens(4);

  @TempDir private Path folder;
  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private final int routerPort = FreePorts.pick();
  private final int adminPort = FreePorts.pick();
  private Kubectl kubectl;
  private FakeLlm qwen;
  private FakeLlm spare;
  private KubeApiServer server;
  private PrometheusProcess prometheus;
  private RunSettings settings;

  @BeforeEach
  void setUp() throws IOException {
    Optional<Parts.KubeBinaries> binaries = Parts.kubernetes();
    Optional<Path> kubectlBinary = Parts.kubectl();
    Optional<String> host = ThisMachine.address();
    assumeTrue(
        binaries.isPresent() && kubectlBinary.isPresent(),
        "SLUICE_KUBE_APISERVER, SLUICE_ETCD and SLUICE_KUBECTL aren't set (expected: the binaries)");
    assumeTrue(
        host.isPresent(),
        "this machine has no IPv4 address but loopback (expected: one, for an EndpointSlice)");
    server = started(KubeApiServer.start(binaries.get(), folder.resolve("kube")));
    kubectl = new Kubectl(kubectlBinary.get(), server.kubeconfig());
    install();
    qwen = started(FakeLlm.startAt(host.get(), "qwen", LlmRuntime.VLLM, MODEL, HEALTHY));
    spare = started(FakeLlm.startAt(host.get(), "spare", LlmRuntime.VLLM, MODEL, HEALTHY));
    prometheus =
        started(PrometheusProcess.start(folder.resolve("prometheus"), monitoring(List.of())))
            .awaitReady();
    settings =
        TestSettings.of(new Origin.Kubernetes(ClusterSettings.of(server.kubeconfig())))
            .prometheus(prometheus.baseUrl())
            .build();
  }

  @AfterEach
  void tearDown() throws Exception {
    while (!running.isEmpty()) {
      running.pop().close();
    }
  }

  private <T extends AutoCloseable> T started(T part) {
    running.push(part);
    return part;
  }

  @Test
  void aSlowBackendIsBreachedForWhoeverWaits() throws Exception {
    started(Sluice.start(settings));
    LoadGenerator load = begin();
    breach(load);

    assertThat(load.totals().failures()).isEmpty();
  }

  @Test
  @Tag("soak")
  void aHealedBackendIsWithinItsBudgetAgain() throws Exception {
    started(Sluice.start(settings));
    LoadGenerator load = begin();
    breach(load);
    long moved = System.nanoTime();
    Await.until(DETECTION, "what is served is what is wanted", this::isServedAsWanted);
    log.info("msg=served-as-wanted after={} shares=\"{}\"", since(moved), shownShares());

    qwen.behave(HEALTHY);
    long healed = System.nanoTime();
    waitFor("False", RECOVERY);
    log.info("msg=recovering after={} reason={}", since(healed), reason());
    Await.until(RECOVERY, "qwen is within its budget", () -> reason().equals("WithinBudget"));
    log.info("msg=recovered after={}", since(healed));

    assertThat(load.totals().failures()).isEmpty();
  }

  @Test
  @Tag("soak")
  void aKilledLeaderLeavesTheBreachAsItWas() throws Exception {
    HostPort pages = loopback();
    RunningProcess leader =
        started(RunningProcess.start("leader", run(pages), folder.resolve("leader.log")));
    Await.until(BOUND, "it leads", () -> page(pages).contains("sluice_leader 1.0"));
    started(Sluice.start(settings)); // follows, and is whom Envoy asks
    LoadGenerator load = begin();
    breach(load);
    String breach = breachSaid();
    String events = kubectl.run("get", "events", "-o", "name");

    leader.kill9();
    long killed = System.nanoTime();
    Await.until(
        BOUND, "the other leads", () -> page(settings.http()).contains("sluice_leader 1.0"));
    log.info("msg=taken-over after={}", since(killed));
    Await.until(BOUND, "it has judged", () -> polls(settings.http()) >= 5);

    assertThat(breachSaid()).isEqualTo(breach);
    assertThat(kubectl.run("get", "events", "-o", "name")).isEqualTo(events);
    assertThat(share(load, "qwen")).isLessThan(0.3);
    assertThat(load.totals().failures()).isEmpty();
  }

  @Test
  @Tag("soak")
  void anApiServerThatIsAwayForAMinuteDelaysOnlyWhatIsWritten() throws Exception {
    started(Sluice.start(settings));
    LoadGenerator load = begin();

    server.kill9();
    Instant back = Instant.now().plus(Duration.ofMinutes(1));
    makeSlow();
    Await.until(DETECTION, "traffic has moved", () -> share(load, "qwen") < 0.3);
    log.info("msg=moved api-server=away");
    Await.until(BOUND.plus(BOUND), "a minute has passed", () -> Instant.now().isAfter(back));
    server.startAgain();
    long returned = System.nanoTime();
    waitFor("True", BOUND);
    log.info("msg=written after={}", since(returned));

    assertThat(load.totals().failures()).isEmpty();
  }

  @Test
  @Tag("soak")
  void aPrometheusThatIsAwayForTenMinutesMovesNothingUntilTheHoldEnds() throws Exception {
    started(Sluice.start(settings));
    LoadGenerator load = begin();
    breach(load);

    prometheus.kill9();
    long away = System.nanoTime();
    waitFor("Unknown", BOUND);
    log.info("msg=unknown after={}", since(away));
    assertThat(message()).contains("what Breached led to is held until");
    Await.until(RECOVERY, "qwen has its share again", () -> share(load, "qwen") > 0.3);
    Duration held = since(away);
    log.info("msg=let-go after={}", held);
    Await.until(RECOVERY, "ten minutes have passed", () -> since(away).compareTo(RECOVERY) >= 0);
    assertThat(reason()).isEqualTo("Unknown");
    prometheus.restart().awaitReady();
    long returned = System.nanoTime();
    waitFor("True", DETECTION);
    log.info("msg=breached-again after={}", since(returned));

    assertThat(held).isGreaterThan(Duration.ofMinutes(5));
    assertThat(load.totals().failures()).isEmpty();
  }

  private List<String> run(HostPort pages) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        "dev.sluice.app.Main",
        "run",
        "--kubernetes",
        "--kubeconfig",
        server.kubeconfig().toString(),
        "--prometheus",
        prometheus.baseUrl(),
        "--poll",
        "1s",
        "--xds",
        loopback().toString(),
        "--grpc",
        loopback().toString(),
        "--http",
        pages.toString());
  }

  private static String page(HostPort pages) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://" + pages + "/metrics");
      return client
          .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException notYet) {
      return "";
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  private static double polls(HostPort pages) {
    return page(pages)
        .lines()
        .filter(line -> line.startsWith("sluice_prometheus_poll_seconds_count "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
        .findFirst()
        .orElse(0);
  }

  /** When the breach began, and its decision. */
  private String breachSaid() {
    Matcher decision = DECISION.matcher(message());
    assertThat(decision.find()).as(message()).isTrue();
    return condition("lastTransitionTime") + " " + decision.group();
  }

  private LoadGenerator begin() throws Exception {
    declare();
    for (String target : List.of("qwen-ttft", "qwen-errors", "qwen-throughput")) {
      Await.until(BOUND, target + " is rendered", () -> rendered().contains(target));
    }
    PyrraInTheCluster pyrra =
        started(PyrraInTheCluster.start(kubectl, folder.resolve("rules"), "/closed-loop/rules/"));
    Await.until(BOUND, "Pyrra made rules of all", () -> pyrra.files().size() == 3);
    prometheus.reload(monitoring(pyrra.files()));
    startEnvoy();
    LoadGenerator load =
        started(LoadGenerator.start(LoadPlan.of(url("/v1/chat/completions"), MODEL, 15)));
    Await.until(DETECTION, "qwen is within its budget", () -> reason().equals("WithinBudget"));
    return load;
  }

  private void makeSlow() {
    qwen.behave(HEALTHY.withTtft(Duration.ofSeconds(2)));
  }

  private void breach(LoadGenerator load) {
    makeSlow();
    long slow = System.nanoTime();
    waitFor("True", DETECTION);
    log.info("msg=breached after={}", since(slow));
    String yaml = kubectl.run("get", "inferenceservice", "qwen", "-o", "yaml");
    String table = kubectl.run("get", "islo", "qwen");
    log.info("kubectl get inferenceservice qwen -o yaml\n{}", yaml);
    log.info("kubectl get islo qwen\n{}", table);

    assertThat(yaml).contains("type: SLOBreached", "reason: Breached", "qwen-ttft burns");
    assertThat(table).contains("Breached");
    Await.until(BOUND, "traffic has moved", () -> share(load, "qwen") < 0.3);
    Await.until(BOUND, "its share is shown", () -> shownShare().matches("[1-9][0-9.]?%|[12].*%"));
    Await.until(
        BOUND, "and what is served", () -> TWO_PERCENTAGES.matcher(shownShares()).matches());
  }

  /** Each as {@code wanted served}, like {@code 13% 12%}. */
  private boolean isServedAsWanted() {
    Matcher shown = TWO_PERCENTAGES.matcher(shownShares());
    return shown.matches()
        && Math.abs(Integer.parseInt(shown.group(1)) - Integer.parseInt(shown.group(2))) <= 5;
  }

  private String shownShares() {
    return kubectl.run(
        "get",
        "islo",
        "qwen",
        "-o",
        "jsonpath={.status.shares[0].wanted} {.status.shares[0].served}");
  }

  private String shownShare() {
    return kubectl.run("get", "islo", "qwen", "-o", "jsonpath={.status.share}");
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  private static double share(LoadGenerator load, String backend) {
    return load.since(Instant.now().minusSeconds(5)).share(backend);
  }

  private void waitFor(String status, Duration bound) {
    kubectl.run(
        "wait",
        "--for=condition=SLOBreached=" + status,
        "inferenceservice/qwen",
        "--timeout=" + bound.toSeconds() + "s");
  }

  private String reason() {
    return condition("reason");
  }

  private String message() {
    return condition("message");
  }

  private String condition(String field) {
    return kubectl.run(
        "get",
        "inferenceservice",
        "qwen",
        "-o",
        "jsonpath={.status.conditions[?(@.type=='SLOBreached')]." + field + "}");
  }

  private String rendered() {
    return kubectl.run("get", "servicelevelobjectives", "-o", "name");
  }

  private String url(String path) {
    return "http://127.0.0.1:" + routerPort + path;
  }

  private void install() throws IOException {
    kubectl.run("apply", "--server-side", "-f", "../helm/sluice/crds");
    Optional<Path> crds = Parts.crds();
    if (crds.isPresent()) {
      kubectl.run("apply", "--server-side", "-f", crds.get().toString());
    } else {
      for (String resource : List.of("/kube/crds.yaml", "/kube/pyrra-crd.yaml")) {
        apply(new String(resource(resource), StandardCharsets.UTF_8));
      }
    }
    kubectl.run("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s");
  }

  private static byte[] resource(String name) throws IOException {
    try (var stream = ClosedLoopIT.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(stream, name).readAllBytes();
    }
  }

  private void apply(String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve("apply.yaml"), yaml);
    kubectl.run("apply", "--server-side", "--force-conflicts", "-f", file.toString());
  }

  private void declare() throws IOException {
    String objects = new String(resource("/closed-loop/objects.yaml"), StandardCharsets.UTF_8);
    String host = qwen.hostPort().substring(0, qwen.hostPort().indexOf(':'));
    apply(
        objects
            .replace("@HOST@", host)
            .replace("@ROUTER_PORT@", String.valueOf(routerPort))
            .replace("@QWEN_PORT@", String.valueOf(qwen.port()))
            .replace("@SPARE_PORT@", String.valueOf(spare.port())));
  }

  private void startEnvoy() {
    started(ChatEnvoy.start(settings, "envoy-1", folder.resolve("envoy"), adminPort).awaitReady());
    Await.until(BOUND, "the router answers", () -> HttpProbe.isOk(url("/health")));
  }

  private PrometheusConfig monitoring(List<Path> rules) {
    return PrometheusConfig.empty()
        .withScrapeJobs(
            new ScrapeJob(
                "llmkube-inference", SCRAPE, "/metrics", List.of(target(qwen), target(spare))),
            new ScrapeJob(
                "sluice-envoy",
                SCRAPE,
                "/stats/prometheus",
                List.of(new Target(LOOPBACK + ":" + adminPort, Map.of()))))
        .withRuleFiles(rules.toArray(Path[]::new));
  }

  /** The labels are those that LLMKube's PodMonitor gives. */
  private static Target target(FakeLlm fake) {
    return new Target(
        fake.hostPort(),
        Map.of("namespace", "default", "service", fake.name(), "pod", fake.name() + "-0"));
  }
}
