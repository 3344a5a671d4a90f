package dev.sluice.app.explain;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.loop.LoopState;
import dev.sluice.app.loop.Role;
import dev.sluice.evaluator.judge.DeclaredService;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.ServiceVerdict;
import java.util.List;
import java.util.Optional;

/**
 * Why a service gets the traffic it gets, as JSON: objective, evidence, verdict, share, snapshot,
 * acknowledgement, served share, dispatch, held Agents. What is missing says so, and what to check.
 * A pure function.
 */
public final class ExplainJson {

  private ExplainJson() {}

  /** The chain of a service; empty if no such service is declared. */
  public static Optional<ObjectNode> of(ServiceRef service, Sight sight) {
    LoopState state = sight.state();
    Optional<DeclaredService> declared =
        state.world().stream()
            .flatMap(world -> world.declarations().services().stream())
            .filter(each -> each.ref().equals(service))
            .findFirst();
    return declared.map(known -> chain(known, sight));
  }

  private static ObjectNode chain(DeclaredService declared, Sight sight) {
    LoopState state = sight.state();
    ObjectNode root =
        JsonNodeFactory.instance
            .objectNode()
            .put("service", declared.ref().toString())
            .put("asked", sight.now().toString())
            .put("role", state.role().word());
    sight.around().leader().ifPresent(leader -> root.put("leader", leader));
    Optional<ServiceVerdict> verdict = state.snapshot().find(declared.ref());
    verdict.ifPresent(
        known ->
            root.put("state", known.verdict().state().word())
                .put("decision", known.verdict().decision().text()));
    Chain chain = new Chain(root.putArray("links"));
    if (state.role() == Role.FOLLOWER) {
      chain.add("role", state.roleSince(), followWords(sight));
    }
    JudgeLinks judge = new JudgeLinks(chain, sight, declared);
    judge.addObjectives(verdict);
    judge.addEvidence();
    judge.addVerdict(verdict);
    new TrafficLinks(chain, sight, declared.ref()).add();
    new DispatchLinks(chain, sight, declared.ref()).add(verdict);
    return root;
  }

  private static String followWords(Sight sight) {
    return "this replica follows "
        + sight.around().leader().orElse("a leader that isn't known yet")
        + ": verdicts and shares are the leader's, Envoys are those connected here";
  }

  /** What to answer of a service that isn't declared: in words, with the names that are close. */
  public static ObjectNode unknown(ServiceRef service, Sight sight) {
    List<String> known =
        sight.state().world().stream()
            .flatMap(world -> world.declarations().services().stream())
            .map(each -> each.ref().toString())
            .toList();
    List<String> close = CloseNames.of(service.toString(), known);
    ObjectNode root =
        JsonNodeFactory.instance
            .objectNode()
            .put(
                "error",
                "InferenceService "
                    + service
                    + " is not known (expected: "
                    + (close.isEmpty()
                        ? "one of the " + known.size() + " that ./sluice watch --once lists"
                        : "one like " + String.join(", ", close))
                    + ")");
    ArrayNode names = root.putArray("close");
    close.forEach(names::add);
    return root;
  }
}
