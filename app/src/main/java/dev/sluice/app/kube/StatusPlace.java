package dev.sluice.app.kube;

import dev.sluice.model.ServiceVerdict;
import dev.sluice.model.UnknownCause;
import dev.sluice.model.Verdict;
import dev.sluice.model.VerdictState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where a verdict is shown, and how. What is written there is a flat map of texts, so that what is
 * wanted and what is there compare by equality; an empty map means nothing of ours.
 */
sealed interface StatusPlace {

  /** The place in a kind's status, if we have one there. */
  static Optional<StatusPlace> of(WatchedKind kind) {
    return switch (kind) {
      case INFERENCE_SERVICE -> Optional.of(new BreachedCondition());
      case INFERENCE_SLO -> Optional.of(new SloStatus());
      case MODEL_ROUTER,
          MODEL_POOL,
          SERVICE_LEVEL_OBJECTIVE,
          AGENT,
          AGENTIC_TASK,
          SERVICE,
          ENDPOINT_SLICE ->
          Optional.empty();
    };
  }

  /** What a status says of ours. */
  SortedMap<String, String> read(Fields status);

  /**
   * What it should say.
   *
   * @param before what it said last
   */
  SortedMap<String, String> wanted(ServiceVerdict service, SortedMap<String, String> before);

  /**
   * These texts with other shares, where shares are shown.
   *
   * @param shares of which only what {@link ShareTexts} makes is taken
   */
  SortedMap<String, String> withShares(
      SortedMap<String, String> texts, SortedMap<String, String> shares);

  /** The state that these texts show; empty if they show none. */
  Optional<String> state(SortedMap<String, String> texts);

  /** The {@code status} to apply: these texts and nothing else, so that we own nothing else. */
  Map<String, Object> body(SortedMap<String, String> texts, long generation);

  /** One sentence with all that a person asks first: what burns, how fast, since when, which id. */
  static String message(Verdict verdict) {
    String words = verdict.words();
    return (words.isEmpty() ? verdict.state().word() : words)
        + "; "
        + verdict.state().word()
        + " since "
        + seconds(verdict.since())
        + hold(verdict)
        + ", decision "
        + verdict.decision();
  }

  /** A breach that can't be seen any more still keeps traffic away for a while: say so. */
  private static String hold(Verdict verdict) {
    return verdict instanceof Verdict.Unknown unknown
            && unknown.held() != VerdictState.WITHIN_BUDGET
        ? "; " + unknown.holdWords()
        : "";
  }

  // Kubernetes' metav1.Time has no fractions.
  private static Instant seconds(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS);
  }

  private static SortedMap<String, String> read(Fields fields, List<String> names) {
    SortedMap<String, String> texts = new TreeMap<>();
    names.forEach(name -> fields.text(name).ifPresent(text -> texts.put(name, text)));
    return texts;
  }

  /**
   * {@code SLOBreached} among the conditions of an InferenceService. A service without an objective
   * gets none: the condition would only say that nobody asked.
   */
  record BreachedCondition() implements StatusPlace {

    static final String TYPE = "SLOBreached";
    private static final List<String> TEXTS =
        List.of("status", "reason", "message", "lastTransitionTime");

    @Override
    public SortedMap<String, String> read(Fields status) {
      return StatusPlace.read(status.condition(TYPE), TEXTS);
    }

    @Override
    public SortedMap<String, String> wanted(
        ServiceVerdict service, SortedMap<String, String> before) {
      Verdict verdict = service.verdict();
      SortedMap<String, String> texts = new TreeMap<>();
      if (verdict instanceof Verdict.Unknown unknown
          && unknown.cause() == UnknownCause.NO_OBJECTIVE) {
        return texts;
      }
      String status = status(verdict.state());
      String since = seconds(verdict.since()).toString();
      texts.put("status", status);
      texts.put("reason", verdict.state().word());
      texts.put("message", message(verdict));
      // AtRisk to WithinBudget, both False, is no transition of the condition.
      texts.put(
          "lastTransitionTime",
          status.equals(before.get("status"))
              ? before.getOrDefault("lastTransitionTime", since)
              : since);
      return texts;
    }

    private static String status(VerdictState state) {
      return switch (state) {
        case BREACHED -> "True";
        case WITHIN_BUDGET, AT_RISK, RECOVERING -> "False";
        case UNKNOWN -> "Unknown";
      };
    }

    @Override
    public SortedMap<String, String> withShares(
        SortedMap<String, String> texts, SortedMap<String, String> shares) {
      return texts;
    }

    @Override
    public Optional<String> state(SortedMap<String, String> texts) {
      return Optional.ofNullable(texts.get("reason"));
    }

    @Override
    public Map<String, Object> body(SortedMap<String, String> texts, long generation) {
      if (texts.isEmpty()) {
        return Map.of("conditions", List.of());
      }
      Map<String, Object> condition = new LinkedHashMap<>(texts);
      condition.put("type", TYPE);
      condition.put("observedGeneration", generation);
      return Map.of("conditions", List.of(condition));
    }
  }

  /** The whole status of an InferenceSLO. */
  record SloStatus() implements StatusPlace {

    private static final List<String> TEXTS =
        List.of("state", "since", "decision", "objective", "tier", "burnRate", "message");

    @Override
    public SortedMap<String, String> read(Fields status) {
      SortedMap<String, String> texts = StatusPlace.read(status, TEXTS);
      texts.putAll(ObjectiveTexts.read(status));
      texts.putAll(ShareTexts.read(status));
      return texts;
    }

    @Override
    public SortedMap<String, String> wanted(
        ServiceVerdict service, SortedMap<String, String> before) {
      Verdict verdict = service.verdict();
      SortedMap<String, String> texts = new TreeMap<>(ObjectiveTexts.of(verdict.findings()));
      texts.put("state", verdict.state().word());
      texts.put("since", seconds(verdict.since()).toString());
      texts.put("decision", verdict.decision().text());
      texts.put("message", message(verdict));
      verdict.objective().ifPresent(objective -> texts.put("objective", objective.name()));
      if (verdict instanceof Verdict.Breached breached) {
        texts.put("tier", ObjectiveTexts.tier(breached.tier()));
      }
      OptionalDouble burnRate = verdict.burnRate();
      if (burnRate.isPresent()) {
        texts.put("burnRate", ObjectiveTexts.burnRate(burnRate.getAsDouble()));
      }
      return texts;
    }

    @Override
    public SortedMap<String, String> withShares(
        SortedMap<String, String> texts, SortedMap<String, String> shares) {
      SortedMap<String, String> next = new TreeMap<>(texts);
      next.keySet().removeIf(ShareTexts::isOne);
      shares.forEach(
          (key, text) -> {
            if (ShareTexts.isOne(key)) {
              next.put(key, text);
            }
          });
      return next;
    }

    @Override
    public Optional<String> state(SortedMap<String, String> texts) {
      return Optional.ofNullable(texts.get("state"));
    }

    @Override
    public Map<String, Object> body(SortedMap<String, String> texts, long generation) {
      Map<String, Object> status = new LinkedHashMap<>(texts);
      status.keySet().retainAll(TEXTS);
      status.put("objectives", ObjectiveTexts.body(texts));
      status.putAll(ShareTexts.body(texts));
      status.put("observedGeneration", generation);
      return status;
    }
  }
}
