package dev.sluice.app.kube;

import dev.sluice.app.manifests.Problem;
import dev.sluice.app.manifests.World;
import dev.sluice.model.RouterRef;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * All that is known of one router when its condition is said.
 *
 * @param otherDataPlane the {@code spec.dataPlane} that isn't ours; empty if it is
 * @param pooled which backend needs LLMKube's activator; empty if none does
 * @param rejection why the router as it is now isn't compiled; empty if it is
 * @param leadsNowhere references of a compiled router to what isn't there
 * @param fleet what its Envoys have; empty while nothing is published for it
 */
record RoutingFacts(
    Optional<String> otherDataPlane,
    Optional<String> pooled,
    Optional<String> rejection,
    List<String> leadsNowhere,
    Optional<FleetSummary> fleet) {

  // A router is accepted, and serves, also when a service that it names isn't there (yet).
  private static final Pattern REFERENCE =
      Pattern.compile("spec\\.backends\\[\\d+]\\.inferenceServiceRef\\.name");

  RoutingFacts {
    leadsNowhere = List.copyOf(leadsNowhere);
  }

  /** All that is known of all routers, found by router: there may be a thousand. */
  record Source(
      World world,
      Map<String, List<Problem>> problems,
      Map<RouterRef, FleetSummary> fleets,
      Map<RouterRef, String> faults) {

    static Source of(
        World world, Map<RouterRef, FleetSummary> fleets, Map<RouterRef, String> faults) {
      return new Source(
          world,
          world.problems().stream().collect(Collectors.groupingBy(Problem::object)),
          fleets,
          faults);
    }

    RoutingFacts about(LiveRouters.LiveRouter live) {
      ObjectKey key = live.key();
      RouterRef router = new RouterRef(key.namespace(), key.name());
      boolean isAccepted = world.routers().containsKey(router);
      List<Problem> found = problems.getOrDefault(key.toString(), List.of());
      Optional<String> rejected =
          found.stream()
              .filter(problem -> !isAccepted || !isReference(problem))
              .map(RoutingFacts::words)
              .findFirst();
      return new RoutingFacts(
          live.wish().otherDataPlane(),
          Optional.ofNullable(world.pooled().get(router)),
          rejected.or(() -> Optional.ofNullable(faults.get(router))),
          found.stream().filter(RoutingFacts::isReference).map(RoutingFacts::words).toList(),
          Optional.ofNullable(fleets.get(router)));
    }
  }

  private static boolean isReference(Problem problem) {
    return REFERENCE.matcher(problem.field()).matches();
  }

  private static String words(Problem problem) {
    return problem.field().isEmpty() ? problem.words() : problem.field() + ": " + problem.words();
  }
}
