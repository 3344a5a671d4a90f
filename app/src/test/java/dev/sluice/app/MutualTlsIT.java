package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.cli.Cli;
import dev.sluice.app.cli.Origin;
import dev.sluice.app.cli.RunSettings;
import dev.sluice.app.tls.Peer;
import dev.sluice.app.tls.TlsFiles;
import dev.sluice.lab.Await;
import dev.sluice.lab.CertificateAuthority;
import dev.sluice.lab.CertificateAuthority.Issued;
import dev.sluice.lab.EnvoyProcess;
import dev.sluice.lab.FreePorts;
import dev.sluice.lab.HttpProbe;
import dev.sluice.lab.llm.Behaviour;
import dev.sluice.lab.llm.FakeLlm;
import dev.sluice.lab.llm.LlmRuntime;
import dev.sluice.lab.load.LoadGenerator;
import dev.sluice.lab.load.LoadPlan;
import dev.sluice.model.RouterRef;
import dev.sluice.xds.bootstrap.Bootstrap;
import dev.sluice.xds.bootstrap.BootstrapWriter;
import dev.sluice.xds.bootstrap.EnvoyTls;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole process behind TLS, with real Envoys; no Prometheus, so shares are as declared. */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder, the methods before each the rest
class MutualTlsIT {

  private static final Duration BOUND = Duration.ofSeconds(40);
  private static final RouterRef CHAT = new RouterRef("default", "chat");
  private static final String APPLIED = "cluster_manager.cds.update_success";
  private static final String NODES = "sluice_xds_nodes{fleet=\"default/chat\"}";
  private static final String SERVED =
      "sluice_served_ratio{backend=\"qwen\",namespace=\"default\",router=\"chat\",rule=\"default-route\"}";
  private static final String CONNECTIONS = "cluster.sluice.upstream_cx_total";
  private static final String MANIFESTS =
      """
      apiVersion: inference.llmkube.dev/v1alpha1
      kind: InferenceService
      metadata: {name: qwen}
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata:
        name: qwen-1
        labels: {kubernetes.io/service-name: qwen}
      addressType: IPv4
      ports: [{name: http, port: QWEN}]
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
        defaultRoute: qwen
      """;

  private static CertificateAuthority authority;
  private static CertificateAuthority nextAuthority;
  private static Issued ours;
  private static Issued chat;

  @TempDir private Path folder;
  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private final int listener = FreePorts.pick();
  private MountedSecret secret;
  private RunSettings settings;
  private Sluice sluice;

  @BeforeAll
  static void issueCertificates(@TempDir Path authorities) {
    authority = CertificateAuthority.create(authorities.resolve("now"));
    nextAuthority = CertificateAuthority.create(authorities.resolve("next"));
    ours = authority.issue("dns:localhost");
    chat = authority.issue("uri:spiffe://cluster.local/fleet/default/chat");
  }

  @BeforeEach
  void startSluice() throws Exception {
    FakeLlm llm = keep(FakeLlm.start("qwen", LlmRuntime.VLLM, "tiny", Behaviour.healthy()));
    Path manifests = Files.createDirectories(folder.resolve("manifests"));
    Files.writeString(
        manifests.resolve("all.yaml"),
        MANIFESTS
            .replace("QWEN", String.valueOf(llm.port()))
            .replace("LISTENER", String.valueOf(listener)));
    secret = new MountedSecret(folder.resolve("sluice-tls"), ours, authority);
    settings =
        TestSettings.of(new Origin.Folder(manifests, folder.resolve("state.json")))
            .tls(
                new TlsFiles(secret.file("tls.crt"), secret.file("tls.key"), secret.file("ca.crt")))
            .build();
    sluice = Sluice.start(settings);
  }

  @AfterEach
  void stopAll() throws Exception {
    while (!running.isEmpty()) {
      running.pop().close();
    }
    sluice.close();
  }

  @Test
  void envoyWhoseCertificateNamesTheFleetServesIt() throws IOException {
    int stats = FreePorts.pick();
    Path home = folder.resolve("envoy");
    EnvoyProcess envoy = start(home, bootstrap(home, mount(home, chat)).withStats(at(stats)));

    awaitConnected(envoy);

    Await.until(BOUND, "clients are served", () -> answers(listener, "/health"));
    assertThat(answers(stats, "/ready")).isTrue();
    assertThat(answers(stats, "/stats/prometheus")).isTrue();
    assertThat(answers(stats, "/config_dump")).isFalse();
  }

  @Test
  void envoyOfAnotherFleetAndOneWithoutACertificateGetNothing() throws IOException {
    Issued code = authority.issue("uri:spiffe://cluster.local/fleet/default/code");
    Path one = folder.resolve("another");
    EnvoyProcess another = start(one, bootstrap(one, mount(one, code)));
    Path two = folder.resolve("nobody");
    EnvoyProcess nobody =
        start(two, bootstrap(two, mount(two, chat)), MutualTlsIT::withoutCertificate);

    Await.until(
        BOUND,
        "the other fleet's Envoy is refused twice",
        () -> metric("sluice_xds_refusals_total{reason=\"fleet\"}") >= 2);
    Await.until(BOUND, "the other tries again and again", () -> stat(nobody, CONNECTIONS) >= 3);

    assertThat(another.logTail()).contains("a fleet that the certificate names; it names");
    assertThat(stat(another, APPLIED)).isZero();
    assertThat(stat(nobody, APPLIED)).isZero();
    assertThat(metric(NODES)).isZero();
  }

  @Test
  void authorityAndCertificatesOfBothSidesChangeUnderLoadAndNoRequestFails() throws Exception {
    Path home = folder.resolve("envoy");
    MountedSecret envoysSecret = mount(home, chat);
    EnvoyProcess envoy = start(home, bootstrap(home, envoysSecret));
    awaitConnected(envoy);
    Await.until(BOUND, "clients are served", () -> answers(listener, "/health"));
    Issued next = nextAuthority.issue("dns:localhost");
    Issued nextChat = nextAuthority.issue("uri:spiffe://cluster.local/fleet/default/chat");
    Peer peer = new Peer(nextAuthority, Optional.of(nextChat));

    try (LoadGenerator load =
        LoadGenerator.start(LoadPlan.of(url(listener, "/v1/chat/completions"), "tiny", 50))) {
      secret.write(next, nextAuthority);
      envoysSecret.write(nextChat, nextAuthority);
      Await.until(BOUND, "Sluice shows the new one", () -> shows(peer, next));
      Await.until(BOUND, "Envoy has the new one", () -> hasLoaded(envoy, nextChat));
      assertThat(metric(NODES)).isEqualTo(1);

      sluice.close();
      sluice = Sluice.start(settings);
      awaitConnected(envoy);
      Await.until(BOUND, "Envoy reports what it served", () -> metric(SERVED) == 1);
      load.stop();

      System.out.printf(
          Locale.ROOT,
          "certificates and authority changed on both sides: %d requests, %d failed%n",
          load.totals().finished(),
          load.totals().failed());
      assertThat(load.totals().failed()).isZero();
      assertThat(load.totals().finished()).isPositive();
    }
    assertThat(new Peer(nextAuthority, Optional.of(chat)).askFor("default/chat", xds()).isOk())
        .isFalse();
  }

  @Test
  void dispatchersNeedACertificateAndAnyTrustedOneWillDo() {
    StringWriter out = new StringWriter();
    Path home = folder.resolve("dispatcher");
    MountedSecret own = mount(home, authority.issue("dns:foreman"));

    Await.until(
        BOUND,
        "an answer",
        () ->
            Cli.create(Sluice::start)
                    .setOut(new PrintWriter(out, true))
                    .execute(
                        "check",
                        "default/qwen",
                        "--address",
                        settings.grpc().toString(),
                        "--tls-cert",
                        own.file("tls.crt").toString(),
                        "--tls-key",
                        own.file("tls.key").toString(),
                        "--tls-ca",
                        own.file("ca.crt").toString(),
                        "--server-name",
                        "localhost")
                == 0);

    assertThat(out.toString()).startsWith("ADMIT default/qwen");
    assertThat(
            Cli.create(Sluice::start)
                .setErr(new PrintWriter(new StringWriter()))
                .execute("check", "default/qwen", "--address", settings.grpc().toString()))
        .isEqualTo(69);
  }

  private static String withoutCertificate(String bootstrap) {
    return bootstrap.replaceAll(
        "(?m)^ +tls_certificate_sds_secret_configs:\\n.*\\n +sds_config: .*\\n", "");
  }

  private void awaitConnected(EnvoyProcess envoy) {
    Await.until(BOUND, "Envoy is served", () -> metric(NODES) == 1 && stat(envoy, APPLIED) >= 1);
  }

  private static MountedSecret mount(Path home, Issued certificate) {
    return new MountedSecret(home.resolve("tls"), certificate, authority);
  }

  private Bootstrap bootstrap(Path home, MountedSecret mounted) {
    return new Bootstrap(CHAT, "envoy-1", at(xds()), at(FreePorts.pick()))
        .withTls(
            new EnvoyTls(
                mounted.file("tls.crt"),
                mounted.file("tls.key"),
                mounted.file("ca.crt"),
                "localhost",
                home));
  }

  private EnvoyProcess start(Path home, Bootstrap bootstrap) throws IOException {
    return start(home, bootstrap, UnaryOperator.identity());
  }

  private EnvoyProcess start(Path home, Bootstrap bootstrap, UnaryOperator<String> edit)
      throws IOException {
    for (Map.Entry<String, String> file : bootstrap.files().entrySet()) {
      Files.writeString(home.resolve(file.getKey()), file.getValue());
    }
    String yaml = edit.apply(Files.readString(home.resolve(Bootstrap.FILE)));
    return keep(EnvoyProcess.start(home, yaml, bootstrap.admin().port()));
  }

  private boolean shows(Peer peer, Issued certificate) {
    try {
      return peer.serverSerial(xds()).equals(certificate.certificate().getSerialNumber());
    } catch (Exception notTrusted) {
      return false;
    }
  }

  private static boolean hasLoaded(EnvoyProcess envoy, Issued certificate) {
    return envoy.get("/certs").contains(certificate.certificate().getSerialNumber().toString(16));
  }

  private static long stat(EnvoyProcess envoy, String name) {
    return envoy.stats(name).getOrDefault(name, 0L);
  }

  private double metric(String series) {
    try (InputStream page =
        URI.create("http://" + settings.http() + "/metrics").toURL().openStream()) {
      return new String(page.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith(series + " "))
          .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean answers(int port, String path) {
    return HttpProbe.isOk(url(port, path));
  }

  private static String url(int port, String path) {
    return "http://127.0.0.1:" + port + path;
  }

  private int xds() {
    return settings.xds().port();
  }

  private static BootstrapWriter.HostPort at(int port) {
    return new BootstrapWriter.HostPort("127.0.0.1", port);
  }

  private <T extends AutoCloseable> T keep(T part) {
    running.push(part);
    return part;
  }
}
