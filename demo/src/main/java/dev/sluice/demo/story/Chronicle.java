package dev.sluice.demo.story;

import dev.sluice.demo.report.Expectation;
import dev.sluice.demo.report.Run;
import dev.sluice.demo.report.Run.Chaos;
import dev.sluice.demo.report.Run.Phase;
import dev.sluice.demo.report.Run.Phases;
import dev.sluice.demo.report.Run.Sample;
import dev.sluice.demo.report.Run.Seconds;
import dev.sluice.demo.report.Run.Setting;
import dev.sluice.demo.story.BreachWatch.Reading;
import dev.sluice.lab.load.Totals;
import dev.sluice.lab.load.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Keeps the times of a story's turns and writes its run from them. Figures are taken at the end,
 * from the counts and outcomes that were kept: a request counts in the second in which it was due,
 * and the slow ones of that second are only known later.
 */
final class Chronicle {

  private static final Duration SHARE_SPAN = Duration.ofMillis(2_500);
  // Long enough that a p99 isn't decided by the one slow request that a probe share lets through.
  private static final Duration TTFT_SPAN = Duration.ofSeconds(5);
  private static final Duration LONGEST_REQUEST = Duration.ofSeconds(4);

  private final Expectation expected;
  private final Cast cast;
  private final double requestsPerSecond;
  private final List<Chaos> chaos = new ArrayList<>();
  private Optional<Stretch> before = Optional.empty();
  private Optional<Stretch> during = Optional.empty();
  private Optional<Stretch> after = Optional.empty();
  private OptionalDouble injectToFiring = OptionalDouble.empty();
  private OptionalDouble firingToVerdict = OptionalDouble.empty();
  private OptionalDouble verdictToShifted = OptionalDouble.empty();
  private OptionalDouble healToRecovered = OptionalDouble.empty();

  private record Stretch(Instant from, Instant to) {}

  Chronicle(Expectation expected, Cast cast, double requestsPerSecond) {
    this.expected = expected;
    this.cast = cast;
    this.requestsPerSecond = requestsPerSecond;
  }

  void before(Instant from, Instant to) {
    before = Optional.of(new Stretch(from, to));
  }

  void during(Instant from, Instant to) {
    during = Optional.of(new Stretch(from, to));
  }

  void after(Instant from, Instant to) {
    after = Optional.of(new Stretch(from, to));
  }

  void shifted(Instant injected, Instant fired, Instant judged, Instant shifted) {
    injectToFiring = seconds(injected, fired);
    firingToVerdict = seconds(fired, judged);
    verdictToShifted = seconds(judged, shifted);
  }

  void recovered(Instant healed, Instant recovered) {
    healToRecovered = seconds(healed, recovered);
  }

  void disturbed(Chaos what) {
    chaos.add(what);
  }

  Run write(Optional<String> stalled, Map<String, String> versions) {
    Story.rest(LONGEST_REQUEST);
    Instant end = Instant.now().minus(LONGEST_REQUEST);
    Totals totals = cast.load().totals();
    return new Run(
        expected,
        new Setting(cast.timeline().start().toString(), requestsPerSecond, new TreeMap<>(versions)),
        totals.finished(),
        totals.failed(),
        totals.failures(),
        stalled,
        new Phases(before.map(this::phase), during.map(this::phase), after.map(this::phase)),
        new Seconds(injectToFiring, firingToVerdict, verdictToShifted, healToRecovered),
        chaos,
        cast.timeline().events(),
        samples(end));
  }

  private Phase phase(Stretch stretch) {
    Window window = cast.load().window(stretch.from(), stretch.to());
    List<Reading> readings = cast.breach().between(stretch.from(), stretch.to());
    List<String> answers = readings.stream().map(Reading::dispatch).distinct().toList();
    return new Phase(
        cast.shares().between(stretch.from(), stretch.to()),
        millis(window.ttftP99()).orElse(Double.NaN),
        answers.isEmpty() ? "NONE" : String.join(" and ", answers),
        readings.isEmpty() ? "" : readings.getLast().words());
  }

  private List<Sample> samples(Instant end) {
    List<Sample> samples = new ArrayList<>();
    Instant start = cast.timeline().start();
    for (Instant at = start.plus(SHARE_SPAN); at.isBefore(end); at = at.plusSeconds(1)) {
      Window window = cast.load().window(at.minus(TTFT_SPAN), at.plus(TTFT_SPAN));
      samples.add(
          new Sample(
              cast.timeline().second(at),
              cast.shares().between(at.minus(SHARE_SPAN), at.plus(SHARE_SPAN)),
              millis(window.ttftP50()),
              millis(window.ttftP99())));
    }
    return samples;
  }

  private static OptionalDouble millis(Optional<Duration> duration) {
    return duration.map(d -> OptionalDouble.of(d.toNanos() / 1e6)).orElse(OptionalDouble.empty());
  }

  private static OptionalDouble seconds(Instant from, Instant to) {
    return OptionalDouble.of(Duration.between(from, to).toMillis() / 1e3);
  }
}
