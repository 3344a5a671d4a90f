package dev.sluice.demo.report;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything that one run showed. A story that stalled leaves the later parts empty.
 *
 * @param requests sent by the load generator
 * @param failed of them, for whatever reason
 * @param failures failed requests per reason
 * @param stalled what the story waited for in vain; empty when it came to its end
 * @param samples one a second
 */
public record Run(
    Expectation expected,
    Setting setting,
    long requests,
    long failed,
    Map<String, Long> failures,
    Optional<String> stalled,
    Phases phases,
    Seconds seconds,
    List<Chaos> chaos,
    List<Event> events,
    List<Sample> samples) {

  public Run {
    failures = new TreeMap<>(failures);
    chaos = List.copyOf(chaos);
    events = List.copyOf(events);
    samples = List.copyOf(samples);
  }

  /**
   * What the run was started with.
   *
   * @param startedAt ISO 8601
   * @param requestsPerSecond of the open-loop load
   * @param versions of the parts, by name
   */
  public record Setting(
      String startedAt, double requestsPerSecond, SortedMap<String, String> versions) {
    public Setting {
      versions = new TreeMap<>(versions);
    }
  }

  /**
   * One stretch of time, measured from outside.
   *
   * @param servedShare fraction of the requests that reached each backend, counted there
   * @param ttftP99Ms at the client
   * @param dispatch {@code ADMIT} or {@code DEFER}
   * @param dispatchWords the breach service's own words
   */
  public record Phase(
      SortedMap<String, Double> servedShare,
      double ttftP99Ms,
      String dispatch,
      String dispatchWords) {
    public Phase {
      servedShare = new TreeMap<>(servedShare);
    }

    /** 0 for one that got nothing. */
    public double shareOf(String name) {
      return servedShare.getOrDefault(name, 0.0);
    }
  }

  /**
   * Before the fault, after the shift until the cure, after the recovery.
   *
   * @param before healthy traffic
   * @param during from the arrival at the probe share until the cure
   * @param after once recovered
   */
  public record Phases(Optional<Phase> before, Optional<Phase> during, Optional<Phase> after) {}

  /**
   * How long each step took, in seconds.
   *
   * @param injectToFiring Prometheus's part: rule groups run every 30 s
   * @param firingToVerdict Sluice polls the rules every 5 s
   * @param verdictToShifted until the troubled one was served less than 30% of its declared share
   * @param healToRecovered until the declared shares were served and dispatch was admitted again
   */
  public record Seconds(
      OptionalDouble injectToFiring,
      OptionalDouble firingToVerdict,
      OptionalDouble verdictToShifted,
      OptionalDouble healToRecovered) {}

  /** What was done to a part in the middle of the breach. */
  public enum Disturbance {
    KILL_SLUICE("kill-sluice"),
    RESTART_PROMETHEUS("restart-prometheus");

    private final String words;

    Disturbance(String words) {
      this.words = words;
    }

    /** Its name on the command line and in the report. */
    public String words() {
      return words;
    }
  }

  /**
   * What a disturbance changed, or rather didn't.
   *
   * @param shareBefore the troubled one's served share before it
   * @param shareAfter and after it
   * @param decisionBefore id of the decision in force
   * @param decisionAfter and after it
   * @param statesSeen states that acted on the troubled one from the disturbance until all was well
   * @param seconds until all was well
   */
  public record Chaos(
      Disturbance disturbance,
      double shareBefore,
      double shareAfter,
      String decisionBefore,
      String decisionAfter,
      List<String> statesSeen,
      double seconds) {
    public Chaos {
      statesSeen = List.copyOf(statesSeen);
    }
  }

  /**
   * Something that happened.
   *
   * @param second since the load began
   * @param mark whether the picture shows it
   */
  public record Event(double second, String words, boolean mark) {}

  /**
   * One second of traffic.
   *
   * @param second since the load began
   * @param servedShare counted at the backends over the seconds around it
   * @param ttftP50Ms at the client; empty when nothing was answered
   * @param ttftP99Ms at the client
   */
  public record Sample(
      double second,
      SortedMap<String, Double> servedShare,
      OptionalDouble ttftP50Ms,
      OptionalDouble ttftP99Ms) {
    public Sample {
      servedShare = new TreeMap<>(servedShare);
    }
  }
}
