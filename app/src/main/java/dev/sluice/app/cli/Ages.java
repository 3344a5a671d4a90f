package dev.sluice.app.cli;

import java.time.Duration;
import java.time.Instant;

/** How long ago something was, as tables say it. */
final class Ages {

  private Ages() {}

  /** {@code 12s}, {@code 3m5s}, {@code 2h10m}, {@code 4d3h}; never negative. */
  static String of(Instant since, Instant now) {
    long seconds = Math.max(0, Duration.between(since, now).toSeconds());
    if (seconds < 60) {
      return seconds + "s";
    }
    if (seconds < 3600) {
      return seconds / 60 + "m" + seconds % 60 + "s";
    }
    return seconds < 86_400
        ? seconds / 3600 + "h" + seconds % 3600 / 60 + "m"
        : seconds / 86_400 + "d" + seconds % 86_400 / 3600 + "h";
  }
}
