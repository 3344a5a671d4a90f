package dev.sluice.demo.report;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a scenario promises, in the terms of its report.
 *
 * @param scenario its name on the command line
 * @param headline one sentence for people
 * @param troubled the backend or replica that is made to misbehave
 * @param declaredShare fraction of the traffic that the manifests give to each one
 * @param probeShare fraction of the traffic that the troubled one is left with in the end
 * @param objectiveTtftMs the time to first token that 99% of requests must keep
 * @param dispatchDuring what the breach service answers during the breach: {@code DEFER} when the
 *     whole service is breached, {@code ADMIT} when only a replica of it is
 */
public record Expectation(
    String scenario,
    String headline,
    String troubled,
    SortedMap<String, Double> declaredShare,
    double probeShare,
    int objectiveTtftMs,
    String dispatchDuring) {

  public Expectation {
    declaredShare = new TreeMap<>(declaredShare);
    if (!declaredShare.containsKey(troubled)) {
      throw new IllegalArgumentException(
          "troubled: %s (expected: one of %s)".formatted(troubled, declaredShare.keySet()));
    }
  }

  /** What the troubled one gets while nothing is wrong. */
  public double declaredOfTroubled() {
    return declaredShare.getOrDefault(troubled, 0.0);
  }

  /** Backends or replicas in the order of every table and legend. */
  public List<String> names() {
    return List.copyOf(declaredShare.keySet());
  }
}
