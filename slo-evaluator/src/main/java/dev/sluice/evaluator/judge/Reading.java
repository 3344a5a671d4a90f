package dev.sluice.evaluator.judge;

import dev.sluice.evaluator.judge.Assessment.Urgency;
import dev.sluice.model.BurnRateTier;
import dev.sluice.model.Finding;
import dev.sluice.model.Indicator;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.UnknownCause;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What all objectives of one subject say together, the most urgent first.
 *
 * @param silence set when nothing can be concluded whatever the objectives say: planned absence, no
 *     objective at all, Prometheus away
 */
record Reading(List<Assessment> assessments, Optional<Silence> silence) {

  /**
   * Nothing can be concluded.
   *
   * @param about an objective that it leaves unanswered, if there is any
   */
  record Silence(UnknownCause cause, String words, Optional<ObjectiveRef> about) {}

  private static final Comparator<Assessment> MOST_URGENT_FIRST =
      Comparator.comparing(Assessment::urgency)
          .reversed()
          .thenComparing(assessment -> assessment.tier().orElse(BurnRateTier.LONG))
          .thenComparing(Assessment::objective);

  Reading {
    assessments = assessments.stream().sorted(MOST_URGENT_FIRST).toList();
  }

  static Reading of(List<Assessment> assessments) {
    return new Reading(assessments, Optional.empty());
  }

  static Reading silent(UnknownCause cause, String words) {
    return new Reading(List.of(), Optional.of(new Silence(cause, words, Optional.empty())));
  }

  static Reading silent(UnknownCause cause, String words, ObjectiveRef about) {
    return new Reading(List.of(), Optional.of(new Silence(cause, words, Optional.of(about))));
  }

  boolean isFiring() {
    return isWorst(Urgency.FIRING);
  }

  boolean isAtRisk() {
    return isWorst(Urgency.RISK) || isWorst(Urgency.PENDING);
  }

  private boolean isWorst(Urgency urgency) {
    return !assessments.isEmpty() && assessments.getFirst().urgency() == urgency;
  }

  /** Why nothing can be concluded of the objectives in {@code asked}; empty if something can. */
  Optional<Silence> silenceOf(Set<ObjectiveRef> asked) {
    return silence.or(
        () ->
            assessments.stream()
                .filter(assessment -> asked.contains(assessment.objective()))
                .flatMap(Reading::silence)
                .findFirst());
  }

  /** Why nothing can be concluded of any objective; empty if something can of one. */
  Optional<Silence> completeSilence() {
    return silence.or(
        () ->
            assessments.stream().allMatch(a -> a.urgency() == Urgency.UNUSABLE)
                ? anySilence()
                : Optional.empty());
  }

  /** Why nothing can be concluded of at least one objective. */
  Optional<Silence> anySilence() {
    return silence.or(() -> assessments.stream().flatMap(Reading::silence).findFirst());
  }

  private static Stream<Silence> silence(Assessment assessment) {
    return assessment.cause().stream()
        .map(cause -> new Silence(cause, assessment.words(), Optional.of(assessment.objective())));
  }

  /**
   * Whether a breach caused by {@code burning} goes on although nothing fires: an alert is pending
   * (after a Prometheus restart alerts with a short {@code for} start again as pending: {@code
   * rules.alert.for-grace-period}), or the short window still burns at the fast tier's rate.
   */
  boolean stillBurns(Set<ObjectiveRef> burning) {
    return assessments.stream()
        .anyMatch(
            assessment ->
                assessment.urgency() == Urgency.PENDING
                    || (burning.contains(assessment.objective())
                        && assessment.burnsAtLeast(BurnRateTier.FAST.factor())));
  }

  /** The fewest samples any of these objectives counted; 0 for one that could not be counted. */
  double samples(Set<ObjectiveRef> asked) {
    return assessments.stream()
        .filter(assessment -> asked.contains(assessment.objective()))
        .mapToDouble(assessment -> assessment.samples().orElse(0))
        .min()
        .orElse(0);
  }

  Set<ObjectiveRef> objectives() {
    return assessments.stream().map(Assessment::objective).collect(Collectors.toSet());
  }

  List<Assessment> firing() {
    return assessments.stream().filter(a -> a.urgency() == Urgency.FIRING).toList();
  }

  List<Indicator> indicators(Set<ObjectiveRef> asked) {
    return assessments.stream()
        .filter(assessment -> asked.contains(assessment.objective()))
        .map(Assessment::indicator)
        .distinct()
        .sorted()
        .toList();
  }

  List<Finding> findings() {
    return assessments.stream().map(Assessment::finding).toList();
  }
}
