package dev.sluice.demo.story;

import dev.sluice.demo.stage.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Counts the requests that reach each backend, at the backends: each attempt counts, a retried one
 * twice. What Sluice or Envoy believe about it plays no part.
 *
 * <p><em>Thread:</em> its own; shares may be asked from any thread. <em>On failure:</em> nothing
 * here fails. <em>On shutdown:</em> {@link #close()} stops counting.
 */
final class ShareMeter implements AutoCloseable {

  private static final String PATH = "/v1/chat/completions";
  private static final Duration PAUSE = Duration.ofMillis(250);

  private final Stage stage;
  private final List<String> names;
  private final NavigableMap<Instant, List<Long>> counts = new TreeMap<>();
  private final Watch watch;

  ShareMeter(Stage stage) {
    this.stage = stage;
    this.names = stage.scenario().expected().names();
    this.watch = Watch.every(PAUSE, "share-meter", this::look);
  }

  /** Each backend's fraction of the requests that arrived lately; empty when none did. */
  SortedMap<String, Double> last(Duration window) {
    Instant now = Instant.now();
    return between(now.minus(window), now);
  }

  /** The same for any stretch of time that has been counted. */
  synchronized SortedMap<String, Double> between(Instant from, Instant to) {
    SortedMap<String, Double> shares = new TreeMap<>();
    if (counts.isEmpty()) {
      return shares;
    }
    List<Long> before = at(from);
    List<Long> after = at(to);
    double total = 0;
    for (int i = 0; i < names.size(); i++) {
      total += after.get(i) - before.get(i);
    }
    for (int i = 0; i < names.size() && total > 0; i++) {
      shares.put(names.get(i), (after.get(i) - before.get(i)) / total);
    }
    return shares;
  }

  private List<Long> at(Instant instant) {
    var entry = counts.floorEntry(instant);
    return entry == null ? counts.firstEntry().getValue() : entry.getValue();
  }

  private void look() {
    List<Long> now = names.stream().map(stage::fake).map(fake -> fake.requests(PATH)).toList();
    synchronized (this) {
      counts.put(Instant.now(), now);
    }
  }

  @Override
  public void close() {
    watch.close();
  }
}
