package dev.sluice.demo.story;

import dev.sluice.demo.report.Claims;
import dev.sluice.demo.report.Expectation;
import dev.sluice.demo.report.Run;
import dev.sluice.demo.report.Run.Disturbance;
import dev.sluice.demo.stage.Stage;
import dev.sluice.demo.story.BreachWatch.Reading;
import dev.sluice.lab.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The one story of every scenario: healthy traffic, a fault, the alert, the verdict, the shift, the
 * probe, the cure, the recovery. Each act waits for what must happen, with a bound; a story that
 * waits in vain ends there, and its run says for what.
 *
 * <p><em>Thread:</em> one plays. <em>On failure:</em> see above. <em>On shutdown:</em> {@link
 * #close()} ends the load and the watching.
 */
public final class Story implements AutoCloseable {

  private static final Duration WARM_UP = Duration.ofSeconds(30);
  private static final Duration SETTLED = Duration.ofMinutes(2);
  private static final Duration FIRING = Duration.ofSeconds(150);
  private static final Duration VERDICT = Duration.ofSeconds(30);
  private static final Duration SHIFT = Duration.ofSeconds(90);
  private static final Duration PROBE = Duration.ofSeconds(90);
  private static final Duration RECOVERY = Duration.ofMinutes(7);

  private static final Duration BEFORE = Duration.ofSeconds(20);
  private static final Duration DURING = Duration.ofSeconds(30);
  private static final Duration AFTER = Duration.ofSeconds(15);
  private static final Duration SHIFT_WINDOW = Duration.ofSeconds(3);
  private static final Duration SHARE_WINDOW = Duration.ofSeconds(10);
  private static final Duration DISPATCH_WINDOW = Duration.ofSeconds(3);
  // Half of what the claim allows, so that the stretch that is measured next is well inside.
  private static final double RECOVERED_WITHIN = Claims.RECOVERED_WITHIN / 2;
  private static final double AT_PROBE_WITHIN = 0.003;

  private final Stage stage;
  private final Expectation expected;
  private final List<Disturbance> disturbances;
  private final Cast cast;
  private final Pulse pulse;
  private final Chronicle chronicle;

  private Story(
      Stage stage, double requestsPerSecond, List<Disturbance> disturbances, Audience audience) {
    this.stage = stage;
    this.expected = stage.scenario().expected();
    this.disturbances = List.copyOf(disturbances);
    this.cast = Cast.enter(stage, requestsPerSecond, audience);
    this.pulse = new Pulse(cast, audience);
    this.chronicle = new Chronicle(expected, cast, requestsPerSecond);
  }

  /** Puts load on {@code stage} and lets {@code audience} know what happens from now on. */
  public static Story begin(
      Stage stage, double requestsPerSecond, List<Disturbance> disturbances, Audience audience) {
    return new Story(stage, requestsPerSecond, disturbances, audience);
  }

  /** Plays to the end, or until it waits in vain. The load goes on until {@link #close()}. */
  public Run play(Map<String, String> versions) {
    Optional<String> stalled = Optional.empty();
    try {
      warmUp();
      breakIt();
      hold();
      heal();
    } catch (IllegalStateException e) {
      stalled = Optional.of(String.valueOf(e.getMessage()));
      cast.timeline().mark("the story ends here: " + stalled.get());
    }
    return chronicle.write(stalled, versions);
  }

  private void warmUp() {
    Instant start = cast.timeline().start();
    cast.timeline().note("load begins");
    await(
        SETTLED,
        "every alert of %s is evaluated and the verdict is WITHIN_BUDGET"
            .formatted(stage.scenario().objective()),
        () -> cast.alerts().isEvaluated() && latest(start, "WITHIN_BUDGET"));
    rest(WARM_UP.minus(Duration.between(start, Instant.now())));
    Instant now = Instant.now();
    chronicle.before(now.minus(BEFORE), now);
  }

  private void breakIt() {
    stage.inject();
    Instant injected = cast.timeline().mark("fault: " + stage.scenario().fault().words());
    await(FIRING, "a fast or medium alert fires", () -> cast.alerts().pagesSince(injected));
    Instant fired = Instant.now();
    await(VERDICT, "the verdict is BREACHED", () -> latest(injected, "BREACHED"));
    Instant judged = Instant.now();
    double bound = Claims.SHIFTED * expected.declaredOfTroubled();
    await(
        SHIFT,
        "%s is served below 30%% of its declared share".formatted(expected.troubled()),
        () -> troubledShare(SHIFT_WINDOW) < bound);
    Instant shifted =
        cast.timeline()
            .mark("%s is below 30%% of its declared share".formatted(expected.troubled()));
    chronicle.shifted(injected, fired, judged, shifted);
  }

  private void hold() {
    await(
        PROBE,
        "%s is served its probe share only".formatted(expected.troubled()),
        () -> troubledShare(SHARE_WINDOW) <= expected.probeShare() + AT_PROBE_WITHIN);
    Instant from = cast.timeline().mark("%s is at its probe share".formatted(expected.troubled()));
    rest(disturbances.isEmpty() ? DURING : DURING.dividedBy(2));
    Disturber disturber = new Disturber(stage, cast);
    disturbances.forEach(disturbance -> chronicle.disturbed(disturber.cause(disturbance)));
    chronicle.during(from, Instant.now());
  }

  private void heal() {
    stage.heal();
    Instant healed =
        cast.timeline().mark("cure: %s is healthy again".formatted(expected.troubled()));
    await(
        RECOVERY,
        "declared shares are served again and dispatch is admitted",
        () -> declaredSharesServed() && admitted());
    Instant recovered = cast.timeline().mark("recovered: declared shares, dispatch ADMIT");
    chronicle.recovered(healed, recovered);
    rest(AFTER);
    chronicle.after(recovered, Instant.now());
  }

  private void await(Duration atMost, String what, BooleanSupplier condition) {
    Await.until(atMost, what, condition);
  }

  private boolean latest(Instant since, String state) {
    return cast.breach().latestAfter(since).map(Reading::state).equals(Optional.of(state));
  }

  private double troubledShare(Duration window) {
    return cast.shares().last(window).getOrDefault(expected.troubled(), 1.0);
  }

  private boolean declaredSharesServed() {
    Map<String, Double> served = cast.shares().last(SHARE_WINDOW);
    return expected.declaredShare().entrySet().stream()
        .allMatch(
            declared ->
                Math.abs(served.getOrDefault(declared.getKey(), 0.0) - declared.getValue())
                    <= RECOVERED_WITHIN);
  }

  private boolean admitted() {
    Instant now = Instant.now();
    List<Reading> lately = cast.breach().between(now.minus(DISPATCH_WINDOW), now);
    return !lately.isEmpty() && lately.stream().allMatch(r -> r.dispatch().equals("ADMIT"));
  }

  static void rest(Duration duration) {
    try {
      Thread.sleep(duration.isNegative() ? Duration.ZERO : duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    pulse.close();
    cast.close();
  }
}
