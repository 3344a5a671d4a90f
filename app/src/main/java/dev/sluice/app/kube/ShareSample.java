package dev.sluice.app.kube;

import dev.sluice.app.kube.ShareTexts.Place;
import dev.sluice.model.RouterRef;
import dev.sluice.model.Share;
import dev.sluice.xds.load.ServedLoad;
import dev.sluice.xds.shares.BackendShare;
import dev.sluice.xds.shares.RuleShares;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;

/**
 * What a service keeps, and what came of it, at one time. What is served never stands still, and
 * each time it is shown is a write to the API server: it is shown with the shares, and again after
 * a minute if it moved by five points. While a service keeps everything it isn't shown at all.
 *
 * @param kept what each route leaves to the service
 * @param traffic where that is less than declared: what Envoys are told, and what they report
 */
record ShareSample(Map<Place, Share> kept, Map<Place, Traffic> traffic, Instant at) {

  private static final Duration LEAST_AGE = Duration.ofMinutes(1);
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);
  private static final double TELLING = 0.05;

  /** A backend of a router's rule, and how much it keeps there. */
  record Route(RouterRef router, BackendShare backend) {}

  /**
   * Parts of a rule's requests.
   *
   * @param served empty while none are known
   */
  record Traffic(double wanted, OptionalDouble served) {

    static Traffic of(Place place, Route route, ServedLoad load) {
      return new Traffic(
          route.backend().weight() / (double) RuleShares.TOTAL_WEIGHT,
          load.fraction(route.router(), place.rule(), place.backend()));
    }

    boolean isNear(Traffic other) {
      return wanted == other.wanted
          && served.isPresent() == other.served.isPresent()
          && Math.abs(served.orElse(0) - other.served.orElse(0)) < TELLING;
    }
  }

  static ShareSample of(Map<Place, Route> routes, ServedLoad load, Instant now) {
    Map<Place, Share> kept = new HashMap<>();
    Map<Place, Traffic> traffic = new HashMap<>();
    routes.forEach(
        (place, route) -> {
          kept.put(place, route.backend().share());
          if (route.backend().isDemoted()) {
            traffic.put(place, Traffic.of(place, route, load));
          }
        });
    return new ShareSample(kept, traffic, now);
  }

  /** The newer one if it is worth a write, else this. */
  ShareSample or(ShareSample newer) {
    boolean isStill =
        kept.equals(newer.kept) && (newer.at.isBefore(at.plus(LEAST_AGE)) || isNear(newer));
    return isStill ? this : newer;
  }

  private boolean isNear(ShareSample other) {
    return traffic.entrySet().stream()
        .allMatch(
            entry ->
                Optional.ofNullable(other.traffic.get(entry.getKey()))
                    .filter(entry.getValue()::isNear)
                    .isPresent());
  }

  /** When a newer one may be worth a write; empty while only other shares can be. */
  Optional<Instant> nextLook(Instant now) {
    Instant ripe = at.plus(LEAST_AGE);
    return traffic.isEmpty()
        ? Optional.empty()
        : Optional.of(ripe.isAfter(now) ? ripe : now.plus(LOOK_AGAIN));
  }

  SortedMap<String, String> texts() {
    return ShareTexts.of(kept, traffic);
  }
}
