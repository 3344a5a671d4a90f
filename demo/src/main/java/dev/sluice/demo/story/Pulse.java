package dev.sluice.demo.story;

import dev.sluice.lab.load.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Tells the audience how traffic stands, once a second.
 *
 * <p><em>Thread:</em> its own. <em>On failure:</em> a second without a line. <em>On shutdown:</em>
 * {@link #close()} stops it.
 */
final class Pulse implements AutoCloseable {

  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration SHARE_WINDOW = Duration.ofSeconds(4);
  // Long enough that a p99 isn't decided by the one slow request that a probe share lets through.
  private static final Duration TTFT_WINDOW = Duration.ofSeconds(10);
  // A request that waits 2 s for its first token is not over earlier; without this lag the slow
  // ones
  // would be missing from the newest seconds.
  private static final Duration LAG = Duration.ofSeconds(3);
  private static final double VISIBLE_SHARE = 0.05;
  private static final double VISIBLE_TTFT = 2;

  private final Cast cast;
  private final Audience audience;
  private final Watch watch;
  private SortedMap<String, Double> shownShares = new TreeMap<>();
  private double shownP99 = 1;

  Pulse(Cast cast, Audience audience) {
    this.cast = cast;
    this.audience = audience;
    this.watch = Watch.every(PAUSE, "pulse", this::beat);
  }

  private void beat() {
    Instant now = Instant.now();
    SortedMap<String, Double> shares = cast.shares().last(SHARE_WINDOW);
    Window window = cast.load().window(now.minus(LAG).minus(TTFT_WINDOW), now.minus(LAG));
    double p99 = millis(window.ttftP99());
    if (shares.isEmpty() || p99 == 0) {
      return;
    }
    boolean changed =
        differs(shares) || p99 > shownP99 * VISIBLE_TTFT || p99 < shownP99 / VISIBLE_TTFT;
    if (changed) {
      shownShares = shares;
      shownP99 = p99;
    }
    audience.status(
        cast.timeline().second(now), words(shares, millis(window.ttftP50()), p99), changed);
  }

  private boolean differs(SortedMap<String, Double> shares) {
    return shares.entrySet().stream()
        .anyMatch(
            share ->
                Math.abs(share.getValue() - shownShares.getOrDefault(share.getKey(), 0.0))
                    > VISIBLE_SHARE);
  }

  private String words(Map<String, Double> shares, double p50, double p99) {
    StringBuilder line = new StringBuilder();
    shares.forEach(
        (name, share) -> line.append(String.format(Locale.ROOT, "%s %.1f%%  ", name, 100 * share)));
    return line.append(
            String.format(
                Locale.ROOT,
                "| TTFT p50 %.0f ms p99 %.0f ms | %d failed",
                p50,
                p99,
                cast.load().totals().failed()))
        .toString();
  }

  private static double millis(Optional<Duration> duration) {
    return duration.map(d -> d.toNanos() / 1e6).orElse(0.0);
  }

  @Override
  public void close() {
    watch.close();
  }
}
