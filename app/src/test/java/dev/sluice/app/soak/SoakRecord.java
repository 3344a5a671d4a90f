package dev.sluice.app.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The samples of one run, in order of time. */
final class SoakRecord {

  private static final int QUARTERS = 4;

  private final List<Sample> samples = new ArrayList<>();

  void add(Sample sample) {
    samples.add(sample);
  }

  List<Sample> samples() {
    return List.copyOf(samples);
  }

  Sample last() {
    return samples.getLast();
  }

  /** The median of those samples of a quarter, 1 to 4, that have such a figure. */
  double median(int quarter, Function<Sample, OptionalDouble> figure) {
    double length = last().second() / QUARTERS;
    List<Double> sorted =
        samples.stream()
            .filter(sample -> sample.second() > (quarter - 1) * length)
            .filter(sample -> sample.second() <= quarter * length)
            .map(figure)
            .filter(OptionalDouble::isPresent)
            .map(OptionalDouble::getAsDouble)
            .sorted()
            .toList();
    if (sorted.isEmpty()) {
      throw new IllegalStateException("quarter " + quarter + ": nothing was sampled in it");
    }
    return sorted.get(sorted.size() / 2);
  }

  String csv() {
    return samples.stream()
        .map(Sample::csv)
        .collect(Collectors.joining("\n", Sample.CSV_HEADER + "\n", "\n"));
  }
}
