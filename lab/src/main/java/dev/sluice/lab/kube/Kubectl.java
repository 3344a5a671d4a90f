package dev.sluice.lab.kube;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line that a person would use on the cluster.
 *
 * <p><em>Thread:</em> any. <em>On failure:</em> a command that ends with another code than 0 throws
 * with its words. <em>On shutdown:</em> a command under way is waited for.
 *
 * @param binary kubectl
 * @param kubeconfig of the cluster
 */
public record Kubectl(Path binary, Path kubeconfig) {

  /** Runs {@code kubectl ARGUMENTS} and returns what it printed. */
  public String run(String... arguments) {
    List<String> command =
        new ArrayList<>(List.of(binary.toString(), "--kubeconfig", kubeconfig.toString()));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      if (code != 0) {
        throw new IllegalStateException(
            "kubectl %s: exit %d: %s".formatted(String.join(" ", arguments), code, output));
      }
      return output;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted in kubectl " + String.join(" ", arguments));
    }
  }
}
