package dev.sluice.app.history;

import java.time.Instant;
import java.util.List;
import java.util.SortedMap;

/**
 * How a rule's requests were shared out over time.
 *
 * @param times of the samples, oldest first
 * @param lines by backend
 */
public record RulePicture(List<Instant> times, SortedMap<String, Line> lines) {

  /**
   * One backend; a value for each time, each a part of the rule's requests.
   *
   * @param wanted what Envoys are told
   * @param served what they report; NaN where they report nothing
   */
  public record Line(List<Float> wanted, List<Float> served) {}
}
