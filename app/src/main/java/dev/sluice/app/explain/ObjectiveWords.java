package dev.sluice.app.explain;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.AlertState;
import dev.sluice.model.BurnRateTier;
import dev.sluice.model.Evidence;
import dev.sluice.model.Objective;
import dev.sluice.model.PromDuration;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** An objective and its burn-rate alerts, for people and for programs. */
final class ObjectiveWords {

  private static final MathContext SIX_DIGITS = new MathContext(6);

  private ObjectiveWords() {}

  /** {@code qwen-ttft: 99% over 4w (latency)}. */
  static String declared(Objective objective) {
    return "%s: %s%% over %s (%s)"
        .formatted(
            objective.ref().name(),
            percent(objective.target()),
            PromDuration.format(objective.window()),
            objective.indicator().name().toLowerCase(Locale.ROOT));
  }

  private static String percent(double ratio) {
    return new BigDecimal(ratio * 100).round(SIX_DIGITS).stripTrailingZeros().toPlainString();
  }

  /**
   * {@code burns 28.9x its budget over 1m; fast firing (14x over 1m and 10m; active since
   * 2026-01-01T10:42:11Z, 3m4s)}.
   */
  static String measured(Objective objective, Evidence.Measured evidence, Instant now) {
    String burn =
        evidence.burnRate().isPresent()
            ? "burns %sx its budget over %s"
                .formatted(rate(evidence.burnRate().getAsDouble()), burnWindow(objective))
            : "no burn rate known (read while the service isn't within budget, from requests of "
                + burnWindow(objective)
                + ")";
    List<String> alerts =
        Arrays.stream(BurnRateTier.values())
            .filter(tier -> matters(tier, evidence.alert(tier)))
            .map(tier -> alert(objective, evidence, tier, now))
            .toList();
    return burn + "; " + (alerts.isEmpty() ? "no alert" : String.join(", ", alerts));
  }

  // What is pending in a tier that makes no breach leads to nothing; programs are told all the
  // same.
  private static boolean matters(BurnRateTier tier, AlertState state) {
    return state == AlertState.FIRING || (state == AlertState.PENDING && tier.isPage());
  }

  private static String burnWindow(Objective objective) {
    return PromDuration.format(objective.windows(BurnRateTier.FAST).shortWindow());
  }

  private static String rate(double value) {
    return String.format(Locale.ROOT, value < 1 ? "%.2f" : "%.1f", value);
  }

  private static String alert(
      Objective objective, Evidence.Measured evidence, BurnRateTier tier, Instant now) {
    BurnRateTier.Windows windows = objective.windows(tier);
    return "%s %s (%dx over %s and %s%s%s)"
        .formatted(
            word(tier),
            word(evidence.alert(tier)),
            tier.factor(),
            PromDuration.format(windows.shortWindow()),
            PromDuration.format(windows.longWindow()),
            tier.isPage() ? "" : ", no breach by itself",
            evidence.activeSince(tier).map(at -> since(at, now)).orElse(""));
  }

  private static String since(Instant at, Instant now) {
    Duration age = Duration.between(at, now);
    return "; active since %s, %s"
        .formatted(
            at.truncatedTo(ChronoUnit.SECONDS),
            PromDuration.format(
                age.isNegative() ? Duration.ZERO : age.truncatedTo(ChronoUnit.SECONDS)));
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** What is declared. */
  static ObjectNode put(Objective objective, ObjectNode node) {
    return node.put("objective", objective.ref().toString())
        .put("indicator", objective.indicator().name())
        .put("target", objective.target())
        .put("window", PromDuration.format(objective.window()));
  }

  /** What is declared and what was measured. */
  static void put(Objective objective, Evidence.Measured evidence, ObjectNode node) {
    put(objective, node).put("burnWindow", burnWindow(objective));
    evidence.subject().replica().ifPresent(name -> node.put("replica", name));
    evidence.burnRate().ifPresent(rate -> node.put("burnRate", rate));
    evidence.samples().ifPresent(samples -> node.put("samples", samples));
    ArrayNode alerts = node.putArray("alerts");
    for (BurnRateTier tier : BurnRateTier.values()) {
      BurnRateTier.Windows windows = objective.windows(tier);
      ObjectNode alert =
          alerts
              .addObject()
              .put("tier", tier.name())
              .put("factor", tier.factor())
              .put("short", PromDuration.format(windows.shortWindow()))
              .put("long", PromDuration.format(windows.longWindow()))
              .put("pages", tier.isPage())
              .put("state", evidence.alert(tier).name());
      evidence.activeSince(tier).ifPresent(at -> alert.put("activeAt", at.toString()));
    }
  }
}
