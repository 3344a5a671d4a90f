package dev.sluice.app.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.pages.PageGate.Asker;
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
    assertThat(new PageGate(Optional.empty()).check(path, elsewhere(""))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/debug/status", "/debug/explain/a/b", "/api/v1/page", "/healthz/", "/x"})
  void everyOtherPathIsForThisMachineAloneWithoutAToken(String path) {
    PageGate gate = new PageGate(Optional.empty());

    assertThat(gate.check(path, here("127.0.0.1:8081"))).isEmpty();
    assertThat(gate.check(path, new Asker("[::1]", "[::1]:8081", ""))).isEmpty();
    assertThat(gate.check(path, elsewhere("Bearer guess")))
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

    assertThat(gate.check("/debug/status", elsewhere("Bearer secret"))).isEmpty();
    assertThat(gate.check("/debug/status", here("127.0.0.1:8081"))).isEmpty();
    assertThat(gate.check("/debug/status", elsewhere("")))
        .contains(
            new Refusal(
                HttpStatus.UNAUTHORIZED,
                "Authorization: missing (expected: Bearer and the content of --http-token-file;"
                    + " the commands' --token-file)"));
    assertThat(gate.check("/debug/status", elsewhere("Bearer secre")).map(Refusal::words))
        .hasValueSatisfying(words -> assertThat(words).startsWith("Authorization: not our token"));
  }

  @Test
  void aRotatedTokenCountsAtOnceAndAnEmptyOneLetsNobodyIn() throws IOException {
    PageGate gate = new PageGate(Optional.of(Files.writeString(file(), "old")));
    Files.writeString(file(), "new");

    assertThat(gate.check("/debug/status", elsewhere("Bearer old"))).isPresent();
    assertThat(gate.check("/debug/status", elsewhere("Bearer new"))).isEmpty();

    Files.writeString(file(), "\n");

    assertThat(gate.check("/debug/status", elsewhere("Bearer ")).map(Refusal::status))
        .contains(HttpStatus.SERVICE_UNAVAILABLE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "localhost", "LocalHost:8081", "127.0.0.1:8081", "[::1]:8081", "[::1]"})
  void thisMachineMayReadByItsOwnNames(String host) {
    assertThat(new PageGate(Optional.empty()).check("/", here(host))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"evil.example:8081", "localhost.evil.example", "127.0.0.1.evil.example", "x"})
  void aPageOfSomebodyElseWhoseNameLeadsHereReadsNothing(String host) throws IOException {
    assertThat(new PageGate(Optional.empty()).check("/debug/status", here(host)))
        .contains(
            new Refusal(
                HttpStatus.FORBIDDEN,
                "Host: \""
                    + host
                    + "\" (expected: localhost, or an address like 127.0.0.1; any other name needs a"
                    + " token)"));
    assertThat(new PageGate(Optional.empty()).check("/metrics", here(host))).isEmpty();

    PageGate gate = new PageGate(Optional.of(Files.writeString(file(), "secret")));

    assertThat(gate.check("/", here(host)).map(Refusal::words))
        .hasValueSatisfying(words -> assertThat(words).startsWith("Host: "));
    assertThat(gate.check("/", new Asker("127.0.0.1", host, "Bearer guess"))).isPresent();
    assertThat(gate.check("/", new Asker("127.0.0.1", host, "Bearer secret"))).isEmpty();
  }

  private static Asker here(String host) {
    return new Asker("127.0.0.1", host, "");
  }

  private static Asker elsewhere(String authorization) {
    return new Asker(ELSEWHERE, "sluice.example", authorization);
  }

  private Path file() {
    return folder.resolve("token");
  }
}
