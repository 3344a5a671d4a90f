package dev.sluice.demo.report;

import dev.sluice.demo.report.Run.Chaos;
import dev.sluice.demo.report.Run.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;

/**
 * Checks what a run showed against what the product promises. The figures are all measured from
 * outside: at the clients, at the backends, and over gRPC.
 *
 * <table>
 * <caption>Bounds</caption>
 * <tr><td>failed requests</td><td>0</td></tr>
 * <tr><td>alert firing to shifted</td><td>60 s; shifted is below 30% of the declared share</td></tr>
 * <tr><td>during the breach</td><td>served share above 0 and at most half a point above the probe</td></tr>
 * <tr><td>after the recovery</td><td>each served share within 3 points of the declared one</td></tr>
 * <tr><td>across a disturbance</td><td>the troubled one's served share within 1 point</td></tr>
 * </table>
 */
public final class Claims {

  /** Below this fraction of its declared share, a backend counts as shifted away from. */
  public static final double SHIFTED = 0.3;

  /** How far a served share may be off the declared one, as a fraction of all traffic. */
  public static final double RECOVERED_WITHIN = 0.03;

  private static final double SECONDS_TO_SHIFT = 60;
  private static final double PROBE_TOLERANCE = 0.005;
  private static final double CHAOS_TOLERANCE = 0.01;
  private static final Set<String> STILL_BREACHED = Set.of("BREACHED");

  private final Run run;
  private final Expectation expected;

  private Claims(Run run) {
    this.run = run;
    this.expected = run.expected();
  }

  /** Every claim of the run's scenario, in the order of the story. */
  public static List<Claim> check(Run run) {
    return new Claims(run).all();
  }

  private List<Claim> all() {
    List<Claim> claims = new ArrayList<>();
    claims.add(storyEnds());
    claims.add(noFailedRequest());
    claims.add(trafficMovesInTime());
    claims.add(onlyTheProbeIsLeft());
    claims.add(clientsKeepTheObjective());
    claims.add(dispatch("before", run.phases().before(), "ADMIT"));
    claims.add(dispatch("during", run.phases().during(), expected.dispatchDuring()));
    claims.add(dispatch("after", run.phases().after(), "ADMIT"));
    claims.add(declaredSharesReturn());
    run.chaos().forEach(chaos -> claims.add(survives(chaos)));
    return List.copyOf(claims);
  }

  private Claim storyEnds() {
    return new Claim(
        "the story comes to its end",
        run.stalled().isEmpty(),
        run.stalled().map(words -> "waited in vain: " + words).orElse("recovered"));
  }

  private Claim noFailedRequest() {
    return new Claim(
        "no request fails",
        run.failed() == 0 && run.requests() > 0,
        "%d of %d failed %s (expected: 0)"
            .formatted(
                run.failed(),
                run.requests(),
                run.failures().isEmpty() ? "" : run.failures().toString())
            .replace("  ", " "));
  }

  private Claim trafficMovesInTime() {
    OptionalDouble verdict = run.seconds().firingToVerdict();
    OptionalDouble shifted = run.seconds().verdictToShifted();
    double total = verdict.orElse(Double.NaN) + shifted.orElse(Double.NaN);
    String bound = percent(SHIFTED * expected.declaredOfTroubled());
    return new Claim(
        "traffic leaves %s after the alert".formatted(expected.troubled()),
        total <= SECONDS_TO_SHIFT,
        Double.isNaN(total)
            ? "never below %s".formatted(bound)
            : String.format(
                Locale.ROOT, "below %s after %.1f s (expected: at most 60 s)", bound, total));
  }

  private Claim onlyTheProbeIsLeft() {
    double most = expected.probeShare() + PROBE_TOLERANCE;
    return measured(
        "%s keeps its probe share and no more".formatted(expected.troubled()),
        run.phases().during(),
        phase ->
            phase.shareOf(expected.troubled()) > 0 && phase.shareOf(expected.troubled()) <= most,
        phase ->
            "served %s (expected: above 0, up to %s)"
                .formatted(percent(phase.shareOf(expected.troubled())), percent(most)));
  }

  private Claim clientsKeepTheObjective() {
    return measured(
        "clients get their first token in time during the breach",
        run.phases().during(),
        phase -> phase.ttftP99Ms() < expected.objectiveTtftMs(),
        phase ->
            String.format(
                Locale.ROOT,
                "p99 %.0f ms (expected: below %d ms)",
                phase.ttftP99Ms(),
                expected.objectiveTtftMs()));
  }

  private Claim dispatch(String when, Optional<Phase> phase, String answer) {
    return measured(
        "dispatch %s the breach is %s%s".formatted(when, answer, becauseOnlyAReplica(when)),
        phase,
        measured -> measured.dispatch().equals(answer) && !measured.dispatchWords().isBlank(),
        measured -> "%s: %s".formatted(measured.dispatch(), measured.dispatchWords()));
  }

  private String becauseOnlyAReplica(String when) {
    boolean replicaOnly = when.equals("during") && expected.dispatchDuring().equals("ADMIT");
    return replicaOnly ? ": only a replica is breached, not its service" : "";
  }

  private Claim declaredSharesReturn() {
    return measured(
        "declared shares are served again",
        run.phases().after(),
        phase -> expected.names().stream().allMatch(name -> nearDeclared(phase, name)),
        phase ->
            String.join(
                ", ",
                expected.names().stream()
                    .map(name -> name + " " + percent(phase.shareOf(name)))
                    .toList()));
  }

  private boolean nearDeclared(Phase phase, String name) {
    double declared = expected.declaredShare().getOrDefault(name, 0.0);
    return Math.abs(phase.shareOf(name) - declared) <= RECOVERED_WITHIN;
  }

  private Claim survives(Chaos chaos) {
    boolean sameShare = Math.abs(chaos.shareAfter() - chaos.shareBefore()) <= CHAOS_TOLERANCE;
    boolean noFalseRecovery = STILL_BREACHED.containsAll(chaos.statesSeen());
    boolean sameDecision =
        switch (chaos.disturbance()) {
          case KILL_SLUICE -> chaos.decisionAfter().equals(chaos.decisionBefore());
          // Without evidence the verdict is Unknown for a while, which is a decision of its own.
          case RESTART_PROMETHEUS -> true;
        };
    return new Claim(
        "%s changes nothing".formatted(chaos.disturbance().words()),
        sameShare && noFalseRecovery && sameDecision,
        String.format(
            Locale.ROOT,
            "share %s -> %s, decision %s -> %s, acting state %s, %.1f s",
            percent(chaos.shareBefore()),
            percent(chaos.shareAfter()),
            chaos.decisionBefore(),
            chaos.decisionAfter(),
            String.join(", ", chaos.statesSeen()),
            chaos.seconds()));
  }

  private static Claim measured(
      String name,
      Optional<Phase> phase,
      Function<Phase, Boolean> holds,
      Function<Phase, String> figures) {
    return new Claim(
        name, phase.map(holds).orElse(false), phase.map(figures).orElse("never measured"));
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f%%", 100 * share);
  }
}
