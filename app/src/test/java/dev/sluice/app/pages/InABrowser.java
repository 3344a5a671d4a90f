package dev.sluice.app.pages;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test with a browser of its own; skipped where there is none. */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder, setUp the browser
abstract class InABrowser {

  static final int DESK = 1280;
  static final Path SHOTS = Path.of("target", "page");
  static final String TWO =
      PageStage.service("gpu-a")
          + PageStage.service("gpu-b")
          + PageStage.router("chat", "gpu-a", "gpu-b");
  static final Map<String, Double> CALM = Map.of("gpu-a", 0.2, "gpu-b", 0.1);
  static final Map<String, Double> BURNS = Map.of("gpu-a", 50.0, "gpu-b", 0.1);

  @TempDir Path folder;
  Browser browser;
  private Optional<Browser> started = Optional.empty();

  @BeforeEach
  void setUp() throws Exception {
    browser = Browser.startOrSkip(folder);
    started = Optional.of(browser);
  }

  @AfterEach
  void tearDown() {
    started.ifPresent(Browser::close);
  }

  /** One of the two services is breached, for five minutes. */
  static PageStage breached() {
    PageStage stage = new PageStage(TWO);
    stage.goOn(Duration.ofMinutes(10), CALM);
    stage.goOn(Duration.ofMinutes(5), BURNS);
    return stage;
  }
}
