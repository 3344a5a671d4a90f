package dev.sluice.app.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.fleets.FleetCertificates;
import dev.sluice.app.fleets.FleetKind;
import dev.sluice.app.fleets.FleetPart;
import dev.sluice.app.fleets.FleetSettings;
import dev.sluice.xds.bootstrap.BootstrapWriter.HostPort;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FleetKeeperTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final JsonMapper JSON = new JsonMapper();
  private static final ObjectKey ROUTER =
      new ObjectKey(WatchedKind.MODEL_ROUTER, "default", "chat");
  private static final FleetPart.Key DEPLOYMENT =
      new FleetPart.Key(FleetKind.DEPLOYMENT, "default", "chat-envoy");
  private static final FleetPart.Key AUTOSCALER =
      new FleetPart.Key(FleetKind.AUTOSCALER, "default", "chat-envoy");
  private static final String MANAGE = "\"sluice.dev/manage-fleet\": \"true\"";
  private static final FleetSettings SETTINGS =
      new FleetSettings(
          new HostPort("sluice.sluice-system.svc", 18000),
          "envoyproxy/envoy:v1.40.0",
          2,
          70,
          "kubernetes.io/hostname",
          Map.of("requests", Map.of("cpu", "0.25")),
          300,
          new FleetCertificates.Existing());

  private boolean leads = true;
  private final LiveRouters routers = new FleetScene().routers();
  private final FakeStore store = new FakeStore();
  private final FleetKeeper keeper =
      new FleetKeeper(
          routers,
          store,
          SETTINGS,
          new KubeMetrics(new SimpleMeterRegistry()),
          () -> leads,
          () -> NOON);

  /** Keeps what is applied; spells quantities its own way, as an API server does. */
  private static final class FakeStore implements FleetStore {
    private final Map<FleetPart.Key, LivePart> parts = new LinkedHashMap<>();
    private final List<String> writes = new ArrayList<>();
    private Optional<String> failure = Optional.empty();
    private int version;

    @Override
    public List<LivePart> labelled() {
      failure.ifPresent(
          words -> {
            throw new KubernetesClientException(words);
          });
      return parts.values().stream().filter(part -> part.ownerUid().isPresent()).toList();
    }

    @Override
    public Optional<LivePart> find(FleetPart.Key key) {
      return Optional.ofNullable(parts.get(key));
    }

    @Override
    public LivePart apply(FleetPart part, Optional<LivePart> over) {
      writes.add("apply " + part.key().kind().word());
      ObjectNode said = JSON.valueToTree(part.body());
      LivePart made =
          part(part.key(), Optional.of("uid-1"), said.toString().replace("0.25", "250m"));
      parts.put(part.key(), made);
      return made;
    }

    @Override
    public void delete(LivePart part) {
      writes.add("delete " + part.key().kind().word());
      parts.remove(part.key());
    }

    LivePart part(FleetPart.Key key, Optional<String> owner, String json) {
      version++;
      try {
        return new LivePart(key, "uid-of-it", String.valueOf(version), owner, JSON.readTree(json));
      } catch (JsonProcessingException bug) {
        throw new AssertionError(bug);
      }
    }

    void change(FleetPart.Key key, String from, String to) {
      LivePart before = parts.get(key);
      if (before == null) {
        throw new AssertionError(key + " isn't there");
      }
      parts.put(key, part(key, before.ownerUid(), before.json().toString().replaceFirst(from, to)));
    }

    List<String> writesSinceLast() {
      List<String> since = List.copyOf(writes);
      writes.clear();
      return since;
    }
  }

  @BeforeEach
  void setUp() {
    routers.read(FleetScene.world());
  }

  private void annotated(String annotations) {
    routers.seen(
        object(
            ROUTER,
            "{\"metadata\": {\"name\": \"chat\", \"annotations\": {" + annotations + "}}}"));
  }

  private static KubeObject object(ObjectKey key, String text) {
    return new KubeObject(
        key, "uid-1", 1, text, Optional.empty(), new TreeMap<>(), new TreeMap<>());
  }

  private Optional<ManagedFleet.Reason> pass() {
    keeper.pass();
    return keeper.of(ROUTER).map(ManagedFleet::reason);
  }

  @Test
  void aRouterThatAsksGetsItsFleetOnceAndIdlePassesWriteNothing() {
    annotated(MANAGE);

    assertThat(pass()).contains(ManagedFleet.Reason.NO_POD_READY);
    assertThat(store.writesSinceLast())
        .containsExactly(
            "apply ConfigMap", "apply Service", "apply PodDisruptionBudget", "apply Deployment");
    assertThat(keeper.of(ROUTER).orElseThrow().words())
        .isEqualTo(
            "no pod is ready (yet); they wait for Secret default/chat-envoy-tls, which is yours to"
                + " make: with tls.crt, tls.key and ca.crt, of a certificate with the URI"
                + " spiffe://cluster.local/fleet/default/chat");
    pass();
    assertThat(store.writesSinceLast()).isEmpty();
  }

  @Test
  void aRouterThatDoesNotAskGetsNone() {
    annotated("\"sluice.dev/manage-fleet\": \"yes\"");

    assertThat(pass()).isEmpty();
    assertThat(store.writesSinceLast()).isEmpty();
  }

  @Test
  void onlyWhatDiffersIsAppliedAgain() {
    annotated(MANAGE);
    pass();
    store.writesSinceLast();

    store.change(DEPLOYMENT, "envoyproxy/envoy:v1.40.0", "somebody/else");
    pass();

    assertThat(store.writesSinceLast()).containsExactly("apply Deployment");
  }

  @Test
  void anAutoscalerComesAndGoesWithItsAnnotation() {
    annotated(MANAGE + ", \"sluice.dev/fleet-max-replicas\": \"6\"");
    pass();
    assertThat(store.parts).containsKey(AUTOSCALER);
    assertThat(store.find(DEPLOYMENT).orElseThrow().json().at("/spec").has("replicas")).isFalse();

    annotated(MANAGE + ", \"sluice.dev/fleet-replicas\": \"3\"");
    pass();

    assertThat(store.parts).doesNotContainKey(AUTOSCALER);
    assertThat(store.find(DEPLOYMENT).orElseThrow().json().at("/spec/replicas").asInt())
        .isEqualTo(3);
  }

  @Test
  void aSlipInAnAnnotationIsNamedAndTheFleetStaysAsItWas() {
    annotated(MANAGE);
    pass();
    store.writesSinceLast();

    annotated(MANAGE + ", \"sluice.dev/fleet-replicas\": \"many\"");

    assertThat(pass()).contains(ManagedFleet.Reason.BAD_ANNOTATION);
    assertThat(keeper.of(ROUTER).orElseThrow().words())
        .isEqualTo(
            "metadata.annotations[sluice.dev/fleet-replicas]: \"many\" (expected: 1 to 1000)");
    annotated(MANAGE + ", \"sluice.dev/fleet-max-replicas\": \"1\"");
    assertThat(pass()).contains(ManagedFleet.Reason.BAD_ANNOTATION);
    assertThat(store.writesSinceLast()).isEmpty();
  }

  @Test
  void whereSomebodyElseHasAnObjectOfTheNameNothingIsTouched() {
    store.parts.put(DEPLOYMENT, store.part(DEPLOYMENT, Optional.empty(), "{}"));
    annotated(MANAGE);

    assertThat(pass()).contains(ManagedFleet.Reason.NOT_OURS);
    assertThat(keeper.of(ROUTER).orElseThrow().words())
        .startsWith("Deployment default/chat-envoy: isn't of this ModelRouter");
    assertThat(store.writesSinceLast()).isEmpty();

    store.parts.remove(DEPLOYMENT);
    assertThat(pass()).contains(ManagedFleet.Reason.NO_POD_READY);
  }

  @Test
  void aFleetThatIsNotAskedForAnyMoreGoesOnceNoServicePointsAtIt() {
    annotated(MANAGE);
    pass();
    store.writesSinceLast();
    ObjectKey service = new ObjectKey(WatchedKind.SERVICE, "default", "chat-router-proxy");
    routers.seen(object(service, RouterService.ORIGINAL));
    annotated("");

    assertThat(pass()).contains(ManagedFleet.Reason.STILL_ADOPTED);
    assertThat(store.writesSinceLast()).isEmpty();
    routers.seen(object(service, "{}"));
    assertThat(pass()).isEmpty();

    assertThat(store.writesSinceLast())
        .containsExactly(
            "delete Deployment",
            "delete PodDisruptionBudget",
            "delete Service",
            "delete ConfigMap");
  }

  @Test
  void whatIsLeftOfARouterThatIsGoneIsLeftToKubernetes() {
    annotated(MANAGE);
    pass();
    store.writesSinceLast();

    routers.gone(ROUTER);

    assertThat(pass()).isEmpty();
    assertThat(store.writesSinceLast()).isEmpty();
  }

  @Test
  void anApiServerThatSaysNoIsQuotedAndAskedAgain() {
    annotated(MANAGE);
    store.failure = Optional.of("forbidden");

    assertThat(pass()).contains(ManagedFleet.Reason.NOT_APPLIED);
    assertThat(keeper.of(ROUTER).orElseThrow().words()).contains("forbidden");
    store.failure = Optional.empty();
    assertThat(pass()).contains(ManagedFleet.Reason.NO_POD_READY);
  }

  @Test
  void aFollowerWritesNothing() {
    leads = false;
    annotated(MANAGE);

    assertThat(keeper.pass()).isEmpty();
    assertThat(store.writesSinceLast()).isEmpty();
  }

  @Test
  void readyPodsAreCounted() {
    annotated(MANAGE);
    pass();

    ObjectNode status = JSON.createObjectNode();
    status.putObject("status").put("readyReplicas", 2);
    store.change(DEPLOYMENT, "}$", "," + status.toString().substring(1));

    assertThat(pass()).contains(ManagedFleet.Reason.APPLIED);
    assertThat(keeper.of(ROUTER).orElseThrow().words())
        .isEqualTo("the fleet is as it should be; 2 pods are ready");
  }
}
