package dev.sluice.app.kube;

import dev.sluice.model.RouterRef;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.Share;
import dev.sluice.xds.router.Backend;
import dev.sluice.xds.router.RouterSpec;
import dev.sluice.xds.shares.RouterShares;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The share that each route leaves to a service, for its status.
 *
 * <ul>
 *   <li><i>Thread</i>: any.
 *   <li><i>On failure</i>: nothing here fails.
 *   <li><i>On shutdown</i>: nothing to do.
 * </ul>
 */
final class ServedShares {

  private SortedMap<RouterRef, RouterSpec> routers = new TreeMap<>();
  private Optional<SortedMap<RouterRef, RouterShares>> served = Optional.empty();
  private Optional<Map<ServiceRef, SortedMap<String, String>>> texts = Optional.empty();

  synchronized void declared(SortedMap<RouterRef, RouterSpec> next) {
    routers = next;
    texts = Optional.empty();
  }

  synchronized void served(SortedMap<RouterRef, RouterShares> next) {
    served = Optional.of(next);
    texts = Optional.empty();
  }

  /** As {@link ShareTexts}; empty while nobody has said what is served. */
  synchronized Optional<SortedMap<String, String>> of(ServiceRef service) {
    if (served.isEmpty()) {
      return Optional.empty();
    }
    if (texts.isEmpty()) {
      texts = Optional.of(join(served.get()));
    }
    return Optional.of(texts.get().getOrDefault(service, new TreeMap<>()));
  }

  private Map<ServiceRef, SortedMap<String, String>> join(
      SortedMap<RouterRef, RouterShares> shares) {
    Map<ServiceRef, Map<ShareTexts.Place, Share>> byService = new HashMap<>();
    routers.forEach(
        (ref, router) -> {
          RouterShares shaped = shares.getOrDefault(ref, RouterShares.NONE);
          for (Backend backend : router.backends()) {
            backend
                .service()
                .ifPresent(
                    service ->
                        byService
                            .computeIfAbsent(service, _ -> new HashMap<>())
                            .putAll(places(ref, shaped, backend)));
          }
        });
    Map<ServiceRef, SortedMap<String, String>> joined = new HashMap<>();
    byService.forEach((service, places) -> joined.put(service, ShareTexts.of(places)));
    return joined;
  }

  private static Map<ShareTexts.Place, Share> places(
      RouterRef router, RouterShares shaped, Backend backend) {
    Map<ShareTexts.Place, Share> places = new HashMap<>();
    shaped
        .rules()
        .forEach(
            (rule, shares) ->
                shares
                    .backend(backend.name())
                    .ifPresent(
                        one ->
                            places.put(
                                new ShareTexts.Place(router.name(), rule, backend.name()),
                                one.share())));
    return places;
  }
}
