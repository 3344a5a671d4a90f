package dev.sluice.demo.report;

import dev.sluice.demo.report.Run.Chaos;
import dev.sluice.demo.report.Run.Disturbance;
import dev.sluice.demo.report.Run.Event;
import dev.sluice.demo.report.Run.Phase;
import dev.sluice.demo.report.Run.Phases;
import dev.sluice.demo.report.Run.Sample;
import dev.sluice.demo.report.Run.Seconds;
import dev.sluice.demo.report.Run.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/** A run in which everything went well, to be spoilt one figure at a time. */
final class CannedRun {

  static final Expectation EXPECTED =
      new Expectation("slow", "gpu-c is slow", "gpu-c", shares(1 / 3.0), 0.0067, 500, "DEFER");
  static final Phase BEFORE = new Phase(shares(0.333), 112, "ADMIT", "within budget");
  static final Phase DURING =
      new Phase(shares(0.007), 118, "DEFER", "gpu-c-ttft burns 71x its error budget");
  static final Phase AFTER = new Phase(shares(0.334), 110, "ADMIT", "at risk");
  static final Chaos KILLED =
      new Chaos(Disturbance.KILL_SLUICE, 0.007, 0.006, "k3f9", "k3f9", List.of("BREACHED"), 8.5);
  static final Chaos RESTARTED =
      new Chaos(
          Disturbance.RESTART_PROMETHEUS, 0.006, 0.007, "k3f9", "m2x1", List.of("BREACHED"), 31);

  private CannedRun() {}

  static Run good() {
    return new Run(
        EXPECTED,
        new Setting("2026-03-01T10:00:00Z", 50, new TreeMap<>(Map.of("envoy", "1.40.0"))),
        15_000,
        0,
        Map.of(),
        Optional.empty(),
        new Phases(Optional.of(BEFORE), Optional.of(DURING), Optional.of(AFTER)),
        new Seconds(
            OptionalDouble.of(41.2),
            OptionalDouble.of(3.4),
            OptionalDouble.of(12.9),
            OptionalDouble.of(181.0)),
        List.of(KILLED, RESTARTED),
        events(),
        samples());
  }

  static Run failing(long failed) {
    Run run = good();
    return new Run(
        EXPECTED,
        run.setting(),
        run.requests(),
        failed,
        Map.of("status 503", failed),
        run.stalled(),
        run.phases(),
        run.seconds(),
        run.chaos(),
        run.events(),
        run.samples());
  }

  static Run with(Phases phases, Seconds seconds) {
    return with(phases, seconds, List.of(), Optional.empty());
  }

  static Run with(Phases phases, Seconds seconds, List<Chaos> chaos, Optional<String> stalled) {
    Run run = good();
    return new Run(
        EXPECTED,
        run.setting(),
        run.requests(),
        0,
        Map.of(),
        stalled,
        phases,
        seconds,
        chaos,
        run.events(),
        run.samples());
  }

  /** {@code troubled} for gpu-c, the rest for the other two. */
  static SortedMap<String, Double> shares(double troubled) {
    double other = (1 - troubled) / 2;
    return new TreeMap<>(Map.of("gpu-a", other, "gpu-b", other, "gpu-c", troubled));
  }

  private static List<Event> events() {
    return List.of(
        new Event(0, "load begins", false),
        new Event(45, "fault: gpu-c takes 2 s to its first token", true),
        new Event(86.2, "alert fires: gpu-c-ttft, fast tier, burns 71x", true),
        new Event(89.6, "verdict on gpu-c: BREACHED", true),
        new Event(102.5, "gpu-c is below 30% of its declared share", true),
        new Event(120, "gpu-c is at its probe share", true),
        new Event(150, "cure: gpu-c is healthy again", true),
        new Event(331, "recovered: declared shares, dispatch ADMIT", true));
  }

  private static List<Sample> samples() {
    List<Sample> samples = new ArrayList<>();
    for (int second = 0; second < 350; second++) {
      boolean slow = second >= 45 && second < 100;
      boolean shifted = second >= 100 && second < 320;
      samples.add(
          new Sample(
              second,
              shares(shifted ? 0.0067 : 1 / 3.0),
              OptionalDouble.of(101),
              OptionalDouble.of(slow ? 2_150 : 112)));
    }
    return samples;
  }
}
