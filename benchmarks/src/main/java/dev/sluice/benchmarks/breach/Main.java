package dev.sluice.benchmarks.breach;

import dev.sluice.foreman.admission.Decider;
import dev.sluice.foreman.admission.TargetResolver;
import dev.sluice.foreman.dispatch.Meter;
import dev.sluice.foreman.rpc.BreachMetrics;
import dev.sluice.foreman.rpc.BreachServer;
import dev.sluice.foreman.rpc.BreachServerConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/**
 * {@code ./sluice bench breach [WATCHERS]}: {@code CheckDispatch} beside an empty call to the same
 * server, 2,500 each a second; then a change of one verdict, until the watchers have it, and what a
 * watcher costs. The clients are a process of their own.
 */
public final class Main {

  private static final int WATCHERS = 1_000;
  private static final int RATE = 5_000;
  private static final int SECONDS = 20;
  private static final int CHANGES = 50;

  private Main() {}

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    int watchers = WATCHERS;
    if (arguments.length > 0) {
      if (!arguments[0].matches("[1-9][0-9]{1,4}")) {
        System.err.println(
            "breach: \"%s\" (expected: how many watchers, 10 to 99999)".formatted(arguments[0]));
        System.exit(2);
      }
      watchers = Integer.parseInt(arguments[0]);
    }
    calls();
    watches(watchers);
    System.exit(0);
  }

  private static void calls() throws Exception {
    System.out.printf("%-28s  %9s  %9s%n", "1,000 services", "p50", "p99");
    try (BreachServer server = serve(new ChangingFeed(1_000))) {
      Process client = client("calls", server, RATE, SECONDS).inheritIO().start();
      if (client.waitFor() != 0) {
        throw new IOException("the clients ended with code " + client.exitValue());
      }
    }
  }

  private static void watches(int watchers) throws Exception {
    ChangingFeed feed = new ChangingFeed(100);
    try (BreachServer server = serve(feed)) {
      long before = heap();
      Process client =
          client("watches", server, watchers, 0)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8))) {
        read(lines); // all have the snapshot
        long perWatcher = (heap() - before) / watchers;
        report(watchers, changes(feed, lines), perWatcher);
      } finally {
        client.destroyForcibly();
      }
    }
  }

  /** Of each change, when half, 99 of 100 and all watchers had it. */
  private static List<long[]> changes(ChangingFeed feed, BufferedReader lines) throws IOException {
    List<long[]> took = new ArrayList<>();
    for (int index = -CHANGES; index < CHANGES; index++) {
      long sent = System.nanoTime();
      feed.change();
      long[] arrived = read(lines);
      if (index >= 0) {
        took.add(new long[] {arrived[1] - sent, arrived[2] - sent, arrived[3] - sent});
      }
    }
    return took;
  }

  private static void report(int watchers, List<long[]> took, long perWatcher) {
    System.out.printf(
        Locale.ROOT,
        "%na change until %d watchers have it, medians of %d: half %.1f ms, 99%% %.1f ms, all %.1f"
            + " ms%na watcher's memory in the server: %.1f KiB%n",
        watchers,
        took.size(),
        median(took, 0),
        median(took, 1),
        median(took, 2),
        perWatcher / 1024.0);
  }

  private static double median(List<long[]> took, int column) {
    long[] sorted = took.stream().mapToLong(row -> row[column]).sorted().toArray();
    return sorted[sorted.length / 2] / 1e6;
  }

  private static long[] read(BufferedReader lines) throws IOException {
    String line = lines.readLine();
    if (line == null) {
      throw new IOException("the clients ended (expected: a line for each change)");
    }
    return Arrays.stream(line.split(" ", -1)).mapToLong(Long::parseLong).toArray();
  }

  static BreachServer serve(ChangingFeed feed) throws IOException {
    return BreachServer.start(
        BreachServerConfig.at(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
        feed,
        TargetResolver.none(),
        InstantSource.system(),
        new Decider(
            InstantSource.system(), () -> ThreadLocalRandom.current().nextLong(), new Meter()),
        new BreachMetrics(new SimpleMeterRegistry()));
  }

  private static ProcessBuilder client(String what, BreachServer server, int count, int seconds) {
    return new ProcessBuilder(
        ProcessHandle.current().info().command().orElse("java"),
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-XX:+UseSerialGC",
        "-cp",
        System.getProperty("java.class.path"),
        "dev.sluice.benchmarks.breach.Client",
        what,
        String.valueOf(server.port()),
        String.valueOf(count),
        String.valueOf(seconds));
  }

  private static long heap() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
