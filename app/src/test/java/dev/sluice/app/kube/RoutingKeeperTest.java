package dev.sluice.app.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.kube.StatusWriter.Outcome;
import dev.sluice.app.manifests.Manifests;
import dev.sluice.app.manifests.World;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RoutingKeeperTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final ObjectKey ROUTER =
      new ObjectKey(WatchedKind.MODEL_ROUTER, "default", "chat");
  private static final String QWEN =
      """
      apiVersion: inference.llmkube.dev/v1alpha1
      kind: InferenceService
      metadata: {name: qwen}
      spec: {modelRef: qwen, replicas: 0}
      """;
  private Instant now = NOON;
  private boolean leads = true;
  private final FleetScene fleet = new FleetScene();
  private final FakeWriter writer = new FakeWriter();
  private final LiveRouters routers = fleet.routers();
  private Optional<Adoption> adoption = Optional.empty();
  private final RoutingKeeper keeper =
      new RoutingKeeper(
          routers,
          _ -> adoption.map(Adoption::condition).stream().toList(),
          writer,
          new KubeMetrics(new SimpleMeterRegistry()),
          () -> leads,
          () -> now);

  /** Remembers what was written; the test plays the watch that would bring it back. */
  private static final class FakeWriter implements StatusWriter {
    final List<SortedMap<String, String>> written = new ArrayList<>();
    Outcome answer = new Outcome.Done();

    @Override
    public Outcome apply(ObjectKey key, Map<String, Object> status) {
      if (answer instanceof Outcome.Done) {
        written.add(
            Condition.read(new Fields(status), List.of(RoutingCondition.TYPE, Adoption.TYPE)));
      }
      return answer;
    }

    @Override
    public Outcome note(KubeObject object, Note note) {
      throw new AssertionError("no Event is made of it");
    }
  }

  @BeforeEach
  void aRouterIsDeclared() {
    routers.read(world("qwen", "qwen"));
    routers.seen(live("Proxy", new TreeMap<>()));
  }

  private static World world(String service, String defaultRoute) {
    return Manifests.NONE
        .read("qwen.yaml", QWEN)
        .read("chat.yaml", router(service, defaultRoute))
        .world();
  }

  private static String router(String service, String defaultRoute) {
    return """
        apiVersion: inference.llmkube.dev/v1alpha1
        kind: ModelRouter
        metadata: {name: chat}
        spec:
          backends: [{name: qwen, inferenceServiceRef: {name: %s}}]
          defaultRoute: %s
        """
        .formatted(service, defaultRoute);
  }

  private static KubeObject live(String dataPlane, SortedMap<String, String> ownStatus) {
    return new KubeObject(
        ROUTER,
        "uid-1",
        7,
        "{\"spec\": {\"dataPlane\": \"" + dataPlane + "\"}}",
        Optional.empty(),
        ownStatus,
        new TreeMap<>());
  }

  private void pass(Duration after) {
    now = NOON.plus(after);
    keeper.pass();
  }

  /** Two looks, a grace apart. */
  private void passes() {
    pass(Duration.ZERO);
    pass(RoutingKeeper.GRACE);
  }

  private String said() {
    return said(RoutingCondition.TYPE);
  }

  private String said(String type) {
    return written(type, "status")
        + " "
        + written(type, "reason")
        + ": "
        + written(type, "message");
  }

  private String written(String type, String field) {
    return String.valueOf(writer.written.getLast().get(Condition.key(type, field)));
  }

  private String since() {
    return written(RoutingCondition.TYPE, "lastTransitionTime");
  }

  @Test
  void envoysThatHaveAcknowledgedMakeItTrue() {
    fleet.has("v1", 2, 2);

    pass(Duration.ZERO);

    assertThat(said()).isEqualTo("True Acknowledged: 2 of 2 Envoys have acknowledged version v1");
    assertThat(since()).isEqualTo("2026-01-01T12:00:00Z");
  }

  @Test
  void whoDoesNotLeadWritesNothing() {
    fleet.has("v1", 2, 2);
    leads = false;

    Optional<Instant> next = keeper.pass();

    assertThat(next).isEmpty();
    assertThat(writer.written).isEmpty();
  }

  @Test
  void anEnvoyThatRejectsIsQuoted() {
    fleet.rejects("v2", "duplicate listener");

    pass(Duration.ZERO);

    assertThat(said())
        .isEqualTo(
            "False Rejected: Envoys are served version v1: envoy-0 rejected version v2: duplicate"
                + " listener");
  }

  @Test
  void wordsWithoutEndAreTrimmed() {
    fleet.rejects("v2", "x".repeat(5000));

    pass(Duration.ZERO);

    assertThat(written(RoutingCondition.TYPE, "message")).hasSize(1024).endsWith("...");
  }

  @Test
  void aFieldThatIsNotAcceptedIsNamed() {
    fleet.has("v1", 1, 1);
    routers.read(world("qwen", "nowhere"));

    pass(Duration.ZERO);

    assertThat(said()).startsWith("False NotCompiled: spec.defaultRoute: \"nowhere\"");
  }

  @Test
  void aRouterThatCanNotBeCompiledSaysWhy() {
    fleet.has("v1", 1, 1);
    fleet.fails("two listeners of one address");

    pass(Duration.ZERO);

    assertThat(said()).isEqualTo("False NotCompiled: two listeners of one address");
  }

  @Test
  void aServiceThatIsNotThereIsNamedWhileTheRestIsServed() {
    fleet.has("v1", 1, 1);
    routers.read(world("gone", "qwen"));

    pass(Duration.ZERO);

    assertThat(said())
        .startsWith(
            "True Acknowledged: 1 of 1 Envoys have acknowledged version v1;"
                + " spec.backends[0].inferenceServiceRef.name: \"gone\"");
  }

  @Test
  void anotherDataPlaneIsNamedEvenIfNobodyKnowsIt() {
    fleet.has("v1", 0, 0);
    routers.seen(live("AgentGateway", new TreeMap<>()));

    pass(Duration.ZERO);

    assertThat(said()).startsWith("False GatewayMode: spec.dataPlane: \"AgentGateway\"");
  }

  @Test
  void noEnvoyIsSaidOnlyOnceItIsNoReconnect() {
    fleet.has("v1", 0, 0);

    pass(Duration.ZERO);
    pass(RoutingKeeper.GRACE.minusMillis(1));
    int before = writer.written.size();
    pass(RoutingKeeper.GRACE);

    assertThat(before).isZero();
    assertThat(said()).isEqualTo("False NoEnvoys: no Envoy of the fleet is connected");
  }

  @Test
  void anEnvoyThatDoesNotAnswerIsSaid() {
    fleet.has("v1", 1, 2);

    passes();

    assertThat(said())
        .isEqualTo("False AwaitingEnvoys: 1 of 2 Envoys have acknowledged version v1");
  }

  @Test
  void nothingPublishedIsSaid() {
    fleet.isNotPublished();

    passes();

    assertThat(said()).startsWith("False NotPublished");
  }

  @Test
  void whatIsThereAlreadyIsNotWrittenAgain() {
    fleet.has("v1", 1, 1);
    pass(Duration.ZERO);
    routers.seen(live("Proxy", writer.written.getLast()));

    pass(Duration.ofHours(1));

    assertThat(writer.written).hasSize(1);
  }

  @Test
  void versionsThatFollowEachOtherAreWrittenOnceAMinute() {
    for (int second = 0; second <= 120; second++) {
      fleet.has("v" + second, 1, 1);
      pass(Duration.ofSeconds(second));
      routers.seen(live("Proxy", writer.written.getLast()));
    }

    assertThat(writer.written).hasSize(3);
    assertThat(said()).endsWith("version v120");
    assertThat(since()).isEqualTo("2026-01-01T12:00:00Z");
  }

  @Test
  void aChangeOfTheReasonDoesNotWaitForTheMinute() {
    fleet.has("v1", 1, 1);
    pass(Duration.ZERO);
    routers.seen(live("Proxy", writer.written.getLast()));
    fleet.rejects("v2", "no");

    pass(Duration.ofSeconds(1));

    assertThat(said()).startsWith("False Rejected");
    assertThat(since()).isEqualTo("2026-01-01T12:00:01Z");
  }

  @Test
  void aConditionThatSomeoneTakesAwayIsWrittenAgainASecondLater() {
    fleet.has("v1", 1, 1);
    pass(Duration.ZERO);
    routers.seen(live("Proxy", new TreeMap<>()));

    pass(Duration.ofMillis(999));
    int soon = writer.written.size();
    pass(Duration.ofSeconds(1));

    assertThat(soon).isEqualTo(1);
    assertThat(writer.written).hasSize(2);
    assertThat(writer.written.getLast()).isEqualTo(writer.written.getFirst());
  }

  @Test
  void whatTheApiServerRefusesIsTriedAgainLater() {
    fleet.has("v1", 1, 1);
    writer.answer = new Outcome.Refused("403 not allowed");
    pass(Duration.ZERO);
    writer.answer = new Outcome.Done();

    pass(Duration.ofSeconds(29));
    int soon = writer.written.size();
    pass(Duration.ofSeconds(30));

    assertThat(soon).isZero();
    assertThat(writer.written).hasSize(1);
  }

  @Test
  void anApiServerThatIsAwayIsLeftAloneForAWhile() {
    fleet.has("v1", 1, 1);
    writer.answer = new Outcome.Away("0 nobody");

    Optional<Instant> next = keeper.pass();

    assertThat(next).contains(NOON.plusSeconds(1));
  }

  @Test
  void whoServesIsSaidBesideItForARouterThatAsks() {
    fleet.has("v1", 1, 1);
    adoption = Optional.of(new Adoption(Adoption.Reason.FLEET_NOT_READY, "no pod is ready"));
    pass(Duration.ZERO);
    String before = said(Adoption.TYPE);
    routers.seen(live("Proxy", writer.written.getLast()));
    adoption = Optional.of(new Adoption(Adoption.Reason.ENVOY_FLEET, "2 pods of it are ready"));

    pass(Duration.ofSeconds(1));

    assertThat(before)
        .isEqualTo("False FleetNotReady: served by the router-proxy: no pod is ready");
    assertThat(said(Adoption.TYPE))
        .isEqualTo("True EnvoyFleet: served by the Envoy fleet: 2 pods of it are ready");
    assertThat(said()).startsWith("True Acknowledged");
    assertThat(since()).isEqualTo("2026-01-01T12:00:00Z");
  }

  @Test
  void whoServesIsNoLongerSaidOfARouterThatNoLongerAsks() {
    fleet.has("v1", 1, 1);
    adoption = Optional.of(new Adoption(Adoption.Reason.NOT_ASKED, "no annotation"));
    pass(Duration.ZERO);
    routers.seen(live("Proxy", writer.written.getLast()));
    adoption = Optional.empty();

    pass(Duration.ofSeconds(1));

    assertThat(writer.written.getLast().keySet())
        .allMatch(key -> key.startsWith(RoutingCondition.TYPE));
  }

  @Test
  void aRouterOfAModelPoolIsLeftToItsActivator() {
    fleet.has("v1", 1, 1);
    routers.read(
        Manifests.NONE
            .read("qwen.yaml", QWEN)
            .read("chat.yaml", router("qwen", "qwen"))
            .read(
                "pool.yaml",
                """
                apiVersion: inference.llmkube.dev/v1alpha1
                kind: ModelPool
                metadata: {name: shared}
                spec: {gpu: 1, members: [{inferenceServiceRef: {name: qwen}}]}
                """)
            .world());

    pass(Duration.ZERO);

    assertThat(said())
        .isEqualTo(
            "False PooledBackend: spec.backends[0].inferenceServiceRef.name: \"qwen\" is a member of"
                + " ModelPool default/shared (expected: a service of no ModelPool; LLMKube's"
                + " router-proxy serves this router)");
  }
}
