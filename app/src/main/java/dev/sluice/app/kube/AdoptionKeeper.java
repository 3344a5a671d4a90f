package dev.sluice.app.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.app.manifests.World;
import dev.sluice.model.RouterRef;
import dev.sluice.xds.router.RouterSpec;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Points the Service of each ModelRouter that asks for it at its Envoys, and back, as {@link
 * AdoptionPlan} says. It reads the Service and the fleet's pods of those routers every 2 s.
 *
 * <ul>
 *   <li><i>Thread</i>: a virtual one of its own; {@link #seen}, {@link #gone} and {@link #read}
 *       from any.
 *   <li><i>On failure</i>: a call that fails is logged and made again at the next look; the Service
 *       stays as it is.
 *   <li><i>On shutdown</i>: {@link #close} moves nothing: Envoys keep what they have.
 * </ul>
 */
final class AdoptionKeeper implements KubeListener, AutoCloseable {

  static final String ADOPT = "sluice.dev/adopt";
  static final String FLEET = "sluice.dev/fleet";
  static final String FLEET_SELECTOR = "sluice.dev/fleet-selector";

  private static final Logger log = LoggerFactory.getLogger(AdoptionKeeper.class);
  private static final Duration LOOK = Duration.ofSeconds(2);
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern COMMA = Pattern.compile(",");

  private final FleetReports reports;
  private final RouterServices services;
  private final BooleanSupplier mayWrite;
  private final InstantSource clock;
  private final Map<ObjectKey, Asked> routers = new ConcurrentHashMap<>();
  private final Map<String, ObjectKey> taken = new ConcurrentHashMap<>();
  private final Passes passes;
  private volatile Optional<World> world = Optional.empty();

  // The thread's own.
  private final Map<ObjectKey, Instant> unreadySince = new HashMap<>();
  private final Map<ObjectKey, String> said = new HashMap<>();

  /** What a router asks for. */
  private record Asked(boolean adopt, Optional<String> dataPlane, Map<String, String> fleet) {}

  AdoptionKeeper(
      FleetReports reports,
      RouterServices services,
      BooleanSupplier mayWrite,
      InstantSource clock) {
    this.reports = reports;
    this.services = services;
    this.mayWrite = mayWrite;
    this.clock = clock;
    passes = new Passes("sluice-adoption", this::pass, clock);
  }

  void start() {
    passes.start();
  }

  void wake() {
    passes.wake();
  }

  void read(World next) {
    world = Optional.of(next);
  }

  @Override
  public void seen(KubeObject object) {
    String service = object.key().namespace() + "/" + object.key().name();
    switch (object.key().kind()) {
      case MODEL_ROUTER -> routers.put(object.key(), asked(object));
      case SERVICE -> {
        if (object.text().contains(RouterService.ORIGINAL)) {
          taken.put(service, object.key());
        } else {
          taken.remove(service);
        }
      }
      case INFERENCE_SERVICE, INFERENCE_SLO, SERVICE_LEVEL_OBJECTIVE, ENDPOINT_SLICE -> {}
    }
  }

  @Override
  public void gone(ObjectKey key) {
    routers.remove(key);
    if (key.kind() == WatchedKind.SERVICE) {
      taken.remove(key.namespace() + "/" + key.name());
    }
  }

  private static Asked asked(KubeObject object) {
    try {
      JsonNode root = JSON.readTree(object.text());
      JsonNode annotations = root.at("/metadata/annotations");
      return new Asked(
          annotations.path(ADOPT).asText("").equals("true"),
          Optional.of(root.at("/spec/dataPlane").asText("")).filter(text -> !text.isEmpty()),
          labels(annotations.path(FLEET_SELECTOR).asText(""), object.key().name()));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(object.key() + ": text isn't JSON", impossible);
    }
  }

  private static Map<String, String> labels(String text, String router) {
    Map<String, String> labels = new TreeMap<>();
    for (String pair : COMMA.split(text, -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        labels.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
      }
    }
    return labels.isEmpty() ? Map.of(FLEET, router) : labels;
  }

  /** Moves what is due; returns when it looks again, if it may at all. */
  Optional<Instant> pass() {
    if (!mayWrite.getAsBoolean()) {
      unreadySince.clear();
      return Optional.empty();
    }
    if (world.isPresent()) {
      RoutingFacts.Source source = RoutingFacts.Source.of(world.get(), reports);
      routers.forEach(
          (key, asked) -> {
            boolean isTaken =
                taken.containsKey(key.namespace() + "/" + RouterService.nameOf(key.name()));
            if (asked.adopt() || isTaken) {
              settle(key, asked, source);
            }
          });
    }
    return Optional.of(clock.instant().plus(LOOK));
  }

  private void settle(ObjectKey key, Asked asked, RoutingFacts.Source source) {
    try {
      Optional<RouterService> service = services.find(key.namespace(), key.name());
      if (service.isEmpty()) {
        say(key, "there is no Service " + RouterService.nameOf(key.name()));
        return;
      }
      AdoptionPlan.Step step =
          AdoptionPlan.next(facts(key, asked, source), service.get(), clock.instant());
      switch (step) {
        case AdoptionPlan.Step.Stay _ -> {}
        case AdoptionPlan.Step.Take take -> services.take(service.get(), take.fleet());
        case AdoptionPlan.Step.GiveBack back -> services.giveBack(service.get(), back.original());
      }
      say(key, step.getClass().getSimpleName() + ": " + step.words());
    } catch (KubernetesClientException | IllegalStateException failure) {
      say(key, "not moved: " + failure.getMessage());
    }
  }

  private AdoptionPlan.Facts facts(ObjectKey key, Asked asked, RoutingFacts.Source source) {
    RoutingCondition condition = RoutingCondition.of(source.about(key, asked.dataPlane()));
    int ready = services.readyPods(key.namespace(), asked.fleet());
    if (ready > 0) {
      unreadySince.remove(key);
    } else {
      unreadySince.putIfAbsent(key, clock.instant());
    }
    RouterRef router = new RouterRef(key.namespace(), key.name());
    return new AdoptionPlan.Facts(
        asked.adopt() && condition.reason() != RoutingCondition.Reason.GATEWAY_MODE,
        asked.fleet(),
        Optional.ofNullable(source.world().routers().get(router)).map(RouterSpec::listen),
        condition.reason() == RoutingCondition.Reason.ACKNOWLEDGED,
        ready,
        Optional.ofNullable(unreadySince.get(key)));
  }

  private void say(ObjectKey key, String words) {
    if (!words.equals(said.put(key, words))) {
      log.info("msg=adoption object=\"{}\" words=\"{}\"", key, words);
    }
  }

  @Override
  public void close() {
    passes.close();
  }
}
