package dev.sluice.app.kube;

import dev.sluice.app.fleets.FleetPart;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What is to be done for the objects of one fleet to be what they should: a pure function of both.
 *
 * @param applies in order
 * @param deletes those that are too many, what serves last
 */
record FleetPlan(List<Apply> applies, List<LivePart> deletes) {

  FleetPlan {
    applies = List.copyOf(applies);
    deletes = List.copyOf(deletes);
  }

  /**
   * An object that doesn't say what it should.
   *
   * @param over the object as it is; empty if there is none of ours
   */
  record Apply(FleetPart part, Optional<LivePart> over) {}

  /**
   * Compares.
   *
   * @param ours what the router has
   * @param settled whether an object that seems to differ is what the API server made of the part
   */
  static FleetPlan of(
      List<FleetPart> wanted, Collection<LivePart> ours, BiPredicate<FleetPart, LivePart> settled) {
    Map<FleetPart.Key, LivePart> there =
        ours.stream().collect(Collectors.toMap(LivePart::key, Function.identity()));
    List<Apply> applies = new ArrayList<>();
    for (FleetPart part : wanted) {
      Optional<LivePart> live = Optional.ofNullable(there.remove(part.key()));
      if (live.filter(it -> it.says(part) || settled.test(part, it)).isEmpty()) {
        applies.add(new Apply(part, live));
      }
    }
    return new FleetPlan(
        applies,
        there.values().stream()
            .sorted(Comparator.comparing((LivePart part) -> part.key().kind()).reversed())
            .toList());
  }
}
