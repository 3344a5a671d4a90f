package dev.sluice.evaluator.declare;

import dev.sluice.model.Indicator;
import java.util.List;
import java.util.Optional;

/**
 * The {@code spec.indicator} of a Pyrra ServiceLevelObjective, with its selectors as text.
 *
 * <p>Source: Pyrra's CRD {@code servicelevelobjectives.pyrra.dev}.
 */
public sealed interface PyrraIndicator {

  /** The labels Pyrra groups by; each combination is an objective of its own. */
  List<String> grouping();

  /** The selector of the series that counts all events. */
  String total();

  /** The selector of the series that counts the good or the bad ones, if it is another one. */
  default Optional<String> subset() {
    return Optional.empty();
  }

  /** Where {@link #total()} stands below {@code spec.indicator}, for messages. */
  String totalField();

  /** What it measures, in our words. */
  Indicator kind();

  /**
   * Requests faster than a bucket of a classic histogram.
   *
   * @param success the bucket's series, with its {@code le}
   * @param total the histogram's {@code _count}
   */
  record Latency(String success, String total, List<String> grouping) implements PyrraIndicator {
    public Latency {
      grouping = List.copyOf(grouping);
    }

    @Override
    public String totalField() {
      return "latency.total.metric";
    }

    @Override
    public Optional<String> subset() {
      return Optional.of(success);
    }

    @Override
    public Indicator kind() {
      return Indicator.LATENCY;
    }
  }

  /**
   * Requests faster than a threshold within a native histogram.
   *
   * @param total the histogram
   * @param latency the threshold, as Pyrra writes it: {@code 500ms}
   */
  record LatencyNative(String total, String latency, List<String> grouping)
      implements PyrraIndicator {
    public LatencyNative {
      grouping = List.copyOf(grouping);
    }

    @Override
    public String totalField() {
      return "latencyNative.total.metric";
    }

    @Override
    public Indicator kind() {
      return Indicator.LATENCY;
    }
  }

  /** Requests that don't fail: failed and all requests, as counters. */
  record Ratio(String errors, String total, List<String> grouping) implements PyrraIndicator {
    public Ratio {
      grouping = List.copyOf(grouping);
    }

    @Override
    public String totalField() {
      return "ratio.total.metric";
    }

    @Override
    public Optional<String> subset() {
      return Optional.of(errors);
    }

    @Override
    public Indicator kind() {
      return Indicator.ERRORS;
    }
  }

  /** Scrapes at which a gauge of 0 or 1 was 1; the events are the scrapes. */
  record BoolGauge(String metric, List<String> grouping) implements PyrraIndicator {
    public BoolGauge {
      grouping = List.copyOf(grouping);
    }

    @Override
    public String total() {
      return metric;
    }

    @Override
    public String totalField() {
      return "bool_gauge.metric";
    }

    @Override
    public Indicator kind() {
      return Indicator.UPTIME;
    }
  }
}
