package dev.sluice.xds.router;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which requests a rule takes: all given conditions must hold; none given takes every request.
 *
 * @param headers name (case-insensitive) to exact value
 * @param models globs on the "model" of the JSON body, with the meaning of Go's {@code path.Match}:
 *     {@code *} and {@code ?} don't match a slash; any one must match
 * @param dataClassification values of the classification header, any one of them
 * @param taskComplexity the value of {@code x-llmkube-task-complexity}
 * @param requiredCapabilities the rule counts only if one of its backends has all of them
 */
public record Match(
    Map<String, String> headers,
    List<String> models,
    List<String> dataClassification,
    Optional<String> taskComplexity,
    List<String> requiredCapabilities) {

  /** Every request. */
  public static final Match ANY =
      new Match(Map.of(), List.of(), List.of(), Optional.empty(), List.of());

  public Match {
    headers = Collections.unmodifiableMap(new TreeMap<>(headers));
    models = List.copyOf(models);
    dataClassification = List.copyOf(dataClassification);
    requiredCapabilities = List.copyOf(requiredCapabilities);
  }

  /** A glob that matches exactly this text. */
  static String literal(String text) {
    return text.replaceAll("([\\\\*?\\[])", "\\\\$1");
  }
}
