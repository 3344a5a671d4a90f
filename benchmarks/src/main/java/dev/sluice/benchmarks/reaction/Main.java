package dev.sluice.benchmarks.reaction;

import dev.sluice.lab.Parts;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * {@code ./sluice bench reaction [TRANSITIONS]}: services breach one after the other, and the time
 * is taken from the evaluation of the rule that fired. With a real Prometheus and a real Envoy, and
 * a real API server where there is one; by Prometheus's pushes, and by polling every 5 s alone.
 */
public final class Main {

  private static final int TRANSITIONS = 50;

  /**
   * How many polls before the first breach, one a second: a Sluice that has run for a while has
   * compiled what a poll runs. Prometheus learns of its receivers meanwhile, within 5 s.
   */
  private static final int WARMING_POLLS = 20;

  /** Then all begins anew: a breach lasts minutes, and no cluster has all its services in one. */
  private static final int PER_ROUND = 10;

  private final PrintStream out;
  private final int transitions;

  private Main(PrintStream out, int transitions) {
    this.out = out;
    this.transitions = transitions;
  }

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    int transitions = TRANSITIONS;
    if (arguments.length > 0) {
      if (!arguments[0].matches("[1-9][0-9]{0,2}")) {
        System.err.println(
            "reaction: \"%s\" (expected: how many transitions, 1 to 999)".formatted(arguments[0]));
        System.exit(2);
      }
      transitions = Integer.parseInt(arguments[0]);
    }
    new Main(System.out, transitions).run();
  }

  private void run() throws Exception {
    out.printf(
        "%-18s  %-8s  %4s  %8s  %8s  %8s%n", "rule fired to", "by", "n", "p50", "p99", "max");
    for (boolean pushes : List.of(true, false)) {
      measure(pushes, TrafficTrial::new);
      Optional<Parts.KubeBinaries> binaries = Parts.kubernetes();
      if (binaries.isPresent()) {
        measure(
            pushes,
            (folder, names, prometheus, ports) ->
                new ConditionTrial(folder, binaries.get(), names, prometheus, ports));
      } else {
        out.println("condition written   skipped: no kube-apiserver (see ./sluice test)");
      }
    }
  }

  private interface Stage {
    Trial raise(Path folder, List<String> services, String prometheusUrl, SluiceRun.Ports ports)
        throws IOException;
  }

  private void measure(boolean pushes, Stage stage) throws Exception {
    List<Duration> took = new ArrayList<>();
    String name = "";
    while (took.size() < transitions) {
      int services = Math.min(PER_ROUND, transitions - took.size());
      name = round(pushes, stage, services, took);
    }
    System.err.print("\r                                        \r");
    report(name, by(pushes), took);
  }

  /**
   * One start of everything; the times are added to {@code took}, but for the first: a JVM that has
   * never seen a breach takes half a second for it. By push one breach follows the other; by
   * polling they overlap, because each waits for seconds. Returns what was looked at.
   */
  private String round(boolean pushes, Stage stage, int size, List<Duration> took)
      throws Exception {
    List<String> services = IntStream.rangeClosed(0, size).mapToObj("s%03d"::formatted).toList();
    List<String> measured = services.subList(1, services.size());
    Path folder = Files.createTempDirectory("sluice-reaction");
    SluiceRun.Ports ports = SluiceRun.Ports.pick();
    Optional<Integer> pushPort = pushes ? Optional.of(ports.http()) : Optional.empty();
    try (FiringAlerts alerts = new FiringAlerts(folder.resolve("prometheus"), services, pushPort);
        Trial trial = stage.raise(folder, services, alerts.baseUrl(), ports)) {
      if (pushes) {
        warm(ports);
      }
      fire(alerts, trial, services.getFirst());
      Instant _ = trial.seen(services.getFirst());
      if (!pushes) {
        for (String service : measured) {
          fire(alerts, trial, service);
        }
      }
      for (String service : measured) {
        if (pushes) {
          fire(alerts, trial, service);
        }
        Instant seen = trial.seen(service);
        took.add(Duration.between(alerts.firedAt(service), seen));
        System.err.printf("\r%s by %s %d/%d ", trial.name(), by(pushes), took.size(), transitions);
      }
      return trial.name();
    }
  }

  private static void warm(SluiceRun.Ports ports) throws IOException, InterruptedException {
    HttpRequest push =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:%d/api/v2/alerts".formatted(ports.http())))
            .POST(HttpRequest.BodyPublishers.ofString("[]"))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (int poll = 0; poll < WARMING_POLLS; poll++) {
        HttpResponse<Void> _ = client.send(push, HttpResponse.BodyHandlers.discarding());
        Thread.sleep(Duration.ofSeconds(1));
      }
    }
  }

  private static void fire(FiringAlerts alerts, Trial trial, String service)
      throws InterruptedException {
    trial.watch(service);
    // Anywhere within the cycles of evaluation and polling, not at the end of the last one.
    Thread.sleep(Duration.ofMillis(ThreadLocalRandom.current().nextLong(1000)));
    alerts.fire(service);
  }

  private static String by(boolean pushes) {
    return pushes ? "push" : "polling";
  }

  private void report(String name, String by, List<Duration> took) {
    List<Duration> sorted = took.stream().sorted().toList();
    out.printf(
        "%-18s  %-8s  %4d  %5d ms  %5d ms  %5d ms%n",
        name,
        by,
        sorted.size(),
        sorted.get(sorted.size() / 2).toMillis(),
        sorted.get((int) Math.ceil(sorted.size() * 0.99) - 1).toMillis(),
        sorted.getLast().toMillis());
  }
}
