package dev.sluice.app.soak;

import dev.sluice.lab.load.Totals;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** Reads one process of ours from its own metrics and from Linux' {@code /proc}. */
final class ProcessGauge {

  private static final double MIB = 1024 * 1024;
  private static final double KIB_PER_MIB = 1024;

  private final SluiceProcess sluice;
  private final Path scratch;
  private final Path proc;
  private final long began = System.nanoTime();

  /**
   * Begins now.
   *
   * @param scratch for the output of tools
   */
  ProcessGauge(SluiceProcess sluice, Path scratch) {
    this.sluice = sluice;
    this.scratch = scratch;
    this.proc = Path.of("/proc", String.valueOf(sluice.pid()));
  }

  static boolean worksHere() {
    return Files.isDirectory(Path.of("/proc/self/fd"));
  }

  /** Without disturbing it. */
  Sample read(Totals load) {
    return sample(load, OptionalDouble.empty());
  }

  /** After a full collection. */
  Sample readLive(Totals load) {
    sluice.collectGarbage(scratch);
    return sample(load, OptionalDouble.of(heapMib()));
  }

  private Sample sample(Totals load, OptionalDouble liveMib) {
    return new Sample(
        Duration.ofNanos(System.nanoTime() - began).toMillis() / 1e3,
        heapMib(),
        liveMib,
        residentMib(),
        cpu().toMillis() / 1e3,
        (int) sluice.metric("jvm_threads_live_threads").orElse(0),
        files(),
        load.finished(),
        load.failed());
  }

  private double heapMib() {
    return sluice.metric("jvm_memory_used_bytes{area=\"heap\"").orElse(0) / MIB;
  }

  private double residentMib() {
    try (Stream<String> lines = Files.lines(proc.resolve("status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / KIB_PER_MIB)
          .sum();
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  private int files() {
    try (Stream<Path> open = Files.list(proc.resolve("fd"))) {
      return (int) open.count();
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  private Duration cpu() {
    return ProcessHandle.of(sluice.pid())
        .flatMap(handle -> handle.info().totalCpuDuration())
        .orElse(Duration.ZERO);
  }
}
