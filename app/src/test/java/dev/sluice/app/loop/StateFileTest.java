package dev.sluice.app.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.evaluator.judge.JudgeState;
import dev.sluice.model.RouterRef;
import dev.sluice.model.Share;
import dev.sluice.xds.shares.BackendShare;
import dev.sluice.xds.shares.Lateness;
import dev.sluice.xds.shares.RouterShares;
import dev.sluice.xds.shares.RuleShares;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init") // JUnit sets the folder
class StateFileTest {

  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");
  private static final Lateness LATENESS =
      new Lateness(
          "a",
          Lateness.State.LATE,
          AT,
          Duration.ofMillis(1900),
          Duration.ofMillis(500),
          34,
          Optional.of(AT.plusSeconds(60)));
  private static final SavedState STATE =
      new SavedState(
          42,
          JudgeState.EMPTY,
          new TreeMap<>(
              Map.of(
                  new RouterRef("default", "chat"),
                  RouterShares.of(
                      Map.of(
                          "all",
                          new RuleShares(
                              new TreeMap<>(
                                  Map.of(
                                      "a",
                                      new BackendShare(
                                          new Share(0.05),
                                          new Share(0.25),
                                          125,
                                          new TreeMap<>(Map.of("pod-1", new Share(0.5)))))),
                              Optional.of(Instant.parse("2026-01-01T00:00:00.123Z")),
                              List.of(),
                              Optional.of(LATENESS)))))));

  @TempDir private Path folder;

  @Test
  void whatIsWrittenIsRead() throws IOException {
    StateFile file = new StateFile(folder.resolve("deep").resolve("state.json"));

    file.write(STATE);

    assertThat(file.read()).isEqualTo(STATE);
  }

  @Test
  void theLastWriteWinsAndLeavesNothingBehind() throws IOException {
    StateFile file = new StateFile(folder.resolve("state.json"));

    file.write(STATE);
    file.write(SavedState.NONE);

    assertThat(file.read()).isEqualTo(SavedState.NONE);
    assertThat(folder).isDirectoryContaining("glob:**/state.json");
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void aFirstStartRemembersNothing() {
    assertThat(new StateFile(folder.resolve("none.json")).read()).isEqualTo(SavedState.NONE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"version\": 99}",
        "{\"version\": 1}",
        "{\"version\": 1, \"judge\": {\"version\": 1}, \"shares\": {\"x\": {}}}",
        "{\"version\": 1, \"judge\": {\"version\": 1}, \"shares\": {\"d/x\": {\"r\": {\"changedAt\":"
            + " \"noon\"}}}}"
      })
  void aStateThatCannotBeReadIsLeftOut(String text) throws IOException {
    Path path = folder.resolve("state.json");
    Files.writeString(path, text);

    assertThat(new StateFile(path).read()).isEqualTo(SavedState.NONE);
  }
}
