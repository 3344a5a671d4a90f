package dev.sluice.evaluator.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.Objective;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.Subject;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * The burn rates and sample counts that Prometheus gave for a {@link MeasurementQuery}.
 *
 * <p>Of several series of one subject (the objective is also grouped by, say, model) the highest
 * burn rate counts, and the sum of samples. A service whose objective is grouped by replica burns
 * as its best replica does: it is in trouble only when all of them are.
 */
final class Measurements {

  /** Nothing was asked or answered. */
  static final Measurements NONE = new Measurements();

  private final Map<ObjectiveRef, SortedSet<Subject>> subjects = new HashMap<>();
  private final Map<Key, Double> burnRates = new HashMap<>();
  private final Map<Key, Double> samples = new HashMap<>();

  private Measurements() {}

  private record Key(ObjectiveRef objective, Subject subject) {}

  /** Reads the {@code data} of the answers to queries about {@code asked}. */
  static Measurements of(Collection<Objective> asked, Collection<JsonNode> answers) {
    Map<String, Objective> byName = new HashMap<>();
    Measurements measurements = new Measurements();
    for (Objective objective : asked) {
      byName.put(objective.ref().toString(), objective);
      measurements.subjects.put(objective.ref(), new TreeSet<>());
    }
    for (JsonNode data : answers) {
      data.path("result").forEach(series -> measurements.add(byName, series));
    }
    return measurements;
  }

  private void add(Map<String, Objective> asked, JsonNode series) {
    Map<String, String> labels = labels(series.path("metric"));
    String mark = labels.getOrDefault(MeasurementQuery.MARK, "");
    Objective objective = asked.get(mark.substring(mark.indexOf(' ') + 1));
    if (objective != null) {
      boolean isBurnRate = mark.startsWith(MeasurementQuery.BURN_RATE);
      add(objective, Replicas.subject(objective, labels), isBurnRate, series);
    }
  }

  private void add(Objective objective, Subject subject, boolean isBurnRate, JsonNode series) {
    subjects.computeIfAbsent(objective.ref(), _ -> new TreeSet<>()).add(subject);
    OptionalDouble value = PrometheusNumber.finite(series.path("value").path(1).asText());
    if (value.isEmpty()) {
      return; // no traffic, so no burn rate
    }
    Key key = new Key(objective.ref(), subject);
    if (isBurnRate) {
      burnRates.merge(key, value.getAsDouble() / objective.budget(), Math::max);
    } else {
      samples.merge(key, value.getAsDouble(), Double::sum);
    }
  }

  static Map<String, String> labels(JsonNode metric) {
    return metric.properties().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().asText()));
  }

  /** Whether Prometheus answered for this objective. */
  boolean isKnown(Objective objective) {
    return subjects.containsKey(objective.ref());
  }

  /** Whoever has a series, without traffic too; the whole service where nothing tells replicas. */
  SortedSet<Subject> subjects(Objective objective) {
    return subjects.getOrDefault(objective.ref(), Collections.emptySortedSet());
  }

  /** In multiples of the budget; empty without traffic. */
  OptionalDouble burnRate(Objective objective, Subject subject) {
    return values(burnRates, objective, subject).min();
  }

  /** Events in the fast tier's short window; empty if unknown. */
  OptionalDouble samples(Objective objective, Subject subject) {
    return isKnown(objective)
        ? OptionalDouble.of(values(samples, objective, subject).sum())
        : OptionalDouble.empty();
  }

  private DoubleStream values(Map<Key, Double> of, Objective objective, Subject subject) {
    return subjects(objective).stream()
        .filter(known -> known.equals(subject) || subject instanceof Subject.Whole)
        .map(known -> of.get(new Key(objective.ref(), known)))
        .filter(value -> value != null)
        .mapToDouble(Double::doubleValue);
  }
}
