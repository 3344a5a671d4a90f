package dev.sluice.evaluator.alerts;

import dev.sluice.model.AlertState;
import dev.sluice.model.BurnRateTier;
import dev.sluice.model.Objective;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.PromDuration;
import dev.sluice.model.Subject;
import dev.sluice.model.UnknownCause;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Reads what the rules say of an objective: which tiers are pending or fire, or why nothing can be
 * concluded. A rule's tier is found by its {@code short} and {@code long} labels.
 *
 * @param book whose rules are whose
 * @param now by Prometheus's clock
 */
record RuleReader(RuleBook book, Instant now) {

  /** A rule not evaluated for this many intervals of its group is stale. */
  private static final int STALE_INTERVALS = 3;

  RuleReading read(Objective objective) {
    Map<BurnRateTier, List<AlertRule>> tiers = tiers(objective);
    return ambiguous(objective)
        .or(() -> missing(objective, tiers))
        .or(() -> failing(objective))
        .or(() -> stale(objective, tiers))
        .or(() -> absent(objective))
        .<RuleReading>map(unusable -> unusable)
        .orElseGet(() -> usable(objective, tiers));
  }

  private Map<BurnRateTier, List<AlertRule>> tiers(Objective objective) {
    Map<BurnRateTier, List<AlertRule>> tiers = new EnumMap<>(BurnRateTier.class);
    for (AlertRule rule : book.burnRules(objective)) {
      tier(objective, rule)
          .ifPresent(tier -> tiers.computeIfAbsent(tier, _ -> new ArrayList<>()).add(rule));
    }
    return tiers;
  }

  private static Optional<BurnRateTier> tier(Objective objective, AlertRule rule) {
    try {
      Duration shortWindow = PromDuration.parse(rule.label("short"));
      Duration longWindow = PromDuration.parse(rule.label("long"));
      return BurnRateTier.of(objective.window(), shortWindow, longWindow);
    } catch (IllegalArgumentException notPyrras) {
      return Optional.empty();
    }
  }

  private Optional<RuleReading.Unusable> ambiguous(Objective objective) {
    String rivals =
        book.rivals(objective).stream()
            .map(ObjectiveRef::toString)
            .collect(Collectors.joining(", "));
    return rivals.isEmpty()
        ? Optional.empty()
        : unusable(
            objective,
            UnknownCause.AMBIGUOUS,
            "the rules named "
                + objective.ref().name()
                + " in Prometheus may belong to any of ServiceLevelObjective "
                + rivals
                + "; pin the namespace in their selectors, or rename all but one");
  }

  private Optional<RuleReading.Unusable> missing(
      Objective objective, Map<BurnRateTier, List<AlertRule>> tiers) {
    if (tiers.containsKey(BurnRateTier.FAST) && tiers.containsKey(BurnRateTier.MEDIUM)) {
      return Optional.empty();
    }
    String found =
        book.burnRules(objective).stream()
            .map(rule -> rule.label("short") + "/" + rule.label("long"))
            .collect(Collectors.joining(", "));
    return unusable(
        objective,
        UnknownCause.RULE_MISSING,
        found.isEmpty()
            ? "rules for "
                + name(objective)
                + " aren't loaded in Prometheus; is Pyrra running, and does rule_files include its"
                + " output? (with the Prometheus Operator: does its ruleSelector match Pyrra's"
                + " PrometheusRule?)"
            : "the rules for "
                + name(objective)
                + " in Prometheus are for other windows ("
                + found
                + ") than its spec.window "
                + PromDuration.format(objective.window())
                + " makes; has Pyrra seen the change, and has Prometheus reloaded?");
  }

  private Optional<RuleReading.Unusable> failing(Objective objective) {
    return book.burnRules(objective).stream()
        .flatMap(rule -> rule.error().stream())
        .findFirst()
        .flatMap(
            error ->
                unusable(
                    objective,
                    UnknownCause.RULE_FAILING,
                    "Prometheus can't evaluate the rules for " + name(objective) + ": " + error));
  }

  private Optional<RuleReading.Unusable> stale(
      Objective objective, Map<BurnRateTier, List<AlertRule>> tiers) {
    return tiers.values().stream()
        .flatMap(List::stream)
        .filter(this::isStale)
        .findFirst()
        .flatMap(
            rule ->
                unusable(
                    objective,
                    UnknownCause.RULE_STALE,
                    rule.evaluatedAt()
                        .map(
                            at ->
                                "Prometheus last evaluated the rules for "
                                    + name(objective)
                                    + " at "
                                    + at
                                    + " (expected: every "
                                    + PromDuration.format(rule.interval())
                                    + "); is it overloaded?")
                        .orElse(
                            "Prometheus hasn't evaluated the rules for "
                                + name(objective)
                                + " yet (expected: every "
                                + PromDuration.format(rule.interval())
                                + ")")));
  }

  private boolean isStale(AlertRule rule) {
    Duration limit = rule.interval().multipliedBy(STALE_INTERVALS);
    return rule.evaluatedAt().map(at -> at.plus(limit).isBefore(now)).orElse(true);
  }

  private Optional<RuleReading.Unusable> absent(Objective objective) {
    return book.absenceRules(objective).stream()
        .filter(rule -> rule.state() == AlertState.FIRING)
        .findFirst()
        .flatMap(
            rule ->
                unusable(
                    objective,
                    UnknownCause.METRIC_ABSENT,
                    rule.name()
                        + " fires for "
                        + name(objective)
                        + ": no series of "
                        + RuleBook.leadingSelector(rule)
                            .map(selector -> selector.text())
                            .orElse(objective.total())
                        + "; is the service scraped, and does it serve?"));
  }

  private static RuleReading usable(Objective objective, Map<BurnRateTier, List<AlertRule>> tiers) {
    SortedMap<Subject, Map<BurnRateTier, TierAlert>> alerts = new TreeMap<>();
    tiers.forEach((tier, rules) -> rules.forEach(rule -> raise(alerts, rule, tier, objective)));
    AlertRule fast = tiers.getOrDefault(BurnRateTier.FAST, List.of()).getFirst();
    return new RuleReading.Usable(objective, fast, alerts);
  }

  /** A rule may be loaded twice, or fire for several groups of one replica: the worst counts. */
  private static void raise(
      SortedMap<Subject, Map<BurnRateTier, TierAlert>> alerts,
      AlertRule rule,
      BurnRateTier tier,
      Objective objective) {
    if (Replicas.label(objective).isEmpty()) {
      raise(alerts, new Subject.Whole(objective.service()), tier, TierAlert.of(rule));
    } else {
      rule.alerts()
          .forEach(
              alert ->
                  raise(
                      alerts,
                      Replicas.subject(objective, alert.labels()),
                      tier,
                      TierAlert.of(alert)));
    }
  }

  private static void raise(
      SortedMap<Subject, Map<BurnRateTier, TierAlert>> alerts,
      Subject subject,
      BurnRateTier tier,
      TierAlert alert) {
    alerts
        .computeIfAbsent(subject, _ -> new EnumMap<>(BurnRateTier.class))
        .merge(tier, alert, TierAlert::and);
  }

  private static String name(Objective objective) {
    return "ServiceLevelObjective " + objective.ref();
  }

  private static Optional<RuleReading.Unusable> unusable(
      Objective objective, UnknownCause cause, String words) {
    return Optional.of(new RuleReading.Unusable(objective, cause, words));
  }
}
