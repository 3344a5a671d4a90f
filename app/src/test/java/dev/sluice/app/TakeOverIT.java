package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.app.soak.SluiceProcess;
import dev.sluice.app.tls.Peer;
import dev.sluice.lab.Await;
import dev.sluice.lab.CertificateAuthority;
import dev.sluice.lab.CertificateAuthority.Issued;
import dev.sluice.lab.EnvoyProcess;
import dev.sluice.lab.FreePorts;
import dev.sluice.lab.HttpProbe;
import dev.sluice.lab.PrometheusConfig;
import dev.sluice.lab.PrometheusProcess;
import dev.sluice.lab.kube.Kubectl;
import dev.sluice.lab.llm.Behaviour;
import dev.sluice.lab.llm.FakeLlm;
import dev.sluice.lab.llm.LlmRuntime;
import dev.sluice.lab.load.LoadGenerator;
import dev.sluice.lab.load.LoadPlan;
import dev.sluice.lab.load.Window;
import dev.sluice.model.RouterRef;
import dev.sluice.xds.bootstrap.Bootstrap;
import dev.sluice.xds.bootstrap.BootstrapWriter;
import dev.sluice.xds.bootstrap.EnvoyTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two Sluices as processes at one API server, behind mTLS, and an Envoy that is connected to the
 * leader: under load and in a breach the leader is killed, and then every certificate changes.
 */
@Tag("soak")
@SuppressWarnings("NullAway.Init") // JUnit and setUp set the fields
class TakeOverIT {

  private static final Logger log = LoggerFactory.getLogger(TakeOverIT.class);
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final Duration CLIMB = Duration.ofMinutes(3);
  private static final String LOOPBACK = "127.0.0.1";
  private static final String SERVER_NAME = "localhost";
  private static final String FLEET = "uri:spiffe://cluster.local/fleet/default/chat";
  private static final String MODEL = "tiny";
  private static final double REQUESTS_PER_SECOND = 200;
  // A breach leaves qwen an eighth of the requests or less, of a half; each second has 200.
  private static final double BREACHED = 0.15;
  private static final double FLAPPED = 0.25;

  @TempDir private Path folder;
  private final int routerPort = FreePorts.pick();
  private ClusterScene scene;
  private Kubectl kubectl;
  private PrometheusProcess prometheus;
  private CertificateAuthority authority;
  private MountedSecret sluicesSecret;
  private MountedSecret envoysSecret;

  @BeforeEach
  void setUp() throws IOException {
    Optional<String> host = ThisMachine.address();
    assumeTrue(
        host.isPresent(),
        "this machine has no IPv4 address but loopback (expected: one, for an EndpointSlice)");
    scene = ClusterScene.start(folder);
    kubectl = scene.kubectl();
    declare(host.get());
    prometheus =
        scene
            .started(
                PrometheusProcess.start(folder.resolve("prometheus"), PrometheusConfig.empty()))
            .awaitReady();
    authority = CertificateAuthority.create(folder.resolve("authority"));
    sluicesSecret =
        new MountedSecret(
            folder.resolve("sluice-tls"), authority.issue("dns:" + SERVER_NAME), authority);
    envoysSecret =
        new MountedSecret(folder.resolve("envoy/tls"), authority.issue(FLEET), authority);
  }

  @AfterEach
  void tearDown() {
    // Null where the test is skipped.
    if (scene != null) {
      scene.close();
    }
  }

  @Test
  void aBreachOutlivesTheLeaderAndTheCertificatesAndNoRequestFails() throws Exception {
    SluiceProcess first = replica("first").awaitReady();
    Await.until(BOUND, "the first leads", () -> leads(first));
    SluiceProcess second = replica("second").awaitReady();
    ReplicasStandIn replicas =
        scene.started(new ReplicasStandIn(List.of(first.xdsPort(), second.xdsPort())));
    EnvoyProcess envoy = startEnvoy(replicas.port());
    assertThat(isServedBy(first)).as("the leader serves the Envoy").isTrue();
    LoadGenerator load =
        scene.started(
            LoadGenerator.start(
                LoadPlan.of(url("/v1/chat/completions"), MODEL, REQUESTS_PER_SECOND)));
    Await.until(BOUND, "qwen serves its half", () -> share(load) > 0.45);
    override("Breached");
    Await.until(BOUND, "traffic has moved", () -> share(load) < BREACHED);

    Instant killed = Instant.now();
    first.kill9();
    takeOver(second, killed);
    requireNoFlap(load, killed);
    override("WithinBudget");
    double during = share(load);
    Await.until(CLIMB, "qwen climbs by two steps", () -> share(load) > during + 0.06);
    log.info("msg=steered-on share-before={} share={}", during, share(load));

    changeCertificates(envoy, second, replicas);
    override("Breached");
    Await.until(BOUND, "traffic moves again", () -> share(load) < BREACHED);
    load.stop();

    log.info("msg=ended totals={}", load.totals());
    assertThat(load.totals().failures()).isEmpty();
    assertThat(load.totals().finished()).isPositive();
  }

  private void takeOver(SluiceProcess second, Instant killed) {
    Await.until(BOUND, "the second serves the Envoy", () -> isServedBy(second));
    log.info("msg=stream-is-back after={}", Duration.between(killed, Instant.now()));
    Await.until(BOUND, "the second leads", () -> leads(second));
    log.info("msg=taken-over after={}", Duration.between(killed, Instant.now()));
    double polls = polls(second);
    Await.until(BOUND, "the second has judged", () -> polls(second) >= polls + 3);
  }

  /** Each whole second since then, by itself: an average would hide a flap. */
  private static void requireNoFlap(LoadGenerator load, Instant killed) {
    double most = 0;
    for (Instant from = killed; from.isBefore(Instant.now().minusSeconds(1)); ) {
      Instant to = from.plusSeconds(1);
      Window second = load.window(from, to);
      most = Math.max(most, second.share("qwen"));
      from = to;
    }
    log.info("msg=no-flap highest-share-of-a-second={}", most);
    assertThat(most).isPositive().isLessThan(FLAPPED);
  }

  private void changeCertificates(
      EnvoyProcess envoy, SluiceProcess sluice, ReplicasStandIn replicas) {
    CertificateAuthority next = CertificateAuthority.create(folder.resolve("next-authority"));
    Issued ours = next.issue("dns:" + SERVER_NAME);
    Issued envoys = next.issue(FLEET);
    Peer peer = new Peer(next, Optional.of(envoys));

    sluicesSecret.write(ours, next);
    envoysSecret.write(envoys, next);
    long changed = System.nanoTime();
    Await.until(BOUND, "Sluice shows the new one", () -> shows(peer, ours, sluice));
    Await.until(
        BOUND,
        "Envoy has the new one",
        () -> envoy.get("/certs").contains(envoys.certificate().getSerialNumber().toString(16)));
    log.info("msg=certificates-changed after={}", Duration.ofNanos(System.nanoTime() - changed));

    long before = connections(envoy);
    long ended = System.nanoTime();
    replicas.endConnections();
    Await.until(
        BOUND,
        "the stream is back with the new ones",
        () -> connections(envoy) > before && isConnected(envoy) && isServedBy(sluice));
    log.info("msg=stream-is-back after={}", Duration.ofNanos(System.nanoTime() - ended));
  }

  private static boolean shows(Peer peer, Issued certificate, SluiceProcess sluice) {
    try {
      return peer.serverSerial(sluice.xdsPort())
          .equals(certificate.certificate().getSerialNumber());
    } catch (Exception notTrusted) {
      return false;
    }
  }

  private SluiceProcess replica(String name) {
    return scene.started(
        SluiceProcess.start(
            name,
            folder,
            List.of(
                "--kubernetes",
                "--kubeconfig",
                scene.kubeconfig().toString(),
                "--prometheus",
                prometheus.baseUrl(),
                "--poll",
                "1s",
                "--tls-cert",
                sluicesSecret.file("tls.crt").toString(),
                "--tls-key",
                sluicesSecret.file("tls.key").toString(),
                "--tls-client-ca",
                sluicesSecret.file("ca.crt").toString())));
  }

  private EnvoyProcess startEnvoy(int xdsPort) throws IOException {
    Path home = folder.resolve("envoy");
    int admin = FreePorts.pick();
    Bootstrap bootstrap =
        new Bootstrap(new RouterRef("default", "chat"), "envoy-1", at(xdsPort), at(admin))
            .withTls(
                new EnvoyTls(
                    envoysSecret.file("tls.crt"),
                    envoysSecret.file("tls.key"),
                    envoysSecret.file("ca.crt"),
                    SERVER_NAME,
                    home));
    for (Map.Entry<String, String> file : bootstrap.files().entrySet()) {
      Files.writeString(home.resolve(file.getKey()), file.getValue());
    }
    String yaml = Files.readString(home.resolve(Bootstrap.FILE));
    EnvoyProcess envoy = scene.started(EnvoyProcess.start(home, yaml, admin)).awaitReady();
    Await.until(BOUND, "the router answers", () -> HttpProbe.isOk(url("/health")));
    return envoy;
  }

  private static boolean leads(SluiceProcess sluice) {
    return sluice.metric("sluice_leader ").orElse(0) == 1;
  }

  private static boolean isServedBy(SluiceProcess sluice) {
    return sluice.metric("sluice_xds_nodes{fleet=\"default/chat\"}").orElse(0) == 1;
  }

  private static double polls(SluiceProcess sluice) {
    return sluice.metric("sluice_prometheus_poll_seconds_count").orElse(0);
  }

  private static long connections(EnvoyProcess envoy) {
    return stat(envoy, "cluster.sluice.upstream_cx_total");
  }

  private static boolean isConnected(EnvoyProcess envoy) {
    return stat(envoy, "control_plane.connected_state") == 1;
  }

  private static long stat(EnvoyProcess envoy, String name) {
    return envoy.stats(name).getOrDefault(name, 0L);
  }

  private static double share(LoadGenerator load) {
    return load.since(Instant.now().minusSeconds(3)).share("qwen");
  }

  private void override(String state) {
    kubectl.run(
        "annotate",
        "--overwrite",
        "inferenceservice",
        "qwen",
        "sluice.dev/override=" + state,
        "sluice.dev/override-until=" + Instant.now().plus(Duration.ofHours(1)));
  }

  private void declare(String host) {
    scene.declareKinds(Optional.empty(), "/kube/crds.yaml", "/kube/pyrra-crd.yaml");
    for (String name : List.of("qwen", "spare")) {
      FakeLlm llm =
          scene.started(
              FakeLlm.startAt(
                  host, name, LlmRuntime.VLLM, MODEL, Behaviour.healthy().withOutputTokens(2)));
      scene.apply(
          ClusterScene.resource("/take-over/service.yaml")
              .replace("@NAME@", name)
              .replace("@HOST@", host)
              .replace("@PORT@", String.valueOf(llm.port())));
    }
    scene.apply(
        ClusterScene.resource("/take-over/router.yaml")
            .replace("@PORT@", String.valueOf(routerPort)));
  }

  private String url(String path) {
    return "http://" + LOOPBACK + ":" + routerPort + path;
  }

  private static BootstrapWriter.HostPort at(int port) {
    return new BootstrapWriter.HostPort(LOOPBACK, port);
  }
}
