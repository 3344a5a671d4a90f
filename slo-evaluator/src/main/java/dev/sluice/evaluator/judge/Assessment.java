package dev.sluice.evaluator.judge;

import dev.sluice.model.AlertState;
import dev.sluice.model.BurnRateTier;
import dev.sluice.model.Evidence;
import dev.sluice.model.Finding;
import dev.sluice.model.Indicator;
import dev.sluice.model.Objective;
import dev.sluice.model.ObjectiveRef;
import dev.sluice.model.PromDuration;
import dev.sluice.model.UnknownCause;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** What one objective's evidence amounts to, and how to say it. */
record Assessment(
    ObjectiveRef objective,
    Indicator indicator,
    Urgency urgency,
    Optional<BurnRateTier> tier,
    OptionalDouble burnRate,
    OptionalDouble samples,
    Optional<UnknownCause> cause,
    String words) {

  private static final long[] TEN_TO_THE = {1, 10, 100, 1000};

  /** Least urgent first. */
  enum Urgency {
    CLEAR,
    /** Nothing can be concluded. */
    UNUSABLE,
    /** A slow or long alert fires. */
    RISK,
    /** A fast or medium alert is pending: it burns, but not for as long as the rule asks. */
    PENDING,
    /** A fast or medium alert fires. */
    FIRING
  }

  static Assessment of(Objective objective, Evidence evidence) {
    return switch (evidence) {
      case Evidence.Unusable unusable -> unusable(objective, unusable.cause(), unusable.words());
      case Evidence.Measured measured -> measured(objective, measured);
    };
  }

  static Assessment unusable(Objective objective, UnknownCause cause, String words) {
    return new Assessment(
        objective.ref(),
        objective.indicator(),
        Urgency.UNUSABLE,
        Optional.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        Optional.of(cause),
        words);
  }

  /** The same objective, firing because each of its replicas is breached. */
  Assessment firingInEveryReplica(BurnRateTier worst) {
    return new Assessment(
        objective,
        indicator,
        Urgency.FIRING,
        Optional.of(worst),
        burnRate,
        samples,
        cause,
        objective.name() + " is breached in every replica");
  }

  private static Assessment measured(Objective objective, Evidence.Measured evidence) {
    Optional<BurnRateTier> tier = worstTier(evidence);
    Urgency urgency = tier.map(worst -> urgency(evidence, worst)).orElse(Urgency.CLEAR);
    return new Assessment(
        objective.ref(),
        objective.indicator(),
        urgency,
        tier,
        evidence.burnRate(),
        evidence.samples(),
        Optional.empty(),
        words(objective, evidence, tier));
  }

  private static Optional<BurnRateTier> worstTier(Evidence.Measured evidence) {
    Optional<BurnRateTier> worst = Optional.empty();
    for (BurnRateTier tier : BurnRateTier.values()) {
      Urgency urgency = urgency(evidence, tier);
      if (urgency != Urgency.CLEAR
          && worst.map(other -> urgency.compareTo(urgency(evidence, other)) > 0).orElse(true)) {
        worst = Optional.of(tier);
      }
    }
    return worst;
  }

  private static Urgency urgency(Evidence.Measured evidence, BurnRateTier tier) {
    return switch (evidence.alert(tier)) {
      case FIRING -> tier.isPage() ? Urgency.FIRING : Urgency.RISK;
      case PENDING -> tier.isPage() ? Urgency.PENDING : Urgency.CLEAR;
      case INACTIVE -> Urgency.CLEAR;
    };
  }

  private static String words(
      Objective objective, Evidence.Measured evidence, Optional<BurnRateTier> tier) {
    if (evidence.burnRate().isEmpty() && tier.isEmpty()) {
      return objective.ref().name() + " has no alert";
    }
    StringBuilder words = new StringBuilder(objective.ref().name());
    if (evidence.burnRate().isPresent()) {
      words.append(" burns ");
      appendThreeDigits(words, evidence.burnRate().getAsDouble());
      words
          .append("x its error budget over ")
          .append(PromDuration.format(objective.windows(BurnRateTier.FAST).shortWindow()));
    }
    tier.ifPresent(
        worst -> {
          BurnRateTier.Windows windows = objective.windows(worst);
          words
              .append(evidence.burnRate().isPresent() ? ", " : ": ")
              .append(worst.name().toLowerCase(Locale.ROOT))
              .append(" alert ")
              .append(evidence.alert(worst) == AlertState.FIRING ? "firing" : "pending")
              .append(" (" + worst.factor() + "x over ")
              .append(PromDuration.format(windows.shortWindow()))
              .append(" and ")
              .append(PromDuration.format(windows.longWindow()))
              .append(')');
        });
    return words.toString();
  }

  /**
   * 0.200, 4.56, 20.0, 123. By hand, because {@code String.format} was most of the time of judging
   * a fleet whose burn rates all changed.
   */
  private static void appendThreeDigits(StringBuilder words, double value) {
    int decimals = value < 0.9995 ? 3 : value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
    long unit = TEN_TO_THE[decimals];
    long scaled = Math.round(value * unit);
    words.append(scaled / unit);
    if (decimals > 0) {
      words.append('.').append(Long.toString(scaled % unit + unit), 1, decimals + 1);
    }
  }

  Finding finding() {
    return new Finding(objective, tier, burnRate, words);
  }

  boolean burnsAtLeast(double rate) {
    return burnRate.isPresent() && burnRate.getAsDouble() >= rate;
  }
}
