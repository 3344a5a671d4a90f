package dev.sluice.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.report.Run.Event;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class TerminalTest {

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  @Test
  void statusIsPrintedWhereThereIsNoTerminalOnlyWhenItChanges() {
    Terminal terminal = terminal(false);

    terminal.status(60, "gpu-a 50%", true);
    terminal.status(61, "gpu-a 51%", false);
    terminal.status(62, "gpu-a 90%", true);

    assertThat(text()).isEqualToNormalizingNewlines("+01:00   gpu-a 50%\n+01:02   gpu-a 90%\n");
  }

  @Test
  void aTerminalKeepsTheStatusBelowTheNewestEvent() {
    Terminal terminal = terminal(true);

    terminal.status(60, "gpu-a 50%", true);
    terminal.event(new Event(61, "alert fires", true));

    assertThat(text()).contains("+01:01 * alert fires").endsWith("+01:00   gpu-a 50%");
  }

  private Terminal terminal(boolean interactive) {
    return new Terminal(new PrintStream(printed, true, StandardCharsets.UTF_8), interactive);
  }

  private String text() {
    return printed.toString(StandardCharsets.UTF_8);
  }
}
