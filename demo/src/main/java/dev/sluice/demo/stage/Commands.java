package dev.sluice.demo.stage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs a command to its end for what it prints. */
final class Commands {

  private Commands() {}

  /** Standard output; throws {@link IllegalStateException} for any exit code but 0. */
  static String output(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      process.getOutputStream().close();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      if (code != 0) {
        throw new IllegalStateException(
            "%s ended with code %d".formatted(String.join(" ", command), code));
      }
      return out;
    } catch (IOException e) {
      throw new UncheckedIOException("%s can't be run".formatted(command.getFirst()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted: " + command.getFirst(), e);
    }
  }
}
