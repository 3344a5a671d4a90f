package dev.sluice.app.explain;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.loop.LoopState;
import dev.sluice.app.loop.Role;
import dev.sluice.evaluator.judge.DeclaredService;
import dev.sluice.evaluator.judge.Observation;
import dev.sluice.evaluator.judge.Presence;
import dev.sluice.evaluator.judge.VerdictOverride;
import dev.sluice.model.BudgetLeft;
import dev.sluice.model.Evidence;
import dev.sluice.model.Finding;
import dev.sluice.model.Objective;
import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.SloPolicy;
import dev.sluice.model.UnknownCause;
import dev.sluice.model.Verdict;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** From the objectives to the verdict. */
record JudgeLinks(Chain chain, Sight sight, DeclaredService declared) {

  /** One link for each objective, and for each replica that it speaks for alone. */
  void addObjectives(Optional<ServiceVerdict> verdict) {
    if (declared.objectives().isEmpty()) {
      chain.missing(
          "objective",
          UnknownCause.NO_OBJECTIVE.words(),
          "kubectl get inferenceslo,slo -A; ./sluice lint says what can't work");
    }
    declared.objectives().forEach(objective -> addObjective(objective, verdict));
  }

  private void addObjective(Objective objective, Optional<ServiceVerdict> verdict) {
    List<Evidence> evidence =
        evidence().stream().filter(one -> one.objective().equals(objective.ref())).toList();
    if (evidence.isEmpty()) {
      String known =
          verdict.stream()
              .flatMap(service -> service.verdict().findings().stream())
              .filter(finding -> finding.objective().equals(objective.ref()))
              .findFirst()
              .map(Finding::words)
              .orElse("nothing is known of it");
      ObjectNode node =
          chain.add(
              "objective",
              verdict.flatMap(ServiceVerdict::evidenceAt),
              declared(objective) + "; last known: " + known);
      ObjectiveWords.put(objective, node);
      putBudget(objective, node);
    }
    evidence.forEach(one -> addEvidence(objective, one));
  }

  private void addEvidence(Objective objective, Evidence evidence) {
    switch (evidence) {
      case Evidence.Unusable unusable ->
          chain.missing(
              "objective",
              declared(objective)
                  + of(unusable)
                  + ": "
                  + unusable.cause().words()
                  + ": "
                  + unusable.words(),
              "Prometheus /rules for "
                  + objective.ref().name()
                  + "; ./sluice lint says what measures it");
      case Evidence.Measured measured -> {
        ObjectNode node =
            chain.add(
                "objective",
                sight.state().observation().map(Observation::at),
                declared(objective)
                    + of(measured)
                    + "; "
                    + ObjectiveWords.measured(objective, measured, sight.now()));
        ObjectiveWords.put(objective, measured, node);
        putBudget(objective, node);
      }
    }
  }

  private String declared(Objective objective) {
    return ObjectiveWords.declared(objective)
        + budget(objective).map(left -> ", " + BudgetWords.of(left)).orElse("");
  }

  private void putBudget(Objective objective, ObjectNode node) {
    budget(objective).ifPresent(left -> BudgetWords.put(left, node));
  }

  private Optional<BudgetLeft> budget(Objective objective) {
    return Optional.ofNullable(sight.state().budgets().get(objective.ref()));
  }

  private static String of(Evidence evidence) {
    return evidence.subject().replica().map(name -> ", replica " + name).orElse("");
  }

  private List<Evidence> evidence() {
    return sight.state().observation().stream()
        .flatMap(
            last ->
                switch (last) {
                  case Observation.Rules rules -> rules.of(declared.ref()).stream();
                  case Observation.Failed _ -> Stream.<Evidence>empty();
                })
        .toList();
  }

  /** Whether Prometheus answered. */
  void addEvidence() {
    LoopState state = sight.state();
    if (state.role() == Role.FOLLOWER) {
      chain.add("evidence", Optional.empty(), "the leader asks Prometheus, this replica doesn't");
    } else if (state.observation().isEmpty()) {
      chain.missing("evidence", "Prometheus wasn't asked yet", "wait for the first poll");
    } else {
      switch (state.observation().get()) {
        case Observation.Failed failed ->
            chain.missing(
                "evidence",
                "Prometheus gave no answer: " + failed.words(),
                "is the --prometheus URL right, and does it answer from here?");
        case Observation.Rules rules ->
            chain
                .add("evidence", rules.at(), "Prometheus answered; it measures " + measured(rules))
                .put("measured", measuredCount(rules));
      }
    }
  }

  private String measured(Observation.Rules rules) {
    return measuredCount(rules) + " of " + declared.objectives().size() + " objectives";
  }

  private long measuredCount(Observation.Rules rules) {
    return rules.of(declared.ref()).stream()
        .filter(Evidence.Measured.class::isInstance)
        .map(Evidence::objective)
        .distinct()
        .count();
  }

  /** The verdict, what stands in its place, and those of replicas. */
  void addVerdict(Optional<ServiceVerdict> known) {
    if (declared.presence() instanceof Presence.PlannedAbsence(String words)) {
      chain.add("presence", Optional.empty(), "it is away on purpose: " + words);
    }
    override()
        .ifPresent(
            override ->
                chain
                    .add(
                        "override",
                        Optional.empty(),
                        "overridden by hand: "
                            + override.state().word()
                            + " until "
                            + override.until()
                            + override.because())
                    .put("until", override.until().toString()));
    if (known.isEmpty()) {
      chain.missing(
          "verdict", "there is no verdict yet", "/readyz says what this process waits for");
      return;
    }
    ServiceVerdict service = known.get();
    put(
        chain.add(
            "verdict",
            service.verdict().since(),
            words(service.verdict()) + mode(service.policy())),
        service.verdict());
    service
        .replicas()
        .forEach(
            (name, verdict) ->
                put(
                    chain
                        .add("replica", verdict.since(), name + ": " + words(verdict))
                        .put("replica", name),
                    verdict));
  }

  private Optional<VerdictOverride> override() {
    return sight
        .state()
        .world()
        .flatMap(world -> Optional.ofNullable(world.overrides().byService().get(declared.ref())))
        .filter(override -> sight.now().isBefore(override.until()));
  }

  private static String words(Verdict verdict) {
    String why =
        switch (verdict) {
          case Verdict.Unknown unknown ->
              ", " + words(unknown.cause()) + "; " + unknown.holdWords();
          // With what a breach still waits for, or what proved that it ended.
          case Verdict.Breached _, Verdict.Recovering _ ->
              verdict.findings().stream().findFirst().map(one -> ", " + one.words()).orElse("");
          case Verdict.AtRisk _, Verdict.WithinBudget _ -> "";
        };
    return verdict.state().word() + why + "; decision " + verdict.decision();
  }

  // In short: the objective's link has the sentence.
  private static String words(UnknownCause cause) {
    return cause.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String mode(SloPolicy policy) {
    return policy.mode() == SloPolicy.Mode.OBSERVE
        ? "; its policy only observes, so nothing follows from it"
        : "";
  }

  private static void put(ObjectNode node, Verdict verdict) {
    node.put("state", verdict.state().word()).put("decision", verdict.decision().text());
    if (verdict instanceof Verdict.Unknown unknown) {
      node.put("cause", unknown.cause().name())
          .put("held", unknown.held().word())
          .put("holdUntil", unknown.holdUntil().toString());
    }
  }
}
