package dev.sluice.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class MainTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void helpNamesEveryScenarioAndDisturbance() {
    assertThat(run("--help")).isZero();

    assertThat(out.toString())
        .contains("slow:", "errors:", "replica:", "kill-sluice", "restart-prometheus", "--keep");
  }

  @Test
  void unknownScenarioSaysWhichThereAre() {
    assertThat(run("--scenario", "slwo")).isEqualTo(2);

    assertThat(err.toString()).contains("slwo (expected: one of [slow, errors, replica])");
  }

  @Test
  void unknownDisturbanceSaysWhichThereAre() {
    assertThat(run("--chaos", "kill-sluice,kill-envoy")).isEqualTo(2);

    assertThat(err.toString()).contains("kill-envoy (expected: kill-sluice or restart-prometheus)");
  }

  private int run(String... arguments) {
    CommandLine command =
        Main.commandLine(
            new Terminal(
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8), false));
    return command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(arguments);
  }
}
