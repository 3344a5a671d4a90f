package dev.sluice.app.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.pages.OverrideGate.Refusal;
import dev.sluice.app.pages.OverrideMetrics.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit sets the folder, setUp the file
class OverrideGateTest {

  private static final String HERE = "127.0.0.1";
  private static final String OTHER = "10.1.2.3";

  @TempDir private Path folder;
  private Path token;

  @BeforeEach
  void setUp() throws IOException {
    token = Files.writeString(folder.resolve("token"), "secret\n");
  }

  private static Optional<Refusal> check(Optional<Path> file, String peer, String authorization) {
    return new OverrideGate(file).check(new PageGate.Asker(peer, "localhost:8081", authorization));
  }

  @Test
  void withoutATokenNobodyMayAlsoFromHere() {
    assertThat(check(Optional.empty(), HERE, "Bearer secret"))
        .contains(
            new Refusal(
                Outcome.FORBIDDEN,
                "overrides aren't taken here (expected: sluice run --override-token-file FILE, or"
                    + " kubectl annotate)"));
  }

  @Test
  void fromHereTheTokenIsNeededEachTime() throws IOException {
    Optional<Path> file = Optional.of(token);

    assertThat(check(file, HERE, "Bearer secret")).isEmpty();
    assertThat(check(file, "::1", "bearer secret")).isEmpty();
    assertThat(check(file, HERE, "").orElseThrow().words())
        .isEqualTo(
            "Authorization: missing (expected: Bearer and the content of --override-token-file)");
    assertThat(check(file, HERE, "Bearer secre").orElseThrow().outcome())
        .isEqualTo(Outcome.UNAUTHORIZED);
    assertThat(check(file, HERE, "secret").orElseThrow().outcome()).isEqualTo(Outcome.UNAUTHORIZED);

    Files.writeString(token, "rotated");
    assertThat(check(file, HERE, "Bearer secret").orElseThrow().outcome())
        .isEqualTo(Outcome.UNAUTHORIZED);
    assertThat(check(file, HERE, "Bearer rotated")).isEmpty();
  }

  @Test
  void otherMachinesMayNotEvenWithTheToken() {
    assertThat(check(Optional.of(token), OTHER, "Bearer secret").orElseThrow())
        .satisfies(refusal -> assertThat(refusal.outcome()).isEqualTo(Outcome.FORBIDDEN))
        .satisfies(refusal -> assertThat(refusal.words()).contains("kubectl port-forward"));
  }

  @Test
  void anEmptyFileLetsNobodyIn() throws IOException {
    Files.writeString(token, "\n");

    assertThat(check(Optional.of(token), HERE, "Bearer ").orElseThrow().outcome())
        .isEqualTo(Outcome.NO_TOKEN);
  }
}
