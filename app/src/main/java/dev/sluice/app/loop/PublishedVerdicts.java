package dev.sluice.app.loop;

import dev.sluice.model.VerdictFeed;
import dev.sluice.model.VerdictSnapshot;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshot everyone reads.
 *
 * <ul>
 *   <li><i>Thread</i>: published by the loop's thread alone; read and subscribed to from any.
 *   <li><i>On failure</i>: a listener that throws is logged, and the others are still called.
 *   <li><i>On shutdown</i>: nothing to do; the last snapshot stays readable.
 * </ul>
 */
public final class PublishedVerdicts implements VerdictFeed {

  private static final Logger log = LoggerFactory.getLogger(PublishedVerdicts.class);

  private final List<Consumer<VerdictSnapshot>> listeners = new CopyOnWriteArrayList<>();
  private volatile VerdictSnapshot current;

  private PublishedVerdicts(VerdictSnapshot first) {
    current = first;
  }

  /** A feed that has published nothing: its snapshot has revision 0, which readers know. */
  public static PublishedVerdicts nothingYet(Instant now) {
    return new PublishedVerdicts(VerdictSnapshot.of(0, now, List.of()));
  }

  @Override
  public VerdictSnapshot current() {
    return current;
  }

  @Override
  public Subscription subscribe(Consumer<VerdictSnapshot> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** Makes it the current one; listeners hear of it only if its revision is new. */
  void publish(VerdictSnapshot snapshot) {
    boolean changed = snapshot.revision() != current.revision();
    current = snapshot;
    if (changed) {
      listeners.forEach(listener -> call(listener, snapshot));
    }
  }

  private static void call(Consumer<VerdictSnapshot> listener, VerdictSnapshot snapshot) {
    try {
      listener.accept(snapshot);
    } catch (RuntimeException exception) {
      log.error("msg=listener-failed revision={}", snapshot.revision(), exception);
    }
  }
}
