package dev.sluice.app.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice support-bundle}: one file for whoever helps. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
@Command(
    name = "support-bundle",
    description = {
      "Writes what a running Sluice says of itself into one zip: status, Envoys, metrics, the last",
      "log lines, version and options, and the chain of each service that isn't within its budget.",
      "Tokens, passwords, keys and PEM blocks are taken out."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the file was written",
      "1:the file can't be written",
      "2:wrong usage",
      "69:Sluice isn't reachable at --http, or wants a token"
    })
final class SupportBundleCommand implements Callable<Integer> {

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  @Spec private CommandSpec spec;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE.zip",
      description = "where to write it; must not exist (default: sluice-support-TIME.zip)")
  private @Nullable Path output;

  @Mixin private HttpAddress http;

  @Override
  public Integer call() throws InterruptedException {
    SupportBundle bundle = SupportBundle.collect(http);
    PrintWriter err = spec.commandLine().getErr();
    err.print(bundle.failures());
    err.flush();
    if (bundle.isEmpty()) {
      return ExitCode.UNAVAILABLE;
    }
    Path chosen = output;
    Path file =
        chosen != null ? chosen : Path.of("sluice-support-" + STAMP.format(Instant.now()) + ".zip");
    try (OutputStream stream = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
      bundle.write(stream);
    } catch (FileAlreadyExistsException _) {
      err.println("-o " + file + ": exists (expected: a new file)");
      return ExitCode.FAILED;
    } catch (IOException failure) {
      err.println("-o " + file + ": can't be written: " + failure.getMessage());
      return ExitCode.FAILED;
    }
    spec.commandLine().getOut().printf("%s: %d pages%n", file, bundle.size());
    return ExitCode.OK;
  }
}
