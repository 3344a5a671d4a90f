package dev.sluice.app.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.pages.PushGate.Refusal;
import dev.sluice.app.pages.PushMetrics.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit sets the folder
class PushGateTest {

  private static final String HERE = "127.0.0.1";
  private static final String ELSEWHERE = "10.0.0.7";

  @TempDir private Path folder;

  @Test
  void withoutATokenOnlyThisMachineMayPush() {
    PushGate gate = new PushGate(Optional.empty());

    assertThat(gate.check(HERE, "")).isEmpty();
    assertThat(gate.check("0:0:0:0:0:0:0:1", "")).isEmpty();
    assertThat(gate.check("[::1]", "")).isEmpty();
    assertThat(gate.check(ELSEWHERE, "Bearer guess"))
        .contains(
            new Refusal(
                Outcome.FORBIDDEN,
                "pushes from 10.0.0.7 aren't taken without a token (expected: sluice run"
                    + " --push-token-file FILE, or a Prometheus on this machine)"));
    assertThat(gate.check("fd00::7", "").map(Refusal::outcome)).contains(Outcome.FORBIDDEN);
  }

  @Test
  void withATokenWhoeverKnowsItMayPushAndNobodyElse() throws IOException {
    PushGate gate = new PushGate(Optional.of(file("secret\n")));

    assertThat(gate.check(ELSEWHERE, "Bearer secret")).isEmpty();
    assertThat(gate.check(ELSEWHERE, "bearer secret")).isEmpty();
    assertThat(gate.check(HERE, "").map(Refusal::words).orElseThrow())
        .startsWith("Authorization: missing (expected: Bearer and the content of");
    for (String wrong : new String[] {"secret", "Bearer secre", "Bearer secrets", "Bearer "}) {
      Refusal refusal = gate.check(HERE, wrong).orElseThrow();
      assertThat(refusal.outcome()).isEqualTo(Outcome.UNAUTHORIZED);
      assertThat(refusal.words()).startsWith("Authorization: not our token (expected:");
    }
  }

  @Test
  void aRotatedTokenCountsAtOnce() throws IOException {
    PushGate gate = new PushGate(Optional.of(file("old")));
    Path _ = file("new");

    assertThat(gate.check(HERE, "Bearer old")).isPresent();
    assertThat(gate.check(HERE, "Bearer new")).isEmpty();
  }

  @Test
  void anEmptyOrMissingTokenFileLetsNobodyIn() throws IOException {
    Path file = file("\n");
    PushGate gate = new PushGate(Optional.of(file));

    Optional<Refusal> empty = gate.check(HERE, "Bearer ");
    Files.delete(file);
    Optional<Refusal> missing = gate.check(HERE, "Bearer ");

    Refusal expected =
        new Refusal(
            Outcome.NO_TOKEN,
            "--push-token-file " + file + ": can't be read (expected: one line of text)");
    assertThat(empty).contains(expected);
    assertThat(missing).contains(expected);
  }

  private Path file(String token) throws IOException {
    return Files.writeString(folder.resolve("token"), token);
  }
}
