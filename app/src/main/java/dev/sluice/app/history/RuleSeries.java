package dev.sluice.app.history;

import dev.sluice.xds.shares.BackendShare;
import dev.sluice.xds.shares.RuleShares;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** The newest samples of one rule, in a ring. Not thread-safe. */
final class RuleSeries {

  /** An hour of one each 10 s, and two changes each minute. */
  static final int SAMPLES = 480;

  private final List<String> backends;
  private final long[] times = new long[SAMPLES];
  private final float[][] wanted;
  private final float[][] served;
  private int taken;

  /** An empty one, for a rule of these backends. */
  RuleSeries(Iterable<String> names) {
    SortedMap<String, Boolean> sorted = new TreeMap<>();
    names.forEach(name -> sorted.put(name, true));
    backends = List.copyOf(sorted.keySet());
    wanted = new float[backends.size()][SAMPLES];
    served = new float[backends.size()][SAMPLES];
  }

  /** Whether it is of exactly the backends of {@code rule}. */
  boolean fits(RuleShares rule) {
    return List.copyOf(rule.backends().keySet()).equals(backends);
  }

  int lines() {
    return backends.size();
  }

  void add(Instant at, RuleShares rule, Function<String, OptionalDouble> fraction) {
    int place = taken % SAMPLES;
    taken++;
    times[place] = at.toEpochMilli();
    for (int line = 0; line < backends.size(); line++) {
      String name = backends.get(line);
      Optional<BackendShare> backend = rule.backend(name);
      wanted[line][place] =
          backend.map(BackendShare::weight).orElse(0) / (float) RuleShares.TOTAL_WEIGHT;
      OptionalDouble ratio = fraction.apply(name);
      served[line][place] = ratio.isPresent() ? (float) ratio.getAsDouble() : Float.NaN;
    }
  }

  RulePicture picture() {
    int size = Math.min(taken, SAMPLES);
    int first = taken - size;
    SortedMap<String, RulePicture.Line> lines = new TreeMap<>();
    for (int line = 0; line < backends.size(); line++) {
      lines.put(
          backends.get(line),
          new RulePicture.Line(
              unrolled(wanted[line], first, size), unrolled(served[line], first, size)));
    }
    List<Instant> instants =
        Arrays.stream(order(first, size))
            .mapToObj(place -> Instant.ofEpochMilli(times[place]))
            .toList();
    return new RulePicture(instants, lines);
  }

  private static List<Float> unrolled(float[] ring, int first, int size) {
    return Arrays.stream(order(first, size)).mapToObj(place -> ring[place]).toList();
  }

  private static int[] order(int first, int size) {
    int[] places = new int[size];
    Arrays.setAll(places, index -> (first + index) % SAMPLES);
    return places;
  }
}
