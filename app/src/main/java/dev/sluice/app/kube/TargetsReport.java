package dev.sluice.app.kube;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether the targets of one InferenceSLO are measured: the condition {@code TargetsMeasurable}.
 *
 * @param slo the InferenceSLO, as it is in the cluster
 * @param wanted the objectives that measure its targets, in the order of the targets
 * @param faults the targets that nothing measures, or that can't lead to a breach
 * @param notes what is done otherwise than the author may believe
 */
record TargetsReport(
    KubeObject slo, Map<ObjectKey, String> wanted, List<Fault> faults, List<String> notes) {

  private static final String TYPE = "TargetsMeasurable";
  private static final String TRUE = "True";
  private static final String GENERATION = "observedGeneration";
  private static final List<String> TEXTS =
      List.of("status", "reason", "message", "lastTransitionTime", GENERATION);

  /** Why a target isn't measured; the first is the condition's reason. */
  enum Reason {
    INVALID_TARGET("InvalidTarget"),
    PYRRA_MISSING("PyrraMissing"),
    NAME_TAKEN("NameTaken"),
    NOT_MEASURABLE("NotMeasurable"),
    NEVER_BREACHED("NeverBreached"),
    NOT_APPLIED("NotApplied");

    private final String word;

    Reason(String word) {
      this.word = word;
    }
  }

  /**
   * What is wrong with a target.
   *
   * @param words with the number, and what would be accepted
   */
  record Fault(Reason reason, String field, String words) {}

  TargetsReport {
    wanted = Collections.unmodifiableMap(new LinkedHashMap<>(wanted));
    faults = faults.stream().sorted(Comparator.comparing(Fault::reason)).toList();
    notes = List.copyOf(notes);
  }

  /** With what the API server refused of its objectives. */
  TargetsReport with(Map<ObjectKey, String> refusals) {
    List<Fault> more = new ArrayList<>(faults);
    wanted.forEach(
        (key, field) -> {
          String words = refusals.get(key);
          if (words != null) {
            more.add(
                new Fault(
                    Reason.NOT_APPLIED,
                    field,
                    key + " was refused: " + words + " (expected: accepted; tried every 30s)"));
          }
        });
    return new TargetsReport(slo, wanted, more, notes);
  }

  /** What a status says of targets. */
  static SortedMap<String, String> read(Fields status) {
    Fields condition = status.condition(TYPE);
    SortedMap<String, String> texts = new TreeMap<>();
    TEXTS.forEach(name -> condition.text(name).ifPresent(text -> texts.put(name, text)));
    return texts;
  }

  /**
   * What the status should say.
   *
   * @param before what it said last
   */
  SortedMap<String, String> texts(SortedMap<String, String> before, Instant now) {
    SortedMap<String, String> texts = new TreeMap<>();
    String status = faults.isEmpty() ? TRUE : "False";
    String at = now.truncatedTo(ChronoUnit.SECONDS).toString();
    texts.put("status", status);
    texts.put("reason", faults.isEmpty() ? "AllMeasured" : faults.getFirst().reason().word);
    texts.put("message", message());
    texts.put(
        "lastTransitionTime",
        status.equals(before.get("status")) ? before.getOrDefault("lastTransitionTime", at) : at);
    texts.put(GENERATION, Long.toString(slo.generation()));
    return texts;
  }

  private String message() {
    String measured =
        "measured by "
            + wanted.keySet().stream().map(ObjectKey::name).collect(Collectors.joining(", "));
    return Stream.of(
            faults.stream().map(fault -> fault.field() + ": " + fault.words()),
            faults.isEmpty() ? Stream.of(measured) : Stream.<String>empty(),
            notes.stream())
        .flatMap(part -> part)
        .collect(Collectors.joining("; "));
  }

  /** The {@code status} to apply for these texts. */
  static Map<String, Object> body(SortedMap<String, String> texts) {
    Map<String, Object> condition = new LinkedHashMap<>(texts);
    condition.put("type", TYPE);
    condition.computeIfPresent(GENERATION, (_, text) -> Long.valueOf(String.valueOf(text)));
    return Map.of("conditions", List.of(condition));
  }
}
