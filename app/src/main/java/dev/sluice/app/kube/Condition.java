package dev.sluice.app.kube;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A condition in the status of a ModelRouter. Conditions are compared as flat maps of texts, with
 * keys {@code TYPE/field}, so that what is wanted and what is there compare by equality.
 */
record Condition(String type, boolean isTrue, String reason, String message) {

  private static final int MOST_WORDS = 1024;
  private static final String STATUS = "status";
  private static final String SINCE = "lastTransitionTime";
  private static final List<String> TEXTS = List.of(STATUS, "reason", "message", SINCE);

  Condition {
    message =
        message.length() <= MOST_WORDS ? message : message.substring(0, MOST_WORDS - 3) + "...";
  }

  /** All of them as texts, after {@code before}. */
  static SortedMap<String, String> texts(
      List<Condition> conditions, SortedMap<String, String> before, String now) {
    SortedMap<String, String> texts = new TreeMap<>();
    for (Condition condition : conditions) {
      String status = condition.isTrue ? "True" : "False";
      texts.put(condition.key(STATUS), status);
      texts.put(condition.key("reason"), condition.reason);
      texts.put(condition.key("message"), condition.message);
      texts.put(
          condition.key(SINCE),
          status.equals(before.get(condition.key(STATUS)))
              ? before.getOrDefault(condition.key(SINCE), now)
              : now);
    }
    return texts;
  }

  private String key(String field) {
    return key(type, field);
  }

  static String key(String type, String field) {
    return type + "/" + field;
  }

  /** Whether these texts and those say the same but for the messages. */
  static boolean sayTheSame(SortedMap<String, String> texts, SortedMap<String, String> others) {
    return withoutMessages(texts).equals(withoutMessages(others));
  }

  private static SortedMap<String, String> withoutMessages(SortedMap<String, String> texts) {
    SortedMap<String, String> rest = new TreeMap<>(texts);
    rest.keySet().removeIf(key -> key.endsWith("/message") || key.endsWith("/" + SINCE));
    return rest;
  }

  /** What a status says of conditions of these types; empty if nothing. */
  static SortedMap<String, String> read(Fields status, List<String> types) {
    SortedMap<String, String> texts = new TreeMap<>();
    for (String type : types) {
      Fields condition = status.condition(type);
      TEXTS.forEach(
          name -> condition.text(name).ifPresent(text -> texts.put(key(type, name), text)));
    }
    return texts;
  }

  /** The {@code status} to apply: these and nothing else, so that we own nothing else. */
  static Map<String, Object> body(SortedMap<String, String> texts, long generation) {
    Map<String, Map<String, Object>> conditions = new LinkedHashMap<>();
    texts.forEach(
        (key, text) -> {
          String type = key.substring(0, key.indexOf('/'));
          conditions
              .computeIfAbsent(type, it -> begun(it, generation))
              .put(key.substring(type.length() + 1), text);
        });
    return Map.of("conditions", List.copyOf(conditions.values()));
  }

  private static Map<String, Object> begun(String type, long generation) {
    Map<String, Object> condition = new LinkedHashMap<>();
    condition.put("type", type);
    condition.put("observedGeneration", generation);
    return condition;
  }
}
