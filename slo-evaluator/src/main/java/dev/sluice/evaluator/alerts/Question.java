package dev.sluice.evaluator.alerts;

import dev.sluice.evaluator.judge.Declarations;
import dev.sluice.model.Objective;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictState;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What one poll asks Prometheus.
 *
 * @param declarations the objectives to find rules for
 * @param attentive the services whose burn rates and samples are read even if no alert of theirs is
 *     active: those not wholly within budget, whose recovery needs proof
 * @param asksForLatencies whether a rule of some router has a target for them
 */
public record Question(
    Declarations declarations, Set<ServiceRef> attentive, boolean asksForLatencies) {

  public Question {
    attentive = Set.copyOf(attentive);
  }

  /** Asks for no latencies. */
  public Question(Declarations declarations, Set<ServiceRef> attentive) {
    this(declarations, attentive, false);
  }

  /** Asks about {@code declarations}, attentive where {@code verdicts} aren't WithinBudget. */
  public static Question of(Declarations declarations, Collection<ServiceVerdict> verdicts) {
    return new Question(
        declarations,
        verdicts.stream()
            .filter(Question::needsProof)
            .map(ServiceVerdict::service)
            .collect(Collectors.toSet()));
  }

  /** The same, and the latencies of rules' backends if {@code asks}. */
  public Question withLatencies(boolean asks) {
    return new Question(declarations, attentive, asks);
  }

  /** The objectives to find rules for. */
  List<Objective> objectives() {
    return declarations.objectives().toList();
  }

  private static boolean needsProof(ServiceVerdict service) {
    return Stream.concat(Stream.of(service.verdict()), service.replicas().values().stream())
        .map(Verdict::state)
        .anyMatch(state -> state != VerdictState.WITHIN_BUDGET);
  }
}
