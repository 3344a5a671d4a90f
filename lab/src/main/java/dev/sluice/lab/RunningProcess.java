package dev.sluice.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A child process with its output in a log file.
 *
 * <p><em>Thread:</em> any. <em>On failure:</em> a command that can't be started throws {@link
 * UncheckedIOException}; one that dies is seen by {@link #isAlive()} and explained by {@link
 * #requireAlive()}. <em>On shutdown:</em> {@link #close()} sends SIGTERM and, after five seconds,
 * SIGKILL; a shutdown hook of the JVM kills what was not closed.
 */
public final class RunningProcess implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RunningProcess.class);
  private static final Duration TERM_BOUND = Duration.ofSeconds(5);
  private static final int TAIL_LINES = 20;

  private final String name;
  private final Path logFile;
  private final Process process;
  private final Thread killAtExit;

  private RunningProcess(String name, Path logFile, Process process) {
    this.name = name;
    this.logFile = logFile;
    this.process = process;
    this.killAtExit = new Thread(process::destroyForcibly, "kill-" + name);
  }

  /** Starts {@code command}; both of its output streams are appended to {@code logFile}. */
  public static RunningProcess start(String name, List<String> command, Path logFile) {
    try {
      Files.createDirectories(logFile.toAbsolutePath().getParent());
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile.toFile()))
              .start();
      process.getOutputStream().close();
      RunningProcess running = new RunningProcess(name, logFile, process);
      Runtime.getRuntime().addShutdownHook(running.killAtExit);
      log.info("process started name={} pid={} log={}", name, process.pid(), logFile);
      return running;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%s: could not be started as %s".formatted(name, String.join(" ", command)), e);
    }
  }

  /** The operating system's process id. */
  public long pid() {
    return process.pid();
  }

  /** False once the process has ended, for whatever reason. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Throws {@link IllegalStateException} with the exit code and the end of the log if the process
   * has ended.
   */
  public void requireAlive() {
    if (!process.isAlive()) {
      throw new IllegalStateException(
          "%s ended with code %d; end of %s:%n%s"
              .formatted(name, process.exitValue(), logFile, tail()));
    }
  }

  /** The last lines of the log file; an empty text if it can't be read. */
  public String tail() {
    try {
      List<String> lines =
          new String(Files.readAllBytes(logFile), StandardCharsets.UTF_8).lines().toList();
      return String.join(
          System.lineSeparator(),
          lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    } catch (IOException e) {
      return "";
    }
  }

  /** SIGKILL, as the out-of-memory killer does it; returns once the process is gone. */
  public void kill9() {
    process.destroyForcibly();
    awaitExit();
  }

  @Override
  public void close() {
    process.destroy();
    if (!endsWithin(TERM_BOUND)) {
      log.warn("process ignored SIGTERM, killing it name={} pid={}", name, process.pid());
      process.destroyForcibly();
    }
    awaitExit();
  }

  private void awaitExit() {
    if (!endsWithin(TERM_BOUND)) {
      throw new IllegalStateException("%s: pid %d survived SIGKILL".formatted(name, process.pid()));
    }
    forgetShutdownHook();
  }

  private boolean endsWithin(Duration bound) {
    try {
      return process.waitFor(bound);
    } catch (InterruptedException e) {
      // Whoever interrupts us wants to leave now; the child must not stay behind.
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private void forgetShutdownHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(killAtExit);
    } catch (IllegalStateException e) {
      log.debug("the JVM is already shutting down name={}", name);
    }
  }
}
