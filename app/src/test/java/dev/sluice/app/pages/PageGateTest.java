package dev.sluice.app.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.pages.PageGate.Refusal;
import io.javalin.http.HttpStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init") // JUnit sets the folder
class PageGateTest {

  private static final String ELSEWHERE = "10.0.0.7";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"/healthz", "/readyz", "/metrics"})
  void whatKubernetesAndPrometheusNeedIsOpen(String path) {
    assertThat(new PageGate(Optional.empty()).check(path, ELSEWHERE, "")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/debug/status", "/debug/explain/a/b", "/api/v1/page", "/healthz/", "/x"})
  void everyOtherPathIsForThisMachineAloneWithoutAToken(String path) {
    PageGate gate = new PageGate(Optional.empty());

    assertThat(gate.check(path, "127.0.0.1", "")).isEmpty();
    assertThat(gate.check(path, "[::1]", "")).isEmpty();
    assertThat(gate.check(path, ELSEWHERE, "Bearer guess"))
        .contains(
            new Refusal(
                HttpStatus.FORBIDDEN,
                path
                    + " isn't shown to other machines without a token (expected: sluice run"
                    + " --http-token-file FILE, or kubectl port-forward)"));
  }

  @Test
  void withATokenWhoeverKnowsItMayRead() throws IOException {
    PageGate gate = new PageGate(Optional.of(Files.writeString(file(), "secret\n")));

    assertThat(gate.check("/debug/status", ELSEWHERE, "Bearer secret")).isEmpty();
    assertThat(gate.check("/debug/status", "127.0.0.1", "")).isEmpty();
    assertThat(gate.check("/debug/status", ELSEWHERE, ""))
        .contains(
            new Refusal(
                HttpStatus.UNAUTHORIZED,
                "Authorization: missing (expected: Bearer and the content of --http-token-file;"
                    + " the commands' --token-file)"));
    assertThat(gate.check("/debug/status", ELSEWHERE, "Bearer secre").map(Refusal::words))
        .hasValueSatisfying(words -> assertThat(words).startsWith("Authorization: not our token"));
  }

  @Test
  void aRotatedTokenCountsAtOnceAndAnEmptyOneLetsNobodyIn() throws IOException {
    PageGate gate = new PageGate(Optional.of(Files.writeString(file(), "old")));
    Files.writeString(file(), "new");

    assertThat(gate.check("/debug/status", ELSEWHERE, "Bearer old")).isPresent();
    assertThat(gate.check("/debug/status", ELSEWHERE, "Bearer new")).isEmpty();

    Files.writeString(file(), "\n");

    assertThat(gate.check("/debug/status", ELSEWHERE, "Bearer ").map(Refusal::status))
        .contains(HttpStatus.SERVICE_UNAVAILABLE);
  }

  private Path file() {
    return folder.resolve("token");
  }
}
