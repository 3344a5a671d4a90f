package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.app.cli.Cli;
import dev.sluice.app.cli.RunSettings;
import dev.sluice.lab.Await;
import dev.sluice.lab.FreePorts;
import dev.sluice.lab.HttpProbe;
import dev.sluice.lab.Parts;
import dev.sluice.lab.kube.Kubectl;
import dev.sluice.lab.llm.Behaviour;
import dev.sluice.lab.llm.FakeLlm;
import dev.sluice.lab.llm.LlmRuntime;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A ModelRouter's Service in a real API server, moved to a real Envoy and back while clients call
 * it. Two replicas of Sluice run, and the Envoy is connected to the one that follows. A fake LLM
 * stands in for LLMKube's router-proxy, and a small proxy for kube-proxy.
 */
@SuppressWarnings("NullAway.Init") // JUnit and setUp set the fields
class AdoptionIT {

  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final String LOOPBACK = "127.0.0.1";
  private static final String SERVICE = "chat-router-proxy";
  private static final Map<String, String> PROXY = Map.of("app", SERVICE);
  private static final Map<String, String> FLEET = Map.of("sluice.dev/fleet", "chat");

  @TempDir private Path folder;
  private final int routerPort = FreePorts.pick();
  private ClusterScene scene;
  private Kubectl kubectl;
  private FakeLlm qwen;
  private FakeLlm routerProxy;
  private ServiceStandIn service;

  @BeforeEach
  void setUp() throws IOException {
    Optional<String> host = ThisMachine.address();
    assumeTrue(
        host.isPresent(),
        "this machine has no IPv4 address but loopback (expected: one, for an EndpointSlice)");
    scene = ClusterScene.start(folder);
    kubectl = scene.kubectl();
    Behaviour quick = Behaviour.healthy().withOutputTokens(2);
    qwen = scene.started(FakeLlm.startAt(host.get(), "qwen", LlmRuntime.VLLM, "qwen", quick));
    routerProxy = scene.started(FakeLlm.start("router-proxy", LlmRuntime.VLLM, "qwen", quick));
    declare(host.get());
    KubernetesClient client =
        scene.started(
            new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(scene.kubeconfig().toFile()))
                .build());
    service =
        scene.started(
            new ServiceStandIn(
                client, SERVICE, Map.of(PROXY, routerProxy.port(), FLEET, routerPort)));
  }

  @AfterEach
  void tearDown() {
    // Null where the test is skipped.
    if (scene != null) {
      scene.close();
    }
  }

  @Test
  void clientsAreServedByTheFleetOnRequestAndByTheRouterProxyElseAndNoRequestFails()
      throws Exception {
    Sluice leader = scene.started(Sluice.start(scene.settings()));
    ConnectingClients clients =
        scene.started(
            ConnectingClients.start(
                "http://" + LOOPBACK + ":" + service.port() + "/v1/chat/completions", "qwen"));
    awaitServedBy(routerProxy, "FleetNotReady");

    RunSettings following = scene.settings();
    Sluice follower = scene.started(Sluice.start(following));
    startEnvoy(following);
    podIs("True");
    awaitServedBy(qwen, "EnvoyFleet");
    assertThat(kubectl.run("get", "events")).contains("SLOAdopted");

    annotate("sluice.dev/adopt=false");
    awaitServedBy(routerProxy, "");
    annotate("sluice.dev/adopt=true");
    awaitServedBy(qwen, "EnvoyFleet");

    podIs("False");
    awaitServedBy(routerProxy, "FleetNotReady");
    podIs("True");
    awaitServedBy(qwen, "EnvoyFleet");

    patchRouter("{\"spec\": {\"dataPlane\": \"Gateway\"}}");
    awaitServedBy(routerProxy, "GatewayMode");
    patchRouter("{\"spec\": {\"dataPlane\": \"Proxy\"}}");
    awaitServedBy(qwen, "EnvoyFleet");

    scene.apply(ClusterScene.resource("/adoption/pool.yaml"));
    awaitServedBy(routerProxy, "PooledBackend");
    kubectl.run("delete", "modelpool", "shared");
    awaitServedBy(qwen, "EnvoyFleet");

    annotate("sluice.dev/fleet-selector=app=other");
    awaitServedBy(routerProxy, "FleetNotReady");
    annotate("sluice.dev/fleet-selector-");
    awaitServedBy(qwen, "EnvoyFleet");

    patchTargetPort(routerPort == 1 ? 2 : 1);
    awaitServedBy(routerProxy, "TargetPort");
    patchTargetPort(routerPort);
    awaitServedBy(qwen, "EnvoyFleet");

    follower.close();
    leader.close();
    assertThat(unadopt("default/chat")).isEqualTo(0);
    awaitServing(routerProxy);
    assertThat(kubectl.run("get", "service", SERVICE, "-o", "jsonpath={.metadata.annotations}"))
        .doesNotContain("original-selector");
    clients.stop();

    System.out.printf(
        Locale.ROOT,
        "adoption: %d requests, %d failed; %d served through Envoy, %d by the router-proxy%n",
        clients.finished(),
        clients.failed(),
        qwen.served(),
        routerProxy.served());
    assertThat(clients.failures()).isEmpty();
  }

  private int unadopt(String router) {
    return Cli.create(Sluice::start)
        .setOut(new PrintWriter(new StringWriter()))
        .execute("unadopt", router, "--kubeconfig", scene.kubeconfig().toString());
  }

  /**
   * Awaits that the condition says so, and that clients are served by this one and no other.
   *
   * @param reason of {@code SLOAdopted}; empty if the router has no such condition
   */
  private void awaitServedBy(FakeLlm llm, String reason) {
    Await.until(BOUND, "SLOAdopted says " + reason, () -> adopted("reason").equals(reason));
    awaitServing(llm);
  }

  private void awaitServing(FakeLlm llm) {
    long before = llm.served();
    Await.until(BOUND, llm.name() + " serves", () -> llm.served() > before + 5);
    FakeLlm other = llm == qwen ? routerProxy : qwen;
    long others = other.served();
    long then = llm.served();
    Await.until(BOUND, llm.name() + " serves on", () -> llm.served() > then + 5);
    assertThat(other.served()).as("what %s serves meanwhile", other.name()).isEqualTo(others);
  }

  private String adopted(String field) {
    return kubectl.run(
        "get",
        "modelrouter",
        "chat",
        "-o",
        "jsonpath={.status.conditions[?(@.type=='SLOAdopted')]." + field + "}");
  }

  private void annotate(String annotation) {
    kubectl.run("annotate", "--overwrite", "modelrouter", "chat", annotation);
  }

  private void patchRouter(String patch) {
    kubectl.run("patch", "modelrouter", "chat", "--type=merge", "-p", patch);
  }

  private void patchTargetPort(int port) {
    kubectl.run(
        "patch",
        "service",
        SERVICE,
        "--type=json",
        "-p",
        "[{\"op\": \"replace\", \"path\": \"/spec/ports/0/targetPort\", \"value\": " + port + "}]");
  }

  private void podIs(String ready) {
    kubectl.run(
        "patch",
        "pod",
        "envoy-0",
        "--subresource=status",
        "--type=merge",
        "-p",
        "{\"status\": {\"conditions\": [{\"type\": \"Ready\", \"status\": \"" + ready + "\"}]}}");
  }

  private void startEnvoy(RunSettings settings) {
    scene.started(
        ChatEnvoy.start(settings, "envoy-0", folder.resolve("envoy"), FreePorts.pick())
            .awaitReady());
    Await.until(
        BOUND,
        "Envoy serves",
        () -> HttpProbe.isOk("http://" + LOOPBACK + ":" + routerPort + "/health"));
  }

  private void declare(String host) {
    scene.declareKinds(Parts.crds(), "/kube/crds.yaml", "/kube/pyrra-crd.yaml");
    scene.apply(
        ClusterScene.resource("/adoption/objects.yaml")
            .replace("@HOST@", host)
            .replace("@QWEN_PORT@", String.valueOf(qwen.port()))
            .replace("@ROUTER_PORT@", String.valueOf(routerPort)));
  }
}
