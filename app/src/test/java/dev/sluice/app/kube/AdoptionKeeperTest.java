package dev.sluice.app.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdoptionKeeperTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final ObjectKey ROUTER =
      new ObjectKey(WatchedKind.MODEL_ROUTER, "default", "chat");
  private static final ObjectKey SERVICE =
      new ObjectKey(WatchedKind.SERVICE, "default", "chat-router-proxy");
  private static final Map<String, String> PROXY = Map.of("app", "chat-router-proxy");
  private static final Map<String, String> FLEET = Map.of("sluice.dev/fleet", "chat");

  private Instant now = NOON;
  private boolean leads = true;
  private final FleetScene fleet = new FleetScene();
  private final LiveRouters routers = fleet.routers();
  private final FakeServices services = new FakeServices();
  private final FakeEvents events = new FakeEvents();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final AdoptionKeeper keeper =
      new AdoptionKeeper(
          routers, services, events, new KubeMetrics(registry), () -> leads, () -> now);

  /** One Service and its fleet's pods; the test plays the watch. */
  private final class FakeServices implements ServiceMover {
    private Optional<RouterService> service = Optional.of(service(1, PROXY, Optional.empty()));
    private int readyPods = 1;
    private Optional<KubernetesClientException> failure = Optional.empty();
    private int reads;

    @Override
    public Optional<RouterService> find(String namespace, String router) {
      reads++;
      failure.ifPresent(
          thrown -> {
            throw thrown;
          });
      return service;
    }

    @Override
    public int readyPods(String namespace, Map<String, String> labels) {
      return labels.equals(FLEET) ? readyPods : 0;
    }

    @Override
    public void take(RouterService taken, Map<String, String> pods) {
      service = Optional.of(service(version(taken), pods, Optional.of(taken.selector())));
      seen("{\"metadata\": {\"annotations\": {\"" + RouterService.ORIGINAL + "\": \"\"}}}");
    }

    @Override
    public void giveBack(RouterService taken, Map<String, String> original) {
      service = Optional.of(service(version(taken), original, Optional.empty()));
      seen("{}");
    }

    private int version(RouterService before) {
      return Integer.parseInt(before.version()) + 1;
    }

    Map<String, String> selector() {
      return service.orElseThrow().selector();
    }
  }

  private static final class FakeEvents implements StatusWriter {
    final List<Note> notes = new ArrayList<>();

    @Override
    public Outcome apply(ObjectKey key, Map<String, Object> status) {
      throw new AssertionError("conditions are written elsewhere");
    }

    @Override
    public Outcome note(KubeObject object, Note note) {
      notes.add(note);
      return new Outcome.Done();
    }
  }

  private static RouterService service(
      int version, Map<String, String> selector, Optional<Map<String, String>> original) {
    return new RouterService(
        "default",
        "chat-router-proxy",
        String.valueOf(version),
        selector,
        original,
        List.of("8080"));
  }

  private void seen(String service) {
    routers.seen(object(SERVICE, service));
  }

  private static KubeObject object(ObjectKey key, String text) {
    return new KubeObject(
        key, "uid-1", 1, text, Optional.empty(), new TreeMap<>(), new TreeMap<>());
  }

  private void adopt(String value) {
    routers.seen(
        object(
            ROUTER,
            "{\"metadata\": {\"annotations\": {\"sluice.dev/adopt\": \"" + value + "\"}}}"));
  }

  @BeforeEach
  void aRouterThatAsksForItIsDeclared() {
    routers.read(FleetScene.world());
    adopt("true");
    fleet.has("v1", 1, 1);
  }

  private void pass(Duration after) {
    now = NOON.plus(after);
    keeper.pass();
  }

  private Adoption.Reason reason() {
    return keeper.of(ROUTER).orElseThrow().reason();
  }

  private double moves(String to) {
    return registry.get("sluice.adoption.moves").tag("to", to).counter().count();
  }

  private double adopted() {
    return registry.get("sluice.adopted").tag("router", "chat").gauge().value();
  }

  @Test
  void aReadyFleetTakesTheServiceAndSaysSo() {
    pass(Duration.ZERO);

    assertThat(services.selector()).isEqualTo(FLEET);
    assertThat(reason()).isEqualTo(Adoption.Reason.ENVOY_FLEET);
    assertThat(events.notes)
        .containsExactly(
            new StatusWriter.Note(
                "adoption-1",
                true,
                "SLOAdopted",
                "served by the Envoy fleet: 1 pod of it is ready",
                NOON));
    assertThat(moves("fleet")).isEqualTo(1);
    assertThat(adopted()).isEqualTo(1);
  }

  @Test
  void aFleetThatStaysUnreadyGivesItBackWithAWarning() {
    pass(Duration.ZERO);
    services.readyPods = 0;
    pass(Duration.ofSeconds(2));
    pass(Duration.ofSeconds(11));
    Map<String, String> waiting = services.selector();
    pass(Duration.ofSeconds(12));

    assertThat(waiting).isEqualTo(FLEET);
    assertThat(services.selector()).isEqualTo(PROXY);
    assertThat(events.notes.getLast().isNormal()).isFalse();
    assertThat(moves("router_proxy")).isEqualTo(1);
    assertThat(adopted()).isZero();
  }

  @Test
  void aPodThatIsReadyAgainStartsTheWaitAnew() {
    pass(Duration.ZERO);
    services.readyPods = 0;
    pass(Duration.ofSeconds(2));
    services.readyPods = 1;
    pass(Duration.ofSeconds(10));
    services.readyPods = 0;
    pass(Duration.ofSeconds(12));
    pass(Duration.ofSeconds(20));

    assertThat(services.selector()).isEqualTo(FLEET);
  }

  @Test
  void aRouterThatNoLongerAsksIsGivenBackAndThenForgotten() {
    pass(Duration.ZERO);
    adopt("false");
    pass(Duration.ofSeconds(2));
    Adoption.Reason last = reason();
    pass(Duration.ofSeconds(4));

    assertThat(services.selector()).isEqualTo(PROXY);
    assertThat(last).isEqualTo(Adoption.Reason.NOT_ASKED);
    assertThat(keeper.of(ROUTER)).isEmpty();
    assertThat(registry.find("sluice.adopted").gauge()).isNull();
  }

  @Test
  void aRouterWithoutAServiceOrWithoutAnAnswerIsNamedAndTriedAgain() {
    Optional<RouterService> there = services.service;
    services.service = Optional.empty();
    pass(Duration.ZERO);
    Adoption.Reason missing = reason();
    services.service = there;
    services.failure = Optional.of(new KubernetesClientException("nobody answers"));
    pass(Duration.ofSeconds(2));
    Adoption away = keeper.of(ROUTER).orElseThrow();
    services.failure = Optional.empty();
    pass(Duration.ofSeconds(4));

    assertThat(missing).isEqualTo(Adoption.Reason.NO_SERVICE);
    assertThat(away).isEqualTo(new Adoption(Adoption.Reason.NOT_MOVED, "nobody answers"));
    assertThat(reason()).isEqualTo(Adoption.Reason.ENVOY_FLEET);
  }

  @Test
  void whoDoesNotLeadReadsNothingMovesNothingAndSaysNothing() {
    pass(Duration.ZERO);
    leads = false;
    int before = services.reads;
    adopt("false");

    Optional<Instant> next = keeper.pass();

    assertThat(next).isEmpty();
    assertThat(services.reads).isEqualTo(before);
    assertThat(services.selector()).isEqualTo(FLEET);
    assertThat(keeper.of(ROUTER)).isEmpty();
  }

  @Test
  void aRouterThatNeverAskedCostsNoCall() {
    adopt("false");

    pass(Duration.ZERO);

    assertThat(services.reads).isZero();
  }
}
