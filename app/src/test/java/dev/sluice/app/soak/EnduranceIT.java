package dev.sluice.app.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.lab.Await;
import dev.sluice.lab.PrometheusConfig;
import dev.sluice.lab.PrometheusProcess;
import dev.sluice.lab.load.Totals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Half an hour of work: three routers, each with an Envoy of its own, under 500 requests a second,
 * and a breach in every other minute. {@code SLUICE_SOAK_MINUTES} makes it shorter or longer. What
 * was sampled is left in {@code target/soak.csv} and {@code target/soak.svg}.
 */
@Tag("soak")
@SuppressWarnings("NullAway.Init") // JUnit and setUp set the fields
class EnduranceIT {

  private static final Logger log = LoggerFactory.getLogger(EnduranceIT.class);
  private static final List<String> ROUTERS = List.of("chat", "code", "search");
  private static final double REQUESTS_PER_SECOND = 500;
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration SAMPLING = Duration.ofSeconds(10);
  private static final Duration NEWEST = Duration.ofSeconds(10);
  private static final Path TARGET = Path.of("target");

  // What a flat line may do: a cache fills, an executor keeps a thread.
  private static final double TOLERANCE = 1.2;
  private static final double TOLERATED_MIB = 4;
  private static final double TOLERATED_COUNT = 5;

  @TempDir private Path folder;
  private final int minutes =
      Integer.parseInt(System.getenv().getOrDefault("SLUICE_SOAK_MINUTES", "30"));
  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private final List<SteeredRouter> routers = new ArrayList<>();
  private final SoakRecord record = new SoakRecord();
  private SluiceProcess sluice;

  /** How much a backend served before a breach and at its end. */
  private record Moved(String backend, double before, double atTheEnd) {}

  @BeforeEach
  void setUp() throws IOException {
    assumeTrue(ProcessGauge.worksHere(), "/proc isn't there (expected: Linux)");
    Path manifests = Files.createDirectories(folder.resolve("manifests"));
    PrometheusProcess prometheus =
        started(PrometheusProcess.start(folder.resolve("prometheus"), PrometheusConfig.empty()))
            .awaitReady();
    for (String name : ROUTERS) {
      routers.add(started(new SteeredRouter(name, manifests)));
    }
    sluice =
        started(
                SluiceProcess.start(
                    "sluice",
                    folder,
                    List.of(
                        "--dir",
                        manifests.toString(),
                        "--state",
                        folder.resolve("state.json").toString(),
                        "--prometheus",
                        prometheus.baseUrl())))
            .awaitReady();
    for (SteeredRouter router : routers) {
      router.start(folder, sluice.xdsPort(), REQUESTS_PER_SECOND / ROUTERS.size());
    }
  }

  private <T extends AutoCloseable> T started(T part) {
    running.push(part);
    return part;
  }

  @AfterEach
  void tearDown() throws Exception {
    while (!running.isEmpty()) {
      running.pop().close();
    }
  }

  @Test
  void noRequestFailsAndNothingGrows() throws IOException {
    sluice.collectGarbage(folder); // the first one starts threads of the JVM's own
    ProcessGauge gauge = new ProcessGauge(sluice, folder);
    Instant began = Instant.now();
    List<Moved> moved = new ArrayList<>();

    for (int minute = 0; minute < minutes; minute++) {
      Instant end = began.plus(MINUTE.multipliedBy(minute + 1));
      if (minute % 2 == 0) {
        moved.add(breach(minute / 2, end, gauge));
      } else {
        sampleUntil(end, gauge);
      }
      record.add(gauge.readLive(totals()));
      log.info("msg=sampled minute={} {}", minute + 1, record.last());
      leavePicture(minute + 1); // each minute, so that one that is broken off leaves one too
    }
    routers.forEach(router -> router.load().stop());
    leavePicture(minutes);

    requireSteering(moved);
    assertThat(totals().failures()).isEmpty();
    requireFlat();
  }

  private Moved breach(int number, Instant until, ProcessGauge gauge) {
    SteeredRouter router = routers.get(number % routers.size());
    String backend = router.backends().get(number / routers.size() % 2);
    double before = number < routers.size() ? 0.5 : router.share(backend, NEWEST);
    router.breach(backend, until);
    sampleUntil(until, gauge);
    Moved moved = new Moved(backend, before, router.share(backend, NEWEST));
    log.info("msg=breach-ended {}", moved);
    return moved;
  }

  private void sampleUntil(Instant end, ProcessGauge gauge) {
    Instant next = Instant.now().plus(SAMPLING);
    while (next.isBefore(end)) {
      awaitTime(next);
      record.add(gauge.read(totals()));
      next = next.plus(SAMPLING);
    }
    awaitTime(end);
  }

  private static void awaitTime(Instant time) {
    Await.until(MINUTE.plus(MINUTE), "it is " + time, () -> !Instant.now().isBefore(time));
  }

  private Totals totals() {
    long sent = 0;
    long finished = 0;
    long failed = 0;
    Map<String, Long> failures = new TreeMap<>();
    for (SteeredRouter router : routers) {
      Totals one = router.load().totals();
      sent += one.sent();
      finished += one.finished();
      failed += one.failed();
      one.failures().forEach((reason, count) -> failures.merge(reason, count, Long::sum));
    }
    return new Totals(sent, finished, failed, failures);
  }

  private static void requireSteering(List<Moved> moved) {
    SoftAssertions.assertSoftly(
        softly ->
            moved.forEach(
                one -> {
                  softly.assertThat(one.before()).as("before: %s", one).isGreaterThan(0.35);
                  softly.assertThat(one.atTheEnd()).as("at the end: %s", one).isLessThan(0.15);
                }));
  }

  private void requireFlat() {
    log.info(
        "msg=soaked requests={} live-heap-mib={}/{}",
        totals().finished(),
        record.median(2, Sample::liveMib),
        record.median(4, Sample::liveMib));
    double heap = record.median(2, Sample::liveMib);
    double threads = record.median(2, sample -> OptionalDouble.of(sample.threads()));
    double files = record.median(2, sample -> OptionalDouble.of(sample.files()));

    assertThat(record.median(4, Sample::liveMib))
        .as("live heap, MiB")
        .isLessThan(heap * TOLERANCE + TOLERATED_MIB);
    assertThat(record.median(4, sample -> OptionalDouble.of(sample.threads())))
        .as("threads")
        .isLessThan(threads * TOLERANCE + TOLERATED_COUNT);
    assertThat(record.median(4, sample -> OptionalDouble.of(sample.files())))
        .as("open files")
        .isLessThan(files * TOLERANCE + TOLERATED_COUNT);
  }

  private void leavePicture(int past) throws IOException {
    Totals all = totals();
    String headline =
        String.format(
            Locale.ROOT,
            "%d minutes, %d routers with an Envoy each, %,d requests, %d failed",
            past,
            routers.size(),
            all.finished(),
            all.failed());
    Files.writeString(TARGET.resolve("soak.csv"), record.csv());
    Files.writeString(TARGET.resolve("soak.svg"), SoakPicture.draw(record, headline));
  }
}
