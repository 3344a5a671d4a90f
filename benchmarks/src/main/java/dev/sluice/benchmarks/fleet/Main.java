package dev.sluice.benchmarks.fleet;

import dev.sluice.app.loop.Core;
import dev.sluice.app.loop.Event;
import dev.sluice.app.loop.LoopState;
import dev.sluice.app.loop.SavedState;
import dev.sluice.app.loop.Step;
import dev.sluice.app.manifests.Manifests;
import dev.sluice.app.manifests.World;
import dev.sluice.evaluator.alerts.EvidenceReader;
import dev.sluice.evaluator.alerts.PrometheusClient;
import dev.sluice.evaluator.alerts.PrometheusSettings;
import dev.sluice.evaluator.alerts.Question;
import dev.sluice.evaluator.judge.Observation;
import dev.sluice.xds.resources.ResourceCompiler;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * {@code ./sluice bench fleet [SERVICES]}: a fleet of services with three objectives each goes
 * through Sluice, stage by stage, and each stage's time is printed; at the end the heap.
 */
public final class Main {

  private static final int SERVICES = 10_000;
  private static final int ROUNDS = 15;
  private static final long MIB = 1024 * 1024;

  private final PrintStream out;
  private final FleetObjects fleet;

  /** Keeps the compiler from leaving out what nobody looks at. */
  @SuppressWarnings("UnusedVariable")
  private volatile Object keep = "";

  private final Core core = new Core(ResourceCompiler::compile, Duration.ofSeconds(10));

  private Main(PrintStream out, int services) {
    this.out = out;
    this.fleet = new FleetObjects(services);
  }

  /** Runs it. */
  public static void main(String[] arguments) throws IOException {
    int services = SERVICES;
    if (arguments.length > 0) {
      if (!arguments[0].matches("[1-9][0-9]{0,4}")) {
        System.err.println(
            "fleet: \"%s\" (expected: how many services, 1 to 99999)".formatted(arguments[0]));
        System.exit(2);
      }
      services = Integer.parseInt(arguments[0]);
    }
    Path folder = Files.createTempDirectory("sluice-fleet");
    try {
      new Main(System.out, services).run(folder);
    } finally {
      for (String name : List.of("calm.json", "burning.json")) {
        Files.deleteIfExists(folder.resolve(name));
      }
      Files.delete(folder);
    }
  }

  private void run(Path folder) throws IOException {
    Path calm = RulesPage.write(folder.resolve("calm.json"), fleet.services(), false);
    Path burning = RulesPage.write(folder.resolve("burning.json"), fleet.services(), true);
    out.printf(
        "%,d services, %,d objectives, %d MiB of rules; heap of at most %d MiB%n%n",
        fleet.services(),
        fleet.services() * FleetObjects.OBJECTIVES,
        Files.size(calm) / MIB,
        Runtime.getRuntime().maxMemory() / MIB);
    out.printf("%-44s  %8s  %8s%n", "", "median", "least");
    Manifests manifests = Manifests.NONE.changeObjects(fleet.all());
    World world = manifests.world();
    measure(
        "one object changed, the world joined anew",
        round -> manifests.changeObjects(fleet.oneChanged(round)).world());
    Instant start = Instant.now();
    LoopState unjudged =
        core.step(LoopState.leading(SavedState.NONE, start), new Event.WorldChanged(world), start)
            .next();
    try (RulesPage page = new RulesPage(calm);
        PrometheusClient client =
            new PrometheusClient(
                PrometheusSettings.of(page.address()).withTimeout(Duration.ofMinutes(1)))) {
      EvidenceReader reader = new EvidenceReader(client);
      Question question = Question.of(world.declarations(), List.of());
      Observation first = reader.observe(question, start.plusSeconds(5));
      LoopState judged = step(unjudged, first).next();
      measure("a poll of Prometheus, read as it arrives", _ -> reader.observe(question, start));
      Observation same = reader.observe(question, start.plusSeconds(30));
      page.answer(burning);
      Observation other = reader.observe(question, start.plusSeconds(30));
      measure("a turn: all judged, shaped, compiled", _ -> step(unjudged, first));
      measure("a turn: nothing changed", _ -> step(judged, same));
      measure("a turn: one alert fires", _ -> step(judged, other));
      out.printf(
          "%nheap in use with %,d verdicts and %,d compiled routers: %d MiB%n",
          judged.snapshot().services().size(), judged.fleets().size(), heap());
    }
  }

  private Step step(LoopState state, Observation observation) {
    return core.step(state, new Event.Observed(observation), observation.at());
  }

  private void measure(String what, IntFunction<Object> stage) {
    List<Double> millis = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      long began = System.nanoTime();
      keep = stage.apply(round);
      millis.add((System.nanoTime() - began) / 1e6);
    }
    List<Double> sorted = millis.stream().sorted().toList();
    out.printf("%-44s  %5.1f ms  %5.1f ms%n", what, sorted.get(ROUNDS / 2), sorted.getFirst());
  }

  private static long heap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return (runtime.totalMemory() - runtime.freeMemory()) / MIB;
  }
}
