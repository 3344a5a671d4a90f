package dev.sluice.evaluator.alerts;

import dev.sluice.evaluator.declare.SeriesSelector;
import dev.sluice.model.Objective;
import dev.sluice.model.ObjectiveRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which of Pyrra's rules belong to which objective.
 *
 * <p>The label {@code slo} carries the objective's name alone, and the label {@code namespace} is
 * there only if the objective's selector pins it. So a rule belongs to an objective of its name
 * unless something it says contradicts the objective: a label, or a matcher of the selector that
 * its expression starts with. A rule that two objectives could claim is ambiguous for both.
 *
 * <p>Source: Pyrra {@code slo/rules.go}: labels of a rule are {@code slo}, the selector's {@code =}
 * matchers and what the objective propagates; {@code SLOMetricAbsent} of a {@code bool_gauge} has
 * {@code slo} only.
 */
final class RuleBook {

  private static final String ABSENT = "absent(";

  private final Map<ObjectiveRef, List<AlertRule>> rules = new HashMap<>();
  private final Map<ObjectiveRef, SortedSet<ObjectiveRef>> rivals = new HashMap<>();

  private RuleBook() {}

  static RuleBook of(Collection<Objective> objectives, List<AlertRule> rules) {
    Map<String, List<Claim>> claims = new HashMap<>();
    for (Objective objective : objectives) {
      claims
          .computeIfAbsent(objective.ref().name(), _ -> new ArrayList<>())
          .add(Claim.of(objective));
    }
    RuleBook book = new RuleBook();
    for (AlertRule rule : rules) {
      Map<String, String> identity = identity(rule);
      book.add(
          rule,
          claims.getOrDefault(rule.label("slo"), List.of()).stream()
              .filter(claim -> claim.accepts(identity))
              .map(Claim::objective)
              .toList());
    }
    return book;
  }

  private void add(AlertRule rule, List<ObjectiveRef> owners) {
    for (ObjectiveRef owner : owners) {
      rules.computeIfAbsent(owner, _ -> new ArrayList<>()).add(rule);
      if (owners.size() > 1) {
        rivals.computeIfAbsent(owner, _ -> new TreeSet<>()).addAll(owners);
      }
    }
  }

  /** The burn-rate alerts of an objective. */
  List<AlertRule> burnRules(Objective objective) {
    return of(objective).stream()
        .filter(rule -> !isAbsence(rule) && rule.name().equals(objective.alertName()))
        .toList();
  }

  /** The alerts that say that an objective's metric has no series, whatever they are called. */
  List<AlertRule> absenceRules(Objective objective) {
    return of(objective).stream().filter(RuleBook::isAbsence).toList();
  }

  /** The objectives that claim the same rules as this one, itself included; mostly empty. */
  Set<ObjectiveRef> rivals(Objective objective) {
    return rivals.getOrDefault(objective.ref(), Collections.emptySortedSet());
  }

  private List<AlertRule> of(Objective objective) {
    return rules.getOrDefault(objective.ref(), List.of());
  }

  private static boolean isAbsence(AlertRule rule) {
    return rule.query().startsWith(ABSENT);
  }

  /** What a rule says of itself; the selector has the last word, labels may be propagated ones. */
  private static Map<String, String> identity(AlertRule rule) {
    Map<String, String> identity = new HashMap<>(rule.labels());
    leadingSelector(rule).ifPresent(selector -> identity.putAll(selector.pinned()));
    return identity;
  }

  /** The selector that a rule's expression starts with. */
  static Optional<SeriesSelector> leadingSelector(AlertRule rule) {
    String query = rule.query();
    try {
      return Optional.of(
          SeriesSelector.leading(isAbsence(rule) ? query.substring(ABSENT.length()) : query));
    } catch (IllegalArgumentException notPyrras) {
      return Optional.empty();
    }
  }

  /**
   * What an objective expects of its rules.
   *
   * @param expected labels with the value they have if they are there at all
   */
  record Claim(ObjectiveRef objective, Map<String, String> expected) {

    static Claim of(Objective objective) {
      Map<String, String> expected = new HashMap<>();
      expected.put("namespace", objective.ref().namespace());
      expected.putAll(SeriesSelector.parse(objective.total()).pinned());
      return new Claim(objective.ref(), expected);
    }

    boolean accepts(Map<String, String> identity) {
      return expected.entrySet().stream()
          .allMatch(e -> identity.getOrDefault(e.getKey(), e.getValue()).equals(e.getValue()));
    }
  }
}
