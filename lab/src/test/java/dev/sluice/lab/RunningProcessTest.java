package dev.sluice.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunningProcessTest {

  private static final Duration BOUND = Duration.ofSeconds(10);

  @TempDir Path folder;

  @Test
  void closeAsksFirst() {
    RunningProcess process =
        shell("trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done");
    Await.until(BOUND, "the shell is up", () -> process.tail().equals("up"));

    process.close();

    assertThat(process.isAlive()).isFalse();
    assertThat(process.tail()).endsWith("bye");
  }

  @Test
  void kill9DoesNotAsk() {
    RunningProcess process = shell("trap 'echo bye' TERM; echo up; while :; do sleep 0.05; done");
    Await.until(BOUND, "the shell is up", () -> process.tail().equals("up"));

    process.kill9();

    assertThat(process.isAlive()).isFalse();
    assertThat(process.tail()).isEqualTo("up");
  }

  @Test
  void anEarlyDeathIsExplainedByTheLog() {
    RunningProcess process = shell("echo no such rule file >&2; exit 3");

    Await.until(BOUND, "the shell has ended", () -> !process.isAlive());

    assertThatThrownBy(process::requireAlive)
        .hasMessageContaining("shell ended with code 3")
        .hasMessageContaining("no such rule file");
  }

  @Test
  void aCommandThatIsNotThereNamesItself() {
    assertThatThrownBy(
            () -> RunningProcess.start("ghost", List.of("/no/such/ghost"), folder.resolve("log")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("ghost: could not be started as /no/such/ghost");
  }

  @Test
  void theLogSurvivesARestart() throws Exception {
    RunningProcess first = shell("echo one");
    Await.until(BOUND, "the first has ended", () -> !first.isAlive());

    RunningProcess second = shell("echo two");
    Await.until(BOUND, "the second has ended", () -> !second.isAlive());

    assertThat(Files.readAllLines(folder.resolve("log"))).containsExactly("one", "two");
  }

  @Test
  void aChildDoesNotOutliveItsJvm() throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    RunningProcess jvm =
        RunningProcess.start(
            "jvm",
            List.of(
                java.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ForgetfulMain.class.getName(),
                folder.toString()),
            folder.resolve("log"));

    Await.until(BOUND, "the JVM has ended", () -> !jvm.isAlive());

    long child = Long.parseLong(Files.readString(folder.resolve("pid")));
    Await.until(
        BOUND,
        "the child has ended",
        () -> ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
  }

  /**
   * Starts a child that would run for minutes, writes down its pid and returns without closing it.
   */
  static final class ForgetfulMain {

    private ForgetfulMain() {}

    static void main(String[] args) throws Exception {
      Path folder = Path.of(args[0]);
      RunningProcess child =
          RunningProcess.start("sleeper", List.of("sleep", "300"), folder.resolve("sleeper.log"));
      Files.writeString(folder.resolve("pid"), Long.toString(child.pid()));
    }
  }

  private RunningProcess shell(String script) {
    return RunningProcess.start("shell", List.of("/bin/sh", "-c", script), folder.resolve("log"));
  }
}
