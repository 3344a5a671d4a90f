package dev.sluice.app.pages;

import java.time.InstantSource;
import java.util.TreeMap;

/** For tests of the server that never open the page. */
final class NoPage {

  private NoPage() {}

  static PageRoutes routes() {
    return new PageRoutes(
        () -> {
          throw new AssertionError("the page was asked for");
        },
        _ -> new TreeMap<>(),
        InstantSource.system());
  }
}
