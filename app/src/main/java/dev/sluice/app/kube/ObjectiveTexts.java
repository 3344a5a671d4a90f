package dev.sluice.app.kube;

import dev.sluice.model.BurnRateTier;
import dev.sluice.model.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What {@code status.objectives} says, as a flat map of texts, so that it compares by equality:
 * {@code objectives/qwen-ttft/burnRate: 14.4}.
 */
final class ObjectiveTexts {

  private static final String LIST = "objectives";
  private static final String NAME = "name";
  private static final List<String> FIELDS = List.of(NAME, "tier", "burnRate", "message");

  private ObjectiveTexts() {}

  static SortedMap<String, String> of(List<Finding> findings) {
    SortedMap<String, String> texts = new TreeMap<>();
    // The most urgent first; the API server's list has one entry for a name.
    for (Finding finding : findings.reversed()) {
      String name = finding.objective().name();
      texts.put(key(name, NAME), name);
      texts.put(key(name, "message"), finding.words());
      finding.tier().ifPresent(tier -> texts.put(key(name, "tier"), tier(tier)));
      finding
          .burnRate()
          .ifPresent(burnRate -> texts.put(key(name, "burnRate"), burnRate(burnRate)));
    }
    return texts;
  }

  static SortedMap<String, String> read(Fields status) {
    SortedMap<String, String> texts = new TreeMap<>();
    for (Fields objective : status.items(LIST)) {
      String name = objective.text(NAME).orElse("");
      FIELDS.forEach(
          field -> objective.text(field).ifPresent(text -> texts.put(key(name, field), text)));
    }
    return texts;
  }

  /** The list of these texts. */
  static List<Map<String, String>> body(SortedMap<String, String> texts) {
    Map<String, Map<String, String>> byName = new TreeMap<>();
    texts.forEach(
        (key, text) -> {
          String[] steps = key.split("/", -1);
          if (steps.length == 3 && steps[0].equals(LIST)) {
            byName.computeIfAbsent(steps[1], _ -> new TreeMap<>()).put(steps[2], text);
          }
        });
    return new ArrayList<>(byName.values());
  }

  static String tier(BurnRateTier tier) {
    return tier.name().toLowerCase(Locale.ROOT);
  }

  static String burnRate(double burnRate) {
    return String.format(Locale.ROOT, "%.3g", burnRate);
  }

  private static String key(String name, String field) {
    return LIST + "/" + name + "/" + field;
  }
}
