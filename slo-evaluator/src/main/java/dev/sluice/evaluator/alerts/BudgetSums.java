package dev.sluice.evaluator.alerts;

import dev.sluice.model.BudgetLeft;
import dev.sluice.model.Indicator;
import dev.sluice.model.Objective;
import dev.sluice.model.PromDuration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What one objective counted over its window, group by group. Replicas are no groups of their own:
 * what is left is left for the service.
 */
final class BudgetSums {

  private final BudgetSeries series;
  private final Map<List<String>, Group> groups = new HashMap<>();
  private boolean ambiguous;

  BudgetSums(BudgetSeries series) {
    this.series = series;
  }

  private static final class Group {
    private OptionalDouble all = OptionalDouble.empty();
    private OptionalDouble subset = OptionalDouble.empty();
  }

  void add(String name, Map<String, String> labels, double value) {
    Group group = groups.computeIfAbsent(key(labels), _ -> new Group());
    if (series.hasAll(name, labels)) {
      group.all = OptionalDouble.of(group.all.orElse(0) + value);
    }
    if (series.hasSubset(name, labels)) {
      group.subset = OptionalDouble.of(group.subset.orElse(0) + value);
    }
  }

  /** A series came that another objective could claim as well. */
  void doubt() {
    ambiguous = true;
  }

  private List<String> key(Map<String, String> labels) {
    Objective objective = series.objective();
    String replica = Replicas.label(objective).orElse("");
    return objective.grouping().stream()
        .filter(label -> !label.equals(replica))
        .map(label -> labels.getOrDefault(label, ""))
        .toList();
  }

  /** What is left in the group that has least. */
  BudgetLeft left(Instant at) {
    if (ambiguous) {
      return new BudgetLeft.NotKnown(
          at, "its recorded series may be those of another objective of that name");
    }
    OptionalDouble least =
        groups.values().stream().flatMapToDouble(group -> left(group).stream()).min();
    return least.isPresent()
        ? new BudgetLeft.Known(at, least.getAsDouble())
        : new BudgetLeft.NotKnown(at, whyNot());
  }

  private OptionalDouble left(Group group) {
    double all = group.all.orElse(0);
    OptionalDouble failed = failed(group);
    return all > 0 && failed.isPresent()
        ? OptionalDouble.of(1 - failed.getAsDouble() / all / series.objective().budget())
        : OptionalDouble.empty();
  }

  private OptionalDouble failed(Group group) {
    if (series.objective().indicator() == Indicator.ERRORS) {
      // As long as nothing failed there may be no series of it.
      return OptionalDouble.of(group.subset.orElse(0));
    }
    // Prometheus extrapolates both: the good ones may seem a little more than all.
    return group.subset.isPresent()
        ? OptionalDouble.of(Math.max(0, group.all.orElse(0) - group.subset.getAsDouble()))
        : OptionalDouble.empty();
  }

  private String whyNot() {
    Objective objective = series.objective();
    boolean isRecorded = groups.values().stream().anyMatch(group -> group.all.isPresent());
    if (isRecorded && groups.values().stream().allMatch(group -> group.all.orElse(0) == 0)) {
      return "nothing was counted over " + PromDuration.format(objective.window());
    }
    return "Prometheus has no series %s{slo=\"%s\"}%s; Pyrra's rules record it, within minutes"
        .formatted(
            isRecorded ? series.subset() : series.all(),
            objective.ref().name(),
            isRecorded && objective.indicator() == Indicator.LATENCY ? " with an le" : "");
  }
}
