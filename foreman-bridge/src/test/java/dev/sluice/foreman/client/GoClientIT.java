package dev.sluice.foreman.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Go client against the real server, by the Go client's own tests: with the race detector where
 * there is a C compiler, which it needs. Skipped where there is no Go.
 */
final class GoClientIT {

  private static final Path LOG = Path.of("target", "go-test.log");
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  @BeforeAll
  static void needsGo() {
    String version = GoCommand.version();
    assumeTrue(
        GoCommand.isEnough(version),
        "no Go that is new enough: " + version + " (expected: go1.26 or newer in PATH)");
    assumeTrue(
        GoCommand.hasModules(),
        "Go can't fetch the modules that go/go.mod names (expected: a proxy, or a filled cache)");
  }

  @Test
  void goTestPassesAgainstTheServer(@TempDir Path certificates) throws IOException {
    try (ScriptedBreachServer server = ScriptedBreachServer.start(certificates)) {
      ProcessBuilder test = GoCommand.test().redirectErrorStream(true).redirectOutput(LOG.toFile());
      test.environment().put("SLUICE_BREACH_ADDR", server.address());
      test.environment().put("SLUICE_BREACH_CONTROL", server.control());
      test.environment().put("SLUICE_BREACH_TLS_ADDR", server.guardedAddress());
      test.environment().put("SLUICE_BREACH_TLS_DIR", certificates.toString());

      boolean passed = GoCommand.succeeds(test, PATIENCE);

      assertThat(passed).as(Files.readString(LOG)).isTrue();
      assertThat(Files.readString(LOG))
          .contains("--- PASS: TestTheServer")
          .doesNotContain("--- SKIP: TestTheServer");
    }
  }
}
