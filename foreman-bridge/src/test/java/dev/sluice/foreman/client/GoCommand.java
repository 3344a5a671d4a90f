package dev.sluice.foreman.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Go of the machine, in the Go client's module. */
final class GoCommand {

  private static final String MODULE = "go";
  private static final Pattern VERSION = Pattern.compile("go1\\.(\\d+).*");
  private static final int OLDEST_MINOR = 26;
  private static final Duration FETCHING = Duration.ofMinutes(3);

  private GoCommand() {}

  /** As Go says it, {@code go1.26.8}; "none" without a Go. */
  static String version() {
    return said("go", "env", "GOVERSION").orElse("none");
  }

  static boolean isEnough(String version) {
    Matcher parts = VERSION.matcher(version);
    return parts.matches() && Integer.parseInt(parts.group(1)) >= OLDEST_MINOR;
  }

  /** Whether all that is needed is in Go's cache, or can be fetched. */
  static boolean hasModules() {
    return succeeds(silent("go", "-C", MODULE, "mod", "download"), FETCHING);
  }

  /** Runs all tests, with the race detector where there is the C compiler that it needs. */
  static ProcessBuilder test() {
    List<String> command = new ArrayList<>(List.of("go", "-C", MODULE, "test", "-count=1", "-v"));
    if (canRace()) {
      command.add("-race");
    }
    command.add("./...");
    return builder(command);
  }

  private static boolean canRace() {
    return said("go", "env", "CGO_ENABLED").filter("1"::equals).isPresent()
        && said("go", "env", "CC")
            .filter(compiler -> succeeds(silent(compiler, "--version"), FETCHING))
            .isPresent();
  }

  /** Runs it to its end, by force if it takes longer than this. */
  static boolean succeeds(ProcessBuilder command, Duration atMost) {
    try {
      Process process = command.start();
      try {
        return process.waitFor(atMost) && process.exitValue() == 0;
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (IOException notThere) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted during: " + command.command(), interrupted);
    }
  }

  // What it says, if it ends well.
  private static Optional<String> said(String... command) {
    try {
      Process process =
          builder(List.of(command)).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? Optional.of(words.strip()) : Optional.empty();
    } catch (IOException notThere) {
      return Optional.empty();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted during: " + List.of(command), interrupted);
    }
  }

  private static ProcessBuilder silent(String... command) {
    return builder(List.of(command))
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD);
  }

  private static ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    // Whatever someone sets for their own builds.
    builder.environment().put("GOFLAGS", "");
    return builder;
  }
}
