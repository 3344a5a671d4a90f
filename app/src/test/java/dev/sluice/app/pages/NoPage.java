package dev.sluice.app.pages;

import dev.sluice.app.overrides.OverrideWriter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.InstantSource;
import java.util.Optional;
import java.util.TreeMap;

/** For tests of the server that never open the page. */
public final class NoPage {

  private NoPage() {}

  /** A page that takes no overrides. */
  static OverrideRoutes overrides() {
    return new OverrideRoutes(
        Optional.empty(),
        OverrideWriter.NONE,
        new OverrideMetrics(new SimpleMeterRegistry()),
        InstantSource.system());
  }

  public static PageRoutes routes() {
    return new PageRoutes(
        () -> {
          throw new AssertionError("the page was asked for");
        },
        _ -> new TreeMap<>(),
        overrides(),
        InstantSource.system());
  }
}
