package dev.sluice.evaluator.judge;

import dev.sluice.model.Evidence;
import dev.sluice.model.ServiceVerdict;
import java.time.Instant;
import java.util.List;

/**
 * One turn of the judge: what it was about, and its outcome. The next turn goes on from it.
 *
 * @param evidence of each declared service, in their order; none where Prometheus gave none
 * @param at when it was judged
 * @param next what the next turn starts from; all that must survive a restart
 * @param services the verdict of every declared service, sorted by name
 * @param transitions what changed, in the order of subjects
 */
public record Judgement(
    Declarations declarations,
    List<List<Evidence>> evidence,
    Instant at,
    JudgeState next,
    List<ServiceVerdict> services,
    List<Transition> transitions) {

  public Judgement {
    evidence = List.copyOf(evidence);
    services = List.copyOf(services);
    transitions = List.copyOf(transitions);
  }
}
