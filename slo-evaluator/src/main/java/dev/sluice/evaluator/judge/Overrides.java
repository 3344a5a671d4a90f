package dev.sluice.evaluator.judge;

import dev.sluice.model.BurnRateTier;
import dev.sluice.model.DecisionId;
import dev.sluice.model.Finding;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.Subject;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictSnapshot;
import dev.sluice.model.VerdictState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Verdicts that people have put in the place of the judged ones. The judge knows nothing of them:
 * it goes on judging, and once one ends its verdict counts again as if there had been none.
 *
 * @param byService those that are declared, ended or not
 */
public record Overrides(Map<ServiceRef, VerdictOverride> byService) {

  /** Nobody overrides anything. */
  public static final Overrides NONE = new Overrides(Map.of());

  public Overrides {
    byService = Map.copyOf(byService);
  }

  /** What is published, and what changed in it. */
  public record Published(List<ServiceVerdict> services, List<Transition> transitions) {
    public Published {
      services = List.copyOf(services);
      transitions = List.copyOf(transitions);
    }
  }

  /** Whether one has ended after {@code before} and by {@code now}. */
  public boolean hasEnded(Instant before, Instant now) {
    return byService.values().stream().anyMatch(it -> it.isActive(before) && !it.isActive(now));
  }

  private Optional<VerdictOverride> active(ServiceRef service, Instant now) {
    return Optional.ofNullable(byService.get(service)).filter(it -> it.isActive(now));
  }

  /**
   * Puts those that count now in the place of what was judged.
   *
   * @param transitions of the judged verdicts; those that nobody sees are left out
   * @param last what was published before
   * @param lastOverrides what was declared then
   */
  public Published over(
      List<ServiceVerdict> judged,
      List<Transition> transitions,
      VerdictSnapshot last,
      Overrides lastOverrides,
      Instant now) {
    if (byService.isEmpty() && lastOverrides.byService.isEmpty()) {
      return new Published(judged, transitions);
    }
    List<ServiceVerdict> services = new ArrayList<>(judged.size());
    List<Transition> seen = new ArrayList<>();
    for (ServiceVerdict service : judged) {
      Optional<Verdict> before = last.find(service.service()).map(ServiceVerdict::verdict);
      Optional<VerdictOverride> override = active(service.service(), now);
      ServiceVerdict next = override.map(it -> put(it, service, before, now)).orElse(service);
      services.add(next);
      boolean isByHand =
          override.isPresent()
              || lastOverrides.active(service.service(), last.publishedAt()).isPresent();
      if (!isByHand) {
        transitions.stream()
            .filter(it -> it.subject().service().equals(service.service()))
            .forEach(seen::add);
      } else if (!before.map(Verdict::decision).equals(Optional.of(next.verdict().decision()))) {
        seen.add(new Transition(new Subject.Whole(service.service()), before, next.verdict()));
      }
    }
    return new Published(services, seen);
  }

  private static ServiceVerdict put(
      VerdictOverride override, ServiceVerdict judged, Optional<Verdict> before, Instant now) {
    ServiceRef service = judged.service();
    // Of the end, not of the beginning: so every replica, and whoever restarts, names it alike.
    DecisionId decision =
        DecisionId.of(new Subject.Whole(service), override.state(), override.until());
    Instant since =
        before.filter(it -> it.decision().equals(decision)).map(Verdict::since).orElse(now);
    List<Finding> findings = List.of(finding(override, judged));
    Verdict verdict =
        override.state() == VerdictState.BREACHED
            ? new Verdict.Breached(since, decision, findings, BurnRateTier.FAST, List.of())
            : new Verdict.WithinBudget(since, decision, findings);
    return new ServiceVerdict(service, verdict, Map.of(), judged.policy(), judged.evidenceAt());
  }

  // Without a burn rate, so that the state alone decides what becomes of the share.
  private static Finding finding(VerdictOverride override, ServiceVerdict judged) {
    Verdict verdict = judged.verdict();
    return new Finding(
        verdict
            .objective()
            .orElseGet(
                () -> new ObjectiveRef(judged.service().namespace(), judged.service().name())),
        Optional.empty(),
        OptionalDouble.empty(),
        "overridden by hand until "
            + override.until().truncatedTo(ChronoUnit.SECONDS)
            + override.because()
            + "; judged "
            + verdict.state().word()
            + (verdict.words().isEmpty() ? "" : ": " + verdict.words()));
  }
}
