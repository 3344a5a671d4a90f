package dev.sluice.app.pages;

import java.time.InstantSource;
import java.util.TreeMap;

/** For tests of the server that never open the page. */
public final class NoPage {

  private NoPage() {}

  public static PageRoutes routes() {
    return new PageRoutes(
        () -> {
          throw new AssertionError("the page was asked for");
        },
        _ -> new TreeMap<>(),
        InstantSource.system());
  }
}
