package dev.sluice.lab.load;

import java.util.Map;

/**
 * Everything since the start.
 *
 * @param sent requests that were due, those still under way included
 * @param finished of them, ended one way or the other
 * @param failures failed requests per reason
 */
public record Totals(long sent, long finished, long failed, Map<String, Long> failures) {
  public Totals {
    failures = Map.copyOf(failures);
  }
}
