package dev.sluice.app.explain;

import dev.sluice.foreman.dispatch.DispatchDecision;
import dev.sluice.foreman.dispatch.DispatchDecision.Grounds;
import dev.sluice.foreman.dispatch.Dispatcher;
import dev.sluice.foreman.dispatch.Standing;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.ServiceVerdict;
import java.util.Optional;

/** What becomes of agent work: the answer that a dispatcher gets now, and Agents that are held. */
record DispatchLinks(Chain chain, Sight sight, ServiceRef service) {

  private static final int ORDINARY = 0;

  void add(Optional<ServiceVerdict> verdict) {
    verdict.ifPresent(this::addDecision);
    sight.around().held().stream()
        .filter(agent -> agent.services().contains(service))
        .forEach(
            agent ->
                chain
                    .add(
                        "held",
                        Optional.empty(),
                        "Agent "
                            + agent.name()
                            + " is held by "
                            + agent.by()
                            + agent.until().map(end -> ", until " + end).orElse(", without an end"))
                    .put("agent", agent.name()));
  }

  private void addDecision(ServiceVerdict verdict) {
    // Who belongs to a fraction is chance: the fraction is said, and not one draw of it.
    DispatchDecision decision = Dispatcher.decide(Standing.of(verdict), ORDINARY, sight.now(), 0);
    Grounds grounds = decision.grounds();
    long percent = Math.round(grounds.admitFraction() * 100);
    String answer =
        percent == 100 ? "admitted" : percent == 0 ? "deferred" : percent + "% admitted";
    chain
        .add(
            "dispatch",
            sight.now(),
            "work of ordinary priority is " + answer + " (" + grounds.reason().name() + ")")
        .put("reason", grounds.reason().name())
        .put("admitFraction", grounds.admitFraction());
  }
}
