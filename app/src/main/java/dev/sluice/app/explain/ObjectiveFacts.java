package dev.sluice.app.explain;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.loop.LoopState;
import dev.sluice.app.manifests.World;
import dev.sluice.evaluator.judge.DeclaredService;
import dev.sluice.evaluator.judge.Observation;
import dev.sluice.model.AlertState;
import dev.sluice.model.BudgetLeft;
import dev.sluice.model.BurnRateTier;
import dev.sluice.model.Evidence;
import dev.sluice.model.Objective;
import dev.sluice.model.ServiceRef;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is known now of services' objectives beside their verdicts: alerts and budgets. */
public final class ObjectiveFacts {

  private final LoopState state;
  private final Map<ServiceRef, DeclaredService> declared;

  private ObjectiveFacts(LoopState state, Map<ServiceRef, DeclaredService> declared) {
    this.state = state;
    this.declared = declared;
  }

  /** Of all services. */
  public static ObjectiveFacts of(LoopState state) {
    return new ObjectiveFacts(
        state,
        state.world().orElse(World.EMPTY).declarations().services().stream()
            .collect(Collectors.toMap(DeclaredService::ref, Function.identity())));
  }

  /** What is left of the budget of which least is left; empty if none is known. */
  public OptionalDouble budgetLeft(ServiceRef service) {
    return objectives(service)
        .flatMapToDouble(
            objective ->
                state.budgets().get(objective.ref()) instanceof BudgetLeft.Known known
                    ? OptionalDouble.of(known.ratio()).stream()
                    : OptionalDouble.empty().stream())
        .min();
  }

  /** Each objective of a service, with its alerts that are active. */
  public ArrayNode json(ServiceRef service) {
    ArrayNode nodes = JsonNodeFactory.instance.arrayNode();
    List<Evidence> evidence = evidence(service);
    objectives(service)
        .forEach(
            objective -> {
              ObjectNode node = nodes.addObject().put("objective", objective.ref().toString());
              Optional.ofNullable(state.budgets().get(objective.ref()))
                  .ifPresent(left -> BudgetWords.put(left, node));
              ArrayNode alerts = node.putArray("alerts");
              evidence.stream()
                  .filter(one -> one.objective().equals(objective.ref()))
                  .forEach(one -> putActive(one, alerts));
            });
    return nodes;
  }

  private Stream<Objective> objectives(ServiceRef service) {
    return Optional.ofNullable(declared.get(service)).stream()
        .flatMap(known -> known.objectives().stream());
  }

  private List<Evidence> evidence(ServiceRef service) {
    return state.observation().orElse(null) instanceof Observation.Rules rules
        ? rules.of(service)
        : List.of();
  }

  private static void putActive(Evidence evidence, ArrayNode alerts) {
    if (!(evidence instanceof Evidence.Measured measured)) {
      return;
    }
    for (BurnRateTier tier : BurnRateTier.values()) {
      AlertState state = measured.alert(tier);
      if (state != AlertState.INACTIVE) {
        ObjectNode alert = alerts.addObject().put("tier", tier.name()).put("state", state.name());
        measured.subject().replica().ifPresent(name -> alert.put("replica", name));
        measured.activeSince(tier).ifPresent(at -> alert.put("activeAt", at.toString()));
      }
    }
  }
}
