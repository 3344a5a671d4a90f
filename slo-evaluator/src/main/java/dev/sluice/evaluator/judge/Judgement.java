package dev.sluice.evaluator.judge;

import dev.sluice.model.ServiceRef;
import dev.sluice.model.ServiceVerdict;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The outcome of one turn of the judge.
 *
 * @param next what the next turn starts from; all that must survive a restart
 * @param services the verdict of every known service
 * @param transitions what changed, in the order of subjects
 */
public record Judgement(
    JudgeState next, SortedMap<ServiceRef, ServiceVerdict> services, List<Transition> transitions) {

  public Judgement {
    services = Collections.unmodifiableSortedMap(new TreeMap<>(services));
    transitions = List.copyOf(transitions);
  }
}
